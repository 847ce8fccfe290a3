"""Tables as charts for print: the ranking of losses, what projects gain, and the arrival over days."""

from __future__ import annotations

from math import isnan
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from mobility.present import style
from mobility.present.sheet import (
    GREY,
    INK,
    SMALL,
    TEXT,
    WIDTH,
    axes,
    blank_axes,
    house_style,
    sheet,
    width,
    wrapped,
    write,
)
from mobility.present.words import gain_words, loss_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ROW, _NAME, _SCALE, _GAP = 18.0, 190.0, 24.0, 22.0  # pt: a row, its name, the scale below, between two panels
_TOP = 34.0  # pt above the bars for the key and the headings
_SECOND = "#8C8C8C"  # of a pair of bars
_DASHES: tuple[tuple[float, ...], ...] = ((), (5, 2), (1.5, 1.5), (6, 2, 1.5, 2))


@house_style()
def bottleneck_chart(
    table: pd.DataFrame, *, title: str = "", subtitle: str = "", footnote: str = "", top: int = 20
) -> Figure:
    """Return the worst losses as bars: hours lost by all pairs together, and the pairs cut off.

    Parameters
    ----------
    table
        As `mobility.bottlenecks` returns it, whatever is lost; its order is kept.
    title, subtitle, footnote
        Text around the chart.
    top
        How many rows at most; what harms no pair is left out.
    """
    harm = table[(table["pairs_delayed"] > 0) | table["sole_link"]].head(top)
    if "country" in harm:
        called = [style.country_name(code, name) for code, name in zip(harm["country"], harm["name"], strict=True)]
        harm = harm.assign(name=called)
        footnote = f"{style.KOSOVO_NOTE} {footnote}" if "XK" in set(harm["country"]) else footnote
    names = [f"{name} ({mode})" if mode else name for name, mode in zip(harm["name"], harm["mode"], strict=True)]
    groups = [style.group_of(cell) for cell in harm["corridors"]]
    key = [(colour, style.GROUP_NAMES[g]) for g, colour in style.GROUP_COLOURS.items() if g in groups]
    panels = {"hours lost by all delayed pairs together": 0.72, "pairs cut off": 0.28}
    if not harm["sole_link"].any():
        panels = {"hours lost by all delayed pairs together; no pair is cut off": 1.0}
    figure, (hours, *cut) = _bars(
        names, panels, key if harm["corridors"].any() else (), title or loss_words(table), subtitle, footnote
    )
    rows = np.arange(len(harm))
    hours.barh(rows, harm["total_delay_h"], 0.6, color=[style.GROUP_COLOURS[group] for group in groups])
    left = zip(harm["pairs_using"] - harm["pairs_cut_off"], harm["mean_delay_h"], harm["worst_delay_h"], strict=True)
    notes = [f"{n} pairs × {mean:.1f} h, at most {most:.1f} h" if n else "" for n, mean, most in left]
    _noted(hours, harm["total_delay_h"], notes)
    for ax in cut:
        ax.barh(rows, harm["pairs_cut_off"], 0.6, color=INK)
        _noted(ax, harm["pairs_cut_off"], [f"{n:,}" for n in harm["pairs_cut_off"]])
    return figure


@house_style()
def gains_chart(
    table: pd.DataFrame, *, title: str = "", subtitle: str = "", footnote: str = "", top: int = 20
) -> Figure:
    """Return what each project gains as bars: hours off the mean best time, and off it with the worst link lost.

    Parameters
    ----------
    table
        As `mobility.project_gains` returns it; its order is kept. With the columns of `mobility.uncertain_gains`
        merged in, lines show where 90 % of the draws lie.
    title, subtitle, footnote
        Text around the chart.
    top
        How many rows at most; projects that gain neither are left out.
    """
    helps = table[(table["gain_h"] > 0) | (table["n1_gain_h"] > 0)].head(top)
    drawn = [(kind, wide) for kind, wide in (("common_", 1.0), ("", 2.6)) if f"gain_h_{kind}p5" in helps]
    key = [(style.ROUTE_COLOUR, "at best"), (_SECOND, "with the worst single link lost")]
    key += [(INK, "90 % of the draws (thin: common factors)")] * bool(drawn)
    figure, (hours, cost) = _bars(
        list(helps["name"]), {"hours off the mean time of the pairs": 0.72, "cost, million EUR": 0.28}, key,
        title or gain_words(table), subtitle, footnote,
    )  # fmt: skip
    rows = np.arange(len(helps))
    for shift, column, colour in ((-0.19, "gain_h", style.ROUTE_COLOUR), (0.19, "n1_gain_h", _SECOND)):
        hours.barh(rows + shift, helps[column].fillna(0), 0.36, color=colour, edgecolor=INK, linewidth=0.5)
    for kind, wide in drawn:
        hours.hlines(rows - 0.19, helps[f"gain_h_{kind}p5"], helps[f"gain_h_{kind}p95"], color=INK, linewidth=wide)
    larger = helps[["gain_h", "n1_gain_h", *(f"gain_h_{kind}p95" for kind, _ in drawn)]].max(axis=1)
    pairs = helps[["gain_h", "n1_gain_h"]].itertuples(index=False)
    _noted(hours, larger, [" / ".join("–" if isnan(value) else f"{value:.2f}" for value in pair) for pair in pairs])
    known = helps["cost_eur_m"].fillna(0)
    cost.barh(rows, known, 0.6, color=INK)
    _noted(cost, known, [f"{value:,.0f}" if value else "not known" for value in known])
    return figure


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
    figure, room = sheet(title or "Arrival", subtitle, footnote, size=(WIDTH, 330))
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
        ends.append((float(part["vehicles_arrived"].iloc[-1]), words, look))
    most = max((end[0] for end in ends), default=1) or 1
    ax.set(xlim=(0, last), ylim=(0, 1.05 * most), xlabel="day", ylabel="vehicles arrived, in all")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    _quiet(ax)
    _end_labels(figure, ax, ends)
    return figure


