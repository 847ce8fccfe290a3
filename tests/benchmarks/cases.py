"""What is compared: networks, questions, and our answers to them. A further row is a further case or question here."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from networks import Arcs, exported, graph_of, synthetic, world_highways

from mobility import Network
from mobility.analysis import replacement
from mobility.analysis.bottlenecks import bottlenecks
from mobility.analysis.graph import _MS, Graph
from mobility.analysis.pairs import pairs_of
from mobility.analysis.replacement import Tree
from mobility.analysis.routes import routes

TOOLS = ("ra2ce", "gostnets", "networkx", "igraph", "scipy")
GRAPHS = TOOLS[2:]
SAMPLE = 10  # links that others close one by one
CHECKED = 50  # links that we close one by one, to check our own N-1


class Case(NamedTuple):
    """A network and what is asked of it.

    Attributes
    ----------
    arcs, graph
        The network for the others and for us.
    origins, destinations
        Places; all pairs of them are asked for.
    links
        Rows of the links that may be lost.
    calls
        Question to our answer. Those that the others do not know ("routes", "trees") are our own yardsticks.
    tools
        Who is asked.
    """

    name: str
    arcs: Arcs
    graph: Graph
    origins: list
    destinations: list
    links: np.ndarray
    calls: dict
    tools: tuple


def shipped():
    """The network of this repository under the default profile, for the others as `mobility export` writes it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "arcs.csv"
        subprocess.run([sys.executable, "-m", "mobility.cli", "export", "-q", "-o", file], check=True)
        return of_network("shipped network", Network.load().under("mixed"), pd.read_csv(file), TOOLS)


def of_network(name, net, table, tools):
    """A case of a network and the table of its arcs."""
    origins, destinations = (list(dict.fromkeys(ends)) for ends in zip(*pairs_of(net), strict=True))
    links = np.flatnonzero(net.links["active"] & (net.links["corridors"] != "access"))
    calls = {"routes": lambda: routes(net), "losses": lambda: bottlenecks(net, by="link")}
    return Case(
        name, exported(table, net, origins, destinations), Graph.of(net), origins, destinations, links, calls, tools
    )


def of_size(size, tools, *, heavy=False):
    """A case of a synthetic network."""
    name = f"{size:,} nodes" + ", one-way-heavy" * heavy
    return of_arcs(name, synthetic(size, heavy=heavy), tools)


def of_arcs(name, arcs, tools):
    """A case of arcs."""
    graph, origins, destinations = graph_of(arcs), arcs.origins.tolist(), arcs.destinations.tolist()
    calls = {
        "tree": lambda: Tree.at(graph, origins[0]),
        "od": lambda: times(graph, origins, destinations),
        "trees": lambda: [Tree.at(graph, a) for a in origins] + [Tree.at(graph, b, reverse=True) for b in destinations],
        "losses": lambda: losses(graph, origins, destinations),
    }
    return Case(name, arcs, graph, origins, destinations, np.arange(arcs.link.max() + 1), calls, tools)


def cases(pythons, *, large=False):
    """Iterate over the small or the large cases; each is built when its turn comes. `pythons` are the interpreters."""
    if not large:
        yield shipped()
        yield of_size(300, TOOLS)
        yield of_size(20_000, TOOLS)
        yield of_size(20_000, GRAPHS, heavy=True)
        return
    quick = GRAPHS[1:]  # networkx takes minutes to answer once
    if "scgraph_data" in pythons:
        yield of_arcs("world_highways", world_highways(pythons["scgraph_data"]), quick)
    yield of_size(200_000, GRAPHS)
    yield of_size(1_000_000, quick)
    yield of_size(1_000_000, ("scipy",), heavy=True)


def losses(graph, origins, destinations):
    """All N-1 of all pairs."""
    return list(replacement.losses(graph, [(a, b) for a in origins for b in destinations]))


def times(graph, origins, destinations, rank=None):
    """Milliseconds, origins x destinations."""
    ends = [graph.states([a]) for a in origins]
    remaining = [graph.rank_to(graph.states([b]), rank) for b in destinations]
    return np.floor(np.array([[found[end].min() for found in remaining] for end in ends]) / _MS)


def sample(case):
    """Rows of links to close one by one, by turns one on a best route and one on none; and how many are on one."""
    used = np.isin(case.links, np.concatenate([f.links for f in losses(case.graph, case.origins, case.destinations)]))
    rng = np.random.default_rng(1)
    turn = np.r_[rng.permutation(used.sum()), rng.permutation((~used).sum()) + 0.5]
    links = np.r_[case.links[used], case.links[~used]]
    return links[np.argsort(turn)][:CHECKED], int(used.sum())


def agreement(case, links, question, theirs):
    """Return the number of values compared and the largest difference in seconds.

    After each closure, the time of every pair by a search without the link, and as N-1 says it.
    """
    if question == "tree":
        return difference([(np.floor(Tree.at(case.graph, case.origins[0]).rank / _MS), theirs)])
    if question == "od":
        return difference([(times(case.graph, case.origins, case.destinations), theirs)])
    closed = links[: len(theirs)]
    return difference(
        [*zip(searched(case, closed), theirs, strict=True), *zip(said(case, closed), theirs, strict=True)]
    )


def searched(case, links):
    """Iterate over the times of all pairs without each link, by a search."""
    for link in links:
        yield times(case.graph, case.origins, case.destinations, case.graph.without(links=[link]))


def said(case, links):
    """Iterate over the times of all pairs without each link, as N-1 says them."""
    before = times(case.graph, case.origins, case.destinations)
    at = {(a, b): (i, j) for i, a in enumerate(case.origins) for j, b in enumerate(case.destinations)}
    found = losses(case.graph, case.origins, case.destinations)
    for link in links:
        after = before.copy()
        for loss in found:
            after[at[loss.pair]] = next(iter(loss.after[loss.links == link]), loss.before)
        yield after


def difference(compared):
    """Return the number of values, and the largest difference in seconds (none between inf and inf)."""
    ours, theirs = (np.concatenate([np.ravel(x) for x in side]) for side in zip(*compared, strict=True))
    apart = np.abs(np.subtract(ours, theirs, where=ours != theirs, out=np.zeros(len(ours))))
    return len(ours), float(apart.max()) / 1000


def peak(size):
    """MiB that a fresh process takes at most to make a synthetic network and find all its N-1 (Linux)."""
    code = f"from cases import of_size; of_size({size}, ()).calls['losses'](); print(open('/proc/self/status').read())"
    path = os.pathsep.join(str(Path(entry).resolve()) for entry in sys.path if entry)
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, check=True
    )
    return int(re.search(r"VmHWM:\s+(\d+)", done.stdout)[1]) / 1024
