"""A corridor as a strip: its stops from top to bottom, and what each section between them is."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate
from math import isnan
from typing import TYPE_CHECKING, Any

import shapely
from matplotlib.patches import Rectangle

from mobility.analysis.judging import FAILS, MEETS, UNKNOWN
from mobility.present import style
from mobility.present.phrases import data_words, profile_words
from mobility.present.print.pens import crosses, marks, pens_of, stroke
from mobility.present.print.sheet import GREY, INK, SMALL, TEXT, blank_axes, cut, house_style, sheet, write
from mobility.present.scene import link_states
from mobility.vocabulary import split

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from mobility.analysis.judging import Judged
    from mobility.model.network import Network

_WIDTH, _HEIGHT, _GUTTER = 540.0, 690.0, 18.0  # pt: A4 portrait less its margins; between two columns
_PITCH, _TIGHT = 13.0, 8.4  # pt from stop to stop: at most; below it there are two columns, side by side
_HEAD = 2  # a branch's heading and what parts it from the next, in stops
# pt from the left of a column: end of the kilometres, the line, the name.
_KM, _LINE, _NAME = 22.0, 31.0, 39.0
_WIDE = 104.0  # pt for a name
# Per mode the facts of a section: heading, column of `sections`, right end and width in pt.
_LENGTH, _COUNTRY = ("km", "length_km", 166.0, 18.0), ("country", "country", 366.0, 26.0)
_FACTS = {
    "road": (
        _LENGTH,
        ("km/h", "max_speed_kmh", 190.0, 16.0),
        ("class", "road_class", 240.0, 42.0),
        ("lanes", "lanes", 264.0, 16.0),
        ("gross t", "max_gross_t", 292.0, 20.0),
        ("axle t", "max_axle_t", 318.0, 20.0),
        ("‰", "max_gradient_permille", 336.0, 12.0),
        _COUNTRY,
    ),
    "rail": (
        _LENGTH,
        ("km/h", "max_speed_kmh", 190.0, 16.0),
        ("tracks", "tracks", 216.0, 18.0),
        ("wire", "electrified", 240.0, 16.0),
        ("class", "line_class", 266.0, 20.0),
        ("axle t", "max_axle_t", 292.0, 20.0),
        ("gauge", "gauge_mm", 318.0, 22.0),
        ("‰", "max_gradient_permille", 336.0, 12.0),
        _COUNTRY,
    ),
    "sea": (_LENGTH, _COUNTRY),
}
_CELLS, _CELL = 371.0, 4.0  # pt: where its requirements stand, a cell each
_STATE, _STRUCTURE = 404.0, 446.0  # pt: where its state is told, and its bridges, tunnels and passes
_FILLS = {MEETS: style.GAINED_COLOUR, FAILS: style.LOST_COLOUR}


@house_style()
def strip_chart(net: Network, table: pd.DataFrame, title: str, judged: Judged, said: str = "") -> Figure:
    """Return a corridor stop by stop as a figure for print, A4 portrait; a long one is as wide as two such sheets.

    Each branch is a line from top to bottom, drawn as on the maps: what is not open or closed leaves a visible
    gap. Beside it stand the kilometres from its start, and of each section its length, speed allowed, class, tracks
    or lanes, overhead line, loads, gauge, gradient, country, what it meets of what the EU asks, and the bridges,
    tunnels and passes on it. What is not known is hatched.

    Parameters
    ----------
    net
        Under its profile.
    table
        As `mobility.sections` returns it.
    title
        What stands above it.
    judged
        Its links held against requirements.
    said
        More of the finding, below the title.
    """
    by_class = (
        (table["mode"] == "rail") & table["max_axle_t"].isna() & table["line_class"].isin(net.rules.line_class_axle_t)
    )
    axle = table["max_axle_t"].where(~by_class, table["line_class"].map(net.rules.line_class_axle_t))
    table = table.assign(state=link_states(table), max_axle_t=axle)
    starred = net.places["country"] == "XK"
    names = net.places["name"].where(~starred, net.places["name"] + "*")
    kosovo = f"{style.KOSOVO_NOTE} " if starred[[*table["from"], *table["to"]]].any() else ""
    branches = [part for mode in style.MODES for _, part in table[table["mode"] == mode].groupby("branch", sort=False)]
    ends = [0, *accumulate(part["section"].max() + 1 + _HEAD for part in branches)]
    twice = ends[-1] * _TIGHT > _HEIGHT
    # In two columns the second begins where that makes the longer the shortest.
    turn = min(range(len(ends)), key=lambda i: max(ends[i], ends[-1] - ends[i])) if twice else len(branches)
    rows = max(ends[turn], ends[-1] - ends[turn])
    figure, (left, bottom, wide, high) = sheet(
        title,
        f"{said} {profile_words(net)}".lstrip(),
        f"{kosovo}km: from the start, and of each section; km/h: the speed allowed; axle t: by the class of the line "
        f"where it states none; ‰: the steepest gradient; +: another link beside it; hatched: not stated. "
        f"{_cell_words(judged)} {data_words(net)}",
        size=(_WIDTH * (1 + twice), min(_HEIGHT, rows * _PITCH)),
    )
    column = (wide - _GUTTER) / 2 if twice else wide
    table_of = _structures(net)
    for at, parts in ((left, branches[:turn]), (left + column + _GUTTER, branches[turn:]))[: 1 + twice]:
        ax, top = blank_axes(figure, [at, bottom, column, high]), high
        for part in parts:
            top = _branch(ax, part, names, (table_of, judged), top, high / rows)
    return figure


def _structures(net: Network) -> dict[str, list[str]]:
    """Return the names of the bridges, tunnels and passes on each link."""
    found: dict[str, list[str]] = {}
    for name, links in zip(net.structures["name"], net.structures["links"], strict=True):
        for link in split(links):
            found.setdefault(link, []).append(name)
    return found


def _cell_words(judged: Judged) -> str:
    """Return what the cells of the requirements stand for, by mode."""
    if not len(judged.links):
        return ""
    asks: dict[str, list[str]] = {}
    for one in judged.once:
        if (judged.links["mode"] == one.mode).any():
            asks.setdefault(one.mode, []).append(one.label)
    each = "; ".join(f"{mode}: {', '.join(words)}" for mode, words in asks.items())
    return f"EU, a cell a requirement (blue: met, orange: falls short, hatched: not known or an estimate) - {each}."


def _branch(
    ax: Axes,
    part: pd.DataFrame,
    names: pd.Series,
    known: tuple[dict[str, list[str]], Judged],
    top: float,
    pitch: float,
) -> float:
    """Draw a branch from `top` down and return where it ends."""
    structures, judged = known
    first, last = part.iloc[0], part.iloc[-1]
    mode, group = first["mode"], style.group_of(first["corridor"])
    heading = f"{style.MODES[mode].label.capitalize()} {names[first['from']]} – {names[last['to']]}"
    top -= pitch
    write(ax, (0, top), cut(heading, TEXT, ax.get_xlim()[1], bold=True), bold=True)
    top -= 1.5 * pitch
    for word, _, end, _ in _FACTS[mode]:
        write(ax, (end, top + 0.5 * pitch - 0.35 * SMALL), word, SMALL - 1, color=GREY, ha="right")
    if mode != "sea":
        write(ax, (_CELLS, top + 0.5 * pitch - 0.35 * SMALL), "EU", SMALL - 1, color=GREY)
    km, stops = 0.0, [(top, 0.0, names[first["from"]])]
    for _, links in part.groupby("section"):
        row = links.iloc[0]
        _section(ax, links.to_dict("records"), group, top, top - pitch)
        if row["link"] in judged.states.index:
            _requirements(ax, judged, row["link"], top - pitch, pitch)
        on_it = structures.get(row["link"], [])
        text = on_it[0] + (f" + {len(on_it) - 1}" if len(on_it) > 1 else "") if on_it else ""
        room = ax.get_xlim()[1] - _STRUCTURE
        write(ax, (_STRUCTURE, top - pitch / 2 - 0.35 * SMALL), cut(text, SMALL - 0.5, room), SMALL - 0.5)
        km += row["length_km"]
        top -= pitch
        stops.append((top, km, names[row["to"]]))
    marks(ax, [(_LINE, y) for y, _, _ in stops], 3.6, "#FFFFFF", INK, zorder=4)
    for y, at, name in stops:
        write(ax, (_KM, y - 0.35 * SMALL), f"{at:,.0f}", SMALL - 0.5, color=GREY, ha="right")
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
    for _, column, end, room in _FACTS[row["mode"]]:
        text = _cell(row[column])
        if text:
            write(ax, (end, middle - 0.35 * SMALL), cut(text, SMALL, room + 8), SMALL, ha="right")
        else:
            _hatch(ax, end - room, low, room, top - low)
    words = [_state(link) for link in links]
    text = words[0] or "".join(f"+ {word}" for word in words[1:2])
    write(ax, (_STATE, middle - 0.35 * SMALL), text, SMALL - 1, bold=bool(words[0]))


def _requirements(ax: Axes, judged: Judged, link: str, low: float, high: float) -> None:
    """Draw a cell for each requirement: met, short, or hatched where it is not known."""
    states = [judged.states.at[link, one.id] for one in judged.once]
    for i, state in enumerate(state for state in states if state):
        left = _CELLS + i * _CELL
        if state == UNKNOWN:
            _hatch(ax, left, low, _CELL, high)
        else:
            box = Rectangle((left, low + 0.14 * high), _CELL - 0.6, 0.72 * high, fc=_FILLS[state], lw=0)
            ax.add_patch(box)


def _cell(value: float | str) -> str:
    """Return a fact as text; unknown is ""."""
    if isinstance(value, float):
        return "" if isnan(value) else f"{value:.0f}" if value == int(value) else f"{value:.1f}"
    return value.replace("XK", "XK*").replace("-", "–")


def _hatch(ax: Axes, left: float, low: float, wide: float, high: float) -> None:
    """Hatch the cell of what is not known."""
    box = Rectangle((left, low + 0.14 * high), wide, 0.72 * high, fc="none", ec=GREY, hatch="//////", lw=0, zorder=1)
    box.set_hatch_linewidth(0.35)
    ax.add_patch(box)


def _state(link: dict[str, Any]) -> str:
    """Return in a word or two why a link is not in use, or what is doubtful about it."""
    if link["state"] == "planned":
        return "in building" if link["status"] == "under_construction" else str(link["status"])
    return {"closed": "closed", "unused": "not used"}.get(link["state"], "doubtful" if link["doubtful"] else "")
