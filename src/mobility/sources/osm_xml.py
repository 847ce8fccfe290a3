"""OpenStreetMap XML, plain or compressed, read piece by piece within bounds of time and memory."""

from __future__ import annotations

import bz2
import gzip
from typing import IO, TYPE_CHECKING, Any, NamedTuple
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_OPEN: dict[str, Any] = {"gz": gzip.GzipFile, "bz2": bz2.BZ2File}
_PIECE = 1 << 16
_TOKEN = 1 << 18  # bytes of one tag with its attributes: OpenStreetMap allows 255 letters each
_PARTS = 50_000  # points, tags or members of one thing: OpenStreetMap allows 2,000 points, 32,000 members
_RATIO, _SMALL = 200, 1 << 25  # bytes out of one byte of a compressed file, once there are this many
_THINGS = {"node", "way", "relation"}


class Thing(NamedTuple):
    """A node, way or relation: its attributes, its tags, and the attributes of what it refers to."""

    kind: str
    attributes: dict[str, str]
    tags: dict[str, str]
    parts: list[dict[str, str]]

    @property
    def gone(self) -> bool:
        """Whether this version is deleted: in a history file, or in an editor."""
        return self.attributes.get("visible") == "false" or self.attributes.get("action") == "delete"

    @property
    def version(self) -> int:
        """The number of this version; 0 = not said."""
        said = self.attributes.get("version", "")
        return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0  # noqa: PLR2004


def things(path: Path) -> Iterator[Thing]:
    """Iterate over the things of a file, in its order; nothing is kept.

    Raises ValueError, OSError, EOFError or ExpatError when it is no such file, cut short or out of bounds.
    """
    yield from _parsed(path)


def relations(path: Path) -> Iterator[Thing]:
    """Iterate over the relations of a file; nothing is parsed before the first.

    One may come twice. Raises as `things` does.
    """
    try:
        yield from _relations(_parsed(path, b"" if b"\0" in head(path) else b"<relation"))  # not: letters of two bytes
    except (expat.ExpatError, ValueError):  # it stood in a comment, or in another encoding
        yield from _relations(things(path))


def _relations(every: Iterator[Thing]) -> Iterator[Thing]:
    return (thing for thing in every if thing.kind == "relation")


def _parsed(path: Path, since: bytes = b"") -> Iterator[Thing]:
    parser, found = expat.ParserCreate(), _Found()
    parser.StartElementHandler, parser.EndElementHandler = found.start, found.end
    with path.open("rb") as raw:
        read = 0
        for piece in _since(_pieces(path, raw), since) if since else _pieces(path, raw):
            parser.Parse(piece, False)  # noqa: FBT003
            read += len(piece)
            if read - max(parser.CurrentByteIndex, 0) > _TOKEN:
                raise ValueError(f"a tag in it is longer than {_TOKEN:,} bytes")
            yield from found.take()
        parser.Parse(b"", True)  # noqa: FBT003
        yield from found.take()


def head(path: Path, size: int = 2000) -> bytes:
    """Return the first bytes of a file, uncompressed."""
    with path.open("rb") as raw:
        return bytes(_opened(path, raw).read(size))


def _since(pieces: Iterator[bytes], tag: bytes) -> Iterator[bytes]:
    """Iterate over pieces from where a tag first stands on, as a document of its own."""
    rest = b""
    for piece in pieces:
        rest = rest[-len(tag) :] + piece
        if tag in rest:
            yield b"<osm>" + rest[rest.index(tag) :]
            yield from pieces
            return
    yield b"<osm/>"


def _opened(path: Path, raw: IO[bytes]) -> Any:  # noqa: ANN401 - a file of one of three kinds
    opener = _OPEN.get(path.suffix[1:].casefold())
    return opener(raw) if opener is bz2.BZ2File else opener(fileobj=raw) if opener else raw


def _pieces(path: Path, raw: IO[bytes]) -> Iterator[bytes]:
    """Iterate over a file's bytes; a file that swells beyond measure is refused."""
    source, read = _opened(path, raw), 0
    while piece := source.read(_PIECE):
        read += len(piece)
        if read > _SMALL and read > _RATIO * raw.tell():
            raise ValueError(f"it unpacks to more than {_RATIO} times its size")
        yield piece


class _Found:
    """Collects what the parser meets."""

    def __init__(self) -> None:
        self.depth = 0
        self.now: Thing | None = None
        self.done: list[Thing] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self.depth == 0 and name != "osm":
            raise ValueError(f"its root is <{name}>, not <osm>")
        self.depth += 1
        if self.now is None:
            self.now = Thing(name, attributes, {}, []) if name in _THINGS else None
        elif name == "tag":
            if missing := {"k", "v"} - attributes.keys():
                thing = f"{self.now.kind} {self.now.attributes.get('id')}"
                raise ValueError(f"{thing} has a tag without {' and '.join(sorted(missing))}")
            self.now.tags[attributes["k"]] = attributes["v"]
        elif name in {"nd", "member"}:
            self.now.parts.append(attributes)
        if self.now is not None and len(self.now.tags) + len(self.now.parts) > _PARTS:
            raise ValueError(f"{self.now.kind} {self.now.attributes.get('id')} has more than {_PARTS:,} parts")

    def end(self, name: str) -> None:
        self.depth -= 1
        if self.now is not None and name == self.now.kind:
            self.done.append(self.now)
            self.now = None

    def take(self) -> list[Thing]:
        done, self.done = self.done, []
        return done
