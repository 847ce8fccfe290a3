"""The network as tables: places and links, and the pure functions that close, build and set."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from mobility.errors import DataError, InputError
from mobility.model import closures, passage, points, profiles, tables
from mobility.model.checks import check_tables
from mobility.model.names import Named, NameIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import networkx as nx

    from mobility.model.profiles import Profile, Regime, Rules

CRS = "EPSG:4326"
# Attribute of `set`: its column, and what it may be.
SETTABLE = {
    "speed": ("speed_kmh", 1, 1000),
    "limit": ("max_gross_t", 0, 1000),
    "capacity": ("capacity_stated", 0, 1_000_000),
    "failure": ("failure_stated", 0, 1),
    "wait": ("wait_h", 0, 1000),
    "open": ("active", 0, 1),
}


def default_folder() -> Path:
    """Return the folder of the shipped network: inside the package, else the checkout's geodata/."""
    packaged = Path(__file__).parent.parent / "geodata"
    return packaged if packaged.exists() else Path(__file__).parents[3] / "geodata"


class Identity(NamedTuple):
    """What a result says of the network it was computed on."""

    name: str
    version: str
    sha256: str

    @classmethod
    def of(cls, home: Path) -> Identity:
        """Return the identity of a folder or GeoPackage; the version is that of the shipped network only."""
        from mobility import __version__

        shipped = home.resolve() == default_folder().resolve()
        return cls(home.resolve().stem, __version__ if shipped else "", tables.checksum(home))


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
    regime: Regime | None = None
    denied: frozenset[str] = frozenset()
    exclude_doubtful: bool = False
    include_access: bool = False

    @classmethod
    def load(cls, path: str | Path | None = None) -> Network:
        """Read and check a network.

        Parameters
        ----------
        path
            A folder like geodata/ or a GeoPackage; default: the shipped network. schema.csv and
            profiles.toml are the shipped ones where the folder has none.

        Raises
        ------
        InputError
            When there is nothing to read at `path`.
        DataError
            With every fault found, when the tables have any.

        Examples
        --------
        >>> net = Network.load()
        >>> net.links.loc["tabanovce-kumanovo-rail", "mode"]
        'rail'
        """
        home = Path(path) if path else default_folder()
        schema, raw = read(home)
        faults = [f for f in check_tables(raw, schema) if f.severity == "fault"]
        if faults:
            raise DataError(home, faults)
        lines = raw["links"].columns.get("geometry")
        data = {name: tables.frame(raw.pop(name), schema[name]) for name in tables.TABLES}  # large: one at a time
        return cls.of_frames(data, lines, rules_at(home), Identity.of(home))

    @classmethod
    def of_frames(cls, data: Mapping[str, pd.DataFrame], lines: Any, rules: Rules, identity: Identity) -> Network:  # noqa: ANN401
        """Return the network of typed tables, one per name in `TABLES`, all columns of schema.csv in each.

        `lines` holds the LineString of each link, or is None: links are straight then.
        """
        places, links = data["places"].set_index("id", drop=False), data["links"].set_index("id", drop=False)
        places["active"] = True
        links = links.assign(built=False, closure="", capacity_stated=np.nan, failure_stated=np.nan)
        dots = shapely.points(places["lon"], places["lat"])
        if lines is None:
            at = dict(zip(places.index, dots, strict=True))
            lines = [shapely.LineString([at[a], at[b]]) for a, b in zip(links["from"], links["to"], strict=True)]
        network = cls(
            places=gpd.GeoDataFrame(places, geometry=dots, crs=CRS),
            links=gpd.GeoDataFrame(links, geometry=np.array(lines, dtype=object), crs=CRS),
            **{n: data[n] for n in tables.SMALL_TABLES if n != "borders"},
            borders=data["borders"].assign(
                active=data["borders"]["usable"] & (data["borders"]["barred"] == ""), closure=""
            ),
            rules=rules,
            identity=identity,
        )
        return derive(network)

    def to_osmnx(self) -> nx.MultiDiGraph:
        """Return the active links as a graph that osmnx works with (`multigraph.to_osmnx`)."""
        from mobility.model.multigraph import to_osmnx

        return to_osmnx(self)

    @classmethod
    def from_osmnx(cls, graph: nx.MultiDiGraph, *, country: str = "", like: Network | None = None) -> Network:
        """Return the network of a graph that `to_osmnx` or osmnx itself made (`multigraph.from_osmnx`)."""
        from mobility.model.multigraph import from_osmnx

        return from_osmnx(graph, country=country, like=like)

    @cached_property
    def names(self) -> NameIndex:
        """Index over everything that can be named."""
        return NameIndex(partial(_entries, self.places, self.links, self.projects, self.structures, self.borders))

    def under(
        self,
        profile: str = "mixed",
        *,
        modes: Iterable[str] = (),
        borders: str = "today",
        transit: str = "any",
        exclude_doubtful: bool = False,
        include_access: bool = False,
    ) -> Network:
        """Return the network as a profile sees it: times, capacities, and what it cannot use switched off.

        Parameters
        ----------
        profile
            wheeled, heavy or mixed (profiles.toml).
        modes
            Only these modes of the profile ("road", "rail", "sea"); default: all.
        borders
            Border regime: today, permit-3-days, emers or schengen.
        transit
            any, nato, nato+partners, eu, recognises-kosovo or no-XX: countries that may not be passed through.
        exclude_doubtful
            Leave out links whose status is not verified.
        include_access
            Count access links as candidates for loss (bottlenecks, disjoint routes).

        Raises
        ------
        UnknownNameError
            When a word is unknown; the message lists the choices.
        """
        chosen = self.rules.profile(profile)
        wanted = tuple(modes) or chosen.modes
        for mode in wanted:
            if mode not in chosen.modes:
                raise InputError(f"profile {chosen.name} has no mode {mode!r}; it has {', '.join(chosen.modes)}")
        seen = replace(
            self,
            profile=replace(chosen, modes=tuple(m for m in chosen.modes if m in wanted)),
            regime=self.rules.regime(borders),
            denied=profiles.denied_countries(transit, self.countries, self.rules.partners),
            exclude_doubtful=exclude_doubtful,
            include_access=include_access,
        )
        return derive(seen)

    def profiled(self) -> Network:
        """Return the network under the profile applied, or under `mixed` when none was."""
        return self if self.profile is not None else self.under()

    def close(self, *names: str) -> Network:
        """Return the network with links, places, structures, corridors, countries, borders, modes or areas closed.

        Each name is matched as on the command line (`closures.resolve`). A closure beats a build.
        Closing what is closed already changes nothing. Raises UnknownNameError or
        AmbiguousNameError when a name matches nothing or two kinds of things.
        """
        network = self
        for closure in [closures.resolve(self, name) for name in names]:
            network = network._closed(closure)
        return network

    def build(self, *names: str) -> Network:
        """Return the network with projects or planned links built.

        Parameters
        ----------
        *names
            Project, planned link, ``corridor:VIII`` or ``all``. A project opens every link in its
            `links` and `upgrades`, the border crossings they meet, and applies its changes.
        """
        opened: list[str] = []
        changes = self.upgrades.iloc[0:0]
        for name in names:
            links, upgrades = closures.resolve_build(self, name)
            opened += links
            changes = pd.concat([changes, upgrades])
        links, borders = self.links.copy(), self.borders.copy()
        for link, attribute, after in zip(changes["link"], changes["attribute"], changes["after"], strict=True):
            links.loc[link, attribute] = _typed(after, links[attribute])
        links["built"] |= links.index.isin(opened)
        links.loc[links["built"], "doubtful"] = False
        met = links.loc[links["built"]]
        ends = set(zip(met["from"], met["mode"], strict=True)) | set(zip(met["to"], met["mode"], strict=True))
        touched = np.array([pair in ends for pair in zip(borders["place"], borders["mode"], strict=True)], dtype=bool)
        borders["active"] |= touched & (borders["closure"] == "") & (borders["barred"] == "")
        return derive(replace(self, links=links, borders=borders))

    def set(self, name: str, attribute: str, value: float) -> Network:
        """Return the network with one value changed.

        Parameters
        ----------
        name
            A link (all of that name), or for `wait` and `open` a border; for `capacity` a place too.
        attribute
            speed (km/h), limit (t, gross), capacity (vehicles per day; of a port or airport what it lands), failure
            (probability that the link is shut on the day of a move), wait (h) or open (1 = open to the force
            whatever borders.csv says, 0 = shut).
        value
            Within the bounds of `SETTABLE`.
        """
        if attribute not in SETTABLE:
            raise InputError(f"cannot set {attribute!r}; there are {', '.join(SETTABLE)}")
        column, least, most = SETTABLE[attribute]
        if not least <= value <= most:
            raise InputError(f"{name}:{attribute}={value:g} is not between {least:,} and {most:,}")
        if attribute in {"wait", "open"}:
            place = self.names.one(name, ("border",)).id
            borders = self.borders.copy()
            borders.loc[borders["place"] == place, column] = bool(value) if attribute == "open" else value
            return replace(self, borders=borders)
        hits = self.names.find(name, ("link", "place") if attribute == "capacity" else ("link",))
        links, places = self.links.copy(), self.places.copy()
        links.loc[[hit.id for hit in hits if hit.kind == "link"], column] = value
        at = [hit.id for hit in hits if hit.kind == "place"]
        places.loc[at, ["capacity_day", "capacity_source"]] = [value, "as asked: --set"]
        return derive(replace(self, links=links, places=places))

    def lifting(self, countries: Iterable[str]) -> Network:
        """Return the network as a pair sees it whose own ends lie in `countries`: transit there is allowed."""
        denied = self.denied - set(countries)
        return self if denied == self.denied else derive(replace(self, denied=denied))

    def crossing_wait_h(self) -> pd.Series:
        """Return hours lost per crossing (index as `borders`) under the regime."""
        waits = self.borders["wait_h"].astype(float)
        if self.regime is not None and self.regime.internal_wait_h is not None:
            waits = np.minimum(waits, self.borders["mode"].map(self.regime.internal_wait_h))
        return waits

    @property
    def counted(self) -> np.ndarray[Any, Any]:
        """Which links can be lost and limit what passes: all but access links, with `include_access` all."""
        found: np.ndarray[Any, Any] = (self.links["corridors"] != "access").to_numpy() | self.include_access
        return found

    def countries_of(self, place: str) -> list[str]:
        """Return the codes of the country or countries a place lies in."""
        return str(self.places.at[place, "country"]).split("-")

    def place_named(self, word: str) -> str:
        """Return the id of the one place that a word names; raises when there is none, or several.

        A word like `60.17,24.94` (latitude,longitude) names the nearest place in use (`points.nearest`).
        """
        if word in self.places.index:
            return word
        at = points.coordinates(word)
        return points.nearest(self, *at)[0] if at else self.names.one(word, ("place",)).id

    def places_named(self, words: str | Iterable[str]) -> list[str]:
        """Return the ids of the places that words name, each once; ``set:NAME`` names all places of a set."""
        ids: list[str] = []
        for word in [words] if isinstance(words, str) else words:
            kind, _, rest = word.partition(":")
            ids += self.in_set(rest.strip()) if kind.strip().casefold() == "set" else [self.place_named(word)]
        return list(dict.fromkeys(ids))

    def in_set(self, name: str) -> list[str]:
        """Return the places of a set, in the order of the table; raises when there is no such set."""
        cells = zip(self.places.index, self.places["sets"].str.casefold(), strict=True)
        hits = [place for place, cell in cells if name.casefold() in tables.split(cell)]
        if not hits:
            known = sorted({s for cell in self.places["sets"] for s in tables.split(cell)})
            raise InputError(f"there is no set {name!r}; there are {', '.join(known) or 'none'}")
        return hits

    def _closed(self, what: closures.Closure) -> Network:
        links, places, borders = self.links.copy(), self.places.copy(), self.borders.copy()
        fresh = links.index.isin(what.links) & (links["closure"] == "")
        links.loc[fresh, ["closure", "reason"]] = what.reason  # no other reason comes before it (see `derive`)
        links.loc[fresh, "active"] = False
        places.loc[places.index.isin(what.places), "active"] = False
        borders.loc[borders["place"].isin(what.borders), ["active", "closure"]] = [False, what.reason]
        return replace(self, links=links, places=places, borders=borders)


