"""Routes at random, against the linear programme of all routes and all attacks, from both sides, and by hand."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from drawing import drawn
from mobility.analysis.closable import things_of
from mobility.analysis.interdiction import interdict
from mobility.analysis.pairs import graphs_of
from mobility.analysis.randomised import random_routes
from mobility.errors import InputError, NoRouteError, UnknownNameError
from mobility.vocabulary import split
from oracles import MS, networks, simple_routes


def value(payoffs):
    """Return the value of a game in which the row is chosen to cost most, the column to cost least: both programmes."""
    rows, columns = payoffs.shape
    least = linprog(
        [*np.zeros(columns), 1], np.c_[payoffs, -np.ones(rows)], np.zeros(rows),
        [[*np.ones(columns), 0]], [1], [(0, None)] * columns + [(None, None)],
    )  # fmt: skip
    most = linprog(
        [*np.zeros(rows), -1], np.c_[-payoffs.T, np.ones(columns)], np.zeros(columns),
        [[*np.ones(rows), 0]], [1], [(0, None)] * rows + [(None, None)],
    )  # fmt: skip
    assert least.fun == pytest.approx(-most.fun, abs=1e-7)
    return least.fun


@settings(max_examples=30)
@given(networks(most=8, access=True), st.integers(1, 3), st.sampled_from([0.25, 1.0, 6.0]))
def test_equal_to_the_game_of_all_routes_and_attacks(spec, k, hit_h):
    net = spec.net
    a, b = "a", max(net.places.index)
    found = [(sum(arc[2] for arc in path) / MS, {arc[3] for arc in path}) for path in simple_routes(net, a, b)]
    assume(found)
    best = min(hours for hours, _ in found)
    table = things_of(net, "section", list(graphs_of(net, [(a, b)])))
    things = [set(split(cell)) for cell in table["links"]]
    attacks = [set().union(*some) for n in range(min(k, len(things)) + 1) for some in combinations(things, n)]
    payoffs = np.array([[h - best + hit_h * bool(closed & on) for h, on in found] for closed in attacks])
    mixed = random_routes(net, a, b, k=k, hit_h=hit_h)
    assert mixed.value_h == pytest.approx(value(payoffs), abs=2e-6)
    assert mixed.attacker_h == pytest.approx(mixed.value_h, abs=2e-6)
    # What is told is so: no attack does more to these odds, no route does better against the attacker's.
    odds = mixed.routes["probability"].to_numpy()
    assert odds.sum() == pytest.approx(1)
    assert (np.diff(odds) <= 1e-12).all()
    taken = [set(split(cell)) for cell in mixed.routes["links"]]
    worst = max(odds @ [h + hit_h * bool(closed & on) for h, on in zip(mixed.routes["delta_h"], taken, strict=True)]
                for closed in attacks)  # fmt: skip
    assert worst == pytest.approx(mixed.value_h, abs=2e-6)
    if len(mixed.attacks):
        parts = dict(zip(table.index, things, strict=True))
        closing = [set().union(*(parts[key] for key in split(cell))) for cell in mixed.attacks["attacked"]]
        shares = mixed.attacks["probability"].to_numpy()
        least = min(h - best + hit_h * (shares @ [bool(closed & on) for closed in closing]) for h, on in found)
        assert least == pytest.approx(mixed.value_h, abs=2e-6)
        assert mixed.attacks["attacked"].map(lambda cell: len(split(cell))).max() <= k


def test_two_roads_alike_are_drawn_by_halves():
    net = drawn("a -road 60- b", "a -road 60- b", "b -road 30- c corridors=access")
    mixed = random_routes(net, "a", "c", k=1, hit_h=8)
    assert mixed.routes["probability"].tolist() == pytest.approx([0.5, 0.5])
    assert mixed.value_h == pytest.approx(4)
    assert mixed.hit_probability == pytest.approx(0.5)
    assert mixed.alone_h == 8
    assert sorted(mixed.attacks["attacked"]) == ["a--b-road", "a--b-road-2"]
    everything = random_routes(net, "a", "c", k=2, hit_h=8)
    assert (len(everything.routes), everything.value_h) == (1, 8)


def test_a_detour_is_worth_its_odds():
    """One hour longer, eight for a hit: with odds x of the quick way 8x + (1 - x) or 9 (1 - x): alike at a half."""
    mixed = random_routes(drawn("a -road 60- b", "a -road 120- b"), "a", "b", k=1, hit_h=8)
    assert mixed.routes["probability"].tolist() == pytest.approx([0.5, 0.5])
    assert mixed.value_h == pytest.approx(4.5)


def test_what_nothing_can_close_is_no_gamble():
    mixed = random_routes(drawn("a -road 10- b corridors=access"), "a", "b", k=3)
    assert (len(mixed.routes), len(mixed.attacks), mixed.value_h, mixed.alone_h) == (1, 0, 0, 0)


@settings(max_examples=15)
@given(networks(most=8))
def test_more_closures_never_help_and_a_dearer_hit_never_pays(spec):
    net = spec.net
    b = max(net.places.index)
    assume(not interdict(net, ["a"], [b], k=1).empty)
    values = [[random_routes(net, "a", b, k=k, hit_h=h).value_h for h in (1, 4)] for k in (1, 2, 3)]
    assert (np.diff(values, axis=0) >= -1e-5).all()
    assert (np.diff(values, axis=1) >= -1e-5).all()
    assert (np.array(values) <= [1 + 1e-5, 4 + 1e-5]).all()


def test_what_cannot_be_answered(ladder, island):
    for k in (0, -1, 101):
        with pytest.raises(InputError, match="at least 1 and at most 100"):
            random_routes(ladder, "a", "d", k=k)
    for hours in (0, -1, float("nan"), float("inf")):
        with pytest.raises(InputError, match=r"a hit costs .* hours"):
            random_routes(ladder, "a", "d", k=1, hit_h=hours)
    with pytest.raises(InputError, match="the same place"):
        random_routes(ladder, "a", "a", k=1)
    with pytest.raises(UnknownNameError):
        random_routes(ladder, "a", "nowhere", k=1)
    with pytest.raises(NoRouteError, match="no route from a to d"):
        random_routes(island, "a", "d", k=1)
