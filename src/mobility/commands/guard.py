"""The last guard: whatever happens, a command ends in an answer or in one line, and in an exit status that says which.

0: answered; 1: the answer is no; 2: what was asked or given cannot be used; 70: a fault of ours; 130: interrupted;
141: the reader of a pipe has gone. Details of a fault of ours go to a file, where one is asked for.
"""

from __future__ import annotations

import os
import platform
import signal
import sys
import threading
import traceback
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mobility.commands.waiting import one_line
from mobility.errors import OURS
from mobility.vocabulary import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

INTERRUPTED, READER_GONE = 130, 141  # as of a program that SIGINT, or SIGPIPE, has ended
DEBUG = "MOBILITY_DEBUG"  # variable that names the file for details
_LIBRARIES = ("numpy", "pandas", "geopandas", "shapely", "scipy", "ortools", "pyogrio", "click")
_LONGEST = 300  # letters of what a fault of ours says


class _Interrupt:
    """Ctrl-C: remembered, as what it breaks off in a library may come out as another error."""

    def __init__(self) -> None:
        self.came = False
        self.usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # not ignored, as in the background
        self.usual &= threading.current_thread() is threading.main_thread()
        if self.usual:
            signal.signal(signal.SIGINT, self)

    def heed_no_more(self) -> None:
        """Leave it to others again."""
        if self.usual:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        self.came = True
        raise KeyboardInterrupt


def guarded(run: Callable[[], Any]) -> int:
    """Run a command line, which returns a status or None and ends in exceptions; return its exit status."""
    interrupt = _Interrupt()
    try:
        return _status(run, interrupt)
    except (KeyboardInterrupt, click.Abort):
        return _interrupted()
    except BrokenPipeError:
        return _reader_gone()
    finally:
        interrupt.heed_no_more()


def _status(run: Callable[[], Any], interrupt: _Interrupt) -> int:
    try:
        found = run()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except SystemExit as end:  # click's: of what a shell is told for Tab (0), or when the reader of a pipe has gone
        return 0 if end.code == 0 else _reader_gone()
    except (BrokenPipeError, click.Abort):
        raise
    except Exception as error:  # noqa: BLE001 - the last guard
        if interrupt.came:
            raise KeyboardInterrupt from None
        return _ours(error)
    return found if isinstance(found, int) else 0  # click returns the status of what ends early


def _interrupted() -> int:
    with suppress(OSError):
        click.echo("Aborted!", err=True)
    return INTERRUPTED


def _reader_gone() -> int:
    """Let nothing more be written when Python flushes its streams at the end."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return READER_GONE


def _ours(error: Exception) -> int:
    """Tell a fault of ours in one line, and its details to a file that is asked for."""
    kept = _kept(error)
    if isinstance(error, MemoryError):
        what = "there is not enough memory for this"
    else:
        said = one_line(str(error))[:_LONGEST]
        what = f"a fault of mobility, not of yours: {type(error).__name__}{': ' * bool(said)}{said}"
    hint = f"details are in {kept}" if kept else f"to report it, ask again with {DEBUG}=FILE: details go there"
    with suppress(OSError):
        click.echo(f"Error: {what}; {hint}", err=True)
    return OURS


def _kept(error: Exception) -> str:
    """Write what helps to find a fault to the file asked for; return its name, "" where there is none."""
    name = os.environ.get(DEBUG, "")
    with suppress(Exception):  # whatever it is, the fault itself is to be told
        if name:
            from mobility.model.files import write_whole

            write_whole(Path(name), details(error).encode(errors="replace"))
            return name
    return ""


def details(error: BaseException) -> str:
    """Return versions, the command line and the traceback, without the folders of this machine."""
    from importlib.metadata import version

    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    text = "\n".join(
        [
            f"mobility {VERSION}, Python {platform.python_version()}, {platform.system()} {platform.machine()}",
            libraries,
            f"command: {' '.join(_without_folder(word) for word in ['mobility', *sys.argv[1:]])}",
            "",
            *(line.rstrip("\n") for line in traceback.format_exception(error)),
            "",
        ]
    )
    package = Path(__file__).parents[2]
    for folder in sorted({str(package), sys.prefix, sys.base_prefix, str(Path.cwd()), str(Path.home())}, key=len)[::-1]:
        if len(folder) > 1:
            text = text.replace(f"{folder}{os.sep}", "")
    return text


def _without_folder(word: Any) -> str:  # noqa: ANN401 - a word as typed
    """Return a word of a command line; of an absolute path its last part, which names no machine."""
    kind, colon, path = str(word).rpartition(":") if not Path(word).is_absolute() else ("", "", str(word))
    return f"{kind}{colon}{Path(path).name}" if Path(path).is_absolute() else str(word)
