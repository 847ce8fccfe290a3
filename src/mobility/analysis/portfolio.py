"""The best set of projects under a budget, exact."""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mobility.analysis.gains import GAINS, measure
from mobility.analysis.graph import CROSSING, milliseconds
from mobility.analysis.layers import Layers, only
from mobility.analysis.pairs import graphs_of, pairs_of
from mobility.analysis.redundancy import buildable, finished, opened_by
from mobility.analysis.replacement import Tree
from mobility.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    import geopandas as gpd

    from mobility.analysis.graph import Graph
    from mobility.analysis.pairs import Ends, PairList
    from mobility.model.network import Network
    from mobility.vocabulary import Array, Words


_STATES = ("chosen", "not chosen", "above the budget", "cost unknown")
# The candidates for an arrival may be later with more projects, and the search trusts that more is never worse.
_OBJECTIVES = [gain for gain in GAINS if gain != "arrival_gain_h"]
_MOST_TRIED = 16  # projects whose sets are all tried, where no better way is known


def portfolio(
    network: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    budget_eur_m: float,
    projects: Words = None,
    objective: str = "gain_h",
) -> gpd.GeoDataFrame:
    """Return the set of projects that gains most within a budget, synergies counted.

    Exact, as building never makes a pair worse: for `gain_h` by branch and bound over the routes that each
    set opens, for the other objectives by trying every set that the budget leaves no room to add to.

    Parameters
    ----------
    network, projects, origins, destinations
        As in `project_gains`.
    budget_eur_m
        Million euro.
    objective
        A gain of `project_gains`, but not that of arrivals.

    Returns
    -------
    GeoDataFrame
        One row per project, EPSG:4326 (its links), the chosen first. Columns: project, name, cost_eur_m,
        state ("chosen", "not chosen", "above the budget", "cost unknown"), and the same in every row:
        portfolio_cost_eur_m and portfolio_<objective>, what the chosen set costs and gains. No chosen
        project is idle; of sets that gain the same, one is given.

    Raises
    ------
    InputError
        When the budget is not a number above zero, the objective is none of these gains, or more than 16
        projects are affordable and the objective is not gain_h.
    """
    try:
        budget = float(budget_eur_m)
    except (TypeError, ValueError):
        raise InputError(f"the budget must be a number of million euro, not {budget_eur_m!r}") from None
    if not 0 < budget < np.inf:
        raise InputError(f"the budget must be above zero and finite, not {budget:g}")
    if objective not in _OBJECTIVES:
        raise InputError(f"no portfolio by {objective!r}; there are {', '.join(_OBJECTIVES)}")
    net = network.profiled()
    things, pairs = buildable(net, projects), pairs_of(net, origins, destinations)
    cost = things["cost_eur_m"]
    keys = list(things.index[cost <= budget])
    euro = np.rint(cost[keys].to_numpy(float) * 1e6).astype(np.int64)
    purse = round(min(budget * 1e6, float(euro.sum())))  # more than all cost together buys no more
    value: Callable[[Array], float]
    before = measure(net, pairs)
    if objective == "gain_h":
        choice = _Choice.of(net, pairs, keys, euro, purse)
        chosen, value = choice.best(), choice.value
    else:
        if len(keys) > _MOST_TRIED:
            raise InputError(f"{len(keys)} projects are too many for {objective}; name at most {_MOST_TRIED}")

        def gained(members: Array) -> float:
            built = net.build(*(k for k, m in zip(keys, members, strict=True) if m)) if members.any() else net
            return float(np.nan_to_num(measure(built, pairs).gains_over(before)[objective], posinf=np.inf))

        value = gained
        chosen = max(_full_sets(euro, purse), key=value)
    worth = value(chosen)
    for u in sorted(np.flatnonzero(chosen), key=lambda u: (-euro[u], u)):  # drop what is idle, the dearest first
        fewer = chosen.copy()
        fewer[u] = False
        if (left := value(fewer)) >= worth:
            chosen, worth = fewer, left
    picked = [k for k, m in zip(keys, chosen, strict=True) if m]
    gains = measure(net.build(*picked) if picked else net, pairs).gains_over(before)
    state = np.select(
        [things.index.isin(picked), cost <= budget, cost.notna()], [_STATES[0], _STATES[1], _STATES[2]], _STATES[3]
    )
    table = things.rename_axis("project").reset_index().assign(state=state)
    table["portfolio_cost_eur_m"] = cost[picked].sum()
    table[f"portfolio_{objective}"] = gains[objective]
    table = table.iloc[np.argsort([_STATES.index(s) for s in state], kind="stable")].reset_index(drop=True)
    return finished(table)


