"""A network as a GeoPackage: a layer per table, and its own schema and profiles where they are not the shipped ones."""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from mobility.errors import InputError
from mobility.model import arrow, doors, drawn
from mobility.model.cells import is_numbers, text
from mobility.model.frames import CRS
from mobility.model.tables import REQUIRED_TABLES, SMALL_TABLES, TABLES, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from mobility.model.network import Network

SCHEMA, PROFILES = "schema", "profiles_toml"  # layers beside the tables
_KEYS = ("fid", "ogc_fid")  # row numbers of the database, no columns of ours
# Per type of a column, what is not 0 when a cell is of another: text comes after all numbers.
_NUMBER = "typeof(max({0})) NOT IN ('real', 'null')"
_ODD = {
    "TEXT": "0",
    "REAL": _NUMBER,
    "DOUBLE": _NUMBER,
    **dict.fromkeys(("INTEGER", "MEDIUMINT"), "max(typeof({0}) NOT IN ('integer', 'null'))"),
}
# A table of that name, in a file that has no virtual ones but the indices that GDAL makes: another may reach outside.
_PLAIN = """
    SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ? AND NOT EXISTS (
        SELECT 1 FROM sqlite_master
        WHERE sql LIKE 'CREATE%VIRTUAL%' AND sql NOT LIKE 'CREATE VIRTUAL TABLE%USING rtree(%')
"""
_NOTHING = np.array([], dtype=object)
_SHAPES = "\0shapes"  # no column has that name
_ENVELOPES = (0, 32, 48, 48, 64)  # bytes of the box that may stand before a geometry


