"""Draws of what is not known well: hours and capacities within the ranges that the rules give (profiles.toml).

A draw has a number: with the seed it fixes all factors, whoever asks. A what-if moves no row of a table, so a draw
gives a link the same quantile of its range before and after a change (common random numbers).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mobility.model.changes import derive
from mobility.model.passage import (
    driven_speed,
    existence_probability,
    handled_per_day,
    link_class,
    planning_speed,
)
from mobility.model.profiles import HANDLINGS, LINK_CLASSES
from mobility.vocabulary import MODES, PACES

if TYPE_CHECKING:
    from mobility.model.network import Network
    from mobility.vocabulary import Array


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
        Range of the factors of the hours: by length, and by speed; that of a wait or a transfer stands with the
        lengths.
    group
        Inputs of one group take the same quantile of their ranges.
    groups
        Their number.
    day_h, day_range
        Hours a day at the wheel, and the range of their factor.
    exists
        Probability of each input that it is there.
    """

    seed: int
    hours: Array
    low: Array
    high: Array
    group: Array
    groups: int
    day_h: float
    day_range: tuple[float, float]
    exists: Array

    @classmethod
    def of(cls, network: Network, seed: int, *, common: bool = False, rows: tuple[Array, int] | None = None) -> Draws:
        """Take the ranges of a network with a profile applied.

        With `common` there is one factor per country and class (road class, rail, sea), per country and mode of
        crossings, and per kind of transfer; else every input has its own. `rows`, where a link stands several times
        (`Layers`), is the row of each in the table that each stands in once, first, and the number of these: it takes
        the same quantile then.
        """
        links, borders, rules = network.links, network.borders, network.rules.uncertainty
        handling = [network.profile.handling_h[kind] for kind in HANDLINGS]  # type: ignore[union-attr]
        hours = np.concatenate([links["time_h"], network.crossing_wait_h(), handling]).astype(float)
        names = np.concatenate(
            [
                "length_" + links["length_confidence"].replace("", "low"),
                np.repeat(["wait_h", "handling_h"], [len(borders), len(handling)]),
            ]
        )
        ranges = np.ones((2, 2, len(hours)))  # low and high of: length, speed
        ranges[:, 0] = np.array([rules[name] for name in names]).T
        ranges[:, 1, : len(links)] = _slowness(network)
        day = network.profile.hours_per_day, rules["hours_per_day"]  # type: ignore[union-attr]
        sure = np.ones(len(hours) - len(links))
        there = np.concatenate([existence_probability(links, network.rules), sure]).astype(float)
        row, size = rows or (np.arange(len(links)), len(links))
        if not common:
            group = np.append(row, np.arange(size, size + len(hours) - len(links)))
            return cls(seed, hours, ranges[0], ranges[1], group, group.max(initial=-1) + 1, *day, there)
        at_border = network.places["country"].reindex(borders["place"])
        known = pd.concat([links["country"].iloc[:size], at_border, links["country"].iloc[size:]]).unique()
        country = pd.Index(known).get_indexer(pd.concat([links["country"], at_border]))
        kind = np.concatenate(
            [
                pd.Index(LINK_CLASSES).get_indexer(link_class(links)),
                len(LINK_CLASSES) + pd.Index(MODES).get_indexer(borders["mode"]),
            ]
        )
        kinds = len(LINK_CLASSES) + len(MODES)
        groups = kinds * (country.max(initial=-1) + 1)
        group = np.concatenate([country * kinds + kind, groups + np.arange(len(handling))])
        return cls(seed, hours, ranges[0], ranges[1], group, groups + len(handling), *day, there)

    def hours_in(self, number: int) -> Array:
        """Return the hours of all inputs in one draw (inf: it is not there)."""
        quantile = np.random.default_rng([self.seed, number]).random((2, self.groups))[:, self.group]
        length, slowness = factor(quantile, self.low, self.high)
        hours: Array = np.where(self.absent_in(number), np.inf, self.hours * length * slowness)
        return hours

    def absent_in(self, number: int) -> Array:
        """Tell which inputs are not there in one draw."""
        quantile = np.random.default_rng([self.seed, number, 3]).random(self.groups)[self.group]
        absent: Array = quantile >= self.exists
        return absent

    def day_hours(self, number: int) -> float:
        """Return the hours a day that a road column drives in one draw."""
        quantile = np.random.default_rng([self.seed, number, 2]).random()
        return float(np.minimum(self.day_h * factor(quantile, *self.day_range), 24))


