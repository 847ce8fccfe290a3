"""Networks once read and found sound, kept in the user's cache folder: what was read is not read and checked again.

A network is found again by a checksum of everything that it was read from - the files' contents, not their dates -, of
this program and of the form below. A file of the cache holds numbers and text, nothing that could be run. Whatever is
wrong with it or with its folder, the network is read as if there were none, and nobody is bothered.

The form: magic, sha256 of key and rest, length of the head, head (JSON), columns one after another as numbers: float64,
bytes for yes and no, int32 that count in the head's list of words for text; then coordinates and offsets of the lines.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import stat
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import shapely

from mobility.model.cells import Column
from mobility.model.files import Identity, default_folder
from mobility.model.rulebook import rules_of
from mobility.model.tables import TABLES, kind_of_words
from mobility.vocabulary import NO_CACHE, VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mobility.model.files import Say
    from mobility.model.profiles import Rules
    from mobility.model.tables import Schema

_MAGIC = b"mobility network 1\n"
_READ = {".csv", ".toml", ".geojson", ".parquet"}  # endings of the files of a folder that a network is read from
_BESIDE = ("-wal", "-journal")  # where SQLite may keep a part of what a GeoPackage holds
_LARGEST = 64 * 2**20  # bytes of the tables of a network that is kept, and of a file of the cache
_ROOM, _MANY = 4 * _LARGEST, 32  # bytes and files of the cache
_HALF_WRITTEN_S = 3600  # after so long nobody writes on it any more
_STORED = {"float64": "<f8", "bool": "?", "object": "<i4", "str": "<i4"}  # by the dtype of a column
_LINE = shapely.GeometryType.LINESTRING
# As files are opened: no link is followed, no pipe waited for.
_PLAIN = sum(getattr(os, name, 0) for name in ("O_BINARY", "O_NOFOLLOW", "O_NONBLOCK"))


class Parts(NamedTuple):
    """What a network is made of, as `Network.of_frames` takes it."""

    data: dict[str, pd.DataFrame]
    lines: Any
    rules: Rules
    identity: Identity
    schema: Schema


def through(home: Path, trust: str | None, tell: Say, read: Callable[[Path, str | None, Say], Parts]) -> Parts:
    """Return the parts of a network, from the cache if it has them; else `read` them, and keep them if they are sound.

    What `read` tells is told again of a network that is kept.
    """
    folder = None if os.environ.get(NO_CACHE) else _folder()
    key = _key(home, trust) if folder else ""
    if folder is None or not key:
        return read(home, trust, tell)
    entry = folder / f"{key}.net"
    told: list[str] = []
    parts = _recalled(entry, home, told)
    if parts is None:
        parts = read(home, trust, told.append)
        if _key(home, trust) == key:  # else the tables changed as they were read
            _keep(entry, parts, told)
    if tell is not None:
        for line in told:
            tell(line)
    return parts


def _folder() -> Path | None:
    """Return where the networks of a user are kept; None where there is no such place."""
    stated = os.environ.get("XDG_CACHE_HOME", "")
    try:
        if Path(stated).is_absolute():
            return Path(stated) / "mobility"
        if sys.platform == "win32":
            return Path(os.environ["LOCALAPPDATA"]) / "mobility" / "Cache"
        return Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "mobility"
    except (KeyError, RuntimeError):
        return None


def _key(home: Path, trust: str | None) -> str:
    """Return the checksum of all that a network's parts hang on; "" where it cannot be told, or is too much to keep."""
    said = [VERSION, pd.__version__, str(home), repr(trust)]
    try:
        if home.is_dir():
            said += sorted(file.name for file in home.iterdir())  # a workbook where a table is missing is a fault
        digest, room = hashlib.sha256(json.dumps(said).encode() + _MAGIC), _LARGEST
        for file in _read_from(home):
            room -= file.stat().st_size
            if not file.is_file() or room < 0:
                return ""
            with file.open("rb") as opened:
                digest.update(json.dumps(file.name).encode() + hashlib.file_digest(opened, "sha256").digest())
    except (OSError, ValueError):
        return ""
    return digest.hexdigest()


def _read_from(home: Path) -> Iterator[Path]:
    """Iterate over the files that a network is read from, in a fixed order, and over those of the code that reads it.

    A checkout changes and keeps its version: that alone would not do.
    """
    yield from (default_folder() / name for name in ("schema.csv", "profiles.toml"))
    yield from sorted(Path(__file__).parent.glob("*.py"))
    if home.is_dir():
        yield from sorted(file for file in home.iterdir() if file.suffix.casefold() in _READ)
    else:
        yield home
        yield from (file for end in _BESIDE if (file := home.with_name(home.name + end)).exists())


def _recalled(entry: Path, home: Path, told: list[str]) -> Parts | None:
    """Return the parts of a network from a file of the cache, and what was told of them; None where that cannot be."""
    try:
        data = _own(entry)
        seal = data[len(_MAGIC) : len(_MAGIC) + hashlib.sha256().digest_size]
        body = memoryview(data)[len(_MAGIC) + len(seal) :]
        if not data.startswith(_MAGIC) or _seal(entry, body) != seal:
            return None
        parts, said = _decoded(body, home)
        with contextlib.suppress(OSError):
            os.utime(entry)  # what is used stays
    except Exception:  # noqa: BLE001 - whatever it is, the tables are there
        return None
    told += said
    return parts


