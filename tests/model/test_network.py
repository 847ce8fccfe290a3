"""Closing, building, setting: every what-if returns a new network and leaves the old one alone."""

from dataclasses import replace

import numpy as np
import pytest

from borderland import AB, GATE, RAIL, ROAD, active, closed, frames, same
from drawing import PLAIN, drawn
from mobility.errors import InputError, UnknownNameError
from mobility.model.changes import exempting
from mobility.model.closures import corridor_codes, resolve, resolve_build
from mobility.vocabulary import split


def test_set_speed(rich):
    net = rich.set("a–b", "speed", 30)
    assert net.links.loc[AB, "time_h"].tolist() == [10 / 30, 12 / 30, 8 / 30]
    assert net.links.at["b--gate-road", "time_h"] == 10 / 60
    assert rich.set(RAIL, "speed", 30).links.loc[AB, "time_h"].tolist() == [10 / 60, 12 / 60, 8 / 30]
    assert rich.links.loc[AB, "speed_kmh"].tolist() == [60, 60, 60]


def test_set_limit(rich):
    net = rich.set(ROAD, "limit", PLAIN.gross_t - 1)
    assert [i for i in closed(net) if i not in closed(rich)] == [ROAD]
    assert "above the limit of" in net.links.at[ROAD, "reason"]
    assert closed(rich.set(ROAD, "limit", PLAIN.gross_t)) == closed(rich)
    assert ROAD in closed(rich.set(ROAD, "limit", 0))


def test_set_wait_is_for_every_mode_of_the_border(rich):
    net = rich.set("gate", "wait", 7)
    assert net.borders["wait_h"].tolist() == [7, 7, 1]
    assert net.crossing_wait_h().tolist() == [7, 7, 1]
    assert rich.set("border:GATE", "wait", 0).crossing_wait_h().tolist() == [0, 0, 1]
    assert rich.borders["wait_h"].tolist() == [2, 3, 1]


def test_a_barred_crossing_is_shut_to_the_force_until_it_is_set_open():
    """Building a link through it does not open it, a closure shuts it again."""
    net = drawn(
        "a -road 10- gate", "gate -road 10- b country=BB status=planned", places={"gate": GATE},
        borders=[{"place": "gate", "mode": "road", "wait_h": 1, "barred": "no troops"}],
    )  # fmt: skip
    assert not net.borders["active"].any()
    assert not net.build("gate--b-road").borders["active"].any()
    assert net.set("gate", "open", 1).borders["active"].all()
    assert not net.set("gate", "open", 1).close("border:gate").borders["active"].any()
    assert not net.set("gate", "open", 1).set("gate", "open", 0).borders["active"].any()


def test_a_border_set_shut_stays_shut_whatever_is_built_before_or_after():
    """a -5- b is planned and would open the crossing at b: only `open` 1 does so, and a closure that is set stays."""
    net = drawn(
        "a -road 10- b", "b -road 10- c country=BB", "a -road 5- b status=planned id=new",
        places={"b": GATE}, borders=[{"place": "b", "mode": "road", "wait_h": 1}],
    )  # fmt: skip
    assert net.build("new").borders["active"].all()
    shut = net.set("b", "open", 0)
    for way in (shut.build("new"), net.build("new").set("b", "open", 0), shut.build("new").build("new")):
        assert way.borders["active"].tolist() == [False]
        assert way.set("b", "open", 1).borders[["active", "closure"]].to_numpy().tolist() == [[True, ""]]
    assert shut.set("b", "open", 1).build("new").borders["active"].all()
    closed = net.close("border:b").set("b", "open", 0).set("b", "open", 1)
    assert closed.borders["closure"].tolist() == ["closed: border b"]


@pytest.mark.parametrize(
    ("name", "attribute", "least", "most"),
    [("a–b", "speed", 1, 1000), ("a–b", "limit", 0, 1000), ("a–b", "capacity", 0, 1_000_000), ("a–b", "failure", 0, 1),
     ("a–b", "exists", 0, 1), ("gate", "wait", 0, 1000), ("gate", "open", 0, 1)],
)  # fmt: skip
def test_bounds_of_what_is_set_are_part_of_it(rich, name, attribute, least, most):
    for value in (least, most):
        assert rich.set(name, attribute, value).applied["set"] == (f"{name}:{attribute}={value!r}",)
    for value in (least - 0.01, most + 0.01):
        with pytest.raises(InputError, match="is not between"):
            rich.set(name, attribute, value)


