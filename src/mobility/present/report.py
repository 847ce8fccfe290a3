"""What a brief says: the question, the findings in words, tables and views, the method, and how sure it all is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from mobility.analysis.bottlenecks import bottlenecks
from mobility.analysis.flows import min_cut
from mobility.analysis.pairs import CONNECTED, pairs_of, routes
from mobility.analysis.redundancy import project_gains
from mobility.analysis.uncertainty import uncertain_changes, uncertain_hours
from mobility.analysis.weakest import weakest
from mobility.analysis.whatif import shifted_load, whatif
from mobility.model.names import some
from mobility.model.tables import split
from mobility.present import draw_words, style, views, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mobility.model.network import Network
    from mobility.model.scenario import Scenario
    from mobility.present.views import View

    Places = Sequence[str] | None

_DRAWS = 500
_RANGES = "Lengths, speeds, waits and handling times are known in ranges only."
_ROWS = 15  # of a table in a brief; the commands print them all
METHOD = tuple(
    """\
Road, rail and sea are one graph: a state is a place and a mode, at a border place also a country. Modes change only \
where the table of places says so, at the profile's handling time; crossing a border costs its wait.
Time is moving, changes of mode and border waits. Road speed is the smaller of the class value and 0.75 of the limit, \
rail 0.6 of the line speed (a best case), sea 30 km/h; the profile caps them. Permission is no travel time.
The loss of a link (N-1) is exact: every pair's best route without it. The min-cut is a maximum flow over capacities \
in vehicles a day, which are estimates by rule. A project's gain compares the network with and without it alone.
A draw takes every length, speed, wait and handling time from its range (triangular, by confidence and kind): each \
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
    """A heading, sentences, perhaps a map, and tables."""

    heading: str
    sentences: tuple[str, ...]
    view: View | None = None
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, eq=False)
class Report:
    """A brief: write it with `html` or `markdown` of `mobility.present.brief`.

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
    """

    title: str
    sections: tuple[Section, ...]
    sources: pd.DataFrame
    command: str
    footnote: str


def report(
    before: Network,
    after: Network,
    scenario: Scenario,
    origins: Places = None,
    destinations: Places = None,
    *,
    command: str = "",
) -> Report:
    """Return a brief on a scenario.

    Parameters
    ----------
    before, after
        The network that the scenario is compared with, and the network of the scenario; both under the same
        profile. When nothing differs there is no what-if section.
    scenario
        What was asked; its title, or what it changes, is the title of the brief.
    origins, destinations
        As in `mobility.routes`.
    command
        What makes this brief again, to be printed in it.
    """
    net, pairs = after.profiled(), pairs_of(after, origins, destinations)
    asked = len(pairs_of(after, origins, destinations, closed=True))
    ends = frozenset(place for pair in pairs for place in pair)
    table = routes(net, origins, destinations)
    change = scenario.changes()
    sections = [_network(net), _routes(net, table, asked), _bottlenecks(net, origins, destinations, asked)]
    if change:
        sections.append(_whatif(before, net, scenario, origins, destinations, asked))
    if len(net.projects):
        sections.append(_gains(net, origins, destinations, ends))
    sections.append(_confidence(before if change else None, net, table, origins, destinations))
    title = scenario.title or change[:1].upper() + change[1:] or "Reinforcement routes to the Black Sea"
    first = {s.heading: s.sentences[0] for s in sections}
    order = ("What if", "Routes", "Bottlenecks", "What new links would buy", "How sure")
    short = Section("In short", tuple(first[heading] for heading in order if heading in first))
    identity = net.identity
    footnote = f"{style.KOSOVO_NOTE} {style.ATTRIBUTION} "
    footnote += f"Network: {' '.join(w for w in (identity.name, identity.version) if w)}, sha256 {identity.sha256}."
    question = Section("The question", (_question(net, table, scenario.title or change),))
    return Report(
        title,
        (question, short, *sections, Section("Method", METHOD)),
        _sources(net, table),
        command,
        footnote,
    )


def _question(net: Network, table: pd.DataFrame, change: str) -> str:
    profile = net.profile
    assert profile is not None  # noqa: S101 - applied by the caller
    called = net.places["name"]
    starts, goals = (called[table[c].unique()].tolist() for c in ("from", "to"))
    text = (
        f"How does a force move from {len(starts)} origins ({some(starts, 4)}) to {some(goals, 8)}, how long does it "
    )
    text += f"take, what else is there{f', and what changes with: {change}' if change else ''}? "
    return text + f"Profile {profile.name} by {', '.join(profile.modes)}: {profile.description}"


def _network(net: Network) -> Section:
    view = views.network_map(net)
    usable = net.links[net.links["active"]]
    km = usable.groupby("mode")["length_km"].sum()
    text = f"{view.title}: " + ", ".join(f"{km[m]:,.0f} km of {m}" for m in style.MODES if m in km) + "."
    return Section("The network", (text,), view)


