"""`mobility hotspots` in a terminal and in files; what it counts stands in tests/analysis/test_hotspots.py."""

import pytest

from console import ask, refused, table_of


def test_rows_are_those_of_the_csv_and_the_summary_counts_the_unknown(small, run):
    answer = ask("hotspots", network=small)
    assert answer["command"] == "hotspots"
    summary = answer["summary"]
    assert summary["unknown_share"] == 1, "the rows of a drawn network are estimates or state nothing"
    assert sum(summary["km"].values()) == 55
    for row in summary["requirements"]:
        if row["judged"]:
            assert row["meets_km"] + row["fails_km"] + row["unknown_km"] == row["asked_km"]
            assert row["article"]
    columns, rows = table_of(run("hotspots -f csv").stdout)
    assert [row["section"] for row in rows] == [row["section"] for row in answer["rows"]]
    assert {"fails_km", "failed", "rail_axle", "road_gross"} <= set(columns)


@pytest.mark.parametrize(
    ("words", "column"),
    [("--by link", "link"), ("--by requirement -m rail", "requirement"), ("--corridor U", "section")],
)
def test_other_rows(small, words, column):
    rows = ask(f"hotspots {words}", network=small)["rows"]
    assert rows
    assert column in rows[0]
    if column == "requirement":
        assert {row["mode"] for row in rows} == {"rail"}
    if column == "section":
        assert {row["corridors"] for row in rows} <= {"T;U", "U"}


def test_what_is_not_there_is_told(run):
    refused(run("hotspots --requirement mlc"), "no requirement is called 'mlc'", "rail_axle")
    refused(run("hotspots --corridor IX"), "no corridor is called 'IX'")
    refused(run("hotspots --country ZZ"), "no country is called 'ZZ'")
    refused(run("hotspots -m sea"), "no road or railway is asked about")
    refused(run("hotspots -m rail --requirement road_gross"), "none of these requirements")
    refused(run("map --show routes --requirement rail_axle -o a.html"), "--requirement goes with --show hotspots")


def test_chart_and_map(run, tmp_path):
    for words in ("hotspots -o", "map --show hotspots --requirement rail_axle -m rail -o"):
        file = tmp_path / "a.svg"
        assert run(words, file).exit_code == 0
        assert b"unknown of what the EU asks" in file.read_bytes()
