"""What to protect, against hand-worked networks, full enumeration and one mixed-integer program of all attacks."""

from itertools import combinations, count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from drawing import drawn
from mobility.analysis import attack, protection
from mobility.analysis.basis import Basis
from mobility.analysis.closable import things_of
from mobility.analysis.interdiction import interdict
from mobility.analysis.pairs import graphs_of, pairs_of
from mobility.analysis.protection import protect
from mobility.errors import InputError, UnknownNameError
from mobility.vocabulary import split
from oracles import MS
from playing import CUT, Enumerated, games, things_by_hand

ENDS = {"origins": ["a"], "destinations": ["d"]}


def harms(table, which=("pairs_cut_off", "delta_h")):
    """Return rows' harm as one number."""
    return [int(off) * CUT + round(h * MS) for off, h in zip(table[which[0]], table[which[1]], strict=True)]


def proven(net, by, f, k, **more):
    """Return what is protected and attacked, and the harm, by f; rows must be proven."""
    table = protect(net, f=f, k=k, by=by, **more)
    assert table["optimal"].all()
    own = harms(table)
    assert own == harms(table, ("least_pairs_cut_off", "least_h")) == harms(table, ("most_pairs_cut_off", "most_h"))
    return list(zip(table["protected"], table["attacked"], own, strict=True))


def test_the_ladder_by_hand(ladder):
    """Without a-b, or b-d, 6 minutes over the rung; without two links at an end no way; both proof is enough."""
    assert proven(ladder, "link", 1, 1, **ENDS) == [("", "a--b-road", 6 * 60_000), ("", "a--b-road", 6 * 60_000)]
    rows = proven(ladder, "link", 4, 2, **ENDS)
    assert [harm for _, _, harm in rows] == [CUT, CUT, 0, 0, 0]
    assert rows[-1][:2] == ("a--b-road;b--d-road", "")


def test_protecting_one_link_of_a_chain_moves_the_attack_along_it(line):
    """Three links in series: only all three together are worth it; one section is them all."""
    ends = {"origins": ["a"], "destinations": ["d"]}
    everything = "a--b-road;b--c-road;c--d-road"
    links = protect(line, f=3, k=1, by="link", **ends)
    assert links["protected"].tolist() == ["", "", "", everything]
    assert links["pairs_cut_off"].tolist() == [1, 1, 1, 0]
    assert links["together"].tolist() == [3, 3, 3, 1]
    sections = protect(line, f=1, k=1, by="section", **ends)
    assert sections["protected"].tolist() == ["", "a--b-road"]
    assert sections["pairs_cut_off"].tolist() == [1, 0]
    spared = protect(line, f=2, k=1, by="link", spare=["b--c-road"], **ends)
    assert spared["protected"].tolist() == ["", "", "a--b-road;c--d-road"]


BY = st.sampled_from(["link", "section", "structure", "bridge", "place"])


@settings(max_examples=30)
@given(games(), BY, st.integers(0, 3), st.integers(1, 3))
def test_equal_to_full_enumeration(game, by, f, k):
    net, pairs, origins, destinations = game.net, game.pairs, game.origins, game.destinations
    things = things_by_hand(net, pairs, by)
    whole = Enumerated(net, pairs, by, k, things)
    if len(things) < k or not whole.pairs:
        return
    table = protect(net, origins, destinations, f=f, k=k, by=by)
    assert table["optimal"].all()
    for count_, row in enumerate(table.to_dict("records")):
        safe, closed = set(split(row["protected"])), split(row["attacked"])
        told = row["pairs_cut_off"] * CUT + round(row["delta_h"] * MS)
        assert told == whole.least(count_) == whole.left(safe) == whole.harm(closed)
        assert len(safe) <= count_
        assert len(closed) <= k
        assert safe.isdisjoint(closed)


