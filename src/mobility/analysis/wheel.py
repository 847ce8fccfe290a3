"""The rest rule: by how many hours a day at the wheel another route arrives first.

An arrival is no straight line over these hours: each halt comes or goes at once. So the route by arrival is asked for
at every hour from one to 24 (`march.Arrivals`), and all that are found are driven at every minute. What turns over is
exact to the minute among these routes; like the route by arrival itself it is a bound, no proof.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby, zip_longest
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mobility.analysis.graph import MS_PER_H
from mobility.analysis.march import DAY_H, Arrivals, arrivals, on_road
from mobility.errors import sure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mobility.analysis.graph import Graph
    from mobility.vocabulary import Array

_MINUTES = np.arange(60, 60 * DAY_H + 1)
_MS_PER_MIN = MS_PER_H // 60


class Turn(NamedTuple):
    """So far the hours a day may change; a minute farther the route of these arcs arrives first, after so many ms."""

    tolerance_h: float
    ms: float
    path: Sequence[int]


class Wheel(NamedTuple):
    """The hours a day of the profile, the route by arrival (arcs), and what more or fewer hours turn it over to."""

    day_h: float
    path: Sequence[int]
    rise: Turn | None
    fall: Turn | None


def wheel_turns(graph: Graph, fastest: Sequence[int], starts: Array, goals: Array) -> Wheel:
    """Return by how much the hours a day at the wheel may rise and fall before another route arrives first.

    Parameters
    ----------
    graph
        Under the profile; its hours a day are the value now.
    fastest
        Arcs of the least-time route.
    starts, goals
        States of origin and destination.
    """
    day_h = sure(graph.network.profile, "the profile").hours_per_day
    place = graph.network.places.index[graph.place[goals[0]]]
    finder: Arrivals | None = None
    found: list[tuple[int, ...]] = []
    for hours in (day_h, *range(1, DAY_H + 1)):
        finder = Arrivals(_driving(graph, hours), finder)
        found.append(tuple(finder.of(list(fastest), starts, [place]).path))
    routes = list(dict.fromkeys(found))  # the first is the one now
    rows = _rows(graph, routes)
    at = np.array([arrivals(rows, minute * _MS_PER_MIN) for minute in _MINUTES.tolist()])
    best, now = at.min(axis=1), round(day_h * 60)
    over = _MINUTES[at[:, 0] > best]
    rise, fall = over[over > now], over[over < now]

    def turn(minutes: Array, step: int) -> Turn | None:
        if not len(minutes):
            return None
        first = int(minutes.min() if step > 0 else minutes.max())
        row = first - int(_MINUTES[0])
        return Turn(abs(first - step - day_h * 60) / 60, float(best[row]), routes[int(at[row].argmin())])

    return Wheel(day_h, routes[0], turn(rise, 1), turn(fall, -1))


def _driving(graph: Graph, hours: float) -> Graph:
    """Return the graph with other hours a day at the wheel; its arcs take what they did."""
    profile = replace(sure(graph.network.profile, "the profile"), hours_per_day=hours)
    return replace(graph, network=replace(graph.network, profile=profile))


def _rows(graph: Graph, routes: Iterable[Sequence[int]]) -> Array:
    """Return routes as `march.arrivals` takes them: driven and not, in turn, beginning with what is driven."""
    driven, rows = on_road(graph), []
    for route in routes:
        parts: list[float] = []
        for drives, arcs in groupby(route, key=lambda arc: bool(driven[arc])):
            parts += [0.0] * (drives == len(parts) % 2)  # begins with what is not driven
            parts.append(float(graph.cost[list(arcs)].sum()))
        rows.append([*parts, *[0.0] * (len(parts) % 2)])
    return np.array(list(zip_longest(*rows, fillvalue=0.0))).T
