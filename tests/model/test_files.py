"""A network saved is the very same network when it is loaded; whole or not at all."""

import errno
import os
import pickle
import shutil
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pandas as pd
import pytest
import shapely
from click.testing import CliRunner

from drawing import drawn
from mobility import Network, Scenario, check
from mobility.cli import cli
from mobility.errors import DataError, InputError
from mobility.model import files, tables

FORMS = ["own", "own.gpkg", "OWN.GPKG"]
ODD = {"lat": 42.123456789012345, "lon": 21.9 / 3 * 2.95}  # no short decimals


def same(one, two):
    """Assert that two networks hold the same tables, rules and lines, to the last bit."""
    for name in tables.TABLES:
        columns = list(one.schema[name])
        left, right = (pd.DataFrame(getattr(net, name))[columns] for net in (one, two))
        pd.testing.assert_frame_equal(left, right, check_exact=True, obj=name)
    assert shapely.equals_exact(one.links.geometry.values, two.links.geometry.values, 0).all()
    assert one.schema == two.schema
    assert one.rules == two.rules


@pytest.mark.parametrize("form", FORMS)
def test_round_trip(shipped, tmp_path, form):
    camp = {"id": "camp", "name": 'Camp "A";\n, B', "country": "MK", "kind": "base", "accuracy_km": 1, **ODD}
    line = shapely.LineString([(ODD["lon"], ODD["lat"]), (21.6, 42.1), (21.7158, 42.1328)])
    road = {"id": "camp-road", "from": "camp", "to": "kumanovo", "mode": "road", "corridors": "access"}
    own = {"source": "estimate: invented"}
    net = shipped.add_place(camp | own, links=road | own | {"geometry": line})
    net.save(tmp_path / form)
    again = Network.load(tmp_path / form)
    same(net, again)
    assert again.places.at["camp", "lat"] == ODD["lat"]
    assert [p.name for p in tmp_path.iterdir()] == [form]  # nothing beside it


def test_a_saved_folder_is_its_own_and_passes_the_check(shipped, tmp_path):
    shipped.save(tmp_path / "own")
    there = {file.name for file in (tmp_path / "own").iterdir()}
    assert there == {"links.geojson", "profiles.toml", "schema.csv", *(f"{name}.csv" for name in tables.TABLES)}
    assert (check(tmp_path / "own")["severity"] == "notice").all()
    assert (tmp_path / "own").stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("column", ["links,max_gross_t", "borders,usable"])
def test_a_schema_that_leaves_a_column_out_has_it_as_the_shipped_one(small, tmp_path, column):
    shutil.copytree(small, tmp_path / "net")
    lines = (files.default_folder() / "schema.csv").read_text(encoding="utf-8").splitlines()
    left = [line for line in lines if not line.startswith(f"{column},")]
    assert len(left) == len(lines) - 1
    (tmp_path / "net" / "schema.csv").write_text("\n".join(left) + "\n", encoding="utf-8")
    net = Network.load(tmp_path / "net")
    assert set(net.schema[column.split(",")[0]]) == set(files.shipped_schema()[column.split(",")[0]])
    same(net, Network.load(small))


@pytest.mark.parametrize("form", ["own", "own.gpkg"])
def test_own_columns_and_profiles_go_with_it(shipped, tmp_path, form):
    shipped.save(tmp_path / "first")
    for name, old, new in (
        ("schema.csv", "places,note,", "places,owner,text,,no,who owns it\nplaces,note,"),
        ("profiles.toml", "sea_kmh = 30", "sea_kmh = 31"),
        ("places.csv", "\nkumanovo,", "\nkumanovo,"),
    ):
        path = tmp_path / "first" / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
    path = tmp_path / "first" / "places.csv"
    rows = pd.read_csv(path, dtype=str, keep_default_na=False).assign(owner="the state")
    rows.to_csv(path, index=False)
    net = Network.load(tmp_path / "first")
    net.save(tmp_path / form)
    again = Network.load(tmp_path / form)
    same(net, again)
    assert set(again.places["owner"]) == {"the state"}
    assert again.rules != shipped.rules
    assert (
        again.add_place({"id": "x"} | dict(again.places.loc["kumanovo", list(again.schema["places"])[1:]])) is not None
    )


