"""Compare with other tools, in turns of one run: `python tests/benchmarks/run.py` writes results.md.

With --large it compares on large networks instead, and writes results_large.md.
Each tool is installed with pip into a virtual environment and asked there (peers.py). In a turn all are asked the same,
and processor time is counted, so that a noisy machine slows all alike. Nothing is written when answers differ.
"""

import argparse
import datetime as dt
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import numpy as np
from cases import SAMPLE, agreement, cases, difference, said, sample, searched
from peers import timed
from tabulate import tabulate

FOLDER = Path(__file__).parent
VENVS = {"ra2ce": ["ra2ce"], "gostnets": ["GOSTnets"], "graphs": ["networkx", "scipy", "igraph"]}
VENVS["world"] = ["scgraph_data", "scgraph<3"]  # a network, no tool
AGREE_S = 0.001
QUESTIONS = {"losses": "N-1, {} x {} pairs", "od": "{} x {} times", "tree": "one to all"}
YARDSTICKS = {"routes": "all routes with their disjoint counts", "trees": "the trees it needs"}
COLUMNS = ["times as long", "tool", "question", "network", "measured", "values compared", "largest difference, s"]
TEXT = """\
# Benchmarks

How many times as long as `mobility` other tools take to find the same, in processor time: median (least–most) of
{rounds} turns on {cores} cores, Python {python}, {date}; {versions}.

{table}

{own}

- **N-1**: the least time of every pair without each link. `mobility` finds all of it at once; on the shipped network
  this is a call of `bottlenecks`, which builds the graph and finds the min-cut too. The others compute all pairs anew
  for each of some links closed, by turns one on a best route and one on none; the time for all links is extrapolated.
- **Alike for all**: the arcs of `mobility export`, in memory before the clock starts; one more node joins the states of
  each origin and destination. Only the search is timed: no start, no reading, no writing.
- **One to all**: the tree of `mobility` holds the arcs too, and is made from the arcs each time.
- **RA2CE**: its analysis "optimal route origin destination", executed on a directed graph of straight lines. It is
  given seconds as lengths: with time as the weight, this analysis ends in a KeyError.
- **GOSTnets**: `calculate_OD`. It refuses arcs that cost nothing; they cost a microsecond.
- **networkx, igraph, scipy**: a search from each origin, for the times alone.
- **Synthetic networks**: the minimum spanning tree and some Gabriel links of random points, 1.3 links per node, 8 %
  one-way, 30 % of the others with another cost on the way back, 0.3 % doubled; one-way-heavy: 35 % and all.
- **world_highways**: the highways of the world in scgraph_data (OpenStreetMap), both ways.
- **Compared**: the times of all pairs with each of these links closed against `mobility` without the link, and the
  delays against its N-1; and its N-1 of 50 links, by turns one on a best route and one on none, against its own search
  without the link. This page is not written when any differs by more than {agree} s.
"""


class Row(NamedTuple):
    """How long a tool took, as multiples of our time (by turn), and how far its answer is from ours."""

    network: str
    question: str
    tool: str
    times: np.ndarray
    measured: str
    compared: int
    difference_s: float


class Peer:
    """A tool that waits for questions in its own interpreter."""

    def __init__(self, tool, python, folder):
        self.tool, self.folder, self.failed = tool, folder, ""
        self.log = (folder / f"{tool}.log").open("w+")
        command, pipe = [python, FOLDER / "peers.py", tool, folder], subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=self.log, text=True)
        self.version, self.questions = self._read() or ("", [])

    def ask(self, question):
        """Return the seconds its answer took, per link if links were lost (NaN when the tool failed)."""
        print(question, file=self.process.stdin, flush=True)
        return self._read() or np.nan

    def answer(self, question):
        return np.load(self.folder / f"{self.tool}-{question}.npy")

    def stop(self):
        self.process.communicate()
        self.log.close()

    def _read(self):
        if line := self.process.stdout.readline():
            return json.loads(line)
        self.log.seek(0)
        self.failed, self.questions = last_line(self.log.read()), []
        return None


def last_line(text):
    return next((line for line in reversed(text.splitlines()) if line.strip()), "no message")


def install(folder):
    """Return the interpreter of each tool, and what pip says where it fails; what is there already is kept."""
    pythons, failed = {}, {}
    for venv, packages in VENVS.items():
        python = folder / venv / ("Scripts" if os.name == "nt" else "bin") / "python"
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", folder / venv], check=True)
        pip = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages]
        done = subprocess.run(pip, capture_output=True, text=True, check=False)
        for package in packages:
            if done.returncode:
                failed[package.lower()] = last_line(done.stderr)
            else:
                pythons[package.lower()] = python
    return pythons, failed


