"""A network of one's own, to begin with."""

from __future__ import annotations

from pathlib import Path

import click

from mobility.commands.options import Command
from mobility.commands.waiting import one_line


@click.command(cls=Command)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("-q", "--quiet", is_flag=True, help="No notes on stderr.")
def new(folder: Path, *, quiet: bool) -> None:
    """Write a template of a network to DIR, a new or empty folder: each table with a worked row, and a README.md."""
    from mobility.model.template import new as write

    write(folder)
    if not quiet:
        click.echo(one_line(f"wrote {folder}: read {folder / 'README.md'}, then mobility check {folder}"), err=True)
