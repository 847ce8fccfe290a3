"""What is booked: who is where and when, on links, in ports, at ramps and borders, and on the trains all share."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mobility.analysis.by_clock import Gate

NEVER = float("inf")
# What a column needs when it enters an arc, kinds of things:
FOLLOWS = "follows"  # one after another, so long apart
OPPOSED = "opposed"  # as long as it is there nothing comes the other way
TRAINS = "trains"  # trains of those that all share, for so long
Thing = tuple[str, ...]  # (kind of place or link, id, ...)


class Need(NamedTuple):
    """What entering an arc takes: a thing, how, for how long (seconds), and how many (trains).

    `other` is the thing that stands for the other direction, where nothing may come from.
    """

    thing: Thing
    how: str
    takes: float
    many: int = 1
    other: Thing = ()


class Booked:
    """Bookings; times are seconds."""

    def __init__(self, trains: float) -> None:
        self.trains = trains
        self._begins: dict[Thing, list[float]] = {}
        self._ends: dict[Thing, list[float]] = {}
        self._loads: list[tuple[float, float, int]] = []  # when trains go and are back, and how many

    def free(self, need: Need, now: float) -> float:
        """Return the first moment, not before `now`, at which a need can be met (inf: never)."""
        if need.how == TRAINS:
            return self._train(need, now)
        thing = need.thing if need.how == FOLLOWS else need.other
        begins, ends = self._begins.get(thing), self._ends.get(thing, [])
        if not begins:
            return now if need.takes < NEVER else NEVER
        for i in range(bisect_right(ends, now), len(begins)):
            if now + need.takes <= begins[i]:
                break
            now = ends[i]
        return now if need.takes < NEVER else NEVER

    def book(self, need: Need, begin: float) -> None:
        """Book what `free` found."""
        if need.how == TRAINS:
            insort(self._loads, (begin, begin + need.takes, need.many))
            return
        begins, ends = self._begins.setdefault(need.thing, []), self._ends.setdefault(need.thing, [])
        end = begin + need.takes
        if need.how == FOLLOWS:
            if need.takes > 0:
                at = bisect_left(begins, begin)
                begins.insert(at, begin)
                ends.insert(at, end)
            return
        first, last = bisect_left(ends, begin), bisect_right(begins, end)  # those that touch it become one
        if first < last:
            begin, end = min(begin, begins[first]), max(end, ends[last - 1])
        begins[first:last], ends[first:last] = [begin], [end]

    def _train(self, need: Need, now: float) -> float:
        """Return when so many trains are free for so long."""
        if need.many > self.trains:
            return NEVER
        for start in [now, *sorted(back for _, back, _ in self._loads if back > now)]:
            meets = [(go, back, n) for go, back, n in self._loads if go < start + need.takes and back > start]
            peaks = [start, *(go for go, _, _ in meets if go > start)]
            busiest = max(sum(n for go, back, n in meets if go <= at < back) for at in peaks)
            if busiest + need.many <= self.trains:
                return start
        return NEVER


class Passage:
    """When one column can enter arcs: closures in windows, and what others have booked.

    Parameters
    ----------
    gate
        Closures in windows.
    needs
        Per arc what entering it takes.
    booked
        Bookings.
    horizon
        Nothing begins after it.
    last, earliest
        Arcs that end at a destination, and before when none of them does.
    """

    def __init__(
        self,
        gate: Gate,
        needs: dict[int, tuple[Need, ...]],
        booked: Booked,
        horizon: float,
        last: frozenset[int] = frozenset(),
        earliest: float = 0,
    ) -> None:
        self.gate, self.needs, self.booked, self.horizon = gate, needs, booked, horizon
        self.last, self.earliest = last if earliest else frozenset(), earliest

    def __contains__(self, arc: int) -> bool:
        return arc in self.gate or arc in self.last or bool(self.needs.get(arc))

    def enter(self, arc: int, now: float, takes: float) -> float:
        """Return the first moment, not before `now`, at which the column can enter an arc (inf: never)."""
        return self.held(arc, now, takes)[0]

    def held(self, arc: int, now: float, takes: float) -> tuple[float, Thing]:
        """Return that moment, and what was waited for longest ("window": a closure)."""
        waits: dict[Thing, float] = {}
        if arc in self.last and now + takes < self.earliest:
            waits["earliest",] = self.earliest - takes - now
            now = self.earliest - takes
        while now < self.horizon:
            before = now
            now = self.gate.enter(arc, now, takes)
            waits["window",] = waits.get(("window",), 0.0) + now - before
            for need in self.needs.get(arc, ()):
                later = self.booked.free(need, now)
                waits[need.thing] = waits.get(need.thing, 0.0) + later - now
                now = later
            if now == before:
                return now, max(waits, key=waits.__getitem__) if any(waits.values()) else ()
        return NEVER, ()
