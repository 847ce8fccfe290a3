"""Rules that tie the tables together: names, sources, lengths, borders, connection. All faults at once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from mobility.model.cells import bad_cells, is_numbers
from mobility.model.drawn import NEAR_KM, tips
from mobility.model.ends import Ends
from mobility.model.names import some
from mobility.model.references import check_ids, check_references, check_sources, note, rows_of
from mobility.model.sphere import great_circle_km
from mobility.vocabulary import MODES, dashed, split

if TYPE_CHECKING:
    from mobility.model.cells import Column
    from mobility.model.tables import Fault, Schema, Table
    from mobility.vocabulary import Array

# A road or line is never shorter than the straight line; 2 % is left for rounding and the sphere.
MIN_DETOUR = 0.98
# A piece apart that holds less of the length of its modes is a slip; a larger one may be an island.
SMALL_PIECE = 0.01
_ALIKE = 0.01  # of their length: links that differ by less may be one way
_FAST = ("motorway", "expressway")
BORDER_KINDS = ("border_crossing", "rail_border")
# No length, speed, wait or capacity is smaller or larger: hours made of them stay finite.
_LEAST, _MOST = 1e-4, 1e9
_DEGREES = {"lat": 90, "lon": 180}
_ABOVE_ZERO = {"length_km", "speed_kmh", "max_speed_kmh", "max_axle_t", "max_gross_t", "max_width_m", "max_height_m"}


def check_tables(tables: dict[str, Table], schema: Schema, *, connected: bool = True) -> list[Fault]:
    """Return every fault and notice of a network, in order of file and line.

    Parameters
    ----------
    tables
        As `files.read` returns them; their own faults are included.
    schema
        As `files.read` returns it.
    connected
        Check that no small piece lies apart.

    Returns
    -------
    list of Fault
        Sorted; `severity` is "fault" or "notice".
    """
    read = {name: table for name, table in tables.items() if not table.unread}
    for table in read.values():
        check_ids(table)
    check_references(read, schema)
    _check_ranges(read, schema)
    if "sources" in read:
        check_sources(read, schema)
    ends = Ends(tables["links"], tables["places"])
    for needs, rule in _RULES.items():  # what one table lacks is no reason to keep silent about the others
        if read.keys() >= set(needs.split()):
            rule(tables, ends)
    if {"links", "projects", "upgrades"} <= read.keys():
        _check_upgrades(tables, schema["links"])
    if connected and {"places", "links"} <= read.keys():
        _check_connection(tables, ends)
    return sorted({f for t in tables.values() for f in t.faults})


def _check_ranges(tables: dict[str, Table], schema: Schema) -> None:
    """Check that degrees are on the globe and that no other number is negative."""
    for name, table in tables.items():
        for column in schema[name].values():
            if column.type not in {"number", "integer"}:
                continue
            cells = table.columns.get(column.name, [])
            if is_numbers(cells):
                odd = np.flatnonzero(_out_of_range(cells, column.name))
                for row in odd.tolist():
                    table.fault(row, _range_of(column.name, table.cell(row, column.name)))
            else:
                known = [cell for cell in {*cells} - {""} if _out_of_range(np.array(float(cell)), column.name)]
                note(table, column.name, {cell: [_range_of(column.name, cell)] for cell in known})


def _out_of_range(values: Array, column: str) -> Array:
    """Return which numbers a column cannot hold: degrees off the globe, what is negative or out of all measure."""
    most = _DEGREES.get(column)
    if most:
        return (values < -most) | (values > most)
    return (values < (_LEAST if column in _ABOVE_ZERO else 0)) | (values > _MOST) | ((values > 0) & (values < _LEAST))


def _range_of(column: str, cell: str) -> str:
    """Return what is wrong with a number that a column cannot hold."""
    most, value = _DEGREES.get(column), float(cell)
    if most:
        return f"{column} {cell} is not between -{most} and {most}"
    if value < 0 or (value == 0 and column in _ABOVE_ZERO):
        return f"{column} {cell} must be {'more than 0' if column in _ABOVE_ZERO else '0 or more'}"
    return f"{column} {cell} is out of all measure ({_LEAST:g} to {_MOST:g})"


def _check_links(tables: dict[str, Table], ends: Ends) -> None:
    """Check lengths against straight lines, and lines against the places that they join."""
    links, places = tables["links"], tables["places"]
    start, end = links.words("from"), links.words("to")
    for row in np.flatnonzero((start == end) & (start != "")).tolist():
        links.fault(row, f"starts and ends at {start[row]!r}")
    placed = ~(places.blank("id") | places.blank("lon") | places.blank("lat"))
    lon, lat, fuzz = (places.numbers(name) for name in ("lon", "lat", "accuracy_km"))
    both = ends.at(placed)
    known = np.flatnonzero((both >= 0).all(axis=0) & (both[0] != both[1]))
    a, b = both[:, known]
    straight = great_circle_km(lon[a], lat[a], lon[b], lat[b])
    least = MIN_DETOUR * straight - np.nan_to_num(fuzz[a]) - np.nan_to_num(fuzz[b])
    for i in np.flatnonzero(links.numbers("length_km")[known] < least):
        length = links.cell(known[i], "length_km")
        links.fault(known[i], f"length_km {length} is shorter than the straight line of {straight[i]:.1f} km")
    if "geometry" not in links.columns:
        return
    lines = np.array(links.columns["geometry"], dtype=object)[known]
    plain = (shapely.get_type_id(lines) == shapely.GeometryType.LINESTRING) & ~shapely.is_empty(lines)
    for i in np.flatnonzero(~plain):
        links.fault(known[i], _no_line(lines[i], links.file))
    at, which = shapely.get_coordinates(lines, return_index=True)
    broken = np.zeros(len(lines), dtype=bool)
    broken[which[~np.isfinite(at).all(axis=1)]] = True
    for i in np.flatnonzero(plain & broken):
        plain[i] = False
        links.fault(known[i], "its line holds coordinates that are no finite numbers; draw it again")
    for side, place, (x, y) in zip(("from", "to"), (a, b), tips(lines), strict=True):
        apart = np.flatnonzero(plain & ((x != lon[place]) | (y != lat[place])))
        off = great_circle_km(x[apart], y[apart], lon[place[apart]], lat[place[apart]])
        for i, km in zip(apart[off > NEAR_KM], off[off > NEAR_KM], strict=True):
            links.fault(known[i], f"its line ends {km:.1f} km from {links.cell(known[i], side)}")


def _check_twins(tables: dict[str, Table], ends: Ends) -> None:
    """Tell of links of one mode between the same places that are as long: one way entered twice fails as one.

    A motorway and the old road beside it, with a name of its own, are two.
    """
    links, known = tables["links"], dict[tuple[Any, ...], list[tuple[int, float]]]()
    fast, named = np.isin(links.words("road_class"), _FAST), links.words("name")
    low, high = np.minimum(*ends.ends), np.maximum(*ends.ends)
    same = np.flatnonzero(pd.Series(low * len(ends.names) + high).duplicated(keep=False))
    lengths, mode = links.numbers("length_km")[same], links.words("mode")[same]
    for row, km, *way in zip(same.tolist(), lengths.tolist(), low[same], high[same], mode, strict=True):
        others = known.setdefault(tuple(way), [])
        for other, length in others:
            beside = fast[row] != fast[other] and named[row] != named[other]
            if abs(km - length) <= _ALIKE * length and not beside:
                both, stated = f"{links.cell(row, 'id')} and {links.cell(other, 'id')}", links.cell(row, "length_km")
                join = f"join the same places by {way[-1]} and are as long ({stated} and {length:g} km)"
                message = f"{both} {join}: one way entered twice, tracks or carriageways of one, or two?"
                links.fault(row, message, "notice")
        others += [(row, km)] if km == km else []  # noqa: PLR0124 - a length that is known


def _no_line(shape: Any, file: str) -> str:  # noqa: ANN401 - a geometry of shapely, or None
    """Return why a shape is no line from place to place."""
    if shape is None:
        return "has no line" + (" in links.geojson" if file.endswith(".csv") else "; draw it")
    if shape.geom_type == "MultiLineString" and not shape.is_empty:
        return f"its line is in {len(shape.geoms)} parts that do not meet end to end; make it one"
    if shape.geom_type == "GeometryCollection" and shape.is_empty:
        return "its geometry cannot be read; draw it again"
    return f"its line is not a plain LineString{f' but a {shape.geom_type}' if not shape.is_empty else ''}"


def _check_borders(tables: dict[str, Table], ends: Ends) -> None:
    """Check that a land link lies in one country that both its ends touch."""
    links, places, borders = tables["links"], tables["places"], tables["borders"]
    kind, lies = places.words("kind"), places.words("country")
    codes_of = {c: split(c.replace("-", ";")) for table in (links, places) for c in table.distinct("country")}
    rules = {(place, mode) for _, place, mode in rows_of(borders, "place", "mode")}
    several = pd.Index(lies).isin([cell for cell in places.distinct("country") if len(codes_of[cell]) > 1])
    border = np.isin(kind, BORDER_KINDS)
    for row in np.flatnonzero(several & ~border & (kind != "junction")).tolist():
        places.fault(row, f"lies in {'-'.join(codes_of[lies[row]])} but is no border_crossing or rail_border")
    at = ends.at()
    rows = np.flatnonzero((links.words("mode") != "sea") & ~links.blank("country") & (at >= 0).all(axis=0))
    at = at[:, rows]
    met: dict[tuple[str, str], set[str]] = defaultdict(set)
    for name, place in zip(("from", "to"), at, strict=True):
        for row in rows[border[place]].tolist():
            met[links.cell(row, name), links.cell(row, "mode")].add(links.cell(row, "country"))
    stray = _strays(links.words("country")[rows], lies[at[0]], lies[at[1]], codes_of)
    for row, both in zip(rows[stray].tolist(), at[:, stray].T, strict=True):
        (a, one), (b, two) = ((places.cell(end, "id"), "-".join(codes_of[lies[end]])) for end in both)
        code = links.cell(row, "country")
        links.fault(row, f"changes country without a border place: it is in {code}, from {a} ({one}) to {b} ({two})")
    for (place, mode), codes in met.items():
        if len(codes) > 1 and (place, mode) not in rules:
            row = places.words("id").tolist().index(place)
            places.fault(row, f"{place!r} has {mode} links of {' and '.join(sorted(codes))} but no row in borders.csv")
    country = dict(zip(places.words("id"), lies, strict=True)) if len(borders) else {}
    for row, place, codes in rows_of(borders, "place", "countries"):
        if place in country and set(split(codes.replace("-", ";"))) != set(codes_of[country[place]]):
            own = "-".join(codes_of[country[place]])
            borders.fault(row, f"countries {codes} differ from those of {place!r} ({own})")


def _strays(code: Array, start: Array, end: Array, codes_of: dict[str, list[str]]) -> Array:
    """Return which links lie in several countries, or in one that an end does not touch; all by their cells."""
    (at, cells), (a, here), (b, there) = map(pd.factorize, (code, start, end))
    alone = np.array([len(codes_of[cell]) == 1 for cell in cells], dtype=bool)
    of_here, of_there = (np.array([[c in codes_of[o] for o in of] for c in cells], bool) for of in (here, there))
    stray: Array = ~(alone[at] & of_here[at, a] & of_there[at, b]) if len(at) else alone
    return stray


def _check_transfers(tables: dict[str, Table], ends: Ends) -> None:
    places, links, at = tables["places"], tables["links"], defaultdict[str, set[str]](set)
    changes = ~places.blank("transfer")
    for end, rows in zip(("from", "to"), ends.at(changes), strict=True):
        for row in np.flatnonzero(rows >= 0).tolist():
            at[links.cell(row, end)].add(links.cell(row, "mode"))
    unsourced = places.blank("transfer_source")
    for row in np.flatnonzero(changes).tolist():
        key, transfer = places.cell(row, "id"), places.cell(row, "transfer")
        for pair in split(transfer):
            if not set(dashed(pair)) <= at[key]:
                places.fault(row, f"transfer {pair} at {key!r}, which has no link of one of these modes")
        if unsourced[row]:
            places.fault(row, "transfer has no transfer_source")
    stated = {name: ~places.blank(name) for name in ("capacity_day", "draught_m", "roro", "roro_berths", "runway_m")}
    for row in np.flatnonzero(np.any([*stated.values()], axis=0) & places.blank("capacity_source")).tolist():
        facts = " and ".join(name for name, there in stated.items() if there[row])
        places.fault(row, f"{facts} stated without capacity_source")


def _check_upgrades(tables: dict[str, Table], columns: dict[str, Column]) -> None:
    links, upgrades = tables["links"], tables["upgrades"]
    row_of = {key: row for row, key in rows_of(links, "id")} if len(upgrades) else {}
    changes = {p: split(cell) for _, p, cell in rows_of(tables["projects"], "id", "upgrades")}
    rows = rows_of(upgrades, "project", "link", "attribute", "today", "after")
    for row, project, link, attribute, today, after in rows:
        if attribute not in columns or attribute in {"id", "from", "to", "mode"}:
            upgrades.fault(row, f"links have no attribute {attribute!r} that can change")
        elif link in row_of:
            value = links.cell(row_of[link], attribute)
            if not _same(value, today):
                upgrades.fault(row, f"today {today!r} differs from {attribute} {value!r} of {link}")
            for _, problem in bad_cells([after], replace(columns[attribute], required=False)):
                upgrades.fault(row, f"after: {problem}")
        if project in changes and link and link not in changes[project]:
            upgrades.fault(row, f"project {project!r} does not list {link!r} among its upgrades")


def _same(a: str, b: str) -> bool:
    try:
        return float(a) == float(b)
    except ValueError:
        return a == b


def _check_stops(tables: dict[str, Table], _: Ends) -> None:
    """Two stops in a row are joined by a link of the mode."""
    stops = tables["corridor_stops"]
    if not len(stops):
        return
    joined = {
        (mode, *ends) for _, mode, a, b in rows_of(tables["links"], "mode", "from", "to") for ends in ((a, b), (b, a))
    }
    before: dict[tuple[str, str, str], tuple[float, str]] = {}
    for row, corridor, branch, mode, order, place in rows_of(stops, "corridor", "branch", "mode", "order", "place"):
        path, number = (corridor, branch, mode), float(order or 0)
        if path in before:
            last, previous = before[path]
            if number <= last:
                stops.fault(row, f"order {order} of {place!r} does not follow {last:.0f}")
            if (mode, previous, place) not in joined:
                stops.fault(row, f"no {mode} link joins {previous!r} and {place!r}")
        before[path] = number, place


def _check_connection(tables: dict[str, Table], ends: Ends) -> None:
    """No small piece lies apart over all links of any status; large ones, and islands among open links, are notices."""
    places, links = tables["places"], tables["links"]
    km, mode = np.nan_to_num(links.numbers("length_km")), links.words("mode")
    whole = {m: float(km[mode == m].sum()) for m in links.distinct("mode")}
    piece, apart = _pieces(ends.places, ends.ends[:, (ends.at() >= 0).all(axis=0)], ends.names)
    starting = defaultdict[int, list[int]](list)
    start = piece[ends.ends[0]]
    for row in np.flatnonzero(np.isin(start, [number for number, _ in apart])).tolist():
        starting[start[row]].append(row)
    first = ends.first()
    for number, nodes in apart:
        rows, names = starting[number], ends.names[nodes].tolist()
        if not rows and len(nodes) == 1:
            places.fault(first[nodes[0]], f"no link meets {names[0]}", "notice")
            continue
        share = km[rows].sum() / max(sum(whole[m] for m in {*mode[rows]}), 1e-9)
        severity = "fault" if share < SMALL_PIECE else "notice"
        places.fault(first[nodes[0]], f"is cut off from the network over all links: {some(names, 8)}", severity)
    is_open = links.words("status") == "open"
    for m in MODES:
        used = ends.ends[:, is_open & (mode == m)]
        for _, nodes in _pieces(used.ravel(), used, ends.names)[1]:
            if first[nodes[0]] >= 0:
                message = f"open {m} links form an island: {some(ends.names[nodes].tolist(), 8)}"
                places.fault(first[nodes[0]], message, "notice")


def _pieces(met: Array, ends: Array, names: Array) -> tuple[Array, list[tuple[int, list[int]]]]:
    """Return the connected pieces of some places.

    Parameters
    ----------
    met
        Numbers of places.
    ends
        Numbers of the places at both ends of links (2 x n), all of them among these.
    names
        The ids of all places by their numbers.

    Returns
    -------
    tuple
        Per number of a place that of its piece (-1: none), and of all pieces but the largest their number and the
        places in them by name, the largest first; of equals the first by name.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    if not len(met):
        return np.full(len(names), -1), []
    links = coo_matrix((np.ones(ends.shape[1], bool), tuple(ends)), shape=(len(names),) * 2)
    piece = np.full(len(names), -1)
    piece[met] = connected_components(links)[1][met]
    nodes = np.flatnonzero(piece >= 0)
    size = np.bincount(piece[nodes])
    main = np.flatnonzero(size == size.max())
    if len(main) > 1:  # the first by name
        main = piece[min(nodes[np.isin(piece[nodes], main)], key=lambda node: names[node])]
    rest = nodes[piece[nodes] != main]
    others = defaultdict[int, list[int]](list)
    for node in rest[np.argsort(names[rest])].tolist():
        others[piece[node]].append(node)
    return piece, sorted(others.items(), key=lambda item: (-len(item[1]), names[item[1][0]]))


# Per rule the tables that it needs.
_RULES = {
    "places links": _check_links,
    "links": _check_twins,
    "places links borders": _check_borders,
    "links places": _check_transfers,
    "links corridor_stops": _check_stops,
}
