"""Places tied to imported ways by access links: the nearest point per mode, its distance stated."""

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
from mobility.model.checks import BORDER_KINDS, EARTH_KM, WAYS
from mobility.model.network import default_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mobility.model.network import Network
    from mobility.sources.extract import Array
    from mobility.sources.ways import Ways

DETOUR = 1.2  # length of an access link over the straight line
_PORTS = ("port", "ferry_port")  # the only places tied to ferries


@dataclass(frozen=True, eq=False)
class Snapped:
    """Places (columns of places.csv), and what each is tied to: id, mode, point (row in the extract) and km."""

    places: pd.DataFrame
    ties: pd.DataFrame


def snap(ways: Ways, home: Network, words: Sequence[str], tell: Callable[[str], None], max_km: float = 5.0) -> Snapped:
    """Find the nearest point of the ways for places, per mode.

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

    Returns
    -------
    Snapped
        By road, motorways and one-way carriageways are used only where nothing else is in reach: one does not join
        them between junctions. A place is tied only to ways of its own country.
    """
    asked = _asked(home, words)
    found = []
    for mode in WAYS:
        todo = asked[asked[mode].astype(bool)]
        for points in _pools(ways, mode):
            for code in todo["country"].unique():
                of_point = ways.of_point[points]
                there = points[of_point == code if code else of_point != ""] if mode != "sea" else points
                found.append(_nearest(ways, there, todo[todo["country"] == code], max_km).assign(mode=mode))
    ties = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=["id", "point", "km", "mode"])
    ties = ties.drop_duplicates(["id", "mode"])  # the first is from the best pool
    places = asked[asked["id"].isin(ties["id"])].reset_index(drop=True)
    if words:
        tell(f"{len(places)} of {len(asked)} places snapped; the others have no way of theirs within {max_km:g} km")
    return Snapped(_noted(places, ties, ways), ties)


def access_links(snapped: Snapped, places: pd.DataFrame, points: Array) -> tuple[pd.DataFrame, Array]:
    """Return the links between snapped places and the places at their points, and their (straight) lines.

    `places` are those of the ways, `points` where they stand (sorted).
    """
    ties = snapped.ties
    own = snapped.places.set_index("id").loc[ties["id"]]
    other = places.iloc[np.searchsorted(points, ties["point"])]
    countries = [
        "-".join(sorted({a, *b.split("-")})) if mode == "sea" else a
        for a, b, mode in zip(own["country"], other["country"], ties["mode"], strict=True)
    ]
    links = pd.DataFrame(
        {
            "id": [f"{place}-access-{mode}" for place, mode in zip(ties["id"], ties["mode"], strict=True)],
            "name": [f"{a}–{b}" for a, b in zip(own["name"], other["name"], strict=True)],
            "from": ties["id"].to_numpy(),
            "to": other["id"].to_numpy(),
            "mode": ties["mode"].to_numpy(),
            "corridors": "access",
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
        by_mode = {m: chosen["id"].isin(ends.get(m, [])) for m in WAYS}
        by_mode["sea"] &= chosen["kind"].isin(_PORTS)
        parts.append(chosen.assign(**by_mode))
    schema = tables.read_schema(default_folder() / "schema.csv")["places"]
    columns = [*schema, *WAYS]
    every = pd.concat([pd.DataFrame(part)[columns] for part in parts]) if parts else pd.DataFrame(columns=columns)
    return every.drop_duplicates("id").reset_index(drop=True)


def _read(path: Path) -> pd.DataFrame:
    """Read places from a CSV file; they are tied by road and rail."""
    schema = tables.read_schema(default_folder() / "schema.csv")["places"]
    table = tables.read_csv(path, "places")
    for name in ("id", "name", "lat", "lon"):
        if name not in table.columns and not table.faults:
            table.fault(-1, f"column {name!r} is missing; places need id, name, lat and lon")
    for name, cells in table.columns.items():
        needed = name in {"id", "name", "lat", "lon"}
        column = replace(schema[name], required=needed) if name in schema else None
        for row, problem in tables.bad_cells(cells, column) if column else ():
            table.fault(row, problem)
    if table.faults:
        raise InputError(str(table.faults[0]))
    frame = tables.frame(table, schema).assign(road=True, rail=True, sea=False)
    for name, default in (("kind", "city"), ("confidence", "low"), ("source", f"estimate: {path.name}")):
        frame[name] = frame[name].where(frame[name] != "", default)
    return frame.fillna({"accuracy_km": 0.0})


def _pools(ways: Ways, mode: str) -> list[Array]:
    """Return the points of a mode that places may be tied to, the best first."""
    extract = ways.extract
    every = ways.column("mode") == mode

    def points(mask: Array) -> Array:
        return np.concatenate([extract.tail[mask], extract.head[mask]])

    if mode == "sea":
        quays, times = np.unique(points(every), return_counts=True)
        return [quays[times == 1]]
    if mode == "rail":
        return [np.unique(points(every))]
    slow = every & ~ways.column("oneway") & (ways.column("road_class") != "motorway") if every.any() else every
    return [np.unique(points(slow)), np.unique(points(every))]


def _nearest(ways: Ways, points: Array, places: pd.DataFrame, max_km: float) -> pd.DataFrame:
    """Return for each place the nearest of some points within reach: id, point, km."""
    if not len(points) or not len(places):
        return pd.DataFrame(columns=["id", "point", "km"])
    tree = KDTree(_on_sphere(ways.extract.lon[points], ways.extract.lat[points]))
    chord, index = tree.query(_on_sphere(places["lon"].to_numpy(float), places["lat"].to_numpy(float)))
    km = 2 * EARTH_KM * np.arcsin(np.minimum(chord / 2, 1))
    return pd.DataFrame({"id": places["id"].to_numpy(object), "point": points[index], "km": km})[km <= max_km]


def _on_sphere(lon: Array, lat: Array) -> Array:
    """Return points on the unit sphere."""
    lon, lat = np.radians(lon), np.radians(lat)
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def _noted(places: pd.DataFrame, ties: pd.DataFrame, ways: Ways) -> pd.DataFrame:
    """Return the places with their distances told, the country of the way where none is given, and fit transfers."""
    by_place = dict(iter(ties.groupby("id")))
    notes, transfers, countries = [], [], []
    for key, note, transfer, country in zip(*(places[c] for c in ("id", "note", "transfer", "country")), strict=True):
        tied = by_place[key]
        told = ", ".join(f"{mode} {km:.2f} km" for mode, km in zip(tied["mode"], tied["km"], strict=True))
        notes.append("; ".join(part for part in (note, f"snapped: {told} away") if part))
        transfers.append(";".join(t for t in tables.split(transfer) if set(t.split("-")) <= {*tied["mode"]}))
        countries.append(country or ways.of_point[tied["point"].iloc[0]])
    return places.assign(
        note=notes,
        transfer=transfers,
        transfer_source=places["transfer_source"].where(np.array(transfers, object) != "", ""),
        country=countries,
    )
