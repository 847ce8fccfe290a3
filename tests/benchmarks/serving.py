"""Ten thousand questions to the HTTP server, sound and broken: `python tests/benchmarks/serving.py [COUNT]`.

Prints how many were answered by which status, whether any was a fault, and the memory of server and worker after the
first tenth and at the end (Linux). Writes nothing.
"""

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import requests

PORT = 8799
HOME = f"http://127.0.0.1:{PORT}"
PLACES = ("durres", "varna", "constanta", "burgas", "thessaloniki", "nowhere", "", "42.0,21.43", "Niš", "-x", "\0")
CLOSED = (
    "corridor:X",
    "country:RS",
    "gate@08:00-09:00",
    "area:/etc/passwd",
    "tabanovce",
    "around:42.7,23.3:20km",
    "x" * 999,
)


def question(draw):
    """Return a path, a body and headers."""
    pair = {"from": [draw.choice(PLACES)], "to": [draw.choice(PLACES)]}
    closed = {"close": draw.sample(CLOSED, draw.randint(0, 2))}
    sound = (
        ("route", {"from": draw.choice(PLACES), "to": draw.choice(PLACES), **closed}),
        ("routes", pair | closed),
        ("whatif", pair | closed),
        ("places", {"country": draw.choice(("AL", "XX", ""))}),
        ("reach", {"place": draw.choice(PLACES), "hours": draw.choice(("3", "x", "1e9"))}),
        ("bottlenecks", pair | {"top": draw.choice((3, -1, "many"))}),
        ("schedule", {"orders": draw.choice(("", "start = 1", "[[force]]" * 99))}),
        ("sets", {draw.choice(("nonsense", "output", "scenario")): "x"}),
    )
    return draw.choice(sound)


def memory(process):
    """Return the resident memory of a process and its children, MiB."""
    own = [process.pid]
    for pid in own:
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            own += [int(child) for child in task.read_text(encoding="utf-8").split()]
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1]) for pid in own)
    return pages * 4096 / 2**20


def main(count):
    """Ask, and print what came of it."""
    draw, came, then = random.Random(1), Counter(), 0.0  # noqa: S311 - no secret
    server = subprocess.Popen([sys.executable, "-m", "mobility", "serve", "--port", str(PORT)])
    try:
        while True:
            try:
                requests.get(f"{HOME}/openapi.json", timeout=5)
                break
            except requests.ConnectionError:
                time.sleep(0.2)
        with requests.Session() as session:
            for i in range(count):
                name, asked = question(draw)
                body = (
                    {"json": asked}
                    if draw.random() < 0.95
                    else {"data": draw.choice((b"{", b"\xff", b"[" * 2000, b""))}
                )
                came[session.post(f"{HOME}/v1/{name}", timeout=120, **body).status_code] += 1
                if i == count // 10:
                    then = memory(server)
        now = memory(server)
    finally:
        server.terminate()
    statuses = ", ".join(f"{n:,} with {status}" for status, n in sorted(came.items()))
    grown = f"memory {then:.0f} MiB after a tenth, {now:.0f} MiB at the end ({now / then - 1:+.1%})"
    sys.stdout.write(f"{count:,} questions: {statuses}\n{grown}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
