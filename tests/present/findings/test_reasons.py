"""Why a route: its hours by kind, the next ones against it, what is refused, and what a person reads of it."""

import pytest

from console import ask, refused
from drawing import drawn
from mobility import findings, k_best_routes
from mobility.present.findings.reasons import hours_by_kind, told
from oracles import BORDER, CHANGE


def net():
    """a -10- gate -20- b with a wait of half an hour; roads of 80 and 95 minutes, and one of 5 for light ones."""
    return drawn(
        "a -road 10- gate id=near", "gate -road 20- b id=far country=BB", "a -road 80- b id=long",
        "a -road 95- b id=longer", "a -road 5- b id=light max_gross_t=1",
        places={"gate": BORDER, "a": CHANGE},
        borders=[{"place": "gate", "countries": "AA-BB", "mode": "road", "wait_h": 0.5}],
    )  # fmt: skip


def test_hours_by_kind_add_up():
    legs = k_best_routes(net(), "a", "b", k=1)
    hours = hours_by_kind(legs)
    assert hours == pytest.approx(
        {"road_h": 0.5, "rail_h": 0, "sea_h": 0, "crossing_h": 0.5, "transfer_h": 0, "rest_h": 0}
    )
    assert told(hours) == "road 0.5, borders 0.5"
    assert told(dict.fromkeys(hours, 0.0)) == "nothing"


def test_the_answer_in_words_and_rows():
    found = findings.why(net(), "a", "b")
    assert [one["links"] for one in found.summary["routes"]] == ["near;far", "long", "longer"]
    assert found.title == "a – b: 1.0 h, 30 km; another is best once a–gate takes more than 20.0 min longer"
    assert found.sentences[1].startswith("route 2: +0.33 h, +50 km, leaves the best at a, is back at b, over a–b")
    assert "road +0.8, borders -0.5" in found.sentences[1]
    assert "refused, gross mass: costs 0.9 h" in found.sentences[3]
    assert [row["limit"] for row in found.summary["refused"]] == ["gross mass"]
    assert found.table["what"].iloc[-1] == "refused"
    near = found.rows.iloc[0]  # three things in a row that give way to the same road are one row
    assert near["name"] == "a–gate and 2 more"
    assert near["hours"] == pytest.approx(1)
    assert found.view.network is found.network


def test_routes_that_share_little():
    found = findings.why(net(), "a", "b", k=2, diverse=True)
    assert [one["links"] for one in found.summary["routes"]] == ["near;far", "long"]


def test_a_route_without_another():
    found = findings.why(drawn("a -road 10- b"), "a", "b")
    assert found.title.endswith("nothing on it that took longer would turn it over")
    assert found.sentences[-1] == "no limit, closure or denial refuses a quicker way"


def test_on_the_command_line(small, run):
    answer = ask("route alfa delta --why", network=small)
    (pair,) = ask("routes --from alfa --to delta", network=small)["rows"]
    assert answer["summary"]["routes"][0]["links"] == pair["links"]
    rises = {row["thing"]: row for row in answer["rows"] if row["change"] == "rise" and row["on_route"]}
    assert isinstance(rises["alfa--bravo-road"]["tolerance_ms"], int | float)
    for more in ("--via bravo", "--start 06:00", "--by arrival"):
        refused(run(f"route alfa delta --why {more}"), "--why and --flip take one FROM and one TO")
    refused(run("route alfa foxtrot --why"), "no route from alfa to foxtrot", status=1)
