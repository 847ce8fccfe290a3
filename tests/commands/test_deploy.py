"""`deploy` on the command line: shapes, sentences and refusals."""

import json

import pytest
from click.testing import CliRunner

from mobility.cli import cli
from mobility.model.profiles import TRANSIT
from mobility.present.findings.deployment import COLUMNS

TRAINS = "trains (the Solidarity Pool, or whoever provides them)"
FROM = ["deploy", "--from", "alexandroupoli", "--to", "varna"]


def run(*words):
    return CliRunner().invoke(cli, [*words], catch_exceptions=False)


def test_arrivals_and_summary():
    whole = json.loads(run(*FROM, "--vehicles", "95", "-f", "json").stdout)
    rows, summary = whole["rows"], whole["summary"]
    assert [row["day"] for row in rows] == list(range(1, len(rows) + 1))
    assert rows[-1]["vehicles_arrived"] == 95 == sum(row["new_vehicles"] for row in rows)
    assert (summary["packets"], summary["binding"]) == (5, ["Alexandroupoli (port)", TRAINS])
    assert 24 * (len(rows) - 1) < summary["complete_h"] <= 24 * len(rows)
    assert summary["first_h"] > summary["rounded_h"] >= summary["route_h"] >= summary["march_h"]
    said = run(*FROM, "--vehicles", "95").stderr
    assert f"complete at Varna after {summary['complete_h']:g} h" in said
    assert f"What binds: Alexandroupoli (port), {TRAINS}." in said


def test_what_binds_says_what_its_capacity_rests_on():
    said = run(*FROM, "--vehicles", "95").stderr
    assert "Alexandroupoli 150 vehicles a day (published: ola-infrastructure; dvids-445098" in said
    assert f"{TRAINS} 133 vehicles a day (estimate: trains as given, rule turnaround_h)." in said
    asked = json.loads(run(*FROM, "--vehicles", "95", "--set", "alexandroupoli:capacity=50", "-f", "json").stdout)
    assert asked["summary"]["binding_capacity"] == ["Alexandroupoli 50 vehicles a day (as asked: --set)"]


def test_closures_at_times():
    road = ["--vehicles", "40", "-m", "road", "-x", "around:ruse:5km@08:00-17:30"]
    free = json.loads(run(*FROM, *road[:4], "-f", "json").stdout)["summary"]
    found = run(*FROM, *road, "--start", "Mon 06:00", "-f", "json")
    summary = json.loads(found.stdout)["summary"]
    assert (summary["start"], summary["unshut_h"]) == ("Mon day 1 06:00", free["complete_h"])
    assert summary["complete_h"] >= free["complete_h"]
    said = run(*FROM, *road, "--start", "Mon 06:10").stderr
    assert "Shut at times: around:ruse:5km@08:00-17:30; without, complete " in said
    assert "A step of 60 min in which a link is shut in part counts as shut; --step 10 needs no rounding." in said
    refused = run(*FROM, *road)
    assert refused.exit_code == 2
    assert "`deploy --start`" in refused.stderr
    assert "write a day and an hour as 'Mon 06:00'" in run(*FROM, *road, "--start", "soon").stderr


def test_from_each_origin_before_and_after():
    words = ["--from", "durres", "--vehicles", "95", "--table", "origins", "-f", "json"]
    rows = json.loads(run(*FROM, *words).stdout)["rows"]
    assert [row["from"] for row in rows] == ["alexandroupoli", "durres", "alexandroupoli;durres"]
    assert rows[2]["complete_h"] <= min(row["complete_h"] for row in rows[:2])
    both = json.loads(run(*FROM, *words, "-s", "viii-built", "--against", "today").stdout)["rows"]
    assert [row["complete_h"] for row in both[:3]] == [row["complete_h"] for row in rows]
    assert {row["scenario"] for row in both[3:]} == {"Corridor VIII complete, rail and road"}
    assert all(later["complete_h"] <= row["complete_h"] for row, later in zip(rows, both[3:], strict=True))


