"""Transit denied, but not to who starts or ends there: worked by hand, and against a walk in three phases."""

from dataclasses import replace

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing import drawn
from mobility.analysis.exemptions import joint_graph
from mobility.analysis.flows import min_cut
from mobility.analysis.graph import Graph, milliseconds
from mobility.analysis.routes import routes
from mobility.analysis.routing import best_route
from mobility.deployment.deploy import deploy
from mobility.doubt.draws import drawn_network
from mobility.model.changes import derive
from oracles import MS, networks

BORDER = {"kind": "border_crossing", "country": "AA-BB"}


def leak():
    """Return a network where a - d has a short way by BB, and s lies in BB: no-BB is no reason for a to pass there.

    a --30-- e (border) --30-- x (BB) --30-- f (border) --30-- d, and a --400-- y --400-- d; s (BB) --2000-- x.
    """
    links = ["a -road 30- e", "e -road 30- x country=BB", "x -road 30- f country=BB", "f -road 30- d",
             "a -road 400- y", "y -road 400- d", "s -road 2000- x country=BB"]  # fmt: skip
    borders = [{"place": p, "countries": "AA-BB", "mode": "road", "wait_h": 0} for p in "ef"]
    places = {"e": BORDER, "f": BORDER, "x": {"country": "BB"}, "s": {"country": "BB"}}
    return drawn(*links, places=places, borders=borders).under("plain", transit="no-BB")


def test_an_origin_abroad_opens_its_country_to_nobody_else():
    net, home = leak(), 800 / 60
    assert routes(net, ["a", "s"], ["d"])["time_h"].tolist() == [home, 2060 / 60]
    assert best_route(net, ["a", "s"], "d")["time_h"].sum() == home
    assert best_route(net, ["a", "s"], "d")["link"].tolist() == ["a--y-road", "y--d-road"]
    assert best_route(net, ["a", "s"], "d", by="arrival")["time_h"].sum() == home
    assert best_route(net, "d", ["s", "a"])["to"].tolist()[-1] == "a"


def test_a_force_from_two_countries():
    """20 vehicles by a road of 300 a day, 2 h to pass: from a by y in 14 h, whatever part of it starts at s."""
    net = leak()
    alone = deploy(net, "a", "d", vehicles=20).complete_h
    assert alone == deploy(net, ["a", "s"], "d", vehicles=20, shares={"a": 1, "s": 0}).complete_h > 800 / 60
    both = deploy(net, ["a", "s"], "d", vehicles=40, shares={"a": 0.5, "s": 0.5})
    used = both.links.groupby("link")["vehicles"].sum().to_dict()
    assert used == {"a--y-road": 20, "y--d-road": 20, "s--x-road": 20, "x--f-road": 20, "f--d-road": 20}
    assert both.complete_h > 2060 / 60


def test_a_draw_lifts_nothing_for_others():
    """A draw is made of the network as its pairs see it; a's way stays the long one."""
    net = joint_graph(leak(), ["a", "s"], ["d"]).graph.network
    force = deploy(drawn_network(net, 0, 1), ["a", "s"], "d", vehicles=20, shares={"a": 1, "s": 0})
    assert set(force.links["link"]) == {"a--y-road", "y--d-road"}


def test_the_smallest_cut_of_both():
    """From a 300 by y; from s 300 by f, or by e and a where the road to y is taken."""
    net = leak()
    assert min_cut(net, ["a"], ["d"]) == (300, ["a--y-road"])
    assert min_cut(net, ["s"], ["d"]) == (300, ["s--x-road"])
    assert min_cut(net, ["a", "s"], ["d"]) == (600, ["a--y-road", "s--x-road"])
    assert min_cut(net.close("f--d-road"), ["a", "s"], ["d"]).vehicles_day == 300


def in_phases(net, pairs):
    """Milliseconds of the best way of any pair that leaves a denied country at its start, enters one at its end."""
    graph, best = Graph.of(net.lifting(net.denied)), float("inf")
    arcs = list(zip(graph.tail.tolist(), graph.head.tolist(), graph.link.tolist(), graph.cost.tolist(), strict=True))
    country = net.links["country"].tolist()
    for a, b in pairs:
        own = [net.denied & {*net.countries_of(place)} for place in (a, b)]
        three = nx.DiGraph()
        for s in range(graph.size):
            three.add_edge((s, 0), (s, 1), ms=0)
            three.add_edge((s, 1), (s, 2), ms=0)
        for tail, head, link, ms in sorted(arcs, key=lambda arc: -arc[3]):  # of parallel arcs the quickest stands
            denied = net.denied & set(country[link].split("-")) if link >= 0 else set()
            for phase, lifted in enumerate((own[0], set(), own[1])):
                if denied <= lifted and (denied or phase == 1 or link < 0):
                    three.add_edge((tail, phase), (head, phase), ms=ms)
        starts = {(s, 0) for s in graph.states([a]).tolist()}
        found = nx.multi_source_dijkstra_path_length(three, starts, weight="ms") if starts else {}
        best = min([best, *(found.get((s, 2), best) for s in graph.states([b]).tolist())])
    return best


@settings(max_examples=40)
@given(networks(), st.data())
def test_the_graph_of_all_pairs(spec, data):
    owners = {p: row | {"country": data.draw(st.sampled_from(["AA", "BB", "CC"]))} for p, row in spec.places.items()}
    links = [f"{line.replace('country=AA', 'country=CC')}" if i % 3 == 2 else line for i, line in enumerate(spec.links)]
    net = drawn(*links, places=owners, borders=spec.borders)
    net = derive(replace(net, denied=frozenset({"BB", "CC"})))
    here = data.draw(st.lists(st.sampled_from(sorted(owners)), min_size=1, unique=True))
    there = [p for p in owners if p not in here] or ["a"]
    here = [p for p in here if p not in there] or ["b"]
    joint = joint_graph(net, here, there)
    least = milliseconds(joint.graph.rank_to(joint.goal)[joint.start].min(initial=float("inf")))
    assert least == in_phases(net, [(a, b) for a in here for b in there])
    own = routes(net, here, there)["time_h"].astype(float).min() * MS
    assert not least < own - 0.5, "a pair asked about alone may come back to its own country"
