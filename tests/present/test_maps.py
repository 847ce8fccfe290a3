"""Maps in one call: what the finding shows, under its title or one's own."""

import pytest
from pages import AT, LINKS

from drawing import drawn
from mobility.present import findings, maps


@pytest.fixture(scope="module")
def net():
    return drawn(*LINKS, places=AT)


def test_a_title_of_ones_own_replaces_that_of_the_finding_and_nothing_else(net):
    own, plain = maps.route_map(net, title="My map"), maps.route_map(net)
    assert (own.title, plain.title) == ("My map", findings.routes(net).title)
    assert own.subtitle == plain.subtitle
    assert own.table.equals(plain.table)


def test_what_a_map_takes_its_finding_takes(net):
    assert maps.interdiction_map(net, k=1).title == findings.interdict(net, k=1).title
    asked = {"vehicles": 9, "trains_pool": 0}
    assert maps.deploy_map(net, "a", "d", **asked).title == findings.deploy(net, "a", "d", **asked).title
