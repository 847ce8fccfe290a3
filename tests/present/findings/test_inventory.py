"""The network in words: how much there is and how much can be used, by corridor and by mode."""

from drawing import drawn
from mobility.present import findings


def test_kilometres_are_counted_by_corridor_and_mode():
    net = drawn("a -road 10- b corridors=T;U", "b -rail 20- c corridors=U", "a -road 5- c status=planned corridors=U")
    finding = findings.network(net)
    assert finding.title == "3 places, 3 links, 2 of them usable"
    assert finding.sentences == ("3 places, 3 links, 2 of them usable: 10 km of road, 20 km of rail.",)
    assert finding.table.to_numpy().tolist() == [["T", "T", 1, 1, 10, 10], ["U", "U", 3, 2, 35, 30]]
    assert finding.view.layers == ()
