"""What pairs have in reserve, and what projects, sets of them or a new link would buy."""

from __future__ import annotations

from dataclasses import replace
from math import isnan
from typing import TYPE_CHECKING

from mobility.analysis import newlinks
from mobility.analysis import portfolio as sets
from mobility.analysis import redundancy as analysis
from mobility.analysis.pairs import Pairs
from mobility.analysis.sweeps import sweep
from mobility.doubt.intervals import uncertain_gains
from mobility.present import style
from mobility.present.finding import Finding
from mobility.present.findings.intervals import drawn_so_often, uncertain_summary
from mobility.present.language import number, say, untranslated
from mobility.present.phrases import many, percent
from mobility.present.scene import Ranked, Under
from mobility.present.views import View

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from matplotlib.figure import Figure

    from mobility.analysis.pairs import Ends
    from mobility.analysis.sweeps import Sweep
    from mobility.doubt.intervals import Uncertain
    from mobility.model.network import Network
    from mobility.vocabulary import Words

_GAINS = "gain_h arrival_gain_h n1_gain_h worst_n1_gain_h disjoint_gain capacity_gain_vehicles_day pairs_connected_gain"
_COLUMNS = {
    "projects": f"project cost_eur_m {_GAINS} gain_h_per_bn",
    "pairs": "from to time_h arrival_h disjoint_routes place_disjoint_routes n1_detour_h worst_link sole_links",
    "synergy": "project other gain_h gain_h_synergy n1_gain_h n1_gain_h_synergy",
    "portfolio": "project cost_eur_m state gain_h portfolio_cost_eur_m portfolio_gain_h",
    "candidates": "from to length_km speed_kmh total_gain_h pairs_gaining assumption",
}
MAP_COLUMNS = ("name", "cost_eur_m", "gain_h", "n1_gain_h", "disjoint_gain", "capacity_gain_vehicles_day")
_MARKED = 8  # projects whose gain stands on the map
_WORST = 20  # rows of a table beside a map


def redundancy(
    network: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    projects: Words = None,
    run: Sweep = sweep,
) -> Finding:
    """Return what each project buys when it alone is built: as `mobility.project_gains`, in words, map and chart."""
    net, pairs = network.profiled(), Pairs.of(network, origins, destinations)
    table = analysis.project_gains(net, pairs, projects=projects, run=run)
    return replace(
        _answer(net, pairs, "projects", table),
        title=_title(table),
        summary={"pairs": len(pairs.asked), "rows": len(table)}
        | {f"most_{gain}": table[gain].max() if len(table) else None for gain in ("gain_h", "n1_gain_h")},
        sentences=(_words(table),),
        drawn=lambda finding: _view(finding, pairs),
        charted=_chart,
    )


def uncertain(
    finding: Finding, pairs: Pairs, draws: int, seed: int = 0, projects: Words = None, run: Sweep = sweep
) -> Finding:
    """Return the finding of `redundancy` with intervals of the gains and their ranks over draws."""
    found = uncertain_gains(finding.network, pairs, draws=draws, seed=seed, projects=projects, run=run)
    columns = "project gain_h gain_h_p5 gain_h_p95 gain_h_common_p5 gain_h_common_p95 rank_p5 rank_p95"
    return replace(
        finding,
        table=finding.table.merge(found.table, on="project"),
        columns=(*columns.split(), "best3_share", "best3_common_share"),
        summary=finding.summary | {"uncertain": uncertain_summary(found)},
        sentences=(*finding.sentences, _uncertain_words(finding.table, found)),
        doubt=found,
    )


def reserve(network: Network, origins: Ends = None, destinations: Words = None) -> Finding:
    """Return what else every pair has when a link is lost: as `mobility.pair_redundancy`."""
    net, pairs = network.profiled(), Pairs.of(network, origins, destinations)
    table = analysis.pair_redundancy(net, pairs)
    return _answer(net, pairs, "pairs", table)


def synergy(
    network: Network, origins: Ends = None, destinations: Words = None, *, projects: Iterable[str], run: Sweep = sweep
) -> Finding:
    """Return what every two projects buy together: as `mobility.synergy`."""
    net, pairs = network.profiled(), Pairs.of(network, origins, destinations)
    return _answer(net, pairs, "synergy", analysis.synergy(net, pairs, projects=projects, run=run))


def portfolio(
    network: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    budget_eur_m: float,
    projects: Words = None,
) -> Finding:
    """Return the set of projects that gains most within a budget: as `mobility.portfolio`."""
    net, pairs = network.profiled(), Pairs.of(network, origins, destinations)
    return _answer(net, pairs, "portfolio", sets.portfolio(net, pairs, budget_eur_m=budget_eur_m, projects=projects))


