"""Imports beside Valhalla, of the same roads: they agree, or why they do not is shown on the ways as drawn."""

import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import valhalla_oracle as oracle
from drawn_ways import Drawn
from extracts import drawn_osm

PAGE = Path(__file__).with_name("valhalla.md")
# Least of the 200 pairs that agree, as imported and with carriageways apart.
AGREE = {("Helsinki", oracle.WHOLE): 70, ("test", oracle.WHOLE): 90}
AGREE |= {("Helsinki", oracle.APART): 160, ("test", oracle.APART): 200}


@pytest.fixture(scope="module", params=oracle.EXTRACTS)
def rows(request, tmp_path_factory, shipped):
    pytest.importorskip("valhalla", reason="no pyvalhalla here: pip install 'mobility[valhalla]', from Python 3.12 on")
    return oracle.compared(request.param, tmp_path_factory.mktemp("valhalla"), shipped)


def test_every_difference_has_a_cause(rows):
    sys.stdout.write(oracle.table(rows))
    assert len(rows) == 2 * oracle.PAIRS
    assert [row for row in rows if row.causes is None] == []


def test_as_many_agree_as_the_page_says(rows):
    for kind in (oracle.WHOLE, oracle.APART):
        of_kind = [row for row in rows if row.kind == kind]
        assert sum(row.causes == () for row in of_kind) >= AGREE[of_kind[0].extract, kind]
    page = PAGE.read_text(encoding="utf-8")
    if f"Valhalla {version('pyvalhalla')} " in page:
        for line in oracle.table(rows).splitlines()[2:]:
            word, counts = line.removeprefix("| ").split(" | ", 1)
            assert counts.removesuffix(" |") in next(row for row in page.splitlines() if row.startswith(f"| {word} |"))


def test_with_carriageways_apart_only_turns_and_destinations_differ(rows):
    """What is left when that step is off: nothing hides behind it."""
    apart = [row for row in rows if row.kind == oracle.APART]
    plain = [row for row in apart if not {"turns", "limit"} & {*(row.causes or ())}]
    assert all(oracle.reached(row) in {"there is a way for both", "for neither"} for row in plain)


# ---- what needs no Valhalla


@pytest.mark.parametrize("name", oracle.EXTRACTS)
def test_with_carriageways_apart_an_import_is_the_ways_as_drawn(name, tmp_path, shipped):
    extract = oracle.DATA / f"{name}.osm.pbf"
    oracle.only_roads(extract, tmp_path / "roads.osm.pbf")
    drawn = Drawn.of(tmp_path / "roads.osm.pbf", shipped.rules.profile("wheeled"))
    net = oracle.imported(extract, oracle.APART, shipped)
    found = [(oracle.ours(net, a, b), drawn.length(int(a[1:]), int(b[1:]))) for a, b in oracle.drawn_pairs(net)]
    assert sum(mine is not None for mine, _ in found) > oracle.PAIRS / 2
    assert [pair for pair in found if not oracle.near(*pair)] == []


# 1 -w11- 2 -w12- 3 east on, 2 -w13- 4 to the north, 3 -w14- 4 back to it; 5 is west of 1. A third of a degree is 26 km.
POINTS = {1: (45, 25.0), 2: (45, 25.1), 3: (45, 25.2), 4: (45.1, 25.1), 5: (45, 24.9)}
WAYS = [f"{way}; highway=primary" for way in ("10: 5 1", "11: 1 2", "12: 2 3", "13: 2 4", "14: 3 4")]
NO_LEFT = (
    '<relation id="1"><member type="way" ref="11" role="from"/><member type="node" ref="2" role="via"/>'
    '<member type="way" ref="13" role="to"/><tag k="type" v="restriction"/><tag k="restriction" v="{}"/></relation>'
)


