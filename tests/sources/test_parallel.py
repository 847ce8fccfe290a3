"""Parallel tracks and carriageways between the same places are one link, with all their tracks and lanes."""

import pytest

from extracts import drawn_osm, imported
from mobility.analysis.whatif import whatif

POINTS = {1: (45, 25.0), 2: (45, 25.1), 3: (45, 25.2), 4: (45, 25.3), 12: (45.0004, 25.12), 13: (45.0004, 25.18)}
FAR = {12: (45.01, 25.12), 13: (45.01, 25.18)}  # 1.1 km
RAIL = "railway=rail usage=main gauge=1435 electrified=contact_line maxspeed=120"
ENDS = f"10: 1 2; {RAIL}", f"13: 3 4; {RAIL}"
BESIDE = "12: 2 12 13 3;"


def network(tmp_path, shipped, *ways, points=POINTS):
    (tmp_path / "a.osm").write_bytes(drawn_osm(points, *ways))
    said = []
    return imported(tmp_path / "a.osm", shipped, country="RO", tell=said.append), said


def cut_off(net, link, profile="mixed"):
    before = net.under(profile)
    return whatif(before, before.close(link), ["n1"], ["n4"])["cut_off"].tolist() == [True]


def test_two_tracks_fail_as_one(tmp_path, shipped):
    net, said = network(tmp_path, shipped, *ENDS, f"11: 2 3; {RAIL} tracks=1", f"{BESIDE} {RAIL} tracks=1 maxspeed=80")
    assert sorted(net.links.index) == ["w10", "w11", "w13"]
    row = net.links.loc["w11"]
    assert (row["tracks"], row["max_speed_kmh"], row["note"]) == ("2", 80, "with w12 beside it")
    assert cut_off(net, "w11")
    assert said == ["tracks and carriageways beside another, joined to one link with it: 1"]


@pytest.mark.parametrize(
    ("tags", "points"),
    [
        (RAIL, FAR),  # another course
        (RAIL.replace("1435", "1520"), {}),
        (RAIL + " ref=20", {}),
        ("highway=primary", {}),
    ],
)
def test_two_lines_are_two(tmp_path, shipped, tags, points):
    ways = *ENDS, f"11: 2 3; {RAIL} ref=10", f"{BESIDE} {tags}"
    net, _ = network(tmp_path, shipped, *ways, points=POINTS | points)
    assert {"w11", "w12"} <= set(net.links.index)


def test_a_line_half_under_wires_is_partly_electrified(tmp_path, shipped):
    bare = RAIL.replace("contact_line", "no")
    net, _ = network(tmp_path, shipped, *ENDS, f"11: 2 3; {RAIL} tracks=2", f"{BESIDE} {bare} bridge=yes")
    assert net.links.loc["w11", ["tracks", "electrified", "structure"]].tolist() == ["2", "partly", "bridge"]


ROAD = "highway=primary ref=1"


def test_carriageways_are_one_road_for_both_directions(tmp_path, shipped):
    there, back = (
        f"11: 2 3; {ROAD} oneway=yes lanes=2 maxweight=60",
        "12: 3 13 12 2; highway=primary ref=1 oneway=yes lanes=3",
    )
    net, _ = network(tmp_path, shipped, f"10: 1 2; {ROAD}", there, back, f"13: 3 4; {ROAD}")
    assert net.links.loc["w11", ["oneway", "lanes", "max_gross_t"]].tolist() == [False, 5, 60]
    assert "w12" not in net.links.index
    assert cut_off(net, "w11", "peacetime")


@pytest.mark.parametrize(
    ("back", "points"),
    [
        ("12: 3 13 12 2; highway=primary ref=2 oneway=yes", {}),
        ("12: 3 13 12 2; highway=secondary ref=1 oneway=yes", {}),
        ("12: 3 13 12 2; highway=primary ref=1 oneway=yes", FAR),
        ("12: 2 12 13 3; highway=primary ref=1", {}),  # a second road for both directions, 44 m off
    ],
)
def test_other_roads_are_others(tmp_path, shipped, back, points):
    ways = f"10: 1 2; {ROAD}", f"11: 2 3; {ROAD} oneway=yes", back, f"13: 3 4; {ROAD}"
    net, _ = network(tmp_path, shipped, *ways, points=POINTS | points)
    assert {"w11", "w12"} <= {link.split("-")[0] for link in net.links.index}
