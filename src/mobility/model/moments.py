"""Moments and durations as orders write them, in seconds after the start."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from typing import Any

from mobility.errors import InputError
from mobility.model.windows import DAY_S, WEEKDAYS, Clock

MOST_DAYS = 366
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(min|h|d)")
_DAY = re.compile(r"d([1-9]\d{0,2})")
_UNITS = {"min": 60, "h": 3600, "d": DAY_S}
_MOMENT = re.compile(r"(?:(d\d{1,3}|[a-z]{3,9})\s+)?([01]?\d|2[0-3]):([0-5]\d)")
_WRITE = (
    "write a date and an hour (2026-12-01T06:00:00), 'd2 06:00', 'Tue 06:00' (the first after the start) or '06:00'"
)


def moment(value: Any, start: dt.datetime) -> int:  # noqa: ANN401 - of TOML
    """Return a moment in seconds after the start; raises InputError where it is none or lies before."""
    if type(value) is dt.date:
        value = dt.datetime.combine(value, dt.time())
    if isinstance(value, dt.datetime) and value.tzinfo is None:
        after = (value - start.replace(tzinfo=None)).total_seconds()
    else:
        after = _words(value, start.replace(tzinfo=None))
    after = Clock.at(start).after(after)
    if after < 0:
        raise InputError(f"{value} lies before the start, {start.isoformat(timespec='minutes')}")
    if after > MOST_DAYS * DAY_S:
        raise InputError(f"{value} lies more than {MOST_DAYS} days after the start")
    return int(after)


def _words(value: Any, start: dt.datetime) -> float:  # noqa: ANN401 - of TOML
    found = _MOMENT.fullmatch(value.strip().casefold()) if isinstance(value, str) else None
    if isinstance(value, str) and found is None:
        try:
            return (dt.datetime.fromisoformat(value.strip()) - start).total_seconds()
        except (ValueError, TypeError):
            pass
    if found is None:
        raise InputError(f"no moment: {value!r}; {_WRITE}")
    midnight = dt.datetime.combine(start.date(), dt.time())
    of_day = int(found[2]) * 3600 + int(found[3]) * 60
    day = found[1] or ""
    if re.fullmatch(r"d\d+", day):
        return of_day + (int(day[1:]) - 1) * DAY_S - (start - midnight).total_seconds()
    after = of_day - (start - midnight).total_seconds()
    if not day:
        return after if after >= 0 else after + DAY_S
    if day[:3] not in WEEKDAYS:
        raise InputError(f"{value!r}: no day of the week is called {found[1]!r}; {_WRITE}")
    after += (WEEKDAYS.index(day[:3]) - start.weekday()) % 7 * DAY_S
    return after if after >= 0 else after + 7 * DAY_S


def zone_of(where: str, name: Any) -> dt.tzinfo | None:  # noqa: ANN401 - of TOML
    """Return the time zone of a name, as Europe/Sofia."""
    if name is None:
        return None
    try:
        return zoneinfo.ZoneInfo(name)
    except (TypeError, ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        raise InputError(f"{where}: no time zone is called {name!r}; write one as 'Europe/Sofia'") from None


def duration(value: Any) -> int | None:  # noqa: ANN401 - of TOML
    """Return the seconds of a duration, as "36 h", "2 d" or "90 min"; None where it is none.

    Examples
    --------
    >>> duration("36 h"), duration("d7 06:00")
    (129600, None)
    """
    found = _DURATION.fullmatch(value.strip().casefold()) if isinstance(value, str) else None
    if found is None:
        return None
    seconds = float(found[1]) * _UNITS[found[2]]
    if seconds > MOST_DAYS * DAY_S:
        raise InputError(f"{value} is more than {MOST_DAYS} days")
    return round(seconds)


def day_begins(value: Any, start: dt.datetime) -> int | None:  # noqa: ANN401 - of TOML
    """Return when a day of the march begins ("d7"), 0 for that of the start; None where it is none."""
    found = _DAY.fullmatch(value.strip().casefold()) if isinstance(value, str) else None
    if found is None:
        return None
    return 0 if found[1] == "1" else moment(f"d{found[1]} 00:00", start)