def candidates(
    network: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    max_km: float = 150,
    mode: str = "road",
    top: int = 20,
) -> Finding:
    """Return the new links nobody has planned that would gain most: as `mobility.candidates`."""
    net, pairs = network.profiled(), Pairs.of(network, origins, destinations)
    return _answer(net, pairs, "candidates", newlinks.candidates(net, pairs, max_km=max_km, mode=mode, top=top))


def _answer(net: Network, pairs: Pairs, what: str, table: pd.DataFrame) -> Finding:
    columns = tuple(c for c in _COLUMNS[what].split() if c in table.columns)
    summary = {"pairs": len(pairs.asked), "rows": len(table)}
    return Finding("redundancy", net, table, columns, summary, f"{what}: {many(len(table), 'row')}", ())


def _title(table: pd.DataFrame) -> str:
    """Return the largest gain: row 1."""
    if table.empty or not table["gain_h"].iloc[0] > 0:
        return say("No project shortens the mean best time")
    name, hours, count = table["name"].iloc[0], table["gain_h"].iloc[0], len(table)
    if count == 1:
        return say("{name} takes {hours:.2f} h off the mean best time", name=name, hours=hours)
    return say(
        "{name} takes {hours:.2f} h off the mean best time, the most of {n} projects", name=name, hours=hours, n=count
    )


@untranslated
def _words(table: pd.DataFrame) -> str:
    """Return which project gains most: time, robustness, and time per euro."""
    if table.empty or not (table["gain_h"] > 0).any():
        return f"None of {len(table)} projects alone shortens the mean best time."
    best = [
        ("most time off the mean best route", "gain_h"),
        ("off the mean arrival", "arrival_gain_h"),
        ("with the worst link lost", "n1_gain_h"),
        ("per EUR bn", "gain_h_per_bn"),
    ]
    parts = []
    for text, column in best:
        if (table[column] > 0).any():
            row = table.loc[table[column].idxmax()]
            parts.append(f"{text}: {row['name']} ({row[column]:.2f} h)")
    return f"Of {len(table)} projects, each built alone, {'; '.join(parts)}."


@untranslated
def _uncertain_words(table: pd.DataFrame, found: Uncertain) -> str:
    """Return how often the projects that are mostly among the best are so."""
    names = dict(zip(table["project"], table["name"], strict=True))
    share, common = (found.table.set_index("project")[f"best3_{kind}share"] for kind in ("", "common_"))
    best = share.sort_values(ascending=False, kind="stable").head(3)
    parts = [f"{names[key]} in {percent(part)} ({percent(common[key])})" for key, part in best.items() if part]
    words = f"{drawn_so_often(uncertain_summary(found))}; among the three best: {', '.join(parts) or 'none'}"
    return f"{words}; in brackets with one common factor per country and class."


def _view(finding: Finding, pairs: Pairs) -> View:
    """Return the gains as widths; a link of several projects is drawn by the one that gains most."""
    net, table = finding.network, finding.table
    first = table.head(_WORST)
    values, notes, owner = {}, {}, {}
    for row in first[first["gain_h"].notna()].iloc[::-1].to_dict("records"):
        for link in analysis.opened_by(net, row["project"]):
            values[link], owner[link] = max(row["gain_h"], 0.0), row["project"]
            gain = say("{hours:.2f} h off the mean best time of the pairs", hours=row["gain_h"])
            notes[link] = f"{row['name']}: {gain}"
    ranked = []
    for row in first.head(_MARKED).to_dict("records"):
        opened = [*analysis.opened_by(net, row["project"])]
        own = [link for link in opened if owner.get(link) == row["project"]] or opened
        left = say("{hours:.2f} h with the worst single link lost", hours=row["n1_gain_h"])
        said = "" if isnan(row["n1_gain_h"]) else left
        ranked.append(Ranked(number(row["gain_h"], ".2f") + " h", row["name"], said, tuple(own)))
    under = Under(say("hours gained by its project"), style.ROUTE_COLOUR, values, notes, "h", "more")
    ends = frozenset(place for pair in pairs.within(net) for place in pair)
    return View(
        net, finding.title, (under,) if values else (), ends, first, MAP_COLUMNS,
        quiet=True, ranked=tuple(ranked), ranking=say("Hours off the mean time of the pairs"),
    )  # fmt: skip


def _chart(finding: Finding) -> Figure:
    from mobility.present.print.charts import gains_chart

    return gains_chart(finding)
