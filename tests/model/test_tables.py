"""Reading and checking tables: one thing broken at a time in a copy of geodata/, and the fault it must give.

A hamlet of four places is added to the copy, so that what is broken touches nothing else:

    base --v-tie-- v-a ==(v-ab, v-twin)== v-b --v-bg-- v-gate | --v-gf-- v-far
"""

import csv
import json
import math
import shutil

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from click.testing import CliRunner

from mobility.cli import cli
from mobility.errors import DataError, InputError
from mobility.model.checks import check_tables
from mobility.model.names import fold
from mobility.model.network import Network, default_folder, read
from mobility.model.tables import SMALL_TABLES, checksum, read_schema, split

TABLES = ("places", "links", *SMALL_TABLES)
STEP = 0.1  # degrees of longitude between the places of the hamlet
# The row of a table that most tests break.
SUBJECT = {
    "places": "v-b", "links": "v-twin", "projects": "v-project", "upgrades": "v-project", "structures": "v-bridge",
    "borders": "v-gate", "countries": "AL", "corridors": "V", "corridor_stops": "V", "sources": "v-source",
}  # fmt: skip
ONE_OF = "is not one of"
UNLISTED = "is not in sources.csv (nor a web address, nor 'estimate: <rule>'); add it there"
MIRROR = "is a mirror; cite the original publisher or article"
PAPER = "is a mirror, dossier or working note; cite what it rests on"


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


def drop(folder, table, key):
    save(folder, table, [row for row in load(folder, table) if key_of(row) != key], header_of(folder, table))


def row_of(folder, table, key):
    return next(row for row in load(folder, table) if key_of(row) == key)


def reshape(folder, table, change):
    """Change the text lines of a table; return its file and the number of lines."""
    file = folder / f"{table}.csv"
    lines = change(file.read_text(encoding="utf-8").splitlines())
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file, len(lines)


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


def straight(folder, start, end):
    """Great circle by the law of cosines, a formula other than the one in src."""
    a, b = (row_of(folder, "places", key) for key in (start, end))
    p, q = math.radians(float(a["lat"])), math.radians(float(b["lat"]))
    turn = math.radians(float(b["lon"]) - float(a["lon"]))
    return 6371.0088 * math.acos(math.sin(p) * math.sin(q) + math.cos(p) * math.cos(q) * math.cos(turn))


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


@pytest.fixture(scope="session")
def hamlet(tmp_path_factory):
    """A sound network of the hamlet alone; copied again for every test."""
    return settle(thin(copy(tmp_path_factory.mktemp("hamlet") / "net")))


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
    crossing = {"countries": f"{here}-{there}", "mode": "road", "usable": "yes", "regime": "test", "wait_h": "1"}
    add(folder, "borders", mark | crossing | {"place": "v-gate", "name": "v-gate"})
    return folder


@pytest.fixture
def net(hamlet, tmp_path):
    return shutil.copytree(hamlet, tmp_path / "net")


@pytest.fixture
def full(tmp_path):
    """All of geodata/ with the hamlet."""
    return settle(copy(tmp_path / "full"))


@pytest.fixture
def here(hamlet):
    return row_of(hamlet, "places", "v-a")["country"]


@pytest.fixture
def there(hamlet):
    return row_of(hamlet, "places", "v-far")["country"]


# ---------------------------------------------------------------------------------------- the shipped data


def test_shipped_data_and_hamlet_have_no_fault(hamlet, full):
    """Else the tests below prove nothing."""
    assert faults(default_folder()) == []
    assert found(hamlet) == ([], [])
    assert faults(full) == []


def test_every_shipped_row_has_a_source():
    sources = load(default_folder(), "sources")
    assert all(row["publisher"] and row["licence"] for row in sources)
    listed = {row["id"] for row in sources}
    for table in set(TABLES) - {"sources"}:
        for row in load(default_folder(), table):
            words = split(row["source"])
            assert words, (table, row)
            assert all(w in listed or w.startswith(("estimate: ", "https://", "http://")) for w in words), (table, row)


@pytest.mark.parametrize("table", ["places", "links", "projects", "structures", "sources"])
def test_shipped_ids_are_distinct_when_folded(table):
    ids = [row["id"] for row in load(default_folder(), table)]
    assert len({fold(key) for key in ids} - {""}) == len(ids)


def test_every_shipped_number_has_a_unit_in_the_schema():
    rows = load(default_folder(), "schema")
    assert all(row["unit"] for row in rows if row["type"] in {"number", "integer"})
    described = {row["table"] for row in rows}
    assert described == {*TABLES, "cases"}  # cases.csv is no part of a network
    for table in described:
        columns = list(load(default_folder(), table)[0])
        assert set(columns) <= {row["column"] for row in rows if row["table"] == table}


