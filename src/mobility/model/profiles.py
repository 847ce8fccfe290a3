"""Movement profiles, forces, border regimes and transit: what a force is, and what states allow it (profiles.toml)."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mobility.errors import InputError, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    import pandas as pd

MODES = ("road", "rail", "sea")
LOADING_GAUGES = ("G1", "GA", "GB", "GC")  # EN 15273, narrow to wide
TRANSFERS = ("road-rail", "road-sea", "rail-sea")
ROAD_CLASSES = ("motorway", "expressway", "primary", "secondary", "urban")
LINK_CLASSES = (*ROAD_CLASSES, "rail", "sea")
TRANSIT = ("any", "nato", "nato+partners", "eu", "recognises-kosovo")
_PROFILE_NUMBERS = (
    "gross_t axle_t rail_axle_t rail_t_per_m width_m height_m length_m rail_kmh sea_kmh vehicles_per_train "
    "train_length_m track_gauge_mm packet spacing_veh_km"
).split()
_CAPACITY_RULES = (
    "rail_practical_single rail_practical_double rail_practical_share rail_used_share rail_speed_full_kmh "
    "rail_direction_share road_limit_vehicles_day port_vehicles_day airport_vehicles_day"
).split()
_DEPLOY_RULES = "trains_pool turnaround_h railhead_trains_day border_vehicles_day ship_vehicles horizon_days".split()
_UNCERTAIN = (
    "length_high length_medium length_low road_speed rail_speed sea_speed wait_h handling_h packet_gap_min "
    "capacity_road capacity_rail capacity_port"
).split()


@dataclass(frozen=True)
class Profile:
    """A way of moving: limits, speeds and hours, each with its source in profiles.toml.

    Attributes
    ----------
    gross_t, axle_t, width_m, height_m
        Mass of the heaviest vehicle or combination on the road (t), its heaviest axle (t), its width and
        height (m); compared with the limits stated for a road. `length_m` is for information.
    rail_axle_t, rail_t_per_m, loading_gauge, track_gauge_mm
        The same vehicle on its wagon: heaviest axle (t), mass per metre (t), the narrowest loading gauge
        that takes it (one of LOADING_GAUGES), and the gauge of the wagons (mm); compared with what is
        stated for a railway. `line_class` is the lowest EN 15528 class that carries it, by the rules.
    military_load
        What is published of military load classes, in words: an MLC is no mass and is compared with nothing.
    speed_kmh
        Cap per road class (km/h); `rail_kmh` and `sea_kmh` cap the other modes.
    hours_per_day
        Hours a road convoy drives in 24; rail and sea run round the clock.
    handling_h
        Hours to change mode, per pair of modes ("road-rail", "road-sea", "rail-sea").
    refuse
        Column of links.csv -> values that the profile does not use: ``{"structure": ["tunnel"], "tracks": ["1"]}``.
    """

    name: str
    description: str
    modes: tuple[str, ...]
    hours_per_day: float
    gross_t: float
    axle_t: float
    rail_axle_t: float
    rail_t_per_m: float
    width_m: float
    height_m: float
    length_m: float
    loading_gauge: str
    track_gauge_mm: float
    line_class: str
    military_load: str
    speed_kmh: dict[str, float]
    rail_kmh: float
    sea_kmh: float
    handling_h: dict[str, float]
    vehicles_per_train: float
    train_length_m: float
    packet: float
    packet_gap_min: float
    spacing_veh_km: float
    sources: dict[str, str] = field(default_factory=dict)
    refuse: dict[str, list[Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Force:
    """A force package: vehicles in all, trains where a number is published, and the ids of the sources."""

    name: str
    description: str
    vehicles: int
    trains: int | None
    sources: str


@dataclass(frozen=True)
class Regime:
    """A border regime: hours of notice per group of country (eu, nato, other), and waits per mode if it sets them."""

    name: str
    description: str
    permission_lead_h: dict[str, float]
    internal_wait_h: dict[str, float] | None


@dataclass(frozen=True)
class Rules:
    """Everything in profiles.toml: planning rules, profiles, force packages, border regimes and partners.

    Attributes
    ----------
    line_class_axle_t, line_class_t_per_m
        Largest axle load (t) and mass per metre (t) of each EN 15528 class.
    deploy
        trains_pool (trains with their wagons), turnaround_h (until a train loads again), railhead_trains_day
        (trains one ramp loads or unloads), border_vehicles_day, ship_vehicles (per ro-ro ship), horizon_days.
    uncertainty
        Lowest and highest factor on a value; triangular with its mode at 1. Lengths by confidence
        (length_high, length_medium, length_low), speeds by mode, wait_h, handling_h, packet_gap_min, and
        capacities by mode.
    failure
        Probability that 100 km of a road class, or of "rail" or "sea", are shut on the day of a move.
    """

    road_speed_kmh: dict[str, float]
    share_of_limit: float
    rail: dict[str, Any]
    sea_speed_kmh: float
    capacity: dict[str, float]
    line_class_axle_t: dict[str, float]
    line_class_t_per_m: dict[str, float]
    deploy: dict[str, float]
    uncertainty: dict[str, tuple[float, float]]
    failure: dict[str, float]
    profiles: dict[str, Profile]
    forces: dict[str, Force]
    regimes: dict[str, Regime]
    partners: tuple[str, ...]

    def profile(self, name: str) -> Profile:
        """Return a profile by name; raises UnknownNameError with the names there are."""
        found: Profile = _pick(self.profiles, name, "profile")
        return found

    def force(self, name: str) -> Force:
        """Return a force package by name; raises UnknownNameError with the names there are."""
        found: Force = _pick(self.forces, name, "force")
        return found

    def regime(self, name: str) -> Regime:
        """Return a border regime by name; raises UnknownNameError with the names there are."""
        found: Regime = _pick(self.regimes, name, "border regime")
        return found


def _pick(options: dict[str, Any], name: str, what: str) -> Any:  # noqa: ANN401
    found = {k.casefold(): v for k, v in options.items()}.get(name.strip().casefold())
    if found is None:
        raise UnknownNameError(f"no {what} is called {name!r}; there are {', '.join(options)}")
    return found


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
        if not 0 <= value <= most or value == math.inf or (value == 0 and not zero):
            least = "0 or more" if zero else "above 0"
            raise InputError(
                f"{self.path}:1: {key} must be {least}" + (f", at most {most:g}" if most < math.inf else "")
            )
        return float(value)

    def numbers(self, key: str, names: Iterable[str], *, zero: bool = False) -> dict[str, float]:
        """Return the numbers below a key."""
        return {name: self.number(f"{key}.{name}", zero=zero) for name in names}


_KINDS: dict[Any, str] = {dict: "table", str: "text", list: "list", int | float: "number"}


def read_rules(path: Path) -> Rules:
    """Read profiles.toml.

    Raises InputError naming the file and the key when something is missing or of the wrong kind.
    """
    try:
        toml = _Toml(path, tomllib.loads(path.read_bytes().decode("utf-8-sig")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path}:1: cannot be read: {error}") from None
    lines = toml.get("rules.rail.default_line_kmh", dict)
    rail: dict[str, Any] = {"share_of_line_speed": toml.number("rules.rail.share_of_line_speed", most=1)}
    rail |= toml.numbers("rules.rail", ("max_kmh", "other_line_kmh"))
    classes = [
        toml.numbers(key, toml.get(key, dict)) for key in ("rules.line_class_axle_t", "rules.line_class_t_per_m")
    ]
    return Rules(
        road_speed_kmh=toml.numbers("rules.road_speed_kmh", ROAD_CLASSES),
        share_of_limit=toml.number("rules.road_speed_kmh.share_of_limit", most=1),
        rail=rail | {"default_line_kmh": toml.numbers("rules.rail.default_line_kmh", lines)},
        sea_speed_kmh=toml.number("rules.sea.speed_kmh"),
        capacity=toml.numbers("rules.capacity", _CAPACITY_RULES),
        line_class_axle_t=classes[0],
        line_class_t_per_m=classes[1],
        deploy=toml.numbers("rules.deploy", _DEPLOY_RULES),
        uncertainty={name: _factors(toml, f"rules.uncertainty.{name}") for name in _UNCERTAIN},
        failure={name: toml.number(f"rules.failure.{name}", most=1, zero=True) for name in LINK_CLASSES},
        profiles={name: _profile(toml, name, *classes) for name in toml.get("profiles", dict)},
        forces={name: _force(toml, name) for name in toml.get("forces", dict)},
        regimes={name: _regime(toml, name) for name in toml.get("borders", dict)},
        partners=tuple(toml.get("transit.nato+partners.countries", list)),
    )


def _factors(toml: _Toml, key: str) -> tuple[float, float]:
    """Return a range of factors, [low, high] with low <= 1 <= high."""
    value = toml.get(key, list)
    if len(value) == 2 and all(type(v) in {int, float} for v in value) and 0 < value[0] <= 1 <= value[1] < math.inf:  # noqa: PLR2004
        return float(value[0]), float(value[1])
    raise InputError(f"{toml.path}:1: {key} must be two numbers, one up to 1 and one from 1 on: [0.9, 1.1]")


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
        handling_h=toml.numbers(f"{key}.handling_h", TRANSFERS, zero=True),
        sources={k: str(v) for k, v in toml.get(f"{key}.sources", dict).items()},
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
    )


def denied_countries(transit: str, countries: pd.DataFrame, partners: Collection[str]) -> frozenset[str]:
    """Return the countries that `transit` denies: one of TRANSIT, or no-XX (several: no-RS,BA).

    Partners are the EU members outside NATO and the countries listed in profiles.toml. `eu` allows members
    of the EU, `recognises-kosovo` the countries that recognise Kosovo (and Kosovo itself).

    Raises UnknownNameError when the word or the country is unknown.
    """
    word = transit.strip().casefold()
    codes = set(countries["iso2"])
    nato = set(countries.loc[~countries["nato"].isin(["no", ""]), "iso2"])
    union = set(countries.loc[countries["eu"] == "member", "iso2"])
    aloof = set(countries.loc[countries["recognises_kosovo"] == "no", "iso2"])
    if word in TRANSIT:
        friends = nato | set(partners) | union
        shut = dict(zip(TRANSIT, (set(), codes - nato, codes - friends, codes - union, aloof), strict=True))
        return frozenset(shut[word])
    if word.startswith("no-"):
        denied = {c.strip().upper() for c in word[3:].split(",")}
        unknown = sorted(denied - codes)
        if not unknown:
            return frozenset(denied)
        raise UnknownNameError(f"transit {transit!r}: no country {unknown[0]!r}; there are {', '.join(sorted(codes))}")
    raise UnknownNameError(f"no transit rule is called {transit!r}; there are {', '.join(TRANSIT)} and no-XX (no-RS)")
