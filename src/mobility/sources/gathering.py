"""Ways and nodes as a file or server gives them, collected: the newest version of each, and points that are sound."""

from __future__ import annotations

import re
from array import array
from typing import TYPE_CHECKING

import numpy as np

from mobility.sources.extract import Extract, Selection
from mobility.sources.permission import at_point
from mobility.sources.tags import is_ferry, mode_of, place_name, stricter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mobility.sources.extract import Node, Way
    from mobility.vocabulary import Array

_NOT_DIGIT = re.compile(r"[^0-9]")
_FAR_ID = "ways left out because an id in them is beyond 63 bits"
_AGAIN = "ways that are in the data more than once, of which the newest stands (the last, where none is newer)"
_NOWHERE = "points that are nowhere on the globe, before which their ways stop"


def gather(
    ways: Iterable[Way],
    nodes: Callable[[Array], Iterable[Node]],
    origin: str,
    selection: Selection | None = None,
    *,
    whole: bool = True,
) -> Extract:
    """Collect ways, then the nodes that they need.

    Parameters
    ----------
    ways
        The ways to take.
    nodes
        Called once, with the ids needed (sorted); yields those that there are.
    origin
        Where they are read.
    selection
        What of each way is taken.
    whole
        An id stands for a whole way, of which one version counts; else ways come in parts.
    """
    heap = _Heap(selection or Selection())
    for way in ways:
        heap.add(way)
    stands = heap.newest() if whole else np.ones(len(heap.ids), bool)
    of = np.repeat(np.arange(len(heap.ids)), _numbers(heap.sizes))
    refs, of = _numbers(heap.refs)[stands[of]], of[stands[of]]
    points = _Points(np.unique(refs))
    for node in nodes(points.ids):
        points.add(node)
    lon, lat, absent = points.placed(heap.odd)
    row = np.searchsorted(points.ids, refs)
    tail, head, of, same = row[:-1], row[1:], of[:-1], of[:-1] == of[1:]
    there = ~np.isnan(lon[tail] + lon[head])
    missing = int((same & (absent[tail] | absent[head])).sum())
    use = same & there & (tail != head)
    part, kind = heap.roles_of(of[use])
    tail, head, of = (column[use][part] for column in (tail, head, of))
    kinds = [dict(tags) for tags in heap.kinds]
    newest = _numbers(heap.changed)[stands].max(initial=0)
    return Extract(
        node=points.ids,
        lon=lon,
        lat=lat,
        names={row: name for row, tags in points.tags.items() if (name := place_name(tags))},
        tail=tail,
        head=head,
        way=_numbers(heap.ids)[of],
        kind=_stopped(tail, head, kind, kinds, points.tags),
        kinds=kinds,
        date=_date(newest),
        origin=origin,
        missing=missing,
        odd=heap.odd,
    )


class _Heap:
    """Ways as numbers: one record per version read, and the things that each is."""

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.refs, self.sizes, self.ids, self.version, self.changed = (array("q") for _ in range(5))
        self.gone = array("b")
        self.kinds: dict[tuple[tuple[str, str], ...], int] = {}
        self.roles: list[array[int]] = []  # of the first thing that ways are, the second ...: kind per record, or -1
        self.odd: dict[str, int] = {}

    def add(self, way: Way) -> None:
        """Keep a way, unless an id in it is none."""
        try:
            refs, ids = array("q", way.nodes), array("q", [way.id])
        except OverflowError:
            self.odd[_FAR_ID] = self.odd.get(_FAR_ID, 0) + 1
            return
        things = [] if way.gone else self.selection.roles(way.tags)
        while len(self.roles) < len(things):
            self.roles.append(array("q", [-1] * len(self.ids)))
        for number, kinds in enumerate(self.roles):
            key = tuple(sorted(things[number].items())) if number < len(things) else None
            kinds.append(-1 if key is None else self.kinds.setdefault(key, len(self.kinds)))
        self.refs.extend(refs)
        self.sizes.append(len(refs))
        self.ids.extend(ids)
        self.version.append(way.version)
        self.changed.append(int(_NOT_DIGIT.sub("", way.changed)[:14].ljust(14, "0")) if way.changed else 0)
        self.gone.append(way.gone)

    def newest(self) -> Array:
        """Return which records stand: of each id the newest, if that is not gone."""
        ids, alive = _numbers(self.ids), _numbers(self.gone) == 0
        order = np.lexsort((np.arange(len(ids)), _numbers(self.changed), _numbers(self.version), ids))
        last = np.ones(len(ids), bool)
        last[:-1] = ids[order][1:] != ids[order][:-1]
        again = int((np.unique(ids[alive], return_counts=True)[1] > 1).sum())
        self.odd |= {_AGAIN: again} if again else {}
        stands = np.zeros(len(ids), bool)
        stands[order[last]] = True
        return np.asarray(stands & alive)

    def roles_of(self, of: Array) -> tuple[Array, Array]:
        """Return the rows of segments (given by their records), once per thing that their way is, and its kind."""
        kinds = [_numbers(role)[of] for role in self.roles]
        none = np.zeros(0, dtype=np.int64)
        rows = np.concatenate([none, *(np.flatnonzero(kind >= 0) for kind in kinds)])
        return rows, np.concatenate([none, *(kind[kind >= 0] for kind in kinds)])


