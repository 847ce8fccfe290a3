"""What a name closes or builds: links, places, structures, corridors, countries, borders, areas."""

import copy
import math
import os
import pickle
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from borderland import AB, GATE, RAIL, ROAD, TWIN, active, closed, frames, rich_network, same
from drawing import drawn
from mobility.analysis.corridor import sections
from mobility.analysis.routes import routes
from mobility.errors import AmbiguousNameError, InputError, UnknownNameError
from mobility.model import closures
from mobility.present import findings


def state(net):
    """What a network lets pass, apart from the words that say why not."""
    return (net.links["active"].tolist(), net.places["active"].tolist(), net.borders["active"].tolist())


NAMES = [
    "a–b", ROAD, "viaduct", "corridor:U", "country:BB", "mode:rail", "border:gate", "place:b", "around:a:25km", "c–d",
]  # fmt: skip


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


@settings(max_examples=12)
@given(names=st.lists(st.sampled_from(NAMES), max_size=4), data=st.data())
def test_order_of_closures_does_not_matter(names, data):
    net = rich_network()
    order = data.draw(st.permutations(names))
    assert state(net.close(*names)) == state(net.close(*order))


@settings(max_examples=12)
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


def square(path, low=10.4, high=10.6, crs="EPSG:4326", shape=None):
    box = shapely.box(low, 39.5, high, 40.5) if shape is None else shape
    gpd.GeoDataFrame({"n": [1]}, geometry=[box], crs="EPSG:4326").to_crs(crs).to_file(path)
    return path


@pytest.mark.parametrize(("suffix", "crs"), [
    ("geojson", "EPSG:4326"), ("gpkg", "EPSG:3035"), ("shp", "EPSG:32633"), ("gpkg", "EPSG:3857"),
])  # fmt: skip
def test_area(rich, tmp_path, crs, suffix):
    path = square(tmp_path / f"zone.{suffix}", crs=crs)
    net = rich.close(f"area:{path}")
    assert [i for i in closed(net) if i not in closed(rich)] == AB
    assert net.places["active"].all()
    assert set(net.links.loc[AB, "reason"]) == {f"closed: area zone.{suffix}"}
    far = f"area:{square(tmp_path / 'far.geojson', low=30, high=31)}"
    with pytest.raises(InputError, match=r"closes nothing: it lies at 40\.00 N 30\.50 E and meets no link"):
        rich.close(far)
    assert closed(rich.close(far, allow_empty=True)) == closed(rich)
    both = shapely.MultiPolygon([shapely.box(10.4, 39, 10.6, 41), shapely.box(13.4, 39, 13.6, 41)])
    net = rich.close(f"area:{square(tmp_path / 'two.geojson', shape=both)}")
    assert [i for i in closed(net) if i not in closed(rich)] == [*AB, "c--d-sea"]
    with pytest.raises(InputError, match="there is no such file"):
        rich.close(f"area:{tmp_path}")


def test_area_takes_the_places_within(rich, tmp_path):
    net = rich.close(f"area:{square(tmp_path / 'z.geojson', low=10.9, high=11.1)}")
    assert net.places.index[~net.places["active"]].tolist() == ["b"]


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
    for net in (rich.close("border:shut", allow_empty=True).build("bypass"), rich.build("bypass").close("border:shut")):
        assert net.borders["active"].tolist() == [True, True, False]
    for net in (rich.close("place:shut", allow_empty=True).build("bypass"), rich.build("bypass").close("place:shut")):
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


# ------------------------------------------------------------------------------------ what a closure says it did


def test_a_network_says_what_was_closed(rich):
    net = rich.close("viaduct", "border:gate").close("c")
    assert [(c.reason, c.links, c.places, c.borders) for c in net.closed] == [
        ("closed: Viaduct", (ROAD, RAIL), (), ()),
        ("closed: border gate", (), (), ("gate",)),
        ("closed: c", ("gate--c-road", "gate--c-rail", "shut--c-road", "c--d-sea"), ("c",), ()),
    ]
    assert rich.closed == ()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("b--shut-road", "none of its 1 links is in use (planned)"),
        ("border:shut", "the border is shut"),
        ("around:lone:1km", "no link is there"),
    ],
)
def test_a_closure_that_closes_nothing_is_refused_unless_asked_for(rich, name, why):
    lone = rich.places.loc[["d"]].assign(id="lone", name="lone", lat=50.0).set_index("id", drop=False)
    lone = lone.set_geometry(gpd.points_from_xy(lone["lon"], lone["lat"], crs=4326))
    net = replace(rich, places=gpd.GeoDataFrame(pd.concat([rich.places, lone])))
    with pytest.raises(InputError) as caught:
        net.close(name)
    assert str(caught.value) == f"-x {name} closes nothing: {why}; --allow-empty takes it all the same"
    taken = net.close(name, allow_empty=True)
    assert active(taken) == active(net)
    assert len(taken.closed) == 1


