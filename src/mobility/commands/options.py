"""Options that commands share, and what becomes of them: a `Run`."""

from __future__ import annotations

import errno
import functools
import re
import sys
from typing import TYPE_CHECKING, Any

import click

from mobility.commands.completing import named, profiles, words
from mobility.commands.run import Draws, Run
from mobility.commands.sink import Sink
from mobility.commands.waiting import one_line, silence, waiting
from mobility.errors import InputError, MobilityError
from mobility.vocabulary import ALL, FORMATS, MODES, PACES, PICTURES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

CLOSABLE = """a link ("NAME>": one direction), place, structure, country, corridor:VIII (:rail, :only), border:NAME
(or BA-RS), mode:rail, area:FILE (GeoJSON, GeoPackage, KML, GPX, shapefile) or around:PLACE:25km (or LAT,LON)"""
HELP_NAMES = ["-h", "--help"]
PLACES = named("places", sets=True)  # to complete
_SOUTH = re.compile(r"-\d[\d.]*\s*,")  # as no option begins
TRUST = "mobility.trust"  # where the context keeps --trust
TRUST_HELP = "What counts where a point or line as drawn and lat, lon or length_km disagree; default: columns."
_MOST_WORKERS = 61  # as many processes as Windows waits for


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
            with waiting(ctx):
                result = super().invoke(ctx)
            if sys.stdout is not None:  # None: it was closed before the start
                sys.stdout.flush()
        except MobilityError as error:
            raise _Failure(one_line(str(error)), error.exit_code) from None
        except OSError as error:
            if error.errno in {errno.EPIPE, None}:  # the reader has had enough; or it is no error of files
                raise
            what = f"cannot use {error.filename}" if error.filename else "cannot write the output"
            raise _Failure(one_line(f"{what}: {error.strerror}"), MobilityError.exit_code) from None
        return result


