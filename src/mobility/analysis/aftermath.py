"""The worst attack by what it costs until all of it is repaired: the area under the recovery curve, over known routes.

What an attack costs is what `recover` says of it: the least harm that any order of repairs leaves, which is exact for
as few damages as an attack has. More closures never cost less: whoever repairs them repairs some of them no sooner.

Two closures of one route do no more at once than one of them, and still take two repairs. So the worst attack that
holds some closures holds, if any more matter, something of a route that is best under them or under a part of them:
branch on these. How far more closures go is bounded by what each has at stake, s, and the hours d of its repair. One
crew that repairs them in Smith's order, around the others as a block, leaves no more than what the block costs, for
each thing d s and the less of d times the loss of the block and s times the hours of the block, and for each two
things the less of d s' and d' s, which is no more than the root of d s d' s'. No best order does worse than that.

References
----------
Smith, W. E. (1956). Various optimizers for single-stage production. Naval Research Logistics Quarterly 3, 59-66.
"""

from __future__ import annotations

import time
from itertools import combinations
from math import isqrt
from typing import TYPE_CHECKING

import numpy as np

from mobility.analysis.attack import Attack, Attacker, EnoughError, TimeUpError
from mobility.analysis.field import CUT_OFF
from mobility.analysis.orders import best_order, scheduled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mobility.analysis.attack import Things
    from mobility.analysis.orders import Job, Plan, Step
    from mobility.analysis.ways import Ways
    from mobility.vocabulary import Array


