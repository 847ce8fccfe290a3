"""What changed between two networks: rows, cells, lines and rules, each once."""

from dataclasses import replace

import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing import RULES, drawn
from mobility.model.versions import data_changes

LINKS = ("a -road 10- b", "b -road 20- c", "a -rail 15- c", "a -road 12- b")


def said(before, after):
    return [tuple(row) for row in data_changes(before, after).itertuples(index=False)]


def test_a_network_does_not_differ_from_itself():
    net = drawn(*LINKS, borders=[{"place": "b", "countries": "AA-BB", "mode": "road", "wait_h": "1"}])
    assert said(net, net) == []
    assert said(net, net.close("a--b-road").under("heavy")) == [], "a scenario is no fact"


def test_rows_come_and_go_and_cells_change():
    old = drawn(*LINKS)
    new = drawn("a -road 10- b", "b -road 25- c status=closed", "a -rail 15- c", "c -road 5- d")
    assert said(old, new) == [
        ("places", "d", "d", "added", "", "", ""),
        ("links", "a--b-road-2", "a–b", "removed", "", "", ""),
        ("links", "c--d-road", "c–d", "added", "", "", ""),
        ("links", "b--c-road", "b–c", "changed", "length_km", "20", "25"),
        ("links", "b--c-road", "b–c", "changed", "status", "open", "closed"),
    ]


def test_rows_without_an_id_are_told_apart_by_several_columns():
    border = {"place": "b", "countries": "AA-BB", "mode": "road", "wait_h": "1"}
    old = drawn(*LINKS, borders=[border, border | {"mode": "rail"}])
    new = drawn(*LINKS, borders=[border | {"wait_h": "0.5"}, border | {"mode": "rail"}])
    assert said(old, new) == [("borders", "b / AA-BB / road", "b", "changed", "wait_h", "1", "0.5")]


def test_rows_that_share_all_of_these_are_counted():
    border = {"place": "b", "countries": "AA-BB", "mode": "road", "wait_h": "1"}
    (one,) = said(drawn(*LINKS, borders=[border]), drawn(*LINKS, borders=[border, border]))
    assert one[:4] == ("borders", "b / AA-BB / road (2)", "b", "added")


def test_a_line_drawn_otherwise_says_how_far():
    """A point in the middle, 0.1 degrees north on the equator, is 11.12 km off."""
    places = {"b": {"lon": "1"}}
    old = drawn("a -road 10- b", places=places)
    bent = old.links.assign(geometry=[shapely.LineString([(0, 0), (0.5, 0.1), (1, 0)])])
    assert said(old, replace(old, links=bent)) == [
        ("links", "a--b-road", "a–b", "changed", "geometry", "2 points", "3 points, up to 11.12 km off")
    ]


def test_rules_are_told_by_their_full_key():
    net = drawn(*LINKS)
    line = next(text for text in RULES.text.splitlines() if text.startswith("share_of_limit"))
    other = replace(RULES, text=RULES.text.replace(line, "share_of_limit = 0.5\nmood = 1"))
    changed, added = said(net, replace(net, rules=other))
    assert changed == ("rules", "rules.road_speed_kmh.share_of_limit", "", "changed", "value", "0.75", "0.5")
    assert added == ("rules", "rules.road_speed_kmh.mood", "", "added", "", "", "")


WHOLE = drawn(*(f"a -road {n}- b id=l{n}" for n in range(1, 5)))


@settings(max_examples=25)
@given(st.sets(st.integers(1, 4)), st.sets(st.integers(1, 4)))
def test_one_way_is_the_other_turned_round(one, other):
    old, new = (replace(WHOLE, links=WHOLE.links.loc[[f"l{n}" for n in sorted(of)]]) for of in (one, other))
    there, back = data_changes(old, new), data_changes(new, old)
    turned = {"added": "removed", "removed": "added"}
    assert set(zip(there["id"], there["change"], strict=True)) == {
        (i, turned[c]) for i, c in zip(back["id"], back["change"], strict=True)
    }
    assert set(there["id"]) == {f"l{n}" for n in one ^ other}