def _own(entry: Path) -> bytes:
    """Return what a file of the cache holds; raises OSError when it is none that only this user can have written."""
    with os.fdopen(os.open(entry, os.O_RDONLY | _PLAIN), "rb") as file:
        about = os.fstat(file.fileno())
        ours = not hasattr(os, "getuid") or (about.st_uid == os.getuid() and not about.st_mode & 0o022)
        if not stat.S_ISREG(about.st_mode) or about.st_size > _LARGEST or not ours:
            raise OSError(f"{entry} is no file of the cache")
        return file.read()


def _seal(entry: Path, body: bytes | memoryview) -> bytes:
    """Return the checksum of what a file holds, under the name that it has."""
    digest = hashlib.sha256(entry.name.encode())
    digest.update(body)
    return digest.digest()


def _keep(entry: Path, parts: Parts, told: list[str]) -> None:
    """Write parts to the cache, whole or not at all; where that cannot be, do nothing."""
    scratch = entry.with_name(f".{secrets.token_hex(8)}.part")
    with contextlib.suppress(OSError, ValueError):
        body = _encoded(parts, told)
        entry.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if len(body) < _LARGEST:
            _make_room(entry.parent)
            try:
                new = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _PLAIN, 0o600)
                with os.fdopen(new, "wb") as file:
                    file.write(_MAGIC + _seal(entry, body))
                    file.write(body)
                scratch.replace(entry)
            finally:  # whatever stopped it, Ctrl-C too
                scratch.unlink(missing_ok=True)


def _make_room(folder: Path) -> None:
    """Drop what was not used for longest until one more file fits, and what somebody left half written."""
    found = [(file.stat(), file) for file in folder.iterdir() if file.suffix in {".net", ".part"}]
    room = _ROOM
    for number, (about, file) in enumerate(sorted(found, key=lambda one: -one[0].st_mtime), 1):
        room -= about.st_size
        late = file.suffix == ".part" and time.time() - about.st_mtime > _HALF_WRITTEN_S
        if room < _LARGEST or number >= _MANY or late:
            with contextlib.suppress(OSError):  # somebody else reads or drops it
                file.unlink()


def _encoded(parts: Parts, told: list[str]) -> bytes:
    """Return the form that is kept; raises ValueError for parts that it does not fit."""
    words: dict[str, int] = {}
    kinds: dict[str, list[str]] = {}
    blocks = []
    for name in TABLES:
        frame = parts.data[name]
        kinds[name] = [str(dtype) for dtype in frame.dtypes]
        if list(frame) != list(parts.schema[name]) or not {*kinds[name]} <= _STORED.keys():
            raise ValueError(f"{name} has columns of other names or kinds")
        for kind, column in zip(kinds[name], frame, strict=True):
            values = frame[column].to_numpy()
            if _STORED[kind] == "<i4":
                values = np.array([words.setdefault(word, len(words)) for word in values.tolist()])
            blocks.append(values.astype(_STORED[kind]).tobytes())
    shape, at, offsets = _LINE, np.empty((0, 2)), [np.empty(0)]
    if parts.lines is not None:
        shape, at, offsets = shapely.to_ragged_array(np.array(parts.lines, dtype=object))
    if {*map(type, words)} - {str} or shape != _LINE:
        raise ValueError("a text is none, or a line")
    head = {
        "told": told,
        "sha256": parts.identity.sha256,
        "rules": parts.rules.text,
        "schema": {name: [list(vars(c).values()) for c in columns.values()] for name, columns in parts.schema.items()},
        "rows": [len(parts.data[name]) for name in TABLES],
        "kinds": kinds,
        "words": list(words),
        "lines": None if parts.lines is None else [*at.shape, len(offsets[0])],
    }
    text = json.dumps(head).encode()
    blocks += [at.astype("<f8").tobytes(), offsets[0].astype("<i8").tobytes()]
    return b"".join([len(text).to_bytes(8), text, *blocks])


def _decoded(body: memoryview, home: Path) -> tuple[Parts, list[str]]:
    """Return the parts that a file of the cache holds, and what was told of them."""
    begin = 8 + int.from_bytes(body[:8])
    head = json.loads(bytes(body[8:begin]))
    schema = {
        name: {column.name: column for column in (Column(*cells) for cells in columns)}
        for name, columns in head["schema"].items()
    }
    words = np.array([*head["words"], ""], dtype=object)

    def taken(dtype: str, count: int) -> Any:  # noqa: ANN401 - an array
        nonlocal begin
        values = np.frombuffer(body, dtype, count, begin)
        begin += values.nbytes
        return values

    data = {}
    for name, rows in zip(TABLES, head["rows"], strict=True):
        columns = {}
        for column, kind in zip(schema[name], head["kinds"][name], strict=True):
            values = taken(_STORED[kind], rows)
            values = words[values] if _STORED[kind] == "<i4" else values
            columns[column] = pd.array(values, dtype=kind_of_words()) if kind == "str" else values
        data[name] = pd.DataFrame(columns)
    lines = None
    if head["lines"] is not None:
        points, axes, many = head["lines"]
        at = taken("<f8", points * axes).reshape(points, axes)
        lines = shapely.from_ragged_array(_LINE, at, (taken("<i8", many),))
    identity = Identity.of(home, head["sha256"])
    return Parts(data, lines, rules_of(head["rules"], home), identity, schema), head["told"]
