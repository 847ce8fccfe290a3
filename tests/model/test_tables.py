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


def put(folder, table, key, **cells):
    """Change cells of the last row with this key; return "FILE:LINE"."""
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
    at = {key: [round(lon + STEP * n, 4), lat] for key, n in where.items()} | {base["id"]: [lon, lat]}
    place = {"kind": "city", "lat": base["lat"], "accuracy_km": "0", "confidence": "low", "source": "v-source"}
    country = {"v-a": here, "v-b": here, "v-gate": f"{here}-{there}", "v-far": there}
    add(folder, "places", *(
        place | {"id": key, "name": f"{key} town", "country": country[key], "lon": str(at[key][0])} for key in where
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
        draw(folder, key, [at[start], at[end]])
    mark = {"confidence": "low", "source": "estimate: hamlet"}
    add(
        folder,
        "sources",
        {
            "id": "v-source",
            "title": "T",
            "publisher": "P",
            "licence": "public domain",
            "kind": "paper",
            "url": "https://example.org/a",
        },
    )
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


def test_shipped_data_has_no_fault():
    assert faults(default_folder()) == []


def test_hamlet_has_no_fault(hamlet, full):
    """Else the tests below prove nothing."""
    assert found(hamlet) == ([], [])
    assert faults(full) == []


def test_every_shipped_row_has_a_source():
    listed = {row["id"] for row in load(default_folder(), "sources")}
    for table in set(TABLES) - {"sources"}:
        for row in load(default_folder(), table):
            words = split(row["source"])
            assert words, (table, row)
            assert all(w in listed or w.startswith(("estimate: ", "https://", "http://")) for w in words), (table, row)


def test_every_shipped_source_has_a_publisher_and_is_used():
    rows = load(default_folder(), "sources")
    assert all(row["publisher"] and row["licence"] for row in rows)
    assert len({row["id"] for row in rows}) == len(rows)


@pytest.mark.parametrize("table", ["places", "links", "projects", "structures", "sources"])
def test_shipped_ids_are_distinct_when_folded(table):
    ids = [row["id"] for row in load(default_folder(), table)]
    assert len({fold(key) for key in ids} - {""}) == len(ids)


def test_every_shipped_number_has_a_unit_in_the_schema():
    rows = load(default_folder(), "schema")
    assert all(row["unit"] for row in rows if row["type"] in {"number", "integer"})
    assert {row["table"] for row in rows} == set(TABLES)
    for table in TABLES:
        columns = list(load(default_folder(), table)[0])
        assert set(columns) <= {row["column"] for row in rows if row["table"] == table}


# ----------------------------------------------------------------------------------------- one cell broken

WRONG_NUMBERS = [("abc", "is not a number"), ("12,5", "is not a number"), ("NaN", "is not a finite number"),
                 ("inf", "is not a finite number"), ("-Infinity", "is not a finite number"),
                 ("1e999", "is not a finite number"), ("1_2", "is not a finite number")]  # fmt: skip
ONE_OF = "is not one of"
UNLISTED = "is not in sources.csv (nor a web address, nor 'estimate: <rule>'); add it there"
MIRROR = "is a mirror; cite the original publisher or article"
PAPER = "is a mirror, dossier or working note; cite what it rests on"
CELLS = [
    # unknown ids
    ("links", "v-twin", "from", "qqqq", "from: unknown place 'qqqq'"),
    ("links", "v-twin", "to", "qqqq", "to: unknown place 'qqqq'"),
    ("links", "v-twin", "to", "v-gatte", "to: unknown place 'v-gatte'; did you mean 'v-gate'?"),
    ("structures", "v-bridge", "links", "v-twin;qqqq", "links: unknown link 'qqqq'"),
    ("structures", "v-bridge", "links", "v-twinn", "links: unknown link 'v-twinn'; did you mean 'v-twin'?"),
    ("projects", "v-project", "links", "qqqq", "links: unknown link 'qqqq'"),
    ("projects", "v-project", "country", "QQ", "country: unknown country 'QQ'"),
    ("upgrades", "v-project", "project", "qqqq", "project: unknown project 'qqqq'"),
    ("corridor_stops", "V", "corridor", "qqqq", "corridor: unknown corridor 'qqqq'"),
    # numbers
    *(("links", "v-twin", "max_speed_kmh", cell, f"max_speed_kmh {cell!r} {why}") for cell, why in WRONG_NUMBERS),
    ("links", "v-twin", "lanes", "2.5", "lanes '2.5' is not a whole number"),
    ("links", "v-twin", "opens", "soon", "opens 'soon' is not a number"),
    ("links", "v-twin", "max_speed_kmh", "-5", "max_speed_kmh -5 must be more than 0"),
    ("links", "v-twin", "max_speed_kmh", "0", "max_speed_kmh 0 must be more than 0"),
    ("links", "v-twin", "speed_kmh", "0.0", "speed_kmh 0.0 must be more than 0"),
    ("links", "v-twin", "max_gross_t", "-1", "max_gross_t -1 must be more than 0"),
    ("places", "v-b", "accuracy_km", "-1", "accuracy_km -1 must be 0 or more"),
    ("borders", "v-gate", "wait_h", "-1", "wait_h -1 must be 0 or more"),
    ("borders", "v-gate", "wait_max_h", "-0.5", "wait_max_h -0.5 must be 0 or more"),
    ("projects", "v-project", "cost_eur_m", "-1", "cost_eur_m -1 must be 0 or more"),
    ("structures", "v-bridge", "lat", "north", "lat 'north' is not a number"),
    ("structures", "v-bridge", "lon", "", "lon is missing"),
    # words
    (
        "links",
        "v-twin",
        "road_class",
        "highway",
        f"road_class 'highway' {ONE_OF} expressway, motorway, primary, secondary, urban",
    ),
    ("links", "v-twin", "mode", "Road", f"mode 'Road' {ONE_OF} rail, road, sea"),
    (
        "links",
        "v-twin",
        "status",
        "built",
        f"status 'built' {ONE_OF} closed, disused, open, planned, under_construction",
    ),
    ("links", "v-twin", "length_confidence", "sure", f"length_confidence 'sure' {ONE_OF} high, low, medium"),
    ("links", "v-twin", "tracks", "3", f"tracks '3' {ONE_OF} 1, 1-2, 2"),
    ("links", "v-twin", "oneway", "true", "oneway 'true' must be yes or no"),
    ("places", "v-b", "role", "base", f"role 'base' {ONE_OF} destination, origin"),
    ("places", "v-b", "transfer", "road-air", "transfer 'road-air' is not among rail-sea, road-rail, road-sea"),
    ("borders", "v-gate", "usable", "maybe", "usable 'maybe' must be yes or no"),
    # required
    ("links", "v-twin", "name", "", "name is missing"),
    ("links", "v-ab", "length_km", "", "length_km is missing"),
    ("links", "v-twin", "length_confidence", "", "length_confidence is missing"),
    *(
        (t, k, "source", "", "source is missing")
        for t, k in [
            ("places", "v-b"),
            ("links", "v-twin"),
            ("projects", "v-project"),
            ("upgrades", "v-project"),
            ("structures", "v-bridge"),
            ("borders", "v-gate"),
            ("corridors", "V"),
            ("corridor_stops", "V"),
            ("countries", "AL"),
        ]
    ),
    # sources
    ("links", "v-twin", "source", "qqqq", f"source 'qqqq' {UNLISTED}"),
    ("links", "v-twin", "source", "v-source; qqqq", f"source 'qqqq' {UNLISTED}"),
    ("links", "v-twin", "length_source", "qqqq", f"length_source 'qqqq' {UNLISTED}"),
    ("places", "v-b", "source", "dossier", f"source 'dossier' {UNLISTED}"),
    ("links", "v-twin", "source", "estimate:", "source 'estimate:' names no rule; write 'estimate: <rule>'"),
    (
        "links",
        "v-twin",
        "source",
        "estimate: read in the dossier",
        "source 'estimate: read in the dossier' rests on a dossier or working note; name the rule itself",
    ),
    ("links", "v-twin", "source", "https://www.wikizero.com/x", f"source 'https://www.wikizero.com/x' {MIRROR}"),
    *(
        ("sources", "v-source", "url", url, f"url {url!r} {MIRROR}")
        for url in [
            "https://de.zxc.wiki/wiki/X",
            "https://www.wikiwand.com/de/X",
            "http://wiki.li/X",
            "https://de.linkfang.wikizero.org/X",
            "https://ipfs.io/ipfs/Qm/wiki/X",
            "https://alchetron.com/X",
            "https://docslib.org/doc/1",
            "https://web.archive.org/web/2020/https://example.org",
        ]
    ),
    ("sources", "v-source", "title", "Our dossier on rail", f"source 'v-source' {PAPER}"),
    ("sources", "v-source", "title", "Working note 3", f"source 'v-source' {PAPER}"),
    ("sources", "v-source", "publisher", "a mirror of Wikipedia", f"source 'v-source' {PAPER}"),
    (
        "sources",
        "v-source",
        "publisher",
        "Wikipedia (de)",
        "url 'https://example.org/a' is not wikipedia.org; cite the article itself",
    ),
    ("sources", "v-source", "publisher", "", "publisher is missing"),
    # ends, transfers, upgrades, stops
    ("links", "v-twin", "to", "v-a", "starts and ends at 'v-a'"),
    ("upgrades", "v-project", "today", "13", "today '13' differs from length_km '12' of v-twin"),
    ("upgrades", "v-project", "today", "", "today '' differs from length_km '12' of v-twin"),
    ("upgrades", "v-project", "attribute", "colour", "links have no attribute 'colour' that can change"),
]


@pytest.mark.parametrize(("table", "key", "column", "cell", "message"), CELLS)
def test_broken_cell(net, table, key, column, cell, message):
    """Exactly one fault, at that line: what follows from a bad cell is not reported again."""
    if column == "to" and cell == "v-a":
        draw(net, "v-twin", [draw_at(net, "v-a"), draw_at(net, "v-a")])
    line = put(net, table, key, **{column: cell})
    assert faults(net) == [f"{line}: {message}"]


def test_unknown_country_of_a_link(net, here):
    line = put(net, "links", "v-twin", country="QQ")
    message = f"changes country without a border place: it is in QQ, from v-a ({here}) to v-b ({here})"
    assert faults(net) == [f"{line}: {message}", f"{line}: country: unknown country 'QQ'"]


def test_unknown_link_of_an_upgrade(net):
    line = put(net, "upgrades", "v-project", link="qqqq")
    message = "project 'v-project' does not list 'qqqq' among its upgrades"
    assert faults(net) == [f"{line}: link: unknown link 'qqqq'", f"{line}: {message}"]


def draw_at(folder, place):
    row = row_of(folder, "places", place)
    return [float(row["lon"]), float(row["lat"])]


@pytest.mark.parametrize(
    ("table", "key", "column"),
    [
        *(("links", "v-twin", c) for c in ("lanes", "gauge_mm", "max_gradient_permille", "max_train_length_m",
                                           "capacity_trains_day", "used_trains_day", "max_axle_t", "max_width_m")),
        ("structures", "v-bridge", "length_m"), ("structures", "v-bridge", "max_gross_t"),
    ],
)  # fmt: skip
def test_no_measure_is_negative(net, table, key, column):
    line = put(net, table, key, **{column: "-3"})
    assert [f for f in faults(net) if f.startswith(f"{line}: {column} -3 must be")] == faults(net) != []


@pytest.mark.parametrize(("column", "cell"), [("lat", "91"), ("lat", "-90.5"), ("lon", "181"), ("lon", "-200")])
@pytest.mark.parametrize("table", ["places", "structures"])
def test_latitude_and_longitude_in_range(net, table, column, cell):
    limit = 90 if column == "lat" else 180
    line = put(net, table, {"places": "v-far", "structures": "v-bridge"}[table], **{column: cell})
    assert f"{line}: {column} {cell} is not between -{limit} and {limit}" in faults(net)


@pytest.mark.parametrize("cell", ["12.", "1.2e1", " 12 ", "+12"])
def test_numbers_may_be_written_as_people_do(net, cell):
    put(net, "links", "v-twin", length_km=cell)
    assert faults(net) == []


@pytest.mark.parametrize(
    "source",
    ["v-source", "v-source;v-source", "https://example.org/x", "estimate: rule of thumb", "v-source; estimate: x"],
)
def test_good_sources(net, source):
    put(net, "links", "v-twin", source=source)
    assert faults(net) == []


@pytest.mark.parametrize("word", ["decoding the cxy line", "C80 rail", "dossierless", "mirrored"])
def test_words_that_only_look_like_working_papers(net, word):
    put(net, "sources", "v-source", title=word)
    assert faults(net) == []


# -------------------------------------------------------------------------------------------------- ids


@pytest.mark.parametrize("table", ["places", "links", "projects", "structures", "sources"])
def test_duplicate_id(net, table):
    key = load(net, table)[-1]["id"]
    first = len(load(net, table)) + 1
    line = add(net, table, row_of(net, table, key))
    assert faults(net) == [f"{line}: id {key!r} is used twice (first in line {first}); choose another"]


@pytest.mark.parametrize(("table", "key"), [("corridors", "V"), ("countries", "AL"), ("borders", "v-gate")])
def test_duplicate_key_of_tables_without_id(net, table, key):
    """Two rows for one corridor, country, or crossing and mode: which one counts?"""
    line = add(net, table, row_of(net, table, key))
    assert any(f.startswith(f"{line}: ") and "twice" in f for f in faults(net)), faults(net)


@pytest.mark.parametrize("twin", ["V-Bridge", "v–bridge", "v bridge", "v_brídge", "-v-bridge-"])
def test_like_folding_id(net, twin):
    line = add(net, "structures", row_of(net, "structures", "v-bridge") | {"id": twin})
    first = len(load(net, "structures"))
    message = f"id {twin!r} reads like 'v-bridge' when folded (first in line {first}); choose another"
    assert faults(net) == [f"{line}: {message}"]


def test_like_folding_link_and_place(net):
    at = [draw_at(net, "v-a"), draw_at(net, "v-b")]
    number = len(load(net, "links"))
    twin = add(net, "links", row_of(net, "links", "v-gf") | row_of(net, "links", "v-twin") | {"id": "V-GF"})
    draw(net, "V-GF", at)
    assert faults(net) == [
        f"{twin}: id 'V-GF' reads like 'v-gf' when folded (first in line {number + 1}); choose another"
    ]


# ------------------------------------------------------------------------------------------ length, geometry


def test_length_below_the_straight_line(net):
    km = straight(net, "v-a", "v-b")
    line = put(net, "links", "v-twin", length_km="5")
    put(net, "upgrades", "v-project", today="5")
    assert faults(net) == [f"{line}: length_km 5 is shorter than the straight line of {km:.1f} km"]


@pytest.mark.parametrize(("share", "fuzz", "sound"), [
    (0.981, 0, True), (0.979, 0, False), (0.88, 0.4, True), (0.88, 0.1, False), (0.2, 3, True),
])  # fmt: skip
def test_length_limit_is_098_beyond_both_accuracies(net, share, fuzz, sound):
    """A hamlet step is about 7.5 km: 10 % short is 0.75 km, within 0.4 km at either end."""
    km = straight(net, "v-a", "v-b")
    length = f"{share * km:.3f}"
    for place in ("v-a", "v-b"):
        put(net, "places", place, accuracy_km=str(fuzz))
    line = put(net, "links", "v-twin", length_km=length)
    put(net, "upgrades", "v-project", today=length)
    assert sound == (float(length) >= 0.98 * km - 2 * fuzz)
    assert faults(net) == (
        [] if sound else [f"{line}: length_km {length} is shorter than the straight line of {km:.1f} km"]
    )


def line_of(folder, link):
    number = next(n for n, row in enumerate(load(folder, "links")) if row["id"] == link)
    return f"{folder}/links.csv:{number + 2}"


@pytest.mark.parametrize("end", [0, 1])
def test_line_off_its_end(net, end):
    points = [draw_at(net, "v-a"), draw_at(net, "v-b")]
    points[end] = [points[end][0], points[end][1] + 0.01]
    draw(net, "v-twin", points)
    assert faults(net) == [f"{line_of(net, 'v-twin')}: its line ends 1.1 km from {['v-a', 'v-b'][end]}"]


def test_line_drawn_backwards(net):
    draw(net, "v-twin", [draw_at(net, "v-b"), draw_at(net, "v-a")])
    km = straight(net, "v-a", "v-b")
    at = line_of(net, "v-twin")
    assert faults(net) == [f"{at}: its line ends {km:.1f} km from v-a", f"{at}: its line ends {km:.1f} km from v-b"]


def test_line_a_little_off_its_end_is_sound(net):
    a, b = draw_at(net, "v-a"), draw_at(net, "v-b")
    draw(net, "v-twin", [[a[0], a[1] + 0.004], b])
    assert faults(net) == []


def test_line_missing(net):
    draw(net, "v-twin", None)
    assert faults(net) == [f"{line_of(net, 'v-twin')}: has no line in links.geojson"]


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), None, "x"])
def test_line_with_a_coordinate_that_is_no_number(net, bad):
    a, b = draw_at(net, "v-a"), draw_at(net, "v-b")
    at = draw(net, "v-twin", [a, [bad, a[1]], b])
    number = int(at.rpartition(":")[2]) - 1
    assert faults(net) == [
        f"{line_of(net, 'v-twin')}: has no line in links.geojson",
        f"{at}: feature {number} is not a LineString of finite numbers with a property 'id'",
    ]


