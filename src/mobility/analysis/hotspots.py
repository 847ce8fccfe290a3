"""Hotspots: where a road or railway is stated to be less than the European Union asks, and how much is unknown."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from mobility.analysis.judging import FAILS, MEETS, UNKNOWN, Judged, judge
from mobility.analysis.series import section_table
from mobility.errors import InputError, UnknownNameError
from mobility.model.closures import corridor_code, corridor_codes, country_code
from mobility.model.network import CRS
from mobility.model.requirements import read_requirements
from mobility.vocabulary import RELIEF, dashed, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from mobility.model.network import Network
    from mobility.model.requirements import Requirement
    from mobility.vocabulary import Array

KINDS = ("section", "link", "requirement")


def hotspots(
    network: Network,
    *,
    by: str = "section",
    corridor: str = "",
    country: str = "",
    requirements: Iterable[str] = (),
    table: str | Path | None = None,
) -> pd.DataFrame:
    """Return the sections, links or requirements, those that fail most first.

    Asked about are roads and railways that are open or built and not closed by the scenario, of the modes of the
    profile, whatever else it refuses; relief ways only with `corridor="relief"`, access links only with
    `include_access` of `Network.under`.

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used.
    by
        section (links of one mode and country in series), link, or requirement (totals).
    corridor, country
        Only its links: a corridor's code, a country's code or name.
    requirements
        Ids of requirements.csv; default: all.
    table
        A table like geodata/requirements.csv; default: the shipped one.

    Returns
    -------
    GeoDataFrame or DataFrame
        By section or link, EPSG:4326: section or link, name, of a section links (ids, ";"-joined), mode, country,
        corridors, length_km, fails_km (of links that fail something), meets, fails and unknown (how many requirements;
        what two acts ask alike counts once), failed (in words), and per requirement a column of its id: "meets"
        (all links do), "fails" (a link does), "unknown", or "" (asked of another mode). By requirement: requirement,
        asks, mode, value, unit, asked_km, meets_km, fails_km, unknown_km, estimated_km (of these, an estimate is
        known), unknown_share, member_states_km (of those asked), judged (whether the tables have a column for it),
        article, source, network, binds, due.

    Raises
    ------
    InputError
        For another `by`, a faulty table, or where no link is asked about, or none of these requirements of them.
    UnknownNameError
        For a requirement, corridor or country that is not there.
    """
    net = network.profiled()
    found, wanted = held(net, corridor, country, chosen(read_requirements(table), requirements))
    return listed(net, found, wanted, by)


def held(
    net: Network, corridor: str, country: str, requirements: Sequence[Requirement]
) -> tuple[Judged, tuple[Requirement, ...]]:
    """Return the links asked about held against requirements, and those of them that are asked of their modes."""
    links = asked(net, corridor, country)
    links = links[links["mode"].isin([one.mode for one in requirements])]
    if links.empty:
        raise InputError(
            "none of these requirements is asked of these roads and railways: give others, or another mode"
        )
    modes = set(links["mode"])
    wanted = tuple(one for one in requirements if one.mode in modes)
    return judge(net, wanted, links), wanted


def listed(net: Network, found: Judged, requirements: Sequence[Requirement], by: str) -> pd.DataFrame:
    """Return what links are as rows of sections, links or requirements; raises InputError for another `by`."""
    if by not in KINDS:
        raise InputError(f"by must be one of {', '.join(KINDS)}, not {by!r}")
    if by == "requirement":
        return totals(net, found, requirements)
    rows = _sections(net, found) if by == "section" else _links(found)
    order = rows.sort_values(["fails", "fails_km", "unknown"], ascending=False, kind="stable").index
    return gpd.GeoDataFrame(rows.loc[order].reset_index(drop=True), geometry="geometry", crs=CRS)


def chosen(known: Sequence[Requirement], ids: Iterable[str]) -> tuple[Requirement, ...]:
    """Return the requirements of some ids (all where none is given); raises UnknownNameError listing the ids."""
    by_id, words = {one.id: one for one in known}, tuple(ids)
    for word in words:
        if word not in by_id:
            raise UnknownNameError(f"no requirement is called {word!r}; there are {', '.join(by_id)}")
    return tuple(by_id[word] for word in dict.fromkeys(words)) or tuple(known)


def asked(net: Network, corridor: str = "", country: str = "") -> gpd.GeoDataFrame:
    """Return the links that requirements are asked of, as `hotspots` says; raises InputError where there is none."""
    links, code = net.links, corridor_code(net, corridor) if corridor else ""
    kept = (links["mode"] != "sea") & ((links["status"] == "open") | links["built"]) & (links["closure"] == "")
    kept &= links["mode"].isin(net.profile.modes if net.profile else ()) & net.counted
    if code != RELIEF:
        kept &= links["corridors"] != RELIEF
    if net.exclude_doubtful:
        kept &= ~links["doubtful"]
    if code:
        codes = corridor_codes(net, code)
        kept &= np.array([not codes.isdisjoint(split(cell)) for cell in links["corridors"]], dtype=bool)
    if country:
        where = country_code(net, country)
        kept &= np.array([where in dashed(cell) for cell in links["country"]], dtype=bool)
    if not kept.any():
        raise InputError("no road or railway is asked about: give another corridor, country or mode")
    return links[kept]


def totals(net: Network, found: Judged, requirements: Sequence[Requirement]) -> pd.DataFrame:
    """Return per requirement the kilometres asked, met, failed and unknown; one that is not judged has NaN."""
    km, mode = found.links["length_km"], found.links["mode"]
    members = set(net.countries.loc[net.countries["eu"] == "member", "iso2"])
    inside = np.array([members.issuperset(dashed(cell)) for cell in found.links["country"]], dtype=bool)
    rows = []
    for one in requirements:
        own = mode == one.mode
        row: dict[str, Any] = {"requirement": one.id, "asks": one.label, "mode": one.mode}
        row |= {"value": one.value, "unit": one.unit, "asked_km": km[own].sum()}
        for state in (MEETS, FAILS, UNKNOWN):
            row[f"{state}_km"] = km[found.states[one.id] == state].sum() if one.judged else np.nan
        row["estimated_km"] = km[found.estimated[one.id]].sum() if one.judged else np.nan
        row["unknown_share"] = row["unknown_km"] / row["asked_km"] if row["asked_km"] else np.nan
        row |= {"member_states_km": km[own & inside].sum(), "judged": one.judged, "article": one.article}
        rows.append(row | {name: getattr(one, name) for name in ("source", "network", "binds", "due")})
    return pd.DataFrame(rows)


def _links(found: Judged) -> pd.DataFrame:
    """Return a row per link."""
    links, counts = found.links, _counts(found, found.states)
    about = links[["name", "mode", "country", "corridors", "length_km"]].rename_axis("link").reset_index()
    failing = np.where(counts["fails"] > 0, links["length_km"], 0.0)
    words = [_words(found, [link]) for link in links.index]
    rows = about.assign(fails_km=failing, **counts, failed=words, **found.states.reset_index(drop=True))
    return rows.assign(source=links["source"].to_numpy(), geometry=links.geometry.to_numpy())


def _sections(net: Network, found: Judged) -> pd.DataFrame:
    """Return a row per section."""
    links, label = found.links, in_line(found.links)
    every = np.full(len(net.links), -1)
    every[net.links.index.get_indexer(links.index)] = label
    table = section_table(net, every).rename_axis("section").reset_index()
    fails, meets = ((found.states == state).groupby(label, sort=False) for state in (FAILS, MEETS))
    kinds = [part.to_numpy(dtype=bool) for part in (found.states.loc[table["section"]] == "", fails.any(), meets.all())]
    states = pd.DataFrame(np.select(kinds, ["", FAILS, MEETS], UNKNOWN), columns=found.states.columns)
    bad = links["length_km"].where((found.states == FAILS).any(axis=1), 0)
    about = table[["section", "name", "links", "mode"]].assign(
        country=links.loc[table["section"], "country"].to_numpy(),
        corridors=table["corridors"],
        length_km=links["length_km"].groupby(label, sort=False).sum().to_numpy(),
        fails_km=bad.groupby(label, sort=False).sum().to_numpy(),
    )
    words = [_words(found, split(part)) for part in table["links"]]
    return about.assign(**_counts(found, states), failed=words, **states, geometry=table["geometry"])


def in_line(links: pd.DataFrame) -> Array:
    """Return the section of each link: a number, alike where two links of one mode and country meet and no third."""
    met = defaultdict[tuple[str, str], list[int]](list)
    for column in ("from", "to"):
        for row, at in enumerate(zip(links[column], links["mode"], strict=True)):
            met[at].append(row)
    country = links["country"].tolist()
    pairs = [two for two in met.values() if len(two) == 2 and country[two[0]] == country[two[1]]]  # noqa: PLR2004
    rows = tuple(np.array(pairs, dtype=int).reshape(-1, 2).T)
    joined = coo_matrix((np.ones(len(pairs)), rows), shape=(len(links),) * 2)
    return np.asarray(connected_components(joined, directed=False)[1])


def _counts(found: Judged, states: pd.DataFrame) -> dict[str, Array]:
    """Return per row how many requirements are met, failed and unknown."""
    once = states[[one.id for one in found.once]]
    return {state: (once == state).sum(axis=1).to_numpy(dtype=int) for state in (MEETS, FAILS, UNKNOWN)}


def _words(found: Judged, part: Sequence[str]) -> str:
    """Return how some links fail, each way once."""
    told = found.words.loc[list(part)]
    said = dict.fromkeys(word for one in found.once for word in sorted({*told[one.id]} - {""}))
    return "; ".join(said)
