"""What one process keeps between questions: networks as read and as changed, so that the next question is quick."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

_T = TypeVar("_T")
_MOST = 8  # things kept; the one not asked for longest goes first
_kept: dict[Hashable, Any] | None = None


@contextmanager
def keeping() -> Iterator[None]:
    """Keep what is read and worked out until the end."""
    global _kept  # noqa: PLW0603 - one process, one store
    _kept = {}
    try:
        yield
    finally:
        _kept = None


def kept(key: Hashable, make: Callable[[], _T]) -> _T:
    """Return what was made for a key before, if things are kept; else make it."""
    if _kept is None:
        return make()
    found: _T = _kept.pop(key) if key in _kept else make()
    _kept[key] = found  # now the last to go
    while len(_kept) > _MOST:
        del _kept[next(iter(_kept))]
    return found
