"""Movement profiles, border regimes and transit: what a force is, and what states allow it."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mobility.errors import InputError, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

MODES = ("road", "rail", "sea")
ROAD_CLASSES = ("motorway", "expressway", "primary", "secondary", "urban")
TRANSIT = ("any", "nato", "nato+partners")
_PROFILE_NUMBERS = (
    "gross_t axle_t rail_axle_t width_m rail_kmh sea_kmh vehicles_per_train train_length_m packet spacing_veh_km"
).split()
_CAPACITY_RULES = (
    "rail_practical_single rail_practical_double rail_practical_share rail_used_share rail_speed_full_kmh "
    "rail_direction_share road_limit_vehicles_day port_vehicles_day"
).split()


@dataclass(frozen=True)
class Profile:
    """A way of moving: limits, speeds and hours, each with its source in profiles.toml.

    Attributes
    ----------
    gross_t, axle_t, rail_axle_t, width_m
        Mass of the heaviest vehicle or combination (t), its heaviest axle on the road and, as loaded
        on a wagon, on rail (t), and its width (m); compared with the limits stated for a link.
    speed_kmh
        Cap per road class (km/h); `rail_kmh` and `sea_kmh` cap the other modes.
    hours_per_day
        Hours a road convoy drives in 24; rail and sea run round the clock.
    handling_h
        Hours to change mode, per pair of modes ("road-rail", "road-sea", "rail-sea").
    """

    name: str
    description: str
    modes: tuple[str, ...]
    hours_per_day: float
    gross_t: float
    axle_t: float
    rail_axle_t: float
    width_m: float
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


@dataclass(frozen=True)
class Regime:
    """A border regime: hours of notice per group of country (eu, nato, other), and waits per mode if it sets them."""

    name: str
    description: str
    permission_lead_h: dict[str, float]
    internal_wait_h: dict[str, float] | None


@dataclass(frozen=True)
class Rules:
    """Everything in profiles.toml: planning rules, profiles, border regimes and partners."""

    road_speed_kmh: dict[str, float]
    share_of_limit: float
    rail: dict[str, Any]
    sea_speed_kmh: float
    capacity: dict[str, float]
    profiles: dict[str, Profile]
    regimes: dict[str, Regime]
    partners: tuple[str, ...]

    def profile(self, name: str) -> Profile:
        """Return a profile by name; raises UnknownNameError with the names there are."""
        found: Profile = _pick(self.profiles, name, "profile")
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
    return Rules(
        road_speed_kmh=toml.numbers("rules.road_speed_kmh", ROAD_CLASSES),
        share_of_limit=toml.number("rules.road_speed_kmh.share_of_limit", most=1),
        rail=rail | {"default_line_kmh": toml.numbers("rules.rail.default_line_kmh", lines)},
        sea_speed_kmh=toml.number("rules.sea.speed_kmh"),
        capacity=toml.numbers("rules.capacity", _CAPACITY_RULES),
        profiles={name: _profile(toml, name) for name in toml.get("profiles", dict)},
        regimes={name: _regime(toml, name) for name in toml.get("borders", dict)},
        partners=tuple(toml.get("transit.nato+partners.countries", list)),
    )


def _profile(toml: _Toml, name: str) -> Profile:
    key = f"profiles.{name}"
    modes = tuple(toml.get(f"{key}.modes", list))
    if not modes or not set(modes) <= set(MODES):
        raise InputError(f"{toml.path}:1: {key}.modes must be some of {', '.join(MODES)}")
    return Profile(
        name=name,
        description=toml.get(f"{key}.description", str),
        modes=modes,
        hours_per_day=toml.number(f"{key}.hours_per_day", most=24),
        speed_kmh=toml.numbers(f"{key}.speed_kmh", ROAD_CLASSES),
        handling_h=toml.numbers(f"{key}.handling_h", ("road-rail", "road-sea", "rail-sea"), zero=True),
        sources={k: str(v) for k, v in toml.get(f"{key}.sources", dict).items()},
        packet_gap_min=toml.number(f"{key}.packet_gap_min", zero=True),
        **toml.numbers(key, _PROFILE_NUMBERS),
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


def planning_speed(links: pd.DataFrame, rules: Rules) -> tuple[pd.Series, np.ndarray[Any, Any]]:
    """Return each link's speed (km/h) and what it rests on ("stated" or the rule).

    A stated `speed_kmh` stands. Otherwise a road takes the speed of its class, at most a share of
    its limit; a railway a share of its line speed (the country's default where none is stated),
    at most the rule's maximum; a sea link the rule's speed.
    """
    mode = links["mode"].to_numpy()
    limit = links["max_speed_kmh"]
    road = links["road_class"].map(rules.road_speed_kmh)
    road = np.fmin(road.fillna(rules.road_speed_kmh["urban"]), limit * rules.share_of_limit)
    default = links["country"].map(rules.rail["default_line_kmh"]).fillna(rules.rail["other_line_kmh"])
    rail = np.minimum(limit.fillna(default) * rules.rail["share_of_line_speed"], rules.rail["max_kmh"])
    by_rule = np.select([mode == "road", mode == "rail"], [road, rail], rules.sea_speed_kmh)
    basis = np.select(
        [links["speed_kmh"].notna(), mode == "road", (mode == "rail") & limit.notna(), mode == "rail"],
        ["stated", "estimate: class and limit", "estimate: share of line speed", "estimate: country's line speed"],
        "estimate: sea speed",
    )
    return links["speed_kmh"].where(links["speed_kmh"].notna(), by_rule), basis


def refusals(links: pd.DataFrame, profile: Profile) -> np.ndarray[Any, Any]:
    """Return why the profile cannot use each link, or "" where it can; unknown limits refuse nothing."""
    mode = links["mode"]
    rail = mode == "rail"
    axle = np.where(rail, profile.rail_axle_t, profile.axle_t)
    return np.select(
        [
            ~mode.isin(profile.modes),
            ~rail & (links["max_gross_t"] < profile.gross_t),
            links["max_axle_t"] < axle,
            ~rail & (links["max_width_m"] < profile.width_m),
        ],
        [
            "mode " + mode.astype(str) + " not used",
            f"profile {profile.name}: {profile.gross_t:g} t above the limit of "
            + links["max_gross_t"].astype(str)
            + " t",
            f"profile {profile.name}: axle load above the limit of " + links["max_axle_t"].astype(str) + " t",
            f"profile {profile.name}: {profile.width_m:g} m wider than " + links["max_width_m"].astype(str) + " m",
        ],
        "",
    )


def driven_speed(links: pd.DataFrame, planning: pd.Series, profile: Profile) -> pd.Series:
    """Return the planning speed capped by the profile (km/h)."""
    mode = links["mode"]
    cap = links["road_class"].map(profile.speed_kmh).astype(float)
    cap = cap.where(mode == "road", np.where(mode == "rail", profile.rail_kmh, profile.sea_kmh))
    return np.fmin(planning, cap)


def travel_hours(links: pd.DataFrame, speed: pd.Series, profile: Profile) -> tuple[pd.Series, pd.Series]:
    """Return hours at the wheel and hours elapsed (road days have `hours_per_day` hours) per link."""
    driving = links["length_km"] / driven_speed(links, speed, profile)
    return driving, driving * np.where(links["mode"] == "road", 24 / profile.hours_per_day, 1.0)


def vehicles_per_day(links: pd.DataFrame, profile: Profile, rules: Rules, speed: pd.Series) -> pd.Series:
    """Return a link's capacity in vehicles per day in one direction (estimates by rule; sea is unlimited).

    Road: packets of one column at the profile's spacing and gaps in the hours driven per day, at most
    the rule's ceiling. Rail: practical paths a day (stated or by number of tracks, less at low line
    speed), less those in use, half of them in each direction, times vehicles per train (fewer where
    only shorter trains fit).
    """
    rule = rules.capacity
    mode, tracks = links["mode"].to_numpy(), links["tracks"].to_numpy()
    driven = driven_speed(links, speed, profile)
    packet_min = profile.packet_gap_min + 60 * profile.packet / (profile.spacing_veh_km * driven)
    road = np.minimum(profile.packet * 60 * profile.hours_per_day / packet_min, rule["road_limit_vehicles_day"])
    by_tracks = np.where(tracks == "2", rule["rail_practical_double"], rule["rail_practical_single"])
    stated = links["capacity_trains_day"] * rule["rail_practical_share"]
    practical = stated.where(stated.notna(), by_tracks)
    practical = practical * np.fmin(links["max_speed_kmh"] / rule["rail_speed_full_kmh"], 1)
    used = links["used_trains_day"].fillna(practical * rule["rail_used_share"])
    fitting = np.fmin(links["max_train_length_m"] / profile.train_length_m, 1) * profile.vehicles_per_train
    rail = (practical - used).clip(lower=0) * rule["rail_direction_share"] * fitting
    return pd.Series(np.floor(np.select([mode == "road", mode == "rail"], [road, rail], np.inf)), links.index)


def denied_countries(transit: str, countries: pd.DataFrame, partners: Collection[str]) -> frozenset[str]:
    """Return the countries that `transit` denies: any, nato, nato+partners, or no-XX (several: no-RS,BA).

    Partners are the EU members outside NATO and the countries listed in profiles.toml.

    Raises UnknownNameError when the word or the country is unknown.
    """
    word = transit.strip().casefold()
    codes = set(countries["iso2"])
    nato = set(countries.loc[countries["nato"] != "no", "iso2"])
    friends = nato | set(partners) | set(countries.loc[countries["eu"] == "member", "iso2"])
    if word in TRANSIT:
        return frozenset({"any": set(), "nato": codes - nato, "nato+partners": codes - friends}[word])
    if word.startswith("no-"):
        denied = {c.strip().upper() for c in word[3:].split(",")}
        unknown = sorted(denied - codes)
        if not unknown:
            return frozenset(denied)
        raise UnknownNameError(f"transit {transit!r}: no country {unknown[0]!r}; there are {', '.join(sorted(codes))}")
    raise UnknownNameError(f"no transit rule is called {transit!r}; there are {', '.join(TRANSIT)} and no-XX (no-RS)")
