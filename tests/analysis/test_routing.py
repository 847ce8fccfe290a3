"""Routes: worked by hand on drawn networks, by brute force on random ones, by networkx on the shipped one."""

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing import drawn
from mobility.analysis.graph import Graph
from mobility.analysis.pairs import missing_links, pairs_of, routes
from mobility.analysis.routing import LEG_COLUMNS, best_route, diverse_routes, k_best_routes
from mobility.errors import InputError, NoRouteError
from oracles import (
    BORDER,
    CHANGE,
    MS,
    exported,
    key,
    keys_of,
    networks,
    oracle,
    quick,
    simple_routes,
    states_of,
    tree_from,
)


def links(legs):
    return [i for i in legs["link"] if i]


def total(legs):
    """Minutes."""
    return round(legs["time_h"].sum() * 60, 6)


# --- the best route


def test_legs_of_the_best_route(ladder):
    legs = best_route(ladder, "a", "d")
    assert legs.columns.tolist() == [*LEG_COLUMNS, "geometry"]
    assert legs.crs == "EPSG:4326"
    assert links(legs) == ["a--b-road", "b--d-road"]
    assert legs["leg"].tolist() == [1, 2]
    assert legs["route"].tolist() == [1, 1]
    assert legs["overlap"].tolist() == [1.0, 1.0]
    assert legs["cumulative_h"].tolist() == pytest.approx([1 / 6, 1 / 3])
    assert legs["length_km"].tolist() == [10, 10]
    assert best_route(ladder, "d", "a")[["from", "to"]].to_numpy().tolist() == [["d", "b"], ["b", "a"]]


def test_transfers_and_crossings_are_rows():
    net = drawn(
        "a -road 10- k country=HR",
        "k -road 20- c country=BA",
        "c -rail 10- d country=BA",
        places={"k": BORDER, "c": CHANGE},
        borders=[{"place": "k", "mode": "road", "wait_h": 0.5}],
    )
    legs = best_route(net, "a", "d")
    assert legs["mode"].tolist() == ["road", "crossing", "road", "transfer", "rail"]
    assert (legs["time_h"] * 60).round(6).tolist() == [10, 30, 20, 60, 10]
    assert legs["name"].tolist()[1] == "k HR→BA"
    assert legs["estimated_transfer"].tolist() == [False, False, False, True, False]
    assert legs["cumulative_h"].iloc[-1] == legs["time_h"].sum() == pytest.approx(130 / 60)


def test_no_handling_is_charged_at_the_two_ends(twin):
    """A and b have transfers, but a force that starts by rail was loaded before."""
    legs = best_route(twin, "a", "b")
    assert links(legs) == ["a--b-rail"]
    assert total(legs) == 8
    assert total(best_route(twin, "a", "c")) == 15  # by road: 8 + 60 + 5 by rail first


# --- ties: fewest transfers, then fewest legs, then the smallest sequence of link ids


def test_among_equals_the_fewest_transfers():
    """Both 180 minutes: two legs and a transfer, or three legs by road."""
    net = drawn(
        "a -road 60- b id=k1",
        "b -rail 60- d id=k2",
        "a -road 60- x id=k7",
        "x -road 60- y id=k8",
        "y -road 60- d id=k9",
        places={"b": CHANGE},
    )
    assert links(best_route(net, "a", "d")) == ["k7", "k8", "k9"]
    assert links(best_route(net, "d", "a")) == ["k9", "k8", "k7"]


def test_among_equals_the_fewest_legs():
    net = drawn("a -road 30- b id=k1", "b -road 30- d id=k2", "a -road 60- d id=k9")
    assert links(best_route(net, "a", "d")) == ["k9"]


def test_a_millisecond_beats_transfers_and_legs():
    quick_one = drawn("a -road 59.99998- d id=k9", "a -road 30- b id=k1", "b -road 30- d id=k2")
    assert links(best_route(quick_one, "a", "d")) == ["k9"]
    slow_one = drawn("a -road 60.00002- d id=k9", "a -road 30- b id=k1", "b -road 30- d id=k2")
    assert links(best_route(slow_one, "a", "d")) == ["k1", "k2"]


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (("k1", "k9", "k2", "k3"), ["k1", "k9"]),
        (("k9", "k1", "k3", "k2"), ["k3", "k2"]),
        (("k10", "k9", "k2", "k3"), ["k10", "k9"]),  # as text: "k10" < "k2"
        (("K2", "k9", "k1", "k3"), ["K2", "k9"]),
    ],
)
def test_among_equals_the_smallest_sequence_of_link_ids(ids, expected):
    one, two, three, four = ids
    lines = [
        f"a -road 30- b id={one}",
        f"b -road 30- d id={two}",
        f"a -road 30- c id={three}",
        f"c -road 30- d id={four}",
    ]
    assert links(best_route(drawn(*lines), "a", "d")) == expected
    assert links(best_route(drawn(*lines[::-1]), "a", "d")) == expected


