"""Feed hostile inputs to every door, for as long as asked for, and say which broke a promise and how to try it again.

python tests/fuzz/run.py --seed 1 --seconds 3600 --jobs 2
python tests/fuzz/run.py --seed 1 --door tables --first 4711 --inputs 1 --keep DIR
"""

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Lock

HERE = Path(__file__).parent
PATHS = (HERE.parents[1] / "src", HERE.parent)
BATCH, LIMIT_S = 400, 30  # inputs of a process; seconds of processor time for one of them


@dataclass
class Door:
    """What became of the inputs of a door."""

    inputs: int = 0
    statuses: Counter = field(default_factory=Counter)
    longest_s: float = 0
    longest: int = 0
    peak_mb: float = 0
    broken: list = field(default_factory=list)  # number, what, words


def batch(seed, door, first, stop, *, limit=LIMIT_S, until=math.inf, keep=None):
    """Try inputs in a child process; return what became of each, by number, until one breaks a promise."""
    folder = tempfile.mkdtemp(prefix="fuzz-")
    try:
        return _tried([*map(str, (seed, door, first, stop, limit, until, folder))], folder, keep=keep)
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


def _tried(asked, folder, *, keep):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, PATHS)), "PYTHONHASHSEED": "0"}
    environment |= {"MOBILITY_NO_CACHE": "1"}
    environment |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OGR_CURRENT_DATE": "2026-01-01T00:00:00Z"}
    child = subprocess.run(
        [sys.executable, str(HERE / "child.py"), *asked], capture_output=True, text=True, check=False, env=environment
    )
    lines, found, number = [json.loads(line) for line in child.stdout.splitlines()], {}, None
    for line in lines:
        if "number" in line:
            number = line["number"]
        else:
            found[number] = line
    if number is None:
        raise RuntimeError(f"the child did not start: {child.stderr}")
    if number not in found:
        log = Path(folder, "native.txt").read_text(errors="replace")
        said = f"signal {-child.returncode}" if child.returncode < 0 else f"died with {child.returncode}"
        found[number] = {"words": [], "status": said, "s": 0, "mb": 0, "broken": f"{said}: {log or child.stderr}"}
    if keep:
        debug = Path(folder, "debug.txt")
        print(f"kept in {folder}: {found[number]['words']}\n{found[number].get('stderr', '')}")
        print(debug.read_text() if debug.exists() else "")
    return found


def fuzz(seed, names, *, first=0, inputs=None, seconds=None, jobs=1, limit=LIMIT_S, keep=None):
    """Try inputs of some doors in turn, so many of each or for so long; return a `Door` for each name."""
    doors, end = {name: Door() for name in names}, time.time() + (seconds or math.inf)
    stop = first + inputs if inputs else None

    starts = range(first, stop, BATCH) if stop else count(first, BATCH)
    tasks, lock = ((name, start) for start in starts for name in names), Lock()

    def work(_job):
        while time.time() < end:
            with lock:
                name, start = next(tasks, (None, None))
            if name is None:
                return
            upto = min(start + BATCH, stop or start + BATCH)
            while start < upto and time.time() < end:
                found = batch(seed, name, start, upto, limit=limit, until=end, keep=keep)
                start = max(found) + 1
                for number, what in found.items():
                    _count(name, doors[name], number, what)

    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(work, range(jobs)))
    return doors


def _count(name, door, number, what):
    door.inputs += 1
    door.statuses[what["status"]] += 1
    door.peak_mb = max(door.peak_mb, what["mb"])
    if what["s"] > door.longest_s:
        door.longest_s, door.longest = what["s"], number
    if what["broken"]:
        door.broken.append((number, what["broken"], what["words"]))
        print(f"broken: {name} {number}: {what['broken'][:300]}", file=sys.stderr, flush=True)


def told(seed, doors):
    """Return what was found, as a table and the inputs that broke a promise."""
    lines = [
        "| door | inputs | exit 0 | 1 | 2 | longest, s (number) | peak, MB | broken |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, door in doors.items():
        by = " | ".join(f"{door.statuses[status]:,}" for status in (0, 1, 2))
        most = f"{door.longest_s:.1f} ({door.longest}) | {door.peak_mb:.0f} | {len(door.broken)}"
        lines.append(f"| {name} | {door.inputs:,} | {by} | {most} |")
    lines.append(f"\n{sum(door.inputs for door in doors.values()):,} inputs, seed {seed}")
    for name, door in doors.items():
        for number, what, words in door.broken:
            again = f"python tests/fuzz/run.py --seed {seed} --door {name} --first {number} --inputs 1 --keep"
            lines.append(f"\nBROKEN {name} {number}: {what}\n  {words}\n  {again}")
    return "\n".join(line[:2000] for line in lines)


def main():
    sys.path[:0] = map(str, PATHS)
    from fuzz.doors import DOORS

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, help="how long, all doors in turn")
    parser.add_argument("--inputs", type=int, help="how many of each door")
    parser.add_argument("--door", choices=DOORS, action="append", help="only this one (repeatable)")
    parser.add_argument("--first", type=int, default=0, help="number of the first input")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--keep", action="store_true", help="leave the folder of each batch")
    asked = parser.parse_args()
    if not asked.seconds and not asked.inputs:
        parser.error("give --seconds or --inputs")
    more = {
        "first": asked.first,
        "inputs": asked.inputs,
        "seconds": asked.seconds,
        "jobs": asked.jobs,
        "keep": asked.keep,
    }
    doors = fuzz(asked.seed, asked.door or list(DOORS), **more)
    print(told(asked.seed, doors))
    return any(door.broken for door in doors.values())


if __name__ == "__main__":
    sys.exit(main())
