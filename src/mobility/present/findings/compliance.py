"""What roads and railways are against what the European Union asks, and how much of it nobody states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mobility.analysis import hotspots as analysis
from mobility.analysis.judging import FAILS, MEETS, UNKNOWN, bridges
from mobility.model.requirements import read_requirements
from mobility.present import style
from mobility.present.finding import Finding
from mobility.present.language import say, untranslated
from mobility.present.phrases import hedged, many
from mobility.present.scene import Ranked, Under, ends_of
from mobility.present.views import View
from mobility.vocabulary import split

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pandas as pd
    from matplotlib.figure import Figure

    from mobility.analysis.judging import Judged
    from mobility.model.network import Network

_TOP, _MOST = 5, 20  # hotspots that are numbered on the map; rows that a person reads
_COLUMNS = {
    "section": "name mode country length_km fails_km fails unknown meets failed".split(),
    "link": "link country length_km fails unknown meets failed".split(),
    "requirement": "requirement asks asked_km meets_km fails_km unknown_km unknown_share article".split(),
}
# How links are drawn, the last on top.
_DRAWN = {
    UNKNOWN: ("unknown in all that is asked", style.SAME_COLOUR, 2.6),
    "partly": ("meets where known, the rest is unknown", style.PROTECTED_COLOUR, 3.2),
    MEETS: ("meets all that is asked", style.GAINED_COLOUR, 4.0),
    FAILS: ("falls short of something asked", style.LOST_COLOUR, 5.0),
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
    known = analysis.chosen(read_requirements(table), requirements)
    judged, wanted = analysis.held(net, corridor, country, known)
    totals, sections = (analysis.listed(net, judged, wanted, kind) for kind in ("requirement", "section"))
    rows = {"requirement": totals, "section": sections}.get(by)
    rows = analysis.listed(net, judged, wanted, by) if rows is None else rows
    summary = _summary(net, judged, totals, sections)
    return Finding(
        "hotspots", net, rows, tuple(_COLUMNS[by]), summary, _title(summary, sections), _words(summary, totals),
        read=rows if by == "requirement" else rows.head(_MOST),
        drawn=lambda finding: _view(finding, judged, sections), charted=lambda finding: _chart(finding, totals),
    )  # fmt: skip


def _summary(net: Network, judged: Judged, totals: pd.DataFrame, sections: pd.DataFrame) -> dict[str, Any]:
    """Return kilometres and shares, in all and per requirement."""
    km = judged.links.groupby("mode")["length_km"].sum()
    on_them, stated = bridges(net, judged.links)
    known = totals.drop(columns=["network", "binds", "due"]).astype(object)
    return {
        "km": km.to_dict(),
        "requirements_judged": len(judged.requirements),
        "requirements_counted": len(judged.once),
        **shares(judged),
        "sections": len(sections),
        "hotspots": int((sections["fails"] > 0).sum()),
        "hotspots_km": float(sections["fails_km"].sum()),
        "bridges_listed": on_them,
        "bridges_stated": stated,
        "requirements": known.where(known.notna(), None).to_dict("records"),
    }


def shares(judged: Judged) -> dict[str, float | None]:
    """Return the shares of all kilometres times all requirements, what two acts ask alike once; None of nothing."""
    once = [one.id for one in judged.once]
    states, km = judged.states[once], judged.links["length_km"].to_numpy()[:, None]
    asked = float((km * (states != "")).to_numpy().sum())
    parts = {state: states == state for state in (MEETS, FAILS, UNKNOWN)} | {"estimated": judged.estimated[once]}
    return {
        f"{name}_share": float((km * own).to_numpy().sum()) / asked if asked else None for name, own in parts.items()
    }


def share_words(summary: dict[str, Any]) -> list[str]:
    """Return the shares in words, a sentence or none."""
    if summary["unknown_share"] is None:
        return []
    unknown, guessed, meets, fails = (hedged(summary[f"{name}_share"]) for name in (UNKNOWN, "estimated", MEETS, FAILS))
    known = f"{unknown} unknown ({guessed} estimated only), {meets} meet, {fails} fall short"
    return [f"Of what the EU asks, by kilometres: {known}."]


def _title(summary: dict[str, Any], sections: pd.DataFrame) -> str:
    """Return the share unknown, and what row 1 of the sections fails."""
    if summary["unknown_share"] is None:
        return say("None of these requirements can be held against a column of the tables")
    text = "{share} unknown of what the EU asks of {km:,.0f} km of {modes}"
    share, km = hedged(summary["unknown_share"]), sum(summary["km"].values())
    said = say(text, share=share, km=km, modes=_modes(summary))
    if not summary["hotspots"]:
        return f"{said}; {say('none of it is stated to fall short')}"
    row = sections.iloc[0]
    short = many(summary["hotspots"], "section falls short", "sections fall short")
    return f"{said}; {short}, {say('first')} {_named(row)}: {row['failed']}"


def _named(row: pd.Series) -> str:
    """Return a section's name with its mode, which the name of a road beside a railway needs."""
    return f"{row['name'].partition(', ')[0]} ({say(row['mode'])})"


