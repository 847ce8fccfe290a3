"""Where one value turns the best route over: its breakpoints in words, as rows and as a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mobility.analysis import flip as analysis
from mobility.analysis.flip import Range
from mobility.present.finding import Finding
from mobility.vocabulary import CONNECTED

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from mobility.model.network import Network

_COLUMNS = tuple("number value_from value_to time_h_from time_h_to length_km over".split())
UNITS = {"wait": "h", "speed": "km/h", "limit": "t", "open": "(0: shut, 1: open)"}


def flip(network: Network, origin: str, destination: str, *, over: str) -> Finding:
    """Return the best routes of a pair while one value goes from one end to the other: as `mobility.flip`.

    Its chart draws the hours of the best route over the value, and where another takes over.
    """
    net, asked = network.profiled(), Range.of(over)
    table = analysis.flip(net, origin, destination, over=asked)
    ends = [net.places.at[net.place_named(word), "name"] for word in (origin, destination)]
    what, unit = f"{asked.name}:{asked.attribute}", UNITS[asked.attribute]
    turns = [float(value) for value in table["value_from"].iloc[1:]]
    words = f"{' – '.join(ends)}: "
    if turns:
        at = ", ".join(f"{value:.4g}" for value in turns)
        words += f"{what} turns the best route over at {at} {unit}".removesuffix(" (0: shut, 1: open)")
    else:
        words += f"whatever {what} is from {asked.low:g} to {asked.high:g} {unit}, the best route is the same"
    columns = _COLUMNS if (table["state"] == CONNECTED).all() else (*_COLUMNS, "state")
    summary = {"over": over, "attribute": asked.attribute, "unit": unit, "breakpoints": turns, "routes": len(table)}
    return Finding("route", net, table, columns, summary, words, (f"{words}.",), charted=_chart)


def _chart(finding: Finding) -> Figure:
    from mobility.present.print.flips import flip_chart

    return flip_chart(finding)
