"""Results are GeoDataFrames: `.explore()` draws them, with no network."""

import folium
import pytest
from pages import AT, LINKS

import mobility
from drawing import drawn
from mobility.errors import InputError


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


DRAWN = drawn(*LINKS, places=AT).under("mixed")
ENDS = ["a"], ["d"]
TABLES = {
    "interdict": lambda: mobility.interdict(DRAWN, *ENDS, k=1),
    "protect": lambda: mobility.protect(DRAWN, *ENDS, f=1, k=1),
    "recover": lambda: mobility.recover(DRAWN, *ENDS, lost=["a--b-road", "b--c-road"]).table,
    "attacks": lambda: mobility.random_routes(DRAWN, "a", "d", k=1).attacks,
    "places": lambda: mobility.interdict(DRAWN, *ENDS, k=1, by="place"),
    "reach": lambda: mobility.reach(DRAWN, "a", hours=[1]),
    "best": lambda: mobility.best_route(DRAWN, "a", "d"),
    "movements": lambda: mobility.deploy(DRAWN, *ENDS, vehicles=20).movements,
}


@pytest.mark.parametrize("kind", TABLES)
def test_rows_of_many_links_and_of_places_explore_too(kind):
    """Without a warning: folium gives collections of mixed geometries no tooltips."""
    assert '"type": "Feature"' in TABLES[kind]().explore(tiles=None).get_root().render()


def test_explore_puts_a_table_on_an_offline_map_with_its_bar_of_colours():
    map_ = mobility.OfflineMap()
    assert mobility.bottlenecks(DRAWN, *ENDS).explore("worst_delay_h", m=map_) is map_
    assert 'version:"3.5.5"' in map_.html()  # d3, which draws the bar


def test_a_finding_explores_itself():
    finding = mobility.findings.deploy(DRAWN, *ENDS, vehicles=20)  # its table has hours, and no place on a map
    own = finding.explore()
    assert isinstance(own, mobility.OfflineMap)
    assert finding.title.split(":")[0] in own.html()
    assert finding.explore(m := folium.Map()) is m
    assert "leaflet@" in m.get_root().render()
    rows = mobility.findings.bottlenecks(DRAWN, *ENDS, by="place")  # no map of its own
    assert '"type": "Feature"' in rows.explore().html()
    with pytest.raises(InputError, match="no map"):
        mobility.findings.differences(DRAWN, DRAWN.close("a--b-road")).explore()
