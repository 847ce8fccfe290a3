"""What folium's users add to a map that opens with no network: what it needs of others, and what it cannot be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from branca.element import CssLink, Element, JavascriptLink

from mobility.errors import InputError
from mobility.present.web.copies import copied, held

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_TAKEN = "Draw, Fullscreen, MarkerCluster, MeasureControl, MiniMap, MousePosition and Search"
_INSTEAD = (
    "an offline map takes folium's own layers, markers, icons, popups and the plugins "
    f"{_TAKEN}; draw others on a folium.Map, with finding.add_to(map)"
)
_ADDRESSES = ("tiles", "url", "embed_link")  # attributes of layers that are fetched when the page is opened
_ICONS = ("icon_url", "shadow_url")
_REMOTE = re.compile(r"\s*(?:https?:)?//", re.IGNORECASE)
_LOADED = re.compile(r"""<(?:img|iframe|script|link)\b[^>]*?\b(?:src|href)=\\?["']?((?:https?:)?//[^\s"'\\>]+)""")
_LAST = {"Draw", "GroupedLayerControl", "LayerControl", "Search"}  # their scripts name layers, which must be there
_MARKED = {"ClickForMarker", "Draw", "GeoJson", "LayerControl", "Marker", "MarkerCluster", "Search"}
_FONTS = {"solid": {"fa", "fas", "fa-solid"}, "regular": {"far", "fa-regular"}, "brands": {"fab", "fa-brands"}}


def check(element: Element) -> None:
    """Refuse what would need the network; raises InputError with what and why."""
    for part in walk(element):
        kind = type(part).__name__
        for name, url in [*getattr(part, "default_js", []), *getattr(part, "default_css", [])]:
            if not held(name):
                raise InputError(f"{kind} needs {url}, of which there is no copy: {_INSTEAD}")
        addresses = [getattr(part, name, None) for name in _ADDRESSES] + [_options(part).get(name) for name in _ICONS]
        for address in addresses:
            if isinstance(address, str) and _REMOTE.match(address):
                raise InputError(f"{kind} asks the network for {address}: {_INSTEAD}")


def _options(part: Element) -> dict[str, Any]:
    options = getattr(part, "options", None)
    return options if isinstance(options, dict) else {}


def walk(element: Element) -> Iterator[Element]:
    """Yield an element and all below it."""
    yield element
    for child in element._children.values():  # noqa: SLF001 - branca has no other way down
        yield from walk(child)


def needed(element: Element) -> list[str]:
    """Return what of folium's own is needed beside Leaflet, by the names under which folium links it."""
    parts = list(walk(element))
    kinds = {kind.__name__ for part in parts for kind in type(part).__mro__}
    icons = [_options(part) for part in parts if type(part).__name__ == "Icon"]
    names = ["jquery"] if "Popup" in kinds or getattr(element, "objects_to_stay_in_front", []) else []
    if icons:
        names += ["awesome_markers", "awesome_markers_css"]
    words = {word for o in icons for word in f"{o.get('prefix')} {o.get('prefix')}-{o.get('icon')}".split()}
    if "glyphicon" in words:
        names.append("glyphicons_css")
    if fonts := [font for font, classes in _FONTS.items() if words & classes]:
        names += ["fa_css", *(f"fa_{font}_css" for font in fonts)]
    return names


def marked(element: Element) -> bool:
    """Return whether a map may show Leaflet's own marker, or its button for layers."""
    return any(kind.__name__ in _MARKED for part in walk(element) for kind in type(part).__mro__)


def ordered(element: Element) -> None:
    """Put last what names other layers: their scripts must have run, else the page stops."""
    for name, child in list(element._children.items()):  # noqa: SLF001 - as above
        if type(child).__name__ in _LAST:
            element._children.move_to_end(name)  # noqa: SLF001


def rotations(element: Element) -> str:
    """Return the rules that turn icons by the angles asked for."""
    found = {str(_options(part).get("extra_classes")) for part in walk(element) if type(part).__name__ == "Icon"}
    angles = sorted(match[1] for text in found if (match := re.fullmatch(r"fa-rotate-(-?[\d.]+)", text)))
    return "".join(f".awesome-marker .fa-rotate-{a}{{transform:rotate({a}deg)}}" for a in angles if float(a))


def replaced(header: Any, raw: Any, parts: Iterable[Element]) -> None:  # noqa: ANN401 - of a Figure; what holds text
    """Put copies where links stand in the head of a page; raises InputError where there is no copy."""
    for name, child in list(header._children.items()):  # noqa: SLF001 - as above
        if not isinstance(child, (CssLink, JavascriptLink)):
            continue
        if not held(name):
            users = [type(part).__name__ for part in parts if (name, child.url) in getattr(part, "default_js", [])]
            kind = users[0] if users else "a layer"
            raise InputError(f"{kind} needs {child.url}, of which there is no copy: {_INSTEAD}")
        header.add_child(raw(copied(name)), name=name)


def check_text(text: str) -> None:
    """Refuse HTML, as of a popup, that would load something from the network; raises InputError."""
    if found := _LOADED.search(text):
        raise InputError(f"an offline map asks the network for nothing, but its HTML loads {found[1]}")
