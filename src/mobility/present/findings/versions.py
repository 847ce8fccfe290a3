"""What changed between two versions of a network, and what that does to the headline findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mobility.analysis.pairs import Pairs
from mobility.model.versions import ADDED, CHANGED, COLUMNS, REMOVED, data_changes
from mobility.present.finding import Finding
from mobility.present.findings import losses, pairs
from mobility.present.findings.headlines import PROJECT, compared, record
from mobility.present.phrases import many
from mobility.present.tables import rows_of

if TYPE_CHECKING:
    import pandas as pd

    from mobility.analysis.pairs import Ends
    from mobility.model.network import Network
    from mobility.vocabulary import Words

_READ = 30  # rows that a person reads unless asking for all


def data_diff(
    before: Network,
    after: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    project: str = PROJECT,
    every: bool = False,
) -> Finding:
    """Return what changed between the tables of two networks, with the effect on the headline findings.

    Parameters
    ----------
    before, after
        Two versions of a network, under the same profile. Rows: see `mobility.data_changes`.
    origins, destinations
        As in `mobility.routes`, looked up on each of the two.
    project
        Whose gain is compared: a project, or corridor:VIII. Without it on either network nothing is said of it.
    every
        A person reads all rows, not the first 30.
    """
    table = data_changes(before, after)
    then = _record(before, origins, destinations, project)
    effect = compared(then, then if table.empty else _record(after, origins, destinations, project))
    told = (_counted(table), *effect.sentences)
    notes = () if every or len(table) <= _READ else (f"The first {_READ} of {len(table):,} rows (all: --all):",)
    summary: dict[str, Any] = {
        "changes": _counts(table),
        "effect": rows_of(effect.figures),
        "pairs": rows_of(effect.pairs[effect.pairs["delta_h"] != 0]),
    }
    return Finding(
        "data diff", after.profiled(), table, COLUMNS, summary, told[0].removesuffix("."), (*told, *notes),
        read=None if every else table.head(_READ),
    )  # fmt: skip


def _record(net: Network, origins: Ends, destinations: Words, project: str) -> dict[str, Any]:
    net = net.profiled()
    asked = Pairs.of(net, origins, destinations)
    return record(pairs.routes(net, asked), losses.bottlenecks(net, asked), asked, project)


def _counts(table: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Return by table how many rows were added, removed and changed."""
    rows = table.drop_duplicates(["table", "id", "change"])
    found: dict[str, dict[str, int]] = {}
    for (name, change), part in rows.groupby(["table", "change"], sort=False):
        found.setdefault(str(name), dict.fromkeys((ADDED, REMOVED, CHANGED), 0))[str(change)] = len(part)
    return found


def _counted(table: pd.DataFrame) -> str:
    """Return by table what was added, removed and changed, with the columns."""
    parts = []
    for name, counts in _counts(table).items():
        columns = table.loc[(table["table"] == name) & (table["change"] == CHANGED), "column"]
        which = f" ({', '.join(dict.fromkeys(columns))})" if name != "rules" and len(columns) else ""
        said = [f"{n:,} {how}{which if how == CHANGED else ''}" for how, n in counts.items() if n]
        parts.append(f"{name.replace('_', ' ')} {', '.join(said)}")
    rows = len(table.drop_duplicates(["table", "id", "change"]))
    return (
        f"{many(rows, 'row')} {'differs' if rows == 1 else 'differ'}: {'; '.join(parts)}."
        if parts
        else "The tables hold the same."
    )