def test_the_first_difference_decides_behind_a_common_start():
    net = drawn(
        "a -road 10- b id=k5",
        "b -road 30- c id=k4",
        "c -road 30- d id=k1",
        "b -road 30- e id=k2",
        "e -road 30- d id=k9",
    )
    assert links(best_route(net, "a", "d")) == ["k5", "k2", "k9"]
    assert links(best_route(net, "d", "a")) == ["k1", "k4", "k5"]


def test_of_equal_twins_the_smaller_id():
    assert links(best_route(drawn("a -road 10- b id=k2", "a -road 10- b id=k1"), "a", "b")) == ["k1"]
    assert links(best_route(drawn("a -rail 10- b id=k1", "a -road 10- b id=k2"), "a", "b")) == ["k1"]


@pytest.mark.parametrize(("aa", "bb"), [("k3", "k5"), ("k5", "k3")])
def test_a_crossing_without_a_wait_is_no_leg_and_no_transfer(aa, bb):
    """From the border place k two roads of equal length go on, one on either side: the id decides."""
    lines = ["a -road 10- k country=AA", f"k -road 20- d country=AA id={aa}", f"k -road 20- d country=BB id={bb}"]
    border = [{"place": "k", "mode": "road", "wait_h": 0}]
    for order in (lines, lines[::-1]):
        net = drawn(*order, places={"k": BORDER}, borders=border)
        assert links(best_route(net, "a", "d")) == ["a--k-road", "k3"]
        assert links(best_route(net, "d", "a")) == ["k3", "a--k-road"]
        assert links(best_route(net, "k", "d")) == ["k3"]
        assert [k[3] for k in keys_of(k_best_routes(net, "a", "d", 9))] == [["a--k-road", "k3"], ["a--k-road", "k5"]]


def test_two_crossings_without_a_wait_in_a_row():
    """The sides change at k and at m for nothing; the ids pick BB in the middle."""
    net = drawn(
        "a -road 10- k country=AA",
        "k -road 20- m country=AA id=k9",
        "k -road 20- m country=BB id=k1",
        "m -road 10- d country=AA",
        places={"k": BORDER, "m": BORDER},
        borders=[{"place": p, "mode": "road", "wait_h": 0} for p in "km"],
    )
    legs = best_route(net, "a", "d")
    assert links(legs) == ["a--k-road", "k1", "m--d-road"]
    assert legs["mode"].tolist() == ["road", "crossing", "road", "crossing", "road"]
    assert total(legs) == 40


def test_ties_between_ends_of_a_set():
    net = drawn("a -road 10- m id=k9", "b -road 10- m id=k2", "m -road 10- c id=k5", "m -road 10- d id=k3")
    assert links(best_route(net, ["a", "b"], ["c", "d"])) == ["k2", "k3"]
    assert links(best_route(net, ["b", "a"], ["d", "c"])) == ["k2", "k3"]


@quick(40)
@given(networks())
def test_the_best_route_is_the_first_of_all_routes(spec):
    net = spec.net
    table = routes(net, ["a"], net.places.index)
    for b, state, time_h, ids in zip(table["to"], table["state"], table["time_h"], table["links"], strict=True):
        every = sorted(key(p) for p in simple_routes(net, "a", b))
        assert (state == "connected") == bool(every)
        if every:
            assert keys_of(best_route(net, "a", b)) == every[:1]
            assert (round(time_h * MS), ids.split(";")) == (every[0][0], every[0][3])


@quick(30)
@given(networks(), st.permutations("abc"), st.data())
def test_the_best_route_between_sets_is_the_best_of_their_pairs(spec, names, data):
    net = spec.net
    ends = data.draw(st.sampled_from([1, 2]))
    starts, goals = names[:ends], names[ends:]
    every = [key(p) for a in starts for b in goals for p in simple_routes(net, a, b)]
    if every:
        assert keys_of(best_route(net, starts, goals)) == [min(every)]
    else:
        with pytest.raises(NoRouteError):
            best_route(net, starts, goals)


# --- via, sets, errors


