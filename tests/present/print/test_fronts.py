"""The chart of sets of projects: what a set holds stands as dots, harm below nothing reaches to the left."""

from mobility.present import findings


def test_dots_and_bars(planned):
    figure = findings.pareto(planned, projects=["p1", "p2", "p3"]).chart
    dots = next(ax for ax in figure.axes if ax.lines and not ax.patches)
    held = [line for line in dots.lines if line.get_markersize() > 5]
    assert len(held) == 0 + 1 + 2 + 3
    harm = [ax for ax in figure.axes if ax.patches][2]
    assert min(bar.get_width() for bar in harm.patches) < 0
    assert harm.get_xlim()[0] < 0
