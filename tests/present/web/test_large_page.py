"""The what-if page of a large network: drawn on canvases, and all that a reader does is as on a small one."""

import numpy as np
import pytest
from pages import MAP
from scale import country
from whatif_pages import SEEN

from mobility.model.scenario import Scenario
from mobility.present.web.whatif import whatif_page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("large page")]
# A link in use, in the middle of the view and far from places, and the pixel half-way along it.
MIDDLE = f"""(map => {{
  const [w, h] = [map.getSize().x, map.getSize().y], frame = map.getContainer().getBoundingClientRect();
  return map.drawing.links.map((link, i) => {{
    const [a, b] = [link.from, link.to].map(p => map.latLngToContainerPoint(map.drawing.places[p].at));
    const at = a.add(b).divideBy(2);
    return {{ i, name: link.name, far: Math.hypot(at.x - w / 2, at.y - h / 2) + (a.distanceTo(b) < 40 ? 1e4 : 0),
      x: frame.left + at.x, y: frame.top + at.y }};
  }}).sort((a, b) => a.far - b.far)[0];
}})({MAP})"""
# Milliseconds to draw one link in another state, and to draw all links, in turns.
RESTYLED = f"""(map => Array.from({{length: 30}}, (_, i) => {{
  const link = map.drawing.links[101 * i], canvas = link.paths[0]._renderer;
  function timed(change) {{
    const before = performance.now();
    change();
    canvas._redraw();
    return performance.now() - before;
  }}
  timed(() => {{}});
  const one = timed(() => link.setState(i % 2 ? "closed" : "unused"));
  return [one, timed(() => {{ canvas._redrawBounds = null; }})];
}}))({MAP})"""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("large") / "whatif.html"
    path.write_text(whatif_page(country(4_000), given=Scenario(profile="wheeled")).html(), encoding="utf-8")
    return path


@pytest.fixture
def tab(page, show):
    found = show(page)
    found.run(f"void {MAP}.setView([45, 20], 9, {{animate: false}})")
    return settled(found)


def settled(tab):
    tab.run("new Promise(done => setTimeout(done, 50))")
    tab.settle()
    return tab


def test_lines_are_no_elements(tab):
    assert tab.run("document.querySelectorAll('*').length") < 1500
    assert tab.run("document.querySelectorAll('canvas').length") >= 4
    for pane in ("links", "dots", "land"):
        hide = f"document.querySelector('.leaflet-{pane}-pane').style.visibility = 'hidden'"
        assert tab.changes(hide) > 2_000, pane


def test_a_click_closes_the_link_under_the_pointer(tab):
    at = tab.run(MIDDLE)
    tab.hover(at["x"], at["y"])
    assert tab.run("document.querySelector('.mob-card b').textContent") == at["name"]
    assert tab.run(f"{MAP}.getContainer().style.cursor") == "pointer"
    tab.click(at["x"], at["y"])
    seen = settled(tab).run(SEEN)
    assert (seen["changes"], seen["crosses"]) == ([f"✕ closed: {at['name']} (road)"], 1)
    assert "closed here" in tab.run("document.querySelector('.mob-card').textContent")
    tab.click(at["x"] + 1, at["y"])
    seen = settled(tab).run(SEEN)
    assert (seen["changes"], seen["crosses"]) == ([], 0)


def test_a_click_on_a_dot_opens_the_menu_of_the_place(tab):
    place, x, y = tab.run(f"""(map => {{
      const frame = map.getContainer().getBoundingClientRect(), middle = map.getSize().divideBy(2);
      const all = map.drawing.places.map((p, i) => [p.label, map.latLngToContainerPoint(p.at)]);
      const [name, at] = all.sort((a, b) => a[1].distanceTo(middle) - b[1].distanceTo(middle))[0];
      return [name, frame.left + at.x, frame.top + at.y];
    }})({MAP})""")
    tab.click(x, y)
    assert tab.run("document.querySelector('.mob-menu b').textContent") == place
    tab.run("document.querySelectorAll('.mob-menu button')[3].click()")
    assert settled(tab).run(SEEN)["changes"] == [f"✕ closed: {place}"]


def test_by_keyboard(tab):
    """Find a link, and close it where it has the focus; a name closes it too, and any place can be an end."""
    name = tab.run(f"{MAP}.drawing.links[2000].name")
    tab.run("document.querySelector('.mob-find').open = true; document.querySelector('.mob-find input').focus()")
    tab.write(name)
    tab.key("Enter")
    assert tab.run("document.activeElement.getAttribute('aria-label')") == name
    assert tab.run("document.querySelector('.mob-card b').textContent") == name
    tab.key("Enter", "\r")
    assert settled(tab).run(SEEN)["changes"] == [f"✕ closed: {name} (road)"]
    assert tab.run("document.activeElement.getAttribute('aria-label')") == name
    tab.run("document.querySelector('[role=combobox][aria-label=\"Close or build\"]').focus()")
    tab.write(f"{name} (road)")
    tab.key("Enter", "\r")
    assert settled(tab).run(SEEN)["changes"] == []
    last = tab.run(f"{MAP}.drawing.places.at(-1).label")
    tab.run("document.querySelector('[role=combobox][aria-label=To]').focus()")
    tab.write(last)
    tab.key("Enter", "\r")
    assert f" – {last}: " in settled(tab).run(SEEN)["title"]


def test_the_legend_hides_lines(tab):
    box = "document.querySelector('.mob-legend input').click()"
    tab.run("document.querySelector('.mob-legend').open = true")
    assert tab.changes(box) > 5_000
    at = tab.run(MIDDLE)
    tab.hover(at["x"], at["y"])
    assert tab.run("document.querySelectorAll('.mob-card').length") == 0
    assert tab.changes(box) > 5_000


def test_one_link_is_drawn_anew_without_the_others(tab):
    tab.run(f"void {MAP}.setView([45, 20], 6, {{animate: false}})")
    one, everything = np.median(tab.run(RESTYLED), axis=0)
    print(f"a link {one:.2f} ms, all {everything:.2f} ms")  # noqa: T201
    assert everything > 2 * one
