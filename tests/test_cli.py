"""The command line as a demanding newcomer meets it: every command, every option, every way to get it wrong.

Most tests run on `small`, a drawn network written to a folder, through `--network`; a few on the shipped one,
and some in a real process. No test hands a device of the machine to `-o`: as root a careless tool replaces it.
"""

import csv
import io
import json
import math
import os
import re
import resource
import shlex
import shutil
import stat
import subprocess
import sys
import warnings
import xml.etree.ElementTree as ET
from contextlib import contextmanager
from functools import partial
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import networkx as nx
import pytest
import shapely
from click.testing import CliRunner

from drawing import SCHEMA, drawn
from mobility import __version__
from mobility.cli import cli
from mobility.model import tables
from mobility.model.network import Network, default_folder

LOAD, LOADED = Network.load, {}
COMMANDS = ("places", "links", "projects", "profiles", "route", "routes", "check", "export", "map")
# The commands that print rows, as asked of the small network, and the noteworthy ways to ask.
ASKED = [
    "places", "links", "projects", "profiles", "routes", "check", "route alfa delta", "route alfa delta -k 5",
    "route alfa delta --diverse -k 3", "route alfa delta --via bravo", "route alfa foxtrot",
    "routes --from alfa --to foxtrot --to delta -x country:AA -b link:delta--foxtrot-road",
]  # fmt: skip
COLUMNS = {
    "links": "id name from to mode corridors country length_km time_h status active reason length_confidence source",
    "route": "route leg link name mode from to length_km time_h driving_h cumulative_h",
    "routes": "from to state time_h driving_h length_km modes transfers borders permission_lead_h "
    "corridors disjoint_routes doubtful",
}


@pytest.fixture(autouse=True)
def load_once(monkeypatch):
    """Read each network once: a Network is never changed, and half the time of a command is reading."""
    monkeypatch.setattr(Network, "load", staticmethod(remembered))


def remembered(path=None):
    home = Path(path) if path else default_folder()
    if not home.is_dir():
        return LOAD(path)
    key = (home, tables.checksum(home))
    if key not in LOADED:
        LOADED[key] = LOAD(path)
    return LOADED[key]


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """A folder with a network of two countries, a road and a rail border, twins, a ferry and an unbuilt road.

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
    folder = tmp_path_factory.mktemp("small")
    for table in (name for name in SCHEMA if hasattr(net, name)):
        columns = SCHEMA[table]
        rows = [{c: cell(row.get(c), columns[c]) for c in columns} for row in getattr(net, table).to_dict("records")]
        for n in ("novo-1", "novo-2") if table == "links" else ():  # the whole must be one piece
            new = {"id": f"alfa--{n}-road", "name": f"alfa–{n}", "from": "alfa", "to": n, "country": "AA"}
            rows.append(rows[0] | new | {"status": "planned", "length_km": "20"})
        write_table(folder / f"{table}.csv", list(columns), rows)
    return folder


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


def mobility(line, *more, network=None, **options):
    """Run a command line in this process; whatever happens, it must not be a traceback."""
    words = (shlex.split(line) if isinstance(line, str) else list(line)) + [str(w) for w in more]
    start = ["--network", str(network)] if network else []
    result = CliRunner().invoke(cli, start + words, prog_name="mobility", **options)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        pytest.fail(f"{words}: {result.exception!r}, a traceback for the user")
    assert "Traceback" not in result.stdout + result.stderr
    assert result.exit_code in {0, 1, 2}, words
    return result


@pytest.fixture
def run(small):
    """Run a command line on the small network."""
    return partial(mobility, network=small)


def ask(line, *more, **options):
    """Return what a command says in JSON."""
    return whole(mobility(line, *more, "-f", "json", **options).stdout)


def process(*words, env=None, timeout=60, **options):
    """Run a command line as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "mobility.cli", *map(str, words)],
        timeout=timeout,
        check=False,
        env={**os.environ, **(env or {})},
        **({"capture_output": True, "encoding": "utf-8"} | options),
    )


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


def says(text, value):
    """Whether a csv cell says what a JSON value says, to the last digit."""
    if value is None:
        return text == ""
    if isinstance(value, bool):
        return text.casefold() == str(value).casefold()
    return float(text) == value if isinstance(value, int | float) else text == value


def csv_says(text, rows):
    columns, found = table_of(text)
    assert len(found) == len(rows)
    for cells, row in zip(found, rows, strict=True):
        assert list(row) == columns
        assert all(says(cells[c], row[c]) for c in columns), (cells, row)


# --- help and names of commands ---


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command):
    result = mobility([command, "-h"])
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == mobility([command, "--help"]).stdout
    assert result.stdout.startswith(f"Usage: mobility {command} ")
    assert max(map(len, result.stdout.splitlines())) <= 110


def test_help_lists_every_command_and_no_option_lacks_help():
    text = mobility("--help").stdout
    assert set(cli.list_commands(None)) >= set(COMMANDS)
    for name in cli.list_commands(None):
        command = cli.get_command(None, name)
        assert re.search(rf"^  {name} +\S", text, re.MULTILINE), f"{name} is not explained"
        assert all(o.help for o in command.params if o.param_type_name == "option"), (
            f"{name} has an option without help"
        )


def test_commands_share_the_scenario_options():
    """DESIGN section 6: the same on every analysis, list, map, report and export."""
    words = set("close build set profile mode transit borders scenario output quiet no-color".split())
    words |= {"exclude-doubtful", "include-access"}
    for name in set(COMMANDS) - {"check"}:
        known = {opt.removeprefix("--") for option in cli.get_command(None, name).params for opt in option.opts}
        assert words <= known, name


def test_version():
    assert mobility("--version").stdout == f"mobility, version {__version__}\n"


# --- formats ---


