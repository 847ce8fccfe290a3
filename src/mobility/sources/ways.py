"""Segments with what their tags say, their country and their length."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mobility.errors import InputError
from mobility.model.names import some
from mobility.sources.atlas import Atlas
from mobility.sources.carriageways import tied
from mobility.sources.chains import large_pieces
from mobility.sources.countries import cut_at_borders
from mobility.sources.duplicates import once
from mobility.sources.extract import geodesic_km
from mobility.sources.tags import columns, direction, forbidden, is_border, mode_of, not_read

if TYPE_CHECKING:
    from collections.abc import Callable

    from mobility.sources.extract import Extract
    from mobility.vocabulary import Array

MIN_SHARE = 0.02  # a piece with less of the length of its modes is left out


@dataclass(frozen=True, eq=False)
class Ways:
    """Segments ready to become links.

    Attributes
    ----------
    extract
        Points and segments; one-way segments point the way they are used.
    traits, trait
        What tags say (columns of links.csv, and `ferry` and `duration_h` of those that are part of a road), each
        combination once, and its row per segment.
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
        """Return a column of `traits` per segment; "" each where no tag says anything of it (of ferries alone)."""
        if name not in self.traits:
            return np.full(len(self.km), "", object)
        return np.asarray(self.traits[name].to_numpy()[self.trait])

    @property
    def ferry(self) -> Array:
        """Which segments are ferries that are part of a road."""
        if "ferry" not in self.traits:
            return np.zeros(len(self.km), bool)
        return np.asarray((self.traits["ferry"].to_numpy(float) > 0)[self.trait])

    def take(self, mask: Array) -> Ways:
        """Return some segments only."""
        return replace(
            self, extract=self.extract.take(mask), trait=self.trait[mask], country=self.country[mask], km=self.km[mask]
        )

    def cut(self, cuts: pd.DataFrame, same: Array | None = None) -> Ways:
        """Return the ways cut at points, and with points that stand for others; what then has no length goes.

        Parameters
        ----------
        cuts
            Segment (row) and point (row), in order along each segment.
        same
            The point that stands for each; default: itself.
        """
        extract, inner = self.extract, cuts["segment"].to_numpy(np.int64)
        row = np.append(np.arange(len(self.km)), inner)  # a piece begins at each tail and at each cut
        order = np.argsort(row, kind="stable")
        row, tail = row[order], np.append(extract.tail, cuts["point"].to_numpy(np.int64))[order]
        head, last = np.append(tail[1:], 0), np.append(row[1:] != row[:-1], np.ones(min(len(row), 1), bool))
        head[last] = extract.head[row[last]]
        if same is not None:
            tail, head = same[tail], same[head]
            extract = replace(extract, names={int(same[point]): name for point, name in extract.names.items()})
        use = tail != head
        row, tail, head = row[use], tail[use], head[use]
        pieces = replace(extract.take(row), tail=tail, head=head)
        km = np.maximum(geodesic_km(pieces, tail, head), 1e-6)
        return replace(self, extract=pieces, trait=self.trait[row], country=self.country[row], km=km)

    def with_points(self, lon: Array, lat: Array, country: Array) -> Ways:
        """Return the ways with more points, of ids below those there are; they follow the others."""
        extract = self.extract
        node = min(extract.node.min(initial=0), 0) - 1 - np.arange(len(lon))
        at = np.append(extract.lon, lon), np.append(extract.lat, lat)
        whole = replace(extract, node=np.append(extract.node, node), lon=at[0], lat=at[1])
        return replace(self, extract=whole, of_point=np.append(self.of_point, country))


