"""Cost, gain and harm of every set of projects, against all simple routes under all closures; the front, by trying."""

import time
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mobility.analysis import measured
from mobility.analysis.fronts import judged, pareto
from mobility.analysis.interdiction import interdict
from mobility.analysis.measured import Harm, Point, Sets
from mobility.analysis.routes import routes
from mobility.doubt.draws import Draws, drawn_network
from mobility.errors import InputError, MobilityError
from mobility.model.changes import derive
from oracles import BETTER, MS, WORSE, builds, simple_routes

ALL = ["p1", "p2", "p3"]
CUT = 10**15  # a pair cut off, in milliseconds: above all delays here


class Tried:
    """What each set gains and loses, by all simple routes under all closures; with its cost the front, by trying."""

    def __init__(self, made, members, euro, pairs, k):
        nets = [made(some) for some in members]
        routes = [{pair: self.routes_of(net, pair) for pair in pairs} for net in nets]
        self.today = {pair: min(r)[0] for pair, r in routes[members.index(())].items() if r}
        self.points = []
        for net, own in zip(nets, routes, strict=True):
            able = sorted(net.links.index[net.counted])
            gain = sum(self.today[pair] - min(own[pair])[0] for pair in self.today if own[pair])
            attacks = [set(c) for n in range(k + 1) for c in combinations(able, n)]
            self.points.append((gain, max(self.harm(own, closed) for closed in attacks) - gain))
        self.euro = euro

    @staticmethod
    def routes_of(net, pair):
        return [(sum(arc[2] for arc in path), [arc[3] for arc in path]) for path in simple_routes(net, *pair)]

    def harm(self, routes, closed):
        total = 0
        for pair in self.today:
            ms = min((ms for ms, on in routes[pair] if not closed & set(on)), default=None)
            best = min(routes[pair])[0] if routes[pair] else 0
            total += CUT if ms is None else ms - best
        return total

    def dominates(self, one, other):
        a, b = ((self.euro[i], -self.points[i][0], self.points[i][1]) for i in (one, other))
        return a != b and all(x <= y for x, y in zip(a, b, strict=True))

    @property
    def front(self):
        sets = range(len(self.points))
        return [not any(self.dominates(other, one) for other in sets) for one in sets]


def built(net, some):
    return net.build(*some) if some else net


def harms(table, pairs):
    return [off * CUT + round(h * MS * pairs) for off, h in zip(table["pairs_cut_off"], table["harm_h"], strict=True)]


def rows(table):
    return table.set_index("projects")


def test_sets_worked_by_hand(planned):
    """Losing m--b cuts the pair off unless the new road a-n-b is whole; its half is worth nothing."""
    table = rows(pareto(planned, projects=ALL))
    assert set(table.index) == {"", "p1", "p2", "p3", "p1;p2", "p1;p3", "p2;p3", "p1;p2;p3"}
    assert table["optimal"].all()
    assert table.loc[["", "p3", "p1;p2", "p1;p2;p3"], "state"].tolist() == ["front"] * 4
    assert table.index[:4].tolist() == ["", "p3", "p1;p2", "p1;p2;p3"], "the front is first, by cost"
    assert table.loc[["p1", "p2", "p1;p3", "p2;p3"], "dominated_by"].tolist() == ["", "", "p3", "p3"]
    minutes = (table[["gain_h", "harm_h"]] * 60).round(6)
    assert minutes.loc[["", "p3", "p1;p2", "p1;p2;p3"]].to_numpy().tolist() == [[0, 0], [10, -10], [50, 0], [50, -10]]
    assert table.loc[["", "p3", "p1;p2", "p1;p2;p3"], "pairs_cut_off"].tolist() == [1, 1, 0, 0]
    assert table.loc["", "attacked"] == "a--m-road"
    assert table.loc["p1;p2;p3", "cost_eur_m"] == 150


def test_two_closures_need_a_search(planned):
    table = rows(pareto(planned, k=2, projects=ALL))
    assert table["optimal"].all()
    assert (table["pairs_cut_off"] == 1).all()
    assert table.loc["p1;p2;p3", "state"] == "dominated", (
        "what more it gains is nothing, and it is cut off all the same"
    )


@pytest.mark.parametrize("changes", [BETTER, [*BETTER, *WORSE]])
@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_points_and_front_equal_trying_everything(changes, data):
    net, keys, euro, pairs, k = some_network(data, changes)
    table = pareto(net, ["a"], net.places.index, k=k, projects=keys)
    members = [tuple(p for p in cell.split(";") if p) for cell in table["projects"]]
    tried = Tried(lambda some: built(net, some), members, table["cost_eur_m"].tolist(), pairs, k)
    joined = len(tried.today)
    assert len(members) == 2 ** len(keys)
    assert [round(h * MS * joined) for h in table["gain_h"]] == [gain for gain, _ in tried.points]
    assert harms(table, joined) == [harm for _, harm in tried.points]
    assert table["optimal"].all()
    assert (table["state"] == "front").tolist() == tried.front
    where = {some: i for i, some in enumerate(members)}
    for i, (state, by) in enumerate(zip(table["state"], table["dominated_by"], strict=True)):
        if state == "dominated":
            assert tried.dominates(where[tuple(p for p in by.split(";") if p)], i)
    assert table["cost_eur_m"].tolist() == [sum(euro[key] for key in some) for some in members]


