"""Errors of our own: a solver that gave up is told whatever Python optimises away."""

import ast
from pathlib import Path

import numpy as np
import pytest
from ortools.graph.python import max_flow
from scipy.optimize import OptimizeResult

import mobility
from drawing import drawn
from mobility.deployment import flow_over_time
from mobility.deployment.deploy import deploy
from mobility.errors import OURS, SolverError, solved, sure


def test_what_cannot_be_missing():
    assert sure(0, "a number") == 0
    with pytest.raises(RuntimeError, match=r"^a number is missing$"):
        sure(None, "a number")
    done = 3
    solved(done == 3, "maximum flow", 0)
    with pytest.raises(SolverError, match=r"^maximum flow: the solver gave up \(3\)") as told:
        solved(done == 0, "maximum flow", 3)
    assert told.value.exit_code == OURS == 70


class GivingUp(max_flow.SimpleMaxFlow):
    """A solver that leaves its work undone."""

    def solve(self, *_):
        return self.BAD_RESULT


def test_a_flow_that_was_not_found_is_no_answer(monkeypatch):
    net = drawn("a -road 10- b")
    deploy(net, "a", "b", vehicles=10)
    monkeypatch.setattr(max_flow, "SimpleMaxFlow", GivingUp)
    with pytest.raises(SolverError, match="the solver gave up"):
        deploy(net, "a", "b", vehicles=10)


def test_a_programme_that_was_not_solved_is_no_answer(monkeypatch):
    failed = OptimizeResult(success=False, status=4, message="numbers went astray", x=np.zeros(99), fun=0.0)
    monkeypatch.setattr(flow_over_time, "linprog", lambda *_, **__: failed)
    with pytest.raises(SolverError, match=r"the solver gave up \(numbers went astray"):
        deploy(drawn("a -road 10- b"), "a", "b", vehicles=10)


def test_no_assertion_guards_what_happens_at_run_time():
    """`python -O` leaves assertions out: in the package they may only tell the type checker a type."""
    for file in sorted(Path(mobility.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assert):
                first = node.test.values[0] if isinstance(node.test, ast.BoolOp) else node.test
                assert getattr(getattr(first, "func", None), "id", "") == "isinstance", f"{file}:{node.lineno}"
