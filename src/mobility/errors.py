"""Errors a user can meet: each is one clear line that says what, where and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

_T = TypeVar("_T")
OURS = 70  # exit status of what is no fault of the user


class MobilityError(Exception):
    """Base of all errors raised on purpose; `exit_code` is what the command line returns."""

    exit_code = 2


class InputError(MobilityError, ValueError):
    """A value, option or file that cannot be used."""


class DataError(MobilityError, ValueError):
    """A network whose tables have faults; `faults` lists them all.

    Parameters
    ----------
    where
        The folder or GeoPackage that was read; "" for rows that were added.
    faults
        Every fault found, as `mobility.model.tables.Fault`.
    """

    def __init__(self, where: object, faults: Sequence[object]) -> None:
        self.faults = list(faults)
        hint = f": run `mobility check {where}`" if str(where) else ", in `faults`"
        many = f" (and {len(faults) - 1} more{hint})" if len(faults) > 1 else ""
        super().__init__(f"{faults[0]}{many}")


class UnknownNameError(MobilityError, LookupError):
    """A name that matches nothing."""


class AmbiguousNameError(MobilityError, LookupError):
    """A name that matches several things; the message lists their ids."""


class NoRouteError(MobilityError):
    """The answer is no: the pair asked for is not connected."""

    exit_code = 1


class TooLateError(MobilityError):
    """The answer is no: the force is not complete within the horizon."""

    exit_code = 1


class WorkerError(MobilityError, RuntimeError):
    """Workers that do not answer, or that die again and again."""


class SolverError(MobilityError, RuntimeError):
    """A solver that gave up: no answer, rather than one that looks like it."""

    exit_code = OURS


def solved(done: bool, what: str, status: object) -> None:
    """Raise SolverError unless a solver did its work; it holds under `python -O` too, as an assertion would not."""
    if not done:
        raise SolverError(f"{what}: the solver gave up ({status}), which is a fault of mobility, not of yours")


def sure(value: _T | None, what: str) -> _T:
    """Return what cannot be missing here; raises RuntimeError, a fault of ours, where it is."""
    if value is None:
        raise RuntimeError(f"{what} is missing")
    return value


def needs(module: str, extra: str, what: str) -> None:
    """Raise InputError where a library is missing that an extra brings."""
    from importlib.util import find_spec

    if find_spec(module) is None:
        raise InputError(f"{what} needs {module}: pip install 'mobility[{extra}]'")
