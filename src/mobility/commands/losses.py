"""What losses and changes cost: what-if, bottlenecks, interdiction, protection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mobility.commands.options import DRAWN, DRAWN_OR_FAILING, Command, question, seconds
from mobility.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mobility.commands.run import Run
    from mobility.present.finding import Finding


@click.command(cls=Command)
@click.option(
    "--against",
    metavar="FILE|today",
    default="today",
    show_default=True,
    help="Baseline: a scenario file, or the network as it is.",
)
@click.option(
    "--each",
    "many",
    metavar="FILE|KIND",
    help="Instead, many changes, each alone: lines of FILE (- = stdin), or links, sections, structures, projects.",
)
@click.option(
    "--why", "reasons", is_flag=True, help="Instead, why: each pair's hours by kind, what it lost, what is near."
)
@click.option("--flip", "over", metavar="NAME:KEY=A..B", help="Instead, what it costs from one value to another.")
@question(pairs=True, draws=DRAWN, varied=True, compared=True)
def whatif(run: Run, against: str, many: str | None, reasons: bool, over: str | None) -> None:
    """Compare every pair before and after closures, builds and other changes (at least one is needed).

    With --each the scenario given is the baseline, and each row is one change more; a line of FILE is what a closure
    names, or -x, -b and --set with their values.
    """
    from mobility.present.findings import changes, differing, turning

    if (reasons or over is not None) and (many is not None or run.draws.uncertain or run.compared):
        flag = "--why" if reasons else "--flip"
        raise InputError(f"{flag} asks about one change, profile and pace: not with --each, --uncertain and all")
    if reasons and over is not None:
        raise InputError("give either --why or --flip")
    if many is not None:
        _each(run, against, many)
        return
    before, after, draws = run.baseline(against), run.network, run.draws
    run.unheard("capacity", "failure", *["exists"] * (not draws.uncertain))
    if reasons:
        run.show(differing.differences(before, after, run.pairs, change=run.given.name), lead=True)
        return
    if over is not None:
        run.show(turning.flip_change(before, after, run.pairs, over=over, change=run.given.name), lead=True)
        return
    finding = changes.whatif(before, after, run.pairs, change=run.given.name)
    if draws.uncertain:
        finding = changes.uncertain(finding, before, run.pairs, draws.uncertain, draws.seed, run.sweep(before, after))
    run.show(finding, lead=True)


def _each(run: Run, against: str, many: str) -> None:
    """Show what many changes do, each alone."""
    from mobility.commands.each import changes
    from mobility.present.findings.many import each

    if against != "today" or run.given.set_after or run.draws.uncertain:
        raise InputError("--each has no --against, --set-after and --uncertain: the scenario given is its baseline")
    if run.given.varied or run.compared:
        raise InputError("--each asks about one profile and pace")
    asked = changes(many)
    run.show(each(run.network, run.pairs, changes=asked), lead=True)


@click.command(cls=Command)
@click.option(
    "--by",
    type=click.Choice(["section", "link", "place", "structure", "border", "country"]),
    help="What is lost; default: section (links in series, which fail as one), with draws link.",
)
@click.option(
    "--top", type=click.IntRange(min=1), metavar="N", help="Only the N worst; default: in a table 20, else all."
)
@click.option("--weakest", "weak", is_flag=True, help="Instead, the weakest attributes along each best route.")
@question(pairs=True, draws=DRAWN_OR_FAILING, pictures=True)
def bottlenecks(run: Run, by: str | None, top: int | None, weak: bool) -> None:
    """Show what the loss of each section, link, place, structure, border or country costs (N-1), and the min-cut.

    -o FILE.png, .svg or .pdf draws the worst losses as a chart.
    """
    from mobility.present import findings
    from mobility.present.findings import losses

    draws = run.draws
    drawn = draws.uncertain or draws.failures
    if (weak or drawn) and run.sink.draws:
        raise InputError("only the losses themselves have a chart; give -o FILE.csv, .json or .md")
    if drawn and (weak or by not in {None, "link"}):
        raise InputError("--uncertain and --failures ask about links: not with --weakest or another --by")
    net, pairs = run.network, run.pairs
    if weak and top:
        raise InputError("--weakest has a row per pair, not the N worst: leave out --top")
    if weak:
        run.show(findings.weakest(net, pairs))
    elif draws.failures:
        run.show(losses.failures(net, pairs, days=draws.failures, seed=draws.seed, run=run.sweep(net), top=top))
    else:
        finding = losses.bottlenecks(net, pairs, by=by or ("link" if drawn else "section"), top=top)
        if draws.uncertain:
            finding = losses.uncertain(finding, pairs, draws.uncertain, draws.seed, run.sweep(net))
        run.show(finding)


@click.command(cls=Command)
@click.option(
    "-k",
    "k",
    type=click.IntRange(1, 100),
    required=True,
    metavar="N",
    help="Number of closures; the curve 1 to N is shown.",
)
@click.option(
    "--by",
    type=click.Choice(["link", "section", "structure", "bridge", "place"]),
    default="link",
    show_default=True,
    help="What is closed.",
)
@click.option("--spare", multiple=True, metavar="NAME", help="What cannot be closed, of that kind (repeatable).")
@seconds("Stop after S seconds with the worst found and a bound (optimal = no).")
@question(pairs=True)
def interdict(run: Run, k: int, by: str, spare: tuple[str, ...], seconds: float) -> None:
    """Find the N closures that together hurt most: pairs cut off first, then hours.

    Rows are shown as they are proven; Ctrl-C ends the search and keeps them.
    """
    from mobility.present.findings import interdiction

    net, pairs = run.network, run.pairs
    _as_they_come(
        run,
        interdiction.rows(net, pairs, k=k, by=by, spare=spare, seconds=seconds),
        lambda found: interdiction.framed(found, by),
        interdiction.columns_by(by),
        lambda found, interrupted: interdiction.answer(net, pairs, found, k=k, by=by, interrupted=interrupted),
    )


@click.command(cls=Command)
@click.option("-F", "f", type=click.IntRange(0, 100), required=True, metavar="N", help="Number of things protected.")
@click.option(
    "-k", "k", type=click.IntRange(1, 100), required=True, metavar="N", help="Number of closures of the rest."
)
@click.option(
    "--by",
    type=click.Choice(["section", "structure", "bridge", "link", "place"]),
    default="section",
    show_default=True,
    help="What is protected and closed.",
)
@click.option("--spare", multiple=True, metavar="NAME", help="What cannot be closed to begin with (repeatable).")
@click.option("--curve", is_flag=True, help="Show 1 to k closures, not k alone.")
@click.option(
    "--harm",
    type=click.Choice(["attack", "recovery"]),
    default="attack",
    show_default=True,
    help="What counts: what the attack does at once, or all that is lost until it is repaired.",
)
@click.option("--crews", type=int, metavar="N", help="With --harm recovery: crews, all equal; default: 1.")
@click.option("--sets", type=int, metavar="N", help="With --harm recovery: bridge sets, each used once; default: 0.")
@click.option(
    "--repairs", type=click.Path(), metavar="FILE.csv", help="With --harm recovery: real repairs; default: as shipped."
)
@seconds("Stop after S seconds, which the rows share, with the best found and bounds (optimal = no).")
@question(pairs=True, pictures=True)
def protect(
    run: Run,
    f: int,
    k: int,
    by: str,
    spare: tuple[str, ...],
    curve: bool,
    harm: str,
    seconds: float,
    **means: Any,  # noqa: ANN401 - --crews, --sets and --repairs
) -> None:
    """Find the F things whose protection leaves least harm when the worst k of the rest are closed.

    Harm is that of interdict: pairs cut off first, then hours; with --harm recovery that of recover, until the last
    repair that matters. Rows, of 0 to F things protected, are shown as they are found; Ctrl-C ends the search and
    keeps them. -o FILE.png, .svg or .pdf draws them as a chart.
    """
    from mobility.present.findings import protection

    net, pairs, by_whom = run.network, run.pairs, repaired_by(harm, means)
    _as_they_come(
        run,
        protection.rows(net, pairs, f=f, k=k, by=by, spare=spare, seconds=seconds, curve=curve, means=by_whom),
        lambda found: protection.framed(found, by_whom),
        protection.columns_by(by_whom),
        lambda found, interrupted: protection.answer(
            net, pairs, found, f=f, k=k, by=by, interrupted=interrupted, means=by_whom
        ),
    )


def _as_they_come(
    run: Run,
    rows: Iterator[Any],
    framed: Callable[[list[Any]], Any],
    columns: tuple[str, ...],
    answer: Callable[[list[Any], bool], Finding],
) -> None:
    """Show rows as they are found, and then what they mean; Ctrl-C ends the search and keeps them."""
    sink, found, interrupted = run.sink, list[Any](), False
    try:
        for row in rows:
            found.append(row)
            if sink.streams:
                sink.stream(framed([row]), columns, first=len(found) == 1)
    except KeyboardInterrupt:
        interrupted = True
    finding = answer(found, interrupted)
    if found and sink.streams:
        sink.notes(finding.sentences)
    else:
        run.show(finding)
    if interrupted:
        raise click.Abort


def repaired_by(harm: str, means: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the crews, bridge sets and repairs that were given, None where harm is not counted until all is repaired.

    Raises InputError when some were given there.
    """
    given = {name: value for name, value in means.items() if value is not None}
    if given and harm != "recovery":
        raise InputError(f"--{next(iter(given))} says how losses are repaired: give --harm recovery too")
    return given if harm == "recovery" else None
