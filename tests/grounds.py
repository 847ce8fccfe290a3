"""Grounds drawn by hand: points at whole tenths of a degree near the equator, edges with their km."""

import numpy as np

from mobility.sources.ground import Ground


def ground(points, *edges):
    """Return a ground of named points {name: (lat, lon)} and edges ("a", "b", km)."""
    number = {name: i for i, name in enumerate(points)}
    lat, lon = np.array(list(points.values()), dtype=float).T
    tail, head = (np.array([number[edge[end]] for edge in edges]) for end in (0, 1))
    return Ground(lat, lon, tail, head, np.array([float(e[2]) for e in edges]), np.full(len(edges), -1))
