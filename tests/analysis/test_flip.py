"""Breakpoints of one value, against setting it and solving again: everywhere, and a millisecond on either side."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing import drawn
from mobility import Network, flip, flip_change, whatif
from mobility.analysis.flip import Range
from mobility.analysis.graph import MS_PER_H, Graph, milliseconds
from mobility.errors import InputError, NoRouteError, UnknownNameError
from oracles import BORDER, networks

A_MS = 1 / MS_PER_H


def again(net, name, attribute, value, ends=("a", "b")):
    """Hours of the best route with a value set; inf where there is none."""
    graph = Graph.of(net.set(name, attribute, value))
    left = graph.rank_to(graph.states([ends[1]]))
    return milliseconds(left[graph.states([ends[0]])].min(initial=np.inf)) / MS_PER_H


def at(table, value):
    """Hours that a table tells at a value of a wait: straight lines."""
    row = table[(table["value_from"] <= value) & (value <= table["value_to"])].iloc[0]
    span = row["value_to"] - row["value_from"]
    return row["time_h_from"] + (row["time_h_to"] - row["time_h_from"]) * (value - row["value_from"]) / (span or 1)


@settings(max_examples=12, deadline=None)
@given(networks(), st.data())
def test_a_wait_equals_a_fine_sweep(spec, data):
    if not spec.borders:
        return
    place = data.draw(st.sampled_from(sorted({row["place"] for row in spec.borders})))
    net = spec.net
    try:
        table = flip(net, "a", "b", over=f"border:{place}:wait=0..3")
    except NoRouteError:
        return
    assert (table["value_from"].iloc[0], table["value_to"].iloc[-1]) == (0, 3)
    turns = table["value_from"].iloc[1:].tolist()
    assert turns == table["value_to"].iloc[:-1].tolist()
    for value in [0, 0.7, 3, *turns]:
        assert again(net, f"border:{place}", "wait", value) == pytest.approx(at(table, value), abs=A_MS / 2)
    for turn, (before, after) in zip(turns, pairwise(table.to_dict("records")), strict=True):
        assert before["time_h_to"] == pytest.approx(after["time_h_from"], abs=A_MS / 2)
        rises = (before["time_h_to"] - before["time_h_from"]) / (before["value_to"] - before["value_from"])
        longer = before["time_h_to"] + rises * A_MS  # a millisecond more on the route that was best
        assert again(net, f"border:{place}", "wait", turn + A_MS) < longer - A_MS / 2


@settings(max_examples=5, deadline=None)
@given(networks())
def test_a_speed_equals_a_fine_sweep(spec):
    net, link = spec.net, "link:k0"
    try:
        table = flip(net, "a", "b", over=f"{link}:speed=10..240")
    except NoRouteError:
        return
    assert (table["time_h_from"] >= table["time_h_to"] - A_MS).all()
    for row in table.to_dict("records"):
        assert again(net, link, "speed", row["value_from"]) == pytest.approx(row["time_h_from"], abs=A_MS)
        assert again(net, link, "speed", row["value_to"]) == pytest.approx(row["time_h_to"], abs=A_MS)
    for value in (17, 90):
        told = next(row for row in table.to_dict("records") if value <= row["value_to"] + 1e-9)
        low, high = 1 / told["value_from"], 1 / told["value_to"]
        share = (1 / value - low) / (high - low)
        hours = told["time_h_from"] + share * (told["time_h_to"] - told["time_h_from"])
        assert again(net, link, "speed", value) == pytest.approx(hours, abs=2 * A_MS)


def gate(*, wait=0.5, usable="yes"):
    """a to b: by a gate 30 minutes and its wait, by a bridge of 40 t in 45 minutes at 60 km/h, else in 90."""
    return drawn(
        "a -road 10- gate id=near", "gate -road 20- b id=far country=BB", "a -road 45- b id=bridge max_gross_t=60",
        "a -road 90- b id=long",
        places={"gate": BORDER},
        borders=[{"place": "gate", "countries": "AA-BB", "mode": "road", "wait_h": wait, "usable": usable}],
        structures=[{"id": "span", "name": "Span", "links": "bridge"}],
    )  # fmt: skip


def test_a_wait_by_hand():
    table = flip(gate(), "a", "b", over="border:gate:wait=0..2")
    assert table["value_from"].tolist() == [0, 0.25]
    assert table["links"].tolist() == ["near;far", "bridge"]
    assert table["time_h_from"].tolist() == [0.5, 0.75]
    assert table["time_h_to"].tolist() == [0.75, 0.75]
    assert table["length_km"].tolist() == [30, 45]
    assert table["over"].tolist() == ["gate–b (road)", "a–b (road)"]


def test_a_speed_a_limit_and_a_border_by_hand():
    net = gate(wait=1)
    table = flip(net, "a", "b", over="span:speed=10..100")
    assert table["links"].tolist() == ["long", "bridge"]
    assert table["value_from"].iloc[1] == pytest.approx(30)
    mass = net.profile.gross_t
    table = flip(net, "a", "b", over=f"span:limit=0..{mass + 5}")
    assert table[["value_from", "value_to"]].to_numpy().tolist() == [[0, mass], [mass, mass + 5]]
    assert table["links"].tolist() == ["long", "bridge"]
    table = flip(gate(wait=0), "a", "b", over="border:gate:open=0..1")
    assert table["links"].tolist() == ["bridge", "near;far"]
    assert len(flip(net, "a", "b", over="span:limit=0..1")) == 1


def test_a_profile_that_caps_the_speed_caps_the_curve():
    net = gate(wait=1).under("wheeled")
    cap = net.set("bridge", "speed", 1000).links.at["bridge", "speed"]
    table = flip(net, "a", "b", over=f"bridge:speed=1..{cap + 50}")
    assert table["time_h_to"].iloc[-1] == pytest.approx(again(net, "bridge", "speed", cap), abs=A_MS)
    assert table["value_to"].iloc[-1] == cap + 50


def test_where_a_border_is_the_only_way():
    net = drawn(
        "a -road 10- gate", "gate -road 20- b country=BB", places={"gate": BORDER},
        borders=[{"place": "gate", "countries": "AA-BB", "mode": "road", "wait_h": 0}],
    )  # fmt: skip
    table = flip(net, "a", "b", over="border:gate:open=0..1")
    assert table["state"].tolist() == ["no route", "connected"]
    assert table["time_h_from"].isna().tolist() == [True, False]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("border:gate:wait=3", "write NAME:attribute=A..B"),
        ("border:gate:wait=a..b", "write NAME:attribute=A..B"),
        ("wait=0..3", "write NAME:attribute=A..B"),
        (":wait=0..3", "write NAME:attribute=A..B"),
        ("gate:wait=0...3", "write NAME:attribute=A..B"),
        ("gate:wait=3..1", "the smaller first"),
        ("gate:wait=1..1", "the smaller first"),
        ("gate:wait=0..nan", "the smaller first"),
        ("gate:wait=-1..inf", "between 0 and 1,000"),
        ("gate:capacity=0..9", "no route hangs on capacity"),
        ("gate:colour=0..9", "cannot flip 'colour'"),
    ],
)
def test_what_cannot_be_read(text, said):
    with pytest.raises(InputError, match=said):
        Range.of(text)


def test_what_cannot_be_used():
    with pytest.raises(UnknownNameError):
        flip(gate(), "a", "b", over="nowhere:wait=0..1")
    with pytest.raises(UnknownNameError):
        flip(gate(), "a", "b", over="border:near:wait=0..1")
    with pytest.raises(NoRouteError):
        flip(drawn("a -road 1- b id=one", "c -road 1- d"), "a", "c", over="one:limit=0..100")
    with pytest.raises(NoRouteError):
        flip(drawn("a -road 1- b id=one", "c -road 1- d"), "a", "c", over="one:speed=1..100")


def test_on_the_shipped_network():
    net, ends = Network.load().under("mixed"), ("thessaloniki", "budapest")
    table = flip(net, *ends, over="border:tabanovce:wait=0..24")
    turn = table["value_from"].iloc[1]
    for value in (0, turn - A_MS, turn, turn + A_MS, 24):
        hours = again(net, "border:tabanovce", "wait", value, ends)
        assert hours == pytest.approx(at(table, value), abs=A_MS / 2)


@settings(max_examples=5, deadline=None)
@given(networks(), st.integers(0, 2))
def test_what_a_change_costs_over_a_wait_equals_a_sweep(spec, number):
    if not spec.borders:
        return
    before, place = spec.net, spec.borders[0]["place"]
    after = before.close(f"link:k{number}", allow_empty=True)
    table = flip_change(before, after, ["a"], ["b", "c"], over=f"border:{place}:wait=0..3")
    assert (table["value_from"].iloc[0], table["value_to"].iloc[-1]) == (0, 3)
    for row in table.to_dict("records")[:3]:
        for share in (0, 0.5):
            value = row["value_from"] + share * (row["value_to"] - row["value_from"])
            nets = [net.set(f"border:{place}", "wait", value) for net in (before, after)]
            told = whatif(*nets, ["a"], ["b", "c"])
            mean = row["mean_delta_h_from"] + share * (row["mean_delta_h_to"] - row["mean_delta_h_from"])
            assert told["delta_h"].mean() == pytest.approx(mean, abs=A_MS, nan_ok=True)
            assert row["cut_off"] == told["cut_off"].sum()


def test_a_change_by_hand():
    """Without the gate's road the bridge of 45 minutes is best: it costs 15 minutes at no wait, nothing from 15 on."""
    net = gate()
    table = flip_change(net, net.close("link:far"), ["a"], ["b"], over="border:gate:wait=0..2")
    assert table["value_from"].tolist() == [0, 0.25]
    assert table["mean_delta_h_from"].tolist() == pytest.approx([0.25, 0])
    assert table["mean_delta_h_to"].tolist() == pytest.approx([0, 0])
    assert table["slower_from"].tolist() == [1, 0]
    table = flip_change(net, net.close("link:long"), ["a"], ["b"], over="border:gate:open=0..1")
    assert table["mean_delta_h_from"].tolist() == [0, 0]
    speeds = flip_change(net, net.close("link:far"), ["a"], ["b"], over="span:speed=30..60")
    assert speeds["mean_delta_h_from"].iloc[0] == pytest.approx(0.5)
    assert speeds["mean_delta_h_to"].iloc[-1] == pytest.approx(0)
    assert flip_change(net, net.close("b"), ["a"], ["b"], over="border:gate:wait=0..2").empty
