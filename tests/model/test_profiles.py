"""Planning speeds, hours and capacities worked by hand, and faults of profiles.toml."""

import math
import tomllib
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from drawing import PLAIN, RULES, drawn
from mobility.errors import InputError, UnknownNameError
from mobility.model.files import default_folder
from mobility.model.passage import (
    driven_speed,
    failure_probability,
    handled_per_day,
    landed_by,
    load_unknown,
    planning_speed,
    refusals,
    vehicles_per_day,
)
from mobility.model.profiles import TRANSIT, Pace, Ship, denied_countries, unknown_to
from mobility.model.rulebook import read_rules

TEXT = (default_folder() / "profiles.toml").read_text(encoding="utf-8")
# Numbers of this test, not of the shipped file: the hand-worked answers must not move with the data.
HAND = replace(
    RULES,
    road_speed_kmh={"motorway": 80, "expressway": 70, "primary": 55, "secondary": 50, "urban": 40},
    share_of_limit=0.75,
    rail={"other_line_kmh": 60, "default_line_kmh": {"AL": 40, "AT": 100}},
    paces=RULES.paces | {"planning": Pace("planning", "by hand", 0.5, 70, {"RO": 0.6})},
    sea_speed_kmh=30,
    capacity={
        "rail_practical_single": 60, "rail_practical_double": 240, "rail_practical_share": 0.6, "rail_used_share": 0.5,
        "rail_speed_full_kmh": 50, "rail_direction_share": 0.5, "road_limit_vehicles_day": 1000,
        "roro_berth_vehicles_day": 80, "over_shore_vehicles_day": 50, "airport_vehicles_day": 20,
    },
    failure=dict.fromkeys(RULES.failure, 0.0) | {"motorway": 0.5, "rail": 0.1},
)  # fmt: skip
FORCE = replace(
    PLAIN, hours_per_day=12, packet=20, packet_gap_min=20, spacing_veh_km=15, vehicles_per_train=40, train_length_m=600,
    speed_kmh={"motorway": 60, "expressway": 60, "primary": 30, "secondary": 25, "urban": 18}, rail_kmh=50, sea_kmh=25,
)  # fmt: skip


def links_of(*texts):
    """Links without a stated speed (drawn ones have 60 km/h unless said otherwise)."""
    return drawn(*(t if "speed_kmh=" in t.replace("max_speed_kmh=", "") else f"{t} speed_kmh=" for t in texts)).links


@pytest.mark.parametrize(
    ("text", "kmh", "basis"),
    [
        ("road 60- b road_class=motorway", 80, "class and limit"),
        ("road 60- b road_class=expressway", 70, "class and limit"),
        ("road 60- b road_class=primary", 55, "class and limit"),
        ("road 60- b road_class=secondary", 50, "class and limit"),
        ("road 60- b road_class=urban", 40, "class and limit"),
        ("road 60- b road_class=", 40, "class and limit"),  # unknown class: the slowest
        ("road 60- b road_class=motorway max_speed_kmh=130", 80, "class and limit"),
        ("road 60- b road_class=motorway max_speed_kmh=100", 75, "class and limit"),  # 0.75 x 100
        ("road 60- b road_class=primary max_speed_kmh=40", 30, "class and limit"),
        ("road 60- b road_class=primary max_speed_kmh=80", 55, "class and limit"),  # 60 > 55
        ("road 60- b road_class=primary max_speed_kmh=40 speed_kmh=50", 50, "stated"),
        ("rail 60- b max_speed_kmh=100", 50, "share of line speed"),
        ("rail 60- b max_speed_kmh=160", 70, "share of line speed"),  # 80, at most 70
        ("rail 60- b country=RO max_speed_kmh=100", 30, "share of line speed"),  # 50, Romania 0.6 of it
        ("rail 60- b country=RO max_speed_kmh=160", 42, "share of line speed"),
        ("rail 60- b country=AL", 20, "country's line speed"),
        ("rail 60- b country=AT", 50, "country's line speed"),
        ("rail 60- b country=ZZ", 30, "country's line speed"),  # other_line_kmh
        ("rail 60- b country=AL max_speed_kmh=120 speed_kmh=43", 43, "stated"),
        ("sea 60- b", 30, "sea speed"),
        ("sea 60- b max_speed_kmh=10", 30, "sea speed"),
        ("sea 60- b speed_kmh=33", 33, "stated"),
    ],
)
def test_planning_speed(text, kmh, basis):
    speed, rests_on = planning_speed(links_of(f"a -{text}"), HAND, "planning")
    assert speed.tolist() == [kmh]
    assert rests_on.tolist() == ["stated" if basis == "stated" else f"estimate: {basis}"]


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("road 60- b road_class=motorway", 60),  # 80, the force keeps to 60
        ("road 60- b road_class=primary", 30),
        ("road 60- b road_class=primary max_speed_kmh=20", 15),
        ("road 60- b road_class=", 40),  # no cap for an unknown class
        ("rail 60- b max_speed_kmh=160", 50),
        ("rail 60- b country=AL", 20),
        ("sea 60- b", 25),
        ("sea 60- b speed_kmh=20", 20),
    ],
)
def test_driven_speed(text, kmh):
    links = links_of(f"a -{text}")
    speed, _ = planning_speed(links, HAND, "planning")
    assert driven_speed(links, speed, FORCE).tolist() == [kmh]


