"""In which country each segment lies: OpenStreetMap's national borders, named by places that are known."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from mobility.errors import InputError
from mobility.model.checks import BORDER_KINDS
from mobility.model.names import some
from mobility.model.tags import mode_of
from mobility.sources.extract import is_border

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from mobility.sources.extract import Array, Extract

_FAR_DEGREES = 1.0  # a part without a known place takes the country of the nearest one up to here


def cut_at_borders(extract: Extract, places: pd.DataFrame, tell: Callable[[str], None]) -> tuple[Extract, Array, Array]:
    """Return the extract cut where a road or railway changes country, and the country of segments and points.

    The national borders of the extract divide its box into parts. The known places within a part name its country.

    Parameters
    ----------
    extract
        With the segments of national borders; they are left out of what is returned.
    places
        Places of a network (columns of places.csv).
    tell
        Called with what a user should know.

    Returns
    -------
    extract, of_segment, of_point
        The points where segments were cut have negative ids. Codes are text; a point on a border has "".

    Raises
    ------
    InputError
        When no known place is near.
    """
    border = extract.where(is_border)
    if not border.any():
        tell("no national border in the data: all of it is taken to lie in one country")
    lines = shapely.multilinestrings(_lines(extract, border)) if border.any() else shapely.MultiLineString()
    ways = extract.take(~border)
    used = np.unique(np.concatenate([ways.tail, ways.head]))
    box = shapely.box(*_bounds(ways, used)).buffer(0.01)
    parts = shapely.get_parts(shapely.polygonize([shapely.union_all([box.boundary, lines])]))
    part_of = np.full(len(ways.node), -1)
    shapely.prepare(parts)
    for number, part in enumerate(parts):
        part_of[used[shapely.contains_xy(part, ways.lon[used], ways.lat[used])]] = number
    codes = _codes(parts, np.unique(part_of[part_of >= 0]), places, tell)
    of_point = np.append(codes, "")[part_of]
    a, b = of_point[ways.tail], of_point[ways.head]
    of_segment = np.where(a == "", b, a)
    along = np.flatnonzero(of_segment == "")  # on the border with both ends: any side is as good
    if len(along):
        middle = shapely.centroid(_lines(ways, along))
        of_segment[along] = codes[shapely.STRtree(parts).nearest(middle)]
    land = ways.where(lambda tags: mode_of(tags) != "sea")
    return _cut(ways, np.flatnonzero((a != b) & (a != "") & (b != "") & land), lines, of_segment, of_point)


def _lines(extract: Extract, which: Array) -> Array:
    ends = np.stack([extract.tail[which], extract.head[which]], axis=1)
    return np.asarray(shapely.linestrings(np.stack([extract.lon[ends], extract.lat[ends]], axis=2)))


def _bounds(extract: Extract, used: Array) -> tuple[float, ...]:
    lon, lat = extract.lon[used], extract.lat[used]
    return tuple(map(float, (lon.min(), lat.min(), lon.max(), lat.max())))


def _codes(parts: Array, asked: Array, places: pd.DataFrame, tell: Callable[[str], None]) -> Array:
    """Return the country of each part that holds a point of the network ("" for the others)."""
    known = places[~places["kind"].isin(BORDER_KINDS) & (places["country"].str.len() == 2)]  # noqa: PLR2004 - one code
    dots = shapely.points(known["lon"], known["lat"])
    country = known["country"].to_numpy(object)
    codes = np.full(len(parts), "", dtype=object)
    guessed = 0
    for number in asked.tolist():
        inside = np.flatnonzero(shapely.contains(parts[number], dots))
        if len(inside):
            (code, most), *others = Counter(country[inside]).most_common()
            if 4 * (len(inside) - most) >= len(inside):
                codes_met = ", ".join([code, *(other for other, _ in others)])
                raise InputError(
                    f"places of {codes_met} with no whole border between them in the data; "
                    "give --country XX, or data with national borders (admin_level 2)"
                )
            if others:
                odd = known["id"].to_numpy()[inside][country[inside] != code].tolist()
                tell(f"{code}: {most} known places say so, but not {some(odd)}; is there a gap in the border?")
        else:
            away = shapely.distance(parts[number], dots)
            nearest = int(np.argmin(away)) if len(away) else -1
            if nearest < 0 or away[nearest] > _FAR_DEGREES:
                here = parts[number].representative_point()
                raise InputError(
                    f"no known place says which country {here.y:.2f},{here.x:.2f} is in; give --country XX (its code)"
                )
            code, guessed = country[nearest], guessed + 1
        codes[number] = code
    if guessed:
        tell(f"parts between borders without a known place: {guessed}; they take the country of the nearest one")
    return codes


def _cut(
    ways: Extract, rows: Array, border: shapely.Geometry, of_segment: Array, of_point: Array
) -> tuple[Extract, Array, Array]:
    """Cut some segments where they meet the border; the second half goes to the country of its head."""
    if not len(rows):
        return ways, of_segment, of_point
    segments = _lines(ways, rows)
    met = shapely.intersection(segments, border)
    middle = shapely.line_interpolate_point(segments, 0.5, normalized=True)
    points = np.array([_first_point(m, s, c) for m, s, c in zip(met, segments, middle, strict=True)])
    new = len(ways.node) + np.arange(len(rows))
    head = ways.head.copy()
    head[rows] = new
    cut = replace(
        ways,
        node=np.append(ways.node, min(ways.node.min(), 0) - 1 - np.arange(len(rows))),
        lon=np.append(ways.lon, points[:, 0]),
        lat=np.append(ways.lat, points[:, 1]),
        tail=np.append(ways.tail, new),
        head=np.append(head, ways.head[rows]),
        way=np.append(ways.way, ways.way[rows]),
        kind=np.append(ways.kind, ways.kind[rows]),
    )
    return cut, np.append(of_segment, of_point[ways.head[rows]]), np.append(of_point, np.full(len(rows), ""))


def _first_point(met: Any, segment: Any, middle: Any) -> tuple[float, float]:  # noqa: ANN401 - shapely has no types
    """Return where a segment first meets the border (its middle when rounding hides the place)."""
    corners = shapely.get_coordinates(met)
    if not len(corners):
        return middle.x, middle.y
    nearest = np.argmin(shapely.distance(shapely.points(corners), shapely.get_point(segment, 0)))
    return float(corners[nearest][0]), float(corners[nearest][1])
