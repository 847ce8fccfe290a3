"""A view as a map for print: EPSG:3035, drawn from the same style table as the page."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.patheffects import Stroke
from matplotlib.ticker import MaxNLocator

from mobility.model.files import default_folder
from mobility.model.network import CRS
from mobility.model.sphere import reprojected
from mobility.present import style
from mobility.present.backdrop import names
from mobility.present.pens import Pen
from mobility.present.print.legend import (
    END,
    RING,
    badge_size,
    draw_legend,
    layer_pens,
    mark_badge,
    mark_binding,
    mark_end,
)
from mobility.present.print.lettering import Label, Spread, placed
from mobility.present.print.pens import CROSS, crosses, marks, pens_of, stroke
from mobility.present.print.sheet import GREY, INK, SMALL, TEXT, axes, blank_axes, house_style, sheet, width, write
from mobility.present.scene import link_states

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from mobility.model.network import Network
    from mobility.present.backdrop import Name
    from mobility.present.print.lettering import Box
    from mobility.present.scene import Scene, Under
    from mobility.vocabulary import Array


PRINT_CRS = "EPSG:3035"
_LEGEND, _DEGREES = 150.0, 11.0  # pt, beside the map and at its edge, so that they cover nothing
_ROOM = (110.0, 40.0)  # pt, in width and height, for the names of what lies outermost
_LEAST_M = 30_000.0  # a map is never narrower
_TOWNS = 1500.0  # m for a pt: on a map of a smaller scale lesser towns are not named
_DOT = 2.4  # pt across: the mark of a town that is named
_BESIDE = 2.0  # pt between a railway and the road that it would lie on
_LAND, _CASING, _ROUTE, _LINKS, _MARKS, _NAMES = range(1, 7)  # what lies on what
_QUIET, _FIXED = 1.5, 3.5  # links below layers; stripes of what is built above them
_GROUND = ["land", "lake", "river", "border", "border_disputed"]  # the lowest first
_BAND = "#E4DFD6"  # below a border, so that it is seen at arm's length
_SHARES = (0.5, 0.35, 0.65, 0.2, 0.8)  # of a line, where its mark may stand


@dataclass(frozen=True, eq=False)
class Window:
    """The part of the plane on the paper: its lower left corner (m), metres for a pt, width and height (pt)."""

    corner: Array
    m_per_pt: float
    size: tuple[float, float]

    @classmethod
    def around(cls, shapes: gpd.GeoSeries, size: tuple[float, float]) -> Window:
        """Return the window of `size` pt that holds some shapes and, around them, room for names."""
        west, south, east, north = reprojected(shapes, PRINT_CRS).total_bounds
        span = np.maximum([east - west, north - south], _LEAST_M)
        m_per_pt = float(max(span / (np.array(size) - _ROOM)))
        middle = np.array([west + east, south + north]) / 2
        return cls(middle - np.array(size) * m_per_pt / 2, m_per_pt, size)

    @property
    def frame(self) -> shapely.Polygon:
        """The edge in pt."""
        return shapely.box(0, 0, *self.size)

    def points(self, shapes: gpd.GeoSeries) -> gpd.GeoSeries:
        """Return shapes in pt from the corner, without detail that print cannot show."""
        scale = 1 / self.m_per_pt
        return (
            reprojected(shapes, PRINT_CRS).affine_transform([scale, 0, 0, scale, *(-self.corner * scale)]).simplify(0.2)
        )


@house_style()
def figure_of(view: Scene) -> Figure:
    """Return a view as a figure for print, A4 landscape, in EPSG:3035.

    The map's axes, the figure's first, have pt as coordinates; legend and scale stand beside them, title above,
    notes below.
    """
    figure, (left, bottom, wide, high) = sheet(view.title, view.subtitle, view.footnote)
    window = Window.around(view.framed(), (wide - _LEGEND - _DEGREES, high - _DEGREES))
    ax = axes(figure, [left + _DEGREES, bottom + _DEGREES, *window.size])
    ax.set(xlim=(0, window.size[0]), ylim=(0, window.size[1]), facecolor=style.WATER)
    for spine in ax.spines.values():
        spine.set(color=style.BORDER, linewidth=0.6, zorder=_NAMES + 1)
    _ground(ax, window)
    _degrees(ax, window)
    lines = _lines(view.network, window)
    for layer in view.opening:
        _layer(ax, view, layer, lines)
    shut = _links(ax, view, lines, window)
    _places(ax, view, lines, window, shut)
    visible = view.network.links[lines.intersects(window.frame)]
    draw_legend(
        blank_axes(figure, [left + wide - _LEGEND + 9, bottom, _LEGEND - 9, high]), view, visible, window.m_per_pt
    )
    return figure


def _layer(ax: Axes, view: Scene, layer: Under, lines: gpd.GeoSeries) -> None:
    """Draw the broad lines of a layer; stripes of a fixed width lie above the others."""
    group, values = view.network.links["corridors"].map(style.group_of), dict(layer.values)
    levels = (_FIXED, _FIXED) if layer.fixed and layer.dash else (_CASING, _ROUTE)
    looks = {link: (value, layer.colour or style.GROUP_COLOURS[group[link]]) for link, value in values.items()}
    for value, colour in sorted(set(looks.values())):
        alike = lines[[link for link, look in looks.items() if look == (value, colour)]]
        pens = layer_pens(colour, view.breadth(layer, value), layer.casing, layer.dash)
        for pen, level in zip(pens, levels, strict=True):
            stroke(ax, alike, [pen], level)


@lru_cache(maxsize=2)
def _basemap(file: str) -> gpd.GeoDataFrame:
    return reprojected(gpd.read_file(default_folder() / file), PRINT_CRS)


def _ground(ax: Axes, window: Window) -> None:
    """Draw land and boundaries."""
    base = pd.concat([_basemap("basemap.geojson"), _waters(window)])
    base = base.iloc[base["kind"].map(_GROUND.index).argsort(kind="stable")]
    over = 2 * window.m_per_pt  # the cut lies outside the frame
    west, south = window.corner - over
    east, north = window.corner + np.array(window.size) * window.m_per_pt + over
    cut = base.geometry.clip_by_rect(west, south, east, north)
    for kind, shape in zip(base["kind"], window.points(cut), strict=True):
        if kind == "land":
            _area(ax, shape, style.LAND, style.COAST)
        elif kind == "lake":
            _area(ax, shape, style.WATER, style.RIVER)
        elif kind == "river":
            stroke(ax, shapely.get_parts(shape), [Pen(style.RIVER, 1.0, (), "round")], _LAND)
        else:
            dash = (1.2, 1.8) if kind == "border_disputed" else (5.0, 1.5, 1.0, 1.5)
            stroke(ax, shapely.get_parts(shape), [Pen(_BAND, 2.6), Pen(style.BORDER, 0.8, dash)], _LAND)


def _area(ax: Axes, shape: shapely.Geometry, fill: str, edge: str) -> None:
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            rings = [Path(np.asarray(ring.coords), closed=True) for ring in (part.exterior, *part.interiors)]
            ax.add_patch(PathPatch(Path.make_compound_path(*rings), fc=fill, ec=edge, lw=0.4, zorder=_LAND))


def _waters(window: Window) -> gpd.GeoDataFrame:
    """Return rivers and lakes, the lesser ones only where the scale is large."""
    waters = _basemap("backdrop.geojson")
    near = window.m_per_pt < _TOWNS
    return waters[waters["kind"].isin(["river", "lake"]) & ((waters["rank"] == 1) | near | (waters["kind"] == "lake"))]


def _degrees(ax: Axes, window: Window) -> None:
    """Draw meridians and parallels, named below and left of the map."""
    frame = gpd.GeoSeries([window.frame.segmentize(50)]).affine_transform(
        [window.m_per_pt, 0, 0, window.m_per_pt, *window.corner]
    )
    west, south, east, north = reprojected(frame.set_crs(PRINT_CRS), CRS).total_bounds
    for axis, (low, high) in enumerate(((west, east), (south, north))):
        ticks = {}
        for degree in MaxNLocator(8, steps=[1, 2, 5, 10]).tick_values(low, high):
            along = np.linspace(*((south - 1, north + 1) if axis == 0 else (west - 1, east + 1)), 60)
            ends = (np.full(60, degree), along) if axis == 0 else (along, np.full(60, degree))
            line = window.points(gpd.GeoSeries([shapely.LineString(np.column_stack(ends))], crs=CRS))[0]
            stroke(ax, [line], [Pen(style.BORDER, 0.25)], _LAND)
            xy = shapely.get_coordinates(line)
            at = float(np.interp(0, xy[:, 1 - axis], xy[:, axis]))
            if 0 < at < window.size[axis]:
                ticks[at] = f"{abs(degree):g}° {('EN' if degree >= 0 else 'WS')[axis]}"
        (ax.set_xticks, ax.set_yticks)[axis](list(ticks), list(ticks.values()))
    ax.tick_params(length=0, pad=2, labelsize=SMALL - 0.5, labelcolor=GREY)
    ax.tick_params(axis="y", labelrotation=90)
    for label in ax.get_yticklabels():
        label.set_verticalalignment("center")


def _lines(net: Network, window: Window) -> gpd.GeoSeries:
    """Return the links' lines in pt; a railway that would lie on its road is moved beside it, always to one side."""
    lines, modes = window.points(net.links.geometry), net.links["mode"]
    ends = [frozenset(pair) for pair in net.links[["from", "to"]].to_numpy()]
    roads = defaultdict(list)
    for pair, mode, line in zip(ends, modes, lines, strict=True):
        if mode == "road":
            roads[pair].append(line)
    for link, pair, mode, line in zip(lines.index, ends, modes, lines.copy(), strict=True):
        if mode == "rail" and any(line.hausdorff_distance(road) < _BESIDE for road in roads[pair]):
            eastward = line.coords[0] <= line.coords[-1]
            lines[link] = line.offset_curve(_BESIDE if eastward else -_BESIDE)
    return lines


