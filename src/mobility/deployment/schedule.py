"""Several forces without conflict in time: who moves when."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from mobility.analysis.graph import CROSSING, PASS, TRANSFER
from mobility.deployment.conflicts import never
from mobility.deployment.placing import Placing
from mobility.deployment.rates import things_named
from mobility.deployment.sequences import sequences, shuffled
from mobility.errors import InputError, TooLateError
from mobility.model.network import CRS
from mobility.vocabulary import MODES, split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mobility.deployment.moves import Move, Plan, Score
    from mobility.model.network import Network
    from mobility.model.orders import Orders

LEG_COLUMNS = "force column leg mode from to link start end waited_h waited_for".split()
COLUMN_COLUMNS = "force column vehicles from to start end under_way_h waited_h waited_for".split()
FORCE_COLUMNS = "force priority vehicles columns from to start end earliest latest late_h missed not_before".split()
# The columns of the road movement table of STANAG 2041, as FM 55-30 prints it, one row a critical point.
MARCH_COLUMNS = (
    "serial date unit vehicles load_class from to route route_to_start_point critical_point due clear "
    "route_from_release_point remarks"
).split()
WAIT_COLUMNS = "waited_for columns waited_h longest_h first last".split()
_NOTICED_S = 60
_MOST_TRIES = 10_000


@dataclass(frozen=True, eq=False)
class Schedule:
    """A plan for several forces, and tables, worked out when they are asked for.

    Attributes
    ----------
    orders
        What was asked.
    network : Network
        It moves on.
    plan
        Moves of all columns, and the score.
    least
        The score that no plan can be better than.
    optimal
        Whether it is proven that no plan misses fewer deadlines or, with as few, ends sooner.
    tries
        Orders of placing that were tried.
    interrupted
        Whether the search was broken off, by time or by the user.
    """

    orders: Orders
    network: Network = field(repr=False)
    plan: Plan = field(repr=False)
    least: Score
    optimal: bool
    tries: int
    interrupted: bool
    placing: Placing = field(repr=False)

    @property
    def complete_h(self) -> float:
        """Hours after the start at which the last column is there."""
        return self.plan.score.last / 3600

    @property
    def bound_h(self) -> float:
        """Hours after the start before which no plan is complete."""
        return self.least.last / 3600

    def moment(self, seconds: float) -> str:
        """Return a moment as local time (ISO, whole minutes, rounded up)."""
        return self.orders.shown(seconds)

    def steps(self, move: Move) -> Iterator[dict[str, Any]]:
        """Iterate over what a column does in turn: landing, loading, legs, crossings, changes of mode.

        Keys: mode, from, to, link, begin, end (seconds; of legs by road and rail the end is that of the head), since
        (when it could have begun, had nothing been in the way), thing (waited for), arc (-1: none), km.
        """
        graph, net = move.field.graph, move.field.net
        places, since = net.places.index, float(move.column.ready)
        lengths = net.links["length_km"].to_numpy()
        arcs = zip(move.journey.arcs, move.journey.begins, move.journey.ends, move.waits, strict=True)
        for step in move.before:
            yield self._step(step, since)
            since = step.end
        for arc, begin, end, thing in arcs:
            row, a, b = int(graph.link[arc]), *(places[graph.place[s[arc]]] for s in (graph.tail, graph.head))
            if row != PASS:
                mode = {TRANSFER: "transfer", CROSSING: "crossing"}.get(row) or MODES[graph.mode[graph.tail[arc]]]
                link, km = (graph.ids[row], lengths[row]) if row >= 0 else ("", 0.0)
                yield {"mode": mode, "from": a, "to": b, "link": link, "begin": begin, "end": end, "since": since,
                       "thing": thing, "arc": arc, "km": km}  # fmt: skip
            since = end
        for step in move.after:
            yield self._step(step, since)

    def _step(self, step: Any, since: float) -> dict[str, Any]:  # noqa: ANN401 - of `placing`
        kind, *place = step.need.thing
        at = place[0] if place else ""
        times = {"begin": step.begin, "end": step.end, "since": since}
        return {"mode": kind, "from": at, "to": at, "link": "", "thing": step.need.thing, "arc": -1, "km": 0.0, **times}

    @cached_property
    def legs(self) -> gpd.GeoDataFrame:
        """Every column leg by leg: one row a leg, crossing, change of mode, landing or loading.

        Columns: force, column, leg (numbers), mode, from, to, link, start, end (local times: its head), waited_h and
        waited_for (before it, in words), geometry.
        """
        rows = []
        for move in self.plan.moves:
            net = move.field.net
            for leg, step in enumerate((s for s in self.steps(move) if s["mode"] != "trains"), 1):
                waited = step["begin"] - step["since"]
                shape = net.links.geometry.at[step["link"]] if step["link"] else net.places.geometry.at[step["from"]]
                rows.append([
                    self.orders.forces[move.column.force].name, move.column.number, leg, step["mode"], step["from"],
                    step["to"], step["link"], self.moment(step["begin"]), self.moment(step["end"]), waited / 3600,
                    (things_named(net, step["thing"]) or "rest") if waited >= _NOTICED_S else "", shape,
                ])  # fmt: skip
        return gpd.GeoDataFrame(pd.DataFrame(rows, columns=[*LEG_COLUMNS, "geometry"]), geometry="geometry", crs=CRS)

    @cached_property
    def columns(self) -> pd.DataFrame:
        """One row a column: when it leaves and is there, and what it waited for longest."""
        rows = []
        for move in self.plan.moves:
            steps = [step for step in self.steps(move) if step["mode"] != "trains"]
            net = move.field.net
            waits = [(step["begin"] - step["since"], things_named(net, step["thing"]) or "rest") for step in steps]
            longest = max(waits, key=lambda wait: wait[0])
            rows.append([
                self.orders.forces[move.column.force].name, move.column.number, move.column.vehicles, steps[0]["from"],
                steps[-1]["to"], self.moment(move.start), self.moment(move.end), (move.end - move.start) / 3600,
                sum(wait for wait, _ in waits) / 3600, longest[1] if longest[0] >= _NOTICED_S else "",
            ])  # fmt: skip
        return pd.DataFrame(rows, columns=COLUMN_COLUMNS)

    @cached_property
    def forces(self) -> pd.DataFrame:
        """One row a force: when it begins to move and is complete, its deadline, and before when no plan brings it."""
        rows = []
        for number, order in enumerate(self.orders.forces):
            moves = [move for move in self.plan.moves if move.column.force == number]
            places = self.placing.fields[number]
            end = max(move.end for move in moves)
            late = 0.0 if order.latest is None else max(end - order.latest, 0) / 3600
            rows.append([
                order.name, order.priority, places.vehicles, len(moves), ";".join(places.starts),
                ";".join(places.goals), self.moment(min(move.start for move in moves)), self.moment(end),
                self.moment(order.earliest) if order.earliest else "",
                "" if order.latest is None else self.moment(order.latest), late, late > 0,
                self.moment(self.placing.bounds[number]),
            ])  # fmt: skip
        return pd.DataFrame(rows, columns=FORCE_COLUMNS)

    @cached_property
    def march(self) -> pd.DataFrame:
        """The road movement table in the public layout of STANAG 2041: a row per column and critical point.

        Critical points are where a column sets out, crosses a border, changes its mode, waits and arrives; it is due
        there when its head passes, and clear when its tail has. Load classes are not known: a mass is none.
        """
        rows = []
        for serial, move in enumerate(self.plan.moves, 1):
            there, column = move.field, move.column
            called, passing = there.net.places["name"], there.passing(column.vehicles)
            steps = [step for step in self.steps(move) if step["mode"] != "trains"]
            codes = [c for step in steps if step["link"] for c in split(there.net.links.at[step["link"], "corridors"])]
            ends = called[steps[0]["from"]], called[steps[-1]["to"]]
            head = [serial, self.moment(move.start)[:10], column.name, column.vehicles, "", *ends]
            head += [";".join(dict.fromkeys(codes)), ""]
            tail = 0.0
            for i, step in enumerate(steps):
                row = int(there.graph.link[step["arc"]]) if step["arc"] >= 0 else -1
                tail = float(passing[row]) if row >= 0 else tail
                waited = step["begin"] - step["since"]
                if i and step["mode"] in MODES and waited < _NOTICED_S:
                    continue
                why = f"waits {waited / 3600:.1f} h: {things_named(there.net, step['thing']) or 'rest'}"
                words = [step["mode"]] * (step["mode"] not in MODES) + [why] * (waited >= _NOTICED_S)
                times = self.moment(step["since"] if i else step["begin"]), self.moment(step["begin"] + tail)
                rows.append([*head, called[step["from"]], *times, "", "; ".join(words)])
            times = self.moment(move.journey.arrival), self.moment(move.end)
            rows.append([*head, ends[1], *times, "", "release point"])
        return pd.DataFrame(rows, columns=MARCH_COLUMNS)

    @cached_property
    def waits(self) -> pd.DataFrame:
        """What is waited for: how many columns, how long in all and at most, and the first and last that does."""
        legs = self.legs[self.legs["waited_for"] != ""]
        own = legs["force"] + "/" + legs["column"].astype(str)
        groups = legs.assign(own=own).groupby("waited_for", sort=False)
        table = groups.agg(
            columns=("own", "nunique"), waited_h=("waited_h", "sum"), longest_h=("waited_h", "max"),
            first=("own", "first"), last=("own", "last"),
        ).reset_index()  # fmt: skip
        return table.sort_values(["waited_h", "waited_for"], ascending=[False, True], ignore_index=True)[WAIT_COLUMNS]

    def line(self, move: Move) -> list[tuple[float, float]]:
        """Return the path of a column over time and distance: hours after the start, km from where it set out."""
        path, km = [], 0.0
        for step in self.steps(move):
            path += [(step["begin"] / 3600, km), (step["end"] / 3600, km + step["km"])]
            km += step["km"]
        return path


def schedule(network: Network, orders: Orders, *, seconds: float = 60, tries: int = 8, seed: int = 0) -> Schedule:
    """Return a plan in which several forces move without conflict.

    Columns (`deployment.columns` says how large, and how far apart) are placed one after another, each by the way that
    brings it there first with all that is booked before it: exact for one column (`analysis.by_clock`). The order in
    which they are placed is searched: by deadlines and priorities first, then changed at random. The best plan misses
    the fewest deadlines, of the highest priority first, and ends soonest. It is optimal where it is as good as a bound
    that holds for every plan.

    Parameters
    ----------
    network
        With a profile applied; its closures in windows count.
    orders
        The forces.
    seconds, tries, seed
        The search ends after so many orders, or after so long; then, and at Ctrl-C, the best plan so far is returned.

    Raises
    ------
    InputError, NoRouteError
        When orders make no sense, or a force has no way.
    TooLateError
        When a column is not there within the rules' horizon_days whatever the order; it says which.

    Notes
    -----
    One force without deadline or windows is complete as in `mobility.deploy` but for this: columns are whole (there
    vehicles flow), so that the last may be later or earlier by what one column takes of the binding capacity; rests are
    taken between links (there spread over all hours); all trains are there at the start (there a share in every step);
    trains do not meet on single track. Where a force drives day and night and one capacity on the road binds, the two
    differ by no more than one column's share and an hour.
    """
    if not seconds > 0 or not 1 <= tries <= _MOST_TRIES:
        raise InputError(f"the search takes more than 0 seconds and 1 to {_MOST_TRIES:,} tries")
    net = network.profiled()
    placing, until, draw = Placing(net, orders), time.monotonic() + seconds, np.random.default_rng(seed)
    for move, column in zip(placing.alone, placing.columns, strict=True):
        if move is None:
            rules = never(placing, column)
            why = f", ruled out by {' with '.join(rules)}" if rules else ""
            raise TooLateError(
                f"no plan: {column.name} is not there within {placing.horizon / 86_400:g} days even alone{why}"
            )
    best: Plan | None = None
    chosen, tried, broken = sequences(placing), 0, False
    sequence = chosen[0]
    try:
        while tried < tries and not (best and _proven(best.score, placing.least)):
            if best and time.monotonic() > until:
                broken = True
                break
            trial = chosen[tried] if tried < len(chosen) else shuffled(placing, sequence, draw)
            found, tried = placing.plan(trial), tried + 1
            if found and (best is None or found.score <= best.score):
                sequence = trial  # one as good may lead on to a better one
                best = found if best is None or found.score < best.score else best
    except KeyboardInterrupt:
        if best is None:
            raise
        broken = True
    if best is None:
        raise TooLateError(f"no plan was found that brings every column within {placing.horizon / 86_400:g} days")
    return Schedule(orders, net, best, placing.least, _proven(best.score, placing.least), tried, broken, placing)


def _proven(score: Score, least: Score) -> bool:
    return score.missed == least.missed and score.last <= least.last
