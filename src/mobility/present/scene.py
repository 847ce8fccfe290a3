"""What a picture shows, before anything draws it: lines below the links, labels, title and notes, the table behind."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mobility.present import style
from mobility.present.phrases import data_words, profile_words
from mobility.vocabulary import RELIEF

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from mobility.model.network import Network

_HUB = 7  # links at a town from which on it is named early
BREADTH = 5, 7  # px of a layer's line: the least, and what the greatest value of all layers adds
_WHOLE, _LEAST = 10, 0.01  # of a legend's values: from here on without decimals, below here not told apart


@dataclass(frozen=True)
class Under:
    """What is drawn below the links: a broad line whose width follows a value, and what a link's card says of it."""

    label: str
    colour: str
    values: Mapping[str, float]
    notes: Mapping[str, str]
    unit: str = ""
    wider: str = ""

    @property
    def heading(self) -> str:
        """The label as a heading of the legend, with what a wider line means."""
        return f"{self.label[:1].upper()}{self.label[1:]}{f' (wider: {self.wider})' if self.wider else ''}"

    def steps(self) -> list[tuple[float, str]]:
        """Return values for a legend, in words too: the greatest, and those nearest to a quarter and a sixteenth."""
        values = sorted(set(self.values.values()), reverse=True)
        aims = [values[0] / share for share in (1, 4, 16)] if values else []
        shown = dict.fromkeys(min(values, key=lambda v, aim=aim: abs(v - aim)) for aim in aims)  # type: ignore[misc]
        return [(value, self._words(value)) for value in shown]

    def _words(self, value: float) -> str:
        text = f"{value:,.0f}" if value >= _WHOLE else f"{value:.2g}" if value >= _LEAST else f"< {_LEAST}"
        return f"{text} {self.unit.removesuffix('s') if value == 1 else self.unit}".strip()


@dataclass(frozen=True, eq=False)
class Scene:
    """What a map shows, as data; `View` draws it.

    Attributes
    ----------
    network : Network
        Under a profile; all its links are drawn.
    title : str
        The finding.
    layers : tuple of Under
        Drawn below the links, the first lowest.
    ends : frozenset of str
        Origins and destinations.
    table : DataFrame
        What the map shows, as rows; `columns` are those worth reading.
    said, noted : str
        More of the finding, below the title; and of what it rests on, below the map.
    goals : frozenset of str or None
        Which of the ends are destinations; None: those that places.csv says are.
    marked : dict
        Places with a ring that says what binds: what stands behind their name.
    """

    network: Network
    title: str
    layers: tuple[Under, ...]
    ends: frozenset[str]
    table: pd.DataFrame
    columns: tuple[str, ...]
    said: str = ""
    noted: str = ""
    goals: frozenset[str] | None = None
    marked: Mapping[str, str] = field(default_factory=dict)

    @property
    def subtitle(self) -> str:
        """More of the finding, the profile and what was changed, in words."""
        return f"{self.said} {profile_words(self.network)}".lstrip()

    @property
    def footnote(self) -> str:
        """What must stand below every map: the note on Kosovo, who drew what, and the data's version and date."""
        return f"{self.noted} {style.KOSOVO_NOTE} {style.ATTRIBUTION} {data_words(self.network)}".lstrip()

    def framed(self) -> gpd.GeoSeries:
        """Return what the map must hold: what its layers draw and its ends; if that is nothing, the whole network.

        Of the whole network sea lanes count only where they are all there is.
        """
        links, places = self.network.links, self.network.places
        shown = [link for layer in self.layers for link in layer.values]  # noqa: PD011 - no frame
        if not self.layers or not (shown or self.ends):
            shown = list(links.index[links["mode"] != "sea"]) or list(links.index)
        return pd.concat([links.geometry[shown], places.geometry[sorted(self.ends)]])

    def labels(self) -> pd.DataFrame:
        """Return what each place is called on the map (`label`), its `role` there, and its `rank`: 0 is named first."""
        places = self.network.places
        labels = short_names(self.network)
        known = places["role"].where(places["role"] != "", "origin")
        if self.goals is not None:
            known = np.where(places.index.isin(self.goals), "destination", "origin")
        roles = np.where(places.index.isin(self.ends), known, "")
        labels += [f": {self.marked[place]}" if place in self.marked else "" for place in places.index]
        ranks = np.where(roles != "", asked_ranks(self.network), town_ranks(self.network))
        ranks = np.where(places.index.isin(self.marked), 0, ranks)  # what binds comes first
        return pd.DataFrame({"label": labels, "role": roles, "rank": ranks}, index=places.index)

    def breadth(self, value: float) -> float:
        """Return the width in px of a layer's line: all layers by one measure, for they are compared."""
        most = max(v for layer in self.layers for v in layer.values.values()) or 1  # noqa: PD011 - no frame
        least, more = BREADTH
        return least + more * float((value / most) ** 0.5)


def link_states(links: pd.DataFrame) -> list[str]:
    """Return how each link is drawn: "" in use, or "closed", "planned" (not open) or "unused" (by this profile)."""
    open_ = (links["status"] == "open") | links["built"]
    found: list[str] = np.select(
        [links["closure"] != "", ~open_, ~links["active"]], ["closed", "planned", "unused"], ""
    ).tolist()
    return found


def short_names(network: Network) -> pd.Series:
    """Return what stands at each place on a map: its name without what is in brackets; Kosovo carries its mark."""
    places = network.places
    return places["name"].str.replace(r" \(.*\)", "", regex=True) + np.where(places["country"] == "XK", "*", "")


def asked_ranks(network: Network) -> list[int]:
    """Return which places are named first where they are origins or destinations: 0 for ports, 1 for others."""
    return [0 if kind == "port" else 1 for kind in network.places["kind"]]


def town_ranks(network: Network) -> list[int]:
    """Return how early other places are named: 2 towns where many links meet, 3 other towns, 4 the rest.

    Relief does not count; 5 is a junction of relief alone.
    """
    skeleton = network.links[network.links["corridors"] != RELIEF]
    met = Counter([*skeleton["from"], *skeleton["to"]])
    towns = network.places["kind"].isin(["city", "port"])
    rest = {place: 4 if place in met else 5 for place in towns.index}
    return [rest[place] if not town else 2 if met[place] >= _HUB else 3 for place, town in towns.items()]
