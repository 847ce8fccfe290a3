"""The earliest arrival by the clock: worked by hand, and against a march hour by hour that is written apart."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hourly
from drawing import PLAIN, drawn
from mobility import best_route
from mobility.analysis.timed_routes import timed_route
from mobility.errors import InputError, NoRouteError
from mobility.model.windows import Clock

MON_6 = Clock.of("Mon 06:00")
CHANGE = {"transfer": "road-rail", "transfer_source": "estimate: drawn"}


def arrives(net, *closures, start="a", end="c", clock=MON_6, via=()):
    return timed_route(net.close(*closures, allow_empty=True), [start], [end], clock, via)["arrival_h"].iloc[-1]


@pytest.fixture
def pass_road():
    """A pass of two hours, and a way round of six: a --1 h-- m --2 h-- c, a --6 h-- c."""
    return drawn("a -road 60- m", "m -road 120- c", "a -road 360- c")


@pytest.mark.parametrize(
    ("closure", "hours"),
    [
        ("m--c-road@Mon 05:00-06:30", 3),  # open again before the column is there
        ("m--c-road@09:00-12:00", 3),  # just through when it shuts
        ("m--c-road@08:00-09:30", 5.5),  # waits at m until 09:30
        ("m--c-road@Mon-Sat 08:00-17:30", 6),  # quicker round
        ("m--c-road@Sun", 3),
        ("m--c-road@d2-d5", 3),
        ("m--c-road@d1", 6),
        ("m--c-road>@08:00-17:30", 6),
        ("m--c-road@22:00-07:30", 3.5),  # begun the day before
        ("m@06:00-06:30", 3.5),  # all links of the place
    ],
)
def test_waits_or_goes_round(pass_road, closure, hours):
    assert arrives(pass_road, closure) == hours


def test_one_direction_at_times(pass_road):
    assert arrives(pass_road, "m--c-road>@08:00-17:30", start="c", end="a") == 3


def test_a_border_is_shut_at_times():
    net = drawn(
        "a -road 60- k country=AA", "k -road 60- c country=BB",
        places={"k": {"kind": "border_crossing", "country": "AA-BB"}, "c": {"country": "BB"}},
        borders=[{"place": "k", "mode": "road", "countries": "AA-BB", "wait_h": "2"}],
    )  # fmt: skip
    assert arrives(net, "border:k@08:00-12:00") == 9  # until 12:00, then two hours of wait and one of road
    assert arrives(net, "border:k@09:00-12:00") == 4


def test_a_wait_that_is_long_enough_is_a_rest():
    net = drawn("a -road 600- m", "m -road 240- c", profile=replace(PLAIN, hours_per_day=12))
    assert arrives(net) == 26  # 10 h, 2 h, a halt of 12, 2 h
    assert arrives(net, "m--c-road@Mon 00:00-24:00", "m--c-road@Tue 00:00-04:00") == 26  # at m from 16 to 04 of Tuesday


def test_places_in_between(pass_road):
    assert arrives(pass_road, "m--c-road@Mon 08:00-17:30", via=["m"]) == 8  # back from m, and round


def test_what_is_never_open_is_no_way(pass_road):
    with pytest.raises(NoRouteError, match=r"while .* is shut at times"):
        arrives(pass_road, "m--c-road@06:00-24:00", "m--c-road@00:00-06:00", "a--c-road@07:00-06:00")
    with pytest.raises(NoRouteError):  # an open hour is too short for six
        arrives(pass_road, "m@Mon-Sun 00:00-12:00", "m@12:00-24:00", "a--c-road@07:00-06:00")
    with pytest.raises(InputError, match="the same place"):
        arrives(pass_road, start="a", end="a")


def test_days_of_the_week_need_one(pass_road):
    with pytest.raises(InputError, match="needs the day of the week"):
        arrives(pass_road, "m--c-road@Mon 08:00-12:00", clock=Clock.of("06:00"))


def test_without_windows_no_later_than_the_march(mixed):
    for start, end in (("durres", "varna"), ("thessaloniki", "budapest"), ("koper", "constanta")):
        legs = best_route(mixed, start, end, by="arrival")
        assert timed_route(mixed, [start], [end], MON_6)["arrival_h"].iloc[-1] <= legs["arrival_h"].iloc[-1]
        fast = mixed.under("wheeled")  # drives day and night
        least = best_route(fast, start, end)["cumulative_h"].iloc[-1]
        assert timed_route(fast, [start], [end], MON_6)["arrival_h"].iloc[-1] == pytest.approx(least, abs=1e-9)


HOURS = st.integers(0, 23)
WINDOW = st.one_of(
    st.tuples(st.sampled_from(["", "Mon ", "Tue-Thu ", "d1 ", "d2-d3 ", "Mon,Wed "]), HOURS, HOURS).map(
        lambda t: f"@{t[0]}{t[1]:02d}:00-{(t[1] + 1 + t[2] % 22) % 24:02d}:00"
    ),
    st.sampled_from(["@d1", "@d2-d3", "@Mon", "@Tue,Thu"]),
)


@st.composite
def marches(draw):
    places = "abcde"
    pairs = draw(st.lists(st.tuples(st.sampled_from(places), st.sampled_from(places)), min_size=3, max_size=7))
    lines = ["a -road 60- b", *(
        f"{x} -{draw(st.sampled_from(['road', 'road', 'rail']))} {60 * draw(st.integers(1, 9))}- {y}"
        for x, y in pairs if x != y
    )]  # fmt: skip
    day = draw(st.sampled_from([6, 16, 20, 24]))
    profile = replace(PLAIN, hours_per_day=day, handling_h=PLAIN.handling_h | {"road-rail": 2.0})
    net = drawn(*lines, places=dict.fromkeys(places, CHANGE), profile=profile)
    links = st.sampled_from(sorted(net.links.index))
    closures = draw(st.lists(st.tuples(links, st.sampled_from(["", "", ">"]), WINDOW), min_size=1, max_size=4))
    clock = Clock(draw(st.integers(0, 6)), 3600 * draw(HOURS))
    return net.close(*("".join(c) for c in closures)), clock, day, draw(st.sampled_from("bcde"))


@settings(max_examples=30)
@given(marches())
def test_equals_a_march_hour_by_hour(march):
    net, clock, day, end = march
    expected = hourly.arrival(net, "a", end, clock, day)
    try:
        found = timed_route(net, ["a"], [end], clock)
    except NoRouteError:
        assert expected is None
        return
    hours = found["arrival_h"].iloc[-1]
    assert hours == pytest.approx(expected) if expected is not None else hours > 390
