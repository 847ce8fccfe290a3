"""What can be reached from a place: how many places and kilometres in so many hours, and what a closure takes away."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mobility.analysis.reach import Reached, checked_hours
from mobility.errors import InputError
from mobility.present import style
from mobility.present.finding import Finding
from mobility.present.language import say, untranslated
from mobility.present.phrases import many, percent
from mobility.present.scene import Under
from mobility.present.views import View
from mobility.vocabulary import MODES, NOTICEABLE_H

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.figure import Figure

    from mobility.model.network import Network

_COLUMNS = "name country kind time_h arrival_h within_h arrives_within_h".split()
_COMPARED = "name country kind time_h_before time_h delta_h arrival_h_before arrival_h within_h".split()
_LINK_COLUMNS = "name mode length_km first_h whole_h".split()
_SHOWN = 30  # rows that a person reads
_QUIET = {"junction", "border_crossing", "rail_border"}  # kinds of places that are no goal

_WIDTH = 3.0  # px of the lines on the map


def reach(
    network: Network,
    place: str,
    *,
    hours: Iterable[float],
    before: Network | None = None,
    links: bool = False,
) -> Finding:
    """Return what is reached from a place within some hours, with its map.

    Parameters
    ----------
    network, place, hours
        As in `mobility.reach`; at most five hours.
    before
        The network before a closure: then each place has what it took before (time_h_before, arrival_h_before),
        delta_h, and what is no longer reached within the hours stands in the table too.
    links
        Have the links as rows (`mobility.reached_links`), not the places.

    Raises
    ------
    InputError, UnknownNameError
        When an hour cannot be used, there are more than five, or no place is called so.
    """
    asked = checked_hours(hours)
    if len(asked) > len(style.REACH_COLOURS):
        raise InputError(f"{len(asked)} hours are given: at most {len(style.REACH_COLOURS)} are told apart on a map")
    now = Reached(network, place, asked)
    then = None if before is None else Reached(before, now.origin, asked)
    summary: dict[str, Any] = {"origin": now.origin, "hours": _totals(now)}
    if then is not None:
        summary["hours_before"] = _totals(then)
    table = now.links if links else now.places if then is None else _compared(now.places, then.places)
    columns = _LINK_COLUMNS if links else _COLUMNS if then is None else _COMPARED
    name, last = now.net.places.at[now.origin, "name"], summary["hours"][-1]
    title = say(
        "From {name}: {places} and {share} of the links' kilometres within {hours:g} h under way, {arrived} by arrival",
        name=name, places=many(last["places"], "place"), share=percent(last["share"]), hours=last["hours"],
        arrived=many(last["places_arrival"], "place"),
    )  # fmt: skip
    return Finding(
        "reach", now.net, table, tuple(columns), summary, title, _words(summary),
        read=_read(table, links=links), drawn=lambda finding: _view(finding, now), charted=_picture,
    )  # fmt: skip


def _totals(found: Reached) -> list[dict[str, Any]]:
    """Return for each of the hours what is reached: places, kilometres by mode and their share."""
    places, links = found.places, found.links
    rows = []
    for value in found.hours:
        by_mode = links.groupby("mode")[f"km_{value:g}"].sum()
        km, arrival = float(links[f"km_{value:g}"].sum()), float(links[f"arrival_km_{value:g}"].sum())
        whole = float(links["length_km"].sum())
        rows.append(
            {
                "hours": value,
                "places": int((places["time_h"] <= value).sum()),
                "places_arrival": int((places["arrival_h"] <= value).sum()),
                "km": km,
                "km_arrival": arrival,
                "share": km / whole if whole else 0.0,
                "share_arrival": arrival / whole if whole else 0.0,
                **{f"{mode}_km": float(by_mode.get(mode, 0.0)) for mode in MODES},
            }
        )
    return rows


@untranslated
def _words(summary: dict[str, Any]) -> tuple[str, ...]:
    lines = []
    for i, row in enumerate(summary["hours"]):
        line = f"within {row['hours']:g} h under way {many(row['places'], 'place')} and {row['km']:,.0f} km of links "
        line += f"({percent(row['share'])}); by arrival {many(row['places_arrival'], 'place')} and at least "
        line += f"{row['km_arrival']:,.0f} km ({percent(row['share_arrival'])})"
        if "hours_before" in summary:
            was = summary["hours_before"][i]
            line += f"; before the closure {many(was['places'], 'place')} and {was['km']:,.0f} km under way, "
            line += f"{many(was['places_arrival'], 'place')} by arrival"
        lines.append(line)
    return tuple(lines)


def _compared(now: pd.DataFrame, then: pd.DataFrame) -> pd.DataFrame:
    """Return places with what they took before, those that lose most first: what is not reached any more leads."""
    hours = ["time_h", "arrival_h"]
    facts = pd.concat([now, then]).drop_duplicates("place")[["place", "name", "country", "kind", "role", "geometry"]]
    table = facts.merge(then[["place", *hours]], on="place", how="left")
    after = now[["place", *hours, "within_h", "arrives_within_h"]]
    table = table.merge(after, on="place", how="left", suffixes=("_before", ""))
    table["delta_h"] = table["time_h"] - table["time_h_before"]
    lost = table["time_h"].isna()
    return table.iloc[np.lexsort((table["time_h_before"], -table["delta_h"].where(~lost, np.inf)))].reset_index(
        drop=True
    )


def _read(table: pd.DataFrame, *, links: bool) -> pd.DataFrame:
    """Return the rows that a person reads: goals, no junctions; where two are compared, what has changed."""
    if not links:
        table = table[~table["kind"].isin(_QUIET)]
    if "delta_h" in table:
        table = table[table["time_h"].isna() | (table["delta_h"].abs() > NOTICEABLE_H)]
    return table.head(_SHOWN)


def _view(finding: Finding, found: Reached) -> View:
    """Return the links coloured by the hours until all of each is reached, the farthest lowest."""
    links = found.links.set_index("link")
    layers = []
    for (low, high), colour in zip(pairwise([0.0, *found.hours]), style.REACH_COLOURS, strict=False):
        own = links.loc[(links["whole_h"] <= high) & ((links["whole_h"] > low) | (low == 0)), "whole_h"]
        notes = {link: say("reached after {hours:.1f} h under way", hours=value) for link, value in own.items()}
        layers.append(
            Under(
                say("reached within {hours:g} h", hours=high),
                colour,
                dict.fromkeys(own.index, 0.0),
                notes,
                fixed=_WIDTH,
                casing=colour,
            )
        )
    return View(
        finding.network, finding.title, tuple(layers[::-1]), frozenset([found.origin]), finding.rows, finding.columns,
        goals=frozenset(), quiet=True,
    )  # fmt: skip


def _picture(finding: Finding) -> Figure:
    return finding.view.figure()
