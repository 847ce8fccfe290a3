"""What a finding says is on its map: numbered, listed, named; and where in the world it is."""

from itertools import combinations

import pytest
from browser import SIZES
from pages import SEEN, check_labels, meet

from mobility.present import findings, maps, style
from mobility.present.schemes import painted

pytestmark = [pytest.mark.xdist_group("map pages"), pytest.mark.browser]

ENDS = ["durres", "bar", "rijeka"], ["varna", "constanta"]
THREE = SIZES | {"large": (1920, 1080)}
MORE = """(() => {
  const box = n => { const b = n.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; };
  const all = s => Array.from(document.querySelectorAll(s));
  const shown = n => getComputedStyle(n).visibility === "visible";
  return {
    badges: all(".mob-labels > .mob-badge").map(n => [n.textContent, shown(n), box(n)]),
    listed: all(".mob-ranking li").map(n => ["b", "small", ".mob-badge"].map(s => n.querySelector(s).textContent)),
    names: all(".mob-name").filter(shown).map(n => [n.textContent, n.className]),
    choices: all(".mob-switch input").map(n => [n.value, n.checked]),
    rows: all(".mob-legend .mob-row").filter(n => getComputedStyle(n).display !== "none").map(n => n.textContent),
  };
})()"""
MAP = "Object.values(window).find(v => v instanceof L.Map)"
DRAWN = f"""(colour => {MAP}.drawing.layers.flatMap(layer => Object.values(layer.paths))
  .filter(([, line]) => line.options.color === colour).length)"""


@pytest.fixture(scope="session")
def views(mixed):
    changed = mixed.close("corridor:X").build("corridor:VIII")
    return {
        "network": maps.network_map(mixed),
        "whatif": maps.whatif_map(mixed, changed, *ENDS),
        "bottlenecks": maps.bottleneck_map(mixed, *ENDS),
        "hotspots": findings.hotspots(mixed).view,
    }


@pytest.fixture(scope="session")
def pages(views, tmp_path_factory):
    folder = tmp_path_factory.mktemp("findings")
    for name, view in views.items():
        view.save(folder / f"{name}.html")
    return folder


@pytest.mark.parametrize("size", THREE)
@pytest.mark.parametrize("name", ["network", "whatif", "bottlenecks", "hotspots"])
def test_what_is_ranked_is_marked_listed_and_named(browser, pages, views, name, size):
    tab, view = browser.open(pages / f"{name}.html", THREE[size]), views[name]
    seen, more = tab.run(SEEN), tab.run(MORE)
    assert (tab.requests(), tab.errors()) == ([], [])
    tab.close()
    assert len(view.ranked) >= 3
    assert more["listed"] == [[row.name, row.said, row.mark] for row in view.ranked]
    assert [mark for mark, shown, _ in more["badges"] if shown] == [row.mark for row in view.ranked if row.links]
    boxes = [(mark, box) for mark, _, box in more["badges"]] + seen["labels"]
    for (one, box), (other, second) in combinations(boxes, 2):
        assert not meet(box, second, 0.5), (one, other)
    check_labels(seen)
    ends = {view.labels().at[place, "label"] for row in view.ranked[:1] for place in row.places}
    labels = {label for label, _ in seen["labels"]}
    assert size == "narrow" or not ends or ends & labels, "an end of the first is named"
    assert size == "narrow" or name != "bottlenecks" or ends <= labels


@pytest.mark.parametrize("size", THREE)
def test_one_sees_where_in_the_world_it_is(browser, pages, size):
    tab = browser.open(pages / "network.html", THREE[size])
    more = tab.run(MORE)
    colours = {colour: tab.pixels(colour, near=16) for colour in (style.WATER, style.LAND, style.RIVER)}
    tab.close()
    named = {text for text, _ in more["names"]}
    assert {"Danube", "Adriatic Sea", "Romania", "Türkiye"} <= named
    assert len([text for text, kind in more["names"] if "mob-country" in kind]) >= 10
    assert min(colours.values()) > (100 if size == "narrow" else 400), colours


def test_a_what_if_shows_the_difference_and_before_and_after(browser, pages, views):
    tab, layers = browser.open(pages / "whatif.html", THREE["wide"]), {x.label: x for x in views["whatif"].layers}
    count = {
        c: tab.run(f"{DRAWN}('{painted(c)}')") for c in (style.LOST_COLOUR, style.GAINED_COLOUR, style.ROUTE_COLOUR)
    }
    built = len(layers["built or upgraded here"].values)
    assert count == {
        style.LOST_COLOUR: len(layers["pairs that leave"].values),
        style.GAINED_COLOUR: len(layers["pairs that come"].values),
        style.ROUTE_COLOUR: built,
    }
    assert built > 20
    seen, more = tab.run(SEEN), tab.run(MORE)
    closed = tab.run(f"{MAP}.drawing.links.filter(link => link.state === 'closed').length")
    assert closed == int((views["whatif"].network.links["closure"] != "").sum()) > 20
    assert len(seen["crosses"]) >= closed
    assert more["choices"] == [["before", False], ["after", False], ["difference", True]]
    assert "built or upgraded here" in more["rows"]
    assert not [row for row in more["rows"] if "before (" in row or "after (" in row]
    tab.run("document.querySelector('.mob-switch input[value=before]').click()")
    tab.settle()
    assert tab.run(f"{DRAWN}('{painted(style.LOST_COLOUR)}')") == 0
    assert tab.run(f"{DRAWN}('{painted(style.ROUTE_COLOUR)}')") == len(layers["best routes before"].values) + built
    assert [row for row in tab.run(MORE)["rows"] if "before (" in row]
    tab.close()


def test_twenty_times_the_load_looks_like_it(views):
    view = views["bottlenecks"]
    layer = view.layers[-1]
    assert view.breadth(layer, view.most) >= 8 * view.breadth(layer, view.most / 20)


@pytest.mark.parametrize("name", ["whatif", "bottlenecks"])
def test_a_click_in_the_list_goes_there(browser, pages, name):
    tab = browser.open(pages / f"{name}.html", THREE["wide"])
    before = tab.run("Object.values(window).find(v => v instanceof L.Map).getZoom()")
    tab.run("document.querySelector('.mob-ranking button:enabled').click()")
    tab.settle()
    assert tab.run("Object.values(window).find(v => v instanceof L.Map).getZoom()") > before
    tab.close()