@pytest.mark.parametrize("coordinates", [[], [[19.0, 41.0]], [[]], 5, "x", [[19.0], [20.0]]])
def test_line_without_points(net, coordinates):
    at = draw(net, "v-twin", coordinates)
    number = int(at.rpartition(":")[2]) - 1
    assert faults(net) == [
        f"{line_of(net, 'v-twin')}: has no line in links.geojson",
        f"{at}: feature {number} is not a LineString of finite numbers with a property 'id'",
    ]


def test_line_of_an_unknown_link(net):
    at = draw(net, "v-nothing", [draw_at(net, "v-a"), draw_at(net, "v-b")])
    assert faults(net) == [f"{at}: line of unknown link 'v-nothing'"]


@pytest.mark.parametrize(
    "feature",
    [
        "5",
        "null",
        '{"type":"Feature"}',
        '{"properties":{"id":["v-twin"]},"geometry":{"type":"LineString","coordinates":[[1,2],[3,4]]}}',
        '{"properties":null,"geometry":null}',
    ],
)
def test_feature_that_is_none(net, feature):
    lines = features(net)
    lines[1] = f"{feature},"
    key = json.loads(features(net)[1].rstrip(","))["properties"]["id"]
    (net / "links.geojson").write_text("\n".join(lines), encoding="utf-8")
    assert faults(net) == [
        f"{line_of(net, key)}: has no line in links.geojson",
        f"{net}/links.geojson:2: feature 1 is not a LineString of finite numbers with a property 'id'",
    ]


