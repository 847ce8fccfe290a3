"""What to protect: what the worst closures of the rest then cost."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from mobility.analysis import protection as analysis
from mobility.analysis import protection_recovery as lasting
from mobility.analysis.closable import kind_closed
from mobility.analysis.pairs import Pairs
from mobility.present import style
from mobility.present.finding import Finding
from mobility.present.findings import changes
from mobility.present.findings.interdiction import SECONDS, harm
from mobility.present.findings.recovery import CAVEAT
from mobility.present.language import say, untranslated
from mobility.present.phrases import many, percent
from mobility.present.scene import Under
from mobility.vocabulary import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pandas as pd
    from matplotlib.figure import Figure

    from mobility.analysis.interdiction import Row
    from mobility.analysis.pairs import Ends
    from mobility.model.network import Network
    from mobility.present.views import View
    from mobility.vocabulary import Words

_HALO = 4  # times the most pairs of a route: what is protected is seen on both sides of it
COLUMNS = tuple("f k pairs_cut_off delta_h optimal protected_names attacked_names".split())
LASTING = tuple("f k cut_off_pair_days lost_pair_hour_days back_day optimal protected_names repaired_names".split())


def protect(  # noqa: PLR0913 - each is an option of its own
    network: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    f: int,
    k: int,
    by: str = "section",
    spare: Iterable[str] = (),
    seconds: float | None = SECONDS,
    curve: bool = False,
    means: Mapping[str, Any] | None = None,
) -> Finding:
    """Return what to protect: as `mobility.protect`, with its sentences, title, map and chart.

    Parameters
    ----------
    means
        Crews, sets and repairs, as in `mobility.protect_recovery`, which is what is asked then: harm lasts until all
        is repaired. None: harm is what the attack does at once.
    network, origins, destinations, f, k, by, spare, seconds, curve
        As in `mobility.protect`.
    """
    net, pairs = network.profiled(), Pairs.of(network, origins, destinations)
    found = list(rows(net, pairs, f=f, k=k, by=by, spare=spare, seconds=seconds, curve=curve, means=means))
    return answer(net, pairs, found, f=f, k=k, by=by, means=means)


def rows(net: Network, pairs: Pairs, *, means: Mapping[str, Any] | None = None, **asked: Any) -> Iterator[Row]:  # noqa: ANN401
    """Iterate over the rows, each as soon as it is known."""
    return analysis.rows(net, pairs, **asked) if means is None else lasting.rows(net, pairs, **asked, **means)


def framed(found: list[Row], means: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """Return rows as a table."""
    return analysis.framed(found) if means is None else lasting.framed(found)


def columns_by(means: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Return the columns that a person reads."""
    return COLUMNS if means is None else LASTING


def answer(
    net: Network,
    pairs: Pairs,
    found: list[Row],
    *,
    f: int,
    k: int,
    by: str,
    interrupted: bool = False,
    means: Mapping[str, Any] | None = None,
) -> Finding:
    """Return the finding of rows: all of them, or those found until it was interrupted."""
    table = framed(found, means)
    proven = bool(table["optimal"].all()) and not interrupted
    summary = {"pairs": len(pairs.asked), "rows": len(table), "by": by, "proven": proven, "stopped": interrupted}
    summary |= {"harm": "pairs cut off first, then hours lost by the pairs still connected"}
    if means is not None:
        summary |= {"harm": "pair-days cut off first, then hours lost if every pair moves once a day, until repaired"}
        summary |= {"crews": means.get("crews", 1), "bridge_sets": means.get("sets", 0)}
    said = _words(table, len(pairs.asked), f, k, by, interrupted=interrupted)
    return Finding(
        "protect", net, table, columns_by(means), summary, _title(table, interrupted=interrupted),
        said if means is None or table.empty else (*said, _repairs(means)),
        drawn=lambda finding: _view(finding, pairs, by), charted=_chart,
    )  # fmt: skip


@untranslated
def _repairs(means: Mapping[str, Any]) -> str:
    """Say who repairs, and how long that takes."""
    who = f"{many(means.get('crews', 1), 'crew')}, {many(means.get('sets', 0), 'bridge set')}"
    return f"Repaired by {who} in the best order; {CAVEAT[:1].lower()}{CAVEAT[1:]}"


def _harm(row: pd.Series) -> str:
    if "back_day" not in row:
        return harm(row)
    about = {"cut": row["cut_off_pair_days"], "hours": row["lost_pair_hour_days"], "day": row["back_day"]}
    if row["cut_off_pair_days"]:
        text = "{cut:,.1f} pair-days cut off, {hours:,.0f} h lost until day {day:,.0f}, if every pair moves once a day"
        return say(text, **about)
    return say("{hours:,.0f} h lost until day {day:,.0f}, if every pair moves once a day", **about)


def _title(table: pd.DataFrame, *, interrupted: bool) -> str:
    if table.empty:
        return say("Nothing was found in the time") if interrupted else say("No closure does any harm")
    last, count = table.iloc[-1], int(table["k"].iloc[-1])
    then = say("the worst closure of the rest") if count == 1 else say("the worst {n} closures of the rest", n=count)
    what = last["protected_names"] or say("nothing")
    return f"{say('Protected')}: {what} – {then}: {_harm(last)}"


