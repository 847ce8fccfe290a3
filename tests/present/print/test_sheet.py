"""The sheet: words stand out from the paper, and lines break where they must."""

import pytest
from colours import contrast

from mobility.present import style
from mobility.present.print import sheet


@pytest.mark.parametrize("colour", [sheet.INK, sheet.GREY])
def test_words_stand_out(colour):
    assert contrast(colour, "#FFFFFF") >= 7
    assert contrast(sheet.INK, style.WATER) >= 7


def test_lines_break_where_they_must():
    room = sheet.width("one two", 10)
    assert sheet.wrapped("one two three", 10, room) == ["one two", "three"]
    assert sheet.wrapped("x" * 200, 10, room) == ["x" * len(line) for line in sheet.wrapped("x" * 200, 10, room)]
    assert max(sheet.width(line, 10) for line in sheet.wrapped("x" * 200 + " y", 10, room)) <= room
    assert sheet.wrapped("", 10, room) == []
    assert sheet.cut("one two three", 10, room).startswith("one")
    assert sheet.cut("one two three", 10, room).endswith("…")
    assert sheet.cut("one two", 10, room) == "one two"
