"""OpenStreetMap tags as columns: understood, or left empty and told; never guessed, never a crash."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobility.model.profiles import ROAD_CLASSES
from mobility.model.tags import KEYS, columns, direction, mode_of, takes_vehicles


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
        ("tunnel=no bridge=no access=no", {"restriction": "access=no", "doubtful": True}),
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
        ("highway=residential", "urban"),
    ],
)
def test_road_classes(tags, expected):
    assert columns(dict(tag.split("=") for tag in tags.split()))[0]["road_class"] == expected
    assert expected in ROAD_CLASSES


@pytest.mark.parametrize(
    ("tags", "mode", "takes", "doubtful"),
    [
        ("", "sea", False, True),
        ("motor_vehicle=yes", "sea", True, False),
        ("motor_vehicle=no", "", False, True),
        ("hgv=no motor_vehicle=yes", "", False, True),  # the first that is stated decides
        ("access=no hgv=yes", "sea", True, False),
    ],
)
def test_ferries(tags, mode, takes, doubtful):
    tags = {"route": "ferry"} | dict(tag.split("=") for tag in tags.split())
    assert mode_of(tags) == mode
    assert takes_vehicles(tags) == takes
    assert columns(tags)[0].get("doubtful", False) == doubtful


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
