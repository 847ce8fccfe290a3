"""Networks for every tool alike, as plain arrays: exported, of the world, and synthetic of any size."""

import json
import subprocess
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree
from scipy.spatial import Delaunay

from mobility.analysis.graph import Graph


class Arcs(NamedTuple):
    """Arcs from node to node.

    Attributes
    ----------
    tail, head, cost, link
        Per arc: nodes, milliseconds (whole), number of the link (-1: none).
    x, y
        Per node: degrees.
    origins, destinations
        Nodes; all pairs of them are asked for.
    """

    tail: np.ndarray
    head: np.ndarray
    cost: np.ndarray
    link: np.ndarray
    x: np.ndarray
    y: np.ndarray
    origins: np.ndarray
    destinations: np.ndarray


def exported(table, net, origins, destinations):
    """Arcs of the table that `mobility export` writes; one more node joins all states of each origin or destination."""
    nodes, states = pd.factorize(pd.concat([table["tail"], table["head"]]))
    place = pd.Series(states).str.split("/").str[0].to_numpy()
    tail, head = np.split(nodes, 2)
    ends = [*origins, *destinations]
    at = [np.flatnonzero(place == end) for end in ends]
    extra = np.repeat(len(states) + np.arange(len(ends)), [len(near) for near in at])
    near, outward = np.concatenate(at), extra < len(states) + len(origins)
    where = net.places.geometry[[*place, *ends]]
    aside = np.r_[np.arange(len(states)), np.zeros(len(ends))] * 1e-6  # no line from a point to itself
    return Arcs(
        tail=np.r_[tail, np.where(outward, extra, near)],
        head=np.r_[head, np.where(outward, near, extra)],
        cost=np.r_[np.rint(table["cost_s"] * 1000), np.zeros(len(extra))],
        link=np.r_[net.links.index.get_indexer(table["link"].fillna("")), np.full(len(extra), -1)],
        x=where.x.to_numpy() + aside,
        y=where.y.to_numpy(),
        origins=len(states) + np.arange(len(origins)),
        destinations=len(states) + len(origins) + np.arange(len(destinations)),
    )


