"""What is asked of a deployment: loads of a cargo, ends by word or role, and the shares of the places of entry."""

from dataclasses import replace

import pytest

from drawing import drawn
from mobility.analysis.pairs import Pairs
from mobility.deployment.asked import check, ends_asked, lorry_loads, supply_of
from mobility.errors import InputError, NoRouteError
from mobility.model.profiles import Cargo

FUEL = Cargo("fuel", "tank lorries", t_per_lorry=15.0, t_per_train=900.0, t_per_train_range=(400, 1000), sources="")
ROLES = {"a": {"role": "origin"}, "c": {"role": "origin"}, "b": {"role": "destination"}}


@pytest.mark.parametrize(("tonnes", "loads"), [(15, 1), (15.1, 2), (0.1, 1), (15_000_000, 1_000_000)])
def test_a_load_begun_is_a_lorry(tonnes, loads):
    assert lorry_loads(tonnes, FUEL) == loads


@pytest.mark.parametrize("tonnes", [0, -1, 15_000_001, float("inf"), float("nan")])
def test_tonnes_that_nobody_moves(tonnes):
    with pytest.raises(InputError, match="above 0 and at most 15,000,000 of fuel"):
        lorry_loads(tonnes, FUEL)


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ((float("nan"), 1, 1, 60), "whole number"),
        ((1, float("inf"), 1, 60), "0 or more"),
        ((1, float("nan"), 1, 60), "0 or more"),
        ((1, 1, 367, 60), "1 to 366"),
        ((1, 1, 1, 20), "60, 30, 15, 10 minutes"),
    ],
)
def test_numbers_that_make_no_sense(numbers, said):
    check(1, 0, 366, 10)
    with pytest.raises(InputError, match=said):
        check(*numbers)


def test_ends_by_word_by_role_and_as_pairs():
    net = drawn("a -road 60- b", "c -road 60- b", places=ROLES)
    assert ends_asked(net, None, None) == (["a", "c"], ["b"])
    assert ends_asked(net, ["c"], "a") == (["c"], ["a"])
    assert ends_asked(net, Pairs.of(net, ["c"], ["b"]), None) == (["c"], ["b"])
    shut = net.close("place:a")
    assert ends_asked(shut, None, None) == (["c"], ["b"])  # by role only what is not closed


def test_shares_and_the_rest():
    net = drawn("a -road 60- b", "c -road 60- b", "d -road 60- e", places=ROLES)
    assert supply_of(net, ["a", "c"], ["b"], {}, 100) == {}
    assert supply_of(net, ["a", "c"], ["b"], {"a": 0.25}, 100) == {"a": 25, "": 75}
    assert supply_of(net, ["a", "c"], ["b"], {"a": 0.25, "c": 0.75}, 100) == {"a": 25, "c": 75, "": 0}
    assert supply_of(net, ["a", "d"], ["b"], {"d": 0, "a": 1}, 10) == {"d": 0, "a": 10, "": 0}  # no way is asked of d
    with pytest.raises(NoRouteError):
        supply_of(net, ["a", "d"], ["b"], {"d": 1}, 10)


def test_a_place_named_twice_has_two_shares():
    net = drawn("a -road 60- b", places=ROLES)
    net = replace(net, places=net.places.assign(name=["Alpha" if p == "a" else p for p in net.places.index]))
    with pytest.raises(InputError, match="a has two shares"):
        supply_of(net, ["a"], ["b"], {"a": 0.5, "Alpha": 0.5}, 10)
