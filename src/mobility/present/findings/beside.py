"""The same question under every profile and pace: what holds in all of them, and what turns over."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from mobility.errors import NoRouteError, TooLateError
from mobility.model.names import some
from mobility.present.finding import Finding
from mobility.present.findings.choices import in_all
from mobility.present.phrases import many
from mobility.vocabulary import NOTICEABLE_H, split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_KEYS = ("profile", "pace")


class _Question(NamedTuple):
    """What is compared: figures of the summary, the one told from least to most, and claims in words."""

    figures: tuple[str, ...]
    told: str
    what: str
    claims: Callable[[Finding], dict[str, str]]


def side_by_side(ways: Iterable[tuple[str, str]], ask: Callable[[str, str], Finding]) -> Finding:
    """Return one table of the same question under several profiles and paces.

    Parameters
    ----------
    ways
        Profile and pace of each row.
    ask
        Answers the question under a profile and a pace: one of `routes`, `whatif`, `redundancy`, `pareto`, `deploy`.

    Returns
    -------
    Finding
        A row per way: profile, pace, state ("answered", or why there is no answer), the figures of the question's
        summary, and a column for each claim. The sentences say which claims hold in all rows and which turn over.
        The network is that of the first answer.

    Raises
    ------
    NoRouteError, TooLateError
        When there is an answer in none of them.
    """
    found = {way: _answer(ask, way) for way in ways}
    answers = {way: one for way, one in found.items() if isinstance(one, Finding)}
    if not answers:
        raise next(one for one in found.values() if isinstance(one, Exception))
    first = next(iter(answers.values()))
    if first.question == "pareto":
        return in_all(answers)
    question = _QUESTIONS[first.question]
    rows: list[dict[str, Any]] = []
    for way, one in found.items():
        row: dict[str, Any] = dict(zip(_KEYS, way, strict=True))
        if isinstance(one, Finding):
            figures = {key: one.summary[key] for key in (*question.figures, question.told)}
            row |= {"state": "answered", **figures, **question.claims(one)}
        else:
            row["state"] = str(one)
        rows.append(row)
    table = pd.DataFrame(rows)
    claims = list(question.claims(first))
    columns = (*_KEYS, *question.figures, *claims, *["state"] * (len(answers) < len(found)))
    sentences, holds, over = [_range(table, question)], dict[str, str](), dict[str, dict[str, list[str]]]()
    for claim in claims:
        by_value = {value: _ways(table[table[claim] == value]) for value in table[claim].dropna().unique()}
        if len(by_value) == 1:
            holds[claim] = next(iter(by_value))
        else:
            over[claim] = by_value
    held = "; ".join(f"{claim}: {value}" for claim, value in holds.items())
    sentences[0] += f" Holds in all {len(answers)}: {held}." if held else " Nothing holds in all of them."
    for claim, by_value in over.items():
        words = "; ".join(f"{value} ({some(ways, 6)})" for value, ways in by_value.items())
        sentences.append(f"Turns over, {claim}: {words}.")
    summary = {"rows": len(table), "answered": len(answers), "holds": holds, "turns_over": over}
    refused = table[table["state"] != "answered"]
    if len(refused):
        sentences.append(f"No answer in {len(refused)}: {some(_ways(refused), 6)}.")
    title = f"{many(len(table), 'profile and pace', 'profiles and paces')}: {sentences[0]}"
    return Finding(first.question, first.network, table, columns, summary, title, tuple(sentences))


def _answer(ask: Callable[[str, str], Finding], way: tuple[str, str]) -> Finding | NoRouteError | TooLateError:
    """Return the answer under a profile and a pace, or why there is none."""
    try:
        return ask(*way)
    except (NoRouteError, TooLateError) as error:
        return error


def _ways(rows: pd.DataFrame) -> list[str]:
    return [f"{profile}/{pace}" for profile, pace in zip(rows["profile"], rows["pace"], strict=True)]


def _range(table: pd.DataFrame, question: _Question) -> str:
    """Return the figure that is told, from least to most, and where."""
    values = table[question.told].astype(float).dropna()
    if values.empty:
        return f"{question.what}: none."
    least, most = table.loc[values.idxmin()], table.loc[values.idxmax()]
    ends = [f"{row[question.told]:.1f} h ({row['profile']}/{row['pace']})" for row in (least, most)]
    return f"{question.what} from {ends[0]} to {ends[1]}."


def _direction(hours: float) -> str:
    return "unchanged" if abs(hours) < NOTICEABLE_H else "longer" if hours > 0 else "shorter"


def _of_routes(finding: Finding) -> dict[str, str]:
    count = Counter(modes for modes in finding.table["modes"].dropna())
    mostly = " and ".join(split(count.most_common(1)[0][0])) if count else "none"
    return {"pairs connected": f"{finding.summary['connected']} of {finding.summary['pairs']}", "mostly by": mostly}


def _of_whatif(finding: Finding) -> dict[str, str]:
    s = finding.summary
    return {
        "mean under way": _direction(s["mean_delta_h"]),
        "mean arrival": _direction(s["mean_arrival_h_after"] - s["mean_arrival_h_before"]),
        "cut off": f"{s['cut_off'] or 'no'} pair{'s' * (s['cut_off'] != 1)}",
        **({"lose an end": many(s["lost_end"], "pair")} if s["lost_end"] else {}),
    }


def _of_redundancy(finding: Finding) -> dict[str, str]:
    claims = {}
    for text, column in (("most time off", "gain_h"), ("most with a link lost", "n1_gain_h")):
        gains = finding.table[column]
        claims[text] = finding.table.loc[gains.idxmax(), "name"] if (gains > 0).any() else "none"
    return claims


def _of_deploy(finding: Finding) -> dict[str, str]:
    return {"what binds": ", ".join(finding.summary["binding"]) or "the distance"}


_QUESTIONS = {
    "routes": _Question(("mean_time_h", "mean_arrival_h"), "mean_arrival_h", "Mean to arrival", _of_routes),
    "whatif": _Question(
        (
            "mean_time_h_before",
            "mean_time_h_after",
            "mean_arrival_h_before",
            "mean_arrival_h_after",
            "slower",
            "faster",
        ),
        "mean_delta_h",
        "Mean change under way",
        _of_whatif,
    ),
    "redundancy": _Question(("most_gain_h", "most_n1_gain_h"), "most_gain_h", "Largest gain", _of_redundancy),
    "deploy": _Question(("complete_h", "first_h", "route_h"), "complete_h", "Complete", _of_deploy),
}
