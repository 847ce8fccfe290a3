"""Countries that a file itself draws or names: areas, sides, shared ways, capitals, hints; anywhere on earth."""

import re

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abroad import BORDERS, CLOSED, FAR, LINE, NATIONAL, ROAD, WAY, relation
from extracts import as_pbf, drawn_osm
from mobility.errors import InputError
from mobility.sources.atlas import middle_of, unrolled
from mobility.sources.extract import Selection
from mobility.sources.files import read
from mobility.sources.ways import parse


def found(tmp_path, points, *ways, relations="", shipped=None, pbf=False, known=True):
    """Return the pieces of the road by their ends (rounded longitudes) with their countries, and what was said."""
    data, said = drawn_osm(points, *ways, relations=relations), []
    path = tmp_path / "drawn.osm"
    path.write_bytes(data)
    path = as_pbf(data, tmp_path / "drawn.pbf") if pbf else path
    places = shipped.places if known else shipped.places.iloc[:0]
    ways = parse(read(path, Selection()), places, said.append, countries=shipped.countries)
    extract, lon = ways.extract, ways.extract.lon.round(2)
    rows = zip(lon[extract.tail].tolist(), lon[extract.head].tolist(), ways.country.tolist(), strict=True)
    return sorted(rows), said, ways


@pytest.fixture
def ask(tmp_path, shipped):
    return lambda *words, **more: found(tmp_path, *words, **more, shipped=shipped)


NORTH_SOUTH, WEST, EAST = BORDERS
POLAND_LITHUANIA = [(22.0, 22.9, "PL"), (22.9, 23.0, "PL"), (23.0, 23.1, "LT"), (23.1, 24.0, "LT")]


@pytest.mark.parametrize("pbf", [False, True])
@pytest.mark.parametrize("line", [NORTH_SOUTH, f"{NORTH_SOUTH} {NATIONAL}"])
def test_closed_areas_of_relations_are_countries(ask, line, pbf):
    pieces, said, ways = ask(ROAD | LINE | FAR, WAY, line, WEST, EAST, relations=CLOSED, pbf=pbf)
    assert pieces == POLAND_LITHUANIA
    assert said == []
    assert ways.extract.atlas.names == {"PL": "Poland", "LT": "LT"}
    assert ways.extract.atlas.at([22.5, 23.5], [54.5, 54.5]).tolist() == ["PL", "LT"]


@pytest.mark.parametrize("key", ["ISO3166-1:alpha2", "ISO3166-1", "country_code_iso3166_1_alpha_2"])
def test_codes_stand_under_several_keys(ask, key):
    both = relation(1, f"{key}=pl", 200, 201) + relation(2, f"{key}=LT", 200, 202)
    assert ask(ROAD | LINE | FAR, WAY, NORTH_SOUTH, WEST, EAST, relations=both)[0] == POLAND_LITHUANIA


def test_a_country_within_another_is_the_smaller(ask):
    """The outer country is drawn without its hole: the inner one stands where both are."""
    both = relation(1, "ISO3166-1=ZA", 201) + relation(2, "ISO3166-1=LS", 202)
    ring = {40: (-28.0, 27.0), 41: (-28.0, 31.0), 42: (-31.0, 31.0), 43: (-31.0, 27.0)}
    hole = {50: (-29.0, 28.0), 51: (-29.0, 29.0), 52: (-30.0, 29.0), 53: (-30.0, 28.0)}
    road = {1: (-29.5, 27.5), 2: (-29.5, 28.5)}
    drawn = "100: 1 2; highway=primary", "201: 40 41 42 43 40;", "202: 50 51 52 53 50;"
    pieces = ask(road | ring | hole, *drawn, relations=both)[0]
    assert pieces == [(27.5, 28.0, "ZA"), (28.0, 28.5, "LS")]


@pytest.mark.parametrize("pbf", [False, True])
def test_sides_that_the_border_states(ask, pbf):
    """From north to south, west is to the right."""
    line = f"200: 10 11; {NATIONAL} left:country=LT right:country=PL"
    pieces, said, _ = ask(ROAD | LINE, WAY, line, pbf=pbf)
    assert pieces == POLAND_LITHUANIA
    assert said == []
    turned = f"200: 11 10; {NATIONAL} left:country=PL right:country=LT"
    assert ask(ROAD | LINE, WAY, turned)[0] == POLAND_LITHUANIA


def test_the_side_of_one_country_and_the_relations_tell_the_other(ask):
    open_ = relation(1, "ISO3166-1=PL", 200, 998) + relation(2, "ISO3166-1=LT", 200, 999)
    pieces = ask(ROAD | LINE, WAY, f"200: 10 11; {NATIONAL} right:country=PL", relations=open_)[0]
    assert pieces == POLAND_LITHUANIA


