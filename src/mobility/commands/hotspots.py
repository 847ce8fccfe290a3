"""Roads and railways against what the European Union asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mobility.commands.options import Command, question

if TYPE_CHECKING:
    from collections.abc import Callable

    from mobility.commands.run import Run
    from mobility.present.finding import Finding

_ABOUT = (
    click.option("--corridor", metavar="CODE", default="", help="Only this corridor."),
    click.option("--country", metavar="XX", default="", help="Only this country."),
    click.option(
        "--requirement",
        multiple=True,
        metavar="ID",
        help="Only this requirement, as --by requirement lists it (repeatable).",
    ),
)


def asked_about(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say what is asked about."""
    for option in reversed(_ABOUT):
        command = option(command)
    return command


@click.command(cls=Command)
@click.option(
    "--by",
    type=click.Choice(["section", "link", "requirement"]),
    default="section",
    show_default=True,
    help="A row for each section (links in series), link, or requirement (totals).",
)
@asked_about
@question(pictures=True)
def hotspots(run: Run, by: str, **about: Any) -> None:  # noqa: ANN401 - of `asked_about`
    """Show where roads and railways fall short of what the EU asks, and of how much nothing is known.

    -o FILE.png, .svg or .pdf draws the requirements as a chart; map --show hotspots is a map, strip CODE a strip.
    """
    run.show(held_against(run, by=by, **about), lead=True)


def held_against(
    run: Run, *, requirement: tuple[str, ...], by: str = "section", corridor: str, country: str
) -> Finding:
    """Return what links are, held against the requirements."""
    from mobility.present.findings import compliance

    return compliance.hotspots(run.network, by=by, corridor=corridor, country=country, requirements=requirement)
