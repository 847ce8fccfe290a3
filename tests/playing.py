"""Games of protection on random networks, and all attacks on them one by one."""

from itertools import combinations
from typing import NamedTuple

from hypothesis import strategies as st

from drawing import drawn
from mobility.analysis.closable import things_of
from mobility.analysis.pairs import graphs_of
from mobility.vocabulary import split
from oracles import Spec, arcs_by_hand, networks, simple_routes

CUT = 10**15  # a pair cut off, in milliseconds: above all delays here


class Enumerated:
    """All attacks on all simple routes, of things given by their links (of places: by what they are)."""

    def __init__(self, net, pairs, by, k, things):
        self.things = things
        self.pairs = []
        for a, b in pairs:
            found = [(sum(arc[2] for arc in path), self.met(path, by)) for path in simple_routes(net, a, b)]
            if found:
                self.pairs.append((min(ms for ms, _ in found), found))
        self.attacks = {c: self.harm(c) for n in range(k + 1) for c in combinations(sorted(things), n)}

    def met(self, path, by):
        on = {arc[1][0] if by == "place" else arc[3] for arc in path}
        return {thing for thing, parts in self.things.items() if on & parts}

    def harm(self, closed):
        total = 0
        for before, routes in self.pairs:
            ms = min((ms for ms, on in routes if not on & set(closed)), default=None)
            total += CUT if ms is None else ms - before
        return total

    def left(self, safe):
        return max(harm for closed, harm in self.attacks.items() if not safe & set(closed))

    def least(self, f):
        return min(self.left(set(safe)) for n in range(f + 1) for safe in combinations(sorted(self.things), n))


def things_by_hand(net, pairs, by):
    ends = {place for pair in pairs for place in pair}
    if by == "place":
        return {p: {p} for p in {arc[i][0] for arc in arcs_by_hand(net) for i in (0, 1)} - ends}
    if by in {"structure", "bridge"}:
        return {s: set(split(cell)) for s, cell in zip(net.structures["id"], net.structures["links"], strict=True)
                if by == "structure" or s in set(net.structures["id"][net.structures["kind"] == "bridge"])}  # fmt: skip
    used = {arc[3] for arc in arcs_by_hand(net)}
    if by == "link":
        return {i: {i} for i in net.links.index[net.links["active"]] if i in used}
    table = things_of(net, by, list(graphs_of(net, pairs)))
    return {key: set(split(cell)) for key, cell in table["links"].items()}


class Game(NamedTuple):
    """A network with structures on its links, and pairs."""

    spec: Spec
    bridges: list
    origins: list
    destinations: list

    @property
    def net(self):
        return drawn(*self.spec.links, places=self.spec.places, borders=self.spec.borders, structures=self.bridges)

    @property
    def pairs(self):
        return [(a, b) for a in self.origins for b in self.destinations if a != b]


@st.composite
def games(draw):
    spec = draw(networks(most=7))
    ids = [line.split("id=")[1].split()[0] for line in spec.links]
    some = st.lists(st.sampled_from(ids), min_size=1, max_size=2, unique=True)
    bridges = [
        {"id": f"s{i}", "name": f"S{i}", "links": ";".join(on), "kind": "bridge" if i else "tunnel"}
        for i, on in enumerate(draw(st.lists(some, max_size=5)))
    ]
    ends = list(spec.net.places.index)
    return Game(
        spec, bridges, *draw(st.sampled_from([(ends[:1], ends[-1:]), (ends[:2], ends[2:]), (ends[:2], ends[1:])]))
    )
