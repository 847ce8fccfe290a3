"""A large network in one run: loading against reading the columns alone, csv against pandas (ratios of medians)."""

import time

import numpy as np
import pytest
from scale import country

from mobility import Network
from mobility.commands.lists import LINK_COLUMNS
from mobility.model.files import as_geopackage
from mobility.present.tables import write
from mobility.vocabulary import NO_CACHE

LINKS = 30_000
LOAD_AT_MOST, CSV_AT_MOST = 7, 1.5


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    path = tmp_path_factory.mktemp("large") / "network.gpkg"
    path.write_bytes(as_geopackage(country(LINKS)))
    return path


def seconds(call):
    start = time.process_time()
    call()
    return time.process_time() - start


def held(one, other, most, says, capsys):
    """Fail when a call takes more than `most` times another, in turns; once more before it is called slow."""
    for turns in (5, 15):
        ratio = np.median([seconds(one) / seconds(other) for _ in range(turns)])
        with capsys.disabled():
            print(f"\n  {says}: {ratio:.1f} times, at most {most}")  # noqa: T201 - a benchmark shows what it measured
        if ratio <= most:
            return
    pytest.fail(f"{says}: {ratio:.1f} times, at most {most}")


@pytest.mark.slow
def test_a_geopackage_is_loaded_in_little_more_than_reading_its_columns(package, capsys, monkeypatch):
    pytest.importorskip("pyarrow")
    monkeypatch.setenv(NO_CACHE, "1")
    import pyogrio

    def read():
        for layer in pyogrio.list_layers(package)[:, 0]:
            pyogrio.read_arrow(package, layer=layer)

    Network.load(package)
    held(lambda: Network.load(package), read, LOAD_AT_MOST, "load against read_arrow of every layer", capsys)


@pytest.mark.slow
def test_links_are_written_as_fast_as_pandas_writes_them(package, capsys):
    links = Network.load(package).under().links[LINK_COLUMNS]
    held(
        lambda: write("csv", links, {}, ()),
        lambda: links.to_csv(index=False),
        CSV_AT_MOST,
        "links as csv against to_csv",
        capsys,
    )
