"""The same question under every profile and pace: what holds, what turns over, what has no answer."""

import json
from dataclasses import replace

import pytest

from console import mobility
from drawing import PLAIN, RULES, drawn
from mobility.errors import NoRouteError
from mobility.present import findings

DAY = replace(PLAIN, name="day", hours_per_day=12)
# 800 km by road, or 800 km of railway of 200 km/h: at 80, 40 and 30 km/h by the paces, with no change of mode.
LINKS = ("a -road 800- b", "a -rail 800- b speed_kmh= max_speed_kmh=200")
WAYS = [("day", pace) for pace in RULES.paces]


def side(net, question=findings.routes, **more):
    return findings.side_by_side(WAYS, lambda *way: question(net.moving(*way), ["a"], ["b"], **more))


def test_what_holds_and_what_turns_over_is_said():
    """By road 13.3 h and a halt, 25.3; a train at best takes 10 h, else 20 and 26.7."""
    found = side(drawn(*LINKS, profile=DAY))
    assert found.table[["profile", "pace"]].to_numpy().tolist() == [list(way) for way in WAYS]
    assert found.table["mean_time_h"].round(1).tolist() == [10.0, 13.3, 13.3]
    assert found.table["mean_arrival_h"].round(1).tolist() == [10.0, 20.0, 25.3]
    assert found.sentences == (
        "Mean to arrival from 10.0 h (day/best) to 25.3 h (day/observed). Holds in all 3: pairs connected: 1 of 1.",
        "Turns over, mostly by: rail (day/best); road (day/planning, day/observed).",
    )
    assert found.summary["holds"] == {"pairs connected": "1 of 1"}
    assert found.summary["turns_over"] == {
        "mostly by": {"rail": ["day/best"], "road": ["day/planning", "day/observed"]}
    }


def test_a_change_is_compared_by_its_direction():
    """A motorway that is 60 km shorter helps where one drives; at the best pace one does not."""
    net = drawn(*LINKS, "a -road 740- b status=planned id=new", profile=DAY)

    def ask(*way):
        seen = net.moving(*way)
        return findings.whatif(seen, seen.build("new"), ["a"], ["b"])

    found = findings.side_by_side(WAYS, ask)
    assert found.table["mean under way"].tolist() == ["unchanged", "shorter", "shorter"]
    assert "Holds in all 3: cut off: no pairs." in found.sentences[0]


def test_a_way_without_an_answer_is_said_and_none_at_all_raises():
    net = drawn("a -rail 800- b max_axle_t=20", profile=DAY)
    heavy = replace(DAY, name="heavy", rail_axle_t=22)
    net = replace(net, rules=replace(net.rules, profiles={"day": DAY, "heavy": heavy}))

    def ask(*way):
        return findings.deploy(net.moving(*way), ["a"], ["b"], vehicles=5)

    found = findings.side_by_side([("day", "best"), ("heavy", "best")], ask)
    assert found.table["state"].tolist()[0] == "answered"
    assert found.table["state"].tolist()[1].startswith("no route from a to b")
    assert found.sentences[-1] == "No answer in 1: heavy/best."
    with pytest.raises(NoRouteError, match="no route"):
        findings.side_by_side([("heavy", "best")], ask)


def test_nothing_connected_has_no_range():
    found = side(drawn("a -road 10- c", "d -road 10- b", profile=DAY))
    assert found.sentences[0] == "Mean to arrival: none. Holds in all 3: pairs connected: 0 of 1; mostly by: none."


def test_the_network_under_another_profile_keeps_what_was_asked_of_it(mixed):
    net = mixed.under("mixed", modes=["road"], transit="nato", exclude_doubtful=True).close("border:tabanovce")
    other = net.moving("heavy", "best")
    assert (other.profile.name, other.pace, other.profile.modes) == ("heavy", "best", ("road",))
    assert other.denied == net.denied
    assert other.exclude_doubtful
    assert (other.links["closure"] == net.links["closure"]).all()


@pytest.mark.parametrize("words", [
    ["routes"], ["whatif", "-x", "gate"], ["deploy", "--vehicles", "20"],
    ["redundancy", "--project", "foxtrot-road"],
])  # fmt: skip
def test_the_commands_show_one_table(run, words):
    name, *more = words
    done = run(name, *more, "-p", "all", "--pace", "all", "-f", "json")
    rows = json.loads(done.stdout)["rows"]
    assert len(rows) == 12
    assert {row["pace"] for row in rows} == {*RULES.paces}


@pytest.mark.parametrize(("words", "said"), [
    (["bottlenecks", "-p", "all"], "-p all and --pace all are for routes, whatif, redundancy and deploy"),
    (["route", "durres", "varna", "--pace", "ALL"], "are for routes, whatif, redundancy and deploy"),
    (["routes", "-p", "all", "--uncertain", "5"], "leave out --uncertain"),
    (["redundancy", "-p", "all", "--table", "pairs"], "compare --table projects"),
    (["deploy", "-p", "all", "--vehicles", "9", "-o", "x.png"], "have no chart"),
    (["routes", "--pace", "brisk"], "no pace is called 'brisk'; there are best, planning, observed"),
])  # fmt: skip
def test_where_it_makes_no_sense_it_is_refused(words, said):
    done = mobility(*words)
    assert done.exit_code == 2
    assert said in done.stderr
