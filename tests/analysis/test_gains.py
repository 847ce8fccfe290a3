"""Gains over builds in layers: against a plain rebuild of the network with every build."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing import drawn
from mobility.analysis import gains as module
from mobility.analysis.gains import Gains, measure
from mobility.analysis.graph import MS_PER_H, Graph
from mobility.analysis.march import Arrivals
from mobility.analysis.pairs import pairs_of
from mobility.analysis.routes import routes
from oracles import BETTER, WORSE, builds


def same(one, other, before=None):
    """Equal but for arrivals: where all candidates of a rebuild arrive later than today's route, that stands.

    Whether a march with rides is the earlier one is told to seconds.
    """
    late = np.inf if before is None else before.arrival
    alike = np.isclose(one.arrival, other.arrival, rtol=0, atol=60_000) | (one.arrival == other.arrival)
    best = np.where(alike, one.arrival, np.minimum(other.arrival, late))
    other = other._replace(arrival=best)
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("changes", [BETTER, [*BETTER, *WORSE]])
@settings(max_examples=15)
@given(data=st.data())
def test_gains_equal_a_rebuild(changes, data):
    net, lists = data.draw(builds(changes))
    march = replace(net.profile, hours_per_day=data.draw(st.sampled_from([24, 1, 2])))
    net = replace(net, profile=march)
    pairs = pairs_of(net, net.places.index, net.places.index)
    gains = Gains(net, pairs, lists)
    assert same(gains.before, measure(net, pairs))
    for names in lists:
        assert same(gains.after(names), measure(net.build(*names), pairs), gains.before), names


@pytest.mark.parametrize("profile", ["mixed", "heavy"])
def test_gains_equal_a_rebuild_on_the_shipped_network(shipped, profile):
    net = shipped.under(profile, transit="nato")
    pairs = pairs_of(net)
    builds = [[key] for key in net.projects["id"][::14]]
    gains = Gains(net, pairs, builds)
    for names in builds:
        assert same(gains.after(names), measure(net.build(*names), pairs), gains.before), names


def counting(monkeypatch, name):
    """Count the pairs that a function of the module is asked for."""
    asked, function = [], getattr(module, name)

    def counted(graph, pairs):
        asked.extend(pairs)
        return function(graph, pairs)

    monkeypatch.setattr(module, name, counted)
    return asked


def test_only_what_a_build_can_change_is_computed_anew(monkeypatch):
    """A slow second road beside a-b: no route of b-c takes it; a-c still has one way past b, so no more routes."""
    net = drawn("a -road 10- b", "b -road 10- c", "a -road 50- b id=new status=planned")
    pairs = pairs_of(net, ["a", "b"], ["b", "c"])
    gains = Gains(net, pairs, [["new"]])
    losses, counts = (counting(monkeypatch, name) for name in ("losses", "disjoint_routes"))
    after = gains.after(["new"])
    assert pairs == [("a", "b"), ("a", "c"), ("b", "c")]
    assert losses == [("a", "b"), ("a", "c")], "both depended on a-b"
    assert counts == [("a", "b")]
    assert same(after, measure(net.build("new"), pairs), gains.before)
    assert (after.n1 / 60_000).tolist() == [50, np.inf, np.inf]


def test_little_is_computed_anew_on_the_shipped_network(mixed, monkeypatch):
    keys, pairs = mixed.projects["id"].tolist(), pairs_of(mixed)
    gains = Gains(mixed, pairs, [[key] for key in keys])
    losses, counts = (counting(monkeypatch, name) for name in ("losses", "disjoint_routes"))
    for key in keys:
        gains.after([key])
    assert 0 < len(losses) < len(keys) * len(pairs) / 10
    assert 0 < len(counts) < len(keys) * len(pairs) / 50


def test_arrivals_are_those_of_routes(mixed):
    ends = ["thessaloniki", "durres"], ["budapest", "constanta", "varna"]
    found = module._arrivals(Arrivals(Graph.of(mixed)), pairs_of(mixed, *ends)) / MS_PER_H
    assert found == pytest.approx(routes(mixed, *ends)["arrival_h"].to_numpy(), abs=1e-6)
