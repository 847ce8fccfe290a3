"""The worst closures in words, and the routes before and after them on the map."""

from mobility.analysis.pairs import Pairs
from mobility.present import findings
from mobility.present.findings import interdiction


def test_the_worst_closures_are_named(ladder):
    finding = findings.interdict(ladder, ["a"], ["d"], k=1)
    (link,) = finding.table["links"]
    name = ladder.links.at[link, "name"]
    hours = finding.table["delta_h"].iloc[0]
    assert finding.title == f"The worst closure: {name} – 0 pairs cut off, {hours:,.1f} h lost in all by the rest"
    assert finding.sentences == (
        f"The worst 1: {name} - 0 of 1 pairs cut off, {hours:,.1f} h lost in all by the rest.",
        "Proven to be the worst.",
    )
    assert finding.summary == {"pairs": 1, "rows": 1, "proven": True, "stopped": False}
    layers = {layer.label: layer.values for layer in finding.view.layers}
    assert link in layers["best routes before"]
    assert link not in layers["best routes after"]
    assert layers["pairs that leave"][link] == 1
    (row,) = finding.view.ranked
    assert (row.mark, row.name, row.said, row.links) == ("1", name, "1 pair came this way", (link,))
    assert set(row.places) == set(ladder.links.loc[link, ["from", "to"]])


def test_a_cut_that_separates_is_said(ladder):
    finding = findings.interdict(ladder, ["a"], ["d"], k=3)
    assert "That separates all pairs; 2 closures are enough." in finding.sentences


def test_nothing_connected_has_nothing_to_cut(island):
    finding = findings.interdict(island, ["a"], ["d"], k=2)
    assert finding.sentences == ("No pair is connected, so nothing can be cut.",)
    assert finding.title == "No closure does any harm"


def test_a_search_without_time_proves_nothing_and_says_so(ladder):
    finding = findings.interdict(ladder, ["a"], ["d"], k=2, seconds=1e-9)
    assert finding.title == "No closure was found in the time"
    assert finding.summary == {"pairs": 1, "rows": 1, "proven": False, "stopped": True}
    assert finding.sentences == (
        "The worst 1 found: nothing - 0 of 1 pairs cut off, 0.0 h lost in all by the rest.",
        "Stopped at 1 of 2 closures.",
        (
            "Not proven: the search was cut short (optimal = no; --seconds). "
            "Proven is that no set of 1 cuts off more than 1 pair."
        ),
    )


def test_what_was_found_before_an_interruption_is_kept(ladder):
    pairs = Pairs.of(ladder, ["a"], ["d"])
    found = [next(interdiction.rows(ladder, pairs, k=2, by="link", spare=(), seconds=60))]
    finding = interdiction.answer(ladder, pairs, found, k=2, by="link", interrupted=True)
    assert finding.summary == {"pairs": 1, "rows": 1, "proven": True, "stopped": True}
    assert finding.sentences[1:] == ("Stopped at 1 of 2 closures.", "Proven to be the worst.")
    nothing = interdiction.answer(ladder, pairs, [], k=2, by="link", interrupted=True)
    assert nothing.summary == {"pairs": 1, "rows": 0, "proven": False, "stopped": True}
    assert nothing.sentences == ("Stopped before anything was found.",)
