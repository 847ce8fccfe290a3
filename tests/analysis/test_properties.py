"""What must hold on any network: small random ones with twins, one-way links, transfers, borders and exact ties."""

from typing import NamedTuple

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from drawing import drawn
from mobility.analysis.pairs import routes
from mobility.analysis.routing import k_best_routes

MS = 3_600_000


def quick(examples):
    """Settings that repeat exactly and keep no files."""
    return settings(derandomize=True, deadline=None, database=None, max_examples=examples)


class Spec(NamedTuple):
    """What `drawn` takes: short enough to read when a test fails."""

    links: list
    places: dict
    borders: list

    @property
    def net(self):
        return drawn(*self.links, places=self.places, borders=self.borders)


@st.composite
def networks(draw, *, oneway=True, access=False, planned=False, modes=("road", "road", "rail", "sea"), most=7):
    """Networks of 3 to 5 places; half hours, whole hours and zero waits, so that ties are common."""
    names = "abcde"[: draw(st.integers(3, 5))]
    size = draw(st.integers(3, most))
    ids = draw(st.permutations(range(size)))
    links = []
    for i in range(size):
        u, v = draw(st.lists(st.sampled_from(names), min_size=2, max_size=2, unique=True))
        way = draw(st.sampled_from(modes)) + draw(st.sampled_from(["", "", "", ">"] if oneway else [""]))
        km, country = draw(st.sampled_from([30, 30, 60, 90])), draw(st.sampled_from(["AA", "AA", "BB"]))
        more = f"id=k{ids[i]} country={country}"
        more += f" corridors={draw(st.sampled_from(['T', 'T', 'access']))}" * access
        more += f" status={draw(st.sampled_from(['open', 'open', 'planned']))}" * planned
        links.append(f"{u} -{way} {km}- {v} {more}")
    places, borders = {}, []
    for p in names:
        transfer = draw(st.sampled_from(["", "road-rail", "road-rail;road-sea", "road-rail;road-sea;rail-sea"]))
        places[p] = {"transfer": transfer, "kind": draw(st.sampled_from(["city", "border_crossing"]))}
        for mode in dict.fromkeys(modes) if places[p]["kind"] == "border_crossing" else ():
            wait = draw(st.sampled_from([None, 0, 0, 0.5]))
            borders += [{"place": p, "countries": "AA-BB", "mode": mode, "wait_h": wait}] * (wait is not None)
    return Spec(links, places, borders)


def arcs_by_hand(net):
    """Arcs (tail, head, milliseconds, link id or "transfer" or "crossing"), read from the tables without `Graph`."""
    links = net.links[net.links["active"]]
    kind, transfer = net.places["kind"].to_dict(), net.places["transfer"].to_dict()
    arcs = []

    def state(place, mode, country):
        return place, mode, country if kind[place] == "border_crossing" else ""

    rows = zip(*(links[c] for c in ("id", "from", "to", "mode", "country", "time_h", "oneway")), strict=True)
    for link, u, v, mode, country, time_h, oneway in rows:
        a, b = state(u, mode, country), state(v, mode, country)
        arcs.append((a, b, round(time_h * MS), link))
        if not oneway:
            arcs.append((b, a, round(time_h * MS), link))
    states = sorted({s for arc in arcs for s in arc[:2]})
    waits = {(b.place, b.mode): round(b.wait_h * MS) for b in net.borders[net.borders["active"]].itertuples()}
    for s in states:
        for t in states:
            if s[0] != t[0] or s == t:
                continue
            pairs = transfer[s[0]].split(";")
            if s[2] == t[2] and (f"{s[1]}-{t[1]}" in pairs or f"{t[1]}-{s[1]}" in pairs):
                arcs.append((s, t, MS, "transfer"))
            elif s[1] == t[1] and (s[0], s[1]) in waits:
                arcs.append((s, t, waits[s[0], s[1]], "crossing"))
    return arcs


def simple_routes(net, origin, destination):
    """Every route that passes no state twice and its own ends only at the ends; each a list of arcs."""
    leaving = {}
    for arc in arcs_by_hand(net):
        if arc[1][0] != origin and arc[0][0] != destination:
            leaving.setdefault(arc[0], []).append(arc)
    found, stack = [], [[arc] for s in leaving if s[0] == origin for arc in leaving[s]]
    while stack:
        path = stack.pop()
        here, passed = path[-1][1], {arc[0] for arc in path}
        if here[0] == destination:
            found.append(path)
        elif here not in passed:
            stack += [[*path, arc] for arc in leaving.get(here, ()) if arc[1] not in passed]
    return found


