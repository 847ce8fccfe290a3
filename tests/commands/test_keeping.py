"""What a process keeps between questions: the same thing again, while it is among the last few asked for."""

import pytest

from mobility.commands.keeping import keeping, kept


def test_nothing_is_kept_unless_asked_for():
    assert [kept("key", lambda n=n: n) for n in range(3)] == [0, 1, 2]


def test_what_was_not_asked_for_longest_goes_first():
    with keeping():
        assert [kept(n, lambda n=n: n) for n in range(8)] == [*range(8)]
        assert kept(0, lambda: "anew") == 0  # and is now the last to go
        kept(8, lambda: 8)
        assert kept(0, lambda: "anew") == 0
        assert kept(1, lambda: "anew") == "anew"


def test_a_fault_keeps_nothing_and_the_end_clears_all():
    with pytest.raises(ZeroDivisionError), keeping():
        kept("key", lambda: 1 / 0)
    with keeping():
        assert kept("key", lambda: 2) == 2
    with keeping():
        assert kept("key", lambda: 3) == 3
