"""What OpenStreetMap's tags forbid a lorry or a train, and what they leave in doubt."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# The first that is stated decides; a ferry that says nothing of lorries may speak of cars.
_ACCESS = ("hgv", "motor_vehicle", "vehicle", "access")
_ABOARD = ("hgv", "goods", "motorcar", *_ACCESS[1:])
_OPEN = {"yes", "permissive", "designated", "official", "public", "unknown"}
_BARRED = set(
    "no private permit military emergency agricultural forestry customers delivery residents employees staff members "
    "bus psv taxi bicycle foot use_sidepath dismount".split()
)
_OUT_OF_USE = (
    *"proposed planned construction disused abandoned ruined razed demolished dismantled removed destroyed".split(),
    "destroyed:bridge",
)
_OUT = {"yes", "rail", "true", "1"}
_ROUGH = {"impassable": True, "very_horrible": False, "horrible": False}  # of `smoothness`: forbidden, or in doubt
_IN_DOUBT = ("ford", "ice_road", "winter_road", "seasonal")
_LONGEST_M = 18.75  # of a road train in the European Union (directive 96/53)
# Barriers at a point that no lorry passes unless access says so; the others stop nobody who may go on.
_BLOCKING = set(
    "block bollard jersey_barrier debris log chain cycle_barrier motorcycle_barrier stile turnstile kissing_gate "
    "full-height_turnstile horse_stile wall fence hedge guard_rail ditch planter rope bus_trap sump_buster "
    "wicket_gate bump_gate barrier_board concrete yes".split()
)
_PASSED = set(
    "border_control toll_booth gate lift_gate swing_gate sliding_gate hampshire_gate entrance cattle_grid checkpoint "
    "kerb sally_port coupure height_restrictor spikes no".split()
)
LIMITS = "maxweight maxaxleload maxheight maxwidth maxlength".split()
# No keys of OpenStreetMap: what a segment takes over from a point at its end that bars it, or may.
AT_POINT, DOUBTFUL_POINT = "barred at a point", "doubtful at a point"
_OF_POINTS = (*LIMITS, "maxheight:physical", "maxwidth:physical", "maxweight:hgv", "maxaxleload:hgv", "ford")
POINT_KEYS = ("barrier", "locked", *_ACCESS, *_OF_POINTS)
KEYS = (*_ABOARD, *_OUT_OF_USE, *_IN_DOUBT, "smoothness", "maxlength")

# Further keys of limits and permissions: those that no column is made of are counted.
_MORE = (":conditional", ":hgv", ":hgv:conditional", ":goods", ":forward", ":backward", ":lanes", ":lanes:hgv")
_OF_LIMITS = (*_ABOARD, *LIMITS, "maxspeed", "maxweightrating", "maxbogieweight", "oneway")
MORE_KEYS = frozenset(
    {a + b for a, b in product(_OF_LIMITS, _MORE)}
    | {
        "maxbogieweight",
        "maxaxles",
        "hgv:maxweight",
        "access:hgv",
        "maxheight:legal",
        "maxunladenweight",
        "mindistance",
    }
    | {"maxweight:physical", "maxweight:signed", "maxgcweight", "maxgcweightrating", "maxgcweightrating:hgv"}
    | {"hazmat", "hazmat:water", "hazmat:conditional", "trailer", "hgv_articulated"}
    | {"motor_vehicle:lanes:forward", "motor_vehicle:lanes:backward", "maxspeed:variable"}
)


def forbidden(tags: Mapping[str, str], mode: str) -> str:
    """Return what keeps a lorry or train off a way as "key=value", "" when nothing does.

    Access keys are those of roads: they say nothing of trains. Disused, abandoned and unfinished ways are not open.
    """
    for key in _OUT_OF_USE:
        if tags.get(key, "").casefold() in _OUT:
            return f"{key}={tags[key]}"
    if mode != "road":
        return ""
    if AT_POINT in tags:
        return tags[AT_POINT]
    if _ROUGH.get(tags.get("smoothness", "")):
        return f"smoothness={tags['smoothness']}"
    key, value = _stated(tags, _ACCESS)
    return f"{key}={value}" if _barred(value) else ""


def doubt(tags: Mapping[str, str], length_m: float | None) -> str:
    """Return what makes the use of a road doubtful as "key=value", "" when nothing does.

    `length_m` is what `maxlength` says. A word of access that is neither open nor barred is in doubt too.
    """
    if DOUBTFUL_POINT in tags:
        return tags[DOUBTFUL_POINT]
    key, value = _stated(tags, _ACCESS)
    if value and not _barred(value) and not _words(value) & _OPEN:
        return f"{key}={value}"
    if tags.get("smoothness", "") in _ROUGH:
        return f"smoothness={tags['smoothness']}"
    if length_m is not None and length_m < _LONGEST_M:
        return f"maxlength={tags['maxlength']}"
    return next((f"{key}={tags[key]}" for key in _IN_DOUBT if tags.get(key, "no") != "no"), "")


def aboard(tags: Mapping[str, str]) -> bool | None:
    """Return whether a ferry takes vehicles; None: it does not say."""
    _, value = _stated(tags, _ABOARD)
    if value:
        return value == "customers" or not _barred(value)
    return True if tags.get("ferry", "no") not in {"no", "yes"} else None  # the class of the road it belongs to


def at_point(tags: Mapping[str, str]) -> dict[str, str]:
    """Return what a point's tags say of the roads through it, as tags of theirs: a barrier, limits; {} for nothing."""
    barrier = tags.get("barrier", "")
    found = {key: tags[key] for key in _OF_POINTS if key in tags}
    key, value = _stated(tags, _ACCESS)
    if _barred(value):
        found[AT_POINT] = f"barrier={barrier}, {key}={value}" if barrier else f"{key}={value} at a point"
    elif not value and (barrier in _BLOCKING or (barrier and tags.get("locked") == "yes")):
        found[AT_POINT] = f"barrier={barrier}"
    elif (barrier == "height_restrictor" and not {"maxheight", "maxheight:physical"} & {*tags}) or (
        barrier and not value and barrier not in _PASSED | _BLOCKING
    ):
        found[DOUBTFUL_POINT] = f"barrier={barrier}"  # not known whether a lorry passes
    return found


def _stated(tags: Mapping[str, str], keys: tuple[str, ...]) -> tuple[str, str]:
    return next(((key, tags[key].strip().casefold()) for key in keys if tags.get(key)), ("", ""))


def _words(value: str) -> set[str]:
    return {word.strip() for word in value.split(";")}


def _barred(value: str) -> bool:
    """Return whether a value of access keeps everyone away whom it does not name; of a list the mildest counts."""
    return bool(value) and _words(value) <= _BARRED
