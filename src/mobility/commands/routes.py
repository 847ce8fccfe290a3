"""Routes: the legs of one, and every pair."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mobility.errors import InputError, NoRouteError
from mobility.options import ends_of, pair_options, scenario_options, sweep_options

if TYPE_CHECKING:
    from mobility.model.network import Network
    from mobility.model.scenario import Scenario
    from mobility.options import Output


@click.command()
@click.argument("origin", metavar="FROM")
@click.argument("destination", metavar="TO")
@click.option("-k", "count", type=click.IntRange(1, 100), help="Number of routes; default: 1, with --diverse 3.")
@click.option("--diverse", is_flag=True, help="Routes that share little, instead of the k best.")
@click.option("--via", multiple=True, metavar="PLACE", help="Pass this place (repeatable, in order).")
@scenario_options()
def route(
    given: Scenario, out: Output, origin: str, destination: str, count: int, diverse: bool, via: tuple[str, ...]
) -> None:
    """Show the legs of the best route from FROM to TO (places, set:NAME, or lat,lon)."""
    del given
    from mobility.analysis import routing
    from mobility.present.words import route_summary, route_words

    net = out.load()
    starts, ends, stops = net.places_named(origin), net.places_named(destination), net.places_named(via)
    k = count or (3 if diverse else 1)
    several = diverse or k > 1
    if several and (len(starts) > 1 or len(ends) > 1 or stops):
        raise InputError("-k and --diverse take one FROM and one TO, without --via")
    columns = "leg from to mode length_km time_h cumulative_h link".split()
    if several:
        columns = ["route", *columns]
    try:
        if several:
            find = routing.diverse_routes if diverse else routing.k_best_routes
            legs = find(net, starts[0], ends[0], k)
        else:
            legs = routing.best_route(net, starts, ends, stops)
    except NoRouteError:
        missing = _tell_missing(out, net, starts, ends)
        if out.fmt in {"json", "csv", "geojson"}:
            out.rows(net.identity, routing.no_legs(), columns, {"connected": False, "missing_links": missing})
        raise
    out.rows(net.identity, legs, columns, route_summary(legs))
    out.words(route_words(legs))


@click.command()
@pair_options
@sweep_options(failures=True)
@scenario_options()
def routes(
    given: Scenario,
    out: Output,
    from_: tuple[str, ...],
    to_: tuple[str, ...],
    uncertain: int | None,
    failures: int | None,
    seed: int,
) -> None:
    """Show every pair of origin and destination: hours, km, borders, disjoint routes."""
    del given
    from mobility.analysis import pairs, routing
    from mobility.present.draw_words import hours_words, pair_failure_words, uncertain_summary
    from mobility.present.words import pairs_summary, pairs_words

    net = out.load()
    starts, ends, asked = ends_of(net, from_, to_)
    frame = pairs.routes(net, starts, ends)
    summary = pairs_summary(net, frame, asked)
    if len(frame) and not summary["connected"]:
        out.note(f"no pair is connected{routing.by_modes(net)}")
        summary["missing_links"] = _tell_missing(out, net, *(list(dict.fromkeys(frame[c])) for c in ("from", "to")))
    columns = "from to time_h driving_h length_km modes transfers borders disjoint_routes doubtful state".split()
    if summary["connected"] == len(frame):
        columns.remove("state")
    lines = [pairs_words(summary)]
    if uncertain:
        from mobility.analysis.uncertainty import uncertain_hours

        found = uncertain_hours(net, uncertain, seed, starts, ends, run=out.sweep(net))
        frame = frame.merge(found.table, on=["from", "to"])
        summary["uncertain"] = uncertain_summary(found)
        columns = "from to time_h time_h_p5 time_h_p95 time_h_common_p5 time_h_common_p95 same_route_share".split()
        lines += hours_words(summary["uncertain"], summary["mean_time_h"])
    elif failures:
        from mobility.analysis.failures import pair_failures

        lost = pair_failures(net, failures, seed, starts, ends, run=out.sweep(net))
        frame = frame.merge(lost, on=["from", "to"])
        summary["failures"] = {"days": failures, "seed": seed}
        columns = "from to time_h connected_share delayed_share time_h_mean time_h_p50 time_h_p95".split()
        lines.append(pair_failure_words(lost, failures))
    out.rows(net.identity, frame, columns, summary)
    out.words(lines)


def _tell_missing(out: Output, net: Network, starts: list[str], ends: list[str]) -> list[dict[str, Any]]:
    """Say which unopened links would connect what is not connected."""
    from mobility.analysis.pairs import missing_links
    from mobility.present.tables import rows_of

    missing = missing_links(net, starts, ends)
    for along, part in missing.groupby("along", sort=False):
        words = [
            f"{n} ({s.replace('_', ' ')}{', project ' + p if p else ''})"
            for n, s, p in zip(part["name"], part["status"], part["project"], strict=True)
        ]
        where = (
            "smallest set of unopened links that would connect them"
            if along == "any line"
            else f"along corridor {along}"
        )
        out.note(f"{where}: {'; '.join(words)}")
    return rows_of(missing)
