"""Closures that really happened against the model: geodata/closures.csv tells the truth about both."""

import pytest

from drawing import drawn
from mobility.model.cells import bad_cells
from mobility.model.files import default_folder
from mobility.model.tables import read_schema
from mobility.vocabulary import split
from tools.closures import MODEL, judged, km_from, said, shut
from tools.data_dictionary import rows

EVENTS = rows(default_folder() / "closures.csv")
RIGHT = 39  # routes that are right today; a change of the network may raise it, never lower it


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event["id"])
def test_the_table_says_what_the_model_says(shipped, event):
    assert said(shipped, event) == {name: event[name] for name in MODEL}, "run: python tests/tools/closures.py"


def test_there_are_enough_events_by_road_and_by_rail():
    assert len(EVENTS) >= 26
    for mode in ("road", "rail"):
        assert sum(event["mode"] == mode for event in EVENTS) >= 10


def test_no_fewer_routes_are_right_and_what_is_wrong_has_a_reason():
    assert sum(event["route"] == "right" for event in EVENTS) >= RIGHT
    assert [event["id"] for event in EVENTS if event["verdict"] != "holds" and not event["reason"]] == []


def test_the_cells_are_sound_and_sourced(shipped):
    columns = read_schema(default_folder() / "schema.csv")["closures"]
    assert list(EVENTS[0]) == list(columns)
    for name, column in columns.items():
        assert list(bad_cells([event[name] for event in EVENTS], column)) == []
    assert {key for event in EVENTS for key in split(event["source"])} <= set(shipped.sources["id"])
    assert len({event["id"] for event in EVENTS}) == len(EVENTS)
    for event in EVENTS:
        assert bool(event["via"]) == (event["detour"] == "way")
        plain = [place for way in event["via"].split("|") for place in split(way) if "@" not in place]
        assert set(plain) <= set(shipped.places.index), event["id"]


def test_every_closure_shuts_something_or_says_that_it_cannot(shipped):
    """A closed point that hits no link is told as a place or way that is not in the network, never as a finding."""
    for event in EVENTS:
        seen = shipped.under("mixed", modes=[event["mode"]])
        closed = shut(seen, split(event["close"]))
        touched = (closed.links["active"] != seen.links["active"]).any() or "border:" in event["close"]
        assert touched or event["verdict"] in {"not used", "no place"}, event["id"]


# ------------------------------------------------------------------------------------ how a closure is judged

PLACES = {
    "a": {"lat": "0", "lon": "0"},
    "b": {"lat": "0", "lon": "1"},
    "c": {"lat": "0.5", "lon": "0.5"},
    "d": {"lat": "-3", "lon": "0.5"},
    "e": {"lat": "9", "lon": "9"},
    "f": {"lat": "9", "lon": "9.1"},
}


@pytest.fixture
def bypass():
    """A road of 120 km, a way round by c of 160 km, a spur to d, and an island e-f.

    a ---120--- b     e --15-- f
     `-80- c 80-'
    """
    return drawn(
        "a -road 120- b",
        "a -road 80- c",
        "c -road 80- b",
        "b -road 400- d",
        "e -road 15- f",
        places=PLACES,
    )


def event(**cells):
    """Return a closure of a--b-road between a and b, with the way by c."""
    blank = dict.fromkeys(EVENTS[0], "")
    told = {"mode": "road", "close": "a--b-road", "from": "a", "to": "b", "detour": "way", "via": "c"}
    return blank | told | cells


@pytest.mark.parametrize(
    ("cells", "verdict", "route"),
    [
        ({}, "holds", "right"),
        ({"extra_km": "45"}, "holds", "right"),
        ({"extra_km": "60"}, "wrong length", "right"),
        ({"extra_h_low": "0.5", "extra_h_high": "1"}, "holds", "right"),
        ({"extra_h_low": "9", "extra_h_high": "9"}, "wrong time", "right"),
        ({"via": "d"}, "wrong way", "wrong"),
        ({"via": "d|c"}, "holds", "right"),
        ({"via": "c;Town@0.48,0.52"}, "holds", "right"),
        ({"via": "c;Town@-0.5,0.5"}, "wrong way", "wrong"),
        ({"close": "b--d-road"}, "not used", "wrong"),
        ({"close": "0,0.5"}, "holds", "right"),
        ({"close": "a--b-road;c"}, "false cut-off", "wrong"),
        ({"detour": "none", "via": ""}, "missed cut-off", "wrong"),
        ({"detour": "none", "via": "", "close": "a--b-road;c"}, "holds", "right"),
        ({"to": "nowhere"}, "no place", "wrong"),
        ({"to": "e"}, "no place", "wrong"),
    ],
)
def test_verdicts(bypass, cells, verdict, route):
    told = said(bypass, event(**cells))
    assert (told["verdict"], told["route"]) == (verdict, route)


def test_what_is_told(bypass):
    told = said(bypass, event(via="d;c"))
    assert (told["model_km"], told["missed"]) == ("40", "d")
    assert float(told["model_h"]) > 0


def test_what_is_barred_today_counts_as_not_used():
    net = drawn(
        "a -road 120- b max_gross_t=1", "a -road 80- c", "c -road 80- b", places={name: PLACES[name] for name in "abc"}
    )
    assert said(net, event())["verdict"] == "not used"


def test_a_crossing_barred_to_the_military_is_open_to_the_traffic_that_was_stopped():
    """a -120- b, and a -40- gate -40- b over a border that only military traffic is kept out of."""
    net = drawn(
        "a -road 120- b",
        "a -road 40- gate country=AA",
        "gate -road 40- b country=BB",
        places={
            "a": PLACES["a"],
            "b": PLACES["b"] | {"country": "BB"},
            "gate": PLACES["c"] | {"kind": "border_crossing", "country": "AA-BB"},
        },
        borders=[{"place": "gate", "mode": "road", "countries": "AA-BB", "wait_h": 0, "barred": "no troops"}],
    )
    told = said(net, event(close="border:gate", via="b"))
    assert (told["model_km"], told["verdict"]) == ("40", "holds")


def test_hours_by_rail_are_not_judged():
    net = drawn("a -rail 120- b", "a -rail 80- c", "c -rail 80- b", places={name: PLACES[name] for name in "abc"})
    assert said(net, event(mode="rail", close="a--b-rail", extra_h_low="9", extra_h_high="9"))["verdict"] == "holds"


def test_a_reason_lives_as_long_as_its_verdict(bypass):
    kept = judged(bypass, event(verdict="holds", reason="as it was"))
    lost = judged(bypass, event(verdict="wrong way", reason="the road by c is missing"))
    assert (kept["reason"], lost["reason"]) == ("as it was", "")


def test_distance_to_a_line(bypass):
    line = bypass.links.geometry["a--b-road"]
    assert km_from(1, 0.5, line) == pytest.approx(110.57, rel=1e-3)
    assert km_from(0, 2, line) == pytest.approx(111.32, rel=1e-3)
