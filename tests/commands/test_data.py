"""data diff and data release on the command line."""

import csv
import io
import shutil

import pytest

from console import ask, mobility, refused


@pytest.fixture
def other(small, tmp_path):
    """The small network with a road of 5 km that takes 9."""
    home = shutil.copytree(small, tmp_path / "other")
    links = (home / "links.csv").read_text(encoding="utf-8")
    row = next(line for line in links.splitlines() if line.startswith("delta--echo-road,"))
    (home / "links.csv").write_text(links.replace(row, row.replace(",5,", ",9,")), encoding="utf-8")
    return home


def test_diff_in_words_and_as_rows(small, other):
    words = ["data", "diff", str(small), str(other)]
    shown = mobility(words).stdout
    assert shown.startswith("1 row differs: links 1 changed (length_km).\nMean of 2 pairs connected in both: 2.")
    answer = ask(words)
    assert answer["command"] == "data diff"
    assert answer["rows"] == [
        {"table": "links", "id": "delta--echo-road", "name": "delta–echo", "change": "changed", "column": "length_km",
         "before": "5", "after": "9"}
    ]  # fmt: skip
    assert answer["summary"]["changes"] == {"links": {"added": 0, "removed": 0, "changed": 1}}
    assert [row["figure"] for row in answer["summary"]["effect"]][:3] == [
        "Pairs",
        "Pairs connected",
        "Mean under way, h",
    ]
    assert [pair["to"] for pair in answer["summary"]["pairs"]] == ["echo"]
    (row,) = csv.DictReader(io.StringIO(mobility(words, "-f", "csv", "-q").stdout))
    assert row == answer["rows"][0]


def test_a_scenario_holds_for_both(small, other):
    words = ["data", "diff", str(small), str(other), "--from", "alfa", "--to", "echo"]
    assert "; 1 slower, 0 faster, most Älfa – echo (+0.1 h)." in mobility(words).stdout
    assert "No pair is connected in both." in mobility(words, "-x", "delta--echo-road").stdout


def test_what_cannot_be_compared_is_one_line(small, other, tmp_path):
    refused(mobility(["data", "diff", str(small), str(tmp_path / "none")]), "no network at")
    refused(mobility(["data", "diff", str(small), str(other)], network=small), "leave out --network")
    refused(
        mobility(["data", "diff", str(small), str(other), "-o", str(other / "links.csv")]),
        "belongs to the network being read",
    )
    refused(mobility(["data", "diff", str(small), str(other), "--from", "nowhere"]), "nowhere")


def test_release_writes_and_says_what(small, tmp_path):
    done = mobility("data release", tmp_path / "r", network=small)
    assert (done.exit_code, done.stdout) == (0, "")
    names = sorted(file.name for file in (tmp_path / "r").iterdir())
    assert [line.split()[1].rpartition("/")[2] for line in done.stderr.splitlines()] == names
    assert names[0] == "SHA256SUMS"
    refused(mobility("data release", tmp_path / "r", network=small), "choose a new name")
    refused(mobility("data release", small / "r", network=small), "belongs to the network being read")
