"""What border places are called, and how long one waits there, in a region that the shipped network does not know."""

import json

import pytest

from abroad import BORDERS, CLOSED, FAR, LINE, RAIL, ROAD, WAY, relation
from extracts import as_pbf, done, drawn_osm
from mobility import Network

TOWNS = {
    70: (54.1, 22.9, "place=town name=Suwałki"),
    71: (54.1, 22.99, "place=village name=Budzisko"),
    72: (54.05, 23.3, "place=village name=Kalvarija"),
    73: (54.6, 23.2, "place=hamlet name=Hamlet"),
}
POST = {80: (54.01, 23.02, "barrier=border_control name=Budzisko-Kalvarija")}


def gates(tmp_path, points, *ways, relations=CLOSED, pbf=False):
    data = drawn_osm(ROAD | LINE | FAR | points, *ways, *BORDERS, relations=relations)
    source = tmp_path / "drawn.osm"
    source.write_bytes(data)
    source = as_pbf(data, tmp_path / "drawn.pbf") if pbf else source
    said = done("import", "osm", source, "-o", tmp_path / "net.gpkg").stderr
    assert "faults: 0" in done("check", tmp_path / "net.gpkg").stderr
    return Network.load(tmp_path / "net.gpkg"), said


@pytest.mark.parametrize("pbf", [False, True])
def test_a_crossing_is_called_after_its_post_or_after_towns_on_both_sides(tmp_path, pbf):
    """A town goes before a nearer village; where there is only a village, it does."""
    net, said = gates(tmp_path, TOWNS, WAY, pbf=pbf)
    place = net.places.loc["border-1"]
    assert (place["name"], place["country"], place["kind"]) == ("Kalvarija–Suwałki", "LT-PL", "border_crossing")
    row = net.borders.iloc[0]
    assert row[["name", "regime", "wait_h"]].tolist() == ["Kalvarija–Suwałki", "not known", 0.0]
    assert "1 border crossings have no known wait: 0 h, a lower bound" in said
    (tmp_path / "post").mkdir()
    net, _ = gates(tmp_path / "post", TOWNS | POST, WAY, pbf=pbf)
    assert net.places.at["border-1", "name"] == "Budzisko-Kalvarija"


def test_a_side_without_a_town_stands_with_its_code(tmp_path):
    net, _ = gates(tmp_path, {70: TOWNS[70]}, RAIL)
    assert net.places.loc["border-1", ["name", "kind"]].tolist() == ["LT–Suwałki", "rail_border"]


def test_a_post_far_away_gives_no_name(tmp_path):
    """0.04 degrees of latitude are 4.4 km."""
    net, _ = gates(tmp_path, {80: (54.04, 23.0, "barrier=border_control name=Far")}, WAY)
    assert net.places.at["border-1", "name"] == "border-1"


def test_the_rule_of_the_kind_of_border(tmp_path):
    """Between Hungary and Bulgaria, both in Schengen, no crossing is known: there is none."""
    both = relation(1, "ISO3166-1=HU", 200, 201) + relation(2, "ISO3166-1=BG", 200, 202)
    net, said = gates(tmp_path, {}, WAY, RAIL, relations=both)
    found = net.borders[["mode", "regime", "wait_h"]].to_numpy().tolist()
    assert sorted(found) == [["rail", "EU-Schengen internal", 0.5], ["road", "EU-Schengen internal", 0.0]]
    assert set(net.borders["source"]) == {"estimate: rule by border regime"}
    assert "no known wait" not in said


def test_countries_that_nobody_knows_get_a_row_and_pass(tmp_path):
    """Membership is not known: the transit rule denies nothing and says so, the longest notice counts."""
    net, said = gates(tmp_path, {}, WAY)
    rows = net.countries.set_index("iso2")[["name", "nato", "eu", "source"]].to_dict("index")
    assert rows["PL"] == {"name": "Poland", "nato": "", "eu": "", "source": "openstreetmap"}
    told = "not in the table of countries, membership of NATO and EU not known (--transit lets pass): LT, PL (Poland)"
    assert told in said
    ask = "--network", tmp_path / "net.gpkg", "routes", "--from", "n1", "--to", "n4", "-p", "wheeled"
    for rule in ("nato", "nato+partners", "eu"):
        answer = done(*ask, "--transit", rule, "--borders", "permit-3-days", "-f", "json")
        assert f"transit {rule}: not known of LT, PL, and not denied" in answer.stderr
        assert "membership of LT, PL is not known: the longest notice for permission counts" in answer.stderr
        assert json.loads(answer.stdout)["rows"][0]["permission_lead_h"] == 1080
    assert "not known" not in done(*ask).stderr  # today's notice is the same for all
