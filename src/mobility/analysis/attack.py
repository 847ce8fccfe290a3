"""The worst attack on what is not protected: branch and bound over known routes, made exact where it matters.

Known routes bound what closures do from above (`ways`), so no search is made for closures that cannot be the worst by
them; those that could are searched, which adds routes, and all that was learned serves the next question too.

Closures that miss the best known route of every pair do no more than is known already. So the worst set holds
something of these routes: branch on each such thing, then on the routes that are best without it. The last closure is
not branched on: what each would do is read off the known routes for all at once. Before, r closures do no more than
the r things do that have most at stake: of a pair, at most what all closures together can cost it.

Of attacks that do the same harm any is the answer to a game. Where the `first` is asked for, what could equal the worst
found is looked at too, and searched only if it would come before it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mobility.analysis.ways import Left, Ways
    from mobility.vocabulary import Array

    Things = tuple[int, ...]


class Attack(NamedTuple):
    """The worst attack found, what it does, and what none exceeds."""

    harm: int
    closed: Things
    bound: int


class Attacker:
    """Finds the worst attacks of up to `k` closures on ways; every attack that was tried is kept with its harm.

    Parameters
    ----------
    first
        Of attacks that do the same harm, tell the one with fewest closures, and of these the first by their numbers.
        It is that one if the attacks tried before hold the one of `k` - 1 closures.
    limit
        How many attacks are searched before the worst found is returned unproven.
    """

    def __init__(self, ways: Ways, k: int, *, first: bool = False, limit: float = np.inf) -> None:
        self.ways, self.k, self.first, self.limit = ways, k, first, limit
        self.tried: dict[Things, int] = {(): 0}
        self.until = np.inf
        self._best: tuple[int, Things] = (0, ())
        self._enough: float = np.inf
        self._reach = 0

    def harm(self, closed: Iterable[int]) -> int:
        """Return what closures do, exactly."""
        key = tuple(sorted(closed))
        if key not in self.tried:
            self._check_time()
            if self.limit <= 0:
                raise TimeUpError
            self.limit -= 1
            self.tried[key] = self.ways.harm(self.ways.search(key))
        return self.tried[key]

    def _check_time(self) -> None:
        if time.monotonic() >= self.until:
            raise TimeUpError

    def known(self) -> list[tuple[int, Things]]:
        """Return the attacks that were tried, each after its harm."""
        return [(harm, closed) for closed, harm in self.tried.items()]

    def worst(self, safe: frozenset[int], enough: float = np.inf) -> Attack:
        """Return the worst attack that leaves what is `safe` alone, or the first found that does `enough`."""
        self._enough = enough
        self._best = min((found for found in self.known() if safe.isdisjoint(found[1])), key=_order)
        self._reach = len(self.ways.pairs) * self.ways.cut_off
        try:
            caps = self._caps(safe)
            self._improve(safe, caps)
            self._branch((), safe, self.k, caps, first=True)
        except (EnoughError, TimeUpError):
            return Attack(*self._best, self._reach)
        return Attack(*self._best, self._best[0])

    def _note(self, closed: Things) -> int:
        """Search closures, and keep them if they are the worst so far."""
        harm = self.harm(closed)
        if self._beats(harm, closed):
            self._best = harm, tuple(sorted(closed))
        if self._best[0] >= self._enough:
            raise EnoughError
        return harm

    def _beats(self, harm: int, closed: Things) -> bool:
        """Tell whether closures that do some harm are to be told rather than the worst found."""
        if self.first:
            return _order((harm, tuple(sorted(closed)))) < _order(self._best)
        return harm > self._best[0]

    @property
    def _floor(self) -> int:
        """What closures must do more than to be looked at.

        Where the worst found has fewer than `k` closures, no more closures that do as much harm come before it.
        """
        return self._best[0] - (self.first and len(self._best[1]) == self.k)

    def _improve(self, safe: frozenset[int], caps: Array) -> None:
        """Start from a good attack: greedily, then exchanging one closure at a time as long as that helps."""
        if self._best[0] >= self._enough:
            raise EnoughError
        while True:
            before = self._best
            for one in (None, *before[1]):
                rest = tuple(thing for thing in before[1] if thing != one)
                if len(rest) < self.k:
                    self._last(rest, safe, caps)
            if self._best == before:
                return

    def _branch(self, closed: Things, safe: frozenset[int], left: int, caps: Array, *, first: bool = False) -> None:
        """Try closures together with up to `left` more that are not safe."""
        self._check_time()
        if left <= 1:
            self._last(closed, safe, caps)
            return
        left_over = self._settled(closed)
        ms = self.ways.ms[left_over.first]
        harm = self.ways.harm(ms)
        if not first:
            caps = self._tighter(caps, left_over, safe, left)
        if len(ms) == 1:
            self._reach = int(caps[0] - self.ways.before[0]) if first else self._reach
            for row in self._needed(left_over, safe, left) if caps[0] - self.ways.before[0] > self._floor else ():
                self._branch((*closed, self.ways.things[row]), safe, left - 1, caps)
                safe |= {self.ways.things[row]}
            return
        rows, held = self._held(left_over.first, safe)
        worth = np.maximum(caps - ms, 0)
        at_stake = held @ worth
        order = np.argsort(-at_stake, kind="stable")
        order = order[at_stake[order] > 0]
        rows, held = rows[order], held[order]
        stakes = at_stake[order].tolist()  # plain numbers: sums of many are more than 63 bits
        for i, row in enumerate(rows.tolist()):
            reach = harm + sum(stakes[i : i + left])
            if first:
                self._reach = reach
            if reach <= self._floor:
                return
            thing = self.ways.things[row]
            others = held[i + 1 :] @ np.where(held[i], 0, worth)  # a pair that loses all by one has no more to lose
            more = np.partition(others, -(left - 1))[-(left - 1) :] if len(others) >= left else others
            if harm + stakes[i] + sum(more.tolist()) > self._floor:
                self._branch((*closed, thing), safe, left - 1, caps)
            safe |= {thing}

    def _needed(self, routes: Left, safe: frozenset[int], left: int) -> list[int]:
        """Return things (rows of `ways.holds`) of which closures that do enough to an only pair hold one.

        They hit all its known routes that are short: of these the one with fewest things is branched on. The last but
        one closed leaves only routes that have a thing in common.
        """
        ways, able = self.ways, self._able(safe)
        enough = ways.ms[routes.routes] - ways.before[0] > self._floor
        short = [ways.masks[route] & able for route in routes.routes[~enough].tolist()]
        fewest = min(short, key=int.bit_count)
        rows = [row for row in range(fewest.bit_length()) if fewest >> row & 1]
        if left == 2:  # noqa: PLR2004
            rows = [row for row in rows if _common(mask for mask in short if not mask >> row & 1)]
        return sorted(rows, key=lambda row: -sum(mask >> row & 1 for mask in short))

    def _able(self, safe: frozenset[int]) -> int:
        """Return what can be closed, as bits."""
        return ~sum(1 << row for row in self.ways.known(safe))

    def _settled(self, closed: Things) -> Left:
        """Return the known routes that closures miss, once these are known to do too little to be looked at."""
        while True:
            found = self.ways.left(closed)
            if self.ways.harm(self.ways.ms[found.first]) <= self._floor:
                return found
            self._note(closed)

    def _last(self, closed: Things, safe: frozenset[int], caps: Array) -> None:
        """Try closures together with each one more."""
        while True:
            found = self._settled(closed)
            known = self.ways.harm(self.ways.ms[found.first])
            thing, added = self._with_one_more(found, safe, caps, self._floor - known)
            if known + added <= self._floor or not self._beats(known + added, (*closed, thing)):
                return
            self._note((*closed, thing))

    def _with_one_more(self, left: Left, safe: frozenset[int], caps: Array, over: int) -> tuple[int, int]:
        """Return the thing whose closure adds most by the routes known, of several the first, and how much.

        Of things that add no more than `over` some upper bound is taken.
        """
        ways = self.ways
        things, pair = self._on(left.first, safe)
        ms = ways.ms[left.first]
        worth = (caps - ms)[pair]
        most = np.zeros(len(ways.row), dtype=np.int64)
        np.add.at(most, things, worth)
        place = np.searchsorted(ways.pair[left.routes], np.arange(len(ways.pairs)))[pair]
        open_ = np.flatnonzero(most[things] > over)
        step = 1  # how many routes on are looked at at once: the last of each pair, to be cut off, nothing closes
        while len(open_):
            route = left.routes[np.minimum(place[open_, None] + np.arange(1, step + 1), len(left.routes) - 1)]
            held = ways.holds[things[open_, None], route]
            first = held.argmin(axis=1)
            found = ~held[np.arange(len(open_)), first]
            done = open_[found]
            then = ways.ms[route[found, first[found]]]
            np.subtract.at(most, things[done], worth[done] - then + ms[pair[done]])
            place[open_] += step
            open_ = open_[~found]
            open_ = open_[most[things[open_]] > over]
            step *= 2
        added = int(most.max(initial=0))
        return min((ways.things[row] for row in np.flatnonzero(most == added).tolist()), default=-1), added

    def _held(self, routes: Array, safe: frozenset[int]) -> tuple[Array, Array]:
        """Return what can be closed on routes, as rows of `ways.holds`, and of each which of the routes hold it."""
        rows = np.unique(self._on(routes, safe)[0])
        return rows, self.ways.holds[np.ix_(rows, routes)]

    def _on(self, routes: Array, safe: frozenset[int]) -> tuple[Array, Array]:
        """Return what can be closed on routes, as rows of `ways.holds`, and on which of the routes."""
        on = [self.ways.rows[route] for route in routes.tolist()]
        pair = np.repeat(np.arange(len(routes)), [len(rows) for rows in on])
        things = np.concatenate([np.array([], dtype=int), *on])
        able = ~np.isin(things, self.ways.known(safe))
        return things[able], pair[able]

    def _tighter(self, caps: Array, routes: Left, safe: frozenset[int], left: int) -> Array:
        """Return the milliseconds that `left` closures more do not exceed, by the routes known that the others miss."""
        ways, caps, able = self.ways, caps.copy(), self._able(safe)
        bounds = np.searchsorted(ways.pair[routes.routes], np.arange(1, len(caps)))
        for pair, own in enumerate(np.split(routes.routes, bounds)):
            used = count = 0
            for route in own.tolist():
                mask = ways.masks[route] & able
                if not mask & used:
                    used |= mask
                    count += 1
                    if count > left or not mask:  # nothing closes a route without closable things
                        caps[pair] = min(caps[pair], ways.ms[route])
                        break
        return caps

    def _caps(self, safe: frozenset[int]) -> Array:
        """Return the milliseconds that no `k` closures exceed: of k + 1 routes that share nothing one is left."""
        ways = self.ways
        caps, able = ways.before + ways.cut_off, self._able(safe)
        starts = np.searchsorted(ways.pair[ways.order], np.arange(len(ways.pairs) + 1))
        for pair, own in enumerate(np.split(ways.order, starts[1:-1])):
            used, count = 0, 0
            for route in own.tolist()[:-1]:
                if not ways.masks[route] & able & used:
                    used |= ways.masks[route] & able
                    count += 1
                    if count > self.k:
                        caps[pair] = ways.ms[route]
                        break
            while count <= self.k and (found := ways.around(pair, used)):
                self._check_time()
                caps[pair], mask = found
                used |= mask & able
                count += 1
            if count <= self.k:
                caps[pair] = ways.before[pair] + ways.cut_off
        return caps


def _common(masks: Iterable[int]) -> bool:
    """Tell whether sets, as bits, have something in common."""
    common = -1
    for mask in masks:
        common &= mask
        if not common:
            return False
    return True


def _order(found: tuple[int, Things]) -> tuple[int, int, Things]:
    """Return what orders attacks, each after its harm: the one that is told first."""
    harm, closed = found
    return -harm, len(closed), closed


class EnoughError(Exception):
    """An attack that is bad enough has been found."""


class TimeUpError(Exception):
    """What a search was given, time or attacks, is used up."""
