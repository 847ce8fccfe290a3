"""Replacement paths against networkx with a link or place taken out: random graphs, drawn networks, the shipped one."""

from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import networkx as nx
import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from drawing import PLAIN, drawn
from mobility.analysis import bypasses, replacement
from mobility.analysis.bottlenecks import bottlenecks
from mobility.analysis.graph import Graph, milliseconds
from mobility.analysis.pairs import pairs_of
from mobility.analysis.replacement import Tree, replacements
from oracles import networks
from replacing import INF, graphs, wrong_bypasses

FREE = replace(PLAIN, handling_h=dict.fromkeys(PLAIN.handling_h, 0.0))
# b is reached by a--b, v by b; v's own best way on goes back over a--b, which the bound would take for a detour.
WITNESS = ["s -road 1- a", "a -road 1- b", "b -road 10- t", "b -road> 1- v", "v -road> 1- a", "s -road 20- v"]


WITNESS += ["v -road 50- t"]


def arcs_of(graph):
    """Arcs from the table of a graph: (tail, head, rank, what fails with it)."""
    table = graph.to_frame()
    rank = [
        round(s * 1000) * 2**20 + (mode == "transfer") * 2**12 + (link != "")
        for s, mode, link in zip(table["cost_s"], table["mode"], table["link"], strict=True)
    ]
    lost = [link or i for i, link in enumerate(table["link"])]
    return list(zip(table["tail"], table["head"], rank, lost, strict=True))


def losses(graph, pairs):
    """Per pair that is connected: it, its states, its rank, and the arcs of its route with the rank without each."""
    starts = {a: Tree.at(graph, a) for a in {a for a, _ in pairs}}
    goals = {b: Tree.at(graph, b, reverse=True) for b in {b for _, b in pairs}}
    for a, b in pairs:
        here, targets = graph.states([a]), graph.states([b])
        before = starts[a].rank[targets].min(initial=INF) if len(here) else INF
        path, ranks = replacements(graph, starts[a], goals[b])
        yield (a, b), (here, targets), before, path, ranks


def wrong(graph):
    """All losses of all pairs (and no loss) where networkx finds another rank: (what, found, right)."""
    arcs, labels = arcs_of(graph), [graph.label(s) for s in range(graph.size)]
    found = []
    places = graph.network.places.index
    for pair, ends, before, path, ranks in losses(graph, [(a, b) for a in places for b in places if a != b]):
        here, targets = ({labels[s] for s in states} for states in ends)
        for what, rank in [(None, before), *((arcs[arc][3], rank) for arc, rank in zip(path, ranks, strict=True))]:
            left = nx.MultiDiGraph()
            left.add_nodes_from(labels)
            left.add_weighted_edges_from(arc[:3] for arc in arcs if arc[3] != what)
            reached = nx.multi_source_dijkstra_path_length(left, here) if here else {}
            found.append(((*pair, what), rank, min((reached.get(t, INF) for t in targets), default=INF)))
        states = [labels[s] for s in (*graph.tail[path[:1]], *graph.head[path])]
        assert [arcs[arc][:2] for arc in path] == list(pairwise(states))
        assert before == INF or (sum(graph.rank[path]) == before and states[0] in here and states[-1] in targets)
    return [row for row in found if row[1] != row[2]]


@settings(max_examples=500)
@given(graphs())
def test_replacements_equal_networkx_on_random_graphs(graph):
    """About 20 pairs and as many losses in each."""
    assert wrong(graph) == []


@settings(max_examples=40)
@given(networks(), st.sampled_from([FREE, PLAIN]))
def test_replacements_equal_networkx_on_drawn_networks(spec, profile):
    net = drawn(*spec.links, places=spec.places, borders=spec.borders, profile=profile)
    assert wrong(Graph.of(net)) == []


def test_a_pair_that_nothing_connects_has_no_route_to_lose(island):
    graph = Graph.of(island)
    trees = Tree.at(graph, "a"), Tree.at(graph, "d", reverse=True)
    path, ranks = replacements(graph, *trees)
    assert (path, list(ranks)) == ([], [])


