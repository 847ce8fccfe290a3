"""Clock and windows: when a march starts, and the hours or days in which a closure holds.

All times are of one clock, that of the start. Where its time zone is given, summer time begins and ends on the way.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mobility.errors import InputError

if TYPE_CHECKING:
    from mobility.model.closures import Closure

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_S = 86_400
_MOST_DAYS, _SHORT = 1000, 3  # letters of a day of the week
_HOURS = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-4]):([0-5]\d)")
_MARCH_DAYS = re.compile(r"d(\d{1,4})(?:-d(\d{1,4}))?")
_START = re.compile(r"(?:([a-z]{3})[a-z]*\.?\s+)?([01]?\d|2[0-3]):([0-5]\d)")
CLOCKED = "what has a clock: `route --start`, `deploy --start` or `schedule`"
_EXAMPLES = "'@Mon-Sat 08:00-17:30', '@08:00-17:30' (every day), '@Sun' or '@d2-d5' (days of the march)"


@dataclass(frozen=True)
class Clock:
    """When a march starts: a day of the week (0: Monday; None: not said), and seconds after midnight.

    `zoned` is its date and hour with a time zone; None: no summer time begins or ends.
    """

    weekday: int | None
    second: int
    zoned: dt.datetime | None = None

    @classmethod
    def of(cls, text: str) -> Clock:
        """Return a start as typed, "Mon 06:00" or "06:00"; raises InputError for anything else."""
        found = _START.fullmatch(text.strip().casefold())
        day = found and found[1]
        if found is None or (day and day not in WEEKDAYS):
            raise InputError(f"no start: {text!r}; write a day and an hour as 'Mon 06:00', or an hour as 06:00")
        return cls(WEEKDAYS.index(day) if day else None, int(found[2]) * 3600 + int(found[3]) * 60)

    @classmethod
    def at(cls, start: dt.datetime) -> Clock:
        """Return the clock of a date and hour, with or without a time zone."""
        since = start - dt.datetime.combine(start.date(), dt.time(), start.tzinfo)
        return cls(start.weekday(), int(since.total_seconds()), start if start.tzinfo else None)

    def after(self, shown: float) -> float:
        """Return the seconds that have passed when the clock shows so many more than at the start."""
        if self.zoned is None:
            return shown
        return (self.zoned + dt.timedelta(seconds=shown)).timestamp() - self.zoned.timestamp()


def shown(clock: Clock, hours: float) -> tuple[str, str]:
    """Return the day and the hour so long after the start, as a clock shows them.

    Examples
    --------
    >>> shown(Clock.of("Mon 06:00"), 20.5)
    ('Tue day 2', '02:30')
    """
    minutes = round(clock.second / 60 + hours * 60)
    day = minutes // (24 * 60)
    name = "" if clock.weekday is None else f"{WEEKDAYS[(clock.weekday + day) % 7].capitalize()} "
    return f"{name}day {day + 1}", f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


@dataclass(frozen=True)
class Window:
    """Hours of some days.

    Attributes
    ----------
    text
        As typed, without the @.
    weekdays
        Days of the week, 0 is Monday; empty: every day.
    days
        First and last day of the march, the day of the start is 1; None: all.
    begins, ends
        Seconds after midnight of such a day; the end may lie on the next day.
    """

    text: str
    weekdays: frozenset[int] = frozenset()
    days: tuple[int, int] | None = None
    begins: int = 0
    ends: int = DAY_S

    @classmethod
    def of(cls, text: str) -> Window:
        """Return a window as typed; raises InputError where it is none, or never ends."""
        words = text.split()
        hours = words.pop() if words and ":" in words[-1] else ""
        if len(words) > 1 or not (words or hours):
            raise InputError(f"no window: {'@' + text!r}; write {_EXAMPLES}")
        weekdays, days = _days(words[0], text) if words else (frozenset[int](), None)
        begins, ends = _hours(hours, text) if hours else (0, DAY_S)
        if ends - begins == DAY_S and not days and len(weekdays) % len(WEEKDAYS) == 0:
            raise InputError(f"{'@' + text!r} holds all the time: leave out from @ on")
        return cls(text.strip(), weekdays, days, begins, ends)

    def spells(self, clock: Clock, horizon: float) -> list[tuple[float, float]]:
        """Return the spells in which it holds: from and to, in seconds after the start, up to a horizon, in order.

        Raises InputError where it names days of the week and the clock knows none.
        """
        if self.weekdays and clock.weekday is None:
            raise InputError(f"{'@' + self.text!r} needs the day of the week of the start, as 'Mon 06:00'")
        found: list[tuple[float, float]] = []
        first, last = self.days or (0, int(horizon // DAY_S) + 2)
        for day in range(first, last + 1):
            if self.weekdays and ((clock.weekday or 0) + day - 1) % 7 not in self.weekdays:
                continue
            midnight = (day - 1) * DAY_S - clock.second
            if midnight + self.ends > 0:
                found.append((clock.after(midnight + self.begins), clock.after(midnight + self.ends)))
        return merged(found)


@dataclass(frozen=True)
class Timed:
    """A closure that holds in a window.

    `leaving` are its links that are closed in one direction, with the place that they are closed from.
    """

    text: str
    closure: Closure
    window: Window
    leaving: tuple[tuple[str, str], ...] = ()


def split_window(text: str) -> tuple[str, str]:
    """Return a closure and its window (after the last @), "" where it has none.

    What follows an @ in a name or the path of a file is no window: it has neither a day nor an hour.
    """
    name, at, window = text.rpartition("@")
    word = window.strip().casefold()
    path = text.strip().casefold().startswith("area:")
    if not at or not name.strip() or (path and not re.match(r"([a-z]{3}\b(?!\.)|d?\d)", word)):
        return text, ""
    return name.rstrip(), window.strip()


def merged(spells: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return spells in order, those that touch or overlap as one.

    Examples
    --------
    >>> merged([(5, 7), (0, 2), (2, 3)])
    [(0, 3), (5, 7)]
    """
    found: list[tuple[float, float]] = []
    for begins, ends in sorted(spells):
        if found and begins <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], ends)
        else:
            found.append((begins, ends))
    return found


