"""Breakpoints in words, as rows and as a chart; the command that asks for them."""

import pytest

from console import ask, mobility, refused
from drawing import drawn
from mobility import findings
from mobility.errors import InputError

ROADS = drawn("a -road 60- b id=near", "a -road 90- b id=long")


def test_the_title_says_where_it_turns_over():
    found = findings.flip(ROADS, "a", "b", over="near:speed=20..80")
    assert found.title == "a – b: the speed of a–b (road) turns the best route over at 40 km/h"
    assert found.summary["breakpoints"] == pytest.approx([40])
    assert "state" not in found.columns
    same = findings.flip(ROADS, "a", "b", over="near:speed=50..80")
    assert same.title == "a – b: whatever the speed of a–b (road) is from 50 to 80 km/h, the best route is the same"


def test_on_the_command_line(small, run, tmp_path):
    answer = ask("route alfa delta --flip border:gate:wait=0..9", network=small)
    assert answer["summary"]["routes"] == len(answer["rows"]) == 1
    assert answer["rows"][0]["value_to"] == 9
    chart = tmp_path / "flip.svg"
    assert run(f"route alfa delta --flip border:gate:open=0..1 -o {chart}").exit_code == 0
    assert "no route" in chart.read_text(encoding="utf-8")
    for more, said in (
        ("--why", "either --why or --flip"),
        ("-k 2", "leave out -k and --diverse"),
        ("--via bravo", "--why and --flip take one FROM and one TO"),
    ):
        refused(run(f"route alfa delta --flip border:gate:wait=0..9 {more}"), said)
    refused(run("route alfa delta --flip gate"), "write NAME:attribute=A..B")
    refused(run("route alfa delta --flip nowhere:wait=0..1"), "nowhere")
    refused(run(f"route alfa delta -o {chart}"), "this answer has no chart")


def test_a_finding_without_a_range_has_no_answer():
    with pytest.raises(InputError, match="between 1 and 1,000"):
        findings.flip(ROADS, "a", "b", over="near:speed=0..80")
    assert mobility("route durres vlore --flip durres-rrashbull-road:wait=0..1").exit_code == 2


def test_a_change_in_words(small, run):
    net = drawn("a -road 60- b id=near", "a -road 90- b id=long")
    found = findings.flip_change(
        net, net.close("link:near"), ["a"], ["b"], over="near:speed=20..120", change="closed it"
    )
    assert found.title == "Closed it: mean +0.0 h with near:speed at 20 km/h, +1.0 h at 120"
    assert found.sentences[1:] == ("From 40 km/h on some pair is slower.",)
    none = findings.flip_change(net, net.close("b"), ["a"], ["b"], over="near:speed=20..120")
    assert none.title == "Change: no pair is left, for an end of each is closed"
    answer = ask("whatif -x delta--echo-road --from alfa --to echo --flip border:gate:wait=0..9", network=small)
    assert answer["summary"]["stretches"] == len(answer["rows"])
    refused(run("whatif -x gate --flip border:gate:wait=0..9 --why"), "either --why or --flip")
    refused(run("whatif -x gate --flip border:gate:wait=0..9 --each links"), "--flip asks about one change")
