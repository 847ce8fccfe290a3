"""Without the libraries of the extras the core answers; what needs them says which to install, in a line."""

import subprocess
import sys

import pytest

from console import small_network

WITHOUT = """
import sys
for missing in ("ortools", "matplotlib", "PIL", "pyarrow", "osmium", "distributed"):
    sys.modules[missing] = None
from mobility.cli import main
sys.argv = ["mobility", *sys.argv[1:]]
main()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return small_network(tmp_path_factory.mktemp("network"))


def ran(folder, tmp_path, *words):
    return subprocess.run(
        [sys.executable, "-c", WITHOUT, "--no-cache", "--network", folder, *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ("routes",),
        ("bottlenecks",),
        ("whatif", "-x", "gate"),
        ("interdict", "-k", "1"),
        ("redundancy",),
        ("map", "-o", "routes.html"),
        ("map", "--interactive", "-o", "whatif.html"),
        ("report", "-o", "brief.html"),
    ],
)
def test_the_core_answers(folder, tmp_path, words):
    done = ran(folder, tmp_path, *words)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "extra"),
    [
        (("deploy", "--vehicles", "10", "--from", "alfa", "--to", "echo"), "deploy"),
        (("map", "-o", "routes.png"), "print"),
        (("export", "-o", "arcs.parquet"), "parquet"),
        (("data", "release", "r"), "parquet"),
        (("import", "osm", "valley.osm.pbf", "-o", "valley.gpkg"), "pbf"),
        (("routes", "--uncertain", "5", "--workers", "tcp://127.0.0.1:1"), "distributed"),
    ],
)
def test_what_is_missing_is_named(folder, tmp_path, words, extra):
    (tmp_path / "valley.osm.pbf").write_bytes(b"\0\0\0\rOSMHeader")
    done = ran(folder, tmp_path, *words)
    assert done.returncode == 2, done.stdout
    assert f"pip install 'mobility[{extra}]'" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