@pytest.mark.parametrize("form", ["own", "own.gpkg"])
def test_closures_and_builds_are_no_facts(shipped, tmp_path, form):
    net = shipped.under("heavy").set("karavanke", "wait", 7.25).close("border:tabanovce", "country:BG").build("all")
    net.save(tmp_path / form)
    again = Network.load(tmp_path / form)
    same(shipped.set("karavanke", "wait", 7.25), again)
    assert set(again.borders.loc[again.borders["place"] == "karavanke", "wait_h"]) == {7.25}
    assert again.closed == ()


@pytest.mark.parametrize(
    "change", [("durres", "capacity", 9), ("tabanovce", "open", 0), ("rila-motorway", "failure", 0.5)]
)
def test_what_has_no_column_is_refused(shipped, tmp_path, change):
    name = change[0] if change[0] != "rila-motorway" else shipped.links.index[0]
    with pytest.raises(InputError, match="no column of the tables holds it"):
        shipped.set(name, *change[1:]).save(tmp_path / "own")
    assert list(tmp_path.iterdir()) == []


def test_rules_changed_in_python_are_refused(tmp_path):
    with pytest.raises(InputError, match="cannot save rules that were changed in Python"):
        drawn("a -road 1- b").save(tmp_path / "own")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["own.csv", "own.geojson", "own.zip"])
def test_other_suffixes(shipped, tmp_path, name):
    with pytest.raises(InputError, match=r"write NAME\.gpkg, NAME\.parquet, or a folder"):
        shipped.save(tmp_path / name)


def test_what_is_there_is_left_alone(shipped, tmp_path):
    (tmp_path / "own").mkdir()
    shipped.save(tmp_path / "own")  # an empty folder is taken
    (tmp_path / "own" / "notes.txt").write_text("mine")
    before = {file: file.read_bytes() for file in (tmp_path / "own").iterdir()}
    with pytest.raises(InputError, match="it is there already"):
        shipped.save(tmp_path / "own")
    assert {file: file.read_bytes() for file in (tmp_path / "own").iterdir()} == before
    with pytest.raises(InputError, match="cannot write"):
        shipped.save(tmp_path / "nowhere" / "own")


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_whole_or_not_at_all(shipped, tmp_path, monkeypatch, error):
    def fails(*_):
        raise error

    monkeypatch.setattr("pathlib.Path.replace", fails)
    with pytest.raises(KeyboardInterrupt if error is KeyboardInterrupt else InputError):
        shipped.save(tmp_path / "own")
    assert list(tmp_path.iterdir()) == []


def test_the_first_of_what_is_not_read_is_told_with_the_number_of_the_others(small, tmp_path):
    home = shutil.copytree(small, tmp_path / "net")
    for name in ("places", "links"):
        file = home / f"{name}.csv"
        head, *rows = file.read_text(encoding="utf-8").splitlines()
        file.write_text("\n".join([f"{head},geometry", *(f"{row},x" for row in rows)]), encoding="utf-8")
    told = []
    Network.load(home, tell=told.append)
    assert len(told) == 1
    assert told[0].startswith(f"{home / 'places.csv'}:1: ")
    assert "(and 1 more: run" in told[0]


def test_check_is_what_the_command_prints(tmp_path, shipped):
    shipped.save(tmp_path / "own")
    file = tmp_path / "own" / "links.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(",rail,", ",sledge,", 2), encoding="utf-8")
    toml = tmp_path / "own" / "profiles.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("sea_kmh", "see_kmh"), encoding="utf-8")
    found = check(tmp_path / "own")
    told = CliRunner().invoke(cli, ["check", str(tmp_path / "own")])
    assert told.exit_code == 1
    lines = [f"{row.file}:{row.line}: {row.message}" for row in found.itertuples()]
    assert [line.removeprefix("notice: ") for line in told.stdout.splitlines()] == lines
    assert sum("'sledge' is not one of" in line for line in lines) == 2
    assert [line for line in lines if line.startswith(f"{toml}:1: ")] == [
        f"{toml}:1: profiles.wheeled.sea_kmh is missing"
    ]
    assert found.attrs["rows"]["links"] == len(shipped.links)
    with pytest.raises(DataError):
        Network.load(tmp_path / "own")


