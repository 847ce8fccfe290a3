"""What can be closed and built on the what-if page: what was given, and what is offered by name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mobility.errors import InputError
from mobility.model import closures
from mobility.model.closures import Closure
from mobility.present.language import say
from mobility.vocabulary import MODES, dashed, split

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mobility.model.network import Network
    from mobility.model.scenario import Scenario

# What a project changes of these is no longer a matter of hours and limits alone.
_FIXED = {"country", "oneway", "corridors"}


def closings(net: Network, given: Scenario) -> dict[str, dict[str, Any]]:
    """Return what the closures given take out, by the word that stands for each on the page."""
    items: dict[str, dict[str, Any]] = {}
    for text in given.close:
        what = closures.resolve(net, text, given.width)
        if what.one_way:
            raise InputError(f"-x {text}: the what-if page closes both directions of a link; leave the > out")
        word = _plainly(net, text, what)
        item = _closing(net, word, word, "", what)
        if items.setdefault(word, item) != item:
            raise InputError(f"two closures are called {word} on the what-if page: rename one of the files")
    return items


def _closing(net: Network, word: str, name: str, what: str, closure: Closure) -> dict[str, Any]:
    """Return a closure as the page takes it: its word, what it is called and of what kind, and what it takes out."""
    place = net.places.index.get_indexer
    return {
        "word": word,
        "name": name,
        "what": what,
        "links": runs(net.links.index.isin(closure.links)),
        "places": place(list(closure.places)).tolist(),
        "borders": place(list(closure.borders)).tolist(),
    }


def offered(net: Network) -> list[dict[str, Any]]:
    """Return what the page offers to close beside links, places and crossings: structures, borders, corridors, ...

    Each is what `-x` closes by the same word.
    """
    called = dict(
        zip(
            net.countries["iso2"], net.countries["name"] + np.where(net.countries["iso2"] == "XK", "*", ""), strict=True
        )
    )
    used = {code for cell in net.links["corridors"] for code in split(cell)}
    pairs = {tuple(sorted(dashed(cell))) for cell in net.borders["countries"]}
    both = ["-".join(pair) for pair in sorted(pairs) if len(pair) > 1 and called.keys() >= set(pair)]
    words = [
        *((f"border:{b}", " – ".join(say(called.get(c, c)) for c in dashed(b)), "all border crossings") for b in both),
        *((f"corridor:{c}", say("Corridor {code}", code=c), "corridor") for c in net.corridors["code"] if c in used),
        *((f"country:{c}", say(name), "country") for c, name in called.items()),
        *((f"mode:{m}", say(f"all {m} links"), "mode") for m in MODES if (net.links["mode"] == m).any()),
    ]
    rows = net.structures[net.structures["links"] != ""]
    found = [
        *((word, name, what, closures.resolve(net, word)) for word, name, what in words),
        *(
            (f"structure:{i}", name, kind, Closure("", tuple(split(links))))
            for i, name, kind, links in zip(rows["id"], rows["name"], rows["kind"], rows["links"], strict=True)
        ),
    ]
    return [_closing(net, *item) for item in found if item[-1].links or item[-1].borders]


def _plainly(net: Network, word: str, what: Closure) -> str:
    """Return link:ID or place:ID where that closes the same, so that a click undoes it; a file without its folder."""
    if len(what.links) == 1 and not what.places and not what.borders:
        return f"link:{what.links[0]}"
    if len(what.places) == 1 and closures.resolve(net, f"place:{what.places[0]}").links == what.links:
        return f"place:{what.places[0]}"
    kind, _, rest = word.partition(":")
    return f"area:{Path(rest.strip()).name}" if kind.strip().casefold() == "area" else word


def builds(net: Network, given: tuple[str, ...]) -> tuple[list[dict[str, Any]], list[str]]:
    """Return every project and given build that can be undone alone, and the words of those given."""
    alone = {
        link
        for link, rows in net.upgrades.groupby("link")
        if rows["project"].nunique() == 1 and not _FIXED & set(rows["attribute"])
    }
    row = net.links.index.get_indexer
    planned = net.links.index[net.links["status"] != "open"]  # the page offers these by itself
    words: dict[Any, str] = {((int(row([link])[0]),), ()): f"link:{link}" for link in planned}
    projects = {f"project:{key}": name for key, name in zip(net.projects["id"], net.projects["name"], strict=True)}
    items, built = [], []
    for word in [*projects, *given]:
        links, changes = closures.resolve_build(net, word)
        shared = sorted(set(changes["link"]) - alone)
        if shared and word in given:
            raise InputError(f"the what-if page cannot undo -b {word}: more than hours change on {shared[0]}")
        if shared or not links:
            continue
        parts = tuple(tuple(sorted(set(row(list(ids)).tolist()))) for ids in (links, changes["link"]))
        if word in given:
            built.append(words.get(parts, word))
        if word in projects or parts not in words:
            items.append({"word": word, "name": projects.get(word, word), "links": parts[0], "changed": parts[1]})
            words.setdefault(parts, word)
    return items, list(dict.fromkeys(built))


def runs(column: Iterable[Any]) -> list[int]:
    """Return where a column holds, as first row, length, first row, length, ..."""
    holds = np.asarray(column, dtype=bool).astype(int)
    edges = np.flatnonzero(np.diff(holds, prepend=0, append=0))
    runs: list[int] = np.column_stack([edges[::2], edges[1::2] - edges[::2]]).ravel().tolist()
    return runs
