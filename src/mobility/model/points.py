"""Places as they are asked for: by name, by set, or by coordinates (`60.17,24.94`: the nearest that can be used)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from mobility.errors import InputError
from mobility.model.names import coordinates
from mobility.model.sphere import DEGREE_KM, great_circle_km
from mobility.vocabulary import MODES, split

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd
    import pandas as pd

    from mobility.model.network import Network

FARTHEST_KM = 20.0
_OFF_ROAD = 3.0  # a kilometre without a way counts as so many on one


def nearest(net: Network, lat: float, lon: float) -> tuple[str, float]:
    """Return the place that a point is nearest to along the lines in use, and how far it is in a straight line (km).

    Links in use lead to it and away from it; closures do not move what a point means, so what they close counts too.
    Roads come first: a railway or quay counts only in a network that uses no road. A place at the end of the line
    beside the point goes before one that is nearer with no way to it: a kilometre off the lines counts as three. Raises
    InputError when there is no such place within `FARTHEST_KM`.
    """
    km = great_circle_km(lon, lat, net.places["lon"].to_numpy(), net.places["lat"].to_numpy())
    links = _used(net)
    both = links[~links["oneway"]]
    index = net.places.index
    left = index.isin(links["from"]) | index.isin(both["to"])
    reached = index.isin(links["to"]) | index.isin(both["from"])
    usable = left & reached
    if not usable.any() or km[usable].min() > FARTHEST_KM:
        away = f"; the nearest is {km[usable].min():,.0f} km away" if usable.any() else ""
        raise InputError(f"no place in use within {FARTHEST_KM:g} km of {lat:g},{lon:g} (latitude,longitude){away}")
    effort = _OFF_ROAD * km
    near = _beside(net, lat, lon)
    for end, along in (("to", 1 - near["share"]), ("from", near["share"].where(~near["oneway"], np.inf))):
        np.minimum.at(effort, index.get_indexer(near[end]), _OFF_ROAD * near["off"] + along * near["length_km"])
    best = int(np.argmin(np.where(usable & (km <= FARTHEST_KM), effort, np.inf)))
    return str(index[best]), float(km[best])


def off_the_line(net: Network, lat: float, lon: float) -> tuple[str, float]:
    """Return the link in use whose line passes nearest to a point, and how far off it is (km); "" when none is near."""
    near = _beside(net, lat, lon)["off"]
    return (str(near.idxmin()), float(near.min())) if len(near) else ("", np.inf)


def _used(net: Network) -> gpd.GeoDataFrame:
    """Return the links, in use but for closures, of the mode that points are looked for on."""
    links = net.links[net.links["usable"]]
    mode = next((m for m in MODES if (links["mode"] == m).any()), "")
    return links[links["mode"] == mode]


def _beside(net: Network, lat: float, lon: float) -> pd.DataFrame:
    """Return the links within reach of a point, with how far `off` the line is and where on it (`share`, 0 to 1)."""
    links = _used(net)
    scale = DEGREE_KM * np.array([np.cos(np.radians(lat)), 1.0])
    reach = FARTHEST_KM / np.maximum(scale, 1e-6)
    box = shapely.box(lon - reach[0], lat - reach[1], lon + reach[0], lat + reach[1])
    links = links[shapely.intersects(links.geometry.to_numpy(), box)]
    lines = shapely.transform(links.geometry.to_numpy(), lambda points: points * scale)
    at = shapely.Point(np.array([lon, lat]) * scale)
    off, share = shapely.distance(lines, at), shapely.line_locate_point(lines, at, normalized=True)
    near = links[["from", "to", "oneway", "length_km"]].assign(off=off, share=np.nan_to_num(share))
    return near[near["off"] <= FARTHEST_KM]


def place_named(net: Network, word: str) -> str:
    """Return the id of the one place that a word names, as `Network.place_named` does."""
    if word in net.places.index:
        return word
    at = coordinates(word)
    return nearest(net, *at)[0] if at else net.names.one(word, ("place",)).id


def places_named(net: Network, words: str | Iterable[str]) -> list[str]:
    """Return the ids of the places that words name, each once, as `Network.places_named` does."""
    ids: list[str] = []
    for word in [words] if isinstance(words, str) else words:
        kind, _, rest = word.partition(":")
        ids += _in_set(net, rest.strip()) if kind.strip().casefold() == "set" else [net.place_named(word)]
    return list(dict.fromkeys(ids))


def _in_set(net: Network, name: str) -> list[str]:
    """Return the places of a set, in the order of the table; raises when there is no such set."""
    cells = zip(net.places.index, net.places["sets"].str.casefold(), strict=True)
    hits = [place for place, cell in cells if name.casefold() in split(cell)]
    if not hits:
        known = sorted({s for cell in net.places["sets"] for s in split(cell)})
        raise InputError(f"there is no set {name!r}; there are {', '.join(known) or 'none'}")
    return hits
