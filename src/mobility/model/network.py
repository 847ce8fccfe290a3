"""The network as tables: places and links, and the small tables beside them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mobility.model import additions, areas, cache, changes, files, frames, names, points, summary, tables
from mobility.model.changes import derive
from mobility.model.files import Identity, default_folder
from mobility.model.names import NameIndex
from mobility.vocabulary import ACCESS, PACES, dashed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd
    import pandas as pd

    from mobility.model.additions import Rows
    from mobility.model.closures import Closure
    from mobility.model.files import Say
    from mobility.model.profiles import Profile, Regime, Rules
    from mobility.model.tables import Schema

CRS = frames.CRS
_NAMELESS = Identity("network", "", "")


@dataclass(frozen=True, eq=False)
class Network:
    """Places, links and the small tables beside them; a what-if returns a new Network.

    Attributes
    ----------
    places : GeoDataFrame
        One row per place, index = id, points in EPSG:4326. Columns of places.csv, and `active`.
    links : GeoDataFrame
        One row per link, index = id, lines in EPSG:4326. Columns of links.csv, and
        ``active`` (bool), ``reason`` (why not, else ""), ``usable`` (bool: active but for closures), ``built`` (bool);
        after `under` also ``speed`` (km/h, as the profile drives), ``speed_basis``, ``driving_h``, ``time_h`` (hours),
        ``capacity`` (vehicles per day, an estimate by rule) and ``load_unknown`` (bool: no load limit is stated).
    borders : DataFrame
        One row per crossing and mode (columns of borders.csv, and ``active``).
    rules : Rules
        Profiles, border regimes and planning rules (profiles.toml).
    profile, regime
        What `under` applied, or None.
    closed : tuple of Closure
        What `close` closed, in order.
    applied : dict
        Words of what was closed, built, set and applied, as in a `Scenario`.
    base : Network or None
        The network before anything was closed or built; None: nothing was.
    schema : dict
        Per table the columns that it may have (schema.csv).
    """

    places: gpd.GeoDataFrame
    links: gpd.GeoDataFrame
    projects: pd.DataFrame
    upgrades: pd.DataFrame
    structures: pd.DataFrame
    borders: pd.DataFrame
    countries: pd.DataFrame
    corridors: pd.DataFrame
    corridor_stops: pd.DataFrame
    sources: pd.DataFrame
    rules: Rules
    identity: Identity = _NAMELESS
    profile: Profile | None = None
    pace: str = PACES[1]
    regime: Regime | None = None
    denied: frozenset[str] = frozenset()
    exempt: frozenset[str] = frozenset()  # of those denied: open to who starts or ends there (see `exemptions`)
    exclude_doubtful: bool = False
    exclude_relief: bool = False
    include_access: bool = False
    detrain: bool = False
    closed: tuple[Closure, ...] = ()
    applied: dict[str, Any] = field(default_factory=dict)
    base: Network | None = None
    schema: Schema = field(default_factory=files.shipped_schema)

    @classmethod
    def load(cls, path: str | Path | None = None, *, trust: str | None = None, tell: Say = None) -> Network:
        """Read and check a network; tables found sound are kept in the user's cache folder, and used while unchanged.

        Where the environment variable MOBILITY_NO_CACHE is set nothing is kept or used.

        Parameters
        ----------
        path
            A folder like geodata/ (of CSV or Parquet files) or a GeoPackage; default: the shipped network. schema.csv
            and profiles.toml are the shipped ones where the folder has none.
        trust
            "geometry" or "columns": what counts where a drawing and lat, lon or length_km disagree; default: columns.
        tell
            Called with a line about what is in the tables and not used (`mobility.check` lists it).

        Raises
        ------
        InputError, DataError
            When there is nothing to read at `path`; with every fault found, when the tables have any.
        """
        home = Path(path) if path else default_folder()
        with files.uncollected():
            return cls.of_frames(*cache.through(home, trust, tell, _read))

    @classmethod
    def of_frames(
        cls,
        data: Mapping[str, pd.DataFrame],
        lines: Any,  # noqa: ANN401 - an array of shapely's
        rules: Rules,
        identity: Identity = _NAMELESS,
        schema: Schema | None = None,
    ) -> Network:
        """Return the network of typed tables, for a reader of another format; nothing is checked.

        Parameters
        ----------
        data
            A frame per name in `mobility.model.tables.TABLES`, with all columns of the schema (`tables.complete`).
        lines
            The LineString of each link in degrees, or None: links are straight then.
        rules, identity
            Profiles and rules, as of another network's `rules`; what results say of the network.
        schema
            Per table its columns; default: the shipped schema.csv.
        """
        places = frames.placed(data["places"])
        made = cls(
            places=places,
            links=frames.linked(data["links"], lines, places),
            **{n: data[n] for n in tables.SMALL_TABLES if n != "borders"},
            borders=data["borders"].assign(
                active=data["borders"]["usable"] & (data["borders"]["barred"] == ""), closure="", wait_asked=False
            ),
            rules=rules,
            identity=identity,
            schema=schema or files.shipped_schema(),
        )
        return derive(made)

    def save(self, path: str | Path) -> None:
        """Write the tables so that `Network.load` reads the very same network again; whole or not at all.

        What was set or added is written; a profile, closures and builds are no facts: a `Scenario` says them.

        Parameters
        ----------
        path
            NAME.gpkg (a GeoPackage, a layer per table), or a new folder: CSV tables and links.geojson, or, if it is
            called NAME.parquet, Parquet files (places and links are GeoParquet); schema.csv and profiles.toml.

        Raises
        ------
        InputError
            When it cannot be written: the folder holds something, what was set has no column, rules were changed.
        """
        files.save(self, path)

    def __repr__(self) -> str:
        """Return name, size and what is applied, in one line."""
        return summary.line(self)

    def _repr_html_(self) -> str:
        """Return what is in the network and what is applied, as a table for a notebook."""
        return summary.table(self)

    def __getstate__(self) -> dict[str, Any]:
        """Return what is sent to another process: the tables, not what was worked out from them, nor `base`."""
        return {part.name: getattr(self, part.name) for part in fields(self)} | {"base": None}

    @cached_property
    def kept(self) -> dict[Any, Any]:
        """What analyses worked out from this network and need again, by a key of theirs (its graphs)."""
        return {}

    @cached_property
    def names(self) -> NameIndex:
        """Index over everything that can be named."""
        tables = self.places, self.links, self.projects, self.structures, self.borders
        return NameIndex(partial(names.entries, *tables), partial(names.ids, *tables))

    def under(
        self,
        profile: str = "mixed",
        *,
        pace: str = PACES[1],
        modes: Iterable[str] = (),
        borders: str = "today",
        transit: str = "any",
        exclude_doubtful: bool = False,
        exclude_relief: bool = False,
        include_access: bool = False,
        detrain: bool = False,
    ) -> Network:
        """Return the network as a profile sees it: times, capacities, and what it cannot use switched off.

        Parameters
        ----------
        profile
            wheeled, mixed, heavy or peacetime (profiles.toml).
        pace
            Of trains: best, planning or observed.
        modes
            Only these modes of the profile ("road", "rail", "sea"); default: all.
        borders
            Border regime: today, permit-3-days, emers or schengen.
        transit
            any, nato, nato+partners, eu, pesco, sdp, recognises-kosovo or no-XX: who may be passed through.
        exclude_doubtful, exclude_relief
            Leave out links whose status is not verified; the relief ways, so that the skeleton is alone.
        include_access
            Count access links as candidates for loss (bottlenecks, disjoint routes).
        detrain
            Unload trains wherever a road meets a railway; slower where no ramp is known.

        Raises
        ------
        UnknownNameError
            When a word is unknown; the message lists the choices.
        """
        flags = {"exclude_doubtful": exclude_doubtful, "exclude_relief": exclude_relief, "detrain": detrain}
        return changes.under(self, profile, pace, modes, borders, transit, **flags, include_access=include_access)

    def moving(self, profile: str, pace: str = PACES[1]) -> Network:
        """Return the network under another profile and pace of trains; all else that was asked of it stays."""
        return changes.moving(self, profile, pace)

    def profiled(self) -> Network:
        """Return the network under the profile applied, or under `mixed` when none was."""
        return self if self.profile is not None else self.under()

    def close(self, *names: str, allow_empty: bool = False, width: float = areas.WIDTH_M) -> Network:
        """Return the network with links, places, structures, corridors, countries, borders, modes or areas closed.

        What was closed stands in its `closed`. A closure beats a build. Closing what is closed already changes nothing.

        Parameters
        ----------
        *names
            Each is matched as on the command line (`closures.resolve`), all on the network as it is before.
        allow_empty, width
            Take a closure that closes nothing in use; how near (metres) to lines and points of a file links are closed.

        Raises
        ------
        UnknownNameError, AmbiguousNameError, InputError
            When a name matches nothing, or two kinds of things; when a closure closes nothing.
        """
        return changes.close(self, names, allow_empty=allow_empty, width=width)

    def build(self, *names: str) -> Network:
        """Return the network with projects or planned links built: their names, ``corridor:VIII`` or ``all``.

        A project opens all links in its `links` and `upgrades`, the crossings they meet, and applies its changes.
        """
        return changes.build(self, names)

    def set(self, name: str, attribute: str, value: float) -> Network:
        """Return the network with one value changed.

        Parameters
        ----------
        name
            A link (all of that name), or for `wait` and `open` a border; for `capacity` a place too.
        attribute
            speed (km/h), limit (t, gross), capacity (vehicles per day; of a port or airport what it lands), failure
            (probability that the link is shut on the day of a move), exists (probability that it can be used at all: 0
            = it is out, 1 = sure; between them it is used, and left out in as many draws), wait (h, under any regime)
            or open (1 = open to the force whatever borders.csv says, 0 = shut whatever is built).
        value
            Within the bounds of `mobility.model.changes.SETTABLE`.
        """
        return changes.set_value(self, name, attribute, value)

    def add_place(self, rows: Rows, *, links: Rows | None = None) -> Network:
        """Return the network with places of one's own, checked like the tables.

        Parameters
        ----------
        rows
            A dict, several, or a frame, with columns of places.csv; `confidence` is low where none is given.
        links
            The links that join them, as `add_link` takes them: places that change modes come with theirs.

        Raises
        ------
        DataError
            With every fault found: a missing or unknown column, an id used twice, a value out of range ...
        """
        return additions.add(self, {"places": rows, "links": links})

    def add_link(self, rows: Rows) -> Network:
        """Return the network with links of one's own, checked as `add_place` does.

        Parameters
        ----------
        rows
            A dict, several, or a frame (a GeoDataFrame too), with columns of links.csv. Needed are ``id``, ``from``,
            ``to``, ``mode``, ``corridors`` and ``source``. Where nothing is given, `name` joins those of the ends,
            `country` is what both ends share (by sea: those of both), `status` is open, confidences are low, and
            `length_km` is 1.2 x the great circle, marked as an estimate in `length_source`. ``geometry`` is a
            LineString in degrees from place to place; without one the link is drawn straight.
        """
        return additions.add(self, {"links": rows})

    def add_project(self, rows: Rows, *, upgrades: Rows | None = None) -> Network:
        """Return the network with projects of one's own, which `build` takes, checked as `add_place` does.

        Parameters
        ----------
        rows
            A dict, several, or a frame, with columns of projects.csv: ``links`` that it opens (planned: see
            `add_link`). Needed are ``id``, ``name`` and ``source``. Where nothing is given, `mode` and
            `country` are those of its links, `status` is planned and `confidence` low.
        upgrades
            What it changes: columns of upgrades.csv (``project, link, attribute, after, source``); `today` is the
            link's value, status and confidence are those of the project, whose `upgrades` list these links.
        """
        return additions.add(self, {"projects": rows, "upgrades": upgrades})

    def lifting(self, countries: Iterable[str]) -> Network:
        """Return the network as a pair sees it whose own ends lie in `countries`: transit there is allowed."""
        return changes.lifting(self, countries)

    def crossing_wait_h(self) -> pd.Series:
        """Return hours lost per crossing (index as `borders`) under the regime."""
        return changes.crossing_wait_h(self)

    @cached_property
    def counted(self) -> np.ndarray[Any, Any]:
        """Which links can be lost and limit what passes: all but access links, with `include_access` all."""
        return np.asarray((self.links["corridors"] != ACCESS).to_numpy() | self.include_access)

    def countries_of(self, place: str) -> list[str]:
        """Return the codes of the country or countries a place lies in."""
        return dashed(str(self._countries[self.places.index.get_loc(place)]))

    @cached_property
    def _countries(self) -> np.ndarray[Any, Any]:
        return np.asarray(self.places["country"], dtype=object)

    def place_named(self, word: str) -> str:
        """Return the id of the one place that a name or `latitude,longitude` means; raises when none or several are."""
        return points.place_named(self, word)

    def places_named(self, words: str | Iterable[str]) -> list[str]:
        """Return the ids of the places that words name, each once; ``set:NAME`` names all places of a set."""
        return points.places_named(self, words)


def _read(home: Path, trust: str | None, tell: Say) -> cache.Parts:
    schema, raw = files.read_sound(home, trust, tell)
    lines = raw["links"].columns.pop("geometry", None)
    data = {name: tables.frame(raw.pop(name), schema[name]) for name in tables.TABLES}  # large: one at a time
    return cache.Parts(data, lines, files.rules_at(home), Identity.of(home), schema)