def _links(ax: Axes, view: Scene, lines: gpd.GeoSeries, window: Window) -> list[tuple[float, float]]:
    """Draw the links, those of the corridors named first on top, and return where crosses are drawn."""
    net = view.network
    order = list(style.GROUP_COLOURS)
    looks = pd.DataFrame({"state": link_states(net.links), "mode": net.links["mode"]})
    looks["group"] = [order.index(style.group_of(cell)) for cell in net.links["corridors"]]
    for (group, state, mode), part in sorted(
        looks.groupby(["group", "state", "mode"]), key=itemgetter(0), reverse=True
    ):
        level = _QUIET if view.quiet and state != "closed" else _LINKS
        stroke(ax, lines[part.index], pens_of(mode, state, order[group], quiet=view.quiet), level)
    borders = net.borders.loc[net.borders["closure"] != "", "place"].unique()
    middles = lines[looks["state"] == "closed"].interpolate(0.5, normalized=True)
    shut: list[tuple[float, float]] = []
    for x, y in shapely.get_coordinates([*window.points(net.places.geometry[borders]), *middles]).tolist():
        if all(np.hypot(x - a, y - b) > 2 * CROSS for a, b in shut):  # a closed country would be one blot
            shut.append((x, y))
    crosses(ax, shut, _MARKS)
    return shut


