"""Tables as people correct them: text cells held against schema.csv, and the typed frames made of them."""

from __future__ import annotations

import hashlib
import math
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mobility.errors import InputError
from mobility.model import sheets
from mobility.model.cells import NUMBERS, Column, bad_cells, is_numbers, text, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

REQUIRED_TABLES = ("places", "links")
SMALL_TABLES = ("projects", "upgrades", "structures", "borders", "countries", "corridors", "corridor_stops", "sources")
TABLES = REQUIRED_TABLES + SMALL_TABLES
_LONGEST = 1000  # letters of a message: a cell may hold a book
_NEAR = 0.75  # how alike a column must be to one that is missing to be taken for a slip


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong in the data; a notice is worth knowing but does not stop anything."""

    file: str
    line: int
    message: str
    severity: str = "fault"
    told: bool = False  # a notice that every command gives, not `check` alone: something in the file is not used

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


Schema = dict[str, dict[str, Column]]  # per table its columns in order


@dataclass
class Table:
    """A table as read: its cells, the line of each row, and the faults met on the way.

    A column is a list of text cells, as people type them, or an array of a file that knows types: numbers (float,
    unknown = NaN) or words (object).
    """

    name: str
    file: str
    columns: dict[str, Any]
    lines: Sequence[int]
    faults: list[Fault] = field(default_factory=list)
    unread: bool = False  # its rows or columns are not those of the file: other tables cannot be checked against it
    _distinct: dict[str, tuple[Any, frozenset[str]]] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.lines)

    def fault(self, row: int, message: str, severity: str = "fault", *, told: bool = False) -> None:
        """Note a fault at a row (0 is the first row below the header, -1 the header)."""
        if len(message) > _LONGEST:
            message = f"{message[: _LONGEST // 2]} … {message[-_LONGEST // 2 :]}"
        self.faults.append(Fault(self.file, self.lines[row] if row >= 0 else 1, message, severity, told))

    def numbers(self, column: str) -> np.ndarray[Any, Any]:
        """Return a column as numbers; unknown, and what is no number, is NaN."""
        cells = self.columns.get(column)
        if cells is None:
            return np.full(len(self), np.nan)
        return cells if is_numbers(cells) else np.array([_number(cell) for cell in cells], dtype=float)

    def words(self, column: str) -> np.ndarray[Any, Any]:
        """Return a column as text cells; of one that is not there all are empty."""
        cells = self.columns.get(column)
        if cells is None:
            return np.full(len(self), "", dtype=object)
        return np.asarray(texts(cells) if is_numbers(cells) else cells, dtype=object)

    def distinct(self, column: str) -> frozenset[str]:
        """Return the different text cells of a column."""
        cells = self.columns.get(column)
        kept, found = self._distinct.get(column, (None, frozenset()))
        if kept is not cells or cells is None:
            found = frozenset(self.words(column).tolist())
            self._distinct[column] = cells, found
        return found

    def cell(self, row: int, column: str) -> str:
        """Return one cell as text; of a column that is not there it is empty."""
        return text(self.columns[column][row]) if column in self.columns else ""

    def blank(self, column: str) -> np.ndarray[Any, Any]:
        """Return which cells of a column are empty."""
        cells = self.columns.get(column)
        if cells is None:
            return np.ones(len(self), dtype=bool)
        empty: np.ndarray[Any, Any] = np.isnan(cells) if is_numbers(cells) else np.asarray(cells, dtype=object) == ""
        return empty

    def put(self, row: int, column: str, value: str | float) -> None:
        """Write a cell."""
        cells, cell = self.columns.setdefault(column, [""] * len(self)), text(value)
        cells[row] = _number(cell) if is_numbers(cells) else cell
        self._distinct.pop(column, None)


def read_schema(path: Path) -> Schema:
    """Read schema.csv: per table its columns in order.

    Raises InputError when the file is missing, lacks a column or a table, or gives a number no unit.
    """
    return schema_of(read_csv(path, "schema"))


def schema_of(table: Table) -> Schema:
    """Return the schema that a table as read describes."""
    path = table.file
    need = ["table", "column", "type", "unit", "required", "meaning"]
    faults = [fault for fault in table.faults if fault.severity == "fault"]
    if faults or list(table.columns) != need:
        raise InputError(str(faults[0]) if faults else f"{path}:1: columns must be {','.join(need)}")
    schema: Schema = {}
    for line, (name, column, kind, unit, required, meaning) in zip(
        table.lines, zip(*table.columns.values(), strict=True), strict=True
    ):
        if kind in {"number", "integer"} and not unit:
            raise InputError(f"{path}:{line}: number {name}.{column} has no unit; write one ('1' for a plain count)")
        schema.setdefault(name, {})[column] = Column(column, kind, unit, required == "yes", meaning)
    for name in TABLES:
        if name not in schema:
            raise InputError(f"{path}:1: says nothing of table {name!r}; the schema must describe {', '.join(TABLES)}")
    return schema


def checksum(path: Path) -> str:
    """Return the sha256 over all tables of a network (file names and bytes, in name order)."""
    digest = hashlib.sha256()
    own = {".csv", ".toml", ".geojson", ".parquet"}
    files = sorted(p for p in path.iterdir() if p.suffix in own) if path.is_dir() else [path]
    for file in files:
        digest.update(file.name.encode() + b"\0")
        with file.open("rb") as data:
            while part := data.read(2**20):
                digest.update(part)
    return digest.hexdigest()


def kind_of_words() -> Any:  # noqa: ANN401 - a dtype of pandas
    """Return what pandas holds words as here: two kinds side by side are compared by making one the other each time."""
    return pd.Series([""]).dtype


def frame(table: Table, columns: dict[str, Column]) -> pd.DataFrame:
    """Turn checked cells into a DataFrame: numbers as float (unknown = NaN), yes/no as bool.

    They are taken out of the table, as two of a large one are too much.
    """
    data, kind = dict[str, Any](), kind_of_words()
    for name, column in columns.items():
        if column.type in NUMBERS:
            data[name] = table.numbers(name)
        elif column.type == "yes/no":
            data[name] = (table.words(name) == "yes").astype(bool)
        else:
            data[name] = pd.array(table.words(name), dtype=kind, copy=False)
        table.columns.pop(name, None)
    return pd.DataFrame(data, copy=False)


def complete(data: pd.DataFrame, columns: dict[str, Column]) -> pd.DataFrame:
    """Return a table with every column of the schema in its type; what is not there is empty (NaN, False, "")."""
    empty = {"number": math.nan, "integer": math.nan, "yes/no": False}
    cells = {}
    for name, column in columns.items():
        nothing = empty.get(column.type, "")
        given = data[name] if name in data.columns else pd.Series(nothing, index=data.index)
        kind: Any = type(nothing) if nothing != "" else object
        cells[name] = given.astype(object).where(given.notna(), nothing).to_numpy().astype(kind)
    return pd.DataFrame(cells)


def read_csv(path: Path, name: str) -> Table:
    """Read a CSV file as text cells; what is wrong with it is noted in the table.

    A spreadsheet's separator, byte-order mark and empty columns and rows are taken as what they are.
    """
    table = Table(name, str(path), {}, [], unread=True)
    try:
        _fill(table, path.read_bytes())
    except FileNotFoundError:
        table.fault(-1, "file is missing")
    except OSError as error:
        table.fault(-1, f"cannot be read: {error.strerror}")
    except sheets.UnreadableError as error:
        table.faults.append(Fault(table.file, error.line, str(error)))
    return table


def _fill(table: Table, data: bytes) -> None:
    """Take header and rows from the bytes of a CSV file; a row's line is the one on which it starts."""
    text, encoding = sheets.decoded(data)
    text, mark, off = sheets.lines_of(text)
    every = list(sheets.rows_of(text, mark, off))
    if not every:
        table.fault(-1, "is empty; the first line must name the columns")
        return
    (_, header), *rows = every
    dropped = set(sheets.unnamed(header, rows))
    kept = [at for at in range(len(header)) if at not in dropped]
    names, width = [header[at] for at in kept], max(kept) + 1
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        table.fault(-1, f"column {twice[0]!r} appears twice")
        return
    sound, lines = [], []
    for line, row in rows:
        if len(row) < width or any(row[len(header) :]):
            many = f"has {len(row)} cells, the header has {width}"
            hint = " (a comma inside a cell needs quotes; numbers take a point)" if mark == "," else ""
            table.faults.append(Fault(table.file, line, many + (hint if len(row) > width else "")))
        else:
            sound.append(row)
            lines.append(line)
    table.lines = lines
    table.columns = {name: [row[at] for row in sound] for name, at in zip(names, kept, strict=True)}
    table.unread = False
    said = [f"{encoding} text"] * bool(encoding) + [sheets.separated(mark)] * (mark != ",")
    if said:
        table.fault(-1, f"is {', '.join(said)}; read as such", "notice")


