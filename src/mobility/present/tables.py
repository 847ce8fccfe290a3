"""Results as text: table, md, csv, json and geojson, all from the same rows."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from typing import TYPE_CHECKING, Any
from unicodedata import combining, east_asian_width

import numpy as np
import pandas as pd

from mobility.present.language import number, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# Short headings for people; a column not listed is headed by its own name.
HEADINGS = {
    "length_km": "km",
    "time_h": "hours",
    "driving_h": "moving h",
    "cumulative_h": "total h",
    "arrival_h": "arrival h",
    "mean_time_h": "mean h",
    "mean_arrival_h": "mean arrival",
    "mean_time_h_before": "h before",
    "mean_time_h_after": "h after",
    "mean_arrival_h_before": "arrival before",
    "mean_arrival_h_after": "arrival after",
    "most_gain_h": "largest gain h",
    "most_n1_gain_h": "N-1 gain h",
    "arrival_h_before": "arrival before",
    "arrival_h_after": "arrival after",
    "transfers": "changes",
    "disjoint_routes": "disjoint",
    "reason": "not used because",
    "length_confidence": "length",
    "target_year": "year",
    "cost_eur_m": "EUR m",
    "hours_per_day": "h/day",
    "gross_t": "t",
    "axle_t": "t/axle",
    "rail_kmh": "rail km/h",
    "speed_kmh.motorway": "motorway km/h",
    "time_h_before": "h before",
    "time_h_after": "h after",
    "delta_h": "+h",
    "length_km_before": "km before",
    "length_km_after": "km after",
    "state_after": "after",
    "number": "no.",
    "pairs_slower": "slower",
    "pairs_faster": "faster",
    "newly_connected": "connected",
    "mean_delta_h": "mean +h",
    "worst_delta_h": "worst +h",
    "worst_from": "from",
    "worst_to": "to",
    "protected_names": "protected",
    "attacked_names": "attacked",
    "pairs_using": "pairs",
    "pairs_delayed": "delayed",
    "pairs_cut_off": "cut off",
    "pairs_lost_end": "lose an end",
    "mean_delay_h": "mean +h",
    "worst_delay_h": "worst +h",
    "sole_link": "sole",
    "in_min_cut": "min-cut",
    "in_min_cut_share": "in min-cut",
    "single_track_km": "single track km",
    "not_electrified_km": "no wire km",
    "max_axle_t": "axle t",
    "max_gross_t": "gross t",
    "max_gradient_permille": "‰",
    "arrival_gain_h": "arrival h",
    "n1_gain_h": "N-1 gain h",
    "worst_n1_gain_h": "worst N-1",
    "disjoint_gain": "disjoint",
    "capacity_gain_vehicles_day": "vehicles/day",
    "pairs_connected_gain": "connected",
    "gain_h_per_bn": "h per EUR bn",
    "harm_h": "harm h",
    "front_share": "in front",
    "front_common_share": "com. in front",
    "ways_share": "in front under",
    "same_route_share": "same route",
    "slower_share": "slower",
    "best3_share": "in best 3",
    "best3_common_share": "com. best 3",
    "total_delay_h": "total +h",
    "pairs_connected": "connected",
    "lost_pair_hours": "hours lost",
    "cut_off_pair_days": "days cut off",
    "lost_pair_hour_days": "hours lost in all",
    "back_day": "back on day",
    "repaired_names": "attacked, as repaired",
    "bridge_set": "set",
    "worst10_share": "in worst 10",
    "worst10_common_share": "com. worst 10",
    "connected_share": "connected",
    "delayed_share": "slower",
    "time_h_mean": "mean hours",
    "tolerance_h": "may change h",
    "mean_delta_h_from": "mean +h there",
    "mean_delta_h_to": "mean +h at its end",
    "slower_from": "slower",
    "slower_to": "slower at its end",
    "faster_from": "faster",
    "faster_to": "faster at its end",
    "crossing_h": "borders h",
    "transfer_h": "changes h",
    "nearest_h": "gives way after h",
    "first_h": "first h",
    "whole_h": "whole h",
    "within_h": "within h",
    "arrives_within_h": "arrives within h",
    "value_from": "from",
    "value_to": "to",
    "time_h_from": "h there",
    "time_h_to": "h at its end",
    "speed_then_kmh": "then km/h",
    "time_then_h": "then h",
}
# Decimals by the end of a column's name, the first that fits; else two.
_DIGITS = {
    "gain_h": 2,
    "harm_h": 2,
    "tolerance_h": 3,
    "_h": 1,
    "old_km": 1,
    "new_km": 1,
    "off_km": 1,
    "_km": 0,
    "_kmh": 0,
    "_t": 1,
    "_day": 0,
    "back_day": 0,
    "pair_hour_days": 0,
    "day": 1,
    "days": 1,
    "pair_hours": 1,
    "_permille": 0,
    "connected_gain": 0,
    "rank": 0,
    "probability": 4,
    "_mean": 1,
}

# What stands before a formula in a spreadsheet (full-width forms too), what is no formula all the same, and letters
# that steer a terminal or turn the direction of a line: C0, C1, marks of direction and of order.
_FORMULA = set("=+-@＝＋－＠")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_SPACES = set("\t\n\r")  # between words: a space stands for each
_BESIDE = 2  # columns by which one of a table is wider than its heading
_LIST = 44  # width kept for names in rows that are shown as they come


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as plain values: unknown is None, whole numbers are int, no geometry."""
    return list(_each_row(frame))


