"""Findings in words: the summary of a result and the sentences people quote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mobility.analysis.pairs import CONNECTED, CUT_OFF, NOT_ON_MODE
from mobility.model.names import some
from mobility.model.tables import split

if TYPE_CHECKING:
    import pandas as pd

    from mobility.analysis.flows import MinCut
    from mobility.model.network import Network
    from mobility.model.scenario import Scenario

_NOTICEABLE_H = 30 / 3600


def profile_words(net: Network) -> str:
    """Return the profile, and how much is closed, built or upgraded, as a sentence."""
    profile = net.profile
    assert profile is not None  # noqa: S101 - applied by the caller
    links, borders = net.links, net.borders
    counts = (
        (int((links["closure"] != "").sum()), "link", "closed"),
        (borders.loc[borders["closure"] != "", "place"].nunique(), "border", "closed"),
        (int(links["built"].sum()), "link", "built or upgraded"),
    )
    changes = [f"{n} {what}{'s' * (n != 1)} {how}" for n, what, how in counts if n]
    return "; ".join([f"Profile {profile.name}, by {', '.join(profile.modes)}", *changes]) + "."


def percent(share: float) -> str:
    """Return a share in words, as 5 %."""
    return f"{100 * share:.0f} %"


def data_words(net: Network) -> str:
    """Return on which data a figure rests: the network, its checksum, and the date of the youngest source."""
    about, date = f"{net.identity.name} {net.identity.sha256[:8]}".strip(), max(net.sources["date"], default="")
    return f"Data: {about}{f', sources to {date}' if date else ''}."


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
                "unknown_km": float(part.loc[part["load_unknown"], "length_km"].sum()),
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
        if r["unknown_km"]:
            words += f"; no load limit is stated for {r['unknown_km']:.0f} km"
        if r["doubtful"]:
            words += f"; status not verified: {', '.join(r['doubtful'])}"
        if r["estimated_transfers"]:
            words += f"; change of mode is an estimate at {', '.join(r['estimated_transfers'])}"
        lines.append(words)
    return lines


def pairs_summary(net: Network, frame: pd.DataFrame, asked: int) -> dict[str, Any]:
    """Return the totals of a table of pairs; `asked` pairs were asked about, closed ends leave some out."""
    state = frame["state"].value_counts()
    joined = frame[frame["state"] == CONNECTED]
    doubtful = {i for cell in joined["links"] for i in split(cell) if net.links.at[i, "doubtful"]}
    return {
        "pairs": len(frame),
        "connected": int(state.get(CONNECTED, 0)),
        "cut_off": int(state.get(CUT_OFF, 0)),
        "not_on_this_mode": int(state.get(NOT_ON_MODE, 0)),
        "pairs_excluded": asked - len(frame),
        "mean_time_h": joined["time_h"].mean() if len(joined) else None,
        "routes_on_estimated_transfers": int((joined["estimated_transfers"] > 0).sum()),
        "doubtful_links": sorted(doubtful),
        "missing_links": [],
    }


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
    resting, doubtful = summary["routes_on_estimated_transfers"], len(summary["doubtful_links"])
    words += f"; {resting} best {'route rests' if resting == 1 else 'routes rest'} on estimated changes of mode"
    return words + f"; {doubtful} link{'s' * (doubtful != 1)} used whose status is not verified"


def whatif_summary(frame: pd.DataFrame, shifted: pd.DataFrame, asked: int) -> dict[str, Any]:
    """Return the totals of a what-if."""
    both = frame[frame["delta_h"].notna()]
    slower, faster = both[both["delta_h"] > _NOTICEABLE_H], both[both["delta_h"] < -_NOTICEABLE_H]
    worst = both.loc[both["delta_h"].idxmax()] if len(slower) else None
    best = both.loc[both["delta_h"].idxmin()] if len(faster) else None
    return {
        "pairs": len(frame),
        "pairs_excluded": asked - len(frame),
        "slower": len(slower),
        "faster": len(faster),
        "cut_off": int(frame["cut_off"].sum()),
        "newly_connected": int(frame["newly_connected"].sum()),
        "never_connected": int(((frame["state_before"] != CONNECTED) & (frame["state_after"] != CONNECTED)).sum()),
        "cut_off_pairs": [f"{a} - {b}" for a, b in frame.loc[frame["cut_off"], ["from", "to"]].to_numpy()],
        "mean_time_h_before": both["time_h_before"].mean(),
        "mean_time_h_after": both["time_h_after"].mean(),
        "mean_delta_h": both["delta_h"].mean(),
        "mean_loss_h": slower["delta_h"].mean(),
        "mean_gain_h": -faster["delta_h"].mean(),
        "worst_pair": None if worst is None else f"{worst['from']} - {worst['to']}",
        "worst_delta_h": None if worst is None else worst["delta_h"],
        "best_pair": None if best is None else f"{best['from']} - {best['to']}",
        "best_delta_h": None if best is None else best["delta_h"],
        "carry_more": [
            {"link": link, "pairs_before": int(b), "pairs_after": int(a)}
            for link, b, a, change in shifted[["link", "pairs_before", "pairs_after", "change"]].to_numpy().tolist()
            if change > 0
        ],
    }


def whatif_words(net: Network, given: Scenario, summary: dict[str, Any]) -> list[str]:
    """Return three sentences: who loses and gains how much, who is cut off, what carries the load instead."""
    called = net.places["name"]

    def pair(text: str) -> str:
        return " – ".join(called[place] for place in text.split(" - "))

    change = given.title or given.changes() or "change"
    change = change[:1].upper() + change[1:]
    losers = f"{summary['slower']} of {summary['pairs']} pairs lose"
    if summary["slower"]:
        losers += f" {summary['mean_loss_h']:.1f} h on average, at most {summary['worst_delta_h']:.1f} h"
        losers += f" ({pair(summary['worst_pair'])})"
    else:
        losers += " time"
    gains = f"; {summary['faster']} gain"
    if summary["faster"]:
        gains += f" {summary['mean_gain_h']:.1f} h on average, at most {-summary['best_delta_h']:.1f} h"
        gains += f" ({pair(summary['best_pair'])})"
    else:
        gains += " any"
    cut = summary["cut_off_pairs"]
    who = f"{_counted(len(cut))} cut off: {some([pair(text) for text in cut])}" if cut else "No pair is cut off"
    for key, what in (
        ("newly_connected", "newly connected"),
        ("never_connected", "connected neither before nor after"),
        ("pairs_excluded", "left out, since an end is closed"),
    ):
        if summary[key]:
            who += f"; {_counted(summary[key])} {what}"
    more = summary["carry_more"]
    names = [f"{net.links.at[m['link'], 'name']} ({m['pairs_before']} to {m['pairs_after']} pairs)" for m in more]
    load = f"The load shifts to {some(names, 5)}." if more else "No link carries more pairs than before."
    return [f"{change}: {losers}{gains}.", f"{who}.", load]


def _counted(pairs: int) -> str:
    return f"{pairs} pair is" if pairs == 1 else f"{pairs} pairs are"


def bottleneck_summary(frame: pd.DataFrame, by: str, cut: MinCut, asked: int) -> dict[str, Any]:
    """Return the totals of a table of losses, with the min-cut."""
    return {
        "pairs": asked,
        "things": len(frame),
        "used": int((frame["pairs_using"] > 0).sum()),
        "sole": frame.loc[frame["sole_link"], by].tolist(),
        "min_cut_vehicles_day": cut.vehicles_day,
        "min_cut": cut.things,
    }


def bottleneck_words(frame: pd.DataFrame, by: str, summary: dict[str, Any]) -> list[str]:
    """Return what the table means: the worst loss, what some pairs depend on, and the min-cut."""
    worst = frame[frame["pairs_delayed"] > 0].sort_values("total_delay_h", ascending=False).head(1)
    lines = [
        f"Losing {row['name']} costs {row['pairs_delayed']} pairs {row['mean_delay_h']:.1f} h on average, "
        f"at most {row['worst_delay_h']:.1f} h."
        for row in worst.to_dict("records")
    ]
    sole, flow = summary["sole"], summary["min_cut_vehicles_day"]
    lines.append(
        f"Some pairs depend on {'one of ' * (len(sole) > 1)}{some(sole)}."
        if sole
        else f"No pair depends on a single {by}."
    )
    limit = f"{flow:,.0f} vehicles a day" if flow < float("inf") else "unlimited"
    through = f" through {some(summary['min_cut'], 16)}" if summary["min_cut"] else ""
    return [*lines, f"Min-cut (capacities are estimates): {limit}{through}."]


def loss_words(frame: pd.DataFrame) -> str:
    """Return the worst loss of a table of `mobility.bottlenecks`, and how many cut pairs off, as a title."""
    worst, cut = frame[frame["pairs_delayed"] > 0].nlargest(1, "total_delay_h"), int(frame["sole_link"].sum())
    parts = [
        f"Losing {row['name']} costs {row['pairs_delayed']} pairs {row['mean_delay_h']:.1f} h on average"
        for row in worst.to_dict("records")
    ]
    parts += [f"{cut} single loss{'es' * (cut != 1)} would cut pairs off"] if cut else []
    return "; ".join(parts) or "No single loss costs any pair time"


def gain_words(frame: pd.DataFrame) -> str:
    """Return the largest gain of a table of `mobility.project_gains` as a title."""
    if not (frame["gain_h"] > 0).any():
        return "No project shortens the mean best time"
    top = frame.loc[frame["gain_h"].idxmax()]
    return f"{top['name']} takes {top['gain_h']:.2f} h off the mean best time, the most of {len(frame)} projects"


def corridor_words(net: Network, frame: pd.DataFrame) -> str:
    """Return how much of a corridor can be used, by mode, from a table of `mobility.sections`."""
    name = dict(zip(net.corridors["code"], net.corridors["name"], strict=True))[frame["corridor"].iloc[0]]
    once = frame.drop_duplicates(["mode", "branch", "section"])
    main = once[once["branch"] == "main"]
    parts = []
    for mode, part in (once if main.empty else main).groupby("mode", sort=False):
        usable = part.loc[part["active"], "length_km"].sum()
        parts.append(f"{usable:,.0f} of {part['length_km'].sum():,.0f} km by {mode}")
    return f"{name.partition(' (')[0]}{'' if main.empty else ', main branch'}: {', '.join(parts)} can be used"


def interdict_words(net: Network, frame: pd.DataFrame, by: str, asked: int, k: int) -> list[str]:
    """Return what the curve of closures means."""
    if frame.empty:
        return ["No pair is connected, so nothing can be cut."]
    last = frame.iloc[-1]
    called = net.links["name"] if by == "link" else net.places["name"]
    names = ", ".join(called[i] for i in last[f"{by}s"].split(";") if i) or "nothing"
    harm = f"{last['pairs_cut_off']} of {asked} pairs cut off, {last['delta_h']:,.1f} h lost in all by the rest"
    lines = [f"The worst {last['k']}: {names} - {harm}."]
    if last["separates"]:
        lines.append(f"That separates all pairs; {int(last['k'])} closures are enough.")
    elif last["k"] < k:
        lines.append("More closures do no more harm, or nothing is left to close.")
    proven = frame["optimal"].all()
    return [*lines, "Proven to be the worst." if proven else "Not proven: the search was cut short (optimal = no)."]


def weakest_summary(frame: pd.DataFrame) -> dict[str, Any]:
    """Return the totals of the weakest attributes: kilometres over all best routes, and how much is unknown."""
    rail = float(frame["rail_km"].sum())
    road = float(frame["road_km"].sum())
    return {
        "pairs": len(frame),
        "rail_km": rail,
        "road_km": road,
        "single_track_km": float(frame["single_track_km"].sum()),
        "not_electrified_km": float(frame["not_electrified_km"].sum()),
        "axle_unknown_km": float(frame["max_axle_t_unknown_km"].sum()),
        "gross_unknown_km": float(frame["max_gross_t_unknown_km"].sum()),
        "gradient_unknown_km": float(frame["max_gradient_permille_unknown_km"].sum()),
    }


def weakest_words(summary: dict[str, Any]) -> str:
    """Return how much of the best routes is weak, and how much nobody knows."""
    rail, road = summary["rail_km"], summary["road_km"]
    parts = [
        (summary["single_track_km"], rail, "of the railway is single track"),
        (summary["not_electrified_km"], rail, "has no overhead line"),
        (summary["gradient_unknown_km"], rail, "states no gradient"),
        (summary["gross_unknown_km"], road, "of the road states no gross weight"),
        (summary["axle_unknown_km"], rail + road, "of both no axle load"),
    ]
    shares = [f"{percent(km / whole)} {what}" for km, whole, what in parts if whole]
    return f"Along the best routes of {summary['pairs']} pairs: {'; '.join(shares) or 'no road and no railway'}."


def gains_words(frame: pd.DataFrame) -> str:
    """Return which project gains most: time, robustness, and time per euro."""
    if frame.empty or not (frame["gain_h"] > 0).any():
        return f"None of {len(frame)} projects alone shortens the mean best time."
    best = [
        ("most time off the mean best route", "gain_h"),
        ("with the worst link lost", "n1_gain_h"),
        ("per EUR bn", "gain_h_per_bn"),
    ]
    parts = []
    for text, column in best:
        if (frame[column] > 0).any():
            row = frame.loc[frame[column].idxmax()]
            parts.append(f"{text}: {row['name']} ({row[column]:.2f} h)")
    return f"Of {len(frame)} projects, each built alone, {'; '.join(parts)}."
