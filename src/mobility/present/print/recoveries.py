"""What is lost over the days while repairs go on, as steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from mobility.present import style
from mobility.present.phrases import data_words, profile_words
from mobility.present.print.charts import quiet
from mobility.present.print.sheet import INK, SMALL, WIDTH, axes, house_style, sheet, write

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from mobility.present.finding import Finding

_ROW, _SCALE, _GAP, _PANEL, _NAME = 16.0, 28.0, 26.0, 120.0, 200.0  # pt: a repair, a scale, between panels, a panel
_HEADINGS = {
    "lost_vehicles_day": "vehicles a day lost",
    "pairs_cut_off": "pairs cut off",
    "lost_pair_hours": "hours lost in all by the pairs connected",
}


@house_style()
def recovery_chart(finding: Finding) -> Figure:
    """Return the loss over the days as steps, and below it each repair as a bar from its first day to its last."""
    table = finding.table
    kinds = [name for name in _HEADINGS if name in table and table[name].any()] or ["lost_pair_hours"]
    repairs = table.iloc[1:]
    below = len(repairs) * _ROW
    size = (WIDTH, len(kinds) * (_PANEL + _GAP) + below + _SCALE)
    subtitle = " ".join([*finding.sentences[2:4], profile_words(finding.network)])
    figure, (left, bottom, wide, _) = sheet(finding.title, subtitle, data_words(finding.network), size=size)
    last, tall = table["day"].iloc[-1], figure.get_figheight() * 72
    bars = axes(figure, [left + _NAME, bottom + _SCALE, wide - _NAME, below])
    for row, repair in enumerate(repairs.itertuples()):
        colour = style.ROUTE_COLOUR if repair.bridge_set else "#8C8C8C"
        bars.barh(row, repair.days, 0.6, repair.from_day, color=colour, edgecolor=INK, linewidth=0.4)
        y = (bottom + _SCALE + below - (row + 0.5) * _ROW - 3) / tall
        who = f"crew {repair.crew}{', bridge set' * bool(repair.bridge_set)}"
        write(figure, ((left + _NAME - 6) / WIDTH, y), f"{repair.name}, {who}", SMALL, ha="right")
    bars.set(xlim=(0, last), ylim=(len(repairs) - 0.5, -0.5), yticks=[], xlabel="day")
    quiet(bars)
    at = bottom + _SCALE + below + _GAP
    for kind in reversed(kinds):
        ax = axes(figure, [left + _NAME, at, wide - _NAME, _PANEL - _GAP])
        values = table[kind].astype(float)
        ax.step(table["day"], values, where="post", color=INK, linewidth=1.6)
        ax.fill_between(table["day"], values, step="post", color=style.ROUTE_COLOUR, alpha=0.35, linewidth=0)
        ax.set(xlim=(0, last), ylim=(0, 1.08 * (values.max() or 1)), xticklabels=[])
        ax.yaxis.set_major_locator(MaxNLocator(4, integer=kind != "lost_pair_hours"))
        ax.yaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
        quiet(ax)
        write(figure, ((left + _NAME) / WIDTH, (at + _PANEL - _GAP + 5) / tall), _HEADINGS[kind], bold=True)
        at += _PANEL + _GAP
    return figure
