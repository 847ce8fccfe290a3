"""Tables as people correct them: reading CSV folders and GeoPackages against schema.csv, cell by cell."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from mobility.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REQUIRED_TABLES = ("places", "links")
SMALL_TABLES = ("projects", "upgrades", "structures", "borders", "countries", "corridors", "corridor_stops", "sources")
TABLES = REQUIRED_TABLES + SMALL_TABLES


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong in the data; a notice is worth knowing but does not stop anything."""

    file: str
    line: int
    message: str
    severity: str = "fault"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Column:
    """One row of schema.csv: what a column holds."""

    name: str
    type: str
    unit: str
    required: bool
    meaning: str

    @property
    def options(self) -> tuple[str, ...]:
        """Allowed values of a `one of a|b` or `some of a|b` column."""
        return tuple(self.type.partition(" of ")[2].split("|")) if " of " in self.type else ()

    @property
    def target(self) -> str:
        """Table whose ids a `ref TABLE` or `refs TABLE` column holds."""
        return self.type.partition(" ")[2] if self.type.startswith("ref") else ""


@dataclass
class Table:
    """A table as read: text cells, the line of each row, and the faults met on the way."""

    name: str
    file: str
    columns: dict[str, list[str]]
    lines: list[int]
    faults: list[Fault] = field(default_factory=list)
    unread: bool = False  # its rows or columns are not those of the file: other tables cannot be checked against it

    def __len__(self) -> int:
        return len(self.lines)

    def fault(self, row: int, message: str, severity: str = "fault") -> None:
        """Note a fault at a row (0 is the first row below the header, -1 the header)."""
        self.faults.append(Fault(self.file, self.lines[row] if row >= 0 else 1, message, severity))


def split(cell: str) -> list[str]:
    """Split a list cell at semicolons, without blanks."""
    return [word for part in cell.split(";") if (word := part.strip())]


def read_schema(path: Path) -> dict[str, dict[str, Column]]:
    """Read schema.csv: per table its columns in order.

    Raises InputError when the file is missing, lacks a column or a table, or gives a number no unit.
    """
    table = read_csv(path, "schema")
    need = ["table", "column", "type", "unit", "required", "meaning"]
    if table.faults or list(table.columns) != need:
        raise InputError(str(table.faults[0]) if table.faults else f"{path}:1: columns must be {','.join(need)}")
    schema: dict[str, dict[str, Column]] = {}
    for line, (name, column, kind, unit, required, meaning) in zip(
        table.lines, zip(*table.columns.values(), strict=True), strict=True
    ):
        if kind in {"number", "integer"} and not unit:
            raise InputError(f"{path}:{line}: number {name}.{column} has no unit; write one ('1' for a plain count)")
        schema.setdefault(name, {})[column] = Column(column, kind, unit, required == "yes", meaning)
    for name in TABLES:
        if name not in schema:
            raise InputError(f"{path}:1: says nothing of table {name!r}; the schema must describe {', '.join(TABLES)}")
    return schema


def read_tables(path: Path, schema: dict[str, dict[str, Column]]) -> dict[str, Table]:
    """Read every table of a folder or GeoPackage; links carry their lines in the column `geometry`.

    Parameters
    ----------
    path
        A folder of CSV files (with links.geojson), or a GeoPackage with a layer per table.
    schema
        As `read_schema` returns it; also says which tables exist.

    Raises
    ------
    InputError
        When the path is neither, or is not readable.
    """
    if path.is_dir():
        tables = {
            name: read_csv(path / f"{name}.csv", name)
            for name in TABLES
            if name in REQUIRED_TABLES or (path / f"{name}.csv").exists()
        }
    elif path.is_file():
        tables = _read_geopackage(path)
    else:
        raise InputError(f"no network at {path}: give a folder like geodata/ or a GeoPackage")
    for name in TABLES:
        _check_columns(tables.setdefault(name, Table(name, str(path / f"{name}.csv"), {}, [])), schema[name])
    if path.is_dir() and not tables["links"].unread:
        _read_lines(path / "links.geojson", tables["links"])
    return tables


def checksum(path: Path) -> str:
    """Return the sha256 over all tables of a network (file names and bytes, in name order)."""
    digest = hashlib.sha256()
    files = sorted(p for p in path.iterdir() if p.suffix in {".csv", ".toml", ".geojson"}) if path.is_dir() else [path]
    for file in files:
        digest.update(file.name.encode() + b"\0")
        with file.open("rb") as data:
            while part := data.read(2**20):
                digest.update(part)
    return digest.hexdigest()


