"""`schedule` on the command line: tables, sentences, charts and refusals, on the small network."""

import csv
import io
import json

import icalendar
import pytest

from console import refused
from mobility.deployment import placing
from mobility.present.findings.timetable import COLUMNS

ORDERS = """
start = 2026-12-01T06:00:00
close = ["gate@d1 06:00-08:00"]
[[force]]
name = "First"
vehicles = 40
from = "alfa"
to = "echo"
latest = "d1 12:00"
[[force]]
name = "Second"
vehicles = 20
from = "alfa"
to = "delta"
priority = 2
modes = ["road"]
"""


@pytest.fixture
def file(tmp_path):
    (tmp_path / "week.toml").write_text(ORDERS, encoding="utf-8")
    return tmp_path / "week.toml"


@pytest.mark.parametrize("table", COLUMNS)
def test_tables(run, file, table):
    found = run(f"schedule {file} --table {table} -f csv -m road")
    assert found.exit_code == 0, found.stderr
    assert list(next(csv.DictReader(io.StringIO(found.stdout)))) == [*COLUMNS[table]]


def test_the_answer_in_words_and_numbers(run, file):
    found = run(f"schedule {file} -m road")
    assert found.exit_code == 0
    assert "2 forces in 3 columns: complete 2026-12-01 " in found.stderr
    assert "optimal = " in found.stderr
    assert "deadline 2026-12-01 12:00" in found.stderr
    assert "Shut at times: gate@d1 06:00-08:00." in found.stderr
    whole = json.loads(run(f"schedule {file} -m road -f json").stdout)
    assert whole["scenario"]["close"] == ["gate@d1 06:00-08:00"]
    assert whole["summary"]["vehicles"] == 60
    assert whole["summary"]["complete_h"] >= whole["summary"]["bound_h"]
    assert all(row["start"] >= "2026-12-01T06:00" for row in whole["rows"])
    assert not [row for row in whole["rows"] if row["link"].startswith("gate") and row["start"] < "2026-12-01T08:00"]
    again = json.loads(run(f"schedule {file} -m road -f json").stdout)
    assert again == whole


def test_a_fixed_column(run, file):
    rows = json.loads(run(f"schedule {file} -m road --fix 'First/2=d2 06:00' --table columns -f json").stdout)["rows"]
    assert rows[1]["start"] == "2026-12-02T06:00"
    refused(run(f"schedule {file} -q -m road --fix 'First/9=d2 06:00'"), "there is no such column")


@pytest.mark.parametrize("table", ["columns", "march"])
def test_pictures(run, file, tmp_path, table):
    found = run(f"schedule {file} -m road --table {table} -o {tmp_path}/x.svg")
    assert found.exit_code == 0
    assert (tmp_path / "x.svg").read_bytes().startswith(b"<?xml")


@pytest.mark.parametrize("zone", ["", 'zone = "Europe/Sofia"'])
def test_a_calendar(run, file, tmp_path, zone):
    file.write_text(zone + ORDERS, encoding="utf-8")
    assert run(f"schedule {file} -m road -o {tmp_path}/x.ics").exit_code == 0
    book = icalendar.Calendar.from_ical((tmp_path / "x.ics").read_bytes())
    rows = json.loads(run(f"schedule {file} -m road --table columns -f json").stdout)["rows"]
    events = [(e.decoded("dtstart"), str(e["summary"])) for e in book.walk("VEVENT")]
    assert [at.replace(tzinfo=None).isoformat(timespec="minutes") for at, _ in events] == [r["start"] for r in rows]
    assert {str(at.tzinfo) for at, _ in events} == ({"Europe/Sofia"} if zone else {"None"})
    assert events[0][1].startswith("First/1: 20 vehicles, ")


def test_refusals(run, file):
    refused(run(f"schedule {file} -q -x gate -m road"), "force First: no route", status=1)
    refused(run("schedule nowhere.toml"), "cannot be read")
    file.write_text(ORDERS.replace("alfa", "nowhere"), encoding="utf-8")
    refused(run(f"schedule {file} -q"), "nowhere")


def test_there_and_back_with_shares(run, file):
    more = ORDERS.replace('to = "echo"', 'to = {echo = 0.5, delta = 0.5}\nreturn = "4 h"\nreturn_latest = "d1 12:00"')
    file.write_text(more, encoding="utf-8")
    whole = json.loads(run(f"schedule {file} -m road --table forces -f json").stdout)
    assert [row["force"] for row in whole["rows"]] == ["First", "First back", "Second"]
    assert whole["summary"]["vehicles"] == 60
    (conflict,) = whole["summary"]["conflicts"]
    assert conflict["forces"] == ["First back"]
    said = run(f"schedule {file} -m road --table forces").stderr
    assert "2 forces there and back in 5 columns" in said
    assert "No plan keeps the deadline of First back" in said
    fixes = " ".join(f"--fix '{name}=d1 06:30'" for name in ("First/1", "First/2", "Second"))
    said = run(f"schedule {file} -m road --table columns {fixes}").stderr
    assert "leave when they are fixed to" in said or "leave when it is fixed to" in said
    file.write_text(more.replace("delta = 0.5", "delta = 0.4"), encoding="utf-8")
    refused(run(f"schedule {file}"), "to: the shares add up to 0.9, not to 1")


def test_ctrl_c_keeps_the_best_plan(run, file, monkeypatch):
    calls, plan = [], placing.Placing.plan

    def once(self, sequence):
        calls.append(1)
        if len(calls) > 1:
            raise KeyboardInterrupt
        return plan(self, sequence)

    monkeypatch.setattr(placing.Placing, "plan", once)
    monkeypatch.setattr("mobility.deployment.schedule._proven", lambda *_: False)
    found = run(f"schedule {file} -m road")
    assert found.exit_code == 0
    assert "The search was broken off: this is the best plan found so far." in found.stderr
