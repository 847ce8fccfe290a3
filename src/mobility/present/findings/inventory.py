"""The network as it is: its corridors, and how much of each can be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from mobility.model.closures import corridor_codes
from mobility.present.finding import Finding
from mobility.present.style import MODES
from mobility.present.views import View
from mobility.vocabulary import split

if TYPE_CHECKING:
    from mobility.model.network import Network

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
    active = net.links[net.links["active"]]
    km = active.groupby("mode")["length_km"].sum()
    title = f"{len(net.places)} places, {len(net.links)} links, {len(active)} of them usable"
    sentence = f"{title}: " + ", ".join(f"{km[m]:,.0f} km of {m}" for m in MODES if m in km) + "."
    summary = {"places": len(net.places), "links": len(net.links), "active": len(active), "km": km.to_dict()}
    return Finding("network", net, table, _COLUMNS, summary, title, (sentence,), drawn=_view)


def _view(finding: Finding) -> View:
    places = finding.network.places
    ends = frozenset(places.index[places["role"] != ""])
    return View(finding.network, finding.title, (), ends, finding.table, finding.columns)
