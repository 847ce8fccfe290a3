"""Losses worked by hand on drawn networks, against closing the thing and asking again; cuts against networkx."""

from collections import Counter
from dataclasses import replace

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing import drawn
from mobility.analysis.bottlenecks import bottlenecks
from mobility.analysis.flows import cut_between, min_cut
from mobility.analysis.pairs import pairs_of
from mobility.analysis.routes import routes
from mobility.errors import InputError
from mobility.model.changes import derive
from oracles import BORDER, CHANGE, MS, arcs_by_hand, networks, times

INF = float("inf")
SPAN = {"id": "span", "name": "Span", "links": "a--m-road;a--m-road-2", "lat": 0, "lon": 0}
QUAY = {"transfer": "road-sea", "transfer_source": "estimate: drawn"}
WAITS = [{"place": "m", "mode": "road", "wait_h": 0.5}, {"place": "n", "mode": "road", "wait_h": 2}]


def minutes(net, by, origins, destinations):
    """Per thing that a pair uses: pairs using, delayed and cut off; minutes lost in the mean, worst and all; sole."""
    table = bottlenecks(net, origins, destinations, by=by).set_index(by)
    hours = ["mean_delay_h", "worst_delay_h", "total_delay_h"]
    table[hours] = (table[hours].astype(float) * 60).round(6).fillna(-1)
    columns = ["pairs_using", "pairs_delayed", "pairs_cut_off", *hours, "sole_link"]
    return {key: tuple(row) for key, *row in table.loc[table["pairs_using"] > 0, columns].itertuples()}


CUT = (1, 0, 1, -1, -1, 0, True)
LADDER = ["a -road 10- b", "b -road 10- d", "a -road 15- c", "c -road 15- d", "b -road 1- c"]
BRIDGE = ["a -road 10- m", "a -road 12- m", "m -road 5- b"]
BORDER_AT_M = ["a -road 10- m", "m -road 10- c", "m -road 10- b country=BB"]  # the road a-c stays in AA
ABROAD = ["a -road 5- x", "x -road 10- d country=BB"]
ACCESS = ["a -road 1- m corridors=access", "m -road 1- b"]
# Without a--m: a-b by x and y as fast, a-c by its own road 12 later, a-d not at all.
MEAN = ["a -road 10- m", "m -road> 10- b", "m -road> 10- c", "m -road> 10- d", "a -road 5- x", "x -road 5- y"]
MEAN += ["y -road 10- b", "a -road 32- c"]
BY_HAND = [
    ("link", LADDER, "a-d", dict.fromkeys(("a--b-road", "b--d-road"), (1, 1, 0, 6, 6, 6, False))),  # a-c-b-d, a-b-c-d
    ("link", LADDER, "ad-ad", dict.fromkeys(("a--b-road", "b--d-road"), (2, 2, 0, 6, 6, 12, False))),
    ("place", LADDER, "a-bd", {"b": (1, 1, 0, 10, 10, 10, False)}),  # a-b ends there
    ("place", LADDER[:2], "a-bd", {"b": CUT}),
    ("structure", BRIDGE, "a-b", {"span": CUT}),
    ("link", BRIDGE, "a-b", {"a--m-road": (1, 1, 0, 2, 2, 2, False), "m--b-road": CUT}),
    ("structure", [*BRIDGE, "a -road 40- m"], "a-b", {"span": (1, 1, 0, 30, 30, 30, False)}),
    ("border", BORDER_AT_M, "a-bc", {"m": CUT}),
    ("place", BORDER_AT_M, "a-bc", {"m": (2, 0, 2, -1, -1, 0, True)}),
    ("border", [*BORDER_AT_M, "c -road 5- n", "n -road 5- b country=BB"], "a-bc",
     {"m": (1, 1, 0, 100, 100, 100, False)}),  # a-m-b: 20 and a wait of 30; a-m-c-n-b: 30 and 120
    ("country", [*ABROAD, "a -road 40- d country=CC"], "a-xd", {"BB": (1, 1, 0, 25, 25, 25, False)}),
    ("country", ABROAD, "a-xd", {"BB": CUT}),  # a-x ends there
    ("link", MEAN, "a-bcd",
     {"a--m-road": (3, 1, 1, 6, 12, 12, True), "m--d-road": CUT, "m--c-road": (1, 1, 0, 12, 12, 12, False),
      "m--b-road": (1, 0, 0, 0, 0, 0, False)}),
    ("link", ACCESS, "a-b", {"m--b-road": CUT}),
]  # fmt: skip


