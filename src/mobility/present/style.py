"""The style table: one place for colours, lines and notices of maps, legends and print."""

from __future__ import annotations

from dataclasses import dataclass

from mobility.vocabulary import split

# Colour says corridor only; measured for colour-vision deficiency (smallest Lab distance 14.1).
GROUP_COLOURS = {
    "VIII": "#0072B2",
    "X": "#D55E00",
    "Vc": "#009E73",
    "R10": "#C4689C",
    "IV": "#332288",
    "other": "#6B6B6B",
    "relief": "#8A8478",
}
GROUP_NAMES = {
    "VIII": "Corridor VIII",
    "X": "Corridor X",
    "Vc": "Corridor Vc",
    "R10": "Rail Route 10",
    "IV": "Corridor IV",
    "other": "connecting",
    "relief": "relief ways",
}
GROUP_WIDTHS = {"other": 0.6, "relief": 0.3}  # of a line's width; of the others all of it
_GROUP_OF = {
    "VIII": "VIII",
    "VIII-alt": "VIII",
    "X": "X",
    "Xb": "X",
    "Xc": "X",
    "Xd": "X",
    "Vc": "Vc",
    "R10": "R10",
    "IV": "IV",
    "relief": "relief",
}
ROUTE_COLOUR, ROUTE_CASING, BEFORE_COLOUR, WORST_COLOUR = "#FFE14D", "#1A1A1A", "#C9C9C9", "#9B1B5A"
# What changed: blue and orange differ for every eye; what is built has stripes of its own, whatever the colours.
GAINED_COLOUR, LOST_COLOUR, SAME_COLOUR = "#1B5FAA", "#D9570B", "#A79A86"
BUILT_DASH = "7 5"
QUIET_COLOUR, QUIET_WIDTH = "#827B6F", 0.4  # of links below a finding: colour, and share of their width
PROTECTED_COLOUR = "#56B4E9"
CLOSED_COLOUR = "#333333"
REACH_COLOURS = ("#FDE725", "#7AD151", "#22A884", "#2A788E", "#414487")  # viridis, near to far: for any sight
WATER, LAND, BORDER = "#BFD9E8", "#F6F4EE", "#857D72"
COAST, RIVER, WATER_INK, LAND_INK = "#7C9DB0", "#74A9CB", "#2A5F86", "#5C554B"
DISPUTED_DASH = "4 3"
QUIET_RAIL = "6 3"  # dashes of a railway that is too thin for white ones
BINDS = "place that binds, with its vehicles a day"


@dataclass(frozen=True)
class Line:
    """How a mode or a status is drawn: dash pattern in px, width in px, words for the legend."""

    label: str
    dash: str
    width: float


MODES = {"road": Line("road", "", 3.0), "rail": Line("railway", "7 5", 3.2), "sea": Line("sea", "0.1 6", 3.0)}
STATUS = {
    "unused": Line("open, but not used here", "", 1.2),
    "planned": Line("not open: planned, in building or disused", "9 8", 1.8),
    "closed": Line("closed here", "2 3", 3.2),
}

KOSOVO_NOTE = (
    "* This designation is without prejudice to positions on status, and is in line with UNSCR 1244/1999 "
    "and the ICJ Opinion on the Kosovo declaration of independence."
)
ATTRIBUTION = "Land, waters, boundaries: Natural Earth (adapted); they imply no endorsement."


def group_of(corridors: str) -> str:
    """Return the colour group of a link: the first of VIII, X, Vc, R10, IV, other and relief that it belongs to."""
    groups = {_GROUP_OF.get(code, "other") for code in split(corridors)}
    return next((g for g in GROUP_COLOURS if g in groups), "other")


def codes_of(group: str) -> list[str]:
    """Return the corridor codes of a colour group."""
    return [code for code, of in _GROUP_OF.items() if of == group]


def country_name(code: str, name: str) -> str:
    """Return the name as maps and tables print it: Kosovo carries its footnote mark."""
    return f"{name}*" if code == "XK" else name
