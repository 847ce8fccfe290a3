"""The routable graph in steps of time, with the capacities of links, quays, ramps, crossings and trains.

With `graph` the only module that knows integer indices of states; beyond the graph's states there are nodes for
what limits a place: landing, going aboard, loading trains.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from mobility.analysis.graph import CROSSING, MS_PER_H, TRANSFER, Graph, milliseconds
from mobility.model.passage import handled_per_day
from mobility.vocabulary import MODES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mobility.analysis.by_clock import Spells
    from mobility.analysis.exemptions import Joint
    from mobility.model.network import Network
    from mobility.vocabulary import Array


ROAD, RAIL, SEA = (MODES.index(m) for m in MODES)
FAR = 10**6  # steps: never
POOL = 0  # in `Steps.limits`: the trains that all railheads share
UNIT = 24_000_000  # units of flow in a vehicle: a vehicle a day is a million units an hour
MOST = 10**15  # units: no limit
EXACT = 1e-3  # vehicles: what rounding to units may cost


@dataclass(frozen=True, eq=False)
class Steps:
    """Arcs that take whole steps; a force waits wherever it likes (arcs of one step from a node to itself).

    Attributes
    ----------
    tail, head, takes : int arrays, one entry per arc
        Nodes, and steps from one to the other.
    room : float array
        Vehicles that may enter in a step; out of the source: in all.
    limit : int array
        Which of `limits` gives the room, -1 where none does.
    arc : int array
        The arc of the graph, -1 where there is none.
    loads : bool array
        Arcs on which vehicles are loaded on trains; together they share the room of the pool.
    pool : float
        Vehicles that all trains together take in a step.
    limits : list of (kind, id)
        "trains", "port", "airport", "railhead", "border" or "link", and the id of the place or link.
    gate : int array
        Which of `opens` says when an arc can be entered, -1 where it always can.
    opens : bool array
        Per gate and step, whether it is open.
    supplied : bool
        Whether the room out of the source is limited.
    source, sink : int
        Nodes; the sink is the last.
    known : dict
        What `flow_over_time.carried` found, by horizon and need: nothing is solved twice.
    """

    tail: Array
    head: Array
    takes: Array
    room: Array
    limit: Array
    arc: Array
    loads: Array
    pool: float
    limits: list[tuple[str, str]]
    gate: Array
    opens: Array
    supplied: bool
    source: int
    sink: int
    known: dict[tuple[int, float], Any] = field(default_factory=dict, init=False, repr=False)

    @property
    def size(self) -> int:
        """Number of nodes."""
        return self.sink + 1

    @cached_property
    def open(self) -> Array:
        """Whether anything can pass an arc."""
        usable: Array = (self.room > 0) & (~self.loads | (self.pool > 0))
        return usable

    @cached_property
    def earliest(self) -> Array:
        """Step in which each node can be reached (FAR: never)."""
        return _least(self.tail, self.head, np.where(self.open, self.takes, FAR), self.source, self.size)

    @cached_property
    def remaining(self) -> Array:
        """Steps from each node to the sink (FAR: there is no way)."""
        return _least(self.head, self.tail, np.where(self.open, self.takes, FAR), self.sink, self.size)

    def only(self, arcs: Array) -> Steps:
        """Return the steps with some arcs (indices) and all waiting."""
        keep = self.tail == self.head
        keep[arcs] = True
        names = "tail head takes room limit arc loads gate".split()
        return replace(self, **{name: getattr(self, name)[keep] for name in names})

    @cached_property
    def unshut(self) -> Steps:
        """The steps without closures at times."""
        return (
            replace(self, gate=np.full(len(self.tail), -1), opens=np.zeros((0, 0), bool)) if len(self.opens) else self
        )

    def relieved(self, limits: Iterable[int], factor: float) -> Steps:
        """Return the steps with some limits multiplied; by infinity they are removed."""
        chosen = list(limits)
        more = np.full(len(self.room), np.inf) if np.isinf(factor) else self.room * factor
        room = np.where(np.isin(self.limit, chosen), more, self.room)
        pool = self.pool if POOL not in chosen else np.inf if np.isinf(factor) else self.pool * factor
        return replace(self, room=room, pool=pool)


def steps_of(
    joint: Joint,
    *,
    trains_day: float,
    supply: Mapping[str, float],
    per_hour: int = 1,
) -> Steps:
    """Return the steps from origins to destinations.

    Parameters
    ----------
    joint
        Of a network with a profile.
    trains_day
        Trains that can leave in a day, over all railheads.
    supply
        Vehicles that start at an origin, for those that have a share, and under "" for all others together;
        empty: any number anywhere.
    per_hour
        Steps in an hour.
    """
    graph, made = joint.graph, _Made(joint.graph.size, per_hour)
    gates = _Gates.of(graph, made, joint.starts)
    _travel(graph, made, gates, whole_steps(graph, joint.start, per_hour))
    source, rest = made.node(), made.node()
    if supply:
        made.arc(source, rest, room=supply.get("", 0.0))
    for place, states in joint.starts.items():
        start = quay = made.node()
        made.arc(rest if supply and place not in supply else source, start, room=supply.get(place, np.inf))
        if place in gates.landing:
            landing, quay = gates.landing[place]
            made.arc(start, landing)
        for state in states.tolist():
            made.arc(quay, gates.into.get(state, state))
    sink = made.node()
    for state in joint.goal.tolist():
        made.arc(gates.out_of.get(state, state), sink)
    pool = trains_day * graph.network.profile.vehicles_per_train  # type: ignore[union-attr]  # Graph.of applies one
    return made.steps(pool=pool / made.per_day, supplied=bool(supply), source=source, sink=sink)


def whole_steps(graph: Graph, starts: Array, per_hour: int) -> Array:
    """Return the steps that the graph's arcs take, rounded up along the best routes from some states.

    A best route takes its hours rounded up once, not once an arc; where a route leaves one for a slower arc, what that
    costs is rounded up too. So no route takes less than its hours, nor a step more for each such arc, and one.
    """
    step = MS_PER_H / per_hour
    _, first, heads, rank = graph.out
    ahead = csr_matrix((rank, heads, first), (graph.size, graph.size))
    reached = milliseconds(dijkstra(ahead, indices=starts, min_only=True))
    known = np.isfinite(reached[graph.tail])
    start, end = (np.where(known, reached[ends], 0) for ends in (graph.tail, graph.head))
    slower = np.where(known, start + graph.cost - end, graph.cost)
    takes: Array = (np.ceil(slower / step) + np.ceil(end / step) - np.ceil(start / step)).astype(np.int64)
    return takes


def shut_at(steps: Steps, spells: Mapping[int, Spells], cost: Array, horizon: int, per_hour: int) -> Steps:
    """Return the steps with arcs shut at times: in a step in which one is shut, if only in part, nothing is on it.

    Parameters
    ----------
    steps
        Without closures.
    spells
        Per arc of the graph when it is shut, in seconds (`by_clock.spells_of`).
    cost
        Milliseconds that each arc of the graph is travelled, without rest: from the step of entry on, rounded up to
        whole steps, one at least. What rest goes with it is taken behind it.
    horizon, per_hour
        Steps in all, and in an hour.
    """
    gate, gates = np.full(len(steps.tail), -1), list[Any]()
    for arc, each in spells.items():
        opens, long = np.ones(horizon, dtype=bool), max(int(np.ceil(cost[arc] * per_hour / MS_PER_H)), 1)
        for begin, end in (np.array(spell) * per_hour / 3600 for spell in each):
            opens[max(int(np.floor(begin)) - long + 1, 0) : int(min(np.ceil(end), horizon))] = False
        gate[steps.arc == arc] = len(gates)
        gates.append(opens)
    return replace(steps, gate=gate, opens=np.array(gates, dtype=bool).reshape(len(gates), horizon))


def capacity_day(net: Network) -> Array:
    """Return the vehicles a day that limit each link in one direction; access links limit nothing, as in a cut."""
    free = ~net.counted
    return np.where(free, np.inf, net.links["capacity"])


class _Made:
    """Nodes, arcs and limits as they are made."""

    def __init__(self, nodes: int, per_hour: int) -> None:
        self.nodes, self.per_hour, self.per_day = nodes, per_hour, 24 * per_hour
        self.rows: list[tuple[int, int, int, float, int, int, bool]] = []
        self.limits: dict[tuple[str, str], int] = {("trains", "pool"): POOL}

    def node(self) -> int:
        self.nodes += 1
        return self.nodes - 1

    def arc(
        self,
        tail: int,
        head: int,
        *,
        takes: int = 0,
        room: float = np.inf,
        limit: tuple[str, str] | None = None,
        arc: int = -1,
        loads: bool = False,
    ) -> None:
        number = self.limits.setdefault(limit, len(self.limits)) if limit and np.isfinite(room) else -1
        self.rows.append((tail, head, takes, room, number, arc, loads))

    def gate(self, room: float, limit: tuple[str, str], *, loads: bool = False) -> tuple[int, int]:
        """Two nodes with one limit between them."""
        gate = self.node(), self.node()
        self.arc(*gate, room=room, limit=limit, loads=loads)
        return gate

    def steps(self, *, pool: float, supplied: bool, source: int, sink: int) -> Steps:
        for node in set(range(self.nodes)) - {source, sink}:
            self.arc(node, node, takes=1)
        tail, head, takes, room, limit, arc, loads = (np.array(column) for column in zip(*self.rows, strict=True))
        limits, always, none = list(self.limits), np.full(len(tail), -1), np.zeros((0, 0), dtype=bool)
        return Steps(tail, head, takes, room, limit, arc, loads, pool, limits, always, none, supplied, source, sink)


class _Gates(NamedTuple):
    """Nodes where places limit what passes.

    Attributes
    ----------
    landing
        Per port (and place of entry with a rate of its own): before the quay, and behind it.
    into, out_of
        Per state by rail or sea: where vehicles queue to be loaded; by sea: where they are when landed.
    """

    landing: dict[str, tuple[int, int]]
    into: dict[int, int]
    out_of: dict[int, int]

    @classmethod
    def of(cls, graph: Graph, made: _Made, origins: Iterable[str]) -> _Gates:
        net = graph.network
        places, kinds = net.places.index, net.places["kind"]
        handled = handled_per_day(net.places, net.rules) / made.per_day
        trains, each = net.rules.deploy["railhead_trains_day"], net.profile.vehicles_per_train  # type: ignore[union-attr]
        afloat = places[graph.place[graph.mode == SEA]]
        gates = cls({}, {}, {})
        for place in dict.fromkeys([*afloat, *(p for p in origins if np.isfinite(handled[p]))]):
            kind = "airport" if kinds[place] in {"airport", "airbase"} else "port"
            gates.landing[place] = made.gate(handled[place], (kind, place))
        for state in np.flatnonzero(graph.mode == SEA).tolist():
            place = places[graph.place[state]]
            made.arc(state, gates.landing[place][0])
            gates.out_of[state] = gates.landing[place][1]
            gates.into[state] = made.node()
            made.arc(gates.into[state], state, room=handled[place], limit=("port", place))
        ramps: dict[str, tuple[int, int]] = {}
        for state in np.flatnonzero(graph.mode == RAIL).tolist():
            place = places[graph.place[state]]
            ramps[place] = ramps.get(place) or made.gate(trains * each / made.per_day, ("railhead", place), loads=True)
            gates.into[state] = ramps[place][0]
            made.arc(ramps[place][1], state)
        return gates


def _travel(graph: Graph, made: _Made, gates: _Gates, takes: Array) -> None:
    """Add the graph's own arcs, which take some steps: links with their capacity, road crossings, changes of mode."""
    net = graph.network
    room, border = capacity_day(net) / made.per_day, net.rules.deploy["border_vehicles_day"] / made.per_day
    rows = zip(graph.tail.tolist(), graph.head.tolist(), graph.link.tolist(), takes.tolist(), strict=True)
    ids, places, room = net.links.index.tolist(), net.places.index[graph.place].tolist(), room.tolist()
    for arc, (tail, head, link, steps) in enumerate(rows):
        if link >= 0:
            made.arc(tail, head, takes=steps, arc=arc, room=room[link], limit=("link", ids[link]))
        elif link == TRANSFER:
            made.arc(gates.out_of.get(tail, tail), gates.into.get(head, head), takes=steps, arc=arc)
        elif link == CROSSING and graph.mode[tail] == ROAD:
            limit = "border", places[tail]
            made.arc(tail, head, takes=steps, arc=arc, room=border, limit=limit)
        else:
            made.arc(tail, head, takes=steps, arc=arc)


def _least(tail: Array, head: Array, takes: Array, start: int, size: int) -> Array:
    """Least steps from a node to all others, by relaxing all arcs until nothing changes."""
    found = np.full(size, FAR)
    found[start] = 0
    while True:
        before = found.copy()
        np.minimum.at(found, head, before[tail] + takes)
        if (before == found).all():
            return found
