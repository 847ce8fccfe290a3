"""Shapes in a file that a user names: GeoJSON, GeoPackage, KML, KMZ, GPX, shapefile; each by what it holds.

GDAL would open far more, remote services and lists of other files among it: it is given nothing but SQLite files and
shapefiles.
"""

from __future__ import annotations

import json
import re
import tempfile
import zipfile
import zlib
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from mobility.errors import InputError
from mobility.model import doors, markup

if TYPE_CHECKING:
    import pandas as pd

FORMATS = "GeoJSON, GeoPackage, KML, KMZ, GPX, shapefile (.shp or zipped)"
_MOST_MB = 256  # of text or of what an archive unpacks to: far more than any drawing of areas
_NAMES = ("name", "title", "id")  # columns that say what a feature is called, whatever their case
_CODE = re.compile(r"(urn:ogc:def:crs:|EPSG:|OGC:|ESRI:)[\w.:]+", re.IGNORECASE)
_DEPTH = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
_OTHER_JSON = {"Topology": "TopoJSON", "gdal_streamed_alg": "a list of GDAL commands"}


@dataclass
class Layer:
    """The features of one layer: what each is called (or ""), its shape or None; the faults of those without one.

    `crs` is what pyproj takes for the layer's coordinate reference system, None when the file states none;
    `fault` says in words why nothing of the layer can be used.
    """

    name: str
    called: list[str]
    shapes: list[Any]
    crs: Any = None
    faults: dict[int, str] = field(default_factory=dict)
    fault: str = ""


def read(path: Path) -> list[Layer]:
    """Return all layers of a file; raises InputError, which says no file name, when it is of no kind known here."""
    try:
        with doors.quiet():
            return _read(path)
    except (MemoryError, RecursionError):
        raise InputError("is too large or too deep to be read") from None
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror or error})") from None


def _read(path: Path) -> list[Layer]:
    kind = doors.kind_of(path)
    if kind in {doors.JSON, doors.XML} and path.stat().st_size > _MOST_MB * 2**20:
        raise InputError(f"is larger than {_MOST_MB} MB; give a simpler drawing")
    readers = {doors.GEOPACKAGE: _tables, doors.SHAPEFILE: _shapefile, doors.ARCHIVE: _archive, doors.JSON: _json}
    if kind == doors.XML:
        found = markup.features(path)
        faults = {n: feature.fault for n, feature in enumerate(found) if feature.fault}
        return [Layer(path.stem, [f.name for f in found], [f.shape for f in found], None, faults)]
    if kind == doors.PACKED:
        raise InputError("is packed with gzip; unpack it")
    if path.suffix.casefold() in {".shx", ".dbf", ".prj", ".cpg"} and kind in {"", doors.SHAPEFILE}:
        raise InputError("is part of a shapefile; name its .shp")
    if kind not in readers:
        raise InputError(f"is none of {FORMATS}")
    return readers[kind](path)


def _shapefile(path: Path) -> list[Layer]:
    if path.suffix.casefold() != ".shp":
        raise InputError("is a shapefile by another name; name it .shp, with .shx and .dbf of that name beside it")
    return _tables(path)


def _tables(path: Path) -> list[Layer]:
    """Return the layers of a GeoPackage or shapefile."""
    import pyogrio

    try:
        names = [str(name) for name, _ in pyogrio.list_layers(doors.for_gdal(path))]
        return [_table(path, name) for name in names]
    except Exception:  # noqa: BLE001 - any of pyogrio's errors means the same to the user
        beside = " (.shx and .dbf belong beside a .shp)" if path.suffix.casefold() == ".shp" else ""
        raise InputError(f"is damaged, or no GeoPackage or shapefile{beside}") from None


def _table(path: Path, name: str) -> Layer:
    import pyogrio

    about = pyogrio.read_info(doors.for_gdal(path), layer=name)
    if about["geometry_type"] is None:
        return Layer(name, [], [], fault="is a table without shapes")
    fields = [column for word in _NAMES for column in about["fields"] if str(column).casefold() == word][:1]
    read = partial(pyogrio.read_dataframe, doors.for_gdal(path), layer=name, force_2d=True, on_invalid="ignore")
    try:
        data = read(columns=fields)
    except UnicodeDecodeError:
        data, fields = read(columns=[]), []
    own: pd.Series | list[None] = data[fields[0]] if fields else [None] * len(data)
    called = [str(word) if isinstance(word, str) else "" for word in own]
    crs = None if data.crs is None or "undefined" in data.crs.name.casefold() else data.crs
    return Layer(name, called, data.geometry.tolist(), crs)


