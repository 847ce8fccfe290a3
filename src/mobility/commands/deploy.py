"""When a force is complete at its destination."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mobility.commands.options import DRAWN, Command, question
from mobility.errors import InputError, NoRouteError, TooLateError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mobility.commands.run import Run


TABLES = ("arrivals", "curve", "movements", "binding", "links", "origins", "refusals")
_FORCE = [
    click.option("--vehicles", type=int, metavar="N", help="How many vehicles move."),
    click.option(
        "--force",
        metavar="NAME",
        multiple=True,
        help="Instead, a force package (`mobility profiles --forces`); one at a time.",
    ),
    click.option("--tonnes", type=float, metavar="T", help="Instead, so many tonnes of --cargo, as lorry loads."),
    click.option(
        "--cargo",
        metavar="NAME",
        help="Of --tonnes: ammunition (default) or fuel (`mobility profiles --cargo`).",
    ),
    click.option("--horizon", type=float, metavar="DAYS", help="How far to look; default: the rules' horizon_days."),
    click.option(
        "--trains",
        type=float,
        metavar="N",
        help="Trains that the railheads share (of the Solidarity Pool, or whoever provides them); default: the rules'.",
    ),
    click.option("--ship", metavar="NAME", help="Ship that brings it (`profiles --ships`): its draught counts."),
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
    click.option("--start", metavar="'Mon 06:00'", help="When it starts: closures may then hold at times."),
]


def force_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add what says which force moves and how; the command gets it as typed, `asked_of` reads it."""
    for option in reversed(_FORCE):
        command = option(command)
    return command


def asked_of(  # noqa: PLR0913 - each is an option of its own
    *,
    vehicles: int | None,
    force: tuple[str, ...],
    tonnes: float | None,
    cargo: str | None,
    horizon: float | None,
    trains: float | None,
    ship: str | None,
    shares: tuple[str, ...],
    step: str,
    start: str | None,
) -> dict[str, Any]:
    """Return the options of `mobility.deploy`; raises InputError when the force is missing or given twice."""
    if len(force) > 1:
        raise InputError(f"one force moves at a time: give --force once, not {' and '.join(force)}")
    if [vehicles, tonnes, force or None].count(None) != 2:  # noqa: PLR2004 - one of three is given
        raise InputError("give one of --vehicles N, --force NAME and --tonnes T")
    if cargo and tonnes is None:
        raise InputError("--cargo goes with --tonnes")
    parts = dict(map(_share, shares))
    if len(parts) < len(shares):
        raise InputError("a place has two shares: give --share PLACE=PART once for each place")
    return {
        "vehicles": vehicles,
        "force": force[0] if force else None,
        "tonnes": tonnes,
        **({"cargo": cargo} if cargo else {}),
        "horizon_days": horizon,
        "trains_pool": trains,
        "ship": ship,
        "shares": parts or None,
        "step_min": int(step),
        "start": start or "",
    }


@click.command(cls=Command)
@force_options
@click.option(
    "--table",
    "what",
    type=click.Choice(TABLES),
    default="arrivals",
    show_default=True,
    help="What is shown.",
)
@click.option("--against", metavar="FILE|today", help="With --table origins: the same before the change too.")
@question(pairs=True, draws=DRAWN, pictures=True, varied=True, compared=True)
def deploy(
    run: Run,
    what: str,
    against: str | None,
    **force: Any,  # noqa: ANN401 - of `force_options`
) -> None:
    """Show when a force is complete at its destination, what binds, and how it moves.

    -o FILE.png, .svg or .pdf draws the arrivals as curves, with --table origins one for each origin.
    """
    from mobility.present.findings import deployment

    asked, out = asked_of(**force), run.sink
    run.clocked = bool(asked["start"])
    if against and what != "origins":
        raise InputError("--against goes with --table origins")
    if out.draws and what not in deployment.CURVES:
        curves = ", ".join(deployment.CURVES)
        raise InputError(f"--table {what} has no chart, {curves} have one; give -o FILE.csv, .json or .md")
    if run.draws.uncertain and what in {"origins", "refusals"}:
        raise InputError(f"--uncertain asks about one deployment: not with --table {what}")
    if run.draws.uncertain and out.draws:
        raise InputError("--uncertain has no chart; give -o FILE.csv, .json or .md")
    net, ends = run.network, ends_of(run)
    if what == "origins":
        title = run.given.name or "today"
        if against == title:
            raise InputError(f"--against {against} is the scenario itself: nothing to compare")
        nets = {against: run.baseline(against), title: net} if against else {title: net}
        run.show(deployment.origins(nets, *ends, **asked))
        return
    try:
        finding = deployment.deploy(net, *ends, table=what, **asked)
    except (NoRouteError, TooLateError):
        if not out.reads and not out.draws:
            import pandas as pd

            columns = deployment.COLUMNS[what].split()
            run.rows(net, pd.DataFrame(columns=columns), columns, {"complete_h": None, "binding": []})
        raise
    if run.draws.uncertain:
        finding = deployment.uncertain(finding, run.draws.uncertain, run.draws.seed, run.sweep(net), **asked)
    run.show(finding)


def ends_of(run: Run) -> tuple[list[str] | None, list[str] | None]:
    """Return the places asked about, None for those by role (of these a force takes those that are not closed)."""
    pairs = run.pairs
    return list(pairs.origins) if run.starts else None, list(pairs.destinations) if run.ends else None


def _share(text: str) -> tuple[str, float]:
    place, _, part = text.rpartition("=")
    try:
        return place, float(part)
    except ValueError:
        raise InputError(f"--share {text}: give a place and its part of the force: durres=0.5") from None
