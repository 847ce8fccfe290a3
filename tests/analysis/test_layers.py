"""Builds in layers: their graphs against those of networks rebuilt one by one."""

from dataclasses import replace

from hypothesis import given, settings

from drawing import drawn
from mobility.analysis.graph import Graph
from mobility.analysis.layers import TODAY, Layers, only
from oracles import BETTER, WORSE, builds


def arcs(graph):
    return sorted(map(tuple, graph.to_frame().itertuples(index=False)))


@settings(max_examples=20)
@given(builds([*BETTER, *WORSE]))
def test_layers_hold_the_graph_of_every_build(drawing):
    net, lists = drawing
    layers = Layers.of(net, lists)
    graph = Graph.of(layers.network)
    assert arcs(only(graph, layers.there(graph, TODAY)[0])) == arcs(Graph.of(net))
    for number, names in enumerate(lists):
        assert arcs(only(graph, layers.there(graph, number)[0])) == arcs(Graph.of(net.build(*names)))


def test_every_layer_of_the_shipped_network(mixed):
    keys = mixed.projects["id"].tolist()[::5]
    layers = Layers.of(mixed, [[key] for key in keys])
    graph = Graph.of(layers.network)
    for number, key in enumerate(keys):
        assert arcs(only(graph, layers.there(graph, number)[0])) == arcs(Graph.of(mixed.build(key)))


def test_a_place_that_only_a_build_reaches_is_not_there_today():
    """Rail and ferry at m are planned apart: nothing changes mode there unless both are built."""
    lines = ["a -road 9- b", "a -rail 1- m id=r status=planned", "m -sea 1- b id=s status=planned"]
    layers = Layers.of(drawn(*lines, places={"m": {"transfer": "rail-sea"}}), [["r"], ["s"], ["r", "s"]])
    graph = Graph.of(layers.network)
    kinds = [only(graph, layers.there(graph, number)[0]).to_frame()["mode"] for number in (TODAY, 0, 1, 2)]
    assert ["transfer" in set(kind) for kind in kinds] == [False, False, False, True]
    assert [int(layers.there(graph, number)[1].sum()) for number in (TODAY, 0, 1, 2)] == [2, 4, 4, 6]


def gated():
    """a -one- m | b -two- c: the first planned link meets the crossing at m, the second does not."""
    lines = [
        "a -road 1- m id=one status=planned country=AA",
        "m -road 1- b country=BB",
        "b -road 1- c id=two status=planned",
    ]
    border = {"place": "m", "mode": "road", "wait_h": 1, "usable": "no"}
    return drawn(*lines, places={"m": {"kind": "border_crossing", "country": "AA-BB"}}, borders=[border])


def crossings(net, *lists):
    """Return which crossings are open in each layer, last today's; every graph is that of the network rebuilt."""
    layers = Layers.of(net, lists)
    graph = Graph.of(layers.network)
    for number, there in ((TODAY, net), *((i, net.build(*names)) for i, names in enumerate(lists))):
        assert arcs(only(graph, layers.there(graph, number)[0])) == arcs(Graph.of(there))
    return layers.crossings.tolist()


def test_a_build_opens_again_what_links_built_before_meet():
    """The crossing that a first build opened is not in use; whatever is built next opens it, as in `Network.build`."""
    net = gated().build("one")
    assert crossings(replace(net, borders=net.borders.assign(active=False)), ["two"]) == [[True], [False]]


def test_no_layer_opens_a_border_that_was_set_shut():
    assert crossings(gated(), ["one"], ["two"]) == [[True], [False], [False]]
    assert crossings(gated().set("m", "open", 0), ["one"], ["two"]) == [[False], [False], [False]]
    assert crossings(gated().build("one").set("m", "open", 0), ["two"]) == [[False], [False]]
