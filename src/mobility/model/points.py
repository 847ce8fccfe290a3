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
    links = net.links[net.links["active"]]
    mode = next((m for m in WAYS if (links["mode"] == m).any()), "")
    used = links[links["mode"] == mode]
    both = used[~used["oneway"]]
    left, reached = {*used["from"], *both["to"]}, {*used["to"], *both["from"]}
    places = net.places[net.places["active"] & net.places.index.isin(left & reached)]
    km = great_circle_km(lon, lat, places["lon"].to_numpy(), places["lat"].to_numpy())
    best = int(np.argmin(km)) if len(km) else -1
    if best < 0 or km[best] > FARTHEST_KM:
        away = f"; the nearest is {places.index[best]}, {km[best]:,.0f} km away" if best >= 0 else ""
        raise InputError(f"no place in use within {FARTHEST_KM:g} km of {lat:g},{lon:g} (latitude,longitude){away}")
    return str(places.index[best]), float(km[best])
