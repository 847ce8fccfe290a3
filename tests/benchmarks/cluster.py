"""Two sweeps on a Dask cluster of processes of this machine: `python tests/benchmarks/cluster.py [SECTIONS DRAWS]`.

It writes cluster.md: N-2 (each section closed, and then all N-1) and draws of the hours, alone and by 1 and 2 workers.
Without SECTIONS all of them are closed, without DRAWS there are 50,000 of each kind.
"""

import json
import os
import pickle
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np
import psutil
from distributed import Client
from distributed.comm.tcp import TCP
from tabulate import tabulate

from mobility import Network
from mobility.analysis.layers import only
from mobility.analysis.pairs import graphs_of, pairs_of
from mobility.analysis.replacement import losses
from mobility.analysis.series import sections
from mobility.analysis.sweeps import sweep
from mobility.doubt.intervals import uncertain_hours

TEXT = """\
# Sweeps on a cluster

A Dask scheduler and its workers, one thread each, processes of one machine of {cores} cores ({busy:.1f} of them busy
with other things at the start); the median of {turns} turns. Items are what workers are asked one by one. "Seconds" are
by the clock; "times one" compares them with one process without Dask. "Lost" is how much of the processor time of
client, scheduler and workers is not the work itself, as one process does it. Answers are equal.

{table}
"""
TURNS = 3


def harm_of_two(shared, number):
    """Close a section; return which second one does most harm, and how much: pairs cut off, milliseconds."""
    graph, pairs, label = shared
    left = only(graph, np.flatnonzero((graph.link < 0) | (label[graph.link] != number)))
    off, late = {}, {}
    for loss in losses(left, pairs):
        for one, ms in {int(label[link]): ms for link, ms in zip(loss.links, loss.after, strict=True)}.items():
            off[one] = off.get(one, 0) + int(np.isinf(ms))
            late[one] = late.get(one, 0) + (0 if np.isinf(ms) else int(ms - loss.before))
    worst = max((one for one in off if one >= 0), key=lambda one: (off[one], late[one], -one), default=-1)
    return [worst, off.get(worst, 0), late.get(worst, 0)]


def two(net, count, run):
    """N-2 over sections: each closed, with the worst second one."""
    [(graph, pairs)] = graphs_of(net, pairs_of(net))
    label = sections(net, [(graph, pairs)])[1]
    chains = np.unique(label[label >= 0]).tolist()
    return list(run(harm_of_two, chains[:: max(len(chains) // count, 1)] if count else chains, (graph, pairs, label)))


def drawn(net, count, run):
    """Draws of the hours of all pairs, of both kinds."""
    return uncertain_hours(net, draws=count, run=run).table.to_csv()


@contextmanager
def cluster(workers):
    """Start a scheduler and workers; yield the address and the processes."""
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])}
    with tempfile.TemporaryDirectory() as folder:
        file, processes = Path(folder) / "cluster.json", []
        dask = [sys.executable, "-m", "dask"]
        more = ["--scheduler-file", file, "--no-dashboard"]
        try:
            for words in (["scheduler", "--port", "0", "--host", "127.0.0.1"], *[["worker", "--no-nanny"]] * workers):
                threads = ["--nthreads", "1"] if words[0] == "worker" else []
                command = [*dask, *words, *threads, *more]
                processes.append(subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL))
                while not file.exists():
                    time.sleep(0.05)
            address = json.loads(file.read_text())["address"]
            with Client(address, set_as_default=False) as client:
                client.wait_for_workers(workers, timeout=120)
            yield address, processes
        finally:
            for process in processes:
                process.kill()
                process.wait()


def spent(processes):
    """Return processor seconds of this process and of others."""
    return time.process_time() + sum(sum(psutil.Process(p.pid).cpu_times()[:2]) for p in processes)


def measured(call, address, processes):
    """Return the seconds by the clock, processor seconds, bytes to and from the workers, items, and the answer."""
    sent, items, back = [], [], []
    write = TCP.write

    async def counted(comm, *args, **more):
        sent.append(await write(comm, *args, **more))
        return sent[-1]

    def run(function, things, shared):
        things = list(things)
        items.append(len(things))
        for found in sweep(function, things, shared, workers=address or 1):
            back.append(len(pickle.dumps(found)))
            yield found

    TCP.write = counted
    try:
        clock, processor = time.monotonic(), spent(processes)
        found = call(run)
        return time.monotonic() - clock, spent(processes) - processor, sum(sent), sum(back), sum(items), found
    finally:
        TCP.write = write


def rows_of(name, call):
    """Return the rows of one sweep: alone, and by 1 and 2 workers."""
    turns = {0: [], 1: [], 2: []}
    for _ in range(TURNS):
        for workers, found in turns.items():
            if not workers:
                found.append(measured(call, None, []))
            else:
                with cluster(workers) as (address, processes):
                    found.append(measured(call, address, processes))
            print(name, workers, found[-1][:-1], file=sys.stderr, flush=True)  # noqa: T201 - it takes a while
    assert all(found[-1] == turns[0][0][-1] for each in turns.values() for found in each), name
    rows = []
    for workers, found in turns.items():
        clock, processor, sent, back, items = (median(column) for column in list(zip(*found, strict=True))[:-1])
        if not workers:
            alone = clock, processor
        rows.append([name, workers or "none", f"{items:,}", f"{clock:.1f}", f"{alone[0] / clock:.2f}"])
        rows[-1] += [f"{max(0, 1 - alone[1] / processor):.0%}", f"{sent / 1e6:,.1f}", f"{back / 1e6:,.1f}"]
    return rows


def main(sections_=0, draws=50_000):
    """Measure, and write the page."""
    busy = os.getloadavg()[0]
    net = Network.load().under("mixed")
    rows = rows_of("N-2", partial(two, net, sections_)) + rows_of(f"{draws:,} draws, twice", partial(drawn, net, draws))
    head = ["sweep", "workers", "items", "seconds", "times one", "lost", "MB sent", "MB back"]
    table = tabulate(rows, head, "pipe", disable_numparse=True, colalign=["left", *["right"] * 7])
    text = TEXT.format(cores=os.cpu_count(), busy=busy, turns=TURNS, table=table)
    (Path(__file__).parent / "cluster.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    import cluster as module  # workers find `harm_of_two` by the name of the module

    module.main(*map(int, sys.argv[1:]))