def streets(tmp_path, shipped, *ways, word="no_left_turn"):
    path = tmp_path / "streets.osm"
    path.write_bytes(drawn_osm(POINTS, *ways, relations=NO_LEFT.format(word)))
    return Drawn.of(path, shipped.rules.profile("wheeled"))


def test_turns_are_kept_to_when_asked(tmp_path, shipped):
    drawn = streets(tmp_path, shipped, *WAYS)
    assert drawn.length(1, 4) == pytest.approx(7.9 + 11.1, abs=0.1)
    assert drawn.length(1, 4, ("turns",)) == pytest.approx(7.9 + 7.9 + 13.6, abs=0.1)
    assert drawn.length(3, 4, ("turns",)) == drawn.length(3, 4)
    drawn = streets(tmp_path, shipped, *WAYS, word="only_left_turn")
    assert drawn.length(1, 3, ("turns",)) == pytest.approx(7.9 + 11.1 + 13.6, abs=0.1)


def test_who_may_turn_nowhere_turns_round_only_at_an_end(tmp_path, shipped):
    drawn = streets(tmp_path, shipped, *WAYS[:2], WAYS[3])  # from 2 only w13 goes on, and it is not allowed
    assert drawn.length(1, 4) == pytest.approx(7.9 + 11.1, abs=0.1)
    assert drawn.length(1, 4, ("turns",)) is None


def test_roads_for_destinations_are_no_way_through(tmp_path, shipped):
    ways = [f"{way} motor_vehicle=destination" if way.startswith(("13", "10")) else way for way in WAYS]
    drawn = streets(tmp_path, shipped, *ways)
    assert drawn.length(2, 4, ("destination",)) == drawn.length(2, 4)  # it is the end
    assert drawn.length(5, 4, ("destination",)) == drawn.length(5, 4)  # it is both ends
    across = streets(tmp_path, shipped, *WAYS[:2], f"{WAYS[3]} vehicle=destination", WAYS[4])
    assert across.length(1, 3) == pytest.approx(7.9 + 11.1 + 13.6, abs=0.1)
    assert across.length(1, 3, ("destination",)) is None


def test_limits_are_those_of_the_profile(tmp_path, shipped):
    drawn = streets(tmp_path, shipped, *WAYS[:3], f"{WAYS[3]} maxweight=20", WAYS[4])
    assert drawn.length(2, 4) == pytest.approx(7.9 + 13.6, abs=0.1)
    assert drawn.length(2, 4, ("limit",)) == pytest.approx(11.1, abs=0.1)
    assert oracle.causes(21.5, 11.1, lambda: 11.1, lambda tried: drawn.length(2, 4, tried)) == ("limit",)


def test_carriageways_explain_nothing_where_they_are_apart():
    assert oracle.causes(1.0, 1.5, lambda: 1.5, lambda _: 1.5, merged=False) is None
    assert oracle.causes(1.0, 1.5, lambda: 1.5, lambda tried: 1.5 if tried else 1.0, merged=False) == ("limit",)


@pytest.mark.parametrize(
    ("mine", "theirs", "forward", "by_cause", "expected"),
    [
        (1.0, 1.009, None, {}, ()),
        (None, None, None, {}, ()),
        (1.0, 1.5, 1.5, {(): 1.5}, ("carriageways",)),
        (1.0, 1.5, 1.5, {("turns",): 1.5}, ("turns",)),
        (0.9, 1.5, 1.5, {("turns",): 1.5}, ("carriageways", "turns")),
        (1.0, None, 1.5, {("turns",): 1.5}, ("turns", "search")),
        (1.0, None, None, {("limit", "turns"): None}, ("limit", "turns")),
        (1.0, 1.5, 1.6, {("turns",): 1.7}, None),
        (None, 1.5, 1.5, {}, None),
    ],
)
def test_the_fewest_causes_that_explain_a_difference(mine, theirs, forward, by_cause, expected):
    assert oracle.causes(mine, theirs, lambda: forward, lambda tried: by_cause.get(tried, 1.0)) == expected
