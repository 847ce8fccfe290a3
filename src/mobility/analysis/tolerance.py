"""Tolerances: how much each thing that takes time may change before another route is best, in whole milliseconds.

What lies on the best route may take longer by what the best route without it takes more; what lies elsewhere must take
less by what the best route by way of it takes more. Both are exact, and so is the other half: what is on the route may
take less, and what is not may take longer, as much as one likes. Only what a route may meet several times - handling,
all trains, all borders - needs a search over its value (`parametric`).
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from mobility.analysis.graph import CROSSING, MS_PER_H, TRANSFER, Graph, milliseconds
from mobility.analysis.pairs import graph_for
from mobility.analysis.parametric import Parametric
from mobility.analysis.replacement import Tree
from mobility.analysis.routing import best_route
from mobility.analysis.wheel import wheel_turns
from mobility.model.profiles import HANDLINGS
from mobility.vocabulary import MODES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mobility.analysis.parametric import Line, Value
    from mobility.model.network import Network
    from mobility.vocabulary import Array

COLUMNS = (
    "what thing name mode on_route change hours tolerance_h tolerance_ms factor speed_kmh speed_then_kmh time_then_h "
    "over links_then"
).split()
CLASSES = (*MODES, "border", "handling")


class Ways(NamedTuple):
    """A pair's best route, and the trees that it was found with."""

    graph: Graph
    start: Tree
    goal: Tree
    path: list[int]

    @classmethod
    def of(cls, network: Network, origin: str, destination: str) -> Ways:
        """Search a network for the best route; raises NoRouteError where there is none."""
        net = network.profiled()
        a, b = net.place_named(origin), net.place_named(destination)
        best_route(net, a, b)  # raises, and says why
        graph = graph_for(net, (a, b))
        start, goal = Tree.at(graph, a), Tree.at(graph, b, reverse=True)
        return cls(graph, start, goal, goal.walk(graph, start))

    @property
    def ms(self) -> int:
        """What the best route takes."""
        return int(self.graph.cost[self.path].sum())

    def parametric(self, base: Array, slope: Array) -> Parametric:
        """Return a search over a parameter for this pair."""
        return Parametric(self.graph, self.start.states, self.goal.states, base, slope)


class Single(NamedTuple):
    """The tolerance of one input (see `Graph.inputs`): how much more (or less, off the route) it may take.

    Attributes
    ----------
    value, tolerance : int
        Milliseconds; a tolerance of None: nothing replaces it.
    then : int
        What the route then takes when the input has changed by just so much.
    path
        The route that is best beyond.
    """

    input: int
    value: int
    tolerance: int | None
    then: int | None
    path: list[int]
    on_route: bool


def tolerances(network: Network, origin: str, destination: str) -> pd.DataFrame:
    """Return how much each link, wait, handling time and class of them may change before another route is best.

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used.
    origin, destination
        A place (id or name) or lat,lon.

    Returns
    -------
    DataFrame
        One row per thing and direction of change, those on the route first, in order of travel; what is not on it
        follows, what needs least to change first, as far as it can turn the route over at all. Columns: what ("link",
        "border", "handling", or "class": all roads, trains, ships, borders or handling together, and the hours a day at
        the wheel, which turn over the route by arrival: to the minute, see `wheel`), thing (id), name,
        mode, on_route, change ("rise" or "fall" of its hours), hours (now: of a link, one wait, one handling; of a
        class those on the route), tolerance_h and tolerance_ms (so much it may change and the route is still a best
        one; one millisecond more and another is better; NaN: whatever it does), factor (of a class: its hours may be
        multiplied by so much), speed_kmh and speed_then_kmh (of a link, now and with the tolerance), time_then_h (what
        the route takes that is best beyond), over (the longest link of that route that is not on this one), links_then
        (ids of its links).

    Raises
    ------
    NoRouteError, InputError
        When the two are not connected, or the same place.

    Examples
    --------
    >>> from mobility import Network, tolerances
    >>> table = tolerances(Network.load().under("wheeled"), "kumanovo", "nis")
    >>> bool((table.loc[table["on_route"] & (table["what"] == "link"), "tolerance_ms"] > 0).any())
    True
    """
    ways = Ways.of(network, origin, destination)
    rows = [_single_row(ways, found) for found in (*on_route(ways), *off_route(ways))]
    rows += [*_handling_rows(ways), *_class_rows(ways), *_wheel_rows(ways)]
    return pd.DataFrame(rows, columns=COLUMNS)