def test_where_three_countries_meet_the_relations_tell(ask):
    """Poland is on both borders of the west, and so on: no ring is whole."""
    points = ROAD | LINE | {12: (53.5, 23.0), 13: (53.5, 26.0), 14: (52.0, 23.0), 5: (53.0, 23.6)}
    ways = "100: 1 2 3 4 5; highway=primary", "200: 10 12;", "203: 12 13;", "204: 12 14;"
    open_ = "".join(
        [
            relation(1, "ISO3166-1=PL", 200, 204, 997),
            relation(2, "ISO3166-1=LT", 200, 203, 998),
            relation(3, "ISO3166-1=BY", 203, 204, 999),
        ]
    )
    pieces, said, _ = ask(points, *ways, relations=open_)
    assert pieces == sorted([*POLAND_LITHUANIA, (24.0, 23.8, "LT"), (23.8, 23.6, "BY")])
    assert said == []


def test_a_capital_or_label_lies_in_its_country(ask):
    open_ = relation(1, "ISO3166-1=PL", 200, 998, "node 70 admin_centre") + relation(2, "ISO3166-1=LT", 200, 999)
    assert ask(ROAD | LINE | {70: (54.2, 22.3)}, WAY, NORTH_SOUTH, relations=open_)[0] == POLAND_LITHUANIA


@pytest.mark.parametrize("pbf", [False, True])
@pytest.mark.parametrize("tag", ["is_in:country_code=LT", "addr:country=lt"])
def test_any_point_tells_its_country_at_last(ask, tag, pbf):
    open_ = relation(1, "ISO3166-1=PL", 200, 998) + relation(2, "ISO3166-1=LT", 200, 999)
    said = {70: (54.2, 23.3, tag)}
    assert ask(ROAD | LINE | said, WAY, NORTH_SOUTH, relations=open_, pbf=pbf)[0] == POLAND_LITHUANIA
    both = said | {71: (54.1, 22.2, "addr:country=PL")}
    assert ask(ROAD | LINE | both, WAY, f"{NORTH_SOUTH} {NATIONAL}")[0] == POLAND_LITHUANIA


def test_points_of_two_countries_without_a_border_are_refused(ask):
    said = {70: (54.2, 23.3, "addr:country=LT"), 71: (54.1, 22.2, "addr:country=PL")}
    with pytest.raises(InputError, match="points said to be in LT, PL with no whole border between them"):
        ask(ROAD | said, WAY)


def test_a_name_without_a_code_gets_one_that_is_free_and_is_told(ask):
    both = relation(1, "name=Westland", 200, 201) + relation(2, "name=Greece", 200, 202)
    pieces, said, ways = ask(ROAD | LINE | FAR, WAY, NORTH_SOUTH, WEST, EAST, relations=both)
    assert {row[2] for row in pieces} == {"XA", "GR"}
    assert said == ["Westland: no code (ISO3166-1) is in the data; it is called XA here"]
    assert ways.extract.atlas.names["XA"] == "Westland"


def test_a_line_with_a_name_is_no_country(ask):
    with pytest.raises(InputError, match="no boundary relation with a code"):
        ask(ROAD | LINE, WAY, NORTH_SOUTH, relations=relation(1, "name=PolandLithuania", 200))


def test_what_is_asked_says_what_is_missing(ask):
    open_ = relation(1, "ISO3166-1=PL", 200, 998) + relation(2, "ISO3166-1=LT", 200, 999)
    with pytest.raises(InputError) as error:
        ask(ROAD | LINE, WAY, NORTH_SOUTH, relations=open_)
    assert re.sub(r"54\.00,2\d\.\d\d", "HERE", str(error.value)) == (
        "no known place says which country HERE is in, nor does the data (the boundary of LT, PL in the data is "
        "not whole, or it lies beyond, and nothing there says more); give --country XX (its code) if all is in one "
        "country, or --network with known places there"
    )


def test_the_only_country_of_the_data_without_a_border(ask):
    one = relation(1, "ISO3166-1=BR name:en=Brazil", 999)
    pieces, said, _ = ask({1: (-10.0, -50.0), 2: (-10.0, -49.0)}, "100: 1 2; highway=primary", relations=one)
    assert pieces == [(-50.0, -49.0, "BR")]
    assert said == ["no national border in the data: all of it is taken to lie in one country, BR"]