def test_via_goes_there_and_back(ladder):
    legs = best_route(ladder, "a", "d", ["c"])
    assert links(legs) == ["a--b-road", "b--c-road", "b--c-road", "b--d-road"]
    assert total(legs) == 22
    assert legs["leg"].tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize(("via", "expected"), [
    ("bc", "ab bc cd"), ("a", "ab bc cd"), ("abbd", "ab bc cd"), ("cb", "ab bc bc bc cd"),
])  # fmt: skip
def test_vias_are_passed_in_the_order_given_and_one_on_the_way_changes_nothing(line, via, expected):
    assert links(best_route(line, "a", "d", [*via])) == [f"{x}--{y}-road" for x, y in expected.split()]
    assert total(best_route(line, "a", "c", ["d"])) == 90
    assert links(best_route(line, ["a", "b"], ["d", "c"])) == ["b--c-road"], "the nearest pair of two sets"


@pytest.mark.parametrize(
    ("transfer", "expected", "minutes"),
    [("", ["a--v-road", "v--d-road"], 140), ("road-rail", ["a--v-rail", "v--d-road"], 90)],
)
def test_the_mode_goes_on_at_a_via_unless_there_is_a_transfer(transfer, expected, minutes):
    """Rail to v is quickest, but without a transfer the road beyond it is reached by road only."""
    net = drawn("a -rail 10- v", "a -road 120- v", "v -road 20- d", places={"v": {"transfer": transfer}})
    legs = best_route(net, "a", "d", ["v"])
    assert links(legs) == expected
    assert total(legs) == minutes


def test_a_via_that_only_another_mode_reaches_is_no_way():
    net = drawn("a -rail 10- v", "v -road> 20- d", "a -road> 10- d")
    with pytest.raises(NoRouteError):
        best_route(net, "a", "d", ["v"])


def test_the_border_is_paid_at_a_via():
    net = drawn(
        "a -road 10- k country=AA",
        "k -road 10- d country=BB",
        places={"k": BORDER},
        borders=[{"place": "k", "mode": "road", "wait_h": 1}],
    )
    assert total(best_route(net, "a", "d", ["k"])) == 80
    assert total(best_route(net, "a", "d", ["d"])) == 80


@quick(30)
@given(networks(), st.permutations("bc"))
def test_via_equals_the_best_of_all_joined_routes(spec, names):
    """Brute force over both halves; the second starts in the state in which the first arrived, or changes there."""
    net = spec.net
    via, goal = names
    graph = exported(net)
    first = tree_from(graph, states_of(graph, "a"))
    best = min(
        (
            first[s] + tree_from(graph, {s}).get(t, np.inf)
            for s in states_of(graph, via)
            if s in first
            for t in states_of(graph, goal)
        ),
        default=np.inf,
    )
    if np.isfinite(best):
        assert keys_of(best_route(net, "a", goal, [via]))[0][0] == best
    else:
        with pytest.raises(NoRouteError):
            best_route(net, "a", goal, [via])


@pytest.mark.parametrize("ask", [best_route, lambda *a: k_best_routes(*a, 3), lambda *a: diverse_routes(*a, 3)])
def test_same_place_and_unreachable_are_errors(island, ask):
    with pytest.raises(InputError, match="same place: a"):
        ask(island, "a", "a")
    with pytest.raises(NoRouteError, match="no route from a to c") as caught:
        ask(island, "a", "c")
    assert caught.value.exit_code == 1


def test_sets_that_share_a_place_are_refused(line):
    with pytest.raises(InputError, match="same place: b"):
        best_route(line, ["a", "b"], ["b", "c"])


def test_an_end_without_a_link_in_use_is_unreachable(twin):
    with pytest.raises(NoRouteError, match="by rail"):
        best_route(twin.under("plain", modes=["rail"]), "a", "c")
    with pytest.raises(NoRouteError):
        best_route(twin.close("mode:road", "mode:rail"), "a", "c")


# --- the k best


@quick(40)
@given(networks())
def test_k_best_routes_equal_brute_force(spec):
    """All loopless routes, in order of time, transfers, legs and link ids; the table's order does not matter.

    Of routes over the same links, which differ in handling alone, only the best counts.
    """
    net = spec.net
    best = {}
    for found in sorted(key(p) for p in simple_routes(net, "a", "b")):
        best.setdefault(tuple(found[3]), found)
    every = list(best.values())
    if not every:
        with pytest.raises(NoRouteError):
            k_best_routes(net, "a", "b", 3)
        return
    found = keys_of(k_best_routes(net, "a", "b", 25))
    assert found == every[:25]
    assert keys_of(k_best_routes(net, "a", "b", 2)) == every[:2]
    assert keys_of(k_best_routes(spec._replace(links=spec.links[::-1]).net, "a", "b", 25)) == found


