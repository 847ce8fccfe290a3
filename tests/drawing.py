"""Tiny networks, drawn by hand: `drawn("a -road 10- b", ...)` gives a Network without touching a file."""

import re
from dataclasses import replace
from functools import cache

import pandas as pd

from mobility.model import tables
from mobility.model.files import Identity, default_folder, rules_at
from mobility.model.network import Network

SCHEMA = tables.read_schema(default_folder() / "schema.csv")
RULES = rules_at(default_folder())
# A profile that changes nothing: 60 km/h makes a kilometre a minute, the clock never stops.
PLAIN = replace(
    RULES.profiles["wheeled"],
    name="plain",
    speed_kmh=dict.fromkeys(RULES.road_speed_kmh, 1000.0),
    rail_kmh=1000.0,
    sea_kmh=1000.0,
    hours_per_day=24,
    handling_h={"road-rail": 1.0, "road-sea": 1.0, "rail-sea": 1.0, "detrain": 5.0},
)
_LINK = re.compile(r"(\S+) -(road|rail|sea)(>?) (\S+)- (\S+)(?: (.*))?")


def drawn(*links, places=None, borders=(), projects=(), upgrades=(), structures=(), profile=PLAIN):
    """Return a network under `profile`.

    Parameters
    ----------
    *links
        "a -road 10- b [column=value ...]": a link of 10 km at 60 km/h; `-road>` is one-way. Ids are
        a--b-road, and a--b-road-2 for a twin, unless id=... says otherwise.
    places
        Per place the columns that differ from a city in country AA at (0, 0).
    borders, projects, upgrades, structures
        Dicts of columns.
    """
    rows, seen = [], {}
    for text in links:
        start, mode, oneway, km, end, more = _LINK.fullmatch(text).groups()
        key = f"{start}--{end}-{mode}"
        seen[key] = seen.get(key, 0) + 1
        row = {
            "id": key if seen[key] == 1 else f"{key}-{seen[key]}",
            "name": f"{start}–{end}",
            "from": start,
            "to": end,
            "mode": mode,
            "length_km": km,
            "speed_kmh": "60",
            "status": "open",
            "country": "AA",
            "corridors": "T",
            "oneway": "yes" if oneway else "",
            "road_class": "primary" if mode == "road" else "",
            "length_confidence": "high",
            "attr_confidence": "high",
            "source": "estimate: drawn",
        }
        rows.append(row | dict(pair.split("=", 1) for pair in (more or "").split()))
    names = dict.fromkeys(p for row in rows for p in (row["from"], row["to"]))
    place_rows = [
        {
            "id": p,
            "name": p,
            "country": "AA",
            "kind": "city",
            "lat": "0",
            "lon": "0",
            "accuracy_km": "0",
            "source": "estimate: drawn",
            "confidence": "high",
        }
        | (places or {}).get(p, {})
        for p in dict.fromkeys([*names, *(places or {})])
    ]
    codes = {c for row in rows for c in row["country"].split("-")} | {
        c for row in place_rows for c in row["country"].split("-")
    }
    corridors = {c for row in rows for c in row["corridors"].split(";")}
    small = {
        "borders": [{"usable": "yes", "regime": "other", "name": b["place"]} | b for b in borders],
        "projects": [{"links": "", "upgrades": ""} | p for p in projects],
        "upgrades": list(upgrades),
        "structures": list(structures),
        "countries": [{"iso2": c, "name": c, "nato": "2000", "eu": "member"} for c in sorted(codes)],
        "corridors": [{"code": c, "name": c} for c in sorted(corridors)],
    }
    rows_of = small | {"places": place_rows, "links": rows}
    frames = {name: _frame(name, rows_of.get(name, [])) for name in tables.TABLES}
    rules = replace(RULES, profiles={**RULES.profiles, "plain": PLAIN, profile.name: profile})
    net = Network.of_frames(frames, None, rules, Identity("network", "", ""))
    return net.under(profile.name)


def _frame(name, rows):
    return _empty(name) if not rows else _filled(name, rows)


@cache
def _empty(name):
    """Most tables of a drawn network have no row, and nothing changes a frame: made once."""
    return _filled(name, [])


def _filled(name, rows):
    columns = SCHEMA[name]
    cells = {c: [str(row.get(c, "")) for row in rows] for c in columns}
    frame = tables.frame(tables.Table(name, name, cells, list(range(len(rows)))), columns)
    assert isinstance(frame, pd.DataFrame)
    return frame
