"""The sheet a printed figure stands on: title, footnote, lettering, and its bytes, the same on every machine."""

from __future__ import annotations

import io
from bisect import bisect_right
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import matplotlib.style as mpl_style
import numpy as np
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.textpath import TextToPath
from PIL import Image

from mobility.errors import InputError
from mobility.present import style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes

SUFFIXES = (".png", ".svg", ".pdf")
WIDTH, HEIGHT, MARGIN = 756.0, 468.0, 9.0  # pt: with one line of title this is A4 landscape less its margins
TITLE, TEXT, SMALL = 13.0, 8.0, 6.5  # pt
INK, GREY = "#1A1A1A", "#595959"
_LEADING, _TITLE_LINES = 1.25, 4
_KEPT = (
    *style.GROUP_COLOURS.values(),
    *(style.ROUTE_COLOUR, style.ROUTE_CASING, style.BEFORE_COLOUR, style.WATER, style.LAND, style.BORDER, "#FFFFFF"),
)
_FONT = "DejaVu Sans"  # comes with matplotlib, so that a figure is the same everywhere
_DPI = 200
# Letters are outlines in SVG: names are placed by their width, which another font would not keep. PDF embeds the
# font, so there text can be searched and edited.
_RULES = {
    "font.family": _FONT,
    "lines.scale_dashes": False,
    "text.hinting": "none",  # letters as wide as `width` has them
    "svg.hashsalt": "mobility",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
}
_METADATA: dict[str, dict[str, str | None]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


@contextmanager
def house_style() -> Iterator[None]:
    """Draw and save with these rules, whatever the user's own matplotlib is set to; also a decorator."""
    with mpl_style.context(["default", _RULES]):
        yield


@house_style()
def picture(figure: Figure, suffix: str, *, svg_text: bool = False) -> bytes:
    """Return a figure as a file: .png, .svg or .pdf; raises InputError for another suffix.

    With `svg_text` the words of an .svg are text, which can be searched and read aloud, in the reader's font; else
    they are drawn, and look alike everywhere.
    """
    kind = suffix.casefold()
    if kind not in SUFFIXES:
        raise InputError(f"no picture has the suffix {suffix!r}; there are {', '.join(SUFFIXES)}")
    out = io.BytesIO()
    with mpl_style.context({"svg.fonttype": "none" if svg_text else "path"}):
        figure.savefig(out, format=kind[1:], dpi=_DPI, metadata=_METADATA[kind] | {"Title": str(figure.get_label())})
    return _smaller(out) if kind == ".png" else out.getvalue()


def _smaller(png: io.BytesIO) -> bytes:
    """Return a PNG in 256 colours, a third of the bytes; the colours of the style table stay exact."""
    with Image.open(png) as image:
        full = image.convert("RGB")
    few = full.quantize(256 - len(_KEPT), Image.Quantize.MEDIANCUT)
    palette = (few.getpalette() or [])[: 3 * (256 - len(_KEPT))]
    index, pixels = np.array(few), np.asarray(full) @ np.array([1 << 16, 1 << 8, 1])
    for colour in _KEPT:
        index[pixels == int(colour[1:], 16)] = len(palette) // 3
        palette += bytes.fromhex(colour[1:])
    out, found = io.BytesIO(), Image.fromarray(index)
    found.putpalette(palette)
    found.save(out, "PNG", dpi=(_DPI, _DPI))
    return out.getvalue()


def sheet(
    title: str, subtitle: str = "", footnote: str = "", size: tuple[float, float] = (WIDTH, HEIGHT)
) -> tuple[Figure, list[float]]:
    """Return a figure with its title and footnote, and the room between them as [left, bottom, width, height].

    Lengths are in pt; `size` is the width of the figure and the height of that room. The title is also the
    figure's label, which `picture` writes into the file.
    """
    wide, high = size
    room = wide - 2 * MARGIN
    heads = [(line, TITLE, True) for line in wrapped(title, TITLE, room, bold=True, most=_TITLE_LINES)]
    heads += [(line, TEXT + 1, False) for line in wrapped(subtitle, TEXT + 1, room)]
    notes = wrapped(footnote, SMALL, room)
    bottom = MARGIN + len(notes) * SMALL * _LEADING + 5 * bool(notes)
    top = bottom + high + 6
    tall = top + sum(letters for _, letters, _ in heads) * _LEADING + MARGIN
    figure = Figure(figsize=(wide / 72, tall / 72), facecolor="white", label=shown(title))
    y = tall - MARGIN
    for line, letters, bold in heads:
        y -= letters * _LEADING
        write(figure, (MARGIN / wide, (y + 0.25 * letters) / tall), line, letters, bold=bold)
    for i, line in enumerate(notes, 1):
        y = MARGIN + (len(notes) - i + 0.2) * SMALL * _LEADING
        write(figure, (MARGIN / wide, y / tall), line, SMALL, color=GREY)
    return figure, [MARGIN, bottom, room, high]


def axes(figure: Figure, box: list[float]) -> Axes:
    """Return axes at [left, bottom, width, height] in pt."""
    left, bottom, wide, high = box
    full, tall = figure.get_size_inches() * 72
    return figure.add_axes((left / full, bottom / tall, wide / full, high / tall))


def blank_axes(figure: Figure, box: list[float]) -> Axes:
    """Return axes without a frame whose coordinates are pt from their lower left corner."""
    found = axes(figure, box)
    found.set_axis_off()
    found.set(xlim=(0, box[2]), ylim=(0, box[3]))
    return found


def write(
    on: Axes | Figure,
    at: tuple[float, float],
    text: str,
    size: float = TEXT,
    *,
    bold: bool = False,
    **more: Any,  # noqa: ANN401
) -> None:
    """Write one line of text as it is: nothing in it is markup."""
    look: dict[str, Any] = {"color": INK, "parse_math": False} | more
    on.text(*at, shown(text), fontsize=size, fontweight="bold" if bold else "normal", **look)


def shown(text: str) -> str:
    """Return text without what breaks a line or turns the writing; a letter that the font lacks becomes "\ufffd"."""
    letters = _letters()
    return "".join(c if ord(c) in letters else "\ufffd" for c in text if c.isprintable())


def width(text: str, size: float = TEXT, *, bold: bool = False) -> float:
    """Return the width of a line in pt."""
    return float(TextToPath().get_text_width_height_descent(shown(text), _face(size, bold=bold), ismath=False)[0])


def wrapped(text: str, size: float, room: float, *, bold: bool = False, most: int = 99) -> list[str]:
    """Return text as at most `most` lines no wider than `room` pt; a word that is wider is broken."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if width(longer, size, bold=bold) <= room:
            lines[-1] = longer
            continue
        lines.append("")
        for letter in word:
            if lines[-1] and width(lines[-1] + letter, size, bold=bold) > room:
                lines.append("")
            lines[-1] += letter
    lines = [line for line in lines if line]
    return lines if len(lines) <= most else [*lines[: most - 1], cut(f"{lines[most - 1]} …", size, room, bold=bold)]


def cut(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """Return text as one line no wider than `room` pt, with an ellipsis where it is cut short."""
    if width(text, size, bold=bold) <= room:
        return text
    fits = bisect_right(range(1, len(text)), room, key=lambda letters: width(f"{text[:letters]}…", size, bold=bold))
    return f"{text[:fits].rstrip()}…"


def _face(size: float, *, bold: bool) -> FontProperties:
    return FontProperties(family=_FONT, size=size, weight="bold" if bold else "normal")


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    faces = [get_font(findfont(_face(TEXT, bold=bold))).get_charmap() for bold in (False, True)]
    return frozenset(faces[0]) & frozenset(faces[1])