def _places(ax: Axes, view: Scene, lines: gpd.GeoSeries, window: Window, shut: list[tuple[float, float]]) -> None:
    """Draw origins and destinations, and name them and as many towns as fit."""
    places = view.labels()
    places[["x", "y"]] = window.points(view.network.places.geometry).get_coordinates()
    places = places[places["x"].between(0, window.size[0]) & places["y"].between(0, window.size[1])]
    ends = places[places["role"] != ""]
    for role, part in ends.groupby("role"):
        mark_end(ax, part[["x", "y"]].to_numpy().tolist(), str(role), _MARKS)
    rings = places.loc[places.index.isin(view.marked), ["x", "y"]].to_numpy().tolist()
    mark_binding(ax, rings, _MARKS)
    taken = [*_squares(shut, CROSS / 2), *_squares(ends[["x", "y"]].to_numpy().tolist(), END / 2)]
    taken += _squares(rings, RING / 2)
    crowd = shapely.get_coordinates(lines[lines.length > 0].segmentize(3.0))
    taken += _badges(ax, view, lines, window, taken)
    named = places[places["rank"] <= (3 if window.m_per_pt < _TOWNS else 2)].sort_values("rank", kind="stable")
    rows = named.assign(
        size=np.where(named["role"] != "", TEXT, SMALL),
        radius=np.select([named.index.isin(view.marked), named["role"] != ""], [RING / 2, END / 2], _DOT / 2),
        bold=named["rank"] == 0,
    ).to_dict("records")
    wanted: list[Label | Spread] = [
        Label(r["x"], r["y"], r["radius"], width(r["label"], r["size"], bold=r["bold"]) + 1, 1.2 * r["size"])
        for r in rows
    ]
    ahead = sum(row["rank"] < 2 for row in rows)  # noqa: PLR2004 - what is asked about and what is found, then countries
    known = [name for name in names() if name.rank == 1 or window.m_per_pt < _TOWNS]
    wanted[ahead:ahead] = [_spread(name, window) for name in known]
    rows[ahead:ahead] = [{"name": name} for name in known]
    for row, spot in zip(rows, placed(wanted, taken, crowd, window.size), strict=True):
        if spot is None:
            continue
        if "name" in row:
            _backdrop_name(ax, row["name"], spot)
            continue
        if not row["role"]:
            marks(ax, [(row["x"], row["y"])], _DOT, INK, "#FFFFFF", zorder=_MARKS)
        at, look = (spot[0], spot[1] + 0.27 * row["size"]), {"bold": row["bold"], "zorder": _NAMES}
        # The halo apart from the word, so that in PDF a word stays a word.
        write(ax, at, row["label"], row["size"], path_effects=[Stroke(linewidth=2.2, foreground="#FFFFFF")], **look)
        write(ax, at, row["label"], row["size"], **look)


