"""Places tied to imported ways: per mode, the nearest point of a line, its distance stated."""

import pytest

from extracts import VALLEY, imported
from mobility.analysis.routing import best_route
from mobility.errors import InputError
from mobility.model.sphere import great_circle_km


def access(net):
    links = net.links[net.links["corridors"] == "access"]
    return {link.id: (link.to, link.length_km, link.country) for link in links.itertuples()}


def test_known_places_are_tied_by_the_modes_they_have(shipped):
    net = imported(VALLEY, shipped, snapped=["city"])
    assert access(net) == {
        "perrenjas-access-road": ("n-3", 3.589, "AL"),
        "struga-access-road": ("n74", 2.391, "MK"),  # no rail link in geodata, none here
        "perrenjas-access-rail": ("n-4", 4.322, "AL"),
    }
    row, home = net.places.loc["perrenjas"], shipped.places.loc["perrenjas"]
    assert net.places.loc["n-3", ["lat", "lon"]].tolist() == [41.10, home["lon"]]  # the road runs along 41.10
    straight = great_circle_km(home["lon"], home["lat"], home["lon"], 41.10)
    assert net.links.at["perrenjas-access-road", "length_km"] == pytest.approx(1.2 * straight, abs=0.001)
    assert net.links.at["perrenjas-access-road", "note"] == f"{straight:.2f} km in a straight line"
    assert f"snapped: road {straight:.2f} km, rail 3.60 km away" in row["note"]
    assert (row["name"], row["kind"], row["lat"]) == (home["name"], home["kind"], home["lat"])
    assert set(row["source"].split("; ")) <= set(net.sources["id"])


def test_a_point_where_a_place_is_tied_becomes_a_place_of_that_mode_only(shipped):
    net = imported(VALLEY, shipped, snapped=["perrenjas"])
    rail, road = (net.links[net.links["mode"] == mode] for mode in ("rail", "road"))
    tied = {mode: net.links.at[f"perrenjas-access-{mode}", "to"] for mode in ("rail", "road")}
    assert (rail[["from", "to"]] == tied["rail"]).sum(axis=None) == 3  # the line on both sides, and the access
    assert (road[["from", "to"]] == tied["road"]).sum(axis=None) == 3
    assert not (road[["from", "to"]] == tied["rail"]).any(axis=None)


STRAIGHT = """<osm version="0.6"><node id="1" lat="45.0" lon="25.0"/><node id="2" lat="45.0" lon="25.4"/>
<way id="10"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way></osm>"""


def test_a_straight_line_is_reached_in_its_middle(shipped, tmp_path):
    (tmp_path / "straight.osm").write_text(STRAIGHT, encoding="utf-8")
    towns = ["mid,Midtown,45.002,25.2", "near,Near,45.001,25.2", "end,End,45.003,25.4", "off,Off,45.1,25.2"]
    (tmp_path / "towns.csv").write_text("\n".join(["id,name,lat,lon", *towns]), encoding="utf-8")
    words = [str(tmp_path / "towns.csv")]
    net = imported(tmp_path / "straight.osm", shipped, snapped=words, country="RO")
    km = {place: length / 1.2 for place, (_, length, _) in ((k[:-12], v) for k, v in access(net).items())}
    assert km == pytest.approx({"mid": 0.2224, "near": 0.1112, "end": 0.3336}, abs=2e-3)  # of latitude; off is too far
    to = {place: end for place, (end, *_) in access(net).items()}
    assert to["end-access-road"] == "n2"  # a point that is there is taken
    assert to["mid-access-road"] == to["near-access-road"]  # the same point of the line
    assert net.links.loc[net.links["corridors"] == "OSM", "length_km"].tolist() == pytest.approx([15.77] * 2, abs=0.01)
    assert best_route(net.under("wheeled"), "mid", "end")["length_km"].sum() == pytest.approx(16.44, abs=0.01)


def test_routes_between_snapped_places(shipped):
    net = imported(VALLEY, shipped, snapped=["city"]).under("wheeled", modes=["road"])
    legs = best_route(net, "perrenjas", "Struga")
    assert legs["link"].tolist()[0] == "perrenjas-access-road"
    assert "crossing" in legs["mode"].tolist()


@pytest.mark.parametrize(("max_km", "count"), [(0.5, 0), (2.0, 1), (3.2, 2), (4.0, 3)])
def test_how_far_is_told(shipped, max_km, count):
    said = []
    net = imported(VALLEY, shipped, snapped=["perrenjas", "struga", "ohrid-airport"], max_km=max_km, tell=said.append)
    assert len(access(net)) == count
    assert any(f"of 3 places snapped; the others have no way of theirs within {max_km:g} km" in text for text in said)


def test_motorways_and_one_way_carriageways_come_last(shipped, tmp_path):
    near = tmp_path / "places.csv"
    near.write_text("id,name,lat,lon\nberi,Beri,41.1195,20.68\n", encoding="utf-8")  # beside the motorway's point 71
    assert access(imported(VALLEY, shipped, snapped=[str(near)]))["beri-access-road"] == ("n72", 2.735, "MK")
    alone = imported(VALLEY, shipped, snapped=[str(near)], max_km=1.0)
    assert access(alone)["beri-access-road"][1] == pytest.approx(0.04, abs=0.001)


def test_places_of_a_file(shipped, tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text("id,name,lat,lon,role\nkamp,Kamp <i>,41.162,20.701,origin\n", encoding="utf-8")
    net = imported(VALLEY, shipped, snapped=[str(file)])
    row = net.places.loc["kamp"]
    assert (row["country"], row["role"], row["kind"], row["source"]) == ("MK", "origin", "city", "estimate: mine.csv")
    assert access(net)["kamp-access-road"][0] == "n74"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,name,lat\na,A,41\n", "column 'lon' is missing"),
        ("id,name,lat,lon\na,A,41,east\n", "lon 'east' is not a number"),
        ("id,name,lat,lon\n,A,41,20\n", "id is missing"),
        ("id,name,lat,lon,kind\na,A,41,20,den\n", "kind 'den' is not one of"),
        ("id,name,lat,lon\na,A\n", "has 2 cells"),
        ("id,name,lat,lon\na,A,41,20\na,B,42,21\n", "id 'a' is used twice"),
    ],
)
def test_broken_files_of_places(shipped, tmp_path, text, message):
    (tmp_path / "p.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        imported(VALLEY, shipped, snapped=[str(tmp_path / "p.csv")])
