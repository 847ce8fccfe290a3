"""How often sets of projects are in the front over draws: against points of each draw, and when nothing is in doubt."""

import numpy as np
import pytest

from mobility.analysis.fronts import judged
from mobility.analysis.measured import Sets
from mobility.doubt.choices import uncertain_front
from mobility.doubt.draws import Draws
from mobility.errors import InputError


def test_shares_are_those_of_the_draws_one_by_one(planned):
    sets = Sets.of(planned, projects=["p1", "p2", "p3"])
    found = uncertain_front(sets, k=1, draws=6, seed=3)
    for kind, common in (("", False), ("common_", True)):
        draws = Draws.of(sets.layers.network, 3, common=common, rows=(sets.layers.row, len(planned.links)))
        each = [sets.points(1, hours=draws.hours_in(number))[0] for number in range(6)]
        inside = np.array([[state == "front" for state in judged(sets.euro, points)[0]] for points in each])
        assert found.table[f"front_{kind}share"].tolist() == inside.mean(axis=0).tolist()
        gains = np.sort([[point.gain / 3_600_000 for point in points] for points in each], axis=0)
        assert found.table[f"gain_h_{kind}p5"].tolist() == gains[0].tolist()
        assert found.table[f"gain_h_{kind}p95"].tolist() == gains[-1].tolist()
    assert found.total == {"made": 6, "made_common": 6}
    assert found.table.set_index("projects").loc[["", "p3", "p1;p2"], "robust"].all()
    again = uncertain_front(sets, k=1, draws=6, seed=3)
    assert again.table.equals(found.table)


def test_a_way_that_may_not_exist_is_left_out_of_some_draws(planned):
    """Without the old way beside it, half the time, what is built is worth more: the pair is often cut off today."""
    sets = Sets.of(planned.set("a--m-road", "exists", 0.5), projects=["p1", "p2", "p3"])
    found = uncertain_front(sets, k=1, draws=40)
    row = found.table.set_index("projects").loc["p1;p2"]
    assert 0 < row["front_share"] < 1, "no pair is connected in the other draws, so that nothing built is best"


def test_draws_end_with_the_time(planned):
    sets = Sets.of(planned, projects=["p1", "p2", "p3"])
    found = uncertain_front(sets, k=1, draws=5, seconds=0.0)
    assert found.total == {"made": 0, "made_common": 0}
    assert found.table["front_share"].isna().all()
    assert not found.table["robust"].any()


def test_draws_that_make_no_sense(planned):
    with pytest.raises(InputError, match="draws"):
        uncertain_front(Sets.of(planned, projects=["p3"]), k=1, draws=0)