# ----------------------------------------------------------------------------------------- one cell broken

CELLS = [
    # unknown ids
    ("links.from", "qqqq", "from: unknown place 'qqqq'"),
    ("links.to", "v-gatte", "to: unknown place 'v-gatte'; did you mean 'v-gate'?"),
    ("structures.links", "v-twin;qqqq", "links: unknown link 'qqqq'"),
    ("structures.links", "v-twinn", "links: unknown link 'v-twinn'; did you mean 'v-twin'?"),
    ("projects.links", "qqqq", "links: unknown link 'qqqq'"),
    ("projects.country", "QQ", "country: unknown country 'QQ'"),
    ("upgrades.project", "qqqq", "project: unknown project 'qqqq'"),
    ("corridor_stops.corridor", "qqqq", "corridor: unknown corridor 'qqqq'"),
    # numbers
    *(("links.max_speed_kmh", c, f"max_speed_kmh {c!r} is not a number") for c in ("abc", "12,5")),
    *(("links.max_speed_kmh", c, f"max_speed_kmh {c!r} is not a finite number")
      for c in ("NaN", "-inf", "1e999", "1_2")),
    ("links.lanes", "2.5", "lanes '2.5' is not a whole number"),
    *((f"links.{c}", "0.0", f"{c} 0.0 must be more than 0") for c in ("max_speed_kmh", "speed_kmh")),
    *((f"links.{c}", "-1", f"{c} -1 must be more than 0") for c in ("max_gross_t", "max_axle_t", "max_width_m")),
    *(
        (f"links.{c}", "-3", f"{c} -3 must be 0 or more")
        for c in ("lanes gauge_mm max_gradient_permille max_train_length_m capacity_trains_day used_trains_day").split()
    ),
    ("structures.length_m", "-3", "length_m -3 must be 0 or more"),
    ("structures.max_gross_t", "-3", "max_gross_t -3 must be more than 0"),
    ("places.accuracy_km", "-1", "accuracy_km -1 must be 0 or more"),
    ("borders.wait_h", "-1", "wait_h -1 must be 0 or more"),
    ("borders.wait_max_h", "-0.5", "wait_max_h -0.5 must be 0 or more"),
    ("projects.cost_eur_m", "-1", "cost_eur_m -1 must be 0 or more"),
    ("structures.lat", "north", "lat 'north' is not a number"),
    ("structures.lat", "-90.5", "lat -90.5 is not between -90 and 90"),
    ("structures.lon", "181", "lon 181 is not between -180 and 180"),
    ("structures.lon", "", "lon is missing"),
    # words
    ("links.road_class", "highway", f"road_class 'highway' {ONE_OF} expressway, motorway, primary, secondary, urban"),
    ("links.mode", "Road", f"mode 'Road' {ONE_OF} rail, road, sea"),
    ("links.status", "built", f"status 'built' {ONE_OF} closed, disused, open, planned, under_construction"),
    ("links.tracks", "3", f"tracks '3' {ONE_OF} 1, 1-2, 2"),
    ("links.oneway", "true", "oneway 'true' must be yes or no"),
    ("places.role", "base", f"role 'base' {ONE_OF} destination, origin"),
    ("places.transfer", "road-air", "transfer 'road-air' is not among rail-sea, road-rail, road-sea"),
    ("borders.usable", "maybe", "usable 'maybe' must be yes or no"),
    # required
    *((f"links.{column}", "", f"{column} is missing") for column in ("name", "length_confidence")),
    *((f"{table}.source", "", "source is missing") for table in TABLES if table != "sources"),
    ("sources.publisher", "", "publisher is missing"),
    # sources
    ("links.source", "v-source; qqqq", f"source 'qqqq' {UNLISTED}"),
    ("links.length_source", "qqqq", f"length_source 'qqqq' {UNLISTED}"),
    ("places.source", "dossier", f"source 'dossier' {UNLISTED}"),
    ("links.source", "estimate:", "source 'estimate:' names no rule; write 'estimate: <rule>'"),
    ("links.source", "estimate: the dossier",
     "source 'estimate: the dossier' rests on a dossier or working note; name the rule itself"),
    ("links.source", "https://www.wikizero.com/x", f"source 'https://www.wikizero.com/x' {MIRROR}"),
    *(
        ("sources.url", url, f"url {url!r} {MIRROR}")
        for url in ("https://de.zxc.wiki/wiki/X", "http://wiki.li/X", "https://docslib.org/doc/1",
                    "https://web.archive.org/web/2020/https://example.org")
    ),
    *((f"sources.{c}", w, f"source 'v-source' {PAPER}") for c, w in [("title", "Our dossier on rail"),
      ("title", "Working note 3"), ("publisher", "a mirror of Wikipedia")]),
    ("sources.publisher", "Wikipedia (de)",
     "url 'https://example.org/a' is not wikipedia.org; cite the article itself"),
    # borders, transfers, upgrades, stops
    ("places.transfer", "road-sea", "transfer road-sea at 'v-b', which has no link of one of these modes"),
    ("upgrades.today", "13", "today '13' differs from length_km '12' of v-twin"),
    ("upgrades.today", "", "today '' differs from length_km '12' of v-twin"),
    *(("upgrades.attribute", c, f"links have no attribute {c!r} that can change")
      for c in ("colour", "geometry", "id")),
    ("upgrades.after", "far", "after: length_km 'far' is not a number"),
    ("corridor_stops.order", "2", "order 2 of 'v-far' does not follow 3"),
]  # fmt: skip


