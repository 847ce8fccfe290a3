"""Intervals and random failures against the analyses run on every drawn network, one after the other."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest
from scipy.stats import rankdata, triang

from drawing import RULES, drawn
from mobility.analysis.bottlenecks import bottlenecks
from mobility.analysis.draws import drawn_network
from mobility.analysis.failures import link_failures, pair_failures
from mobility.analysis.pairs import routes
from mobility.analysis.redundancy import project_gains
from mobility.analysis.sweeps import Journal, sweep
from mobility.analysis.uncertainty import uncertain_changes, uncertain_gains, uncertain_hours, uncertain_losses
from mobility.analysis.whatif import whatif
from mobility.errors import InputError
from mobility.model.passage import failure_probability

PROJECTS = ["nis-dimitrovgrad-rail", "medgidia-negru-voda-rail", "rila-motorway"]
ENDS = ["durres", "thessaloniki", "budapest"], ["constanta", "varna"]
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
    found = uncertain_hours(mixed, 21, 3, *ENDS)
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
    found = uncertain_hours(steady(line), 4000, 1, ["a"], ["d"]).table.iloc[0]
    one = triang.ppf([0.05, 0.95], 0.5, 0.8, 0.4)  # all three links together: 10 + 20 + 30 minutes
    assert [found[f"time_h_common_{p}"] for p in ("p5", "p95")] == pytest.approx(one, abs=0.005)
    # The deviation of each is a fifth / sqrt(6) of it; the sum is nearly normal.
    assert found["time_h_p50"] == pytest.approx(1, abs=0.01)
    width = 2 * 1.645 * 0.2 / np.sqrt(6) * np.sqrt(10**2 + 20**2 + 30**2) / 60
    assert found["time_h_p95"] - found["time_h_p5"] == pytest.approx(width, abs=0.01)


def test_what_is_not_connected_has_no_interval(island):
    found = uncertain_hours(island, 5, 0, ["a"], ["b", "d"])
    there, not_there = found.table.iloc[0], found.table.iloc[1]
    assert there.notna().all()
    assert not_there.drop(["from", "to"]).isna().all()
    assert found.total["time_h_p50"] == there["time_h_p50"]
    assert uncertain_hours(island, 5, 0, ["a"], ["d"]).total == {}


@pytest.mark.parametrize(("common", "infix"), KINDS)
def test_changes_are_those_of_every_drawn_network(mixed, common, infix):
    after = mixed.close("border:tabanovce", "danube-bridge-ruse-giurgiu").build("rila-motorway")
    found = uncertain_changes(mixed, after, 15, 0, *ENDS)
    nets = [[drawn_network(net, 0, number, common=common) for net in (mixed, after)] for number in range(15)]
    change = np.array([whatif(*pair, *ENDS)["delta_h"] for pair in nets], dtype=float)
    for name, values in quantiles(change, infix).items():
        assert found.table[f"delta_h{name}"].tolist() == pytest.approx(values.tolist(), abs=1e-6)
    assert found.table[f"slower{infix}share"].tolist() == pytest.approx((change > 30 / 3600).mean(axis=0).tolist())
    assert found.total[f"delta_h{infix}p50"] == pytest.approx(np.sort(change.mean(axis=1))[7], abs=1e-6)


def test_a_change_that_costs_nothing_costs_nothing_in_any_draw(ladder):
    net = ladder.under("plain")
    found = uncertain_changes(net, net.close("b--d-road"), 50, 0, ["a"], ["c"]).table.iloc[0]
    assert found["delta_h_p5"] == found["delta_h_common_p95"] == found["slower_share"] == 0
    cut = uncertain_changes(net, net.close("c--d-road", "b--d-road"), 5, 0, ["a"], ["d"])
    assert cut.table["delta_h_p50"].isna().all()
    assert cut.total == {}


@pytest.mark.parametrize(("common", "infix"), KINDS)
def test_gains_and_ranks_are_those_of_every_drawn_network(mixed, common, infix):
    found = uncertain_gains(mixed, 5, 8, PROJECTS, *ENDS).table.set_index("project")
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
    table = uncertain_gains(net, 3000, 0, None, ["a"], ["b"]).table.set_index("project")
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
    found = uncertain_losses(mixed, 4, 1, *ENDS).table.set_index("link").sort_index()
    hours, ranks = [], []
    for number in range(4):
        table = (
            bottlenecks(drawn_network(mixed, 1, number, common=common), "link", *ENDS).set_index("link").sort_index()
        )
        hours.append(table["total_delay_h"])
        ranks.append(rankdata(-(table["pairs_cut_off"] * 1e6 + table["total_delay_h"].round(6)), method="min"))
    assert list(found.index) == list(table.index)
    for what, values in (("total_delay_h", hours), ("rank", ranks)):
        for name, expected in quantiles(np.array(values), infix).items():
            assert found[f"{what}{name}"].tolist() == pytest.approx(expected.tolist(), abs=1e-4)
    assert ((found["worst10_share"] > 0) <= (found["total_delay_h_p95"] > 0)).all()


def test_a_sole_link_is_the_worst_in_every_draw():
    net = drawn("a -road 10- b", "b -road 10- c", "b -road 500- c", "a -road 90- z corridors=access")
    found = uncertain_losses(net, 20, 0, ["a"], ["c"]).table.set_index("link")
    assert list(found.index) == ["a--b-road", "b--c-road", "b--c-road-2"]
    assert found.loc["a--b-road", ["total_delay_h_p95", "rank_p95", "worst10_share"]].tolist() == [0, 1, 1]
    assert found.loc["b--c-road", ["rank_p5", "rank_p95"]].tolist() == [2, 2]
    assert found.loc["b--c-road-2", "worst10_share"] == 0


@pytest.mark.slow
def test_workers_and_journals_change_nothing(mixed, tmp_path):
    """Blocks of 500 draws of either kind, by one process, by two, and from a file."""
    alone = uncertain_hours(mixed, 501, 4, *ENDS)
    kept = partial(sweep, journal=Journal(tmp_path / "journal", {}))
    for run in (partial(sweep, workers=2), kept, partial(sweep, journal=Journal(tmp_path / "journal", {}))):
        again = uncertain_hours(mixed, 501, 4, *ENDS, run=run)
        pd.testing.assert_frame_equal(again.table, alone.table)
        assert again.total == alone.total
    other = uncertain_hours(mixed, 501, 5, *ENDS)
    assert (other.table["time_h_p50"] != alone.table["time_h_p50"]).all()
    failed = [pair_failures(mixed, 501, 4, *ENDS, run=partial(sweep, workers=n)) for n in (1, 2)]
    pd.testing.assert_frame_equal(*failed)


# Failures


def shut_on(net, seed, days):
    """Of each day the links that are shut, as the docstrings say it: one number per link and day."""
    chance = failure_probability(net.links, net.rules)
    chance = chance.where(net.links["active"] & (net.links["corridors"] != "access"), 0).to_numpy()
    return [net.links.index[np.random.default_rng([seed, day]).random(len(chance)) < chance] for day in range(days)]


def test_failures_by_hand():
    """Two roads of 10 and 12 minutes, shut on every fifth and every second day, and a quay road that never is."""
    net = drawn("a -road 10- b", "a -road 12- b", "b -road 6- q corridors=access")
    net = net.set("a--b-road", "failure", 0.2).set("link:a--b-road-2", "failure", 0.5).set("b--q-road", "failure", 1)
    row = pair_failures(net, 4000, 0, ["a"], ["q"]).iloc[0]
    assert row["connected_share"] == pytest.approx(0.9, abs=0.015)  # not both at once: 1 - 0.2 x 0.5
    assert row["delayed_share"] == pytest.approx(0.1 / 0.9, abs=0.015)  # the first shut, the second open
    assert row["time_h_mean"] * 60 == pytest.approx(16 + 2 * 0.1 / 0.9, abs=0.05)
    assert [row[f"time_h_{p}"] * 60 for p in ("p5", "p50", "p95")] == pytest.approx([16, 16, 18])
    table = link_failures(net, 4000, 0, ["a"], ["q"]).set_index("link").sort_index()
    assert list(table.index) == ["a--b-road", "a--b-road-2"]
    assert table["probability"].tolist() == [0.2, 0.5]
    assert table["days_shut"].tolist() == pytest.approx([800, 2000], rel=0.06)
    # The first costs 2 minutes when the second is open, and the connection when it is not; the second only that.
    assert (table["delay_h"] * 60).tolist() == pytest.approx([2 * 0.5, 0], abs=0.08)
    assert table["cut_off"].tolist() == pytest.approx([0.5, 0.2], abs=0.04)
    assert table["expected_cut_off"].tolist() == (table["cut_off"] * table["probability"]).tolist()


def test_failures_are_what_closing_the_links_of_each_day_does(mixed):
    days = shut_on(mixed, 9, 8)
    closed = [mixed.close(*(f"link:{link}" for link in links)) for links in days]
    hours = np.array([routes(net, *ENDS)["time_h"] for net in closed], dtype=float)
    table = pair_failures(mixed, 8, 9, *ENDS)
    assert table["connected_share"].tolist() == pytest.approx(np.isfinite(hours).mean(axis=0).tolist())
    assert table["time_h_mean"].tolist() == pytest.approx(np.nanmean(hours, axis=0).tolist(), abs=1e-6)
    assert table["delayed_share"].tolist() == pytest.approx(
        (hours > routes(mixed, *ENDS)["time_h"].to_numpy(float) + 1e-9).mean(axis=0).tolist()
    )
    lost = dict.fromkeys(mixed.links.index, 0.0)
    for links, now in zip(days, hours, strict=True):
        for link in links:
            others = [f"link:{other}" for other in links if other != link]
            lost[link] += np.nansum(now - routes(mixed.close(*others), *ENDS)["time_h"].to_numpy(float))
    found = link_failures(mixed, 8, 9, *ENDS).set_index("link")
    total = (found["delay_h"] * found["days_shut"]).fillna(0)
    assert total.to_dict() == pytest.approx({link: lost[link] for link in found.index}, abs=1e-5)
    assert found["days_shut"].to_dict() == {i: sum(i in links for links in days) for i in found.index}


def test_a_link_never_shut_has_no_delay_and_pairs_apart_no_share(island):
    assert pair_failures(island, 3, 0, ["a"], ["d"])[["connected_share", "time_h_mean"]].isna().all(axis=None)
    table = link_failures(island.set("link:a--b-road", "failure", 0), 2, 0, ["a"], ["b"])
    assert table["link"].tolist() == ["c--d-road"]
    assert table["expected_delay_h"].isna().all() == table["days_shut"].eq(0).all()


@pytest.mark.parametrize(
    ("draws", "seed", "said"), [(0, 0, "not 0"), (-3, 0, "not -3"), (1.5, 0, "not 1.5"), (5, -1, "seed")]
)
@pytest.mark.parametrize("ask", [uncertain_hours, uncertain_losses, pair_failures, link_failures, uncertain_gains])
def test_numbers_that_make_no_sense(line, ask, draws, seed, said):
    with pytest.raises(InputError, match=said):
        ask(line, draws, seed, ["a"], ["d"]) if ask is not uncertain_gains else ask(line, draws, seed, [], ["a"], ["d"])


def test_a_network_without_projects_has_no_gains(line):
    table = uncertain_gains(line, 3, 0, None, ["a"], ["d"]).table
    assert project_gains(line, None, ["a"], ["d"]).merge(table, on="project").empty
