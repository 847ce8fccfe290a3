"""OpenStreetMap tags as columns: understood, or left empty and told; never guessed, never a crash."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobility.model.profiles import ROAD_CLASSES
from mobility.sources.tags import KEPT, KEYS, columns, direction, hours, mode_of, not_read, roles


@pytest.mark.parametrize(
    ("tag", "column", "value"),
    [
        ("maxspeed=80", "max_speed_kmh", 80),
        ("maxspeed=50 mph", "max_speed_kmh", 80.467),
        ("maxspeed=60 km/h", "max_speed_kmh", 60),
        ("maxweight=12.5 t", "max_gross_t", 12.5),
        ("maxweight=7500 kg", "max_gross_t", 7.5),
        ("maxweight=10 st", "max_gross_t", 9.072),
        ("maxaxleload=11.5", "max_axle_t", 11.5),
        ("maxheight=4'2\"", "max_height_m", 1.27),
        ("maxheight=14 ft", "max_height_m", 4.267),
        ("maxheight=4.1 m", "max_height_m", 4.1),
        ("maxwidth=350 cm", "max_width_m", 3.5),
        ("lanes=3", "lanes", 3),
    ],
)
def test_values_that_are_understood(tag, column, value):
    row, left_empty = columns({"highway": "primary"} | dict([tag.split("=")]))
    assert row[column] == pytest.approx(value, abs=1e-9)
    assert left_empty == []


@pytest.mark.parametrize(
    "tag",
    "maxspeed=none maxspeed=RO:urban maxspeed=DE:rural maxspeed=- maxspeed=50;80 maxspeed=signals maxspeed=0 "
    "maxspeed=-50 maxspeed=١٢ maxspeed=1e3 maxweight=7,5 maxweight=unsigned maxheight=default maxheight=4'2'3 "
    "maxheight=inf maxwidth=nan lanes=1.5 lanes=2;3 maxaxleload=10tt maxweight=5_0 oneway=reversible".split(),
)
def test_values_that_are_not_are_left_empty_and_told(tag):
    row, left_empty = columns({"highway": "primary"} | dict([tag.split("=")]))
    assert left_empty == [tag]
    assert row == {"mode": "road", "road_class": "primary", "oneway": False}


@pytest.mark.parametrize(
    ("tags", "row"),
    [
        ("gauge=1435 electrified=contact_line tracks=1", {"gauge_mm": 1435, "electrified": "yes", "tracks": "1"}),
        ("electrified=no tracks=4 lanes=2 maxheight=4", {"electrified": "no", "tracks": "2"}),  # four are two at least
        ("usage=main name=Line ref=10", {"usage": "main", "name": "Line", "ref": "10"}),
        ("usage=main service=siding bridge=viaduct oneway=yes", {"usage": "siding", "structure": "bridge"}),
        ("tunnel=no bridge=no access=no motor_vehicle=no hgv=no", {}),  # of roads: they say nothing of trains
        ("disused=yes", {"restriction": "disused=yes", "doubtful": True}),
        ("usage=industrial;branch tracks=2;3", {"usage": "industrial;branch", "tracks": "2"}),
        ("tracks=1;2 electrified=contact_line;rail", {"tracks": "1-2", "electrified": "yes"}),
    ],
)
def test_railways(tags, row):
    found, left_empty = columns({"railway": "rail"} | dict(tag.split("=") for tag in tags.split()))
    assert (found, left_empty) == ({"mode": "rail", "oneway": False} | row, [])


@pytest.mark.parametrize("tag", ["gauge=1435;1000", "gauge=standard", "electrified=rail", "tracks=0", "tracks=2-3"])
def test_railway_values_that_are_not_understood(tag):
    assert columns({"railway": "rail"} | dict([tag.split("=")])) == ({"mode": "rail", "oneway": False}, [tag])


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("highway=motorway", 1),
        ("highway=motorway oneway=no", 0),
        ("highway=motorway oneway=-1", -1),
        ("highway=motorway_link", 0),
        ("highway=primary", 0),
        ("highway=primary oneway=1", 1),
        ("highway=primary oneway=reverse", -1),
        ("highway=primary junction=roundabout", 1),
        ("highway=primary junction=circular oneway=no", 0),
        ("highway=motorway oneway=reversible", 0),
        ("railway=rail oneway=yes", 0),
        ("route=ferry oneway=yes", 1),
    ],
)
def test_direction(tags, expected):
    tags = dict(tag.split("=") for tag in tags.split())
    assert direction(tags) == expected
    assert columns(tags)[0]["oneway"] == (expected != 0)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("highway=trunk", "primary"),
        ("highway=trunk motorroad=yes", "expressway"),
        ("highway=motorway", "motorway"),
        ("highway=motorway_link", "secondary"),
        ("highway=tertiary", "secondary"),
        ("highway=unclassified", "urban"),
        ("highway=residential", "urban"),
    ],
)
def test_road_classes(tags, expected):
    assert columns(dict(tag.split("=") for tag in tags.split()))[0]["road_class"] == expected
    assert expected in ROAD_CLASSES


@pytest.mark.parametrize(
    ("tags", "mode", "doubtful"),
    [
        ("", "sea", True),
        ("foot=yes psv=yes", "sea", True),
        ("motor_vehicle=yes", "road", False),
        ("motorcar=yes", "road", False),
        ("goods=designated", "road", False),
        ("ferry=primary", "road", False),
        ("motor_vehicle=no", "", False),
        ("motorcar=no", "", False),
        ("hgv=no motor_vehicle=yes", "", False),  # the first that is stated decides
        ("access=no hgv=yes", "road", False),
        ("access=customers", "road", False),
        ("motorcar=yes disused=yes", "road", True),  # it takes vehicles, but does not sail
        ("abandoned=yes", "sea", True),
    ],
)
def test_ferries(tags, mode, doubtful):
    tags = {"route": "ferry"} | dict(tag.split("=") for tag in tags.split())
    assert mode_of(tags) == mode
    assert columns(tags)[0].get("doubtful", False) == doubtful


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("01:30", 1.5),
        ("PT1H30M", 1.5),
        ("90", 1.5),
        ("1:30:00", 1.5),
        ("P1DT2H", 26),
        ("PT45M", 0.75),
        ("20 min", 1 / 3),
    ]
    + [(text, None) for text in ("", "1.5 hours", "P", "0", "-5", "01:75", "soon", "1h")],
)
def test_durations(text, expected):
    assert hours(text) == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("highway=primary railway=rail", ["road", "rail"]),
        ("highway=primary route=ferry", ["road", "sea"]),
        ("highway=primary boundary=administrative admin_level=2", ["road", ""]),
        ("railway=rail route=ferry motor_vehicle=yes", ["rail", "road"]),
        ("highway=primary area=yes", []),
        ("highway=primary railway=disused", ["road"]),
        ("building=yes", []),
    ],
)
def test_one_way_may_be_several_things(tags, expected):
    assert [mode_of(role) for role in roles(dict(tag.split("=") for tag in tags.split()))] == expected


def test_each_thing_has_the_tags_that_speak_of_it():
    tags = "highway=primary railway=rail hgv=no gauge=1435 lanes=2 maxweight=30 maxaxleload=20 name=Deck bridge=yes"
    road, rail = (columns(role)[0] for role in roles(dict(tag.split("=") for tag in tags.split())))
    assert (road["max_gross_t"], road["lanes"], road["restriction"], road["structure"]) == (30, 2, "hgv=no", "bridge")
    assert rail == {
        "mode": "rail",
        "oneway": False,
        "gauge_mm": 1435,
        "max_axle_t": 20,
        "name": "Deck",
        "structure": "bridge",
    }


@pytest.mark.parametrize(
    ("tags", "column", "value"),
    [
        ("maxweight=40 maxweight:hgv=7.5", "max_gross_t", 7.5),
        ("maxweightrating=12", "max_gross_t", 12),
        ("maxweight=none maxweightrating:hgv=12", "max_gross_t", 12),
        ("maxaxleload:hgv=5", "max_axle_t", 5),
        ("maxheight=default maxheight:physical=2.5", "max_height_m", 2.5),
        ("maxspeed=90 maxspeed:hgv=20", "max_speed_kmh", 20),
        ("maxspeed:forward=20 maxspeed:backward=90", "max_speed_kmh", 20),
        ("oneway=yes maxspeed:forward=90 maxspeed:backward=20", "max_speed_kmh", 90),
        ("oneway=yes oneway:motor_vehicle=no", "oneway", False),
        ("oneway=no oneway:hgv=yes", "oneway", True),
    ],
)
def test_the_lowest_limit_for_lorries_stands(tags, column, value):
    assert columns({"highway": "primary"} | dict(tag.split("=") for tag in tags.split()))[0][column] == value


def test_what_no_column_holds_is_counted():
    tags = {"highway": "primary", "access:conditional": "no @ (Nov-May)", "maxbogieweight": "5", "maxspeed:hgv": "60"}
    tags |= {"hazmat": "no", "trailer": "no"}
    assert not_read(roles(tags)[0]) == ["access:conditional", "maxbogieweight", "hazmat", "trailer"]
    assert not KEPT - {*KEYS} & {*KEYS}


@pytest.mark.parametrize(("tags", "barred"), [("access=private", True), ("access=no motor_vehicle=yes", False)])
def test_access_is_told_and_doubtful(tags, barred):
    row, _ = columns({"highway": "primary"} | dict(tag.split("=") for tag in tags.split()))
    assert row.get("doubtful", False) == barred
    assert row.get("restriction", "") == ("access=private" if barred else "")


def test_hostile_names_become_plain():
    row, _ = columns({"highway": "primary", "name": "A\x1b[31m\n  <b>1</b>\x00" + "x" * 500})
    assert row["name"].startswith("A [31m <b>1</b> x")
    assert len(row["name"]) == 200


@given(st.dictionaries(st.sampled_from(KEYS), st.text(max_size=12)))
def test_nothing_crashes(tags):
    row, left_empty = columns(tags)
    assert all(value > 0 for key, value in row.items() if key.startswith(("max_", "gauge", "lanes")))
    assert all(text.partition("=")[0] in tags for text in left_empty)
