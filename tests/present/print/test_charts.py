"""Charts and strips: what they draw is what the table says."""

from dataclasses import replace

import numpy as np
import pytest
from figures import HOSTILE_NAME, check
from matplotlib.colors import to_hex

from drawing import drawn
from mobility.analysis.pairs import Pairs
from mobility.present import findings, style
from mobility.present.findings import gains

LADDER = ("a -road 10- b corridors=VIII", "b -road 10- d corridors=X", "a -road 15- c", "c -road 15- d", "d -road 5- e")
PROJECT = {"id": "p", "name": "Short cut", "links": "a--d-road", "cost_eur_m": "300"}


@pytest.fixture
def net():
    """A ladder with a tail that cuts off e, and a planned short cut."""
    return drawn(*LADDER, "a -road 18- d status=planned", projects=[PROJECT, PROJECT | {"id": "q", "cost_eur_m": ""}])


def lengths(ax):
    return [bar.get_width() for bar in ax.patches]


def test_bottlenecks_are_drawn_as_the_table_has_them(net):
    finding = findings.bottlenecks(net, ["a"], ["d", "e"], by="link")
    table, figure = finding.table, finding.chart
    hours, cut = figure.axes[1:3]
    shown = table[table["pairs_delayed"] > 0]
    one_of_each = table["total_delay_h"].head(3).drop_duplicates().tolist()  # two links in series cost the same
    assert lengths(hours) == pytest.approx(one_of_each)
    assert lengths(cut) == [1, 0]
    assert [to_hex(bar.get_facecolor()).upper() for bar in hours.patches][1:] == [
        style.GROUP_COLOURS[style.group_of(cell)] for cell in shown["corridors"].head(1)
    ]
    words = check(figure)
    assert {"d–e (road)", "a–b, b–d (road)", "2 pairs × 0.2 h, at most 0.2 h", "Corridor VIII", "pairs cut off"} <= set(
        words
    )
    first = table.iloc[0]
    assert (first["name"], first["pairs_cut_off"], first["pairs_delayed"]) == ("d–e", 1, 0)
    assert "Losing d–e cuts 1 pair off; 1 single loss would cut pairs off" in words, "row 1, not the most hours"
    assert "2 more of the first 5 cost no pair any time." in " ".join(words)


def test_without_a_pair_cut_off_there_is_no_panel_for_them(net):
    finding = findings.bottlenecks(net, ["a"], ["d"], by="link")
    words = check(replace(finding, title="T").chart)
    assert "hours lost by all delayed pairs together; no pair is cut off" in words
    assert "T" in words
    assert "pairs cut off" not in words
    first = finding.table.iloc[0]
    said = f"Losing {first['name']} costs 1 pair {first['mean_delay_h']:.1f} h on average"
    assert said in check(finding.chart)


def test_kosovo_carries_its_mark_and_note():
    net = drawn("a -road 10- b", "b -road 9- c country=XK")
    words = check(findings.bottlenecks(net, ["a"], ["c"], by="country").chart)
    assert "XK*" in words
    assert " ".join(words).count(style.KOSOVO_NOTE[:60]) == 1


def test_gains_are_drawn_as_the_table_has_them(net):
    finding = findings.redundancy(net, ["a"], ["d"])
    table, figure = finding.table, finding.chart
    hours, cost = figure.axes[1:3]
    assert lengths(hours) == pytest.approx([*table["gain_h"], *table["arrival_gain_h"], *table["n1_gain_h"]])
    assert lengths(cost) == [300, 0]
    words = check(figure)
    assert {"not known", "300", f"{2 / 60:.2f} / {2 / 60:.2f} / {10 / 60:.2f}", "Short cut"} <= set(words)
    assert finding.title in words


def test_a_project_that_gains_nothing_is_drawn_too(net):
    finding = findings.redundancy(net, ["d"], ["e"])
    assert finding.table["gain_h"].tolist() == [0, 0]
    words = check(finding.chart)
    assert words.count("0.00 / 0.00 / –") == 2
    assert "No project shortens the mean best time" in words


def test_intervals_of_draws_are_lines_on_the_bars(net):
    pairs = Pairs.of(net, ["a"], ["d"])
    finding = gains.uncertain(findings.redundancy(net, pairs), pairs, 40)
    table, figure = finding.table, finding.chart
    drawn = [[list(line[:, 0]) for line in part.get_segments()] for part in figure.axes[1].collections]
    kinds = ("common_", "")
    assert drawn == [table[[f"gain_h_{kind}p5", f"gain_h_{kind}p95"]].to_numpy().tolist() for kind in kinds]
    assert drawn[1][0][0] < drawn[1][0][1] < figure.axes[1].get_xlim()[1]
    assert "90 % of the draws (thin: common factors)" in check(figure)


def test_what_costs_the_same_is_one_row():
    """A square with a way round it: losing any of its three sides costs the pair the same."""
    net = drawn("a -road 5- b", "b -road 5- c", "c -road 5- d", "a -road 30- d", "b -road 40- d")
    finding = findings.bottlenecks(net, ["a"], ["d"], by="link")
    alike = finding.table[finding.table["pairs_delayed"] > 0].groupby("total_delay_h").size()
    assert alike.max() == 3
    figure = finding.chart
    assert len(figure.axes[1].patches) == len(alike)
    assert "2 losses that cost the same as one shown stand in its row." in " ".join(check(figure))


def test_where_no_cost_is_known_there_is_no_panel_for_it(net):
    finding = findings.redundancy(replace(net, projects=net.projects.assign(cost_eur_m=np.nan)), ["a"], ["d"])
    words = check(finding.chart)
    assert "hours off the mean time of the pairs; no cost is known" in words
    assert "not known" not in words


def test_nothing_to_show_is_said(net):
    nothing = findings.bottlenecks(net, ["a"], ["d"], by="link")
    assert "nothing to show" in check(replace(nothing, read=nothing.table.iloc[:0]).chart)
    gain = findings.redundancy(net, ["d"], ["e"])
    assert "nothing to show" in check(replace(gain, table=gain.table.iloc[:0]).chart)


def test_hostile_and_long_names_are_text_that_fits(net):
    links = net.links.assign(name=HOSTILE_NAME + net.links["name"] * 9)
    words = check(findings.bottlenecks(replace(net, links=links), ["a"], ["d", "e"], by="link").chart)
    assert any("</text><script>" in word for word in words)
    projects = net.projects.assign(name=HOSTILE_NAME * 5)
    check(findings.redundancy(replace(net, projects=projects), ["a"], ["d"]).chart)


def test_rows_that_are_not_proven_are_told():
    net = drawn("a -road 10- b", "b -road 10- c", "a -road 30- c")
    found = findings.protect(net, ["a"], ["c"], f=1, k=1)
    unsure = replace(found, table=found.table.assign(optimal=[False, *[True] * (len(found.table) - 1)]))
    names = " ".join(text.get_text() for where in (unsure.chart, *unsure.chart.axes) for text in where.texts)
    assert names.count("(not proven)") == 1
    assert "(not proven)" not in " ".join(t.get_text() for w in (found.chart, *found.chart.axes) for t in w.texts)
