"""A brief on a scenario, in one file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mobility.options import ends_of, pair_options, scenario_options, write_whole

if TYPE_CHECKING:
    from mobility.model.scenario import Scenario
    from mobility.options import Output


@click.command()
@click.option("--against", metavar="FILE|today", default="today", help="Baseline of the what-if; default: today.")
@click.option("--title", metavar="TEXT", help="Title of the brief; default: that of the scenario.")
@pair_options
@scenario_options(formats=False)
def report(
    given: Scenario, out: Output, against: str, title: str | None, from_: tuple[str, ...], to_: tuple[str, ...]
) -> None:
    """Write a brief: findings in words, maps, tables, method, sources: -o FILE.html, or FILE.md with pictures."""
    from mobility.present import brief
    from mobility.present.report import report

    suffix = out.choose([".html", ".htm", ".md"])
    net = out.load()
    ends_of(net, from_, to_)  # there is a pair to ask about
    given = given.plus(title=title)
    before = out.baseline(against) if given.changes() else net
    command = _command(out, given, against, from_, to_)
    made = report(before, net, given, from_ or None, to_ or None, command=command)
    if suffix == ".md":
        assert out.target is not None  # noqa: S101 - `choose` asked for it
        text, pictures = brief.to_markdown(made, out.target.stem)
        for name, data in pictures.items():
            write_whole(out.target.with_name(name), data)
        out.save(text.encode())
    else:
        out.save(brief.to_html(made).encode())


def _command(out: Output, given: Scenario, against: str, from_: tuple[str, ...], to_: tuple[str, ...]) -> str:
    """Return the command that makes the brief again; of paths the last part, which names no machine."""
    import shlex
    from pathlib import Path

    words = ["mobility", *(["--network", Path(out.path).name] if out.path else []), "report", *given.options()]
    words += [word for flag, places in (("--from", from_), ("--to", to_)) for place in places for word in (flag, place)]
    words += ["--against", Path(against).name] if against != "today" else []
    assert out.target is not None  # noqa: S101 - `choose` asked for it
    return shlex.join([*words, "-o", out.target.name])
