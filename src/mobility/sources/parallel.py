"""Parallel tracks of one railway line, and the carriageways of one road: one link, as they fail together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from mobility.model.sphere import DEGREE_KM

if TYPE_CHECKING:
    from collections.abc import Callable

    from mobility.vocabulary import Array

# Farthest between two tracks, between two carriageways, and between two drawings of one road.
_TRACKS_KM, _CARRIAGEWAYS_KM, _DRAWINGS_KM = 0.1, 0.15, 0.03
_SAME_KM = 0.005  # whatever they are called, they are one
_LEAST = ("max_speed_kmh", "max_axle_t", "max_gross_t", "max_width_m", "max_height_m", "speed_kmh")


def joined(links: pd.DataFrame, lines: Array, tell: Callable[[str], None]) -> tuple[pd.DataFrame, Array]:
    """Return the links and their lines with each bundle of parallel ones as one: tracks and lanes added up.

    Parallel are two of one line or road between the same two places: tracks within 100 m, carriageways used against
    each other within 150 m, other roads within 30 m, and whatever lies within 5 m. The first stands for all; the lowest
    limits of all hold.
    """
    links = links.reset_index(drop=True)
    ends = pd.DataFrame({"a": np.minimum(*_ends(links)), "b": np.maximum(*_ends(links)), "mode": links["mode"]})
    group = ends.groupby(["a", "b", "mode"])
    twins = np.flatnonzero((group["mode"].transform("size") > 1).to_numpy() & (links["mode"] != "sea").to_numpy())
    rows = dict(zip(twins.tolist(), links.iloc[twins].to_dict("records"), strict=True))
    gone: list[int] = []
    changed: dict[str, dict[int, Any]] = {}  # by column and row
    for same in pd.Series(twins).groupby(group.ngroup().to_numpy()[twins]).agg(list):
        left = sorted(same)
        while left:
            first, *left = left
            bundle = [row for row in left if _parallel(rows[first], rows[row], lines[first], lines[row])]
            left = [row for row in left if row not in bundle]
            gone += bundle
            for column, value in _together([rows[row] for row in (first, *bundle)]).items() if bundle else ():
                changed.setdefault(column, {})[first] = value
    if not gone:
        return links, lines
    tell(f"tracks and carriageways beside another, joined to one link with it: {len(gone):,}")
    for column, values in changed.items():
        if column not in links:
            links[column] = "" if isinstance(next(iter(values.values())), str) else np.nan
        links.loc[[*values], column] = [*values.values()]
    return links.drop(index=gone).reset_index(drop=True), np.delete(lines, gone)


def _ends(links: pd.DataFrame) -> tuple[Array, Array]:
    return links["from"].to_numpy(object), links["to"].to_numpy(object)


def _parallel(own: dict[str, Any], other: dict[str, Any], line: Any, beside: Any) -> bool:  # noqa: ANN401 - lines
    """Return whether two links between the same places are tracks of one line or carriageways of one road."""
    if own["country"] != other["country"] or _is_ferry(own) != _is_ferry(other):
        return False
    against = own["oneway"] and other["oneway"] and own["from"] != other["from"]
    beside_km = _TRACKS_KM if own["mode"] == "rail" else _CARRIAGEWAYS_KM if against else _DRAWINGS_KM
    scale = DEGREE_KM * np.array([np.cos(np.radians(shapely.centroid(line).y)), 1.0])
    plane = [shapely.transform(which, lambda at: at * scale) for which in (line, beside)]
    apart_km = shapely.hausdorff_distance(*plane, densify=0.1)
    return bool(apart_km <= (beside_km if _one_line(own, other) else _SAME_KM))


def _is_ferry(link: dict[str, Any]) -> bool:
    return link["mode"] == "road" and _blank(link.get("road_class"))


def _one_line(own: dict[str, Any], other: dict[str, Any]) -> bool:
    """Return whether nothing that is stated of two links speaks against one line or road."""
    if own["mode"] == "rail":
        return all(_blank(own.get(c)) or _blank(other.get(c)) or own[c] == other[c] for c in ("gauge_mm", "ref"))
    if own.get("road_class") != other.get("road_class") or own.get("ref", "") != other.get("ref", ""):
        return False
    return own.get("ref", "") != "" or {*own["name"].split("–")} == {*other["name"].split("–")}  # without one: its ends


def _blank(value: Any) -> bool:  # noqa: ANN401 - a cell
    return value in {None, ""} or value != value  # noqa: PLR0124 - NaN


def _together(bundle: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the columns of a link that stands for several."""
    first = bundle[0]
    found: dict[str, Any] = {}
    for column in _LEAST:
        stated = [row[column] for row in bundle if not _blank(row.get(column))]
        found |= {column: min(stated)} if stated else {}
    if first["mode"] == "rail":
        running = [row for row in bundle if row.get("usage") != "crossover"]
        tracks = sum(1 if _blank(row.get("tracks")) else int(str(row["tracks"])[0]) for row in running)
        found |= {"tracks": "2" if tracks > 1 else "1"}
        wires = {row.get("electrified") for row in bundle if not _blank(row.get("electrified"))}
        found |= {"electrified": "partly"} if len(wires) > 1 else {}
    else:
        lanes: list[Any] = [row.get("lanes") for row in bundle]
        found |= {} if any(map(_blank, lanes)) else {"lanes": sum(lanes)}
        found |= {"oneway": all(row["oneway"] and row["from"] == first["from"] for row in bundle)}
    for row in bundle[1:]:
        for column in ("structure", "restriction"):
            if _blank(first.get(column)) and not _blank(row.get(column)):
                found[column] = row[column]
    if any(not _blank(row.get("doubtful")) and row["doubtful"] for row in bundle):
        found["doubtful"] = True
    others = ", ".join(str(row["id"]) for row in bundle[1:])
    return found | {"note": f"with {others} beside it"}
