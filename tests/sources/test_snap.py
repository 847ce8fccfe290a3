"""Places tied to imported ways: per mode, the nearest point, its distance stated."""

import pytest

from extracts import VALLEY, imported
from mobility.analysis.routing import best_route
from mobility.errors import InputError
from mobility.model.checks import great_circle_km


def access(net):
    links = net.links[net.links["corridors"] == "access"]
    return {link.id: (link.to, link.length_km, link.country) for link in links.itertuples()}


def test_known_places_are_tied_by_the_modes_they_have(shipped):
    net = imported(VALLEY, shipped, snapped=["city"])
    assert access(net) == {
        "perrenjas-access-road": ("n31", 3.611, "AL"),
        "struga-access-road": ("n74", 2.391, "MK"),  # no rail link in geodata, none here
        "perrenjas-access-rail": ("n2", 4.619, "AL"),
    }
    row, home = net.places.loc["perrenjas"], shipped.places.loc["perrenjas"]
    straight = great_circle_km(home["lon"], home["lat"], 20.545, 41.10)
    assert net.links.at["perrenjas-access-road", "length_km"] == pytest.approx(1.2 * straight, abs=0.001)
    assert net.links.at["perrenjas-access-road", "note"] == f"{straight:.2f} km in a straight line"
    assert f"snapped: road {straight:.2f} km, rail 3.85 km away" in row["note"]
    assert (row["name"], row["kind"], row["lat"]) == (home["name"], home["kind"], home["lat"])
    assert set(row["source"].split("; ")) <= set(net.sources["id"])


def test_a_point_where_a_place_is_tied_becomes_a_place_of_that_mode_only(shipped):
    net = imported(VALLEY, shipped, snapped=["perrenjas"])
    rail, road = (net.links[net.links["mode"] == mode] for mode in ("rail", "road"))
    assert (rail[["from", "to"]] == "n2").any(axis=None)
    assert not (road[["from", "to"]] == "n2").any(axis=None)


def test_routes_between_snapped_places(shipped):
    net = imported(VALLEY, shipped, snapped=["city"]).under("wheeled", modes=["road"])
    legs = best_route(net, "perrenjas", "Struga")
    assert legs["link"].tolist()[0] == "perrenjas-access-road"
    assert "crossing" in legs["mode"].tolist()


@pytest.mark.parametrize(("max_km", "count"), [(0.5, 0), (2.0, 1), (3.2, 2), (4.5, 4)])
def test_how_far_is_told(shipped, max_km, count):
    said = []
    net = imported(VALLEY, shipped, snapped=["perrenjas", "struga", "ohrid-airport"], max_km=max_km, tell=said.append)
    assert len(access(net)) == count
    assert any(f"of 3 places snapped; the others have no way of theirs within {max_km:g} km" in text for text in said)


def test_motorways_and_one_way_carriageways_come_last(shipped, tmp_path):
    near = tmp_path / "places.csv"
    near.write_text("id,name,lat,lon\nberi,Beri,41.1195,20.68\n", encoding="utf-8")  # beside the motorway's point 71
    assert access(imported(VALLEY, shipped, snapped=[str(near)]))["beri-access-road"][0] != "n71"
    alone = imported(VALLEY, shipped, snapped=[str(near)], max_km=1.0)
    assert access(alone)["beri-access-road"][0] == "n71"


def test_places_of_a_file(shipped, tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text("id,name,lat,lon,role\nkamp,Kamp <i>,41.162,20.701,origin\n", encoding="utf-8")
    net = imported(VALLEY, shipped, snapped=[str(file)])
    row = net.places.loc["kamp"]
    assert (row["country"], row["role"], row["kind"], row["source"]) == ("MK", "origin", "city", "estimate: mine.csv")
    assert access(net)["kamp-access-road"][0] == "n76"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,name,lat\na,A,41\n", "column 'lon' is missing"),
        ("id,name,lat,lon\na,A,41,east\n", "lon 'east' is not a number"),
        ("id,name,lat,lon\n,A,41,20\n", "id is missing"),
        ("id,name,lat,lon,kind\na,A,41,20,den\n", "kind 'den' is not one of"),
        ("id,name,lat,lon\na,A\n", "has 2 cells"),
    ],
)
def test_broken_files_of_places(shipped, tmp_path, text, message):
    (tmp_path / "p.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        imported(VALLEY, shipped, snapped=[str(tmp_path / "p.csv")])
