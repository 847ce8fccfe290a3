"""What border places are called: after the border post there, else after the nearest towns on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mobility.model.sphere import great_circle_km
from mobility.sources.marks import TOWNS
from mobility.vocabulary import dashed

if TYPE_CHECKING:
    from mobility.sources.extract import Extract

_POST_KM = 3.0  # a post stands up to so far from the line itself
_TOWN_KM = 100.0
_LARGE = TOWNS[:2]  # these before villages


class Gates:
    """Border posts and towns of an extract, and the names that they give."""

    def __init__(self, extract: Extract) -> None:
        rows = [
            {"lon": node.lon, "lat": node.lat, "name": node.tags["name"], "kind": node.tags.get("place", "post")}
            for node in extract.points
            if "name" in node.tags and (node.tags.get("place") in TOWNS or "barrier" in node.tags)
        ]
        marks = pd.DataFrame(rows, columns=["lon", "lat", "name", "kind"])
        known = extract.atlas is not None and len(marks)
        marks["country"] = extract.atlas.at(marks["lon"], marks["lat"]) if known else ""
        self._posts, self._towns = marks[marks["kind"] == "post"], marks[marks["kind"] != "post"]

    def post(self, lon: float, lat: float) -> str:
        """Return the name of the nearest border post, "" where none is near."""
        return _nearest(self._posts, lon, lat, _POST_KM)

    def towns(self, lon: float, lat: float, codes: str) -> str:
        """Return "town–town" of the nearest towns of two countries; a country without one stands with its code."""
        names = []
        for code in dashed(codes):
            own = self._towns[self._towns["country"] == code]
            large = own[own["kind"].isin(_LARGE)]
            names.append(_nearest(large, lon, lat, _TOWN_KM) or _nearest(own, lon, lat, _TOWN_KM))
        pairs = zip(names, dashed(codes), strict=True)
        return "–".join(name or code for name, code in pairs) if any(names) else ""


def _nearest(marks: pd.DataFrame, lon: float, lat: float, most_km: float) -> str:
    if not len(marks):
        return ""
    km = great_circle_km(lon, lat, marks["lon"].to_numpy(float), marks["lat"].to_numpy(float))
    row = int(np.argmin(km))
    return str(marks["name"].iloc[row]) if km[row] <= most_km else ""