def test_check_of_nothing(tmp_path):
    with pytest.raises(InputError, match="no network at"):
        check(tmp_path / "nowhere")


def test_a_scenario_says_what_is_applied(shipped):
    asked = Scenario(
        close=("border:tabanovce", "country:BG"),
        build=("all",),
        set=("karavanke:wait=2.5",),
        profile="heavy",
        mode=("road",),
        transit="nato",
        borders="schengen",
        exclude_doubtful=True,
    )
    net = asked.apply(shipped)
    assert Scenario.of(net) == asked
    again = Scenario.of(net).apply(net.base)
    pd.testing.assert_frame_equal(pd.DataFrame(again.links), pd.DataFrame(net.links))
    assert Scenario.of(shipped) == Scenario()
    assert net.close() is net
    assert repr(asked).startswith("Scenario(close=('border:tabanovce', 'country:BG'), build=('all',)")


def test_an_own_schema_is_no_part_of_the_shipped_one(shipped):
    assert shipped.schema == files.shipped_schema()
    own = replace(shipped, schema={})
    assert own.schema != files.shipped_schema()


def test_another_process_gets_the_network_alone(shipped):
    net = shipped.close("border:tabanovce")
    again = pickle.loads(pickle.dumps(net))  # noqa: S301 - our own
    assert net.base is shipped
    assert again.base is None
    assert again.applied == net.applied
    pd.testing.assert_frame_equal(pd.DataFrame(again.links), pd.DataFrame(net.links))


def test_a_file_keeps_its_permissions_and_a_new_one_has_the_usual(tmp_path):
    before = os.umask(0o027)
    try:
        (tmp_path / "old").write_text("old", encoding="utf-8")
        (tmp_path / "old").chmod(0o604)
        for name in ("old", "new"):
            files.write_whole(tmp_path / name, b"text")
    finally:
        os.umask(before)
    assert {file.name: (file.stat().st_mode & 0o777, file.read_text()) for file in tmp_path.iterdir()} == {
        "old": (0o604, "text"),
        "new": (0o640, "text"),
    }


def test_many_may_write_in_one_folder(tmp_path):
    """Eight threads write a file each, and all of them one more, 30 times over: each file is whole, none is lost."""
    start = threading.Barrier(8)

    def write(letter):
        start.wait()
        for _ in range(30):
            for name in (letter, "all"):
                files.write_whole(tmp_path / name, letter.encode() * 100_000)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, "abcdefgh"))
    found = {file.name: file.read_text() for file in tmp_path.iterdir()}
    last = found.pop("all")
    assert last == last[0] * 100_000
    assert found == {letter: letter * 100_000 for letter in "abcdefgh"}


def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    target = tmp_path / "a"
    target.write_text("old", encoding="utf-8")
    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(InputError, match=f"^cannot write {target}: No space left on device$"):
        files.write_whole(target, b"new")
    assert [file.name for file in tmp_path.iterdir()] == ["a"]
    assert target.read_text(encoding="utf-8") == "old"


WRITING = """
import os, signal, sys, time
from pathlib import Path
from mobility.model import files
signal.signal(signal.SIGINT, signal.default_int_handler)  # though a shell in the background says otherwise
signal.signal(signal.SIGTERM, signal.SIG_DFL)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
def slow(_):
    print("writing", flush=True)
    time.sleep(60)
os.fsync = slow
files.write_whole(Path(sys.argv[1]), b"new")
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_that_ends_the_process_leaves_the_old_file_and_no_scrap(tmp_path, number):
    target = tmp_path / "a"
    target.write_text("old", encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-c", WRITING, target],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout.readline() == b"writing\n"
        assert len(list(tmp_path.iterdir())) == 2
        process.send_signal(number)
    assert process.returncode == -number
    assert [file.name for file in tmp_path.iterdir()] == ["a"]
    assert target.read_text(encoding="utf-8") == "old"
