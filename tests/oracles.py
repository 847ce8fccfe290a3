"""What the analyses are tested against: random networks, brute force over their tables, networkx on the export."""

from dataclasses import replace
from itertools import combinations
from typing import NamedTuple

import networkx as nx
import numpy as np
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

import hourly
from drawing import drawn
from mobility.analysis.graph import Graph
from mobility.analysis.routes import routes
from mobility.model.changes import derive
from mobility.model.passage import handled_per_day

CHANGE = {"transfer": "road-rail", "transfer_source": "estimate: drawn"}
BORDER = {"kind": "border_crossing"}
MS = 3_600_000


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
        for mode in dict.fromkeys(m for m in modes if m != "sea") if places[p]["kind"] == "border_crossing" else ():
            wait = draw(st.sampled_from([None, 0, 0, 0.5]))
            borders += [{"place": p, "countries": "AA-BB", "mode": mode, "wait_h": wait}] * (wait is not None)
    return Spec(links, places, borders)


# What an upgrade makes of a link.
BETTER = [("speed_kmh", "120"), ("speed_kmh", "60"), ("length_km", "20"), ("capacity_trains_day", "90")]
WORSE = [("speed_kmh", "30"), ("oneway", "yes"), ("country", "BB"), ("corridors", "access"), ("corridors", "T")]


@st.composite
def builds(draw, changes):
    """A network, and what can be built in it: projects of one to three links, planned or open, and any two of them.

    Each changes links as `changes` has it: attribute and value after. Some links are closed, some projects built, some
    countries denied, some crossings barred.
    """
    spec = draw(networks(access=True, planned=True, most=9))
    ids = [line.split("id=")[1].split()[0] for line in spec.links]
    groups = draw(st.lists(st.lists(st.sampled_from(ids), min_size=1, max_size=3, unique=True), max_size=3))
    projects = [{"id": f"p{i}", "name": f"p{i}", "links": ";".join(group)} for i, group in enumerate(groups)]
    upgrades = [
        {"project": f"p{i}", "link": link, "attribute": attribute, "after": after}
        for i, group in enumerate(groups)
        for link in group
        for attribute, after in draw(st.lists(st.sampled_from(changes), max_size=2))
    ]
    owners = st.sampled_from(["AA", "BB", "CC"])
    places = {p: row | {"country": draw(owners)} for p, row in spec.places.items()}
    borders = [row | {"usable": draw(st.sampled_from(["yes", "yes", "no"]))} for row in spec.borders]
    net = drawn(*spec.links, places=places, borders=borders, projects=projects, upgrades=upgrades)
    net = replace(net, include_access=draw(st.booleans()))
    if draw(st.booleans()):
        net = net.close(f"link:{draw(st.sampled_from(ids))}", allow_empty=True)
    if projects and draw(st.booleans()):
        net = net.build("p0")
    if draw(st.booleans()):
        net = derive(replace(net, denied=frozenset({"BB"})))
    keys = [project["id"] for project in projects]
    return net, [list(c) for r in (1, 2) for c in combinations(keys, r)]


def arcs_by_hand(net):
    """Arcs (tail, head, milliseconds, link id or "transfer" or "crossing"), read from the tables without `Graph`."""
    links = net.links[net.links["active"]]
    kind, transfer = net.places["kind"].to_dict(), net.places["transfer"].to_dict()
    arcs = []

    def state(place, mode, country):
        return place, mode, country if kind[place] in {"border_crossing", "rail_border"} else ""

    rows = zip(*(links[c] for c in ("id", "from", "to", "mode", "country", "time_h", "oneway")), strict=True)
    for link, u, v, mode, country, time_h, oneway in rows:
        a, b = state(u, mode, country), state(v, mode, country)
        arcs.append((a, b, round(time_h * MS), link))
        if not oneway:
            arcs.append((b, a, round(time_h * MS), link))
    kept = net.links[net.links["usable"]]  # what a closed link reached can still be passed
    states = sorted(
        {
            state(p, mode, country)
            for end in ("from", "to")
            for p, mode, country in zip(*(kept[c] for c in (end, "mode", "country")), strict=True)
        }
    )
    waits = {(b.place, b.mode): round(b.wait_h * MS) for b in net.borders[net.borders["active"]].itertuples()}
    for s in states:
        for t in states:
            if s[0] != t[0] or s == t:
                continue
            pairs = transfer[s[0]].split(";")
            if s[2] == t[2] and (f"{s[1]}-{t[1]}" in pairs or f"{t[1]}-{s[1]}" in pairs):
                arcs.append((s, t, MS, "transfer"))
            elif s[1] == t[1] == "sea":
                arcs.append((s, t, 0, "pass"))  # ships have no border
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
    ids = [what for *_, what in path if what not in {"transfer", "crossing", "pass"}]
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


