"""A map as a small picture of lines, for readers whose browser runs no scripts."""

from __future__ import annotations

from collections import defaultdict
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from mobility.model.sphere import mercator
from mobility.present import style
from mobility.present.backdrop import basemap
from mobility.present.language import say
from mobility.present.pens import pens_of
from mobility.present.scene import EDGE, link_states, short_names
from mobility.present.schemes import painted, var
from mobility.present.web.page import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mobility.present.scene import Scene

_WIDE, _MOST, _EDGE = 720, 600, 24  # px: width, greatest height, margin
_NEAR, _FAR = 3.0, 5.0  # px that a line may lie off its course, and one that is in the background
_APART = 22  # px between the marks of what is ranked, where their links are long enough
_WIDTHS = (2.0, 4.0, 8.0, 13.0)  # of broad lines: a few, so that many lines are one path
_THIN = 0.7  # of a line's width on the page
_FEW = 4  # ends, that many are named


def still(view: Scene, *, below: bool) -> str:
    """Return a picture of a view with a sentence, for `<noscript>`; `below` says that its table stands below."""
    said = say("This page draws its map with scripts, which are off here; this picture shows its main lines.")
    more = f" {say('The table below has the numbers.')}" * below
    words = f"{plain(view.title)}. {plain(view.subtitle)} {said}{more}"
    return f'<noscript><div class="mob-still"><p>{escape(words)}</p>{_picture(view)}</div></noscript>'


class _Frame:
    """What a picture holds of the world, and where it lies there: the projection of the page, Mercator's."""

    def __init__(self, bounds: Iterable[float]) -> None:
        west, south, east, north = bounds
        (left, low), (right, high) = mercator([west, east], [south, north])
        wide, high_ = max(right - left, 0.02), max(high - low, 0.01)
        self.scale = min((_WIDE - 2 * _EDGE) / wide, (_MOST - 2 * _EDGE) / high_)
        self.height = round(high_ * self.scale + 2 * _EDGE)
        self.left = (left + right) / 2 - _WIDE / 2 / self.scale
        self.top = (low + high) / 2 + self.height / 2 / self.scale

    def placed(self, shapes: Any) -> Any:  # noqa: ANN401 - geometries
        """Return shapes in px."""

        def placed(xy: Any) -> Any:  # noqa: ANN401 - lon, lat per row
            x, y = mercator(*xy.T).T
            return np.column_stack([(x - self.left) * self.scale, (self.top - y) * self.scale])

        return shapely.transform(shapes, placed)

    def path(self, shapes: Any, near: float = _NEAR) -> str:  # noqa: ANN401 - geometries in degrees
        """Return shapes in view as one path, no finer than `near`."""
        cut = shapely.clip_by_rect(self.placed(shapes), -5, -5, _WIDE + 5, self.height + 5)
        parts = shapely.get_parts(shapely.simplify(cut, near))
        lines = [line for part in parts for line in (shapely.get_rings(part) if part.area else [part])]
        return "".join(_steps(shapely.get_coordinates(line)) for line in lines if line.length > 2 * near)


def _steps(points: Any) -> str:  # noqa: ANN401 - px
    whole = np.rint(points).astype(int)
    (x, y), steps = whole[0].tolist(), np.diff(whole, axis=0).tolist()
    return f"M{x} {y}l" + "".join(f"{dx}{dy}" if dy < 0 else f"{dx} {dy}" for dx, dy in _apart(steps))


def _apart(steps: list[list[int]]) -> list[tuple[str, int]]:
    """Return steps without those of no length, each but the first kept off the one before by a sign or a blank."""
    moved = [(dx, dy) for dx, dy in steps if dx or dy] or [(0, 0)]
    return [(f"{'' if dx < 0 or i == 0 else ' '}{dx}", dy) for i, (dx, dy) in enumerate(moved)]


def _picture(view: Scene) -> str:
    frame = _Frame(view.framed().total_bounds)
    base = basemap()
    land = frame.path([shapely.Polygon(rings[0], rings[1:]) for rings in base["land"]], _FAR)
    borders, disputed = ([shapely.LineString(line) for line in base[key]] for key in ("border", "border_disputed"))
    dash = tuple(map(float, style.DISPUTED_DASH.split()))
    parts = [
        f'<rect width="{_WIDE}" height="{frame.height}" fill="{var("water")}"/>',
        f'<path d="{land}" fill="{var("land")}" stroke="{var("coast")}" stroke-width=".6"/>' if land else "",
        _stroke(frame.path(borders, _FAR), var("border"), 0.6),
        _stroke(frame.path(disputed, _FAR), var("border"), 0.6, dash),
    ]
    layers = list(_layers(view, frame))
    links = list(_links(view, frame))
    parts += [*links, *layers] if view.quiet else [*layers, *links]
    parts += _marks(view, frame)
    name = escape(say("Map: {title}", title=plain(view.title)))
    return f'<svg viewBox="0 0 {_WIDE} {frame.height}" role="img" aria-label="{name}">{"".join(parts)}</svg>'


