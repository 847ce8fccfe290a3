"""Real repairs: the shipped table is sound and sourced, a class takes their median, and a faulty table is refused."""

import csv
from statistics import median

import pytest

from mobility.errors import InputError
from mobility.model.cells import bad_cells
from mobility.model.files import default_folder
from mobility.model.repairs import class_of, hours_of, read_repairs
from mobility.model.tables import read_schema
from mobility.vocabulary import split

HEAD = "id,class,date,what,length_m,days,sets,confidence,source,note\n"
ROWS = list(csv.DictReader((default_folder() / "repairs.csv").read_text(encoding="utf-8").splitlines()))


def test_the_cells_are_sound_and_sourced(shipped):
    columns = read_schema(default_folder() / "schema.csv")["repairs"]
    assert list(ROWS[0]) == list(columns)
    for cell, column in columns.items():
        assert list(bad_cells([row[cell] for row in ROWS], column)) == []
    assert {s for row in ROWS for s in split(row["source"])} <= set(shipped.sources["id"])
    assert len({row["id"] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize(("days", "hours"), [(0.001, 1), (0.03, 1), (0.07, 2), (2, 48)])
def test_days_are_whole_hours_and_at_least_one(days, hours):
    assert hours_of(days) == hours


def test_days_are_those_between_the_dates():
    """Where both days were read, the number is the one between them."""
    from datetime import date

    checked = 0
    for row in ROWS:
        ends = row["date"].split("/")
        if len(ends) == 2 and all(len(end) == 10 for end in ends):
            apart = (date.fromisoformat(ends[1]) - date.fromisoformat(ends[0])).days
            assert abs(float(row["days"]) - apart) <= 1, row["id"]
            checked += 1
    assert checked >= 15


def test_a_class_takes_the_median_and_the_range_of_its_repairs():
    works = read_repairs()
    for (name, with_set), days in works.items():
        own = [float(row["days"]) for row in ROWS if (row["class"], row["sets"]) == (name, str(int(with_set)))]
        assert days.hours == hours_of(median(own))
        spread = own if len(own) > 1 else [own[0] / 2, own[0], own[0] * 2]  # estimate: half to twice
        assert days.spread == tuple(sorted(hours_of(one) for one in spread))
    listed = read_schema(default_folder() / "schema.csv")["repairs"]["class"].options
    assert {name for name, with_set in works if not with_set} == set(listed)


@pytest.mark.parametrize(
    ("modes", "kind", "length", "twin", "classes"),
    [
        ({"road"}, "bridge", 80, False, ["road-span"]),
        ({"road"}, "bridge", 81, False, ["road-bridge"]),
        ({"road"}, "bridge", float("nan"), False, ["road-bridge"]),
        ({"road", "rail"}, "bridge", 2000, False, ["road-bridge", "rail-bridge"]),
        ({"rail"}, "tunnel", 8000, False, ["rail-tunnel"]),
        ({"road", "rail"}, "tunnel", 8000, True, ["twin-tunnel"]),
        ({"rail"}, "", float("nan"), False, ["rail-cut"]),
        ({"rail"}, "", 17_000, False, ["rail-washout"]),
        ({"road"}, "pass", 17_000, False, ["road-cut"]),
        ({"sea"}, "", float("nan"), False, []),
        ({"sea"}, "tunnel", 1, True, []),
    ],
)
def test_classes(modes, kind, length, twin, classes):
    assert class_of(modes, kind, length, twin=twin) == classes


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "file is missing"),
        ("", "is empty"),
        (HEAD, "has no rows"),
        (HEAD + "a,road-cut,,x,,0,0,high,estimate: x,\n", "repairs.csv:2: days must be above 0"),
        (HEAD + "a,road-cut,,x,,nan,0,high,estimate: x,\n", "repairs.csv:2: "),
        (HEAD + "a,road-cut,,x,,1e99,0,high,estimate: x,\n", "repairs.csv:2: days must be above 0 and at most 36,525"),
        (HEAD + "a,road-cut,,x,,4,2,high,estimate: x,\n", "repairs.csv:2: sets must be 0 or 1"),
        (HEAD + "a,airfield,,x,,4,0,high,estimate: x,\n", "repairs.csv:2: class 'airfield' is not one of"),
        ("id,days\na,4\n", "column 'class' is missing"),
    ],
)
def test_a_faulty_table_is_refused(tmp_path, text, said):
    file = tmp_path / "repairs.csv"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_repairs(file)
    assert said in str(error.value)