def read(path: Path) -> tuple[dict[str, dict[str, tables.Column]], dict[str, tables.Table]]:
    """Read the raw tables of a network with the schema that they follow (its own or the shipped one)."""
    own = path / "schema.csv"
    schema = tables.read_schema(own if own.exists() else default_folder() / "schema.csv")
    return schema, tables.read_tables(path, schema)


def derive(network: Network) -> Network:
    """Return the network with what follows from its tables and profile: reason, active, times, capacity."""
    links = network.links
    new: dict[str, Any] = {}
    reason = np.full(len(links), "", dtype=object)  # of several the last written stands
    if network.denied:
        codes = {c: ";".join(sorted(network.denied & set(c.split("-")))) for c in links["country"].unique()}
        refused = links["country"].map(codes)
        reason[refused != ""] = "transit denied: " + refused[refused != ""]
    if network.exclude_doubtful:
        reason[links["doubtful"]] = "doubtful: status not verified"
    if network.profile is not None:
        refusal = passage.refusals(links, network.profile, network.rules)
        reason[refusal != ""] = refusal[refusal != ""]
        new["load_unknown"] = passage.load_unknown(links, network.rules)
        planning, new["speed_basis"] = passage.planning_speed(links, network.rules)
        new["speed"] = passage.driven_speed(links, planning, network.profile)
        new["driving_h"], new["time_h"] = passage.travel_hours(links, planning, network.profile)
        capacity = passage.vehicles_per_day(links, network.profile, network.rules, planning)
        new["capacity"] = links["capacity_stated"].fillna(capacity)
    unopened = (links["status"] != "open") & ~links["built"]
    reason[unopened] = links["status"][unopened].str.replace("_", " ")
    new["usable"] = reason == ""
    closed = links["closure"] != ""
    reason[closed] = links["closure"][closed]
    new["reason"], new["active"] = reason, reason == ""
    return replace(network, links=links.assign(**new))


