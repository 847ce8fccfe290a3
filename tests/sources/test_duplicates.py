"""What is drawn twice is one way: it fails as one."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extracts import drawn_osm, imported, shape
from mobility.analysis.whatif import whatif

POINTS = {1: (45, 25.0), 2: (45, 25.1), 3: (45, 25.2), 4: (45, 25.3)}
ENDS = {"12": (45, 25.1), "13": (45, 25.2)}  # at the positions of 2 and 3, with ids of their own
WEST, BRIDGE, EAST = (f"{10 + n}: {n + 1} {n + 2}; highway=primary{' bridge=yes' * (n == 1)}" for n in range(3))


def network(tmp_path, shipped, *ways, points=POINTS):
    (tmp_path / "a.osm").write_bytes(drawn_osm(points, *ways))
    said = []
    return imported(tmp_path / "a.osm", shipped, country="RO", tell=said.append), said


@pytest.mark.parametrize(
    "again",
    [
        ["99: 2 3; highway=primary bridge=yes"],
        ["99: 3 2; highway=primary"],
        ["99: 12 13; highway=primary name=Again"],
        ["99: 1 2 3; highway=secondary"],
        ["98: 2 3; highway=primary", "99: 13 12; highway=primary"],
    ],
)
def test_losing_the_only_bridge_cuts_off(tmp_path, shipped, again):
    net, said = network(tmp_path, shipped, WEST, BRIDGE, EAST, *again, points=POINTS | ENDS)
    assert net.links["length_km"].sum() == pytest.approx(23.66, abs=0.01)
    assert len(net.links) == 3
    before = net.under("wheeled")
    assert whatif(before, before.close("w11"), ["n1"], ["n4"])["cut_off"].tolist() == [True]
    assert said == [f"ways that are drawn over others, in part or whole, and count as one with them: {len(again)}"]


def test_a_drawing_with_more_points_is_no_second_way(tmp_path, shipped):
    points = POINTS | {20: (45.00001, 25.13), 21: (45.00001, 25.17)}  # a metre off
    net, _ = network(tmp_path, shipped, WEST, BRIDGE, EAST, "99: 2 20 21 3; highway=secondary name=Old", points=points)
    before = net.under("wheeled")
    assert whatif(before, before.close("w11"), ["n1"], ["n4"])["cut_off"].tolist() == [True]


def test_the_strictest_of_both_stands(tmp_path, shipped):
    first, second = "10: 1 2; highway=primary maxweight=40 maxheight=4", "11: 1 2; highway=primary maxweight=10"
    links = network(tmp_path, shipped, first, second)[0].links
    assert links.loc["w10", ["max_gross_t", "max_height_m"]].tolist() == [10, 4]


def test_two_one_way_drawings_against_each_other_are_one_way_for_both(tmp_path, shipped):
    ways = "10: 1 2; highway=primary oneway=yes", "11: 2 1; highway=primary oneway=yes"
    links = network(tmp_path, shipped, *ways)[0].links
    assert links["oneway"].to_dict() == {"w10": False}
    ways = "10: 1 2; highway=primary oneway=yes", "11: 2 1; highway=primary oneway=-1"
    assert network(tmp_path, shipped, *ways)[0].links["oneway"].to_dict() == {"w10": True}


def test_a_ferry_along_a_road_is_another_way(tmp_path, shipped):
    net, _ = network(tmp_path, shipped, WEST, BRIDGE, EAST, "20: 2 3; route=ferry motor_vehicle=yes duration=00:30")
    assert net.links["mode"].to_dict() == dict.fromkeys(["w10", "w11", "w12", "w20"], "road")


def test_road_and_railway_over_each_other_are_two(tmp_path, shipped):
    net, said = network(tmp_path, shipped, "10: 1 2; highway=primary", "11: 1 2; railway=rail")
    assert sorted(net.links["mode"]) == ["rail", "road"]
    assert said == []


GRID = {3 * row + column: (45 + row / 10, 25 + column / 7) for row in range(3) for column in range(3)}
PAIRS = [(a, b) for a in GRID for b in GRID if a < b and b - a in {1, 3} and (b % 3 or b - a == 3)]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from(PAIRS), min_size=2, max_size=8, unique=True),
    st.lists(st.tuples(st.integers(0, 7), st.booleans()), max_size=6),
)
def test_drawing_ways_again_changes_nothing(shipped, pairs, again):
    ways = [f"{10 + n}: {a} {b}; highway=primary" for n, (a, b) in enumerate(pairs)]
    more = []
    for n, (which, turned) in enumerate(again):
        a, b = pairs[which % len(pairs)][:: -1 if turned else 1]
        more.append(f"{50 + n}: {a} {b}; highway=primary")
    with tempfile.TemporaryDirectory() as folder:
        nets = []
        for number, drawn in enumerate((ways, ways + more)):
            file = Path(folder) / f"{number}.osm"
            file.write_bytes(drawn_osm(GRID, *drawn))
            nets.append(imported(file, shipped, country="RO"))
    assert shape(nets[0]) == shape(nets[1])
    assert set(nets[0].places.index) == set(nets[1].places.index)
