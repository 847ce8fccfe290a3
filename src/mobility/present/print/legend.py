"""What the lines, colours and marks of a printed map mean, beside it, with its scale."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import floor, log10
from typing import TYPE_CHECKING

import shapely

from mobility.present import style
from mobility.present.legend_rows import Row, layer_rows, line_rows, place_rows
from mobility.present.print.pens import PT, Pen, crosses, marks, pens_of, stroke
from mobility.present.print.sheet import GREY, INK, SMALL, TEXT, wrapped, write

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from matplotlib.axes import Axes

    from mobility.present.scene import Scene

    Mark = Callable[[Axes, list[tuple[float, float]]], None]

END, RING = 6.8, 11.8  # pt across: the mark of an origin or destination, and the ring around what binds
_SWATCH = 26.0  # pt


def breadth(value: float, view: Scene) -> float:
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


def draw_legend(ax: Axes, view: Scene, links: pd.DataFrame, m_per_pt: float) -> None:
    """Draw the legend of a view, of what is among `links`, and the scale, on axes in pt."""
    wide, top = ax.get_xlim()[1], ax.get_ylim()[1]
    for row in _rows(view, links):
        pens, mark = _swatch(row)
        text = row.text[:1].upper() + row.text[1:] if row.alone else row.text
        left = _SWATCH + 6 if row.shows else 0.0
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


def _rows(view: Scene, links: pd.DataFrame) -> list[Row]:
    """Return the rows: on paper only what is seen, and widths of every layer, for there is room."""
    empty = {layer.colour for layer in view.layers if not layer.values}  # noqa: PD011 - no frame
    layers = [row for row in layer_rows(view, last=False) if not (row.alone and row.key in empty)]
    roles = set(view.labels()["role"]) - {""}
    return [*line_rows(view, links), *layers, *[Row("Places")] * bool(roles), *place_rows(view, roles)]


def _swatch(row: Row) -> tuple[list[Pen], Mark | None]:
    """Return what a row shows: the pens of a line, and a mark on it."""
    pens: list[Pen] = []
    mark: Mark | None = None
    match row.shows:
        case "group":
            pens = pens_of("road", "", row.key)
        case "mode":
            pens = pens_of(row.key, "")
        case "state":
            pens, mark = pens_of("", row.key), crosses if row.key == "closed" else None
        case "layer":
            pens = layer_pens(row.key, PT * row.width)
        case "role":
            mark = partial(mark_end, role=row.key)
        case "binds":
            mark = mark_binding
    return pens, mark


def _scale(ax: Axes, m_per_pt: float) -> None:
    """Draw a bar of a round number of kilometres, and name the projection."""
    most = (ax.get_xlim()[1] - 30) * m_per_pt / 1000
    power = 10.0 ** floor(log10(most))
    km = max(step * power for step in (1, 2, 5) if step * power <= most)
    long = km * 1000 / m_per_pt
    ax.plot([0, 0, long, long], [17, 13, 13, 17], color=INK, linewidth=0.9)
    write(ax, (long + 4, 11.5), f"{km:g} km")
    write(ax, (0, 2), "ETRS89-LAEA (EPSG:3035)", SMALL, color=GREY)
