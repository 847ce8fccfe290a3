"""When a force is complete at its destination, what binds, and how it moves."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from mobility.analysis import movements, timed
from mobility.analysis.binding import Limit, in_order, limiting
from mobility.analysis.graph import Graph
from mobility.analysis.pairs import lead_hours
from mobility.analysis.routing import best_route
from mobility.analysis.steps import FAR, Steps, steps_of
from mobility.errors import InputError, NoRouteError, TooLateError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd
    import pandas as pd

    from mobility.model.network import Network
    from mobility.model.profiles import Force

_MOST_VEHICLES, _MOST_DAYS = 1_000_000, 366
STEPS_MIN = (60, 30, 15, 10)


@dataclass(frozen=True, eq=False)
class Deployment:
    """A force on its way: when it is complete, what binds, and tables, worked out when they are asked for.

    Attributes
    ----------
    force
        The package asked for by name, else None.
    vehicles, packets
        Of the force; the last packet counts as a whole one.
    complete_h
        Hours after the start at which the last vehicle is there.
    route_h, rounded_h
        The best route from the nearest origin, and with every leg rounded up to whole steps.
    trains_pool
        Trains that it had.
    limiting : list of Limit
        What binds.
    network : Network
        It moves on, under its profile.
    """

    force: Force | None
    vehicles: int
    packets: int
    origins: list[str]
    destinations: list[str]
    complete_h: float
    route_h: float
    rounded_h: float
    trains_pool: float
    limiting: list[Limit]
    network: Network = field(repr=False)
    _graph: Graph = field(repr=False)
    _steps: Steps = field(repr=False)
    _need: float = field(repr=False)
    _per_hour: int = field(repr=False)

    @cached_property
    def _journeys(self) -> list[movements.Journey]:
        plan = timed.plan(self._steps, round(self.complete_h * self._per_hour), self._need)
        return movements.journeys(plan, self._per_hour)

    @cached_property
    def _moved(self) -> list[movements.Journey]:
        return movements.first_of(self._journeys, self.vehicles)

    @property
    def first_h(self) -> float:
        """Hours after the start at which the first vehicle is there."""
        return self._journeys[0].arrival

    @cached_property
    def permission_lead_h(self) -> float:
        """Notice asked by the countries entered: it passes before the start and is not counted."""
        return _lead(self._graph, self._moved)

    @cached_property
    def arrivals(self) -> pd.DataFrame:
        """Who is there by the end of each day.

        Columns: day, hour, vehicles_arrived (in whole packets), new_vehicles, packets_arrived, share.
        """
        table = self._arrivals(24)
        table.insert(0, "day", range(1, len(table) + 1))
        return table

    @cached_property
    def curve(self) -> pd.DataFrame:
        """The same per step in which more arrive, without the day."""
        table = self._arrivals(1 / self._per_hour)
        return table[table["new_vehicles"] > 0].reset_index(drop=True)

    def _arrivals(self, every_h: float) -> pd.DataFrame:
        return movements.arrivals(self._journeys, self.vehicles, self._need / self.packets, every_h)

    @cached_property
    def movements(self) -> gpd.GeoDataFrame:
        """How it moves: one row per day, route and stretch in one mode.

        Columns: day (of departure), route (1 carries most), stretch, mode, from, to, vehicles, units (packets by
        road, trains by rail, ships by sea), depart_h, arrive_h, links.
        """
        return movements.movements(self._graph, self._moved)

    @cached_property
    def links(self) -> gpd.GeoDataFrame:
        """What passes where: one row per link and direction used, those that carry most first.

        Columns: link, name, mode, from, to, vehicles, vehicles_busiest_day, capacity_vehicles_day (NaN: not limited),
        utilisation (on the busiest day), first_h, last_h (first and last hour of entry), doubtful.
        """
        return movements.flows(self._graph, self._moved)

    @property
    def limits(self) -> list[str]:
        """Names of what binds: with twice of them all the force would be complete earlier."""
        return [f"{limit.name} ({limit.kind})" for limit in self.limiting]

    @cached_property
    def binding(self) -> gpd.GeoDataFrame:
        """What binds, in the order in which it does.

        Order 1 is what keeps the force from being complete a step earlier; order 2 what binds once all of order 1
        is without limit, and so on. Columns: order, kind (port, airport, railhead, trains, border, link), id, name,
        capacity_vehicles_day (in one direction), basis (sources of that capacity, or the rule of an estimate),
        share (of what lets too few through in a step less), complete_h (with the orders before without limit),
        gain_doubled_h and gain_removed_h (hours earlier than that with twice this capacity alone, and with no limit
        to it alone). Empty when only the distance counts.
        """
        complete = round(self.complete_h * self._per_hour)
        return in_order(self.network, self._steps, self._need, complete, self._per_hour)


def deploy(
    network: Network,
    vehicles: int | str,
    origins: str | Iterable[str] | None = None,
    destinations: str | Iterable[str] | None = None,
    *,
    horizon_days: float | None = None,
    trains_pool: float | None = None,
    shares: Mapping[str, float] | None = None,
    step_min: int = 60,
) -> Deployment:
    """Return when a force is complete at its destination, what binds, and a plan that does it.

    Quickest flow in steps of an hour. Every link, change of mode and crossing takes its time rounded up to whole
    steps, and what passes in a step has passed at its end; a day's capacity is spread evenly over its steps; a
    force waits wherever it likes, and its last packet counts as a whole one. All vehicles are in the ports of entry
    at the start and are landed at the port's rate; no handling is charged at the two ends. Limits: ports and airports
    (landing, and loading ships), railheads (loading trains; unloading is quicker and has no limit), the trains that
    all railheads share (the pool, each again after the turnaround), crossings by road, links (access links only with
    `include_access`); sea links have none. The answer is exact under these rules (`timed`).

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used.
    vehicles
        Their number, or the name of a force package.
    origins, destinations
        Places (ids or names) and set:NAME, default by role; any destination will do.
    horizon_days
        How far to look; default: the rule's.
    trains_pool
        Trains at the disposal of the force; default: the rule's.
    shares
        Part of the force per place of entry, 0 to 1; the others share the rest freely.
    step_min
        Minutes of a step, one of STEPS_MIN: in shorter steps rounding up costs less, and computing takes longer.

    Raises
    ------
    InputError
        When a number makes no sense, or a place is both origin and destination.
    UnknownNameError
        When there is no such force or place.
    NoRouteError
        When nothing gets through.
    TooLateError
        When the force is not complete within the horizon.

    Examples
    --------
    >>> from mobility import Network, deploy
    >>> force = deploy(Network.load(), 1000, "alexandroupoli", "constanta")
    >>> force.limits
    ['Alexandroupoli (port)']
    """
    net = network.profiled()
    rules, packet = net.rules.deploy, net.profile.packet  # type: ignore[union-attr]
    force = net.rules.force(vehicles) if isinstance(vehicles, str) else None
    count = net.rules.force(vehicles).vehicles if isinstance(vehicles, str) else vehicles
    pool = rules["trains_pool"] if trains_pool is None else trains_pool
    days = rules["horizon_days"] if horizon_days is None else horizon_days
    if not 1 <= count <= _MOST_VEHICLES or count != int(count):
        raise InputError(f"vehicles must be a whole number from 1 to {_MOST_VEHICLES:,}, not {count}")
    if not 0 <= pool < np.inf:
        raise InputError(f"trains must be 0 or more, not {pool:g}")
    if not 1 <= days <= _MOST_DAYS:
        raise InputError(f"the horizon must be 1 to {_MOST_DAYS} days, not {days:g}")
    if step_min not in STEPS_MIN:
        raise InputError(f"a step has {', '.join(map(str, STEPS_MIN))} minutes, not {step_min}")
    starts, ends = places_asked(net, origins, "origin"), places_asked(net, destinations, "destination")
    packets = int(np.ceil(count / packet))
    per_hour = 60 // step_min
    need, horizon = packets * packet, int(days * 24 * per_hour)
    supply = _supply(net, starts, ends, shares or {}, need)
    best = best_route(net, starts, ends)
    graph = Graph.of(net.lifting(c for p in [*starts, *ends] for c in net.countries_of(p)))
    trains_day = pool * 24 / rules["turnaround_h"]
    steps = steps_of(graph, starts, ends, trains_day=trains_day, supply=supply, per_hour=per_hour)
    if steps.earliest[steps.sink] >= FAR:
        ways = f"from {', '.join(starts)} to {', '.join(ends)}"
        raise NoRouteError(f"nothing gets through {ways}: every route meets a capacity of 0, or needs trains of 0")
    complete = timed.quickest(steps, need, horizon)
    if complete is None:
        there = int(min(timed.carried(steps, horizon, need).at_most, count))
        raise TooLateError(
            f"at most {there:,} of {count:,} vehicles arrive within {days:g} days: give a longer horizon"
        )
    return Deployment(
        force=force,
        vehicles=int(count),
        packets=packets,
        origins=starts,
        destinations=ends,
        complete_h=complete / per_hour,
        route_h=float(best["cumulative_h"].iloc[-1]),
        rounded_h=float(steps.earliest[steps.sink] / per_hour),
        trains_pool=pool,
        limiting=limiting(net, steps, need, complete, per_hour),
        network=net,
        _graph=graph,
        _steps=steps,
        _need=need,
        _per_hour=per_hour,
    )


def places_asked(net: Network, words: str | Iterable[str] | None, role: str) -> list[str]:
    """Return the places that words name, without words the active ones of a role."""
    if words is not None:
        return net.places_named(words)
    return list(net.places.index[net.places["active"] & (net.places["role"] == role)])


def _supply(
    net: Network, starts: list[str], ends: list[str], shares: Mapping[str, float], need: float
) -> dict[str, float]:
    """Return the vehicles per origin that has a share, and of all others together under ""."""
    supply: dict[str, float] = {}
    for word, share in shares.items():
        place = net.place_named(word)
        if place in supply:
            raise InputError(f"{place} has two shares: give it one")
        if place not in starts:
            raise InputError(f"the share of {place} needs {place} among the origins: {', '.join(starts)}")
        if not 0 <= share <= 1:
            raise InputError(f"the share of {place} must be from 0 to 1, not {share:g}")
        supply[place] = share * need
        if share:
            best_route(net, place, ends)  # raises where there is none
    rest = need - sum(supply.values())
    if supply and (rest < -1e-6 * need or (set(supply) == set(starts) and rest > 1e-6 * need)):
        raise InputError(f"the shares add up to {1 - rest / need:g}, not to 1")
    return supply | {"": max(rest, 0.0)} if supply else {}


def _lead(graph: Graph, found: list[movements.Journey]) -> float:
    """Longest notice asked by a country that some journey enters after the one it starts in."""
    net = graph.network
    country, sea = net.links["country"].to_numpy(object), (net.links["mode"] == "sea").to_numpy()
    lead, longest = lead_hours(net), 0.0
    for journey in {j.arcs: j for j in found}.values():
        links = [i for i in graph.link[list(journey.arcs)].tolist() if i >= 0 and not sea[i]]
        origin, end = (
            net.countries_of(net.places.index[graph.place[s]])
            for s in (graph.tail[journey.arcs[0]], graph.head[journey.arcs[-1]])
        )
        entered = {c for i in links for c in country[i].split("-")} | set(end)
        longest = max([longest, *(lead[c] for c in entered - set(origin))])
    return longest
