"""OpenStreetMap files: XML (plain, gzip, bzip2) and PBF, read in passes and never held whole."""

from __future__ import annotations

import re
import zlib
from array import array
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar
from xml.parsers.expat import ExpatError

import numpy as np

from mobility.errors import InputError
from mobility.model.doors import check_path
from mobility.sources import osm_xml
from mobility.sources.extract import Node, Way
from mobility.sources.gathering import gather
from mobility.sources.marks import POINT_KEYS, SITES, Marks, Relation
from mobility.sources.tags import NODE_KEYS, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from mobility.sources.extract import Extract, Selection
    from mobility.vocabulary import Array

    Step = Callable[[str], None]

T = TypeVar("T")

SUFFIXES = (".osm", ".osm.gz", ".osm.bz2", ".pbf", ".osh", ".osh.gz", ".osh.bz2")
_UNSTATED = 1970  # the year that pyosmium gives where a file states none
_EVERY = 200_000  # ways or points between two words of progress
_DATE = re.compile(r'(?:osm_base|timestamp)="(\d{4}-\d\d-\d\d)')
# pyosmium's filter by id holds a block of 4 MiB for every 2**25 ids in which it has one: this many blocks at a time.
_BLOCK, _BLOCKS = 25, 32


def read(path: Path, selection: Selection, step: Step = lambda _: None) -> Extract:
    """Read a file in two passes: the ways selected, then the points that they need.

    Memory grows with what is selected, not with what is left out.

    Parameters
    ----------
    path
        A file with one of the endings in `SUFFIXES`.
    selection
        Which ways to take.
    step
        Called with a few words now and then.

    Raises
    ------
    InputError
        When the file is missing, cut short or of another kind, or when the library for PBF is not installed.
    """
    name = path.name.casefold()
    check_path(path, f"there is no file {path}")
    if not path.is_file():
        raise InputError(f"there is no file {path}")
    if not name.endswith(SUFFIXES):
        raise InputError(f"{path}: an OpenStreetMap file ends in {', '.join(SUFFIXES)}")
    pbf = name.endswith(".pbf")
    if pbf:
        try:
            import osmium  # noqa: F401
        except ImportError:
            raise InputError(f"{path}: to read PBF, install pyosmium: pip install 'mobility[pbf]'") from None
    source: _Xml | _Pbf = _Pbf(path, selection) if pbf else _Xml(path, selection)
    try:
        if source.marks.asked:
            source.marks.read(source.relations())
        extract = gather(
            _counted(source.ways(), "ways", step),
            lambda ids: _counted(source.nodes(ids), "points", step),
            path.name,
            selection,
        )
        turns = np.isin(np.array(source.turns, dtype=np.int64).reshape(-1, 2), extract.way).all(axis=1).sum()
        marks = source.marks
        date = source.date() or extract.date
        return replace(extract, date=date, turns=int(turns), relations=marks.relations, points=marks.points)
    except (ExpatError, EOFError, OSError, RuntimeError, ValueError, LookupError, zlib.error) as error:
        reason = plain(str(error))
        raise InputError(f"{path}: is cut short, or no OpenStreetMap file of its ending ({reason})") from None


def _counted(things: Iterable[T], what: str, step: Step) -> Iterator[T]:
    for number, thing in enumerate(things, 1):
        if number % _EVERY == 0:
            step(f"{number:,} {what} read")
        yield thing


def _degrees(text: str) -> float:
    """Return a coordinate; what is no number is nowhere, as a point off the globe is, and does not cost the file."""
    try:
        return float(text)
    except ValueError:
        return np.nan


class _Source:
    """A file: relations of borders and sites are read first, then what its ways say, then the points.

    `turns` holds from and to of turn restrictions.
    """

    def __init__(self, path: Path, selection: Selection) -> None:
        self.path, self.selection = path, selection
        self.taken: set[int] = set()
        self.marks = Marks(selection)
        self.turns = array("q")

    def way(
        self, key: int, refs: Callable[[], list[int]], tags: dict[str, str], said: tuple[str, int, bool]
    ) -> list[Way]:
        """Return a way that is taken, or that supersedes one that was; of others nothing is kept."""
        changed, version, gone = said
        tags |= self.marks.outline.get(key, {})
        if not gone and self.selection.roles(tags):
            self.taken.add(key)
            return [Way(key, refs(), tags, changed, version)]
        return [Way(key, [], {}, changed, version, gone=True)] if key in self.taken else []

    def turn(self, tags: Any, members: Iterable[tuple[str, int]]) -> None:  # noqa: ANN401 - a dict, or pyosmium's
        """Keep the ends of a turn restriction between ways that are taken: of several, the first that are."""
        if tags.get("type") == "restriction":
            ends = [(role, key) for role, key in members if key in self.taken]
            first = [next((key for role, key in ends if role == end), None) for end in ("from", "to")]
            self.turns.extend(first if None not in first else ())  # type: ignore[arg-type]