@settings(max_examples=4, deadline=None)
@given(data=st.data())
def test_more_closures_never_leave_less(data):
    net, keys, _, _, _ = some_network(data, BETTER)
    one, two = (pareto(net, ["a"], net.places.index, k=k, projects=keys) for k in (1, 2))
    off = one["pairs_cut_off"], two["pairs_cut_off"]
    assert (off[0] <= off[1]).all()
    alike = off[0] == off[1]
    assert (one["harm_h"][alike] <= two["harm_h"][alike] + 1e-9).all()


@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_points_of_a_draw_equal_those_of_the_drawn_network(data):
    """Each set built, drawn and asked anew: hours of routes, and the harm that interdiction finds."""
    net, keys, _, _, k = some_network(data, BETTER)
    sets = Sets.of(net, ["a"], net.places.index, projects=keys)
    number, common = data.draw(st.integers(0, 9)), data.draw(st.booleans())
    draws = Draws.of(sets.layers.network, 5, common=common, rows=(sets.layers.row, len(net.links)))
    points, joined = sets.points(k, hours=draws.hours_in(number))
    nets = [drawn_network(built(net, some), 5, number, common=common) for some in sets.members]
    today = hours_by_goal(nets[0], net.places.index)
    assert joined == len(today)
    for one, point in zip(nets, points, strict=True):
        gain = sum(today.values()) - sum(hours_by_goal(one, today).values())
        worst = interdict(one, ["a"], list(today), k=k).tail(1)
        assert point.gain == gain
        assert point.harm == (worst["pairs_cut_off"].sum(), round(worst["delta_h"].sum() * MS) - gain)


def hours_by_goal(net, goals):
    """Return the milliseconds from a to each goal that is connected."""
    table = routes(net, ["a"], list(goals)).dropna(subset="time_h")
    return dict(zip(table["to"], (table["time_h"] * MS).round().astype(int), strict=True))


def some_network(data, changes):
    """A network with one or two projects that cost something, the pairs from a, and a number of closures."""
    net, lists = data.draw(builds(changes))
    net = derive(replace(net, denied=frozenset()))  # what is denied to some pairs only, routes by hand do not see
    keys = sorted({key for some in lists for key in some})
    assume(keys)
    euro = {key: data.draw(st.sampled_from([0, 1, 1, 2.5])) for key in keys}
    net = replace(net, projects=net.projects.assign(cost_eur_m=pd.Series(euro).reindex(net.projects["id"]).to_numpy()))
    pairs = [("a", p) for p in net.places.index if p != "a"]
    assume(any(simple_routes(net, *pair) for pair in pairs))
    return net, keys, euro, pairs, data.draw(st.integers(1, 3))


def test_what_is_not_proven_is_open_or_known_by_its_bounds():
    """Harm of the second lies between 2 and 9: it may be as good as the first, and is no better than the third."""
    exact = [Point(0, Harm(0, 5), Harm(0, 5), ()), Point(5, Harm(0, 1), Harm(0, 1), ())]
    loose = Point(0, Harm(0, 2), Harm(0, 9), ())
    states, by = judged(np.array([0, 1, 1]), [exact[0], loose, exact[1]])
    assert states == ["front", "dominated", "front"]
    assert by[1] == 2
    states, _ = judged(np.array([0, 1]), [exact[0], loose])
    assert states == ["front", "open"]


def test_no_time_leaves_bounds(planned):
    points, _ = Sets.of(planned, projects=ALL).points(2, time.monotonic())
    assert all(point.most >= point.harm for point in points)
    assert any(point.most > point.harm for point in points)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"k": 0}, "closures is 0"),
        ({"k": 101}, "at most 100"),
        ({"seconds": 0}, "seconds"),
        ({"budget_eur_m": -1}, "budget"),
        ({"budget_eur_m": 10}, "none costs 10 million EUR or less"),
        ({"projects": ["p4"]}, "the cost of none is known"),
        ({"projects": ["nowhere"]}, "nowhere"),
    ],
)
def test_refusals(planned, asked, said):
    with pytest.raises(MobilityError, match=said):
        pareto(planned, **asked)


def test_too_many_sets_are_refused(planned, monkeypatch):
    monkeypatch.setattr(measured, "MOST_SETS", 4)
    with pytest.raises(InputError, match="more than 4 sets"):
        pareto(planned, projects=ALL)
    assert len(pareto(planned, projects=ALL, budget_eur_m=60)) == 4


def test_no_pair_connected_is_said(planned):
    with pytest.raises(InputError, match="no pair is connected"):
        pareto(planned.close("m"))


def test_the_pool_takes_turns_and_leaves_out_what_is_of_no_use(planned, monkeypatch):
    """Alone only the by-pass p3 gains; where nothing gains, what is affordable is taken."""
    assert Sets.of(planned).members == [(), ("p3",)]
    monkeypatch.setattr(measured, "POOL", 1)
    assert Sets.of(planned, projects=None, budget_eur_m=45).members == [(), ("p1",)]