def on_route(ways: Ways) -> Iterator[Single]:
    """Iterate over the links and crossings of the best route, in order of travel."""
    graph = ways.graph
    for i in dict.fromkeys(graph.inputs[ways.path].tolist()):
        if not 0 <= i < _singles(graph):
            continue
        without = np.where(graph.inputs == i, np.inf, graph.rank)
        left = graph.rank_to(ways.goal.states, without)
        then = milliseconds(left[ways.start.states].min())
        value = int(graph.cost[graph.inputs == i][0])
        if np.isinf(then):
            yield Single(i, value, None, None, [], on_route=True)
        else:
            path = graph.walk(ways.start.states, left, without)
            yield Single(i, value, int(then) - ways.ms, int(then), path, on_route=True)


def off_route(ways: Ways) -> list[Single]:
    """Return the other links and crossings, as far as a route by way of them would be best if they took no time."""
    graph, start, goal = ways.graph, ways.start, ways.goal
    inputs, more = graph.inputs, start.rank[graph.tail] + graph.rank + goal.rank[graph.head]
    more = milliseconds(more) - ways.ms
    there = (inputs >= 0) & (inputs < _singles(graph)) & ~np.isin(inputs, inputs[ways.path]) & (more < graph.cost)
    arcs = np.flatnonzero(there)
    arcs = arcs[np.lexsort((arcs, more[arcs]))]
    _, first = np.unique(inputs[arcs], return_index=True)
    before = np.full(graph.size, -1)
    tree = (start.up[graph.head] == graph.tail) & (start.rank[graph.tail] + graph.rank == start.rank[graph.head])
    before[graph.head[tree]] = np.flatnonzero(tree)
    found = []
    for arc in arcs[np.sort(first)].tolist():
        path, at = [arc], int(graph.tail[arc])
        while (step := int(before[at])) >= 0:
            path.append(step)
            at = int(graph.tail[step])
        path = path[::-1] + graph.walk([int(graph.head[arc])], goal.rank, known=goal.steps)
        found.append(Single(int(inputs[arc]), int(graph.cost[arc]), int(more[arc]), ways.ms, path, on_route=False))
    return found


def of_class(ways: Ways, what: str) -> Parametric:
    """Return the search over a factor on all hours of a class (one of CLASSES), 1 as it is."""
    graph = ways.graph
    if what in MODES:
        own = (graph.link >= 0) & (graph.mode[graph.tail] == MODES.index(what))
    else:
        own = graph.link == {"border": CROSSING, "handling": TRANSFER}[what]
    return ways.parametric(np.where(own, 0, graph.cost), np.where(own, graph.cost, 0))


def of_handling(ways: Ways, kind: str) -> Parametric:
    """Return the search over what one change of mode of a kind takes, in milliseconds."""
    own = ways.graph.inputs == _singles(ways.graph) + HANDLINGS.index(kind)
    return ways.parametric(np.where(own, 0, ways.graph.cost), own)


def _singles(graph: Graph) -> int:
    """Return how many inputs are met but once by a best route: links and crossings."""
    return len(graph.network.links) + len(graph.network.borders)


def _single_row(ways: Ways, found: Single) -> dict[str, Any]:
    net = ways.graph.network
    row = {"on_route": found.on_route, "change": "rise" if found.on_route else "fall", "hours": found.value / MS_PER_H}
    if found.input < len(net.links):
        link = net.links.iloc[found.input]
        row |= {"what": "link", "thing": link.name, "name": link["name"], "mode": link["mode"]}
        row["speed_kmh"] = link["speed"]
        then = found.value + (found.tolerance or 0) * (1 if found.on_route else -1)
        if found.tolerance is not None and then:
            row["speed_then_kmh"] = link["length_km"] * MS_PER_H / then
    else:
        border = net.borders.iloc[found.input - len(net.links)]
        row |= {"what": "border", "thing": border["place"], "name": border["name"], "mode": border["mode"]}
    if found.tolerance is None:
        return row
    return row | _turned(ways, found.tolerance, found.then or 0, found.path)