@pytest.mark.parametrize("hours", [24, 12, 8, 6])
def test_hours_add_up_without_rest(hours):
    net = drawn(
        "a -road 10- b", "a -rail 10- b", "a -sea 10- b", profile=replace(PLAIN, hours_per_day=hours, name="slow")
    )
    assert net.links["driving_h"].tolist() == net.links["time_h"].tolist() == [10 / 60] * 3


def test_paces_are_in_order(shipped):
    """Of every railway: observed is the slowest, best the fastest; no other mode has a pace."""
    hours = {pace: shipped.under("mixed", pace=pace).links for pace in ("best", "planning", "observed")}
    rail = hours["best"]["mode"] == "rail"
    best, planning, observed = (hours[pace]["time_h"] for pace in hours)
    assert (best <= planning).all()
    assert (planning <= observed).all()
    assert (best < observed)[rail].mean() > 0.9
    assert (best == observed)[~rail].all()


@pytest.mark.parametrize(
    ("text", "vehicles"),
    [
        # packets of 20 at 15 vehicles/km are 1.333 km long; at 80 km/h they pass in 1 min, with the gap 21 min:
        # 12 h hold 720 / 21 = 34.29 packets = 685.7 vehicles
        ("road 60- b speed_kmh=80", 685),
        # at 40 km/h: 2 min + 20 = 22 min, 720 / 22 x 20 = 654.5
        ("road 60- b speed_kmh=40", 654),
        # 60 practical paths - half in use = 30, half of them one way = 15 trains x 40
        ("rail 60- b tracks=1", 600),
        ("rail 60- b", 600),
        ("rail 60- b tracks=1-2", 600),
        ("rail 60- b tracks=2", 2400),
        # half the line speed of 50: half the paths
        ("rail 60- b tracks=1 max_speed_kmh=25", 300),
        ("rail 60- b tracks=1 max_speed_kmh=50", 600),
        ("rail 60- b tracks=1 max_speed_kmh=200", 600),
        # 100 stated x 0.6 = 60
        ("rail 60- b tracks=1 capacity_trains_day=100", 600),
        ("rail 60- b tracks=2 capacity_trains_day=100", 600),
        # 60 - 20 in use = 40, 20 one way
        ("rail 60- b tracks=1 used_trains_day=20", 800),
        ("rail 60- b tracks=1 used_trains_day=60", 0),
        ("rail 60- b tracks=1 used_trains_day=90", 0),  # never negative
        ("rail 60- b tracks=1 used_trains_day=57", 60),  # 3 free, 1.5 one way
        ("sea 500- b", math.inf),
    ],
)
def test_capacity(text, vehicles):
    links = links_of(f"a -{text}")
    speed, _ = planning_speed(links, HAND, "planning")
    assert vehicles_per_day(
        links, replace(FORCE, speed_kmh=dict.fromkeys(FORCE.speed_kmh, 1000)), HAND, speed
    ).tolist() == [vehicles]


