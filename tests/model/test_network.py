"""Closing, building, setting: every what-if returns a new network and leaves the old one alone."""

import json
import math
from dataclasses import replace
from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing import PLAIN, drawn
from mobility.errors import AmbiguousNameError, InputError, UnknownNameError
from mobility.model.closures import resolve, resolve_build
from mobility.model.tables import SMALL_TABLES, split

GATE = {"country": "AA-BB", "kind": "border_crossing"}


def active(net):
    return net.links.index[net.links["active"]].tolist()


def closed(net):
    return net.links.index[~net.links["active"]].tolist()


def frames(net):
    return {name: pd.DataFrame(getattr(net, name)).copy() for name in ("places", "links", *SMALL_TABLES)}


def same(one, two):
    for name, frame in one.items():
        pd.testing.assert_frame_equal(frame, two[name], obj=name)
    return True


def state(net):
    """What a network lets pass, apart from the words that say why not."""
    return (net.links["active"].tolist(), net.places["active"].tolist(), net.borders["active"].tolist())


@cache
def rich_network():
    """Two countries, a road and a railway over a border, a planned bypass, a closed crossing, a sea link.

    a ==(road, road twin, rail)== b --road-- gate | --road-- c ~~sea~~ d
                                  b --rail-- gate | --rail-- c
                                  b --planned road-- shut | --planned road-- c
    """
    return drawn(
        "a -road 10- b corridors=T;U",
        "a -road 12- b",
        "a -rail 8- b corridors=U",
        "b -road 10- gate",
        "gate -road 10- c country=BB",
        "b -rail 10- gate corridors=U",
        "gate -rail 10- c country=BB corridors=U-alt",
        "b -road 9- shut status=planned",
        "shut -road 9- c country=BB status=under_construction",
        "c -sea 50- d country=BB-CC",
        places={
            "a": {"lon": "10", "lat": "40", "name": "Ałfa", "alt_names": "Алфа"},
            "b": {"lon": "11", "lat": "40"},
            "gate": GATE | {"lon": "12", "lat": "40"},
            "shut": GATE | {"lon": "12", "lat": "41"},
            "c": {"lon": "13", "lat": "40", "country": "BB"},
            "d": {"lon": "14", "lat": "40", "country": "CC"},
        },
        borders=[
            {"place": "gate", "countries": "AA-BB", "mode": "road", "wait_h": "2"},
            {"place": "gate", "countries": "AA-BB", "mode": "rail", "wait_h": "3"},
            {"place": "shut", "countries": "AA-BB", "mode": "road", "wait_h": "1", "usable": "no"},
        ],
        projects=[
            {"id": "bypass", "name": "Bypass", "links": "b--shut-road;shut--c-road", "upgrades": "a--b-road"},
            {"id": "fast-rail", "name": "Fast rail", "upgrades": "a--b-rail"},
        ],
        upgrades=[
            {"project": "bypass", "link": "a--b-road", "attribute": "max_gross_t", "after": "80"},
            {"project": "fast-rail", "link": "a--b-rail", "attribute": "speed_kmh", "after": "120"},
            {"project": "fast-rail", "link": "a--b-rail", "attribute": "tracks", "after": "1-2"},
            {"project": "fast-rail", "link": "a--b-rail", "attribute": "doubtful", "after": "yes"},
        ],
        structures=[
            {"id": "viaduct", "name": "Viaduct", "links": "a--b-road;a--b-rail"},
            {"id": "ford", "name": "Ford", "links": ""},
        ],
    )


@pytest.fixture
def rich():
    return rich_network()


ROAD, TWIN, RAIL = "a--b-road", "a--b-road-2", "a--b-rail"
NAMES = [
    "a–b", ROAD, "viaduct", "corridor:U", "country:BB", "mode:rail", "border:gate", "place:b", "around:a:25km", "c–d",
]  # fmt: skip


# --------------------------------------------------------------------------------------------------- close


