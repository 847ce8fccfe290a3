"""Maps as a reader meets them: opened from disk in a browser with the network cut, at two sizes.

Renew the golden map after a wanted change, and look at the difference before it goes in:
`RENEW_GOLDEN=1 python -m pytest tests/present/test_maps.py -k golden`.
"""

import io
import os
import re
import subprocess
import sys
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import folium
import pytest
from branca.element import Figure
from browser import SIZES, Browser

from drawing import drawn
from mobility.analysis.routing import best_route
from mobility.present import maps, page, style, views

GOLDEN = Path(__file__).parents[1] / "data" / "golden_map.html"
HOSTILE = "</script ><script>hit=1</script ><img src=x onerror=hit=1>`${hit=1}`{{7*7}}{%x%}\"'\\&lt;שלום"
PIECE = {"type": "LineString", "coordinates": [[20, 41], [24, 43]]}
# What the page shows now: boxes are [left, top, right, bottom] in pixels.
SEEN = """(() => {
  const box = n => { const b = n.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; };
  const all = s => Array.from(document.querySelectorAll(s));
  const legend = document.querySelector(".mob-legend");
  return {
    labels: all(".mob-label").filter(n => getComputedStyle(n).visibility === "visible")
      .map(n => [n.textContent, box(n)]),
    controls: all(".leaflet-control").map(box), legend: box(legend), open: legend.open,
    rows: all(".mob-legend .mob-row").map(n => [n.lastChild.textContent, n.children.length > 1, box(n)]),
    sizes: all(".mob-legend .mob-row, .mob-note, .mob-label").map(n => parseFloat(getComputedStyle(n).fontSize)),
    note: document.querySelector(".mob-note").textContent, noteBox: box(document.querySelector(".mob-note")),
    title: document.querySelector(".mob-title h1").textContent, head: document.title,
    lang: document.documentElement.lang,
    dashes: Object.fromEntries(["road", "rail", "sea", "planned", "closed"].map(
      c => [c, [...new Set(all("path.mob-" + c).map(n => n.getAttribute("stroke-dasharray")))]])),
    closed: all("path.mob-closed").length, crosses: all(".mob-cross").map(box), routes: all("path.mob-route").length,
    flags: all(".leaflet-attribution-flag").filter(n => n.getBoundingClientRect().width).length,
    hit: typeof hit, cards: all(".mob-card").map(n => [n.firstChild.textContent, box(n)]), images: all("img").length
  };
})()"""
# A point on the line that comes nearest to the middle of the view; a circle's line is its rim.
MIDDLE = """Array.from(document.querySelectorAll("%s")).map(p => {
  const m = p.getScreenCTM(), q = p.getPointAtLength(p.getTotalLength() / 2);
  return [q.x + m.e, q.y + m.f];
}).sort((a, b) => Math.hypot(a[0] - innerWidth / 2, a[1] - innerHeight / 2)
  - Math.hypot(b[0] - innerWidth / 2, b[1] - innerHeight / 2))[0]"""
AT = {
    "a": {"lat": "41.3", "lon": "19.5", "role": "origin", "kind": "port"},
    "b": {"lat": "42.0", "lon": "21.4", "country": "XK"},
    "c": {"lat": "42.7", "lon": "23.3"},
    "d": {"lat": "43.2", "lon": "27.9", "role": "destination", "kind": "port"},
}
LINKS = (
    "a -road 10- b corridors=VIII",
    "b -rail 20- c corridors=Xb;Vc",
    "b -road 30- c corridors=VIII-alt",
    "c -road 40- d corridors=VIII",
    "a -sea 900- d corridors=T",
    "b -rail 90- d status=planned corridors=R10",
)