@pytest.mark.parametrize(("where", "cell", "message"), CELLS)
def test_broken_cell(net, where, cell, message):
    """Exactly one fault, at that line: what follows from a bad cell is not reported again."""
    table, column = where.split(".")
    line = put(net, table, **{column: cell} | ({"transfer_source": "v-source"} if column == "transfer" else {}))
    assert faults(net) == [f"{line}: {message}"]


def test_length_that_is_missing(net):
    line = put(net, "links", "v-ab", length_km="")
    assert faults(net) == [f"{line}: length_km is missing"]


def test_link_back_to_its_start(net):
    draw(net, "v-twin", at(net, "v-a", "v-a"))
    line = put(net, "links", to="v-a")
    assert faults(net) == [f"{line}: starts and ends at 'v-a'"]


@pytest.mark.parametrize(("attribute", "today", "after", "message"), [
    ("tracks", "", "3", f"tracks '3' {ONE_OF} 1, 1-2, 2"),
    ("doubtful", "", "perhaps", "doubtful 'perhaps' must be yes or no"),
    ("max_speed_kmh", "", "nan", "max_speed_kmh 'nan' is not a finite number"),
])  # fmt: skip
def test_upgrade_to_a_value_the_column_cannot_hold(net, attribute, today, after, message):
    """Else `build` fails on it, or builds nonsense."""
    line = put(net, "upgrades", attribute=attribute, today=today, after=after)
    assert faults(net) == [f"{line}: after: {message}"]


def test_unknown_country_of_a_link_and_unknown_link_of_an_upgrade(net, here):
    line = put(net, "links", country="QQ")
    message = f"changes country without a border place: it is in QQ, from v-a ({here}) to v-b ({here})"
    assert faults(net) == [f"{line}: {message}", f"{line}: country: unknown country 'QQ'"]
    put(net, "links", country=here)
    line = put(net, "upgrades", link="qqqq")
    message = "project 'v-project' does not list 'qqqq' among its upgrades"
    assert faults(net) == [f"{line}: link: unknown link 'qqqq'", f"{line}: {message}"]


@pytest.mark.parametrize(("column", "cell", "limit"), [("lat", "91", 90), ("lon", "-200", 180)])
def test_places_are_on_the_globe(net, column, cell, limit):
    line = put(net, "places", "v-far", **{column: cell})
    assert f"{line}: {column} {cell} is not between -{limit} and {limit}" in faults(net)


def test_what_is_sound(net):
    """Numbers as people write them; every kind of source; words that only look like working papers."""
    for cell in ("12.", "1.2e1", " 12 ", "+12"):
        put(net, "links", length_km=cell)
        assert faults(net) == [], cell
    for source in ("v-source;v-source", "https://example.org/x", "estimate: rule of thumb", "v-source; estimate: x"):
        put(net, "links", source=source)
        assert faults(net) == [], source
    for word in ("decoding the cxy line", "C80 rail", "dossierless", "mirrored"):
        put(net, "sources", title=word)
        assert faults(net) == [], word


# -------------------------------------------------------------------------------------------------- ids


@pytest.mark.parametrize(("table", "key"), [
    *((t, "id") for t in ("places", "links", "projects", "structures", "sources")),
    ("corridors", "code"), ("countries", "iso2"), ("borders", "place and mode"),
    ("upgrades", "project and link and attribute"),
])  # fmt: skip
def test_key_used_twice(net, table, key):
    row = row_of(net, table, SUBJECT[table])
    words = " ".join(row[c] for c in key.split(" and "))
    first = put(net, table).rpartition(":")[2]
    line = add(net, table, row)
    assert faults(net) == [f"{line}: {key} {words!r} is used twice (first in line {first}); choose another"]