@pytest.mark.parametrize(("name", "links"), [
    (ROAD, [ROAD]),
    (TWIN, [TWIN]),
    ("a–b", [ROAD, TWIN, RAIL]),
    ("b - a", [ROAD, TWIN, RAIL]),
    ("B–ALFA", [ROAD, TWIN, RAIL]),
    ("a", [ROAD, TWIN, RAIL]),
    ("viaduct", [ROAD, RAIL]),
    ("corridor:u", [ROAD, RAIL, "b--gate-rail"]),
    ("corridor:u:Rail", [RAIL, "b--gate-rail"]),
    ("Corridor: U-ALT", ["gate--c-rail"]),
    ("country:bb", ["gate--c-road", "gate--c-rail", "c--d-sea"]),
    ("mode:rail", [RAIL, "b--gate-rail", "gate--c-rail"]),
    ("border:gate", []),
    ("place:gate", ["b--gate-road", "gate--c-road", "b--gate-rail", "gate--c-rail"]),
])  # fmt: skip
def test_close(rich, name, links):
    net = rich.close(name)
    assert [i for i in closed(net) if i not in closed(rich)] == links
    assert all(net.links.loc[links, "reason"].str.startswith("closed: "))


def test_close_closes_the_places_too(rich):
    assert rich.close("place:b").places["active"].tolist() == [p != "b" for p in rich.places.index]
    inside = {"c"}
    assert set(rich.places.index[~rich.close("country:BB").places["active"]]) == inside


def test_closing_a_country_or_corridor_leaves_border_places_open(rich):
    for name in ("country:BB", "corridor:U", "mode:road"):
        net = rich.close(name)
        assert net.places.at["gate", "active"]
        assert net.borders["active"].tolist() == rich.borders["active"].tolist()


def test_closing_a_border_closes_its_crossings_of_all_modes_and_nothing_else(rich):
    net = rich.close("border:GATE")
    assert net.borders["active"].tolist() == [False, False, False]
    assert closed(net) == closed(rich)
    assert net.places["active"].all()


def test_closures_are_idempotent_and_leave_the_original_alone(rich):
    before = frames(rich)
    for name in NAMES:
        once = rich.close(name)
        assert same(frames(once), frames(once.close(name)))
        assert same(frames(once), frames(rich.close(name, name)))
        assert once is not rich
    assert same(before, frames(rich))


@settings(derandomize=True, deadline=None, max_examples=12)
@given(names=st.lists(st.sampled_from(NAMES), max_size=4), data=st.data())
def test_order_of_closures_does_not_matter(names, data):
    net = rich_network()
    order = data.draw(st.permutations(names))
    assert state(net.close(*names)) == state(net.close(*order))


@settings(derandomize=True, deadline=None, max_examples=12)
@given(
    names=st.lists(st.sampled_from(NAMES), max_size=3),
    builds=st.lists(st.sampled_from(["bypass", "fast-rail", "all"]), max_size=2),
)
def test_a_closure_beats_a_build_whatever_the_order(names, builds):
    net = rich_network()
    one, two = net.close(*names).build(*builds), net.build(*builds).close(*names)
    assert state(one) == state(two)
    assert set(active(one)) <= set(active(net.build(*builds)))
    assert not set(active(one)) & {i for name in names for i in closed(net.close(name)) if i not in closed(net)}


