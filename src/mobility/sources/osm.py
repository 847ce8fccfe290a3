"""What is taken from OpenStreetMap, as the tables of a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from mobility.model.files import Identity, shipped_schema
from mobility.model.names import some
from mobility.model.network import Network
from mobility.model.sphere import great_circle_km
from mobility.model.tables import TABLES, complete
from mobility.sources.chains import Chains, chains
from mobility.sources.crossings import rule
from mobility.sources.extract import geodesic_km
from mobility.sources.gates import Gates
from mobility.sources.parallel import joined
from mobility.sources.snap import access_links
from mobility.vocabulary import MODES, dashed, split

if TYPE_CHECKING:
    from collections.abc import Callable

    from mobility.sources.atlas import Atlas
    from mobility.sources.snap import Snapped
    from mobility.sources.ways import Ways
    from mobility.vocabulary import Array

SOURCE, CORRIDOR = "openstreetmap", "OSM"
ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"
FERRY = "ferry, driven on and off: "  # how the note of a ferry that is part of a road begins
_ACCURACY_KM = 0.01
_DEGREE_M = 111_320.0
_SLOWEST_KMH, _FASTEST_KMH = 0.2, 100.0  # of a ferry: what its duration gives beyond is a slip of the pen


def network(ways: Ways, home: Network, tell: Callable[[str], None], *, snapped: Snapped, tolerance_m: float) -> Network:
    """Return the network of some ways.

    Parameters
    ----------
    ways
        As `parse` returns them.
    home
        The network whose places are snapped and whose border waits, countries and rules are taken over.
    tell
        Called with what was assumed.
    snapped
        Places to tie to the ways by access links.
    tolerance_m
        How far a drawn line may run from its points; lengths are those of the full line.

    Returns
    -------
    Network
        Places are junctions, ends, points where a road meets a ferry, border crossings, and what was snapped; ids are
        n<node> and w<way>. Roads, railways and ferries share a place only where they share a point; modes change only
        at snapped places. A ferry that takes vehicles is a road with the speed that its duration gives: one drives on
        and off, and no port handles anything. Parallel tracks and the carriageways of a road are one link.

    Raises
    ------
    InputError
        When there is no link.
    """
    ways = snapped.ways
    runs = _runs(ways, snapped)
    first = ways.take(runs.segment)  # the segment of each link that speaks for it
    places, rows = _places(first, runs)
    links = _links(first, runs, places, rows).assign(**_sailing(ways, first, home.rules.sea_speed_kmh))
    links, lines = joined(links, _lines(ways, runs, tolerance_m), tell)
    borders = _borders(links, places, home, Gates(ways.extract), tell)
    called = dict(zip(borders["place"], borders["name"], strict=True))
    places["name"] = [called.get(key, name) for key, name in zip(places["id"], places["name"], strict=True)]
    if len(snapped.places):
        access, straight = access_links(snapped, places, rows)
        places = pd.concat([places, snapped.places], ignore_index=True)
        links, lines = pd.concat([links, access], ignore_index=True), np.concatenate([lines, straight])
    codes = sorted({code for cell in (*places["country"], *links["country"]) for code in dashed(cell)})
    corridor = {"code": CORRIDOR, "name": "OpenStreetMap", "description": ways.extract.origin}
    corridor |= {"confidence": "medium", "source": SOURCE}
    known = home.corridors[home.corridors["code"].isin(links["corridors"])]
    data = {
        "places": places,
        "links": links,
        "borders": borders,
        "countries": _countries(home, codes, ways.extract.atlas, tell),
        "corridors": pd.concat([pd.DataFrame([corridor]), known]),
        "structures": _decks(links, lines),
    }
    data["sources"] = _sources(data, home, ways)
    schema = shipped_schema()
    del links, places
    frames = {name: complete(data.pop(name, pd.DataFrame()), schema[name]) for name in TABLES}  # large: one at a time
    return Network.of_frames(frames, lines, home.rules, Identity(ways.extract.origin, "", ""))


def _runs(ways: Ways, snapped: Snapped) -> Chains:
    """Join segments into links, mode by mode."""
    extract, mode = ways.extract, ways.column("mode")
    key = ways.trait * 1000 + pd.factorize(np.where(mode == "sea", "", ways.country))[0]
    parts, quays = [], _quays(ways)
    for name in MODES:
        keep = np.zeros(len(extract.node), bool)
        keep[snapped.ties.loc[snapped.ties["mode"] == name, "point"].to_numpy(int)] = True
        keep[quays] = name != "rail"
        rows = np.flatnonzero(mode == name)
        found = chains(extract.tail[rows], extract.head[rows], key[rows], ways.column("oneway")[rows], keep)
        parts.append(found._replace(segment=rows[found.segment]))
    offsets = np.cumsum([0, *(len(part.points) for part in parts)])
    return Chains(
        np.concatenate([part.points for part in parts]),
        np.append(np.concatenate([p.start[:-1] + o for p, o in zip(parts, offsets, strict=False)]), offsets[-1]),
        np.concatenate([part.segment for part in parts]),
    )


def _quays(ways: Ways) -> Array:
    """Return the points where ferries meet roads."""
    extract, mode = ways.extract, ways.column("mode")
    at = {m: np.concatenate([extract.tail[mode == m], extract.head[mode == m]]) for m in ("road", "sea")}
    return np.intersect1d(at["road"], at["sea"])


def _places(first: Ways, runs: Chains) -> tuple[pd.DataFrame, Array]:
    """Return a place for each end of a link, and the points they stand at (sorted)."""
    extract = first.extract
    ends = np.concatenate([runs.points[runs.start[:-1]], runs.points[runs.start[1:] - 1]])
    rows = np.unique(ends)
    columns = {"mode": first.column("mode"), "country": first.country}
    at = pd.DataFrame({"row": ends} | {name: np.tile(column, 2) for name, column in columns.items()})
    land, afloat = at[at["mode"] != "sea"], at[at["mode"] == "sea"]
    met = land.drop_duplicates(["row", "country"]).sort_values("country").groupby("row")["country"].agg("-".join)
    code = dict(zip(afloat["row"], afloat["country"], strict=True))  # where land says nothing: the ferry's, the point's
    code |= {row: own for row, own in zip(rows.tolist(), first.of_point[rows], strict=True) if own}
    code |= met.to_dict()
    codes = pd.Series([code[row] for row in rows.tolist()])
    on_border = codes.str.contains("-").to_numpy(bool)
    roads = np.isin(rows, land.loc[land["mode"] == "road", "row"])
    node = extract.node[rows]
    ids = np.array([f"border-{-n}" if b and n < 0 else f"n{n}" for n, b in zip(node, on_border, strict=True)], object)
    crossing = np.where(roads, "border_crossing", "rail_border")
    places = pd.DataFrame(
        {
            "id": ids,
            "name": [extract.names.get(row) or key for row, key in zip(rows.tolist(), ids, strict=True)],
            "country": codes,
            "kind": np.where(on_border, crossing, "junction"),
            "lat": extract.lat[rows],
            "lon": extract.lon[rows],
            "accuracy_km": _ACCURACY_KM,
            "transfer": "",
            "transfer_source": "",
            "confidence": "high",
            "source": SOURCE,
        }
    )
    return places, rows


def _links(first: Ways, runs: Chains, places: pd.DataFrame, rows: Array) -> pd.DataFrame:
    """Return the links (columns of links.csv); `rows` are the points of the places."""
    extract, way = first.extract, first.extract.way
    step = geodesic_km(extract, runs.points[:-1], runs.points[1:])
    step[runs.start[1:-1] - 1] = 0  # from the last point of a run to the first of the next
    ids, names, codes = (places[column].to_numpy(object) for column in ("id", "name", "country"))
    a, b = (np.searchsorted(rows, runs.points[end]) for end in (runs.start[:-1], runs.start[1:] - 1))
    links = first.traits.drop(columns=["ferry", "duration_h"], errors="ignore").iloc[first.trait].reset_index(drop=True)
    for column in ("name", "ref"):
        links[column] = links[column].astype(object).fillna("") if column in links else ""
    again = pd.Series(way).groupby(way).cumcount().to_numpy()
    country = first.country.copy()
    for row in np.flatnonzero(links["mode"] == "sea"):
        country[row] = "-".join(sorted({*codes[a[row]].split("-"), *codes[b[row]].split("-")}))
    return links.assign(
        way=way,
        id=[f"w{w}-{n + 1}" if n else f"w{w}" for w, n in zip(way, again, strict=True)],
        name=links["name"].where(
            links["name"] != "", links["ref"].where(links["ref"] != "", names[a] + "–" + names[b])
        ),
        **{"from": ids[a], "to": ids[b]},
        corridors=CORRIDOR,
        country=country,
        length_km=np.maximum(np.add.reduceat(np.append(step, 0), runs.start[:-1]).round(3), 0.001),
        status="open",
        length_confidence="medium",
        attr_confidence="medium",
        source=SOURCE,
    )


def _sailing(ways: Ways, first: Ways, usual_kmh: float) -> dict[str, Array]:
    """Return speed and note of the links that are ferries: by the duration of their way, or by the rule for ships."""
    traits = first.traits.reindex(columns=["ferry", "duration_h"])
    ferry, duration = (traits[name].to_numpy(float)[first.trait] for name in traits)
    if not (ferry > 0).any():
        return {}
    speed = pd.Series(ways.km).groupby(ways.extract.way).sum()[first.extract.way].to_numpy() / duration
    stated = (speed >= _SLOWEST_KMH) & (speed <= _FASTEST_KMH)
    how = np.where(stated, "its duration as stated", f"{usual_kmh:g} km/h by rule, as no duration is known")
    note = FERRY + pd.Series(how) + "; the wait for it is not counted"
    return {
        "speed_kmh": np.where(ferry > 0, np.where(stated, speed, usual_kmh).round(6), np.nan),
        "note": np.where(ferry > 0, note, ""),
    }


def _lines(ways: Ways, runs: Chains, tolerance_m: float) -> Array:
    points = np.column_stack([ways.extract.lon[runs.points], ways.extract.lat[runs.points]])
    of = np.repeat(np.arange(len(runs.segment)), np.diff(runs.start))
    return np.asarray(shapely.simplify(shapely.linestrings(points, indices=of), tolerance_m / _DEGREE_M))


def _decks(links: pd.DataFrame, lines: Array) -> pd.DataFrame:
    """Return a structure for each bridge or tunnel whose way carries road and railway: they fail together."""
    built = links[links["structure"].isin(["bridge", "tunnel"])] if "structure" in links else links.iloc[:0]
    rows = []
    for way, deck in built.groupby("way"):
        if len({*deck["mode"]}) > 1:
            row = deck.iloc[0]
            middle = lines[deck.index[0]].interpolate(0.5, normalized=True)
            rows.append(
                {"id": f"deck-{way:.0f}", "name": row["name"], "kind": row["structure"], "links": ";".join(deck["id"])}
                | {"lat": middle.y, "lon": middle.x, "confidence": "high", "source": SOURCE}
            )
    return pd.DataFrame(rows)


def _borders(
    links: pd.DataFrame, places: pd.DataFrame, home: Network, gates: Gates, tell: Callable[[str], None]
) -> pd.DataFrame:
    """Return a row per border place and mode.

    The wait is that of the nearest known crossing of the same countries, else by the rule of that kind of border. The
    name is that of a border post, else of that known crossing, else of the towns on both sides.
    """
    land = links[links["mode"] != "sea"]
    met = pd.concat([land[["mode", "country"]].assign(place=land[end]) for end in ("from", "to")])
    count = met.drop_duplicates().groupby(["place", "mode"]).size()
    at = places.set_index("id")
    known = home.borders.join(home.places[["lon", "lat"]], on="place")
    rows, unknown = [], 0
    for place, mode in count.index[count > 1]:
        codes, here = at.at[place, "country"], at.loc[place]
        same = [set(dashed(c)) == set(dashed(codes)) for c in known["countries"]]
        near = known[np.array(same, bool) & (known["mode"] == mode).to_numpy()]
        name = gates.post(here["lon"], here["lat"]) or (gates.towns(here["lon"], here["lat"], codes) * (not len(near)))
        row = {"place": place, "name": name or here["name"], "countries": codes, "mode": mode, "usable": True}
        if len(near):
            best = near.iloc[int(np.argmin(great_circle_km(here["lon"], here["lat"], near["lon"], near["lat"])))]
            row |= {"name": name or f"near {best['name']}"} | {c: best[c] for c in ("regime", "wait_h", "wait_max_h")}
            row["source"] = f"estimate: as at {best['place']}, the nearest known crossing of these countries"
        elif by_rule := rule(home.countries, frozenset(dashed(codes)), mode):
            row |= {"regime": by_rule[0], "wait_h": by_rule[1], "source": "estimate: rule by border regime"}
        else:
            unknown += 1
            row |= {"regime": "not known", "wait_h": 0.0, "source": "estimate: no crossing of these countries is known"}
        rows.append(row | {"confidence": "low"})
    if unknown:
        tell(f"{unknown} border crossings have no known wait: 0 h, a lower bound")
    return pd.DataFrame(rows, columns=list(home.borders.columns))


def _countries(home: Network, codes: list[str], atlas: Atlas | None, tell: Callable[[str], None]) -> pd.DataFrame:
    """Return the rows of some countries; one that is not known gets a row that says so, with its name in the data."""
    known = home.countries[home.countries["iso2"].isin(codes)]
    new = [code for code in codes if code not in set(known["iso2"])]
    names = [atlas.names.get(code, code) if atlas else code for code in new]
    bare = [name == code for name, code in zip(names, new, strict=True)]
    why = ["estimate: only the code is known" if only else SOURCE for only in bare]
    blank = pd.DataFrame({"iso2": new, "name": names, "source": why}).assign(confidence="low")
    if new:
        words = [code if only else f"{code} ({name})" for code, name, only in zip(new, names, bare, strict=True)]
        tell(f"not in the table of countries, membership of NATO and EU not known (--transit lets pass): {some(words)}")
    return pd.concat([known, blank], ignore_index=True)


def _sources(data: dict[str, pd.DataFrame], home: Network, ways: Ways) -> pd.DataFrame:
    """Return the row of OpenStreetMap and those that the rows taken over name."""
    cells = [table[c] for table in data.values() for c in ("source", "transfer_source") if c in table]
    named = {word for cell in pd.concat(cells).dropna().unique() for word in split(cell)}
    row = {
        "id": SOURCE,
        "title": f"OpenStreetMap: {ways.extract.origin}",
        "publisher": "© OpenStreetMap contributors",
        "date": ways.extract.date,
        "url": "https://www.openstreetmap.org/copyright",
        "licence": "Open Database Licence (ODbL) 1.0",
        "kind": "dataset",
    }
    return pd.concat([pd.DataFrame([row]), home.sources[home.sources["id"].isin(named)]], ignore_index=True)
