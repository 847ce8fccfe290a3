"""A view as a self-contained Folium page."""

from __future__ import annotations

import json
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from shapely import get_coordinates

from mobility.model.network import default_folder
from mobility.model.tables import split
from mobility.present import style
from mobility.present.page import NetworkLayer, OfflineMap, plain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from mobility.model.network import Network
    from mobility.present.views import Under, View

_SHORT = 10  # km; below it a length has a decimal
_BIG = 7  # links at a town from which on it is named early


def page_of(view: View) -> OfflineMap:
    """Return a view as a page."""
    page = OfflineMap(title=view.title)
    page.add_child(NetworkLayer(_data(view)))
    return page


def _data(view: View) -> dict[str, Any]:
    net, layers, ends = view.network, view.layers, view.ends
    order = {key: i for i, key in enumerate(net.links.index)}
    sources, cited = _citations(net)
    links = [_link(row, key, cited) for key, row in zip(net.links.index, net.links.to_dict("records"), strict=True)]
    degree = Counter([*net.links["from"], *net.links["to"]])
    places = [_place(row, ends, degree[row["id"]]) for row in net.places.to_dict("records")]
    drawn = [i for layer in layers for i in layer.values]
    box = (net.links.loc[drawn] if drawn else net.places.loc[sorted(ends)] if ends else net.places).total_bounds
    return {
        "title": plain(view.title),
        "subtitle": plain(view.subtitle),
        "footnote": f"{style.KOSOVO_NOTE} {style.ATTRIBUTION} Data: {net.identity.name} {net.identity.sha256[:8]}.",
        "basemap": _basemap(),
        "links": links,
        "places": places,
        "sources": sources,
        "closed_borders": _closed_borders(net),
        "layers": [
            {
                "colour": layer.colour,
                "values": {order[i]: value for i, value in sorted(layer.values.items())},
                "notes": {order[i]: plain(text) for i, text in sorted(layer.notes.items())},
            }
            for layer in layers
        ],
        "legend": _legend(net, layers),
        "bounds": [[box[1], box[0]], [box[3], box[2]]],
        "world": _edge(),
        "style": {
            "groups": style.GROUP_COLOURS,
            "modes": {k: vars(v) for k, v in style.MODES.items()},
            "status": {k: vars(v) for k, v in style.STATUS.items()},
            "casing": style.ROUTE_CASING,
            "land": style.LAND,
            "border": style.BORDER,
        },
    }


def _closed_borders(net: Network) -> list[list[float]]:
    """Return where a border is closed, as [lat, lon]."""
    shut = net.places.loc[net.borders.loc[net.borders["closure"] != "", "place"].unique()]
    found: list[list[float]] = shut[["lat", "lon"]].round(4).to_numpy().tolist()
    return found


def _link(row: dict[str, Any], key: str, cited: dict[str, list[int]]) -> dict[str, Any]:
    state = "" if row["active"] else f"not used: {row['reason']}"
    if row["doubtful"]:
        state = "; ".join(w for w in (state, "status not verified") if w)
    return {
        "name": row["name"],
        "mode": row["mode"],
        "group": style.group_of(row["corridors"]),
        "open": bool(row["status"] == "open" or row["built"]),
        "closed": bool(row["closure"]),
        "facts": f"{row['mode']} {row['road_class'] or row['line_class']}, "
        f"{row['length_km']:.{int(row['length_km'] < _SHORT)}f} km (confidence {row['length_confidence']}), "
        f"{row['speed']:.0f} km/h, {row['time_h']:.1f} h; {row['corridors'].replace(';', ', ')}",
        "state": state,
        "note": row["restriction"],
        "sources": cited[key],
        "line": _encoded(get_coordinates(row["geometry"])),
    }


def _place(row: dict[str, Any], ends: Collection[str], degree: int) -> dict[str, Any]:
    country = row["country"].replace("XK", "XK*").replace("-", "–")
    role = (row["role"] or "origin") if row["id"] in ends else ""
    town = row["kind"] in {"city", "port"}
    # Which labels come first: ports and bases asked about, then towns where many links meet.
    rank = 0 if role and row["kind"] == "port" else 1 if role else 2 if town and degree >= _BIG else 3 if town else 4
    name = row["name"] + ("*" if row["country"] == "XK" else "")
    return {
        "name": name,
        "lat": round(row["lat"], 4),
        "lon": round(row["lon"], 4),
        "role": role,
        "rank": rank,
        "facts": f"{row['kind'].replace('_', ' ')}, {country}",
        "note": row["note"],
    }


