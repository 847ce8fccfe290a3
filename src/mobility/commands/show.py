"""The network in files for others: maps and exports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mobility.options import ends_of, pair_options, scenario_options

if TYPE_CHECKING:
    from mobility.model.scenario import Scenario
    from mobility.options import Output


@click.command(name="map")
@pair_options
@click.option(
    "--show",
    type=click.Choice(["network", "routes", "whatif", "bottlenecks"]),
    default="routes",
    show_default=True,
    help="What to draw.",
)
@click.option("--against", metavar="FILE|today", default="today", help="Baseline of --show whatif; default: today.")
@click.option("--title", metavar="TEXT", help="Title of the page; default: what the map finds.")
@scenario_options(formats=False)
def map_(
    given: Scenario,
    out: Output,
    from_: tuple[str, ...],
    to_: tuple[str, ...],
    show: str,
    against: str,
    title: str | None,
) -> None:
    """Draw a map into one HTML file that opens with no network: -o FILE.html."""
    from mobility.present import maps

    out.choose([".html", ".htm"])
    net = out.load()
    title = title or given.title
    if show == "network":
        page = maps.network_map(net, title=title)
    else:
        starts, ends, _ = ends_of(net, from_, to_)
        if show == "whatif":
            page = maps.whatif_map(out.baseline(against), net, starts, ends, title=title)
        else:
            page = {"routes": maps.route_map, "bottlenecks": maps.bottleneck_map}[show](net, starts, ends, title=title)
    out.save(page.html().encode())


@click.command()
@scenario_options(formats=False)
def export(given: Scenario, out: Output) -> None:
    """Write the network: -o FILE.csv (routable arcs), .graphml, .gpkg (all tables) or .geojson (links)."""
    del given
    from mobility.present import exchange

    suffix = out.choose(exchange.WRITERS)
    net = out.load()
    out.save(exchange.WRITERS[suffix](net))
