"""What a notebook shows of a network: one line, or a small table."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from mobility.model.names import some
from mobility.vocabulary import MODES

if TYPE_CHECKING:
    import pandas as pd

    from mobility.model.network import Network


def line(network: Network) -> str:
    """Return a network in one line: `<Network geodata 0.2.0: 1659 places, 2859 links; mixed; 3 closed>`."""
    name = " ".join(filter(None, network.identity[:2]))
    profile = network.profile.name if network.profile is not None else "no profile"
    links = network.links
    counts = {
        "closed": int((links["closure"] != "").sum()) + int((network.borders["closure"] != "").sum()),
        "built": int(links["built"].sum()),
    }
    done = "".join(f"; {count} {word}" for word, count in counts.items() if count)
    return f"<Network {name}: {len(network.places)} places, {len(links)} links; {profile}{done}>"


def _links(of_mode: pd.Series, active: int) -> str:
    return f"{of_mode['size']:,.0f} ({active:,} in use), {of_mode['sum']:,.0f} km"


def table(network: Network) -> str:
    """Return what is in a network and what is applied to it, as an HTML table."""
    links, applied = network.links, network.applied
    km = links.groupby("mode")["length_km"].agg(["size", "sum"])
    active = links[links["active"]].groupby("mode").size()
    kinds = network.places["kind"].str.replace("_", " ").value_counts()
    rows = {
        "network": " ".join(filter(None, network.identity[:2])) + f" ({network.identity.sha256[:12] or 'no checksum'})",
        "places": f"{len(network.places):,}: " + ", ".join(f"{n:,} {kind}" for kind, n in kinds.items()),
        **{f"links, {mode}": _links(km.loc[mode], active.get(mode, 0)) for mode in MODES if mode in km.index},
        "profile": network.profile.name if network.profile is not None else "none applied",
        "closed": some([closure.reason.removeprefix("closed: ") for closure in network.closed]),
        "built": some(applied.get("build", ())),
        "set": some(applied.get("set", ())),
        "projects": f"{len(network.projects):,}" if len(network.projects) else "",
    }
    look = 'style="text-align:left"'
    body = "".join(
        f"<tr><th {look}>{html.escape(name)}</th><td {look}>{html.escape(text)}</td></tr>"
        for name, text in rows.items()
        if text
    )
    return f"<table><tbody>{body}</tbody></table>"
