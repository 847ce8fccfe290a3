"""The chart of a recovery: the steps are the rows, and every repair is a bar of its days."""

import numpy as np
import pytest

from drawing import drawn
from mobility.present import findings


@pytest.mark.parametrize(("ends", "panels"), [(["d", "x"], 2), (["d"], 1)])
def test_steps_and_bars(ends, panels):
    net = drawn("a -road 15- b", "b -road 15- d", "a -road 30- c", "c -road 30- d", "d -road 10- x")
    finding = findings.recover(net, ["a"], ends, lost=["a--b-road", "d--x-road"], damages=["d--x-road:days=2"])
    figure = finding.chart
    bars, *curves = figure.axes[-panels - 1 :]
    assert len(curves) == panels
    table = finding.table
    widths = sorted(bar.get_width() for bar in bars.patches)
    assert widths == sorted(table["days"].iloc[1:])
    lines = [line for ax in curves for line in ax.lines]
    drawn_values = [list(np.asarray(line.get_ydata())) for line in lines]
    wanted = [list(table[name]) for name in ("pairs_cut_off", "lost_pair_hours") if table[name].any()]
    assert sorted(drawn_values) == sorted(wanted)
    texts = [text.get_text() for text in figure.findobj(lambda thing: hasattr(thing, "get_text"))]
    assert any("a–b, crew 1" in text for text in texts)