@pytest.mark.parametrize("asked", ASKED)
def test_every_format_has_its_shape_and_the_same_rows(small, run, asked):
    answer = run(asked, "-f", "json")
    one = whole(answer.stdout)
    rows = one["rows"]
    assert list(one) == ["command", "scenario", "network", "summary", "rows"]
    assert one["command"] == asked.split()[0]
    assert {type(one["scenario"]), type(one["summary"])} == {dict}
    assert set(one["network"]) == {"name", "version", "sha256"}
    assert one["network"]["name"] == small.name
    assert one["network"]["sha256"] == tables.checksum(small)
    again = run(asked, "-f", "csv")
    assert again.exit_code == answer.exit_code
    csv_says(again.stdout, rows)
    assert set(COLUMNS.get(one["command"], "").split()) <= set(table_of(again.stdout)[0])
    shapes = whole(run(asked, "-f", "geojson").stdout)
    assert shapes["type"] == "FeatureCollection"
    assert [f["properties"] for f in shapes["features"]] == rows
    for feature in shapes["features"]:
        assert feature["type"] == "Feature"
        shape = feature["geometry"] and shapely.geometry.shape(feature["geometry"])
        assert shape is not None or one["command"] not in {"places", "links", "route"}
        if shape is not None:
            assert not shape.is_empty
            assert all(map(math.isfinite, shapely.get_coordinates(shape).ravel()))
    if answer.exit_code or asked == "check":
        return
    lines = run(asked, "-f", "md").stdout.splitlines()
    assert len(lines) == len(rows) + 2
    assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) == 1
    assert all(line.startswith("|") and line.endswith("|") for line in lines)
    table = run(asked).stdout
    assert table.endswith("\n")
    assert len(table.splitlines()) == len(rows) + 2
    assert set(table.splitlines()[1]) == {"-", " "}
    assert run(asked, "-f", "table", env={"NO_COLOR": "1"}, color=True).stdout == table


def test_empty_tables_still_have_a_header(run):
    empty = "routes --from alfa -x alfa"
    assert len(run(empty).stdout.splitlines()) == 2
    assert len(run(empty, "-f", "csv").stdout.splitlines()) == 1
    assert whole(run(empty, "-f", "json").stdout)["rows"] == []


def test_unknown_values_are_empty_not_zero(small, run):
    """Alfa to foxtrot is not connected: null in JSON, an empty cell in csv, never 0, NaN or infinity."""
    asked = "routes --from alfa --to foxtrot"
    (row,) = ask(asked, network=small)["rows"]
    assert (row["time_h"], row["length_km"], row["disjoint_routes"]) == (None, None, 0)
    (cells,) = table_of(run(asked, "-f", "csv").stdout)[1]
    assert (cells["time_h"], cells["length_km"]) == ("", "")
    for fmt in ("csv", "md", "table"):
        assert not re.search(r"\b(nan|inf|None|NaT|<NA>)\b", run(asked, "-f", fmt).stdout)


def test_route_rows_add_up_to_the_summary(small):
    one = ask("route alfa delta -k 3", network=small)
    assert len(one["summary"]["routes"]) == 3
    for route in one["summary"]["routes"]:
        legs = [r for r in one["rows"] if r["route"] == route["route"]]
        assert [r["leg"] for r in legs] == list(range(1, len(legs) + 1))
        assert (legs[0]["from"], legs[-1]["to"]) == ("alfa", "delta")
        assert all(a["to"] == b["from"] for a, b in pairwise(legs))
        assert legs[-1]["cumulative_h"] == pytest.approx(sum(r["time_h"] for r in legs)) == route["time_h"]
        assert route["length_km"] == pytest.approx(sum(r["length_km"] for r in legs))
        assert {r["link"] == "" for r in legs if r["mode"] in {"transfer", "crossing"}} <= {True}


def test_route_and_routes_agree(small):
    legs = ask("route alfa delta", network=small)
    (pair,) = ask("routes --from alfa --to delta", network=small)["rows"]
    assert pair["time_h"] == pytest.approx(legs["summary"]["time_h"])
    assert pair["links"] == ";".join(r["link"] for r in legs["rows"] if r["link"])


@pytest.mark.parametrize("asked", ["places", "links", "routes", "route durres varna", "check", "profiles", "projects"])
def test_shipped_json_is_finite_and_equals_csv(asked):
    rows = ask(asked, "-q")["rows"]
    assert rows or asked == "check"
    csv_says(mobility(asked, "-f", "csv", "-q").stdout, rows)


# --- stdout, stderr, exit status ---


def test_stdout_is_data_and_notes_go_to_stderr(run):
    asked = "route alfa delta -x mode:sea -x alfa--bravo-road"
    loud, quiet = run(asked), run(asked, "-q")
    assert "alfa--bravo-road" in loud.stderr
    assert "bravo--echo-sea" in loud.stderr
    assert (quiet.exit_code, quiet.stdout, quiet.stderr) == (loud.exit_code, loud.stdout, "")


def test_quiet_is_silent_but_says_why_it_failed(run, tmp_path):
    for command in ("places", "links", "projects", "profiles", "route alfa delta", "routes", "check"):
        assert run(command, "-q").stderr == "", command
    for command, name in (("links", "a.csv"), ("export", "b.csv"), ("map", "c.html")):
        result = run(command, "-q", "-o", tmp_path / name)
        assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
        assert (tmp_path / name).stat().st_size
    refused(run("route alfa nowhere -q"), "nowhere")
    result = run("route alfa foxtrot -q")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: no route from alfa to foxtrot")


@pytest.mark.parametrize(("asked", "status"), [
    ("route alfa delta", 0), ("route alfa foxtrot", 1), ("route alfa delta -x gate -x mode:sea", 1),
    ("route alfa delta --via foxtrot", 1), ("route alfa delta --transit no-BB", 0),
    ("route alfa delta -x country:BB", 1),
    ("routes --from alfa --to foxtrot --to delta", 0), ("check", 0), ("check nowhere-at-all", 2), ("", 2),
    ("route alfa delta -x border:gate -x mode:sea", 1), ("route bravo gate -x border:gate", 0),
    ("route alfa foxtrot -b Foxtrot–Delta", 0), ("route alfa foxtrot -b all -x delta--foxtrot-road", 1),
    ("route bravo delta -m rail", 1), ("route bravo delta -m rail -b 'BORDER RAILWAY'", 0),
    ("route bravo delta -m rail -b project:border-rail", 0), ("route bravo delta -m rail -b ALL", 0),
    ("route bravo delta -m rail -b corridor:T", 0), ("route alfa delta --set gate:wait=0", 0),
    # options in any case
    ("route alfa delta -p HEAVY --transit NATO --borders Schengen", 0), ("route alfa delta -m ROAD -m sea", 0),
    ("route alfa delta --transit no-bb --exclude-doubtful --include-access --no-color", 0),
])  # fmt: skip
def test_exit_status(run, asked, status):
    assert run(asked).exit_code == status


