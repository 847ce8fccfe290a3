"""Rows of one's own in a network: places, links and projects, checked like the tables that people correct."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd
import shapely

from mobility.errors import DataError
from mobility.model import frames, tables
from mobility.model.cells import texts
from mobility.model.changes import derive
from mobility.model.checks import check_tables
from mobility.model.files import Identity
from mobility.model.sphere import great_circle_km, reprojected
from mobility.model.tables import Fault, Table
from mobility.vocabulary import MODES, dashed, split

if TYPE_CHECKING:
    from mobility.model.network import Network

Rows: TypeAlias = Mapping[str, Any] | Iterable[Mapping[str, Any]] | pd.DataFrame
Cells: TypeAlias = dict[str, Any]  # one row: text, and perhaps a geometry

DETOUR = 1.2  # length of a link that is not known over the straight line
_NEEDED = ("name", "country", "lat", "lon")  # of the places at the ends of a link
_OWN = "own "  # before the name of a table: where a fault in a row of one's own stands


def add(network: Network, given: Mapping[str, Rows | None]) -> Network:
    """Return the network with rows added to some tables; raises DataError with every fault found.

    Parameters
    ----------
    network
        Whatever is applied to it stays applied; what is closed stays as it is, and new links are open.
    given
        Per table its rows: a dict, several, or a frame, with columns of schema.csv.

    Examples
    --------
    >>> from mobility import Network
    >>> base = {"id": "camp", "name": "Camp", "country": "MK", "kind": "base", "lat": 42.1, "lon": 21.8}
    >>> net = Network.load().add_place(base | {"accuracy_km": 0.1, "source": "estimate: a plan"})
    >>> road = {"id": "camp-road", "from": "camp", "to": "kumanovo", "mode": "road", "corridors": "access"}
    >>> net = net.add_link(road | {"source": "estimate: a plan"})
    >>> net.links.loc["camp-road", ["name", "country", "length_source"]].tolist()
    ['Camp–Kumanovo', 'MK', 'estimate: 1.2 x the straight line']
    >>> float(net.links.at["camp-road", "length_km"])
    9.413
    """
    rows = {name: _cells(new) for name, new in given.items() if new is not None}
    _by_rule(network, rows)
    own = {name: _table(f"{_OWN}{name}", name, new) for name, new in rows.items()}
    for name, table in own.items():
        tables.check_columns(table, network.schema[name])
    _refuse([fault for table in own.values() if table.unread for fault in table.faults])
    _refuse(_faults(network, own))
    return _with(network, own, given)


def _cells(given: Rows) -> list[Cells]:
    """Return rows as text cells and geometries in degrees."""
    if isinstance(given, Mapping):
        given = [given]
    elif isinstance(given, pd.DataFrame):
        frame = given.reset_index() if given.index.name == "id" and "id" not in given.columns else given
        given = (reprojected(frame, frames.CRS) if getattr(frame, "crs", None) else frame).to_dict("records")
    return [{str(column): _cell(value) for column, value in row.items()} for row in given]


def _cell(value: Any) -> Any:  # noqa: ANN401 - what a row of a user holds
    if value is None or isinstance(value, shapely.Geometry):
        return value
    if isinstance(value, list | tuple | set):
        return ";".join(map(str, value))
    return texts(pd.Series([value], dtype=object))[0].strip()


def _by_rule(network: Network, rows: dict[str, list[Cells]]) -> None:
    """Fill cells that nothing was given for, where a rule says what they hold."""
    for row in rows.get("places", ()):
        point = row.pop("geometry", None)
        found = {"lat": str(point.y), "lon": str(point.x)} if isinstance(point, shapely.Point) else {}
        _fill(row, found | {"confidence": "low"})
    places = {row["id"]: row for row in network.places.to_dict("records")}
    places |= {row["id"]: row for row in rows.get("places", ()) if "id" in row}
    for row in rows.get("links", ()):
        _link_by_rule(row, places.get(row.get("from", "")), places.get(row.get("to", "")))
    changes = rows.get("upgrades", [])
    for row in rows.get("projects", ()):
        own = [change for change in changes if change.setdefault("project", row.get("id", "")) == row.get("id", "")]
        _project_by_rule(network, row, own)


def _fill(row: Cells, rule: Cells) -> None:
    row.update({column: value for column, value in rule.items() if not row.get(column)})


def _link_by_rule(row: Cells, start: Cells | None, end: Cells | None) -> None:
    _fill(row, {"status": "open", "length_confidence": "low", "attr_confidence": "low"})
    if start is None or end is None or any(p.get(c) in {None, ""} for p in (start, end) for c in _NEEDED):
        return  # the check says what is missing
    codes = [set(dashed(place["country"])) for place in (start, end)]
    both = codes[0] | codes[1] if row.get("mode") == "sea" else codes[0] & codes[1]
    country = "-".join(sorted(both)) if row.get("mode") == "sea" or len(both) == 1 else ""
    _fill(row, {"name": f"{start['name']}–{end['name']}", "country": country})
    ends = [(float(place["lon"]), float(place["lat"])) for place in (start, end)]
    line = row.get("geometry")
    if row.get("length_km"):
        pass
    elif isinstance(line, shapely.LineString):
        at = shapely.get_coordinates(line)
        km = great_circle_km(*at[:-1].T, *at[1:].T).sum()
        row |= {"length_km": f"{km:.3f}", "length_source": "estimate: length of the line as drawn"}
    else:
        km = DETOUR * great_circle_km(*ends[0], *ends[1])
        row |= {"length_km": f"{km:.3f}", "length_source": f"estimate: {DETOUR:g} x the straight line"}
    row["geometry"] = line if line is not None else shapely.LineString(ends)


def _project_by_rule(network: Network, row: Cells, changes: list[Cells]) -> None:
    _fill(row, {"status": "planned", "confidence": "low"})
    _fill(row, {"upgrades": ";".join(dict.fromkeys(change.get("link", "") for change in changes))})
    named = [*split(row.get("links") or ""), *split(row.get("upgrades") or "")]
    met = [link for link in named if link in network.links.index]
    modes, cells = (set(network.links.loc[met, column]) for column in ("mode", "country"))
    codes = sorted({code for cell in cells for code in dashed(cell)})
    _fill(row, {"mode": ";".join(m for m in MODES if m in modes), "country": "-".join(codes)})
    for change in changes:
        link, attribute = change.get("link"), change.get("attribute")
        known = link in network.links.index and attribute in network.schema["links"]
        today = texts(network.links.loc[[link], attribute])[0] if known else ""
        _fill(change, {"today": today} | {c: row.get(c, "") for c in ("status", "confidence", "source")})


def _table(file: str, name: str, rows: list[Cells]) -> Table:
    """Return rows as a table as read: a column that one row has is there in all."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    cells: dict[str, list[Any]] = {
        c: [row.get(c) if c == "geometry" else row.get(c) or "" for row in rows] for c in columns
    }
    return Table(name, file, cells, list(range(1, len(rows) + 1)))


