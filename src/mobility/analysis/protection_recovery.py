"""Protection, when harm is what an attack costs until all of it is repaired.

The defender protects F things, the attacker closes the worst K of the others, then crews repair them in the best order
(`recover`): a game of four moves. As in `protect` an attack must be hit by every protection that leaves less than it
costs, whatever the cost; so the same search proves it, with the attacks of `aftermath`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import geopandas as gpd

from mobility.analysis.aftermath import Aftermath
from mobility.analysis.damages import damage_by_rule
from mobility.analysis.field import CUT_OFF
from mobility.analysis.graph import MS_PER_H
from mobility.analysis.protection import Board, Protection, Telling
from mobility.analysis.recovery import check_means
from mobility.errors import InputError, sure
from mobility.model.closures import Closure
from mobility.model.network import CRS
from mobility.model.repairs import HOURS, read_repairs
from mobility.vocabulary import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from mobility.analysis.damages import Damage
    from mobility.analysis.interdiction import Row
    from mobility.analysis.pairs import Ends
    from mobility.analysis.protection import Solution
    from mobility.model.network import Network
    from mobility.model.repairs import Works
    from mobility.vocabulary import Words

MOST_CLOSURES = 10  # of so many the order of repairs is always exact
KINDS = ("section", "structure", "bridge")
COLUMNS = (
    "f k protected protected_names attacked attacked_names repaired repaired_names back_day delta_h pairs_cut_off "
    "cut_off_pair_days lost_pair_hour_days optimal least_cut_off_pair_days least_lost_pair_hour_days "
    "most_cut_off_pair_days most_lost_pair_hour_days links geometry"
).split()


def protect_recovery(  # noqa: PLR0913 - each is an option of its own
    network: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    f: int,
    k: int,
    by: str = "section",
    spare: Iterable[str] = (),
    crews: int = 1,
    sets: int = 0,
    repairs: str | Path | None = None,
    seconds: float | None = None,
    curve: bool = False,
) -> gpd.GeoDataFrame:
    """Return which 0, 1, ... f things, made proof against loss, leave least until the worst k of the rest are repaired.

    Harm is that of `recover`, of the best order of repairs: pair-days cut off, then hours lost if every pair moves
    once a day. How long a repair takes follows from the tables (class of damage); what no crew repairs, the sea, is
    not closed. With few crews two losses on one route cost more than one, though they do no more at once.

    Parameters
    ----------
    f, k, spare, origins, destinations, seconds, curve
        As in `protect`; `k` at most 10.
    by
        What is protected and closed: section, structure or bridge.
    crews, sets, repairs
        As in `recover`.

    Returns
    -------
    GeoDataFrame
        One row per number of closures and of things protected, EPSG:4326. Columns: f, k, protected, protected_names,
        attacked, attacked_names, optimal, links and geometry as in `protect`; repaired and repaired_names (what is
        attacked, in the best order of repairs), back_day (from which nothing of the loss is left), delta_h and
        pairs_cut_off (on the first day), cut_off_pair_days and lost_pair_hour_days (until all is repaired), the same
        after ``least_`` (what any f things leave at least: a bound) and after ``most_`` (what any k closures of
        the rest do at most: a bound).

    Raises
    ------
    InputError
        As `protect` and `recover` do; by links or places, whose repair the tables do not tell each by itself.
    UnknownNameError
        When a name in `spare` matches nothing.
    """
    found = rows(
        network, origins, destinations,
        f=f, k=k, by=by, spare=spare, crews=crews, sets=sets, repairs=repairs, seconds=seconds, curve=curve,
    )  # fmt: skip
    return framed(found)


def framed(found: Iterable[Row]) -> gpd.GeoDataFrame:
    """Return rows as the table of `protect_recovery`."""
    return gpd.GeoDataFrame(list(found), columns=COLUMNS, geometry="geometry", crs=CRS)


def rows(
    network: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    crews: int = 1,
    sets: int = 0,
    repairs: str | Path | None = None,
    curve: bool = False,
    **asked: Any,  # noqa: ANN401 - of `Board.of`
) -> Iterator[Row]:
    """Iterate over the rows of `protect_recovery`, each as soon as it is known; parameters as there."""
    check_means(crews, sets)
    if asked["by"] in {"link", "place"}:
        raise InputError(f"repairs are not known by {asked['by']}; with harm until repaired ask by {', '.join(KINDS)}")
    if asked["k"] > MOST_CLOSURES:
        raise InputError(f"{asked['k']} closures are too many to order their repairs; at most {MOST_CLOSURES}")
    works = read_repairs(repairs)
    board = Board.of(network, origins, destinations, **asked)
    if not board.ways.pairs:
        return
    yard = _Yard(board, works)
    if board.k > len(board.members) - len(yard.proof):
        able = len(board.members) - len(yard.proof)
        raise InputError(f"only {able} {board.by}s can be closed and repaired, and {board.k} closures are asked for")
    longest = max(days.hours for days in works.values())

    def attacker(size: int) -> Aftermath:
        return Aftermath(board.ways, size, lambda thing: sure(yard.damage(thing), "a repair").job, yard.proof,
                         crews=crews, sets=sets, longest=longest)  # fmt: skip

    players = {size: attacker(size) for size in range(1, board.k + 1)}
    told = _Telling(board, yard, players)
    yield from board.played(told.row, lambda size: Protection(players[size], board.cost), curve=curve)


class _Yard:
    """What the repair of each thing takes."""

    def __init__(self, board: Board, works: Works) -> None:
        self.board, self.works = board, works
        self.damage = cache(self._damage)
        sea = set(board.network.links.index[board.network.links["mode"] == "sea"])
        cells = board.things.table["links"].iloc[board.things.alphabet]
        self.proof = frozenset(thing for thing in board.members if sea.issuperset(split(cells.iloc[thing])))

    def _damage(self, thing: int) -> Damage | None:
        row = self.board.things.table.iloc[self.board.things.alphabet[thing]]
        there = tuple(link for link in split(row["links"]) if link in self.board.network.links.index)
        closure = Closure(f"closed: {row['name']}", links=there)
        return damage_by_rule(self.board.network, str(row.name), closure, self.works)


class _Telling(Telling):
    """Solutions in words, with the order of repairs."""

    def __init__(self, board: Board, yard: _Yard, players: dict[int, Aftermath]) -> None:
        super().__init__(board)
        self.yard, self.players = yard, players

    def row(self, count: int, size: int, found: Solution) -> Row:
        """Return a solution as a row of the table of `protect_recovery`."""
        player, closed = self.players[size], tuple(sorted(found.attack.closed))
        player.until = float("inf")  # what the attack does is known already
        steps = player.steps(closed)
        order = self.table.iloc[self.alphabet[[closed[step.job] for step in steps]]]
        off, late = divmod(player.rate(closed), CUT_OFF)
        row = self.named(count, size, found) | {
            "repaired": ";".join(order.index),
            "repaired_names": "; ".join(order["name"]),
            "back_day": player.back_after(closed) / HOURS,
            "delta_h": late / MS_PER_H,
            "pairs_cut_off": off,
        }
        for name, harm in (("", found.attack.harm), ("least_", found.least), ("most_", found.attack.bound)):
            off, late = divmod(harm, CUT_OFF)
            row |= {f"{name}cut_off_pair_days": off / HOURS, f"{name}lost_pair_hour_days": late / MS_PER_H / HOURS}
        return row