def test_what_is_closed_already_or_denied_to_others_may_be_closed(rich):
    """A pair with an end in BB lifts the denial, so a closure there is one; and twice closed is closed."""
    assert state(rich.close("c").close("c--d-sea")) == state(rich.close("c"))
    denied = rich.under("plain", transit="no-BB")
    assert not denied.links.at["gate--c-road", "active"]
    assert "gate--c-road" in active(denied.lifting(["BB"]))
    assert "gate--c-road" not in active(denied.close("gate--c-road").lifting(["BB"]))


def test_an_area_names_what_closes_nothing(rich, tmp_path):
    path = tmp_path / "zones.geojson"
    shapes = [shapely.box(10.4, 39, 10.6, 41), shapely.box(30, 30, 31, 31), shapely.Point(10.5, 40)]
    gpd.GeoDataFrame({"name": ["Zone", None, "Spot"]}, geometry=shapes, crs=4326).to_file(path)
    (closure,) = rich.close(f"area:{path}").closed
    assert set(closure.links) == set(AB)
    assert closure.left_out == ("feature (2) meets no link",)
    assert closure.reason == "closed: area zones.geojson, 100 m beside its lines and points"


def test_a_file_called_by_bytes_that_are_no_text(rich, tmp_path):
    """A system hands over half letters for them, which a column held by pyarrow does not take."""
    path = tmp_path / os.fsdecode(b"a\xff.geojson")
    square(tmp_path / "a.geojson").rename(path)
    assert "closed: area a?.geojson" in set(rich.close(f"area:{path}").links["closure"])


def test_the_width_is_asked_for_and_stands_in_what_was_applied(rich, tmp_path):
    """1 km north of the road a--b: no link at 100 m, the three of a--b at 1100 m."""
    path = square(tmp_path / "post.geojson", shape=shapely.Point(10.5, 40 + 1000 / 111_035))
    with pytest.raises(InputError, match=r"the nearest is a–b \(a--b-road\) at 1\.0 km"):
        rich.close(f"area:{path}")
    wide = rich.close(f"area:{path}", width=1100)
    assert [i for i in closed(wide) if i not in closed(rich)] == AB
    assert wide.closed[0].reason == "closed: area post.geojson, 1100 m beside its lines and points"
    assert (wide.applied["width"], rich.close("a").applied.get("width")) == (1100, None)
    for width in (0, -1, math.nan, math.inf, 1e6):
        with pytest.raises(InputError, match="give metres, more than 0 and not more than 100,000"):
            rich.close("a", width=width)


def test_a_name_beside_a_file_is_a_text_that_keeps_its_folder():
    name = closures.Beside("area: f.kml", "plans")
    for same_name in (name, copy.deepcopy(name), pickle.loads(pickle.dumps(name))):  # noqa: S301 - our own
        assert closures.area_path(same_name) == "plans/f.kml"
        assert same_name == name == "area: f.kml"
        assert hash(same_name) == hash("area: f.kml")
    assert name != closures.Beside("area: f.kml", "other")
    assert closures.area_path("area: f.kml") == "f.kml"
    assert closures.area_path(closures.Beside("area:/x/f.kml", "plans")) == "/x/f.kml"


def test_around_a_place_at_the_date_line():
    """The road from 179.7 E to 179.7 W is 64 km long, not once around the globe."""
    net = drawn("a -road 64- b", places={"a": {"lat": "-16.8", "lon": "179.7"}, "b": {"lat": "-16.8", "lon": "-179.7"}})
    assert closed(net.close("around:-16.8,-179.99:5km")) == ["a--b-road"]
    assert closed(net.close("around:-16.8,179.99:5km")) == ["a--b-road"]
    with pytest.raises(InputError, match="no link is there"):
        net.close("around:-16.8,20:50km")


def test_a_corridor_made_up_of_others_has_their_links():
    net = drawn("a -road 1- b corridors=T", "b -rail 1- c corridors=U;V", "c -road 1- d corridors=U;relief",
                "d -road 1- e corridors=V", "e -road 1- f corridors=T status=planned")  # fmt: skip
    row = {"code": "W", "name": "W", "members": "T;U"}
    net = replace(net, corridors=pd.concat([net.corridors, pd.DataFrame([row])]).fillna(""))
    assert closures.resolve(net, "corridor:w").links == ("a--b-road", "b--c-rail", "c--d-road", "e--f-road")
    assert closures.resolve(net, "corridor:W:rail").links == ("b--c-rail",)
    assert closures.resolve(net, "corridor:W:only").links == ("a--b-road", "c--d-road", "e--f-road"), "V is no member"
    assert closures.resolve(net, "corridor:U:only").links == ("c--d-road",), "W takes nothing from its members"
    assert closures.resolve_build(net, "corridor:W")[0] == ["e--f-road"]
    table = findings.network(net).table.set_index("corridor")
    assert table.loc["W"].tolist() == ["W", 4, 3, 4, 3]
    with pytest.raises(InputError, match="corridor W has no stops; it is made up of T, U: ask for one of these"):
        sections(net, "W")


