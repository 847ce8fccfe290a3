"""Segments with what their tags say, their country and their length."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mobility.errors import InputError
from mobility.model.names import some
from mobility.model.tags import columns, direction, takes_vehicles
from mobility.sources.chains import large_pieces
from mobility.sources.countries import cut_at_borders
from mobility.sources.extract import is_border

if TYPE_CHECKING:
    from collections.abc import Callable

    from mobility.sources.extract import Array, Extract

MIN_SHARE = 0.02  # a piece with less of the length of its modes is left out


@dataclass(frozen=True, eq=False)
class Ways:
    """Segments ready to become links.

    Attributes
    ----------
    extract
        Points and segments; one-way segments point the way they are used.
    traits, trait
        What tags say (columns of links.csv, and `car_ferry`), each combination once, and its row per segment.
    country, of_point
        Code of each segment and of each point ("" on a border).
    km
        Geodesic length of each segment.
    """

    extract: Extract
    traits: pd.DataFrame
    trait: Array
    country: Array
    of_point: Array
    km: Array

    def column(self, name: str) -> Array:
        """Return a column of `traits` per segment."""
        return np.asarray(self.traits[name].to_numpy()[self.trait])

    def take(self, mask: Array) -> Ways:
        """Return some segments only."""
        return replace(
            self, extract=self.extract.take(mask), trait=self.trait[mask], country=self.country[mask], km=self.km[mask]
        )


def parse(extract: Extract, places: pd.DataFrame, tell: Callable[[str], None], country: str = "") -> Ways:
    """Read the tags of an extract and find the country of its segments.

    Parameters
    ----------
    extract
        As read; may hold national borders.
    places
        Known places, whose countries name the parts between borders.
    tell
        Called with what is left out or not understood.
    country
        Code of the country that everything lies in, instead.

    Raises
    ------
    InputError
        When nothing is there, or no country is known.
    """
    way = ~extract.where(is_border)
    if not way.any():
        raise InputError(f"{extract.origin}: no road, railway or ferry of the kinds asked for")
    if extract.missing:
        tell(f"segments left out because their points are not in the data: {extract.missing:,}")
    if country:
        extract = extract.take(way)
        of_segment, of_point = (np.full(n, country, dtype=object) for n in (len(extract.tail), len(extract.node)))
    else:
        extract, of_segment, of_point = cut_at_borders(extract, places, tell)
    traits, trait = _traits(extract, tell)
    turned = extract.where(lambda tags: direction(tags) < 0)
    tail, head = np.where(turned, extract.head, extract.tail), np.where(turned, extract.tail, extract.head)
    extract = replace(extract, tail=tail, head=head)
    ways = Ways(extract, traits, trait, of_segment, of_point, geodesic_km(extract, tail, head))
    rail = ways.column("mode") == "rail"
    kept = np.zeros(len(tail), bool)
    for group in (rail, ~rail):
        kept[group] = large_pieces(tail[group], head[group], ways.km[group], MIN_SHARE)
    if not kept.all():
        tell(f"{ways.km[~kept].sum():,.1f} km left out in pieces of less than {MIN_SHARE:.0%} that join nothing")
    return ways.take(kept)


def geodesic_km(extract: Extract, tail: Array, head: Array) -> Array:
    """Return the length over the ellipsoid between points (km)."""
    from pyproj import Geod

    lon, lat = extract.lon, extract.lat
    return np.asarray(Geod(ellps="WGS84").inv(lon[tail], lat[tail], lon[head], lat[head])[2]) / 1000


def _traits(extract: Extract, tell: Callable[[str], None]) -> tuple[pd.DataFrame, Array]:
    """Return the distinct rows that the tags give, and the row of each segment."""
    rows: dict[tuple[tuple[str, Any], ...], int] = {}
    row_of, unread = [], []
    for tags in extract.kinds:
        row, left_empty = columns(tags)
        row["car_ferry"] = row.get("mode") == "sea" and takes_vehicles(tags)
        row_of.append(rows.setdefault(tuple(sorted(row.items())), len(rows)))
        unread.append(left_empty)
    odd = np.array([bool(left_empty) for left_empty in unread])[extract.kind]
    ways = pd.DataFrame({"kind": extract.kind[odd], "way": extract.way[odd]}).drop_duplicates()
    counts = ways["kind"].map(lambda kind: unread[kind]).explode().value_counts()
    if len(counts):
        tell(f"not understood, left empty (ways): {some([f'{tag} ({n:,})' for tag, n in counts.items()])}")
    return pd.DataFrame([dict(row) for row in rows]), np.array(row_of)[extract.kind]
