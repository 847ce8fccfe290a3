"""Thicken the shipped network: add the railways and main roads of geodata/ground that it lacks.

    python tests/tools/relief.py

Reads geodata/, adds rows of corridor `relief`, and writes the tables again. Run again, it adds what is lacking still,
between the places that are there by then. It does what `mobility import osm --onto` does, with towns to name places,
countries to cut at, and a list of border crossings. Then run tests/tools/data_dictionary.py, readme.py and maps.py.
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
from pathlib import Path

import pandas as pd
import shapely

from mobility.model.files import default_folder
from mobility.sources.copies import network_of, open_copy, write_folder
from mobility.sources.ground import default_ground, read_ground, read_towns
from mobility.sources.relief_audit import audit, shares
from mobility.sources.splitting import renamed
from mobility.sources.territory import Territory
from mobility.sources.thicken import Source, Thickener, summary
from mobility.vocabulary import split

HOME = default_folder()
TOTALS = Path(__file__).resolve().parents[1] / "data" / "totals.csv"
SOURCE = Source("openstreetmap-scgraph", "low")
# Mode, and by how much a route may be longer than the ground (0: ways round links instead).
PLAN = (
    ("rail", 1.05),
    ("rail", 0),
    ("rail", 0),
    ("road", 1.03),
    ("road", 0),
    ("road", 0),
    ("road", 1.05),
    ("road", 0),
)


def territory(folder: Path) -> Territory:
    """Return the countries beside the ground."""
    with gzip.open(folder / "countries.geojson.gz", "rt", encoding="utf-8") as file:
        features = json.load(file)["features"]
    codes = [f["properties"]["code"] for f in features]
    return Territory.of(codes, [shapely.from_geojson(json.dumps(f["geometry"])) for f in features])


def crossings(folder: Path, network: object) -> pd.DataFrame:
    """Return the crossings known by name that the network does not have."""
    listed = pd.read_csv(folder / "crossings.csv", dtype=str, keep_default_na=False)
    borders = network.borders
    known = set(zip(borders["place"], borders["mode"], strict=True))
    return listed[[pair not in known for pair in zip(listed["place"], listed["mode"], strict=True)]]


def follow_totals(pieces: dict[str, list[str]]) -> None:
    """Name the pieces of divided links in the published totals that tests sum."""
    with TOTALS.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    column = header.index("links")
    for row in rows:
        while {*split(row[column])} & {*pieces}:
            row[column] = renamed(row[column], pieces)
    with TOTALS.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def main() -> None:
    """Thicken geodata/ in place."""
    folder = default_ground(HOME)
    grounds, towns, copy = read_ground(folder), read_towns(folder), open_copy(HOME)
    network = network_of(copy, HOME)
    grown = Thickener(copy, grounds, territory(folder), towns, SOURCE, crossings(folder, network))
    for mode, stretch in PLAN:
        count = grown.shortcuts(network, mode, stretch) if stretch else grown.detours(network, mode)
        network = network_of(copy, HOME)
        sys.stdout.write(f"{mode} {stretch or 'detours'}: {count} links\n")
    follow_totals({row["id"]: row["name"].split(";") for row in grown.added if row["kind"] == "divided"})
    write_folder(copy, HOME, HOME)
    sys.stdout.write(f"{summary(grown.added)}\n{shares(audit(network, grounds, towns))}\n")


if __name__ == "__main__":
    main()
