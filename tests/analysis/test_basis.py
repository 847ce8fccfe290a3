"""What questions share: searches start from what is known, and only for pairs that a closure touches."""

import numpy as np

from mobility import prepare
from mobility.analysis import basis
from mobility.analysis.basis import Basis
from mobility.analysis.pairs import pairs_of, slotted_graphs


def test_links_left_out_by_their_rows_are_links_closed(mixed):
    links = mixed.links.index.get_indexer(["durres-rrashbull-road", "skopje-east-miladinovci-road"])
    assert (links >= 0).all()
    found = Basis(mixed, pairs_of(mixed)).without(links)
    assert found.tolist() == prepare(mixed).close(*mixed.links.index[links]).ms.tolist()


def test_each_pair_has_its_place_among_all(shipped):
    net = shipped.under("wheeled", transit="eu")
    pairs, found = pairs_of(net), {}
    for slots, _, group in slotted_graphs(net, pairs):
        found |= dict(zip(slots.tolist(), group, strict=True))
    assert [found[slot] for slot in range(len(pairs))] == pairs
    assert np.unique([*found]).size == len(pairs)


def test_only_pairs_that_use_what_is_lost_are_searched(mixed, monkeypatch):
    base = prepare(mixed)
    base.ms  # noqa: B018 - learns what there is
    searched = []
    search = basis.Fan.search
    monkeypatch.setattr(basis.Fan, "search", lambda *a, **k: searched.append(len(a[2])) or search(*a, **k))
    counts = []
    for link in mixed.links.index[mixed.links["active"]][::40]:
        searched.clear()
        change = base.close(link).summary()
        counts.append(sum(searched))
        assert not (change["pairs_slower"] and not searched)
    assert counts.count(0) > len(counts) / 2  # most links are on nobody's route
    assert max(counts) <= 11  # never more than there are destinations
