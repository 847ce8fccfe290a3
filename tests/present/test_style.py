"""The style table, measured: colours that differ for every eye and stand out from the land."""

from itertools import combinations

import numpy as np
import pytest

from mobility.present import style

# Machado, Oliveira, Fernandes 2009, "A Physiologically-based Model for Simulation of Color Vision Deficiency",
# IEEE TVCG 15(6), doi:10.1109/TVCG.2009.113, table of matrices at severity 1.0; for linear RGB.
EYES = {
    "normal": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
# IEC 61966-2-1 (sRGB, white D65) and CIE 15 (Lab).
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(colour):
    share = np.array(list(bytes.fromhex(colour[1:]))) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def lab(colour, eye="normal"):
    xyz = TO_XYZ @ np.clip(np.array(EYES[eye]) @ linear(colour), 0, 1) / TO_XYZ.sum(axis=1)
    x, y, z = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def contrast(one, other):
    """WCAG 2.1, relative luminance."""
    low, high = sorted(TO_XYZ[1] @ linear(c) for c in (one, other))
    return (high + 0.05) / (low + 0.05)


def nearest(colours, eye):
    return min(float(np.linalg.norm(lab(a, eye) - lab(b, eye))) for a, b in combinations(colours, 2))


def test_the_measures_measure():
    assert lab("#FFFFFF") == pytest.approx([100, 0, 0], abs=0.02)
    assert lab("#FF0000") == pytest.approx([53.24, 80.09, 67.20], abs=0.05)
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    for matrix in EYES.values():
        assert np.sum(matrix, axis=1) == pytest.approx(1, abs=2e-6)  # grey stays grey
    assert nearest(["#B8860B", "#D55E00"], "deuteranopia") < 14  # a gold that failed beside vermilion


@pytest.mark.parametrize("eye", EYES)
def test_corridor_colours_differ_for_every_eye(eye):
    assert nearest(style.GROUP_COLOURS.values(), eye) >= 14


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
    for word in ("Natural Earth", "no endorsement", "© OpenStreetMap contributors"):
        assert word in style.ATTRIBUTION
