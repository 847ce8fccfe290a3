"""`whatif --each`: many changes, each alone; every row is what the change costs when asked about by itself."""

import pytest

from console import refused, table_of
from mobility import bottlenecks, each, project_gains
from mobility.vocabulary import CHANGES

LINES = """\
# closures of the day
gate
-x "Old Bridge"   # in quotes, as it has a space
-b foxtrot-road -x bravo--echo-sea

--set gate:wait=3
around:42.04,0.03:1km
"""


@pytest.fixture
def file(tmp_path):
    (tmp_path / "day.txt").write_text(LINES, encoding="utf-8-sig")
    return tmp_path / "day.txt"


def test_a_row_is_what_the_change_does_alone(run, file):
    found = run(f"whatif --each '{file}' -f csv")
    rows = {row["change"]: row for row in table_of(found.stdout)[1]}
    assert list(rows) == sorted(
        rows, key=lambda c: (-int(rows[c]["pairs_cut_off"]), -float(rows[c]["total_delta_h"]), int(rows[c]["number"]))
    )
    words = {
        "gate": "-x gate",
        '-x "Old Bridge"': "-x 'Old Bridge'",
        "-b foxtrot-road -x bravo--echo-sea": "-b foxtrot-road -x bravo--echo-sea",
        "--set gate:wait=3": "--against today --set-after gate:wait=3",
        "around:42.04,0.03:1km": "-x around:42.04,0.03:1km",
    }
    assert set(rows) == set(words)
    for change, line in words.items():
        alone = table_of(run(f"whatif {line} -f csv").stdout)[1]
        row = rows[change]
        assert int(row["pairs_cut_off"]) == sum(r["cut_off"] == "true" for r in alone), change
        assert int(row["pairs_lost_end"]) == sum(r["lost_end"] == "true" for r in alone), change
        slower = [float(r["delta_h"]) for r in alone if r["delta_h"]]
        assert int(row["pairs_slower"]) == sum(hours > 1 / 120 for hours in slower), change
        assert float(row["total_delta_h"]) == pytest.approx(sum(slower)), change


def test_the_findings_come_first(run, file):
    lines = run(f"whatif --each '{file}'").stdout.splitlines()
    assert lines[1].endswith("of 5 changes matter to any of 2 pairs (times under way).")
    assert lines[3].split()[:3] == ["no.", "change", "slower"]


def test_standard_input_will_do(run):
    done = run("whatif --each - -f csv", input="gate\n")
    assert [row["change"] for row in table_of(done.stdout)[1]] == ["gate"]


def test_paths_start_at_the_file(run, tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "area.geojson").write_text(
        '{"type": "Polygon", "coordinates": [[[-0.01, 42.015], [0.01, 42.015], [0.01, 42.025], [-0.01, 42.015]]]}'
    )
    (tmp_path / "here" / "day.txt").write_text("area:area.geojson\n-x area:area.geojson\n")
    monkeypatch.chdir(tmp_path)
    rows = table_of(run("whatif --each here/day.txt -f csv").stdout)[1]
    assert [row["pairs_cut_off"] for row in rows] == ["2", "2"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no change is in it"),
        ("gate\n# nothing\nnowhere\n", "change 2, nowhere: no link or place or structure is called 'nowhere'"),
        ("gate\n-x\n", "line 2: Option '-x' requires an argument"),
        ("--nonsense\n", "line 1: No such option '--nonsense'"),
        ("-x 'gate\n", 'line 1: "-x \'gate": No closing quotation'),
        ("-b nothing\n", "change 1, -b nothing: no project or planned link is called 'nothing'"),
        ("--set gate\n", "write NAME:attribute=value"),
        ("alfa--novo-1-road\n", "closes nothing"),
        ("a\tb\n", "line 1: 'a\\tb' holds a control sign"),
        (b"\xff\xfe\x00", "it is not UTF-8 text"),
        ("-x area:/vsicurl/http://a.b/c\n", "change 1"),
    ],
)
def test_lines_that_cannot_be_used(run, tmp_path, text, said):
    (tmp_path / "bad.txt").write_bytes(text if isinstance(text, bytes) else text.encode())
    refused(run(f"whatif --each '{tmp_path / 'bad.txt'}'"), said)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("whatif --each nothing.txt", "there are links, sections, structures, projects, or a file"),
        ("whatif --each .", "cannot be read"),
        ("whatif --each http://a.b/c", "only files of this machine"),
        ("whatif --each links --against today -x gate --set-after gate:wait=2", "--set-after"),
        ("whatif --each links --uncertain 3", "--uncertain"),
        ("whatif --each links -p all", "one profile and pace"),
    ],
)
def test_what_does_not_go_together(run, words, said):
    refused(run(words), said)


def test_the_scenario_given_is_the_baseline(run):
    cut_off = {}
    for given in ("", "-x gate"):  # who is cut off before is not cut off by the change
        cut_off[given] = table_of(run(f"whatif --each - {given} -f csv", input="border:gate\n").stdout)[1][0][
            "pairs_cut_off"
        ]
    assert cut_off == {"": "2", "-x gate": "0"}


def test_kinds_are_those_of_the_analyses(mixed):
    """By section and link the losses of `bottlenecks`, by project the gains of `redundancy`."""
    ends = ["durres", "bar"], ["varna", "burgas"]
    for kind, by in (("sections", "section"), ("links", "link"), ("structures", "structure")):
        lost = bottlenecks(mixed, *ends, by=by).set_index(by)
        found = each(mixed, *ends, changes=kind).set_index("change")
        assert set(found.index) == set(lost.index)
        assert found["total_delta_h"].round(9).to_dict() == lost["total_delay_h"].round(9).to_dict()
        assert found["pairs_cut_off"].to_dict() == lost["pairs_cut_off"].to_dict()
        assert found["pairs_slower"].to_dict() == lost["pairs_delayed"].to_dict()
        assert found["name"].to_dict() == lost["name"].to_dict()
    gains = project_gains(mixed, *ends).set_index("project")["gain_h"]
    mean = each(mixed, *ends, changes="projects").set_index("change")["mean_delta_h"]
    assert (-mean).round(9).to_dict() == gains.round(9).to_dict()


def test_kinds_on_the_command_line(run):
    for kind in CHANGES:
        rows = table_of(run(f"whatif --each {kind} -f csv --from alfa --to set:east").stdout)[1]
        assert rows, kind
