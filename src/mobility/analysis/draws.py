"""Draws of what is not known well: hours and capacities within the ranges that the rules give (profiles.toml).

A draw has a number: with the seed it fixes all factors, whoever asks. A what-if moves no row of a table, so a draw
gives a link the same quantile of its range before and after a change (common random numbers).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mobility.model.network import derive
from mobility.model.passage import handled_per_day, link_class
from mobility.model.profiles import LINK_CLASSES, MODES, TRANSFERS

if TYPE_CHECKING:
    from mobility.model.network import Network

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Draws:
    """What may be drawn of a network's hours: one entry per input of `Graph.inputs`.

    Attributes
    ----------
    seed
        Whole number, 0 or more.
    hours
        As the network says.
    low, high : arrays, 2 x inputs
        Range of the factors: length, and speed; the factor of a wait or a transfer stands with the lengths.
        Triangular with the mode 1.
    group
        Inputs of one group take the same quantile of their ranges.
    groups
        Their number.
    """

    seed: int
    hours: Array
    low: Array
    high: Array
    group: Array
    groups: int

    @classmethod
    def of(cls, network: Network, seed: int, *, common: bool = False) -> Draws:
        """Take the ranges of a network with a profile applied.

        With `common` there is one factor per country and class (road class, rail, sea), per country and mode of
        crossings, and per kind of transfer; else every input has its own.
        """
        links, borders, rules = network.links, network.borders, network.rules.uncertainty
        handling = [network.profile.handling_h[kind] for kind in TRANSFERS]  # type: ignore[union-attr]
        hours = np.concatenate([links["time_h"], network.crossing_wait_h(), handling]).astype(float)
        names = np.concatenate(
            [
                "length_" + links["length_confidence"].replace("", "low"),
                np.repeat(["wait_h", "handling_h"], [len(borders), len(handling)]),
            ]
        )
        ranges = np.ones((2, 2, len(hours)))  # low and high of: length, speed
        ranges[:, 0] = np.array([rules[name] for name in names]).T
        ranges[:, 1, : len(links)] = np.array([rules[f"{mode}_speed"] for mode in links["mode"]]).T
        if not common:
            return cls(seed, hours, ranges[0], ranges[1], np.arange(len(hours)), len(hours))
        country = pd.factorize(pd.concat([links["country"], network.places["country"].reindex(borders["place"])]))[0]
        kind = np.concatenate(
            [
                pd.Index(LINK_CLASSES).get_indexer(link_class(links)),
                len(LINK_CLASSES) + pd.Index(MODES).get_indexer(borders["mode"]),
            ]
        )
        kinds = len(LINK_CLASSES) + len(MODES)
        groups = kinds * (country.max(initial=-1) + 1)
        group = np.concatenate([country * kinds + kind, groups + np.arange(len(handling))])
        return cls(seed, hours, ranges[0], ranges[1], group, groups + len(handling))

    def hours_in(self, number: int) -> Array:
        """Return the hours of all inputs in one draw."""
        quantile = np.random.default_rng([self.seed, number]).random((2, self.groups))[:, self.group]
        length, speed = triangular(quantile, self.low, self.high)
        hours: Array = self.hours * length / speed
        return hours


def drawn_network(network: Network, seed: int, number: int, *, common: bool = False) -> Network:
    """Return a network as it is in one draw: its hours, the capacity of its links and ports, and the packets' gap.

    Of a network with a profile applied. `Network.lifting` would undo the draw: it comes first.
    """
    draws, rules, size = Draws.of(network, seed, common=common), network.rules, len(network.links)
    hours, rng = draws.hours_in(number), np.random.default_rng([seed, number, 1])
    gap, links, ports = rng.random(), rng.random(draws.groups)[draws.group[:size]], rng.random(len(network.places))
    if common:
        ports = ports[pd.factorize(network.places["country"])[0]]
    profile = replace(
        network.profile,  # type: ignore[type-var]
        handling_h=dict(zip(TRANSFERS, hours[-len(TRANSFERS) :], strict=True)),
        packet_gap_min=network.profile.packet_gap_min * triangular(gap, *rules.uncertainty["packet_gap_min"]),  # type: ignore[union-attr]
    )
    regime = network.regime and replace(network.regime, internal_wait_h=None)  # its waits are in the hours
    seen = derive(replace(network, profile=profile, regime=regime))
    ranges = {"sea": (1.0, 1.0)} | {mode: rules.uncertainty[f"capacity_{mode}"] for mode in ("road", "rail")}
    room = triangular(links, *np.array([ranges[mode] for mode in seen.links["mode"]]).T)
    handled = handled_per_day(seen.places, rules) * triangular(ports, *rules.uncertainty["capacity_port"])
    return replace(
        seen,
        links=seen.links.assign(time_h=hours[:size], capacity=seen.links["capacity"] * room),
        borders=seen.borders.assign(wait_h=hours[size : -len(TRANSFERS)]),
        places=seen.places.assign(capacity_day=handled.where(np.isfinite(handled))),
    )


def triangular(quantile: Array | float, low: Array | float, high: Array | float) -> Array:
    """Return the quantiles of a triangular distribution with the mode 1."""
    span, below = np.subtract(high, low), np.subtract(1, low)
    left, right = quantile * span * below, np.subtract(1, quantile) * span * np.subtract(high, 1)
    value: Array = np.where(quantile * span < below, low + np.sqrt(left), high - np.sqrt(right))
    return value
