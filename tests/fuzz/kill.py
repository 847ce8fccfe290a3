"""Kill commands while they write, let two write one file, and let the disk be full; then look at what is left.

    python tests/fuzz/kill.py --points 200 --seed 1

A command runs in a fork of this process, where everything is imported already: what is hit is its work, not its start.
"""

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS.parent / "src"), str(TESTS)]
os.environ |= {"MOBILITY_NO_CACHE": "1"}
os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OGR_CURRENT_DATE": "2026-01-01T00:00:00Z"}

SWEEP = ["routes", "--uncertain", "300", "-f", "json", "-o", "x.json", "--resume", "journal"]
COMMANDS = {
    "map": ["map", "--interactive", "-o", "x.html"],
    "picture": ["map", "-o", "x.svg"],
    "report": ["report", "-o", "x.html"],
    "export": ["export", "-o", "x.gpkg"],
    "import": ["import", "osm", "valley.osm", "--country", "AA", "-o", "x.gpkg"],
    "sweep": SWEEP,
}


def ready(folder):
    """Put a small network and an extract into a folder."""
    from console import small_network
    from extracts import VALLEY

    (folder / "net").mkdir(parents=True)
    small_network(folder / "net")
    shutil.copy(VALLEY, folder)


def started(folder, words, network="net"):
    """Run a command in a fork of this process; return its number."""
    from mobility.cli import cli

    number = os.fork()
    if number:
        return number
    try:  # only the child comes here
        os.chdir(folder)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        cli.main(["--network", network, *words], prog_name="mobility")
    except SystemExit as ended:
        os._exit(ended.code if isinstance(ended.code, int) else 0)
    finally:
        os._exit(99)


def ended(number):
    """Wait for a fork; return its exit status, below 0 when a signal ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


def whole(words, folder):
    """Return what a command writes when nobody disturbs it, and how long that takes."""
    target, start = folder / words[words.index("-o") + 1], time.monotonic()
    if (status := ended(started(folder, words))) != 0:
        raise RuntimeError(f"{words} ended with {status}")
    seconds, data = time.monotonic() - start, target.read_bytes()
    target.unlink()
    (folder / "journal").unlink(missing_ok=True)
    return data, seconds


def killed(points, seed=1):
    """Kill commands at random times; return per command how often what was found, and the leftovers."""
    random, found = Random(seed), {}
    with tempfile.TemporaryDirectory(prefix="kill-") as name:
        folder = Path(name)
        ready(folder)
        scratch = folder / "tmp"
        scratch.mkdir()
        os.environ["TMPDIR"], tempfile.tempdir = str(scratch), None
        right = {command: whole(words, folder) for command, words in COMMANDS.items()}
        for point in range(points):
            command = sorted(COMMANDS)[point % len(COMMANDS)]
            data, seconds = right[command]
            # anywhere, near the end, or (None) as soon as the file is being written
            when = random.choice((seconds * random.uniform(0, 1), seconds * random.uniform(0.7, 1), None))
            said = _point(folder, COMMANDS[command], data, when)
            for path in folder.iterdir():
                if path.name.endswith(".part"):
                    said += ", left a .part file"
                    path.unlink()
            if any(scratch.iterdir()):
                said += ", left a temporary folder"
                shutil.rmtree(scratch)
                scratch.mkdir()
            found.setdefault(command, Counter())[said] += 1
        os.environ.pop("TMPDIR")
        tempfile.tempdir = None
    return found


def _point(folder, words, data, when):
    """Kill a command after so many seconds; return what was found."""
    target, journal = folder / words[words.index("-o") + 1], folder / "journal"
    old = b"what was there before"
    target.write_bytes(old)
    number = started(folder, words)
    if when is None:
        _wait_for_part(folder, number)
    else:
        time.sleep(when)
    os.kill(number, signal.SIGKILL)
    status, now = ended(number), target.read_bytes()
    said = ("killed" if status == -signal.SIGKILL else "was done") + ", "
    said += "old file" if now == old else "new file" if now == data else "BROKEN file"
    if journal.exists():
        kept = max(0, journal.read_bytes().count(b"\n") - 1)
        again = ended(started(folder, words))
        same = again == 0 and target.read_bytes() == data
        said += f", {'some' if kept else 'no'} results kept, {'same answer' if same else 'BROKEN answer'}"
        journal.unlink()
    target.unlink()
    return said


def _wait_for_part(folder, number):
    """Wait until a scratch file is there, or the fork has ended."""
    while os.waitid(os.P_PID, number, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if any(path.name.endswith(".part") for path in folder.iterdir()):
            return


def at_once(times):
    """Let two processes write one file, so many times; return how often which of them was last."""
    found = Counter()
    with tempfile.TemporaryDirectory(prefix="kill-") as name:
        folder = Path(name)
        ready(folder)
        questions = [["export", "-o", "x.geojson"], ["export", "-x", "gate", "-o", "x.geojson"]]
        right = [whole(words, folder)[0] for words in questions]
        for _ in range(times):
            status = [ended(number) for number in [started(folder, words) for words in questions]]
            data = (folder / "x.geojson").read_bytes()
            which = right.index(data) if data in right else "BROKEN"
            left = sorted(path.name for path in folder.iterdir() if path.name.endswith(".part"))
            found[f"exits {status}, the file is that of {which}{f', left {left}' * bool(left)}"] += 1
    return found


def full_disk():
    """Write to a disk that is full; return per command what was found, None where no such disk can be had."""
    found = {}
    with tempfile.TemporaryDirectory(prefix="kill-") as name:
        folder = Path(name)
        disk = folder / "disk"
        disk.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
        if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
            return None
        try:
            ready(folder)
            for command, words in COMMANDS.items():
                target = disk / words[words.index("-o") + 1]
                target.write_bytes(b"what was there before")
                _fill(disk / "filler")
                there = [f"disk/{word}" if word.startswith("x.") else word for word in words]
                for tmp in (None, disk):  # the temporary files too
                    if tmp:
                        os.environ["TMPDIR"], tempfile.tempdir = str(tmp), None
                    status = ended(started(folder, there))
                    os.environ.pop("TMPDIR", None)
                    tempfile.tempdir = None
                    kept = target.read_bytes() == b"what was there before"
                    left = sorted(path.name for path in disk.iterdir() if path != target and path.name != "filler")
                    where = "temporary files there too" if tmp else "output there"
                    said = f"exit {status}, {'old file' if kept else f'{target.stat().st_size} bytes'}"
                    found[f"{command}, {where}"] = said + f", left {left}" * bool(left)
                target.unlink()
                (disk / "filler").unlink()
        finally:
            subprocess.run(["umount", str(disk)], check=False)
    return found


def _fill(file):
    with file.open("wb", buffering=0) as filler, contextlib.suppress(OSError):
        while True:
            filler.write(bytes(4096))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    found = killed(asked.points, asked.seed)
    for command, counts in found.items():
        print(command, *(f"  {count:4} {said}" for said, count in sorted(counts.items())), sep="\n")
    both = at_once(20)
    print("two processes, one file", *(f"  {count:4} {said}" for said, count in sorted(both.items())), sep="\n")
    full = full_disk()
    rows = ["  a tmpfs could not be mounted"] if full is None else [f"  {name}: {said}" for name, said in full.items()]
    print("full disk", *rows, sep="\n")
    return any("BROKEN" in said for counts in [*found.values(), both] for said in counts)


if __name__ == "__main__":
    sys.exit(main())
