"""A deployment in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mobility.model.names import some

if TYPE_CHECKING:
    from mobility.analysis.deployment import Deployment
    from mobility.model.network import Network


def deploy_summary(found: Deployment) -> dict[str, Any]:
    """Return the totals of a deployment."""
    moved, links = found.movements, found.links
    return {
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
        "binding": found.limits,
        "routes": int(moved["route"].max()),
        "trains": int(moved.loc[moved["mode"] == "rail", "units"].sum()),
        "doubtful_links": sorted(set(links.loc[links["doubtful"], "link"])),
    }


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
    rounded = f"the best route takes {summary['route_h']:.1f} h, with every leg rounded up {summary['rounded_h']:g} h"
    lines.append(f"Capacities are estimates where no page states them; {rounded}.")
    if summary["permission_lead_h"]:
        lines.append(f"Permission to enter takes {summary['permission_lead_h']:,.0f} h more, before the start.")
    if summary["doubtful_links"]:
        lines.append(f"Used although their status is not verified: {some(summary['doubtful_links'])}.")
    return lines
