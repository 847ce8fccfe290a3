"""What differs between the tables of two networks, cell by cell."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from mobility.model.cells import texts
from mobility.model.sphere import DEGREE_KM
from mobility.model.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mobility.model.network import Network

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
COLUMNS = ("table", "id", "name", "change", "column", "before", "after")
_RULES = "rules"  # what profiles.toml states, beside the tables
# Columns that tell the rows of a table apart, where the first alone does not.
_KEYS = {
    "upgrades": ("project", "link", "attribute"),
    "borders": ("place", "countries", "mode"),
    "corridor_stops": ("corridor", "branch", "mode", "place"),
}
_Row = tuple[str, str, str, str, str, str, str]


def data_changes(before: Network, after: Network) -> pd.DataFrame:
    """Return what changed between the tables of two networks: places, links, borders, projects, rules ...

    Parameters
    ----------
    before, after
        What is closed or built on them does not count: a scenario is no fact.

    Returns
    -------
    DataFrame
        In the order of the tables, one row for each row added or removed, and for each cell changed: ``table``, ``id``
        (of rows without one, the columns that tell them apart), ``name``, ``change`` (added, removed or changed),
        ``column``, ``before`` and ``after`` (as the tables write them; of rows added or removed all three are empty).
        The line of a link is the column ``geometry``; the table ``rules`` is profiles.toml.

    Examples
    --------
    >>> from mobility import Network
    >>> net = Network.load()
    >>> data_changes(net, net.set("durres-rrashbull-road", "speed", 50))[["column", "after"]].values.tolist()
    [['speed_kmh', '50']]
    """
    before, after = before.base or before, after.base or after
    rows: list[_Row] = []
    for table in TABLES:
        rows += _of_table(table, before, after)
        rows += _of_lines(before, after) if table == "links" else ()
    rows += _of_rules(before, after)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _of_table(table: str, before: Network, after: Network) -> Iterator[_Row]:
    """Iterate over what changed in a table: rows removed and added, then cells."""
    columns = list(dict.fromkeys([*before.schema[table], *after.schema[table]]))
    old, new = _cells(getattr(before, table), columns), _cells(getattr(after, table), columns)
    keys = _KEYS.get(table, tuple(columns[:1]))
    at, now = _rows_by_key(old, keys), _rows_by_key(new, keys)
    title = next((name for name in ("name", "title") if name in columns), "")

    def called(cells: dict[str, Any], row: int) -> str:
        return str(cells[title][row]) if title else ""

    for change, cells, here, there in ((REMOVED, old, at, now), (ADDED, new, now, at)):
        for key, row in here.items():
            if key not in there:
                yield table, key, called(cells, row), change, "", "", ""
    both = [key for key in at if key in now]
    was, is_ = [at[key] for key in both], [now[key] for key in both]
    found = [(i, c) for c in columns for i in np.flatnonzero(old[c][was] != new[c][is_])]
    for i, column in sorted(found, key=lambda item: item[0]):  # by row, in it by column
        values = str(old[column][was[i]]), str(new[column][is_[i]])
        yield table, both[i], called(new, is_[i]), CHANGED, column, *values


def _cells(frame: pd.DataFrame, columns: list[str]) -> dict[str, Any]:
    """Return columns as arrays of text cells; one that is not there is empty."""
    empty = [""] * len(frame)
    return {c: np.array(texts(frame[c]) if c in frame.columns else empty, dtype=object) for c in columns}


def _rows_by_key(cells: dict[str, Any], keys: tuple[str, ...]) -> dict[str, int]:
    """Return the row of each key; of rows that share one the second is "KEY (2)"."""
    found: dict[str, int] = {}
    for row, words in enumerate(zip(*(cells[key] for key in keys), strict=True)):
        name = key = " / ".join(filter(None, words))
        number = 1
        while key in found:
            number += 1
            key = f"{name} ({number})"
        found[key] = row
    return found


def _of_lines(before: Network, after: Network) -> Iterator[_Row]:
    """Iterate over the links of both that are drawn otherwise."""
    both = before.links.index.intersection(after.links.index, sort=False)
    old, new = (np.asarray(net.links.geometry.loc[both]) for net in (before, after))
    for at in np.flatnonzero(~shapely.equals_exact(old, new, tolerance=0)):
        points = (shapely.get_num_coordinates(line[at]) for line in (old, new))
        was, now = (f"{number} points" for number in points)
        off = _apart_km(old[at], new[at])
        name = str(after.links.at[both[at], "name"])
        yield "links", str(both[at]), name, CHANGED, "geometry", was, f"{now}, up to {off:.2f} km off"


def _apart_km(one: Any, other: Any) -> float:  # noqa: ANN401 - lines
    """Return how far one line is from another at most (Hausdorff distance), in the plane about them."""
    scale = np.array([np.cos(np.radians(one.centroid.y)), 1]) * DEGREE_KM
    flat = (shapely.transform(line, lambda points: points * scale) for line in (one, other))
    return float(shapely.hausdorff_distance(*flat))


def _of_rules(before: Network, after: Network) -> Iterator[_Row]:
    old, new = (dict(_values(tomllib.loads(net.rules.text))) for net in (before, after))
    for key in dict.fromkeys([*old, *new]):
        change = REMOVED if key not in new else ADDED if key not in old else CHANGED
        if change != CHANGED or old[key] != new[key]:
            yield _RULES, key, "", change, *(("value", old[key], new[key]) if change == CHANGED else ("", "", ""))


def _values(group: dict[str, Any], of: str = "") -> Iterator[tuple[str, str]]:
    """Iterate over the values of a TOML file, each with its key in full."""
    for key, value in group.items():
        if isinstance(value, dict):
            yield from _values(value, f"{of}{key}.")
        else:
            yield f"{of}{key}", str(value)
