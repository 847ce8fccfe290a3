"""Extracts become networks that every command takes: tags, lengths, borders, names, checks."""

import json

import geopandas as gpd
import networkx as nx
import numpy as np
import osmium
import pytest
from shapely import LineString, box

from extracts import HELSINKI, VALLEY, done, imported, run
from mobility import Network
from mobility.analysis.routing import best_route
from mobility.model.sphere import great_circle_km
from mobility.sources.extract import Selection
from mobility.sources.files import read
from mobility.sources.osmnx_graph import to_osmnx

KEPT = "max_speed_kmh max_gross_t max_axle_t max_height_m max_width_m lanes gauge_mm".split()


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("import") / "valley.gpkg"
    done("import", "osm", VALLEY, "-o", path, "--snap", "all")
    return path


@pytest.fixture(scope="module")
def net(path):
    return Network.load(path)


def test_the_result_passes_the_check(path):
    assert "faults: 0, notices: " in done("check", path).stderr


@pytest.mark.parametrize(
    ("link", "stated"),
    [
        ("w10", "name=Rruga e Kalasë ref=SH3 max_speed_kmh=80.0 lanes=2.0 road_class=primary from=n1 to=n3"),
        ("w12", "name=Ura e Re structure=bridge max_gross_t=60.0 max_speed_kmh=80.0 from=n3 to=n31"),
        ("w14", "name=M4 road_class=primary country=MK"),  # its lists are left empty
        ("w20", "name=n4–n42 max_speed_kmh=80.467 max_height_m=1.27 max_axle_t=11.5 max_width_m=3.5"),
        ("w21", "oneway=True from=n42 to=n43"),  # oneway=-1: against the nodes
        ("w22", "max_gross_t=7.5"),
        ("w23", "structure=tunnel"),
        ("w30", "oneway=True road_class=motorway max_speed_kmh=120.0 from=n7 to=n72"),
        ("w32", "road_class=expressway oneway=False"),
        ("w50", "mode=rail name=Hekurudha usage=main gauge_mm=1435.0 electrified=yes tracks=1 max_speed_kmh=60.0"),
        ("w52", "usage=branch tracks=2"),
        ("w60", "mode=road name=Traget doubtful=False from=n74 to=n80 speed_kmh=30.0 road_class="),
        ("w63", "mode=sea doubtful=True"),
    ],
)
def test_tags_are_kept(net, link, stated):
    row = net.links.loc[link]
    words = stated.replace(" e Kalasë", "_e_Kalasë").replace("Ura e Re", "Ura_e_Re").split(" ")
    for word in words:
        column, _, value = word.partition("=")
        assert str(row[column]).replace(" ", "_") == value, column


def test_what_is_not_stated_is_empty(net):
    assert net.links.loc[["w14", "w60", "w61"], KEPT].isna().all(axis=None)
    assert net.links.loc["w10", ["max_gross_t", "max_axle_t", "max_height_m", "max_width_m", "gauge_mm"]].isna().all()


def test_what_is_not_understood_is_told(tmp_path):
    said = done("import", "osm", VALLEY, "-o", tmp_path / "v.gpkg").stderr
    assert "left empty (ways): maxspeed=50;80 (1), lanes=2;3 (1), maxspeed=RO:urban (1), maxheight=none (1)" in said
    assert "segments left out because their points are not in the data: 1" in said
    assert "0.1 km left out in pieces of less than 2%" in said
    assert "forbidden or out of use, left out (ways): access=private (1); --allow-restricted takes them" in said
    assert "ferries that do not say whether they take vehicles, so that no road leads on to them: 1" in said
    assert "© OpenStreetMap contributors, ODbL 1.0, data of 2026-11-20" in said


def test_what_is_filtered_away(net):
    ways = {i.split("-")[0] for i in net.links.index if i.startswith("w")}
    assert not ways & {"w40", "w51", "w53", "w62", "w70", "w71", "w90"}


