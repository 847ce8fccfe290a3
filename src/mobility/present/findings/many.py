"""Many changes, each alone: which of them hurts most, which helps, and how many matter at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mobility.analysis import prepared as analysis
from mobility.analysis.pairs import Pairs
from mobility.present.finding import Finding
from mobility.present.phrases import many

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from mobility.analysis.pairs import Ends
    from mobility.model.network import Network
    from mobility.model.scenario import Scenario
    from mobility.vocabulary import Words

_COLUMNS = (
    "pairs_slower pairs_faster pairs_cut_off pairs_lost_end newly_connected mean_delta_h worst_delta_h "
    "worst_from worst_to"
).split()
_SHOWN = 20  # rows that a person reads of a long table


def each(
    network: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    changes: str | Iterable[tuple[str, Scenario]],
) -> Finding:
    """Return what many changes do, each alone, the worst first: as `mobility.each`, with its sentences and title.

    Parameters
    ----------
    network, origins, destinations, changes
        As in `mobility.each`; of changes of a kind a person reads the 20 worst.
    """
    net, pairs = network.profiled(), Pairs.of(network, origins, destinations)
    kind = changes if isinstance(changes, str) else ""
    table = analysis.each(net, pairs, changes=changes)
    if kind == "projects":
        table = table.sort_values(["newly_connected", "total_delta_h"], ascending=[False, True], ignore_index=True)
    words = _words(table, pairs, {"": "", "projects": "Building "}.get(kind, "Losing "))
    shown = (*(["name"] if kind else ["number", "change"]), *_COLUMNS)
    return Finding(
        "whatif", net, table, shown, _summary(table, pairs), words[0].removesuffix("."), words,
        read=table.head(_SHOWN) if kind else None,
    )  # fmt: skip


def _summary(table: pd.DataFrame, pairs: Pairs) -> dict[str, Any]:
    moved = _moved(table)
    return {
        "pairs": len(pairs.asked),
        "changes": len(table),
        "of_effect": int(moved.sum()),
        "cutting_off": int((table["pairs_cut_off"] > 0).sum()),
        "connecting": int((table["newly_connected"] > 0).sum()),
    }


def _moved(table: pd.DataFrame) -> pd.Series:
    return table[["pairs_slower", "pairs_faster", "pairs_cut_off", "pairs_lost_end", "newly_connected"]].any(axis=1)


def _words(table: pd.DataFrame, pairs: Pairs, what: str) -> tuple[str, ...]:
    moved = _moved(table)
    number = int(moved.sum())
    counts = f"{number:,} of {many(len(table), 'change')} matter{'s' * (number == 1)} to any of "
    counts += f"{many(len(pairs.asked), 'pair')} (times under way)."
    return (f"{what}{_first(table.iloc[0])}", counts) if number else (counts,)


def _first(row: pd.Series) -> str:
    """Return what the first of the changes does."""
    done = {
        "pairs_cut_off": "cut off",
        "newly_connected": "newly connected",
        "pairs_lost_end": "without an end",
        "pairs_slower": "slower",
        "pairs_faster": "faster",
    }
    parts = [f"{many(row[key], 'pair')} {what}" for key, what in done.items() if row[key]]
    if row["pairs_slower"] or row["pairs_faster"]:
        parts.append(f"{row['mean_delta_h']:+.1f} h in the mean of all pairs")
    return f"{row['name']}: {', '.join(parts)}."
