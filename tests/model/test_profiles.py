"""Planning speeds, hours and capacities worked by hand, and faults of profiles.toml."""

import math
import tomllib
from dataclasses import replace

import numpy as np
import pytest

from drawing import PLAIN, RULES, drawn
from mobility.errors import InputError, UnknownNameError
from mobility.model.network import default_folder
from mobility.model.profiles import Rules, planning_speed, read_rules, travel_hours, vehicles_per_day

TEXT = (default_folder() / "profiles.toml").read_text(encoding="utf-8")
# Numbers of this test, not of the shipped file: the hand-worked answers must not move with the data.
HAND = Rules(
    road_speed_kmh={"motorway": 80, "expressway": 70, "primary": 55, "secondary": 50, "urban": 40},
    share_of_limit=0.75,
    rail={"share_of_line_speed": 0.5, "max_kmh": 70, "other_line_kmh": 60, "default_line_kmh": {"AL": 40, "AT": 100}},
    sea_speed_kmh=30,
    capacity={
        "rail_practical_single": 60, "rail_practical_double": 240, "rail_practical_share": 0.6, "rail_used_share": 0.5,
        "rail_speed_full_kmh": 50, "rail_direction_share": 0.5, "road_limit_vehicles_day": 1000,
    },
    profiles=RULES.profiles,
    regimes=RULES.regimes,
    partners=(),
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
    speed, rests_on = planning_speed(links_of(f"a -{text}"), HAND)
    assert speed.tolist() == [kmh]
    assert rests_on.tolist() == ["stated" if basis == "stated" else f"estimate: {basis}"]


@pytest.mark.parametrize(
    ("text", "kmh", "per_day"),
    [
        ("road 60- b road_class=motorway", 60, 2),  # 80, the force keeps to 60; 12 h a day doubles the hours
        ("road 60- b road_class=primary", 30, 2),
        ("road 60- b road_class=primary max_speed_kmh=20", 15, 2),
        ("road 60- b road_class=", 40, 2),  # no cap for an unknown class
        ("rail 60- b max_speed_kmh=160", 50, 1),
        ("rail 60- b country=AL", 20, 1),
        ("sea 60- b", 25, 1),
        ("sea 60- b speed_kmh=20", 20, 1),
    ],
)
def test_travel_hours(text, kmh, per_day):
    links = links_of(f"a -{text}")
    speed, _ = planning_speed(links, HAND)
    driving, elapsed = travel_hours(links, speed, FORCE)
    assert driving.tolist() == [60 / kmh]
    assert elapsed.tolist() == [60 / kmh * per_day]


@pytest.mark.parametrize(("hours", "factor"), [(24, 1), (12, 2), (8, 3), (6, 4)])
def test_hours_per_day_stretch_road_time_only(hours, factor):
    net = drawn(
        "a -road 10- b", "a -rail 10- b", "a -sea 10- b", profile=replace(PLAIN, hours_per_day=hours, name="slow")
    )
    assert net.links["driving_h"].tolist() == [10 / 60] * 3
    assert net.links["time_h"].tolist() == pytest.approx([10 / 60 * factor, 10 / 60, 10 / 60], rel=1e-12)


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
    speed, _ = planning_speed(links, HAND)
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
    speed, _ = planning_speed(links, HAND)
    assert vehicles_per_day(links, FORCE, HAND, speed).tolist() == [635]


def test_a_limit_of_train_length_shortens_the_train():
    """profiles.toml, rules.limits: rail_max_train_length_m = "shortens"."""
    assert tomllib.loads(TEXT)["rules"]["limits"]["rail_max_train_length_m"] == "shortens"
    links = links_of("a -rail 60- b tracks=1 max_train_length_m=300", "a -rail 60- b tracks=1 max_train_length_m=900")
    speed, _ = planning_speed(links, HAND)
    assert vehicles_per_day(links, FORCE, HAND, speed).tolist() == [300, 600]


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
    """DESIGN: 24 for wheeled (comparable with driving times), 12 for mixed, 8 for heavy."""
    assert {n: p.hours_per_day for n, p in shipped.rules.profiles.items()} == {"wheeled": 24, "mixed": 12, "heavy": 8}


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
    "rules rail share_of_line_speed",
    "rules rail default_line_kmh", "rules rail other_line_kmh", "rules capacity rail_used_share",
    "profiles mixed speed_kmh primary", "profiles mixed handling_h road-rail",
])  # fmt: skip
def test_a_missing_key_is_named(tmp_path, keys):
    """Else a KeyError, or a speed without cap, comes later."""
    words = fault(tmp_path, keys.split())
    assert keys.split()[-1] in words
    assert "__init__" not in words


@pytest.mark.parametrize(("value", "keys"), [
    *((value, "profiles mixed hours_per_day") for value in ("many", 0, 25)),
    (-3, "profiles mixed gross_t"), ("45", "profiles mixed gross_t"), (True, "profiles mixed axle_t"),
    *((value, "profiles mixed modes") for value in ("road", ["road", "air"], [])),
    (0, "profiles mixed rail_kmh"), (50, "profiles mixed speed_kmh"), ("fast", "profiles mixed speed_kmh primary"),
    (-1, "profiles mixed handling_h road-rail"), (5, "profiles mixed"), ([], "profiles"), ("x", "rules"),
    ("x", "rules rail"), ("x", "rules road_speed_kmh"), ("x", "rules road_speed_kmh motorway"),
    ("x", "rules sea speed_kmh"), (5, "borders today"), (5, "borders today permission_lead_h"),
    ("BA", "transit nato+partners countries"),
])  # fmt: skip
def test_a_value_of_the_wrong_kind_is_named(tmp_path, value, keys):
    """As the docstring of read_rules promises; else a traceback, or nonsense, comes later."""
    assert keys.split()[-1] in fault(tmp_path, keys.split(), value)


@pytest.mark.parametrize("data", [b"\xff\xfe", b"[rules", b"\x00\x01", None, b""])
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