def _bars(
    names: Sequence[str],
    panels: Mapping[str, float],
    key: Iterable[tuple[str, str]],
    title: str,
    subtitle: str,
    footnote: str,
) -> tuple[Figure, list[Axes]]:
    """Return a figure with named rows, the first on top, and panels of bars: their headings and shares of the width."""
    figure, (left, bottom, wide, high) = sheet(
        title, subtitle, footnote, size=(WIDTH, _TOP + max(len(names), 1) * _ROW + _SCALE)
    )
    found, at, room = [], left + _NAME, wide - _NAME - _GAP * (len(panels) - 1)
    _key(blank_axes(figure, [left + _NAME, bottom + high - 14, wide - _NAME, 14]), key)
    high -= _TOP
    for heading, share in panels.items():
        ax = axes(figure, [at, bottom + _SCALE, room * share, high - _SCALE])
        ax.set(ylim=(max(len(names), 1) - 0.5, -0.5), yticks=[])
        ax.xaxis.set_major_locator(MaxNLocator(max(2, int(room * share / 70)), integer=share < 0.5))  # noqa: PLR2004
        ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
        _quiet(ax)
        write(figure, (at / WIDTH, (bottom + high + 5) / (figure.get_figheight() * 72)), heading, bold=True)
        found.append(ax)
        at += room * share + _GAP
    column = blank_axes(figure, [left, bottom + _SCALE, _NAME - 6, high - _SCALE])
    for i, name in enumerate(names):
        middle = (high - _SCALE) * (1 - (i + 0.5) / len(names))
        lines = wrapped(name, TEXT, _NAME - 8)
        size = TEXT if len(lines) == 1 else SMALL
        lines = wrapped(name, size, _NAME - 8, most=2)
        for j, line in enumerate(lines):
            y = middle + (len(lines) / 2 - j) * size * 1.15 - 0.82 * size
            write(column, (_NAME - 6, y), line, size, ha="right")
    if not names:
        write(column, (0, (high - _SCALE) / 2), "nothing to show")
    return figure, found


def _noted(ax: Axes, values: Iterable[float], notes: Iterable[str]) -> None:
    """Write a note at the end of each bar, and make the scale long enough for all of them."""
    pairs = list(zip(values, notes, strict=True))
    room = ax.get_position().width * WIDTH
    most = max((value * room / (room - 6 - width(note, SMALL)) for value, note in pairs), default=0) or 1
    ax.set_xlim(0, most)
    for row, (value, note) in enumerate(pairs):
        write(ax, (value + 4 * most / room, row), note, SMALL, va="center_baseline")


def _key(ax: Axes, key: Iterable[tuple[str, str]]) -> None:
    """Draw what the colours mean, in one line."""
    at = 0.0
    for colour, text in key:
        ax.barh(6, 12, 7, at, color=colour, edgecolor=INK, linewidth=0.4)
        write(ax, (at + 16, 3.2), text)
        at += 16 + width(text) + 14


def _quiet(ax: Axes) -> None:
    """Leave of the axes what one needs to read values."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set(color=GREY, linewidth=0.6)
    ax.tick_params(labelsize=SMALL, labelcolor=INK, color=GREY, length=2.5)
    for label in (ax.xaxis.label, ax.yaxis.label):
        label.set(fontsize=TEXT, color=INK)


def _end_labels(figure: Figure, ax: Axes, ends: Iterable[tuple[float, list[str], dict[str, Any]]]) -> None:
    """Name curves at their right end, none on top of another."""
    box, tall = ax.get_position(), figure.get_figheight() * 72
    beside = blank_axes(figure, [box.x1 * WIDTH + 6, box.y0 * tall, _NAME - 6, box.height * tall])
    ceiling = box.height * tall
    for value, lines, look in sorted(ends, key=itemgetter(0), reverse=True):
        top = min(ceiling, value / ax.get_ylim()[1] * box.height * tall + len(lines) * TEXT * 0.6)
        beside.plot([0, 16], [top - 0.8 * TEXT] * 2, **look)
        for i, line in enumerate(lines):
            write(beside, (21, top - (i + 1) * TEXT * 1.2 + 2), line)
        ceiling = top - len(lines) * TEXT * 1.2 - 4
