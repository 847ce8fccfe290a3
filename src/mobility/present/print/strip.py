"""A corridor as a strip: its stops from top to bottom, and what each section between them is."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate
from math import isnan
from typing import TYPE_CHECKING, Any

import shapely

from mobility.present import style
from mobility.present.phrases import data_words, profile_words
from mobility.present.print.pens import crosses, marks, pens_of, stroke
from mobility.present.print.sheet import GREY, INK, SMALL, TEXT, blank_axes, cut, house_style, sheet, write
from mobility.present.scene import link_states

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from mobility.model.network import Network

_WIDTH, _HEIGHT, _GUTTER = 540.0, 690.0, 14.0  # pt: A4 portrait less its margins; between its two columns
_PITCH, _HEAD = 13.0, 2  # pt from stop to stop at most; a branch's heading and what parts it from the next, in stops
# pt from the left of a column: end of the kilometres, the line, the name.
_KM, _LINE, _NAME = 22.0, 31.0, 39.0
_WIDE = 86.0  # pt for a name
# Per mode the facts of a section: heading, column of `sections`, right end in pt.
_LENGTH, _SPEED = ("km", "length_km", 141.0), ("km/h", "max_speed_kmh", 218.0)
_FACTS = {
    "road": (_LENGTH, ("class", "road_class", 181.0), ("lanes", "lanes", 198.0), _SPEED),
    "rail": (_LENGTH, ("tracks", "tracks", 166.0), ("electric", "electrified", 195.0), _SPEED),
    "sea": (_LENGTH,),
}
_STATE = 222.0  # pt: where its state is told


@house_style()
def strip_chart(net: Network, table: pd.DataFrame, title: str) -> Figure:
    """Return a corridor stop by stop as a figure for print, A4 portrait.

    Each branch is a line from top to bottom, drawn as on the maps: what is not open or closed leaves a visible
    gap. Beside it stand the kilometres from its start, and of each section its length, class or tracks, lanes or
    overhead line, and the speed allowed; unknown is "?".

    Parameters
    ----------
    net
        Under its profile.
    table
        As `mobility.sections` returns it.
    title
        What stands above it.
    """
    table = table.assign(state=link_states(table))
    starred = net.places["country"] == "XK"
    names = net.places["name"].where(~starred, net.places["name"] + "*")
    kosovo = f"{style.KOSOVO_NOTE} " if starred[[*table["from"], *table["to"]]].any() else ""
    branches = [part for mode in style.MODES for _, part in table[table["mode"] == mode].groupby("branch", sort=False)]
    # Branches stand one below the other in two columns; the second begins where that makes the longer the shortest.
    ends = [0, *accumulate(part["section"].max() + 1 + _HEAD for part in branches)]
    turn = min(range(len(ends)), key=lambda i: max(ends[i], ends[-1] - ends[i]))
    rows = max(ends[turn], ends[-1] - ends[turn])
    figure, (left, bottom, wide, high) = sheet(
        title,
        profile_words(net),
        f"{kosovo}km: from the start, and of each section; km/h: the speed allowed; ?: not known. {data_words(net)}",
        size=(_WIDTH, min(_HEIGHT, rows * _PITCH)),
    )
    column = (wide - _GUTTER) / 2
    for at, parts in ((left, branches[:turn]), (left + column + _GUTTER, branches[turn:])):
        ax, top = blank_axes(figure, [at, bottom, column, high]), high
        for part in parts:
            top = _branch(ax, part, names, top, high / rows)
    return figure


def _branch(ax: Axes, part: pd.DataFrame, names: pd.Series, top: float, pitch: float) -> float:
    """Draw a branch from `top` down and return where it ends."""
    first, last = part.iloc[0], part.iloc[-1]
    mode, group = first["mode"], style.group_of(first["corridor"])
    heading = f"{style.MODES[mode].label.capitalize()} {names[first['from']]} – {names[last['to']]}"
    top -= pitch
    write(ax, (0, top), cut(heading, TEXT, ax.get_xlim()[1], bold=True), bold=True)
    top -= 1.5 * pitch
    for word, _, end in _FACTS[mode]:
        write(ax, (end, top + 0.5 * pitch - 0.35 * SMALL), word, SMALL - 1, color=GREY, ha="right")
    km, stops = 0.0, [(top, 0.0, names[first["from"]])]
    for _, links in part.groupby("section"):
        row = links.iloc[0]
        _section(ax, links.to_dict("records"), group, top, top - pitch)
        km += row["length_km"]
        top -= pitch
        stops.append((top, km, names[row["to"]]))
    marks(ax, [(_LINE, y) for y, _, _ in stops], 3.6, "#FFFFFF", INK, zorder=4)
    for y, at, name in stops:
        write(ax, (_KM, y - 0.35 * SMALL), _cell(at), SMALL - 0.5, color=GREY, ha="right")
        write(ax, (_NAME, y - 0.35 * SMALL), cut(name, SMALL, _WIDE), SMALL)
    return top - 0.5 * pitch


def _section(ax: Axes, links: list[dict[str, Any]], group: str, top: float, low: float) -> None:
    """Draw the links between two stops, the one in use on the line and what is not open beside it, and the facts."""
    row, middle = links[0], (top + low) / 2
    for i, link in enumerate(link for link in links if link["link"]):
        x = _LINE + 5.0 * i
        pens = [
            replace(
                pen, width=pen.width * 2.2, dash=tuple(part * (0.5 if pen.cap == "butt" else 1.6) for part in pen.dash)
            )
            for pen in pens_of(link["mode"], link["state"], group)
        ]
        stroke(ax, [shapely.LineString([(x, top), (x, low)])], pens)
        if link["state"] == "closed":
            crosses(ax, [(x, middle)])
    if not row["link"]:
        write(ax, (_STATE, middle - 0.35 * SMALL), "no link", SMALL, bold=True)
        return
    for _, column, end in _FACTS[row["mode"]]:
        write(ax, (end, middle - 0.35 * SMALL), _cell(row[column]), SMALL, ha="right")
    words = [_state(link) for link in links]
    text = words[0] or "".join(f"+ {word}" for word in words[1:2])
    write(ax, (_STATE, middle - 0.35 * SMALL), text, SMALL - 1, bold=bool(words[0]))


def _cell(value: float | str) -> str:
    """Return a fact as text; unknown is "?"."""
    if isinstance(value, float):
        return "?" if isnan(value) else f"{value:,.0f}"
    return value or "?"


def _state(link: dict[str, Any]) -> str:
    """Return in a word or two why a link is not in use, or what is doubtful about it."""
    if link["state"] == "planned":
        return "in building" if link["status"] == "under_construction" else str(link["status"])
    return {"closed": "closed", "unused": "not used"}.get(link["state"], "doubtful" if link["doubtful"] else "")
