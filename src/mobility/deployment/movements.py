"""A plan as people read it: journeys, the movement table, arrivals per day, flow per link."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from mobility.analysis.graph import TRANSFER
from mobility.deployment.time_expanded import capacity_day
from mobility.errors import sure
from mobility.model.network import CRS
from mobility.vocabulary import MODES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mobility.analysis.graph import Graph
    from mobility.deployment.plans import Plan

MOVEMENT_COLUMNS = "day route stretch mode from to vehicles units depart_h arrive_h links".split()
LINK_COLUMNS = (
    "link name mode from to vehicles vehicles_busiest_day capacity_vehicles_day utilisation first_h last_h doubtful"
).split()
_NEARLY, _NOTHING = 1e-2, 1e-6  # vehicles: what sums may lack, and what a solver leaves


class Journey(NamedTuple):
    """Vehicles that travel together: arcs of the graph, the hours at which each is entered and passed, and arrival."""

    arcs: tuple[int, ...]
    entered: tuple[float, ...]
    passed: tuple[float, ...]
    arrival: float
    vehicles: float


class Stretch(NamedTuple):
    """Part of a journey in one mode, from where it is entered to where it is left."""

    arcs: tuple[int, ...]
    depart: float
    arrive: float


def journeys(plan: Plan, per_hour: int) -> list[Journey]:
    """Take a plan (steps: so many in an hour) apart into journeys, the first to arrive first."""
    steps, left = plan.steps, plan.vehicles.tolist()
    arcs, entered = plan.arc.tolist(), plan.step.tolist()
    leaving: dict[tuple[int, int], list[int]] = {}
    for i, (arc, step) in enumerate(zip(arcs, entered, strict=True)):
        leaving.setdefault((int(steps.tail[arc]), step), []).append(i)
    found, first = [], leaving[steps.source, 0]
    while first:
        path, here = [], first
        while here:
            path.append(here[0])  # whoever came first goes on; waiting comes last
            arc = arcs[path[-1]]
            here = leaving.get((int(steps.head[arc]), entered[path[-1]] + int(steps.takes[arc])), [])
        vehicles = min(left[i] for i in path)
        for i in path:
            left[i] -= vehicles
            if left[i] < _NOTHING:
                leaving[int(steps.tail[arcs[i]]), entered[i]].remove(i)
        if steps.head[arc] == steps.sink:
            taken = [i for i in path if steps.arc[arcs[i]] >= 0]
            legs = tuple(int(steps.arc[arcs[i]]) for i in taken)
            start = tuple(entered[i] / per_hour for i in taken)
            end = tuple((entered[i] + int(steps.takes[arcs[i]]) + 1) / per_hour for i in taken)  # when all of it has
            found.append(Journey(legs, start, end, (entered[path[-1]] + 1) / per_hour, vehicles))
    return sorted(found, key=lambda j: (j.arrival, j.arcs, j.entered))


def first_of(found: list[Journey], vehicles: float) -> list[Journey]:
    """Return the first journeys that take so many vehicles: the last packet goes with what there is."""
    before = np.cumsum([0.0, *(j.vehicles for j in found)])
    rest = zip(found, vehicles - before[:-1], strict=True)
    return [j._replace(vehicles=min(j.vehicles, float(left))) for j, left in rest if left > 0]


def arrivals(found: list[Journey], vehicles: int, packet: float, every_h: float) -> pd.DataFrame:
    """Return how many have arrived, in whole packets, by the end of each `every_h` hours."""
    end = np.ceil(np.array([j.arrival for j in found]) / every_h - _NOTHING).astype(int)
    by_then = np.cumsum(np.bincount(end, [j.vehicles for j in found])[1:])
    packets = np.floor((by_then + _NEARLY) / packet).astype(int)
    there = np.minimum(packets * packet, vehicles).astype(int)
    return pd.DataFrame(
        {
            "hour": np.arange(1, len(there) + 1) * every_h,
            "vehicles_arrived": there,
            "new_vehicles": np.diff(there, prepend=0),
            "packets_arrived": packets,
            "share": there / vehicles,
        }
    )


def movements(graph: Graph, found: list[Journey]) -> gpd.GeoDataFrame:
    """Return the movement table: per day, route and stretch in one mode what departs."""
    net = graph.network
    profile = sure(net.profile, "the profile of a graph")
    size = {"road": profile.packet, "rail": profile.vehicles_per_train, "sea": net.rules.deploy["ship_vehicles"]}
    parts = pd.DataFrame(
        [
            (tuple(a for a in j.arcs if graph.link[a] >= 0), number, *part, j.vehicles)
            for j in found
            for number, part in enumerate(_stretches(graph, j), 1)
        ],
        columns=["route", "stretch", "arcs", "depart_h", "arrive_h", "vehicles"],
    )
    total = parts[parts["stretch"] == 1].groupby("route")["vehicles"].sum().to_dict()
    order = sorted(total, key=lambda route: (-round(total[route], 3), route))
    before = dict(zip(order, np.cumsum([0.0, *(total[r] for r in order)]).tolist(), strict=False))
    table = parts.groupby(["route", "stretch", parts["depart_h"] // 24 + 1], as_index=False).agg(
        arcs=("arcs", "first"), depart_h=("depart_h", "min"), arrive_h=("arrive_h", "max"), vehicles=("vehicles", "sum")
    )
    # Whole vehicles that add up: the running sum is rounded, over all routes.
    done = table.groupby(["route", "stretch"])["vehicles"].cumsum() + table["route"].map(before)
    whole = done.round(6).round() - (done - table["vehicles"]).round(6).round()
    mode = [MODES[graph.mode[graph.tail[arcs[0]]]] for arcs in table["arcs"]]
    places, ids, shapes = net.places.index, net.links.index, net.links.geometry
    table = table.assign(
        day=(table["depart_h"] // 24).astype(int) + 1,
        route=table["route"].map({route: number for number, route in enumerate(order, 1)}),
        mode=mode,
        **{"from": [places[graph.place[graph.tail[arcs[0]]]] for arcs in table["arcs"]]},
        to=[places[graph.place[graph.head[arcs[-1]]]] for arcs in table["arcs"]],
        vehicles=whole.astype(int),
        units=np.ceil(whole / [size[m] for m in mode]).astype(int),
        links=[";".join(ids[graph.link[list(arcs)]]) for arcs in table["arcs"]],
        geometry=[shapely.MultiLineString(list(shapes.iloc[graph.link[list(arcs)]])) for arcs in table["arcs"]],
    )
    table = table[table["vehicles"] > 0].sort_values(["day", "route", "stretch"], ignore_index=True)
    return gpd.GeoDataFrame(table[[*MOVEMENT_COLUMNS, "geometry"]], geometry="geometry", crs=CRS)


def _stretches(graph: Graph, journey: Journey) -> Iterator[Stretch]:
    """Cut a journey where the mode changes."""
    arcs: list[int] = []
    depart = arrive = 0.0
    for arc, start, end in zip(journey.arcs, journey.entered, journey.passed, strict=True):
        if graph.link[arc] == TRANSFER and arcs:
            yield Stretch(tuple(arcs), depart, arrive)
            arcs = []
        elif graph.link[arc] >= 0:
            depart = depart if arcs else start
            arcs.append(arc)
            arrive = end
    if arcs:
        yield Stretch(tuple(arcs), depart, arrive)


def flows(graph: Graph, found: list[Journey]) -> gpd.GeoDataFrame:
    """Return per link and direction what passes, and how near that comes to its capacity on the busiest day."""
    net = graph.network
    uses = pd.DataFrame(
        [(a, h, j.vehicles) for j in found for a, h in zip(j.arcs, j.entered, strict=True) if graph.link[a] >= 0],
        columns=["arc", "hour", "vehicles"],
    )
    table = uses.groupby("arc").agg(vehicles=("vehicles", "sum"), first_h=("hour", "min"), last_h=("hour", "max"))
    busiest = uses.groupby(["arc", uses["hour"] // 24])["vehicles"].sum().groupby("arc").max()
    arcs = table.index.to_numpy()
    links, capacity = net.links.iloc[graph.link[arcs]], capacity_day(net)[graph.link[arcs]]
    limit = np.where(np.isfinite(capacity), capacity, np.nan)
    ends = {end: net.places.index[graph.place[s[arcs]]] for end, s in (("from", graph.tail), ("to", graph.head))}
    shapes = np.where(links["from"] == ends["from"], links.geometry, links.geometry.reverse())
    facts = {"link": links.index, **{c: links[c].to_numpy() for c in ("name", "mode", "doubtful")}, "geometry": shapes}
    table = table.round({"vehicles": 3}).assign(
        **facts,
        **ends,
        vehicles_busiest_day=busiest,
        capacity_vehicles_day=limit,
        utilisation=busiest / limit,
    )
    table = table.sort_values(["vehicles", "link"], ascending=[False, True], ignore_index=True)
    return gpd.GeoDataFrame(table[[*LINK_COLUMNS, "geometry"]], geometry="geometry", crs=CRS)
