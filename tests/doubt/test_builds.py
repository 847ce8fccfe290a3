"""Draws of many builds in one graph: every draw is that of the network with the build, drawn and asked anew."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobility.analysis.pairs import pairs_of
from mobility.analysis.routes import routes
from mobility.doubt.builds import Builds
from mobility.doubt.draws import drawn_network
from oracles import BETTER, WORSE, builds


def anew(net, pairs, number, kind):
    """Milliseconds of pairs on a drawn network."""
    ends = net.places.index, net.places.index
    table = routes(drawn_network(net, 5, number, common=bool(kind)), *ends).set_index(["from", "to"])["time_h"]
    return np.round(table.reindex(pairs).fillna(np.inf).to_numpy(float) * 3_600_000)


@pytest.mark.parametrize("changes", [BETTER, [*BETTER, *WORSE]])
@settings(max_examples=12)
@given(data=st.data())
def test_draws_equal_those_of_the_built_networks(changes, data):
    net, lists = data.draw(builds(changes))
    net = replace(net, denied=frozenset())  # a drawn network loses its draw where it is lifted for a pair
    keys = [names[0] for names in lists if len(names) == 1]
    pairs = pairs_of(net, net.places.index, net.places.index)
    found = Builds(net, pairs, keys, 5)
    for kind in (0, 1):
        for number in (0, 7):
            today, built = found.ms(number, kind)
            assert today.tolist() == anew(net, pairs, number, kind).tolist()
            for key, ms in zip(keys, built, strict=True):
                assert ms.tolist() == anew(net.build(key), pairs, number, kind).tolist(), key
