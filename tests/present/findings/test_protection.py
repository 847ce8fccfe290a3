"""What to protect in words, on the map and as a chart."""

from mobility.analysis.pairs import Pairs
from mobility.present import findings
from mobility.present.findings import protection

HARM = "pairs cut off first, then hours lost by the pairs still connected"


def test_what_to_protect_is_named(ladder):
    """Two of the ladder's sides: without them nothing is left; both of the better way are proof against it."""
    finding = findings.protect(ladder, ["a"], ["d"], f=2, k=2, by="link")
    assert finding.title == (
        "Protected: a–b; b–d – the worst 2 closures of the rest: 0 pairs cut off, 0.0 h lost in all by the rest"
    )
    assert finding.sentences == (
        (
            "1 pair asked about. With nothing protected, the worst 2 closures: "
            "1 pair cut off, 0.0 h lost in all by the rest."
        ),
        (
            "Best to protect, of up to 2: a–b; b–d. "
            "Then the worst 2 closures of the rest (none): 0 pairs cut off, 0.0 h lost in all by the rest."
        ),
        "Proven: no other choice of as many leaves less, and no other attack on the rest does more.",
    )
    assert finding.summary == {
        "pairs": 1, "rows": 3, "by": "link", "proven": True, "stopped": False, "harm": HARM,
    }  # fmt: skip
    safe, *routes = finding.view.layers
    assert (safe.label, set(safe.values)) == ("protected", {"a--b-road", "b--d-road"})
    assert routes
    assert "hours lost by the pairs still connected" in {text.get_text() for text in finding.chart.texts}


def test_single_links_of_a_chain_are_said_to_be_of_no_use(line):
    said = " ".join(findings.protect(line, ["a"], ["d"], f=2, k=1, by="link").sentences)
    assert "Protecting 2 links is of no use: links in series fail alike, up to 3 of those attacked" in said
    assert "is of no use" not in " ".join(findings.protect(line, ["a"], ["d"], f=1, k=1).sentences)


def test_sets_that_are_not_nested_are_said_to_be(ladder):
    found = findings.protect(ladder, ["a"], ["d"], f=2, k=2, by="link", curve=True).table
    assert protection._nesting(found) == []
    turned = found.copy()
    turned["protected"] = ["", "x", "y;z", "", "", ""]
    turned["attacked"] = ["p", "", "", "q;r", "", ""]
    assert protection._nesting(turned) == [
        (
            "What is best to protect is not nested: the 1 found are no part of the 2. "
            "Choose by how many can be protected, not one after another."
        ),
        "Worst sets are not nested: the worst 1 found is no part of the worst 2.",
    ]


def test_nothing_connected_has_nothing_to_protect(island):
    finding = findings.protect(island, ["a"], ["d"], f=1, k=1)
    assert finding.sentences == ("No pair is connected, so nothing is lost.",)
    assert finding.title == "No closure does any harm"


def test_a_search_without_time_tells_its_bounds(ladder):
    finding = findings.protect(ladder, ["a"], ["d"], f=1, k=1, by="link", seconds=1e-9)
    assert not finding.summary["proven"]
    assert finding.sentences[-1] == (
        "Not proven (optimal = no; --seconds). Proven is, for 1 protected and 1 closed: whatever is protected, an "
        "attack can do 0 pairs cut off and 0.0 h; with what is protected here none does more than "
        "1 pairs cut off and 0.0 h."
    )


def test_what_was_found_before_an_interruption_is_kept(ladder):
    pairs = Pairs.of(ladder, ["a"], ["d"])
    first = next(protection.rows(ladder, pairs, f=2, k=1, by="link", spare=(), seconds=60, curve=False))
    finding = protection.answer(ladder, pairs, [first], f=2, k=1, by="link", interrupted=True)
    assert (finding.summary["stopped"], finding.summary["proven"]) == (True, False)
    assert "Stopped at 0 of 2 protected, 1 of 1 closures." in finding.sentences
    nothing = protection.answer(ladder, pairs, [], f=2, k=1, by="link", interrupted=True)
    assert nothing.sentences == ("Stopped before anything was found.",)


def test_harm_until_all_is_repaired_is_told_with_who_repairs(ladder):
    finding = findings.protect(ladder, ["a"], ["d"], f=1, k=2, means={"crews": 2})
    last = finding.table.iloc[-1]
    assert finding.title.endswith(f"h lost until day {last['back_day']:,.0f}, if every pair moves once a day")
    assert finding.sentences[-1].startswith("Repaired by 2 crews, 0 bridge sets in the best order; days are the median")
    assert finding.columns == protection.LASTING
    assert finding.summary["harm"].startswith("pair-days cut off first")
    assert "pair-days cut off" in {text.get_text() for text in finding.chart.texts}
    short = findings.protect(ladder, ["a"], ["d"], f=1, k=2, means={}, seconds=1e-9)
    assert "Not proven (optimal = no; --seconds)" in " ".join(short.sentences)
    assert findings.protect(ladder, ["a"], ["a"], f=1, k=1, means={}).sentences[0].startswith("No pair")
