"""OpenStreetMap files: XML (plain, gzip, bzip2) and PBF, read in passes and never held whole."""

from __future__ import annotations

import bz2
import gzip
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar
from xml.etree import ElementTree as ET

import numpy as np

from mobility.errors import InputError
from mobility.model.tags import ROAD_CLASSES, plain
from mobility.sources.extract import Node, Way, gather

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from mobility.sources.extract import Array, Extract, Selection

    Step = Callable[[str], None]

T = TypeVar("T")

SUFFIXES = (".osm", ".osm.gz", ".osm.bz2", ".pbf")
_UNSTATED = 1970  # the year that pyosmium gives where a file states none
_EVERY = 200_000  # ways or points between two words of progress
_OPEN: dict[str, Any] = {"gz": gzip.open, "bz2": bz2.open}
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
    ways, nodes, date = (_pbf_ways, _pbf_nodes, _pbf_date) if pbf else (_xml_ways, _xml_nodes, _xml_date)
    try:
        extract = gather(
            _counted(ways(path, selection), "ways", step),
            lambda ids: _counted(nodes(path, ids), "points", step),
            path.name,
        )
        return replace(extract, date=date(path) or extract.date)
    except (ET.ParseError, EOFError, OSError, RuntimeError, ValueError, KeyError) as error:
        reason = plain(str(error))
        raise InputError(f"{path}: is cut short, or no OpenStreetMap file of its ending ({reason})") from None


def _counted(things: Iterable[T], what: str, step: Step) -> Iterator[T]:
    for number, thing in enumerate(things, 1):
        if number % _EVERY == 0:
            step(f"{number:,} {what} read")
        yield thing


def _xml(path: Path, kind: str) -> Iterator[ET.Element]:
    """Iterate over the elements of a kind; what has been seen is forgotten."""
    with _OPEN.get(path.suffix[1:].casefold(), open)(path, "rb") as file:
        events = ET.iterparse(file, ("start", "end"))  # noqa: S314 - expat itself refuses to expand without bounds
        _, root = next(events)
        if root.tag != "osm":
            raise ValueError(f"its root is <{root.tag}>, not <osm>")
        for event, element in events:
            if event == "end" and element.tag in {"node", "way", "relation"}:
                if element.tag == kind and element.get("action") != "delete" and element.get("visible") != "false":
                    yield element
                root.clear()


def _xml_tags(element: ET.Element) -> dict[str, str]:
    return {tag.attrib["k"]: tag.attrib["v"] for tag in element.iter("tag")}


def _xml_ways(path: Path, selection: Selection) -> Iterator[Way]:
    for element in _xml(path, "way"):
        tags = _xml_tags(element)
        if selection.takes(tags):
            refs = [int(nd.attrib["ref"]) for nd in element.iter("nd")]
            yield Way(int(element.attrib["id"]), refs, tags, element.get("timestamp", ""))


def _xml_nodes(path: Path, ids: Array) -> Iterator[Node]:
    wanted = set(ids.tolist())
    for element in _xml(path, "node"):
        key = int(element.attrib["id"])
        if key in wanted:
            position = float(element.attrib["lon"]), float(element.attrib["lat"])
            yield Node(key, *position, place_name(_xml_tags(element)))


def _xml_date(path: Path) -> str:
    """Return the date in the first lines: that of the file, or of Overpass's data."""
    with _OPEN.get(path.suffix[1:].casefold(), open)(path, "rb") as file:
        head = file.read(2000).partition(b"<node")[0].decode(errors="replace")
    found = _DATE.search(head)
    return found[1] if found else ""


def _pbf_ways(path: Path, selection: Selection) -> Iterator[Way]:
    import osmium

    tags = [("highway", f"{road}{ramp}") for road in ROAD_CLASSES for ramp in ("", "_link")]
    tags += [("railway", "rail"), ("route", "ferry"), ("admin_level", "2")]
    reader: Any = osmium.FileProcessor(str(path), osmium.osm.WAY).with_filter(osmium.filter.TagFilter(*tags))
    for way in reader:
        found = {tag.k: tag.v for tag in way.tags}
        if selection.takes(found):
            changed = way.timestamp.isoformat() if way.timestamp.year > _UNSTATED else ""
            yield Way(way.id, [node.ref for node in way.nodes], found, changed)


def _pbf_nodes(path: Path, ids: Array) -> Iterator[Node]:
    import osmium

    part = np.unique(ids >> _BLOCK, return_inverse=True)[1] // _BLOCKS
    for number in np.unique(part):
        wanted = osmium.filter.IdFilter(ids[part == number].tolist())
        reader: Any = osmium.FileProcessor(str(path), osmium.osm.NODE).with_filter(wanted)
        for node in reader:
            where = node.location
            yield Node(node.id, where.lon, where.lat, place_name(node.tags) if len(node.tags) else "")


def _pbf_date(path: Path) -> str:
    import osmium

    with osmium.io.Reader(str(path), osmium.osm.NOTHING) as reader:
        return str(reader.header().get("osmosis_replication_timestamp"))[:10]


def place_name(tags: Any) -> str:  # noqa: ANN401 - a dict, or pyosmium's tag list
    """Return the name of a station or motorway junction, else ""."""
    named = "railway" in tags or tags.get("highway") == "motorway_junction"
    return plain(tags.get("name") or "") if named else ""
