"""Columns of an Arrow stream (its C data interface) as numpy arrays: GDAL and pyarrow give one, neither is needed."""

from __future__ import annotations

import ctypes
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterator

    Array = np.ndarray[Any, Any]

EXACT = 10**15  # whole numbers below are written with all their digits as float64 too
_NUMBERS = {b"g": np.float64, b"l": np.int64, b"i": np.int32, b"s": np.int16}
_TEXTS = {b"u": np.int32, b"U": np.int64}  # by the type of their offsets
_SHAPES = {b"z": np.int32, b"Z": np.int64}
_MASKS = np.frombuffer(b"".join(bytes([255] * at + [0] * (8 - at)) for at in range(9)), np.uint64)
_LINE_END = ord("\n")
_SHORT = 16  # bytes: words of a few kinds (modes, states, classes) are not longer


class UnknownTypeError(ValueError):
    """A column is neither numbers nor text nor shapes: who reads it must do so otherwise."""


class _Schema(ctypes.Structure):
    """What a column is, as https://arrow.apache.org/docs/format/CDataInterface.html has it."""


_Schema._fields_ = [
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_void_p),
    ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.POINTER(ctypes.POINTER(_Schema))),
    ("dictionary", ctypes.c_void_p),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Schema))),
    ("private_data", ctypes.c_void_p),
]


class _Values(ctypes.Structure):
    """The cells of a column, or of a batch of rows."""


_Values._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(_Values))),
    ("dictionary", ctypes.c_void_p),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Values))),
    ("private_data", ctypes.c_void_p),
]


class _Stream(ctypes.Structure):
    """Batches of rows, one after another."""


_Stream._fields_ = [
    ("get_schema", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.POINTER(_Schema))),
    ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.POINTER(_Values))),
    ("get_last_error", ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.POINTER(_Stream))),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Stream))),
    ("private_data", ctypes.c_void_p),
]


def columns(source: Any) -> dict[str, Array]:  # noqa: ANN401 - what has __arrow_c_stream__
    """Return the columns of an Arrow stream.

    Parameters
    ----------
    source
        What has `__arrow_c_stream__`: a reader of pyogrio, a table of pyarrow.

    Returns
    -------
    dict of str to ndarray
        Numbers as float64 (unknown = NaN); text as str without blanks at its ends (unknown = "", bytes that are no
        UTF-8 replaced); bytes are WKB, shapes (unknown = None). Equal words of a column are mostly one object.

    Raises
    ------
    UnknownTypeError
        When a column is anything else, nested or a whole number that float64 does not hold.
    OSError, shapely.errors.ShapelyError
        When the stream breaks off; when a shape is none.
    """
    capsule = source.__arrow_c_stream__()
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    stream = _Stream.from_address(pointer(capsule, b"arrow_array_stream"))  # the capsule releases it at its end
    kinds = _kinds(stream)
    parts: dict[str, list[Array]] = {name: [] for name in kinds}
    shared: dict[str, dict[str, str] | None] = {}
    for batch in _batches(stream):
        if batch.offset or batch.n_children != len(kinds):
            raise UnknownTypeError("rows of a slice")
        for at, (name, kind) in enumerate(kinds.items()):
            values = batch.children[at].contents
            if kind in _NUMBERS:
                parts[name].append(_numbers(values, kind))
            elif kind in _TEXTS:
                parts[name].append(_texts(values, _TEXTS[kind], shared, name))
            else:
                parts[name].append(_shapes(values, _SHAPES[kind]))
    return {name: _whole(parts.pop(name), kind in _NUMBERS) for name, kind in kinds.items()}


def _kinds(stream: _Stream) -> dict[str, bytes]:
    schema = _Schema()
    if stream.get_schema(stream, schema):
        raise OSError(_why(stream))
    try:
        children = [schema.children[at].contents for at in range(schema.n_children)]
        kinds = {child.name.decode(): child.format for child in children}
        odd = [kind for kind in kinds.values() if kind not in _NUMBERS | _TEXTS | _SHAPES]
        if odd or len(kinds) < len(children) or any(child.dictionary for child in children):
            raise UnknownTypeError(f"columns of type {odd}")
        return kinds
    finally:
        schema.release(schema)


def _batches(stream: _Stream) -> Iterator[_Values]:
    while True:
        batch = _Values()
        if stream.get_next(stream, batch):
            raise OSError(_why(stream))
        if not batch.release:  # the end
            return
        try:
            yield batch
        finally:
            batch.release(batch)


def _why(stream: _Stream) -> str:
    return (stream.get_last_error(stream) or b"").decode("utf-8", "replace")


def _whole(parts: list[Array], numbers: bool) -> Array:
    return np.concatenate(parts) if parts else np.array([], dtype=float if numbers else object)


def _buffer(values: _Values, number: int, kind: Any, count: int) -> Array:  # noqa: ANN401 - a type of numpy
    """Return a buffer of a column as it stands in the memory of who made it: to be copied before it is released."""
    size = np.dtype(kind).itemsize * count
    if not size:
        return np.array([], dtype=kind)
    return np.frombuffer((ctypes.c_char * size).from_address(values.buffers[number]), dtype=kind)