@pytest.mark.parametrize(("by", "links", "pairs", "expected"), BY_HAND)
def test_losses_worked_by_hand(by, links, pairs, expected):
    wide = {"x": {"country": "BB"}, "d": {"country": "DD"}} if by == "country" else {}
    at = {p: BORDER for p in "mn" if "BB" in str(links)} | wide
    waits = [wait for wait in WAITS if any(f"{wait['place']} " in line for line in links)]
    net = drawn(*links, places=at, borders=waits, structures=[SPAN] if by == "structure" else [])
    assert minutes(net, by, *map(list, pairs.split("-"))) == expected


def test_a_change_of_mode_at_a_border_place_is_no_crossing():
    net = drawn("a -road 10- m", "m -rail 10- b", places={"m": BORDER | CHANGE}, borders=WAITS[:1])
    assert minutes(net, "border", ["a"], ["b"]) == {}
    assert minutes(net, "place", ["a"], ["b"]) == {"m": CUT}


def test_access_links_are_candidates_when_asked():
    net = drawn(*ACCESS).under("plain", include_access=True)
    assert minutes(net, "link", "a", "b") == {"a--m-road": CUT, "m--b-road": CUT}


@pytest.mark.parametrize(("km", "delayed"), [("10", 0), ("10.5", 0), ("10.51", 1)])
def test_a_pair_is_delayed_by_more_than_half_a_minute(km, delayed):
    table = bottlenecks(drawn("a -road 10- b", f"a -road {km}- b"), ["a"], ["b"], by="link")
    assert table.set_index("link").loc["a--b-road", ["pairs_using", "pairs_delayed"]].tolist() == [1, delayed]
    assert table["total_delay_h"].sum() * 60 == pytest.approx(float(km) - 10)


def test_rows_are_sorted_by_pairs_cut_off_then_hours_then_id():
    order = bottlenecks(drawn(*MEAN), ["a"], list("bcd"), by="link")["link"].tolist()
    assert order[:3] == ["a--m-road", "m--d-road", "m--c-road"]
    assert order[3:] == sorted(order[3:])


def test_an_unknown_kind_is_refused(line):
    with pytest.raises(InputError, match="link, place, structure, border, country"):
        bottlenecks(line, by="bridge")


@pytest.mark.parametrize("by", ["structure", "border"])
def test_a_network_without_any_has_no_row(ladder, by):
    assert bottlenecks(ladder, ["a"], ["d"], by=by).empty


@pytest.mark.parametrize("by", ["link", "place", "structure", "border", "country"])
def test_nothing_open_means_nothing_used(by):
    net = drawn("a -road 10- m", "a -road 12- m", places={"m": BORDER}, borders=WAITS[:1], structures=[SPAN]).close(
        "mode:road"
    )
    assert minutes(net, by, ["a"], ["m"]) == {}


@pytest.mark.parametrize(("by", "used"), [("link", "a--m-road"), ("place", "m"), ("structure", "span")])
def test_an_origin_in_a_country_that_denies_transit_may_leave_it(by, used):
    lines = ["a -road 10- m country=BB", "a -road 12- m country=BB", "m -road 5- k country=BB", "k -road 5- b"]
    net = drawn(*lines, places={p: {"country": "BB"} for p in "amk"}, structures=[SPAN])
    found = minutes(net.under("plain", transit="no-BB"), by, ["a"], ["b"])
    assert found[used] == minutes(net, by, ["a"], ["b"])[used]


def test_what_gets_out_of_an_origin_that_denies_transit():
    net = drawn("a -road 10- m country=BB", "m -road 5- b", places={"a": {"country": "BB"}})
    assert min_cut(net.under("plain", transit="no-BB"), ["a"], ["b"]) == min_cut(net, ["a"], ["b"])


