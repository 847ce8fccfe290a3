"""What is repaired first, in words, and what was lost on the map."""

from dataclasses import replace

import pytest

from drawing import drawn
from mobility import recover
from mobility.present import findings
from mobility.present.findings import recovery


@pytest.fixture(scope="module")
def finding():
    """Two ways from a to d, and x behind d; all lost (see analysis/test_recovery)."""
    net = drawn("a -road 15- b", "b -road 15- d", "a -road 30- c", "c -road 30- d", "d -road 10- x")
    return findings.recover(
        net, ["a"], ["d", "x"], lost=["a--b-road", "a--c-road", "d--x-road"],
        damages=["a--b-road:days=4", "a--c-road:days=1", "d--x-road:days=2"], draws=20,
    )  # fmt: skip


def test_the_words(finding):
    assert finding.title == "Repaired first: a–c – all is back after 7 days"
    lost, first, back, harm, caveat, drawn_words = finding.sentences
    assert lost == "Lost: a–b, a–c, d–x. 2 of 2 pairs cut off, 0.0 h lost in all by the rest."
    assert first == "Repaired first (1 crew, 0 bridge sets): a–c."
    assert back == "Nothing of the loss is left from day 7 on."
    assert harm == (
        "Until then 4 pair-days cut off, and 5 h lost if every pair moves once a day: proven to be the least."
    )
    assert caveat.startswith("Days are the median of real repairs by class")
    assert drawn_words.startswith("20 draws (seed 0) of the days, in this order: all is back day 7 to 7 in 90 %")


def test_the_summary_and_the_columns(finding):
    summary = finding.summary
    assert (summary["back_day"], summary["complete_day"], summary["optimal"], summary["gap"]) == (7, 7, True, 0)
    assert (summary["cut_off_pair_days"], summary["lost_pair_hour_days"]) == (4, 5)
    assert summary["uncertain"]["back_day_p50"] == 7
    assert {"day", "day_p5", "name", "crew", "pairs_cut_off", "lost_pair_hours"} <= set(finding.columns)
    assert set(finding.columns) <= set(finding.table)


def test_the_map_is_wider_what_is_back_later(finding):
    (under,) = finding.view.layers
    assert under.values == {"a--c-road": 1, "d--x-road": 3, "a--b-road": 7}
    assert under.notes["a--b-road"] == "a–b: repaired from day 3 to day 7"


def test_what_hurts_nobody_is_said(ladder):
    finding = findings.recover(ladder, ["a"], ["d"], lost=["b--c-road"])
    assert finding.title == "Repair of 1 damage: no pair loses anything by them"
    assert finding.sentences[1].startswith("No pair loses time by this: the order of repairs makes no difference")


def test_what_brings_nothing_back_is_said(ladder):
    lost, days = ["a--b-road", "b--c-road"], ["a--b-road:days=2", "b--c-road:days=3"]
    finding = findings.recover(ladder, ["a"], ["d"], lost=lost, damages=days)
    assert finding.sentences[2] == (
        "Nothing of the loss is left from day 2 on; the repairs after that, to day 5, bring nothing back."
    )


def test_an_unproven_order_says_how_much_better_another_could_be(ladder):
    found = recover(ladder, ["a"], ["d"], lost=["a--b-road", "a--c-road"], damages=["a--b-road:days=2"])
    half = replace(found, plan=found.plan._replace(bound=found.plan.harm // 2))
    assert recovery._harm_words(half).endswith("not proven to be the least, but no order does more than 50.0 % better")
