"""Overpass through osmnx's own code, answered by a server on this machine that fails on the way."""

import json
import socket

import osmnx
import pytest
import shapely
from pyproj import Geod

from extracts import VALLEY, done, drawn_osm, imported, refused, run, shape
from mobility import Network
from mobility.errors import InputError
from mobility.sources import overpass
from mobility.sources.extract import Selection
from mobility.sources.files import read
from overpass_server import Server

pytestmark = pytest.mark.usefixtures("pauses")
BOX = shapely.box(20.4, 40.8, 20.8, 41.4)


@pytest.fixture
def server():
    server = Server(VALLEY)
    yield server
    server.close()


@pytest.fixture
def pauses(monkeypatch):
    """Nobody waits; how long they would have is noted."""
    taken = []
    monkeypatch.setattr("time.sleep", taken.append)
    monkeypatch.setattr(osmnx.settings, "requests_timeout", 0.5)
    return taken


def ask(server, tmp_path, area=BOX, step=lambda _: None, **selection):
    return overpass.read(area, Selection(**selection), url=server.url, cache=tmp_path / "cache", step=step)


@pytest.fixture(scope="module")
def whole(shipped):
    """The network of the file, less the segment whose point it lacks."""
    return shape(imported(read(VALLEY, Selection()), shipped))


def test_the_answers_make_the_same_network_as_the_file(server, pauses, tmp_path, shipped, whole):
    before = {name: getattr(osmnx.settings, name) for name in vars(osmnx.settings) if name.islower()}
    resolve = socket.getaddrinfo
    extract = ask(server, tmp_path)
    assert shape(imported(extract, shipped)) == whole
    assert extract.date == "2026-11-21"
    assert len(server.asked) == 4  # roads, railways, ferries, borders
    assert {"mobility", "(OSMnx)"} <= set(server.asked[0][1]["User-Agent"].split())
    assert set(pauses) <= {0}
    assert {name: getattr(osmnx.settings, name) for name in before} == before
    assert socket.getaddrinfo is resolve


def test_barriers_limits_and_several_things_in_one_way(tmp_path, shipped):
    points = {1: (41, 20.5), 2: (41, 20.52, "barrier=block"), 3: (41, 20.54), 4: (41.1, 20.52, "maxheight=2.2")}
    ways = (
        "10: 1 2 3; highway=primary",
        "11: 1 4 3; highway=primary maxweight:hgv=7.5 hgv:conditional=no@night",
        "12: 1 3; highway=secondary railway=rail usage=industrial;branch gauge=1435",
        "13: 3 4; route=ferry motorcar=yes duration=00:20",
    )
    (tmp_path / "a.osm").write_bytes(drawn_osm(points, *ways))
    told, found = {}, {}
    server = Server(tmp_path / "a.osm")
    for name, extract in (("file", read(tmp_path / "a.osm", Selection())), ("server", ask(server, tmp_path))):
        told[name] = []
        found[name] = shape(imported(extract, shipped, country="AL", tell=told[name].append))
    server.close()
    assert found["server"] == found["file"]
    assert len(found["file"]) == 5  # 10 is barred, 11 is divided where the ferry begins
    assert set(told["server"]) - {"turn restrictions are not asked for, and not kept to"} == set(told["file"])
    assert any("hgv:conditional (1)" in text for text in told["file"])


def test_a_busy_server_and_a_time_out_on_the_way(server, pauses, tmp_path, shipped, whole):
    server.faults = [429, None, "late", None]
    said = []
    assert shape(imported(ask(server, tmp_path, step=said.append), shipped)) == whole
    assert len(server.asked) == 6
    assert 55 in pauses  # osmnx's own, after 429
    assert any("429" in text for text in said)
    assert any("timed out" in text for text in said)


def test_what_was_answered_is_not_asked_again(server, tmp_path):
    first = ask(server, tmp_path)
    server.close()
    again = ask(server, tmp_path)
    assert (again.date, len(again.tail)) == (first.date, len(first.tail))
    assert len(server.asked) == 4


@pytest.mark.parametrize(
    ("faults", "message"),
    [
        ([None, 500], "answered 500"),
        ([None, 400], "answered 400"),
        ([None, "html"], "Please wait"),
        ([None, "runtime error: Query timed out"], "did not answer in full: runtime error: Query timed out"),
        ([None, *[504] * 5], "answered 504 Gateway Timeout 5 times in a row"),
        ([None, *["late"] * 4], "no answer from"),
    ],
)
def test_an_import_that_breaks_off_resumes(server, tmp_path, shipped, whole, faults, message):
    server.faults = faults
    with pytest.raises(InputError, match=message) as caught:
        ask(server, tmp_path)
    assert "\n" not in str(caught.value)
    asked = len(server.asked)
    server.faults = []
    assert shape(imported(ask(server, tmp_path), shipped)) == whole
    assert len(server.asked) == asked + 3


def test_an_answer_that_an_interruption_cut_short_is_asked_again(server, tmp_path, shipped, whole):
    ask(server, tmp_path)
    broken = next((tmp_path / "cache").glob("*/*.json"))
    broken.write_text(broken.read_text(encoding="utf-8")[:100], encoding="utf-8")
    assert shape(imported(ask(server, tmp_path), shipped)) == whole
    assert len(server.asked) == 5


