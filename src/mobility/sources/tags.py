"""OpenStreetMap tags as columns of links.csv: what is understood is kept, the rest is left empty and told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mobility.sources import permission

if TYPE_CHECKING:
    from collections.abc import Mapping

ROAD_CLASSES = {
    "motorway": "motorway",
    "trunk": "primary",
    "primary": "primary",
    "secondary": "secondary",
    "tertiary": "secondary",
    "unclassified": "urban",
}
# Keys that are read; what a network keeps of each is said in `columns`.
KEYS = (
    *"highway railway route ferry duration motorroad junction oneway oneway:motor_vehicle oneway:hgv name ref".split(),
    *"lanes bridge tunnel gauge electrified tracks usage service".split(),
    *"maxspeed maxspeed:hgv maxspeed:forward maxspeed:backward".split(),
    *"maxweight maxweight:hgv maxweightrating maxweightrating:hgv maxaxleload maxaxleload:hgv".split(),
    *"maxheight maxheight:physical maxheight:hgv maxwidth maxwidth:physical maxwidth:hgv".split(),
    *permission.KEYS,
)
UNREAD = permission.MORE_KEYS - {*KEYS}  # kept with a way only to be counted
KEPT = UNREAD | {*KEYS}
NODE_KEYS = ("name", "highway", "railway", *permission.POINT_KEYS)
_SPEED = {"": 1.0, "km/h": 1.0, "kmh": 1.0, "kph": 1.0, "mph": 1.609344, "knots": 1.852}
_TONNES = {"": 1.0, "t": 1.0, "kg": 0.001, "st": 0.90718474, "lbs": 0.00045359237}
_METRES = {"": 1.0, "m": 1.0, "cm": 0.01, "ft": 0.3048}
_LANES = {"": 1.0}
# Column, the keys that fill it (of several that are understood the lowest stands), and the units they may have.
_NUMBERS: dict[str, tuple[tuple[str, ...], dict[str, float]]] = {
    "max_speed_kmh": (("maxspeed", "maxspeed:hgv", "maxspeed:forward", "maxspeed:backward"), _SPEED),
    "max_gross_t": (("maxweight", "maxweight:hgv", "maxweightrating", "maxweightrating:hgv"), _TONNES),
    "max_axle_t": (("maxaxleload", "maxaxleload:hgv"), _TONNES),
    "max_height_m": (("maxheight", "maxheight:physical", "maxheight:hgv"), _METRES),
    "max_width_m": (("maxwidth", "maxwidth:physical", "maxwidth:hgv"), _METRES),
    "gauge_mm": (("gauge",), {"": 1.0, "mm": 1.0}),
    "lanes": (("lanes",), _LANES),
}
_OF_MODE = {
    "road": ("max_speed_kmh", "max_gross_t", "max_axle_t", "max_height_m", "max_width_m", "lanes"),
    "rail": ("max_speed_kmh", "max_gross_t", "max_axle_t", "gauge_mm"),
    "sea": ("max_gross_t", "max_height_m", "max_width_m"),
    "": (),
}
_NUMBER = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?) *([a-z/]*)")
_FEET = re.compile(r"([0-9]{1,3})' *(?:([0-9]{1,2})(?:\"|''))?")
_WORDS = {
    "electrified": {"contact_line": "yes", "yes": "yes", "no": "no"},  # an overhead line: a third rail is none
    "tracks": {"1": "1"} | dict.fromkeys("23456789", "2"),  # more than two are at least a double line
}
_DURATION = re.compile(r"p(?:([0-9]{1,3})d)?(?:t(?:([0-9]{1,3})h)?(?:([0-9]{1,4})m)?(?:([0-9]{1,5})s)?)?")
_CLOCK = re.compile(r"([0-9]{1,3}):([0-5][0-9])(?::([0-5][0-9]))?|([0-9]{1,4})(?: ?min(?:utes)?)?")

_BORDER = {"administrative", "disputed"}  # values of `boundary` at admin_level 2 that are national borders
SIDES = {"left": ("left:country", "country:left"), "right": ("right:country", "country:right")}
CODE_KEYS = ("ISO3166-1:alpha2", "ISO3166-1", "country_code_iso3166_1_alpha_2")
NAME_KEYS = ("name:en", "int_name", "name", "official_name")
BORDER_KEYS = ("boundary", "admin_level", *SIDES["left"], *SIDES["right"], *CODE_KEYS, *NAME_KEYS)
_OF_RAIL = set("railway gauge electrified tracks usage service".split())
_OF_BOTH = set(
    "maxspeed maxspeed:forward maxspeed:backward maxspeed:conditional maxaxleload name ref bridge".split()
) | {
    "tunnel",
    *permission.KEYS,
}


def is_border(tags: Mapping[str, str]) -> bool:
    """Return whether a way is part of a national border."""
    return tags.get("boundary") in _BORDER and tags.get("admin_level") == "2"


def roles(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the tags of each thing that a way is: a road, a railway, a ferry, a national border.

    One way may be several: a street with rails, a road along a border. Each has the tags that speak of it, of which
    `mode_of` makes its mode.
    """
    kept = {key: value for key, value in tags.items() if key in KEPT}
    road = {key: value for key, value in kept.items() if key not in {*_OF_RAIL, "route", "ferry", "duration"}}
    found = [road] if "highway" in tags and tags.get("area") != "yes" else []
    if tags.get("railway") == "rail":
        found.append({k: v for k, v in kept.items() if k in _OF_RAIL | _OF_BOTH or (k == "maxweight" and not found)})
    if tags.get("route") == "ferry":
        found.append({key: value for key, value in kept.items() if key not in {*_OF_RAIL, "highway"}})
    return found + ([{key: tags[key] for key in BORDER_KEYS if key in tags}] if is_border(tags) else [])


