"""Ports, bases and airfields of an extract as places, to be tied to its roads, railways and ferries."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from mobility.errors import InputError
from mobility.model.files import shipped_schema
from mobility.model.names import fold
from mobility.model.sphere import great_circle_km
from mobility.model.tables import complete
from mobility.sources.marks import is_site, site, site_role
from mobility.sources.tags import is_border
from mobility.vocabulary import MODES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from mobility.sources.extract import Extract
    from mobility.sources.ways import Ways
    from mobility.vocabulary import Array

GROUPS = {
    "ports": ("port", "ferry_port"),
    "bases": ("base", "training_area", "naval_base"),
    "airfields": ("airport", "airbase"),
}
_COLUMNS = ("osm", "kind", "name", "name_en", "listed", "lon", "lat", "km")
_POINT_KM = 0.05  # how far the point of a thing may lie from it at least
_SAME_KM = 3.0  # things of a name so near each other are one, drawn twice
_RANK = (
    "airbase",
    "naval_base",
    "port",
    "ferry_port",
    "airport",
    "training_area",
    "base",
)  # of two, the first says more
_RUNWAY_KM = 3.0  # a runway so near the point of an aerodrome is its own
_TRANSFER = "estimate: ships meet roads or railways at a port; that vehicles change there is not stated"
_TAKEN = re.compile(r"([nwr]|border-)?[0-9]+(-[0-9]+)?")  # ids of what is imported


def groups(words: Iterable[str]) -> tuple[str, ...]:
    """Return the kinds that words of `GROUPS`, or "all", mean; raises InputError for another word."""
    found: dict[str, None] = {}
    for word in words:
        if word not in {*GROUPS, "all"}:
            raise InputError(f"no places are called {word!r}; there are {', '.join(GROUPS)} and all")
        found |= dict.fromkeys(kind for name, kinds in GROUPS.items() if word in {name, "all"} for kind in kinds)
    return tuple(found)


def gathered(extract: Extract) -> Extract:
    """Return the extract without the outlines of sites, and with `sites`: one row for each thing.

    Columns: osm (n1, w2, r3), kind (of places.csv), name, name_en, listed (has an IATA or ICAO code), lon, lat (a point
    within the outline), km (half the width of the outline).
    """
    outline = extract.where(is_site)
    drawn = extract.take(outline)
    ends = np.stack([drawn.tail, drawn.head], axis=1)
    lines = np.stack([drawn.lon[ends], drawn.lat[ends]], axis=2)
    rows_of = {key: part.index.to_numpy() for key, part in pd.DataFrame({"way": drawn.way}).groupby("way")}
    rows, runways, inner = [], [], set()
    for relation in extract.relations:
        kind = "" if is_border(relation.tags) else site(relation.tags)
        parts = [rows_of[way] for way, role in relation.ways().items() if role != "inner" and way in rows_of]
        if kind and parts:
            inner |= {*relation.ways()}
            rows.append(_row(f"r{relation.id}", site_role(relation.tags), _area(lines[np.concatenate(parts)])))
    for way, part in rows_of.items():
        tags = drawn.kinds[drawn.kind[part[0]]]
        if tags["site"] == "runway":
            runways.append(_area(lines[part]))
        elif tags["site"] != "outline" and way not in inner:
            rows.append(_row(f"w{way}", tags, _area(lines[part])))
    rows += [
        _row(f"n{node.id}", node.tags, shapely.Point(node.lon, node.lat))
        for node in extract.points
        if node.tags.get("site", "runway") != "runway"
    ]
    found = pd.DataFrame([row | {"area": area} for row, area in rows], columns=[*_COLUMNS, "area"])
    flying = found["kind"] == "airport"
    kept = ~flying | found["listed"] | np.array([f and _has(row, runways) for f, row in zip(flying, rows, strict=True)])
    return replace(extract.take(~outline), sites=_once(found[kept.to_numpy(bool)]).drop(columns="area"))


def _area(lines: Array) -> Any:  # noqa: ANN401 - shapely has no types
    """Return what some lines enclose; the lines themselves where they do not close."""
    drawn = shapely.linestrings(lines)
    area = shapely.union_all(shapely.get_parts(shapely.polygonize(drawn)))
    return shapely.multilinestrings(drawn) if area.is_empty else area


def _row(osm: str, tags: Mapping[str, str], area: Any) -> tuple[dict[str, Any], Any]:  # noqa: ANN401
    at = shapely.point_on_surface(area)
    west, south, east, north = area.bounds
    row: dict[str, Any] = {"osm": osm, "kind": tags["site"], "lon": at.x, "lat": at.y}
    row |= {
        "name": tags.get("name", ""),
        "name_en": tags.get("name:en", ""),
        "listed": "iata" in tags or "icao" in tags,
    }
    return row | {"km": float(great_circle_km(west, south, east, north)) / 2}, area


def _has(row: tuple[dict[str, Any], Any], runways: list[Any]) -> bool:
    """Return whether an aerodrome has a runway."""
    place, area = row
    if area.geom_type != "Point":
        return bool(shapely.intersects(area, runways).any())
    centres = [shapely.centroid(runway) for runway in runways]
    return any(great_circle_km(place["lon"], place["lat"], at.x, at.y) <= _RUNWAY_KM for at in centres)


def _once(found: pd.DataFrame) -> pd.DataFrame:
    """Return each thing once: of those that share a name and are near each other the first of `_RANK`, the widest."""
    kept: list[int] = []
    rank = found["kind"].map({kind: number for number, kind in enumerate(_RANK)})
    order = found.assign(rank=rank).sort_values(["rank", "km"], ascending=[True, False], kind="stable")
    for name, part in order.groupby("name"):
        own: list[int] = []
        for number, (lon, lat) in zip(part.index, part[["lon", "lat"]].to_numpy(float), strict=True):
            near = [great_circle_km(lon, lat, found.at[i, "lon"], found.at[i, "lat"]) <= _SAME_KM for i in own]
            if not name or not any(near):
                own.append(number)
        kept += own
    return found.loc[sorted(kept)].reset_index(drop=True)


def asked(ways: Ways, words: Sequence[str], taken: Iterable[str], tell: Callable[[str], None]) -> pd.DataFrame:
    """Return the sites of some groups as places (columns of places.csv), and by which modes each is to be tied.

    Parameters
    ----------
    ways
        Whose extract has the sites, and knows the countries.
    words
        Words of `GROUPS`, or "all"; none: how many there are is told, and no place is returned.
    taken
        Ids that no new place may have.
    tell
        Called with what was found.
    """
    kinds, sites = groups(words), ways.extract.sites
    sites = pd.DataFrame(columns=[*_COLUMNS]) if sites is None else sites
    if not words and len(sites):
        counts = {name: int(sites["kind"].isin(of).sum()) for name, of in GROUPS.items()}
        told = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
        tell(f"in the data, not taken: {told}; --places {','.join(GROUPS)} or all takes them")
    chosen = sites[sites["kind"].isin(kinds)].reset_index(drop=True)
    if words and not len(chosen):
        tell(f"in the data there are no {' or '.join(GROUPS if 'all' in words else words)}")
    port = chosen["kind"].isin(GROUPS["ports"]).to_numpy(bool)
    places = chosen.assign(
        name=[n or f"{kind.replace('_', ' ')} {osm}" for osm, kind, n in chosen[["osm", "kind", "name"]].to_numpy()],
        country=ways.extract.atlas.at(chosen["lon"], chosen["lat"]) if len(chosen) else "",
        accuracy_km=np.maximum(chosen["km"].to_numpy(float).round(2), _POINT_KM),
        transfer=np.where(port, "road-sea;rail-sea", ""),
        transfer_source=np.where(port, _TRANSFER, ""),
        confidence="medium",
        source="openstreetmap",
        note=[f"OpenStreetMap {osm}" for osm in chosen["osm"]],
    )
    places["id"] = _ids(places, set(taken))
    return complete(places, shipped_schema()["places"]).assign(**{m: port if m == "sea" else True for m in MODES})


def _ids(places: pd.DataFrame, taken: set[str]) -> list[str]:
    """Return an id for each place that is read from its name."""
    ids = []
    for osm, kind, name, english in places[["osm", "kind", "name", "name_en"]].to_numpy():
        key = fold(name) if fold(name).isascii() else fold(english) or fold(name)
        key = f"{fold(kind)}-{key}".strip("-") if not key or _TAKEN.fullmatch(key) else key
        ids.append(key if key not in taken else f"{key}-{osm}")
        taken.add(ids[-1])
    return ids
