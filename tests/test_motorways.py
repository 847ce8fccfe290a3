"""A road is called a motorway where the road log has a motorway as long as it, and no other road."""

import pytest

from tools.motorways import Atlas
from tools.old_roads import POINT

AT = {"a": (47.0, 15.0), "b": (47.0, 15.4)}  # 30.3 km apart as the crow flies
FAST = [(47.0, 15.0), (47.05, 15.2), (47.0, 15.4)]  # 32.3 km, 33.2 km by the rule
SLOW = [(47.0, 15.0), (47.15, 15.2), (47.0, 15.4)]  # 45.1 km, 46.4 km


@pytest.fixture
def log(tmp_path):
    for system in ("auta", "auts", "autb", *(f"autl{n}" for n in range(3, 8))):
        (tmp_path / "hwy_data/AUT" / system).mkdir(parents=True)
    for system, points in (("auta/aut.a002", FAST), ("autb/aut.b070", SLOW)):
        text = "".join(f"{n} http://x/?lat={lat}&lon={lon}\n" for n, (lat, lon) in enumerate(points))
        assert POINT.search(text)
        (tmp_path / "hwy_data/AUT" / f"{system}.wpt").write_text(text)
    return Atlas(tmp_path, "AT")


@pytest.mark.parametrize(
    ("km", "found"),
    [
        (33.0, ("motorway", "aut.a002")),
        (46.0, None),  # as long as the other road
        (60.0, None),  # as long as neither
    ],
)
def test_a_motorway_is_known_by_its_length(log, km, found):
    assert log.judged(AT["a"], AT["b"], km) == found


def test_a_motorway_of_the_tables_is_not_named_twice(log):
    log.know([(AT["a"], AT["b"])])
    assert log.judged(AT["a"], AT["b"], 33.0) is None


def test_a_motorway_that_begins_far_away_is_another_one(log):
    assert log.judged((47.03, 15.0), AT["b"], 33.0) is None
