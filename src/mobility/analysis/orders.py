"""The order in which crews make losses good so that the harm over time is least: best-first search, with a bound.

Crews are equal, a job takes one of them and is not broken off, and harm ends with the last hour of a job. A crew never
waits: harm only falls as jobs are done, so starting a job earlier does no more harm; hence every best schedule is one
in which jobs are taken from a list, each by the crew that is free first, and nothing is lost by trying lists alone.

Two bounds lead the search. No schedule of m crews does less harm than one crew that is m times as quick (after k jobs
are done, at least their hours have been worked); and none does less than a crew for every job. The first is found for
all sets of the jobs that matter most, at most 10 (Held and Karp's dynamic programme over subsets), as if the others
were done already. What the search has not yet ruled out is never below the least of its bounds, so that it can end at
any time with an order and a bound.

References
----------
Held, M., Karp, R. M. (1962). A dynamic programming approach to sequencing problems. J. SIAM 10(1), 196-210.
Graham, R. L. (1966). Bounds for certain multiprocessing anomalies. Bell System Technical Journal 45(9), 1563-1581.
"""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

CORE = 10  # jobs of which all sets are bounded
_TRIED = 0.3  # share of the time for bettering an order where there are more

Order: TypeAlias = "tuple[tuple[int, bool], ...]"  # jobs as they are taken, and whether each takes a set
_Running: TypeAlias = "tuple[tuple[int, int], ...]"  # hours left and job, sorted
_State: TypeAlias = "tuple[int, _Running, int]"  # jobs done (bits), what runs, sets left


class Job(NamedTuple):
    """Hours of a job by one crew, and with one of the sets (None: none is of use)."""

    hours: int
    with_set: int | None = None

    @property
    def ways(self) -> list[tuple[int, bool]]:
        """Hours, and whether they take a set: without one, then with one where that is quicker."""
        quicker = self.with_set is not None and self.with_set < self.hours
        return [(self.hours, False), *[(self.with_set or 0, True)] * quicker]

    def takes(self, *, uses_set: bool) -> int:
        """Return its hours without or with a set."""
        return self.with_set if uses_set and self.with_set is not None else self.hours


class Step(NamedTuple):
    """A job as it is scheduled: by which crew, from which hour to which, and whether it takes a set."""

    job: int
    crew: int
    start: int
    end: int
    uses_set: bool


class Plan(NamedTuple):
    """An order with the harm that it does, and what no order falls short of (equal: proven to be the best)."""

    order: Order
    harm: int
    bound: int


def scheduled(order: Order, jobs: Sequence[Job], crews: int) -> list[Step]:
    """Return the jobs in the order in which they end, each taken by the crew that is free first."""
    free, steps = [0] * crews, []
    for job, uses_set in order:
        crew = free.index(min(free))
        start = free[crew]
        free[crew] += jobs[job].takes(uses_set=uses_set)
        steps.append(Step(job, crew, start, free[crew], uses_set))
    return sorted(steps, key=lambda step: (step.end, step.start, step.job))


def harm_of(steps: Sequence[Step], loss: Callable[[int], int]) -> int:
    """Return the harm that a schedule does: of each hour the loss of the jobs not done (bits of `loss`)."""
    left, total, now = sum(1 << step.job for step in steps), 0, 0
    for step in steps:
        total += loss(left) * (step.end - now)
        left, now = left & ~(1 << step.job), step.end
    return total


def best_order(
    jobs: Sequence[Job], loss: Callable[[int], int], crews: int, sets: int = 0, *, seconds: float = float("inf")
) -> Plan:
    """Return the order of jobs that does least harm, or the best found in the time with a bound.

    Parameters
    ----------
    jobs
        In the order that decides between equals.
    loss
        Harm per hour, a whole number, while the jobs of some bits are not done; never less with more bits.
    crews, sets
        How many there are; a set is used once.
    seconds
        After which the best order found is returned; at least one is always found.
    """
    now = time.monotonic()
    search = _Search(jobs, cache(loss), crews, min(sets, sum(len(job.ways) > 1 for job in jobs)))
    order = search.greedy()
    if len(jobs) > CORE:
        order = search.better(order, now + _TRIED * seconds)
    return search.run(order, now + seconds)


