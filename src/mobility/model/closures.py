"""What a name on the command line closes or builds: links, places, structures, corridors, areas."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mobility.errors import AmbiguousNameError, InputError, UnknownNameError
from mobility.model.profiles import MODES
from mobility.model.tables import split

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    import shapely

    from mobility.model.network import Network

_EXAMPLES = {
    "corridor": "corridor:VIII",
    "country": "country:RS",
    "mode": "mode:rail",
    "border": "border:tabanovce",
    "area": "area:FILE.geojson",
    "around": "around:PLACE:25km",
}


@dataclass(frozen=True)
class Closure:
    """Ids that a closure takes out, and why."""

    reason: str
    links: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    borders: tuple[str, ...] = ()


def resolve(net: Network, text: str) -> Closure:
    """Return what `text` closes.

    Parameters
    ----------
    net
        The network.
    text
        Name of a link (all active links of that name, in either direction), place (its links too) or
        structure (all links it carries); ``link: place: structure:`` narrow the search; or
        ``corridor:VIII`` (of one mode: ``corridor:VIII:rail``), ``country:RS``, ``border:NAME``,
        ``mode:rail``, ``area:FILE.geojson``, ``around:PLACE:25km``.

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        When nothing, or things of two kinds, match.
    InputError
        When a file or distance is not usable.
    """
    kind, _, rest = text.partition(":")
    by_kind = {
        "corridor": _corridor,
        "country": _country,
        "mode": _mode,
        "border": _border,
        "area": _area,
        "around": _around,
    }
    if kind.strip().casefold() in by_kind and ":" in text:
        if not rest.strip():
            raise InputError(f"{text!r} names nothing; write for instance {_EXAMPLES[kind.strip().casefold()]}")
        return by_kind[kind.strip().casefold()](net, rest.strip())
    hits = net.names.find(text, ("link", "place", "structure"))
    kinds = {hit.kind for hit in hits}
    if len(kinds) > 1 or (len(hits) > 1 and "link" not in kinds):
        raise AmbiguousNameError(f"{text!r} names {', '.join(map(str, hits))}. Give one of these.")
    if kinds == {"link"}:
        return Closure(f"closed: {hits[0].name}", links=tuple(hit.id for hit in hits))
    hit = hits[0]
    if hit.kind == "place":
        return Closure(f"closed: {hit.name}", links=_links_at(net, [hit.id]), places=(hit.id,))
    row = net.structures.loc[net.structures["id"] == hit.id].iloc[0]
    if not row["links"]:
        raise InputError(f"structure {hit.id!r} carries no link of the network; nothing to close")
    return Closure(f"closed: {hit.name}", links=tuple(split(row["links"])))


def resolve_build(net: Network, text: str) -> tuple[list[str], pd.DataFrame]:
    """Return the links that a build opens, and the rows of upgrades.csv it applies.

    Raises UnknownNameError, AmbiguousNameError, or InputError for a link that is open already.
    """
    if text.strip().casefold() == "all":
        return [i for cell in net.projects["links"] + ";" + net.projects["upgrades"] for i in split(cell)], net.upgrades
    kind, _, rest = text.partition(":")
    if rest and kind.strip().casefold() == "corridor":
        tagged = net.links.loc[list(_corridor(net, rest.strip()).links)]
        changes = net.upgrades[net.upgrades["link"].isin(tagged.index)]
        unopened = tagged.index[tagged["status"] != "open"]
        return [*unopened, *changes["link"].unique()], changes
    try:
        project = net.names.one(text, ("project",)).id
    except UnknownNameError as miss:
        try:
            hits = net.names.find(text, ("link",))
        except UnknownNameError:
            raise UnknownNameError(str(miss).replace("no project", "no project or planned link")) from None
        unbuilt = [hit.id for hit in hits if net.links.at[hit.id, "status"] != "open"]
        if not unbuilt:
            raise InputError(f"{text!r} is open already; -b builds projects and planned links") from None
        return unbuilt, net.upgrades.iloc[0:0]
    row = net.projects.loc[net.projects["id"] == project].iloc[0]
    return split(row["links"]) + split(row["upgrades"]), net.upgrades[net.upgrades["project"] == project]


def corridor_code(net: Network, text: str) -> str:
    """Return the code of a corridor whatever its case; raises UnknownNameError listing the codes."""
    codes = {str(code).casefold(): str(code) for code in net.corridors["code"]}
    if text.casefold() not in codes:
        raise UnknownNameError(f"no corridor is called {text!r}; there are {', '.join(codes.values())}")
    return codes[text.casefold()]


def country_code(net: Network, text: str) -> str:
    """Return a country's code from its code or name; raises UnknownNameError listing the codes."""
    table = net.countries
    both = [*zip(table["iso2"], table["iso2"], strict=True), *zip(table["name"], table["iso2"], strict=True)]
    known = {str(word).casefold(): str(code) for word, code in both}
    if text.casefold() not in known:
        raise UnknownNameError(f"no country is called {text!r}; there are {', '.join(table['iso2'])}")
    return known[text.casefold()]


