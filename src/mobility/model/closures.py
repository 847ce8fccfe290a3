"""What a name on the command line closes or builds: links, places, structures, corridors, areas."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from mobility.errors import AmbiguousNameError, InputError, UnknownNameError
from mobility.model import areas
from mobility.model.names import coordinates, fold
from mobility.model.sphere import reprojected
from mobility.model.windows import CLOCKED, Timed, Window, split_window
from mobility.vocabulary import ACCESS, MODES, RELIEF, dashed, split

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from mobility.model.network import Network

_EXAMPLES = {
    "corridor": "corridor:VIII, corridor:VIII:rail, corridor:VIII:only",
    "country": "country:RS",
    "mode": "mode:rail",
    "border": "border:tabanovce",
    "area": "area:FILE.geojson",
    "around": "around:PLACE:25km or around:42.7,23.3:25km",
}


@dataclass(frozen=True)
class Closure:
    """Ids that a closure takes out, and why; and what a file held that closes nothing, in words.

    `one_way` are links that it closes from their `from` to their `to` only. `astray` says where an area lies that
    meets no link.
    """

    reason: str
    links: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    borders: tuple[str, ...] = ()
    one_way: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    astray: str = ""


class Beside(str):
    """A name as a file has it that lies in `folder`: what path it holds starts there."""

    __slots__ = ("folder",)

    folder: str

    def __new__(cls, text: str, folder: str = "") -> Self:
        """Return the name with its folder."""
        made = super().__new__(cls, text)
        made.folder = folder
        return made

    def __reduce__(self) -> tuple[type[Self], tuple[str, str]]:
        return type(self), (str(self), self.folder)

    def __eq__(self, other: object) -> bool:
        return str.__eq__(self, other) is True and (not isinstance(other, Beside) or self.folder == other.folder)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


def resolve(net: Network, text: str, width_m: float = areas.WIDTH_M) -> Closure:
    """Return what `text` closes.

    Parameters
    ----------
    net
        The network.
    text
        Name of a link (all active links of that name, in either direction; with ``>`` after it only from its
        first place to its second), place (its links too), structure (all links it carries) or country;
        ``link: place: structure:`` narrow the search; or ``corridor:VIII`` (of one mode: ``corridor:VIII:rail``;
        without what other corridors share: ``corridor:VIII:only``), ``country:RS``, ``border:NAME``,
        ``border:BA-RS`` (every crossing of the two), ``mode:rail``, ``area:FILE.geojson``, ``around:PLACE:25km``
        (or ``around:LAT,LON:25km``). A path is relative to the working folder, of a `Beside` to its folder.
    width_m
        How near to the lines and points of a file a link is closed (its polygons close what they touch).

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        When nothing, or things of two kinds, match.
    InputError
        When a file or distance is not usable.
    """
    if window := _split(net, text)[1]:
        Window.of(window)  # says what is wrong with it
        raise InputError(f"{text!r}: here a closure holds all the time; leave out from @ on, or ask {CLOCKED}")
    kind, _, rest = text.partition(":")
    by_kind = {
        "corridor": _corridor,
        "country": _country,
        "mode": _mode,
        "border": _border,
        "around": _around,
    }
    word = kind.strip().casefold()
    if word in _EXAMPLES and ":" in text:
        if not rest.strip():
            raise InputError(f"{text!r} names nothing; write for instance {_EXAMPLES[word]}")
        return _area(net, area_path(text), width_m) if word == "area" else by_kind[word](net, rest.strip())
    return _named(net, text)


def resolve_timed(net: Network, text: str, width_m: float = areas.WIDTH_M) -> Timed | None:
    """Return what `text` closes in its window, as ``NAME@Mon-Sat 08:00-17:30``; None where it has none."""
    name, window = _split(net, text)
    if not window:
        return None
    closure = resolve(net, Beside(name, text.folder) if isinstance(text, Beside) else name, width_m)
    leaving = tuple((link, str(net.links.at[link, "from"])) for link in closure.one_way)
    return Timed(str(text), replace(closure, reason=f"{closure.reason}, {window}"), Window.of(window), leaving)


def _split(net: Network, text: str) -> tuple[str, str]:
    """Return a closure and its window, "" where it has none: a name of the network may hold an @."""
    name, window = split_window(text)
    if window:
        try:
            net.names.find(text, ("link", "place", "structure"))
        except UnknownNameError:
            return name, window
    return text, ""


def area_path(text: str) -> str:
    """Return the path in ``area:PATH``, from where it is asked."""
    path = text.partition(":")[2].strip()
    return str(Path(text.folder, path)) if isinstance(text, Beside) else path


def _named(net: Network, text: str) -> Closure:
    """Return what a name without a kind before it closes."""
    if "->" in text or "→" in text:
        raise InputError(
            f"{text!r}: one direction of a link is its name or id with > after it, as in 'durres-vore-road>'"
        )
    if text.rstrip().endswith(">"):
        return _one_way(net, text.rstrip()[:-1].rstrip())
    try:
        hits = net.names.find(text, ("link", "place", "structure"))
    except UnknownNameError:
        if fold(text) not in {fold(name) for name in net.countries["name"]}:
            raise
        return _country(net, text)
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
    links = [] if net.names.known(text, ("project",)) else net.names.known(text, ("link",))
    if links:
        unbuilt = [hit.id for hit in links if net.links.at[hit.id, "status"] != "open"]
        if not unbuilt:
            raise InputError(f"{text!r} is open already; -b builds projects and planned links")
        return unbuilt, net.upgrades.iloc[0:0]
    try:
        project = net.names.one(text, ("project",)).id
    except UnknownNameError as miss:
        raise UnknownNameError(str(miss).replace("no project", "no project or planned link")) from None
    row = net.projects.loc[net.projects["id"] == project].iloc[0]
    return split(row["links"]) + split(row["upgrades"]), net.upgrades[net.upgrades["project"] == project]


def corridor_code(net: Network, text: str) -> str:
    """Return the code of a corridor whatever its case; raises UnknownNameError listing the codes."""
    codes = {str(code).casefold(): str(code) for code in net.corridors["code"]}
    if text.casefold() not in codes:
        raise UnknownNameError(f"no corridor is called {text!r}; there are {', '.join(codes.values())}")
    return codes[text.casefold()]


def corridor_codes(net: Network, code: str) -> set[str]:
    """Return the codes that the links of a corridor carry: its own, or those of the corridors that make it up."""
    made_of = dict(zip(net.corridors["code"], net.corridors.get("members", ()), strict=False))
    return {code, *split(str(made_of.get(code, "")))}


def country_code(net: Network, text: str) -> str:
    """Return a country's code from its code or name; raises UnknownNameError listing the codes."""
    table = net.countries
    both = [*zip(table["iso2"], table["iso2"], strict=True), *zip(table["name"], table["iso2"], strict=True)]
    known = {fold(str(word)): str(code) for word, code in both}
    if fold(text) not in known:
        raise UnknownNameError(f"no country is called {text!r}; there are {', '.join(table['iso2'])}")
    return known[fold(text)]