def _lowered(count: int) -> str:
    return "the worst closure" if count == 1 else f"the worst {count} closures"


@untranslated
def _words(table: pd.DataFrame, asked: int, f: int, k: int, by: str, *, interrupted: bool) -> tuple[str, ...]:
    """Return what the rows mean."""
    if table.empty:
        return ("Stopped before anything was found." if interrupted else "No pair is connected, so nothing is lost.",)
    last = table.iloc[-1]
    none = table[(table["k"] == last["k"]) & (table["f"] == 0)].iloc[-1]
    worst = _lowered(int(none["k"]))
    lines = [f"{many(asked, 'pair')} asked about. With nothing protected, {worst}: {_harm(none)}."]
    if last["f"]:
        none_better = (
            "nothing, as it does not help" if last["optimal"] else "nothing better than none was found in the time"
        )
        what = f"Best to protect, of up to {last['f']}: {last['protected_names'] or none_better}."
        worst = _lowered(int(last["k"]))
        lines.append(f"{what} Then {worst} of the rest ({last['attacked_names'] or 'none'}): {_harm(last)}.")
    if interrupted:
        lines.append(f"Stopped at {last['f']} of {f} protected, {last['k']} of {k} closures.")
    lines += _chains(table, by)
    lines += _nesting(table)
    return (*lines, _proof(table))


def _chains(table: pd.DataFrame, by: str) -> list[str]:
    """Say when protecting single links is of no use, since the attack moves along the chain."""
    if by != "link":
        return []
    alike = table[(table["f"] > 0) & (table["protected"] == "") & (table["together"] > 1)]
    if alike.empty:
        return []
    row = alike.iloc[-1]
    line = (
        f"Protecting {many(int(row['f']), 'link')} is of no use: links in series fail alike, up to {row['together']} "
    )
    return [f"{line}of those attacked, and the attack moves to the next of its chain. Protect sections (--by section)."]


def _nesting(table: pd.DataFrame) -> list[str]:
    """Say when what is best, or worst, for a number is no part of what is so for the next."""
    lines = []
    for _, part in table.groupby("k"):
        if broken := _not_nested(part, "f", "protected"):
            lines.append(
                f"What is best to protect is not nested: the {broken[0]} found are no part of the {broken[1]}. "
                "Choose by how many can be protected, not one after another."
            )
            break
    if broken := _not_nested(table[table["f"] == 0], "k", "attacked"):
        lines.append(f"Worst sets are not nested: the worst {broken[0]} found is no part of the worst {broken[1]}.")
    return lines


def _not_nested(part: pd.DataFrame, count: str, ids: str) -> tuple[int, int] | None:
    """Return the first two numbers of which the sets found are not nested."""
    sets = [(int(number), set(split(cell))) for number, cell in zip(part[count], part[ids], strict=True)]
    for (fewer, small), (more, large) in pairwise(sets):
        if not small <= large:
            return fewer, more
    return None


def _proof(table: pd.DataFrame) -> str:
    """Say what is proven."""
    if table["optimal"].all():
        return "Proven: no other choice of as many leaves less, and no other attack on the rest does more."
    row = table[~table["optimal"]].iloc[-1]
    off, lost, units = "pairs_cut_off", "h", ("pairs cut off", ",.1f", "h")
    if "back_day" in row:
        off, lost, units = "cut_off_pair_days", "lost_pair_hour_days", ("pair-days cut off", ",.0f", "h lost in all")
    least, most = (
        f"{row[f'{w}_{off}']:,g} {units[0]} and {row[f'{w}_{lost}']:{units[1]}} {units[2]}" for w in ("least", "most")
    )
    said = f"Not proven (optimal = no; --seconds). Proven is, for {row['f']} protected and {row['k']} closed: whatever "
    said += f"is protected, an attack can do {least}; with what is protected here none does more than {most}"
    if row[f"least_{off}"] == row[f"most_{off}"] and row[f"most_{lost}"]:
        said += f" ({percent(1 - row[f'least_{lost}'] / row[f'most_{lost}'])} apart)"
    return f"{said}."


def _view(finding: Finding, pairs: Pairs, by: str) -> View:
    """Return the best routes before and after the worst closures of the rest, and what is protected."""
    net = finding.network
    last = finding.table.iloc[-1] if len(finding.table) else {"attacked": "", "links": ""}
    after = net.close(*(f"{kind_closed(by)}:{key}" for key in split(last["attacked"])))
    view = changes.whatif(net, after, pairs).view
    most = max((n for layer in view.layers for n in layer.values.values()), default=1)  # noqa: PD011 - no frame
    safe = dict.fromkeys(split(last["links"]), _HALO * most)
    layer = Under(say("protected"), style.PROTECTED_COLOUR, safe, dict.fromkeys(safe, say("protected")))
    layers = (*[layer] * bool(safe), *view.layers)
    return replace(view, title=finding.title, layers=layers, table=finding.table, columns=finding.columns)


def _chart(finding: Finding) -> Figure:
    from mobility.present.print.charts import protection_chart

    return protection_chart(finding)
