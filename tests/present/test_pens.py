"""The strokes of a link: by mode, state and corridor, thin on a quiet map."""

import pytest

from mobility.present import style
from mobility.present.pens import Pen, pens_of


def test_a_railway_has_white_dashes_unless_it_is_too_thin():
    colour, white = pens_of("rail", "", "X")
    assert (colour.colour, colour.width, colour.dash) == (style.GROUP_COLOURS["X"], 3.2, ())
    assert (white.colour, white.width, white.dash) == ("#FFFFFF", pytest.approx(1.4), (7.0, 5.0))
    (quiet,) = pens_of("rail", "", "X", quiet=True)
    assert (quiet.colour, quiet.dash) == (style.QUIET_COLOUR, (6.0, 3.0))


def test_a_state_beats_the_mode_and_what_is_closed_is_never_quiet():
    assert pens_of("rail", "planned", "X")[0].dash == (9.0, 8.0)
    assert pens_of("road", "closed", "X", quiet=True) == [Pen(style.CLOSED_COLOUR, 3.2, (2.0, 3.0))]
    assert pens_of("sea", "unused")[0].cap == "round"


def test_scaled():
    assert Pen("#000", 2.0, (4.0, 1.0), "round").scaled(0.5) == Pen("#000", 1.0, (2.0, 0.5), "round")
