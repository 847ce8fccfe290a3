"""A deployment on the map: flows as widths, and the places that bind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mobility.analysis.deployment import Deployment, deploy
from mobility.present import style
from mobility.present.deploy_words import deploy_summary, deploy_words
from mobility.present.views import Under, View

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mobility.model.network import Network

_FULL = 0.9  # of a link's capacity, on its busiest day
_COLUMNS = "day route stretch mode from to vehicles units depart_h arrive_h".split()


def deploy_map(
    network: Network,
    vehicles: int | str,
    origins: Iterable[str] | None = None,
    destinations: Iterable[str] | None = None,
    *,
    title: str = "",
    **options: Any,  # noqa: ANN401 - of `deploy`
) -> View:
    """Return a map of how a force moves: the wider, the more vehicles; what binds has a ring, or another colour.

    Parameters as in `mobility.deploy`; the title defaults to when the force is complete.
    """
    return deploy_view(deploy(network, vehicles, origins, destinations, **options), title)


def deploy_view(found: Deployment, title: str = "") -> View:
    """Return the view of a deployment; its table is the movement table."""
    when, binds, *more = deploy_words(found.network, deploy_summary(found))
    both = found.links.groupby("link").agg(  # a link used in both directions is one line
        vehicles=("vehicles", "sum"), busiest=("vehicles_busiest_day", "max"), share=("utilisation", "max")
    )
    both["vehicles"] = both["vehicles"].round().clip(lower=1)  # a flow need not be whole
    notes = {
        row.Index: f"{row.vehicles:,.0f} vehicles, {row.busiest:,.0f} on the busiest day"
        + (f": {row.share:.0%} of the capacity" if row.share == row.share else "")  # NaN: not limited
        for row in both.itertuples()
    }
    full = both["share"] >= _FULL
    layers = [
        Under(label, colour, part["vehicles"].to_dict(), {link: notes[link] for link in part.index}, "vehicles")
        for label, colour, part in (
            (f"busiest day at {_FULL:.0%} of the capacity or more", style.WORST_COLOUR, both[full]),
            ("vehicles in all (wider: more)", style.ROUTE_COLOUR, both[~full]),
        )
        if len(part)
    ]
    marked: dict[str, str] = {}
    for limit in found.limiting:
        if limit.kind not in {"trains", "link"}:
            words = f"{limit.kind} {limit.capacity_vehicles_day:,.0f} a day"
            marked[limit.id] = ", ".join(filter(None, (marked.get(limit.id), words)))
    return View(
        found.network,
        title or when.removesuffix("."),
        tuple(layers),
        frozenset([*found.origins, *found.destinations]),
        found.movements,
        tuple(_COLUMNS),
        said=binds,
        noted=more[0] if found.limiting else "",
        goals=frozenset(found.destinations),
        marked=marked,
    )
