"""The command line: one group of commands that share the network they work on."""

from __future__ import annotations

import io
import sys

import click

from mobility import __version__
from mobility.commands import deploy, imports, lists, losses, redundancy, report, routes, show
from mobility.options import Group


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="mobility")
@click.option(
    "--network",
    type=click.Path(),
    metavar="PATH",
    help="Folder like geodata/, or a GeoPackage; default: the shipped network.",
)
@click.pass_context
def cli(ctx: click.Context, network: str | None) -> None:
    """Routes, closures, bottlenecks and redundancy of military-mobility corridors to the Black Sea."""
    ctx.obj = network


for command in (
    lists.places,
    lists.links,
    lists.projects,
    lists.profiles,
    routes.route,
    routes.routes,
    losses.whatif,
    losses.bottlenecks,
    losses.interdict,
    redundancy.redundancy,
    deploy.deploy,
    show.map_,
    show.strip,
    report.report,
    show.export,
    lists.check,
    imports.import_,
):
    cli.add_command(command)


def main() -> None:
    """Run the command line; what is piped is UTF-8, and no letter that a console lacks stops it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
    cli(prog_name="mobility")


if __name__ == "__main__":
    sys.exit(main())  # type: ignore[func-returns-value]
