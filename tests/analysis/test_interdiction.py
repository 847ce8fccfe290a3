"""The worst k closures against hand-worked networks, full enumeration, a mixed-integer program and networkx."""

from dataclasses import replace
from itertools import combinations, count

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from borderland import rich_network
from drawing import drawn
from mobility.analysis import attack, interdiction, ways
from mobility.analysis.closable import rows_of
from mobility.analysis.graph import CROSSING, Graph, milliseconds
from mobility.analysis.interdiction import interdict
from mobility.analysis.routing import best_route
from mobility.errors import InputError, UnknownNameError
from oracles import MS, arcs_by_hand, networks, simple_routes, times


def curve(net, k, by="link", **more):
    """Rows as tuples: things, milliseconds lost, pairs cut off, whether all are."""
    table = interdict(net, k=k, by=by, **more)
    assert table["optimal"].all()
    assert table["k"].tolist() == list(range(1, len(table) + 1))
    lost = [round(h * MS) for h in table["delta_h"]]
    return list(zip(table[f"{by}s"], lost, table["pairs_cut_off"], table["separates"], strict=True))


def candidates(net, pairs, by):
    if by == "place":
        return sorted({arc[i][0] for arc in arcs_by_hand(net) for i in (0, 1)} - {p for pair in pairs for p in pair})
    return sorted(net.links.index[net.links["active"] & ((net.links["corridors"] != "access") | net.include_access)])


def enumerated(net, pairs, k, by="link"):
    """The same curve by trying all sets of candidates on all simple routes."""
    everything = []
    for a, b in pairs:
        found = [
            (sum(arc[2] for arc in path), {arc[3] for arc in path} if by == "link" else {arc[1][0] for arc in path})
            for path in simple_routes(net, a, b)
        ]
        if found:
            everything.append((min(ms for ms, _ in found), found))
    able = candidates(net, pairs, by)
    ranked, rows = [], []
    for size in range(k + 1):
        for closed in combinations(able, size):
            left = [min((ms for ms, on in found if not on & set(closed)), default=None) for _, found in everything]
            lost = sum(ms - was for ms, (was, _) in zip(left, everything, strict=True) if ms is not None)
            ranked.append((-left.count(None), -lost, size, closed))
        off, lost, _, closed = min(ranked)
        if size and everything and size <= len(able):
            rows.append((";".join(closed), -lost, -off, -off == len(everything)))
            if -off == len(everything):
                break
    return rows


def test_the_ladder_by_hand(ladder):
    """Without a-b, or b-d, 6 minutes more over the rung; without both links at one end nothing is left."""
    rows = curve(ladder, 5, origins=["a"], destinations=["d"])
    assert rows == [("a--b-road", 6 * 60_000, 0, False), ("a--b-road;a--c-road", 0, 1, True)]
    spared = curve(ladder, 5, origins=["a"], destinations=["d"], spare=["a--b-road"])
    assert spared == [("b--d-road", 6 * 60_000, 0, False), ("b--d-road;c--d-road", 0, 1, True)]
    by_place = curve(ladder, 5, by="place", origins=["a"], destinations=["d"])
    assert by_place == [("b", 10 * 60_000, 0, False), ("b;c", 0, 1, True)]
    assert curve(ladder, 5, by="place", origins=["a"], destinations=["d"], spare=["b"]) == [("", 0, 0, False)]


def test_of_links_in_series_the_first_is_named_that_can_be_closed(line):
    assert curve(line, 3, origins=["a"], destinations=["d"]) == [("a--b-road", 0, 1, True)]
    spared = curve(line, 3, origins=["a"], destinations=["d"], spare=["A-B", "link:b--c-road"])
    assert spared == [("c--d-road", 0, 1, True)]
    two = curve(line, 3, origins=["a", "b"], destinations=["d"])  # b is an end: its two links are not alike
    assert two == [("b--c-road", 0, 2, True)]


def test_a_spared_name_spares_all_links_of_that_name(twin):
    assert curve(twin, 2, origins=["a"], destinations=["c"], spare=["a–b"]) == [("b--c-road", 0, 1, True)]
    assert curve(twin, 5, origins=["a"], destinations=["b"], spare=["a–b"]) == [("", 0, 0, False)]


