"""Answer other programs."""

from __future__ import annotations

import click

from mobility.commands.options import TRUST, Command
from mobility.errors import InputError

_LINE = "mobility.cli:cli"


@click.command(cls=Command)
@click.option("--mcp", "tools", is_flag=True, help="Instead, an MCP server on standard input and output.")
@click.option("--port", type=click.IntRange(1, 65_535), default=8765, show_default=True, help="Of this machine.")
@click.option(
    "--seconds", type=click.FloatRange(0.1, 86_400), default=60, show_default=True, help="A question takes no longer."
)
@click.pass_context
def serve(ctx: click.Context, tools: bool, port: int, seconds: float) -> None:
    """Answer other programs on this machine: HTTP on 127.0.0.1, or the tools of an MCP server.

    POST http://127.0.0.1:PORT/v1/routes {"close": ["gate"]} answers as `mobility routes -x gate -f json`;
    /openapi.json lists questions and words. Beside the network no file is read, and none is written.
    """
    from mobility.commands.serving import http, mcp, questions, worker

    if ctx.meta[TRUST]:
        raise InputError("serve reads the columns of tables: leave out --trust")
    asked = questions.questions(ctx.find_root().command)  # type: ignore[arg-type]  # the root is the group
    at_work = worker.Worker(_LINE, ctx.obj, seconds)
    try:
        if tools:
            mcp.serve(asked, at_work)
        else:
            click.echo(f"answering on http://{http.HOST}:{port}/v1/... until Ctrl-C", err=True)
            http.serve(asked, at_work, port)
    finally:
        at_work.close()
