"""Columns of forces: how large, where they can go, how long that takes, and what each step needs.

Rules, all estimates of the project on the values of profiles.toml and the tables:

- A column is what stays together from end to end: a packet of the profile, or a trainload where the force's best way
  has a railway in it.
- Two columns enter a link of one direction at least so long apart that its capacity a day is kept (as in `deploy`: a
  day's capacity is spread over 24 hours), and that the first has passed; a slower one holds those behind it back by
  what the quickest of all columns would gain on it, so that nobody is overtaken or run into. Access links have no
  capacity, but columns on them do not overlap either. Ships pass each other.
- On a railway that is not known to have two tracks throughout, trains do not meet: no passing place is known.
- Ports, airports, railheads, road crossings and trains as in `deploy`; a train is away for the whole turnaround.
- Rests are taken between links (on a link only where that takes more than a day's driving).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mobility.analysis.by_clock import Gate, Left, Rest, Ways, spells_of
from mobility.analysis.exemptions import Joint, joint_graph
from mobility.analysis.graph import CROSSING, TRANSFER, Graph, milliseconds
from mobility.analysis.march import on_road
from mobility.analysis.routing import best_route, k_best_routes
from mobility.deployment.asked import lorry_loads
from mobility.deployment.booked import FOLLOWS, OPPOSED, TRAINS, Need
from mobility.deployment.time_expanded import RAIL, ROAD, SEA, capacity_day
from mobility.errors import InputError, NoRouteError, sure
from mobility.model.changes import loaded
from mobility.model.passage import handled_per_day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mobility.deployment.booked import Thing
    from mobility.model.network import Network
    from mobility.model.orders import Order, Orders
    from mobility.vocabulary import Array

_DAY_S, _H_S = 86_400, 3600


class Column(NamedTuple):
    """Part of a force that stays together: number of the force in the orders, its own number, vehicles."""

    force: int
    number: int
    vehicles: int
    name: str
    ready: int
    fixed: bool


@dataclass(frozen=True, eq=False)
class Field:
    """Where one force can go.

    Attributes
    ----------
    order, net
        The force, and the network as it sees it.
    starts, goals, via
        Ids of places.
    vehicles
        How many move.
    orders
        All of them.
    plain, shared
        The network without closures in windows, and what forces that see the same one have in common.
    """

    order: Order
    net: Network
    starts: tuple[str, ...]
    goals: tuple[str, ...]
    via: tuple[str, ...]
    vehicles: int
    orders: Orders
    plain: Network
    shared: dict[Any, Any]

    @cached_property
    def joint(self) -> Joint:
        """The graph, with its states of start and end."""
        if self.plain.denied:  # then who sets out or is bound where sees a graph of its own
            return joint_graph(self.plain, self.starts, self.goals)
        graph = self._common("graph", lambda: Graph.of(self.plain))
        return Joint(graph, *({p: graph.states([p]) for p in ends} for ends in (self.starts, self.goals)))

    def _common(self, key: Any, make: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever is made
        """Return what forces on one graph share, made once."""
        key = (key, self.starts, self.goals) if self.plain.denied else key
        if key not in self.shared:
            self.shared[key] = make()
        return self.shared[key]

    @property
    def graph(self) -> Graph:
        """The graph."""
        return self.joint.graph

    @cached_property
    def rest(self) -> Rest:
        """March days in seconds."""
        day = round(sure(self.net.profile, "the profile").hours_per_day * _H_S)
        return Rest(day, _DAY_S - day, at_places=True)

    @cached_property
    def takes(self) -> Array:
        """Seconds that each arc takes, rounded up, without rests."""
        seconds: Array = np.ceil(self.graph.cost / 1000)
        return seconds

    @cached_property
    def lasts(self) -> Array:
        """Seconds on each arc, with the rests on it of those that take more than a day's driving."""
        more = np.maximum(np.ceil(self.takes / self.rest.day) - 1, 0) * self.rest.rest
        seconds: Array = self.takes + np.where(on_road(self.graph), more, 0)
        return seconds

    @cached_property
    def handled(self) -> dict[str, float]:
        """Vehicles a day that each place lands or loads."""
        rates: dict[str, float] = handled_per_day(self.net.places, self.net.rules).to_dict()
        return rates

    @cached_property
    def opens(self) -> tuple[frozenset[int], int]:
        """Arcs that end at a destination, and before when none of them does."""
        return frozenset(np.flatnonzero(np.isin(self.graph.head, self.joint.goal)).tolist()), self.order.earliest

    @cached_property
    def gate(self) -> Gate:
        """Closures in windows."""
        gate: Gate = self._common("gate", lambda: Gate(spells_of(self.graph, self.net, self.orders.clock)))
        return gate

    @cached_property
    def stages(self) -> list[frozenset[int]]:
        """States to pass in turn, the last those of the end."""
        return [frozenset(each.tolist()) for each in (*(self.graph.states([v]) for v in self.via), self.joint.goal)]

    @cached_property
    def lefts(self) -> list[Left]:
        """What remains at least, for each of `ways`."""
        if self.order.routes:
            return [Left(ways, self.stages, self.rest) for ways in self.ways]
        key = "left", self.goals, self.via
        return [self._common(key, lambda: Left(self.ways[0], self.stages, self.rest))]

    @cached_property
    def ways(self) -> list[Ways]:
        """What may be used: everything, or each of the routes that the force is bound to."""
        if not self.order.routes:
            return [self._common("ways", lambda: Ways.of(self.graph, self.takes))]
        found = []
        for start, end in [(a, b) for a in self.starts for b in self.goals]:
            try:
                if self.via or self.order.routes == 1:
                    legs = best_route(self.plain, start, end, via=self.via)
                else:
                    legs = k_best_routes(self.plain, start, end, k=self.order.routes)
            except NoRouteError:
                continue
            ids = self.graph.ids[self.graph.row]
            for _, route in legs.groupby("route"):
                kept = (self.graph.link < 0) | np.isin(ids, route["link"].tolist())
                found.append(Ways.of(self.graph, self.takes, kept))
        return found

    @cached_property
    def _known(self) -> dict[int, Array]:
        return {}

    def passing(self, vehicles: int) -> Array:
        """Return the seconds from the head of a column to its tail, per link."""
        if vehicles not in self._known:
            self._known[vehicles] = self._passing(vehicles)
        return self._known[vehicles]

    def _passing(self, vehicles: int) -> Array:
        profile, links = sure(self.net.profile, "the profile"), self.net.links
        packets = int(np.ceil(vehicles / profile.packet))
        by_road = (
            vehicles / (profile.spacing_veh_km * links["speed"]) * _H_S + (packets - 1) * profile.packet_gap_min * 60
        )
        by_rail = profile.train_length_m / 1000 / links["speed"] * _H_S
        found: Array = np.ceil(np.select([links["mode"] == "road", links["mode"] == "rail"], [by_road, by_rail], 0.0))
        return found


