"""What is reached, against all pairs, networkx on the export, and a march driven minute by minute."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing import PLAIN, drawn
from mobility import Network, reach, reached_links
from mobility.analysis.graph import MS_PER_H, Graph
from mobility.analysis.march import halted
from mobility.analysis.reach import Marches
from mobility.analysis.routes import routes
from mobility.errors import InputError, UnknownNameError
from oracles import exported, networks, states_of, tree_from

SHORT = replace(PLAIN, name="short", hours_per_day=1.0)  # an hour at the wheel, 23 of rest


@settings(max_examples=8, deadline=None)
@given(networks(), st.sampled_from([0.25, 1, 2.5]))
def test_places_and_kilometres_on_random_networks(spec, hours):
    net = spec.net
    found = reach(net, "a", hours=[hours, 100])
    pairs = routes(net, ["a"], net.places.index).set_index("to")
    pairs = pairs[pairs["state"] == "connected"]
    rows = found.set_index("place").drop("a")
    assert set(rows.index) == set(pairs.index)
    for place, row in rows.iterrows():
        assert row["time_h"] == pytest.approx(pairs.at[place, "time_h"])
        assert row["arrival_h"] == pytest.approx(pairs.at[place, "arrival_h"])
        assert row["within_h"] == (hours if row["time_h"] <= hours else 100)
    graph = exported(net)
    tree = tree_from(graph, states_of(graph, "a"))

    def shares(ms):
        """Share of each link that is covered from both its ends after some milliseconds."""
        found = dict.fromkeys(net.links.index[net.links["active"]], 0.0)
        for tail, _, arc in graph.edges(data=True):
            if arc["link"] and tail in tree:
                found[arc["link"]] += min(max((ms - tree[tail]) / arc["ms"], 0), 1)
        return found

    now = shares(hours * MS_PER_H)
    for row in reached_links(net, "a", hours=[hours]).to_dict("records"):
        assert row[f"km_{hours:g}"] == pytest.approx(min(now[row["link"]], 1) * row["length_km"])
        assert row[f"arrival_km_{hours:g}"] <= row[f"km_{hours:g}"] + 1e-9
        if np.isfinite(row["whole_h"]):
            assert shares(row["whole_h"] * MS_PER_H)[row["link"]] >= 1 - 1e-9
            assert shares(row["whole_h"] * MS_PER_H - 60)[row["link"]] < 1
        else:
            assert shares(1e12)[row["link"]] == 0


def test_two_marches_meet_on_a_link():
    """c is an hour from a, d half an hour; the link of an hour between them is whole after an hour and a quarter."""
    net = drawn("a -road 60- c", "a -road 30- d", "c -road 60- d id=between", "a -road> 30- e id=single")
    links = reached_links(net, "a", hours=[0.75, 1.1]).set_index("link")
    assert links.loc["between", ["first_h", "whole_h"]].tolist() == [0.5, 1.25]
    assert links.at["between", "km_0.75"] == pytest.approx(15)
    assert links.at["between", "km_1.1"] == pytest.approx(36 + 6)
    assert links.loc["single", ["first_h", "whole_h"]].tolist() == [0.0, 0.5]


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(5, 170), min_size=1, max_size=4), st.integers(1, 4000))
def test_what_is_covered_by_arrival_is_what_is_driven_minute_by_minute(kilometres, minutes):
    names = "abcde"
    parts = [f"{a} -road {km}- {b}" for a, b, km in zip(names, names[1:], kilometres, strict=False)]
    net = drawn(*parts, profile=SHORT)
    links, graph = reached_links(net, "a", hours=[minutes / 60]), Graph.of(net)
    driven = halted([60_000.0] * sum(kilometres), [True] * sum(kilometres), MS_PER_H)
    whole = sum(end <= minutes * 60_000 for end in driven.ends)
    assert links[f"arrival_km_{minutes / 60:g}"].sum() == pytest.approx(whole, abs=1e-6)
    marches = Marches(graph, "a")
    assert marches.now[graph.states(["b"])].min() == halted([kilometres[0] * 60_000.0], [True], MS_PER_H).arrival


def test_denied_countries_are_reached_where_a_journey_may_end_there():
    net = drawn("a -road 10- b country=BB", "b -road 10- c country=BB", places={"b": {"country": "BB"}})
    denied = net.under("plain", transit="no-BB")
    assert reach(denied, "a", hours=[1])["place"].tolist() == ["a", "b"]
    assert reach(net, "a", hours=[1])["place"].tolist() == ["a", "b", "c"]


@pytest.mark.parametrize(("hours", "said"), [([], "no hours"), ([0], "more than 0"), ([-1, 2], "more than 0")])
def test_hours_that_cannot_be_used(hours, said):
    with pytest.raises(InputError, match=said):
        reach(drawn("a -road 1- b"), "a", hours=hours)


def test_what_cannot_be_read():
    for value in (float("nan"), float("inf"), 1e9):
        with pytest.raises(InputError, match="at most 2,000"):
            reach(drawn("a -road 1- b"), "a", hours=[value])
    with pytest.raises(UnknownNameError):
        reach(drawn("a -road 1- b"), "nowhere", hours=[1])


def test_on_the_shipped_network():
    net = Network.load().under("mixed")
    found = reach(net, "constanta", hours=[10]).set_index("place")
    pick = found.index[3::25].tolist()
    pairs = routes(net, ["constanta"], pick).set_index("to")
    assert found.loc[pick, "time_h"].tolist() == pytest.approx(pairs.loc[pick, "time_h"].tolist())
    assert found.loc[pick, "arrival_h"].tolist() == pytest.approx(pairs.loc[pick, "arrival_h"].tolist())
    assert len(pick) > 3
