"""What-if, interdiction and protection on the command line: which side a value holds on, shapes, proof and refusals."""

import csv
import io
import json
import signal
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner

from console import ask, mobility, refused
from mobility.cli import cli
from mobility.present.findings import interdiction, protection

ONE = ["--from", "durres", "--to", "varna"]


def run(*words):
    return CliRunner().invoke(cli, [*words], catch_exceptions=False)


# alfa to delta by road: three links of 10 km, each half an hour, and the hour at the gate: 2.5 h.
SLOW = "--from alfa --to delta -m road --set alfa–bravo:speed=20 --set bravo–gate:speed=20 --set gate–delta:speed=20"


def hours(small, words):
    (row,) = ask(f"whatif {SLOW} {words}", network=small)["rows"]
    return pytest.approx(row["time_h_before"]), pytest.approx(row["time_h_after"]), pytest.approx(row["delta_h"])


@pytest.fixture
def file(tmp_path):
    """A scenario in which gate–delta takes an hour by its data, and the gate two hours by a change."""
    path = tmp_path / "file.toml"
    path.write_text('set = "gate--delta-road:speed=10"\nset-after = "gate:wait=2"\n', encoding="utf-8")
    return path


def test_set_holds_on_both_sides_and_set_after_on_one(small, file):
    assert hours(small, "-x alfa--bravo-road") == (2.5, 2.6, 0.1), "the twin is 12 km at 20 km/h"
    assert hours(small, "--set-after gate:wait=3") == (2.5, 4.5, 2)
    assert hours(small, "--set gate:wait=2 --set-after gate:wait=3") == (3.5, 4.5, 1)
    assert hours(small, f"--set-after gate:wait=3 --against {file}") == (3.5, 4.5, 1), "at 20 km/h on both sides"
    assert hours(small, f"-s {file}") == (2.5, 3.5, 1), "what a file sets is data too"
    assert hours(small, f"-s {file} --set-after gate:wait=5 --against {file}") == (3.5, 6.5, 3), "the last one counts"
    assert hours(small, f"--against {file}") == (3.5, 2.5, -1)


def test_what_a_baseline_sets_of_its_own_stays_with_it(small, file):
    words = f"--from alfa --to delta -m road --set alfa–bravo:speed=20 --set bravo–gate:speed=20 --against {file}"
    (row,) = ask(f"whatif {words} --set-after gate–delta:speed=20", network=small)["rows"]
    assert (row["time_h_before"], row["time_h_after"]) == (0.5 + 0.5 + 1 + 2, 2.5)


def test_both_kinds_of_value_are_said(small):
    answer = ask(f"whatif {SLOW} --set-after gate:wait=3", network=small)
    assert (len(answer["scenario"]["set"]), answer["scenario"]["set_after"]) == (3, ["gate:wait=3"])
    said = mobility(f"whatif {SLOW} --set-after gate:wait=3", network=small).stdout
    changed = "With alfa–bravo:speed=20, bravo–gate:speed=20, gate–delta:speed=20; set gate:wait=3: "
    assert said.startswith(f"{changed}mean of the 1 pair 2.5 → 4.5 h.")
    noted = mobility(f"whatif {SLOW} --set-after bravo–gate:capacity=9", network=small).stderr
    assert "--set-after bravo–gate:capacity=9 changes no hours" in noted


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("whatif --set gate:wait=3", ["nothing to compare (--set holds before and after)", "--set-after"]),
        ("whatif --set-after gate=3", ["--set-after 'gate=3': write NAME:attribute=value"]),
        ("whatif --set-after gatte:wait=3", ["Did you mean", "gate"]),
        ("whatif --allow-empty", ["nothing to compare: "]),
        ("routes --set-after gate:wait=3", ["--set-after"]),
        ("deploy --vehicles 9 --set-after gate:wait=3", ["--set-after goes with --against"]),
        ("deploy --vehicles 9 --table origins --set-after gate:wait=3", ["--set-after goes with --against"]),
        ("map --set-after gate:wait=3 -o no.html", ["--set-after goes with --show whatif"]),
        ("map --interactive --set-after gate:wait=3 -o no.html", ["--set-after goes with --show whatif"]),
    ],
)
def test_a_value_that_cannot_matter_is_refused(small, line, words):
    refused(mobility(line, network=small), *words)


