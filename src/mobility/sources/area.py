"""The area of an import: a bounding box, or a belt along links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely

from mobility.errors import InputError
from mobility.model.closures import resolve
from mobility.model.network import CRS
from mobility.model.sphere import reprojected

if TYPE_CHECKING:
    from mobility.model.network import Network


def bounding_box(text: str) -> shapely.Polygon:
    """Return the polygon of `west,south,east,north` in degrees; raises InputError when the four are not that."""
    try:
        west, south, east, north = map(float, text.split(","))
    except ValueError:
        west = south = east = north = float("nan")
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):  # noqa: PLR2004 - the globe
        raise InputError(f"{text!r} is no box; write west,south,east,north in degrees, as 19.3,40.6,21.2,41.5")
    return shapely.box(west, south, east, north)


def along(net: Network, name: str, buffer_km: float) -> Any:  # noqa: ANN401 - shapely has no types
    """Return the belt of some kilometres on both sides of the links that a name means (corridor:VIII, a link ...)."""
    from geopandas import GeoSeries

    lines = net.links.loc[list(resolve(net, name).links)].geometry
    if not len(lines):
        raise InputError(f"{name!r} names no link; nothing to go along")
    middle = shapely.centroid(lines.union_all())
    true_to_centre = f"+proj=laea +lat_0={middle.y} +lon_0={middle.x}"
    belt = reprojected(lines, true_to_centre).buffer(buffer_km * 1000, quad_segs=4).union_all()
    outline = GeoSeries([belt.simplify(buffer_km * 50)], crs=true_to_centre)  # a coarse one keeps questions short
    return reprojected(outline, CRS).iloc[0]
