"""Sweeps: the same answers in the same order whoever computes them, whoever is killed, wherever they broke off."""

import json
import multiprocessing
import os
import pty
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from drawing import drawn
from mobility.analysis.redundancy import project_gains
from mobility.analysis.sweeps import Journal, checksum, sweep
from mobility.errors import InputError, WorkerError

TESTS = Path(__file__).parents[1]
PATHS = os.pathsep.join(map(str, (TESTS.parent / "src", TESTS, TESTS / "analysis")))  # a worker imports this module
ENV = os.environ | {"PYTHONPATH": PATHS}
REDUNDANCY = [sys.executable, "-m", "mobility.cli", "redundancy", "-f", "csv", "--from", "durres", "--to", "varna"]
ITEMS = list(range(40))
NAPS = [(3, i) for i in ITEMS]  # what `nap` returns of them


def nap(shared, item):
    """What a worker does: long enough that the others are still at it when one is killed."""
    time.sleep(0.05)
    return shared, item


def seen(folder, item):
    """Leave a file for every call."""
    (folder / f"{item}-{time.monotonic_ns()}").touch()
    return {"half": item / 3, "none": float("inf")}


def deadly(*_):
    """What no worker survives."""
    os.kill(os.getpid(), signal.SIGKILL)


def refusing(*_):
    """An error of the question itself, not of the worker."""
    raise InputError("not this one")


def killing(pid_of):
    """A progress that kills a worker when four results are there."""

    def progress(found, number):
        assert number == len(ITEMS)
        for count, result in enumerate(found):
            if count == 3:
                os.kill(pid_of(), signal.SIGKILL)
            yield result

    return progress


@contextmanager
def cluster(folder, workers, **env):
    """A Dask scheduler and its workers, each a process: yield the address and the processes of the workers."""

    def start(*words):
        command = [sys.executable, "-m", "dask", *words, "--scheduler-file", folder / "cluster.json", "--no-dashboard"]
        processes.append(subprocess.Popen(command, env=ENV | env, stderr=subprocess.DEVNULL))
        return processes[-1]

    processes = []
    try:
        start("scheduler", "--port", "0", "--host", "127.0.0.1")
        while not (folder / "cluster.json").exists():
            time.sleep(0.05)
        ready = [start("worker", "--no-nanny", "--nthreads", "1") for _ in range(workers)]
        from distributed import Client

        address = json.loads((folder / "cluster.json").read_text())["address"]
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=60) if workers else None
        yield address, ready
    finally:
        for process in processes:
            process.kill()
            process.wait()


@pytest.fixture
def net():
    """Four projects, each a short cut; together they make more."""
    links = ["a -road 100- b", "b -road 100- c", "c -road 100- d"]
    new = [f"a -road {km}- {b} status=planned id=new-{b}" for b, km in (("b", 50), ("c", 60), ("d", 70), ("e", 1))]
    projects = [{"id": f"to-{b}", "name": b, "links": f"new-{b}"} for b in "bcde"]
    roles = {"a": {"role": "origin"}} | {b: {"role": "destination"} for b in "bcde"}
    return drawn(*links, *new, projects=projects, places=roles)


def test_two_processes_find_what_one_finds(net):
    assert list(sweep(nap, ITEMS, 3)) == list(sweep(nap, ITEMS, 3, workers=2)) == NAPS
    alone = project_gains(net)
    assert alone["gain_h"].max() > 0
    pd.testing.assert_frame_equal(project_gains(net, run=partial(sweep, workers=2)), alone, check_exact=True)


def test_a_process_killed_half_way_changes_nothing():
    progress = killing(lambda: multiprocessing.active_children()[0].pid)
    assert list(sweep(nap, ITEMS, 3, workers=2, progress=progress)) == NAPS


def test_workers_that_never_survive_end_the_sweep():
    with pytest.raises(WorkerError, match="workers died 3 times without a result"):
        list(sweep(deadly, ITEMS, None, workers=2))


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_of_the_question_is_told_as_it_is(workers):
    with pytest.raises(InputError, match=r"^not this one$"):
        list(sweep(refusing, ITEMS, None, workers=workers))


