"""Ways of an OpenStreetMap extract added to a curated network that lacks them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from mobility.errors import InputError
from mobility.model.cells import text, texts
from mobility.model.sphere import on_sphere
from mobility.sources.copies import network_of, open_copy
from mobility.sources.ground import grounds_of
from mobility.sources.osm import FERRY, SOURCE
from mobility.sources.territory import Territory
from mobility.sources.thicken import Source, Thickener

if TYPE_CHECKING:
    from pathlib import Path

    from mobility.model.network import Network
    from mobility.sources.conflation import Chain
    from mobility.sources.ground import Ground
    from mobility.sources.splitting import Tables
    from mobility.vocabulary import Array

ADDED = "kind id name country km mode".split()
RELIEF_ROW = {
    "code": "relief",
    "name": "Relief ways",
    "description": "ways on the ground that the corridors lack, from OpenStreetMap; attributes by rule where no source",
    "confidence": "low",
    "source": SOURCE,
}
# The most of a way decides its class; a limit is the lowest stated along it; what differs otherwise is not known.
_LONGEST = ("road_class",)
_LEAST = ("max_speed_kmh", "max_axle_t", "max_gross_t", "max_width_m", "max_height_m")
_SAME = ("lanes", "tracks", "electrified", "gauge_mm", "usage", "ref")


class NearestTerritory(Territory):
    """Countries as an import has them: a point lies in that of the nearest way."""

    @classmethod
    def of_ways(cls, imported: Network, grounds: dict[str, Ground]) -> NearestTerritory:
        """Return the territory of an imported network, whose ways know their country."""
        country = imported.links["country"].to_numpy(object)
        middle = [
            on_sphere((g.lon[g.tail] + g.lon[g.head]) / 2, (g.lat[g.tail] + g.lat[g.head]) / 2)
            for g in grounds.values()
        ]
        code = np.concatenate([country[g.row] for g in grounds.values()])
        return cls(code, KDTree(np.concatenate(middle)))

    def at(self, lat: Array, lon: Array) -> Array:
        """Return the code of each point."""
        _, nearest = self.tree.query(on_sphere(lon, lat))
        return np.asarray(self.codes[nearest])


def add(home: Path, imported: Network) -> tuple[Tables, pd.DataFrame]:
    """Add the roads and railways of an imported network to a curated one that lacks them.

    Parameters
    ----------
    home
        Folder or GeoPackage of the curated network; it is not written to.
    imported
        What `osm.network` made of an extract.

    Returns
    -------
    tables, added
        The grown tables, checked, and one row per thing added: kind (place, link, border, divided), id, name (of a
        divided link its pieces), country, km, mode.

    Raises
    ------
    InputError
        When the extract has no road or railway.
    """
    imported = replace(imported, links=imported.links[~imported.links["note"].str.startswith(FERRY)])
    copy, grounds = open_copy(home), grounds_of(imported)
    if not grounds:
        raise InputError("the extract has neither roads nor railways to add")
    if RELIEF_ROW["code"] not in set(copy.frames["corridors"]["code"]):
        copy.add("corridors", [RELIEF_ROW])
    for name, key in (("sources", "id"), ("countries", "iso2")):
        theirs = getattr(imported, name)
        copy.add(name, _cells_of(theirs[~theirs[key].isin(set(copy.frames[name][key]))]))
    network = network_of(copy, home)
    links = imported.links.reset_index(drop=True)
    towns = network.places.loc[
        network.places["kind"].isin(("city", "port", "junction")), ["name", "country", "lat", "lon"]
    ]
    source = Source(SOURCE, "medium")
    grown = Thickener(copy, grounds, NearestTerritory.of_ways(imported, grounds), towns, source)
    grown.attributes = lambda mode, chain: _cells(links, chain) if mode else {}
    for mode in grounds:
        for step in (grown.shortcuts, grown.detours):
            step(network, mode)
            network = network_of(copy, home)
    return copy, pd.DataFrame(grown.added, columns=ADDED)


def _cells(links: pd.DataFrame, chain: Chain) -> dict[str, str]:
    """Return what an import knows of the ways that a chain runs over."""
    km = pd.Series(dict.fromkeys((row for row, _ in chain.rows), 0.0))
    for row, part in chain.rows:
        km[row] += part
    rows = links.loc[[r for r in km.index if r >= 0]]
    cells = {}
    for column in _LONGEST:
        share = km.groupby(rows[column]).sum() if len(rows) else pd.Series(dtype=float)
        cells[column] = str(share.idxmax()) if len(share) else ""
    if rows["doubtful"].any():
        restrictions = rows.loc[rows["doubtful"], "restriction"].unique()
        cells |= {"doubtful": "yes", "restriction": ", ".join(sorted(restrictions))}
    for column in _LEAST:
        cells[column] = text(rows[column].min()) if column in rows else ""
    for column in _SAME:
        values = set(rows[column].dropna()) if column in rows else set()
        cells[column] = text(values.pop()) if len(values) == 1 else ""
    return {column: word for column, word in cells.items() if word}


def _cells_of(rows: pd.DataFrame) -> list[dict[str, str]]:
    """Return rows as text cells."""
    columns = [texts(rows[column]) for column in rows]
    return [dict(zip(rows.columns, cells, strict=True)) for cells in zip(*columns, strict=True)]
