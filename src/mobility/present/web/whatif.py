"""The what-if page: a map on which a click closes or builds, computed in the browser by js/whatif."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mobility.analysis.pairs import pairs_of
from mobility.analysis.routing import best_route
from mobility.errors import InputError, NoRouteError
from mobility.model.scenario import Scenario
from mobility.present import style
from mobility.present.language import say
from mobility.present.scene import Scene, Under
from mobility.present.web.map import page_of
from mobility.present.web.page import Behaviour
from mobility.present.web.scripts import WHATIF
from mobility.present.web.whatif_data import engine_data

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mobility.model.network import Network
    from mobility.present.web.page import OfflineMap

_SHOWN = ["active", "reason", "time_h", "length_km"]  # what the page shows of links
_TITLE = "What if? Close and build links, and see the route"


def whatif_page(
    network: Network,
    origins: Iterable[str] | None = None,
    destinations: Iterable[str] | None = None,
    *,
    given: Scenario | None = None,
    title: str = "",
    tiles: str = "",
    home: str | Path | None = None,
) -> OfflineMap:
    """Return a page on which closures, builds, pair and profile are chosen, and the route is computed in the browser.

    Parameters
    ----------
    network
        Where the page starts. What is closed and built can be undone on the page, the profile changed; what else is
        set and applied holds for all that the page shows.
    origins, destinations
        The page starts with the first pair of them; default: by role, ports first.
    given
        What to apply instead to a network of which nothing is closed or built.
    title, tiles
        As for any map (see `page_of`).
    home
        What `--network` was, for the command that the page shows.

    Raises
    ------
    InputError
        When there is no pair, a build cannot be undone alone (see `engine_data`), or the network is not what its
        changes make of the tables (one that was put together in Python).
    """
    if given is None:
        network, given = _start_of(network)
    elif network.base is not None:
        raise InputError("something is closed or built in the network: give that, or `given`, not both")
    given = replace(given, set=given.set + given.set_after, set_after=())  # the page has no side before
    origin, goal = _first_pair(network, origins, destinations)
    engine = engine_data(network, given)
    engine["start"] |= {"from": engine["places"].index(origin), "to": engine["places"].index(goal)}
    engine["command"] = ["mobility", *(["--network", Path(home).resolve().name] if home else [])]
    net = replace(given, close=(), build=()).apply(network)
    try:
        route = [link for link in best_route(given.apply(network), origin, goal)["link"] if link]
    except NoRouteError:
        route = []
    # The page draws these layers anew; here they say what the legend names and what is in view at the start.
    shown = dict.fromkeys(route or net.links.index, 1.0)
    layers = (
        Under(say("route at the start"), style.BEFORE_COLOUR, shown, {}),
        Under(say("route now"), style.ROUTE_COLOUR, shown, {}),
        Under(say("worst next closure"), style.WORST_COLOUR, shown, {}),
    )
    ends = frozenset(net.places.index[net.places["role"] != ""])
    scene = Scene(net, title or say(_TITLE), layers, ends, net.projects.iloc[:0], ())
    page = page_of(scene, tiles, told=False, states=style.STATUS)
    page.add_child(Behaviour(WHATIF, "whatIfPage", "whatif.css", engine))
    return page


def _start_of(network: Network) -> tuple[Network, Scenario]:
    """Return the network before anything was closed or built, and the scenario that makes it what it is."""
    base, given = network.base or network, Scenario.of(network)
    tables = [
        (net.links[_SHOWN], net.places["active"], net.borders["active"])
        for net in (network.profiled(), given.apply(base))
    ]
    if not all(one.equals(two) for one, two in zip(*tables, strict=True)):
        raise InputError("the what-if page cannot start from this network: give the network as loaded, and `given`")
    return base, given


def _first_pair(net: Network, origins: Iterable[str] | None, destinations: Iterable[str] | None) -> tuple[str, str]:
    pairs = pairs_of(net, origins, destinations)
    if not pairs:
        raise InputError("no pair to ask about: an origin and a destination that differ are needed (--from, --to)")
    if origins is None and destinations is None:
        kind = net.places["kind"]
        pairs.sort(key=lambda pair: [kind[p] != "port" for p in pair])
    return pairs[0]
