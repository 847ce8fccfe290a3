"""Files that users name: known by what they hold, never an address, and no word of a library about them."""

import contextlib
import json
import logging
import os
import sqlite3
import threading
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from console import mobility, refused
from mobility.errors import InputError
from mobility.model import doors

VALLEY = Path(__file__).parents[1] / "data" / "valley.osm"


@pytest.mark.parametrize(("data", "kind"), [
    (b"SQLite format 3\0" + bytes(52) + b"GPKG", doors.GEOPACKAGE),
    (b"SQLite format 3\0" + bytes(52) + b"GP10", doors.GEOPACKAGE),
    (b"SQLite format 3\0" + bytes(52), ""),  # another database
    (b"PK\x03\x04...", doors.ARCHIVE),
    (b"PK\x05\x06" + bytes(18), doors.ARCHIVE),  # an empty one
    (b"\x00\x00\x27\x0a" + bytes(96), doors.SHAPEFILE),
    (b"\x1f\x8b\x08", doors.PACKED),
    (b'{"type": "Point"}', doors.JSON),
    (b"\xef\xbb\xbf\r\n {}", doors.JSON),
    (b'\x1e{"type": "Feature"}', doors.JSON),
    ('{"a": 1}'.encode("utf-16"), doors.JSON),
    (b"[1, 2]", doors.JSON),
    (b"<?xml version='1.0'?>", doors.XML),
    ("<kml/>".encode("utf-16"), doors.XML),
    (b"", ""), (b" \n", ""), (b"id,name\n", ""), (b"%PDF-1.4", ""), (b"\x89PNG\r\n", ""),
])  # fmt: skip
def test_a_file_is_known_by_its_first_bytes(tmp_path, data, kind):
    for name in ("a.geojson", "a.gpkg", "a"):
        (tmp_path / name).write_bytes(data)
        assert doors.kind_of(tmp_path / name) == kind


@pytest.mark.parametrize("path", [
    "/vsicurl/http://host/a.geojson", "/vsizip/a.zip", "/VSIMEM/x", "/vsizip/{/vsicurl/http://host/a}", "/vsistdin/",
    "http://host/a", "HTTPS://host/a", "https:/host/a", "ftp://host/a", "s3://bucket/a", "gs://bucket/a", "file:///a",
    "zip:///a.zip!b", "GPKG:/a.gpkg:layer", " http://host/a", Path("http://host/a"),
])  # fmt: skip
def test_an_address_is_no_path(path):
    with pytest.raises(InputError) as caught:
        doors.check_path(path, "area:x")
    assert str(caught.value) == "area:x: only files of this machine are read, no addresses and nothing under /vsi"


@pytest.mark.parametrize(
    ("path", "words"), [("a\0b", "no path holds the sign NUL"), ("x" * 5000, "that name is too long")]
)
def test_what_no_system_takes_is_no_path(path, words):
    with pytest.raises(InputError, match=words):
        doors.check_path(path, "x")


@pytest.mark.parametrize("path", ["a", "/home/vsi/a", "vsicurl/a", "C:/a", r"C:\a", "C:a", "plans/a:b", "20:30", ""])
def test_paths_of_this_machine(path):
    doors.check_path(path, "x")


def test_libraries_are_quiet_inside_and_as_before_outside(caplog):
    with doors.quiet():
        warnings.warn("layers", UserWarning, stacklevel=1)
        assert np.isnan(np.float64(np.inf) - np.float64(np.inf))
        logging.getLogger("pyogrio._io").warning("ERROR 1")
    assert not caplog.records
    with pytest.warns(UserWarning, match="layers"):
        warnings.warn("layers", UserWarning, stacklevel=1)
    with contextlib.suppress(ZeroDivisionError), doors.quiet():
        raise ZeroDivisionError
    logging.getLogger("pyogrio._io").warning("ERROR 1")
    assert len(caplog.records) == 1


# ---------------------------------------------------------------------------- nothing is asked of another machine


class Asked(BaseHTTPRequestHandler):
    """Counts what is asked, and has nothing."""

    def do_GET(self):
        self.server.asked.append(self.path)
        self.send_error(404)

    do_HEAD = do_POST = do_GET  # noqa: N815 - the library's names

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def server():
    found = ThreadingHTTPServer(("127.0.0.1", 0), Asked)
    found.asked, found.url = [], f"http://127.0.0.1:{found.server_port}/a.geojson"
    threading.Thread(target=found.serve_forever, daemon=True).start()
    yield found
    found.shutdown()
    found.server_close()


