"""A template of a network of one's own: every table with its header and a worked row, and what each column holds."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from mobility.model import files, tables

# What a newcomer is to replace. Three places of two countries that do not exist; a road from the port to the camp.
_MARK = {"confidence": "low", "source": "example-source"}
_ROAD = {"mode": "road", "corridors": "E1", "road_class": "primary", "lanes": "2", "max_speed_kmh": "80"}
_LINK = _ROAD | {"status": "open", "length_confidence": "low", "attr_confidence": "low", "source": "example-source"}
ROWS: dict[str, list[dict[str, str]]] = {
    "places": [
        {
            "id": "example-port", "name": "Example Port", "country": "AA", "kind": "port", "lat": "42.10",
            "lon": "19.10", "accuracy_km": "1", "role": "origin", "sets": "coast",
            "note": "an example: replace this row by your own",
        } | _MARK,
        {
            "id": "example-border", "name": "Example Border", "country": "AA-BB", "kind": "border_crossing",
            "lat": "42.20", "lon": "19.60", "accuracy_km": "0.5",
        } | _MARK,
        {
            "id": "example-camp", "name": "Example Camp", "country": "BB", "kind": "base", "lat": "42.30",
            "lon": "20.00", "accuracy_km": "1", "role": "destination",
        } | _MARK,
    ],
    "links": [
        {
            "id": "example-port-border-road", "name": "Example Port–Example Border", "from": "example-port",
            "to": "example-border", "country": "AA", "length_km": "52.5",
            "note": "an example: replace this row by your own",
        } | _LINK,
        {
            "id": "example-border-camp-road", "name": "Example Border–Example Camp", "from": "example-border",
            "to": "example-camp", "country": "BB", "length_km": "41",
        } | _LINK,
        {
            "id": "example-port-border-motorway-new", "name": "Example Port–Example Border", "from": "example-port",
            "to": "example-border", "country": "AA", "length_km": "46",
        } | _LINK | {"status": "planned", "road_class": "motorway", "lanes": "4", "max_speed_kmh": "120"},
    ],
    "projects": [
        {
            "id": "example-motorway", "name": "Example motorway", "links": "example-port-border-motorway-new",
            "upgrades": "example-border-camp-road", "mode": "road", "country": "AA-BB", "cost_eur_m": "300",
            "target_year": "2032", "status": "planned",
        } | _MARK,
    ],
    "upgrades": [
        {
            "project": "example-motorway", "link": "example-border-camp-road", "attribute": "max_speed_kmh",
            "today": "80", "after": "100", "status": "planned",
        } | _MARK,
    ],
    "structures": [
        {
            "id": "example-bridge", "name": "Example Bridge", "kind": "bridge", "links": "example-border-camp-road",
            "lat": "42.25", "lon": "19.80", "length_m": "320", "max_gross_t": "60",
        } | _MARK,
    ],
    "borders": [
        {
            "place": "example-border", "name": "Example Border", "countries": "AA-BB", "mode": "road", "usable": "yes",
            "regime": "not known", "wait_h": "1",
        } | _MARK,
    ],
    "countries": [
        {"iso2": "AA", "name": "First example country", "nato": "2004", "eu": "member", "schengen": "no"} | _MARK,
        {"iso2": "BB", "name": "Second example country", "nato": "no", "eu": "candidate", "schengen": "no"} | _MARK,
    ],
    "corridors": [
        {"code": "E1", "name": "Example corridor", "description": "from the port over the border to the camp"} | _MARK,
    ],
    "corridor_stops": [
        {"corridor": "E1", "branch": "main", "mode": "road", "order": str(at), "place": place} | _MARK
        for at, place in enumerate(("example-port", "example-border", "example-camp"), 1)
    ],
    "sources": [
        {
            "id": "example-source", "title": "Where the figures come from", "publisher": "Who published it",
            "date": "2026-01-31", "url": "https://example.org/page", "licence": "public domain", "kind": "official",
        },
    ],
}  # fmt: skip

_HEAD = """# A network of one's own

Written by `mobility new`. Each table (a CSV file: commas between cells, decimal points, UTF-8; a spreadsheet's
semicolons with decimal commas are read too) has one row or a few as an example: replace them by yours. Then

    mobility check {name}                  # every fault and every notice at once
    mobility --network {name} routes       # every origin to every destination

1. `places.csv`: a row per place, with `lat` and `lon` in degrees. `role` says which are origins and destinations.
2. `links.csv`: a row per road, railway or sea link from place to place; `from` and `to` are ids of places.
3. `countries.csv` and `corridors.csv`: the codes that places and links name.
4. `borders.csv`: a row per border place (a place of two countries, as `AA-BB`) and mode.

Needed are places.csv and links.csv, with a row in countries.csv and corridors.csv for each code that they name. The
others may stay empty or be deleted: without borders.csv no link may cross a border, without the others there is
no such project, structure or list of stops. `source` is an id of sources.csv, a web address, or `estimate: ` and the
rule. An empty cell means not known.

Optional files: `links.geojson` (the lines of the links, each with the property `id`; without it links are straight),
`profiles.toml` (profiles and rules of one's own) and `schema.csv` (columns of one's own; else what stands below).

A `yes` under "needed" means that the cell may not be empty.
"""


def new(path: str | Path) -> Path:
    """Write the template of a network: its tables with worked rows, and README.md, which says what each column holds.

    Parameters
    ----------
    path
        A folder that is new or empty.

    Returns
    -------
    Path
        The folder; it is a network that `check` finds sound and `Network.load` takes.

    Raises
    ------
    InputError
        When there is something at `path`, or it cannot be written.
    """
    home, schema = Path(path), files.shipped_schema()
    written = {f"{name}.csv": _csv(ROWS[name], list(schema[name])) for name in tables.TABLES}
    files.write_folder(home, written | {"README.md": _readme(schema, home.absolute().name).encode()})
    return home


def _csv(rows: list[dict[str, str]], columns: list[str]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _readme(schema: tables.Schema, name: str) -> str:
    """Return what is needed, and per table its columns as schema.csv describes them."""
    parts = [_HEAD.format(name=name)]
    for table in tables.TABLES:
        parts.append(
            f"\n## {table}.csv\n\n| column | needed | what it holds | type | unit |\n| --- | --- | --- | --- | --- |\n"
        )
        for column in schema[table].values():
            cells = column.name, "yes" if column.required else "", column.meaning, column.type, column.unit
            parts.append("| " + " | ".join(cell.replace("|", ", ") for cell in cells) + " |\n")
    return "".join(parts)
