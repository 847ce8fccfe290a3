"""Rules that tie the tables together: names, sources, lengths, borders, connection. All faults at once."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
import shapely

from mobility.model.names import fold, some
from mobility.model.tables import bad_cells, split

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mobility.model.tables import Column, Fault, Table

EARTH_KM = 6371.0088
# A road or line is never shorter than the straight line; 2 % is left for rounding and the sphere.
MIN_DETOUR = 0.98
# How far a line may end from its place, in km.
END_TOLERANCE_KM = 0.5
# A piece apart that holds less of the length of its modes is a slip; a larger one may be an island.
SMALL_PIECE = 0.01
BORDER_KINDS = ("border_crossing", "rail_border")
WAYS = ("road", "rail", "sea")
# What names a row, where it is not `id`.
_KEYS = {
    "borders": ("place", "mode"),
    "countries": ("iso2",),
    "corridors": ("code",),
    "upgrades": ("project", "link", "attribute"),
}
_ABOVE_ZERO = {"length_km", "speed_kmh", "max_speed_kmh", "max_axle_t", "max_gross_t", "max_width_m", "max_height_m"}

# Copies of other people's pages: the original is to be cited. Matched anywhere in the host name.
_MIRRORS = re.compile(
    r"wikizero|wikiwand|wiki\.li|zxc\.wiki|mgwiki|wikial|ipfs|dweb\.link|alchetron|profilpelajar|wikijtr|wikijii|"
    r"worddisk|wikiclassic|enwikipedia|uncensored-wiki|jakami|kampuspedia|knowledgr|infosekolah|polpedia|docslib|"
    r"riteme|owiki|wiki-data|nina\.az|fonk\.bid|memim|qa\.edu|jampackinterhk|n2ygfcw2j|dnhewrhegkli|"
    r"ddns\.net|enow\.com|wow\.com|wikimili|wiki2|everybodywiki|xn--b1aeclack5b4j|vibewire|"
    r"web\.archive\.org|translate\.goog|webcache"
)
_WORKING_PAPER = re.compile(r"\b(dossiers?|working notes?|mirrors?|cx|c8)\b", re.IGNORECASE)


def great_circle_km(lon1: Any, lat1: Any, lon2: Any, lat2: Any) -> Any:  # noqa: ANN401 - numbers or arrays
    """Return the distance over the sphere in km, elementwise (haversine)."""
    lon1, lat1, lon2, lat2 = map(np.radians, (lon1, lat1, lon2, lat2))
    h = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * np.arcsin(np.sqrt(h))


def check_tables(tables: dict[str, Table], schema: dict[str, dict[str, Column]]) -> list[Fault]:
    """Return every fault and notice of a network, in order of file and line.

    Parameters
    ----------
    tables
        As `read_tables` returns them; their own faults are included.
    schema
        As `read_schema` returns it.

    Returns
    -------
    list of Fault
        Sorted; `severity` is "fault" or "notice".
    """
    if not any(table.unread for table in tables.values()):
        for table in tables.values():
            _check_ids(table)
        _check_references(tables, schema)
        _check_sources(tables, schema)
        _check_ranges(tables, schema)
        _check_links(tables)
        _check_borders(tables)
        _check_transfers(tables)
        _check_upgrades(tables, schema["links"])
        _check_stops(tables)
        _check_connection(tables)
    return sorted({f for t in tables.values() for f in t.faults})


def _rows(table: Table, *names: str) -> Iterable[tuple[Any, ...]]:
    """Iterate (row number, cell, cell, ...) over the named columns; absent columns are empty."""
    empty = [""] * len(table)
    return zip(range(len(table)), *(table.columns.get(n, empty) for n in names), strict=True)


def _note(table: Table, column: str, problems: dict[str, list[str]]) -> None:
    """Note what is wrong with cells of a column, at every row that has them."""
    if any(problems.values()):
        for row, cell in _rows(table, column):
            for problem in problems.get(cell, ()):
                table.fault(row, problem)


def _check_ids(table: Table) -> None:
    """Check that keys are used once, and differ by more than case, accents and dashes."""
    seen: dict[str, int] = {}
    columns = _KEYS.get(table.name, ("id",))
    for row, *cells in _rows(table, *columns):
        key, folded = " ".join(cells), fold(" ".join(cells))
        if not folded:
            continue
        if folded in seen:
            first = " ".join(table.columns[c][seen[folded]] for c in columns)
            same = "is used twice" if first == key else f"reads like {first!r} when folded"
            where = table.lines[seen[folded]]
            table.fault(row, f"{' and '.join(columns)} {key!r} {same} (first in line {where}); choose another")
        seen.setdefault(folded, row)


def _check_references(tables: dict[str, Table], schema: dict[str, dict[str, Column]]) -> None:
    from difflib import get_close_matches

    keys = {name: next(iter(columns)) for name, columns in schema.items()}
    known = {name: set(t.columns.get(keys[name], [])) for name, t in tables.items()}
    for name, table in tables.items():
        for column in schema[name].values():
            if not column.target or column.target == "sources":
                continue
            problems: dict[str, list[str]] = {}
            for cell in {*table.columns.get(column.name, [])} - {""}:
                words = re.split(r"[;-]", cell) if column.type.startswith("refs countries") else split(cell)
                for word in words if column.type.startswith("refs") else [cell]:
                    if word not in known[column.target]:
                        near = get_close_matches(word, known[column.target], n=1)
                        hint = f"; did you mean {near[0]!r}?" if near else ""
                        what = column.target.rstrip("s") if column.target != "countries" else "country"
                        problems.setdefault(cell, []).append(f"{column.name}: unknown {what} {word!r}{hint}")
            _note(table, column.name, problems)


def _check_sources(tables: dict[str, Table], schema: dict[str, dict[str, Column]]) -> None:
    listed = set(tables["sources"].columns.get("id", []))
    for name, table in tables.items():
        for column in [c.name for c in schema[name].values() if c.target == "sources"]:
            cells = {*table.columns.get(column, [])}
            found = {c: [f"{column} {w!r} {why}" for w in split(c) if (why := _bad_source(w, listed))] for c in cells}
            _note(table, column, found)
    table = tables["sources"]
    for row, key, title, publisher, url in _rows(table, "id", "title", "publisher", "url"):
        host = urlsplit(url).hostname or ""
        if url and _MIRRORS.search(host):
            table.fault(row, f"url {url!r} is a mirror; cite the original publisher or article")
        elif url and publisher.startswith("Wikipedia") and not host.endswith("wikipedia.org"):
            table.fault(row, f"url {url!r} is not wikipedia.org; cite the article itself")
        elif _WORKING_PAPER.search(f"{key} {title} {publisher}"):
            table.fault(row, f"source {key!r} is a mirror, dossier or working note; cite what it rests on")


def _bad_source(word: str, listed: set[str]) -> str:
    if word.startswith("estimate:"):
        if not word.removeprefix("estimate:").strip():
            return "names no rule; write 'estimate: <rule>'"
        return "rests on a dossier or working note; name the rule itself" if _WORKING_PAPER.search(word) else ""
    if word in listed:
        return ""
    if word.startswith(("https://", "http://")):
        mirror = _MIRRORS.search(urlsplit(word).hostname or "")
        return "is a mirror; cite the original publisher or article" if mirror else ""
    return "is not in sources.csv (nor a web address, nor 'estimate: <rule>'); add it there"


def _check_ranges(tables: dict[str, Table], schema: dict[str, dict[str, Column]]) -> None:
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
            _note(table, column.name, problems)


def _check_links(tables: dict[str, Table]) -> None:
    """Check lengths against straight lines, and lines against the places that they join."""
    links, places = tables["links"], tables["places"]
    for row, start, end in _rows(links, "from", "to"):
        if start == end and start:
            links.fault(row, f"starts and ends at {start!r}")
    where = {key: row for row, key, lon, lat in _rows(places, "id", "lon", "lat") if key and lon and lat}
    lon, lat, fuzz = (_numbers(places, name) for name in ("lon", "lat", "accuracy_km"))
    ends = np.array([[where.get(key, -1) for _, key in _rows(links, end)] for end in ("from", "to")], dtype=int)
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
    missing = shapely.is_missing(lines)
    plain = (shapely.get_type_id(lines) == shapely.GeometryType.LINESTRING) & ~shapely.is_empty(lines)
    for i in np.flatnonzero(~plain):
        links.fault(known[i], "has no line in links.geojson" if missing[i] else "its line is not a plain LineString")
    for at, (end, place) in zip((0, -1), (("from", a), ("to", b)), strict=True):
        point = shapely.get_point(lines, at)
        off = great_circle_km(shapely.get_x(point), shapely.get_y(point), lon[place], lat[place])
        for i in np.flatnonzero(plain & (off > END_TOLERANCE_KM)):
            links.fault(known[i], f"its line ends {off[i]:.1f} km from {links.columns[end][known[i]]}")


def _numbers(table: Table, column: str) -> np.ndarray[Any, Any]:
    """Return a column as numbers; unknown is NaN."""
    return np.array([float(cell or "nan") for _, cell in _rows(table, column)], dtype=float)


def _check_borders(tables: dict[str, Table]) -> None:  # noqa: C901 - one rule, four ways to break it
    """Check that a land link lies in one country that both its ends touch."""
    links, borders = tables["links"], tables["borders"]
    kind = {key: k for _, key, k in _rows(tables["places"], "id", "kind")}
    codes_of = {c: split(c.replace("-", ";")) for t in (links, tables["places"]) for _, c in _rows(t, "country")}
    country = {key: codes_of[c] for _, key, c in _rows(tables["places"], "id", "country")}
    rules = {(place, mode) for _, place, mode in _rows(borders, "place", "mode")}
    for row, key in _rows(tables["places"], "id"):
        if len(country[key]) > 1 and kind[key] not in BORDER_KINDS and kind[key] != "junction":
            tables["places"].fault(row, f"lies in {'-'.join(country[key])} but is no border_crossing or rail_border")
    met: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row, start, end, mode, code in _rows(links, "from", "to", "mode", "country"):
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
    for row, place, codes in _rows(borders, "place", "countries"):
        if place in country and set(split(codes.replace("-", ";"))) != set(country[place]):
            borders.fault(row, f"countries {codes} differ from those of {place!r} ({'-'.join(country[place])})")


def _check_transfers(tables: dict[str, Table]) -> None:
    places, at = tables["places"], defaultdict(set)
    for _, start, end, mode in _rows(tables["links"], "from", "to", "mode"):
        at[start].add(mode)
        at[end].add(mode)
    for row, key, transfer, source in _rows(places, "id", "transfer", "transfer_source"):
        for pair in split(transfer) if transfer else ():
            if not set(pair.split("-")) <= at[key]:
                places.fault(row, f"transfer {pair} at {key!r}, which has no link of one of these modes")
        if transfer and not source:
            places.fault(row, "transfer has no transfer_source")
    facts = ("capacity_day", "draught_m", "roro", "runway_m")
    for row, source, *cells in _rows(places, "capacity_source", *facts):
        stated = [name for name, cell in zip(facts, cells, strict=True) if cell]
        if stated and not source:
            places.fault(row, f"{' and '.join(stated)} stated without capacity_source")


def _check_upgrades(tables: dict[str, Table], columns: dict[str, Column]) -> None:
    links, upgrades = tables["links"], tables["upgrades"]
    row_of = {key: row for row, key in _rows(links, "id")}
    changes = {p: split(cell) for _, p, cell in _rows(tables["projects"], "id", "upgrades")}
    rows = _rows(upgrades, "project", "link", "attribute", "today", "after")
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
        (mode, *ends) for _, mode, a, b in _rows(tables["links"], "mode", "from", "to") for ends in ((a, b), (b, a))
    }
    before: dict[tuple[str, str, str], tuple[float, str]] = {}
    for row, corridor, branch, mode, order, place in _rows(stops, "corridor", "branch", "mode", "order", "place"):
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
    rows = _rows(links, "from", "to", "mode", "status", "length_km")
    ends = [(s, e, m, status, float(km or 0)) for _, s, e, m, status, km in rows]
    first = {key: row for row, key in reversed(list(_rows(places, "id")))}
    pieces = _pieces(first, [end[:2] for end in ends])
    piece_of = {place: number for number, piece in enumerate(pieces) for place in piece}
    held: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    whole: dict[str, float] = defaultdict(float)
    for start, _, mode, _, km in ends:
        whole[mode] += km
        held[piece_of.get(start, -1)][mode] += km
    for number, piece in enumerate(pieces[1:], 1):
        share = sum(held[number].values()) / max(sum(whole[mode] for mode in held[number]), 1e-9)
        severity = "fault" if share < SMALL_PIECE else "notice"
        places.fault(first[piece[0]], f"is cut off from the network over all links: {some(piece, 8)}", severity)
    for mode in WAYS:
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
