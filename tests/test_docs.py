"""The documentation site: built without a warning, its links lead somewhere, nothing comes from elsewhere."""

import subprocess
import sys
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urlsplit

import pytest

from tools.readme import PAGES, ROOT

pytest.importorskip("sphinx", reason="the site needs mobility[docs]")
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("site")]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    words = ("-W", "--keep-going", "-q", "-d", folder / "trees", "-c", "docs", ".", folder / "html")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder / "html"


class Links(HTMLParser):
    """The ids of a page, and what it loads and leads to."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.loads, self.leads = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.ids |= {found.get("id"), found.get("name")}
        if tag in {"script", "img", "link", "iframe"}:
            self.loads.append(found.get("src") or found.get("href") or "")
        elif tag == "a":
            self.leads.append(found.get("href") or "")


def test_every_link_leads_somewhere_and_nothing_is_loaded_from_elsewhere(site):
    pages = {path: Links(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    assert {site / page.relative_to(ROOT).with_suffix(".html") for page in PAGES} <= set(pages)
    for path, page in pages.items():
        assert [word for word in page.loads if urlsplit(word).scheme not in {"", "data"}] == [], path
        for word in page.loads + page.leads:
            target, fragment = urldefrag(word)
            if urlsplit(word).scheme or not word:
                continue
            found = (path.parent / unquote(urlsplit(target).path)).resolve() if target else path
            assert found.exists(), f"{path.relative_to(site)}: {word}"
            if fragment and found in pages:
                assert unquote(fragment) in pages[found].ids, f"{path.relative_to(site)}: {word}"
