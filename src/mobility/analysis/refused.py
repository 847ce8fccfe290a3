"""Ways that would be quicker if they were allowed: which limit refuses them, and what it costs.

One limit after the other is lifted, and the best route searched anew; at last all of them together. What is found is
exact for each limit by itself.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from mobility.analysis.graph import CROSSING, MS_PER_H, milliseconds
from mobility.analysis.pairs import graph_for
from mobility.analysis.replacement import Tree
from mobility.errors import sure
from mobility.model.changes import crossings_met, derive
from mobility.vocabulary import NOTICEABLE_MS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mobility.analysis.graph import Graph
    from mobility.model.network import Network

COLUMNS = "limit time_then_h saved_h ways reasons links_then".split()
# Limits of a profile: what they are called, and values that refuse nothing.
_PROFILE: dict[str, dict[str, Any]] = {
    "gross mass": {"gross_t": 0.0},
    "axle load": {"axle_t": 0.0, "rail_axle_t": 0.0},
    "mass per metre": {"rail_t_per_m": 0.0},
    "width": {"width_m": 0.0},
    "height": {"height_m": 0.0},
    "loading gauge": {"loading_gauge": "G1"},
    "refused by the profile": {"refuse": {}},
}
TOGETHER = "all together"


def refused_ways(network: Network, origin: str, destination: str) -> pd.DataFrame:
    """Return which limits refuse a quicker way, each lifted by itself, and all of them together.

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used.
    origin, destination
        A place (id or name) or lat,lon; they need not be connected.

    Returns
    -------
    DataFrame
        One row per limit that costs more than half a minute, the dearest first. Columns: limit ("gross mass", "axle
        load", "mass per metre", "width", "height", "loading gauge", "refused by the profile", "mode", "transit",
        "closed", "border shut", "doubtful", "relief", "not open", or "all together" where together they cost more),
        time_then_h (without it), saved_h (NaN: there is no way with it), ways and reasons (";"-joined: links and
        border places of the quicker way that are refused, and why), links_then (ids of its links). Closures of one
        direction of a link stay.
    """
    net = network.profiled()
    a, b = net.place_named(origin), net.place_named(destination)
    now, _, _ = _best(net, a, b)
    rows, together = [], net
    for limit, lift in _lifts(net):
        together = lift(together)
        free = derive(lift(net))
        if any((after["active"] & ~before["active"]).any() for before, after in _tables(net, free)):
            row = _row(net, free, a, b, now)
            rows += [{"limit": limit} | row] if row else []
    rows.sort(key=lambda row: float(row["time_then_h"]))
    row = _row(net, derive(together), a, b, now)
    if row and (not rows or row["time_then_h"] < rows[0]["time_then_h"]):
        rows.append({"limit": TOGETHER} | row)
    return pd.DataFrame(rows, columns=COLUMNS)


def _tables(before: Network, after: Network) -> tuple[tuple[pd.DataFrame, pd.DataFrame], ...]:
    return (before.links, after.links), (before.borders, after.borders)


def _lifts(net: Network) -> Iterator[tuple[str, Callable[[Network], Network]]]:
    """Iterate over the limits and what lifts each; what follows for links is `derive`'s."""
    profile = sure(net.profile, "the profile")
    for limit, values in _PROFILE.items():
        yield limit, partial(_relieved, **values)
    usual = net.rules.profiles.get(profile.name, profile).modes
    if profile.modes != usual:
        yield "mode", partial(_relieved, modes=usual)
    if net.denied:
        yield "transit", lambda n: replace(n, denied=frozenset())
    if net.closed:
        yield "closed", _reopened
    yield "border shut", lambda n: replace(n, borders=n.borders.assign(active=n.borders["closure"] == ""))
    if net.exclude_doubtful:
        yield "doubtful", lambda n: replace(n, exclude_doubtful=False)
    if net.exclude_relief:
        yield "relief", lambda n: replace(n, exclude_relief=False)
    yield "not open", _built


def _relieved(net: Network, **values: Any) -> Network:  # noqa: ANN401 - of a profile
    return replace(net, profile=replace(sure(net.profile, "the profile"), **values))


def _reopened(net: Network) -> Network:
    """Return the network without its closures; a crossing that the tables shut stays so."""
    ours = net.borders["closure"] != ""
    open_ = net.borders["usable"].to_numpy(bool) & (net.borders["barred"] == "")
    borders = net.borders.assign(active=net.borders["active"] | (ours & open_), closure="")
    return replace(net, links=net.links.assign(closure=""), borders=borders)


def _built(net: Network) -> Network:
    """Return the network with every planned and disused link open, and the crossings that they meet."""
    links, unopened = net.links, (net.links["status"] != "open") & ~net.links["built"]
    met = crossings_met(net.borders, links.assign(built=unopened))
    borders = net.borders.assign(active=net.borders["active"] | met)
    return replace(net, links=links.assign(built=links["built"] | unopened), borders=borders)


def _best(net: Network, a: str, b: str) -> tuple[float, list[int], Graph]:
    graph = graph_for(net, (a, b))
    goal, here = Tree.at(graph, b, reverse=True), Tree.at(graph, a)
    path = goal.walk(graph, here)
    ms = milliseconds(here.rank[goal.states].min(initial=float("inf")))
    return float(ms), path, graph


def _row(net: Network, free: Network, a: str, b: str, now: float) -> dict[str, Any] | None:
    """Return what a network with less limits saves, if it is noticeable."""
    ms, path, graph = _best(free, a, b)
    if not now - ms > NOTICEABLE_MS:  # inf - inf is no number
        return None
    legs = graph.link[path]
    links = net.links.iloc[legs[legs >= 0]]
    refused = links[~links["active"]]
    ways, reasons = refused.index.tolist(), refused["reason"].tolist()
    for arc in (arc for arc in path if graph.link[arc] == CROSSING):
        border = net.borders.iloc[int(graph.inputs[arc]) - len(net.links)]
        if not border["active"]:
            ways.append(border["place"])
            reasons.append(border["closure"] or border["barred"] or "border not open to the force")
    return {
        "time_then_h": ms / MS_PER_H,
        "saved_h": (now - ms) / MS_PER_H if now < float("inf") else float("nan"),
        "ways": ";".join(ways),
        "reasons": ";".join(reasons),
        "links_then": ";".join(links.index),
    }
