"""Bars of requirements: kilometres met, short and unknown make up each bar, and what is unknown is hatched."""

import pytest
from figures import check
from matplotlib.colors import to_hex

from drawing import drawn
from mobility.present import findings, style


@pytest.fixture
def net():
    return drawn(
        "a -rail 60- b source=x max_axle_t=22.5",
        "b -rail 30- c source=x max_axle_t=20",
        "c -rail 10- d source=x max_axle_t=25 attr_confidence=low",
        "a -road 100- d source=x",
    )


def test_parts_of_a_bar(net):
    figure = findings.hotspots(net, requirements=["rail_axle", "tent_train"]).chart
    words = check(figure)
    bars = figure.axes[1].patches
    assert [bar.get_width() for bar in bars] == pytest.approx([0.6, 0.3, 0.1, 0, 0, 0, 0, 1])
    assert [bool(bar.get_hatch()) for bar in bars[:4]] == [False, False, True, True]
    assert [to_hex(bar.get_facecolor()).upper() for bar in bars[:2]] == [style.GAINED_COLOUR, style.LOST_COLOUR]
    assert {"10 % unknown; 60 km meet, 30 km short", "100 % unknown; 0 km meet, 0 km short"} <= set(words)
    assert {"axle load 22.5 t (rail)", "Table 3, No 13", "Article 15(2)(c)", "meets", "falls short"} <= set(words)


def test_all_requirements_fit(net):
    words = check(findings.hotspots(net).chart)
    assert "semi-trailer profile P400 or GC (rail)" in words
    assert not [word for word in words if word.endswith("…")]


def test_without_one_that_is_judged_it_says_so(net):
    assert "nothing to show" in check(findings.hotspots(net, requirements=["tent_ertms"]).chart)