@settings(max_examples=15)
@given(games(), st.sampled_from(["link", "section", "place"]))
def test_more_protection_never_hurts_and_more_attack_never_helps(game, by):
    """And with nothing protected it is what `interdict` finds."""
    net, origins, destinations = game.net, game.origins, game.destinations
    try:
        table = protect(net, origins, destinations, f=2, k=2, by=by, curve=True)
    except InputError:
        return
    if table.empty:
        return
    grid = np.array(harms(table), dtype=object).reshape(2, 3)
    assert (grid[:, 1:] <= grid[:, :-1]).all()
    assert (grid[1] >= grid[0]).all()
    alone = harms(interdict(net, origins, destinations, k=2, by=by))
    assert [*grid[:, 0]] == ([*alone, alone[-1]] if len(alone) == 1 else alone)


@settings(max_examples=15)
@given(games(), st.integers(1, 3), st.integers(1, 3))
def test_equal_to_one_program_of_all_attacks(game, f, k):
    """Least z with z >= harm(A) unless A holds something protected, for every attack A, in one program."""
    net, pairs, origins, destinations = game.net, game.pairs, game.origins, game.destinations
    whole = Enumerated(net, pairs, "link", k, things_by_hand(net, pairs, "link"))
    if len(whole.things) < k or not whole.pairs:
        return
    names, levels = sorted(whole.things), sorted(set(whole.attacks.values()))
    order = {harm: float(i) for i, harm in enumerate(levels)}  # as ranks: the numbers themselves are too far apart
    table = np.zeros((len(whole.attacks) + 1, len(names) + 1))
    for row, (closed, harm) in zip(table, whole.attacks.items(), strict=False):
        row[-1] = 1
        row[[names.index(thing) for thing in closed]] = order[harm]
    table[-1, :-1] = -1
    lower = [*(order[harm] for harm in whole.attacks.values()), -f]
    found = milp(
        np.eye(len(names) + 1)[-1],
        integrality=np.r_[np.ones(len(names)), 0],
        bounds=Bounds(0, [*np.ones(len(names)), np.inf]),
        constraints=LinearConstraint(table, lb=lower),
    )
    assert proven(net, "link", f, k, origins=origins, destinations=destinations)[-1][2] == levels[round(found.fun)]


@pytest.fixture(scope="module")
def skeleton(shipped):
    return shipped.under("mixed", modes=["road"], exclude_relief=True)


def test_equal_to_full_enumeration_on_the_roads_of_the_corridors(skeleton):
    """Every one of the sets of two sections that hit the best route, closed one after the other."""
    pairs = pairs_of(skeleton, ["durres"], ["varna"])
    graphs = list(graphs_of(skeleton, pairs))
    things = {key: split(cell) for key, cell in things_of(skeleton, "section", graphs)["links"].items()}
    basis, row = Basis(skeleton, pairs), skeleton.links.index.get_loc
    before = basis.ms((), ())[0]

    def harm(*closed):
        ms = basis.without(np.array([row(link) for thing in closed for link in things[thing]], dtype=int))[0]
        return CUT if ms == np.inf else int(ms - before)

    alone = {key: harm(key) for key in things}
    best = [key for key, lost in alone.items() if lost]
    attacks = {(key,): lost for key, lost in alone.items()}
    attacks |= {(a, b): harm(a, b) for a in best for b in things if a < b or b not in best}
    able = sorted({thing for closed, lost in attacks.items() if lost for thing in closed})
    worst = sorted(attacks.items(), key=lambda item: -item[1])

    def left(safe):
        return next((lost for closed, lost in worst if safe.isdisjoint(closed)), 0)

    rows = proven(skeleton, "section", 2, 2, origins=["durres"], destinations=["varna"])
    assert [harm_ for _, _, harm_ in rows] == [min(left({*safe}) for safe in combinations(able, n)) for n in range(3)]
    assert [left({*split(safe)}) for safe, _, _ in rows] == [harm_ for _, _, harm_ in rows]


