"""Tolerances, against solving again one millisecond on either side, by networkx on the arcs."""

from fractions import Fraction

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings

from drawing import PLAIN, drawn
from mobility import Network, tolerances
from mobility.analysis.graph import CROSSING, MS_PER_H, TRANSFER
from mobility.analysis.tolerance import CLASSES, Ways, of_class, of_handling, off_route, on_route
from mobility.errors import InputError, NoRouteError
from mobility.model.profiles import HANDLINGS
from mobility.vocabulary import MODES
from oracles import BORDER, CHANGE, networks

HUGE = 10**10


def least(ways, cost):
    """Least sum of other costs from origin to destination, by networkx."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(ways.graph.size))
    for tail, head, ms in zip(ways.graph.tail.tolist(), ways.graph.head.tolist(), cost, strict=True):
        if not graph.has_edge(tail, head) or ms < graph.edges[tail, head]["ms"]:
            graph.add_edge(tail, head, ms=ms)
    tree = nx.multi_source_dijkstra_path_length(graph, set(ways.start.states.tolist()), weight="ms")
    return min(tree[t] for t in ways.goal.states.tolist() if t in tree)


def moved(ways, inputs, by):
    """Costs with some inputs changed by some milliseconds."""
    return [int(ms) + by * (i in inputs) for ms, i in zip(ways.graph.cost, ways.graph.inputs, strict=True)]


def assert_exact(ways, found):
    path = sum(moved(ways, (), 0)[arc] for arc in ways.path)
    assert path == ways.ms
    for one in found:
        if one.tolerance is None:
            assert least(ways, moved(ways, {one.input}, HUGE)) == path + HUGE
            continue
        sign = 1 if one.on_route else -1
        at, beyond = (
            moved(ways, {one.input}, sign * one.tolerance),
            moved(ways, {one.input}, sign * (one.tolerance + 1)),
        )
        own_at, own_beyond = (sum(cost[arc] for arc in ways.path) for cost in (at, beyond))
        assert least(ways, at) == own_at == one.then
        assert least(ways, beyond) < own_beyond
        assert sum(beyond[arc] for arc in one.path) == least(ways, beyond)  # the route that is told is best then


@settings(max_examples=25, deadline=None)
@given(networks())
def test_tolerances_are_those_of_solving_again(spec):
    try:
        ways = Ways.of(spec.net, "a", "b")
    except NoRouteError:
        return
    singles(ways)
    for kind in HANDLINGS:
        handling(ways, kind)
    for what in CLASSES:
        factors(ways, what)


def singles(ways):
    """Links and crossings, a millisecond on either side; what is left out turns nothing over if it takes no time."""
    net = ways.graph.network
    own, others = list(on_route(ways)), off_route(ways)
    assert_exact(ways, [*own, *others])
    told = {one.input for one in (*own, *others)}
    assert len(told) == len(own) + len(others)
    known = set(range(len(net.links) + len(net.borders))) & set(ways.graph.inputs.tolist())
    for i in known - told:
        cost = [0 if own == i else ms for ms, own in zip(moved(ways, (), 0), ways.graph.inputs, strict=True)]
        assert least(ways, cost) == ways.ms


def handling(ways, kind):
    """All changes of a kind, a millisecond on either side."""
    number = len(ways.graph.network.links) + len(ways.graph.network.borders) + HANDLINGS.index(kind)
    now = ways.graph.cost[ways.graph.inputs == number]
    if not len(now):
        return
    search = of_handling(ways, kind)
    for turn, sign in ((search.rise(ways.path), 1), (search.fall(ways.path, 0), -1)):
        if turn is None:
            cost = moved(ways, {number}, HUGE if sign > 0 else -int(now[0]))
            assert least(ways, cost) == sum(cost[arc] for arc in ways.path)
            continue
        whole = int(turn[0] - now[0]) if sign > 0 else -int(now[0] - turn[0])
        at, beyond = moved(ways, {number}, whole), moved(ways, {number}, whole + sign)
        assert least(ways, at) == sum(at[arc] for arc in ways.path)
        assert least(ways, beyond) < sum(beyond[arc] for arc in ways.path)


def factors(ways, what):
    """All hours of a class, in whole numbers over the factor's denominator, so that a little beyond is told apart."""
    graph = ways.graph
    if what in MODES:
        own = (graph.link >= 0) & (graph.mode[graph.tail] == MODES.index(what))
    else:
        own = graph.link == (CROSSING if what == "border" else TRANSFER)
    search = of_class(ways, what)

    def at(factor):
        p, q = Fraction(factor).as_integer_ratio()
        cost = [int(ms) * (p if mine else q) for ms, mine in zip(graph.cost, own, strict=True)]
        return least(ways, cost), sum(cost[arc] for arc in ways.path)

    for turn, beyond in ((search.rise(ways.path), 1), (search.fall(ways.path, 0), -1)):
        if turn is None:
            best, mine = at(10**6 if beyond > 0 else 0)
            assert best == mine
        else:
            best, mine = at(turn[0])
            assert best == mine
            best, mine = at(turn[0] + Fraction(beyond, 10**9))
            assert best < mine


