"""National borders where ways of the ground cross them: crossings by name, and who may use them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mobility.model.names import fold
from mobility.sources.conflation import apart
from mobility.sources.splitting import unused

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from mobility.sources.splitting import Tables

KNOWN_KM = 6.0  # a way that meets the border so near a crossing of the network passes there
LISTED_KM = 10.0  # the same for a crossing of a list, whose position is rough and whose roads have lost their bends
ONE_KM = 4.0  # ways that meet a border so near each other share the crossing
KINDS = {"road": "border_crossing", "rail": "rail_border"}
BARRED = {frozenset({"RS", "XK"}): "military traffic between Serbia and Kosovo*: none verified"}
# Kind of border, and the waits (h) by road and rail that stand for it until a source says more.
REGIMES = {
    "inner": ("EU-Schengen internal", {"road": "0", "rail": "0.5"}),
    "turkish": ("EU external (Türkiye)", {"road": "2", "rail": "3"}),
    "outer": ("EU external (Western Balkans)", {"road": "1", "rail": "2"}),
    "cefta": ("CEFTA (Western Balkans)", {"road": "0.5", "rail": "1.5"}),
    "line": ("crossing line Serbia–Kosovo", {"road": "1", "rail": "3"}),
}
_RULED, _UNRULED = {"AL", "BA", "ME", "MK", "RS", "TR", "XK"}, {"MD", "UA"}  # countries of which the rules speak


@dataclass(frozen=True)
class Crossing:
    """A crossing: an existing border place (`place`), a listed one (`row`), or one that nothing is known of."""

    at: tuple[float, float]
    countries: str
    place: str = ""
    row: Any = None


class Crossings:
    """Assigns points on borders to crossings, of one mode."""

    def __init__(self, tables: Tables, mode: str, listed: pd.DataFrame | None) -> None:
        places, borders = tables.frames["places"].set_index("id"), tables.frames["borders"]
        open_ = (borders["mode"] == mode) & ((borders["usable"] == "yes") | (borders["barred"] != ""))
        known = [p for p in borders.loc[open_, "place"] if p in places.index]  # not the bridges that are only planned
        self.known = [
            Crossing((float(places.at[p, "lat"]), float(places.at[p, "lon"])), places.at[p, "country"], place=p)
            for p in known
        ]
        rows: Iterable[Any] = listed[listed["mode"] == mode].to_dict("records") if listed is not None else ()
        self.listed = [Crossing((float(r["lat"]), float(r["lon"])), r["countries"], row=r) for r in rows if r["lat"]]
        self.new: list[Crossing] = []

    def assign(self, points: dict[int, tuple[tuple[float, float], str]]) -> dict[int, tuple[str, Any]]:
        """Return the vertex of each point on a border: a place of the network, or the number of a new crossing.

        Parameters
        ----------
        points
            By number where it lies, and the two countries. A crossing of the list is given to the nearest of them.
        """
        found: dict[int, tuple[str, Any]] = {}
        for _, number, known in self._near(points, self.known, KNOWN_KM):
            found.setdefault(number, ("place", self.known[known].place))
        given: set[int] = set()
        for _, number, listed in self._near(points, self.listed, LISTED_KM):
            if number not in found and listed not in given:
                given.add(listed)
                crossing = self.listed[listed]
                self.new.append(Crossing(points[number][0], crossing.countries, row=crossing.row))
                found[number] = ("border", len(self.new) - 1)
        for number, (at, countries) in points.items():
            if number in found:
                continue
            near = self._near({number: (at, countries)}, self.new, ONE_KM)
            if not near:
                self.new.append(Crossing(at, countries))
            found[number] = ("border", near[0][2] if near else len(self.new) - 1)
        return found

    @staticmethod
    def _near(
        points: dict[int, tuple[tuple[float, float], str]], pool: list[Crossing], most_km: float
    ) -> list[tuple[float, int, int]]:
        """Return distance, point and crossing of those between the same countries and close enough, nearest first."""
        found = [
            (km, number, i)
            for number, (at, countries) in points.items()
            for i, crossing in enumerate(pool)
            if set(crossing.countries.split("-")) == set(countries.split("-"))
            and (km := apart(crossing.at, at)) <= most_km
        ]
        return sorted(found)


def border_row(tables: Tables, place: str, name: str, mode: str, crossing: Crossing, source: str) -> dict[str, str]:
    """Return the row of borders.csv of a new crossing: usable only where a source says for whom."""
    pair = frozenset(crossing.countries.split("-"))
    regime, waits = REGIMES[_regime(tables.frames["countries"], pair)]
    listed = crossing.row or {}
    row = {"place": place, "name": name, "countries": crossing.countries, "mode": mode, "regime": regime}
    row |= {"usable": "yes" if listed.get("usable") == "yes" else "no", "barred": BARRED.get(pair, "")}
    row |= {"wait_h": waits[mode], "wait_max_h": listed.get("wait_h", "")}
    row |= {"confidence": listed.get("confidence") or "low"}
    if not listed:
        unknown = "no page names this crossing or says who may use it: not usable until one does"
        return row | {"source": source, "note": unknown}
    who = (listed["lorries_or_freight"], listed["hours"], f"{listed['max_gross_t']} t" if listed["max_gross_t"] else "")
    return row | {"source": _source(tables, listed) or source, "note": "; ".join(word for word in who if word)}


def _source(tables: Tables, listed: dict[str, str]) -> str:
    """Return the id of the source of a listed crossing; its row is added where it is not there yet."""
    sources, url = tables.frames["sources"], listed["source_url"]
    if not url:
        return ""
    same = sources.loc[sources["url"] == url, "id"].tolist()
    if same:
        return str(same[0])
    publisher = listed["source_publisher"]
    key = unused(fold(f"{publisher[:40]} {listed['name']}")[:60].strip("-"), set(sources["id"]))
    row = {
        "id": key,
        "title": listed["source_title"],
        "publisher": publisher,
        "date": listed["source_date"],
        "url": url,
    }
    tables.add("sources", [row | {"licence": "all rights reserved", "kind": listed.get("source_kind") or "press"}])
    return key


def rule(countries: pd.DataFrame, pair: frozenset[str], mode: str) -> tuple[str, float] | None:
    """Return kind and wait (h) of a border of two countries by rule; None where no rule is known for them."""
    known = countries[countries["iso2"].isin(pair) & (countries["eu"] != "")]
    if len(known) != 2 or not (known["schengen"].all() or pair & _RULED) or pair & _UNRULED:  # noqa: PLR2004 - a pair
        return None
    words = known.assign(schengen=["yes" if inside else "no" for inside in known["schengen"]])
    regime, waits = REGIMES[_regime(words, pair)]
    return regime, float(waits[mode])


def _regime(table: pd.DataFrame, pair: frozenset[str]) -> str:
    if pair in BARRED:
        return "line"
    countries = table.set_index("iso2")
    codes = [c for c in pair if c in countries.index]
    if all(countries.at[c, "schengen"] == "yes" for c in codes):
        return "inner"
    if "TR" in pair:
        return "turkish"
    return "outer" if any(countries.at[c, "eu"].startswith("member") for c in codes) else "cefta"
