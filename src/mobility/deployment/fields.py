"""Where forces can go, and how long that takes them: the network as each sees it, from its start to its end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from mobility.analysis.by_clock import Gate, Left, Rest, Ways, spells_of
from mobility.analysis.exemptions import Joint, joint_graph
from mobility.analysis.graph import Graph
from mobility.analysis.march import on_road
from mobility.analysis.routing import best_route, k_best_routes
from mobility.deployment.asked import lorry_loads
from mobility.errors import InputError, NoRouteError, sure
from mobility.model.changes import loaded
from mobility.model.passage import handled_per_day

if TYPE_CHECKING:
    from collections.abc import Callable

    from mobility.model.network import Network
    from mobility.model.orders import Order, Orders
    from mobility.vocabulary import Array

_DAY_S, _H_S = 86_400, 3600


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

    def only(self, starts: tuple[str, ...], goals: tuple[str, ...]) -> Field:
        """Return where a part of the force can go that is bound to some of its places."""
        if (starts, goals) == (self.starts, self.goals):
            return self
        if (starts, goals) not in self._parts:
            self._parts[starts, goals] = replace(self, starts=starts, goals=goals)
        return self._parts[starts, goals]

    @cached_property
    def _parts(self) -> dict[tuple[tuple[str, ...], tuple[str, ...]], Field]:
        return {}

    @cached_property
    def least(self) -> float:
        """Seconds that the way takes if nothing else moves and nothing is shut, with its rests (inf: there is none)."""
        states = self.joint.start.tolist()
        return min((left(0, state, 0.0, np.inf) for left in self.lefts for state in states), default=np.inf)

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
        for places, shares in ((starts, order.origin_shares), (goals, order.destination_shares)):
            if shares and len(places) != len(shares):
                raise InputError(
                    f"force {order.name}: {len(shares)} shares for {', '.join(places)}: give each place one, and no set"
                )
        field = Field(order, own, starts, goals, via, _vehicles(own, order), orders, plain, shared)
        if not np.isfinite(field.least):
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