@pytest.fixture(scope="session")
def nets(mixed):
    """The network as each map draws it; the pair loses the middle link of its best route and gains Corridor VIII."""
    links = [i for i in best_route(mixed, "durres", "varna")["link"] if i]
    return {"routes": mixed, "network": mixed, "pair": mixed.build("corridor:VIII").close(links[len(links) // 2])}


@pytest.fixture(scope="session")
def saved(nets, tmp_path_factory):
    folder = tmp_path_factory.mktemp("maps")
    made = {
        "routes": views.route_map(nets["routes"]),
        "network": views.network_map(nets["network"]),
        "pair": views.route_map(nets["pair"], ["durres"], ["varna"]),
    }
    for name, drawing in made.items():
        drawing.save(folder / f"{name}.html")
    return folder


def meet(one, other, slack=0.0):
    return (
        min(one[2], other[2]) - max(one[0], other[0]) > slack and min(one[3], other[3]) - max(one[1], other[1]) > slack
    )


def check_labels(seen, size):
    width, height = SIZES[size]
    for (name, box), (other, second) in combinations(seen["labels"], 2):
        assert not meet(box, second), (name, other)
    for name, box in seen["labels"]:
        assert box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height, (name, box)  # noqa: PT018
        for control in seen["controls"]:
            assert not meet(box, control), (name, control)


@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["routes", "network", "pair"])
def test_map_reads_at_the_opening_zoom(saved, nets, show, name, size):
    tab, net, wide = show(saved / f"{name}.html", size), nets[name], size == "wide"
    seen = tab.run(SEEN)
    names = [label for label, _ in seen["labels"]]
    check_labels(seen, size)
    assert len(names) > 5
    if name == "pair":
        assert {"Durrës", "Varna"} <= set(names)
    elif wide:  # the ends all get a name unless they stand on top of each other
        ends = net.places.loc[net.places["role"] != "", "name"]
        assert len({n.rstrip("*") for n in names} & set(ends)) > 0.8 * len(ends)
    for one, other in combinations([*seen["controls"][:1], seen["legend"], seen["noteBox"]], 2):
        assert not meet(one, other)

    assert style.KOSOVO_NOTE in seen["note"]
    assert style.ATTRIBUTION in seen["note"]
    assert "OpenStreetMap" in seen["note"]
    assert seen["title"] == seen["head"] != ""
    assert (seen["lang"], seen["flags"], seen["hit"]) == ("en", 0, "undefined")

    assert seen["open"] is wide
    if not wide:
        tab.run("document.querySelector('.mob-legend summary').click()")
        tab.settle()
        seen = tab.run(SEEN)
        assert seen["open"]
        check_labels(seen, size)
    groups = {style.group_of(c) for c in net.links["corridors"]}
    rows = [text for text, swatch, _ in seen["rows"] if swatch]
    wanted = [style.GROUP_NAMES[g] for g in style.GROUP_COLOURS if g in groups]
    wanted += [line.label for line in style.MODES.values()] + [style.STATUS["planned"].label]
    wanted += [style.STATUS["closed"].label] * (name == "pair")
    wanted += ["best routes (wider: more pairs)"] * (name != "network")
    assert rows == [*wanted, "origin: port of entry, base", "destination"]
    for text, _, box in seen["rows"]:
        assert 0 <= box[0] < box[2] <= SIZES[size][0], text
        assert 0 <= box[1] < box[3] <= SIZES[size][1], text
    assert min(seen["sizes"]) >= 10

    tab.run("document.querySelector('.leaflet-control-container').style.display = 'none'")  # the legend has its colour
    yellow = tab.pixels(style.ROUTE_COLOUR)
    assert (yellow == 0) if name == "network" else (yellow > (1500 if wide else 300))
    assert (seen["routes"] > 0) is (name != "network")


@pytest.mark.browser
def test_planned_and_closed_differ_without_colour(saved, nets, show):
    seen = show(saved / "pair.html").run(SEEN)
    dashes = {kind: [d and d.replace(",", " ") for d in found] for kind, found in seen["dashes"].items()}
    assert dashes["planned"] == [style.STATUS["planned"].dash]
    assert dashes["closed"] == [style.STATUS["closed"].dash]
    assert dashes["road"] == dashes["rail"] == [None]  # rail has its white dashes in a line of their own
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
    assert show(views.network_map(net.close(closing)).page().html()).run(SEEN)["crosses"]


@pytest.mark.browser
def test_labels_make_room_for_crosses(mixed, show):
    """A cross on a name makes it another name."""
    seen = show(views.network_map(mixed.close("corridor:VIII", "corridor:X")).page().html()).run(SEEN)
    assert len(seen["crosses"]) > 50
    assert [name for name, box in seen["labels"] if any(meet(box, cross, 2) for cross in seen["crosses"])] == []


@pytest.mark.browser
def test_labels_stay_apart_after_zoom_and_pan(saved, show):
    tab = show(saved / "routes.html")
    name = re.search(r"drawNetwork\((map_\w+), \{\"", (saved / "routes.html").read_text(encoding="utf-8"))[1]
    for zoom in (6.5, 8, 10):
        tab.run(f"void {name}.setView([42.6, 23.3], {zoom}, {{animate: false}})")
        tab.settle()
        seen = tab.run(SEEN)
        assert seen["labels"]
        check_labels(seen, "wide")


@pytest.mark.browser
def test_kosovo_carries_its_mark_and_a_bare_map_no_flag(show):
    tab = show(views.route_map(drawn(*LINKS, places=AT | {"c": AT["c"] | {"role": "x"}}), ["a"], ["b"]).page().html())
    seen = tab.run(SEEN)
    assert "b*" in [name for name, _ in seen["labels"]]
    assert (seen["closed"], seen["crosses"]) == (0, [])
    bare = show(page.OfflineMap().html())
    assert bare.run("(document.querySelector('.leaflet-attribution-flag') || {}).clientWidth || 0") == 0


@pytest.mark.browser
def test_hostile_names_are_text(show):
    net = drawn(*LINKS, places={p: row | {"name": HOSTILE + p, "note": HOSTILE} for p, row in AT.items()})
    text = dict.fromkeys(["name", "restriction", "source", "road_class", "reason"], HOSTILE)
    net = replace(net, links=net.links.assign(**text, corridors="T" + HOSTILE.replace(";", "")))
    drawing = views.route_map(net, ["a"], ["d"], title=HOSTILE)
    tab = show(drawing.page().html())
    seen = tab.run(SEEN)
    assert seen["title"] == seen["head"] == HOSTILE
    assert {HOSTILE + "a", HOSTILE + "d"} <= {name for name, _ in seen["labels"]}

    for what, name in (("path.mob-route", HOSTILE), (".leaflet-marks-pane path", HOSTILE + "a")):
        tab.hover(*tab.run(MIDDLE % what))
        assert tab.run(SEEN)["cards"][-1][0] == name
    seen = tab.run(SEEN)
    assert (seen["hit"], seen["images"]) == ("undefined", 0)


@pytest.mark.parametrize("char", ["\u202e", "\u2066", "\n", "\0"])
def test_title_drops_what_turns_or_breaks_a_line(char):
    net = drawn(*LINKS, places=AT)
    assert views.route_map(net, ["a"], ["d"], title=f"x{char}y").title in {"xy", f"x{char}y"}
    html = views.route_map(net, ["a"], ["d"], title=f"x{char}y").page().html()
    assert "<title>xy</title>" in html
    assert '"title":"xy"' in html


def test_same_bytes_every_time(nets, saved, tmp_path):
    drawing = views.route_map(nets["pair"], ["durres"], ["varna"]).page()
    first = drawing.html()
    assert first.encode() == (saved / "pair.html").read_bytes()
    assert drawing.html() == first
    drawing._repr_html_()
    stream = io.BytesIO()
    drawing.save(stream)
    drawing.save(str(tmp_path / "a.html"))
    assert stream.getvalue() == (tmp_path / "a.html").read_bytes() == first.encode()
    script = "from mobility import *; import sys; route_map(Network.load().under('mixed')).save(sys.argv[1])"
    env = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(Path(maps.__file__).parents[2])}
    subprocess.run([sys.executable, "-c", script, tmp_path / "b.html"], check=True, env=env)
    assert (tmp_path / "b.html").read_bytes() == (saved / "routes.html").read_bytes()


@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES)
def test_card_of_a_link_fits_the_view(saved, show, size):
    tab = show(saved / "pair.html", size)
    tab.hover(*tab.run(MIDDLE % "path.mob-route"))
    ((_, box),) = tab.run(SEEN)["cards"]
    width, height = SIZES[size]
    assert box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height  # noqa: PT018
    assert box[2] - box[0] > min(200, 0.4 * width)


