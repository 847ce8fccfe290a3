"""Scenarios: the options that every command shares, from the command line or a TOML file."""

from __future__ import annotations

import sys
import tomllib
from contextlib import nullcontext, suppress
from dataclasses import asdict, dataclass, field, fields, replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mobility.errors import InputError
from mobility.model.areas import WIDTH_M, check_width
from mobility.model.closures import Beside, mode_name
from mobility.model.doors import check_path, text_of
from mobility.model.files import default_folder
from mobility.vocabulary import ALL, PACES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mobility.model.network import Network


STDIN = "-"
_MOST_BYTES = 1_000_000
_SLASHES = "in TOML write paths with /, or in single quotes"
_CHANGING = ("close", "build", "set", "set_after", "transit", "borders", "exclude_doubtful", "exclude_relief")


@dataclass(frozen=True)
class Scenario:
    """What is asked of the network; the words are those of the command line.

    Attributes
    ----------
    close, build
        Names, as `Network.close` and `Network.build` take them.
    set
        ``NAME:attribute=value`` (wait, speed, limit, capacity): a correction of the data. It holds on both sides of a
        comparison.
    set_after
        The same words for a change: it holds after it only, whatever was set or built before.
    width
        Metres: how near to the lines and points of a file in `close` a link is closed.
    """

    close: tuple[str, ...] = ()
    build: tuple[str, ...] = ()
    set: tuple[str, ...] = ()
    set_after: tuple[str, ...] = ()
    profile: str = "mixed"
    pace: str = PACES[1]
    mode: tuple[str, ...] = ()
    transit: str = "any"
    borders: str = "today"
    exclude_doubtful: bool = False
    exclude_relief: bool = False
    include_access: bool = False
    detrain: bool = False
    allow_empty: bool = False
    width: float = WIDTH_M
    title: str = field(default="", compare=False)
    source: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        check_width(self.width)

    def __repr__(self) -> str:
        """Return what is asked, in one line: what differs from the defaults."""
        given = {name: tuple(v) if isinstance(v, list) else v for name, v in self.as_given().items()}
        return f"Scenario({', '.join(f'{name}={value!r}' for name, value in given.items())})"

    @classmethod
    def of(cls, network: Network) -> Scenario:
        """Return what was closed, built, set and applied of a network, as one would ask for it."""
        return cls(**network.applied)

    @classmethod
    def read(cls, path: str | Path) -> Scenario:
        """Read a TOML file, or a shipped scenario by its bare name; paths in it are relative to it.

        Raises InputError naming file and key when it cannot be used.
        """
        check_path(path, f"scenario {path}")
        path = Path(path)
        shipped = default_folder() / "scenarios" / f"{path.name}.toml"
        if path.parent == Path() and not path.exists() and shipped.exists():
            path = shipped
        return cls.of_words(read_toml(path), path)

    @classmethod
    def of_words(cls, data: dict[str, Any], path: Path) -> Scenario:
        """Return what the words of a file at `path` ask; raises InputError as `read` does."""
        known = {f.name: f.default for f in fields(cls)}
        values: dict[str, Any] = {}
        for key, value in data.items():
            name = key.replace("-", "_")
            if name not in known:
                raise InputError(f"scenario {path}: unknown key {key!r}; there are {', '.join(known)}")
            if name in values:
                raise InputError(f"scenario {path}: {name!r} is given twice")
            items = tuple(value) if isinstance(value, list) else (value,) if isinstance(known[name], tuple) else value
            if type(items) is int and isinstance(known[name], float):
                with suppress(OverflowError):  # whole numbers of TOML have no end
                    items = float(items)
            right = (
                all(isinstance(v, str) for v in items) if isinstance(items, tuple) else type(items) is type(known[name])
            )
            if not right or isinstance(items, tuple) != isinstance(known[name], tuple):
                raise InputError(f"scenario {path}: {key} has a value of the wrong kind")
            if name == "close":
                items = tuple(placed(item, path) for item in items)
            values[name] = items
        try:
            return cls(**values)
        except InputError as error:
            raise InputError(f"scenario {path}: {error}") from None

    @classmethod
    def read_all(cls, paths: Iterable[str | Path]) -> Scenario:
        """Read several files and combine them: lists grow; raises InputError where two disagree on a single word."""
        found, usual = cls(), cls()
        for path in paths:
            other = cls.read(path)
            for name in (f.name for f in fields(cls) if f.name not in {"title", "source"}):
                values = getattr(found, name), getattr(other, name), getattr(usual, name)
                if not isinstance(values[0], tuple) and values[2] not in values[:2] and values[0] != values[1]:
                    raise InputError(f"scenario {path}: {name} is {values[1]!r}, and {values[0]!r} in a file before it")
            given = {name: value for name, value in asdict(other).items() if value != getattr(usual, name)}
            titles = "; ".join(filter(None, (found.title, other.title)))
            found = replace(found.plus(**given), title=titles, source=other.source or found.source)
        return found

    def plus(self, **options: Any) -> Scenario:  # noqa: ANN401
        """Return the scenario with options added: lists grow, single words replace."""
        merged = asdict(self)
        for name, value in options.items():
            if isinstance(value, tuple):
                merged[name] = tuple(merged[name]) + value
            elif value is not None and value is not False:
                merged[name] = value
        changes = Scenario(**{k: v for k, v in options.items() if v and k in _CHANGING}).changes()
        if self.title and changes:
            merged["title"] = f"{self.title}; {changes}"
        return Scenario(**merged)

    def changes(self) -> str:
        """Return in words what the scenario changes, "" if nothing."""
        parts = [
            f"{word} {', '.join(map(_without_folder, names))}"
            for word, names in (
                ("closed", self.close),
                ("built", self.build),
                ("with", self.set),
                ("set", self.set_after),
            )
            if names
        ]
        parts += [f"transit {self.transit}"] if self.transit != "any" else []
        parts += [f"borders {self.borders}"] if self.borders != "today" else []
        parts += ["without doubtful links"] if self.exclude_doubtful else []
        parts += ["without relief ways"] if self.exclude_relief else []
        return "; ".join(parts)

    @property
    def name(self) -> str:
        """What to call the scenario: its title, else what it changes; "" if nothing."""
        return self.title or self.changes()

    def ways(self, network: Network) -> list[tuple[str, str]]:
        """Return the profiles and paces asked for: all of them where a word is "all"."""
        known = [*network.rules.profiles], [*network.rules.paces]
        profiles, paces = (
            every if word.strip().casefold() == ALL else [word]
            for word, every in zip((self.profile, self.pace), known, strict=True)
        )
        return [*product(profiles, paces)]

    @property
    def varied(self) -> bool:
        """Whether several profiles or paces are asked for."""
        return ALL in {self.profile.strip().casefold(), self.pace.strip().casefold()}

    def compared_with(self, other: Scenario) -> Scenario:
        """Return the scenario as one side of a comparison: with the moves and the corrections of another."""
        own = tuple(item for item in self.set if item not in other.set)
        moves = {name: getattr(other, name) for name in ("profile", "pace", "mode", "detrain")}
        return replace(self, set=own + other.set, **moves)

    def unchanged(self) -> Scenario:
        """Return the scenario without its changes: the same move through the same data, nothing closed or built."""
        return Scenario(
            include_access=self.include_access, allow_empty=self.allow_empty, width=self.width
        ).compared_with(self)

    def apply(self, network: Network) -> Network:
        """Return the network of this scenario: values set, profile applied, built, values set after that, closed."""
        return self.close_in(self.opened(network))

    def close_in(self, opened: Network) -> Network:
        """Return the network with the closures of this scenario."""
        return opened.close(*self.close, allow_empty=self.allow_empty, width=self.width)

    def opened(self, network: Network) -> Network:
        """Return the network of this scenario before its closures: names of places mean the same whatever is closed."""
        network = _with(network, "--set", self.set).under(
            self.profile,
            pace=self.pace,
            modes=[mode_name(m) for m in self.mode],
            borders=self.borders,
            transit=self.transit,
            exclude_doubtful=self.exclude_doubtful,
            exclude_relief=self.exclude_relief,
            include_access=self.include_access,
            detrain=self.detrain,
        )
        return _with(network.build(*self.build), "--set-after", self.set_after)

    def options(self) -> list[str]:
        """Return the scenario as words of the command line; of an area's path the last part, which names no machine."""
        words: list[str] = []
        for name, value in self.as_given().items():
            flag = f"--{name.replace('_', '-')}"
            if isinstance(value, list):
                words += [word for item in value for word in (flag, _without_folder(item))]
            elif name not in {"title", "source"}:
                words += [flag] if value is True else [flag, f"{value:.10g}" if isinstance(value, float) else value]
        return words

    def as_given(self) -> dict[str, Any]:
        """Return the options that differ from the defaults, for the JSON of a result; no path names a machine."""
        default = Scenario()
        given = {k: v for k, v in asdict(self).items() if v != getattr(default, k)}
        listed = {k: list(v) if isinstance(v, tuple) else v for k, v in given.items()}
        if self.close:
            listed["close"] = [_without_folder(item) if _path(item).is_absolute() else str(item) for item in self.close]
        return listed


