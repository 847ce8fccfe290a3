"""The colours of pages, measured: in the light and in the dark, whatever the eye."""

import re
from importlib.resources import files
from itertools import combinations

import numpy as np
import pytest
from colours import EYES, contrast, lab, nearest

from mobility.present import schemes, style

LAND, WATER = schemes.ROLES["land"], schemes.ROLES["water"]
# Every state that a map may show beside another; `quiet` is what lies below a finding.
STATES = {
    "route": style.ROUTE_COLOUR,
    "before": style.BEFORE_COLOUR,
    "worst": style.WORST_COLOUR,
    "closed": style.CLOSED_COLOUR,
    "gained": style.GAINED_COLOUR,
    "lost": style.LOST_COLOUR,
    "same": style.SAME_COLOUR,
    "protected": style.PROTECTED_COLOUR,
    "quiet": style.QUIET_COLOUR,
}


def seen(colour, dark):
    return schemes.DARK[colour] if dark else colour


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("eye", EYES)
def test_any_two_states_differ_for_every_eye(eye, dark):
    """What is built has the yellow of a route, and stripes: it is told by them."""
    colours = {name: seen(colour, dark) for name, colour in STATES.items()}
    near = {
        (one, other): float(np.linalg.norm(lab(colours[one], eye) - lab(colours[other], eye)))
        for one, other in combinations(colours, 2)
    }
    assert {pair: far for pair, far in near.items() if far < 12} == {}
    assert style.BUILT_DASH


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("eye", EYES)
def test_corridors_and_hours_differ_for_every_eye(eye, dark):
    corridors = [seen(c, dark) for g, c in style.GROUP_COLOURS.items() if g != "relief"]  # told by its width
    assert nearest(corridors, eye) >= 12
    assert nearest([seen(colour, dark) for colour in style.REACH_COLOURS], eye) >= 12


def test_modes_and_states_differ_without_any_colour():
    lines = [(line.dash, line.width) for line in (*style.MODES.values(), *style.STATUS.values())]
    assert len({dash for dash, _ in lines if dash}) == len([dash for dash, _ in lines if dash])
    assert sorted(width for dash, width in lines if not dash) == [1.2, 3.0]  # unused and road


@pytest.mark.parametrize("dark", [0, 1])
def test_lines_stand_out_from_land_and_water(dark):
    lines = [c for g, c in style.GROUP_COLOURS.items() if g != "relief"]
    assert min(contrast(seen(c, dark), LAND[dark]) for c in lines) >= 3
    bold = [style.WORST_COLOUR, style.CLOSED_COLOUR, style.GAINED_COLOUR, style.LOST_COLOUR]
    assert min(contrast(seen(c, dark), ground[dark]) for c in bold for ground in (LAND, WATER)) >= 2.5
    assert contrast(LAND[dark], WATER[dark]) >= 1.15
    assert float(np.linalg.norm(lab(LAND[dark]) - lab(WATER[dark]))) >= 12  # water against land, at arm's length
    assert contrast(schemes.ROLES["border"][dark], LAND[dark]) >= 3


@pytest.mark.parametrize("dark", [0, 1])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        *[(ink, ground) for ink in ("ink", "soft") for ground in ("paper", "hover", "tint", "aside", "result")],
        *[("ink", "land"), ("ink", "water"), ("ink", "picked"), ("land-ink", "land"), ("water-ink", "water")],
        *[("water-ink", "land"), ("link", "paper")],
    ],
)
def test_words_can_be_read(ink, ground, dark):
    assert contrast(schemes.ROLES[ink][dark], schemes.ROLES[ground][dark]) >= 4.5


def test_every_colour_of_a_page_is_in_the_table():
    sheet = schemes.sheet()
    declared = set(re.findall(r"(--mob-[\w-]+):", sheet))
    used = set()
    web = files("mobility.present.web")
    texts = [file.read_text() for file in web.iterdir() if file.name.endswith(".css")]
    texts += [file.read_text() for folder in ("map", "whatif", "moving") for file in (web / "js" / folder).iterdir()]
    for text in texts:
        used |= set(re.findall(r"var\((--mob-[\w-]+)\)", text))
    assert used <= declared
    assert all(schemes.painted(colour)[4:-1] in declared for colour in schemes.DARK)
    assert schemes.painted("#1A1A1A") == "var(--mob-casing)"
    assert schemes.painted("#123456") == "#123456"
    with pytest.raises(KeyError):
        schemes.var("inc")


def test_the_sheet_is_light_on_paper_and_where_light_dark_is_unknown():
    before, known, forced = re.split(r"@supports|@media\(forced", schemes.sheet())
    assert "light-dark(" not in before
    assert "--mob-ink:light-dark(#1A1A1A,#EDEBE7)" in known
    assert "@media print{:root:root{color-scheme:only light}}" in known
    assert "--mob-land:Canvas" in forced
