"""How sure the answers are: intervals of hours, changes, gains and ranks over draws of the inputs.

Every draw is made twice: with a factor of its own for each link, crossing and kind of transfer, and with one common
factor per country and class (columns that say `common`). Some errors are shared, some are not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from mobility.analysis.graph import MS_PER_H
from mobility.analysis.pairs import graphs_of, pairs_of
from mobility.analysis.redundancy import buildable
from mobility.analysis.replacement import losses
from mobility.analysis.sweeps import sweep
from mobility.doubt.builds import Builds
from mobility.doubt.clock import Clock, best_routes
from mobility.doubt.draws import Draws
from mobility.doubt.marches import Marches
from mobility.errors import InputError
from mobility.vocabulary import NOTICEABLE_MS

if TYPE_CHECKING:
    from mobility.analysis.graph import Graph
    from mobility.analysis.pairs import Ends, PairList
    from mobility.analysis.sweeps import Ask, Sweep
    from mobility.model.network import Network
    from mobility.vocabulary import Array, Words


QUANTILES = {"p5": 0.05, "p50": 0.5, "p95": 0.95}
MOST_DRAWS = 1_000_000
BEST, WORST = 3, 10  # ranks that a share of the draws is told for
KINDS = ("", "common_")  # independent factors, and common ones
_CUT_OFF_MS = 1e15  # a pair that is cut off weighs more than all hours


@dataclass(frozen=True, eq=False)
class Uncertain:
    """Intervals, and how they were found.

    Attributes
    ----------
    table : DataFrame
        One row per thing asked about. Of a value x the columns x_p5, x_p50, x_p95 (in 90 % of the draws it lies
        between the first and the last; the second is the median), and x_common_p5 ... for common factors.
    total : dict
        The same of the mean over all pairs; empty where there is none.
    draws, seed
        As given.
    """

    table: pd.DataFrame
    total: dict[str, float]
    draws: int
    seed: int

    def __repr__(self) -> str:
        """Return how it was found, in one line."""
        return f"<Uncertain: {len(self.table):,} rows, {self.draws:,} draws, seed {self.seed}>"


def uncertain_hours(
    network: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    draws: int,
    seed: int = 0,
    run: Sweep = sweep,
) -> Uncertain:
    """Return intervals of every pair's hours, and how often its best route stays the best.

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used.
    draws
        How many of each kind.
    seed
        Whole number, 0 or more: the same draws again, whatever else is asked and however many workers there are.
    origins, destinations
        As in `routes`.
    run
        Runs the sweep over blocks of draws (`mobility.analysis.sweeps`).

    Returns
    -------
    Uncertain
        Columns: from, to, time_h_p5 ..., arrival_h_p5 ... (by the routes that are candidates by the network's own
        hours, `march`), same_route_share, same_route_common_share (of the draws in which nothing is
        quicker than the route that is best by the network's own hours), connected_share and connected_common_share (of
        the draws in which there is a way: ways that may not exist are left out of some, `Draws.exists`). The hours are
        of these draws, those to arrival of the draws in which one of the candidates is there; NaN for pairs that are
        never connected. The total is the mean over the pairs connected in a draw.

    Raises
    ------
    InputError
        When the draws or the seed make no sense.
    """
    net = network.profiled()
    pairs = pairs_of(net, origins, destinations)
    found = _sampled(_hours, (_Sampler.of(net, pairs, seed), best_routes(net, pairs)), draws, seed, run, block=500)
    joined, columns, total = _ever(found), dict[str, Any](), dict[str, float]()
    for row, name in ((0, "time_h"), (2, "arrival_h")):
        columns |= intervals(name, [ms[:, row] / MS_PER_H for ms in found])
        total |= _mean(name, [ms[:, row, joined] for ms in found])
    same = [(ms[:, 0] == ms[:, 1]) & np.isfinite(ms[:, 0]) for ms in found]
    columns |= _shares("same_route", same, joined) | _shares(
        "connected", [np.isfinite(ms[:, 0]) for ms in found], joined
    )
    return Uncertain(pd.DataFrame(pairs, columns=["from", "to"]).assign(**columns), total, draws, seed)


def uncertain_changes(
    before: Network,
    after: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    draws: int,
    seed: int = 0,
    run: Sweep = sweep,
) -> Uncertain:
    """Return intervals of what a change costs every pair; a draw is the same before and after it.

    Parameters as in `uncertain_hours` and `whatif`.

    Returns
    -------
    Uncertain
        Columns: from, to, delta_h_p5 ... and arrival_delta_h_p5 ... (NaN unless connected both times), slower_share
        and slower_common_share (of the draws in which the pair loses more than 30 s). The total is the mean over pairs
        connected both times.
    """
    nets = before.profiled(), after.profiled()
    there = set(pairs_of(nets[0], origins, destinations))
    pairs = [pair for pair in pairs_of(nets[1], origins, destinations) if pair in there]
    found = _sampled(_changes, [_Sampler.of(net, pairs, seed) for net in nets], draws, seed, run, block=500)
    both, columns, total = _ever(found), dict[str, Any](), dict[str, float]()
    for row, name in enumerate(("delta_h", "arrival_delta_h")):
        columns |= intervals(name, [ms[:, row] / MS_PER_H for ms in found])
        total |= _mean(name, [ms[:, row][:, both] for ms in found])
    columns |= _shares("slower", [ms[:, 0] > NOTICEABLE_MS for ms in found], both)
    return Uncertain(pd.DataFrame(pairs, columns=["from", "to"]).assign(**columns), total, draws, seed)


def uncertain_gains(
    network: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    draws: int,
    seed: int = 0,
    projects: Words = None,
    run: Sweep = sweep,
) -> Uncertain:
    """Return intervals of each project's gain of time and of its rank among them.

    Parameters as in `uncertain_hours` and `project_gains`.

    Returns
    -------
    Uncertain
        Columns: project, gain_h_p5 ... (of the mean best time over pairs connected before and after), rank_p5 ... (1 is
        the largest gain; equals share the better rank), best3_share and best3_common_share (of the draws in which the
        project gains something and its rank is 3 or better).
    """
    from scipy.stats import rankdata  # dear to import

    net = network.profiled()
    pairs, keys = pairs_of(net, origins, destinations), buildable(net, projects).index
    builds = Builds(net, pairs, keys, seed)
    found = [gains / MS_PER_H for gains in _sampled(_gains, builds, draws, seed, run, block=25)]
    ranks = [rankdata(-np.nan_to_num(gains), method="min", axis=1) for gains in found]
    columns = intervals("gain_h", found) | intervals("rank", ranks)
    best = [(rank <= BEST) & (gains > 0) for rank, gains in zip(ranks, found, strict=True)]
    columns |= _shares(f"best{BEST}", best)
    return Uncertain(pd.DataFrame({"project": keys, **columns}), {}, draws, seed)


def uncertain_losses(
    network: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    draws: int,
    seed: int = 0,
    run: Sweep = sweep,
) -> Uncertain:
    """Return intervals of what the loss of each link costs and of its rank among them.

    Parameters as in `uncertain_hours`.

    Returns
    -------
    Uncertain
        Columns: link, total_delay_h_p5 ... (over pairs that stay connected), rank_p5 ... (1 is the worst: first what
        cuts most pairs off, then hours in all), worst10_share and worst10_common_share (of the draws in which the
        link's loss costs something and its rank is 10 or better).
    """
    from scipy.stats import rankdata

    net = network.profiled()
    groups = list(graphs_of(net, pairs_of(net, origins, destinations)))
    rows = np.flatnonzero(net.links["active"] & net.counted)
    found = _sampled(_losses, (groups, _draws(net, seed), rows), draws, seed, run, block=10)
    ranks = [rankdata(-cost.sum(axis=1), method="min", axis=1) for cost in found]
    columns = intervals("total_delay_h", [cost[:, 0] / MS_PER_H for cost in found]) | intervals("rank", ranks)
    worst = [(rank <= WORST) & cost.any(axis=1) for rank, cost in zip(ranks, found, strict=True)]
    columns |= _shares(f"worst{WORST}", worst)
    return Uncertain(pd.DataFrame({"link": net.links.index[rows], **columns}), {}, draws, seed)


class _Sampler(NamedTuple):
    """A clock, and what is drawn for it, independently and with common factors."""

    clock: Clock
    marches: Marches
    draws: list[Draws]

    @classmethod
    def of(cls, net: Network, pairs: PairList, seed: int) -> _Sampler:
        return cls(Clock(net, pairs), Marches(net, pairs), _draws(net, seed))

    def told(self, first: int, end: int, kind: int) -> tuple[Array, Array, list[Array]]:
        """Return the milliseconds of each pair under way and to arrival, draws x pairs; and the hours of all inputs."""
        drawn, numbers = self.draws[kind], range(first, end)
        hours = [drawn.hours_in(number) for number in numbers]
        arrivals = [self.marches.ms(some, drawn.day_hours(n)) for some, n in zip(hours, numbers, strict=True)]
        return np.array([self.clock.ms(some) for some in hours]), np.array(arrivals), hours


def _draws(net: Network, seed: int) -> list[Draws]:
    return [Draws.of(net, seed, common=bool(kind)) for kind in KINDS]


def _hours(shared: tuple[_Sampler, Any], block: list[int]) -> Any:  # noqa: ANN401 - lists in lists
    """Return per draw the milliseconds of each pair, of its best route by the network's own hours, and to arrival."""
    sampler, routes = shared
    times, arrivals, drawn = sampler.told(*block)
    same = [(routes @ np.rint(hours * MS_PER_H)) for hours in drawn]
    return np.stack([times, same, arrivals], axis=1).tolist()


def _changes(samplers: list[_Sampler], block: list[int]) -> Any:  # noqa: ANN401
    """Return per draw what a change costs each pair, ms under way and to arrival (NaN unless connected both times)."""
    both = zip(*(sampler.told(*block)[:2] for sampler in samplers), strict=True)
    return np.stack([_change(*way) for way in both], axis=1).tolist()


def _gains(builds: Builds, block: list[int]) -> Any:  # noqa: ANN401
    """Return per draw the milliseconds that each project saves in the mean (NaN where there is nothing to compare)."""
    first, end, kind = block
    gains = np.full((end - first, builds.number), np.nan)
    for row, number in zip(gains, range(first, end), strict=True):
        today, built = builds.ms(number, kind)
        both = np.isfinite(today) & np.isfinite(built)
        saved = np.subtract(today, built, where=both, out=np.zeros(built.shape)).sum(axis=1)
        np.divide(saved, both.sum(axis=1), where=both.any(axis=1), out=row)
    return gains.tolist()


def _losses(shared: tuple[list[tuple[Graph, PairList]], list[Draws], Array], block: list[int]) -> Any:  # noqa: ANN401
    """Return per draw what the loss of each link costs: milliseconds, and the weight of the pairs that it cuts off."""
    (groups, draws, rows), (first, end, kind) = shared, block
    found = []
    for number in range(first, end):
        hours = draws[kind].hours_in(number)
        cost = np.zeros((2, len(hours)))
        for graph, pairs in groups:
            for loss in losses(graph.timed(hours), pairs):
                cut = np.isinf(loss.after)
                cost[0, loss.links] += np.where(cut, 0, loss.after - loss.before)
                cost[1, loss.links] += cut * _CUT_OFF_MS
        found.append(cost[:, rows].tolist())
    return found


def _ever(found: list[Array]) -> Array:
    """Tell for which pairs there is a value in any draw: draws x rows x pairs, of which the first row counts."""
    there: Array = np.any([np.isfinite(ms[:, 0]).any(axis=0) for ms in found], axis=0)
    return there


def _change(before: Array, after: Array) -> Array:
    """Return after - before, NaN unless both are times."""
    both = np.isfinite(before) & np.isfinite(after)
    change: Array = np.subtract(after, before, where=both, out=np.full(before.shape, np.nan))
    return change


def _sampled(ask: Ask, shared: Any, draws: int, seed: int, run: Sweep, *, block: int) -> list[Array]:  # noqa: ANN401
    """Return what `ask` finds in draws of each kind, as arrays whose first axis is the draw."""
    check_draws(draws, seed)
    starts = range(0, draws, block)
    blocks = [[start, min(start + block, draws), kind] for kind in range(len(KINDS)) for start in starts]
    found = [np.array(part, dtype=float) for part in run(ask, blocks, shared)]
    return [np.concatenate(part) for part in (found[: len(starts)], found[len(starts) :])]


def check_draws(draws: int, seed: int) -> None:
    """Refuse numbers of draws and seeds that make no sense (InputError)."""
    if not 1 <= draws <= MOST_DRAWS or draws != int(draws):
        raise InputError(f"draws must be a whole number from 1 to {MOST_DRAWS:,}, not {draws}")
    if seed < 0 or seed != int(seed):
        raise InputError(f"a seed must be a whole number, 0 or more, not {seed}")


def intervals(name: str, values: list[Array], *, never: bool = False) -> dict[str, Any]:
    """Return the quantiles (nearest rank) over the draws of each kind that have a value; NaN where none has.

    With `never` infinity is a value too, later than all, and a quantile that falls on it is NaN.
    """
    columns = {}
    for kind, found in zip(KINDS, values, strict=True):
        known = np.isfinite(found) | (never & np.isinf(found))
        ordered, count = np.sort(np.where(known, found, np.inf), axis=0), known.sum(axis=0)
        for suffix, share in QUANTILES.items():
            at = np.maximum(np.ceil(share * count).astype(int) - 1, 0)
            value = np.take_along_axis(ordered, at[None], axis=0)[0]
            columns[f"{name}_{kind}{suffix}"] = np.where(np.isfinite(value) & (count > 0), value, np.nan)
    return columns


def _shares(name: str, held: list[Array], known: Array | bool = True) -> dict[str, Any]:
    """Return the share of the draws of each kind in which something held; NaN where it is not known."""
    shares = zip(KINDS, held, strict=True)
    return {f"{name}_{kind}share": np.where(known, hits.mean(axis=0), np.nan) for kind, hits in shares}


def _mean(name: str, values: list[Array]) -> dict[str, float]:
    """Return the intervals of the mean over pairs, in hours; empty where there is no pair."""
    if not values[0].size:
        return {}
    known = [np.isfinite(ms) for ms in values]
    sums = [np.where(there, ms, 0).sum(axis=1) for there, ms in zip(known, values, strict=True)]
    means = [
        total / np.where(there.any(axis=1), there.sum(axis=1), np.nan) / MS_PER_H
        for total, there in zip(sums, known, strict=True)
    ]
    return {column: float(value) for column, value in intervals(name, means).items()}
