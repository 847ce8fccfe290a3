"""Network analysis of military mobility: routes, closures, bottlenecks and what new links buy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mobility.analysis.bottlenecks import bottlenecks
    from mobility.analysis.corridor import sections
    from mobility.analysis.deploy_draws import uncertain_deployment
    from mobility.analysis.deployment import deploy
    from mobility.analysis.failures import link_failures, pair_failures
    from mobility.analysis.graph import Graph
    from mobility.analysis.interdiction import interdict
    from mobility.analysis.newlinks import candidates
    from mobility.analysis.pairs import missing_links, routes
    from mobility.analysis.portfolio import portfolio
    from mobility.analysis.redundancy import pair_redundancy, project_gains, synergy
    from mobility.analysis.routing import best_route, diverse_routes, k_best_routes
    from mobility.analysis.uncertainty import uncertain_changes, uncertain_gains, uncertain_hours, uncertain_losses
    from mobility.analysis.whatif import whatif
    from mobility.model.network import Network
    from mobility.model.scenario import Scenario
    from mobility.present.charts import arrival_chart, bottleneck_chart, gains_chart
    from mobility.present.deploy_views import deploy_map
    from mobility.present.embedding import embed
    from mobility.present.interactive import whatif_page
    from mobility.present.strip import strip
    from mobility.present.views import (
        bottleneck_map,
        interdiction_map,
        network_map,
        redundancy_map,
        route_map,
        whatif_map,
    )

__version__ = "0.1.0"
_HOME = {
    "Graph": "analysis.graph",
    "Network": "model.network",
    "Scenario": "model.scenario",
    "arrival_chart": "present.charts",
    "best_route": "analysis.routing",
    "bottleneck_chart": "present.charts",
    "bottleneck_map": "present.views",
    "bottlenecks": "analysis.bottlenecks",
    "candidates": "analysis.newlinks",
    "deploy": "analysis.deployment",
    "deploy_map": "present.deploy_views",
    "diverse_routes": "analysis.routing",
    "embed": "present.embedding",
    "gains_chart": "present.charts",
    "interdict": "analysis.interdiction",
    "interdiction_map": "present.views",
    "k_best_routes": "analysis.routing",
    "link_failures": "analysis.failures",
    "missing_links": "analysis.pairs",
    "network_map": "present.views",
    "pair_failures": "analysis.failures",
    "pair_redundancy": "analysis.redundancy",
    "portfolio": "analysis.portfolio",
    "project_gains": "analysis.redundancy",
    "redundancy_map": "present.views",
    "route_map": "present.views",
    "routes": "analysis.pairs",
    "sections": "analysis.corridor",
    "strip": "present.strip",
    "synergy": "analysis.redundancy",
    "uncertain_changes": "analysis.uncertainty",
    "uncertain_deployment": "analysis.deploy_draws",
    "uncertain_gains": "analysis.uncertainty",
    "uncertain_hours": "analysis.uncertainty",
    "uncertain_losses": "analysis.uncertainty",
    "whatif": "analysis.whatif",
    "whatif_map": "present.views",
    "whatif_page": "present.interactive",
}
__all__ = [
    "Graph",
    "Network",
    "Scenario",
    "arrival_chart",
    "best_route",
    "bottleneck_chart",
    "bottleneck_map",
    "bottlenecks",
    "candidates",
    "deploy",
    "deploy_map",
    "diverse_routes",
    "embed",
    "gains_chart",
    "interdict",
    "interdiction_map",
    "k_best_routes",
    "link_failures",
    "missing_links",
    "network_map",
    "pair_failures",
    "pair_redundancy",
    "portfolio",
    "project_gains",
    "redundancy_map",
    "route_map",
    "routes",
    "sections",
    "strip",
    "synergy",
    "uncertain_changes",
    "uncertain_deployment",
    "uncertain_gains",
    "uncertain_hours",
    "uncertain_losses",
    "whatif",
    "whatif_map",
    "whatif_page",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module attribute can be anything
    """Import a public name when it is first asked for, so that `mobility --help` stays instant."""
    if name in _HOME:
        from importlib import import_module

        return getattr(import_module(f"mobility.{_HOME[name]}"), name)
    raise AttributeError(f"module 'mobility' has no attribute {name!r}")
