"""Why a change costs what it does, in words."""

import pytest

from console import ask, refused
from drawing import drawn
from mobility import findings

NET = drawn("a -road 60- b id=near", "a -road 90- b id=long", "a -road 100- b id=longer", "c -road 10- b")


def test_hours_by_kind_and_what_is_lost_in_words():
    found = findings.differences(NET, NET.close("link:near"), ["a", "c"], ["b"], change="closed near")
    assert found.title == "Closed near: 1 of 2 pairs takes another time"
    assert found.sentences[1:] == (
        "+0.5 h in all over 1 pair: road +0.5.",
        "Their routes before took what is lost: a–b (road) (1 pair).",
        "The first of the new routes gives way to another once a–b (road) takes 10.0 min longer.",
    )
    assert len(found.rows) == 1
    assert found.summary["lost"] == [{"link": "near", "pairs": 1}]


def test_pairs_that_are_cut_off_lead():
    net = drawn("a -road 60- b id=only", "c -road 10- b")
    found = findings.differences(net, net.close("link:only"), ["c", "a"], ["b"])
    assert found.table["from"].tolist() == ["a", "c"]
    assert found.summary["compared"] == 0
    assert found.sentences[1] == "Their routes before took what is lost: a–b (1 pair)."


def test_on_the_command_line(small, run):
    answer = ask("whatif -x alfa--bravo-road --from alfa --to delta --why", network=small)
    (row,) = answer["rows"]
    assert row["lost"] == "alfa--bravo-road"
    assert row["delta_h"] == pytest.approx(answer["summary"]["delta_h"])
    refused(run("whatif -x gate --why --each links"), "--why asks about one change")
    refused(run("whatif -x gate --why --uncertain 3"), "--why asks about one change")
    refused(run("whatif --why"), "nothing to compare")