def test_the_only_country_of_the_data_with_a_piece_of_its_border(ask):
    """An island whose border at sea is cut off, far from the one road."""
    one = relation(1, "ISO3166-1=NZ", 200, 999)
    points = {1: (-40.5, 174.0), 2: (-40.5, 175.0), 10: (-40.0, 172.0), 11: (-41.0, 172.0)}
    pieces, said, _ = ask(points, "100: 1 2; highway=primary", NORTH_SOUTH, relations=one)
    assert pieces == [(174.0, 175.0, "NZ")]
    assert said == []


@pytest.mark.parametrize("tags", ["ISO3166-1=LS", "name=Lesotho ISO3166-1:alpha2=LS", "ISO3166-1=ls"])
def test_a_closed_way_is_a_country(ask, tags):
    hole = {50: (-29.0, 28.0), 51: (-29.0, 29.0), 52: (-30.0, 29.0), 53: (-30.0, 28.0)}
    outer = {70: (-29.5, 27.6, "place=town is_in:country_code=ZA")}
    drawn = "100: 1 2; highway=primary", f"202: 50 51 52 53 50; {NATIONAL} {tags}"
    pieces, said, _ = ask({1: (-29.5, 27.5), 2: (-29.5, 28.5)} | hole | outer, *drawn)
    assert pieces == [(27.5, 28.0, "ZA"), (28.0, 28.5, "LS")]
    assert said == []


def test_a_ring_of_a_relation_is_no_country_of_its_own(ask):
    """An island with a name, which the boundary of its country encloses."""
    ring = {50: (-29.0, 28.0), 51: (-29.0, 29.0), 52: (-30.0, 29.0), 53: (-30.0, 28.0)}
    drawn = "100: 1 2; highway=primary", f"202: 50 51 52 53 50; {NATIONAL} name=Isle"
    one = relation(1, "ISO3166-1=MG", 202, 999)
    pieces, _, ways = ask({1: (-29.5, 28.2), 2: (-29.5, 28.5)} | ring, *drawn, relations=one)
    assert (pieces, ways.extract.atlas.names) == ([(28.2, 28.5, "MG")], {"MG": "MG"})


def test_roads_that_reach_farther_than_the_border_take_the_side_they_leave(ask):
    """The border ends at 53.5 north, one of 40 points lies at 52: it is in the west, where the road comes from."""
    road = {n: (54.0 + 0.01 * n, 22.495 + 0.03 * n) for n in range(1, 40)}
    far = {60: (52.0, 22.4), 100: (55.0, 23.0), 101: (53.5, 23.0)}
    ways = f"100: {' '.join(map(str, road))}; highway=primary", "101: 1 60; highway=primary", "200: 100 101;"
    open_ = relation(1, "ISO3166-1=PL", 200, 998, "node 70 label") + relation(2, "ISO3166-1=LT", 200, 999)
    pieces, said, _ = ask(road | far | {70: (54.1, 22.2)}, *ways, relations=open_)
    assert {(min(a, b) < 23.0, code) for a, b, code in pieces} == {(True, "PL"), (False, "LT")}
    assert [code for a, b, code in pieces if 22.4 in {a, b}] == ["PL"]
    assert said == []


def test_beyond_a_whole_country_its_neighbours_are_told_by_the_border_that_they_share(ask):
    """A square country, whole, between neighbours of which the data has no more than that they share its sides."""
    square = {50: (1.0, 30.0), 51: (1.0, 31.0), 52: (0.0, 31.0), 53: (0.0, 30.0)}
    road = {1: (0.5, 29.9), 2: (0.5, 30.5), 3: (0.5, 31.1), 4: (1.1, 30.6)}
    drawn = (
        *("100: 1 2 3; highway=primary", "101: 2 4; highway=primary"),
        *("201: 50 51;", "202: 51 52;", "203: 52 53;", "204: 53 50;", "205: 50 54;"),
    )
    square |= {54: (1.02, 29.98)}  # where the border of two neighbours begins
    shared = [("UG", 201, 202, 203, 204), ("SS", 201, 205, 997), ("KE", 202, 998), ("CD", 204, 205, 999)]
    relations = "".join(relation(n, f"ISO3166-1={code}", *ways) for n, (code, *ways) in enumerate(shared))
    pieces, said, _ = ask(road | square, *drawn, relations=relations)
    west, east = [(29.9, 30.0, "CD"), (30.0, 30.5, "UG")], [(30.5, 31.0, "UG"), (31.0, 31.1, "KE")]
    assert pieces == sorted([*west, *east, (30.5, 30.58, "UG"), (30.58, 30.6, "SS")])
    assert said == ["points beyond the borders that are whole: 3; they take the country across the nearest one"]


