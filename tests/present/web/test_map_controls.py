"""What can be done with a map: show and hide, find, reach by keyboard, change from a script, print."""

import re

import pytest
from browser import SIZES
from pages import AT, COUNT, LINKS, MAP, MIDDLE, SEEN

from drawing import drawn
from mobility.present import maps
from mobility.present.web.scripts import called

NEAR = {"b": AT["b"] | {"name": "Prishtinë", "alt_names": "Приштина;Pristina"}, "c": AT["c"] | {"name": "Łódź Đakovo"}}
BOX = "Array.from(document.querySelectorAll('.mob-legend label')).find(n => n.lastElementChild.textContent === '%s')"
DOTS = "(document.querySelector('.leaflet-dots-pane path').getAttribute('d').match(/M/g) || []).length"
FOCUS = "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"


def met(tab):
    """Return how many links the pointer meets, each half-way along its line."""
    return tab.run(f"""(map => map.drawing.links.filter((link, i) => {{
      const path = link.paths[0].getElement(), q = path.getPointAtLength(path.getTotalLength() / 2);
      const at = {{layerPoint: L.point(q.x, q.y), latlng: map.layerPointToLatLng([q.x, q.y])}};
      map.fire("mousemove", {{...at, originalEvent: {{target: path}}}});
      const card = document.querySelector(".mob-card");
      return card && card.textContent.startsWith(link.name + link.mode);
    }}).length)({MAP})""")


@pytest.fixture
def tab(show):
    net = drawn(*LINKS, places=AT | NEAR).close("c--d-road")
    return show(maps.route_map(net, ["a"], ["d"]).page().html())


@pytest.mark.browser
@pytest.mark.parametrize(
    ("row", "hidden"),
    [
        ("road", {"road": 2, "closed": 1, "met": 3}),
        ("railway", {"rail": 1, "planned": 1, "met": 2}),
        ("sea", {"sea": 1, "route": 1, "met": 1}),
        ("closed here", {"closed": 1, "met": 1}),
        ("not open: planned, in building or disused", {"planned": 1, "met": 1}),
    ],
)
def test_legend_hides_lines_with_all_that_belongs_to_them(tab, row, hidden):
    """Line, broad line, cross, what the pointer meets; and by keyboard, as a box is ticked."""

    def count():
        return {kind: tab.run(COUNT % kind) for kind in kinds} | {"met": met(tab)}

    kinds = ("road", "rail", "sea", "closed", "planned", "route")
    before = count()
    assert before == {"road": 2, "rail": 1, "sea": 1, "closed": 1, "planned": 1, "route": 1, "met": 6}
    tab.run((BOX % row) + ".querySelector('input').focus()")
    tab.key(" ", " ")
    after = count()
    assert {k: before[k] - after[k] for k in before if before[k] > after[k]} == hidden
    shown = "Array.from(document.querySelectorAll('.mob-cross')).filter(n => n.style.display !== 'none').length"
    assert tab.run(shown) == (0 if "closed" in hidden else 1)
    tab.key(" ", " ")
    assert count() == before


@pytest.mark.browser
def test_places_without_a_line_go_too(tab):
    """The dot and the name of a place that no shown link touches; origins and destinations stay."""
    tab.run(f"void {MAP}.setView([42.4, 22.5], 8, {{animate: false}})")
    tab.settle()
    assert {"Prishtinë*", "Łódź Đakovo"} <= {name for name, _ in tab.run(SEEN)["labels"]}
    dots = tab.run(DOTS)
    for row in ("road", "railway"):
        tab.run((BOX % row) + ".querySelector('input').click()")
    tab.settle()
    assert not {"Prishtinë*", "Łódź Đakovo"} & {name for name, _ in tab.run(SEEN)["labels"]}
    assert tab.run(f"{MAP}.drawing.places.map(p => p.hidden)") == [False, True, True, False]
    assert dots - tab.run(DOTS) == 2
    assert tab.run("document.querySelectorAll('.leaflet-marks-pane path').length") == 2


@pytest.mark.browser
def test_a_state_that_changes_is_hidden_or_shown_anew(tab):
    tab.run((BOX % "closed here") + ".querySelector('input').click()")
    assert met(tab) == 5
    tab.run(f"{MAP}.drawing.links[0].setState('closed'); {MAP}.drawing.links[3].setState('')")
    assert (met(tab), tab.run(COUNT % "closed"), tab.run(COUNT % "road")) == (5, 0, 2)
    tab.run(f"{MAP}.drawing.layers[0].show({{0: 1, 3: 1}})")
    assert tab.run(COUNT % "route") == 1


