"""What a file holds, collected: the newest version of each thing, sound points, the things that a way is, barriers."""

import pytest

from extracts import as_pbf, done, drawn_osm, imported
from mobility.errors import InputError
from mobility.sources.extract import Selection
from mobility.sources.files import read

POINTS = {1: (45, 25.0), 2: (45, 25.1), 3: (45, 25.2), 4: (45.1, 25.1)}
ROAD = "highway=primary"


def links(data, tmp_path, shipped, ending=".osm", country="RO"):
    """Return the links of an extract (id: column values), and what was said."""
    path = tmp_path / f"a{ending}"
    if ending == ".osm":
        path.write_bytes(data)
    else:
        as_pbf(data, path)
    said = []
    net = imported(path, shipped, country=country, tell=said.append)
    return net.links, said


@pytest.fixture(params=[".osm", ".osm.pbf", ".osh.pbf"])
def ending(request):
    return request.param


@pytest.mark.parametrize("ending", [".osm", ".osh.pbf"])
def test_of_several_versions_the_newest_stands(tmp_path, shipped, ending):
    data = drawn_osm(
        POINTS | {5: (45.2, 25.2, "version=1;"), "5 ": (45.1, 25.2, "version=2;")},
        f"10 version=1: 1 2; {ROAD} maxweight=40",
        f"10 version=3: 1 2 3; {ROAD} maxweight=10",
        f"10 version=2: 1 2; {ROAD} maxweight=20",
        f"11 version=1: 2 4; {ROAD}",
        "11 version=2 visible=false: 2 4;",  # deleted
        f"12 version=1: 3 4; {ROAD}",
        "12 version=2: 3 4; highway=footway",  # of another kind now
        f"13 version=1: 3 5; {ROAD} name=Moved",
    ).replace(b'"5 "', b'"5"')
    found, said = links(data, tmp_path, shipped, ending)
    assert {i.split("-")[0] for i in found.index} == {"w10", "w13"}
    assert found.at["w10", "max_gross_t"] == 10
    assert found.at["w13", "length_km"] == pytest.approx(11.11, abs=0.01)  # to the point as it is now
    assert any("more than once" in text and text.endswith(": 1") for text in said)


def test_a_way_twice_is_one(tmp_path, shipped, ending):
    data = drawn_osm(POINTS, f"10: 1 2; {ROAD}", f"11: 2 3; {ROAD} bridge=yes", f"11: 2 3; {ROAD} bridge=yes")
    found, said = links(data, tmp_path, shipped, ending)
    assert sorted(found.index) == ["w10", "w11"]
    assert any("more than once" in text for text in said)


@pytest.mark.parametrize("shift", [-100, 2**40])
def test_ids_of_editors_are_ids(tmp_path, shipped, ending, shift):
    points = {key + shift: at for key, at in POINTS.items()}
    data = drawn_osm(points, f"{shift}: {1 + shift} {2 + shift} {3 + shift}; {ROAD}")
    assert links(data, tmp_path, shipped, ending)[0]["length_km"].tolist() == pytest.approx([15.77], abs=0.01)


def test_what_an_editor_deleted_is_gone(tmp_path, shipped):
    data = drawn_osm(POINTS, f"10: 1 2; {ROAD}", f"-11 action=delete: 2 3; {ROAD}")
    assert links(data, tmp_path, shipped)[0].index.tolist() == ["w10"]


@pytest.mark.parametrize("lat", ["95", "inf", "nan", "-inf", "1e300", "", "45,0", "north"])
def test_one_bad_point_costs_its_way_only(tmp_path, shipped, lat):
    data = drawn_osm(POINTS | {9: (lat, 25.15)}, f"10: 1 2 3; {ROAD}", f"11: 2 4; {ROAD}", f"12: 3 9; {ROAD}")
    found, said = links(data, tmp_path, shipped)
    assert {i.split("-")[0] for i in found.index} == {"w10", "w11"}
    assert found["length_km"].sum() == pytest.approx(26.88, abs=0.02)
    assert said == ["points that are nowhere on the globe, before which their ways stop: 1"]


@pytest.mark.parametrize("lon", ["181", "-500"])
def test_longitudes_end_too(tmp_path, shipped, lon):
    data = drawn_osm(POINTS | {9: (45, lon)}, f"10: 1 2; {ROAD}", f"12: 2 9; {ROAD}")
    assert links(data, tmp_path, shipped)[0].index.tolist() == ["w10"]


@pytest.mark.parametrize("bad", [f"11: 2 {2**63}; {ROAD}", f"{10**30}: 2 4; {ROAD}"])
def test_an_id_beyond_63_bits_costs_its_way_only(tmp_path, shipped, bad):
    data = drawn_osm(POINTS | {2**63: (45, 25.3)}, f"10: 1 2; {ROAD}", bad)
    found, said = links(data, tmp_path, shipped)
    assert found.index.tolist() == ["w10"]
    assert said == ["ways left out because an id in them is beyond 63 bits: 1"]


def test_nothing_left_is_an_error(tmp_path, shipped):
    with pytest.raises(InputError, match="no road, railway or ferry"):
        links(drawn_osm({1: (95, 25), 2: (96, 25)}, f"10: 1 2; {ROAD}"), tmp_path, shipped)