def _modes(summary: dict[str, Any]) -> str:
    return say(" and ").join(say({"road": "road", "rail": "railway"}[mode]) for mode in summary["km"])


@untranslated
def _words(summary: dict[str, Any], totals: pd.DataFrame) -> tuple[str, ...]:
    """Return the totals in words: shares, what nobody states, what falls short, what is not judged, whom it binds."""
    judged, lines = totals[totals["judged"]], share_words(summary)
    nothing = _listed(judged[judged["unknown_km"] == judged["asked_km"]])
    lines += [f"Not one kilometre states: {nothing}."] if nothing else []
    short = judged[judged["fails_km"] > 0].drop_duplicates(["mode", "asks"])
    parts = [f"{km:,.0f} km of {asks}" for asks, km in zip(short["asks"], short["fails_km"], strict=True)]
    lines += [f"Stated to fall short: {'; '.join(parts)}."] if parts else []
    if summary["bridges_listed"]:
        lines.append(f"A mass is stated of {summary['bridges_stated']} of {summary['bridges_listed']} bridges listed.")
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
    layers = []
    for kind, (label, colour, width) in _DRAWN.items():
        own = kinds.index[kinds == kind]
        notes = {link: _note(judged, link) for link in own}
        if notes:
            layers.append(Under(say(label), colour, dict.fromkeys(own, 1.0), notes, casing="#FFFFFF", fixed=width))
    worst, ranked = sections[sections["fails"] > 0].head(_MOST), []
    for i, row in enumerate(worst.head(_TOP).to_dict("records"), 1):
        bad = tuple(link for link in split(row["links"]) if fails[link])
        ranked.append(Ranked(str(i), row["name"], row["failed"], bad, ends_of(net, bad)))
    noted = f"{say('Thin lines are not asked about.')} {finding.sentences[-1]}"
    return View(
        net, finding.title, tuple(layers), frozenset(), worst, tuple(_COLUMNS["section"]), said=finding.sentences[0],
        noted=noted, quiet=True, ranked=tuple(ranked), ranking=say("What falls short most"),
    )  # fmt: skip


def _note(judged: Judged, link: str) -> str:
    """Return what a link's card says: how it falls short, what it meets, and of how much nothing is known."""
    states = {one: judged.states.at[link, one.id] for one in judged.once}
    said = [judged.words.at[link, one.id] for one, state in states.items() if state == FAILS]
    met = [one.name for one, state in states.items() if state == MEETS]
    unknown = sum(state == UNKNOWN for state in states.values())
    said += [say("meets {what}", what=", ".join(met))] * bool(met) + [say("{n} unknown", n=unknown)] * bool(unknown)
    return "; ".join(said)


def _chart(finding: Finding, totals: pd.DataFrame) -> Figure:
    from mobility.present.print.compliance import compliance_chart

    return compliance_chart(finding, totals)
