"""What roads and railways are against what the European Union asks, and how much of it nobody states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mobility.analysis import hotspots as analysis
from mobility.analysis.hotspots import FAILS, MEETS, UNKNOWN
from mobility.model.requirements import read_requirements
from mobility.present import style
from mobility.present.finding import Finding
from mobility.present.phrases import many, percent
from mobility.present.scene import Ranked, Under, ends_of
from mobility.present.views import View
from mobility.vocabulary import split

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pandas as pd
    from matplotlib.figure import Figure

    from mobility.analysis.hotspots import Judged
    from mobility.model.network import Network

_TOP, _MOST = 5, 20  # hotspots that are numbered on the map; rows that a person reads
_COLUMNS = {
    "section": "name mode country length_km fails_km fails unknown meets failed".split(),
    "link": "link country length_km fails unknown meets failed".split(),
    "requirement": "requirement asks asked_km meets_km fails_km unknown_km unknown_share article".split(),
}
# How links are drawn, the last on top.
_DRAWN = {
    UNKNOWN: ("nothing that is asked is known", style.SAME_COLOUR, 2.6, ""),
    "partly": ("what is known meets, the rest is unknown", style.PROTECTED_COLOUR, 3.2, ""),
    MEETS: ("all is known and meets", style.GAINED_COLOUR, 4.0, ""),
    FAILS: ("stated to be less than asked", style.LOST_COLOUR, 5.0, ""),
}


def hotspots(
    network: Network,
    *,
    by: str = "section",
    corridor: str = "",
    country: str = "",
    requirements: Iterable[str] = (),
    table: str | Path | None = None,
) -> Finding:
    """Return what fails, meets and is unknown: as `mobility.hotspots`, with totals in words, map and chart.

    The title's share unknown is that of all kilometres times all requirements judged; what two acts ask alike counts
    once.
    """
    net = network.profiled()
    asked = {"corridor": corridor, "country": country, "requirements": tuple(requirements), "table": table}
    rows = analysis.hotspots(net, by=by, **asked)  # type: ignore[arg-type]
    wanted = analysis.chosen(read_requirements(table), asked["requirements"])  # type: ignore[arg-type]
    judged = analysis.judge(net, wanted, analysis.asked(net, corridor, country))
    totals = analysis.totals(net, judged, wanted)
    sections = rows if by == "section" else analysis.hotspots(net, **asked)  # type: ignore[arg-type]
    summary = _summary(net, judged, totals, sections)
    return Finding(
        "hotspots", net, rows, tuple(_COLUMNS[by]), summary, _title(summary, sections), _words(summary, totals),
        read=rows if by == "requirement" else rows.head(_MOST),
        drawn=lambda finding: _view(finding, judged, sections), charted=lambda finding: _chart(finding, totals),
    )  # fmt: skip


def _summary(net: Network, judged: Judged, totals: pd.DataFrame, sections: pd.DataFrame) -> dict[str, Any]:
    """Return kilometres and shares, in all (what two acts ask alike once) and per requirement."""
    once = totals[totals["requirement"].isin([one.id for one in judged.once])]
    asked = once["asked_km"].sum()
    shares = {f"{state}_share": once[f"{state}_km"].sum() / asked if asked else None
              for state in (MEETS, FAILS, UNKNOWN, "estimated")}  # fmt: skip
    km = judged.links.groupby("mode")["length_km"].sum()
    bridges, stated = analysis.bridges(net, judged.links)
    known = totals.drop(columns=["network", "binds", "due"]).astype(object)
    return {
        "km": km.to_dict(),
        "requirements_judged": len(judged.requirements),
        "requirements_counted": len(judged.once),
        **shares,
        "sections": len(sections),
        "hotspots": int((sections["fails"] > 0).sum()),
        "hotspots_km": float(sections["fails_km"].sum()),
        "bridges_listed": bridges,
        "bridges_stated": stated,
        "requirements": known.where(known.notna(), None).to_dict("records"),
    }


def _title(summary: dict[str, Any], sections: pd.DataFrame) -> str:
    """Return the share unknown, and what row 1 of the sections fails."""
    if summary["unknown_share"] is None:
        return "None of these requirements can be held against a column of the tables"
    km = sum(summary["km"].values())
    said = f"{percent(summary['unknown_share'])} unknown of what the EU asks of {km:,.0f} km of {_modes(summary)}"
    if not summary["hotspots"]:
        return f"{said}; none of it is stated to fall short"
    row = sections.iloc[0]
    short = many(summary["hotspots"], "section falls", "sections fall")
    return f"{said}; {short} short, first {_named(row)}: {row['failed']}"


def _named(row: pd.Series) -> str:
    """Return a section's name with its mode, which the name of a road beside a railway needs."""
    return f"{row['name'].partition(', ')[0]} ({row['mode']})"


