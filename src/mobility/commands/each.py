"""The changes of `whatif --each`: of a kind, or one per line of a file, in the words of the command line."""

from __future__ import annotations

import shlex
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mobility.commands.options import change_options
from mobility.errors import InputError, MobilityError
from mobility.model.doors import check_path, text_of
from mobility.model.scenario import Scenario, placed
from mobility.vocabulary import CHANGES

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_BYTES = 10_000_000


def changes(word: str) -> str | list[tuple[str, Scenario]]:
    """Return what --each asks for: a kind of changes as typed, or those of a file ("-": standard input).

    A line is a closure by its name alone, or -x, -b and --set with their values; what follows # is left out. Paths
    in a line are relative to the file. Raises InputError that names the line.
    """
    if word in CHANGES:
        return word
    found = []
    for number, line in _lines(word):
        try:
            found.append((line, _change(line, Path(word))))
        except (MobilityError, click.UsageError) as error:
            said = error.format_message() if isinstance(error, click.UsageError) else str(error)
            raise InputError(f"{_called(word)}, line {number}: {said}") from None
    if not found:
        raise InputError(
            f"{_called(word)}: no change is in it; write one a line, as karavanke, or -x karavanke -b NAME"
        )
    return found


def _called(word: str) -> str:
    return "standard input" if word == "-" else word


def _lines(word: str) -> Iterator[tuple[int, str]]:
    """Iterate over the lines that say something, with their numbers."""
    if word != "-":
        check_path(word, f"--each {word}")
    try:
        with nullcontext(sys.stdin.buffer) if word == "-" else Path(word).open("rb") as file:
            text = text_of(file, _MOST_BYTES)
    except InputError as error:
        raise InputError(f"{_called(word)}: {error}") from None
    except OSError as error:
        known = f"; there are {', '.join(CHANGES)}, or a file" if isinstance(error, FileNotFoundError) else ""
        raise InputError(f"--each {word}: cannot be read: {error.strerror}{known}") from None
    for number, line in enumerate(text.splitlines(), start=1):
        if said := line.partition("#")[0].strip():
            yield number, said


def _change(line: str, file: Path) -> Scenario:
    if any(sign < " " for sign in line):
        raise InputError(f"{line!r} holds a control sign")
    if not line.startswith("-"):
        return Scenario(close=(placed(line, file),))
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise InputError(f"{line!r}: {error}") from None
    options = change_options()
    context = click.Command("line", params=options, add_help_option=False).make_context("line", words)
    given = {name: value for name, value in context.params.items() if value}
    given["close"] = tuple(placed(name, file) for name in given.get("close", ()))
    return Scenario(**given)
