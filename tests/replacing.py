"""Random graphs, and the loss of each place on a best route against networkx without it."""

from types import SimpleNamespace

import networkx as nx
import numpy as np
import pandas as pd
from hypothesis import strategies as st

from mobility.analysis.bypasses import place_losses
from mobility.analysis.graph import CROSSING, TRANSFER, Graph

INF = float("inf")


@st.composite
def graphs(draw):
    """Graphs of 3 to 5 places with 1 or 2 states: ties, zeros, loops, parallels, one-way links, parts out of reach."""
    sizes = draw(st.lists(st.sampled_from([1, 1, 2]), min_size=3, max_size=5))
    place = np.repeat(np.arange(len(sizes)), sizes)
    mode = np.concatenate([np.arange(size) for size in sizes])
    n = len(place)
    links = draw(st.lists(st.integers(0, n * n * 8 - 1), min_size=2, max_size=14))
    arcs = []  # tail, head, cost, link
    for i, code in enumerate(links):
        rest, oneway = divmod(code, 2)
        rest, cost = divmod(rest, 4)
        tail, head = divmod(rest, n)
        arcs.append((tail, head, cost, i))
        arcs += [(head, tail, cost, i)] * (not oneway)
    for s in np.flatnonzero(mode):
        for kind, cost in draw(st.sampled_from([(), ((TRANSFER, 0),), ((CROSSING, 0),), ((TRANSFER, 1),)])):
            arcs += [(s - 1, s, cost, kind), (s, s - 1, cost, kind)]
    tail, head, cost, link = (np.array(column) for column in zip(*arcs, strict=True))
    network = SimpleNamespace(
        places=pd.DataFrame(index=list("abcde"[: len(sizes)])),
        links=pd.DataFrame(index=[f"k{i}" for i in range(len(links))]),
    )
    return Graph(network, place, mode, np.full(n, ""), tail, head, cost.astype(float), link)


def wrong_bypasses(graph):
    """All losses of places of one state where networkx finds another time: (what, found, right)."""
    places, found = graph.network.places.index, []
    for pair, _, lost, after in place_losses(graph, [(a, b) for a in places for b in places if a != b]):
        for row, ms in zip(lost, after, strict=True):
            left = nx.MultiDiGraph()
            for tail, head, cost in zip(graph.tail, graph.head, graph.cost, strict=True):
                if row not in graph.place[[tail, head]]:
                    left.add_edge(tail, head, weight=cost)
            here, targets = (left.nbunch_iter(graph.states([end])) for end in pair)
            here = set(here)
            reached = nx.multi_source_dijkstra_path_length(left, here) if here else {}
            right = min((reached.get(t, INF) for t in targets), default=INF)
            found.append(((*pair, places[row]), ms, right))
    return [row for row in found if row[1] != row[2]]
