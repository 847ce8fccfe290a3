"""A deployment as map and curve: what they draw is what its tables say."""

from dataclasses import replace

import pytest
from browser import SIZES
from pages import AT, LINKS, SEEN
from test_charts import check
from test_figures import read
from test_map_page import check_labels, meet

from drawing import drawn
from mobility.analysis.binding import Limit
from mobility.analysis.compared import NO_ROUTE, TOO_LATE, Answer, from_each
from mobility.analysis.deployment import deploy
from mobility.errors import NoRouteError
from mobility.present import deploy_views, maps, style
from mobility.present.deploy_charts import deployment_chart, origins_chart
from mobility.present.deploy_words import origins_words
from mobility.present.draw_words import deployment_words

# A road from a to d; the port of a lands 100 vehicles a day.
EVIL = "<img onerror=hit=1>`{{7*7}}&lt;"
ROADS = [text for text in LINKS if " -road " in text]


@pytest.fixture(scope="module")
def net():
    return drawn(*ROADS, places=AT).set("link:c--d-road", "capacity", 30)


@pytest.fixture(scope="module")
def found(net):
    """60 vehicles, of which the last link takes 30 a day: two days, and 3 h to get there and over it."""
    return deploy(net, 60, "a", "d")


def test_widths_are_vehicles_and_what_is_full_has_a_colour_of_its_own(found):
    view = deploy_views.deploy_view(found)
    full, rest = view.layers
    assert (full.colour, full.values) == (style.WORST_COLOUR, {"c--d-road": 60})
    assert (rest.colour, rest.values) == (style.ROUTE_COLOUR, {"a--b-road": 60, "b--c-road": 60})
    assert full.notes["c--d-road"] == "60 vehicles, 30 on the busiest day: 100% of the capacity"
    assert [row["text"] for row in maps._widths(rest, view)] == ["vehicles in all"]
    assert view.title == f"60 vehicles (3 packets) from a: complete at d after {found.complete_h:g} h (2.1 days)"
    assert view.subtitle.startswith("What binds: c–d (link). Profile plain")
    assert "c–d 30 vehicles a day (as asked: --set)" in view.footnote
    assert view.table is found.movements
    assert view.marked == {}
    back = deploy_views.deploy_view(deploy(found.network, 20, "d", "c"))  # whatever places.csv says of their roles
    assert back.labels()["role"].to_dict() == {"a": "", "b": "", "c": "destination", "d": "origin"}


def test_two_things_that_bind_at_a_place_share_its_ring(found):
    one = Limit(1, "port", "a", "a", 100.0, "estimate: drawn", 0.5)
    rows = [one, one._replace(kind="railhead", capacity_vehicles_day=160), one._replace(kind="link", id="a--b-road")]
    view = deploy_views.deploy_view(replace(found, limiting=rows))
    assert view.marked == {"a": "port 100 a day, railhead 160 a day"}


def test_both_directions_of_a_link_are_one_line():
    found = deploy(drawn("b -road 1- c"), 40, "b", "c")
    assert deploy_views.deploy_view(found).layers[0].values == {"b--c-road": 40}
    found.__dict__["links"] = found.links.loc[[0, 0]]  # as if the table had both
    assert deploy_views.deploy_view(found).layers[0].values == {"b--c-road": 80}


@pytest.fixture(scope="module")
def ringed():
    """The port binds: it has a ring, its rate stands behind its name, and nothing in a name is markup."""
    places = {p: row | {"name": EVIL + p} for p, row in AT.items()}
    return deploy_views.deploy_map(drawn(*ROADS, places=places), 60, ["a"], ["d"])


@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES)
def test_the_page_shows_ring_and_rate(ringed, show, size):
    tab = show(ringed.page().html(), size)
    seen = tab.run(SEEN)
    check_labels(seen)
    assert EVIL + "a: port 100 a day" in [name for name, _ in seen["labels"]]
    tab.run("document.querySelector('.mob-legend').open = true")
    assert style.BINDS in [text for text, _, _ in tab.run(SEEN)["rows"]]
    assert tab.run("document.querySelectorAll('path.mob-binds').length") == 1
    assert tab.changes("document.querySelector('path.mob-binds').remove()") > 30
    assert seen["routes"] == 3
    assert (seen["hit"], seen["images"]) == ("undefined", 0)
    assert "estimate: rule port_vehicles_day" in seen["note"]
    for one, other in ((seen["noteBox"], control) for control in seen["controls"]):
        assert not meet(one, other)


def test_the_figure_shows_ring_and_rate(net):
    view = deploy_views.deploy_map(drawn(*ROADS, places=AT), 60, ["a"], ["d"])
    _, words = read(view.encoded(".svg"))
    assert {"a: port 100 a day", "What binds: a (port). Profile plain, by road, rail, sea."} <= set(words)
    assert style.BINDS in " ".join(words)
    svg = view.encoded(".svg").decode()
    assert svg.casefold().count(f"stroke: {style.WORST_COLOUR.casefold()}") == 2, "a ring on the map, one in the legend"
    assert style.WORST_COLOUR.casefold() not in deploy_views.deploy_map(net, 5, ["b"], ["c"]).encoded(".svg").decode()


def test_the_curve_is_drawn_by_the_hour(found):
    figure = deployment_chart(found)
    curve, end = figure.axes[0].lines
    assert curve.get_drawstyle() == "steps-post"
    assert (curve.get_xdata() * 24).tolist() == pytest.approx([0, *found.curve["hour"]])
    assert list(curve.get_ydata()) == [0, *found.curve["vehicles_arrived"]] == [0, 20, 40, 60]
    assert end.get_xdata()[0] * 24 == pytest.approx(found.complete_h)
    words = check(figure)
    assert f"60 vehicles after {found.complete_h:g} h" in words
    assert "What binds: c–d (link)." in " ".join(words)


def test_a_curve_for_each_origin_and_for_all(net):
    today = from_each(net, 60, ["a", "b"], ["d"])
    assert list(today) == ["a", "b", "a;b"]
    found = {"today": today, "later": today | {"b": Answer(NO_ROUTE, None)}}
    figure = origins_chart(net, found)
    said = " ".join(check(figure))
    curves = figure.axes[0].lines[::2]
    assert len(curves) == 5
    looks = [(line.get_color(), line.get_linestyle()) for line in curves]
    assert [looks[i][0] == looks[j][0] for i, j in ((0, 3), (2, 4), (0, 1))] == [True, True, False]
    assert {style for _, style in looks[:3]}.isdisjoint(style for _, style in looks[3:])
    assert "all together, today; binds: c–d (link)" in said
    assert "From b, later: no route." in said
    hours = [today[key].found.complete_h for key in ("b", "a")]
    assert f"60 vehicles complete at d: today: {today['a;b'].found.complete_h:g} h from all" in said
    assert f"{hours[0]:g} to {hours[1]:g} h from one alone; later: " in said
    never = {"today": {"a": Answer(TOO_LATE, None)}}
    assert origins_words(never) == []
    with pytest.raises(NoRouteError, match="no curve"):
        origins_chart(net, never)


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
    words = deployment_words(drawn | hours | {"binding": binding})
    assert said in words
    assert words.endswith("; what binds: a–b (link) in 25 %.")
    never = deployment_words(drawn | hours | {"binding": [], "complete_share": 0, "complete_common_share": 0})
    assert never.endswith("in 100 % with one common factor per country and class.")
