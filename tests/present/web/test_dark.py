"""Pages in the dark, and where the system allows a few colours only: every kind, measured by axe-core and by pixels."""

import datetime as dt
import os
from pathlib import Path

import pytest
from drawings import LINKS, PLACES
from whatif_pages import AT, START
from whatif_pages import LINKS as ASKED

from drawing import PLAIN, drawn
from mobility import Orders, findings
from mobility.model.orders import Order
from mobility.model.scenario import Scenario
from mobility.present import schemes
from mobility.present.report import report
from mobility.present.report_file import to_html
from mobility.present.web.whatif import whatif_page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("map pages")]

LOOKS = {
    "light": {"prefers-color-scheme": "light"},
    "dark": {"prefers-color-scheme": "dark"},
    "forced": {"forced-colors": "active", "prefers-color-scheme": "dark"},
}
KINDS = ["network", "whatif", "bottlenecks", "interactive", "schedule", "brief"]
VIOLATIONS = "axe.run().then(found => found.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 200))]))"
# How strongly the words of an element stand out from its ground, by WCAG, on the nearest painted box.
CONTRAST = """(selector => {
  const light = text => { const [r, g, b] = text.match(/[\\d.]+/g).map(c => c / 255)
      .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const node = document.querySelector(selector);
  let box = node;
  const bare = node => /, 0\\)$|transparent/.test(getComputedStyle(node).backgroundColor);
  while (box.parentElement && bare(box)) box = box.parentElement;
  const [a, b] = [light(getComputedStyle(node).color), light(getComputedStyle(box).backgroundColor)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
})("%s")"""


@pytest.fixture(scope="module")
def pages(every, tmp_path_factory):
    """A page of each kind, written once."""
    folder = tmp_path_factory.mktemp("pages")
    for kind in ("network", "whatif", "bottlenecks"):
        every[kind].save(folder / f"{kind}.html")
    asked = whatif_page(drawn(*ASKED, places=AT, profile=PLAIN), given=START)
    (folder / "interactive.html").write_text(asked.html(), encoding="utf-8")
    net = drawn(*ASKED, places=AT)
    asked = report(net, net.close("c"), scenario=Scenario(close=("c",)))
    (folder / "brief.html").write_text(to_html(asked), encoding="utf-8")
    net = drawn(*LINKS, places=PLACES, profile=PLAIN)
    orders = Orders(dt.datetime(2026, 11, 30, 6), (Order("one", 20, None, ("a",), ("d",)),))  # noqa: DTZ001 - local
    plan = findings.schedule(net, orders)
    (folder / "schedule.html").write_bytes(plan.files["html"](plan))
    return folder


@pytest.fixture(scope="module")
def axe():
    script = Path(__file__).parents[2] / "js" / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists() and os.environ.get("MOBILITY_BROWSER") != "required":
        pytest.skip("axe-core is not there: tests/js/check.sh fetches it")
    return script.read_text(encoding="utf-8") + "; 1"


def look(tab, name):
    features = [{"name": key, "value": value} for key, value in LOOKS[name].items()]
    tab.call("Emulation.setEmulatedMedia", features=features)
    tab.settle()


@pytest.mark.parametrize("kind", KINDS)
def test_no_violation_in_any_look(pages, show, axe, kind):
    tab = show(pages / f"{kind}.html")
    tab.run("document.querySelectorAll('details').forEach(node => { node.open = true; })")
    tab.run(axe)
    found = {}
    for name in LOOKS:
        look(tab, name)
        found[name] = tab.run(VIOLATIONS)
    assert found == {name: [] for name in LOOKS}


def test_a_map_turns_dark_and_light_again(pages, show):
    tab = show(pages / "whatif.html")
    land, water = schemes.ROLES["land"], schemes.ROLES["water"]
    assert tab.pixels(land[0]) > 50_000
    look(tab, "dark")
    assert tab.pixels(land[1]) > 50_000
    assert tab.pixels(land[0]) < 500
    assert tab.pixels(water[1]) > 20_000
    assert tab.run(CONTRAST % ".mob-title h1") > 7
    assert tab.run(CONTRAST % ".mob-legend .mob-row") > 7
    look(tab, "light")
    assert tab.pixels(land[0]) > 50_000


def test_few_colours_leave_lines_and_words(pages, show):
    """The ground is the system's, words are its, and what means something keeps its colour."""
    tab = show(pages / "network.html")
    look(tab, "forced")
    assert tab.pixels("#000000") > 300_000
    assert tab.pixels(schemes.ROLES["land"][1]) == 0
    assert tab.run(CONTRAST % ".mob-legend .mob-row") > 7
    assert tab.pixels(schemes.DARK["#0072B2"], near=4) > 300


def test_paper_is_light(pages, show):
    tab = show(pages / "network.html")
    tab.call("Emulation.setEmulatedMedia", media="print", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    tab.settle()
    assert tab.run("getComputedStyle(document.querySelector('.mob-map')).color") == "rgb(26, 26, 26)"
