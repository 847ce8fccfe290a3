"""`import mobility`: every name is found and typed, parameters have one order, no command is without a call."""

import ast
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import mobility
from mobility.cli import COMMANDS
from mobility.present import findings

ROOT = Path(mobility.__file__).parent
ENDS = [["origins", "destinations"], ["origin", "destination"]]
# What each command of the command line is in the library; `net` stands for a network.
CALLS = {
    "bottlenecks": "bottlenecks weakest link_failures uncertain_losses uncertain_min_cut sections",
    "check": "check",
    "data diff": "data_changes findings.data_diff",
    "data release": "release",
    "deploy": "deploy from_each refusals uncertain_deployment",
    "schedule": "schedule Orders",
    "export": "export Network.save to_osmnx Graph",
    "import osm": "from_osm osm_lengths",
    "hotspots": "hotspots findings.hotspots",
    "interdict": "interdict",
    "links": "Network.load",
    "map": "network_map route_map whatif_map bottleneck_map interdiction_map protection_map "
    "redundancy_map deploy_map whatif_page",
    "places": "Network.load",
    "profiles": "Network.load",
    "new": "new",
    "projects": "Network.load",
    "protect": "protect protect_recovery",
    "reach": "reach reached_links findings.reach",
    "recover": "recover worst_attack uncertain_recovery",
    "redundancy": "project_gains pair_redundancy portfolio candidates synergy pareto uncertain_gains",
    "report": "report",
    "route": "arrivals_by_start best_route k_best_routes diverse_routes random_routes missing_links tolerances "
    "refused_ways flip findings.why",
    "routes": "routes pair_failures uncertain_hours min_cut",
    "sets": "Network.load",
    "serve": "",
    "shell": "prepare",
    "strip": "findings.strip",
    "whatif": "whatif each uncertain_changes differences flip_change",
}


def functions():
    """Return the public functions and the findings, by name."""
    names = {name: getattr(mobility, name) for name in mobility.__all__}
    names |= {f"findings.{name}": getattr(findings, name) for name in findings.__all__}
    return {name: thing for name, thing in names.items() if inspect.isfunction(thing)}


def test_every_name_is_found_listed_and_typed():
    stub = ast.parse((ROOT / "__init__.pyi").read_text(encoding="utf-8"))
    typed = {alias.name: node.module for node in stub.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert sorted([*typed, "__version__"]) == sorted(mobility.__all__) == dir(mobility)
    for name, module in typed.items():
        assert getattr(mobility, name) is getattr(importlib.import_module(module), name), name
    assert (ROOT / "py.typed").exists()
    with pytest.raises(AttributeError, match="no attribute 'route'"):
        _ = mobility.route


def test_names_are_there_before_anything_is_imported():
    code = (
        "import sys, mobility; assert 'routes' in dir(mobility); print(*sorted(m for m in sys.modules if m in HEAVY))"
    )
    code = code.replace("HEAVY", "{'pandas', 'numpy', 'geopandas', 'shapely', 'click'}")
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT.parent, capture_output=True, text=True, check=True)
    assert run.stdout.split() == []


@pytest.mark.parametrize("name", functions())
def test_networks_come_first_then_the_pair_then_keywords(name):
    parameters = list(inspect.signature(functions()[name]).parameters.values())
    given = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    ends = next((pair for pair in ENDS if pair[0] in [p.name for p in parameters]), None)
    if ends is None:
        return
    first = given[: given.index(ends[0])]
    assert first in (["network"], ["before", "after"], ["networks"])
    assert given[len(first) :] == ends


def test_every_command_has_its_call():
    commands = set(COMMANDS) - {"import", "data"} | {"import osm", "data diff", "data release"}
    assert set(CALLS) == commands
    for calls in CALLS.values():
        for call in calls.split():
            thing = mobility
            for part in call.split("."):
                thing = getattr(thing, part)
            assert callable(thing), call


def test_every_call_is_of_a_command_or_is_known_to_have_none():
    """A name that no command uses stands here: what is left is what a notebook alone needs."""
    used = {call.split(".")[0] for calls in CALLS.values() for call in calls.split()}
    alone = {"Finding", "OfflineMap", "Pairs", "Scenario", "embed", "from_osmnx", "speaking", "sweep", "__version__"}
    assert {name for name in mobility.__all__ if not name.endswith("Error")} == used | alone


def test_the_citation_has_the_version():
    text = (Path(__file__).parents[1] / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {mobility.__version__}\n" in text
