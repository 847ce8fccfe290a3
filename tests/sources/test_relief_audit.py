"""The relief audit on drawn grounds, with answers worked by hand, and on the shipped network."""

import gzip

import numpy as np
import pandas as pd
import pytest

from drawing import drawn
from grounds import ground
from mobility.errors import InputError
from mobility.sources.ground import grounds_of, read_ground, read_towns
from mobility.sources.relief_audit import audit, audit_folder, shares

# a to b is 100 km by the middle m, 130 km by the north n: losing the middle costs 30 km on the ground.
POINTS = {"a": (0, 0), "m": (0, 0.45), "b": (0, 0.9), "n": (0.3, 0.45)}
EDGES = (("a", "m", 50), ("m", "b", 50), ("a", "n", 65), ("n", "b", 65))
PLACES = {"a": {"lat": "0", "lon": "0"}, "b": {"lat": "0", "lon": "0.9"}, "c": {"lat": "-0.3", "lon": "0.45"}}
TOWNS = pd.DataFrame(
    {"name": ["Northam", "Middle", "Far"], "lat": [0.3, 0.0, 2.0], "lon": [0.45, 0.45, 2.0], "population": [9, 8, 7]}
)


def judged(*links, edges=EDGES, points=POINTS, **more):
    return audit(drawn(*links, places=PLACES), {"road": ground(points, *edges)}, TOWNS, **more).set_index("link")


def test_a_link_without_another_way_is_overstated_where_the_ground_has_one():
    row = judged("a -road 100- b").loc["a--b-road"]
    assert row["overstated"]
    assert row["extra_km"] == np.inf
    assert row["ground_km"] == 100
    assert row["ground_extra_km"] == 30
    assert row["missing"] == "Northam"


@pytest.mark.parametrize(("half", "overstated"), [("97.4", False), ("97.6", True)])
def test_a_detour_may_be_half_as_long_again_and_50_km_longer(half, overstated):
    """1.5 x 30 + 50 = 95 km more: a detour of 195 km is the limit."""
    row = judged("a -road 100- b", f"a -road {half}- c", f"c -road {half}- b").loc["a--b-road"]
    assert row["extra_km"] == pytest.approx(2 * float(half) - 100)
    assert row["overstated"] == overstated
    assert bool(row["missing"]) == overstated


def test_where_the_ground_has_no_other_way_nothing_is_overstated():
    row = judged("a -road 100- b", edges=EDGES[:2]).loc["a--b-road"]
    assert row["ground_extra_km"] == np.inf
    assert not row["overstated"]


@pytest.mark.parametrize(
    "link",
    [
        "a -road 118- b",  # the ground is 100 km: not the same stretch
        "a -road 86- b",
        "a -road 100- b status=planned",
        "a -road 100- b status=closed",
        "a -road 100- b corridors=access",
        "a -rail 100- b",  # no ground of this mode
        "a -road 100- c",  # an end lies off the ground
    ],
)
def test_what_is_not_comparable_is_not_judged(link):
    assert judged(link).empty


def test_a_closed_link_is_a_known_way_and_a_planned_one_is_not():
    for status, overstated in (("closed", False), ("disused", False), ("planned", True)):
        table = judged("a -road 100- b", f"a -road 70- c status={status}", "c -road 70- b")
        assert table.at["a--b-road", "overstated"] == overstated, status


def test_a_twin_is_another_way():
    table = judged("a -road 100- b", "a -road 110- b")
    assert table["extra_km"].to_dict() == {"a--b-road": 10, "a--b-road-2": -10}
    assert not table["overstated"].any()


def test_a_short_link_is_not_judged():
    near = {"a": (0, 0), "b": (0, 0.06)}
    assert audit(drawn("a -road 7.9- b", places=PLACES | {"b": {"lat": "0", "lon": "0.06"}}),
                 {"road": ground(near, ("a", "b", 7.9))}, TOWNS).empty  # fmt: skip