@pytest.mark.parametrize(("name", "attribute", "value", "error", "words"), [
    ("a–b", "colour", 1, InputError, "there are speed, limit, capacity, failure, exists, wait, open"),
    ("a–b", "speed", 0, InputError, "is not between"),
    ("a–b", "speed", -1, InputError, "is not between"),
    ("a–b", "limit", -1, InputError, "is not between"),
    ("a–b", "capacity", float("inf"), InputError, "is not between"),
    ("gate", "wait", float("nan"), InputError, "is not between"),
    ("nowhere", "speed", 5, UnknownNameError, "no link or structure is called 'nowhere'."),
    ("a", "speed", 5, UnknownNameError, "no link or structure is called 'a'."),
    ("a", "wait", 5, UnknownNameError, "no border is called 'a'."),
])  # fmt: skip
def test_set_refuses(rich, name, attribute, value, error, words):
    with pytest.raises(error) as caught:
        rich.set(name, attribute, value)
    assert words in str(caught.value)


def test_under_one_mode(rich):
    net = rich.under("plain", modes=["rail"])
    assert active(net) == [RAIL, "b--gate-rail", "gate--c-rail"]
    assert net.links.at[ROAD, "reason"] == "mode road not used"
    assert net.profile.modes == ("rail",)
    assert active(rich.under("plain", modes=["rail"]).under("plain")) == active(rich)


def test_under_is_idempotent_and_leaves_the_original_alone(rich):
    before = frames(rich)
    once = rich.under("heavy", borders="schengen", transit="no-BB")
    assert same(frames(once), frames(once.under("heavy", borders="schengen", transit="no-BB")))
    assert same(before, frames(rich))


def test_reasons_come_in_order(rich):
    """A closure is named before the status, the status before the profile."""
    assert rich.close("b--shut-road", allow_empty=True).links.at["b--shut-road", "reason"].startswith("closed: ")
    assert rich.under("plain", modes=["rail"]).links.at["b--shut-road", "reason"] == "planned"
    assert rich.links.at["shut--c-road", "reason"] == "under construction"


def test_doubtful_links_are_used_unless_excluded():
    net = drawn("a -road 1- b doubtful=yes", "a -road 1- b")
    assert active(net) == ["a--b-road", "a--b-road-2"]
    strict = net.under("plain", exclude_doubtful=True)
    assert active(strict) == ["a--b-road-2"]
    assert strict.links.at["a--b-road", "reason"] == "doubtful: status not verified"
    assert active(strict.under("plain")) == ["a--b-road", "a--b-road-2"]
    half = drawn("a -road 1- b doubtful=yes", "b -road 1- c status=planned doubtful=yes")
    built = half.under("plain", exclude_doubtful=True).build("corridor:T")
    assert active(built) == ["b--c-road"], "only what a project opens or renews is verified by it"


def test_relief_ways_are_used_unless_excluded():
    net = drawn("a -road 1- b corridors=relief", "a -road 2- b", "a -road 3- b corridors=T;X")
    assert len(active(net)) == 3
    skeleton = net.under("plain", exclude_relief=True)
    assert active(skeleton) == ["a--b-road-2", "a--b-road-3"]
    assert skeleton.links.at["a--b-road", "reason"] == "relief way: not in the corridor skeleton"
    assert len(active(skeleton.under("plain"))) == 3


def test_regimes(rich):
    assert rich.crossing_wait_h().tolist() == [2, 3, 1]
    for regime in ("today", "permit-3-days", "emers"):
        net = rich.under("plain", borders=regime)
        assert net.crossing_wait_h().tolist() == [2, 3, 1]
        assert net.regime.name == regime
    internal = rich.rules.regimes["schengen"].internal_wait_h
    road, rail = internal["road"], internal["rail"]
    waits = rich.under("plain", borders="SCHENGEN").crossing_wait_h()
    assert waits.tolist() == [min(2, road), min(3, rail), min(1, road)]
    lower = rich.set("gate", "wait", 0.1).under("plain", borders="schengen").crossing_wait_h()
    assert lower.max() <= 0.1, "no wait gets longer"


@pytest.mark.parametrize("first", ["set", "under"])
def test_a_wait_that_was_set_stands_above_the_regime(rich, first):
    """The regime makes the other waits those of an internal border; the one asked for stays, whichever comes first."""
    both = rich.set("gate", "wait", 5), rich.under("plain", borders="schengen")
    net = both[0].under("plain", borders="schengen") if first == "set" else both[1].set("gate", "wait", 5)
    usual = both[1].crossing_wait_h().tolist()
    assert net.crossing_wait_h().tolist() == [5, 5, usual[2]]
    assert max(usual) < 5


@pytest.fixture
def states():
    """NATO since 2000: NN; EU only: EE; listed partner: BA; neither: RS. One link in each, one at sea NN-RS."""
    net = drawn(
        "a -road 1- b country=NN",
        "b -road 1- c country=EE",
        "c -road 1- d country=BA",
        "d -road 1- e country=RS",
        "a -sea 1- e country=NN-RS",
    )
    table = net.countries.set_index("iso2", drop=False)
    table.loc[["EE", "BA", "RS"], "nato"] = "no"
    table.loc[["NN", "BA", "RS"], "eu"] = "candidate"
    return replace(net, countries=table.reset_index(drop=True))


