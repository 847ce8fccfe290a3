"""What the lines, colours and marks of a printed map mean, beside it, with its scale."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import floor, log10
from typing import TYPE_CHECKING

import shapely

from mobility.present import style
from mobility.present.pens import PT, Pen, crosses, marks, pens_of, stroke
from mobility.present.sheet import GREY, INK, SMALL, TEXT, wrapped, write
from mobility.present.views import link_states

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd
    from matplotlib.axes import Axes

    from mobility.present.views import Under, View

    Mark = Callable[[Axes, list[tuple[float, float]]], None]
    Row = tuple[str, list[Pen], Mark | None]  # a row with neither pens nor mark is a heading

END, RING = 6.8, 11.8  # pt across: the mark of an origin or destination, and the ring around what binds
_SWATCH = 26.0  # pt


def breadth(value: float, view: View) -> float:
    """Return the width in pt of a layer's line."""
    return PT * view.breadth(value)


def layer_pens(colour: str, wide: float) -> list[Pen]:
    """Return the pens of a layer: its colour on a dark casing, so that it stands out from every ground."""
    return [Pen(style.ROUTE_CASING, wide + 3 * PT, (), "round"), Pen(colour, wide, (), "round")]


def mark_end(ax: Axes, at: list[tuple[float, float]], role: str, zorder: float = 3) -> None:
    """Draw the marks of origins (white) or destinations (black)."""
    marks(ax, at, END, "#FFFFFF" if role == "origin" else INK, INK, zorder=zorder)


def mark_binding(ax: Axes, at: list[tuple[float, float]], zorder: float = 3) -> None:
    """Draw the rings around places that bind."""
    marks(ax, at, RING, "none", style.WORST_COLOUR, rim=1.8, zorder=zorder)


def draw_legend(ax: Axes, view: View, links: pd.DataFrame, m_per_pt: float) -> None:
    """Draw the legend of a view, of what is among `links`, and the scale, on axes in pt."""
    wide, top = ax.get_xlim()[1], ax.get_ylim()[1]
    for text, pens, mark in _rows(view, links):
        left = _SWATCH + 6 if pens or mark else 0.0
        lines = wrapped(text, TEXT, wide - left, bold=not left)
        tall = max(len(lines) * TEXT * 1.25, *(pen.width + 3 for pen in pens), 0) + 5 * (not left)
        middle = top - max(TEXT * 1.25, *(pen.width + 3 for pen in pens), 0) / 2 - 5 * (not left)
        flat = [replace(pen, cap=pen.cap if pen.dash else "butt") for pen in pens]
        stroke(ax, [shapely.LineString([(0, middle), (_SWATCH, middle)])], flat)
        if mark:
            mark(ax, [(_SWATCH / 2, middle)])
        for i, line in enumerate(lines):
            write(ax, (left, middle - 0.36 * TEXT - i * TEXT * 1.25), line, bold=not left)
        top -= tall
    _scale(ax, m_per_pt)


def _rows(view: View, links: pd.DataFrame) -> Iterator[Row]:
    yield from _line_rows(links, borders_closed=bool((view.network.borders["closure"] != "").any()))
    for layer in view.layers:
        yield from _layer_rows(layer, view)
    roles = set(view.labels()["role"])
    yield from [("Places", [], None)] * bool(roles - {""})
    for role, label in (("origin", "origin: port of entry, base"), ("destination", "destination")):
        if role in roles:
            yield label, [], partial(mark_end, role=role)
    if view.marked:
        yield style.BINDS, [], mark_binding


def _line_rows(links: pd.DataFrame, *, borders_closed: bool) -> Iterator[Row]:
    groups, modes = {style.group_of(cell) for cell in links["corridors"]}, set(links["mode"])
    found = {*link_states(links), *["closed"] * borders_closed}
    yield "Colour: corridor", [], None
    for group in style.GROUP_COLOURS:
        if group in groups:
            yield style.GROUP_NAMES[group], pens_of("road", "", group), None
    yield "Line: mode and state", [], None
    for mode, line in style.MODES.items():
        if mode in modes:
            yield line.label, pens_of(mode, ""), None
    for state, line in style.STATUS.items():
        if state in found:
            yield line.label, pens_of("", state), crosses if state == "closed" else None


def _layer_rows(layer: Under, view: View) -> Iterator[Row]:
    steps = layer.steps()
    label = layer.label[:1].upper() + layer.label[1:]
    if len(steps) == 1:
        yield label.partition(" (")[0], layer_pens(layer.colour, breadth(steps[0][0], view)), None
    elif steps:
        yield label, [], None
        for value, words in steps:
            yield words, layer_pens(layer.colour, breadth(value, view)), None


def _scale(ax: Axes, m_per_pt: float) -> None:
    """Draw a bar of a round number of kilometres, and name the projection."""
    most = (ax.get_xlim()[1] - 30) * m_per_pt / 1000
    power = 10.0 ** floor(log10(most))
    km = max(step * power for step in (1, 2, 5) if step * power <= most)
    long = km * 1000 / m_per_pt
    ax.plot([0, 0, long, long], [17, 13, 13, 17], color=INK, linewidth=0.9)
    write(ax, (long + 4, 11.5), f"{km:g} km")
    write(ax, (0, 2), "ETRS89-LAEA (EPSG:3035)", SMALL, color=GREY)
