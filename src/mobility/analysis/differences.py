"""Why a change costs what it does: each pair's hours by kind, what it lost, and what would turn it over next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mobility.analysis.graph import CROSSING, MS_PER_H, TRANSFER
from mobility.analysis.march import arrival
from mobility.analysis.pairs import Pairs, graphs_of
from mobility.analysis.replacement import losses
from mobility.analysis.routing import walks
from mobility.vocabulary import MODES

if TYPE_CHECKING:
    from mobility.analysis.graph import Graph
    from mobility.analysis.pairs import Ends, PairList
    from mobility.model.network import Network
    from mobility.vocabulary import Words

KINDS = (*MODES, "crossing", "transfer", "rest")
COLUMNS = [
    *"from to time_h_before time_h_after delta_h".split(),
    *(f"{kind}_h" for kind in KINDS),
    *"lost reasons over nearest nearest_h links_before links_after".split(),
]


def differences(before: Network, after: Network, origins: Ends = None, destinations: Words = None) -> pd.DataFrame:
    """Return what a change does to each pair, by kind of hours.

    Parameters
    ----------
    before, after
        Two states of one network, each with a profile applied (else `mixed`).
    origins, destinations
        As in `routes`; pairs with an end that is closed after are left out.

    Returns
    -------
    DataFrame
        One row per pair with a way before or after. Columns: from, to, time_h_before, time_h_after (of the least-time
        routes; NaN: no way), delta_h, and the parts that it is the sum of: road_h, rail_h, sea_h (moving), crossing_h
        (waits at borders), transfer_h (changes of mode); rest_h (more or less rest until that route arrives, no part of
        delta_h); lost and reasons (";"-joined: links of the route before that cannot be used after, and why), over (id
        of the longest link of the route after that the one before has not), nearest (id of the link of the route after
        that has to take least longer before another route is best) and nearest_h (by so much), links_before,
        links_after (ids).
    """
    nets, pairs = (before.profiled(), after.profiled()), Pairs.of(before, origins, destinations)
    both = set(pairs.within(nets[0])) & set(pairs.within(nets[1]))
    asked = [pair for pair in pairs.asked if pair in both]
    was, now = (_spent(net, asked) for net in nets)
    slack = _slack(nets[1], asked)
    rows = [
        {"from": pair[0], "to": pair[1]} | _row(nets[1], was.get(pair), now.get(pair), slack.get(pair))
        for pair in asked
        if pair in was or pair in now
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _spent(net: Network, pairs: PairList) -> dict[tuple[str, str], dict[str, Any]]:
    """Return for each connected pair the hours by kind, and the links, of its best route."""
    found = {}
    for graph, group in graphs_of(net, pairs):
        for pair, _, path in walks(graph, group):
            found[pair] = _by_kind(graph, path)
    return found


def _by_kind(graph: Graph, path: list[int]) -> dict[str, Any]:
    arcs = np.array(path, dtype=int)
    link, ms = graph.link[arcs], graph.cost[arcs]
    parts = {mode: ms[(link >= 0) & (graph.mode[graph.tail[arcs]] == i)].sum() for i, mode in enumerate(MODES)}
    parts |= {"crossing": ms[link == CROSSING].sum(), "transfer": ms[link == TRANSFER].sum()}
    parts["rest"] = arrival(graph, path) - ms.sum()
    hours = {kind: float(value) / MS_PER_H for kind, value in parts.items()}
    return hours | {"time": float(ms.sum()) / MS_PER_H, "links": graph.ids[link[link >= 0]].tolist()}


def _slack(net: Network, pairs: PairList) -> dict[tuple[str, str], tuple[str, float]]:
    """Return for each connected pair the link of its route that is replaced at the least cost, and that cost (h)."""
    found = {}
    for graph, group in graphs_of(net, pairs):
        for one in losses(graph, group):
            more = one.after - one.before
            if len(more) and np.isfinite(more.min()):
                found[one.pair] = str(graph.ids[one.links[more.argmin()]]), float(more.min()) / MS_PER_H
    return found


def _row(
    net: Network, was: dict[str, Any] | None, now: dict[str, Any] | None, slack: tuple[str, float] | None
) -> dict[str, Any]:
    row: dict[str, Any] = {"lost": "", "reasons": "", "over": "", "links_before": "", "links_after": ""}
    links = net.links
    if was is not None:
        gone = [link for link in was["links"] if not links.at[link, "active"]]
        row |= {"time_h_before": was["time"], "links_before": ";".join(was["links"]), "lost": ";".join(gone)}
        row["reasons"] = ";".join(links.at[link, "reason"] for link in gone)
    if now is not None:
        row |= {"time_h_after": now["time"], "links_after": ";".join(now["links"])}
        new = [link for link in now["links"] if was is None or link not in was["links"]]
        row["over"] = max(new, key=lambda link: links.at[link, "time_h"], default="")
        row |= dict(zip(("nearest", "nearest_h"), slack or ("", np.nan), strict=True))
    if was is not None and now is not None:
        row |= {f"{kind}_h": now[kind] - was[kind] for kind in KINDS} | {"delta_h": now["time"] - was["time"]}
    return row
