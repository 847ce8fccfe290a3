"""What a map page is drawn from: columns instead of records, each text once, lines as encoded text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from shapely import get_coordinates

from mobility.model.names import LETTERS, fold
from mobility.present import style
from mobility.present.backdrop import basemap, covered, edge, names, waters
from mobility.present.language import say
from mobility.present.scene import BREADTH, asked_ranks, link_states, short_names, town_ranks
from mobility.present.schemes import painted, var
from mobility.vocabulary import split

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from geopandas import GeoDataFrame

    from mobility.model.network import Network
    from mobility.present.scene import Scene

# What a link's card says of its use, here and on the what-if page.
NOT_USED, NOT_VERIFIED = "not used: ", "status not verified"
_BEYOND = 5.0  # degrees around a network that lies beyond the land behind the maps
_FINE, _COARSE = 4, 3  # decimals of a degree: links to 10 m, coasts and borders to 100 m


def base(net: Network) -> dict[str, Any]:
    """Return what all maps of a network share: nothing here hangs on profile, closures or builds.

    Its shape is `MapBase` of js/contract.d.ts.
    """
    links, places = net.links, net.places
    row = {key: i for i, key in enumerate(places.index)}
    joined = places["name"].reindex(links["from"]).to_numpy() + "–" + places["name"].reindex(links["to"]).to_numpy()
    sources = _sources(net)
    texts = {text: i for i, text in enumerate(dict.fromkeys(s for cell in sources for s in cell))}
    labels = places["name"] + np.where(places["country"] == "XK", "*", "")
    return {
        **ground(),
        "world": _world(links.total_bounds.tolist()),
        "links": {
            "from": [row[key] for key in links["from"]],
            "to": [row[key] for key in links["to"]],
            "name": _column(links["name"].where(links["name"] != joined, "")),
            "mode": _column(links["mode"]),
            "group": _column(map(style.group_of, links["corridors"])),
            "corridors": _column(", ".join(split(cell)) for cell in links["corridors"]),
            "note": _column(links["restriction"]),
            "sources": _column(tuple(texts[s] for s in cell) for cell in sources),
            "line": [_encoded(get_coordinates(line)) for line in links.geometry],
        },
        "places": {
            "name": places["name"].tolist(),
            "label": _column(labels.where(labels != places["name"], "")),
            "short": _column(short_names(net).where(short_names(net) != labels, "")),
            "also": _column(map(_other_names, places[["name", "name_en", "alt_names"]].to_numpy().tolist())),
            "kind": _column(say(kind.replace("_", " ")) for kind in places["kind"]),
            "country": _column(cell.replace("XK", "XK*").replace("-", "–") for cell in places["country"]),
            "note": _column(places["note"]),
            "rank": town_ranks(net),
            "asked": asked_ranks(net),
        },
        "points": _encoded(places[["lon", "lat"]].to_numpy()),
        "sources": list(texts),
        "letters": LETTERS,
    }


def ground() -> dict[str, Any]:
    """Return what lies behind every map: land, waters, boundaries, their names and looks.

    Its shape is `Ground` of js/contract.d.ts.
    """
    land = basemap()
    return {
        "land": [[_encoded(ring, _COARSE) for ring in polygon] for polygon in land["land"]],
        "borders": [_encoded(line, _COARSE) for line in land["border"]],
        "disputed": [_encoded(line, _COARSE) for line in land["border_disputed"]],
        "rivers": [[_encoded(line, _COARSE) for line in river["lines"]] for river in waters("river")],
        "great": [int(river["rank"] == 1) for river in waters("river")],
        "lakes": [
            [_encoded(ring, _COARSE) for ring in polygon] for lake in waters("lake") for polygon in lake["lines"]
        ],
        "names": [
            {"text": say(name.text), "kind": name.kind, "rank": name.rank, "at": _encoded(name.at, 2)}
            for name in names()
        ],
        "style": _style(),
    }


def _style() -> dict[str, Any]:
    return {
        "groups": {group: painted(colour) for group, colour in style.GROUP_COLOURS.items()},
        "widths": style.GROUP_WIDTHS,
        "quiet_rail": style.QUIET_RAIL,
        "modes": {k: vars(v) for k, v in style.MODES.items()},
        "status": {k: vars(v) for k, v in style.STATUS.items()},
        **{role: var(role) for role in ("ink", "paper", "land", "border", "coast", "river", "water")},
        "quiet": painted(style.QUIET_COLOUR),
        "quiet_width": style.QUIET_WIDTH,
        "disputed": style.DISPUTED_DASH,
        "worst": painted(style.WORST_COLOUR),
        "closed": painted(style.CLOSED_COLOUR),
        "breadth": list(BREADTH),
    }


def state(view: Scene, *, told: bool = True) -> dict[str, Any]:
    """Return what a view adds to its network: how each link is used, its layers, its ends and what to show first.

    Its shape is `MapState` of js/contract.d.ts. Unless `told`, the page itself finds out what changes with closures and
    builds, and what a link's card says of that is left out.
    """
    net, links = view.network, view.network.links
    row = {key: i for i, key in enumerate(links.index)}
    west, south, east, north = view.framed().total_bounds.tolist()
    first = {place for ranked in view.ranked for place in ranked.places}
    shut = net.places.loc[net.borders.loc[net.borders["closure"] != "", "place"].unique()]
    return {
        "links": {
            "state": _column(link_states(links)),
            "kind": _column(np.where(links["road_class"] != "", links["road_class"], links["line_class"])),
            "confidence": _column(links["length_confidence"]),
            **(_told(links) if told else {}),
        },
        "places": {
            "role": _column(view.labels()["role"]),
            "binds": _column(view.marked.get(p, "") for p in net.places.index),
            "first": _column("first" * (p in first) for p in net.places.index),
        },
        "layers": [
            {
                "colour": painted(layer.colour),
                "casing": painted(layer.casing),
                "fixed": layer.fixed,
                "dash": layer.dash,
                "when": layer.when,
                "values": {row[i]: value for i, value in sorted(layer.values.items())},
                "notes": {row[i]: text for i, text in sorted(layer.notes.items())},
            }
            for layer in view.layers
        ],
        "most": view.most or int(any(layer.values for layer in view.layers)),  # 0 divides nothing
        "quiet": view.quiet,
        "choices": view.choices,
        "ranking": view.ranking,
        "ranked": [
            {"mark": r.mark, "name": r.name, "said": r.said, "links": [row[link] for link in r.links]}
            for r in view.ranked
        ],
        "closed_borders": shut[["lat", "lon"]].round(_FINE).to_numpy().tolist(),
        "bounds": [[south, west], [north, east]],
    }


def _told(links: GeoDataFrame) -> dict[str, Any]:
    """Return what cards say of links and what changes with closures and builds."""
    return {
        "words": _column(map(use, links.to_dict("records"))),
        "km": _numbers(links["length_km"], 1),
        "kmh": _numbers(links["speed"], 0),
        "hours": _numbers(links["time_h"], 1),
    }


def use(row: dict[str, Any]) -> str:
    """Return what keeps a link from being used, or makes its use uncertain."""
    words = [say(NOT_USED) + say(row["reason"])] if not row["active"] else []
    return "; ".join(words + [say(NOT_VERIFIED)] * bool(row["doubtful"]))


def _sources(net: Network) -> list[list[str]]:
    """Return per link the texts of the sources it cites; what is not in the table says itself what it is."""
    table = net.sources[["publisher", "title", "date"]].to_numpy().tolist()
    texts = {key: ", ".join(filter(None, row)) for key, row in zip(net.sources["id"], table, strict=True)}
    return [[texts.get(word, word) for word in split(cell)] for cell in net.links["source"]]


def _other_names(cells: list[str]) -> tuple[str, ...]:
    """Return the names of a place (name, name_en, alt_names) that its name does not find."""
    name, english, others = cells
    found = dict.fromkeys(word.strip() for cell in [english, *split(others)] for word in cell.split(" / "))
    return tuple(word for word in found if word and fold(name) not in fold(word))


def _column(column: Iterable[Hashable]) -> dict[str, list[Any]]:
    """Return a column of few values as the values and which of them stands in each row; no rows of but one value."""
    cells = list(column)
    order = {value: i for i, value in enumerate(dict.fromkeys(cells))}
    return {"words": list(order), "rows": [order[cell] for cell in cells] if len(order) > 1 else []}


def _numbers(column: Any, digits: int) -> list[float | None]:  # noqa: ANN401 - a column
    """Return numbers rounded, whole ones without a decimal; None for what is not known."""
    rounded = [round(float(value), digits) for value in column]
    return [None if not np.isfinite(v) else int(v) if v == int(v) else v for v in rounded]


def _encoded(points: Any, digits: int = _FINE) -> str:  # noqa: ANN401 - lon, lat per row
    """Encode a line as text: Google's polyline algorithm."""
    whole = np.rint(np.asarray(points)[:, ::-1] * 10**digits).astype(int)
    out = []
    for step in np.diff(whole, axis=0, prepend=[[0, 0]]).ravel().tolist():
        value = ~(step << 1) if step < 0 else step << 1
        while value >= 32:  # noqa: PLR2004 - five bits a letter
            out.append(chr((32 | (value & 31)) + 63))
            value >>= 5
        out.append(chr(value + 63))
    return "".join(out)


def _world(bounds: list[float]) -> list[list[float]]:
    """Return how far a page shows the world: the land behind it, and a network that lies beyond that."""
    west, south, east, north = edge()
    if not covered(bounds):
        west, south = min(west, bounds[0] - _BEYOND), max(min(south, bounds[1] - _BEYOND), -85.0)
        east, north = max(east, bounds[2] + _BEYOND), min(max(north, bounds[3] + _BEYOND), 85.0)
    return [[south, west], [north, east]]
