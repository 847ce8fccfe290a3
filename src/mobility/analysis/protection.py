"""Protection: what to make proof against loss, so that the worst closures of the rest do least harm.

The defender protects F things, then the attacker closes the worst K of the others, then every pair takes its best
route (defender-attacker-defender). Harm is ordered as in `interdict`: pairs cut off first, then the hours that the
others lose. An attack that is known to do more than some harm must be hit by every protection that leaves no more
than that. So the least harm against the attacks known bounds from below what any protection leaves; the worst attack
on a protection that hits them bounds it from above, and is one attack more. The two meet.

References
----------
Israeli, E., Wood, R. K. (2002). Shortest-path network interdiction. Networks 40(2), 97-111.
Lozano, L., Smith, J. C. (2017). A backward sampling framework for interdiction problems with fortification.
INFORMS Journal on Computing 29(1), 123-139.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np

from mobility.analysis.attack import Attack, Attacker
from mobility.analysis.closable import together
from mobility.analysis.graph import MS_PER_H
from mobility.analysis.hitting import hitting
from mobility.analysis.interdiction import KINDS, MOST, check_closures, check_seconds, closable
from mobility.analysis.pairs import pairs_of
from mobility.analysis.ways import Ways
from mobility.errors import InputError
from mobility.model.network import CRS
from mobility.vocabulary import split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mobility.analysis.interdiction import Closable, Row
    from mobility.analysis.pairs import Ends
    from mobility.model.network import Network
    from mobility.vocabulary import Words

COLUMNS = (
    "f k protected protected_names attacked attacked_names delta_h pairs_cut_off optimal "
    "least_pairs_cut_off least_h most_pairs_cut_off most_h together links geometry"
).split()

_OF_ATTACK = ("attacked", "attacked_names", "delta_h", "pairs_cut_off", "together")


def protect(
    network: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    f: int,
    k: int,
    by: str = "section",
    spare: Iterable[str] = (),
    seconds: float | None = None,
    curve: bool = False,
) -> gpd.GeoDataFrame:
    """Return which 0, 1, ... f things, made proof against loss, leave the least harm when the worst k of the rest go.

    Harm is that of `interdict`: a pair cut off ranks above any delay, then the hours that the pairs lose which
    stay connected, summed over all of them. A row has fewer than its f things where more do no more good. Links in
    series fail alike: `by` "link" protecting one of them moves the attack to the next, so that only all of them
    together do any good, and count each. Of protections that leave equal harm one is returned.

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used.
    f
        How many things are protected at most; 0: none.
    k
        How many of the others are closed at most.
    by, spare
        What is protected and closed, as in `interdict`; what is spared is not closed to begin with.
    origins, destinations
        As in `routes`.
    seconds
        After which rows come unproven, with bounds; each may take half of what is left, the last all of it. None:
        however long it takes.
    curve
        Whether the same is told for 1, 2, ... k closures too.

    Returns
    -------
    GeoDataFrame
        One row per number of closures and of things protected, EPSG:4326. Columns: f, k, protected, protected_names,
        attacked, attacked_names (ids, sorted, and names, ";"-joined), delta_h (hours lost by the pairs that stay
        connected, summed) and pairs_cut_off when `attacked` is closed, optimal (proven: no f things leave less, and no
        k closures of the rest do more), least_pairs_cut_off and least_h (what any f things leave at least: a bound),
        most_pairs_cut_off and most_h (what any k closures of the rest do at most: a bound), together (the most links
        in series, of those attacked, that only protecting together would help; 1: none), links (ids of those that are
        protected or carry what is), geometry (what is protected).

    Raises
    ------
    InputError
        When `f` is less than 0, `k` is less than 1 or more than can be closed, nothing can be closed, `by` is no kind,
        or `seconds` is not above 0.
    UnknownNameError
        When a name in `spare` matches nothing.
    """
    found = rows(network, origins, destinations, f=f, k=k, by=by, spare=spare, seconds=seconds, curve=curve)
    return framed(found)


def framed(found: Iterable[Row]) -> gpd.GeoDataFrame:
    """Return rows as the table of `protect`.

    Unproven rows tell of the worst attack found by then. One found later, for more things protected, does as much to
    any row whose protection it avoids: that row tells of it too, so that protecting more never looks worse.
    """
    kept = list(found)
    for place in range(len(kept) - 1, -1, -1):
        for later in kept[place + 1 :]:
            row = kept[place]
            avoids = later["k"] == row["k"] and not _ids(later["attacked"]) & _ids(row["protected"])
            if avoids and _harm(later) > _harm(row):
                kept[place] = row | {key: later[key] for key in _OF_ATTACK}
    return gpd.GeoDataFrame(kept, columns=COLUMNS, geometry="geometry", crs=CRS)


def _ids(cell: str) -> set[str]:
    return {*split(cell)}


def _harm(row: Row) -> tuple[int, float]:
    return row["pairs_cut_off"], row["delta_h"]


def rows(
    network: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    f: int,
    k: int,
    by: str = "section",
    spare: Iterable[str] = (),
    seconds: float | None = None,
    curve: bool = False,
) -> Iterator[Row]:
    """Iterate over the rows of `protect`, each as soon as it is known; parameters as there."""
    board = Board.of(network, origins, destinations, f=f, k=k, by=by, spare=spare, seconds=seconds)
    if board.ways.pairs:
        told = Telling(board)
        yield from board.played(told.row, lambda size: Protection(Attacker(board.ways, size), board.cost), curve=curve)


class Board(NamedTuple):
    """What a game of protection is played on: what can be closed, the routes of all pairs, how many things, and time.

    Attributes
    ----------
    members
        What only together is proof, as places in the alphabet, by what stands for it.
    """

    network: Network
    things: Closable
    ways: Ways
    members: dict[int, list[int]]
    by: str
    f: int
    k: int
    until: float

    @classmethod
    def of(
        cls, network: Network, origins: Ends, destinations: Words, *, f: int, k: int, by: str, spare: Iterable[str],
        seconds: float | None,
    ) -> Board:  # fmt: skip
        """Look up what is asked; parameters and errors as in `protect`."""
        until = np.inf if seconds is None else time.monotonic() + seconds
        _check(f, k, by, seconds)
        net = network.profiled()
        things = closable(net, pairs_of(net, origins, destinations), by, spare)
        able = set().union(*(where.all() for where, _ in things.fields))
        ways = Ways(things.fields)
        if ways.pairs and not able:
            raise InputError(
                f"nothing can be closed by {by}: nothing is there, or all of it is spared; leave out spares"
            )
        if ways.pairs and k > len(able):
            raise InputError(f"only {len(able)} {by}s can be closed, and {k} closures are asked for")
        members: dict[int, list[int]] = {}
        for number, row in enumerate(things.alphabet.tolist()):
            if things.stands_for[row] >= 0:
                members.setdefault(int(things.stands_for[row]), []).append(number)
        return cls(net, things, ways, members, by, f, k, until)

    @property
    def cost(self) -> dict[int, int]:
        """How many things are to be protected together, by what stands for them."""
        return {thing: len(alike) for thing, alike in self.members.items()}

    def played(
        self, told: Callable[[int, int, Solution], Row], game_of: Callable[[int], Protection], *, curve: bool
    ) -> Iterator[Row]:
        """Iterate over the rows: 0 to f things protected, against k closures, or (`curve`) 1 to k."""
        asked = [(size, count) for size in range(1 if curve else self.k, self.k + 1) for count in range(self.f + 1)]
        for turn, (size, count) in enumerate(asked):
            if count == 0:
                game = game_of(size)
            until = np.inf
            if self.until < np.inf:  # half of what is left, the last row all of it
                now = time.monotonic()
                until = now + (self.until - now) / (1 if turn + 1 == len(asked) else 2)
            yield told(count, size, game.least(count, until))


def _check(f: int, k: int, by: str, seconds: float | None) -> None:
    if not 0 <= f <= MOST:
        raise InputError(f"the number of things protected is {f}; it must be at least 0 and at most {MOST}")
    check_closures(k)
    if by not in KINDS:
        raise InputError(f"protection cannot be counted by {by!r}; there are {', '.join(KINDS)}")
    check_seconds(seconds)


class Solution(NamedTuple):
    """What is protected, the worst attack found on the rest, and the harm that no protection goes below."""

    safe: frozenset[int]
    attack: Attack
    least: int


class Protection:
    """The game of one number of closures; ask for 0, 1, 2, ... things protected."""

    def __init__(self, attacker: Attacker, cost: dict[int, int]) -> None:
        self.attacker, self.cost = attacker, cost
        self.best: Solution | None = None

    def least(self, count: int, until: float) -> Solution:
        """Return the protection that leaves least, or the best found when the time is up."""
        attacker = self.attacker
        attacker.until = until
        if self.best is None:
            self.best = Solution(frozenset(), attacker.worst(frozenset()), 0)
        safe, attack, _ = self.best
        if attack.bound > attack.harm and (now := time.monotonic()) < until:
            attacker.until = now + (until - now) / 2  # the other half is for other choices
            attack = attacker.worst(safe)
            attacker.until = until
        least = 0
        while True:
            least, choice = self._against_known(count, least)
            if least >= attack.bound or time.monotonic() >= until:
                break
            answer = attacker.worst(choice, attack.bound)
            if answer.bound < attack.bound:
                safe, attack = choice, answer
        self.best = Solution(safe, attack, min(least, attack.harm))
        return self.best

    def _against_known(self, count: int, least: int) -> tuple[int, frozenset[int]]:
        """Return the least harm above `least` that things leave against the attacks known, and such things."""
        known = sorted((one for one in self.attacker.known() if one[1]), reverse=True)
        levels = [least, *sorted({harm for harm, _ in known if harm > least})]
        low, high, choice = 0, len(levels) - 1, frozenset[int]()
        while low <= high:  # the first level above which all attacks can be hit
            middle = low if low == 0 and high == len(levels) - 1 else (low + high) // 2
            split = sum(harm > levels[middle] for harm, _ in known)
            attacks = [closed for _, closed in known]
            hit = hitting(attacks[:split], self.cost, count, attacks[split:])
            if hit is None:
                low = middle + 1
            else:
                high, choice = middle - 1, hit
        return levels[low], choice


class Telling:
    """Solutions in words: things are told by their ids and names."""

    def __init__(self, board: Board) -> None:
        self.by, self.table, self.alphabet, self.ways = board.by, board.things.table, board.things.alphabet, board.ways
        self.members, self.cost = board.members, board.cost

    def row(self, count: int, size: int, found: Solution) -> Row:
        """Return a solution as a row of the table of `protect`."""
        off, lost = self._told(found.attack.harm)
        least, most = self._told(found.least), self._told(found.attack.bound)
        return self.named(count, size, found) | {
            "delta_h": lost,
            "pairs_cut_off": off,
            "least_pairs_cut_off": least[0],
            "least_h": least[1],
            "most_pairs_cut_off": most[0],
            "most_h": most[1],
            "together": max((self.cost[thing] for thing in found.attack.closed), default=1),
        }

    def named(self, count: int, size: int, found: Solution) -> Row:
        """Return what a row says whatever the harm is."""
        safe = self.table.iloc[self.alphabet[sorted(n for thing in found.safe for n in self.members[thing])]]
        closed = self.table.iloc[self.alphabet[list(found.attack.closed)]]
        return {
            "f": count,
            "k": size,
            "protected": ";".join(safe.index),
            "protected_names": "; ".join(safe["name"]),
            "attacked": ";".join(closed.index),
            "attacked_names": "; ".join(closed["name"]),
            "optimal": found.least == found.attack.harm == found.attack.bound,
            "links": ";".join(safe.get("links", safe.index if self.by == "link" else ())),
            "geometry": together(safe.geometry),
        }

    def _told(self, harm: int) -> tuple[int, float]:
        off, lost = divmod(harm, self.ways.cut_off)
        return off, lost / MS_PER_H
