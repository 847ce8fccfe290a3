"""Cells: values as text, and what a column lets them be."""

import math

import numpy as np
import pytest

from mobility.model.cells import Column, bad_cells, text, texts


@pytest.mark.parametrize(
    ("value", "cell"),
    [(0.1, "0.1"), (5.0, "5"), (0.1 + 0.2, "0.30000000000000004"), (1e300, "1e+300"), (math.nan, ""), (True, "yes")],
)
def test_a_value_as_a_cell_is_short_and_loses_nothing(value, cell):
    assert text(value) == cell


def test_a_column_as_cells():
    assert texts(np.array([1.0, math.nan, 2.5])) == ["1", "", "2.5"]


@pytest.mark.parametrize(
    ("kind", "cells", "bad"),
    [
        ("number", ["1", "1e3", "1_0", "inf", "x", ""], [2, 3, 4]),
        ("integer", ["2", "2.5", "2.0"], [1]),
        ("integer", np.array([2.0, 2.5, math.inf, math.nan]), [1, 2]),
        ("yes/no", ["yes", "no", "Yes", ""], [2]),
        ("one of road|rail", ["road", "Road", "sea"], [1, 2]),
        ("some of road|rail", ["road;rail", "road;sea"], [1]),
        ("text", ["a", "b\ufffd"], [1]),
    ],
)
def test_what_a_column_does_not_allow(kind, cells, bad):
    column = Column("size", kind, "1", required=False, meaning="how large it is")
    assert [row for row, _ in bad_cells(cells, column)] == bad


def test_a_required_cell_is_missed():
    column = Column("size", "text", "", required=True, meaning="how large it is")
    assert list(bad_cells(["s", ""], column)) == [(1, "size is missing")]
