"""A corridor stop by stop: how much of it can be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mobility.analysis.corridor import sections
from mobility.present.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from matplotlib.figure import Figure

    from mobility.model.network import Network

_COLUMNS = "mode branch from to length_km status reason road_class lanes tracks electrified max_speed_kmh".split()


def strip(network: Network, corridor: str, modes: Iterable[str] = ()) -> Finding:
    """Return the sections of a corridor in order, as `mobility.sections`; its chart is the strip."""
    net = network.profiled()
    table = sections(net, corridor, modes)
    title = _title(net, table)
    summary = {"sections": len(table), "finding": title}
    return Finding("strip", net, table, tuple(_COLUMNS), summary, title, (f"{title}.",), charted=_chart)


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


def _chart(finding: Finding) -> Figure:
    from mobility.present.print.strip import strip_chart

    return strip_chart(finding.network, finding.table, finding.title)