def test_a_corridor_without_what_others_share():
    net = drawn("a -road 1- b corridors=T", "b -road 1- c corridors=T;U", "c -rail 1- d corridors=T;relief",
                "d -road 1- e corridors=U")  # fmt: skip
    assert closures.resolve(net, "corridor:T").links == ("a--b-road", "b--c-road", "c--d-rail")
    assert closures.resolve(net, "corridor:T:only").links == ("a--b-road", "c--d-rail")
    assert closures.resolve(net, "corridor:T:rail:only").links == ("c--d-rail",)
    with pytest.raises(InputError, match="give one mode"):
        closures.resolve(net, "corridor:T:rail:road")


def test_one_direction_of_a_link():
    net = drawn("a -road 60- b", "a -road 90- c", "c -road 90- b")
    shut = net.close("a--b-road>")
    km = {pair: routes(shut, [pair[0]], [pair[1]])["length_km"].iloc[0] for pair in ("ab", "ba")}
    assert km == {"ab": 180, "ba": 60}
    assert closures.resolve(net, "a–b>").reason == "closed: a–b from a to b"
    only = drawn("a -road> 60- b")
    assert not only.close("a--b-road>").links.at["a--b-road", "active"], "its one direction is all of it"
    with pytest.raises(InputError, match="its name or id with > after it"):
        net.close("a->b")
    with pytest.raises(UnknownNameError, match="no link is called"):
        net.close("nowhere>")


def test_every_crossing_of_two_countries():
    places = {p: {"kind": "border_crossing", "country": "AA-BB"} for p in "xy"}
    places |= {"z": {"kind": "border_crossing", "country": "BB-CC"}}
    net = drawn("a -road 1- x", "x -road 1- b country=BB", "b -road 1- y country=BB", "b -road 1- z country=BB",
                "z -road 1- c country=CC", places=places,
                borders=[{"place": p, "countries": c, "mode": "road", "wait_h": "0"}
                         for p, c in (("x", "AA-BB"), ("y", "AA-BB"), ("z", "BB-CC"))])  # fmt: skip
    assert closures.resolve(net, "border:BB-AA").borders == ("x", "y")
    with pytest.raises(InputError, match="no crossing of these two"):
        closures.resolve(net, "border:AA-CC")


def test_a_country_by_its_name_and_a_point_by_its_coordinates(shipped):
    assert closures.resolve(shipped, "Serbia") == closures.resolve(shipped, "country:RS")
    assert closures.resolve(shipped, "turkiye").reason == "closed: country TR"
    around = closures.resolve(shipped, "around:42.7,23.3:20km")
    assert "sofia" in around.places
    assert around.reason == "closed: 20 km around 42.7,23.3"
    with pytest.raises(InputError, match="no point on the globe"):
        closures.resolve(shipped, "around:142.7,23.3:20km")


def test_a_structure_can_be_set():
    net = drawn("a -road 10- b", structures=[{"id": "bridge", "name": "Bridge", "links": "a--b-road"},
                                             {"id": "bare", "name": "Bare"}])  # fmt: skip
    assert net.set("bridge", "limit", 40).links.at["a--b-road", "max_gross_t"] == 40
    assert net.set("Bridge", "capacity", 9).links.at["a--b-road", "capacity_stated"] == 9
    with pytest.raises(InputError, match="carries no link"):
        net.set("bare", "limit", 40)


@pytest.mark.parametrize("name", ["Novo Selo", "Old"])
def test_a_name_of_several_things_closes_none_of_them(name):
    """Two places of one name; a place and a bridge of one name. Links of one name are closed together."""
    places = {"a": {"name": "Novo Selo"}, "b": {"name": "Novo Selo"}, "c": {"name": "Old"}}
    bridges = [{"id": "bridge", "name": "Old", "links": "b--c-road"}]
    net = drawn("a -road 1- b", "b -road 1- c", places=places, structures=bridges)
    with pytest.raises(AmbiguousNameError, match="Give one of these"):
        net.close(name)
    assert not net.close("bridge").links["active"]["b--c-road"]
