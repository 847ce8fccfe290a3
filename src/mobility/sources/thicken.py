"""A curated network made denser: the ways of the ground that it lacks, as rows of its tables.

Nothing curated changes, except that a link which a new way joins in the middle is divided there (`splitting`).
"""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from mobility.model.checks import BORDER_KINDS
from mobility.model.names import fold
from mobility.model.sphere import on_sphere
from mobility.sources import choosing, conflation
from mobility.sources.choosing import Joint
from mobility.sources.conflation import Chain, Chosen, Vertex, apart
from mobility.sources.crossings import KINDS, Crossings, border_row
from mobility.sources.matching import Beside, same_way
from mobility.sources.relief_audit import FACTOR, KNOWN, SLACK_KM, audit
from mobility.sources.splitting import Tables, may_split, part, split_links, unused
from mobility.sources.territory import Names, Territory
from mobility.vocabulary import RELIEF, split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import pandas as pd

    from mobility.model.network import Network
    from mobility.sources.ground import Ground

SIMPLIFY_DEGREES = 0.001  # about 100 m
SAFE_KM = 15.0  # so much shorter than it may be, a detour is chosen
CROSSING_KM = 6.0  # a crossing of the list so near the ground is reached from both sides
JUNCTION_KM = 2.0  # a junction so near a place of the network is that place
BENDS = 1.03  # a way that is hardly longer than the straight line has lost its bends in the extract
ROAD_RULE = "estimate: class primary, as the extract holds motorways to primary roads and does not say which"
RAIL_RULE = "estimate: open, as the extract holds railways in use"


class Source(NamedTuple):
    """What new rows say of where they come from."""

    key: str
    confidence: str


def _no_more(_mode: str, _chain: Chain) -> dict[str, str]:
    """Return no attributes: an extract knows where a way is and how long, nothing else."""
    return {}