def test_access_links_are_closed_only_when_asked():
    net = drawn("a -road 5- b corridors=access", "b -road 10- c", "b -road 30- c")
    ends = {"origins": ["a"], "destinations": ["c"]}
    assert [row[0] for row in curve(net, 3, **ends)] == ["b--c-road", "b--c-road;b--c-road-2"]
    assert curve(net.under("plain", include_access=True), 3, **ends) == [("a--b-road", 0, 1, True)]


def test_cutting_one_pair_off_ranks_above_delaying_all():
    net = drawn("a -road 10- b", "a -road 900- b", "x -road 1- b", "x -road 500- a")
    rows = curve(net, 2, origins=["a", "x"], destinations=["b"])
    assert rows == enumerated(net, [("a", "b"), ("x", "b")], 2)
    net = drawn("a -road 10- b", "a -road 900- b", "x -road 1- b")
    assert curve(net, 1, origins=["a", "x"], destinations=["b"]) == [("x--b-road", 0, 1, False)]


def test_what_cannot_be_answered(ladder, island):
    ends = {"origins": ["a"], "destinations": ["d"]}
    for k in (0, 101, 10**30):
        with pytest.raises(InputError, match="at least 1 and at most 100"):
            interdict(ladder, k=k, **ends)
    with pytest.raises(InputError, match="is given nan seconds; it must be more than 0"):
        interdict(ladder, k=1, seconds=float("nan"), **ends)
    with pytest.raises(InputError, match="'ford'"):
        interdict(ladder, k=1, by="ford", **ends)
    with pytest.raises(UnknownNameError, match="no link is called 'nowhere'"):
        interdict(ladder, k=1, spare=["nowhere"], **ends)
    nothing = interdict(island, k=3, **ends)
    assert (len(nothing), nothing.crs.to_epsg()) == (0, 4326)


@pytest.mark.parametrize("by", ["section", "structure"])
def test_a_ship_that_passes_a_border_place_is_no_part_of_the_last_link(by):
    """No way leads from the sea to the land at a: the road there, the last link of the table, matters to nobody."""
    net = drawn(
        *("c -sea 30- a id=k0", "a -sea 30- b id=k1 country=BB", "a -road 30- b id=k2"),
        places={"a": {"kind": "border_crossing"}},
        structures=[{"id": "s", "name": "S", "links": "k2", "kind": "bridge"}],
    )
    spared = {"spare": ["k0"]} if by == "section" else {}
    worst = interdict(net, ["c"], ["b"], k=1, by=by, **spared).iloc[0]
    assert (worst[f"{by}s"], worst["pairs_cut_off"], worst["optimal"]) == ("", 0, True)


def test_a_budget_too_small_is_owned_up_to():
    rungs = [
        f"{p}{i} -road {10 + (3 * i + ord(p)) % 5}- {q}{i + j}"
        for i in range(5)
        for p, q, j in ["aa1", "bb1", "cc1"]
        for j in [1]
    ]
    rungs += [f"{p}{i} -road {1 + i}- {q}{i}" for i in range(6) for p, q in ["ab", "bc"]]
    net = drawn(*rungs)
    few, many = (interdict(net, k=2, origins=["a0"], destinations=["c5"], limit=n) for n in (1, 10_000))
    assert not few["optimal"].all()
    assert many["optimal"].all()
    assert (few["delta_h"] <= many["delta_h"])[few["pairs_cut_off"] == many["pairs_cut_off"]].all()
    assert few["links"].tolist() == interdict(net, k=2, origins=["a0"], destinations=["c5"], limit=1)["links"].tolist()


def harm(row):
    """Pairs cut off, then milliseconds: what a row does, and what its bound allows."""
    done = row["pairs_cut_off"], round(row["delta_h"] * MS)
    return done, (row["bound_pairs_cut_off"], round(row["bound_h"] * MS))


