"""Best routes over a parameter, against every simple route of small random graphs, in fractions."""

from fractions import Fraction
from itertools import pairwise
from types import SimpleNamespace

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing import drawn
from mobility.analysis.graph import Graph
from mobility.analysis.parametric import Parametric

NUMBERS = st.integers(0, 6)


STATES = 5


@st.composite
def searches(draw):
    """A search from state 0 to state 1 over random arcs, twins and loops among them, and the sums of all its routes."""
    ends = st.integers(0, STATES - 1)
    arcs = draw(st.lists(st.tuples(ends, ends, NUMBERS, NUMBERS), min_size=1, max_size=12))
    tail, head, base, slope = (np.array(column, dtype=int) for column in zip(*arcs, strict=True))
    graph = SimpleNamespace(size=STATES, tail=tail, head=head, rank=np.ones(len(arcs)))
    many = nx.MultiDiGraph()
    many.add_nodes_from(range(STATES))
    many.add_edges_from((int(a), int(b), i) for i, (a, b) in enumerate(zip(tail, head, strict=True)))
    paths = list(nx.all_simple_edge_paths(many, 0, 1))
    sums = {tuple(int(sum(of[[e[2] for e in path]])) for of in (base, slope)) for path in paths}
    return Parametric(graph, np.array([0]), np.array([1]), base, slope), sums


def least(sums, t):
    return min(a + b * t for a, b in sums)


@settings(max_examples=150, deadline=None)
@given(searches())
def test_the_envelope_is_the_least_of_all_routes_everywhere(found):
    search, sums = found
    pieces = search.envelope(0, 5)
    assert bool(pieces) == bool(sums)
    starts = [t for t, _ in pieces]
    assert starts == sorted(set(starts))
    for (t, line), (end, after) in pairwise([*pieces, (5, None)]):
        for at in (t, t + (end - t) * Fraction(1, 3), end):  # best from where it begins to where the next begins
            assert line.at(at) == least(sums, at)
        if after is not None:
            beyond = end + Fraction(1, 10**9)
            assert line.at(beyond) > least(sums, beyond)  # and no farther


@settings(max_examples=150, deadline=None)
@given(searches(), st.integers(0, 4))
def test_a_route_stays_best_between_fall_and_rise_and_no_farther(found, now):
    search, sums = found
    best = search.best(now)
    if best is None:
        assert not sums
        return
    path = list(best.path)
    step = Fraction(1, 10**9)
    up, down = search.rise(path), search.fall(path, 0)
    if up is None:
        assert best.at(10**9) == least(sums, 10**9)
    else:
        t, other = up
        assert best.at(t) == other.at(t) == least(sums, t)
        assert other.at(t + step) == least(sums, t + step) < best.at(t + step)
    if down is None:
        assert best.at(0) == least(sums, 0)
    else:
        t, other = down
        assert best.at(t) == other.at(t) == least(sums, t)
        assert other.at(t - step) == least(sums, t - step) < best.at(t - step)


def test_two_roads_by_hand():
    """60 minutes, or 20 and a wait of t: they are alike at 40."""
    graph = Graph.of(drawn("a -road 60- b", "a -road 20- b"))
    slow = graph.cost == graph.cost.max()
    search = Parametric(graph, graph.states(["a"]), graph.states(["b"]), np.where(slow, 60, 20), ~slow)
    assert [(t, line[:2]) for t, line in search.envelope(0, 100)] == [(0, (20, 1)), (40, (60, 0))]
    assert search.best(None)[:2] == (60, 0)
    assert search.best(40)[:2] == (60, 0)  # of two alike the one that is best just above


@pytest.mark.parametrize("goal", ["c", "b"])
def test_what_is_closed_is_not_used(goal):
    graph = Graph.of(drawn("a -road 60- b", "c -road 20- d"))
    open_ = np.zeros(len(graph.tail), dtype=bool)
    none = Parametric(graph, graph.states(["a"]), graph.states([goal]), graph.cost, graph.cost, open_)
    assert none.best(1) is None
    assert none.envelope(0, 1) == []
    assert none.rise([]) is None
