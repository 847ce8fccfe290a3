"""Scenarios: what a TOML file may say, and what the options do to a network."""

import json
import os
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing import drawn
from mobility.errors import InputError, UnknownNameError
from mobility.model.files import default_folder
from mobility.model.scenario import Scenario

FULL = """
title = "Closed Sava"
source = "our own paper"
close = ["b–c", "corridor:U"]
build = "bypass"
set = ["a–b:speed=30", "gate:wait=2.5"]
set-after = "gate:wait=4"
profile = "heavy"
mode = ["road", "Rail"]
transit = "nato"
borders = "emers"
exclude-doubtful = true
include_access = true
detrain = true
"""


def write(tmp_path, text):
    path = tmp_path / "s.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refused(path, words):
    """Assert that a file is refused in one line, which names it."""
    with pytest.raises(InputError) as caught:
        Scenario.read(path)
    assert str(caught.value).startswith(f"scenario {path}: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.fixture
def net():
    """a ==(road, road)== b --road-- c, and a planned road a--c."""
    return drawn(
        "a -road 10- b",
        "a -road 12- b",
        "b -road 10- gate",
        "gate -road 10- c country=BB",
        "a -road 15- c status=planned country=AA",
        "a -rail 9- b",
        places={"gate": {"country": "AA-BB", "kind": "border_crossing"}, "c": {"country": "BB"}},
        borders=[{"place": "gate", "countries": "AA-BB", "mode": "road", "wait_h": "1"}],
        projects=[{"id": "bypass", "name": "Bypass", "links": "a--c-road", "upgrades": "a--b-road"}],
        upgrades=[{"project": "bypass", "link": "a--b-road", "attribute": "max_speed_kmh", "after": "90"}],
    )


# ---------------------------------------------------------------------------------------------------- read


def test_read(tmp_path):
    given = Scenario.read(write(tmp_path, FULL))
    assert given == Scenario(
        close=("b–c", "corridor:U"), build=("bypass",), set=("a–b:speed=30", "gate:wait=2.5"),
        set_after=("gate:wait=4",), profile="heavy", mode=("road", "Rail"), transit="nato", borders="emers",
        exclude_doubtful=True, include_access=True, detrain=True,
    )  # fmt: skip
    assert (given.title, given.source) == ("Closed Sava", "our own paper")


@pytest.mark.parametrize(
    "text", ["", "# only a comment\n", "close = []\n", 'profile = "mixed"\n', "exclude-doubtful = false\n"]
)
def test_read_defaults(tmp_path, text):
    assert Scenario.read(write(tmp_path, text)) == Scenario()


def test_read_crlf_and_bom(tmp_path):
    text = FULL.replace("\n", "\r\n").encode()
    assert Scenario.read(write(tmp_path, text)) == Scenario.read(write(tmp_path, FULL))
    assert Scenario.read(write(tmp_path, b"\xef\xbb\xbf" + text)) == Scenario.read(write(tmp_path, FULL))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("closed = ['x']", "unknown key 'closed'; there are close, build, set, set_after, profile, "),
        ("Close = ['x']", "unknown key 'Close'"),
        ("[scenario]\nclose = ['x']", "unknown key 'scenario'"),
        ("vehicles = 3", "unknown key 'vehicles'"),
        ("close = 5", "close has a value of the wrong kind"),
        ("close = true", "close has a value of the wrong kind"),
        ("close = [5]", "close has a value of the wrong kind"),
        ("close = ['x', ['y']]", "close has a value of the wrong kind"),
        ("close = {a = 1}", "close has a value of the wrong kind"),
        ("[set]\ngate = 5", "set has a value of the wrong kind"),
        ("profile = ['mixed']", "profile has a value of the wrong kind"),
        ("profile = 1", "profile has a value of the wrong kind"),
        ("transit = true", "transit has a value of the wrong kind"),
        ("borders = 2026-11-22", "borders has a value of the wrong kind"),
        ("exclude-doubtful = 'yes'", "exclude-doubtful has a value of the wrong kind"),
        ("exclude-doubtful = 1", "exclude-doubtful has a value of the wrong kind"),
        ("include-access = [true]", "include-access has a value of the wrong kind"),
        (f"width = {10**400}", "width has a value of the wrong kind"),
        ("close = [", "cannot be read: "),
        ("close = " + "[" * 2000, "cannot be read: its brackets are nested too deep"),
        ("close = " + "[" * 2000 + "]" * 2000, "cannot be read: its brackets are nested too deep"),
        ("close = " + "{a=" * 2000, "cannot be read: its brackets are nested too deep"),
        ("close = " + "9" * 5000, "cannot be read: "),
        ("close = 0x" + "f" * 5000, "close has a value of the wrong kind"),
        ("#" * 1_000_001, "cannot be read: it has more than 1,000,000 bytes"),
        ("close = 'a'\nclose = 'b'", "cannot be read: "),
        (b"\xff\xfe", "cannot be read: "),
        (bytes(range(256)), "cannot be read: "),
    ],
)  # fmt: skip
def test_read_refuses(tmp_path, text, words):
    refused(write(tmp_path, text), words)