@settings(max_examples=30, deadline=None)
@given(networks(most=8), st.integers(1, 3), st.integers(1, 12))
def test_a_bound_holds_wherever_the_search_is_cut_short(spec, k, limit):
    """After any number of sets: what is found is no more than the truth, and the bound no less."""
    ends = {"origins": ["a"], "destinations": [p for p in spec.net.places.index if p != "a"]}
    cut_short = interdict(spec.net, k=k, limit=limit, **ends).to_dict("records")
    whole = interdict(spec.net, k=k, limit=None, **ends).to_dict("records")
    for short, true in zip(cut_short, whole, strict=False):
        (found, bound), (truth, own) = harm(short), harm(true)
        assert found <= truth <= bound
        assert truth == own
        assert true["optimal"]
        assert short["optimal"] == (found == bound)


def test_the_time_is_kept_and_what_is_found_is_a_bound(ladder, monkeypatch):
    """Time that runs out after so many searches; before the first no closure is known, and no bound but all pairs."""
    ends = {"origins": ["a"], "destinations": ["d"]}
    whole = interdict(ladder, k=2, seconds=60, **ends)
    assert whole["optimal"].tolist() == [True, True]
    rows = []
    for searches in range(12):
        ticks = count()
        monkeypatch.setattr(attack.time, "monotonic", lambda ticks=ticks: next(ticks))
        table = interdict(ladder, k=2, by="place", seconds=searches + 0.5, **ends)
        monkeypatch.undo()
        assert table["optimal"].tolist()[:-1] == [True] * (len(table) - 1), "the last row is the one cut short"
        rows.append((len(table), *table[["optimal", "pairs_cut_off", "bound_pairs_cut_off"]].iloc[-1]))
    assert rows[0] == (1, False, 0, 1)
    assert rows[-1] == (2, True, 1, 1)
    assert rows == sorted(rows)


def test_a_graph_without_arcs_has_nothing_to_cut():
    """Two places, and no link between them in use: also none at all."""
    net = drawn("a -road 10- b", "c -sea 10- d")
    for by in interdiction.KINDS:
        for shut in (net.close("mode:road"), net.close("mode:road", "mode:sea")):
            assert interdict(shut, ["a"], ["b"], k=1, by=by).empty


def test_twenty_closures(ladder):
    """More closures than there are links end where all is cut."""
    assert [row[0] for row in curve(ladder, 20, origins=["a"], destinations=["d"])][-1] == "a--b-road;a--c-road"
    twenty = drawn(*(f"a -road {10 + i}- b" for i in range(21)))
    rows = curve(twenty, 20, origins=["a"], destinations=["b"])
    assert [round(lost / 60_000) for _, lost, _, _ in rows] == list(range(1, 21))
    assert rows[-1][0].count(";") == 19


@pytest.fixture(params=[None, 0.5])
def searched_near_first(request, monkeypatch):
    """Small graphs searched as large ones are, no farther than half an arc around, and then whole."""
    if request.param:
        monkeypatch.setattr(ways, "SMALL", 0)
        monkeypatch.setattr(ways, "_DETOUR", request.param)


@pytest.mark.usefixtures("searched_near_first")
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(networks(access=True), st.integers(1, 3), st.sampled_from(["link", "link", "place"]), st.booleans())
def test_equal_to_full_enumeration(spec, k, by, include_access):
    net = replace(spec.net, include_access=include_access)
    ends = list(net.places.index)
    for origins, destinations in ([ends[:1], ends[-1:]], [ends[:2], ends[2:]], [ends[:2], ends[1:]]):
        pairs = [(a, b) for a in origins for b in destinations if a != b]
        found = curve(net, k, by, origins=origins, destinations=destinations)
        assert found == enumerated(net, pairs, k, by)
        again = replace(net, links=net.links.iloc[::-1], places=net.places.iloc[::-1])
        assert found == curve(again, k, by, origins=origins[::-1], destinations=destinations[::-1])


