"""A deployment in sentences: the answer, what binds, what is shut at times, and what is not counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mobility.deployment.asked import STEPS_MIN
from mobility.model.names import some
from mobility.model.windows import shown
from mobility.present.language import say, untranslated
from mobility.present.phrases import named

if TYPE_CHECKING:
    from mobility.deployment.deploy import Deployment
    from mobility.model.network import Network
    from mobility.model.profiles import Cargo

_WEEKS = 14 * 86_400  # seconds: in that time every window has begun and ended as it ever does


def words(found: Deployment, summary: dict[str, Any]) -> list[str]:
    """Return what the answer is, what binds, and what it does not count."""
    return [_when(found, summary), _binds(summary), *_rest(found, summary)]


def _when(found: Deployment, summary: dict[str, Any]) -> str:
    """Return when the force is complete."""
    starts, ends = (some(named(found.network, summary[key])) for key in ("origins", "destinations"))
    about = {key: summary[key] for key in ("tonnes", "cargo", "vehicles", "packets")} | {"starts": starts}
    if summary["cargo"]:
        force = say("{tonnes:,g} t of {cargo} ({vehicles:,} lorry loads) from {starts}", **about)
    else:
        force = say("{vehicles:,} vehicles ({packets} packets) from {starts}", **about)
    told = {"force": force, "ends": ends, "hours": summary["complete_h"], "days": summary["complete_days"]}
    if found.clock is None:
        return say("{force}: complete at {ends} after {hours:g} h ({days:.1f} days).", **told)
    moment = ", ".join(shown(found.clock, found.complete_h))
    return say("{force}: complete at {ends} after {hours:g} h ({days:.1f} days), {moment}.", **told, moment=moment)


def _binds(summary: dict[str, Any]) -> str:
    if summary["binding"]:
        return say("What binds: {what}.", what=some(summary["binding"]))
    return say("Nothing binds but the distance.")


@untranslated
def _rest(found: Deployment, summary: dict[str, Any]) -> list[str]:
    """Return what else the answer rests on, and what it does not count."""
    net = found.network
    lines = [f"Capacities there: {'; '.join(summary['binding_capacity'])}."] if summary["binding"] else []
    route, alone = (f"{summary[name]:.1f} h" for name in ("route_h", "march_h"))
    spread = f"{route} with rest spread evenly, rounded up {summary['rounded_h']:g} h"
    lines.append(f"The best route takes {spread}; a single column is there after {alone} (route --by arrival).")
    lines += _shut_words(net, found)
    lines += [f"Force {summary['force']}."] if summary["force"] else []
    lines += [_supplies(net.rules.cargo(summary["cargo"]))] if summary["cargo"] else []
    lines += _landing(net, summary)
    if summary["permission_lead_h"]:
        days = summary["permission_lead_h"] / 24
        low, high = (hours / 24 for hours in summary["permission_lead_range_h"])
        lines.append(
            f"Permission to enter comes before the start: {low:g} to {high:g} days; the rules take {days:g} "
            f"(a ceiling, no mean)."
        )
    if summary["doubtful_links"]:
        lines.append(f"Used although their status is not verified: {some(named(net, summary['doubtful_links']))}.")
    return lines


def _shut_words(net: Network, found: Deployment) -> list[str]:
    """Return what is shut at times, what that costs, and how its hours were rounded."""
    if found.clock is None or not net.timed:
        return []
    lost = found.complete_h - found.unshut_h
    texts = ", ".join(timed.text for timed in net.timed)
    lines = [f"Shut at times: {texts}; without, complete {lost:g} h earlier." if lost else
             f"Shut at times: {texts}; without, complete no earlier."]  # fmt: skip
    edges = {at for timed in net.timed for spell in timed.window.spells(found.clock, _WEEKS) for at in spell if at > 0}
    if any(at % (found.step_min * 60) for at in edges):
        finer = [f"--step {step}" for step in STEPS_MIN if not any(at % (step * 60) for at in edges)]
        lines.append(f"A step of {found.step_min} min in which a link is shut in part counts as shut"
                     f"{f'; {finer[0]} needs no rounding' if finer else ''}.")  # fmt: skip
    return lines


def _supplies(cargo: Cargo) -> str:
    """Return what lorries and trains carry of a cargo."""
    low, high = cargo.t_per_train_range
    return (
        f"A lorry carries {cargo.t_per_lorry:g} t of {cargo.name}, a train {cargo.t_per_train:,g} t "
        f"({low:,g} to {high:,g}; {cargo.sources}). "
        "Vehicles are lorry loads here, landed as lorries: no crane, no pipeline."
    )


def _landing(net: Network, summary: dict[str, Any]) -> list[str]:
    """Return where the ship draws too much, and where the depth is not known."""
    if summary["ship"] is None:
        return []
    ship, lines = net.rules.ship(summary["ship"]), []
    shallow = net.places.loc[summary["over_shore"]]
    rate = net.rules.capacity["over_shore_vehicles_day"]
    for name, depth in zip(shallow["name"], shallow["draught_m"], strict=True):
        lines.append(
            f"{ship.name} draws {ship.draught_m:g} m, {name} has {depth:g} m: discharged over the shore, "
            f"{rate:g} vehicles a day (estimate; weather not counted)."
        )
    if summary["depth_unknown"]:
        lines.append(f"Depth not known, taken as enough: {some(named(net, summary['depth_unknown']))}.")
    return lines