def mode_name(text: str) -> str:
    """Return a mode whatever its case; raises UnknownNameError listing the modes."""
    if text.casefold() not in MODES:
        raise UnknownNameError(f"no mode is called {text!r}; there are {', '.join(MODES)}")
    return text.casefold()


def _links_at(net: Network, places: Iterable[str]) -> tuple[str, ...]:
    at = set(places)
    return tuple(net.links.index[net.links["from"].isin(at) | net.links["to"].isin(at)])


def _one_way(net: Network, text: str) -> Closure:
    hits = net.names.find(text, ("link",))
    if len(hits) > 1:
        raise AmbiguousNameError(f"{text!r} names {', '.join(map(str, hits))}. Give one of these ids with > after it.")
    link = net.links.loc[hits[0].id]
    start, end = (net.places.at[link[side], "name"] for side in ("from", "to"))
    reason = f"closed: {link['name']} from {start} to {end}"
    if link["oneway"]:  # there is no other direction
        return Closure(reason, links=(hits[0].id,))
    return Closure(reason, one_way=(hits[0].id,))


def _corridor(net: Network, text: str) -> Closure:
    name, *words = (word.strip() for word in text.split(":"))
    code, alone = corridor_code(net, name), any(word.casefold() == "only" for word in words)
    named = [mode_name(word) for word in words if word and word.casefold() != "only"]
    if len(named) > 1:
        raise InputError(f"corridor:{text}: give one mode, as corridor:VIII:rail, or leave it out for both")
    codes = corridor_codes(net, code)
    own = codes | {RELIEF, ACCESS}
    found = [
        i
        for i, cell, mode in zip(net.links.index, net.links["corridors"], net.links["mode"], strict=True)
        if codes & (tagged := set(split(cell))) and mode in (named or MODES) and not (alone and tagged - own)
    ]
    how = (f" by {named[0]}" if named else "") + (", without what other corridors share" if alone else "")
    return Closure(f"closed: corridor {code}{how}", links=tuple(found))


