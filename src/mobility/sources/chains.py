"""Segments joined into links: where nothing changes and nothing branches, one link runs on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from mobility.vocabulary import Array


class Chains(NamedTuple):
    """Runs of points: `points[start[i]:start[i + 1]]` is run i, whose first segment is `segment[i]`."""

    points: Array
    start: Array
    segment: Array


def chains(tail: Array, head: Array, key: Array, oneway: Array, keep: Array) -> Chains:
    """Join segments at points where exactly two of the same key meet.

    Parameters
    ----------
    tail, head
        Points of each segment (no segment starts and ends at one point).
    key
        Segments of different keys are never joined.
    oneway
        Per segment: used from tail to head only; such a run points the way it is used.
    keep
        Per point: a run ends here whatever meets.

    Returns
    -------
    Chains
        A run that would end where it starts is given as two.
    """
    n = len(tail)
    ends = np.concatenate([tail, head])  # half-segments: i leaves segment i's tail, n + i its head
    partner = _partners(ends, key, oneway, keep).tolist()
    at, one = ends.tolist(), oneway.tolist()
    seen = bytearray(n)
    points: list[int] = []
    start: list[int] = []
    segment: list[int] = []

    def run(half: int) -> None:
        begin = len(points)
        first = half if half < n else half - n
        points.append(at[half])
        while half >= 0:
            this = half if half < n else half - n
            if seen[this]:  # round a ring
                break
            seen[this] = 1
            across = half + n if half < n else half - n
            points.append(at[across])
            half = partner[across]
        start.append(begin)
        segment.append(first)
        if points[begin] == points[-1]:
            middle = (begin + len(points)) // 2
            points.insert(middle, points[middle])
            start.append(middle + 1)
            segment.append(first)

    for half in range(2 * n):
        if partner[half] < 0 and not seen[half % n] and not (half >= n and one[half - n]):
            run(half)
    for ring in range(n):
        if not seen[ring]:
            run(ring)
    return Chains(np.array(points, dtype=np.int64), np.array([*start, len(points)]), np.array(segment, dtype=np.int64))


def _partners(ends: Array, key: Array, oneway: Array, keep: Array) -> Array:
    """Return for each half-segment the one with which its run goes on, or -1."""
    n = len(key)
    order = np.argsort(ends, kind="stable")
    point, first, degree = np.unique(ends[order], return_index=True, return_counts=True)
    two = (degree == 2) & ~keep[point]  # noqa: PLR2004 - one comes, one goes
    a, b = order[first[two]], order[first[two] + 1]
    joined = (key[a % n] == key[b % n]) & (~oneway[a % n] | ((a < n) != (b < n)))
    partner = np.full(2 * n, -1)
    partner[a[joined]], partner[b[joined]] = b[joined], a[joined]
    return partner


def large_pieces(tail: Array, head: Array, length: Array, share: float) -> Array:
    """Return which segments belong to a connected piece that holds at least a share of the whole length."""
    points, row = np.unique(np.concatenate([tail, head]), return_inverse=True)
    a, b = row[: len(tail)], row[len(tail) :]
    count, piece = connected_components(
        coo_matrix((np.ones(len(a), bool), (a, b)), shape=(len(points), len(points))), directed=False
    )
    km = np.bincount(piece[a], weights=length, minlength=count)
    return np.asarray((km >= share * km.sum())[piece[a]]) if len(a) else np.zeros(0, bool)
