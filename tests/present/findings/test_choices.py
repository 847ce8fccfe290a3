"""Sets of projects in words, as a chart, over draws and over profiles."""

import pytest

from mobility.present import findings
from mobility.present.findings.beside import side_by_side

ALL = ["p1", "p2", "p3"]


def test_what_is_said_of_the_front(planned):
    finding = findings.pareto(planned, projects=[*ALL, "p4"])
    assert finding.title.startswith("For EUR 100 m pairs are no slower under the worst closure than today without: ")
    assert finding.title.endswith(": first half + second half")
    assert finding.summary["sets"] == 8
    assert (finding.summary["front"], finding.summary["dominated"], finding.summary["open"]) == (4, 4, 0)
    first, nothing, dominated, left_out = finding.sentences
    assert first.startswith("All 8 sets of 3 projects (first half, second half, by-pass): 4 in the front")
    assert nothing.startswith("With nothing built the worst closure (a–m) cuts off 1 pair")
    assert "first half + by-pass (by by-pass)" in dominated
    assert "first half (by nothing built)" in dominated
    assert left_out == "Left out, as no cost is known: p4."
    assert finding.rows["state"].tolist() == ["front"] * 4


def test_robust_sets_are_told_with_their_shares(planned):
    finding = findings.pareto(planned, projects=ALL, draws=(4, 0))
    assert "4 draws (seed 0): " in finding.sentences[-1]
    assert "nothing built 100 % (100 %)" in finding.sentences[-1]
    assert "" in finding.summary["uncertain"]["robust"]
    assert finding.doubt is not None


def test_what_is_not_proven_is_said(planned):
    finding = findings.pareto(planned, projects=ALL, k=2, seconds=1e-9)
    assert any(line.startswith("Not proven in the time given for") for line in finding.sentences)


def test_all_profiles_are_put_together(planned):
    asked = [("one", "best"), ("one", "planning")]
    finding = side_by_side(asked, lambda *_: findings.pareto(planned, projects=ALL))
    assert finding.table.loc[finding.table["projects"] == "", "ways_share"].tolist() == [1]
    assert finding.summary["in_all"] == finding.summary["robust"] == ["", "p3", "p1;p2", "p1;p2;p3"]
    assert finding.sentences[0].startswith("8 sets of projects under 2 profiles and paces: 4 in the front")
    drawn = side_by_side(asked, lambda *_: findings.pareto(planned, projects=ALL, draws=(2, 0)))
    assert {"front_share", "front_common_share"} <= set(drawn.table)


@pytest.mark.parametrize("draws", [None, (3, 0)])
def test_the_chart_has_a_row_for_each_set(planned, draws):
    finding = findings.pareto(planned, projects=ALL, draws=draws)
    figure = finding.chart
    bars = [ax for ax in figure.axes if ax.patches]
    assert len(bars) == 3 + (draws is not None)
    assert all(len(ax.patches) == len(finding.rows) for ax in bars)
