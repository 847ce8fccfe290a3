"""Results are GeoDataFrames: `.explore()` draws them, with no network."""

import pytest

import mobility


@pytest.fixture(scope="module")
def net(shipped):
    return shipped.under("mixed")


@pytest.mark.parametrize(
    ("ask", "column"),
    [
        (mobility.routes, "time_h"),
        (mobility.bottlenecks, "worst_delay_h"),
        (lambda net, *ends: mobility.whatif(net, net.close("border:tabanovce"), *ends), "delta_h"),
        (lambda net, *ends: mobility.findings.routes(net, *ends).table, "state"),
        (lambda net, *_: net.links, "mode"),
        (lambda net, *_: net.places, "kind"),
    ],
)
def test_explore(net, ask, column):
    table = ask(net, ["durres"], ["varna"])
    page = table.explore(column, tiles=None).get_root().render()
    assert page.count('"type": "Feature"') == len(table)
    assert column in page
