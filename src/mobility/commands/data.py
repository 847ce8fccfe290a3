"""The tables as a product: what changed between two versions, and releases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mobility.commands.options import TRUST, Command, question
from mobility.commands.sink import Sink
from mobility.commands.waiting import silence
from mobility.errors import InputError

if TYPE_CHECKING:
    from mobility.commands.run import Run


@click.group()
def data() -> None:
    """Compare two versions of the tables, or make a release of them."""


@data.command(cls=Command)
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option(
    "--project",
    metavar="NAME",
    default="corridor:VIII",
    show_default=True,
    help="Project or corridor whose gain is compared.",
)
@click.option("--all", "every", is_flag=True, help="All rows in a table too; other formats always have them all.")
@question(pairs=True)
@click.pass_context
def diff(ctx: click.Context, run: Run, before: str, after: str, project: str, *, every: bool) -> None:
    """Show what changed from network A to network B, and what that does to the headline findings.

    A row for each row of the tables that was added or removed, and for each cell that changed; the findings are the
    hours of all pairs, the worst loss and the gain of --project. Options of the scenario hold for both networks.
    """
    from mobility.present import findings

    if ctx.obj is not None:
        raise InputError("data diff names its two networks: leave out --network")
    out = run.sink
    out.command, out.keep = "data diff", [before, after]
    if out.target:
        out.refuse_kept(out.target)
    nets = (run.on(path).network for path in (before, after))
    ends = run.starts or None, run.ends or None
    run.show(findings.data_diff(*nets, *ends, project=project, every=every), lead=True)


@data.command(cls=Command)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("-q", "--quiet", is_flag=True, help="No notes on stderr.")
@click.pass_context
def release(ctx: click.Context, folder: Path, *, quiet: bool) -> None:
    """Write a release of the network to DIR, a new or empty folder.

    It gets a GeoPackage with styles that QGIS takes, the tables as (Geo)Parquet in a zip, and their SHA-256 checksums
    (sha256sum -c SHA256SUMS).
    """
    from mobility.model.network import Network
    from mobility.present.releasing import release as write

    silence(quiet)
    out = Sink(ctx.info_name or "", "table", str(folder), quiet, formats=(), keep=[ctx.obj])
    write(Network.load(ctx.obj, trust=ctx.meta.get(TRUST), tell=out.note), folder)
    for file in sorted(folder.iterdir()):
        out.note(f"wrote {file} ({file.stat().st_size / 1e6:.1f} MB)")
