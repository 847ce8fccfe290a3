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
from mobility.present import schemes, style
from mobility.present.language import ENGLISH, say, spoken, table
from mobility.present.web import copies, guests
from mobility.present.web.data import ground
from mobility.present.web.scripts import GROUND, MAP, SPEECH, called, joined
from mobility.present.web.splitting import split

_RANDOM_ID = re.compile(r"\b([a-z_]+_)([0-9a-f]{32})(?![0-9a-f])")


class Raw(Element):
    """Text put into the page as it is; branca's Element would run it through Jinja."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **kwargs: Any) -> str:  # noqa: ANN401, ARG002 - branca's signature
        """Return the text."""
        return self.text


class OfflineMap(folium.Map):
    """A folium Map with Leaflet and the land inside the page: opens from disk with no network.

    Takes folium's own layers, markers, icons and popups, and the plugins Draw, Fullscreen, MarkerCluster,
    MeasureControl, MiniMap (which shows the land), MousePosition and Search, whose scripts it puts into the page. What
    needs the network raises InputError when it is added, or when the page is made. Several maps in one page carry
    one copy of each script.
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

    def add_child(self, child: Any, name: str | None = None, index: int | None = None) -> OfflineMap:  # noqa: ANN401
        """Add a layer or a plugin; raises InputError when it would need the network."""
        guests.check(child)
        super().add_child(child, name, index)
        return self

    def render(self, **kwargs: Any) -> None:  # type: ignore[override]  # noqa: ANN401 - folium's signature
        """Put Leaflet, the style sheet and what else is needed into the page's head, once, then draw."""
        figure, name = self.get_root(), self.get_name()
        assert isinstance(figure, Figure)  # noqa: S101 - a Map makes itself one
        guests.check(self)
        guests.ordered(self)
        for part, text in (_head() | _speech() | self._guests()).items():
            figure.header.add_child(Raw(text), name=part)
        network = next((child for child in self._children.values() if isinstance(child, NetworkLayer)), None)
        small = any(type(part).__name__ == "MiniMap" for part in guests.walk(self))
        if small or network is None:
            figure.header.add_child(Raw(f"<script>{joined(GROUND, after=MAP)}</script>"), name="mobility_ground_js")
        if small:
            land = _shared(figure, network.base if network else script_json(ground()))
            figure.script.add_child(Raw(f"{called(GROUND)}.landInMiniMaps({land});"), name="mini_land")
        if network is None and "land" not in self._children:
            super().add_child(Land(), name="land", index=0)
        figure.title = figure.title or html.escape(plain(self.title))
        height = "".join(map(str, self.height))
        look = "" if height == "100.0%" else f' style="height:{height}"'  # none, where a site allows no styles inside
        figure.html.add_child(Raw(f'<figure class="mob-map"{look}>'), name=f"{name}_begin")
        super().render(**kwargs)  # type: ignore[no-untyped-call]
        guests.replaced(figure.header, Raw, guests.walk(self))
        figure.html.add_child(Raw("</figure>"), name=f"{name}_end")

    def _guests(self) -> dict[str, str]:
        """Return what folium's own layers need in the head, by name."""
        more = {name: copies.copied(name) for name in guests.needed(self)}
        if turned := guests.rotations(self):
            more["awesome_rotate_css"] = f"<style>{turned}</style>"
        return more | (_icons() if guests.marked(self) else {})

    def html(self) -> str:
        """Return the whole page, the same bytes on every run."""
        page = (
            stable(self.get_root().render())
            .replace("<body>", "<body><main>", 1)
            .replace("</body>", "</main></body>", 1)
        )
        guests.check_text(page)
        return page

    def files(self, name: str) -> dict[str, bytes]:
        """Return the page as NAME.html with its scripts and styles apart, by file name: NAME.html comes last.

        Nothing is left inside that a page may not hold under the Content-Security-Policy `script-src 'self'`.
        """
        return split(self.html(), name)

    def _repr_html_(self, **kwargs: Any) -> str:  # noqa: ANN401, ARG002 - folium's signature
        """Return the page in a frame, for a notebook."""
        name = html.escape(say("Map: {title}", title=plain(self.title)))
        frame = f'<iframe title="{name}" style="width:100%;height:560px;border:0" srcdoc='
        return f'{frame}"{html.escape(self.html())}"></iframe>'

    def save(self, outfile: Any, close_file: bool = True, **kwargs: Any) -> None:  # noqa: ANN401, ARG002 - branca's
        """Write the page to a path or an open binary file."""
        if hasattr(outfile, "write"):
            outfile.write(self.html().encode())
        else:
            write_whole(Path(outfile), self.html().encode())