class _Choice(NamedTuple):
    """Choosing projects for the mean best time: every route worth taking, with the projects that it needs.

    Attributes
    ----------
    needs : bool array, a row per route and a column per project
    gain : milliseconds over the pair's best route today
    pair : number of the pair, ascending
    euro : cost per project
    budget : in euro
    """

    needs: Array
    gain: Array
    pair: Array
    euro: Array
    budget: int

    @classmethod
    def of(cls, net: Network, pairs: PairList, keys: list[str], euro: Array, budget: int) -> _Choice:
        """Find the routes of all pairs that are connected without any project."""
        rows: list[tuple[frozenset[int], float, int]] = []
        layers, members = _layered(net, keys)
        for whole, group in graphs_of(layers.network, pairs):
            graph, needs = _needs(layers, members, whole, len(keys))
            today = only(graph, np.flatnonzero(~needs.any(axis=1)))
            starts = {a: Tree.at(graph, a).rank for a in {a for a, _ in group}}
            goals = {b: Tree.at(graph, b, reverse=True).rank for b in {b for _, b in group}}
            for a, b in group:
                now = today.rank_to(graph.states([b]))[graph.states([a])].min(initial=np.inf)
                if np.isfinite(now):  # only arcs that could be on a better route matter, with all of them open
                    some = needs.any(axis=1) & (starts[a][graph.tail] + graph.rank + goals[b][graph.head] < now)
                    helpful = set(np.flatnonzero(needs[some].any(axis=0)).tolist())
                    near, kept = graph.within(starts[a] + goals[b] <= now)  # no state elsewhere is on a better route
                    ends, ms = (near.states([a]), near.states([b])), milliseconds(now)
                    found = _worthwhile(near, ends, needs[kept], helpful, (euro, budget), ms)
                    rows += [(used, ms - time, pairs.index((a, b))) for used, time in found.items()]
        rows.sort(key=lambda row: row[2])
        table = np.array([[u in used for u in range(len(keys))] for used, _, _ in rows], dtype=bool)
        gain, pair = (np.array([row[i] for row in rows]) for i in (1, 2))
        return cls(table.reshape(len(rows), len(keys)), gain, pair.astype(int), euro, budget)

    def have(self, chosen: Array) -> Array:
        """Return the milliseconds gained per route's pair when a set is built."""
        got = np.zeros(self.pair.max(initial=-1) + 1)
        open_routes = ~(self.needs & ~chosen).any(axis=1)
        np.maximum.at(got, self.pair[open_routes], self.gain[open_routes])
        return got

    def value(self, chosen: Array) -> float:
        """Return the milliseconds gained in all."""
        return float(self.have(chosen).sum())

    def best(self) -> Array:
        """Return the best set within the budget.

        Each route's gain is shared out among the projects it still needs, by cost; a pair's gain is at
        most the sum of the largest shares of the projects chosen, so a knapsack that may cut the last
        project bounds what a branch can gain.
        """
        best: Array = self.euro == 0
        most = -1.0
        stack = [(best, np.zeros(len(best), dtype=bool))]
        while stack:
            must, barred = stack.pop()
            left = self.budget - self.euro[must].sum()
            if left < 0:
                continue
            have = self.have(must)
            if have.sum() > most:
                best, most = must, have.sum()
            barred = barred | (~must & (self.euro > left))
            missing = self.needs & ~must
            price = missing @ self.euro
            extra = self.gain - have[self.pair]
            rows = (extra > 0) & (price <= left) & ~(missing & barred).any(axis=1)
            if not rows.any():
                continue
            share = np.where(missing[rows], (extra[rows] / price[rows])[:, None] * self.euro, 0.0)
            starts = np.flatnonzero(np.diff(self.pair[rows], prepend=-1))
            worth = np.maximum.reduceat(share, starts).sum(axis=0)
            order = np.argsort(-worth / np.maximum(self.euro, 1), kind="stable")
            part = np.clip(
                (left - (np.cumsum(self.euro[order]) - self.euro[order])) / np.maximum(self.euro[order], 1), 0, 1
            )
            bound = min((worth[order] * part).sum(), np.maximum.reduceat(extra[rows], starts).sum())
            if have.sum() + bound < most + 0.5:  # milliseconds are whole
                continue
            one = np.arange(len(must)) == order[0]
            stack += [(must, barred | one), (must | one, barred)]
        return best


