"""The weakest attributes in words: shares of the kilometres, and how much nobody knows."""

from drawing import drawn
from mobility.present import findings


def test_shares_of_the_best_routes():
    net = drawn("a -rail 30- b tracks=1 electrified=yes", "b -rail 10- c tracks=2 electrified=no")
    finding = findings.weakest(net, ["a"], ["c"])
    assert finding.sentences[0].startswith(
        "Along the best routes of 1 pairs: 75 % of the railway is single track; 25 % has no overhead line; "
    )
    assert finding.title == finding.sentences[0].removesuffix(".")
    assert finding.summary["rail_km"] == 40


def test_by_sea_there_is_nothing_weak():
    finding = findings.weakest(drawn("a -sea 30- b"), ["a"], ["b"])
    assert finding.sentences == ("Along the best routes of 1 pairs: no road and no railway.",)