def test_capacity_of_a_road_has_a_ceiling():
    links = links_of("a -road 60- b speed_kmh=80")
    low = replace(HAND, capacity=HAND.capacity | {"road_limit_vehicles_day": 300})
    assert vehicles_per_day(links, FORCE, low, links["speed_kmh"]).tolist() == [300]


def test_capacity_of_a_road_is_that_of_the_speed_driven():
    """A force that keeps to 30 km/h passes no faster on a road of 55: 2 2/3 + 20 min, 720 / 22.667 x 20 = 635.3."""
    links = links_of("a -road 60- b road_class=primary")
    speed, _ = planning_speed(links, HAND, "planning")
    assert vehicles_per_day(links, FORCE, HAND, speed).tolist() == [635]


def test_a_limit_of_train_length_shortens_the_train():
    """profiles.toml, rules.limits: rail_max_train_length_m = "shortens"."""
    assert tomllib.loads(TEXT)["rules"]["limits"]["rail_max_train_length_m"] == "shortens"
    links = links_of("a -rail 60- b tracks=1 max_train_length_m=300", "a -rail 60- b tracks=1 max_train_length_m=900")
    speed, _ = planning_speed(links, HAND, "planning")
    assert vehicles_per_day(links, FORCE, HAND, speed).tolist() == [300, 600]


# A force of 40 t on axles of 10 t, 3 m wide and 4 m high, on wagons of 18 t an axle and 6 t/m in gauge GB.
TANK = replace(
    PLAIN, name="tank", gross_t=40, axle_t=10, width_m=3, height_m=4, rail_axle_t=18, rail_t_per_m=6,
    loading_gauge="GB", track_gauge_mm=1435,
)  # fmt: skip


@pytest.mark.parametrize(("text", "why"), [
    ("road 1- b max_gross_t=40 max_axle_t=10 max_width_m=3 max_height_m=4", ""),  # just as much is enough
    ("road 1- b", ""),  # nothing stated refuses nobody
    ("road 1- b max_gross_t=39", "40 t above the limit of 39.0 t"),
    ("road 1- b max_axle_t=9.5", "axle load above the limit of 9.5 t"),
    ("road 1- b max_width_m=2.9", "3 m wider than 2.9 m"),
    ("road 1- b max_height_m=3.9", "4 m higher than 3.9 m"),
    ("road 1- b gauge_mm=1520 line_class=A loading_gauge=G1", ""),  # of railways only
    ("rail 1- b gauge_mm=1435", ""),
    ("rail 1- b gauge_mm=1520", "track gauge 1435 mm, the line has 1520.0 mm"),
    ("rail 1- b line_class=A", "axle load above the limit of 16.0 t"),
    ("rail 1- b line_class=B1", "6 t/m above line class B1"),  # 18 t is enough, 5.0 t/m is not
    ("rail 1- b line_class=B2", ""),
    ("rail 1- b line_class=A max_axle_t=18", "6 t/m above line class A"),  # a stated axle load beats the class
    ("rail 1- b line_class=D4 max_axle_t=17.9", "axle load above the limit of 17.9 t"),
    ("rail 1- b line_class=X9", ""),  # unknown class: unknown
    ("rail 1- b loading_gauge=GA", "loading gauge GB wider than GA"),
    ("rail 1- b loading_gauge=GC", ""),
    ("rail 1- b loading_gauge=P400", ""),
    ("rail 1- b max_train_length_m=100", ""),  # shortens the train, closes nothing
    ("rail 1- b max_gross_t=1 max_width_m=1 max_height_m=1", ""),  # of roads only
    ("sea 1- b", ""),
])  # fmt: skip
def test_what_a_profile_cannot_use_and_why(text, why):
    assert refusals(links_of(f"a -{text}"), TANK, HAND).tolist() == [f"profile tank: {why}" if why else ""]


def test_the_12_t_an_axle_that_sent_tank_transporters_to_rail():
    """Germany, 2022: transporters above 12 t an axle were refused, the tanks went by rail, wheels by road."""
    net = drawn(
        "a -road 10- b max_axle_t=12", "a -rail 30- b line_class=D4", profile=RULES.profiles["heavy"]
    )  # fmt: skip
    assert net.links["active"].tolist() == [False, True]
    assert net.under("wheeled").links["active"].tolist() == [True, True]


