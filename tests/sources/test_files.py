"""Extracts as files: every form gives the same network; memory hangs on what is kept, not on what is left out."""

import subprocess
import sys

import osmium
import pytest

from extracts import imported, shape

# The peak that Linux keeps for the process itself; that of getrusage starts at the parent's.
MEASURE = """
import re, sys
from pathlib import Path
from mobility.sources.extract import Selection
from mobility.sources.files import read
extract = read(Path(sys.argv[1]), Selection())
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1], len(extract.tail))
"""


def draw(path, houses):
    """Write 20,000 points of roads, and houses and service roads of four points to be left out."""
    ids = [i * 3_000_001 % 12_000_000_017 for i in range(20_000)]  # far apart, as in real extracts
    lines = [f'<node id="{i}" lat="41" lon="{20 + n / 20_000}"/>' for n, i in enumerate(ids)]
    lines += [f'<node id="{13 * 10**9 + i}" lat="41.5" lon="{20 + i % 999 / 999}"/>' for i in range(4 * houses)]
    for way in range(1999):
        refs = "".join(f'<nd ref="{i}"/>' for i in ids[10 * way : 10 * way + 11])
        lines.append(
            f'<way id="{way + 1}">{refs}<tag k="highway" v="primary"/><tag k="lanes" v="{2 + way % 2}"/></way>'
        )
    for house in range(houses):
        refs = "".join(f'<nd ref="{13 * 10**9 + 4 * house + i}"/>' for i in (0, 1, 2, 3, 0))
        tag = '<tag k="building" v="yes"/>' if house % 2 else '<tag k="highway" v="service"/>'
        lines.append(f'<way id="{10_000 + house}">{refs}{tag}</way>')
    path.write_text('<osm version="0.6">' + "\n".join(lines) + "</osm>", encoding="utf-8")


@pytest.mark.slow
def test_four_times_as_much_to_leave_out_costs_no_more_memory(tmp_path):
    peaks = {".osm": [], ".pbf": []}
    for houses in (20_000, 80_000):
        draw(tmp_path / f"{houses}.osm", houses)
        with osmium.SimpleWriter(str(tmp_path / f"{houses}.pbf")) as writer:
            for thing in osmium.FileProcessor(str(tmp_path / f"{houses}.osm")):
                writer.add(thing)
        for ending, found in peaks.items():
            words = [sys.executable, "-c", MEASURE, tmp_path / f"{houses}{ending}"]
            done = subprocess.run(words, capture_output=True, text=True, check=True)
            peak, segments = map(int, done.stdout.split())
            assert segments == 19_990
            found.append(peak)
    assert all(many <= 1.1 * few for few, many in peaks.values()), peaks


def test_every_file_form_gives_the_same_network(valley, shipped):
    found = {ending: shape(imported(file, shipped)) for ending, file in valley.items()}
    assert found[".gz"] == found[".bz2"] == found[".pbf"] == found[""]
    assert len(found[""]) == 20
