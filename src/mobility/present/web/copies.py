"""Copies of the scripts, style sheets and icons that folium links: a page that opens with no network holds them."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

# By the name under which folium and branca link each: where its copy lies in vendored/, or in xstatic.pkg.
_COPIES = {
    "Control.Fullscreen.js": "leaflet.fullscreen/Control.FullScreen.js",
    "Control.FullScreen.css": "leaflet.fullscreen/Control.FullScreen.css",
    "Control_MiniMap_js": "leaflet-minimap/dist/Control.MiniMap.min.js",
    "Control_MiniMap_css": "leaflet-minimap/dist/Control.MiniMap.min.css",
    "Control_MousePosition_js": "leaflet-mouse-position/src/L.Control.MousePosition.js",
    "Control_MousePosition_css": "leaflet-mouse-position/src/L.Control.MousePosition.css",
    "Leaflet.Search.js": "leaflet-search/dist/leaflet-search.min.js",
    "Leaflet.Search.css": "leaflet-search/dist/leaflet-search.min.css",
    "awesome_markers": "leaflet.awesome-markers/dist/leaflet.awesome-markers.js",
    "awesome_markers_css": "leaflet.awesome-markers/dist/leaflet.awesome-markers.css",
    "d3": "d3/d3.min.js",
    "glyphicons_css": "glyphicons/css/glyphicons.css",
    "leaflet_draw_js": "leaflet-draw/dist/leaflet.draw.js",
    "leaflet_draw_css": "leaflet-draw/dist/leaflet.draw.css",
    "leaflet_measure_js": "leaflet-measure/dist/leaflet-measure.min.js",
    "leaflet_measure_css": "leaflet-measure/dist/leaflet-measure.css",
    "markerclusterjs": "leaflet.markercluster/dist/leaflet.markercluster.js",
    "markerclustercss": "leaflet.markercluster/dist/MarkerCluster.css",
    "markerclusterdefaultcss": "leaflet.markercluster/dist/MarkerCluster.Default.css",
    "jquery": "xstatic:jquery/jquery.min.js",
    "fa_css": "xstatic:font_awesome/css/fontawesome.min.css",
    "fa_solid_css": "xstatic:font_awesome/css/solid.min.css",
    "fa_regular_css": "xstatic:font_awesome/css/regular.min.css",
    "fa_brands_css": "xstatic:font_awesome/css/brands.min.css",
}
_TYPES = {".png": "image/png", ".gif": "image/gif", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
_FINE = re.compile(r"@media[^{]*pixel-ratio[^{]*\{(?:[^{}]*\{[^{}]*\})*\s*\}")  # rules with icons for fine screens
_URL = re.compile(r"""url\(['"]?([^)'"]+)['"]?\)""")


def held(name: str) -> bool:
    """Return whether there is a copy of what folium links under this name."""
    return name in _COPIES


@lru_cache
def copied(name: str) -> str:
    """Return a copy as an element of a page: a script, or a style sheet with its icons inside it."""
    path = _COPIES[name]
    place = _file(path)
    text = place.read_text(encoding="utf-8")
    if path.endswith(".js"):
        text = re.sub(r"//# sourceMappingURL=.*", "", text)
        return f"<script>{text}</script>"
    folder = path.rpartition("/")[0]
    return f"<style>{_URL.sub(lambda m: f'url({data_url(_beside(folder, m[1]))})', _FINE.sub('', text))}</style>"


def data_url(file: Traversable | None) -> str:
    """Return a picture or font as an address that holds it; of nothing, one that holds nothing."""
    if file is None:
        return "data:,"
    return f"data:{_TYPES[Path(file.name).suffix]};base64,{b64encode(file.read_bytes()).decode()}"


def _beside(folder: str, address: str) -> Traversable | None:
    """Return the file that a style sheet in a folder names, if it is there and of a kind that browsers prefer."""
    parts: list[str] = folder.split("/")
    for part in address.split("/"):
        parts = parts[:-1] if part == ".." else [*parts, part]
    found = _file("/".join(parts)) if Path(address).suffix in _TYPES else None
    return found if found is not None and found.is_file() else None


def _file(path: str) -> Traversable:
    if path.startswith("xstatic:"):
        package, _, rest = path.removeprefix("xstatic:").partition("/")
        return files(f"xstatic.pkg.{package}").joinpath("data", rest)
    return files("mobility.present.web").joinpath("vendored", path)
