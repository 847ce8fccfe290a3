"""Draws in one run: our hours of all pairs in each draw against the same loop through networkx (medians of ratios)."""

import time

import networkx as nx
import numpy as np
import pytest

from mobility.analysis.graph import MS_PER_H, Graph
from mobility.analysis.pairs import by_goal, pairs_of
from mobility.doubt.clock import Clock
from mobility.doubt.draws import Draws

TURNS, OURS, THEIRS, AT_LEAST = 5, 100, 4, 10


def networkx_loop(pairs, graph):
    """The best loop that networkx allows: weights set anew, then one search from each destination."""
    digraph = nx.MultiDiGraph()
    for arc, (tail, head) in enumerate(zip(graph.tail.tolist(), graph.head.tolist(), strict=True)):
        digraph.add_edge(head, tail, arc=arc)
    edges = list(digraph.edges(data=True))
    ends = {p: graph.states([p]).tolist() for p in {p for pair in pairs for p in pair}}

    def ms(hours):
        cost = np.rint(hours[graph.inputs] * MS_PER_H).tolist()
        for _, _, data in edges:
            data["ms"] = cost[data["arc"]]
        found = {}
        for b, sources in by_goal(pairs).items():
            left = nx.multi_source_dijkstra_path_length(digraph, ends[b], weight="ms")
            found |= {(a, b): min((left[s] for s in ends[a] if s in left), default=np.inf) for a in sources}
        return np.array([found[pair] for pair in pairs])

    return ms


def seconds(ask, draws):
    start = time.process_time()
    found = [ask(hours) for hours in draws]
    return (time.process_time() - start) / len(draws), found


@pytest.mark.slow
def test_draws_are_at_least_ten_times_as_fast_as_networkx(mixed, capsys):
    pairs, draws = pairs_of(mixed), Draws.of(mixed, 0)
    clock, theirs = Clock(mixed, pairs), networkx_loop(pairs, Graph.of(mixed))
    ratios = []
    for turn in range(TURNS):
        numbers = range(turn * OURS, (turn + 1) * OURS)
        ours, mine = seconds(clock.ms, [draws.hours_in(number) for number in numbers])
        other, yours = seconds(theirs, [draws.hours_in(number) for number in numbers[:THEIRS]])
        assert np.array_equal(mine[:THEIRS], yours)
        ratios.append(other / ours)
    with capsys.disabled():
        print(f"\n  a draw of all pairs: networkx takes {np.median(ratios):.0f} times as long, at least {AT_LEAST}")  # noqa: T201
    assert np.median(ratios) >= AT_LEAST
