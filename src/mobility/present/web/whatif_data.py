"""What the what-if page routes on: every profile's graph, closures and builds that can be undone, and the start."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mobility.analysis import handling
from mobility.analysis.graph import CROSSING, MS_PER_H, PASS, TRANSFER, WEIGHTS, Graph
from mobility.errors import InputError, sure
from mobility.model import closures, passage
from mobility.model.changes import NOT_SKELETON
from mobility.model.closures import Closure
from mobility.model.profiles import TRANSIT, denied_countries
from mobility.model.scenario import Scenario
from mobility.present import style
from mobility.present.web.data import NOT_USED, NOT_VERIFIED
from mobility.vocabulary import MODES, RELIEF, dashed, split

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mobility.model.network import Network

# What a project changes of these is no longer a matter of hours and limits alone.
_FIXED = {"country", "oneway", "corridors"}


def engine_data(network: Network, given: Scenario) -> dict[str, Any]:
    """Return what the page needs to route as the library does, and where it starts.

    Its shape is `EngineData` of js/contract.d.ts, but for the pair and the command. Parameters as in `whatif_page`.

    Raises
    ------
    InputError
        When a build of `given` cannot be undone alone, because it changes more of a link than hours and
        limits, or another project changes the same link.
    """
    chosen, modes = network.rules.profile(given.profile).name, {closures.mode_name(m) for m in given.mode}
    seen = {
        name: replace(given, profile=name, close=(), build=()).apply(network)
        for name, profile in network.rules.profiles.items()
        if modes <= set(profile.modes) or name == chosen
    }
    net = seen[chosen]
    changed = list(dict.fromkeys(net.upgrades["link"]))
    graph, upgraded = _whole(net), net.build("all").links.loc[changed]
    closing = _closings(net, given)
    building, built = _builds(net, given.build)
    transits = list(dict.fromkeys([*TRANSIT, given.transit, *(f"no-{code}" for code in net.countries["iso2"])]))
    return {
        "weights": WEIGHTS,
        "words": {"closed": style.STATUS["closed"].label, "refused": NOT_USED, "doubtful": NOT_VERIFIED},
        "modes": list(MODES),
        "places": list(net.places.index),
        "estimated": _runs(handling.estimated(net)),
        "countries": _countries(net),
        "links": _links(net, graph),
        "left_out": _runs(net.links["doubtful"] & net.exclude_doubtful),
        "changed": net.links.index.get_indexer(changed).tolist(),
        "changed_km": upgraded["length_km"].tolist(),
        "changed_unknown": _runs(upgraded["load_unknown"]),
        "states": {
            "place": graph.place.tolist(),
            "mode": graph.mode.tolist(),
            "country": [code.replace("XK", "XK*") for code in graph.country],
        },
        "transfers": _arcs(graph, TRANSFER),
        "crossings": _with_border(graph),
        "passes": _arcs(graph, PASS),
        "borders": [
            {"place": place, "active": bool(active), "opens": opens}
            for place, active, opens in zip(
                net.places.index.get_indexer(net.borders["place"]).tolist(),
                net.borders["active"],
                ((net.borders["barred"] == "") & (net.borders["closure"] == "")).tolist(),  # a build opens no other
                strict=True,
            )
        ],
        "profiles": [_profile(other, changed) for other in seen.values()],
        "paces": [_pace(net, name, upgraded) for name in net.rules.paces],
        "transits": [
            {"name": word, "denied": sorted(denied_countries(word, net.countries, net.rules.partners))}
            for word in transits
        ],
        "regimes": [_regime(net, name) for name in net.rules.regimes],
        "sets": [
            {"name": name, "places": net.places.index.get_indexer(net.places_named(f"set:{name}")).tolist()}
            for name in dict.fromkeys(s for cell in net.places["sets"] for s in split(cell))
        ],
        "closures": list((closing | {item["word"]: item for item in offered(net)}).values()),
        "builds": building,
        "start": {
            "profile": list(seen).index(chosen),
            "pace": list(net.rules.paces).index(net.pace),
            "transit": transits.index(given.transit),
            "regime": list(net.rules.regimes).index(sure(net.regime, "the regime").name),
            "via": [],
            "closed": list(closing),
            "built": built,
            "origins": [],
            "goals": [],
        },
        "fixed": _fixed_words(_throughout(given)),
        "options": _throughout(given).options(),
    }


def _throughout(given: Scenario) -> Scenario:
    """Return what cannot be changed on the page."""
    usual = Scenario()
    chosen = {name: getattr(usual, name) for name in ("profile", "pace", "transit", "borders")}
    return replace(given, close=(), build=(), **chosen)


def _countries(net: Network) -> dict[str, Any]:
    """Return the countries of links and places: the lists there are, and which of them each has."""
    cells = [*net.links["country"], *("-".join(net.countries_of(p)) for p in net.places.index)]
    words = list(dict.fromkeys(cells))
    row = {cell: i for i, cell in enumerate(words)}
    rows = [row[cell] for cell in cells]
    return {
        "words": [dashed(cell) for cell in words],
        "links": rows[: len(net.links)],
        "places": rows[len(net.links) :],
    }


def _whole(net: Network) -> Graph:
    """Return the graph of all links and crossings, whatever their state."""
    links, borders = net.links.assign(usable=True, active=True), net.borders.assign(active=True)
    return Graph.of(replace(net, links=links, borders=borders))


def _links(net: Network, graph: Graph) -> dict[str, list[Any]]:
    """Return the links' columns; `a` and `b` are the states at their ends."""
    links = net.links
    first = np.flatnonzero(graph.link >= 0)[: len(links)]  # links as drawn come before links reversed
    usual = links["from"] + "-" + links["to"] + "-" + links["mode"]
    return {
        "id": ["" if key == made else key for key, made in zip(links.index, usual, strict=True)],
        "a": graph.tail[first].tolist(),
        "b": graph.head[first].tolist(),
        "km": links["length_km"].tolist(),
        "oneway": _runs(links["oneway"]),
        "planned": _runs(links["status"] != "open"),
        "doubtful": _runs(links["doubtful"]),
        "unknown": _runs(links["load_unknown"]),
        "access": _runs(~net.counted),
    }


