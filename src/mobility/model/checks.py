"""Rules that tie the tables together: names, sources, lengths, borders, connection. All faults at once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from mobility.model.drawn import NEAR_KM
from mobility.model.names import some
from mobility.model.references import check_ids, check_references, check_sources, note, rows_of
from mobility.model.sphere import great_circle_km
from mobility.model.tables import bad_cells
from mobility.vocabulary import MODES, dashed, split

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mobility.model.tables import Column, Fault, Schema, Table

# A road or line is never shorter than the straight line; 2 % is left for rounding and the sphere.
MIN_DETOUR = 0.98
# A piece apart that holds less of the length of its modes is a slip; a larger one may be an island.
SMALL_PIECE = 0.01
_ALIKE = 0.01  # of their length: links that differ by less may be one way
BORDER_KINDS = ("border_crossing", "rail_border")
# No length, speed, wait or capacity is smaller or larger: hours made of them stay finite.
_LEAST, _MOST = 1e-4, 1e9
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
    for needs, rule in _RULES.items():  # what one table lacks is no reason to keep silent about the others
        if read.keys() >= set(needs.split()):
            rule(tables)
    if {"links", "projects", "upgrades"} <= read.keys():
        _check_upgrades(tables, schema["links"])
    if connected and {"places", "links"} <= read.keys():
        _check_connection(tables)
    return sorted({f for t in tables.values() for f in t.faults})


def _check_ranges(tables: dict[str, Table], schema: Schema) -> None:
    """Check that degrees are on the globe and that no other number is negative."""
    for name, table in tables.items():
        for column in schema[name].values():
            if column.type not in {"number", "integer"}:
                continue
            most = {"lat": 90, "lon": 180}.get(column.name)
            problems: dict[str, list[str]] = {}
            for cell in {*table.columns.get(column.name, [])} - {""}:
                value = float(cell)
                if most and not -most <= value <= most:
                    problems[cell] = [f"{column.name} {cell} is not between -{most} and {most}"]
                elif not most and (value < 0 or (value == 0 and column.name in _ABOVE_ZERO)):
                    least = "more than 0" if column.name in _ABOVE_ZERO else "0 or more"
                    problems[cell] = [f"{column.name} {cell} must be {least}"]
                elif not most and value and not _LEAST <= value <= _MOST:
                    problems[cell] = [f"{column.name} {cell} is out of all measure ({_LEAST:g} to {_MOST:g})"]
            note(table, column.name, problems)


def _check_links(tables: dict[str, Table]) -> None:
    """Check lengths against straight lines, and lines against the places that they join."""
    links, places = tables["links"], tables["places"]
    for row, start, end in rows_of(links, "from", "to"):
        if start == end and start:
            links.fault(row, f"starts and ends at {start!r}")
    where = {key: row for row, key, lon, lat in rows_of(places, "id", "lon", "lat") if key and lon and lat}
    lon, lat, fuzz = (_numbers(places, name) for name in ("lon", "lat", "accuracy_km"))
    ends = np.array([[where.get(key, -1) for _, key in rows_of(links, end)] for end in ("from", "to")], dtype=int)
    known = np.flatnonzero((ends >= 0).all(axis=0) & (ends[0] != ends[1]))
    a, b = ends[:, known]
    straight = great_circle_km(lon[a], lat[a], lon[b], lat[b])
    least = MIN_DETOUR * straight - np.nan_to_num(fuzz[a]) - np.nan_to_num(fuzz[b])
    for i in np.flatnonzero(_numbers(links, "length_km")[known] < least):
        length = links.columns["length_km"][known[i]]
        links.fault(known[i], f"length_km {length} is shorter than the straight line of {straight[i]:.1f} km")
    if "geometry" not in links.columns:
        return
    lines = np.array(links.columns["geometry"], dtype=object)[known]
    plain = (shapely.get_type_id(lines) == shapely.GeometryType.LINESTRING) & ~shapely.is_empty(lines)
    for i in np.flatnonzero(~plain):
        links.fault(known[i], _no_line(lines[i], links.file))
    at, which = shapely.get_coordinates(lines, return_index=True)
    for i in np.intersect1d(which[~np.isfinite(at).all(axis=1)], np.flatnonzero(plain)):
        plain[i] = False
        links.fault(known[i], "its line holds coordinates that are no finite numbers; draw it again")
    for at, (end, place) in zip((0, -1), (("from", a), ("to", b)), strict=True):
        point = shapely.get_point(lines, at)
        with np.errstate(invalid="ignore"):  # of lines told of above
            off = great_circle_km(shapely.get_x(point), shapely.get_y(point), lon[place], lat[place])
        for i in np.flatnonzero(plain & (off > NEAR_KM)):
            links.fault(known[i], f"its line ends {off[i]:.1f} km from {links.columns[end][known[i]]}")


def _check_twins(tables: dict[str, Table]) -> None:
    """Tell of links of one mode between the same places that are as long: one way entered twice fails as one."""
    links, known = tables["links"], dict[tuple[str, str, str], list[tuple[str, float]]]()
    for row, key, a, b, mode, km in rows_of(links, "id", "from", "to", "mode", "length_km"):
        others = known.setdefault((min(a, b), max(a, b), mode), [])
        for other, length in others if km else ():
            if abs(float(km) - length) <= _ALIKE * length:
                ends = f"{key} and {other} join the same places by {mode} and are as long ({km} and {length:g} km)"
                links.fault(row, f"{ends}: one way entered twice, tracks or carriageways of one, or two?", "notice")
        others += [(key, float(km))] if km else []


def _no_line(shape: Any, file: str) -> str:  # noqa: ANN401 - a geometry of shapely, or None
    """Return why a shape is no line from place to place."""
    if shape is None:
        return "has no line" + (" in links.geojson" if file.endswith(".csv") else "; draw it")
    if shape.geom_type == "MultiLineString" and not shape.is_empty:
        return f"its line is in {len(shape.geoms)} parts that do not meet end to end; make it one"
    if shape.geom_type == "GeometryCollection" and shape.is_empty:
        return "its geometry cannot be read; draw it again"
    return f"its line is not a plain LineString{f' but a {shape.geom_type}' if not shape.is_empty else ''}"


def _numbers(table: Table, column: str) -> np.ndarray[Any, Any]:
    """Return a column as numbers; unknown is NaN."""
    return np.array([float(cell or "nan") for _, cell in rows_of(table, column)], dtype=float)


def _check_borders(tables: dict[str, Table]) -> None:  # noqa: C901 - one rule, four ways to break it
    """Check that a land link lies in one country that both its ends touch."""
    links, borders = tables["links"], tables["borders"]
    kind = {key: k for _, key, k in rows_of(tables["places"], "id", "kind")}
    codes_of = {c: split(c.replace("-", ";")) for t in (links, tables["places"]) for _, c in rows_of(t, "country")}
    country = {key: codes_of[c] for _, key, c in rows_of(tables["places"], "id", "country")}
    rules = {(place, mode) for _, place, mode in rows_of(borders, "place", "mode")}
    for row, key in rows_of(tables["places"], "id"):
        if len(country[key]) > 1 and kind[key] not in BORDER_KINDS and kind[key] != "junction":
            tables["places"].fault(row, f"lies in {'-'.join(country[key])} but is no border_crossing or rail_border")
    met: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row, start, end, mode, code in rows_of(links, "from", "to", "mode", "country"):
        if mode == "sea" or not code or start not in country or end not in country:
            continue
        for place in (start, end):
            if kind[place] in BORDER_KINDS:
                met[place, mode].add(code)
        if len(codes_of[code]) > 1 or code not in country[start] or code not in country[end]:
            a, b = "-".join(country[start]), "-".join(country[end])
            links.fault(
                row, f"changes country without a border place: it is in {code}, from {start} ({a}) to {end} ({b})"
            )
    for (place, mode), codes in met.items():
        if len(codes) > 1 and (place, mode) not in rules:
            row = tables["places"].columns["id"].index(place)
            tables["places"].fault(
                row, f"{place!r} has {mode} links of {' and '.join(sorted(codes))} but no row in borders.csv"
            )
    for row, place, codes in rows_of(borders, "place", "countries"):
        if place in country and set(split(codes.replace("-", ";"))) != set(country[place]):
            borders.fault(row, f"countries {codes} differ from those of {place!r} ({'-'.join(country[place])})")


def _check_transfers(tables: dict[str, Table]) -> None:
    places, at = tables["places"], defaultdict(set)
    for _, start, end, mode in rows_of(tables["links"], "from", "to", "mode"):
        at[start].add(mode)
        at[end].add(mode)
    for row, key, transfer, source in rows_of(places, "id", "transfer", "transfer_source"):
        for pair in split(transfer) if transfer else ():
            if not set(dashed(pair)) <= at[key]:
                places.fault(row, f"transfer {pair} at {key!r}, which has no link of one of these modes")
        if transfer and not source:
            places.fault(row, "transfer has no transfer_source")
    facts = ("capacity_day", "draught_m", "roro", "roro_berths", "runway_m")
    for row, source, *cells in rows_of(places, "capacity_source", *facts):
        stated = [name for name, cell in zip(facts, cells, strict=True) if cell]
        if stated and not source:
            places.fault(row, f"{' and '.join(stated)} stated without capacity_source")


def _check_upgrades(tables: dict[str, Table], columns: dict[str, Column]) -> None:
    links, upgrades = tables["links"], tables["upgrades"]
    row_of = {key: row for row, key in rows_of(links, "id")}
    changes = {p: split(cell) for _, p, cell in rows_of(tables["projects"], "id", "upgrades")}
    rows = rows_of(upgrades, "project", "link", "attribute", "today", "after")
    for row, project, link, attribute, today, after in rows:
        if attribute not in columns or attribute in {"id", "from", "to", "mode"}:
            upgrades.fault(row, f"links have no attribute {attribute!r} that can change")
        elif link in row_of:
            value = links.columns.get(attribute, [""] * len(links))[row_of[link]]
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


def _check_stops(tables: dict[str, Table]) -> None:
    """Two stops in a row are joined by a link of the mode."""
    stops = tables["corridor_stops"]
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


def _check_connection(tables: dict[str, Table]) -> None:
    """No small piece lies apart over all links of any status; large ones, and islands among open links, are notices."""
    places, links = tables["places"], tables["links"]
    rows = rows_of(links, "from", "to", "mode", "status", "length_km")
    ends = [(s, e, m, status, float(km or 0)) for _, s, e, m, status, km in rows]
    first = {key: row for row, key in reversed(list(rows_of(places, "id")))}
    pieces = _pieces(first, [end[:2] for end in ends])
    piece_of = {place: number for number, piece in enumerate(pieces) for place in piece}
    held: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    whole: dict[str, float] = defaultdict(float)
    for start, _, mode, _, km in ends:
        whole[mode] += km
        held[piece_of.get(start, -1)][mode] += km
    for number, piece in enumerate(pieces[1:], 1):
        if not held[number] and len(piece) == 1:
            places.fault(first[piece[0]], f"no link meets {piece[0]}", "notice")
            continue
        share = sum(held[number].values()) / max(sum(whole[mode] for mode in held[number]), 1e-9)
        severity = "fault" if share < SMALL_PIECE else "notice"
        places.fault(first[piece[0]], f"is cut off from the network over all links: {some(piece, 8)}", severity)
    for mode in MODES:
        used = [(s, e) for s, e, m, status, _ in ends if m == mode and status == "open"]
        for piece in _pieces({p for pair in used for p in pair}, used)[1:]:
            if piece[0] in first:
                places.fault(first[piece[0]], f"open {mode} links form an island: {some(piece, 8)}", "notice")


def _pieces(nodes: Iterable[str], pairs: list[tuple[str, str]]) -> list[list[str]]:
    """Return the connected pieces, the largest first, each sorted."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    number = {node: i for i, node in enumerate(nodes)}
    known = [(number[a], number[b]) for a, b in pairs if a in number and b in number]
    ends = np.array(known, dtype=int).reshape(-1, 2).T
    _, label = connected_components(coo_matrix((np.ones(len(known)), tuple(ends)), shape=(len(number),) * 2))
    pieces = defaultdict(list)
    for node, piece in zip(number, label.tolist(), strict=True):
        pieces[piece].append(node)
    return sorted((sorted(p) for p in pieces.values()), key=lambda p: (-len(p), p))


# Per rule the tables that it needs.
_RULES = {
    "places links": _check_links,
    "links": _check_twins,
    "places links borders": _check_borders,
    "links places": _check_transfers,
    "links corridor_stops": _check_stops,
}
