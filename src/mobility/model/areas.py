"""Areas in files: what they close of a network, in degrees, and in words what of them closes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from mobility.errors import InputError
from mobility.model import doors
from mobility.model.names import some
from mobility.model.sphere import reprojected

if TYPE_CHECKING:
    import geopandas as gpd

    from mobility.model import shapes
    from mobility.model.network import Network

WIDTH_M = 100.0  # how near to a line or point of a file a link is closed, where nothing is asked
_WIDEST_M = 100_000
CRS = "EPSG:4326"
_TILE = 5  # degrees: distances are true to scale around the middle of each tile
_STEP = 0.05  # degrees: bends follow the lines as drawn
_CLOSE = 20  # links of which the nearest is found exactly
_FLAT = ("Polygon", "MultiPolygon")


@dataclass(frozen=True, eq=False)
class Area:
    """The shapes of a file in degrees, indexed by what each is called, and in words what could not be used of it."""

    text: str
    shapes: gpd.GeoSeries
    left_out: list[str]


@dataclass(frozen=True)
class Met:
    """Ids of what an area meets; what of it meets nothing; and where it lies when no link is met at all."""

    links: tuple[str, ...]
    places: tuple[str, ...]
    left_out: tuple[str, ...]
    astray: str
    beside: bool  # whether it has lines or points, beside which links are met


def check_width(width_m: float) -> None:
    """Raise InputError when a width in metres is none."""
    if not 0 < width_m <= _WIDEST_M:
        raise InputError(f"width {width_m:g}: give metres, more than 0 and not more than {_WIDEST_M:,}")


def read(text: str) -> Area:
    """Return what a file draws.

    Raises
    ------
    InputError
        When there is no such file, it is of no kind known here, or nothing in it can be used.
    """
    import geopandas as gpd

    from mobility.model import shapes

    label = f"area:{text}"
    doors.check_path(text, label)
    path = Path(text)
    if not path.is_file():
        raise InputError(f"{label}: there is no such file")
    try:
        layers = shapes.read(path)
    except InputError as error:
        raise InputError(f"{label}: {error}") from None
    found, left_out = [], []
    with doors.quiet():
        for layer in layers:
            used, faults = _usable(layer, several=len(layers) > 1)
            found += used
            left_out += faults
    if not found:
        raise InputError(f"{label}: nothing in it can be used: {some(left_out, 3) or 'it holds no shapes'}")
    called, drawn = zip(*found, strict=True)
    return Area(text, gpd.GeoSeries(drawn, index=called, crs=CRS), left_out)


def _usable(layer: shapes.Layer, *, several: bool) -> tuple[list[tuple[str, Any]], list[str]]:
    """Return the features of a layer that can be used, each with what it is called, in degrees; and faults in words."""
    import geopandas as gpd

    whole, head = (f"layer {layer.name}", f"{layer.name}: ") if several else ("it", "")
    if layer.fault:
        return [], [f"{whole} {layer.fault}"]
    used, faults = [], []
    for number, shape in enumerate(layer.shapes):
        name = f"{head}{layer.called[number] or 'feature'} ({number + 1})"
        if why := layer.faults.get(number) or _fault(shape):
            faults.append(f"{name} {why}")
        else:
            used.append((name, shapely.force_2d(shape)))
    if not used:
        return [], faults
    names, drawn = zip(*used, strict=True)
    try:
        placed, stated = _placed(gpd.GeoSeries(drawn), layer.crs)
    except Exception:  # noqa: BLE001 - pyproj's errors of many kinds: a site grid, a CRS that is none
        return [], [*faults, f"{whole} has a CRS that cannot be turned into degrees; save it in EPSG:4326"]
    off, typed = [_off_globe(*row) for row in shapely.bounds(placed).tolist()], shapely.total_bounds(drawn).tolist()
    in_metres = stated is not None and stated.is_projected
    if all(off) or (in_metres and not _off_globe(*typed)):
        return [], [*faults, f"{whole} {_misplaced(typed, stated)}"]
    faults += [f"{name} lies off the globe" for name, outside in zip(names, off, strict=True) if outside]
    return [(name, shape) for name, shape, outside in zip(names, placed, off, strict=True) if not outside], faults


def _fault(shape: Any) -> str:  # noqa: ANN401 - shapely has no types
    """Return why a shape cannot be used, "" when it can."""
    if shape is None or shape.is_empty:
        return "has no shape"
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return "has coordinates that are no finite numbers"
    broken = [part for part in parts_of(shape) if part.geom_type in _FLAT and not part.is_valid]
    why = shapely.is_valid_reason(broken[0]) if broken else ""
    return f"is an invalid polygon ({why}); mend it, for instance with a buffer of 0" if broken else ""


def _placed(drawn: gpd.GeoSeries, crs: Any) -> tuple[Any, Any]:  # noqa: ANN401 - what pyproj takes
    """Return shapes in degrees as an array, and their CRS; raises when it is one that has no place on the globe."""
    import pyproj

    if crs is None:
        return drawn.to_numpy(), None
    stated = pyproj.CRS.from_user_input(crs)
    if not (stated.is_geographic or stated.is_projected):
        raise ValueError(crs)
    if stated.equals(CRS, ignore_axis_order=True):
        return drawn.to_numpy(), stated
    return reprojected(drawn.set_crs(stated), CRS).to_numpy(), stated


def _off_globe(west: float, south: float, east: float, north: float) -> bool:
    return not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90)  # noqa: PLR2004 - infinite is off it too


def _misplaced(typed: list[float], stated: Any) -> str:  # noqa: ANN401 - pyproj's
    """Return in words what is wrong with values of which none lies on the globe, or degrees in a CRS of metres."""
    west, south, east, north = typed
    most_x, most_y = max(-west, east), max(-south, north)
    most = max(most_x, most_y)
    seen = f"has values to {most:,.0f}" if 1000 <= most < 1e12 else f"has values to {most:g}"  # noqa: PLR2004 - to read
    if stated is not None and stated.is_projected:
        how = (
            "does not place on the globe"
            if _off_globe(west, south, east, north)
            else "takes for metres: are they degrees?"
        )
        return f"{seen}, which its CRS ({stated.name}) {how}"
    if most <= 360 and not _off_globe(south, west, north, east):  # noqa: PLR2004 - a full circle
        return f"has latitudes to {most_y:g}: are longitude and latitude swapped?"
    if most <= 360:  # noqa: PLR2004 - a full circle
        return f"{seen}, which are no longitude and latitude in degrees"
    why = "give the file a CRS" if stated is None else f"correct its CRS, which says degrees ({stated.name})"
    return f"{seen}: metres, not degrees; {why}"


def parts_of(shape: Any) -> list[Any]:  # noqa: ANN401 - shapely has no types
    """Return the parts of a shape, of collections in collections too."""
    parts, left = [], [shape]
    while left:
        here = left.pop()
        if here.geom_type == "GeometryCollection":
            left += list(here.geoms)
        elif not here.is_empty:
            parts.append(here)
    return parts


def polygons(area: Area) -> tuple[Any, list[str]]:
    """Return the polygons of an area as one shape, and in words all that is left out; raises when there is none."""
    flat = [part for shape in area.shapes for part in parts_of(shape) if part.geom_type in _FLAT]
    other = [
        f"{name} is no polygon ({shape.geom_type})"
        for name, shape in area.shapes.items()
        if any(part.geom_type not in _FLAT for part in parts_of(shape))
    ]
    if not flat:
        raise InputError(f"area:{area.text}: holds no polygon: {some(other, 3)}")
    return shapely.union_all(flat), area.left_out + other


def meet(net: Network, area: Area, width_m: float) -> Met:
    """Return what an area meets: links that touch its polygons or come within `width_m` of its lines and points."""
    split = [(n, part) for n, shape in enumerate(area.shapes) for part in parts_of(shape)]
    flat, thin = ([(n, p) for n, p in split if (p.geom_type in _FLAT) == is_flat] for is_flat in (True, False))
    hit: dict[str, set[int]] = {}
    by: set[int] = set()
    for table in ("links", "places"):
        frame = getattr(net, table)
        drawn = over_the_date_line(frame.geometry)
        parts, met = drawn.sindex.query(np.array([p for _, p in flat], dtype=object), predicate="intersects")
        hit[table] = set(met.tolist())
        near = _near([p for _, p in thin], drawn, width_m)
        hit[table] |= {row for _, row in near}
        if table == "links":
            by = {flat[n][0] for n in parts.tolist()} | {thin[n][0] for n, _ in near}
    links, places = (
        tuple(frame.index[sorted(hit[table])]) for table, frame in (("links", net.links), ("places", net.places))
    )
    left_out = area.left_out + [f"{name} meets no link" for n, name in enumerate(area.shapes.index) if n not in by]
    return Met(links, places, tuple(left_out), "" if links else _astray(net, area.shapes), bool(thin))


def over_the_date_line(drawn: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return lines so that one from 179 E to 179 W takes the short way; it stands at both edges of the map."""
    bounds = drawn.bounds
    long = np.flatnonzero(bounds["maxx"] - bounds["minx"] > 180)  # noqa: PLR2004 - half a circle
    if not len(long):
        return drawn
    east = shapely.transform(drawn.iloc[long].to_numpy(), lambda xy: np.where([[True, False]] & (xy < 0), xy + 360, xy))
    west = shapely.transform(east, lambda xy: xy - [360, 0])
    whole = drawn.copy()
    whole.iloc[long] = shapely.union(east, west)
    return whole