def is_ferry(tags: Mapping[str, str]) -> bool:
    """Return whether the tags of one thing are those of a ferry."""
    return tags.get("route") == "ferry" and "highway" not in tags and tags.get("railway") != "rail"


def mode_of(tags: Mapping[str, str]) -> str:
    """Return road, rail or sea, or "" for what is no way to travel (a ferry that takes no vehicles is none).

    A ferry that says that it takes vehicles is a part of the road: one drives on and off, and no port handles
    anything. One that does not say is sea.
    """
    if tags.get("railway") == "rail":
        return "rail"
    if "highway" in tags:
        return "road"
    return {True: "road", None: "sea", False: ""}[permission.aboard(tags)] if tags.get("route") == "ferry" else ""


def forbidden(tags: Mapping[str, str]) -> str:
    """Return what keeps military traffic off a road, railway or ferry as "key=value", "" when nothing does.

    A ferry that forbids vehicles is no way to travel (`mode_of`); one that is out of use is barred.
    """
    return permission.forbidden(tags, "sea" if is_ferry(tags) else mode_of(tags))


def columns(tags: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Return what a thing's tags say of a link, and the tags that were not understood.

    Parameters
    ----------
    tags
        Key and value as text. Lists ("50;80"), words ("RO:urban", "none") and unknown units are never guessed at.

    Returns
    -------
    row, left_empty
        `row` holds mode, name, ref, road_class, lanes, oneway (bool), structure, tracks, electrified, gauge_mm, usage,
        the limits (km/h, t, m), restriction, doubtful, and of a ferry that is part of a road `ferry` and `duration_h`;
        what is not stated is absent. `left_empty` holds "key=value" for every value of a column that stays empty.

    Examples
    --------
    >>> columns({"highway": "primary", "maxspeed": "50 mph", "maxheight": "RO:low"})[0]["max_speed_kmh"]
    80.467
    >>> columns({"highway": "primary", "maxspeed": "50 mph", "maxheight": "RO:low"})[1]
    ['maxheight=RO:low']
    """
    mode, ferry = mode_of(tags), is_ferry(tags)
    row: dict[str, Any] = {"mode": mode, "oneway": direction(tags) != 0}
    left_empty = []
    for column in _OF_MODE[mode]:
        if ferry and column in {"max_speed_kmh", "lanes"}:
            continue
        stated = {key: number(key, tags[key]) for key in _NUMBERS[column][0] if key in tags and _applies(key, tags)}
        known = [value for value in stated.values() if value is not None]
        left_empty += [key for key, value in stated.items() if value is None]
        row |= {column: min(known)} if known else {}
    if mode == "road" and ferry:
        row |= {"ferry": True, "duration_h": hours(tags["duration"]) if "duration" in tags else None}
        left_empty += ["duration"] if "duration" in tags and row["duration_h"] is None else []
    elif mode == "road":
        row["road_class"] = _road_class(tags)
        if tags.get("oneway", "no") not in {*_FORWARD, *_BACKWARD, *_BOTH}:
            left_empty.append("oneway")
    elif mode == "rail":
        row["usage"] = plain(tags.get("service") or tags.get("usage", ""))
        for key in (key for key in _WORDS if key in tags):
            row[key] = _word(key, tags[key])
            left_empty += [] if row[key] else [key]
    row |= {key: plain(tags.get(key, "")) for key in ("name", "ref")}
    row["structure"] = next((key for key in ("bridge", "tunnel") if tags.get(key, "no") != "no"), "")
    row |= _restriction(tags, mode, ferry=ferry)
    left_empty += ["maxlength"] if mode == "road" and "maxlength" in tags and _length_m(tags) is None else []
    return {k: v for k, v in row.items() if v not in {"", None}}, [f"{k}={plain(tags[k])}" for k in left_empty]


def _restriction(tags: Mapping[str, str], mode: str, *, ferry: bool) -> dict[str, Any]:
    """Return what limits the use in words, and whether it is doubtful."""
    barred = forbidden(tags)
    if not barred and mode == "sea":
        barred = "not stated whether it takes vehicles"
    if not barred and mode == "road" and not ferry:
        barred = permission.doubt(tags, _length_m(tags))
    return {"restriction": plain(barred), "doubtful": True} if barred else {}


_FORWARD, _BACKWARD, _BOTH = {"yes", "true", "1"}, {"-1", "reverse"}, {"no", "false", "0"}


def direction(tags: Mapping[str, str]) -> int:
    """Return 1 or -1 for a road or ferry used along or against its nodes only, else 0.

    Motorways and roundabouts are one-way unless they say otherwise; "reversible" and the like count as two-way. What
    is said of motor vehicles or lorries goes before what is said of all.
    """
    stated = next((tags[key] for key in ("oneway:hgv", "oneway:motor_vehicle", "oneway") if key in tags), None)
    if mode_of(tags) == "rail" or stated in _BOTH:
        return 0
    if stated in _BACKWARD:
        return -1
    implied = tags.get("highway") == "motorway" or tags.get("junction") in {"roundabout", "circular"}
    return int(stated in _FORWARD or (stated is None and implied))


def not_read(tags: Mapping[str, str]) -> list[str]:
    """Return the keys that state a limit or a permission which no column holds."""
    return [key for key in tags if key in UNREAD]


def stricter(tags: Mapping[str, str], others: Mapping[str, str]) -> dict[str, str]:
    """Return tags with those of a point or a second drawing of the same way: of two limits the lower stands."""
    found = dict(tags)
    for key, value in others.items():
        old = number(key, found[key]) if key in found else None
        new = number(key, value)
        if key not in found or (new is not None and (old is None or new < old)):
            found[key] = value
    return found


def hours(text: str) -> float | None:
    """Return a duration in hours, None when it is not understood.

    Examples
    --------
    >>> [hours(text) for text in ("01:30", "PT1H30M", "90", "soon")]
    [1.5, 1.5, 1.5, None]
    """
    word = text.strip().casefold()
    if found := _DURATION.fullmatch(word):
        days, hour, minute, second = (int(part or 0) for part in found.groups())
        total = 24 * days + hour + minute / 60 + second / 3600
    elif found := _CLOCK.fullmatch(word):
        total = int(found[1] or 0) + int(found[2] or found[4] or 0) / 60 + int(found[3] or 0) / 3600
    else:
        return None
    return total if total > 0 else None


def plain(text: str) -> str:
    """Return text without what steers a terminal or breaks a table: printable, single blanks, 200 letters at most."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200]


def place_name(tags: Mapping[str, str]) -> str:
    """Return the name of a station or motorway junction, else ""."""
    named = "railway" in tags or tags.get("highway") == "motorway_junction"
    return plain(tags.get("name") or "") if named else ""


def _road_class(tags: Mapping[str, str]) -> str:
    highway = tags["highway"]
    if highway == "trunk" and tags.get("motorroad") == "yes":
        return "expressway"
    if highway.endswith("_link"):
        return "secondary"
    return ROAD_CLASSES.get(highway, "urban")


def _applies(key: str, tags: Mapping[str, str]) -> bool:
    """Return whether a key says something of the direction in which a road is used."""
    way = direction(tags)
    return not (key.endswith(":backward") and way > 0) and not (key.endswith(":forward") and way < 0)


def _length_m(tags: Mapping[str, str]) -> float | None:
    return _number(tags["maxlength"], _METRES) if "maxlength" in tags else None


_UNITS = {key: units for keys, units in _NUMBERS.values() for key in keys} | {"maxlength": _METRES}


def number(key: str, text: str) -> float | None:
    """Return the number that the tag of a limit states (km/h, t, m), None when it is not understood."""
    units = _UNITS.get(key)
    return _number(text, units) if units else None


def _number(text: str, units: Mapping[str, float]) -> float | None:
    word = text.strip().casefold()
    feet, found = _FEET.fullmatch(word), _NUMBER.fullmatch(word)
    if units is _METRES and feet:
        value = 0.3048 * int(feet[1]) + 0.0254 * int(feet[2] or 0)
    elif found and found[2] in units:
        value = float(found[1]) * units[found[2]]
    else:
        return None
    return round(value, 3) if value > 0 and not (units is _LANES and value % 1) else None


def _word(key: str, text: str) -> str | None:
    """Return what a word or list of words puts into a column of railways, None when it is not understood."""
    found = {_WORDS[key].get(word.strip()) for word in text.casefold().split(";")}
    if key == "electrified" and "yes" in found:
        return "partly" if "no" in found else "yes"
    if None in found:
        return None
    return "1-2" if len(found) > 1 else next(iter(found))