def _days(word: str, text: str) -> tuple[frozenset[int], tuple[int, int] | None]:
    if march := _MARCH_DAYS.fullmatch(word.casefold()):
        first = int(march[1])
        last = int(march[2] or first)
        if not 1 <= first <= last <= _MOST_DAYS:
            raise InputError(
                f"{'@' + text!r}: days of the march count from d1 to d{_MOST_DAYS}, the first before the last"
            )
        return frozenset(), (first, last)
    found: set[int] = set()
    for part in word.split(","):
        ends = [_weekday(day, text) for day in part.split("-")]
        if len(ends) > 2:  # noqa: PLR2004 - from and to
            raise InputError(f"no window: {'@' + text!r}; write {_EXAMPLES}")
        found |= {(ends[0] + i) % 7 for i in range((ends[-1] - ends[0]) % 7 + 1)}
    return frozenset(found), None


def _weekday(word: str, text: str) -> int:
    found = [i for i, name in enumerate(_NAMES) if len(word) >= _SHORT and name.startswith(word.casefold())]
    if not found:
        raise InputError(f"{'@' + text!r}: no day of the week is called {word!r}; write {_EXAMPLES}")
    return found[0]


def _hours(word: str, text: str) -> tuple[int, int]:
    found = _HOURS.fullmatch(word)
    if found is None or (found[3] == "24" and found[4] != "00"):
        raise InputError(f"no window: {'@' + text!r}; write {_EXAMPLES}")
    begins, ends = (int(found[i]) * 3600 + int(found[i + 1]) * 60 for i in (1, 3))
    if begins == ends:
        raise InputError(f"{'@' + text!r} never holds: it ends when it begins")
    return begins, ends if ends > begins else ends + DAY_S