# --- where the data goes ---


@pytest.mark.parametrize(("name", "start"), [
    ("a.CSV", "route,leg,"), ("a.json", "{"), ("a.geojson", '{"type"'), ("a.md", "|"), ("a.txt", "  leg"),
    ("a", "  leg"), ("ärger mit leerzeichen.csv", "route,leg,"),
])  # fmt: skip
def test_suffix_chooses_the_format(run, tmp_path, name, start):
    result = run("route alfa delta -o", tmp_path / name)
    assert (result.exit_code, result.stdout) == (0, "")
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)
    assert [p.name for p in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("fmt", ["table", "json", "csv", "geojson", "md"])
def test_file_holds_what_stdout_shows(run, tmp_path, fmt):
    """And -f beats the suffix; `-o -` is stdout."""
    run("routes -o", tmp_path / "out.csv", "-f", fmt)
    shown = run("routes", "-f", fmt).stdout
    assert (tmp_path / "out.csv").read_bytes() == shown.encode()
    assert run("routes -o -", "-f", fmt).stdout == shown


@pytest.mark.parametrize(("command", "suffix"), [("links", ".csv"), ("export", ".csv"), ("map", ".html")])
def test_unwritable_target(run, tmp_path, command, suffix):
    (tmp_path / f"folder{suffix}").mkdir()
    (tmp_path / "file").write_text("old", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    places = [tmp_path / "folder", tmp_path / "nowhere" / "a", tmp_path / "file" / "a", tmp_path / ("n" * 300)]
    for target in [*places, Path("/proc/self/a")]:  # where not even root can create a file
        refused(run(f"{command} -q -o", f"{target}{suffix}"), "cannot write")
        assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("target", ["", ".", "..", "/"])
def test_target_without_a_name(run, tmp_path, monkeypatch, target):
    monkeypatch.chdir(tmp_path)
    refused(run(["links", "-q", "-o", target]))
    assert list(tmp_path.iterdir()) == []


@contextmanager
def disk_full_after(size):
    """Let no file grow beyond `size` bytes: a write stops half-way, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(("command", "name"), [("links -f json", "a.json"), ("export", "a.csv"), ("map", "a.html")])
def test_disk_full_leaves_the_old_file_and_no_scrap(run, tmp_path, command, name):
    target = tmp_path / name
    target.write_text("old", encoding="utf-8")
    with disk_full_after(500):
        result = run(command, "-q", "-o", target)
    refused(result, f"cannot write {target}")
    assert [p.name for p in tmp_path.iterdir()] == [name]
    assert target.read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize("asked", ["route alfa nowhere", "route alfa alfa", "links --corridor ZZ", "routes --set x"])
def test_failure_leaves_an_existing_file_alone(run, tmp_path, asked):
    target = tmp_path / "a.csv"
    target.write_text("old", encoding="utf-8")
    refused(run(asked, "-o", target))
    assert target.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


def test_a_pipe_stays_a_pipe(run, tmp_path):
    """`-o` of a special file (a named pipe, /dev/stdout, /dev/null) writes into it; replacing it would destroy it."""
    fifo = tmp_path / "pipe.csv"
    os.mkfifo(fifo)
    handle = os.open(fifo, os.O_RDWR | os.O_NONBLOCK)  # a reader, so that writing does not wait
    try:
        result = run("route alfa delta -o", fifo)
        assert stat.S_ISFIFO(fifo.stat().st_mode), "the pipe was replaced by a file"
        assert result.exit_code == 0
        assert os.read(handle, 1 << 16).startswith(b"route,leg,")
    finally:
        os.close(handle)


def test_full_device_is_reported_and_survives(run, tmp_path):
    """A twin of /dev/full, made here: as root, a tool that renames over its target would replace the machine's own."""
    device = tmp_path / "full"
    try:
        os.mknod(device, 0o666 | stat.S_IFCHR, os.makedev(1, 7))
    except PermissionError:
        pytest.skip("only root can make a device")
    result = run("route alfa delta -q -o", device)
    assert stat.S_ISCHR(device.stat().st_mode), "the device was replaced by a file"
    refused(result, "cannot write")


def test_a_symbolic_link_is_followed(run, tmp_path):
    (tmp_path / "real.csv").write_text("old", encoding="utf-8")
    (tmp_path / "link.csv").symlink_to("real.csv")
    run("route alfa delta -o", tmp_path / "link.csv")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text(encoding="utf-8").startswith("route,leg,")


# --- what is refused, in one line with the words that help ---

REFUSED = {
    "rout": ["'route'"],
    "link": ["'links'"],
    "nosuch": ["nosuch"],
    # usage
    "route": [], "route alfa": [], "route alfa delta echo": [], "route alfa delta --nosuch": [],
    "routes alfa delta": [], "route alfa delta -f xml": [], "route alfa delta -f ''": [], "route alfa delta -k": [],
    "links --from alfa": [], "routes --from alfa --to alfa": [],
    **{f"route alfa delta -k {k}": ["-k"] for k in ("0", "-1", "1.5", "x", "''", "1e3", "101")},
    "route set:west delta -k 2": ["-k", "--via"],
    "route alfa set:east --diverse": ["-k", "--via"],
    "route alfa delta --via bravo -k 2": ["-k", "--via"],
    # places
    "route alfa ÄLFA": ["same place"],
    "route set:west alfa": ["same place"],
    "route link:alfa--bravo-road delta": [],
    "route project:border-rail delta": [],
    "route alf delta": ["'alf'"],
    "route novo delta": ["'novo'"],
    "route alfa Djelta": [],
    "route 'al\nfa\x1b[31m' delta": [],
    **{f"route '{word}' delta": ["east", "north-east", "west"] for word in ("set:nope", "set:", "set:west;east")},
    **{
        line: ["novo-1", "novo-2"]
        for line in ("route 'novo selo' delta", "route alfa delta --via 'novo selo'", "routes --from 'novo selo'",
                     "route alfa delta -x 'novo selo'")
    },
    # near misses
    "route alpha delta": ["Did you mean", "alfa"],
    "route alfa delta --via brav": ["Did you mean", "bravo"],
    "route alfa delta -x bravoo": ["Did you mean", "bravo"],
    "route alfa delta -b border-rial": ["Did you mean", "border-rail"],
    "routes --from alffa": ["Did you mean", "alfa"],
    "route alfa delta -x border:gat": ["Did you mean", "gate"],
    "route alfa delta -x structure:old-brige": ["Did you mean", "old-bridge"],
    "route alfa delta -x around:brvo:5km": ["Did you mean", "bravo"],
    "route alfa delta --set gatte:wait=1": ["Did you mean", "gate"],
    "map -o x.html --to ekho": ["Did you mean", "echo"],
    # closures and builds
    "links -x corridor:ZZ": ["ZZ", "T", "U"],
    "links -x country:ZZ": ["ZZ", "AA", "BB"],
    "links -x mode:air": ["air", "road"],
    "links -x structure:bare-bridge": ["bare-bridge", "no link"],
    "links -x around::5km": ["around:PLACE:25km"],
    "links -x around:bravo:1e9km": ["around:PLACE:25km"],
    "links -x area:nowhere.geojson": ["nowhere.geojson"],
    "links -x area:": ["area:FILE"],
    "links -b nope": ["nope"],
    "links -b alfa--bravo-road": ["open already"],
    "links -b country:AA": ["AA"],
    # values to set, words of options, kinds
    **{
        f"links --set '{value}'": []
        for value in ("", "x:wait", "gate:wait=x", "gate:wait=nan", "gate:wait=1e300", "alfa--bravo-road:wait=1",
                      "alfa:speed=5", "alfa--bravo-road:speed=0", "alfa--bravo-road:speed=1e-300", ":wait=1")
    },
    **{
        f"route alfa delta {words}": []
        for words in ("-p nope", "-p ''", "--transit nope", "--transit ''", "--transit no-ZZ", "--borders nope",
                      "--borders ''", "-m air", "-m ''", "-s nowhere.toml")
    },
    **{f"{line} x": ["'x'"] for line in ("places --kind", "places --country", "places --corridor", "links --kind")},
}  # fmt: skip


@pytest.mark.parametrize(("line", "words"), REFUSED.items(), ids=REFUSED)
def test_refused_in_one_line(run, line, words):
    refused(run(line), *words)


@pytest.mark.parametrize("name", ["", " \t", "–", "place:", "🦄", "a" * 5000, "%s%n", "../../etc"])
def test_names_of_nothing(run, name):
    for where in ("route {} delta", "routes --from {}", "links -x {}", "links -b {}", "route alfa delta --via {}"):
        refused(run([name if w == "{}" else w for w in where.split()]))


def test_a_value_of_zero_is_called_what_it_is(run):
    """A wait may be 0, so the refusal of -1 may not ask for "a number above 0"."""
    result = run("route alfa delta --set gate:wait=-1")
    refused(result)
    assert "above 0" not in result.stderr


# --- names ---


@pytest.mark.parametrize("name", ["ALFA", "A\u0308lfa", " alfa ", "АЛЬФА", "PLACE: Älfa"])
def test_place_in_any_spelling(run, name):
    for end in ("delta", "delta grad", "Đelta — Grad"):
        (first, *_) = table_of(run(["route", name, end, "-f", "csv", "-q"]).stdout)[1]
        assert first["from"] == "alfa"


def test_sets(small):
    every = ask("routes --from set:west --to set:east", network=small)["rows"]
    assert [(r["from"], r["to"]) for r in every] == [(a, b) for a in ("alfa", "bravo") for b in ("delta", "echo")]
    assert ask(["routes", "--from", "SET: West", "--to", "set:EAST"], network=small)["rows"] == every
    doubled = ask("routes --from alfa --from set:west --to delta", network=small)["rows"]
    assert [r["from"] for r in doubled] == ["alfa", "bravo"], "a set and its member count once"
    nearest = ask("route set:west set:east", network=small)["summary"]["time_h"]
    assert nearest == pytest.approx(min(r["time_h"] for r in every))


# --- route ---


def test_more_routes_asked_than_there_are(small):
    found = [r["time_h"] for r in ask("route alfa echo -k 100", network=small)["summary"]["routes"]]
    assert 3 <= len(found) < 100
    assert found == sorted(found)


def test_via_passes_the_places_in_order(small, run):
    legs = ask("route alfa delta --via echo --via bravo", network=small)["rows"]
    passed = [legs[0]["from"], *(r["to"] for r in legs)]
    assert passed.index("echo") < len(passed) - 1 - passed[::-1].index("bravo")
    assert passed[-1] == "delta"
    assert run("route alfa delta --via alfa --via delta").stdout == run("route alfa delta").stdout


def test_no_route_says_why_and_what_is_missing(small, run):
    result = run("route alfa foxtrot")
    assert result.exit_code == 1
    assert "Error: no route from alfa to foxtrot" in result.stderr
    for words in ("smallest set of unopened links", "delta–foxtrot", "foxtrot-road"):
        assert words in result.stderr
    missing = ask("route alfa foxtrot", network=small)["summary"]["missing_links"]
    assert {m["link"] for m in missing} == {"delta--foxtrot-road"}
    by_rail = ask("route bravo delta -m rail", network=small)["summary"]["missing_links"]
    assert [m["link"] for m in by_rail if m["along"] == "any line"] == ["bravo--railgate-rail", "railgate--delta-rail"]


@pytest.mark.parametrize("closure", ["alfa", "country:AA", "country:BB"])
def test_a_closed_end_is_the_reason(run, closure):
    """With -q only the error line is left: it must say that an end is closed."""
    result = run("route alfa delta -q -x", closure)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "closed" in result.stderr


def test_pairs_closed_or_cut_off(small):
    one = ask("routes -x delta", network=small)
    assert [(r["from"], r["to"]) for r in one["rows"]] == [("alfa", "echo")]
    assert one["summary"]["pairs_excluded"] == 1
    one = ask("routes -x mode:road -x mode:rail -x mode:sea", network=small)
    assert one["summary"]["connected"] == 0
    assert {(r["state"], r["time_h"]) for r in one["rows"]} == {("cut off", None)}


def test_durres_to_the_black_sea_by_rail():
    """Issue 2, point 6: not connected today; the smallest set, and separately the set along Corridor VIII."""
    result = mobility("route durres burgas -m rail -f json")
    assert result.exit_code == 1
    assert "no route from durres to burgas" in result.stderr
    missing = whole(result.stdout)["summary"]["missing_links"]
    by_way = {m["along"]: [n["link"] for n in missing if n["along"] == m["along"]] for m in missing}
    assert {"any line", "VIII"} <= set(by_way)
    assert len(by_way["any line"]) <= min(map(len, by_way.values()))
    for links in (by_way["any line"], by_way["VIII"]):
        built = [word for link in links for word in ("-b", f"link:{link}")]
        assert mobility("route durres burgas -m rail -q", *built).exit_code == 0
        assert mobility("route durres burgas -m rail -q", *built[2:]).exit_code == 1


# --- closures, values, transit, lists ---


def inactive(small, *closures):
    result = mobility("links -f json", *(w for closure in closures for w in ("-x", closure)), network=small)
    assert result.exit_code == 0, result.stderr
    return {r["id"] for r in whole(result.stdout)["rows"] if r["reason"].startswith("closed:")}, result.stderr


TWINS = "alfa--bravo-road alfa--bravo-road-2 alfa--bravo-rail"


@pytest.mark.parametrize(("closure", "shut"), [
    ("alfa--bravo-road", "alfa--bravo-road"), ("Bravo - Alfa", TWINS), ("echo", "delta--echo-road bravo--echo-sea"),
    ("Old Bridge", "gate--delta-road"), ("CORRIDOR:u", "bravo--gate-road gate--delta-road"),
    ("mode:RAIL", "alfa--bravo-rail bravo--railgate-rail railgate--delta-rail"), ("border:gate", ""),
    ("country:bb",
     "gate--delta-road delta--echo-road railgate--delta-rail delta--foxtrot-road bravo--echo-sea"),
    ("around:railgate:1km", "bravo--railgate-rail railgate--delta-rail"),
    ("AROUND:Railgate: 1 KM", "bravo--railgate-rail railgate--delta-rail"),
])  # fmt: skip
def test_every_kind_of_closure(small, closure, shut):
    closed, note = inactive(small, closure)
    assert closed == set(shut.split())
    assert "closed: " in note


def area(tmp_path, box, name="area.gpkg", crs="EPSG:3035"):
    gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.box(*box)], crs="EPSG:4326").to_crs(crs).to_file(tmp_path / name)
    return f"area:{tmp_path / name}"