@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("prishtine", "Prishtinë*"),
        ("приштина", "Prishtinë*"),
        ("lodz dak", "Łódź Đakovo"),
        ("dakovo", "Łódź Đakovo"),
        ("b-d", "b–d"),
    ],
)
def test_find_goes_there_by_keyboard(show, typed, found, size):
    links = [*LINKS[:5], LINKS[5] + " name=b–d"]
    tab = show(maps.route_map(drawn(*links, places=AT | NEAR), ["a"], ["d"]).page().html(), size)
    if size == "narrow":
        tab.run("document.querySelector('.mob-find summary').click()")
    tab.run("document.querySelector('.mob-find input').focus()")
    tab.write(typed)
    tab.key("Enter")
    assert tab.run(SEEN)["cards"][-1][0] == found
    assert tab.run(FOCUS) == found
    x, y = tab.run(
        "(b => [b.left + b.width / 2, b.top + b.height / 2])(document.activeElement.getBoundingClientRect())"
    )
    width, height = SIZES[size]
    left = tab.run(SEEN)["legend"][2] if size == "wide" and found == "b–d" else 0  # a line lies clear of the legend
    assert (x, y) == pytest.approx([(left + width) / 2, height / 2], abs=60)
    tab.key("Escape")
    assert tab.run(FOCUS).startswith("Map: ")


@pytest.mark.browser
def test_find_lists_what_else_it_may_be(tab):
    tab.run("document.querySelector('.mob-find input').focus()")
    tab.write("d")
    listed = "Array.from(document.querySelectorAll('.mob-find li'), n => n.textContent)"
    assert tab.run(listed) == ["dport, AA", "Łódź Đakovocity, AA", "c–droad", "a–dsea", "b–drail"]
    tab.key("Tab")
    tab.key("Tab")
    tab.key("Enter", "\r")
    assert tab.run(FOCUS) == "Łódź Đakovo"
    assert tab.run(listed) == []
    tab.run("document.querySelector('.mob-find input').select()")
    tab.write("nowhere")
    assert tab.run(listed) == ["nothing of that name"]


@pytest.mark.browser
def test_drawing_can_be_built_on(show):
    """Links, places and layers change after the map is drawn; a click and a key mean the same."""
    tab = show(maps.route_map(drawn(*LINKS, places=AT), ["a"], ["d"]).page().html())
    tab.run(f"""{{ window.drawing = {MAP}.drawing; window.heard = [];
      drawing.onLink(i => heard.push("link " + i)); drawing.onPlace(i => heard.push("place " + i)); 0 }}""")
    kinds = ("closed", "planned", "road", "route")
    assert [tab.run(COUNT % kind) for kind in kinds] == [0, 1, 3, 3]
    tab.run("drawing.links[0].setState('closed', 'shut <b>'); drawing.links[5].setState('')")
    tab.run("drawing.layers[0].show({1: 2, 5: 1}, {1: 'two'})")
    assert [tab.run(COUNT % kind) for kind in kinds] == [1, 0, 2, 2]
    assert len(tab.run(SEEN)["crosses"]) == 1
    tab.run("drawing.links[0].visit()")
    assert "shut <b>" in tab.run(SEEN)["cards"][-1][2]
    tab.run("drawing.links[0].setState('')")
    assert [tab.run(COUNT % kind) for kind in kinds] == [0, 0, 3, 2]
    assert tab.run(SEEN)["crosses"] == []

    tab.run("drawing.zoomTo([1])")
    tab.settle()
    tab.click(*tab.run(MIDDLE % "path.mob-rail"))
    assert tab.run("drawing.links[5].visit()") is None
    assert tab.run(SEEN)["cards"][-1][0] == "b–d"  # the other fades
    tab.key("Enter")
    tab.run("drawing.places[2].setRole('origin'); drawing.places[3].setRole(''); drawing.places[2].visit()")
    tab.key(" ")
    assert tab.run("heard") == ["link 1", "link 5", "place 2"]
    assert tab.run(f"drawing.places.map({called('map/labels.js')}.rankOf)") == [0, 3, 1, 3]

    tab.run("void drawing.panel('topright', Object.assign(document.createElement('b'), {id: 'x', textContent: 'hi'}))")
    assert tab.run("document.querySelector('.leaflet-right .leaflet-control#x').textContent") == "hi"


@pytest.mark.browser
def test_a_tap_opens_a_card_and_a_tap_beside_it_closes_it(tab):
    def tap(x, y):
        tab.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
        tab.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
        tab.run("new Promise(done => setTimeout(done, 300))")  # the card fades
        return [name for name, *_ in tab.run(SEEN)["cards"]]

    x, y = tab.run(MIDDLE % "path.mob-route")
    assert tap(x, y) == ["a–d"]
    assert tap(x, y + 100) == []