def test_the_places_of_the_network_name_a_way_where_there_are_no_towns():
    net = drawn("a -road 100- b", "a -rail 9- n", places=PLACES | {"n": {"lat": "0.3", "lon": "0.45"}})
    assert audit(net, {"road": ground(POINTS, *EDGES)})["missing"].tolist() == ["n"]


def test_a_network_without_a_link_to_judge_is_an_empty_table():
    table = audit(drawn("a -road 1- b", places=PLACES), {"road": ground(POINTS, *EDGES)}, TOWNS)
    assert table[table["overstated"]].columns.tolist() == table.columns.tolist()
    assert (len(table), shares(table)) == (0, {})


def test_shares_and_order():
    table = audit(drawn("a -road 100- b", places=PLACES), {"road": ground(POINTS, *EDGES)}, TOWNS)
    assert shares(table) == {"road": {"comparable": 1, "overstated": 1, "share": 1.0}}


def test_an_imported_network_is_a_ground():
    """Its lines are cut at every bend, and lengths are shared out along them."""
    net = drawn("a -road 120- b", "b -rail 10- c", places=PLACES)
    found = grounds_of(net)
    assert list(found) == ["rail", "road"]
    assert found["road"].km.tolist() == pytest.approx([120])
    assert found["road"].row.tolist() == [0]
    assert found["rail"].row.tolist() == [1]


def test_a_ground_is_read_from_its_files(tmp_path):
    for name, text in (("nodes", "node,lat,lon\nx,0,0\ny,0,1\n"), ("edges", "a,b,km\nx,y,111\n")):
        (tmp_path / f"rail-{name}.csv.gz").write_bytes(gzip.compress(text.encode()))
    found = read_ground(tmp_path)
    assert list(found) == ["rail"]
    assert (found["rail"].km.tolist(), found["rail"].lon.tolist()) == ([111], [0, 1])
    assert read_towns(tmp_path) is None


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("nodes", "node,lat\nx,0\n", "need the columns node, lat, lon"),
        ("edges", "a,b,km\nx,z,1\n", "'z'"),
        ("edges", "a,b,km\nx,y,far\n", "far"),
        ("edges", "a,b,km\nx,y,nan\n", "'nan' is no number"),
        ("nodes", "node,lat,lon\nx,0,0\ny,inf,1\n", "'inf' is no number"),
        ("nodes", "node,lat,lon\nx,0\n", "cannot be read"),
        ("nodes", f"node,lat,lon\n{'x' * 200_000},0,0\n", "field larger than"),
    ],
)
def test_a_bad_ground_is_told(tmp_path, name, text, message):
    files = {"nodes": "node,lat,lon\nx,0,0\ny,0,1\n", "edges": "a,b,km\nx,y,1\n"} | {name: text}
    for part, content in files.items():
        (tmp_path / f"road-{part}.csv.gz").write_bytes(gzip.compress(content.encode()))
    with pytest.raises(InputError, match=message):
        read_ground(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,country,lat,lon\nA,AA,1,2\n", "population"),
        ("name,country,lat,lon,population\nA,AA,1,2,many\n", "many"),
        ("name,country,lat,lon,population\nA,AA,nan,2,5\n", "'nan' is no number"),
        ("", "cannot be read"),
    ],
)
def test_bad_towns_are_told(tmp_path, text, message):
    (tmp_path / "towns.csv.gz").write_bytes(gzip.compress(text.encode()))
    with pytest.raises(InputError, match=message):
        read_towns(tmp_path)


def test_a_file_of_the_ground_that_is_damaged_is_told(tmp_path):
    (tmp_path / "towns.csv.gz").write_bytes(gzip.compress(bytes(range(256)) * 20)[:30] + bytes(100))  # zlib's own error
    with pytest.raises(InputError, match="cannot be read"):
        read_towns(tmp_path)


def test_a_folder_without_ground_is_told(tmp_path):
    with pytest.raises(InputError, match="no ground at"):
        read_ground(tmp_path)
    with pytest.raises(InputError, match="say what it is compared with"):
        audit_folder(tmp_path, None)