def exported(net):
    """The export of a network as a networkx graph with whole milliseconds."""
    graph = nx.MultiDiGraph()
    for arc in Graph.of(net).to_frame().itertuples():
        graph.add_edge(arc.tail, arc.head, ms=round(arc.cost_s * 1000), link=arc.link)
    return graph


def states_of(graph, place):
    return {s for s in graph if s.split("/")[0] == place}


def tree_from(graph, states):
    return nx.multi_source_dijkstra_path_length(graph, states, weight="ms") if states else {}


def oracle(net, pairs):
    """Milliseconds per pair by networkx on the export; None where there is no way."""
    graph = exported(net)
    trees = {a: tree_from(graph, states_of(graph, a)) for a in dict.fromkeys(a for a, _ in pairs)}
    goals = {b: states_of(graph, b) for b in dict.fromkeys(b for _, b in pairs)}
    return {(a, b): min((trees[a][t] for t in goals[b] if t in trees[a]), default=None) for a, b in pairs}


class Timed:
    """The rules of a deployment by hand: a linear programme with one variable per arc of the export and hour."""

    def __init__(self, net, origins, destinations, trains_day, shares=None, clock=None):
        self.origins, self.shares = origins, shares or {}
        self.arcs = []  # tail, head, hours, vehicles an hour, on a train, hours of entry at which it is shut
        closed, net = net, net.untimed
        self.pool = trains_day * net.profile.vehicles_per_train / 24
        self.ramp = net.rules.deploy["railhead_trains_day"] * net.profile.vehicles_per_train / 24
        border = net.rules.deploy["border_vehicles_day"] / 24
        table = Graph.of(net).to_frame()
        free = set(net.links.index[net.links["corridors"] == "access"])
        rest = np.where(table["mode"] == "road", 24 / net.profile.hours_per_day, 1)  # spread over the hours driven
        moving = -(-np.rint(table["cost_s"] * 1000).astype(int) // MS)  # hours on a link, of entry the first
        table["ms"] = np.rint(table["cost_s"] * 1000 * rest).astype(int)
        reached = self._reached(table)
        for a, long in zip(table.itertuples(), moving, strict=True):
            shut = self._shut(closed, a, max(long, 1), clock)
            # Rounded up along the best routes; what leaves one loses the difference, rounded up too.
            start, end = (reached.get(state) for state in (a.tail, a.head))
            hours = -(-a.ms // MS)
            if start is not None:
                hours = -(-(start + a.ms - end) // MS) + -(-end // MS) - -(-start // MS)
            room = np.inf
            if a.link and a.link not in free:
                room = net.links.at[a.link, "capacity"] / 24
            elif a.mode == "crossing" and "/road/" in a.tail:
                room = border
            change = a.mode == "transfer"
            self.add(
                self.ashore(a.tail) if change else a.tail,
                self.queue(a.head) if change else a.head,
                hours,
                room,
                shut=shut,
            )
        states = sorted({*table["tail"], *table["head"]})
        handled = (handled_per_day(net.places, net.rules) / 24).to_dict()
        for place in net.places.index:
            here = [s for s in states if s.split("/")[0] == place]
            self.limit(place, here, handled[place])
            if place in origins:
                port = handled[place] < np.inf or any("/sea" in s for s in here)
                self.add(f"{place}/start", f"{place}/quay" if port else f"{place}/ready")
                for s in here:
                    self.add(f"{place}/landed" if port else f"{place}/ready", self.queue(s))
            for s in here if place in destinations else ():
                self.add(self.ashore(s), "there")

    def _reached(self, table):
        graph = nx.DiGraph()
        for tail, head, ms in table.sort_values("ms", ascending=False)[["tail", "head", "ms"]].to_numpy().tolist():
            graph.add_edge(tail, head, ms=ms)  # of parallel arcs the quickest stands
        starts = {state for state in graph if state.split("/")[0] in self.origins}
        return nx.multi_source_dijkstra_path_length(graph, starts, weight="ms") if starts else {}

    def _shut(self, net, arc, long, clock):
        """Tell of an hour of entry whether a link is shut in any of the hours in which one is on it."""
        if not any(arc.link in {*timed.closure.links, *dict(timed.leaving)} for timed in net.timed):
            return None
        tail = arc.tail.split("/")[0]
        return lambda hour: any(hourly.shut(net, arc.link, tail, clock, hour + i) for i in range(long))

    def add(self, tail, head, hours=0, room=np.inf, train=False, shut=None):
        self.arcs.append((tail, head, hours, room, train, shut))

    def limit(self, place, here, handled):
        self.add(f"{place}/quay", f"{place}/landed", room=handled)
        self.add(f"{place}/ramp", f"{place}/train", room=self.ramp, train=True)
        for s in here:
            if "/rail" in s:
                self.add(f"{place}/train", s)
            if "/sea" in s:
                self.add(s, f"{place}/quay")
                self.add(self.queue(s), s, room=handled)

    @staticmethod
    def ashore(state):
        return state.split("/")[0] + "/landed" if "/sea" in state else state

    @staticmethod
    def queue(state):
        return state.split("/")[0] + "/ramp" if "/rail" in state else state + "/boarding" if "/sea" in state else state

    def most(self, horizon, need=1e6):
        """Most vehicles that arrive in the hours 0 to horizon - 1, of `need`."""
        names = ["there", *(f"{p}/start" for p in self.origins), *(n for arc in self.arcs for n in arc[:2])]
        row = {name: i * horizon for i, name in enumerate(dict.fromkeys(names))}
        waiting = [(n, n, 1, np.inf, False, None) for n in row if n != "there"]
        columns = [
            (arc, t) for arc in [*self.arcs, *waiting] for t in range(horizon - arc[2]) if not (arc[5] and arc[5](t))
        ]
        size, entries, trains = len(columns) + len(self.origins), [], []
        for i, ((tail, head, hours, _, train, _), t) in enumerate(columns):
            entries += [(row[tail] + t, i, -1.0), (row[head] + t + hours, i, 1.0)]
            trains += [(t, i, 1.0)] * train
        entries += [(row[f"{p}/start"], len(columns) + i, 1.0) for i, p in enumerate(self.origins)]  # all in hour 0
        balance = _matrix(entries, len(row) * horizon, size)
        rest = [(horizon, len(columns) + i, 1.0) for i, p in enumerate(self.origins) if p not in self.shares]
        found = linprog(
            -np.asarray(balance[:horizon].sum(axis=0)).ravel(),
            A_eq=balance[horizon:],
            b_eq=np.zeros(balance.shape[0] - horizon),
            A_ub=_matrix(trains + rest, horizon + 1, size),
            b_ub=[*[min(self.pool, 1e6)] * horizon, need * (1 - sum(self.shares.values()))],
            bounds=[(0, min(arc[3], 1e6)) for arc, _ in columns]
            + [(0, need * self.shares.get(p, 1)) for p in self.origins],
        )
        assert found.success
        return -found.fun


def _matrix(entries, rows, columns):
    row, column, value = zip(*entries, strict=True) if entries else ((), (), ())
    return csr_matrix((value, (row, column)), (rows, columns))


def n1_by_closing(net, pairs, links):
    """Per pair the milliseconds with its worst link lost, closing one link after the other."""
    worst = dict.fromkeys(pairs, -1.0)
    for closed in [net, *(net.close(f"link:{i}") for i in links)]:
        graph = Graph.of(closed)
        remaining = {b: np.floor(graph.rank_to(graph.states([b])) / 2**20) for b in {b for _, b in pairs}}
        for a, b in pairs:
            worst[a, b] = max(worst[a, b], remaining[b][graph.states([a])].min(initial=np.inf))
    return worst
