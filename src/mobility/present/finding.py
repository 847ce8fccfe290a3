"""The answer to a question: one object that command, map, chart, report, page and notebook show."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mobility.errors import InputError
from mobility.present.tables import cells

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd
    from matplotlib.figure import Figure

    from mobility.doubt.intervals import Uncertain
    from mobility.model.network import Network
    from mobility.present.views import View

_ROWS = 20  # of a table in a notebook


@dataclass(frozen=True, eq=False)
class Finding:
    """The answer to a question.

    Whatever shows it takes its words and rows from here, so that the same figure, sentence and title stand everywhere.

    Attributes
    ----------
    question : str
        The command that asks it.
    network : Network
        What it was found on, under its profile.
    table : DataFrame or GeoDataFrame
        The rows, all of them.
    columns : tuple of str
        Those of its columns that a person reads.
    summary : dict
        Totals, as the JSON of the command has them.
    title : str
        The finding in one line, over maps and charts: what row 1 of the table says.
    sentences : tuple of str
        The finding in words.
    read : DataFrame or None
        The rows that a person reads; None: all.
    drawn, charted : callable or None
        Draw it on a map, as a chart.
    files : mapping of str to callable
        Other files that it can be, by suffix: what returns their bytes.
    doubt : Uncertain or None
        Intervals over draws, where they were asked for; then `table`, `columns`, `summary` and `sentences` hold them.
    """

    question: str
    network: Network
    table: pd.DataFrame
    columns: tuple[str, ...]
    summary: dict[str, Any]
    title: str
    sentences: tuple[str, ...]
    read: pd.DataFrame | None = None
    drawn: Callable[[Finding], View] | None = None
    charted: Callable[[Finding], Figure] | None = None
    files: Mapping[str, Callable[[Finding], bytes]] = field(default_factory=dict)
    doubt: Uncertain | None = field(default=None)

    @property
    def rows(self) -> pd.DataFrame:
        """The rows that a person reads."""
        return self.table if self.read is None else self.read

    @property
    def view(self) -> View:
        """The finding on a map; raises InputError when it has none."""
        if self.drawn is None:
            raise InputError(f"{self.question}: this answer has no map")
        return self.drawn(self)

    @property
    def chart(self) -> Figure:
        """The finding as a chart (a matplotlib Figure); raises InputError when it has none."""
        if self.charted is None:
            raise InputError(f"{self.question}: this answer has no chart")
        return self.charted(self)

    def __repr__(self) -> str:
        """Return the title in one line."""
        return f"<Finding {self.question}: {self.title}; {len(self.table)} rows>"

    def _repr_html_(self) -> str:
        """Return sentences, the first rows, and the map if there is one, for a notebook."""
        heads, rows, right = cells(self.rows.head(_ROWS), self.columns)
        kinds = [' style="text-align:right"' if number else "" for number in right]
        head = "".join(f"<th{k}>{html.escape(text)}</th>" for text, k in zip(heads, kinds, strict=True))
        body = "".join(
            "<tr>" + "".join(f"<td{k}>{html.escape(cell)}</td>" for cell, k in zip(row, kinds, strict=True)) + "</tr>"
            for row in rows
        )
        said = "".join(f"<p>{html.escape(line)}</p>" for line in (self.title, *self.sentences))
        shown = str(self.view._repr_html_()) if self.drawn is not None else ""
        return f"{said}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{shown}"