@pytest.mark.parametrize("twin", ["V-Bridge", "v–bridge", "v_brídge", "-v-bridge-"])
def test_like_folding_id(net, twin):
    first = put(net, "structures").rpartition(":")[2]
    line = add(net, "structures", row_of(net, "structures", "v-bridge") | {"id": twin})
    message = f"id {twin!r} reads like 'v-bridge' when folded (first in line {first}); choose another"
    assert faults(net) == [f"{line}: {message}"]


# ------------------------------------------------------------------------------------------ length, geometry


@pytest.mark.parametrize(("share", "fuzz", "sound"), [
    (0.981, 0, True), (0.979, 0, False), (0.88, 0.4, True), (0.88, 0.1, False), (0.2, 3, True),
])  # fmt: skip
def test_length_limit_is_098_beyond_both_accuracies(net, share, fuzz, sound):
    """A hamlet step is about 7.5 km: 10 % short is 0.75 km, within 0.4 km at either end."""
    km = straight(net, "v-a", "v-b")
    length = f"{share * km:.3f}"
    for place in ("v-a", "v-b"):
        put(net, "places", place, accuracy_km=str(fuzz))
    line = put(net, "links", length_km=length)
    put(net, "upgrades", today=length)
    assert sound == (float(length) >= 0.98 * km - 2 * fuzz)
    message = f"{line}: length_km {length} is shorter than the straight line of {km:.1f} km"
    assert faults(net) == ([] if sound else [message])


def test_line_off_its_ends(net):
    a, b = at(net, "v-a", "v-b")
    line, km = put(net, "links"), straight(net, "v-a", "v-b")
    for points, expected in [
        ([[a[0], a[1] + 0.004], b], []),  # a little off is sound
        ([[a[0], a[1] + 0.01], b], ["its line ends 1.1 km from v-a"]),
        ([a, [b[0], b[1] + 0.01]], ["its line ends 1.1 km from v-b"]),
        ([b, a], [f"its line ends {km:.1f} km from v-a", f"its line ends {km:.1f} km from v-b"]),
        (None, ["has no line in links.geojson"]),
    ]:
        draw(net, "v-twin", points)
        assert faults(net) == [f"{line}: {message}" for message in expected]


@pytest.mark.parametrize("coordinates", [
    [], [[19.0, 41.0]], 5, [[19.0], [20.0]],
    *([[20, 41], [bad, 41], [20, 42]] for bad in (math.nan, math.inf, None, "x")),
])  # fmt: skip
def test_line_without_points_or_finite_numbers(net, coordinates):
    where = draw(net, "v-twin", coordinates)
    number = int(where.rpartition(":")[2]) - 1
    assert faults(net) == [
        f"{put(net, 'links')}: has no line in links.geojson",
        f"{where}: feature {number} is not a LineString of finite numbers with a property 'id'",
    ]


def test_line_of_an_unknown_link(net):
    where = draw(net, "v-nothing", at(net, "v-a", "v-b"))
    assert faults(net) == [f"{where}: line of unknown link 'v-nothing'"]


@pytest.mark.parametrize("feature", [
    "5", "null", '{"type":"Feature"}', '{"properties":null,"geometry":null}',
    '{"properties":{"id":["v-twin"]},"geometry":{"type":"LineString","coordinates":[[1,2],[3,4]]}}',
])  # fmt: skip
def test_feature_that_is_none(net, feature):
    lines = features(net)
    key = json.loads(lines[1].rstrip(","))["properties"]["id"]
    lines[1] = f"{feature},"
    (net / "links.geojson").write_text("\n".join(lines), encoding="utf-8")
    assert faults(net) == [
        f"{put(net, 'links', key)}: has no line in links.geojson",
        f"{net}/links.geojson:2: feature 1 is not a LineString of finite numbers with a property 'id'",
    ]


@pytest.mark.parametrize(("text", "message"), [
    (b"", "1: is not JSON: Expecting value"),
    (b"{\n\n", "3: is not JSON: Expecting property name enclosed in double quotes"),
    (b"\x00\xff\xfe", "1: is not UTF-8 text; save the file as UTF-8"),
    *((text, "1: is not a GeoJSON FeatureCollection") for text in (b"{}", b"[]", b'{"features": 5}')),
])  # fmt: skip
def test_lines_file_that_is_none(net, text, message):
    (net / "links.geojson").write_bytes(text)
    assert faults(net) == [f"{net}/links.geojson:{message}"]


