"""A hamlet of four places in a copy of geodata/, so that what a test breaks touches nothing else.

base --v-tie-- v-a ==(v-ab, v-twin)== v-b --v-bg-- v-gate | --v-gf-- v-far
"""

import csv
import json
import shutil

from mobility.model.checks import check_tables
from mobility.model.files import default_folder, read
from mobility.model.tables import SMALL_TABLES
from mobility.vocabulary import split

TABLES = ("places", "links", *SMALL_TABLES)
STEP = 0.1  # degrees of longitude between the places of the hamlet
# The row of a table that most tests break.
SUBJECT = {
    "places": "v-b", "links": "v-twin", "projects": "v-project", "upgrades": "v-project", "structures": "v-bridge",
    "borders": "v-gate", "countries": "AL", "corridors": "V", "corridor_stops": "V", "sources": "v-source",
}  # fmt: skip


def load(folder, table):
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def save(folder, table, rows, header=None):
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header or list(rows[0]), lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def key_of(row):
    return next(iter(row.values()))


def put(folder, table, key=None, **cells):
    """Change cells of the last row with this key (default: the hamlet's); return "FILE:LINE"."""
    key = key or SUBJECT[table]
    rows = load(folder, table)
    number = max(n for n, row in enumerate(rows) if key_of(row) == key)
    assert set(cells) <= set(rows[number])
    rows[number] |= cells
    save(folder, table, rows)
    return f"{folder / table}.csv:{number + 2}"


def header_of(folder, table):
    return (folder / f"{table}.csv").read_text(encoding="utf-8").split("\n", 1)[0].split(",")


def add(folder, table, *rows):
    """Append rows (missing cells are empty); return "FILE:LINE" of the last."""
    old, header = load(folder, table), header_of(folder, table)
    save(folder, table, [*old, *(dict.fromkeys(header, "") | row for row in rows)], header)
    return f"{folder / table}.csv:{len(old) + len(rows) + 1}"


def row_of(folder, table, key):
    return next(row for row in load(folder, table) if key_of(row) == key)


def features(folder):
    return (folder / "links.geojson").read_text(encoding="utf-8").splitlines()


def draw(folder, link, coordinates):
    """Replace, add (or drop: None) the line of a link; return "FILE:LINE"."""
    lines = features(folder)
    body, start = [line.rstrip(",") for line in lines[1:-1] if line], lines[0]
    at = next((n for n, line in enumerate(body) if json.loads(line)["properties"]["id"] == link), len(body))
    shape = {"type": "LineString", "coordinates": coordinates}
    new = json.dumps({"type": "Feature", "properties": {"id": link}, "geometry": shape})
    body[at : at + 1] = [] if coordinates is None else [new]
    (folder / "links.geojson").write_text("\n".join([start, ",\n".join(body), lines[-1], ""]), encoding="utf-8")
    return f"{folder}/links.geojson:{at + 2}"


def at(folder, *places):
    rows = [row_of(folder, "places", place) for place in places]
    return [[float(row["lon"]), float(row["lat"])] for row in rows]


def found(folder):
    """Every fault and every new notice, as two lists of text."""
    schema, raw = read(folder)
    every = check_tables(raw, schema)
    return [str(f) for f in every if f.severity == "fault"], [str(f) for f in every if f.severity == "notice"]


def faults(folder):
    return found(folder)[0]


def copy(folder):
    shutil.copytree(default_folder(), folder, ignore=shutil.ignore_patterns("basemap.geojson", "scenarios"))
    for file in folder.iterdir():
        file.chmod(0o644)
    return folder


def base_of(folder):
    """The city that the hamlet hangs on."""
    return next(row for row in load(folder, "places") if row["kind"] == "city" and "-" not in row["country"])


def thin(folder):
    """Leave one city, the countries and their sources: the tests take a hundredth of the time."""
    base = base_of(folder) | {"transfer": "", "transfer_source": ""}
    save(folder, "places", [base])
    used = {word for row in [base, *load(folder, "countries")] for word in split(row["source"])}
    save(folder, "sources", [row for row in load(folder, "sources") if row["id"] in used])
    for table in set(TABLES) - {"places", "sources", "countries"}:
        save(folder, table, [], list(load(folder, table)[0]))
    (folder / "links.geojson").write_text('{"type":"FeatureCollection","features":[\n]}\n', encoding="utf-8")
    return folder


def settle(folder):
    """Add the hamlet."""
    base = base_of(folder)
    here, there = base["country"], next(r["iso2"] for r in load(folder, "countries") if r["iso2"] != base["country"])
    lon, lat = float(base["lon"]), float(base["lat"])
    where = {"v-a": 1, "v-b": 2, "v-gate": 3, "v-far": 4}
    spots = {key: [round(lon + STEP * n, 4), lat] for key, n in where.items()} | {base["id"]: [lon, lat]}
    place = {"kind": "city", "lat": base["lat"], "accuracy_km": "0", "confidence": "low", "source": "v-source"}
    country = {"v-a": here, "v-b": here, "v-gate": f"{here}-{there}", "v-far": there}
    add(folder, "places", *(
        place | {"id": key, "name": f"{key} town", "country": country[key], "lon": str(spots[key][0])} for key in where
    ))  # fmt: skip
    put(folder, "places", "v-gate", kind="border_crossing")
    link = {
        "mode": "road", "corridors": "V", "length_km": "12", "status": "open", "road_class": "primary",
        "length_confidence": "low", "attr_confidence": "low", "source": "v-source",
    }  # fmt: skip
    for key, start, end, code in [
        ("v-tie", base["id"], "v-a", here), ("v-ab", "v-a", "v-b", here), ("v-twin", "v-a", "v-b", here),
        ("v-bg", "v-b", "v-gate", here), ("v-gf", "v-gate", "v-far", there),
    ]:  # fmt: skip
        add(folder, "links", link | {"id": key, "name": f"{start}–{end}", "from": start, "to": end, "country": code})
        draw(folder, key, [spots[start], spots[end]])
    mark = {"confidence": "low", "source": "estimate: hamlet"}
    source = {"id": "v-source", "title": "T", "publisher": "P", "licence": "public domain", "kind": "paper"}
    add(folder, "sources", source | {"url": "https://example.org/a"})
    add(folder, "corridors", mark | {"code": "V", "name": "V", "description": "V"})
    for order, key in enumerate(["v-a", "v-b", "v-gate", "v-far"], start=1):
        stop = {"corridor": "V", "branch": "main", "mode": "road", "order": str(order), "place": key}
        add(folder, "corridor_stops", mark | stop)
    project = {"links": "", "upgrades": "v-twin", "mode": "road", "country": here, "status": "planned"}
    add(folder, "projects", mark | project | {"id": "v-project", "name": "Project V"})
    change = {"link": "v-twin", "attribute": "length_km", "today": "12.0", "after": "11.5", "status": "planned"}
    add(folder, "upgrades", mark | change | {"project": "v-project"})
    bridge = {"name": "Bridge V", "kind": "bridge", "links": "v-twin", "lat": base["lat"], "lon": str(lon)}
    add(folder, "structures", mark | bridge | {"id": "v-bridge"})
    crossing = {"countries": f"{here}-{there}", "mode": "road", "usable": "yes", "regime": "other", "wait_h": "1"}
    add(folder, "borders", mark | crossing | {"place": "v-gate", "name": "v-gate"})
    return folder
