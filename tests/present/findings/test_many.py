"""Many changes in words: the first row leads, and no change that does nothing is counted."""

from mobility import findings
from mobility.model.scenario import Scenario

ASKED = [
    ("nothing", Scenario(close=("c--d-road",))),
    ("slow", Scenario(close=("a--b-road",), title="The short way")),
    ("cut", Scenario(close=("b--d-road", "c--d-road"))),
    ("end", Scenario(close=("place:d",))),
]


def test_the_worst_leads_and_what_matters_is_counted(ladder):
    found = findings.each(ladder, ["a"], ["d"], changes=ASKED)
    assert found.table["change"].tolist()[0] == "cut"
    assert found.title == "cut: 1 pair cut off"
    assert found.sentences[1] == "3 of 4 changes matter to any of 1 pair (times under way)."
    assert found.summary == {"pairs": 1, "changes": 4, "of_effect": 3, "cutting_off": 1, "connecting": 0}
    rows = found.table.set_index("change")
    assert rows.at["slow", "name"] == "The short way"
    assert (rows.at["end", "pairs_lost_end"], rows.at["end", "pairs_cut_off"]) == (1, 0)
    assert found.rows is found.table


def test_an_end_that_is_lost_and_hours_are_told(ladder):
    assert findings.each(ladder, ["a"], ["d"], changes=ASKED[3:]).title == "end: 1 pair without an end"
    assert findings.each(ladder, ["a"], ["d"], changes=ASKED[1:2]).title == (
        "The short way: 1 pair slower, +0.1 h in the mean of all pairs"
    )


def test_nothing_that_matters(ladder):
    found = findings.each(ladder, ["a"], ["d"], changes=ASKED[:1])
    assert found.sentences == ("0 of 1 change matter to any of 1 pair (times under way).",)


def test_projects_gain_and_sections_lose(planned):
    built = findings.each(planned, ["a"], ["b"], changes="projects")
    assert built.title.startswith("Building ")
    assert built.table["total_delta_h"].is_monotonic_increasing
    lost = findings.each(planned, ["a"], ["b"], changes="sections")
    assert lost.title.startswith("Losing ")
    assert "1 pair cut off" in lost.title