def setting(item: str, flag: str = "--set") -> tuple[str, str, float]:
    """Return name, attribute and value of ``NAME:attribute=value``; raises InputError where it is no such thing."""
    name, found, change = item.rpartition(":")
    attribute, equals, value = change.partition("=")
    try:
        number = float(value)
    except ValueError:
        found = ""
        number = 0.0
    if not (found and equals):
        raise InputError(f"{flag} {item!r}: write NAME:attribute=value, for instance karavanke:wait=2")
    return name, attribute.strip(), number


def _with(network: Network, flag: str, items: Iterable[str]) -> Network:
    for item in items:
        network = network.set(*setting(item, flag))
    return network


def read_toml(path: Path) -> dict[str, Any]:
    """Read a file of TOML, or standard input; a pipe will do, but nothing that has no end."""
    text = ""
    try:
        with nullcontext(sys.stdin.buffer) if str(path) == STDIN else path.open("rb") as file:
            text = text_of(file, _MOST_BYTES)
        return tomllib.loads(text)
    except RecursionError:
        why: object = "its brackets are nested too deep"
    except (OSError, ValueError) as error:  # no text, no TOML, or a number of thousands of digits
        why = getattr(error, "strerror", None) or error
    escaped = f"; {_SLASHES}" if "\\" in text else ""
    raise InputError(f"scenario {path}: cannot be read: {why}{escaped}")


def _path(name: str) -> Path:
    """Return the path of ``area:PATH``, an empty one of other names."""
    kind, _, path = name.partition(":")
    return Path(path.strip() if kind.strip().casefold() == "area" else "")


def placed(name: str, file: Path) -> str:
    """Return a name of a scenario file, whose path starts at that file; raises InputError for a broken one."""
    if any(sign < " " for sign in name):  # to TOML "C:\temp" is C:, a tab, emp
        raise InputError(f"scenario {file}: {name!r}: a backslash became a control sign; {_SLASHES}")
    return Beside(name, str(file.parent)) if _path(name) != Path() else name


def _without_folder(name: str) -> str:
    path = _path(name)
    return f"{name.partition(':')[0]}:{path.name}" if path != Path() else str(name)