@settings(max_examples=20)
@given(games(), st.integers(0, 25))
def test_bounds_hold_wherever_the_time_runs_out(game, ticks):
    net, origins, destinations = game.net, game.origins, game.destinations
    more = {"f": 2, "k": 2, "by": "link"}
    try:
        true = harms(protect(net, origins, destinations, **more))
    except InputError:
        return
    clock = count()
    with pytest.MonkeyPatch.context() as patch:
        for module in (protection, attack):
            patch.setattr(module.time, "monotonic", lambda: next(clock))
        short = protect(net, origins, destinations, seconds=ticks + 0.5, **more)
    assert len(short) == len(true)
    found, least = harms(short), harms(short, ("least_pairs_cut_off", "least_h"))
    most = harms(short, ("most_pairs_cut_off", "most_h"))
    for row in range(len(true)):
        assert least[row] <= true[row] <= most[row]
        assert found[row] <= most[row]
        assert short["optimal"].iloc[row] == (least[row] == found[row] == most[row])


@pytest.mark.parametrize(
    ("protected", "hours"),
    [("", [9.0, 9.0]), ("x", [9.0, 9.0]), ("y", [5.0, 9.0])],  # the attack on y is none where y is protected
)
def test_a_worse_attack_found_later_is_told_of_every_row_that_it_harms(protected, hours):
    """Else protecting more would seem to do harm, where the time ran out."""
    rows = [dict.fromkeys(protection.COLUMNS, "") | {"k": 1, "pairs_cut_off": 0, "geometry": None} for _ in range(2)]
    rows[0] |= {"f": 0, "protected": protected, "attacked": "z", "delta_h": 5.0}
    rows[1] |= {"f": 1, "protected": "w", "attacked": "y", "delta_h": 9.0}
    assert protection.framed(rows)["delta_h"].tolist() == hours


def test_what_cannot_be_answered(ladder, island):
    for f in (-1, 101, 10**30):
        with pytest.raises(InputError, match=r"things protected is .*at least 0 and at most 100"):
            protect(ladder, f=f, k=1, **ENDS)
    for k in (0, -3, 101):
        with pytest.raises(InputError, match=r"number of closures is .*at least 1 and at most 100"):
            protect(ladder, f=1, k=k, **ENDS)
    with pytest.raises(InputError, match="'ford'"):
        protect(ladder, f=1, k=1, by="ford", **ENDS)
    with pytest.raises(InputError, match="is given nan seconds; it must be more than 0"):
        protect(ladder, f=1, k=1, seconds=float("nan"), **ENDS)
    with pytest.raises(InputError, match="only 2 places can be closed, and 3 closures are asked for"):
        protect(ladder, f=1, k=3, by="place", **ENDS)
    with pytest.raises(InputError, match="nothing can be closed by place"):
        protect(ladder, f=1, k=1, by="place", spare=["b", "c"], **ENDS)
    with pytest.raises(InputError, match="nothing can be closed by structure"):
        protect(ladder, f=1, k=1, by="structure", **ENDS)
    with pytest.raises(UnknownNameError, match="no place is called 'nowhere'"):
        protect(ladder, f=1, k=1, by="place", spare=["nowhere"], **ENDS)
    assert protect(island, f=1, k=1, **ENDS).empty


def test_everything_can_be_protected(ladder):
    """More things than there are: fewer are enough, and nothing that hurts is left to attack."""
    last = protect(ladder, f=50, k=2, by="place", **ENDS).iloc[-1]
    assert (last["protected"], last["attacked"], last["delta_h"], last["optimal"]) == ("b", "", 0, True)


def test_too_many_pairs_are_refused(ladder, monkeypatch):
    monkeypatch.setattr("mobility.analysis.ways.MOST_PAIRS", 1)
    with pytest.raises(InputError, match="there are 2 pairs; a search for the worst takes at most 1"):
        protect(ladder, ["a", "b"], ["d"], f=1, k=1)


def test_pairs_that_see_graphs_of_their_own_are_one_game():
    """Country BB is denied to a-b and not to z-b: the first loses its only road, or the second goes round by it."""
    links = ["a -road 10- b", "a -road 30- b country=BB", "z -road 10- b country=BB", "z -road 50- a country=BB"]
    net = drawn(*links, places={"z": {"country": "BB"}}).under("plain", transit="no-BB")
    rows = proven(net, "link", 1, 1, origins=["a", "z"], destinations=["b"])
    assert rows == [("", "a--b-road", CUT), ("a--b-road", "z--b-road", 50 * 60_000)]
