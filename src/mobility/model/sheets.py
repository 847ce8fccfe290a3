"""What spreadsheets make of a table: encodings, separators, empty columns and rows, decimal commas, dates."""

from __future__ import annotations

import codecs
import csv
import io
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# The longest mark first: that of UTF-32 begins as that of UTF-16.
_MARKS = {
    codecs.BOM_UTF8: "UTF-8",
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")  # .xlsx and .ods, .xls
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
# Encodings of old Windows programs in these countries: the same byte is another letter in each.
_OLD = {"cp1250": "Windows-1250", "cp1252": "Windows-1252", "cp1251": "Windows-1251"}

_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}([ '’,.\u00a0\u202f]\d{3})+([.,]\d+)?")
_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")
_PERHAPS_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")
# Months as spreadsheets of these countries shorten them.
_MONTHS = (
    "jan jän ian gen sij янв яну јан feb fev fév velj фев mar mär mrz ožu мар apr avr tra апр mai may maj mag svi май "
    "мај jun iun giu juin lip јун юни июн jul iul lug juil srp јул юли июл aug avg ago aoû kol авг sep set ruj сеп сен "
    "oct okt ott lis окт nov noi noe stu ное нов ноя dec dek dez dic pro дек дец"
).split()
_MONTH = rf"(?:{'|'.join(_MONTHS)})[^\W\d_]{{0,8}}\.?"
_DATE = re.compile(
    rf"\d{{1,2}}[-. /]+{_MONTH}([-. /]+\d{{2,4}})?|{_MONTH}[-. /]+\d{{1,4}}|"
    r"\d{4}-\d\d?-\d\d?([ T][\d:.]+)?|\d{1,2}([./-])\d{1,2}\3\d{2,4}\.?",
    re.IGNORECASE,
)
_UNIT = re.compile(r"[+-]?[\d.,]+\s*([^\W\d_]|°).*")


class UnreadableError(ValueError):
    """A file that is no table: in which line, and why."""

    def __init__(self, why: str, line: int = 1) -> None:
        super().__init__(why)
        self.line = line


def decoded(data: bytes) -> tuple[str, str]:
    """Return the text of a file and, where it is not UTF-8, its encoding; raises UnreadableError when it is not clear.

    A byte-order mark says which it is. Without one a byte of an old encoding may be any of several letters.
    """
    if data.startswith(_WORKBOOKS):
        raise UnreadableError("is a workbook, not CSV; save it as 'CSV UTF-8' in the spreadsheet")
    mark = next((mark for mark in _MARKS if data.startswith(mark)), b"")
    name = _MARKS.get(mark, "UTF-8")
    try:
        text = data.decode("utf-8-sig" if name == "UTF-8" else name)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UnreadableError(
            f"is not {name} text{_guesses(data, error.start)}; save the file as UTF-8", line
        ) from None
    if name == "UTF-8" and data[:100].count(0) * 3 > len(data[:100]):
        raise UnreadableError("is UTF-16 text without a mark that says so, or no text; save the file as UTF-8")
    return text, "" if name == "UTF-8" else name


def _guesses(data: bytes, at: int) -> str:
    """Return how the word around a byte reads in old encodings; "" when the file is no text at all."""
    start, end = (data.rfind(b"\n", 0, at) + 1, data.find(b"\n", at))
    line = data[start : end if end >= 0 else len(data)].rstrip(b"\r")
    if any(byte < ord(" ") and byte != ord("\t") for byte in line):
        return ""
    at -= start
    first = max(line.rfind(mark, 0, at) for mark in (b",", b";", b"\t", b'"')) + 1
    word = re.split(rb'[,;\t"]', line[max(first, at - 20) :])[0][:40]
    read = [f"{word.decode(code, 'replace')!r} as {name}" for code, name in _OLD.items()]
    return f" (a cell reads {', '.join(read[:-1])}, {read[-1]})"


def lines_of(text: str) -> tuple[str, str, int]:
    """Return the rest of a text, its separator, and how many lines were taken off: `sep=;` of a spreadsheet."""
    first = re.match(r"\s*\"?sep=(.)\"?[ \t]*(?:\r\n|\r|\n|$)", text, re.IGNORECASE)
    if first:
        return text[first.end() :], first[1], first[0].count("\n") or 1
    cells = {mark: len(_header(text, mark)) for mark in _SEPARATORS}
    return text, max(cells, key=lambda mark: cells[mark]), 0  # of equals the first: the comma


def _header(text: str, mark: str) -> list[str]:
    try:
        return next((row for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark) if any(row)), [])
    except csv.Error:
        return []


def separated(mark: str) -> str:
    """Return what a file with another separator than the comma is, in words; "" for the comma."""
    return "" if mark == "," else f"separated by {_SEPARATORS.get(mark, repr(mark))}"


def rows_of(text: str, mark: str, lines: int) -> Iterator[tuple[int, list[str]]]:
    """Iterate over the rows that hold something, each with the line on which it starts; raises UnreadableError."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    start = 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield start + lines, cells
            start = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableError(f"is not readable as CSV: {error}", reader.line_num + lines) from None


def unnamed(header: list[str], rows: Iterable[tuple[int, list[str]]]) -> list[int]:
    """Return the columns that have neither a name nor cells; raises UnreadableError when one has cells only."""
    nameless = [at for at, name in enumerate(header) if not name]
    for line, row in rows if nameless else ():
        for at in nameless:
            if at < len(row) and row[at]:
                raise UnreadableError(f"column {at + 1} has no name, but a cell {short(row[at])} in line {line}")
    return nameless


def pointed(cells: Iterable[str], degrees: Iterable[str]) -> bool | None:
    """Return whether the commas in the number cells of a table are decimal commas.

    None: there are none. True: at least one can be nothing else (in `degrees` none is a thousands separator), and no
    number of the table has a point.
    """
    known = set(cells)
    commas = {cell for cell in known if "," in cell}
    if not commas:
        return None
    sure = any(_COMMA.fullmatch(c) and not _PERHAPS_THOUSANDS.fullmatch(c) for c in commas)
    sure |= any(_COMMA.fullmatch(cell) for cell in degrees)
    pointed_too = any("." in cell and _plain(cell) for cell in known)
    return sure and not pointed_too and all(_COMMA.fullmatch(cell) for cell in commas)


def point(cell: str) -> str:
    """Return a number with its decimal comma as a point."""
    return cell.replace(",", ".") if _COMMA.fullmatch(cell) else cell


def why_no_number(cell: str, unit: str) -> str:
    """Return what a cell that should be a number is instead, and what to do."""
    why = ""
    if is_date(cell):
        why = f" but a date: {DATE}"
    elif "%" in cell or "‰" in cell:
        why = " but a percentage; write it as a plain number"
    elif _PERHAPS_THOUSANDS.fullmatch(cell) and cell.count(",") == 1:
        why = f": it may be {cell.replace(',', '.')} or {cell.replace(',', '')}; write which"
    elif _THOUSANDS.fullmatch(cell):
        why = ": it has thousands separators; leave them out"
    elif _COMMA.fullmatch(cell):
        why = f"; write {cell.replace(',', '.')}"
    elif _UNIT.fullmatch(cell) and unit not in {"", "1"}:
        why = f"; write the number alone, in {unit}"
    return f"is not a number{why}"


DATE = "a spreadsheet made it of what was typed; format the column as text and type the cell again"


def is_date(cell: str) -> bool:
    """Return whether a cell looks like a date, as spreadsheets write them."""
    return bool(_DATE.fullmatch(cell)) and not _plain(cell)


def _plain(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def short(cell: str) -> str:
    """Return a cell in quotes; the middle of a long one is left out."""
    return repr(cell if len(cell) <= 60 else f"{cell[:40]}…{cell[-10:]}")  # noqa: PLR2004 - what fits in a line
