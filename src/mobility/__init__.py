"""Network analysis of military mobility: routes, closures, bottlenecks and what new links buy."""

from __future__ import annotations

from typing import Any

from mobility.vocabulary import VERSION

__version__ = VERSION

# Where each public name lives: imported when it is first asked for, so that `mobility --help` stays instant.
_HOME = {
    "analysis.bottlenecks": "bottlenecks",
    "analysis.corridor": "sections",
    "analysis.differences": "differences",
    "analysis.flip": "flip flip_change",
    "analysis.flows": "min_cut",
    "analysis.fronts": "pareto",
    "analysis.graph": "Graph",
    "analysis.hotspots": "hotspots",
    "analysis.interdiction": "interdict",
    "analysis.newlinks": "candidates",
    "analysis.pairs": "Pairs",
    "analysis.portfolio": "portfolio",
    "analysis.prepared": "each prepare",
    "analysis.protection": "protect",
    "analysis.protection_recovery": "protect_recovery",
    "analysis.randomised": "random_routes",
    "analysis.reach": "reach reached_links",
    "analysis.recovery": "recover worst_attack",
    "analysis.redundancy": "pair_redundancy project_gains synergy",
    "analysis.refused": "refused_ways",
    "analysis.routes": "missing_links routes",
    "analysis.routing": "best_route diverse_routes k_best_routes",
    "analysis.sweeps": "sweep",
    "analysis.timed_routes": "arrivals_by_start",
    "analysis.tolerance": "tolerances",
    "analysis.weakest": "weakest",
    "analysis.whatif": "whatif",
    "deployment.compared": "from_each refusals",
    "deployment.deploy": "deploy",
    "deployment.schedule": "schedule",
    "doubt.cuts": "uncertain_min_cut",
    "doubt.failures": "link_failures pair_failures",
    "doubt.intervals": "uncertain_changes uncertain_gains uncertain_hours uncertain_losses",
    "doubt.repairs": "uncertain_recovery",
    "errors": "AmbiguousNameError DataError InputError MobilityError NoRouteError TooLateError UnknownNameError "
    "WorkerError",
    "model.files": "check",
    "model.network": "Network",
    "model.template": "new",
    "model.orders": "Orders",
    "model.versions": "data_changes",
    "model.scenario": "Scenario",
    "present": "findings",
    "present.embedding": "embed",
    "present.exchange": "export",
    "present.finding": "Finding",
    "present.findings.deployment": "uncertain_deployment",
    "present.language": "speaking",
    "present.maps": "bottleneck_map deploy_map interdiction_map network_map "
    "protection_map redundancy_map route_map whatif_map",
    "present.releasing": "release",
    "present.report": "report",
    "present.web.page": "OfflineMap",
    "present.web.whatif": "whatif_page",
    "sources.importing": "from_osm osm_lengths",
    "sources.osmnx_graph": "from_osmnx to_osmnx",
}
_WHERE = {name: home for home, names in _HOME.items() for name in names.split()}

__all__ = ["__version__", *_WHERE]  # noqa: PLE0604 - names; a type checker reads __init__.pyi


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module attribute can be anything
    """Import a public name when it is first asked for."""
    if name in _WHERE:
        from importlib import import_module

        home = import_module(f"mobility.{_WHERE[name]}")
        return getattr(home, name, None) or import_module(f"{home.__name__}.{name}")
    raise AttributeError(f"module 'mobility' has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return all public names, so that they can be completed."""
    return sorted(__all__)
