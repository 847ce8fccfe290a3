"""Compare with another checkout, in turns of one run: `python tests/benchmarks/against.py CHECKOUT`.

In a turn both are asked the same, and the processor time of the whole command is counted, so that a noisy machine slows
both alike. What they write to stdout is compared, too. At last `whatif` is compared with `routes`, here alone.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from tabulate import tabulate

HERE = Path(__file__).parents[2]
CLOSURE = ["-x", "border:tabanovce"]
COMMANDS = {
    "redundancy": ["redundancy", "-f", "json"],
    "redundancy --budget 3000": ["redundancy", "--budget", "3000", "-f", "json"],
    "report": ["report", *CLOSURE, "-o", "brief.html"],
    "bottlenecks": ["bottlenecks", "-f", "json"],
    "whatif": ["whatif", *CLOSURE, "-f", "json"],
    "routes": ["routes", "-f", "json"],
}


def asked(checkout: Path, python: str, words: list[str]) -> tuple[float, bytes]:
    """Return the seconds of processor time of a command of a checkout, and what it writes."""
    env = os.environ | {"PYTHONPATH": str(checkout / "src")}
    command = [python, "-m", "mobility.cli", *words]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(command, capture_output=True, check=True, env=env, cwd=folder)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=Path, help="the other checkout")
    parser.add_argument("--python", default=sys.executable, help="its interpreter; default: this one")
    parser.add_argument("--turns", type=int, default=5, help="how often; default: 5")
    parser.add_argument("--only", choices=COMMANDS, action="append", help="only this command (repeatable)")
    given = parser.parse_args()
    rows, own_times = [], {}
    for name in given.only or COMMANDS:
        turns = []
        for _ in range(given.turns):
            other = asked(given.checkout, given.python, COMMANDS[name])
            turns.append((asked(HERE, sys.executable, COMMANDS[name]), other))
        own, theirs = ([seconds for seconds, _ in column] for column in zip(*turns, strict=True))
        ratios = [a / b for a, b in zip(own, theirs, strict=True)]
        same = "same" if all(mine == text for (_, mine), (_, text) in turns) else "different"
        own_times[name] = median(own)
        spread = f"{median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"
        rows.append([name, spread, f"{median(own):.2f}", f"{median(theirs):.2f}", same])
    heads = ["command", "share of the other's time", "here, s", "other, s", "output"]
    print(tabulate(rows, heads, disable_numparse=True))  # noqa: T201 - it is what the script is for
    if own_times.keys() >= {"whatif", "routes"}:
        print(f"\nwhatif takes {own_times['whatif'] / own_times['routes']:.2f} times routes")  # noqa: T201


if __name__ == "__main__":
    main()
