"""The tables of a network as text, to be changed and written again: a copy keeps what nobody touched as it was."""

from __future__ import annotations

import csv
import io
import json
import shutil
from typing import TYPE_CHECKING

import pandas as pd
import shapely

from mobility.model import tables
from mobility.model.files import Identity, read_sound, refuse_faults, rules_at, shipped_schema, write_whole
from mobility.model.network import Network
from mobility.sources.splitting import Tables

if TYPE_CHECKING:
    from pathlib import Path

    from mobility.model.tables import Table

_DECIMALS = 4


def open_copy(home: Path) -> Tables:
    """Read the tables of a folder or GeoPackage as text cells.

    Raises InputError or DataError as `Network.load` does.
    """
    schema, raw = read_sound(home)
    lines = raw["links"].columns.pop("geometry", None)
    frames = {name: _frame(raw[name], list(schema[name])) for name in tables.TABLES}
    ids = frames["links"]["id"].tolist()
    if lines is None:
        at = frames["places"].set_index("id")[["lon", "lat"]].astype(float)
        ends = zip(frames["links"]["from"], frames["links"]["to"], strict=True)
        lines = [shapely.LineString([tuple(at.loc[a]), tuple(at.loc[b])]) for a, b in ends]
    header = {name: list(raw[name].columns) for name in tables.TABLES}
    return Tables(frames, dict(zip(ids, lines, strict=True)), _how_drawn(home), header)


def network_of(copy: Tables, home: Path) -> Network:
    """Return the network of changed tables, checked.

    Raises DataError with every fault that the changes made.
    """
    schema = shipped_schema()
    raw = {
        name: tables.Table(name, f"{name}.csv", {c: f[c].tolist() for c in f.columns}, list(range(2, len(f) + 2)))
        for name, f in copy.frames.items()
    }
    raw["links"].columns["geometry"] = [copy.lines.get(key) for key in copy.frames["links"]["id"]]
    refuse_faults(home, raw, schema)
    lines = raw["links"].columns.pop("geometry")
    data = {name: tables.frame(raw[name], schema[name]) for name in tables.TABLES}
    return Network.of_frames(data, lines, rules_at(home), Identity(home.stem, "", ""))


def write_folder(copy: Tables, home: Path, folder: Path) -> None:
    """Write the tables as a folder of CSV files with links.geojson; other files of `home` are copied."""
    folder.mkdir(parents=True, exist_ok=True)
    if home.is_dir() and home.resolve() != folder.resolve():
        shutil.copytree(home, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.parquet"))  # tables of CSV
    for name, frame in copy.frames.items():
        if len(frame):
            text = io.StringIO()
            known = copy.header[name]
            filled = [c for c in frame.columns if c not in known and (frame[c] != "").any()]
            used = frame[[*known, *filled]]
            csv.writer(text, lineterminator="\n").writerows([used.columns, *used.itertuples(index=False)])
            write_whole(folder / f"{name}.csv", text.getvalue().encode())
    features = [_feature(key, copy.lines[key], copy.drawn.get(key, "")) for key in copy.frames["links"]["id"]]
    body = '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n"
    write_whole(folder / "links.geojson", body.encode())


def _frame(table: Table, columns: list[str]) -> pd.DataFrame:
    """Return every column of the schema as text; what the table does not have is empty."""
    cells = {name: table.words(name) for name in table.columns or columns}
    known = pd.DataFrame(cells, dtype=object)
    return known.reindex(columns=[*known.columns, *(c for c in columns if c not in known.columns)], fill_value="")


def _how_drawn(home: Path) -> dict[str, str]:
    """Return how each line was made (`geometry_source` of links.geojson)."""
    file = home / "links.geojson"
    if not file.is_file():
        return {}
    features = json.loads(file.read_text(encoding="utf-8-sig"))["features"]
    return {f["properties"]["id"]: f["properties"].get("geometry_source", "") for f in features}


def _feature(key: str, line: shapely.LineString, drawn: str) -> str:
    at = [[round(c[0], _DECIMALS), round(c[1], _DECIMALS)] for c in line.coords]
    properties = {"id": key} | ({"geometry_source": drawn} if drawn else {})
    shape = {"type": "LineString", "coordinates": at}
    feature = {"type": "Feature", "properties": properties, "geometry": shape}
    return json.dumps(feature, ensure_ascii=False, separators=(",", ":"))
