"""The network in files for others: maps, strips and exports."""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from mobility.commands.deploy import asked_of, ends_of, force_options
from mobility.commands.hotspots import asked_about, held_against
from mobility.commands.losses import repaired_by
from mobility.commands.options import Command, in_language, question
from mobility.commands.reach import reached
from mobility.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mobility.commands.run import Run
    from mobility.commands.sink import Sink
    from mobility.present.finding import Finding
    from mobility.present.web.page import OfflineMap


# Which --show an option belongs to, where not to all.
_OF = dict.fromkeys(signature(asked_of).parameters, "deploy")
_OF |= {
    "against": "whatif",
    "set_after": "whatif",
    "k": "interdict or protect or random",
    "f": "protect",
    "project": "redundancy",
}
_OF |= dict.fromkeys(("requirement", "corridor", "country"), "hotspots")
_OF |= dict.fromkeys(("place", "hours"), "reach") | dict.fromkeys(("crews", "sets"), "recover or protect")
_OF["harm"] = "protect"


@click.command(name="map", cls=Command)
@click.option(
    "--show",
    type=click.Choice(
        [
            "network",
            "routes",
            "whatif",
            "bottlenecks",
            "interdict",
            "protect",
            "random",
            "recover",
            "redundancy",
            "deploy",
            "reach",
            "hotspots",
        ]
    ),
    default="routes",
    show_default=True,
    help="What to draw.",
)
@click.option("--against", metavar="FILE|today", default="today", help="Baseline of --show whatif; default: today.")
@click.option(
    "-k",
    "k",
    type=click.IntRange(1, 100),
    default=3,
    show_default=True,
    metavar="N",
    help="Closures of --show interdict, protect or random.",
)
@click.option(
    "-F",
    "f",
    type=click.IntRange(0, 100),
    default=3,
    show_default=True,
    metavar="N",
    help="Sections that --show protect makes proof.",
)
@click.option(
    "--project", multiple=True, metavar="NAME", help="Projects of --show redundancy (repeatable); default: all."
)
@click.option("--place", metavar="PLACE", default="", help="Where --show reach starts.")
@click.option("--hours", metavar="N[,N...]", default="24", show_default=True, help="How far --show reach goes.")
@click.option(
    "--harm",
    type=click.Choice(["attack", "recovery"]),
    default="attack",
    help="What counts with --show protect: the attack, or all that is lost until it is repaired; default: attack.",
)
@click.option("--crews", type=int, metavar="N", help="Crews of --show recover, or of --harm recovery; default: 1.")
@click.option("--sets", type=int, metavar="N", help="Bridge sets of the same; default: 0.")
@asked_about
@force_options
@click.option("--interactive", is_flag=True, help="A page on which a click closes or builds and shows the new route.")
@click.option("--title", metavar="TEXT", help="Title of the map; default: scenario and finding.")
@click.option(
    "--tiles", metavar="URL", default="", help="Online map tiles over the land, as https://host/{z}/{x}/{y}.png."
)
@click.option(
    "--split",
    metavar="DIR",
    help="Instead of -o FILE: map.html, map.js and map.css in this folder, for sites that forbid scripts inside pages.",
)
@click.option("--svg-text", is_flag=True, help="In FILE.svg words are text: it can be searched and read aloud.")
@in_language
@question(pairs=True, formats=False, compared=True)
def map_(
    run: Run,
    show: str,
    against: str,
    k: int,
    f: int,
    project: tuple[str, ...],
    interactive: bool,
    title: str | None,
    tiles: str,
    **more: Any,  # noqa: ANN401 - --split, --harm, those of --show recover and reach, and of `force_options`
) -> None:
    """Draw a map: -o FILE.html opens anywhere with no network; FILE.png, .svg or .pdf is for print."""
    from dataclasses import replace

    from mobility.present import findings
    from mobility.present.web.map import page_of

    _check(show, interactive=interactive)
    place, hours = more.pop("place"), more.pop("hours")
    if show == "reach" and not place:
        raise InputError("--show reach needs --place PLACE")
    pages, out = (".html", ".htm"), run.sink
    folder = None if (name := more.pop("split")) is None else out.folder(name)
    suffix = ".html" if folder else out.choose(pages if interactive or tiles else (*pages, ".png", ".svg", ".pdf"))
    if interactive:
        _written(out, folder, _interactive(run, title or run.given.title, tiles))
        return
    run.clocked = show == "deploy" and bool(more["start"])
    net, given = run.network, run.given
    words = more.pop("svg_text")
    if words and suffix != ".svg":
        raise InputError("--svg-text goes with -o FILE.svg")
    means = {name: value for name in ("crews", "sets") if (value := more.pop(name)) is not None}
    harm = more.pop("harm")
    repaired = repaired_by(harm, means) if show == "protect" else None
    about = {name: more.pop(name) for name in ("requirement", "corridor", "country")}
    ask: dict[str, Callable[[], Finding]] = {
        "network": lambda: findings.network(net),
        "routes": lambda: findings.routes(net, run.pairs),
        "whatif": lambda: findings.whatif(run.baseline(against), net, run.pairs, change=given.name),
        "bottlenecks": lambda: findings.bottlenecks(net, run.pairs),
        "interdict": lambda: findings.interdict(net, run.pairs, k=k),
        "protect": lambda: findings.protect(net, run.pairs, f=f, k=k, means=repaired),
        "random": lambda: findings.random_routes(net, run.pairs.origins, run.pairs.destinations, k=k),
        "recover": lambda: findings.recover(run.opened, run.pairs, lost=given.close, width=given.width, **means),
        "redundancy": lambda: findings.redundancy(net, run.pairs, projects=project or None),
        "deploy": lambda: findings.deploy(net, *ends_of(run), **asked_of(**more)),
        "reach": lambda: reached(run, place, hours),
        "hotspots": lambda: held_against(run, **about),
    }
    finding = ask[show]()
    view = replace(finding.view, title=title or ": ".join(filter(None, (run.given.title, finding.title))))
    if suffix in pages:
        _written(out, folder, page_of(view, tiles))
    else:
        out.save(view.encoded(suffix, svg_text=words))


