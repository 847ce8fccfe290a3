"""Curves of arrival: what they draw is what the table of a deployment says."""

import pandas as pd
import pytest
from figures import check
from pages import AT, LINKS

from drawing import drawn
from mobility.deployment.compared import NO_ROUTE, Answer, from_each
from mobility.deployment.deploy import deploy
from mobility.errors import NoRouteError
from mobility.present import findings
from mobility.present.findings import deployment
from mobility.present.print.arrivals import arrival_chart

ROADS = [text for text in LINKS if " -road " in text]


@pytest.fixture(scope="module")
def net():
    """A road from a to d, of which the last link takes 30 vehicles a day."""
    return drawn(*ROADS, places=AT).set("link:c--d-road", "capacity", 30)


def test_the_curve_is_drawn_by_the_hour(net):
    found = deploy(net, "a", "d", vehicles=60)
    figure = findings.deploy(net, "a", "d", vehicles=60).chart
    curve, end = figure.axes[0].lines
    assert curve.get_drawstyle() == "steps-post"
    assert (curve.get_xdata() * 24).tolist() == pytest.approx([0, *found.curve["hour"]])
    assert list(curve.get_ydata()) == [0, *found.curve["vehicles_arrived"]] == [0, 20, 40, 60]
    assert end.get_xdata()[0] * 24 == pytest.approx(found.complete_h)
    words = check(figure)
    assert f"60 vehicles after {found.complete_h:g} h" in words
    assert "What binds: c–d (link)." in " ".join(words)


def test_a_curve_for_each_origin_and_for_all(net, monkeypatch):
    today = from_each(net, ["a", "b"], ["d"], vehicles=60)
    assert list(today) == ["a", "b", "a;b"]
    answers = iter([today, today | {"b": Answer(NO_ROUTE, None)}])
    monkeypatch.setattr(deployment, "from_each", lambda *_, **__: next(answers))
    finding = findings.origins({"today": net, "later": net}, ["a", "b"], ["d"], vehicles=60)
    figure = finding.chart
    said = " ".join(check(figure))
    curves = figure.axes[0].lines[::2]
    assert len(curves) == 5
    looks = [(line.get_color(), line.get_linestyle()) for line in curves]
    assert [looks[i][0] == looks[j][0] for i, j in ((0, 3), (2, 4), (0, 1))] == [True, True, False]
    assert {style for _, style in looks[:3]}.isdisjoint(style for _, style in looks[3:])
    assert "all together, today; binds: c–d (link)" in said
    over = {text.get_text() for text in figure.axes[0].texts}
    assert over == {f"{today[key].found.complete_h:g} h" for key in today}, "hours stand over the ends"
    assert "From b, later: no route." in said
    hours = [today[key].found.complete_h for key in ("b", "a")]
    assert f"60 vehicles complete at d: today: {today['a;b'].found.complete_h:g} h from all" in finding.title
    assert f"{hours[0]:g} to {hours[1]:g} h from one alone; later: " in finding.title
    assert finding.title in said


def test_without_an_arrival_there_is_no_curve(net):
    never = findings.origins({"today": net}, ["a"], ["d"], vehicles=60, horizon_days=1)
    assert never.table["state"].tolist() == ["too late"]
    assert (never.title, never.sentences) == ("No force arrives", ())
    with pytest.raises(NoRouteError, match="no curve"):
        _ = never.chart


def test_arrivals_are_curves_named_at_their_end():
    days = {"today": [0, 50, 100, 100], "built <b>": [80, 100, 100, 100], "late": [0, 0, 0, 90]}
    table = pd.DataFrame([(s, i, v) for s, row in days.items() for i, v in enumerate(row, 1)])
    table.columns = ["scenario", "day", "vehicles_arrived"]
    figure = arrival_chart(table, title="T")
    assert [list(line.get_ydata()[1:]) for line in figure.axes[0].lines] == list(days.values())
    words = check(figure)
    assert {"today", "built <b>", "100 vehicles by day 3", "100 vehicles by day 2", "90 vehicles by day 4"} <= set(
        words
    )
    alone = arrival_chart(table[table["scenario"] == "today"].drop(columns="scenario"))
    assert "100 vehicles by day 3" in check(alone)
    assert len({str(line.get_linestyle()) + str(line._dash_pattern) for line in figure.axes[0].lines}) == 3


def test_no_arrival_is_an_empty_chart():
    assert check(arrival_chart(pd.DataFrame({"day": [], "vehicles_arrived": []})))
