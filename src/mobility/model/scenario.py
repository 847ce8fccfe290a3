"""Scenarios: the options that every command shares, from the command line or a TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mobility.errors import InputError
from mobility.model.closures import mode_name
from mobility.model.network import default_folder

if TYPE_CHECKING:
    from mobility.model.network import Network


_CHANGING = ("close", "build", "set", "transit", "borders", "exclude_doubtful")


@dataclass(frozen=True)
class Scenario:
    """What is asked of the network; the words are those of the command line.

    Attributes
    ----------
    close, build
        Names, as `Network.close` and `Network.build` take them.
    set
        ``NAME:attribute=value`` (wait, speed, limit, capacity).
    """

    close: tuple[str, ...] = ()
    build: tuple[str, ...] = ()
    set: tuple[str, ...] = ()
    profile: str = "mixed"
    mode: tuple[str, ...] = ()
    transit: str = "any"
    borders: str = "today"
    exclude_doubtful: bool = False
    include_access: bool = False
    title: str = field(default="", compare=False)
    source: str = field(default="", compare=False)

    @classmethod
    def read(cls, path: str | Path) -> Scenario:
        """Read a TOML file, or a shipped scenario by its bare name.

        Raises InputError naming file and key when it cannot be used.
        """
        path = Path(path)
        shipped = default_folder() / "scenarios" / f"{path.name}.toml"
        if path.parent == Path() and not path.exists() and shipped.exists():
            path = shipped
        try:
            data = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise InputError(f"scenario {path}: cannot be read: {why}") from None
        known = {f.name: f.default for f in fields(cls)}
        values: dict[str, Any] = {}
        for key, value in data.items():
            name = key.replace("-", "_")
            if name not in known:
                raise InputError(f"scenario {path}: unknown key {key!r}; there are {', '.join(known)}")
            if name in values:
                raise InputError(f"scenario {path}: {name!r} is given twice")
            items = tuple(value) if isinstance(value, list) else (value,) if isinstance(known[name], tuple) else value
            right = (
                all(isinstance(v, str) for v in items) if isinstance(items, tuple) else type(items) is type(known[name])
            )
            if not right or isinstance(items, tuple) != isinstance(known[name], tuple):
                raise InputError(f"scenario {path}: {key} has a value of the wrong kind")
            values[name] = items
        return cls(**values)

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
            for word, names in (("closed", self.close), ("built", self.build), ("set", self.set))
            if names
        ]
        parts += [f"transit {self.transit}"] if self.transit != "any" else []
        parts += [f"borders {self.borders}"] if self.borders != "today" else []
        parts += ["without doubtful links"] if self.exclude_doubtful else []
        return "; ".join(parts)

    def moving_like(self, other: Scenario) -> Scenario:
        """Return the scenario with the profile and modes of another."""
        return replace(self, profile=other.profile, mode=other.mode)

    def unchanged(self) -> Scenario:
        """Return the scenario that moves alike through the network as it is: nothing closed, built, set or denied."""
        return Scenario(include_access=self.include_access).moving_like(self)

    def apply(self, network: Network) -> Network:
        """Return the network of this scenario: values set, profile applied, built, then closed."""
        for item in self.set:
            name, found, change = item.rpartition(":")
            attribute, equals, value = change.partition("=")
            try:
                number = float(value)
            except ValueError:
                found = ""
                number = 0.0
            if not (found and equals):
                raise InputError(f"--set {item!r}: write NAME:attribute=value, for instance karavanke:wait=2")
            network = network.set(name, attribute.strip(), number)
        network = network.under(
            self.profile,
            modes=[mode_name(m) for m in self.mode],
            borders=self.borders,
            transit=self.transit,
            exclude_doubtful=self.exclude_doubtful,
            include_access=self.include_access,
        )
        return network.build(*self.build).close(*self.close)

    def options(self) -> list[str]:
        """Return the scenario as words of the command line; of an area's path the last part, which names no machine."""
        words: list[str] = []
        for name, value in self.as_given().items():
            flag = f"--{name.replace('_', '-')}"
            if isinstance(value, list):
                words += [word for item in value for word in (flag, _without_folder(item))]
            elif name not in {"title", "source"}:
                words += [flag] if value is True else [flag, value]
        return words

    def as_given(self) -> dict[str, Any]:
        """Return the options that differ from the defaults, for the JSON of a result."""
        default = Scenario()
        given = {k: v for k, v in asdict(self).items() if v != getattr(default, k)}
        return {k: list(v) if isinstance(v, tuple) else v for k, v in given.items()}


def _without_folder(name: str) -> str:
    kind, colon, path = name.partition(":")
    return f"{kind}:{Path(path).name}" if colon and kind.strip().casefold() == "area" else name
