"""Keep the counted parts of geodata/README.md up to date: python tests/tools/data_dictionary.py.

A part stands between <!-- name --> and <!-- /name -->; PARTS says which function writes it.
Only the standard library is used, so that the script runs in a bare checkout.
"""

from __future__ import annotations

import csv
import json
import re
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

GEODATA = Path(__file__).resolve().parents[2] / "geodata"
MODES = ("road", "rail", "sea")
STATUSES = ("open", "under_construction", "planned", "closed", "disused")
LEVELS = ("high", "medium", "low")
STATED = {
    "road": ("lanes", "max_speed_kmh", "max_gross_t", "max_axle_t", "max_width_m", "max_height_m"),
    "rail": (
        "tracks",
        "electrified",
        "max_speed_kmh",
        "gauge_mm",
        "loading_gauge",
        "line_class",
        "max_axle_t",
        "max_gradient_permille",
        "max_train_length_m",
        "capacity_trains_day",
        "used_trains_day",
    ),
}
LINE_KINDS = {
    "waypoints": "drawn by us through points along the road or railway",
    "osm-simplified": "road or railway taken from OpenStreetMap and simplified",
    "searoute": "sea lane drawn by us on a water mask of Natural Earth",
    "straight": "straight line: nothing better known (sites and sidings)",
}


def rows(file: Path) -> list[dict[str, str]]:
    """Read a CSV file; a missing file has no rows."""
    if not file.exists():
        return []
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def table(header: Sequence[str], body: Iterable[Sequence[object]], left: int = 1) -> str:
    """Write a Markdown table; columns from `left` on are aligned right."""
    marks = ["---" if i < left else "---:" for i in range(len(header))]
    lines = [header, marks, *body]
    return "\n".join("| " + " | ".join(str(c).replace("|", "\\|") for c in line) + " |" for line in lines)


def share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "–"


def dictionary(schema_csv: Path) -> str:
    """Return the data dictionary: one table per file, in the order of schema.csv."""
    by_table: dict[str, list[dict[str, str]]] = {}
    for row in rows(schema_csv):
        by_table.setdefault(row["table"], []).append(row)
    header = ("column", "type", "unit", "required", "meaning")
    parts = []
    for name, columns in by_table.items():
        body = [
            (f"`{c['column']}`", c["type"].replace("|", ", "), c["unit"], c["required"], c["meaning"]) for c in columns
        ]
        parts.append(f"### {name}.csv\n\n{table(header, body, left=5)}")
    return "\n\n".join(parts)


def counts(folder: Path) -> str:
    """Return what the network holds: links by mode and status, and the rows of the other tables."""
    links, places = rows(folder / "links.csv"), rows(folder / "places.csv")
    by_status = Counter((r["mode"], r["status"]) for r in links)
    body = []
    for mode in MODES:
        km = sum(float(r["length_km"]) for r in links if r["mode"] == mode and r["status"] == "open")
        found = [by_status[mode, status] for status in STATUSES]
        body.append((mode, *found, sum(found), f"{km:,.0f}"))
    total = [sum(line[i] for line in body) for i in range(1, len(STATUSES) + 2)]
    km = sum(float(r["length_km"]) for r in links if r["status"] == "open")
    body.append(("all", *total, f"{km:,.0f}"))
    header = ("links", *(s.replace("_", " ") for s in STATUSES), "all", "open, km")
    flagged = Counter(r["status"] for r in links if r["doubtful"] == "yes")
    access = sum(r["corridors"] == "access" for r in links)
    kinds = ", ".join(f"{n} {kind.replace('_', ' ')}" for kind, n in Counter(p["kind"] for p in places).most_common())
    countries = len(rows(folder / "countries.csv"))
    transfers = [p for p in places if p["transfer"]]
    guessed = sum(p["transfer_source"].startswith("estimate:") for p in transfers)
    small = {
        name: len(rows(folder / f"{name}.csv")) for name in ("projects", "upgrades", "structures", "borders", "sources")
    }
    rest = (
        f"{small['projects']} projects, {small['upgrades']} changes to existing links, {small['structures']} structures"
    )
    rest += f", {small['borders']} crossings (by place and mode), {small['sources']} sources"
    lines = [
        table(header, body),
        "",
        f"- {len(places)} places in {countries} countries: {kinds}.",
        f"- {len(transfers)} places where the mode can be changed; {guessed} of them are estimates.",
        f"- {sum(flagged.values())} links are marked doubtful, {flagged['open']} of these are open.",
        f"- {access} links are access links only (corridor `access`).",
        f"- {rest}.",
    ]
    return "\n".join(lines)


