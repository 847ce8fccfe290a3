"""Differences by kind of hours, against the what-if table and the legs of each route; what is near, by closing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing import drawn
from mobility import best_route, differences, whatif
from mobility.analysis.differences import KINDS
from mobility.vocabulary import split
from oracles import BORDER, networks


@settings(max_examples=12, deadline=None)
@given(networks(), st.integers(0, 2))
def test_parts_add_up_to_what_the_whatif_says(spec, number):
    before, (starts, ends) = spec.net, (["a"], ["b", "c"])
    after = before.close(f"link:k{number}", allow_empty=True)
    found = differences(before, after, starts, ends).set_index(["from", "to"])
    told = whatif(before, after, starts, ends).set_index(["from", "to"])
    assert set(found.index) == set(told.index[(told["links_before"] != "") | (told["links_after"] != "")])
    for pair, row in found.iterrows():
        assert row["delta_h"] == pytest.approx(told.at[pair, "delta_h"], nan_ok=True)
        assert sum(row[f"{kind}_h"] for kind in KINDS[:-1]) == pytest.approx(row["delta_h"], nan_ok=True)
        assert row["links_after"] == told.at[pair, "links_after"]
        assert set(split(row["lost"])) == set(split(row["links_before"])) & {f"k{number}"}
        if row["links_after"]:
            hours = {link: without(after, pair, link) for link in split(row["links_after"])}
            least = min(hours.values()) - row["time_h_after"]
            assert row["nearest_h"] == pytest.approx(least) or (np.isnan(row["nearest_h"]) and least == np.inf)


def without(net, pair, link):
    table = whatif(net, net.close(f"link:{link}"), [pair[0]], [pair[1]])
    return np.inf if np.isnan(table["time_h_after"].iloc[0]) else table["time_h_after"].iloc[0]


def test_by_hand():
    """a to b by a gate in half an hour and half an hour's wait; without it by a road of 80 minutes, then of 95."""
    net = drawn(
        "a -road 10- gate id=near", "gate -road 20- b id=far country=BB", "a -road 80- b id=long",
        "a -road 95- b id=longer",
        places={"gate": BORDER},
        borders=[{"place": "gate", "countries": "AA-BB", "mode": "road", "wait_h": 0.5}],
    )  # fmt: skip
    (row,) = differences(net, net.close("link:far"), ["a"], ["b"]).to_dict("records")
    assert row["delta_h"] == pytest.approx(20 / 60)
    assert (row["road_h"], row["crossing_h"]) == pytest.approx((50 / 60, -0.5))
    assert (row["lost"], row["over"], row["nearest"]) == ("far", "long", "long")
    assert row["reasons"].startswith("closed: ")
    assert row["nearest_h"] == pytest.approx(15 / 60)
    assert row["links_after"] == ";".join(best_route(net.close("link:far"), "a", "b")["link"])
    assert differences(net, net.close("b"), ["a"], ["b"]).empty
