"""When to set out: the arrival for a start at every hour, where closures hold at times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mobility.analysis.timed_routes import START_COLUMNS, arrivals_by_start
from mobility.errors import InputError, NoRouteError
from mobility.model.windows import CLOCKED
from mobility.present.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.figure import Figure

    from mobility.model.network import Network


def starts(
    network: Network, origins: str | Iterable[str], destinations: str | Iterable[str], *, via: Iterable[str] = ()
) -> Finding:
    """Return the hours to arrival for a start at every full hour of the week (or day) in which closures repeat.

    Raises InputError when no closure holds at times, NoRouteError when no start ever arrives.
    """
    net = network.profiled()
    if not net.timed:
        raise InputError(f"--starts goes with a closure that holds at times, as -x 'NAME@08:00-17:30': {CLOCKED}")
    begins, ends, stops = (net.places_named(words) for words in (origins, destinations, via))
    table = arrivals_by_start(net, begins, ends, via=stops)
    known = table.dropna(subset=["arrival_h"])
    called = [" or ".join(net.places.loc[places, "name"]) for places in (begins, ends)]
    if known.empty:
        raise NoRouteError(f"no route from {called[0]} to {called[1]}, whenever the march starts")
    hours = known["arrival_h"]
    best, worst = (known.loc[row] for row in (hours.idxmin(), hours.idxmax()))
    summary = {
        "starts": len(table), "without_way": len(table) - len(known), "mean_arrival_h": float(hours.mean()),
        "least_arrival_h": float(hours.min()), "most_arrival_h": float(hours.max()),
        "best_start": best["start"], "worst_start": worst["start"], "routes": int(known["route"].nunique()),
    }  # fmt: skip
    title = f"{' – '.join(called)}: {hours.mean():.1f} h on average over {len(table)} hourly starts, "
    title += f"{hours.min():.1f} h from {best['start']}, {hours.max():.1f} h from {worst['start']}"
    lines = [f"{title}.", f"Shut at times: {', '.join(timed.text for timed in net.timed)}."]
    if summary["without_way"]:
        lines.append(f"{summary['without_way']} of the starts find no way within a year.")
    return Finding("route", net, table, START_COLUMNS, summary, title, tuple(lines), charted=_chart)


def _chart(finding: Finding) -> Figure:
    from mobility.present.print.flips import starts_chart

    return starts_chart(finding)
