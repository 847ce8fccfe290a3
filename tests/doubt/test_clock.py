"""The clock: hours of pairs for drawn lengths, speeds and waits, against networks drawn one by one."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobility.analysis.pairs import pairs_of
from mobility.analysis.routes import routes
from mobility.doubt.clock import Clock, best_routes
from mobility.doubt.draws import Draws, drawn_network
from mobility.model.profiles import HANDLINGS
from oracles import MS, networks, oracle

SCENARIOS = [
    {},
    {"profile": "wheeled", "modes": ["road"]},
    {"transit": "no-RS"},
    {"borders": "schengen", "profile": "heavy", "include_access": True},
    {"detrain": True, "pace": "best"},
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
@pytest.mark.parametrize("common", [False, True])
def test_the_clock_tells_what_the_drawn_network_says(shipped, scenario, common):
    net = shipped.under(scenario.get("profile", "mixed"), **{k: v for k, v in scenario.items() if k != "profile"})
    pairs, draws = pairs_of(net), Draws.of(net, 2, common=common)
    clock = Clock(net, pairs)
    for hours, seen in [(draws.hours, net), (draws.hours_in(4), drawn_network(net, 2, 4, common=common))]:
        if net.denied and seen is not net:
            continue  # lifting what a pair's own ends allow would undo the draw
        said = routes(seen)["time_h"].astype(float).fillna(np.inf) * MS
        assert (clock.ms(hours) == np.rint(said)).all()
    own, said = best_routes(net, pairs) @ np.rint(draws.hours * MS), clock.ms(draws.hours)
    assert (own == np.where(np.isfinite(said), said, 0)).all()


@settings(max_examples=150)
@given(networks(access=True), st.data())
def test_the_clock_equals_networkx_whatever_the_hours(spec, data):
    net = spec.net
    pairs = [(a, b) for a in net.places.index for b in net.places.index if a != b]
    size = len(net.links) + len(net.borders) + len(HANDLINGS)
    hours = np.array(
        data.draw(st.lists(st.sampled_from([0.25, 0.5, 1, 2, 5]), min_size=size, max_size=size)), dtype=float
    )
    shut = data.draw(st.sets(st.sampled_from(list(net.links["id"]))))
    seen = replace(
        net,
        links=net.links.assign(time_h=hours[: len(net.links)]),
        borders=net.borders.assign(wait_h=hours[len(net.links) : -len(HANDLINGS)]),
        profile=replace(net.profile, handling_h=dict(zip(HANDLINGS, hours[-len(HANDLINGS) :], strict=True))),
    )
    open_ = replace(seen, links=seen.links.assign(active=seen.links["active"] & ~seen.links.index.isin(shut)))
    hours[np.flatnonzero(net.links.index.isin(shut))] = np.inf
    expected = [np.inf if ms is None else ms for ms in oracle(open_, pairs).values()]
    assert Clock(net, pairs).ms(hours).tolist() == expected
