"""Orders: what is read from a file, and every contradiction in one line."""

import pytest

from mobility.errors import InputError
from mobility.model.orders import Orders

START = "start = 2026-12-01T06:00:00\n"  # a Tuesday
FORCE = '[[force]]\nname = "one"\nvehicles = 40\nfrom = "a"\nto = ["b", "c"]\n'
H = 3600


def read(tmp_path, text, *fixes):
    file = tmp_path / "orders.toml"
    file.write_text(text, encoding="utf-8")
    return Orders.read(file, fixes)


def test_all_words(tmp_path):
    more = 'ready = "d2 08:00"\nlatest = 2026-12-05T12:00:00\npriority = 2\nprofile = "heavy"\n'
    more += 'modes = ["Rail"]\nvia = "v"\n'
    found = read(tmp_path, f'close = ["x@Mon 08:00-09:00"]\ntrains = 4\n{START}{FORCE}{more}routes = 3\ncolumn = 10\n',
                 "one/2=Thu 06:00")  # fmt: skip
    (force,) = found.forces
    assert (force.origins, force.destinations, force.via, force.modes) == (("a",), ("b", "c"), ("v",), ("rail",))
    assert (force.ready, force.latest) == (26 * H, 102 * H)
    assert (force.priority, force.profile, force.routes, force.column, found.trains) == (2, "heavy", 3, 10, 4)
    assert (found.clock.weekday, found.clock.second) == (1, 6 * H)
    assert found.scenario.close == ("x@Mon 08:00-09:00",)


@pytest.mark.parametrize(
    ("ready", "hours"),
    [('"06:00"', 0), ('"05:00"', 23), ('"Tue 06:00"', 0), ('"Tue 05:00"', 167), ('"wednesday 06:00"', 24),
     ('"d1 07:30"', 1.5), ("2026-12-02", 18), ('"2026-12-01T07:00"', 1)],
)  # fmt: skip
def test_moments(tmp_path, ready, hours):
    assert read(tmp_path, f"{START}{FORCE}ready = {ready}\n").forces[0].ready == hours * H


@pytest.mark.parametrize(
    ("given", "ready", "stay"),
    [('"d7"', 138 * H, 0), ('"d1"', 0, 0), ('"d7 06:00"', 144 * H, 0), ('"36 h"', 0, 36 * H), ('"1.5d"', 0, 36 * H),
     ('"90 min"', 0, 5400), ("2026-12-03", 42 * H, 0)],
)  # fmt: skip
def test_the_way_back(tmp_path, given, ready, stay):
    there, back = read(
        tmp_path, f'{START}{FORCE}via = ["v", "w"]\nreturn = {given}\nreturn_latest = "d9 06:00"\n'
    ).forces
    assert (back.name, back.follows, back.ready, back.stay, back.latest) == ("one back", "one", ready, stay, 192 * H)
    assert (back.origins, back.destinations, back.via) == (("b", "c"), ("a",), ("w", "v"))
    assert (there.follows, there.latest) == ("", None)


def test_shares_of_places(tmp_path):
    ends = FORCE.replace('"a"', '{a = 0.6, "b x" = 0.4, z = 0}').replace('["b", "c"]', "{c = 1}")
    (force,) = read(tmp_path, START + ends).forces
    assert (force.origins, force.origin_shares) == (("a", "b x"), (0.6, 0.4))
    assert (force.destinations, force.destination_shares) == (("c",), (1.0,))


def test_what_is_not_said(tmp_path):
    found = read(tmp_path, "start = 2026-12-01\n" + FORCE)
    assert (found.clock.weekday, found.clock.second, found.trains, found.fixed) == (1, 0, None, ())
    (force,) = found.forces
    assert (force.vehicles, force.force, force.tonnes, force.cargo, force.profile) == (40, None, None, "ammunition", "")
    assert (force.ready, force.earliest, force.latest, force.priority) == (0, 0, None, 1)
    assert (force.modes, force.via, force.routes, force.column) == ((), (), 0, 0)


