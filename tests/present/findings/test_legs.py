"""One route in words: hours, changes of mode, what it rests on; and what is missing where there is none."""

import pytest

from drawing import drawn
from mobility.errors import InputError
from mobility.present import findings


def test_a_route_by_hand():
    net = drawn("a -road 10- b doubtful=yes", "b -road 20- c", places={"a": {"name": "Alfa"}})
    finding = findings.route(net, "a", "c")
    assert finding.title == "Alfa – c: 0.5 h, 30 km"
    (said,) = finding.sentences
    assert said.startswith("route 1: 0.5 h (0.5 h moving), 30 km, 0 change(s) of mode, 0 border(s)")
    assert said.endswith("; status not verified: a–b"), "by name, not by id"
    assert finding.summary["doubtful"] == ["a--b-road"]
    assert "route" not in finding.columns


def test_a_change_of_mode_that_is_an_estimate_is_told_by_place():
    change = {"transfer": "road-rail", "transfer_source": "estimate: drawn", "name": "Bravo"}
    finding = findings.route(drawn("a -road 10- b", "b -rail 20- c", places={"b": change}), "a", "c")
    assert finding.sentences[0].endswith("; change of mode is an estimate at Bravo")


def test_several_routes_have_a_sentence_each(ladder):
    finding = findings.route(ladder, "a", "d", k=2)
    assert [line[:8] for line in finding.sentences] == ["route 1:", "route 2:"]
    assert finding.columns[0] == "route"
    assert [route["route"] for route in finding.summary["routes"]] == [1, 2]
    with pytest.raises(InputError, match="-k and --diverse take one FROM and one TO"):
        findings.route(ladder, ["a", "b"], "d", k=2)


def test_no_route_says_why_and_what_is_missing(island):
    net = drawn("a -road 10- b", "b -road 10- c status=planned", "c -road 10- d")
    finding = findings.route(net, "a", "d")
    assert finding.table.empty
    assert finding.summary["connected"] is False
    assert finding.title.startswith("no route from a to d")
    assert finding.sentences[0] == "smallest set of unopened links that would connect them: b–c (planned)"
    assert findings.route(island, "a", "d").sentences == ()
