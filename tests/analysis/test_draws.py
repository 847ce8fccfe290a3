"""Draws: the distribution, the ranges, whose factors are common, and a clock that tells what the drawn network says."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import triang

from drawing import drawn
from mobility.analysis.clock import Clock, best_routes
from mobility.analysis.draws import Draws, drawn_network, triangular
from mobility.analysis.pairs import pairs_of, routes
from mobility.model.passage import handled_per_day
from mobility.model.profiles import TRANSFERS
from oracles import MS, networks, oracle, quick

SCENARIOS = [
    {},
    {"profile": "wheeled", "modes": ["road"]},
    {"transit": "no-RS"},
    {"borders": "schengen", "profile": "heavy", "include_access": True},
]


@given(st.floats(0, 1), st.floats(0.1, 1), st.floats(1, 5))
def test_the_distribution_is_the_triangular_one(quantile, low, high):
    expected = triang.ppf(quantile, (1 - low) / (high - low), low, high - low) if high > low else 1.0
    assert triangular(quantile, low, high) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("common", [False, True])
def test_hours_stay_in_the_ranges_of_confidence_and_mode(mixed, common):
    draws, rules, links = Draws.of(mixed, 5, common=common), mixed.rules.uncertainty, mixed.links
    factor = np.array([draws.hours_in(number) for number in range(300)])[:, : len(links)] / links["time_h"].to_numpy()
    length = np.array([rules[f"length_{c}"] for c in links["length_confidence"]])
    speed = np.array([rules[f"{mode}_speed"] for mode in links["mode"]])
    least, most = length[:, 0] / speed[:, 1], length[:, 1] / speed[:, 0]
    assert (factor >= least).all()
    assert (factor <= most).all()
    spread = (factor.max(axis=0) - factor.min(axis=0)) / (most - least)
    assert spread.min() > 0.3  # every link moves, and over much of its range
    assert spread.max() > 0.7


def test_a_draw_repeats_and_no_two_are_alike(mixed):
    draws = Draws.of(mixed, 5)
    assert (draws.hours_in(3) == Draws.of(mixed, 5).hours_in(3)).all()
    assert (draws.hours_in(3) != draws.hours_in(4))[: len(mixed.links)].all()
    assert (draws.hours_in(3) != Draws.of(mixed, 6).hours_in(3))[: len(mixed.links)].all()


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
    assert len({ab, motorway, abroad, rail, low, *handling}) == 5 + len(TRANSFERS)
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
    assert (mixed.links["time_h"] != after.links["time_h"]).sum() > 50
    assert factor[0][alike] == pytest.approx(factor[1][alike], rel=1e-12)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
@pytest.mark.parametrize("common", [False, True])
def test_the_clock_tells_what_the_drawn_network_says(shipped, scenario, common):
    net = shipped.under(scenario.get("profile", "mixed"), **{k: v for k, v in scenario.items() if k != "profile"})
    pairs, draws = pairs_of(net), Draws.of(net, 2, common=common)
    clock = Clock(net, pairs)
    for hours, seen in [(draws.hours, net), (draws.hours_in(4), drawn_network(net, 2, 4, common=common))]:
        if net.denied and seen is not net:
            continue  # lifting what a pair's own ends allow would undo the draw
        said = routes(seen)["time_h"].astype(float).fillna(np.inf) * MS
        assert (clock.ms(hours) == np.rint(said)).all()
    own, said = best_routes(net, pairs) @ np.rint(draws.hours * MS), clock.ms(draws.hours)
    assert (own == np.where(np.isfinite(said), said, 0)).all()


@quick(150)
@given(networks(access=True), st.data())
def test_the_clock_equals_networkx_whatever_the_hours(spec, data):
    net = spec.net
    pairs = [(a, b) for a in net.places.index for b in net.places.index if a != b]
    size = len(net.links) + len(net.borders) + len(TRANSFERS)
    hours = np.array(data.draw(st.lists(st.sampled_from([0.25, 0.5, 1, 2, 5]), min_size=size, max_size=size)))
    shut = data.draw(st.sets(st.sampled_from(list(net.links["id"]))))
    seen = replace(
        net,
        links=net.links.assign(time_h=hours[: len(net.links)]),
        borders=net.borders.assign(wait_h=hours[len(net.links) : -3]),
        profile=replace(net.profile, handling_h=dict(zip(TRANSFERS, hours[-3:], strict=True))),
    )
    open_ = replace(seen, links=seen.links.assign(active=seen.links["active"] & ~seen.links.index.isin(shut)))
    hours[np.flatnonzero(net.links.index.isin(shut))] = np.inf
    expected = [np.inf if ms is None else ms for ms in oracle(open_, pairs).values()]
    assert Clock(net, pairs).ms(hours).tolist() == expected


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
    assert (seen[0].links["active"] == net.links["active"]).all()