def test_folder_without_lines_is_sound_and_drawn_straight(net):
    (net / "links.geojson").unlink()
    assert faults(net) == []
    assert list(Network.load(net).links.geometry["v-twin"].coords) == [*map(tuple, at(net, "v-a", "v-b"))]


# ------------------------------------------------------------------------------------- borders, connection


def test_land_link_in_the_wrong_country(net, here, there):
    line = put(net, "links", country=there)
    message = f"changes country without a border place: it is in {there}, from v-a ({here}) to v-b ({here})"
    assert faults(net) == [f"{line}: {message}"]


@pytest.mark.parametrize("order", ["{here}-{there}", "{there}-{here}", "{here}", "{there}"])
def test_land_link_that_changes_country_without_border_place_and_a_sea_link_may(net, here, there, order):
    code = order.format(here=here, there=there)
    row = row_of(net, "links", "v-twin") | {"id": "v-jump", "to": "v-far", "country": code, "length_km": "40"}
    line = add(net, "links", row)
    draw(net, "v-jump", at(net, "v-a", "v-far"))
    message = f"changes country without a border place: it is in {code}, from v-a ({here}) to v-far ({there})"
    assert faults(net) == [f"{line}: {message}"]
    put(net, "links", "v-jump", mode="sea", road_class="")
    assert faults(net) == []


def test_border_place_without_a_crossing(net, here, there):
    """Nor is a crossing of the other mode one."""
    line = put(net, "places", "v-gate")
    both = " and ".join(sorted([here, there]))
    put(net, "borders", mode="rail")
    assert faults(net) == [f"{line}: 'v-gate' has road links of {both} but no row in borders.csv"]
    drop(net, "borders", "v-gate")
    assert faults(net) == [f"{line}: 'v-gate' has road links of {both} but no row in borders.csv"]


def test_place_in_two_countries_that_is_no_border(net, here, there):
    line = put(net, "places", "v-gate", kind="city")
    assert faults(net) == [f"{line}: lies in {here}-{there} but is no border_crossing or rail_border"]


def test_crossing_of_other_countries(net, here, there):
    other = next(r["iso2"] for r in load(net, "countries") if r["iso2"] not in {here, there})
    line = put(net, "borders", countries=f"{here}-{other}")
    assert faults(net) == [f"{line}: countries {here}-{other} differ from those of 'v-gate' ({here}-{there})"]


def test_piece_cut_off_is_a_fault(full):
    drop(full, "links", "v-tie")
    draw(full, "v-tie", None)
    lonely = add(full, "places", row_of(full, "places", "v-a") | {"id": "v-lonely"})
    line = put(full, "places", "v-a")
    message = "is cut off from the network over all links: "
    assert faults(full) == [f"{line}: {message}v-a, v-b, v-far, v-gate", f"{lonely}: {message}v-lonely"]


def test_a_large_piece_apart_is_a_notice(full):
    drop(full, "links", "v-tie")
    draw(full, "v-tie", None)
    put(full, "links", "v-ab", length_km="2000")
    line = put(full, "places", "v-a")
    every, notices = found(full)
    assert every == []
    assert f"{line}: is cut off from the network over all links: v-a, v-b, v-far, v-gate" in notices


@pytest.mark.parametrize("status", ["planned", "disused"])
def test_island_among_open_links_is_a_notice(full, status):
    put(full, "links", "v-tie", status=status)
    line = put(full, "places", "v-a")
    every, notices = found(full)
    assert every == []
    assert f"{line}: open road links form an island: v-a, v-b, v-far, v-gate" in notices
    Network.load(full)  # a notice stops nothing


# ---------------------------------------------------------------------------- transfers, upgrades, stops


def test_what_a_place_handles_without_source(net):
    line = put(net, "places", capacity_day="100", runway_m="2000")
    assert faults(net) == [f"{line}: capacity_day and runway_m stated without capacity_source"]
    put(net, "places", capacity_source="v-source")
    assert faults(net) == []


def test_transfer_without_source(net):
    add(net, "links", row_of(net, "links", "v-twin") | {"id": "v-rail", "mode": "rail", "road_class": ""})
    draw(net, "v-rail", at(net, "v-a", "v-b"))
    line = put(net, "places", transfer="road-rail")
    assert faults(net) == [f"{line}: transfer has no transfer_source"]
    put(net, "places", transfer_source="qqqq")
    assert faults(net) == [f"{line}: transfer_source 'qqqq' {UNLISTED}"]
    put(net, "places", transfer_source="v-source")
    assert faults(net) == []


def test_upgrade_that_the_project_does_not_list(net):
    put(net, "projects", upgrades="v-ab")
    assert faults(net) == [f"{put(net, 'upgrades')}: project 'v-project' does not list 'v-twin' among its upgrades"]


