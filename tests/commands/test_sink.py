"""Where data and notes go: formats, files written whole or not at all, pipes, full disks."""

import math
import os
import re
import resource
import shutil
import stat
from contextlib import contextmanager
from pathlib import Path

import pytest
import shapely

from console import ask, mobility, refused, small_network, table_of, whole
from mobility.model import tables
from mobility.model.files import default_folder

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
    head = 3 if one["command"] == "routes" else 0  # its sentence, legend and heading come first
    lines = run(asked, "-f", "md").stdout.splitlines()[head:]
    assert len(lines) == len(rows) + 2
    assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) == 1
    assert all(line.startswith("|") and line.endswith("|") for line in lines)
    table = run(asked).stdout
    assert table.endswith("\n")
    assert len(table.splitlines()) == head + len(rows) + 2
    assert set(table.splitlines()[head + 1]) == {"-", " "}
    assert run(asked, "-f", "table", env={"NO_COLOR": "1"}, color=True).stdout == table


def test_empty_tables_still_have_a_header(run):
    empty = "routes --from alfa -x alfa"
    assert set(run(empty).stdout.splitlines()[-1]) == {"-", " "}
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


@pytest.mark.parametrize("asked", ["places", "links", "routes", "route durres varna", "check", "profiles", "projects"])
def test_shipped_json_is_finite_and_equals_csv(asked):
    rows = ask(asked, "-q")["rows"]
    assert rows or asked == "check"
    csv_says(mobility(asked, "-f", "csv", "-q").stdout, rows)


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


def test_safe_csv(run, tmp_path):
    """Every command with rows has it, for csv only."""
    for asked in ("places", "links", "check", "routes", "route alfa delta"):
        usual, safe = run(asked, "-f", "csv"), run(asked, "-f", "csv", "--safe-csv")
        assert (safe.exit_code, safe.stdout) == (usual.exit_code, usual.stdout), "nothing here is a formula"
        refused(run(asked, "--safe-csv"), "--safe-csv is for csv")
    refused(run("places -f json --safe-csv"), "--safe-csv is for csv")
    assert run("places --safe-csv -q -o", tmp_path / "a.csv").exit_code == 0


def test_a_formula_among_the_names(tmp_path):
    home = small_network(tmp_path)
    text = (home / "places.csv").read_text(encoding="utf-8")
    (home / "places.csv").write_text(text.replace("Älfa", "=HYPERLINK(1)"), encoding="utf-8")
    (row,) = [r for r in table_of(mobility("places -f csv", network=home).stdout)[1] if r["id"] == "alfa"]
    (safe,) = [r for r in table_of(mobility("places -f csv --safe-csv", network=home).stdout)[1] if r["id"] == "alfa"]
    assert (row["name"], safe["name"]) == ("=HYPERLINK(1)", "'=HYPERLINK(1)")


@pytest.fixture
def own(small, tmp_path):
    """A network in a folder, one in a GeoPackage, and ways to write their names that look like others."""
    home = shutil.copytree(small, tmp_path / "net")
    assert mobility("export -o", tmp_path / "n.gpkg", network=home).exit_code == 0
    (tmp_path / "link").symlink_to(home)
    (tmp_path / "link.gpkg").symlink_to(tmp_path / "n.gpkg")
    (tmp_path / "hard.gpkg").hardlink_to(tmp_path / "n.gpkg")
    (tmp_path / "hard.csv").hardlink_to(home / "links.csv")
    (home / "sub").mkdir()
    return tmp_path


def state(folder):
    return {file: file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


@pytest.mark.parametrize(("network", "asked", "target"), [
    *(("n.gpkg", "export", name) for name in ("n.gpkg", "./n.gpkg", "net/../n.gpkg", "link.gpkg", "hard.gpkg")),
    ("link.gpkg", "export", "n.gpkg"), ("hard.gpkg", "export -x alfa", "n.gpkg"), ("n.gpkg", "links -f csv", "n.gpkg"),
    ("n.gpkg", "links -f csv", "n.gpkg-wal"), ("n.gpkg", "routes -f json", "n.gpkg-journal"),
    *(("net", "links -f csv", name) for name in ("net/links.csv", "net/new.csv", "net/sub/a.csv", "link/links.csv",
                                                 "link/../net/links.csv", "hard.csv")),
    ("link", "links -f csv", "net/links.csv"), ("net/", "export", "net/a.gpkg"), ("net", "map", "net/m.html"),
    ("net", "report", "net/r.html"), ("net", "report", "net/r.md"), ("net", "check -f csv", "net/c.csv"),
    ("net", "check -f csv", "hard.csv"), ("net", "strip T", "net/t.svg"),
    ("net", "routes -f geojson", "net/links.geojson"),
    ("net", "import osm x.osm", "net/i.gpkg"), ("n.gpkg", "import osm x.osm", "hard.gpkg"),
    ("net", "import osm x.osm --onto n.gpkg", "n.gpkg"), ("n.gpkg", "import osm x.osm --onto net", "net"),
    ("n.gpkg", "import osm x.osm --onto net", "net/copy"), ("n.gpkg", "import osm x.osm --onto link", "net"),
])  # fmt: skip
def test_output_never_goes_over_the_network_that_is_read(own, monkeypatch, network, asked, target):
    monkeypatch.chdir(own)
    before = state(own)
    refused(
        mobility(f"--network {network} {asked} -o {target}"), f"cannot write {Path(target)}: it belongs to the network"
    )
    assert state(own) == before


def test_nor_does_a_check_of_another_path(own):
    refused(
        mobility("check", own / "net", "-f", "csv", "-o", own / "net" / "a.csv"), "it belongs to the network being read"
    )
    refused(mobility("links -f csv -o", default_folder() / "links.csv"), "it belongs to the network being read")


def test_pictures_beside_a_brief_and_kept_results_do_not_either(own):
    (own / "r-map.png").unlink(missing_ok=True)
    first = mobility("report -q -o", own / "r.md", network=own / "net")
    assert first.exit_code == 0, first.output
    picture = next(own.glob("r*.png"), None) or next(own.glob("r*.svg"))
    picture.unlink()
    picture.hardlink_to(own / "net" / "places.csv")
    before = state(own / "net")
    refused(mobility("report -q -o", own / "r.md", network=own / "net"), "it belongs to the network being read")
    refused(
        mobility("routes --uncertain 2 --resume", own / "net" / "structures.csv", network=own / "net"), "it belongs to"
    )
    assert state(own / "net") == before


def test_beside_the_network_is_as_good_as_anywhere(own):
    for target in ("a.csv", "net.csv", "net2.csv"):
        assert mobility("links -o", own / target, network=own / "net").exit_code == 0
    assert mobility("export -o", own / "m.gpkg", network=own / "n.gpkg").exit_code == 0