def test_a_train_does_not_pass_from_one_gauge_to_the_other():
    net = drawn("a -rail 10- b gauge_mm=1435", "b -rail 10- c gauge_mm=1520")
    assert net.links["active"].tolist() == [True, False]


@pytest.mark.parametrize(("text", "unknown"), [
    ("road 1- b", True), ("road 1- b max_axle_t=10", True), ("road 1- b max_gross_t=40", False),
    ("rail 1- b", True), ("rail 1- b line_class=C2", False), ("rail 1- b max_axle_t=20", False),
    ("rail 1- b max_gross_t=40", True), ("rail 1- b line_class=X9", True), ("sea 1- b", False),
])  # fmt: skip
def test_where_no_load_limit_is_known(text, unknown):
    assert load_unknown(links_of(f"a -{text}"), HAND).tolist() == [unknown]


def test_failure_grows_with_length_and_never_reaches_one():
    """Half of 100 km of motorway: 200 km are open in a quarter of the cases, 50 km in sqrt(1/2)."""
    links = links_of("a -road 200- b road_class=motorway", "a -road 50- b road_class=motorway", "a -rail 100- b",
                     "a -sea 900- b", "a -road 100- b road_class=")  # fmt: skip
    assert failure_probability(links, HAND).tolist() == pytest.approx([0.75, 1 - 0.5**0.5, 0.1, 0, 0])


def test_what_places_handle():
    kinds = {"a": {"kind": "port"}, "b": {"kind": "port", "capacity_day": 150}, "c": {"kind": "airbase"},
             "e": {"kind": "port", "roro_berths": 3}}  # fmt: skip
    places = drawn("a -road 1- b", "b -road 1- c", "c -road 1- d", "d -road 1- e", places=kinds).places
    assert handled_per_day(places, HAND).tolist() == [80, 150, 20, math.inf, 240]


def test_a_ship_that_draws_too_much_is_discharged_over_the_shore():
    """50 a day, never more than at the quay; a depth that is not known, or is just enough, refuses nothing."""
    ports = {"a": 7.5, "b": 8.5, "c": "", "d": 3.4}
    kinds = {name: {"kind": "port", "draught_m": depth} for name, depth in ports.items()}
    kinds["d"] |= {"capacity_day": 40}
    places = drawn("a -road 1- b", "b -road 1- c", "c -road 1- d", places=kinds).places
    found = landed_by(places, Ship("deep", "by hand", 8.5, "by hand"), HAND)
    assert handled_per_day(found, HAND).tolist() == [50, 80, 80, 40]
    assert found["capacity_source"].str.contains("over the shore").tolist() == [True, False, False, True]


def test_shipped_links_all_have_a_speed_and_a_capacity(shipped):
    for name in shipped.rules.profiles:
        links = shipped.under(name).links
        assert np.isfinite(links["time_h"]).all()
        assert (links["time_h"] > 0).all()
        assert (links["capacity"] >= 0).all()
        assert (links["driving_h"] <= links["time_h"]).all()
        assert np.isinf(links.loc[links["mode"] == "sea", "capacity"]).all()
        assert np.isfinite(links.loc[links["mode"] != "sea", "capacity"]).all()


def test_heavier_profiles_are_never_faster(shipped):
    times = {name: shipped.under(name).links["time_h"] for name in ("wheeled", "mixed", "heavy")}
    assert (times["wheeled"] <= times["mixed"]).all()
    assert (times["mixed"] <= times["heavy"]).all()


def test_hours_per_day_of_the_shipped_profiles(shipped):
    """DESIGN: 24 for wheeled (comparable with driving times), 12 for mixed, 8 for heavy; 9 in peacetime."""
    hours = {name: profile.hours_per_day for name, profile in shipped.rules.profiles.items()}
    assert hours == {"wheeled": 24, "mixed": 12, "heavy": 8, "peacetime": 9}


# ------------------------------------------------------------------------------------------- profiles.toml


