"""Copies of what folium links: all there, of the version that it links, and nothing in them asks for more."""

import re
from pathlib import Path

import folium
import pytest
from branca.colormap import LinearColormap
from folium import plugins

from mobility.present.web import copies

VENDORED = Path(copies.__file__).parent / "vendored"
LINKED = (
    folium.Map,
    *(
        getattr(plugins, name)
        for name in ("Draw", "Fullscreen", "MarkerCluster", "MeasureControl", "MiniMap", "MousePosition", "Search")
    ),
)
LINKS = {name: url for kind in LINKED for name, url in [*kind.default_js, *kind.default_css]}


@pytest.mark.parametrize("name", sorted(copies._COPIES))
def test_a_copy_is_whole_and_asks_for_nothing(name):
    text = copies.copied(name)
    assert len(text) > 200
    assert len(re.findall(r"</(?:script|style)", text, re.IGNORECASE)) == 1  # its own end
    assert not [url for url in re.findall(r"url\(([^)]*)\)", text) if not url.startswith("data:")] or "<script" in text


def test_icons_and_fonts_are_inside():
    for name, kind in (
        ("leaflet_draw_css", "image/svg"),
        ("leaflet_measure_css", "image/png"),
        ("glyphicons_css", "font/woff2"),
        ("fa_solid_css", "font/woff2"),
    ):
        assert f"data:{kind}" in copies.copied(name)


def test_versions_are_those_that_folium_links():
    table = (VENDORED / "README.md").read_text(encoding="utf-8")
    have = dict(re.findall(r"^\| ([\w.-]+) \| [\w.-]+ ([\d.]+) \|", table, re.MULTILINE))
    assert set(have) == {path.name for path in VENDORED.iterdir() if path.is_dir()}
    seen = set()
    for name, path in copies._COPIES.items():
        found = re.search(r"[@/](\d+\.\d+\.\d+)/", LINKS.get(name, ""))
        folder = path.split("/")[0]
        if found and folder not in {"glyphicons", "leaflet.awesome-markers"}:  # npm has no 3.0.0, no 2.0.2
            assert have[folder] == found[1], name
            seen.add(folder)
    assert len(seen) == 6
    assert LINKS["jquery"].split("jquery-")[1].split(".min")[0] in copies.copied("jquery")[:60]


def test_d3_is_that_of_branca():
    figure = folium.Figure()
    LinearColormap(["red", "blue"]).add_to(figure)
    figure.render()
    assert "/3.5.5/" in figure.header._children["d3"].url
    assert 'version:"3.5.5"' in copies.copied("d3")


def test_every_folder_has_its_licence():
    for folder in VENDORED.iterdir():
        assert not folder.is_dir() or [p for p in folder.iterdir() if "licen" in p.name.casefold()], folder
