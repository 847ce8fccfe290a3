"""The drawn network and the hamlet, for the tests of tables, checks and closures."""

import shutil

import pytest

from borderland import rich_network
from hamlet import (
    copy,
    row_of,
    settle,
    thin,
)


@pytest.fixture
def rich():
    return rich_network()


@pytest.fixture(scope="session")
def hamlet(tmp_path_factory):
    """A sound network of the hamlet alone; copied again for every test."""
    return settle(thin(copy(tmp_path_factory.mktemp("hamlet") / "net")))


@pytest.fixture
def net(hamlet, tmp_path):
    return shutil.copytree(hamlet, tmp_path / "net")


@pytest.fixture
def here(hamlet):
    return row_of(hamlet, "places", "v-a")["country"]


@pytest.fixture
def there(hamlet):
    return row_of(hamlet, "places", "v-far")["country"]
