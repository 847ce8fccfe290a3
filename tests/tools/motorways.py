"""Name the motorways among the roads that were taken from an extract which does not tell them from main roads.

    python tests/tools/motorways.py HIGHWAYDATA

HIGHWAYDATA is a checkout of github.com/TravelMapping/HighwayData (see old_roads.py). A relief road whose class is by
rule becomes a motorway, or an expressway, where the log has a way between its ends by numbered motorways alone, as long
as the link, while the way by other roads is not as long, and the tables have not that motorway already. Only class,
source and note change. Then run tests/tools/data_dictionary.py, readme.py and maps.py.
"""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from mobility import Network
from mobility.model.files import default_folder
from mobility.model.sphere import great_circle_km
from mobility.sources.copies import open_copy, write_folder
from mobility.sources.thicken import ROAD_RULE
from tools.old_roads import SYSTEMS, Log, roads

if TYPE_CHECKING:
    from collections.abc import Iterable

HOME = default_folder()
LEAST_KM = 4.0
CONNECTOR_KM = 3.0  # how far the motorway may begin from a place
SAME, SAME_KM = 0.05, 1.0  # by how much the motorway may differ in length
OTHER = 0.06  # by which share the way by other roads must differ
SHARED = 0.3  # a motorway of the tables has so much of the same pieces: it is the same one
CLASSES = {
    "AT": {"AUT/auta": "motorway", "AUT/auts": "expressway"},
    "BA": {"BIH/biha": "motorway"},
    "BG": {"BGR/bgra": "motorway"},
    "GR": {"GRC/grca": "motorway"},
    "HR": {"HRV/hrva": "motorway"},
    "HU": {"HUN/hunm": "motorway"},
    "IT": {"ITA/itaa": "motorway"},
    "RO": {"ROU/roua": "motorway", "ROU/roudex": "expressway"},
    "RS": {"SRB/srba": "motorway"},
    "SI": {"SVN/svna": "motorway", "SVN/svnh": "expressway"},
    "TR": {"TUR/turo": "motorway"},
}
"""Systems of motorways of the log. The A roads of Albania and North Macedonia are not all motorways."""
LEFT = {"cernavoda-siminoc-road", "siminoc-cumpana-road"}
"""Beside the A2 of the tables, whose ends lie too far from the log to be known by it."""
OTHERS = SYSTEMS | {"IT": {"ITA/itass": 1.0}, "TR": {"TUR/turd": 1.0}}


class Atlas:
    """The motorways of one country, and its other roads."""

    def __init__(self, folder: Path, country: str) -> None:
        classes = CLASSES[country]
        self.fast = Log(roads(folder, dict.fromkeys(classes, 1.0)))
        self.other = Log(roads(folder, OTHERS[country]))
        stems = {s: [f.stem for f in (folder / "hwy_data" / s).glob("*.wpt")] for s in classes}
        self.known: set[frozenset[object]] = set()
        self.of = {stem: classes[system] for system, names in stems.items() for stem in names}

    def know(self, ends: Iterable[tuple[tuple[float, float], tuple[float, float]]]) -> None:
        """Keep the pieces of motorways that the tables have, by the ends of their links."""
        for start, end in ends:
            found = self.fast.way(start, end)
            self.known |= {frozenset(pair) for pair in pairwise(found[2])} if found else set()

    def judged(self, start: tuple[float, float], end: tuple[float, float], km: float) -> tuple[str, str] | None:
        """Return class and numbers of the motorway between two points (lat, lon) that is as long as a link, or None."""
        found, other = self.fast.way(start, end), self.other.way(start, end)
        if found is None or len(found[2]) < 2 or abs(found[0] - km) > SAME * km + SAME_KM:
            return None
        tips = ((start, found[2][0]), (end, found[2][-1]))
        if any(great_circle_km(*a[::-1], *b[::-1]) > CONNECTOR_KM for a, b in tips):
            return None
        if other is not None and abs(other[0] / km - 1) < OTHER:
            return None
        pieces = [(frozenset(pair), self.fast.graph.edges[pair]["km"]) for pair in pairwise(found[2])]
        if sum(km for piece, km in pieces if piece in self.known) > SHARED * sum(km for _, km in pieces):
            return None
        kinds = {self.of[road] for road in found[1]}
        return ("motorway" if kinds == {"motorway"} else "expressway"), " ".join(found[1])


def main() -> None:
    """Write links.csv with the classes, and one line of text for each road that has a new one."""
    net, copy = Network.load(), open_copy(HOME)
    frame = copy.frames["links"].set_index("id", drop=False)
    links = net.links[(net.links["mode"] == "road") & (net.links["status"] == "open")]
    fast = links[links["road_class"].isin(("motorway", "expressway"))]
    by_rule = frame.index[(frame["road_class"] == "primary") & frame["source"].str.contains(ROAD_RULE, regex=False)]
    asked = links[links.index.isin({*by_rule} - LEFT) & (links["length_km"] >= LEAST_KM)]
    at = dict(zip(net.places.index, zip(net.places["lat"], net.places["lon"], strict=True), strict=True))
    for country in CLASSES:
        atlas = Atlas(Path(sys.argv[1]), country)
        here = fast[fast["country"] == country]
        atlas.know((at[a], at[b]) for a, b in zip(here["from"], here["to"], strict=True))
        for key, row in asked[asked["country"] == country].iterrows():
            found = atlas.judged(at[row["from"]], at[row["to"]], row["length_km"])
            if found is None:
                continue
            frame.loc[key, "road_class"] = found[0]
            frame.loc[key, "source"] = frame.at[key, "source"].replace(ROAD_RULE, "travelmapping-highwaydata")
            note = f"{found[0]} by its number in the road log: {found[1]}"
            frame.loc[key, "note"] = f"{frame.at[key, 'note']}; {note}".removeprefix("; ")
            sys.stdout.write(f"{key}: {found[0]} {found[1]}\n")
    copy.frames["links"] = frame.reset_index(drop=True)
    write_folder(copy, HOME, HOME)


if __name__ == "__main__":
    main()
