"""A place for every label that fits, the most important first, never one on top of another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mobility.vocabulary import Array

    Box = tuple[float, float, float, float]


_ASIDE, _ABOVE = (0, 18, -18, 36, -36), (0, 10, -10, 20, -20)  # pt, what a name may move


@dataclass(frozen=True)
class Label:
    """A name that wants a place beside its mark: the mark's position and radius, the name's size (all in pt)."""

    x: float
    y: float
    radius: float
    width: float
    height: float

    def spots(self) -> list[Box]:
        """Return the boxes to try, the best first: right, left, above, below, then the corners."""
        x, y, w, h = self.x, self.y, self.width, self.height
        gap, slant = self.radius + 2, self.radius + 0.2
        corners = [
            (x + gap, y - h / 2),
            (x - gap - w, y - h / 2),
            (x - w / 2, y + gap),
            (x - w / 2, y - gap - h),
            (x + slant, y + slant),
            (x - slant - w, y - slant - h),
            (x + slant, y - slant - h),
            (x - slant - w, y + slant),
            *((left, y - h / 2 + shift) for shift in (h / 4, -h / 4) for left in (x + gap, x - gap - w)),
        ]
        return [(left, low, left + w, low + h) for left, low in corners]


@dataclass(frozen=True)
class Spread:
    """A name that stands on one of some points, or, where it may move, near them; in pt."""

    at: tuple[tuple[float, float], ...]
    width: float
    height: float
    moves: bool = True
    last_beside: bool = False  # where no point is free, near the first

    def spots(self) -> list[Box]:
        """Return the boxes to try, the best first."""
        w, h = self.width, self.height
        shifts = sorted(((x, y) for x in _ASIDE for y in _ABOVE), key=lambda s: s[0] ** 2 + s[1] ** 2)
        near = shifts if self.moves else shifts[:1]
        tried = [(x + dx, y + dy) for x, y in self.at for dx, dy in near]
        tried += [(x + dx, y + dy) for x, y in self.at[: int(self.last_beside)] for dx, dy in shifts]
        return [(x - w / 2, y - h / 2, x + w / 2, y + h / 2) for x, y in tried]


def placed(
    labels: Iterable[Label | Spread], taken: Iterable[Box], crowd: Array, size: tuple[float, float]
) -> list[Box | None]:
    """Return for each label the box it gets, or None when it does not fit.

    Parameters
    ----------
    labels
        The most important first.
    taken
        Boxes that no label may touch: left, bottom, right, top in pt.
    crowd
        Points (x, y) along the lines of the map: of the free spots, the first of those that cover the fewest wins.
    size
        Width and height of the map in pt; a label lies wholly on it.
    """
    boxes = np.array([*taken, (0, 0, 0, 0)], dtype=float)
    found: list[Box | None] = []
    for label in labels:
        spots = label.spots()
        edges = np.array([*spots, (0, 0, 0, 0)][: len(spots) or 1])
        near = crowd[((crowd > edges[:, :2].min(axis=0)) & (crowd < edges[:, 2:].max(axis=0))).all(axis=1)]
        best, fewest = None, np.inf
        for spot in spots:
            left, low, right, high = spot
            if left < 1 or low < 1 or right > size[0] - 1 or high > size[1] - 1:
                continue
            apart = (boxes[:, 2] <= left) | (boxes[:, 0] >= right) | (boxes[:, 3] <= low) | (boxes[:, 1] >= high)
            covered = ((near > (left, low)) & (near < (right, high))).all(axis=1).sum()
            if apart.all() and covered < fewest:
                best, fewest = spot, covered
        found.append(best)
        if best is not None:
            boxes = np.vstack([boxes, best])
    return found
