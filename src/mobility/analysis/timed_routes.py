"""Routes by the clock: the one that arrives first when closures hold at times, and when to set out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mobility.analysis.by_clock import Gate, Journey, Left, Rest, Ways, earliest, spells_of
from mobility.analysis.graph import MS_PER_H, Graph
from mobility.analysis.march import Schedule
from mobility.analysis.pairs import exemption, graph_for
from mobility.analysis.routing import timed_legs
from mobility.errors import InputError, NoRouteError, sure
from mobility.model.windows import WEEKDAYS, Clock

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd

    from mobility.model.network import Network

START_COLUMNS = ("start", "arrival_h", "moving_h", "route")


def timed_route(
    network: Network, origins: Iterable[str], destinations: Iterable[str], clock: Clock, via: Iterable[str] = ()
) -> gpd.GeoDataFrame:
    """Return the legs of the route that arrives first when closures hold at times.

    Nothing is on a link (or in a crossing) while it is shut; a column waits where it likes, and drives at most
    `hours_per_day` of its profile between two rests.

    Parameters
    ----------
    network
        With a profile applied; its `timed` closures count.
    origins, destinations, via
        Ids of places: any of the first to any of the second, past the last in this order.
    clock
        When the march starts.

    Returns
    -------
    GeoDataFrame
        As `best_route`: start_h and arrival_h are by the clock, waits included; time_h is what is under way.

    Raises
    ------
    NoRouteError
        When there is no way within a year.
    """
    march = March(network, origins, destinations, via)
    return march.legs(clock)


class March:
    """A march of which only the start is open, under closures at times; parameters as of `timed_route`."""

    def __init__(
        self, network: Network, origins: Iterable[str], destinations: Iterable[str], via: Iterable[str] = ()
    ) -> None:
        self.shut, self.starts, self.ends = network, list(origins), list(destinations)
        if both := set(self.starts) & set(self.ends):
            raise InputError(f"origin and destination are the same place: {min(both)}")
        net, stops = network.untimed, list(via)
        hours = sure(net.profile, "the profile").hours_per_day
        rest = Rest(round(hours * MS_PER_H), 24 * MS_PER_H - round(hours * MS_PER_H))
        self._ways: list[tuple[Graph, Ways, list[tuple[int, float]], list[frozenset[int]], Left]] = []
        for own in dict.fromkeys((exemption(net, [a]), exemption(net, [b])) for a in self.starts for b in self.ends):
            here, there = (
                [p for p in places if exemption(net, [p]) == e]
                for places, e in zip((self.starts, self.ends), own, strict=True)
            )
            graph = graph_for(net, [here[0], there[0]])
            passed = [frozenset(s.tolist()) for s in (*(graph.states([v]) for v in stops), graph.states(there))]
            ways = Ways.of(graph, graph.cost)
            begins = [(int(state), 0.0) for state in graph.states(here)]
            self._ways.append((graph, ways, begins, passed, Left(ways, passed, rest)))

    def first(self, clock: Clock) -> tuple[Graph, Journey] | None:
        """Return the graph and the journey that arrives first, None where there is no way within a year."""
        best: tuple[Graph, Journey] | None = None
        for graph, ways, begins, passed, left in self._ways:
            gate = Gate(spells_of(graph, self.shut, clock, per_second=1000))
            found = earliest(ways, begins, passed, left, gate)
            if found and (best is None or found.arrival < best[1].arrival):
                best = graph, found
        return best

    def legs(self, clock: Clock) -> gpd.GeoDataFrame:
        """Return the legs of that journey; raises NoRouteError where there is none."""
        best = self.first(clock)
        if best is None:
            windows = ", ".join(timed.text for timed in self.shut.timed)
            ends = f"from {', '.join(self.starts)} to {', '.join(self.ends)}"
            raise NoRouteError(f"no route {ends} while {windows} is shut at times")
        graph, found = best
        return timed_legs(graph, found.arcs, Schedule(found.begins, found.ends))


def arrivals_by_start(
    network: Network, origins: Iterable[str], destinations: Iterable[str], *, via: Iterable[str] = ()
) -> pd.DataFrame:
    """Return the hours to arrival for a start at every full hour, where closures hold at times.

    Over a week where a closure names days of the week, else over a day. Parameters as of `timed_route`.

    Returns
    -------
    DataFrame
        Columns: start ("Mon 06:00"; "06:00" over a day), arrival_h (NaN: no way within a year), moving_h (without what
        is waited and rested), route (number: which of the ways taken, in the order in which they first are).
    """
    march = March(network, origins, destinations, via)
    weekly = any(timed.window.weekdays for timed in march.shut.timed)
    rows, known = [], dict[tuple[int, ...], int]()
    for hour in range(7 * 24 if weekly else 24):
        clock = Clock(hour // 24 if weekly else None, hour % 24 * 3600)
        name = f"{WEEKDAYS[hour // 24].capitalize()} " * weekly + f"{hour % 24:02d}:00"
        best = march.first(clock)
        if best is None:
            rows.append((name, np.nan, np.nan, 0))
            continue
        graph, found = best
        moving = sum(end - begin for begin, end in zip(found.begins, found.ends, strict=True))
        links = tuple(graph.link[found.arcs].tolist())
        rows.append((name, found.arrival / MS_PER_H, moving / MS_PER_H, known.setdefault(links, len(known) + 1)))
    return pd.DataFrame(rows, columns=START_COLUMNS)
