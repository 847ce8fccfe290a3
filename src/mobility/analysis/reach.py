"""What can be reached: places and links by the hours from one place, under way and to arrival.

A link is reached from its ends: after H hours so much of it is covered as a march gets along that is at an end by then,
and what two marches cover from both ends is counted once. By arrival that is a bound: one march to each end is driven
on, and another, which is there later but rested, may get farther.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from mobility.analysis.graph import MS_PER_H, milliseconds
from mobility.analysis.march import DAY_H, Arrivals, on_road, stretched
from mobility.analysis.pairs import graph_for, graphs_of
from mobility.analysis.replacement import Tree
from mobility.errors import InputError
from mobility.model.network import CRS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mobility.analysis.graph import Graph
    from mobility.model.network import Network
    from mobility.vocabulary import Array

PLACE_COLUMNS = "place name country kind role time_h arrival_h within_h arrives_within_h".split()
_MOST_H = 2_000.0


def reach(network: Network, place: str, *, hours: Iterable[float]) -> gpd.GeoDataFrame:
    """Return which places are reached from one within some hours, and when.

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used.
    place
        Where it starts: a place (id or name) or lat,lon.
    hours
        More than 0, at most 2,000.

    Returns
    -------
    GeoDataFrame
        One row per open place that is reached within the longest of `hours` under way, the nearest first, EPSG:4326;
        that one is the first. Columns: place (id), name, country, kind, role, time_h and arrival_h (as `routes` has
        them), within_h and arrives_within_h (the least of `hours` that is enough; NaN: none is). What is denied is
        reached where a journey may end there, as in `routes`.

    Raises
    ------
    InputError, UnknownNameError
        When an hour cannot be used, or no place is called so.
    """
    return Reached(network, place, hours).places


def reached_links(network: Network, place: str, *, hours: Iterable[float]) -> gpd.GeoDataFrame:
    """Return how much of each link is reached from a place.

    Parameters
    ----------
    network, place, hours
        As in `reach`.

    Returns
    -------
    GeoDataFrame
        One row per link in use, EPSG:4326. Columns: link (id), name, mode, length_km, first_h (hours under way until
        one of its ends is reached; NaN: never), whole_h (until all of it is), and for each of `hours` N the kilometres
        covered, km_N by hours under way and arrival_km_N by arrival (at least so much).
    """
    return Reached(network, place, hours).links


class Reached:
    """What is reached from a place: searched once, for places and links alike; see `reach` and `reached_links`."""

    def __init__(self, network: Network, origin: str, hours: Iterable[float]) -> None:
        self.net, self.hours = network.profiled(), checked_hours(hours)
        self.origin = self.net.place_named(origin)
        self.own = graph_for(self.net, (self.origin,))
        self._marches = {id(self.own): Marches(self.own, self.origin)}

    @cached_property
    def places(self) -> gpd.GeoDataFrame:
        """Places, as `reach` returns them."""
        net, index = self.net, self.net.places.index
        time, arrival = (np.full(len(index), np.inf) for _ in range(2))
        at = index.get_loc(self.origin)
        time[at] = arrival[at] = 0.0
        others = [place for place in index[net.places["active"]] if place != self.origin]
        for graph, group in graphs_of(net, [(self.origin, place) for place in others]):
            if id(graph) not in self._marches:
                self._marches[id(graph)] = Marches(graph, self.origin)
            marches = self._marches[id(graph)]
            rows = index.get_indexer([place for _, place in group])
            near = rows[marches.to_places(marches.ms)[rows] <= self.hours[-1] * MS_PER_H]
            marches.quicken(index[near].tolist())
            for best, states in ((time, marches.ms), (arrival, marches.now)):
                best[near] = marches.to_places(states)[near] / MS_PER_H
        table = gpd.GeoDataFrame(
            {"place": index, **{c: net.places[c].to_numpy() for c in ("name", "country", "kind", "role")}},
            geometry=net.places.geometry.to_numpy(), crs=CRS,
        ).assign(time_h=time, arrival_h=arrival)  # fmt: skip
        table = table.assign(within_h=_enough(time, self.hours), arrives_within_h=_enough(arrival, self.hours))
        found = table[np.isfinite(time)].sort_values(["time_h", "place"], ignore_index=True)
        return found[[*PLACE_COLUMNS, "geometry"]]

    @cached_property
    def links(self) -> gpd.GeoDataFrame:
        """Links, as `reached_links` returns them."""
        _ = self.places  # quickens the marches
        graph, net, marches = self.own, self.net, self._marches[id(self.own)]
        links = net.links[net.links["active"]]
        row_of = np.cumsum(net.links["active"].to_numpy()) - 1
        arcs = np.flatnonzero((graph.link >= 0) & net.links["active"].to_numpy()[graph.row])
        rows, km = row_of[graph.link[arcs]], links["length_km"].to_numpy()
        table = gpd.GeoDataFrame(
            {"link": links.index, **{c: links[c].to_numpy() for c in ("name", "mode", "length_km")}},
            geometry=links.geometry.to_numpy(), crs=CRS,
        )  # fmt: skip
        began, cost = marches.ms[graph.tail[arcs]], graph.cost[arcs]
        first, last, length = np.full(len(links), np.inf), np.zeros(len(links)), np.zeros(len(links))
        np.minimum.at(first, rows, began)
        np.maximum.at(last, rows, began)
        length[rows] = cost
        both = np.bincount(rows, minlength=len(links)) > 1  # else it has one direction, and nobody comes to meet
        whole = np.minimum(first + length, np.where(both, (first + last + length) / 2, np.inf))
        for name, ms in (("first_h", first), ("whole_h", whole)):
            table[name] = np.where(np.isfinite(ms), ms / MS_PER_H, np.nan)
        for value in self.hours:
            budget = value * MS_PER_H
            for prefix, covered in (("km", budget - began), ("arrival_km", marches.covered(arcs, budget))):
                share = np.where(cost > 0, covered / np.maximum(cost, 1), covered >= 0)
                total = np.bincount(rows, np.clip(np.maximum(share, 0), 0, 1), len(links))
                table[f"{prefix}_{value:g}"] = np.minimum(total, 1) * km
        return table


def checked_hours(hours: Iterable[float]) -> list[float]:
    """Return hours as asked for, in order, each once; raises InputError where one cannot be used."""
    found = sorted({float(value) for value in hours})
    if not found:
        raise InputError("no hours are given: how far, in hours?")
    for value in found:
        if not 0 < value <= _MOST_H:
            raise InputError(f"{value:g} hours: give more than 0 and at most {_MOST_H:,.0f}")
    return found


def _enough(found: Array, hours: list[float]) -> Array:
    """Return the least of some hours that is enough for each; NaN: none is."""
    at = np.searchsorted(hours, found)
    return np.append(hours, np.nan)[at]


class Marches:
    """The marches from a place to every state: the better of that of least time and that with rest spread evenly.

    Attributes
    ----------
    ms
        Least time under way (ms; inf: not reached).
    now, wheel, idle
        When the march is there (ms), what it has driven since the last rest, and how long it has not been driving.
    """

    def __init__(self, graph: Graph, start: str) -> None:
        self.graph, self.start, self.day = graph, start, round(graph.network.profile.hours_per_day * MS_PER_H)  # type: ignore[union-attr]
        self.rest = DAY_H * MS_PER_H - self.day
        self.driven = on_road(graph)
        tree, slow = Tree.at(graph, start), stretched(graph)
        self.ms = milliseconds(tree.rank)
        found = np.array([self._along(tree, graph), self._along(Tree.at(slow, start), slow)])
        first = found[:, 0].argmin(axis=0)
        self.now, self.wheel, self.idle = found[first, :, np.arange(graph.size)].T

    def to_places(self, states: Array) -> Array:
        """Return the least value of the states of each place (inf: it has none that is reached)."""
        found = np.full(len(self.graph.network.places), np.inf)
        np.minimum.at(found, self.graph.place, states)
        return found

    def quicken(self, places: Sequence[str]) -> None:
        """Replace marches to some places by those that `march.Arrivals` finds, where these are there sooner."""
        graph, finder = self.graph, Arrivals(self.graph)
        starts, now, ms = graph.states([self.start]), self.to_places(self.now), self.to_places(self.ms)
        for place in places:
            row, goals = graph.network.places.index.get_loc(place), graph.states([place])
            if now[row] > ms[row] and len(starts):
                found = finder.of(graph.walk(starts, graph.rank_to(goals)), starts, [place])
                end = int(graph.head[found.path[-1]])
                if found.ms < self.now[goals].min():
                    march = (0.0, 0.0, 0.0)
                    for arc in found.path:
                        march = self._step(march, float(graph.cost[arc]), drives=bool(self.driven[arc]))
                    self.now[end], self.wheel[end], self.idle[end] = march

    def _along(self, tree: Tree, graph: Graph) -> Array:
        """Return now, wheel and idle of the marches along a tree, a column per state; inf where it does not lead."""
        before = np.full(graph.size, -1)
        own = (tree.up[graph.head] == graph.tail) & (tree.rank[graph.tail] + graph.rank == tree.rank[graph.head])
        before[graph.head[own]] = np.flatnonzero(own)
        found = np.full((3, graph.size), np.inf)
        found[:, tree.states] = 0.0
        for state in np.flatnonzero(before >= 0).tolist():
            chain, at = [], state
            while np.isinf(found[0, at]):  # back to where the march is known
                chain.append(at)
                at = int(graph.tail[before[at]])
            for head in reversed(chain):
                arc = before[head]
                march = found[:, int(graph.tail[arc])].tolist()
                found[:, head] = self._step(march, float(self.graph.cost[arc]), drives=bool(self.driven[arc]))
        return found

    def _step(self, march: Sequence[float], length: float, *, drives: bool) -> tuple[float, float, float]:
        """Return a march one arc farther, as `march.halted` has it."""
        now, wheel, idle = march
        if not drives:
            return now + length, wheel, idle + length
        wheel = 0.0 if idle >= self.rest else wheel
        if length > 0 and wheel >= self.day:
            now, wheel = now + self.rest, 0.0
        halts = max(int(np.ceil((wheel + length) / self.day)) - 1, 0)
        return now + length + halts * self.rest, wheel + length - halts * self.day, 0.0

    def covered(self, arcs: Array, budget: float) -> Array:
        """Return how many milliseconds of each of some arcs are behind a march after so many; less than 0: none."""
        at = self.graph.tail[arcs]
        now, wheel = self.now[at], np.where(self.idle[at] >= self.rest, 0.0, self.wheel[at])
        left = budget - now
        late = wheel >= self.day
        left, wheel = np.where(late, left - self.rest, left), np.where(late, 0.0, wheel)
        whole = self.day + self.rest
        after = np.maximum(left - (self.day - wheel), 0.0)  # beyond the first day's driving
        days = np.floor(np.where(np.isfinite(after), after, 0.0) / whole)
        more = days * self.day + np.maximum(after - days * whole - self.rest, 0.0)
        driven = np.minimum(left, self.day - wheel) + more
        found: Array = np.where(self.driven[arcs], driven, budget - now)
        return found
