"""The valley of tests/data in every form that can be read."""

import bz2
import gzip

import osmium
import pytest

from extracts import VALLEY


@pytest.fixture(scope="session")
def valley(tmp_path_factory):
    """The valley as XML, gzip, bzip2 and PBF, by ending."""
    folder = tmp_path_factory.mktemp("valley")
    files = {ending: folder / f"valley.osm{ending}" for ending in ("", ".gz", ".bz2", ".pbf")}
    data = VALLEY.read_bytes()
    files[""].write_bytes(data)
    files[".gz"].write_bytes(gzip.compress(data))
    files[".bz2"].write_bytes(bz2.compress(data))
    with osmium.SimpleWriter(str(files[".pbf"])) as writer:
        for thing in osmium.FileProcessor(str(VALLEY)):
            writer.add(thing)
    return files
