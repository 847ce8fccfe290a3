"""N-1 in one run: against the routes of all pairs, and against recomputation with networkx (ratios of medians)."""

import statistics
import time

import networkx as nx
import pytest

from mobility.analysis.bottlenecks import bottlenecks
from mobility.analysis.graph import Graph
from mobility.analysis.pairs import pairs_of, routes

ROUTES_AT_MOST, NETWORKX_AT_LEAST = 15, 100


def seconds(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def networkx_losses(net, sample):
    """Return a function that recomputes all pairs without each link of a sample, and the number of all losses."""
    table, pairs = Graph.of(net).to_frame(), pairs_of(net)
    links = net.links.index[net.links["active"] & (net.links["corridors"] != "access")]
    states = {}
    for state in {*table["tail"], *table["head"]}:
        states.setdefault(state.split("/")[0], set()).add(state)
    graph = nx.MultiDiGraph()
    for tail, head, link, cost in zip(table["tail"], table["head"], table["link"], table["cost_s"], strict=True):
        graph.add_edge(tail, head, link=link, weight=cost)

    def recompute():
        for lost in links[:: len(links) // sample][:sample]:
            gone = [edge for edge in graph.edges(keys=True, data=True) if edge[3]["link"] == lost]
            graph.remove_edges_from(gone)
            for origin in {a for a, _ in pairs} & set(states):
                nx.multi_source_dijkstra_path_length(graph, states[origin])
            graph.add_edges_from(gone)

    return recompute, len(links)


@pytest.mark.slow
def test_all_losses_cost_little_more_than_all_routes(mixed, capsys):
    """Networkx searches once from each origin, for the hours alone."""
    sample = 4
    recompute, losses = networkx_losses(mixed, sample)
    calls = [lambda: bottlenecks(mixed), lambda: routes(mixed), recompute]
    for runs in (5, 15):  # once more, with more runs, before it is called slow
        turns = [[seconds(call) for call in calls] for _ in range(runs + 1)][1:]  # the first turn warms up
        n1, everything, some = (statistics.median(column) for column in zip(*turns, strict=True))
        to_routes, to_networkx = n1 / everything, some / sample * losses / n1
        text = (
            f"all N-1 of {losses} links: {n1:.3f} s; all routes: {everything:.3f} s, {to_routes:.2f} times that, at "
            f"most {ROUTES_AT_MOST}; networkx, by {sample} links: {to_networkx:.0f} times, at least {NETWORKX_AT_LEAST}"
        )
        with capsys.disabled():
            print(f"\n  {text}")  # noqa: T201 - a benchmark shows what it measured
        if to_routes <= ROUTES_AT_MOST and to_networkx >= NETWORKX_AT_LEAST:
            return
    pytest.fail(text)