@settings(max_examples=6)
@given(networks(most=4), st.data())
def test_what_is_said_is_what_closing_does_with_transit_lifted_per_pair(spec, data):
    """Pairs whose own ends lift a denial have a graph of their own; no pair of closures does more."""
    country = dict(zip("abcde", ["AA", *data.draw(st.permutations(["AA", "BB", "BB", "AA"]))], strict=True))
    places = {p: row | {"country": country[p]} for p, row in spec.places.items()} | {"z": {"country": "BB"}}
    net, origins = spec._replace(places=places).net.under("plain", transit="no-BB"), ["a", "b"]
    before = {pair: ms for pair, ms in times(net, origins).items() if ms < np.inf}
    worst = (0, 0, 0, ())
    for closed in [c for n in (1, 2) for c in combinations(sorted(net.links.index), n)]:
        after = times(net.close(*(f"link:{i}" for i in closed)), origins)
        lost = [after[pair] - ms for pair, ms in before.items()]
        worst = min(worst, (-lost.count(np.inf), -sum(x for x in lost if x < np.inf), len(closed), closed))
    found = curve(net, 2, origins=origins, destinations=net.places.index)
    assert bool(found) == bool(before)
    assert not found or found[-1][:3] == (";".join(worst[3]), -worst[1], -worst[0])


def mip(arcs, starts, targets, free, k, most):
    """Milliseconds of the best route after the worst k closures (Israeli and Wood's dual); `most` = cut off."""
    states = {s: i for i, s in enumerate(dict.fromkeys(s for arc in arcs for s in arc[:2]))}
    links = {e: i for i, e in enumerate(dict.fromkeys(arc[3] for arc in arcs if arc[3] not in free))}
    n, m = len(states), len(links)
    rows, costs = np.zeros((len(arcs) + 1, n + m + 1)), []
    for row, (tail, head, ms, what) in zip(rows, arcs, strict=False):
        row[states[head]] += 1
        row[states[tail]] -= 1
        if what in links:
            row[n + links[what]] = -most
        costs.append(ms)
    rows[-1, n : n + m] = 1
    ends = np.zeros((len(targets & states.keys()), n + m + 1))  # the last variable: no more than at any target
    for row, state in zip(ends, sorted(targets & states.keys()), strict=True):
        row[[n + m, states[state]]] = 1, -1
    upper = np.r_[[0.0 if s in starts else most for s in states], np.ones(m), most]
    limits = [LinearConstraint(rows, ub=[*costs, k]), LinearConstraint(ends, ub=0)]
    found = milp(
        -np.eye(n + m + 1)[-1],
        integrality=np.r_[np.zeros(n), np.ones(m), 0],
        bounds=Bounds(0, upper),
        constraints=limits,
    )
    return -found.fun


@settings(max_examples=40)
@given(networks(access=True), st.integers(1, 3))
def test_equal_to_the_mixed_integer_program(spec, k):
    net = spec.net
    arcs = [(t, h, ms / 60_000, what) for t, h, ms, what in arcs_by_hand(net)]
    free = {*net.links.index[net.links["corridors"] == "access"], "transfer", "crossing"}
    a, b = "a", max(net.places.index)
    shortest = times(net)[a, b] / 60_000
    assume(shortest < np.inf)
    here, there = ({s for arc in arcs for s in arc[:2] if s[0] == p} for p in (a, b))
    value = mip(arcs, here, there, free, k, 5_000)
    rows = curve(net, k, origins=[a], destinations=[b])
    assert value == pytest.approx(5_000 if rows and rows[-1][3] else shortest + (rows[-1][1] / 60_000 if rows else 0))


@pytest.mark.slow
def test_equal_to_the_mixed_integer_program_on_the_shipped_network(shipped):
    """Without relief: with it the programme takes minutes."""
    mixed = shipped.under("mixed", exclude_relief=True)
    table = Graph.of(mixed).to_frame()
    arcs = list(zip(table["tail"], table["head"], table["cost_s"] / 3600, table["link"], strict=True))
    free = {"", *mixed.links.index[mixed.links["corridors"] == "access"]}
    here, there = ({s for arc in arcs for s in arc[:2] if s.split("/")[0] == p} for p in ("villach", "constanta"))
    shortest = mip(arcs, here, there, free, 0, 200)
    rows = curve(mixed, 2, origins=["villach"], destinations=["constanta"])
    for k, row in enumerate(rows, 1):  # 200 h is more than any answer
        assert mip(arcs, here, there, free, k, 200) - shortest == pytest.approx(row[1] / MS, abs=1e-3)


