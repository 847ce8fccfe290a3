"""The hours of `reach`, as typed; what it answers stands in tests/present/findings/test_reaching.py."""

import pytest

from mobility.commands.reach import hours_of
from mobility.errors import InputError


def test_hours_as_typed():
    assert hours_of("24") == [24]
    assert hours_of("12, 24,48") == [12, 24, 48]
    for text in ("", "12,", "a day", "1;2"):
        with pytest.raises(InputError, match="write hours as 24"):
            hours_of(text)