def test_k_best_routes_of_twins(twin):
    legs = k_best_routes(twin, "a", "c", 9)
    assert [k[3] for k in keys_of(legs)] == [
        ["a--b-road", "b--c-road"],
        ["a--b-road-2", "b--c-road"],
        ["a--b-rail", "b--c-road"],
    ]
    assert (legs.groupby("route")["time_h"].sum() * 60).round(6).tolist() == [15, 17, 73]
    assert legs["leg"].tolist() == [1, 2, 1, 2, 1, 2, 3]
    assert legs.groupby("route")["overlap"].first().tolist() == pytest.approx([1, 5 / 17, 5 / 13])


# --- different routes


def test_diverse_routes_share_little(ladder):
    """Via the rung shares 10 of 26 minutes with the best, and 15 of 26 with the way below."""
    legs = diverse_routes(ladder, "a", "d", 2)
    keys = keys_of(legs)
    assert keys[0][3] == ["a--b-road", "b--d-road"]
    assert keys == sorted(keys)
    assert len(keys) == 2
    assert legs.groupby("route")["overlap"].first().tolist()[0] == 0


def test_overlap_is_the_largest_share_in_common_with_a_better_route():
    """Three ways to m, one road of 30 on to d: 30 of 60, 30 of 70 and 30 of 80 minutes are in common."""
    net = drawn("a -road 30- m", "a -road 40- m", "a -road 50- m", "m -road 30- d")
    legs = diverse_routes(net, "a", "d", 3)
    assert (legs.groupby("route")["time_h"].sum() * 60).round(6).tolist() == [60, 70, 80]
    assert legs.groupby("route")["overlap"].first().tolist() == pytest.approx([0, 30 / 70, 30 / 80])


def test_what_shares_too_much_is_no_other_route():
    """90 of 100 minutes in common is more than 70 %."""
    net = drawn("a -road 10- m", "a -road 10- m", "m -road 90- d", "a -road 300- d")
    assert [k[3] for k in keys_of(diverse_routes(net, "a", "d", 3))] == [["a--m-road", "m--d-road"], ["a--d-road"]]


@pytest.mark.parametrize("length", [1, 60, 1200])
def test_where_there_is_one_way_only_one_is_shown(length):
    """Penalties pile up on the only way and must not be taken for hours."""
    net = drawn(f"a -road {length}- b", f"b -road {length}- c")
    assert keys_of(diverse_routes(net, "a", "c", 3)) == keys_of(best_route(net, "a", "c"))


@quick(30)
@given(networks())
def test_diverse_routes_are_routes_sorted_and_the_best_is_first(spec):
    net = spec.net
    every = sorted(key(p) for p in simple_routes(net, "a", "b"))
    if not every:
        return
    legs = diverse_routes(net, "a", "b", 4)
    found = keys_of(legs)
    assert found[0] == every[0]
    assert found == sorted(found)
    assert all(k in every for k in found)
    assert len({tuple(k[3]) for k in found}) == len(found) <= 4
    hours = net.links["time_h"]
    for i, (shown, route) in enumerate(zip(legs.groupby("route")["overlap"].first(), found, strict=True)):
        shares = [hours[[x for x in route[3] if x in other[3]]].sum() / hours[route[3]].sum() for other in found[:i]]
        assert shown == pytest.approx(max(shares, default=0))
        assert shown <= 0.7 + 1e-9


# --- every pair


def test_states_of_a_pair():
    """Connected; cut off; and no rail at all at x."""
    net = drawn("a -rail 10- b", "c -rail 10- d", "b -road 10- x").under("plain", modes=["rail"])
    table = routes(net, ["a"], ["b", "c", "x"])
    assert table["state"].tolist() == ["connected", "cut off", "not on this mode"]
    assert table["disjoint_routes"].tolist() == [1, 0, 0]
    assert table["time_h"].isna().tolist() == [False, True, True]
    assert table["length_km"].isna().tolist() == [False, True, True]
    assert np.isfinite(table["time_h"].dropna()).all()


def test_closing_cuts_off_and_planned_is_not_on_the_mode():
    net = drawn("a -rail 10- b", "b -rail 10- c", "c -rail 10- d status=planned")
    assert routes(net.close("a--b-rail"), ["a"], ["b", "c"])["state"].tolist() == ["cut off", "cut off"]
    assert routes(net, ["a"], ["d"])["state"].tolist() == ["not on this mode"]
    assert routes(net.build("c--d-rail"), ["a"], ["d"])["state"].tolist() == ["connected"]


