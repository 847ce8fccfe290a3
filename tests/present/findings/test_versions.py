"""Two versions of a network in words: what changed in the tables, and what that does to the findings."""

from drawing import drawn
from mobility.present import findings

ENDS = {"a": {"role": "origin"}, "d": {"role": "destination"}}
OLD = ("a -road 10- b", "b -road 20- d", "a -road 60- d")


def test_changes_are_counted_by_table_and_their_effect_is_told():
    old = drawn(*OLD, places=ENDS)
    new = drawn("a -road 10- b", "b -road 26- d status=open", "a -road 60- d", "b -road 1- c", places=ENDS)
    found = findings.data_diff(old, new)
    assert found.sentences == (
        "3 rows differ: places 1 added; links 1 added, 1 changed (length_km).",
        "Mean of 1 pair connected in both: 0.5 → 0.6 h; 1 slower, 0 faster, most a – d (+0.1 h).",
        "Worst loss: a–d, 2 links (1 pair, 0.5 h on average) → a–d, 2 links (1 pair, 0.4 h on average).",
    )
    assert found.summary["changes"] == {
        "places": {"added": 1, "removed": 0, "changed": 0},
        "links": {"added": 1, "removed": 0, "changed": 1},
    }
    (pair,) = found.summary["pairs"]
    assert (pair["from"], pair["to"], round(pair["delta_h"], 6)) == ("a", "d", 0.1)
    assert found.columns == ("table", "id", "name", "change", "column", "before", "after")


def test_the_same_tables_are_said_to_be_the_same():
    net = drawn(*OLD, places=ENDS)
    found = findings.data_diff(net, net)
    assert found.title == "The tables hold the same"
    assert len(found.table) == 0


def test_a_person_reads_thirty_rows_unless_asking_for_all():
    old = drawn(*OLD, places=ENDS)
    new = drawn(*OLD, *(f"d -road 1- x{n}" for n in range(20)), places=ENDS)
    found = findings.data_diff(old, new)
    assert (len(found.table), len(found.rows)) == (40, 30)
    assert found.sentences[-1] == "The first 30 of 40 rows (all: --all):"
    assert len(findings.data_diff(old, new, every=True).rows) == 40
