"""A view on a map of folium's own: named groups of lines and marks with tooltips, and a legend."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import folium
import numpy as np
import shapely
from branca.element import MacroElement

from mobility.present import style
from mobility.present.legend_rows import ROLES
from mobility.present.pens import Pen, pens_of
from mobility.present.scene import EDGE, link_states
from mobility.present.web import guests
from mobility.present.web.data import use
from mobility.present.web.map import legend
from mobility.present.web.page import Raw, place_of, plain, script_json
from mobility.present.web.still import spot

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping

    import geopandas as gpd

    from mobility.present.scene import Scene, Under

_FINE = 4  # decimals of a degree: 10 m
_END, _RING = 6, 10  # px, radius of a mark
_END_LOOK = {"color": style.ROUTE_CASING, "weight": 2, "fill": True, "fillOpacity": 1}
_APART = 0.6  # degrees between the marks of what is ranked, where their links are long enough
_MIDDLE = "transform:translate(-50%,-50%);display:inline-block;"
_BADGE = (
    f"{_MIDDLE}min-width:16px;padding:0 3px;box-sizing:border-box;border:1px solid #fff;border-radius:9px;"
    "background:#1a1a1a;color:#fff;font:700 11px/15px system-ui,sans-serif;text-align:center"
)
_CROSS = f"{_MIDDLE}font:700 16px/16px sans-serif;color:#000;text-shadow:0 0 2px #fff,0 0 2px #fff,0 0 2px #fff"
_LOOK = """<style>
.mob-plain{background:#fffffff2;padding:5px 9px;border-radius:3px;max-width:min(340px,60vw);max-height:60vh;\
overflow:auto;font:12px/1.35 system-ui,sans-serif;color:#1a1a1a;box-shadow:0 1px 4px #0006}
.mob-plain summary{font-weight:600;cursor:pointer}
.mob-plain div{display:flex;align-items:center;gap:7px;margin-top:2px}
.mob-plain svg{flex:none}
.mob-plain p{margin:4px 0 0}
.mob-plain p:last-child{font-size:10.5px}
.mob-tip td:empty{display:none}
.mob-tip tr:first-child{font-weight:600}
</style>"""


class Legend(MacroElement):
    """What lines and marks mean, below the title and above the notes: a control of the map."""

    def __init__(self, view: Scene) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Legend"
        rows = "".join(f"<div>{row.get('swatch', '')}{_text(row)}</div>" for row in legend(view))
        title, said, notes = map(_html, (view.title, view.subtitle, view.footnote))
        self.html = f"<details open><summary>{title}</summary><p>{said}</p>{rows}<p>{notes}</p></details>"

    def render(self, **kwargs: Any) -> None:  # type: ignore[override]  # noqa: ANN401, ARG002 - branca's signature
        """Put the control into the page, past Jinja: names may hold braces."""
        figure, map_ = place_of(self)
        figure.header.add_child(Raw(_LOOK), name="mobility_plain_css")
        script = (
            f'(() => {{ const box = L.DomUtil.create("div", "mob-plain"); box.innerHTML = {script_json(self.html)}; '
            "L.DomEvent.disableClickPropagation(box).disableScrollPropagation(box); "
            'const legend = L.control({ position: "bottomleft" }); '
            f"legend.onAdd = () => box; legend.addTo({map_}); }})();"
        )
        figure.script.add_child(Raw(script), name=self.get_name())


def _html(text: str) -> str:
    """Return text as HTML without braces: branca runs what folium writes through Jinja once more."""
    return escape(plain(text)).replace("{", "&#123;").replace("}", "&#125;")


def _text(row: dict[str, Any]) -> str:
    text = _html(row["text"])
    return f"<span>{text}</span>" if "swatch" in row else f"<b>{text}</b>"


def add_groups(view: Scene, map_: folium.Map, name: str = "") -> None:
    """Put a view into a folium Map: a FeatureGroup for its links, each layer and each kind of mark; and a legend.

    Parameters
    ----------
    view
        What to show.
    map_
        Any folium Map; what it shows of the world and its other layers stay as they are.
    name
        Stands before the names of the groups, so that two views in one map are told apart.
    """
    lines = view.network.links.geometry.transform(lambda xy: np.round(xy, _FINE))
    links, layers = list(_links(view, lines)), [_layer(view, layer, lines) for layer in view.layers]
    groups = [*links, *layers] if view.quiet else [*layers, *links]
    for group in [*groups, *_marks(view, lines)]:
        group.layer_name = ": ".join(filter(None, [_html(name), group.layer_name]))
        map_.add_child(group)
    map_.add_child(Legend(view))
    guests.ordered(map_)


def _links(view: Scene, lines: gpd.GeoSeries) -> Iterator[folium.FeatureGroup]:
    """Yield the links: on a quiet map as one group, else as one for each group of corridors, the first named on top."""
    links = view.network.links
    groups = links["corridors"].map(style.group_of)
    pens = {
        link: pens_of(mode, state, group, quiet=view.quiet)
        for link, mode, state, group in zip(links.index, links["mode"], link_states(links), groups, strict=True)
    }
    kinds = {style.GROUP_NAMES[key]: links.index[groups == key] for key in reversed(style.GROUP_COLOURS)}
    for name, found in ({"Network": links.index} if view.quiet else kinds).items():
        if len(found):
            below = {link: _look(pens[link][0]) for link in found}
            white = {link: _look(pens[link][1]) for link in found if len(pens[link]) > 1}
            yield _group(name, [_drawn(lines, below, _cards(view, found)), _drawn(lines, white)])


def _layer(view: Scene, layer: Under, lines: gpd.GeoSeries) -> folium.FeatureGroup:
    """Return the broad lines of a layer on their casing."""
    groups = view.network.links["corridors"].map(style.group_of)
    casing, above = {}, {}
    for link, value in layer.values.items():
        width = view.breadth(layer, value)
        colour, dash = layer.colour or style.GROUP_COLOURS[groups[link]], tuple(map(float, layer.dash.split()))
        casing[link] = _look(Pen(layer.casing, width + EDGE, (), "round"))
        above[link] = _look(Pen(colour, width, dash, "butt" if dash else "round"))
    notes = {link: layer.notes.get(link, layer.label) for link in casing}
    parts = [_drawn(lines, casing, _cards(view, casing, notes)), _drawn(lines, above)]
    when = "" if layer.when in layer.label else f" ({layer.when})"
    return _group(layer.label + when, parts, show=layer in view.opening)


def _marks(view: Scene, lines: gpd.GeoSeries) -> Iterator[folium.FeatureGroup]:
    """Yield crosses on what is closed, the ends, what binds, and the numbers of what is ranked."""
    net = view.network
    names, points = net.places["name"], net.places.geometry.transform(lambda xy: np.round(xy, _FINE))
    shut = [(net.links["name"][link], _middle(lines[link])) for link in net.links.index[net.links["closure"] != ""]]
    borders = net.borders.loc[net.borders["closure"] != "", "place"].unique()
    shut += [(names[place], points[place]) for place in borders]
    if shut:
        yield _group("Closed", [_badges(_CROSS, "✕", [(name, "closed here", at) for name, at in shut])])
    roles = view.labels()["role"]
    ends = [
        _circles([(names[p], text, points[p]) for p in roles.index[roles == role]], role)
        for role, text in ROLES.items()
        if (roles == role).any()
    ]
    if ends:
        yield _group("Origins and destinations", ends)
    if view.marked:
        yield _group(style.BINDS, [_circles([(names[p], said, points[p]) for p, said in view.marked.items()], "binds")])
    ranked: list[folium.GeoJson] = []
    taken: list[shapely.Point] = []
    for row in (row for row in view.ranked if row.links):
        taken.append(spot([lines[link] for link in row.links], taken, _APART))
        ranked.append(_badges(_BADGE, row.mark, [(row.name, row.said, taken[-1])]))
    if ranked:
        yield _group(view.ranking or "Ranked", ranked)


def _group(name: str, parts: Iterable[folium.GeoJson | None], *, show: bool = True) -> folium.FeatureGroup:
    group = folium.FeatureGroup(name=_html(name[:1].upper() + name[1:]), show=show)
    for part in parts:
        if part is not None:
            group.add_child(part)
    return group


def _drawn(
    lines: gpd.GeoSeries, looks: Mapping[Any, dict[str, Any]], cards: dict[Hashable, dict[str, str]] | None = None
) -> folium.GeoJson | None:
    """Return lines, each in its look; without cards they let the pointer through to what lies below."""
    if not looks:
        return None
    features = [_feature(i, lines[link], cards[link] if cards else {"name": ""}) for i, link in enumerate(looks)]
    styles = [*looks.values()]
    return _geojson(features, lambda f: styles[int(f["id"])], interactive=cards is not None)


def _circles(marks: Iterable[tuple[str, str, Any]], role: str) -> folium.GeoJson:
    """Return places with a circle: of an origin, a destination, or of what binds."""
    looks = {
        "origin": _END_LOOK | {"fillColor": "#fff"},
        "destination": _END_LOOK | {"fillColor": "#1a1a1a"},
        "binds": {"color": style.WORST_COLOUR, "weight": 3, "fill": False},
    }
    return _points(marks, folium.CircleMarker(radius=_RING if role == "binds" else _END), looks[role])


def _badges(look: str, mark: str, marks: Iterable[tuple[str, str, Any]]) -> folium.GeoJson:
    html = f'<span style="{look}">{_html(mark)}</span>'
    return _points(marks, folium.Marker(icon=folium.DivIcon(html=html, icon_size=(0, 0))))


def _points(
    marks: Iterable[tuple[str, str, Any]], marker: folium.Marker, look: dict[str, Any] | None = None
) -> folium.GeoJson:
    features = [_feature(i, at, {"name": name, "said": said}) for i, (name, said, at) in enumerate(marks)]
    return _geojson(features, None if look is None else lambda _: look, marker=marker)


def _geojson(features: list[dict[str, Any]], look: Any, *, interactive: bool = True, **more: Any) -> folium.GeoJson:  # noqa: ANN401
    """Return features whose tooltips say, a line each, what their properties hold."""
    fields = list(features[0]["properties"])
    tooltip = folium.GeoJsonTooltip(fields, labels=False, class_name="mob-tip") if interactive else None
    data = {"type": "FeatureCollection", "features": features}
    return folium.GeoJson(data, style_function=look, tooltip=tooltip, interactive=interactive, **more)


def _feature(key: int, shape: Any, said: dict[str, str]) -> dict[str, Any]:  # noqa: ANN401 - a geometry
    """Return a feature; its words are text, not HTML."""
    words = {name: _html(text) for name, text in said.items()}
    return {"type": "Feature", "id": str(key), "properties": words, "geometry": shapely.geometry.mapping(shape)}


def _cards(view: Scene, links: Iterable[Any], notes: Mapping[Any, str] | None = None) -> dict[Hashable, dict[str, str]]:
    """Return what is said of links: name, facts, use, and a layer's note."""
    rows = view.network.links.loc[list(links)]
    found: dict[Hashable, dict[str, str]] = {}
    for link, row in zip(rows.index, rows.to_dict("records"), strict=True):
        kind = row["road_class"] or row["line_class"]
        hours = f", {row['time_h']:.1f} h" if np.isfinite(row["time_h"]) else ""
        facts = f"{row['mode']} {kind}".strip() + f", {row['length_km']:.1f} km{hours}; {row['corridors']}"
        found[link] = {"name": row["name"], "facts": facts, "use": use(row)}
        found[link] |= {} if notes is None else {"note": notes[link]}
    return found


def _middle(line: shapely.LineString) -> shapely.Point:
    return shapely.Point(np.round(line.interpolate(0.5, normalized=True).coords[0], _FINE))


def _look(pen: Pen) -> dict[str, Any]:
    dash = {"dashArray": " ".join(f"{part:g}" for part in pen.dash)} if pen.dash else {}
    return {"color": pen.colour, "weight": round(pen.width, 2), "opacity": 1, "lineCap": pen.cap, **dash}