class Aftermath(Attacker):
    """Finds the worst attacks of up to `k` closures; harm is counted in hours of pairs cut off, and of lost hours.

    Parameters
    ----------
    ways, k
        As of an `Attacker`.
    job
        What repairs a thing.
    proof
        What cannot be attacked, as no crew repairs it.
    crews, sets
        As in `recover`.
    longest
        Hours that no repair exceeds.
    """

    def __init__(
        self,
        ways: Ways,
        k: int,
        job: Callable[[int], Job],
        proof: frozenset[int],
        *,
        crews: int,
        sets: int,
        longest: int,
    ) -> None:
        super().__init__(ways, k)
        self.job, self.proof, self.crews, self.sets, self.longest = job, proof, crews, sets, longest
        self._rates: dict[Things, int] = {(): 0}

    def harm(self, closed: Iterable[int]) -> int:
        """Return what closures cost until they are repaired, exactly."""
        key = tuple(sorted(closed))
        if key not in self.tried:
            self.tried[key] = self.plan(key).harm
        return self.tried[key]

    def plan(self, closed: Things, crews: int | None = None) -> Plan:
        """Return the best order of repairs."""
        return self._planned(closed, self.rate, crews or self.crews)

    def steps(self, closed: Things) -> list[Step]:
        """Return the repairs of the best order, as they end."""
        return scheduled(self.plan(closed).order, [self.job(thing) for thing in closed], self.crews)

    def back_after(self, closed: Things) -> int:
        """Return the hour from which nothing of the loss is left."""
        left, hour = set(closed), 0
        for step in self.steps(closed):
            if not self.rate(tuple(sorted(left))):
                break
            left, hour = left - {closed[step.job]}, step.end
        return hour

    def rate(self, closed: Things) -> int:
        """Return what closures cost in an hour, exactly."""
        if closed not in self._rates:
            if time.monotonic() >= self.until:
                raise TimeUpError
            self._rates[closed] = self._rate(self.ways.search(closed))
        return self._rates[closed]

    def worst(self, safe: frozenset[int], enough: float = np.inf) -> Attack:
        """Return the worst attack that leaves what is `safe` alone, or the first found that does `enough`."""
        self._enough, safe = enough, safe | self.proof
        self._best = max(found for found in self.known() if safe.isdisjoint(found[1]))
        self._reach = len(self.ways.pairs) * CUT_OFF * self.k * self.longest
        if self._best[0] >= enough:
            return Attack(*self._best, max(self._reach, self._best[0]))
        try:
            self._search((), safe, self.k, self._caps(safe))
        except (EnoughError, TimeUpError):
            return Attack(*self._best, max(self._reach, self._best[0]))
        return Attack(*self._best, self._best[0])

    def _planned(self, closed: Things, rate: Callable[[Things], int], crews: int) -> Plan:
        return best_order([self.job(thing) for thing in closed], lambda left: rate(_of(closed, left)), crews, self.sets)

    def _rate(self, ms: Array) -> int:
        off = ms == self.ways.before + self.ways.cut_off
        return int(off.sum()) * CUT_OFF + int((ms - self.ways.before)[~off].sum())

    def _at_most(self, closed: Things) -> int:
        """Return what closures cost in an hour at most, by the routes known."""
        if closed in self._rates:
            return self._rates[closed]
        return self._rate(self.ways.ms[self.ways.left(closed).first])

    def _search(self, closed: Things, safe: frozenset[int], left: int, caps: Array) -> None:
        """Try closures, whose cost is known, together with up to `left` more that are not safe."""
        for reach, thing in self._reaches(closed, safe, left, caps):
            if not closed:
                self._reach = reach
            if reach <= self._best[0]:
                return
            more = tuple(sorted((*closed, thing)))
            if left > 1 or self._planned(more, self._at_most, self.crews).harm > self._best[0]:
                self._note(more)
            if left > 1:
                self._search(more, safe, left - 1, caps)
            safe |= {thing}
        if not closed:
            self._reach = self._best[0]

    def _reaches(self, closed: Things, safe: frozenset[int], left: int, caps: Array) -> list[tuple[int, int]]:
        """Return what to close next, each after the most that it costs together with what comes after it."""
        beside = min(len(closed), self.crews - 1)  # crews that repair what is closed while others repair what comes
        plan = self.plan(closed, beside or None)
        hours = max((step.end for step in self.steps(closed)), default=0)
        rate = 0 if beside else self.rate(closed)
        alone, block = dict[int, int](), dict[int, int]()
        for thing, stake in self._stakes(closed, safe, caps).items():
            takes = self.job(thing).hours
            alone[thing] = takes * stake
            block[thing] = alone[thing] + min(takes * rate, stake * hours)
        crossing = self.crews - beside < left  # some wait for a crew
        most, order = sorted(block.values(), reverse=True), sorted(alone.values(), reverse=True)
        found = []
        for thing, own in block.items():
            others, products = _without(most, own, left - 1), _without(order, alone[thing], left - 1)
            waits = sum(isqrt(a * b) + 1 for a, b in combinations([alone[thing], *products], 2)) if crossing else 0
            found.append((plan.harm + own + sum(others) + waits, thing))
        return sorted(found, reverse=True)

    def _stakes(self, closed: Things, safe: frozenset[int], caps: Array) -> dict[int, int]:
        """Return the most that each thing can add to the cost of an hour, whatever part of closures is repaired."""
        ways, cut = self.ways, self.ways.before + self.ways.cut_off
        found: dict[int, int] = {}
        for part in _parts(closed):
            first = ways.left(part).first
            ms = ways.ms[first]
            off = (caps == cut) & (ms < cut)
            late = np.where(off, ways.before - ms, np.where(caps > ms, caps - ms, 0))
            things, pair = self._on(first, safe.union(closed))
            pairs, hours = (np.zeros(len(ways.row), dtype=np.int64) for _ in range(2))
            np.add.at(pairs, things, off[pair])
            np.add.at(hours, things, late[pair])
            for row in np.unique(things).tolist():
                stake = int(pairs[row]) * CUT_OFF + int(hours[row])
                thing = ways.things[row]
                found[thing] = max(stake, found.get(thing, 0))
        return found


def _of(closed: Things, bits: int) -> Things:
    return tuple(thing for bit, thing in enumerate(closed) if bits >> bit & 1)


def _parts(closed: Things) -> Iterator[Things]:
    """Iterate over the subsets of some things, nothing and all of them too."""
    return (_of(closed, bits) for bits in range(1 << len(closed)))


def _without(ordered: list[int], own: int, count: int) -> list[int]:
    """Return the first numbers of a list, one that equals `own` left out."""
    some = ordered[: count + 1]
    if own in some:
        some.remove(own)
    return some[:count]
