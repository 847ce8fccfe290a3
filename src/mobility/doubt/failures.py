"""Links that fail at random: the hours and the connection that pairs can count on, and the links that matter most.

A day is a draw: each link is open or shut, independently, with its probability (`passage.failure_probability`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from mobility.analysis.basis import Basis
from mobility.analysis.graph import MS_PER_H
from mobility.analysis.pairs import pairs_of
from mobility.analysis.sweeps import sweep
from mobility.doubt.intervals import QUANTILES, check_draws
from mobility.model.network import CRS
from mobility.model.passage import failure_probability

if TYPE_CHECKING:
    from mobility.analysis.pairs import Ends, PairList
    from mobility.analysis.sweeps import Sweep
    from mobility.model.network import Network
    from mobility.vocabulary import Array, Words


_BLOCK = 500


def pair_failures(
    network: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    days: int,
    seed: int = 0,
    run: Sweep = sweep,
) -> pd.DataFrame:
    """Return what links that fail at random leave each pair.

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used. Access links never fail, unless `include_access`.
    days
        How many are drawn.
    seed
        Whole number, 0 or more: the same days again, however many workers there are.
    origins, destinations
        As in `routes`.
    run
        Runs the sweep over blocks of days (`mobility.analysis.sweeps`).

    Returns
    -------
    DataFrame
        One row per pair. Columns: from, to, connected_share (of the days; NaN for a pair that is not connected with
        all links), and of the days on which it is connected delayed_share (longer than with all links), time_h_mean,
        time_h_p5, time_h_p50, time_h_p95 (NaN where there are none).

    Raises
    ------
    InputError
        When the days or the seed make no sense.
    """
    check_draws(days, seed)
    net = network.profiled()
    pairs = pairs_of(net, origins, destinations)
    chance = _Chance.of(net, pairs, seed)
    before, ms = (
        chance.basis.without(np.array([], dtype=int)),
        np.concatenate(list(run(_times, _blocks(days), chance))),
    )
    ordered, joined = np.sort(ms, axis=0), np.isfinite(ms)
    count = joined.sum(axis=0)
    columns: dict[str, Array] = {
        "connected_share": np.where(np.isfinite(before), count / days, np.nan),
        "delayed_share": np.where(count, (joined & (ms > before)).sum(axis=0) / np.maximum(count, 1), np.nan),
        "time_h_mean": np.where(joined, ms, 0).sum(axis=0) / np.where(count, count, np.nan) / MS_PER_H,
    }
    for suffix, share in QUANTILES.items():
        at = np.maximum(np.ceil(share * count).astype(int) - 1, 0)
        value = np.take_along_axis(ordered, at[None], axis=0)[0] / MS_PER_H
        columns[f"time_h_{suffix}"] = np.where(count, value, np.nan)
    return pd.DataFrame(pairs, columns=["from", "to"]).assign(**columns)


def link_failures(
    network: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    days: int,
    seed: int = 0,
    run: Sweep = sweep,
) -> gpd.GeoDataFrame:
    """Return the links whose failures matter most, the largest loss per day first.

    A failure counts with what its link alone would save on that day, were it open: other links may be shut too.

    Parameters as in `pair_failures`.

    Returns
    -------
    GeoDataFrame
        One row per link that can fail, EPSG:4326. Columns: link, name, mode, probability, days_shut, delay_h and
        cut_off (hours of pairs that stay connected and number of pairs cut off, per day on which it is shut; NaN when
        it never was), expected_delay_h and expected_cut_off (times the probability: per day), geometry. Sorted by
        expected_cut_off, then expected_delay_h.
    """
    check_draws(days, seed)
    net = network.profiled()
    chance = _Chance.of(net, pairs_of(net, origins, destinations), seed)
    found = run(_lost, _blocks(days), chance)
    lost = np.array([event for block in found for event in block]).reshape(-1, 3)
    can = np.flatnonzero(chance.probability)
    count = np.sum([chance.shut(day) for day in range(days)], axis=0)[can]
    links = net.links.iloc[can]
    columns: dict[str, Any] = {c: links[c].to_numpy() for c in ("name", "mode")}
    columns |= {"probability": chance.probability[can], "days_shut": count}
    total = {
        name: np.bincount(lost[:, 0].astype(int), lost[:, i], len(net.links))[can]
        for i, name in ((1, "delay_h"), (2, "cut_off"))
    }
    columns |= {name: value / np.where(count, count, np.nan) for name, value in total.items()}
    for name in ("delay_h", "cut_off"):
        columns[f"expected_{name}"] = columns[name] * chance.probability[can]
    table = gpd.GeoDataFrame({"link": links.index, **columns}, geometry=links.geometry.to_numpy(), crs=CRS)
    by = ["expected_cut_off", "expected_delay_h", "link"]
    return gpd.GeoDataFrame(table.sort_values(by, ascending=[False, False, True], ignore_index=True))


class _Chance(NamedTuple):
    """What is drawn: whether each link is shut, and what that does to the hours of the pairs."""

    basis: Basis
    probability: Array
    seed: int

    @classmethod
    def of(cls, net: Network, pairs: PairList, seed: int) -> _Chance:
        can = net.links["active"] & net.counted
        probability = failure_probability(net.links, net.rules).where(can, 0.0).to_numpy()
        return cls(Basis(net, pairs), probability, seed)

    def shut(self, day: int) -> Array:
        """Tell of each link whether it is shut on a day."""
        return np.random.default_rng([self.seed, day]).random(len(self.probability)) < self.probability


def _times(chance: _Chance, block: list[int]) -> Any:  # noqa: ANN401 - lists in lists
    """Return per day the milliseconds of each pair."""
    return [chance.basis.without(np.flatnonzero(chance.shut(day))).tolist() for day in range(*block)]


def _lost(chance: _Chance, block: list[int]) -> list[tuple[int, float, int]]:
    """Return per failure that costs something: the link's row, hours, and pairs cut off."""
    events = []
    for day in range(*block):
        shut = np.flatnonzero(chance.shut(day))
        ms = chance.basis.without(shut)
        for row in shut:
            saved = chance.basis.without(shut[shut != row])
            if (saved < ms).any():
                held = np.isfinite(ms)
                cut = (~held & np.isfinite(saved)).sum()
                events.append((int(row), float((ms[held] - saved[held]).sum() / MS_PER_H), int(cut)))
    return events


def _blocks(days: int) -> list[list[int]]:
    return [[first, min(first + _BLOCK, days)] for first in range(0, days, _BLOCK)]