@pytest.mark.parametrize(("text", "message"), [
    (b"", "1: is not JSON: Expecting value"),
    (b"{\n\n", "3: is not JSON: Expecting property name enclosed in double quotes"),
    (b"\x00\xff\xfe", "1: is not UTF-8 text; save the file as UTF-8"),
    (b"{}", "1: is not a GeoJSON FeatureCollection"),
    (b"[]", "1: is not a GeoJSON FeatureCollection"),
    (b'{"features": 5}', "1: is not a GeoJSON FeatureCollection"),
    (b'{"features": null}', "1: is not a GeoJSON FeatureCollection"),
])  # fmt: skip
def test_lines_file_that_is_none(net, text, message):
    (net / "links.geojson").write_bytes(text)
    assert faults(net) == [f"{net}/links.geojson:{message}"]


def test_folder_without_lines_is_sound_and_drawn_straight(net):
    (net / "links.geojson").unlink()
    assert faults(net) == []
    shape = Network.load(net).links.geometry["v-twin"]
    assert list(shape.coords) == [tuple(draw_at(net, "v-a")), tuple(draw_at(net, "v-b"))]


# ------------------------------------------------------------------------------------- borders, connection


def test_land_link_in_the_wrong_country(net, here, there):
    line = put(net, "links", "v-twin", country=there)
    message = f"changes country without a border place: it is in {there}, from v-a ({here}) to v-b ({here})"
    assert faults(net) == [f"{line}: {message}"]


