"""Segments joined into links: nothing is lost, nothing merged that differs."""

from itertools import pairwise

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mobility.sources.chains import chains, large_pieces


def joined(*segments, keep=(), key=None, oneway=None):
    """Return the runs of segments "ab" between lettered points, as words."""
    tail, head = (np.array([ord(s[i]) - 97 for s in segments]) for i in (0, 1))
    kept = np.zeros(26, bool)
    kept[[ord(c) - 97 for c in keep]] = True
    one = np.array(oneway if oneway is not None else [False] * len(segments))
    found = chains(tail, head, np.array(key or [0] * len(segments)), one, kept)
    letters = [chr(97 + p) for p in found.points]
    return sorted("".join(letters[a:b]) for a, b in zip(found.start[:-1], found.start[1:], strict=True))


def test_a_line_is_one_link():
    assert joined("ab", "cb", "cd") == ["abcd"]


def test_a_junction_ends_links():
    assert joined("ab", "bc", "bd", "de") == ["ab", "bc", "bde"]


def test_a_point_to_keep_ends_links():
    assert joined("ab", "bc", "cd", keep="c") == ["abc", "cd"]


def test_different_attributes_are_never_joined():
    assert joined("ab", "bc", "cd", key=[1, 1, 2]) == ["abc", "cd"]


def test_one_way_links_point_the_way_they_are_used():
    assert joined("bc", "ab", oneway=[True, True]) == ["abc"]
    assert joined("ab", "cb", oneway=[True, True]) == ["ab", "cb"]  # both lead to b: no through way


def test_parallel_links_stay():
    assert joined("ab", "bc", "ad", "dc", "ce", "af") == ["abc", "adc", "af", "ce"]


def test_rings_and_loops_are_cut_in_two():
    assert joined("ab", "bc", "ca") == ["abc", "ca"]
    assert joined("xa", "ab", "bc", "ca", oneway=[False, True, True, True], key=[1, 2, 2, 2]) == ["abc", "ca", "xa"]
    assert joined("ab", "ab") == ["ab", "ba"]


segments = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(0, 1), st.booleans()).filter(lambda s: s[0] != s[1]),
    min_size=1,
    max_size=14,
)


@given(segments, st.sets(st.integers(0, 7)))
def test_each_segment_is_in_one_link_and_no_link_could_be_longer(drawn, kept):
    tail, head, key, oneway = (np.array(column) for column in zip(*drawn, strict=True))
    key = key * 2 + oneway
    keep = np.isin(np.arange(8), list(kept))
    found = chains(tail, head, key, oneway, keep)
    runs = [found.points[a:b].tolist() for a, b in zip(found.start[:-1], found.start[1:], strict=True)]
    pieces, oracle = [], nx.MultiGraph()
    oracle.add_edges_from(zip(tail.tolist(), head.tolist(), [{"key": k} for k in key], strict=True))
    through = set()
    for run, first in zip(runs, found.segment, strict=True):
        assert run[0] != run[-1]
        for a, b in pairwise(run):
            pieces.append((a, b, key[first]) if oneway[first] else (*sorted((a, b)), key[first]))
        through |= set(run[1:-1])
    segments_in = [(a, b, k) if o else (*sorted((a, b)), k) for a, b, k, o in zip(tail, head, key, oneway, strict=True)]
    assert sorted(pieces) == sorted(segments_in)
    ends = {p for run in runs for p in (run[0], run[-1])}
    assert not through & (ends | kept)
    for point in ends - kept:
        meeting = [d["key"] for _, _, d in oracle.edges(point, data=True)]
        if len(meeting) == 2 and meeting[0] == meeting[1]:
            flows = {a == point for a, b in zip(tail, head, strict=True) if point in {a, b}}
            ring = len(nx.node_connected_component(oracle, point)) and any(
                point in cycle for cycle in map(set, nx.cycle_basis(nx.Graph(oracle)))
            )
            twins = len(set(oracle.neighbors(point))) == 1
            assert ring or twins or (meeting[0] % 2 and len(flows) == 1)  # a ring's cut, or two one-way ends facing


def test_small_pieces_are_found():
    tail, head = np.array([0, 1, 5, 7]), np.array([1, 2, 6, 8])
    assert large_pieces(tail, head, np.array([50.0, 48.0, 1.5, 2.5]), 0.02).tolist() == [True, True, False, True]
    assert large_pieces(tail[:0], head[:0], np.zeros(0), 0.02).tolist() == []