def test_interdict():
    whole = json.loads(run("interdict", "-k", "2", *ONE, "-f", "json").stdout)
    assert [row["k"] for row in whole["rows"]] == [1, 2]
    assert {"k", "links", "delta_h", "pairs_cut_off", "optimal"} <= set(whole["rows"][0])
    worst = whole["rows"][0]["links"]
    spared = json.loads(run("interdict", "-k", "1", *ONE, "--spare", worst, "-f", "json").stdout)["rows"][0]
    assert spared["links"] != worst
    assert spared["delta_h"] <= whole["rows"][0]["delta_h"]
    assert "Proven to be the worst." in run("interdict", "-k", "1", *ONE).stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["interdict", *ONE], "-k"),
        (["interdict", "-k", "0", *ONE], "-k"),
        (["interdict", "-k", "99999999999999999999", *ONE], "-k"),
        (["interdict", "-k", "1", "--seconds", "0", *ONE], "--seconds"),
        (["interdict", "-k", "1", "--seconds", "nan", *ONE], "seconds"),
        (["interdict", "-k", "1", "--spare", "nowhere-at-all", *ONE], "nowhere-at-all"),
    ],
)
def test_refusals(words, said):
    result = run(*words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not result.stdout


def test_protect(tmp_path):
    words = ["protect", "-F", "1", "-k", "1", *ONE]
    whole = json.loads(run(*words, "-f", "json").stdout)
    none, one = whole["rows"]
    assert whole["summary"]["proven"]
    assert (none["f"], none["protected"], one["f"]) == (0, "", 1)
    assert one["delta_h"] <= none["delta_h"]
    assert {"protected", "attacked", "delta_h", "pairs_cut_off", "optimal", "least_h", "most_h"} <= set(one)
    said = run(*words)
    assert "Proven: no other choice of as many leaves less" in said.stderr
    assert [line.split()[0] for line in said.stdout.splitlines()] == ["f", "---", "0", "1"]
    curve = json.loads(run(*words[:3], "-k", "2", "--curve", *ONE, "-f", "json").stdout)["rows"]
    assert [(row["k"], row["f"]) for row in curve] == [(1, 0), (1, 1), (2, 0), (2, 1)]
    assert run(*words, "-o", str(tmp_path / "a.svg")).exit_code == 0


def test_protect_until_all_is_repaired(tmp_path):
    words = ["protect", "-F", "1", "-k", "1", "--harm", "recovery", "--crews", "2", *ONE]
    whole = json.loads(run(*words, "-f", "json").stdout)
    none, one = whole["rows"]
    assert (whole["summary"]["crews"], whole["summary"]["bridge_sets"]) == (2, 0)
    assert one["lost_pair_hour_days"] <= none["lost_pair_hour_days"]
    assert none["repaired"] == none["attacked"]
    assert none["back_day"] > 0
    said = run(*words)
    assert "Repaired by 2 crews, 0 bridge sets in the best order; days are the median" in said.stderr
    assert run(*words, "-o", str(tmp_path / "a.svg")).exit_code == 0
    shown = ["map", "--show", "protect", "-F", "1", "-k", "1", "--harm", "recovery", *ONE]
    assert run(*shown, "-o", str(tmp_path / "a.html")).exit_code == 0
    refused = run(*shown[:-6], "--crews", "2", *ONE, "-o", str(tmp_path / "b.html"))
    assert (refused.exit_code, "--crews says how losses are repaired" in refused.stderr) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-F", "1", "-k", "1", "--sets", "1"], "--sets says how losses are repaired: give --harm recovery too"),
        (["-F", "1", "-k", "1", "--harm", "recovery", "--by", "place"], "repairs are not known by place"),
        (["-F", "1", "-k", "1", "--harm", "recovery", "--crews", "0"], "the number of crews is 0"),
        (["-F", "-1", "-k", "1"], "-F"),
        (["-F", "1", "-k", "0"], "-k"),
        (["-k", "1"], "-F"),
        (["-F", "1", "-k", "1", "--spare", "nowhere-at-all"], "nowhere-at-all"),
        (["-F", "1", "-k", "1", "--seconds", "nan"], "seconds"),
    ],
)
def test_protect_refuses(words, said):
    result = run("protect", *words, *ONE)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not result.stdout


