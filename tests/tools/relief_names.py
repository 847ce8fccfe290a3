"""Name the junctions of relief ways again by the rule of `territory.Names`: `python tests/tools/relief_names.py`.

A junction is called after a town at most 4 km away, else by its side of the nearest one. Only those whose name breaks
the rule get another; their links' ids and names follow in every table. Run twice it changes nothing.
"""

import csv
import re
import sys
from pathlib import Path

from mobility.model.files import default_folder
from mobility.model.names import fold
from mobility.model.sphere import great_circle_km
from mobility.sources.ground import read_towns
from mobility.sources.territory import TOWN_KM, Names

GEODATA = default_folder()
RULE = "openstreetmap-scgraph"
TOTALS = Path(__file__).parents[1] / "data" / "totals.csv"
_IDS = {"place", "link", "links", "upgrades", "close", "via", "from", "to"}  # columns that hold ids


def read(path):
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return rows, list(rows[0]) if rows else []


def write(path, rows, columns):
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def wrong(place, towns):
    """Return whether a junction is called after a town that is too far away to be it."""
    same = towns[towns["name"] == place["name"]]
    if same.empty:
        return False
    km = great_circle_km(float(place["lon"]), float(place["lat"]), same["lon"].astype(float), same["lat"].astype(float))
    return km.min() > TOWN_KM + 1


def renamed_places(places, towns):
    """Give junctions another name where the rule asks for it; return per old id its new id, and the two names."""
    odd = [p for p in places if p["kind"] == "junction" and RULE in p["source"].split("; ") and wrong(p, towns)]
    keep = [p for p in places if p not in odd]
    taken = {fold(w) for p in keep for w in (p["id"], p["name"], p["name_en"], *p["alt_names"].split(";"))} - {""}
    names, new = Names(towns, taken), {}
    for p in odd:
        key, name = names.of(float(p["lat"]), float(p["lon"]), p["country"])
        new[p["id"]] = (key, p["name"], name)
        p |= {"id": key, "name": name}
    return new


def renamed_links(links, new):
    """Give the links of renamed places their names; return per old id the new one."""
    ids, moved = {link["id"] for link in links}, {}
    for link in links:
        key, name = link["id"], link["name"]
        for end in dict.fromkeys((link["from"], link["to"])):
            if end in new:
                place, old, now = new[end]
                key = re.sub(rf"(^|-){re.escape(end)}(?=-)", rf"\g<1>{place}", key, count=1)
                name = name.replace(old, now, 1)
        if key != link["id"]:
            while key in ids:
                key += "-2"
            ids.add(key)
            moved[link["id"]] = key
        link |= {"id": key, "name": name}
        link |= {end: new[link[end]][0] for end in ("from", "to") if link[end] in new}
    return moved


def follow(path, known):
    """Put new ids into the columns of a table that hold ids."""
    rows, heads = read(path)
    words = [
        {c: re.sub(r"[\w-]+", lambda m: known.get(m[0], m[0]), v) if c in _IDS and v else v for c, v in row.items()}
        for row in rows
    ]
    if words != rows:
        write(path, words, heads)


def main():
    places, columns = read(GEODATA / "places.csv")
    links, link_columns = read(GEODATA / "links.csv")
    new = renamed_places(places, read_towns(GEODATA / "ground"))
    moved = renamed_links(links, new)
    write(GEODATA / "places.csv", places, columns)
    write(GEODATA / "links.csv", links, link_columns)
    known = {old: key for old, (key, *_) in new.items()} | moved
    for path in [*sorted(GEODATA.glob("*.csv")), TOTALS]:
        if path.name not in {"places.csv", "links.csv"}:
            follow(path, known)
    shapes = GEODATA / "links.geojson"
    text = shapes.read_text(encoding="utf-8")
    found = re.sub(r'"id":"([^"]+)"', lambda m: f'"id":"{moved.get(m[1], m[1])}"', text)
    shapes.write_text(found, encoding="utf-8")
    sys.stdout.write(f"{len(new)} places and {len(moved)} links have another name\n")


if __name__ == "__main__":
    main()
