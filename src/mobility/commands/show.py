"""The network in files for others: maps, strips and exports."""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from mobility.commands.deploy import asked_of, force_options
from mobility.errors import InputError
from mobility.options import ends_of, pair_options, scenario_options

if TYPE_CHECKING:
    from mobility.model.scenario import Scenario
    from mobility.options import Output


# Which --show an option belongs to, where not to all.
_OF = dict.fromkeys(signature(asked_of).parameters, "deploy")
_OF |= {"against": "whatif", "k": "interdict", "project": "redundancy"}


@click.command(name="map")
@pair_options
@click.option(
    "--show",
    type=click.Choice(["network", "routes", "whatif", "bottlenecks", "interdict", "redundancy", "deploy"]),
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
@force_options
@click.option("--interactive", is_flag=True, help="A page on which a click closes or builds and shows the new route.")
@click.option("--title", metavar="TEXT", help="Title of the map; default: scenario and finding.")
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
    **force: Any,  # noqa: ANN401 - of `force_options`
) -> None:
    """Draw a map: -o FILE.html opens anywhere with no network; FILE.png, .svg or .pdf is for print."""
    from dataclasses import replace

    from mobility.model.network import Network
    from mobility.present import views
    from mobility.present.deploy_views import deploy_map
    from mobility.present.interactive import whatif_page
    from mobility.present.maps import page_of

    for param in click.get_current_context().command.params:
        of, source = _OF.get(param.name or ""), click.get_current_context().get_parameter_source(param.name or "")
        if of and of != show and source is ParameterSource.COMMANDLINE:
            raise InputError(f"{param.opts[0]} goes with --show {of}")
    pages = (".html", ".htm")
    suffix = out.choose(pages if interactive or tiles else (*pages, ".png", ".svg", ".pdf"))
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
        "network": lambda: views.network_map(net),
        "routes": lambda: views.route_map(net, starts, ends),
        "whatif": lambda: views.whatif_map(out.baseline(against), net, starts, ends),
        "bottlenecks": lambda: views.bottleneck_map(net, starts, ends),
        "interdict": lambda: views.interdiction_map(net, k, starts, ends),
        "redundancy": lambda: views.redundancy_map(net, project or None, starts, ends),
        "deploy": lambda: deploy_map(net, origins=starts, destinations=ends, **asked_of(**force)),
    }[show]()
    view = replace(view, title=title or ": ".join(filter(None, (given.title, view.title))))
    out.save(page_of(view, tiles).html().encode() if tiles else view.encoded(suffix))


@click.command()
@click.argument("corridor")
@scenario_options(pictures=True)
def strip(given: Scenario, out: Output, corridor: str) -> None:
    """Show a corridor stop by stop: what each section is, and whether it can be used.

    -o FILE.png, .svg or .pdf draws it as a strip, from top to bottom; -m rail shows the railway only.
    """
    from mobility.analysis.corridor import sections
    from mobility.present.words import corridor_words

    net = out.load()
    if out.draws:
        from mobility.present.strip import strip

        out.draw(strip(net, corridor, given.mode))
        return
    frame = sections(net, corridor, given.mode)
    columns = "mode branch from to length_km status reason road_class lanes tracks electrified max_speed_kmh".split()
    out.rows(net.identity, frame, columns, {"sections": len(frame), "finding": corridor_words(net, frame)})
    out.words([corridor_words(net, frame) + "."])


@click.command()
@scenario_options(formats=False)
def export(given: Scenario, out: Output) -> None:
    """Write the network: -o FILE.csv (routable arcs), .graphml, .gpkg (all tables) or .geojson (links)."""
    del given
    from mobility.present import exchange

    suffix = out.choose(exchange.WRITERS)
    net = out.load()
    out.save(exchange.WRITERS[suffix](net))
