"""Names as people type them: matching whatever the case, accents and dashes, with suggestions."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mobility.errors import AmbiguousNameError, InputError, UnknownNameError
from mobility.vocabulary import split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import pandas as pd

# Letters that Unicode does not decompose into a base letter and a mark; pages, which lack casefold, need the sigma.
LETTERS = {"ł": "l", "đ": "d", "ı": "i", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "ð": "d", "ς": "σ"}
_PLAIN = str.maketrans(LETTERS)
_GAP = re.compile(r"[\W_]+")
_GAP_IN_LINE, _ENDS_OF_LINES = re.compile(r"(?:[^\w\n]|_)+"), re.compile("-+\n-*|\n-+")
_FOLDED = b"abcdefghijklmnopqrstuvwxyz0123456789-\n"  # what is left of plain words, and the end of a line


def fold(text: str) -> str:
    """Reduce a name to what matching compares: no case, no accents, words joined by "-".

    Examples
    --------
    >>> fold("Librazhd–Përrenjas")
    'librazhd-perrenjas'
    >>> fold("  Çanakkale BOĞAZI ")
    'canakkale-bogazi'
    """
    text = text.replace("–", "-")  # joins the two ends of most links: no need to look closer
    plain = text.casefold()
    if not text.isascii():
        plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        plain = "".join(c for c in plain if not unicodedata.combining(c)).translate(_PLAIN)
    return _GAP.sub("-", plain).strip("-")


def fold_all(words: Sequence[str]) -> Sequence[str]:
    """Return `fold` of each of many words, in a fraction of the time where all are ASCII."""
    stated = "\n".join(["", *words, ""])
    whole = stated.replace("–", "-")
    if not whole.isascii() or whole.count("\n") != len(words) + 1:
        return [fold(word) for word in words]
    folded = not whole.encode().translate(None, _FOLDED) and not any(odd in whole for odd in ("--", "-\n", "\n-"))
    if folded and stated == whole:
        return words
    return _ENDS_OF_LINES.sub("\n", _GAP_IN_LINE.sub("-", whole.casefold()))[1:-1].split("\n")


@dataclass(frozen=True, slots=True)
class Named:
    """One thing that can be named: a place, link, project, structure or border."""

    kind: str
    id: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


KINDS = "place", "link", "project", "structure", "border"


class _Ids(Mapping[str, list[Named]]):
    """Things by their folded ids, made when they are looked up: to make all of a large network takes seconds."""

    def __init__(self, tables: Iterable[tuple[str, Sequence[str], Sequence[str]]]) -> None:
        self._tables = [
            (kind, ids, names, dict(zip(fold_all(ids), range(len(ids)), strict=True))) for kind, ids, names in tables
        ]

    @property
    def unique(self) -> bool:
        """Whether no two ids of a table are alike."""
        return all(len(ids) == len(rows) for _, ids, _, rows in self._tables)

    def __getitem__(self, key: str) -> list[Named]:
        found = [
            Named(kind, ids[rows[key]], names[rows[key]]) for kind, ids, names, rows in self._tables if key in rows
        ]
        if not key or not found:
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(key for *_, rows in self._tables for key in rows if key))

    def __len__(self) -> int:
        return len([*self])


class NameIndex:
    """Look-up of names over several kinds of things.

    An exact id wins over a name, a name over an alias; the match is whole, never a part. Names and aliases
    are read when an id does not do: on a large network they are many.

    Parameters
    ----------
    entries
        Iterates over them: a `Named`, its further names (spellings that count as names) and its aliases.
    ids
        Iterates over the same by tables: kind, ids and names.
    """

    def __init__(
        self,
        entries: Callable[[], Iterable[tuple[Named, Iterable[str], Iterable[str]]]],
        ids: Callable[[], Iterable[tuple[str, Sequence[str], Sequence[str]]]] | None = None,
    ) -> None:
        self._entries, self._ids = entries, ids
        self._levels: list[Mapping[str, list[Named]]] = []

    def _level(self, number: int) -> Mapping[str, list[Named]]:
        """Return what ids (0), names (1) or aliases (2) name; they are asked for in this order."""
        if number == 0 and not self._levels and self._ids is not None:
            found = _Ids(self._ids())
            self._levels += [found] if found.unique else []
        if number == len(self._levels):
            level: dict[str, list[Named]] = defaultdict(list)
            for thing, names, aliases in self._entries():
                for key in {fold(w) for w in ([thing.id], [thing.name, *names], aliases)[number]} - {""}:
                    level[key].append(thing)
            self._levels.append(level)
        return self._levels[number]

    def known(self, text: str, kinds: tuple[str, ...]) -> list[Named]:
        """Return all things of `kinds` that `text` names, at the best level that has any; none: nothing found.

        A prefix `kind:` narrows the search to that kind.
        """
        kinds, text, levels = _narrowed(text, kinds)
        key = fold(text)
        for number in range(levels):
            hits = [thing for thing in self._level(number).get(key, ()) if thing.kind in kinds]
            if hits:
                return hits
        return []

    def find(self, text: str, kinds: tuple[str, ...]) -> list[Named]:
        """Return what `known` does; raises UnknownNameError with near matches when nothing is found."""
        hits = self.known(text, kinds)
        if not hits:
            raise UnknownNameError(self._miss(text, kinds))
        return hits

    def one(self, text: str, kinds: tuple[str, ...]) -> Named:
        """Return the single thing that `text` names.

        Raises AmbiguousNameError listing the ids when there are several.
        """
        hits = self.find(text, kinds)
        if len(hits) > 1:
            ids = ", ".join(sorted(map(str, hits)))
            raise AmbiguousNameError(f"{text!r} names {len(hits)} things: {ids}. Give one of these ids.")
        return hits[0]

    def _miss(self, text: str, kinds: tuple[str, ...]) -> str:
        from difflib import get_close_matches

        kinds, text, _ = _narrowed(text, kinds)
        levels, key = [self._level(number) for number in range(3)], fold(text)
        known = {k: h for level in reversed(levels) for k, hits in level.items() for h in hits if h.kind in kinds}
        near = get_close_matches(key, known, n=3, cutoff=0.6)
        near += [k for k in known if key and k.startswith(key) and k not in near][: 3 - len(near)]
        names = list(dict.fromkeys(f"{known[k].name} ({known[k].id})" for k in near))
        hint = f" Did you mean {' or '.join(names)}?" if names else ""
        what = " or ".join(kinds)
        return f"no {what} is called {text!r}.{hint}"


def _narrowed(text: str, kinds: tuple[str, ...]) -> tuple[tuple[str, ...], str, int]:
    """Return the kinds that a text may name, the text without its prefix, and how many levels may hold it.

    Under the prefix of another kind only an id can be meant.
    """
    prefix, _, rest = text.partition(":")
    kind = prefix.strip().casefold()
    if rest and kind in kinds:
        return (kind,), rest, 3
    return kinds, text, 1 if rest and kind in KINDS else 3


def some(words: Sequence[str], most: int = 6) -> str:
    """Return the first words of a list, joined, and how many more there are."""
    return ", ".join(words[:most]) + (f" and {len(words) - most} more" if len(words) > most else "")


def entries(
    places: pd.DataFrame, links: pd.DataFrame, projects: pd.DataFrame, structures: pd.DataFrame, borders: pd.DataFrame
) -> Iterable[tuple[Named, list[str], list[str]]]:
    """Iterate over what can be named in the tables of a network: the thing, its further names, its aliases."""
    columns = [places[column].tolist() for column in ("id", "name", "name_en", "alt_names")]
    for key, name, english, alt in zip(*columns, strict=True):
        yield Named("place", key, name), [english], split(alt) if alt else []
    called = dict(zip(*columns[:2], strict=True))
    columns = [links[column].tolist() for column in ("id", "name", "ref", "from", "to")]
    for key, name, ref, a, b in zip(*columns, strict=True):
        left, dash, right = name.partition("–")
        ends = [f"{called[a]}–{called[b]}", f"{called[b]}–{called[a]}"]
        yield Named("link", key, name), [ref, f"{right}–{left}" if dash else ""], ends
    for kind, table in (("project", projects), ("structure", structures)):
        for key, name in zip(table["id"], table["name"], strict=True):
            yield Named(kind, key, name), [], []
    for key in dict.fromkeys(borders["place"]):
        at = places.loc[key]
        yield Named("border", key, at["name"]), [at["name_en"]], split(at["alt_names"])


def ids(
    places: pd.DataFrame, links: pd.DataFrame, projects: pd.DataFrame, structures: pd.DataFrame, borders: pd.DataFrame
) -> Iterable[tuple[str, list[str], Sequence[str]]]:
    """Iterate over the tables of a network: kind, ids and names of what can be named, in the order of `entries`."""
    kinds = {"place": places, "link": links, "project": projects, "structure": structures}
    for kind, table in kinds.items():
        yield kind, table["id"].tolist(), table["name"].array
    met = borders["place"].unique().tolist()
    yield "border", met, places.loc[met, "name"].array


_POINT = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*")


def coordinates(word: str) -> tuple[float, float] | None:
    """Return latitude and longitude of a word like `60.17,24.94` (degrees), or None for any other word."""
    found = _POINT.fullmatch(word)
    if found is None:
        return None
    lat, lon = float(found[1]), float(found[2])
    if abs(lat) > 90 or abs(lon) > 180:  # noqa: PLR2004 - the globe
        raise InputError(f"{word!r} is no point on the globe; write latitude,longitude in degrees (60.17,24.94)")
    return lat, lon
