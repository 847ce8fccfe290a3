"""Every kind of page in Firefox, with the network cut: no error, no request."""

import datetime as dt

import pytest
from firefox import Firefox
from pages import MAP
from whatif_pages import AT, LINKS

from drawing import drawn
from mobility import Orders, findings
from mobility.model.orders import Order
from mobility.model.scenario import Scenario
from mobility.present import maps
from mobility.present.report import report
from mobility.present.report_file import to_html
from mobility.present.web.whatif import whatif_page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("map pages")]


@pytest.fixture(scope="module")
def firefox():
    try:
        fox = Firefox()
    except RuntimeError as error:
        pytest.skip(str(error))
    yield fox
    fox.close()


def test_errors_and_requests_are_seen(firefox, tmp_path):
    page = tmp_path / "bad.html"
    page.write_text("<img src='http://example.org/a.png'><script>setTimeout(() => { nothing(); })</script>")
    errors, asked = firefox.visit(page)
    assert [text for text in errors if "nothing is not defined" in text]
    assert [address.partition("://")[2] for address in asked] == ["example.org/a.png"]


def test_every_page_opens(firefox, shipped, mixed, tmp_path):
    pair = ["durres"], ["varna"]
    orders = Orders(dt.datetime(2026, 11, 30, 6), (Order("one", 40, None, *map(tuple, pair)),))  # noqa: DTZ001 - local
    plan = findings.schedule(mixed, orders)
    made = {
        "network": maps.network_map(mixed).page().html(),
        "routes": maps.route_map(mixed, *pair).page().html(),
        "whatif": maps.whatif_map(mixed, mixed.close("country:MK"), *pair).page().html(),
        "interactive": whatif_page(shipped).html(),
        "schedule": plan.files["html"](plan).decode(),
    }
    net = drawn(*LINKS, places=AT)
    made["brief"] = to_html(report(net, net.close("c"), scenario=Scenario(close=("c",))))
    pages = {kind: tmp_path / f"{kind}.html" for kind in made}
    for kind, html in made.items():
        pages[kind].write_text(html, encoding="utf-8")
    found = {kind: firefox.visit(path) for kind, path in pages.items()}
    assert found == dict.fromkeys(found, ([], []))
    assert firefox.run("document.querySelectorAll('.mob-frame .leaflet-container').length") >= 3  # the brief, the last
    firefox.visit(pages["interactive"])
    assert " h" in firefox.run("document.querySelector('.mob-result strong').textContent")
    assert firefox.run(f"{MAP}.drawing.links.length") == len(shipped.links)
    light = firefox.run("getComputedStyle(document.querySelector('.leaflet-container')).backgroundColor")
    assert light.startswith("rgb(")  # the named colours are known here too