def test_an_area(small, tmp_path):
    around_gate = area(tmp_path, (-0.005, 42.018, 0.005, 42.022))  # and not railgate
    assert inactive(small, around_gate)[0] == {"bravo--gate-road", "gate--delta-road"}
    closed, note = inactive(small, area(tmp_path, (10, 10, 11, 11)))
    assert closed == set()
    assert "nothing" in note


POLYGON = (
    b'{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,%s],[1,0],[0,1],[0,0]]]}}'
)


@pytest.mark.parametrize("content", [b"", bytes(range(256)), POLYGON % b"1", POLYGON % b"NaN"])
def test_bad_area_files(run, tmp_path, content):
    """One line, and no warning of a library."""
    (tmp_path / "a.geojson").write_bytes(content)
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        refused(run("route alfa delta -x", f"area:{tmp_path / 'a.geojson'}"), "a.geojson")
    assert [str(w.message) for w in heard] == []


def test_set_wait_and_speed(small):
    def answer(*words):
        one = ask("route alfa delta -m road", *words, network=small)
        (leg,) = [r for r in one["rows"] if r["link"] == "gate--delta-road"]
        return one["summary"]["time_h"], leg["driving_h"]

    assert answer("--set", "gate:wait=3")[0] == pytest.approx(answer()[0] + 2)
    assert answer("--set", "gate--delta-road:speed=5")[1] == pytest.approx(10 / 5)
    assert answer("--set", "GATE–Đelta grad:speed=5") == answer("--set", "link:gate--delta-road:speed=5")