def _runs(column: Iterable[Any]) -> list[int]:
    """Return where a column holds, as first row, length, first row, length, ..."""
    holds = np.asarray(column, dtype=bool).astype(int)
    edges = np.flatnonzero(np.diff(holds, prepend=0, append=0))
    runs: list[int] = np.column_stack([edges[::2], edges[1::2] - edges[::2]]).ravel().tolist()
    return runs


def _arcs(graph: Graph, kind: int) -> list[list[int]]:
    at = graph.link == kind
    pairs: list[list[int]] = np.column_stack([graph.tail[at], graph.head[at]]).tolist()
    return pairs


def _with_border(graph: Graph) -> list[list[int]]:
    """Return the crossing arcs as tail, head and row of `borders`."""
    borders, places = graph.network.borders, graph.network.places.index
    modes = [MODES.index(m) for m in borders["mode"]]
    row = {key: i for i, key in enumerate(zip(places.get_indexer(borders["place"]).tolist(), modes, strict=True))}
    place, mode = graph.place.tolist(), graph.mode.tolist()
    return [[a, b, row[place[a], mode[a]]] for a, b in _arcs(graph, CROSSING)]


def _profile(net: Network, changed: list[str]) -> dict[str, Any]:
    """Return milliseconds and refusals of one profile, of the links as they are and as projects change them."""
    profile = sure(net.profile, "the profile")
    graph, upgraded = _whole(net), net.build("all").links.loc[changed]
    now, then = (_refused(links, net) for links in (net.links, upgraded))
    return {
        "name": profile.name,
        "description": profile.description.replace("`", ""),
        "kmh": _numbers(net.links["speed"][net.links["mode"] != "rail"]),
        "rail_kmh": profile.rail_kmh,
        "refused": now,
        "changed_kmh": _numbers(upgraded["speed"][upgraded["mode"] != "rail"]),
        "changed_refused": then,
        "transfer_ms": graph.cost[graph.link == TRANSFER].astype(int).tolist(),
        "wheel_ms": round(profile.hours_per_day * MS_PER_H),
    }


def _pace(net: Network, name: str, upgraded: Any) -> dict[str, Any]:  # noqa: ANN401 - a GeoDataFrame
    """Return the speeds of trains at a pace, whatever the profile."""
    now, then = (
        _numbers(passage.planning_speed(links, net.rules, name)[0][links["mode"] == "rail"]) if len(links) else []
        for links in (net.links, upgraded)
    )
    return {"name": name, "kmh": now, "changed_kmh": then}


def _regime(net: Network, name: str) -> dict[str, Any]:
    """Return the waits at the crossings under a border regime."""
    waits = replace(net, regime=net.rules.regime(name)).crossing_wait_h()
    return {"name": name, "ms": [round(wait * MS_PER_H) for wait in waits]}


def _refused(links: Any, net: Network) -> list[list[Any]]:  # noqa: ANN401 - a GeoDataFrame
    """Return the rows that a profile cannot use even when they are built, and why."""
    reason = passage.refusals(links, net.profile, net.rules)  # type: ignore[arg-type]  # applied by the scenario
    if net.exclude_relief:
        reason = np.where((reason == "") & (links["corridors"] == RELIEF), NOT_SKELETON, reason)
    return [[i, str(text)] for i, text in enumerate(reason) if text]


def _numbers(column: Any) -> list[float | int]:  # noqa: ANN401 - a column
    """Return numbers as they are, whole ones without a decimal."""
    return [int(value) if value == int(value) else value for value in column.astype(float).tolist()]


def _closings(net: Network, given: Scenario) -> dict[str, dict[str, Any]]:
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
        "links": _runs(net.links.index.isin(closure.links)),
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
    both = sorted({"-".join(sorted(dashed(cell))) for cell in net.borders["countries"]})
    words = [
        *((f"border:{b}", " – ".join(called.get(c, c) for c in dashed(b)), "all border crossings") for b in both),
        *((f"corridor:{c}", f"Corridor {c}", "corridor") for c in net.corridors["code"] if c in used),
        *((f"country:{c}", name, "country") for c, name in called.items()),
        *((f"mode:{m}", f"all {m} links", "mode") for m in MODES if (net.links["mode"] == m).any()),
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


def _builds(net: Network, given: tuple[str, ...]) -> tuple[list[dict[str, Any]], list[str]]:
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


def _fixed_words(given: Scenario) -> str:
    """Return in words the options that cannot be changed on the page."""
    words = [given.changes()]
    words += [f"by {' and '.join(given.mode)} only"] if given.mode else []
    words += ["trains unloaded wherever a road meets a railway"] if given.detrain else []
    return "; ".join(w for w in words if w)
