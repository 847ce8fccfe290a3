"""What all findings say of draws: how many there were, and an interval in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mobility.doubt.intervals import Uncertain


def uncertain_summary(found: Uncertain) -> dict[str, Any]:
    """Return how many draws there were, their seed, and the intervals of the mean."""
    return {"draws": found.draws, "seed": found.seed, **found.total}


def drawn_so_often(drawn: dict[str, Any]) -> str:
    """Return how many draws an `uncertain_summary` rests on."""
    return f"{drawn['draws']:,} draws (seed {drawn['seed']})"


def interval(drawn: dict[str, Any], name: str) -> str:
    """Return the 90 % interval of a value of an `uncertain_summary`, and that with common factors."""
    own, common = (f"{drawn[f'{name}_{kind}p5']:.1f} to {drawn[f'{name}_{kind}p95']:.1f} h" for kind in ("", "common_"))
    median = f"(median {drawn[f'{name}_p50']:.1f})"
    return f"{own} in 90 % of them {median}, {common} with one common factor per country and class"
