"""Self-contained Folium maps: one HTML file, everything inside, nothing fetched."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import folium
import numpy as np
from branca.element import Element, Figure, MacroElement
from shapely import get_coordinates

from mobility.analysis.routing import CONNECTED, routes
from mobility.model.network import default_folder
from mobility.model.tables import split
from mobility.present import style

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mobility.model.network import Network

_RANDOM_ID = re.compile(r"\b([a-z_]+_)([0-9a-f]{32})\b")
_BODY_KINDS = {"city", "port", "base", "airbase", "naval_base", "hq", "training_area"}
_CSS = """
html,body{height:100%;margin:0}.leaflet-container{background:WATER;font:12px/1.35 system-ui,sans-serif}
.mob-title{background:#fffffff2;padding:6px 10px;max-width:min(560px,calc(100vw - 84px));border-radius:3px}
.mob-title h1{font-size:15px;margin:0}.mob-title p{margin:2px 0 0}
.mob-legend{background:#fffffff2;padding:5px 9px;border-radius:3px}.mob-legend summary{font-weight:600;cursor:pointer}
.mob-row{display:flex;align-items:center;gap:7px;margin-top:2px}.mob-row svg{display:block}
.mob-note{background:#fffffff2;padding:2px 6px;max-width:min(520px,calc(100vw - 20px));font-size:10.5px}
.leaflet-control-attribution{max-width:min(640px,100vw)}
.mob-labels{position:absolute;left:0;top:0;pointer-events:none}
.mob-label{position:absolute;white-space:nowrap;line-height:13px;color:#1a1a1a;
text-shadow:0 0 2px #fff,0 0 2px #fff,0 0 3px #fff,1px 1px 1px #fff,-1px -1px 1px #fff}
.mob-rank0{font-weight:700}.mob-rank2,.mob-rank3{font-size:11px;color:#333}
.mob-cross span{font:700 16px/16px sans-serif;color:#000;text-shadow:0 0 2px #fff,0 0 2px #fff,0 0 2px #fff}
.mob-card{max-width:320px;white-space:normal}
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
        } | options
        super().__init__(**options)
        self.title = title

    def render(self, **kwargs: Any) -> None:  # noqa: ANN401 - branca's signature
        """Put Leaflet and the style sheet into the page's head, once, then draw."""
        figure = self.get_root()
        if isinstance(figure, Figure):
            for name, text in _head().items():
                figure.header.add_child(Raw(text), name=name)
            figure.title = html.escape(_plain(self.title)) or figure.title
        super().render(**kwargs)

    def html(self) -> str:
        """Return the whole page, the same bytes on every run."""
        page = str(self.get_root().render())
        seen: dict[str, str] = {}
        page = _RANDOM_ID.sub(lambda m: m[1] + seen.setdefault(m[2], f"{len(seen):x}"), page)
        return page.replace("<html>", '<html lang="en">', 1)

    def save(self, outfile: Any, **kwargs: Any) -> None:  # noqa: ANN401, ARG002 - folium's signature
        """Write the page to a path or an open binary file."""
        if hasattr(outfile, "write"):
            outfile.write(self.html().encode())
        else:
            Path(outfile).write_bytes(self.html().encode())


class NetworkLayer(MacroElement):
    """The network drawn from one data object by map.js."""

    def __init__(self, data: dict[str, Any]) -> None:
        super().__init__()
        self._name = "NetworkLayer"
        self.data = _script_json(data)

    def render(self, **kwargs: Any) -> None:  # noqa: ANN401, ARG002 - branca's signature
        """Put the call into the page's script, past Jinja: names may hold braces."""
        script = Raw(f"drawNetwork({self._parent.get_name()}, {self.data});")
        self.get_root().script.add_child(script, name=self.get_name())


def network_map(network: Network, *, title: str = "") -> OfflineMap:
    """Return a map of the whole network: corridors by colour, modes and status by line."""
    net = network if network.profile is not None else network.under()
    active = int(net.links["active"].sum())
    words = title or f"{len(net.places)} places, {len(net.links)} links, {active} of them usable"
    return _drawn(net, {}, words, _scenario_words(net), set(net.places.index[net.places["role"] != ""]))


def route_map(
    network: Network,
    origins: Iterable[str] | None = None,
    destinations: Iterable[str] | None = None,
    *,
    title: str = "",
) -> OfflineMap:
    """Return a map of the best routes of all pairs, or of one pair.

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used.
    origins, destinations
        Place ids; default: the places of role origin and destination.
    title
        Default: what the map finds, in words.

    Returns
    -------
    OfflineMap
        Save it with `.save(path)`; shows itself in a notebook.
    """
    net = network if network.profile is not None else network.under()
    table = routes(net, origins, destinations)
    joined = table[table["state"] == CONNECTED]
    used = Counter(i for cell in joined["links"] for i in cell.split(";") if i)
    called = net.places["name"]
    if len(table) == 1:
        row = table.iloc[0]
        words = f"{called[row['from']]} – {called[row['to']]}: "
        words += f"{row['time_h']:.1f} h, {row['length_km']:,.0f} km" if len(joined) else f"no route ({row['state']})"
    else:
        origin_count, goal_count = table["from"].nunique(), table["to"].nunique()
        words = f"{origin_count} origins to {goal_count} destinations: {len(joined)} of {len(table)} pairs connected"
        if len(joined):
            words += f", {joined['time_h'].mean():.1f} h on average"
    ends = {*table["from"], *table["to"]}
    return _drawn(net, used, title or words, _scenario_words(net), ends)


def _scenario_words(net: Network) -> str:
    profile = net.profile
    assert profile is not None  # noqa: S101 - applied by the callers
    words = f"Profile {profile.name}, by {', '.join(profile.modes)}. Line width: pairs that use the link. Network {net.sha256[:8]}"
    closed = int((net.links["closure"] != "").sum())
    built = int(net.links["built"].sum())
    return words + (f"; {closed} links closed" if closed else "") + (f"; {built} links built" if built else "") + "."


def _drawn(net: Network, used: Counter[str] | dict[str, int], title: str, subtitle: str, ends: set[str]) -> OfflineMap:
    page = OfflineMap(title=title)
    page.add_child(NetworkLayer(_data(net, used, title, subtitle, ends)))
    return page


def _data(
    net: Network, used: Counter[str] | dict[str, int], title: str, subtitle: str, ends: set[str]
) -> dict[str, Any]:
    order = {key: i for i, key in enumerate(net.links.index)}
    sources, cited = _citations(net)
    links = [_link(row, key, cited) for key, row in zip(net.links.index, net.links.to_dict("records"), strict=True)]
    places = [_place(row, ends, net) for row in net.places.to_dict("records")]
    shown = net.places.loc[sorted(ends)] if ends else net.places
    box = shown.total_bounds
    if used:
        box = np.r_[net.links.loc[list(used)].total_bounds[:2], net.links.loc[list(used)].total_bounds[2:]]
    return {
        "title": _plain(title), "subtitle": _plain(subtitle),
        "footnote": style.KOSOVO_NOTE + " " + style.ATTRIBUTION,
        "basemap": _basemap(), "links": links, "places": places, "sources": sources,
        "used": {order[i]: n for i, n in sorted(used.items())}, "most_used": max(used.values(), default=1),
        "legend": _legend(net, bool(used)), "bounds": [[box[1], box[0]], [box[3], box[2]]],
        "style": {
            "groups": style.GROUP_COLOURS, "modes": {k: vars(v) for k, v in style.MODES.items()},
            "status": {k: vars(v) for k, v in style.STATUS.items()}, "route": style.ROUTE_COLOUR,
            "casing": style.ROUTE_CASING, "land": style.LAND, "border": style.BORDER,
        },
    }  # fmt: skip


def _link(row: dict[str, Any], key: str, cited: dict[str, list[int]]) -> dict[str, Any]:
    state = "" if row["active"] else f"not used: {row['reason']}"
    if row["doubtful"]:
        state = "; ".join(w for w in (state, "status not verified") if w)
    return {
        "name": row["name"], "mode": row["mode"], "group": style.group_of(row["corridors"]),
        "open": bool(row["status"] == "open" or row["built"]), "closed": bool(row["closure"]),
        "facts": f"{row['mode']} {row['road_class'] or row['line_class']} {row['length_km']:g} km ({row['length_confidence']}), "
        f"{row['speed']:.0f} km/h, {row['time_h']:.1f} h; {row['corridors'].replace(';', ', ')}",
        "state": state, "note": row["restriction"], "sources": cited[key],
        "line": _encoded(get_coordinates(row["geometry"])),
    }  # fmt: skip


def _place(row: dict[str, Any], ends: set[str], net: Network) -> dict[str, Any]:
    country = row["country"].replace("XK", "XK*").replace("-", "–")
    role = row["role"] if row["id"] in ends and row["role"] else "origin" if row["id"] in ends else ""
    big = row["kind"] in {"city", "port"}
    rank = 0 if role and row["kind"] == "port" else 1 if role else 2 if big else 3 if row["kind"] in _BODY_KINDS else 4
    del net
    star = "*" if row["country"] == "XK" else ""
    return {
        "name": row["name"] + star, "label": row["name"] + star, "lat": round(row["lat"], 4), "lon": round(row["lon"], 4),
        "role": role, "rank": rank, "facts": f"{row['kind'].replace('_', ' ')}, {country}", "note": row["note"],
    }  # fmt: skip


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


def _legend(net: Network, with_routes: bool) -> list[tuple[str, str]]:
    grey = style.GROUP_COLOURS["other"]
    groups = {style.group_of(c) for c in net.links["corridors"]}
    rows = [(_swatch(colour), style.GROUP_NAMES[g]) for g, colour in style.GROUP_COLOURS.items() if g in groups]
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
    if (net.links["closure"] != "").any():
        cross = '<text x="17" y="11" text-anchor="middle" font-size="14" font-weight="700">✕</text>'
        rows.append(
            (
                _swatch("#333", style.STATUS["closed"].dash, style.STATUS["closed"].width, cross),
                style.STATUS["closed"].label,
            )
        )
    if with_routes:
        under = f'<path d="M0 6H34" stroke="{style.ROUTE_CASING}" stroke-width="11"/><path d="M0 6H34" stroke="{style.ROUTE_COLOUR}" stroke-width="8"/>'
        rows.append(
            (f'<svg width="34" height="12" aria-hidden="true">{under}</svg>', "best routes (wider: more pairs)")
        )
    ring = '<svg width="34" height="12" aria-hidden="true"><circle cx="17" cy="6" r="5" fill="{}" stroke="#1a1a1a" stroke-width="2"/></svg>'
    return [*rows, (ring.format("#fff"), "origin: port of entry, base"), (ring.format("#1a1a1a"), "destination")]


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


@lru_cache(maxsize=1)
def _basemap() -> Any:  # noqa: ANN401 - GeoJSON
    return json.loads((default_folder() / "basemap.geojson").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _head() -> dict[str, str]:
    """Leaflet, its style sheet and ours, by the name under which a page holds each once."""
    from xstatic.pkg import leaflet

    folder = Path(leaflet.BASE_DIR)
    code = (folder / "leaflet.js").read_text(encoding="utf-8").split("//# sourceMappingURL")[0]
    sheet = re.sub(r"background-image:\s*url\([^)]*\);?", "", (folder / "leaflet.css").read_text(encoding="utf-8"))
    sheet = re.sub(r"behavior:\s*url\([^)]*\);?", "", sheet)
    ours = files("mobility.present").joinpath("map.js").read_text(encoding="utf-8")
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


def _plain(text: str) -> str:
    """Return a title without characters that break a line or turn the direction of writing."""
    return "".join(c for c in text if c.isprintable())