def test_gap_between_stops_and_stops_of_a_mode_without_links(net):
    rows = load(net, "corridor_stops")
    save(net, "corridor_stops", [*rows[:-3], *rows[-2:]])
    assert faults(net) == [f"{net}/corridor_stops.csv:{len(rows) - 1}: no road link joins 'v-a' and 'v-gate'"]
    save(net, "corridor_stops", rows[:-4] + [row | {"mode": "rail"} for row in rows[-4:]])
    pairs = [("v-a", "v-b"), ("v-b", "v-gate"), ("v-gate", "v-far")]
    assert faults(net) == [
        f"{net}/corridor_stops.csv:{len(rows) - 1 + n}: no rail link joins {a!r} and {b!r}"
        for n, (a, b) in enumerate(pairs)
    ]


# --------------------------------------------------------------------------------------------- whole files


@pytest.mark.parametrize("table", TABLES)
def test_files_that_are_no_table(net, table):
    """One fault at the line, and none that only follows from the table being unread."""
    file = net / f"{table}.csv"
    lines = file.read_bytes().split(b"\n")
    file.write_bytes(b"\n".join([*lines[:-2], lines[-2] + b"\xff", b""]))
    assert faults(net) == [f"{file}:{len(lines) - 1}: is not UTF-8 text; save the file as UTF-8"]
    file.write_bytes(b"")
    assert faults(net) == [f"{file}:1: is empty; the first line must name the columns"]
    if table in {"places", "links"}:
        file.write_bytes(lines[0] + b"\n")
        assert f"{file}:1: has no rows" in faults(net)
        for data in (b"\x89PNG\r\n\x1a\n\x00\x00", b"\x00" * 100, bytes(range(256))):
            file.write_bytes(data)
            every = faults(net)
            assert every
            assert all(f.startswith(f"{file}:") for f in every)
            with pytest.raises(DataError, match=f"{table}.csv:"):
                Network.load(net)
        file.unlink()
        assert faults(net) == [f"{file}:1: file is missing"]


def test_quote_that_never_ends(net):
    file, _ = reshape(net, "structures", lambda lines: [*lines[:-1], '"' + lines[-1].replace('"', "")])
    (only,) = faults(net)
    assert only.startswith(f"{file}:")
    assert "is not readable as CSV" in only


def test_missing_tables_besides_places_and_links_are_empty(net):
    for table in ("structures", "corridor_stops"):
        (net / f"{table}.csv").unlink()
    assert faults(net) == []
    assert len(Network.load(net).structures) == 0


def test_missing_and_unknown_columns(net):
    rows = load(net, "links")
    save(net, "links", rows, [c for c in rows[0] if c != "max_width_m"])
    assert faults(net) == []
    assert Network.load(net).links["max_width_m"].isna().all()
    save(net, "links", rows, [c for c in rows[0] if c != "status"])
    assert faults(net) == [f"{net}/links.csv:1: column 'status' is missing"]
    for column, hint in (("max_axel_t", "; did you mean 'max_axle_t'?"), ("qqqq", "")):
        save(net, "links", [row | {column: ""} for row in rows])
        assert faults(net) == [f"{net}/links.csv:1: unknown column {column!r}{hint}"]


@pytest.mark.parametrize("again", ["note", " note "])
def test_column_twice(net, again):
    file, _ = reshape(net, "structures", lambda lines: [f"{lines[0]},{again}", *(f"{line},x" for line in lines[1:])])
    assert faults(net) == [f"{file}:1: column 'note' appears twice"]


@pytest.mark.parametrize(
    ("change", "more"), [(lambda line: line + ",x", 1), (lambda line: line.rpartition(",")[0], -1)]
)
def test_wrong_number_of_cells(net, change, more):
    width = len(header_of(net, "structures"))
    file, count = reshape(net, "structures", lambda lines: [*lines[:-1], change(lines[-1])])
    assert faults(net) == [f"{file}:{count}: has {width + more} cells, the header has {width}"]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_newlines_in_cells_and_blank_lines_keep_line_numbers_right(net, newline):
    add(net, "structures", *(row_of(net, "structures", "v-bridge") | {"id": f"v-{n}"} for n in "xyz"))
    rows = load(net, "structures")
    rows[1] |= {"note": f"one{newline}two{newline}three", "lat": "y"}
    rows[-1]["lat"] = "x"
    save(net, "structures", rows)
    file = net / "structures.csv"
    assert faults(net) == [f"{file}:3: lat 'y' is not a number", f"{file}:{len(rows) + 3}: lat 'x' is not a number"]
    rows[1] |= {"note": "", "lat": "41"}
    save(net, "structures", rows)
    file, count = reshape(net, "structures", lambda lines: [*lines[:2], "", *lines[2:], ""])
    assert faults(net) == [f"{file}:{count - 1}: lat 'x' is not a number"]