def _faults(network: Network, own: dict[str, Table]) -> list[Fault]:
    """Return what the new rows make wrong, in themselves and in the network as a whole."""
    alone = "links" not in own and "places" in own  # a place that no link meets yet is no slip
    found = [fault for table in own.values() for fault in table.faults]
    counts = {name: len(getattr(network, name)) for name in own}
    whole = check_tables(_raw(network, own), network.schema, connected=not alone)
    found += [
        Fault(f"{_OWN}{f.file}", f.line - counts[f.file], f.message) if f.line > counts.get(f.file, f.line) else f
        for f in whole
        if f.severity == "fault"
    ]
    mine = [fault for fault in found if fault.file.startswith(_OWN)]
    if mine or not found:
        return mine  # what they make wrong elsewhere follows from it
    before = check_tables(_raw(network, {}), network.schema, connected=not alone)
    return [fault for fault in found if fault not in before]  # what was wrong before (an upgrade built) stays


def _raw(network: Network, own: dict[str, Table]) -> dict[str, Table]:
    """Return the tables of a network as they would be read, rows of one's own last."""
    raw = {}
    for name in tables.TABLES:
        frame, new = getattr(network, name), own.get(name, Table(name, name, {}, []))
        cells = {c: texts(frame[c]) for c in network.schema[name] if c in frame.columns}
        cells |= {"geometry": list(frame.geometry)} if name == "links" else {}
        joined = {c: old + new.columns.get(c, [""] * len(new)) for c, old in cells.items()}
        raw[name] = Table(name, name, joined, list(range(1, len(frame) + len(new) + 1)))
    return raw


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise DataError("", sorted(set(faults)))


def _with(network: Network, own: dict[str, Table], given: Mapping[str, Rows | None]) -> Network:
    """Return the network with rows that were found right."""
    lines = own["links"].columns.get("geometry") if "links" in own else None
    typed = {name: tables.frame(table, network.schema[name]) for name, table in own.items()}
    new: dict[str, pd.DataFrame] = {
        name: pd.concat([getattr(network, name), frame], ignore_index=True)
        for name, frame in typed.items()
        if name not in tables.REQUIRED_TABLES
    }
    if "places" in typed:
        new["places"] = pd.concat([network.places, frames.placed(typed["places"])])
    if "links" in typed:
        linked = frames.linked(typed["links"], np.array(lines, dtype=object), network.places)
        new["links"] = pd.concat([network.links, linked])
    identity = Identity(f"{network.identity.name.removesuffix(' with own rows')} with own rows", "", "")
    base = None if network.base is None else add(network.base, given)
    return derive(replace(network, **new, identity=identity, base=base))