def _country(net: Network, text: str) -> Closure:
    code = country_code(net, text)
    inside = tuple(net.places.index[net.places["country"] == code])
    listed = [i for i, cell in zip(net.links.index, net.links["country"], strict=True) if code in dashed(cell)]
    return Closure(f"closed: country {code}", links=tuple(listed), places=inside)


def _mode(net: Network, text: str) -> Closure:
    mode = mode_name(text)
    return Closure(f"closed: mode {mode}", links=tuple(net.links.index[net.links["mode"] == mode]))


def _border(net: Network, text: str) -> Closure:
    codes = {code.strip().upper() for code in text.split("-")}
    if len(codes) == 2 and codes <= set(net.countries["iso2"]):  # noqa: PLR2004 - of two countries
        of_both = [set(dashed(cell)) == codes for cell in net.borders["countries"]]
        places = tuple(net.borders.loc[of_both, "place"].unique())
        if not places:
            raise InputError(f"border:{text}: no crossing of these two countries is in the network")
        return Closure(f"closed: every crossing {'-'.join(sorted(codes))}", borders=places)
    hit = net.names.one(text, ("border",))
    return Closure(f"closed: border {hit.name}", borders=(hit.id,))


def _area(net: Network, text: str, width_m: float) -> Closure:
    met = areas.meet(net, areas.read(text), width_m)
    beside = f", {width_m:g} m beside its lines and points" if met.beside else ""
    name = Path(text).name.encode(errors="replace").decode()  # a file may be called by half letters, a table holds none
    reason = f"closed: area {name}{beside}"
    return Closure(reason, met.links, met.places, left_out=met.left_out, astray=met.astray)


def _around(net: Network, text: str) -> Closure:
    name, _, distance = text.rpartition(":")
    try:
        km = float(distance.strip().casefold().removesuffix("km"))
    except ValueError:
        km = -1
    if not name or not 0 < km < 20_000:  # noqa: PLR2004 - half the Earth
        raise InputError(f"around:{text}: write around:PLACE:25km or around:LAT,LON:25km")
    from geopandas import GeoSeries
    from shapely import Point

    if at := coordinates(name):
        here, called = Point(at[::-1]), f"{at[0]:g},{at[1]:g}"
    else:
        place = net.names.one(name, ("place",))
        here, called = Point(net.places.at[place.id, "lon"], net.places.at[place.id, "lat"]), place.name
    true_to_centre = f"+proj=aeqd +lat_0={here.y} +lon_0={here.x}"
    drawn = areas.over_the_date_line(net.links.geometry)
    lines = reprojected(GeoSeries(drawn.segmentize(0.05)), true_to_centre)  # bends follow the lines as drawn
    points = reprojected(net.places.geometry, true_to_centre)
    near, inside = (shapes.distance(Point(0, 0)) <= km * 1000 for shapes in (lines, points))
    return Closure(f"closed: {km:g} km around {called}", tuple(net.links.index[near]), tuple(net.places.index[inside]))
