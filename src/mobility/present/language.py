"""The language of pages and maps: their words and their numbers pass through one table for each language.

A text is looked up by its English. What has no entry stays English; values are put in after that, so that a number has
the marks of the language, and a name is never taken for a text.
"""

from __future__ import annotations

import string
import tomllib
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, wraps
from importlib.resources import files
from numbers import Number
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from mobility.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ENGLISH = "en"
LANGUAGES = (ENGLISH, "de")
_spoken = ContextVar("language", default=ENGLISH)
_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Make maps and reports in a language; `with mobility.speaking("de"): ...` until its end.

    Titles, legends, lists, tables and buttons of map pages are in that language, and numbers have its marks.
    docs/limits.md says what stays English.

    Raises
    ------
    InputError
        When there is no such language.
    """
    if language not in LANGUAGES:
        raise InputError(f"no language is called {language!r}: it is one of {', '.join(LANGUAGES)}")
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def spoken() -> str:
    """Return the language that is spoken, as `lang` of a page has it."""
    return _spoken.get()


def untranslated(made: Callable[_Asked, _Answer]) -> Callable[_Asked, _Answer]:
    """Let a function speak English whatever is spoken: its sentences have no other language yet."""

    @wraps(made)
    def in_english(*args: _Asked.args, **kwargs: _Asked.kwargs) -> _Answer:
        with speaking(ENGLISH):
            return made(*args, **kwargs)

    return in_english


@lru_cache
def table(language: str) -> dict[str, dict[str, str]]:
    """Return the table of a language: the `marks` of numbers, and texts by their English.

    Scripts say those of `page`, Python those of `map`, both those of `words`.
    """
    if language == ENGLISH:
        return {"marks": {"decimal": ".", "group": ","}}
    text = files("mobility.present").joinpath("languages", f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@lru_cache
def _known(language: str) -> dict[str, str]:
    return {key: text for part, texts in table(language).items() if part != "marks" for key, text in texts.items()}


class _Format(string.Formatter):
    """Formatting as of `str.format`, with the marks that numbers have in the language."""

    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ANN401 - any value
        text = str(super().format_field(value, format_spec))
        return _marked(text) if isinstance(value, Number) else text


def _marked(text: str) -> str:
    marks = table(spoken())["marks"]
    return text.translate({ord("."): marks["decimal"], ord(","): marks["group"]})


def say(text: str, /, **values: Any) -> str:  # noqa: ANN401 - whatever stands in a text
    """Return a text in the language that is spoken, with values in its {places} as `str.format` puts them in."""
    found = _known(spoken()).get(text, text)
    return _Format().vformat(found, (), values) if values else found


def number(value: float, form: str) -> str:
    """Return a number in a format of Python, with the marks of the language."""
    return _marked(format(value, form))