@pytest.mark.parametrize(
    "file", ["places.csv", "links.csv", "structures.csv", "links.geojson", "profiles.toml", "schema.csv"]
)
def test_bom_and_crlf_are_accepted(net, file):
    path = net / file
    before = Network.load(net)
    ends = (
        path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        if file != "links.geojson"
        else path.read_bytes()
    )
    path.write_bytes(b"\xef\xbb\xbf" + ends)
    assert faults(net) == []
    after = Network.load(net)
    for table in ("places", "links", "structures"):
        one, two = (pd.DataFrame(getattr(each, table)) for each in (before, after))
        pd.testing.assert_frame_equal(one, two)


# -------------------------------------------------------------------------------------------------- schema


@pytest.mark.parametrize(("column", "kind"), [("length_km", "number"), ("lanes", "integer")])
def test_number_without_unit_in_the_schema(net, column, kind):
    """And the schema is read again when it changes: in a notebook, under a running process."""
    read(net)
    rows = load(net, "schema")
    number = next(n for n, r in enumerate(rows) if r["table"] == "links" and r["column"] == column)
    assert rows[number]["type"] == kind
    rows[number]["unit"] = ""
    save(net, "schema", rows)
    message = f"number links.{column} has no unit; write one ('1' for a plain count)"
    for again in (lambda: read(net), lambda: read_schema(net / "schema.csv")):
        with pytest.raises(InputError) as caught:
            again()
        assert str(caught.value) == f"{net}/schema.csv:{number + 2}: {message}"


@pytest.mark.parametrize("text", [
    b"", b"\xff\xfe", b"table,column\n", b"table,column,type,unit,required,meaning\nplaces,id,text,,yes,key\n",
])  # fmt: skip
def test_schema_that_is_none(net, text):
    """A table that the model needs must be in the schema: one clear line, not a KeyError."""
    (net / "schema.csv").write_bytes(text)
    with pytest.raises(InputError, match=r"schema\.csv:1: "):
        Network.load(net)


# ---------------------------------------------------------------------------------------------- all at once


def test_several_faults_are_all_reported_at_once(full, here, there):
    expected = [
        put(full, "places", "v-far", confidence="sure") + f": confidence 'sure' {ONE_OF} high, low, medium",
        put(full, "links", "v-ab", length_km="nan") + ": length_km 'nan' is not a finite number",
        put(full, "links", country=there)
        + f": changes country without a border place: it is in {there}, from v-a ({here}) to v-b ({here})",
        put(full, "links", "v-gf", source="qqqq") + f": source 'qqqq' {UNLISTED}",
        put(full, "sources", url="https://wikizero.com/x") + f": url 'https://wikizero.com/x' {MIRROR}",
        put(full, "structures", links="qqqq") + ": links: unknown link 'qqqq'",
        put(full, "upgrades", today="7") + ": today '7' differs from length_km '12' of v-twin",
        put(full, "borders", wait_h="-2") + ": wait_h -2 must be 0 or more",
        put(full, "corridor_stops", order="1") + ": order 1 of 'v-far' does not follow 3",
        add(full, "places", row_of(full, "places", "v-a") | {"id": "v-lonely"})
        + ": is cut off from the network over all links: v-lonely",
        add(full, "projects", row_of(full, "projects", "v-project"))
        + f": id 'v-project' is used twice (first in line {len(load(full, 'projects'))}); choose another",
    ]
    assert sorted(faults(full)) == sorted(expected)
    with pytest.raises(DataError, match=r"and 10 more: run `mobility check") as caught:
        Network.load(full)
    assert sorted(map(str, caught.value.faults)) == sorted(expected)


def test_a_broken_header_does_not_hide_faults_elsewhere(net):
    """Header and cell faults of all tables are reported together, whatever cannot be checked beyond them."""
    save(net, "structures", load(net, "structures"), ["id", "name", "kind", "lat", "lon", "source"])
    cell = put(net, "links", status="x")
    every = faults(net)
    assert f"{net}/structures.csv:1: column 'confidence' is missing" in every
    assert any(f.startswith(f"{cell}: status 'x'") for f in every)


