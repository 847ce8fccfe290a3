"""Movements that really happened against the model: geodata/cases.csv tells the truth about both."""

import csv

import numpy as np
import pytest

from mobility.model.cells import bad_cells
from mobility.model.files import default_folder
from mobility.model.tables import read_schema
from mobility.vocabulary import PACES, split
from tools.validation import PAGE, answer, default_ratios, page, ratios, summed, verdict

CASES = list(csv.DictReader((default_folder() / "cases.csv").read_text(encoding="utf-8").splitlines()))
TIMINGS = list(csv.DictReader((default_folder() / "timings.csv").read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("case", [c for c in CASES if c["kind"] != "drawn"], ids=lambda c: c["id"])
def test_the_table_says_what_the_model_says(shipped, case):
    assert answer(shipped, case) == case["model"]
    assert verdict(case) == case["verdict"]


def test_a_window_is_no_proof():
    """Only timings hold or do not; a bound can only show that the model is slower than what happened."""
    assert {c["verdict"] for c in CASES if c["kind"] == "bound"} == {"bound only"}
    assert {c["id"] for c in CASES if c["verdict"] == "too slow"} == {"defender-2021"}, (
        "its discharge alone is published"
    )
    assert verdict({"kind": "bound", "model": "30", "published": "24"}) == "too slow"
    assert verdict({"kind": "elapsed", "model": "7", "published": "24"}) == "too fast"


@pytest.fixture(scope="module")
def found(shipped):
    return ratios(shipped, TIMINGS)


def test_the_model_is_of_the_order_of_what_happened(found):
    """At the default pace and the profile nearest to each movement."""
    every = default_ratios(TIMINGS, found)
    assert len(every) >= 40
    assert 0.7 <= np.median(every) <= 1.4
    rail, road = (summed(TIMINGS, found, mode) for mode in ("rail", "road"))
    assert list(rail) == list(PACES)
    assert rail["best"][1] < 0.6, "nothing in service is as fast as the best pace"
    assert 0.7 <= rail["planning"][1] <= 1.1
    assert rail["planning"][1] < rail["observed"][1] <= 1.2
    assert 0.7 <= road["peacetime"][1] <= 1.4


def test_no_service_beats_the_best_pace(found):
    assert [
        r["id"] for r in TIMINGS if r["kind"] == "service" and r["mode"] == "rail" and found[r["id"]]["best"] > 1
    ] == []


def test_the_page_says_what_the_model_says(shipped):
    assert PAGE.read_text(encoding="utf-8") == page(shipped, TIMINGS), "run: python tests/tools/validation.py"


def test_there_are_enough_cases_and_the_wrong_ones_have_a_reason():
    assert len(CASES) >= 8
    wrong = [c for c in CASES if c["verdict"] not in {"holds", "bound only"}]
    assert len(wrong) >= 3
    assert all(c["reason"] for c in wrong)


@pytest.mark.parametrize(("name", "rows"), [("cases", CASES), ("timings", TIMINGS)])
def test_the_cells_are_sound_and_sourced(shipped, name, rows):
    columns = read_schema(default_folder() / "schema.csv")[name]
    assert list(rows[0]) == list(columns)
    listed = set(shipped.sources["id"])
    for cell, column in columns.items():
        assert list(bad_cells([row[cell] for row in rows], column)) == []
    assert {s for row in rows for s in split(row["source"])} <= listed
    assert {row[end] for row in rows for end in ("from", "to") if row[end]} <= set(shipped.places.index)
    assert len({row["id"] for row in rows}) == len(rows)


def test_the_range_of_a_timing_holds_it():
    for row in TIMINGS:
        assert float(row["low_h"]) <= float(row["published_h"]) <= float(row["high_h"]), row["id"]