class _Xml(_Source):
    def relations(self) -> Iterator[Relation]:
        for thing in osm_xml.relations(self.path):
            parts = thing.parts if self.marks.takes(thing.tags) else []
            members = [(p.get("type", "")[:1], int(p["ref"]), p.get("role", "")) for p in parts]
            yield Relation(int(thing.attributes["id"]), thing.tags, members, thing.version, thing.gone)

    def ways(self) -> Iterator[Way]:
        for thing in osm_xml.things(self.path):
            if thing.kind == "way":
                said = thing.attributes.get("timestamp", ""), thing.version, thing.gone
                refs = lambda parts=thing.parts: [int(part["ref"]) for part in parts]  # noqa: E731
                yield from self.way(int(thing.attributes["id"]), refs, thing.tags, said)
            elif thing.kind == "relation" and not thing.gone:
                ways = [part for part in thing.parts if part.get("type") == "way"]
                self.turn(thing.tags, ((part.get("role", ""), int(part["ref"])) for part in ways))

    def nodes(self, ids: Array) -> Iterator[Node]:
        wanted = set(ids.tolist())
        for thing in osm_xml.things(self.path):
            key = int(thing.attributes["id"]) if thing.kind == "node" else 0
            needed, heeded = key in wanted, self.marks.heeds(key, thing.tags)
            if thing.kind != "node" or not (needed or heeded):
                continue
            lon, lat = (_degrees(thing.attributes.get(name, "")) for name in ("lon", "lat"))
            node = Node(key, lon, lat, thing.tags, thing.version, thing.gone)
            if heeded:
                self.marks.point(node)
            if needed:
                yield node._replace(tags={k: thing.tags[k] for k in NODE_KEYS if k in thing.tags})

    def date(self) -> str:
        """Return the date in the first lines: that of the file, or of Overpass's data."""
        found = _DATE.search(osm_xml.head(self.path).partition(b"<node")[0].decode(errors="replace"))
        return found[1] if found else ""


class _Pbf(_Source):
    def relations(self) -> Iterator[Relation]:
        import osmium

        chosen = osmium.filter.TagFilter(("admin_level", "2"), *SITES)
        for thing in self._reader("RELATION", only=chosen)[0]:
            tags = {tag.k: tag.v for tag in thing.tags}
            parts = thing.members if self.marks.takes(tags) else []
            members = [(part.type, part.ref, part.role) for part in parts]
            yield Relation(thing.id, tags, members, thing.version, thing.deleted)

    def ways(self) -> Iterator[Way]:
        import osmium

        tags = [("highway", f"{road}{ramp}") for road in self.selection.roads for ramp in ("", "_link")]
        tags += [("railway", "rail"), ("route", "ferry"), ("admin_level", "2"), ("type", "restriction")]
        tags += [*SITES] if self.selection.sites else []
        reader, every = self._reader("WAY", "RELATION", only=osmium.filter.TagFilter(*tags))
        for thing in reader:
            if thing.is_relation():
                if thing.visible:
                    self.turn(thing.tags, ((part.role, part.ref) for part in thing.members if part.type == "w"))
                continue
            yield from self._way(thing)
        others = np.array([] if every else sorted(self.marks.outline.keys() - self.taken), dtype=np.int64)
        yield from (way for thing in self._by_id(others, "WAY") for way in self._way(thing))

    def nodes(self, ids: Array) -> Iterator[Node]:
        import osmium

        if self.marks.asked:
            for node in self._reader("NODE", only=osmium.filter.KeyFilter(*POINT_KEYS))[0]:
                self.marks.point(self._node(node)._replace(tags={tag.k: tag.v for tag in node.tags}))
        yield from map(self._node, self._by_id(ids, "NODE"))

    def _reader(self, *kinds: str, only: Any = None) -> tuple[Any, bool]:  # noqa: ANN401 - a filter of pyosmium
        """Return what there is of some kinds, and whether the filter was left out.

        Of a file with history everything is looked at: a deleted version has no tags.
        """
        import osmium

        which = osmium.osm.NOTHING
        for kind in kinds:
            which |= getattr(osmium.osm, kind)
        reader: Any = osmium.FileProcessor(str(self.path), which)
        every = only is None or reader.header.has_multiple_object_versions or ".osh" in self.path.name.casefold()
        return (reader if every else reader.with_filter(only)), every

    def _by_id(self, ids: Array, kind: str) -> Iterator[Any]:
        """Iterate over the points or ways with some ids (sorted)."""
        import osmium

        if len(ids) and ids[0] < 0:  # of an editor: the filter by id knows none below 0
            wanted = set(ids.tolist())
            yield from (thing for thing in self._reader(kind)[0] if thing.id in wanted)
            return
        part = np.unique(ids >> _BLOCK, return_inverse=True)[1] // _BLOCKS
        for number in np.unique(part):
            chosen = osmium.filter.IdFilter(ids[part == number].tolist())
            yield from osmium.FileProcessor(str(self.path), getattr(osmium.osm, kind)).with_filter(chosen)

    def _way(self, thing: Any) -> list[Way]:  # noqa: ANN401 - of pyosmium
        changed = thing.timestamp.isoformat() if thing.timestamp.year > _UNSTATED else ""
        refs = lambda nodes=thing.nodes: [node.ref for node in nodes]  # noqa: E731
        return self.way(thing.id, refs, {tag.k: tag.v for tag in thing.tags}, (changed, thing.version, thing.deleted))

    @staticmethod
    def _node(node: Any) -> Node:  # noqa: ANN401 - of pyosmium
        where = node.location
        tags = {key: node.tags[key] for key in NODE_KEYS if key in node.tags} if len(node.tags) else {}
        return Node(node.id, where.lon_without_check(), where.lat_without_check(), tags, node.version, node.deleted)

    def date(self) -> str:
        import osmium

        with osmium.io.Reader(str(self.path), osmium.osm.NOTHING) as reader:
            return str(reader.header().get("osmosis_replication_timestamp"))[:10]