def drawn_network(network: Network, seed: int, number: int, *, common: bool = False) -> Network:
    """Return a network as it is in one draw: which links there are, their hours and capacity, ports, the packets' gap.

    Of a network with a profile applied. `Network.lifting` would undo the draw: it comes first.
    """
    key = "draws", seed, common
    if key not in network.kept:  # its ranges take as long as all the rest of a draw
        network.kept[key] = Draws.of(network, seed, common=common)
    draws, rules, size = network.kept[key], network.rules, len(network.links)
    hours, rng = draws.hours_in(number), np.random.default_rng([seed, number, 1])
    gap, links, ports = rng.random(), rng.random(draws.groups)[draws.group[:size]], rng.random(len(network.places))
    if common:
        ports = ports[pd.factorize(network.places["country"])[0]]
    profile = replace(
        network.profile,  # type: ignore[type-var]
        handling_h=dict(zip(HANDLINGS, hours[-len(HANDLINGS) :], strict=True)),
        packet_gap_min=network.profile.packet_gap_min * factor(gap, *rules.uncertainty["packet_gap_min"]),  # type: ignore[union-attr]
        hours_per_day=draws.day_hours(number),
    )
    regime = network.regime and replace(network.regime, internal_wait_h=None)  # its waits are in the hours
    seen = derive(replace(network, profile=profile, regime=regime))
    ranges = {"sea": (1.0, 1.0)} | {mode: rules.uncertainty[f"capacity_{mode}"] for mode in ("road", "rail")}
    room = factor(links, *np.array([ranges[mode] for mode in seen.links["mode"]]).T)
    handled = handled_per_day(seen.places, rules) * factor(ports, *rules.uncertainty["capacity_port"])
    there = np.isfinite(hours[:size])
    drawn = {
        "time_h": np.where(there, hours[:size], seen.links["time_h"]),
        "capacity": seen.links["capacity"] * room,
        "active": seen.links["active"] & there,
        "usable": seen.links["usable"] & there,
        "reason": seen.links["reason"].where(there | (seen.links["reason"] != ""), "not there in this draw"),
    }
    return replace(
        seen,
        links=seen.links.assign(**drawn),
        borders=seen.borders.assign(wait_h=hours[size : -len(HANDLINGS)]),
        places=seen.places.assign(capacity_day=handled.where(np.isfinite(handled))),
    )


def _slowness(network: Network) -> Array:
    """Return the range of the factors on the hours of each link by its speed, 2 x links.

    Of a train it reaches from the pace observed to the best one; where the speed is stated, it is known.
    """
    links, rules = network.links, network.rules
    ranges = {mode: rules.uncertainty[f"{mode}_speed"] for mode in ("road", "sea")}
    slow, fast = np.array([ranges.get(mode, (1.0, 1.0)) for mode in links["mode"]]).reshape(-1, 2).T
    paced = [driven_speed(links, planning_speed(links, rules, pace)[0], network.profile) for pace in PACES]  # type: ignore[arg-type]
    rail = (links["mode"] == "rail").to_numpy()
    usual = paced[PACES.index(network.pace)]
    low, high = (
        np.where(rail, usual / paced[PACES.index(end)], 1 / other)
        for end, other in (("best", fast), ("observed", slow))
    )
    return np.array([np.minimum(low, 1), np.maximum(high, 1)])


def factor(quantile: Array | float, low: Array | float, high: Array | float) -> Array:
    """Return the quantiles of a factor between two bounds, one up to 1 and one from 1 on, whose mode and mean are 1.

    A triangle on each side of 1, the narrower side the likelier: what is summed over many links stays where it is, so
    that a value lies inside its own interval however skewed its range.
    """
    below, above = np.subtract(1, low), np.subtract(high, 1)
    likely = np.where(below + above > 0, above / np.where(below + above > 0, below + above, 1), 1.0)  # below 1
    left = low + below * np.sqrt(np.minimum(quantile / np.maximum(likely, 1e-12), 1))
    right = high - above * np.sqrt(np.clip(np.subtract(1, quantile) / np.maximum(1 - likely, 1e-12), 0, 1))
    value: Array = np.where(quantile < likely, left, right)
    return value
