"""Whatever is wrong with an import ends in one clear line, and leaves an earlier result as it is."""

import gzip
import json
import resource
import sys
from contextlib import contextmanager

import pytest

from extracts import VALLEY, done, drawn_osm, refused, run
from mobility import Network

TEXT = VALLEY.read_text(encoding="utf-8")


@contextmanager
def disk_full_after(size):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def target(tmp_path):
    """An earlier result, which must survive."""
    target = tmp_path / "earlier.gpkg"
    target.write_text("earlier")
    yield target
    assert target.read_text() == "earlier"
    assert not list(tmp_path.glob(".*.part"))


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.osm", TEXT[:5000].encode(), "is cut short, or no OpenStreetMap file"),
        ("a.osm", b"", "is cut short"),
        ("a.osm", b"<html><body/></html>", "its root is <html>"),
        ("a.osm", b"\x00\x01\x02", "is cut short"),
        ("a.osm", TEXT.replace(' ref="2"', "").encode(), "is cut short"),
        ("a.osm", TEXT.replace("UTF-8", "UTF-88").encode(), "unknown encoding: UTF-88"),
        ("a.osm.gz", TEXT.encode(), "Not a gzipped file"),
        ("a.osm.gz", gzip.compress(TEXT.encode())[:700], "is cut short"),
        ("a.osm.gz", gzip.compress(TEXT.encode())[:30] + bytes(700), "is cut short"),  # zlib's own error
        ("a.osm.bz2", TEXT.encode(), "is cut short"),
        ("a.osm", b"<osm/>", "no road, railway or ferry"),
        (
            "a.osm",
            TEXT.replace('k="highway"', 'k="was"').replace('k="rail', 'k="x').replace("route", "y").encode(),
            "no road",
        ),
        ("a.pbf", b"", "is cut short"),
        ("a.pbf", TEXT.encode(), "is cut short, or no OpenStreetMap file"),
        ("a.osm.pbf", b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\x7f", "is cut short"),
        ("a.txt", b"", "an OpenStreetMap file ends in .osm,"),
    ],
)
def test_a_broken_extract(tmp_path, target, name, data, message):
    (tmp_path / name).write_bytes(data)
    refused(run("import", "osm", tmp_path / name, "-o", target), name, message)


def test_ferries_alone(tmp_path):
    """Then no tag says anything of a road: neither its class nor its structures."""
    done("import", "osm", VALLEY, "-m", "sea", "--country", "AA", "-o", tmp_path / "x.gpkg")
    assert set(Network.load(tmp_path / "x.gpkg").links["road_class"]) == {""}


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ({1: (95, 25), 2: (45, 25.1)}, "a.osm: no road, railway or ferry of the kinds asked for"),
        ({1: ("inf", 25), 2: ("nan", 25.1)}, "a.osm: no road, railway or ferry of the kinds asked for"),
    ],
)
def test_an_import_without_a_link_leaves_the_old_file(tmp_path, target, points, message):
    (tmp_path / "a.osm").write_bytes(drawn_osm(points, "10: 1 2; highway=primary"))
    refused(run("import", "osm", tmp_path / "a.osm", "--country", "RO", "-o", target), message)


