"""What is drawn beside what is written: points and lines held against lat, lon and length_km."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from mobility.model.ends import Ends
from mobility.model.names import some
from mobility.model.sphere import great_circle_km, reprojected

if TYPE_CHECKING:
    from mobility.model.tables import Table

    Array = np.ndarray[Any, Any]

# A point farther from its lat and lon was moved; nearer is rounding and change of coordinates.
POINT_KM = 0.01
NEAR_KM = 0.5  # how far a line may end from its place
# A line so much longer than its length was drawn anew: a drawing has fewer bends than the road, seldom more.
LONGER, LONGER_KM = 1.5, 1.0
# So much shorter: the lines of winding roads are drawn with few points.
SHORTER, SHORTER_KM = 0.5, 5.0
_GLOBE = (360.0, 90.0)
BY_DRAWING = "estimate: length of the line as drawn"


def degrees(shapes: Any, crs: Any) -> tuple[Array, str]:  # noqa: ANN401 - an array of shapely's, what pyproj takes
    """Return shapes in degrees, without heights, and the words of the system they were in ("" when it was degrees).

    Raises ValueError when the system is none of the earth, or when what it says is degrees is not.
    """
    import geopandas as gpd
    import pyproj

    flat = np.array(shapes, dtype=object)
    high = shapely.get_coordinate_dimension(flat) > 2  # noqa: PLR2004 - heights, measures
    flat[high] = shapely.force_2d(flat[high])
    try:
        stated = pyproj.CRS.from_user_input(crs)
        if stated.equals("EPSG:4326", ignore_axis_order=True) or stated.equals("OGC:CRS84", ignore_axis_order=True):
            at = shapely.get_coordinates(flat)
            off = at[(np.abs(at) > _GLOBE).any(axis=1)]
            if 2 * len(off) > len(at):
                raise ValueError(f"its coordinates are no degrees ({off[0][0]:g}, {off[0][1]:g})")
            return flat, ""
        name = stated.to_string() if len(stated.to_string()) < 20 else stated.name  # noqa: PLR2004 - a code, not a WKT
        return reprojected(gpd.GeoSeries(flat, crs=stated), "EPSG:4326").to_numpy(), name
    except pyproj.exceptions.ProjError as error:
        why = str(error).splitlines()[0]
        raise ValueError(f"its coordinate system is none of the earth ({why})") from None


def put(table: Table, shapes: Any, crs: Any) -> None:  # noqa: ANN401 - an array of shapely's, what pyproj takes
    """Put shapes beside their rows, in degrees; note a system of coordinates that is no degrees, or none."""
    try:
        flat, other = degrees(shapes, crs)
    except ValueError as error:
        table.fault(-1, f"{error}; save the layer in EPSG:4326")
        return
    if other:
        table.fault(-1, f"is drawn in {other}; read in degrees", "notice")
    table.columns["geometry"] = flat


def place(places: Table, trust: str | None) -> dict[str, tuple[float, float]]:
    """Hold drawn points against lat and lon; return where the places were that it moved.

    Where lat or lon is empty the drawn point fills it. `trust` None is "columns", and commands tell what is not used.
    """
    points = places.columns.pop("geometry", None)
    if points is not None and not {"lat", "lon"} & set(places.columns):
        places.columns |= {name: [""] * len(places) for name in ("lat", "lon")}
    if points is None or not {"lat", "lon", "id"} <= set(places.columns):
        return {}
    shapes = np.array(points, dtype=object)
    there = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    is_point = there & (shapely.get_type_id(shapes) == shapely.GeometryType.POINT)
    x, y = (np.where(is_point, get(_only(shapes, is_point)), np.nan) for get in (shapely.get_x, shapely.get_y))
    moved: dict[str, tuple[float, float]] = {}
    filled = []
    for row in np.flatnonzero(there & ~is_point).tolist():
        places.fault(row, f"is drawn as a {shapes[row].geom_type}, not as a point; lat and lon count", "notice")
    lon, lat = (places.numbers(name).copy() for name in ("lon", "lat"))  # as they were before a point counts
    with np.errstate(invalid="ignore"):
        km = great_circle_km(x, y, lon, lat)
    blank, off = places.blank("lat") | places.blank("lon"), km > POINT_KM
    for row in np.flatnonzero(np.isfinite(x) & np.isfinite(y) & (blank | off)).tolist():
        key = places.cell(row, "id")
        if not blank[row] and trust != "geometry":
            _not_used(places, row, f"{key} is drawn {km[row]:.2f} km from its lat and lon", trust)
        else:
            places.put(row, "lat", float(y[row]))
            places.put(row, "lon", float(x[row]))
            if blank[row]:
                filled.append(key)
            else:
                moved[key] = float(lon[row]), float(lat[row])
                message = f"{key} is taken where it is drawn: {km[row]:.2f} km from its lat and lon"
                places.fault(row, message, "notice")
    if filled:
        places.fault(-1, f"lat or lon is empty; taken where they are drawn: {some(filled)}", "notice")
    return moved


def line(links: Table, places: Table, trust: str | None, moved: dict[str, tuple[float, float]]) -> None:
    """Join the parts of drawn lines, let them run from `from` to `to`, and hold their lengths against length_km.

    Lines follow the places that `moved` from under their ends, and so do the lengths.
    """
    if "geometry" not in links.columns or not {"length_km", "from", "to", "id"} <= set(links.columns):
        return
    lines = _directed(_joined(np.array(links.columns["geometry"], dtype=object)), links, places)
    _follow(lines, links, places, moved)
    links.columns["geometry"] = lines
    km = drawn_km(lines)
    stated = links.numbers("length_km")
    sized = np.isfinite(km) & np.isfinite(stated)
    bent = shapely.get_num_coordinates(lines) > 2  # noqa: PLR2004 - a straight line says nothing of the way
    gap = km - stated
    with np.errstate(invalid="ignore"):
        far = (km > LONGER * stated) & (gap > LONGER_KM) | bent & (km < SHORTER * stated) & (-gap > SHORTER_KM)
    differs = sized & far
    if trust == "geometry":
        meets = np.isin(links.words("from"), [*moved]) | np.isin(links.words("to"), [*moved])
        differs |= np.isfinite(km) & (links.blank("length_km") | meets)
    for row in np.flatnonzero(differs).tolist():
        key, cell = links.cell(row, "id"), links.cell(row, "length_km")
        if trust != "geometry":
            _not_used(links, row, f"{key} is {km[row]:.1f} km as drawn, but length_km is {cell}", trust)
        else:
            links.put(row, "length_km", round(float(km[row]), 3))
            links.put(row, "length_source", BY_DRAWING)
            links.fault(
                row, f"{key} is taken as long as it is drawn: {km[row]:.1f} km, not {cell or 'empty'}", "notice"
            )


def _not_used(table: Table, row: int, says: str, trust: str | None) -> None:
    """Note a drawing that the columns overrule; when nobody said which counts, every command tells it."""
    hint = "" if trust else ", or take the drawing with --trust geometry"
    table.fault(row, f"{says}; the columns count: correct them{hint}", "notice", told=trust is None)


def drawn_km(lines: Array) -> Array:
    """Return the length of each line on the sphere; of what is no line it is NaN."""
    is_line = shapely.get_type_id(lines) == shapely.GeometryType.LINESTRING
    at, which = shapely.get_coordinates(_only(lines, is_line), return_index=True)
    same = which[1:] == which[:-1]
    with np.errstate(invalid="ignore"):
        steps = great_circle_km(at[:-1, 0], at[:-1, 1], at[1:, 0], at[1:, 1])[same]
    km = np.bincount(which[1:][same], weights=steps, minlength=len(lines))
    return np.where(is_line & ~shapely.is_empty(lines), km, np.nan)


def _only(shapes: Array, kept: Array) -> Array:
    """Return some shapes; the others are None."""
    left = shapes.copy()
    left[~kept] = None
    return left


def tips(lines: Array) -> Array:
    """Return where lines begin and end (2 x lon, lat x n); of what is no line it is NaN."""
    is_line = (shapely.get_type_id(lines) == shapely.GeometryType.LINESTRING) & ~shapely.is_empty(lines)
    at = shapely.get_coordinates(lines[is_line])
    last = np.cumsum(shapely.get_num_coordinates(lines[is_line])) - 1
    found = np.full((2, 2, len(lines)), np.nan)
    found[0][:, is_line], found[1][:, is_line] = at[np.r_[0, last[:-1] + 1][: len(last)]].T, at[last].T
    return found


def _joined(lines: Array) -> Array:
    """Return lines of several parts as one line each, where the parts meet end to end."""
    many = shapely.get_type_id(lines) == shapely.GeometryType.MULTILINESTRING
    joined = lines.copy()
    joined[many] = shapely.line_merge(lines[many])
    one = many & (shapely.get_num_geometries(joined) == 1)
    joined[one] = shapely.get_geometry(joined[one], 0)
    return joined


def _follow(lines: Array, links: Table, places: Table, moved: dict[str, tuple[float, float]]) -> None:
    """Put the ends of lines that met a place, before it was moved, where it is now."""
    if not moved:
        return
    now = dict(zip(places.words("id"), zip(places.numbers("lon"), places.numbers("lat"), strict=True), strict=True))
    for end, at in (("from", 0), ("to", -1)):
        for row, key in enumerate(links.words(end)):
            if key in moved and shapely.get_type_id(lines[row]) == shapely.GeometryType.LINESTRING:
                points = shapely.get_coordinates(lines[row])
                if len(points) and great_circle_km(points[at, 0], points[at, 1], *moved[key]) <= NEAR_KM:
                    points[at] = now[key]
                    lines[row] = shapely.LineString(points)


def _directed(lines: Array, links: Table, places: Table) -> Array:
    """Turn round lines that were drawn from `to` to `from`: a drawing has no direction of its own."""
    lon, lat = (np.r_[places.numbers(name), np.nan] for name in ("lon", "lat"))  # the last, at -1, is nowhere
    ends = np.array([(lon[at], lat[at]) for at in Ends(links, places).at()])
    tip = tips(lines)
    apart = np.flatnonzero((tip != ends).any(axis=(0, 1)))  # others end where they are to
    tip, ends = tip[:, :, apart], ends[:, :, apart]

    def off(first: Array, last: Array) -> Array:
        km: Array = great_circle_km(*first, *ends[0]) + great_circle_km(*last, *ends[1])
        return km

    with np.errstate(invalid="ignore"):
        back = apart[off(tip[1], tip[0]) < off(tip[0], tip[1])]
    turned = lines.copy()
    turned[back] = shapely.reverse(lines[back])
    return turned