def rules_at(home: Path) -> Rules:
    """Read the profiles and rules of a network: its own profiles.toml, or the shipped one."""
    own = home / "profiles.toml"
    return profiles.read_rules(own if own.exists() else default_folder() / "profiles.toml")


def _typed(cell: str, column: pd.Series) -> Any:  # noqa: ANN401
    if column.dtype == bool:
        return cell == "yes"
    return (float(cell) if cell else np.nan) if column.dtype == float else cell


def _entries(
    places: pd.DataFrame, links: pd.DataFrame, projects: pd.DataFrame, structures: pd.DataFrame, borders: pd.DataFrame
) -> Iterable[tuple[Named, list[str], list[str]]]:
    columns = [places[column].tolist() for column in ("id", "name", "name_en", "alt_names")]
    for key, name, english, alt in zip(*columns, strict=True):
        yield Named("place", key, name), [english], tables.split(alt) if alt else []
    called = dict(zip(*columns[:2], strict=True))
    columns = [links[column].tolist() for column in ("id", "name", "ref", "from", "to")]
    for key, name, ref, a, b in zip(*columns, strict=True):
        left, dash, right = name.partition("–")
        ends = [f"{called[a]}–{called[b]}", f"{called[b]}–{called[a]}"]
        yield Named("link", key, name), [ref, f"{right}–{left}" if dash else ""], ends
    for kind, table in (("project", projects), ("structure", structures)):
        for key, name in zip(table["id"], table["name"], strict=True):
            yield Named(kind, key, name), [], []
    for key in dict.fromkeys(borders["place"]):
        at = places.loc[key]
        yield Named("border", key, at["name"]), [at["name_en"]], tables.split(at["alt_names"])
