"""Draws of the days that repairs take: the point lies in its interval, days that are known do not move."""

import pytest

from mobility import recover, uncertain_recovery
from mobility.errors import InputError

LOST = ["danube-bridge-1", "cernavoda-bridge", "beska-bridge"]


@pytest.fixture(scope="module")
def found(mixed):
    return recover(mixed, lost=LOST, crews=2, sets=1)


def test_the_days_lie_in_their_intervals(found):
    doubt = uncertain_recovery(found, draws=120, seed=3)
    table, days = doubt.table, found.table["day"].iloc[1:].to_numpy()
    assert table["repaired"].tolist() == found.table["repaired"].iloc[1:].tolist()
    for kind in ("", "common_"):
        assert (table[f"day_{kind}p5"] < days).all()
        assert (table[f"day_{kind}p95"] > days).all()
        assert doubt.total[f"back_day_{kind}p5"] <= found.back_day <= doubt.total[f"back_day_{kind}p95"]
        assert 0 <= doubt.total[f"best_{kind}share"] <= 1
    assert doubt.table.equals(uncertain_recovery(found, draws=120, seed=3).table)
    assert not doubt.table.equals(uncertain_recovery(found, draws=120, seed=4).table)


def test_a_common_factor_moves_all_of_a_class_together(found):
    """All three are bridges of one class: those begun at once without a set end at once in every draw."""
    doubt = uncertain_recovery(found, draws=50)
    first = [row for row, day in enumerate(found.table["from_day"].iloc[1:]) if day == 0]
    plain = [row for row in first if not found.table["bridge_set"].iloc[row + 1]]
    assert len(plain) >= 1
    assert doubt.table["day_common_p5"].iloc[plain].nunique() == 1


def test_days_that_are_given_are_known(mixed):
    given = [f"{name}:days={days}" for name, days in zip(LOST, (3, 4, 5), strict=True)]
    found = recover(mixed, lost=LOST, damages=given)
    doubt = uncertain_recovery(found, draws=9)
    assert doubt.table["day_p5"].tolist() == doubt.table["day_p95"].tolist() == found.table["day"].iloc[1:].tolist()
    assert doubt.total["best_share"] == doubt.total["best_common_share"] == 1
    assert doubt.total["back_day_p50"] == found.back_day


@pytest.mark.parametrize(("draws", "seed"), [(0, 0), (2.5, 0), (10**9, 0), (5, -1)])
def test_draws_and_seeds_that_make_no_sense(found, draws, seed):
    with pytest.raises(InputError):
        uncertain_recovery(found, draws=draws, seed=seed)
