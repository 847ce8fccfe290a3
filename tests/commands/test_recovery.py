"""`recover` on the command line: what was lost by name, by file or as the worst attack; and what is refused."""

import pytest

from console import ask, mobility, refused

LOST = "-x alfa--bravo-road -x old-bridge -x bravo–gate"


def test_rows_scenario_and_summary(small):
    answer = ask(f"recover {LOST} --crews 2", network=small)
    assert answer["command"] == "recover"
    assert answer["scenario"]["close"] == ["alfa--bravo-road", "old-bridge", "bravo–gate"]
    assert {"day", "repaired", "pairs_connected", "lost_pair_hours"} <= set(answer["rows"][0])
    assert [row["day"] for row in answer["rows"]] == sorted(row["day"] for row in answer["rows"])
    assert (answer["rows"][0]["repaired"], answer["rows"][0]["crew"]) == ("", None)
    assert answer["summary"]["optimal"] is True
    assert answer["summary"]["crews"] == 2


def test_a_scenario_file_names_what_is_lost(small, tmp_path):
    file = tmp_path / "attack.toml"
    file.write_text('title = "Attack"\nclose = ["old-bridge", "bravo–gate"]\n', encoding="utf-8")
    rows = ask(f"recover -s {file}", network=small)["rows"]
    assert {row["repaired"] for row in rows} == {"", "old-bridge", "bravo--gate-road"}


@pytest.mark.parametrize("by", ["structure", "section", "link"])
def test_the_worst_attack(small, by):
    answer = ask(f"recover -k 1 --by {by}", network=small)
    assert len(answer["rows"]) == 2
    assert answer["rows"][0]["lost_pair_hours"] > 0 or answer["rows"][0]["pairs_cut_off"] > 0
    assert answer["rows"][1]["lost_pair_hours"] == answer["rows"][1]["pairs_cut_off"] == 0


def test_days_classes_and_draws(small):
    words = f"recover {LOST} --damage old-bridge:days=2 --damage bravo–gate:class=road-tunnel --uncertain 9 --seed 1"
    answer = ask(words, network=small)
    days = {row["repaired"]: row["days"] for row in answer["rows"]}
    assert (days["old-bridge"], days["bravo--gate-road"]) == (2, 61)
    assert answer["summary"]["uncertain"]["draws"] == 9
    assert "day_common_p95" in answer["rows"][1]
    said = mobility(words, network=small).stderr
    assert "9 draws (seed 1) of the days" in said


def test_the_curve_as_a_picture(small, tmp_path):
    file = tmp_path / "curve.svg"
    assert mobility(f"recover {LOST}", "-o", str(file), network=small).exit_code == 0
    assert file.read_text(encoding="utf-8").startswith("<?xml")


def test_damages_that_hurt_nobody_are_answered(small):
    said = mobility("recover --from alfa --to bravo -x old-bridge", network=small).stderr
    assert "No pair loses time by this: the order of repairs makes no difference" in said


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("recover", ["nothing is lost, so there is nothing to repair", "-k"]),
        ("recover -k 1 -x old-bridge", ["not both"]),
        ("recover -x old-bridge --by link", ["give -k N too"]),
        ("recover -x old-bridge --crews 0", ["the number of crews is 0"]),
        ("recover -x old-bridge --crews -3", ["the number of crews is -3"]),
        ("recover -x old-bridge --crews many", ["--crews"]),
        ("recover -x old-bridge --sets -1", ["the number of bridge sets is -1"]),
        ("recover -x old-bridge --crews 99999999999999999999", ["at most 1,000"]),
        ("recover -x old-bridge --damage old-bridge:class=castle", ["no class of damage is called 'castle'"]),
        ("recover -x old-bridge --damage old-bridge:days=nan", ["days is 'nan'"]),
        ("recover -x old-bridge --damage gate:days=3", ["is not lost"]),
        ("recover -x old-bridge --damage nonsense", ["write NAME:class=CLASS"]),
        ("recover -x old-brigde", ["Did you mean", "old-bridge"]),
        ("recover -x bare-bridge", ["carries no link"]),
        ("recover -x border:gate", ["give --damage border:gate:days=DAYS"]),
        ("recover -x delta--foxtrot-road", ["closes nothing"]),
        ("recover -x old-bridge --repairs nowhere.csv", ["nowhere.csv:1: file is missing"]),
        ("recover -x old-bridge --seed 3", ["give --uncertain N too"]),
        ("recover -x old-bridge --uncertain 0", ["--uncertain"]),
        ("recover -x old-bridge --seconds 0", ["--seconds"]),
        ("recover -k 0", ["-k"]),
        ("recover -x old-bridge -p all", ["-p all"]),
        ("recover -x old-bridge --from alfa --to alfa", ["no pair to ask about"]),
    ],
)
def test_refusals(small, line, words):
    refused(mobility(line, network=small), *words)
