"""A run: one question asked of a network, from what was typed to what is shown."""

from __future__ import annotations

import functools
import sys
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mobility.commands.keeping import kept
from mobility.commands.waiting import paused
from mobility.errors import InputError
from mobility.vocabulary import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import pandas as pd

    from mobility.analysis.pairs import Pairs
    from mobility.analysis.sweeps import Found, Sweep
    from mobility.commands.sink import Sink
    from mobility.model.network import Network
    from mobility.model.scenario import Scenario
    from mobility.present.finding import Finding


_BESIDE_KM = 0.05  # by so much a line passes nearer than the place that stands for coordinates, to be told
# Where settings count that are no matter of hours.
_HEARD = {
    "capacity": "a capacity counts in deploy, in redundancy and in the min-cut of bottlenecks",
    "failure": "a failure counts with --failures",
    "exists": "a probability of a way counts with --uncertain, and 0 at once",
}


@dataclass(frozen=True)
class Draws:
    """How a question is asked again over draws, and who does it."""

    uncertain: int | None = None
    failures: int | None = None
    seed: int = 0
    workers: int | str = 1
    resume: str | None = None


class Run:
    """One question: its network (read once), its pairs (resolved once), its draws, and where the answer goes.

    Attributes
    ----------
    path
        What --network was; None: the shipped network.
    given
        The scenario asked for.
    starts, ends
        Origins and destinations as typed, empty for those by role.
    trust
        What counts where drawings and columns disagree, as `Network.load` takes it.
    asked
        All that was typed but for the scenario and the output: what a sweep's results depend on.
    """

    def __init__(
        self,
        path: str | None,
        given: Scenario,
        sink: Sink,
        *,
        ends: tuple[Sequence[str], Sequence[str]] = ((), ()),
        draws: Draws | None = None,
        asked: dict[str, Any] | None = None,
        trust: str | None = None,
    ) -> None:
        self.path, self.given, self.sink, self.trust = path, given, sink, trust
        self.starts, self.ends = ends
        self.draws, self.asked = draws or Draws(), asked or {}
        self.compared = False  # whether it is one of several ways that are put side by side
        self.clocked = False  # whether the question has a clock, so that closures may hold in windows

    def on(self, path: str) -> Run:
        """Return the same question asked of another network."""
        return Run(path, self.given, self.sink, ends=(self.starts, self.ends), draws=self.draws, trust=self.trust)

    @cached_property
    def tables(self) -> Network:
        """The network as it is read, nothing applied."""
        from mobility.model.network import Network

        return kept((self.path, self.trust), lambda: Network.load(self.path, trust=self.trust, tell=self.sink.note))

    @cached_property
    def opened(self) -> Network:
        """The network of the scenario before its closures: what a place is called does not hang on them."""
        return self._opened(self.given)

    @cached_property
    def _asked_on(self) -> Network:
        """The network on which places are looked up: values set after the change move no coordinates either."""
        return self._opened(replace(self.given, set_after=()))

    def _opened(self, given: Scenario) -> Network:
        tables = self.tables
        return kept((tables, replace(given, close=(), allow_empty=False)), lambda: given.opened(tables))

    @cached_property
    def network(self) -> Network:
        """The network of the scenario; says what was closed."""
        from mobility.model.names import some
        from mobility.model.profiles import unknown_to

        net = self._heard(self.given.close_in(self.opened))
        for closure in [*net.closed, *(timed.closure for timed in net.timed)]:
            parts = [
                f"{len(ids)} {kind}{'s' if len(ids) > 1 else ''}: {some(ids)}"
                for kind, ids in (
                    ("link", closure.links),
                    ("link", closure.one_way),
                    ("place", closure.places),
                    ("border", closure.borders),
                )
                if ids
            ]
            self.sink.note(f"{closure.reason} ({'; '.join(parts) or 'nothing'})")
            if closure.left_out:
                self.sink.note(f"{closure.reason}: left out {some(closure.left_out)}")
        if unknown := unknown_to(self.given.transit, net.countries, net.rules.partners):
            self.sink.note(f"transit {self.given.transit}: not known of {some(unknown)}, and not denied")
        blank = (net.countries["eu"] == "") | ((net.countries["nato"] == "") & (net.countries["eu"] != "member"))
        unsure = net.countries.loc[blank, "iso2"].tolist()
        if unsure and net.regime is not None and len({*net.regime.permission_lead_h.values()}) > 1:
            self.sink.note(f"membership of {some(unsure)} is not known: the longest notice for permission counts")
        return net

    def unheard(self, *attributes: str) -> None:
        """Say of settings that the answer does not hang on."""
        for flag, items in (("--set", self.given.set), ("--set-after", self.given.set_after)):
            for item in items:
                attribute, _, value = (word.strip() for word in item.rpartition(":")[2].partition("="))
                if attribute in attributes and not (attribute == "exists" and not float(value)):
                    self.sink.note(f"{flag} {item} changes no hours: {_HEARD[attribute]}")

    def baseline(self, against: str) -> Network:
        """Return what a what-if compares with: "today", or a scenario; force and corrections are alike in both."""
        from mobility.model.scenario import Scenario

        base = self.given.unchanged() if against == "today" else Scenario.read(against).compared_with(self.given)
        if base == self.given:
            both = " (--set holds before and after)" if self.given.set else ""
            raise InputError(
                f"nothing to compare{both}: give a change (-x, -b, --set-after, --transit, --borders, -s ...)"
            )
        return self._heard(base.close_in(self._opened(base)))

    def _heard(self, net: Network) -> Network:
        """Return the network; raises InputError where a closure holds in a window and the question has no clock."""
        if net.timed and not self.clocked:
            from mobility.model.windows import CLOCKED

            one = net.timed[0]
            raise InputError(
                f"-x {one.text}: here a closure holds all the time; leave out '@{one.window.text}', or ask {CLOCKED}"
            )
        return net

    @cached_property
    def pairs(self) -> Pairs:
        """The pairs asked about; raises InputError when there is none."""
        from mobility.analysis.pairs import Pairs

        named = [self.places(words) if words else None for words in (self.starts, self.ends)]
        pairs = Pairs.of(self.opened, *named)
        if not pairs.asked:
            raise InputError("no pair to ask about: an origin and a destination that differ are needed (--from, --to)")
        return pairs

    def places(self, words: str | Sequence[str]) -> list[str]:
        """Return the places that words name; says which place stands for coordinates."""
        from mobility.model.names import coordinates
        from mobility.model.points import nearest, off_the_line

        net = self._asked_on
        for word in [words] if isinstance(words, str) else words:
            if word not in net.places.index and (at := coordinates(word)):
                place, km = nearest(net, *at)
                link, off = off_the_line(net, *at)
                line = f"; the line of {link} passes it at {off:.2f} km" if off < km - _BESIDE_KM else ""
                self.sink.note(f"{word}: {place}, {km:.2f} km away{line}")
        return net.places_named(words)

    def sweep(self, *nets: Network) -> Sweep:
        """Return a sweep over networks as --workers and --resume ask for it, with a progress bar on a terminal."""
        from mobility.analysis.sweeps import Journal, checksum, sweep

        journal = None
        if self.draws.resume is not None:
            self.sink.refuse_kept(Path(self.draws.resume))
            seen = {"mobility": VERSION, "command": self.sink.command, "networks": [checksum(net) for net in nets]}
            journal = Journal(Path(self.draws.resume), seen | self.asked)
        shown = sys.stderr.isatty() and not self.sink.quiet
        return functools.partial(sweep, workers=self.draws.workers, journal=journal, progress=_bar if shown else None)

    def side_by_side(self, answer: Callable[[Run], None]) -> None:
        """Show what a command answers under every profile and pace asked for, in one table."""
        from mobility.present.findings import side_by_side

        if self.sink.draws:
            raise InputError("several profiles or paces have no chart; give -o FILE.csv, .json or .md")
        if (self.draws.uncertain or self.draws.failures) and self.asked.get("what") != "pareto":
            raise InputError("draws ask about one profile and pace: leave out --uncertain and --failures")

        def ask(profile: str, pace: str) -> Finding:
            way = _Way(self, profile, pace)
            answer(way)
            return way.answers[-1]

        self.show(side_by_side(self.given.ways(self.tables), ask), lead=True)

    def show(self, finding: Finding, *, lead: bool = False) -> None:
        """Write a finding: its rows, and its sentences beside or (`lead`) above them; or its chart."""
        if self.sink.draws:
            self.sink.draw(finding.chart)
            return
        if self.sink.fmt in finding.files:
            self.sink.save(finding.files[self.sink.fmt](finding))
            return
        above = lead and self.sink.reads
        head = "\n".join(finding.sentences) + "\n\n" if above else ""
        rows = finding.rows if self.sink.reads else finding.table
        self.rows(finding.network, rows, finding.columns, finding.summary, head)
        if not above:
            self.sink.notes(finding.sentences)

    def rows(
        self, net: Network, frame: pd.DataFrame, columns: Iterable[str], summary: dict[str, Any], head: str = ""
    ) -> None:
        """Write rows of a network under the scenario."""
        self.sink.rows(net.identity, self.given.as_given(), frame, tuple(columns), summary, head)


class _Way(Run):
    """A run under one profile and pace: it keeps what it finds, and shows nothing."""

    def __init__(self, run: Run, profile: str, pace: str) -> None:
        from mobility.commands.sink import Sink

        given = replace(run.given, profile=profile, pace=pace)
        super().__init__(
            run.path, given, Sink(run.sink.command, "json", None, quiet=True),
            ends=(run.starts, run.ends), draws=run.draws, asked=run.asked,
        )  # fmt: skip
        self.tables, self.compared = run.tables, True
        self.answers: list[Finding] = []

    def show(self, finding: Finding, *, lead: bool = False) -> None:
        """Keep a finding."""
        del lead
        self.answers.append(finding)

    def rows(self, *answer: Any) -> None:  # noqa: ANN401 - as of a run
        """Show nothing."""


def _bar(found: Found, number: int) -> Found:
    with paused(), click.progressbar(found, number, file=sys.stderr) as bar:
        yield from bar
