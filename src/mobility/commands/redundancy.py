"""What pairs have in reserve, and what new links would buy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mobility.commands.options import DRAWN, Command, question
from mobility.errors import InputError

if TYPE_CHECKING:
    from mobility.commands.run import Run


@click.command(cls=Command)
@click.option(
    "--table",
    "what",
    type=click.Choice(["projects", "pairs", "portfolio", "candidates", "synergy"]),
    help="What is asked; default: projects, with --budget portfolio.",
)
@click.option("--budget", type=float, metavar="EUR_M", help="Million EUR: the best set of projects it buys.")
@click.option(
    "--project", "projects_", multiple=True, metavar="NAME", help="Only these projects (repeatable); default: all."
)
@click.option(
    "--max-km", type=click.FloatRange(1, 1000), default=150, show_default=True, help="Candidates: largest distance."
)
@click.option(
    "--by",
    "new",
    type=click.Choice(["road", "rail"]),
    default="road",
    show_default=True,
    help="Candidates: mode of the new link.",
)
@click.option(
    "--top", type=click.IntRange(min=1), default=20, show_default=True, metavar="N", help="Candidates: how many."
)
@question(pairs=True, draws=DRAWN, sweeps=True, pictures=True, varied=True)
def redundancy(
    run: Run,
    what: str | None,
    budget: float | None,
    projects_: tuple[str, ...],
    max_km: float,
    new: str,
    top: int,
) -> None:
    """Show what pairs have in reserve, and what projects, sets of them or a new link would buy.

    -o FILE.png, .svg or .pdf draws the gains of the projects as a chart.
    """
    from mobility.present.findings import gains

    what = what or ("projects" if budget is None else "portfolio")
    if what == "portfolio" and budget is None:
        raise InputError("a portfolio needs --budget EUR_M (million EUR)")
    if run.compared and what != "projects":
        raise InputError(f"-p all and --pace all compare --table projects, not {what}")
    if run.sink.draws and what != "projects":
        raise InputError(f"--table {what} has no chart, projects has one; give -o FILE.csv, .json or .md")
    if run.draws.uncertain and what != "projects":
        raise InputError(f"--uncertain asks about --table projects, not {what}")
    if what not in {"projects", "synergy"} and (run.draws.workers != 1 or run.draws.resume):
        raise InputError(f"--workers and --resume sweep over projects: not with --table {what}")
    net, pairs, chosen = run.network, run.pairs, list(projects_) or None
    if what == "synergy" and chosen is None:
        raise InputError("synergy needs the projects to pair: --project NAME, at least twice")
    sweep = run.sweep(net)
    finding = {
        "projects": lambda: gains.redundancy(net, pairs, projects=chosen, run=sweep),
        "pairs": lambda: gains.reserve(net, pairs),
        "synergy": lambda: gains.synergy(net, pairs, projects=chosen or [], run=sweep),
        "portfolio": lambda: gains.portfolio(net, pairs, budget_eur_m=budget or 0.0, projects=chosen),
        "candidates": lambda: gains.candidates(net, pairs, max_km=max_km, mode=new, top=top),
    }[what]()
    if run.draws.uncertain:
        finding = gains.uncertain(finding, pairs, run.draws.uncertain, run.draws.seed, chosen, sweep)
    run.show(finding)
