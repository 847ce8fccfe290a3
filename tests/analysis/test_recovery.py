"""Recovery: hand-worked on drawn networks, and each state of the curve is that of a network with the rest closed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing import drawn
from mobility import interdict, min_cut, prepare, recover, worst_attack
from mobility.analysis.basis import Basis
from mobility.analysis.pairs import pairs_of
from mobility.analysis.recovery import Losses
from mobility.analysis.restoring import Restored
from mobility.errors import InputError
from mobility.model.closures import resolve
from oracles import MS, networks


@pytest.fixture
def ways():
    """Two ways from a to d: 30 min by b, 60 min by c; and x behind d.

    a --15-- b --15-- d --10-- x      a --30-- c --30-- d
    """
    return drawn("a -road 15- b", "b -road 15- d", "a -road 30- c", "c -road 30- d", "d -road 10- x")


def test_by_hand(ways):
    """Lost are the quick way (4 days), the slow way (1 day) and the end (2 days) of the pairs a-d and a-x.

    By area: the slow way first (2 pairs cut off for 1 day), then the end (1 pair for 2 more days, beside it 0.5 h a day
    of a-d), then the quick way: 4 days of 2 x 0.5 h.
    """
    found = recover(
        ways, ["a"], ["d", "x"], lost=["a--b-road", "a--c-road", "d--x-road"],
        damages=["a--b-road:days=4", "a--c-road:days=1", "d--x-road:days=2"],
    )  # fmt: skip
    table = found.table
    assert table["repaired"].tolist() == ["", "a--c-road", "d--x-road", "a--b-road"]
    assert table["day"].tolist() == [0, 1, 3, 7]
    assert table["pairs_cut_off"].tolist() == [2, 1, 0, 0]
    assert table["lost_pair_hours"].tolist() == [0, 0.5, 1, 0]
    assert found.harm == (2 * 1 + 1 * 2, 0.5 * 2 + 1 * 4)
    assert found.optimal
    assert found.gap == 0
    assert found.back_day == 7


def test_two_crews_and_a_set():
    """With two crews the end and the slow way are begun at once; a set makes the quick way, a bridge, quicker."""
    net = drawn(
        *("a -road 15- b", "b -road 15- d", "a -road 30- c", "c -road 30- d", "d -road 10- x"),
        structures=[{"id": "bridge", "name": "Bridge", "kind": "bridge", "links": "a--b-road", "length_m": 300.0}],
    )
    lost, said = ["bridge", "a--c-road", "d--x-road"], ["a--c-road:days=1", "d--x-road:days=2"]
    plain = recover(net, ["a"], ["d", "x"], lost=lost, damages=said, crews=2)
    assert plain.table["repaired"].tolist() == ["", "a--c-road", "d--x-road", "bridge"]
    assert plain.table["crew"].tolist() == [None, 1, 2, 1]
    with_set = recover(net, ["a"], ["d", "x"], lost=lost, damages=said, crews=2, sets=3)
    assert with_set.table["bridge_set"].tolist() == [False, False, False, True]
    assert with_set.back_day < plain.back_day
    assert with_set.harm < plain.harm


def test_what_hurts_nobody(ways):
    found = recover(ways, ["a"], ["d"], lost=["d--x-road", "a--c-road"])
    assert found.harm == (0, 0)
    assert (found.back_day, found.optimal, found.gap) == (0, True, 0)
    assert len(found.table) == 3


def test_nothing_connected_to_begin_with(island):
    found = recover(island, ["a"], ["d"], lost=["a--b-road"])
    assert found.losses.pairs == 0
    assert found.harm == (0, 0)


@settings(max_examples=6)
@given(spec=networks(oneway=True, most=6), crews=st.integers(1, 2), data=st.data())
def test_each_state_is_that_of_the_network_with_the_rest_closed(spec, crews, data):
    net = spec.net
    links = data.draw(st.lists(st.sampled_from(list(net.links.index)), min_size=1, max_size=3, unique=True))
    days = [f"{link}:days={data.draw(st.integers(1, 9))}" for link in links]
    ends = list(net.places.index)
    found = recover(net, ends, ends, lost=[f"link:{link}" for link in links], damages=days, crews=crews)
    left, before = list(links), prepare(net, ends, ends)
    for row in found.table.to_dict("records"):
        left = [link for link in left if link != row["repaired"]]
        after = prepare(net.close(*(f"link:{link}" for link in left), allow_empty=True), ends, ends)
        were, are = np.isfinite(before.ms), np.isfinite(after.ms)
        assert row["pairs_cut_off"] == (were & ~are).sum()
        assert row["lost_pair_hours"] == pytest.approx((after.ms[were & are] - before.ms[were & are]).sum() / MS)
        assert row["pairs_connected"] == are.sum()
    assert not left
    assert found.table["pairs_connected"].is_monotonic_increasing
    cost = found.table["pairs_cut_off"] * 1e6 + found.table["lost_pair_hours"]
    assert not (np.diff(cost[found.table["pairs_cut_off"] == 0]) > 1e-9).any()


@settings(max_examples=10)
@given(spec=networks(oneway=True, most=8), data=st.data())
def test_a_repair_never_lengthens_any_way(spec, data):
    """Whatever is repaired already: of no pair the hours rise, and by pairs cut off, then hours, no loss grows."""
    net = spec.net
    names = [f"link:{link}" for link in net.links.index] + [f"place:{place}" for place in net.places.index]
    lost = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True))
    basis = Basis(net, pairs_of(net, net.places.index, net.places.index))
    closures = [resolve(net, name) for name in lost]
    restored, losses = Restored(basis, closures), Losses(basis, closures, "pair-hours")
    for left in range(1 << len(lost)):
        for bit in range(len(lost)):
            if left >> bit & 1:
                assert (restored.ms(left & ~(1 << bit)) <= restored.ms(left)).all()
                assert losses.rate(left & ~(1 << bit)) <= losses.rate(left)


def test_more_crews_than_damages_and_more_losses_asked_than_there_are(ways):
    """Every damage has its crew at once; the worst attack is no larger than what does harm."""
    found = recover(ways, ["a"], ["d"], lost=["a--b-road", "a--c-road"], crews=9)
    assert found.table["from_day"].iloc[1:].tolist() == [0, 0]
    lost, proven = worst_attack(ways, ["a"], ["d"], k=50, by="link", seconds=60)
    assert proven
    assert len(lost) == 2


def test_after_the_worst_attack_all_that_interdict_says_is_lost(mixed):
    ends = ["durres", "alexandroupoli"], ["varna", "constanta"]
    rows = interdict(mixed, *ends, k=2, by="structure")
    lost, proven = worst_attack(mixed, *ends, k=2, by="structure", seconds=60)
    assert proven
    found = recover(mixed, *ends, lost=lost, crews=2)
    first, worst = found.table.iloc[0], rows.iloc[-1]
    assert first["pairs_cut_off"] == worst["pairs_cut_off"]
    assert first["lost_pair_hours"] == pytest.approx(worst["delta_h"])
    assert found.table["pairs_connected"].iloc[-1] == found.losses.pairs


def test_a_section_is_one_damage(ladder):
    lost, _ = worst_attack(ladder, ["a"], ["d"], k=1, by="section", seconds=60)
    found = recover(ladder, ["a"], ["d"], lost=lost)
    assert len(found.damages) == 1
    assert set(found.damages[0].closure.links) <= set(ladder.links.index)
    with pytest.raises(InputError, match="no pair is connected"):
        worst_attack(drawn("a -road 1- b", "c -road 1- d"), ["a"], ["d"], k=1, by="link", seconds=9)


def test_vehicles_a_day_are_those_of_the_min_cut(mixed):
    lost = ["danube-bridge-1", "danube-bridge-2", "cernavoda-bridge"]
    ends = ["beograd"], ["bucuresti"]
    found = recover(mixed, *ends, lost=lost, measure="vehicles")
    left = list(lost)
    for row in found.table.to_dict("records"):
        left = [name for name in left if name != row["repaired"]]
        assert row["vehicles_day"] == min_cut(mixed.close(*left), *ends).vehicles_day
    whole = min_cut(mixed, *ends).vehicles_day
    assert found.table["vehicles_day"].iloc[-1] == whole
    hours = np.diff(found.table["day"]) * 24
    assert found.plan.harm == pytest.approx(((whole - found.table["vehicles_day"].iloc[:-1]) * hours).sum())


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"crews": 0}, "the number of crews is 0; it must be at least 1"),
        ({"crews": 10**9}, "at most 1,000"),
        ({"sets": -1}, "the number of bridge sets is -1; it must be 0 or more"),
        ({"measure": "euros"}, "not measured by 'euros'; there are pair-hours, vehicles"),
        ({"seconds": 0}, "0 seconds; it must be more than 0"),
        ({"seconds": float("nan")}, "nan seconds"),
        ({"lost": []}, "nothing is lost"),
        ({"repairs": "nowhere.csv"}, "nowhere.csv:1: file is missing"),
    ],
)
def test_refusals(ways, asked, said):
    with pytest.raises(InputError) as error:
        recover(ways, ["a"], ["d"], **{"lost": ["a--b-road"], **asked})
    assert said in str(error.value)
