"""Intervals and random failures against the analyses run on every drawn network, one after the other."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest
from scipy.stats import rankdata, triang

from drawing import PLAIN, RULES, drawn
from mobility.analysis.bottlenecks import bottlenecks
from mobility.analysis.redundancy import project_gains
from mobility.analysis.routes import routes
from mobility.analysis.sweeps import Journal, sweep
from mobility.analysis.whatif import whatif
from mobility.doubt.draws import drawn_network
from mobility.doubt.failures import link_failures, pair_failures
from mobility.doubt.intervals import uncertain_changes, uncertain_gains, uncertain_hours, uncertain_losses
from mobility.errors import InputError

ENDS = ["durres", "thessaloniki", "budapest"], ["constanta", "varna"]

PROJECTS = ["nis-dimitrovgrad-rail", "medgidia-negru-voda-rail", "rila-motorway"]
KINDS = (False, "_"), (True, "_common_")
STEADY = dict.fromkeys(RULES.uncertainty, (1.0, 1.0)) | {"length_high": (0.8, 1.2)}


def quantiles(values, common):
    """Of draws x things, by pandas: the nearest rank."""
    table = pd.DataFrame(values).quantile([0.05, 0.5, 0.95], interpolation="inverted_cdf")
    return {f"{common}{p}": row.to_numpy() for p, row in zip(("p5", "p50", "p95"), table.iloc, strict=True)}


def steady(net):
    """The network with no other doubt than a length that is up to a fifth wrong."""
    return replace(net, rules=replace(net.rules, uncertainty=STEADY))


@pytest.mark.parametrize(("common", "infix"), KINDS)
def test_hours_are_those_of_every_drawn_network(mixed, common, infix):
    found = uncertain_hours(mixed, *ENDS, draws=21, seed=3)
    tables = [routes(drawn_network(mixed, 3, number, common=common), *ENDS) for number in range(21)]
    hours = np.array([table["time_h"] for table in tables], dtype=float)
    for name, values in quantiles(hours, infix).items():
        assert found.table[f"time_h{name}"].tolist() == pytest.approx(values.tolist(), abs=1e-6)
    for name, value in quantiles(hours.mean(axis=1), infix).items():
        assert found.total[f"time_h{name}"] == pytest.approx(value[0], abs=1e-6)
    own = routes(mixed, *ENDS)["links"]
    same = np.mean([table["links"] == own for table in tables], axis=0)
    assert found.table[f"same_route{infix}share"].tolist() == pytest.approx(same.tolist())


def test_on_a_line_independent_factors_even_out_and_common_ones_do_not(line):
    found = uncertain_hours(steady(line), ["a"], ["d"], draws=4000, seed=1).table.iloc[0]
    one = triang.ppf([0.05, 0.95], 0.5, 0.8, 0.4)  # all three links together: 10 + 20 + 30 minutes
    assert [found[f"time_h_common_{p}"] for p in ("p5", "p95")] == pytest.approx(one, abs=0.005)
    # The deviation of each is a fifth / sqrt(6) of it; the sum is nearly normal.
    assert found["time_h_p50"] == pytest.approx(1, abs=0.01)
    width = 2 * 1.645 * 0.2 / np.sqrt(6) * np.sqrt(10**2 + 20**2 + 30**2) / 60
    assert found["time_h_p95"] - found["time_h_p5"] == pytest.approx(width, abs=0.01)


def test_arrivals_without_doubt_are_those_of_routes():
    """By road 13 h and a halt, by sea 20 h without: the route by arrival is the same in every draw."""
    sure = dict.fromkeys(RULES.uncertainty, (1.0, 1.0))
    port = {"transfer": "road-sea", "transfer_source": "estimate: drawn"}
    day = replace(PLAIN, name="day", hours_per_day=12)
    places = {"p": port, "q": port}
    net = drawn("a -road 780- b", "a -road 60- p", "p -sea 960- q", "q -road 60- b", places=places, profile=day)
    net = replace(net, rules=replace(net.rules, uncertainty=sure))
    found = uncertain_hours(net, ["a"], ["b"], draws=5)
    assert found.table.filter(regex="^arrival_h").to_numpy().tolist() == [[20.0] * 6]
    assert found.total["arrival_h_p50"] == routes(net, ["a"], ["b"])["arrival_h"].iloc[0]


def test_hours_a_day_are_drawn_for_arrivals():
    """13 h are there at once where the day has 13 h or more, else after the halt that fills the day."""
    day = replace(PLAIN, name="day", hours_per_day=12)
    sure = dict.fromkeys(RULES.uncertainty, (1.0, 1.0)) | {"hours_per_day": (0.75, 1.25)}
    net = drawn("a -road 780- b", profile=day)
    net = replace(net, rules=replace(net.rules, uncertainty=sure))
    found = uncertain_hours(net, ["a"], ["b"], draws=400).table.iloc[0]
    assert (found["time_h_p5"], found["time_h_p95"]) == (13, 13)
    assert found["arrival_h_p5"] == 13
    # In one draw in twenty the day has less than 12 (0.75 + 0.25 sqrt 0.1) = 9.9 h, and the halt more than 14.1 h.
    assert found["arrival_h_p95"] == pytest.approx(27.1, abs=0.3)


def test_a_change_of_arrival_is_drawn_on_both_sides():
    day = replace(PLAIN, name="day", hours_per_day=12)
    net = drawn("a -road 780- b", "a -road 660- b status=planned id=new", profile=day)
    net = replace(net, rules=replace(net.rules, uncertainty=dict.fromkeys(RULES.uncertainty, (1.0, 1.0))))
    found = uncertain_changes(net, net.build("new"), ["a"], ["b"], draws=5)
    assert found.total["arrival_delta_h_p50"] == found.table["arrival_delta_h_p95"].iloc[0] == -14


def test_what_is_not_connected_has_no_interval(island):
    found = uncertain_hours(island, ["a"], ["b", "d"], draws=5, seed=0)
    there, not_there = found.table.iloc[0], found.table.iloc[1]
    assert there.notna().all()
    assert not_there.drop(["from", "to"]).isna().all()
    assert found.total["time_h_p50"] == there["time_h_p50"]
    assert uncertain_hours(island, ["a"], ["d"], draws=5, seed=0).total == {}


def test_ways_that_may_not_exist_are_carried_by_hours_losses_and_gains():
    """a to d by b in 20 min, if a-b exists (7 draws in 10), else by c in 60; d to x in 10, if it exists (4 in 10)."""
    net = drawn(
        "a -road 10- b", "b -road 10- d", "a -road 30- c", "c -road 30- d", "d -road 10- x",
        "a -road 20- d status=planned id=new",
        projects=[{"id": "p", "name": "p", "links": "new"}],
    )  # fmt: skip
    sure = dict.fromkeys(RULES.uncertainty, (1.0, 1.0))
    net = replace(net, rules=replace(net.rules, uncertainty=sure))
    net = net.set("a--b-road", "exists", 0.7).set("d--x-road", "exists", 0.4)
    hours = uncertain_hours(net, ["a"], ["d", "x"], draws=2000, seed=0)
    near, far = hours.table.iloc[0], hours.table.iloc[1]
    assert [near[f"time_h_{p}"] for p in ("p5", "p50", "p95")] == [20 / 60, 20 / 60, 1]
    assert near["same_route_share"] == pytest.approx(0.7, abs=0.03)
    assert (near["connected_share"], far["connected_share"]) == (1, pytest.approx(0.4, abs=0.03))
    assert [far[f"time_h_{p}"] for p in ("p5", "p95")] == [0.5, 70 / 60], "of the draws in which there is a way"
    assert far["same_route_share"] == pytest.approx(0.28, abs=0.03)
    lost = uncertain_losses(net, ["a"], ["d"], draws=400, seed=1).table.set_index("link")
    assert lost.loc["b--d-road", ["total_delay_h_p5", "total_delay_h_p95"]].tolist() == [0, 40 / 60]
    assert lost.loc["d--x-road", "total_delay_h_p95"] == 0
    gain = uncertain_gains(net, ["a"], ["d"], draws=400, seed=1).table.iloc[0]
    assert (gain["gain_h_p5"], gain["gain_h_p95"]) == (0, pytest.approx(40 / 60))
    change = uncertain_changes(net, net.close("b--d-road"), ["a"], ["d", "x"], draws=400, seed=1).table
    assert change["slower_share"].tolist() == pytest.approx([0.7, 0.28], abs=0.06)


@pytest.mark.parametrize(("common", "infix"), KINDS)
def test_changes_are_those_of_every_drawn_network(mixed, common, infix):
    after = mixed.close("border:tabanovce", "danube-bridge-ruse-giurgiu").build("rila-motorway")
    found = uncertain_changes(mixed, after, *ENDS, draws=15, seed=0)
    nets = [[drawn_network(net, 0, number, common=common) for net in (mixed, after)] for number in range(15)]
    change = np.array([whatif(*pair, *ENDS)["delta_h"] for pair in nets], dtype=float)
    for name, values in quantiles(change, infix).items():
        assert found.table[f"delta_h{name}"].tolist() == pytest.approx(values.tolist(), abs=1e-6)
    assert found.table[f"slower{infix}share"].tolist() == pytest.approx((change > 30 / 3600).mean(axis=0).tolist())
    assert found.total[f"delta_h{infix}p50"] == pytest.approx(np.sort(change.mean(axis=1))[7], abs=1e-6)


def test_a_change_that_costs_nothing_costs_nothing_in_any_draw(ladder):
    net = ladder.under("plain")
    found = uncertain_changes(net, net.close("b--d-road"), ["a"], ["c"], draws=50, seed=0).table.iloc[0]
    assert found["delta_h_p5"] == found["delta_h_common_p95"] == found["slower_share"] == 0
    cut = uncertain_changes(net, net.close("c--d-road", "b--d-road"), ["a"], ["d"], draws=5, seed=0)
    assert cut.table["delta_h_p50"].isna().all()
    assert cut.total == {}


@pytest.mark.parametrize(("common", "infix"), KINDS)
def test_gains_and_ranks_are_those_of_every_drawn_network(mixed, common, infix):
    found = uncertain_gains(mixed, *ENDS, draws=5, seed=8, projects=PROJECTS).table.set_index("project")
    gains = []
    for number in range(5):
        before = routes(drawn_network(mixed, 8, number, common=common), *ENDS)["time_h"]
        built = [routes(drawn_network(mixed.build(key), 8, number, common=common), *ENDS)["time_h"] for key in PROJECTS]
        gains.append([(before - after).mean() for after in built])
    ranks = rankdata(-np.array(gains).round(9), method="min", axis=1)
    for what, values in (("gain_h", gains), ("rank", ranks)):
        for name, expected in quantiles(values, infix).items():
            assert found.loc[PROJECTS, f"{what}{name}"].tolist() == pytest.approx(expected.tolist(), abs=1e-6)


def test_ranks_by_hand():
    """Two new roads of 10 and 11 minutes beside one of 20; lengths are up to a fifth wrong."""
    new = "status=planned corridors=T"
    projects = [{"id": key, "name": key, "links": key} for key in ("short", "long", "never")]
    net = steady(
        drawn(
            "a -road 20- b",
            f"a -road 10- b id=short {new}",
            f"a -road 11- b id=long {new}",
            f"a -road 60- b id=never {new}",
            projects=projects,
        )
    )
    table = uncertain_gains(net, ["a"], ["b"], draws=3000, seed=0, projects=None).table.set_index("project")
    assert table.loc["short", ["rank_p50", "best3_share"]].tolist() == [1, 1]
    assert (
        table.loc["short", ["rank_p5", "rank_p95"]].tolist()
        == table.loc["long", ["rank_p5", "rank_p95"]].tolist()
        == [1, 2]
    )
    assert table.loc["never", ["gain_h_p95", "rank_p5", "best3_share"]].tolist() == [0, 3, 0]
    # One factor for all: the shorter stays the shorter.
    assert table.loc[["short", "long"], "rank_common_p95"].tolist() == [1, 2]


@pytest.mark.parametrize(("common", "infix"), KINDS)
def test_losses_are_those_of_every_drawn_network(mixed, common, infix):
    found = uncertain_losses(mixed, *ENDS, draws=4, seed=1).table.set_index("link").sort_index()
    hours, ranks, gone = [], [], 0
    for number in range(4):
        seen = bottlenecks(drawn_network(mixed, 1, number, common=common), *ENDS, by="link").set_index("link")
        table = seen[["pairs_cut_off", "total_delay_h"]].reindex(
            found.index, fill_value=0
        )  # what is not there: no loss
        gone += len(found) - len(seen)
        hours.append(table["total_delay_h"])
        ranks.append(rankdata(-(table["pairs_cut_off"] * 1e6 + table["total_delay_h"].round(6)), method="min"))
    assert gone > 0
    for what, values in (("total_delay_h", hours), ("rank", ranks)):
        for name, expected in quantiles(np.array(values), infix).items():
            assert found[f"{what}{name}"].tolist() == pytest.approx(expected.tolist(), abs=1e-4)
    assert ((found["worst10_share"] > 0) <= (found["total_delay_h_p95"] > 0)).all()


def test_a_sole_link_is_the_worst_in_every_draw():
    net = drawn("a -road 10- b", "b -road 10- c", "b -road 500- c", "a -road 90- z corridors=access")
    found = uncertain_losses(net, ["a"], ["c"], draws=20, seed=0).table.set_index("link")
    assert list(found.index) == ["a--b-road", "b--c-road", "b--c-road-2"]
    assert found.loc["a--b-road", ["total_delay_h_p95", "rank_p95", "worst10_share"]].tolist() == [0, 1, 1]
    assert found.loc["b--c-road", ["rank_p5", "rank_p95"]].tolist() == [2, 2]
    assert found.loc["b--c-road-2", "worst10_share"] == 0


@pytest.mark.slow
def test_workers_and_journals_change_nothing(mixed, tmp_path):
    """Blocks of 500 draws of either kind, by one process, by two, and from a file."""
    alone = uncertain_hours(mixed, *ENDS, draws=501, seed=4)
    kept = partial(sweep, journal=Journal(tmp_path / "journal", {}))
    for run in (partial(sweep, workers=2), kept, partial(sweep, journal=Journal(tmp_path / "journal", {}))):
        again = uncertain_hours(mixed, *ENDS, draws=501, seed=4, run=run)
        pd.testing.assert_frame_equal(again.table, alone.table)
        assert again.total == alone.total
    other = uncertain_hours(mixed, *ENDS, draws=501, seed=5)
    assert (other.table["time_h_p50"] != alone.table["time_h_p50"]).all()
    failed = [pair_failures(mixed, *ENDS, days=501, seed=4, run=partial(sweep, workers=n)) for n in (1, 2)]
    pd.testing.assert_frame_equal(*failed)


@pytest.mark.parametrize(
    ("draws", "seed", "said"), [(0, 0, "not 0"), (-3, 0, "not -3"), (1.5, 0, "not 1.5"), (5, -1, "seed")]
)
@pytest.mark.parametrize("ask", [uncertain_hours, uncertain_losses, pair_failures, link_failures, uncertain_gains])
def test_numbers_that_make_no_sense(line, ask, draws, seed, said):
    with pytest.raises(InputError, match=said):
        ask(line, ["a"], ["d"], **{"days" if ask in {pair_failures, link_failures} else "draws": draws}, seed=seed)


def test_a_network_without_projects_has_no_gains(line):
    table = uncertain_gains(line, ["a"], ["d"], draws=3, seed=0, projects=None).table
    assert project_gains(line, ["a"], ["d"], projects=None).merge(table, on="project").empty
