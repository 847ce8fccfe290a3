"""A brief as a file: it opens anywhere, and nothing in it is run."""

from dataclasses import replace

import pandas as pd
import pytest
from briefs import AT, LINKS

from drawing import drawn
from mobility.model.scenario import Scenario
from mobility.present import report_file as brief
from mobility.present.report import report

pytestmark = pytest.mark.xdist_group("brief")

HOSTILE = "</script ><script>hit=1</script ><img src=x onerror=hit=1>`${hit=1}`{{7*7}}{%x%}\"'|*_[x](y)\\&lt;שלום\u202e"
PROJECTS = [
    {"id": "p", "name": "p", "status": "planned", "country": "AA", "links": "b--d-road", "source": "estimate: drawn"}
]


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_it_opens_with_the_network_cut(brief_page, show, size):
    tab = show(brief_page, size)
    assert tab.run("document.querySelectorAll('.mob-frame .leaflet-container').length") == 5
    assert tab.run("document.documentElement.scrollWidth <= innerWidth + 1")
    assert tab.run("[document.documentElement.lang, document.title]")[0] == "en"
    assert brief_page.read_text(encoding="utf-8").count("Leaflet 1.9.3, a JS library") == 1


def hostile():
    """A brief on a network whose every name is hostile."""
    net = drawn(*LINKS, places={p: row | {"name": HOSTILE + p} for p, row in AT.items()}, projects=PROJECTS)
    net = net.close("a--d-road")
    links = net.links.assign(name=HOSTILE, source=HOSTILE)
    sources = pd.DataFrame([dict.fromkeys(net.sources.columns, HOSTILE) | {"url": "javascript:hit=1"}])
    net = replace(net, links=links, sources=sources)
    return report(net, net, ["a"], ["d"], scenario=Scenario(title=HOSTILE, close=(HOSTILE,)), command=HOSTILE)


@pytest.mark.browser
def test_hostile_names_are_text_in_the_page(show):
    html = brief.to_html(hostile())
    tab = show(html)
    assert tab.run("[typeof hit, document.images.length, document.querySelectorAll('a[href^=javascript]').length]") == [
        "undefined", 0, 0,
    ]  # fmt: skip
    assert tab.run("document.querySelector('h1').textContent") == HOSTILE.replace("\u202e", "")
    assert "49" not in tab.run("document.querySelector('main').textContent").replace(HOSTILE, "")
