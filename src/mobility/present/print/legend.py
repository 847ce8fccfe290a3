"""What the lines, colours and marks of a printed map mean, beside it, with its scale."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import floor, log10
from typing import TYPE_CHECKING

import shapely

from mobility.present import style
from mobility.present.legend_rows import Row, layer_rows, line_rows, place_rows
from mobility.present.pens import Pen
from mobility.present.print.pens import PT, crosses, marks, pens_of, stroke
from mobility.present.print.sheet import GREY, INK, SMALL, TEXT, width, wrapped, write
from mobility.present.scene import EDGE

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from matplotlib.axes import Axes

    from mobility.present.scene import Scene

    Mark = Callable[[Axes, list[tuple[float, float]]], None]

END, RING = 6.8, 11.8  # pt across: the mark of an origin or destination, and the ring around what binds
_SCALE_ROOM = 26.0  # pt below the list, for the scale
_SWATCH = 26.0  # pt


def layer_pens(colour: str, px: float, casing: str = style.ROUTE_CASING, dash: str = "") -> list[Pen]:
    """Return the pens of a layer: its colour on a casing, so that it stands out from every ground."""
    pattern = tuple(float(part) * PT for part in dash.split())
    return [Pen(casing, (px + EDGE) * PT, (), "round"), Pen(colour, px * PT, pattern, "butt" if dash else "round")]


def mark_badge(ax: Axes, at: tuple[float, float], text: str, zorder: float = 3) -> None:
    """Draw the mark of what is ranked, its middle at a point."""
    shape = "circle,pad=0.25" if len(text) == 1 else "round,pad=0.22,rounding_size=0.6"
    pill = {"boxstyle": shape, "fc": INK, "ec": "#FFFFFF", "lw": 0.7}
    more = {"bbox": pill, "ha": "center", "va": "center", "color": "#FFFFFF", "zorder": zorder}
    write(ax, at, text, SMALL, bold=True, **more)


def badge_size(text: str) -> tuple[float, float]:
    """Return the width and height of such a mark in pt."""
    return width(text, SMALL, bold=True) + 5, SMALL * 1.25 + 3


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
    _ranking(ax, view, top - 8)
    _scale(ax, m_per_pt)


def _ranking(ax: Axes, view: Scene, top: float) -> None:
    """Write the list of what is ranked, as far as there is room."""
    wide = ax.get_xlim()[1]
    if not view.ranked:
        return
    heads = wrapped(view.ranking, TEXT, wide, bold=True)
    for line in heads:
        top -= TEXT * 1.3
        write(ax, (0, top), line, bold=True)
    left = max(badge_size(row.mark)[0] for row in view.ranked) + 4
    for row in view.ranked:
        lines = [(line, True) for line in wrapped(row.name, SMALL + 0.5, wide - left, bold=True, most=2)]
        lines += [(line, False) for line in wrapped(row.said, SMALL + 0.5, wide - left, most=2)]
        if top - 3 - len(lines) * SMALL * 1.35 < _SCALE_ROOM:
            return
        top -= 3
        mark_badge(ax, (badge_size(row.mark)[0] / 2, top - SMALL * 0.75), row.mark)
        for line, bold in lines:
            top -= SMALL * 1.35
            write(ax, (left, top), line, SMALL + 0.5, bold=bold)


def _rows(view: Scene, links: pd.DataFrame) -> list[Row]:
    """Return the rows: on paper only what is seen, and widths of every layer, for there is room."""
    empty = {layer.colour for layer in view.layers if not layer.values}  # noqa: PD011 - no frame
    layers = [row for row in layer_rows(view, last=False) if not (row.alone and row.key in empty)]
    layers = [row for row in layers if row.when in {"", *view.choices[-1:]}]
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
            pens = layer_pens(row.key, row.width, row.casing, row.dash)
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
