"""Findings: one file a question; the answer as table, summary, sentences, title, map and chart.

Functions carry the names of the commands and take the same things: a network, origins and destinations.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME = {
    "bottlenecks": "losses",
    "candidates": "gains",
    "data_diff": "versions",
    "deploy": "deployment",
    "differences": "differing",
    "each": "many",
    "failures": "losses",
    "flip": "turning",
    "flip_change": "turning",
    "hotspots": "compliance",
    "interdict": "interdiction",
    "network": "inventory",
    "origins": "deployment",
    "pareto": "choices",
    "portfolio": "gains",
    "protect": "protection",
    "random_routes": "randomised",
    "reach": "reaching",
    "recover": "recovery",
    "redundancy": "gains",
    "reserve": "gains",
    "route": "legs",
    "routes": "pairs",
    "schedule": "timetable",
    "side_by_side": "beside",
    "starts": "setting_out",
    "strip": "corridor",
    "synergy": "gains",
    "uncertain_deployment": "deployment",
    "weakest": "weakness",
    "whatif": "changes",
    "why": "reasons",
}
__all__ = [*_HOME]  # noqa: PLE0604 - names of functions


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a function of one of the files
    """Import a finding when it is first asked for."""
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return the findings."""
    return __all__