def _archive(path: Path) -> list[Layer]:
    """Return the layers of all files in a KMZ or a zipped folder."""
    try:
        with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
            inside = [item for item in archive.infolist() if not item.is_dir() and "__MACOSX" not in item.filename]
            if sum(item.file_size for item in inside) > _MOST_MB * 2**20:
                raise InputError(f"unpacks to more than {_MOST_MB} MB; give a simpler drawing")
            files = [Path(archive.extract(item, folder)) for item in inside]
            return [layer for file in sorted(set(files)) if _may_draw(file) for layer in _member(file)]
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"is an archive that cannot be unpacked ({error})") from None


def _may_draw(file: Path) -> bool:
    """Tell whether a file of an archive is one to read: not a picture, and no part or description of a shapefile."""
    suffix, kind = file.suffix.casefold(), doors.kind_of(file)
    if kind in {doors.XML, doors.SHAPEFILE}:
        return suffix in {".kml", ".gpx", ".shp"}
    return kind in {doors.GEOPACKAGE, doors.JSON}


def _member(file: Path) -> list[Layer]:
    try:
        return _read(file)
    except InputError as error:
        return [Layer(file.name, [], [], fault=str(error))]


def _json(path: Path) -> list[Layer]:
    data = path.read_bytes()
    try:
        text = data.decode("utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("is not UTF-8 text; save it as UTF-8") from None
    try:
        found = [json.loads(text)]
    except json.JSONDecodeError as error:
        lines = [line for raw in text.splitlines() if (line := raw.strip("\x1e \t"))]
        try:
            found = [json.loads(line) for line in lines]  # a feature on each line
        except ValueError:
            raise InputError(f"is no GeoJSON: line {error.lineno}: {error.msg}") from None
    except ValueError:
        raise InputError("is no GeoJSON: a number in it has thousands of digits") from None
    items = [item for part in found for item in _features(part)]
    called = [_name(item) for item in items]
    shapes, faults = [], {}
    for number, item in enumerate(items):
        shape, fault = _shape(item)
        shapes.append(shape)
        if fault:
            faults[number] = fault
    return [Layer(path.stem, called, shapes, _stated(found[0]), faults)]


def _features(data: Any) -> list[Any]:  # noqa: ANN401 - anything JSON can hold
    kind = data.get("type") if isinstance(data, dict) else None
    if kind == "FeatureCollection" and isinstance(data.get("features"), list):
        return list(data["features"])
    if kind == "Feature" or (isinstance(kind, str) and ("coordinates" in data or "geometries" in data)):
        return [data]
    if isinstance(data, dict) and {"rings", "geometryType", "spatialReference"} & set(data):
        kind = "Esri JSON"
    other = _OTHER_JSON.get(kind, kind) if isinstance(kind, str) else "other JSON"
    raise InputError(f"is {other}, no GeoJSON")


def _name(feature: Any) -> str:  # noqa: ANN401 - anything JSON can hold
    columns = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(columns, dict):
        return ""
    known = {str(key).casefold(): value for key, value in columns.items() if isinstance(value, str)}
    return next((known[word] for word in _NAMES if known.get(word)), "")


def _shape(feature: Any) -> tuple[Any, str]:  # noqa: ANN401 - anything JSON can hold
    """Return the shape of a GeoJSON feature or bare geometry (None for none), and in words why it cannot be read."""
    try:
        shape = feature["geometry"] if feature.get("type") == "Feature" else feature
        return None if shape is None else _geometry(shape), ""
    except (KeyError, TypeError, AttributeError, ValueError, IndexError, OverflowError, shapely.errors.ShapelyError):
        return None, "is no shape of GeoJSON"


def _geometry(data: dict[str, Any]) -> Any:  # noqa: ANN401 - shapely has no types
    if data["type"] == "GeometryCollection":
        return shapely.GeometryCollection([_geometry(part) for part in data["geometries"]])
    depth = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
    return shapely.geometry.shape(
        {"type": data["type"], "coordinates": _plain(data["coordinates"], depth[data["type"]])}
    )


def _plain(data: Any, depth: int) -> Any:  # noqa: ANN401 - lists in lists
    """Return coordinates without heights, as deep as their type asks for; raises when they are not."""
    if depth:
        return [_plain(part, depth - 1) for part in data]
    if not all(isinstance(number, (int, float)) and not isinstance(number, bool) for number in data):
        raise TypeError(data)
    return tuple(np.array(data[:2], dtype=float).tolist())


def _stated(data: Any) -> Any:  # noqa: ANN401 - what pyproj takes
    """Return the CRS that GeoJSON of before 2016 may state, None for none; raises InputError when it is no code."""
    stated = data.get("crs") if isinstance(data, dict) else None
    if stated is None:
        return None
    try:
        name = stated["properties"]["name"]
    except (KeyError, TypeError):
        name = ""
    if not isinstance(name, str) or not _CODE.fullmatch(name):
        raise InputError("states its CRS in a way that is not known; write it as EPSG:32634, or in degrees without one")
    return name
