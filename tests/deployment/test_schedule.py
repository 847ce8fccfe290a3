"""Plans for several forces: worked by hand, sound by rules checked apart, bounds against every order, and `deploy`."""

import datetime as dt
import zoneinfo
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing import PLAIN, drawn
from mobility import Orders, deploy, schedule
from mobility.deployment.conflicts import because, fixed
from mobility.deployment.placing import Placing
from mobility.errors import InputError, NoRouteError, TooLateError
from mobility.model.orders import Order
from plan_rules import broken

START = dt.datetime(2026, 11, 30, 6)  # noqa: DTZ001 - a Monday; local time
H = 3600
# A packet of 20 every hour, in columns that are 2 minutes long.
HOURLY = replace(PLAIN, packet=20, packet_gap_min=58, spacing_veh_km=10, hours_per_day=24)


def order(name, start, end, vehicles=20, **more):
    return Order(name, vehicles, None, (start,), (end,), **more)


def orders(*forces, **more):
    return Orders(START, forces, **more)


def asked(net, *forces, **more):
    found = schedule(net, orders(*forces, **more))
    assert broken(found) == []
    return found


def test_one_road_for_two():
    """Capacity 480 a day: a packet of 20 an hour. The second waits an hour, or the third if it has priority."""
    net = drawn("a -road 60- b", profile=HOURLY).set("a--b-road", "capacity", 480)
    found = asked(net, order("one", "a", "b", latest=2 * H), order("two", "a", "b", latest=3 * H, vehicles=40))
    assert [move.start / H for move in found.plan.moves] == [0, 1, 2]
    assert [round(move.end / H, 3) for move in found.plan.moves] == [1.033, 2.033, 3.033]
    assert found.forces["missed"].tolist() == [False, True]
    assert found.plan.score.missed == (1,)
    assert found.waits["waited_h"].tolist() == [3.0]
    first = asked(net, order("one", "a", "b", latest=2 * H), order("two", "a", "b", latest=3 * H, vehicles=40),
                  fixed=(("two", 0),))  # fmt: skip
    assert [move.start / H for move in first.plan.moves] == [2, 0, 1]


def test_trains_do_not_meet_on_a_single_track():
    lines = "a -rail 60- b tracks={}", "b -rail 60- c tracks={}"
    both = order("east", "a", "c", column=40, vehicles=40), order("west", "c", "a", column=40, vehicles=40)
    single = asked(drawn(*(line.format(1) for line in lines), profile=HOURLY), *both)
    double = asked(drawn(*(line.format(2) for line in lines), profile=HOURLY), *both)
    assert double.complete_h == pytest.approx(2.01)
    assert 2.5 < single.complete_h < 4.1


def test_all_share_the_trains():
    net = drawn("a -rail 60- b tracks=2", profile=HOURLY)
    found = asked(net, order("one", "a", "b", vehicles=45 * 3, column=45), trains=2)
    turn = net.rules.deploy["turnaround_h"]
    assert [move.start / H for move in found.plan.moves] == [0, 6, turn]  # 4 trains a day by the ramp, 2 trains in all
    with pytest.raises(TooLateError, match="one/1 is not there within 60 days even alone, ruled out by 0 trains"):
        asked(net, order("one", "a", "b"), trains=0)


def test_a_slower_column_holds_back_a_quicker_one():
    net = drawn("a -road 120- b")
    crawl = replace(PLAIN, name="crawl", speed_kmh=dict.fromkeys(PLAIN.speed_kmh, 30.0))
    net = replace(net, rules=replace(net.rules, profiles={**net.rules.profiles, "crawl": crawl}))
    found = asked(net, order("slow", "a", "b", profile="crawl"), order("quick", "a", "b", ready=60))
    slow, quick = found.plan.moves
    assert (slow.journey.arrival, quick.journey.arrival) == (4 * H, pytest.approx(slow.end, abs=3600 * 3))
    assert found.plan.score.last >= 4 * H


def test_a_valley_shut_by_day():
    net = drawn("a -road 120- m", "m -road 120- b", "a -road 1200- b", profile=HOURLY)
    found = asked(net.close("m--b-road@Mon-Sat 08:00-17:30"), order("one", "a", "b"))
    assert found.plan.moves[0].journey.begins == [0, 11.5 * H]
    assert found.waits["waited_for"].tolist() == ["a closure"]
    assert found.columns["end"].tolist() == ["2026-11-30T19:32"]


