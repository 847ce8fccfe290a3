"""One route: its legs, its totals, and what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mobility.analysis import routing
from mobility.analysis.timed_routes import timed_route
from mobility.analysis.weakest import wire_ends
from mobility.errors import InputError, NoRouteError
from mobility.model.changes import unlimited
from mobility.model.names import some
from mobility.model.windows import CLOCKED, Clock, shown
from mobility.present.finding import Finding
from mobility.present.phrases import named, underway
from mobility.vocabulary import MODES, NOTICEABLE_H

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from mobility.model.network import Network

_COLUMNS = "leg from to mode length_km time_h cumulative_h arrival_h link".split()


def route(
    network: Network,
    origins: str | Iterable[str],
    destinations: str | Iterable[str],
    *,
    via: Iterable[str] = (),
    k: int = 0,
    diverse: bool = False,
    by: str = "time",
    start: str = "",
) -> Finding:
    """Return the legs of the best route, of the `k` best, or of `k` (3) `diverse` ones that share little.

    The best is that of least time, or with `by` "arrival" the one that is there first after march days. With a `start`
    ("Mon 06:00", "06:00") the column `when` tells day and hours of each leg; then closures may hold in windows, and the
    best is the route that arrives first by the clock (`analysis.by_clock`). Where there is none the table is empty,
    `summary["connected"]` False and the sentences name the links that would connect the two. Raises InputError when
    several routes are asked for between several places, or by way of others.
    """
    net = network.profiled()
    starts, ends, stops = (net.places_named(words) for words in (origins, destinations, via))
    several = diverse or k > 1
    if several and (len(starts) > 1 or len(ends) > 1 or stops):
        raise InputError("-k and --diverse take one FROM and one TO, without --via")
    if several and by != "time":
        raise InputError("-k and --diverse rank routes by time: leave out --by")
    clock = Clock.of(start) if start else None
    if net.timed and (several or clock is None):
        text = net.timed[0].text
        raise InputError(f"-x {text}: -k and --diverse have no clock" if several else f"-x {text} needs {CLOCKED}")
    try:
        if clock is not None and net.timed:
            legs = timed_route(net, starts, ends, clock, stops)
        elif several:
            find = routing.diverse_routes if diverse else routing.k_best_routes
            legs = find(net, starts[0], ends[0], k=k or 3)
        else:
            legs = routing.best_route(net, starts, ends, via=stops, by=by)
    except NoRouteError as error:
        from mobility.present.findings.pairs import missing

        lines, rows = missing(net.untimed, starts, ends)
        summary = {"connected": False, "missing_links": rows}
        legs = routing.no_legs()
        return Finding("route", net, legs, _columns(several, clock), summary, str(error), tuple(lines))
    totals = _totals(net, legs)
    if clock is not None:
        hours = zip(legs["start_h"], legs["arrival_h"], strict=True)
        legs.insert(legs.columns.get_loc("arrival_h") + 1, "when", [_when(clock, a, b) for a, b in hours])
    summary = {"connected": True, "routes": totals, **totals[0]}
    called = net.places["name"]
    title = f"{called[legs['from'].iloc[0]]} – {called[legs['to'].iloc[-1]]}: "
    title += f"{underway(summary)}, {summary['length_km']:,.0f} km"
    words = _words(net, totals)
    if net.timed and clock is not None:
        words += _windows(net, legs, clock)
    elif not several and by == "time":
        words += _refused(net, starts, ends, stops, totals[0])
        words += earlier(net, routing.best_route(net, starts, ends, via=stops, by="arrival"), totals[0])
    return Finding("route", net, legs, _columns(several, clock), summary, title, words)


def _windows(net: Network, legs: pd.DataFrame, clock: Clock) -> tuple[str, ...]:
    """Return sentences on closures in windows: that the route is the first by the clock, and where it stands still."""
    called, before, waits = net.places["name"], 0.0, []
    for place, begins, ends in zip(legs["from"], legs["start_h"], legs["arrival_h"], strict=True):
        if begins - before >= NOTICEABLE_H:
            since, until = (" ".join(shown(clock, hours)) for hours in (before, begins))
            waits.append(f"{called[place]} {begins - before:.1f} h ({since} to {until})")
        before = ends
    at_times = ", ".join(timed.text for timed in net.timed)
    words = f"shut at times: {at_times}; the route is the first to arrive by the clock of the start, with its rests"
    return (words, *([f"stands still at: {', '.join(waits)}"] if waits else []))


def _columns(several: bool, clock: Clock | None) -> tuple[str, ...]:
    timed = [c if c != "arrival_h" or clock is None else "when" for c in _COLUMNS]
    return ("route", *timed) if several else tuple(timed)


def _when(clock: Clock, begins_h: float, ends_h: float) -> str:
    """Return when a leg begins and ends, as "day 2, 06:00-14:30", after a day of the week where it is known."""
    (first, begins), (last, ends) = (shown(clock, hours) for hours in (begins_h, ends_h))
    return f"{first}, {begins}-{ends}" if first == last else f"{first}, {begins} - {last}, {ends}"


def _refused(
    net: Network, starts: list[str], ends: list[str], stops: list[str], total: dict[str, Any]
) -> tuple[str, ...]:
    """Return what the profile is refused on a way that would be quicker, if there is one."""
    free = routing.best_route(unlimited(net), starts, ends, via=stops)
    saved = total["time_h"] - float(free["cumulative_h"].iloc[-1])
    used = net.links.loc[[link for link in free["link"] if link]]
    refused = used[~used["active"]]
    if saved < NOTICEABLE_H or refused.empty:
        return ()
    reasons = [f"{name}: {reason}" for name, reason in zip(refused["name"], refused["reason"], strict=True)]
    return (f"refused is a way that takes {saved:.1f} h less: {some(reasons, 4)}",)


def earlier(net: Network, legs: pd.DataFrame, total: dict[str, Any]) -> tuple[str, ...]:
    """Return a sentence on the route that arrives earlier than the one of least time, if there is one."""
    found = _totals(net, legs)[0]
    if total["arrival_h"] - found["arrival_h"] < NOTICEABLE_H:
        return ()
    modes = [mode for mode in dict.fromkeys(legs["mode"]) if mode in MODES]
    words = f"another way arrives earlier: {underway(found)}, {found['length_km']:.0f} km by {' and '.join(modes)}"
    return (f"{words} (--by arrival)",)


def _totals(net: Network, legs: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the totals of each route."""
    routes, wire = [], net.links["electrified"]
    for number, part in legs.groupby("route"):
        on_links = part[part["link"] != ""]
        routes.append(
            {
                "route": int(number),
                "time_h": float(part["cumulative_h"].iloc[-1]),
                "arrival_h": float(part["arrival_h"].iloc[-1]),
                "driving_h": float(part["driving_h"].sum()),
                "length_km": float(part["length_km"].sum()),
                "transfers": int((part["mode"] == "transfer").sum()),
                "borders": int((part["mode"] == "crossing").sum()),
                "overlap": float(part["overlap"].iloc[0]),
                "doubtful": on_links.loc[on_links["doubtful"], "link"].tolist(),
                "unknown_km": float(part.loc[part["load_unknown"], "length_km"].sum()),
                "estimated_transfers": part.loc[part["estimated_transfer"], "from"].tolist(),
                "wire_ends": part["from"].iloc[wire_ends(part["mode"], part["link"].map(wire).fillna(""))].tolist(),
            }
        )
    return routes


def _words(net: Network, routes: list[dict[str, Any]]) -> tuple[str, ...]:
    """Return a sentence per route."""
    lines = []
    for r in routes:
        words = f"route {r['route']}: {underway(r)} ({r['driving_h']:.1f} h moving), {r['length_km']:.0f} km, "
        words += f"{r['transfers']} change(s) of mode, {r['borders']} border(s)"
        if r["unknown_km"]:
            words += f"; no load limit is stated for {r['unknown_km']:.0f} km"
        if r["doubtful"]:
            words += f"; status not verified: {', '.join(named(net, r['doubtful']))}"
        if r["estimated_transfers"]:
            words += f"; change of mode is an estimate at {', '.join(named(net, r['estimated_transfers']))}"
        if r["wire_ends"]:
            hours = "{low:g} to {high:g}".format(**net.rules.rail["traction_change_h"])
            words += f"; the overhead line begins or ends at {', '.join(named(net, r['wire_ends']))}: a change of "
            words += f"locomotive takes {hours} h, and the pace of trains has it in it"
        lines.append(words)
    return tuple(lines)
