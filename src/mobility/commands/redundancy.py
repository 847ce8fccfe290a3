"""What pairs have in reserve, and what new links would buy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mobility.commands.options import DRAWN, Command, question, seconds
from mobility.errors import InputError

if TYPE_CHECKING:
    from mobility.commands.run import Run


@click.command(cls=Command)
@click.option(
    "--table",
    "what",
    type=click.Choice(["projects", "pairs", "portfolio", "candidates", "synergy", "pareto"]),
    help="What is asked; default: projects, with --budget portfolio.",
)
@click.option(
    "--budget",
    type=float,
    metavar="EUR_M",
    help="Million EUR: the best set of projects it buys; with pareto, dearer sets are left out.",
)
@click.option(
    "--project",
    "projects_",
    multiple=True,
    metavar="NAME",
    help="Only these projects (repeatable); default: all, with pareto five.",
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
@click.option(
    "-k", "k", type=click.IntRange(1, 100), metavar="N", help="Pareto: closures once a set is built; default: 1."
)
@seconds("Pareto: stop after S seconds, with what is proven and the draws made by then.")
@question(pairs=True, draws=DRAWN, sweeps=True, pictures=True, varied=True)
def redundancy(
    run: Run,
    what: str | None,
    budget: float | None,
    projects_: tuple[str, ...],
    max_km: float,
    new: str,
    top: int,
    k: int | None,
    seconds: float,
) -> None:
    """Show what pairs have in reserve, and what projects, sets of them or a new link would buy.

    --table pareto tells which sets of projects no other beats in cost, mean gain and the harm of the worst closures,
    with --uncertain N in how many draws. -o FILE.png, .svg or .pdf draws the gains of the projects, or these sets.
    """
    from mobility.present.findings import choices, gains

    what = what or ("projects" if budget is None else "portfolio")
    if what == "portfolio" and budget is None:
        raise InputError("a portfolio needs --budget EUR_M (million EUR)")
    _refuse(run, what, named=bool(projects_), closures=k)
    net, pairs, chosen = run.network, run.pairs, list(projects_) or None
    if what == "synergy" and chosen is None:
        raise InputError("synergy needs the projects to pair: --project NAME, at least twice")
    sweep, draws = run.sweep(net), run.draws
    finding = {
        "projects": lambda: gains.redundancy(net, pairs, projects=chosen, run=sweep),
        "pairs": lambda: gains.reserve(net, pairs),
        "synergy": lambda: gains.synergy(net, pairs, projects=chosen or [], run=sweep),
        "portfolio": lambda: gains.portfolio(net, pairs, budget_eur_m=budget or 0.0, projects=chosen),
        "candidates": lambda: gains.candidates(net, pairs, max_km=max_km, mode=new, top=top),
        "pareto": lambda: choices.pareto(
            net, pairs, k=k or 1, projects=chosen, budget_eur_m=budget, seconds=seconds,
            draws=(draws.uncertain, draws.seed) if draws.uncertain else None, run=sweep,
        ),
    }[what]()  # fmt: skip
    if draws.uncertain and what == "projects":
        finding = gains.uncertain(finding, pairs, draws.uncertain, draws.seed, chosen, sweep)
    run.show(finding)


def _refuse(run: Run, what: str, *, named: bool, closures: int | None) -> None:
    """Refuse what a table does not have (InputError)."""
    if what == "pareto":
        _refuse_of_sets(run, named=named)
        return
    if closures is not None:
        raise InputError(f"-k is for --table pareto, not {what}")
    if what == "projects":
        return
    if run.compared:
        raise InputError(f"-p all and --pace all compare --table projects or pareto, not {what}")
    if run.sink.draws:
        raise InputError(f"--table {what} has no chart, projects and pareto have; give -o FILE.csv, .json or .md")
    if run.draws.uncertain:
        raise InputError(f"--uncertain asks about --table projects or pareto, not {what}")
    if what != "synergy" and (run.draws.workers != 1 or run.draws.resume):
        raise InputError(f"--workers and --resume sweep over projects: not with --table {what}")


def _refuse_of_sets(run: Run, *, named: bool) -> None:
    if run.compared and not named:
        raise InputError("profiles and paces are compared over the same sets: name the projects (--project NAME)")
    if run.draws.resume:
        raise InputError("--resume is not for --table pareto: what it finds hangs on --seconds")
    if run.draws.workers != 1 and not run.draws.uncertain:
        raise InputError("--workers shares draws here: give --uncertain N too")
