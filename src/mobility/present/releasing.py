"""A release of a network: GeoPackage with QGIS styles, GeoParquet, and their checksums."""

from __future__ import annotations

import hashlib
import io
import sqlite3
import tempfile
import zipfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from mobility.model import folder, parquet
from mobility.model.files import as_geopackage, write_folder
from mobility.present import style

if TYPE_CHECKING:
    from mobility.model.network import Network

CHECKSUMS = "SHA256SUMS"
# GDAL, and so QGIS, sees no table that is not listed beside others without a shape.
_LISTED = """
    INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)
    VALUES ('layer_styles', 'attributes', 'layer_styles', 0)
"""
_STYLE = """
    INSERT INTO layer_styles (
        f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML, useAsDefault,
        description, update_time
    ) VALUES ('', '', ?, 'geom', ?, ?, 1, ?, ?)
"""
_MM = 0.18  # per pixel of the maps' lines
# The same network makes the same bytes, whenever: files in an archive and layers have this date.
_EPOCH, _NO_CLOCK = (1980, 1, 1, 0, 0, 0), "1980-01-01T00:00:00.000Z"
_STYLES = """
    CREATE TABLE layer_styles (
        id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
        f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
        styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30),
        ui TEXT(30), update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now'))
    )
"""


def release(network: Network, path: str | Path) -> None:
    """Write a release of a network to a new folder: two files that `Network.load` reads again, and their checksums.

    Parameters
    ----------
    network
        Its tables are written; a profile, closures and builds are no facts.
    path
        A new or empty folder. It gets NAME-VERSION.gpkg (a layer per table, with styles that QGIS takes),
        NAME-VERSION.parquet.zip (the tables as Parquet, places and links as GeoParquet) and SHA256SUMS. A network
        without a version has the first digits of its checksum instead.

    Raises
    ------
    InputError
        When it cannot be written: the folder holds something, what was set has no column, pyarrow is missing.
    """
    about = network.identity
    name = f"{about.name or 'network'}-{about.version or about.sha256[:8] or 'unversioned'}"
    base = network.base or network
    files = {
        f"{name}.gpkg": styled(as_geopackage(network)),
        f"{name}.parquet.zip": _archive(f"{name}.parquet", parquet.encoded(base) | folder.beside(base)),
    }
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {file}\n" for file, data in files.items())
    write_folder(Path(path), files | {CHECKSUMS: sums.encode()})


def _archive(inside: str, files: dict[str, bytes]) -> bytes:
    """Return files as an archive that unpacks to a folder."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, data in files.items():
            archive.writestr(zipfile.ZipInfo(f"{inside}/{file}", _EPOCH), data)
    return out.getvalue()


def styled(package: bytes) -> bytes:
    """Return a GeoPackage of a network with the styles in which QGIS opens places and links."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "network.gpkg"
        path.write_bytes(package)
        with closing(sqlite3.connect(path)) as base, base:
            base.execute(_STYLES)
            for layer, qml in (("links", links_style()), ("places", places_style())):
                base.execute(_STYLE, (layer, "mobility", qml, f"{layer} of mobility", _NO_CLOCK))
            base.execute(_LISTED)
            base.execute("UPDATE gpkg_contents SET last_change = ?", (_NO_CLOCK,))
        return path.read_bytes()


def links_style() -> str:
    """Return the QML of links: colour says the corridor, dashes the mode, and what is not open is thin."""
    groups = "".join(
        f" WHEN regexp_match(\"corridors\", '(^|; ?)({'|'.join(style.codes_of(group))})(;|$)') THEN '{group}'"
        for group in style.GROUP_COLOURS
        if group != "other"
    )
    of = f"CASE WHEN \"status\" <> 'open' THEN 'not open' ELSE (CASE{groups} ELSE 'other' END) || ' ' || \"mode\" END"
    classes = {}
    for group, colour in style.GROUP_COLOURS.items():
        for mode, line in style.MODES.items():
            width = _MM * line.width * style.GROUP_WIDTHS.get(group, 1)
            look = {"line_color": colour, "line_width": f"{width:.2f}", **_dashes(line.dash)}
            classes[f"{group} {mode}"] = f"{style.GROUP_NAMES[group]}, {line.label}", look
    shut = style.STATUS["planned"]
    look = {"line_color": style.CLOSED_COLOUR, "line_width": f"{_MM * shut.width:.2f}", **_dashes(shut.dash)}
    return _qml(of, "line", "SimpleLine", classes | {"not open": (shut.label, look)})


def places_style() -> str:
    """Return the QML of places: origins, destinations, and the rest."""
    of = "CASE WHEN \"role\" IN ('origin', 'destination') THEN \"role\" ELSE 'other' END"
    looks = {
        "origin": ("origin", style.GAINED_COLOUR, "3"),
        "destination": ("destination", style.LOST_COLOUR, "3"),
        "other": ("other places", style.QUIET_COLOUR, "1.2"),
    }
    classes = {name: (label, {"color": colour, "size": size, "name": "circle", "outline_color": "#FFFFFF"})
               for name, (label, colour, size) in looks.items()}  # fmt: skip
    return _qml(of, "marker", "SimpleMarker", classes)


def _dashes(pixels: str) -> dict[str, str]:
    dashes = ";".join(f"{_MM * float(part):.2f}" for part in pixels.split())
    return {"use_custom_dash": "1", "customdash": dashes, "customdash_unit": "MM"} if dashes else {}


def _qml(of: str, kind: str, drawn: str, classes: dict[str, tuple[str, dict[str, str]]]) -> str:
    """Return a style of QGIS: features classed by an expression, and per class its label and how it is drawn."""
    root = ET.Element("qgis", version="3.22", styleCategories="Symbology")
    renderer = ET.SubElement(root, "renderer-v2", type="categorizedSymbol", attr=of, enableorderby="0")
    categories, symbols = ET.SubElement(renderer, "categories"), ET.SubElement(renderer, "symbols")
    for number, (value, (label, look)) in enumerate(classes.items()):
        ET.SubElement(categories, "category", symbol=str(number), value=value, label=label, render="true")
        symbol = ET.SubElement(symbols, "symbol", type=kind, name=str(number), alpha="1")
        layer = ET.SubElement(symbol, "layer", {"class": drawn, "enabled": "1", "pass": "0", "locked": "0"})
        options = ET.SubElement(layer, "Option", type="Map")
        for key, cell in look.items():
            ET.SubElement(options, "Option", name=key, type="QString", value=_colour(cell))
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(root, encoding="unicode")


def _colour(cell: str) -> str:
    """Return #RRGGBB as QGIS writes it: red, green, blue, opacity; anything else as it is."""
    return ",".join(map(str, [*bytes.fromhex(cell[1:]), 255])) if cell.startswith("#") else cell
