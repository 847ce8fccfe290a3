"""Places by coordinates: `60.17,24.94` names the nearest place that can be used."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from mobility.errors import InputError
from mobility.model.checks import WAYS, great_circle_km

if TYPE_CHECKING:
    from mobility.model.network import Network

FARTHEST_KM = 20.0
_POINT = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*")


def coordinates(word: str) -> tuple[float, float] | None:
    """Return latitude and longitude of a word like `60.17,24.94` (degrees), or None for any other word."""
    found = _POINT.fullmatch(word)
    if found is None:
        return None
    lat, lon = float(found[1]), float(found[2])
    if abs(lat) > 90 or abs(lon) > 180:  # noqa: PLR2004 - the globe
        raise InputError(f"{word!r} is no point on the globe; write latitude,longitude in degrees (60.17,24.94)")
    return lat, lon


def nearest(net: Network, lat: float, lon: float) -> tuple[str, float]:
    """Return the nearest place that active links lead to and away from, and how far it is (km).

    Roads come first: a railway or quay counts only in a network that has no active road. Raises InputError when
    there is no such place within `FARTHEST_KM`.
    """
    km = great_circle_km(lon, lat, net.places["lon"].to_numpy(), net.places["lat"].to_numpy())
    links = net.links[net.links["active"]]
    mode = next((m for m in WAYS if (links["mode"] == m).any()), "")
    links = links[links["mode"] == mode]
    both = links[~links["oneway"]]
    index = net.places.index
    left = index.isin(links["from"]) | index.isin(both["to"])
    reached = index.isin(links["to"]) | index.isin(both["from"])
    usable = net.places["active"].to_numpy(bool) & left & reached
    if not usable.any() or km[usable].min() > FARTHEST_KM:
        away = f"; the nearest is {km[usable].min():,.0f} km away" if usable.any() else ""
        raise InputError(f"no place in use within {FARTHEST_KM:g} km of {lat:g},{lon:g} (latitude,longitude){away}")
    best = int(np.argmin(np.where(usable, km, np.inf)))
    return str(index[best]), float(km[best])
