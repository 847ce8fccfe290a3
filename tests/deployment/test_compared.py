"""Deployments side by side, worked by hand: an hour more by the detour, and states that refuse."""

from dataclasses import replace

import pytest

from drawing import drawn
from mobility.analysis.bottlenecks import bottlenecks
from mobility.analysis.whatif import whatif
from mobility.deployment.compared import COMPLETE, NO_ROUTE, TOO_LATE, from_each, origins_table, refusals
from mobility.deployment.deploy import deploy
from mobility.errors import InputError

# From a to d in 2 h by way of b in BB, in 3 h by way of c in CC; z has no road. A road takes 12.5 vehicles an hour, so
# that the 20 of a packet need two.
ROADS = (
    "a -road 60- b country=BB",
    "b -road 60- d country=BB",
    "a -road 60- c country=CC",
    "c -road 120- d country=CC",
)


@pytest.fixture
def net():
    drawing = drawn(*ROADS, "y -road 1- z", places={"a": {"role": "origin"}, "d": {"role": "destination"}})
    members = {"nato": ["2000", "no", "2000"], "recognises_kosovo": ["yes", "yes", "no"]}
    return replace(drawing, countries=drawing.countries.assign(**members))


def test_from_each_origin_and_from_all(net):
    found = from_each(net, ["b", "a", "y"], ["d"], vehicles=20)
    table = origins_table({"now": found, "later": from_each(net, ["a"], ["d"], vehicles=20, horizon_days=1)})
    columns = ["scenario", "from", "state", "complete_h", "first_h"]
    rows = table[columns].astype(object).where(table[columns].notna(), None).to_numpy().tolist()
    assert rows == [
        ["now", "b", COMPLETE, 3, 2],
        ["now", "a", COMPLETE, 4, 3],
        ["now", "y", NO_ROUTE, None, None],
        ["now", "b;a;y", COMPLETE, 3, 2],
        ["later", "a", COMPLETE, 4, 3],
    ]
    assert list(from_each(net, vehicles=20)) == ["a"], "by role"
    assert from_each(net, ["a"], ["d"], vehicles=2000, horizon_days=1)["a"].state == TOO_LATE
    shared = from_each(net, ["a", "b"], ["d"], vehicles=20, shares={"a": 1})
    assert [one.found.complete_h for one in shared.values()] == [4, 3, 4]
    with pytest.raises(InputError):
        from_each(net, ["a"], ["d"], vehicles=0)


def test_what_each_refusal_costs(net):
    """The plan passes BB only: NATO without BB goes by CC, an hour later."""
    table = refusals(deploy(net, "a", "d", vehicles=20), vehicles=20, origins="a", destinations="d")
    assert table[["refusal", "name", "complete_h", "lost_h"]].to_numpy().tolist() == [
        ["none", "", 4, 0],
        ["no-BB", "BB", 5, 1],
        ["nato", "BB", 5, 1],
        ["nato+partners", "", 4, 0],
        ["eu", "", 4, 0],
        ["pesco", "", 4, 0],  # what is not known of a country denies nothing
        ["sdp", "", 4, 0],
        ["recognises-kosovo", "", 4, 0],
    ]
    assert (table["state"] == COMPLETE).all()


def test_a_refusal_may_leave_no_route_or_be_too_late(net):
    only = net.close("place:c")
    asked = {"vehicles": 20, "origins": "a", "destinations": "d"}
    assert refusals(deploy(only, **asked), **asked)["state"].tolist() == [
        COMPLETE, NO_ROUTE, NO_ROUTE, *[COMPLETE] * 5,
    ]  # fmt: skip
    slow = net.set("link:c--d-road", "capacity", 10)
    table = refusals(deploy(slow, "a", "d", vehicles=20), vehicles=20, origins="a", destinations="d", horizon_days=1)
    assert table.loc[1, "state"] == TOO_LATE
    assert table["lost_h"].isna().tolist() == [False, True, True, *[False] * 5]


def test_what_is_denied_stays_denied_and_the_ends_are_no_transit(net):
    already = net.under("plain", transit="no-BB")
    table = refusals(deploy(already, "a", "d", vehicles=20), vehicles=20, origins="a", destinations="d")
    assert table[["refusal", "state"]].head(2).to_numpy().tolist() == [["none", COMPLETE], ["no-CC", NO_ROUTE]]
    assert table.loc[0, "complete_h"] == 5
    home = replace(net, places=net.places.assign(country=["BB", "AA", "AA", "AA", "AA", "AA"]))
    assert "no-BB" not in set(
        refusals(deploy(home, "a", "d", vehicles=20), vehicles=20, origins="a", destinations="d")["refusal"]
    )


@pytest.mark.parametrize("code", ["RS", "MK", "HR"])
def test_routes_say_the_same_as_the_loss_of_a_country(mixed, code):
    """`whatif --transit no-RS` against `bottlenecks --by country`, between places that lie elsewhere."""
    origins, goals = ["durres", "bar", "trieste"], ["constanta", "varna"]
    lost = bottlenecks(mixed, origins, goals, by="country").set_index("country").loc[code]
    table = whatif(mixed, mixed.under("mixed", transit=f"no-{code}"), origins, goals)
    assert table["delta_h"].sum() == pytest.approx(lost["total_delay_h"])
    assert int(table["cut_off"].sum()) == lost["pairs_cut_off"]
