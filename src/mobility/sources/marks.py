"""What a file says beside its ways: relations of borders and sites, and points that say a country, town or site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mobility.sources.tags import CODE_KEYS, NAME_KEYS, is_border, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mobility.sources.extract import Node, Selection

# Kinds of places.csv by the first tag that fits ("runway" makes an aerodrome of an outline).
SITES = {
    ("military", "naval_base"): "naval_base",
    ("military", "airfield"): "airbase",
    ("military", "training_area"): "training_area",
    ("military", "base"): "base",
    ("military", "barracks"): "base",
    ("aeroway", "aerodrome"): "airport",
    ("aeroway", "runway"): "runway",
    ("landuse", "port"): "port",
    ("landuse", "harbour"): "port",
    ("industrial", "port"): "port",
    ("harbour", "yes"): "port",
    ("amenity", "ferry_terminal"): "ferry_port",
    ("landuse", "military"): "base",
}
_SITE_KEYS = ("name", "name:en", "iata", "icao")
_VEHICLES = ("cargo", "vehicle", "vehicles", "motor_vehicle", "motorcar", "hgv", "goods")
_ON_FOOT = {"no", "passengers", "passenger", "foot", "bicycle", "bicycles"}  # values of these that speak of no vehicle
HINTS = ("is_in:country_code", "is_in:country", "addr:country")
TOWNS = ("city", "town", "village")
POINT_KEYS = ("place", "barrier", *HINTS, *dict.fromkeys(key for key, _ in SITES))
_CELL = 10  # of points that say no more than a country, one is kept in each tenth of a degree

BORDER = {"boundary": "administrative", "admin_level": "2"}
OUTLINE = {"site": "outline"}


class Relation(NamedTuple):
    """A relation as read: its members are ("n", "w" or "r", id, role)."""

    id: int
    tags: dict[str, str]
    members: list[tuple[str, int, str]]
    version: int = 0
    gone: bool = False

    def ways(self) -> dict[int, str]:
        """Return the ways in it, each with its role."""
        return {key: role for kind, key, role in self.members if kind == "w"}


def site(tags: Mapping[str, str]) -> str:
    """Return which kind of place a port, base or airfield is, "" for anything else."""
    kind = next((kind for (key, value), kind in SITES.items() if tags.get(key) == value), "")
    over = tags.get("disused") == "yes" or tags.get("abandoned") == "yes"
    marina = kind == "port" and tags.get("leisure") == "marina"
    aboard = {word.strip() for key in _VEHICLES for word in tags.get(key, "no").split(";")}
    on_foot = kind == "ferry_port" and aboard <= _ON_FOOT
    other = kind == "base" and tags.get("military", "base") not in {"base", "barracks"}
    if over or marina or on_foot or other:
        return ""
    soldiers = "military" in tags or tags.get("landuse") == "military" or "military" in tags.get("aerodrome:type", "")
    return "airbase" if kind == "airport" and soldiers else kind


def site_role(tags: Mapping[str, str]) -> dict[str, str]:
    """Return the tags to keep of a site or a part of its outline, {} for anything else: `site` holds its kind."""
    kind = site(tags) or tags.get("site", "") * (tags.get("site") == OUTLINE["site"])
    return {"site": kind} | {key: plain(tags[key]) for key in _SITE_KEYS if key in tags} if kind else {}


def is_site(tags: Mapping[str, str]) -> bool:
    """Return whether the kept tags are those of a site."""
    return "site" in tags


class Marks:
    """Collects relations and points; of several versions the newest stands."""

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self._relations: dict[int, Relation] = {}
        self._points: dict[int, Node] = {}
        self._wanted: set[int] = set()  # points that relations name: capitals, labels
        self._cells: set[tuple[Any, ...]] = set()
        self.outline: dict[int, dict[str, str]] = {}

    @property
    def asked(self) -> bool:
        """Whether anything of it is asked for."""
        return self.selection.borders or self.selection.sites

    def takes(self, tags: Mapping[str, str]) -> bool:
        """Return whether a relation is of a border or site that is asked for."""
        border = self.selection.borders and is_border(tags)
        return border or (self.selection.sites and site(tags) not in {"", "runway"})

    def read(self, relations: Iterable[Relation]) -> None:
        """Keep relations of borders and sites, and which ways are part of them."""
        for relation in relations:
            old = self._relations.get(relation.id)
            takes = self.takes(relation.tags)
            if (old is not None and relation.version >= old.version) or (old is None and takes):
                self._relations[relation.id] = relation
        for relation in self.relations:
            border = self._border(relation)
            extra = BORDER if border else OUTLINE
            for way in relation.ways():
                self.outline[way] = self.outline.get(way, {}) | extra
            self._wanted |= {key for kind, key, _ in relation.members if kind == "n" and border}

    @property
    def relations(self) -> tuple[Relation, ...]:
        """The relations that stand."""
        return tuple(r for r in self._relations.values() if not r.gone and self.takes(r.tags))

    @property
    def points(self) -> tuple[Node, ...]:
        """The points that stand."""
        return tuple(node for node in self._points.values() if not node.gone)

    def heeds(self, key: int, tags: Mapping[str, str]) -> bool:
        """Return whether a point may say something: nearly all have no tags, and do not."""
        return self.asked and (bool(tags) or key in self._wanted or key in self._points)

    def point(self, node: Node) -> None:
        """Keep a point if it says something; its tags are all that it has."""
        old = self._points.get(node.id)
        if old is not None and node.version < old.version:
            return
        on_globe = abs(node.lon) <= 180 and abs(node.lat) <= 90  # noqa: PLR2004 - degrees; false for NaN
        tags = self._told(node.tags) if on_globe and not node.gone else {}
        only_hint = tags and not {*tags} - {*HINTS} and node.id not in self._wanted
        cell = (round(node.lon * _CELL), round(node.lat * _CELL), *sorted(tags.items())) if only_hint else ()
        if old is None and only_hint and cell in self._cells:
            return
        self._cells |= {cell} if only_hint else set()
        if tags or old is not None or (node.id in self._wanted and on_globe):
            self._points[node.id] = node._replace(tags=tags)

    def _border(self, relation: Relation) -> bool:
        return self.selection.borders and is_border(relation.tags)

    def _told(self, tags: Mapping[str, str]) -> dict[str, str]:
        """Return what a point says of a country, a town, a border post or a site."""
        kept = site_role(tags) if self.selection.sites else {}
        if self.selection.borders:
            kept |= {key: plain(tags[key]) for key in HINTS if key in tags}
        if tags.get("place") in {"country", *TOWNS}:
            kept |= {key: plain(tags[key]) for key in ("place", *NAME_KEYS, *CODE_KEYS) if key in tags}
        elif tags.get("barrier") == "border_control" and "name" in tags:
            kept |= {key: plain(tags[key]) for key in ("barrier", "name")}
        return kept
