"""Plans of movement for print: the movement graph (distance over time) and bars over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import MultipleLocator

from mobility.present import style
from mobility.present.phrases import data_words, profile_words
from mobility.present.print.charts import quiet
from mobility.present.print.sheet import GREY, TEXT, WIDTH, axes, blank_axes, cut, house_style, sheet, write

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from mobility.present.finding import Finding

_NAME, _SCALE, _HIGH, _ROW, _LEAST, _PANEL, _HEAD = 150.0, 24.0, 360.0, 3.0, 16.0, 110.0, 22.0  # pt
_COLOURS = {"road": "#B5452C", "rail": "#2F5D8A", "sea": "#3D8C84"}
_STANDS = "#B8B8B8"  # landing, changes of mode, borders


@house_style()
def movement_graph(finding: Finding, lines: Mapping[str, list[list[tuple[float, float]]]]) -> Figure:
    """Return the movement graph: the km of each column from where it set out, over the hours after the start.

    Parameters
    ----------
    finding
        Of `findings.schedule`.
    lines
        Per force the paths of its columns: (hours after the start, km).
    """
    each = max(_HIGH / max(len(lines), 1), _PANEL)  # a force a panel: over each other they hide each other
    figure, (left, bottom, wide, high) = _sheet(finding, each * max(len(lines), 1))
    colours = [*style.GROUP_COLOURS.values()]
    each = (high - _SCALE) / max(len(lines), 1)
    for i, (force, paths) in enumerate(lines.items()):
        at = bottom + _SCALE + (len(lines) - 1 - i) * each
        ax = _over_days(axes(figure, [left + 44, at, wide - 44, each - _HEAD]), finding, last=i + 1 == len(lines))
        for path in paths:
            hours, km = zip(*path, strict=True)
            ax.plot([h / 24 for h in hours], km, color=colours[i % len(colours)], linewidth=0.9)
        ax.set_ylim(bottom=0)
        heading = f"{force}: km from where it set out"
        tall = figure.get_figheight() * 72
        write(figure, ((left + 44) / WIDTH, (at + each - _HEAD + 4) / tall), cut(heading, TEXT, wide - 60), bold=True)
    return figure


@house_style()
def gantt_chart(finding: Finding, bars: Mapping[str, list[list[tuple[str, float, float]]]]) -> Figure:
    """Return what each column does over time, a line a column: by road, by rail, by sea, or landing and changing.

    Parameters
    ----------
    finding
        Of `findings.schedule`.
    bars
        Per force what its columns do: mode, begin and end in hours after the start.
    """
    room = {force: max(len(columns) * _ROW, _LEAST) for force, columns in bars.items()}
    figure, (left, bottom, wide, high) = _sheet(finding, sum(room.values()) + 4 * len(room))
    rest = [left + 76, bottom + _SCALE, wide - 76 - _NAME, high - _SCALE - 6]
    ax = _over_days(axes(figure, rest), finding)
    top, ticks = 0.0, []
    for force, columns in bars.items():
        ticks.append((top + room[force] / 2, force))
        for i, column in enumerate(columns):
            for mode, begin, end in column:
                colour = _COLOURS.get(mode, _STANDS)
                ax.barh(
                    top + (i + 0.5) * _ROW, (end - begin) / 24, 0.8 * _ROW, left=begin / 24, color=colour, linewidth=0
                )
        top += room[force] + 4
        ax.axhline(top - 2, color=_STANDS, linewidth=0.4)
    ax.set_ylim(top, 0)
    ax.set_yticks([at for at, _ in ticks], [cut(name, TEXT, 70) for _, name in ticks], fontsize=TEXT)
    there = {mode for columns in bars.values() for column in columns for mode, _, _ in column}
    key = [(colour, f"by {mode}") for mode, colour in _COLOURS.items() if mode in there]
    _beside(figure, ax, [*key, (_STANDS, "landing, changing, border")])
    return figure


def _sheet(finding: Finding, high: float) -> tuple[Figure, list[float]]:
    """Return a sheet for a plan, and the room on it: left, bottom, width and height in points."""
    footnote = f"{profile_words(finding.network)} {data_words(finding.network)}"
    size = (WIDTH, max(high, 120) + _SCALE)
    return sheet(finding.title, " ".join(finding.sentences[1:]), footnote, size=size)


def _over_days(ax: Axes, finding: Finding, *, last: bool = True) -> Axes:
    """Give axes the days of the plan as their scale; the last has its name."""
    ax.xaxis.set_major_locator(MultipleLocator(1))
    if last:
        ax.set_xlabel(f"days after {finding.summary['start'].replace('T', ' ')}", fontsize=TEXT)
    else:
        ax.tick_params(labelbottom=False)
    quiet(ax)
    ax.grid(axis="x", color=_STANDS, linewidth=0.3)
    ax.set_xlim(0, max(finding.summary["complete_h"] / 24, 0.1) * 1.01)
    return ax


def _beside(figure: Figure, ax: Axes, names: list[tuple[str, str]]) -> None:
    """Write the key beside the axes."""
    box, tall = ax.get_position(), figure.get_figheight() * 72
    beside = blank_axes(figure, [box.x1 * WIDTH + 6, box.y0 * tall, _NAME - 6, box.height * tall])
    for i, (colour, name) in enumerate(names):
        at = box.height * tall - (i + 1) * TEXT * 1.6
        if at < 0:
            break
        beside.plot([0, 16], [at + 3] * 2, color=colour, linewidth=2.2)
        write(beside, (21, at), cut(name, TEXT, _NAME - 30), color=GREY)
