"""Files of shapes in tests: GeoJSON as text, GeoPackages, and what spoils them."""

import json
import sqlite3
import warnings
from contextlib import closing

import geopandas as gpd
import pyogrio
import shapely

BOX = {"type": "Polygon", "coordinates": [[[10, 39], [10, 41], [11, 41], [11, 39], [10, 39]]]}
POINT = {"type": "Point", "coordinates": [10.5, 40]}


def feature(shape, **columns):
    return {"type": "Feature", "properties": columns, "geometry": shape}


def collection(*found, **more):
    items = [item if item is None or item.get("type") == "Feature" else feature(item) for item in found]
    return json.dumps({"type": "FeatureCollection", "features": items} | more)


def written(path, data):
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def frame(*found, crs=4326, **columns):
    return gpd.GeoDataFrame(columns or {"n": range(len(found))}, geometry=list(found), crs=crs)


def changed(path, *statements):
    """Write a GeoPackage and change it behind the library's back."""
    frame(shapely.box(10, 39, 11, 41), name=["A"]).to_file(path, layer="a")
    with closing(sqlite3.connect(path)) as base:
        for (trigger,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            base.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            base.execute(statement)
        base.commit()
    return path


def store(data, path, **more):
    """Write a layer; that it has no CRS is meant."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.write_dataframe(data, path, **more)