def lengths(folder: Path) -> str:
    """Return how well the lengths are known, by mode."""
    links = rows(folder / "links.csv")
    body = []
    for mode in (*MODES, "all"):
        some = [r for r in links if mode in {"all", r["mode"]}]
        found = Counter(r["length_confidence"] for r in some)
        known = [float(r["length_km"]) for r in some if r["length_confidence"] != "low"]
        km = sum(float(r["length_km"]) for r in some)
        levels = [found[level] for level in LEVELS]
        body.append((mode, *levels, share(len(known), len(some)), share(sum(known), km)))
    return table(("lengths", *LEVELS, "high or medium, of links", "of km"), body)


def known(folder: Path) -> str:
    """Return for how many links each attribute is stated."""
    links = rows(folder / "links.csv")
    body = []
    for mode, columns in STATED.items():
        some = [r for r in links if r["mode"] == mode]
        for column in columns:
            found = sum(r.get(column, "") != "" for r in some)  # a column without any value may be left out
            body.append((mode, f"`{column}`", found, len(some), share(found, len(some))))
    return table(("mode", "column", "stated", "of", "share"), body, left=2)


def lines(folder: Path) -> str:
    """Return how the lines of links.geojson were made."""
    features = json.loads((folder / "links.geojson").read_text(encoding="utf-8"))["features"]
    found = Counter(f["properties"].get("geometry_source", "") for f in features)
    body = [(f"`{kind}`", LINE_KINDS.get(kind, ""), n) for kind, n in found.most_common()]
    return table(("geometry_source", "how", "links"), body, left=2)


def waits(folder: Path) -> str:
    """Return the waiting hours in borders.csv by kind of border and mode."""
    hours: dict[tuple[str, str], Counter[float]] = {}
    for r in rows(folder / "borders.csv"):
        hours.setdefault((r["regime"], r["mode"]), Counter())[float(r["wait_h"])] += 1
    body = [
        (regime, mode, ", ".join(f"{h:g} h ({n})" for h, n in found.most_common()))
        for (regime, mode), found in sorted(hours.items())
    ]
    return table(("kind of border", "mode", "wait (number of crossings)"), body, left=3)


def rules(folder: Path) -> str:
    """Return the planning values of profiles.toml: speeds, capacity, profiles, border regimes."""
    data = tomllib.loads((folder / "profiles.toml").read_text(encoding="utf-8"))
    rule, profiles = data["rules"], data["profiles"]
    road = {k: v for k, v in rule["road_speed_kmh"].items() if k != "share_of_limit"}
    lines_by_speed: dict[float, list[str]] = {}
    for country, speed in rule["rail"]["default_line_kmh"].items():
        lines_by_speed.setdefault(speed, []).append(country)
    per_country = "; ".join(f"{speed:g} km/h {', '.join(c)}" for speed, c in sorted(lines_by_speed.items()))
    paces = "; ".join(
        f"`{name}` {p['share_of_line_speed']:g} of `max_speed_kmh`, at most {p['max_kmh']:g} km/h"
        + "".join(f" ({code}: {f:g} of both)" for code, f in p.get("of_country", {}).items())
        for name, p in rule["rail"]["pace"].items()
    )
    c = rule["capacity"]
    names = list(profiles)
    wanted = "hours_per_day gross_t axle_t width_m height_m length_m rail_axle_t rail_t_per_m loading_gauge".split()
    wanted += "track_gauge_mm rail_kmh sea_kmh packet packet_gap_min spacing_veh_km vehicles_per_train".split()
    wanted += ["train_length_m"]
    body = [(f"`{key}`", *(f"{v:g}" if isinstance(v := profiles[n][key], int | float) else v for n in names))
            for key in wanted]  # fmt: skip
    for group in ("speed_kmh", "handling_h"):
        body += [(f"`{group}` {k}", *(f"{profiles[n][group][k]:g}" for n in names)) for k in profiles[names[0]][group]]
    regimes = [
        (f"`{name}`", *(f"{b['permission_lead_h'][g]:g}" for g in ("eu", "nato", "other")), b["waits"])
        for name, b in data["borders"].items()
    ]
    by_class = ", ".join(f"{k} {v:g}" for k, v in road.items())
    return f"""**Speed.**

- Road: the speed of the class ({by_class} km/h), but at most {rule["road_speed_kmh"]["share_of_limit"]:g}
  of `max_speed_kmh`.
- Rail, by the pace asked for (`--pace`), stops between stations included: {paces}.
  Where no line speed is stated, the value of the country stands in: {per_country};
  other countries {rule["rail"]["other_line_kmh"]:g} km/h.
- Sea: {rule["sea"]["speed_kmh"]:g} km/h.

**Capacity** (vehicles a day in one direction).

- Road: packets of one column, with the packet size, gap and spacing of the profile, in the hours that it drives
  in a day; at most {c["road_limit_vehicles_day"]:g}.
- Rail: the practical paths a day, both directions, are {c["rail_practical_single"]:g} on a single line (also `1-2`) and
  {c["rail_practical_double"]:g} on a double line; where `capacity_trains_day` is stated,
  {c["rail_practical_share"]:g} of that.
  Below a line speed of {c["rail_speed_full_kmh"]:g} km/h they shrink in proportion. The paths in use are taken off:
  `used_trains_day`, or {c["rail_used_share"]:g} of the practical paths. Of the rest,
  {c["rail_direction_share"]:g} runs in one direction. The result is multiplied by `vehicles_per_train`.
- Ports: `capacity_day` where it is published, else {c["roro_berth_vehicles_day"]:g} per ro-ro berth (`roro_berths`; one
  where their number is not known). With `deploy --ship` a port of less draught than the ship has
  {c["over_shore_vehicles_day"]:g}: over the shore. Airports: {c["airport_vehicles_day"]:g}.
- Sea and change of mode: not limited.

**Profiles.**

{table(("value", *names), body)}

**Border regimes** (hours of notice by group of country; waits: `table` = those of borders.csv, `internal` = as inside
Schengen).

{table(("regime", "EU member", "other NATO", "other", "waits"), regimes)}"""


