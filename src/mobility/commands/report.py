"""A brief on a scenario, in one file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mobility.commands.options import SWEPT, Command, in_language, question

if TYPE_CHECKING:
    from mobility.commands.run import Run
    from mobility.model.scenario import Scenario


@click.command(cls=Command)
@click.option(
    "--against",
    metavar="FILE|today|OLD.html",
    default="today",
    help="Baseline of the what-if; default: today. Or an older brief: what changed in the findings since then.",
)
@click.option("--title", metavar="TEXT", help="Title of the brief; default: that of the scenario.")
@in_language
@question(pairs=True, draws=SWEPT, sweeps=True, formats=False, compared=True)
def report(run: Run, against: str, title: str | None) -> None:
    """Write a brief: findings in words, maps, tables, method, sources: -o FILE.html, or FILE.md with pictures."""
    from mobility.model.files import write_whole
    from mobility.present.report import report

    out = run.sink
    out.choose([".html", ".htm", ".md"])
    net, given = run.network, run.given.plus(title=title)
    since = against if Path(against).suffix.casefold() in {".html", ".htm"} else None
    base = "today" if since else against
    before = net if base == "today" and given == given.unchanged() else run.baseline(base)
    command = _command(run, given, against)
    made = report(before, net, run.pairs, scenario=given, command=command, since=since, run=run.sweep(net))
    for name, data in made.files(out.file.name).items():
        out.refuse_kept(out.file.with_name(name))
        write_whole(out.file.with_name(name), data)
    out.note(f"wrote {out.file}")


def _command(run: Run, given: Scenario, against: str) -> str:
    """Return the command that makes the brief again; of paths the last part, which names no machine."""
    import shlex

    words = [
        "mobility",
        *(["--network", Path(run.path).resolve().name] if run.path else []),
        *(["--trust", run.trust] if run.trust else []),
        "report",
        *given.options(),
    ]
    ends = (("--from", run.starts), ("--to", run.ends))
    words += [word for flag, places in ends for place in places for word in (flag, place)]
    words += ["--against", Path(against).name] if against != "today" else []
    words += ["--title", given.title] if given.title else []
    return shlex.join([*words, "-o", run.sink.file.name])