class Command(click.Command):
    """A command that takes coordinates south of the equator (-16.8,179.7) as a place, not as an option."""

    def get_help_option_names(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return -h and --help, also where a program parses without the group: click keeps the first answer."""
        return HELP_NAMES

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read what was typed."""
        rest = super().parse_args(ctx, [f" {word}" if _SOUTH.match(word) else word for word in args])
        ctx.params = {name: _unmarked(value) for name, value in ctx.params.items()}
        return rest


def _unmarked(value: Any) -> Any:  # noqa: ANN401 - whatever was typed
    """Return what was typed, which `Command` put a space before so that it is no option."""
    if isinstance(value, tuple):
        return tuple(map(_unmarked, value))
    return value[1:] if isinstance(value, str) and _SOUTH.match(value[1:]) and value[0] == " " else value


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
        if text in map(str, range(1, _MOST_WORKERS + 1)):
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


# Made once and shared by all commands, so that --help stays instant. Of each kind the words that commands do not see.
_SCENARIO = {
    "close": _option(
        "-x",
        "--close",
        "NAME",
        f"Close {CLOSABLE}.",
        multiple=True,
        shell_complete=named("places", "links", "structures"),
    ),
    "build": _option(
        "-b",
        "--build",
        "NAME",
        'Build a project, a planned link, corridor:VIII or "all".',
        multiple=True,
        shell_complete=named("projects"),
    ),
    "set": _option(
        "--set",
        "set",
        "NAME:KEY=VALUE",
        "Set wait (h), speed (km/h), limit (t), capacity (1/day), failure, exists (0-1); at a border open=1 or 0.",
        multiple=True,
    ),
    "set_after": _option(
        "--set-after",
        "set_after",
        "NAME:KEY=VALUE",
        "Set the same as a change: --set holds before and after it, this after it only.",
        multiple=True,
    ),
    "profile": _option(
        "-p",
        "--profile",
        "NAME",
        "wheeled, heavy, peacetime, mixed (default), or all of them.",
        shell_complete=profiles,
    ),
    "pace": _option(
        "--pace",
        "NAME",
        "Pace of trains: best, planning (default), observed, or all of them.",
        shell_complete=words(*PACES, ALL),
    ),
    "mode": _option(
        "-m",
        "--mode",
        "MODE",
        "Use only this mode (repeatable): road, rail, sea.",
        multiple=True,
        type=_Mode(),
        shell_complete=words(*MODES),
    ),
    "transit": _option(
        "--transit",
        "transit",
        "NAME",
        "any (default), nato, nato+partners, eu, pesco, sdp, recognises-kosovo, no-XX.",
    ),
    "borders": _option("--borders", "borders", "NAME", "today (default), permit-3-days, emers or schengen."),
    "exclude_doubtful": _flag("--exclude-doubtful", "Leave out links whose status is not verified."),
    "exclude_relief": _flag("--exclude-relief", "Leave out the relief ways: the corridor skeleton alone."),
    "include_access": _flag("--include-access", "Count access links among the links that can be lost."),
    "detrain": _flag("--detrain", "Unload trains wherever a road meets a railway, slower where no ramp is known."),
    "allow_empty": _flag("--allow-empty", "Take closures that close nothing in use."),
    "width": _option(
        "--width", "METRES", "Close links this near to lines and points of area:FILE; default: 100.", type=float
    ),
}
_FILE = _option(
    "-s", "--scenario", "FILE.toml", "Scenario file (repeatable); options add to it.", type=click.Path(), multiple=True
)
_FORMAT = click.Option(["-f", "--format", "fmt"], type=click.Choice(FORMATS), help="Default: table.")
SAFE = "In csv, no cell that a spreadsheet takes for a formula, no control characters."
_SAFE = _flag("--safe-csv", SAFE)
_OUTPUT = [
    _option("-o", "--output", "FILE", "Write to FILE; its suffix chooses the format (- = stdout)."),
    _flag("-q", "--quiet", "No notes on stderr."),
]
_PAIRS = [
    _option(
        "--from",
        "from_",
        "PLACE",
        "Place, set:NAME or lat,lon as origin (repeatable); default: by role.",
        multiple=True,
        shell_complete=PLACES,
    ),
    _option(
        "--to",
        "to_",
        "PLACE",
        "Place, set:NAME or lat,lon as destination (repeatable); default: by role.",
        multiple=True,
        shell_complete=PLACES,
    ),
]
_MANY = click.IntRange(1, 1_000_000)
_DRAWS = {
    "uncertain": _option(
        "--uncertain", "N", "Intervals over N draws of lengths, speeds, waits and handling.", type=_MANY
    ),
    "failures": _option("--failures", "N", "Instead, links fail at random, on N days.", type=_MANY),
    "seed": _option("--seed", "S", "Of the draws; default: 0.", type=click.IntRange(min=0), default=0),
    "workers": _option(
        "--workers", "N|tcp://HOST:PORT", "Processes, or a Dask scheduler. Default: 1.", type=_Workers(), default=1
    ),
    "resume": _option("--resume", "FILE", "Keep results in FILE as they come; go on from there.", type=click.Path()),
}
DRAWN = ("uncertain", "seed", "workers", "resume")
DRAWN_OR_FAILING = ("uncertain", "failures", "seed", "workers", "resume")
SWEPT = ("workers", "resume")


def _speak(ctx: click.Context, param: click.Parameter, value: str) -> None:  # noqa: ARG001 - click's signature
    """Speak a language until the command ends."""
    from mobility.present.language import speaking

    ctx.with_resource(speaking(value))


def in_language(command: Callable[..., None]) -> Callable[..., None]:
    """Add the option --lang."""
    text = "Language of what is drawn and written: en or de; docs/limits.md says what stays English.  [default: en]"
    return click.option("--lang", metavar="LANG", default="en", callback=_speak, expose_value=False, help=text)(command)


def question(
    *,
    pairs: bool = False,
    draws: Iterable[str] = (),
    sweeps: bool = False,
    formats: bool = True,
    pictures: bool = False,
    files: tuple[str, ...] = (),
    varied: bool = False,
    compared: bool = False,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add the shared options to a command; it gets them as a `Run`, and its own options beside it.

    Parameters
    ----------
    pairs
        It asks about pairs: --from and --to.
    draws
        Words of `_DRAWS` that it takes.
    sweeps
        It has something to sweep over without draws too.
    formats, pictures
        It writes rows (-f); -o takes FILE.png, .svg or .pdf too.
    files
        Suffixes of other files that -o takes: those of `Finding.files`.
    varied
        It takes -p all and --pace all.
    compared
        It compares with the scenario of its own option --against: it takes --set-after.
    """
    known = tuple(draws)
    scenario = {name: option for name, option in _SCENARIO.items() if compared or name != "set_after"}

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        @click.pass_context
        def run(ctx: click.Context, /, **typed: Any) -> None:  # noqa: ANN401
            from mobility.model.scenario import Scenario

            words = {name: typed.pop(name) for name in scenario}
            if words.get("set_after") and typed["against"] is None:
                raise InputError("--set-after goes with --against: of one network alone --set gives the values")
            given = Scenario.read_all(typed.pop("scenario")).plus(**words)
            known_formats = (*FORMATS, *PICTURES * pictures, *files) if formats else ()
            fmt, output, quiet = typed.pop("fmt", None), typed.pop("output"), typed.pop("quiet")
            safe = typed.pop("safe_csv", False)
            silence(quiet)
            sink = Sink(ctx.info_name or "", fmt, output, quiet, known_formats, keep=[ctx.obj], safe=safe)
            drawn = Draws(**{name: typed.pop(name) for name in known})
            _check(drawn, sweeps=sweeps)
            seen = {"uncertain": drawn.uncertain, "failures": drawn.failures, "seed": drawn.seed}
            asked = {name: seen[name] for name in known if name in seen} | typed
            ends = typed.pop("from_", ()), typed.pop("to_", ())
            asking = Run(ctx.obj, given, sink, ends=ends, draws=drawn, asked=asked, trust=ctx.meta.get(TRUST))
            if not given.varied:
                command(asking, **typed)
            elif varied:
                asking.side_by_side(lambda way: command(way, **typed))
            else:
                raise InputError("-p all and --pace all are for routes, whatif, redundancy and deploy")

        shared = [*_PAIRS * pairs, *(_DRAWS[name] for name in known), *scenario.values(), _FILE]
        return _with(run, [*shared, *[_FORMAT, _SAFE] * formats, *_OUTPUT])

    return decorate


def change_options() -> list[click.Parameter]:
    """Return the options that say what changes, for lines of a file."""
    return [_SCENARIO[name] for name in ("close", "build", "set", "set_after", "allow_empty", "width")]


def _check(drawn: Draws, *, sweeps: bool) -> None:
    if drawn.uncertain and drawn.failures:
        raise InputError("give either --uncertain N or --failures N")
    if not (drawn.uncertain or drawn.failures) and (
        drawn.seed or (not sweeps and (drawn.workers != 1 or drawn.resume))
    ):
        raise InputError("--seed, --workers and --resume are for draws: give --uncertain N too")


def _with(command: Callable[..., None], options: list[click.Option]) -> Callable[..., None]:
    """Add options to a function that is to become a command, where click's own decorators put theirs."""
    command.__click_params__ = [*getattr(command, "__click_params__", []), *reversed(options)]  # type: ignore[attr-defined]
    return command


def seconds(text: str) -> Callable[[Any], Any]:
    """Return the option that ends a search, whose help says what is shown then."""
    time = click.FloatRange(min=0, min_open=True)
    return click.option("--seconds", type=time, default=60, show_default=True, metavar="S", help=text)
