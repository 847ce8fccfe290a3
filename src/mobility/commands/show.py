"""The network in files for others: maps and exports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mobility.errors import InputError
from mobility.options import ends_of, pair_options, scenario_options

if TYPE_CHECKING:
    from mobility.model.scenario import Scenario
    from mobility.options import Output


@click.command(name="map")
@pair_options
@click.option(
    "--show",
    type=click.Choice(["network", "routes", "whatif", "bottlenecks", "interdict", "redundancy"]),
    default="routes",
    show_default=True,
    help="What to draw.",
)
@click.option("--against", metavar="FILE|today", default="today", help="Baseline of --show whatif; default: today.")
@click.option(
    "-k",
    "k",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    metavar="N",
    help="Closures of --show interdict.",
)
@click.option(
    "--project", multiple=True, metavar="NAME", help="Projects of --show redundancy (repeatable); default: all."
)
@click.option("--interactive", is_flag=True, help="A page on which a click closes or builds and shows the new route.")
@click.option("--title", metavar="TEXT", help="Title of the page; default: what the map finds.")
@click.option(
    "--tiles", metavar="URL", default="", help="Online map tiles over the land, as https://host/{z}/{x}/{y}.png."
)
@scenario_options(formats=False)
def map_(  # noqa: PLR0913, PLR0917 - one option each
    given: Scenario,
    out: Output,
    from_: tuple[str, ...],
    to_: tuple[str, ...],
    show: str,
    against: str,
    k: int,
    project: tuple[str, ...],
    interactive: bool,
    title: str | None,
    tiles: str,
) -> None:
    """Draw a map into one HTML file that opens with no network: -o FILE.html."""
    from mobility.model.network import Network
    from mobility.present import views
    from mobility.present.interactive import whatif_page
    from mobility.present.maps import page_of

    out.choose([".html", ".htm"])
    if interactive:
        if show != "routes":
            raise InputError("--interactive is a view of its own: leave out --show")
        page = whatif_page(
            Network.load(out.path),
            given,
            from_ or None,
            to_ or None,
            title=title or given.title,
            tiles=tiles,
            home=out.path,
        )
        out.save(page.html().encode())
        return
    net = out.load()
    starts, ends, _ = (None, None, 0) if show == "network" else ends_of(net, from_, to_)
    view = {
        "network": lambda title: views.network_map(net, title=title),
        "routes": lambda title: views.route_map(net, starts, ends, title=title),
        "whatif": lambda title: views.whatif_map(out.baseline(against), net, starts, ends, title=title),
        "bottlenecks": lambda title: views.bottleneck_map(net, starts, ends, title=title),
        "interdict": lambda title: views.interdiction_map(net, k, starts, ends, title=title),
        "redundancy": lambda title: views.redundancy_map(net, project or None, starts, ends, title=title),
    }[show](title or given.title)
    out.save(page_of(view, tiles).html().encode())


@click.command()
@scenario_options(formats=False)
def export(given: Scenario, out: Output) -> None:
    """Write the network: -o FILE.csv (routable arcs), .graphml, .gpkg (all tables) or .geojson (links)."""
    del given
    from mobility.present import exchange

    suffix = out.choose(exchange.WRITERS)
    net = out.load()
    out.save(exchange.WRITERS[suffix](net))