@pytest.mark.parametrize(("transit", "denied"), [
    ("any", set()),
    ("nato", {"EE", "BA", "RS"}),
    ("NATO ", {"EE", "BA", "RS"}),
    ("nato+partners", {"RS"}),
    ("no-NN", {"NN"}),
    ("no-rs", {"RS"}),
    ("no-RS,BA", {"RS", "BA"}),
    ("no-rs, ba", {"RS", "BA"}),
])  # fmt: skip
def test_transit(states, transit, denied):
    net = states.under("plain", transit=transit)
    assert net.denied == denied
    in_denied = [bool(denied & set(code.split("-"))) for code in states.links["country"]]
    assert (~net.links["active"]).tolist() == in_denied
    assert all(net.links.loc[in_denied, "reason"].str.startswith("transit denied: "))
    assert net.places["active"].all()


def test_lifting(states):
    net = states.under("plain", transit="nato")
    assert active(net) == ["a--b-road"]
    assert active(net.lifting(["RS"])) == ["a--b-road", "d--e-road", "a--e-sea"]
    assert active(net.lifting(["RS", "EE"]).lifting(["BA"])) == active(states)
    assert net.lifting(["NN"]) is net
    assert active(net) == ["a--b-road"]
    assert same(frames(net.lifting(["RS"]).lifting(["BA"])), frames(net.lifting(["BA", "RS"])))
    assert net.links.at["a--e-sea", "reason"] == "transit denied: RS"
    land = ["a--b-road", "b--c-road", "c--d-road"]
    assert active(net.close("country:RS").lifting(["RS", "BA", "EE"])) == active(states.close("country:RS")) == land


def test_exempting(states):
    """Only from what is denied: what else a pair's own ends may enter changes nothing."""
    net = states.under("plain", transit="nato")
    own = exempting(net, ["RS", "NN"])
    assert (own.exempt, own.denied) == ({"RS"}, {"EE", "BA"})
    assert active(own) == active(net.lifting(["RS"]))
    assert exempting(net, ["NN"]) is net


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"profile": "tank"}, UnknownNameError, "no profile is called 'tank'; there are "),
        ({"borders": "none"}, UnknownNameError, "no border regime is called 'none'; there are today, "),
        (
            {"transit": "otan"},
            UnknownNameError,
            "there are any, nato, nato+partners, eu, pesco, sdp, recognises-kosovo and no-XX",
        ),
        ({"transit": "no-ZZ"}, UnknownNameError, "no country 'ZZ'; there are "),
        ({"transit": "no-"}, UnknownNameError, "no country ''"),
        ({"modes": ["air"]}, InputError, "profile mixed has no mode 'air'; it has road, rail, sea"),
    ],
)
def test_under_refuses(rich, options, error, words):
    with pytest.raises(error) as caught:
        rich.under(**options)
    assert words in str(caught.value)


def test_shipped_transit_denies_by_the_table(shipped):
    table = shipped.countries
    members = set(table.loc[table["nato"] != "no", "iso2"])
    assert shipped.under(transit="nato").denied == set(table["iso2"]) - members
    assert {"RS"} <= shipped.under(transit="nato+partners").denied
    assert not shipped.under(transit="nato+partners").denied & {"BA", "XK", "AT", *members}


def test_shipped_builds_all_and_closes_every_corridor(mixed):
    built = mixed.build("all")
    listed = {
        i for cell in [*mixed.projects["links"], *mixed.projects["upgrades"]] for i in cell.split(";") if i.strip()
    }
    assert built.links.loc[sorted(i.strip() for i in listed), "built"].all()
    assert (built.links["time_h"] > 0).all()
    assert np.isfinite(built.links["time_h"]).all()
    for code in mixed.corridors["code"]:
        net = mixed.close(f"corridor:{code}")
        codes = corridor_codes(mixed, code)
        tagged = [not codes.isdisjoint(cell.split(";")) for cell in mixed.links["corridors"]]
        assert not net.links.loc[tagged, "active"].any()
        assert (
            net.links.loc[~np.array(tagged), "active"].tolist() == mixed.links.loc[~np.array(tagged), "active"].tolist()
        )


def test_every_shipped_project_and_structure_can_be_named(mixed):
    for key, new, changed in mixed.projects[["id", "links", "upgrades"]].itertuples(index=False):
        opened, upgrades = resolve_build(mixed, f"project:{key}")
        assert opened == split(new) + split(changed)
        assert set(upgrades["project"]) <= {key}
    for key, links in mixed.structures[["id", "links"]].itertuples(index=False):
        if links:
            assert resolve(mixed, f"structure:{key}").links == tuple(split(links))


def test_another_profile_takes_the_usual_pace_unless_told(shipped):
    best = shipped.under("mixed", pace="best")
    assert best.moving("heavy").pace == shipped.under("heavy").pace == "planning"
    assert best.moving("heavy", "best").pace == "best"
    assert best.moving("mixed", "best") is best
