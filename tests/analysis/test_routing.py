"""Routes: worked by hand on drawn networks, by brute force on random ones, by networkx on the shipped one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing import drawn
from mobility.analysis.routes import routes
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
    simple_routes,
    states_of,
    tree_from,
)


def links(legs):
    return [i for i in legs["link"] if i]


def total(legs):
    """Minutes."""
    return round(legs["time_h"].sum() * 60, 6)


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
        assert [k[3] for k in keys_of(k_best_routes(net, "a", "d", k=9))] == [["a--k-road", "k3"], ["a--k-road", "k5"]]


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


@settings(max_examples=40)
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


@settings(max_examples=30)
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


def test_via_goes_there_and_back(ladder):
    legs = best_route(ladder, "a", "d", via=["c"])
    assert links(legs) == ["a--b-road", "b--c-road", "b--c-road", "b--d-road"]
    assert total(legs) == 22
    assert legs["leg"].tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize(("via", "expected"), [
    ("bc", "ab bc cd"), ("a", "ab bc cd"), ("abbd", "ab bc cd"), ("cb", "ab bc bc bc cd"),
])  # fmt: skip
def test_vias_are_passed_in_the_order_given_and_one_on_the_way_changes_nothing(line, via, expected):
    assert links(best_route(line, "a", "d", via=[*via])) == [f"{x}--{y}-road" for x, y in expected.split()]
    assert total(best_route(line, "a", "c", via=["d"])) == 90
    assert links(best_route(line, ["a", "b"], ["d", "c"])) == ["b--c-road"], "the nearest pair of two sets"


@pytest.mark.parametrize(
    ("transfer", "expected", "minutes"),
    [("", ["a--v-road", "v--d-road"], 140), ("road-rail", ["a--v-rail", "v--d-road"], 90)],
)
def test_the_mode_goes_on_at_a_via_unless_there_is_a_transfer(transfer, expected, minutes):
    """Rail to v is quickest, but without a transfer the road beyond it is reached by road only."""
    net = drawn("a -rail 10- v", "a -road 120- v", "v -road 20- d", places={"v": {"transfer": transfer}})
    legs = best_route(net, "a", "d", via=["v"])
    assert links(legs) == expected
    assert total(legs) == minutes


def test_a_via_that_only_another_mode_reaches_is_no_way():
    net = drawn("a -rail 10- v", "v -road> 20- d", "a -road> 10- d")
    with pytest.raises(NoRouteError):
        best_route(net, "a", "d", via=["v"])


def test_the_border_is_paid_at_a_via():
    net = drawn(
        "a -road 10- k country=AA",
        "k -road 10- d country=BB",
        places={"k": BORDER},
        borders=[{"place": "k", "mode": "road", "wait_h": 1}],
    )
    assert total(best_route(net, "a", "d", via=["k"])) == 80
    assert total(best_route(net, "a", "d", via=["d"])) == 80


@settings(max_examples=30)
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
        assert keys_of(best_route(net, "a", goal, via=[via]))[0][0] == best
    else:
        with pytest.raises(NoRouteError):
            best_route(net, "a", goal, via=[via])


@pytest.mark.parametrize("ask", [best_route, lambda *a: k_best_routes(*a, k=3), lambda *a: diverse_routes(*a, k=3)])
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


@settings(max_examples=40)
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
            k_best_routes(net, "a", "b", k=3)
        return
    found = keys_of(k_best_routes(net, "a", "b", k=25))
    assert found == every[:25]
    assert keys_of(k_best_routes(net, "a", "b", k=2)) == every[:2]
    assert keys_of(k_best_routes(spec._replace(links=spec.links[::-1]).net, "a", "b", k=25)) == found


def test_k_best_routes_of_twins(twin):
    legs = k_best_routes(twin, "a", "c", k=9)
    assert [k[3] for k in keys_of(legs)] == [
        ["a--b-road", "b--c-road"],
        ["a--b-road-2", "b--c-road"],
        ["a--b-rail", "b--c-road"],
    ]
    assert (legs.groupby("route")["time_h"].sum() * 60).round(6).tolist() == [15, 17, 73]
    assert legs["leg"].tolist() == [1, 2, 1, 2, 1, 2, 3]
    assert legs.groupby("route")["overlap"].first().tolist() == pytest.approx([1, 5 / 17, 5 / 13])


def test_diverse_routes_share_little(ladder):
    """Via the rung shares 10 of 26 minutes with the best, and 15 of 26 with the way below."""
    legs = diverse_routes(ladder, "a", "d", k=2)
    keys = keys_of(legs)
    assert keys[0][3] == ["a--b-road", "b--d-road"]
    assert keys == sorted(keys)
    assert len(keys) == 2
    assert legs.groupby("route")["overlap"].first().tolist()[0] == 0


def test_overlap_is_the_largest_share_in_common_with_a_better_route():
    """Three ways to m, one road of 30 on to d: 30 of 60, 30 of 70 and 30 of 80 minutes are in common."""
    net = drawn("a -road 30- m", "a -road 40- m", "a -road 50- m", "m -road 30- d")
    legs = diverse_routes(net, "a", "d", k=3)
    assert (legs.groupby("route")["time_h"].sum() * 60).round(6).tolist() == [60, 70, 80]
    assert legs.groupby("route")["overlap"].first().tolist() == pytest.approx([0, 30 / 70, 30 / 80])


def test_what_shares_too_much_is_no_other_route():
    """90 of 100 minutes in common is more than 70 %."""
    net = drawn("a -road 10- m", "a -road 10- m", "m -road 90- d", "a -road 300- d")
    assert [k[3] for k in keys_of(diverse_routes(net, "a", "d", k=3))] == [["a--m-road", "m--d-road"], ["a--d-road"]]


@pytest.mark.parametrize("length", [1, 60, 1200])
def test_where_there_is_one_way_only_one_is_shown(length):
    """Penalties pile up on the only way and must not be taken for hours."""
    net = drawn(f"a -road {length}- b", f"b -road {length}- c")
    assert keys_of(diverse_routes(net, "a", "c", k=3)) == keys_of(best_route(net, "a", "c"))


@settings(max_examples=30)
@given(networks())
def test_diverse_routes_are_routes_sorted_and_the_best_is_first(spec):
    net = spec.net
    every = sorted(key(p) for p in simple_routes(net, "a", "b"))
    if not every:
        return
    legs = diverse_routes(net, "a", "b", k=4)
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
