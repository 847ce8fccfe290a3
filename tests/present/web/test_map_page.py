"""Maps as a reader meets them: opened from disk in a browser with the network cut, at two sizes."""

import re
from dataclasses import replace
from itertools import combinations

import folium
import numpy as np
import pytest
from branca.element import Figure
from browser import SIZES
from colours import contrast
from pages import AT, HOSTILE, LINKS, MAP, MIDDLE, SEEN, TURNED, check_labels, meet

from drawing import drawn
from mobility.analysis.routing import best_route
from mobility.present import maps, style
from mobility.present.web import map as web_map
from mobility.present.web import page

pytestmark = pytest.mark.xdist_group("map pages")

PIECE = {"type": "LineString", "coordinates": [[20, 41], [24, 43]]}


@pytest.fixture(scope="session")
def nets(mixed):
    """The network as each map draws it; the pair loses the middle link of its best route and gains Corridor VIII."""
    links = [i for i in best_route(mixed, "durres", "varna")["link"] if i]
    return {"routes": mixed, "network": mixed, "pair": mixed.build("corridor:VIII").close(links[len(links) // 2])}


@pytest.fixture(scope="session")
def saved(nets, tmp_path_factory):
    folder = tmp_path_factory.mktemp("maps")
    made = {
        "routes": maps.route_map(nets["routes"]),
        "network": maps.network_map(nets["network"]),
        "pair": maps.route_map(nets["pair"], ["durres"], ["varna"]),
    }
    for name, drawing in made.items():
        drawing.save(folder / f"{name}.html")
    return folder


@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["routes", "network", "pair"])
def test_map_reads_at_the_opening_zoom(saved, nets, show, name, size):
    tab, net, wide = show(saved / f"{name}.html", size), nets[name], size == "wide"
    seen = tab.run(SEEN)
    names = [label for label, _ in seen["labels"]]
    check_labels(seen)
    assert len(names) > 5
    if name == "pair":
        assert {"Durrës", "Varna"} <= set(names)
    elif wide:  # the ends all get a name unless they stand on top of each other
        ends = net.places.loc[net.places["role"] != "", "name"]
        assert len({n.rstrip("*") for n in names} & set(ends)) > 0.8 * len(ends)
    for one, other in combinations([*seen["controls"], seen["noteBox"]], 2):
        assert not meet(one, other)

    assert style.KOSOVO_NOTE in seen["note"]
    assert style.ATTRIBUTION in seen["note"]
    assert "OpenStreetMap" in seen["note"]
    assert seen["title"] == seen["head"] != ""
    assert seen["name"] == f"Map: {seen['title']}"
    assert (seen["lang"], seen["flags"], seen["hit"]) == ("en", 0, "undefined")

    assert seen["open"] is wide
    if not wide:
        tab.run("document.querySelector('.mob-legend summary').click()")
        tab.settle()
        seen = tab.run(SEEN)
        assert seen["open"]
        check_labels(seen)
    groups = {style.group_of(c) for c in net.links["corridors"]} if name != "pair" else set()  # the route alone
    rows = [text for text, swatch, _ in seen["rows"] if swatch]
    wanted = [style.GROUP_NAMES[g] for g in style.GROUP_COLOURS if g in groups]
    wanted += [line.label for line in style.MODES.values()]
    wanted += [style.STATUS[state].label for state in ("unused", "planned")]
    wanted += [style.STATUS["closed"].label] * (name == "pair")
    wanted += ["best route"] * (name == "pair")
    wanted += ["origin: port of entry, base", "destination", "boundary Serbia – Kosovo*"]
    assert [row for row in rows if not re.fullmatch(r"\d+ pairs?", row)] == wanted
    assert len(rows) - len(wanted) == 3 * (name == "routes")
    for text, _, box in seen["rows"]:
        assert seen["map"][0] <= box[0] < box[2] <= seen["map"][2], text
        assert seen["map"][1] <= box[1] < box[3] <= seen["map"][3], text
    assert min(seen["sizes"]) >= 10
    assert (seen["routes"] > 0) is (name != "network")


HIDE = "document.querySelectorAll('%s').forEach(n => { n.style.visibility = 'hidden'; })"


@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES)
def test_everything_drawn_is_seen(saved, show, size):
    """By its pixels: what lies under something else changes none when it goes."""
    tab, few = show(saved / "routes.html", size), 1 if size == "wide" else 0.25
    tab.run("document.querySelector('.mob-legend').open = true")
    for part, least in (
        (".mob-legend", 20_000),
        (".mob-title", 5_000),
        (".mob-find", 500),
        (".leaflet-control-scale", 200),
        (".mob-label", 3_000),
    ):
        assert tab.changes(HIDE % part) > least * few, part
    assert tab.pixels(style.GROUP_COLOURS["X"], near=8) > 1500 * few
    for group in ("VIII", "X", "IV"):  # best routes have the colours of their corridors
        assert tab.pixels(style.GROUP_COLOURS[group], near=24) > 100 * few, group
    assert tab.pixels(style.LAND) > 50_000 * few
    for part, least in (("marks", 1_000), ("links", 10_000), ("route", 8_000), ("casing", 4_000), ("land", 100_000)):
        assert tab.changes(HIDE % f".leaflet-{part}-pane") > least * few, part


# Every text seen, with its colour and what it stands on: backgrounds up to the first that lets nothing through.
TEXTS = """Array.from(document.querySelectorAll("body *")).filter(n => n.checkVisibility({visibilityProperty: true}) &&
    Array.from(n.childNodes).some(c => c.nodeType === 3 && c.textContent.trim())).map(n => {
  const grounds = [];
  for (let p = n; p; p = p.parentElement) {
    const c = getComputedStyle(p).backgroundColor.match(/[\\d.]+/g).map(Number);
    grounds.push(c.length > 3 ? c : c.concat(1));
    if (grounds[grounds.length - 1][3] === 1) break;
  }
  return [n.textContent, getComputedStyle(n).color.match(/[\\d.]+/g).slice(0, 3).map(Number), grounds];
})"""


@pytest.mark.browser
def test_every_text_stands_out(show):
    """At least 4.5:1 (WCAG 2.1, 1.4.3), also where a panel lets the darkest ground through."""
    tab = show(maps.route_map(drawn(*LINKS, places=AT), ["a"], ["d"]).page().html())
    tab.run("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    tab.run("document.querySelector('.mob-find input').focus()")
    tab.write("b")
    tab.hover(*tab.run(MIDDLE % "path.mob-route"))
    found = tab.run(TEXTS)
    assert {"best route", "Find", "d", "city, XK*", "Table: 1 row", "disjoint"} <= {text for text, *_ in found}
    for text, colour, grounds in found:
        below = np.array(bytearray.fromhex(style.WATER[1:]), dtype=float)
        for *ground, share in reversed(grounds):
            below = share * np.array(ground) + (1 - share) * below
        ink, paper = ("#" + bytes(round(v) for v in c).hex() for c in (colour, below))
        assert contrast(ink, paper) >= 4.5, (text, ink, paper)


@pytest.mark.browser
def test_planned_and_closed_differ_without_colour(saved, nets, show):
    seen = show(saved / "pair.html").run(SEEN)
    dashes = {kind: [d and d.replace(",", " ") for d in found] for kind, found in seen["dashes"].items()}
    assert dashes["planned"] == [style.STATUS["planned"].dash]
    assert dashes["closed"] == [style.STATUS["closed"].dash]
    assert dashes["road"] == [None]
    assert dashes["rail"] == [style.QUIET_RAIL]  # where links are quiet; else white dashes are a line of their own
    assert (
        len({style.STATUS["planned"].dash, style.STATUS["closed"].dash, *(m.dash for m in style.MODES.values())}) == 5
    )
    assert seen["closed"] == len(seen["crosses"]) == int((nets["pair"].links["closure"] != "").sum()) > 0


@pytest.mark.browser
@pytest.mark.parametrize("closing", ["link:a--b-road", "place:c", "mode:sea", "border:b", "country:XK"])
def test_every_kind_of_closure_leaves_a_cross_on_the_map(show, closing):
    """Else the map with the closure and the map without it look alike."""
    places = AT | {"b": AT["b"] | {"country": "AA-XK", "kind": "border_crossing"}}
    links = [text if " -sea " in text else f"{text} country={'AA' if 'a -' in text else 'XK'}" for text in LINKS]
    border = {"place": "b", "name": "b", "usable": "yes", "modes": "road;rail"}
    net = drawn(*links, places=places | {p: AT[p] | {"country": "XK"} for p in "cd"}, borders=[border])
    assert show(maps.network_map(net.close(closing)).page().html()).run(SEEN)["crosses"]


@pytest.mark.browser
def test_labels_make_room_for_crosses(mixed, show):
    """A cross on a name makes it another name."""
    seen = show(maps.network_map(mixed.close("corridor:VIII", "corridor:X")).page().html()).run(SEEN)
    assert len(seen["crosses"]) > 50
    assert [name for name, box in seen["labels"] if any(meet(box, cross, 2) for cross in seen["crosses"])] == []


@pytest.mark.browser
def test_labels_stay_apart_after_zoom_and_pan(saved, show):
    tab = show(saved / "routes.html")
    for zoom in (6.5, 8, 10):
        tab.run(f"void {MAP}.setView([42.6, 23.3], {zoom}, {{animate: false}})")
        tab.settle()
        seen = tab.run(SEEN)
        assert seen["labels"]
        check_labels(seen)


@pytest.mark.browser
def test_kosovo_carries_its_mark_and_a_bare_map_no_flag(show):
    tab = show(maps.route_map(drawn(*LINKS, places=AT | {"c": AT["c"] | {"role": "x"}}), ["a"], ["b"]).page().html())
    seen = tab.run(SEEN)
    assert "b*" in [name for name, _ in seen["labels"]]
    assert (seen["closed"], seen["crosses"]) == (0, [])
    bare = show(page.OfflineMap().html())
    assert bare.run("(document.querySelector('.leaflet-attribution-flag') || {}).clientWidth || 0") == 0


@pytest.mark.browser
def test_hostile_names_are_text(show):
    evil = HOSTILE + TURNED
    net = drawn(*LINKS, places={p: row | {"name": evil + p, "note": evil, "alt_names": evil} for p, row in AT.items()})
    text = dict.fromkeys(["name", "restriction", "source", "road_class", "reason"], evil)
    net = replace(net, links=net.links.assign(**text, corridors="T" + evil.replace(";", "")))
    view = maps.route_map(net, ["a"], ["d"], title=evil)
    (under,) = view.layers
    layer = replace(under, label=evil, unit=evil, values={"a--d-sea": 1, "a--b-road": 2}, notes={"a--d-sea": evil})
    source = web_map.page_of(replace(view, layers=(layer,))).html()
    assert not set(TURNED) & set(source)
    tab = show(source)
    seen = tab.run(SEEN)
    assert seen["title"] == seen["head"] == HOSTILE
    assert HOSTILE + "d" in [name for name, _ in seen["labels"]]
    assert any(HOSTILE in row for row, _, _ in seen["rows"])
    assert HOSTILE in tab.run("document.querySelector('.mob-table').textContent")

    for what, name in (("path.mob-route", HOSTILE), (".leaflet-marks-pane path", HOSTILE + "a")):
        tab.hover(*tab.run(MIDDLE % what))
        assert tab.run(SEEN)["cards"][-1][0] == name
    tab.hover(100, 20)
    tab.run("document.querySelector('.mob-find input').focus()")
    tab.write("img src=x")
    assert tab.run("document.querySelectorAll('.mob-find li').length") == 8
    assert tab.run("document.querySelector('.mob-find button').firstChild.textContent") == HOSTILE + "a"
    tab.key("Enter")
    seen = tab.run(SEEN)
    assert seen["cards"][-1][0] == HOSTILE + "a"
    assert (seen["hit"], seen["images"]) == ("undefined", 0)


@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES)
def test_card_of_a_link_fits_the_view(saved, show, size):
    tab = show(saved / "pair.html", size)
    tab.hover(*tab.run(MIDDLE % "path.mob-route"))
    ((_, box, words),) = tab.run(SEEN)["cards"]
    width, height = SIZES[size]
    assert box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height  # noqa: PT018
    for part in (" km (confidence ", " km/h, ", "Source: ", "best route: 1 pair"):
        assert part in words
    assert box[2] - box[0] > min(200, 0.4 * width)


@pytest.mark.browser
def test_two_maps_in_one_page_draw_each_their_own(show):
    net, figure = drawn(*LINKS, places=AT), Figure()
    for goal in "cd":
        figure.add_child(maps.route_map(net, ["a"], [goal]).page())
    tab = show(page.stable(figure.render()))
    titles = tab.run("Array.from(document.querySelectorAll('.leaflet-container .mob-title h1'), n => n.textContent)")
    assert [title[:5] for title in titles] == ["a – c", "a – d"]


@pytest.mark.browser
def test_map_in_a_notebook(show):
    drawing = maps.route_map(drawn(*LINKS, places=AT), ["a"], ["d"])
    tab = show(f"<!doctype html><body>{drawing._repr_html_()}</body>")
    frame = "document.querySelector('iframe').contentDocument.querySelectorAll"
    assert tab.run(f"{frame}('path.mob-route').length") > 0
    assert tab.run(f"{frame}('.mob-note').length") == 1


@pytest.mark.browser
def test_folium_layers_need_no_request(show):
    drawing = page.OfflineMap(title="x")
    feature = {"type": "Feature", "properties": {"name": "n"}, "geometry": PIECE}
    folium.GeoJson(
        {"type": "FeatureCollection", "features": [feature]}, tooltip=folium.GeoJsonTooltip(["name"])
    ).add_to(drawing)
    folium.CircleMarker((42, 22), tooltip="t").add_to(drawing)
    assert show(drawing.html()).run("document.querySelectorAll('path.leaflet-interactive').length") == 2


def test_maps_of_a_loss_and_of_a_change(show):
    """Each opens without a request, says what it finds, and draws its layers below the links."""
    net = drawn(*LINKS, places=AT)
    for drawing, title in (
        (maps.bottleneck_map(net, ["a"], ["d"]), "Losing "),
        (maps.whatif_map(net, net.close("a--b-road"), ["a"], ["d"]), "1 of 1 pairs slower"),
    ):
        tab = show(drawing.page().html())
        assert tab.run("document.querySelector('.mob-title h1').textContent").startswith(title)
        assert tab.run("document.querySelectorAll('path.mob-route').length") >= 2


@pytest.mark.browser
def test_tiles_are_all_that_a_page_with_tiles_asks_for(browser, tmp_path):
    """They lie over the land and under the lines; where none come, as here, the land is seen."""
    path = tmp_path / "page.html"
    tiled = web_map.page_of(
        maps.route_map(drawn(*LINKS, places=AT), ["a"], ["d"]), "https://tiles.test/{z}/{x}/{y}.png"
    )
    path.write_text(tiled.html(), encoding="utf-8")
    tab = browser.open(path)
    assert {re.sub(r"/\d+/\d+/\d+\.png$", "", url) for url in tab.requests()} == {"https://tiles.test"}
    assert "Tiles: tiles.test." in tab.run(SEEN)["note"]
    order = f"[...'land tiles links casing'.split(' ')].map(n => Number({MAP}.getPane(n).style.zIndex))"
    assert tab.run(order) == sorted(tab.run(order))
    assert tab.pixels(style.LAND) > 100_000
    tab.close()
