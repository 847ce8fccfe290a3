"""All analyses once on a network of many links: `python tests/benchmarks/scale.py [LINKS]` writes scale.md.

Peak memory is that of the process since the analysis began, which holds the network too (Linux).
"""

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from cases import peak
from networks import synthetic
from tabulate import tabulate

from mobility import Network
from mobility.analysis.bottlenecks import bottlenecks
from mobility.analysis.interdiction import interdict
from mobility.analysis.redundancy import pair_redundancy
from mobility.analysis.routes import routes
from mobility.analysis.whatif import whatif
from mobility.commands.lists import LINK_COLUMNS
from mobility.model.files import Identity, as_geopackage, default_folder, rules_at
from mobility.model.sphere import great_circle_km
from mobility.model.tables import TABLES, complete, read_schema
from mobility.present.tables import write

LINKS_PER_NODE = 1.3
TEXT = """\
# Country scale

Each analysis once on a synthetic road network of two countries, 20 origins, 10 destinations and 1,000 bridges. Peak
memory is that of the process, which holds the network too; files are read by a fresh process each.

{table}

All N-1 of 200 pairs on {nodes} places as plain arrays: a fresh process, which makes the network too, takes {peak} MiB.
"""


def country(links):
    """Return a synthetic road network as tables: two countries with a border, 20 origins, 10 destinations, bridges."""
    arcs = synthetic(round(links / LINKS_PER_NODE))
    first = np.unique(arcs.link, return_index=True)[1]
    a, b, size = arcs.tail[first], arcs.head[first], len(arcs.x)
    both = np.bincount(arcs.link) > 1
    side = np.array(["AA", "BB"], dtype=object)[(arcs.x > 0.5).astype(int)]
    border = np.zeros(size, bool)
    border[b[side[a] != side[b]]] = True
    ids, role = np.array([f"n{i}" for i in range(size)], object), np.full(size, "", object)
    role[arcs.origins], role[arcs.destinations] = "origin", "destination"
    lon, lat = 15 + 10 * arcs.x, 40 + 10 * arcs.y
    straight = great_circle_km(lon[a], lat[a], lon[b], lat[b])
    keys = np.array([f"w{i}" for i in range(len(a))], object)
    bridges = np.arange(0, len(a), max(len(a) // 1000, 1))
    classes = np.array(["motorway", "primary", "secondary"], object)
    sourced = {"source": "estimate: drawn", "confidence": "low"}
    data = {
        "places": {"id": ids, "name": ids, "country": np.where(border, "AA-BB", side), "lon": lon, "lat": lat}
        | {"kind": np.where(border, "border_crossing", "junction"), "accuracy_km": 0.01, "role": role}
        | sourced,
        "links": {"id": keys, "name": ids[a] + "–" + ids[b], "from": ids[a], "to": ids[b], "mode": "road"}
        | {"country": np.where(border[a], side[b], side[a]), "corridors": "T", "oneway": ~both, "status": "open"}
        | {"length_km": 1.2 * straight, "road_class": classes[np.arange(len(a)) % 3]}
        | {"length_confidence": "low", "attr_confidence": "low", "source": "estimate: drawn"},
        "borders": {
            "place": ids[border],
            "name": ids[border],
            "countries": "AA-BB",
            "mode": "road",
            "regime": "not known",
        }
        | {"wait_h": 0.5, "usable": True}
        | sourced,
        "structures": {"id": [f"s{i}" for i in bridges], "name": "bridge", "kind": "bridge", "links": keys[bridges]}
        | {"lat": lat[a[bridges]], "lon": lon[a[bridges]]}
        | sourced,
        "countries": {"iso2": ["AA", "BB"], "name": ["AA", "BB"], "nato": "2000", "eu": "member"} | sourced,
        "corridors": {"code": ["T"], "name": "T", "description": "drawn"} | sourced,
    }
    schema = read_schema(default_folder() / "schema.csv")
    frames = {name: complete(pd.DataFrame(data.get(name, {})), schema[name]) for name in TABLES}
    ends = np.stack([np.c_[lon[a], lat[a]], np.c_[lon[b], lat[b]]], axis=1)
    return Network.of_frames(frames, shapely.linestrings(ends), rules_at(default_folder()), Identity("drawn", "", ""))


def measured(call):
    """Return the processor seconds and the peak MiB of a call, and what it returned."""
    Path("/proc/self/clear_refs").write_text("5")
    start = time.process_time()
    found = call()
    seconds = time.process_time() - start
    peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]
    return seconds, int(peak) / 1024, found


def alone(statement):
    """Return the processor seconds and the peak MiB of a statement in a fresh process, which has its libraries."""
    code = f"""
import sys
sys.path[:0] = {sys.path!r}
import geopandas, pyogrio, scipy.sparse.csgraph
from mobility import Network
from scale import measured
print(*measured(lambda: {statement})[:2])
"""
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
    return *map(float, answer.split()), None


def table(links):
    """Return the table of all analyses."""
    rows = []

    def row(name, call, how=measured):
        seconds, peak, found = how(call)
        rows.append([name, f"{seconds:.1f}", f"{peak:,.0f}"])
        print(rows[-1], file=sys.stderr, flush=True)  # noqa: T201 - it takes a while
        return found

    net = country(links)
    with tempfile.TemporaryDirectory() as folder:
        file, other = Path(folder) / "network.gpkg", Path(folder) / "network.parquet"
        file.write_bytes(row("export to a GeoPackage", lambda: as_geopackage(net)))
        row("export to Parquet", lambda: net.save(other))
        layers = f"[pyogrio.read_arrow({str(file)!r}, layer=name) for name in pyogrio.list_layers({str(file)!r})[:, 0]]"
        row("read the columns of the GeoPackage alone (pyogrio.read_arrow)", layers, alone)
        row("load the GeoPackage, checked", f"Network.load({str(file)!r})", alone)
        row("load the Parquet files, checked", f"Network.load({str(other)!r})", alone)
        del net
        net = Network.load(file)
    net = row("apply a profile", lambda: net.under("mixed"))
    row("links as csv", lambda: len(write("csv", net.links[LINK_COLUMNS], {}, ())))
    row("the same by pandas (DataFrame.to_csv)", lambda: len(net.links[LINK_COLUMNS].to_csv(index=False)))
    row("close a link by its id, the first time", lambda: net.close(net.links.index[0]))
    used = row("routes, 200 pairs", lambda: routes(net))["links"].iloc[0].split(";")
    row("what-if: a link closed", lambda: whatif(net, net.close(used[len(used) // 2])))
    for by in ("link", "place", "structure", "border", "country"):
        row(f"bottlenecks by {by}", lambda by=by: bottlenecks(net, by=by))
    starts, ends = (net.places.index[net.places["role"] == role].tolist() for role in ("origin", "destination"))
    row("interdict, 2 links, 2 x 2 pairs", lambda: interdict(net, k=2, origins=starts[:2], destinations=ends[:2]))
    row("redundancy of 200 pairs", lambda: pair_redundancy(net))
    head = [f"{len(net.links):,} links, {len(net.places):,} places", "processor s", "peak MiB"]
    return tabulate(rows, head, "pipe", disable_numparse=True, colalign=["left", "right", "right"])


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    text = TEXT.format(table=table(number), nodes=f"{number:,}", peak=f"{peak(number):,.0f}")
    (Path(__file__).parent / "scale.md").write_text(text, encoding="utf-8")