def layers(path: Path) -> dict[str, str]:
    """Return the layers of a GeoPackage: their names by the same in small letters.

    Raises InputError when the file is none.
    """
    with _opened(path) as base:
        return {name.casefold(): name for name in _names(base)}


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a GeoPackage to be read; raises InputError when it is none, or is damaged.

    SQLite itself reads it: no other kind of file is taken for one, and every cell comes as it was written.
    """
    try:
        if doors.kind_of(path) != doors.GEOPACKAGE:
            raise InputError(f"{path} is not a GeoPackage (nor a folder like geodata/)")
        address = f"{path.resolve().as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(address, uri=True)) as base:
            base.text_factory = bytes
            base.execute("PRAGMA trusted_schema = OFF")
            yield base
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from None
    except UnicodeError:  # of its own complaint, which quotes what it met
        raise InputError(f"{path} is no sound GeoPackage: it is damaged") from None
    except (sqlite3.Error, OverflowError) as error:
        raise InputError(f"{path} is no sound GeoPackage: {error}") from None


def _names(base: sqlite3.Connection) -> list[str]:
    found = base.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
    return [name.decode("utf-8", "replace") for (name,) in found]


def read_tables(path: Path) -> dict[str, Table]:
    """Return the tables of a GeoPackage; places and links carry their shapes in the column `geometry`.

    Raises InputError when the file is no GeoPackage; a layer that is missing is noted in its table.
    """
    there = layers(path)
    tables = {}
    for name in TABLES:
        if name in there:
            tables[name] = read_layer(path, there[name], name)
            for cells in tables[name].columns.values():
                if isinstance(cells, list):
                    cells[:] = [cell.strip() for cell in cells]
        else:
            tables[name] = Table(name, f"{path}[{name}]", {}, [], unread=name in REQUIRED_TABLES)
            if name in REQUIRED_TABLES:
                tables[name].fault(-1, "layer is missing")
    return tables


def read_layer(path: Path, layer: str, name: str = "") -> Table:
    """Return one layer; its rows count from 1. What cannot be read is noted in the table.

    Its columns are numbers and words where every cell is what its column says, else all are text cells.
    """
    table = Table(name or layer, f"{path}[{layer}]", {}, [], unread=True)
    with _opened(path) as base:
        shape, crs = _drawing(base, layer)
        try:
            described = base.execute(f"PRAGMA table_info({_quoted(layer)})").fetchall()
            kinds = {_text(row[1]): _text(row[2]).upper() for row in described if _text(row[1]) != shape}
            own = [column for column in kinds if column.casefold() not in _KEYS]
            shape = shape if name in REQUIRED_TABLES else ""  # what is drawn of others has no use
            kinds = {column: kinds[column] for column in own}
            columns = _typed(base, path, layer, kinds, shape) if name and own else None
            if columns is None:
                columns = _as_text(base, layer, kinds, shape) if own else {}
        except sqlite3.Error as error:
            table.fault(-1, f"cannot be read: {error}")
            return table
    shapes = columns.pop(_SHAPES, None)
    table.lines = range(1, 1 + max(map(len, columns.values()), default=0))
    table.columns = columns
    table.unread = False
    if table.columns.pop("geometry", None) is not None:  # a text of that name is no drawing
        table.fault(-1, "unknown column 'geometry' is not read", "notice", told=True)
    if not shape and name == "links":
        table.fault(-1, "has no geometry; links are drawn straight", "notice")
    if shapes is not None:
        drawn.put(table, shapes, crs or CRS)
    return table


def _as_text(base: sqlite3.Connection, layer: str, kinds: dict[str, str], shape: str) -> dict[str, Any]:
    """Return the columns of a layer as text cells, whatever they hold, and its shapes."""
    asked = ", ".join(map(_quoted, [*kinds, *[shape] * bool(shape)]))
    rows = base.execute(f"SELECT {asked} FROM {_quoted(layer)}").fetchall()  # noqa: S608 - quoted
    columns: dict[str, Any] = {c: [_cell(kinds[c], row[at]) for row in rows] for at, c in enumerate(kinds)}
    if shape:
        with np.errstate(invalid="ignore"):  # what is not finite is told of each line
            columns[_SHAPES] = np.array([_shape(row[-1]) for row in rows], dtype=object)
    return columns


def _typed(
    base: sqlite3.Connection, path: Path, layer: str, kinds: dict[str, str], shape: str
) -> dict[str, Any] | None:
    """Return the columns of a layer as GDAL streams them, and its shapes; None when that would not be all of it.

    GDAL makes of each cell what its column announces, leaves out shapes that it cannot read, and orders rows by their
    key: only a plain table in which that changes nothing is left to it. (It ends a word at the sign NUL.)
    """
    import pyogrio

    of = _quoted(layer)
    keys = [_text(row[1]).casefold() for row in base.execute(f"PRAGMA table_info({of})") if row[5]]
    whole = base.execute(_PLAIN, (layer,)).fetchall() and len(keys) == 1 and keys[0] in _KEYS
    odd = {column: _ODD.get(kind.partition("(")[0], "") for column, kind in kinds.items()}
    if not whole or "" in odd.values():
        return None
    try:
        with (
            doors.quiet(),
            pyogrio.open_arrow(doors.for_gdal(path), layer=layer, read_geometry=bool(shape)) as (about, stream),
        ):
            found = arrow.columns(stream)
            shapes = found.pop(about["geometry_name"] or "wkb_geometry") if shape else np.array([])
    except (arrow.UnknownTypeError, shapely.errors.ShapelyError, OSError, RuntimeError, KeyError):
        return None
    columns = {column: found.get(column, _NOTHING) for column in kinds}
    filled = [c for c, cells in columns.items() if is_numbers(cells) and not np.isnan(cells).all()]
    asked = ["count(*)", f"count(*) - count({_quoted(shape)})" if shape else "0"]
    asked += [odd[column].format(_quoted(column)) for column in filled]  # what is empty was NULL
    rows, void, *others = base.execute(f"SELECT {', '.join(asked)} FROM {of}").fetchone()  # noqa: S608 - quoted
    if any(others) or any(len(cells) != rows for cells in columns.values()) or shapely.is_missing(shapes).sum() != void:
        return None
    return columns | ({_SHAPES: shapes} if shape else {})


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: bytes | str) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _drawing(base: sqlite3.Connection, layer: str) -> tuple[str, str]:
    """Return the geometry column of a layer and its coordinate system; "" where there is none."""
    query = """
        SELECT g.column_name, s.organization, s.organization_coordsys_id, s.definition
        FROM gpkg_geometry_columns g LEFT JOIN gpkg_spatial_ref_sys s ON g.srs_id = s.srs_id
        WHERE lower(g.table_name) = lower(?)
    """
    try:
        column, authority, code, definition = base.execute(query, (layer,)).fetchone() or ("", None, None, None)
    except sqlite3.Error:  # no GeoPackage's tables: nothing is drawn
        return "", ""
    if authority is None or _text(authority).casefold() == "none":
        return _text(column), ""
    known = _text(authority).casefold() in {"epsg", "ogc", "esri"}
    return _text(column), f"{_text(authority)}:{code}" if known else _text(definition or b"")


def _cell(kind: str, value: Any) -> str:  # noqa: ANN401 - what SQLite holds
    """Return a value as a text cell; what is no UTF-8 is replaced by the mark that checks look for."""
    if isinstance(value, bytes):
        word = value.decode("utf-8", "replace")
        return {"true": "yes", "false": "no"}.get(word.casefold(), word) if kind == "BOOLEAN" else word
    return text(bool(value) if kind == "BOOLEAN" and value in {0, 1} else value)


def _shape(blob: Any) -> Any:  # noqa: ANN401 - what SQLite holds; a geometry of shapely, or None
    """Return the geometry of a GeoPackage's blob, which has a header of its own; what cannot be read is a void one."""
    if blob is None:
        return None
    try:
        envelope = (blob[3] >> 1) & 7
        if blob[:2] == b"GP" and envelope < len(_ENVELOPES):
            return shapely.from_wkb(blob[8 + _ENVELOPES[envelope] :])
    except (TypeError, IndexError, ValueError, shapely.errors.ShapelyError):
        pass
    return shapely.GeometryCollection()


def encoded(net: Network, beside: dict[str, pd.DataFrame]) -> bytes:
    """Return the tables of a network as a GeoPackage, with the layers `beside` them."""
    import pyogrio

    frames = {name: getattr(net, name) for name in (*REQUIRED_TABLES, *SMALL_TABLES)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.gpkg"
        for name, frame in (frames | beside).items():
            columns = [c for c in net.schema.get(name, frame.columns) if c in frame.columns]
            shape = ["geometry"] if name in REQUIRED_TABLES else []
            table = frame[columns + shape].reset_index(drop=True)
            for column in columns:
                if table[column].dtype == bool:
                    table[column] = table[column].map({True: "yes", False: "no"})
            try:
                pyogrio.write_dataframe(table, path, layer=name, append=path.exists())
            except RuntimeError as error:  # pyogrio's own do not say that the disk is full
                raise InputError(f"cannot write a GeoPackage in {folder} (is the disk full?): {error}") from None
        return path.read_bytes()
