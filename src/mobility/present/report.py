"""What a brief says: the question, the findings in words, tables and views, the method, and how sure it all is."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from mobility.analysis.pairs import Pairs
from mobility.analysis.sweeps import sweep
from mobility.errors import InputError, sure
from mobility.model.files import write_whole
from mobility.model.names import some
from mobility.model.scenario import Scenario
from mobility.present import report_file, style
from mobility.present.findings import changes, gains, inventory, losses, pairs, weakness
from mobility.present.findings.beside import side_by_side
from mobility.present.findings.defence import defence
from mobility.present.findings.headlines import compared, record, sound
from mobility.present.language import say, untranslated
from mobility.present.phrases import named, percent
from mobility.vocabulary import CONNECTED, NOTICEABLE_H, split

if TYPE_CHECKING:
    from mobility.analysis.pairs import Ends
    from mobility.analysis.sweeps import Sweep
    from mobility.model.network import Network
    from mobility.present.finding import Finding
    from mobility.present.views import View
    from mobility.vocabulary import Words

_DRAWS = 500
_RANGES = "Lengths, speeds, waits and handling times are known in ranges only."
_ROWS = 15  # of a table in a brief; the commands print them all
_MOVED = tuple("name time_h_before time_h_after delta_h arrival_h_before arrival_h_after".split())
METHOD = tuple(
    """\
