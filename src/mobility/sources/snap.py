"""Places tied to imported ways by access links: the nearest point of a line per mode, its distance stated."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import KDTree

from mobility.errors import InputError
from mobility.model import tables
from mobility.model.additions import DETOUR
from mobility.model.cells import bad_cells
from mobility.model.checks import BORDER_KINDS
from mobility.model.files import shipped_schema
from mobility.model.references import check_ids
from mobility.model.sphere import EARTH_KM, great_circle_km, mercator, on_sphere
from mobility.sources import sites
from mobility.sources.atlas import middle_of, unrolled
from mobility.vocabulary import ACCESS, MODES, dashed, split

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mobility.model.network import Network
    from mobility.sources.ways import Ways
    from mobility.vocabulary import Array

_PORTS = ("port", "ferry_port")  # the only places tied to ferries
_HARDLY_KM = 0.01  # farther than the nearest point of a line may be one that is there already


@dataclass(frozen=True, eq=False)
class Snapped:
    """Places (columns of places.csv), what each is tied to (id, mode, point, km), and the ways with these points."""

    places: pd.DataFrame
    ties: pd.DataFrame
    ways: Ways


def snap(
    ways: Ways,
    home: Network,
    words: Sequence[str],
    tell: Callable[[str], None],
    max_km: float = 5.0,
    groups: Sequence[str] = (),
) -> Snapped:
    """Find the nearest point of the ways for places, per mode: on a line, which is cut there, not only at its points.

    Parameters
    ----------
    ways
        What to tie them to.
    home
        Network whose places are meant; a place is tied by the modes of its links there.
    words
        A kind (port, city, base ...), set:NAME, a place, "all", or a CSV file with the columns of places.csv (id, name,
        lat, lon at least), which is tied by road and rail.
    tell
        Called with what was not within reach.
    max_km
        Farthest straight line.
    groups
        Sites of the data to tie too, by road and rail, ports by sea as well (see `sites.asked`).

    Returns
    -------
    Snapped
        By road, motorways, one-way carriageways, bridges and tunnels are used only where nothing else is in reach: one
        does not join them between junctions. A place is tied only to ways of its own country.
    """
    asked = _asked(home, words)
    own = sites.asked(ways, groups, asked["id"], tell)
    if len(own):  # an empty table has no types
        asked = pd.concat([part for part in (asked, own[asked.columns]) if len(part)], ignore_index=True)
    found = []
    for mode in MODES:
        todo = asked[asked[mode].astype(bool)]
        for segments in _pools(ways, mode):
            for code in todo["country"].unique():
                there = segments[ways.country[segments] == code] if code and mode != "sea" else segments
                find = _nearest_end if mode == "sea" else _nearest_on
                found.append(find(ways, there, todo[todo["country"] == code], max_km).assign(mode=mode))
    ties = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=[*_TIE, "mode"])
    ties = ties.drop_duplicates(["id", "mode"]).reset_index(drop=True)  # the first is from the best pool
    ways, ties = _with_points(ways, ties)
    places = asked[asked["id"].isin(ties["id"])].reset_index(drop=True)
    if words or groups:
        tell(f"{len(places)} of {len(asked)} places snapped; the others have no way of theirs within {max_km:g} km")
    return Snapped(_noted(places, ties, ways), ties, ways)


def access_links(snapped: Snapped, places: pd.DataFrame, points: Array) -> tuple[pd.DataFrame, Array]:
    """Return the links between snapped places and the places at their points, and their (straight) lines.

    `places` are those of the ways, `points` where they stand (sorted).
    """
    ties = snapped.ties
    own = snapped.places.set_index("id").loc[ties["id"]]
    other = places.iloc[np.searchsorted(points, ties["point"])]
    countries = [
        "-".join(sorted({a, *dashed(b)})) if mode == "sea" else a
        for a, b, mode in zip(own["country"], other["country"], ties["mode"], strict=True)
    ]
    links = pd.DataFrame(
        {
            "id": [f"{place}-access-{mode}" for place, mode in zip(ties["id"], ties["mode"], strict=True)],
            "name": [f"{a}–{b}" for a, b in zip(own["name"], other["name"], strict=True)],
            "from": ties["id"].to_numpy(),
            "to": other["id"].to_numpy(),
            "mode": ties["mode"].to_numpy(),
            "corridors": ACCESS,
            "country": countries,
            "length_km": np.maximum((DETOUR * ties["km"]).round(3), 0.001).to_numpy(),
            "status": "open",
            "length_confidence": "low",
            "attr_confidence": "low",
            "source": f"estimate: {DETOUR:g} x the straight line to the nearest point of the network",
            "note": [f"{km:.2f} km in a straight line" for km in ties["km"]],
        }
    )
    ends = np.stack([own[["lon", "lat"]].to_numpy(float), other[["lon", "lat"]].to_numpy(float)], axis=1)
    return links, np.asarray(shapely.linestrings(ends), dtype=object)


def _asked(home: Network, words: Sequence[str]) -> pd.DataFrame:
    """Return the places that words mean (columns of places.csv), and by which modes each is to be tied."""
    usable = home.places[~home.places["kind"].isin([*BORDER_KINDS, "junction"])]
    parts = []
    for word in words:
        if word.casefold().endswith(".csv"):
            parts.append(_read(Path(word)))
            continue
        of_kind = usable[usable["kind"] == word.casefold()]
        if word.casefold() == "all":
            chosen = usable
        elif len(of_kind):
            chosen = of_kind
        else:
            chosen = home.places.loc[home.places_named(word)]
        ends = {mode: links[["from", "to"]].to_numpy().ravel() for mode, links in home.links.groupby("mode")}
        by_mode = {m: chosen["id"].isin(ends.get(m, [])) for m in MODES}
        by_mode["sea"] &= chosen["kind"].isin(_PORTS)
        parts.append(chosen.assign(**by_mode))
    schema = shipped_schema()["places"]
    columns = [*schema, *MODES]
    every = pd.concat([pd.DataFrame(part)[columns] for part in parts]) if parts else pd.DataFrame(columns=columns)
    return every.drop_duplicates("id").reset_index(drop=True)


def _read(path: Path) -> pd.DataFrame:
    """Read places from a CSV file; they are tied by road and rail."""
    schema = shipped_schema()["places"]
    table = tables.read_csv(path, "places")
    tables.tidy(table, schema)
    for name in ("id", "name", "lat", "lon"):
        if name not in table.columns and not table.unread:
            like = [column for column in table.columns if column.casefold().startswith(name)]
            hint = f"; write it for {like[0]!r}" if like else ""
            table.fault(-1, f"column {name!r} is missing{hint}; places need id, name, lat and lon")
    for name, cells in table.columns.items():
        needed = name in {"id", "name", "lat", "lon"}
        column = replace(schema[name], required=needed) if name in schema else None
        for row, problem in bad_cells(cells, column) if column else ():
            table.fault(row, problem)
    if "id" in table.columns:
        check_ids(table)
    faults = [fault for fault in table.faults if fault.severity == "fault"]
    if faults:
        raise InputError(str(faults[0]))
    frame = tables.frame(table, schema).assign(road=True, rail=True, sea=False)
    for name, default in (("kind", "city"), ("confidence", "low"), ("source", f"estimate: {path.name}")):
        frame[name] = frame[name].where(frame[name] != "", default)
    return frame.fillna({"accuracy_km": 0.0})


def _pools(ways: Ways, mode: str) -> list[Array]:
    """Return the segments of a mode that places may be tied to, the best first."""
    every = ways.column("mode") == mode
    if mode != "road" or not every.any():
        return [np.flatnonzero(every)]
    ashore = every & ~ways.ferry
    slow = ashore & ~ways.column("oneway").astype(bool) & (ways.column("road_class") != "motorway")
    slow &= ~np.isin(ways.column("structure").astype(str), ["bridge", "tunnel"])
    return [np.flatnonzero(slow), np.flatnonzero(ashore)]


_TIE = ("id", "point", "segment", "share", "km")


def _nearest_end(ways: Ways, segments: Array, places: pd.DataFrame, max_km: float) -> pd.DataFrame:
    """Return for each place the nearest end of a ferry within reach (columns `_TIE`)."""
    extract = ways.extract
    points, times = np.unique(np.append(extract.tail[segments], extract.head[segments]), return_counts=True)
    points = points[times == 1]
    if not len(points) or not len(places):
        return pd.DataFrame(columns=[*_TIE])
    tree = KDTree(on_sphere(extract.lon[points], extract.lat[points]))
    chord, index = tree.query(on_sphere(places["lon"], places["lat"]))
    km = 2 * EARTH_KM * np.arcsin(np.minimum(chord / (2 * EARTH_KM), 1))
    row = {"id": places["id"].to_numpy(object), "point": points[index], "segment": -1, "share": 0.0, "km": km}
    return pd.DataFrame(row)[km <= max_km]


def _nearest_on(ways: Ways, segments: Array, places: pd.DataFrame, max_km: float) -> pd.DataFrame:
    """Return for each place the nearest point of some segments within reach (columns `_TIE`).

    A point that is there already is taken where it is hardly farther.
    """
    if not len(segments) or not len(places):
        return pd.DataFrame(columns=[*_TIE])
    extract, middle = ways.extract, middle_of(ways.extract.lon[ways.extract.tail[segments]])
    every, own = unrolled(extract.lon, middle), unrolled(places["lon"].to_numpy(float), middle)
    position, wanted = mercator(every, extract.lat), mercator(own, places["lat"])
    a, b = position[extract.tail[segments]], position[extract.head[segments]]
    row = shapely.STRtree(shapely.linestrings(np.stack([a, b], axis=1))).query_nearest(
        shapely.points(wanted), all_matches=False
    )[1]
    along = b[row] - a[row]
    share = ((wanted - a[row]) * along).sum(axis=1) / np.maximum((along**2).sum(axis=1), 1e-30)
    share = np.clip(share, 0, 1)
    segment = segments[row]
    ends = np.stack([extract.tail[segment], extract.head[segment]])
    at = (every[ends], extract.lat[ends])
    lon, lat = (c[0] + share * (c[1] - c[0]) for c in at)
    km = great_circle_km(places["lon"].to_numpy(), places["lat"].to_numpy(), lon, lat)
    to_ends = great_circle_km(places["lon"].to_numpy(), places["lat"].to_numpy(), *at)
    end = np.argmin(to_ends, axis=0)
    known, rows = to_ends.min(axis=0) <= km + _HARDLY_KM, np.arange(len(end))
    tie = {
        "id": places["id"].to_numpy(object),
        "point": np.where(known, ends[end, rows], -1),
        "segment": np.where(known, -1, segment),
        "share": share,
        "km": np.where(known, to_ends.min(axis=0), km),
    }
    return pd.DataFrame(tie)[tie["km"] <= max_km]


def _with_points(ways: Ways, ties: pd.DataFrame) -> tuple[Ways, pd.DataFrame]:
    """Cut lines where places are tied to their middle; return the ways, and the ties with the points there."""
    inner = ties["segment"].to_numpy(int) >= 0
    if not inner.any():
        return ways, ties
    extract, first = ways.extract, len(ways.extract.node)
    cuts = ties.loc[inner, ["segment", "share"]].astype({"segment": int, "share": float}).round({"share": 9})
    spot = cuts.groupby(["segment", "share"]).ngroup().to_numpy()
    ties.loc[inner, "point"] = first + spot
    cuts = cuts.assign(point=first + spot).drop_duplicates().sort_values("point")
    segment, share = cuts["segment"].to_numpy(), cuts["share"].to_numpy()
    tail, head = extract.tail[segment], extract.head[segment]
    ahead = unrolled(extract.lon[head], extract.lon[tail])
    lon = unrolled(extract.lon[tail] + share * (ahead - extract.lon[tail]), 0.0)
    lat = extract.lat[tail] + share * (extract.lat[head] - extract.lat[tail])
    return ways.with_points(lon, lat, ways.country[segment]).cut(cuts), ties


def _noted(places: pd.DataFrame, ties: pd.DataFrame, ways: Ways) -> pd.DataFrame:
    """Return the places with their distances told, the country of the way where none is given, and fit transfers."""
    by_place = dict(iter(ties.groupby("id")))
    notes, transfers, countries = [], [], []
    for key, note, transfer, country in zip(*(places[c] for c in ("id", "note", "transfer", "country")), strict=True):
        tied = by_place[key]
        told = ", ".join(f"{mode} {km:.2f} km" for mode, km in zip(tied["mode"], tied["km"], strict=True))
        notes.append("; ".join(part for part in (note, f"snapped: {told} away") if part))
        transfers.append(";".join(t for t in split(transfer) if set(dashed(t)) <= {*tied["mode"]}))
        countries.append(country or ways.of_point[tied["point"].iloc[0]])
    return places.assign(
        note=notes,
        transfer=transfers,
        transfer_source=places["transfer_source"].where(np.array(transfers, object) != "", ""),
        country=countries,
    )
