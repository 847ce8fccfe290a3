"""A what-if in words: who loses, who gains, who is cut off, and what carries the load instead."""

from dataclasses import replace

from drawing import PLAIN, drawn
from mobility.analysis.pairs import Pairs
from mobility.present import findings
from mobility.present.findings import changes


def test_a_loss_worked_by_hand(ladder):
    """Without b - d the best way is a - b - c - d: 10 + 1 + 15 min, six more than 20."""
    finding = findings.whatif(ladder, ladder.close("b--d-road"), ["a"], ["c", "d"], change="the bridge goes")
    assert finding.sentences == (
        "The bridge goes: mean of all 2 pairs 0.3 → 0.3 h.",
        "1 of 2 pairs lose 0.1 h on average, at most 0.1 h (a – d); 0 gain any.",
        "No pair is cut off.",
        "The load shifts to b–c (1 to 2 pairs), c–d (0 to 1 pairs).",
    )
    assert finding.title == "1 of 2 pairs slower, 0.1 h on average; none cut off"
    assert finding.rows["to"].tolist() == ["d"], "a person reads what changes"
    assert len(finding.table) == 2


def test_who_is_cut_off_connected_and_left_out_is_said(line):
    cut = findings.whatif(line, line.close("link:c--d-road"), ["a"], ["c", "d"])
    assert cut.sentences[:2] == ("Change: mean of the 1 pair 0.5 → 0.5 h.", "0 of 2 pairs lose time; 0 gain any.")
    assert cut.sentences[2] == "1 pair is cut off: a – d."
    assert cut.title == "no pair is slower or faster; 1 cut off"
    back = findings.whatif(line.close("link:c--d-road"), line, ["a"], ["d"])
    assert back.sentences[2] == "No pair is cut off; 1 pair is newly connected."
    gone = findings.whatif(line, line.close("d"), ["a"], ["c", "d"])
    assert (
        gone.sentences[2]
        == "No pair is cut off; 1 pair loses an end (d), of the others 1 origin reaches 1 destination."
    )
    assert gone.title == "no pair is slower or faster; none cut off; 1 lose an end"


def test_a_gain_is_a_gain():
    net = drawn("a -road 60- b", "a -road 30- b status=planned id=new")
    finding = findings.whatif(net, net.build("new"), ["a"], ["b"])
    assert finding.sentences[0] == "Change: mean of the 1 pair 1.0 → 0.5 h."
    assert finding.sentences[1] == "0 of 1 pairs lose time; 1 gain 0.5 h on average, at most 0.5 h (a – b)."
    assert finding.title == "1 of 1 pairs faster, 0.5 h on average; none cut off"


def test_intervals_follow_the_sentences(ladder):
    after, asked = ladder.close("b--d-road"), Pairs.of(ladder, ["a"], ["d"])
    plain = findings.whatif(ladder, after, asked)
    drawn_often = changes.uncertain(plain, ladder, asked, 30)
    assert drawn_often.sentences[:4] == plain.sentences
    assert drawn_often.sentences[4].startswith("30 draws (seed 0): mean change over all pairs ")
    assert {"delta_h_p5", "slower_share", "arrival_delta_h_p5"} <= set(drawn_often.rows)


def test_both_hours_stand_in_the_first_sentence():
    """Under march days of 12 h: 13 h are there after 25, and 11 h by the new road at once."""
    day = replace(PLAIN, name="day", hours_per_day=12)
    net = drawn("a -road 780- b", "a -road 660- b status=planned id=new", profile=day)
    finding = findings.whatif(net, net.build("new"), ["a"], ["b"])
    assert finding.sentences[0] == "Change: mean of the 1 pair 13.0 → 11.0 h under way, 25.0 → 11.0 h to arrival."
    row = finding.table.iloc[0]
    assert (row["delta_h"], row["arrival_delta_h"]) == (-2, -14)


def test_nothing_that_changes_is_no_row(ladder):
    """Not rows without a value: a change of less than half a minute is none."""
    finding = findings.whatif(ladder, ladder.set("a--b-road", "speed", 59.999), ["a"], ["d"])
    assert len(finding.rows) == 0
    assert finding.title == "no pair is slower or faster; none cut off"
