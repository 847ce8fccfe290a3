"""N-1 in one run: against the routes of all pairs, the trees it needs, and recomputation (ratios of medians)."""

import sys

import numpy as np
import pytest
from cases import difference, of_network, of_size, peak, said, sample, searched
from peers import timed
from run import measure

from mobility.analysis.graph import Graph

ROUTES_AT_MOST, NETWORKX_AT_LEAST = 15, 100


@pytest.mark.slow
def test_all_losses_cost_little_more_than_all_routes(mixed, capsys):
    """Networkx searches once from each origin, for the hours alone."""
    case = of_network("shipped network", mixed, Graph.of(mixed).to_frame(), ["networkx"])
    for turns in (3, 9):  # once more, with more turns, before it is called slow
        (own, networkx), _ = measure(case, {"networkx": sys.executable}, turns)
        to_routes, to_networkx = np.median(own.times), np.median(networkx.times)
        text = f"all N-1: {to_routes:.2f} times all routes, at most {ROUTES_AT_MOST}; "
        text += f"networkx: {to_networkx:.0f} times all N-1, at least {NETWORKX_AT_LEAST}"
        with capsys.disabled():
            print(f"\n  {text}")  # noqa: T201 - a benchmark shows what it measured
        if to_routes <= ROUTES_AT_MOST and to_networkx >= NETWORKX_AT_LEAST:
            return
    pytest.fail(text)


@pytest.mark.slow
@pytest.mark.parametrize(("size", "heavy", "most"), [(200_000, False, 3), (100_000, True, 10)])
def test_losses_on_a_large_network_cost_little_more_than_the_trees(size, heavy, most, capsys):
    case = of_size(size, (), heavy=heavy)
    links, used = sample(case)
    assert used > 10_000
    for turns in (3, 9):
        ratios = [timed(case.calls["losses"])[0] / timed(case.calls["trees"])[0] for _ in range(turns)]
        text = f"{case.name}: all N-1 takes {np.median(ratios):.1f} times the trees it needs, at most {most}"
        with capsys.disabled():
            print(f"\n  {text}")  # noqa: T201
        if np.median(ratios) <= most:
            break
    else:
        pytest.fail(text)
    assert difference(zip(searched(case, links), said(case, links), strict=True)) == (50 * 200, 0)


@pytest.mark.slow
def test_memory_of_a_large_network():
    """A million nodes are to fit into 2 GiB."""
    small, large = 1_000, 100_000
    assert peak(small) + (peak(large) - peak(small)) / (large - small) * 1_000_000 < 2048