def test_transit_nato_passes_neither_serbia_nor_bosnia():
    """Issue 2, point 6. Every leg of every pair; a pair's own ends lift the ban for their own countries."""
    one = ask("routes --transit nato -q --from set:adriatic --from set:bases --from set:north-west")
    country = {r["id"]: r["country"] for r in ask("links -q")["rows"]}
    home = {r["id"]: set(r["country"].split("-")) for r in ask("places -q")["rows"]}
    travelled = [(r, link) for r in one["rows"] for link in (r["links"] or "").split(";") if link]
    assert travelled
    for row, link in travelled:
        foreign = {"RS", "BA"} - home[row["from"]] - home[row["to"]]
        assert not foreign & set(country[link].split("-")), (row["from"], row["to"], link)


def test_lists_are_filtered(small):
    def ids(line):
        return {r["id"] for r in ask(line, network=small)["rows"]}

    assert ids("places --country bb") == {"gate", "railgate", "delta", "echo", "foxtrot"}
    assert ids("places --corridor u") == {"bravo", "gate", "delta"}
    assert ids("places --kind border_crossing") == {"gate"}
    assert ids("places -m sea") == {"bravo", "echo"}
    assert ids("links -m sea") == {"bravo--echo-sea"}
    assert ids("links --corridor U --country BB") == {"gate--delta-road"}
    assert ids("projects") == {"border-rail", "foxtrot-road"}
    strict = ask("links --exclude-doubtful", network=small)["rows"]
    assert [r["id"] for r in strict if "doubtful" in r["reason"]] == ["alfa--bravo-road-2"]


# --- scenario files ---