@pytest.mark.parametrize(
    ("selection", "there", "gone"),
    [
        ({"roads": ("motorway", "primary")}, "w30", "w20"),
        ({"rails": ("main",)}, "w50", "w52"),
        ({"rails": ("main", "service")}, "w51", "w52"),
        ({"modes": ("rail",)}, "w50", "w10"),
    ],
)
@pytest.mark.parametrize("ending", ["", ".pbf"])
def test_what_is_taken_can_be_chosen(valley, shipped, selection, there, gone, ending):
    found = set(imported(read(valley[ending], Selection(**selection)), shipped).links.index)
    assert there in found
    assert gone not in found


def test_an_area_keeps_what_has_an_end_in_it(shipped):
    found = imported(read(VALLEY, Selection()).within(box(20.4, 41.05, 20.53, 41.2)), shipped)
    assert set(found.links.index) == {"w10", "w50"}
    assert found.links.at["w10", "to"] == "n3"


def test_lengths_are_those_of_the_full_line(net, shipped):
    rough = imported(VALLEY, shipped, snapped=["all"], tolerance_m=1000).links
    assert len(rough.loc["w60"].geometry.coords) < len(net.links.loc["w60"].geometry.coords) == 3
    for link, line in net.links.geometry.items():
        x, y = np.array(line.coords).T
        measured = great_circle_km(x[:-1], y[:-1], x[1:], y[1:]).sum() * (1.2 if "access" in link else 1)
        assert net.links.at[link, "length_km"] == pytest.approx(measured, rel=0.004, abs=0.001)
        assert rough.at[link, "length_km"] == net.links.at[link, "length_km"]


def test_borders_are_those_of_osm_and_countries_those_of_known_places(net):
    assert net.places.loc[["n1", "n4", "n6", "n74"], "country"].tolist() == ["AL", "AL", "MK", "MK"]
    border = net.places.loc["border-1"]
    assert (border["country"], border["kind"], border["lon"]) == ("AL-MK", "border_crossing", 20.6)
    assert border["name"] == "near Qafë Thanë–Kafasan"
    assert net.links.loc[["w13-3", "w13-4"], ["from", "to", "country"]].to_numpy().tolist() == [
        ["n4", "border-1", "AL"],
        ["border-1", "n6", "MK"],
    ]
    assert net.borders[["place", "mode", "wait_h", "name"]].to_numpy().tolist() == [
        ["border-1", "road", 0.5, "near Qafë Thanë–Kafasan"],
        ["border-2", "rail", 1.5, "near Lin–Radožda"],
    ]


def test_modes_meet_only_at_known_places(net):
    assert (net.places["transfer"] == "").all()
    assert "n2" not in set(net.links.loc[net.links["mode"] == "road", ["from", "to"]].to_numpy().ravel())


def test_a_ferry_that_takes_vehicles_is_a_part_of_the_road(net):
    legs = best_route(net.under("wheeled"), "n72", "n81")
    assert legs["mode"].unique().tolist() == ["road"]
    assert net.links.at["w60", "note"].startswith("ferry, driven on and off: 30 km/h by rule")


def test_the_source_says_whose_data_and_of_when(net):
    row = net.sources.set_index("id").loc["openstreetmap"]
    assert "OpenStreetMap contributors" in row["publisher"]
    assert (row["date"], "ODbL" in row["licence"]) == ("2026-11-20", True)


