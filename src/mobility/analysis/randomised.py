"""Routes at random: how often to take which, so that the worst attack on what cannot be foreseen costs least.

A zero-sum game. The force draws a route, the attacker closes up to K sections, and neither knows what the other
drew. A route that is missed costs its hours above the best one; a route that is hit costs `hit_h` hours above that.
Its solution is a mixed strategy of each side. It is found by double oracle: the game of the routes and attacks known
is a linear programme; against its solution the best attack of all (a mixed-integer programme: most weight covered)
and the best route of all (a search that remembers which attacks have hit it) bound the value from both sides, and are
added, until the bounds meet.

References
----------
Černý, J., Iyengar, G., Kroer, C. (2025). Contested route planning. arXiv:2508.10189.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

import geopandas as gpd
import numpy as np
import shapely

from mobility.analysis.closable import together
from mobility.analysis.graph import MS_PER_H, milliseconds
from mobility.analysis.interdiction import check_closures, closable
from mobility.errors import InputError, NoRouteError, solved
from mobility.model.network import CRS

if TYPE_CHECKING:
    from collections.abc import Callable

    from mobility.analysis.field import Field
    from mobility.analysis.interdiction import Closable
    from mobility.model.network import Network
    from mobility.vocabulary import Array

    Way: TypeAlias = "tuple[int, Way] | None"  # its last arc, and the way before

HIT_H = 24.0  # hours that a route costs more when it is hit, where nothing else is said: an assumption, a day
_GAP_H = 1e-6  # between the values of both sides: they are equal
_ROUGH_H = 1e-3  # when the linear programme gives no more
_NO_ODDS = 1e-9  # a probability below is none
COLUMNS = "route probability time_h delta_h hit_probability expected_loss_h sections links geometry".split()


@dataclass(frozen=True, eq=False)
class Mixed:
    """How to draw routes.

    Attributes
    ----------
    routes : GeoDataFrame
        One row per route, the most probable first, EPSG:4326. Columns: route, probability, time_h, delta_h (hours above
        the best route), hit_probability (that the attacker's own best mixture hits it), expected_loss_h (what it costs
        against that: `value_h`), sections (ids of those that can be closed) and links (ids, in order), ";"-joined.
    attacks : GeoDataFrame
        The attacker's side: probability, attacked (ids of sections) and names, ";"-joined, geometry.
    value_h : float
        Expected hours lost, of all mixtures the least under the worst attack.
    attacker_h : float
        Expected hours that the attacker's mixture costs whatever route is taken: the same, by duality.
    hit_probability : float
        That the attacker's mixture hits the route drawn.
    alone_h : float
        What it costs to take the best route always, under the worst attack.
    """

    routes: gpd.GeoDataFrame
    attacks: gpd.GeoDataFrame
    value_h: float
    attacker_h: float
    hit_probability: float
    alone_h: float


def random_routes(network: Network, origin: str, destination: str, *, k: int, hit_h: float = HIT_H) -> Mixed:
    """Return how often to take which route, so that the expected loss under the worst k closures is least.

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used.
    origin, destination
        Places.
    k
        How many sections the attacker closes at most; links in series are one section, access links are none.
    hit_h
        Hours that a route costs more when it is hit: the cost of being stopped. It weighs risk against detours.

    Raises
    ------
    InputError
        When `k` is less than 1 or more than 100, `hit_h` is not above 0 or more than 2,000, or the two places are one.
    NoRouteError
        When there is no route.
    """
    check_closures(k)
    if not 0 < hit_h <= 2000:  # noqa: PLR2004 - of the order of the longest route there can be
        raise InputError(f"a hit costs {hit_h:g} hours; it must be more than 0 and at most 2000")
    net = network.profiled()
    [origin], [destination] = net.places_named([origin]), net.places_named([destination])
    if origin == destination:
        raise InputError(f"origin and destination are the same place: {origin}")
    things = closable(net, [(origin, destination)], "section", ())
    game = _Game(things.fields[0][0], origin, destination, k, hit_h * MS_PER_H)
    if not np.isfinite(game.best):
        raise NoRouteError(f"no route from {origin} to {destination}")
    odds, attack_odds = game.solve()
    return game.told(things, odds, attack_odds)


class _Game:
    """The game of one pair: the routes and attacks known, and the best answers to mixtures of them."""

    def __init__(self, where: Field, origin: str, destination: str, k: int, hit: float) -> None:
        self.where, self.k, self.hit = where, k, hit
        graph = where.graph
        self.starts, self.goals = where.states(origin), where.states(destination)
        self.ahead = milliseconds(graph.rank_to(self.goals))
        self.best = float(self.ahead[self.starts].min(initial=np.inf))
        self.routes: list[tuple[float, list[int], frozenset[int]]] = []  # ms above the best, arcs, what can be closed
        self.attacks: list[frozenset[int]] = []
        self.above = self.below = np.nan

    def solve(self) -> tuple[Array, Array]:
        """Return the mixtures of both sides, of all routes and attacks."""
        self._add(self._best_route(np.array([]))[1])
        odds, attack_odds = np.array([1.0]), np.array([])
        while True:
            attack, self.above = self._best_attack(odds)
            self.below, route = self._best_route(attack_odds)
            if self.above - self.below <= _GAP_H * MS_PER_H:
                return odds, attack_odds
            new = attack not in self.attacks, route not in [arcs for _, arcs, _ in self.routes]
            gap_h = (self.above - self.below) / MS_PER_H
            if not any(new):  # nothing is better than what is known: what is left is how exactly it was solved
                solved(gap_h <= _ROUGH_H, "random routes", f"the values of both sides are {gap_h:g} h apart")
                return odds, attack_odds
            if new[0]:
                self.attacks.append(attack)
            if new[1]:
                self._add(route)
            odds, attack_odds = self._mixtures()

    def _add(self, arcs: list[int]) -> None:
        ms = float(self.where.graph.cost[arcs].sum()) - self.best
        self.routes.append((ms, arcs, self.where.things(arcs)))

    def payoffs(self) -> Array:
        """Return what each attack (row) does to each route (column), in milliseconds."""
        hits = [[not attack.isdisjoint(things) for _, _, things in self.routes] for attack in self.attacks]
        payoffs: Array = np.array([ms for ms, _, _ in self.routes]) + self.hit * np.array(hits)
        return payoffs

    def _mixtures(self) -> tuple[Array, Array]:
        """Solve the game of what is known: the least v with no attack above v; the attacker's mixture is its dual."""
        from scipy.optimize import linprog

        payoffs = self.payoffs() / MS_PER_H
        attacks, routes = payoffs.shape
        found = linprog(
            np.eye(routes + 1)[-1],
            A_ub=np.c_[payoffs, -np.ones(attacks)],
            b_ub=np.zeros(attacks),
            A_eq=np.r_[np.ones(routes), 0][None],
            b_eq=[1],
            bounds=[(0, None)] * routes + [(None, None)],
        )
        solved(found.status == 0, "random routes", found.message)
        return _odds(found.x[:-1]), _odds(-found.ineqlin.marginals)

    def _best_attack(self, odds: Array) -> tuple[frozenset[int], float]:
        """Return the attack that hits most of a mixture of routes, and what it costs."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        drawn = [(share, *self.routes[i]) for i, share in enumerate(odds.tolist()) if share > 0]
        things = sorted(frozenset().union(*(on for *_, on in drawn)))
        late = sum(share * ms for share, ms, *_ in drawn)
        if not things:
            return frozenset(), late
        number = {thing: i for i, thing in enumerate(things)}
        n, m = len(things), len(drawn)
        covers = np.zeros((m + 1, n + m))  # a route is hit only if one of its things is closed; the last row: k at most
        for row, (*_, on) in enumerate(drawn):
            covers[row, [number[thing] for thing in on]] = -1
            covers[row, n + row] = 1
        covers[m, :n] = 1
        found = milp(
            -np.r_[np.zeros(n), [share for share, *_ in drawn]],
            integrality=np.ones(n + m),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(covers, ub=[*np.zeros(m), self.k]),
            options={"mip_rel_gap": 0},
        )
        solved(found.status == 0, "random routes", found.message)
        attack = frozenset(thing for thing, chosen in zip(things, found.x.tolist(), strict=False) if chosen > 0.5)  # noqa: PLR2004
        hit = sum(share for share, *_, on in drawn if not attack.isdisjoint(on))
        return attack, late + self.hit * hit

    def _best_route(self, attack_odds: Array) -> tuple[float, list[int]]:
        """Return what the best route costs against a mixture of attacks, and its arcs.

        A label is a way to a state, with the attacks that have hit it: these cost it no more. One is worse than
        another at the same state if it costs more even when all that hit the other alone is added to that one.
        """
        graph = self.where.graph
        on, price = self._prices(attack_odds.tolist())
        order, starts, heads = (column.tolist() for column in graph.out[:3])
        cost, ahead, goals = graph.cost.tolist(), self.ahead.tolist(), {*self.goals.tolist()}
        kept: dict[int, list[tuple[float, int]]] = {}
        heap: list[tuple[float, int, int, int, float, Way]] = []
        for state in self.starts.tolist():
            heapq.heappush(heap, (ahead[state], len(heap), state, 0, 0.0, None))
        count = len(heap)
        while heap[0][2] not in goals:  # there is a route: `ahead` is finite at the nearest start
            _, _, state, mask, paid, way = heapq.heappop(heap)
            for arc, head in zip(
                order[starts[state] : starts[state + 1]], heads[starts[state] : starts[state + 1]], strict=True
            ):
                after = mask | on[arc]
                total = paid + cost[arc] + price(after & ~mask)
                labels = kept.setdefault(head, [])
                if ahead[head] < np.inf and all(other + price(after & ~seen) > total for other, seen in labels):
                    labels.append((total, after))
                    heapq.heappush(heap, (total + ahead[head], count, head, after, total, (arc, way)))
                    count += 1
        return heap[0][4] - self.best, _unrolled(heap[0][5])

    def _prices(self, odds: list[float]) -> tuple[list[int], Callable[[int], float]]:
        """Return which attacks (bits) take each arc, and what a set of them costs."""
        by_thing: dict[int, int] = {}
        for i, share in enumerate(odds):
            for thing in self.attacks[i] if share > 0 else ():
                by_thing[thing] = by_thing.get(thing, 0) | 1 << i
        on = [0] * len(self.where.graph.tail)
        for thing, mask in by_thing.items():
            for arc in np.flatnonzero((self.where.stands == thing).any(axis=0)).tolist():
                on[arc] |= mask

        @cache
        def price(mask: int) -> float:
            return price(mask & (mask - 1)) + self.hit * odds[(mask & -mask).bit_length() - 1] if mask else 0.0

        return on, price

    def told(self, things: Closable, odds: Array, attack_odds: Array) -> Mixed:
        """Return the mixtures as tables."""
        late = np.array([ms for ms, *_ in self.routes])
        payoffs = self.payoffs() if self.attacks else late[None]
        shares = attack_odds if self.attacks else np.array([1.0])
        hits = payoffs > late
        taken = sorted(np.flatnonzero(odds).tolist(), key=lambda i: (-odds[i], self.routes[i][:2]))
        routes = self._routes_told(things, taken).assign(
            probability=odds[taken],
            hit_probability=(shares @ hits)[taken],
            expected_loss_h=(shares @ payoffs)[taken] / MS_PER_H,
        )
        closed = sorted(np.flatnonzero(attack_odds).tolist(), key=lambda i: (-attack_odds[i], sorted(self.attacks[i])))
        return Mixed(
            routes[COLUMNS],
            self._attacks_told(things, closed, attack_odds),
            self.above / MS_PER_H,
            self.below / MS_PER_H,
            float(shares @ hits @ odds),
            self.hit * bool(self.routes[0][2]) / MS_PER_H,
        )

    def _routes_told(self, things: Closable, taken: list[int]) -> gpd.GeoDataFrame:
        net, ids = self.where.graph.network, things.table.index[things.alphabet]
        rows: list[dict[str, Any]] = []
        for i in taken:
            ms, arcs, on = self.routes[i]
            links = [link for link in self.where.graph.link[arcs].tolist() if link >= 0]
            lines = [line for shape in net.links.geometry.iloc[links] for line in shapely.get_parts(shape)]
            rows.append(
                {
                    "route": len(rows) + 1,
                    "time_h": (self.best + ms) / MS_PER_H,
                    "delta_h": ms / MS_PER_H,
                    "sections": ";".join(ids[sorted(on)]),
                    "links": ";".join(net.links.index[links]),
                    "geometry": shapely.MultiLineString(lines),
                }
            )
        return gpd.GeoDataFrame(rows, geometry="geometry", crs=CRS)

    def _attacks_told(self, things: Closable, closed: list[int], odds: Array) -> gpd.GeoDataFrame:
        rows = []
        for i in closed:
            part = things.table.iloc[things.alphabet[sorted(self.attacks[i])]]
            what = ";".join(part.index), "; ".join(part["name"]), together(part.geometry)
            rows.append((float(odds[i]), *what))
        columns = ["probability", "attacked", "names", "geometry"]
        return gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=CRS)


def _odds(shares: Array) -> Array:
    """Return shares as probabilities: none below 0, together 1."""
    kept = np.where(shares > _NO_ODDS, shares, 0)
    odds: Array = kept / kept.sum()
    return odds


def _unrolled(way: Way) -> list[int]:
    """Return the arcs of a way, in order."""
    arcs: list[int] = []
    while way is not None:
        arc, way = way
        arcs.append(arc)
    return arcs[::-1]
