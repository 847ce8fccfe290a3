"""The loss of each place on a best route, against networkx without it."""

import pytest
from hypothesis import given, settings

from drawing import drawn
from mobility.analysis import replacement
from mobility.analysis.bottlenecks import bottlenecks
from mobility.analysis.graph import Graph
from replacing import INF, graphs, wrong_bypasses


@settings(max_examples=1000)
@given(graphs())
def test_bypasses_equal_networkx_on_random_graphs(graph):
    assert wrong_bypasses(graph) == []


def test_a_bypass_may_pass_the_side_streets_of_what_is_lost():
    """Both ends of the side street x - y hang on b, and a bypass runs along it; z hangs on b alone."""
    streets = ["b -road 1- x", "b -road 1- y", "x -road 3- y", "b -road 1- z"]
    net = drawn("a -road 1- b", "b -road 1- c", *streets, "a -road 9- x", "y -road 9- c", "a -road 90- c")
    assert wrong_bypasses(Graph.of(net)) == []
    row = bottlenecks(net, ["a"], ["c"], by="place").set_index("place").loc["b"]
    assert row["total_delay_h"] * 60 == pytest.approx(9 + 3 + 9 - 2)


def test_a_bypass_that_leads_back_to_what_is_lost_is_none(monkeypatch):
    """From s over w back to a, and on by the best route: not without a."""
    route = ["s -road 1- a", "a -road 1- b", "b -road 1- t"]
    net = drawn(*route, "b -road> 1- w", "w -road> 1- a", "s -road 20- w", "w -road 50- t")
    assert wrong_bypasses(Graph.of(net)) == []
    row = bottlenecks(net, ["s"], ["t"], by="place").set_index("place").loc["a"]
    assert row["total_delay_h"] * 60 == pytest.approx(70 - 3)
    monkeypatch.setattr(replacement.Part, "searched", lambda *_: INF)
    assert wrong_bypasses(Graph.of(net))