@pytest.mark.parametrize(
    ("key", "least", "most", "below", "above"),
    [
        ("vehicles", 1, 1_000_000, 0, 1_000_001), ("priority", 1, 99, 0, 100), ("routes", 1, 20, 0, 21),
        ("column", 1, 1_000_000, 0, 1_000_001), ("tonnes", 0.001, 1e300, 0, "inf"),
        ("trains", 0, 1_000_000, -0.001, 1_000_001),
    ],
)  # fmt: skip
def test_bounds_are_part_of_what_may_be_said(tmp_path, key, least, most, below, above):
    force = FORCE.replace("vehicles = 40\n", "") if key in {"vehicles", "tonnes"} else FORCE
    text = f"{key} = {{}}\n{START}{force}" if key == "trains" else f"{START}{force}{key} = {{}}\n"
    for value in (least, most):
        found = read(tmp_path, text.format(value))
        assert getattr(found if key == "trains" else found.forces[0], key) == value
    for value in (below, above, "true", '"1"'):
        with pytest.raises(InputError, match=f"{key} must be a"):
            read(tmp_path, text.format(value))


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "2026-12-01T06:00"), (60, "2026-12-01T06:01"), (60.0000001, "2026-12-01T06:01"), (61, "2026-12-01T06:02"),
     (18 * H, "2026-12-02T00:00")],
)  # fmt: skip
@pytest.mark.parametrize("zone", ["", 'zone = "Europe/Sofia"\n'])
def test_a_moment_is_shown_in_whole_minutes_rounded_up(tmp_path, zone, seconds, shown):
    assert read(tmp_path, zone + START + FORCE).shown(seconds) == shown


def test_the_clock_goes_forward_in_spring(tmp_path):
    found = read(tmp_path, 'zone = "Europe/Sofia"\nstart = 2026-03-29T02:00:00\n' + FORCE + 'ready = "05:00"\n')
    assert (found.shown(H), found.shown(2 * H)) == ("2026-03-29T04:00", "2026-03-29T05:00")
    assert found.forces[0].ready == 2 * H


def test_the_edges_of_time(tmp_path):
    found = read(tmp_path, f'{START}{FORCE}ready = "d1 07:00"\nlatest = "d1 07:01"\n', "one=d1 07:00").fixed
    assert found == (("one", H),)  # as soon as it is ready
    with pytest.raises(InputError, match="one is not ready before then"):
        read(tmp_path, f'{START}{FORCE}ready = "d1 07:00"\n', "one=d1 06:59")
    with pytest.raises(InputError, match="is not after ready"):
        read(tmp_path, f'{START}{FORCE}ready = "d1 07:00"\nlatest = "d1 07:00"\n')
    assert read(tmp_path, f'{START}{FORCE}latest = "d367 06:00"\n').forces[0].latest == 366 * 24 * H
    with pytest.raises(InputError, match="more than 366 days"):
        read(tmp_path, f'{START}{FORCE}latest = "d367 06:01"\n')
    with pytest.raises(InputError, match="in whole seconds"):
        read(tmp_path, "start = 2026-12-01T06:00:00.5\n" + FORCE)


