"""Files that users name: local ones only, known by what they hold; what libraries say of them stays inside."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import re
import warnings
from typing import TYPE_CHECKING

import numpy as np

from mobility.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

GEOPACKAGE, ARCHIVE, SHAPEFILE, JSON, XML, PACKED = "GeoPackage", "ZIP", "shapefile", "JSON", "XML", "gzip"
# GDAL takes more for a file than files: /vsicurl/..., http://...; a scheme of one letter is a drive of Windows.
_ELSEWHERE = re.compile(r"\s*(/vsi\w*/|[a-z][a-z0-9+.-]+:/)", re.IGNORECASE)
_MAGIC = {
    b"PK\x03\x04": ARCHIVE,
    b"PK\x05\x06": ARCHIVE,
    b"\x00\x00\x27\x0a": SHAPEFILE,
    b"\x1f\x8b": PACKED,
}
_SQLITE, _GEOPACKAGES = b"SQLite format 3\0", (b"GPKG", b"GP10", b"GP11")  # the latter at byte 68
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")  # byte order marks


_open: frozenset[str] | None = None  # the only files that may be named; None: any


@contextlib.contextmanager
def sealed(*paths: str | Path) -> Iterator[None]:
    """Let no file be read that somebody names, but for some."""
    global _open  # noqa: PLW0603 - one process, one seal
    before, _open = _open, frozenset(map(str, paths))
    try:
        yield
    finally:
        _open = before


def check_path(path: str | Path, what: str) -> None:
    """Raise InputError, which begins with `what`, when a path is an address or virtual, or none that a system takes."""
    if _open is not None and str(path) not in _open:
        raise InputError(f"{what}: no file is read here")
    try:
        os.stat(path)  # noqa: PTH116 - words as they were typed: Path has lost one of two slashes
    except ValueError:
        raise InputError(f"{what}: no path holds the sign NUL") from None
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise InputError(f"{what}: that name is too long") from None
    if _ELSEWHERE.match(str(path)):
        raise InputError(f"{what}: only files of this machine are read, no addresses and nothing under /vsi")


def kind_of(path: Path) -> str:
    """Return what a file is by its first bytes, whatever its name; "" when it is none of the kinds known here."""
    with path.open("rb") as file:
        head = file.read(512)
    if head.startswith(_SQLITE):
        return GEOPACKAGE if head[68:72] in _GEOPACKAGES else ""
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            return kind
    for mark in _MARKS:
        head = head.removeprefix(mark)
    text = head.replace(b"\0", b"").lstrip(b" \t\r\n\x1e")  # UTF-16; the sign that may begin a line of GeoJSON
    return {b"{": JSON, b"[": JSON, b"<": XML}.get(text[:1], "")


def text_of(file: BinaryIO, most: int) -> str:
    """Return the UTF-8 text of a file or pipe; raises InputError for another, and for one of more than `most` bytes."""
    data = file.read(most + 1)
    if len(data) > most:
        raise InputError(f"it has more than {most:,} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("it is not UTF-8 text; save it as UTF-8") from None


def for_gdal(path: Path) -> str:
    """Return how pyogrio is told of a file: it takes a `!` for the way into an archive, and .zip for one."""
    whole = str(path.absolute())
    return f"/vsisubfile/0,{whole}" if "!" in whole or whole.casefold().endswith(".zip") else whole


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep what libraries say while they open a file from the user, who is told in our own words."""
    log = logging.getLogger("pyogrio")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            yield
    finally:
        log.setLevel(level)
