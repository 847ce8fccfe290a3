"""Points on the sphere, and distances over it."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from mobility.vocabulary import Array

EARTH_KM = 6371.0088
DEGREE_KM = EARTH_KM * np.pi / 180  # of latitude


def great_circle_km(lon1: Any, lat1: Any, lon2: Any, lat2: Any) -> Any:  # noqa: ANN401 - numbers or arrays
    """Return the distance over the sphere in km, elementwise (haversine)."""
    lon1, lat1, lon2, lat2 = map(np.radians, (lon1, lat1, lon2, lat2))
    h = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * np.arcsin(np.sqrt(h))


def on_sphere(lon: Any, lat: Any) -> Array:  # noqa: ANN401 - numbers or arrays
    """Return points in km from the middle of the earth: their distances are chords, as a search tree wants them."""
    lon, lat = np.radians(np.asarray(lon, float)), np.radians(np.asarray(lat, float))
    return EARTH_KM * np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1)


def mercator(lon: Any, lat: Any) -> Array:  # noqa: ANN401 - numbers or arrays
    """Return positions in a plane that keeps angles (in radians of longitude; up to 85 degrees north and south)."""
    lon, lat = np.radians(np.asarray(lon, float)), np.radians(np.clip(np.asarray(lat, float), -85, 85))
    return np.stack([lon, np.arcsinh(np.tan(lat))], axis=-1)


def reprojected(shapes: Any, crs: Any) -> Any:  # noqa: ANN401 - a GeoSeries or GeoDataFrame, what pyproj takes
    """Return shapes in another CRS."""
    with warnings.catch_warnings():  # numpy before 2.4 warns of what pyproj does with a single point
        warnings.simplefilter("ignore", DeprecationWarning)
        return shapes.to_crs(crs)
