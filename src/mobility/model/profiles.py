"""Movement profiles, forces, border regimes and transit: what a force is, and what states allow it (profiles.toml)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mobility.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd

LOADING_GAUGES = ("G1", "GA", "GB", "GC")  # EN 15273, narrow to wide
TRANSFERS = ("road-rail", "road-sea", "rail-sea")  # what places.csv allows
HANDLINGS = (*TRANSFERS, "detrain")  # the last: where a road meets a railway and no ramp is known
ROAD_CLASSES = ("motorway", "expressway", "primary", "secondary", "urban")
LINK_CLASSES = (*ROAD_CLASSES, "rail", "sea")
TRANSIT = ("any", "nato", "nato+partners", "eu", "pesco", "sdp", "recognises-kosovo")


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
        Hours to change mode, per pair of modes ("road-rail", "road-sea", "rail-sea"); "detrain" is road-rail where no
        ramp is known.
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
class Ship:
    """A kind of ship: what it draws when loaded (m), and the ids of the sources."""

    name: str
    description: str
    draught_m: float
    sources: str


@dataclass(frozen=True)
class Cargo:
    """Supplies in tonnes: what a lorry and a train carry (t), the train's range, and the ids of the sources."""

    name: str
    description: str
    t_per_lorry: float
    t_per_train: float
    t_per_train_range: tuple[float, float]
    sources: str


@dataclass(frozen=True)
class Regime:
    """A border regime: hours of notice per group of country (eu, nato, other), and waits per mode if it sets them.

    `permission_lead_range_h` is the least and the most that is published or expected, over all groups.
    """

    name: str
    description: str
    permission_lead_h: dict[str, float]
    internal_wait_h: dict[str, float] | None
    permission_lead_range_h: tuple[float, float]


@dataclass(frozen=True)
class Pace:
    """How fast trains get along: a share of the line speed, at most so much, stops between stations included.

    `of_country` are factors on both, by country, where trains are known to be slower.
    """

    name: str
    description: str
    share_of_line_speed: float
    max_kmh: float
    of_country: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Rules:
    """Everything in profiles.toml: planning rules, profiles, force packages, border regimes and partners.

    Attributes
    ----------
    paces
        Of trains, by name: best, planning, observed.
    line_class_axle_t, line_class_t_per_m
        Largest axle load (t) and mass per metre (t) of each EN 15528 class.
    deploy
        trains_pool (trains with their wagons, from the Solidarity Pool or whoever provides them), turnaround_h (until a
        train loads again), railhead_trains_day (trains one ramp loads or unloads), border_vehicles_day, ship_vehicles
        (per ro-ro ship), horizon_days.
    uncertainty
        Lowest and highest factor on a value; its mode and mean are 1 (`doubt.draws.factor`). Lengths by confidence
        (length_high, length_medium, length_low), road_speed, sea_speed (of trains the paces tell the range),
        hours_per_day, wait_h, handling_h, packet_gap_min, and capacities by mode.
    failure
        Probability that 100 km of a road class, or of "rail" or "sea", are shut on the day of a move.
    exists
        Probability that 100 km of a relief way of which no state was read can be used at all, by class as `failure`.
    text
        The file as read, so that it can be written again.
    """

    road_speed_kmh: dict[str, float]
    share_of_limit: float
    rail: dict[str, Any]
    paces: dict[str, Pace]
    sea_speed_kmh: float
    capacity: dict[str, float]
    line_class_axle_t: dict[str, float]
    line_class_t_per_m: dict[str, float]
    deploy: dict[str, float]
    uncertainty: dict[str, tuple[float, float]]
    failure: dict[str, float]
    exists: dict[str, float]
    profiles: dict[str, Profile]
    forces: dict[str, Force]
    ships: dict[str, Ship]
    cargoes: dict[str, Cargo]
    regimes: dict[str, Regime]
    partners: tuple[str, ...]
    text: str = field(default="", compare=False, repr=False)

    def __repr__(self) -> str:
        """Return the names in one line."""
        return f"<Rules: profiles {', '.join(self.profiles)}; borders {', '.join(self.regimes)}>"

    def profile(self, name: str) -> Profile:
        """Return a profile by name; raises UnknownNameError with the names there are."""
        found: Profile = _pick(self.profiles, name, "profile")
        return found

    def pace(self, name: str) -> Pace:
        """Return a pace of trains by name; raises UnknownNameError with the names there are."""
        found: Pace = _pick(self.paces, name, "pace")
        return found

    def force(self, name: str) -> Force:
        """Return a force package by name; raises UnknownNameError with the names there are."""
        found: Force = _pick(self.forces, name, "force")
        return found

    def ship(self, name: str) -> Ship:
        """Return a kind of ship by name; raises UnknownNameError with the names there are."""
        found: Ship = _pick(self.ships, name, "ship")
        return found

    def cargo(self, name: str) -> Cargo:
        """Return a kind of supplies by name; raises UnknownNameError with the names there are."""
        found: Cargo = _pick(self.cargoes, name, "cargo")
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


def denied_countries(transit: str, countries: pd.DataFrame, partners: Collection[str]) -> frozenset[str]:
    """Return the countries that `transit` denies: one of TRANSIT, or no-XX (several: no-RS,BA).

    Partners are the EU members outside NATO and the countries listed in profiles.toml. `eu` allows members
    of the EU, `pesco` those of the PESCO project Military Mobility, `sdp` EU members and countries with a Security and
    Defence Partnership, `recognises-kosovo` the countries that recognise Kosovo (and Kosovo itself). Where it is not
    known, a country is not denied.

    Raises UnknownNameError when the word or the country is unknown.
    """
    word = transit.strip().casefold()
    codes = set(countries["iso2"])
    nato = set(countries.loc[countries["nato"] != "no", "iso2"])
    union = set(countries.loc[countries["eu"].isin(["member", ""]), "iso2"])
    aloof = set(countries.loc[countries["recognises_kosovo"] == "no", "iso2"])
    if word in TRANSIT:
        friends = nato | set(partners) | union
        outside = set(countries.loc[countries["pesco_milmob"] == "no", "iso2"])
        unsigned = set(countries.loc[countries["sdp_signed"] == "none", "iso2"])
        shut = dict(
            zip(TRANSIT, (set(), codes - nato, codes - friends, codes - union, outside, unsigned, aloof), strict=True)
        )
        return frozenset(shut[word])
    if word.startswith("no-"):
        denied = {c.strip().upper() for c in word[3:].split(",")}
        unknown = sorted(denied - codes)
        if not unknown:
            return frozenset(denied)
        raise UnknownNameError(f"transit {transit!r}: no country {unknown[0]!r}; there are {', '.join(sorted(codes))}")
    raise UnknownNameError(f"no transit rule is called {transit!r}; there are {', '.join(TRANSIT)} and no-XX (no-RS)")


def unknown_to(transit: str, countries: pd.DataFrame, partners: Collection[str]) -> list[str]:
    """Return the countries that `transit` lets pass only because it is not known whether it denies them."""
    no = {"nato": "no", "eu": "no", "sdp_signed": "none", "pesco_milmob": "no", "recognises_kosovo": "no"}
    worst = countries.assign(**{column: countries[column].replace("", word) for column, word in no.items()})
    denied = denied_countries(transit, countries, partners)
    return sorted(denied_countries(transit, worst, partners) - denied)
