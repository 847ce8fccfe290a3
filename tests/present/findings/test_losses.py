"""Losses in words: title and sentence state row 1, by names; then what some pairs depend on, and the min-cut."""

import pytest

from drawing import drawn
from mobility.analysis.pairs import Pairs
from mobility.present import findings
from mobility.present.findings import losses

BRIDGE = {"id": "span", "name": "Old Bridge", "links": "b--d-road"}


@pytest.fixture
def net():
    """The ladder with a tail that cuts off e; the loss of a - b costs more hours, but cuts nobody off."""
    links = ("a -road 10- b", "b -road 10- d", "a -road 15- c", "c -road 15- d", "d -road 5- e")
    return drawn(*links, structures=[BRIDGE])


def test_title_and_sentence_state_row_one(net):
    finding = findings.bottlenecks(net, ["a"], ["d", "e"], by="link")
    first = finding.table.iloc[0]
    assert (first["link"], first["pairs_cut_off"], first["pairs_delayed"]) == ("d--e-road", 1, 0)
    assert finding.title == "Losing d–e cuts 1 pair off; 1 single loss would cut pairs off"
    assert finding.sentences[:2] == ("Losing d–e cuts 1 pair off.", "Some pairs depend on d–e.")
    assert finding.sentences[2].startswith("Min-cut (capacities are estimates): ")


def test_a_loss_that_delays_and_one_that_does_both():
    finding = findings.bottlenecks(drawn("a -road 10- b", "a -road 16- b"), ["a"], ["b"], by="link")
    assert finding.title == "Losing a–b costs 1 pair 0.1 h on average"
    assert finding.sentences[0] == "Losing a–b costs 1 pair 0.1 h on average, at most 0.1 h."
    assert finding.sentences[1] == "No pair depends on a single link."
    both = drawn("a -road 10- m", "m -road> 20- b", "m -road 5- c", "a -road 60- b")
    finding = findings.bottlenecks(both, ["a"], ["b", "c"], by="link")
    said = "Losing a–m cuts 1 pair off and costs 1 pair 0.5 h on average"
    assert finding.title == f"{said}; 2 single losses would cut pairs off"
    assert finding.sentences[:2] == (f"{said}, at most 0.5 h.", "Some pairs depend on one of a–m, m–c.")


def test_no_loss_costs_anything():
    finding = findings.bottlenecks(drawn("a -road 10- b", "a -road 10- b"), ["a"], ["b"], by="link")
    assert finding.title == "No single loss costs any pair time"
    assert finding.sentences[0] == "No pair depends on a single link."


def test_structures_are_called_by_name_and_have_no_map(net):
    finding = findings.bottlenecks(net, ["a"], ["d"], by="structure")
    assert finding.title.startswith("Losing Old Bridge costs 1 pair ")
    assert finding.columns[:2] == ("structure", "name")
    assert finding.drawn is None


def test_countries_are_called_as_everywhere():
    net = drawn("a -road 10- b", "b -road 9- c country=XK")
    finding = findings.bottlenecks(net, ["a"], ["c"], by="country")
    assert dict(zip(finding.table["country"], finding.table["name"], strict=True))["XK"].endswith("*")


def test_a_person_reads_the_first_rows_and_a_file_has_all(net):
    five = findings.bottlenecks(net, ["a"], ["d"], by="link")
    assert len(five.rows) == len(five.table) == 5
    two = findings.bottlenecks(net, ["a"], ["d"], by="link", top=2)
    assert len(two.rows) == len(two.table) == 2
    assert two.summary == five.summary
    assert two.title == five.title


def test_draws_add_ranks_and_failures_ask_anew(net):
    asked = Pairs.of(net, ["a"], ["d", "e"])
    finding = losses.uncertain(findings.bottlenecks(net, asked, by="link"), asked, 20)
    assert finding.sentences[-2].startswith("20 draws (seed 0); among the ten worst in at least 95 % of either: ")
    assert "d–e" in finding.sentences[-2]
    assert finding.sentences[-1].startswith("Min-cut, with capacities and ways drawn too: ")
    assert finding.table["in_min_cut_share"].between(0, 1).all()
    assert finding.summary["uncertain"]["min_cut_vehicles_day_p5"] <= finding.summary["min_cut_vehicles_day"]
    assert finding.charted is None
    shut = losses.failures(net.set("d--e-road", "failure", 0.5), asked, days=40)
    assert shut.sentences[0].startswith("40 days on which links fail at random: each alone, failures cut ")
    assert "; most by d–e" in shut.sentences[0]


def test_links_in_series_are_one_section_unless_draws_ask_for_links(net):
    finding = findings.bottlenecks(net, ["a"], ["d"])
    assert "section" in finding.table
    assert finding.title == "Losing a–d (2 links) costs 1 pair 0.2 h on average"
    assert finding.sentences[1] == "No pair depends on a single section."
