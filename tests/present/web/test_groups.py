"""A finding on a folium Map of the reader's own: named groups, their styles, tooltips and legend."""

import folium
import pytest
from pages import AT, HOSTILE, LINKS, MAP, until

from drawing import drawn
from mobility import findings
from mobility.present import style
from mobility.present.web.page import OfflineMap

pytestmark = pytest.mark.xdist_group("groups")


def groups(map_):
    return [child.layer_name for child in map_._children.values() if isinstance(child, folium.FeatureGroup)]


def lines(group):
    """What a group draws: id of its feature and style, of all its parts."""
    parts = [part for part in group._children.values() if isinstance(part, folium.GeoJson)]
    return [(f["properties"], part.style_function(f)) for part in parts for f in part.data["features"] if part.style]


@pytest.mark.parametrize("kind", "network routes whatif bottlenecks interdict redundancy deploy nothing".split())
def test_any_view_on_a_plain_map(every, kind):
    map_ = folium.Map((43, 22), zoom_start=6)
    assert every[kind].add_to(map_) is every[kind]
    names = groups(map_)
    assert len(set(names)) == len(names) > 1
    assert ("Network" in names) == every[kind].quiet
    for layer in every[kind].layers:
        assert any(name.startswith(layer.label[:1].upper() + layer.label[1:]) for name in names)
    page = map_.get_root().render()
    assert every[kind].title.split(":")[0] in page
    assert style.ATTRIBUTION in page
    assert "leaflet@1.9.3" in page  # folium's own


def test_groups_of_a_network():
    finding = findings.network(drawn(*LINKS, places=AT).under("mixed").close("link:a--b-road"))
    map_ = folium.Map()
    assert finding.add_to(map_, name="Today") is finding
    found = {
        child.layer_name.removeprefix("Today: "): lines(child)
        for child in map_._children.values()
        if isinstance(child, folium.FeatureGroup)
    }
    assert list(found)[:4] == ["Connecting", "Rail Route 10", "Corridor X", "Corridor VIII"]  # the last on top
    assert list(found)[4:6] == ["Closed", "Origins and destinations"]
    dashes = [(said.get("use", ""), look["color"], look.get("dashArray")) for said, look in found["Corridor VIII"]]
    assert dashes == [
        ("not used: closed: a–b", style.CLOSED_COLOUR, style.STATUS["closed"].dash),
        ("", style.GROUP_COLOURS["VIII"], None),
        ("", style.GROUP_COLOURS["VIII"], None),
    ]
    assert [look["dashArray"] for _, look in found["Rail Route 10"]] == [style.STATUS["planned"].dash]
    rail = [(look["color"], look.get("dashArray")) for _, look in found["Corridor X"]]
    assert rail == [(style.GROUP_COLOURS["X"], None), ("#FFFFFF", style.MODES["rail"].dash)]


def test_layers_keep_their_widths_and_what_is_shown_first(every):
    view, map_ = every["whatif"], folium.Map()
    view.add_to(map_)
    found = {c.layer_name: c for c in map_._children.values() if isinstance(c, folium.FeatureGroup)}
    for layer in view.layers:
        when = "" if layer.when in layer.label else f" ({layer.when})"
        group = found[layer.label[:1].upper() + layer.label[1:] + when]
        assert group.show == (layer in view.opening)
        looks = [look for _, look in lines(group)]
        assert len(looks) == 2 * len(layer.values)
        above = [round(view.breadth(layer, value), 2) for value in layer.values.values()]
        assert [look["weight"] for look in looks[len(above) :]] == above


@pytest.mark.browser
def test_hostile_names_are_text_and_tooltips_tell(show):
    places = {p: row | {"name": HOSTILE + p} for p, row in AT.items()}
    finding = findings.routes(drawn(*LINKS, places=places), ["a"], ["d"])
    map_ = OfflineMap(location=(42.3, 23.6), zoom_start=7)  # no moving view, which the pointer would miss
    folium.LayerControl(collapsed=False).add_to(map_)  # before the groups that it lists
    finding.add_to(map_, name=HOSTILE)
    tab = show(map_.html())
    assert tab.run("typeof hit") == "undefined"
    listed = "document.querySelectorAll('.leaflet-control-layers-overlays label')"
    names = tab.run(f"Array.from({listed}, n => n.textContent.trim())")
    assert names[0] == f"{HOSTILE}: Network"
    assert len(names) >= 3
    assert HOSTILE in tab.run("document.querySelector('.mob-plain summary').textContent")
    assert style.ATTRIBUTION in tab.run("document.querySelector('.mob-plain').textContent")
    tab.run(f"void Object.values({MAP}._layers).find(l => l.eachLayer && l.getTooltip()).openTooltip()")
    assert "road primary, 10.0 km" in until(tab, "document.querySelector('.mob-tip')?.textContent")
    assert tab.pixels(style.ROUTE_COLOUR) > 1500
    tab.run("document.querySelectorAll('.leaflet-control-layers-overlays input').forEach(n => n.click())")
    tab.settle()
    assert tab.pixels(style.ROUTE_COLOUR) < 1000  # the legend's own