def _near(parts: list[Any], targets: gpd.GeoSeries, width_m: float) -> list[tuple[int, int]]:
    """Return the pairs of a line or point and a row of `targets` that come within some metres of each other."""
    from geopandas import GeoSeries

    pairs: list[tuple[int, int]] = []
    if not parts:
        return pairs
    bounds, others = shapely.bounds(parts), targets.bounds.to_numpy()
    tile = np.floor((bounds[:, :2] + bounds[:, 2:]) / 2 / _TILE)
    for at in np.unique(tile, axis=0):
        rows = np.flatnonzero((tile == at).all(axis=1))
        low, high = bounds[rows, :2].min(axis=0), bounds[rows, 2:].max(axis=0)
        lat = width_m / 110_000
        pad = np.array([lat / max(np.cos(np.radians(min(np.abs([low[1], high[1]]).max() + lat, 89.9))), 1e-3), lat])
        close = np.flatnonzero(((others[:, :2] <= high + pad) & (others[:, 2:] >= low - pad)).all(axis=1))
        if not len(close):
            continue
        middle = (low + high) / 2
        true_to_scale = f"+proj=aeqd +lat_0={middle[1]} +lon_0={middle[0]}"
        here, there = (
            reprojected(GeoSeries(shapely.segmentize(list(some_shapes), _STEP), crs=CRS), true_to_scale)
            for some_shapes in ([parts[row] for row in rows], targets.iloc[close])
        )
        one, two = there.sindex.query(here, predicate="dwithin", distance=width_m)
        pairs += zip(rows[one].tolist(), close[two].tolist(), strict=True)
    return pairs


