"""What all tests share: one hypothesis profile, networks read once per process, and small drawn ones."""

from functools import partial

import pytest
from hypothesis import HealthCheck, settings

pytest.register_assert_rewrite("console", "extracts", "figures", "pages")  # before anything imports them

from console import mobility, small_network  # noqa: E402
from drawing import drawn  # noqa: E402
from extracts import in_every_form  # noqa: E402
from loading import load_once  # noqa: E402
from mobility.model.network import Network  # noqa: E402
from mobility.vocabulary import NO_CACHE  # noqa: E402

# The same examples every time, however slow the machine; how many stands at each test.
settings.register_profile(
    "mobility",
    derandomize=True,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("mobility")


@pytest.fixture(scope="session", autouse=True)
def _networks_are_read_once():
    """In a process, and not kept in the cache of whoever runs the tests: their programs know the variable too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(NO_CACHE, "1")
        patch.setattr(Network, "load", staticmethod(load_once))
        yield


@pytest.fixture(scope="session")
def shipped():
    """The shipped network, as loaded."""
    return Network.load()


@pytest.fixture(scope="session")
def mixed(shipped):
    """The shipped network under the default profile."""
    return shipped.under("mixed")


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """A folder with the small network of `console`."""
    return small_network(tmp_path_factory.mktemp("small"))


@pytest.fixture
def run(small):
    """Run a command line on the small network."""
    return partial(mobility, network=small)


@pytest.fixture(scope="session")
def valley(tmp_path_factory):
    """The valley of tests/data in every form that can be read, by ending."""
    return in_every_form(tmp_path_factory.mktemp("valley"))


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


@pytest.fixture
def planned():
    """Two halves of a new road a-n-b, useless alone, and a by-pass of m; all connected today by a-m-b in 60 min.

    a --30-- m --30-- b      a ..5.. n ..5.. b      a ..20.. m      c ..1.. b
    """
    lines = ["a -road 30- m", "m -road 30- b"]
    lines += [f"{x} status=planned" for x in ("a -road 5- n", "n -road 5- b", "a -road 20- m id=new", "c -road 1- b")]
    projects = [
        {"id": "p1", "name": "first half", "links": "a--n-road", "cost_eur_m": 40},
        {"id": "p2", "name": "second half", "links": "n--b-road", "cost_eur_m": 60},
        {"id": "p3", "name": "by-pass", "links": "new", "cost_eur_m": 50},
        {"id": "p4", "name": "branch", "links": "c--b-road"},
    ]
    return drawn(*lines, projects=projects, places={"a": {"role": "origin"}, "b": {"role": "destination"}})
