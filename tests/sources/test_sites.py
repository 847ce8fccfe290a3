"""Ports, bases and airfields of an extract: what they are, where, what they are called, and how they are tied."""

import pytest

from extracts import as_pbf, done, drawn_osm, refused, run
from mobility import Network, from_osm
from mobility.errors import InputError

# A road and a railway from west to east near Darwin, 12 degrees south, and a ferry from its east end to an island.
POINTS = {1: (-12.0, 130.0), 2: (-12.0, 130.5), 3: (-12.0, 131.0), 4: (-12.1, 130.0), 5: (-12.1, 131.0)}
FERRY = {6: (-11.9, 131.1), 7: (-11.5, 131.1)}
WAYS = "100: 1 2 3; highway=primary", "101: 4 5; railway=rail", "102: 6 7; route=ferry"
SQUARE = {20: (-12.01, 130.2), 21: (-12.01, 130.22), 22: (-12.03, 130.22), 23: (-12.03, 130.2)}


def square(tags, key=200):
    return f"{key}: 20 21 22 23 20; {tags}"


@pytest.fixture
def taken(tmp_path):
    """Return the network of drawn data with some places of it."""

    def ask(points=None, *ways, relations="", places=("all",), country="AU", pbf=False, data=b"", **options):
        data, said = data or drawn_osm(POINTS | FERRY | points, *WAYS, *ways, relations=relations), []
        path = tmp_path / "drawn.osm"
        path.write_bytes(data)
        path = as_pbf(data, tmp_path / "drawn.pbf") if pbf else path
        net = from_osm(path, country=country, places=places, tell=said.append, **options)
        return net.places[net.places["kind"].ne("junction")], net, said

    return ask


KINDS = [
    ("harbour=yes", "port"),
    ("industrial=port", "port"),
    ("landuse=port", "port"),
    ("landuse=harbour", "port"),
    ("amenity=ferry_terminal cargo=yes", "ferry_port"),
    ("amenity=ferry_terminal motor_vehicle=yes", "ferry_port"),
    ("military=base landuse=military", "base"),
    ("military=barracks", "base"),
    ("landuse=military", "base"),
    ("military=training_area", "training_area"),
    ("military=naval_base", "naval_base"),
    ("military=airfield", "airbase"),
    ("aeroway=aerodrome military=airfield", "airbase"),
    ("aeroway=aerodrome icao=YPDN landuse=military", "airbase"),
    ("aeroway=aerodrome icao=YPDN", "airport"),
    ("aeroway=aerodrome iata=DRW", "airport"),
]
NOTHING = [
    "harbour=no",
    "harbour=yes leisure=marina",
    "amenity=ferry_terminal",
    "amenity=ferry_terminal motor_vehicle=no",
    "military=danger_area landuse=military",
    "aeroway=aerodrome",
    "military=base disused=yes",
]


@pytest.mark.parametrize("drawn", ["node", "way", "relation"])
@pytest.mark.parametrize("pbf", [False, True])
def test_points_ways_and_relations(taken, drawn, pbf):
    """The base is 0.02 degrees of latitude, 2.2 km, south of the road, and 8.9 km north of the railway."""
    tags = "military=barracks name=Robertson"
    inside = {30: (-12.02, 130.21, tags)} if drawn == "node" else SQUARE
    ways = {"node": [], "way": [square(tags)], "relation": ["200: 20 21 22;", "201: 22 23 20;"]}[drawn]
    members = '<member type="way" ref="200" role="outer"/><member type="way" ref="201" role="outer"/>'
    words = "".join('<tag k="{}" v="{}"/>'.format(*w.split("=")) for w in f"type=multipolygon {tags}".split())
    relations = f'<relation id="300">{members}{words}</relation>' if drawn == "relation" else ""
    places, net, said = taken(inside, *ways, relations=relations, pbf=pbf)
    place = places.iloc[0]
    assert place[["id", "name", "kind", "country"]].tolist() == ["robertson", "Robertson", "base", "AU"]
    assert (place["lat"], place["lon"]) == pytest.approx((-12.02, 130.21))
    assert (place["source"], place["transfer"]) == ("openstreetmap", "")
    link = net.links.loc["robertson-access-road"]
    assert link["length_km"] == pytest.approx(1.2 * 2.224, abs=0.02)
    assert "robertson-access-rail" not in net.links.index
    assert "1 of 1 places snapped; the others have no way of theirs within 5 km" in said
    number = {"node": "n30", "way": "w200", "relation": "r300"}[drawn]
    assert place["note"].startswith(f"OpenStreetMap {number}; snapped: road 2.2")


def test_a_base_near_both_is_tied_to_road_and_rail(taken):
    places, net, _ = taken({30: (-12.05, 130.3, "military=base name=Middle")}, max_snap_km=6)
    assert places["id"].tolist() == ["middle"]
    assert {"middle-access-road", "middle-access-rail"} <= {*net.links.index}


def test_a_port_is_tied_to_the_ferry_too_and_changes_modes_there(taken):
    places, net, _ = taken({30: (-11.92, 131.09, "harbour=yes name=Quay")}, max_snap_km=15)
    ties = ["quay-access-rail", "quay-access-road", "quay-access-sea"]
    assert sorted(key for key in net.links.index if "access" in key) == ties[1:]
    assert places[["kind", "transfer"]].to_numpy().tolist() == [["port", "road-sea"]]
    assert places["transfer_source"].iloc[0].startswith("estimate: ")


@pytest.mark.parametrize(("tags", "kind"), KINDS)
def test_kinds(taken, tags, kind):
    assert taken(SQUARE, square(tags))[0]["kind"].tolist() == [kind]
    assert taken({30: (-12.02, 130.21, tags)})[0]["kind"].tolist() == [kind]


