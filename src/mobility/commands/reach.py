"""What can be reached from a place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mobility.commands.options import PLACES, Command, question
from mobility.errors import InputError

if TYPE_CHECKING:
    from mobility.commands.run import Run
    from mobility.present.finding import Finding


@click.command(cls=Command)
@click.argument("place", shell_complete=PLACES)
@click.option("--hours", metavar="N[,N...]", required=True, help="How far, in hours: one value, or up to five.")
@click.option("--links", is_flag=True, help="Have the links as rows, with the kilometres reached, not the places.")
@question(pictures=True)
def reach(run: Run, place: str, hours: str, links: bool) -> None:
    """Show what is reached from PLACE within N hours, under way and to arrival.

    With -x before and after the closure. -o FILE.png, .svg or .pdf draws it; map --show reach is a page.
    """
    run.unheard("capacity", "failure")
    run.show(reached(run, place, hours, links=links), lead=True)


def reached(run: Run, place: str, hours: str, *, links: bool = False) -> Finding:
    """Return what is reached, before a closure too where there is one."""
    from mobility.present.findings import reaching

    found = run.places([place])
    if len(found) > 1:
        raise InputError(f"{place} names {len(found)} places: reach starts at one")
    before = run.opened if run.network.closed else None
    return reaching.reach(run.network, found[0], hours=hours_of(hours), before=before, links=links)


def hours_of(text: str) -> list[float]:
    """Return hours as typed, "12,24,48"; raises InputError for anything else."""
    try:
        return [float(word) for word in text.split(",")]
    except ValueError:
        raise InputError(f"--hours {text!r}: write hours as 24, or several as 12,24,48") from None
