"""What binds a deployment: how much passes there, what that figure rests on, and what relief would gain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from mobility.deployment import flow_over_time as timed
from mobility.deployment.time_expanded import POOL
from mobility.model.network import CRS

if TYPE_CHECKING:
    from mobility.deployment.time_expanded import Steps
    from mobility.model.network import Network

BINDING_COLUMNS = (
    "order kind id name capacity_vehicles_day basis share complete_h gain_doubled_h gain_removed_h"
).split()
_LEAST_SHARE = 0.05  # of what keeps a force from being complete a step earlier: less is no bottleneck
_ROUNDS = 3
# The EU's proposed Solidarity Pool would lend wagons and trains; today states and railways do.
_TRAINS = "trains (the Solidarity Pool, or whoever provides them)"


class Limit(NamedTuple):
    """Something that binds.

    Attributes
    ----------
    number
        In `Steps.limits`.
    kind, id, name
        "port", "airport", "railhead", "trains", "border" or "link"; of the place or link.
    capacity_vehicles_day
        In one direction.
    basis
        Sources of this capacity, or ``estimate: rule NAME`` (of profiles.toml).
    share
        Of what lets too few through when the force is to be complete a step earlier.
    """

    number: int
    kind: str
    id: str
    name: str
    capacity_vehicles_day: float
    basis: str
    share: float


def limiting(net: Network, steps: Steps, need: float, complete: int, per_hour: int) -> list[Limit]:
    """Return what keeps `need` vehicles from being complete a step before `complete`, the largest share first."""
    short = timed.carried(steps, complete - 1, need)
    share, found = short.binding / max(short.at_most, 1.0), []
    for i in np.argsort(-share, kind="stable").tolist():
        if share[i] < _LEAST_SHARE:
            break
        kind, thing = steps.limits[i]
        room = steps.pool if i == POOL else steps.room[steps.limit == i].max()
        name, basis = _name(net, kind, thing), _basis(net, kind, thing)
        found.append(Limit(i, kind, thing, name, float(room) * 24 * per_hour, basis, float(share[i])))
    return found


def in_order(net: Network, steps: Steps, need: float, complete: int, per_hour: int) -> gpd.GeoDataFrame:
    """Return the table `Deployment.binding`."""
    rows: list[list[Any]] = []
    for order in range(1, _ROUNDS + 1):
        limits = limiting(net, steps, need, complete, per_hour)
        for limit in limits:
            free = steps.relieved([limit.number], np.inf)
            doubled = removed = timed.quickest(free, need, complete, known=True) or complete
            if removed < complete:
                twice = steps.relieved([limit.number], 2)
                doubled = timed.quickest(twice, need, complete, known=True) or complete
            gains = (complete - doubled) / per_hour, (complete - removed) / per_hour
            rows.append([order, *limit[1:], complete / per_hour, *gains])
        if not limits:
            break
        if len(limits) > 1:
            free = steps.relieved([limit.number for limit in limits], np.inf)
            removed = timed.quickest(free, need, complete, known=True) or complete
        steps, complete = free, removed
    table = pd.DataFrame(rows, columns=BINDING_COLUMNS)
    shapes = [_shape(net, kind, thing) for kind, thing in zip(table["kind"], table["id"], strict=True)]
    return gpd.GeoDataFrame(table, geometry=shapes, crs=CRS)


def _name(net: Network, kind: str, thing: str) -> str:
    if kind == "trains":
        return _TRAINS
    return str((net.links if kind == "link" else net.places).at[thing, "name"])


def _shape(net: Network, kind: str, thing: str) -> Any:  # noqa: ANN401 - shapely
    if kind == "trains":
        return shapely.Point()
    return (net.links if kind == "link" else net.places).geometry.at[thing]


def _basis(net: Network, kind: str, thing: str) -> str:
    """Return the sources of a capacity that is published, else the rule that it follows."""
    if kind == "link":
        return _link_basis(net, net.links.loc[thing])
    if kind in {"port", "airport"}:
        place = net.places.loc[thing]
        if pd.notna(place["capacity_day"]):
            return str(place["capacity_source"])
        if kind == "airport":
            return "estimate: rule airport_vehicles_day"
        berths = place["roro_berths"]
        known = "number not known, 1 taken" if pd.isna(berths) else f"{berths:g} published"
        return f"estimate: rule roro_berth_vehicles_day, berths: {known}"
    if kind == "trains":
        return "estimate: trains as given, rule turnaround_h"
    return f"estimate: rule {'railhead_trains_day' if kind == 'railhead' else 'border_vehicles_day'}"


def _link_basis(net: Network, link: pd.Series) -> str:
    """Return what a link's capacity rests on: see `passage.vehicles_per_day`."""
    if pd.notna(link["capacity_stated"]):
        return "as asked: --set"
    if link["mode"] == "road":
        ceiling = link["capacity"] == net.rules.capacity["road_limit_vehicles_day"]
        return f"estimate: rule {'road_limit_vehicles_day' if ceiling else 'packet_gap_min, spacing_veh_km'}"
    if pd.notna(link["capacity_trains_day"]):
        return "estimate: rule rail_practical_share of the published trains a day"
    return f"estimate: rule rail_practical_{'double' if link['tracks'] == '2' else 'single'}"
