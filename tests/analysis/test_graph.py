"""The routable graph: states, arcs and the table of them, on networks drawn by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from drawing import PLAIN, drawn
from mobility.analysis.bottlenecks import bottlenecks
from mobility.analysis.graph import CROSSING, TRANSFER, Graph
from mobility.analysis.routes import routes
from mobility.analysis.routing import best_route
from mobility.errors import InputError
from mobility.model.profiles import HANDLINGS
from oracles import BORDER, CHANGE, MS, arcs_by_hand, networks


def rows(net):
    """Arcs as a set of (tail, head, what, minutes)."""
    frame = Graph.of(net).to_frame()
    what = frame["link"].where(frame["link"] != "", frame["mode"])
    return sorted(zip(frame["tail"], frame["head"], what, frame["cost_s"] / 60, strict=True))


def minutes(net, a, b):
    time_h = routes(net, [a], [b])["time_h"][0]
    return None if np.isnan(time_h) else round(time_h * MS) / 60_000


@settings(max_examples=30)
@given(networks(access=True, planned=True))
def test_arcs_are_those_read_from_the_tables(spec):
    frame = Graph.of(spec.net).to_frame()
    what = frame["link"].where(frame["link"] != "", frame["mode"])
    found = sorted(zip(frame["tail"], frame["head"], what, np.rint(frame["cost_s"] * 1000), strict=True))
    assert found == sorted(
        ("/".join(filter(None, a)), "/".join(filter(None, b)), w, ms) for a, b, ms, w in arcs_by_hand(spec.net)
    )


def test_a_link_gives_two_arcs_and_a_one_way_link_one():
    assert rows(drawn("a -road 10- b", "b -road> 20- c")) == [
        ("a/road", "b/road", "a--b-road", 10),
        ("b/road", "a/road", "a--b-road", 10),
        ("b/road", "c/road", "b--c-road", 20),
    ]


def test_a_one_way_link_is_not_travelled_backwards():
    net = drawn("a -road> 10- b", "b -road 30- c", "c -road 30- a")
    assert minutes(net, "a", "b") == 10
    assert minutes(net, "b", "a") == 60


def test_parallel_links_are_kept(twin):
    arcs = [r[2] for r in rows(twin) if r[:2] == ("a/road", "b/road")]
    assert arcs == ["a--b-road", "a--b-road-2"]
    assert [r[2] for r in rows(twin) if r[:2] == ("a/rail", "b/rail")] == ["a--b-rail"]


@settings(max_examples=30)
@given(networks())
def test_walks_that_share_what_they_found_are_the_same(spec):
    graph = Graph.of(spec.net)
    for goal in spec.net.places.index:
        left, known = graph.rank_to(graph.states([goal])), {}
        starts = [states for p in spec.net.places.index if np.isfinite(left[states := graph.states([p])]).any()]
        alone = [graph.walk(states, left) for states in starts]
        assert [graph.walk(states, left, known=known) for states in starts] == alone


@pytest.mark.parametrize(
    ("closed", "expected"),
    [([], 10), (["k1"], 12), (["k2"], 10), (["k1", "k2"], 14), (["k3"], 10), (["k1", "k2", "k3"], None)],
)
def test_a_twin_takes_over_and_twins_do_not_add_up(closed, expected):
    """A sparse matrix would add 10, 12 and 14 up."""
    net = drawn("a -road 12- b id=k2", "a -road 10- b id=k1", "b -road 14- a id=k3")
    assert minutes(net.close(*closed), "a", "b") == expected
    assert minutes(net.close(*closed), "b", "a") == expected


def test_a_search_uses_the_cheapest_open_arc():
    graph = Graph.of(drawn("a -road 10- b", "a -road 12- b", "b -road 5- c"))
    rank = graph.rank.copy()
    a, c = graph.states(["a"]), graph.states(["c"])
    assert graph.cost[graph.walk(a, graph.rank_to(c))].sum() == 15 * 60_000
    rank[graph.link == 0] = np.inf
    assert graph.cost[graph.walk(a, graph.rank_to(c, rank), rank)].sum() == 17 * 60_000


def test_there_is_a_state_per_place_and_mode_in_use(twin):
    graph = Graph.of(twin)
    assert sorted(graph.label(s) for s in range(graph.size)) == ["a/rail", "a/road", "b/rail", "b/road", "c/road"]
    assert [graph.label(s) for s in graph.states(["c", "b"])] == ["c/road", "b/road", "b/rail"]
    graph = Graph.of(twin.under("plain", modes=["road"]))
    assert [graph.label(s) for s in graph.states(["b"])] == ["b/road"]


def test_a_closed_link_leaves_its_states_where_one_may_change_and_cross():
    """The road into b in AA is closed: by the other road, over the border and on a train, c is still reached."""
    border = {"kind": "border_crossing", "transfer": "road-rail", "transfer_source": "estimate: drawn"}
    crossing = [{"place": "b", "countries": "AA-BB", "mode": "road", "wait_h": 0}]
    roads = ("a -road 10- b country=AA", "a -road 20- b country=BB", "b -rail 30- c country=AA")
    net = drawn(*roads, places={"b": border}, borders=crossing)
    assert (minutes(net, "a", "c"), minutes(net.close("a--b-road"), "a", "c")) == (100, 110)
    assert bottlenecks(net, ["a"], ["c"], by="link").set_index("link").loc["a--b-road", "worst_delay_h"] * 60 == 10


def test_closed_and_planned_links_have_no_arcs():
    net = drawn("a -road 10- b", "b -road 10- c", "c -road 10- d status=planned").close("a--b-road")
    assert {r[2] for r in rows(net)} == {"b--c-road"}


def test_modes_change_only_where_places_say_so():
    lines = ("a -road 10- b", "b -rail 10- c", "c -road 10- d")
    assert not [r for r in rows(drawn(*lines)) if r[2] == "transfer"]
    one = drawn(*lines, places={"b": CHANGE})
    assert [r for r in rows(one) if r[2] == "transfer"] == [
        ("b/rail", "b/road", "transfer", 60),
        ("b/road", "b/rail", "transfer", 60),
    ]
    assert minutes(one, "a", "c") == 80
    assert minutes(one, "a", "d") is None
    assert minutes(drawn(*lines, places={"b": CHANGE, "c": CHANGE}), "a", "d") == 150


def test_a_transfer_joins_only_the_modes_named():
    port = {"b": {"transfer": "road-sea;rail-sea"}}
    net = drawn("a -road 10- b", "b -rail 10- c", "b -sea 10- d", places=port)
    joined = {(r[0], r[1]) for r in rows(net) if r[2] == "transfer"}
    assert joined == {("b/road", "b/sea"), ("b/sea", "b/road"), ("b/rail", "b/sea"), ("b/sea", "b/rail")}


def test_a_transfer_costs_the_handling_hours_of_the_profile():
    slow = replace(PLAIN, name="slow", handling_h={"road-rail": 5.5, "road-sea": 1.0, "rail-sea": 1.0})
    net = drawn("a -road 10- b", "b -rail 10- c", places={"b": CHANGE}, profile=slow)
    assert minutes(net, "a", "c") == 350


def peljesac(**border):
    """The road along the coast touches the border place k and stays in HR; another goes on into BA.

    a --10 HR-- k --10 HR-- b
                |
                20 BA
                c
    """
    row = {"place": "k", "countries": "HR-BA", "mode": "road", "wait_h": 2} | border
    return drawn(
        "a -road 10- k country=HR",
        "k -road 10- b country=HR",
        "k -road 20- c country=BA",
        "c -road 5- d country=BA",
        places={"k": BORDER},
        borders=[row],
    )


def test_a_road_that_touches_a_border_place_pays_nothing():
    net = peljesac()
    assert minutes(net, "a", "b") == 20
    assert routes(net, ["a"], ["b"])["borders"][0] == 0
    assert minutes(net, "a", "c") == minutes(net, "c", "a") == 150
    assert routes(net, ["a"], ["d"])["borders"][0] == 1


def test_crossing_arcs_join_the_two_countries_of_a_border_place_only():
    assert [r for r in rows(peljesac()) if r[2] == "crossing"] == [
        ("k/road/BA", "k/road/HR", "crossing", 120),
        ("k/road/HR", "k/road/BA", "crossing", 120),
    ]
    inland = drawn(
        "a -road 10- k country=HR",
        "k -road 20- c country=BA",
        borders=[{"place": "k", "countries": "HR-BA", "mode": "road", "wait_h": 2}],
    )
    assert not [r for r in rows(inland) if r[2] == "crossing"]


@pytest.mark.parametrize("border", [{"usable": "no"}, {"mode": "rail"}])
def test_a_crossing_that_is_not_usable_for_the_mode_is_no_way(border):
    assert minutes(peljesac(**border), "a", "c") is None
    assert minutes(peljesac(**border), "a", "b") == 20


def test_closing_a_border_stops_who_crosses_and_not_who_touches():
    net = peljesac().close("border:k")
    assert minutes(net, "a", "c") is None
    assert minutes(net, "a", "b") == 20


def test_a_transfer_at_a_border_place_does_not_cross_the_border():
    change = {"k": BORDER | CHANGE}
    net = drawn("a -road 10- k country=HR", "k -rail 20- c country=BA", places=change)
    assert minutes(net, "a", "c") is None
    assert not [r for r in rows(net) if r[2] in {"transfer", "crossing"}]


@pytest.mark.parametrize(("regime", "expected"), [("today", 150), ("schengen", 30)])
def test_the_wait_follows_the_border_regime(regime, expected):
    net = peljesac().under("plain", borders=regime)
    assert minutes(net, "a", "c") == expected


def test_costs_are_whole_milliseconds():
    net = drawn(
        "a -road 1.2345678- b speed_kmh=7",
        "b -rail 10- c speed_kmh=37",
        "c -road 1- a speed_kmh=70",
        places={"b": BORDER | CHANGE},
        borders=[{"place": "b", "mode": "rail", "wait_h": 0.1234567}],
    )
    graph = Graph.of(net)
    assert graph.cost.dtype == np.float64
    assert (graph.cost == np.rint(graph.cost)).all()
    by_link = dict(zip(graph.link, graph.cost, strict=True))
    assert by_link[0] == round(1.2345678 / 7 * MS)
    assert by_link[1] == 972_973
    assert by_link[2] == 51_429


def test_kinds_of_arcs_in_the_arrays():
    net = drawn(
        "a -road 10- k country=HR",
        "k -road 20- c country=BA",
        "c -rail 10- d country=BA",
        places={"k": BORDER, "c": CHANGE},
        borders=[{"place": "k", "mode": "road", "wait_h": 2}],
    )
    graph = Graph.of(net)
    assert len(graph.tail) == len(graph.head) == len(graph.cost) == len(graph.link) == 10
    assert (graph.link == TRANSFER).sum() == (graph.link == CROSSING).sum() == 2


def test_the_export_labels_states_and_arcs():
    net = drawn(
        "a -road 10- k country=HR",
        "k -road 20- c country=BA",
        "c -rail 10- d country=BA",
        places={"k": BORDER, "c": CHANGE},
        borders=[{"place": "k", "mode": "road", "wait_h": 2}],
    )
    frame = Graph.of(net).to_frame()
    assert frame.columns.tolist() == ["tail", "head", "link", "mode", "cost_s"]
    assert {tuple(r) for r in frame.itertuples(index=False)} == {
        ("a/road", "k/road/HR", "a--k-road", "road", 600.0),
        ("k/road/HR", "a/road", "a--k-road", "road", 600.0),
        ("k/road/BA", "c/road", "k--c-road", "road", 1200.0),
        ("c/road", "k/road/BA", "k--c-road", "road", 1200.0),
        ("c/rail", "d/rail", "c--d-rail", "rail", 600.0),
        ("d/rail", "c/rail", "c--d-rail", "rail", 600.0),
        ("k/road/HR", "k/road/BA", "", "crossing", 7200.0),
        ("k/road/BA", "k/road/HR", "", "crossing", 7200.0),
        ("c/road", "c/rail", "", "transfer", 3600.0),
        ("c/rail", "c/road", "", "transfer", 3600.0),
    }


def test_without_a_profile_the_default_is_used(shipped, mixed):
    assert Graph.of(shipped).to_frame().equals(Graph.of(mixed).to_frame())


def test_each_transfer_has_the_hours_of_its_kind():
    """A ramp at b for the ferry, none for the train; at c a ramp for all: as draws of handling hours see them."""
    links = ("a -road 1- b", "b -rail 1- c", "b -sea 1- c", "c -road 1- d")
    ways = {"b": {"transfer": "road-sea"}, "c": {"transfer": "road-rail;road-sea;rail-sea"}}
    net = drawn(*links, places=ways).under("plain", detrain=True)
    graph = Graph.of(net)
    kinds = {}
    for arc in np.flatnonzero(graph.link == TRANSFER):
        state = net.places.index[graph.place[graph.tail[arc]]], *sorted(graph.mode[[graph.tail[arc], graph.head[arc]]])
        kinds[state] = HANDLINGS[graph.inputs[arc] - len(net.links) - len(net.borders)]
    road, rail, sea = range(3)
    assert kinds == {
        ("b", road, rail): "detrain",
        ("b", road, sea): "road-sea",
        ("c", road, rail): "road-rail",
        ("c", road, sea): "road-sea",
        ("c", rail, sea): "rail-sea",
    }


def test_a_network_with_nothing_open_has_an_empty_graph(line):
    assert Graph.of(line.close("mode:road")).to_frame().empty
    graph = Graph.of(line.under("plain", modes=["rail"]))
    assert graph.size == 0
    assert graph.to_frame().empty
    assert graph.rank_to(graph.states(["a"])).tolist() == []


def test_costs_too_large_to_be_exact_are_refused():
    net = drawn("a -road 150000- b", "b -road 10- c")
    with pytest.raises(InputError, match="too large to be exact"):
        best_route(net, "a", "c")
    assert best_route(drawn("a -road 140000- b"), "a", "b")["time_h"].sum() == pytest.approx(140_000 / 60)
