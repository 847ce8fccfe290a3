"""What a profile makes of the links and places: speed, hours, capacity, and what it cannot use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mobility.errors import InputError
from mobility.model.profiles import LINK_CLASSES, LOADING_GAUGES
from mobility.vocabulary import RELIEF

if TYPE_CHECKING:
    import geopandas as gpd

    from mobility.model.profiles import Profile, Rules, Ship


def planning_speed(links: pd.DataFrame, rules: Rules, pace: str) -> tuple[pd.Series, np.ndarray[Any, Any]]:
    """Return each link's speed (km/h) and what it rests on ("stated" or the rule).

    A stated `speed_kmh` stands. Otherwise a road takes the speed of its class, at most a share of
    its limit; a railway a share of its line speed (the country's default where none is stated), at most a maximum,
    both by the pace; a sea link the rule's speed.
    """
    mode = links["mode"].to_numpy()
    limit = links["max_speed_kmh"]
    road = links["road_class"].map(rules.road_speed_kmh)
    road = np.fmin(road.fillna(rules.road_speed_kmh["urban"]), limit * rules.share_of_limit)
    default = links["country"].map(rules.rail["default_line_kmh"]).fillna(rules.rail["other_line_kmh"])
    trains = rules.pace(pace)
    rail = np.minimum(limit.fillna(default) * trains.share_of_line_speed, trains.max_kmh)
    rail = rail * links["country"].map(trains.of_country).fillna(1.0)
    by_rule = np.select([mode == "road", mode == "rail"], [road, rail], rules.sea_speed_kmh)
    basis = np.select(
        [links["speed_kmh"].notna(), mode == "road", (mode == "rail") & limit.notna(), mode == "rail"],
        ["stated", "estimate: class and limit", "estimate: share of line speed", "estimate: country's line speed"],
        "estimate: sea speed",
    )
    return links["speed_kmh"].where(links["speed_kmh"].notna(), by_rule), basis


def refusals(links: pd.DataFrame, profile: Profile, rules: Rules) -> np.ndarray[Any, Any]:
    """Return why the profile cannot use each link, or "" where it can; what is not stated refuses nothing.

    Roads: gross mass, axle load, width, height. Railways: track gauge, axle load and mass per metre (stated,
    or by the EN 15528 class), loading gauge. All: what `refuse` of the profile lists. The length of trains limits
    capacity, never passage. Raises InputError when `refuse` names no column of links.csv.
    """
    mode = links["mode"]
    rail = mode == "rail"
    axle, per_metre = _rail_limits(links, rules)
    width = {gauge: number for number, gauge in enumerate(LOADING_GAUGES)}
    who = f"profile {profile.name}: "
    # Where a link is refused, and why: words, a value of the link, words.
    rows: list[tuple[Any, str, pd.Series, str]] = [
        (~mode.isin(profile.modes), "mode ", mode, " not used"),
        (
            rail & (links["gauge_mm"] != profile.track_gauge_mm) & links["gauge_mm"].notna(),
            who + f"track gauge {profile.track_gauge_mm:g} mm, the line has ",
            links["gauge_mm"],
            " mm",
        ),
        (
            ~rail & (links["max_gross_t"] < profile.gross_t),
            who + f"{profile.gross_t:g} t above the limit of ",
            links["max_gross_t"],
            " t",
        ),
        (
            axle < np.where(rail, profile.rail_axle_t, profile.axle_t),
            who + "axle load above the limit of ",
            axle,
            " t",
        ),
        (
            rail & (per_metre < profile.rail_t_per_m),
            who + f"{profile.rail_t_per_m:g} t/m above line class ",
            links["line_class"],
            "",
        ),
        (
            rail & (links["loading_gauge"].map(width) < width[profile.loading_gauge]),
            who + f"loading gauge {profile.loading_gauge} wider than ",
            links["loading_gauge"],
            "",
        ),
        (
            ~rail & (links["max_width_m"] < profile.width_m),
            who + f"{profile.width_m:g} m wider than ",
            links["max_width_m"],
            " m",
        ),
        (
            ~rail & (links["max_height_m"] < profile.height_m),
            who + f"{profile.height_m:g} m higher than ",
            links["max_height_m"],
            " m",
        ),
    ]
    for column, values in profile.refuse.items():
        if column not in links:
            raise InputError(f"profile {profile.name} refuses by {column!r}, but links have no such column")
        rows.append((links[column].isin(values), who + f"{column} ", links[column], ""))
    reason = np.full(len(links), "", dtype=object)
    for refused, before, value, after in reversed(rows):  # the first that applies is written last
        if refused.any():
            reason[refused] = before + value[refused].astype(str) + after
    return reason


def load_unknown(links: pd.DataFrame, rules: Rules) -> pd.Series:
    """Return whether nothing is stated of the load a link carries: gross mass of a road, axle load of a railway."""
    axle, _ = _rail_limits(links, rules)
    return ((links["mode"] == "road") & links["max_gross_t"].isna()) | ((links["mode"] == "rail") & axle.isna())


def _rail_limits(links: pd.DataFrame, rules: Rules) -> tuple[pd.Series, pd.Series]:
    """Return axle load (t; stated, else by line class) and mass per metre (t, by line class); NaN is unknown."""
    by_class = links["line_class"].map(rules.line_class_axle_t)
    return links["max_axle_t"].fillna(by_class), links["line_class"].map(rules.line_class_t_per_m)


def driven_speed(links: pd.DataFrame, planning: pd.Series, profile: Profile) -> pd.Series:
    """Return the planning speed capped by the profile (km/h)."""
    mode = links["mode"]
    cap = links["road_class"].map(profile.speed_kmh).astype(float)
    cap = cap.where(mode == "road", np.where(mode == "rail", profile.rail_kmh, profile.sea_kmh))
    return np.fmin(planning, cap)


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


def handled_per_day(places: pd.DataFrame, rules: Rules) -> pd.Series:
    """Return the vehicles a day that a port, airport or airbase lands or loads (estimates where not published).

    A stated `capacity_day` stands; else a port has the rules' number per ro-ro berth (one where their number is not
    known), an airport the rules' number, and other places no limit.
    """
    ports, air = places["kind"].isin(["port", "ferry_port"]), places["kind"].isin(["airport", "airbase"])
    quays = rules.capacity["roro_berth_vehicles_day"] * places["roro_berths"].fillna(1)
    rule = np.select([ports, air], [quays, rules.capacity["airport_vehicles_day"]], np.inf)
    return places["capacity_day"].where(places["capacity_day"].notna(), rule)


OVER_SHORE = "estimate: over the shore, rule over_shore_vehicles_day"


def landed_by(places: gpd.GeoDataFrame, ship: Ship, rules: Rules) -> gpd.GeoDataFrame:
    """Return the places as a kind of ship finds them: where it draws too much it is discharged over the shore.

    A port whose draught is not known is taken as deep enough.
    """
    shallow = places["draught_m"] < ship.draught_m
    slower = np.minimum(handled_per_day(places, rules), rules.capacity["over_shore_vehicles_day"])
    return places.assign(
        capacity_day=places["capacity_day"].where(~shallow, slower),
        capacity_source=places["capacity_source"].where(~shallow, OVER_SHORE),
    )


def link_class(links: pd.DataFrame) -> pd.Series:
    """Return each link's road class (urban where it is not known), "rail" or "sea"."""
    found = links["road_class"].where(links["mode"] == "road", links["mode"])
    return found.where(found.isin(LINK_CLASSES), "urban")


def existence_probability(links: pd.DataFrame, rules: Rules) -> pd.Series:
    """Return the probability that each link can be used at all: as set, else 1, or the rule's per 100 km.

    The rule holds for relief ways of which no state was read: their class is by rule, and no restriction is known.
    """
    unread = (links["corridors"] == RELIEF) & (links["attr_confidence"] == "low") & (links["restriction"] == "")
    by_rule = link_class(links).map(rules.exists) ** (links["length_km"] / 100)
    return links["exists_stated"].fillna(by_rule.where(unread, 1.0))


def failure_probability(links: pd.DataFrame, rules: Rules) -> pd.Series:
    """Return the probability that each link is shut on the day of a move: as set, or the rule's per 100 km."""
    per_100_km = link_class(links).map(rules.failure)
    return links["failure_stated"].fillna(1 - (1 - per_100_km) ** (links["length_km"] / 100))
