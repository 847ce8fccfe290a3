"""A deployment in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mobility.model.names import some

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mobility.analysis.binding import Limit
    from mobility.analysis.compared import Answer
    from mobility.analysis.deployment import Deployment
    from mobility.model.network import Network

_OWN = ("estimate: ", "as asked")  # how a basis starts that is no source


def deploy_summary(found: Deployment) -> dict[str, Any]:
    """Return the totals of a deployment."""
    moved, links = found.movements, found.links
    return {
        "force": f"{found.force.name}: {found.force.description} ({found.force.sources})" if found.force else None,
        "vehicles": found.vehicles,
        "packets": found.packets,
        "origins": found.origins,
        "destinations": found.destinations,
        "complete_h": found.complete_h,
        "complete_days": found.complete_h / 24,
        "first_h": found.first_h,
        "route_h": found.route_h,
        "rounded_h": found.rounded_h,
        "permission_lead_h": found.permission_lead_h,
        "trains_pool": found.trains_pool,
        "binding": found.limits,
        "binding_capacity": capacity_words(found.limiting),
        "routes": int(moved["route"].max()),
        "trains": int(moved.loc[moved["mode"] == "rail", "units"].sum()),
        "doubtful_links": sorted(set(links.loc[links["doubtful"], "link"])),
    }


def capacity_words(limits: Iterable[Limit]) -> list[str]:
    """Return the capacity of each thing that binds, and whether it is published or an estimate."""
    return [
        f"{limit.name} {limit.capacity_vehicles_day:,.0f} vehicles a day "
        f"({'' if limit.basis.startswith(_OWN) else 'published: '}{limit.basis})"
        for limit in limits
    ]


def deploy_words(net: Network, summary: dict[str, Any]) -> list[str]:
    """Return what the answer is, what binds, and what it does not count."""
    called = net.places["name"]
    origins, ends = (some([called[p] for p in summary[key]]) for key in ("origins", "destinations"))
    force = f"{summary['vehicles']:,} vehicles ({summary['packets']} packets) from {origins}"
    when = f"{summary['complete_h']:g} h ({summary['complete_days']:.1f} days)"
    lines = [f"{force}: complete at {ends} after {when}."]
    lines.append(
        f"What binds: {some(summary['binding'])}." if summary["binding"] else "Nothing binds but the distance."
    )
    lines += [f"Capacities there: {'; '.join(summary['binding_capacity'])}."] if summary["binding"] else []
    lines.append(
        f"The best route takes {summary['route_h']:.1f} h, with every leg rounded up {summary['rounded_h']:g} h."
    )
    lines += [f"Force {summary['force']}."] if summary["force"] else []
    if summary["permission_lead_h"]:
        lead = summary["permission_lead_h"]
        lines.append(f"Permission to enter takes {lead:,.0f} h ({lead / 24:.1f} days) more, before the start.")
    if summary["doubtful_links"]:
        lines.append(f"Used although their status is not verified: {some(summary['doubtful_links'])}.")
    return lines


def origins_summary(found: dict[str, dict[str, Answer]]) -> dict[str, Any]:
    """Return how many answers of `from_each` there are, and on which capacities they rest."""
    answers = [one.found for answers in found.values() for one in answers.values()]
    limits = {(limit.kind, limit.id): limit for deployment in answers if deployment for limit in deployment.limiting}
    return {"rows": len(answers), "binding_capacity": capacity_words(limits.values())}


def origins_words(found: dict[str, dict[str, Answer]]) -> list[str]:
    """Return on which capacities the answers of `from_each` rest, as a sentence if any binds."""
    words = origins_summary(found)["binding_capacity"]
    return [f"Capacities that bind: {'; '.join(words)}."] if words else []


def origins_title(net: Network, found: dict[str, dict[str, Answer]]) -> str:
    """Return when a force is complete from one origin alone and from all, by scenario; some must arrive."""
    parts = []
    for scenario, answers in found.items():
        there = {origin: one.found for origin, one in answers.items() if one.found}
        hours = sorted(force.complete_h for origin, force in there.items() if ";" not in origin)
        texts = [f"{force.complete_h:g} h from all" for origin, force in there.items() if ";" in origin]
        texts += [f"{hours[0]:g} to {hours[-1]:g} h from one alone"] if len(hours) > 1 else []
        texts += [f"{hours[0]:g} h from one"] if len(hours) == 1 else []
        parts.append((f"{scenario}: " if len(found) > 1 else "") + (", ".join(texts) or "never"))
    force = next(one.found for answers in found.values() for one in answers.values() if one.found)
    ends = some([net.places.at[place, "name"] for place in force.destinations])
    return f"{force.vehicles:,} vehicles complete at {ends}: {'; '.join(parts)}"