Road, rail and sea are one graph: a state is a place and a mode, at a border place also a country. Modes change only \
where the table of places says so, at the profile's handling time; crossing a border costs its wait.
Time under way is moving, changes of mode and border waits; it adds up, and routes and losses are counted with it. \
Arrival has the halts of march days too: after the hours a day of the profile at the wheel a column rests until the \
day is full, unless a train, a ship or a wait has given as much rest. Road speed is the smaller of the class value and \
0.75 of the limit, rail a share of the line speed by the pace of trains, sea 30 km/h; the profile caps them. \
Permission is no travel time.
The loss of a link (N-1) is exact: every pair's best route without it. The min-cut is a maximum flow over capacities \
in vehicles a day, which are estimates by rule. A project's gain compares the network with and without it alone.
A draw takes every length, speed, wait and handling time from its range, whose mode and mean are the value: each \
independently, and again with one common factor per country and class; before and after a change it is the same.\
""".splitlines()
)


@dataclass(frozen=True, eq=False)
class Table:
    """Rows under a caption; `columns` are those shown."""

    caption: str
    rows: pd.DataFrame
    columns: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Section:
    """A heading, sentences (`listed`: as a list), perhaps a map, tables, and perhaps a finding to be charted."""

    heading: str
    sentences: tuple[str, ...]
    view: View | None = None
    tables: tuple[Table, ...] = ()
    listed: bool = False
    charted: Finding | None = None


@dataclass(frozen=True, eq=False)
class Report:
    """A brief: save it as a page, or as Markdown with pictures beside it.

    Attributes
    ----------
    title : str
    sections : tuple of Section
    sources : DataFrame
        Rows of sources.csv that the best routes rest on.
    command : str
        The command that makes this brief again, or "".
    footnote : str
        Notice on names and boundaries, attribution, and the network's name, version and checksum.
    record : dict
        The headline findings in plain values; a page keeps them, so that a later brief can be set against it.
    """

    title: str
    sections: tuple[Section, ...]
    sources: pd.DataFrame
    command: str
    footnote: str
    record: dict[str, Any]

    def files(self, name: str) -> dict[str, bytes]:
        """Return what the brief is as a file of this name (.html, .htm or .md), by file name: pictures come first."""
        suffix = Path(name).suffix.casefold()
        if suffix == ".md":
            text, pictures = report_file.to_markdown(self, Path(name).stem)
            return pictures | {name: text.encode()}
        if suffix in {".html", ".htm"}:
            return {name: report_file.to_html(self).encode()}
        raise InputError(f"cannot write a brief as {name}: its suffix must be .html, .htm or .md")

    def save(self, path: str | Path) -> None:
        """Write the brief as a file; the suffix says which: .html (one page), or .md with its pictures beside it."""
        for name, data in self.files(Path(path).name).items():
            write_whole(Path(path).with_name(name), data)

    def __repr__(self) -> str:
        """Return the title in one line."""
        return f"<Report {self.title}; {len(self.sections)} sections>"


def report(
    before: Network,
    after: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    scenario: Scenario | None = None,
    command: str = "",
    since: str | Path | None = None,
    run: Sweep = sweep,
) -> Report:
    """Return a brief on a scenario: findings in the words, titles, maps and rows of their own.

    Parameters
    ----------
    before, after
        The network that the scenario is compared with, and the network of the scenario; both under the same
        profile. When they are the same and `scenario` changes nothing there is no what-if section.
    origins, destinations
        As in `mobility.routes`.
    scenario
        What was asked; its title, or what it changes, is the title of the brief. Default: what is applied to `after`.
    command
        What makes this brief again, to be printed in it.
    since
        An older brief (.html): what changed in the headline findings since then has a section of its own.
    run
        Runs the sweep over projects (`mobility.sweep`).
    """
    then = sound(report_file.record_of(Path(since)), str(since)) if since is not None else None
    net, asked = after.profiled(), Pairs.of(before, origins, destinations)
    scenario = scenario or Scenario.of(after)
    change = scenario.changes()
    routes = pairs.routes(net, asked)
    changed = before is not after or scenario != scenario.unchanged()
    what = changes.whatif(before, net, asked, change=scenario.name) if changed else None
    lost = losses.bottlenecks(net, asked)
    now = record(routes, lost, asked)
    sections = [_since(then, now)] if then else []
    sections += [_section("The network", inventory.network(net)), _routes(routes), _bottlenecks(lost, asked)]
    if what is not None:
        sections.append(_whatif(what))
    sections.append(_beside(before if changed else None, net, asked, scenario))
    sections += _defence(net, asked)
    if len(net.projects):
        sections.append(_gains(gains.redundancy(net, asked, run=run)))
    sections.append(_confidence(before, routes, what, asked))
    title = scenario.title or change[:1].upper() + change[1:] or say("Reinforcement routes to the Black Sea")
    first = {s.heading: s.sentences[0] for s in sections}
    order = (
        "Since the last brief",
        "What if",
        "Routes",
        "Profiles and paces",
        "Bottlenecks",
        "What to protect",
        "What new links would buy",
        "How sure",
    )
    short = Section("In short", tuple(first[heading] for heading in order if heading in first), listed=True)
    identity = net.identity
    called = " ".join(w for w in (identity.name, identity.version) if w)
    about = say("Network: {called}, sha256 {sha256}.", called=called, sha256=identity.sha256)
    footnote = f"{say(style.KOSOVO_NOTE)} {say(style.ATTRIBUTION)} {about}"
    question = Section("The question", (_question(net, routes.table, scenario.name),))
    return Report(
        title,
        (question, short, *sections, Section("Method", METHOD)),
        _sources(net, routes.table),
        command,
        footnote,
        now,
    )


@untranslated
def _since(then: dict[str, Any], now: dict[str, Any]) -> Section:
    """Return what changed in the headline findings since an older brief."""
    found, about = compared(then, now), then["network"]
    old = f"The last brief was on {' '.join(filter(None, (about['name'], about['version'])))}, sha256 {about['sha256']}"
    same = about["sha256"] == now["network"]["sha256"]
    tables = [Table("Headline figures then and now", found.figures, tuple(found.figures.columns))]
    moved = found.pairs[found.pairs["delta_h"].abs() > NOTICEABLE_H].head(_ROWS)
    tables += [Table("The pairs that changed most", moved, _MOVED)] if len(moved) else []
    first, *others = found.sentences
    since = f"Since the last brief: {first[0].lower()}{first[1:]}"
    said = (since, *others, f"{old}; {'the tables are the same' if same else 'the tables are others now'}.")
    return Section("Since the last brief", said, None, tuple(tables))


@untranslated
def _question(net: Network, table: pd.DataFrame, change: str) -> str:
    profile = sure(net.profile, "the profile")
    starts, goals = (named(net, table[c].unique()) for c in ("from", "to"))
    text = (
        f"How does a force move from {len(starts)} origins ({some(starts, 4)}) to {some(goals, 8)}, how long does it "
    )
    text += f"take, what else is there{f', and what changes with: {change}' if change else ''}? "
    return text + f"Profile {profile.name} by {', '.join(profile.modes)}: {profile.description.replace('`', '')}"


def _section(heading: str, finding: Finding, *tables: Table) -> Section:
    """Return a finding as a section: its sentences, its map, and tables of its rows."""
    sentences = (s if s.endswith(".") else f"{s}." for s in finding.sentences)
    return Section(heading, tuple(sentences), finding.view, tables)


def _routes(finding: Finding) -> Section:
    grids = (
        Table(f"{what} of every pair, hours (empty: no route)", *_grid(finding, column))
        for what, column in (("Least time under way", "time_h"), ("Arrival", "arrival_h"))
    )
    return _section("Routes", finding, *grids)


def _grid(finding: Finding, column: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return a value of every pair, origins down and destinations across, and the columns."""
    table, called = finding.table, finding.network.places["name"]
    hours = table[column].where(table["state"] == CONNECTED)
    grid = table.assign(hours=hours).pivot_table(
        index="from", columns="to", values="hours", sort=False, dropna=False, aggfunc="first"
    )
    grid = grid.rename(index=called, columns=lambda place: f"{called[place]}_h").rename_axis("from").reset_index()
    return grid, tuple(grid.columns)