def test_closed_ends_are_left_out(line):
    net = line.close("b")
    assert pairs_of(net, ["a", "b"], ["b", "c"]) == [("a", "c")]
    assert pairs_of(net, ["a", "b"], ["b", "c"], closed=True) == [("a", "b"), ("a", "c"), ("b", "c")]
    assert routes(net, ["a", "b"], ["b", "c"])[["from", "to", "state"]].to_numpy().tolist() == [["a", "c", "cut off"]]
    assert routes(line.close("link:a--b-road"), ["a", "b"], ["c"])["state"].tolist() == ["cut off", "connected"]


def test_default_pairs_are_origins_by_destinations_in_the_order_of_the_table():
    places = {
        "a": {"role": "origin"},
        "b": {"role": "destination"},
        "c": {"role": "origin"},
        "d": {"role": "destination"},
    }
    net = drawn("a -road 10- b", "b -road 20- c", "c -road 30- d", places=places)
    assert pairs_of(net) == [("a", "b"), ("a", "d"), ("c", "b"), ("c", "d")]
    assert (routes(net)["time_h"] * 60).round(6).tolist() == [10, 60, 20, 30]


def test_columns_of_a_pair():
    net = drawn(
        "a -road 10- k country=HR corridors=T;U",
        "k -road 20- c country=BA doubtful=yes",
        "c -rail 10- d country=BA",
        places={"k": BORDER, "c": CHANGE},
        borders=[{"place": "k", "mode": "road", "wait_h": 0.5}],
    )
    row = routes(net, ["a"], ["d"]).iloc[0]
    assert round(row["time_h"] * 60, 6) == 130
    assert round(row["driving_h"] * 60, 6) == 40
    assert row["length_km"] == 40
    assert (row["modes"], row["transfers"], row["borders"], row["estimated_transfers"]) == ("road;rail", 1, 1, 1)
    assert (row["corridors"], row["doubtful"], row["crossings"]) == ("T;U", 1, "k")
    assert row["links"].split(";") == ["a--k-road", "k--c-road", "c--d-rail"]
    assert row.geometry.geom_type == "MultiLineString"


LEAD = {"AA": ("2000", "member"), "EU": ("2000", "member"), "NA": ("2000", "candidate"), "NO": ("no", "candidate")}


@pytest.mark.parametrize(
    ("chain", "regime", "expected"),
    [
        ("EU EU", "emers", 0),  # not left: nothing to ask for
        ("EU NA", "emers", "nato"),
        ("NA EU", "emers", "eu"),
        ("NA EU NO", "emers", "other"),
        ("NO EU", "permit-3-days", "eu"),
        ("NO EU", "today", "eu"),
    ],
)
def test_permission_lead_is_the_longest_of_the_countries_entered(chain, regime, expected):
    codes = chain.split()
    lines = [f"p{i} -road 10- p{i + 1} country={code}" for i, code in enumerate(codes)]
    places = {f"p{i}": BORDER | {"country": code} for i, code in enumerate([*codes, codes[-1]])}
    net = drawn(*lines, places=places, borders=[{"place": p, "mode": "road", "wait_h": 1} for p in places])
    facts = net.countries.assign(
        nato=[LEAD[c][0] for c in net.countries["iso2"]], eu=[LEAD[c][1] for c in net.countries["iso2"]]
    )
    hours = {"eu": 5, "nato": 50, "other": 500}
    regimes = {**net.rules.regimes, regime: replace(net.rules.regimes[regime], permission_lead_h=hours)}
    seen = replace(net, countries=facts, rules=replace(net.rules, regimes=regimes)).under("plain", borders=regime)
    row = routes(seen, ["p0"], [f"p{len(codes)}"]).iloc[0]
    assert row["permission_lead_h"] == (hours[expected] if expected else 0)
    assert row["time_h"] == pytest.approx((10 * len(codes) + 60 * (len(set(codes)) - 1)) / 60)


def test_waters_ask_for_no_permission_and_the_landfall_does():
    net = drawn(
        "a -sea 10- b country=XX-YY", "b -sea 10- c country=XX", places={"b": {"country": "YY"}, "c": {"country": "ZZ"}}
    )
    lead = max(net.regime.permission_lead_h.values())
    assert routes(net, ["a"], ["b", "c"])["permission_lead_h"].tolist() == [lead, lead]
    own = drawn("a -sea 10- b country=XX-YY")
    assert routes(own, ["a"], ["b"])["permission_lead_h"].tolist() == [0]