def _each_row(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    columns = {name: _plain_column(cells) for name, cells in frame.items() if name != "geometry"}
    if not columns:
        return iter([{} for _ in range(len(frame))])
    return (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))


def _plain_column(cells: pd.Series) -> list[Any]:
    """Return a column as plain values: at once where all its cells are of one kind."""
    kind = cells.dtype.kind if isinstance(cells.dtype, np.dtype) else ""
    if not (kind and kind in "biuf") and not isinstance(cells.dtype, pd.StringDtype):
        return [_plain(value) for value in cells]
    values = np.array(cells, dtype=object)
    values[~np.isfinite(cells.to_numpy()) if kind else cells.isna()] = None
    plain: list[Any] = values.tolist()
    return plain


def write(
    fmt: str, frame: pd.DataFrame, about: Mapping[str, Any], columns: Sequence[str], *, safe: bool = False
) -> str:
    """Return a result as text.

    Parameters
    ----------
    fmt
        One of `FORMATS`.
    frame
        The rows; a geometry column is used by geojson only.
    about
        What the JSON object says beside its rows: command, scenario, network, summary.
    columns
        Columns of the table and md formats; csv and json have all.
    safe
        In csv, nothing that a spreadsheet takes for a formula, and nothing that steers a terminal (`harmless`).
    """
    head = _clean(dict(about))
    if fmt == "json":
        return _json(head, frame)
    if fmt == "csv":
        return _csv(frame, safe=safe)
    if fmt == "geojson":
        rows = rows_of(frame)
        shapes = frame.geometry if "geometry" in frame.columns else [None] * len(rows)
        features = [
            {
                "type": "Feature",
                "properties": row,
                "geometry": None if shape is None or shape.is_empty else shape.__geo_interface__,
            }
            for row, shape in zip(rows, shapes, strict=True)
        ]
        whole = {"type": "FeatureCollection", "mobility": head, "features": features}
        return json.dumps(whole, ensure_ascii=False, allow_nan=False) + "\n"
    return _text(frame, columns, md=fmt == "md")


def _json(head: dict[str, Any], frame: pd.DataFrame) -> str:
    """Return an object with its rows as `json.dumps` writes it with `indent=1`: that does not do so in C."""
    inside = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",\n   ", ": "))
    lines = []
    for row in _each_row(frame):
        if not row or any(isinstance(value, dict | list | tuple) for value in row.values()):  # has lines of its own
            whole = {**head, "rows": rows_of(frame)}
            return json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
        lines.append(f"\n  {{\n   {inside.encode(row)[1:-1]}\n  }}")
    around = json.dumps({**head, "rows": []}, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    return around.removesuffix("]\n}\n") + ",".join(lines) + "\n ]\n}\n" if lines else around


def _csv(frame: pd.DataFrame, *, safe: bool) -> str:
    columns = {
        name: _csv_column(_plain_column(cells), safe=safe) for name, cells in frame.items() if name != "geometry"
    }
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True) if columns else [()] * len(frame))
    return out.getvalue()


def _csv_column(values: list[Any], *, safe: bool) -> list[Any]:
    """Return a column as it is written: truth as in JSON, but nothing for unknown."""
    kinds = {*map(type, values)}
    if bool in kinds:
        values = [{True: "true", False: "false"}[v] if isinstance(v, bool) else v for v in values]
    return [harmless(v) for v in values] if safe and str in kinds else values