def test_by_hand():
    """a to b: by gate 10 + 20 minutes and half an hour's wait, 60; by road 80; by rail 50 and two changes."""
    net = drawn(
        "a -road 10- gate id=near", "gate -road 20- b id=far country=BB", "a -road 80- b id=long",
        "a -rail 50- b id=train", "a -road 500- b id=never",
        places={"gate": BORDER, "a": CHANGE, "b": CHANGE},
        borders=[{"place": "gate", "countries": "AA-BB", "mode": "road", "wait_h": 0.5}],
    )  # fmt: skip
    by_road = Ways.of(net.under("plain", modes=["road"]), "a", "b")
    assert by_road.ms == MS_PER_H
    table = tolerances(net.under("plain", modes=["road"]), "a", "b")
    rows = {row["thing"]: row for row in table.to_dict("records") if row["change"] == "rise"}
    for thing in ("near", "gate", "far"):
        assert rows[thing]["tolerance_ms"] == 20 * 60_000
        assert rows[thing]["links_then"] == "long"
        assert rows[thing]["time_then_h"] == pytest.approx(80 / 60)
    assert rows["near"]["speed_kmh"] == 60
    assert rows["near"]["speed_then_kmh"] == pytest.approx(20)
    assert rows["border"]["factor"] == pytest.approx(50 / 30)
    long = table[(table["thing"] == "long") & (table["change"] == "fall")].iloc[0]
    assert (long["tolerance_ms"], long["over"]) == (20 * 60_000, "a–b (road)")
    assert long["speed_then_kmh"] == pytest.approx(80)
    never = table[table["thing"] == "never"].iloc[0]
    assert never["tolerance_ms"] == 440 * 60_000
    # By all modes the train wins: it starts at the origin and no handling is charged at the ends.
    table = tolerances(net, "a", "b")
    assert table["thing"].iloc[0] == "train"
    assert table["tolerance_ms"].iloc[0] == 10 * 60_000


def test_a_sole_way_has_no_tolerance_that_turns_it_over():
    table = tolerances(drawn("a -road 10- b", profile=PLAIN), "a", "b")
    assert table["change"].tolist() == ["rise", "rise"]
    assert table["tolerance_ms"].isna().all()
    assert table["links_then"].isna().all()


def test_refusals():
    net = drawn("a -road 10- b", "c -road 10- d")
    with pytest.raises(NoRouteError):
        tolerances(net, "a", "c")
    with pytest.raises(InputError, match="same place"):
        tolerances(net, "a", "a")


@pytest.mark.parametrize(
    ("profile", "ends"),
    [("mixed", ("alexandroupoli", "cincu")), ("heavy", ("koper", "varna"))],
)
def test_on_the_shipped_network_one_millisecond_on_either_side(profile, ends):
    ways = Ways.of(Network.load().under(profile), *ends)
    own, others = list(on_route(ways)), off_route(ways)
    assert len(own) > 5
    pick = np.random.default_rng(18)
    some = [one for part in (own, others) for one in pick.permutation(np.arange(len(part)))[:4] for one in [part[one]]]
    assert_exact(ways, some)
