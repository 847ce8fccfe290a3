"""Replacement paths against networkx with a link or place taken out: random graphs, drawn networks, the shipped one."""

from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from drawing import PLAIN, drawn
from mobility.analysis import bypasses, replacement
from mobility.analysis.bottlenecks import bottlenecks
from mobility.analysis.bypasses import place_losses
from mobility.analysis.graph import CROSSING, TRANSFER, Graph, milliseconds
from mobility.analysis.pairs import pairs_of
from mobility.analysis.replacement import Tree, replacements
from oracles import networks, quick

INF = float("inf")
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


@quick(500)
@given(graphs())
def test_replacements_equal_networkx_on_random_graphs(graph):
    """About 20 pairs and as many losses in each."""
    assert wrong(graph) == []


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


@quick(1000)
@given(graphs())
def test_bypasses_equal_networkx_on_random_graphs(graph):
    assert wrong_bypasses(graph) == []


def test_a_bypass_may_pass_the_side_streets_of_what_is_lost():
    """Both ends of the side street x - y hang on b, and a bypass runs along it; z hangs on b alone."""
    streets = ["b -road 1- x", "b -road 1- y", "x -road 3- y", "b -road 1- z"]
    net = drawn("a -road 1- b", "b -road 1- c", *streets, "a -road 9- x", "y -road 9- c", "a -road 90- c")
    assert wrong_bypasses(Graph.of(net)) == []
    row = bottlenecks(net, "place", ["a"], ["c"]).set_index("place").loc["b"]
    assert row["total_delay_h"] * 60 == pytest.approx(9 + 3 + 9 - 2)


def test_a_bypass_that_leads_back_to_what_is_lost_is_none(monkeypatch):
    """From s over w back to a, and on by the best route: not without a."""
    route = ["s -road 1- a", "a -road 1- b", "b -road 1- t"]
    net = drawn(*route, "b -road> 1- w", "w -road> 1- a", "s -road 20- w", "w -road 50- t")
    assert wrong_bypasses(Graph.of(net)) == []
    row = bottlenecks(net, "place", ["s"], ["t"]).set_index("place").loc["a"]
    assert row["total_delay_h"] * 60 == pytest.approx(70 - 3)
    monkeypatch.setattr(replacement.Part, "searched", lambda *_: INF)
    assert wrong_bypasses(Graph.of(net))


@quick(40)
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
    row = bottlenecks(net, "link", ["s"], ["t"]).set_index("link").loc["a--b-road"]
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

    @settings(quick(1000), phases=[Phase.generate])
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
        graph=graph, before=before, after=after, rows=bottlenecks(net).set_index("link"), links=links
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
    check_losses(case, [*case.rows["pairs_using"].nlargest(8).index, *case.links[::60]])


@pytest.mark.slow
def test_the_shipped_network_without_each_link(case):
    check_losses(case, case.links)
