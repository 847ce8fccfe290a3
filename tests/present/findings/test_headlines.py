"""Headline findings are kept as plain values, and what changed between two records is told in words."""

import json

import pytest

from drawing import drawn
from mobility.analysis.pairs import Pairs
from mobility.errors import InputError
from mobility.present.findings import losses, pairs
from mobility.present.findings.headlines import compared, record, sound

NAMES = {"a": {"name": "Alfa"}, "b": {"name": "Bravo"}, "c": {"name": "Charlie"}, "d": {"name": "Delta"}}
LADDER = ("a -road 10- b", "b -road 20- d", "a -road 30- c", "c -road 30- d", "a -road 15- d status=planned")
GAP = [{"id": "gap", "name": "The gap", "links": "a--d-road"}]


def kept(*links, start="a", ends=("b", "d"), project="gap"):
    net = drawn(*links, places=NAMES, projects=GAP)
    asked = Pairs.of(net, [start], list(ends))
    return record(pairs.routes(net, asked), losses.bottlenecks(net, asked), asked, project)


def test_figures_are_those_of_the_findings():
    """a-d takes 30 min, a-b 10. Losing a-b costs b 70 min by c and d, and d 30.

    The gap saves d 15 min, 7.5 a pair. With the worst link lost b takes 80 and d 60 min; with the gap 35 and 30.
    """
    now = kept(*LADDER)
    figures = now["figures"]
    assert (figures["pairs"], figures["connected"]) == (2, 2)
    assert figures["mean_time_h"] == pytest.approx(20 / 60)
    assert figures["worst_loss"] == "a–b"
    assert figures["worst_loss_mean_h"] == pytest.approx((70 + 30) / 2 / 60)
    assert figures["gain_h"] == pytest.approx(7.5 / 60)
    assert figures["n1_gain_h"] == pytest.approx(((80 - 35) + (60 - 30)) / 2 / 60)
    assert now["pairs"][1][:3] == ["a", "d", "Alfa – Delta"]
    assert sound(json.loads(json.dumps(now)), "x") == now, "it survives a file"


def test_without_the_project_nothing_is_said_of_it():
    assert kept(*LADDER, project="corridor:VIII")["figures"]["project"] == ""
    assert compared(kept(*LADDER, project="x"), kept(*LADDER, project="x")).sentences[-1].startswith("Worst loss as")


def test_nothing_changed():
    now = kept(*LADDER)
    found, n1 = compared(now, now), "0.62 h off the mean with the worst link lost"
    assert found.sentences == (
        "Mean of 2 pairs connected in both: 0.3 h; 0 slower, 0 faster.",
        "Worst loss as before: a–b (2 pairs, 0.8 h on average).",
        f"The gap takes 0.12 h off the mean under way, 0.12 h off the mean arrival, {n1}.",
    )
    assert set(found.figures["difference"].dropna()) == {0}


def test_a_slower_link_a_lost_and_a_new_pair():
    """b-d takes 80 min instead of 20: d is reached by c, 30 min later; b is no longer asked about, c is."""
    then = kept(*LADDER)
    now = kept("a -road 10- b", "b -road 80- d", *LADDER[2:], ends=("c", "d"))
    first, loss, gain = compared(then, now).sentences
    assert first == (
        "Mean of 1 pair connected in both: 0.5 → 1.0 h; 1 slower, 0 faster, most Alfa – Delta (+0.5 h); "
        "1 pair no longer connected; 1 pair new."
    )
    assert loss.startswith("Worst loss: a–b (2 pairs, 0.8 h on average) → a–c (")
    assert gain.startswith("The gap takes 0.12 → 0.38 h off the mean under way")
    (row,) = compared(then, now).pairs.to_dict("records")
    assert (row["name"], row["delta_h"]) == ("Alfa – Delta", pytest.approx(0.5))


def test_a_loss_that_cuts_off_is_the_worst():
    only = kept("a -road 10- b", "b -road 10- d", "a -road 1- d status=planned")
    assert compared(only, only).sentences[1] == "Worst loss as before: a–b (2 pairs cut off)."
    none = kept("a -road 10- b", "c -road 10- d", "a -road 1- d status=planned", ends=("d",))
    assert compared(only, none).sentences[0].startswith("No pair is connected in both; 2 pairs no longer connected.")
    assert compared(none, none).sentences[1] == "Worst loss as before: none."


@pytest.mark.parametrize(
    "damage",
    [
        lambda one: one.pop("pairs"),
        lambda one: one["figures"].pop("gain_h"),
        lambda one: one["figures"].update(mean_time_h="fast"),
        lambda one: one["figures"].update(mean_time_h=1e400),
        lambda one: one["figures"].update(worst_loss_pairs_delayed=None),
        lambda one: one["figures"].update(worst_loss=3),
        lambda one: one["pairs"].append(["a", "b"]),
        lambda one: one["pairs"].append(["a", "b", "a – b", True, 1]),
        lambda one: one.update(network=None),
        lambda one: one.update(pairs=3),
    ],
)
def test_what_is_no_record_is_refused(damage):
    now = kept(*LADDER)
    damage(now)
    with pytest.raises(InputError, match=r"old\.html: what it keeps"):
        sound(now, "old.html")
    for other in (None, [], "x", 3):
        with pytest.raises(InputError):
            sound(other, "old.html")
