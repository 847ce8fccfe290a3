"""The page a map lives in: Leaflet, style and data inside one HTML file, nothing fetched."""

from __future__ import annotations

import hashlib
import html
import json
import re
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import folium
from branca.element import Element, Figure, MacroElement

from mobility.model.files import write_whole
from mobility.present import style
from mobility.present.web.scripts import MAP, called, joined

_RANDOM_ID = re.compile(r"\b([a-z_]+_)([0-9a-f]{32})\b")


class Raw(Element):
    """Text put into the page as it is; branca's Element would run it through Jinja."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **kwargs: Any) -> str:  # noqa: ANN401, ARG002 - branca's signature
        """Return the text."""
        return self.text


class OfflineMap(folium.Map):
    """A folium Map with Leaflet inside the page: opens from disk with no network.

    Several maps in one page carry one copy of Leaflet. Takes folium's own layers as long as they
    need no further scripts (GeoJson, tooltips, circle markers; no plugins, popups or `folium.Icon`).
    """

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - folium's own kind of attribute
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    def __init__(self, *, title: str = "", **options: Any) -> None:  # noqa: ANN401
        options = {
            "tiles": None,
            "font_size": "12px",
            "location": (43, 22),
            "zoom_start": 6,
            "zoom_snap": 0.25,
            "zoom_control": "topright",
        } | options
        super().__init__(**options)
        self.title = title

    def render(self, **kwargs: Any) -> None:  # type: ignore[override]  # noqa: ANN401 - folium's signature
        """Put Leaflet and the style sheet into the page's head, once, then draw."""
        figure, name = self.get_root(), self.get_name()
        assert isinstance(figure, Figure)  # noqa: S101 - a Map makes itself one
        for part, text in _head().items():
            figure.header.add_child(Raw(text), name=part)
        figure.title = figure.title or html.escape(plain(self.title))
        height = "".join(map(str, self.height))
        figure.html.add_child(Raw(f'<figure class="mob-map" style="height:{height}">'), name=f"{name}_begin")
        super().render(**kwargs)  # type: ignore[no-untyped-call]
        figure.html.add_child(Raw("</figure>"), name=f"{name}_end")

    def html(self) -> str:
        """Return the whole page, the same bytes on every run."""
        return stable(self.get_root().render())

    def _repr_html_(self, **kwargs: Any) -> str:  # noqa: ANN401, ARG002 - folium's signature
        """Return the page in a frame, for a notebook."""
        name = html.escape(f"Map: {plain(self.title)}")
        frame = f'<iframe title="{name}" style="width:100%;height:560px;border:0" srcdoc='
        return f'{frame}"{html.escape(self.html())}"></iframe>'

    def save(self, outfile: Any, close_file: bool = True, **kwargs: Any) -> None:  # noqa: ANN401, ARG002 - branca's
        """Write the page to a path or an open binary file."""
        if hasattr(outfile, "write"):
            outfile.write(self.html().encode())
        else:
            write_whole(Path(outfile), self.html().encode())


class NetworkLayer(MacroElement):
    """A network drawn by js/map, whose handle is then `map.drawing`.

    Parameters
    ----------
    base
        What maps of the same network share: a page holds it once.
    own
        What this map adds to it.
    below
        HTML to stand below the map.
    """

    def __init__(self, base: dict[str, Any], own: dict[str, Any], below: str = "") -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "NetworkLayer"
        self.base, self.own, self.below = script_json(base), script_json(own), below

    def render(self, **kwargs: Any) -> None:  # type: ignore[override]  # noqa: ANN401, ARG002 - branca's signature
        """Put data, call and what stands below into the page, past Jinja: names may hold braces."""
        figure, parent = self.get_root(), self._parent
        assert isinstance(figure, Figure) and parent is not None  # noqa: S101, PT018 - only ever drawn on a map
        base = f"mobility_{hashlib.sha256(self.base.encode()).hexdigest()[:12]}"
        figure.header.add_child(Raw(f"<script>const {base} = {self.base};</script>"), name=base)
        figure.html.add_child(Raw(self.below), name=self.get_name())
        call = f"{called(MAP)}.drawNetwork({parent.get_name()}, {base}, {self.own});"
        figure.script.add_child(Raw(call), name=self.get_name())


@lru_cache(maxsize=1)
def _head() -> dict[str, str]:
    """Leaflet, its style sheet and ours, by the name under which a page holds each once."""
    from xstatic.pkg import leaflet

    folder = Path(leaflet.BASE_DIR)
    code = (folder / "leaflet.js").read_text(encoding="utf-8").split("//# sourceMappingURL")[0]
    sheet = re.sub(r"background-image:\s*url\([^)]*\);?", "", (folder / "leaflet.css").read_text(encoding="utf-8"))
    sheet = re.sub(r"behavior:\s*url\([^)]*\);?", "", sheet)
    look = files("mobility.present.web").joinpath("map.css").read_text(encoding="utf-8")
    for name in ("WATER_INK", "LAND_INK", "WATER"):
        look = look.replace(name, getattr(style, name))
    return {
        "leaflet_css": f"<style>{sheet}</style>",
        "leaflet_js": f"<script>{code}</script>",
        "mobility_css": f"<style>{look}</style>",
        "mobility_js": f"<script>{joined(MAP)}</script>",
    }


def script_json(data: Any) -> str:  # noqa: ANN401
    """Return JSON that cannot end the script it stands in."""
    text = plain(json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False))
    for char in "<>&":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def stable(rendered: Any) -> str:  # noqa: ANN401 - what branca returns
    """Return a page with its random ids numbered, so that it is the same bytes on every run, and its language named."""
    seen: dict[str, str] = {}
    page = _RANDOM_ID.sub(lambda m: m[1] + seen.setdefault(m[2], f"{len(seen):x}"), str(rendered))
    page = re.sub(r"initial-scale=1\.0, maximum[^\"]*", "initial-scale=1", page)  # folium forbids to zoom in
    return page.replace("<html>", '<html lang="en">', 1)


def plain(text: str) -> str:
    """Return text without characters that break a line or turn the direction of writing."""
    return "".join(c if c.isprintable() else " " * c.isspace() for c in text)
