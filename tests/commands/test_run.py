"""A run: names before closures, and `--uncertain` and `--failures`: columns, sentences, refusals, workers."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from console import ask, mobility
from loading import load_once
from mobility.cli import cli
from mobility.model.network import Network

PAIRS = ["--from", "durres", "--from", "bar", "--to", "varna", "--to", "constanta"]
ASKED = {
    "routes": ["routes", *PAIRS],
    "whatif": ["whatif", "-x", "border:tabanovce", *PAIRS],
    "bottlenecks": ["bottlenecks", "--by", "link", *PAIRS],
    "redundancy": ["redundancy", "--project", "rila-motorway", "--project", "kicevo-lin-rail", *PAIRS],
}
COLUMNS = {
    "routes": ["time_h", "time_h_p5", "time_h_p50", "time_h_p95", "time_h_common_p5", "same_route_share"],
    "whatif": ["delta_h", "delta_h_p5", "delta_h_common_p95", "slower_share", "slower_common_share"],
    "bottlenecks": ["total_delay_h", "total_delay_h_p5", "rank_common_p95", "worst10_share"],
    "redundancy": ["gain_h", "gain_h_p50", "rank_p5", "best3_share", "best3_common_share"],
}


def run(*words):
    return CliRunner().invoke(cli, [*words], catch_exceptions=False)


def answer(*words):
    return json.loads(run(*words, "-f", "json").stdout)


@pytest.mark.parametrize("command", ASKED)
def test_intervals_stand_beside_the_answer(command):
    plain, whole = answer(*ASKED[command]), answer(*ASKED[command], "--uncertain", "6", "--seed", "2")
    assert set(COLUMNS[command]) <= set(whole["rows"][0])
    key = {"bottlenecks": ["link"], "redundancy": ["project"]}.get(command, ["from", "to"])
    shown = [{k: row[k] for k in plain["rows"][0]} for row in whole["rows"]]
    assert sorted(shown, key=lambda row: [row[k] for k in key]) == sorted(
        plain["rows"], key=lambda row: [row[k] for k in key]
    )
    assert (whole["summary"]["uncertain"]["draws"], whole["summary"]["uncertain"]["seed"]) == (6, 2)
    assert {k: v for k, v in whole["summary"].items() if k != "uncertain"} == plain["summary"]
    row = whole["rows"][0]
    value = COLUMNS[command][0]
    assert row[f"{value}_p5"] <= row[f"{value}_p50"] <= row[f"{value}_p95"]


@pytest.mark.parametrize("command", ASKED)
def test_a_table_for_people(command):
    result = run(*ASKED[command], "--uncertain", "6")
    assert result.exit_code == 0
    assert " 5 %" in result.stdout
    assert " com. 95 %" in result.stdout or command == "bottlenecks"
    assert "6 draws (seed 0)" in result.stdout + result.stderr


def test_the_interval_of_the_mean_is_in_the_summary():
    summary = answer(*ASKED["routes"], "--uncertain", "9")["summary"]
    drawn = summary["uncertain"]
    assert drawn["time_h_p5"] < drawn["time_h_p50"] < drawn["time_h_p95"]
    said = run(*ASKED["routes"], "--uncertain", "9").stdout
    for name, mean in (("time_h", "mean_time_h"), ("arrival_h", "mean_arrival_h")):
        assert f"{drawn[f'{name}_p5']:.1f} to {drawn[f'{name}_p95']:.1f} h in 90 % of them" in said
        assert drawn[f"{name}_common_p5"] <= summary[mean] <= drawn[f"{name}_common_p95"]


def test_failures_of_pairs_and_of_links():
    pairs = answer("routes", *PAIRS, "-m", "rail", "--failures", "300")
    assert pairs["summary"]["failures"] == {"days": 300, "seed": 0}
    shares = [row["connected_share"] for row in pairs["rows"]]
    assert all(share is None or 0.8 < share < 1 for share in shares)
    assert "are cut off on some, most often" in run("routes", *PAIRS, "-m", "rail", "--failures", "300").stdout
    links = answer("bottlenecks", *PAIRS, "--failures", "200")["rows"]
    assert links[0]["expected_delay_h"] == pytest.approx(links[0]["delay_h"] * links[0]["probability"])
    sure = answer("bottlenecks", *PAIRS, "--failures", "200", "--set", "pythio-alexandroupoli-rail:failure=1")["rows"]
    assert {row["link"]: row["days_shut"] for row in sure}["pythio-alexandroupoli-rail"] == 200
    assert "each alone, failures cut" in run("bottlenecks", *PAIRS, "--failures", "20").stderr


def test_a_pair_that_is_cut_off_says_so_beside_its_empty_interval():
    words = ["whatif", "--from", "bar", "--to", "constanta", "-m", "rail", "-x", "country:RS", "--uncertain", "3"]
    assert run(*words).stdout.rstrip().endswith("cut off")


@pytest.mark.slow
def test_workers_and_a_journal_give_the_same(tmp_path):
    words = [*ASKED["whatif"], "--uncertain", "20", "-f", "csv"]
    alone = run(*words).stdout
    journal = ["--resume", str(tmp_path / "journal")]
    assert [run(*words, *more).stdout for more in (["--workers", "2"], journal, journal)] == [alone] * 3
    assert len(list(csv.DictReader(io.StringIO(alone)))) == 4
    other = run("whatif", "-x", "border:kulata", *words[3:], *journal)
    assert (other.exit_code, "no results of this question" in other.stderr) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["routes", "--uncertain", "0"], "--uncertain"),
        (["routes", "--uncertain", "-1"], "--uncertain"),
        (["routes", "--uncertain", "many"], "--uncertain"),
        (["routes", "--uncertain", "5", "--seed", "-1"], "--seed"),
        (["routes", "--uncertain", "5", "--failures", "5"], "either"),
        (["routes", "--seed", "5"], "give --uncertain N too"),
        (["whatif", "-x", "country:HU", "--workers", "2"], "give --uncertain N too"),
        *((["routes", "--uncertain", "2", "--workers", n], "--workers") for n in ("0", "62", "-1", "9" * 5000, "two")),
        (["bottlenecks", "--by", "place", "--uncertain", "5"], "links"),
        (["bottlenecks", "--weakest", "--failures", "5"], "links"),
        (["bottlenecks", "--failures", "5", "-o", "x.png"], "chart"),
        (["redundancy", "--table", "pairs", "--uncertain", "5"], "--table projects or pareto, not pairs"),
        (["routes", "--set", "pythio-alexandroupoli-rail:failure=1.5"], "not between 0 and 1"),
    ],
)
def test_refusals(words, said):
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", ["routes", "whatif", "bottlenecks"])
@pytest.mark.parametrize("word", ["--uncertain", "--failures"])
def test_with_no_pair_left_the_answer_is_empty(command, word):
    if (command, word) == ("whatif", "--failures"):
        return
    result = run(command, *PAIRS, "-x", "country:BG", "-x", "country:RO", word, "3")
    assert result.exit_code == 0
    assert "nan" not in result.stdout + result.stderr


def test_what_a_place_is_called_does_not_hang_on_closures(small):
    """Coordinates name alfa, closed or not; with alfa closed the pair is left out, not asked from the next place."""
    words = "--from 42.0,0.001 --to delta"
    (row,) = ask(f"routes {words}", network=small)["rows"]
    assert row["from"] == "alfa"
    shut = ask(f"routes {words} -x alfa", network=small)
    assert (shut["rows"], shut["summary"]["pairs_excluded"]) == ([], 1)
    for line in ("whatif {} -x alfa", "route 42.0,0.001 delta -x alfa", "route bravo delta --via 42.0,0.001 -x alfa"):
        assert "42.0,0.001: alfa, 0.08 km away" in mobility(line.format(words), network=small).stderr


def test_nor_on_values_set_after_the_change(small):
    after = "--to delta -m road --set-after alfa–bravo:limit=1"
    (row,) = ask(f"whatif --from 42.0,0.001 {after}", network=small)["rows"]
    assert (row["from"], row["state_after"]) == ("alfa", "cut off")
    assert ask(f"whatif --from alfa {after}", network=small)["rows"] == [row]


def test_a_run_says_what_it_closed_and_reads_its_network_once(small, monkeypatch):
    reads = []
    monkeypatch.setattr(Network, "load", lambda path, **more: reads.append(path) or load_once(path, **more))
    said = mobility("whatif -x border:gate -x 'Old Bridge' --to delta", network=small).stderr
    closed = ["closed: border gate (1 border: gate)", "closed: Old Bridge (1 link: gate--delta-road)"]
    assert said.splitlines() == closed
    assert reads == [str(small)]
