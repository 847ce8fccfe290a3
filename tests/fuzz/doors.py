"""The doors through which input comes: each writes hostile files to `in/` and returns the command line that reads them.

A door is called in an empty folder with a `Random` and the valid inputs of `valid`. Paths are relative to that folder.
"""

import bz2
import gzip
import shutil
from pathlib import Path

from fuzz import spoiling
from fuzz.command_line import command_line
from fuzz.serving import asking, serve
from fuzz.spoiling import spoil
from fuzz.valid import GEOJSON, GPX, GROUND, JOURNALS, KML, NETWORK, ORDERS, SCENARIO, VALID, zipped


def _read(name):
    return (VALID / name).read_bytes()


def _copy(*names):
    for name in names:
        shutil.copy(VALID / name, "in")


# What asks of a network that was spoiled; `check` reads it, the others load it.
ASKING = ("check", "check", "places", "links", "route alfa echo", "routes -f json", "bottlenecks", "links -f geojson")
ASKING += (
    "redundancy",
    "deploy --vehicles 10",
    "whatif -x gate",
    "export -o out/x.csv",
    "map -o out/x.html",
    "strip T",
)
ASKING += (
    "interdict -k 1",
    "protect -F 1 -k 1",
    "recover -k 1 --sets 1",
    "projects",
    "sets",
    "export -o out/x.gpkg",
    "export -o out/x.graphml",
    "routes --uncertain 2",
)


def _asking(random, network="in/net"):
    words = random.choice(ASKING).split()
    if words[0] == "check":
        return ["check", network, *random.choice(([], ["--trust", "geometry"], ["--trust", "columns"]))]
    return ["--network", network, *random.choice(([], [], ["--trust", "geometry"])), *words]


def tables(random):
    """Tables of a folder: bytes, cells, columns, encodings; and its drawn lines."""
    net = Path("in/net")
    shutil.copytree(NETWORK, net)
    if random.random() < 0.3:
        shutil.copy(VALID / "links.geojson", net)
    names = sorted(file.name for file in net.iterdir())
    for _ in range(random.choice((1, 1, 2))):
        file = net / random.choice([*names, "links.csv", "places.csv", "borders.csv"])
        how = random.random()
        if file.is_dir():
            continue
        if how < 0.02:
            file.unlink()
            file.mkdir()
        elif file.suffix == ".csv" and how < 0.7:
            file.write_bytes(spoiling.table(random, _read(f"small/{file.name}")))
        else:
            file.write_bytes(spoil(random, file.read_bytes()))
    return _asking(random)


def geopackage(random):
    """Cells, columns, layers and bytes of a GeoPackage that is a network."""
    _copy("small.gpkg")
    file = Path("in/small.gpkg")
    if random.random() < 0.7:
        spoiling.database(random, file)
    else:
        file.write_bytes(spoil(random, file.read_bytes(), text=False))
    return _asking(random, str(file))


def parquet(random):
    """Columns, their types, what they say of themselves, and bytes of a network as a folder of Parquet files."""
    net = Path("in/net.parquet")
    shutil.copytree(VALID / "small.parquet", net)
    names = sorted(file.name for file in net.iterdir())
    for _ in range(random.choice((1, 1, 2))):
        file = net / random.choice([*names, "links.parquet", "places.parquet"])
        how = random.random()
        if how < 0.02:
            file.unlink(missing_ok=True)
        elif file.suffix == ".parquet" and how < 0.75:
            spoiling.parquet(random, file)
        else:
            file.write_bytes(spoil(random, file.read_bytes(), text=file.suffix != ".parquet"))
    return _asking(random, str(net))


def toml(random):
    """Scenario files, and the profiles of a network."""
    if random.random() < 0.5:
        _copy("area.geojson")
        Path("in/s.toml").write_bytes(spoil(random, SCENARIO))
        line = random.choice(
            ("links", "routes", "whatif", "whatif --against in/s.toml -x gate", "profiles", "projects")
        )
        return ["--network", NETWORK, *line.split(), "-s", "in/s.toml"]
    shutil.copytree(NETWORK, "in/net")
    Path("in/net/profiles.toml").write_bytes(spoil(random, _read("profiles.toml")))
    words = _asking(random)
    return [*words, "-p", random.choice(("heavy", "wheeled", "all"))] if "routes" in words else words


def orders(random):
    """Orders of `schedule`: forces, moments, zones, and the words of a scenario beside them."""
    Path("in/o.toml").write_bytes(spoil(random, ORDERS))
    words = ["--network", NETWORK, "schedule", "in/o.toml", "--tries", "2", "--seconds", "5"]
    words += ["--table", random.choice(("legs", "columns", "forces", "march", "waits"))]
    return words + random.choice(([], ["-f", "json"], ["-o", "out/x.ics"], ["--fix", "First/2=d1 09:00"]))


