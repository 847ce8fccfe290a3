"""Questions one after another, in the words of the command line; what was read is kept."""

from __future__ import annotations

import shlex
import sys
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from mobility.commands.guard import INTERRUPTED, READER_GONE, guarded
from mobility.commands.keeping import keeping
from mobility.commands.options import TRUST, Command
from mobility.commands.waiting import one_line, silence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LONGEST = 100_000  # letters of a line
_ENDS = {"quit", "exit", "q"}


@click.command(cls=Command)
@click.pass_context
def shell(ctx: click.Context) -> int:
    """Answer questions from standard input, a line each, with the network kept: as commands, but at once.

    A line is a command without "mobility" before it; one that begins with an option asks `whatif`. "quit" or the end
    of the input ends it. The exit status is that of the worst answer, on a terminal 0.
    """
    silence()
    chosen = [
        word for flag, word in (("--network", ctx.obj), ("--trust", ctx.meta[TRUST])) if word for word in (flag, word)
    ]
    typed, worst = sys.stdin.isatty(), 0
    with keeping():
        for line in _lines(typed=typed):
            status = _answer(ctx.find_root().command.main, chosen, line)
            if status == READER_GONE or (status == INTERRUPTED and not typed):
                return status
            worst = max(worst, status)
    return 0 if typed else worst


def _lines(*, typed: bool) -> Iterator[str]:
    """Iterate over what is asked; on a terminal lines can be edited and called back."""
    if typed:
        with suppress(ImportError):
            import readline  # noqa: F401 - input() then knows the arrows
    while True:
        try:
            line = input("mobility> ") if typed else sys.stdin.buffer.readline(_LONGEST).decode(errors="replace")
        except EOFError:
            return
        except KeyboardInterrupt:
            click.echo(err=True)
            continue
        if not line and not typed:
            return
        word = line.strip()
        if word.casefold() in _ENDS:
            return
        if word and not word.startswith("#"):
            yield word


def _answer(ask: Callable[..., Any], chosen: list[str], line: str) -> int:
    """Answer a line; return the exit status that the command would have."""
    try:
        words = shlex.split(line)
    except ValueError as error:
        return _refused(f"{line!r}: {error}")
    if words[0] == "mobility":
        words = words[1:]
    if not words:
        return 0
    if words[0] == "shell":
        return _refused("this is the shell already")
    if words[0].startswith("-") and words[0] not in {"-h", "--help", "--version"}:
        words = ["whatif", *words]
    return guarded(partial(ask, [*chosen, *words], prog_name="mobility", standalone_mode=False))


def _refused(why: str) -> int:
    click.echo(f"Error: {one_line(why)}", err=True)
    return 2
