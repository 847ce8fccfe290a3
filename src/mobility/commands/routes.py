"""Routes: the legs of one, and every pair."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mobility.commands.options import DRAWN_OR_FAILING, Command, question
from mobility.errors import InputError, NoRouteError

if TYPE_CHECKING:
    from mobility.commands.run import Run


@click.command(cls=Command)
@click.argument("origin", metavar="FROM")
@click.argument("destination", metavar="TO")
@click.option("-k", "count", type=click.IntRange(1, 100), help="Number of routes; default: 1, with --diverse 3.")
@click.option("--diverse", is_flag=True, help="Routes that share little, instead of the k best.")
@click.option("--via", multiple=True, metavar="PLACE", help="Pass this place (repeatable, in order).")
@click.option(
    "--by",
    type=click.Choice(["time", "arrival"]),
    default="time",
    show_default=True,
    help="Best is the least time under way, or the earliest arrival after march days.",
)
@click.option("--start", metavar="'Mon 06:00'", default="", help="When the march starts: tells the day of each leg.")
@click.option(
    "--random",
    "closures",
    type=click.IntRange(1, 100),
    metavar="K",
    help="Instead, how often to take which route, so that the worst K closures cost least on average.",
)
@click.option(
    "--hit-hours",
    type=click.FloatRange(min=0, max=2000, min_open=True),
    metavar="H",
    help="With --random: what it costs to be on a route that is closed; default: 24, an assumption.",
)
@question()
def route(
    run: Run,
    origin: str,
    destination: str,
    count: int | None,
    diverse: bool,
    via: tuple[str, ...],
    by: str,
    start: str,
    **drawn: Any,  # noqa: ANN401 - of --random
) -> None:
    """Show the legs of the best route from FROM to TO (places, set:NAME, or lat,lon)."""
    from mobility.present import findings

    net = run.network
    run.unheard("capacity", "failure")
    closures, hit_hours = drawn["closures"], drawn["hit_hours"]
    if hit_hours and not closures:
        raise InputError("--hit-hours goes with --random K")
    if closures and (count or diverse or via or start or by != "time"):
        raise InputError("--random has routes of its own: leave out -k, --diverse, --via, --by and --start")
    starts, ends, stops = run.places([origin]), run.places([destination]), run.places(via)
    if closures:
        more = {"hit_h": hit_hours} if hit_hours else {}
        run.show(findings.random_routes(net, starts, ends, k=closures, **more))
        return
    finding = findings.route(net, starts, ends, via=stops, k=count or 0, diverse=diverse, by=by, start=start)
    if finding.summary["connected"]:
        run.show(finding)
        return
    for line in finding.sentences:
        run.sink.note(line)
    if not run.sink.reads:
        run.rows(net, finding.table, finding.columns, finding.summary)
    raise NoRouteError(finding.title)


@click.command(cls=Command)
@question(pairs=True, draws=DRAWN_OR_FAILING, varied=True)
def routes(run: Run) -> None:
    """Show every pair of origin and destination: hours, km, borders, disjoint routes."""
    from mobility.present.findings import pairs

    net, draws = run.network, run.draws
    run.unheard("capacity", *["failure"] * (not draws.failures))
    finding = pairs.routes(net, run.pairs)
    if draws.uncertain:
        finding = pairs.uncertain(finding, run.pairs, draws.uncertain, draws.seed, run.sweep(net))
    elif draws.failures:
        finding = pairs.failing(finding, run.pairs, draws.failures, draws.seed, run.sweep(net))
    run.show(finding)