@pytest.mark.parametrize("order", ["{here}-{there}", "{there}-{here}", "{here}", "{there}"])
def test_land_link_that_changes_country_without_border_place(net, here, there, order):
    code = order.format(here=here, there=there)
    row = row_of(net, "links", "v-twin") | {"id": "v-jump", "to": "v-far", "country": code, "length_km": "40"}
    line = add(net, "links", row)
    draw(net, "v-jump", [draw_at(net, "v-a"), draw_at(net, "v-far")])
    message = f"changes country without a border place: it is in {code}, from v-a ({here}) to v-far ({there})"
    assert faults(net) == [f"{line}: {message}"]


def test_sea_link_may_change_country(net, here, there):
    row = row_of(net, "links", "v-twin") | {
        "id": "v-sea",
        "to": "v-far",
        "mode": "sea",
        "road_class": "",
        "length_km": "40",
    }
    add(net, "links", row | {"country": f"{here}-{there}"})
    draw(net, "v-sea", [draw_at(net, "v-a"), draw_at(net, "v-far")])
    assert faults(net) == []


def test_border_place_without_a_crossing(net, here, there):
    drop(net, "borders", "v-gate")
    line = put(net, "places", "v-gate")
    both = " and ".join(sorted([here, there]))
    assert faults(net) == [f"{line}: 'v-gate' has road links of {both} but no row in borders.csv"]