@settings(max_examples=40)
@given(networks(access=True, most=9), st.booleans())
def test_separates_at_the_minimum_edge_cut(spec, include_access):
    """Networkx on a graph where each link is a node of its own with room for one."""
    net = replace(spec.net, include_access=include_access)
    ends, limits = list(net.places.index), candidates(net, [], "link")
    graph = nx.DiGraph()
    graph.add_nodes_from(["source", "sink"])
    for tail, head, _, what in arcs_by_hand(net):
        if what in limits:
            graph.add_edge(("in", what), ("out", what), capacity=1)
            graph.add_edges_from([(tail, ("in", what)), (("out", what), head)])
        else:
            graph.add_edge(tail, head, capacity=99)
        graph.add_edges_from([("source", s) for s in (tail, head) if s[0] in ends[:2]], capacity=99)
        graph.add_edges_from([(s, "sink") for s in (tail, head) if s[0] in ends[2:]], capacity=99)
    nx.set_edge_attributes(
        graph, {e: 99 for *e, c in graph.edges.data("capacity") if c is None for e in [tuple(e)]}, "capacity"
    )
    size = nx.minimum_cut_value(graph, "source", "sink")
    rows = curve(net, 9, origins=ends[:2], destinations=ends[2:])
    if 0 < size < 99:
        assert (len(rows), rows[-1][3]) == (size, True)
    else:
        assert not any(row[3] for row in rows)


PAIRS = [("villach", "constanta"), ("durres", "varna"), ("thessaloniki", "bezmer")]


@pytest.mark.slow
@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_equal_to_full_enumeration_on_the_shipped_network(mixed, a, b):
    """What misses the best route does nothing, nor what then misses the next one; all others are tried."""
    graph = Graph.of(mixed)
    here, there = graph.states([a]), graph.states([b])
    able = set(candidates(mixed, [], "link"))

    def without(*closed):
        """Return milliseconds, and the closable links of the best route."""
        rank = graph.rank_to(there, graph.without(links=map(mixed.links.index.get_loc, closed)))
        ms = milliseconds(rank[here].min())
        links = graph.link[graph.walk(here, rank)] if np.isfinite(ms) else np.empty(0, int)
        return ms, able & set(graph.ids[links[links >= 0]])

    was, first = without()
    harms = {}
    for one in first:
        ms, then = without(one)
        harms[one,] = ms - was
        harms |= {tuple(sorted((one, other))): without(one, other)[0] - was for other in then}
    for k, found in enumerate(curve(mixed, 2, origins=[a], destinations=[b]), 1):
        harm, _, closed = min((-h, len(c), c) for c, h in harms.items() if len(c) <= k)
        assert found == (";".join(closed), 0 if harm == -np.inf else -harm, int(harm == -np.inf), harm == -np.inf)


def test_no_search_is_made_twice_or_for_a_closure_that_a_known_detour_clears(mixed, monkeypatch):
    """Pairs of one destination share their searches; most things on their routes need none."""
    asked, search = [], ways.Ways.search
    monkeypatch.setattr(ways.Ways, "search", lambda *args: asked.append(args[1:]) or search(*args))
    interdict(mixed, ["durres", "bar"], "varna", k=1)
    assert len(set(asked)) == len(asked)
    routes = [best_route(mixed, start, "varna")["link"] for start in ("durres", "bar")]
    assert 0 < len(asked) < len(set().union(*routes)) / 2


def test_a_crossing_belongs_to_no_thing():
    graph = Graph.of(rich_network())
    assert CROSSING in graph.link
    things = np.arange(len(graph.network.links))[None]  # every link a thing, the last one too
    assert rows_of(graph, "structure", things)[0].tolist() == np.maximum(graph.link, -1).tolist()
