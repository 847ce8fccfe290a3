"""Orders in which columns are placed: those worth a try, and changes at random."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mobility.deployment.booked import NEVER

if TYPE_CHECKING:
    import numpy as np

    from mobility.deployment.columns import Column
    from mobility.deployment.placing import Placing


def sequences(placing: Placing) -> list[list[Column]]:
    """Return orders in which to place columns that are worth a try: by deadline and priority, by turns, the longest."""
    forces = placing.orders.forces

    def latest(column: Column) -> float:
        return forces[column.force].latest or NEVER

    ends = {move.column.force: move.end for move in placing.alone if move}
    keys = (
        lambda c: (forces[c.force].priority, latest(c), c.ready, c.force, c.number),
        lambda c: (latest(c), forces[c.force].priority, c.force, c.number),
        lambda c: (forces[c.force].priority, c.number, latest(c), c.force),
        lambda c: (forces[c.force].priority, -ends.get(c.force, 0.0), c.force, c.number),
        lambda c: (c.number, -ends.get(c.force, 0.0), c.force),
        lambda c: (ends.get(c.force, 0.0), c.force, c.number),
    )
    return [sorted(placing.columns, key=key) for key in keys]


def shuffled(placing: Placing, sequence: list[Column], draw: np.random.Generator) -> list[Column]:
    """Return an order with one force, or one column, moved forward."""
    whole = len(placing.fields) > 1 and draw.random() < 0.5  # noqa: PLR2004 - as often as not
    picked = sequence[int(draw.integers(1, len(sequence)))] if len(sequence) > 1 else sequence[0]
    own = [c for c in sequence if (c.force == picked.force if whole else c is picked)]
    rest = [c for c in sequence if c not in own]
    at = int(draw.integers(0, max(len(rest), 1)))
    return [*rest[:at], *own, *rest[at:]]