class _Points:
    """The points that are needed, by id, and what is said of them; of several versions the newest."""

    def __init__(self, ids: Array) -> None:
        self.ids = ids
        self.tags: dict[int, Mapping[str, str]] = {}
        self._row, self._version, self._gone = array("q"), array("q"), array("b")
        self._lon, self._lat = array("d"), array("d")
        self._newest: dict[int, int] = {}  # only of points with tags

    def add(self, node: Node) -> None:
        """Keep a node."""
        row = int(np.searchsorted(self.ids, node.id))
        self._row.append(row)
        self._lon.append(node.lon)
        self._lat.append(node.lat)
        self._version.append(node.version)
        self._gone.append(node.gone)
        if (node.tags or row in self._newest) and node.version >= self._newest.get(row, 0):
            self._newest[row], self.tags[row] = node.version, node.tags

    def placed(self, odd: dict[str, int]) -> tuple[Array, Array, Array]:
        """Return longitude and latitude of each point, NaN where they are not known, and whether it is absent.

        Points that cannot be are counted.
        """
        order = np.lexsort((np.arange(len(self._row)), _numbers(self._version)))
        row, gone = _numbers(self._row)[order], np.full(len(self.ids), fill_value=True)
        lon, lat = np.full(len(self.ids), np.nan), np.full(len(self.ids), np.nan)
        lon[row], lat[row] = np.array(self._lon)[order], np.array(self._lat)[order]  # the last stands
        gone[row] = _numbers(self._gone)[order] != 0
        on_globe = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)  # noqa: PLR2004 - degrees; false for NaN
        nowhere = int((~on_globe & ~gone).sum())
        odd |= {_NOWHERE: nowhere} if nowhere else {}
        lon[gone | ~on_globe] = lat[gone | ~on_globe] = np.nan
        return lon, lat, gone


def _stopped(
    tail: Array, head: Array, kind: Array, kinds: list[dict[str, str]], points: Mapping[int, Mapping[str, str]]
) -> Array:
    """Return the kinds of segments with what stands at their ends: barriers and limits at points of roads."""
    stops = {row: said for row, tags in points.items() if (said := at_point(tags))}
    rows = np.array(list(stops), dtype=np.int64)
    touched = np.flatnonzero(np.isin(tail, rows) | np.isin(head, rows))
    known = {tuple(sorted(tags.items())): number for number, tags in enumerate(kinds)}
    kind = kind.copy()
    for segment in touched.tolist():
        tags = kinds[kind[segment]]
        if mode_of(tags) == "road" and not is_ferry(tags):
            for end in (int(tail[segment]), int(head[segment])):
                tags = stricter(tags, stops.get(end, {}))
            key = tuple(sorted(tags.items()))
            if key not in known:
                known[key] = len(kinds)
                kinds.append(tags)
            kind[segment] = known[key]
    return kind


def _numbers(values: array[int]) -> Array:
    return np.array(values, dtype=np.int64)


def _date(stamp: int) -> str:
    day = f"{stamp:014d}"
    return f"{day[:4]}-{day[4:6]}-{day[6:8]} or later" if stamp else ""