def test_link_of_the_other_direction_and_name():
    """b–a drawn the other way round has another name; a link name closes it all the same."""
    net = drawn("a -road 10- b", "b -road 11- a", "b -rail 9- a")
    for name in ("a–b", "b–a", "A-B"):
        assert active(net.close(name)) == [], name


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("nowhere", UnknownNameError, "no link or place or structure is called 'nowhere'."),
        ("viadukt", UnknownNameError, "Did you mean Viaduct (viaduct)?"),
        ("link:a", UnknownNameError, "no link is called "),
        ("place:viaduct", UnknownNameError, "no place is called "),
        ("corridor:IX", UnknownNameError, "no corridor is called 'IX'; there are T, U, U-alt"),
        ("country:ZZ", UnknownNameError, "no country is called 'ZZ'; there are AA, BB, CC"),
        ("mode:air", UnknownNameError, "no mode is called 'air'; there are road, rail, sea"),
        ("border:a", UnknownNameError, "no border is called 'a'."),
        ("border:gatee", UnknownNameError, "Did you mean gate (gate)?"),
        ("bypass", UnknownNameError, "is called 'bypass'."),  # a project cannot be closed
        ("ford", InputError, "structure 'ford' carries no link of the network; nothing to close"),
        ("", UnknownNameError, "is called ''."),
        ("corridor:", InputError, "names nothing"),
        ("corridor:U:air", UnknownNameError, "no mode is called 'air'"),
        ("around:a", InputError, "write around:PLACE:25km"),
        ("around:a:0km", InputError, "write around:PLACE:25km"),
        ("around:a:-5km", InputError, "write around:PLACE:25km"),
        ("around:a:nan", InputError, "write around:PLACE:25km"),
        ("around:a:25miles", InputError, "write around:PLACE:25km"),
        ("around:nowhere:5km", UnknownNameError, "no place is called 'nowhere'."),
        ("area:nowhere.geojson", InputError, "area:nowhere.geojson: there is no such file"),
    ],
)
def test_close_refuses(rich, name, error, words):
    with pytest.raises(error) as caught:
        rich.close(name)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_name_of_two_kinds_is_ambiguous_and_a_prefix_helps():
    net = drawn("a -road 10- b", "b -road 10- c", places={"c": {"name": "Bridge"}},
                structures=[{"id": "s", "name": "Bridge", "links": "a--b-road"}])  # fmt: skip
    with pytest.raises(AmbiguousNameError, match=r"'bridge' names place:c, structure:s\. Give one of these\."):
        net.close("bridge")
    assert active(net.close("structure:bridge")) == ["b--c-road"]
    assert active(net.close("place:bridge")) == ["a--b-road"]


# -------------------------------------------------------------------------------------------- area, around


def square(path, low=10.4, high=10.6, crs="EPSG:4326", shape=None):
    box = shapely.box(low, 39.5, high, 40.5) if shape is None else shape
    gpd.GeoDataFrame({"n": [1]}, geometry=[box], crs="EPSG:4326").to_crs(crs).to_file(path)
    return path


AB = [ROAD, TWIN, RAIL]


@pytest.mark.parametrize(("suffix", "crs"), [
    ("geojson", "EPSG:4326"), ("gpkg", "EPSG:3035"), ("shp", "EPSG:32633"), ("gpkg", "EPSG:3857"),
])  # fmt: skip
def test_area(rich, tmp_path, crs, suffix):
    path = square(tmp_path / f"zone.{suffix}", crs=crs)
    net = rich.close(f"area:{path}")
    assert [i for i in closed(net) if i not in closed(rich)] == AB
    assert net.places["active"].all()
    assert set(net.links.loc[AB, "reason"]) == {f"closed: area zone.{suffix}"}
    assert closed(rich.close(f"area:{square(tmp_path / 'far.geojson', low=30, high=31)}")) == closed(rich)
    both = shapely.MultiPolygon([shapely.box(10.4, 39, 10.6, 41), shapely.box(13.4, 39, 13.6, 41)])
    net = rich.close(f"area:{square(tmp_path / 'two.geojson', shape=both)}")
    assert [i for i in closed(net) if i not in closed(rich)] == [*AB, "c--d-sea"]
    with pytest.raises(InputError, match="there is no such file"):
        rich.close(f"area:{tmp_path}")


def test_area_takes_the_places_within(rich, tmp_path):
    net = rich.close(f"area:{square(tmp_path / 'z.geojson', low=10.9, high=11.1)}")
    assert net.places.index[~net.places["active"]].tolist() == ["b"]


BOW = {"type": "Polygon", "coordinates": [[[10, 39], [11, 41], [11, 39], [10, 41], [10, 39]]]}


def collection(*shapes):
    return json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {}, "geometry": s} for s in shapes
    ]})  # fmt: skip


