"""A network and its pairs, prepared: the hours of all pairs after any closure in about a millisecond.

What the questions share is worked out once (`basis`); a network is made, and its routes, only when they are asked for.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mobility.analysis.basis import Basis
from mobility.analysis.graph import MS_PER_H
from mobility.analysis.pairs import Pairs, graphs_of, pairs_of
from mobility.analysis.routes import places_on_modes
from mobility.analysis.series import sections
from mobility.analysis.whatif import whatif
from mobility.errors import InputError, MobilityError
from mobility.model import changes
from mobility.model.areas import WIDTH_M
from mobility.model.closures import resolve, resolve_build
from mobility.model.scenario import Scenario, setting
from mobility.vocabulary import CHANGES, CONNECTED, CUT_OFF, LOST_END, NOT_ON_MODE, NOTICEABLE_MS, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import geopandas as gpd

    from mobility.analysis.pairs import Ends, PairList
    from mobility.model.closures import Closure
    from mobility.model.network import Network
    from mobility.vocabulary import Array, Words

HOUR_COLUMNS = (
    "from to state_before state_after time_h_before time_h_after delta_h cut_off lost_end newly_connected"
).split()


def prepare(
    network: Network, origins: Ends = None, destinations: Words = None, *, builds: Iterable[Sequence[str]] = ()
) -> Prepared:
    """Prepare a network for many questions about the same pairs.

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used.
    origins, destinations
        As in `routes`. Pairs with an end that is closed already are left out.
    builds
        What will be built, each as `Network.build` takes it: laid out at once, which is quicker than one by one.

    Examples
    --------
    >>> from mobility import Network, prepare
    >>> base = prepare(Network.load().under("wheeled"), ["thessaloniki"], ["budapest"])
    >>> bool(base.close("border:tabanovce").delta_h[0] > 0)
    True
    """
    net = network.profiled()
    return Prepared(Basis(net, pairs_of(net, origins, destinations), [tuple(names) for names in builds]))


class Prepared:
    """A network with its pairs, as prepared or after changes; each change returns another one.

    Times are under way, without rest (`routes`: time_h); `whatif` tells all the rest of the same change.

    Attributes
    ----------
    pairs : list of (str, str)
        Origins and destinations (ids): the order of all arrays.
    base : Prepared
        As it was before any change.
    """

    def __init__(
        self,
        basis: Basis,
        build: tuple[str, ...] = (),
        closures: tuple[Closure, ...] = (),
        words: tuple[tuple[tuple[str, ...], bool, float], ...] = (),
        base: Prepared | None = None,
    ) -> None:
        self._basis, self._build, self._closures, self._words = basis, build, closures, words
        self.base = base or self

    def __repr__(self) -> str:
        """Return what it is, in one line."""
        changed = [*self._build, *(closure.reason for closure in self._closures)]
        return f"<Prepared: {len(self.pairs):,} pairs{'; ' * bool(changed)}{'; '.join(changed)}>"

    @property
    def pairs(self) -> PairList:
        """Origins and destinations (ids)."""
        return self._basis.pairs

    def close(self, *names: str, allow_empty: bool = False, width: float = WIDTH_M) -> Prepared:
        """Return it with things closed; parameters and errors as in `Network.close`."""
        shut = list(self._closures)
        for name in names:
            # What "NAME>" closes hangs on what is closed in one direction already, all else on the tables alone.
            tables = self.network if any(closure.one_way for closure in self._closures) else self._basis.network
            closure = resolve(tables, name, width)
            if not (allow_empty or self._basis.used(closure, self._build)):
                changes.refuse_idle(self.network, name, closure)
            shut.append(closure)
        return Prepared(self._basis, self._build, tuple(shut), (*self._words, (names, allow_empty, width)), self.base)

    def build(self, *names: str) -> Prepared:
        """Return it with projects or planned links built, as `Network.build`."""
        built = (*self._build, *names)
        basis = self._basis if not built or built in self._basis.number else self._basis.with_build(built)
        return Prepared(basis, built, self._closures, self._words, self.base)

    def apply(self, given: Scenario) -> Prepared:
        """Return it with the builds, the settings and the closures of a scenario, in this order."""
        found = self.build(*given.build)
        for item in (*given.set, *given.set_after):
            found = found.set(*setting(item))
        return found.close(*given.close, allow_empty=given.allow_empty, width=given.width)

    def set(self, name: str, attribute: str, value: float) -> Prepared:
        """Return it with one value changed, as `Network.set`; dearer than the others, as the graph is made anew."""
        return Prepared(Basis(self.network.set(name, attribute, value), self.pairs), base=self.base)

    @cached_property
    def network(self) -> Network:
        """The network with all of it."""
        found = self._basis.network.build(*self._build)
        for names, allow_empty, width in self._words:
            found = found.close(*names, allow_empty=allow_empty, width=width)
        return found

    @cached_property
    def ms(self) -> Array:
        """Milliseconds of each pair (inf: no way, or its end is closed)."""
        found = self._basis.ms(self._build, self._closures)
        found[self.lost_end] = np.inf
        return found

    @property
    def time_h(self) -> Array:
        """Hours of each pair (NaN: no way, or its end is closed)."""
        return np.where(np.isfinite(self.ms), self.ms, np.nan) / MS_PER_H

    @property
    def delta_h(self) -> Array:
        """Hours more than before any change, per pair (NaN unless connected both times)."""
        hours: Array = self.time_h - self.base.time_h
        return hours

    @cached_property
    def lost_end(self) -> Array:
        """Which pairs start or end at a place that is closed."""
        shut = {place for closure in self._closures for place in closure.places} | self._basis.shut
        return np.array([not shut.isdisjoint(pair) for pair in self.pairs], dtype=bool)

    def table(self) -> pd.DataFrame:
        """Return the hours of every pair before and after: the columns of `whatif` that need no more than hours."""
        before, after = self.base.ms, self.ms
        states = np.where(self.lost_end, LOST_END, self._states())
        columns = {
            "from": [a for a, _ in self.pairs],
            "to": [b for _, b in self.pairs],
            "state_before": self.base._states(),  # noqa: SLF001 - of another of its kind
            "state_after": states,
            "time_h_before": self.base.time_h,
            "time_h_after": self.time_h,
            "delta_h": self.delta_h,
            "cut_off": np.isfinite(before) & ~np.isfinite(after) & ~self.lost_end,
            "lost_end": self.lost_end,
            "newly_connected": ~np.isfinite(before) & np.isfinite(after),
        }
        return pd.DataFrame(columns, columns=HOUR_COLUMNS)

    def summary(self) -> dict[str, Any]:
        """Return the change in numbers.

        pairs_slower, pairs_faster (by more than 30 s), pairs_cut_off, pairs_lost_end (connected before),
        newly_connected, mean_delta_h (over all pairs connected both times; None: there is none), total_delta_h,
        worst_delta_h (the largest change, up or down; None: none is noticeable), worst_from and worst_to.
        """
        before, after = self.base.ms, self.ms
        were, are = np.isfinite(before), np.isfinite(after)
        change = np.subtract(after, before, where=were & are, out=np.zeros(len(before)))
        most = int(np.abs(change).argmax()) if len(change) else -1
        noticed = most >= 0 and abs(change[most]) > NOTICEABLE_MS
        compared = int((were & are).sum())
        return {
            "pairs_slower": int((change > NOTICEABLE_MS).sum()),
            "pairs_faster": int((change < -NOTICEABLE_MS).sum()),
            "pairs_cut_off": int((were & ~are & ~self.lost_end).sum()),
            "pairs_lost_end": int((were & self.lost_end).sum()),
            "newly_connected": int((~were & are).sum()),
            "mean_delta_h": change.sum() / MS_PER_H / compared if compared else None,
            "total_delta_h": change.sum() / MS_PER_H,
            "worst_delta_h": change[most] / MS_PER_H if noticed else None,
            "worst_from": self.pairs[most][0] if noticed else "",
            "worst_to": self.pairs[most][1] if noticed else "",
        }

    def whatif(self) -> gpd.GeoDataFrame:
        """Return every pair before and after, as `mobility.whatif` does: routes, arrivals, disjoint routes too."""
        origins, destinations = (tuple(dict.fromkeys(pair[side] for pair in self.pairs)) for side in (0, 1))
        return whatif(self.base.network, self.network, Pairs(origins, destinations))

    def _states(self) -> Array:
        joined = np.isfinite(self.ms)
        if joined.all():
            return np.full(len(joined), CONNECTED, dtype=object)
        present = places_on_modes(self.network)
        absent = [a not in present or b not in present for a, b in self.pairs]
        return np.where(joined, CONNECTED, np.where(absent, NOT_ON_MODE, CUT_OFF)).astype(object)


def each(
    network: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    changes: str | Iterable[tuple[str, Scenario]],
) -> pd.DataFrame:
    """Return what many changes of a network do, each alone: one row a change, the worst first.

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used.
    origins, destinations
        As in `routes`.
    changes
        A word for each change, and its closures, builds and settings, which its title names. Or a kind of changes:
        links, sections (those of `bottlenecks`) or structures, which are closed, or projects, which are built.

    Returns
    -------
    DataFrame
        Columns: number (1, 2, ... as asked), change (its word), name, and those of `Prepared.summary`. Sorted by the
        pairs cut off, then by the hours lost in all.

    Raises
    ------
    InputError
        When a change cannot be made; it says which.
    """
    net, one = network.profiled(), ""
    asked = _of_kind(net, changes, origins, destinations) if isinstance(changes, str) else changes
    known, rows = list(enumerate(asked, start=1)), list[dict[str, Any]]()
    try:
        for number, (name, given) in known:  # all builds are laid out at once
            one = f"change {number}, {name}"
            for build in given.build:
                resolve_build(net, build)
        base = prepare(net, origins, destinations, builds=dict.fromkeys(g.build for _, (_, g) in known if g.build))
        for number, (name, given) in known:
            one = f"change {number}, {name}"
            rows.append({"number": number, "change": name, "name": given.title or name} | base.apply(given).summary())
    except MobilityError as error:
        raise InputError(f"{one}: {error}") from None
    table = pd.DataFrame(rows, columns=["number", "change", "name", *base.summary()])
    order = ["pairs_cut_off", "total_delta_h", "number"]
    return table.sort_values(order, ascending=[False, False, True], ignore_index=True)


def _of_kind(net: Network, kind: str, origins: Ends, destinations: Words) -> list[tuple[str, Scenario]]:
    """Return the changes of a kind: the closure of each link, section or structure in use, or each project built."""
    if kind not in CHANGES:
        raise InputError(f"no changes are called {kind!r}; there are {', '.join(CHANGES)}")
    if kind == "projects":
        table = zip(net.projects["id"], net.projects["name"], strict=True)
        return [(key, Scenario(build=(f"project:{key}",), title=name)) for key, name in table]
    used = net.links[net.links["active"]]
    if kind == "links":
        return [(key, _closed([key], name)) for key, name in used["name"][net.counted[net.links["active"]]].items()]
    if kind == "structures":
        columns = (net.structures[column] for column in ("id", "name", "links"))
        carried = ((key, name, split(cell)) for key, name, cell in zip(*columns, strict=True))
        return [(key, _closed(links, name)) for key, name, links in carried if not used.index.intersection(links).empty]
    chains = sections(net, list(graphs_of(net, pairs_of(net, origins, destinations))))[0]
    return [(key, _closed(split(cell), name)) for key, cell, name in chains[["links", "name"]].itertuples()]


def _closed(links: Iterable[str], name: str) -> Scenario:
    return Scenario(close=tuple(f"link:{link}" for link in links), allow_empty=True, title=name)
