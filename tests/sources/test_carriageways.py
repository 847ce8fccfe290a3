"""Tracks and carriageways beside each other share their places, so that what lies between them is one link."""

import pytest

from extracts import drawn_osm, imported
from mobility.analysis.whatif import whatif

RAIL = "railway=rail usage=main"
# Two tracks 20 m apart over 31 km, joined at their ends; a branch leaves the southern one, a crossover joins them.
POINTS = {1: (45, 25.0), 2: (45, 25.05), 3: (45, 25.35), 4: (45, 25.4), 8: (44.9, 25.2), 9: (45.0002, 25.3)}
POINTS |= {20 + n: (45, 25.05 + n / 20) for n in range(1, 6)} | {30 + n: (45.00018, 25.052 + n / 20) for n in range(6)}
SOUTH, NORTH = "11: 2 21 22 23 24 25 3;", "12: 2 30 31 32 33 34 35 3;"
ENDS = "10: 1 2;", "13: 3 4;"


def network(tmp_path, shipped, *ways, points=POINTS):
    (tmp_path / "a.osm").write_bytes(drawn_osm(points, *ways))
    return imported(tmp_path / "a.osm", shipped, country="RO")


def cuts(net, profile):
    """Return which links cut 1 off from 4."""
    before = net.under(profile)
    ends = ["n1"], ["n4"]
    return {link for link in net.links.index if whatif(before, before.close(link), *ends)["cut_off"].all()}


def test_a_branch_of_one_track_leaves_the_line(tmp_path, shipped):
    net = network(tmp_path, shipped, *(f"{way} {RAIL}" for way in (*ENDS, SOUTH, NORTH, "14: 22 8;")))
    line = net.links.drop(index="w14")
    assert cuts(net, "mixed") == set(line.index)
    assert line["length_km"].sum() == pytest.approx(31.54, abs=0.05)
    assert set(line["tracks"]) == {"2", ""}


def test_a_crossover_is_no_third_track(tmp_path, shipped):
    ways = (*(f"{way} {RAIL}" for way in (*ENDS, SOUTH, NORTH)), "15: 21 31; railway=rail service=crossover")
    net = network(tmp_path, shipped, *ways)
    assert cuts(net, "mixed") == set(net.links.index)


def test_a_line_that_only_crosses_is_not_tied(tmp_path, shipped):
    points = POINTS | {41: (44.9, 25.17), 42: (45.1, 25.17), 43: (45.1, 25.3)}
    ways = [f"{way} {RAIL}" for way in (*ENDS, SOUTH, NORTH)] + [f"16: 41 42 43; {RAIL}", f"17: 3 43; {RAIL}"]
    over = network(tmp_path, shipped, *ways, points=points)
    crossing = over.links[over.links["from"].eq("n41") | over.links["to"].eq("n41")]
    assert crossing["length_km"].tolist() == pytest.approx([22.2 + 10.2 + 11.8], abs=0.1)


def carriageways(back="oneway=yes ref=A1 highway=motorway", name="A1"):
    road = f"highway=motorway ref={name}"
    there, other = f"11: 2 21 22 23 24 25 3; {road} oneway=yes", f"12: 3 35 34 33 32 31 30 2; {back}"
    return *(f"{way} highway=trunk" for way in ENDS), there, other, "14: 22 8; highway=primary"


def test_an_exit_of_one_carriageway_divides_both(tmp_path, shipped):
    net = network(tmp_path, shipped, *carriageways())
    assert cuts(net, "wheeled") == set(net.links.index) - {"w14"}
    assert not net.links["oneway"].any()


def test_another_road_beside_it_stays_another(tmp_path, shipped):
    net = network(tmp_path, shipped, *carriageways(back="oneway=yes ref=B2 highway=motorway"))
    assert net.links["oneway"].any()


def test_a_roundabout_stays_as_it_is(tmp_path, shipped):
    ring = {50 + n: (45 + dy / 5000, 25.1 + dx / 3500) for n, (dx, dy) in enumerate([(1, 0), (0, 1), (-1, 0), (0, -1)])}
    points = {1: (45, 25.0), 2: (45, 25.2), 3: (45.1, 25.1), **ring}
    ways = [f"{10 + n}: {n} {50 + at}; highway=primary" for n, at in ((1, 2), (2, 0), (3, 1))]
    ways.append("20: 50 51 52 53 50; highway=primary name=Circus junction=roundabout")
    net = network(tmp_path, shipped, *ways, points=points)
    assert set(net.places.index) >= {"n50", "n51", "n52"}
