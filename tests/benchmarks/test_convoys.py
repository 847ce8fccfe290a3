"""How long many convoys of one day take to plan over the shipped network, in processor time."""

import datetime as dt
import time
from itertools import islice, product

import pytest

from mobility import Orders, schedule
from mobility.model.orders import Order
from plan_rules import broken

START = dt.datetime(2026, 12, 7, 6)  # noqa: DTZ001 - a Monday; local time
PORTS = "durres", "thessaloniki", "alexandroupoli", "koper", "bar"
ENDS = "constanta", "cincu", "sibiu", "novo-selo", "bucuresti"
VALLEY = "cainenii-mari-calimanesti-road@Mon-Sat 08:00-17:30", "boita-cainenii-mari-road@Mon-Sat 08:00-17:30"


def convoys(count):
    """Forces of one column each, by turns from every port to every end, ready at any hour of the day."""
    pairs = islice(((i, *pair) for i in range(count) for pair in product(PORTS, ENDS)), count)
    return tuple(
        Order(f"c{n}", 20, None, (port,), (end,), ready=n * 5 % 24 * 3600, latest=(72 + n % 5 * 24) * 3600)
        for n, (_, port, end) in enumerate(pairs)
    )


@pytest.mark.parametrize(("count", "most_s"), [(20, 20), pytest.param(100, 300, marks=pytest.mark.slow)])
def test_convoys_of_one_day(shipped, count, most_s):
    asked = shipped.under("mixed").close(*VALLEY)
    began = time.process_time()
    found = schedule(asked, Orders(START, convoys(count)), seconds=most_s)
    took = time.process_time() - began
    assert took < most_s
    assert broken(found) == []
