"""In which country each segment lies: OpenStreetMap's national borders, named by known places and by the data."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from mobility.model.checks import BORDER_KINDS
from mobility.model.names import some
from mobility.sources.atlas import Atlas, Borders, Codes, ask, middle_of, unrolled, within
from mobility.sources.tags import is_border, mode_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from mobility.sources.extract import Extract
    from mobility.vocabulary import Array

_RIM = 0.01  # degrees around the ways that belong to the box in which to look
_MOST = 0.9  # of the points must be inside a box that is cut back to where borders end
_FAR_DEGREES = 1.0  # a part without a known place takes the country of the nearest one up to here


def cut_at_borders(
    extract: Extract, places: pd.DataFrame, tell: Callable[[str], None], countries: pd.DataFrame | None = None
) -> tuple[Extract, Array, Array]:
    """Return the extract cut where a road or railway changes country, and the country of segments and points.

    The national borders of the extract divide its box into parts. The known places within a part name its country,
    else what the data says: the closed area of a boundary relation, the sides that border ways state, which relations
    meet at them, capitals and labels of countries, and last any point that says its country.

    Parameters
    ----------
    extract
        With the segments of national borders; they are left out of what is returned.
    places
        Places of a network (columns of places.csv).
    tell
        Called with what a user should know.
    countries
        Countries of that network (columns of countries.csv), by whose names those of the data are known.

    Returns
    -------
    extract, of_segment, of_point
        The points where segments were cut have negative ids. Codes are text; a point on a border has "". The extract
        has an `atlas`.

    Raises
    ------
    InputError
        When nothing says which country a part with a road or railway is in.
    """
    where = extract.where(is_border)
    ways = extract.take(~where)
    used = np.unique(np.concatenate([ways.tail, ways.head]))
    middle = middle_of(extract.lon[used])
    lon = extract.lon
    ways, border = replace(ways, lon=unrolled(lon, middle)), replace(extract.take(where), lon=unrolled(lon, middle))
    border = border.take(np.abs(border.lon[border.tail] - border.lon[border.head]) < 180)  # noqa: PLR2004 - half a turn
    lines = shapely.multilinestrings(_lines(border, np.ones(len(border.way), bool)))
    box = _box(ways, used, border)
    parts = shapely.get_parts(shapely.polygonize([shapely.union_all([box.boundary, lines])]))
    part_of = np.full(len(ways.node), -1)
    part_of[used] = within(parts, ways.lon[used], ways.lat[used])
    outside = used[~shapely.intersects_xy(box, ways.lon[used], ways.lat[used])]
    part_of[outside] = shapely.STRtree(parts).nearest(shapely.points(ways.lon[outside], ways.lat[outside]))
    land = ways.where(lambda tags: mode_of(tags) != "sea")
    ashore = np.unique(part_of[np.concatenate([ways.tail[land], ways.head[land]])])
    names = Codes(countries, tell)
    known = places.assign(lon=unrolled(places["lon"].to_numpy(float), middle)) if places is not None else None
    asked = np.unique(part_of[part_of >= 0]), ashore[ashore >= 0]
    borders = Borders(border, parts, names, middle)
    codes = _codes(borders, *asked, known, tell)
    if not where.any():
        tell(f"no national border in the data: all of it is taken to lie in one country, {', '.join({*codes})}")
    of_point = np.append(codes, "")[part_of]
    beyond = used[(part_of[used] >= 0) & (of_point[used] == "")]
    if len(beyond):
        of_point[beyond] = _beyond(borders, codes, part_of[beyond], ways.lon[beyond], ways.lat[beyond])
        tell(f"points beyond the borders that are whole: {len(beyond):,}; they take the country across the nearest one")
    a, b = of_point[ways.tail], of_point[ways.head]
    of_segment = np.where(a == "", b, a)
    along = np.flatnonzero(of_segment == "")  # on the border with both ends: any side is as good
    if len(along):
        centre = shapely.centroid(_lines(ways, along))
        sure = np.flatnonzero(codes != "")
        of_segment[along] = codes[sure[shapely.STRtree(parts[sure]).nearest(centre)]]
    crossing = np.flatnonzero((a != b) & (a != "") & (b != "") & land)
    atlas = Atlas(names.names, parts, codes, middle)
    cut, of_segment, of_point = _cut(ways, crossing, lines, of_segment, of_point)
    cut = replace(cut, lon=np.append(lon, unrolled(cut.lon[len(lon) :], 0)), atlas=atlas)
    return cut, of_segment, of_point


def _lines(extract: Extract, which: Array) -> Array:
    ends = np.stack([extract.tail[which], extract.head[which]], axis=1)
    return np.asarray(shapely.linestrings(np.stack([extract.lon[ends], extract.lat[ends]], axis=2)))


def _box(ways: Extract, used: Array, border: Extract) -> Any:  # noqa: ANN401 - shapely has no types
    """Return the box in which to look at countries: that of the ways, less the rim in which borders end.

    An extract cuts roads and borders off, at its edge or at the end of a way. Where less than a tenth of the points
    lies farther out than the ends of borders, they are told by what is inside.
    """
    at = np.column_stack([ways.lon[used], ways.lat[used]])
    whole = np.concatenate([at.min(axis=0) - _RIM, at.max(axis=0) + _RIM])
    box = whole.copy()
    points, times = np.unique(np.append(border.tail, border.head), return_counts=True)
    for end in points[times == 1].tolist():
        row = int(np.flatnonzero((border.tail == end) | (border.head == end))[0])
        other = border.head[row] if border.tail[row] == end else border.tail[row]
        here = np.array([border.lon[end], border.lat[end]])
        ahead = here - [border.lon[other], border.lat[other]]
        if ((here <= box[:2]) | (here >= box[2:])).any():
            continue
        tries = []
        for axis in np.flatnonzero(ahead):
            smaller = box.copy()
            smaller[axis + 2 * (ahead[axis] > 0)] = here[axis]
            tries.append(smaller)
        box = max(tries, key=lambda b: _inside_share(at, b), default=box)
    return shapely.box(*(box if _inside_share(at, box) >= _MOST else whole))


def _inside_share(at: Array, box: Array) -> float:
    return float(((at >= box[:2]) & (at <= box[2:])).all(axis=1).mean())


def _codes(borders: Borders, used: Array, ashore: Array, known: pd.DataFrame, tell: Callable[[str], None]) -> Array:
    """Return the country of each part: those `ashore` are asked about, the others take that of the nearest."""
    found = _by_places(borders, used, known, tell)
    drawn = {part: code for part in range(len(borders.parts)) if (code := borders.drawn(part))}
    for part, votes in borders.beside().items():
        if part not in drawn and part in ashore:
            borders.settle(part, votes, "sides of the border said to be", drawn)
    odd = sorted({(found[p], drawn[p]) for p in {*found} & {*drawn} if drawn[p] != found[p]})
    if odd:
        words = some([f"{place} where the data says {own}" for place, own in odd])
        tell(f"countries by known places, not by the boundaries in the data: {words}")
    found = drawn | found
    _by_data(borders, ashore, found)
    beyond = {part for part in ashore.tolist() if part not in found and borders.across(part, found)}
    _by_nearest(borders, [part for part in ashore.tolist() if part not in {*found, *beyond}], known, found, tell)
    _tell_of_gaps(borders, ashore, found, tell)
    codes = np.array([found.get(part, "") for part in range(len(borders.parts))], dtype=object)
    if len(codes) and not found:
        raise ask(borders, *_inside(borders, 0))
    sure = np.flatnonzero(codes != "")
    for part in np.flatnonzero(codes == "").tolist():
        if part not in beyond:  # of ships only
            codes[part] = codes[sure[np.argmin(shapely.distance(borders.parts[sure], borders.parts[part]))]]
    return codes


def _beyond(borders: Borders, codes: Array, part_of: Array, lon: Array, lat: Array) -> Array:
    """Return the country of points in parts of several countries: the one across the nearest border that is known."""
    found, known = np.full(len(lon), "", dtype=object), {part: code for part, code in enumerate(codes) if code}
    for part in np.unique(part_of).tolist():
        rows, answers = zip(*borders.across(part, known), strict=True)
        mine = np.flatnonzero(part_of == part)
        points = shapely.points(lon[mine], lat[mine])
        lines = _lines(borders.border, np.array(rows))
        row, nearest = shapely.STRtree(lines).query_nearest(points, max_distance=_FAR_DEGREES, all_matches=False)
        found[mine[row]] = np.array(answers, object)[nearest]
        if len(row) < len(mine):
            far = mine[np.setdiff1d(np.arange(len(mine)), row)[0]]
            raise borders.shaky.get(part) or ask(borders, float(lat[far]), float(unrolled(lon[far], 0)))
    return found


def _by_places(borders: Borders, used: Array, known: pd.DataFrame, tell: Callable[[str], None]) -> dict[int, str]:
    """Return the country of the used parts that hold known places."""
    known = _of_one_country(known)
    part_of, country = within(borders.parts, known["lon"], known["lat"]), known["country"].to_numpy(object)
    found: dict[int, str] = {}
    for part in np.intersect1d(part_of, used).tolist():
        inside = part_of == part
        votes = Counter(country[inside].tolist())
        borders.settle(part, votes, "places of", found)
        if len(votes) > 1 and part in found:
            odd = known["id"].to_numpy()[inside & (country != found[part])].tolist()
            code = found[part]
            tell(f"{code}: {votes[code]} known places say so, but not {some(odd)}; is there a gap in the border?")
    return found


def _of_one_country(known: pd.DataFrame) -> pd.DataFrame:
    return known[~known["kind"].isin(BORDER_KINDS) & (known["country"].str.len() == 2)]  # noqa: PLR2004 - one code


def _by_data(borders: Borders, ashore: Array, found: dict[int, str]) -> None:
    """Add what borders, points and whoever can be asked say of parts, in this order."""
    borders.solve(found)
    for weak in (False, True):
        for part, votes in borders.points(weak=weak).items():
            if part not in {*found, *borders.shaky} and part in ashore:
                borders.settle(part, votes, "points said to be in", found)
        borders.solve(found)
    only = {land.code for land in borders.lands}
    if len(ashore) == len(only) == 1 and not {*found, *borders.shaky}:
        found[int(ashore[0])] = only.pop()
    for part in ashore.tolist():
        if part not in {*found, *borders.shaky} and (code := borders.asked(*_inside(borders, part))):
            found[part] = code
            borders.solve(found)


def _by_nearest(
    borders: Borders, asked: list[int], known: pd.DataFrame, found: dict[int, str], tell: Callable[[str], None]
) -> None:
    """Add the country of the nearest known place for parts of which nothing is known; raise where none is near."""
    known = _of_one_country(known)
    dots = shapely.points(known["lon"], known["lat"])
    for part in asked:
        if part in borders.shaky:
            raise borders.shaky[part]
        away = shapely.distance(borders.parts[part], dots)
        nearest = int(np.argmin(away)) if len(away) else -1
        if nearest < 0 or away[nearest] > _FAR_DEGREES:
            raise ask(borders, *_inside(borders, part))
        found[part] = str(known["country"].iloc[nearest])
    if asked:
        tell(f"parts between borders without a known place: {len(asked)}; they take the country of the nearest one")


def _inside(borders: Borders, part: int) -> tuple[float, float]:
    here = borders.parts[part].representative_point()
    return here.y, float(unrolled(here.x, 0))


def _tell_of_gaps(borders: Borders, ashore: Array, found: dict[int, str], tell: Callable[[str], None]) -> None:
    """Tell of borders that end within a part: what lies beyond their end counts to its country."""
    for left, right, both in borders.pairs():
        if left == right and left in ashore and left in found:
            pair = " and ".join(sorted(both))
            tell(f"the border of {pair} is not whole in the data; around its end all is taken as {found[left]}")


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
