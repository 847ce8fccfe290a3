"""The command line in tests: a small network in a folder, asking it, and what an answer or a refusal looks like."""

import csv
import io
import json
import shlex
from html.parser import HTMLParser

import pytest
from click.testing import CliRunner

from drawing import SCHEMA, drawn
from mobility.cli import cli

COMMANDS = ("places", "links", "projects", "profiles", "route", "routes", "check", "export", "map")


def cell(value, column):
    """Write a value as its CSV cell; what drawn networks leave out gets something that `check` accepts."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = "" if value is None or value != value else f"{value:g}" if isinstance(value, float) else str(value)  # noqa: PLR0124
    if text or not column.required:
        return text
    filler = "estimate: drawn" if column.name == "source" else "AA" if column.target else "x"
    by_type = {"number": "0", "integer": "0", "yes/no": "no"}
    return column.options[-1] if column.options else by_type.get(column.type, filler)


def write_table(path, columns, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)


def small_network(folder):
    """Write a network of two countries to a folder: a road and a rail border, twins, a ferry and an unbuilt road.

    alfa ==(road 10, road 12, rail 8)== bravo --road 10-- gate --road 10-- delta --road 5-- echo
    bravo ..rail 9 planned.. railgate ..rail 9 planned.. delta ..road 7 planned.. foxtrot; bravo ~sea 90~ echo
    """
    rail = {"mode": "rail", "country": "AA-BB", "links": "bravo--railgate-rail;railgate--delta-rail"}
    road = {"mode": "road", "country": "BB", "target_year": "2030", "links": "delta--foxtrot-road"}
    net = drawn(
        "alfa -road 10- bravo",
        "alfa -road 12- bravo doubtful=yes",
        "alfa -rail 8- bravo",
        "bravo -road 10- gate corridors=T;U",
        "gate -road 10- delta country=BB corridors=U",
        "delta -road 5- echo country=BB",
        "bravo -rail 9- railgate status=planned",
        "railgate -rail 9- delta status=planned country=BB",
        "delta -road 7- foxtrot status=planned country=BB",
        "bravo -sea 90- echo country=AA-BB",
        places={
            "alfa": {"name": "Älfa", "role": "origin", "sets": "west", "alt_names": "Альфа", "lat": "42.00"},
            "bravo": {"sets": "west", "lat": "42.01", "transfer": "road-rail", "transfer_source": "estimate: drawn"},
            "gate": {"kind": "border_crossing", "country": "AA-BB", "lat": "42.02"},
            "railgate": {"kind": "rail_border", "country": "AA-BB", "lat": "42.02", "lon": "0.05"},
            "delta": {"name": "Đelta–Grad", "country": "BB", "role": "destination", "sets": "east", "lat": "42.03"},
            "echo": {"country": "BB", "role": "destination", "sets": "east;north-east", "lat": "42.04", "lon": "0.03"},
            "foxtrot": {"country": "BB", "lat": "42.05"},
            "novo-1": {"name": "Novo Selo", "lat": "42.00", "lon": "-0.1"},
            "novo-2": {"name": "Novo Selo", "lat": "42.00", "lon": "-0.2"},
        },
        borders=[
            {"place": "gate", "countries": "AA-BB", "mode": "road", "wait_h": "1"},
            {"place": "railgate", "countries": "AA-BB", "mode": "rail", "wait_h": "1", "usable": "no"},
        ],
        structures=[
            {"id": "old-bridge", "name": "Old Bridge", "links": "gate--delta-road"},
            {"id": "bare-bridge", "name": "Bare Bridge"},
        ],
        projects=[
            {"id": "border-rail", "name": "Border railway", "status": "planned", "cost_eur_m": "120.5"} | rail,
            {"id": "foxtrot-road", "name": "Foxtrot road", "status": "planned"} | road,
        ],
    )
    for table in (name for name in SCHEMA if hasattr(net, name)):
        columns = SCHEMA[table]
        rows = [{c: cell(row.get(c), columns[c]) for c in columns} for row in getattr(net, table).to_dict("records")]
        for n in ("novo-1", "novo-2") if table == "links" else ():  # the whole must be one piece
            new = {"id": f"alfa--{n}-road", "name": f"alfa–{n}", "from": "alfa", "to": n, "country": "AA"}
            rows.append(rows[0] | new | {"status": "planned", "length_km": "20"})
        write_table(folder / f"{table}.csv", list(columns), rows)
    return folder


def mobility(line, *more, network=None, **options):
    """Run a command line in this process; whatever happens, it must not be a traceback."""
    words = (shlex.split(line) if isinstance(line, str) else list(line)) + [str(w) for w in more]
    start = ["--network", str(network)] if network else []
    result = CliRunner().invoke(cli, start + words, prog_name="mobility", **options)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        pytest.fail(f"{words}: {result.exception!r}, a traceback for the user")
    assert "Traceback" not in result.stdout + result.stderr
    assert result.exit_code in {0, 1, 2}, f"{words}: {result.stderr}"
    return result


def ask(line, *more, **options):
    """Return what a command says in JSON."""
    return whole(mobility(line, *more, "-f", "json", **options).stdout)


def refused(result, *words, status=2):
    """Assert one clear line on stderr, nothing on stdout, and the exit status."""
    assert result.exit_code == status, result.output
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert lines[-1].startswith("Error: "), result.stderr
    assert sum(line.startswith("Error: ") for line in lines) == 1
    usage = [line for line in lines[:-1] if line.strip()]
    assert all(line.startswith(("Usage: ", "Try ")) for line in usage), result.stderr
    for word in words:
        assert word in lines[-1], f"{word!r} is not in {lines[-1]!r}"


def finite(value):
    raise AssertionError(f"{value} in JSON")


def whole(text):
    """Read JSON that may hold no NaN or infinity."""
    return json.loads(text, parse_constant=finite)


def table_of(text):
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    return rows[0], [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def tags(page):
    parser = Tags()
    parser.feed(page)
    return parser.found