@pytest.mark.browser
def test_the_table_opens_beside_the_map_and_scrolls(show, mixed):
    tab = show(maps.route_map(mixed).page().html())
    before = tab.run(SEEN)["map"]
    tab.run("document.querySelector('.mob-table summary').focus()")
    tab.key("Enter", "\r")
    tab.settle()
    seen = tab.run(SEEN)
    assert seen["map"][3] - seen["map"][1] > 240
    assert seen["map"][3] < before[3] - 200
    assert tab.run("document.documentElement.scrollHeight <= innerHeight")
    tab.key("Tab")
    assert tab.run("document.activeElement.getAttribute('aria-label')") == "Table"
    assert tab.run(f"{MAP}.getSize().y") == pytest.approx(seen["map"][3] - seen["map"][1], abs=1)


VIEW = f"[{MAP}.getCenter().lat, {MAP}.getCenter().lng, {MAP}.getZoom()]"


@pytest.mark.browser
def test_the_opening_view_is_kept_until_the_map_is_moved(show, mixed):
    """When the table takes half the height, all ends are still seen; where the reader looks is left alone."""
    tab = show(maps.route_map(mixed).page().html())
    inside = f"{MAP}.drawing.places.filter(p => p.role).every(p => {MAP}.getBounds().contains(p.at))"
    toggle = "document.querySelector('.mob-table summary').click()"
    first = tab.run(VIEW)
    for open_ in (True, False):
        tab.run(toggle)
        tab.settle()
        assert tab.run(inside)
        assert (tab.run(VIEW) == pytest.approx(first, abs=0.05)) is not open_
    tab.run(f"void {MAP}.setView([42, 22], 9, {{animate: false}})")
    tab.run(toggle)
    tab.settle()
    assert tab.run(VIEW) == pytest.approx([42, 22, 9], abs=0.01)


@pytest.mark.browser
@pytest.mark.parametrize("moved", [False, True])
@pytest.mark.parametrize("size", SIZES)
def test_print_is_one_sheet(show, mixed, size, moved):
    """A4 across, the legend open, controls gone; afterwards the map is as it was."""
    tab = show(maps.network_map(mixed).page().html(), size)
    if moved:
        tab.run(f"void {MAP}.setView([42, 22], 8, {{animate: false}})")
    before = [tab.run("document.querySelector('.mob-legend').open"), *tab.run(VIEW)]
    pdf = tab.printed()
    assert pdf.count(b"/Type /Page\n") == 1
    width, height = map(float, re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf).groups())
    assert (width, height) == pytest.approx((842, 595), abs=1)
    assert [tab.run("document.querySelector('.mob-legend').open"), *tab.run(VIEW)] == pytest.approx(before, abs=0.05)

    tab.call("Emulation.setEmulatedMedia", media="print")
    tab.run("void window.dispatchEvent(new Event('beforeprint'))")
    tab.settle()
    seen = tab.run(SEEN)
    assert seen["open"]
    gone = ".mob-find, .leaflet-control-zoom, .mob-table, .mob-legend input"
    assert tab.run(f"Array.from(document.querySelectorAll('{gone}')).every(n => !n.checkVisibility())")
    assert seen["map"][2] - seen["map"][0] == pytest.approx(277 / 25.4 * 96, abs=2)
    assert seen["noteBox"][3] < 190 / 25.4 * 96
    assert len(seen["labels"]) > 10
    if not moved:  # the lines fill the sheet
        left, _, right, _ = tab.run("""(b => [b.left, b.top, b.right, b.bottom])(
            document.querySelector(".leaflet-links-pane g").getBoundingClientRect())""")
        assert right - left > 0.48 * (seen["map"][2] - seen["map"][0])


@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES)
def test_within_text_a_map_prints_as_wide_as_a_sheet_upright(show, size):
    html = maps.route_map(drawn(*LINKS, places=AT), ["a"], ["d"]).page().html()
    html = html.replace("<figure", "<div><figure").replace("</figure>", "</figure></div>")
    tab = show(html, size)
    width, height = map(float, re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", tab.printed()).groups())
    assert width < height
    tab.call("Emulation.setEmulatedMedia", media="print")
    tab.run("void window.dispatchEvent(new Event('beforeprint'))")
    tab.settle()
    left, _, right, _ = tab.run(SEEN)["map"]
    assert right - left == pytest.approx(960 * 0.72, abs=2)
    assert tab.run(f"{MAP}.getSize().x") == 960
