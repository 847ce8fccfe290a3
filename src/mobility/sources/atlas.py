"""The countries that a file itself draws or names: codes and names, closed areas, sides of borders, points that say."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import shapely

from mobility.errors import InputError
from mobility.model.names import fold, some
from mobility.sources.marks import HINTS
from mobility.sources.tags import CODE_KEYS, NAME_KEYS, SIDES, is_border, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mobility.sources.extract import Extract
    from mobility.vocabulary import Array

# ISO 3166-1 keeps these codes free for its users; XK is taken.
_FREE = [f"X{letter}" for letter in "ABCDEFGHIJLMNOPQRSTUVWYZ"] + [f"Q{letter}" for letter in "MNOPQRSTUVWXYZ"]
_BESIDE = 1.0  # degrees: the parts reach little farther than the roads do, towns may lie beyond
_ASIDE = 1e-8  # degrees beside a border that tell its two sides: less than OpenStreetMap's own step


@dataclass(frozen=True, eq=False)
class Atlas:
    """In which country a point lies, and what the countries are called in the file."""

    names: dict[str, str]
    parts: Array
    codes: Array
    middle: float

    @classmethod
    def of_one(cls, code: str) -> Atlas:
        """Return the atlas of one country that is everywhere."""
        return cls({}, np.array([shapely.box(-181, -91, 181, 91)]), np.array([code], object), 0.0)

    def at(self, lon: Array, lat: Array) -> Array:
        """Return the code of each point, "" where none is known."""
        part = nearest(self.parts, unrolled(np.asarray(lon, float), self.middle), np.asarray(lat, float))
        return np.asarray(np.append(self.codes, "")[part])


def unrolled(lon: Array, middle: float | Array) -> Array:
    """Return longitudes within half a turn of a middle: a region across the antimeridian is one piece."""
    return np.asarray(lon - 360 * np.round((lon - middle) / 360))


def middle_of(lon: Array) -> float:
    """Return a longitude about which some lie: their middle, on the side of the globe on which they are nearer."""
    if not len(lon):
        return 0.0
    spans = [(float(np.ptp(at)), float(at.min() + at.max()) / 2) for at in (lon, np.where(lon < 0, lon + 360, lon))]
    return min(spans)[1]


class Codes:
    """Codes of countries by what a file writes: a code, or a name; a name without a code gets one that ISO keeps free.

    `names` holds what those are called that were asked for.
    """

    def __init__(self, countries: pd.DataFrame | None, tell: Callable[[str], None]) -> None:
        self.names: dict[str, str] = {}
        rows = [] if countries is None else zip(countries["iso2"], countries["name"], strict=True)
        self._known: dict[str, str] = {fold(name): code for code, name in rows}
        self._tell = tell

    def of(self, tags: Mapping[str, str]) -> str:
        """Return the code that the tags of a boundary or country state, else that of a name that is known, else ""."""
        stated = next((code for key in CODE_KEYS if (code := _code(tags.get(key, "").split(";")[0]))), "")
        names = [plain(tags[key]) for key in NAME_KEYS if tags.get(key)]
        code = stated or next((self._known[fold(name)] for name in names if fold(name) in self._known), "")
        if code:
            self.names.setdefault(code, names[0] if names else code)
            self._known |= {fold(tags[key]): code for key in NAME_KEYS if key in tags}
        return code

    def word(self, text: str) -> str:
        """Return the code that a word means: itself, or that of a name; "" for none."""
        name = plain(text)
        code = _code(name) or (self.new(name) if fold(name) else "")
        if code:
            self.names.setdefault(code, code)
        return code

    def new(self, name: str) -> str:
        """Return the code of a name, a free one where it has none."""
        key = fold(name)
        if key not in self._known:
            code = next((code for code in _FREE if code not in self.names), "")
            if not code:
                raise InputError("more countries without a code (ISO3166-1) in the data than there are codes free")
            self._known[key], self.names[code] = code, name
            self._tell(f"{name}: no code (ISO3166-1) is in the data; it is called {code} here")
        return self._known[key]


def _code(text: str) -> str:
    word = text.strip().upper()
    return word if len(word) == 2 and word.isascii() and word.isalpha() else ""  # noqa: PLR2004 - alpha-2


class Land(NamedTuple):
    """A country as a relation draws it: its code, its ways, and the area of its rings that are closed in the data."""

    code: str
    ways: Array
    area: Any


class Borders:
    """The parts between borders, and what the file says of them.

    Parameters
    ----------
    border
        The extract with the segments of borders only, its longitudes unrolled.
    parts
        Polygons that do not overlap.
    codes
        Where codes and names are kept.
    middle
        The longitude about which they lie.
    """

    def __init__(self, border: Extract, parts: Array, codes: Codes, middle: float) -> None:
        self.border, self.parts, self.codes, self.middle = border, parts, codes, middle
        drawn: list[tuple[Mapping[str, str], dict[int, str]]]
        drawn = [(relation.tags, relation.ways()) for relation in border.relations if is_border(relation.tags)]
        members = {way for _, ways in drawn for way in ways}
        drawn += [(tags, {way: "outer"}) for way, tags in self._rings_alone() if way not in members]
        self.lands = [land for tags, ways in drawn if (land := self._land(tags, ways))]
        self.left, self.right = self._beside()
        self.of_way: dict[int, set[str]] = defaultdict(set)
        for land in self.lands:
            for way in land.ways.tolist():
                self.of_way[way].add(land.code)
        self.shaky: dict[int, InputError] = {}  # parts of which several countries are said

    def _rings_alone(self) -> list[tuple[int, Mapping[str, str]]]:
        """Return the ways that end where they begin, with their tags."""
        border = self.border
        rows = pd.DataFrame({"way": border.way, "tail": border.tail, "head": border.head, "kind": border.kind})
        ends = rows.groupby("way").agg({"tail": "first", "head": "last", "kind": "first"})
        closed = ends[ends["tail"] == ends["head"]]
        return [(int(way), border.kinds[kind]) for way, kind in closed["kind"].items()]

    def _land(self, tags: Mapping[str, str], ways: dict[int, str]) -> Land | None:
        """Return the country that a relation or a closed way is; None for a line or a disputed area, which is none."""
        code = self.codes.of(tags)
        outer = _rings(self.border, [way for way, role in ways.items() if role != "inner"])
        area = shapely.difference(outer, _rings(self.border, [way for way, role in ways.items() if role == "inner"]))
        name = next((tags[key] for key in NAME_KEYS if tags.get(key)), "")
        if not code and name and not area.is_empty and tags["boundary"] == "administrative":
            code = self.codes.new(plain(name))
        shapely.prepare(area)
        return Land(code, np.array(sorted(ways), dtype=np.int64), area) if code else None

    def _beside(self) -> tuple[Array, Array]:
        """Return the parts to the left and right of each segment, -1 where there is none."""
        border = self.border
        at = np.column_stack([border.lon, border.lat])
        a, b = at[border.tail], at[border.head]
        along = b - a
        aside = np.column_stack([-along[:, 1], along[:, 0]]) * _ASIDE / np.maximum(np.hypot(*along.T), 1e-12)[:, None]
        lines = shapely.linestrings(np.stack([a, b], axis=1)) if len(a) else np.array([], object)
        used = shapely.intersection(lines, shapely.box(*shapely.total_bounds(self.parts)))
        met, middle = ~shapely.is_empty(used), np.full((len(a), 2), np.nan)
        middle[met] = shapely.get_coordinates(shapely.centroid(used[met]))
        return within(self.parts, *(middle + aside).T), within(self.parts, *(middle - aside).T)

    def drawn(self, part: int) -> str:
        """Return the country in whose closed area a part lies: of several the smallest; "" for none."""
        inside = shapely.point_on_surface(self.parts[part])
        around = [land for land in self.lands if shapely.contains(land.area, inside)]
        land = min(around, key=lambda land: float(land.area.area), default=None)
        return land.code if land else ""

    def beside(self) -> dict[int, Counter[str]]:
        """Return how many segments say that a country lies on the side of theirs where a part is."""
        said: dict[int, Counter[str]] = defaultdict(Counter)
        for side, parts in (("left", self.left), ("right", self.right)):
            words = [next((tags[key] for key in SIDES[side] if key in tags), "") for tags in self.border.kinds]
            for kind in np.flatnonzero(np.array([bool(word) for word in words], bool)).tolist():
                for part, count in Counter(parts[self.border.kind == kind].tolist()).items():
                    if part >= 0 and (code := self.codes.word(words[kind])):
                        said[part][code] += count
        return said

    def pairs(self) -> list[tuple[int, int, frozenset[str]]]:
        """Return the parts to the left and right of ways that two countries share, and these two."""
        rows = {*zip(self.border.way.tolist(), self.left.tolist(), self.right.tolist(), strict=True)}
        met = {(left, right, frozenset(self.of_way[way])) for way, left, right in rows}
        return sorted((row for row in met if len(row[2]) == 2), key=str)  # noqa: PLR2004 - two countries

    def solve(self, known: dict[int, str]) -> None:
        """Add parts that only one country can be: it alone is on all their borders, or the other side is another."""
        meet = [row for row in self.pairs() if row[0] != row[1]]
        meet += [(right, left, both) for left, right, both in meet]
        can: dict[int, frozenset[str]] = {}
        for part, _, both in meet:
            can[part] = can.get(part, both) & both
        before = -1
        while before != len(known):
            before = len(known)
            for part, other, both in meet:
                left = can[part] - ({known[other]} if known.get(other) in both else set())
                unsure = other not in known and can[other] == left  # both cannot be: one of them is of several
                if part >= 0 and part not in {*known, *self.shaky} and len(left) == 1 and not unsure:
                    known[part] = next(iter(left))

    def across(self, part: int, known: Mapping[int, str]) -> list[tuple[int, str]]:
        """Return the segments beyond which a part lies (rows), each with the country that must be on this side."""
        found = []
        sides = zip(self.left.tolist(), self.right.tolist(), self.border.way.tolist(), strict=True)
        for row, (left, right, way) in enumerate(sides):
            other = right if left == part else left
            both = self.of_way[way]
            if part in {left, right} and left != right and len(both) == 2 and known.get(other) in both:  # noqa: PLR2004
                found.append((row, next(iter(both - {known[other]}))))
        return found

    def settle(self, part: int, votes: Counter[str], what: str, known: dict[int, str]) -> None:
        """Add what most say of a part; where several countries are said, remember that."""
        try:
            known[part] = one_of(votes, what)
        except InputError as error:
            self.shaky[part] = error

    def asked(self, lat: float, lon: float) -> str:
        """Return the country that whoever can be asked says; "" where it says none, or several."""
        said = self.border.ask(lat, lon) if self.border.ask else []
        codes = {code for tags in said if (code := self.codes.of(tags))}
        return codes.pop() if len(codes) == 1 else ""

    def points(self, *, weak: bool) -> dict[int, Counter[str]]:
        """Return what points say of the parts they lie in: capitals and labels of countries; weak: any point."""
        of_node = {
            key: self.codes.of(relation.tags)
            for relation in self.border.relations
            for kind, key, _ in relation.members
            if kind == "n" and is_border(relation.tags)
        }
        said: dict[int, Counter[str]] = defaultdict(Counter)
        rows = []
        for node in self.border.points:
            strong = of_node.get(node.id) or (self.codes.of(node.tags) if node.tags.get("place") == "country" else "")
            hint = next((node.tags[key] for key in HINTS if node.tags.get(key)), "") if weak else ""
            if code := strong or (self.codes.word(hint) if hint else ""):
                rows.append((node.lon, node.lat, code))
        if rows:
            lon, lat = (np.array([row[i] for row in rows], float) for i in (0, 1))
            part_of = nearest(self.parts, unrolled(lon, self.middle), lat).tolist()
            for part, (*_, code) in zip(part_of, rows, strict=True):
                if part >= 0:
                    said[part][code] += 1
        return said


def nearest(parts: Array, lon: Array, lat: Array) -> Array:
    """Return the number of the part that each point lies in or beside (a degree at most), -1 for none."""
    found = within(parts, lon, lat)
    outside = np.flatnonzero(found < 0)
    points = shapely.points(np.asarray(lon, float)[outside], np.asarray(lat, float)[outside])
    if len(outside) and len(parts):
        rows, beside = shapely.STRtree(parts).query_nearest(points, max_distance=_BESIDE, all_matches=False)
        found[outside[rows]] = beside
    return found


def one_of(votes: Counter[str], what: str) -> str:
    """Return the country that most say; raise InputError where a quarter says another: a border is not whole."""
    (code, most), *others = votes.most_common()
    if 4 * sum(count for _, count in others) >= most + sum(count for _, count in others):
        met = ", ".join(sorted(votes))
        raise InputError(
            f"{what} {met} with no whole border between them in the data; "
            "give --country XX, or data with national borders (admin_level 2)"
        )
    return code


def within(parts: Iterable[Any], lon: Array, lat: Array) -> Array:
    """Return the number of the part that each point lies in, -1 for none."""
    found = np.full(len(lon), -1)
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    for number, part in enumerate(parts):
        west, south, east, north = part.bounds
        near = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
        if len(near):
            shapely.prepare(part)
            found[near[shapely.contains_xy(part, lon[near], lat[near])]] = number
    return found


def _rings(border: Extract, ways: list[int]) -> Any:  # noqa: ANN401 - shapely has no types
    """Return the area within the rings that some ways close."""
    rows = np.isin(border.way, ways)
    ends = np.stack([border.tail[rows], border.head[rows]], axis=1)
    lines = shapely.linestrings(np.stack([border.lon[ends], border.lat[ends]], axis=2)) if len(ends) else []
    return shapely.union_all(shapely.get_parts(shapely.polygonize(lines)))


def ask(borders: Borders, lat: float, lon: float) -> InputError:
    """Return the error that says which country is asked for, and what the file lacks."""
    lands = sorted({land.code for land in borders.lands})
    if lands:
        why = f"the boundary of {some(lands)} in the data is not whole, or it lies beyond, and nothing there says more"
    else:
        why = "the data has no boundary relation with a code, no left:country, is_in:country_code or addr:country there"
    return InputError(
        f"no known place says which country {lat:.2f},{lon:.2f} is in, nor does the data ({why}); "
        "give --country XX (its code) if all is in one country, or --network with known places there"
    )
