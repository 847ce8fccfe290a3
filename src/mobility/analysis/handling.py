"""What is passed within a place: changes of mode (handling, transshipment, detraining) and border crossings."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np

from mobility.model.profiles import HANDLINGS, TRANSFERS
from mobility.vocabulary import MODES, dashed, split

if TYPE_CHECKING:
    from mobility.model.network import Network
    from mobility.vocabulary import Array

_RAMP, _NO_RAMP = TRANSFERS[0], HANDLINGS[-1]


def transfers(net: Network, place: Array, mode: Array, country: Array) -> tuple[Array, Array, Array]:
    """Return the arcs between the modes of one place, both ways: tails, heads, the profile's handling hours.

    Parameters
    ----------
    net
        With a profile applied.
    place, mode, country
        Of each state, as in `Graph`.
    """
    kinds_at = [split(cell) if cell else [] for cell in net.places["transfer"]]
    if net.detrain:
        kinds_at = [[*kinds, _NO_RAMP] if bare else kinds for kinds, bare in zip(kinds_at, no_ramp(net), strict=True)]
    rows = np.flatnonzero([bool(kinds) for kinds in kinds_at])
    at: dict[tuple[int, int], dict[str, int]] = {}
    for s in np.flatnonzero(np.isin(place, rows)).tolist():
        at.setdefault((int(place[s]), int(mode[s])), {})[country[s]] = s
    tail, head, hours = [], [], []
    for row in rows.tolist():
        for kind in kinds_at[row]:
            modes = dashed(_RAMP if kind == _NO_RAMP else kind)
            first, second = (at.get((row, MODES.index(m)), {}) for m in modes)
            for a, b in [(first[code], second[code]) for code in first if code in second]:
                tail += [a, b]
                head += [b, a]
                hours += [net.profile.handling_h[kind]] * 2  # type: ignore[union-attr]
    return np.array(tail, int), np.array(head, int), np.array(hours, float)


def passes(place: Array, mode: Array, country: Array) -> tuple[Array, Array, Array]:
    """Return the arcs between ships of several countries at a border place, both ways: a sea route has no border.

    Parameters as in `transfers`.
    """
    at: dict[int, list[int]] = {}
    for s in np.flatnonzero((mode == MODES.index("sea")) & (country != "")).tolist():
        at.setdefault(int(place[s]), []).append(s)
    ends = np.array([pair for states in at.values() for pair in permutations(states, 2)], int).reshape(-1, 2)
    return ends[:, 0], ends[:, 1], np.zeros(len(ends))


def no_ramp(net: Network) -> Array:
    """Tell at which places no ramp between road and railway is known."""
    bare: Array = ~net.places["transfer"].str.contains(_RAMP, regex=False).to_numpy(bool)
    return bare


def estimated(net: Network) -> Array:
    """Tell at which places a change of mode rests on an estimate: that it is possible there, or how."""
    guessed: Array = net.places["transfer_source"].str.startswith("estimate:").to_numpy(bool)
    return guessed | no_ramp(net) if net.detrain else guessed


def crossings(net: Network, place: Array, mode: Array, country: Array) -> tuple[Array, Array, Array]:
    """Return the arcs between the countries of a border place, both ways: tails, heads, the crossing's wait (h).

    Parameters as in `transfers`.
    """
    where: dict[tuple[int, int], list[int]] = {}
    for s in np.flatnonzero(country != ""):
        where.setdefault((int(place[s]), int(mode[s])), []).append(int(s))
    tail, head, hours = [], [], []
    borders = net.borders.assign(wait=net.crossing_wait_h())
    borders = borders[borders["active"]]
    rows = net.places.index.get_indexer(borders["place"])
    for row, way, wait in zip(rows, borders["mode"], borders["wait"], strict=True):
        sides = where.get((int(row), MODES.index(way)), [])
        for a, b in permutations(sides, 2):
            tail.append(a)
            head.append(b)
            hours.append(wait)
    return np.array(tail, int), np.array(head, int), np.array(hours, float)