def test_without_the_certificate_a_one_way_case_comes_out_wrong(monkeypatch):
    net = drawn(*WITNESS)
    assert wrong(Graph.of(net)) == []
    row = bottlenecks(net, ["s"], ["t"], by="link").set_index("link").loc["a--b-road"]
    assert row["total_delay_h"] * 60 == pytest.approx(70 - 12)
    monkeypatch.setattr(replacement, "_uses", lambda *_: False)
    lost = {what: milliseconds(found) / 60_000 for what, found, _ in wrong(Graph.of(net))}
    assert lost["s", "t", "a--b-road"] == 32, "s-v-a-b-t, over the lost link"


@pytest.mark.parametrize(
    ("where", "name", "instead", "check"),
    [
        (replacement, "_uses", lambda *_: False, wrong),
        (bypasses, "dijkstra", lambda _, indices: np.full(indices + 1, INF), wrong_bypasses),
    ],
)
def test_without_its_searches_the_random_search_finds_it(monkeypatch, where, name, instead, check):
    monkeypatch.setattr(where, name, instead)

    @settings(max_examples=1000, phases=[Phase.generate])
    @given(graphs())
    def search(graph):
        assert check(graph) == []

    with pytest.raises(AssertionError):
        search()


@pytest.fixture(scope="module", params=["mixed", "heavy, all built"])
def case(request, shipped):
    """A scenario of the shipped network: its pairs' milliseconds, and those without each link of its route."""
    heavy = shipped.under("heavy", borders="schengen").build("all")
    net = shipped.under("mixed") if request.param == "mixed" else heavy
    graph, before, after = Graph.of(net), {}, {}
    for pair, _, rank, path, ranks in losses(graph, pairs_of(net)):
        before[pair] = milliseconds(rank)
        links = [net.links.index[i] if i >= 0 else None for i in graph.link[path]]
        after |= {(*pair, link): milliseconds(lost) for link, lost in zip(links, ranks, strict=True)}
    links = net.links.index[net.links["active"] & (net.links["corridors"] != "access")]
    return SimpleNamespace(
        graph=graph, before=before, after=after, rows=bottlenecks(net, by="link").set_index("link"), links=links
    )


def check_losses(case, links):
    """Compare every pair without each link, and the rows of `bottlenecks`, with searches of networkx."""
    arcs, states = arcs_of(case.graph), {}
    for s, place in enumerate(case.graph.network.places.index[case.graph.place]):
        states.setdefault(place, []).append(case.graph.label(s))
    for link in links:
        back = nx.DiGraph()
        back.add_nodes_from(state for labels in states.values() for state in labels)
        for tail, head, rank, _ in sorted((arc for arc in arcs if arc[3] != link), key=lambda arc: -arc[2]):
            back.add_edge(head, tail, weight=rank)  # the cheapest of parallel arcs comes last
        goals = {b for _, b in case.before if b in states}
        reached = {b: nx.multi_source_dijkstra_path_length(back, states[b]) for b in goals}
        right = {
            (a, b): min((milliseconds(reached.get(b, {}).get(s, INF)) for s in states.get(a, ())), default=INF)
            for a, b in case.before
        }
        assert {pair: case.after.get((*pair, link), ms) for pair, ms in case.before.items()} == right, link
        delays = [right[pair] - ms for pair, ms in case.before.items() if ms < right[pair] < INF]
        row = case.rows.loc[link]
        assert row["pairs_cut_off"] == sum(ms < right[pair] == INF for pair, ms in case.before.items()), link
        assert row["pairs_delayed"] == sum(ms > 30_000 for ms in delays), link
        assert row["total_delay_h"] * 3_600_000 == pytest.approx(sum(delays)), link
        assert not delays or row["worst_delay_h"] * 3_600_000 == pytest.approx(max(delays)), link


def test_the_shipped_network_without_some_links(case):
    """The links most used, and others spread over the table."""
    check_losses(case, [*case.rows["pairs_using"].nlargest(8).index, *case.links[::200]])


@pytest.mark.slow
def test_the_shipped_network_without_one_link_in_ten_that_are_used(case):
    """Each by networkx; of those that no pair uses one in a hundred."""
    used = case.rows["pairs_using"] > 0
    check_losses(case, [*case.rows.index[used][3::10], *case.rows.index[~used][::100]])