def frame(table: Table, columns: dict[str, Column]) -> pd.DataFrame:
    """Turn checked text cells into a DataFrame: numbers as float (unknown = NaN), yes/no as bool."""
    data: dict[str, Any] = {}
    for name, column in columns.items():
        cells = table.columns.get(name, [""] * len(table))
        if column.type in {"number", "integer"}:
            data[name] = np.array([float(c) if c else math.nan for c in cells], dtype=float)
        elif column.type == "yes/no":
            data[name] = np.array([c == "yes" for c in cells], dtype=bool)
        else:
            data[name] = np.array(cells, dtype=object)
    return pd.DataFrame(data)


def complete(data: pd.DataFrame, columns: dict[str, Column]) -> pd.DataFrame:
    """Return a table with every column of the schema in its type; what is not there is empty (NaN, False, "")."""
    empty = {"number": math.nan, "integer": math.nan, "yes/no": False}
    cells = {}
    for name, column in columns.items():
        nothing = empty.get(column.type, "")
        given = data[name] if name in data.columns else pd.Series(nothing, index=data.index)
        kind: Any = type(nothing) if nothing != "" else object
        cells[name] = given.astype(object).where(given.notna(), nothing).to_numpy().astype(kind)
    return pd.DataFrame(cells)


def read_csv(path: Path, name: str) -> Table:
    """Read a CSV file as text cells; what is wrong with it is noted in the table."""
    table = Table(name, str(path), {}, [], unread=True)
    try:
        text = path.read_bytes().decode("utf-8-sig")
        _fill(table, csv.reader(io.StringIO(text, newline=""), strict=True))
    except FileNotFoundError:
        table.fault(-1, "file is missing")
    except OSError as error:
        table.fault(-1, f"cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        table.faults.append(Fault(table.file, line, "is not UTF-8 text; save the file as UTF-8"))
    return table


def _fill(table: Table, reader: Any) -> None:  # noqa: ANN401 - csv gives its reader no public type
    """Take header and rows from a CSV reader; a row's line is the one on which it starts."""
    rows = []
    try:
        header = [column.strip() for column in next(reader, [])]
        start = reader.line_num + 1
        for row in reader:
            if row and len(row) != len(header):
                table.faults.append(Fault(table.file, start, f"has {len(row)} cells, the header has {len(header)}"))
            elif row:
                rows.append(row)
                table.lines.append(start)
            start = reader.line_num + 1
    except csv.Error as error:
        table.faults.append(Fault(table.file, reader.line_num, f"is not readable as CSV: {error}"))
        return
    twice = [column for column in header if header.count(column) > 1]
    if not header:
        table.fault(-1, "is empty; the first line must name the columns")
    elif twice:
        table.fault(-1, f"column {twice[0]!r} appears twice")
    else:
        cells = zip(*rows, strict=True) if rows else [()] * len(header)
        table.columns = {column: [c.strip() for c in col] for column, col in zip(header, cells, strict=True)}
        table.unread = False


def _read_lines(path: Path, links: Table) -> None:
    """Put the lines of links.geojson beside their links; faults are noted on the links table."""

    def refuse(message: str, line: int = 1, severity: str = "fault") -> None:
        links.faults.append(Fault(str(path), line, message, severity))

    features = None
    try:
        features = json.loads(path.read_bytes().decode("utf-8-sig"))["features"]
    except FileNotFoundError:
        return refuse("is missing; links are drawn straight", severity="notice")
    except UnicodeDecodeError:
        return refuse("is not UTF-8 text; save the file as UTF-8")
    except json.JSONDecodeError as error:
        return refuse(f"is not JSON: {error.msg}", error.lineno)
    except (OSError, KeyError, TypeError):
        pass
    if not isinstance(features, list):
        return refuse("is not a GeoJSON FeatureCollection")
    known = set(links.columns.get("id", []))
    lines: dict[str, Any] = {}
    for number, feature in enumerate(features):
        key, line = _line(feature)
        if line is None:
            refuse(f"feature {number + 1} is not a LineString of finite numbers with a property 'id'", number + 2)
        elif key not in known:
            refuse(f"line of unknown link {key!r}", number + 2)
        lines[key] = line
    links.columns["geometry"] = [lines.get(i) for i in links.columns.get("id", [])]  # type: ignore[misc]
    return None


def _line(feature: Any) -> tuple[str, Any]:  # noqa: ANN401 - anything JSON can hold
    """Return id and line of a GeoJSON feature; the line is None when the feature is malformed."""
    try:
        key, points = feature["properties"]["id"], np.array(feature["geometry"]["coordinates"], dtype=float)
        plain = isinstance(key, str) and feature["geometry"]["type"] == "LineString"
        if plain and len(points) and np.isfinite(points).all():
            return key, shapely.LineString(points)
    except (KeyError, TypeError, ValueError, shapely.errors.ShapelyError):
        pass
    return "", None


def _read_geopackage(path: Path) -> dict[str, Table]:
    import pyogrio

    try:
        layers = {str(name) for name, _ in pyogrio.list_layers(path)}
    except pyogrio.errors.DataSourceError:
        raise InputError(f"{path} is not a GeoPackage (nor a folder like geodata/)") from None
    tables = {}
    for name in TABLES:
        if name not in layers:
            if name in REQUIRED_TABLES:
                raise InputError(f"{path} has no layer {name!r}")
            continue
        data = pyogrio.read_dataframe(path, layer=name, read_geometry=name == "links")
        columns = {str(c): _texts(data.pop(c)) for c in data.columns.drop("geometry", errors="ignore")}
        if name == "links":
            shapes, one = data.geometry.to_numpy(), shapely.get_num_geometries(data.geometry) == 1
            columns["geometry"] = np.where(one, shapely.get_geometry(shapes, 0), shapes).tolist()
        tables[name] = Table(name, f"{path}[{name}]", columns, list(range(1, len(data) + 1)))
    return tables


def _texts(values: pd.Series) -> list[str]:
    """Write a GeoPackage column as CSV cells; equal cells are one object."""
    codes, known = pd.factorize(values)
    words = [*map(_text, np.asarray(known, dtype=object)), ""]  # the last, at -1, is unknown
    texts: list[str] = np.array(words, dtype=object)[codes].tolist()
    return texts


def _text(value: object) -> str:
    """Write a GeoPackage value as its CSV cell."""
    if isinstance(value, str):
        return value
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _check_columns(table: Table, columns: dict[str, Column]) -> None:
    """Check header and cells of one table; bad cells are blanked so that reading can go on."""
    from difflib import get_close_matches

    if table.unread:
        return
    for name in table.columns:
        if name not in columns and name != "geometry":
            near = get_close_matches(name, columns, n=1)
            table.fault(-1, f"unknown column {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    if not table.lines and table.name not in REQUIRED_TABLES:
        return
    if not table.lines and table.columns:
        table.fault(-1, "has no rows")
    for name, column in columns.items():
        if name not in table.columns:
            if column.required:
                table.fault(-1, f"column {name!r} is missing")
                table.unread = True
            continue
        cells = table.columns[name]
        for row, problem in bad_cells(cells, column):
            table.fault(row, problem)
            cells[row] = ""


def bad_cells(cells: list[str], column: Column) -> Iterator[tuple[int, str]]:
    """Iterate over the rows whose cell a column does not allow, with the reason."""
    free = column.type == "text" or column.target
    problems = {cell: why for cell in ({""} if free else set(cells)) if (why := _problem(cell, column))}
    return ((row, problems[cell]) for row, cell in enumerate(cells if problems else []) if cell in problems)


def _problem(cell: str, column: Column) -> str:
    """Return why a column does not allow a cell, or ""."""
    name, kind = column.name, column.type
    if not cell:
        return f"{name} is missing" if column.required else ""
    if kind in {"number", "integer"}:
        problem = _bad_number(cell, kind)
        return f"{name} {cell!r} {problem}" if problem else ""
    if kind == "yes/no" and cell not in {"yes", "no"}:
        return f"{name} {cell!r} must be yes or no"
    options, many = set(column.options), kind.startswith("some of")
    if options and not set(split(cell) if many else [cell]) <= options:
        return f"{name} {cell!r} is not {'among' if many else 'one of'} {', '.join(sorted(options))}"
    return ""


def _bad_number(cell: str, kind: str) -> str:
    try:
        value = float(cell)
    except ValueError:
        return "is not a number"
    if not math.isfinite(value) or "_" in cell:
        return "is not a finite number"
    if kind == "integer" and value != int(value):
        return "is not a whole number"
    return ""
