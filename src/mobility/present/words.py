"""Findings in words: the summary of a result and the sentences people quote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def route_summary(legs: pd.DataFrame) -> dict[str, Any]:
    """Return the totals of each route; those of the first also stand at the top."""
    routes_ = []
    for number, part in legs.groupby("route"):
        on_links = part[part["link"] != ""]
        routes_.append(
            {
                "route": int(number),
                "time_h": float(part["cumulative_h"].iloc[-1]),
                "driving_h": float(part["driving_h"].sum()),
                "length_km": float(part["length_km"].sum()),
                "transfers": int((part["mode"] == "transfer").sum()),
                "borders": int((part["mode"] == "crossing").sum()),
                "overlap": float(part["overlap"].iloc[0]),
                "doubtful": on_links.loc[on_links["doubtful"], "link"].tolist(),
                "estimated_transfers": part.loc[part["estimated_transfer"], "from"].tolist(),
            }
        )
    return {"connected": True, "routes": routes_, **routes_[0]}


def route_words(legs: pd.DataFrame) -> list[str]:
    """Return a sentence per route."""
    lines = []
    for r in route_summary(legs)["routes"]:
        words = f"route {r['route']}: {r['time_h']:.1f} h ({r['driving_h']:.1f} h moving), {r['length_km']:.0f} km, "
        words += f"{r['transfers']} change(s) of mode, {r['borders']} border(s)"
        if r["doubtful"]:
            words += f"; status not verified: {', '.join(r['doubtful'])}"
        if r["estimated_transfers"]:
            words += f"; change of mode is an estimate at {', '.join(r['estimated_transfers'])}"
        lines.append(words)
    return lines


def pairs_words(summary: dict[str, Any]) -> str:
    """Return the sentence below a table of pairs."""
    words = f"{summary['connected']} of {summary['pairs']} pairs connected"
    if summary["mean_time_h"] is not None:
        words += f", mean {summary['mean_time_h']:.1f} h"
    for key, what in (
        ("cut_off", "cut off"),
        ("not_on_this_mode", "not on this mode"),
        ("pairs_excluded", "left out (an end is closed)"),
    ):
        if summary[key]:
            words += f"; {summary[key]} {what}"
    words += f"; {summary['routes_on_estimated_transfers']} best routes rest on estimated changes of mode"
    return words + f"; {len(summary['doubtful_links'])} links used whose status is not verified"
