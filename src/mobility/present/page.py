"""The page a map lives in: Leaflet, style and data inside one HTML file, nothing fetched."""

from __future__ import annotations

import html
import json
import re
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import folium
from branca.element import Element, Figure, MacroElement

from mobility.present import style

_RANDOM_ID = re.compile(r"\b([a-z_]+_)([0-9a-f]{32})\b")
_SCRIPTS = ("map.js", "labels.js", "panel.js")
_CSS = """
html,body{height:100%;margin:0}.leaflet-container{background:WATER;font:12px/1.35 system-ui,sans-serif}
.mob-title{background:#fffffff2;padding:6px 10px;max-width:min(680px,calc(100vw - 84px));border-radius:3px}
.mob-title h1{font-size:15px;margin:0}.mob-title p{margin:2px 0 0}
.mob-legend{background:#fffffff2;padding:5px 9px;border-radius:3px}.mob-legend summary{font-weight:600;cursor:pointer}
.mob-row{display:flex;align-items:center;gap:7px;margin-top:2px}.mob-row svg{display:block}
.mob-note{background:#fffffff2;padding:2px 6px;max-width:min(520px,calc(100vw - 20px));font-size:10.5px}
.leaflet-control-attribution{max-width:min(640px,100vw)}
.mob-labels{position:absolute;left:0;top:0;pointer-events:none}
.mob-label{position:absolute;white-space:nowrap;line-height:13px;color:#1a1a1a;
text-shadow:2px 0 1px #fff,-2px 0 1px #fff,0 2px 1px #fff,0 -2px 1px #fff,1px 1px 1px #fff,-1px -1px 1px #fff,
1px -1px 1px #fff,-1px 1px 1px #fff,0 0 4px #fff}
.mob-rank0{font-weight:700}.mob-rank2,.mob-rank3{font-size:11px;color:#333}
.mob-cross span{font:700 16px/16px sans-serif;color:#000;text-shadow:0 0 2px #fff,0 0 2px #fff,0 0 2px #fff}
.mob-card{width:max-content;max-width:min(320px,calc(50vw - 36px));white-space:normal}
.leaflet-attribution-flag{display:none!important}
"""


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
        figure = self.get_root()
        if isinstance(figure, Figure):
            for name, text in _head().items():
                figure.header.add_child(Raw(text), name=name)
            figure.title = html.escape(plain(self.title)) or figure.title
        super().render(**kwargs)  # type: ignore[no-untyped-call]

    def html(self) -> str:
        """Return the whole page, the same bytes on every run."""
        return stable(self.get_root().render())

    def save(self, outfile: Any, close_file: bool = True, **kwargs: Any) -> None:  # noqa: ANN401, ARG002 - branca's
        """Write the page to a path or an open binary file."""
        if hasattr(outfile, "write"):
            outfile.write(self.html().encode())
        else:
            Path(outfile).write_bytes(self.html().encode())


class NetworkLayer(MacroElement):
    """The network drawn from one data object by map.js, whose handle is then `map.drawing`."""

    def __init__(self, data: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "NetworkLayer"
        self.data = _script_json(data)

    def render(self, **kwargs: Any) -> None:  # type: ignore[override]  # noqa: ANN401, ARG002 - branca's signature
        """Put the call into the page's script, past Jinja: names may hold braces."""
        figure, parent = self.get_root(), self._parent
        assert isinstance(figure, Figure) and parent is not None  # noqa: S101, PT018 - only ever drawn on a map
        figure.script.add_child(Raw(f"drawNetwork({parent.get_name()}, {self.data});"), name=self.get_name())


@lru_cache(maxsize=1)
def _head() -> dict[str, str]:
    """Leaflet, its style sheet and ours, by the name under which a page holds each once."""
    from xstatic.pkg import leaflet

    folder = Path(leaflet.BASE_DIR)
    code = (folder / "leaflet.js").read_text(encoding="utf-8").split("//# sourceMappingURL")[0]
    sheet = re.sub(r"background-image:\s*url\([^)]*\);?", "", (folder / "leaflet.css").read_text(encoding="utf-8"))
    sheet = re.sub(r"behavior:\s*url\([^)]*\);?", "", sheet)
    ours = "".join(files("mobility.present").joinpath(name).read_text(encoding="utf-8") for name in _SCRIPTS)
    return {
        "leaflet_css": f"<style>{sheet}</style>",
        "leaflet_js": f"<script>{code}</script>",
        "mobility_css": f"<style>{_CSS.replace('WATER', style.WATER)}</style>",
        "mobility_js": f"<script>{ours}</script>",
    }


def _script_json(data: Any) -> str:  # noqa: ANN401
    """Return JSON that cannot end the script it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for char in ("<", ">", "&", "\u2028", "\u2029"):
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def stable(rendered: Any) -> str:  # noqa: ANN401 - what branca returns
    """Return a page with its random ids numbered, so that it is the same bytes on every run, and its language named."""
    seen: dict[str, str] = {}
    page = _RANDOM_ID.sub(lambda m: m[1] + seen.setdefault(m[2], f"{len(seen):x}"), str(rendered))
    return page.replace("<html>", '<html lang="en">', 1)


def plain(text: str) -> str:
    """Return a title without characters that break a line or turn the direction of writing."""
    return "".join(c for c in text if c.isprintable())