def test_an_import_of_crumbs_leaves_the_old_file(tmp_path, target):
    points = {n: (45 + n // 2 / 100, 25 + n % 2 / 100) for n in range(120)}
    ways = [f"{n}: {2 * n} {2 * n + 1}; highway=primary" for n in range(60)]  # 60 pieces of less than 2% each
    (tmp_path / "a.osm").write_bytes(drawn_osm(points, *ways))
    refused(run("import", "osm", tmp_path / "a.osm", "--country", "RO", "-o", target), "no piece of it holds 2%")


def test_a_long_attribute_is_refused_soon(tmp_path, target):
    text = b'<osm version="0.6"><way id="5"><tag k="name" v="' + b"a" * 120_000_000
    (tmp_path / "a.osm.gz").write_bytes(gzip.compress(text, 1))
    refused(run("import", "osm", tmp_path / "a.osm.gz", "-o", target), "a tag in it is longer than")


NET = {1: (45, 25.0), 2: (45, 25.1), 3: (45, 25.2), 4: (45.1, 25.15)}


def links(tmp_path, *words, ways):
    """Import ways; return the links and what was said."""
    (tmp_path / "a.osm").write_bytes(drawn_osm(NET, *ways))
    said = done("import", "osm", tmp_path / "a.osm", "--country", "RO", "-o", tmp_path / "a.gpkg", *words).stderr
    return Network.load(tmp_path / "a.gpkg").links, said


def test_forbidden_roads_are_left_out_unless_asked_for(tmp_path):
    ways = "10: 1 2; highway=primary", "11: 2 3; highway=primary motor_vehicle=agricultural", "12: 2 4; highway=primary"
    found, said = links(tmp_path, ways=ways)
    assert set(found.index) == {"w10"} | {i for i in found.index if i.startswith("w12")}
    assert "left out (ways): motor_vehicle=agricultural (1); --allow-restricted takes them as doubtful" in said
    found, said = links(tmp_path, "--allow-restricted", ways=ways)
    assert found.loc["w11", ["doubtful", "restriction"]].tolist() == [True, "motor_vehicle=agricultural"]
    assert "left out" not in said


def test_a_ferry_out_of_use_is_left_out(tmp_path):
    ways = "10: 1 2; highway=primary", "11: 2 3; route=ferry motorcar=yes disused=yes"
    found, said = links(tmp_path, ways=ways)
    assert found.index.tolist() == ["w10"]
    assert "left out (ways): disused=yes (1)" in said


def test_what_is_not_read_is_counted_in_one_line(tmp_path):
    ways = (
        "10: 1 2; highway=primary access:conditional=no@winter maxbogieweight=5",
        "11: 2 3; highway=primary access:conditional=no@night",
        "12: 2 4; highway=primary maxweight:hgv=7.5",
    )
    found, said = links(tmp_path, ways=ways)
    assert "2 ways carry tags that are not read: access:conditional (2), maxbogieweight (1)" in said
    assert found.at["w12", "max_gross_t"] == 7.5


def test_lesser_roads_are_taken_on_request(tmp_path):
    ways = "10: 1 2; highway=primary", "11: 2 3; highway=tertiary", "12: 2 4; highway=unclassified"
    assert set(links(tmp_path, ways=ways)[0].index) == {"w10"}
    found, _ = links(tmp_path, "--roads", "primary,tertiary,unclassified", ways=ways)
    assert found["road_class"].to_dict() == {"w10": "primary", "w11": "secondary", "w12": "urban"}


@pytest.mark.parametrize(("duration", "hours"), [("01:30", 1.5), ("PT1H30M", 1.5), ("90", 1.5), ("soon", 7.885 / 30)])
def test_a_ferry_takes_as_long_as_it_says(tmp_path, duration, hours):
    ways = "10: 1 2; highway=primary", f"11: 2 3; route=ferry motorcar=yes duration={duration}"
    found, said = links(tmp_path, ways=ways)
    ferry = found.loc["w11"]
    assert ferry["length_km"] / ferry["speed_kmh"] == pytest.approx(hours, abs=1e-3)
    assert ("not understood, left empty (ways): duration=soon (1)" in said) == (duration == "soon")
    row = json.loads(done("--network", tmp_path / "a.gpkg", "route", "n1", "n3", "-p", "wheeled", "-f", "json").stdout)[
        "rows"
    ][-1]
    assert (row["mode"], row["time_h"]) == ("road", pytest.approx(hours, abs=1e-3))


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_pbf_that_is_cut_short(valley, tmp_path, target, share):
    data = valley[".pbf"].read_bytes()
    (tmp_path / "cut.pbf").write_bytes(data[: int(share * len(data))])
    refused(run("import", "osm", tmp_path / "cut.pbf", "-o", target), "cut.pbf: is cut short")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere.osm"], "there is no file nowhere.osm"),
        ([], "say what to import"),
        ([VALLEY, "--bbox", "20,40,19,41"], "write west,south,east,north in degrees"),
        ([VALLEY, "--bbox", "20,41,21,40"], "west,south,east,north"),
        ([VALLEY, "--bbox", "2000,4100,2100,4200"], "west,south,east,north"),
        ([VALLEY, "--bbox", "20,40,21"], "west,south,east,north"),
        ([VALLEY, "--bbox", "nan,40,21,41"], "west,south,east,north"),
        ([VALLEY, "--bbox", "40.8,20.4,41.4,20.8"], "no road, railway or ferry of the kinds asked for"),  # lat and lon
        ([VALLEY, "--bbox", "20,40,21,41", "--polygon", "x"], "give one area"),
        ([VALLEY, "--polygon", VALLEY.parent / "ra2ce"], "there is no such file"),
        ([VALLEY, "--along", "corridor:XX"], "no corridor is called 'XX'"),
        ([VALLEY, "--along", "corridor:VIII", "--buffer", "far"], "write a distance"),
        ([VALLEY, "--buffer", "0km"], "write a distance"),
        ([VALLEY, "--bbox", "20,40,21,42", "--along", "corridor:VIII"], "give one area"),
        ([VALLEY, "--roads", "motorway,street"], "no roads are called 'street'"),
        ([VALLEY, "--rails", "tram"], "no rails are called 'tram'"),
        ([VALLEY, "--roads", ""], "name at least one"),
        ([VALLEY, "-m", "air"], "'air' is not one of"),
        ([VALLEY, "--country", "Albania"], "the two letters"),
        ([VALLEY, "--snap", "nonesuch"], "no place is called 'nonesuch'"),
        ([VALLEY, "--snap", "nowhere.csv"], "nowhere.csv:1: file is missing"),
        ([VALLEY, "-f", "json"], "-f and --safe-csv go with --refresh or --onto"),
        ([VALLEY, "--safe-csv"], "-f and --safe-csv go with --refresh or --onto"),
    ],
)
def test_options_that_make_no_sense(target, words, message):
    refused(run("import", "osm", *words, "-o", target), message)