def test_two_parts_cannot_both_be_the_only_country_that_all_borders_share(ask):
    """Both sides touch borders of PL with LT and with BY: nothing says which side is PL."""
    points = ROAD | LINE | {12: (53.998, 23.0)}
    shared = [("PL", 200, 203, 997), ("LT", 200, 998), ("BY", 203, 999)]
    open_ = "".join(relation(n, f"ISO3166-1={code}", *ways) for n, (code, *ways) in enumerate(shared))
    with pytest.raises(InputError, match="the boundary of BY, LT, PL in the data is not whole"):
        ask(points, WAY, "200: 10 12;", "203: 12 11;", relations=open_)


def test_a_border_that_ends_is_told(ask):
    ends = {10: (55.0, 23.0), 11: (54.003, 23.0)}
    open_ = relation(1, "ISO3166-1=PL", 200, 998, "node 70 label") + relation(2, "ISO3166-1=LT", 200, 999)
    pieces, said, _ = ask(ROAD | ends | {70: (54.0, 22.3)}, WAY, NORTH_SOUTH, relations=open_)
    assert {row[2] for row in pieces} == {"PL"}
    assert said == ["the border of LT and PL is not whole in the data; around its end all is taken as PL"]


def test_known_places_go_before_the_data_and_that_is_told(ask):
    road = {1: (42.0, 21.4), 2: (42.05, 21.5)}
    ring = {40: (43.0, 20.0), 41: (43.0, 23.0), 42: (41.0, 23.0), 43: (41.0, 20.0)}
    pieces, said, _ = ask(
        road | ring, "100: 1 2; highway=primary", "201: 40 41 42 43 40;", relations=relation(1, "ISO3166-1=PL", 201)
    )
    assert pieces == [(21.4, 21.5, "MK")]
    assert said == ["countries by known places, not by the boundaries in the data: MK where the data says PL"]


@pytest.mark.parametrize("pbf", [False, True])
def test_across_the_antimeridian(ask, pbf):
    """FJ from 179 to -179.5, its relation in two halves that end at 180; beyond lies TO."""
    road = {1: (-16.5, 179.2), 2: (-16.5, 179.8), 3: (-16.5, -179.8), 4: (-16.5, -179.2)}
    west = {40: (-16.0, 179.0), 41: (-16.0, 180.0), 42: (-17.0, 180.0), 43: (-17.0, 179.0)}
    east = {50: (-16.0, -180.0), 51: (-16.0, -179.5), 52: (-17.0, -179.5), 53: (-17.0, -180.0)}
    tonga = {60: (-16.0, -179.0), 61: (-17.0, -179.0)}
    ways = (
        *("100: 1 2 3 4; highway=primary", "201: 40 41 42 43 40;", "202: 51 52;"),
        *("203: 52 53 50 51;", "204: 51 60 61 52;"),
    )
    both = relation(1, "ISO3166-1=FJ", 201, 202, 203) + relation(2, "ISO3166-1=TO", 202, 204)
    pieces, said, ways = ask(road | west | east | tonga, *ways, relations=both, pbf=pbf)
    assert pieces == [(-179.8, -179.5, "FJ"), (-179.5, -179.2, "TO"), (179.2, 179.8, "FJ"), (179.8, -179.8, "FJ")]
    assert said == []
    assert ways.extract.atlas.at([-179.9, 179.9, -179.3], [-16.2] * 3).tolist() == ["FJ", "FJ", "TO"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(east=st.integers(0, 719), north=st.integers(-130, 20), mirrored=st.booleans())
def test_wherever_on_earth_it_is_drawn_the_countries_are_the_same(ask, east, north, mirrored):
    def moved(lat, lon):
        lat = lat + north if -85 < lat + north < 85 else lat
        return round(-lat if mirrored else lat, 6), round((lon + east / 2 + 180) % 360 - 180, 6)

    points = {key: moved(*at) for key, at in (ROAD | LINE | FAR).items()}
    _, said, ways = ask(points, WAY, NORTH_SOUTH, WEST, EAST, relations=CLOSED, known=False)
    extract = ways.extract
    code = dict(zip(extract.node[extract.tail].tolist(), ways.country.tolist(), strict=True))
    assert [code[n] for n in (1, 2, 3)] == ["PL", "PL", "LT"]
    assert sorted(ways.country) == ["LT", "LT", "PL", "PL"]
    assert said == []


def test_longitudes_about_a_middle():
    assert middle_of(np.array([179.0, -179.0])) == 180
    assert middle_of(np.array([-70.0, -60.0])) == -65
    assert unrolled(np.array([179.0, -179.0, 20.0]), 180).tolist() == [179.0, 181.0, 20.0]
    assert unrolled(np.array([22.123, -60.0]), -20.0).tolist() == [22.123, -60.0]
