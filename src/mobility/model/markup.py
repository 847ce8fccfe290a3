"""Shapes of KML and GPX files. What such a file refers to (NetworkLink, images, schemas) is not opened."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET
from xml.parsers import expat

import shapely

from mobility.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_REFERS = {"NetworkLink": "is not followed", "GroundOverlay": "is a picture", "PhotoOverlay": "is a picture"}


class Feature(NamedTuple):
    """What a thing of the file is called (or ""), its shape, or in words why it has none."""

    name: str
    shape: shapely.Geometry | None
    fault: str = ""


class _Root(Exception):  # noqa: N818 - found, no error
    """The name of the first element."""


def features(path: Path) -> list[Feature]:
    """Return the things that a KML or GPX file draws, of all its folders.

    Raises InputError, which says no file name, when it is another kind of XML, or none.
    """
    root = root_of(path)
    read = {"kml": _of_kml, "gpx": _of_gpx}.get(root)
    if read is None:
        raise InputError(f"is XML of another kind (<{root[:40]}>), neither KML nor GPX")
    try:
        return list(read(ET.parse(path).getroot()))  # noqa: S314 - `root_of` refuses entities
    except ET.ParseError as error:
        raise InputError(f"is no whole {root.upper()} file ({error})") from None


def root_of(path: Path) -> str:
    """Return the name of the first element of an XML file; raises InputError when there is none, or with a DTD."""

    def found(name: str, _: object) -> None:
        raise _Root(_local(name))

    def refused(*_: object) -> None:
        raise InputError("has a DOCTYPE, which KML and GPX do not have")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.StartDoctypeDeclHandler = found, refused
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except _Root as root:
        return str(root)
    except (expat.ExpatError, LookupError, ValueError) as error:  # LookupError: an encoding unknown
        if isinstance(error, InputError):
            raise
        raise InputError(f"is no whole XML file ({error})") from None
    return ""


def _local(tag: str) -> str:
    return re.split(r"[}:]", tag)[-1]


def _text(element: ET.Element, child: str) -> str:
    found = next((part.text for part in element if _local(part.tag) == child), None)
    return (found or "").strip()


def _of_kml(root: ET.Element) -> Iterator[Feature]:
    for element in root.iter():
        tag = _local(element.tag)
        if tag == "Placemark":
            try:
                parts = list(_kml_shapes(element))
            except (ValueError, IndexError, shapely.errors.ShapelyError):
                yield Feature(_text(element, "name"), None, "has coordinates that cannot be read")
            else:
                yield Feature(_text(element, "name"), _together(parts))
        elif tag in _REFERS:
            yield Feature(_text(element, "name") or tag, None, f"{_REFERS[tag]} ({tag})")


def _kml_shapes(placemark: ET.Element) -> Iterator[shapely.Geometry]:
    left = list(placemark)
    while left:
        element = left.pop()
        match _local(element.tag):
            case "Polygon":
                rings = {"outerBoundaryIs": [], "innerBoundaryIs": []}  # type: dict[str, list[list[tuple[float, ...]]]]
                for side in element:
                    if (found := rings.get(_local(side.tag))) is not None:
                        found += [at for ring in side if (at := _at(ring))]
                yield shapely.Polygon(rings["outerBoundaryIs"][0], rings["innerBoundaryIs"])
            case "Point":
                yield shapely.Point(_at(element)[0])
            case "LineString" | "LinearRing" | "Track":
                if at := _at(element):
                    yield shapely.LineString(at) if len(at) > 1 else shapely.Point(at[0])
            case _:
                left += list(element)


def _at(element: ET.Element) -> list[tuple[float, ...]]:
    """Return the points of an element with coordinates (`21.5,42.0,0 21.6,42.0,0`; a track has one `coord` each)."""
    texts = [part.text or "" for part in element if _local(part.tag) == "coordinates"]
    words = re.sub(r"\s*,\s*", ",", " ".join(texts)).split()
    words += [",".join((part.text or "").split()) for part in element if _local(part.tag) == "coord"]
    points = [tuple(map(float, word.split(",")[:2])) for word in words]
    if any(len(point) != 2 for point in points):  # noqa: PLR2004 - longitude and latitude
        raise ValueError(element.tag)
    return points


def _of_gpx(root: ET.Element) -> Iterator[Feature]:
    for element in root:
        tag, name = _local(element.tag), _text(element, "name")
        if tag in {"wpt", "rte", "trk"}:
            lines = [part for part in element if _local(part.tag) == "trkseg"] if tag == "trk" else [element]
            try:
                yield Feature(name, _together([line for part in lines if (line := _gpx_line(part, tag))]))
            except (ValueError, KeyError, shapely.errors.ShapelyError):
                yield Feature(name, None, "has coordinates that cannot be read")


def _gpx_line(element: ET.Element, tag: str) -> shapely.Geometry | None:
    points = [element] if tag == "wpt" else [part for part in element if _local(part.tag) in {"rtept", "trkpt"}]
    at = [(float(point.attrib["lon"]), float(point.attrib["lat"])) for point in points]
    if not at:
        return None
    return shapely.LineString(at) if len(at) > 1 else shapely.Point(at[0])


def _together(parts: list[shapely.Geometry]) -> shapely.Geometry | None:
    return shapely.GeometryCollection(parts) if len(parts) > 1 else parts[0] if parts else None