@pytest.mark.parametrize(("name", "text", "words"), [
    ("z.geojson", collection(BOW), "holds an invalid polygon (it crosses itself)"),
    ("z.geojson", collection(), "holds no polygon"),
    ("z.geojson", collection(None), "holds no polygon"),
    ("z.geojson", collection({"type": "Point", "coordinates": [10, 40]}), "holds no polygon"),
    ("z.geojson", collection({"type": "LineString", "coordinates": [[10, 40], [11, 40]]}), "holds no polygon"),
    ("z.geojson", "", "is not a readable polygon file"),
    ("z.geojson", "{", "is not a readable polygon file"),
    ("z.geojson", "[1, 2]", "is not a readable polygon file"),
    ("z.gpkg", "not a package", "is not a readable polygon file"),
    ("z.csv", "id,name\n1,2\n", ""),
    ("z.txt", "hello", ""),
])  # fmt: skip
def test_area_files_that_are_none(rich, tmp_path, name, text, words):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        rich.close(f"area:{path}")
    assert str(caught.value).startswith(f"area:{path}: ")
    assert words in str(caught.value)


@pytest.mark.parametrize(("name", "links", "places"), [
    ("around:a:25km", AB, ["a"]),
    ("around:place:a:25", AB, ["a"]),
    ("around:Алфа: 25 km", AB, ["a"]),
    ("around:a:84km", AB, ["a"]),  # a degree of longitude at 40° N is 85.2 km
    ("around:a:86km", [*AB, "b--gate-road", "b--gate-rail"], ["a", "b"]),
    ("AROUND:d:1km", ["c--d-sea"], ["d"]),
])  # fmt: skip
def test_around(rich, name, links, places):
    net = rich.close(name)
    assert [i for i in closed(net) if i not in closed(rich)] == links
    assert net.places.index[~net.places["active"]].tolist() == places


@pytest.mark.parametrize("km", [0.1, 0.3, 0.5, 1, 5])
def test_around_finds_a_link_that_passes_between_its_vertices(km):
    """The road runs through the very point, 0.8 km from its ends: any radius meets it."""
    net = drawn("a -road 2- b", "b -road 2- c", places={
        "a": {"lon": "-0.0075"}, "b": {"lon": "0.0075"}, "c": {"lon": "1"}, "p": {"lon": "0"},
    })  # fmt: skip
    assert "a--b-road" in closed(net.close(f"around:p:{km}km"))


# --------------------------------------------------------------------------------------------------- build


@pytest.mark.parametrize(("name", "links"), [
    ("bypass", ["b--shut-road", "shut--c-road"]),
    ("project:bypass", ["b--shut-road", "shut--c-road"]),
    ("link:shut--c-road", ["shut--c-road"]),
    ("shut–b", ["b--shut-road"]),
    ("corridor:T", ["b--shut-road", "shut--c-road"]),
    ("all", ["b--shut-road", "shut--c-road"]),
    ("fast-rail", []),
    ("corridor:U", []),
    ("corridor:T:rail", []),
])  # fmt: skip
def test_build_opens(rich, name, links):
    net = rich.build(name)
    assert [i for i in active(net) if i not in active(rich)] == links
    assert net.links.loc[links, "built"].all()


def test_build_applies_upgrades_of_its_project_only(rich):
    net = rich.build("bypass")
    assert net.links.at[ROAD, "max_gross_t"] == 80
    assert net.links.at[RAIL, "speed_kmh"] == 60
    net = rich.build("fast-rail")
    assert math.isnan(net.links.at[ROAD, "max_gross_t"])
    assert net.links.at[RAIL, "speed_kmh"] == 120
    assert net.links.at[RAIL, "tracks"] == "1-2"
    assert net.links.at[RAIL, "time_h"] == 8 / 120
    assert net.links["doubtful"].dtype == bool
    for name in ("all", "corridor:U"):
        assert rich.build(name).links.at[RAIL, "speed_kmh"] == 120
    net = rich.build("corridor:U-alt")
    assert net.links.at[RAIL, "speed_kmh"] == 60
    assert math.isnan(net.links.at[ROAD, "max_gross_t"])


