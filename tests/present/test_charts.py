"""Charts and strips: what they draw is what the table says."""

from dataclasses import replace

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from test_figures import HOSTILE, boxes, meet, read

from drawing import drawn
from mobility.analysis.bottlenecks import bottlenecks
from mobility.analysis.redundancy import project_gains
from mobility.analysis.uncertainty import uncertain_gains
from mobility.errors import UnknownNameError
from mobility.present import sheet, style
from mobility.present.charts import arrival_chart, bottleneck_chart, gains_chart
from mobility.present.strip import strip

LADDER = ("a -road 10- b corridors=VIII", "b -road 10- d corridors=X", "a -road 15- c", "c -road 15- d", "d -road 5- e")
PROJECT = {"id": "p", "name": "Short cut", "links": "a--d-road", "cost_eur_m": "300"}


@pytest.fixture
def net():
    """A ladder with a tail that cuts off e, and a planned short cut."""
    return drawn(*LADDER, "a -road 18- d status=planned", projects=[PROJECT, PROJECT | {"id": "q", "cost_eur_m": ""}])


def check(figure):
    """Nothing is cut at the edge, nothing lies on anything else; return the words."""
    found = boxes(figure)
    wide, high = figure.get_size_inches() * 72
    for text, box in found.items():
        assert box[0] >= 0 and box[1] >= 0 and box[2] <= wide and box[3] <= high, text.get_text()  # noqa: PT018
        assert text.get_fontsize() >= 5.5
    texts = list(found.items())
    for i, (one, box) in enumerate(texts):
        for other, second in texts[i + 1 :]:
            assert not meet(box, second, 1.5), (one.get_text(), other.get_text())
    tree, words = read(sheet.picture(figure, ".svg"))
    assert "script" not in "".join(str(node.tag) for node in tree.iter())
    return words


def lengths(ax):
    return [bar.get_width() for bar in ax.patches]


def test_bottlenecks_are_drawn_as_the_table_has_them(net):
    table = bottlenecks(net, "link", ["a"], ["d", "e"])
    figure = bottleneck_chart(table)
    hours, cut = figure.axes[1:3]
    shown = table[table["pairs_delayed"] > 0]
    assert lengths(hours) == pytest.approx(table["total_delay_h"].head(3).tolist())
    assert lengths(cut) == table["pairs_cut_off"].head(3).tolist() == [1, 0, 0]
    assert [to_hex(bar.get_facecolor()).upper() for bar in hours.patches][1:] == [
        style.GROUP_COLOURS[style.group_of(cell)] for cell in shown["corridors"]
    ]
    words = check(figure)
    assert {"d–e (road)", "a–b (road)", "2 pairs × 0.2 h, at most 0.2 h", "Corridor VIII", "pairs cut off"} <= set(
        words
    )
    assert "Losing a–b costs 2 pairs 0.2 h on average; 1 single loss would cut pairs off" in words


def test_without_a_pair_cut_off_there_is_no_panel_for_them(net):
    words = check(bottleneck_chart(bottlenecks(net, "link", ["a"], ["d"]), title="T", subtitle="S", footnote="F"))
    assert "hours lost by all delayed pairs together; no pair is cut off" in words
    assert {"T", "S", "F"} <= set(words)
    assert "pairs cut off" not in words


def test_kosovo_carries_its_mark_and_note():
    table = bottlenecks(drawn("a -road 10- b", "b -road 9- c country=XK"), "country", ["a"], ["c"])
    words = check(bottleneck_chart(table, footnote="F"))
    assert "XK*" in words
    assert " ".join(words).count(style.KOSOVO_NOTE[:60]) == 1


def test_gains_are_drawn_as_the_table_has_them(net):
    table = project_gains(net, None, ["a"], ["d"])
    figure = gains_chart(table)
    hours, cost = figure.axes[1:3]
    assert lengths(hours) == pytest.approx([*table["gain_h"], *table["n1_gain_h"]])
    assert lengths(cost) == [300, 0]
    assert {"not known", "300", f"{2 / 60:.2f} / {10 / 60:.2f}", "Short cut"} <= set(check(figure))


