"""The min-cut over draws: by hand, and against the min-cut of every drawn network, one after the other."""

from dataclasses import replace

import numpy as np
import pytest

from drawing import RULES, drawn
from mobility.analysis.flows import min_cut
from mobility.doubt.cuts import uncertain_min_cut
from mobility.doubt.draws import Draws, drawn_network
from mobility.errors import InputError

STEADY = dict.fromkeys(RULES.uncertainty, (1.0, 1.0))


@pytest.fixture
def ways():
    """a to d: 100 vehicles a day by b, and 50 by c; behind d 120 to x."""
    net = drawn("a -road 10- b", "b -road 10- d", "a -road 30- c", "c -road 30- d", "d -road 10- x")
    net = replace(net, rules=replace(net.rules, uncertainty=STEADY))
    for link, vehicles in (("a--b-road", 100), ("a--c-road", 50), ("d--x-road", 120)):
        net = net.set(link, "capacity", vehicles)
    return net


def vehicles(found):
    return [found.total[f"min_cut_vehicles_day_{p}"] for p in ("p5", "p50", "p95")]


def test_a_way_that_may_not_exist_is_missing_from_the_cut_as_often(ways):
    """With a-c the cut is d-x (120 of 150), else a-b (100)."""
    net = ways.set("a--c-road", "exists", 0.7)
    found = uncertain_min_cut(net, ["a"], ["x"], draws=16, seed=1)
    absent = np.mean([Draws.of(net, 1).absent_in(number).any() for number in range(16)])
    assert 0.1 < absent < 0.5
    assert vehicles(found) == [100, 120, 120]
    shares = found.table.set_index("thing")["in_min_cut_share"]
    assert shares.to_dict() == {"d--x-road": pytest.approx(1 - absent), "a--b-road": pytest.approx(absent)}
    assert list(shares.index) == ["d--x-road", "a--b-road"], "most often first"


def test_surely_there_and_surely_not(ways):
    for share, cut in ((1, 120), (0, 100)):
        assert vehicles(uncertain_min_cut(ways.set("a--c-road", "exists", share), ["a"], ["x"], draws=2)) == [cut] * 3


def test_what_is_likelier_never_lets_fewer_through(ways):
    """The same draws: what exists with 0.8 exists in every draw in which it would with 0.3."""
    low, high = (
        vehicles(uncertain_min_cut(ways.set("a--c-road", "exists", share), ["a"], ["x"], draws=6))
        for share in (0.3, 0.8)
    )
    assert np.less_equal(low, high).all()
    assert low != high


def test_nothing_connected_and_nothing_limited(island):
    assert vehicles(uncertain_min_cut(island, ["a"], ["d"], draws=1)) == [0, 0, 0]
    free = drawn("a -road 10- b corridors=access")
    assert np.isnan(vehicles(uncertain_min_cut(free, ["a"], ["b"], draws=1))).all()


@pytest.mark.parametrize("infix", ["", "common_"])
def test_it_is_the_min_cut_of_every_drawn_network(mixed, infix):
    ends = ["beograd"], ["bucuresti"]
    found = uncertain_min_cut(mixed, *ends, draws=3, seed=3)
    cuts = [min_cut(drawn_network(mixed, 3, number, common=bool(infix)), *ends) for number in range(3)]
    flows = sorted(cut.vehicles_day for cut in cuts)
    assert [found.total[f"min_cut_vehicles_day_{infix}{p}"] for p in ("p5", "p50", "p95")] == [
        flows[i] for i in (0, 1, 2)
    ]
    shares = found.table.set_index("thing")[f"in_min_cut_{infix}share"]
    for thing, share in shares.items():
        assert share == pytest.approx(np.mean([thing in cut.things for cut in cuts]))


@pytest.mark.parametrize(("draws", "seed", "said"), [(0, 0, "not 0"), (1.5, 0, "not 1.5"), (5, -1, "seed")])
def test_numbers_that_make_no_sense(ways, draws, seed, said):
    with pytest.raises(InputError, match=said):
        uncertain_min_cut(ways, ["a"], ["x"], draws=draws, seed=seed)
