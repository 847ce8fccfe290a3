"""Pairs of origin and destination: who is asked about, and who is left out."""

from drawing import drawn
from mobility.analysis.pairs import Pairs, by_goal, graphs_of, pairs_of
from mobility.analysis.routes import routes


def test_closed_ends_are_left_out(line):
    net = line.close("b")
    assert pairs_of(net, ["a", "b"], ["b", "c"]) == [("a", "c")]
    assert Pairs.of(net, ["a", "b"], ["b", "c"]).asked == [("a", "b"), ("a", "c"), ("b", "c")]
    assert routes(net, ["a", "b"], ["b", "c"])[["from", "to", "state"]].to_numpy().tolist() == [["a", "c", "cut off"]]
    assert routes(line.close("link:a--b-road"), ["a", "b"], ["c"])["state"].tolist() == ["cut off", "connected"]


def test_default_pairs_are_origins_by_destinations_in_the_order_of_the_table():
    places = {
        "a": {"role": "origin"},
        "b": {"role": "destination"},
        "c": {"role": "origin"},
        "d": {"role": "destination"},
    }
    net = drawn("a -road 10- b", "b -road 20- c", "c -road 30- d", places=places)
    assert pairs_of(net) == [("a", "b"), ("a", "d"), ("c", "b"), ("c", "d")]
    assert (routes(net)["time_h"] * 60).round(6).tolist() == [10, 60, 20, 30]


def test_pairs_stay_what_they_are_whatever_is_closed():
    """Coordinates name the nearest place in use but for closures: b, not c where b is closed."""
    at = {"a": {"lat": "40"}, "b": {"lat": "41.05"}, "c": {"lat": "41.2"}}
    net = drawn("a -road 10- b", "b -road 20- c", "a -road 90- c", places=at)
    asked, shut = Pairs.of(net, ["a"], ["41.1,0"]), net.close("b")
    assert (asked.origins, asked.destinations, asked.places) == (("a",), ("b",), {"a", "b"})
    assert Pairs.of(shut, ["a"], ["41.1,0"]).destinations == ("b",)
    assert Pairs.of(shut, asked) is asked
    assert (asked.within(net), asked.within(shut)) == ([("a", "b")], [])
    assert routes(shut, asked).empty


def test_pairs_share_a_graph_unless_their_own_ends_lift_a_denial():
    places = {"b": {"country": "BB"}}
    net = drawn("a -road 10- b country=BB", "a -road 20- c", places=places).under("plain", transit="no-BB")
    pairs = [("a", "b"), ("a", "c"), ("c", "b")]
    found = [group for _, group in graphs_of(net, pairs)]
    assert found == [[("a", "b"), ("c", "b")], [("a", "c")]]
    (first, _), (again, _) = (next(graphs_of(net, pairs)) for _ in range(2))
    assert first is again, "the network keeps its graphs"
    assert by_goal(pairs) == {"b": ["a", "c"], "c": ["a"]}
