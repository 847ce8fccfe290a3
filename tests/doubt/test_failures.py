"""Links that fail at random: by hand, and against closing the links of each day."""

import numpy as np
import pytest

from drawing import drawn
from mobility.analysis.routes import routes
from mobility.doubt.failures import link_failures, pair_failures
from mobility.model.passage import failure_probability

ENDS = ["durres", "thessaloniki", "budapest"], ["constanta", "varna"]


def shut_on(net, seed, days):
    """Of each day the links that are shut, as the docstrings say it: one number per link and day."""
    chance = failure_probability(net.links, net.rules)
    chance = chance.where(net.links["active"] & (net.links["corridors"] != "access"), 0).to_numpy()
    return [net.links.index[np.random.default_rng([seed, day]).random(len(chance)) < chance] for day in range(days)]


def test_failures_by_hand():
    """Two roads of 10 and 12 minutes, shut on every fifth and every second day, and a quay road that never is."""
    net = drawn("a -road 10- b", "a -road 12- b", "b -road 6- q corridors=access")
    net = net.set("a--b-road", "failure", 0.2).set("link:a--b-road-2", "failure", 0.5).set("b--q-road", "failure", 1)
    row = pair_failures(net, ["a"], ["q"], days=4000, seed=0).iloc[0]
    assert row["connected_share"] == pytest.approx(0.9, abs=0.015)  # not both at once: 1 - 0.2 x 0.5
    assert row["delayed_share"] == pytest.approx(0.1 / 0.9, abs=0.015)  # the first shut, the second open
    assert row["time_h_mean"] * 60 == pytest.approx(16 + 2 * 0.1 / 0.9, abs=0.05)
    assert [row[f"time_h_{p}"] * 60 for p in ("p5", "p50", "p95")] == pytest.approx([16, 16, 18])
    table = link_failures(net, ["a"], ["q"], days=4000, seed=0).set_index("link").sort_index()
    assert list(table.index) == ["a--b-road", "a--b-road-2"]
    assert table["probability"].tolist() == [0.2, 0.5]
    assert table["days_shut"].tolist() == pytest.approx([800, 2000], rel=0.06)
    # The first costs 2 minutes when the second is open, and the connection when it is not; the second only that.
    assert (table["delay_h"] * 60).tolist() == pytest.approx([2 * 0.5, 0], abs=0.08)
    assert table["cut_off"].tolist() == pytest.approx([0.5, 0.2], abs=0.04)
    assert table["expected_cut_off"].tolist() == (table["cut_off"] * table["probability"]).tolist()


def test_failures_are_what_closing_the_links_of_each_day_does(mixed):
    days = shut_on(mixed, 9, 5)
    closed = [mixed.close(*(f"link:{link}" for link in links)) for links in days]
    hours = np.array([routes(net, *ENDS)["time_h"] for net in closed], dtype=float)
    table = pair_failures(mixed, *ENDS, days=5, seed=9)
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
    found = link_failures(mixed, *ENDS, days=5, seed=9).set_index("link")
    total = (found["delay_h"] * found["days_shut"]).fillna(0)
    assert total.to_dict() == pytest.approx({link: lost[link] for link in found.index}, abs=1e-5)
    assert found["days_shut"].to_dict() == {i: sum(i in links for links in days) for i in found.index}


def test_a_link_never_shut_has_no_delay_and_pairs_apart_no_share(island):
    assert pair_failures(island, ["a"], ["d"], days=3, seed=0)[["connected_share", "time_h_mean"]].isna().all(axis=None)
    table = link_failures(island.set("link:a--b-road", "failure", 0), ["a"], ["b"], days=2, seed=0)
    assert table["link"].tolist() == ["c--d-road"]
    assert table["expected_delay_h"].isna().all() == table["days_shut"].eq(0).all()
