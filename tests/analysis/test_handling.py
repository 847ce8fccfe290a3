"""Within a place: changes of mode where a ramp is known, and where none is (--detrain)."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from drawing import PLAIN, drawn
from mobility.analysis.graph import Graph
from mobility.analysis.routes import routes
from mobility.analysis.routing import best_route
from mobility.errors import NoRouteError
from oracles import CHANGE, networks, times

SHUTTLE = ("a -road 60- b", "b -rail 60- c")


def test_no_train_is_unloaded_where_no_ramp_is_known_unless_asked_for():
    """An hour by road, five without a ramp, an hour by rail; the place is marked as an estimate."""
    net = drawn(*SHUTTLE)
    with pytest.raises(NoRouteError):
        best_route(net, "a", "c")
    legs = best_route(net.under("plain", detrain=True), "a", "c")
    assert legs[["mode", "time_h"]].to_numpy().tolist() == [["road", 1], ["transfer", 5], ["rail", 1]]
    assert legs[["name", "estimated_transfer"]].iloc[1].tolist() == ["b (no ramp known)", True]
    assert routes(net.under("plain", detrain=True), "a", "c").iloc[0]["estimated_transfers"] == 1


def test_a_ramp_that_is_known_is_used():
    net = drawn(*SHUTTLE, places={"b": CHANGE | {"transfer_source": "v-source"}})
    asked = net.under("plain", detrain=True)
    assert Graph.of(asked).to_frame().equals(Graph.of(net).to_frame())
    assert best_route(asked, "a", "c")["estimated_transfer"].tolist() == [False] * 3


def test_a_quay_is_not_a_ramp():
    net = drawn("a -road 60- b", "b -sea 60- c", "b -rail 60- d", places={"b": {"transfer": "road-sea"}})
    kinds = {
        (arc.tail, arc.head): arc.cost_s / 3600
        for arc in Graph.of(net.under("plain", detrain=True)).to_frame().itertuples()
        if arc.mode == "transfer"
    }
    both = {("b/road", "b/sea"): 1, ("b/road", "b/rail"): 5}
    assert kinds == both | {(b, a): h for (a, b), h in both.items()}


def test_it_holds_on_both_sides_of_a_change_and_is_undone():
    net = drawn(*SHUTTLE, "a -road 999- c")
    asked = net.under("plain", detrain=True)
    assert asked.moving("plain").detrain
    assert not asked.under("plain").detrain
    assert best_route(asked.close("a–c"), "a", "c")["time_h"].sum() == 7


@settings(max_examples=30)
@given(networks())
def test_everywhere_means_as_if_every_place_had_a_ramp(spec):
    quick = replace(PLAIN, handling_h=PLAIN.handling_h | {"detrain": PLAIN.handling_h["road-rail"]})
    net = drawn(*spec.links, places=spec.places, borders=spec.borders, profile=quick)
    ramps = {
        p: row | {"transfer": row["transfer"] if "road-rail" in row["transfer"] else "road-rail"}
        for p, row in spec.places.items()
    }
    assert times(net.under("plain", detrain=True)) == times(drawn(*spec.links, places=ramps, borders=spec.borders))