def test_read_spellings(tmp_path):
    for text in ('close = "x"', 'close = ["x"]', "close = [\n'x',\n]"):
        assert Scenario.read(write(tmp_path, text)).close == ("x",)
    one, other = "exclude-doubtful = true\n", "exclude_doubtful = true\n"
    assert (
        Scenario.read(write(tmp_path, one)) == Scenario.read(write(tmp_path, other)) == Scenario(exclude_doubtful=True)
    )
    with pytest.raises(InputError, match="exclude"):  # which one counts? Neither: say so
        Scenario.read(write(tmp_path, one + other.replace("true", "false")))


@pytest.mark.parametrize("what", ["missing", "folder"])
def test_read_what_is_no_file(tmp_path, what):
    path = tmp_path / "none.toml" if what == "missing" else tmp_path
    with pytest.raises(InputError, match="cannot be read: ") as caught:
        Scenario.read(path)
    assert str(path) in str(caught.value)


def test_read_from_a_pipe_but_not_without_end(tmp_path):
    """`-s <(...)` of a shell is a pipe; /dev/zero never ends."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=('close = "x"',))
    writer.start()
    assert Scenario.read(pipe).close == ("x",)
    writer.join()
    with pytest.raises(InputError, match="scenario /dev/zero: cannot be read: it has more than 1,000,000 bytes"):
        Scenario.read("/dev/zero")


# ---------------------------------------------------------------------------------------------------- plus


def test_plus_lists_grow_and_words_replace():
    first = Scenario(close=("a",), build=("p",), profile="heavy", mode=("road",), transit="nato", title="T")
    both = first.plus(
        close=("b",), build=(), profile="wheeled", mode=("rail",), transit=None, borders="emers", exclude_doubtful=True
    )
    assert both == Scenario(
        close=("a", "b"),
        build=("p",),
        profile="wheeled",
        mode=("road", "rail"),
        transit="nato",
        borders="emers",
        exclude_doubtful=True,
    )
    assert both.title == "T; closed b; borders emers; without doubtful links"
    assert first == Scenario(close=("a",), build=("p",), profile="heavy", mode=("road",), transit="nato")


def test_plus_nothing_changes_nothing():
    first = Scenario(close=("a",), exclude_doubtful=True, title="T", source="S")
    none = {"close": (), "build": (), "set": (), "profile": None, "mode": (), "transit": None, "borders": None,
            "exclude_doubtful": False, "exclude_relief": False, "include_access": False, "detrain": False}  # fmt: skip
    assert first.plus(**none) == first == first.plus()
    assert (first.plus().title, first.plus().source) == ("T", "S")


WORDS = st.lists(st.sampled_from(["a", "b", "c"]), max_size=3).map(tuple)


@settings(max_examples=20)
@given(one=WORDS, two=WORDS, three=WORDS)
def test_plus_is_associative(one, two, three):
    base = Scenario(close=one)
    assert base.plus(close=two).plus(close=three) == base.plus(close=two + three)


# ------------------------------------------------------------------------------------------------ as_given


def test_as_given_shows_what_differs():
    assert Scenario().as_given() == {}
    assert Scenario(profile="mixed", transit="any", close=()).as_given() == {}
    given = Scenario(close=("a", "b"), profile="heavy", exclude_doubtful=True, title="T")
    assert given.as_given() == {"close": ["a", "b"], "profile": "heavy", "exclude_doubtful": True, "title": "T"}


def test_as_given_can_be_read_again(tmp_path):
    given = Scenario.read(write(tmp_path, FULL))
    text = "\n".join(f"{key} = {json.dumps(value)}" for key, value in given.as_given().items())
    again = Scenario.read(write(tmp_path, text))
    assert again == given
    assert again.as_given() == given.as_given()


# --------------------------------------------------------------------------------------------------- apply


def active(net):
    return net.links.index[net.links["active"]].tolist()


def test_apply_nothing_is_the_default_profile(net):
    seen = Scenario().apply(net)
    assert seen.profile.name == "mixed"
    assert seen.regime.name == "today"
    assert seen.denied == frozenset()
    assert active(seen) == active(net)


def test_apply_is_set_under_build_close(net):
    given = Scenario(
        close=("link:a--b-road-2",),
        build=("bypass",),
        set=("a–b:speed=30", "gate:wait=2.5"),
        profile="plain",
        transit="no-BB",
        borders="emers",
    )
    seen = given.apply(net)
    byhand = net.set("a–b", "speed", 30).set("gate", "wait", 2.5).under("plain", transit="no-BB", borders="emers")
    byhand = byhand.build("bypass").close("link:a--b-road-2")
    assert active(seen) == active(byhand) == ["a--b-road", "b--gate-road", "a--c-road", "a--b-rail"]
    assert seen.links["time_h"].tolist() == byhand.links["time_h"].tolist()
    assert seen.links.at["a--b-road", "max_speed_kmh"] == 90
    assert seen.borders["wait_h"].tolist() == [2.5]
    assert seen.regime.name == "emers"


def test_what_is_set_after_holds_whatever_was_set_or_built(net):
    """The bypass makes a–b a road for 90 km/h: of the later word one asks what it changes. A gate set shut stays so."""
    rows = {"projects": [{"id": "p", "name": "P", "links": "b--gate-road", "upgrades": "a--b-road"}],
            "upgrades": [{"project": "p", "link": "a--b-road", "attribute": "speed_kmh", "after": "90"}],
            "borders": [{"place": "gate", "countries": "AA-BB", "mode": "road", "usable": "no"}]}  # fmt: skip
    net = drawn("a -road 10- b", "b -road 10- gate status=planned", places={"gate": {"country": "AA-BB"}}, **rows)
    words = ("a–b:speed=30", "gate:open=0")
    before = Scenario(set=words, build=("p",), profile="plain").apply(net)
    after = Scenario(set_after=words, build=("p",), profile="plain").apply(net)
    assert (before.links.at["a--b-road", "speed"], before.borders["active"].tolist()) == (90, [False])
    assert (after.links.at["a--b-road", "speed"], after.borders["active"].tolist()) == (30, [False])


def test_sides_of_a_comparison_share_force_and_corrections():
    asked = Scenario(close=("x",), set=("g:wait=2",), set_after=("g:wait=5",), profile="heavy", include_access=True)
    assert asked.unchanged() == Scenario(set=("g:wait=2",), profile="heavy", include_access=True)
    assert asked.unchanged().unchanged() == asked.unchanged()
    other = Scenario(build=("p",), set=("g:wait=1", "h:wait=1"), set_after=("i:wait=1",), mode=("rail",))
    assert other.compared_with(asked) == Scenario(
        build=("p",), set=("g:wait=1", "h:wait=1", "g:wait=2"), set_after=("i:wait=1",), profile="heavy"
    ), "the last one counts: what is asked corrects the file"
    assert asked.compared_with(asked) == asked
    assert asked.changes() == "closed x; with g:wait=2; set g:wait=5"


def test_apply_leaves_the_network_alone(net):
    before = net.links.copy()
    Scenario(close=("a",), build=("all",), set=("a–b:speed=1",), profile="heavy", mode=("road",)).apply(net)
    assert before.equals(net.links)


@pytest.mark.parametrize(("modes", "links"), [
    (("rail",), ["a--b-rail"]),
    (("RAIL",), ["a--b-rail"]),
    (("road",), ["a--b-road", "a--b-road-2", "b--gate-road", "gate--c-road"]),
    (("road", "rail"), ["a--b-road", "a--b-road-2", "b--gate-road", "gate--c-road", "a--b-rail"]),
    (("rail", "rail"), ["a--b-rail"]),
])  # fmt: skip
def test_modes(net, modes, links):
    assert active(Scenario(mode=modes, profile="plain").apply(net)) == links


@pytest.mark.parametrize(("item", "column", "ids", "value"), [
    ("a–b:speed=30", "speed", ["a--b-road", "a--b-road-2", "a--b-rail"], 30),
    ("a--b-rail:speed=30", "speed", ["a--b-rail"], 30),
    ("link:a--b-rail:speed = 3e1", "speed", ["a--b-rail"], 30),
    ("a--b-rail: capacity =12.5", "capacity", ["a--b-rail"], 12.5),
    ("a--b-road:limit=200", "max_gross_t", ["a--b-road"], 200),
])  # fmt: skip
def test_set(net, item, column, ids, value):
    seen = Scenario(set=(item,), profile="plain").apply(net).links[column]
    assert seen[ids].tolist() == [value] * len(ids)
    assert not (seen.drop(ids) == value).any()
    last = Scenario(set=("a–b:speed=30", "a--b-rail:speed=40"), profile="plain").apply(net).links["speed"]
    assert last[["a--b-road", "a--b-road-2", "a--b-rail"]].tolist() == [30, 30, 40], "the last one counts"


@pytest.mark.parametrize(
    "item", ["", "speed=5", "a–b", "a–b:speed", "a–b:speed=", "a–b:speed=fast", "a–b:=5x", "=", ":", "a–b:speed=5=6"]
)
def test_set_that_is_none(net, item):
    with pytest.raises(InputError, match="write NAME:attribute=value") as caught:
        Scenario(set=(item,)).apply(net)
    assert repr(item) in str(caught.value)


@pytest.mark.parametrize(("given", "error", "words"), [
    (Scenario(set=("a–b:colour=5",)), InputError, "cannot set 'colour'"),
    (Scenario(set=("a–b:speed=0",)), InputError, "is not between"),
    (Scenario(set=("a–b:speed=nan",)), InputError, "is not between"),
    (Scenario(set=("a–b:speed=-inf",)), InputError, "is not between"),
    (Scenario(set=("nowhere:speed=5",)), UnknownNameError, "nowhere"),
    (Scenario(close=("nowhere",)), UnknownNameError, "nowhere"),
    (Scenario(build=("nowhere",)), UnknownNameError, "nowhere"),
    (Scenario(profile="tank"), UnknownNameError, "tank"),
    (Scenario(mode=("air",)), UnknownNameError, "no mode is called 'air'; there are road, rail, sea"),
    (Scenario(transit="otan"), UnknownNameError, "otan"),
    (Scenario(borders="none"), UnknownNameError, "none"),
])  # fmt: skip
def test_apply_refuses(net, given, error, words):
    with pytest.raises(error) as caught:
        given.apply(net)
    assert words in str(caught.value)
    assert caught.value.exit_code == 2


def test_every_shipped_scenario_file_can_be_applied(shipped):
    for path in sorted((default_folder() / "scenarios").glob("*.toml")):
        Scenario.read(path).apply(shipped)


def test_several_files_are_combined(tmp_path):
    one, two, three = (tmp_path / f"{name}.toml" for name in ("one", "two", "three"))
    one.write_text('close = ["a"]\nprofile = "heavy"\ntitle = "One"\n', encoding="utf-8")
    two.write_text('close = ["b"]\nbuild = ["p"]\npace = "best"\ntitle = "Two"\n', encoding="utf-8")
    three.write_text('profile = "wheeled"\n', encoding="utf-8")
    found = Scenario.read_all([one, two])
    assert (found.close, found.build, found.profile, found.pace) == (("a", "b"), ("p",), "heavy", "best")
    assert found.title == "One; Two"
    assert Scenario.read_all([]) == Scenario()
    assert Scenario.read_all([one]) == Scenario.read(one)
    with pytest.raises(InputError, match="profile is 'wheeled', and 'heavy' in a file before it"):
        Scenario.read_all([one, three])


# ------------------------------------------------------------------------------------------- files that it names


def zone(folder, name="zone.geojson"):
    """A file over the middle of the link a--b."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text('{"type": "Point", "coordinates": [0.5, 42]}', encoding="utf-8")