def test_what_is_fixed(tmp_path):
    assert read(tmp_path, START + FORCE, "ONE/2=d1 08:00").fixed == (("one/2", 2 * H),)
    assert read(tmp_path, START + FORCE, "one=d1 08:00").fixed == (("one", 2 * H),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (FORCE, "start: give the day and hour"),
        ("start = 2026-12-01T06:00:00Z\n" + FORCE, "its zone is a word of its own"),
        (START, "no force"),
        (START + "force = 3\n", "no force"),
        (START + FORCE + FORCE, "two forces are called 'one'"),
        (START + FORCE.replace('"one"', '""'), "give a name"),
        (START + FORCE + 'force = "brigade-light"\n', "give one of vehicles"),
        (START + FORCE.replace("40", "0"), "vehicles must be a whole number from 1"),
        (START + FORCE.replace("40", "1e9"), "vehicles must be a whole number"),
        (START + FORCE.replace('to = ["b", "c"]', "to = []"), "to: give a place"),
        (
            START + FORCE + 'ready = "d3 06:00"\nlatest = "d2 06:00"\n',
            "latest (d2 06:00) is not after ready (d3 06:00)",
        ),
        (START + FORCE + 'latest = "d1 06:00"\n', "is not after ready (the start)"),
        (START + FORCE + 'ready = "Xon 06:00"\n', "no day of the week is called 'xon'"),
        (START + FORCE + 'ready = "soon"\n', "no moment: 'soon'"),
        (START + FORCE + "ready = 5\n", "no moment: 5"),
        (START + FORCE + "ready = 2025-01-01\n", "lies before the start"),
        (START + FORCE + 'latest = "d999 06:00"\n', "more than 366 days"),
        (START + FORCE + 'modes = ["air"]\n', "no mode is called 'air'"),
        (START + FORCE + "speed = 3\n", "unknown key 'speed'"),
        (START + FORCE + 'earliest = "d3 06:00"\nlatest = "d2 06:00"\n', "latest (d2 06:00) is not after earliest"),
        (START + FORCE.replace("vehicles = 40", "tonnes = 0"), "tonnes must be a number above 0, not 0"),
        (START + FORCE + 'cargo = "fuel"\n', "cargo says of what the tonnes are"),
        (START + FORCE.replace('"a"', "{a = 0.6, b = 0.3}"), "from: the shares add up to 0.9, not to 1"),
        (START + FORCE.replace('["b", "c"]', "{a = 1.2, b = -0.2}"), "the share of a must be a number from 0 to 1"),
        (START + FORCE.replace('"a"', "{a = true}"), "the share of a must be a number from 0 to 1, not True"),
        (START + FORCE.replace('"a"', "{}"), "from: the shares add up to 0, not to 1"),
        (START + FORCE + 'return = "soon"\n', "return: no moment: 'soon'"),
        (START + FORCE + 'return = "900 d"\n', "return: 900 d is more than 366 days"),
        (START + FORCE + 'return = "d0"\n', "return: no moment: 'd0'"),
        (START + FORCE + 'ready = "d3 06:00"\nreturn = "d2"\n', "return (d2) is not after ready (d3 06:00)"),
        (
            START + FORCE + 'return = "2 d"\nreturn_latest = "d2 06:00"\n',
            "return_latest (d2 06:00) is not after return",
        ),
        (
            START + FORCE + 'return_latest = "d2 06:00"\n',
            "return_latest says when the force is to be back: give return",
        ),
        (START + FORCE + 'return = "d2"\n' + FORCE.replace("one", "one back"), "two forces are called 'one back'"),
        ('zone = "Mars"\n' + START + FORCE, "no time zone is called 'Mars'"),
        ("zone = 2\n" + START + FORCE, "no time zone is called 2"),
        ("trains = -1\n" + START + FORCE, "trains must be a number from 0"),
        ("nonsense = 1\n" + START + FORCE, "unknown key 'nonsense'"),
    ],
)
def test_contradictions(tmp_path, text, said):
    with pytest.raises((InputError, LookupError)) as found:
        read(tmp_path, text)
    assert said in str(found.value)
    assert "\n" not in str(found.value)


@pytest.mark.parametrize(
    ("fix", "said"),
    [("two=d1 08:00", "of a force"), ("one", "write NAME=TIME"), ("one=noon", "no moment"),
     ("one=2020-01-01T00:00", "before the start")],
)  # fmt: skip
def test_what_cannot_be_fixed(tmp_path, fix, said):
    with pytest.raises(InputError, match="--fix") as found:
        read(tmp_path, START + FORCE, fix)
    assert said in str(found.value)


def test_a_file_that_is_none(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        Orders.read(tmp_path / "none.toml")
