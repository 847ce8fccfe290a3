"""What each step of a column needs: how far apart columns are on links, in ports, at ramps and borders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mobility.analysis.graph import CROSSING, TRANSFER
from mobility.deployment.booked import FOLLOWS, OPPOSED, TRAINS, Need
from mobility.deployment.time_expanded import RAIL, ROAD, SEA, capacity_day
from mobility.errors import sure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mobility.deployment.booked import Thing
    from mobility.deployment.fields import Field
    from mobility.model.network import Network

_DAY_S, _H_S = 86_400, 3600


class Rates:
    """What steps need: sizes by vehicles, from capacities a day.

    Parameters
    ----------
    fields
        Of all forces: the quickest over a link sets how far the slower hold back.
    """

    def __init__(self, fields: Iterable[Field]) -> None:
        self.quickest: dict[str, float] = {}
        self._known: dict[tuple[int, int], dict[int, tuple[Need, ...]]] = {}  # by graph and vehicles
        for field in {id(field.graph): field for field in fields}.values():
            at = np.flatnonzero(field.graph.link >= 0)
            ids = field.graph.ids[field.graph.link[at]]
            for link, seconds in zip(ids.tolist(), field.lasts[at].tolist(), strict=True):
                self.quickest[link] = min(seconds, self.quickest.get(link, seconds))

    def needs(self, field: Field, vehicles: int) -> dict[int, tuple[Need, ...]]:
        """Return per arc what a column of so many vehicles needs to enter it."""
        key = id(field.graph), vehicles
        if key not in self._known:
            self._known[key] = dict(self._needs(field, vehicles))
        return self._known[key]

    def _needs(self, field: Field, vehicles: int) -> Iterable[tuple[int, tuple[Need, ...]]]:
        graph, net = field.graph, field.net
        places, mode = net.places.index.to_numpy(object)[graph.place], graph.mode
        capacity, passing = capacity_day(net), field.passing(vehicles)
        single = ((net.links["mode"] == "rail") & (net.links["tracks"] != "2")).to_numpy()
        border = _apart(vehicles, net.rules.deploy["border_vehicles_day"])
        for arc, (tail, head, row) in enumerate(
            zip(graph.tail.tolist(), graph.head.tolist(), graph.link.tolist(), strict=True)
        ):
            if row >= 0 and mode[tail] != SEA:
                link, lasts = graph.ids[row], float(field.lasts[arc])
                apart = max(_apart(vehicles, capacity[row]), passing[row]) + lasts - self.quickest[link]
                found = [Need(("link", link, places[tail]), FOLLOWS, apart)]
                if single[row]:
                    ends = [("track", link, places[end]) for end in (tail, head)]
                    found.append(Need(ends[0], OPPOSED, lasts + passing[row], other=ends[1]))
                yield arc, tuple(found)
            elif row == CROSSING and mode[tail] == ROAD:
                way = (graph.country[tail], graph.country[head])
                yield arc, (Need(("border", places[tail], *way), FOLLOWS, border),)
            elif row == TRANSFER:
                out = self.landing(field, places[tail], vehicles) if mode[tail] == SEA else ()
                yield arc, (*out, *self.boarding(field, places[head], int(mode[head]), vehicles))

    def landing(self, field: Field, place: str, vehicles: int) -> tuple[Need, ...]:
        """Return what it takes to land a column in a port or airport, nothing where that has no limit."""
        rate = field.handled[place]
        return (Need(("landing", place), FOLLOWS, _apart(vehicles, rate)),) if np.isfinite(rate) else ()

    def boarding(self, field: Field, place: str, mode: int, vehicles: int) -> tuple[Need, ...]:
        """Return what it takes to go aboard ships or load on trains."""
        net, profile = field.net, sure(field.net.profile, "the profile")
        if mode == SEA:
            return (Need(("loading", place), FOLLOWS, _apart(vehicles, field.handled[place])),)
        if mode != RAIL:
            return ()
        trains = int(np.ceil(vehicles / profile.vehicles_per_train))
        ramp = _apart(vehicles, net.rules.deploy["railhead_trains_day"] * profile.vehicles_per_train)
        away = net.rules.deploy["turnaround_h"] * _H_S
        return Need(("railhead", place), FOLLOWS, ramp), Need(("trains",), TRAINS, away, trains)


def _apart(vehicles: int, a_day: float) -> float:
    """Return how many seconds a column takes of a capacity a day (inf: nothing passes)."""
    if a_day <= 0:
        return float("inf")
    return float(np.ceil(_DAY_S * vehicles / a_day)) if np.isfinite(a_day) else 0.0


def things_named(net: Network, thing: Thing) -> str:
    """Return what a column waited for, in words."""
    if not thing:
        return ""
    kind, *rest = thing
    if kind in {"link", "track"}:
        return f"{net.links.at[rest[0], 'name']} ({'the other way' if kind == 'track' else 'columns ahead'})"
    words = {"landing": "port", "loading": "port", "window": "a closure", "earliest": "not before earliest"}
    return f"{net.places.at[rest[0], 'name']} ({words.get(kind, kind)})" if rest else words.get(kind, kind)
