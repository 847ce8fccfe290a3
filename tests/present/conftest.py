"""A browser for the tests of pages, with the network cut; and views of each kind, each drawn once."""

import os
from functools import lru_cache
from pathlib import Path

import pytest
from briefs import ASKED
from browser import SIZES, Browser
from click.testing import CliRunner
from drawings import LINKS, PLACES, PROJECT

from drawing import drawn
from mobility.cli import cli
from mobility.present import maps


@pytest.fixture(scope="session")
def browser():
    try:
        chromium = Browser()
    except RuntimeError as error:
        if os.environ.get("MOBILITY_BROWSER") == "required":  # as in .ci/run: there nothing is skipped
            raise
        pytest.skip(str(error))
    yield chromium
    chromium.close()


@pytest.fixture
def show(browser, tmp_path):
    """Open a page, or text, with the network cut; it must ask for nothing and complain of nothing."""
    tabs = []

    def opened(source, size="wide"):
        if not isinstance(source, Path):
            (tmp_path / "page.html").write_text(source, encoding="utf-8")
            source = tmp_path / "page.html"
        tabs.append(browser.open(source, SIZES[size]))
        return tabs[-1]

    yield opened
    for tab in tabs:
        asked, said = tab.requests(), tab.errors()
        tab.close()
        assert asked == []
        assert said == []


@pytest.fixture(scope="session")
def featured():
    """Every feature of a map: modes, a railway on its road, planned, doubtful and refused links, Kosovo, a border."""
    border = {"place": "c", "countries": "AA-XK", "mode": "road", "wait_h": "1"}
    return drawn(*LINKS, places=PLACES, borders=[border], projects=[PROJECT])


@pytest.fixture(scope="session")
def every(featured):
    """A view of each kind."""
    return {
        "network": maps.network_map(featured.close("link:c--e-road")),
        "routes": maps.route_map(featured),
        "pair": maps.route_map(featured.close("border:c"), ["a"], ["d"]),
        "whatif": maps.whatif_map(featured, featured.close("link:a--b-road").build("p"), ["a", "e"], ["d"]),
        "bottlenecks": maps.bottleneck_map(featured, ["a"], ["d"]),
        "interdict": maps.interdiction_map(featured, ["a"], ["d"], k=2),
        "protect": maps.protection_map(featured, ["a"], ["d"], f=1, k=1),
        "redundancy": maps.redundancy_map(featured, ["b"], ["d"]),
        "deploy": maps.deploy_map(featured, ["a"], ["d"], vehicles=50),
        "nothing": maps.route_map(featured.close("place:b", "mode:sea", "link:c--e-road"), ["a"], ["e"]),
        "no ends": maps.network_map(drawn("x -road 1- y").close("link:x--y-road")),
        "only sea": maps.network_map(drawn("x -sea 1- y", places={"x": {"lat": "40"}})),
    }


@pytest.fixture(scope="session")
def file_of(every):
    """A view as a file, made once."""
    return lru_cache(lambda kind, suffix: every[kind].encoded(suffix))


@pytest.fixture(scope="session")
def brief_page(tmp_path_factory):
    """The brief as the command writes it."""
    target = tmp_path_factory.mktemp("brief") / "brief.html"
    done = CliRunner().invoke(cli, ["report", *ASKED, "-o", str(target)])
    assert done.exit_code == 0, done.stderr
    return target