class Land(MacroElement):
    """Land, waters and boundaries below everything, where no network brings them."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Land"

    def render(self, **kwargs: Any) -> None:  # type: ignore[override]  # noqa: ANN401, ARG002 - branca's signature
        """Put data and call into the page, and below the map what must stand there."""
        figure, map_ = place_of(self)
        call = f"{called(GROUND)}.drawGround({map_}, {_shared(figure, script_json(ground()))});"
        figure.script.add_child(Raw(call), name=self.get_name())
        note = f"{say(style.KOSOVO_NOTE)} {say(style.ATTRIBUTION)}"
        off = f"<noscript><p>{say('This map is drawn with scripts, which are off here.')}</p></noscript>"
        below = f'{off}<figcaption class="mob-note">{html.escape(note)}</figcaption>'
        figure.html.add_child(Raw(below), name=self.get_name())


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
        figure, map_ = place_of(self)
        base = _shared(figure, self.base)
        figure.html.add_child(Raw(self.below), name=self.get_name())
        call = f"{called(MAP)}.drawNetwork({map_}, {base}, {self.own});"
        figure.script.add_child(Raw(call), name=self.get_name())


class Behaviour(MacroElement):
    """What a script does with a drawn map, on data, and the style sheet of what it adds; to be added after the network.

    Parameters
    ----------
    entry, act
        The module (`scripts`), and the function in it that takes the map and the data.
    look
        File of the style sheet.
    """

    def __init__(self, entry: str, act: str, look: str, data: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Behaviour"
        self.entry, self.act, self.look, self.data = entry, act, look, script_json(data)

    def render(self, **kwargs: Any) -> None:  # type: ignore[override]  # noqa: ANN401, ARG002 - branca's signature
        """Put script and style sheet into the page's head, and the call into its script."""
        figure, map_ = place_of(self)
        look = files("mobility.present.web").joinpath(self.look).read_text(encoding="utf-8")
        figure.header.add_child(Raw(f"<style>{look}</style>"), name=self.look)
        figure.header.add_child(Raw(f"<script>{joined(self.entry, after=MAP)}</script>"), name=self.entry)
        figure.script.add_child(Raw(f"{called(self.entry)}.{self.act}({map_}, {self.data});"), name=self.get_name())


def place_of(layer: MacroElement) -> tuple[Figure, str]:
    """Return the page that a layer is drawn in, and what its map is called there."""
    figure, parent = layer.get_root(), layer._parent  # noqa: SLF001 - branca has no other way up
    assert isinstance(figure, Figure) and parent is not None  # noqa: S101, PT018 - only ever drawn on a map
    return figure, parent.get_name()


def _shared(figure: Figure, data: str) -> str:
    """Put data into the head of a page, once, and return what it is called there."""
    name = f"mobility_{hashlib.sha256(data.encode()).hexdigest()[:12]}"
    figure.header.add_child(Raw(f"<script>const {name} = {data};</script>"), name=name)
    return name


@lru_cache(maxsize=1)
def _icons() -> dict[str, str]:
    """Leaflet's own marker, the button of its list of layers, and the nearest zoom, which tiles would bring."""
    from xstatic.pkg import leaflet

    folder = Path(leaflet.BASE_DIR, "images")
    icons = {"iconUrl": "marker-icon", "iconRetinaUrl": "marker-icon-2x", "shadowUrl": "marker-shadow"}
    urls = {key: copies.data_url(folder / f"{name}.png") for key, name in icons.items()}
    button = f"background:#fff url({copies.data_url(folder / 'layers-2x.png')}) center/26px no-repeat"
    script = f'L.Icon.Default.imagePath="";L.Icon.Default.mergeOptions({json.dumps(urls)});'
    script += "L.Map.mergeOptions({maxZoom:19});"
    return {
        "leaflet_icons_css": f"<style>.leaflet-control-layers-toggle{{{button}!important}}</style>",
        "leaflet_icons": f"<script>{script}</script>",
    }


@lru_cache(maxsize=1)
def _head() -> dict[str, str]:
    """Leaflet, its style sheet and ours, by the name under which a page holds each once."""
    from xstatic.pkg import leaflet

    folder = Path(leaflet.BASE_DIR)
    code = (folder / "leaflet.js").read_text(encoding="utf-8").split("//# sourceMappingURL")[0]
    sheet = re.sub(r"background-image:\s*url\([^)]*\);?", "", (folder / "leaflet.css").read_text(encoding="utf-8"))
    sheet = re.sub(r"behavior:\s*url\([^)]*\);?", "", sheet)
    look = files("mobility.present.web").joinpath("map.css").read_text(encoding="utf-8")
    sheet, look = (
        re.sub(r"/\*.*?\*/|(?<=[{};,:])\s+|\s+(?=[{}])", "", text, flags=re.DOTALL) for text in (sheet, look)
    )
    return {
        "leaflet_css": f"<style>{sheet}</style>",
        "leaflet_js": f"<script>{code}</script>",
        "mobility_css": f"<style>{schemes.sheet()}{look}</style>",
        "mobility_js": f"<script>{joined(MAP)}</script>",
    }


def _speech() -> dict[str, str]:
    """Return what scripts say where that is not English: `Speech` of js/contract.d.ts, by its name in the head."""
    if spoken() == ENGLISH:
        return {}
    known = table(spoken())
    data = {"words": known["page"] | known["words"], **known["marks"]}
    return {"mobility_speech": f"<script>{called(SPEECH)}.speak({script_json(data)});</script>"}


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
    return page.replace("<html>", f'<html lang="{spoken()}">', 1)


def plain(text: str) -> str:
    """Return text without characters that break a line or turn the direction of writing."""
    return "".join(c if c.isprintable() else " " * c.isspace() for c in text)
