"""The closures that together hurt most."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from mobility.analysis import interdiction as analysis
from mobility.analysis.closable import kind_closed
from mobility.analysis.pairs import Pairs
from mobility.present.finding import Finding
from mobility.present.findings import changes
from mobility.present.language import say, untranslated
from mobility.present.phrases import many, named
from mobility.present.scene import Ranked, ends_of
from mobility.vocabulary import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd

    from mobility.analysis.interdiction import Row
    from mobility.analysis.pairs import Ends
    from mobility.model.network import Network
    from mobility.present.views import View
    from mobility.vocabulary import Words


SECONDS = 60.0  # that a search takes at most, where nothing else is asked


def interdict(
    network: Network,
    origins: Ends = None,
    destinations: Words = None,
    *,
    k: int,
    by: str = "link",
    spare: Iterable[str] = (),
    seconds: float | None = SECONDS,
) -> Finding:
    """Return the worst 1, 2, ... k closures: as `mobility.interdict`, with its sentences, title and map."""
    net, pairs = network.profiled(), Pairs.of(network, origins, destinations)
    return answer(net, pairs, list(rows(net, pairs, k=k, by=by, spare=spare, seconds=seconds)), k=k, by=by)


def rows(net: Network, pairs: Pairs, *, k: int, by: str, spare: Iterable[str], seconds: float | None) -> Iterator[Row]:
    """Iterate over the rows of the curve, each as soon as it is known."""
    return analysis.curve(net, pairs, k=k, by=by, spare=spare, seconds=seconds, limit=None)


def framed(found: list[Row], by: str) -> pd.DataFrame:
    """Return rows of the curve as a table."""
    return analysis.framed(found, by)


def columns_by(by: str) -> tuple[str, ...]:
    """Return the columns that a person reads."""
    what = "names" if by not in {"link", "place"} else f"{by}s"
    return "k", "pairs_cut_off", "delta_h", "optimal", "separates", what


def answer(net: Network, pairs: Pairs, found: list[Row], *, k: int, by: str, interrupted: bool = False) -> Finding:
    """Return the finding of rows of the curve: all of them, or those found until it was interrupted."""
    table = framed(found, by)
    stopped = interrupted or bool(found and found[-1]["k"] < k and not found[-1]["optimal"])
    proven = bool(table["optimal"].all()) and not (interrupted and not found)
    summary = {"pairs": len(pairs.asked), "rows": len(table), "proven": proven, "stopped": stopped}
    return Finding(
        "interdict", net, table, columns_by(by), summary, _title(table, stopped=stopped),
        _words(table, len(pairs.asked), k, stopped=stopped),
        drawn=lambda finding: _view(finding, pairs, by),
    )  # fmt: skip


def _worst(table: pd.DataFrame, by: str) -> list[str]:
    return split(table[f"{by}s"].iloc[-1]) if len(table) else []


def _title(table: pd.DataFrame, *, stopped: bool) -> str:
    if table.empty or not table["names"].iloc[-1]:
        unknown = stopped or not table["optimal"].all()
        return say("No closure was found in the time") if unknown else say("No closure does any harm")
    last = table.iloc[-1]
    return f"{worst(int(last['k']))}: {last['names']} – {harm(last)}"


def worst(count: int) -> str:
    """Return what so many closures are called."""
    return say("The worst closure") if count == 1 else say("The worst {n} closures", n=count)


def harm(row: pd.Series) -> str:
    """Return what closures cost."""
    pairs = many(int(row["pairs_cut_off"]), "pair")
    return say("{pairs} cut off, {hours:,.1f} h lost in all by the rest", pairs=pairs, hours=row["delta_h"])


@untranslated
def _words(table: pd.DataFrame, asked: int, k: int, *, stopped: bool) -> tuple[str, ...]:
    """Return what the curve of closures means."""
    if table.empty:
        return ("Stopped before anything was found." if stopped else "No pair is connected, so nothing can be cut.",)
    last = table.iloc[-1]
    names = last["names"] or "nothing"
    cost = f"{last['pairs_cut_off']} of {asked} pairs cut off, {last['delta_h']:,.1f} h lost in all by the rest"
    lines = [f"The worst {last['k']}{'' if last['optimal'] else ' found'}: {names} - {cost}."]
    if last["separates"]:
        lines.append(
            f"That separates all pairs; {many(int(last['k']), 'closure')} {'is' if last['k'] == 1 else 'are'} enough."
        )
    elif stopped:
        lines.append(f"Stopped at {last['k']} of {k} closures.")
    elif last["k"] < k:
        lines.append("More closures do no more harm, or nothing is left to close.")
    if table["optimal"].all():
        return (*lines, "Proven to be the worst.")
    open_ = table[~table["optimal"]].iloc[-1]
    bound = f"no set of {open_['k']} cuts off more than {many(int(open_['bound_pairs_cut_off']), 'pair')}"
    if open_["bound_h"] > 0:
        bound += f", or, with as many cut off, costs the rest more than {open_['bound_h']:,.1f} h"
    return (*lines, f"Not proven: the search was cut short (optimal = no; --seconds). Proven is that {bound}.")


def _view(finding: Finding, pairs: Pairs, by: str) -> View:
    """Return the best routes before and after the worst closures."""
    net = finding.network
    after = net.close(*(f"{kind_closed(by)}:{key}" for key in _worst(finding.table, by)))
    answer = changes.whatif(net, after, pairs)
    used = Counter(link for cell in answer.table["links_before"] for link in set(split(cell)))
    ranked = []
    for i, key in enumerate(_worst(finding.table, by), 1):
        links = _links(net, by, key)
        most = max((used[link] for link in links), default=0)
        ends = (key,) if by == "place" else ends_of(net, links)
        ranked.append(
            Ranked(str(i), named(net, [key])[0], say("{pairs} came this way", pairs=many(most, "pair")), links, ends)
        )
    columns = ("k", "pairs_cut_off", "delta_h", "optimal", f"{by}s")
    return replace(
        answer.view, title=finding.title, table=finding.table.iloc[::-1], columns=columns,
        ranked=tuple(ranked), ranking=say("Closed here"),
    )  # fmt: skip


def _links(net: Network, by: str, key: str) -> tuple[str, ...]:
    """Return the links that are lost with a thing."""
    if kind_closed(by) == "structure":
        return tuple(split(net.structures.set_index("id").at[key, "links"]))
    if by == "place":
        return tuple(net.links.index[(net.links["from"] == key) | (net.links["to"] == key)])
    return (key,)
