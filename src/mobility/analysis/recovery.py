"""Recovery: in which order crews repair what was lost so that most comes back soonest, and when all is back.

What was lost is a list of damages, each repaired as one. Harm is what `interdict` calls so - pairs cut off first, then
hours lost by the rest - for as long as it lasts: the area under the curve of losses. Of days: pair-days cut off, and
hours lost if every pair moves once a day.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from mobility.analysis.basis import Basis
from mobility.analysis.closable import things_of, together
from mobility.analysis.damages import damages_of
from mobility.analysis.field import CUT_OFF
from mobility.analysis.flows import Throughput, joint_of
from mobility.analysis.graph import MS_PER_H
from mobility.analysis.interdiction import check_seconds, curve
from mobility.analysis.orders import best_order, scheduled
from mobility.analysis.pairs import graphs_of, pairs_of
from mobility.analysis.restoring import Restored
from mobility.errors import InputError
from mobility.model.areas import WIDTH_M
from mobility.model.network import CRS
from mobility.model.repairs import HOURS, read_repairs
from mobility.vocabulary import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import shapely

    from mobility.analysis.damages import Damage
    from mobility.analysis.orders import Plan, Step
    from mobility.analysis.pairs import Ends
    from mobility.model.closures import Closure
    from mobility.model.network import Network
    from mobility.vocabulary import Words

MOST_CREWS = 1000
MEASURES = ("pair-hours", "vehicles")


@dataclass(frozen=True, eq=False)
class Recovery:
    """The order of repairs, and what it brings back.

    Attributes
    ----------
    table : GeoDataFrame
        One row for the time after the attack and one per repair, as it ends, EPSG:4326. Columns: day, repaired (id),
        name, class, crew, from_day, days, bridge_set, pairs_connected, pairs_cut_off, lost_pair_hours (hours lost by
        the pairs connected, summed: each pair moving once), vehicles_day (of the min-cut; with the measure
        "vehicles"), geometry (of what was repaired).
    damages : list of Damage
        What was lost.
    steps : list of Step
        The schedule.
    plan : Plan
        The order with its harm and its bound: per hour, in the unit of the measure.
    losses : Losses
        What is lost while some damages are not repaired.
    crews, sets : int
        How many there are.
    """

    table: gpd.GeoDataFrame
    damages: list[Damage]
    steps: list[Step]
    plan: Plan
    losses: Losses
    crews: int
    sets: int

    @property
    def measure(self) -> str:
        """What is brought back soonest."""
        return self.losses.measure

    @property
    def optimal(self) -> bool:
        """Whether no order does less harm."""
        return self.plan.bound == self.plan.harm

    @property
    def harm(self) -> tuple[float, float]:
        """Pair-days cut off, and hours lost if every pair moves once a day; or 0 and vehicles lost."""
        return self.area(self.plan.harm)

    @property
    def bound(self) -> tuple[float, float]:
        """What no order falls short of, in the same units."""
        return self.area(self.plan.bound)

    @property
    def gap(self) -> float:
        """How much better another order could be at most, as a share of the harm; 0: it is the best."""
        (off, rest), (off_bound, rest_bound) = self.harm, self.bound
        part = (off, off_bound) if off != off_bound else (rest, rest_bound)
        return 1 - part[1] / part[0] if part[0] else 0.0

    @property
    def back_day(self) -> float:
        """The day from which nothing of the loss is left, though repairs may go on."""
        return self.back_after(self.steps) / HOURS

    def back_after(self, steps: Sequence[Step]) -> int:
        """Return the hour from which nothing of the loss is left, if repairs went as these do."""
        left, hour = (1 << len(self.damages)) - 1, 0
        for step in steps:
            if not self.losses.rate(left):
                break
            left, hour = left & ~(1 << step.job), step.end
        return hour

    def area(self, harm: int) -> tuple[float, float]:
        """Return a harm, as the plan has it, in the units of `harm`."""
        if self.measure == "vehicles":
            return 0.0, harm / HOURS
        off, rest = divmod(harm, CUT_OFF)
        return off / HOURS, rest / MS_PER_H / HOURS


def recover(  # noqa: PLR0913 - each is an option of its own
    network: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    lost: Iterable[str | Sequence[str]],
    crews: int = 1,
    sets: int = 0,
    damages: Iterable[str] = (),
    measure: str = "pair-hours",
    repairs: str | Path | None = None,
    seconds: float = 60,
    width: float = WIDTH_M,
    allow_empty: bool = False,
) -> Recovery:
    """Return the order of repairs that brings most back soonest.

    Crews are equal, each repairs one damage at a time, whole; ways there take no time, and a second repair takes as
    long as if it were the first. Exact for up to 10 damages if the time is enough; beyond, and when it is not, with a
    bound (`orders`).

    Parameters
    ----------
    network
        As it was before the attack, with a profile applied, else `mixed` is used.
    origins, destinations
        As in `routes`. Pairs that are not connected before the attack do not count.
    lost
        What was lost: names as `Network.close` takes them, each a damage; a corridor, country, mode or area is a
        damage in each section that it meets. Several names together (a sequence) are one damage.
    crews, sets
        How many there are. A bridge set is used once, where it makes a repair quicker.
    damages
        ``NAME:class=CLASS``, ``NAME:length_m=METRES`` or ``NAME:days=DAYS`` for what was lost: what the tables do not
        say, or say otherwise. Of a structure the class follows from its kind and length; an attack on anything else is
        taken to fall on that of its structures which takes longest, or on the way itself (estimate: by rule).
    measure
        "pair-hours", or "vehicles": a day, of the smallest cut between all origins and all destinations.
    repairs
        Another table of real repairs; default: the shipped one (geodata/repairs.csv).
    seconds
        After which the best order found is returned.
    width, allow_empty
        As in `Network.close`.

    Raises
    ------
    InputError
        When nothing is lost, there is no crew, a class is not known, or a number makes no sense.
    UnknownNameError, AmbiguousNameError
        When a name matches nothing, or several things.
    """
    check_means(crews, sets)
    if measure not in MEASURES:
        raise InputError(f"recovery is not measured by {measure!r}; there are {', '.join(MEASURES)}")
    check_seconds(seconds)
    net = network.profiled()
    basis = Basis(net, pairs_of(net, origins, destinations))
    found = damages_of(basis, lost, damages, read_repairs(repairs), width=width, allow_empty=allow_empty)
    losses = Losses(basis, [damage.closure for damage in found], measure)
    plan = planned(found, losses, crews, sets, seconds=seconds)
    steps = scheduled(plan.order, [damage.job for damage in found], crews)
    return Recovery(_table(net, found, steps, losses), found, steps, plan, losses, crews, sets)


def planned(damages: list[Damage], losses: Losses, crews: int, sets: int = 0, *, seconds: float = math.inf) -> Plan:
    """Return the best order of repairs with the harm that it does: what an attack costs until all is repaired.

    For whoever asks of many attacks: damages of the same `Basis` (`damages_of`) with their `Losses`; nothing else is
    worked out. The harm counts hours; `Recovery.area` has it in days.
    """
    return best_order([damage.job for damage in damages], losses.rate, crews, sets, seconds=seconds)


def check_means(crews: int, sets: int) -> None:
    """Refuse numbers of crews and bridge sets that make no sense (InputError)."""
    if not 1 <= crews <= MOST_CREWS:
        raise InputError(f"the number of crews is {crews}; it must be at least 1 and at most {MOST_CREWS:,}")
    if not 0 <= sets <= MOST_CREWS:
        raise InputError(f"the number of bridge sets is {sets}; it must be 0 or more, and at most {MOST_CREWS:,}")


class Losses:
    """What is lost while some damages (bits) are not repaired."""

    def __init__(self, basis: Basis, closures: list[Closure], measure: str) -> None:
        self._closures, self.measure = closures, measure
        self._restored = Restored(basis, closures)
        self._before = self._restored.ms(0)
        self.joined = np.isfinite(self._before)
        self.pairs = int(self.joined.sum())
        self._flow = _Flow(basis) if measure == "vehicles" else None
        self._kept: dict[int, tuple[int, int]] = {}
        self._whole = self._flow.vehicles(()) if self._flow else 0

    def pairs_lost(self, left: int) -> tuple[int, int]:
        """Return the pairs cut off, and the milliseconds that the others lose."""
        if left not in self._kept:
            now = self._restored.ms(left)
            there = self.joined & np.isfinite(now)
            late = int(np.subtract(now, self._before, where=there, out=np.zeros(len(now))).sum())
            self._kept[left] = self.pairs - int(there.sum()), late
        return self._kept[left]

    def vehicles(self, left: int) -> int | None:
        """Return the vehicles a day that get through; None where that is not asked."""
        return self._flow.vehicles(self._shut(left)) if self._flow else None

    def rate(self, left: int) -> int:
        """Return the harm of an hour, as a number: of less worth to whom more is left."""
        if self._flow:
            return self._whole - self._flow.vehicles(self._shut(left))
        off, late = self.pairs_lost(left)
        return off * CUT_OFF + late

    def _shut(self, left: int) -> tuple[Closure, ...]:
        return tuple(closure for bit, closure in enumerate(self._closures) if left >> bit & 1)


class _Flow:
    """Vehicles a day between all origins and all destinations, whatever is shut."""

    def __init__(self, basis: Basis) -> None:
        self._net = basis.network
        joint = joint_of(self._net, basis.pairs)
        self._graph, self._limits = joint.graph, Throughput.of(joint)
        self._states = np.full(self._graph.size, fill_value=True)

    def vehicles(self, closures: tuple[Closure, ...]) -> int:
        rows = self._net.links.index.get_indexer([link for closure in closures for link in closure.links])
        crossings = self._net.places.index.get_indexer([place for closure in closures for place in closure.borders])
        shut = np.isin(self._graph.link, rows)
        shut |= (self._graph.link < 0) & np.isin(self._graph.place[self._graph.tail], crossings)
        arcs = np.full(len(self._limits.tail) - len(self._limits.state), fill_value=True)
        arcs[: len(shut)] = ~shut
        most = self._limits.min_cut((arcs, self._states)).vehicles_day
        if not np.isfinite(most):
            raise InputError("nothing limits the vehicles a day between these places: measure pair-hours")
        return int(most)


def worst_attack(
    network: Network, origins: Ends = None, destinations: Words = None, *, k: int, by: str, seconds: float | None
) -> tuple[list[tuple[str, ...]], bool]:
    """Return the worst `k` closures as `recover` takes them, and whether they are proven to be; as in `interdict`."""
    net = network.profiled()
    rows = list(curve(net, origins, destinations, k=k, by=by, seconds=seconds, limit=None))
    if not rows:
        raise InputError("no pair is connected, so no attack does any harm")
    things = split(rows[-1][f"{by}s"])
    if by != "section":
        return [(f"{by}:{key}",) for key in things], bool(rows[-1]["optimal"])
    links = things_of(net, by, list(graphs_of(net, pairs_of(net, origins, destinations))))["links"]
    return [tuple(f"link:{link}" for link in split(links[key])) for key in things], bool(rows[-1]["optimal"])


def _table(net: Network, damages: list[Damage], steps: list[Step], losses: Losses) -> gpd.GeoDataFrame:
    left, rows = (1 << len(damages)) - 1, list[dict[str, Any]]()

    def state(hour: int) -> dict[str, Any]:
        off, late = losses.pairs_lost(left)
        row = {"day": hour / HOURS, "pairs_connected": losses.pairs - off, "pairs_cut_off": off}
        row |= {"lost_pair_hours": late / MS_PER_H}
        vehicles = losses.vehicles(left)
        return row if vehicles is None else row | {"vehicles_day": vehicles, "lost_vehicles_day": losses.rate(left)}

    rows.append(state(0) | {"repaired": "", "name": "", "class": "", "bridge_set": False, "geometry": None})
    for step in steps:
        left &= ~(1 << step.job)
        damage = damages[step.job]
        rows.append(
            state(step.end)
            | {
                "repaired": damage.id,
                "name": damage.name,
                "class": damage.kind or "days given",
                "from_day": step.start / HOURS,
                "days": (step.end - step.start) / HOURS,
                "bridge_set": step.uses_set,
                "geometry": _drawn(net, damage.closure),
            }
        )
    first = ["day", "repaired", "name", "class", "from_day", "days", "bridge_set"]
    frame = pd.DataFrame(rows)
    frame = frame[first + [column for column in frame if column not in first]]
    frame.insert(4, "crew", pd.Series([None, *(step.crew + 1 for step in steps)], dtype=object))
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=CRS)


def _drawn(net: Network, closure: Closure) -> shapely.Geometry:
    shapes = [*net.links.geometry.loc[[*closure.links, *closure.one_way]]]
    return together(shapes or net.places.geometry.loc[list(closure.borders)])