def test_build_opens_the_crossings_met(rich):
    assert rich.borders["active"].tolist() == [True, True, False]
    for name in ("bypass", "b--shut-road", "all", "corridor:T"):
        assert rich.build(name).borders["active"].tolist() == [True, True, True], name
    assert rich.build("fast-rail").borders["active"].tolist() == [True, True, False]


def test_build_does_not_open_a_crossing_of_another_mode():
    net = drawn(
        "a -road 1- g status=planned",
        "g -road 1- b country=BB",
        "a -rail 1- g",
        "g -rail 1- b country=BB",
        places={"g": GATE, "b": {"country": "BB"}},
        borders=[
            {"place": "g", "countries": "AA-BB", "mode": m, "wait_h": "0", "usable": "no"} for m in ("road", "rail")
        ],
    )
    assert net.build("a--g-road").borders["active"].tolist() == [True, False]


def test_build_does_not_open_a_closed_crossing_or_place(rich):
    for net in (rich.close("border:shut").build("bypass"), rich.build("bypass").close("border:shut")):
        assert net.borders["active"].tolist() == [True, True, False]
    for net in (rich.close("place:shut").build("bypass"), rich.build("bypass").close("place:shut")):
        assert not net.places.at["shut", "active"]
        assert not net.links.loc[["b--shut-road", "shut--c-road"], "active"].any()


def test_build_is_idempotent_and_leaves_the_original_alone(rich):
    before = frames(rich)
    for name in ("bypass", "fast-rail", "all", "corridor:T", "b--shut-road"):
        once = rich.build(name)
        assert same(frames(once), frames(rich.build(name, name)))
    assert same(frames(rich.build("bypass").build("fast-rail")), frames(rich.build("fast-rail").build("bypass")))
    assert same(frames(rich.build("bypass", "fast-rail")), frames(rich.build("all")))
    assert same(frames(rich.build("bypass")), frames(rich.build("bypass").build("bypass")))
    rich.set("a–b", "speed", 5).set("a–b", "limit", 1).set("gate", "wait", 9).set(ROAD, "capacity", 3)
    assert same(before, frames(rich))


def test_projects_go_before_links():
    net = drawn("a -road 1- b status=planned", "b -road 1- c status=planned id=x",
                projects=[{"id": "p", "name": "a–b", "links": "x"}])  # fmt: skip
    assert active(net.build("a–b")) == ["x"]
    assert active(net.build("link:a–b")) == ["a--b-road"]


def test_build_opens_disused_and_closed_links():
    net = drawn("a -rail 1- b status=disused", "b -rail 1- c status=closed",
                projects=[{"id": "p", "name": "P", "upgrades": "a--b-rail;b--c-rail"}])  # fmt: skip
    assert net.links["reason"].tolist() == ["disused", "closed"]
    assert active(net.build("p")) == ["a--b-rail", "b--c-rail"]


@pytest.mark.parametrize(("name", "error", "words"), [
    ("nowhere", UnknownNameError, "no project or planned link is called 'nowhere'."),
    ("bypas", UnknownNameError, "Did you mean Bypass (bypass)?"),
    ("viaduct", UnknownNameError, "no project or planned link is called 'viaduct'."),
    (ROAD, InputError, "'a--b-road' is open already; -b builds projects and planned links"),
    ("a–b", InputError, "is open already"),
    ("corridor:IX", UnknownNameError, "no corridor is called 'IX'"),
    ("project:nowhere", UnknownNameError, "nowhere'."),
    ("", UnknownNameError, "is called ''."),
])  # fmt: skip
def test_build_refuses(rich, name, error, words):
    with pytest.raises(error) as caught:
        rich.build(name)
    assert words in str(caught.value)


# ----------------------------------------------------------------------------------------------------- set


def test_set_speed(rich):
    net = rich.set("a–b", "speed", 30)
    assert net.links.loc[AB, "time_h"].tolist() == [10 / 30, 12 / 30, 8 / 30]
    assert net.links.at["b--gate-road", "time_h"] == 10 / 60
    assert rich.set(RAIL, "speed", 30).links.loc[AB, "time_h"].tolist() == [10 / 60, 12 / 60, 8 / 30]
    assert rich.links.loc[AB, "speed_kmh"].tolist() == [60, 60, 60]


