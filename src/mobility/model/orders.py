"""Orders: which forces move, from where to where, from when and until when; a scenario file with [[force]] tables."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mobility.errors import InputError
from mobility.model.closures import mode_name
from mobility.model.doors import check_path
from mobility.model.files import default_folder
from mobility.model.moments import day_begins, duration, moment, zone_of
from mobility.model.names import fold
from mobility.model.scenario import STDIN, Scenario, read_toml
from mobility.model.windows import Clock

if TYPE_CHECKING:
    from collections.abc import Iterable

_OWN = ("start", "zone", "trains", "force")
_SIZES = ("vehicles", "force", "tonnes")
_KEYS = ["name", *_SIZES, *"cargo from to ready earliest latest return return_latest priority".split()]
_KEYS += "profile modes via routes column".split()
_ROUNDED = 1e-6  # what shares may differ from 1 in the sum
_MOST_FORCES, _MOST_VEHICLES, _MOST_ROUTES = 1000, 1_000_000, 20


@dataclass(frozen=True)
class Order:
    """One force and its move.

    Attributes
    ----------
    vehicles, force, tonnes
        How many vehicles, the name of a force package (profiles.toml), or tonnes of a cargo: one of the three.
    cargo
        With tonnes: of what (profiles.toml).
    origins, destinations, via
        Names of places; any of the first to any of the second, past the last in this order.
    ready, earliest, latest
        Seconds after the start of the plan: when it can leave, before when no column is to be there, and when its last
        vehicle is to be there (None: open).
    priority
        1 is the highest.
    profile, modes
        "" and () as for all.
    routes
        How many of the best routes may be used; 0: any route.
    column
        Vehicles in a column; 0: by the rules (`deployment.columns`).
    origin_shares, destination_shares
        Part of the vehicles per origin, and per destination, as many as these; (): any number anywhere.
    follows, stay
        Name of the force whose columns go back by this order, each so many seconds after its tail has arrived.
    """

    name: str
    vehicles: int | None
    force: str | None
    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    tonnes: float | None = None
    cargo: str = ""
    ready: int = 0
    earliest: int = 0
    latest: int | None = None
    priority: int = 1
    profile: str = ""
    modes: tuple[str, ...] = ()
    via: tuple[str, ...] = ()
    routes: int = 0
    column: int = 0
    origin_shares: tuple[float, ...] = ()
    destination_shares: tuple[float, ...] = ()
    follows: str = ""
    stay: int = 0

    def back(self, *, ready: int = 0, stay: int = 0, latest: int | None = None) -> Order:
        """Return the order by which its columns go back to where they came from, past the same places.

        Parameters
        ----------
        ready, stay
            Not before that moment, nor before each has been there so long (seconds).
        latest
            When the last vehicle is to be back (None: open).
        """
        return replace(
            self, name=f"{self.name} back", origins=self.destinations, destinations=self.origins, ready=ready,
            earliest=0, latest=latest, via=self.via[::-1], origin_shares=(), destination_shares=(),
            follows=self.name, stay=stay,
        )  # fmt: skip


@dataclass(frozen=True)
class Orders:
    """The forces of a plan.

    Attributes
    ----------
    start
        Local time at which the plan begins; day 1 is its day. With a time zone where the file gives one.
    trains
        Trains that all forces share, None: the rule's.
    fixed
        Force or column (``NAME/2``) by its name, and when it leaves (seconds after the start).
    scenario
        What else the file says: closures, profile, ...
    """

    start: dt.datetime
    forces: tuple[Order, ...]
    trains: float | None = None
    fixed: tuple[tuple[str, int], ...] = ()
    scenario: Scenario = field(default_factory=Scenario)

    @classmethod
    def read(cls, path: str | Path, fixes: Iterable[str] = ()) -> Orders:
        """Read a TOML file, shipped orders by their bare name, or standard input ("-"), and ``NAME=TIME`` of --fix.

        Raises InputError naming file, force and key.
        """
        where, path = f"orders {path}", Path(path)
        if str(path) != STDIN:
            check_path(path, where)
            shipped = default_folder() / "orders" / f"{path.name}.toml"
            path = shipped if path.parent == Path() and not path.exists() and shipped.exists() else path
        data = read_toml(path)
        given = {key: data.pop(key) for key in _OWN if key in data}
        scenario = Scenario.of_words(data, path)
        start = given.get("start")
        if type(start) is dt.date:
            start = dt.datetime.combine(start, dt.time())
        if not isinstance(start, dt.datetime):
            raise InputError(
                f"{where}: start: give the day and hour at which the plan begins, start = 2026-12-01T06:00:00"
            )
        if start.tzinfo is not None or start.microsecond:
            raise InputError(
                f"{where}: start is a local time in whole seconds, 2026-12-01T06:00:00; its zone is a word of its own"
            )
        start = start.replace(tzinfo=zone_of(where, given.get("zone")))
        trains = given.get("trains")
        if trains is not None and (type(trains) not in {int, float} or not 0 <= trains <= _MOST_VEHICLES):
            raise InputError(f"{where}: trains must be a number from 0 on, not {trains!r}")
        tables = given.get("force", [])
        if not isinstance(tables, list) or not tables or not all(isinstance(t, dict) for t in tables):
            raise InputError(f"{where}: no force: give [[force]] tables with name, vehicles, from, to")
        if len(tables) > _MOST_FORCES:
            raise InputError(f"{where}: {len(tables):,} forces; at most {_MOST_FORCES:,} are planned at once")
        each = (_orders(f"{where}: force {i}", table, start) for i, table in enumerate(tables, 1))
        forces = tuple(order for orders in each for order in orders)
        seen: dict[str, str] = {}
        for order in forces:
            if fold(order.name) in seen:
                raise InputError(f"{where}: two forces are called {order.name!r}: give each a name of its own")
            seen[fold(order.name)] = order.name
        return cls(start, forces, trains, tuple(_fix(text, start, forces) for text in fixes), scenario)

    @property
    def clock(self) -> Clock:
        """The clock of the start."""
        return Clock.at(self.start)

    def shown(self, seconds: float) -> str:
        """Return a moment so long after the start as its clock shows it (ISO, whole minutes, rounded up)."""
        after = dt.timedelta(minutes=float(np.ceil(round(seconds / 60, 6))))
        zone = self.start.tzinfo
        when = (self.start.astimezone(dt.UTC) + after).astimezone(zone) if zone else self.start + after
        return when.replace(tzinfo=None).isoformat(timespec="minutes")


def _orders(where: str, table: dict[str, Any], start: dt.datetime) -> list[Order]:
    """Return an order from its table, and that of the way back where it has one."""
    for key in table:
        if key not in _KEYS:
            raise InputError(f"{where}: unknown key {key!r}; there are {', '.join(_KEYS)}")
    name = table.get("name")
    if not isinstance(name, str) or not name.strip() or not name.isprintable():
        raise InputError(f"{where}: give a name")
    where = f"{where} ({name})"
    _check_size(where, table)
    (origins, leaving), (destinations, arriving) = (_ends(where, table, key) for key in ("from", "to"))
    ready, earliest, latest = _times(where, table, start)
    order = Order(
        name=name.strip(),
        vehicles=_number(where, table, "vehicles", _MOST_VEHICLES) if "vehicles" in table else None,
        force=_text(where, table, "force") or None,
        origins=origins,
        destinations=destinations,
        origin_shares=leaving,
        destination_shares=arriving,
        via=_places(where, table, "via"),
        tonnes=_tonnes(where, table["tonnes"]) if "tonnes" in table else None,
        cargo=_text(where, table, "cargo") or "ammunition",
        ready=ready,
        earliest=earliest,
        latest=latest,
        priority=_number(where, table, "priority", 99) if "priority" in table else 1,
        profile=_text(where, table, "profile"),
        modes=tuple(mode_name(mode) for mode in _places(where, table, "modes")),
        routes=_number(where, table, "routes", _MOST_ROUTES) if "routes" in table else 0,
        column=_number(where, table, "column", _MOST_VEHICLES) if "column" in table else 0,
    )
    return [order, *_back(where, table, start, order)]


def _ends(where: str, table: dict[str, Any], key: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Return the places at one end, and the part of the force at each where shares are given."""
    given = table.get(key)
    if not isinstance(given, dict):
        words = _places(where, table, key)
        if not words:
            raise InputError(f"{where}: {key}: give a place, or several")
        return words, ()
    for place, share in given.items():
        if type(share) not in {int, float} or not 0 <= share <= 1:
            raise InputError(f"{where}: {key}: the share of {place} must be a number from 0 to 1, not {share!r}")
    total = math.fsum(given.values())
    if abs(total - 1) > _ROUNDED:
        raise InputError(f"{where}: {key}: the shares add up to {total:g}, not to 1")
    kept = {place: float(share) for place, share in given.items() if share}
    return tuple(kept), tuple(kept.values())