def texts(url):
    """What GDAL, left to itself, would take for a list of other files or for a service."""
    ring = "10,39 10,41 11,41 11,39 10,39"
    return {
        "vrt": f"<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>/vsicurl/{url}</SrcDataSource></OGRVRTLayer>"
        "</OGRVRTDataSource>",
        "wfs": f"<OGRWFSDataSource><URL>{url}</URL></OGRWFSDataSource>",
        "link": f"<kml><NetworkLink><Link><href>{url}</href></Link></NetworkLink></kml>",
        "overlay": f"<kml><GroundOverlay><Icon><href>{url}</href></Icon></GroundOverlay></kml>",
        "entity": f"<!DOCTYPE kml [<!ENTITY a SYSTEM '{url}'>]><kml><Placemark><name>&a;</name></Placemark></kml>",
        "dtd": f"<!DOCTYPE kml SYSTEM '{url}'><kml/>",
        "schema": f"<gpx xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:schemaLocation='x {url}'/>",
        "gml": f"<gml:FeatureCollection xmlns:gml='http://www.opengis.net/gml' schemaLocation='x {url}'/>",
        "algorithm": json.dumps({"type": "gdal_streamed_alg", "command_line": f"gdal vector pipeline ! read {url}"}),
        "crs": json.dumps({"type": "Point", "coordinates": [0, 0], "crs": {"type": "link", "properties": {
            "href": url}}}),
        "grid": json.dumps({"type": "Point", "coordinates": [0, 0], "crs": {"type": "name", "properties": {
            "name": f"+proj=longlat +nadgrids={url}"}}}),
        "hidden": f"<kml><!-- <OGRVRTDataSource> --><Polygon>{ring}</Polygon></kml><OGRVRTDataSource/>",
    }  # fmt: skip


DOORS = [
    "--network {} links", "check {}", "check --ground {}", "links -x area:{}", "links -s {}",
    "whatif -x mode:sea --against {}", f"import osm {VALLEY} --polygon {{}} -o out.gpkg",
    f"import osm {VALLEY} --country AL --onto {{}} -o out.gpkg", "import osm {} -o out.gpkg",
]  # fmt: skip


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.kml", "a.osm", "a.toml", "a"])
def test_no_door_follows_what_a_file_refers_to(server, tmp_path, monkeypatch, small, door, name):
    monkeypatch.chdir(tmp_path)
    every = list(texts(server.url).values())
    for text in every if name in {"a.geojson", "a.gpkg"} else every[:2]:
        Path(name).write_text(text, encoding="utf-8")
        own = None if door.startswith(("--network", "check {}")) else small
        refused(mobility(door.format(name), network=own))
    assert server.asked == []


@pytest.mark.parametrize("door", DOORS)
def test_no_door_opens_an_address(server, tmp_path, monkeypatch, small, door):
    monkeypatch.chdir(tmp_path)
    for address in (f"/vsicurl/{server.url}", server.url, f"WFS:{server.url}", f"OAPIF:{server.url}"):
        own = None if door.startswith(("--network", "check {}")) else small
        refused(mobility(door.format(address), network=own), "this machine" if address[0] in "/h" else "")
    assert server.asked == []


def test_a_geopackage_asks_nothing_of_anyone(server, tmp_path, small):
    """A view may call what asks a server, a virtual table may be a file anywhere."""
    path = tmp_path / "a.gpkg"
    frame = gpd.GeoDataFrame({"n": [1]}, geometry=[shapely.box(-1, 41, 1, 43)], crs=4326)
    view = f"CREATE VIEW v AS SELECT ogr_geocode('Paris', 'geometry', '{server.url}') AS x, 1 AS fid"
    table = f"CREATE VIRTUAL TABLE vt USING VirtualOGR(''/vsicurl/{server.url}'')"
    columns = "type, name, tbl_name, rootpage, sql"
    add = f"INSERT INTO sqlite_master ({columns}) VALUES ('table', 'vt', 'vt', 0, '{table}')"
    for evil in (view, add):
        path.unlink(missing_ok=True)
        frame.to_file(path, layer="a")
        with contextlib.closing(sqlite3.connect(path)) as base:
            base.execute("PRAGMA writable_schema = 1")
            base.execute(evil)
            base.commit()
        for line in (f"--network {path} links", f"--network {small} links -x area:{path}"):
            assert mobility(line).exit_code in {0, 2}
    assert server.asked == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
def test_what_never_ends_is_not_read(tmp_path, small):
    os.mkfifo(tmp_path / "pipe.geojson")
    (tmp_path / "zero.geojson").symlink_to("/dev/zero")
    with (tmp_path / "large.geojson").open("wb") as file:
        file.write(b"{")
        file.truncate(2**30)
    for name, words in (("pipe", "no such file"), ("zero", "no such file"), ("large", "is larger than 256 MB")):
        refused(mobility(f"links -x area:{tmp_path / name}.geojson", network=small), words)


def test_libraries_write_nothing_to_the_terminal(tmp_path, small, capfd):
    """Not even past Python: what GDAL itself prints would be on the process's own stderr."""
    frame = gpd.GeoDataFrame({"n": [1]}, geometry=[shapely.box(-1, 41, 1, 43)], crs=4326)
    frame.to_file(tmp_path / "whole.gpkg")
    frame.to_file(tmp_path / "whole.shp")
    for suffix in ("gpkg", "shp"):
        data = (tmp_path / f"whole.{suffix}").read_bytes()
        for number, end in enumerate((99, 110, len(data) // 3, len(data) - 20)):
            (tmp_path / f"{number}.{suffix}").write_bytes(data[:end])
            for line in (f"--network {small} links -x area:{tmp_path / f'{number}.{suffix}'}",
                         f"--network {tmp_path / f'{number}.{suffix}'} links"):  # fmt: skip
                mobility(line)
    assert capfd.readouterr() == ("", "")
