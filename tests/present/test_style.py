"""The style table, measured: colours that differ for every eye and stand out from the land."""

import numpy as np
import pytest
from colours import EYES, contrast, lab, nearest

from mobility.present import style


def test_the_measures_measure():
    assert lab("#FFFFFF") == pytest.approx([100, 0, 0], abs=0.02)
    assert lab("#FF0000") == pytest.approx([53.24, 80.09, 67.20], abs=0.05)
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    for matrix in EYES.values():
        assert np.sum(matrix, axis=1) == pytest.approx(1, abs=2e-6)  # grey stays grey
    assert nearest(["#B8860B", "#D55E00"], "deuteranopia") < 14  # a gold that failed beside vermilion


@pytest.mark.parametrize("eye", EYES)
def test_corridor_colours_differ_for_every_eye(eye):
    corridors = [colour for group, colour in style.GROUP_COLOURS.items() if group != "relief"]  # told by its width
    assert nearest(corridors, eye) >= 14
    assert style.GROUP_WIDTHS["relief"] <= style.GROUP_WIDTHS["other"] / 2


@pytest.mark.parametrize("group", style.GROUP_COLOURS)
@pytest.mark.parametrize("ground", [style.LAND, style.WATER])
def test_corridor_colours_stand_out(group, ground):
    """Sea lanes of VIII and connecting ones lie on water, and so do the lines that leave the coast."""
    if ground == style.LAND or group in {"VIII", "other"}:
        assert contrast(style.GROUP_COLOURS[group], ground) >= 3


def test_route_stands_out_by_its_casing():
    assert contrast(style.ROUTE_CASING, style.LAND) >= 7
    assert contrast(style.ROUTE_COLOUR, style.ROUTE_CASING) >= 7


@pytest.mark.parametrize(
    ("corridors", "group"),
    [
        ("VIII", "VIII"),
        ("VIII-alt", "VIII"),
        ("X", "X"),
        ("Xb", "X"),
        ("Xc", "X"),
        ("Xd", "X"),
        ("Vc", "Vc"),
        ("R10", "R10"),
        ("IV", "IV"),
        ("AI", "other"),
        ("", "other"),
        ("IV;R10;Vc;Xd;VIII-alt", "VIII"),
        ("IV;R10;Vc;Xd", "X"),
        ("R10;IV;Vc", "Vc"),
        ("IV;R10", "R10"),
        ("AI;IV", "IV"),
        ("viii", "other"),
    ],
)
def test_group_is_the_first_in_order(corridors, group):
    assert style.group_of(corridors) == group


def test_every_group_has_name_and_colour_and_every_corridor_a_group(shipped):
    assert list(style.GROUP_NAMES) == list(style.GROUP_COLOURS)
    assert {style.group_of(c) for c in shipped.links["corridors"]} == set(style.GROUP_COLOURS)
    assert set(shipped.links["mode"]) == set(style.MODES)


def test_kosovo_carries_its_mark():
    assert style.country_name("XK", "Kosovo") == "Kosovo*"
    assert style.country_name("RS", "Serbia") == "Serbia"
    assert style.KOSOVO_NOTE.startswith("* ")
    for word in ("Natural Earth", "no endorsement"):
        assert word in style.ATTRIBUTION