@pytest.mark.slow
def test_a_dask_worker_killed_half_way_changes_nothing(tmp_path, net):
    with cluster(tmp_path, 2) as (address, workers):
        alone = project_gains(net)
        pd.testing.assert_frame_equal(project_gains(net, run=partial(sweep, workers=address)), alone, check_exact=True)
        progress = killing(lambda: workers[0].pid)
        assert list(sweep(nap, ITEMS, 3, workers=address, progress=progress)) == NAPS
        assert workers[0].wait(10) == -signal.SIGKILL
        with pytest.raises(WorkerError, match=r"has no workers$"):
            list(sweep(deadly, ITEMS, None, workers=address))


@pytest.mark.slow
def test_dask_itself_gives_up(tmp_path):
    patience = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    with cluster(tmp_path, 2, **patience) as (address, _), pytest.raises(WorkerError, match="died again and again"):
        list(sweep(deadly, ITEMS[:1], None, workers=address))


@pytest.mark.slow
def test_no_dask_to_work(tmp_path):
    with cluster(tmp_path, 0) as (address, _), pytest.raises(WorkerError, match=f"{address} has no workers$"):
        list(sweep(nap, ITEMS, 3, workers=address))
    done = subprocess.run([*REDUNDANCY, "--workers", address], env=ENV, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"Error: no Dask scheduler answers at {address}\n"


def test_without_dask(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"pip install 'mobility\[distributed\]'"):
        list(sweep(nap, ITEMS, 3, workers="tcp://localhost:8786"))


def test_a_journal_goes_on_where_it_broke_off(tmp_path):
    file, calls = tmp_path / "journal", tmp_path / "calls"
    calls.mkdir()

    def kept(items, **how):
        return list(sweep(seen, items, calls, journal=Journal(file, {"of": "this"}), **how))

    results = kept(ITEMS[:10])
    whole = file.read_bytes()
    file.write_bytes(whole[:-9])  # the last line half written
    assert kept(ITEMS[5:15]) == kept(ITEMS[5:15], workers=2) == kept(ITEMS[:15])[5:]
    assert kept(ITEMS[:10]) == results
    made = sorted(int(call.name.split("-")[0]) for call in calls.iterdir())
    assert made == sorted([*ITEMS[:15], 9]), "nine again, all others once"
    assert file.read_bytes().startswith(whole[: whole.rfind(b"[")])
    assert len(file.read_bytes().splitlines()) == 1 + 15


@pytest.mark.parametrize("text", ['{"of": "that"}\n', "a,b\n", '{"of": "this"} \n'])
def test_a_file_about_anything_else_is_refused_and_left_alone(tmp_path, text):
    (tmp_path / "journal").write_text(text)
    with pytest.raises(InputError, match="holds no results of this question"):
        Journal(tmp_path / "journal", {"of": "this"})
    assert (tmp_path / "journal").read_text() == text


NOT_WRITTEN_HERE = [
    "nonsense", "", "5", "null", "true", '"f"', "{}", "[]", "[" * 5000, "9" * 5000, '["f", 1, 2]', '["f", 1, NaN]',
    '["f", 1, 2, "0123456789abcdef"]', '["nap", 1, 4, "{seal}"]', '["nap", 1, NaN, "{seal}"]',
    '["nap", 1, [2], "{seal}"]', '["nap", 2, 2, "{seal}"]', '["other", 1, 2, "{seal}"]', '["nap", 1, 2, 3, "{seal}"]',
    '["nap", 1, 2, "{foreign}"]',
]  # fmt: skip


@pytest.mark.parametrize("line", NOT_WRITTEN_HERE, ids=lambda line: line[:30])
def test_a_line_that_was_not_written_here_or_was_changed_is_named(tmp_path, line):
    """Even one that reads like a result, with a figure doubled, or with the seal of another question's journal."""
    seals = []
    for about in ("that", "this"):
        journal = Journal(tmp_path / about, {"of": about})
        journal.add(json.dumps(["nap", 1]), 2)
        seals.append((tmp_path / about).read_text().splitlines()[1].split('"')[-2])
    file = tmp_path / "this"
    assert Journal(file, {"of": "this"}).known == {'["nap", 1]': 2}
    whole = file.read_text() + line.replace("{seal}", seals[1]).replace("{foreign}", seals[0]) + "\n"
    file.write_text(whole)
    with pytest.raises(InputError, match=r"this:3: is no result of this sweep, or was changed since; remove the line"):
        Journal(file, {"of": "this"})
    assert file.read_text() == whole


def test_a_journal_is_a_plain_file(tmp_path):
    """What has no end is not read, a pipe not waited for; of a large file that is another only the head is read."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", Path("/dev/zero"), Path("/dev/full"), Path("/dev/null")):
        with pytest.raises(InputError, match=f"cannot keep results in {path}: it is no plain file"):
            Journal(path, {})
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(1 << 40)  # a hole: no disk is taken, but memory would be
    with pytest.raises(InputError, match="holds no results of this question"):
        Journal(large, {})
    (tmp_path / "link").symlink_to("kept")
    Journal(tmp_path / "link", {"of": "this"})
    assert (tmp_path / "kept").read_text() == '{"of": "this"}\n'


def test_a_journal_is_of_one_network_as_it_is_seen(mixed, line):
    nets = [mixed, mixed.under("heavy"), mixed.under(transit="nato"), mixed.close("niš"), mixed.build("all"), line]
    nets += [mixed.set("skopje-east-miladinovci-road", "speed", 20), mixed.under(include_access=True)]
    assert len({checksum(net) for net in nets}) == len(nets)
    assert checksum(mixed) == checksum(mixed.under("mixed"))


def heeding():
    """Heed Ctrl-C, though a shell that runs the tests in the background says not to."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.slow
@pytest.mark.parametrize("stop", [os.kill, os.killpg])
def test_ctrl_c_leaves_a_journal_to_go_on_from(tmp_path, stop):
    file, target = tmp_path / "journal", tmp_path / "gains.csv"
    command = [*REDUNDANCY, "--workers", "2", "--resume", file, "-o", target]
    own = {"start_new_session": True, "preexec_fn": heeding}
    process = subprocess.Popen(command, env=ENV, stderr=subprocess.PIPE, text=True, **own)
    while not (file.exists() and len(file.read_bytes().splitlines()) > 3):
        time.sleep(0.02)
    stop(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said.strip()) == (130, "Aborted!")
    assert list(tmp_path.iterdir()) == [file]
    before = file.read_bytes()
    subprocess.run(command, env=ENV, check=True, capture_output=True)
    assert file.read_bytes().startswith(before)
    assert target.read_text() == subprocess.run(REDUNDANCY, env=ENV, check=True, capture_output=True, text=True).stdout
    lines = file.read_bytes().splitlines()
    assert len(set(lines)) == len(lines) == len(target.read_text().splitlines())


SWEEPING = """
import os
from test_sweeps import nap
from mobility.analysis.sweeps import sweep
if __name__ == "__main__":
    for _ in sweep(nap, list(range(10_000)), 3, workers=2):
        print(*os.popen(f"ps -o pid= --ppid {os.getpid()}").read().split(), flush=True)
"""


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_the_process_that_asks(tmp_path, how):
    """However it ends: workers that nobody asks any more would wait for ever."""
    (tmp_path / "sweeping.py").write_text(SWEEPING, encoding="utf-8")
    with subprocess.Popen([sys.executable, tmp_path / "sweeping.py"], env=ENV, stdout=subprocess.PIPE) as process:
        for _ in range(3):
            children = process.stdout.readline().split()
        process.send_signal(how)
    assert len(children) >= 3  # two workers, and what keeps track of them
    until = time.monotonic() + 20
    while (left := [pid for pid in children if _alive(pid)]) and time.monotonic() < until:
        time.sleep(0.1)
    for pid in left:
        os.kill(int(pid), signal.SIGKILL)
    assert left == []


def _alive(pid):
    """Whether a process is there, and no mere entry that nobody has taken note of."""
    try:
        return b") Z " not in Path(f"/proc/{pid.decode()}/stat").read_bytes()
    except OSError:
        return False


def test_a_bar_on_a_terminal_only():
    command = [*REDUNDANCY, "--project", "nis-rail-bypass"]
    ours, theirs = pty.openpty()
    subprocess.run(command, env=ENV, check=True, stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    assert b"100%" in os.read(ours, 10_000)
    os.close(ours)
    said = subprocess.run(command, env=ENV, check=True, capture_output=True, text=True).stderr
    assert said == "None of 1 projects alone shortens the mean best time.\n"