def test_check_prints_them_and_exits_1(net):
    assert CliRunner().invoke(cli, ["check", str(net)]).exit_code == 0
    expected = {
        f"{put(net, 'links', max_speed_kmh='0')}: max_speed_kmh 0 must be more than 0",
        f"{put(net, 'structures', lat='x')}: lat 'x' is not a number",
        f"{net}/profiles.toml:1: rules.rail.default_line_kmh is missing",
    }
    (net / "profiles.toml").write_text("[rules]\n", encoding="utf-8")
    result = CliRunner().invoke(cli, ["check", str(net)])
    assert result.exit_code == 1
    assert {text for text in result.stdout.splitlines() if not text.startswith("notice: ")} == expected
    rows = json.loads(CliRunner().invoke(cli, ["check", str(net), "-f", "json"]).stdout)["rows"]
    assert {f"{r['file']}:{r['line']}: {r['message']}" for r in rows if r["severity"] == "fault"} == expected


# ----------------------------------------------------------------------------------------------- GeoPackage


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The shipped network through `mobility export -o x.gpkg`."""
    path = tmp_path_factory.mktemp("export") / "x.gpkg"
    result = CliRunner().invoke(cli, ["export", "-o", str(path)])
    assert result.exit_code == 0, result.output
    return path


def test_geopackage_equals_the_folder(package, shipped):
    again = Network.load(package)
    assert faults(package) == []
    for table in TABLES:
        one, two = (pd.DataFrame(getattr(net, table)) for net in (again, shipped))
        pd.testing.assert_frame_equal(one, two, obj=table)
    assert again.links.crs == shipped.links.crs
    assert shapely.equals_exact(again.links.geometry.values, shipped.links.geometry.values, 0).all()
    one, two = again.under("mixed").links, shipped.under("mixed").links
    assert np.array_equal(one["time_h"], two["time_h"])
    assert one["reason"].tolist() == two["reason"].tolist()


def test_geopackage_of_a_what_if_keeps_the_tables(package, tmp_path, shipped):
    """A closure is no fact: the tables exported are those of the network."""
    path = tmp_path / "y.gpkg"
    link = shipped.links.index[0]
    assert CliRunner().invoke(cli, ["export", "-o", str(path), "-x", f"link:{link}", "-q"]).exit_code == 0
    assert Network.load(path).links["status"].tolist() == Network.load(package).links["status"].tolist()


@pytest.fixture(scope="module")
def little(hamlet, tmp_path_factory):
    """The hamlet as a GeoPackage."""
    path = tmp_path_factory.mktemp("export") / "h.gpkg"
    assert CliRunner().invoke(cli, ["--network", str(hamlet), "export", "-o", str(path)]).exit_code == 0
    return path


def rewrite(little, tmp_path, layer, change):
    path = tmp_path / "z.gpkg"
    shutil.copy(little, path)
    frame = pyogrio.read_dataframe(path, layer=layer)
    pyogrio.write_dataframe(change(frame), path, layer=layer, append=False)
    return path


def test_fault_in_the_first_row_of_a_geopackage_hides_nothing(little, tmp_path):
    """Rows of a layer count from 1: a fault there is no fault of the header."""

    def change(frame):
        frame.loc[0, "status"] = "x"
        frame.loc[3, "from"] = "qqqq"
        return frame

    path = rewrite(little, tmp_path, "links", change)
    every = faults(path)
    assert any(f.startswith(f"{path}[links]:1: status 'x'") for f in every)
    assert f"{path}[links]:4: from: unknown place 'qqqq'" in every


@pytest.mark.parametrize("shape", [
    shapely.MultiLineString([[(19, 41), (19, 42)], [(19, 42), (20, 42)]]), shapely.Point(19, 41),
    shapely.LineString(), None,
])  # fmt: skip
def test_geopackage_with_other_shapes(little, tmp_path, shape):
    """One fault at the link, never a traceback."""

    def change(frame):
        shapes = np.array(frame.geometry, dtype=object)
        shapes[4] = shape
        return gpd.GeoDataFrame(frame.drop(columns="geometry"), geometry=shapes, crs=frame.crs)

    path = rewrite(little, tmp_path, "links", change)
    assert [f for f in faults(path) if f.startswith(f"{path}[links]:5: ")] == faults(path) != []


def test_geopackage_without_links(little, tmp_path):
    path = tmp_path / "p.gpkg"
    pyogrio.write_dataframe(pyogrio.read_dataframe(little, layer="places"), path, layer="places")
    with pytest.raises(InputError, match="has no layer 'links'"):
        Network.load(path)


# ------------------------------------------------------------------------------------------------- checksum


def test_checksum_changes_with_any_table(net):
    before = checksum(net)
    assert checksum(net) == before
    for table in ("places", "sources"):
        (net / f"{table}.csv").write_bytes((net / f"{table}.csv").read_bytes() + b"\n")
        assert checksum(net) != before
        before = checksum(net)
