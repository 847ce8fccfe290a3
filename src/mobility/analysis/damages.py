"""Damages: what an attack leaves to repair, each repaired as one, and the hours that it takes."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mobility.analysis.closable import things_of
from mobility.analysis.orders import Job
from mobility.analysis.pairs import graphs_of
from mobility.errors import InputError, UnknownNameError
from mobility.model import changes
from mobility.model.areas import WIDTH_M
from mobility.model.closures import Closure, resolve
from mobility.model.repairs import MOST_DAYS, Days, class_of
from mobility.vocabulary import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mobility.analysis.basis import Basis
    from mobility.model.network import Network
    from mobility.model.repairs import Works

MOST = 60  # damages
_WIDE = {"corridor", "country", "mode", "area", "around"}  # closures of many things, each a damage of its own
_KEYS = ("class", "length_m", "days")
_MOST_M = 1e6


@dataclass(frozen=True)
class Damage:
    """What one repair makes good.

    Attributes
    ----------
    id, name
        As it was named; in words.
    closure
        What is shut until then.
    kind
        Class of damage (repairs.csv), "" where the days were given.
    plain, with_set
        Hours of the repair without a bridge set and with one; None: no set is of use.
    """

    id: str
    name: str
    closure: Closure
    kind: str
    plain: Days
    with_set: Days | None

    @property
    def job(self) -> Job:
        """Its hours for the search."""
        return Job(self.plain.hours, self.with_set.hours if self.with_set else None)


def damages_of(
    basis: Basis,
    lost: Iterable[str | Sequence[str]],
    settings: Iterable[str],
    works: Works,
    *,
    width: float = WIDTH_M,
    allow_empty: bool = False,
) -> list[Damage]:
    """Return the damages that names stand for, with their hours; parameters and errors as in `recover`."""
    net, closures = basis.network, dict[str, Closure]()
    for item in lost:
        names = [item] if isinstance(item, str) else list(item)
        each = [resolve(net, name, width) for name in names]
        for name, closure in zip(names, each, strict=True):
            if closure.one_way:
                raise InputError(f"{name!r}: what is lost is lost in both directions; leave out >")
            if not (allow_empty or basis.used(closure, ())):
                changes.refuse_idle(net, name, closure)
        whole = _together(each)
        if len(names) == 1 and names[0].partition(":")[0].strip().casefold() in _WIDE:
            closures |= _by_section(basis, whole)
        else:
            closures[_called(net, names)] = whole
    if not closures:
        raise InputError("nothing is lost, so there is nothing to repair: name what is lost")
    if len(closures) > MOST:
        raise InputError(f"{len(closures)} damages are too many to order; at most {MOST}")
    given = _given(net, settings, closures)
    return [_damage(net, key, closures[key], given.get(key, {}), works) for key in sorted(closures)]


def _together(closures: list[Closure]) -> Closure:
    if len(closures) == 1:
        return closures[0]
    links, places, borders = (
        tuple(dict.fromkeys(i for closure in closures for i in getattr(closure, name)))
        for name in ("links", "places", "borders")
    )
    return replace(closures[0], links=links, places=places, borders=borders)


def _called(net: Network, names: Sequence[str]) -> str:
    """Return the id of what a name stands for, else the name as given; of several that of the first."""
    try:
        hits = net.names.find(names[0], ("link", "structure"))
    except UnknownNameError:
        return names[0]
    return hits[0].id


def _by_section(basis: Basis, closure: Closure) -> dict[str, Closure]:
    """Return what is shut in each section that a closure meets; the sea and links that no pair can use are left out."""
    chains = things_of(basis.network, "section", list(graphs_of(basis.network, basis.pairs)))
    own = {link for link in closure.links if basis.network.links.at[link, "mode"] != "sea"}
    met = {key: [link for link in split(cell) if link in own] for key, cell in chains["links"].items()}
    names = chains["name"]
    return {key: Closure(f"closed: {names[key]}", links=tuple(links)) for key, links in met.items() if links}


def _given(net: Network, settings: Iterable[str], closures: dict[str, Closure]) -> dict[str, dict[str, str]]:
    """Return what is said of damages: by their id, key and value."""
    found: dict[str, dict[str, str]] = {}
    for item in settings:
        name, colon, change = item.rpartition(":")
        key, equals, value = (word.strip() for word in change.partition("="))
        if not (colon and equals and value and key in _KEYS):
            raise InputError(
                f"damage {item!r}: write NAME:class=CLASS, NAME:length_m=METRES or NAME:days=DAYS, "
                "for instance voila-bridge:days=12"
            )
        called = name if name in closures else _called(net, [name])
        if called not in closures:
            raise InputError(f"damage {item!r}: {name!r} is not lost; there are {', '.join(closures)}")
        if found.setdefault(called, {}).setdefault(key, value) != value:
            raise InputError(f"damage {item!r}: {key} of {name!r} is {found[called][key]} already")
    return found


def _damage(net: Network, key: str, closure: Closure, given: dict[str, str], works: Works) -> Damage:
    name = closure.reason.removeprefix("closed: ")
    if "days" in given:
        if len(given) > 1:
            raise InputError(f"damage {key}: give its days, or its class and length, not both")
        days = _number(key, "days", given["days"], MOST_DAYS)
        return Damage(key, name, closure, "", Days.given(days), None)
    length = _number(key, "length_m", given["length_m"], _MOST_M) if "length_m" in given else None
    if "class" in given:
        kinds = [given["class"]]
    elif not closure.links or closure.places or closure.borders:
        raise InputError(f"{name}: how long its repair takes is not known; give --damage {key}:days=DAYS")
    else:
        kinds = _kinds(net, key, closure.links, length, works)
    if not kinds:
        raise InputError(f"{name}: nothing of it is repaired by a crew; give --damage {key}:days=DAYS")
    return _of_class(key, closure, kinds, works)


def damage_by_rule(net: Network, key: str, closure: Closure, works: Works) -> Damage | None:
    """Return the damage that the loss of some links is by the tables alone; None: no crew repairs anything of it."""
    kinds = _kinds(net, key, closure.links, None, works)
    return _of_class(key, closure, kinds, works) if kinds else None


def _of_class(key: str, closure: Closure, kinds: list[str], works: Works) -> Damage:
    """Return the damage of the class, of some, that takes longest."""
    known = sorted({kind for kind, _ in works})
    for kind in kinds:
        if (kind, False) not in works:
            raise InputError(f"damage {key}: no class of damage is called {kind!r}; there are {', '.join(known)}")
    worst = max(kinds, key=lambda kind: (works[kind, False].hours, kind))
    road = all(kind.startswith("road") for kind in kinds)  # a set carries a road, no railway
    name = closure.reason.removeprefix("closed: ")
    return Damage(key, name, closure, worst, works[worst, False], works.get((worst, True)) if road else None)


def _number(key: str, what: str, text: str, most: float) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number <= most:
        raise InputError(f"damage {key}: {what} is {text!r}; it must be a number above 0, at most {most:,.0f}")
    return number


def _kinds(net: Network, key: str, links: Sequence[str], length: float | None, works: Works) -> list[str]:
    """Return the classes of what a crew repairs: of the structure named, else of the worst that the links have."""
    modes, own, table = set(net.links.loc[list(links), "mode"]), set(links), net.structures
    named = table[table["id"] == key]
    known = named if len(named) else table[[not own.isdisjoint(split(cell)) for cell in table["links"]]]
    found = [] if len(named) else [class_of(modes, "", math.nan if length is None else length)]
    for row in known.itertuples():
        carried = modes & set(net.links.loc[net.links.index.intersection(split(row.links)), "mode"])
        twin = any(word in str(row.lanes_tracks) for word in ("2 tubes", "twin"))
        found.append(class_of(carried, row.kind, row.length_m if length is None else length, twin=twin))
    return max(found, key=lambda kinds: max((works[k, False].hours for k in kinds if (k, False) in works), default=0))
