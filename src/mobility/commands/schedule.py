"""Several forces without conflict in time."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import click

from mobility.commands.options import Command, question

if TYPE_CHECKING:
    from mobility.commands.run import Run
    from mobility.model.scenario import Scenario

_TABLES = ("legs", "columns", "forces", "march", "waits")


@click.command(cls=Command)
@click.argument("file", metavar="FILE.toml", type=click.Path())
@click.option("--table", "what", type=click.Choice(_TABLES), default="legs", show_default=True, help="What is shown.")
@click.option(
    "--fix", "fixes", multiple=True, metavar="NAME=TIME",
    help="A force (its first column) or column NAME/2 leaves then, before all others are placed.",
)  # fmt: skip
@click.option(
    "--seconds", type=click.FloatRange(0.1, 86_400), default=60, show_default=True, help="Search no longer than that."
)
@click.option(
    "--tries", type=click.IntRange(1, 10_000), default=8, show_default=True, help="Try so many orders of placing."
)
@click.option("--seed", type=click.IntRange(min=0), default=0, metavar="S", help="Of the orders tried; default: 0.")
@question(pictures=True, files=("ics", "html"))
def schedule(run: Run, file: str, what: str, fixes: tuple[str, ...], **search: Any) -> None:  # noqa: ANN401
    """Show who moves when: the forces of FILE.toml, without conflict on links, in ports, at borders, on trains.

    FILE.toml is a scenario with start = 2026-12-01T06:00:00 and [[force]] tables: name, vehicles or force, from, to,
    (or tonnes, with cargo), and as wanted ready, earliest, latest, priority, profile, modes, via, routes, column; from
    and to may give shares, from = {durres = 0.6, koper = 0.4}; return = "48 h" (a stay) or "d7" sends it back, by
    return_latest. With zone = "Europe/Sofia" summer time begins and ends on the way. Closures may hold in windows:
    "NAME@Mon-Sat 08:00-17:30", "NAME@d2-d5". -o FILE.png, .svg or .pdf draws bars over time, with --table march the
    movement graph; -o FILE.html shows the columns move over a map; -o FILE.ics is a
    calendar of them.
    """
    from mobility.model.orders import Orders
    from mobility.present import findings

    run.clocked = True
    orders = Orders.read(file, fixes)
    run.given = orders.scenario.plus(**_differing(run.given))
    run.show(findings.schedule(run.network, orders, table=what, **search))


def _differing(given: Scenario) -> dict[str, Any]:
    """Return the words of a scenario that differ from the defaults."""
    usual = type(given)()
    values = {part.name: getattr(given, part.name) for part in fields(given) if part.name not in {"title", "source"}}
    return {name: value for name, value in values.items() if value != getattr(usual, name)}
