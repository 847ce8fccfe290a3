"""A view as a self-contained Folium page."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mobility.errors import InputError
from mobility.present import style
from mobility.present.language import say
from mobility.present.legend_rows import ROLES, Row, layer_rows, line_rows, place_rows
from mobility.present.phrases import many
from mobility.present.scene import EDGE
from mobility.present.schemes import painted, var
from mobility.present.tables import cells
from mobility.present.web import data as mapdata
from mobility.present.web.page import NetworkLayer, OfflineMap, plain
from mobility.present.web.still import still

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mobility.present.scene import Scene

_ENDS = ("from", "to")  # columns of place ids, which a reader knows by name
_INK = var("ink")
_CHOICES = {"group", "mode", "state"}  # legend rows that show and hide their links


def page_of(
    view: Scene, tiles: str = "", *, alone: bool = True, told: bool = True, states: Iterable[str] = ()
) -> OfflineMap:
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
    told
        With what the cards of links say of their use; else the page itself finds it out.
    states
        Of `style.STATUS`, those that links may come into on the page: the legend names them from the start.
    """
    note = f"{view.footnote} {say('Tiles: {host}.', host=_host(tiles))}" if tiles else view.footnote
    own = {
        "title": plain(view.title),
        "subtitle": plain(view.subtitle),
        "tiles": tiles,
        "legend": list(legend(view, states, told=told)),
        **mapdata.state(view, told=told),
    }
    below = f'<figcaption class="mob-note">{escape(plain(note))}</figcaption>{_table(view)}' if alone else ""
    page = OfflineMap(title=view.title)
    opening = view if told else replace(view, layers=())  # what the page itself finds out is not there yet
    picture = still(opening, below=alone and len(view.table) > 0)
    page.add_child(NetworkLayer(mapdata.base(view.network), own, picture + below))
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


def _table(view: Scene) -> str:
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
        f'<details class="mob-table"><summary>{escape(say("Table"))}: {escape(many(len(rows), "row"))}</summary>'
        f'<div tabindex="0" role="region" aria-label="{escape(say("Table"))}"><table><caption>{title}</caption>'
        f"<thead><tr>{head}</thead><tbody>{body}</tbody></table></div></details>"
    )


def legend(view: Scene, later: Iterable[str] = (), *, told: bool = True) -> Iterator[dict[str, Any]]:
    """Yield the legend: heading, or swatch and text; `of` and `is` say which links a row shows and hides."""
    places = say("Places and boundaries")
    rows = [
        *line_rows(view, view.network.links, later),
        *layer_rows(view, last=True),
        Row(places),
        *place_rows(view, set(view.labels()["role"]) if told else ROLES),
        *[Row(say("boundary Serbia – Kosovo*"), "boundary")] * view.near_kosovo,
    ]
    if rows[-1].text == places:  # nothing is there
        rows.pop()
    for row in rows:
        chosen = {"of": row.shows, "is": row.key} if row.shows in _CHOICES else {}
        swatch = {"swatch": _swatch(row)} if row.shows else {}
        when = {"when": row.when} if row.when else {}
        yield swatch | {"text": row.text} | chosen | ({"alone": True} if row.alone else {}) | when


def _swatch(row: Row) -> str:
    """Return what a row shows as an SVG."""
    svg = ""
    match row.shows:
        case "group":
            svg = _line(painted(style.GROUP_COLOURS[row.key]))
        case "mode":
            svg = _mode_line(row.key)
        case "state":
            line, closed = style.STATUS[row.key], row.key == "closed"
            cross = (
                '<text x="17" y="11" text-anchor="middle" font-size="14" font-weight="700" fill="currentColor">✕</text>'
                * closed
            )
            svg = _line(painted(style.CLOSED_COLOUR) if closed else _INK, line.dash, line.width, cross)
        case "layer":
            dash = f' stroke-dasharray="{row.dash}"' * bool(row.dash)
            colour = _INK if row.key == style.ROUTE_CASING else painted(row.key)
            bar = f'<path d="M0 8H34" stroke="{colour}" stroke-width="{row.width:.3g}"{dash}/>'
            svg = _line(painted(row.casing), width=row.width + EDGE, more=bar, height=16)
        case "role":
            svg = _ring(var("paper") if row.key == "origin" else _INK, _INK, 2)
        case "binds":
            svg = _ring("none", painted(style.WORST_COLOUR), 2.5)
        case "boundary":
            svg = _line(var("border"), style.DISPUTED_DASH, 1.2)
    return svg


def _mode_line(mode: str) -> str:
    line = style.MODES[mode]
    if mode == "rail":
        dashes = f'<path d="M0 6H34" stroke="{var("paper")}" stroke-width="1.4" stroke-dasharray="{line.dash}"/>'
        return _line(_INK, width=line.width, more=dashes)
    return _line(_INK, line.dash, line.width, cap="round" if mode == "sea" else "butt")


def _ring(fill: str, rim: str, width: float) -> str:
    ring = f'<circle cx="17" cy="6" r="5" fill="{fill}" stroke="{rim}" stroke-width="{width}"/>'
    return _line("none", more=ring)


def _line(colour: str, dash: str = "", width: float = 3, more: str = "", cap: str = "butt", height: int = 12) -> str:
    pattern = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<svg width="34" height="{height}" aria-hidden="true"><path d="M0 {height // 2}H34" stroke="{colour}" '
        f'stroke-width="{width:.3g}" stroke-linecap="{cap}"{pattern}/>{more}</svg>'
    )
