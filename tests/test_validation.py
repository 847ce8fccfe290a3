"""Movements that really happened against the model: geodata/cases.csv tells the truth about both."""

import csv

import pytest

from mobility import best_route, deploy
from mobility.model.network import default_folder
from mobility.model.tables import bad_cells, read_schema, split

CASES = list(csv.DictReader((default_folder() / "cases.csv").read_text(encoding="utf-8").splitlines()))
# A time within a third of the real one is believed; the published hours hold rest, discharge and other convoys.
FAST = 1 / 3
WITHIN_KM = 0.1


def answer(net, case):
    """Return what the model says, as the cell holds it: hours, km, or the countries or border places passed."""
    seen = net.under(case["profile"], modes=split(case["modes"]))
    if case["vehicles"]:
        return f"{deploy(seen, int(case['vehicles']), case['from'], case['to']).complete_h:.1f}"
    legs = best_route(seen, case["from"], case["to"])
    if case["unit"] == "h":
        return f"{legs['cumulative_h'].iloc[-1]:.1f}"
    if case["unit"] == "km":
        return f"{legs['length_km'].sum():.0f}"
    if case["unit"] == "country":
        return ";".join(dict.fromkeys(country for country in legs["country"] if country))
    return ";".join(legs.loc[legs["mode"] == "crossing", "from"])


def verdict(case):
    """Judge a case by its kind; a bound (a window with training in it) only says that the model is not slower."""
    if case["kind"] == "choice":
        return "holds" if case["published"] in split(case["model"]) else "wrong choice"
    ratio = float(case["model"]) / float(case["published"])
    if case["kind"] == "distance":
        return "holds" if abs(ratio - 1) <= WITHIN_KM else "wrong length"
    return "too slow" if ratio > 1 else "too fast" if case["kind"] == "elapsed" and ratio < FAST else "holds"


@pytest.mark.parametrize("case", [c for c in CASES if c["kind"] != "drawn"], ids=lambda c: c["id"])
def test_the_table_says_what_the_model_says(shipped, case):
    assert answer(shipped, case) == case["model"]
    assert verdict(case) == case["verdict"]


def test_the_model_is_never_slower_than_what_happened_and_of_its_order():
    timed = [c for c in CASES if c["unit"] == "h"]
    assert len(timed) >= 12
    assert len([c for c in timed if c["vehicles"]]) >= 6
    slower = {c["id"]: float(c["model"]) / float(c["published"]) for c in timed if c["verdict"] == "too slow"}
    assert list(slower) == ["defender-2021"], "its discharge alone is published, and the model's rate is taken from it"
    assert slower["defender-2021"] < 1.3
    assert not [c["id"] for c in timed if float(c["model"]) > float(c["published"]) and c["id"] not in slower]
    assert not [c["id"] for c in timed if c["kind"] == "elapsed" and float(c["model"]) * 10 < float(c["published"])]


def test_there_are_enough_cases_and_the_wrong_ones_have_a_reason():
    assert len(CASES) >= 8
    wrong = [c for c in CASES if c["verdict"] != "holds"]
    assert len(wrong) >= 3
    assert all(c["reason"] for c in wrong)


def test_the_cells_are_sound_and_sourced(shipped):
    columns = read_schema(default_folder() / "schema.csv")["cases"]
    assert list(CASES[0]) == list(columns)
    listed = set(shipped.sources["id"])
    for name, column in columns.items():
        assert list(bad_cells([c[name] for c in CASES], column)) == []
    assert {s for c in CASES for s in split(c["source"])} <= listed
    assert {c[end] for c in CASES for end in ("from", "to") if c[end]} <= set(shipped.places.index)
    assert len({c["id"] for c in CASES}) == len(CASES)
