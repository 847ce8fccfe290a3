"""Sets of projects in the front of cost, gain and harm: a dot for each project, and bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from mobility.present import style
from mobility.present.phrases import data_words, profile_words
from mobility.present.print.charts import quiet
from mobility.present.print.sheet import GREY, INK, SMALL, TEXT, WIDTH, axes, blank_axes, house_style, sheet, write
from mobility.vocabulary import split

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from mobility.present.finding import Finding

_ROW, _DOT, _SCALE, _GAP, _TOP = 15.0, 15.0, 24.0, 26.0, 20.0  # pt: a set, a project, the scale, a gap, headings
_MOST = 26  # sets
_FAINT = "#DADADA"


@house_style()
def front_chart(finding: Finding) -> Figure:
    """Return the sets of `findings.pareto` that a person reads as rows, by cost: what they hold, cost, gain and harm.

    With draws in how many of them each is in the front; of the robust ones the dots are filled with colour.
    """
    rows = finding.rows.sort_values("cost_eur_m", kind="stable").head(_MOST)
    keys, footnote = finding.summary["projects"], data_words(finding.network)
    if len(finding.rows) > len(rows):
        footnote = f"{len(finding.rows) - len(rows)} dearer sets are not drawn. {footnote}"
    called = finding.network.projects.set_index("id")["name"]
    letters = [chr(ord("A") + i) for i in range(len(keys))]
    subtitle = "; ".join(f"{letter}  {called.get(key, key)}" for letter, key in zip(letters, keys, strict=True))
    drawn = "front_share" in rows
    subtitle += "; coloured dots: robust, in the front in more than half of the draws" * drawn
    footnote = f"Hours lost: against nothing built and nothing closed, less what is gained; mean of pairs. {footnote}"
    panels = [("cost_eur_m", "cost, million EUR", INK), ("gain_h", "hours gained, mean of pairs", style.ROUTE_COLOUR)]
    panels += [("harm_h", "hours lost to the worst " + _closures(finding), "#B5B5B5")]
    panels += [("front_share", "in the front, share of draws", "#2F6FA8")] * drawn
    high = _TOP + len(rows) * _ROW + _SCALE
    figure, (left, bottom, wide, _) = sheet(
        finding.title, f"{subtitle}. {profile_words(finding.network)}", footnote, size=(WIDTH, high)
    )
    own = len(keys) * _DOT
    dots = blank_axes(figure, [left, bottom + _SCALE, own, high - _SCALE])
    tall = high - _SCALE - _TOP
    for i, letter in enumerate(letters):
        write(dots, ((i + 0.5) * _DOT, tall + 5), letter, TEXT, ha="center", bold=True)
    for row, record in enumerate(rows.to_dict("records")):
        at_row = tall - (row + 0.5) * _ROW
        for i, key in enumerate(keys):
            built = key in split(record["projects"])
            colour = style.ROUTE_COLOUR if record.get("robust") else INK
            dots.plot(
                [(i + 0.5) * _DOT], [at_row], "o", markersize=7.5 if built else 4,
                color=colour if built else _FAINT, markeredgecolor=INK if built else _FAINT, markeredgewidth=0.6,
            )  # fmt: skip
    room = (wide - own - _GAP * len(panels)) / len(panels)
    at, tops = left + own + _GAP, figure.get_figheight() * 72
    y = np.arange(len(rows))
    for column, heading, colour in panels:
        ax = axes(figure, [at, bottom + _SCALE, room, tall])
        values = rows[column].astype(float)
        ax.barh(y, values.fillna(0), 0.62, color=colour, edgecolor=INK, linewidth=0.4)
        ax.set(ylim=(max(len(rows), 1) - 0.5, -0.5), yticks=[])
        low, top = min(values.min(), 0.0), max(values.max(), 0.0)
        span = (top - low) or 1
        ax.set_xlim(low - 0.28 * span * (low < 0), top + 0.28 * span)
        ax.xaxis.set_major_locator(MaxNLocator(4))
        ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
        quiet(ax)
        if low < 0:
            ax.axvline(0, color=GREY, linewidth=0.6)
            ax.spines["left"].set_visible(False)
        offs = rows["pairs_cut_off"] if column == "harm_h" else [0] * len(rows)
        for i, (value, off) in enumerate(zip(values, offs, strict=True)):
            text = {"cost_eur_m": f"{value:,.0f}", "front_share": f"{100 * value:.0f} %"}.get(column, f"{value:.2f}")
            text += f", {off} cut off" if off else ""
            shift, side = (0.03 * span, "left") if value >= 0 else (-0.03 * span, "right")
            write(ax, (value + shift, i), text, SMALL, va="center_baseline", ha=side)
        write(figure, (at / WIDTH, (bottom + _SCALE + tall + 5) / tops), heading, bold=True)
        at += room + _GAP
    return figure


def _closures(finding: Finding) -> str:
    k = finding.summary["k"]
    return "closure" if k == 1 else f"{k} closures"
