"""Questions of the QGIS plugin as command lines, asked of the real command."""

import json
import sys

import pytest

from mobility.qgis_mobility import asking


@pytest.fixture(autouse=True)
def program(tmp_path, monkeypatch):
    """Name this interpreter's `mobility`, wherever it is."""
    file = tmp_path / "own"
    file.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mobility "$@"\n', encoding="utf-8")
    file.chmod(0o700)
    monkeypatch.setenv(asking.PROGRAM, str(file))


def asked(name, given):
    said = []
    return json.loads(asking.ask(name, given, lambda: False, said.append)), said


def test_words():
    given = {"FROM": "a", "TO": "-x", "via": "b; c;", "network": "n", "close": ""}
    assert asking.words_of(given) == (["--via=b", "--via=c"], ["a", "-x"])


def test_the_answer_of_the_command(small):
    found, said = asked("routes", {"network": str(small), "close": "gate", "profile": "mixed", "from": "alfa"})
    assert found["mobility"]["scenario"] == {"close": ["gate"]}
    assert {row["properties"]["from"] for row in found["features"]} == {"alfa"}
    assert said[0].startswith("closed: gate")


def test_what_it_cannot_answer(small, monkeypatch):
    with pytest.raises(asking.AskingError, match="no place is called 'nowhere'"):
        asked("route", {"network": str(small), "FROM": "alfa", "TO": "nowhere"})
    with pytest.raises(asking.AskingError, match="stopped"):
        asking.ask("routes", {"network": str(small)}, lambda: True, print)
    monkeypatch.setenv(asking.PROGRAM, "no-such-command")
    with pytest.raises(asking.AskingError, match="no command is called 'no-such-command'"):
        asked("routes", {})
