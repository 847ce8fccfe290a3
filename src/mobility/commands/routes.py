"""Routes: the legs of one, and every pair."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mobility.commands.options import DRAWN_OR_FAILING, PLACES, Command, question
from mobility.errors import InputError, NoRouteError

if TYPE_CHECKING:
    from mobility.commands.run import Run
    from mobility.model.network import Network
    from mobility.present.finding import Finding


@click.command(cls=Command)
@click.argument("origin", metavar="FROM", shell_complete=PLACES)
@click.argument("destination", metavar="TO", shell_complete=PLACES)
@click.option("-k", "count", type=click.IntRange(1, 100), help="Number of routes; default: 1, with --diverse 3.")
@click.option("--diverse", is_flag=True, help="Routes that share little, instead of the k best.")
@click.option(
    "--via", multiple=True, metavar="PLACE", shell_complete=PLACES, help="Pass this place (repeatable, in order)."
)
@click.option(
    "--by",
    type=click.Choice(["time", "arrival"]),
    default="time",
    show_default=True,
    help="Best is the least time under way, or the earliest arrival after march days.",
)
@click.option(
    "--why", "reasons", is_flag=True, help="Instead, why: against the next routes, what is refused, what turns it over."
)
@click.option(
    "--flip", "over", metavar="NAME:KEY=A..B", help="Instead, where a wait, speed, limit or open=0..1 turns it over."
)
@click.option("--start", metavar="'Mon 06:00'", default="", help="When the march starts: tells the day of each leg.")
@click.option(
    "--starts", type=click.Choice(["hourly"]), help="Instead, the arrival for a start at every hour (-x NAME@WINDOW)."
)
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
@question(pictures=True)
def route(
    run: Run,
    origin: str,
    destination: str,
    count: int | None,
    diverse: bool,
    via: tuple[str, ...],
    by: str,
    start: str,
    **asked: Any,  # noqa: ANN401 - --why, --flip, --starts and --random
) -> None:
    """Show the legs of the best route from FROM to TO (places, set:NAME, or lat,lon).

    --why has a row for each link, border wait and handling time, and for all of a kind: by how much it may change
    before another route is best. With -k N and --diverse it sets the best against these routes. --flip has a row for
    each route that is best somewhere between two values, named as --set names them; -o FILE.png, .svg or .pdf draws
    it, and the arrivals of --starts.
    """
    from mobility.present import findings

    every = asked.pop("starts")
    run.clocked = bool(start or every)
    net = run.network
    run.unheard("capacity", "failure", "exists")
    closures, hit_hours = asked.pop("closures"), asked.pop("hit_hours")
    if hit_hours and not closures:
        raise InputError("--hit-hours goes with --random K")
    if closures and (count or diverse or via or start or by != "time"):
        raise InputError("--random has routes of its own: leave out -k, --diverse, --via, --by and --start")
    starts, ends, stops = run.places([origin]), run.places([destination]), run.places(via)
    if every:
        if closures or count or diverse or start or by != "time" or any(asked.values()):
            raise InputError("--starts asks for the first arrival from every hour: it goes with --via alone")
        run.show(findings.starts(net, starts, ends, via=stops))
        return
    if closures:
        more = {"hit_h": hit_hours} if hit_hours else {}
        run.show(findings.random_routes(net, starts, ends, k=closures, **more))
        return
    if asked["reasons"] or asked["over"] is not None:
        if stops or start or by != "time" or len(starts) > 1 or len(ends) > 1:
            raise InputError("--why and --flip take one FROM and one TO, without --via, --by and --start")
        run.show(_reasons(net, starts[0], ends[0], count, diverse=diverse, **asked), lead=True)
        return
    _show(run, findings.route(net, starts, ends, via=stops, k=count or 0, diverse=diverse, by=by, start=start))


def _show(run: Run, finding: Finding) -> None:
    """Show a route; raises NoRouteError, after the links that would make one, where there is none."""
    if finding.summary["connected"]:
        run.show(finding)
        return
    for line in finding.sentences:
        run.sink.note(line)
    if not run.sink.reads:
        run.rows(finding.network, finding.table, finding.columns, finding.summary)
    raise NoRouteError(finding.title)


def _reasons(
    net: Network, start: str, end: str, count: int | None, *, diverse: bool, reasons: bool, over: str | None
) -> Finding:
    """Return why a route is the best, or where a value turns it over."""
    from mobility.present.findings import reasons as why
    from mobility.present.findings import turning

    if over is None:
        return why.why(net, start, end, k=count or 3, diverse=diverse)
    if reasons:
        raise InputError("give either --why or --flip")
    if count or diverse:
        raise InputError("--flip asks for the best route: leave out -k and --diverse")
    return turning.flip(net, start, end, over=over)


@click.command(cls=Command)
@click.option("--all", "every", is_flag=True, help="All pairs in a table too; other formats always have them all.")
@question(pairs=True, draws=DRAWN_OR_FAILING, varied=True)
def routes(run: Run, *, every: bool) -> None:
    """Show pairs of origin and destination, the slowest first: hours, km, borders, disjoint routes.

    A table (-f table, md) has the ten slowest below the finding; -f json, csv and geojson have all pairs.
    """
    from mobility.present.findings import pairs

    net, draws = run.network, run.draws
    run.unheard("capacity", *["failure"] * (not draws.failures), *["exists"] * (not draws.uncertain))
    finding = pairs.routes(net, run.pairs)
    if draws.uncertain:
        finding = pairs.uncertain(finding, run.pairs, draws.uncertain, draws.seed, run.sweep(net))
    elif draws.failures:
        finding = pairs.failing(finding, run.pairs, draws.failures, draws.seed, run.sweep(net))
    run.show(pairs.slowest_first(finding, every=every) if run.sink.reads else finding, lead=True)
