"""What a picture shows, before anything draws it: lines below the links, labels, title and notes, the table behind."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mobility.present import style
from mobility.present.backdrop import covered, edge
from mobility.present.language import number, say
from mobility.present.phrases import data_words, profile_words
from mobility.vocabulary import RELIEF

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd

    from mobility.model.network import Network

_KOSOVO = 19.9, 41.8, 21.9, 43.3  # degrees: west, south, east, north
_BARE = (
    "Land and names are drawn from {west:.0f}° W to {east:.0f}° E and {south:.0f}° to {north:.0f}° N only; "
    "this network reaches beyond."
)
_UNNAMED = re.compile(r"[a-z]?[-\d]+")  # a name that is an id, as of a node of OpenStreetMap
_HUB = 7  # links at a town from which on it is named early
BREADTH = 1.6, 13.0  # px of a layer's line: the least, and that of the greatest value of all layers
EDGE = 2.0  # px that the casing of a layer's line adds to its width
UNNAMED = 6  # rank of a place without a name
_WHOLE, _LEAST = 10, 0.01  # of a legend's values: from here on without decimals, below here not told apart


@dataclass(frozen=True)
class Under:
    """A layer: a broad line whose width follows a value, and what a link's card says of it.

    Attributes
    ----------
    colour, casing : str
        Of the line, "" for that of each link's corridor; and of its edge.
    fixed : float
        Its width in px where values do not matter.
    dash : str
        Dashes in px on the casing.
    when : str
        Under which choice of the map it is drawn, as "before" or "difference"; "" for all.
    """

    label: str
    colour: str
    values: Mapping[str, float]
    notes: Mapping[str, str]
    unit: str = ""
    wider: str = ""
    casing: str = style.ROUTE_CASING
    fixed: float = 0.0
    dash: str = ""
    when: str = ""

    @property
    def heading(self) -> str:
        """The label as a heading of the legend, with what a wider line means."""
        label = f"{self.label[:1].upper()}{self.label[1:]}"
        return say("{label} (wider: {more})", label=label, more=say(self.wider)) if self.wider else label

    def steps(self) -> list[tuple[float, str]]:
        """Return values for a legend, in words too: the greatest, and those nearest to a quarter and a sixteenth."""
        values = sorted(set(self.values.values()), reverse=True)
        aims = [values[0] / share for share in (1, 4, 16)] if values else []
        shown = dict.fromkeys(min(values, key=lambda v, aim=aim: abs(v - aim)) for aim in aims)  # type: ignore[misc]
        words = dict[str, float]()
        for value in shown:  # odds that differ by a rounding only read alike
            words.setdefault(self._words(value), value)
        return [(value, text) for text, value in words.items()]

    def _words(self, value: float) -> str:
        text = number(max(value, _LEAST), ",.0f" if value >= _WHOLE else ".2g")
        sign = "" if value >= _LEAST else "< "
        return f"{sign}{text} {say(self.unit.removesuffix('s') if value == 1 else self.unit)}".strip()


@dataclass(frozen=True)
class Ranked:
    """One row of the list beside a map: its mark there, its name, what is said of it, its links, and places to name."""

    mark: str
    name: str
    said: str
    links: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


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
        The first lowest; below the links, on a quiet map above them.
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
    quiet : bool
        Whether links are thin and grey, so that the layers speak.
    ranked : tuple of Ranked
        What is marked on the map and listed beside it, under the heading `ranking`.
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
    quiet: bool = False
    ranked: tuple[Ranked, ...] = ()
    ranking: str = ""

    @property
    def subtitle(self) -> str:
        """More of the finding, the profile and what was changed, in words."""
        return f"{self.said} {profile_words(self.network)}".lstrip()

    @property
    def footnote(self) -> str:
        """What must stand below a map: the note on Kosovo where it is in view, who drew what, the data's version."""
        kosovo = say(style.KOSOVO_NOTE) if self.near_kosovo else ""
        sides = dict(zip(("west", "south", "east", "north"), map(abs, edge()), strict=True))
        bare = "" if covered(self.network.links.total_bounds) else say(_BARE, **sides)
        return " ".join(filter(None, [self.noted, kosovo, bare, credit(self.network), data_words(self.network)]))

    @property
    def near_kosovo(self) -> bool:
        """Whether Kosovo is among the network's countries or in its view."""
        west, south, east, north = self.network.links.total_bounds
        _west, _south, _east, _north = _KOSOVO
        seen = west < _east and east > _west and south < _north and north > _south
        return bool(seen or (self.network.places["country"] == "XK").any())

    @property
    def choices(self) -> list[str]:
        """The choices of the map, of which the last is shown first; on paper it is the only one."""
        return list(dict.fromkeys(layer.when for layer in self.layers if layer.when))

    @property
    def opening(self) -> list[Under]:
        """The layers that are shown first."""
        return [layer for layer in self.layers if layer.when in {"", *self.choices[-1:]}]

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
        first = [place for row in self.ranked for place in row.places]
        ranks = np.where(places.index.isin([*self.marked, *first]), 0, ranks)  # what the finding names comes first
        return pd.DataFrame({"label": labels, "role": roles, "rank": ranks}, index=places.index)

    @property
    def most(self) -> float:
        """The greatest value of all layers whose width follows values: all by one measure, for they are compared."""
        values = [v for layer in self.layers if not layer.fixed for v in layer.values.values()]  # noqa: PD011
        return max(values, default=0)

    def breadth(self, layer: Under, value: float) -> float:
        """Return the width in px of a layer's line: in proportion to its value, so that 20 times the load looks it."""
        least, most = BREADTH
        return layer.fixed or max(least, most * float(value / (self.most or 1)))


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


