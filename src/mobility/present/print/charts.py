"""Findings as bars for print: the ranking of losses, and what projects gain."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from mobility.model.names import some
from mobility.present import style
from mobility.present.phrases import data_words, profile_words
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
    width,
    wrapped,
    write,
)
from mobility.vocabulary import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from mobility.present.finding import Finding

_ROW, _NAME, _SCALE, _GAP = 18.0, 190.0, 24.0, 22.0  # pt: a row, its name, the scale below, between two panels
_TOP = 34.0  # pt above the bars for the key and the headings
_ARRIVAL, _SECOND = "#2F6FA8", "#B5B5B5"  # of three bars
_MOST = 20  # rows


@house_style()
def bottleneck_chart(finding: Finding) -> Figure:
    """Return the worst losses of `findings.bottlenecks` as bars: hours lost by all pairs, and the pairs cut off.

    Of the rows that a person reads those are drawn that harm some pair; the footnote says how many do not.
    """
    rows, footnote = finding.rows, data_words(finding.network)
    harm = rows[(rows["pairs_delayed"] > 0) | rows["sole_link"]]
    harm, merged = _ties(harm)
    if merged:
        footnote = f"{merged} losses that cost the same as one shown stand in its row. {footnote}"
    if len(harm) + merged < len(rows):
        footnote = f"{len(rows) - len(harm) - merged} more of the first {len(rows)} cost no pair any time. {footnote}"
    if "country" in harm and "XK" in set(harm["country"]):
        footnote = f"{style.KOSOVO_NOTE} {footnote}"
    names = [f"{name} ({mode})" if mode else name for name, mode in zip(harm["name"], harm["mode"], strict=True)]
    groups = [style.group_of(cell) for cell in harm["corridors"]]
    key = [(colour, style.GROUP_NAMES[g]) for g, colour in style.GROUP_COLOURS.items() if g in groups]
    panels = {"hours lost by all delayed pairs together": 0.72, "pairs cut off": 0.28}
    if not harm["sole_link"].any():
        panels = {"hours lost by all delayed pairs together; no pair is cut off": 1.0}
    key = key if harm["corridors"].any() else []
    figure, (hours, *cut) = _bars(names, panels, key, finding.title, profile_words(finding.network), footnote)
    at = np.arange(len(harm))
    hours.barh(at, harm["total_delay_h"], 0.6, color=[style.GROUP_COLOURS[group] for group in groups])
    left = zip(harm["pairs_using"] - harm["pairs_cut_off"], harm["mean_delay_h"], harm["worst_delay_h"], strict=True)
    notes = [f"{n} pairs × {mean:.1f} h, at most {most:.1f} h" if n else "" for n, mean, most in left]
    _noted(hours, harm["total_delay_h"], notes)
    for ax in cut:
        ax.barh(at, harm["pairs_cut_off"], 0.6, color=INK)
        _noted(ax, harm["pairs_cut_off"], [f"{n:,}" for n in harm["pairs_cut_off"]])
    return figure


@house_style()
def protection_chart(finding: Finding) -> Figure:
    """Return what the worst closures do in each row of `findings.protect` as bars: hours lost, and pairs cut off.

    Lines show where the truth lies of rows that are not proven.
    """
    table = finding.table
    several = len(set(table["k"])) > 1
    names = [
        f"{f} protected{f', {k} closed' * several}{f': {some(split(what), 2)}' if what else ''}"
        for f, k, what in zip(table["f"], table["k"], table["protected_names"], strict=True)
    ]
    names = [n if sure else f"{n} (not proven)" for n, sure in zip(names, table["optimal"], strict=True)]
    own = {"off": "pairs_cut_off", "h": "delta_h", "offs": "pairs_cut_off", "hs": "h"}
    lost, cut_off = "hours lost by the pairs still connected", "pairs cut off"
    none = "hours lost by all pairs; no pair is cut off"
    if lasting := "lost_pair_hour_days" in table:
        own = dict.fromkeys(("off", "offs"), "cut_off_pair_days") | dict.fromkeys(("h", "hs"), "lost_pair_hour_days")
        lost, cut_off = "hours lost until all is repaired, every pair once a day", "pair-days cut off"
        none = f"{lost}; no pair is cut off"
    offs = table[own["off"]]
    panels = {lost: 0.72, cut_off: 0.28} if offs.any() else {none: 1.0}
    subtitle = " ".join([profile_words(finding.network), *finding.sentences[-1 - lasting :]])
    figure, (hours, *cut) = _bars(names, panels, [], finding.title, subtitle, data_words(finding.network))
    at = np.arange(len(table))
    hours.barh(at, table[own["h"]], 0.6, color=style.ROUTE_COLOUR, edgecolor=INK, linewidth=0.5)
    alike = table[f"least_{own['offs']}"] == table[f"most_{own['offs']}"]
    least, most = table[f"least_{own['hs']}"], table[f"most_{own['hs']}"]
    open_ = np.flatnonzero(alike & ~table["optimal"].astype(bool))
    hours.hlines(open_, least.iloc[open_], most.iloc[open_], color=INK, linewidth=2.6)
    larger = np.where(alike, np.maximum(table[own["h"]], most), table[own["h"]])
    _noted(hours, larger, [f"{h:,.{0 if lasting else 1}f} h" for h in table[own["h"]]])
    for ax in cut:
        ax.barh(at, offs, 0.6, color=INK)
        _noted(ax, offs, [f"{n:,.0f}" for n in offs])
    return figure


@house_style()
def gains_chart(finding: Finding) -> Figure:
    """Return what each project of `findings.redundancy` gains as bars: hours off the mean best time, and N-1 time.

    The first 20 rows are drawn, a gain of nothing too; lines show where 90 % of the draws lie, if there are any.
    """
    table = finding.table
    rows = table.head(_MOST)
    drawn = [(kind, wide) for kind, wide in (("common_", 1.0), ("", 2.6)) if f"gain_h_{kind}p5" in rows]
    bars = ((-0.26, "gain_h", style.ROUTE_COLOUR), (0, "arrival_gain_h", _ARRIVAL), (0.26, "n1_gain_h", _SECOND))
    key = [(style.ROUTE_COLOUR, "under way"), (_ARRIVAL, "to arrival")]
    key += [(_SECOND, "with the worst single link lost")]
    key += [(INK, "90 % of the draws (thin: common factors)")] * bool(drawn)
    priced = bool(rows["cost_eur_m"].notna().any())
    panels = {"hours off the mean time of the pairs": 0.72, "cost, million EUR": 0.28}
    panels = panels if priced else {"hours off the mean time of the pairs; no cost is known": 1.0}
    subtitle = " ".join([profile_words(finding.network), *finding.sentences[1:]])
    footnote = data_words(finding.network)
    if len(table) > len(rows):
        footnote = f"{len(table) - len(rows)} more projects gain no more than the last row. {footnote}"
    figure, (hours, *cost) = _bars(list(rows["name"]), panels, key, finding.title, subtitle, footnote)
    at = np.arange(len(rows))
    for shift, column, colour in bars:
        hours.barh(at + shift, rows[column].fillna(0), 0.25, color=colour, edgecolor=INK, linewidth=0.5)
    for kind, wide in drawn:
        hours.hlines(at - 0.26, rows[f"gain_h_{kind}p5"], rows[f"gain_h_{kind}p95"], color=INK, linewidth=wide)
    gains = [column for _, column, _ in bars]
    larger = rows[[*gains, *(f"gain_h_{kind}p95" for kind, _ in drawn)]].max(axis=1).fillna(0)
    pairs = rows[gains].itertuples(index=False)
    _noted(hours, larger, [" / ".join("–" if isnan(value) else f"{value:.2f}" for value in pair) for pair in pairs])
    known = rows["cost_eur_m"].fillna(0)
    for ax in cost if priced else ():
        ax.barh(at, known, 0.6, color=INK)
        _noted(ax, known, [f"{value:,.0f}" if value else "not known" for value in known])
    return figure


def _ties(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return rows of which those that cost exactly the same are one, and how many it took in."""
    same = ["mode", "pairs_using", "pairs_delayed", "pairs_cut_off", "total_delay_h", "worst_delay_h"]
    keys = pd.Series([repr(row) for row in rows[same].round(6).to_numpy().tolist()], index=rows.index, dtype=object)
    first = rows[~keys.duplicated()].copy()
    names = [rows.loc[keys == key, "name"].tolist() for key in keys[~keys.duplicated()]]
    first["name"] = [some(group, 2) for group in names]
    return first, len(rows) - len(first)


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
        quiet(ax)
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


def quiet(ax: Axes) -> None:
    """Leave of the axes what one needs to read values."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set(color=GREY, linewidth=0.6)
    ax.tick_params(labelsize=SMALL, labelcolor=INK, color=GREY, length=2.5)
    for label in (ax.xaxis.label, ax.yaxis.label):
        label.set(fontsize=TEXT, color=INK)