def _routes(net: Network, table: pd.DataFrame, asked: int) -> Section:
    called = net.places["name"]
    hours = table["time_h"].where(table["state"] == CONNECTED)
    grid = table.assign(hours=hours).pivot_table(
        index="from", columns="to", values="hours", sort=False, dropna=False, aggfunc="first"
    )
    grid = grid.rename(index=called, columns=lambda place: f"{called[place]}_h").rename_axis("from").reset_index()
    return Section(
        "Routes",
        (words.pairs_words(words.pairs_summary(net, table, asked)) + ".",),
        views.routes_view(net, table),
        (Table("Best time of every pair, hours (empty: no route)", grid, tuple(grid.columns)),),
    )


def _bottlenecks(net: Network, origins: Places, destinations: Places, asked: int) -> Section:
    cut = min_cut(net, pairs_of(net, origins, destinations))
    links = bottlenecks(net, "link", origins, destinations)
    said = words.bottleneck_words(links, "link", words.bottleneck_summary(links, "link", cut, asked))
    ends = frozenset(place for pair in pairs_of(net, origins, destinations) for place in pair)
    columns = ("name", "mode", "pairs_using", "pairs_delayed", "pairs_cut_off", "mean_delay_h", "worst_delay_h")
    tables = [Table("The links whose loss costs most", links.head(_ROWS), columns)]
    for by, caption in (("structure", "Bridges and tunnels"), ("border", "Border crossings")):
        lost = bottlenecks(net, by, origins, destinations)
        used = lost[lost["pairs_using"] > 0]
        if len(used):
            tables.append(Table(caption, used.head(_ROWS // 3), tuple(c for c in columns if c != "mode")))
    return Section("Bottlenecks", tuple(said), views.bottlenecks_view(net, links, ends), tuple(tables))


def _whatif(
    before: Network, net: Network, scenario: Scenario, origins: Places, destinations: Places, asked: int
) -> Section:
    table = whatif(before, net, origins, destinations)
    summary = words.whatif_summary(table, shifted_load(net, table), asked)
    view = views.whatif_view(net, table)
    called = net.places["name"]
    worst = view.table.head(_ROWS).replace({"from": called, "to": called})
    rows = Table("The pairs that change most", worst, view.columns)
    return Section("What if", tuple(words.whatif_words(net, scenario, summary)), view, (rows,) * bool(len(view.table)))


def _gains(net: Network, origins: Places, destinations: Places, ends: frozenset[str]) -> Section:
    table = project_gains(net, None, origins, destinations)
    view = views.gains_view(net, table, ends)
    rows = Table("The projects that gain most, each alone", table.head(_ROWS), (*view.columns, "gain_h_per_bn"))
    return Section("What new links would buy", (words.gains_words(table),), view, (rows,))


def _confidence(
    before: Network | None, net: Network, table: pd.DataFrame, origins: Places, destinations: Places
) -> Section:
    hours = draw_words.uncertain_summary(uncertain_hours(net, _DRAWS, 0, origins, destinations))
    mean = table.loc[table["state"] == CONNECTED, "time_h"].mean()
    drawn = [" ".join([_RANGES, *draw_words.hours_words(hours, mean if "time_h_p5" in hours else None)])]
    if before is not None:
        change = uncertain_changes(before, net, _DRAWS, 0, origins, destinations)
        drawn.append(draw_words.changes_words(draw_words.uncertain_summary(change)))
    used = net.links.loc[sorted({link for cell in table["links"] for link in split(cell)})]
    km = used.groupby("length_confidence")["length_km"].agg(["count", "sum"])
    rows = km.reindex([c for c in ("high", "medium", "low") if c in km.index]).reset_index()
    rows.columns = pd.Index(["length_confidence", "links", "length_km"])
    whole = float(used["length_km"].sum())
    shares = [f"{words.percent(r.length_km / whole)} {r.length_confidence}" for r in rows.itertuples() if whole]
    weak = words.weakest_words(words.weakest_summary(weakest(net, origins, destinations)))
    doubtful = used.index[used["doubtful"]].tolist()
    return Section(
        "How sure",
        (
            *drawn,
            f"Lengths on the best routes by confidence: {', '.join(shares) or 'none'}.",
            weak,
            f"Links used whose status is not verified: {some(doubtful, 12) or 'none'}.",
            "Capacities are estimates by rule; rail times are a best case; border waits follow a rule unless sourced.",
        ),
        None,
        (Table("Links of the best routes by confidence of their length", rows, tuple(rows.columns)),),
    )


def _sources(net: Network, table: pd.DataFrame) -> pd.DataFrame:
    """Return the sources that the links of the best routes name."""
    used = {link for cell in table["links"] for link in split(cell)}
    cited = {word for cell in net.links.loc[sorted(used), "source"] for word in split(cell)}
    return net.sources[net.sources["id"].isin(cited)].reset_index(drop=True)
