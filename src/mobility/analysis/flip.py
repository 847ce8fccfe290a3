"""Where one value turns the best route over: exact breakpoints of a wait, a speed, a limit or an open border.

A wait is so many milliseconds on its crossings, and a speed so much for each kilometre of its links: over these the
hours of a route are a straight line (`parametric`). A limit refuses or does not, and so does a border.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from mobility.analysis.graph import CROSSING, MS_PER_H
from mobility.analysis.pairs import Pairs
from mobility.analysis.routing import best_route
from mobility.analysis.tolerance import Ways
from mobility.errors import InputError, NoRouteError
from mobility.model.changes import SETTABLE, set_on
from mobility.vocabulary import NOTICEABLE_H

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mobility.analysis.graph import Graph
    from mobility.analysis.pairs import Ends
    from mobility.analysis.parametric import Line, Value
    from mobility.model.network import Network
    from mobility.vocabulary import Words

CHANGE_COLUMNS = (
    "number value_from value_to mean_delta_h_from mean_delta_h_to slower_from slower_to faster_from faster_to cut_off"
).split()
COLUMNS = "number value_from value_to state time_h_from time_h_to length_km over links".split()
FLIPS = ("wait", "speed", "limit", "open")
_MM_PER_KM = 1_000_000
_MS_KMH = Fraction(MS_PER_H, _MM_PER_KM)  # milliseconds that a millimetre takes at 1 km/h


class Range(NamedTuple):
    """A value of the network, and from where to where it goes: NAME:attribute=A..B."""

    name: str
    attribute: str
    low: float
    high: float

    @classmethod
    def of(cls, text: str) -> Range:
        """Read what was typed; raises InputError where it is no such thing, or no route hangs on it."""
        name, found, change = text.rpartition(":")
        attribute, equals, ends = change.partition("=")
        attribute = attribute.strip()
        low, dots, high = ends.partition("..")
        try:
            values = float(low), float(high)
        except ValueError:
            dots = ""
        if not (name.strip() and found and equals and dots) or "..." in ends:
            raise InputError(f"--flip {text!r}: write NAME:attribute=A..B, for instance border:karavanke:wait=0..24")
        if attribute not in FLIPS:
            known = f"; no route hangs on {attribute}" if attribute in SETTABLE else ""
            raise InputError(f"--flip {text!r}: cannot flip {attribute!r}; there are {', '.join(FLIPS)}{known}")
        _, least, most = SETTABLE[attribute]
        if not least <= values[0] < values[1] <= most:
            raise InputError(f"--flip {text!r}: give two values between {least:,} and {most:,}, the smaller first")
        return cls(name.strip(), attribute, *values)


class Piece(NamedTuple):
    """A best route, and from which value to which it is so; no arcs and no hours: there is none."""

    low: Fraction
    high: Fraction
    ms: tuple[float, float] | None
    path: tuple[int, ...]
    graph: Graph | None


def flip(network: Network, origin: str, destination: str, *, over: str | Range) -> pd.DataFrame:
    """Return the best routes of a pair while one value goes from one end to the other.

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used.
    origin, destination
        A place (id or name) or lat,lon.
    over
        ``NAME:attribute=A..B``, names as `Network.set` takes them: wait (h), speed (km/h), limit (t) or open (0..1).

    Returns
    -------
    DataFrame
        One row per best route, by value. Columns: number, value_from, value_to (there the next route is as good; at a
        limit and at a border it takes over), state ("connected" or "no route"), time_h_from, time_h_to (what the route
        takes at these values), length_km, over (the longest link that the route before has not; of the first row the
        longest), links (ids). Of a wait and of the speed of one link the breakpoints are exact.

    Raises
    ------
    InputError, UnknownNameError, NoRouteError
        When the range cannot be read or used, a name matches nothing, or there is no route whatever the value.

    Examples
    --------
    >>> from mobility import Network, flip
    >>> net = Network.load().under("wheeled")
    >>> table = flip(net, "kumanovo", "nis", over="border:tabanovce:wait=0..24")
    >>> bool((table["time_h_to"].diff().dropna() >= 0).all())
    True
    """
    net, asked = network.profiled(), Range.of(over) if isinstance(over, str) else over
    pieces = _joined([*_PIECES[asked.attribute](net, origin, destination, asked)])
    if all(piece.ms is None for piece in pieces):
        best_route(net, origin, destination)  # raises, and says why
    return pd.DataFrame([*_rows(net, pieces)], columns=COLUMNS)


def flip_change(
    before: Network, after: Network, origins: Ends = None, destinations: Words = None, *, over: str | Range
) -> pd.DataFrame:
    """Return what a change costs all pairs while one value, alike before and after it, goes from one end to the other.

    Parameters
    ----------
    before, after, origins, destinations
        As in `whatif`; pairs with an end that is closed are left out.
    over
        As in `flip`.

    Returns
    -------
    DataFrame
        One row per stretch on which no pair's route changes, before or after, by value. Columns: number, value_from,
        value_to, mean_delta_h_from and mean_delta_h_to (the mean over pairs connected both times, at these values;
        NaN: none is), slower_from, slower_to, faster_from and faster_to (pairs, there), cut_off (pairs).
    """
    asked, nets = Range.of(over) if isinstance(over, str) else over, (before.profiled(), after.profiled())
    pairs = Pairs.of(nets[0], origins, destinations)
    ends = set(pairs.within(nets[0])) & set(pairs.within(nets[1]))
    found = [[_pieces(net, *pair, asked) for net in nets] for pair in pairs.asked if pair in ends]
    values = sorted({value for both in found for way in both for piece in way for value in (piece.low, piece.high)})
    spans = [(value, value) for value in values] if asked.attribute == "open" else [*pairwise(values)]
    rows = []
    for number, (low, high) in enumerate(spans, 1):
        ways = [[_over(way, low, high) for way in both] for both in found]
        row: dict[str, Any] = {"number": number, "value_from": float(low), "value_to": float(high)}
        for end, value in (("from", low), ("to", high)):
            was, now = np.array([[_hours(piece, value, asked.attribute) for piece in both] for both in ways]).T
            delta = now - was
            delta = delta[~np.isnan(delta)]
            row[f"mean_delta_h_{end}"] = delta.mean() if len(delta) else np.nan
            row[f"slower_{end}"] = int((delta > NOTICEABLE_H).sum())
            row[f"faster_{end}"] = int((delta < -NOTICEABLE_H).sum())
        row["cut_off"] = sum(first.ms is not None and then.ms is None for first, then in ways)
        rows.append(row)
    return pd.DataFrame(rows, columns=CHANGE_COLUMNS)


def _pieces(net: Network, origin: str, destination: str, asked: Range) -> list[Piece]:
    """Return the best routes of a pair over a value; where there is no way whatever it is, one without."""
    try:
        return [*_PIECES[asked.attribute](net, origin, destination, asked)]
    except NoRouteError:
        return [Piece(Fraction(asked.low), Fraction(asked.high), None, (), None)]


def _over(pieces: list[Piece], low: Fraction, high: Fraction) -> Piece:
    """Return the piece that a stretch lies in."""
    return next(piece for piece in pieces if piece.low <= low and high <= piece.high)


def _hours(piece: Piece, value: Fraction, attribute: str) -> float:
    """Return what the route of a piece takes at a value; NaN: there is none."""
    if piece.ms is None:
        return float("nan")
    low, high = (1 / end if attribute == "speed" else end for end in (piece.low, piece.high))
    share = ((1 / value if attribute == "speed" else value) - low) / (high - low) if low != high else 0
    return (piece.ms[0] + float(share) * (piece.ms[1] - piece.ms[0])) / MS_PER_H


def _waits(net: Network, origin: str, destination: str, asked: Range) -> Iterator[Piece]:
    """Yield the best routes over the wait at a border, in milliseconds of it."""
    net = net.set(asked.name, "wait", asked.low)
    ways, place = Ways.of(net, origin, destination), net.names.one(asked.name, ("border",)).id
    graph = ways.graph
    at = net.places.index.get_loc(place)
    own = (graph.link == CROSSING) & (graph.place[graph.tail] == at)
    ends = [round(value * MS_PER_H) for value in (asked.low, asked.high)]
    search = ways.parametric(np.where(own, 0, graph.cost), own)
    found = search.envelope(*ends)
    for low, high, line in _spans(found, ends[1]):
        values = Fraction(low, MS_PER_H), Fraction(high, MS_PER_H)
        yield Piece(*values, (float(line.at(low)), float(line.at(high))), line.path, graph)


def _speeds(net: Network, origin: str, destination: str, asked: Range) -> Iterator[Piece]:
    """Yield the best routes over the speed of some links, between the speeds at which the profile caps one of them."""
    links, _ = set_on(net, asked.name, "speed")
    capped = net.set(asked.name, "speed", SETTABLE["speed"][2]).links["speed"]
    caps = {link: Fraction(float(capped[link])) for link in links}
    ends = [Fraction(asked.low), Fraction(asked.high)]
    ends += [cap for cap in caps.values() if ends[0] < cap < ends[1]]
    ends = sorted(set(ends))
    net = net.set(asked.name, "speed", asked.low)
    ways = Ways.of(net, origin, destination)
    graph = ways.graph
    for low, high in pairwise(ends):
        base, slope = graph.cost.astype(np.int64), np.zeros(len(graph.cost), dtype=np.int64)
        for link, cap in caps.items():
            own, km = graph.link == net.links.index.get_loc(link), net.links.at[link, "length_km"]
            base[own] = 0 if cap >= high else round(km * MS_PER_H / float(cap))
            slope[own] = round(km * _MM_PER_KM) if cap >= high else 0
        found = ways.parametric(base, slope).envelope(_MS_KMH / high, _MS_KMH / low)
        for t, end, line in reversed(_spans(found, _MS_KMH / low)):
            values = _MS_KMH / Fraction(end), _MS_KMH / Fraction(t)
            yield Piece(*values, (float(line.at(end)), float(line.at(t))), line.path, graph)


def _spans(found: list[tuple[Value, Line]], end: Value) -> list[tuple[Value, Value, Line]]:
    """Return from where to where each route of an envelope is best."""
    ends = [*(t for t, _ in found[1:]), end]
    return [(t, to, line) for (t, line), to in zip(found, ends, strict=True)]


def _limits(net: Network, origin: str, destination: str, asked: Range) -> Iterator[Piece]:
    """Yield the best routes below and from the mass of the force on."""
    set_on(net, asked.name, "limit")
    mass = net.profile.gross_t  # type: ignore[union-attr]  # it is profiled
    ends = [asked.low, *[mass] * (asked.low < mass <= asked.high), asked.high]
    for low, high in pairwise(ends):
        yield _at(net.set(asked.name, "limit", low), origin, destination, low, high)


def _opens(net: Network, origin: str, destination: str, asked: Range) -> Iterator[Piece]:
    """Yield the best routes with a border shut and open."""
    for value in (0, 1):
        yield _at(net.set(asked.name, "open", value), origin, destination, value, value)


def _at(net: Network, origin: str, destination: str, low: float, high: float) -> Piece:
    """Return the best route of a network as it is, from one value to another."""
    try:
        ways = Ways.of(net, origin, destination)
    except NoRouteError:
        return Piece(Fraction(low), Fraction(high), None, (), None)
    return Piece(Fraction(low), Fraction(high), (ways.ms, ways.ms), tuple(ways.path), ways.graph)


_PIECES: dict[str, Any] = {"wait": _waits, "speed": _speeds, "limit": _limits, "open": _opens}


def _links(piece: Piece) -> list[int]:
    return [] if piece.graph is None else [int(row) for row in piece.graph.link[list(piece.path)] if row >= 0]


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Return pieces of which none has the links of the one before."""
    found = pieces[:1]
    for piece in pieces[1:]:
        last = found[-1]
        if (piece.ms is None) == (last.ms is None) and _links(piece) == _links(last):
            ms = None if last.ms is None or piece.ms is None else (last.ms[0], piece.ms[1])
            found[-1] = last._replace(high=piece.high, ms=ms)
        else:
            found.append(piece)
    return found


def _rows(net: Network, pieces: list[Piece]) -> Iterator[dict[str, Any]]:
    before: set[int] = set()
    for number, piece in enumerate(pieces, 1):
        legs = _links(piece)
        row: dict[str, Any] = {"number": number, "value_from": float(piece.low), "value_to": float(piece.high)}
        row |= {"state": "no route", "over": "", "links": ""}
        if piece.ms is not None:
            links = net.links.iloc[legs]
            new = links[[leg not in before for leg in legs]]
            if len(new):
                longest = new.loc[new["time_h"].idxmax()]
                row["over"] = f"{longest['name']} ({longest['mode']})"
            row |= {"state": "connected", "length_km": links["length_km"].sum(), "links": ";".join(links.index)}
            row |= dict(zip(("time_h_from", "time_h_to"), (ms / MS_PER_H for ms in piece.ms), strict=True))
        before = set(legs)
        yield row
