"""The ends of links as numbers: of the ids that places have, and of the rows that have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from mobility.model.tables import Table
    from mobility.vocabulary import Array


class Ends:
    """The ends of links, by numbers of the ids that places have and links name.

    Attributes
    ----------
    names : ndarray of str
        The ids by their numbers.
    places : ndarray of int
        Per place the number of its id.
    ends : ndarray of int
        Per end and link (2 x n) the number of the id.
    """

    def __init__(self, links: Table, places: Table) -> None:
        words = [places.words("id"), links.words("from"), links.words("to")]
        codes, self.names = pd.factorize(np.concatenate(words))
        self.places, *ends = np.split(codes, np.cumsum([len(cells) for cells in words[:-1]]))
        self.ends = np.array(ends)
        for end, numbers in zip(("from", "to"), self.ends, strict=True):
            if isinstance(links.columns.get(end), np.ndarray):
                links.columns[end] = self.names[numbers]  # the very words of the places: they are held once

    def at(self, kept: Array | bool = True) -> Array:
        """Return per end of a link the row of its place, the last of that id among those `kept`; -1: there is none."""
        row_of, rows = np.full(len(self.names), -1), np.flatnonzero(np.broadcast_to(kept, len(self.places)))
        row_of[self.places[rows]] = rows
        found: Array = row_of[self.ends]
        return found

    def first(self) -> Array:
        """Return per number the first row of a place that has it; -1: none."""
        row_of = np.full(len(self.names), -1)
        row_of[self.places[::-1]] = np.arange(len(self.places))[::-1]
        return row_of
