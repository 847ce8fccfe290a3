"""A deployment over draws against `deploy` on every drawn network, and limits of a drawn one."""

import json
from collections import Counter
from functools import partial

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from drawing import drawn
from mobility.analysis.sweeps import sweep
from mobility.cli import cli
from mobility.deployment.compared import answer
from mobility.deployment.deploy import deploy
from mobility.doubt.draws import drawn_network
from mobility.errors import InputError, NoRouteError, TooLateError
from mobility.present.findings.deployment import uncertain_deployment

WORDS = ["deploy", "--vehicles", "60", "--from", "alexandroupoli", "--to", "varna"]


@pytest.mark.parametrize(("common", "infix"), [(False, ""), (True, "common_")])
def test_it_is_deploy_on_every_drawn_network(mixed, common, infix):
    ends = ["alexandroupoli"], ["varna", "burgas"]
    found = uncertain_deployment(mixed, *ends, vehicles=100, draws=7, seed=5)
    each = [deploy(drawn_network(mixed, 5, number, common=common), *ends, vehicles=100) for number in range(7)]
    hours = sorted(one.complete_h for one in each)
    assert [found.total[f"complete_h_{infix}{p}"] for p in ("p5", "p50", "p95")] == [hours[0], hours[3], hours[6]]
    assert found.total[f"complete_{infix}share"] == 1
    binds = Counter(limit.id for one in each for limit in one.limiting)
    shares = found.table.set_index("id")[f"binds_{infix}share"]
    assert shares[shares > 0].to_dict() == pytest.approx({name: count / 7 for name, count in binds.items()})


def test_denied_transit_stays_denied_in_a_draw(shipped):
    """The pair's own country is lifted before the draw, or lifting would undo it."""
    net = shipped.under("mixed", transit="no-GR,RS")
    drawn_net = drawn_network(net.lifting(["GR"]), 0, 0)
    expected = answer(drawn_net, vehicles=40, origins="alexandroupoli", destinations="varna").found.complete_h
    found = uncertain_deployment(net, "alexandroupoli", "varna", vehicles=40, draws=1, seed=0)
    assert found.total["complete_h_p50"] == expected
    assert (drawn_net.links["reason"].str.startswith("transit denied: RS")).sum() > 50


def test_on_a_drawn_road_its_capacity_is_drawn():
    """10 packets over one road of 6 hours: between a third and twice its 240 vehicles a day."""
    net = drawn("a -road 360- b").set("a--b-road", "capacity", 240)
    found = uncertain_deployment(net, "a", "b", vehicles=200, draws=30, seed=1)
    # 200 vehicles at 10 an hour, the last 6 hours on the way
    assert deploy(net, "a", "b", vehicles=200).complete_h == 6 + 20
    least, most = 6 * 0.98 / 1.15 + 200 / 20, 6 * 1.02 / 0.5 + 200 / 3.3
    assert least <= found.total["complete_h_p5"] < found.total["complete_h_p95"] <= most + 2
    assert found.table["id"].tolist() == ["a--b-road"]


def test_draws_that_are_too_late_count_as_such():
    net = drawn("a -road 60- b").set("a--b-road", "capacity", 240)
    found = uncertain_deployment(net, "a", "b", vehicles=400, draws=20, seed=1, horizon_days=2).total
    assert 0 < found["complete_share"] < 1
    assert found["complete_h_p5"] < 48
    assert np.isnan(found["complete_h_p95"])
    with pytest.raises(TooLateError):
        uncertain_deployment(net, "a", "b", vehicles=4000, draws=4, seed=1, horizon_days=2)
    with pytest.raises(NoRouteError):
        uncertain_deployment(net.set("a--b-road", "capacity", 0), "a", "b", vehicles=4, draws=4, seed=1)
    with pytest.raises(InputError, match="draws"):
        uncertain_deployment(net, "a", "b", vehicles=4, draws=0, seed=1)


@pytest.mark.slow
def test_two_workers_say_the_same(mixed):
    both = [
        uncertain_deployment(
            mixed, "alexandroupoli", "varna", vehicles=60, draws=2, seed=0, run=partial(sweep, workers=n)
        )
        for n in (1, 2)
    ]
    pd.testing.assert_frame_equal(both[0].table, both[1].table)
    assert both[0].total == both[1].total


def test_on_the_command_line():
    result = CliRunner().invoke(cli, [*WORDS, "--uncertain", "4", "-f", "json"], catch_exceptions=False)
    whole = json.loads(result.stdout)["summary"]["uncertain"]
    assert (whole["draws"], whole["complete_share"]) == (4, 1)
    assert whole["complete_h_p5"] <= whole["complete_h_p50"] <= whole["complete_h_p95"]
    assert {"kind", "id", "name", "binds_share", "binds_common_share"} <= set(whole["binding"][0])
    said = CliRunner().invoke(cli, [*WORDS, "--uncertain", "4"], catch_exceptions=False).stderr
    assert f"4 draws (seed 0): complete after {whole['complete_h_p5']:.1f} to {whole['complete_h_p95']:.1f} h" in said


@pytest.mark.parametrize(
    "words", [["--table", "origins"], ["--table", "refusals"], ["-o", "x.png"], ["--uncertain", "0"], ["--seed", "-2"]]
)
def test_refusals(words):
    result = CliRunner().invoke(cli, [*WORDS, "--uncertain", "4", *words])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--uncertain" in result.stderr or "--seed" in result.stderr