def _bottlenecks(links: Finding, asked: Pairs) -> Section:
    net, columns = links.network, losses.MAP_COLUMNS
    tables = [Table("The sections whose loss costs most", links.table.head(_ROWS), columns)]
    for by, caption in (("structure", "Bridges and tunnels"), ("border", "Border crossings")):
        lost = losses.bottlenecks(net, asked, by=by).table
        used = lost[lost["pairs_using"] > 0]
        if len(used):
            tables.append(Table(caption, used.head(_ROWS // 3), tuple(c for c in columns if c != "mode")))
    return _section("Bottlenecks", links, *tables)


def _defence(net: Network, asked: Pairs) -> list[Section]:
    """Return what to protect and what to repair first, each with its rows and its chart."""
    captions = (
        ("What to protect", "The bridges to protect, and the worst closures of the rest"),
        ("What to repair first", "The worst closures with nothing protected, and what each repair brings back"),
    )
    return [
        Section(heading, found.sentences, None, (Table(caption, found.rows, found.columns),), charted=found)
        for (heading, caption), found in zip(captions, defence(net, asked), strict=False)
    ]


def _whatif(finding: Finding) -> Section:
    called = finding.network.places["name"]
    worst = finding.rows.head(_ROWS).replace({"from": called, "to": called})
    rows = [Table("The pairs that change most", worst, changes.MAP_COLUMNS)] if len(worst) else []
    return _section("What if", finding, *rows)


@untranslated
def _beside(before: Network | None, after: Network, asked: Pairs, scenario: Scenario) -> Section:
    """Return the what-if, or without `before` the routes, under every profile with the modes, at every pace."""
    profiles = [name for name, p in after.rules.profiles.items() if set(after.applied.get("mode", ())) <= set(p.modes)]

    def ask(profile: str, pace: str) -> Finding:
        net = after.moving(profile, pace)
        if before is None:
            return pairs.routes(net, asked)
        return changes.whatif(before.moving(profile, pace), net, asked, change=scenario.name)

    found = side_by_side(product(profiles, after.rules.paces), ask)
    table = Table("The same under every profile and pace of trains", found.table, found.columns)
    return Section("Profiles and paces", found.sentences, None, (table,))


def _gains(finding: Finding) -> Section:
    columns = (*gains.MAP_COLUMNS, "gain_h_per_bn")
    rows = Table("The projects that gain most, each alone", finding.table.head(_ROWS), columns)
    return _section("What new links would buy", finding, rows)


@untranslated
def _confidence(before: Network, routes: Finding, what: Finding | None, asked: Pairs) -> Section:
    net, table = routes.network, routes.table
    hours = pairs.uncertain(routes, asked, _DRAWS)
    drawn = [" ".join([_RANGES, *hours.sentences[len(routes.sentences) :]])]
    if what is not None:
        drawn.append(changes.uncertain(what, before, asked, _DRAWS).sentences[-1])
    used = net.links.loc[sorted({link for cell in table["links"] for link in split(cell)})]
    km = used.groupby("length_confidence")["length_km"].agg(["count", "sum"])
    rows = km.reindex([c for c in ("high", "medium", "low") if c in km.index]).reset_index()
    rows.columns = pd.Index(["length_confidence", "links", "length_km"])
    whole = float(used["length_km"].sum())
    shares = [f"{percent(r.length_km / whole)} {r.length_confidence}" for r in rows.itertuples() if whole]
    doubtful = named(net, used.index[used["doubtful"]])
    relief, all_km = float(table["relief_km"].sum()), float(table["length_km"].sum())
    share = percent(relief / all_km if all_km else 0)
    quiet = (
        f"Of all kilometres of the best routes {relief:,.0f} ({share}) are relief: other ways on the ground, of which "
    )
    quiet += "little more than the line is known."
    return Section(
        "How sure",
        (
            *drawn,
            f"Lengths on the best routes by confidence: {', '.join(shares) or 'none'}.",
            quiet,
            *weakness.weakest(net, asked).sentences,
            f"Links used whose status is not verified: {some(doubtful, 12) or 'none'}.",
            "Capacities are estimates by rule; trains run at the pace asked for; border waits mostly follow a rule.",
        ),
        None,
        (Table("Links of the best routes by confidence of their length", rows, tuple(rows.columns)),),
    )


def _sources(net: Network, table: pd.DataFrame) -> pd.DataFrame:
    """Return the sources that the links of the best routes name."""
    used = {link for cell in table["links"] for link in split(cell)}
    cited = {word for cell in net.links.loc[sorted(used), "source"] for word in split(cell)}
    return net.sources[net.sources["id"].isin(cited)].reset_index(drop=True)
