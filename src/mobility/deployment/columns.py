"""Columns of forces: how large, where they can go, how long that takes, and what each step needs.

Rules, all estimates of the project on the values of profiles.toml and the tables:

- A column is what stays together from end to end: a packet of the profile, or a trainload where the force's best way
  has a railway in it.
- Two columns enter a link of one direction at least so long apart that its capacity a day is kept (as in `deploy`: a
  day's capacity is spread over 24 hours), and that the first has passed; a slower one holds those behind it back by
  what the quickest of all columns would gain on it, so that nobody is overtaken or run into. Access links have no
  capacity, but columns on them do not overlap either. Ships pass each other.
- On a railway that is not known to have two tracks throughout, trains do not meet: no passing place is known.
- Ports, airports, railheads, road crossings and trains as in `deploy`; a train is away for the whole turnaround.
- Rests are taken between links (on a link only where that takes more than a day's driving).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.optimize import linprog

from mobility.analysis.graph import milliseconds
from mobility.deployment.time_expanded import RAIL
from mobility.errors import InputError, NoRouteError, sure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mobility.deployment.fields import Field
    from mobility.model.orders import Orders
    from mobility.vocabulary import Array


class Column(NamedTuple):
    """Part of a force that stays together.

    Attributes
    ----------
    force, number, vehicles, name
        Number of the force in the orders, its own number there, how many vehicles, NAME/2.
    ready, fixed
        When it can leave (seconds after the start), and whether it was asked to leave then.
    field
        Where it can go.
    after
        Of a way back: the column that comes back, from where it then is to where it came from.
    """

    force: int
    number: int
    vehicles: int
    name: str
    ready: int
    fixed: bool
    field: Field
    after: Column | None = None


def columns_of(orders: Orders, fields: list[Field]) -> list[Column]:
    """Return the columns of all forces; raises InputError where a fixed column is none of them."""
    found: dict[str, list[Column]] = {}
    fixed = dict(orders.fixed)
    for number, field in enumerate(fields):
        order, own = field.order, list[Column]()
        for i, (part, vehicles, after) in enumerate(_parts(field, found), 1):
            name = f"{order.name}/{i}"
            at = fixed.pop(name, None)
            at = fixed.get(order.name) if at is None and i == 1 else at
            ready = order.ready if at is None else at
            own.append(Column(number, i, vehicles, name, ready, at is not None, part, after))
        fixed.pop(order.name, None)
        found[order.name] = own
    if fixed:
        name = next(iter(fixed))
        raise InputError(f"--fix {name}: there is no such column; {name.rpartition('/')[0]} has fewer")
    return [column for own in found.values() for column in own]


def _parts(field: Field, before: dict[str, list[Column]]) -> Iterator[tuple[Field, int, Column | None]]:
    """Iterate over the columns of a force: where each can go, its vehicles, and which column it is on its way back."""
    order = field.order
    if order.follows:
        if order.follows not in before:
            raise InputError(f"force {order.name} goes back by the columns of {order.follows}: order that before it")
        yield from ((field, column.vehicles, column) for column in before[order.follows])
        return
    for part, vehicles in _shared_out(field):
        size = order.column or _size(part)
        yield from ((part, min(size, vehicles - done), None) for done in range(0, vehicles, size))


def _shared_out(field: Field) -> list[tuple[Field, int]]:
    """Return the parts of a force by the shares of its places: where each can go, and its vehicles.

    Where both ends have shares, who goes where is chosen so that the vehicle-hours under way are the fewest
    (transportation problem).
    """
    order, total = field.order, field.vehicles
    leaving = whole_shares(total, order.origin_shares) if order.origin_shares else [total]
    arriving = whole_shares(total, order.destination_shares) if order.destination_shares else [total]
    starts = [(place,) for place in field.starts] if order.origin_shares else [field.starts]
    goals = [(place,) for place in field.goals] if order.destination_shares else [field.goals]
    parts = [[field.only(start, goal) for goal in goals] for start in starts]
    hours = np.array([[part.least for part in row] for row in parts])
    sent = _transported(hours, leaving, arriving)
    if sent is None:
        raise NoRouteError(f"force {order.name}: no routes from {', '.join(field.starts)} to {', '.join(field.goals)} "
                           "keep its shares")  # fmt: skip
    pairs = [
        (part, int(n)) for row, counts in zip(parts, sent, strict=True) for part, n in zip(row, counts, strict=True)
    ]
    return [(part, vehicles) for part, vehicles in pairs if vehicles]


def whole_shares(total: int, shares: Sequence[float]) -> list[int]:
    """Return a whole number as whole parts by shares that add up to 1: the largest remainders are rounded up.

    Examples
    --------
    >>> whole_shares(10, [0.55, 0.25, 0.2])
    [6, 2, 2]
    """
    exact = np.round(total * np.asarray(shares) / sum(shares), 9)
    parts = np.floor(exact).astype(int)
    first = np.argsort(parts - exact, kind="stable")  # of equal remainders the first named
    parts[first[: total - parts.sum()]] += 1
    return [int(part) for part in parts]


def _transported(costs: Array, leaving: Sequence[int], arriving: Sequence[int]) -> Array | None:
    """Return how many go from each start to each end at the least cost, None where none can (inf: no way)."""
    rows, columns = costs.shape
    open_ = np.isfinite(costs).ravel()
    ends = np.vstack([np.kron(np.eye(rows), np.ones(columns)), np.tile(np.eye(columns), rows)])
    bounds = [(0, None if way else 0) for way in open_]
    found = linprog(np.where(open_, costs.ravel(), 0), A_eq=ends, b_eq=[*leaving, *arriving], bounds=bounds)
    return np.rint(found.x).astype(int).reshape(rows, columns) if found.success else None


def _size(field: Field) -> int:
    """Return the vehicles of a column: a trainload where the best way has a railway in it, else a packet."""
    profile, graph = sure(field.net.profile, "the profile"), field.graph
    starts = field.joint.start
    left = graph.rank_to(field.joint.goal)
    way = graph.walk(starts, left) if np.isfinite(milliseconds(left[starts])).any() else []
    by_rail = any(graph.link[arc] >= 0 and graph.mode[graph.tail[arc]] == RAIL for arc in way)
    return int(profile.vehicles_per_train if by_rail else profile.packet)