def test_ctrl_c_keeps_what_is_protected_so_far(monkeypatch):
    def rows(*asked, real=protection.analysis.rows, **how):
        yield next(real(*asked, **how))
        raise KeyboardInterrupt

    monkeypatch.setattr(protection.analysis, "rows", rows)
    result = run("protect", "-F", "2", "-k", "1", *ONE)
    assert result.exit_code == 130
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["f", "---", "0"]
    assert "Stopped at 0 of 2 protected" in result.stderr


HEED = "import signal; signal.signal(2, signal.default_int_handler); from mobility.cli import main; main()"
INTERDICT = [sys.executable, "-c", HEED, "interdict", "-k", "20", "--seconds", "600"]


@pytest.mark.parametrize("fmt", ["table", "csv"])
def test_rows_come_as_they_are_proven_and_ctrl_c_keeps_them(fmt):
    with subprocess.Popen(
        [*INTERDICT, "-f", fmt], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        head = [process.stdout.readline() for _ in range(3 if fmt == "table" else 2)]
        process.send_signal(signal.SIGINT)
        rest, said = process.stdout.read(), process.stderr.read()
    assert head[-1].split("," if fmt == "csv" else None)[0] == "1"
    assert all(line.strip(" ")[0].isdigit() for line in rest.splitlines())
    assert process.returncode == 130
    assert said.splitlines()[-1] == "Aborted!"
    assert "of 20 closures." in said


def test_ctrl_c_leaves_one_object_of_json(tmp_path, monkeypatch):
    """It comes when one row is proven."""

    def curve(*asked, real=interdiction.analysis.curve, **how):
        yield next(real(*asked, **how))
        raise KeyboardInterrupt

    monkeypatch.setattr(interdiction.analysis, "curve", curve)
    file = tmp_path / "a.json"
    assert run("interdict", "-k", "2", *ONE, "-o", str(file)).exit_code == 130
    whole = json.loads(file.read_text(encoding="utf-8"))
    assert [row["k"] for row in whole["rows"]] == [1]
    assert whole["summary"] == {"pairs": 1, "rows": 1, "proven": True, "stopped": True}


def test_the_time_is_kept():
    started = time.monotonic()
    whole = json.loads(run("interdict", "-k", "20", "--seconds", "1", "-f", "json").stdout)
    assert time.monotonic() - started < 20
    last = whole["rows"][-1]
    assert (last["optimal"], whole["summary"]["stopped"], whole["summary"]["proven"]) == (False, True, False)
    assert (last["bound_pairs_cut_off"], last["bound_h"]) > (last["pairs_cut_off"], last["delta_h"])


def test_streamed_rows_are_those_of_the_other_formats():
    words = ["interdict", "-k", "2", *ONE]
    rows = json.loads(run(*words, "-f", "json").stdout)["rows"]
    found = list(csv.DictReader(io.StringIO(run(*words, "-f", "csv").stdout)))
    assert [list(row) for row in found] == [list(row) for row in rows]
    assert [row["links"] for row in found] == [row["links"] for row in rows]
    lines = run(*words).stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["k", "---", "1", "2"]
    assert len({line.rstrip("-").rindex("  ") for line in lines[:2]}) == 1
    nothing = run("interdict", "-k", "2", *ONE, "-m", "sea", "-x", "mode:sea", "--allow-empty")
    assert (nothing.exit_code, len(nothing.stdout.splitlines())) == (0, 2)
    assert "No pair is connected, so nothing can be cut." in nothing.stderr
