"""What is met, falls short and is unknown of each requirement, as bars for print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import PercentFormatter

from mobility.present import style
from mobility.present.phrases import data_words, hedged
from mobility.present.print.charts import quiet
from mobility.present.print.sheet import (
    GREY,
    INK,
    SMALL,
    TEXT,
    WIDTH,
    axes,
    blank_axes,
    cut,
    house_style,
    sheet,
    width,
    write,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from mobility.present.finding import Finding

_ROW, _HEAD, _NAME, _NOTE, _KEY, _SCALE = 15.0, 17.0, 226.0, 196.0, 20.0, 22.0  # pt
_HATCH = "//////"
_UNKNOWN = "#FFFFFF"
# Columns of the totals, left to right: words of the key, colour, hatch.
_PARTS = {
    "meets_km": ("meets", style.GAINED_COLOUR, ""),
    "fails_km": ("falls short", style.LOST_COLOUR, ""),
    "estimated_km": ("unknown: an estimate only", "#E4DFD3", _HATCH),
    "nothing_km": ("unknown: nothing stated", _UNKNOWN, _HATCH),
}
_ACTS = {"eu-2021-1328": "Dual-use values: (EU) 2021/1328", "eu-2024-1679": "TEN-T: Regulation (EU) 2024/1679"}


@house_style()
def compliance_chart(finding: Finding, totals: pd.DataFrame) -> Figure:
    """Return the requirements that are judged as bars of their kilometres; what is unknown is hatched.

    Parameters
    ----------
    finding
        As `findings.hotspots` returns it.
    totals
        A row per requirement, as `mobility.hotspots` returns them by requirement.
    """
    rows = totals[totals["judged"] & (totals["asked_km"] > 0)]
    rows = rows.assign(nothing_km=rows["unknown_km"] - rows["estimated_km"])
    acts = [(act, part) for act, part in rows.groupby("source", sort=False)]
    tall = sum(_HEAD + _ROW * len(part) for _, part in acts) or _ROW
    high = _KEY + tall + _SCALE
    notes = " ".join([*finding.sentences[-1:], data_words(finding.network)])
    figure, (left, bottom, wide, _) = sheet(finding.title, finding.sentences[0], notes, size=(WIDTH, high))
    text = blank_axes(figure, [left, bottom, wide, high])
    bars = axes(figure, [left + _NAME, bottom + _SCALE, wide - _NAME - _NOTE, tall])
    bars.set(xlim=(0, 1), ylim=(0, tall), yticks=[])
    bars.xaxis.set_major_formatter(PercentFormatter(1, symbol=" %"))
    quiet(bars)
    _key(text, high - 12)
    top = high - _KEY
    for act, part in acts:
        write(text, (0, top - _HEAD + 4), _ACTS.get(act, act), bold=True)
        top -= _HEAD
        for row in part.to_dict("records"):
            _bar(text, bars, row, top - _ROW / 2)
            top -= _ROW
    if rows.empty:
        write(text, (0, _SCALE + 4), "nothing to show")
    return figure


def _bar(text: Axes, bars: Axes, row: dict[str, float | str], middle: float) -> None:
    """Draw one requirement: name and article, its bar, and the kilometres in words."""
    asked, at = float(row["asked_km"]), 0.0
    for column, (_, colour, hatch) in _PARTS.items():
        share = float(row[column]) / asked
        box = bars.barh(middle - _SCALE, share, _ROW * 0.66, at, color=colour, hatch=hatch, edgecolor=GREY, lw=0.4)
        box[0].set_hatch_linewidth(0.35)
        at += share
    y = middle - 0.35 * TEXT
    article = str(row["article"]).partition(";")[0].removeprefix("Annex, ")
    write(text, (_NAME - 8, y), article, SMALL - 0.5, color=GREY, ha="right")
    room = _NAME - 16 - width(article, SMALL - 0.5)
    write(text, (0, y), cut(f"{row['asks']} ({row['mode']})", TEXT, room), TEXT)
    said = [f"{float(row[column]):,.0f} km {word}" for column, word in (("meets_km", "meet"), ("fails_km", "short"))]
    unknown = hedged(float(row["unknown_share"]))
    write(text, (text.get_xlim()[1] - _NOTE + 8, y), f"{unknown} unknown; {', '.join(said)}", SMALL)


def _key(ax: Axes, y: float) -> None:
    """Draw what colours and hatching mean, in one line."""
    at = _NAME
    for words, colour, hatch in _PARTS.values():
        box = ax.barh(y + 3, 14, 7, at, color=colour, hatch=hatch, edgecolor=INK, lw=0.4)
        box[0].set_hatch_linewidth(0.35)
        write(ax, (at + 18, y), words)
        at += 18 + width(words) + 14
