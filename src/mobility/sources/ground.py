"""The network on the ground: where roads and railways run and how long they are, of one mode, as OpenStreetMap has it.

It knows ways, not what may use them. A curated network is compared with it (`relief_audit`) and thickened from it
(`conflation`).
"""

from __future__ import annotations

import csv
import gzip
import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from mobility.errors import InputError
from mobility.model.doors import check_path
from mobility.model.network import Network
from mobility.model.sphere import on_sphere

if TYPE_CHECKING:
    from pathlib import Path

    from mobility.vocabulary import Array

FOLDER, TOWNS = "ground", "towns.csv.gz"
LAND = ("rail", "road")
_LEAST_KM = 1e-3  # to scipy, 0 is no arc


@dataclass(frozen=True, eq=False)
class Ground:
    """The ways of one mode: points, and undirected edges between them.

    Attributes
    ----------
    lat, lon
        Degrees of each point.
    tail, head
        Points of each edge.
    km
        Length of each edge, more than 0.
    row
        Per edge the row of the links of an imported network that it stands for, or -1: an extract knows no attributes.
    """

    lat: Array
    lon: Array
    tail: Array
    head: Array
    km: Array
    row: Array

    @cached_property
    def xyz(self) -> Array:
        """Points in km on the sphere, for distances as the crow flies."""
        return on_sphere(self.lon, self.lat)

    @cached_property
    def tree(self) -> KDTree:
        """Search tree over all points."""
        return KDTree(self.xyz)

    @cached_property
    def main(self) -> Array:
        """Points of the largest piece: an extract has gaps, and what lies apart answers no question."""
        _, piece = connected_components(self.matrix(), directed=False)
        return np.flatnonzero(piece == np.bincount(piece).argmax())

    def matrix(self, keep: Array | slice = slice(None)) -> csr_matrix:
        """Return edges as a matrix (`least`)."""
        return least(self.tail[keep], self.head[keep], self.km[keep], len(self.lat))

    def snap(self, lat: Array, lon: Array) -> tuple[Array, Array]:
        """Return the nearest points of the largest piece, and how far they are (km)."""
        far, index = self._main_tree.query(on_sphere(lon, lat))
        return self.main[index], far

    @cached_property
    def _main_tree(self) -> KDTree:
        return KDTree(self.xyz[self.main])


def least(tail: Array, head: Array, cost: Array, size: int) -> csr_matrix:
    """Return undirected edges as a matrix for `scipy.sparse.csgraph`, each once.

    Of parallel edges the cheapest counts: a sparse matrix would add them up.
    """
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    order = np.lexsort([cost, high, low])
    low, high, cost = low[order], high[order], cost[order]
    first = np.ones(len(low), bool)
    first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    return csr_matrix((cost[first], (low[first], high[first])), shape=(size, size))


def path_to(before: Array, end: int) -> Array:
    """Return the points of the way to `end`, first to last, by the predecessors of `scipy.sparse.csgraph`."""
    path = [end]
    while before[path[-1]] >= 0:
        path.append(int(before[path[-1]]))
    return np.array(path[::-1])


def default_ground(network: Path) -> Path:
    """Return the folder `ground` of a network; raises InputError when it has none."""
    own = network / FOLDER
    if not own.is_dir():
        raise InputError(f"{network} has no folder {FOLDER!r}: say what it is compared with, as --ground FILE.gpkg")
    return own


def read_ground(path: Path) -> dict[str, Ground]:
    """Read the ground of each mode.

    Parameters
    ----------
    path
        A folder with MODE-nodes.csv.gz (columns node, lat, lon) and MODE-edges.csv.gz (a, b, km), or a network: a
        GeoPackage that `mobility import osm` wrote, or a folder like geodata/.

    Raises
    ------
    InputError
        When it is neither, or holds neither roads nor railways.
    """
    check_path(path, f"no ground at {path}")
    if path.is_dir() and not (path / "links.csv").exists():
        found = {mode: _read(path, mode) for mode in LAND if (path / f"{mode}-edges.csv.gz").exists()}
    else:
        found = grounds_of(Network.load(path))
    if not found:
        raise InputError(f"no ground at {path}: it needs MODE-nodes.csv.gz and MODE-edges.csv.gz, or be a network")
    return found


def grounds_of(network: Network) -> dict[str, Ground]:
    """Return the open roads and railways of a network (an imported one) as grounds, with the bends of their lines."""
    links = network.links.reset_index(drop=True)
    modes = {mode: links[(links["mode"] == mode) & (links["status"] == "open")] for mode in LAND}
    return {mode: _of_lines(rows) for mode, rows in modes.items() if len(rows)}


def read_towns(path: Path) -> pd.DataFrame | None:
    """Return the towns beside a ground (towns.csv.gz: name, country, lat, lon, population), or None."""
    file = path / TOWNS
    if not file.exists():
        return None
    columns = _columns(file)
    try:
        found = pd.DataFrame({name: columns[name] for name in ("name", "country")})
        return found.assign(**{name: _numbers(columns[name]) for name in ("lat", "lon", "population")})
    except (KeyError, ValueError) as error:
        raise InputError(f"{file}: it needs the columns name, country, lat, lon and population ({error})") from None


def _of_lines(links: Any) -> Ground:  # noqa: ANN401 - a GeoDataFrame
    """Return the ground of some links: each bend of a line is a point, lengths are shared out along it."""
    import shapely

    counts = shapely.get_num_points(links.geometry)
    at = np.round(shapely.get_coordinates(links.geometry), 6)
    where, point = np.unique(at, axis=0, return_inverse=True)
    row = np.repeat(np.arange(len(links)), counts)
    inside = row[1:] == row[:-1]
    tail, head = point[:-1][inside], point[1:][inside]
    lat, lon = where[:, 1], where[:, 0]
    straight = np.linalg.norm(on_sphere(lon[tail], lat[tail]) - on_sphere(lon[head], lat[head]), axis=1)
    link = row[1:][inside]
    whole = np.bincount(link, weights=straight, minlength=len(links))
    km = straight * (links["length_km"].to_numpy() / np.maximum(whole, _LEAST_KM))[link]
    return Ground(lat, lon, tail, head, np.maximum(km, _LEAST_KM), links.index.to_numpy()[link])


def _read(folder: Path, mode: str) -> Ground:
    nodes, edges = (_columns(folder / f"{mode}-{what}.csv.gz") for what in ("nodes", "edges"))
    try:
        number = {node: i for i, node in enumerate(nodes["node"])}
        tail, head = (np.array([number[node] for node in edges[end]], dtype=int) for end in "ab")
        lat, lon, km = _numbers(nodes["lat"]), _numbers(nodes["lon"]), _numbers(edges["km"])
    except (KeyError, ValueError) as error:
        raise InputError(f"{folder}: the {mode} files need the columns node, lat, lon and a, b, km ({error})") from None
    return Ground(lat, lon, tail, head, np.maximum(km, _LEAST_KM), np.full(len(km), -1))


def _numbers(cells: list[str]) -> Array:
    """Return cells as numbers; raises ValueError at one that is none."""
    found = np.array(cells, dtype=float)
    if not np.isfinite(found).all():
        raise ValueError(f"{cells[int(np.isfinite(found).argmin())]!r} is no number")
    return found


def _columns(file: Path) -> dict[str, list[str]]:
    try:
        with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
            header, *rows = csv.reader(text)
        return {name: [row[at] for row in rows] for at, name in enumerate(header)}
    except (OSError, ValueError, EOFError, IndexError, csv.Error, zlib.error) as error:
        raise InputError(f"{file}: cannot be read: {error}") from None
