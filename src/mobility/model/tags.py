"""OpenStreetMap tags as columns of links.csv: what is understood is kept, the rest is left empty and told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

ROAD_CLASSES = {"motorway": "motorway", "trunk": "primary", "primary": "primary", "secondary": "secondary"}
# Keys that are read; what a network keeps of each is said in `columns`.
KEYS = (
    "highway railway route motorroad junction oneway maxspeed lanes maxweight maxaxleload maxheight maxwidth bridge "
    "tunnel gauge electrified tracks usage service name ref hgv motor_vehicle vehicle access"
).split()
_ACCESS = ("hgv", "motor_vehicle", "vehicle", "access")  # the first that is stated decides
_BARRED = {"no", "private", "permit", "military", "emergency"}
_SPEED = {"": 1.0, "km/h": 1.0, "kmh": 1.0, "kph": 1.0, "mph": 1.609344, "knots": 1.852}
_TONNES = {"": 1.0, "t": 1.0, "kg": 0.001, "st": 0.90718474, "lbs": 0.00045359237}
_METRES = {"": 1.0, "m": 1.0, "cm": 0.01, "ft": 0.3048}
_LANES = {"": 1.0}
# Key of a tag: column it fills, and the units it may have.
_NUMBERS = {
    "maxspeed": ("max_speed_kmh", _SPEED),
    "maxweight": ("max_gross_t", _TONNES),
    "maxaxleload": ("max_axle_t", _TONNES),
    "maxheight": ("max_height_m", _METRES),
    "maxwidth": ("max_width_m", _METRES),
    "gauge": ("gauge_mm", {"": 1.0, "mm": 1.0}),
    "lanes": ("lanes", _LANES),
}
_OF_MODE = {
    "road": ("maxspeed", "maxweight", "maxaxleload", "maxheight", "maxwidth", "lanes"),
    "rail": ("maxspeed", "maxweight", "maxaxleload", "gauge", "tracks", "electrified"),
    "sea": ("maxweight", "maxheight", "maxwidth"),
    "": (),
}
_NUMBER = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?) *([a-z/]*)")
_FEET = re.compile(r"([0-9]{1,3})' *(?:([0-9]{1,2})(?:\"|''))?")
_ELECTRIFIED = {"yes": "yes", "contact_line": "yes", "no": "no"}


def mode_of(tags: Mapping[str, str]) -> str:
    """Return road, rail or sea, or "" for what is no way to travel (a ferry that takes no vehicles is none)."""
    if tags.get("railway") == "rail":
        return "rail"
    if tags.get("route") == "ferry":
        return "" if _access(tags)[1] in _BARRED else "sea"
    return "road" if "highway" in tags else ""


def columns(tags: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Return what a way's tags say of a link, and the tags that were not understood.

    Parameters
    ----------
    tags
        Key and value as text. Lists ("50;80"), words ("RO:urban", "none") and unknown units are never guessed at.

    Returns
    -------
    row, left_empty
        `row` holds mode, name, ref, road_class, lanes, oneway (bool), structure, tracks, electrified, gauge_mm, usage,
        the limits (km/h, t, m), restriction and doubtful; what is not stated is absent. `left_empty` holds
        "key=value" for every value of a column that stays empty.

    Examples
    --------
    >>> columns({"highway": "primary", "maxspeed": "50 mph", "maxheight": "RO:low"})[0]["max_speed_kmh"]
    80.467
    >>> columns({"highway": "primary", "maxspeed": "50 mph", "maxheight": "RO:low"})[1]
    ['maxheight=RO:low']
    """
    mode = mode_of(tags)
    row: dict[str, Any] = {"mode": mode, "oneway": direction(tags) != 0}
    left_empty = []
    for key in _OF_MODE[mode]:
        value = _value(key, tags[key]) if key in tags else ""
        if value is None:
            left_empty.append(key)
        else:
            row[_NUMBERS[key][0] if key in _NUMBERS else key] = value
    if mode == "road":
        row["road_class"] = _road_class(tags)
        if tags.get("oneway", "no") not in {*_FORWARD, *_BACKWARD, *_BOTH}:
            left_empty.append("oneway")
    elif mode == "rail":
        row["usage"] = plain(tags.get("service") or tags.get("usage", ""))
    row |= {key: plain(tags.get(key, "")) for key in ("name", "ref")}
    row["structure"] = next((key for key in ("bridge", "tunnel") if tags.get(key, "no") != "no"), "")
    key, value = _access(tags)
    if value in _BARRED and mode != "sea":
        row |= {"restriction": f"{key}={value}", "doubtful": True}
    elif mode == "sea" and not value:
        row |= {"restriction": "not stated whether it takes vehicles", "doubtful": True}
    return {k: v for k, v in row.items() if v != ""}, [f"{k}={plain(tags[k])}" for k in left_empty]


_FORWARD, _BACKWARD, _BOTH = {"yes", "true", "1"}, {"-1", "reverse"}, {"no", "false", "0"}


def direction(tags: Mapping[str, str]) -> int:
    """Return 1 or -1 for a road or ferry used along or against its nodes only, else 0.

    Motorways and roundabouts are one-way unless they say otherwise; "reversible" and the like count as two-way.
    """
    stated = tags.get("oneway")
    if mode_of(tags) == "rail" or stated in _BOTH:
        return 0
    if stated in _BACKWARD:
        return -1
    implied = tags.get("highway") == "motorway" or tags.get("junction") in {"roundabout", "circular"}
    return int(stated in _FORWARD or (stated is None and implied))


def takes_vehicles(tags: Mapping[str, str]) -> bool:
    """Return whether a ferry says that it takes vehicles."""
    value = _access(tags)[1]
    return value != "" and value not in _BARRED


def plain(text: str) -> str:
    """Return text without what steers a terminal or breaks a table: printable, single blanks, 200 letters at most."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200]


def _access(tags: Mapping[str, str]) -> tuple[str, str]:
    return next(((key, tags[key]) for key in _ACCESS if tags.get(key)), ("", ""))


def _road_class(tags: Mapping[str, str]) -> str:
    highway = tags["highway"]
    if highway == "trunk" and tags.get("motorroad") == "yes":
        return "expressway"
    if highway.endswith("_link"):
        return "secondary"
    return ROAD_CLASSES.get(highway, "urban")


def _value(key: str, text: str) -> float | str | None:
    """Return what a tag puts into its column, or None when it is not understood."""
    word = text.strip().casefold()
    if key == "electrified":
        return _ELECTRIFIED.get(word)
    if key == "tracks":  # more than two are at least a double line
        return "1" if word == "1" else "2" if re.fullmatch(r"[2-9]", word) else None
    units = _NUMBERS[key][1]
    feet, found = _FEET.fullmatch(word), _NUMBER.fullmatch(word)
    if units is _METRES and feet:
        number = 0.3048 * int(feet[1]) + 0.0254 * int(feet[2] or 0)
    elif found and found[2] in units:
        number = float(found[1]) * units[found[2]]
    else:
        return None
    return round(number, 3) if number > 0 and not (units is _LANES and number % 1) else None
