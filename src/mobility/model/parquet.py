"""A network as a folder of Parquet files: one a table, places and links as GeoParquet, beside schema and profiles."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from mobility.errors import InputError
from mobility.model import arrow, drawn
from mobility.model.cells import text
from mobility.model.tables import REQUIRED_TABLES, TABLES, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Container
    from pathlib import Path

    from mobility.model.network import Network
    from mobility.model.tables import Schema
    from mobility.vocabulary import Array

SUFFIX = ".parquet"
_INFLATED = 1000  # times its size on disk that a file may take in memory: what is written in earnest takes 50
_SPARE = 2**24  # bytes that are no harm
_FOOTER = 2**24  # bytes of what a file says of itself, which takes twenty times as many when it is opened
_LEAST = 1000  # bytes of a row in memory
_UNSTATED = "OGC:CRS84"  # what GeoParquet means where it states no coordinate system


def is_folder(path: Path) -> bool:
    """Return whether a folder holds the tables of a network as Parquet files; raises InputError when as CSV too."""
    both = [name for name in TABLES if (path / f"{name}{SUFFIX}").exists() and (path / f"{name}.csv").exists()]
    if both:
        raise InputError(f"{path}: holds {both[0]}.csv and {both[0]}{SUFFIX}; which one counts? Keep it alone")
    return any((path / f"{name}{SUFFIX}").exists() for name in REQUIRED_TABLES)


def read_tables(path: Path, schema: Schema) -> dict[str, Table]:
    """Return the tables of a folder; places and links carry their shapes in the column `geometry`.

    What cannot be read is noted in the table. Raises InputError where pyarrow is not installed.
    """
    _pyarrow(f"cannot read {path}")
    return {name: _table(path / f"{name}{SUFFIX}", name, schema[name]) for name in TABLES}


def _pyarrow(what: str) -> None:
    try:
        import pyarrow as pa  # noqa: F401
    except ImportError:
        raise InputError(f"{what}: for Parquet, install pyarrow: pip install 'mobility[parquet]'") from None


def _table(path: Path, name: str, known: Container[str]) -> Table:
    import pyarrow as pa

    table = Table(name, str(path), {}, [])
    if path.exists() or name in REQUIRED_TABLES:
        table.unread = True
        try:
            _fill(table, path, known)
        except FileNotFoundError:
            table.fault(-1, "file is missing")
        except (pa.ArrowException, OSError, ValueError, MemoryError, OverflowError) as error:
            table.fault(-1, f"cannot be read: {' '.join(str(error).split())[:200] or type(error).__name__}")
    return table


def _fill(table: Table, path: Path, known: Container[str]) -> None:
    """Take the columns of a file; words are held as few times as the file holds them, whatever it says of its rows."""
    import pyarrow.parquet as pq

    _check_footer(path)
    with pq.ParquetFile(path) as file:
        schema, about = file.schema_arrow, file.metadata
        room = _INFLATED * path.stat().st_size + _SPARE
        held = sum(about.row_group(at).total_byte_size for at in range(about.num_row_groups))
        _check_size(max(held, _LEAST * about.num_rows), room)
    drawing, crs = _drawing(schema, table)
    kinds = {field.name: _kind(field.type) for field in schema}
    if len(kinds) < len(schema.names):
        raise ValueError("two of its columns have one name")
    kinds |= {drawing: "words"} if drawing else {}
    readable = [name for name, kind in kinds.items() if kind]
    with pq.ParquetFile(path, read_dictionary=[name for name in readable if kinds[name] == "words"]) as file:
        data = file.read(readable)
    table.lines, table.unread = range(1, 1 + data.num_rows), False
    for name in kinds:
        if name in readable and name != drawing:
            table.columns[name] = _cells(data[name], kinds[name], room)
        elif name != drawing and name.casefold() in known:
            table.fault(
                -1, f"column {name!r} holds {str(schema.field(name).type)[:80]}, not numbers, text or yes and no"
            )
        elif name != drawing:
            table.fault(-1, f"unknown column {name!r} is not read", "notice", told=True)
    if drawing:
        with np.errstate(invalid="ignore"):  # what is not finite is told of each line
            drawn.put(table, _taken(data[drawing], _shapes, None), crs)
    elif table.name == "links":
        table.fault(-1, "has no geometry; links are drawn straight", "notice")


def _check_footer(path: Path) -> None:
    """Raise ValueError where a file says far more of itself than one of a million rows does."""
    with path.open("rb") as file:
        file.seek(max(file.seek(0, io.SEEK_END) - 8, 0))
        said = int.from_bytes(file.read(4), "little")  # of what is no Parquet file any number, and pyarrow refuses it
    if _FOOTER < said < path.stat().st_size:
        raise ValueError(f"its footer has {said:,} bytes: write it in fewer row groups")


def _check_size(held: int, room: int) -> None:
    """Raise ValueError where a file holds far more than a table of its size."""
    if not 0 <= held <= room:
        raise ValueError(f"it says that it holds {held:,} bytes, far more than its own: that is no table")


def _drawing(schema: Any, table: Table) -> tuple[str, str]:  # noqa: ANN401 - of pyarrow
    """Return the column in which a table is drawn ("": none) and its coordinate system; ValueError without one."""
    if table.name not in REQUIRED_TABLES:
        return "", ""
    stated = (schema.metadata or {}).get(b"geo")
    if stated is None:
        if "geometry" in schema.names:
            raise ValueError("its geometry states no coordinate system; write GeoParquet (geopandas: to_parquet)")
        return "", ""
    try:
        geo = json.loads(stated)
        name = geo["primary_column"]
        how, crs = geo["columns"][name]["encoding"], geo["columns"][name].get("crs", _UNSTATED)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError("what it says of its geometry (geo) is not GeoParquet") from None
    if name not in schema.names:
        raise ValueError(f"its geometry {name!r} is no column of it")
    if how != "WKB" or _kind(schema.field(name).type, "binary") != "words":
        raise ValueError(f"its geometry is encoded as {str(how)[:80]}; write it as WKB")
    if crs is None:
        raise ValueError("its geometry states no coordinate system (crs is null); save it in EPSG:4326")
    return name, json.dumps(crs) if isinstance(crs, dict) else str(crs)


def _kind(of: Any, words: str = "string") -> str:  # noqa: ANN401 - a type of pyarrow
    """Return what a column holds: numbers, truth, words (or bytes) or nothing; "" when it is none of these."""
    from pyarrow import types

    of = of.value_type if types.is_dictionary(of) else of
    if getattr(types, f"is_{words}")(of) or getattr(types, f"is_large_{words}")(of):
        return "words"
    if types.is_integer(of) or types.is_float32(of) or types.is_float64(of):
        return "numbers"
    return "truth" if types.is_boolean(of) else "nothing" if types.is_null(of) else ""


def _cells(column: Any, kind: str, room: int) -> Array:  # noqa: ANN401 - of pyarrow
    """Return a column of a table as numbers (unknown = NaN) or words (unknown = "")."""
    if kind == "nothing":
        return np.full(len(column), "", dtype=object)
    if kind == "truth":
        said: Array = np.array(["no", "yes", ""], dtype=object)[column.cast("int8").fill_null(2).to_numpy()]
        return said
    if kind == "words":
        cells = _taken(column, _words, "")
        _check_size(sum(map(len, cells)), room)
        return cells
    if "dictionary" in str(column.type):
        column = column.cast(column.type.value_type)
    numbers: Array = column.to_numpy().astype(float)
    if (np.abs(numbers[np.isfinite(numbers)]) >= arrow.EXACT).any() and "int" in str(column.type):
        return np.array([text(value) for value in column.to_pylist()], dtype=object)
    return numbers


def _taken(column: Any, made: Callable[[list[bytes]], Any], unknown: Any) -> Array:  # noqa: ANN401 - of pyarrow, a cell
    """Return the cells made of a column of words or bytes, each made as few times as the file holds it."""
    parts = [np.array([], dtype=object)]
    for part in column.chunks:
        chunk = part if hasattr(part, "dictionary") else part.dictionary_encode()
        held = chunk.dictionary.cast("large_binary").to_pylist()
        every = np.full(len(held) + 1, unknown, dtype=object)
        every[[at for at, raw in enumerate(held) if raw is not None]] = made([raw for raw in held if raw is not None])
        parts.append(every[chunk.indices.cast("int64").fill_null(-1).to_numpy()])
    return np.concatenate(parts)


def _words(cells: list[bytes]) -> list[str]:
    return [cell.decode("utf-8", "replace").strip() for cell in cells]


def _shapes(blobs: list[bytes]) -> Array:
    """Return the shapes of WKB; of what cannot be read they are void."""
    shapes = np.asarray(shapely.from_wkb(np.array(blobs, dtype=object), on_invalid="ignore"))
    shapes[shapely.is_missing(shapes)] = shapely.GeometryCollection()
    return shapes


def encoded(net: Network) -> dict[str, bytes]:
    """Return the tables of a network as Parquet files.

    Raises InputError where pyarrow is not installed.
    """
    _pyarrow("cannot write Parquet")
    files = {}
    for name in TABLES:
        frame = getattr(net, name)
        columns = [column for column in net.schema[name] if column in frame.columns]
        out = io.BytesIO()
        shape = ["geometry"] if name in REQUIRED_TABLES else []
        frame[columns + shape].reset_index(drop=True).to_parquet(out, index=False, compression="zstd")
        files[f"{name}{SUFFIX}"] = out.getvalue()
    return files
