"""Arrivals of a force over the days as curves, with what binds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from mobility.errors import NoRouteError
from mobility.present import style
from mobility.present.phrases import data_words, profile_words
from mobility.present.print.charts import quiet
from mobility.present.print.sheet import SMALL, TEXT, WIDTH, axes, blank_axes, house_style, sheet, width, wrapped, write

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from mobility.deployment.compared import Answer
    from mobility.present.finding import Finding

_NAME, _SCALE, _HIGH = 190.0, 24.0, 330.0  # pt: for what stands at a curve's end, the scale below, all of it
_DASHES: tuple[tuple[float, ...], ...] = ((), (5, 2), (1.5, 1.5), (6, 2, 1.5, 2))


def deployment_chart(finding: Finding, curve: pd.DataFrame) -> Figure:
    """Return the arrivals of one deployment hour by hour (`Deployment.curve`); below the title what binds."""
    _, binds, *more = finding.sentences
    return arrival_chart(
        curve,
        title=finding.title,
        subtitle=f"{binds} {profile_words(finding.network)}",
        footnote=" ".join([*more, data_words(finding.network)]),
    )


def origins_chart(finding: Finding, found: dict[str, dict[str, Answer]]) -> Figure:
    """Return the arrivals from each origin and from all hour by hour (`from_each`, by scenario).

    Raises NoRouteError when no force arrives.
    """
    net, curves, none = finding.network, [], []
    for dash, (scenario, answers) in enumerate(found.items()):
        for colour, (origin, one) in enumerate(answers.items()):
            who = "all together" if ";" in origin else str(net.places.at[origin, "name"])
            who += f", {scenario}" if len(found) > 1 else ""
            if one.found is None:
                none.append(f"From {who}: {one.state}.")
            else:
                binds = ", ".join(one.found.limits) or "the distance alone"
                curve = one.found.curve.assign(scenario=f"{who}; binds: {binds}")
                curves.append(curve.assign(colour=colour, dash=dash) if len(found) > 1 else curve)
    if not curves:
        raise NoRouteError("no force arrives, so there is no curve to draw")
    return arrival_chart(
        pd.concat(curves),
        title=finding.title,
        subtitle=f"Beside each curve its origin, and what binds. {profile_words(net)}",
        footnote=" ".join([*none, *finding.sentences, data_words(net)]),
    )


@house_style()
def arrival_chart(table: pd.DataFrame, *, title: str = "", subtitle: str = "", footnote: str = "") -> Figure:
    """Return the vehicles arrived over the days as curves.

    Parameters
    ----------
    table
        Columns `vehicles_arrived` (in all), `hour` (by its end; drawn as steps, as they arrive) or `day` (by its
        end), and `scenario` where several are compared; `colour` and `dash` (numbers) where curves share them.
    title, subtitle, footnote
        Text around the chart.
    """
    figure, room = sheet(title or "Arrival", subtitle, footnote, size=(WIDTH, _HIGH))
    left, bottom, wide, high = room
    ax = axes(figure, [left + 44, bottom + _SCALE, wide - 44 - _NAME, high - _SCALE - 6])
    names = table["scenario"] if "scenario" in table else np.full(len(table), "")
    unit, scale = ("hour", 24) if "hour" in table else ("day", 1)
    last = max(table[unit], default=1) / scale
    ends = []
    for i, (name, part) in enumerate(table.groupby(names, sort=False)):
        colour, dash = (int(part[c].iloc[0]) if c in part else i for c in ("colour", "dash"))
        pattern = _DASHES[dash % len(_DASHES)]
        look: dict[str, Any] = {
            "color": [*style.GROUP_COLOURS.values()][colour % len(style.GROUP_COLOURS)],
            "linestyle": (0, pattern) if pattern else "solid",
            "linewidth": 1.8,
        }
        before = [0] if part[unit].min() > 0 else []
        full = part.loc[part["vehicles_arrived"].idxmax()]
        when = f"after {full[unit]:g} h" if unit == "hour" else f"by day {full[unit]:g}"
        at, there = [*before, *part[unit] / scale], [*before, *part["vehicles_arrived"]]
        if unit == "hour":
            ax.plot(at, there, drawstyle="steps-post", **look)
            ax.plot(at[-1:], there[-1:], "o", color=look["color"], markersize=5, clip_on=False)
        else:
            ax.plot(at, there, marker="o", markersize=2.8, **look)
        words = [*wrapped(str(name), TEXT, _NAME - 30), f"{full['vehicles_arrived']:,.0f} vehicles {when}"]
        ends.append((float(part["vehicles_arrived"].iloc[-1]), float(full[unit]), words, look))
    most = max((end[0] for end in ends), default=1) or 1
    ax.set(xlim=(0, last), ylim=(0, 1.08 * most), xlabel="day", ylabel="vehicles arrived, in all")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    quiet(ax)
    if unit == "hour" and len(ends) > 1:
        _hours(ax, [(hour, value) for value, hour, *_ in ends])
    _end_labels(figure, ax, ends)
    return figure


def _hours(ax: Axes, ends: Iterable[tuple[float, float]]) -> None:
    """Write the hour over the end of each curve; where two are close the earlier moves to the left."""
    day = ax.get_position().width * WIDTH / ax.get_xlim()[1]  # pt
    above = 7 * ax.get_ylim()[1] / _HIGH
    free = ax.get_xlim()[1] * day + 12
    for hour, value in sorted(set(ends), reverse=True):
        text = f"{hour:g} h"
        free = min(hour / 24 * day + width(text, SMALL) / 2, free)
        write(ax, (free / day, value + above), text, SMALL, ha="right")
        free -= width(text, SMALL) + 4


def _end_labels(figure: Figure, ax: Axes, ends: Iterable[tuple[float, float, list[str], dict[str, Any]]]) -> None:
    """Name curves at their right end, that of the most first, of as many the earliest; none on top of another."""
    box, tall = ax.get_position(), figure.get_figheight() * 72
    beside = blank_axes(figure, [box.x1 * WIDTH + 6, box.y0 * tall, _NAME - 6, box.height * tall])
    ceiling = box.height * tall
    for value, _, lines, look in sorted(ends, key=lambda end: (-end[0], end[1])):
        top = min(ceiling, value / ax.get_ylim()[1] * box.height * tall + len(lines) * TEXT * 0.6)
        beside.plot([0, 16], [top - 0.8 * TEXT] * 2, **look)
        for i, line in enumerate(lines):
            write(beside, (21, top - (i + 1) * TEXT * 1.2 + 2), line)
        ceiling = top - len(lines) * TEXT * 1.2 - 4