def test_not_there_before_the_earliest_moment():
    """An hour away, and not there before five: it leaves at four, and the road is free for another until then."""
    net = drawn("a -road 60- b", profile=HOURLY).set("a--b-road", "capacity", 480)
    found = asked(net, order("late", "a", "b", earliest=5 * H, priority=1), order("soon", "a", "b", priority=2))
    late, soon = found.plan.moves
    assert (late.journey.begins, late.journey.arrival, soon.start) == ([4 * H], 5 * H, 0)
    assert found.waits["waited_for"].tolist() == ["not before earliest"]
    assert found.forces["earliest"].tolist() == ["2026-11-30T11:00", ""]


def test_tonnes_move_as_lorry_loads(mixed):
    net = mixed.under("wheeled", modes=["road"])
    cargo = net.rules.cargo("fuel")
    found = asked(
        net, Order("fuel", None, None, ("ploiesti",), ("constanta",), tonnes=10 * cargo.t_per_lorry, cargo="fuel")
    )
    assert found.forces["vehicles"].tolist() == [10]


def test_a_week_in_which_the_clock_is_put_back():
    """Shut from eight by the clock on the wall: summer time ends on Sunday 25 October 2026, an hour more until then."""
    net = drawn("a -road 120- m", "m -road 60- b", profile=HOURLY).close("m--b-road@Sun 08:00-17:30")
    start = dt.datetime(2026, 10, 24, 18, tzinfo=zoneinfo.ZoneInfo("Europe/Sofia"))
    one = order("one", "a", "b", ready=13 * H)  # by the wall: 06:00 on Sunday
    found = schedule(net, Orders(start, (one,)))
    assert [found.moment(begin) for begin in found.plan.moves[0].journey.begins] == [
        "2026-10-25T06:00",
        "2026-10-25T17:30",
    ]
    assert broken(found) == []


PORT = {"a": {"kind": "port", "capacity_day": 480, "capacity_source": "estimate: x", "role": "origin"}}


def test_deadlines_that_cannot_be_kept_together():
    """A packet lands in an hour, and is there an hour and two minutes later: three in four hours, and not in three."""
    net = drawn("a -road 60- b", places=PORT, profile=HOURLY).set("a--b-road", "capacity", 4800)
    three = [order(name, "a", "b", latest=int(h * H)) for name, h in (("x", 3.5), ("y", 3.5), ("z", 3.5))]
    assert asked(net, *three[:2]).placing.conflicts == []
    found = asked(net, *three, order("free", "a", "b", priority=2))
    assert found.placing.conflicts == [((0, 1, 2), "a")]
    assert found.least.missed == (1, 0)
    assert found.optimal
    found = asked(net, *three, order("w", "a", "b", latest=H))
    assert found.placing.conflicts == [((3,), ""), ((0, 1, 2), "a")]


def test_fixed_routes_and_ways_by_a_place():
    net = drawn("a -road 60- b", "a -road 90- b", "a -road 60- v", "v -road 60- b", profile=HOURLY)
    net = net.set("a--b-road", "capacity", 48)  # a packet in ten hours
    free, bound, by = (asked(net, order("one", "a", "b", vehicles=40, **more))
                       for more in ({}, {"routes": 1}, {"via": ("v",)}))  # fmt: skip
    assert free.complete_h < 3
    assert bound.complete_h > 11
    assert {"v"} <= set(by.legs["from"])


@pytest.mark.parametrize("vehicles", [20, 60, 200])
def test_one_force_is_complete_as_in_deploy(vehicles):
    """By road, day and night: within what one column takes of the capacity that binds, and an hour."""
    net = drawn("a -road 60- b", "b -road 120- c", "a -road 300- c", profile=HOURLY)
    net = net.set("b--c-road", "capacity", 240)
    found = asked(net, order("one", "a", "c", vehicles=vehicles))
    flow = deploy(net, ["a"], ["c"], vehicles=vehicles, step_min=10)
    assert abs(found.complete_h - flow.complete_h) <= 24 * 20 / 240 + 1


