"""What to protect when harm lasts until all is repaired: by hand, against every attack in every order of repairs."""

from itertools import count, permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing import drawn
from mobility.analysis import attack, protection
from mobility.analysis.protection_recovery import protect_recovery
from mobility.analysis.recovery import recover
from mobility.errors import InputError
from mobility.model.repairs import read_repairs
from mobility.vocabulary import split
from oracles import MS
from playing import CUT, Enumerated, games, things_by_hand

WORKS = read_repairs()
BRIDGE, WITH_SET, TUNNEL, CUT_ROAD = (
    WORKS[key].hours / 24
    for key in (("road-bridge", False), ("road-bridge", True), ("road-tunnel", False), ("road-cut", False))
)
ENDS = {"origins": ["a"], "destinations": ["d"]}


@pytest.fixture
def crossed():
    """Two bridges on the quick way from a to d (30 min), a tunnel on the next (60 min), and a way round (90 min)."""
    return drawn(
        *("a -road 15- b", "b -road 15- d", "a -road 60- d", "a -road 90- d"),
        structures=[
            {"id": "first", "name": "First", "kind": "bridge", "links": "a--b-road", "length_m": 300.0},
            {"id": "second", "name": "Second", "kind": "bridge", "links": "b--d-road", "length_m": 300.0},
            {"id": "tunnel", "name": "Tunnel", "kind": "tunnel", "links": "a--d-road", "length_m": 900.0},
        ],
    )


def told(table):
    """Return what is protected and repaired, and the hours lost, by f; rows must be proven, and nothing cut off."""
    assert table["optimal"].all()
    assert not table["cut_off_pair_days"].any()
    lost = table["lost_pair_hour_days"]
    assert lost.tolist() == table["least_lost_pair_hour_days"].tolist() == table["most_lost_pair_hour_days"].tolist()
    return list(zip(table["protected"], table["repaired"], lost, strict=True))


def test_two_losses_on_one_way_take_one_crew_twice_as_long(crossed):
    """Half an hour a day for as long as the quick way is shut. Two crews have both bridges back at once.

    Then the tunnel is the worse second loss: an hour a day while both ways are shut.
    """
    rows = told(protect_recovery(crossed, f=2, k=2, by="bridge", **ENDS))
    assert rows == [
        ("", "first;second", pytest.approx(0.5 * 2 * BRIDGE)),
        ("first", "second", pytest.approx(0.5 * BRIDGE)),
        ("first;second", "", 0),
    ]
    assert told(protect_recovery(crossed, f=0, k=2, by="bridge", crews=2, **ENDS))[0][2] == pytest.approx(0.5 * BRIDGE)
    one = protect_recovery(crossed, f=0, k=2, by="structure", crews=2, **ENDS).iloc[0]
    assert "tunnel" in split(one["attacked"])
    first = min(BRIDGE, TUNNEL)
    assert one["lost_pair_hour_days"] == pytest.approx(1.0 * first + 0.5 * max(BRIDGE - first, 0))
    assert (one["delta_h"], one["back_day"]) == (1.0, pytest.approx(BRIDGE))


def test_a_bridge_set_makes_it_shorter(crossed):
    rows = told(protect_recovery(crossed, f=0, k=2, by="bridge", sets=1, **ENDS))
    assert rows[0][2] == pytest.approx(0.5 * (BRIDGE + WITH_SET))


class Repaired(Enumerated):
    """All attacks, each repaired by every list of repairs, with bridge sets on any of them."""

    def __init__(self, net, pairs, by, k, things, crews, sets):
        super().__init__(net, pairs, by, k, things)
        self.jobs = {thing: self.job(net, by, thing) for thing in things}
        self.lasting = {closed: self.area(closed, crews, sets) for closed in self.attacks}

    def job(self, net, by, thing):
        lost = [f"structure:{thing}"] if by != "section" else [tuple(f"link:{i}" for i in sorted(self.things[thing]))]
        ends = list(net.places.index)
        return recover(net, ends, ends, lost=lost, allow_empty=True).damages[0].job

    def area(self, closed, crews, sets):
        return min(
            (
                self.listed(order, helped, crews)
                for order in permutations(closed)
                for helped in product([False, True], repeat=len(closed))
                if sum(helped) <= sets
            ),
            default=0,
        )

    def listed(self, order, helped, crews):
        free, ends = [0] * crews, {}
        for thing, uses in zip(order, helped, strict=True):
            takes = self.jobs[thing].takes(uses_set=uses)
            free.sort()
            free[0] += takes
            ends[thing] = free[0]
        total, now = 0, 0
        for end in sorted(ends.values()):
            total += self.attacks[tuple(t for t in sorted(order) if ends[t] > now)] * (end - now)
            now = end
        return total

    def left(self, safe):
        return max(harm for closed, harm in self.lasting.items() if not safe & set(closed))


def areas(table, which=""):
    """Return rows' harm as one number."""
    columns = table[f"{which}cut_off_pair_days"], table[f"{which}lost_pair_hour_days"]
    return [round(off * 24) * CUT + round(h * MS * 24) for off, h in zip(*columns, strict=True)]


BY = st.sampled_from(["section", "structure", "bridge"])


