"""What other programs may ask: words typed, and no value that passes for an option."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mobility.cli import cli
from mobility.commands.serving.questions import SERVED, questions

ASKED = questions(cli)


def words(name, **given):
    return ASKED[name].words(ASKED[name].takes.model_validate(given))


def test_every_question_is_a_command():
    assert tuple(ASKED) == SERVED
    assert all(question.about and question.takes.model_json_schema()["properties"] for question in ASKED.values())


def test_the_words_of_the_command_line():
    given = {"from": "a", "to": "b", "k": 3, "diverse": True, "via": ["c", "d"], "by": "arrival", "start": None}
    line = ["route", "-f", "json", "-k3", "--diverse", "--via=c", "--via=d", "--by=arrival", "--", "a", "b"]
    assert words("route", **given) == (line, "")
    assert words("schedule", orders="start = 1") == (["schedule", "-f", "json", "--", "-"], "start = 1")


@pytest.mark.parametrize(
    "given",
    [
        {"output": "x"}, {"scenario": ["x"]}, {"resume": "x"}, {"workers": "2"}, {"format": "csv"}, {"close": "x"},
        {"close": [1]}, {"uncertain": "many"}, {"nonsense": 1},
    ],
)  # fmt: skip
def test_what_cannot_be_asked(given):
    with pytest.raises(ValidationError):
        words("routes", **given)


@given(st.text(), st.text())
def test_no_value_is_an_option(name, place):
    """Whatever a value is, the command line that comes of it has the options that were asked for, and no other."""
    line, _ = words("route", **{"from": place, "to": name, "close": [name], "start": place})
    found = cli.get_command(None, "route").make_context("route", line[1:], resilient_parsing=True).params
    assert (found["origin"], found["destination"], found["close"], found["start"]) == (place, name, (name,), place)
    assert (found["output"], found["fmt"], found["scenario"]) == (None, "json", ())
