"""Where one value turns the best route over: its breakpoints in words, as rows and as a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mobility.analysis import flip as analysis
from mobility.analysis.flip import Range
from mobility.present.finding import Finding
from mobility.present.phrases import named
from mobility.vocabulary import CONNECTED

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from mobility.analysis.pairs import Ends
    from mobility.model.network import Network
    from mobility.vocabulary import Words

_COLUMNS = tuple("number value_from value_to time_h_from time_h_to length_km over".split())
_SHOWN = 30  # stretches that a person reads
_VALUES = {"wait": "the wait at", "speed": "the speed of", "limit": "the limit of", "open": "the opening of"}
UNITS = {"wait": "h", "speed": "km/h", "limit": "t", "open": "(0: shut, 1: open)"}


def flip(network: Network, origin: str, destination: str, *, over: str) -> Finding:
    """Return the best routes of a pair while one value goes from one end to the other: as `mobility.flip`.

    Its chart draws the hours of the best route over the value, and where another takes over.
    """
    net, asked = network.profiled(), Range.of(over)
    table = analysis.flip(net, origin, destination, over=asked)
    ends = [net.places.at[net.place_named(word), "name"] for word in (origin, destination)]
    what, unit = _called(net, asked), UNITS[asked.attribute]
    turns = [float(value) for value in table["value_from"].iloc[1:]]
    words = f"{' – '.join(ends)}: "
    if turns:
        at = ", ".join(f"{value:.4g}" for value in turns)
        words += f"{what} turns the best route over at {at} {unit}".removesuffix(" (0: shut, 1: open)")
    else:
        words += f"whatever {what} is from {asked.low:g} to {asked.high:g} {unit}, the best route is the same"
    columns = _COLUMNS if (table["state"] == CONNECTED).all() else (*_COLUMNS, "state")
    summary = {
        "over": over,
        "what": what,
        "attribute": asked.attribute,
        "unit": unit,
        "breakpoints": turns,
        "routes": len(table),
    }
    return Finding("route", net, table, columns, summary, words, (f"{words}.",), charted=_chart)


def _called(net: Network, asked: Range) -> str:
    """Return which value it is of what, by its name: as "the speed of Bajakovo–Batrovci (road)"."""
    return f"{_VALUES[asked.attribute]} {named(net, [asked.name.rpartition(':')[2]])[0]}"


def flip_change(
    before: Network, after: Network, origins: Ends = None, destinations: Words = None, *, over: str, change: str = ""
) -> Finding:
    """Return what a change costs while one value goes from one end to the other: as `mobility.flip_change`."""
    asked, unit = Range.of(over), UNITS[Range.of(over).attribute]
    table = analysis.flip_change(before, after, origins, destinations, over=asked)
    what = f"{change[:1].upper()}{change[1:]}" if change else "Change"
    title, turns = f"{what}: no pair is left, for an end of each is closed", list[dict[str, Any]]()
    if len(table):
        first, last, name = (
            table["mean_delta_h_from"].iloc[0],
            table["mean_delta_h_to"].iloc[-1],
            over.partition("=")[0],
        )
        title = f"{what}: mean {first:+.1f} h with {name} at {asked.low:g} {unit}, {last:+.1f} h at {asked.high:g}"
        turns = _turns(table)
    summary = {"over": over, "stretches": len(table), "turns": turns}
    return Finding(
        "whatif", after.profiled(), table, tuple(analysis.CHANGE_COLUMNS), summary, title,
        (f"{title}.", *(f"From {turn['value']:.4g} {unit} on {turn['what']}." for turn in turns)),
        read=table.head(_SHOWN),
    )  # fmt: skip


def _turns(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return from which values on the answer is another: whether any pair is slower, faster, cut off."""
    claims = {how: [f"{how}_from", f"{how}_to"] for how in ("slower", "faster")} | {"cut off": ["cut_off"]}
    turns: list[dict[str, Any]] = []
    for claim, columns in claims.items():
        holds = (table[columns] > 0).any(axis=1).tolist()
        for i in range(1, len(table)):
            if holds[i] != holds[i - 1]:
                who = "some pair" if holds[i] else "no pair"
                turns.append({"value": float(table["value_from"].iloc[i]), "what": f"{who} is {claim}"})
    return turns


def _chart(finding: Finding) -> Figure:
    from mobility.present.print.flips import flip_chart

    return flip_chart(finding)