def read_sound(path: Path, name: str, columns: dict[str, Column], check: Callable[[Table], None]) -> Table:
    """Return a table that stands beside a network, tidied and checked; raises InputError with its first fault."""
    table = read_csv(path, name)
    if not table.unread:
        tidy(table, columns)
        check_columns(table, columns)
    check(table)
    if not len(table) and not table.faults:
        table.fault(-1, "has no rows")
    if faults := [fault for fault in table.faults if fault.severity == "fault"]:
        raise InputError(str(faults[0]))
    return table


def tidy(table: Table, columns: dict[str, Column]) -> None:
    """Bring a table as people leave it to the words of its schema: headers of any case, decimal commas."""
    known = {name.casefold(): name for name in columns}
    new = {name: known.get(name.casefold(), name) for name in table.columns}
    if len(set(new.values())) < len(new):
        twice = next(name for name in new if name != new[name] and new[name] in table.columns)
        table.fault(-1, f"column {new[twice]!r} appears twice, as {twice!r} too")
        table.unread = True
        return
    table.columns = {new[name]: cells for name, cells in table.columns.items()}
    numbers = {name for name, c in columns.items() if c.type in NUMBERS and name in table.columns}
    degrees = {name for name in numbers if columns[name].unit.startswith("degrees")}
    typed = {name for name, cells in table.columns.items() if is_numbers(cells)}
    table.columns |= {name: table.words(name) for name in typed - numbers}  # a name may be a number
    every, sure = ([c for name in of - typed for c in table.columns[name]] for of in (numbers, degrees))
    if sheets.pointed(every, sure):
        for name in numbers - typed:
            table.columns[name] = [sheets.point(cell) for cell in table.columns[name]]
        table.fault(-1, "has numbers with decimal commas; read as such", "notice")


