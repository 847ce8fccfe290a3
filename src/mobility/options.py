"""Options that every command shares, and where a command's data and notes go."""

from __future__ import annotations

import contextlib
import errno
import functools
import os
import sys
from typing import TYPE_CHECKING, Any

import click

from mobility.errors import InputError, MobilityError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    import pandas as pd
    from matplotlib.figure import Figure

    from mobility.analysis.sweeps import Found, Sweep
    from mobility.model.network import Identity, Network
    from mobility.model.scenario import Scenario

FORMATS = ("table", "json", "csv", "geojson", "md")
PICTURES = ("png", "svg", "pdf")
MODES = ("road", "rail", "sea")
CLOSABLE = """a link, place, structure, corridor:VIII, country:RS, border:NAME, mode:rail, area:FILE.geojson
or around:PLACE:25km"""
_MOST_WORKERS = 61  # as many processes as Windows waits for
SCENARIO_WORDS = (
    "close",
    "build",
    "set",
    "profile",
    "mode",
    "transit",
    "borders",
    "exclude_doubtful",
    "include_access",
)


class _Failure(click.ClickException):
    """One line on stderr and an exit status."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]  # the class variable is a default


class Group(click.Group):
    """A group whose own errors end in one line and an exit status, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401
        """Run the command."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except MobilityError as error:
            raise _Failure(one_line(str(error)), error.exit_code) from None
        except OSError as error:
            if error.errno == errno.EPIPE:  # the reader has had enough: click's business
                raise
            raise _Failure(f"cannot write the output: {error.strerror}", MobilityError.exit_code) from None
        return result


class _Mode(click.ParamType[str]):
    name = "mode"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the mode whatever its case."""
        if value.casefold() not in MODES:
            self.fail(f"no mode is called {value!r}; there are {', '.join(MODES)}", param, ctx)
        return value.casefold()


class _Workers(click.ParamType["int | str"]):
    name = "workers"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        """Return a number of processes, or the address of a scheduler as typed."""
        text = str(value)
        if text.isascii() and text.isdigit() and 1 <= int(text) <= _MOST_WORKERS:
            return int(text)
        if not text.startswith(("tcp://", "tls://")):
            self.fail(
                f"{text!r} is neither a number of processes (1 to {_MOST_WORKERS}) nor tcp://HOST:PORT", param, ctx
            )
        return text


def _option(*names: str, **more: Any) -> click.Option:  # noqa: ANN401
    """Return an option from its names, metavar and help text."""
    *flags, metavar, text = names
    return click.Option(flags, metavar=metavar, help=text, **more)


def _flag(*names: str) -> click.Option:
    *flags, text = names
    return click.Option(flags, is_flag=True, help=text)


# Made once and shared by all commands, so that --help stays instant.
_SCENARIO = [
    _option("-x", "--close", "NAME", f"Close {CLOSABLE}.", multiple=True),
    _option("-b", "--build", "NAME", 'Build a project, a planned link, corridor:VIII or "all".', multiple=True),
    _option(
        "--set",
        "set",
        "NAME:KEY=VALUE",
        "Set wait (h), speed (km/h), limit (t), capacity (1/day), failure (0-1), or open=1 at a border.",
        multiple=True,
    ),
    _option("-p", "--profile", "NAME", "Movement profile: wheeled, heavy or mixed (default)."),
    _option("-m", "--mode", "MODE", "Use only this mode (repeatable): road, rail, sea.", multiple=True, type=_Mode()),
    _option("--transit", "transit", "NAME", "any (default), nato, nato+partners, eu, recognises-kosovo or no-XX."),
    _option("--borders", "borders", "NAME", "today (default), permit-3-days, emers or schengen."),
    _flag("--exclude-doubtful", "Leave out links whose status is not verified."),
    _flag("--include-access", "Count access links among the links that can be lost."),
    _option("-s", "--scenario", "FILE.toml", "Scenario file; options add to it.", type=click.Path()),
]
_FORMAT = click.Option(["-f", "--format", "fmt"], type=click.Choice(FORMATS), help="Default: table.")
_OUTPUT = [
    _option("-o", "--output", "FILE", "Write to FILE; its suffix chooses the format (- = stdout)."),
    _flag("-q", "--quiet", "No notes on stderr."),
    _flag("--no-color", "No colours (also NO_COLOR)."),
]
_PAIRS = [
    _option(
        "--from",
        "from_",
        "PLACE",
        "Place, set:NAME or lat,lon as origin (repeatable); default: by role.",
        multiple=True,
    ),
    _option(
        "--to",
        "to_",
        "PLACE",
        "Place, set:NAME or lat,lon as destination (repeatable); default: by role.",
        multiple=True,
    ),
]
_SWEEP = [
    _option(
        "--workers", "N|tcp://HOST:PORT", "Processes, or a Dask scheduler. Default: 1.", type=_Workers(), default=1
    ),
    _option("--resume", "FILE", "Keep results in FILE as they come; go on from there.", type=click.Path()),
]
_MANY = click.IntRange(1, 1_000_000)
_UNCERTAIN = _option("--uncertain", "N", "Intervals over N draws of lengths, speeds, waits and handling.", type=_MANY)
_FAILURES = _option("--failures", "N", "Instead, links fail at random, on N days.", type=_MANY)
_SEED = _option("--seed", "S", "Of the draws; default: 0.", type=click.IntRange(min=0), default=0)
# What a sweep's results do not depend on, and what the network shows already.
_ASIDE = {*SCENARIO_WORDS, "scenario", "fmt", "output", "quiet", "no_color", "workers", "resume"}