def parse(
    extract: Extract,
    places: pd.DataFrame,
    tell: Callable[[str], None],
    country: str = "",
    *,
    allow_restricted: bool = False,
    countries: pd.DataFrame | None = None,
) -> Ways:
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
    allow_restricted
        Take what is forbidden or out of use too, marked as doubtful.
    countries
        Known countries, by whose names those of the data are known.

    Raises
    ------
    InputError
        When nothing is there, or no country is known.
    """
    _tell_of(extract, tell)
    if not allow_restricted:
        extract = _open_ways(extract, tell)
    way = ~extract.where(is_border)
    if not way.any():
        raise InputError(f"{extract.origin}: no road, railway or ferry of the kinds asked for")
    extract = once(extract, tell)
    if country:
        extract = replace(extract.take(~extract.where(is_border)), atlas=Atlas.of_one(country))
        of_segment, of_point = (np.full(n, country, dtype=object) for n in (len(extract.tail), len(extract.node)))
    else:
        extract, of_segment, of_point = cut_at_borders(extract, places, tell, countries)
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
    if not kept.any():
        raise InputError(f"{extract.origin}: no piece of it holds {MIN_SHARE:.0%} of its length; nothing to write")
    return tied(ways.take(kept))


def _tell_of(extract: Extract, tell: Callable[[str], None]) -> None:
    """Tell what was wrong in a file, and what in it is read by nobody here."""
    if extract.missing:
        tell(f"segments left out because their points are not in the data: {extract.missing:,}")
    for what, count in extract.odd.items():
        tell(f"{what}: {count:,}")
    if extract.turns > 0:
        tell(f"turn restrictions between these ways, which are not kept to: {extract.turns:,}")
    elif extract.turns < 0:
        tell("turn restrictions are not asked for, and not kept to")


def _open_ways(extract: Extract, tell: Callable[[str], None]) -> Extract:
    """Return the extract without what is forbidden or out of use, and tell how many ways that were."""
    why = np.array([forbidden(tags) for tags in extract.kinds], dtype=object)
    barred = (why != "")[extract.kind] if len(why) else np.zeros(0, bool)
    if barred.any():
        counts = _per_way(extract, barred, [[word] for word in why])
        tell(f"forbidden or out of use, left out (ways): {counts}; --allow-restricted takes them as doubtful")
    return extract.take(~barred)


def _per_way(extract: Extract, mask: Array, words: list[list[str]]) -> str:
    """Return how many ways some words of their kinds concern, the most frequent first."""
    ways = pd.DataFrame({"kind": extract.kind[mask], "way": extract.way[mask]}).drop_duplicates()
    ways["word"] = ways["kind"].map(lambda kind: words[kind])
    counts = ways.explode("word").drop_duplicates(["way", "word"])["word"].value_counts()
    return some([f"{word} ({count:,})" for word, count in counts.items()])


def _traits(extract: Extract, tell: Callable[[str], None]) -> tuple[pd.DataFrame, Array]:
    """Return the distinct rows that the tags give, and the row of each segment."""
    rows: dict[tuple[tuple[str, Any], ...], int] = {}
    row_of, odd, unread, silent = [], [], [], []
    for tags in extract.kinds:
        row, left_empty = columns(tags)
        row_of.append(rows.setdefault(tuple(sorted(row.items())), len(rows)))
        odd.append(left_empty)
        unread.append(not_read(tags))
        silent.append(mode_of(tags) == "sea")
    masks = [np.array([bool(found) for found in words])[extract.kind] for words in (odd, unread)]
    if masks[0].any():
        tell(f"not understood, left empty (ways): {_per_way(extract, masks[0], odd)}")
    if masks[1].any():
        number = len(np.unique(extract.way[masks[1]]))
        carry = "ways carry" if number > 1 else "way carries"
        tell(f"{number:,} {carry} tags that are not read: {_per_way(extract, masks[1], unread)}")
    afloat = len(np.unique(extract.way[np.array(silent)[extract.kind]]))
    if afloat:
        tell(f"ferries that do not say whether they take vehicles, so that no road leads on to them: {afloat:,}")
    return pd.DataFrame([dict(row) for row in rows]), np.array(row_of)[extract.kind]