def _worthwhile(
    graph: Graph, ends: tuple[Array, Array], needs: Array, helpful: set[int], money: tuple[Array, int], now: float
) -> dict[frozenset[int], float]:
    """Return milliseconds below `now` by set of projects, so that every affordable set has its best route in a subset.

    Branches on the projects that the best route uses: a set that lacks none of them has that best route.
    """
    euro, budget = money
    cache: dict[frozenset[int], tuple[float, frozenset[int]]] = {}
    found: dict[frozenset[int], float] = {}
    stack = [(frozenset[int](), frozenset[int]())]
    while stack:  # sets that hold all of `must` and none of `barred`
        must, barred = stack.pop()
        left = budget - euro[list(must)].sum()
        if left < 0:
            continue
        barred |= {u for u in helpful - must if euro[u] > left}
        if barred not in cache:
            rank = np.where(needs[:, list(barred)].any(axis=1), np.inf, graph.rank)
            remaining = graph.rank_to(ends[1], rank)
            used = needs[graph.walk(ends[0], remaining, rank)].any(axis=0)
            cache[barred] = milliseconds(remaining[ends[0]].min()), frozenset(np.flatnonzero(used).tolist())
        time, projects = cache[barred]
        if time >= now:  # no set of this branch gains anything
            continue
        found[projects] = time
        new = sorted(projects - must, key=lambda u: (-euro[u], u))
        stack += [(must | set(new[:i]), barred | {u}) for i, u in enumerate(new)]
    return found


def _layered(net: Network, keys: list[str]) -> tuple[Layers, list[frozenset[int]]]:
    """Lay beside each other the sets of projects that touch one link; return the sets, too."""
    touching: dict[str, list[int]] = {}
    for u, key in enumerate(keys):
        for link in opened_by(net, key):
            touching.setdefault(link, []).append(u)
    sets = {frozenset(c) for us in touching.values() for r in range(1, len(us) + 1) for c in combinations(us, r)}
    members = sorted(sets, key=lambda some: (len(some), sorted(some)))
    return Layers.of(net, [[keys[u] for u in sorted(some)] for some in members]), members


def _needs(layers: Layers, members: list[frozenset[int]], whole: Graph, number: int) -> tuple[Graph, Array]:
    """Return the arcs of a graph of all layers, once for each least set of projects that opens it, and those sets.

    A link is there once the projects of its layer are built; a change of mode or a crossing, once something leads to
    both its ends (and the crossing is open), and these may be the work of different projects.
    """
    of_build = [*members, frozenset[int]()]  # the last is TODAY
    of_row = [of_build[build] for build in layers.build]
    arcs = list(zip(*(column.tolist() for column in (whole.tail, whole.head, whole.link)), strict=True))
    at: list[set[frozenset[int]]] = [set() for _ in range(whole.size)]
    ways: dict[tuple[int, int, int, float], dict[frozenset[int], int]] = {}  # of one link, alike in several layers
    for arc, (tail, head, link) in enumerate(arcs):
        if link >= 0:
            at[tail].add(of_row[link])
            at[head].add(of_row[link])
            if not layers.closed[link]:
                ways.setdefault((tail, head, layers.row[link], whole.cost[arc]), {})[of_row[link]] = arc
    rows = [(alike[some], some) for alike in ways.values() for some in _least(alike)]
    leading, border = [_least(sets) for sets in at], layers.border(whole)
    opening = [_least({of_build[build] for build in np.flatnonzero(column)}) for column in layers.crossings.T]
    for arc, (tail, head, link) in enumerate(arcs):
        if link < 0:
            gates = opening[border[arc]] if link == CROSSING else [frozenset[int]()]
            every = product(leading[tail], leading[head], gates)
            rows += [(arc, some) for some in _least({a | b | c for a, b, c in every})]
    needs = np.array([[u in some for u in range(number)] for _, some in rows], dtype=bool).reshape(len(rows), number)
    return only(whole, np.array([arc for arc, _ in rows], dtype=int)), needs


def _least(sets: Collection[frozenset[int]]) -> list[frozenset[int]]:
    """Return the sets that hold no other of them."""
    return [some for some in sets if not any(other < some for other in sets)]


def _full_sets(euro: Array, budget: int) -> Iterator[Array]:
    """Iterate over the sets within the budget to which no other project can be added."""
    for number in range(2 ** len(euro)):
        members = (number >> np.arange(len(euro)) & 1).astype(bool)
        left = budget - euro[members].sum()
        if 0 <= left < euro[~members].min(initial=left + 1):
            yield members