def test_commands_on_the_imported_network(path, tmp_path):
    ends = ("41.10,20.50", "41.16,20.68")
    legs = json.loads(done("--network", path, "route", *ends, "-p", "wheeled", "-f", "json").stdout)["rows"]
    assert [leg["link"] for leg in legs if leg["link"]] == "w10 w12 w13 w13-2 w13-3 w13-4 w14 w30 w32".split()
    assert [leg["mode"] for leg in legs].count("crossing") == 1
    assert run("--network", path, "route", *ends, "-p", "heavy", "-m", "road").exit_code == 1  # 108 t, bridge of 60 t
    said = done("--network", path, "route", "41.101,20.50", "struga", "-p", "wheeled").stderr
    assert "41.101,20.50: n1, 0.11 km away" in said
    pair = ("--from", ends[0], "--to", ends[1], "-p", "wheeled")
    after = json.loads(done("--network", path, "whatif", "-x", "SH3", *pair, "-f", "json").stdout)["rows"]
    assert [row["cut_off"] for row in after] == [True]
    worst = json.loads(done("--network", path, "bottlenecks", *pair, "-f", "json").stdout)["rows"]
    assert worst[0]["sole_link"]
    done("--network", path, "map", *pair, "-o", tmp_path / "map.html")
    assert "OpenStreetMap contributors (ODbL)" in (tmp_path / "map.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def helsinki(tmp_path_factory):
    path = tmp_path_factory.mktemp("import") / "helsinki.gpkg"
    done("import", "osm", HELSINKI, "-o", path, "--country", "FI")
    assert ": 0, notices" in done("check", path).stderr
    return Network.load(path)


@pytest.fixture(scope="module")
def raw():
    """The tags and nodes of every way of the extract."""
    ways = osmium.FileProcessor(str(HELSINKI), osmium.osm.WAY | osmium.osm.NODE).with_locations()
    return {
        way.id: (dict(way.tags), [(n.lon, n.lat) for n in way.nodes if n.location.valid()])
        for way in ways
        if way.is_way()
    }


@pytest.mark.parametrize(
    ("link", "column", "value"),
    [
        ("w23952344", "name", "Pitkäsilta"),
        ("w23952344", "structure", "bridge"),
        ("w23952344", "max_speed_kmh", 40),
        ("w23952344", "lanes", 4),  # with the carriageway beside it, 2 each
        ("w23952344", "oneway", False),
        ("w23952344", "road_class", "secondary"),
        ("w4253821", "mode", "rail"),
        ("w4253821", "gauge_mm", 1524),
        ("w4253821", "electrified", "yes"),
        ("w4253821", "usage", "main"),
        ("w4253821", "max_speed_kmh", 35),
    ],
)
def test_named_objects_of_a_real_extract(helsinki, link, column, value):
    assert helsinki.links.at[link, column] == value


def test_every_link_of_a_real_extract_says_what_its_way_says(helsinki, raw):
    alone = helsinki.links[helsinki.links["note"] == ""]  # the others stand for several ways
    assert len(alone) > len(helsinki.links) / 3
    for link in alone.itertuples():
        tags, _ = raw[int(link.id.split("-")[0][1:])]
        for key, value in (("maxspeed", link.max_speed_kmh), ("lanes", link.lanes), ("gauge", link.gauge_mm)):
            if not (key == "lanes" and link.mode == "rail"):
                assert (float(tags[key]) if key in tags else np.nan) == pytest.approx(value, nan_ok=True)
        assert link.oneway == (link.mode == "road" and tags.get("oneway") == "yes")
        assert (link.structure == "bridge") == ("bridge" in tags)
        assert tags.get("name", "") in {link.name, ""}


def test_no_kilometre_of_a_real_extract_is_lost(helsinki, raw):
    classes = {f"{road}{ramp}" for road in ("motorway", "trunk", "primary", "secondary") for ramp in ("", "_link")}
    lines = helsinki.links.loc[helsinki.links["mode"] == "road"].to_crs(3067).union_all()
    ways = [LineString(points) for tags, points in raw.values() if tags.get("highway") in classes and len(points) > 1]
    ways = gpd.GeoSeries(ways, crs=4326).to_crs(3067)
    away = ways.difference(lines.buffer(60)).length.sum()  # a carriageway lies beside the one that stands for it
    assert away < 0.03 * ways.length.sum()  # the small pieces at its edge
    assert lines.length < 1.005 * ways.length.sum()


def test_routes_on_a_real_extract_agree_with_another_search(helsinki):
    net = helsinki.under("wheeled", modes=["road"])
    graph, ends = to_osmnx(net), net.places_named(["60.1715,24.94", "60.1735,24.9475"])
    a, b = (net.places.index.get_loc(place) for place in ends)
    for start, end in ((a, b), (b, a)):
        hours = best_route(net, net.places.index[start], net.places.index[end])["time_h"].sum()
        assert hours == pytest.approx(nx.shortest_path_length(graph, start, end, "travel_time") / 3600, abs=1e-6)
