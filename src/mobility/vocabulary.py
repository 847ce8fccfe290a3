"""Words that every room shares, one place each: modes, states, formats, what counts as noticeable, list cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np

    Array = np.ndarray[Any, Any]
    Words = Iterable[str] | None  # names as typed; None: what is usual

VERSION = "0.2.0"
MODES = ("road", "rail", "sea")
# State of a pair of origin and destination.
CONNECTED, CUT_OFF, NOT_ON_MODE = "connected", "cut off", "not on this mode"
LOST_END = "lost an end"  # its origin or destination is closed itself
NOTICEABLE_MS = 30_000  # a pair is slower, faster or delayed when its time changes by more than half a minute
NOTICEABLE_H = NOTICEABLE_MS / 3_600_000
CHANGES = ("links", "sections", "structures", "projects")  # kinds of changes, to be asked about one by one
FORMATS = ("table", "json", "csv", "geojson", "md")
ALL = "all"  # instead of a profile or a pace: each of them
PACES = ("best", "planning", "observed")  # of trains; the second is usual
TRUSTS = ("columns", "geometry")  # what counts where a drawing and the columns beside it disagree
NO_CACHE = "MOBILITY_NO_CACHE"  # variable: anything in it, and no network is kept or looked for
PICTURES = ("png", "svg", "pdf")
RELIEF, ACCESS = "relief", "access"  # corridor codes that are no corridor


def split(cell: str) -> list[str]:
    """Return the items of a list cell of a table, in order: ``;`` stands between them.

    Examples
    --------
    >>> split("VIII;X")
    ['VIII', 'X']
    >>> split("")
    []
    """
    return [word for part in cell.split(";") if (word := part.strip())]


def dashed(cell: str) -> list[str]:
    """Return the words of a cell joined by ``-``: the countries of a link or place, the modes of a transfer.

    Examples
    --------
    >>> dashed("MK-RS")
    ['MK', 'RS']
    """
    return cell.split("-")
