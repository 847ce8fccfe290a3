"""Network analysis of military mobility: routes, closures, bottlenecks and what new links buy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mobility.analysis.bottlenecks import bottlenecks
    from mobility.analysis.graph import Graph
    from mobility.analysis.pairs import missing_links, routes
    from mobility.analysis.routing import best_route, diverse_routes, k_best_routes
    from mobility.analysis.whatif import whatif
    from mobility.model.network import Network
    from mobility.model.scenario import Scenario
    from mobility.present.maps import network_map, route_map

__version__ = "0.1.0"
_HOME = {
    "Graph": "analysis.graph",
    "bottlenecks": "analysis.bottlenecks",
    "whatif": "analysis.whatif",
    "Network": "model.network",
    "Scenario": "model.scenario",
    "best_route": "analysis.routing",
    "diverse_routes": "analysis.routing",
    "k_best_routes": "analysis.routing",
    "missing_links": "analysis.pairs",
    "network_map": "present.maps",
    "route_map": "present.maps",
    "routes": "analysis.pairs",
}
__all__ = [
    "Graph",
    "Network",
    "Scenario",
    "best_route",
    "bottlenecks",
    "diverse_routes",
    "k_best_routes",
    "missing_links",
    "network_map",
    "route_map",
    "routes",
    "whatif",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module attribute can be anything
    """Import a public name when it is first asked for, so that `mobility --help` stays instant."""
    if name in _HOME:
        from importlib import import_module

        return getattr(import_module(f"mobility.{_HOME[name]}"), name)
    raise AttributeError(f"module 'mobility' has no attribute {name!r}")