@pytest.fixture
def line_net():
    return drawn("a -road 10- b", "b -road 10- c", places={
        "a": {"lat": "42", "lon": "0"}, "b": {"lat": "42", "lon": "1"}, "c": {"lat": "42", "lon": "2"},
    })  # fmt: skip


@pytest.mark.parametrize("asked", ["plans/s.toml", "./plans/s.toml", "../here/plans/s.toml", "{}/plans/s.toml"])
@pytest.mark.parametrize(("word", "option"), [
    ("area:zone.geojson", "area:zone.geojson"), ("Area: zone.geojson", "Area:zone.geojson"),
    ("area:./zone.geojson", "area:zone.geojson"), ("area:../top.geojson", "area:top.geojson"),
])  # fmt: skip
def test_a_path_in_a_scenario_starts_at_its_file(tmp_path, monkeypatch, line_net, asked, word, option):
    home = tmp_path / "here"
    home.mkdir()
    for folder, name in ((home, "top.geojson"), (home / "plans", "zone.geojson")):
        zone(folder, name)
    (home / "plans" / "s.toml").write_text(f"close = '{word}'\nwidth = 2000", encoding="utf-8")
    monkeypatch.chdir(home)
    given = Scenario.read(asked.format(home))
    assert given.apply(line_net).links["active"].tolist() == [False, True]
    assert given.as_given() == {"close": [word], "width": 2000.0}
    assert given.options() == ["--close", option, "--width", "2000"]
    assert repr(given) == f"Scenario(close=({word!r},), width=2000.0)"
    assert given.name == f"closed {option}"


