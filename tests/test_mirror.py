"""Tests mirror src: every module of the package has a test file of its name, in the folder of its name."""

from pathlib import Path

import pytest

import mobility

SRC, TESTS = Path(mobility.__file__).parent, Path(__file__).parent
# Modules without a file of their own, and where what they do is tested.
ELSEWHERE = {
    "__main__.py": "test_cli.py, which runs it",
    "qgis_mobility/algorithms.py": "qgis_mobility/test_plugin.py, under QGIS and its stubs",
    "vocabulary.py": "test_readme.py: words, and two functions with examples",
    "commands/report.py": "present/test_report.py, which writes its briefs with the command",
    "analysis/attack.py": "analysis/test_protection.py, against trying every set",
    "analysis/aftermath.py": "analysis/test_protection_recovery.py, against every attack and order of repairs",
    "analysis/hitting.py": "analysis/test_protection.py, against one program of all attacks",
    "analysis/by_clock.py": "analysis/test_timed_routes.py, against a march hour by hour",
    "analysis/measured.py": "analysis/test_fronts.py, against all simple routes under all closures",
    "analysis/ways.py": "analysis/test_protection.py, against all simple routes",
    "analysis/judging.py": "analysis/test_hotspots.py: by hand, and value by value",
    "analysis/field.py": "analysis/test_interdiction.py, against trying every set",
    "analysis/closable.py": "analysis/test_series.py and test_interdiction.py, which close each kind",
    "doubt/marches.py": "doubt/test_intervals.py: the arrivals of draws without a range are those of routes",
    "deployment/booked.py": "deployment/test_schedule.py: what is booked keeps every rule",
    "deployment/columns.py": "deployment/test_schedule.py: how large columns are, and how they are shared out",
    "deployment/conflicts.py": "deployment/test_schedule.py: what rules a plan out, by hand",
    "deployment/fields.py": "deployment/test_schedule.py: where forces can go",
    "deployment/rates.py": "deployment/test_schedule.py: how far apart columns are",
    "deployment/sequences.py": "deployment/test_schedule.py: no order of placing is better than a bound",
    "deployment/placing.py": "deployment/test_schedule.py, against every order of placing",
    "deployment/moves.py": "deployment/test_schedule.py: how good a plan is",
    "deployment/movements.py": "deployment/test_flow_over_time.py (the plan keeps every rule) and test_deploy.py",
    "deployment/plans.py": "deployment/test_flow_over_time.py (the plan keeps every rule) and test_deploy.py",
    "deployment/time_expanded.py": "deployment/test_flow_over_time.py, against the linear programme over all steps",
    "model/changes.py": "model/test_closures.py and test_network.py: what a change does to a network",
    "model/ends.py": "model/test_checks.py and test_drawn.py: what ends where",
    "model/moments.py": "model/test_orders.py: moments and stays as orders write them",
    "model/folder.py": "model/test_tables.py and test_files.py: tables in a folder",
    "model/frames.py": "model/test_tables.py: cells as values",
    "model/references.py": "model/test_checks.py: what one table calls another",
    "model/rulebook.py": "model/test_profiles.py: faults of profiles.toml",
    "present/findings/deployment_words.py": "commands/test_deploy.py: sentences",
    "present/findings/defence.py": "present/test_report.py: the sections of a brief that it makes",
    "present/findings/timetable.py": "commands/test_schedule.py: tables, sentences, charts",
    "present/print/legend.py": "present/print/test_map.py: a legend is seen on a map only",
    "present/print/pens.py": "present/print/test_map.py: lines are seen on a map only",
    "present/web/map.py": "present/web/test_map_page.py and test_map_controls.py",
    "present/web/page.py": "present/web/test_data.py and test_map_page.py",
    "present/web/whatif_changes.py": "present/web/test_engine.py, which closes and builds all that is offered",
    "present/web/whatif_data.py": "present/web/test_engine.py, which asks both engines the same",
    "sources/area.py": "sources/test_overpass.py and commands/test_imports.py",
    "sources/choosing.py": "sources/test_conflation.py",
    "sources/copies.py": "sources/test_onto.py: what is there twice is left out",
    "sources/ground.py": "test_ground.py and sources/test_relief_audit.py",
    "sources/matching.py": "sources/test_conflation.py",
    "sources/splitting.py": "sources/test_conflation.py and test_crossings.py",
    "sources/territory.py": "sources/test_conflation.py",
    "sources/thicken.py": "sources/test_onto.py",
    "sources/extract.py": "sources/test_osm.py: what is taken, left out, and within an area",
    "sources/ways.py": "sources/test_osm.py: what its ways say",
}


def modules():
    return [file.relative_to(SRC) for file in sorted(SRC.rglob("*.py")) if file.name != "__init__.py"]


@pytest.mark.parametrize("module", modules(), ids=str)
def test_a_module_has_a_test_file_of_its_name_or_a_reason(module):
    own = TESTS / module.parent / f"test_{module.name}"
    assert own.exists() != (module.as_posix() in ELSEWHERE), own


def test_reasons_name_modules_that_are_there():
    assert set(ELSEWHERE) <= {module.as_posix() for module in modules()}
