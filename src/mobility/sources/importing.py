"""Networks and lengths from OpenStreetMap in one call: a file, or an area that Overpass is asked for."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely

from mobility.errors import InputError
from mobility.model import areas as drawn
from mobility.model.names import some
from mobility.model.network import Network
from mobility.model.sphere import reprojected
from mobility.sources import area as areas
from mobility.sources import files, osm, overpass, refresh, sites
from mobility.sources.extract import ROADS, USUAL_RAILS, Selection
from mobility.sources.snap import snap as snapped_to
from mobility.sources.ways import parse
from mobility.vocabulary import MODES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import geopandas as gpd

    from mobility.sources.extract import Extract
    from mobility.sources.ways import Ways

    Say = Callable[[str], None]

_LOG = logging.getLogger("mobility")


@dataclass(frozen=True, eq=False)
class _Asked:
    """What is to be read: a file, an area (or both), and the network that it is read for."""

    file: str | Path | None
    area: Any
    along: str
    buffer_km: float
    like: Network | str | Path | None
    selection: Selection
    server: dict[str, Any] = field(default_factory=dict)
    allow_restricted: bool = False

    @cached_property
    def home(self) -> Network:
        """The network whose places, borders and rules are taken over; loaded only when it is needed."""
        return self.like if isinstance(self.like, Network) else Network.load(self.like)

    def ways(self, country: str, tell: Say, step: Say) -> Ways:
        """Read the ways, from the file or by Overpass."""
        shape, server = self._shape(tell, step), self.server
        if self.file is None and shape is None:
            raise InputError(
                "say what to import: a FILE, or for Overpass an area (--place, --bbox, --polygon or --along)"
            )
        extract: Extract
        if self.file is not None:
            extract = files.read(Path(self.file), self.selection, step)
            extract = sites.gathered(extract) if self.selection.sites else extract
        else:
            url, cache = server["overpass"] or overpass.URL, Path(server["cache"])
            extract = overpass.read(shape, self.selection, url=url, cache=cache, step=step)
        step("")
        inside = extract if shape is None else extract.within(shape)
        words = {"allow_restricted": self.allow_restricted, "countries": self.home.countries}
        return parse(inside, self.home.places, tell, country, **words)

    def _shape(self, tell: Say, step: Say) -> Any:  # noqa: ANN401 - a shapely geometry, or None
        """Return the area as polygons in degrees."""
        if self.area is not None and self.along:
            raise InputError("give one area: --place, --bbox, --polygon or --along")
        if self.along:
            return areas.along(self.home, self.along, self.buffer_km)
        if self.area is None or isinstance(self.area, shapely.Geometry):
            return self.area
        if isinstance(self.area, Path):
            shape, left_out = drawn.polygons(drawn.read(str(self.area)))
            if left_out:
                tell(f"{self.area}: left out {some(left_out)}")
            return shape
        if isinstance(self.area, str):
            url, cache = self.server["nominatim"] or overpass.NOMINATIM, Path(self.server["cache"])
            return overpass.place(self.area, url=url, cache=cache, step=step)
        if hasattr(self.area, "to_crs"):
            return reprojected(self.area, "EPSG:4326").union_all()
        return areas.bounding_box(",".join(map(str, self.area)))


def _silent(_: str) -> None:
    """Show no progress."""


def from_osm(  # noqa: PLR0913 - one call for all that an import may ask
    file: str | Path | None = None,
    *,
    area: tuple[float, float, float, float] | shapely.Geometry | gpd.GeoDataFrame | str | Path | None = None,
    along: str = "",
    buffer_km: float = 20.0,
    roads: Iterable[str] = ROADS,
    rails: Iterable[str] = USUAL_RAILS,
    modes: Iterable[str] = MODES,
    allow_restricted: bool = False,
    country: str = "",
    snap: Iterable[str] = (),
    max_snap_km: float = 5.0,
    places: Iterable[str] | None = (),
    simplify_m: float = 5.0,
    like: Network | str | Path | None = None,
    cache: str | Path = "cache",
    overpass: str = "",
    nominatim: str = "",
    tell: Say = _LOG.warning,
    step: Say = _silent,
) -> Network:
    """Return the network of roads, railways and ferries that OpenStreetMap has, as `mobility import osm` writes it.

    Parameters
    ----------
    file
        .osm, .osm.gz, .osm.bz2 or .pbf; None: Overpass is asked for the area.
    area
        (west, south, east, north) in degrees, a polygon in degrees, a GeoDataFrame of polygons, a `Path` to a file of
        polygons, or a place by name (str), which Nominatim is asked for. Of a file, only what lies within is taken.
    along, buffer_km
        Instead: the belt of so many kilometres on both sides of what a name means in `like` (``corridor:VIII``).
    roads, rails
        Values of `highway` and of railways' `usage` to take.
    modes
        Some of road, rail, sea (ferries).
    allow_restricted
        Take what is forbidden to lorries or out of use too, marked as doubtful, with the reason as restriction.
    country
        Code of the country that all of it lies in; "": by OpenStreetMap's national borders.
    snap, max_snap_km
        Places of `like` to tie to the nearest way: a kind (port, base ...), set:NAME, a place, "all", or a CSV file;
        and the farthest straight line.
    places
        Places of the file to tie in the same way: "ports", "bases", "airfields" or "all"; none: how many there are is
        told; None: they are not looked for.
    simplify_m
        Metres by which drawn lines may be simplified; lengths are those of the full lines.
    like
        Network, or a path to one, whose places, border waits, countries and rules are taken over; None: the shipped.
    cache, overpass, nominatim
        Folder of answers (asking again after an interruption resumes), and the servers; "": the public ones.
    tell
        Called with what was assumed or left out; default: a warning in the log `mobility`.
    step
        Called with a few words of progress now and then.

    Returns
    -------
    Network
        As `mobility.sources.osm.network` says. © OpenStreetMap contributors, Open Database Licence (ODbL).

    Raises
    ------
    InputError
        When nothing is there, a word is unknown, a file cannot be read or a server does not answer.
    """
    code = _country(country)
    groups = tuple(places or ())
    if groups and file is None:
        raise InputError("places (ports, bases, airfields) are read from a FILE; Overpass is not asked for them")
    sites.groups(groups)
    looked = places is not None and file is not None
    selection = Selection(tuple(roads), tuple(rails), tuple(modes), borders=not code, sites=looked)
    server = {"cache": cache, "overpass": overpass, "nominatim": nominatim}
    asked = _Asked(file, area, along, buffer_km, like, selection, server, allow_restricted)
    ways = asked.ways(code, tell, step)
    tied = snapped_to(ways, asked.home, tuple(snap), tell, max_snap_km, groups)
    return osm.network(ways, asked.home, tell, snapped=tied, tolerance_m=simplify_m)


def osm_lengths(  # noqa: PLR0913 - as `from_osm`
    network: Network | str | Path | None = None,
    file: str | Path | None = None,
    *,
    area: tuple[float, float, float, float] | shapely.Geometry | gpd.GeoDataFrame | str | Path | None = None,
    along: str = "",
    buffer_km: float = 20.0,
    roads: Iterable[str] = ROADS,
    rails: Iterable[str] = USUAL_RAILS,
    modes: Iterable[str] = MODES,
    allow_restricted: bool = False,
    country: str = "any",
    max_snap_km: float = 5.0,
    cache: str | Path = "cache",
    overpass: str = "",
    nominatim: str = "",
    tell: Say = _LOG.warning,
    step: Say = _silent,
) -> gpd.GeoDataFrame:
    """Return the lengths of a network's own links, old and as OpenStreetMap has them; nothing is changed.

    Parameters are those of `from_osm`; `buffer_km` is also half the belt along each link in which its way is sought,
    `max_snap_km` how far a place may lie from the ways. Rows and columns: `mobility.sources.refresh.refresh`.
    """
    code = country if country == "any" else _country(country)
    selection = Selection(tuple(roads), tuple(rails), tuple(modes), borders=False)
    server = {"cache": cache, "overpass": overpass, "nominatim": nominatim}
    asked = _Asked(file, area, along, buffer_km, network, selection, server, allow_restricted)
    ways = asked.ways(code, tell, step)
    return refresh.refresh(asked.home, ways, max_km=max_snap_km, belt_km=buffer_km)


def _country(word: str) -> str:
    code = word.strip().upper()
    if code and not (len(code) == 2 and code.isascii() and code.isalpha()):  # noqa: PLR2004 - ISO 3166-1 alpha-2
        raise InputError(f"--country {word!r}: write the two letters of its code, as AL")
    return code