def _modes(summary: dict[str, Any]) -> str:
    return " and ".join({"road": "road", "rail": "railway"}[mode] for mode in summary["km"])


def _words(summary: dict[str, Any], totals: pd.DataFrame) -> tuple[str, ...]:
    """Return the totals in words: shares, what nobody states, what falls short, what is not judged, whom it binds."""
    judged, lines = totals[totals["judged"]], []
    if summary["unknown_share"] is not None:
        lines.append(
            f"Of all kilometres and {many(summary['requirements_counted'], 'requirement')}: "
            f"{percent(summary['unknown_share'])} unknown ({percent(summary['estimated_share'])} estimated only), "
            f"{percent(summary['meets_share'])} meet, {percent(summary['fails_share'])} fall short."
        )
    nothing = _listed(judged[judged["unknown_km"] == judged["asked_km"]])
    lines += [f"Not one kilometre states: {nothing}."] if nothing else []
    short = judged[judged["fails_km"] > 0].drop_duplicates(["mode", "asks"])
    parts = [f"{name} {km:,.0f} km" for name, km in zip(short["asks"], short["fails_km"], strict=True)]
    lines += [f"Stated to fall short: {'; '.join(parts)}."] if parts else []
    if summary["bridges_listed"]:
        lines.append(f"{summary['bridges_stated']} of {many(summary['bridges_listed'], 'listed bridge')} states a mass.")
    left = _listed(totals[~totals["judged"]])
    lines += [f"Not judged, for no column of the tables says it: {left}."] if left else []
    inside = totals.drop_duplicates("mode")["member_states_km"].sum()
    lines.append(
        f"The acts bind Member States ({inside:,.0f} km) on lines of the TEN-T, which the tables do not mark: "
        "to fall short of a value is no breach."
    )
    return tuple(lines)


def _listed(rows: pd.DataFrame) -> str:
    """Return what requirements ask, by mode."""
    asks = rows.drop_duplicates(["mode", "asks"]).groupby("mode", sort=False)["asks"]
    return "; ".join(f"{mode}: {', '.join(words)}" for mode, words in asks)


def _view(finding: Finding, judged: Judged, sections: pd.DataFrame) -> View:
    """Return the links by what is known of them, the first hotspots numbered."""
    net, states = finding.network, judged.states
    fails, meets = (states == FAILS).any(axis=1), (states == MEETS).any(axis=1)
    kinds = meets.map({True: "partly", False: UNKNOWN}).mask(meets & states.isin([MEETS, ""]).all(axis=1), MEETS)
    kinds = kinds.mask(fails, FAILS)
    notes = {}
    for link, row in states.iterrows():
        said = [judged.words.at[link, one.id] or f"{one.label}: {row[one.id]}" for one in judged.once if row[one.id]]
        notes[link] = "; ".join(said)
    layers = []
    for kind, (label, colour, width, dash) in _DRAWN.items():
        own = kinds.index[kinds == kind]
        layers += [Under(label, colour, dict.fromkeys(own, 1.0), {link: notes[link] for link in own}, casing="#FFFFFF",
                         fixed=width, dash=dash)] * bool(len(own))  # fmt: skip
    ranked = []
    for i, row in enumerate(sections[sections["fails"] > 0].head(_TOP).to_dict("records"), 1):
        bad = tuple(link for link in split(row["links"]) if fails[link])
        ranked.append(Ranked(str(i), row["name"], row["failed"], bad, ends_of(net, bad)))
    return View(
        net, finding.title, tuple(layers), frozenset(), sections[sections["fails"] > 0].head(_MOST),
        tuple(_COLUMNS["section"]), said=finding.sentences[0], noted=f"Thin lines are not asked about. {finding.sentences[-1]}", quiet=True,
        ranked=tuple(ranked), ranking="Stated to be less than the EU asks",
    )  # fmt: skip


def _chart(finding: Finding, totals: pd.DataFrame) -> Figure:
    from mobility.present.print.compliance import compliance_chart

    return compliance_chart(finding, totals)
