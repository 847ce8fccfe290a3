"""The benchmarks on tiny networks, with tools that the project needs anyway; what synthetic networks are like."""

import subprocess
import sys

import cases
import numpy as np
import pytest
import run
from cases import GRAPHS, TOOLS, of_network, of_size, sample, times
from networks import synthetic
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree
from scipy.spatial.distance import cdist

from drawing import drawn
from mobility.analysis.graph import Graph

HERE = dict.fromkeys(TOOLS, sys.executable)


def tiny(tools):
    """a ==(road 10, road 15)== b --5--> d, and a --rail 8-- c --rail 90-- d: all five links cost a pair or nothing."""
    links = ["a -road 10- b", "a -road 15- b", "b -road> 5- d", "a -rail 8- c", "c -rail 90- d"]
    places = {"a": {"role": "origin"}, "b": {"role": "origin"}, "d": {"role": "destination"}}
    net = drawn(*links, places=places)
    return of_network("tiny", net, Graph.of(net).to_frame(), tools)


def test_a_network_is_measured_and_answers_agree():
    rows, peers = run.measure(tiny(("ra2ce", "scipy")), HERE, 2)
    assert [(r.tool, r.question, r.measured, r.compared, r.difference_s) for r in rows] == [
        ("mobility", "routes", "2 of 5 links on best routes", 10, 0),
        ("scipy", "N-1, 2 x 1 pairs", "5 of 5 links, extrapolated", 20, 0),
    ]
    assert all(len(r.times) == 2 and r.times.min() > 0 for r in rows)
    text = run.page(rows, {"scipy": "1"}, {p.tool: p.failed for p in peers if p.failed}, 2)
    assert "- Not compared: ra2ce (ModuleNotFoundError: No module named 'ra2ce')." in text
    assert text.count("| tiny") == 1


def test_a_synthetic_network_is_asked_all_questions():
    rows, _ = run.measure(of_size(60, ("networkx", "scipy"), heavy=True), HERE, 1)
    asked = ["N-1, 20 x 10 pairs"] * 2 + ["20 x 10 times"] * 2 + ["one to all"] * 2
    assert [r.question for r in rows] == ["trees", *asked]
    assert [r.compared for r in rows] == [10_000, 4000, 4000, 200, 200, 60, 60]
    assert max(r.difference_s for r in rows) == 0


@pytest.fixture(scope="module")
def closed():
    """A case, links to lose, and the times without each of them."""
    case = of_size(60, ())
    links, _ = sample(case)
    return case, links, np.array([times(*case[2:5], case.graph.without(links=[link])) for link in links])


@pytest.mark.parametrize(
    "wrong",
    [lambda x: x + 2, lambda x: np.where(x == x.min(), np.inf, x), lambda x: np.where(x == np.inf, 1e9, x)],
)
def test_a_wrong_answer_ends_the_run(closed, wrong):
    case, links, answer = closed
    assert run.row(case, links, "losses", "they", np.ones(1), answer).difference_s == 0
    with pytest.raises(SystemExit, match="they differs from mobility by up to"):
        run.row(case, links, "losses", "they", np.ones(1), wrong(answer))


def test_a_wrong_loss_of_ours_ends_the_run(closed, monkeypatch):
    monkeypatch.setattr(cases, "losses", lambda *_: [])
    with pytest.raises(SystemExit, match="they differs from mobility by up to inf"):
        run.row(*closed[:2], "losses", "they", np.ones(1), closed[2])


def test_what_pip_cannot_install_is_named(tmp_path, monkeypatch):
    def fails(command, **_):
        stderr = "Looking in indexes\nERROR: No matching distribution found\n\n"
        return subprocess.CompletedProcess(command, int("GOSTnets" in command), "", stderr)

    monkeypatch.setattr(subprocess, "run", fails)
    pythons, failed = run.install(tmp_path)
    assert failed == {"gostnets": "ERROR: No matching distribution found"}
    assert {*TOOLS, "scgraph_data"} <= {*pythons, *failed}


@pytest.mark.parametrize(("name", "tools"), [("results.md", TOOLS), ("results_large.md", GRAPHS[1:])])
def test_the_results_shown_are_of_this_command(name, tools):
    text = (run.FOLDER / name).read_text(encoding="utf-8")
    assert all(f"| {tool} " in text or f"Not compared: {tool}" in text for tool in tools)
    assert run.page([], {}, {}, 1).partition("- **N-1**")[2] == text.partition("- **N-1**")[2]


@pytest.mark.parametrize(("heavy", "oneway", "own_cost"), [(False, 0.08, 0.3), (True, 0.35, 1)])
def test_synthetic_networks_are_like_roads(heavy, oneway, own_cost):
    size = 2000
    arcs = synthetic(size, heavy=heavy)
    number = arcs.link.max() + 1
    assert number == 1.3 * size + round(0.003 * 1.3 * size)
    first, second = np.unique(arcs.link, return_index=True)[1], np.flatnonzero(np.arange(len(arcs.link)) >= number)
    assert len(second) == pytest.approx((1 - oneway) * number, rel=0.02)
    assert (arcs.cost[second] != arcs.cost[arcs.link[second]]).mean() == pytest.approx(own_cost, abs=0.05)
    ends = {tuple(sorted(pair)) for pair in zip(arcs.tail[first].tolist(), arcs.head[first].tolist(), strict=True)}
    assert len(ends) == 1.3 * size
    assert (arcs.cost == np.rint(arcs.cost)).all()
    assert arcs.cost.min() >= 1
    assert arcs.cost.mean() == pytest.approx(60_000, rel=0.1)
    assert np.abs(arcs.tail - arcs.head).mean() < size / 10  # a third if nodes were in no order
    matrix = csr_matrix((arcs.cost, (arcs.tail, arcs.head)), shape=(size, size))
    assert connected_components(matrix, connection="strong")[0] == 1


def test_links_are_the_spanning_tree_and_gabriel_links():
    arcs = synthetic(200)
    xy = np.c_[arcs.x, arcs.y]
    apart = cdist(xy, xy)
    links = {tuple(sorted(pair)) for pair in zip(arcs.tail.tolist(), arcs.head.tolist(), strict=True)}
    tree = minimum_spanning_tree(csr_matrix(apart)).tocoo()
    assert {tuple(sorted(pair)) for pair in zip(tree.row.tolist(), tree.col.tolist(), strict=True)} <= links
    for a, b in links:
        inside = np.hypot(*(xy - (xy[a] + xy[b]) / 2).T) < apart[a, b] / 2 * (1 - 1e-9)
        assert not inside.any()


def test_a_seed_makes_one_network():
    assert all((one == other).all() for one, other in zip(synthetic(100), synthetic(100), strict=True))
    assert (synthetic(100).x != synthetic(100, seed=2).x).any()