def _unknown(values: _Values) -> Array | None:
    """Return which cells are unknown; None when all are known."""
    if not values.null_count or not values.buffers[0]:
        return None
    ends = values.offset + values.length
    bits = np.unpackbits(_buffer(values, 0, np.uint8, (ends + 7) // 8), bitorder="little")
    unknown: Array = bits[values.offset : ends] == 0
    return unknown


def _numbers(values: _Values, kind: bytes) -> Array:
    found = _buffer(values, 1, _NUMBERS[kind], values.offset + values.length)[values.offset :]
    cells, unknown = found.astype(float), _unknown(values)
    if unknown is not None:
        cells[unknown] = np.nan
    if kind != b"g" and (np.abs(np.nan_to_num(cells)) >= EXACT).any():
        raise UnknownTypeError("whole numbers of more digits than a float64 holds")
    return cells


def _bytes(values: _Values, kind: Any) -> tuple[Array, Array]:  # noqa: ANN401 - a type of numpy
    """Return where the cells of a column of text or bytes begin and end, and all their bytes."""
    ends = _buffer(values, 1, kind, values.offset + values.length + 1)[values.offset :]
    first, last = (int(ends[0]), int(ends[-1])) if len(ends) else (0, 0)
    return ends - first, _buffer(values, 2, np.uint8, last)[first:]


def _texts(values: _Values, kind: Any, shared: dict[str, dict[str, str] | None], name: str) -> Array:  # noqa: ANN401
    """Return the words of a column; `shared` holds those of the batches before, None where hardly any repeats."""
    ends, data = _bytes(values, kind)
    unknown = _unknown(values)
    if unknown is not None:  # what may stand in the place of an unknown cell is none of its words
        known = np.repeat(~unknown, np.diff(ends))
        ends, data = np.r_[0, np.cumsum(np.where(unknown, 0, np.diff(ends)))], data[known]
    if not len(data):
        return np.full(values.length, "", dtype=object)
    before = shared.setdefault(name, {})
    if before is not None:
        codes, firsts = _alike(ends, data)
        if 2 * len(firsts) <= len(codes):
            words = (_word(data[ends[at] : ends[at + 1]].tobytes()) for at in firsts.tolist())
            return _objects([before.setdefault(word, word) for word in words])[codes]
        shared[name] = None
    return _objects(_decoded(ends, data))


def _alike(ends: Array, data: Array) -> tuple[Array, Array]:
    """Return numbers of equal words, and for each where it is met first; of long words each has its own."""
    size = np.diff(ends)
    if size.min() == size.max() and (data[size[0] :] == data[: -size[0]]).all():  # all are one word
        return np.zeros(len(size), dtype=int), np.zeros(1, dtype=int)
    wide = -(-int(size.max()) // 8) * 8
    if wide > _SHORT:
        every = np.arange(len(size))
        return every, every
    padded = np.r_[data, np.zeros(wide, np.uint8)]
    cells = np.lib.stride_tricks.sliding_window_view(padded, wide)[ends[:-1]]
    parts = cells.view(np.uint64)
    for at in range(wide // 8):  # what follows a word is not its own
        parts[:, at] &= _MASKS[np.clip(size - 8 * at, 0, 8)]
    codes = size.astype(np.int64)
    for part in parts.T:
        more, words = pd.factorize(part)
        codes, _ = pd.factorize(codes * len(words) + more)
    firsts = np.empty(codes.max() + 1, dtype=int)
    firsts[codes[::-1]] = np.arange(len(codes))[::-1]
    return codes, firsts


def _word(raw: bytes) -> str:
    return raw.decode("utf-8", "replace").strip()


def _decoded(ends: Array, data: Array) -> list[str]:
    """Return the words between some ends in bytes."""
    if _LINE_END in data:
        return [_word(data[a:b].tobytes()) for a, b in pairwise(ends.tolist())]
    lines = np.full(len(data) + len(ends) - 2, _LINE_END, dtype=np.uint8)
    own = np.ones(len(lines), dtype=bool)
    own[ends[1:-1] + np.arange(len(ends) - 2)] = False
    lines[own] = data
    words = lines.tobytes().decode("utf-8", "replace").split("\n")
    some = ends[1:] > ends[:-1]
    edges = data[np.r_[ends[:-1][some], ends[1:][some] - 1]]
    if ((edges <= ord(" ")) | (edges >= 0x80)).any():  # noqa: PLR2004 - a blank of ASCII, or perhaps another
        words = [word.strip() for word in words]
    return words


def _shapes(values: _Values, kind: Any) -> Array:  # noqa: ANN401 - a type of numpy
    """Return the shapes of a column of WKB; unknown is None."""
    ends, data = _bytes(values, kind)
    raw, cuts, unknown = data.tobytes(), ends.tolist(), _unknown(values)
    cells = _objects([raw[a:b] for a, b in pairwise(cuts)])
    if unknown is not None:
        cells[unknown] = None
    return np.asarray(shapely.from_wkb(cells))


def _objects(cells: list[Any]) -> Array:
    found = np.empty(len(cells), dtype=object)
    found[:] = cells
    return found