@pytest.mark.parametrize("window", ["08:00-17:00", "Mon 07:00-10:00", "d1-d1 06:00-12:00"])
def test_one_force_is_complete_as_in_deploy_with_closures_at_times(window):
    """As without, in whole steps: within what one column takes, an hour, and what a step of entry is longer."""
    net = drawn("a -road 60- b", "b -road 120- c", "a -road 600- c", profile=HOURLY)
    net = net.set("b--c-road", "capacity", 480).close(f"b--c-road@{window}")
    found = asked(net, order("one", "a", "c", vehicles=100))
    flow = deploy(net, ["a"], ["c"], vehicles=100, step_min=10, start="Mon 06:00")
    assert flow.complete_h > flow.unshut_h
    assert abs(found.complete_h - flow.complete_h) <= 24 * 20 / 480 + 1


def test_a_port_lands_as_in_deploy(mixed):
    net = mixed.under("wheeled", modes=["road"])
    found = asked(net, Order("one", 200, None, ("alexandroupoli",), ("burgas",)))
    flow = deploy(net, ["alexandroupoli"], ["burgas"], vehicles=200)
    apart = 24 * 20 / 150  # a packet ashore
    assert abs(found.complete_h - flow.complete_h) <= apart + 1
    assert found.optimal


@pytest.mark.parametrize(
    ("force", "error", "said"),
    [
        (order("one", "a", "a"), InputError, "force one: origin and destination are the same place"),
        (order("one", "a", "z"), NoRouteError, "force one: no route from a to z"),
        (
            replace(order("one", "a", "b"), destinations=("b", "b"), destination_shares=(0.5, 0.5)),
            InputError,
            "force one: 2 shares for b: give each place one, and no set",
        ),
        (
            order("one", "a", "b").back(),
            InputError,
            "force one back goes back by the columns of one: order that before",
        ),
        (order("one", "a", "b", modes=("sea",)), NoRouteError, "force one: no route"),
    ],
)
def test_what_cannot_be(force, error, said):
    with pytest.raises(error, match=said):
        schedule(drawn("a -road 60- b", "y -road 1- z"), orders(force))


def test_a_way_that_never_opens():
    net = drawn("a -road 600- b", profile=HOURLY).close("a--b-road@08:00-17:30")  # ten hours do not fit into a day
    assert schedule(net, orders(order("one", "a", "b"))).complete_h > 11
    net = drawn("a -road 1200- b", profile=HOURLY).close("a--b-road@08:00-17:30")
    net = net.close("a--b-road@23:00-24:00")
    with pytest.raises(TooLateError, match=r"even alone, ruled out by a--b-road@08:00-17:30$"):
        schedule(net, orders(order("one", "a", "b")))


def test_what_is_broken_is_seen():
    net = drawn("a -road 60- b", profile=HOURLY).set("a--b-road", "capacity", 480)
    found = asked(net, order("one", "a", "b", vehicles=40))
    first, second = found.plan.moves
    early = second._replace(journey=second.journey._replace(begins=[60.0], ends=[3660.0], arrival=3660.0))
    bad = replace(found, plan=replace(found.plan, moves=(first, early)))
    assert any("follows" in fault for fault in broken(bad))


def test_why_no_plan_keeps_a_deadline():
    """Ashore an hour apart and shut from eight: only the closure is in the way of one, of three the port is too."""
    net = drawn("a -road 60- b", places=PORT, profile=HOURLY).set("a--b-road", "capacity", 4800)
    shut = net.close("a--b-road@08:00-17:30", "a--b-road@22:00-23:00")
    found = asked(shut, order("one", "a", "b", latest=6 * H, ready=3 * H))
    (conflict,) = found.placing.conflicts
    assert because(found.placing, conflict) == ["a--b-road@08:00-17:30"]
    three = [order(name, "a", "b", latest=int(3.5 * H)) for name in "xyz"]
    found = asked(net, *three)
    assert because(found.placing, found.placing.conflicts[0]) == ["a (480 vehicles a day)"]
    found = asked(net, order("far", "a", "b", latest=H))
    assert because(found.placing, found.placing.conflicts[0]) == []  # two minutes more than an hour away
    found = asked(net, order("late", "a", "b", latest=5 * H), fixed=(("late", 4 * H),))
    assert because(found.placing, found.placing.conflicts[0]) == ["--fix late=2026-11-30T10:00"]