@pytest.mark.parametrize("name", ["a.csv", "a", "a.json"])
def test_only_geopackages_are_written(tmp_path, name):
    refused(run("import", "osm", VALLEY, "-o", tmp_path / name), "needs -o FILE with one of the suffixes .gpkg")
    assert list(tmp_path.iterdir()) == []


def test_far_from_every_known_place_the_country_must_be_said(tmp_path, target):
    far = tmp_path / "far.osm"
    far.write_text(TEXT.replace('lat="41', 'lat="61').replace('lat="40', 'lat="60'), encoding="utf-8")
    refused(run("import", "osm", far, "-o", target), "give --country XX")
    done("import", "osm", far, "-o", tmp_path / "far.gpkg", "--country", "fi")
    net = Network.load(tmp_path / "far.gpkg")
    assert set(net.links["country"]) == set(net.countries["iso2"]) == {"FI"}
    passed, every = (net.under(transit=rule).links["active"].tolist() for rule in ("nato", "any"))
    assert passed == every  # not known to be no member


@pytest.mark.parametrize("size", [500, 20_000])
def test_a_full_disk(target, size):
    with disk_full_after(size):
        refused(run("import", "osm", VALLEY, "-q", "-o", target), "cannot write")


def test_without_the_library_for_pbf(valley, target, monkeypatch):
    monkeypatch.setitem(sys.modules, "osmium", None)
    refused(run("import", "osm", valley[".pbf"], "-o", target), "pip install 'mobility[pbf]'")


@pytest.mark.parametrize(
    "where", ["mobility.sources.files.gather", "mobility.sources.osm.chains", "pathlib.Path.replace"]
)
def test_ctrl_c(target, monkeypatch, where):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(where, interrupted)
    result = run("import", "osm", VALLEY, "-q", "-o", target)
    assert (result.exit_code, result.output.strip()) == (130, "Aborted!")


def test_no_progress_into_a_file(tmp_path):
    assert "\r" not in done("import", "osm", VALLEY, "-o", tmp_path / "v.gpkg").stderr
    assert done("import", "osm", VALLEY, "-q", "-o", tmp_path / "v.gpkg").output == ""


@pytest.mark.parametrize(
    "words",
    [
        ["route", "45.002,25.05", "n3"],
        ["route", "n3", "45.002,25.05"],
        ["route", "n3", "n1", "--via", "45.002,25.05"],
        ["routes", "--from", "45.002,25.05", "--to", "n3"],
        ["routes", "--from", "n3", "--to", "45.002,25.05"],
    ],
)
def test_how_far_a_point_is_from_the_line_beside_it_is_told(tmp_path, words):
    """A straight road without points between its ends can be reached at these only."""
    (tmp_path / "a.osm").write_bytes(
        drawn_osm({1: (45, 25), 2: (45, 25.11), 3: (45, 25.2)}, "10: 1 2; highway=primary", "11: 2 3; highway=trunk")
    )
    done("import", "osm", tmp_path / "a.osm", "--country", "RO", "-o", tmp_path / "a.gpkg")
    said = done("--network", tmp_path / "a.gpkg", *words).stderr
    assert "45.002,25.05: n1, 3.94 km away; the line of w10 passes it at 0.22 km" in said
