"""When a force is complete at its destination."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mobility.errors import InputError, NoRouteError, TooLateError
from mobility.options import ends_of, pair_options, scenario_options

if TYPE_CHECKING:
    from mobility.model.scenario import Scenario
    from mobility.options import Output

COLUMNS = {
    "arrivals": "day vehicles_arrived new_vehicles packets_arrived share",
    "movements": "day route stretch mode from to vehicles units depart_h arrive_h",
    "binding": "order kind name capacity_vehicles_day share complete_h gain_doubled_h gain_removed_h",
    "links": "name mode from to vehicles vehicles_busiest_day capacity_vehicles_day utilisation",
}


@click.command()
@click.option("--vehicles", type=int, metavar="N", help="How many vehicles move.")
@click.option("--force", metavar="NAME", help="Instead, a force package of the rules (profiles.toml).")
@click.option("--horizon", type=float, metavar="DAYS", help="How far to look; default: the rules' horizon_days.")
@click.option("--trains", type=float, metavar="N", help="Trains that the railheads share; default: the rules' pool.")
@click.option(
    "--share", "shares", multiple=True, metavar="PLACE=PART", help="Part of the force that enters here: 0 to 1."
)
@click.option(
    "--step", type=click.Choice(["60", "30", "15", "10"]), default="60", show_default=True, help="Minutes of a step."
)
@click.option(
    "--table",
    "what",
    type=click.Choice(list(COLUMNS)),
    default="arrivals",
    show_default=True,
    help="What is shown.",
)
@pair_options
@scenario_options()
def deploy(  # noqa: PLR0913, PLR0917 - one option each
    given: Scenario,
    out: Output,
    vehicles: int | None,
    force: str | None,
    horizon: float | None,
    trains: float | None,
    shares: tuple[str, ...],
    step: str,
    what: str,
    from_: tuple[str, ...],
    to_: tuple[str, ...],
) -> None:
    """Show when a force is complete at its destination, what binds, and how it moves."""
    del given
    from mobility.analysis.deployment import deploy
    from mobility.present.deploy_words import deploy_summary, deploy_words

    size = force if vehicles is None else vehicles
    if size is None or (force is not None and vehicles is not None):
        raise InputError("give either --vehicles N or --force NAME")
    net = out.load()
    starts, ends, _ = ends_of(net, from_, to_)
    parts = dict(_share(text) for text in shares)
    try:
        options: dict[str, Any] = {
            "horizon_days": horizon,
            "trains_pool": trains,
            "shares": parts,
            "step_min": int(step),
        }
        found = deploy(net, size, starts, ends, **options)
    except (NoRouteError, TooLateError):
        if out.fmt in {"json", "csv", "geojson"}:
            import pandas as pd

            columns = COLUMNS[what].split()
            out.rows(net.identity, pd.DataFrame(columns=columns), columns, {"complete_h": None, "binding": []})
        raise
    summary = deploy_summary(found)
    out.rows(net.identity, getattr(found, what), COLUMNS[what].split(), summary)
    if out.fmt == "table":
        for line in deploy_words(net, summary):
            out.note(line)


def _share(text: str) -> tuple[str, float]:
    place, _, part = text.rpartition("=")
    try:
        return place, float(part)
    except ValueError:
        raise InputError(f"--share {text}: give a place and its part of the force: durres=0.5") from None