@dataclass
class _Search:
    """What a search knows.

    Attributes
    ----------
    core : list of int
        The jobs whose sets are bounded.
    fast : list of list of int
        By the jobs of the core that are done (bits in its order) and the sets left: the harm from then on if one crew
        did the rest of the core, and nothing else were to do.
    """

    jobs: Sequence[Job]
    loss: Callable[[int], int]
    crews: int
    sets: int
    core: list[int] = field(init=False)
    fast: list[list[int]] = field(init=False)

    def __post_init__(self) -> None:
        n, every = len(self.jobs), (1 << len(self.jobs)) - 1
        # Those that do most harm alone, and of these those that leave least where they alone are done.
        weight = [(-self.loss(1 << i), self.loss(every & ~(1 << i)), i) for i in range(n)] if n > CORE else []
        self.core = sorted(i for *_, i in sorted(weight)[:CORE]) if n > CORE else list(range(n))
        self.fast = self._by_one_crew()

    def _by_one_crew(self) -> list[list[int]]:
        size = 1 << len(self.core)
        found = [[0] * (self.sets + 1) for _ in range(size)]
        for done in range(size - 2, -1, -1):
            rate = self.loss(sum(1 << job for bit, job in enumerate(self.core) if not done >> bit & 1))
            for left in range(self.sets + 1):
                found[done][left] = min(
                    rate * hours + found[done | 1 << bit][left - uses]
                    for bit, job in enumerate(self.core)
                    if not done >> bit & 1
                    for hours, uses in self.jobs[job].ways
                    if uses <= left
                )
        return found

    def bound(self, done: int, running: _Running, left: int) -> int:
        """Return what the harm from now on is not below, times the number of crews."""
        begun = done | sum(1 << job for _, job in running)
        quick = self.fast[sum((begun >> job & 1) << bit for bit, job in enumerate(self.core))][left]
        ends = [*running]
        for job, it in enumerate(self.jobs):
            if not begun >> job & 1:
                ends.append((it.ways[-1][0] if left else it.hours, job))
        alone, now, open_ = 0, 0, sum(1 << job for _, job in ends)
        for end, job in sorted(ends):
            if end > now:
                alone += self.loss(open_) * (end - now)
                now = end
            open_ &= ~(1 << job)
        return max(quick, self.crews * alone)

    def greedy(self) -> Order:
        """Return an order that takes next what saves most per hour."""
        open_, left, order = (1 << len(self.jobs)) - 1, self.sets, list[tuple[int, bool]]()
        while open_:
            ways = [
                (-(self.loss(open_) - self.loss(open_ & ~(1 << job))) / hours, uses, job)
                for job, it in enumerate(self.jobs)
                if open_ >> job & 1
                for hours, uses in it.ways
                if uses <= left
            ]
            _, uses, job = min(ways)
            order.append((job, uses))
            open_, left = open_ & ~(1 << job), left - uses
        return tuple(order)

    def harm(self, order: Order) -> int:
        """Return the harm that an order does."""
        return harm_of(scheduled(order, self.jobs, self.crews), self.loss)

    def better(self, order: Order, until: float) -> Order:
        """Return an order that no move of one job, or of one set, makes better; or the best when time is up."""
        best, found = self.harm(order), True
        while found:
            found = False
            for other in self._near(order):
                if time.monotonic() > until:
                    return order
                if (harm := self.harm(other)) < best:
                    order, best, found = other, harm, True
                    break
        return order

    def _near(self, order: Order) -> Iterator[Order]:
        for i, one in enumerate(order):
            rest = order[:i] + order[i + 1 :]
            for j in range(len(order)):
                if j != i:
                    yield (*rest[:j], one, *rest[j:])
        spare = self.sets - sum(uses for _, uses in order)
        for i, (job, uses) in enumerate(order):
            if len(self.jobs[job].ways) > 1 and (uses or spare):
                yield (*order[:i], (job, not uses), *order[i + 1 :])

    def run(self, order: Order, until: float) -> Plan:
        """Search from an order until the best is proven, or time is up."""
        every = (1 << len(self.jobs)) - 1
        best = self.harm(order)
        start: _State = (0, (), self.sets)
        heap: list[tuple[int, int, Order, int, _State]] = [(self.bound(*start), 0, (), 0, start)]
        reached = {start: 0}
        while heap:
            least, _, taken, harm, state = heapq.heappop(heap)
            if least >= best * self.crews:
                break
            if harm > reached[state]:
                continue
            if time.monotonic() > until:
                return Plan(order, best, min(best, -(-least // self.crews)))
            for step, more, then in self._next(*state, every):
                total = harm + more
                if total >= reached.get(then, total + 1):
                    continue
                reached[then] = total
                whole = (*taken, step)
                if then[0] == every and total < best:
                    order, best = whole, total
                limit = total * self.crews + self.bound(*then)
                if limit < best * self.crews:
                    heapq.heappush(heap, (limit, -len(whole), whole, total, then))
        return Plan(order, best, best)

    def _next(
        self, done: int, running: _Running, left: int, every: int
    ) -> Iterator[tuple[tuple[int, bool], int, _State]]:
        """Iterate over the jobs that a free crew can take: the harm until a crew is free again, and the state then."""
        begun = done | sum(1 << job for _, job in running)
        for job, it in enumerate(self.jobs):
            if begun >> job & 1:
                continue
            for hours, uses in it.ways:
                if uses <= left:
                    busy = tuple(sorted([*running, (hours, job)]))
                    last = begun | 1 << job == every
                    yield (job, uses), *self._until_free(done, busy, left - uses, every, last=last)

    def _until_free(self, done: int, running: _Running, left: int, every: int, *, last: bool) -> tuple[int, _State]:
        """Let time pass until a crew is free, or to the end where no job is left."""
        harm = 0
        while running and (last or len(running) == self.crews):
            passed = running[0][0]
            harm += self.loss(every & ~done) * passed
            done |= sum(1 << job for hours, job in running if hours == passed)
            running = tuple((hours - passed, job) for hours, job in running if hours > passed)
        return harm, (done, running, left)
