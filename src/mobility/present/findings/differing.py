"""Why a change costs what it does: hours by kind, which lost links did it, and what would turn the new routes over."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from mobility.analysis import differences as analysis
from mobility.analysis.pairs import Pairs
from mobility.model.names import some
from mobility.present.finding import Finding
from mobility.present.findings.reasons import told
from mobility.present.phrases import many, named
from mobility.vocabulary import NOTICEABLE_H, split

if TYPE_CHECKING:
    import pandas as pd

    from mobility.analysis.pairs import Ends
    from mobility.model.network import Network
    from mobility.vocabulary import Words

_COLUMNS = tuple(
    "from to time_h_before time_h_after delta_h road_h rail_h sea_h crossing_h transfer_h rest_h lost over nearest "
    "nearest_h".split()
)


def differences(
    before: Network, after: Network, origins: Ends = None, destinations: Words = None, *, change: str = ""
) -> Finding:
    """Return why a change costs what it does, pair by pair: as `mobility.differences`, those that lose most first.

    A person reads the pairs that lose or gain more than half a minute, or their way.
    """
    before, after, pairs = before.profiled(), after.profiled(), Pairs.of(before, origins, destinations)
    table = analysis.differences(before, after, pairs)
    table = table.sort_values("delta_h", ascending=False, na_position="first", ignore_index=True)
    moved = table[~(table["delta_h"].abs() <= NOTICEABLE_H)]
    summary = _summary(table, moved) | {"pairs_excluded": _excluded(before, after, pairs)}
    change = f"{change[:1].upper()}{change[1:]}" or "Change"
    verb = "takes" if len(moved) == 1 else "take"
    title = f"{change}: {len(moved)} of {many(len(table), 'pair')} {verb} another time"
    called = after.links["name"]
    read = moved.assign(
        lost=[some([called[link] for link in split(cell)], 2) if cell else "" for cell in moved["lost"]],
        over=moved["over"].map(called).fillna(""), nearest=moved["nearest"].map(called).fillna(""),
    )  # fmt: skip
    return Finding("whatif", after, table, _COLUMNS, summary, title, _words(after, title, summary), read=read)


def _summary(table: pd.DataFrame, moved: pd.DataFrame) -> dict[str, Any]:
    both = moved[moved["delta_h"].notna()]
    kinds = {f"{kind}_h": float(both[f"{kind}_h"].sum()) for kind in analysis.KINDS}
    lost = Counter(link for cell in moved["lost"] for link in split(cell))
    nearest = both.loc[both["nearest_h"].idxmin()] if both["nearest_h"].notna().any() else None
    return {
        "pairs": len(table),
        "changed": len(moved),
        "compared": len(both),
        "delta_h": float(both["delta_h"].sum()),
        **kinds,
        "lost": [{"link": link, "pairs": count} for link, count in lost.most_common()],
        "nearest": None if nearest is None else nearest["nearest"],
        "nearest_h": None if nearest is None else float(nearest["nearest_h"]),
    }


def _excluded(before: Network, after: Network, pairs: Pairs) -> int:
    """Return of how many pairs an end is closed."""
    return len(set(pairs.asked) - (set(pairs.within(before)) & set(pairs.within(after))))


def _words(net: Network, title: str, summary: dict[str, Any]) -> tuple[str, ...]:
    lines = [f"{title}."]
    if summary["compared"]:
        parts = told(summary, signed=True)
        lines.append(f"{summary['delta_h']:+.1f} h in all over {many(summary['compared'], 'pair')}: {parts}.")
    if summary["lost"]:
        names = [f"{named(net, [row['link']])[0]} ({many(row['pairs'], 'pair')})" for row in summary["lost"]]
        lines.append(f"Their routes before took what is lost: {some(names, 5)}.")
    if summary["nearest"]:
        name, hours = named(net, [summary["nearest"]])[0], summary["nearest_h"]
        lines.append(f"The first of the new routes gives way to another once {name} takes {60 * hours:.1f} min longer.")
    if summary["pairs_excluded"]:
        lines.append(f"{many(summary['pairs_excluded'], 'pair')} left out, since an end is closed.")
    return tuple(lines)