def test_border_place_with_a_crossing_of_the_other_mode_only(net, here, there):
    put(net, "borders", "v-gate", mode="rail")
    line = put(net, "places", "v-gate")
    both = " and ".join(sorted([here, there]))
    assert faults(net) == [f"{line}: 'v-gate' has road links of {both} but no row in borders.csv"]


def test_place_in_two_countries_that_is_no_border(net, here, there):
    line = put(net, "places", "v-gate", kind="city")
    assert faults(net) == [f"{line}: lies in {here}-{there} but is no border_crossing or rail_border"]


def test_crossing_of_other_countries(net, here, there):
    other = next(r["iso2"] for r in load(net, "countries") if r["iso2"] not in {here, there})
    line = put(net, "borders", "v-gate", countries=f"{here}-{other}")
    assert faults(net) == [f"{line}: countries {here}-{other} differ from those of 'v-gate' ({here}-{there})"]


def test_piece_cut_off_is_a_fault(full):
    drop(full, "links", "v-tie")
    draw(full, "v-tie", None)
    line = put(full, "places", "v-a")
    assert faults(full) == [f"{line}: is cut off from the network over all links: v-a, v-b, v-far, v-gate"]


def test_place_without_links_is_a_fault(net):
    line = add(net, "places", row_of(net, "places", "v-a") | {"id": "v-lonely"})
    assert faults(net) == [f"{line}: is cut off from the network over all links: v-lonely"]


@pytest.mark.parametrize("status", ["planned", "under_construction", "disused", "closed"])
def test_island_among_open_links_is_a_notice(full, status):
    put(full, "links", "v-tie", status=status)
    line = put(full, "places", "v-a")
    every, notices = found(full)
    assert every == []
    assert f"{line}: open road links form an island: v-a, v-b, v-far, v-gate" in notices
    Network.load(full)  # a notice stops nothing


# ---------------------------------------------------------------------------- transfers, upgrades, stops


def test_transfer_without_its_mode(net):
    line = put(net, "places", "v-b", transfer="road-sea", transfer_source="v-source")
    assert faults(net) == [f"{line}: transfer road-sea at 'v-b', which has no link of one of these modes"]


def test_transfer_without_source(net):
    row = row_of(net, "links", "v-twin") | {"id": "v-rail", "mode": "rail", "road_class": ""}
    add(net, "links", row)
    draw(net, "v-rail", [draw_at(net, "v-a"), draw_at(net, "v-b")])
    line = put(net, "places", "v-b", transfer="road-rail")
    assert faults(net) == [f"{line}: transfer has no transfer_source"]
    put(net, "places", "v-b", transfer_source="qqqq")
    assert faults(net) == [f"{line}: transfer_source 'qqqq' {UNLISTED}"]
    put(net, "places", "v-b", transfer_source="v-source")
    assert faults(net) == []


def test_upgrade_that_the_project_does_not_list(net):
    put(net, "projects", "v-project", upgrades="v-ab")
    line = put(net, "upgrades", "v-project")
    assert faults(net) == [f"{line}: project 'v-project' does not list 'v-twin' among its upgrades"]


