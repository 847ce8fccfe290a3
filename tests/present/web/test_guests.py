"""What folium's users add to an offline map: it is really there, or it is refused in a line that says why."""

import folium
import pytest
from folium import plugins
from pages import MAP, until

from mobility.errors import InputError
from mobility.present.web import guests
from mobility.present.web.page import OfflineMap

TOWNS = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "properties": {"name": name}, "geometry": {"type": "Point", "coordinates": at}}
        for name, at in (("Sofia", [23.3, 42.7]), ("Niš", [21.9, 43.3]))
    ],
}
CENTRE = f"{MAP}.getCenter()"
POPUP = "Array.from(document.querySelectorAll('.leaflet-popup-content'), n => n.textContent.trim()).at(-1)"
REFUSED = {
    "HeatMap": lambda: plugins.HeatMap([[42, 21]]),
    "TileLayer": lambda: folium.TileLayer("OpenStreetMap"),
    "WmsTileLayer": lambda: folium.WmsTileLayer("https://wms.example", "x"),
    "ImageOverlay": lambda: folium.raster_layers.ImageOverlay("https://x.example/a.png", [[40, 20], [41, 21]]),
    "CustomIcon": lambda: folium.Marker((42, 21), icon=folium.CustomIcon("https://x.example/a.png")),
    "Geocoder": plugins.Geocoder,
    "AntPath": lambda: plugins.AntPath([[42, 21], [43, 22]]),
    "BeautifyIcon": lambda: folium.Marker((42, 21), icon=plugins.BeautifyIcon()),
    "VectorGridProtobuf": lambda: plugins.VectorGridProtobuf("https://x.example/{z}/{x}/{y}.pbf"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_needs_the_network_is_refused_in_one_line(kind):
    page = OfflineMap()
    with pytest.raises(InputError, match=f"^{kind} (needs|asks the network for) https://") as error:
        page.add_child(REFUSED[kind]())
    assert "\n" not in str(error.value)
    assert "finding.add_to(map)" in str(error.value)
    page.html()  # nothing of it is left
    group = folium.FeatureGroup("g").add_to(page)
    group.add_child(REFUSED[kind]())  # folium's own, which knows nothing of it
    with pytest.raises(InputError, match=kind):
        page.html()


@pytest.mark.parametrize(
    "add",
    [
        lambda page: folium.Marker((42, 21), popup='<img src="https://x.example/a.png">').add_to(page),
        lambda page: plugins.FloatImage("https://x.example/a.png").add_to(page),
        lambda page: plugins.ScrollZoomToggler().add_to(page),
    ],
)
def test_html_that_loads_something_is_refused(add):
    page = OfflineMap()
    with pytest.raises(InputError, match=r"^\S.*https://") as error:
        add(page) and page.html()
    assert "\n" not in str(error.value)


def test_online_tiles_as_of_a_plain_map_are_refused():
    with pytest.raises(InputError, match="TileLayer"):
        OfflineMap(tiles="OpenStreetMap")


def test_tiles_beside_the_page_are_taken():
    folium.TileLayer("tiles/{z}/{x}/{y}.png", attr="own").add_to(page := OfflineMap())
    assert "tiles/{z}" in page.html()


def test_a_page_holds_only_what_it_needs():
    bare = OfflineMap()
    assert bare.html() == bare.html()  # made twice it holds nothing twice
    bare = bare.html()
    assert "jQuery" not in bare
    assert "AwesomeMarkers" not in bare
    assert len(bare) < 300_000
    folium.Marker((42, 21), popup="p", icon=folium.Icon()).add_to(page := OfflineMap())
    html = page.html()
    assert html.count("jQuery v3.7.1") == 1
    assert "Glyphicons" in html
    assert "fontawesome.com" not in html


@pytest.fixture(scope="module")
def full():
    """One map with all of it, in an order in which folium's own page would stop."""
    page = OfflineMap(title="Guests")
    folium.LayerControl(collapsed=False).add_to(page)
    towns = folium.GeoJson(TOWNS, name="Towns")
    plugins.Search(towns, search_label="name", collapsed=False).add_to(page)
    towns.add_to(page)
    drawn = folium.FeatureGroup(name="Drawn")
    plugins.Draw(feature_group=drawn).add_to(page)
    drawn.add_to(page)
    folium.Marker((44.8, 20.5), popup="<b>Depot</b> 12", tooltip="depot").add_to(page)
    folium.Marker((43.2, 27.9), icon=folium.Icon("red", icon="star", angle=45), popup="Varna").add_to(page)
    folium.Marker((41.3, 19.5), icon=folium.Icon("green", icon="anchor", prefix="fa"), popup="lazy").add_to(page)
    cluster = plugins.MarkerCluster(name="Many").add_to(page)
    for i in range(5):
        folium.Marker((45 + i / 50, 25)).add_to(cluster)
    plugins.MeasureControl(position="bottomleft").add_to(page)
    plugins.Fullscreen().add_to(page)
    plugins.MiniMap(toggle_display=True).add_to(page)
    plugins.MousePosition(position="bottomleft").add_to(page)
    return page.html()


def middle(tab, what):
    box = f"document.querySelector('{what}').getBoundingClientRect()"
    return tab.run(f"(b => [b.left + b.width / 2, b.top + b.height / 2])({box})")


@pytest.mark.browser
def test_markers_with_popups_and_icons_are_there(full, show):
    tab = show(full)
    assert tab.run("document.querySelectorAll('img.leaflet-marker-icon').length") == 3  # of Leaflet's own kind
    assert tab.run("Array.from(document.images).every(i => i.complete && i.naturalWidth)")
    tab.click(*middle(tab, "img.leaflet-marker-icon:last-of-type"))
    assert until(tab, POPUP) == "Depot 12"
    assert tab.run("document.querySelectorAll('.awesome-marker-icon-red i.glyphicon-star').length") == 1
    fonts = "document.fonts.ready.then(() => ['Glyphicons Halflings', 'Font Awesome 6 Free'].every(f => "
    assert tab.run(fonts + "Array.from(document.fonts).some(g => g.family.includes(f) && g.status === 'loaded')))")
    tab.click(*middle(tab, ".awesome-marker-icon-red"))
    until(tab, f"{POPUP} === 'Varna'")
    assert tab.run("document.querySelector('.marker-cluster').textContent") == "5"
    turned = "getComputedStyle(document.querySelector('.awesome-marker-icon-red i')).transform"
    assert tab.run(turned).startswith("matrix(0.707")


@pytest.mark.browser
def test_the_plugins_work(full, show):
    tab = show(full)
    tab.hover(640, 500)
    assert tab.run("document.querySelector('.leaflet-control-mouseposition').textContent").count(".") == 2
    assert tab.run("document.querySelectorAll('.leaflet-control-minimap path.leaflet-interactive').length") >= 1
    assert tab.run("document.querySelectorAll('.leaflet-control-minimap path').length") >= 3  # land, view, shadow
    assert tab.run("document.querySelectorAll('.leaflet-control-layers-overlays label').length") == 3

    tab.click(*middle(tab, "input.search-input"))
    tab.key("S", "S")
    assert until(tab, "document.querySelector('.search-tip')?.textContent") == "Sofia"
    tab.click(*middle(tab, ".search-tip"))
    until(tab, f"{CENTRE}.distanceTo([42.7, 23.3]) < 5000")

    tab.click(*middle(tab, ".leaflet-draw-draw-marker"))
    markers = "document.querySelectorAll('.leaflet-marker-pane > img.leaflet-marker-icon').length"
    count = tab.run(markers)
    tab.hover(500, 600)
    tab.click(500, 600)
    until(tab, f"{markers} > {count}")

    tab.hover(*middle(tab, ".leaflet-control-measure"))
    until(tab, "document.querySelector('.leaflet-control-measure .js-start')?.offsetHeight")
    tab.click(*middle(tab, ".fullscreen-icon"))
    until(tab, "document.fullscreenElement !== null || document.querySelector('.leaflet-pseudo-fullscreen') !== null")


@pytest.mark.browser
def test_a_finding_takes_guests_too(show, every):
    page = every["routes"].page()
    folium.Marker((43, 23), popup="camp").add_to(page)
    plugins.MiniMap().add_to(page)
    tab = show(page.html())
    tab.click(*middle(tab, "img.leaflet-marker-icon"))
    assert until(tab, POPUP) == "camp"
    assert tab.run("document.querySelectorAll('.leaflet-control-minimap path').length") >= 3


def test_what_is_named_by_others_comes_first():
    page = OfflineMap()
    folium.LayerControl().add_to(page)
    folium.FeatureGroup("g").add_to(page)
    guests.ordered(page)
    assert [type(child).__name__ for child in page._children.values()] == ["FeatureGroup", "LayerControl"]
