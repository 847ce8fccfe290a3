"""Routes at random: how often to take which, and what the worst attack then costs on average."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mobility.analysis import randomised as analysis
from mobility.analysis.randomised import HIT_H
from mobility.errors import InputError
from mobility.present import style
from mobility.present.finding import Finding
from mobility.present.language import say, untranslated
from mobility.present.phrases import many, percent
from mobility.present.scene import Under
from mobility.present.tables import rows_of
from mobility.present.views import View
from mobility.vocabulary import split

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from mobility.analysis.randomised import Mixed
    from mobility.model.network import Network

_COLUMNS = tuple("route probability time_h delta_h length_km by_way_of".split())
_NAMED = 5  # places by which a route is told from the others


def random_routes(
    network: Network, origins: str | Iterable[str], destinations: str | Iterable[str], *, k: int, hit_h: float = HIT_H
) -> Finding:
    """Return how often to take which route: as `mobility.random_routes`, with its sentences, title and map.

    The table has `length_km` and `by_way_of` too: the places along the route that fewest of the others pass.
    Raises InputError when either end is several places.
    """
    net = network.profiled()
    starts, ends = net.places_named(origins), net.places_named(destinations)
    if len(starts) != 1 or len(ends) != 1:
        raise InputError("routes at random take one FROM and one TO")
    mixed = analysis.random_routes(net, starts[0], ends[0], k=k, hit_h=hit_h)
    table = mixed.routes
    km = [float(net.links["length_km"].loc[split(cell)].sum()) for cell in table["links"]]
    table.insert(4, "length_km", km)
    table.insert(5, "by_way_of", _ways(net, table["links"], starts[0]))
    attacks = rows_of(mixed.attacks)
    summary = {
        "value_h": mixed.value_h,
        "attacker_value_h": mixed.attacker_h,
        "hit_probability": mixed.hit_probability,
        "best_route_always_h": mixed.alone_h,
        "hit_h": hit_h,
        "closures": k,
        "attacks": attacks,
    }
    called = net.places["name"]
    one = "{start} – {end} at random: {routes}, {hours:.1f} h lost on average under the worst closure"
    many_ = "{start} – {end} at random: {routes}, {hours:.1f} h lost on average under the worst {n} closures"
    title = say(
        one if k == 1 else many_,
        start=called[starts[0]], end=called[ends[0]], routes=many(len(table), "route"), hours=mixed.value_h, n=k,
    )  # fmt: skip
    return Finding(
        "route", net, table, _COLUMNS, summary, title, _words(mixed, k, hit_h),
        drawn=lambda finding: _view(finding, starts[0], ends[0]),
    )  # fmt: skip


def _ways(net: Network, cells: pd.Series, origin: str) -> list[str]:
    """Return per route the names of a few places along it: of each stretch the one that fewest of the others pass."""
    passed = [_passed(net, cell, origin) for cell in cells]
    count: dict[str, int] = {}
    for places in passed:
        for place in places:
            count[place] = count.get(place, 0) + 1
    told = []
    for places in passed:
        stretches = [
            part.tolist() for part in np.array_split(np.array(places[1:-1], dtype=object), _NAMED) if len(part)
        ]
        rare = [min(part, key=lambda place: count[place]) for part in stretches]
        told.append("; ".join(net.places.loc[rare, "name"]))
    return told


def _passed(net: Network, cell: str, origin: str) -> list[str]:
    """Return the places on a route, in order of travel."""
    found = [origin]
    for a, b in net.links.loc[split(cell), ["from", "to"]].to_numpy().tolist():
        found.append(b if a == found[-1] else a)
    return found


@untranslated
def _words(mixed: Mixed, k: int, hit_h: float) -> tuple[str, ...]:
    """Return what the odds mean."""
    closed = "section is" if k == 1 else f"{k} sections are"
    lines = [
        (
            f"Drawn by these odds the route costs {mixed.value_h:.2f} h more than the best one on average, whichever "
            f"{closed} closed; no odds do better."
        ),
        (
            f"The attacker's best odds cost {mixed.attacker_h:.2f} h whatever route is taken: the same from both "
            f"sides. They hit it {percent(mixed.hit_probability)} of the time; the best route always taken costs "
            f"{mixed.alone_h:.2f} h."
        ),
        (
            f"A route that is hit is taken to cost {hit_h:g} h more (--hit-hours; an assumption). "
            "interdict asks another question: there the force knows what is closed, and goes round it."
        ),
    ]
    if len(mixed.routes) == 1 and mixed.alone_h:
        lines.append("No drawing helps here: always to take the best route costs no more.")
    if len(mixed.attacks):
        row = mixed.attacks.iloc[0]
        lines.append(f"Attacked most often: {row['names']} ({percent(row['probability'])} of the time).")
    return tuple(lines)


def _view(finding: Finding, origin: str, destination: str) -> View:
    """Return how likely each link is used."""
    odds: dict[str, float] = {}
    for share, cell in zip(finding.table["probability"], finding.table["links"], strict=True):
        for link in split(cell):
            odds[link] = odds.get(link, 0) + 100 * share
    notes = {link: say("taken {share} of the time", share=percent(share / 100)) for link, share in odds.items()}
    layer = Under(say("routes at random"), style.ROUTE_COLOUR, odds, notes, "%", "more often")
    ends, goals = frozenset([origin, destination]), frozenset([destination])
    return View(finding.network, finding.title, (layer,), ends, finding.table, _COLUMNS, goals=goals)