def ends_of(network: Network, links: Iterable[str]) -> tuple[str, ...]:
    """Return the places where a run of links ends: those that an odd number of them meet."""
    rows = network.links.loc[list(dict.fromkeys(links)), ["from", "to"]]
    met = Counter(rows.to_numpy().ravel().tolist())
    return tuple(place for place, count in met.items() if count % 2)


def asked_ranks(network: Network) -> list[int]:
    """Return which places are named first where they are origins or destinations: 0 for ports, 1 for others."""
    named = zip(network.places["kind"], unnamed(network), strict=True)
    return [UNNAMED if no_name else 0 if kind == "port" else 1 for kind, no_name in named]


def town_ranks(network: Network) -> list[int]:
    """Return how early other places are named: 2 towns where many links meet, 3 other towns, 4 the rest.

    Relief does not count; 5 is a junction of relief alone.
    """
    skeleton = network.links[network.links["corridors"] != RELIEF]
    met = Counter([*skeleton["from"], *skeleton["to"]])
    towns = network.places["kind"].isin(["city", "port"])
    rest = {place: 4 if place in met else 5 for place in towns.index}
    ranks = [rest[place] if not town else 2 if met[place] >= _HUB else 3 for place, town in towns.items()]
    return [UNNAMED if no_name else rank for rank, no_name in zip(ranks, unnamed(network), strict=True)]


def unnamed(network: Network) -> list[bool]:
    """Return which places have no name but an id: they are not named on a map."""
    return [bool(_UNNAMED.fullmatch(name)) for name in network.places["name"]]


def credit(network: Network) -> str:
    """Return who drew what of a map: the land, and as the network's own tables say, its lines and places."""
    sources = " ".join([*network.links["source"], *network.places["source"]]).casefold()
    osm = say("Lines partly © OpenStreetMap contributors (ODbL).") if re.search("osm|openstreetmap", sources) else ""
    known = {"geonames": "GeoNames (CC BY 4.0)", "ourairports": "OurAirports"}
    places = ", ".join(text for key, text in known.items() if any(key in cell for cell in network.places["source"]))
    return " ".join(filter(None, [say(style.ATTRIBUTION), osm, say("Places: {who}.", who=places) if places else ""]))