def test_large_areas_are_asked_in_pieces(server, tmp_path, shipped, whole, monkeypatch):
    monkeypatch.setattr(overpass, "PIECE_KM2", 600.0)
    assert shape(imported(ask(server, tmp_path), shipped)) == whole
    assert len(server.asked) == 4 * 4


@pytest.mark.parametrize("area", [BOX, BOX.union(shapely.box(22, 41, 24, 44)), shapely.Point(20, 41).buffer(2)])
def test_pieces_cover_the_area_once(area, monkeypatch):
    monkeypatch.setattr(overpass, "PIECE_KM2", 500.0)
    pieces = list(overpass._pieces(area))
    assert all(abs(Geod(ellps="WGS84").geometry_area_perimeter(piece)[0]) <= 500e6 for piece in pieces)
    assert shapely.union_all(pieces).symmetric_difference(area).area == pytest.approx(0, abs=1e-9)
    assert sum(piece.area for piece in pieces) == pytest.approx(area.area)


def test_only_what_is_wanted_is_asked_for(server, tmp_path):
    ask(server, tmp_path, modes=("road", "rail"), roads=("trunk",), rails=("main", "service"), borders=False)
    road, rail = (question for question, _ in server.asked)
    assert '["highway"~"^(trunk)(_link)?$"]' in road
    assert '["railway"="rail"](poly' in rail


def test_nothing_there(server, tmp_path, shipped):
    with pytest.raises(InputError, match="no road, railway or ferry"):
        imported(ask(server, tmp_path, shapely.box(10, 50, 10.1, 50.1)), shipped)


def command(server, tmp_path, *words, target="v.gpkg"):
    there = ("--overpass", server.url, "--nominatim", server.url, "--cache", tmp_path / "cache")
    return ("import", "osm", *words, *there, "-o", tmp_path / target)


def test_by_place_and_along_a_corridor(server, tmp_path):
    done(*command(server, tmp_path, "--place", "Kalaja"))
    net = Network.load(tmp_path / "v.gpkg")
    assert {"w10", "w50"} == set(net.links.index)
    assert net.sources.set_index("id").at["openstreetmap", "date"] == "2026-11-21"
    done(*command(server, tmp_path, "--along", "corridor:VIII", "--buffer", "6km", target="viii.gpkg"))
    assert {"w10", "w50"} < set(Network.load(tmp_path / "viii.gpkg").links.index)


@pytest.mark.parametrize("name", ["Nowhere", "Pika"])  # unknown, or a point
def test_a_place_that_is_no_area(server, tmp_path, name):
    refused(run(*command(server, tmp_path, "--place", name)), f"no area is called {name!r}")


def test_no_server_leaves_the_earlier_result(server, tmp_path):
    (tmp_path / "v.gpkg").write_text("earlier")
    server.close()
    refused(run(*command(server, tmp_path, "--bbox", "20.4,40.8,20.8,41.4")), "cannot reach Overpass", server.url)
    refused(run(*command(server, tmp_path, "--place", "Kalaja")), "cannot reach", server.url)
    assert (tmp_path / "v.gpkg").read_text() == "earlier"


def test_an_address_that_is_none(tmp_path):
    words = ("import", "osm", "--bbox", "20,40,21,41", "--cache", tmp_path, "-o", tmp_path / "v.gpkg", "--overpass")
    refused(run(*words, "nonsense"), "cannot reach Overpass at nonsense")


def test_the_cache_is_that_of_osmnx(server, tmp_path):
    ask(server, tmp_path)
    for file in (tmp_path / "cache").glob("*/*.json"):
        assert "elements" in json.loads(file.read_text(encoding="utf-8"))


def test_countries_that_nobody_knows_are_asked_for_once(tmp_path, shipped):
    """Two parts are two questions, and none the second time."""
    points = {1: (-31.0, -58.5), 2: (-31.0, -57.5), 10: (-30.9, -58.0), 11: (-31.1, -58.0)}
    border = "11: 10 11; boundary=administrative admin_level=2"
    (tmp_path / "a.osm").write_bytes(drawn_osm(points, "10: 1 2; highway=primary", border))
    server = Server(tmp_path / "a.osm")
    west, east = shapely.box(-60, -35, -58, -28), shapely.box(-58, -35, -56, -28)
    server.areas = [(west, {"ISO3166-1": "AR", "name:en": "Argentina"}), (east, {"ISO3166-1": "UY"})]
    server.faults = [None, None, None, None, 429]
    area = shapely.box(-58.6, -31.2, -57.4, -30.8)
    for _ in range(2):
        net = imported(ask(server, tmp_path, area), shipped)
        assert sorted(net.links["country"]) == ["AR", "UY"]
        assert net.countries.set_index("iso2")["name"].to_dict() == {"AR": "Argentina", "UY": "UY"}
    assert len([question for question, _ in server.asked if "is_in" in question]) == 3  # one was too busy
    server.areas = []
    with pytest.raises(InputError, match="give --country XX"):
        imported(ask(server, tmp_path / "other", area), shipped)
    server.close()


def test_a_server_that_does_not_know_the_country(tmp_path):
    with pytest.raises(InputError, match=r"no answer from http://127\.0\.0\.1:9.*or give --country XX"):
        overpass.countries_at(1, 1, url="http://127.0.0.1:9/api", folder=tmp_path)