def forces(folder: Path) -> str:
    """Return the force packages, the rules of deployment, the ranges and the failures of profiles.toml."""
    data = tomllib.loads((folder / "profiles.toml").read_text(encoding="utf-8"))
    rule = data["rules"]
    packages = [(f"`{n}`", f["vehicles"], f.get("trains", ""), f["description"]) for n, f in data["forces"].items()]
    deploy = [(f"`{key}`", f"{value:g}") for key, value in rule["deploy"].items()]
    ranges = [(f"`{key}`", f"{low:g}", f"{high:g}") for key, (low, high) in rule["uncertainty"].items()]
    failures = [(key, f"{100 * p:g} %") for key, p in rule["failure"].items()]
    ships = [(f"`{n}`", f"{ship['draught_m']:g}", ship["description"]) for n, ship in data["ships"].items()]
    cargo = [
        (f"`{n}`", f"{c['t_per_lorry']:g}", f"{c['t_per_train']:,g}", c["description"])
        for n, c in data["cargo"].items()
    ]
    return f"""{table(("force", "vehicles", "trains", "what"), packages, left=4)}

{table(("ship", "draws m", "what"), ships, left=3)}

{table(("cargo", "t per lorry", "t per train", "what"), cargo, left=4)}

{table(("rule of deployment", "value"), deploy)}

{table(("range of factors", "lowest", "highest"), ranges)}

{table(("link", "shut on the day, per 100 km"), failures)}"""


def cases(folder: Path) -> str:
    """Return the movements that really happened, and what the model makes of them."""
    body = []
    for r in rows(folder / "cases.csv"):
        unit = f" {r['unit']}" if r["unit"] in {"h", "km"} else ""
        body.append((r["date"], r["movement"], r["quantity"], f"{r['published']}{unit}", f"{r['model']}{unit}",
                     r["verdict"], r["reason"]))  # fmt: skip
    return table(("date", "movement", "quantity", "published", "model", "verdict", "why"), body, left=7)


