"""A deployment as a finding: what its map, ring and words say is what its tables say."""

from dataclasses import replace

import pytest
from browser import SIZES
from figures import read
from pages import AT, LINKS, SEEN, check_labels, meet

from drawing import drawn
from mobility.deployment.binding import Limit
from mobility.deployment.deploy import deploy
from mobility.present import findings, maps, style
from mobility.present.findings import deployment
from mobility.present.legend_rows import layer_rows

# A road from a to d; the port of a lands 100 vehicles a day.
EVIL = "<img onerror=hit=1>`{{7*7}}&lt;"
ROADS = [text for text in LINKS if " -road " in text]


@pytest.fixture(scope="module")
def net():
    return drawn(*ROADS, places=AT).set("link:c--d-road", "capacity", 30)


@pytest.fixture(scope="module")
def finding(net):
    """60 vehicles, of which the last link takes 30 a day: two days, and 3 h to get there and over it."""
    return findings.deploy(net, "a", "d", vehicles=60)


@pytest.fixture(scope="module")
def found(net):
    return deploy(net, "a", "d", vehicles=60)


def test_widths_are_vehicles_and_what_is_full_has_a_colour_of_its_own(finding, found):
    view = finding.view
    full, rest = view.layers
    assert (full.colour, full.values) == (style.WORST_COLOUR, {"c--d-road": 60})
    assert (rest.colour, rest.values) == (style.ROUTE_COLOUR, {"a--b-road": 60, "b--c-road": 60})
    assert full.notes["c--d-road"] == "60 vehicles, 30 on the busiest day: 100 % of the capacity"
    assert [row.text for row in layer_rows(view, last=True)][-1] == "vehicles in all"
    assert view.title == f"60 vehicles (3 packets) from a: complete at d after {found.complete_h:g} h (2.1 days)"
    assert view.subtitle.startswith("What binds: c–d (link). Profile plain")
    assert "c–d 30 vehicles a day (as asked: --set)" in view.footnote
    assert view.table.equals(found.movements)
    assert view.marked == {}
    back = findings.deploy(finding.network, "d", "c", vehicles=20).view  # whatever places.csv says of their roles
    assert back.labels()["role"].to_dict() == {"a": "", "b": "", "c": "destination", "d": "origin"}


def test_two_things_that_bind_at_a_place_share_its_ring(finding, found):
    one = Limit(1, "port", "a", "a", 100.0, "estimate: drawn", 0.5)
    rows = [one, one._replace(kind="railhead", capacity_vehicles_day=160), one._replace(kind="link", id="a--b-road")]
    view = deployment._view(finding, replace(found, limiting=rows))
    assert view.marked == {"a": "port 100 a day, railhead 160 a day"}


def test_both_directions_of_a_link_are_one_line():
    net = drawn("b -road 1- c")
    finding, found = findings.deploy(net, "b", "c", vehicles=40), deploy(net, "b", "c", vehicles=40)
    assert finding.view.layers[0].values == {"b--c-road": 40}
    found.__dict__["links"] = found.links.loc[[0, 0]]  # as if the table had both
    assert deployment._view(finding, found).layers[0].values == {"b--c-road": 80}


@pytest.fixture(scope="module")
def ringed():
    """The port binds: it has a ring, its rate stands behind its name, and nothing in a name is markup."""
    places = {p: row | {"name": EVIL + p} for p, row in AT.items()}
    return maps.deploy_map(drawn(*ROADS, places=places), ["a"], ["d"], vehicles=60)


@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES)
def test_the_page_shows_ring_and_rate(ringed, show, size):
    tab = show(ringed.page().html(), size)
    seen = tab.run(SEEN)
    check_labels(seen)
    assert EVIL + "a: port 150 a day" in [name for name, _ in seen["labels"]]
    tab.run("document.querySelector('.mob-legend').open = true")
    assert style.BINDS in [text for text, _, _ in tab.run(SEEN)["rows"]]
    assert tab.run("document.querySelectorAll('path.mob-binds').length") == 1
    assert tab.changes("document.querySelector('path.mob-binds').remove()") > 30
    assert seen["routes"] == 3
    assert (seen["hit"], seen["images"]) == ("undefined", 0)
    assert "estimate: rule roro_berth_vehicles_day" in seen["note"]
    for one, other in ((seen["noteBox"], control) for control in seen["controls"]):
        assert not meet(one, other)


def test_the_figure_shows_ring_and_rate(net):
    view = maps.deploy_map(drawn(*ROADS, places=AT), ["a"], ["d"], vehicles=60)
    _, words = read(view.encoded(".svg"))
    assert "a: port 150 a day" in words
    assert "What binds: a (port). Profile plain, by road, rail, sea; trains at the pace planning." in " ".join(words)
    assert style.BINDS in " ".join(words)
    svg = view.encoded(".svg").decode()
    assert svg.casefold().count(f"stroke: {style.WORST_COLOUR.casefold()}") == 2, "a ring on the map, one in the legend"
    other = maps.deploy_map(net, ["b"], ["c"], vehicles=5)
    assert style.WORST_COLOUR.casefold() not in other.encoded(".svg").decode()


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ((1, 0.5), "not complete within the horizon in 0 % of them, in 50 % with"),
        ((1, 1), "complete after 2.0 to 4.0 h"),
    ],
)
def test_how_sure_a_deployment_is_in_words(shares, said):
    hours = {f"complete_h_{kind}{p}": h for kind in ("", "common_") for p, h in (("p5", 2), ("p50", 3), ("p95", 4))}
    binding = [{"kind": "link", "name": "a–b", "binds_share": 0.25}, {"kind": "port", "name": "c", "binds_share": 0}]
    drawn = {"draws": 8, "seed": 1, "complete_share": shares[0], "complete_common_share": shares[1]}
    words = deployment._uncertain_words(drawn | hours | {"binding": binding})
    assert said in words
    assert words.endswith("; what binds: a–b (link) in 25 %.")
    never = deployment._uncertain_words(
        drawn | hours | {"binding": [], "complete_share": 0, "complete_common_share": 0}
    )
    assert never.endswith("in 100 % with one common factor per country and class.")
