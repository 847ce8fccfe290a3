"""A link with a new junction in its middle: two links, and everything that named the one names both."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from shapely.ops import substring

from mobility.vocabulary import RELIEF, split

if TYPE_CHECKING:
    from collections.abc import Mapping

_SUFFIX = re.compile(r"-(road|rail|sea)(-[a-z0-9]+)*$")


@dataclass(eq=False)
class Tables:
    """The tables of a network as text cells, and the line of each link; changed in place while a network grows.

    `drawn` says how each line was made, `header` which columns each table had when it was read: the frames have all of
    the schema.
    """

    frames: dict[str, pd.DataFrame]
    lines: dict[str, shapely.LineString]
    drawn: dict[str, str]
    header: dict[str, list[str]]

    def ids(self, name: str) -> set[str]:
        """Return the keys of a table."""
        return set(self.frames[name]["id"])

    def add(self, name: str, rows: list[dict[str, str]]) -> None:
        """Put rows at the end of a table; cells that they do not name are empty."""
        if rows:
            old = self.frames[name]
            self.frames[name] = pd.concat([old, pd.DataFrame(rows).reindex(columns=old.columns)]).fillna("")


def may_split(tables: Tables) -> set[str]:
    """Return the links that can be divided.

    No structure as a whole, none whose length a project changes, and none with a twin between the same places, which
    its corridor would lose.
    """
    links, upgrades = tables.frames["links"], tables.frames["upgrades"]
    ends = [
        f"{mode} {min(a, b)} {max(a, b)}" for mode, a, b in zip(links["mode"], links["from"], links["to"], strict=True)
    ]
    twins = pd.Series(ends).duplicated(keep=False).to_numpy() & (links["corridors"] != RELIEF).to_numpy()
    lengths = set(upgrades.loc[upgrades["attribute"] == "length_km", "link"]) if len(upgrades) else set()
    whole = set(links.loc[links["structure"] != "", "id"])
    return set(links.loc[~twins, "id"]) - lengths - whole


def split_links(tables: Tables, cuts: Mapping[str, list[tuple[float, str]]]) -> dict[str, list[str]]:
    """Divide links at junctions.

    Parameters
    ----------
    tables
        Changed in place. The pieces keep every attribute and source of their link; lengths are in proportion, and of
        medium confidence at most. Projects, upgrades, structures and corridor stops follow: a structure lies on the
        piece nearest to it, everything else names all pieces.
    cuts
        Per link the places that divide it, with how far along it they are (0 to 1); their rows are in the table.

    Returns
    -------
    dict
        Per divided link the ids of its pieces in order.
    """
    links = tables.frames["links"]
    called = dict(zip(tables.frames["places"]["id"], tables.frames["places"]["name"], strict=True))
    taken, rows, pieces = set(links["id"]), [], {}
    for row in links.to_dict("records"):
        key = str(row["id"])
        if key not in cuts:
            rows.append(row)
            continue
        stops = [(0.0, row["from"]), *sorted(cuts[key]), (1.0, row["to"])]
        suffix = m[0] if (m := _SUFFIX.search(key)) else ""
        ids, total, given = [], float(row["length_km"]), 0.0
        for (begin, a), (end, b) in itertools.pairwise(stops):
            fresh = unused(f"{a}-{b}{suffix}", taken)
            km = round(total - given if end == 1 else total * (end - begin), 2)
            given += km
            ids.append(fresh)
            new = {"id": fresh, "name": f"{called[a]}–{called[b]}", "from": a, "to": b, "length_km": f"{km:g}"}
            sure = "medium" if row["length_confidence"] == "high" else row["length_confidence"]
            part_of = f"part of {row['name']}, length in proportion"
            new |= {"length_confidence": sure, "note": "; ".join(t for t in (row["note"], part_of) if t)}
            rows.append(row | new)
        tables.lines |= _cut(tables, key, ids, stops)
        pieces[key] = ids
    tables.frames["links"] = pd.DataFrame(rows, columns=links.columns)
    _follow(tables, pieces, cuts)
    return pieces


def unused(key: str, taken: set[str]) -> str:
    """Return an id that is not taken yet (with a number behind it if need be), and take it."""
    found, number = key, 2
    while found in taken:
        found, number = f"{key}-{number}", number + 1
    taken.add(found)
    return found


def _cut(tables: Tables, key: str, ids: list[str], stops: list[tuple[float, str]]) -> dict[str, shapely.LineString]:
    """Return the lines of the pieces; each ends on its places."""
    line, how = tables.lines.pop(key), tables.drawn.pop(key, "")
    places = tables.frames["places"].set_index("id")
    found = {}
    for piece, (begin, a), (end, b) in zip(ids, stops, stops[1:], strict=False):
        inner = part(line, begin, end).coords
        ends = [(float(places.at[p, "lon"]), float(places.at[p, "lat"])) for p in (a, b)]
        middle = inner[1:-1] if len(inner) > 2 else []  # noqa: PLR2004 - the two ends
        found[piece] = shapely.LineString([ends[0], *middle, ends[1]])
        tables.drawn[piece] = how
    return found


def part(line: shapely.LineString, begin: float, end: float) -> Any:  # noqa: ANN401 - a point when both are the same
    """Return the part of a line between two shares of its length; the line is in degrees, the shares are of its km."""
    scale = np.array([np.cos(np.radians(shapely.centroid(line).y)), 1.0])
    piece = substring(shapely.transform(line, lambda at: at * scale), begin, end, normalized=True)
    return shapely.transform(piece, lambda at: at / scale)


def _follow(tables: Tables, pieces: dict[str, list[str]], cuts: Mapping[str, list[tuple[float, str]]]) -> None:
    frames = tables.frames
    for name, column in (("projects", "links"), ("projects", "upgrades")):
        if len(frames[name]):
            frames[name][column] = [renamed(cell, pieces) for cell in frames[name][column]]
    upgrades = frames["upgrades"]
    if len(upgrades):
        every = [
            row | {"link": key} for row in upgrades.to_dict("records") for key in pieces.get(row["link"], [row["link"]])
        ]
        frames["upgrades"] = pd.DataFrame(every, columns=upgrades.columns)
    structures = frames["structures"]
    if len(structures):
        structures["links"] = [_under(tables, row, pieces) for row in structures.to_dict("records")]
    if len(frames["corridor_stops"]):
        frames["corridor_stops"] = _stops(tables, pieces, cuts)


def renamed(cell: str, pieces: Mapping[str, list[str]]) -> str:
    """Return a list cell in which divided links are replaced by their pieces."""
    return ";".join(key for word in split(cell) for key in pieces.get(word, [word])) if cell else cell


def _under(tables: Tables, structure: dict[str, Any], pieces: Mapping[str, list[str]]) -> str:
    """Return the links of a structure: of a divided one the piece nearest to it."""
    at = shapely.Point(float(structure["lon"]), float(structure["lat"]))
    return ";".join(
        min(pieces[key], key=lambda piece: tables.lines[piece].distance(at)) if key in pieces else key
        for key in split(structure["links"])
    )


def _stops(
    tables: Tables, pieces: Mapping[str, list[str]], cuts: Mapping[str, list[tuple[float, str]]]
) -> pd.DataFrame:
    """Return the corridor stops with the new junctions between those that a divided link joined."""
    stops, links = tables.frames["corridor_stops"], tables.frames["links"]
    first = links.set_index("id")
    between: dict[tuple[str, str, str, str], list[str]] = {}
    for key, ids in pieces.items():
        a, b, mode = first.at[ids[0], "from"], first.at[ids[-1], "to"], first.at[ids[0], "mode"]
        inner = [place for _, place in sorted(cuts[key])]
        for code in split(first.at[ids[0], "corridors"]):
            between[code, mode, a, b], between[code, mode, b, a] = inner, inner[::-1]
    rows: list[dict[str, Any]] = []
    for row in stops.to_dict("records"):
        path = (row["corridor"], row["branch"], row["mode"])
        last = rows[-1] if rows else None
        same = last is not None and path == (last["corridor"], last["branch"], last["mode"])
        order = int(last["order"]) if last is not None and same else 0
        inner = between.get((row["corridor"], row["mode"], last["place"], row["place"]), []) if last and same else []
        rows += [
            row | {"place": place, "order": f"{order + i}", "confidence": "low"} for i, place in enumerate(inner, 1)
        ]
        rows.append(row | {"order": f"{order + len(inner) + 1}"})
    return pd.DataFrame(rows, columns=stops.columns)