def asked(game, by, **more):
    """Return the answer of a game, or None where nothing is there to close."""
    try:
        table = protect_recovery(game.net, game.origins, game.destinations, by=by, **more)
    except InputError:
        return None
    return None if table.empty else table


@settings(max_examples=20)
@given(games(), BY, st.integers(0, 2), st.integers(1, 3), st.integers(1, 3), st.integers(0, 1))
def test_equal_to_every_attack_and_every_order_of_repairs(game, by, f, k, crews, sets):
    table = asked(game, by, f=f, k=k, crews=crews, sets=sets)
    if table is None:
        return
    net = game.net
    sea = set(net.links.index[net.links["mode"] == "sea"])
    things = {thing: on for thing, on in things_by_hand(net, game.pairs, by).items() if not on <= sea}
    whole = Repaired(net, game.pairs, by, k, things, crews, sets)
    assert table["optimal"].all()
    for count_, row, harm in zip(range(f + 1), table.to_dict("records"), areas(table), strict=True):
        safe, closed = set(split(row["protected"])), tuple(split(row["attacked"]))
        assert harm == whole.least(count_) == whole.left(safe) == whole.lasting[closed]
        assert safe.isdisjoint(closed)
        assert row["pairs_cut_off"] * CUT + round(row["delta_h"] * MS) == whole.attacks[closed]
        assert sorted(split(row["repaired"])) == sorted(closed)
        lost = [f"structure:{i}" if by != "section" else tuple(f"link:{x}" for x in things[i]) for i in closed]
        if lost:
            ends = {"origins": game.origins, "destinations": game.destinations}
            found = recover(net, **ends, lost=lost, crews=crews, sets=sets, allow_empty=True)
            assert (row["cut_off_pair_days"], row["lost_pair_hour_days"]) == pytest.approx(found.harm)
            assert row["back_day"] <= found.table["day"].iloc[-1]


@settings(max_examples=12)
@given(games(), BY, st.integers(1, 2), st.integers(0, 1))
def test_more_protection_crews_and_sets_never_hurt_and_more_attack_never_helps(game, by, crews, sets):
    table = asked(game, by, f=2, k=2, curve=True, crews=crews, sets=sets)
    if table is None:
        return
    one, two = areas(table)[:3], areas(table)[3:]
    assert one == sorted(one, reverse=True)
    assert two == sorted(two, reverse=True)
    assert all(fewer <= more for fewer, more in zip(one, two, strict=True))
    for better in ({"crews": crews + 1, "sets": sets}, {"crews": crews, "sets": sets + 1}):
        assert all(a <= b for a, b in zip(areas(asked(game, by, f=2, k=2, **better)), two, strict=True))


@settings(max_examples=15)
@given(games(), st.integers(0, 25))
def test_bounds_hold_wherever_the_time_runs_out(game, ticks):
    more = {"f": 2, "k": 2, "by": "section", "crews": 1}
    table = asked(game, **more)
    if table is None:
        return
    true, clock = areas(table), count()
    with pytest.MonkeyPatch.context() as patch:
        for module in (protection, attack):
            patch.setattr(module.time, "monotonic", lambda: next(clock))
        short = asked(game, **more, seconds=ticks + 0.5)
    found, least, most = areas(short), areas(short, "least_"), areas(short, "most_")
    for row in range(len(true)):
        assert least[row] <= true[row] <= most[row]
        assert found[row] <= most[row]
        assert short["optimal"].iloc[row] == (least[row] == found[row] == most[row])


def test_a_closure_at_sea_is_no_attack():
    """No crew repairs it: the road is what is left to close."""
    port = {"transfer": "road-sea", "transfer_source": "estimate: drawn"}
    net = drawn("a -sea 60- b", "a -road 600- b", places={"a": port, "b": port})
    row = protect_recovery(net, ["a"], ["b"], f=0, k=1).iloc[0]
    assert row["attacked"] in {"", "a--b-road"}
    with pytest.raises(InputError, match="only 1 sections can be closed and repaired, and 2 closures are asked for"):
        protect_recovery(net, ["a"], ["b"], f=0, k=2)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"by": "link"}, "repairs are not known by link; with harm until repaired ask by section, structure, bridge"),
        ({"by": "place"}, "repairs are not known by place"),
        ({"k": 11}, "11 closures are too many to order their repairs; at most 10"),
        ({"k": 4}, "only 3 sections can be closed, and 4 closures are asked for"),
        ({"k": 0}, "number of closures is 0"),
        ({"f": -1}, "things protected is -1"),
        ({"crews": 0}, "the number of crews is 0; it must be at least 1"),
        ({"sets": -1}, "the number of bridge sets is -1"),
        ({"seconds": 0}, "0 seconds; it must be more than 0"),
        ({"by": "ford"}, "'ford'"),
        ({"by": "bridge", "spare": ["first", "second"]}, "nothing can be closed by bridge"),
        ({"repairs": "nowhere.csv"}, "nowhere.csv:1: file is missing"),
    ],
)
def test_refusals(crossed, more, said):
    with pytest.raises(InputError) as error:
        protect_recovery(crossed, **ENDS, **({"f": 1, "k": 1} | more))
    assert said in str(error.value)


def test_nothing_connected_has_no_rows(island):
    assert protect_recovery(island, f=1, k=1, **ENDS).empty
