"""What the what-if page routes on: every profile's graph, closures and builds that can be undone, and the start."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mobility.analysis import handling
from mobility.analysis.graph import CROSSING, MS_PER_H, PASS, TRANSFER, WEIGHTS, Graph
from mobility.errors import sure
from mobility.model import closures, passage
from mobility.model.changes import NOT_SKELETON
from mobility.model.profiles import TRANSIT, denied_countries
from mobility.model.scenario import Scenario
from mobility.present import style
from mobility.present.language import say
from mobility.present.web.data import NOT_USED, NOT_VERIFIED
from mobility.present.web.whatif_changes import builds, closings, offered, runs
from mobility.vocabulary import MODES, RELIEF, dashed, split

if TYPE_CHECKING:
    from mobility.model.network import Network


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
    closing = closings(net, given)
    building, built = builds(net, given.build)
    transits = list(dict.fromkeys([*TRANSIT, given.transit, *(f"no-{code}" for code in net.countries["iso2"])]))
    return {
        "weights": WEIGHTS,
        "words": {"closed": say(style.STATUS["closed"].label), "refused": say(NOT_USED), "doubtful": say(NOT_VERIFIED)},
        "modes": list(MODES),
        "places": list(net.places.index),
        "estimated": runs(handling.estimated(net)),
        "countries": _countries(net),
        "links": _links(net, graph),
        "left_out": runs(net.links["doubtful"] & net.exclude_doubtful),
        "changed": net.links.index.get_indexer(changed).tolist(),
        "changed_km": upgraded["length_km"].tolist(),
        "changed_unknown": runs(upgraded["load_unknown"]),
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
        "oneway": runs(links["oneway"]),
        "planned": runs(links["status"] != "open"),
        "doubtful": runs(links["doubtful"]),
        "unknown": runs(links["load_unknown"]),
        "access": runs(~net.counted),
    }


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
    return [[i, say(str(text))] for i, text in enumerate(reason) if text]


def _numbers(column: Any) -> list[float | int]:  # noqa: ANN401 - a column
    """Return numbers as they are, whole ones without a decimal."""
    return [int(value) if value == int(value) else value for value in column.astype(float).tolist()]


def _fixed_words(given: Scenario) -> str:
    """Return in words the options that cannot be changed on the page."""
    words = [given.changes()]
    modes = say(" and ").join(map(say, given.mode))
    words += [say("by {modes} only", modes=modes)] if modes else []
    words += [say("trains unloaded wherever a road meets a railway")] if given.detrain else []
    return "; ".join(w for w in words if w)
