"""Scenarios: what a TOML file may say, and what the options do to a network."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing import drawn
from mobility.errors import InputError, UnknownNameError
from mobility.model.network import default_folder
from mobility.model.scenario import Scenario

FULL = """
title = "Closed Sava"
source = "our own paper"
close = ["b–c", "corridor:U"]
build = "bypass"
set = ["a–b:speed=30", "gate:wait=2.5"]
profile = "heavy"
mode = ["road", "Rail"]
transit = "nato"
borders = "emers"
exclude-doubtful = true
include_access = true
"""


def write(tmp_path, text):
    path = tmp_path / "s.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


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
        close=("b–c", "corridor:U"), build=("bypass",), set=("a–b:speed=30", "gate:wait=2.5"), profile="heavy",
        mode=("road", "Rail"), transit="nato", borders="emers", exclude_doubtful=True, include_access=True,
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
        ("closed = ['x']", "unknown key 'closed'; there are close, build, set, profile, "),
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
        ("close = [", "cannot be read: "),
        ("close = 'a'\nclose = 'b'", "cannot be read: "),
        (b"\xff\xfe", "cannot be read: "),
        (bytes(range(256)), "cannot be read: "),
    ],
)  # fmt: skip
def test_read_refuses(tmp_path, text, words):
    path = write(tmp_path, text)
    with pytest.raises(InputError) as caught:
        Scenario.read(path)
    assert str(caught.value).startswith(f"scenario {path}: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


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
            "exclude_doubtful": False, "include_access": False}  # fmt: skip
    assert first.plus(**none) == first == first.plus()
    assert (first.plus().title, first.plus().source) == ("T", "S")


WORDS = st.lists(st.sampled_from(["a", "b", "c"]), max_size=3).map(tuple)


@settings(derandomize=True, deadline=None, max_examples=20)
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
