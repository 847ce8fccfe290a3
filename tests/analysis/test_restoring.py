"""Every subset of some closures lifted: the milliseconds are those of a network with the others closed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobility.analysis.basis import Basis
from mobility.analysis.pairs import pairs_of
from mobility.analysis.restoring import Restored
from mobility.model.closures import resolve
from oracles import networks


def same(net, pairs, names):
    basis = Basis(net, pairs)
    closures = [resolve(net, name) for name in names]
    restored = Restored(basis, closures)
    for left in range(1 << len(names)):
        shut = [name for bit, name in enumerate(names) if left >> bit & 1]
        assert restored.ms(left).tolist() == basis.ms((), tuple(closures[names.index(n)] for n in shut)).tolist(), shut


@settings(max_examples=12)
@given(spec=networks(most=9), data=st.data())
def test_small_networks(spec, data):
    """Links, crossings and places, which share links: a link is open when all that shut it are lifted."""
    net = spec.net
    names = [f"link:{link}" for link in net.links.index] + [f"place:{place}" for place in net.places.index]
    names += [f"border:{place}" for place in net.borders["place"].unique()]
    lost = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True))
    same(net, pairs_of(net, net.places.index, net.places.index), lost)


@pytest.mark.parametrize("transit", ["any", "nato"])
def test_the_shipped_network(shipped, transit):
    net = shipped.under("mixed", transit=transit)
    lost = ["danube-bridge-1", "cernavoda-bridge", "nis", "border:tabanovce", "corridor:X:rail"]
    same(net, pairs_of(net), lost)


def test_nothing_lost(ladder):
    basis = Basis(ladder, [("a", "d")])
    assert np.array_equal(Restored(basis, []).ms(0), basis.ms((), ()))
