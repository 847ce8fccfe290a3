"""Every pair in words: how many are connected, how fast, and what is missing where none is."""

from drawing import drawn
from mobility.analysis.pairs import Pairs
from mobility.present import findings
from mobility.present.findings import pairs


def test_title_and_sentence_count_pairs(island):
    finding = findings.routes(island, ["a"], ["b", "d"])
    assert finding.title == "1 of 2 pairs not connected; a – b is the slowest of 1 pair: 0.2 h; the mean is 0.2 h"
    (said,) = finding.sentences
    assert said.startswith("1 of 2 pairs connected, mean 0.2 h; 1 cut off; 0 best routes rest on estimated changes of ")
    assert said.endswith("mode; 0 links used whose status is not verified")
    assert "state" in finding.columns
    assert finding.summary["mean_time_h"] == 10 / 60


def test_one_pair_is_called_by_name():
    net = drawn("a -road 10- b", places={"a": {"name": "Alfa"}, "b": {"name": "Bravo"}})
    assert findings.routes(net, ["a"], ["b"]).title == "Alfa – Bravo: 0.2 h, 10 km"
    cut = findings.routes(net.close("a--b-road"), ["a"], ["b"])
    assert cut.title == "Alfa – Bravo: no route (cut off)"


def test_what_is_missing_is_named_with_its_project():
    net = drawn(
        "a -road 10- b",
        "b -road 10- c status=planned",
        projects=[{"id": "p", "name": "Gap", "links": "b--c-road"}],
    )
    finding = findings.routes(net, ["a"], ["c"])
    assert finding.sentences[:-1] == (
        "no pair is connected",
        "smallest set of unopened links that would connect them: b–c (planned, project Gap)",
        "along corridor T: b–c (planned, project Gap)",
    )
    assert {row["link"] for row in finding.summary["missing_links"]} == {"b--c-road"}


def test_a_closed_end_leaves_a_pair_out(line):
    finding = findings.routes(line.close("c"), ["a"], ["b", "c"])
    assert (len(finding.table), finding.summary["pairs_excluded"]) == (1, 1)
    assert "1 left out (an end is closed)" in finding.sentences[0]


def test_intervals_and_failures_add_columns_and_a_sentence(line):
    asked = Pairs.of(line, ["a"], ["d"])
    plain = findings.routes(line, asked)
    drawn_often = pairs.uncertain(plain, asked, 20)
    assert drawn_often.sentences[: len(plain.sentences)] == plain.sentences
    assert drawn_often.sentences[1].startswith("20 draws (seed 0): mean ")
    assert drawn_often.doubt.draws == drawn_often.summary["uncertain"]["draws"] == 20
    assert {"time_h_p5", "time_h_common_p95"} <= set(drawn_often.table)
    shut = pairs.failing(plain, asked, 50)
    assert shut.sentences[1].startswith("50 days on which links fail at random")
    assert shut.summary["failures"] == {"days": 50, "seed": 0}


def test_a_person_reads_a_legend_and_the_slowest_ten():
    """Twelve places in a line: pairs without a route first, then by their hours; the table keeps all rows in order."""
    net = drawn(*(f"p{n} -road 10- p{n + 1}" for n in range(12)), "p98 -road 10- p99")
    finding = findings.routes(net, ["p0"], [*(f"p{n}" for n in range(1, 13)), "p99"])
    read = pairs.slowest_first(finding)
    assert read.rows["to"].tolist() == ["p99", *(f"p{n}" for n in range(12, 3, -1))]
    assert read.table is finding.table
    assert read.sentences[: len(finding.sentences)] == finding.sentences
    legend, which = read.sentences[len(finding.sentences) :]
    assert legend.startswith("Columns: hours: moving, changes of mode and waits at borders; arrival h: with the halts")
    assert which == "The 10 slowest of 13 pairs (all: --all):"
    whole = pairs.slowest_first(finding, every=True)
    assert len(whole.rows) == 13
    assert whole.sentences == read.sentences[:-1]


def test_routes_rest_on_names_not_on_ids(twin):
    finding = findings.routes(twin.under("plain", modes=["rail"]), ["a"], ["c"])
    assert finding.summary["not_on_this_mode"] == 1
    assert "not on this mode" in " ".join(finding.sentences)
