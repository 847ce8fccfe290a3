"""Long straight lines are drawn anew where the towns beside a road tell of its bends, and only there."""

import numpy as np
import pytest
import shapely

from mobility.sources.ground import Ground
from tools.straight_lines import Known, Plane, fits, off, redrawn, through

ENDS = [(20.0, 45.0), (20.4, 45.0)]
BEND = (20.2, 45.1)  # 11 km north of the straight line
TOWN, ASIDE = (20.2, 45.105), (20.2, 45.0)


class Road:
    """A log of one road by a bend between the two ends, of a stated length."""

    def __init__(self, km):
        self.km = km

    def way(self, *_ends):
        return self.km, ["road"], [(45.05, 20.1), BEND[::-1], (45.05, 20.3)]


def known(*towns, km=39.0):
    nothing = np.empty(0, int)
    ground = Ground(np.array([0.0, 0.1]), np.array([0.0, 0.1]), np.array([0]), np.array([1]), np.array([15.0]), nothing)
    return Known(ground, Road(km), np.array(towns), np.empty((0, 2)), [])


def test_a_line_goes_through_the_towns_beside_the_road_and_no_others():
    trace = [ENDS[0], BEND, ENDS[1]]
    points, how = through(trace, known(TOWN, ASIDE), Plane(45.0), 1.5)
    assert (points, how) == ([ENDS[0], TOWN, ENDS[1]], "waypoints")


def test_a_straight_link_gets_the_bend_of_its_road():
    points, how = redrawn(np.array(ENDS), 40.0, known(TOWN, ASIDE))
    assert how == "waypoints"
    assert points[0] == ENDS[0]
    assert points[1] == pytest.approx(TOWN)
    assert points[-1] == ENDS[1]


@pytest.mark.parametrize(
    ("length", "given", "why"),
    [
        (30.0, known(TOWN), "not found"),  # the road of the log is another one: 39 km
        (40.0, known(ASIDE), "nothing better"),
    ],
)
def test_a_link_stays_as_it_is_where_nothing_is_known(length, given, why):
    assert redrawn(np.array(ENDS), length, given) == why


def test_a_way_fits_within_a_twentieth_and_two_km():
    assert fits(44.0, 40.0)
    assert not fits(44.1, 40.0)
    assert not fits(35.9, 40.0)


def test_how_far_a_line_runs_from_a_way():
    assert off(shapely.LineString([(0, 0), (10, 0)]), shapely.LineString([(0, 2), (10, 2)])) == pytest.approx(2)
