"""Habits of a release: one version everywhere, a dated changelog, and pre-commit asks what CI asks."""

import re
from pathlib import Path

from mobility.vocabulary import VERSION

ROOT = Path(__file__).parents[1]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def test_changelog_citation_and_plugin_have_the_version():
    version, date = re.search(r"(?m)^## \[(.+)\] - (\d{4}-\d\d-\d\d)$", read("CHANGELOG.md")).groups()
    assert version == VERSION
    assert f"\nversion: {VERSION}\ndate-released: {date}\n" in read("CITATION.cff")
    assert f"\nversion={VERSION}\n" in read("src/mobility/qgis_mobility/metadata.txt")


def test_pre_commit_asks_what_ci_asks():
    hooks = re.findall(r"entry: ([^,]+),", read(".pre-commit-config.yaml"))
    assert hooks
    for entry in hooks:
        assert re.search(rf"(?m)^{re.escape(entry.removesuffix(' geodata'))}\b", read(".ci/run")), entry
