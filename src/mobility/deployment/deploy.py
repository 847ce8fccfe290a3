"""When a force is complete at its destination, what binds, and how it moves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from mobility.analysis.by_clock import spells_of
from mobility.analysis.exemptions import joint_graph
from mobility.analysis.graph import MS_PER_H, Graph, milliseconds
from mobility.analysis.march import stretched
from mobility.analysis.routes import entered, lead_hours
from mobility.analysis.routing import best_route
from mobility.analysis.timed_routes import timed_route
from mobility.deployment import flow_over_time as timed
from mobility.deployment import movements, plans
from mobility.deployment.asked import check, ends_asked, size_of, supply_of
from mobility.deployment.binding import Limit, in_order, limiting
from mobility.deployment.time_expanded import FAR, Steps, shut_at, steps_of
from mobility.errors import InputError, NoRouteError, TooLateError
from mobility.model.passage import landed_by
from mobility.model.windows import Clock
from mobility.vocabulary import dashed

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd

    from mobility.analysis.exemptions import Joint
    from mobility.analysis.pairs import Ends
    from mobility.model.network import Network
    from mobility.model.profiles import Cargo, Force, Ship
    from mobility.vocabulary import Words


@dataclass(frozen=True, eq=False)
class Deployment:
    """A force on its way: when it is complete, what binds, and tables, worked out when they are asked for.

    Attributes
    ----------
    force
        The package asked for by name, else None.
    tonnes, cargo
        What was asked for in tonnes, else None: `vehicles` are then lorry loads.
    vehicles, packets
        Of the force; the last packet counts as a whole one.
    complete_h
        Hours after the start at which the last vehicle is there.
    route_h, rounded_h
        The best route from the nearest origin with its rest, and rounded up to whole steps.
    trains_pool
        Trains that it had.
    ship
        Kind of ship that brings it, None where no draught was compared.
    clock
        When it starts, None where that was not asked.
    unshut_h
        As `complete_h`, were nothing shut at times.
    limiting : list of Limit
        What binds.
    network : Network
        It moves on, under its profile.
    """

    force: Force | None
    tonnes: float | None
    cargo: Cargo | None
    vehicles: int
    packets: int
    origins: list[str]
    destinations: list[str]
    complete_h: float
    route_h: float
    rounded_h: float
    trains_pool: float
    ship: Ship | None
    clock: Clock | None
    unshut_h: float
    limiting: list[Limit]
    network: Network = field(repr=False)
    _graph: Graph = field(repr=False)
    _steps: Steps = field(repr=False)
    _need: float = field(repr=False)
    _per_hour: int = field(repr=False)

    def __repr__(self) -> str:
        """Return size and time in one line."""
        return f"<Deployment {self.vehicles:,} vehicles: complete after {self.complete_h:g} h>"

    @cached_property
    def _journeys(self) -> list[movements.Journey]:
        plan = plans.plan(self._steps, round(self.complete_h * self._per_hour), self._need)
        return movements.journeys(plan, self._per_hour)

    @cached_property
    def _moved(self) -> list[movements.Journey]:
        return movements.first_of(self._journeys, self.vehicles)

    @property
    def step_min(self) -> int:
        """Minutes of a step."""
        return 60 // self._per_hour

    @property
    def first_h(self) -> float:
        """Hours after the start at which the first vehicle is there."""
        return self._journeys[0].arrival

    @cached_property
    def march_h(self) -> float:
        """Hours until a single column is there, by the route that arrives first, with the halts of its march."""
        if self.network.timed and self.clock:
            legs = timed_route(self.network, self.origins, self.destinations, self.clock)
        else:
            legs = best_route(self.network, self.origins, self.destinations, by="arrival")
        return float(legs["arrival_h"].iloc[-1])

    @cached_property
    def permission_lead_h(self) -> float:
        """Notice asked by the countries entered: it passes before the start and is not counted."""
        return _lead(self._graph, self._moved)

    @property
    def over_shore(self) -> list[str]:
        """Ports of entry at which its ship draws too much (ids)."""
        places = self.network.places.loc[self.origins]
        return [] if self.ship is None else list(places.index[places["draught_m"] < self.ship.draught_m])

    @property
    def depth_unknown(self) -> list[str]:
        """Ports of entry whose draught is not known, where a ship is compared (ids)."""
        places = self.network.places.loc[self.origins]
        ports = places["kind"].isin(["port", "ferry_port"])
        return [] if self.ship is None else list(places.index[places["draught_m"].isna() & ports])

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
        """Names of what binds: with twice the capacity of them all the force would be complete earlier."""
        return [limit.name if limit.kind == "trains" else f"{limit.name} ({limit.kind})" for limit in self.limiting]

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


def deploy(  # noqa: PLR0913 - each is an option of its own
    network: Network,
    origins: Ends | str = None,
    destinations: Words | str = None,
    *,
    vehicles: int | None = None,
    force: str | None = None,
    tonnes: float | None = None,
    cargo: str = "ammunition",
    horizon_days: float | None = None,
    trains_pool: float | None = None,
    shares: Mapping[str, float] | None = None,
    ship: str | None = None,
    step_min: int = 60,
    start: str = "",
) -> Deployment:
    """Return when a force is complete at its destination, what binds, and a plan that does it.

    Quickest flow in steps of an hour. Rest is spread evenly over the hours at the wheel (`march.stretched`). The best
    route from an origin takes its hours rounded up to whole steps, another what it is slower, rounded up too
    (`time_expanded.whole_steps`); what passes in a step has passed at its end; a day's capacity is spread evenly over
    its steps; a force waits wherever it likes, and its last packet counts as a whole one. All vehicles are in the ports
    of entry at the start and are landed at the port's rate; no handling is charged at the two ends. Limits: ports and
    airports (landing, and loading ships), railheads (loading trains; unloading is quicker and has no limit), the trains
    that all railheads share (each again after the turnaround), crossings by road, links (access links only
    with `include_access`); sea links have none. The answer is exact under these rules (`timed`).

    Closures may hold at times (``NAME@Mon-Sat 08:00-17:30``, ``NAME@d2-d5``) where a start is given: in a step in which
    a link is shut, if only in part, nothing is on it; whoever enters it is on it for its hours without rest, rounded up
    to whole steps.

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used.
    origins, destinations
        Places (ids or names) and set:NAME, default by role; any destination will do.
    vehicles, force, tonnes
        How many vehicles move, the name of a force package, or how many tonnes of a cargo: one of the three.
    cargo
        With tonnes: of what (profiles.toml). They move as lorry loads; a train takes the loads that weigh what a train
        of this cargo carries.
    horizon_days
        How far to look; default: the rule's.
    trains_pool
        Trains at the disposal of the force, of the Solidarity Pool that the EU plans or of whoever provides them;
        default: the rule's.
    shares
        Part of the force per place of entry, 0 to 1; the others share the rest freely.
    ship
        Kind of ship that brings the force (profiles.toml): at a port of less draught it is discharged over the
        shore, at a slower rate. Default: no draught is compared.
    step_min
        Minutes of a step, 60, 30, 15 or 10: in shorter steps rounding up costs less, and computing takes longer.
    start
        When it starts, "Mon 06:00" or "06:00"; closures at times need it.

    Raises
    ------
    InputError
        When a number makes no sense, no force or two are given, a place is both origin and destination, or something
        is shut at times and there is no start.
    UnknownNameError
        When there is no such force or place.
    NoRouteError
        When nothing gets through.
    TooLateError
        When the force is not complete within the horizon.

    Examples
    --------
    >>> from mobility import Network, deploy
    >>> force = deploy(Network.load(), "alexandroupoli", "constanta", vehicles=1000)
    >>> force.limits
    ['Alexandroupoli (port)']
    """
    net = network.profiled()
    rules, packet = net.rules.deploy, net.profile.packet  # type: ignore[union-attr]
    net, package, supplies, count = size_of(net, vehicles, force, tonnes, cargo)
    pool = rules["trains_pool"] if trains_pool is None else trains_pool
    days = rules["horizon_days"] if horizon_days is None else horizon_days
    check(count, pool, days, step_min)
    clock = Clock.of(start) if start else None
    if net.timed and clock is None:
        raise InputError(f"-x {net.timed[0].text}: a closure at times needs a start, as 'Mon 06:00'")
    starts, ends = ends_asked(net, origins, destinations)
    packets = int(np.ceil(count / packet))
    per_hour = 60 // step_min
    need, horizon = packets * packet, int(days * 24 * per_hour)
    supply = supply_of(net.untimed, starts, ends, shares or {}, need)
    lands = None if ship is None else net.rules.ship(ship)
    if lands is not None:
        net = replace(net, places=landed_by(net.places, lands, net.rules))
    plain, left = _ways(net.untimed, starts, ends)
    joint = plain._replace(graph=stretched(plain.graph))
    trains_day = pool * 24 / rules["turnaround_h"]
    steps = steps_of(joint, trains_day=trains_day, supply=supply, per_hour=per_hour)
    if net.timed and clock:
        steps = shut_at(steps, spells_of(plain.graph, net, clock), plain.graph.cost, horizon, per_hour)
    if steps.earliest[steps.sink] >= FAR:
        ways = f"from {', '.join(starts)} to {', '.join(ends)}"
        raise NoRouteError(f"nothing gets through {ways}: every route meets a capacity of 0, or needs trains of 0")
    complete = timed.quickest(steps, need, horizon)
    if complete is None:
        there = int(min(timed.carried(steps, horizon, need).at_most, count))
        shut = f" ({', '.join(one.text for one in net.timed)} is shut at times)" if net.timed else ""
        raise TooLateError(
            f"at most {there:,} of {count:,} vehicles arrive within {days:g} days{shut}: give a longer horizon"
        )
    return Deployment(
        force=package,
        tonnes=tonnes,
        cargo=supplies,
        vehicles=int(count),
        packets=packets,
        origins=starts,
        destinations=ends,
        complete_h=complete / per_hour,
        route_h=float(milliseconds(left) / MS_PER_H),
        rounded_h=float(steps.earliest[steps.sink] / per_hour),
        trains_pool=pool,
        ship=lands,
        clock=clock,
        unshut_h=_unshut(steps, need, complete) / per_hour,
        limiting=limiting(net, steps, need, complete, per_hour),
        network=net,
        _graph=joint.graph,
        _steps=steps,
        _need=need,
        _per_hour=per_hour,
    )


def _unshut(steps: Steps, need: float, complete: int) -> int:
    """Return when the force were complete if nothing were shut at times (steps)."""
    if not len(steps.opens):
        return complete
    return timed.quickest(steps.unshut, need, complete, known=True) or complete


def _ways(net: Network, starts: list[str], ends: list[str]) -> tuple[Joint, float]:
    """Return the graph of a force, and the rank of its best route with rest spread evenly over it."""
    joint = joint_graph(net, starts, ends)
    left = stretched(joint.graph).rank_to(joint.goal)[joint.start].min(initial=np.inf)
    if np.isinf(left) or set(starts) & set(ends):
        best_route(net, starts, ends)  # says what is wrong
    return joint, left


def _lead(graph: Graph, found: list[movements.Journey]) -> float:
    """Longest notice asked by a country that some journey enters after the one it starts in."""
    net = graph.network
    country, sea = net.links["country"].to_numpy(object), (net.links["mode"] == "sea").to_numpy()
    lead, longest = lead_hours(net), 0.0
    for journey in {j.arcs: j for j in found}.values():
        links = [i for i in graph.link[list(journey.arcs)].tolist() if i >= 0 and not sea[i]]
        ends = (net.places.index[graph.place[s]] for s in (graph.tail[journey.arcs[0]], graph.head[journey.arcs[-1]]))
        abroad = entered(net, {c for i in links for c in dashed(country[i])}, *ends)
        longest = max([longest, *(lead[c] for c in abroad)])
    return longest
