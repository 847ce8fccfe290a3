"""What refuses a quicker way: each limit by itself, against a network drawn without it."""

import pytest

from drawing import PLAIN, drawn
from mobility import Network, best_route, refused_ways
from oracles import BORDER

LONG = "a -road 90- b id=long"


def limits(net):
    return {row["limit"]: row for row in refused_ways(net, "a", "b").to_dict("records")}


@pytest.mark.parametrize(
    ("column", "limit"),
    [
        ("max_axle_t=2", "axle load"),
        ("max_width_m=2", "width"),
        ("status=planned", "not open"),
    ],
)
def test_a_limit_on_a_shorter_road(column, limit):
    net = drawn(LONG, f"a -road 60- b id=short {column}")
    (found,) = limits(net).values()
    assert (found["limit"], found["ways"], found["links_then"]) == (limit, "short", "short")
    assert (found["saved_h"], found["time_then_h"]) == pytest.approx((0.5, 1.0))
    assert found["reasons"]


def test_closures_transit_modes_doubt_and_borders():
    places = {"c": BORDER}
    shut = [{"place": "c", "countries": "AA-BB", "mode": "road", "wait_h": 0, "usable": "no"}]
    two = "a -road 20- c id=one", "c -road 20- b id=two country=BB"
    assert set(limits(drawn(LONG, "a -road 60- b id=short").close("link:short"))) == {"closed"}
    assert set(limits(drawn(LONG, *two, places=places, borders=shut))) == {"border shut"}
    assert set(limits(drawn(LONG, "a -rail 60- b id=short").under("plain", modes=["road"]))) == {"mode"}
    assert set(limits(drawn(LONG, "a -road 60- b id=short country=BB").under("plain", transit="no-BB"))) == {"transit"}
    doubtful = drawn(LONG, "a -road 60- b id=short doubtful=yes").under("plain", exclude_doubtful=True)
    assert set(limits(doubtful)) == {"doubtful"}


def test_two_limits_together_on_one_way():
    found = limits(drawn(LONG, "a -road 60- b id=short max_gross_t=5 max_width_m=2"))
    assert set(found) == {"all together"}
    assert found["all together"]["ways"] == "short"


def test_where_there_is_no_way_at_all():
    (found,) = limits(drawn("a -road 60- b id=short", profile=PLAIN).close("link:short")).values()
    assert found["limit"] == "closed"
    assert found["saved_h"] != found["saved_h"]


def test_nothing_refuses_what_is_not_quicker():
    assert not limits(drawn("a -road 60- b id=short", "a -road 90- b id=long max_gross_t=5"))


def test_on_the_shipped_network_the_bridge_at_ruse():
    net = Network.load().under("heavy", modes=["road"])
    row = refused_ways(net, "ruse", "bucuresti").set_index("limit").loc["gross mass"]
    assert "108 t above the limit of 60.0 t" in row["reasons"]
    light = Network.load().under("wheeled", modes=["road"])  # its 38 t pass
    assert row["links_then"] == ";".join(link for link in best_route(light, "ruse", "bucuresti")["link"] if link)