def _links(view: Scene, frame: _Frame) -> Iterable[str]:
    """Yield the corridors, alike links as one path, or all there is; below a finding what is closed alone."""
    links = view.network.links
    groups, states = links["corridors"].map(style.group_of), np.array(link_states(links))
    main = ~groups.isin(["other", "relief"]).to_numpy()
    shown = states == "closed" if view.quiet and view.layers else main if main.any() else ~main
    alike: dict[Any, list[Any]] = defaultdict(list)
    for line, mode, state, group in zip(
        links.geometry[shown], links["mode"][shown], states[shown], groups[shown], strict=True
    ):
        alike[pens_of(mode, state, group, quiet=view.quiet)[0]].append(line)
    for pen in sorted(alike, key=lambda pen: (pen.width, pen.colour, pen.dash)):
        merged = shapely.get_parts(shapely.line_merge(shapely.MultiLineString(alike[pen])))
        yield _stroke(frame.path(merged), painted(pen.colour), pen.width * _THIN, pen.dash)


def _layers(view: Scene, frame: _Frame) -> Iterable[str]:
    """Yield the broad lines of what is shown first, the lowest first."""
    links = view.network.links
    groups = links["corridors"].map(style.group_of)
    for layer in view.opening:
        alike: dict[Any, list[Any]] = defaultdict(list)
        for link, value in layer.values.items():
            width = next((w for w in _WIDTHS if w >= view.breadth(layer, value)), _WIDTHS[-1])
            alike[width, layer.colour or style.GROUP_COLOURS[groups[link]]].append(links.geometry[link])
        for (width, colour), lines in sorted(alike.items()):
            merged = shapely.get_parts(shapely.line_merge(shapely.MultiLineString(lines)))
            path = frame.path(merged)
            if colour == style.ROUTE_COLOUR:  # which is pale
                yield _stroke(path, painted(layer.casing), width * _THIN + EDGE / 2)
            yield _stroke(path, painted(colour), width * _THIN)


def _marks(view: Scene, frame: _Frame) -> list[str]:
    """Return the ends, with their names if they are few, and the marks of what is ranked."""
    places, roles = view.network.places, view.labels()["role"]
    ends = places.index[roles != ""]
    at = {
        place: _whole(point) for place, point in zip(ends, frame.placed(places.geometry[ends].to_numpy()), strict=True)
    }
    parts = [_dots(at.values(), var("ink"), 8), _dots([at[p] for p in ends if roles[p] == "origin"], var("paper"), 5)]
    if len(ends) <= _FEW:
        names = short_names(view.network)
        parts += [
            f'<text x="{x}" y="{y - 7}" text-anchor="middle" font-size="11">{escape(plain(names[place]))}</text>'
            for place, (x, y) in at.items()
        ]
    taken: list[shapely.Point] = []
    for row in (row for row in view.ranked if row.links):
        taken.append(spot(frame.placed(view.network.links.geometry[list(row.links)].to_numpy()), taken, _APART))
        (x, y), mark, wide = _whole(taken[-1]), escape(plain(row.mark)), 9 + 5 * len(row.mark)
        parts.append(f'<rect x="{x - wide / 2:g}" y="{y - 7}" width="{wide}" height="14" rx="7" fill="{var("ink")}"/>')
        parts.append(
            f'<text x="{x}" y="{y + 4}" text-anchor="middle" font-size="10" fill="{var("paper")}">{mark}</text>'
        )
    return parts


def spot(lines: Sequence[shapely.LineString], taken: list[shapely.Point], apart: float) -> shapely.Point:
    """Return a point on some lines, `apart` from those that are taken: near the middle, if there is room."""
    half = len(lines) // 2
    middles = [
        lines[i].interpolate(0.5, normalized=True) for i in sorted(range(len(lines)), key=lambda i: abs(i - half))
    ]
    return next((at for at in middles if all(at.distance(other) > apart for other in taken)), middles[0])


def _dots(at: Iterable[tuple[int, int]], colour: str, across: int) -> str:
    path = "".join(f"M{x} {y}h0" for x, y in at)
    return f'<path d="{path}" stroke="{colour}" stroke-width="{across}" stroke-linecap="round"/>' if path else ""


def _whole(point: shapely.Point) -> tuple[int, int]:
    return round(point.x), round(point.y)


def _stroke(path: str, colour: str, width: float, dash: tuple[float, ...] = ()) -> str:
    dashes = f' stroke-dasharray="{" ".join(f"{part:g}" for part in dash)}"' if dash else ""
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width:.2g}"{dashes}/>' if path else ""
