"""Redundancy on the command line: shapes, defaults and refusals."""

import json

import pytest
from click.testing import CliRunner

from mobility.cli import cli

ONE = ["--from", "durres", "--to", "varna"]


def run(*words):
    return CliRunner().invoke(cli, [*words], catch_exceptions=False)


def test_redundancy_of_a_corridor():
    words = ["redundancy", "--project", "corridor:VIII", *ONE, "-f", "json"]
    row = json.loads(run(*words).stdout)["rows"][0]
    assert {"project", "cost_eur_m", "gain_h", "n1_gain_h", "worst_n1_gain_h", "disjoint_gain"} <= set(row)
    assert row["gain_h"] > 0


@pytest.mark.parametrize("what", ["pairs", "candidates"])
def test_tables_of_redundancy(what):
    assert json.loads(run("redundancy", "--table", what, *ONE, "-f", "json").stdout)["rows"]


def test_portfolio_stays_within_the_budget():
    words = ["redundancy", "--budget", "150", "--project", "tirana-durres-rail", "--project", "nis-rail-bypass", *ONE]
    rows = json.loads(run(*words, "-f", "json").stdout)["rows"]
    assert sum(row["cost_eur_m"] for row in rows if row["state"] == "chosen") <= 150


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["redundancy", "--budget", "0", *ONE], "budget"),
        (["redundancy", "--budget", "much", *ONE], "budget"),
        (["redundancy", "--table", "portfolio", *ONE], "--budget"),
        (["redundancy", "--table", "synergy", *ONE], "--project"),
        (["redundancy", "--project", "no-such-project", *ONE], "no-such-project"),
    ],
)
def test_refusals(words, said):
    result = run(*words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not result.stdout


SETS = ["redundancy", "--table", "pareto", "--project", "black-sea-motorway", "--project", "hemus-motorway", *ONE]


def test_sets_of_projects_and_their_front():
    found = json.loads(run(*SETS, "-f", "json").stdout)
    assert len(found["rows"]) == found["summary"]["sets"] == 4
    assert found["rows"][0]["projects"] == "", "to build nothing is the cheapest"
    assert {"cost_eur_m", "gain_h", "harm_h", "state", "dominated_by", "optimal"} <= set(found["rows"][0])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--table", "pareto", "-p", "all"], "name the projects"),
        (["--table", "pareto", "--uncertain", "2", "--resume", "kept"], "--resume is not for"),
        (["--table", "pareto", "--workers", "2"], "give --uncertain N too"),
        (["--table", "pareto", "--budget", "0.01"], "none costs 0.01 million EUR or less"),
        (["-k", "2"], "-k is for --table pareto"),
    ],
)
def test_what_sets_of_projects_refuse(words, said):
    found = run("redundancy", *words, *ONE)
    assert found.exit_code == 2
    assert said in found.stderr
