"""Which sets of projects no other beats in cost, gain and harm, and how often over draws and profiles."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from mobility.analysis import fronts
from mobility.analysis.measured import Sets
from mobility.analysis.sweeps import sweep
from mobility.doubt.choices import MOSTLY, uncertain_front
from mobility.model.names import some
from mobility.present.finding import Finding
from mobility.present.phrases import many, percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.figure import Figure

    from mobility.analysis.pairs import Ends
    from mobility.analysis.sweeps import Sweep
    from mobility.doubt.intervals import Uncertain
    from mobility.model.network import Network
    from mobility.vocabulary import Words

_COLUMNS = ("projects", "cost_eur_m", "gain_h", "pairs_cut_off", "harm_h", "state")
_SHARES = ("front_share", "front_common_share", "robust")
_NAMED = 4  # sets in a sentence
NOTHING = "nothing built"


def pareto(
    network: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    k: int = 1,
    projects: Words = None,
    budget_eur_m: float | None = None,
    seconds: float | None = None,
    draws: tuple[int, int] | None = None,
    run: Sweep = sweep,
) -> Finding:
    """Return which sets of projects are in the front of cost, gain and harm: as `mobility.pareto`, in words and chart.

    With `draws` (their number, and the seed, as in `mobility.uncertain_hours`) in how many of them, and which are so in
    more than half: robust.
    """
    began = time.monotonic()
    fronts.check(k, seconds)
    net = network.profiled()
    sets = Sets.of(net, origins, destinations, projects=projects, budget_eur_m=budget_eur_m)
    until = float("inf") if seconds is None else began + seconds
    now = time.monotonic()
    points, connected = sets.points(k, now + (until - now) / (2 if draws else 1))
    table = fronts.table_of(sets, points, connected)
    count = table["state"].value_counts()
    summary = {
        "pairs": len(sets.pairs),
        "connected": connected,
        "k": k,
        "projects": list(sets.things.index),
        "cost_unknown": list(sets.unpriced),
        "sets": len(table),
        **{state: int(count.get(state, 0)) for state in (fronts.IN, fronts.OUT, fronts.OPEN)},
    }
    found = Finding(
        "pareto", net, table, _COLUMNS, summary, _title(table, k), tuple(_words(table, sets, k)),
        read=table[table["state"] != fronts.OUT], charted=_chart,
    )  # fmt: skip
    if not draws:
        return found
    left = None if seconds is None else max(until - time.monotonic(), 0.0)
    return _drawn(found, uncertain_front(sets, k=k, draws=draws[0], seed=draws[1], seconds=left, run=run))


def _drawn(finding: Finding, doubt: Uncertain) -> Finding:
    """Return a finding with how often each set is in the front over draws."""
    table = finding.table.merge(doubt.table, on="projects")
    counted = {"draws": doubt.draws, "seed": doubt.seed, **doubt.total}
    robust = table.loc[table["robust"], "projects"].tolist()
    often = table[(table["state"] != fronts.OUT) | (table[list(_SHARES[:2])].max(axis=1) > MOSTLY)]
    return replace(
        finding,
        table=table,
        read=often,
        columns=(*_COLUMNS, *_SHARES),
        summary=finding.summary | {"uncertain": counted | {"robust": robust}},
        sentences=(*finding.sentences, _draw_words(table, doubt)),
        doubt=doubt,
    )


def in_all(answers: Mapping[tuple[str, str], Finding]) -> Finding:
    """Return in how many profiles and paces each set of projects is in the front."""
    first = next(iter(answers.values()))
    keys = ["projects", "names", "cost_eur_m"]
    tables = [one.table.set_index("projects") for one in answers.values()]
    table = first.table[keys].copy()
    order = table["projects"]
    for way, one in zip(answers, tables, strict=True):
        table["/".join(way)] = one["state"].reindex(order).to_numpy()
    inside = pd.concat([one["state"].eq(fronts.IN).reindex(order) for one in tables], axis=1)
    table["ways_share"] = inside.mean(axis=1).to_numpy()
    shares = ["ways_share"]
    if all(one.doubt is not None for one in answers.values()):
        shares += _SHARES[:2]
        for share in _SHARES[:2]:
            table[share] = pd.concat([one[share].reindex(order) for one in tables], axis=1).mean(axis=1).to_numpy()
    table["robust"] = table[shares].min(axis=1) > MOSTLY
    table = table.sort_values(["ways_share", "cost_eur_m"], ascending=[False, True], kind="stable", ignore_index=True)
    always, robust = table[table["ways_share"] == 1], table[table["robust"]]
    told = f"{many(len(table), 'set')} of projects under {many(len(answers), 'profile and pace', 'profiles and paces')}"
    words = f"{told}: {len(always)} in the front of cost, gain and harm under all: {_sets(always)}."
    more = f"Robust, in the front under more than half of them{' and of the draws' * (len(shares) > 1)}: "
    summary = {
        "rows": len(table),
        "answered": len(answers),
        "in_all": always["projects"].tolist(),
        "robust": robust["projects"].tolist(),
    }
    columns = ("projects", "cost_eur_m", *map("/".join, answers), *shares, "robust")
    return Finding(
        "pareto", first.network, table, columns, summary, words, (words, f"{more}{_sets(robust)}."),
        read=table[table["ways_share"] > 0],
    )  # fmt: skip


def _title(table: pd.DataFrame, k: int) -> str:
    """Return the cheapest set with which pairs are no worse off under attack than today without, or what there is."""
    sure = table[(table["state"] == fronts.IN) & table["optimal"]]
    safe = sure[(sure["pairs_cut_off"] == 0) & (sure["harm_h"] <= 0)]
    worst = "the worst closure" if k == 1 else f"the worst {k} closures"
    if len(safe):
        row = safe.loc[safe["cost_eur_m"].idxmin()]
        return (
            f"For EUR {row['cost_eur_m']:,.0f} m pairs are no slower under {worst} than today without: {_called(row)}"
        )
    inside = (table["state"] == fronts.IN).sum()
    return f"{inside} of {many(len(table), 'set')} of projects are in the front of cost, gain and harm under {worst}"


def _words(table: pd.DataFrame, sets: Sets, k: int) -> list[str]:
    """Return how many sets are in the front, what nothing built leaves, which are dominated, what is not proven."""
    inside, out, open_ = (table[table["state"] == state] for state in (fronts.IN, fronts.OUT, fronts.OPEN))
    worst = "the worst closure" if k == 1 else f"the worst {k} closures"
    named = some(list(sets.things["name"]), 10)
    counts = f"{len(inside)} in the front of cost, mean gain and harm under {worst}, {len(out)} dominated"
    counts += f", {len(open_)} open" * bool(len(open_))
    words = [f"All {many(len(table), 'set')} of {many(len(sets.things), 'project')} ({named}): {counts}."]
    proven = table[table["optimal"]]
    nothing = proven[proven["projects"] == ""]
    if len(nothing):
        row = nothing.iloc[0]
        off = f"cut off {many(row['pairs_cut_off'], 'pair')} and cost the others" if row["pairs_cut_off"] else "cost"
        off = off if k > 1 else off.replace("cut off", "cuts off").replace("cost", "costs")
        words.append(f"With nothing built {worst} ({row['attacked_names']}) {off} {row['harm_h']:.2f} h a pair.")
    if len(out):
        names = {row["projects"]: _called(row) for row in table.to_dict("records")}
        parts = [f"{_called(row)} (by {names[row['dominated_by']]})" for row in out.head(_NAMED).to_dict("records")]
        more = f" and {len(out) - _NAMED} more" if len(out) > _NAMED else ""
        words.append(
            f"Dominated, as another set costs no more, gains no less and leaves no more: {'; '.join(parts)}{more}."
        )
    if len(table) > len(proven):
        words.append(
            f"Not proven in the time given for {many(len(table) - len(proven), 'set')}: the worst closures known are "
            f"shown; {len(open_)} may be in the front or not (open)."
        )
    if sets.unpriced:
        words.append(f"Left out, as no cost is known: {some(list(sets.unpriced), 6)}.")
    return words


def _draw_words(table: pd.DataFrame, doubt: Uncertain) -> str:
    """Return which sets are robust, with their shares."""
    made = min(doubt.total["made"], doubt.total["made_common"])
    head = f"{many(int(made), 'draw')} (seed {doubt.seed})"
    if made < doubt.draws:
        head += f" of {doubt.draws:,}, then the time was up"
    if not made:
        return f"{head}: nothing is known of how robust the sets are."
    robust = table[table["robust"]].sort_values(["front_share", "front_common_share"], ascending=False, kind="stable")
    parts = [
        f"{_called(row)} {percent(row['front_share'])} ({percent(row['front_common_share'])})"
        for row in robust.head(_NAMED).to_dict("records")
    ]
    more = f" and {len(robust) - _NAMED} more" if len(robust) > _NAMED else ""
    words = f"{head}: {many(len(robust), 'set')} robust, in the front in more than half of them: "
    return f"{words}{'; '.join(parts) or 'none'}{more}; in brackets with one common factor per country and class."


def _called(row: Mapping[str, str] | pd.Series) -> str:
    """Return what a set is called."""
    return str(row["names"]).replace("; ", " + ") or NOTHING


def _sets(table: pd.DataFrame) -> str:
    return (
        "; ".join(_called(row) for row in table.head(_NAMED).to_dict("records"))
        + (f" and {len(table) - _NAMED} more" if len(table) > _NAMED else "")
        if len(table)
        else "none"
    )


def _chart(finding: Finding) -> Figure:
    from mobility.present.print.fronts import front_chart

    return front_chart(finding)