def test_a_journey_to_a_border_enters_the_country_it_comes_through_only():
    """Nobody asks the far side for leave to arrive at the crossing."""
    net = drawn(
        "a -road 10- m country=NA", "m -road 10- k country=EU", "k -road 10- b country=NO",
        places={"m": BORDER | {"country": "NA-EU"}, "k": BORDER | {"country": "EU-NO"}, "a": {"country": "NA"}},
        borders=[{"place": p, "mode": "road", "wait_h": 1} for p in "mk"],
    )  # fmt: skip
    facts = net.countries.assign(
        nato=[LEAD[c][0] for c in net.countries["iso2"]], eu=[LEAD[c][1] for c in net.countries["iso2"]]
    )
    lead = net.rules.regimes["emers"].permission_lead_h
    found = routes(replace(net, countries=facts).under("plain", borders="emers"), ["a"], ["m", "k", "b"])
    assert found["permission_lead_h"].tolist() == [0, lead["eu"], lead["other"]]


def test_how_much_of_a_route_rests_on_unknown_load_limits():
    net = drawn("a -road 10- b max_gross_t=60", "b -road 20- c", "c -rail 40- d", "d -rail 80- e line_class=D4",
                "e -sea 160- f", places=dict.fromkeys("ce", CHANGE) | {"e": {"transfer": "rail-sea"}})  # fmt: skip
    assert routes(net, ["a"], ["b", "f"])["unknown_km"].tolist() == [0, 60]
    legs = best_route(net, "a", "f")
    assert legs.loc[legs["load_unknown"], "link"].tolist() == ["b--c-road", "c--d-rail"]


# --- transit


def transit_net():
    """a (AA) to d (AA): 20 minutes through BB, 60 around; b lies in BB."""
    return drawn(
        "a -road 10- b country=BB", "b -road 10- d country=BB", "a -road 60- d", places={"b": {"country": "BB"}}
    )


def test_transit_keeps_out_of_a_country_unless_the_pair_ends_there():
    net = transit_net().under("plain", transit="no-BB")
    table = routes(net, ["a", "b"], ["b", "d"]).set_index(["from", "to"])["links"]
    assert table.to_dict() == {("a", "b"): "a--b-road", ("a", "d"): "a--d-road", ("b", "d"): "b--d-road"}
    assert links(best_route(net, "a", "d")) == ["a--d-road"]
    assert links(best_route(net, "a", "b")) == ["a--b-road"]
    assert [k[3] for k in keys_of(k_best_routes(net, "a", "d", 5))] == [["a--d-road"]]
    shut = routes(transit_net().close("country:BB"), ["a", "b"], ["b", "d"])
    assert shut[["from", "to", "links"]].to_numpy().tolist() == [["a", "d", "a--d-road"]], "no exception"


def test_a_link_in_two_countries_needs_both():
    net = drawn("a -road 10- b country=AA-BB", "a -road 90- b").under("plain", transit="no-BB")
    assert links(best_route(net, "a", "b")) == ["a--b-road-2"]


# --- the shipped network against networkx


def busiest(net, count):
    """The links that most pairs use: closing them matters."""
    return routes(net)["links"].str.split(";").explode().value_counts().index[:count].map("link:{}".format).tolist()


SCENARIOS = {
    "mixed": lambda net: net.under("mixed"), "wheeled": lambda net: net.under("wheeled"),
    "heavy": lambda net: net.under("heavy"), "road": lambda net: net.under("mixed", modes=["road"]),
    "rail": lambda net: net.under("mixed", modes=["rail"]),
    "rail and sea": lambda net: net.under("heavy", modes=["rail", "sea"]),
    "schengen, verified links": lambda net: net.under("mixed", borders="schengen", exclude_doubtful=True),
    "one link closed": lambda net: net.under("mixed").close(*busiest(net.under("mixed"), 1)),
    "busy links closed": lambda net: net.under("mixed").close(*busiest(net.under("mixed"), 8)),
    "country and mode closed": lambda net: net.under("wheeled").close("country:RS", "mode:sea"),
    "corridor closed": lambda net: net.under("mixed").close("corridor:X"),
    "all built": lambda net: net.under("mixed").build("all"),
    "rail with VIII built": lambda net: net.under("mixed", modes=["rail"]).build("corridor:VIII"),
    "built and closed": lambda net: net.under("heavy").build("all").close(*busiest(net.under("heavy"), 4)),
}  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_time_equals_networkx_on_the_export(shipped, scenario):
    net = SCENARIOS[scenario](shipped)
    table = routes(net)
    pairs = list(zip(table["from"], table["to"], strict=True))
    assert pairs == pairs_of(net)
    ms = table["time_h"].astype(float) * MS
    assert np.allclose(ms.dropna(), ms.dropna().round(), rtol=0, atol=1e-3)
    found = {p: None if np.isnan(m) else round(m) for p, m in zip(pairs, ms, strict=True)}
    assert found == oracle(net, pairs)
    assert ((table["state"] == "connected") == ms.notna()).all()
    assert ((table["disjoint_routes"] >= 1) == ms.notna()).all()