def _astray(net: Network, drawn: gpd.GeoSeries) -> str:
    """Return in words where an area lies that meets no link."""
    west, south, east, north = drawn.total_bounds.tolist()
    lon, lat = (west + east) / 2, (south + north) / 2
    where = f"it lies at {_degrees(lat, 'NS')} {_degrees(lon, 'EW')} and meets no link of the network"
    swapped = shapely.transform(drawn.to_numpy(), lambda xy: xy[:, ::-1])
    if len(net.links.sindex.query(swapped, predicate="intersects")[0]) or (
        _within(net, (lat, lon)) and not _within(net, (lon, lat))
    ):
        return f"{where}, and would the other way round: are longitude and latitude swapped?"
    true_to_centre = f"+proj=aeqd +lat_0={lat} +lon_0={lon}"
    lines, here = over_the_date_line(net.links.geometry), reprojected(drawn, true_to_centre).union_all()
    far = reprojected(lines, true_to_centre).distance(here).replace([np.inf], np.nan).dropna()
    if far.empty:
        return where
    far = reprojected(lines[far.nsmallest(_CLOSE).index].segmentize(_STEP), true_to_centre).distance(here)
    nearest, km = far.idxmin(), far.min() / 1000
    return f"{where}; the nearest is {net.links.at[nearest, 'name']} ({nearest}) at {km:,.{0 if km >= 10 else 1}f} km"  # noqa: PLR2004 - km


def _within(net: Network, at: tuple[float, float]) -> bool:
    west, south, east, north = net.places.total_bounds
    return bool(west <= at[0] <= east and south <= at[1] <= north)


def _degrees(value: float, sides: str) -> str:
    return f"{abs(value):.2f} {sides[value < 0]}"