def test_which_columns_cannot_leave_when_they_are_fixed_to():
    net = drawn("a -road 60- b", profile=HOURLY).set("a--b-road", "capacity", 480)
    three = [order(name, "a", "b") for name in "xyz"]
    fixes = ("x", 0), ("y", 0), ("z", 2 * H)
    kept = asked(net, *three, fixed=fixes[1:])
    assert fixed(kept.placing) == []
    found = asked(net, *three, fixed=fixes)
    assert fixed(found.placing) == [(("x/1", "y/1"), ())]
    shut = asked(net.close("a--b-road@08:00-17:30"), *three, fixed=fixes[1:])
    assert fixed(shut.placing) == [(("z/1",), ("a--b-road@08:00-17:30",))]


FORK = "a -road 60- m", "b -road 120- m", "m -road 60- x", "m -road 180- y"


@pytest.mark.parametrize(
    ("more", "ends"),
    [
        ({"origins": ("a", "b"), "origin_shares": (0.6, 0.4)}, {("a", "x"): 60, ("b", "x"): 40}),
        ({"destinations": ("x", "y"), "destination_shares": (0.335, 0.665)}, {("a", "x"): 34, ("a", "y"): 66}),
        # Whole vehicles at both ends: 67 and 33 leave, 50 and 50 are to be there.
        ({"origins": ("a", "b"), "origin_shares": (0.667, 0.333), "destinations": ("x", "y"),
          "destination_shares": (0.5, 0.5)}, {("a", "x"): 50, ("a", "y"): 17, ("b", "y"): 33}),
    ],
)  # fmt: skip
def test_shares_at_both_ends(more, ends):
    net = drawn(*FORK, profile=HOURLY)
    found = asked(net, replace(order("one", "a", "x", vehicles=100), **more))
    sent = {}
    for move in found.plan.moves:
        sent[move.ends] = sent.get(move.ends, 0) + move.column.vehicles
    if len(ends) < 3:
        assert sent == ends
    for at in (0, 1):  # who goes where is free as long as the sums are kept
        kept = {place: sum(n for pair, n in ends.items() if pair[at] == place) for place in {p[at] for p in ends}}
        assert {place: sum(n for pair, n in sent.items() if pair[at] == place) for place in kept} == kept


def test_who_goes_where_drives_least():
    """From a and b to x and y, half each: the crossed ways take longer by hours."""
    net = drawn("a -road 60- x", "b -road 60- y", "a -road 300- y", "b -road 300- x", profile=HOURLY)
    crossed = Order("one", 40, None, ("a", "b"), ("y", "x"), origin_shares=(0.5, 0.5), destination_shares=(0.5, 0.5))
    assert {move.ends for move in asked(net, crossed).plan.moves} == {("a", "x"), ("b", "y")}
    apart = drawn("a -road 60- x", "b -road 60- y", profile=HOURLY)
    alone = replace(crossed, origin_shares=(0.75, 0.25))
    with pytest.raises(NoRouteError, match="force one: no routes from a, b to y, x keep its shares"):
        schedule(apart, orders(alone))


def test_there_and_back():
    """An hour there, two minutes until the tail is there, six hours' stay, an hour back; the second an hour later."""
    net = drawn("a -road 60- b", profile=HOURLY).set("a--b-road", "capacity", 480)
    there = order("one", "a", "b", vehicles=40, latest=3 * H)
    found = asked(net, there, there.back(stay=6 * H, latest=9 * H))
    assert [round(move.start / H, 3) for move in found.plan.moves] == [0, 1, 7.033, 8.033]
    assert found.forces["force"].tolist() == ["one", "one back"]
    assert found.forces["missed"].tolist() == [False, True]
    assert found.placing.conflicts == [((1,), "")]  # the second is back two minutes late, whatever the plan
    assert because(found.placing, found.placing.conflicts[0]) == ["a–b (480 vehicles a day)"]
    assert found.columns[["from", "to"]].to_numpy().tolist() == [["a", "b"], ["a", "b"], ["b", "a"], ["b", "a"]]
    later = asked(net, there, there.back(ready=20 * H))
    assert [later.plan.moves[2].start / H, later.plan.moves[3].start / H] == [20, 21]
    fixed = asked(net, there, there.back(stay=6 * H), fixed=(("one back/2", 12 * H),))
    assert fixed.plan.moves[3].start == 12 * H


def test_who_drove_all_day_rests_before_the_way_back():
    net = drawn("a -road 480- b", profile=replace(HOURLY, hours_per_day=10))
    there = order("one", "a", "b")
    found = asked(net, there, there.back())
    assert found.plan.moves[1].start == found.plan.moves[0].journey.arrival + 14 * H


