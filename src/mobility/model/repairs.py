"""How long repairs take: days by class of damage, with and without a bridge set, from real repairs (repairs.csv).

A class takes the median of its repairs; draws fall between them, from the quickest to the slowest. Whole hours.
"""

from __future__ import annotations

from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from mobility.model import tables
from mobility.model.files import default_folder, shipped_schema

if TYPE_CHECKING:
    from collections.abc import Iterable

HOURS = 24
SPAN_M = 80.0  # the longest single span of a set (SFOR Informer 91, on Mabey & Johnson): a longer bridge is no span
CUT_M = 1000.0  # estimate: what is longer is no cut of a railway but a washout
MOST_DAYS = 36_525.0
_ALONE = (0.5, 1.0, 2.0)  # estimate: spread of a class of which one repair was read
_MODES = ("road", "rail")


class Days(NamedTuple):
    """Hours that a repair takes.

    Attributes
    ----------
    hours
        The median of the real ones.
    spread
        The real ones, sorted; of a class of which one was read half of it, and twice.
    """

    hours: int
    spread: tuple[int, ...]

    @classmethod
    def given(cls, days: float) -> Days:
        """Return days that are known."""
        return cls(hours_of(days), (hours_of(days),))

    @classmethod
    def of(cls, days: list[float]) -> Days:
        """Return what real repairs took."""
        spread = days if len(days) > 1 else [days[0] * share for share in _ALONE]
        return cls(hours_of(median(days)), tuple(sorted(map(hours_of, spread))))


Works = dict[tuple[str, bool], Days]  # by class, and whether a bridge set is used


def read_repairs(path: str | Path | None = None) -> Works:
    """Return the hours of each class of damage, without and with a bridge set.

    Parameters
    ----------
    path
        A table like geodata/repairs.csv; default: the shipped one.

    Raises
    ------
    InputError
        When it cannot be read; it names the first fault.
    """
    file = Path(path) if path else default_folder() / "repairs.csv"
    columns = shipped_schema()["repairs"]
    table = tables.read_sound(file, "repairs", columns, _check)
    found: dict[tuple[str, bool], list[float]] = {}
    rows = zip(table.words("class"), table.numbers("days"), table.numbers("sets"), strict=True)
    for name, days, sets in rows:
        found.setdefault((str(name), bool(sets)), []).append(float(days))
    return {key: Days.of(days) for key, days in found.items()}


def _check(table: tables.Table) -> None:
    for row, (days, sets) in enumerate(zip(table.numbers("days"), table.numbers("sets"), strict=True)):
        if not 0 < days <= MOST_DAYS:
            table.fault(row, f"days must be above 0 and at most {MOST_DAYS:,.0f}")
        if sets not in {0, 1}:
            table.fault(row, "sets must be 0 or 1")


def hours_of(days: float) -> int:
    """Return days in whole hours, at least one."""
    return max(1, round(days * HOURS))


def class_of(modes: Iterable[str], kind: str, length_m: float, *, twin: bool = False) -> list[str]:
    """Return the classes of damage to a thing, one for each mode that it carries and a crew repairs.

    Parameters
    ----------
    modes
        Modes of the links that are lost; of the sea nothing is repaired.
    kind
        bridge, tunnel, or anything else for the way itself.
    length_m
        NaN: unknown, which of a bridge means that it is no single span, and of a way a cut.
    twin
        A tunnel with more tubes than one.
    """
    carried = [mode for mode in _MODES if mode in set(modes)]
    if kind == "tunnel":
        return ["twin-tunnel"] * bool(carried) if twin else [f"{mode}-tunnel" for mode in carried]
    if kind == "bridge":
        return [f"{mode}-{'span' if length_m <= SPAN_M else 'bridge'}" for mode in carried]
    return ["rail-washout" if mode == "rail" and length_m > CUT_M else f"{mode}-cut" for mode in carried]