def test_the_same_word_in_two_folders_and_on_the_command_line(tmp_path, monkeypatch, line_net):
    """Each means the file beside it; a typed path starts where one stands."""
    for folder, lon in (("one", 0.5), ("two", 1.5)):
        zone(tmp_path / folder)
        text = f'{{"type": "Point", "coordinates": [{lon}, 42]}}'
        (tmp_path / folder / "zone.geojson").write_text(text, encoding="utf-8")
        (tmp_path / folder / "s.toml").write_text('close = "area:zone.geojson"\nwidth = 2000', encoding="utf-8")
    one, two = (Scenario.read(tmp_path / folder / "s.toml") for folder in ("one", "two"))
    assert one != two
    assert [s.apply(line_net).links["active"].tolist() for s in (one, two)] == [[False, True], [True, False]]
    both = Scenario.read_all([tmp_path / "one" / "s.toml", tmp_path / "two" / "s.toml"])
    assert both.apply(line_net).links["active"].tolist() == [False, False]
    monkeypatch.chdir(tmp_path / "two")
    assert one.plus(close=("area:zone.geojson",)).apply(line_net).links["active"].tolist() == [False, False]
    again = Scenario.of(one.apply(line_net))
    assert again.apply(line_net).links["active"].tolist() == [False, True]
    (tmp_path / "one" / "s.toml").write_text('close = "area:none.kml"', encoding="utf-8")
    lost = Scenario.read(tmp_path / "one" / "s.toml")
    with pytest.raises(InputError, match=r"area:.*one.none\.kml: there is no such file"):
        lost.apply(line_net)


