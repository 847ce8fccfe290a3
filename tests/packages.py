"""GeoPackages as people leave them: the template of `mobility new`, edited as QGIS, or an enemy, would edit it."""

import shutil
import sqlite3
import struct

import shapely
from pyproj import CRS, Transformer

from mobility import Network, new

PORT, BORDER, CAMP = (19.1, 42.1), (19.6, 42.2), (20.0, 42.3)  # where the places of the template lie


def package_of(folder):
    """The template as a GeoPackage."""
    Network.load(new(folder / "template")).save(folder / "n.gpkg")
    return folder / "n.gpkg"


def edited(package, folder, *statements):
    """Return a copy in which SQL was run: text, or text with the values for its question marks."""
    path = folder / "edited.gpkg"
    shutil.copy(package, path)
    base = sqlite3.connect(path)
    for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        base.execute(f'DROP TRIGGER "{name}"')  # they need functions of GDAL's
    for statement in statements:
        base.execute(*([statement] if isinstance(statement, str) else statement))
    base.commit()
    base.close()
    return path


def blob(shape, srs=4326):
    """A geometry as a GeoPackage keeps it."""
    return b"GP\0\1" + struct.pack("<i", srs) + shapely.to_wkb(shape)


def draw(table, row, shape):
    return f"UPDATE {table} SET geom = ? WHERE rowid = ?", (blob(shape), row)


def drawn_in(code, *tables):
    """Statements that move layers into another coordinate system, as a package states it."""
    crs, move = CRS.from_epsg(code), Transformer.from_crs(4326, code, always_xy=True).transform
    spots = {"places": [PORT, BORDER, CAMP], "links": [(PORT, BORDER), (BORDER, CAMP), (PORT, BORDER)]}
    entry = (crs.name, code, code, crs.to_wkt("WKT1_GDAL"))
    yield "INSERT OR REPLACE INTO gpkg_spatial_ref_sys VALUES (?, ?, 'EPSG', ?, ?, NULL)", entry
    for table in tables:
        yield f"UPDATE gpkg_geometry_columns SET srs_id = {code} WHERE table_name = '{table}'"
        for row, at in enumerate(spots[table], 1):
            shape = shapely.Point(move(*at)) if table == "places" else shapely.LineString([move(*p) for p in at])
            yield draw(table, row, shape)
