"""The command line: one group of commands that share the network they work on."""

from __future__ import annotations

import functools
import gc
import io
import os
import sys
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from mobility.commands.guard import guarded
from mobility.commands.options import HELP_NAMES, TRUST, TRUST_HELP, Group
from mobility.vocabulary import NO_CACHE, TRUSTS, VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

# Each command: its module and name there, and what --help says of it. Imported when asked for: --help is instant.
COMMANDS = {
    "bottlenecks": (
        "losses.bottlenecks",
        "What the loss of each section, place, bridge, border or country costs.",
    ),
    "check": ("lists.check", "Check the tables of a network: all faults at once."),
    "data": ("data.data", "Compare two versions of the tables, or make a release of them."),
    "deploy": ("deploy.deploy", "When a force is complete at its destination, and what binds."),
    "export": ("show.export", "Write the network as .csv, .graphml, .geojson, .gpkg or .parquet."),
    "hotspots": ("hotspots.hotspots", "Where roads and railways fall short of what the EU asks, and what is unknown."),
    "import": ("imports.import_", "Bring a network from elsewhere (OpenStreetMap)."),
    "interdict": ("losses.interdict", "The closures that together hurt most."),
    "links": ("lists.links", "List the links, whether they are active, and why not."),
    "map": ("show.map_", "Draw a map: a page that opens with no network, or a picture."),
    "new": ("new.new", "Write the template of a network of one's own."),
    "places": ("lists.places", "List the places that can be named."),
    "profiles": ("lists.profiles", "List the movement profiles."),
    "projects": ("lists.projects", "List the projects that --build takes."),
    "protect": ("losses.protect", "What to protect, so that the worst losses of the rest hurt least."),
    "reach": ("reach.reach", "What can be reached from a place within so many hours."),
    "recover": ("recovery.recover", "What to repair first after an attack, and when all is back."),
    "redundancy": ("redundancy.redundancy", "What pairs have in reserve, and what new links would buy."),
    "report": ("report.report", "Write a brief: findings, maps, tables, method, sources."),
    "route": ("routes.route", "The legs of the best route."),
    "routes": ("routes.routes", "Every pair of origin and destination."),
    "schedule": ("schedule.schedule", "Several forces without conflict in time: who moves when."),
    "serve": ("serve.serve", "Answer other programs: a local HTTP API, or an MCP server."),
    "sets": ("lists.sets", "List the sets of places and their members."),
    "shell": ("shell.shell", "Answer questions from standard input, with the network kept."),
    "strip": ("show.strip", "A corridor stop by stop."),
    "whatif": ("losses.whatif", "Compare before and after closures, builds and other changes."),
}
QUESTIONS = {
    "How does a force get there": "route routes reach",
    "What if": "whatif shell serve",
    "What hurts most, and what to do about it": "bottlenecks interdict protect recover redundancy hotspots",
    "When is it there": "deploy schedule",
    "Show it": "map report strip",
    "The network": "places links projects sets profiles check data export import new",
}
# Imports and tables make objects in plenty and no garbage: looking for it every 700 new ones is a tenth of a start.
# No large matrix is multiplied either: threads for that, a pool of each library's own, would be started for nothing.
_GARBAGE = 5_000


class _Commands(Group):
    """The group of all commands."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - click's
        super().__init__(**settings)
        self.commands = dict.fromkeys(COMMANDS)  # type: ignore[assignment]  # names for lists and "Did you mean"

    def main(self, *args: Any, standalone_mode: bool = True, **more: Any) -> Any:  # noqa: ANN401 - click's
        """Run a command line; whatever happens ends in an exit status."""
        run = functools.partial(super().main, *args, standalone_mode=False, **more)
        return sys.exit(guarded(run)) if standalone_mode else run()

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Return a command by name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(".")
        command: click.Command = getattr(import_module(f"mobility.commands.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the names and what each is for, by question."""
        widest = max(map(len, COMMANDS))
        for question, names in QUESTIONS.items():
            with formatter.section(question):
                formatter.write_dl([(name.ljust(widest), COMMANDS[name][1]) for name in names.split()])


@click.group(cls=_Commands, context_settings={"help_option_names": HELP_NAMES, "max_content_width": 110})
@click.version_option(VERSION, prog_name="mobility")
@click.option(
    "--network",
    type=click.Path(),
    metavar="PATH",
    help="Folder like geodata/ (of CSV or Parquet files), or a GeoPackage; default: the shipped network.",
)
@click.option("--trust", type=click.Choice(TRUSTS), help=TRUST_HELP)
@click.option("--no-cache", is_flag=True, help="Read the tables anew, and keep nothing of them for the next time.")
@click.pass_context
def cli(ctx: click.Context, network: str | None, trust: str | None, no_cache: bool) -> None:
    """Routes, closures, bottlenecks and redundancy of military-mobility corridors to the Black Sea."""
    ctx.obj, ctx.meta[TRUST] = network, trust
    if no_cache:
        ctx.with_resource(_uncached())


@contextmanager
def _uncached() -> Iterator[None]:
    """Set the variable that turns the cache off, for this process and its workers, as long as a command runs."""
    before = os.environ.get(NO_CACHE)
    os.environ[NO_CACHE] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[NO_CACHE]
        else:
            os.environ[NO_CACHE] = before


def main() -> None:
    """Run the command line; what is piped is UTF-8, and no letter that a console lacks stops it."""
    gc.set_threshold(_GARBAGE)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
    cli(prog_name="mobility")


if __name__ == "__main__":
    main()
