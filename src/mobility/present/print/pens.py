"""How links are drawn on paper: the pens of a mode and a state, from the style table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely
from matplotlib.collections import LineCollection

from mobility.present.pens import pens_of as pens_in_px
from mobility.present.print.sheet import INK

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.axes import Axes
    from matplotlib.typing import MarkerType

    from mobility.present.pens import Pen

PT = 0.6  # pt for a px of the style table: print is read from nearer
CROSS = 6.4  # pt across


def pens_of(mode: str, state: str, group: str = "", *, quiet: bool = False) -> list[Pen]:
    """Return the pens of a link in pt, the first below; without a group in ink, as legends show it."""
    return [pen.scaled(PT) for pen in pens_in_px(mode, state, group, quiet=quiet)]


def stroke(ax: Axes, lines: Iterable[shapely.LineString], pens: Sequence[Pen], zorder: float = 2) -> None:
    """Draw lines with some pens, one above the other."""
    paths = [shapely.get_coordinates(line) for line in lines if not line.is_empty]
    for pen in pens if paths else ():
        dash: Any = (0, pen.dash) if pen.dash else "solid"
        look = {"colors": pen.colour, "linewidths": pen.width, "linestyles": dash, "capstyle": pen.cap}
        ax.add_collection(LineCollection(paths, joinstyle="round", zorder=zorder, **look), autolim=False)


def marks(
    ax: Axes,
    at: Sequence[tuple[float, float]],
    size: float,
    fill: str,
    edge: str,
    *,
    shape: MarkerType = "o",
    rim: float = 0.9,
    zorder: float = 3,
) -> None:
    """Draw marks that are `size` pt across, with an edge of `rim` pt."""
    if len(at):
        x, y = zip(*at, strict=True)
        ax.scatter(x, y, size**2, c=fill, edgecolors=edge, linewidths=rim, marker=shape, zorder=zorder)


def crosses(ax: Axes, at: Sequence[tuple[float, float]], zorder: float = 3) -> None:
    """Draw the crosses of what is closed."""
    marks(ax, at, CROSS, INK, "#FFFFFF", shape="X", zorder=zorder)