def test_a_way_may_be_road_and_railway(tmp_path, shipped, ending):
    both = "railway=rail usage=main gauge=1435 bridge=yes lanes=2"
    data = drawn_osm(POINTS, f"10: 1 2; {ROAD}", f"11: 2 3; {ROAD} {both}", "12: 3 4; railway=rail")
    found, _ = links(data, tmp_path, shipped, ending)
    assert found["mode"].to_dict() == {"w10": "road", "w11": "road", "w11-2": "rail", "w12": "rail"}
    assert found.loc[["w11", "w11-2"], "structure"].tolist() == ["bridge", "bridge"]
    assert (found.at["w11", "lanes"], found.at["w11-2", "gauge_mm"]) == (2, 1435)


def test_the_deck_that_carries_both_fails_as_one(tmp_path, shipped):
    ways = f"10: 1 2; {ROAD}", f"11: 2 3; {ROAD} railway=rail bridge=yes", "12: 3 4; railway=rail"
    (tmp_path / "a.osm").write_bytes(drawn_osm(POINTS, *ways))
    net = imported(tmp_path / "a.osm", shipped, country="RO")
    assert net.structures[["id", "kind", "links"]].to_numpy().tolist() == [["deck-11", "bridge", "w11;w11-2"]]
    assert set(net.close("deck-11").links.query("not active").index) == {"w11", "w11-2"}
    assert imported(tmp_path / "a.osm", shipped, country="RO").save(tmp_path / "a.gpkg") is None
    assert done("check", tmp_path / "a.gpkg").exit_code == 0


@pytest.mark.parametrize("tags", ["railway=rail service=spur", "boundary=administrative admin_level=2"])
@pytest.mark.parametrize("country", ["RO", ""])
def test_a_road_is_a_road_whatever_else_its_way_is(tmp_path, shipped, ending, tags, country):
    data = drawn_osm(POINTS, f"10: 1 2; {ROAD}", f"11: 2 3; {ROAD} {tags}")
    found, _ = links(data, tmp_path, shipped, ending, country)
    assert found.index.tolist() == ["w10"] or sorted(found.index) == ["w10", "w11"]
    assert found["length_km"].sum() == pytest.approx(15.77, abs=0.01)


BARRED = {"barrier=block": True, "barrier=gate access=no": True, "access=private": True}
PASSED = {"barrier=border_control": False, "barrier=toll_booth": False, "barrier=bollard hgv=yes": False}


@pytest.mark.parametrize(("tags", "barred"), (BARRED | PASSED).items())
def test_barriers_at_points(tmp_path, shipped, ending, tags, barred):
    points = POINTS | {2: (45, 25.1, tags)}
    data = drawn_osm(points, f"10: 1 2 3; {ROAD}", f"11: 1 4 3; {ROAD} lanes=2", "12: 1 2 3; railway=rail")
    found, said = links(data, tmp_path, shipped, ending)
    assert ("w10" not in found.index) == barred
    assert {"w11", "w12"} <= set(found.index)  # trains do not mind
    assert any("forbidden or out of use, left out (ways):" in text for text in said) == barred


def test_a_height_bar_limits_what_meets_it(tmp_path, shipped):
    points = POINTS | {2: (45, 25.1, "maxheight=2.2")}
    data = drawn_osm(points, f"10: 1 2 3; {ROAD} maxheight=4", f"11: 3 4; {ROAD} maxheight=4")
    found, _ = links(data, tmp_path, shipped)
    assert found["max_height_m"].to_dict() == {"w10": 2.2, "w11": 4.0}


def test_only_ways_of_a_kind_that_is_taken_are_kept(tmp_path):
    (tmp_path / "a.osm").write_bytes(drawn_osm(POINTS, f"10: 1 2; {ROAD}", "11: 2 3; highway=tertiary"))
    assert set(read(tmp_path / "a.osm", Selection()).way) == {10}
    assert set(read(tmp_path / "a.osm", Selection(roads=("tertiary",))).way) == {11}


TURN = """<relation id="9"><member type="way" ref="10" role="from"/><member type="node" ref="2" role="via"/>
<member type="way" ref="{}" role="to"/><tag k="type" v="restriction"/><tag k="restriction" v="no_left_turn"/>
</relation>"""


@pytest.mark.parametrize(("to", "count"), [(11, 1), (12, 0)])
def test_turn_restrictions_between_ways_taken_are_counted(tmp_path, shipped, ending, to, count):
    ways = f"10: 1 2; {ROAD}", f"11: 2 3; {ROAD}", "12: 2 4; highway=service"
    _, said = links(drawn_osm(POINTS, *ways, relations=TURN.format(to)), tmp_path, shipped, ending)
    assert said == ["turn restrictions between these ways, which are not kept to: 1"] * count


def test_of_several_ways_into_a_turn_one_that_is_taken_counts(tmp_path, shipped, ending):
    ways = f"10: 1 2; {ROAD}", f"11: 2 3; {ROAD}", "12: 2 4; highway=service"
    several = TURN.format(11).replace("<tag", '<member type="way" ref="12" role="from"/><tag', 1)
    _, said = links(drawn_osm(POINTS, *ways, relations=several), tmp_path, shipped, ending)
    assert said == ["turn restrictions between these ways, which are not kept to: 1"]