def _back(where: str, table: dict[str, Any], start: dt.datetime, order: Order) -> list[Order]:
    """Return the order of the way back: after a stay ("36 h"), or from a moment on ("d7", "d7 06:00")."""
    if "return" not in table:
        if "return_latest" in table:
            raise InputError(f"{where}: return_latest says when the force is to be back: give return")
        return []
    given, latest = table["return"], None
    try:
        stay = duration(given)
        begins = day_begins(given, start) if stay is None else 0
        ready = moment(given, start) if begins is None else begins
    except InputError as error:
        raise InputError(f"{where}: return: {error}; a stay is written '36 h' or '2 d', a day 'd7'") from None
    if "return_latest" in table:
        try:
            latest = moment(table["return_latest"], start)
        except InputError as error:
            raise InputError(f"{where}: return_latest: {error}") from None
        soonest = max(ready, order.ready, order.earliest) + (stay or 0)
        if latest <= soonest:
            raise InputError(f"{where}: return_latest ({table['return_latest']}) is not after return ({given})")
    if stay is None and ready and ready <= order.ready:
        raise InputError(f"{where}: return ({given}) is not after ready ({table.get('ready', 'the start')})")
    return [order.back(ready=ready, stay=stay or 0, latest=latest)]


def _places(where: str, table: dict[str, Any], key: str) -> tuple[str, ...]:
    words = table.get(key, [])
    words = [words] if isinstance(words, str) else words
    if not isinstance(words, list) or not all(isinstance(word, str) and word.strip() for word in words):
        raise InputError(f"{where}: {key} takes a word or a list of words")
    return tuple(words)