def _badges(ax: Axes, view: Scene, lines: gpd.GeoSeries, window: Window, taken: list[Box]) -> list[Box]:
    """Draw the marks of what is ranked on their lines, none on another, and return their boxes."""
    rows = [row for row in view.ranked if row.links]
    wanted = []
    for row in rows:
        middle = len(row.links) // 2
        order = sorted(range(len(row.links)), key=lambda i: abs(i - middle))
        along = [lines[row.links[i]].interpolate(share, normalized=True) for i in order for share in _SHARES]
        wanted.append(Spread(tuple((p.x, p.y) for p in along), *badge_size(row.mark), moves=False, last_beside=True))
    found = placed(wanted, taken, np.empty((0, 2)), window.size)
    for row, spot in zip(rows, found, strict=True):
        if spot is not None:
            mark_badge(ax, ((spot[0] + spot[2]) / 2, (spot[1] + spot[3]) / 2), row.mark, _NAMES)
    return [spot for spot in found if spot is not None]


def _spread(name: Name, window: Window) -> Spread:
    """Return where a name on the land or the water may stand."""
    points = window.points(gpd.GeoSeries(gpd.points_from_xy(*zip(*name.at, strict=True)), crs=CRS))
    at = tuple((p.x, p.y) for p in points if 0 < p.x < window.size[0] and 0 < p.y < window.size[1])
    size = TEXT if name.kind in {"country", "sea"} else SMALL
    return Spread(at, width(name.text, size) + 2, 1.2 * size, moves=name.kind == "sea")


def _backdrop_name(ax: Axes, name: Name, spot: Box) -> None:
    dry = name.kind in {"country", "pass"}
    size = TEXT if name.kind in {"country", "sea"} else SMALL
    at = (spot[0] + 1, spot[1] + 0.27 * size)
    look: dict[str, Any] = {"color": style.LAND_INK if dry else style.WATER_INK, "zorder": _NAMES}
    look["fontstyle"] = "normal" if dry else "italic"
    if name.kind != "sea":
        write(ax, at, name.text, size, **look, path_effects=[Stroke(linewidth=1.8, foreground=style.LAND)])
    write(ax, at, name.text, size, **look)


def _squares(at: list[tuple[float, float]], half: float) -> list[Box]:
    return [(x - half, y - half, x + half, y + half) for x, y in at]
