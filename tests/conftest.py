"""Shared networks: small drawn ones with hand-worked answers, and the shipped one."""

import pytest

from drawing import drawn
from mobility.model.network import Network


@pytest.fixture(scope="session")
def shipped():
    """The shipped network, as loaded."""
    return Network.load()


@pytest.fixture(scope="session")
def mixed(shipped):
    """The shipped network under the default profile."""
    return shipped.under("mixed")


@pytest.fixture
def line():
    """A line of three links.

    a --10-- b --20-- c --30-- d
    """
    return drawn("a -road 10- b", "b -road 20- c", "c -road 30- d")


@pytest.fixture
def ladder():
    """Two ways from a to d, with a rung.

    a --10-- b --10-- d
    |        |        |
    15       1        15
    `------- c -------'
    """
    return drawn("a -road 10- b", "b -road 10- d", "a -road 15- c", "c -road 15- d", "b -road 1- c")


@pytest.fixture
def twin():
    """A road and a railway side by side, and a second road of the same name; modes change at a and b.

    a ==(road 10, road 12, rail 8)== b --road 5-- c
    """
    change = {"transfer": "road-rail", "transfer_source": "estimate: drawn"}
    return drawn("a -road 10- b", "a -road 12- b", "a -rail 8- b", "b -road 5- c", places={"a": change, "b": change})


@pytest.fixture
def island():
    """Two pieces.

    a --10-- b      c --10-- d
    """
    return drawn("a -road 10- b", "c -road 10- d")