@pytest.mark.parametrize(
    ("attribute", "today", "after"),
    [
        ("length_km", "12", "far"),
        ("road_class", "primary", "highway"),
        ("doubtful", "", "perhaps"),
        ("max_speed_kmh", "", "nan"),
    ],
)
def test_upgrade_to_a_value_the_column_cannot_hold(net, attribute, today, after):
    """Else `build` fails on it, or builds nonsense."""
    line = put(net, "upgrades", "v-project", attribute=attribute, today=today, after=after)
    assert [f for f in faults(net) if f.startswith(f"{line}: ")] == faults(net) != []


@pytest.mark.parametrize("attribute", ["geometry", "id", "from"])
def test_upgrade_of_what_makes_the_link(net, attribute):
    line = put(net, "upgrades", "v-project", attribute=attribute, today="", after="x")
    assert [f for f in faults(net) if f.startswith(f"{line}: ")] == faults(net) != []


def test_gap_between_stops(net):
    rows = load(net, "corridor_stops")
    del rows[-3]
    save(net, "corridor_stops", rows)
    assert faults(net) == [f"{net}/corridor_stops.csv:{len(rows)}: no road link joins 'v-a' and 'v-gate'"]


def test_stops_of_a_mode_without_links(net):
    rows = load(net, "corridor_stops")
    for row in rows[-4:]:
        row["mode"] = "rail"
    save(net, "corridor_stops", rows)
    pairs = [("v-a", "v-b"), ("v-b", "v-gate"), ("v-gate", "v-far")]
    assert faults(net) == [
        f"{net}/corridor_stops.csv:{len(rows) - 1 + n}: no rail link joins {a!r} and {b!r}"
        for n, (a, b) in enumerate(pairs)
    ]


def test_stops_out_of_order(net):
    line = put(net, "corridor_stops", "V", order="2")
    assert faults(net) == [f"{line}: order 2 of 'v-far' does not follow 3"]


# --------------------------------------------------------------------------------------------- whole files


@pytest.mark.parametrize("table", TABLES)
def test_not_utf8(net, table):
    """One fault at the byte's line, and none that only follows from the table being unread."""
    file = net / f"{table}.csv"
    lines = file.read_bytes().split(b"\n")
    lines[-2] += b"\xff"
    file.write_bytes(b"\n".join(lines))
    assert faults(net) == [f"{file}:{len(lines) - 1}: is not UTF-8 text; save the file as UTF-8"]


@pytest.mark.parametrize("table", ["places", "links", "structures"])
def test_quote_that_never_ends(net, table):
    file = net / f"{table}.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    lines[-1] = '"' + lines[-1].replace('"', "")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    only = faults(net)
    assert len(only) == 1
    assert only[0].startswith(f"{file}:")
    assert "is not readable as CSV" in only[0]


@pytest.mark.parametrize("table", TABLES)
def test_empty_file(net, table):
    file = net / f"{table}.csv"
    file.write_bytes(b"")
    assert faults(net) == [f"{file}:1: is empty; the first line must name the columns"]


@pytest.mark.parametrize("table", ["places", "links"])
def test_missing_file(net, table):
    (net / f"{table}.csv").unlink()
    assert faults(net) == [f"{net / table}.csv:1: file is missing"]