class Rates:
    """What steps need: sizes by vehicles, from capacities a day.

    Parameters
    ----------
    fields
        Of all forces: the quickest over a link sets how far the slower hold back.
    """

    def __init__(self, fields: Iterable[Field]) -> None:
        self.quickest: dict[str, float] = {}
        self._known: dict[tuple[int, int], dict[int, tuple[Need, ...]]] = {}  # by graph and vehicles
        for field in {id(field.graph): field for field in fields}.values():
            at = np.flatnonzero(field.graph.link >= 0)
            ids = field.graph.ids[field.graph.link[at]]
            for link, seconds in zip(ids.tolist(), field.lasts[at].tolist(), strict=True):
                self.quickest[link] = min(seconds, self.quickest.get(link, seconds))

    def needs(self, field: Field, vehicles: int) -> dict[int, tuple[Need, ...]]:
        """Return per arc what a column of so many vehicles needs to enter it."""
        key = id(field.graph), vehicles
        if key not in self._known:
            self._known[key] = dict(self._needs(field, vehicles))
        return self._known[key]

    def _needs(self, field: Field, vehicles: int) -> Iterable[tuple[int, tuple[Need, ...]]]:
        graph, net = field.graph, field.net
        places, mode = net.places.index.to_numpy(object)[graph.place], graph.mode
        capacity, passing = capacity_day(net), field.passing(vehicles)
        single = ((net.links["mode"] == "rail") & (net.links["tracks"] != "2")).to_numpy()
        border = _apart(vehicles, net.rules.deploy["border_vehicles_day"])
        for arc, (tail, head, row) in enumerate(
            zip(graph.tail.tolist(), graph.head.tolist(), graph.link.tolist(), strict=True)
        ):
            if row >= 0 and mode[tail] != SEA:
                link, lasts = graph.ids[row], float(field.lasts[arc])
                apart = max(_apart(vehicles, capacity[row]), passing[row]) + lasts - self.quickest[link]
                found = [Need(("link", link, places[tail]), FOLLOWS, apart)]
                if single[row]:
                    ends = [("track", link, places[end]) for end in (tail, head)]
                    found.append(Need(ends[0], OPPOSED, lasts + passing[row], other=ends[1]))
                yield arc, tuple(found)
            elif row == CROSSING and mode[tail] == ROAD:
                way = (graph.country[tail], graph.country[head])
                yield arc, (Need(("border", places[tail], *way), FOLLOWS, border),)
            elif row == TRANSFER:
                out = self.landing(field, places[tail], vehicles) if mode[tail] == SEA else ()
                yield arc, (*out, *self.boarding(field, places[head], int(mode[head]), vehicles))

    def landing(self, field: Field, place: str, vehicles: int) -> tuple[Need, ...]:
        """Return what it takes to land a column in a port or airport, nothing where that has no limit."""
        rate = field.handled[place]
        return (Need(("landing", place), FOLLOWS, _apart(vehicles, rate)),) if np.isfinite(rate) else ()

    def boarding(self, field: Field, place: str, mode: int, vehicles: int) -> tuple[Need, ...]:
        """Return what it takes to go aboard ships or load on trains."""
        net, profile = field.net, sure(field.net.profile, "the profile")
        if mode == SEA:
            return (Need(("loading", place), FOLLOWS, _apart(vehicles, field.handled[place])),)
        if mode != RAIL:
            return ()
        trains = int(np.ceil(vehicles / profile.vehicles_per_train))
        ramp = _apart(vehicles, net.rules.deploy["railhead_trains_day"] * profile.vehicles_per_train)
        away = net.rules.deploy["turnaround_h"] * _H_S
        return Need(("railhead", place), FOLLOWS, ramp), Need(("trains",), TRAINS, away, trains)


