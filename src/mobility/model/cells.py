"""Cells of the tables: values as text, and what a column of schema.csv lets them be."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mobility.model import sheets
from mobility.vocabulary import split

if TYPE_CHECKING:
    from collections.abc import Iterable

NUMBERS = frozenset({"number", "integer"})
_LOST = re.compile("[\ufffd\ud800-\udfff]")  # what stands for bytes that are no text, and half letters


@dataclass(frozen=True)
class Column:
    """One row of schema.csv: what a column holds."""

    name: str
    type: str
    unit: str
    required: bool
    meaning: str

    @property
    def options(self) -> tuple[str, ...]:
        """Allowed values of a `one of a|b` or `some of a|b` column."""
        return tuple(self.type.partition(" of ")[2].split("|")) if " of " in self.type else ()

    @property
    def target(self) -> str:
        """Table whose ids a `ref TABLE` or `refs TABLE` column holds."""
        return self.type.partition(" ")[2] if self.type.startswith("ref") else ""


def is_numbers(cells: Any) -> bool:  # noqa: ANN401 - a column
    """Return whether a column holds numbers, not text cells."""
    return isinstance(cells, np.ndarray) and cells.dtype != object


def texts(values: Any) -> list[str]:  # noqa: ANN401 - a Series or an array
    """Return a column as CSV cells, no digit lost; equal cells are one object."""
    codes, known = pd.factorize(values)
    words = [*map(text, np.asarray(known, dtype=object)), ""]  # the last, at -1, is unknown
    cells: list[str] = np.array(words, dtype=object)[codes].tolist()
    return cells


def text(value: object) -> str:
    """Return a value as its CSV cell."""
    if isinstance(value, str):
        return value
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if not isinstance(value, float):
        return str(value)
    short = f"{value:.15g}"
    return short if float(short) == value else repr(float(value))


def bad_cells(cells: Any, column: Column) -> Iterable[tuple[int, str]]:  # noqa: ANN401 - a list or an array
    """Return the rows whose cell a column does not allow, with the reason."""
    if is_numbers(cells):
        odd = np.isinf(cells) | (np.isnan(cells) & column.required)
        if column.type == "integer":
            odd |= np.isfinite(cells) & (cells != np.floor(cells))
        return [(row, _problem(text(cells[row]), column)) for row in np.flatnonzero(odd).tolist()]
    words = cells if isinstance(cells, list) else cells.tolist()
    free = not column.options and column.type not in {*NUMBERS, "yes/no"}
    if free and not _LOST.search("".join(words)) and not (column.required and "" in words):  # any other text will do
        return []
    problems = {cell: why for cell in set(words) if (why := _problem(cell, column))}
    return [(row, problems[cell]) for row, cell in enumerate(words if problems else []) if cell in problems]


def _problem(cell: str, column: Column) -> str:
    """Return why a column does not allow a cell, or ""."""
    name, kind, shown = column.name, column.type, sheets.short(cell)
    if not cell:
        return f"{name} is missing" if column.required else ""
    if _LOST.search(cell):
        return f"{name} {shown} holds what is not UTF-8 text; type the cell again"
    if kind in NUMBERS:
        problem = _bad_number(cell, column)
        return f"{name} {shown} {problem}" if problem else ""
    if kind == "yes/no" and cell not in {"yes", "no"}:
        return f"{name} {shown} must be yes or no"
    options, many = column.options, kind.startswith("some of")
    if not options or set(split(cell) if many else [cell]) <= set(options):
        return ""
    near = [option for option in options if option.casefold() == cell.casefold()]
    hint = f" but a date: {sheets.DATE}" if sheets.is_date(cell) else f"; write {near[0]!r}" if near else ""
    return f"{name} {shown} is not {'among' if many else 'one of'} {', '.join(sorted(options))}{hint}"


def _bad_number(cell: str, column: Column) -> str:
    try:
        value = float(cell)
    except ValueError:
        return sheets.why_no_number(cell, column.unit)
    if not math.isfinite(value) or "_" in cell:
        return "is not a finite number"
    if column.type == "integer" and value != int(value):
        return "is not a whole number"
    return ""
