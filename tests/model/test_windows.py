"""Clock and windows: what is read, what is refused, and when a window holds."""

import json

import pytest

import mobility as library
from console import mobility, refused
from drawing import drawn
from mobility.analysis.prepared import prepare
from mobility.errors import InputError
from mobility.model.windows import DAY_S, Clock, Window, merged, split_window

H = 3600


@pytest.mark.parametrize(
    ("text", "start", "spells"),
    [
        ("Mon-Sat 08:00-17:30", "Sat 06:00", [(2 * H, 11.5 * H), (50 * H, 59.5 * H)]),  # Sunday is free
        ("08:00-17:30", "12:00", [(-4 * H, 5.5 * H), (20 * H, 29.5 * H), (44 * H, 53.5 * H)]),
        ("22:00-05:00", "Mon 01:00", [(-3 * H, 4 * H), (21 * H, 28 * H), (45 * H, 52 * H)]),
        ("Fri-Mon", "Tue 00:00", []),
        ("sunday,Wednesday 00:00-24:00", "Tue 12:00", [(12 * H, 36 * H)]),
        ("d2-d5", "18:00", [(6 * H, 102 * H)]),
        ("d1 20:00-21:00", "18:00", [(2 * H, 3 * H)]),
    ],
)
def test_when_it_holds(text, start, spells):
    found = Window.of(text).spells(Clock.of(start), 2 * DAY_S)
    assert [spell for spell in found if spell[0] < 2 * DAY_S + 12 * H][: len(spells) or None] == spells


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Xon 08:00-09:00", "no day of the week is called 'Xon'"),
        ("Mo 08:00-09:00", "no day of the week is called 'Mo'"),
        ("Mon-Tue-Wed", "no window"),
        ("Mon 8-9", "no window"),
        ("25:00-26:00", "no window"),
        ("08:00-24:30", "no window"),
        ("Mon 08:00-08:00", "never holds"),
        ("Mon-Sun", "holds all the time"),
        ("00:00-24:00", "holds all the time"),
        ("d3-d2", "the first before the last"),
        ("d0", "count from d1"),
        ("", "no window"),
    ],
)
def test_what_is_no_window(text, said):
    with pytest.raises(InputError, match=said):
        Window.of(text)


def test_a_spell_within_another_does_not_shorten_it():
    assert merged([(2, 3), (0, 10), (10, 11), (12, 13)]) == [(0, 11), (12, 13)]


@pytest.mark.parametrize("text", ["8", "Mon", "Xyz 06:00", "24:00", "Mon 06:60", ""])
def test_what_is_no_start(text):
    with pytest.raises(InputError, match="no start"):
        Clock.of(text)


@pytest.mark.parametrize(
    ("text", "name", "window"),
    [
        ("a@Mon", "a", "Mon"),
        ("border:k @ 08:00-09:00", "border:k", "08:00-09:00"),
        ("a", "a", ""),
        ("area:shut@night.geojson", "area:shut@night.geojson", ""),
        ("area:shut@mon.geojson", "area:shut@mon.geojson", ""),
        ("area:shut.geojson@Mon-Sat 08:00-17:30", "area:shut.geojson", "Mon-Sat 08:00-17:30"),
        ("area:x@y.gpkg@d2-d3", "area:x@y.gpkg", "d2-d3"),
    ],
)
def test_where_the_window_begins(text, name, window):
    assert split_window(text) == (name, window)


def test_a_name_may_hold_an_at():
    net = drawn("a -road 10- b id=shop@Mon")
    assert net.close("shop@Mon").timed == ()
    assert net.close("shop@Mon@Tue").timed[0].window.weekdays == {1}


def test_a_closure_in_a_window_closes_nothing_without_a_clock(line):
    shut = line.close("a--b-road@Mon", "b--c-road")
    assert shut.links["active"].tolist() == [True, False, True]
    assert [timed.text for timed in shut.timed] == ["a--b-road@Mon"]
    assert shut.applied["close"] == ("a--b-road@Mon", "b--c-road")
    for ask in (library.routes, library.bottlenecks, library.best_route, library.pair_redundancy):
        with pytest.raises(InputError, match="closure holds all the time"):
            ask(shut, ["a"], ["d"])
    with pytest.raises(InputError, match="closure holds all the time"):
        prepare(line, ["a"], ["d"]).close("a--b-road@Mon")
    with pytest.raises(InputError, match="closes nothing"):
        line.close("a--b-road").build().close("mode:sea@Mon")


@pytest.mark.parametrize(
    "command",
    [
        "links", "places", "projects", "route a c", "routes", "whatif", "bottlenecks", "interdict -k 1", "redundancy",
        "deploy --vehicles 9", "map -o {}/x.html", "map --interactive -o {}/x.html", "export -o {}/x.csv", "strip T",
        "report -o {}/x.md",
    ],
)  # fmt: skip
def test_what_has_no_clock_refuses_it(run, small, tmp_path, command):
    link = library.Network.load(small).links.index[0]
    found = run(f"{command} -x '{link}@Mon 08:00-09:00'".format(tmp_path))
    refused(found, "holds all the time" if "route a" not in command else "")
    assert not [*tmp_path.iterdir()]


def test_a_route_at_times():
    words = "route durres varna -m road --start 'Mon 06:00'"
    plain = mobility(f"{words} --by arrival").stderr
    idle = mobility(f"{words} -x 'durres-vore-road@Mon 05:00-09:00'")
    assert idle.exit_code == 0
    assert "shut at times: durres-vore-road@Mon 05:00-09:00; the route is the first to arrive" in idle.stderr
    assert plain.splitlines()[-1].split(",")[0] in idle.stderr
    held = mobility(f"{words} -x 'place:varna@d1-d4' -x 'place:durres@d1 06:00-20:00'").stderr
    assert "stands still at: Durrës 14.0 h (Mon day 1 06:00 to Mon day 1 20:00)" in held
    assert held.strip().endswith("to Fri day 5 00:00)")
    refused(mobility(f"{words} -q -k 2 -x 'place:varna@d1-d4'"), "-k and --diverse have no clock")
    refused(mobility("route durres varna -q --start 06:00 -x 'place:varna@Mon'"), "needs the day of the week")
    refused(mobility(f"{words} -x 'place:varna@Mno 06:00-07:00'"), "no day of the week is called 'Mno'")


def test_scenario_files_hold_windows(tmp_path):
    file = tmp_path / "olt.toml"
    file.write_text('close = ["place:varna@d1-d4"]\n', encoding="utf-8")
    found = mobility(f"route durres varna -m road --start 'Mon 06:00' -s {file} -f json")
    assert found.exit_code == 0
    assert json.loads(found.stdout)["scenario"]["close"] == ["place:varna@d1-d4"]
    refused(mobility(f"routes -s {file}"), "holds all the time")
