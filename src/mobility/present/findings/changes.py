"""What if: who loses and gains how much, who is cut off, and what carries the load instead."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mobility.analysis import whatif as analysis
from mobility.analysis.pairs import Pairs
from mobility.analysis.sweeps import sweep
from mobility.doubt.intervals import uncertain_changes
from mobility.model.names import some
from mobility.present import style
from mobility.present.finding import Finding
from mobility.present.findings.intervals import drawn_so_often, interval, uncertain_summary
from mobility.present.findings.pairs import BEST_ROUTES
from mobility.present.language import say, untranslated
from mobility.present.phrases import are, both_hours, many, named
from mobility.present.scene import Ranked, Under, ends_of
from mobility.present.views import View
from mobility.vocabulary import CONNECTED, NOTICEABLE_H, split

if TYPE_CHECKING:
    import pandas as pd

    from mobility.analysis.pairs import Ends
    from mobility.analysis.sweeps import Sweep
    from mobility.model.network import Network
    from mobility.vocabulary import Words

_COLUMNS = (
    "from to time_h_before time_h_after delta_h arrival_h_before arrival_h_after length_km_before length_km_after "
    "state_after"
).split()
_TOP = 5  # runs of links that are numbered on the map
MAP_COLUMNS = tuple("from to state_after time_h_before time_h_after delta_h arrival_h_before arrival_h_after".split())


def whatif(
    before: Network, after: Network, origins: Ends = None, destinations: Words = None, *, change: str = ""
) -> Finding:
    """Return every pair before and after a change: as `mobility.whatif`, with its sentences, title and map.

    Parameters
    ----------
    before, after, origins, destinations
        As in `mobility.whatif`.
    change
        What the change is, in words; the first sentence begins with it.
    """
    before, after, pairs = before.profiled(), after.profiled(), Pairs.of(before, origins, destinations)
    table = analysis.whatif(before, after, pairs)
    summary = _summary(after, table, analysis.shifted_load(after, table), len(pairs.asked))
    return Finding(
        "whatif", after, table, tuple(_COLUMNS), summary, _title(summary), _words(after, change or "change", summary),
        read=analysis.changed(table), drawn=lambda finding: _view(finding, before),
    )  # fmt: skip


def uncertain(
    finding: Finding, before: Network, pairs: Pairs, draws: int, seed: int = 0, run: Sweep = sweep
) -> Finding:
    """Return the finding of `whatif` with intervals of what the change costs over draws."""
    found = uncertain_changes(before, finding.network, pairs, draws=draws, seed=seed, run=run)
    table, drawn = finding.table.merge(found.table, on=["from", "to"]), uncertain_summary(found)
    columns = "delta_h_p5 delta_h_p95 delta_h_common_p5 delta_h_common_p95 slower_share state_after".split()
    return replace(
        finding,
        table=table,
        read=analysis.changed(table),
        columns=(*_COLUMNS[:5], *columns),
        summary=finding.summary | {"uncertain": drawn},
        sentences=(*finding.sentences, interval_words(drawn)),
        doubt=found,
    )


def interval_words(drawn: dict[str, Any]) -> str:
    """Return the interval of the mean change of an `uncertain_summary`."""
    if "delta_h_p5" not in drawn:
        return f"{drawn_so_often(drawn)}."
    under_way, arrival = (interval(drawn, name) for name in ("delta_h", "arrival_delta_h"))
    return f"{drawn_so_often(drawn)}: mean change over all pairs {under_way}; of the arrival {arrival}."


def _summary(after: Network, table: pd.DataFrame, shifted: pd.DataFrame, asked: int) -> dict[str, Any]:
    """Return the totals of a what-if."""
    both = table[table["delta_h"].notna()]
    lost = table["lost_end"] & (table["state_before"] == CONNECTED)
    left = table[table["state_after"] == CONNECTED]
    active = after.places["active"]
    ends = [p for p in dict.fromkeys([*table.loc[lost, "from"], *table.loc[lost, "to"]]) if not active[p]]
    slower, faster = both[both["delta_h"] > NOTICEABLE_H], both[both["delta_h"] < -NOTICEABLE_H]
    worst = both.loc[both["delta_h"].idxmax()] if len(slower) else None
    best = both.loc[both["delta_h"].idxmin()] if len(faster) else None
    return {
        "pairs": len(table),
        "pairs_excluded": asked - len(table),
        "slower": len(slower),
        "faster": len(faster),
        "cut_off": int(table["cut_off"].sum()),
        "lost_end": int(lost.sum()),
        "lost_ends": ends,
        "newly_connected": int(table["newly_connected"].sum()),
        "never_connected": int(((table["state_before"] != CONNECTED) & (table["state_after"] != CONNECTED)).sum()),
        "left_from": left["from"].nunique(),
        "left_to": left["to"].nunique(),
        "cut_off_pairs": [f"{a} - {b}" for a, b in table.loc[table["cut_off"], ["from", "to"]].to_numpy()],
        "mean_time_h_before": both["time_h_before"].mean(),
        "mean_time_h_after": both["time_h_after"].mean(),
        "mean_delta_h": both["delta_h"].mean(),
        "mean_arrival_h_before": both["arrival_h_before"].mean(),
        "mean_arrival_h_after": both["arrival_h_after"].mean(),
        "compared": len(both),
        "mean_loss_h": slower["delta_h"].mean(),
        "mean_gain_h": -faster["delta_h"].mean(),
        "worst_pair": None if worst is None else f"{worst['from']} - {worst['to']}",
        "worst_delta_h": None if worst is None else worst["delta_h"],
        "best_pair": None if best is None else f"{best['from']} - {best['to']}",
        "best_delta_h": None if best is None else best["delta_h"],
        "carry_more": [
            {"link": link, "pairs_before": int(b), "pairs_after": int(a)}
            for link, b, a, change in shifted[["link", "pairs_before", "pairs_after", "change"]].to_numpy().tolist()
            if change > 0
        ],
    }


@untranslated
def _words(net: Network, change: str, summary: dict[str, Any]) -> tuple[str, ...]:
    """Return sentences: the mean, who loses and gains how much, who is cut off, what carries the load instead."""
    called = net.places["name"]

    def pair(text: str) -> str:
        return " – ".join(called[place] for place in text.split(" - "))

    mean = "no pair is connected before and after"
    if summary["compared"]:
        hours = (
            f"{summary[f'mean_{what}_h_before']:.1f} → {summary[f'mean_{what}_h_after']:.1f}"
            for what in ("time", "arrival")
        )
        mean = f"mean of {'the' if summary['compared'] == 1 else 'all'} {many(summary['compared'], 'pair')} "
        mean += both_hours(*hours)
    losers = f"{summary['slower']} of {summary['pairs']} pairs lose"
    if summary["slower"]:
        losers += f" {summary['mean_loss_h']:.1f} h on average, at most {summary['worst_delta_h']:.1f} h"
        losers += f" ({pair(summary['worst_pair'])})"
    else:
        losers += " time"
    gains = f"; {summary['faster']} gain"
    if summary["faster"]:
        gains += f" {summary['mean_gain_h']:.1f} h on average, at most {-summary['best_delta_h']:.1f} h"
        gains += f" ({pair(summary['best_pair'])})"
    else:
        gains += " any"
    cut = summary["cut_off_pairs"]
    who = f"{are(len(cut))} cut off: {some([pair(text) for text in cut])}" if cut else "No pair is cut off"
    if summary["lost_end"]:
        gone = some(named(net, summary["lost_ends"]))
        who += f"; {many(summary['lost_end'], 'pair')} lose{'s' * (summary['lost_end'] == 1)} an end ({gone}), "
        who += f"of the others {many(summary['left_from'], 'origin')} reach{'es' * (summary['left_from'] == 1)} "
        who += many(summary["left_to"], "destination")
    for key, what in (
        ("newly_connected", "newly connected"),
        ("never_connected", "connected neither before nor after"),
        ("pairs_excluded", "left out, since an end is closed"),
    ):
        if summary[key]:
            who += f"; {are(summary[key])} {what}"
    more = summary["carry_more"]
    names = [f"{net.links.at[m['link'], 'name']} ({m['pairs_before']} to {m['pairs_after']} pairs)" for m in more]
    load = f"The load shifts to {some(names, 5)}." if more else "No link carries more pairs than before."
    return f"{change[:1].upper()}{change[1:]}: {mean}.", f"{losers}{gains}.", f"{who}.", load


def _title(summary: dict[str, Any]) -> str:
    changes = []
    for how, mean, text in (
        ("slower", "mean_loss_h", "{n} of {pairs} pairs slower, {hours:.1f} h on average"),
        ("faster", "mean_gain_h", "{n} of {pairs} pairs faster, {hours:.1f} h on average"),
    ):
        if summary[how]:
            changes.append(say(text, n=summary[how], pairs=summary["pairs"], hours=summary[mean]))
    lost = [say("{n} cut off", n=summary["cut_off"]) if summary["cut_off"] else say("none cut off")]
    lost += [say("{n} lose an end", n=summary["lost_end"])] if summary["lost_end"] else []
    return "; ".join([*(changes or [say("no pair is slower or faster")]), *lost])


def _view(finding: Finding, before: Network) -> View:
    """Return the best routes before and after the change, and the difference: pairs that leave or come to a link."""
    table, net = finding.table, finding.network
    sides = [Counter(link for cell in table[f"links_{side}"] for link in split(cell)) for side in ("before", "after")]
    was, now = sides
    notes = {k: f"{was[k]} → {many(now[k], 'pair')}" for k in net.links.index if was[k] or now[k]}
    shift = {link: now[link] - was[link] for link in notes}
    built = net.links.index[net.links["built"] & ~before.links["built"]]
    by_sign = [{k: abs(v) for k, v in shift.items() if np.sign(v) == sign} for sign in (0, -1, 1)]
    same, lost, gained = by_sign
    when, white = "difference", "#FFFFFF"
    layers = (
        Under(say(f"{BEST_ROUTES} before"), style.ROUTE_COLOUR, was, {}, "pairs", "more pairs", when="before"),
        Under(say(f"{BEST_ROUTES} after"), style.ROUTE_COLOUR, now, {}, "pairs", "more pairs", when="after"),
        Under(say("as many pairs as before"), style.SAME_COLOUR, same, {}, casing=white, fixed=1.6, when=when),
        Under(say("pairs that leave"), style.LOST_COLOUR, lost, {}, "pairs", "more", white, when=when),
        Under(say("pairs that come"), style.GAINED_COLOUR, gained, {}, "pairs", "more", white, when=when),
        Under(
            say("built or upgraded here"),
            style.ROUTE_COLOUR,
            dict.fromkeys(built, 1),
            {},
            fixed=2.6,
            dash=style.BUILT_DASH,
        ),
    )
    drawn = [layer for layer in layers if layer.values]  # noqa: PD011 - no frame
    drawn[:1] = [replace(layer, notes=notes) for layer in drawn[:1]]  # once for all: a card has those of every layer
    ends = frozenset([*table["from"], *table["to"]])
    return View(
        net, finding.title, tuple(drawn), ends, finding.rows, MAP_COLUMNS,
        goals=frozenset(table["to"]), quiet=True, ranked=_shifts(net, was, now),
        ranking=say("Where pairs leave and come"),
    )  # fmt: skip


def _shifts(net: Network, was: Counter[str], now: Counter[str]) -> tuple[Ranked, ...]:
    """Return the runs of links that most pairs leave or come to, the greatest first."""
    runs: list[tuple[int, int, list[str]]] = []
    for one, other in sorted(
        {(was[k], now[k]) for k in {*was, *now}}, key=lambda pair: (-abs(pair[1] - pair[0]), pair)
    ):
        links = [k for k in net.links.index if (was[k], now[k]) == (one, other)]
        if one != other and len(runs) < _TOP:
            runs += [(one, other, run) for run in _touching(net, links)]
    ranked = []
    for one, other, run in runs[:_TOP]:
        ends = ends_of(net, run)
        joined = " – ".join(named(net, ends[:2])) if len(run) > 1 and len(ends) == 2 else named(net, run[:1])[0]  # noqa: PLR2004
        ranked.append(
            Ranked(f"{other - one:+d}".replace("-", "−"), joined, f"{one} → {many(other, 'pair')}", tuple(run), ends)
        )
    return tuple(ranked)


def _touching(net: Network, links: list[str]) -> list[list[str]]:
    """Return links in groups that hang together, those of most links first, each in order along it."""
    left, groups = dict.fromkeys(links), []
    ends = net.links.loc[links, ["from", "to"]].apply(set, axis=1).to_dict() if links else {}
    while left:
        group = [left.popitem()[0]]
        for link in group:
            near = [other for other in left if ends[other] & ends[link]]
            group += near
            for other in near:
                del left[other]
        groups.append([link for link in links if link in set(group)])
    return sorted(groups, key=len, reverse=True)
