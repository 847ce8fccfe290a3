"""Progress of a command that takes more than two seconds: the seconds so far, on a terminal only."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIRST, _EACH = 2.0, 1.0  # seconds until the first word, and between words
_WIDE = 79  # letters in a line
_KEY = "mobility.waiting"


class _Waiting:
    """A line on stderr that a thread writes, and that is gone before anything else is written."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.next = self.began + _FIRST
        self.word, self.shown, self.pauses = "", 0, 0
        self.lock, self.over = threading.Lock(), threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self) -> None:
        """Say how long it has taken, again and again."""
        while not self.over.wait(0.1):
            with self.lock, suppress(OSError, ValueError):
                if time.monotonic() >= self.next and not self.pauses:
                    text = f"{time.monotonic() - self.began:.0f} s ... {self.word}".rstrip()[:_WIDE]
                    sys.stderr.write(f"\r{text.ljust(self.shown)}")
                    sys.stderr.flush()
                    self.shown, self.next = len(text), time.monotonic() + _EACH

    def hide(self) -> None:
        """Take the line away, for a while at least."""
        with self.lock, suppress(OSError, ValueError):
            if self.shown:
                sys.stderr.write(f"\r{' ' * self.shown}\r")
                sys.stderr.flush()
            self.shown, self.next = 0, max(self.next, time.monotonic() + _EACH)


@contextmanager
def waiting(ctx: click.Context) -> Iterator[None]:
    """Say how long a command takes while it does, if stderr is a terminal and no other does."""
    if _KEY in ctx.meta or sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    line = ctx.meta[_KEY] = _Waiting()
    line.thread.start()
    try:
        yield
    finally:
        line.over.set()
        line.thread.join()
        line.hide()


def _line() -> _Waiting | None:
    ctx = click.get_current_context(silent=True)
    found: _Waiting | None = ctx.meta.get(_KEY) if ctx else None
    return found


def one_line(text: str) -> str:
    """Return text as one line in which nothing steers a terminal."""
    return "".join(c if c.isprintable() else " " for c in text)


def hide() -> None:
    """Make room for something to be written."""
    if line := _line():
        line.hide()


def say(word: str) -> None:
    """Put a word of what is being done behind the seconds."""
    if line := _line():
        line.word = one_line(word)


def silence(wanted: bool = True) -> None:
    """Say nothing from now on, if that is wanted."""
    if wanted and (line := _line()):
        line.pauses += 1
        line.hide()


@contextmanager
def paused() -> Iterator[None]:
    """Leave stderr to another, such as a bar."""
    line = _line()
    if line:
        line.pauses += 1
        line.hide()
    try:
        yield
    finally:
        if line:
            line.pauses -= 1
