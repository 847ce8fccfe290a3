"""Every pair of origin and destination: hours, kilometres, borders, disjoint routes; and how sure the hours are."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mobility.analysis import routes as analysis
from mobility.analysis.pairs import Pairs
from mobility.analysis.routing import by_modes
from mobility.present import style
from mobility.present.finding import Finding
from mobility.present.findings.intervals import drawn_so_often, interval, uncertain_summary
from mobility.present.language import number, say, untranslated
from mobility.present.phrases import both_hours, many, named, percent, underway
from mobility.present.scene import Ranked, Under
from mobility.present.tables import heading, rows_of
from mobility.present.views import View
from mobility.vocabulary import CONNECTED, CUT_OFF, NOT_ON_MODE, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from mobility.analysis.pairs import Ends
    from mobility.analysis.sweeps import Sweep
    from mobility.model.network import Network
    from mobility.vocabulary import Words

_SLOWEST = 3  # pairs that are numbered on the map
_READ = 10  # pairs that a person reads unless asking for all
BEST_ROUTES = "best routes"
# What a column says, in a legend; one that is not here says it by its heading.
_MEANINGS = {
    "time_h": "moving, changes of mode and waits at borders",
    "arrival_h": "with the halts of march days",
    "transfers": "of mode",
    "borders": "crossed",
    "disjoint_routes": "routes that share no link",
    "doubtful": "links used whose status is not verified",
    "time_h_p5": "nine of ten draws lie between it and 95 %",
    "time_h_common_p5": "with one common factor per country and class",
    "same_route_share": "share of the draws with the same best route",
    "connected_share": "share of the days on which there is a route",
    "delayed_share": "share of the days on which it takes longer",
}


def routes(network: Network, origins: Ends = None, destinations: Words = None) -> Finding:
    """Return what every pair takes: as `mobility.routes`, with its sentences, title and map."""
    net, pairs = network.profiled(), Pairs.of(network, origins, destinations)
    table = analysis.routes(net, pairs)
    summary = _summary(net, table, len(pairs.asked))
    columns = "from to time_h arrival_h length_km modes transfers borders disjoint_routes doubtful state".split()
    if summary["connected"] == len(table):
        columns.remove("state")
    notes: list[str] = []
    if len(table) and not summary["connected"]:
        notes, summary["missing_links"] = missing(net, *(list(dict.fromkeys(table[c])) for c in ("from", "to")))
        notes = [f"no pair is connected{by_modes(net)}", *notes]
    return Finding(
        "routes",
        net,
        table,
        tuple(columns),
        summary,
        _title(net, table, summary),
        (*notes, _words(summary)),
        drawn=_view,
    )


def uncertain(finding: Finding, pairs: Pairs, draws: int, seed: int = 0, run: Sweep | None = None) -> Finding:
    """Return the finding of `routes` with intervals of the hours over draws."""
    from mobility.analysis.sweeps import sweep
    from mobility.doubt.intervals import uncertain_hours

    found = uncertain_hours(finding.network, pairs, draws=draws, seed=seed, run=run or sweep)
    drawn = uncertain_summary(found)
    columns = (
        "from to time_h time_h_p5 time_h_p95 time_h_common_p5 time_h_common_p95 arrival_h arrival_h_p5 arrival_h_p95 "
        "same_route_share"
    ).split()
    return replace(
        finding,
        table=finding.table.merge(found.table, on=["from", "to"]),
        columns=tuple(columns),
        summary=finding.summary | {"uncertain": drawn},
        sentences=(*finding.sentences, *interval_words(drawn)),
        doubt=found,
    )


def failing(finding: Finding, pairs: Pairs, days: int, seed: int = 0, run: Sweep | None = None) -> Finding:
    """Return the finding of `routes` with what pairs can count on when links fail at random."""
    from mobility.analysis.sweeps import sweep
    from mobility.doubt.failures import pair_failures

    lost = pair_failures(finding.network, pairs, days=days, seed=seed, run=run or sweep)
    columns = "from to time_h connected_share delayed_share time_h_mean time_h_p50 time_h_p95".split()
    return replace(
        finding,
        table=finding.table.merge(lost, on=["from", "to"]),
        columns=tuple(columns),
        summary=finding.summary | {"failures": {"days": days, "seed": seed}},
        sentences=(*finding.sentences, _failure_words(finding.network, lost, days)),
    )


def slowest_first(finding: Finding, *, every: bool = False) -> Finding:
    """Return a finding of this module as a person reads it: a legend, and the slowest pairs alone unless `every`."""
    read = _by_time(finding.table)
    told = [f"{heading(name)}: {_MEANINGS[name]}" for name in finding.columns if name in _MEANINGS]
    notes = [f"Columns: {'; '.join(told)}."]
    if not every and len(read) > _READ:
        read = read.head(_READ)
        notes.append(f"The {_READ} slowest of {many(len(finding.table), 'pair')} (all: --all):")
    return replace(finding, read=read, sentences=(*finding.sentences, *notes))


@untranslated
def interval_words(drawn: dict[str, Any]) -> list[str]:
    """Return the intervals of the mean hours under way and to arrival."""
    if "time_h_p5" not in drawn:
        return [drawn_so_often(drawn) + "."]
    under_way = f"{drawn_so_often(drawn)}: mean under way {interval(drawn, 'time_h')}."
    return [under_way, f"Mean to arrival: {interval(drawn, 'arrival_h')}."]


@untranslated
def missing(net: Network, starts: Sequence[str], ends: Sequence[str]) -> tuple[list[str], list[dict[str, Any]]]:
    """Return which unopened links would connect what is not connected: in words, and as rows."""
    table, lines = analysis.missing_links(net, starts, ends), []
    called = dict(zip(net.projects["id"], net.projects["name"], strict=True))
    for along, part in table.groupby("along", sort=False):
        words = []
        for name, status, projects in zip(part["name"], part["status"], part["project"], strict=True):
            by = ", ".join(called[key] for key in split(projects))
            words.append(f"{name} ({status.replace('_', ' ')}{', project ' + by if by else ''})")
        where = "smallest set of unopened links that would connect them"
        lines.append(f"{where if along == 'any line' else f'along corridor {along}'}: {'; '.join(words)}")
    return lines, rows_of(table)


def routes_under(cells: Iterable[str], label: str, colour: str) -> Under:
    """Return how many routes use each link, as what is drawn below the links."""
    used = Counter(link for cell in cells for link in split(cell))
    several = label == say(BEST_ROUTES)
    notes = {link: f"{say('best route') if several else label}: {many(n, 'pair')}" for link, n in used.items()}
    wider = "more pairs" if several else ""
    return Under(label, colour, used, notes, "pairs", wider, style.ROUTE_CASING if colour else "#FFFFFF")


def _summary(net: Network, table: pd.DataFrame, asked: int) -> dict[str, Any]:
    """Return the totals of a table of pairs; `asked` pairs were asked about, closed ends leave some out."""
    state = table["state"].value_counts()
    joined = table[table["state"] == CONNECTED]
    used = {link for cell in joined["links"] for link in split(cell)}
    doubtful = used & set(net.links.index[net.links["doubtful"]])
    return {
        "pairs": len(table),
        "connected": int(state.get(CONNECTED, 0)),
        "cut_off": int(state.get(CUT_OFF, 0)),
        "not_on_this_mode": int(state.get(NOT_ON_MODE, 0)),
        "pairs_excluded": asked - len(table),
        "mean_time_h": joined["time_h"].mean() if len(joined) else None,
        "mean_arrival_h": joined["arrival_h"].mean() if len(joined) else None,
        "arrivals_proven": int(joined["arrival_proven"].astype(bool).sum()),
        "routes_on_estimated_transfers": int((joined["estimated_transfers"] > 0).sum()),
        "doubtful_links": sorted(doubtful),
        "missing_links": [],
    }


@untranslated
def _words(summary: dict[str, Any]) -> str:
    """Return the sentence below a table of pairs."""
    words = f"{summary['connected']} of {summary['pairs']} pairs connected"
    if summary["mean_time_h"] is not None:
        words += f", mean {_mean(summary)}"
        if summary["arrivals_proven"] < summary["connected"]:
            words += f" (proven the earliest for {summary['arrivals_proven']})"
    for key, what in (
        ("cut_off", "cut off"),
        ("not_on_this_mode", "not on this mode"),
        ("pairs_excluded", "left out (an end is closed)"),
    ):
        if summary[key]:
            words += f"; {summary[key]} {what}"
    resting, doubtful = summary["routes_on_estimated_transfers"], len(summary["doubtful_links"])
    words += f"; {resting} best {'route rests' if resting == 1 else 'routes rest'} on estimated changes of mode"
    return words + f"; {many(doubtful, 'link')} used whose status is not verified"


def _title(net: Network, table: pd.DataFrame, summary: dict[str, Any]) -> str:
    if len(table) == 1:
        row, called = table.iloc[0], net.places["name"]
        words = f"{called[row['from']]} – {called[row['to']]}: "
        reached = row["state"] == CONNECTED
        return words + (_long(row) if reached else say("no route ({state})", state=say(row["state"])))
    joined, called = table[table["state"] == CONNECTED], net.places["name"]
    apart = len(table) - len(joined)
    asked = many(len(table), "pair")
    words = say("{apart} of {pairs} not connected", apart=apart, pairs=asked) if apart else ""
    if joined.empty:
        return words or say("No pair is asked about")
    row = joined.loc[joined["time_h"].idxmax()]
    slow = say(
        "{start} – {end} is the slowest of {pairs}: {hours}; the mean is {mean:.1f} h",
        start=called[row["from"]], end=called[row["to"]], pairs=many(len(joined), "pair"), hours=underway(row),
        mean=summary["mean_time_h"],
    )  # fmt: skip
    return f"{words}; {slow}" if words else slow


def _long(row: Any) -> str:  # noqa: ANN401 - a row of a table
    """Return the hours and kilometres of a route."""
    return f"{underway(row)}, {number(row['length_km'], ',.0f')} km"


def _mean(summary: dict[str, Any]) -> str:
    return both_hours(*(f"{summary[name]:.1f}" for name in ("mean_time_h", "mean_arrival_h")))


@untranslated
def _failure_words(net: Network, lost: pd.DataFrame, days: int) -> str:
    """Return what pairs can count on when links fail at random."""
    joined = lost[lost["connected_share"].notna()]
    words = f"{days:,} days on which links fail at random"
    if joined.empty:
        return f"{words}."
    words += f": on {percent(joined['delayed_share'].mean())} a pair takes longer than with all links; "
    shares = joined["connected_share"]
    if (shares == 1).all():
        return f"{words}no pair is ever cut off."
    worst, called = joined.loc[shares.idxmin()], net.places["name"]
    words += f"{(shares < 1).sum()} of {len(joined)} pairs are cut off on some, most often "
    return f"{words}{called[worst['from']]} – {called[worst['to']]} (connected on {percent(shares.min())})."


def _by_time(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows, pairs without a route first, then the slowest."""
    return table.sort_values("time_h", ascending=False, na_position="first", kind="stable")


def _view(finding: Finding) -> View:
    table, net = _by_time(finding.table), finding.network
    several = len(table) > 1
    under = routes_under(
        table["links"], say(BEST_ROUTES) if several else say("best route"), "" if several else style.ROUTE_COLOUR
    )
    ranked = []
    for i, row in enumerate(table[table["state"] == CONNECTED].head(_SLOWEST if several else 0).to_dict("records"), 1):
        pair = (row["from"], row["to"])
        ranked.append(Ranked(str(i), " – ".join(named(net, pair)), _long(row), tuple(split(row["links"])), pair))
    columns = ("from", "to", "state", "time_h", "arrival_h", "length_km", "borders", "disjoint_routes")
    ends = frozenset([*table["from"], *table["to"]])
    return View(
        net, finding.title, (under,), ends, table, columns, goals=frozenset(table["to"]),
        quiet=True, ranked=tuple(ranked), ranking=say("The slowest pairs"),
    )  # fmt: skip