@settings(max_examples=15)
@given(networks(), st.data())
def test_closing_then_asking_equals_the_row(spec, data):
    """And a thing is used by the pairs whose reported route passes it."""
    owners = st.sampled_from(["AA", "BB", "CC", "DD"])
    places = {p: row | {"country": data.draw(owners)} for p, row in spec.places.items()}
    ids = [line.split("id=")[1].split()[0] for line in spec.links]
    groups = data.draw(st.lists(st.lists(st.sampled_from(ids), min_size=2, max_size=3, unique=True), max_size=2))
    bridges = [SPAN | {"id": f"s{i}", "name": f"S{i}", "links": ";".join(g)} for i, g in enumerate(groups)]
    bridges += [SPAN | {"id": "all", "name": "All", "links": ";".join(ids)}]
    borders = [*spec.borders, {"place": "a", "mode": "road", "wait_h": 0}]
    net = drawn(*spec.links, places=places, borders=borders, structures=bridges)
    before, uses = times(net, ["a", "b"]), Counter()
    for route in routes(net, ["a", "b"], net.places.index).query("state == 'connected'").itertuples():
        legs, ends = net.links.loc[[i for i in route.links.split(";") if i]], route[1:3]
        uses.update(("link", i) for i in legs.index)
        uses.update(("place", p) for p in {*legs["from"], *legs["to"]} - set(ends))
        uses.update(("structure", b["id"]) for b in bridges if set(b["links"].split(";")) & set(legs.index))
        uses.update(("border", p) for p in set(route.crossings.split(";")))
        uses.update(("country", c) for c in set(legs["country"]) - {places[p]["country"] for p in ends})
    for by in ("link", "place", "structure", "border", "country"):
        for row in bottlenecks(net, ["a", "b"], net.places.index, by=by).itertuples():
            key = row[1]
            closed = times(net.close(f"{by}:{key}", allow_empty=True), ["a", "b"])
            delays = [ms - before[pair] for pair, ms in closed.items() if before[pair] < ms < INF]
            assert row.pairs_cut_off == sum(before[pair] < ms == INF for pair, ms in closed.items()), (by, key)
            assert row.sole_link == (row.pairs_cut_off > 0)
            assert row.pairs_delayed == len(delays), (by, key)  # all drawn times are half hours
            assert round(row.total_delay_h * MS) == sum(delays), (by, key)
            if delays:
                assert round(row.worst_delay_h * MS) == max(delays), (by, key)
                assert round(row.mean_delay_h * MS * (row.pairs_using - row.pairs_cut_off)) == sum(delays)
            assert row.pairs_using == uses[by, key], (by, key)


def flow_by_networkx(net, pairs, shut=()):
    """Maximum flow from the tables; a port's quay is an arc to and one from its ship. `shut`: ports without quay."""
    quay, g = net.rules.capacity["roro_berth_vehicles_day"], nx.DiGraph()
    g.add_nodes_from(["source", "sink"])
    counts = (net.links["corridors"] != "access") | net.include_access
    limit = net.links.loc[counts & (net.links["mode"] != "sea"), "capacity"].to_dict()
    arcs = arcs_by_hand(net)
    for state in {s for arc in arcs for s in arc[:2]}:
        if state[1] == "sea":
            stated, berths = net.places.loc[state[0], ["capacity_day", "roro_berths"]]
            port = net.places.at[state[0], "kind"] == "port"  # elsewhere ships have one quay
            each = quay * (berths if port and berths == berths else 1)  # noqa: PLR0124 - NaN: one berth is taken
            room = 0 if state[0] in shut else stated if stated == stated else each  # noqa: PLR0124
            g.add_edge(("on", state[0]), state, capacity=room, name=state[0])
            g.add_edge(state, ("off", state[0]), capacity=room, name=state[0])
        on, off = (((side, state[0]) if state[1] == "sea" else state) for side in ("on", "off"))
        if state[0] in {a for a, _ in pairs}:
            g.add_edge("source", on)
        if state[0] in {b for _, b in pairs}:
            g.add_edge(off, "sink")
    for i, (tail, head, _, what) in enumerate(arcs):
        out = ("off", tail[0]) if what == "transfer" and tail[1] == "sea" else tail
        into = ("on", head[0]) if what == "transfer" and head[1] == "sea" else head
        g.add_edge(out, i, **({"capacity": limit[what], "name": what} if what in limit else {}))
        g.add_edge(i, into)
    try:
        value, (_, far) = nx.minimum_cut(g.reverse(), "sink", "source")  # of networkx' cuts the one nearest the source
    except nx.NetworkXUnbounded:
        return INF, []
    return value, sorted({d["name"] for u, v, d in g.edges(data=True) if u in far and v not in far and "name" in d})


def limited(net, capacities, quay):
    rules = replace(net.rules, capacity=net.rules.capacity | {"roro_berth_vehicles_day": quay})
    return derive(replace(net, rules=rules, links=net.links.assign(capacity_stated=capacities)))


