"""The headline findings of a network as a record that is kept in a brief, and what changed between two records."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from mobility.errors import InputError, MobilityError
from mobility.present.findings import gains
from mobility.present.phrases import both_hours, many
from mobility.vocabulary import CONNECTED, NOTICEABLE_H

if TYPE_CHECKING:
    from mobility.analysis.pairs import Pairs
    from mobility.model.network import Network
    from mobility.present.finding import Finding

PROJECT = "corridor:VIII"  # whose gain is a headline
_FIGURES = {
    "pairs": "Pairs",
    "connected": "Pairs connected",
    "mean_time_h": "Mean under way, h",
    "mean_arrival_h": "Mean to arrival, h",
    "worst_loss": "Section whose loss costs most",
    "worst_loss_pairs_delayed": "Pairs that it delays",
    "worst_loss_pairs_cut_off": "Pairs that it cuts off",
    "worst_loss_mean_h": "Mean delay of these pairs, h",
    "gain_h": "{} takes off the mean under way, h",
    "arrival_gain_h": "{} takes off the mean arrival, h",
    "n1_gain_h": "{} takes off the mean with the worst link lost, h",
}
_GAINS = ("gain_h", "arrival_gain_h", "n1_gain_h")
_PAIR = ("from", "to", "name", "time_h", "arrival_h")
_WORDS = {"worst_loss", "project"}
_COUNTS = {"worst_loss_pairs_delayed", "worst_loss_pairs_cut_off"}


class Compared(NamedTuple):
    """What changed between two records: headline figures, pairs, both in words."""

    figures: pd.DataFrame
    pairs: pd.DataFrame
    sentences: tuple[str, ...]


def record(routes: Finding, losses: Finding, pairs: Pairs, project: str = PROJECT) -> dict[str, Any]:
    """Return the headline findings of a network in plain values: figures, and the hours of every pair.

    Parameters
    ----------
    routes, losses
        The findings of `routes` and `bottlenecks` on one network.
    pairs
        Those asked about.
    project
        Whose gain is told, where it is one of the network.
    """
    net = routes.network
    called = net.places["name"]
    worst = next(iter(losses.table.to_dict("records")), None)
    if worst and not (worst["sole_link"] or worst["pairs_delayed"]):
        worst = None
    figures = {name: routes.summary[name] for name in ("pairs", "connected", "mean_time_h", "mean_arrival_h")}
    figures |= {
        "worst_loss": str(worst["name"]) if worst else "",
        "worst_loss_pairs_delayed": int(worst["pairs_delayed"]) if worst else None,
        "worst_loss_pairs_cut_off": int(worst["pairs_cut_off"]) if worst else None,
        "worst_loss_mean_h": _number(worst["mean_delay_h"]) if worst else None,
    }
    table = routes.table[routes.table["state"] == CONNECTED]
    rows = [
        [r["from"], r["to"], f"{called[r['from']]} – {called[r['to']]}", float(r["time_h"]), float(r["arrival_h"])]
        for r in table[["from", "to", "time_h", "arrival_h"]].to_dict("records")
    ]
    return {
        "network": net.identity._asdict(),
        "figures": figures | _gain(net, pairs, project),
        "pairs": rows,
    }


def _gain(net: Network, pairs: Pairs, project: str) -> dict[str, Any]:
    """Return what a project buys; nothing where the network has no such project, or it is built."""
    try:
        row = gains.redundancy(net, pairs, projects=[project]).table.iloc[0]
    except MobilityError:
        return {"project": "", **dict.fromkeys(_GAINS)}
    return {"project": str(row["name"]), **{name: _number(row[name]) for name in _GAINS}}


def _number(value: Any) -> float | None:  # noqa: ANN401 - a cell
    return None if pd.isna(value) else float(value)


def sound(data: Any, where: str) -> dict[str, Any]:  # noqa: ANN401 - whatever JSON holds
    """Return what was read as a record; raises InputError where it is none."""
    try:
        figures = {name: data["figures"][name] for name in (*_FIGURES, "project")}
        for name, value in figures.items():
            blank = value is None and not (figures["worst_loss"] and name in _COUNTS)
            _must(isinstance(value, str) if name in _WORDS else blank or _finite(value))
        for row in data["pairs"]:
            *words, hours, arrival = row
            _must(len(words) == len(_PAIR) - 2 and all(isinstance(word, str) for word in words))
            _must(_finite(hours) and _finite(arrival))
        network = {name: str(data["network"][name]) for name in ("name", "version", "sha256")}
    except (KeyError, TypeError, ValueError, OverflowError):
        raise InputError(f"{where}: what it keeps of its findings is not what a brief of mobility keeps") from None
    return {"network": network, "figures": figures, "pairs": data["pairs"]}


def _finite(value: Any) -> bool:  # noqa: ANN401 - whatever JSON holds
    return type(value) in {int, float} and math.isfinite(value)


def _must(true: bool) -> None:
    if not true:
        raise ValueError


def compared(then: dict[str, Any], now: dict[str, Any]) -> Compared:
    """Return what changed from one record to another."""
    old, new = then["figures"], now["figures"]
    project = new["project"] or old["project"]
    rows = [
        (said.format(project), _plain(old[name]), _plain(new[name]), _difference(old[name], new[name]))
        for name, said in _FIGURES.items()
        if name not in _GAINS or project
    ]
    figures = pd.DataFrame(rows, columns=["figure", "then", "now", "difference"], dtype=object)
    frames = [pd.DataFrame(one["pairs"], columns=list(_PAIR)) for one in (then, now)]
    pairs = frames[0].merge(frames[1].drop(columns="name"), on=["from", "to"], suffixes=("_before", "_after"))
    pairs["delta_h"] = pairs["time_h_after"] - pairs["time_h_before"]
    pairs["arrival_delta_h"] = pairs["arrival_h_after"] - pairs["arrival_h_before"]
    pairs = pairs.sort_values("delta_h", key=abs, ascending=False, kind="stable", ignore_index=True)
    said = (_pairs_words(frames[0], frames[1], pairs), _loss_words(old, new), _gain_words(project, old, new))
    return Compared(figures, pairs, tuple(filter(None, said)))


def _plain(value: Any) -> Any:  # noqa: ANN401 - a figure
    return None if value == "" else value


def _difference(old: Any, new: Any) -> float | int | None:  # noqa: ANN401 - figures
    return new - old if isinstance(old, int | float) and isinstance(new, int | float) else None


def _arrow(old: str, new: str) -> str:
    return new if old == new else f"{old} → {new}"


def _pairs_words(old: pd.DataFrame, new: pd.DataFrame, pairs: pd.DataFrame) -> str:
    """Return how the hours of the pairs changed that are connected in both, and how many are not."""
    gone, come = len(old) - len(pairs), len(new) - len(pairs)
    others = [f"{many(n, 'pair')} {how}" for n, how in ((gone, "no longer connected"), (come, "new")) if n]
    if pairs.empty:
        return f"No pair is connected in both{'; '.join(['', *others])}."
    means = [
        (f"{pairs[f'time_h_{when}'].mean():.1f}", f"{pairs[f'arrival_h_{when}'].mean():.1f}")
        for when in ("before", "after")
    ]
    hours = both_hours(*(_arrow(*of) for of in zip(*means, strict=True)))
    words = f"Mean of {many(len(pairs), 'pair')} connected in both: {hours}"
    slower, faster = (int((sign * pairs["delta_h"] > NOTICEABLE_H).sum()) for sign in (1, -1))
    moved = f"{slower} slower, {faster} faster"
    if slower or faster:
        first = pairs.iloc[0]
        moved += f", most {first['name']} ({first['delta_h']:+.1f} h)"
    return "; ".join([words, moved, *others]) + "."


def _loss_words(old: dict[str, Any], new: dict[str, Any]) -> str:
    then, now = _loss(old), _loss(new)
    return f"Worst loss{' as before' * (then == now)}: {_arrow(then, now)}."


def _loss(of: dict[str, Any]) -> str:
    if not of["worst_loss"]:
        return "none"
    cut = f"{many(of['worst_loss_pairs_cut_off'], 'pair')} cut off" if of["worst_loss_pairs_cut_off"] else ""
    mean = of["worst_loss_mean_h"]
    late = f"{many(of['worst_loss_pairs_delayed'], 'pair')}, {mean:.1f} h on average" if mean else ""
    return f"{of['worst_loss']} ({'; '.join(filter(None, (cut, late)))})"


def _gain_words(project: str, old: dict[str, Any], new: dict[str, Any]) -> str:
    if not project:
        return ""
    hours = [["?" if of[gain] is None else f"{of[gain]:.2f}" for gain in _GAINS] for of in (old, new)]
    first, arrival, n1 = (_arrow(*of) for of in zip(*hours, strict=True))
    words = f"{project} takes {first} h off the mean under way, {arrival} h off the mean arrival"
    return f"{words}, {n1} h off the mean with the worst link lost."