def measure(case, pythons, rounds):
    """Ask all in turns; return the rows of the table, and the tools that were asked.

    The first row is our own: all N-1 as multiples of what it is built upon.
    """
    links, used = sample(case)
    for call in case.calls.values():
        call()  # imports and caches; the others have theirs before they are asked
    asked, (base,) = [q for q in QUESTIONS if q in case.calls], case.calls.keys() & YARDSTICKS
    own, theirs = [], defaultdict(list)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        np.savez(folder / "arcs.npz", **case.arcs._asdict(), sample=links[:SAMPLE])
        peers = [Peer(tool, pythons[tool], folder) for tool in case.tools if tool in pythons]
        for _ in range(rounds):
            own.append(timed(case.calls["losses"])[0] / timed(case.calls[base])[0])
            for question in asked:
                for peer in peers:
                    if question in peer.questions:
                        theirs[question, peer].append(peer.ask(question) / timed(case.calls[question])[0])
        for peer in peers:
            peer.stop()
        note = f"{used:,} of {len(case.links):,} links on best routes"
        own_agreement = difference(zip(searched(case, links), said(case, links), strict=True))
        rows = [checked(Row(case.name, base, "mobility", np.array(own), note, *own_agreement))]
        rows += [
            row(case, links, question, peer.tool, np.array(theirs[question, peer]), peer.answer(question))
            for question in asked
            for peer in peers
            if question in peer.questions
        ]
    return rows, peers


def row(case, links, question, tool, times, answer):
    """Return the row of a tool's answer, extrapolated to all links."""
    asked, measured = QUESTIONS[question].format(len(case.origins), len(case.destinations)), "all"
    if question == "losses":
        times = times * len(case.links)
        measured = f"{len(answer)} of {len(case.links):,} links, extrapolated"
    return checked(Row(case.name, asked, tool, times, measured, *agreement(case, links, question, answer)))


def checked(row):
    """Return the row; end the run when its answer differs."""
    if row.difference_s > AGREE_S:
        what = f"{row.network}, {row.question}: {row.tool}"
        raise SystemExit(f"{what} differs from mobility by up to {row.difference_s} s")
    return row


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    home = Path(tempfile.gettempdir()) / "mobility-benchmarks"
    parser.add_argument("--venvs", type=Path, default=home, help=f"folder of the virtual environments; default: {home}")
    parser.add_argument("--rounds", type=int, default=5, help="turns; default: 5")
    parser.add_argument("--large", action="store_true", help="200,000 nodes, 1,000,000 and the world instead")
    parser.add_argument("-o", "--output", type=Path, help="default: results.md, or results_large.md")
    given = parser.parse_args()
    output = given.output or FOLDER / ("results_large.md" if given.large else "results.md")
    pythons, failed = install(given.venvs)
    rows, versions = [], {}
    for case in cases(pythons, large=given.large):
        more, peers = measure(case, pythons, given.rounds)
        rows += more
        versions |= {peer.tool: peer.version for peer in peers if peer.version}
        failed |= {f"{peer.tool} on {case.name}": peer.failed for peer in peers if peer.failed}
        output.write_text(page(rows, versions, failed, given.rounds), encoding="utf-8")  # a case may take an hour


def page(rows, versions, failed, rounds):
    """Return the page of results."""
    cells = [
        [spread(r.times), r.tool, r.question, r.network, r.measured, f"{r.compared:,}", f"{r.difference_s:.1g}"]
        for r in rows
        if r.tool != "mobility"
    ]
    own = [
        f"- {r.network}, {r.measured}: all N-1 takes {spread(r.times)} times as long as {YARDSTICKS[r.question]}."
        for r in rows
        if r.tool == "mobility"
    ]
    return TEXT.format(
        table=tabulate(
            cells, COLUMNS, "pipe", disable_numparse=True, colalign=["right"] + ["left"] * 4 + ["right"] * 2
        ),
        own="\n".join(own + [f"- Not compared: {tool} ({reason})." for tool, reason in failed.items()]),
        rounds=rounds,
        cores=os.cpu_count(),
        python=platform.python_version(),
        date=dt.datetime.now(dt.UTC).date(),
        versions=", ".join(f"{tool} {version}" for tool, version in versions.items()),
        agree=AGREE_S,
    )


def spread(times):
    """Median, least and most, of two digits each."""
    numbers = [float(f"{f(times):.2g}") for f in (np.median, np.min, np.max)]
    return "{} ({}–{})".format(*(f"{x:,.0f}" if x >= 10 else f"{x:g}" for x in numbers))


if __name__ == "__main__":
    main()
