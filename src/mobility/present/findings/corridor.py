"""A corridor stop by stop: how much of it can be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mobility.analysis.corridor import sections
from mobility.analysis.judging import judge
from mobility.model.requirements import read_requirements
from mobility.present.finding import Finding
from mobility.present.findings.compliance import share_words, shares

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from matplotlib.figure import Figure

    from mobility.analysis.judging import Judged
    from mobility.model.network import Network

_COLUMNS = "mode branch from to length_km status reason road_class lanes tracks electrified max_speed_kmh".split()


def strip(network: Network, corridor: str, modes: Iterable[str] = ()) -> Finding:
    """Return the sections of a corridor in order, as `mobility.sections`; its chart is the strip.

    A sentence says how much is known of what the EU asks of its roads and railways, as `findings.hotspots` counts.
    """
    net = network.profiled()
    table = sections(net, corridor, modes)
    title = _title(net, table)
    own = net.links.loc[[link for link in dict.fromkeys(table["link"]) if link]]
    judged = judge(net, read_requirements(), own[own["mode"] != "sea"])
    summary = {"sections": len(table), "finding": title} | shares(judged)
    sentences = (f"{title}.", *share_words(summary))
    return Finding(
        "strip", net, table, tuple(_COLUMNS), summary, title, sentences,
        charted=lambda finding: _chart(finding, judged),
    )  # fmt: skip


def _title(net: Network, table: pd.DataFrame) -> str:
    """Return how much of a corridor can be used, by mode."""
    name = dict(zip(net.corridors["code"], net.corridors["name"], strict=True))[table["corridor"].iloc[0]]
    once = table.drop_duplicates(["mode", "branch", "section"])
    main = once[once["branch"] == "main"]
    parts = []
    for mode, part in (once if main.empty else main).groupby("mode", sort=False):
        usable = part.loc[part["active"], "length_km"].sum()
        parts.append(f"{usable:,.0f} of {part['length_km'].sum():,.0f} km by {mode}")
    return f"{name.partition(' (')[0]}{'' if main.empty else ', main branch'}: {', '.join(parts)} can be used"


def _chart(finding: Finding, judged: Judged) -> Figure:
    from mobility.present.print.strip import strip_chart

    return strip_chart(finding.network, finding.table, finding.title, judged, " ".join(finding.sentences[1:]))
