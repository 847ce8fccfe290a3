"""The network in words: how much there is and how much can be used, by corridor and by mode."""

from drawing import drawn
from mobility.present import findings


def test_kilometres_are_counted_by_corridor_and_mode():
    net = drawn("a -road 10- b corridors=T;U", "b -rail 20- c corridors=U", "a -road 5- c status=planned corridors=U")
    finding = findings.network(net)
    assert finding.title == "U: 5 of 35 km of road and rail cannot be used, the most of 2 corridors"
    assert finding.sentences == (
        "3 places, 3 links, 2 of them usable: 10 km of road, 20 km of rail.",
        "Not used: planned (1).",
    )
    assert finding.table.to_numpy().tolist() == [["U", "U", 3, 2, 35, 30], ["T", "T", 1, 1, 10, 10]]
    assert finding.view.layers == ()


def test_a_network_that_lacks_nothing_says_so():
    assert findings.network(drawn("a -road 10- b")).title == "All 1 links can be used"
