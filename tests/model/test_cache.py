"""Networks kept in the user's cache folder: the same as read anew, never another, and never in the way."""

import json
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from console import mobility
from hamlet import put
from loading import LOAD
from mobility.errors import DataError
from mobility.model import cache, files, tables
from mobility.model.network import Network

SOURCE = str(Path(cache.__file__).parents[2])
REST = len(cache._MAGIC) + 32  # where the rest of a file begins, after the seal


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A cache of one's own, empty; and networks are read whenever they are asked for."""
    monkeypatch.delenv("MOBILITY_NO_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(Network, "load", staticmethod(LOAD))
    return tmp_path / "cache" / "mobility"


@pytest.fixture
def reads(monkeypatch):
    """The networks whose tables were read, one after another."""
    seen, real = [], files.read_sound
    monkeypatch.setattr(files, "read_sound", lambda home, *rest: [seen.append(home), real(home, *rest)][1])
    return seen


def assert_same(one, two):
    for name in tables.TABLES:
        left, right = getattr(one, name), getattr(two, name)
        if isinstance(left, gpd.GeoDataFrame):
            assert left.geometry.to_wkb().equals(right.geometry.to_wkb())
            assert left.crs == right.crs
        pd.testing.assert_frame_equal(pd.DataFrame(left), pd.DataFrame(right), check_exact=True, obj=name)
    assert (one.schema, one.rules, one.rules.text) == (two.schema, two.rules, two.rules.text)
    assert one.identity == two.identity


def anew(home, **more):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOBILITY_NO_CACHE", "1")
        return LOAD(home, **more)


def only(folder):
    (entry,) = folder.iterdir()
    return entry


def forge(entry, body):
    """Write a file of the cache that is sealed as it should be."""
    entry.write_bytes(cache._MAGIC + cache._seal(entry, body) + body)


@pytest.mark.parametrize("form", ["net", "net.gpkg"])
def test_a_network_kept_is_the_very_same(net, tmp_path, reads, form, folder):
    if form != "net":
        LOAD(net).save(tmp_path / form)
    home, expected = tmp_path / form, anew(tmp_path / form)
    LOAD(home)
    reads.clear()
    again = LOAD(home)
    assert reads == []
    assert_same(again, expected)
    assert_same(again.close("v-a").under("heavy"), expected.close("v-a").under("heavy"))
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}


def test_the_shipped_network_kept_is_the_very_same(reads):
    LOAD()
    reads.clear()
    again = LOAD()
    assert reads == []
    assert_same(again, anew(None))
    assert again.identity.version


def test_a_schema_and_profiles_of_its_own_are_kept(net, reads):
    schema = (files.default_folder() / "schema.csv").read_text(encoding="utf-8")
    (net / "schema.csv").write_text(schema + "places,owner,text,,no,who owns it\n", encoding="utf-8")
    profiles = (files.default_folder() / "profiles.toml").read_text(encoding="utf-8")
    (net / "profiles.toml").write_text(profiles.replace("sea_kmh = 30", "sea_kmh = 31"), encoding="utf-8")
    LOAD(net)
    reads.clear()
    assert_same(LOAD(net), anew(net))
    assert len(reads) == 1  # by `anew`
    assert "owner" in LOAD(net).places.columns


def test_what_is_told_is_told_again(net, reads):
    file = net / "places.csv"
    head, *rows = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([f"{head},colour", *(f"{row},x" for row in rows)]), encoding="utf-8")
    first, second = [], []
    LOAD(net, tell=first.append)
    LOAD(net, tell=second.append)
    assert len(reads) == 1
    assert first == second != []
    assert str(file) in first[0]
    LOAD(net)  # told to nobody


def test_lines_that_are_not_drawn_are_straight(net, reads):
    (net / "links.geojson").unlink(missing_ok=True)
    LOAD(net)
    assert_same(LOAD(net), anew(net))
    assert len(reads) == 2


@pytest.mark.parametrize("name", ["places.csv", "links.csv", "links.geojson", "schema.csv", "profiles.toml"])
def test_content_counts_and_its_date_does_not(net, reads, name):
    LOAD(net).save(net.parent / "own")
    own = net.parent / "own"
    LOAD(own)
    reads.clear()
    file, about = own / name, (own / name).stat()
    os.utime(file, (about.st_atime, about.st_mtime + 1000))
    LOAD(own)
    assert reads == []
    data = file.read_bytes()
    end = len(data) - 1  # a line more: every form of these takes an empty one
    file.write_bytes(data[:end] + b"\n" + data[end:].strip() + b"\n")
    os.utime(file, (about.st_atime, about.st_mtime))
    LOAD(own)
    assert reads == [own]


def test_a_file_that_comes_or_goes_counts(net, reads):
    (net / "structures.csv").unlink()
    LOAD(net)
    (net / "structures.xlsx").write_bytes(b"")
    with pytest.raises(DataError, match=r"save structures\.xlsx as CSV"):
        LOAD(net)
    (net / "structures.xlsx").unlink()
    LOAD(net)
    assert len(reads) == 2