def key(path):
    """Sort key of a route as DESIGN.md section 3 defines it: time, transfers, legs, link ids."""
    ids = [what for *_, what in path if what not in {"transfer", "crossing"}]
    return sum(arc[2] for arc in path), sum(arc[3] == "transfer" for arc in path), len(ids), ids


def keys_of(legs):
    """The same keys from the rows of `best_route`, `k_best_routes` and `diverse_routes`."""
    keys = []
    for _, part in legs.groupby("route"):
        ids = [i for i in part["link"] if i]
        keys.append((round(part["time_h"].sum() * MS), int((part["mode"] == "transfer").sum()), len(ids), ids))
    return keys


def times(net, origins=("a",)):
    """Milliseconds from some places (they are all alike: one is enough) to all others, inf where there is no route."""
    table = routes(net, origins, net.places.index)
    ms = (table["time_h"].astype(float) * MS).fillna(float("inf"))
    return {
        (a, b): m if m == float("inf") else round(m) for a, b, m in zip(table["from"], table["to"], ms, strict=True)
    }


@quick(20)
@given(networks(), st.data())
def test_closing_more_never_shortens_and_the_order_does_not_matter(spec, data):
    net = spec.net
    first, second = data.draw(st.permutations(list(net.links.index)))[:2]
    place = data.draw(st.sampled_from(sorted(set(net.places.index) - {"a"})))
    before, closed = times(net), times(net.close(f"link:{first}"))
    both, swapped = net.close(f"link:{first}", f"link:{second}"), net.close(f"link:{second}", f"link:{first}")
    assert all(closed[pair] >= before[pair] for pair in before)
    assert times(both) == times(swapped)
    assert all(m >= closed[pair] for pair, m in times(both).items())
    assert all(m >= before[pair] for pair, m in times(net.close(f"place:{place}")).items())


@quick(20)
@given(networks(planned=True), st.data())
def test_building_never_lengthens_and_a_closure_beats_it(spec, data):
    net = spec.net
    planned = list(net.links.index[net.links["status"] == "planned"])
    assume(planned)
    chosen = data.draw(st.lists(st.sampled_from(planned), min_size=1, unique=True))
    before, built = times(net), times(net.build(*chosen))
    assert all(built[pair] <= before[pair] for pair in before)
    assert all(m <= built[pair] for pair, m in times(net.build(*planned)).items())
    closed = [f"link:{i}" for i in chosen]
    assert times(net.build(*chosen).close(*closed)) == times(net.close(*closed).build(*chosen)) == before


@quick(20)
@given(networks(oneway=False))
def test_there_costs_what_back_costs(spec):
    net = spec.net
    table = routes(net, net.places.index, net.places.index).set_index(["from", "to"])
    for a, b in table.index:
        there, back = table.loc[(a, b)], table.loc[(b, a)]
        assert there["state"] == back["state"]
        assert there["disjoint_routes"] == back["disjoint_routes"]
        if there["state"] == "connected":
            assert round(there["time_h"] * MS) == round(back["time_h"] * MS)
            assert (there["transfers"], len(there["links"].split(";"))) == (
                back["transfers"],
                len(back["links"].split(";")),
            )


@quick(20)
@given(networks(most=6))
def test_one_disjoint_route_means_a_sole_link(spec):
    """Without access links: exactly one disjoint route if and only if one closure cuts the pair off."""
    net = spec.net
    table = routes(net, ["a"], net.places.index)
    without = [times(net.close(f"link:{i}")) for i in net.links.index]
    for pair, state, count in zip(
        zip(table["from"], table["to"], strict=True), table["state"], table["disjoint_routes"], strict=True
    ):
        assert (count > 0) == (state == "connected")
        sole = any(cut[pair] == float("inf") for cut in without)
        assert (count == 1) == (state == "connected" and sole)


@quick(20)
@given(networks(), st.data())
def test_without_its_best_route_a_pair_takes_its_best_route_without_that_link(spec, data):
    """Closing a link of the best route leaves the best of the routes that do not use it."""
    net = spec.net
    pairs = [("a", b) for b in net.places.index if b != "a" and simple_routes(net, "a", b)]
    assume(pairs)
    a, b = data.draw(st.sampled_from(pairs))
    link = data.draw(st.sampled_from(keys_of(k_best_routes(net, a, b, 1))[0][3]))
    left = [key(p) for p in simple_routes(net, a, b) if link not in key(p)[3]]
    assert times(net.close(f"link:{link}"))[a, b] == min(left, default=[float("inf")])[0]
