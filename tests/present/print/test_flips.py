"""The curve of a value that turns the best route over."""

import pytest

from drawing import drawn
from mobility import findings


def test_each_route_has_its_curve_and_each_breakpoint_its_line():
    net = drawn("a -road 60- b id=near", "a -road 90- b id=long")
    figure = findings.flip(net, "a", "b", over="near:speed=20..80").chart
    curves = [line for line in figure.axes[0].lines if len(line.get_xdata()) > 2]
    assert len(curves) == 2
    slow, quick = curves
    assert slow.get_ydata().tolist() == pytest.approx([1.5] * 60)
    for speed, hours in zip(quick.get_xdata(), quick.get_ydata(), strict=True):
        assert hours == pytest.approx(60 / speed)
    turns = [line for line in figure.axes[0].lines if len(line.get_xdata()) == 2]
    assert [line.get_xdata()[0] for line in turns] == pytest.approx([40])
    assert "the speed of a–b (road)" in figure.axes[0].get_xlabel()