def shapes(random):
    """Files that draw what is closed, or the area of an import."""
    name = random.choice(("geojson", "geojson", "kml", "gpx", "shp", "zip", "kmz", "gpkg"))
    if name == "shp":
        _copy("area.shp", "area.shx", "area.dbf", "area.prj")
        part = Path("in/area." + random.choice(("shp", "shp", "shx", "dbf", "prj")))
        part.unlink() if random.random() < 0.1 else part.write_bytes(spoil(random, part.read_bytes(), text=False))
        file = Path("in/area.shp")
    else:
        file = Path(f"in/area.{name}")
        file.write_bytes(_read(file.name))
        if name == "gpkg" and random.random() < 0.7:
            spoiling.database(random, file)
        else:
            file.write_bytes(_spoiled(random, file.name))
    if file.is_file() and random.random() < 0.1:
        file = file.rename(random.choice(("in/a.geojson", "in/a.zip", "in/a!b.zip", "in/ä b.KML", "in/a.tif", "in/a")))
    if random.random() < 0.15:
        _copy("valley.osm")
        return ["import", "osm", "in/valley.osm", "--country", "AA", "--polygon", str(file), "-o", "out/x.gpkg"]
    width = ["--width", random.choice(("1", "1e5", "100"))] if random.random() < 0.2 else []
    empty = ["--allow-empty"] if random.random() < 0.5 else []
    return ["--network", NETWORK, random.choice(("links", "routes", "whatif")), "-x", f"area:{file}", *width, *empty]


def _spoiled(random, name):
    """Return a file of shapes spoiled: its bytes, or for an archive what is in it."""
    if name == "area.kmz" and random.random() < 0.7:
        return zipped({random.choice(("doc.kml", "../doc.kml", "a/b.kml", "doc.txt")): spoil(random, KML)})
    if name == "area.zip" and random.random() < 0.3:
        inside = random.choice(
            (("a.geojson", GEOJSON), ("a.kml", KML), ("a.gpx", GPX), ("a.zip", zipped({"a.kml": KML})))
        )
        return zipped({inside[0]: spoil(random, inside[1])})
    return spoil(random, _read(name), text=name.endswith(("geojson", "kml", "gpx")))


def osm(random):
    """OpenStreetMap XML, packed or not, and PBF."""
    ending = random.choice(("", "", "", ".gz", ".bz2", ".pbf"))
    data = _read("valley.osm.pbf" if ending == ".pbf" else "valley.osm")
    if ending == ".pbf":
        data = spoil(random, data, text=False)
    else:
        pack = {"": bytes, ".gz": lambda text: gzip.compress(text, mtime=0), ".bz2": bz2.compress}[ending]
        inside = random.random() < 0.7
        data = pack(spoil(random, data)) if inside else spoil(random, pack(data), text=not ending)
    file = Path(f"in/valley.osm{ending}")
    file.write_bytes(data)
    words = ["import", "osm", str(file), "-o", "out/x.gpkg"]
    words += ["--country", "AA"] if random.random() < 0.8 else []
    words += random.choice(
        ([], [], ["--allow-restricted"], ["--snap", "all"], ["-m", "rail"], ["--bbox", "20,40,21,42"])
    )
    if random.random() < 0.1:
        Path("in/snap.csv").write_bytes(spoiling.table(random, b"id,name,country,lat,lon\na,A,AA,41.1,20.5\n"))
        words += ["--snap", "in/snap.csv"]
    return words


def ground(random):
    """What `check --ground` compares a network with."""
    folder = Path("in/ground")
    folder.mkdir()
    for name, data in GROUND.items():
        (folder / f"{name}.csv.gz").write_bytes(gzip.compress(data, mtime=0))
    for name in random.sample(sorted(GROUND), random.choice((1, 1, 2))):
        data, how = GROUND[name], random.random()
        if how < 0.9:
            data = gzip.compress(spoiling.table(random, data) if how < 0.6 else spoil(random, data), mtime=0)
        else:
            data = spoil(random, gzip.compress(data, mtime=0), text=False)
        (folder / f"{name}.csv.gz").write_bytes(data)
    return ["check", NETWORK, "--ground", str(folder)]


def journal(random):
    """What --resume goes on from: whatever it holds, the answer is the same, or it is refused."""
    name = random.choice(sorted(JOURNALS))
    head, _, body = _read(random.choice(sorted(JOURNALS)) if random.random() < 0.1 else name).partition(b"\n")
    if random.random() < 0.2:
        head = spoil(random, head)
    body = spoil(random, body) if random.random() < 0.9 else body[: random.randrange(len(body))]
    Path("out/j").write_bytes(head + b"\n" + body)
    return ["--network", NETWORK, *JOURNALS[name], "--resume", "out/j"]


DOORS = {
    "command_line": command_line,
    "tables": tables,
    "geopackage": geopackage,
    "parquet": parquet,
    "toml": toml,
    "orders": orders,
    "shapes": shapes,
    "osm": osm,
    "ground": ground,
    "journal": journal,
    "serve": serve,
}
COMMANDS = {"serve": asking}  # what is asked where it is not the command line