def test_trains_are_away_on_the_way_back_too():
    """One train: it is back for the second load after its turnaround, whoever wants it."""
    net = drawn("a -rail 60- b tracks=2", profile=HOURLY)
    there = order("one", "a", "b", vehicles=45, column=45)
    found = asked(net, there, there.back(stay=2 * H), trains=1)
    assert found.plan.moves[1].start / H == net.rules.deploy["turnaround_h"]


WINDOWS = ["a--b-road@08:00-17:30", "b--c-road>@Mon-Wed", "c--d-rail@d1-d2", "a--d-road@22:00-05:00"]


@st.composite
def plans(draw):
    places = "abcd"
    kinds = st.sampled_from(["-road", "-road", "-road>", "-rail"])
    lines = ["a -road 60- b", "b -road 60- c", "c -rail 60- d tracks=1", "a -road 300- d"]
    for _ in range(draw(st.integers(0, 4))):
        x, y = draw(st.sampled_from(places)), draw(st.sampled_from(places))
        lines += [f"{x} {draw(kinds)} {draw(st.integers(20, 400))}- {y} tracks={draw(st.sampled_from('12'))}"] * (
            x != y
        )
    change = {"transfer": "road-rail", "transfer_source": "estimate: drawn"}
    marks = dict.fromkeys(places, change) | {
        "a": {**change, "kind": "port", "capacity_day": 300, "capacity_source": "estimate: x"}
    }
    profile = replace(HOURLY, hours_per_day=draw(st.sampled_from([8, 12, 24])))
    net = drawn(*lines, places=marks, profile=profile)
    for link in draw(st.lists(st.sampled_from(sorted(net.links.index)), max_size=2)):
        net = net.set(link, "capacity", draw(st.sampled_from([40, 200, 900])))
    windows = draw(st.lists(st.sampled_from(WINDOWS),
                            max_size=2))  # fmt: skip
    forces = []
    for i in range(draw(st.integers(1, 4))):
        x, y = draw(st.permutations(places))[:2]
        latest = draw(st.sampled_from([None, 20 * H, 40 * H, 100 * H]))
        forces.append(order(f"f{i}", x, y, draw(st.integers(1, 70)), ready=draw(st.sampled_from([0, 5 * H])),
                            latest=latest, priority=draw(st.integers(1, 2)),
                            earliest=draw(st.sampled_from([0, 12 * H]))))  # fmt: skip
        if draw(st.integers(0, 3)) == 0:
            z = next(place for place in places if place not in {x, y})
            ends = draw(st.sampled_from(["origin", "destination"]))
            known = getattr(forces[-1], f"{ends}s")
            shared = {f"{ends}s": (*known, z), f"{ends}_shares": (0.7, 0.3)}
            forces[-1] = replace(forces[-1], **shared)
        if draw(st.integers(0, 2)) == 0:
            ready, stay = draw(st.sampled_from([(0, 0), (30 * H, H), (0, 20 * H)]))
            forces.append(
                forces[-1].back(ready=ready, stay=stay, latest=draw(st.sampled_from([None, 60 * H, 120 * H])))
            )
    return net.close(*windows), orders(*forces, trains=draw(st.integers(2, 6)))


@settings(max_examples=12)
@given(plans())
def test_plans_keep_every_rule(plan):
    net, forces = plan
    try:
        found = schedule(net, forces, tries=3)
    except (NoRouteError, TooLateError):
        return
    assert broken(found) == []
    assert found.plan.score.last >= found.least.last
    assert all(a >= b for a, b in zip(found.plan.score.missed[:1], found.least.missed[:1], strict=True))


def _late(plan, forces, number):
    return max(move.end for move in plan.moves if move.column.force == number) > forces.forces[number].latest


@settings(max_examples=5)
@given(plans())
def test_optimal_is_no_worse_than_any_order(plan):
    net, forces = plan
    try:
        placing = Placing(net, forces)
        found = schedule(net, forces, tries=6)
    except (NoRouteError, TooLateError):
        return
    if len(placing.columns) > 4:
        return
    every = [placing.plan(each) for each in permutations(placing.columns)]
    best = min(each.score for each in every if each)
    assert best.missed >= found.least.missed
    assert best.last >= found.least.last or best.missed > found.least.missed
    for conflict in placing.conflicts:
        assert all(any(_late(each, forces, number) for number in conflict.forces) for each in every if each)
    if found.optimal:
        assert found.plan.score[:2] <= best[:2]