def streamed(fmt: str, frame: pd.DataFrame, columns: Sequence[str], *, first: bool, safe: bool = False) -> str:
    """Return rows of a result that is shown as it comes, csv or table, below headings if they are the first."""
    if fmt == "csv":
        text = write("csv", frame, {}, columns, safe=safe)
        return text if first else text.split("\n", 1)[1]
    headings, rows, right = cells(frame, columns)
    # Hours and lists of names of which nobody knows yet how long they grow; after the last column nothing follows.
    room = [6 if frame[c].dtype == float else _LIST * (frame[c].dtype not in (int, bool)) for c in columns[:-1]] + [0]
    wide = [max(_width(heading) + _BESIDE, least) for heading, least in zip(headings, room, strict=True)]
    lines = [*([headings, ["-" * w for w in wide]] if first else []), *rows]
    shown = ("  ".join(_padded(*of) for of in zip(line, wide, right, strict=True)) for line in lines)
    return "".join(f"{line.rstrip()}\n" for line in shown)


def cells(frame: pd.DataFrame, columns: Sequence[str]) -> tuple[list[str], list[list[str]], list[bool]]:
    """Return headings, rows of text as people read them, and which columns hold numbers."""
    rows = rows_of(frame)
    right = [all(_number(row.get(name)) for row in rows) and bool(rows) for name in columns]
    headings = [heading(name) for name in columns]
    return headings, [[_cell(name, row.get(name)) for name in columns] for row in rows], right


def harmless(value: Any) -> Any:  # noqa: ANN401 - a cell
    """Return a cell that no spreadsheet takes for a formula, without control characters and marks of direction."""
    if not isinstance(value, str):
        return value
    text = "".join(" " if c in _SPACES else c for c in value if c in _SPACES or not _STEERING.match(c))
    formula = value[:1] in {"\t", "\r"} or text.lstrip()[:1] in _FORMULA
    return f"'{text}" if formula and not _NUMBER.fullmatch(text) else text


def markdown(text: str) -> str:
    """Return text that Markdown shows as it is: no markup, no attributes, no HTML, whichever program reads it."""
    # Not every program knows a backslash before these three; entities they all know.
    html = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
    return "".join(f"\\{c}" if c in "\\`*_{}[]#|$~^" else html.get(c, c) for c in text)


def _text(frame: pd.DataFrame, columns: Sequence[str], *, md: bool) -> str:
    headings, rows, right = cells(frame, columns)
    lines = [[markdown(cell) if md else cell for cell in line] for line in (headings, *rows)]
    lines[1:] = [[cell.strip() for cell in line] for line in lines[1:]]
    least = [_width(heading) + _BESIDE for heading in lines[0]]
    wide = [max(of) for of in zip(least, *([_width(cell) for cell in line] for line in lines), strict=True)]
    rule = ["-" * (width + 2 * md) for width in wide]  # in Markdown from bar to bar
    shown = ([_padded(*of) for of in zip(line, wide, right, strict=True)] for line in lines)
    texts = [f"| {' | '.join(line)} |" if md else "  ".join(line).rstrip() for line in shown]
    texts.insert(1, f"|{'|'.join(rule)}|" if md else "  ".join(rule))
    return "\n".join(texts) + "\n"


def _padded(cell: str, wide: int, right: bool) -> str:
    gap = " " * (wide - _width(cell))
    return gap + cell if right else cell + gap


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes: none for marks on a letter, two for a wide one."""
    if text.isascii():
        return len(text)
    return sum(1 + (east_asian_width(c) in "WF") for c in text if not combining(c))


def heading(name: str) -> str:
    """Return what heads a column; a quantile of draws is headed "5 %", with common factors "com. 5 %"."""
    value, percent = _drawn(name)
    if not percent:
        return say(HEADINGS.get(name, name.replace("_", " ")))
    short = value.removesuffix("_common")
    return f"{heading(short)} {'com. ' * (short != value)}{percent} %"


def _drawn(name: str) -> tuple[str, str]:
    """Split the name of a quantile, as time_h_p5, into the name of the value and the percentage ("" if it is none)."""
    value, _, percent = name.rpartition("_p")
    return (value, percent) if percent.isdigit() else (name, "")


def _number(value: Any) -> bool:  # noqa: ANN401
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _cell(name: str, value: Any) -> str:  # noqa: ANN401
    if value is None:
        return ""
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if isinstance(value, float):
        unit = _drawn(name)[0].removesuffix("_before").removesuffix("_after").removesuffix("_common")
        digits = next((d for end, d in _DIGITS.items() if unit.endswith(end)), 2)
        return number(value, f".{digits}f")
    # One cell stays one line, and nothing in it can steer a terminal.
    return "".join(c if c.isprintable() else " " for c in say(str(value))).replace("; ", ";").replace(";", ", ")


def _plain(value: Any) -> Any:  # noqa: ANN401
    if value is None or value is pd.NA:
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def _clean(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {str(k): _clean(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(v) for v in value]
    return _plain(value)
