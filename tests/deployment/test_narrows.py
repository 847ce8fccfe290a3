"""Links that no way can go round: by hand, and against closing each."""

from hypothesis import given, settings

from drawing import PLAIN, drawn
from mobility.analysis.by_clock import Ways
from mobility.analysis.graph import Graph
from mobility.deployment.narrows import sole_arcs
from oracles import networks


def reaches(ways, starts, goals, without):
    known, stack = set(starts), list(starts)
    while stack:
        for arc, head, _, _ in ways.leaving[stack.pop()]:
            if arc != without and head not in known:
                known.add(head)
                stack.append(head)
    return bool(known & goals)


def asked(net, start, end):
    graph = Graph.of(net.under("wheeled") if net.profile is None else net)
    ways = Ways.of(graph, graph.cost)
    return graph, ways, graph.states([start]).tolist(), frozenset(graph.states([end]).tolist())


def test_by_hand():
    """A neck, a ring, and a neck again; the second of two parallel links frees the first."""
    lines = ["a -road 60- b id=neck", "b -road 60- c", "b -road 90- c", "c -road 60- d id=last"]
    graph, ways, starts, goals = asked(drawn(*lines, profile=PLAIN), "a", "d")
    assert [graph.ids[graph.link[arc]] for arc in sole_arcs(ways, starts, goals)] == ["neck", "last"]
    graph, ways, starts, goals = asked(drawn(*lines, "a -road 600- d", profile=PLAIN), "a", "d")
    assert sole_arcs(ways, starts, goals) == []


@settings(max_examples=60)
@given(networks())
def test_they_are_those_without_which_there_is_no_way(spec):
    graph, ways, starts, goals = asked(spec.net, "a", "b")
    if not starts or not goals or not reaches(ways, starts, goals, None):
        return
    found = sole_arcs(ways, starts, goals)
    assert sorted(found) == [arc for arc in range(len(graph.tail)) if not reaches(ways, starts, goals, arc)]