def test_intervals_of_draws_are_lines_on_the_bars(net):
    found = uncertain_gains(net, 40, 0, None, ["a"], ["d"]).table
    table = project_gains(net, None, ["a"], ["d"]).merge(found, on="project")
    figure = gains_chart(table)
    drawn = [[list(line[:, 0]) for line in part.get_segments()] for part in figure.axes[1].collections]
    kinds = ("common_", "")
    assert drawn == [table[[f"gain_h_{kind}p5", f"gain_h_{kind}p95"]].to_numpy().tolist() for kind in kinds]
    assert drawn[1][0][0] < drawn[1][0][1] < figure.axes[1].get_xlim()[1]
    assert "90 % of the draws (thin: common factors)" in check(figure)


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


def test_nothing_to_show_is_said(net):
    table = bottlenecks(net, "link", ["a"], ["d"])
    assert "nothing to show" in check(bottleneck_chart(table.iloc[:0]))
    assert "nothing to show" in check(gains_chart(project_gains(net, None, ["d"], ["e"])))
    assert check(arrival_chart(pd.DataFrame({"day": [], "vehicles_arrived": []})))


def test_hostile_and_long_names_are_text_that_fits(net):
    links = net.links.assign(name=HOSTILE + net.links["name"] * 9)
    table = bottlenecks(replace(net, links=links), "link", ["a"], ["d", "e"])
    words = check(bottleneck_chart(table))
    assert any("</text><script>" in word for word in words)
    check(gains_chart(project_gains(net, None, ["a"], ["d"]).assign(name=HOSTILE * 5)))


@pytest.fixture
def corridor():
    """A railway with every state a section can have, and a road beside it."""
    net = drawn(
        "a -rail 10- b corridors=VIII tracks=2 electrified=yes max_speed_kmh=160",
        "b -rail 20- c corridors=VIII status=under_construction",
        "c -rail 30- d corridors=VIII",
        "d -rail 5- e corridors=VIII doubtful=yes",
        "a -road 12- b corridors=VIII lanes=4",
        "a -road 11- b corridors=VIII status=planned",
        "x -sea 90- a corridors=VIII country=AA",
        places={p: {"lat": str(40 + i), "country": "XK" if p == "c" else "AA"} for i, p in enumerate("abcdefx")},
    )
    rows = [("main", "rail", "abcdef"), ("main", "road", "ab"), ("ferry", "sea", "xa")]
    stops = [("VIII", b, m, float(i), p) for b, m, places in rows for i, p in enumerate(places)]
    return replace(net, corridor_stops=pd.DataFrame(stops, columns="corridor branch mode order place".split()))


def test_strip_shows_every_section_and_every_gap(corridor):
    words = check(strip(corridor.close("link:c--d-rail"), "viii"))
    for word in (
        "Railway a – f",
        "Road a – b",
        "Sea x – a",
        "in building",
        "closed",
        "doubtful",
        "no link",
        "+ planned",
    ):
        assert word in words, word
    assert {"c*", "160", "2", "yes", "10", "30", "60", "65", "?"} <= set(words)
    assert "VIII, main branch: 15 of 65 km by rail, 12 of 12 km by road can be used" in words
    assert style.KOSOVO_NOTE[:40] in " ".join(words)
    assert "Road a – b" not in check(strip(corridor, "VIII", ["rail"]))
    with pytest.raises(UnknownNameError):
        strip(corridor, "nope")


@pytest.mark.parametrize("code", ["VIII", "X", "BSAX"])
def test_the_longest_corridors_fit_a_page(mixed, code):
    words = check(strip(mixed, code))
    stops = mixed.corridor_stops
    named = mixed.places.loc[stops.loc[stops["corridor"] == code, "place"].unique(), "name"]
    starts = tuple(word.rstrip("*…") for word in words if word.rstrip("*…"))
    assert [name for name in named if not any(name.startswith(start) for start in starts)] == []