@pytest.mark.parametrize("tags", NOTHING)
def test_what_is_none(taken, tags):
    places, _, said = taken(SQUARE, square(tags))
    assert places.empty
    assert not [line for line in said if "--places" in line]
    assert "in the data there are no ports or bases or airfields" in said


@pytest.mark.parametrize("pbf", [False, True])
@pytest.mark.parametrize("lat", [-12.02, -12.2])
def test_an_aerodrome_with_a_runway_is_one(taken, lat, pbf):
    """The runway lies within the outline of one, and 20 km from the point of the other."""
    runway = {40: (-12.015, 130.205), 41: (-12.025, 130.215)}
    drawn = (SQUARE | runway, "201: 40 41; aeroway=runway")
    assert taken(drawn[0], square("aeroway=aerodrome name=Strip"), drawn[1], pbf=pbf)[0]["id"].tolist() == ["strip"]
    (point,) = [{30: (lat, 130.22, "aeroway=aerodrome name=Point")}]
    if not pbf:
        assert taken(drawn[0] | point, drawn[1])[0]["id"].tolist() == (["point"] if lat > -12.1 else [])


def test_only_what_is_asked_for(taken):
    points = {
        30: (-12.02, 130.2, "military=base name=Camp"),
        31: (-12.01, 130.3, "harbour=yes name=Quay"),
        32: (-12.01, 130.4, "aeroway=aerodrome icao=YPDN name=Field"),
    }
    for word, key in (("bases", "camp"), ("ports", "quay"), ("airfields", "field")):
        assert taken(points, places=[word])[0]["id"].tolist() == [key]
    assert taken(points, places=["ports", "airfields"])[0]["id"].tolist() == ["quay", "field"]
    assert len(taken(points)[0]) == 3
    places, _, said = taken(points, places=())
    assert places.empty
    told = "in the data, not taken: 1 ports, 1 bases, 1 airfields; --places ports,bases,airfields or all takes them"
    assert told in said
    assert not [line for line in taken(points, places=None)[2] if "not taken" in line]
    with pytest.raises(InputError, match="no places are called 'harbours'; there are ports, bases, airfields and all"):
        taken(points, places=["harbours"])


def test_ids_are_read_from_names_and_are_each_once(taken):
    """Twice drawn is one; namesakes far apart, things without a name and names like ids of ways are told apart."""
    points = {
        30: (-12.0201, 130.21, "military=base name=Camp"),  # again as the square
        31: (-12.02, 130.7, "military=base name=Camp"),
        32: (-12.01, 130.5, "military=barracks"),
        33: (-12.01, 130.6, "military=barracks name=W100"),
        34: (-12.01, 130.8, "military=barracks name=Бараки name:en=Barracks"),
    }
    places, net, _ = taken(SQUARE | points, square("military=base name=Camp"))
    assert places["id"].tolist() == ["camp", "camp-n31", "base-n32", "base-w100", "barracks"]
    assert places["name"].tolist() == ["Camp", "Camp", "base n32", "W100", "Бараки"]
    assert net.places["id"].is_unique


def test_across_the_antimeridian(taken):
    """A road from 179.8 to -179.8 east, and a base 2.2 km beside it at -179.9: three quarters along."""
    points = {60: (-16.5, 179.8), 61: (-16.5, -179.8), 30: (-16.52, -179.9, "military=base name=Base")}
    data = drawn_osm(points, "100: 60 61; highway=primary")
    places, net, _ = taken(data=data, country="FJ")
    assert places["id"].tolist() == ["base"]
    cut = net.places.loc[net.links.at["base-access-road", "to"]]
    assert (cut["lon"], cut["lat"]) == pytest.approx((-179.9, -16.5))
    halves = net.links[net.links["mode"].eq("road") & net.links["corridors"].eq("OSM")]["length_km"]
    assert sorted(halves) == pytest.approx([10.67, 32.02], abs=0.02)


def test_an_airfield_on_military_land_of_its_name_is_one_place(taken):
    points = {30: (-12.0201, 130.21, "aeroway=aerodrome icao=YPTN military=airfield name=Tindal")}
    places = taken(SQUARE | points, square("landuse=military name=Tindal"))[0]
    assert places[["id", "kind"]].to_numpy().tolist() == [["tindal", "airbase"]]


def test_the_country_of_a_place_is_that_of_its_side(tmp_path):
    """The border runs north to south at 130.21: the road west of it is in one country, east of it in the other."""
    border = {10: (-11.0, 130.21), 11: (-13.0, 130.21)}
    points = {30: (-12.02, 130.2, "military=base name=West"), 31: (-12.02, 130.22, "military=base name=East")}
    line = "200: 10 11; boundary=administrative admin_level=2 left:country=AU right:country=ID"
    data = drawn_osm(POINTS | border | points, WAYS[0], line)
    (tmp_path / "drawn.osm").write_bytes(data)
    out = tmp_path / "net.gpkg"
    said = done("import", "osm", tmp_path / "drawn.osm", "--places", "bases", "-o", out).stderr
    assert "2 of 2 places snapped" in said
    assert "faults: 0" in done("check", out).stderr
    net = Network.load(out)
    assert net.places.loc[["west", "east"], "country"].tolist() == ["ID", "AU"]
    assert done("--network", out, "route", "west", "east", "-p", "wheeled").exit_code == 0


def test_what_does_not_go_together(tmp_path):
    refused(run("import", "osm", "--bbox", "1,1,2,2", "--places", "all", "-o", tmp_path / "a.gpkg"), "read from a FILE")
    words = "import", "osm", tmp_path / "a.osm", "--places", "all", "--refresh"
    refused(run(*words), "--places goes with a new network")