def closures(folder: Path) -> str:
    """Return the closures that really happened: the way round that was published, and what the model makes of it."""
    events = rows(folder / "closures.csv")
    names = {p["id"]: p["name"] for p in rows(folder / "places.csv")}

    def called(place: str) -> str:
        return names.get(place, place.partition("@")[0])

    def way(r: dict[str, str]) -> str:
        ways = [", ".join(called(place) for place in one.split(";")) for one in r["via"].split("|")]
        return " or ".join(ways) if r["detour"] == "way" else "none left"

    def beside(published: str, model: str) -> str:
        return f"{published or '–'} / {model or '–'}"

    body = []
    for r in events:
        hours = "–".join(dict.fromkeys(filter(None, (r["extra_h_low"], r["extra_h_high"]))))
        pair = f"{called(r['from'])} to {called(r['to'])}"
        body.append((r["date"], r["mode"], f"{r['what']} ({r['traffic']})", pair, way(r),
                     beside(r["extra_km"], r["model_km"]), beside(hours, r["model_h"]), r["grade"],
                     r["verdict"], r["reason"]))  # fmt: skip
    verdicts = Counter(r["verdict"] for r in events)
    right = {mode: [r["route"] == "right" for r in events if r["mode"] == mode] for mode in ("road", "rail")}
    told = "; ".join(f"{mode} {sum(found)} of {len(found)}" for mode, found in right.items())
    header = ("date", "mode", "what was shut", "from, to", "way published", "extra km, published / model",
              "extra h, published / model", "grade", "verdict", "why")  # fmt: skip
    return f"""The route is right in {sum(map(sum, right.values()))} of {len(events)} ({told}). Verdicts:
{", ".join(f"{n} {verdict}" for verdict, n in verdicts.most_common())}.

{table(header, body, left=10)}"""


def doubtful(folder: Path) -> str:
    """Return the links marked doubtful, one line for those that share mode and reason."""
    groups: dict[tuple[str, str], list[str]] = {}
    for r in rows(folder / "links.csv"):
        if r["doubtful"] == "yes":
            due = f", announced for {r['opens']}" if r["opens"] else ""
            status = r["status"].replace("_", " ")
            why = r["restriction"] or f"{status}{due}; not confirmed"
            groups.setdefault((r["mode"], why), []).append(r["name"])
    ordered = sorted(groups.items(), key=lambda item: MODES.index(item[0][0]))
    return "\n".join(
        f"- {', '.join(dict.fromkeys(names))} ({mode}): {why.rstrip('.')}." for (mode, why), names in ordered
    )


def relief(folder: Path) -> str:
    """Return how many relief links, kilometres, places and crossings there are, by country and mode."""
    count: Counter[tuple[str, str]] = Counter()
    km: Counter[tuple[str, str]] = Counter()
    sourced = 0
    used: set[str] = set()
    first: set[str] = set()
    for r in rows(folder / "links.csv"):
        ends = {r["from"], r["to"]}
        if r["corridors"] != "relief":
            first |= ends
            continue
        used |= ends
        for key in ((r["country"], r["mode"]), ("all", r["mode"])):
            count[key] += 1
            km[key] += float(r["length_km"])
        sourced += not r["source"].startswith("openstreetmap")
    body = [
        (code, *(f"{n[code, mode]:,.0f}" for mode in ("road", "rail") for n in (count, km)))
        for code in [*sorted({c for c, _ in count} - {"all"}), "all"]
    ]
    crossings = [r for r in rows(folder / "borders.csv") if r["place"] in used - first]
    usable = sum(r["usable"] == "yes" for r in crossings)
    return f"""{table(("country", "roads", "km", "railways", "km"), body)}

- {len(used - first)} places are on relief links only; {len(crossings)} crossings, {usable} of them usable.
- {sourced} relief links have another source than OpenStreetMap."""


PARTS: dict[str, Callable[[Path], str]] = {
    "counts": counts,
    "rules": rules,
    "forces": forces,
    "cases": cases,
    "closures": closures,
    "waits": waits,
    "lengths": lengths,
    "known": known,
    "lines": lines,
    "doubtful": doubtful,
    "relief": relief,
    "dictionary": lambda folder: dictionary(folder / "schema.csv"),
}


def rewritten(text: str, folder: Path = GEODATA) -> str:
    """Return the text with every marked part written anew; raises ValueError when a marker is missing."""
    for name, write in PARTS.items():
        start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        pattern = re.compile(re.escape(start) + r".*?" + re.escape(end), re.DOTALL)
        if len(pattern.findall(text)) != 1:
            raise ValueError(f"the text must hold {start} ... {end} exactly once")
        part = f"{start}\n\n{write(folder)}\n\n{end}"
        text = pattern.sub(lambda _, part=part: part, text)
    return text


def main() -> None:
    """Rewrite geodata/README.md in place."""
    readme = GEODATA / "README.md"
    old = readme.read_text(encoding="utf-8")
    new = rewritten(old)
    if new != old:
        readme.write_text(new, encoding="utf-8")
    sys.stdout.write(f"{readme.name}: {'rewritten' if new != old else 'up to date'}\n")


if __name__ == "__main__":
    main()
