"""The weakest attributes along each best route, and how much nobody has published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mobility.analysis import weakest as analysis
from mobility.present.finding import Finding
from mobility.present.phrases import percent

if TYPE_CHECKING:
    import pandas as pd

    from mobility.analysis.pairs import Ends
    from mobility.model.network import Network
    from mobility.vocabulary import Words

_COLUMNS = "from to rail_km single_track_km not_electrified_km max_axle_t max_gross_t max_gradient_permille".split()


def weakest(network: Network, origins: Ends = None, destinations: Words = None) -> Finding:
    """Return the weakest attributes along the best routes: as `mobility.weakest`, with totals in words."""
    net = network.profiled()
    table = analysis.weakest(net, origins, destinations)
    summary = _summary(table)
    sentence = _words(summary)
    return Finding("bottlenecks", net, table, tuple(_COLUMNS), summary, sentence.removesuffix("."), (sentence,))


def _summary(table: pd.DataFrame) -> dict[str, Any]:
    """Return kilometres over all best routes, and how much is unknown."""
    return {
        "pairs": len(table),
        "rail_km": float(table["rail_km"].sum()),
        "road_km": float(table["road_km"].sum()),
        "single_track_km": float(table["single_track_km"].sum()),
        "not_electrified_km": float(table["not_electrified_km"].sum()),
        "axle_unknown_km": float(table["max_axle_t_unknown_km"].sum()),
        "gross_unknown_km": float(table["max_gross_t_unknown_km"].sum()),
        "gradient_unknown_km": float(table["max_gradient_permille_unknown_km"].sum()),
    }


def _words(summary: dict[str, Any]) -> str:
    """Return how much of the best routes is weak, and how much nobody knows."""
    rail, road = summary["rail_km"], summary["road_km"]
    parts = [
        (summary["single_track_km"], rail, "of the railway is single track"),
        (summary["not_electrified_km"], rail, "has no overhead line"),
        (summary["gradient_unknown_km"], rail, "states no gradient"),
        (summary["gross_unknown_km"], road, "of the road states no gross weight"),
        (summary["axle_unknown_km"], rail + road, "of both no axle load"),
    ]
    shares = [f"{percent(km / whole)} {what}" for km, whole, what in parts if whole]
    return f"Along the best routes of {summary['pairs']} pairs: {'; '.join(shares) or 'no road and no railway'}."