def test_every_shipped_value_has_a_source(shipped):
    listed = set(shipped.sources["id"])
    data = tomllib.loads(TEXT)
    for name, values in data["profiles"].items():
        sources = values["sources"]
        for key, value in values.items():
            if key in {"sources", "notes"}:
                continue
            words = [f"{key}.{sub}" for sub in value] if isinstance(value, dict) else []
            assert key in sources or (words and all(word in sources for word in words)), (name, key)
        for cell in sources.values():
            assert cell.startswith("estimate: ") or all(word.strip() in listed for word in cell.split(";")), (
                name,
                cell,
            )


def test_names_of_profiles_and_regimes():
    assert RULES.profile(" Heavy ").name == "heavy"
    assert RULES.regime("EMERS").name == "emers"
    assert set(RULES.profiles) >= {"wheeled", "heavy", "mixed"}
    assert set(RULES.regimes) >= {"today", "permit-3-days", "emers", "schengen"}
    with pytest.raises(UnknownNameError, match="no profile is called 'tank'; there are "):
        RULES.profile("tank")


def test_forces():
    force = RULES.force("Brigade-Light")
    assert (force.name, force.vehicles, force.trains) == ("brigade-light", 730, None)
    assert RULES.force("brigade-rail").trains == 11
    sizes = [RULES.force(name).vehicles for name in "battlegroup brigade-light brigade-wheeled brigade-heavy".split()]
    assert sizes == sorted(sizes)
    with pytest.raises(UnknownNameError, match="no force is called 'army'; there are battlegroup"):
        RULES.force("army")


def test_ranges_and_rules_of_deployment_have_sources(shipped):
    listed, rules = set(shipped.sources["id"]), tomllib.loads(TEXT)["rules"]
    for force in RULES.forces.values():
        assert {word.strip() for word in force.sources.split(";")} <= listed
    for table in ("uncertainty", "failure", "deploy"):
        for key in rules[table]:
            assert {f"{table}.{key}", f"{table}.other"} & set(rules["sources"]), (table, key)
    assert all(low <= 1 <= high for low, high in RULES.uncertainty.values())
    assert set(RULES.uncertainty) == set(rules["uncertainty"])
    assert set(RULES.deploy) == set(rules["deploy"])


def test_the_line_class_that_a_profile_needs():
    """EN 15528: 16.0 t and 4.2 t/m keep to A (16.0, 5.0); 5.4 t/m needs B2 (6.4) whatever the axle."""
    assert {p.name: p.line_class for p in RULES.profiles.values()} == {
        "wheeled": "A", "mixed": "B2", "heavy": "B2", "peacetime": "B2",
    }  # fmt: skip


@pytest.mark.parametrize(("transit", "denied"), [
    ("any", ""), ("nato", "BA RS XK AT MD UA"), ("nato+partners", "RS MD UA"), ("eu", "AL BA ME MK RS XK TR MD UA"),
    ("recognises-kosovo", "BA GR RO RS MD UA"), ("no-rs, BA", "RS BA"),
])  # fmt: skip
def test_transit(shipped, transit, denied):
    assert denied_countries(transit, shipped.countries, shipped.rules.partners) == set(denied.split())


@pytest.mark.parametrize(("transit", "denied", "unknown"), [
    ("any", "", ""), ("nato", "AT", "PL XX"), ("nato+partners", "", "XX"), ("eu", "TR", "XX"), ("no-PL", "PL", ""),
    ("pesco", "", "AT PL TR XX"), ("sdp", "", "AT PL TR XX"), ("recognises-kosovo", "", "AT PL TR XX"),
])  # fmt: skip
def test_a_country_of_unknown_membership_is_not_denied(shipped, transit, denied, unknown):
    """AT is in the EU, not in NATO, TR the other way about, PL at least in the EU; of XX nothing is known."""
    rows = [("AT", "no", "member"), ("TR", "1952", "candidate"), ("PL", "", "member"), ("XX", "", "")]
    table = pd.DataFrame(rows, columns=["iso2", "nato", "eu"])
    table = table.assign(pesco_milmob="", sdp_signed="", recognises_kosovo="")
    assert denied_countries(transit, table, shipped.rules.partners) == set(denied.split())
    assert unknown_to(transit, table, shipped.rules.partners) == unknown.split()


