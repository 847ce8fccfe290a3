"""Reads profiles.toml: every value by its dotted key, what is missing or of the wrong kind named."""

from __future__ import annotations

import math
import sys
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mobility.errors import InputError
from mobility.model.profiles import (
    HANDLINGS,
    LINK_CLASSES,
    LOADING_GAUGES,
    ROAD_CLASSES,
    Cargo,
    Force,
    Pace,
    Profile,
    Regime,
    Rules,
    Ship,
)
from mobility.vocabulary import MODES, PACES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_MOST = sys.float_info.max  # whole numbers of TOML have no end
_PROFILE_NUMBERS = (
    "gross_t axle_t rail_axle_t rail_t_per_m width_m height_m length_m rail_kmh sea_kmh vehicles_per_train "
    "train_length_m track_gauge_mm packet spacing_veh_km"
).split()
_CAPACITY_RULES = (
    "rail_practical_single rail_practical_double rail_practical_share rail_used_share rail_speed_full_kmh "
    "rail_direction_share road_limit_vehicles_day roro_berth_vehicles_day over_shore_vehicles_day airport_vehicles_day"
).split()
_DEPLOY_RULES = "trains_pool turnaround_h railhead_trains_day border_vehicles_day ship_vehicles horizon_days".split()
_UNCERTAIN = (
    "length_high length_medium length_low road_speed sea_speed hours_per_day wait_h handling_h packet_gap_min "
    "capacity_road capacity_rail capacity_port"
).split()


@dataclass(frozen=True)
class _Toml:
    """A TOML file whose values are taken by dotted key; what is missing or of the wrong kind is named."""

    path: Path
    data: dict[str, Any]

    def get(self, key: str, kind: Any) -> Any:  # noqa: ANN401 - a type, or a union of types
        """Return the value of a key."""
        value: Any = self.data
        for word in key.split("."):
            if not isinstance(value, dict) or word not in value:
                raise InputError(f"{self.path}:1: {key} is missing")
            value = value[word]
        if not isinstance(value, kind) or isinstance(value, bool):
            raise InputError(f"{self.path}:1: {key} must be a {_KINDS[kind]}")
        return value

    def number(self, key: str, *, most: float = math.inf, zero: bool = False) -> float:
        """Return a finite number above 0 (or 0, where that makes sense)."""
        value = self.get(key, int | float)
        if not 0 <= value <= most or value > _MOST or (value == 0 and not zero):
            least = "0 or more" if zero else "above 0"
            raise InputError(
                f"{self.path}:1: {key} must be {least}" + (f", at most {most:g}" if most < math.inf else "")
            )
        return float(value)

    def numbers(self, key: str, names: Iterable[str], *, zero: bool = False) -> dict[str, float]:
        """Return the numbers below a key."""
        return {name: self.number(f"{key}.{name}", zero=zero) for name in names}

    def texts(self, key: str) -> dict[str, str]:
        """Return the texts below a key, whose names may hold dots."""
        found: dict[str, str] = self.get(key, dict)
        for name, text in found.items():
            if not isinstance(text, str):
                raise InputError(f"{self.path}:1: {key}.{name} must be a text")
        return found


_KINDS: dict[Any, str] = {dict: "table", str: "text", list: "list", int | float: "number"}


