"""Sets of projects by what they cost, gain and leave to an enemy: which no other set beats (the front).

Every set is measured: what it takes off the time of the pairs, and what they lose when the worst k links are closed
once it stands. One set dominates another that it beats in one of cost, gain and harm and is as good as in the others.

Harm is counted against the pairs' hours with nothing built and nothing closed, so that to build more is never worse by
it: pairs cut off first, then the hours that the others lose (as in `interdict`) less the hours that the set gains.
One closure is exact from the replacement paths of every pair. Of more the search is branch and bound; where its time
is up it leaves a bound, and it is said which sets may belong to the front and which do.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from mobility.analysis.graph import MS_PER_H
from mobility.analysis.interdiction import check_closures, check_seconds
from mobility.analysis.measured import Harm, Point, Sets
from mobility.analysis.redundancy import joined_shape
from mobility.errors import InputError
from mobility.model.network import CRS

if TYPE_CHECKING:
    from mobility.analysis.pairs import Ends
    from mobility.model.network import Network
    from mobility.vocabulary import Array, Words

IN, OUT, OPEN = "front", "dominated", "open"
COLUMNS = (
    "projects names cost_eur_m gain_h pairs_cut_off harm_h most_pairs_cut_off most_harm_h optimal attacked "
    "attacked_names state dominated_by geometry"
).split()


def pareto(
    network: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    k: int = 1,
    projects: Words = None,
    budget_eur_m: float | None = None,
    seconds: float | None = None,
) -> gpd.GeoDataFrame:
    """Return what every set of projects costs, gains, and leaves to the worst k closures, and which sets are dominated.

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used.
    origins, destinations
        As in `routes`.
    k
        Closures of links, today's and those built (access links only with `include_access`). More than one take a
        search for each set.
    projects
        Of which all sets are measured, what `Network.build` takes; those of unknown cost are left out. Default: five
        that take turns, each alone, in gaining most time and in leaving least to one closure, as such and per euro.
    budget_eur_m
        Million euro; dearer sets are left out.
    seconds
        After which sets come unproven, with bounds; the sets share them. None: however long it takes.

    Returns
    -------
    GeoDataFrame
        One row per set, EPSG:4326 (its links); first those of the front, by cost. Columns: projects, names
        (";"-joined; "": nothing is built), cost_eur_m (the sum), gain_h (of the mean best time, over the pairs that
        are connected with nothing built), pairs_cut_off and harm_h (when the worst k links are closed: pairs cut off,
        and what the others lose against nothing built and nothing closed, per pair connected; below 0: they are
        still better off), most_pairs_cut_off and most_harm_h (what no k closures exceed), optimal (proven: these are
        the worst closures), attacked, attacked_names (the worst closures; of links in series one), state ("front": no
        set is as cheap, gains as much and leaves as little and is better in one of these; "dominated": one is;
        "open": it hangs on what is not proven), dominated_by (projects of the cheapest set that does so; "" where
        nothing built does, or none).

    Raises
    ------
    InputError
        When `k` is less than 1 or more than 100, `seconds` or the budget is not above zero, there is no project of
        known cost within the budget, they have more than 1,024 sets, or no pair is connected.
    """
    until = np.inf if seconds is None else time.monotonic() + seconds
    check(k, seconds)
    net = network.profiled()
    sets = Sets.of(net, origins, destinations, projects=projects, budget_eur_m=budget_eur_m)
    return table_of(sets, *sets.points(k, until))


def check(k: int, seconds: float | None) -> None:
    """Refuse what makes no sense (InputError)."""
    check_closures(k)
    check_seconds(seconds)


def table_of(sets: Sets, points: list[Point], connected: int) -> gpd.GeoDataFrame:
    """Return points as the table of `pareto`."""
    if not connected:
        raise InputError("no pair is connected, so that there is nothing to gain or to lose")
    links, names = sets.network.links, sets.things["name"]
    states, by = judged(sets.euro, points)
    each = connected * MS_PER_H
    rows = []
    for some, euro, point, state, other in zip(sets.members, sets.euro, points, states, by, strict=True):
        closed = links.iloc[list(point.attacked)].sort_index()
        rows.append(
            {
                "projects": ";".join(some),
                "names": "; ".join(names[list(some)]),
                "cost_eur_m": euro / 1e6,
                "gain_h": point.gain / each,
                "pairs_cut_off": point.harm.off,
                "harm_h": point.harm.ms / each,
                "most_pairs_cut_off": point.most.off,
                "most_harm_h": point.most.ms / each,
                "optimal": point.harm == point.most,
                "attacked": ";".join(closed.index),
                "attacked_names": "; ".join(closed["name"]),
                "state": state,
                "dominated_by": ";".join(sets.members[other]) if other >= 0 else "",
                "geometry": joined_shape(sets.things.geometry[list(some)]),
            }
        )
    table = gpd.GeoDataFrame(rows, columns=COLUMNS, geometry="geometry", crs=CRS)
    first = np.argsort([(IN, OPEN, OUT).index(state) for state in states], kind="stable")
    return table.iloc[first].reset_index(drop=True)


def judged(euro: Array, points: list[Point]) -> tuple[list[str], list[int]]:
    """Tell of each set its state, and the cheapest set of the front that surely dominates it (-1: none)."""
    gain = np.array([point.gain for point in points])
    harm, most = _places([point.harm for point in points], points), _places([point.most for point in points], points)
    as_good = (euro[:, None] <= euro) & (gain[:, None] >= gain)  # row: the one that may dominate
    better = (euro[:, None] < euro) | (gain[:, None] > gain)
    sure = as_good & (most[:, None] <= harm) & (better | (most[:, None] < harm))
    may = as_good & (harm[:, None] <= most) & (better | (harm[:, None] < most))
    np.fill_diagonal(may, val=False)
    out, open_ = (np.asarray(some.any(axis=0)) for some in (sure, may))
    states = np.where(out, OUT, np.where(open_, OPEN, IN)).tolist()
    by = [-1] * len(points)
    for one in np.flatnonzero(out).tolist():
        beating = np.flatnonzero(sure[:, one])
        by[one] = int(min(beating, key=lambda other: (out[other], euro[other], -gain[other], other)))
    return states, by


def _places(some: list[Harm], points: list[Point]) -> Array:
    """Return harms as whole numbers in the order of all harms of the points."""
    order = {harm: i for i, harm in enumerate(sorted({h for point in points for h in (point.harm, point.most)}))}
    return np.array([order[harm] for harm in some])