def test_what_a_larger_port_changes():
    """Landing binds: twice the rate, and what is set on both sides is no change."""
    words = ["--vehicles", "400", "-m", "road", "--table", "origins", "--against", "today", "-f", "json"]
    port = "alexandroupoli:capacity"
    before, after = json.loads(run(*FROM, *words, "--set", f"{port}=50", "--set-after", f"{port}=100").stdout)["rows"]
    plain = json.loads(run(*FROM, *words[:6], "--set", f"{port}=50", "-f", "json").stdout)["rows"]
    assert before["complete_h"] == plain[0]["complete_h"] > after["complete_h"]
    assert after["scenario"] == f"with {port}=50; set {port}=100"
    assert "nothing to compare" in run(*FROM, *words, "--set", f"{port}=50").stderr


def test_a_table_tells_of_an_origin_without_a_way():
    done = run(*FROM, "--from", "durres", "--vehicles", "9", "--table", "origins", "-x", "place:varna")
    assert done.exit_code == 0
    assert done.stdout.count("no route") == 3


def test_refusals_of_states():
    rows = json.loads(run(*FROM, "--vehicles", "40", "--table", "refusals", "-f", "json").stdout)["rows"]
    assert rows[0]["refusal"] == "none"
    assert [row["refusal"] for row in rows[-6:]] == [*TRANSIT[1:]]
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
        ([], 2, "give one of --vehicles N, --force NAME and --tonnes T"),
        (["--vehicles", "9", "--force", "brigade"], 2, "give one of --vehicles N, --force NAME and --tonnes T"),
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


def test_deep_ships_at_durres_are_discharged_over_the_shore():
    words = ["deploy", "--from", "durres", "--to", "varna", "--vehicles", "95"]
    usual, deep = (run(*words, *more).stderr for more in ([], ["--ship", "deep-roro"]))
    assert "over the shore" not in usual
    assert "deep-roro draws 8.5 m, Durrës has 7.5 m: discharged over the shore, 65 vehicles a day" in deep
    assert "Permission to enter comes before the start: 5 to 60 days; the rules take 45" in deep
    assert "no ship is called 'raft'; there are" in run(*words, "--ship", "raft").stderr
    assert "give --force once" in run(*words[:-2], "--force", "battlegroup", "--force", "brigade-heavy").stderr


def test_tonnes_move_as_lorry_loads_and_trains_take_what_a_train_carries(shipped):
    words = ["deploy", "--from", "thessaloniki", "--to", "constanta", "-m", "rail", "--table", "movements"]
    words += ["--tonnes", "20000", "--cargo", "fuel"]
    answer, loads = json.loads(run(*words, "-f", "json").stdout), 1334  # 20,000 t in lorries of 15 t
    assert (answer["summary"]["vehicles"], answer["summary"]["tonnes"]) == (loads, 20000)
    said = run(*words, "-f", "csv").stderr
    assert "20,000 t of fuel (1,334 lorry loads)" in said
    assert "a train 1,780 t (430 to 2,000; " in said
    by_rail = [row for row in answer["rows"] if row["mode"] == "rail"]
    assert by_rail
    for row in by_rail:
        assert row["units"] == -(-row["vehicles"] * 15 // 1780)
    listed = json.loads(run("profiles", "--cargo", "-f", "json").stdout)["rows"]
    assert {word for row in listed for word in row["sources"].split("; ")} <= set(shipped.sources["id"])


def test_tonnes_are_drawn_too():
    words = ["deploy", "--from", "thessaloniki", "--to", "constanta", "--tonnes", "2000", "--uncertain", "4"]
    drawn = json.loads(run(*words, "-f", "json").stdout)["summary"]["uncertain"]
    assert drawn["complete_h_p5"] < drawn["complete_h_p95"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--tonnes", "0"], "tonnes must be above 0 and at most 10,900,000 of ammunition, not 0"),
        (["--tonnes", "nan"], "tonnes must be above 0"),
        (["--tonnes", "9", "--vehicles", "9"], "give one of --vehicles N, --force NAME and --tonnes T"),
        (["--tonnes", "9", "--cargo", "hay"], "no cargo is called 'hay'; there are ammunition, fuel"),
        (["--vehicles", "9", "--cargo", "fuel"], "--cargo goes with --tonnes"),
    ],
)
def test_tonnes_that_make_no_sense_are_refused(words, said):
    result = run(*FROM, *words)
    assert (result.exit_code, said in result.stderr) == (2, True)