def _with(command: Callable[..., None], options: list[click.Option]) -> Callable[..., None]:
    """Add options to a function that is to become a command, where click's own decorators put theirs."""
    command.__click_params__ = [*getattr(command, "__click_params__", []), *reversed(options)]  # type: ignore[attr-defined]
    return command


def scenario_options(
    *, formats: bool = True, pictures: bool = False
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add the scenario and output options; the command gets `given` (a Scenario) and `out` (an Output).

    With `pictures` -o takes FILE.png, .svg or .pdf too: then `out.draws`.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        @click.pass_context
        def run(ctx: click.Context, /, **options: Any) -> None:  # noqa: ANN401
            from mobility.model.scenario import Scenario

            file = options.pop("scenario")
            given = Scenario.read(file) if file else Scenario()
            given = given.plus(**{w: options.pop(w) for w in SCENARIO_WORDS})
            out = Output(ctx, given, options, (*FORMATS, *PICTURES * pictures) if formats else ())
            options.pop("no_color")
            command(given=given, out=out, **options)

        return _with(run, [*_SCENARIO, *([_FORMAT] if formats else []), *_OUTPUT])

    return decorate


def pair_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add --from and --to; the command gets `from_` and `to_` as typed."""
    return _with(command, _PAIRS)


def sweep_options(
    *, failures: bool = False, draws_only: bool = True
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add --uncertain, --seed, --workers and --resume (`Output.sweep` heeds the last two), with `failures` --failures.

    The command gets `uncertain`, `failures` (numbers or None, one of them at most) and `seed`. With `draws_only`
    there is nothing to sweep over but draws.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def run(*, workers: int | str, resume: str | None, **options: Any) -> None:  # noqa: ANN401
            draws = [word for word in ("uncertain", "failures") if options.get(word)]
            if len(draws) > 1:
                raise InputError("give either --uncertain N or --failures N")
            if not draws and (options["seed"] or (draws_only and (workers != 1 or resume))):
                raise InputError("--seed, --workers and --resume are for draws: give --uncertain N too")
            command(**options)

        return _with(run, [_UNCERTAIN, *([_FAILURES] if failures else []), _SEED, *_SWEEP])

    return decorate


def ends_of(
    net: Network, from_: tuple[str, ...], to_: tuple[str, ...]
) -> tuple[list[str] | None, list[str] | None, int]:
    """Return the places asked about (None: by role) and the number of pairs; raises when there is none."""
    from mobility.analysis.pairs import pairs_of

    starts, ends = net.places_named(from_) or None, net.places_named(to_) or None
    asked = len(pairs_of(net, starts, ends, closed=True))
    if not asked:
        raise InputError("no pair to ask about: an origin and a destination that differ are needed (--from, --to)")
    return starts, ends, asked


class Output:
    """Where a command's data and notes go."""

    def __init__(
        self, ctx: click.Context, given: Scenario, options: dict[str, Any], formats: Sequence[str] = FORMATS
    ) -> None:
        from pathlib import Path

        fmt, target, self.quiet = options.pop("fmt", None), options.pop("output"), options.pop("quiet")
        self.path, self.given, self.asked = ctx.obj, given, ctx.params
        self.typed = [ctx.params.get(name) or () for name in ("origin", "destination", "from_", "to_", "via")]
        self.head = ""  # sentences above a table
        self.command = ctx.info_name or ""
        self.target = None if target in {None, "-"} else Path(str(target))
        suffix = self.target.suffix.lstrip(".").casefold() if self.target else ""
        self.fmt = fmt or {"txt": "table", "": "table"}.get(suffix, suffix)
        self.draws = self.fmt in PICTURES
        if formats and self.fmt not in formats:
            raise InputError(f"{self.target}: no format is called {suffix!r}; give -f {'|'.join(FORMATS)}")
        if self.target and not self.target.parent.is_dir():  # told before the work, not after it
            raise InputError(f"cannot write {self.target}: there is no folder {self.target.parent}")

    def choose(self, suffixes: Iterable[str]) -> str:
        """Return the suffix of the file asked for, which must be one of some; raises InputError."""
        known = tuple(suffixes)
        found = self.target.suffix.casefold() if self.target else ""
        if found not in known:
            raise InputError(f"{self.command} needs -o FILE with one of the suffixes {', '.join(known)}")
        return found

    def load(self) -> Network:
        """Read the network and apply the scenario, telling what was closed and built."""
        from mobility.model.network import Network

        net = self.given.apply(Network.load(self.path))
        for name in self.given.close:
            self._tell_closed(net, name)
        for words in self.typed:
            self._tell_points(net, [words] if isinstance(words, str) else words)
        return net

    def baseline(self, against: str) -> Network:
        """Read the network that a what-if compares with: "today", or a scenario; the force moves alike in both."""
        from mobility.model.network import Network
        from mobility.model.scenario import Scenario

        today = self.given.unchanged()
        base = today if against == "today" else Scenario.read(against).moving_like(self.given)
        if base == self.given:
            raise InputError("nothing to compare: give a change (-x, -b, --set, --transit, --borders, -s ...)")
        return base.apply(Network.load(self.path))

    def sweep(self, *nets: Network) -> Sweep:
        """Return a sweep over networks as --workers and --resume ask for it, with a progress bar on a terminal."""
        from pathlib import Path

        from mobility import __version__
        from mobility.analysis.sweeps import Journal, checksum, sweep

        journal, resume = None, self.asked["resume"]
        if resume is not None:
            words = {k: v for k, v in self.asked.items() if k not in _ASIDE}
            seen = {"mobility": __version__, "command": self.command, "networks": [checksum(net) for net in nets]}
            journal = Journal(Path(resume), seen | words)
        shown = sys.stderr.isatty() and not self.quiet
        return functools.partial(
            sweep, workers=self.asked["workers"], journal=journal, progress=_bar if shown else None
        )

    def _tell_closed(self, net: Network, name: str) -> None:
        from mobility.model.closures import resolve
        from mobility.model.names import some

        what = resolve(net, name)
        parts = [
            f"{len(ids)} {kind}{'s' if len(ids) > 1 else ''}: {some(ids)}"
            for kind, ids in (("link", what.links), ("place", what.places), ("border", what.borders))
            if ids
        ]
        self.note(f"{what.reason} ({'; '.join(parts) or 'nothing'})")

    def _tell_points(self, net: Network, words: Iterable[str]) -> None:
        from mobility.model.points import coordinates, nearest

        for word in words:
            if word not in net.places.index and (at := coordinates(word)):
                place, km = nearest(net, *at)
                self.note(f"{word}: {place}, {km:.2f} km away")

    def note(self, text: str) -> None:
        """Write a note to stderr, unless quiet."""
        if not self.quiet:
            click.echo(one_line(text), err=True)

    def words(self, lines: Iterable[str]) -> None:
        """Write sentences about the rows to stderr; where a summary stands beside the rows it says the same."""
        if self.fmt not in {"json", "geojson"}:
            for line in lines:
                self.note(line)

    def rows(self, net: Identity, frame: pd.DataFrame, columns: Sequence[str], summary: dict[str, Any]) -> None:
        """Write the rows in the format asked for."""
        from mobility.present.tables import write

        given, about = self.given.as_given(), net._asdict()
        about_it = {"command": self.command, "scenario": given, "network": about, "summary": summary}
        self.text(self.head + write(self.fmt, frame, about_it, columns))

    def text(self, text: str) -> None:
        """Write text to stdout, or whole to the file."""
        if self.target is None:
            click.echo(text, nl=False, color=True)  # as it is: data is not for click to clean
        else:
            self.save(text.encode())

    def draw(self, figure: Figure) -> None:
        """Write a chart to the file asked for."""
        from mobility.present.sheet import picture

        self.save(picture(figure, f".{self.fmt}"))

    def save(self, data: bytes) -> None:
        """Write the file asked for, whole."""
        assert self.target is not None  # noqa: S101 - asked for by `choose`, or seen by `text`
        write_whole(self.target, data)
        self.note(f"wrote {self.target}")


def _bar(found: Found, number: int) -> Found:
    with click.progressbar(found, number, file=sys.stderr) as bar:
        yield from bar


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; raises InputError when it cannot be written.

    A link is followed to its file; a pipe or device is written to as it is.
    """
    if not path.name:
        raise InputError(f"cannot write {str(path)!r}: that names no file")
    scratch = None
    try:
        target = path.resolve()
        if target.exists() and not target.is_file():
            if target.is_dir():
                raise InputError(f"cannot write {path}: it is a folder")
            target.write_bytes(data)
            return
        scratch = target.with_name(f".{os.getpid()}.part")
        scratch.write_bytes(data)
        scratch.replace(target)
    except (OSError, ValueError) as error:
        raise InputError(f"cannot write {path}: {getattr(error, 'strerror', None) or error}") from None
    finally:  # whatever stopped it, Ctrl-C too
        if scratch is not None:
            with contextlib.suppress(OSError):
                scratch.unlink(missing_ok=True)


def one_line(text: str) -> str:
    """Return text as one line in which nothing steers a terminal."""
    return "".join(c if c.isprintable() else " " for c in text)