def scenario(tmp_path, text):
    (tmp_path / "s.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return ["-s", str(tmp_path / "s.toml")]


def test_a_scenario_file_equals_its_options_and_is_printed_as_given(small, tmp_path):
    words = shlex.split(
        "-x Mode:SEA -x echo -b border-rail --set gate:wait=2 -p wheeled -m road -m rail --transit nato "
        "--borders emers --exclude-doubtful --include-access"
    )
    file = scenario(
        tmp_path,
        'close = ["Mode:SEA", "echo"]\nbuild = "border-rail"\nset = ["gate:wait=2"]\nprofile = "wheeled"\n'
        'mode = ["road", "rail"]\ntransit = "nato"\nborders = "emers"\nexclude-doubtful = true\ninclude-access = true',
    )
    by_words = ask("route alfa delta", *words, network=small)
    assert by_words == ask("route alfa delta", *file, network=small)
    assert by_words["scenario"] == {
        "close": ["Mode:SEA", "echo"], "build": ["border-rail"], "set": ["gate:wait=2"], "profile": "wheeled",
        "mode": ["road", "rail"], "transit": "nato", "borders": "emers", "exclude_doubtful": True,
        "include_access": True,
    }  # fmt: skip
    assert ask("routes", network=small)["scenario"] == {}


def test_options_add_to_the_file(small, tmp_path):
    file = scenario(tmp_path, 'close = ["mode:sea"]\nprofile = "heavy"\n')
    given = ask("routes", *file, "-x", "mode:rail", "-p", "wheeled", network=small)["scenario"]
    assert given == {"close": ["mode:sea", "mode:rail"], "profile": "wheeled"}


@pytest.mark.parametrize(("text", "word"), [
    ('closes = ["x"]', "'closes'"), ("close = [3]", "close"), ('exclude-doubtful = "yes"', "exclude-doubtful"),
    ("hello world", "line 1"), (bytes(range(256)), "cannot be read"), ('mode = ["air"]', "'air'"),
    ('close = ["nowhere"]', "nowhere"), ('close = ["area:a\\u0000b"]', "area"), ('set = ["x"]', "'x'"),
])  # fmt: skip
def test_bad_scenario_files(run, tmp_path, text, word):
    refused(run("route alfa delta", *scenario(tmp_path, text)), word)


# --- networks ---


def test_networks_that_are_none(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "words.txt").write_text("hello", encoding="utf-8")
    (tmp_path / "zero").write_bytes(b"")
    (tmp_path / "binary.gpkg").write_bytes(bytes(range(256)) * 40)
    for name in ("nowhere", "empty", "words.txt", "zero", "binary.gpkg"):
        refused(mobility("route alfa delta", network=tmp_path / name), name)
        assert mobility("check", network=tmp_path / name).exit_code in {1, 2}
    refused(mobility("check", network=tmp_path / "nowhere"), "nowhere")
    refused(mobility("check", tmp_path / "binary.gpkg"), "binary.gpkg")


@pytest.mark.parametrize(("file", "old", "new", "where"), [
    ("links.csv", b",rail,", b",monorail,", "links.csv:4: "), ("links.csv", b"length_km", b"length", "links.csv:1: "),
    ("links.csv", b"", b"", "links.csv:1: "), ("links.csv", b"", bytes(range(128, 256)), "links.csv:1: "),
    ("places.csv", b",42,", b",nan,", "places.csv:2: "), ("places.csv", b",42,", b',"42,', "places.csv:"),
    ("projects.csv", b"delta--foxtrot-road", b"delta--foxtrot", "projects.csv:3: "),
    ("profiles.toml", b"", b"[rules", "profiles.toml:1: "), ("profiles.toml", b"", b"x = 1", "profiles.toml:1: "),
])  # fmt: skip
def test_one_broken_file_is_one_clear_line(small, tmp_path, file, old, new, where):
    folder = shutil.copytree(small, tmp_path / "broken")
    data = (folder / file).read_bytes() if old else b""
    assert old in data
    (folder / file).write_bytes(data.replace(old, new, 1) if old else new)
    result = mobility("route alfa delta", network=folder)
    refused(result)
    assert re.match(rf"Error: {re.escape(str(folder))}/\w+\.\w+:\d+: \S", result.stderr)
    checked = mobility("check", network=folder)
    assert checked.exit_code == 1
    assert f"{folder}/{where}" in checked.stdout
    assert all(re.match(r"(notice: )?\S+:\d+: \S", line) for line in checked.stdout.splitlines())
    rows = ask("check", network=folder)["rows"]
    assert any(r["severity"] == "fault" and r["file"].endswith(where.split(":")[0]) for r in rows)


def test_check_of_the_shipped_network_is_clean():
    result = mobility("check")
    assert result.exit_code == 0
    assert all(line.startswith("notice: ") for line in result.stdout.splitlines())


def test_a_geopackage_is_a_network_and_half_of_one_is_none(run, tmp_path):
    target, half = tmp_path / "net.gpkg", tmp_path / "half.gpkg"
    assert run("export -o", target).exit_code == 0
    for asked in ("routes -f csv", "links -f csv", "places -f csv", "projects -f csv", "route alfa delta -k 3 -f csv"):
        assert mobility(asked, network=target).stdout == run(asked).stdout
    assert mobility("check", network=target).exit_code == 0
    half.write_bytes(target.read_bytes()[: target.stat().st_size // 2])
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        refused(mobility("route alfa delta", network=half), "half.gpkg")
    assert [str(w.message) for w in heard] == []


# --- export and map ---


def test_export_csv_holds_the_routable_arcs(run, tmp_path):
    assert run("export -o", tmp_path / "a.csv").exit_code == 0
    columns, rows = table_of((tmp_path / "a.csv").read_text(encoding="utf-8"))
    assert {"tail", "head", "link", "mode", "cost_s"} <= set(columns)
    assert {r["mode"] for r in rows} == {"road", "rail", "sea", "transfer", "crossing"}
    assert all(math.isfinite(float(r["cost_s"])) and float(r["cost_s"]) >= 0 for r in rows)
    assert all(re.fullmatch(r"[^/]+/(road|rail|sea)(/[A-Z]{2})?", r[end]) for r in rows for end in ("tail", "head"))
    assert [r["link"] for r in rows if r["mode"] in {"transfer", "crossing"}] == [""] * 4
    assert {("gate/road/AA", "gate/road/BB"), ("gate/road/BB", "gate/road/AA")} == {
        (r["tail"], r["head"]) for r in rows if r["mode"] == "crossing"
    }
    assert sum(r["tail"] == "alfa/road" and r["head"] == "bravo/road" for r in rows) == 2, "twins are kept"
    run("export -x mode:rail -o", tmp_path / "b.csv")
    assert "rail" not in {r["mode"] for r in table_of((tmp_path / "b.csv").read_text(encoding="utf-8"))[1]}


def test_export_writes_what_others_can_read(small, run, tmp_path):
    for name in ("a.graphml", "a.gpkg", "a.geojson"):
        assert run("export -o", tmp_path / name).exit_code == 0
    arcs = nx.read_graphml(tmp_path / "a.graphml", force_multigraph=True)
    assert arcs.number_of_edges("alfa/road", "bravo/road") == 2
    whole((tmp_path / "a.geojson").read_bytes())
    for name, layer in (("a.gpkg", {"layer": "links"}), ("a.geojson", {})):
        frame = gpd.read_file(tmp_path / name, **layer)
        assert len(frame) == len(ask("links", network=small)["rows"])
        assert frame.crs == "EPSG:4326"


@pytest.mark.parametrize("words", [[], ["-o", "-"], ["-o", ""], ["-o", "a"], ["-o", "a.xlsx"], ["-o", ".csv"]])
@pytest.mark.parametrize("command", ["export", "map"])
def test_export_and_map_need_a_file_they_know(run, tmp_path, monkeypatch, command, words):
    monkeypatch.chdir(tmp_path)
    refused(run([command, *words]), ".html" if command == "map" else ".gpkg")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [
    "", "--show network", "-x mode:road -x mode:sea", "--from alfa --to foxtrot", "-b all -x gate",
])  # fmt: skip
def test_map_is_one_file_that_fetches_nothing_and_does_not_differ_between_runs(run, tmp_path, words):
    for name in ("m.html", "n.html"):
        result = run(f"map {words} -o", tmp_path / name)
        assert (result.exit_code, result.stdout) == (0, "")
    page = (tmp_path / "m.html").read_text(encoding="utf-8")
    assert not [a for a in tags(page) if a[0] in {"link", "iframe", "img", "script"} and {"src", "href"} & set(a[1])]
    assert "NaN" not in page.split("drawNetwork(")[-1]
    assert page == (tmp_path / "n.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("line", ["map", "map --show bottlenecks", "bottlenecks --top 2", "redundancy"])
def test_pictures_are_chosen_by_suffix(run, tmp_path, line):
    for name, start in (("a.png", b"\x89PNG"), ("a.SVG", b"<?xml"), ("a.pdf", b"%PDF")):
        result = run(f"{line} -o", tmp_path / name)
        assert (result.exit_code, result.stdout) == (0, "")
        assert (tmp_path / name).read_bytes().startswith(start)


@pytest.mark.parametrize("line", ["routes", "bottlenecks --weakest", "redundancy --table pairs", "links"])
def test_what_has_no_picture_says_so(run, tmp_path, line):
    refused(run(f"{line} -o", tmp_path / "a.png"), "csv")
    assert list(tmp_path.iterdir()) == []


def test_strip_shows_a_corridor_stop_by_stop(tmp_path):
    rows = ask("strip viii -m rail")["rows"]
    assert (rows[0]["from"], rows[0]["to"], rows[0]["mode"]) == ("durres", "shkozet", "rail")
    assert {"open", "planned", "disused", "under_construction"} == {row["status"] for row in rows}
    assert mobility("strip VIII -m rail -o", tmp_path / "a.svg").exit_code == 0
    assert b"<!-- Railway Durr" in (tmp_path / "a.svg").read_bytes()
    refused(mobility("strip ix"), "no corridor is called 'ix'")
    refused(mobility("strip R6 -m rail"), "no stops by rail")


@pytest.mark.parametrize("words", ["--from alfa --to alfa", "--from nowhere", "--show nope", "--title"])
def test_map_refuses_what_routes_refuses(run, tmp_path, words):
    refused(run("map -o", tmp_path / "m.html", *words.split()))
    assert list(tmp_path.iterdir()) == []


# --- hostile names in the data ---

HOSTILE = (
    "=1+1</script><script>alert(1)</script>`${alert(2)}`{{7*7}}{% raw %}<img src=x onerror=alert(1)>"
    "\"' \u202egnp.exe\x1b[31m\x07|\\|\r\nsecond line</title></style><!-- &lt;b&gt;"
)


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


@pytest.fixture(scope="session")
def hostile(tmp_path_factory):
    """The shipped tables with a hostile end to every free text: names, notes, sources, projects, corridors."""
    folder = tmp_path_factory.mktemp("hostile") / "geodata"
    folder.mkdir()
    for file in default_folder().iterdir():
        if file.is_file():
            shutil.copyfile(file, folder / file.name)
    texts = {
        "places": "name note", "links": "name note restriction", "projects": "name note", "structures": "name",
        "sources": "title", "corridors": "name description", "countries": "facts", "upgrades": "today after",
    }  # fmt: skip
    for table, columns in texts.items():
        header, rows = table_of((folder / f"{table}.csv").read_text(encoding="utf-8"))
        for row in rows:  # `today` has to equal the restriction of its link
            if table != "upgrades" or row["attribute"] == "restriction":
                row |= {column: row[column] + HOSTILE for column in columns.split()}
        write_table(folder / f"{table}.csv", header, rows)
    return folder


def steering(text):
    """Characters that steer a terminal or turn the direction of writing."""
    return {c for c in text if not c.isprintable() and c != "\n"}


@pytest.mark.parametrize("asked", ["places", "projects", "route durres vore", "routes --from durres", "check"])
def test_hostile_names_cannot_steer_a_terminal(hostile, asked):
    """`color=True` is a terminal: click strips escape sequences only when there is none."""
    count = len(ask(asked, network=hostile)["rows"])
    for fmt in ("table", "md"):
        result = mobility(asked, "-f", fmt, network=hostile, color=True)
        assert result.exit_code == 0
        assert not steering(result.stdout)
        assert not steering(result.stderr)
        assert len(result.stdout.splitlines()) == count + (0 if (asked, fmt) == ("check", "table") else 2)


@pytest.mark.parametrize("asked", [
    "route durres vore -x durres-vore-road", "route duress vore", "route durres burgas -m rail",
    "route durres vore -x vore", "route durres vore -x structure:danube-bridge-1", "route durres vore -b tirana-durres",
    "routes --from durres -x around:vore:3km",
])  # fmt: skip
def test_hostile_names_cannot_steer_a_terminal_through_notes(hostile, asked):
    result = mobility(asked, network=hostile, color=True)
    assert not steering(result.stderr), result.stderr
    assert "\nsecond line" not in result.stderr, "a note is one line"


@pytest.mark.parametrize("fmt", ["json", "csv", "geojson"])
def test_hostile_names_come_back_as_they_were(hostile, tmp_path, fmt):
    """Data formats keep every character, on stdout as in a file."""
    with (hostile / "places.csv").open(newline="", encoding="utf-8") as file:
        truth = {r["id"]: r["name"].strip() for r in csv.DictReader(file)}
    mobility("places -o", tmp_path / "out", "-f", fmt, network=hostile)
    stdout = mobility("places", "-f", fmt, network=hostile).stdout_bytes.decode()
    for text in ((tmp_path / "out").read_bytes().decode(), stdout):
        rows = table_of(text)[1] if fmt == "csv" else whole(text)["features" if fmt == "geojson" else "rows"]
        rows = [r["properties"] for r in rows] if fmt == "geojson" else rows
        assert {r["id"]: r["name"] for r in rows} == truth


@pytest.mark.parametrize("words", ["--show network", "--from durres -x vore -b tirana-durres-rail"])
def test_hostile_names_put_no_tag_into_a_map(hostile, tmp_path, words):
    clean, evil = tmp_path / "clean.html", tmp_path / "evil.html"
    assert mobility(f"map -q {words} -o", clean).exit_code == 0
    assert mobility(f"map -q {words} -o", evil, "--title", HOSTILE, network=hostile).exit_code == 0
    page = evil.read_text(encoding="utf-8")
    assert "alert(1)" in page, "the names did reach the page"
    assert tags(page) == tags(clean.read_text(encoding="utf-8")), "the same tags as with harmless names"
    assert "{{7*7}}" in page, "no template ran"
    for raw in ("<script>alert", "<img src=x", "\x1b"):
        assert raw not in page
    data = page.split("drawNetwork(")[-1]
    assert "</" not in data[: data.rindex("});")]


@pytest.mark.parametrize(
    "line", ["map --from durres -x vore", "strip VIII -m rail", "bottlenecks --from durres --to varna"]
)
def test_hostile_names_put_no_tag_into_a_picture(hostile, tmp_path, line):
    title = ["--title", HOSTILE] if line.startswith("map") else []
    assert mobility(f"{line} -q -o", tmp_path / "evil.svg", *title, network=hostile).exit_code == 0
    found = {node.tag.rpartition("}")[2] for node in ET.parse(tmp_path / "evil.svg").iter()}  # noqa: S314 - our own
    assert found <= {"svg", "title", "metadata", "RDF", "Work", "type", "format", "defs", "style", "g", "path", "use",
                     "clipPath", "rect"}  # fmt: skip


@pytest.mark.parametrize("suffix", ["csv", "gpkg", "geojson", "graphml"])
def test_hostile_names_survive_export(hostile, tmp_path, suffix):
    """XML has no way to write an escape character: either it is left out, or one line says so."""
    result = mobility("export -o", tmp_path / f"a.{suffix}", network=hostile)
    assert result.exit_code == 0 or suffix == "graphml"
    if suffix == "graphml" and result.exit_code == 0:
        assert nx.read_graphml(tmp_path / "a.graphml").number_of_nodes()


# --- real processes ---


def test_a_process_prints_the_same_data_whatever_the_hash_and_folder(small, run, tmp_path):
    one = process("--network", small, "routes", "-f", "json", env={"PYTHONHASHSEED": "7"}, cwd=tmp_path)
    assert (one.returncode, one.stdout) == (0, run("routes -f json").stdout)
    none = process("--network", small, "route", "alfa", "foxtrot", "-q")
    assert (none.returncode, none.stdout, len(none.stderr.splitlines())) == (1, "", 1)


def test_it_works_from_another_folder(tmp_path):
    result = process("routes", "--from", "durres", "--to", "varna", "-f", "csv", "-q", cwd=tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert len(result.stdout.splitlines()) == 2


def test_a_console_without_the_letters(small):
    """A pipe on Windows is cp1252 and has no Đ and no arrow: replace them or write UTF-8, but do not fall over."""
    env = {"PYTHONIOENCODING": "cp1252"}
    result = process("--network", small, "links", "-x", "delta", env=env, encoding="latin-1")
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr


def test_a_reader_that_leaves_early_is_no_error():
    words = [sys.executable, "-m", "mobility.cli", "links", "-f", "csv"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        run.stdout.readline()
        run.stdout.close()
        error = run.stderr.read().decode()
    assert "Traceback" not in error
    assert "Exception" not in error


def test_stdout_on_a_full_disk_is_one_line(small):
    """Opened for writing only, as `> /dev/full` does; its path never reaches `-o`."""
    with Path("/dev/full").open("wb") as full:
        words = ("--network", small, "links", "-f", "json")
        result = process(*words, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert result.returncode not in {0, None}
    assert "Traceback" not in result.stderr
    assert result.stderr.splitlines()[-1].startswith("Error: ")


# --- anything at all ---

JUNK = [
    "", " ", "-", "--", "-x", "-o", "--set", "\u202e", "\x1b[31m", "🦄", "a" * 3000, "set:", "link:", "area:.",
    "around:alfa:1e-9", "corridor:T", "country:AA", "nan", "-1", "1e999", "{{7*7}}", "%s", "alfa", "alfa–bravo",
]  # fmt: skip
ANYWHERE = [
    "@", "route @ delta", "route alfa @", "route alfa delta @", "check @", "routes --from @", "routes --to @",
    "places --kind @", "places --country @", "links --corridor @", "links --kind @", "map --show @", "export -x @",
    *(f"route alfa delta {o} @" for o in "-x -b --set -p -m --transit --borders -s -f -k --via".split()),
]  # fmt: skip


@pytest.mark.parametrize("junk", JUNK)
def test_junk_anywhere_is_never_a_traceback(run, tmp_path, monkeypatch, junk):
    """`mobility` itself fails on an exception and on an exit status other than 0, 1, 2."""
    monkeypatch.chdir(tmp_path)
    for line in ANYWHERE[JUNK.index(junk) % 3 :: 3]:
        result = run([junk if word == "@" else word for word in line.split()])
        if result.exit_code == 2:
            assert result.stdout == "" or line.startswith("check")
            assert "Error: " in result.stderr or "Usage: " in result.stderr + result.stdout
    assert list(tmp_path.iterdir()) == []