def test_a_journal_beside_a_geopackage_counts(net, tmp_path, reads):
    home = tmp_path / "own.gpkg"
    LOAD(net).save(home)
    LOAD(home)
    reads.clear()
    (tmp_path / "own.gpkg-wal").write_bytes(b"")
    LOAD(home)
    assert reads == [home]


def test_the_program_and_what_was_asked_count(net, reads, monkeypatch):
    LOAD(net)
    LOAD(net, trust="geometry")
    assert len(reads) == 2
    monkeypatch.setattr(cache, "VERSION", "another")
    LOAD(net)
    assert len(reads) == 3


def test_the_code_that_reads_counts(net, reads, tmp_path, monkeypatch):
    LOAD(net)
    other = shutil.copytree(Path(cache.__file__).parent, tmp_path / "package" / "model")
    monkeypatch.setattr(cache, "__file__", str(other / "cache.py"))
    LOAD(net)
    assert len(reads) == 1  # the same code elsewhere
    with (other / "checks.py").open("a", encoding="utf-8") as file:
        file.write("# another rule\n")
    LOAD(net)
    assert len(reads) == 2


def test_faults_are_told_every_time(net, folder):
    put(net, "links", oneway="perhaps")
    for _ in range(2):
        with pytest.raises(DataError):
            LOAD(net)
    assert not folder.exists()


def test_tables_that_change_as_they_are_read_are_not_kept(net, folder, monkeypatch):
    real = files.read_sound

    def slow(home, *rest):
        found = real(home, *rest)
        (net / "sources.csv").write_bytes((net / "sources.csv").read_bytes() + b"\n")
        return found

    monkeypatch.setattr(files, "read_sound", slow)
    LOAD(net)
    assert not folder.exists()


class Run:
    def __reduce__(self):
        return os.mkdir, ("it-was-run",)


