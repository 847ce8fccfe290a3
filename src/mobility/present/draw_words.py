"""Intervals and random failures in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mobility.present.words import percent

if TYPE_CHECKING:
    import pandas as pd

    from mobility.analysis.uncertainty import Uncertain


def uncertain_summary(found: Uncertain) -> dict[str, Any]:
    """Return how many draws there were, their seed, and the intervals of the mean."""
    return {"draws": found.draws, "seed": found.seed, **found.total}


def hours_words(drawn: dict[str, Any], mean: float | None) -> list[str]:
    """Return the interval of the mean hours of an `uncertain_summary`, and whether the hours by the rules lie below."""
    if mean is None:
        return [_draws(drawn) + "."]
    lines = [f"{_draws(drawn)}: mean {_interval(drawn, 'time_h')}."]
    if mean < min(drawn["time_h_p5"], drawn["time_h_common_p5"]):
        lines.append(f"The {mean:.1f} h by the rules are a best case: more can go worse than better.")
    return lines


def changes_words(drawn: dict[str, Any]) -> str:
    """Return the interval of the mean change of an `uncertain_summary`."""
    change = f": mean change over all pairs {_interval(drawn, 'delta_h')}" if "delta_h_p5" in drawn else ""
    return f"{_draws(drawn)}{change}."


def gains_words(found: Uncertain, names: dict[str, str]) -> str:
    """Return how often the projects that are mostly among the best are so."""
    share = found.table.set_index("project")["best3_share"]
    common = found.table.set_index("project")["best3_common_share"]
    best = share.sort_values(ascending=False, kind="stable").head(3)
    parts = [f"{names[key]} in {percent(part)} ({percent(common[key])})" for key, part in best.items() if part]
    words = f"{_draws(uncertain_summary(found))}; among the three best: {', '.join(parts) or 'none'}"
    return f"{words}; in brackets with one common factor per country and class."


def losses_words(found: Uncertain, names: dict[str, str]) -> str:
    """Return how many links are among the ten worst in nearly all draws."""
    table = found.table
    sure = table[table[["worst10_share", "worst10_common_share"]].min(axis=1) >= 0.95]  # noqa: PLR2004
    which = ", ".join(names[link] for link in sure["link"])
    return f"{_draws(uncertain_summary(found))}; among the ten worst in at least 95 % of either: {which or 'none'}."


def deployment_words(drawn: dict[str, Any]) -> str:
    """Return the interval of the hours until a force is complete, and how often what binds."""
    late = [1 - drawn[f"complete_{kind}share"] for kind in ("", "common_")]
    words = f"{_draws(drawn)}: "
    if max(late) < 0.05:  # noqa: PLR2004 - then the intervals are within the horizon
        words += f"complete after {_interval(drawn, 'complete_h')}"
    else:
        words += f"not complete within the horizon in {percent(late[0])} of them, "
        words += f"in {percent(late[1])} with one common factor per country and class"
    often = [row for row in drawn["binding"][:5] if row["binds_share"]]
    binds = [f"{row['name']} ({row['kind']}) in {percent(row['binds_share'])}" for row in often]
    if not binds and max(late):
        return words + "."
    return f"{words}; what binds: {', '.join(binds) or 'nothing but the distance'}."


def pair_failure_words(lost: pd.DataFrame, days: int) -> str:
    """Return what pairs can count on when links fail at random."""
    joined = lost[lost["connected_share"].notna()]
    words = f"{days:,} days on which links fail at random"
    if joined.empty:
        return f"{words}."
    words += f": on {percent(joined['delayed_share'].mean())} a pair takes longer than with all links; "
    shares = joined["connected_share"]
    if (shares == 1).all():
        return f"{words}no pair is ever cut off."
    worst = joined.loc[shares.idxmin()]
    words += f"{(shares < 1).sum()} of {len(joined)} pairs are cut off on some, most often "
    return f"{words}{worst['from']} – {worst['to']} (connected on {percent(shares.min())})."


def link_failure_words(lost: pd.DataFrame, days: int) -> str:
    """Return which links matter most when links fail at random."""
    cut, hours = (lost[f"expected_{what}"] for what in ("cut_off", "delay_h"))
    words = f"{days:,} days on which links fail at random: each alone, failures cut {cut.sum():.2g} pairs off "
    words += f"and cost the others {hours.sum():.1f} h on a day"
    first = lost.loc[(hours > 0) | (cut > 0), "name"].head(3)
    return f"{words}; most by {', '.join(first)}." if len(first) else f"{words}."


def _draws(drawn: dict[str, Any]) -> str:
    return f"{drawn['draws']:,} draws (seed {drawn['seed']})"


def _interval(drawn: dict[str, Any], name: str) -> str:
    own, common = (f"{drawn[f'{name}_{kind}p5']:.1f} to {drawn[f'{name}_{kind}p95']:.1f} h" for kind in ("", "common_"))
    median = f"(median {drawn[f'{name}_p50']:.1f})"
    return f"{own} in 90 % of them {median}, {common} with one common factor per country and class"
