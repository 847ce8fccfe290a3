"""When a force is complete at its destination, what binds, and how it moves; and how sure that is."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from mobility.analysis.exemptions import exempted
from mobility.analysis.sweeps import sweep
from mobility.deployment.asked import ends_asked
from mobility.deployment.compared import from_each, origins_table, outcome, refusals
from mobility.deployment.deploy import deploy as analysis
from mobility.model.names import some
from mobility.model.windows import shown
from mobility.present import style
from mobility.present.finding import Finding
from mobility.present.findings.deployment_words import words
from mobility.present.findings.intervals import drawn_so_often, interval, uncertain_summary
from mobility.present.language import say, untranslated
from mobility.present.phrases import named, percent
from mobility.present.scene import Ranked, Under, ends_of
from mobility.present.tables import rows_of
from mobility.present.views import View

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from matplotlib.figure import Figure

    from mobility.analysis.pairs import Ends
    from mobility.analysis.sweeps import Sweep
    from mobility.deployment.binding import Limit
    from mobility.deployment.compared import Answer
    from mobility.deployment.deploy import Deployment
    from mobility.doubt.intervals import Uncertain
    from mobility.model.network import Network
    from mobility.vocabulary import Words

COLUMNS = {
    "arrivals": "day vehicles_arrived new_vehicles packets_arrived share",
    "curve": "hour vehicles_arrived new_vehicles packets_arrived share",
    "movements": "day route stretch mode from to vehicles units depart_h arrive_h",
    "binding": "order kind name capacity_vehicles_day basis complete_h gain_doubled_h gain_removed_h",
    "links": "name mode from to vehicles vehicles_busiest_day capacity_vehicles_day utilisation",
    "origins": "from complete_h first_h state binding",
    "refusals": "refusal name complete_h lost_h state binding",
}
CURVES = ("arrivals", "curve", "origins")  # what a chart shows
_OWN = ("estimate: ", "as asked")  # how a basis starts that is no source
_BUSY = 4  # links listed that are full but do not bind
_FULL = 0.9  # of a link's capacity, on its busiest day
_LATE = 0.05  # share of draws from which on the intervals are beyond the horizon


def deploy(
    network: Network,
    origins: Ends | str = None,
    destinations: Words | str = None,
    *,
    table: str = "arrivals",
    **options: Any,  # noqa: ANN401 - of `mobility.deploy`
) -> Finding:
    """Return when a force is complete, what binds and how it moves: as `mobility.deploy`, in words, map and chart.

    Parameters
    ----------
    network, origins, destinations, **options
        As in `mobility.deploy`; raises what it raises.
    table
        Which rows: one of `COLUMNS`, less origins (see `origins`).
    """
    found = analysis(network, origins, destinations, **options)
    if table == "refusals":
        rows = refusals(found, origins=found.origins, destinations=found.destinations, **options)
    else:
        rows = getattr(found, table)
    summary = _summary(found)
    when, *more = words(found, summary)
    return Finding(
        "deploy", found.network, rows, tuple(COLUMNS[table].split()), summary, when.removesuffix("."), (when, *more),
        drawn=lambda finding: _view(finding, found),
        charted=(lambda finding: _curve(finding, found)) if table in CURVES else None,
    )  # fmt: skip


def uncertain(
    finding: Finding,
    draws: int,
    seed: int = 0,
    run: Sweep = sweep,
    **options: Any,  # noqa: ANN401 - of `deploy`
) -> Finding:
    """Return the finding of `deploy` with the interval of the hours, and how often each thing binds."""
    ends = finding.summary["origins"], finding.summary["destinations"]
    found = _drawn(finding.network, *ends, draws=draws, seed=seed, run=run, **options)
    drawn = uncertain_summary(found) | {"binding": rows_of(found.table)}
    return replace(
        finding,
        summary=finding.summary | {"uncertain": drawn},
        sentences=(*finding.sentences, _uncertain_words(drawn)),
        charted=None,
        doubt=found,
    )


def origins(
    networks: Mapping[str, Network],
    origins: Ends = None,
    destinations: Words = None,
    **options: Any,  # noqa: ANN401 - of `deploy`
) -> Finding:
    """Return the answer from each origin alone and from all, on one network or several (by title)."""
    found = {title: from_each(net, origins, destinations, **options) for title, net in networks.items()}
    net = [*networks.values()][-1].profiled()
    answers = [one.found for each in found.values() for one in each.values()]
    limits = {(limit.kind, limit.id): limit for deployment in answers if deployment for limit in deployment.limiting}
    rest = _capacities(limits.values())
    sentences = (f"Capacities that bind: {'; '.join(rest)}.",) if rest else ()
    columns = ["scenario"] * (len(networks) > 1) + COLUMNS["origins"].split()
    summary = {"rows": len(answers), "binding_capacity": rest}
    title = _origins_title(net, found) if any(answers) else "No force arrives"
    return Finding(
        "deploy", net, origins_table(found), tuple(columns), summary, title, sentences,
        charted=lambda finding: _curves(finding, found),
    )  # fmt: skip


def uncertain_deployment(
    network: Network,
    origins: Ends | str = None,
    destinations: Words | str = None,
    *,
    draws: int,
    seed: int = 0,
    run: Sweep = sweep,
    **options: Any,  # noqa: ANN401 - of `deploy`
) -> Uncertain:
    """Return intervals of when a force is complete, and how often each thing binds.

    A draw takes hours, the capacity of links and ports and the gap between packets from their ranges. A deployment
    takes about as long for every draw.

    Parameters
    ----------
    network, origins, destinations, **options
        As in `mobility.deploy`; it says what it raises.
    draws, seed, run
        As in `uncertain_hours`.

    Returns
    -------
    Uncertain
        As `uncertain_outcome`; hours are NaN when the force is not complete within the horizon.
    """
    from mobility.doubt.intervals import check_draws

    check_draws(draws, seed)
    net = network.profiled()
    starts, ends = ends_asked(net, origins, destinations)
    net = analysis(net, starts, ends, **options).network  # what is wrong is wrong for all draws
    return _drawn(net, starts, ends, draws=draws, seed=seed, run=run, **options)


def _drawn(
    net: Network,
    starts: list[str],
    ends: list[str],
    *,
    draws: int,
    seed: int,
    run: Sweep,
    **options: Any,  # noqa: ANN401 - of `deploy`
) -> Uncertain:
    """Return what `uncertain_deployment` does, of a network on which the force is known to arrive."""
    from mobility.doubt.outcomes import uncertain_outcome

    net = exempted(net, [*starts, *ends])  # later it would undo a draw
    asked = partial(outcome, origins=starts, destinations=ends, **options)
    return uncertain_outcome(net, asked, draws=draws, seed=seed, run=run)


def _summary(found: Deployment) -> dict[str, Any]:
    """Return the totals of a deployment."""
    moved, links, regime = found.movements, found.links, found.network.regime
    return {
        "force": f"{found.force.name}: {found.force.description} ({found.force.sources})" if found.force else None,
        "tonnes": found.tonnes,
        "cargo": found.cargo.name if found.cargo else None,
        "vehicles": found.vehicles,
        "packets": found.packets,
        "origins": found.origins,
        "destinations": found.destinations,
        "complete_h": found.complete_h,
        "complete_days": found.complete_h / 24,
        "first_h": found.first_h,
        "march_h": found.march_h,
        "route_h": found.route_h,
        "rounded_h": found.rounded_h,
        "permission_lead_h": found.permission_lead_h,
        "permission_lead_range_h": list(regime.permission_lead_range_h) if regime else None,
        "trains_pool": found.trains_pool,
        "ship": found.ship.name if found.ship else None,
        "start": None if found.clock is None else " ".join(shown(found.clock, 0)),
        "unshut_h": found.unshut_h,
        "over_shore": found.over_shore,
        "depth_unknown": found.depth_unknown,
        "binding": found.limits,
        "binding_capacity": _capacities(found.limiting),
        "routes": int(moved["route"].max()),
        "trains": int(moved.loc[moved["mode"] == "rail", "units"].sum()),
        "doubtful_links": sorted(set(links.loc[links["doubtful"], "link"])),
    }


def _capacities(limits: Iterable[Limit]) -> list[str]:
    """Return the capacity of each thing that binds, and whether it is published or an estimate."""
    return [
        f"{limit.name} {limit.capacity_vehicles_day:,.0f} vehicles a day "
        f"({'' if limit.basis.startswith(_OWN) else 'published: '}{limit.basis})"
        for limit in limits
    ]


@untranslated
def _uncertain_words(drawn: dict[str, Any]) -> str:
    """Return the interval of the hours until a force is complete, and how often what binds."""
    late = [1 - drawn[f"complete_{kind}share"] for kind in ("", "common_")]
    words = f"{drawn_so_often(drawn)}: "
    if max(late) < _LATE:
        words += f"complete after {interval(drawn, 'complete_h')}"
    else:
        words += f"not complete within the horizon in {percent(late[0])} of them, "
        words += f"in {percent(late[1])} with one common factor per country and class"
    often = [row for row in drawn["binding"][:5] if row["binds_share"]]
    binds = [f"{row['name']} ({row['kind']}) in {percent(row['binds_share'])}" for row in often]
    if not binds and max(late):
        return words + "."
    return f"{words}; what binds: {', '.join(binds) or 'nothing but the distance'}."


def _origins_title(net: Network, found: dict[str, dict[str, Answer]]) -> str:
    """Return when a force is complete from one origin alone and from all, by scenario; some must arrive."""
    parts = []
    for scenario, answers in found.items():
        there = {origin: one.found for origin, one in answers.items() if one.found}
        hours = sorted(force.complete_h for origin, force in there.items() if ";" not in origin)
        texts = [f"{force.complete_h:g} h from all" for origin, force in there.items() if ";" in origin]
        texts += [f"{hours[0]:g} to {hours[-1]:g} h from one alone"] if len(hours) > 1 else []
        texts += [f"{hours[0]:g} h from one"] if len(hours) == 1 else []
        parts.append((f"{scenario}: " if len(found) > 1 else "") + (", ".join(texts) or "never"))
    force = next(one.found for answers in found.values() for one in answers.values() if one.found)
    ends = some(named(net, force.destinations))
    return f"{force.vehicles:,} vehicles complete at {ends}: {'; '.join(parts)}"


def _view(finding: Finding, found: Deployment) -> View:
    """Return the flows as widths: what binds has a ring, or another colour; the table is that of movements."""
    _, binds, *more = finding.sentences
    both = found.links.groupby("link").agg(  # a link used in both directions is one line
        vehicles=("vehicles", "sum"), busiest=("vehicles_busiest_day", "max"), share=("utilisation", "max")
    )
    both["vehicles"] = both["vehicles"].round().clip(lower=1)  # a flow need not be whole
    notes = {
        row.Index: say("{n:,.0f} vehicles, {most:,.0f} on the busiest day", n=row.vehicles, most=row.busiest)
        + (
            say(": {share} of the capacity", share=percent(row.share)) if row.share == row.share else ""
        )  # NaN: no limit
        for row in both.itertuples()
    }
    full = both["share"] >= _FULL
    layers = [
        Under(label, colour, part["vehicles"].to_dict(), {link: notes[link] for link in part.index}, "vehicles", wider)
        for label, colour, wider, part in (
            (
                say("busiest day at {share} of the capacity or more", share=percent(_FULL)),
                style.WORST_COLOUR,
                "",
                both[full],
            ),
            (say("vehicles in all"), style.ROUTE_COLOUR, "more", both[~full]),
        )
        if len(part)
    ]
    marked: dict[str, str] = {}
    for limit in found.limiting:
        if limit.kind not in {"trains", "link"}:
            words = say("{kind} {n:,.0f} a day", kind=say(limit.kind), n=limit.capacity_vehicles_day)
            marked[limit.id] = ", ".join(filter(None, (marked.get(limit.id), words)))
    ends = frozenset([*found.origins, *found.destinations])
    bound = [_limit(i, limit) for i, limit in enumerate(found.limiting, 1)]
    busy = both[full & ~both.index.isin([limit.id for limit in found.limiting])].sort_values("share", ascending=False)
    for row in busy.head(_BUSY).itertuples():
        said = say("link at {share} of its capacity on its busiest day", share=percent(row.share))
        name = finding.network.links.at[row.Index, "name"]
        bound.append(Ranked(str(len(bound) + 1), name, said, (row.Index,), ends_of(finding.network, [row.Index])))
    return View(
        finding.network, finding.title, tuple(layers), ends, found.movements, tuple(COLUMNS["movements"].split()),
        said=binds, noted=more[0] if found.limiting else "", goals=frozenset(found.destinations), marked=marked,
        quiet=True, ranked=tuple(bound), ranking=say("What binds, and what is full"),
    )  # fmt: skip


def _limit(number: int, limit: Limit) -> Ranked:
    """Return a thing that binds as a row of the list beside the map."""
    said = say("{kind}: {n:,.0f} vehicles a day", kind=say(limit.kind), n=limit.capacity_vehicles_day)
    return Ranked(str(number), limit.name, said, (limit.id,) if limit.kind == "link" else ())


def _curve(finding: Finding, found: Deployment) -> Figure:
    from mobility.present.print.arrivals import deployment_chart

    return deployment_chart(finding, found.curve)


def _curves(finding: Finding, found: dict[str, dict[str, Answer]]) -> Figure:
    from mobility.present.print.arrivals import origins_chart

    return origins_chart(finding, found)