def missing(table: Table, columns: dict[str, Column]) -> None:
    """Say of a table that is not there, and is needed, what it must hold."""
    needs = ", ".join(name for name, column in columns.items() if column.required)
    for at, fault in enumerate(table.faults):
        if fault.message.endswith("is missing") and fault.severity == "fault":
            says = f"{fault.message}: it must hold a row for each of the {table.name}, with {needs} at least"
            table.faults[at] = replace(fault, message=f"{says} (`mobility new` writes a template)")


def check_columns(table: Table, columns: dict[str, Column]) -> None:
    """Check header and cells of one table; bad cells are blanked so that reading can go on."""
    if table.unread:
        return
    for name in [*table.columns]:
        if name not in columns and name != "geometry":
            _unknown(table, name, columns)
    if not table.lines and table.name not in REQUIRED_TABLES:
        return
    if not table.lines and table.columns:
        table.fault(-1, "has no rows")
    for name, column in columns.items():
        if name not in table.columns:
            if column.required:
                table.fault(-1, f"column {name!r} is missing: {column.meaning}")
                table.unread = True
            continue
        for row, problem in bad_cells(table.columns[name], column):
            table.fault(row, problem)
            table.put(row, name, "")


def _unknown(table: Table, name: str, columns: dict[str, Column]) -> None:
    """Note a column that the schema does not have: a slip for one that is not there, else one of somebody's own."""
    from difflib import get_close_matches

    word = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")
    absent = [column for column in columns if column not in table.columns]
    starts = [c for c in absent if min(len(word), len(c)) > 1 and (c.startswith(word) or word.startswith(c))]
    meant = starts or get_close_matches(word, absent, n=1, cutoff=_NEAR)
    if meant:
        table.fault(-1, f"unknown column {name!r}; did you mean {meant[0]!r}?")
        table.columns[meant[0]] = table.columns.pop(name)  # so that its cells are checked too
    else:
        like = get_close_matches(word, columns, n=1, cutoff=_NEAR)
        hint = f"; did you mean {like[0]!r}?" if like else ""
        table.fault(-1, f"unknown column {name!r} is not read{hint}", "notice", told=True)


def _number(cell: str) -> float:
    try:
        return float(cell or "nan")
    except ValueError:
        return math.nan
