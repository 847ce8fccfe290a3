"""A browser for the tests of pages, with the network cut."""

import os
from pathlib import Path

import pytest
from browser import SIZES, Browser


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
