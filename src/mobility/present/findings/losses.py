"""What the loss of each link, place, structure, border or country costs (N-1), the sole links and the min-cut."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mobility.analysis import bottlenecks as analysis
from mobility.analysis.flows import min_cut
from mobility.analysis.pairs import Pairs
from mobility.analysis.sweeps import sweep
from mobility.doubt.choices import MOSTLY
from mobility.doubt.cuts import uncertain_min_cut
from mobility.doubt.failures import link_failures
from mobility.doubt.intervals import uncertain_losses
from mobility.errors import InputError
from mobility.model.names import some
from mobility.present import style
from mobility.present.finding import Finding
from mobility.present.findings.intervals import drawn_so_often, uncertain_summary
from mobility.present.language import number, say, untranslated
from mobility.present.phrases import many, named, percent
from mobility.present.scene import Ranked, Under, ends_of
from mobility.present.views import View
from mobility.vocabulary import split

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from mobility.analysis.flows import MinCut
    from mobility.analysis.pairs import Ends
    from mobility.analysis.sweeps import Sweep
    from mobility.doubt.intervals import Uncertain
    from mobility.model.network import Network
    from mobility.vocabulary import Words

MAP_COLUMNS = ("name", "mode", "pairs_using", "pairs_delayed", "pairs_cut_off", "mean_delay_h", "worst_delay_h")
_TOP = 5  # losses that are numbered on the map
_WORST = 20  # rows that a person reads, unless more or fewer are asked for
_SURE = 0.95


def bottlenecks(
    network: Network, origins: Ends = None, destinations: Words = None, *, by: str = "section", top: int | None = None
) -> Finding:
    """Return what the loss of each thing costs: as `mobility.bottlenecks`, with its sentences, title, map and chart.

    Parameters
    ----------
    network, origins, destinations, by
        As in `mobility.bottlenecks`. Losses of links and sections have a map.
    top
        Only so many of the worst; default: all, of which a person reads 20.
    """
    net, pairs = network.profiled(), Pairs.of(network, origins, destinations)
    cut = min_cut(net, pairs)
    table = analysis.bottlenecks(net, pairs, by=by, cut=cut)
    if by == "country":
        called = zip(table["country"], table["name"], strict=True)
        table["name"] = [style.country_name(code, name) for code, name in called]
    summary = _summary(table, by, cut, len(pairs.asked))
    shown = [*([by] if by != "section" else []), *(["name"] if by not in {"link", "place"} else [])]
    shown += ["mode"] * (by == "section") + "pairs_using pairs_delayed".split()
    shown += ["pairs_cut_off", *["pairs_lost_end"] * (by in {"place", "country"}), "mean_delay_h", "worst_delay_h"]
    shown += ["in_min_cut"]
    return Finding(
        "bottlenecks", net, table if top is None else table.iloc[:top], tuple(shown), summary,
        _title(table), _words(net, table, by, summary), read=table.head(top or _WORST),
        drawn=(lambda finding: _view(finding, pairs)) if by in {"section", "link"} else None, charted=_chart,
    )  # fmt: skip


def uncertain(finding: Finding, pairs: Pairs, draws: int, seed: int = 0, run: Sweep = sweep) -> Finding:
    """Return the finding of `bottlenecks` by link with intervals of losses, their ranks and the min-cut over draws."""
    if "link" not in finding.table:
        raise InputError('intervals are of the losses of links: ask bottlenecks(..., by="link") for them')
    found = uncertain_losses(finding.network, pairs, draws=draws, seed=seed, run=run)
    cut = uncertain_min_cut(finding.network, pairs, draws=draws, seed=seed, run=run)
    net, stated = finding.network, finding.summary["min_cut_vehicles_day"]
    columns = "link pairs_using pairs_cut_off total_delay_h total_delay_h_p5 total_delay_h_p95 rank_p5 rank_p95"
    table = finding.table.merge(found.table, on="link")
    shares = cut.table.set_index("thing").reindex(table["link"]).fillna(0)
    table[shares.columns.tolist()] = shares.to_numpy(float)
    return replace(
        finding,
        table=table,
        read=table.head(len(finding.rows)),
        columns=(*columns.split(), "worst10_share", "worst10_common_share", "in_min_cut_share"),
        summary=finding.summary | {"uncertain": uncertain_summary(found) | cut.total},
        sentences=(*finding.sentences, _uncertain_words(net, found), _cut_words(net, cut, stated)),
        charted=None,
        doubt=found,
    )


def failures(
    network: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    days: int,
    seed: int = 0,
    run: Sweep = sweep,
    top: int | None = None,
) -> Finding:
    """Return which links matter most when links fail at random: as `mobility.link_failures`, in words."""
    net, pairs = network.profiled(), Pairs.of(network, origins, destinations)
    table = link_failures(net, pairs, days=days, seed=seed, run=run)
    columns = "link probability days_shut delay_h cut_off expected_delay_h expected_cut_off".split()
    summary = {"pairs": len(pairs.asked), "days": days, "seed": seed}
    sentence = _failure_words(table, days)
    return Finding(
        "bottlenecks", net, table if top is None else table.iloc[:top], tuple(columns), summary,
        sentence.removesuffix("."), (sentence,), read=table.head(top or _WORST),
    )  # fmt: skip


def _summary(table: pd.DataFrame, by: str, cut: MinCut, asked: int) -> dict[str, Any]:
    return {
        "pairs": asked,
        "things": len(table),
        "used": int((table["pairs_using"] > 0).sum()),
        "sole": table.loc[table["sole_link"], by].tolist(),
        "min_cut_vehicles_day": cut.vehicles_day,
        "min_cut": cut.things,
    }


def _loss(table: pd.DataFrame) -> str:
    """Return what row 1 costs, "" where no loss costs anything."""
    if table.empty or not (table["sole_link"].iloc[0] or table["pairs_delayed"].iloc[0]):
        return ""
    row = table.iloc[0]
    name = row["name"].replace(", ", " (") + ")" if len(split(row.get("links", ""))) > 1 else row["name"]
    about = {
        "name": name,
        "cut": many(row["pairs_cut_off"], "pair"),
        "pairs": many(row["pairs_delayed"], "pair"),
        "hours": row["mean_delay_h"],
    }
    if not row["pairs_delayed"]:
        return say("Losing {name} cuts {cut} off", **about)
    if row["sole_link"]:
        return say("Losing {name} cuts {cut} off and costs {pairs} {hours:.1f} h on average", **about)
    return say("Losing {name} costs {pairs} {hours:.1f} h on average", **about)


def _title(table: pd.DataFrame) -> str:
    """Return what row 1 costs, and how many losses cut pairs off."""
    cut = int(table["sole_link"].sum())
    losses = many(cut, "single loss", "single losses")
    parts = [_loss(table)] + [say("{losses} would cut pairs off", losses=losses)] * bool(cut)
    return "; ".join(filter(None, parts)) or say("No single loss costs any pair time")


@untranslated
def _words(net: Network, table: pd.DataFrame, by: str, summary: dict[str, Any]) -> tuple[str, ...]:
    """Return what the table means: the worst loss, what some pairs depend on, and the min-cut."""
    worst = _loss(table)
    most = f", at most {table['worst_delay_h'].iloc[0]:.1f} h" if worst and table["pairs_delayed"].iloc[0] else ""
    lines = [f"{worst}{most}."] if worst else []
    sole, flow = table.loc[table["sole_link"], "name"].tolist(), summary["min_cut_vehicles_day"]
    lines.append(
        f"Some pairs depend on {'one of ' * (len(sole) > 1)}{some(sole)}."
        if sole
        else f"No pair depends on a single {by}."
    )
    limit = f"{flow:,.0f} vehicles a day" if flow < float("inf") else "unlimited"
    through = f" through {some(named(net, summary['min_cut']))}" if summary["min_cut"] else ""
    return (*lines, f"Min-cut (capacities are estimates): {limit}{through}.")


@untranslated
def _uncertain_words(net: Network, found: Uncertain) -> str:
    """Return how many links are among the ten worst in nearly all draws."""
    table = found.table
    sure = table[table[["worst10_share", "worst10_common_share"]].min(axis=1) >= _SURE]
    which = ", ".join(net.links.loc[sure["link"], "name"])
    words = drawn_so_often(uncertain_summary(found))
    return f"{words}; among the ten worst in at least {percent(_SURE)} of either: {which or 'none'}."


@untranslated
def _cut_words(net: Network, cut: Uncertain, stated: float) -> str:
    """Return the interval of the min-cut, and what it mostly passes."""
    told = {name: "no limit" if math.isnan(value) else f"{value:,.0f}" for name, value in cut.total.items()}
    own, common = (
        " to ".join(told[f"min_cut_vehicles_day_{kind}{p}"] for p in ("p5", "p95")) for kind in ("", "common_")
    )
    words = f"Min-cut, with capacities and ways drawn too: {own} vehicles a day in 90 % of the draws, {common} with "
    words += "one common factor per country and class"
    if stated > cut.total["min_cut_vehicles_day_p95"]:
        words += f" (of many cuts the smallest counts, so that what varies link by link leaves less than {stated:,.0f})"
    often = cut.table.loc[cut.table["in_min_cut_share"] > MOSTLY, "thing"].tolist()
    return f"{words}; in most draws through {some(named(net, often))}." if often else f"{words}."


@untranslated
def _failure_words(lost: pd.DataFrame, days: int) -> str:
    """Return which links matter most when links fail at random."""
    cut, hours = (lost[f"expected_{what}"] for what in ("cut_off", "delay_h"))
    words = f"{days:,} days on which links fail at random: each alone, failures cut {cut.sum():.2g} pairs off "
    words += f"and cost the others {hours.sum():.1f} h on a day"
    first = lost.loc[(hours > 0) | (cut > 0), "name"].head(3)
    return f"{words}; most by {', '.join(first)}." if len(first) else f"{words}."


def _view(finding: Finding, pairs: Pairs) -> View:
    """Return the losses as widths, the worst of them numbered; what cuts pairs off is as wide as the widest."""
    net, table = finding.network, finding.table
    hurt = table[(table["total_delay_h"] > 0) | table["sole_link"]]
    worst = hurt["total_delay_h"].max() if len(hurt) else 1.0
    values: tuple[dict[str, float], dict[str, float]] = ({}, {})  # of the others, of those numbered
    notes: dict[str, str] = {}
    ranked = []
    for i, row in enumerate(hurt.to_dict("records")):
        links = split(row.get("links", row.get("link")))
        delay = number(row["mean_delay_h"], ".1f")
        losers = f"{many(row['pairs_delayed'], 'pair')} × {delay} h" if row["pairs_delayed"] else ""
        cut = say("{pairs} cut off", pairs=many(row["pairs_cut_off"], "pair")) if row["pairs_cut_off"] else ""
        said = ", ".join(filter(None, (cut, losers)))
        values[i < _TOP].update(dict.fromkeys(links, worst if row["sole_link"] else row["total_delay_h"]))
        notes |= dict.fromkeys(links, say("if lost: {said}", said=said))
        if i < _TOP:
            ranked.append(Ranked(str(i + 1), row["name"], said, tuple(links), ends_of(net, links)))
    layers = (
        Under(say("hours lost with any other"), style.SAME_COLOUR, values[0], notes, "h", "more", casing="#FFFFFF"),
        Under(say("hours lost with the worst {n}", n=len(ranked)), style.ROUTE_COLOUR, values[1], notes, "h", "more"),
    )
    ends = frozenset(place for pair in pairs.within(net) for place in pair)
    return View(
        net, finding.title, tuple(layer for layer in layers if layer.values), ends, hurt.head(_WORST), MAP_COLUMNS,  # noqa: PD011
        quiet=True, ranked=tuple(ranked), ranking=say("What hurts most when lost"),
    )  # fmt: skip


def _chart(finding: Finding) -> Figure:
    from mobility.present.print.charts import bottleneck_chart

    return bottleneck_chart(finding)
