"""The template of a network of one's own, and a newcomer who makes ten places of it."""

import csv

import pytest

from console import ask, mobility
from hamlet import found, load, save
from mobility import Network, check, new, routes
from mobility.errors import InputError
from mobility.model.files import shipped_schema
from mobility.model.sphere import great_circle_km
from mobility.model.tables import TABLES
from mobility.model.template import ROWS


@pytest.fixture
def home(tmp_path):
    return new(tmp_path / "net")


def test_the_template_is_sound_and_routes_answer_on_it(home):
    assert (check(home)["severity"] == "notice").all()
    (row,) = ask("routes", network=home)["rows"]
    assert (row["from"], row["to"], row["state"]) == ("example-port", "example-camp", "connected")
    assert row["length_km"] == 93.5
    net = Network.load(home)
    assert routes(net.build("example-motorway"))["time_h"].iloc[0] < routes(net)["time_h"].iloc[0]
    assert routes(net.close("example-bridge"))["state"].tolist() == ["cut off"]


def test_every_table_has_its_header_and_a_worked_row(home):
    assert {file.name for file in home.iterdir()} == {"README.md", *(f"{name}.csv" for name in TABLES)}
    for name, columns in shipped_schema().items():
        if name in TABLES:
            rows = load(home, name)
            assert list(rows[0]) == list(columns)
            assert all(row[c.name] for row in rows for c in columns.values() if c.required)
            assert {column for row in ROWS[name] for column in row} <= set(columns)


def test_the_readme_says_what_every_column_holds(home):
    text = (home / "README.md").read_text(encoding="utf-8")
    for name in TABLES:
        _, _, part = text.partition(f"## {name}.csv\n")
        part = part.partition("\n## ")[0]
        for column in shipped_schema()[name].values():
            assert (
                f"| {column.name} | {'yes' if column.required else ''} | {column.meaning.replace('|', ', ')} |" in part
            )
    assert "mobility check net " in text


@pytest.mark.parametrize("gone", [
    ("projects", "upgrades"), ("structures",), ("corridor_stops",),
    ("projects", "upgrades", "structures", "corridor_stops"),
])  # fmt: skip
def test_tables_that_may_be_deleted(home, gone):
    for name in gone:
        (home / f"{name}.csv").unlink()
    assert found(home)[0] == []
    assert len(Network.load(home).places) == 3


@pytest.mark.parametrize(("name", "message"), [
    ("places", "file is missing: it must hold a row for each of the places, with id, name, country, kind, lat, lon,"),
    ("links", "file is missing: it must hold a row for each of the links, with id, name, from, to, mode, corridors,"),
    ("countries", "is missing: list the countries that other tables name (AA, BB): iso2, name, confidence, source"),
    ("corridors", "is missing: list the corridors that other tables name (E1): code, name, description,"),
    ("projects", "is missing: list the projects that other tables name (example-motorway): id, name,"),
])  # fmt: skip
def test_tables_that_are_missed(home, name, message):
    (home / f"{name}.csv").unlink()
    faults, _ = found(home)
    assert f"{home}/{name}.csv:1: {message}" in "\n".join(faults)
    assert mobility("routes", network=home).exit_code == 2


def test_without_borders_no_link_crosses_one(home):
    (home / "borders.csv").unlink()
    assert found(home)[0] == [
        f"{home}/places.csv:3: 'example-border' has road links of AA and BB but no row in borders.csv"
    ]


@pytest.mark.parametrize(("table", "column", "cell", "message"), [
    ("links", "corridors", "E11", "corridors: unknown corridor 'E11'; did you mean 'E1'?"),
    ("links", "corridors", "E1;XX", "corridors: unknown corridor 'XX'"),
    ("borders", "regime", "EU-Schengen", "regime 'EU-Schengen' is not one of CEFTA (Western Balkans), EU external"),
    ("corridor_stops", "corridor", "e1", "corridor: unknown corridor 'e1'"),
])  # fmt: skip
def test_codes_that_are_unknown(home, table, column, cell, message):
    rows = load(home, table)
    rows[0][column] = cell
    save(home, table, rows)
    assert any(f.startswith(f"{home}/{table}.csv:2: {message}") for f in found(home)[0])


