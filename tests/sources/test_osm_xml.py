"""OpenStreetMap XML is read piece by piece; what swells or never ends is refused soon."""

import bz2
import gzip
import time

import pytest

from extracts import drawn_osm
from mobility.sources.osm_xml import head, relations, things

SMALL = drawn_osm({1: (45, 25, "barrier=gate"), 2: (45, 26)}, "5 version=3 visible=false: 1 2; highway=primary")
OPEN = b'<osm version="0.6"><way id="5"><tag k="name" v="'


@pytest.mark.parametrize(("ending", "pack"), [("", bytes), (".gz", gzip.compress), (".bz2", bz2.compress)])
def test_things_in_order(tmp_path, ending, pack):
    path = tmp_path / f"a.osm{ending}"
    path.write_bytes(pack(SMALL))
    one, _, way = things(path)
    assert (one.kind, one.attributes["lat"], one.tags, one.gone, one.version) == (
        "node",
        "45",
        {"barrier": "gate"},
        False,
        0,
    )
    assert (way.kind, [part["ref"] for part in way.parts], way.gone, way.version) == ("way", ["1", "2"], True, 3)
    assert head(path, 4) == b"<osm"


RELATION = '<relation id="7"><member type="way" ref="5" role="outer"/><tag k="name" v="Grenzfluß"/></relation>'


@pytest.mark.parametrize("space", [0, 20, (1 << 16) - 60, (1 << 16) - 50, (1 << 16) - 40, 1 << 17])  # at a piece's end
@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-16"])
@pytest.mark.parametrize("before", ["", "<!-- no <relation here -->", '<node id="1" lat="1" lon="2"/>'])
def test_relations_are_found_wherever_they_stand(tmp_path, space, encoding, before):
    text = f'<?xml version="1.0" encoding="{encoding}"?><osm>{before}{" " * space}{RELATION}<way id="5"/></osm>'
    (tmp_path / "a.osm").write_bytes(text.encode(encoding))
    found = {thing.attributes["id"]: thing for thing in relations(tmp_path / "a.osm")}
    assert [*found] == ["7"]
    assert found["7"].tags == {"name": "Grenzfluß"}
    assert found["7"].parts == [{"type": "way", "ref": "5", "role": "outer"}]


def test_no_relation(tmp_path):
    (tmp_path / "a.osm").write_bytes(SMALL)
    assert list(relations(tmp_path / "a.osm")) == []


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.osm.gz", gzip.compress(OPEN + b"a" * 120_000_000, 1, mtime=0), "a tag in it is longer than"),
        ("a.osm", OPEN + b"a" * 2_000_000, "a tag in it is longer than"),
        ("a.osm", OPEN + b">" * 2_000_000, "a tag in it is longer than"),
        ("a.osm", b'<osm><way id="5">' + b'<nd ref="1"/>' * 60_000, "way 5 has more than 50,000 parts"),
        ("a.osm.bz2", bz2.compress(b"<osm>" + b'<node id="9" lat="1" lon="1"/>' * 1_500_000), "more than 200 times"),
        ("a.osm", b"<gpx/>", "its root is <gpx>"),
        ("a.osm", b'<osm><way id="5"><tag k="highway"/></way></osm>', "way 5 has a tag without v"),
        ("a.osm", b'<osm><node id="5"><tag/></node></osm>', "node 5 has a tag without k and v"),
    ],
)
def test_out_of_bounds(tmp_path, name, data, message):
    (tmp_path / name).write_bytes(data)
    begin = time.process_time()
    with pytest.raises(ValueError, match=message):
        list(things(tmp_path / name))
    assert time.process_time() - begin < 20  # the long attribute took minutes


def test_a_version_that_is_none_is_not_said(tmp_path):
    (tmp_path / "a.osm").write_bytes(
        drawn_osm({1: (45, 25)}, "5 version=two: 1 1;", "6 version=99999999999999999999: 1 1;")
    )
    assert [thing.version for thing in things(tmp_path / "a.osm")] == [0, 0, 0]