@settings(max_examples=30)
@given(networks(access=True), st.booleans(), st.data())
def test_the_smallest_cut(spec, include_access, data):
    """Min-cut is max-flow; closing it (a port: no quay) disconnects, and leaving any part of it open does not."""
    ports = {p: row | {"kind": "city"} for p, row in spec.places.items()}  # ships call at no border
    net = drawn(*spec.links, places=ports if "-sea" in str(spec.links) else spec.places, borders=spec.borders)
    room = [float(data.draw(st.integers(1, 4))) if m != "sea" else float("nan") for m in net.links["mode"]]
    net = limited(replace(net, include_access=include_access), room, data.draw(st.integers(1, 6)))
    pairs = [("a", "b"), *data.draw(st.sampled_from([[], [("a", "c")], [("c", "b")]]))]
    found, things = cut_between(net, pairs)
    assert (found, things) == flow_by_networkx(net, pairs)
    if found == INF:
        return
    links, quays = [t for t in things if t in net.links.index], {t for t in things if t in net.places.index}
    quay = net.rules.capacity["roro_berth_vehicles_day"]
    assert found == net.links.loc[links, "capacity"].sum() + quay * len(quays)
    shut = net.close(*(f"link:{i}" for i in links)) if links else net
    assert flow_by_networkx(shut, pairs, quays)[0] == 0
    assert quays or (routes(shut, {a for a, _ in pairs}, {b for _, b in pairs})["state"] != "connected").all()
    for spared in things:
        rest = [f"link:{i}" for i in links if i != spared]
        assert flow_by_networkx(net.close(*rest) if rest else net, pairs, quays - {spared})[0] > 0


def test_the_cut_nearest_the_origins_is_named_and_marked(line):
    net = limited(line, [9, 9, 9], 5)
    assert min_cut(net, ["a"], ["d"]) == (9, ["a--b-road"])
    assert min_cut(net, ["d"], ["a"]) == (9, ["c--d-road"])
    assert min_cut(limited(line, [9, 4, 9], 5), ["a"], ["d"]) == (4, ["b--c-road"])
    assert bottlenecks(net, "a", "d", by="link").query("in_min_cut")["link"].tolist() == ["a--b-road"]


@pytest.mark.parametrize(
    ("origins", "quay", "expected"),
    [
        ("a", 5, (5, ["p"])),  # a loads at p, all go ashore at r
        ("p", 5, (5, ["p"])),
        ("aq", 5, (5, ["r"])),  # p and q load 5 each, r discharges 5
        ("a", 50, (9, ["a--p-road"])),
        ("q", 50, (30, ["r--b-road"])),  # the sea itself limits nothing
    ],
)
def test_ports_load_and_discharge_what_the_quay_takes(origins, quay, expected):
    lines = ["a -road 1- p", "p -sea 90- q", "q -sea 90- r", "r -road 1- b"]
    net = limited(drawn(*lines, places=dict.fromkeys("pqr", QUAY)), [9, float("nan"), float("nan"), 30], quay)
    assert min_cut(net, list(origins), ["b"]) == expected
    if "p" in expected[1]:
        assert bottlenecks(net, list(origins), "b", by="place").query("in_min_cut")["place"].tolist() == ["p"]


def test_access_links_limit_nothing_unless_they_count():
    net = limited(drawn("a -road 1- b corridors=access"), [7], 5)
    assert min_cut(net, ["a"], ["b"]) == (INF, [])
    assert min_cut(replace(net, include_access=True), ["a"], ["b"]) == (7, ["a--b-road"])


@pytest.mark.parametrize("room", [600_000, 1_000_000])
def test_a_large_limit_is_a_limit(room):
    """`set` takes up to 1,000,000 vehicles a day."""
    net = drawn("a -road 1- b", "a -road 2- b").set("a--b-road", "capacity", room).set("a--b-road-2", "capacity", room)
    assert min_cut(net, ["a"], ["b"]) == (2 * room, ["a--b-road", "a--b-road-2"])


def test_no_way_lets_nothing_through(island):
    assert min_cut(island, ["a"], ["d"]) == (0, [])
    assert min_cut(island, [], []) == (0, [])
    assert min_cut(island.close("mode:road"), ["a"], ["d"]) == (0, [])


def test_capacity_follows_mode_and_profile(twin):
    for profile in ("plain", "wheeled", "heavy"):
        for modes in (["road"], ["rail"], ["road", "rail"]):
            net = twin.under(profile, modes=modes)
            beside = net.links[net.links["active"] & (net.links["to"] == "b")]
            assert min_cut(net, ["a"], ["b"]) == (beside["capacity"].sum(), sorted(beside.index))
    by_road = [min_cut(twin.under(p, modes=["road"]), ["a"], ["b"]).vehicles_day for p in ("plain", "heavy")]
    assert by_road[0] > by_road[1]


@pytest.mark.parametrize("profile", ["mixed", "heavy"])
def test_the_cut_of_the_shipped_network_equals_that_of_networkx(shipped, profile):
    net = shipped.under(profile)
    assert min_cut(net) == flow_by_networkx(net, pairs_of(net))