@pytest.mark.parametrize("table", ["places", "links"])
def test_header_only(net, table):
    file = net / f"{table}.csv"
    file.write_text(file.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    assert f"{file}:1: has no rows" in faults(net)


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\x00\x00", b"\x00" * 100, b"\xff" * 10, bytes(range(256))])
@pytest.mark.parametrize("table", ["places", "links"])
def test_binary_file(net, table, data):
    file = net / f"{table}.csv"
    file.write_bytes(data)
    every = faults(net)
    assert every
    assert all(f.startswith(f"{file}:") for f in every)
    with pytest.raises(DataError, match=f"{table}.csv:"):
        Network.load(net)


def test_missing_tables_besides_places_and_links_are_empty(net):
    for table in ("structures", "corridor_stops"):
        (net / f"{table}.csv").unlink()
    assert faults(net) == []
    assert len(Network.load(net).structures) == 0


def test_missing_column(net):
    rows = load(net, "links")
    save(net, "links", rows, [c for c in rows[0] if c != "status"])
    assert faults(net) == [f"{net}/links.csv:1: column 'status' is missing"]


def test_missing_optional_column_is_unknown(net):
    rows = load(net, "links")
    save(net, "links", rows, [c for c in rows[0] if c != "max_width_m"])
    assert faults(net) == []
    assert Network.load(net).links["max_width_m"].isna().all()


@pytest.mark.parametrize(("column", "hint"), [("max_axel_t", "; did you mean 'max_axle_t'?"), ("qqqq", "")])
def test_unknown_column(net, column, hint):
    rows = load(net, "links")
    save(net, "links", [row | {column: ""} for row in rows])
    assert faults(net) == [f"{net}/links.csv:1: unknown column {column!r}{hint}"]


@pytest.mark.parametrize("again", ["note", " note", "note "])
def test_column_twice(net, again):
    file = net / "structures.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    lines = [lines[0] + f",{again}", *(line + ",x" for line in lines[1:])]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert faults(net) == [f"{file}:1: column 'note' appears twice"]


@pytest.mark.parametrize(
    ("change", "more"), [(lambda line: line + ",x", 1), (lambda line: line.rpartition(",")[0], -1)]
)
def test_wrong_number_of_cells(net, change, more):
    file = net / "structures.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    width = len(lines[0].split(","))
    lines[-1] = change(lines[-1])
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert faults(net) == [f"{file}:{len(lines)}: has {width + more} cells, the header has {width}"]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_newline_in_a_quoted_cell_keeps_line_numbers_right(net, newline):
    file = net / "structures.csv"
    add(net, "structures", *(row_of(net, "structures", "v-bridge") | {"id": f"v-{n}"} for n in "xyz"))
    rows = load(net, "structures")
    rows[1]["note"] = f"one{newline}two{newline}three"
    rows[-1]["lat"] = "x"
    save(net, "structures", rows)
    assert faults(net) == [f"{file}:{len(rows) + 3}: lat 'x' is not a number"]
    rows[1]["lat"] = "y"
    save(net, "structures", rows)
    assert faults(net) == [f"{file}:3: lat 'y' is not a number", f"{file}:{len(rows) + 3}: lat 'x' is not a number"]


def test_blank_lines_keep_line_numbers_right(net):
    file = net / "structures.csv"
    add(net, "structures", row_of(net, "structures", "v-bridge") | {"id": "v-x", "lat": "x"})
    lines = file.read_text(encoding="utf-8").splitlines()
    lines.insert(2, "")
    file.write_text("\n".join(lines) + "\n\n", encoding="utf-8")
    assert faults(net) == [f"{file}:{len(lines)}: lat 'x' is not a number"]


@pytest.mark.parametrize("table", TABLES)
def test_bom_and_crlf_are_accepted(net, table):
    file = net / f"{table}.csv"
    before = Network.load(net)
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    assert faults(net) == []
    after = Network.load(net)
    pd.testing.assert_frame_equal(pd.DataFrame(getattr(before, table)), pd.DataFrame(getattr(after, table)))


@pytest.mark.parametrize("file", ["links.geojson", "profiles.toml", "schema.csv"])
def test_bom_is_accepted_in_the_other_files(net, file):
    path = net / file
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert faults(net) == []
    assert len(Network.load(net).links) == len(load(net, "links"))


# -------------------------------------------------------------------------------------------------- schema


@pytest.mark.parametrize(("column", "kind"), [("length_km", "number"), ("lanes", "integer")])
def test_number_without_unit_in_the_schema(net, column, kind):
    rows = load(net, "schema")
    number = next(n for n, r in enumerate(rows) if r["table"] == "links" and r["column"] == column)
    assert rows[number]["type"] == kind
    rows[number]["unit"] = ""
    save(net, "schema", rows)
    with pytest.raises(InputError) as caught:
        read(net)
    message = f"number links.{column} has no unit; write one ('1' for a plain count)"
    assert str(caught.value) == f"{net}/schema.csv:{number + 2}: {message}"


@pytest.mark.parametrize(
    "text", ["", "table,column\n", "table,column,type,unit,required,meaning\n",
             "table,column,type,unit,required,meaning\nplaces,id,text,,yes,key\n"]
)  # fmt: skip
def test_schema_that_is_none(net, text):
    """A table that the model needs must be in the schema: one clear line, not a KeyError."""
    (net / "schema.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"schema\.csv"):
        Network.load(net)


def test_schema_not_utf8(net):
    (net / "schema.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match=r"schema\.csv:1: is not UTF-8"):
        read(net)


def test_schema_is_read_again_when_it_changes(net):
    """In a notebook the file changes under a running process."""
    read(net)
    rows = load(net, "schema")
    for row in rows:
        row["unit"] = ""
    save(net, "schema", rows)
    with pytest.raises(InputError, match="has no unit"):
        read_schema(net / "schema.csv")


# ---------------------------------------------------------------------------------------------- all at once


def test_several_faults_are_all_reported_at_once(full, here, there):
    expected = [
        put(full, "places", "v-far", confidence="sure") + f": confidence 'sure' {ONE_OF} high, low, medium",
        put(full, "links", "v-ab", length_km="nan") + ": length_km 'nan' is not a finite number",
        put(full, "links", "v-twin", country=there)
        + f": changes country without a border place: it is in {there}, from v-a ({here}) to v-b ({here})",
        put(full, "links", "v-gf", source="qqqq") + f": source 'qqqq' {UNLISTED}",
        put(full, "sources", "v-source", url="https://wikizero.com/x") + f": url 'https://wikizero.com/x' {MIRROR}",
        put(full, "structures", "v-bridge", links="qqqq") + ": links: unknown link 'qqqq'",
        put(full, "upgrades", "v-project", today="7") + ": today '7' differs from length_km '12' of v-twin",
        put(full, "borders", "v-gate", wait_h="-2") + ": wait_h -2 must be 0 or more",
        put(full, "corridor_stops", "V", order="1") + ": order 1 of 'v-far' does not follow 3",
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
    cell = put(net, "links", "v-twin", status="x")
    every = faults(net)
    assert f"{net}/structures.csv:1: column 'confidence' is missing" in every
    assert any(f.startswith(f"{cell}: status 'x'") for f in every)


def test_check_prints_them_and_exits_1(net):
    line = put(net, "links", "v-twin", length_km="0")
    second = put(net, "structures", "v-bridge", lat="x")
    result = CliRunner().invoke(cli, ["check", str(net)])
    assert result.exit_code == 1
    printed = [text for text in result.stdout.splitlines() if not text.startswith("notice: ")]
    assert f"{second}: lat 'x' is not a number" in printed
    assert f"{line}: length_km 0 must be more than 0" in printed
    rows = json.loads(CliRunner().invoke(cli, ["check", str(net), "-f", "json"]).stdout)["rows"]
    assert {f"{r['file']}:{r['line']}: {r['message']}" for r in rows if r["severity"] == "fault"} == set(printed)


def test_check_of_sound_data_exits_0(net):
    result = CliRunner().invoke(cli, ["check", str(net)])
    assert result.exit_code == 0
    assert all(text.startswith("notice: ") for text in result.stdout.splitlines())


def test_check_finds_faults_of_profiles_too(net):
    (net / "profiles.toml").write_text("[rules]\n", encoding="utf-8")
    result = CliRunner().invoke(cli, ["check", str(net)])
    assert result.exit_code == 1
    assert f"{net}/profiles.toml:1: rules.rail.default_line_kmh is missing" in result.stdout


@pytest.mark.parametrize("command", [["check"], ["places"]])
@pytest.mark.parametrize("kind", ["missing", "empty folder", "empty file", "binary", "text"])
def test_what_is_no_network_is_one_line(tmp_path, command, kind):
    path = tmp_path / "net.gpkg"
    if kind == "empty folder":
        path.mkdir()
    elif kind != "missing":
        path.write_bytes({"empty file": b"", "binary": bytes(range(256)), "text": b"id,name\n1,2\n"}[kind])
    result = CliRunner().invoke(cli, ["--network", str(path), *command])
    assert result.exit_code in {1, 2}
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert str(path) in result.output
    assert "Traceback" not in result.output


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
    for table in TABLES:
        pd.testing.assert_frame_equal(
            pd.DataFrame(getattr(again, table)), pd.DataFrame(getattr(shipped, table)), obj=table
        )
    assert again.links.crs == shipped.links.crs
    assert shapely.equals_exact(again.links.geometry.values, shipped.links.geometry.values, 0).all()
    one, two = again.under("mixed").links, shipped.under("mixed").links
    assert np.array_equal(one["time_h"], two["time_h"])
    assert one["reason"].tolist() == two["reason"].tolist()


def test_geopackage_has_no_fault(package):
    result = CliRunner().invoke(cli, ["check", str(package)])
    assert result.exit_code == 0, result.output


def test_geopackage_of_a_what_if_keeps_the_tables(package, tmp_path, shipped):
    """A closure is no fact: the tables exported are those of the network."""
    path = tmp_path / "y.gpkg"
    link = shipped.links.index[0]
    assert CliRunner().invoke(cli, ["export", "-o", str(path), "-x", f"link:{link}", "-q"]).exit_code == 0
    assert Network.load(path).links["status"].tolist() == Network.load(package).links["status"].tolist()


def rewrite(package, tmp_path, layer, change):
    path = tmp_path / "z.gpkg"
    shutil.copy(package, path)
    frame = pyogrio.read_dataframe(path, layer=layer)
    pyogrio.write_dataframe(change(frame), path, layer=layer, append=False)
    return path


def test_fault_in_the_first_row_of_a_geopackage_hides_nothing(package, tmp_path):
    """Rows of a layer count from 1: a fault there is no fault of the header."""

    def change(frame):
        frame.loc[0, "status"] = "x"
        frame.loc[3, "from"] = "qqqq"
        return frame

    path = rewrite(package, tmp_path, "links", change)
    every = faults(path)
    assert any(f.startswith(f"{path}[links]:1: status 'x'") for f in every)
    assert f"{path}[links]:4: from: unknown place 'qqqq'" in every


@pytest.mark.parametrize(
    "shape",
    [
        shapely.MultiLineString([[(19, 41), (19, 42)], [(19, 42), (20, 42)]]),
        shapely.Point(19, 41),
        shapely.LineString(),
        None,
    ],
)
def test_geopackage_with_other_shapes(package, tmp_path, shape):
    """One fault at the link, never a traceback."""

    def change(frame):
        shapes = np.array(frame.geometry, dtype=object)
        shapes[4] = shape
        return gpd.GeoDataFrame(frame.drop(columns="geometry"), geometry=shapes, crs=frame.crs)

    path = rewrite(package, tmp_path, "links", change)
    assert [f for f in faults(path) if f.startswith(f"{path}[links]:5: ")] == faults(path) != []


def test_geopackage_without_links(package, tmp_path):
    path = tmp_path / "p.gpkg"
    pyogrio.write_dataframe(pyogrio.read_dataframe(package, layer="places"), path, layer="places")
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
