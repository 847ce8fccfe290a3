"""The hours of the best route over one value as a curve, with where another takes over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mobility.present import style
from mobility.present.phrases import data_words, profile_words
from mobility.present.print.charts import quiet
from mobility.present.print.sheet import (
    GREY,
    INK,
    SMALL,
    TEXT,
    WIDTH,
    axes,
    blank_axes,
    house_style,
    sheet,
    wrapped,
    write,
)
from mobility.vocabulary import CONNECTED

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from mobility.present.finding import Finding

_NAME, _SCALE, _ROW = 200.0, 36.0, 34.0  # pt: for what each piece is, the scale below, each name
_POINTS = 60  # of a piece that is no straight line


@house_style()
def flip_chart(finding: Finding) -> Figure:
    """Return the pieces of `findings.flip` as a curve of hours, a colour each, named beside it."""
    table, summary = finding.table, finding.summary
    footnote = data_words(finding.network)
    figure, (left, bottom, wide, high) = sheet(
        finding.title, profile_words(finding.network), footnote, size=(WIDTH, max(300, 60 + _ROW * len(table)))
    )
    ax = axes(figure, [left + 44, bottom + _SCALE, wide - 44 - _NAME, high - _SCALE - 6])
    beside = blank_axes(figure, [left + wide - _NAME + 10, bottom, _NAME - 10, high])
    colours, top = [*style.GROUP_COLOURS.values()], high
    for i, row in enumerate(table.to_dict("records")):
        colour, found = colours[i % len(colours)], row["state"] == CONNECTED
        if found:
            _piece(ax, row, colour, summary["attribute"])
        span = f"{row['value_from']:.4g} to {row['value_to']:.4g}: " + (f"over {row['over']}" if found else "no route")
        beside.plot([0, 14], [top - 0.8 * TEXT] * 2, color=colour if found else GREY, linewidth=2.4)
        for j, line in enumerate(wrapped(span, SMALL, _NAME - 34, most=3)):
            write(beside, (20, top - (j + 1) * SMALL * 1.2), line, SMALL)
        top -= _ROW
    for value in summary["breakpoints"]:
        ax.axvline(value, color=GREY, linewidth=0.7, linestyle=(0, (3, 2)), zorder=1)
    ax.set(xlabel=f"{summary['what']}, {summary['unit']}", ylabel="hours of the best route")
    quiet(ax)
    return figure


@house_style()
def starts_chart(finding: Finding) -> Figure:
    """Return the arrivals of `findings.starts` over the hour of the start, and how many of them is no waiting."""
    table, net = finding.table, finding.network
    figure, (left, bottom, wide, high) = sheet(finding.title, profile_words(net), data_words(net), size=(WIDTH, 300))
    ax = axes(figure, [left + 44, bottom + _SCALE, wide - 44, high - _SCALE - 6])
    at = np.arange(len(table))
    ax.fill_between(at, table["moving_h"], table["arrival_h"], color=style.LAND, step="post", linewidth=0)
    for column, words, colour, above in (("arrival_h", "arrival", INK, 4), ("moving_h", "under way", GREY, -10)):
        ax.step(at, table[column], where="post", color=colour, linewidth=1.4)
        end = at[-1], table[column].iloc[-1]  # one name above and one below: the curves may lie on each other
        ax.annotate(words, end, (0, above), textcoords="offset points", ha="right", fontsize=SMALL)
    step = 24 if len(table) > 24 else 3  # noqa: PLR2004 - a day
    ax.set_xticks(at[::step], [name.removesuffix(" 00:00") for name in table["start"].iloc[::step]])
    ax.set(xlabel="start", ylabel="hours", ylim=(0, None), xlim=(0, len(table)))
    quiet(ax)
    return figure


def _piece(ax: Axes, row: dict[str, float], colour: str, attribute: str) -> None:
    """Draw the hours of one route: a straight line, over speeds one over their inverse; a point where it is one."""
    low, high, first, last = (row[c] for c in ("value_from", "value_to", "time_h_from", "time_h_to"))
    at = np.linspace(low, high, _POINTS)
    share = (1 / at - 1 / low) / (1 / high - 1 / low) if attribute == "speed" else np.linspace(0, 1, _POINTS)
    if low == high:
        ax.plot([low], [first], "o", color=colour, markeredgecolor=INK)
    else:
        ax.plot(at, first + (last - first) * share, color=colour, linewidth=2.2)