def _citations(net: Network) -> tuple[list[str], dict[str, list[int]]]:
    """Return the texts of the sources in use, and per link which of them it cites."""
    table = net.sources.set_index("id")
    texts: dict[str, int] = {}
    cited = {}
    for key, cell in zip(net.links.index, net.links["source"], strict=True):
        words = []
        for word in split(cell):
            if word in table.index:
                row = table.loc[word]
                word = ", ".join(w for w in (row["publisher"], row["title"], row["date"]) if w)  # noqa: PLW2901
            words.append(texts.setdefault(word, len(texts)))
        cited[key] = words
    return list(texts), cited


def _legend(net: Network, layers: Iterable[Under]) -> list[tuple[str, str]]:
    grey = style.ROUTE_CASING
    groups = {style.group_of(c) for c in net.links["corridors"]}
    rows = [("", "Colour: corridor")]
    rows += [(_swatch(colour), style.GROUP_NAMES[g]) for g, colour in style.GROUP_COLOURS.items() if g in groups]
    rows.append(("", "Line: mode and state"))
    for name, line in style.MODES.items():
        marks = (
            f'<path d="M0 6H34" stroke="#fff" stroke-width="1.4" stroke-dasharray="{line.dash}"/>'
            if name == "rail"
            else ""
        )
        dash = line.dash if name != "rail" else ""
        rows.append((_swatch(grey, dash, line.width, marks, cap="round" if name == "sea" else "butt"), line.label))
    rows.append(
        (_swatch(grey, style.STATUS["planned"].dash, style.STATUS["planned"].width), style.STATUS["planned"].label)
    )
    if (net.links["closure"] != "").any() or (net.borders["closure"] != "").any():
        cross = '<text x="17" y="11" text-anchor="middle" font-size="14" font-weight="700">✕</text>'
        rows.append(
            (
                _swatch("#333", style.STATUS["closed"].dash, style.STATUS["closed"].width, cross),
                style.STATUS["closed"].label,
            )
        )
    for layer in layers:
        if layer.values:
            wide = f'<path d="M0 6H34" stroke="{layer.colour}" stroke-width="8"/>'
            rows.append((_swatch(style.ROUTE_CASING, width=11, more=wide), layer.label))
    for fill, label in (("#fff", "origin: port of entry, base"), ("#1a1a1a", "destination")):
        ring = f'<circle cx="17" cy="6" r="5" fill="{fill}" stroke="#1a1a1a" stroke-width="2"/>'
        rows.append((_swatch("none", more=ring), label))
    return rows


def _swatch(colour: str, dash: str = "", width: float = 3, more: str = "", cap: str = "butt") -> str:
    pattern = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<svg width="34" height="12" aria-hidden="true"><path d="M0 6H34" stroke="{colour}" stroke-width="{width}" '
        f'stroke-linecap="{cap}"{pattern}/>{more}</svg>'
    )


def _encoded(points: Any) -> str:  # noqa: ANN401 - array of lon, lat
    """Encode a line as text (Google's polyline algorithm, 4 decimals)."""
    steps = np.diff(np.rint(points[:, ::-1] * 1e4).astype(int), axis=0, prepend=[[0, 0]]).ravel()
    out = []
    for step in steps.tolist():
        value = ~(step << 1) if step < 0 else step << 1
        while value >= 32:  # noqa: PLR2004 - five bits a letter
            out.append(chr((32 | (value & 31)) + 63))
            value >>= 5
        out.append(chr(value + 63))
    return "".join(out)


def _edge() -> list[list[float]]:
    """Return the corners of the basemap, a little inside so that its cut edge never shows."""
    rings = [ring for f in _basemap()["features"] for part in f["geometry"]["coordinates"] for ring in part]
    points = np.array([point for ring in rings if isinstance(ring[0], list) for point in ring])
    (west, south), (east, north) = points.min(axis=0) + 0.1, points.max(axis=0) - 0.1
    return [[south, west], [north, east]]


@lru_cache(maxsize=1)
def _basemap() -> Any:  # noqa: ANN401 - GeoJSON
    return json.loads((default_folder() / "basemap.geojson").read_text(encoding="utf-8"))
