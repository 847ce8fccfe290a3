"""A process of its own that answers questions: whatever happens to it, the server lives on."""

from __future__ import annotations

import io
import multiprocessing
import os
import pkgutil
import signal
import sys
import threading
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mobility.commands.guard import guarded
from mobility.commands.keeping import keeping
from mobility.errors import OURS
from mobility.model.doors import sealed
from mobility.model.files import default_folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.connection import Connection

TOO_LONG, BUSY = 124, 75  # exit statuses, as of `timeout` and of sysexits.h
_MOST_LETTERS = 50_000_000  # of an answer


class Answer(NamedTuple):
    """What a question came to: exit status, what it writes, and what it says beside."""

    status: int
    text: str
    said: str


class Worker:
    """Answers questions one after another, each within some seconds.

    Parameters
    ----------
    line
        Where the command line is: "module:name" of a click group.
    network
        Path of the network; None: the shipped one. Beside it no file is read.
    seconds
        A question is given no longer, nor waits longer for its turn.
    """

    def __init__(self, line: str, network: str | None = None, seconds: float = 60) -> None:
        self.seconds = seconds
        self._asked = line, network
        self._turn = threading.Lock()
        self._start()

    def _start(self) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._pipe, theirs = spawn.Pipe()
        self._process = spawn.Process(target=_work, args=(theirs, *self._asked), daemon=True)
        self._process.start()
        theirs.close()

    def ask(self, words: Sequence[str], text: str = "") -> Answer:
        """Return the answer to a command line, with some standard input."""
        if not self._turn.acquire(timeout=self.seconds):
            return Answer(BUSY, "", f"no turn within {self.seconds:g} s: others ask too")
        try:
            self._pipe.send((list(words), text))
            if self._pipe.poll(self.seconds):
                return Answer(*self._pipe.recv())
            self._again()
            return Answer(TOO_LONG, "", f"no answer within {self.seconds:g} s")
        except (EOFError, OSError):  # it was killed, for memory perhaps
            self._again()
            return Answer(OURS, "", "the process that works it out ended; ask for less")
        finally:
            self._turn.release()

    def _again(self) -> None:
        self.close()
        self._start()

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()
        self._pipe.close()


def _work(pipe: Connection, line: str, network: str | None) -> None:
    """Answer what comes through a pipe until it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):  # those of an MCP server are its wire
        os.dup2(nothing, stream)
    ask = pkgutil.resolve_name(line).main
    chosen = ["--network", network] if network else []
    with keeping(), sealed(network or default_folder(), *([Path(network)] if network else [])), suppress(EOFError):
        while True:
            words, text = pipe.recv()
            pipe.send(_answer(partial(ask, [*chosen, *words], prog_name="mobility", standalone_mode=False), text))


def _answer(ask: partial[object], text: str) -> Answer:
    sys.stdin = io.TextIOWrapper(io.BytesIO(text.encode(errors="replace")), encoding="utf-8")
    sys.stdout, sys.stderr = out, said = io.StringIO(), io.StringIO()
    status = guarded(ask)
    if len(out.getvalue()) > _MOST_LETTERS:
        return Answer(2, "", f"the answer has more than {_MOST_LETTERS:,} letters; ask for less")
    lines = [line.removeprefix("Error: ") for line in said.getvalue().splitlines() if line]
    return Answer(status, out.getvalue(), lines[-1] if lines else "")
