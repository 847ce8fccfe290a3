"""What is repaired first after an attack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mobility.commands.options import Command, question, seconds
from mobility.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mobility.commands.run import Run


@click.command(cls=Command)
@click.option(
    "-k",
    "k",
    type=click.IntRange(1, 60),
    metavar="N",
    help="Instead of what -x names, the N worst losses are repaired.",
)
@click.option(
    "--by",
    type=click.Choice(["structure", "section", "link"]),
    help="What is lost with -k; default: structure.",
)
@click.option("--crews", type=int, default=1, show_default=True, metavar="N", help="Crews, all equal.")
@click.option("--sets", type=int, default=0, show_default=True, metavar="N", help="Bridge sets, each used once.")
@click.option(
    "--damage",
    "damages",
    multiple=True,
    metavar="NAME:KEY=VALUE",
    help="Set class, length_m or days of what is lost (repeatable).",
)
@click.option(
    "--measure",
    type=click.Choice(["pair-hours", "vehicles"]),
    default="pair-hours",
    show_default=True,
    help="What is brought back soonest: the time of pairs, or vehicles a day of the min-cut.",
)
@click.option("--repairs", type=click.Path(), metavar="FILE.csv", help="Real repairs; default: the shipped table.")
@seconds("Stop after S seconds with the best order found and a bound.")
@click.option(
    "--uncertain", type=click.IntRange(1, 1_000_000), metavar="N", help="Intervals over N draws of the days of repairs."
)
@click.option("--seed", type=click.IntRange(min=0), metavar="S", help="Of the draws; default: 0.")
@question(pairs=True, pictures=True)
def recover(  # noqa: PLR0913, PLR0917 - click passes options
    run: Run,
    k: int | None,
    by: str | None,
    crews: int,
    sets: int,
    damages: tuple[str, ...],
    measure: str,
    repairs: str | None,
    seconds: float,
    uncertain: int | None,
    seed: int | None,
) -> None:
    """Show in which order crews repair what -x (or -s FILE) closes, and what each repair brings back.

    Each NAME is one repair; an area, corridor or country is one in each section that it meets. -o FILE.png, .svg or
    .pdf draws the loss over the days.
    """
    from mobility.present.findings import recovery

    given, net, pairs = run.given, run.opened, run.pairs
    if by and not k:
        raise InputError("--by says what the N worst losses are: give -k N too")
    if seed is not None and not uncertain:
        raise InputError("--seed is for draws: give --uncertain N too")
    if k and given.close:
        raise InputError("what is lost is either what -x and -s name, or the -k worst: not both")
    if not k and not given.close:
        raise InputError("nothing is lost, so there is nothing to repair: name it (-x, -s), or ask for the -k worst")
    lost: Sequence[str | Sequence[str]] = given.close
    if k:
        lost, proven = recovery.worst_attack(net, pairs, k=k, by=by or "structure", seconds=seconds)
        if not proven:
            run.sink.note("the attack is the worst found, not proven to be the worst (--seconds)")
    run.show(
        recovery.recover(
            net,
            pairs,
            lost=lost,
            crews=crews,
            sets=sets,
            damages=damages,
            measure=measure,
            repairs=repairs,
            seconds=seconds,
            width=given.width,
            allow_empty=given.allow_empty,
            draws=uncertain,
            seed=seed or 0,
        )
    )