@pytest.mark.browser
def test_two_maps_in_one_page_share_leaflet(show):
    net, figure = drawn(*LINKS, places=AT), Figure()
    for goal in "cd":
        figure.add_child(views.route_map(net, ["a"], [goal]).page())
    html = figure.render()
    assert html.count("Leaflet 1.9.3, a JS library") == html.count("function drawNetwork(") == 1
    tab = show(html)
    assert tab.run("document.querySelectorAll('.leaflet-container .mob-legend').length") == 2


@pytest.mark.browser
def test_map_in_a_notebook(show):
    drawing = views.route_map(drawn(*LINKS, places=AT), ["a"], ["d"])
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


def test_folium_itself_stays_as_it_was():
    linked = dict(folium.Map.default_js)
    page.OfflineMap().html()
    assert linked == dict(folium.Map.default_js)
    html = folium.Map().get_root().render()
    assert linked["leaflet"] in html
    assert "mob-title" not in html
    assert page.OfflineMap.default_js == page.OfflineMap.default_css == []


def test_a_missing_browser_is_said(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("CHROMIUM", "")
    with pytest.raises(RuntimeError, match="install Chromium"):
        Browser()


def test_leaflet_is_the_version_folium_links():
    linked = re.search(r"leaflet@([\d.]+)/", dict(folium.Map.default_js)["leaflet"])[1]
    assert f"Leaflet {linked}, a JS library" in page.OfflineMap().html()


def test_golden_map():
    net = drawn(*LINKS, "c -road 5- d corridors=IV", places=AT).close("c--d-road-2")
    text = views.route_map(net, ["a"], ["d"]).page().html()
    for part in page._head().values():
        text = text.replace(part, "")
    data = maps._data(views.network_map(net))
    for key in ("basemap", "world"):
        cut = page._script_json(data[key])
        assert cut in text
        text = text.replace(cut, "null")
    text = re.sub(r'\},(?=\{)|\],(?=")|\},(?=")', lambda m: m[0] + "\n", text)  # lines that a diff can show
    if os.environ.get("RENEW_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text.encode() == GOLDEN.read_bytes(), "a wanted change? RENEW_GOLDEN=1 python -m pytest -k golden"
    assert len(text.encode()) < 20_000


def decoded(text):
    """Read an encoded polyline, written apart from map.js from Google's description: groups of five bits."""
    numbers, group = [], []
    for char in text:
        group.append(ord(char) - 63)
        if group[-1] < 0x20:
            value = int("".join(f"{g & 0x1F:05b}" for g in reversed(group)), 2)
            numbers.append(-(value + 1) // 2 if value % 2 else value // 2)
            group = []
    assert not group
    lat = lon = 0
    points = []
    for i in range(0, len(numbers), 2):
        lat, lon = lat + numbers[i], lon + numbers[i + 1]
        points.append((lat, lon))
    return points


def test_lines_survive_encoding(shipped):
    assert decoded("_p~iF~ps|U_ulLnnqC_mqNvxq`@") == [(3850000, -12020000), (4070000, -12095000), (4325200, -12645300)]
    data = maps._data(views.network_map(shipped))
    for link, shape in zip(data["links"], shipped.links.geometry, strict=True):
        assert decoded(link["line"]) == [(round(y * 1e4), round(x * 1e4)) for x, y in shape.coords], link["name"]


@pytest.mark.browser
def test_drawing_can_be_built_on(show):
    """Links, places and layers change after the map is drawn; a click and a key mean the same."""
    tab = show(views.route_map(drawn(*LINKS, places=AT), ["a"], ["d"]).page().html())
    tab.run("""{ window.drawing = Object.values(window).find(v => v instanceof L.Map).drawing; window.heard = [];
      drawing.onLink(i => heard.push("link " + i)); drawing.onPlace(i => heard.push("place " + i)); 0 }""")
    count = "[...'closed planned road'.split(' '), 'route'].map(c => document.querySelectorAll('path.mob-' + c).length)"
    assert tab.run(count) == [0, 1, 3, 3]
    tab.run("drawing.links[0].setState('closed', 'shut <b>'); drawing.links[5].setState('')")
    tab.run("drawing.layers[0].show({1: 2, 5: 1}, {1: 'two'})")
    assert tab.run(count) == [1, 0, 2, 2]
    assert len(tab.run(SEEN)["crosses"]) == 1
    tab.run("drawing.links[0].setState('')")
    assert tab.run(count) == [0, 0, 3, 2]
    assert tab.run(SEEN)["crosses"] == []

    tab.run("drawing.zoomTo([1])")
    tab.settle()
    x, y = tab.run(MIDDLE % "path.mob-hit")
    for kind in ("mousePressed", "mouseReleased"):
        tab.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
    tab.run("document.querySelectorAll('path.mob-hit')[5].focus()")
    assert tab.run(SEEN)["cards"][-1][0] == "b–d"  # the other fades
    tab.call("Input.dispatchKeyEvent", type="keyDown", key="Enter")
    tab.run("drawing.places[2].setRole('origin')")
    tab.run("document.querySelectorAll('.leaflet-marks-pane path')[2].focus()")
    tab.call("Input.dispatchKeyEvent", type="keyDown", key=" ")
    assert tab.run("heard")[1:] == ["link 5", "place 2"]
    assert tab.run("heard")[0] in {"link 1", "link 2"}  # twins on one line

    tab.run("void drawing.panel('topright', Object.assign(document.createElement('b'), {id: 'x', textContent: 'hi'}))")
    assert tab.run("document.querySelector('.leaflet-right .leaflet-control#x').textContent") == "hi"


def test_maps_of_a_loss_and_of_a_change(show):
    """Each opens without a request, says what it finds, and draws its layers below the links."""
    net = drawn(*LINKS, places=AT)
    for drawing, title in (
        (views.bottleneck_map(net, ["a"], ["d"]), "Losing "),
        (views.whatif_map(net, net.close("a--b-road"), ["a"], ["d"]), "1 of 1 pairs slower"),
    ):
        tab = show(drawing.page().html())
        assert tab.run("document.querySelector('.mob-title h1').textContent").startswith(title)
        assert tab.run("document.querySelectorAll('path.mob-route').length") >= 2