def test_set_limit(rich):
    net = rich.set(ROAD, "limit", PLAIN.gross_t - 1)
    assert [i for i in closed(net) if i not in closed(rich)] == [ROAD]
    assert "above the limit of" in net.links.at[ROAD, "reason"]
    assert closed(rich.set(ROAD, "limit", PLAIN.gross_t)) == closed(rich)
    assert ROAD in closed(rich.set(ROAD, "limit", 0))


def test_set_wait_is_for_every_mode_of_the_border(rich):
    net = rich.set("gate", "wait", 7)
    assert net.borders["wait_h"].tolist() == [7, 7, 1]
    assert net.crossing_wait_h().tolist() == [7, 7, 1]
    assert rich.set("border:GATE", "wait", 0).crossing_wait_h().tolist() == [0, 0, 1]
    assert rich.borders["wait_h"].tolist() == [2, 3, 1]


def test_a_barred_crossing_is_shut_to_the_force_until_it_is_set_open():
    """Building a link through it does not open it, a closure shuts it again."""
    net = drawn(
        "a -road 10- gate", "gate -road 10- b country=BB status=planned", places={"gate": GATE},
        borders=[{"place": "gate", "mode": "road", "wait_h": 1, "barred": "no troops"}],
    )  # fmt: skip
    assert not net.borders["active"].any()
    assert not net.build("gate--b-road").borders["active"].any()
    assert net.set("gate", "open", 1).borders["active"].all()
    assert not net.set("gate", "open", 1).close("border:gate").borders["active"].any()
    assert not net.set("gate", "open", 1).set("gate", "open", 0).borders["active"].any()


def test_set_capacity(rich):
    net = rich.set(RAIL, "capacity", 17)
    assert net.links.at[RAIL, "capacity"] == 17
    assert net.links["capacity"].drop(RAIL).tolist() == rich.links["capacity"].drop(RAIL).tolist()
    assert rich.set("c–d", "capacity", 0).links.at["c--d-sea", "capacity"] == 0
    seen = rich.set(ROAD, "speed", 20).set(ROAD, "capacity", 5).under("wheeled").links
    assert (seen.at[ROAD, "speed"], seen.at[ROAD, "capacity"]) == (20, 5), "it outlives another profile"


@pytest.mark.parametrize(("name", "attribute", "value", "error", "words"), [
    ("a–b", "colour", 1, InputError, "cannot set 'colour'; there are speed, limit, capacity, failure, wait, open"),
    ("a–b", "speed", 0, InputError, "is not between"),
    ("a–b", "speed", -1, InputError, "is not between"),
    ("a–b", "limit", -1, InputError, "is not between"),
    ("a–b", "capacity", float("inf"), InputError, "is not between"),
    ("gate", "wait", float("nan"), InputError, "is not between"),
    ("nowhere", "speed", 5, UnknownNameError, "no link is called 'nowhere'."),
    ("a", "speed", 5, UnknownNameError, "no link is called 'a'."),
    ("a", "wait", 5, UnknownNameError, "no border is called 'a'."),
])  # fmt: skip
def test_set_refuses(rich, name, attribute, value, error, words):
    with pytest.raises(error) as caught:
        rich.set(name, attribute, value)
    assert words in str(caught.value)


# ------------------------------------------------------------------------------- profiles, regimes, transit


@pytest.mark.parametrize(("column", "value", "plain_value"), [
    ("max_gross_t", PLAIN.gross_t, "gross_t"), ("max_axle_t", PLAIN.axle_t, "axle_t"),
    ("max_width_m", PLAIN.width_m, "width_m"),
])  # fmt: skip
def test_road_limits_refuse_only_what_is_above_them(column, value, plain_value):
    assert getattr(PLAIN, plain_value) == value
    at, below = f"{column}={value}", f"{column}={value - 0.1:.6f}"
    net = drawn(f"a -road 1- b {at}", f"a -road 1- b {below}", "a -road 1- b")
    assert active(net) == ["a--b-road", "a--b-road-3"]
    assert net.links.at["a--b-road-2", "reason"].startswith("profile plain: ")