def _text(where: str, table: dict[str, Any], key: str) -> str:
    if not isinstance(table.get(key, ""), str):
        raise InputError(f"{where}: {key} takes a word")
    return str(table.get(key, ""))


def _check_size(where: str, table: dict[str, Any]) -> None:
    if sum(size in table for size in _SIZES) != 1:
        raise InputError(f"{where}: give one of vehicles (their number), force (the name of a package) and tonnes")
    if "cargo" in table and "tonnes" not in table:
        raise InputError(f"{where}: cargo says of what the tonnes are: give tonnes")


def _times(where: str, table: dict[str, Any], start: dt.datetime) -> tuple[int, int, int | None]:
    """Return ready, earliest and latest."""
    times: dict[str, int | None] = {}
    for key in ("ready", "earliest", "latest"):
        try:
            times[key] = moment(table[key], start) if key in table else None
        except InputError as error:
            raise InputError(f"{where}: {key}: {error}") from None
    latest = times["latest"]
    for key in ("ready", "earliest"):
        if latest is not None and latest <= (times[key] or 0):
            raise InputError(f"{where}: latest ({table['latest']}) is not after {key} ({table.get(key, 'the start')})")
    return times["ready"] or 0, times["earliest"] or 0, latest


def _tonnes(where: str, value: Any) -> float:  # noqa: ANN401 - of TOML
    if type(value) not in {int, float} or not 0 < value < math.inf:
        raise InputError(f"{where}: tonnes must be a number above 0, not {value!r}")
    return float(value)


def _number(where: str, table: dict[str, Any], key: str, most: int) -> int:
    if type(table[key]) is not int or not 1 <= table[key] <= most:
        raise InputError(f"{where}: {key} must be a whole number from 1 to {most:,}, not {table[key]!r}")
    return int(table[key])


def _fix(text: str, start: dt.datetime, forces: tuple[Order, ...]) -> tuple[str, int]:
    """Return a force or column and when it leaves, as --fix has it."""
    name, equals, when = text.rpartition("=")
    known = {fold(order.name): order for order in forces}
    order = known.get(fold(name)) or known.get(fold(name.rpartition("/")[0]))
    if not equals or order is None:
        raise InputError(f"--fix {text}: write NAME=TIME, of a force or of its second column NAME/2; there are "
                         f"{', '.join(o.name for o in forces)}")  # fmt: skip
    try:
        at = moment(when, start)
    except InputError as error:
        raise InputError(f"--fix {text}: {error}") from None
    if at < order.ready:
        raise InputError(f"--fix {text}: {order.name} is not ready before then")
    number = name.rpartition("/")[2] if fold(name) not in known else ""
    return (f"{order.name}/{number}" if number else order.name), at
