"""How the line of a link is drawn, stroke by stroke, from the style table: on paper and in groups of a folium map."""

from __future__ import annotations

from dataclasses import dataclass

from mobility.present import style

_WHITE = 5 / 6  # px, the least width of the dashes on a railway


@dataclass(frozen=True)
class Pen:
    """One stroke: colour, width and dashes in px (in print: in pt), and how it ends."""

    colour: str
    width: float
    dash: tuple[float, ...] = ()
    cap: str = "butt"

    def scaled(self, by: float) -> Pen:
        """Return the same stroke, wider or thinner."""
        return Pen(self.colour, self.width * by, tuple(part * by for part in self.dash), self.cap)


def pens_of(mode: str, state: str, group: str = "", *, quiet: bool = False) -> list[Pen]:
    """Return the pens of a link, the first below; without a group in ink, as legends show it; on a quiet map thin."""
    look = style.STATUS[state] if state else style.MODES[mode]
    quiet = quiet and state != "closed"
    wide = look.width * style.GROUP_WIDTHS.get(group, 1) * (style.QUIET_WIDTH if quiet else 1)
    pattern = style.MODES["sea"].dash if state == "unused" and mode == "sea" else look.dash
    dash = tuple(map(float, pattern.split()))
    colour = style.CLOSED_COLOUR if state == "closed" else style.GROUP_COLOURS.get(group, style.ROUTE_CASING)
    colour = style.QUIET_COLOUR if quiet else colour
    if not state and mode == "rail" and (quiet or group == "relief"):  # too thin for two pens
        return [Pen(colour, wide, tuple(map(float, style.QUIET_RAIL.split())))]
    if not state and mode == "rail":
        return [Pen(colour, wide), Pen("#FFFFFF", max(_WHITE, wide - 1.8), dash)]
    return [Pen(colour, wide, dash, "round" if mode == "sea" and state in {"", "unused"} else "butt")]