def test_rail_is_refused_by_the_axle_load_on_the_wagon_only():
    low = PLAIN.rail_axle_t - 0.1
    net = drawn(f"a -rail 1- b max_axle_t={low:.6f}", f"a -rail 1- b max_axle_t={PLAIN.rail_axle_t}",
                "a -rail 1- b max_gross_t=1", "a -rail 1- b max_width_m=1")  # fmt: skip
    assert active(net) == ["a--b-rail-2", "a--b-rail-3", "a--b-rail-4"]


def test_under_one_mode(rich):
    net = rich.under("plain", modes=["rail"])
    assert active(net) == [RAIL, "b--gate-rail", "gate--c-rail"]
    assert net.links.at[ROAD, "reason"] == "mode road not used"
    assert net.profile.modes == ("rail",)
    assert active(rich.under("plain", modes=["rail"]).under("plain")) == active(rich)


def test_under_is_idempotent_and_leaves_the_original_alone(rich):
    before = frames(rich)
    once = rich.under("heavy", borders="schengen", transit="no-BB")
    assert same(frames(once), frames(once.under("heavy", borders="schengen", transit="no-BB")))
    assert same(before, frames(rich))


def test_reasons_come_in_order(rich):
    """A closure is named before the status, the status before the profile."""
    assert rich.close("b--shut-road").links.at["b--shut-road", "reason"].startswith("closed: ")
    assert rich.under("plain", modes=["rail"]).links.at["b--shut-road", "reason"] == "planned"
    assert rich.links.at["shut--c-road", "reason"] == "under construction"


def test_doubtful_links_are_used_unless_excluded():
    net = drawn("a -road 1- b doubtful=yes", "a -road 1- b")
    assert active(net) == ["a--b-road", "a--b-road-2"]
    strict = net.under("plain", exclude_doubtful=True)
    assert active(strict) == ["a--b-road-2"]
    assert strict.links.at["a--b-road", "reason"] == "doubtful: status not verified"
    assert active(strict.under("plain")) == ["a--b-road", "a--b-road-2"]
    half = drawn("a -road 1- b doubtful=yes", "b -road 1- c status=planned doubtful=yes")
    built = half.under("plain", exclude_doubtful=True).build("corridor:T")
    assert active(built) == ["b--c-road"], "only what a project opens or renews is verified by it"


def test_regimes(rich):
    assert rich.crossing_wait_h().tolist() == [2, 3, 1]
    for regime in ("today", "permit-3-days", "emers"):
        net = rich.under("plain", borders=regime)
        assert net.crossing_wait_h().tolist() == [2, 3, 1]
        assert net.regime.name == regime
    internal = rich.rules.regimes["schengen"].internal_wait_h
    road, rail = internal["road"], internal["rail"]
    waits = rich.under("plain", borders="SCHENGEN").crossing_wait_h()
    assert waits.tolist() == [min(2, road), min(3, rail), min(1, road)]
    lower = rich.set("gate", "wait", 0.1).under("plain", borders="schengen").crossing_wait_h()
    assert lower.max() <= 0.1, "no wait gets longer"


@pytest.fixture
def states():
    """NATO since 2000: NN; EU only: EE; listed partner: BA; neither: RS. One link in each, one at sea NN-RS."""
    net = drawn(
        "a -road 1- b country=NN",
        "b -road 1- c country=EE",
        "c -road 1- d country=BA",
        "d -road 1- e country=RS",
        "a -sea 1- e country=NN-RS",
    )
    table = net.countries.set_index("iso2", drop=False)
    table.loc[["EE", "BA", "RS"], "nato"] = "no"
    table.loc[["NN", "BA", "RS"], "eu"] = "candidate"
    return replace(net, countries=table.reset_index(drop=True))


