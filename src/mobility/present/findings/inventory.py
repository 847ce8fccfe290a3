"""The network as it is: its corridors, and how much of each can be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from mobility.model.closures import corridor_codes
from mobility.present.finding import Finding
from mobility.present.language import number, say
from mobility.present.phrases import many
from mobility.present.scene import Ranked
from mobility.present.style import GROUP_NAMES, MODES
from mobility.present.views import View
from mobility.vocabulary import RELIEF, split

if TYPE_CHECKING:
    from mobility.model.network import Network

_LEAST_KM, _REASONS = 0.5, 3  # that a corridor must lack to be named; reasons that are told
_COLUMNS = ("corridor", "name", "links", "usable_links", "length_km", "usable_km")


def network(network: Network) -> Finding:
    """Return the corridors of a network: links and kilometres, in all and usable by the profile."""
    net = network.profiled()
    rows = []
    for code, name in zip(net.corridors["code"], net.corridors["name"], strict=True):
        codes = corridor_codes(net, code)
        own = net.links[[not codes.isdisjoint(split(cell)) for cell in net.links["corridors"]]]
        usable = own[own["active"]]
        rows.append([code, name, len(own), len(usable), own["length_km"].sum(), usable["length_km"].sum()])
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    table = table.iloc[(table["usable_km"] - table["length_km"]).argsort(kind="stable")].reset_index(drop=True)
    active = net.links[net.links["active"]]
    km = active.groupby("mode")["length_km"].sum()
    counts = f"{len(net.places):,} places, {len(net.links):,} links, {len(active):,} of them usable"
    sentence = f"{counts}: " + ", ".join(f"{km[m]:,.0f} km of {m}" for m in MODES if m in km) + "."
    summary = {"places": len(net.places), "links": len(net.links), "active": len(active), "km": km.to_dict()}
    return Finding(
        "network", net, table, _COLUMNS, summary, _title(net, table), (sentence, *_refused(net)), drawn=_view
    )


def _title(net: Network, table: pd.DataFrame) -> str:
    """Return which corridor lacks most, row 1; where no corridor lacks anything, how many links cannot be used."""
    single = table["corridor"].isin(net.corridors.loc[net.corridors["members"] == "", "code"])  # not made up of others
    table = table[single & ~table["corridor"].isin([RELIEF, "access", "sea"])]
    lacking = table[table["usable_km"] < table["length_km"] - _LEAST_KM]
    if len(lacking):
        row = lacking.iloc[0]
        km = {"shut": row["length_km"] - row["usable_km"], "km": row["length_km"]}
        lacks = say("{shut:,.0f} of {km:,.0f} km of road and rail cannot be used", **km)
        most = say(", the most of {n} corridors", n=len(table)) if len(table) > 1 else ""
        return f"{_short(row['name'])}: {lacks}{most}"
    shut, count = int((~net.links["active"]).sum()), len(net.links)
    if shut:
        return say("{links} of {n:,} cannot be used", links=many(shut, "link"), n=count)
    return say("All {n:,} links can be used", n=count)


def _short(name: str) -> str:
    """Return a corridor's name without what is added in brackets."""
    return say(name.partition(" (")[0])


def _refused(net: Network) -> list[str]:
    """Return why links cannot be used, the commonest reasons first."""
    reasons = net.links.loc[~net.links["active"], "reason"].value_counts()
    words = [f"{say(str(reason))} ({number(count, ',')})" for reason, count in reasons.head(_REASONS).items() if reason]
    more = say(" and others") if len(reasons) > _REASONS else ""
    return [say("Not used: {why}.", why="; ".join(words) + more)] if words else []


def _view(finding: Finding) -> View:
    net, places = finding.network, finding.network.places
    ends = frozenset(places.index[places["role"] != ""])
    ranked = []
    for row in finding.table[finding.table["corridor"].isin(GROUP_NAMES)].to_dict("records"):
        own = net.links.index[[row["corridor"] in split(cell) for cell in net.links["corridors"]]]
        said = say("{usable:,.0f} of {km:,.0f} km can be used", usable=row["usable_km"], km=row["length_km"])
        if len(own) and row["corridor"] not in {RELIEF, "other"}:
            ranked.append(Ranked(row["corridor"], _short(row["name"]), said, tuple(own)))
    return View(
        net, finding.title, (), ends, finding.table, finding.columns, said=" ".join(finding.sentences[1:]),
        ranked=tuple(ranked), ranking=say("Corridors"),
    )  # fmt: skip
