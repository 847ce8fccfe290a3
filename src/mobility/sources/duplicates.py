"""What is drawn twice, once: segments of one mode between the same two positions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mobility.sources.tags import direction, is_border, is_ferry, mode_of, stricter

if TYPE_CHECKING:
    from collections.abc import Callable

    from mobility.sources.extract import Extract

_DECIMALS = 7  # of OpenStreetMap's degrees


def once(extract: Extract, tell: Callable[[str], None]) -> Extract:
    """Return the extract with each segment once, of the way that comes first; the strictest limits of all stand.

    Overlapping extracts, and ways drawn again over old ones, are no second way: what fails there, fails as one.
    Two one-way drawings against each other are one way for both directions. Points at one position become one where
    a segment is drawn twice between them.
    """
    modes = np.array([_what(tags) for tags in extract.kinds], dtype=object)
    mode = pd.factorize(modes)[0][extract.kind]
    places = np.round(np.column_stack([extract.lon, extract.lat]), _DECIMALS)
    spot = pd.DataFrame(places).groupby([0, 1], sort=False, dropna=False).ngroup().to_numpy()
    a, b = spot[extract.tail], spot[extract.head]
    group = pd.DataFrame({"mode": mode, "a": np.minimum(a, b), "b": np.maximum(a, b)}).groupby(["mode", "a", "b"])
    number, count = group.ngroup().to_numpy(), group["a"].transform("size").to_numpy()
    twice = np.flatnonzero(count > 1)
    if not len(twice):
        return extract
    keep, kind, kinds = np.ones(len(mode), bool), extract.kind.copy(), list(extract.kinds)
    known = {tuple(sorted(tags.items())): row for row, tags in enumerate(kinds)}
    same = np.arange(len(extract.node))  # the point that stands for each
    for rows in pd.Series(twice).groupby(number[twice]).agg(list):
        first, *others = sorted(rows, key=lambda row: (extract.way[row], row))
        keep[others] = False
        tags = kinds[kind[first]]
        for other in others:
            tags = _both(tags, kinds[kind[other]], turned=bool(a[first] != a[other]))
            ends = (extract.tail, extract.head) if a[first] == a[other] else (extract.head, extract.tail)
            for mine, theirs in zip((extract.tail, extract.head), ends, strict=True):
                same[theirs[other]] = same[mine[first]]
        key = tuple(sorted(tags.items()))
        if key not in known:
            known[key] = len(kinds)
            kinds.append(tags)
        kind[first] = known[key]
    ways = len(np.unique(extract.way[~keep]))
    tell(f"ways that are drawn over others, in part or whole, and count as one with them: {ways:,}")
    return replace(extract, tail=same[extract.tail], head=same[extract.head], kind=kind, kinds=kinds).take(keep)


def _what(tags: dict[str, str]) -> str:
    """Return what may count as one: a mode, a ferry or a border."""
    return "ferry" if is_ferry(tags) else "border" if is_border(tags) else mode_of(tags)


def _both(tags: dict[str, str], others: dict[str, str], *, turned: bool) -> dict[str, str]:
    """Return the tags of a segment that is drawn twice; `turned`: the second time from its other end."""
    ways = direction(tags), direction(others) * (-1 if turned else 1)
    found = stricter(tags, {key: value for key, value in others.items() if key not in {"oneway", "junction"}})
    if ways[0] and ways[0] != ways[1]:
        return {key: value for key, value in found.items() if not key.startswith("oneway")} | {"oneway": "no"}
    return found