def spoilt(entry, other):
    """Iterate over what may stand where a network is kept, by name."""
    data = entry.read_bytes()
    for at in (0, len(cache._MAGIC), REST, REST + 8, REST + 40, len(data) // 2, len(data) - 1):
        yield f"byte {at}", data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        yield f"first {at} bytes", data[:at]
    yield "more", data + b"\0"
    yield "another network", other.read_bytes()
    yield "pickle", pickle.dumps(Run())
    yield "sealed pickle", (pickle.dumps(Run()),)
    head = {"told": [], "sha256": "", "rules": "", "schema": {}, "rows": [], "kinds": {}, "words": [], "lines": None}
    for body in (b"", b"{}", b"[" * 10**5, json.dumps(head).encode(), b'{"rows": [-1, 99999999999999]}', b"null"):
        yield f"sealed {body[:30]}", (len(body).to_bytes(8) + body,)
    yield "sealed length", ((2**63).to_bytes(8) + b"{}",)
    yield "sealed offsets", (data[REST:-8] + b"\xff" * 8,)


def test_whatever_stands_in_the_cache_the_network_is_read(net, small, folder, reads, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    LOAD(small)
    other = only(folder)
    LOAD(net)
    (entry,) = {*folder.iterdir()} - {other}
    expected = anew(net)
    for what, data in [*spoilt(entry, other)]:
        reads.clear()
        forge(entry, *data) if isinstance(data, tuple) else entry.write_bytes(data)
        assert_same(LOAD(net), expected)
        assert reads == [net], what
        assert_same(LOAD(net), expected)  # it was written again
        assert reads == [net], what
    assert not (tmp_path / "it-was-run").exists()


@pytest.mark.parametrize("what", ["link", "pipe", "folder", "everybody's", "somebody's", "large"])
def test_only_a_file_of_the_user_is_read(net, folder, reads, monkeypatch, what):
    LOAD(net)
    entry, expected = only(folder), anew(net)
    reads.clear()
    elsewhere = shutil.copy(entry, folder.parent / "elsewhere")
    if what in {"link", "pipe", "folder"}:
        entry.unlink()
        {"link": lambda: entry.symlink_to(elsewhere), "pipe": lambda: os.mkfifo(entry), "folder": entry.mkdir}[what]()
    elif what == "everybody's":
        entry.chmod(0o666)
    elif what == "somebody's":
        monkeypatch.setattr(os, "getuid", lambda: 12345)
    else:
        monkeypatch.setattr(cache, "_LARGEST", entry.stat().st_size - 1)
        monkeypatch.setattr(cache, "_key", lambda *_: entry.stem)
    before = Path(elsewhere).read_bytes()
    assert_same(LOAD(net), expected)
    assert reads == [net]
    assert Path(elsewhere).read_bytes() == before


def homeless():
    raise RuntimeError("Could not determine home directory.")


@pytest.mark.parametrize("where", ["a file", "below a file", "read-only", "full", "relative", "nowhere"])
def test_without_a_folder_networks_are_read(net, tmp_path, reads, monkeypatch, where):
    (tmp_path / "file").write_text("mine")
    monkeypatch.chdir(tmp_path)
    if where == "nowhere":
        monkeypatch.delenv("XDG_CACHE_HOME")
        monkeypatch.setattr(Path, "home", homeless)
    elif where in {"read-only", "full"}:
        real, error = os.open, PermissionError(13, "") if where == "read-only" else OSError(28, "No space left")

        def refused(path, flags, *more, **others):
            if flags & os.O_CREAT:
                raise error
            return real(path, flags, *more, **others)

        monkeypatch.setattr(os, "open", refused)
    else:
        stated = {"a file": tmp_path / "file", "below a file": tmp_path / "file" / "x", "relative": "some/where"}
        monkeypatch.setenv("XDG_CACHE_HOME", str(stated[where]))
        monkeypatch.setattr(Path, "home", lambda: tmp_path / "file")
    expected = anew(net)
    reads.clear()
    for number in (1, 2):
        assert_same(LOAD(net), expected)
        assert len(reads) == number
    assert not (tmp_path / "some").exists()
    assert (tmp_path / "file").read_text() == "mine"


def test_a_home_has_the_folder_where_none_is_stated(net, tmp_path, monkeypatch):
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    LOAD(net)
    assert list((tmp_path / "home").rglob("*.net"))


def test_a_write_broken_off_leaves_nothing(net, folder, monkeypatch):
    def stopped(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.replace", stopped)
        with pytest.raises(KeyboardInterrupt):
            LOAD(net)
    assert list(folder.iterdir()) == []
    LOAD(net)
    assert only(folder).suffix == ".net"


def test_what_is_used_stays_and_the_rest_makes_room(net, folder, monkeypatch):
    homes = [shutil.copytree(net, net.parent / name) for name in "abcde"]
    LOAD(homes[0])
    first = only(folder)
    size = first.stat().st_size
    monkeypatch.setattr(cache, "_MANY", 3)
    for age, home in enumerate(homes[1:3]):
        LOAD(home)
        for entry in {*folder.iterdir()} - {first}:
            os.utime(entry, (age, age))
    for _ in range(2):
        LOAD(homes[0])  # used: now the youngest
    LOAD(homes[3])
    kept = {*folder.iterdir()}
    assert len(kept) == 3
    assert first in kept
    monkeypatch.setattr(cache, "_MANY", 100)
    monkeypatch.setattr(cache, "_ROOM", 2 * size + cache._LARGEST)
    LOAD(homes[4])
    assert len({*folder.iterdir()}) <= 3
    assert sum(entry.stat().st_size for entry in folder.iterdir()) <= cache._ROOM


def test_what_somebody_left_half_written_goes(net, folder):
    folder.mkdir(parents=True)
    late, new, mine = folder / ".1.part", folder / ".2.part", folder / "notes"
    for file in (late, new, mine):
        file.write_bytes(b"x")
    os.utime(late, (1, 1))
    os.utime(mine, (1, 1))
    LOAD(net)
    assert (late.exists(), new.exists(), mine.exists()) == (False, True, True)


def test_what_is_large_is_not_kept(net, folder, monkeypatch):
    monkeypatch.setattr(cache, "_LARGEST", 1000)
    LOAD(net)
    assert not folder.exists()


def test_check_reads_the_tables_whatever_is_kept(net, monkeypatch):
    LOAD(net)
    read, real = [], files.read
    monkeypatch.setattr(files, "read", lambda *asked: [read.append(1), real(*asked)][1])
    mobility(f"check {net}")
    assert read == [1]


def test_no_cache(net, folder, reads):
    where = ["--network", str(net)]
    mobility([*where, "--no-cache", "places"])
    assert not folder.exists()
    assert "MOBILITY_NO_CACHE" not in os.environ
    mobility([*where, "places"])
    mobility([*where, "places"])
    assert len(reads) == 2
    mobility([*where, "--no-cache", "places"])
    assert len(reads) == 3


def test_no_cache_by_the_variable(net, folder, reads, monkeypatch):
    monkeypatch.setenv("MOBILITY_NO_CACHE", "1")
    mobility(["--network", str(net), "--no-cache", "places"])
    mobility(["--network", str(net), "places"])
    assert len(reads) == 2
    assert not folder.exists()


def test_processes_share_a_cache(net, folder):
    code = f"from mobility import Network\nfor _ in range(3): print(Network.load({str(net)!r}).links.to_json()[-99:])"
    env = os.environ | {"PYTHONPATH": SOURCE}
    running = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=env) for _ in range(3)]
    said = {process.communicate()[0] for process in running}
    assert [process.returncode for process in running] == [0, 0, 0]
    assert len(said) == 1
    assert only(folder).suffix == ".net"
