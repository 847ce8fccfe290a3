"""What is repaired first, and when all is back."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from mobility.analysis import recovery as analysis
from mobility.analysis.pairs import Pairs
from mobility.doubt.repairs import uncertain_recovery
from mobility.present import style
from mobility.present.finding import Finding
from mobility.present.findings.intervals import drawn_so_often, uncertain_summary
from mobility.present.language import say, untranslated
from mobility.present.phrases import many, percent
from mobility.present.scene import Ranked, Under
from mobility.present.views import View

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from mobility.analysis.pairs import Ends
    from mobility.analysis.recovery import Recovery
    from mobility.model.network import Network
    from mobility.vocabulary import Words

worst_attack = analysis.worst_attack
_COLUMNS = "day name class crew days bridge_set pairs_connected lost_pair_hours".split()
_MARKED = 8  # repairs whose day stands on the map
_MAP_COLUMNS = ("day", "name", "class", "days", "pairs_cut_off", "lost_pair_hours")


def recover(
    network: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    draws: int | None = None,
    seed: int = 0,
    **asked: Any,  # noqa: ANN401 - of `mobility.recover`
) -> Finding:
    """Return the order of repairs that brings most back soonest: as `mobility.recover`, with sentences, map and chart.

    Parameters
    ----------
    draws, seed
        Intervals over so many draws of the days, as `mobility.uncertain_recovery`; None: none.
    network, origins, destinations, asked
        As in `mobility.recover`.
    """
    net, pairs = network.profiled(), Pairs.of(network, origins, destinations)
    found = analysis.recover(net, pairs, **asked)
    columns = [*_COLUMNS, *["vehicles_day"] * (found.measure == "vehicles")]
    if found.table["pairs_cut_off"].any():
        columns.insert(-1, "pairs_cut_off")
    finding = Finding(
        "recover", net, found.table, tuple(columns), _summary(found), _title(found), _words(found),
        drawn=partial(_view, found=found, pairs=pairs), charted=_chart,
    )  # fmt: skip
    return finding if draws is None else _uncertain(finding, found, draws, seed)


@untranslated
def _uncertain(finding: Finding, found: Recovery, draws: int, seed: int) -> Finding:
    doubt = uncertain_recovery(found, draws=draws, seed=seed)
    drawn = uncertain_summary(doubt)
    table = finding.table.merge(doubt.table, on="repaired", how="left")
    kept = [name for name in finding.columns[1:] if name not in {"class", "days", "pairs_connected"}]
    columns = ("day", "day_p5", "day_p95", "day_common_p5", "day_common_p95", *kept)
    own, common = (
        f"day {drawn[f'back_day_{kind}p5']:.0f} to {drawn[f'back_day_{kind}p95']:.0f}" for kind in ("", "common_")
    )
    words = f"{drawn_so_often(drawn)} of the days, in this order: all is back {own} in 90 % of them "
    words += f"(median {drawn['back_day_p50']:.0f}), {common} with one common quantile per class of damage"
    if "best_share" in drawn:
        words += f"; no order does less harm in {percent(drawn['best_share'])} of them"
    return replace(
        finding,
        table=table,
        columns=columns,
        summary=finding.summary | {"uncertain": drawn},
        sentences=(*finding.sentences, f"{words}."),
        doubt=doubt,
    )


def _summary(found: Recovery) -> dict[str, Any]:
    table, vehicles = found.table, found.measure == "vehicles"
    harm = {"lost_vehicle_days": found.harm[1], "bound_lost_vehicle_days": found.bound[1]}
    if not vehicles:
        names = "cut_off_pair_days", "lost_pair_hour_days"
        harm = dict(zip(names, found.harm, strict=True))
        harm |= {f"bound_{name}": value for name, value in zip(names, found.bound, strict=True)}
    return {
        "damages": len(found.damages),
        "crews": found.crews,
        "bridge_sets": found.sets,
        "bridge_sets_used": int(table["bridge_set"].sum()),
        "pairs": found.losses.pairs,
        "pairs_cut_off": int(table["pairs_cut_off"].iloc[0]),
        "lost_pair_hours": float(table["lost_pair_hours"].iloc[0]),
        "measure": found.measure,
        "back_day": found.back_day,
        "complete_day": float(table["day"].iloc[-1]),
        **harm,
        "optimal": found.optimal,
        "gap": found.gap,
    }


def _first(found: Recovery) -> list[str]:
    """Return the names of what the crews begin with, in the order in which it ends."""
    return [found.damages[step.job].name for step in found.steps if step.start == 0]


def _title(found: Recovery) -> str:
    if not found.back_day:
        return say("Repair of {what}: no pair loses anything by them", what=many(len(found.damages), "damage"))
    first, days = ", ".join(_first(found)), many(round(found.back_day), "day")
    return say("Repaired first: {first} – all is back after {days}", first=first, days=days)


@untranslated
def _words(found: Recovery) -> tuple[str, ...]:
    table = found.table
    lost = table.iloc[0]
    means = f"{many(found.crews, 'crew')}, {many(found.sets, 'bridge set')}"
    attack = f"Lost: {', '.join(damage.name for damage in found.damages)}. {lost['pairs_cut_off']} of "
    attack += f"{many(found.losses.pairs, 'pair')} cut off, {lost['lost_pair_hours']:,.1f} h lost in all by the rest"
    if found.measure == "vehicles":
        whole = lost["lost_vehicles_day"] + lost["vehicles_day"]
        attack += f"; {lost['lost_vehicles_day']:,.0f} of {whole:,.0f} vehicles a day"
    done = table["day"].iloc[-1]
    if not found.back_day:
        what = "No vehicle a day is lost" if found.measure == "vehicles" else "No pair loses time"
        return f"{attack}.", f"{what} by this: the order of repairs makes no difference ({done:,.0f} days; {means})."
    first = f"Repaired first ({means}): {', '.join(_first(found))}"
    used = [found.damages[step.job].name for step in found.steps if step.uses_set]
    first += f"; a bridge set goes to {', '.join(used)}" * bool(used)
    back = f"Nothing of the loss is left from day {found.back_day:,.0f} on"
    if done > found.back_day:
        back += f"; the repairs after that, to day {done:,.0f}, bring nothing back"
    return f"{attack}.", f"{first}.", f"{back}.", f"{_harm_words(found)}.", CAVEAT


CAVEAT = "Days are the median of real repairs by class, from the loss to the first traffic; ways of crews take no time."


@untranslated
def _harm_words(found: Recovery) -> str:
    off, rest = found.harm
    if found.measure == "vehicles":
        words = f"Until then {rest:,.0f} vehicles are lost"
    else:
        words = f"Until then {off:,.0f} pair-days cut off, and " if off else "Until then "
        words += f"{rest:,.0f} h lost if every pair moves once a day"
    if found.optimal:
        return f"{words}: proven to be the least"
    return f"{words}: not proven to be the least, but no order does more than {100 * found.gap:.1f} % better"


def _view(finding: Finding, found: Recovery, pairs: Pairs) -> View:
    """Return what was lost: the wider, the later it is back."""
    net, values, notes = finding.network, dict[str, float](), dict[str, str]()
    for row in finding.table.iloc[1:].to_dict("records"):
        closure = next(damage.closure for damage in found.damages if damage.id == row["repaired"])
        for link in closure.links:
            values[link] = max(row["day"], values.get(link, 0))
            when = say("repaired from day {begin:,.0f} to day {end:,.0f}", begin=row["from_day"], end=row["day"])
            notes[link] = f"{row['name']}: {when}"
    ranked = tuple(
        Ranked(
            say("day {n:,.0f}", n=row["day"]),
            row["name"],
            say("repaired from day {n:,.0f}", n=row["from_day"]),
            next(damage.closure.links for damage in found.damages if damage.id == row["repaired"]),
        )
        for row in finding.table.iloc[1:].to_dict("records")[:_MARKED]
    )
    under = Under(say("lost"), style.ROUTE_COLOUR, values, notes, "days", "later")
    ends = frozenset(place for pair in pairs.within(net) for place in pair)
    return View(
        net, finding.title, (under,), ends, finding.rows, _MAP_COLUMNS, goals=frozenset(pairs.destinations),
        quiet=True, ranked=ranked, ranking=say("Back to traffic, and since when repaired"),
    )  # fmt: skip


def _chart(finding: Finding) -> Figure:
    from mobility.present.print.recoveries import recovery_chart

    return recovery_chart(finding)
