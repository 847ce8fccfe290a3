"""Routes at random in words, and on the map."""

import pytest

from drawing import drawn
from mobility.errors import InputError
from mobility.present import findings

TWO = ("a -road 60- b", "a -road 60- b", "b -road 30- c corridors=access")


def test_the_odds_are_told_from_both_sides():
    finding = findings.random_routes(drawn(*TWO), "a", "c", k=1, hit_h=8)
    assert finding.title == "a – c at random: 2 routes, 4.0 h lost on average under the worst closure"
    assert finding.sentences[0] == (
        "Drawn by these odds the route costs 4.00 h more than the best one on average, whichever section is closed; "
        "no odds do better."
    )
    assert (
        "The attacker's best odds cost 4.00 h whatever route is taken: the same from both sides."
        in finding.sentences[1]
    )
    assert "hit it 50 % of the time; the best route always taken costs 8.00 h." in finding.sentences[1]
    assert finding.summary["value_h"] == pytest.approx(4)
    assert [attack["probability"] for attack in finding.summary["attacks"]] == pytest.approx([0.5, 0.5])
    assert finding.table["length_km"].tolist() == [90, 90]
    (layer,) = finding.view.layers
    assert layer.values == pytest.approx({"a--b-road": 50, "a--b-road-2": 50, "b--c-road": 100})


def test_several_ends_are_refused(ladder):
    with pytest.raises(InputError, match="take one FROM and one TO"):
        findings.random_routes(ladder, ["a", "b"], "d", k=1)