@pytest.mark.parametrize("code", ["access", "relief", "E1;access"])
def test_access_and_relief_are_no_corridors_and_need_no_row(home, code):
    rows = load(home, "links")
    rows[2]["corridors"] = code
    save(home, "links", rows)
    assert found(home)[0] == []


def test_a_place_that_no_link_meets_is_a_notice(home):
    rows = load(home, "places")
    save(home, "places", [*rows, rows[0] | {"id": "alone", "name": "Alone", "role": ""}])
    faults, notices = found(home)
    assert faults == []
    assert f"{home}/places.csv:5: no link meets alone" in notices
    assert ask("routes --from alone", network=home)["rows"][0]["state"] != "connected"


def test_what_is_there_is_never_overwritten(home, tmp_path, monkeypatch):
    before = {file: file.read_bytes() for file in home.iterdir()}
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(home)
    for target in (home, tmp_path / "link", tmp_path / "file", tmp_path / "nowhere" / "net", "a\0b"):
        with pytest.raises(InputError, match="cannot write"):
            new(target)
    assert {file: file.read_bytes() for file in home.iterdir()} == before
    (tmp_path / "empty").mkdir()
    assert len(list(new(tmp_path / "empty").iterdir())) == 11
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(InputError, match="you are in it"):
        new(".")
    assert not any((tmp_path / "here").iterdir())


# Ten places of two countries, and the roads and the railway between them, as a newcomer has them in a notebook.
PLACES = """
dock        Dock          AA     port             42.05 19.05 origin
quay        Quay          AA     port             41.90 19.20 origin
mill        Mill          AA     city             42.10 19.30
fork        Fork          AA     junction         42.15 19.45
north-gate  North Gate    AA-BB  border_crossing  42.35 19.70
south-gate  South Gate    AA-BB  border_crossing  42.00 19.75
rail-gate   Rail Gate     AA-BB  rail_border      42.20 19.72
vale        Vale          BB     city             42.30 20.00
ford        Ford          BB     junction         42.05 20.10
camp        Camp          BB     base             42.20 20.40 destination
"""
LINKS = """
dock-mill dock mill road AA; quay-mill quay mill road AA; mill-fork mill fork road AA; fork-ng fork north-gate road AA;
fork-sg fork south-gate road AA; ng-vale north-gate vale road BB; sg-ford south-gate ford road BB;
vale-camp vale camp road BB; ford-camp ford camp road BB; vale-ford vale ford road BB;
mill-rg mill rail-gate rail AA; rg-camp rail-gate camp rail BB
"""


def own_network(home):
    """Replace the examples of the template by the ten places, and delete what is not needed."""
    at = {}
    places, links = [], []
    for line in PLACES.strip().splitlines():
        key, *rest = line.split()
        role = [rest.pop()] if rest[-1] in {"origin", "destination"} else [""]
        lat, lon = float(rest[-2]), float(rest[-1])
        at[key] = (lon, lat)
        row = {"id": key, "name": " ".join(rest[:-4]), "country": rest[-4], "kind": rest[-3], "lat": rest[-2]}
        more = {"lon": rest[-1], "accuracy_km": "0.5", "role": role[0], "confidence": "low", "source": "own-map"}
        places.append(load(home, "places")[1] | row | more | {"note": ""})
    for text in LINKS.replace("\n", " ").split(";"):
        key, start, end, mode, country = text.split()
        km = 1.3 * great_circle_km(*at[start], *at[end])
        row = {"id": key, "name": f"{start}–{end}", "from": start, "to": end, "mode": mode, "country": country}
        rail = {"road_class": "", "lanes": "", "max_speed_kmh": "", "tracks": "1-2", "electrified": "yes"}
        more = {"length_km": f"{km:.1f}", "source": "own-map", "note": "", "corridors": "NS"}
        links.append(load(home, "links")[0] | row | (rail if mode == "rail" else {}) | more)
    border = load(home, "borders")[0]
    borders = [
        border | {"place": place, "name": place, "mode": mode, "source": "own-map"}
        for place, mode in (("north-gate", "road"), ("south-gate", "road"), ("rail-gate", "rail"))
    ]
    tables = {"places": places, "links": links, "borders": borders}
    tables["sources"] = [load(home, "sources")[0] | {"id": "own-map", "title": "Our map"}]
    tables["corridors"] = [load(home, "corridors")[0] | {"code": "NS", "source": "own-map"}]
    tables["countries"] = [row | {"source": "own-map"} for row in load(home, "countries")]
    return tables


