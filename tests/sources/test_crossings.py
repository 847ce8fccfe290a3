"""Which crossing a way passes, and who may use it: drawn borders. A tenth of a degree is 11.1 km."""

import pandas as pd
import pytest

from mobility.sources.crossings import Crossings, border_row
from mobility.sources.splitting import Tables

LISTED = {"mode": "road", "countries": "AA-BB", "name": "Gate", "lat": "0", "lon": "1", "usable": "yes",
          "lorries_or_freight": "lorries yes", "hours": "24 h", "wait_h": "3", "max_gross_t": "20",
          "confidence": "high",
          "source_publisher": "Customs",
          "source_title": "[Gate]", "source_url": "https://example.org/gate",
          "source_date": "2026"}  # fmt: skip


def tables(usable="yes", barred=""):
    known = {"id": "old", "lat": "0", "lon": "0", "country": "AA-BB"}
    frames = {
        "places": pd.DataFrame([known]),
        "borders": pd.DataFrame([{"place": "old", "mode": "road", "usable": usable, "barred": barred}]),
        "countries": pd.DataFrame(
            [{"iso2": c, "schengen": "yes" if c in "AA CC" else "no", "eu": e} for c, e in
             (("AA", "member"), ("BB", "candidate"), ("CC", "member"), ("DD", "candidate"), ("TR", "candidate"))]
        ),
        "sources": pd.DataFrame(columns=["id", "title", "publisher", "date", "url", "licence", "kind"], dtype=object),
    }  # fmt: skip
    return Tables(frames, {}, {}, {})


def assign(points, *, listed=(LISTED,), **more):
    crossings = Crossings(tables(**more), "road", pd.DataFrame(listed) if listed else None)
    return crossings.assign(points), crossings.new


def test_a_way_near_a_crossing_of_the_network_passes_there():
    found, new = assign({7: ((0.05, 0), "AA-BB"), 8: ((0.06, 0), "AA-BB")})
    assert found[7] == ("place", "old"), "5.6 km away"
    assert found[8] == ("border", 0), "6.7 km away"
    assert new[0].row is None


@pytest.mark.parametrize(("usable", "barred", "known"), [("no", "", False), ("no", "why", True), ("yes", "", True)])
def test_a_planned_bridge_is_no_crossing(usable, barred, known):
    found, _ = assign({7: ((0.01, 0), "AA-BB")}, usable=usable, barred=barred)
    assert (found[7] == ("place", "old")) == known


def test_a_listed_crossing_is_given_to_the_nearest_way():
    found, new = assign({1: ((0.08, 1), "AA-BB"), 2: ((0.01, 1), "AA-BB"), 3: ((0, 1), "AA-CC")})
    assert new[found[2][1]].row["name"] == "Gate"
    assert new[found[1][1]].row is None, "8.9 km away, and Gate is taken"
    assert new[found[3][1]].row is None, "other countries"


def test_ways_that_cross_side_by_side_share_a_crossing():
    found, new = assign({1: ((0.5, 1), "AA-BB"), 2: ((0.53, 1), "AA-BB"), 3: ((0.56, 1), "AA-BB")})
    assert found[1] == found[2], "3.3 km"
    assert found[3] != found[1], "6.7 km"
    assert len(new) == 2


def test_a_listed_crossing_is_usable_as_its_source_says():
    copy = tables()
    _, new = assign({2: ((0, 1), "AA-BB")})
    row = border_row(copy, "gate", "Gate", "road", new[0], "osm")
    assert (row["usable"], row["source"], row["note"]) == ("yes", "customs-gate", "lorries yes; 24 h; 20 t")
    assert (row["wait_h"], row["wait_max_h"]) == ("1", "3"), "a civil queue is no planning wait"
    assert copy.frames["sources"]["url"].tolist() == [LISTED["source_url"]]


@pytest.mark.parametrize("said", ["no", "unknown", ""])
def test_nothing_read_means_not_usable(said):
    _, new = assign({2: ((0, 1), "AA-BB")}, listed=[LISTED | {"usable": said}])
    assert border_row(tables(), "gate", "Gate", "road", new[0], "osm")["usable"] == "no"
    _, new = assign({2: ((0, 1), "AA-BB")}, listed=())
    row = border_row(tables(), "gate", "Gate", "road", new[0], "osm")
    assert (row["usable"], row["source"]) == ("no", "osm")


@pytest.mark.parametrize(
    ("pair", "regime", "wait"),
    [
        ("AA-CC", "EU-Schengen internal", "0.5"),
        ("AA-BB", "EU external (Western Balkans)", "2"),
        ("BB-DD", "CEFTA (Western Balkans)", "1.5"),
        ("AA-TR", "EU external (Türkiye)", "3"),
    ],
)
def test_the_kind_of_border_follows_from_the_countries(pair, regime, wait):
    crossings = Crossings(tables(), "rail", None)
    crossings.assign({1: ((0, 0), pair)})
    row = border_row(tables(), "x", "X", "rail", crossings.new[0], "osm")
    assert (row["regime"], row["wait_h"], row["barred"]) == (regime, wait, "")


def test_the_line_between_serbia_and_kosovo_is_barred():
    crossings = Crossings(tables(), "road", None)
    crossings.assign({1: ((0, 0), "RS-XK")})
    row = border_row(tables(), "x", "X", "road", crossings.new[0], "osm")
    assert "military traffic" in row["barred"]
    assert row["usable"] == "no"