def _written(out: Sink, folder: Path | None, page: OfflineMap) -> None:
    """Write a page as one file, or apart into a folder."""
    if folder is None:
        out.save(page.html().encode())
    else:
        out.save_all(folder, page.files("map"))


def _check(show: str, *, interactive: bool) -> None:
    """Refuse options of another --show."""
    context = click.get_current_context()
    for param in context.command.params:
        of, source = _OF.get(param.name or ""), context.get_parameter_source(param.name or "")
        if of and show not in of.split(" or ") and source is ParameterSource.COMMANDLINE:
            raise InputError(f"{param.opts[0]} goes with --show {of}")
    if interactive and show != "routes":
        raise InputError("--interactive is a view of its own: leave out --show")


def _interactive(run: Run, title: str, tiles: str) -> OfflineMap:
    """Return the what-if page, which starts where the scenario is."""
    from mobility.present.web.whatif import whatif_page

    ends = (run.starts or None, run.ends or None)
    return whatif_page(run.tables, *ends, given=run.given, title=title, tiles=tiles, home=run.path)


@click.command(cls=Command)
@click.argument("corridor")
@question(pictures=True)
def strip(run: Run, corridor: str) -> None:
    """Show a corridor stop by stop: what each section is, and whether it can be used.

    -o FILE.png, .svg or .pdf draws it as a strip, from top to bottom; -m rail shows the railway only.
    """
    from mobility.present import findings

    run.show(findings.strip(run.network, corridor, run.given.mode))


@click.command(cls=Command)
@question(formats=False)
def export(run: Run) -> None:
    """Write the network: -o FILE.csv (routable arcs), .graphml, .geojson (links), .gpkg or .parquet (all tables).

    NAME.parquet is a folder, with a Parquet file for each table: places and links are GeoParquet.
    """
    from mobility.present import exchange

    run.sink.choose(exchange.SUFFIXES)
    exchange.export(run.network, run.sink.file)
    run.sink.note(f"wrote {run.sink.file}")
