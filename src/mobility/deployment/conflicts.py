"""Why no plan keeps what is asked: the closures, capacities, trains and fixed times that rule it out together.

A conflict holds as long as some of these are left in force. Each is let go in turn, for good where the conflict stays:
those that are left are a smallest set, of which none can be spared (deletion filter; Chinneck 2008).

References
----------
Chinneck, J. W. (2008). Feasibility and infeasibility in optimization. Springer.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from mobility.deployment.booked import Booked
from mobility.deployment.placing import Placing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mobility.deployment.columns import Column
    from mobility.deployment.moves import Conflict, Move
    from mobility.model.network import Network
    from mobility.model.orders import Order, Orders

_PLENTY = 1e6  # of vehicles a day, and of trains: no limit
_NOTICED_S = 60


class Rule(NamedTuple):
    """Something that may rule a plan out, in words, and how it is let go."""

    words: str
    let_go: Callable[[Network, Orders], tuple[Network, Orders]]


class Fixed(NamedTuple):
    """Columns (NAME/2) that cannot all leave when they are fixed to, and what rules it out besides."""

    columns: tuple[str, ...]
    because: tuple[str, ...]


def because(placing: Placing, conflict: Conflict) -> list[str]:
    """Return what keeps the deadlines of a conflict from being kept; none: the way alone is too long."""
    chosen = _with_their_way_there(placing.orders, [placing.orders.forces[number] for number in conflict.forces])
    return _least(placing.net, _of(placing, chosen), lambda one: bool(one.conflicts))


def never(placing: Placing, column: Column) -> list[str]:
    """Return what keeps a column from being there within the horizon even alone."""
    chosen = _with_their_way_there(placing.orders, [placing.orders.forces[column.force]])
    return _least(placing.net, _of(placing, chosen), lambda one: None in one.alone)


def fixed(placing: Placing) -> list[Fixed]:
    """Return which columns cannot leave when they are fixed to, in sets as small as can be."""
    found, left = list[Fixed](), [column for column in placing.columns if column.fixed]
    while left and not _left_in_time(placing, left):
        chosen = list(left)
        for column in left:
            rest = [other for other in chosen if other is not column]
            chosen = rest if rest and not _left_in_time(placing, rest) else chosen
        names = {column.name for column in chosen}
        orders = _of(placing, [placing.orders.forces[n] for n in sorted({column.force for column in chosen})])
        rules = _least(placing.net, orders, _not_in_time(names), fixes=False)
        found.append(Fixed(tuple(column.name for column in chosen), tuple(rules)))
        left = [column for column in left if column.name not in names]
    return found


def _not_in_time(names: set[str]) -> Callable[[Placing], bool]:
    return lambda one: not _left_in_time(one, [column for column in one.columns if column.name in names])


def _left_in_time(placing: Placing, columns: Sequence[Column]) -> bool:
    """Return whether some fixed columns, placed one after another with no other, leave when they are fixed to."""
    booked = Booked(placing.trains)
    moves: dict[Column, Move | None] = {}
    for column in columns:
        for one in (column.after, column) if column.after else (column,):
            if one not in moves:
                moves[one] = placing.place(one, booked, moves[one.after] if one.after else None)
            if moves[one] is None:
                return False
    return all(move is None or not c.fixed or move.start < c.ready + _NOTICED_S for c, move in moves.items())


def _with_their_way_there(orders: Orders, chosen: Iterable[Order]) -> list[Order]:
    """Return some orders, each way back with the way there before it."""
    by_name = {order.name: order for order in orders.forces}
    found: dict[str, Order] = {}
    for order in chosen:
        if order.follows:
            found[order.follows] = by_name[order.follows]
        found[order.name] = order
    return list(found.values())


def _of(placing: Placing, chosen: list[Order]) -> Orders:
    """Return the orders of some forces alone, and what is fixed of them."""
    names = {order.name for order in chosen}
    kept = tuple((name, at) for name, at in placing.orders.fixed if {name, name.rpartition("/")[0]} & names)
    return replace(placing.orders, forces=tuple(chosen), fixed=kept)


def _least(net: Network, orders: Orders, holds: Callable[[Placing], bool], *, fixes: bool = True) -> list[str]:
    """Return a smallest set of rules under which a conflict holds, in words; it holds under all of them."""
    left = []
    for rule in _rules(net, orders, fixes=fixes):
        less = rule.let_go(net, orders)
        if holds(Placing(*less)):
            net, orders = less
        else:
            left.append(rule.words)
    return left


def _rules(net: Network, orders: Orders, *, fixes: bool) -> list[Rule]:
    """Return what can be let go: closures at times, capacities of ports and sole links, trains, fixed times."""
    placing = Placing(net, orders)
    found = [Rule(timed.text, _open(timed.text)) for timed in net.timed]
    places = dict.fromkeys(p for field in placing.fields for p in field.starts if not field.order.follows)
    for place in places:
        rate = placing.fields[0].handled[place]
        if rate < _PLENTY:
            words = f"{net.places.at[place, 'name']} ({rate:,.0f} vehicles a day)"
            found.append(Rule(words, _landing(place)))
    for _, link, *_ in (thing for thing in placing.shared if thing[0] == "link"):
        row = net.links.loc[link]
        found.append(Rule(f"{row['name']} ({row['capacity']:,.0f} vehicles a day)", _wide(link)))
    found.append(Rule(f"{placing.trains:g} trains", lambda net, orders: (net, replace(orders, trains=_PLENTY))))
    found += [Rule(f"--fix {name}={orders.shown(at)}", _unfixed(name)) for name, at in orders.fixed if fixes]
    return found


def _open(text: str) -> Callable[[Network, Orders], tuple[Network, Orders]]:
    return lambda net, orders: (replace(net, timed=tuple(one for one in net.timed if one.text != text)), orders)


def _landing(place: str) -> Callable[[Network, Orders], tuple[Network, Orders]]:
    return lambda net, orders: (net.set(f"place:{place}", "capacity", _PLENTY), orders)


def _wide(link: str) -> Callable[[Network, Orders], tuple[Network, Orders]]:
    return lambda net, orders: (net.set(f"link:{link}", "capacity", _PLENTY), orders)


def _unfixed(name: str) -> Callable[[Network, Orders], tuple[Network, Orders]]:
    return lambda net, orders: (net, replace(orders, fixed=tuple(one for one in orders.fixed if one[0] != name)))