def test_no_membership_is_unknown_at_home(shipped):
    for transit in TRANSIT:
        assert unknown_to(transit, shipped.countries, shipped.rules.partners) == []


def test_regimes_differ_in_the_lead_only_but_schengen():
    """DESIGN section 3: `today`, `permit-3-days`, `emers` differ in the lead; `schengen` also sets waits."""
    for name, regime in RULES.regimes.items():
        assert set(regime.permission_lead_h) == {"eu", "nato", "other"}
        assert (regime.internal_wait_h is not None) == (name == "schengen")
    leads = [RULES.regimes[n].permission_lead_h["eu"] for n in ("emers", "permit-3-days", "today")]
    assert leads == sorted(leads)


def fault(tmp_path, keys, *value):
    """Return what `read_rules` says of the file with another value, or without one, after the path and "1: "."""
    path = tmp_path / "profiles.toml"
    data = inner = tomllib.loads(TEXT)
    for key in keys[:-1]:
        inner = inner[key]
    if value:
        inner[keys[-1]] = value[0]
    else:
        del inner[keys[-1]]
    path.write_text(toml(data), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_rules(path)
    assert str(caught.value).startswith(f"{path}:")
    assert "\n" not in str(caught.value)
    return str(caught.value).removeprefix(str(path))


def toml(value):
    """Write a dict of plain values as TOML inline tables, one line per top key."""
    return "\n".join(f'"{key}" = {cell(inner)}' for key, inner in value.items()) + "\n"


def cell(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{k}" = {cell(v)}' for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(cell, value)) + "]"
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' if isinstance(value, str) else str(value)


def test_the_file_written_anew_is_read_the_same(tmp_path):
    path = tmp_path / "profiles.toml"
    path.write_text(toml(tomllib.loads(TEXT)), encoding="utf-8")
    assert read_rules(path) == RULES


@pytest.mark.parametrize("keys", [
    "rules", "profiles", "borders", "transit", "rules rail", "rules sea", "rules capacity", "rules road_speed_kmh",
    "rules road_speed_kmh share_of_limit", "rules sea speed_kmh", "profiles mixed modes", "profiles mixed gross_t",
    "profiles heavy hours_per_day", "profiles heavy handling_h", "borders emers permission_lead_h",
    "borders today description", "transit nato+partners", "rules road_speed_kmh urban",
    "rules rail pace best", "rules rail pace planning share_of_line_speed", "rules rail pace observed max_kmh",
    "rules rail default_line_kmh", "rules rail other_line_kmh", "rules capacity rail_used_share",
    "profiles mixed speed_kmh primary", "profiles mixed handling_h road-rail",
    "rules deploy", "rules deploy trains_pool", "rules uncertainty hours_per_day", "rules failure rail", "forces",
    "forces battlegroup vehicles", "rules line_class_t_per_m", "profiles heavy loading_gauge",
])  # fmt: skip
def test_a_missing_key_is_named(tmp_path, keys):
    """Else a KeyError, or a speed without cap, comes later."""
    words = fault(tmp_path, keys.split())
    assert keys.split()[-1] in words
    assert "__init__" not in words


@pytest.mark.parametrize(("value", "keys"), [
    *((value, "profiles mixed hours_per_day") for value in ("many", 0, 25)),
    (-3, "profiles mixed gross_t"), ("45", "profiles mixed gross_t"), (True, "profiles mixed axle_t"),
    ([["a"]], "profiles mixed sources gross_t"),
    *((value, "profiles mixed modes") for value in ("road", ["road", "air"], [])),
    (0, "profiles mixed rail_kmh"), (50, "profiles mixed speed_kmh"), ("fast", "profiles mixed speed_kmh primary"),
    (-1, "profiles mixed handling_h road-rail"), (5, "profiles mixed"), ([], "profiles"), ("x", "rules"),
    ("x", "rules rail"), ("x", "rules road_speed_kmh"), ("x", "rules road_speed_kmh motorway"),
    ("x", "rules sea speed_kmh"), (5, "borders today"), (5, "borders today permission_lead_h"),
    ("BA", "transit nato+partners countries"), ("G5", "profiles mixed loading_gauge"),
    *((value, "rules uncertainty hours_per_day") for value in (1, [1], [0, 1], [1.1, 2], [0.5, 0.9], ["a", 2])),
    (2, "rules failure rail"), (0, "forces battlegroup vehicles"), (0, "forces brigade-rail trains"),
    (0, "rules deploy trains_pool"), (5, "rules line_class_t_per_m"),
    *((10**400, f"profiles {key}") for key in ("mixed gross_t", "heavy speed_kmh primary")),  # TOML's have no end
    ([0.5, 10**400], "rules uncertainty hours_per_day"), *((v, "rules sea speed_kmh") for v in (math.inf, math.nan)),
    *(({"eu": [0, value]}, "borders emers permission_lead_range_h") for value in (10**400, math.inf, math.nan, -1)),
])  # fmt: skip
def test_a_value_of_the_wrong_kind_is_named(tmp_path, value, keys):
    """As the docstring of read_rules promises; else a traceback, or nonsense, comes later."""
    assert keys.split()[-1] in fault(tmp_path, keys.split(), value)


@pytest.mark.parametrize(
    "data", [b"\xff\xfe", b"[rules", b"\x00\x01", None, b"", b"a=" + b"[" * 2000, b"a=" + b"9" * 5000]
)
def test_a_file_that_is_no_toml(tmp_path, data):
    path = tmp_path / "profiles.toml"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_rules(path)
    assert str(caught.value).startswith(f"{path}:")
    assert "\n" not in str(caught.value)
    expected = {None: "cannot be read", b"": "rules.rail.default_line_kmh is missing"}
    assert expected.get(data, "") in str(caught.value)


def test_a_profile_of_ones_own(tmp_path):
    path = tmp_path / "profiles.toml"
    data = tomllib.loads(TEXT)
    data["profiles"]["bus"] = data["profiles"]["mixed"] | {"hours_per_day": 9, "modes": ["road"]}
    path.write_text(toml(data), encoding="utf-8")
    rules = read_rules(path)
    assert rules.profile("BUS").hours_per_day == 9
    assert rules.profile("bus").modes == ("road",)


def test_a_profile_may_refuse_by_any_column(tmp_path):
    path = tmp_path / "profiles.toml"
    data = tomllib.loads(TEXT)
    data["profiles"]["bus"] = data["profiles"]["mixed"] | {"refuse": {"structure": ["tunnel"], "lanes": [1, 2]}}
    path.write_text(toml(data), encoding="utf-8")
    bus = read_rules(path).profile("bus")
    net = drawn("a -road 1- b structure=tunnel", "a -road 1- b structure=bridge", "a -road 1- b lanes=2", profile=bus)
    assert net.links["reason"].tolist() == ["profile bus: structure tunnel", "", "profile bus: lanes 2.0"]
    with pytest.raises(InputError, match="refuses by 'wings', but links have no such column"):
        drawn("a -road 1- b", profile=replace(bus, refuse={"wings": ["2"]}))


@pytest.mark.parametrize(
    ("axle", "per_m", "line_class"),
    [(16.0, 5.0, "A"), (16.1, 5.0, "B1"), (18.0, 5.0, "B1"), (18.0, 5.1, "B2"), (22.5, 8.0, "D4"), (99.0, 5.0, "none")],
)
def test_a_train_that_is_just_light_enough_may_run_on_a_class(tmp_path, axle, per_m, line_class):
    path = tmp_path / "profiles.toml"
    data = tomllib.loads(TEXT)
    data["profiles"]["train"] = data["profiles"]["mixed"] | {"rail_axle_t": axle, "rail_t_per_m": per_m}
    path.write_text(toml(data), encoding="utf-8")
    assert read_rules(path).profile("train").line_class == line_class


def test_handling_and_gaps_may_take_no_time(tmp_path):
    path = tmp_path / "profiles.toml"
    data = tomllib.loads(TEXT)
    mixed = data["profiles"]["mixed"]
    data["profiles"]["quick"] = mixed | {"packet_gap_min": 0, "handling_h": dict.fromkeys(mixed["handling_h"], 0)}
    path.write_text(toml(data), encoding="utf-8")
    quick = read_rules(path).profile("quick")
    assert (quick.packet_gap_min, {*quick.handling_h.values()}) == (0, {0})
