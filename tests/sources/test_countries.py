"""Countries and crossings by the borders in the data, named by known places."""

import pandas as pd
import pytest

from mobility.errors import InputError
from mobility.sources.countries import cut_at_borders
from mobility.sources.extract import Node, Way
from mobility.sources.gathering import gather

ROAD, BORDER = {"highway": "primary"}, {"boundary": "administrative", "admin_level": "2"}
LINE = Way(90, [90, 91], BORDER)  # from north to south at 20 degrees east
POINTS = {
    1: (19.8, 41.0),
    2: (20.2, 41.0),
    3: (20.0, 41.1),
    4: (20.0, 41.2),
    5: (19.8, 41.2),
    6: (20.3, 41.2),
    90: (20.0, 42.0),
    91: (20.0, 40.0),
}


def places(**at):
    rows = [(f"{code}{n}", code, lon) for code, lons in at.items() for n, lon in enumerate(lons)]
    return pd.DataFrame(rows, columns=["id", "country", "lon"]).assign(lat=41.005, kind="city")


def cut(*ways, known=None, line=LINE):
    """Return what was cut, told by point ids, and what was said."""
    said = []
    nodes = [Node(key, *at) for key, at in POINTS.items()]
    extract = gather([*ways, line], lambda ids: (n for n in nodes if n.id in ids), "drawn")
    known = places(AL=[19.8], MK=[20.2]) if known is None else known
    extract, of_segment, _ = cut_at_borders(extract, known, said.append)
    ends = zip(extract.node[extract.tail], extract.node[extract.head], of_segment, strict=True)
    return {tuple(row) for row in ends}, extract, said


def test_a_road_is_cut_where_it_meets_the_border():
    found, extract, said = cut(Way(1, [1, 2], ROAD))
    assert found == {(1, -1, "AL"), (-1, 2, "MK")}
    assert (extract.lon[-1], extract.lat[-1]) == pytest.approx((20.0, 41.0))
    assert said == []


def test_a_point_on_the_border_needs_no_cut():
    found, *_ = cut(Way(1, [1, 3, 2], ROAD))
    assert found == {(1, 3, "AL"), (3, 2, "MK")}


def test_a_road_along_the_border_lies_on_one_side():
    found, *_ = cut(Way(1, [1, 3, 4, 5], ROAD))
    assert {row[:2] for row in found} == {(1, 3), (3, 4), (4, 5)}
    assert {row[2] for row in found if row[:2] != (3, 4)} == {"AL"}
    assert all(row[2] in {"AL", "MK"} for row in found)


def test_ferries_are_not_cut():
    found, *_ = cut(Way(1, [1, 2], {"route": "ferry"}))
    assert {row[:2] for row in found} == {(1, 2)}


def test_a_part_without_a_place_takes_the_nearest():
    found, _, said = cut(Way(1, [1, 2], ROAD), known=places(AL=[19.8]))
    assert {row[2] for row in found} == {"AL"}
    assert "without a known place: 1" in said[0]


def test_a_place_on_the_wrong_side_is_outvoted_and_told():
    found, _, said = cut(Way(1, [1, 2], ROAD), known=places(AL=[19.8, 20.05], MK=[20.1, 20.15, 20.18, 20.2]))
    assert found == {(1, -1, "AL"), (-1, 2, "MK")}
    assert said == ["MK: 4 known places say so, but not AL1; is there a gap in the border?"]


@pytest.mark.parametrize("line", [Way(90, [90, 91], ROAD), Way(90, [90, 4], BORDER)])  # none, or one with an end
def test_no_whole_border_between_countries(line):
    with pytest.raises(InputError, match="places of AL, MK with no whole border between them"):
        cut(Way(1, [1, 2], ROAD), line=line)


def test_no_border_at_all_is_told():
    found, _, said = cut(Way(1, [1, 2], ROAD), line=Way(90, [90, 91], ROAD), known=places(AL=[19.8]))
    assert found == {(1, 2, "AL"), (90, 91, "AL")}
    assert "no national border in the data" in said[0]


def test_nobody_knows():
    with pytest.raises(InputError, match="give --country XX"):
        cut(Way(1, [1, 2], ROAD), known=places(AL=[25.0]))
