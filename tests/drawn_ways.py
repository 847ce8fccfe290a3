"""The ways of an OpenStreetMap file as drawn, searched segment by segment, with more rules than an import keeps to."""

import heapq
from collections import defaultdict
from dataclasses import dataclass, field

from mobility.sources.extract import Selection, geodesic_km
from mobility.sources.files import read
from mobility.sources.tags import ROAD_CLASSES, columns, direction, forbidden

ROADS = tuple(ROAD_CLASSES)


@dataclass
class Drawn:
    """Segments of ways in the directions in which they are used; nothing is joined, tied or left out as too small.

    `limited` and `through` are those that the profile's limits refuse, and those for destinations only; `no` and
    `only` hold turn restrictions by way and point.
    """

    tail: list = field(default_factory=list)
    head: list = field(default_factory=list)
    way: list = field(default_factory=list)
    km: list = field(default_factory=list)
    limited: set = field(default_factory=set)
    through: set = field(default_factory=set)
    leaving: dict = field(default_factory=lambda: defaultdict(list))
    no: set = field(default_factory=set)
    only: dict = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, path, profile):
        """Read a file as a profile (of lorries) may use it."""
        extract = read(path, Selection(ROADS, modes=("road",), borders=False))
        km = geodesic_km(extract, extract.tail, extract.head)
        mine = {"max_gross_t": profile.gross_t, "max_axle_t": profile.axle_t}
        mine |= {"max_height_m": profile.height_m, "max_width_m": profile.width_m}
        found = cls()
        for row in range(len(km)):
            tags = extract.kinds[extract.kind[row]]
            if forbidden(tags):
                continue
            stated = columns(tags)[0]
            ends = [int(extract.node[end[row]]) for end in (extract.tail, extract.head)]
            for tail, head, against in ((*ends, -1), (*ends[::-1], 1)):
                if direction(tags) == against:
                    continue
                this = len(found.tail)
                found.limited |= {this} if any(stated.get(key, most) < most for key, most in mine.items()) else set()
                found.through |= (
                    {this} if "destination" in map(tags.get, ("access", "vehicle", "motor_vehicle")) else set()
                )
                found.leaving[tail].append(this)
                for column, value in ((found.tail, tail), (found.head, head), (found.way, int(extract.way[row]))):
                    column.append(value)
                found.km.append(float(km[row]))
        found._restrict(path)
        return found

    def _restrict(self, path):
        """Read the turn restrictions at points that hold at all hours; those that spare buses hold for cars."""
        import osmium

        for relation in osmium.FileProcessor(str(path), osmium.osm.RELATION):
            if {"hour_on", "day_on"} & {tag.k for tag in relation.tags}:
                continue
            by_role = {member.role: member for member in relation.members}
            assert by_role["via"].type == "n", "a restriction along a way is not read here"
            start, at, end = (by_role[role].ref for role in ("from", "via", "to"))
            if relation.tags["restriction"].startswith("only_"):
                self.only[start, at].add(end)
            else:
                self.no.add((start, at, end))

    def _turns(self, segment, *, restricted):
        """Return the segments that follow one: back only where nothing else goes on."""
        at, way = self.head[segment], self.way[segment]
        back = [n for n in self.leaving[at] if self.head[n] == self.tail[segment] and self.way[n] == way]
        following = [n for n in self.leaving[at] if n not in back] or back
        if not restricted:
            return following
        only = self.only.get((way, at))
        return [n for n in following if (way, at, self.way[n]) not in self.no and (not only or self.way[n] in only)]

    def length(self, here, there, tried=()):
        """Return the kilometres of the shortest way between two points, None when there is none.

        `tried`: limit (the profile's limits are not kept to), turns (restrictions are), destination (roads for
        destinations only are used at both ends of a way only: phase 0, then 1 elsewhere, then 2).
        """
        shut = set() if "limit" in tried else self.limited
        through = self.through if "destination" in tried else set()
        start = [n for n in self.leaving[here] if n not in shut]
        queue = [(self.km[n], n, 0 if n in through else 1) for n in start]
        heapq.heapify(queue)
        seen = set()
        while queue:
            km, segment, phase = heapq.heappop(queue)
            if (segment, phase) in seen:
                continue
            seen.add((segment, phase))
            if self.head[segment] == there:
                return km
            for n in self._turns(segment, restricted="turns" in tried):
                if n not in shut and not (phase == 2 and n not in through):
                    later = (2 if phase else 0) if n in through else 1
                    heapq.heappush(queue, (km + self.km[n], n, later))
        return None
