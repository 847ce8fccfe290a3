"""In which country a point lies, where an edge crosses a border, and what a place there is called after."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from scipy.spatial import KDTree

from mobility.model.names import fold
from mobility.model.sphere import on_sphere

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from mobility.sources.ground import Ground
    from mobility.vocabulary import Array

STEP_KM = 0.5
SLIVER_KM = 2.0  # a country that an edge is in for less is passed by: borders are drawn to about a kilometre
_NEAREST = 60
TOWN_KM = 4.0  # a place farther away is not called after a town alone, but lies on one of its sides
_COMPASS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")


@dataclass(frozen=True, eq=False)
class Territory:
    """Countries as polygons in degrees, with their codes."""

    codes: Array
    tree: Any  # a search tree, over the polygons here

    @classmethod
    def of(cls, codes: Iterable[str], polygons: Iterable[Any]) -> Territory:
        """Return the territory of polygons with their codes."""
        return cls(np.array([*codes], object), shapely.STRtree(np.array([*polygons], object)))

    def at(self, lat: Array, lon: Array) -> Array:
        """Return the code of each point; at sea and in other countries ""."""
        code = np.full(len(lat), "", object)
        point, country = self.tree.query(shapely.points(lon, lat), predicate="within")
        code[point] = self.codes[country]
        return code

    def inside(self, ground: Ground) -> Array:
        """Return which edges of a ground have both ends in one of the countries."""
        known = self.at(ground.lat, ground.lon) != ""
        return np.asarray(known[ground.tail] & known[ground.head])

    def passed(self, start: Array, end: Array, km: float) -> list[tuple[float, str]]:
        """Return the countries along a straight edge: where each begins (0 to 1), and its code.

        `start` and `end` are latitude and longitude. Water between two shores counts to the country before it.
        """
        part = np.linspace(0, 1, max(2, int(km / STEP_KM) + 1))
        at = np.outer(1 - part, start) + np.outer(part, end)
        runs: list[tuple[float, str]] = []
        for share, code in zip(part.tolist(), self.at(at[:, 0], at[:, 1]).tolist(), strict=True):
            if code and (not runs or runs[-1][1] != code):
                runs.append((share if runs else 0.0, code))
        begins = [share for share, _ in runs] + [1.0]
        kept: list[tuple[float, str]] = []
        for i, (share, code) in enumerate(runs):
            last = i in {0, len(runs) - 1}
            if (last or (begins[i + 1] - share) * km >= SLIVER_KM) and (not kept or kept[-1][1] != code):
                kept.append((share, code))
        return kept


@dataclass(eq=False)
class Names:
    """Names for new places, each once: after a town at most `TOWN_KM` away, else its side of the nearest town."""

    towns: pd.DataFrame
    taken: set[str]
    tree: KDTree = field(init=False)

    def __post_init__(self) -> None:
        self.tree = KDTree(on_sphere(self.towns["lon"], self.towns["lat"]))

    def of(self, lat: float, lon: float, country: str) -> tuple[str, str]:
        """Return id and name of a new place; both are taken from now on."""
        names, sides, km = self._around(lat, lon, country)
        for name in [name for name, far in zip(names, km, strict=True) if far <= TOWN_KM] + sides:
            if self._take(fold(name)):
                return fold(name), name
        number = 2
        while not self._take(f"{fold(names[0])}-{number}"):
            number += 1
        return f"{fold(names[0])}-{number}", f"{names[0]} {number}"

    def nearest(self, lat: float, lon: float, country: str) -> str:
        """Return the name of the nearest town of a country."""
        return self._around(lat, lon, country)[0][0]

    def _around(self, lat: float, lon: float, country: str) -> tuple[list[str], list[str], list[float]]:
        """Return the nearest towns, on which side of each the point lies, and how far they are (km)."""
        far, near = self.tree.query(on_sphere(lon, lat), k=min(_NEAREST, len(self.towns)))
        rows = self.towns.iloc[np.atleast_1d(near)].assign(km=np.atleast_1d(far))
        own = rows[rows["country"] == country]
        rows = own if len(own) else rows
        names = rows["name"].tolist()
        angle = np.degrees(np.arctan2((lon - rows["lon"]) * np.cos(np.radians(lat)), lat - rows["lat"])) % 360
        side = [_COMPASS[round(a / 45) % 8] for a in angle]
        return names, [f"{name} {word}" for name, word in zip(names, side, strict=True)], rows["km"].tolist()

    def _take(self, key: str) -> bool:
        if not key or key in self.taken:
            return False
        self.taken.add(key)
        return True