@pytest.mark.parametrize(("transit", "denied"), [
    ("any", set()),
    ("nato", {"EE", "BA", "RS"}),
    ("NATO ", {"EE", "BA", "RS"}),
    ("nato+partners", {"RS"}),
    ("no-NN", {"NN"}),
    ("no-rs", {"RS"}),
    ("no-RS,BA", {"RS", "BA"}),
    ("no-rs, ba", {"RS", "BA"}),
])  # fmt: skip
def test_transit(states, transit, denied):
    net = states.under("plain", transit=transit)
    assert net.denied == denied
    in_denied = [bool(denied & set(code.split("-"))) for code in states.links["country"]]
    assert (~net.links["active"]).tolist() == in_denied
    assert all(net.links.loc[in_denied, "reason"].str.startswith("transit denied: "))
    assert net.places["active"].all()


def test_lifting(states):
    net = states.under("plain", transit="nato")
    assert active(net) == ["a--b-road"]
    assert active(net.lifting(["RS"])) == ["a--b-road", "d--e-road", "a--e-sea"]
    assert active(net.lifting(["RS", "EE"]).lifting(["BA"])) == active(states)
    assert net.lifting(["NN"]) is net
    assert active(net) == ["a--b-road"]
    assert same(frames(net.lifting(["RS"]).lifting(["BA"])), frames(net.lifting(["BA", "RS"])))
    assert net.links.at["a--e-sea", "reason"] == "transit denied: RS"
    land = ["a--b-road", "b--c-road", "c--d-road"]
    assert active(net.close("country:RS").lifting(["RS", "BA", "EE"])) == active(states.close("country:RS")) == land


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"profile": "tank"}, UnknownNameError, "no profile is called 'tank'; there are "),
        ({"borders": "none"}, UnknownNameError, "no border regime is called 'none'; there are today, "),
        (
            {"transit": "otan"},
            UnknownNameError,
            "no transit rule is called 'otan'; there are any, nato, nato+partners, eu, recognises-kosovo and no-XX",
        ),
        ({"transit": "no-ZZ"}, UnknownNameError, "no country 'ZZ'; there are "),
        ({"transit": "no-"}, UnknownNameError, "no country ''"),
        ({"modes": ["air"]}, InputError, "profile mixed has no mode 'air'; it has road, rail, sea"),
    ],
)
def test_under_refuses(rich, options, error, words):
    with pytest.raises(error) as caught:
        rich.under(**options)
    assert words in str(caught.value)


# ------------------------------------------------------------------------------------------------- shipped


def test_shipped_transit_denies_by_the_table(shipped):
    table = shipped.countries
    members = set(table.loc[table["nato"] != "no", "iso2"])
    assert shipped.under(transit="nato").denied == set(table["iso2"]) - members
    assert {"RS"} <= shipped.under(transit="nato+partners").denied
    assert not shipped.under(transit="nato+partners").denied & {"BA", "XK", "AT", *members}


def test_shipped_builds_all_and_closes_every_corridor(mixed):
    built = mixed.build("all")
    listed = {
        i for cell in [*mixed.projects["links"], *mixed.projects["upgrades"]] for i in cell.split(";") if i.strip()
    }
    assert built.links.loc[sorted(i.strip() for i in listed), "built"].all()
    assert (built.links["time_h"] > 0).all()
    assert np.isfinite(built.links["time_h"]).all()
    for code in mixed.corridors["code"]:
        net = mixed.close(f"corridor:{code}")
        tagged = [code in cell.split(";") for cell in mixed.links["corridors"]]
        assert not net.links.loc[tagged, "active"].any()
        assert (
            net.links.loc[~np.array(tagged), "active"].tolist() == mixed.links.loc[~np.array(tagged), "active"].tolist()
        )


def test_every_shipped_project_and_structure_can_be_named(mixed):
    for key, new, changed in mixed.projects[["id", "links", "upgrades"]].itertuples(index=False):
        opened, upgrades = resolve_build(mixed, f"project:{key}")
        assert opened == split(new) + split(changed)
        assert set(upgrades["project"]) <= {key}
    for key, links in mixed.structures[["id", "links"]].itertuples(index=False):
        if links:
            assert resolve(mixed, f"structure:{key}").links == tuple(split(links))