def mode_name(text: str) -> str:
    """Return a mode whatever its case; raises UnknownNameError listing the modes."""
    if text.casefold() not in MODES:
        raise UnknownNameError(f"no mode is called {text!r}; there are {', '.join(MODES)}")
    return text.casefold()


def _links_at(net: Network, places: Iterable[str]) -> tuple[str, ...]:
    at = set(places)
    return tuple(net.links.index[net.links["from"].isin(at) | net.links["to"].isin(at)])


def _corridor(net: Network, text: str) -> Closure:
    name, _, mode = (word.strip() for word in text.partition(":"))
    code = corridor_code(net, name)
    modes = (mode_name(mode),) if mode else MODES
    cells = zip(net.links.index, net.links["corridors"], net.links["mode"], strict=True)
    tagged = [i for i, corridors, way in cells if code in split(corridors) and way in modes]
    return Closure(f"closed: corridor {code}" + (f" by {modes[0]}" if mode else ""), links=tuple(tagged))


def _country(net: Network, text: str) -> Closure:
    code = country_code(net, text)
    inside = tuple(net.places.index[net.places["country"] == code])
    listed = [i for i, cell in zip(net.links.index, net.links["country"], strict=True) if code in cell.split("-")]
    return Closure(f"closed: country {code}", links=tuple(listed), places=inside)


def _mode(net: Network, text: str) -> Closure:
    mode = mode_name(text)
    return Closure(f"closed: mode {mode}", links=tuple(net.links.index[net.links["mode"] == mode]))


def _border(net: Network, text: str) -> Closure:
    hit = net.names.one(text, ("border",))
    return Closure(f"closed: border {hit.name}", borders=(hit.id,))


def read_area(text: str) -> shapely.Geometry:
    """Return the polygons of a file (GeoJSON, GeoPackage) as one, in degrees; raises InputError when it holds none."""
    import geopandas as gpd
    import numpy as np

    path = Path(text)
    if not path.is_file():
        raise InputError(f"area:{text}: there is no such file")
    try:
        with np.errstate(invalid="ignore"):  # a broken shape is reported below, in words
            area = gpd.GeoDataFrame(gpd.read_file(path))
    except Exception:  # noqa: BLE001 - any of pyogrio's and fiona's errors means the same to the user
        raise InputError(f"area:{text}: is not a readable polygon file (GeoJSON, GeoPackage)") from None
    if "geometry" not in area.columns:
        raise InputError(f"area:{text}: holds no polygon")
    if area.crs is not None:
        area = area.to_crs("EPSG:4326")
    shapes = [
        g for g in area.geometry if g is not None and not g.is_empty and g.geom_type in {"Polygon", "MultiPolygon"}
    ]
    if not shapes:
        raise InputError(f"area:{text}: holds no polygon")
    if not all(g.is_valid for g in shapes):
        raise InputError(
            f"area:{text}: holds an invalid polygon (it crosses itself); mend it, for instance with a buffer of 0"
        )
    return gpd.GeoSeries(shapes).union_all()


def _area(net: Network, text: str) -> Closure:
    return _inside(net, read_area(text), f"closed: area {Path(text).name}")


def _around(net: Network, text: str) -> Closure:
    name, _, distance = text.rpartition(":")
    try:
        km = float(distance.strip().casefold().removesuffix("km"))
    except ValueError:
        km = -1
    if not name or not 0 < km < 20_000:  # noqa: PLR2004 - half the Earth
        raise InputError(f"around:{text}: write around:PLACE:25km")
    place = net.names.one(name, ("place",))
    from geopandas import GeoSeries
    from shapely import Point

    here = Point(net.places.at[place.id, "lon"], net.places.at[place.id, "lat"])
    true_to_centre = f"+proj=aeqd +lat_0={here.y} +lon_0={here.x}"
    lines = GeoSeries(net.links.geometry.segmentize(0.05)).to_crs(true_to_centre)  # bends follow the lines as drawn
    points = net.places.geometry.to_crs(true_to_centre)
    near, inside = (shapes.distance(Point(0, 0)) <= km * 1000 for shapes in (lines, points))
    name = f"closed: {km:g} km around {place.name}"
    return Closure(name, tuple(net.links.index[near]), tuple(net.places.index[inside]))


def _inside(net: Network, area: shapely.Geometry, reason: str) -> Closure:
    links = net.links.index[net.links.geometry.intersects(area)]
    return Closure(reason, tuple(links), tuple(net.places.index[net.places.geometry.within(area)]))