def read_rules(path: Path) -> Rules:
    """Read profiles.toml.

    Raises InputError naming the file and the key when something is missing or of the wrong kind.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}:1: cannot be read: {error}") from None
    return rules_of(text, path)


def rules_of(text: str, path: Path) -> Rules:
    """Return the rules that a text in the form of profiles.toml states; `path` stands in errors."""
    try:
        toml = _Toml(path, tomllib.loads(text))
    except RecursionError:
        raise InputError(f"{path}:1: cannot be read: its brackets are nested too deep") from None
    except ValueError as error:  # no TOML, or a number of thousands of digits
        raise InputError(f"{path}:1: cannot be read: {error}") from None
    lines = toml.get("rules.rail.default_line_kmh", dict)
    rail: dict[str, Any] = {"other_line_kmh": toml.number("rules.rail.other_line_kmh")}
    rail["traction_change_h"] = toml.numbers("rules.rail.traction_change_h", ("low", "high"))
    classes = [
        toml.numbers(key, toml.get(key, dict)) for key in ("rules.line_class_axle_t", "rules.line_class_t_per_m")
    ]
    return Rules(
        road_speed_kmh=toml.numbers("rules.road_speed_kmh", ROAD_CLASSES),
        share_of_limit=toml.number("rules.road_speed_kmh.share_of_limit", most=1),
        rail=rail | {"default_line_kmh": toml.numbers("rules.rail.default_line_kmh", lines)},
        paces={name: _pace(toml, name) for name in PACES},
        sea_speed_kmh=toml.number("rules.sea.speed_kmh"),
        capacity=toml.numbers("rules.capacity", _CAPACITY_RULES),
        line_class_axle_t=classes[0],
        line_class_t_per_m=classes[1],
        deploy=toml.numbers("rules.deploy", _DEPLOY_RULES),
        uncertainty={name: _factors(toml, f"rules.uncertainty.{name}") for name in _UNCERTAIN},
        failure={name: toml.number(f"rules.failure.{name}", most=1, zero=True) for name in LINK_CLASSES},
        exists=_existence(toml),
        profiles={name: _profile(toml, name, *classes) for name in toml.get("profiles", dict)},
        forces={name: _force(toml, name) for name in toml.get("forces", dict)},
        ships={name: _ship(toml, name) for name in toml.get("ships", dict)},
        cargoes={name: _cargo(toml, name) for name in toml.get("cargo", dict)},
        regimes={name: _regime(toml, name) for name in toml.get("borders", dict)},
        partners=tuple(toml.get("transit.nato+partners.countries", list)),
        text=text,
    )


def _existence(toml: _Toml) -> dict[str, float]:
    """Return the probability that a way exists, by class of link; 1 where the file says nothing of it."""
    stated = toml.get("rules", dict).get("exists", {})
    return {
        name: toml.number(f"rules.exists.{name}", most=1, zero=True) if name in stated else 1.0 for name in LINK_CLASSES
    }


def _factors(toml: _Toml, key: str) -> tuple[float, float]:
    """Return a range of factors, [low, high] with low <= 1 <= high."""
    value = toml.get(key, list)
    if len(value) == 2 and all(type(v) in {int, float} for v in value) and 0 < value[0] <= 1 <= value[1] <= _MOST:  # noqa: PLR2004
        return float(value[0]), float(value[1])
    raise InputError(f"{toml.path}:1: {key} must be two numbers, one up to 1 and one from 1 on: [0.9, 1.1]")


def _pace(toml: _Toml, name: str) -> Pace:
    key = f"rules.rail.pace.{name}"
    share, most = toml.number(f"{key}.share_of_line_speed", most=1), toml.number(f"{key}.max_kmh")
    slower = toml.numbers(f"{key}.of_country", toml.get(key, dict).get("of_country", {}))
    return Pace(name, toml.get(f"{key}.description", str), share, most, slower)


def _force(toml: _Toml, name: str) -> Force:
    key = f"forces.{name}"
    trains = toml.number(f"{key}.trains") if "trains" in toml.get(key, dict) else None
    return Force(
        name=name,
        description=toml.get(f"{key}.description", str),
        vehicles=round(toml.number(f"{key}.vehicles")),
        trains=None if trains is None else round(trains),
        sources=toml.get(f"{key}.sources", str),
    )


def _ship(toml: _Toml, name: str) -> Ship:
    key = f"ships.{name}"
    words = (toml.get(f"{key}.{word}", str) for word in ("description", "sources"))
    description, sources = words
    return Ship(name, description, toml.number(f"{key}.draught_m"), sources)


def _cargo(toml: _Toml, name: str) -> Cargo:
    key = f"cargo.{name}"
    lorry, train = (toml.number(f"{key}.{word}") for word in ("t_per_lorry", "t_per_train"))
    low, high = (toml.number(f"{key}.t_per_train_range.{word}") for word in ("low", "high"))
    if not low <= train <= high:
        raise InputError(f"{toml.path}:1: {key}.t_per_train must be in its range, {low:g} to {high:g}")
    description, sources = (toml.get(f"{key}.{word}", str) for word in ("description", "sources"))
    return Cargo(name, description, lorry, train, (low, high), sources)


def _profile(toml: _Toml, name: str, axle_t: dict[str, float], t_per_m: dict[str, float]) -> Profile:
    key = f"profiles.{name}"
    modes = tuple(toml.get(f"{key}.modes", list))
    if not modes or not set(modes) <= set(MODES):
        raise InputError(f"{toml.path}:1: {key}.modes must be some of {', '.join(MODES)}")
    gauge = toml.get(f"{key}.loading_gauge", str)
    if gauge not in LOADING_GAUGES:
        raise InputError(f"{toml.path}:1: {key}.loading_gauge must be one of {', '.join(LOADING_GAUGES)}")
    numbers = toml.numbers(key, _PROFILE_NUMBERS)
    carries = (
        c
        for c, t in axle_t.items()
        if t >= numbers["rail_axle_t"] and t_per_m.get(c, math.inf) >= numbers["rail_t_per_m"]
    )
    return Profile(
        name=name,
        description=toml.get(f"{key}.description", str),
        military_load=toml.get(f"{key}.military_load", str),
        loading_gauge=gauge,
        line_class=next(carries, "none"),
        modes=modes,
        hours_per_day=toml.number(f"{key}.hours_per_day", most=24),
        speed_kmh=toml.numbers(f"{key}.speed_kmh", ROAD_CLASSES),
        handling_h=toml.numbers(f"{key}.handling_h", HANDLINGS, zero=True),
        sources=toml.texts(f"{key}.sources"),
        packet_gap_min=toml.number(f"{key}.packet_gap_min", zero=True),
        refuse={column: toml.get(f"{key}.refuse.{column}", list) for column in toml.get(key, dict).get("refuse", {})},
        **numbers,
    )


def _regime(toml: _Toml, name: str) -> Regime:
    key = f"borders.{name}"
    waits = toml.get(key, dict).get("internal_wait_h")
    return Regime(
        name,
        toml.get(f"{key}.description", str),
        toml.numbers(f"{key}.permission_lead_h", ("eu", "nato", "other"), zero=True),
        None if waits is None else toml.numbers(f"{key}.internal_wait_h", ("road", "rail"), zero=True),
        _lead_range(toml, f"{key}.permission_lead_range_h"),
    )


def _lead_range(toml: _Toml, key: str) -> tuple[float, float]:
    """Return the least and the most hours of notice over all groups of countries, [low, high] each."""
    ranges = [toml.get(f"{key}.{group}", list) for group in ("eu", "nato", "other")]
    numbers = [value for pair in ranges for value in pair]
    right = all(type(v) in {int, float} and 0 <= v <= _MOST for v in numbers)
    if not right or any(len(pair) != 2 for pair in ranges):  # noqa: PLR2004
        raise InputError(f"{toml.path}:1: {key} must be two numbers a group, 0 or more: {{ eu = [120, 1440], ... }}")
    return float(min(numbers)), float(max(numbers))
