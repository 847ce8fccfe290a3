"""What is asked of a deployment: its numbers, its ends, and the shares of the places of entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mobility.analysis.pairs import Pairs
from mobility.analysis.routing import best_route
from mobility.errors import InputError, sure
from mobility.model.changes import loaded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mobility.analysis.pairs import Ends
    from mobility.model.network import Network
    from mobility.model.profiles import Cargo, Force
    from mobility.vocabulary import Words

_MOST_VEHICLES, _MOST_DAYS = 1_000_000, 366
STEPS_MIN = (60, 30, 15, 10)


def lorry_loads(tonnes: float, cargo: Cargo) -> int:
    """Return the lorry loads of so many tonnes."""
    most = _MOST_VEHICLES * cargo.t_per_lorry
    if not 0 < tonnes <= most:
        raise InputError(f"tonnes must be above 0 and at most {most:,.0f} of {cargo.name}, not {tonnes:g}")
    return int(np.ceil(tonnes / cargo.t_per_lorry))


def size_of(
    net: Network, vehicles: int | None, force: str | None, tonnes: float | None, cargo: str
) -> tuple[Network, Force | None, Cargo | None, int]:
    """Return the network as the force loads it, its package, its cargo, and how many vehicles it has."""
    if [vehicles, force, tonnes].count(None) != 2:  # noqa: PLR2004 - one of three is given
        raise InputError("give one of vehicles (their number), force (the name of a package) and tonnes")
    package = None if force is None else net.rules.force(force)
    count, supplies = vehicles if package is None else package.vehicles, None
    if tonnes is not None:
        supplies = net.rules.cargo(cargo)
        net, count = loaded(net, supplies), lorry_loads(tonnes, supplies)
    return net, package, supplies, sure(count, "the number of vehicles")


def check(count: float, pool: float, days: float, step_min: int) -> None:
    """Refuse numbers that make no sense."""
    if not 1 <= count <= _MOST_VEHICLES or count != int(count):
        raise InputError(f"vehicles must be a whole number from 1 to {_MOST_VEHICLES:,}, not {count}")
    if not 0 <= pool < np.inf:
        raise InputError(f"trains must be 0 or more, not {pool:g}")
    if not 1 <= days <= _MOST_DAYS:
        raise InputError(f"the horizon must be 1 to {_MOST_DAYS} days, not {days:g}")
    if step_min not in STEPS_MIN:
        raise InputError(f"a step has {', '.join(map(str, STEPS_MIN))} minutes, not {step_min}")


def ends_asked(net: Network, origins: Ends | str, destinations: Words | str) -> tuple[list[str], list[str]]:
    """Return the places of entry and the destinations that words (or pairs) name; by role only those not closed."""
    if isinstance(origins, Pairs):
        return list(origins.origins), list(origins.destinations)
    asked = []
    for words, role in ((origins, "origin"), (destinations, "destination")):
        usual = net.places.index[net.places["active"] & (net.places["role"] == role)]
        asked.append(list(usual) if words is None else net.places_named(words))
    return asked[0], asked[1]


def supply_of(
    net: Network, starts: list[str], ends: list[str], shares: Mapping[str, float], need: float
) -> dict[str, float]:
    """Return the vehicles per origin that has a share, and of all others together under ""."""
    supply: dict[str, float] = {}
    for word, share in shares.items():
        place = net.place_named(word)
        if place in supply:
            raise InputError(f"{place} has two shares: give it one")
        if place not in starts:
            raise InputError(f"the share of {place} needs {place} among the origins: {', '.join(starts)}")
        if not 0 <= share <= 1:
            raise InputError(f"the share of {place} must be from 0 to 1, not {share:g}")
        supply[place] = share * need
        if share:
            best_route(net, place, ends)  # raises where there is none
    rest = need - sum(supply.values())
    if supply and (rest < -1e-6 * need or (set(supply) == set(starts) and rest > 1e-6 * need)):
        raise InputError(f"the shares add up to {1 - rest / need:g}, not to 1")
    return supply | {"": max(rest, 0.0)} if supply else {}
