"""What a profile can pass: limits of roads and railways, capacities."""

import pytest

from borderland import RAIL, ROAD, active
from drawing import PLAIN, drawn


def test_set_capacity(rich):
    net = rich.set(RAIL, "capacity", 17)
    assert net.links.at[RAIL, "capacity"] == 17
    assert net.links["capacity"].drop(RAIL).tolist() == rich.links["capacity"].drop(RAIL).tolist()
    assert rich.set("c–d", "capacity", 0).links.at["c--d-sea", "capacity"] == 0
    seen = rich.set(ROAD, "speed", 20).set(ROAD, "capacity", 5).under("wheeled").links
    assert (seen.at[ROAD, "speed"], seen.at[ROAD, "capacity"]) == (20, 5), "it outlives another profile"


@pytest.mark.parametrize(("column", "value", "plain_value"), [
    ("max_gross_t", PLAIN.gross_t, "gross_t"), ("max_axle_t", PLAIN.axle_t, "axle_t"),
    ("max_width_m", PLAIN.width_m, "width_m"),
])  # fmt: skip
def test_road_limits_refuse_only_what_is_above_them(column, value, plain_value):
    assert getattr(PLAIN, plain_value) == value
    at, below = f"{column}={value}", f"{column}={value - 0.1:.6f}"
    net = drawn(f"a -road 1- b {at}", f"a -road 1- b {below}", "a -road 1- b")
    assert active(net) == ["a--b-road", "a--b-road-3"]
    assert net.links.at["a--b-road-2", "reason"].startswith("profile plain: ")


def test_rail_is_refused_by_the_axle_load_on_the_wagon_only():
    low = PLAIN.rail_axle_t - 0.1
    net = drawn(f"a -rail 1- b max_axle_t={low:.6f}", f"a -rail 1- b max_axle_t={PLAIN.rail_axle_t}",
                "a -rail 1- b max_gross_t=1", "a -rail 1- b max_width_m=1")  # fmt: skip
    assert active(net) == ["a--b-rail-2", "a--b-rail-3", "a--b-rail-4"]