def _handling_rows(ways: Ways) -> Iterator[dict[str, Any]]:
    graph = ways.graph
    for kind in HANDLINGS:
        own = np.flatnonzero(graph.inputs == _singles(graph) + HANDLINGS.index(kind))
        if not len(own):
            continue
        search, now = of_handling(ways, kind), int(graph.cost[own[0]])
        row = {"what": "handling", "thing": kind, "name": f"one change {kind}", "hours": now / MS_PER_H}
        row["on_route"] = bool(np.isin(ways.path, own).any())
        for change, turn in (("rise", search.rise(ways.path)), ("fall", search.fall(ways.path, 0))):
            if turn is not None:
                t, line = turn
                tolerance = (
                    int(t - now) if change == "rise" else int(now - t)
                )  # whole: a millisecond more turns it over
                yield row | {"change": change} | _turned(ways, tolerance, float(line.at(t)), line.path)
            elif change == "rise" and row["on_route"]:
                yield row | {"change": change}


def _class_rows(ways: Ways) -> Iterator[dict[str, Any]]:
    for what in CLASSES:
        search = of_class(ways, what)
        if not any(search.slope):
            continue
        hours = search.line(ways.path).slope / MS_PER_H
        called = {"border": "all border waits", "handling": "all changes of mode"}.get(what, f"all hours by {what}")
        row = {"what": "class", "thing": what, "name": called, "on_route": hours > 0, "hours": hours}
        row["mode"] = what if what in MODES else ""
        for change, turn in (("rise", search.rise(ways.path)), ("fall", search.fall(ways.path, 0))):
            if turn is not None:
                yield row | {"change": change} | _factored(ways, turn, hours)
            elif change == "rise" and row["on_route"]:
                yield row | {"change": change}


def _wheel_rows(ways: Ways) -> Iterator[dict[str, Any]]:
    """Yield by how much the hours a day at the wheel may change before another route arrives first."""
    found = wheel_turns(ways.graph, ways.path, ways.start.states, ways.goal.states)
    row: dict[str, Any] = {"what": "class", "thing": "hours_per_day", "mode": "road", "on_route": True}
    row |= {"name": "hours a day at the wheel (route by arrival)", "hours": found.day_h}
    for change, turn in (("rise", found.rise), ("fall", found.fall)):
        if turn is not None:
            then = _turned(ways, None, turn.ms, turn.path, own=found.path)
            yield row | {"change": change, "tolerance_h": turn.tolerance_h} | then


def _factored(ways: Ways, turn: tuple[Value, Line], hours: float) -> dict[str, Any]:
    """Return what turns over at a factor; the hours of it are those on the route."""
    factor, line = turn
    found = _turned(ways, None, float(line.at(factor)), line.path)
    return found | {"factor": float(factor), "tolerance_h": abs(float(Fraction(factor) - 1)) * hours}


def _turned(
    ways: Ways, tolerance: int | None, then: float, path: Sequence[int], own: Sequence[int] = ()
) -> dict[str, Any]:
    """Return what a row says of the route that is best beyond, against the best route or another `own`."""
    graph = ways.graph
    legs = [int(graph.link[arc]) for arc in path if graph.link[arc] >= 0]
    known = set(graph.link[[*(own or ways.path)]].tolist())
    new = [arc for arc in path if graph.link[arc] >= 0 and int(graph.link[arc]) not in known]
    over = ""
    if new:
        link = graph.network.links.iloc[graph.link[max(new, key=lambda arc: graph.cost[arc])]]
        over = f"{link['name']} ({link['mode']})"
    row: dict[str, Any] = {"time_then_h": then / MS_PER_H, "over": over, "links_then": ";".join(graph.ids[legs])}
    if tolerance is not None:
        row |= {"tolerance_ms": tolerance, "tolerance_h": tolerance / MS_PER_H}
    return row