def fields_of(net: Network, orders: Orders) -> list[Field]:
    """Return where each force can go; raises InputError or NoRouteError naming the force where something is wrong."""
    found: list[Field] = []
    seen: dict[tuple[str, tuple[str, ...], str], tuple[Network, Network, dict[Any, Any]]] = {}
    for order in orders.forces:
        cargo = order.cargo if order.tonnes is not None else ""
        key = order.profile, order.modes, cargo
        if key not in seen:
            own = _seen_by(net, order)
            own = loaded(own, own.rules.cargo(cargo)) if cargo else own
            seen[key] = own, own.untimed, {}
        own, plain, shared = seen[key]
        starts, goals, via = (
            tuple(own.places_named(list(words))) for words in (order.origins, order.destinations, order.via)
        )
        if both := set(starts) & set(goals):
            raise InputError(f"force {order.name}: origin and destination are the same place: {min(both)}")
        field = Field(order, own, starts, goals, via, _vehicles(own, order), orders, plain, shared)
        if not any(left.known[0][state] for left in field.lefts for state in field.joint.start.tolist()):
            raise NoRouteError(f"force {order.name}: no route from {', '.join(starts)} to {', '.join(goals)}")
        found.append(field)
    return found


def _vehicles(net: Network, order: Order) -> int:
    if order.tonnes is not None:
        return lorry_loads(order.tonnes, net.rules.cargo(order.cargo))
    return sure(order.vehicles if order.force is None else net.rules.force(order.force).vehicles, "vehicles")


def _seen_by(net: Network, order: Order) -> Network:
    """Return the network as a force sees it: under its own profile and modes, where it gives any."""
    profile = sure(net.profile, "the profile")
    if not order.profile and not order.modes:
        return net
    usual = {"borders": "today", "transit": "any"}
    words = {word: net.applied.get(word, value) for word, value in usual.items()}
    flags = {n: getattr(net, n) for n in ("exclude_doubtful", "exclude_relief", "include_access", "detrain")}
    modes = order.modes or net.applied.get("mode", ())
    return net.under(order.profile or profile.name, pace=net.pace, modes=modes, **words, **flags)


def columns_of(orders: Orders, fields: list[Field]) -> list[Column]:
    """Return the columns of all forces; raises InputError where a fixed column is none of them."""
    found, fixed = [], dict(orders.fixed)
    for number, field in enumerate(fields):
        size = field.order.column or _size(field)
        name = field.order.name
        for i, before in enumerate(range(0, field.vehicles, size), 1):
            own = f"{name}/{i}"
            at = fixed.pop(own, None)
            at = fixed.get(name) if at is None and i == 1 else at
            ready = field.order.ready if at is None else at
            found.append(Column(number, i, min(size, field.vehicles - before), own, ready, fixed=at is not None))
        fixed.pop(name, None)
    if fixed:
        name = next(iter(fixed))
        raise InputError(f"--fix {name}: there is no such column; {name.rpartition('/')[0]} has fewer")
    return found


def _size(field: Field) -> int:
    """Return the vehicles of a column: a trainload where the best way has a railway in it, else a packet."""
    profile, graph = sure(field.net.profile, "the profile"), field.graph
    starts = field.joint.start
    left = graph.rank_to(field.joint.goal)
    way = graph.walk(starts, left) if np.isfinite(milliseconds(left[starts])).any() else []
    by_rail = any(graph.link[arc] >= 0 and graph.mode[graph.tail[arc]] == RAIL for arc in way)
    return int(profile.vehicles_per_train if by_rail else profile.packet)


def _apart(vehicles: int, a_day: float) -> float:
    """Return how many seconds a column takes of a capacity a day (inf: nothing passes)."""
    if a_day <= 0:
        return float("inf")
    return float(np.ceil(_DAY_S * vehicles / a_day)) if np.isfinite(a_day) else 0.0


def things_named(net: Network, thing: Thing) -> str:
    """Return what a column waited for, in words."""
    if not thing:
        return ""
    kind, *rest = thing
    if kind in {"link", "track"}:
        return f"{net.links.at[rest[0], 'name']} ({'the other way' if kind == 'track' else 'columns ahead'})"
    words = {"landing": "port", "loading": "port", "window": "a closure", "earliest": "not before earliest"}
    return f"{net.places.at[rest[0], 'name']} ({words.get(kind, kind)})" if rest else words.get(kind, kind)
