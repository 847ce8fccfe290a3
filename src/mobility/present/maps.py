"""A view as a self-contained Folium page."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mobility.errors import InputError
from mobility.present import mapdata, style
from mobility.present.page import NetworkLayer, OfflineMap, plain
from mobility.present.tables import cells
from mobility.present.views import link_states

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mobility.present.views import Under, View

_ENDS = ("from", "to")  # columns of place ids, which a reader knows by name


def page_of(view: View, tiles: str = "", *, alone: bool = True, states: Iterable[str] = ()) -> OfflineMap:
    """Return a view as a page.

    Parameters
    ----------
    view
        What to show.
    tiles
        Address of online map tiles with {z}, {x} and {y}, drawn over the land; default: none, and the page asks
        the network for nothing. Raises InputError when it is no such address.
    alone
        With its footnote and its table below it; else the page around it has them.
    states
        Of `style.STATUS`, those that links may come into on the page: the legend names them from the start.
    """
    note = f"{view.footnote} Tiles: {_host(tiles)}." if tiles else view.footnote
    own = {
        "title": plain(view.title),
        "subtitle": plain(view.subtitle),
        "tiles": tiles,
        "legend": list(_legend(view, states)),
        **mapdata.state(view),
    }
    below = f'<figcaption class="mob-note">{escape(plain(note))}</figcaption>{_table(view)}' if alone else ""
    page = OfflineMap(title=view.title)
    page.add_child(NetworkLayer(mapdata.base(view.network), own, below))
    return page


def _host(tiles: str) -> str:
    """Return who serves the tiles; raises InputError when the address is no template of tiles."""
    try:
        host, scheme = urlsplit(tiles).hostname or "", urlsplit(tiles).scheme
    except ValueError:
        host = scheme = ""
    known = set(re.findall(r"\{([^{}]*)\}", tiles))
    clean = re.fullmatch(r"[!-~]+", tiles) and not set("<>\"'`\\@") & set(tiles)
    if not (clean and host and scheme in {"http", "https"} and set("zxy") <= known <= set("zxysr")):
        raise InputError(f"no address of map tiles: {tiles!r}; it is http(s)://... with {{z}}, {{x}} and {{y}}")
    host = host.removeprefix("{s}.")
    return host + (" © OpenStreetMap contributors" if host.endswith("openstreetmap.org") else "")


def _table(view: View) -> str:
    """Return the table behind the map, for those who cannot see it, or want its numbers."""
    called = view.network.places["name"]
    frame = view.table[list(view.columns)]
    frame = frame.assign(**{c: frame[c].map(lambda key: called.get(key, key)) for c in _ENDS if c in frame})
    heads, rows, numbers = cells(frame, view.columns)
    kinds = [" class=n" if number else "" for number in numbers]
    title = escape(plain(view.title))
    head = "".join(f"<th scope=col{kind}>{escape(text)}" for text, kind in zip(heads, kinds, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td{kind}>{escape(cell)}" for cell, kind in zip(row, kinds, strict=True)) for row in rows
    )
    return (
        f'<details class="mob-table"><summary>Table: {len(rows)} row{"s" * (len(rows) != 1)}</summary>'
        f'<div tabindex="0" role="region" aria-label="Table"><table><caption>{title}</caption>'
        f"<thead><tr>{head}</thead><tbody>{body}</tbody></table></div></details>"
    )


def _legend(view: View, later: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield the rows: heading, or swatch and text; `of` and `is` say which links a row shows and hides."""
    links, grey = view.network.links, style.ROUTE_CASING
    groups = {style.group_of(cell) for cell in links["corridors"]}
    yield {"text": "Colour: corridor"}
    for group, colour in style.GROUP_COLOURS.items():
        if group in groups:
            yield {"swatch": _swatch(colour), "text": style.GROUP_NAMES[group], "of": "group", "is": group}
    yield {"text": "Line: mode and state"}
    modes = set(links["mode"])
    for mode, line in style.MODES.items():
        if mode in modes:
            yield {"swatch": _mode_swatch(mode), "text": line.label, "of": "mode", "is": mode}
    states = {*link_states(links), *later}
    for name, line in style.STATUS.items():
        if name in states or (name == "closed" and (view.network.borders["closure"] != "").any()):
            cross = '<text x="17" y="11" text-anchor="middle" font-size="14" font-weight="700">✕</text>'
            swatch = _swatch("#333" if name == "closed" else grey, line.dash, line.width, cross * (name == "closed"))
            yield {"swatch": swatch, "text": line.label, "of": "state", "is": name}
    for layer in view.layers:
        yield from _widths(layer, view)
    yield {"text": "Places and boundaries"}
    for fill, label in (("#fff", "origin: port of entry, base"), ("#1a1a1a", "destination")):
        ring = f'<circle cx="17" cy="6" r="5" fill="{fill}" stroke="#1a1a1a" stroke-width="2"/>'
        yield {"swatch": _swatch("none", more=ring), "text": label}
    if view.marked:
        ring = f'<circle cx="17" cy="6" r="5" fill="none" stroke="{style.WORST_COLOUR}" stroke-width="2.5"/>'
        yield {"swatch": _swatch("none", more=ring), "text": style.BINDS}
    yield {"swatch": _swatch(style.BORDER, style.DISPUTED_DASH, 1.2), "text": "boundary Serbia – Kosovo*"}


def _widths(layer: Under, view: View) -> Iterator[dict[str, Any]]:
    """Yield what the width of a layer's lines means: some values of the last layer, of another its name alone."""
    steps = layer.steps()
    if layer is not view.layers[-1] or len(steps) <= 1:
        yield {"swatch": _band(layer.colour, 12), "text": layer.label.partition(" (")[0], "alone": True}
        return
    yield {"text": layer.label[:1].upper() + layer.label[1:]}
    for value, words in steps:
        yield {"swatch": _band(layer.colour, view.breadth(value)), "text": words}


def _band(colour: str, width: float) -> str:
    bar = f'<path d="M0 8H34" stroke="{colour}" stroke-width="{width:.3g}"/>'
    return _swatch(style.ROUTE_CASING, width=width + 3, more=bar, height=16)


def _mode_swatch(mode: str) -> str:
    line = style.MODES[mode]
    if mode == "rail":
        dashes = f'<path d="M0 6H34" stroke="#fff" stroke-width="1.4" stroke-dasharray="{line.dash}"/>'
        return _swatch(style.ROUTE_CASING, width=line.width, more=dashes)
    return _swatch(style.ROUTE_CASING, line.dash, line.width, cap="round" if mode == "sea" else "butt")


def _swatch(colour: str, dash: str = "", width: float = 3, more: str = "", cap: str = "butt", height: int = 12) -> str:
    pattern = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<svg width="34" height="{height}" aria-hidden="true"><path d="M0 {height // 2}H34" stroke="{colour}" '
        f'stroke-width="{width:.3g}" stroke-linecap="{cap}"{pattern}/>{more}</svg>'
    )
