"""What is reached in words, as rows, compared with before a closure, and on the map."""

import pytest

from console import ask, refused
from drawing import drawn
from mobility import findings
from mobility.errors import InputError
from mobility.present import style
from mobility.present.web import data

NET = drawn("a -road 60- b", "b -road 60- c id=far", "a -road 240- c id=long")


def test_places_and_kilometres_in_words():
    found = findings.reach(NET, "a", hours=[2, 1])
    assert found.title.startswith("From a: 3 places and 67 % of the links' kilometres within 2 h under way")
    assert [row["places"] for row in found.summary["hours"]] == [2, 3]
    assert [row["km"] for row in found.summary["hours"]] == pytest.approx([60 + 60, 120 + 120])
    assert found.summary["hours"][0]["road_km"] == found.summary["hours"][0]["km"]
    assert found.table["within_h"].tolist() == [1, 1, 2]


def test_before_and_after_a_closure():
    found = findings.reach(NET.close("link:far"), "a", hours=[2], before=NET)
    assert found.table["place"].iloc[0] == "c"  # what is lost leads
    row = found.table.iloc[0]
    assert row["time_h_before"] == 2
    assert row["time_h"] != row["time_h"]
    assert "before the closure 3 places" in found.sentences[0]
    assert found.rows["place"].tolist() == ["c"]  # what has changed
    assert findings.reach(NET.close("link:far"), "a", hours=[9], before=NET).table["delta_h"].iloc[0] == 2


def test_the_map_has_a_layer_for_each_of_the_hours():
    view = findings.reach(NET, "a", hours=[1, 9]).view
    assert [layer.label for layer in view.layers] == ["reached within 9 h", "reached within 1 h"]
    assert [set(layer.values) for layer in view.layers] == [{"far", "long"}, {"a--b-road"}]
    assert len({layer.colour for layer in view.layers}) == 2
    assert view.layers[1].notes["a--b-road"] == "reached after 1.0 h under way"
    assert data.state(view)["most"] == 1  # what a page divides by


def test_no_more_hours_than_colours():
    with pytest.raises(InputError, match="at most 5"):
        findings.reach(NET, "a", hours=range(1, len(style.REACH_COLOURS) + 2))


def test_on_the_command_line(small, run, tmp_path):
    answer = ask("reach alfa --hours 0.1,0.5", network=small)
    assert [row["hours"] for row in answer["summary"]["hours"]] == [0.1, 0.5]
    assert answer["rows"][0]["place"] == "alfa"
    closed = ask("reach alfa --hours 9 -x gate", network=small)
    assert closed["summary"]["hours_before"][0]["places"] > closed["summary"]["hours"][0]["places"]
    links = ask("reach alfa --hours 9 --links", network=small)["rows"]
    assert {"link", "first_h", "whole_h", "km_9", "arrival_km_9"} <= set(links[0])
    page, picture = tmp_path / "reach.html", tmp_path / "reach.svg"
    assert run(f"map --show reach --place alfa --hours 1 -o {page}").exit_code == 0
    assert "reached within 1 h" in page.read_text(encoding="utf-8")
    assert run(f"reach alfa --hours 1 -o {picture}").exit_code == 0
    refused(run("reach alfa --hours soon"), "write hours as 24")
    refused(run("reach alfa --hours 0"), "more than 0")
    refused(run("reach nowhere --hours 1"), "nowhere")
    refused(run("reach set:west --hours 1"), "reach starts at one")
    refused(run("reach alfa"), "--hours")
    refused(run(f"map --show reach -o {page}"), "needs --place")
    refused(run(f"map --place alfa -o {page}"), "--place goes with --show reach")
