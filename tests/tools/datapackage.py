"""Write geodata/datapackage.json, the tables as a Frictionless data package: python tests/tools/datapackage.py.

What a column holds is read from schema.csv, as the data dictionary is. Only the standard library is used.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from tools.data_dictionary import GEODATA, rows

VOCABULARY = GEODATA.parent / "src" / "mobility" / "vocabulary.py"
_CC_BY = {"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}
_ODBL = {"name": "ODbL-1.0", "path": "https://opendatacommons.org/licenses/odbl/1-0/"}
_PUBLIC = {"name": "other-pd", "title": "Public domain (Natural Earth)"}
# Files that are no tables: name in the package, media type, licences.
_OTHERS = {
    "links.geojson": ("lines", "application/geo+json", [_ODBL]),
    "basemap.geojson": ("basemap", "application/geo+json", [_PUBLIC]),
    "backdrop.geojson": ("backdrop", "application/geo+json", [_PUBLIC, _CC_BY]),
    "profiles.toml": ("profiles", "application/toml", [_CC_BY]),
}


def field(column: dict[str, str], keys: dict[str, str]) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Return a column as a field of the table schema, and the foreign key that it is, if it is one.

    `keys` has the first column of each table, by which others refer to it.
    """
    kind, _, allowed = column["type"].partition(" of ")
    made: dict[str, Any] = {"name": column["column"], "type": "string", "description": column["meaning"]}
    limits: dict[str, Any] = {"required": True} if column["required"] == "yes" else {}
    if kind in {"number", "integer"}:
        made |= {"type": kind, "unit": column["unit"]}
    elif kind == "yes/no":
        made |= {"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]}
    elif kind == "one":
        limits["enum"] = allowed.split("|")
    elif kind == "some":
        item = f"({allowed})"
        limits["pattern"] = f"^{item}(; ?{item})*$"
    to = kind.removeprefix("ref ") if kind.startswith("ref ") else ""
    foreign = {"fields": made["name"], "reference": {"resource": to, "fields": keys[to]}} if to else None
    return made | ({"constraints": limits} if limits else {}), foreign


def table(file: Path, columns: dict[str, dict[str, str]], keys: dict[str, str]) -> dict[str, Any]:
    """Return a table as a resource; its fields stand in the order of the file."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        header = next(csv.reader(lines))
    plain = {
        "type": "text",
        "required": "no",
        "meaning": "see README.md",
    }  # of schema.csv, which does not tell of itself
    found = [field(columns.get(name, plain | {"column": name}), keys) for name in header]
    schema: dict[str, Any] = {"fields": [made for made, _ in found], "missingValues": [""]}
    schema |= {"primaryKey": "id"} if "id" in header else {}
    foreign = [key for _, key in found if key]
    return {
        "name": file.stem,
        "path": file.name,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ","},
        "licenses": [_CC_BY],
        "schema": schema | ({"foreignKeys": foreign} if foreign else {}),
    }


def package(folder: Path = GEODATA) -> str:
    """Return the text of datapackage.json of a folder of tables."""
    columns: dict[str, dict[str, dict[str, str]]] = {}
    for row in rows(folder / "schema.csv"):
        columns.setdefault(row["table"], {})[row["column"]] = row
    keys = {name: next(iter(of)) for name, of in columns.items()}
    tables = [table(file, columns.get(file.stem, {}), keys) for file in sorted(folder.glob("*.csv"))]
    others = [
        {"name": name, "path": file, "format": Path(file).suffix[1:], "mediatype": kind, "licenses": licences}
        for file, (name, kind, licences) in _OTHERS.items()
        if (folder / file).exists()
    ]
    whole = {
        "profile": "data-package",
        "name": "mobility-network",
        "title": "Roads, railways and sea lanes of military mobility between the Adriatic and the Black Sea",
        "version": version(),
        "licenses": [_CC_BY, _ODBL],
        "keywords": ["military mobility", "transport network", "Corridor VIII", "resilience", "routing"],
        "resources": tables + others,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def version() -> str:
    """Return the version of the project, where its one place is."""
    found = re.search(r'^VERSION = "([^"]+)"', VOCABULARY.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else ""


if __name__ == "__main__":
    (GEODATA / "datapackage.json").write_text(package(), encoding="utf-8")
