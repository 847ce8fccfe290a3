"""Links held against requirements: what a stated value meets or fails; all else is unknown.

No class of road stands for a value. What a row grades as an estimate is unknown too, and told apart (`estimated`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mobility.model.cells import text
from mobility.model.passage import rail_limits
from mobility.vocabulary import split

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd

    from mobility.model.network import Network
    from mobility.model.requirements import Requirement

MEETS, FAILS, UNKNOWN = "meets", "fails", "unknown"
_GUESSED = "estimate: own knowledge"


@dataclass(frozen=True, eq=False)
class Judged:
    """Links held against requirements.

    Attributes
    ----------
    requirements : tuple of Requirement
        Those that the tables have a column for.
    links : GeoDataFrame
        The links asked about, with all their columns.
    states : DataFrame
        Per link (index) and requirement (column) "meets", "fails", "unknown", or "" where it is of another mode.
    words : DataFrame
        Alike, where it fails how it does, as "axle load 20 of 22.5 t", else "".
    estimated : DataFrame
        Alike, whether it is unknown because its value is an estimate.
    """

    requirements: tuple[Requirement, ...]
    links: gpd.GeoDataFrame
    states: pd.DataFrame
    words: pd.DataFrame
    estimated: pd.DataFrame

    @property
    def once(self) -> list[Requirement]:
        """The requirements, those that two acts ask alike once: the first of the table."""
        first: dict[tuple[str, str, str], Requirement] = {}
        for one in self.requirements:
            first.setdefault((one.mode, one.of, one.column), one)
        return [*first.values()]


def judge(net: Network, requirements: Iterable[Requirement], links: gpd.GeoDataFrame) -> Judged:
    """Return what links are, held against requirements."""
    own = tuple(one for one in requirements if one.judged)
    states, words, estimated = (pd.DataFrame(index=links.index, columns=[one.id for one in own]) for _ in range(3))
    for one in own:
        values, guessed = _stated(net, links, one)
        meets = _meets(values, one)
        known = np.array([meets, ~meets & values.notna() & (values != "")])
        known &= [[one.tells != FAILS], [one.tells != MEETS]]
        known &= (links["mode"] == one.mode).to_numpy()
        sure = known & ~guessed
        states[one.id] = np.select([*sure, links["mode"] == one.mode], [MEETS, FAILS, UNKNOWN], "")
        words[one.id] = np.where(sure[1], [one.short(text(value)) for value in values], "")
        estimated[one.id] = known.any(axis=0) & guessed
    return Judged(own, links, states, words, estimated.astype(bool))


def _stated(net: Network, links: pd.DataFrame, one: Requirement) -> tuple[pd.Series, Any]:
    """Return what is stated of each link, and where that is an estimate.

    The axle load of a railway that states none is that of its EN 15528 category, which is defined by it. Of bridges it
    is the least of those listed on the link; as not all are listed, they meet it only where the road as a whole does.
    """
    values, guessed = links[one.column], _guessed(links)
    if one.column == "max_axle_t" and one.mode == "rail":
        values = rail_limits(links, net.rules)[0]
    if one.of == "link":
        return values, guessed
    least: dict[str, float] = {}
    bridges = net.structures[(net.structures["kind"] == "bridge") & ~_guessed(net.structures)]
    for value, cell in zip(bridges[one.column], bridges["links"], strict=True):
        least |= {link: min(value, least.get(link, value)) for link in split(cell) if value < float(one.value)}
    weak = pd.Series(links.index.map(least), index=links.index, dtype=float)
    return weak.fillna(values.where(_meets(values, one))), guessed & weak.isna().to_numpy()


def _guessed(rows: pd.DataFrame) -> Any:  # noqa: ANN401 - an array
    """Return which rows are an estimate in what they say of attributes: graded so, or resting on nothing else."""
    grade = rows["attr_confidence" if "attr_confidence" in rows else "confidence"]
    own = [cell for cell in rows["source"].unique() if _GUESSED in cell or all(map(_is_estimate, split(cell)))]
    return ((grade == "low") | rows["source"].isin(own)).to_numpy(dtype=bool)


def _is_estimate(source: str) -> bool:
    return source.startswith("estimate:")


def _meets(values: pd.Series, one: Requirement) -> Any:  # noqa: ANN401 - an array
    """Return where a value meets a requirement; an unknown one does not."""
    if one.test == "at least":
        return (values >= float(one.value)).to_numpy(dtype=bool)
    words = split(one.value)
    return values.isin([float(word) for word in words] if values.dtype.kind == "f" else words).to_numpy(dtype=bool)


def bridges(net: Network, links: pd.DataFrame) -> tuple[int, int]:
    """Return how many bridges are listed on the roads of some links, and of how many a gross mass is stated."""
    links, own = links[links["mode"] == "road"], net.structures[net.structures["kind"] == "bridge"]
    on_them = [not links.index.intersection(split(cell)).empty for cell in own["links"]]
    own = own[np.array(on_them, dtype=bool)]
    return len(own), int((own["max_gross_t"].notna() & ~_guessed(own)).sum())
