"""Rows of one's own: what they need, what a rule fills and says, and every fault at once."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import mobility
from drawing import drawn
from mobility.errors import DataError
from mobility.model.sphere import great_circle_km

OWN = {"source": "estimate: invented"}
CAMP = {"id": "camp", "name": "Camp", "country": "MK", "kind": "base", "lat": 42.1, "lon": 21.8, "accuracy_km": 1} | OWN
ROAD = {"id": "camp-road", "from": "camp", "to": "kumanovo", "mode": "road", "corridors": "access"} | OWN


def refused(call, *texts):
    """Assert that the faults of a call are these, no more and no fewer."""
    with pytest.raises(DataError) as error:
        call()
    told = [str(fault) for fault in error.value.faults]
    assert len(told) == len(texts), told
    for text, line in zip(texts, told, strict=True):
        assert text in line
    return str(error.value)


@pytest.fixture(scope="module")
def camped(shipped):
    return shipped.add_place(CAMP).add_link(ROAD)


def test_a_base_and_its_road(camped, shipped):
    link = camped.links.loc["camp-road"]
    straight = great_circle_km(21.8, 42.1, shipped.places.at["kumanovo", "lon"], shipped.places.at["kumanovo", "lat"])
    assert link["length_km"] == pytest.approx(1.2 * straight, abs=0.0005)
    assert link["length_source"] == "estimate: 1.2 x the straight line"
    told = ["name", "country", "status", "length_confidence", "attr_confidence", "active", "reason"]
    assert link[told].tolist() == ["Camp–Kumanovo", "MK", "open", "low", "low", True, ""]
    assert camped.places.loc["camp", ["confidence", "active", "sets"]].tolist() == ["low", True, ""]
    assert shapely.get_coordinates(link["geometry"])[0].tolist() == [21.8, 42.1]
    assert len(camped.places) == len(shipped.places) + 1
    assert camped.identity == ("geodata with own rows", "", "")  # its checksum would be another's
    assert camped.add_place(CAMP | {"id": "c2", "name": "c2"}).identity.name == "geodata with own rows"


def test_analyses_take_it(camped):
    road = camped.under(modes=["road"])
    there = mobility.best_route(road, "camp", "varna")
    rest = mobility.best_route(road, "kumanovo", "varna")
    hours = road.links.at["camp-road", "time_h"]
    assert there["time_h"].sum() == pytest.approx(hours + rest["time_h"].sum(), abs=1e-6)
    assert camped.close("camp").links.loc["camp-road", "reason"] == "closed: Camp"
    assert mobility.routes(camped, ["camp"], ["set:black-sea"])["state"].eq("connected").all()


def test_dicts_frames_and_several(shipped, camped):
    rows = [CAMP, CAMP | {"id": "camp-2", "name": "Camp 2"}]
    frame = pd.DataFrame(rows)
    points = gpd.GeoDataFrame(
        frame.drop(columns=["lat", "lon"]), geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs=4326
    ).to_crs(3857)
    for given in (rows, iter(rows), frame, frame.set_index("id"), points):
        net = shipped.add_place(given)
        assert net.places.loc[["camp", "camp-2"], "lat"].round(6).tolist() == [42.1, 42.1]
    lines = gpd.GeoDataFrame(
        [ROAD | {"id": "bend"}],
        geometry=[shapely.LineString([(21.8, 42.1), (21.8, 42.2), (21.7158, 42.1328)])],
        crs=4326,
    )
    bend = camped.add_link(lines).links.loc["bend"]
    assert len(bend["geometry"].coords) == 3
    assert bend["length_source"] == "estimate: length of the line as drawn"
    assert bend["length_km"] == pytest.approx(11.12 + 10.21, abs=0.05)
    known = camped.add_link(ROAD | {"id": "known", "length_km": 14.5, "length_confidence": "high"}).links.loc["known"]
    assert known[["length_km", "length_source", "length_confidence"]].tolist() == [14.5, "", "high"]


def test_what_is_applied_stays(shipped):
    net = shipped.under("heavy").close("border:tabanovce").build("all").add_place(CAMP, links=ROAD)
    assert net.links.at["camp-road", "active"]
    assert net.links.at["camp-road", "time_h"] > 0
    assert [c.reason for c in net.closed] == ["closed: border Preševo–Tabanovce"]
    assert net.links["built"].sum() == shipped.build("all").links["built"].sum()
    assert "camp" in net.base.places.index
    assert not net.base.links["built"].any()


def test_a_place_that_changes_modes_comes_with_its_links(shipped):
    camp = CAMP | {"transfer": "road-rail", "transfer_source": "estimate: invented"}
    rail = ROAD | {"id": "camp-rail", "mode": "rail"}
    refused(lambda: shipped.add_place(camp), "own places:1: transfer road-rail at 'camp', which has no link")
    net = shipped.add_place(camp, links=[ROAD, rail])
    assert mobility.Graph.of(net.under()).to_frame().query("tail == 'camp/road' and head == 'camp/rail'").shape[0] == 1


def test_a_project_of_ones_own(camped):
    new = ROAD | {"id": "camp-new", "status": "planned", "road_class": "motorway", "length_km": 10}
    net = camped.add_link(new)
    assert net.links.at["camp-new", "reason"] == "planned"
    changes = [{"link": "camp-road", "attribute": "road_class", "after": "primary"}]
    mine = {"id": "mine", "name": "Mine", "links": ["camp-new"], "cost_eur_m": 20} | OWN
    net = net.add_project(mine, upgrades=changes)
    row = net.projects.iloc[-1]
    assert row[["mode", "country", "status", "confidence", "upgrades"]].tolist() == [
        "road", "MK", "planned", "low", "camp-road",
    ]  # fmt: skip
    assert net.upgrades.iloc[-1][["project", "today", "after", "status"]].tolist() == ["mine", "", "primary", "planned"]
    built = net.build("mine")
    assert built.links.loc[["camp-new", "camp-road"], "active"].all()
    assert built.links.at["camp-road", "road_class"] == "primary"
    gain = mobility.project_gains(net.under(), ["camp"], ["varna"], projects=["mine"])
    hours = [mobility.routes(n.under(), ["camp"], ["varna"])["time_h"].iloc[0] for n in (net, built)]
    assert gain["gain_h"].iloc[0] == pytest.approx(hours[0] - hours[1], abs=1e-6)
    assert hours[0] > hours[1]


@pytest.mark.parametrize(
    ("row", "texts"),
    [
        ({"lat": "north"}, ["lat 'north' is not a number"]),
        ({"lat": 142}, ["lat 142 is not between -90 and 90"]),
        ({"kind": "fort", "confidence": "sure"}, ["confidence 'sure' is not one of", "kind 'fort' is not one of"]),
        ({"country": "XY"}, ["country: unknown country 'XY'"]),
        ({"id": "kumanovo"}, ["id 'kumanovo' is used twice"]),
        ({"id": "Kumanovó"}, ["id 'Kumanovó' reads like 'kumanovo' when folded"]),
        ({"source": "my uncle"}, ["source 'my uncle' is not in sources.csv"]),
        ({"nmae": "x"}, ["unknown column 'nmae' is not read; did you mean 'name'?"]),
        ({"accuracy_km": None}, ["accuracy_km is missing"]),
        ({"name": "Half \ud800"}, ["name 'Half "]),
        ({"lat": float("nan"), "id": ""}, ["id is missing", "lat is missing"]),
    ],
)
def test_faults_of_places(shipped, row, texts):
    refused(lambda: shipped.add_place(CAMP | row), *[f"own places:1: {text}" for text in texts])


def test_all_faults_at_once(shipped):
    rows = [CAMP | {"kind": "fort"}, CAMP | {"id": "b", "name": "b", "lat": "x"}]
    with pytest.raises(DataError) as error:
        shipped.add_place(rows, links=ROAD | {"mode": "sledge", "length_km": 9, "country": "MK", "name": "n"})
    told = [str(fault) for fault in error.value.faults]
    for text in ("own links:1: mode 'sledge'", "own places:1: kind 'fort'", "own places:2: lat 'x'"):
        assert any(line.startswith(text) for line in told), told
    assert "in `faults`" in str(error.value)


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"to": "varna"}, "changes country without a border place: it is in MK"),
        ({"to": "camp"}, "starts and ends at 'camp'"),
        ({"length_km": 1}, "length_km 1 is shorter than the straight line"),
        ({"geometry": shapely.LineString([(0, 0), (1, 1)]), "length_km": 99}, "its line ends"),
        ({"corridors": None}, "corridors is missing"),
        ({"max_gross_t": -1}, "max_gross_t -1 must be more than 0"),
    ],
)
def test_faults_of_links(camped, row, text):
    with pytest.raises(DataError, match="own links:1") as error:
        camped.add_link(ROAD | {"id": "other", "country": "MK"} | row)
    assert any(text in str(fault) for fault in error.value.faults)


def test_a_project_needs_links_that_are_there(camped):
    mine = {"id": "mine", "name": "Mine", "links": "nowhere", "mode": "road", "country": "MK"} | OWN
    refused(lambda: camped.add_project(mine), "own projects:1: links: unknown link 'nowhere'")
    wrong = {"link": "camp-road", "attribute": "road_class", "today": "urban", "after": "alley"}
    texts = "after: road_class 'alley' is not one of", "today 'urban' differs from road_class '' of camp-road"
    refused(lambda: camped.add_project(mine | {"links": ""}, upgrades=wrong), *[f"own upgrades:1: {t}" for t in texts])


def test_a_new_border_needs_its_row(shipped):
    """A fault that a new row gives an old one is told too: here the place becomes a crossing."""
    gate = CAMP | {"id": "gate", "name": "Gate", "kind": "border_crossing", "country": "MK-RS"}
    roads = [
        ROAD | {"id": f"g-{code}", "from": "gate", "to": to, "country": code}
        for code, to in (("MK", "kumanovo"), ("RS", "vladicin-han"))
    ]
    with pytest.raises(DataError, match="has road links of MK and RS but no row in borders"):
        shipped.add_place(gate, links=roads)


def test_a_drawn_network_takes_rows_too():
    net = drawn("a -road 10- b", places={"b": {"lon": "0.05"}})
    road = {"id": "new", "from": "b", "to": "a", "mode": "road", "corridors": "T", "road_class": "primary"} | OWN
    assert net.add_link(road).links.at["new", "country"] == "AA"
