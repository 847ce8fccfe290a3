"""`deploy` on the command line: shapes, sentences and refusals."""

import json

import pytest
from click.testing import CliRunner

from mobility.cli import cli
from mobility.commands.deploy import COLUMNS

FROM = ["deploy", "--from", "alexandroupoli", "--to", "varna"]


def run(*words):
    return CliRunner().invoke(cli, [*words], catch_exceptions=False)


def test_arrivals_and_summary():
    whole = json.loads(run(*FROM, "--vehicles", "95", "-f", "json").stdout)
    rows, summary = whole["rows"], whole["summary"]
    assert [row["day"] for row in rows] == list(range(1, len(rows) + 1))
    assert rows[-1]["vehicles_arrived"] == 95 == sum(row["new_vehicles"] for row in rows)
    assert (summary["packets"], summary["binding"]) == (5, ["Alexandroupoli (port)", "train pool (trains)"])
    assert 24 * (len(rows) - 1) < summary["complete_h"] <= 24 * len(rows)
    assert summary["first_h"] > summary["rounded_h"] >= summary["route_h"]
    said = run(*FROM, "--vehicles", "95").stderr
    assert f"complete at Varna after {summary['complete_h']:g} h" in said
    assert "What binds: Alexandroupoli (port), train pool (trains)." in said


@pytest.mark.parametrize("what", COLUMNS)
@pytest.mark.parametrize("fmt", ["json", "csv", "geojson", "md"])
def test_every_table_in_every_format(what, fmt):
    result = run(*FROM, "--vehicles", "40", "--table", what, "-f", fmt)
    assert result.exit_code == 0
    if fmt == "json":
        assert set(COLUMNS[what].split()) <= set(json.loads(result.stdout)["rows"][0])


def test_options_change_the_answer():
    def hours(*more):
        return json.loads(run(*FROM, "--vehicles", "200", "-f", "json", *more).stdout)["summary"]["complete_h"]

    both = ["--from", "thessaloniki"]
    assert hours(*both) < hours(*both, "--share", "thessaloniki=0.1") < hours()
    assert hours() <= hours("--trains", "0") == hours("-m", "road", "-m", "sea")
    assert hours("--step", "15") < hours()
    assert hours("-x", "country:RO") >= hours()


def test_a_force_by_name():
    words = [*FROM, "--force", "brigade-wheeled", "-f", "json"]
    assert json.loads(run(*words).stdout)["summary"]["vehicles"] == 1000


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "--vehicles N or --force NAME"),
        (["--vehicles", "9", "--force", "brigade"], 2, "--vehicles N or --force NAME"),
        (["--vehicles", "0"], 2, "not 0"),
        (["--vehicles", "-7"], 2, "not -7"),
        (["--vehicles", "many"], 2, "--vehicles"),
        (["--force", "no-such-force"], 2, "no force is called"),
        (["--vehicles", "9", "--share", "alexandroupoli"], 2, "durres=0.5"),
        (["--vehicles", "9", "--share", "alexandroupoli=0.4"], 2, "add up to 0.4"),
        (["--vehicles", "9", "--trains", "-1"], 2, "trains"),
        (["--vehicles", "9", "--horizon", "nan"], 2, "horizon"),
        (["--vehicles", "500", "--horizon", "2"], 1, "at most"),
        (["--vehicles", "9", "-x", "place:varna"], 1, "no route"),
    ],
)
def test_refusals(words, code, said):
    result = run(*FROM, *words)
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    if code == 1:
        whole = json.loads(run(*FROM, *words, "-f", "json").stdout)
        assert (whole["rows"], whole["summary"]["complete_h"]) == ([], None)
