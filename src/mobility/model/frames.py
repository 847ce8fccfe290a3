"""Typed tables as GeoDataFrames: places as points, links as lines.

Their index is the id; it has no name, as a column has that one: geopandas could not `explore` two of one name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

if TYPE_CHECKING:
    import pandas as pd

CRS = "EPSG:4326"
# Columns of links beside those of links.csv, as long as nothing is closed, built or set.
_AS_READ = {"built": False, "closure": "", "capacity_stated": np.nan, "failure_stated": np.nan, "exists_stated": np.nan}


def placed(data: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the rows of places.csv as points, index = id, all active."""
    places = data.set_index("id", drop=False).rename_axis(None).assign(active=True)
    return gpd.GeoDataFrame(places, geometry=shapely.points(places["lon"], places["lat"]), crs=CRS, copy=False)


def linked(data: pd.DataFrame, lines: Any, places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:  # noqa: ANN401 - shapely's
    """Return the rows of links.csv as lines, index = id; without `lines` (None) they are straight between places."""
    links = data.set_index("id", drop=False).rename_axis(None).assign(**_AS_READ)
    if lines is None:
        lines = straight(links, places)
    return gpd.GeoDataFrame(links, geometry=np.array(lines, dtype=object), crs=CRS, copy=False)


def straight(links: pd.DataFrame, places: gpd.GeoDataFrame) -> list[shapely.LineString]:
    """Return the straight line of each link."""
    at = dict(zip(places.index, places.geometry, strict=True))
    return [shapely.LineString([at[a], at[b]]) for a, b in zip(links["from"], links["to"], strict=True)]
