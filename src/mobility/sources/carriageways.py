"""Tracks and carriageways that run beside each other, tied where either has a place, so that they share their ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from mobility.model.sphere import EARTH_KM, mercator

if TYPE_CHECKING:
    from mobility.sources.ways import Ways
    from mobility.vocabulary import Array

_APART_KM = 0.06  # farthest between two tracks, or the carriageways of a road
_MEET_KM = 0.03  # places of the two that are no farther apart along the way are one
_DETOUR_KM = 0.01  # by which a line may grow when it is led through a place beside it
_TURN = np.radians(20)  # beside each other they point the same way, or the opposite
_ROUNDS = 4  # as many tracks again beside the first are tied to it


def tied(ways: Ways) -> Ways:
    """Return the ways with parallel tracks and carriageways tied to each other.

    A place of one track is put into the next track of the same line too, a place of one carriageway into the one that
    is used against it and has the same name or number: where one could change, one can change on both. What lies
    between two such places has the same ends then, and becomes one link (`parallel.joined`).
    """
    for _ in range(_ROUNDS):
        point, segment = _beside(ways)
        if not len(point):
            break
        ways = _put(ways, point, segment)
    return ways


def _lines(ways: Ways) -> Array:
    """Return a number per segment for the line or road that it is part of; -1 for what has no second one."""
    words: list[str | None] = []
    for row in ways.traits.astype(object).to_dict("records"):
        cells = {key: value if isinstance(value, str) else "" for key, value in row.items()}
        ref, name, usage = (cells.get(key, "") for key in ("ref", "name", "usage"))
        if row["mode"] == "rail" and usage != "crossover":
            words.append(f"rail {ref}")
        elif row["mode"] == "road" and row["oneway"] and (ref or name) and row.get("ferry") is not True:
            words.append(f"road {cells.get('road_class')} {ref or name}")
        else:
            words.append(None)
    line = pd.factorize(np.array(words, dtype=object))[0][ways.trait]  # None: -1
    return np.asarray(np.where(ways.extract.where(lambda tags: "junction" in tags), -1, line))  # roundabouts


def _run_ends(ways: Ways) -> Array:
    """Return which points are places: where not exactly two segments of one kind and country meet."""
    extract, n = ways.extract, len(ways.extract.node)
    key = ways.trait * 1000 + pd.factorize(ways.country)[0]
    ends = np.concatenate([extract.tail, extract.head])
    degree = np.bincount(ends, minlength=n)
    low, high = np.full(n, np.iinfo(np.int64).max), np.full(n, -1)
    np.minimum.at(low, ends, np.tile(key, 2))
    np.maximum.at(high, ends, np.tile(key, 2))
    return np.asarray((degree > 0) & ((degree != 2) | (low != high)))  # noqa: PLR2004 - one comes, one goes


def _plane(ways: Ways) -> tuple[Array, Array]:
    """Return positions in a plane that keeps angles, and kilometres per unit there."""
    lon, lat = ways.extract.lon, ways.extract.lat
    return mercator(lon, lat), EARTH_KM * np.cos(np.radians(np.clip(lat, -85, 85)))


def _beside(ways: Ways) -> tuple[Array, Array]:
    """Return places and the segments, not theirs, that they are to be put into."""
    line, extract, none = _lines(ways), ways.extract, np.zeros(0, dtype=np.int64)
    rows = np.flatnonzero(line >= 0)
    at, scale = _plane(ways)
    ends = pd.DataFrame({"point": np.concatenate([extract.tail[rows], extract.head[rows]]), "own": np.tile(rows, 2)})
    ends = ends[_run_ends(ways)[ends["point"]]]
    points = ends["point"].unique()
    if not len(points):
        return none, none
    tree = shapely.STRtree(shapely.linestrings(np.stack([at[extract.tail[rows]], at[extract.head[rows]]], axis=1)))
    dots = shapely.points(at[points])
    found, near = tree.query(dots, predicate="dwithin", distance=_APART_KM / scale[points])
    apart = shapely.distance(dots[found], tree.geometries[near])
    pairs = pd.DataFrame({"point": points[found], "other": rows[near], "apart": apart})
    mine = (extract.tail[pairs["other"]] == pairs["point"]) | (extract.head[pairs["other"]] == pairs["point"])
    pairs = pairs[~mine].merge(ends, on="point")
    own, other = pairs["own"].to_numpy(), pairs["other"].to_numpy()
    course = np.arctan2(*(at[extract.head] - at[extract.tail]).T[::-1])
    turn = np.abs((course[own] - course[other] + np.pi) % (2 * np.pi) - np.pi)
    rail = ways.column("mode")[own] == "rail"
    same_way = np.where(rail, np.minimum(turn, np.pi - turn), np.pi - turn) <= _TURN
    pairs = pairs[same_way & (line[own] == line[other]) & (ways.country[own] == ways.country[other])]
    pairs = pairs.sort_values(["point", "apart", "other"]).drop_duplicates("point")
    return pairs["point"].to_numpy(np.int64), pairs["other"].to_numpy(np.int64)


def _put(ways: Ways, point: Array, segment: Array) -> Ways:
    """Put places into segments; near the end of a segment they become one with it."""
    extract = ways.extract
    at, scale = _plane(ways)
    a, b = at[extract.tail[segment]], at[extract.head[segment]]
    along = b - a
    share = np.clip(((at[point] - a) * along).sum(axis=1) / np.maximum((along**2).sum(axis=1), 1e-30), 0, 1)
    km = ways.km[segment]
    first = share <= 0.5  # noqa: PLR2004 - the nearer end
    end = np.where(first, extract.tail[segment], extract.head[segment])
    off = np.where(first, share, 1 - share) * km
    meets = off <= np.where(_run_ends(ways)[end], _MEET_KM, 1e-3)
    same = np.arange(len(extract.node))
    met: set[int] = set()  # each with one other, or a row of them would draw together
    for one, other in sorted(zip(point[meets].tolist(), end[meets].tolist(), strict=True)):
        if not met & {one, other}:
            met |= {one, other}
            same[max(one, other)] = min(one, other)
    via = np.hypot(*(at[point] - a).T) + np.hypot(*(b - at[point]).T) - np.hypot(*along.T)
    leads = ~meets & (via * scale[point] <= _DETOUR_KM)
    cuts = pd.DataFrame({"segment": segment, "share": share, "point": point})[leads].sort_values(["segment", "share"])
    return ways.cut(cuts, same)
