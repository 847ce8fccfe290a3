"""Conflation on drawn grounds: matching, choosing, chains, merging, dividing. Answers are worked by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely

from drawing import drawn
from grounds import ground
from mobility.sources.choosing import CURATED, NEW, Joint, choose_detours, choose_shortcuts
from mobility.sources.conflation import Chain, Chosen, Piece, chains, merged, one_sided
from mobility.sources.matching import alike, doubles, match, same_way
from mobility.sources.splitting import Tables, may_split, part, split_links, unused
from mobility.sources.territory import Names, Territory

# A tenth of a degree is 11.1 km. The old road (o) leaves the motorway a-m-b by 2.2 km; the second carriageway (s) runs
# 0.1 km beside it; the lane to x leads away.
POINTS = {"a": (0, 0), "m": (0, 0.1), "b": (0, 0.2), "o": (0.02, 0.1), "s": (0.001, 0.1), "x": (0.3, 0.1)}
MOTORWAY = [("a", "m", 11.1), ("m", "b", 11.1)]
OLD = [("a", "o", 11.4), ("o", "b", 11.4)]
SECOND = [("a", "s", 11.1), ("s", "b", 11.1)]
LANE = [("m", "x", 33.4)]
ENDS = {"a": {"lat": "0", "lon": "0"}, "b": {"lat": "0", "lon": "0.2"}, "x": {"lat": "0.3", "lon": "0.1"}}


def joint(*links, edges, places=ENDS, points=POINTS):
    net = drawn(*links, places=places)
    there = ground(points, *edges)
    return Joint.of(net.places, net.links, there, np.ones(len(edges), bool))


def taken(found):
    """Return the new edges that were taken, as the names of their points."""
    names = list(POINTS)
    rows = np.flatnonzero(found.taken & (found.kind == NEW))
    return {frozenset((names[found.tail[r]], names[found.head[r]])) for r in rows}


def pairs(*edges):
    return {frozenset(edge[:2]) for edge in edges}


# ---- matching


def test_a_link_is_matched_to_the_way_beside_its_line():
    net = drawn("a -road 22.2- b", places=ENDS)
    found = match(net.links, ground(POINTS, *MOTORWAY, *OLD))["a--b-road"]
    assert found.surveyed
    assert sorted(found.points) == [0, 1, 2, 4], "s is 0.1 km from m: the same junction"
    assert found.along == pytest.approx([0, 11.1, 11.1, 22.2], abs=0.05)


def test_a_link_that_the_ground_lacks_is_where_it_is_drawn():
    net = drawn("a -road 90- x", places=ENDS)  # the ground has 44.5 km: another way
    found = match(net.links, ground(POINTS, *MOTORWAY, *LANE))["a--x-road"]
    assert not found.surveyed
    assert found.km == 90


def test_the_second_carriageway_is_the_link_and_the_old_road_is_not():
    net = drawn("a -road 22.2- b", places=ENDS)
    there = ground(POINTS, *MOTORWAY, *OLD, *SECOND)
    mine = doubles(match(net.links, there), there)
    assert mine.tolist() == [True, True, False, False, True, True]


def test_an_edge_as_long_as_the_stretch_between_its_ends_is_the_link():
    """From a to b in one, straight as the extract has lost the bends: 22 km is the link, 30 km another road."""
    net = drawn("a -road 22.2- b", places=ENDS)
    there = ground(POINTS, *MOTORWAY, ("a", "b", 22.1), ("a", "b", 30.0))
    found = match(net.links, there)
    assert (alike(found, there) | doubles(found, there)).tolist() == [True, True, True, False]


@pytest.mark.parametrize(
    ("km", "off", "known", "same"),
    [
        (11.0, 0.001, True, True),
        (13.0, 0.001, True, False),  # much longer
        (11.0, 0.05, True, False),  # 5.6 km beside
        (13.0, 0.05, False, True),  # nothing else is known of the link: about as long is enough
        (16.0, 0.05, False, False),
    ],
)
def test_same_way(km, off, known, same):
    line = shapely.LineString([(0, 0), (0.05, off), (0.1, 0)])
    other = shapely.LineString([(0, 0), (0.1, 0)])
    assert same_way(line, km, other, 11.1, known=known) == same


# ---- choosing


def test_a_shortcut_is_taken_where_the_network_is_longer_than_the_ground():
    """a-x is 112 km by the tables, 44.5 km on the ground by a motorway that the tables have and a lane they lack."""
    found = joint("a -road 22.2- b", "b -road 90- x", edges=[*MOTORWAY, *LANE])
    choose_shortcuts(found)
    assert taken(found) == pairs(*LANE)


def test_no_shortcut_is_taken_where_the_network_is_as_short():
    found = joint("a -road 22.2- b", edges=[*MOTORWAY, *OLD])
    choose_shortcuts(found)
    assert taken(found) == set()


def test_the_way_round_a_link_is_taken():
    found = joint("a -road 22.2- b", edges=[*MOTORWAY, *OLD, *SECOND])
    choose_detours(found, pd.DataFrame({"limit_km": [60.0]}, index=["a--b-road"]))
    assert taken(found) == pairs(*OLD)


def test_no_way_round_is_taken_where_the_network_has_one():
    found = joint("a -road 22.2- b", "a -road 40- b", edges=[*MOTORWAY, *OLD])
    choose_detours(found, pd.DataFrame({"limit_km": [60.0]}, index=["a--b-road"]))
    assert taken(found) == set()


def test_the_pieces_of_a_link_sum_to_its_length():
    found = joint("a -road 23- b", edges=MOTORWAY)
    assert found.km[found.kind == CURATED].sum() == pytest.approx(23, abs=0.01)


# ---- chains


def chosen(*pieces, borders=None, at=None):
    number = {name: i for i, name in enumerate("abcdefg")}
    spots = at or {name: (0.0, i / 10) for name, i in number.items()}
    return Chosen(
        list(spots.values()),
        [Piece(number[a], number[b], km, "AA", -1) for a, b, km in pieces],
        {number[p]: codes for p, codes in (borders or {}).items()},
    )


def ends(found):
    return sorted((sorted(map(str, (c.start[1], c.end[1]))), round(c.km, 1)) for c in found)


def test_pieces_run_on_to_the_next_vertex():
    """a-b-c-d with vertices a and d is one chain of 6 km; a fork at b makes three."""
    vertices = {0: ("place", "A"), 3: ("place", "D")}
    line = [("a", "b", 1), ("b", "c", 2), ("c", "d", 3)]
    assert ends(chains(chosen(*line), vertices)) == [(["A", "D"], 6)]
    forked = chains(chosen(*line, ("b", "e", 4)), vertices)
    assert ends(forked) == [(["1", "4"], 4), (["1", "A"], 1), (["1", "D"], 5)]


def test_a_border_ends_a_chain():
    found = chains(chosen(("a", "b", 1), ("b", "c", 2), borders={"b": "AA-BB"}), {})
    assert sorted(c.km for c in found) == [1, 2]


def chain(a, b, km, kind="point"):
    def vertex(name):
        return ("place" if name.isupper() else kind, name)

    return Chain(vertex(a), vertex(b), [(0.0, 0.0), (0.0, 0.0)], km, "AA")


WHERE = {(kind, name): (0.0, 0.0) for kind in ("place", "point") for name in "ABCabc"}


def test_dead_ends_go_and_what_is_left_in_line_is_joined():
    """A-a-B with a dead end a-b: one chain A-B is left."""
    found = merged([chain("A", "a", 10), chain("a", "B", 20), chain("a", "b", 5)], WHERE)
    assert [({c.start[1], c.end[1]}, c.km) for c in found] == [({"A", "B"}, 30)]


def test_a_border_reached_from_one_side_only_is_a_junction():
    """Two ways of AA meet at a border that nothing crosses: they run on as one."""
    where = WHERE | {("border", "a"): (0.0, 0.0)}
    there = [chain("A", "a", 10, "border"), chain("a", "B", 20, "border")]
    assert [c.km for c in merged(one_sided(there, where), where)] == [30]
    across = [there[0], replace(there[1], country="BB")]
    assert [c.km for c in merged(one_sided(across, where), where)] == [10, 20]


def test_junctions_close_together_are_one():
    """a and b are 1 km apart: four ways meet at one junction."""
    ways = [chain("A", "a", 10), chain("B", "a", 20), chain("a", "b", 1), chain("b", "C", 30), chain("b", "A", 40)]
    found = merged(ways, WHERE)
    assert len({v for c in found for v in (c.start, c.end) if v[0] == "point"}) == 1
    assert sorted(round(c.km) for c in found) == [10, 20, 30, 40]


def test_of_two_ways_about_as_long_the_shorter_is_kept():
    assert [c.km for c in merged([chain("A", "B", 30), chain("B", "A", 34)], WHERE)] == [30]
    assert sorted(c.km for c in merged([chain("A", "B", 30), chain("B", "A", 40)], WHERE)) == [30, 40]


# ---- countries and names

HALVES = Territory.of(["AA", "BB"], [shapely.box(-1, -1, 0.5, 1), shapely.box(0.5, -1, 2, 1)])


def test_an_edge_is_cut_where_the_country_changes():
    assert HALVES.passed((0, 0), (0, 1), 111) == [(0.0, "AA"), (pytest.approx(0.5, abs=0.01), "BB")]
    assert HALVES.passed((0, 0), (0, 0.4), 44) == [(0.0, "AA")]


def test_a_corner_of_another_country_is_passed_by():
    """Borders are drawn to about a kilometre: an edge that is abroad for one stays at home."""
    thirds = Territory.of("AA BB AA".split(), [shapely.box(-1, -1, 0.5, 1), shapely.box(0.5, -1, 0.509, 1),
                                              shapely.box(0.509, -1, 2, 1)])  # fmt: skip
    assert thirds.passed((0, 0), (0, 1), 111) == [(0.0, "AA")]


def test_new_places_are_named_after_towns_each_once():
    towns = pd.DataFrame(
        {"name": ["Ohrid", "Struga"], "country": ["MK", "AL"], "lat": [41.1, 41.2], "lon": [20.8, 20.7]}
    )
    names = Names(towns, {"struga"})
    assert names.of(41.11, 20.8, "MK") == ("ohrid", "Ohrid")
    assert names.of(41.15, 20.8, "MK") == ("ohrid-north", "Ohrid north")
    assert names.of(41.16, 20.8, "MK") == ("ohrid-2", "Ohrid 2")
    assert names.nearest(41.15, 20.8, "AL") == "Struga"


# ---- dividing


def tables(**cells):
    row = {"id": "a-b-road", "name": "A–B", "from": "a", "to": "b", "mode": "road", "corridors": "T", "country": "AA"}
    row |= {
        "length_km": "20",
        "source": "s",
        "structure": "",
        "max_gross_t": "60",
        "length_confidence": "high",
        "note": "n",
    } | cells
    places = [{"id": p, "name": p.upper(), "lat": "0", "lon": str(i / 10)} for i, p in enumerate("ajb")]
    stops = [{"corridor": "T", "branch": "main", "mode": "road", "order": str(i), "place": p, "confidence": "high",
              "source": "s"} for i, p in enumerate("ab", 1)]  # fmt: skip
    frames = {
        "links": pd.DataFrame([row]),
        "places": pd.DataFrame(places),
        "projects": pd.DataFrame([{"id": "p", "links": "", "upgrades": "x;a-b-road"}]),
        "upgrades": pd.DataFrame([{"project": "p", "link": "a-b-road", "attribute": "max_gross_t", "after": "80"}]),
        "structures": pd.DataFrame([{"id": "s", "links": "a-b-road;y", "lat": "0", "lon": "0.15"}]),
        "corridor_stops": pd.DataFrame(stops),
    }
    line = shapely.LineString([(0, 0), (0.1, 0.01), (0.2, 0)])
    return Tables(frames, {"a-b-road": line}, {"a-b-road": "waypoints"}, {})


def test_what_named_a_divided_link_names_its_pieces():
    found = tables()
    pieces = split_links(found, {"a-b-road": [(0.25, "j")]})
    assert pieces == {"a-b-road": ["a-j-road", "j-b-road"]}
    links = found.frames["links"]
    assert links["length_km"].tolist() == ["5", "15"]
    assert links["max_gross_t"].tolist() == ["60", "60"]
    assert links["name"].tolist() == ["A–J", "J–B"]
    assert links["length_confidence"].tolist() == ["medium", "medium"]
    assert links["note"].tolist() == ["n; part of A–B, length in proportion"] * 2
    assert found.frames["projects"]["upgrades"].tolist() == ["x;a-j-road;j-b-road"]
    assert found.frames["upgrades"]["link"].tolist() == ["a-j-road", "j-b-road"]
    assert found.frames["structures"]["links"].tolist() == ["j-b-road;y"], "the bridge stands on the second piece"
    assert found.frames["corridor_stops"]["place"].tolist() == ["a", "j", "b"]
    assert found.frames["corridor_stops"]["order"].tolist() == ["1", "2", "3"]
    assert list(found.lines) == ["a-j-road", "j-b-road"]
    assert found.lines["a-j-road"].coords[-1] == found.lines["j-b-road"].coords[0] == (0.1, 0)


def test_what_a_project_lengthens_is_not_divided():
    found = tables()
    assert may_split(found) == {"a-b-road"}
    found.frames["upgrades"]["attribute"] = "length_km"
    assert may_split(found) == set()
    assert may_split(tables(structure="tunnel")) == set()


def test_ids_are_used_once():
    known = {"a", "a-2"}
    assert [unused("a", known), unused("b", known), unused("a", known)] == ["a-3", "b", "a-4"]


def test_part_of_a_line_is_by_km_not_by_degrees():
    """At 60 N a degree of longitude is half one of latitude: two thirds of the way is north."""
    corner = shapely.LineString([(0, 60), (1, 60), (1, 61)])
    middle = part(corner, 0.5, 0.5)
    assert middle.x == 1
    assert middle.y > 60.2
