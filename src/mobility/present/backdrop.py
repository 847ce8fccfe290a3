"""What lies behind every map: land, boundaries, waters, and the names of countries, seas and rivers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from mobility.model.files import default_folder

if TYPE_CHECKING:
    from collections.abc import Iterable

_APART = 0.35  # degrees between two spots where the name of a river may stand


@dataclass(frozen=True)
class Name:
    """A name on the land or the water: its kind (country, sea, river, lake, pass), rank, and spots (lon, lat)."""

    text: str
    kind: str
    rank: int
    at: tuple[tuple[float, float], ...]


@lru_cache(maxsize=1)
def basemap() -> dict[str, Any]:
    """Return the coordinates of land, borders and disputed borders."""
    return {f["properties"]["kind"]: f["geometry"]["coordinates"] for f in _features("basemap.geojson")}


@lru_cache(maxsize=1)
def edge() -> tuple[float, float, float, float]:
    """Return west, south, east and north of the land, a little inside so that its cut edge never shows."""
    points = np.array([point for polygon in basemap()["land"] for ring in polygon for point in ring])
    (west, south), (east, north) = points.min(axis=0) + 0.1, points.max(axis=0) - 0.1
    return float(west), float(south), float(east), float(north)


def covered(bounds: Iterable[float]) -> bool:
    """Return whether the land behind the maps reaches as far as some bounds (west, south, east, north)."""
    (west, south, east, north), (left, low, right, high) = edge(), bounds
    return bool(west <= left and south <= low and right <= east and high <= north)


@lru_cache(maxsize=2)
def waters(kind: str) -> list[dict[str, Any]]:
    """Return rivers or lakes: name, rank (1: great) and coordinates (`lines`; of lakes polygons)."""
    found = [f for f in _features("backdrop.geojson") if f["properties"]["kind"] == kind]
    return [f["properties"] | {"lines": f["geometry"]["coordinates"]} for f in found]


@lru_cache(maxsize=1)
def names() -> list[Name]:
    """Return the names of countries, seas, passes, rivers and lakes, those of countries and seas first."""
    found = []
    for feature in _features("backdrop.geojson"):
        own, at = feature["properties"], feature["geometry"]["coordinates"]
        if own["kind"] == "river":
            spots = _along(max(at, key=len))
        elif own["kind"] == "lake":
            spots = [tuple(np.mean(at[0][0], axis=0).round(2).tolist())]
        else:
            spots = [(x, y) for x, y in at]
        if own["name"]:
            found.append(Name(own["name"], own["kind"], own["rank"], tuple(spots)))
    order = ["country", "sea", "river", "pass", "lake"]
    return sorted(found, key=lambda name: (name.rank, order.index(name.kind)))


def _along(line: list[list[float]]) -> list[tuple[float, float]]:
    """Return spots along a line, from its middle outwards: there its name may stand."""
    points = np.array(line)
    spots: list[Any] = []
    middle = len(points) // 2
    for i in sorted(range(len(points)), key=lambda i: abs(i - middle)):
        if all(np.hypot(*(points[i] - spot)) > _APART for spot in spots):
            spots.append(points[i])
    return [(round(float(x), 2), round(float(y), 2)) for x, y in spots]


def _features(file: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((default_folder() / file).read_text(encoding="utf-8"))["features"]
    return found
