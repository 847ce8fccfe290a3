"""When a force is complete at its destination."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mobility.errors import InputError, NoRouteError, TooLateError
from mobility.options import ends_of, pair_options, scenario_options, sweep_options

if TYPE_CHECKING:
    from collections.abc import Callable

    from mobility.model.network import Network
    from mobility.model.scenario import Scenario
    from mobility.options import Output

COLUMNS = {
    "arrivals": "day vehicles_arrived new_vehicles packets_arrived share",
    "curve": "hour vehicles_arrived new_vehicles packets_arrived share",
    "movements": "day route stretch mode from to vehicles units depart_h arrive_h",
    "binding": "order kind name capacity_vehicles_day basis complete_h gain_doubled_h gain_removed_h",
    "links": "name mode from to vehicles vehicles_busiest_day capacity_vehicles_day utilisation",
    "origins": "from complete_h first_h state binding",
    "refusals": "refusal name complete_h lost_h state binding",
}
_CURVES = ("arrivals", "curve", "origins")  # what a chart shows
_FORCE = [
    click.option("--vehicles", type=int, metavar="N", help="How many vehicles move."),
    click.option("--force", metavar="NAME", help="Instead, a force package (`mobility profiles --forces`)."),
    click.option("--horizon", type=float, metavar="DAYS", help="How far to look; default: the rules' horizon_days."),
    click.option(
        "--trains", type=float, metavar="N", help="Trains that the railheads share; default: the rules' pool."
    ),
    click.option(
        "--share", "shares", multiple=True, metavar="PLACE=PART", help="Part of the force that enters here: 0 to 1."
    ),
    click.option(
        "--step",
        type=click.Choice(["60", "30", "15", "10"]),
        default="60",
        show_default=True,
        help="Minutes of a step.",
    ),
]


def force_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add what says which force moves and how; the command gets it as typed, `asked_of` reads it."""
    for option in reversed(_FORCE):
        command = option(command)
    return command


def asked_of(
    *,
    vehicles: int | None,
    force: str | None,
    horizon: float | None,
    trains: float | None,
    shares: tuple[str, ...],
    step: str,
) -> dict[str, Any]:
    """Return the options of `mobility.deploy`; raises InputError when the force is missing or given twice."""
    size = force if vehicles is None else vehicles
    if size is None or (force is not None and vehicles is not None):
        raise InputError("give either --vehicles N or --force NAME")
    parts = dict(map(_share, shares))
    if len(parts) < len(shares):
        raise InputError("a place has two shares: give --share PLACE=PART once for each place")
    return {
        "vehicles": size,
        "horizon_days": horizon,
        "trains_pool": trains,
        "shares": parts or None,
        "step_min": int(step),
    }


@click.command()
@force_options
@click.option(
    "--table",
    "what",
    type=click.Choice(list(COLUMNS)),
    default="arrivals",
    show_default=True,
    help="What is shown.",
)
@click.option("--against", metavar="FILE|today", help="With --table origins: the same before the change too.")
@pair_options
@sweep_options()
@scenario_options(pictures=True)
def deploy(
    given: Scenario,
    out: Output,
    what: str,
    against: str | None,
    from_: tuple[str, ...],
    to_: tuple[str, ...],
    uncertain: int | None,
    seed: int,
    **force: Any,  # noqa: ANN401 - of `force_options`
) -> None:
    """Show when a force is complete at its destination, what binds, and how it moves.

    -o FILE.png, .svg or .pdf draws the arrivals as curves, with --table origins one for each origin.
    """
    del given
    asked = asked_of(**force)
    if against and what != "origins":
        raise InputError("--against goes with --table origins")
    if out.draws and what not in _CURVES:
        raise InputError(f"--table {what} has no chart, {', '.join(_CURVES)} have one; give -o FILE.csv, .json or .md")
    if uncertain and what in {"origins", "refusals"}:
        raise InputError(f"--uncertain asks about one deployment: not with --table {what}")
    if uncertain and out.draws:
        raise InputError("--uncertain has no chart; give -o FILE.csv, .json or .md")
    net = out.load()
    starts, ends, _ = ends_of(net, from_, to_)
    asked |= {"origins": starts, "destinations": ends}
    if what == "origins":
        _origins(out, net, asked, against)
    else:
        _one(out, net, asked, what, uncertain, seed)


def _one(out: Output, net: Network, asked: dict[str, Any], what: str, uncertain: int | None, seed: int) -> None:
    """Write a table of one deployment, or its chart; with `uncertain` how sure it is."""
    from mobility.analysis.compared import refusals
    from mobility.analysis.deployment import deploy
    from mobility.present.deploy_words import deploy_summary, deploy_words

    columns = COLUMNS[what].split()
    try:
        found = deploy(net, **asked)
        table = refusals(found, **asked) if what == "refusals" else getattr(found, what)
    except (NoRouteError, TooLateError):
        if out.fmt in {"json", "csv", "geojson"}:
            import pandas as pd

            out.rows(net.identity, pd.DataFrame(columns=columns), columns, {"complete_h": None, "binding": []})
        raise
    if out.draws:
        from mobility.present.deploy_charts import deployment_chart

        out.draw(deployment_chart(found))
        return
    summary = deploy_summary(found)
    lines = deploy_words(net, summary)
    if uncertain:
        from mobility.analysis.deploy_draws import uncertain_deployment
        from mobility.present.draw_words import deployment_words, uncertain_summary
        from mobility.present.tables import rows_of

        drawn = uncertain_deployment(net, draws=uncertain, seed=seed, run=out.sweep(net), **asked)
        summary["uncertain"] = uncertain_summary(drawn) | {"binding": rows_of(drawn.table)}
        lines.append(deployment_words(summary["uncertain"]))
    out.rows(net.identity, table, columns, summary)
    out.words(lines)


def _origins(out: Output, net: Network, asked: dict[str, Any], against: str | None) -> None:
    """Write the answer from each origin and from all, with `against` before the change too."""
    from mobility.analysis.compared import from_each, origins_table
    from mobility.present.deploy_words import origins_summary, origins_words

    title = out.given.title or out.given.changes()
    nets = {against: out.baseline(against), title: net} if against else {title: net}
    found = {scenario: from_each(seen, **asked) for scenario, seen in nets.items()}
    if out.draws:
        from mobility.present.deploy_charts import origins_chart

        out.draw(origins_chart(net, found))
        return
    columns = ["scenario"] * bool(against) + COLUMNS["origins"].split()
    out.rows(net.identity, origins_table(found), columns, origins_summary(found))
    out.words(origins_words(found))


def _share(text: str) -> tuple[str, float]:
    place, _, part = text.rpartition("=")
    try:
        return place, float(part)
    except ValueError:
        raise InputError(f"--share {text}: give a place and its part of the force: durres=0.5") from None
