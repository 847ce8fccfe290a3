"""Draws: the distribution, the ranges, whose factors are common, and a clock that tells what the drawn network says."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing import RULES, drawn
from mobility.doubt.draws import Draws, drawn_network, factor
from mobility.errors import InputError
from mobility.model.passage import existence_probability, handled_per_day
from mobility.model.profiles import HANDLINGS


@given(st.floats(0.1, 1), st.floats(1, 5))
def test_mode_and_mean_of_a_factor_are_one(low, high):
    """Each side is a triangle that falls from 1, worked by hand: its mean lies a third of its width from 1."""
    quantile = (np.arange(200_000) + 0.5) / 200_000
    value = factor(quantile, low, high)
    assert (np.diff(value) >= 0).all()
    assert low - 1e-9 <= value[0] <= 1 <= value[-1] <= high + 1e-9
    assert value.mean() == pytest.approx(1, abs=2e-3)
    for side, edge in ((value[value < 1], low), (value[value > 1], high)):
        if len(side) > 1000:
            assert side.mean() == pytest.approx(1 + (edge - 1) / 3, abs=2e-3)


def test_a_factor_without_range_is_one():
    assert factor(np.array([0.0, 0.3, 1.0]), 1.0, 1.0).tolist() == [1, 1, 1]


def test_hours_a_day_are_drawn(mixed):
    draws = Draws.of(mixed, 5)
    low, high = mixed.rules.uncertainty["hours_per_day"]
    hours = [draws.day_hours(number) for number in range(300)]
    assert 12 * low <= min(hours) < 9
    assert 15 < max(hours) <= 12 * high
    assert Draws.of(mixed.under("wheeled"), 5).day_hours(3) <= 24


def test_hours_a_day_and_the_gap_between_packets_are_drawn_apart(mixed):
    """One stream for both would put long days and wide gaps together."""
    seen = [drawn_network(mixed, 0, number).profile for number in range(8)]
    day, gap = ([getattr(profile, name) for profile in seen] for name in ("hours_per_day", "packet_gap_min"))
    assert len(set(day)) == len(set(gap)) == len(seen)
    assert np.argsort(day).tolist() != np.argsort(gap).tolist()


@pytest.fixture(scope="module")
def certain(mixed):
    """The shipped network, of which every way exists."""
    return replace(mixed, rules=replace(mixed.rules, exists=dict.fromkeys(mixed.rules.exists, 1.0)))


@pytest.mark.parametrize("common", [False, True])
def test_hours_stay_in_the_ranges_of_confidence_and_mode(mixed, certain, common):
    draws, rules, links = Draws.of(certain, 5, common=common), mixed.rules.uncertainty, mixed.links
    factor = np.array([draws.hours_in(number) for number in range(300)])[:, : len(links)] / links["time_h"].to_numpy()
    length = np.array([rules[f"length_{c}"] for c in links["length_confidence"]])
    paced = [mixed.under("mixed", pace=pace).links["time_h"] / links["time_h"] for pace in ("best", "observed")]
    speed = np.array([rules.get(f"{mode}_speed", (np.nan, np.nan)) for mode in links["mode"]])
    fast, slow = (
        np.where(links["mode"] == "rail", rail, 1 / by) for rail, by in zip(paced, speed.T[::-1], strict=True)
    )
    least, most = length[:, 0] * fast - 1e-12, length[:, 1] * slow + 1e-12
    assert (factor >= least).all()
    assert (factor <= most).all()
    spread = (factor.max(axis=0) - factor.min(axis=0)) / (most - least)
    assert spread.min() > 0.3  # every link moves, and over much of its range
    assert spread.max() > 0.7


def test_a_draw_repeats_and_no_two_are_alike(mixed, certain):
    assert (Draws.of(mixed, 5).hours_in(3) == Draws.of(mixed, 5).hours_in(3)).all()
    draws = Draws.of(certain, 5)
    assert (draws.hours_in(3) != draws.hours_in(4))[: len(mixed.links)].all()
    assert (draws.hours_in(3) != Draws.of(certain, 6).hours_in(3))[: len(mixed.links)].all()


def test_a_common_factor_is_that_of_a_country_and_class():
    border = {"kind": "border_crossing", "country": "AA-BB"}
    net = drawn(
        "a -road 10- b",
        "b -road 20- c",
        "c -road 30- d road_class=motorway",
        "d -road 40- e country=BB",
        "e -rail 50- f",
        "f -road 60- a length_confidence=low",
        places={"x": border, "y": border, "z": border | {"country": "AA-CC"}},
        borders=[{"place": p, "countries": "AA-BB", "mode": "road", "wait_h": 1} for p in "xyz"],
    )
    draws = Draws.of(net, 0, common=True)
    ab, bc, motorway, abroad, rail, low, x, y, z, *handling = draws.hours_in(0) / draws.hours
    assert ab == bc
    assert len({ab, motorway, abroad, rail, low, *handling}) == 5 + len(HANDLINGS)
    assert x == y != z
    own = Draws.of(net, 0)
    assert len(set(own.hours_in(0) / own.hours)) == len(own.hours)


@pytest.mark.parametrize("common", [False, True])
def test_before_and_after_a_change_a_link_has_the_same_factor(mixed, common):
    after = mixed.build("all").close("country:HU")
    draws = [Draws.of(net, 1, common=common) for net in (mixed, after)]
    factor = [d.hours_in(7)[: len(mixed.links)] / d.hours[: len(mixed.links)] for d in draws]
    alike = (mixed.links[["road_class", "length_confidence"]] == after.links[["road_class", "length_confidence"]]).all(
        axis=1
    )
    # Of a railway that is rebuilt the range moves too: from observed to best is another share of its new pace.
    alike &= (mixed.links["mode"] != "rail") | (mixed.links["max_speed_kmh"] == after.links["max_speed_kmh"])
    assert (mixed.links["time_h"] != after.links["time_h"]).sum() > 50
    assert factor[0][alike] == pytest.approx(factor[1][alike], rel=1e-12)


def test_a_drawn_network_keeps_to_the_ranges_of_capacities(mixed):
    rules = mixed.rules
    gap = replace(rules, uncertainty=rules.uncertainty | {"packet_gap_min": (1.0, 1.0)})
    net = replace(mixed, rules=gap)
    seen = [drawn_network(net, 0, number, common=number % 2 == 0) for number in range(40)]
    for mode in ("road", "rail"):
        at = (net.links["mode"] == mode) & (net.links["capacity"] > 0)
        factor = np.array([s.links.loc[at, "capacity"] / net.links.loc[at, "capacity"] for s in seen])
        least, most = rules.uncertainty[f"capacity_{mode}"]
        assert least <= factor.min() < 1 < factor.max() <= most
    ports = np.isfinite(handled_per_day(net.places, rules))
    factor = np.array(
        [handled_per_day(s.places, rules)[ports] / handled_per_day(net.places, rules)[ports] for s in seen]
    )
    assert (
        rules.uncertainty["capacity_port"][0]
        <= factor.min()
        < 1
        < factor.max()
        <= rules.uncertainty["capacity_port"][1]
    )
    assert np.isinf(handled_per_day(seen[0].places, rules)[~ports]).all()
    unread = existence_probability(net.links, rules) < 1
    assert (seen[0].links["active"] == net.links["active"])[~unread].all()
    assert 0 < (seen[0].links["active"] != net.links["active"]).sum() < 0.1 * unread.sum()


UNREAD = "corridors=relief attr_confidence=low"
HALF = replace(RULES, exists=RULES.exists | {"primary": 0.5, "rail": 0.0})


def test_what_may_not_exist_is_relief_of_which_no_state_was_read():
    net = drawn(
        f"a -road 100- b {UNREAD}", f"b -road 200- c {UNREAD}",
        "c -road 100- d", f"d -road 100- e {UNREAD} restriction=works",
        "e -road 100- f corridors=relief", f"f -rail 100- g {UNREAD}", f"g -sea 9- h {UNREAD}",
    )  # fmt: skip
    assert existence_probability(net.links, HALF).tolist() == [0.5, 0.25, 1, 1, 1, 0, 1]
    asked = net.set("c--d-road", "exists", 0.3).set("a--b-road", "exists", 1)
    assert existence_probability(asked.links, HALF).tolist() == [1, 0.25, 0.3, 1, 1, 0, 1]


def test_a_link_is_left_out_of_as_many_draws_as_it_may_not_exist(line):
    net = line.set("a--b-road", "exists", 0.25)
    draws = Draws.of(net, 5)
    gone = np.array([draws.absent_in(number) for number in range(4000)])
    assert gone[:, 0].mean() == pytest.approx(0.75, abs=0.02)
    assert not gone[:, 1:].any()
    for number in range(20):
        hours, other = draws.hours_in(number), Draws.of(line, 5).hours_in(number)
        assert np.isinf(hours).tolist() == gone[number].tolist()
        assert hours[~gone[number]].tolist() == other[~gone[number]].tolist(), "nothing else changes by it"
        seen = drawn_network(net, 5, number)
        assert seen.links["active"].tolist() == (~gone[number][:3]).tolist()


def test_all_of_a_class_and_country_share_a_common_quantile(line):
    net = line.set("a--b-road", "exists", 0.5).set("b--c-road", "exists", 0.5).set("c--d-road", "exists", 0.75)
    draws = Draws.of(net, 5, common=True)
    gone = np.array([draws.absent_in(number)[:3] for number in range(400)])
    assert (gone[:, 0] == gone[:, 1]).all()
    assert (gone[:, 0] >= gone[:, 2]).all(), "what is less sure goes first"
    assert 0.15 < gone[:, 2].mean() < 0.35


def test_none_and_one(line):
    """Of a probability of 1 no draw is without it; with 0 it is out at once, whatever is asked or built."""
    gone = line.set("b--c-road", "exists", 0)
    assert gone.links["active"].tolist() == [True, False, True]
    assert gone.links.at["b--c-road", "reason"] == "does not exist, as asked: --set exists=0"
    assert gone.set("b--c-road", "exists", 1).links["active"].all()
    sure = Draws.of(line.set("b--c-road", "exists", 1), 1)
    assert not any(sure.absent_in(number).any() for number in range(100))
    for value in (-0.1, 1.1, float("nan"), float("inf")):
        with pytest.raises(InputError, match=r"is not between 0 and 1"):
            line.set("b--c-road", "exists", value)