def test_every_place_to_every_place_equals_networkx(mixed):
    graph = Graph.of(mixed)
    pairs = [(a, b) for a in mixed.places.index[::4] for b in mixed.places.index if a != b]
    expected = oracle(mixed, pairs)
    for b in mixed.places.index:
        remaining = graph.rank_to(graph.states([b]))
        for a in mixed.places.index[::4]:
            least = remaining[graph.states([a])].min(initial=np.inf) if a != b else None
            if least is not None:
                assert (int(least // 2**20) if np.isfinite(least) else None) == expected[a, b]


@pytest.mark.parametrize("profile", ["mixed", "wheeled"])
@pytest.mark.parametrize("transit", ["nato", "nato+partners"])
def test_transit_equals_networkx_with_the_pairs_own_countries_lifted(shipped, profile, transit):
    """The lifting is written out here as a `no-XX` rule less the countries of the two ends."""
    net = shipped.under(profile, transit=transit)
    table = routes(net).set_index(["from", "to"])
    groups = {}
    for pair in table.index:
        own = {c for p in pair for c in shipped.places.at[p, "country"].split("-")}
        groups.setdefault(tuple(sorted(net.denied - own)), []).append(pair)
    for denied, pairs in groups.items():
        expected = oracle(shipped.under(profile, transit=f"no-{','.join(denied)}" if denied else "any"), pairs)
        found = {p: None if np.isnan(h) else round(h * MS) for p, h in table.loc[pairs, "time_h"].astype(float).items()}
        assert found == expected


def test_the_rows_of_the_shipped_pairs_are_their_best_routes(mixed):
    table = routes(mixed)
    for row in table.iloc[::13].itertuples():
        legs = best_route(mixed, table.at[row.Index, "from"], row.to)
        assert row.links.split(";") == links(legs)
        assert round(row.time_h * MS) == round(legs["cumulative_h"].iloc[-1] * MS)
        assert row.transfers == (legs["mode"] == "transfer").sum()
        assert row.borders == (legs["mode"] == "crossing").sum()
        assert row.length_km == pytest.approx(legs["length_km"].sum())
        assert row.driving_h == pytest.approx(legs["driving_h"].sum())
        assert row.doubtful == legs["doubtful"].sum()
        assert row.time_h >= row.driving_h - 1e-9


# --- what is missing


def missing(net, a, b):
    table = missing_links(net, a, b)
    assert table.columns.tolist() == ["along", "link", "name", "status", "project"]
    return {along: part["link"].tolist() for along, part in table.groupby("along", sort=False)}


def corridor_net(**more):
    """VV runs a-b-c-d with two stretches missing; one missing short cut b-d does as well, off the corridor.

    a --VV-- b ..VV.. c ..VV.. d      b ..XX.. d
    """
    return drawn(
        "a -rail 10- b corridors=VV",
        "b -rail 10- c corridors=VV status=planned",
        "c -rail 10- d corridors=VV status=under_construction",
        "b -rail 90- d corridors=XX status=disused",
        **more,
    )


def test_missing_links_by_hand(line, island):
    project = {"id": "p1", "name": "P1", "links": "b--c-rail", "upgrades": "c--d-rail"}
    net = corridor_net(projects=[project])
    assert missing(net, "a", "d") == {"any line": ["b--d-rail"], "VV": ["b--c-rail", "c--d-rail"]}
    table = missing_links(net, "a", "d").set_index("link")
    assert table["project"].to_dict() == {"b--d-rail": "", "b--c-rail": "p1", "c--d-rail": "p1"}
    assert table["status"].to_dict() == {
        "b--d-rail": "disused",
        "b--c-rail": "planned",
        "c--d-rail": "under_construction",
    }
    assert missing(net, ["a"], ["c", "d"])["any line"] in (["b--c-rail"], ["b--d-rail"])
    shut = net.close("link:b--d-rail")  # a closure stands; the other planned way is named
    assert missing(shut, "a", "d")["any line"] == ["b--c-rail", "c--d-rail"]
    assert missing_links(line, "a", "d").empty
    assert missing_links(island, "a", "c").empty


def test_a_corridor_set_keeps_to_the_corridor_and_uses_open_lines_of_others_where_it_ends():
    """VV ends at c; an open line goes on to d. A second missing way off VV is shorter, but not VV's."""
    net = drawn(
        "a -rail 10- b corridors=VV",
        "b -rail 50- c corridors=VV status=planned",
        "c -rail 10- d corridors=XX",
        "b -rail 1- d corridors=XX status=planned",
    )
    assert missing(net, "a", "d") == {"any line": ["b--d-rail"], "VV": ["b--c-rail"]}


def test_missing_links_open_the_border_crossing_with_the_line():
    net = drawn(
        "a -rail 10- k country=AA",
        "k -rail 10- d country=BB status=planned",
        places={"k": BORDER},
        borders=[{"place": "k", "mode": "rail", "wait_h": 1, "usable": "no"}],
    )
    assert missing(net, "a", "d")["any line"] == ["k--d-rail"]
    assert routes(net.build("k--d-rail"), ["a"], ["d"])["state"].tolist() == ["connected"]


@pytest.mark.parametrize("last", ["y -road 1- z corridors=VV", "y -road 1- z corridors=XX"])
def test_the_set_along_a_corridor_does_not_depend_on_other_links_of_the_table(last):
    """A wait at the corridor's own border is no time off the corridor, whatever the last rows of links.csv are."""
    net = drawn(
        "a -rail 10- k corridors=VV country=AA",
        "k -rail 10- c corridors=VV country=BB status=planned",
        "c -rail 10- d corridors=VV country=BB status=planned",
        "a -rail 30- c corridors=XX country=AA",
        last,
        last + " id=last",
        places={"k": BORDER},
        borders=[{"place": "k", "mode": "rail", "wait_h": 2}],
    )
    assert missing(net, "a", "d")["VV"] == ["k--c-rail", "c--d-rail"]


def test_missing_links_allow_transit_in_the_pairs_own_countries():
    """As for routes: the origin's own country is not denied to it."""
    net = drawn(
        "b -rail 10- m country=BB", "m -rail 10- d country=AA status=planned", places={"b": {"country": "BB"}}
    ).under("plain", transit="no-BB")
    assert routes(net.build("m--d-rail"), ["b"], ["d"])["state"].tolist() == ["connected"]
    assert missing(net, "b", "d")["any line"] == ["m--d-rail"]


@quick(30)
@given(networks(planned=True, modes=("road", "rail")))
def test_the_smallest_set_is_smallest(spec):
    """Building it connects; no smaller set does (0-1 shortest path over everything built)."""
    net = spec.net
    if routes(net, ["a"], ["b"])["state"][0] == "connected":
        return
    planned = list(net.links.index[net.links["status"] == "planned"])
    graph = exported(net.build(*planned) if planned else net)
    for *_, arc in graph.edges(data=True):
        arc["ms"] = int(arc["link"] in planned)
    tree = tree_from(graph, states_of(graph, "a"))
    fewest = min((tree[t] for t in states_of(graph, "b") if t in tree), default=None)
    table = missing_links(net, "a", "b")
    found = table.loc[table["along"] == "any line", "link"].tolist()
    assert len(found) == (fewest or 0)
    if fewest:
        assert routes(net.build(*found), ["a"], ["b"])["state"][0] == "connected"


def test_by_rail_durres_reaches_no_black_sea_place_and_the_tool_says_what_is_missing(shipped):
    net = shipped.under("mixed", modes=["rail"])
    sea = net.in_set("black-sea")
    assert "connected" not in set(routes(net, ["durres"], sea)["state"])
    with pytest.raises(NoRouteError, match="by rail"):
        best_route(net, "durres", sea)
    sets = missing(net, "durres", sea)
    for along in ("any line", "VIII"):
        ids = sets[along]
        assert (net.links.loc[ids, "mode"] == "rail").all()
        assert (net.links.loc[ids, "status"] != "open").all()
        assert "connected" in set(routes(net.build(*ids), ["durres"], sea)["state"])
        for one in ids:
            rest = [i for i in ids if i != one]
            opened = net.build(*rest) if rest else net
            if along == "any line":
                assert "connected" not in set(routes(opened, ["durres"], sea)["state"])
    assert len(sets["any line"]) <= len(sets["VIII"])
    viii = net.links.loc[sets["VIII"]]
    assert all("VIII" in cell.split(";") for cell in viii["corridors"])
    graph = nx.Graph(list(zip(viii["from"], viii["to"], strict=True)))
    gaps = "elbasan lin, lin kicevo, beljakovce kriva-palanka, kriva-palanka gyueshevo"
    assert all(nx.has_path(graph, *gap.split()) for gap in gaps.split(", "))
