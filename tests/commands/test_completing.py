"""What the Tab key offers, asked as click asks for a shell, and once in a real bash."""

import os
import subprocess
import sys

import pytest
from click.shell_completion import ShellComplete

from mobility.cli import cli
from mobility.vocabulary import VERSION


def offered(*typed, network=None):
    """Return what is offered for a line whose last word is being typed."""
    *before, last = typed
    shell = ShellComplete(cli, {}, "mobility", "_MOBILITY_COMPLETE")
    given = ["--network", str(network)] if network else []
    return [item.value for item in shell.get_completions([*given, *before], last)]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (["rou"], ["route", "routes"]),
        (["route", "AL"], ["alfa"]),
        (["route", "alfa", "fox"], ["foxtrot"]),
        (["routes", "--from", "alfa", "--to", "set:w"], ["set:west"]),
        (["routes", "-x", "alfa--bravo-ra"], ["alfa--bravo-rail"]),
        (["routes", "--pace", "p"], ["planning"]),
        (["routes", "--profile", "he"], ["heavy"]),
        (["routes", "-b", "nothing-is-called-so"], []),
    ],
)
def test_names_of_the_network_that_is_asked(small, typed, found):
    assert offered(*typed, network=small) == found


def test_the_shipped_network_where_none_is_named():
    assert offered("reach", "durre") == ["durres"]
    assert "set:adriatic" in offered("routes", "--from", "set")


def test_a_network_that_is_no_folder_of_tables_offers_nothing(tmp_path):
    assert offered("reach", "durre", network=tmp_path / "none.gpkg") == []


def test_a_network_that_cannot_be_read_offers_no_profile(tmp_path):
    (tmp_path / "profiles.toml").write_text("[")
    assert offered("routes", "--profile", "mi", network=tmp_path) == []


def test_the_script_works_in_a_real_bash(tmp_path):
    """The script that is evaluated registers itself: asked as Tab would, it fills COMPREPLY."""
    tool = tmp_path / "mobility"
    tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mobility "$@"\n')
    tool.chmod(0o755)
    line = (
        'eval "$(_MOBILITY_COMPLETE=bash_source mobility)"; complete -p mobility; '
        "COMP_WORDS=(mobility --vers); COMP_CWORD=1; _mobility_completion mobility; echo $COMPREPLY; mobility --version"
    )
    run = subprocess.run(
        ["bash", "-c", line],
        env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    registered, word, version = run.stdout.splitlines()
    assert registered.startswith("complete ")
    assert registered.endswith(" mobility")
    assert (word, version) == ("--version", f"mobility, version {VERSION}")