def synthetic(size, *, heavy=False, seed=1):
    """Return a road-like network, strongly connected; `heavy` with one-way links.

    Random points in Morton order, joined by their Euclidean minimum spanning tree and random Gabriel
    links, 1.3 links per node in all. 0.3 % of the links are doubled. 8 % of the links are one-way and of
    the others 30 % cost something else on the way back; if heavy, 35 % and all. Costs are lengths times a
    lognormal factor, a minute on average.
    """
    rng = np.random.default_rng(seed)
    xy = rng.random((size, 2))
    xy = xy[np.argsort(_morton(xy), kind="stable")]
    a, b = _planar_links(xy, round(1.3 * size), rng)
    turned = rng.random(len(a)) < 0.5
    a, b = np.where(turned, b, a), np.where(turned, a, b)
    oneway = _oneway(a, b, size, 0.35 if heavy else 0.08, rng)
    twins = rng.choice(len(a), max(1, round(0.003 * len(a))), replace=False)
    a, b, oneway = np.r_[a, a[twins]], np.r_[b, b[twins]], np.r_[oneway, oneway[twins]]
    length = np.hypot(*(xy[a] - xy[b]).T)
    there, back = (60_000 * length / length.mean() * rng.lognormal(0, 0.3, len(a)) for _ in range(2))
    back = np.where(rng.random(len(a)) < (1 if heavy else 0.3), back, there)
    both = np.flatnonzero(~oneway)
    ends = rng.choice(size, min(30, size), replace=False)
    return Arcs(
        tail=np.r_[a, b[both]],
        head=np.r_[b, a[both]],
        cost=np.maximum(1, np.rint(np.r_[there, back[both]])),
        link=np.r_[np.arange(len(a)), both],
        x=xy[:, 0],
        y=xy[:, 1],
        origins=ends[: len(ends) * 2 // 3],
        destinations=ends[len(ends) * 2 // 3 :],
    )


def world_highways(python):
    """Arcs of the highways of the world (OpenStreetMap, by scgraph_data); a kilometre takes a minute."""
    code = "import json; from scgraph_data.world_highways import world_highways_geograph as world; "
    code += "print(json.dumps([world.nodes, [[*arcs.items()] for arcs in world.graph]]))"
    answer = subprocess.run([python, "-c", code], capture_output=True, check=True).stdout
    nodes, arcs = json.loads(answer)
    lat, lon = np.array(nodes).T
    order = np.argsort(_morton(np.c_[(lon + 180) / 360, (lat + 90) / 180]), kind="stable")
    at = np.argsort(order)
    tail = at[np.repeat(np.arange(len(nodes)), [len(some) for some in arcs])]
    head, km = np.array([arc for some in arcs for arc in some]).T
    head = at[head.astype(int)]
    apart = tail != head  # no arc from a node to itself
    tail, head, km = tail[apart], head[apart], km[apart]
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    matrix = csr_matrix((km, (tail, head)), shape=(len(nodes),) * 2)
    _, part = connected_components(matrix, connection="strong")
    ends = np.random.default_rng(1).choice(np.flatnonzero(part == np.bincount(part).argmax()), 30, replace=False)
    return Arcs(
        tail=tail,
        head=head,
        cost=np.rint(60_000 * km),
        link=np.unique(low * len(nodes) + high, return_inverse=True)[1],
        x=lon[order],
        y=lat[order],
        origins=ends[:20],
        destinations=ends[20:],
    )


def graph_of(arcs):
    """Return the routable graph of a synthetic network: its places are the nodes, of one mode."""
    nodes, links = (pd.DataFrame(index=pd.RangeIndex(n)) for n in (len(arcs.x), arcs.link.max() + 1))
    net = SimpleNamespace(places=nodes, links=links)
    place, mode, country = np.arange(len(nodes)), np.zeros(len(nodes), int), np.full(len(nodes), "", object)
    return Graph(net, place, mode, country, arcs.tail, arcs.head, arcs.cost, arcs.link)


def _morton(xy):
    """Interleave the bits of both coordinates (16 each): neighbours on the ground are neighbours in memory."""
    bits = (xy * 2**16).astype(np.uint64)
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        bits = (bits | bits << np.uint64(shift)) & np.uint64(mask)
    return bits[:, 0] | bits[:, 1] << np.uint64(1)


def _planar_links(xy, wanted, rng):
    """Return the ends of the minimum spanning tree's links and of random Gabriel links."""
    size = len(xy)
    triangles = Delaunay(xy).simplices.astype(np.int64)
    a, b, c = (np.roll(triangles, -k, axis=1).ravel() for k in range(3))
    blunt = ((xy[a] - xy[c]) * (xy[b] - xy[c])).sum(axis=1) < 0  # c lies in the circle over a-b: no Gabriel link
    keys, which = np.unique(np.minimum(a, b) * size + np.maximum(a, b), return_inverse=True)
    gabriel = np.bincount(which, blunt) == 0
    a, b = np.divmod(keys, size)
    lengths = csr_matrix((np.hypot(*(xy[a] - xy[b]).T), (a, b)), shape=(size, size))
    tree = minimum_spanning_tree(lengths).tocoo()
    in_tree = np.isin(keys, tree.row.astype(np.int64) * size + tree.col)
    others = np.flatnonzero(gabriel & ~in_tree)
    more = rng.choice(others, min(len(others), wanted - int(in_tree.sum())), replace=False)
    kept = np.sort(np.r_[np.flatnonzero(in_tree), more])
    return a[kept], b[kept]


def _oneway(a, b, size, share, rng):
    """Choose links to be one-way, from a to b, such that every node still reaches every other."""
    oneway = np.zeros(len(a), bool)
    for _ in range(20):
        missing = round(share * len(a)) - int(oneway.sum())
        oneway[rng.choice(np.flatnonzero(~oneway), missing, replace=False)] = True
        tail, head = np.r_[a, b[~oneway]], np.r_[b, a[~oneway]]
        matrix = csr_matrix((np.ones(len(tail), np.int8), (tail, head)), shape=(size, size))
        _, part = connected_components(matrix, connection="strong")
        oneway &= part[a] == part[b]  # a link between two parts has to lead both ways
    return oneway