def test_no_whole_path_is_shown(tmp_path):
    zone(tmp_path)
    names = (f"area:{tmp_path}/zone.geojson", "a:b", "area:plans/zone.geojson")
    for asked in (Scenario(close=names), Scenario.read(write(tmp_path, f"close = {list(names)}"))):
        assert asked.as_given()["close"] == ["area:zone.geojson", "a:b", "area:plans/zone.geojson"]
        assert str(tmp_path) not in repr(asked) + asked.changes() + " ".join(asked.options())


def test_a_width_alone_is_no_change():
    assert Scenario(width=500).unchanged() == Scenario(width=500)
    assert Scenario(width=500).changes() == ""


@pytest.mark.parametrize(("text", "words"), [
    (r'close = ["area:C:\temp\flood.geojson"]', "a backslash became a control sign; in TOML write"),
    (r'close = "area:C:\new\r.kml"', "a backslash became a control sign"),
    (r'close = "area:C:\Users\x.kml"', "cannot be read: Invalid hex value (at line 1, column 19); in TOML write"),
    (r'close = "area:C:\data\x.kml"', "in TOML write paths with /, or in single quotes"),
    ("close = 'x'".encode("utf-16"), "it is not UTF-8 text; save it as UTF-8"),
    ("title = 'Fluß'".encode("cp1252"), "it is not UTF-8 text; save it as UTF-8"),
    ("close = " + "[" * 5000, "cannot be read: "),
    (f"width = {'9' * 5000}", "cannot be read: "),
    ("width = 0", "width 0: give metres, more than 0 and not more than 100,000"),
    ("width = nan", "width nan: give metres"), ("width = inf", "width inf: give metres"),
    ("width = true", "width has a value of the wrong kind"), ("width = '100'", "width has a value of the wrong kind"),
])  # fmt: skip
def test_what_a_scenario_file_gets_wrong_about_paths_and_widths(tmp_path, text, words):
    refused(write(tmp_path, text), words)


def test_single_quotes_keep_backslashes(tmp_path):
    name = r"area:C:\temp\flood.geojson"
    assert Scenario.read(write(tmp_path, f"close = '{name}'")).close == (name,)


def test_titles_of_several_files_are_joined_and_the_last_source_stands(tmp_path):
    one, other, bare = (tmp_path / name for name in ("one.toml", "other.toml", "bare.toml"))
    one.write_text('title = "One"\nsource = "first"\n', encoding="utf-8")
    other.write_text('title = "Other"\nsource = "second"\n', encoding="utf-8")
    bare.write_text('mode = ["road"]\n', encoding="utf-8")
    for paths, title, source in (
        ([one, other], "One; Other", "second"), ([one, bare], "One", "first"), ([bare, one], "One", "first"),
        ([bare], "", ""),
    ):  # fmt: skip
        found = Scenario.read_all(paths)
        assert (found.title, found.source) == (title, source)
