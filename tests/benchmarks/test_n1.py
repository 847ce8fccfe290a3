"""N-1 in one run: against the routes of all pairs, and against recomputation with networkx (ratios of medians)."""

import sys

import numpy as np
import pytest
from cases import of_network
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
