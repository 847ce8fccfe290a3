"""The movement graph, the bars over time and the march table of one plan, worked by hand.

Two columns of twenty go from a by m to b: 60 km in an hour and 120 km in two, an hour apart, each two minutes long.
"""

import datetime as dt
from dataclasses import replace

import pytest

from drawing import PLAIN, drawn
from mobility import Orders, findings
from mobility.model.orders import Order

START = dt.datetime(2026, 11, 30, 6)  # noqa: DTZ001 - a Monday; local time
H = 3600
HOURLY = replace(PLAIN, packet=20, packet_gap_min=58, spacing_veh_km=10, hours_per_day=24)


def found(table, *more):
    net = drawn("a -road 60- m", "m -road 120- b", profile=HOURLY).set("a--m-road", "capacity", 480)
    net = net.set("m--b-road", "capacity", 480).close("m--b-road@09:00-11:00")
    there = Order("one", 40, None, ("a",), ("b",))
    return findings.schedule(net, Orders(START, (there, *(each(there) for each in more))), table=table)


def test_the_graph_has_hours_across_and_km_upwards():
    """The first goes on at seven; the second is at m at eight, and waits from there to eleven."""
    finding = found("march")
    (ax,) = finding.chart.axes
    first, second = ax.lines
    assert [(round(x * 24, 3), y) for x, y in first.get_xydata()] == [(0, 0), (1, 60), (1, 60), (3, 180)]
    assert [(round(x * 24, 3), y) for x, y in second.get_xydata()] == [(1, 0), (2, 60), (5, 60), (7, 180)]
    assert ax.get_xlim()[1] * 24 == pytest.approx(finding.summary["complete_h"] * 1.01)
    assert "days after 2026-11-30 06:00" in ax.get_xlabel()


def test_a_force_and_its_way_back_have_a_panel_each():
    axes = found("march", lambda there: there.back(stay=H)).chart.axes
    assert [len(ax.lines) for ax in axes] == [2, 2]
    assert len({ax.lines[0].get_color() for ax in axes}) == 2
    assert axes[0].get_position().y0 > axes[1].get_position().y1


def test_bars_stand_where_a_column_moves():
    ax, *_ = found("columns").chart.axes
    bars = [(round(bar.get_x() * 24, 3), round(bar.get_width() * 24, 3)) for bar in ax.patches]
    assert bars == [(0, 1), (1, 2), (1, 1), (5, 2)]
    rows = [bar.get_y() for bar in ax.patches]
    assert rows[0] == rows[1] < rows[2] == rows[3]
    assert len({bar.get_facecolor() for bar in ax.patches}) == 1  # all by road


def test_the_march_table_has_start_waits_and_release_point():
    rows = found("march").table[["unit", "critical_point", "due", "clear", "remarks"]].to_numpy().tolist()
    day = "2026-11-30T"
    assert rows == [
        ["one/1", "a", f"{day}06:00", f"{day}06:02", ""],
        ["one/1", "b", f"{day}09:00", f"{day}09:02", "release point"],
        ["one/2", "a", f"{day}07:00", f"{day}07:02", "waits 1.0 h: a–m (columns ahead)"],
        ["one/2", "m", f"{day}08:00", f"{day}11:02", "waits 3.0 h: a closure"],
        ["one/2", "b", f"{day}13:00", f"{day}13:02", "release point"],
    ]