# What a newcomer gets wrong: table, row, column, the cell as typed; None: the column is called so.
MISTAKES = [
    ("places", 2, "kind", "Town"), ("places", 3, "country", "aa"), ("places", 7, "source", ""),
    ("places", 8, "lat", "42°03'"), ("places", 9, "role", "Destination"),
    ("links", 0, "to", "Mill"), ("links", 1, "status", "Open"), ("links", 2, "length_km", "20 km"),
    ("links", 6, "corridors", "N-S"), ("links", 4, "mode", "raod"), ("links", 5, "country", "AA"),
    ("links", 3, "length_km", "2.9"), ("links", 7, "source", "our map"), ("links", 8, "id", "Vale-Camp"),
    ("links", 9, "length_confidence", "good"), ("links", 10, "tracks", "01-Feb"), ("links", 11, "electrified", "y"),
    ("borders", 0, "usable", "Yes"), ("borders", 1, "regime", "normal"), ("borders", 2, "wait_h", "1h"),
    ("countries", 1, "confidence", ""), ("sources", 0, "kind", "map"),
]  # fmt: skip


def write(home, tables, headers=None, mark=",", end="\n"):
    for name, rows in tables.items():
        with (home / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=mark, lineterminator=end)
            writer.writerow([(headers or {}).get((name, column), column) for column in rows[0]])
            writer.writerows(row.values() for row in rows)


def test_ten_places_of_a_newcomer_pass_after_one_round_of_messages(home):
    """Every slip is named in the first round; when what was named is mended, nothing is left."""
    right = own_network(home)
    assert (len(right["places"]), len(right["links"])) == (10, 12)
    wrong = {name: [dict(row) for row in rows] for name, rows in right.items()}
    for table, row, column, cell in MISTAKES:
        wrong[table][row][column] = cell
    headers = {("links", "attr_confidence"): "attribute confidence", ("places", "accuracy_km"): "accuracy"}
    write(home, wrong, headers, mark=";", end="\r\n")  # as a spreadsheet saves it

    first, _ = found(home)
    mended = {name: [dict(row) for row in rows] for name, rows in wrong.items()}
    for table, row, column, _ in MISTAKES:
        named = [f for f in first if f.startswith(f"{home}/{table}.csv:{row + 2}: ")]
        assert named, (table, row, column)
        mended[table][row][column] = right[table][row][column]
    left = [f for f in first if "example-" in f]  # rows of the template that are still there
    for name in ("projects", "upgrades", "structures", "corridor_stops"):
        assert any(f"{home}/{name}.csv:" in f for f in left)
        (home / f"{name}.csv").unlink()
    assert any("unknown column 'attribute confidence'; did you mean 'attr_confidence'?" in f for f in first)
    assert any("unknown column 'accuracy'; did you mean 'accuracy_km'?" in f for f in first)

    write(home, mended, mark=";", end="\r\n")
    assert found(home)[0] == []
    rows = ask("routes", network=home)["rows"]
    assert [(row["from"], row["to"], row["state"]) for row in rows] == [
        ("dock", "camp", "connected"),
        ("quay", "camp", "connected"),
    ]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: f"{m[0]}-{m[2]}")
def test_each_slip_alone_is_named_where_it_is(home, mistake):
    tables = own_network(home)
    for name in ("projects", "upgrades", "structures", "corridor_stops"):
        (home / f"{name}.csv").unlink()
    write(home, tables)
    assert found(home)[0] == []
    table, row, column, cell = mistake
    tables[table][row][column] = cell
    write(home, tables)
    faults, _ = found(home)
    assert any(f.startswith(f"{home}/{table}.csv:{row + 2}: ") for f in faults), faults
