"""A network as a folder that people correct: a CSV file per table, the lines of links as GeoJSON."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from mobility.errors import InputError
from mobility.model import drawn
from mobility.model.cells import texts
from mobility.model.frames import CRS
from mobility.model.sheets import UnreadableError
from mobility.model.tables import REQUIRED_TABLES, TABLES, Fault, Table, read_csv

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from mobility.model.network import Network
    from mobility.model.tables import Schema

LINES = "links.geojson"
_SCHEMA_COLUMNS = ("table", "column", "type", "unit", "required", "meaning")


def read_tables(path: Path) -> dict[str, Table]:
    """Return the tables of a folder as text cells, links with their lines; what cannot be read is noted in them."""
    try:
        there = {file.name.casefold(): file for file in sorted(path.iterdir(), reverse=True)}
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from None
    found = {}
    for name in TABLES:
        file = path / f"{name}.csv"
        if not file.exists():  # Places.csv is as good, where the file system tells them apart
            file = there.get(file.name, file)
        if name in REQUIRED_TABLES or file.exists():
            found[name] = _own(read_csv(file, name))
        else:
            found[name] = Table(name, str(file), {}, [])
        books = [there[other].name for s in ("xlsx", "xls", "ods") if (other := f"{name}.{s}") in there]
        if books and not file.exists():
            found[name].fault(-1, f"file is missing: save {books[0]} as CSV")
    if not found["links"].unread and "id" in found["links"].columns:
        read_lines(path / LINES, found["links"])
    return found


def _own(table: Table) -> Table:
    """Leave out a column of a CSV file that has the name of the drawings: these are in links.geojson."""
    if table.columns.pop("geometry", None):
        table.fault(-1, f"unknown column 'geometry' is not read; lines are in {LINES}", "notice", told=True)
    return table


def read_lines(path: Path, links: Table) -> None:
    """Put the lines of links.geojson beside their links; faults are noted on the links table."""

    def refuse(message: str, line: int = 1, severity: str = "fault") -> None:
        links.faults.append(Fault(str(path), line, message, severity))

    try:
        features, crs = _features(path)
    except FileNotFoundError:
        refuse("is missing; links are drawn straight", severity="notice")
        return
    except UnreadableError as error:
        refuse(str(error), error.line)
        return
    known = set(links.columns["id"])
    lines: dict[str, Any] = {}
    for number, feature in enumerate(features):
        key, line = _line(feature)
        if line is None:
            refuse(f"feature {number + 1} is not a LineString of finite numbers with a property 'id'", number + 2)
        elif key not in known:
            refuse(f"line of unknown link {key!r}", number + 2)
        elif key in lines:
            refuse(f"feature {number + 1} is a second line of link {key!r}; one is enough", number + 2)
        lines[key] = line
    try:
        shapes, other = drawn.degrees([lines.get(key) for key in links.columns["id"]], crs)
    except ValueError as error:
        refuse(f"{error}; save it in {CRS}")
        return
    if other:
        refuse(f"is drawn in {other}; read in degrees", severity="notice")
    links.columns["geometry"] = shapes.tolist()


def _features(path: Path) -> tuple[list[Any], Any]:
    """Return the features of a GeoJSON file and its coordinate system, which old GeoJSON may state.

    Raises UnreadableError when it is none.
    """
    try:
        whole = json.loads(path.read_bytes().decode("utf-8-sig"))
        features = whole["features"]
        stated = (whole.get("crs") or {}).get("properties", {}).get("name", CRS)
    except FileNotFoundError:
        raise
    except UnicodeDecodeError:
        raise UnreadableError("is not UTF-8 text; save the file as UTF-8") from None
    except json.JSONDecodeError as error:
        raise UnreadableError(f"is not JSON: {error.msg}", error.lineno) from None
    except RecursionError:
        raise UnreadableError("is not GeoJSON: its brackets are nested too deep") from None
    except ValueError:  # of int
        raise UnreadableError("is not GeoJSON: a number in it has too many digits") from None
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror}") from None
    except (KeyError, TypeError, AttributeError):
        features = stated = None
    if not isinstance(features, list):
        raise UnreadableError("is not a GeoJSON FeatureCollection")
    return features, stated


def _line(feature: Any) -> tuple[str, Any]:  # noqa: ANN401 - anything JSON can hold
    """Return id and line of a GeoJSON feature; the line is None when the feature is malformed."""
    try:
        key, shape = feature["properties"]["id"], feature["geometry"]
        many = {"LineString": [shape["coordinates"]], "MultiLineString": shape["coordinates"]}[shape["type"]]
        parts = [np.array(points, dtype=float)[:, :2] for points in many]
        if isinstance(key, str) and parts and all(len(p) and np.isfinite(p).all() for p in parts):
            return key, shapely.LineString(parts[0]) if len(parts) == 1 else shapely.MultiLineString(parts)
    except (KeyError, TypeError, ValueError, IndexError, OverflowError, RecursionError, shapely.errors.ShapelyError):
        pass
    return "", None


def written(net: Network) -> dict[str, bytes]:
    """Return the files of a network's folder: its tables, the lines of its links, its schema and its profiles."""
    files = {f"{name}.csv": _csv(getattr(net, name), list(net.schema[name])) for name in TABLES}
    return files | beside(net) | {LINES: _geojson(net)}


def beside(net: Network) -> dict[str, bytes]:
    """Return the files beside the tables of a network: its schema and its profiles."""
    schema = schema_rows(net.schema).to_csv(index=False, lineterminator="\n")
    return {"schema.csv": schema.encode(), "profiles.toml": net.rules.text.encode()}


def schema_rows(schema: Schema) -> pd.DataFrame:
    """Return a schema as the rows of schema.csv."""
    import pandas as pd

    rows = [
        (table, c.name, c.type, c.unit, "yes" if c.required else "no", c.meaning)
        for table, columns in schema.items()
        for c in columns.values()
    ]
    return pd.DataFrame(rows, columns=list(_SCHEMA_COLUMNS))


def _csv(frame: pd.DataFrame, columns: list[str]) -> bytes:
    out = io.StringIO(newline="")
    kept = [c for c in columns if c in frame.columns]
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(kept)
    writer.writerows(zip(*(texts(frame[c]) for c in kept), strict=True))
    return out.getvalue().encode()


def _geojson(net: Network) -> bytes:
    """Return the lines of the links, one feature a line of text; no digit of a coordinate is lost."""
    features = [
        json.dumps(
            {
                "type": "Feature",
                "properties": {"id": key},
                "geometry": {"type": "LineString", "coordinates": shapely.get_coordinates(line).tolist()},
            },
            ensure_ascii=False,
        )
        for key, line in zip(net.links.index, net.links.geometry, strict=True)
    ]
    return ('{"type": "FeatureCollection", "features": [\n' + ",\n".join(features) + "\n]}\n").encode()