@dataclass(eq=False)
class Thickener:
    """Adds to the tables of one network, mode by mode.

    Attributes
    ----------
    tables
        Of the curated network; they grow.
    grounds
        The ground of each mode.
    territory, towns
        Countries, and what names a new place.
    crossings
        Border crossings known by name (columns mode, countries, name, lat, lon, usable, source ...), or None.
    whole
        Links that are never divided.
    attributes
        What else is known of a way, as cells of links.csv.
    added
        One row per thing added: kind (place, link, border, divided), id, name, country, km, mode.
    """

    tables: Tables
    grounds: Mapping[str, Ground]
    territory: Territory
    towns: pd.DataFrame
    source: Source
    crossings: pd.DataFrame | None = None
    whole: frozenset[str] = frozenset()
    attributes: Callable[[str, Chain], dict[str, str]] = _no_more
    added: list[dict[str, Any]] = field(default_factory=list)

    def shortcuts(self, network: Network, mode: str, stretch: float = choosing.STRETCH) -> int:
        """Add the ways without which routes between places are longer than on the ground; return how many."""
        joint = self._joint(network, mode)
        choosing.choose_shortcuts(joint, stretch=stretch)
        return self._add(network, mode, joint)

    def detours(self, network: Network, mode: str) -> int:
        """Add the ways round the links whose loss the relief audit finds overstated; return how many."""
        table = audit(network, {mode: self.grounds[mode]}, self.towns)
        table = table[table["overstated"]].set_index("link")
        if table.empty:
            return 0
        limit = FACTOR * table["ground_extra_km"] + SLACK_KM + table["km"] - SAFE_KM
        joint = self._joint(network, mode)
        choosing.choose_detours(joint, table.assign(limit_km=limit))
        return self._add(network, mode, joint)

    def _joint(self, network: Network, mode: str) -> Joint:
        links = network.links[(network.links["mode"] == mode) & network.links["status"].isin(KNOWN)]
        ground = self.grounds[mode]
        joint = Joint.of(network.places, links, ground, self.territory.inside(ground))
        listed = self.crossings
        if listed is not None:
            open_ = listed[(listed["mode"] == mode) & (listed["usable"] == "yes")]
            point, far = ground.snap(open_["lat"].to_numpy(float), open_["lon"].to_numpy(float))
            joint.also = point[far <= CROSSING_KM]
        return joint

    def _add(self, network: Network, mode: str, joint: Joint) -> int:
        chosen = Chosen.of(joint, self.territory)
        crossings = Crossings(self.tables, mode, self.crossings)
        whole = (set(joint.links) - may_split(self.tables)) | self.whole
        vertices = conflation.vertices_on_links(joint, chosen, whole)
        ties = conflation.tied(joint)
        for place, point, km in ties:
            vertices.setdefault(point, ("place", place) if km <= JUNCTION_KM else ("point", point))
        found = conflation.chains(chosen, vertices)
        found += [  # from a place to the way that passes it
            Chain(("place", place), vertices[point], [chosen.at[point]], 0.0, self._at(chosen.at[point]))
            for place, point, _ in ties
            if vertices[point] != ("place", place)
        ]
        found, where = self._settled(network, joint, chosen, crossings, found)
        found = conflation.merged(found, where)
        beside = Beside(network, mode)
        found = [c for c in found if not self._known(network, mode, joint, c) and not _doubled(beside, c)]
        found = conflation.merged(conflation.one_sided(conflation.merged(found, where), where), where)
        self.write(mode, joint, crossings, found, where)
        return len(found)

    def _settled(
        self, network: Network, joint: Joint, chosen: Chosen, crossings: Crossings, found: list[Chain]
    ) -> tuple[list[Chain], dict[Vertex, tuple[float, float]]]:
        """Return the chains with their ends settled on places, crossings and junctions, and where all these are."""
        here = network.places
        used = {*joint.places, *here.index[here["kind"].isin(("city", "junction"))]}
        near = here.loc[[p for p in here.index if p in used and here.at[p, "kind"] not in BORDER_KINDS]]
        spots = list(zip(near["lat"], near["lon"], strict=True))
        codes = dict(zip(here.index, here["country"], strict=True))
        into = conflation.grouped(found, conflation.JOIN_KM)
        where: dict[Vertex, tuple[float, float]] = {
            ("place", p): (lat, lon) for p, lat, lon in zip(here.index, here["lat"], here["lon"], strict=True)
        }
        tree = _tree(spots)
        cuts = {
            what: (chosen.at[what], chosen.borders[what])
            for c in found
            for kind, what in (c.start, c.end)
            if kind == "cut"
        }
        into |= {("cut", number): vertex for number, vertex in crossings.assign(cuts).items()}
        for vertex in dict.fromkeys(v for c in found for v in (c.start, c.end)):
            kind, what = vertex
            if kind == "on":
                where[vertex] = self._on_link(joint, what)
            elif kind == "point":
                at = where[vertex] = chosen.at[what]
                for number in tree(at, JUNCTION_KM):
                    place = str(near.index[number])
                    if self.territory.at(np.array([at[0]]), np.array([at[1]]))[0] in codes[place].split("-"):
                        into[vertex] = ("place", place)
                        break
        where |= {("border", i): c.at for i, c in enumerate(crossings.new)}
        for vertex, goal in into.items():
            if goal[0] == "on" and goal not in where:
                where[goal] = self._on_link(joint, goal[1])
            where.setdefault(vertex, where[goal])
        moved = [conflation.moved(c, into.get(c.start, c.start), into.get(c.end, c.end), where) for c in found]
        return [c for c in moved if self._fits(c, codes, network)], where

    def _on_link(self, joint: Joint, what: tuple[str, float]) -> tuple[float, float]:
        """Return where along its drawn line a link is met."""
        key, along = what
        share = along / joint.matches[key].km
        point = part(self.tables.lines[key], share, share)
        return float(point.y), float(point.x)

    def _fits(self, chain: Chain, codes: dict[str, str], network: Network) -> bool:
        """Return whether both ends of a chain may lie in its country."""
        for kind, what in (chain.start, chain.end):
            if kind == "place" and chain.country not in codes[what].split("-"):
                return False
            if kind == "on" and network.links.at[what[0], "country"] != chain.country:
                return False
        return True

    def _known(self, network: Network, mode: str, joint: Joint, chain: Chain) -> bool:
        """Return whether a chain is a curated link between the same places over again."""
        if chain.start[0] != "place" or chain.end[0] != "place":
            return False
        a, b = chain.start[1], chain.end[1]
        links = network.links
        twins = links[
            (links["mode"] == mode)
            & (((links["from"] == a) & (links["to"] == b)) | ((links["from"] == b) & (links["to"] == a)))
        ]
        line = shapely.LineString([(lon, lat) for lat, lon in chain.points])
        surveyed = {key for key, found in joint.matches.items() if found.surveyed}
        return any(
            same_way(line, chain.km, twin.geometry, twin.length_km, known=twin.Index in surveyed)
            for twin in twins.itertuples()
        )

    def write(
        self, mode: str, joint: Joint, crossings: Crossings, found: list[Chain], where: dict[Vertex, Any]
    ) -> None:
        """Put places, divided links, borders and links into the tables."""
        places = self.tables.frames["places"]
        names = {fold(w) for column in ("id", "name", "name_en") for w in places[column]}
        names |= {fold(w) for cell in places["alt_names"] for w in split(cell)}
        name_of = Names(self.towns, names)
        country: dict[Vertex, str] = {}
        for chain in found:
            for vertex in (chain.start, chain.end):
                country.setdefault(vertex, chain.country)
        new = {
            v: self._place(v, where[v], code, mode, crossings, name_of)
            for v, code in country.items()
            if v[0] != "place"
        }
        self.tables.add("places", list(new.values()))
        cuts: dict[str, list[tuple[float, str]]] = {}
        for (kind, what), row in new.items():
            if kind == "on":
                cuts.setdefault(what[0], []).append((what[1] / joint.matches[what[0]].km, row["id"]))
        for key, pieces in split_links(self.tables, cuts).items():
            self.added.append({"kind": "divided", "id": key, "name": ";".join(pieces), "mode": mode})
        for (kind, what), row in new.items():
            if kind == "border":
                border = border_row(self.tables, row["id"], row["name"], mode, crossings.new[what], self.source.key)
                self.tables.add("borders", [border])
                self.added.append(
                    {"kind": "border", "id": row["id"], "name": row["name"], "country": row["country"], "mode": mode}
                )
        ids = {v: v[1] for v in country if v[0] == "place"} | {v: r["id"] for v, r in new.items()}
        self._links(mode, found, ids)

    def _at(self, at: tuple[float, float]) -> str:
        return str(self.territory.at(np.array([at[0]]), np.array([at[1]]))[0])

    def _place(
        self, vertex: Vertex, at: tuple[float, float], code: str, mode: str, crossings: Crossings, names: Names
    ) -> dict[str, str]:
        """Return the row of a new place."""
        kind, note = "junction", "junction of the ways added from OpenStreetMap"
        if vertex[0] == "border":
            crossing = crossings.new[vertex[1]]
            kind, code = KINDS[mode], crossing.countries
            note = "where the way of OpenStreetMap meets the border"
            if crossing.row is not None and crossing.row.get("name"):
                name = str(crossing.row["name"])
                key = unused(fold(name), names.taken)
                name = name if key == fold(name) else f"{name} ({mode})"
            else:
                sides = [names.nearest(*at, c) for c in code.split("-")]
                name = "–".join(sides)
                key = unused(fold(name), names.taken)
                name = name if key == fold(name) else f"{name} {key.rpartition('-')[2]}"
        else:
            key, name = names.of(*at, code)
        row = {"id": key, "name": name, "name_en": "", "country": code, "kind": kind}
        row |= {"lat": f"{at[0]:.4f}", "lon": f"{at[1]:.4f}", "accuracy_km": "2", "confidence": self.source.confidence}
        self.added.append({"kind": "place", "id": key, "name": name, "country": code, "mode": mode})
        return row | {"source": self.source.key, "note": note}

    def _links(self, mode: str, found: list[Chain], ids: dict[Vertex, str]) -> None:
        """Put a row for each chain into links.csv, and its line beside it."""
        places = self.tables.frames["places"].set_index("id")
        taken, rows = self.tables.ids("links"), []
        for chain in found:
            a, b = ids[chain.start], ids[chain.end]
            key = f"{a}-{b}-{mode}"
            key = unused(key if key not in taken and f"{b}-{a}-{mode}" not in taken else f"{key}-relief", taken)
            ends = [(float(places.at[p, "lat"]), float(places.at[p, "lon"])) for p in (a, b)]
            straight = apart(*ends)
            inner = chain.points[1:-1]
            along = [ends[0], *inner, ends[1]]
            drawn = sum(apart(p, q) for p, q in itertools.pairwise(along))
            line = shapely.LineString([(lon, lat) for lat, lon in along])
            line = shapely.set_precision(line.simplify(SIMPLIFY_DEGREES), 0) if len(inner) else line
            code = chain.country
            row = {"id": key, "name": f"{places.at[a, 'name']}–{places.at[b, 'name']}", "from": a, "to": b}
            row |= {"mode": mode, "corridors": RELIEF, "country": code, "status": "open"}
            row["length_km"] = f"{max(chain.km, drawn, 0.1):.1f}"
            row |= {"length_confidence": "medium" if chain.km > BENDS * straight else "low", "attr_confidence": "low"}
            row |= {"road_class": "primary"} if mode == "road" else {}
            row |= self.attributes(mode, chain) | chain.cells
            rows.append({"source": f"{self.source.key}; {ROAD_RULE if mode == 'road' else RAIL_RULE}"} | row)
            self.tables.lines[key] = line
            self.tables.drawn[key] = "osm-simplified"
            self.added.append(
                {
                    "kind": "link",
                    "id": key,
                    "name": row["name"],
                    "country": code,
                    "km": float(row["length_km"]),
                    "mode": mode,
                }
            )
        self.tables.add("links", rows)


def _tree(spots: list[tuple[float, float]]) -> Any:  # noqa: ANN401 - a function
    """Return what lists the spots within some km of a point, the nearest first."""
    from scipy.spatial import KDTree

    lat, lon = np.array(spots or [(90.0, 0.0)]).T
    tree = KDTree(on_sphere(lon, lat))

    def near(at: tuple[float, float], km: float) -> Iterable[int]:
        middle = on_sphere(*at[::-1])
        return sorted(tree.query_ball_point(middle, km), key=lambda i: float(np.linalg.norm(tree.data[i] - middle)))

    return near


def _doubled(beside: Beside, chain: Chain) -> bool:
    """Return whether a chain between two places is known links over again."""
    ends = chain.start[0], chain.end[0]
    return ends == ("place", "place") and beside.doubled(chain.start[1], chain.end[1], chain.points, chain.km)


def summary(added: list[dict[str, Any]]) -> dict[str, int]:
    """Return how many things of each kind were added."""
    return dict(Counter(row["kind"] for row in added))
