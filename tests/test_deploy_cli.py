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


def test_what_binds_says_what_its_capacity_rests_on():
    said = run(*FROM, "--vehicles", "95").stderr
    assert "Alexandroupoli 150 vehicles a day (published: dvids-445098" in said
    assert "train pool 133 vehicles a day (estimate: trains as given, rule turnaround_h)." in said
    asked = json.loads(run(*FROM, "--vehicles", "95", "--set", "alexandroupoli:capacity=50", "-f", "json").stdout)
    assert asked["summary"]["binding_capacity"] == ["Alexandroupoli 50 vehicles a day (as asked: --set)"]


def test_from_each_origin_before_and_after():
    words = ["--from", "durres", "--vehicles", "95", "--table", "origins", "-f", "json"]
    rows = json.loads(run(*FROM, *words).stdout)["rows"]
    assert [row["from"] for row in rows] == ["alexandroupoli", "durres", "alexandroupoli;durres"]
    assert rows[2]["complete_h"] <= min(row["complete_h"] for row in rows[:2])
    both = json.loads(run(*FROM, *words, "-s", "viii-built", "--against", "today").stdout)["rows"]
    assert [row["complete_h"] for row in both[:3]] == [row["complete_h"] for row in rows]
    assert {row["scenario"] for row in both[3:]} == {"Corridor VIII complete, rail and road"}
    assert all(later["complete_h"] <= row["complete_h"] for row, later in zip(rows, both[3:], strict=True))


def test_a_table_tells_of_an_origin_without_a_way():
    done = run(*FROM, "--from", "durres", "--vehicles", "9", "--table", "origins", "-x", "place:varna")
    assert done.exit_code == 0
    assert done.stdout.count("no route") == 3


def test_refusals_of_states():
    rows = json.loads(run(*FROM, "--vehicles", "40", "--table", "refusals", "-f", "json").stdout)["rows"]
    assert rows[0]["refusal"] == "none"
    assert [row["refusal"] for row in rows[-4:]] == ["nato", "nato+partners", "eu", "recognises-kosovo"]
    assert all(row["lost_h"] == row["complete_h"] - rows[0]["complete_h"] >= 0 for row in rows)


@pytest.mark.parametrize("more", [[], ["--table", "origins"], ["--table", "curve"]])
def test_a_picture_of_the_curve(tmp_path, more):
    file = tmp_path / "curve.svg"
    done = run(*FROM, "--vehicles", "40", *more, "-o", str(file))
    assert (done.exit_code, done.stdout) == (0, "")
    assert "40 vehicles after" in file.read_text()


@pytest.mark.parametrize("suffix", ["html", "svg"])
def test_a_map_of_the_deployment(tmp_path, suffix):
    file = tmp_path / f"map.{suffix}"
    words = ["map", "--show", "deploy", *FROM[1:], "-o", str(file)]
    assert run(*words, "--vehicles", "40", "--trains", "0", "--title", "Forty").exit_code == 0
    assert "Forty" in file.read_text()
    file.unlink()
    for wrong, code in (([], 2), (["--vehicles", "0"], 2), (["--vehicles", "40", "-x", "place:varna"], 1)):
        done = run(*words, *wrong)
        assert (done.exit_code, done.stderr.count("\n") - done.stderr.count("closed: "), file.exists()) == (
            code,
            1,
            False,
        )


def test_force_packages_are_listed_with_their_sources(shipped):
    rows = json.loads(run("profiles", "--forces", "-f", "json").stdout)["rows"]
    assert {row["name"]: row["vehicles"] for row in rows}["brigade-wheeled"] == 1000
    assert {word for row in rows for word in row["sources"].split("; ")} <= set(shipped.sources["id"])


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


@pytest.mark.parametrize("fmt", ["md", "csv"])
def test_how_sure_it_is_is_said_beside_every_table(fmt):
    result = run(*FROM, "--vehicles", "20", "--uncertain", "2", "-f", fmt)
    assert "2 draws (seed 0): complete after" in result.stderr
    assert "draws" not in result.stdout


def test_a_force_by_name():
    words = [*FROM, "--force", "brigade-wheeled", "-f", "json"]
    summary = json.loads(run(*words).stdout)["summary"]
    assert summary["vehicles"] == 1000
    assert (summary["force"][:17], summary["force"][-14:]) == ("brigade-wheeled: ", "(dvids-279361)")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "--vehicles N or --force NAME"),
        (["--vehicles", "9", "--force", "brigade"], 2, "--vehicles N or --force NAME"),
        (["--vehicles", "0"], 2, "not 0"),
        (["--vehicles", "-7"], 2, "not -7"),
        (["--vehicles", "many"], 2, "--vehicles"),
        (["--vehicles", "2000000"], 2, "1 to 1,000,000"),
        (["--force", "no-such-force"], 2, "no force is called"),
        (["--vehicles", "9", "--share", "alexandroupoli"], 2, "durres=0.5"),
        (["--vehicles", "9", "--share", "alexandroupoli=0.4"], 2, "add up to 0.4"),
        (["--vehicles", "9", *2 * ["--share", "alexandroupoli=0.5"]], 2, "two shares"),
        (["--vehicles", "9", "--share", "alexandroupoli=0.5", "--share", "Alexandroupoli=0.5"], 2, "two shares"),
        (["--vehicles", "9", "--trains", "-1"], 2, "trains must be 0 or more, not -1\n"),
        (["--vehicles", "9", "--horizon", "nan"], 2, "Error: the horizon"),
        (["--vehicles", "9", "--uncertain", "2", "-o", "x.png"], 2, "--uncertain has no chart"),
        (["--vehicles", "9", "--uncertain", "2", "--table", "refusals"], 2, "not with --table refusals"),
        (["--vehicles", "9", "-o", "no-such-folder/x.csv"], 2, "there is no folder no-such-folder"),
        (["--vehicles", "500", "--horizon", "2"], 1, "at most"),
        (["--vehicles", "9", "-x", "place:varna"], 1, "no route"),
        (["--vehicles", "9", "--set", "alexandroupoli:capacity=0"], 1, "meets a capacity of 0"),
        (["--vehicles", "9", "-m", "sea", "--set", "varna:capacity=0"], 1, "meets a capacity of 0"),
        (["--vehicles", "9", "-m", "rail", "--trains", "0"], 1, "needs trains of 0"),
        (["--vehicles", "9", "--set", "alexandroupoli:capacity=-1"], 2, "between 0 and"),
        (["--vehicles", "9", "--against", "today"], 2, "--table origins"),
        (["--vehicles", "9", "--table", "links", "-o", "x.png"], 2, "has no chart"),
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


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--vehicles", "9"], "--vehicles goes with --show deploy"),
        (["--show", "network", "--step", "60"], "--step goes with --show deploy"),
        (["--show", "deploy", "--vehicles", "9", "--against", "today"], "--against goes with --show whatif"),
        (["--interactive", "-k", "3"], "-k goes with --show interdict"),
    ],
)
def test_a_map_takes_no_option_of_another(words, said, tmp_path):
    result = run("map", *words, "-o", str(tmp_path / "x.html"))
    assert (result.exit_code, said in result.stderr, list(tmp_path.iterdir())) == (2, True, [])
