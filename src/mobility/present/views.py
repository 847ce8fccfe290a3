"""What a map shows, before anything draws it: lines, notes, a title that says the finding, and the table behind it."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mobility.analysis.bottlenecks import bottlenecks
from mobility.analysis.interdiction import interdict
from mobility.analysis.pairs import CONNECTED, pairs_of, routes
from mobility.analysis.redundancy import opened_by, project_gains
from mobility.analysis.whatif import changed, whatif
from mobility.model.names import some
from mobility.model.tables import split
from mobility.present import style
from mobility.present.words import data_words, gain_words, loss_words, profile_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd
    from matplotlib.figure import Figure

    from mobility.model.network import Network
    from mobility.present.page import OfflineMap

    Words = Iterable[str] | None

_WORST = 20  # rows of a table beside a map
_HUB = 7  # links at a town from which on it is named early
_WHOLE, _LEAST = 10, 0.01  # of a legend's values: from here on without decimals, below here not told apart
_ROUTES = "best routes (wider: more pairs)"


@dataclass(frozen=True)
class Under:
    """What is drawn below the links: a broad line whose width follows a value, and what a link's card says of it."""

    label: str
    colour: str
    values: Mapping[str, float]
    notes: Mapping[str, str]
    unit: str = ""

    def steps(self) -> list[tuple[float, str]]:
        """Return values for a legend, in words too: the greatest, and those nearest to a quarter and a sixteenth."""
        values = sorted(set(self.values.values()), reverse=True)
        aims = [values[0] / share for share in (1, 4, 16)] if values else []
        shown = dict.fromkeys(min(values, key=lambda v, aim=aim: abs(v - aim)) for aim in aims)  # type: ignore[misc]
        return [(value, self._words(value)) for value in shown]

    def _words(self, value: float) -> str:
        text = f"{value:,.0f}" if value >= _WHOLE else f"{value:.2g}" if value >= _LEAST else f"< {_LEAST}"
        return f"{text} {self.unit.removesuffix('s') if value == 1 else self.unit}".strip()


@dataclass(frozen=True, eq=False)
class View:
    """What a map shows: save it as a page or a picture, or let a notebook show it.

    Attributes
    ----------
    network : Network
        Under a profile; all its links are drawn.
    title : str
        The finding.
    layers : tuple of Under
        Drawn below the links, the first lowest.
    ends : frozenset of str
        Origins and destinations.
    table : DataFrame
        What the map shows, as rows; `columns` are those worth reading.
    said, noted : str
        More of the finding, below the title; and of what it rests on, below the map.
    goals : frozenset of str or None
        Which of the ends are destinations; None: those that places.csv says are.
    marked : dict
        Places with a ring that says what binds: what stands behind their name.
    """

    network: Network
    title: str
    layers: tuple[Under, ...]
    ends: frozenset[str]
    table: pd.DataFrame
    columns: tuple[str, ...]
    said: str = ""
    noted: str = ""
    goals: frozenset[str] | None = None
    marked: Mapping[str, str] = field(default_factory=dict)

    @property
    def subtitle(self) -> str:
        """More of the finding, the profile and what was changed, in words."""
        return f"{self.said} {profile_words(self.network)}".lstrip()

    @property
    def footnote(self) -> str:
        """What must stand below every map: the note on Kosovo, who drew what, and the data's version and date."""
        return f"{self.noted} {style.KOSOVO_NOTE} {style.ATTRIBUTION} {data_words(self.network)}".lstrip()

    def framed(self) -> gpd.GeoSeries:
        """Return what the map must hold: what its layers draw and its ends; with no layer the whole network.

        Of the whole network sea lanes count only where they are all there is.
        """
        links, places = self.network.links, self.network.places
        shown = [link for layer in self.layers for link in layer.values]  # noqa: PD011 - no frame
        if not self.layers:
            shown = list(links.index[links["mode"] != "sea"]) or list(links.index)
        return pd.concat([links.geometry[shown], places.geometry[sorted(self.ends)]])

    def labels(self) -> pd.DataFrame:
        """Return what each place is called on the map (`label`), its `role` there, and its `rank`: 0 is named first."""
        places = self.network.places
        labels = places["name"].str.replace(r" \(.*\)", "", regex=True) + np.where(places["country"] == "XK", "*", "")
        known = places["role"].where(places["role"] != "", "origin")
        if self.goals is not None:
            known = np.where(places.index.isin(self.goals), "destination", "origin")
        roles = np.where(places.index.isin(self.ends), known, "")
        labels += [f": {self.marked[place]}" if place in self.marked else "" for place in places.index]
        # Ports and bases asked about come first, with what binds.
        first = ((roles != "") & (places["kind"] == "port")) | places.index.isin(self.marked)
        ranks = np.select([first, roles != ""], [0, 1], town_ranks(self.network))
        return pd.DataFrame({"label": labels, "role": roles, "rank": ranks}, index=places.index)

    def breadth(self, value: float) -> float:
        """Return the width in px of a layer's line: all layers by one measure, for they are compared."""
        most = max(v for layer in self.layers for v in layer.values.values()) or 1  # noqa: PD011 - no frame
        return 5 + 7 * float((value / most) ** 0.5)

    def page(self) -> OfflineMap:
        """Return the map as a folium Map, to which folium's own layers can be added."""
        from mobility.present.maps import page_of

        return page_of(self)

    def figure(self) -> Figure:
        """Return the map for print as a matplotlib Figure."""
        from mobility.present.figures import figure_of

        return figure_of(self)

    def encoded(self, suffix: str) -> bytes:
        """Return the map as a file: .html (opens with no network), .png, .svg or .pdf."""
        if suffix.casefold() in {".html", ".htm"}:
            return self.page().html().encode()
        from mobility.present.sheet import picture

        return picture(self.figure(), suffix)

    def save(self, path: str | Path) -> None:
        """Write the map as a file; the suffix says which: .html (opens with no network), .png, .svg or .pdf."""
        Path(path).write_bytes(self.encoded(Path(path).suffix))

    def _repr_html_(self) -> str:
        """Return the map for a notebook."""
        return str(self.page()._repr_html_())

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Return the map for a notebook as page and as picture: what shows it chooses (a PDF takes the picture)."""
        del include, exclude
        png = b64encode(self.encoded(".png")).decode()
        return {"text/html": self._repr_html_(), "image/png": png, "text/plain": f"{self.title}. {self.subtitle}"}


def link_states(links: pd.DataFrame) -> list[str]:
    """Return how each link is drawn: "" in use, or "closed", "planned" (not open) or "unused" (by this profile)."""
    open_ = (links["status"] == "open") | links["built"]
    found: list[str] = np.select(
        [links["closure"] != "", ~open_, ~links["active"]], ["closed", "planned", "unused"], ""
    ).tolist()
    return found


def town_ranks(network: Network) -> list[int]:
    """Return which places are named early: 2 for a town where many links meet, 3 for other towns, 4 for the rest."""
    met = Counter([*network.links["from"], *network.links["to"]])
    towns = network.places["kind"].isin(["city", "port"])
    return [4 if not town else 2 if met[place] >= _HUB else 3 for place, town in towns.items()]


def network_map(network: Network, *, title: str = "") -> View:
    """Return a map of the whole network: corridors by colour, modes and status by line."""
    net = network.profiled()
    active = int(net.links["active"].sum())
    words = title or f"{len(net.places)} places, {len(net.links)} links, {active} of them usable"
    rows = []
    for code, name in zip(net.corridors["code"], net.corridors["name"], strict=True):
        own = net.links[[code in split(cell) for cell in net.links["corridors"]]]
        usable = own[own["active"]]
        rows.append([code, name, len(own), len(usable), own["length_km"].sum(), usable["length_km"].sum()])
    columns = ("corridor", "name", "links", "usable_links", "length_km", "usable_km")
    table = pd.DataFrame(rows, columns=list(columns))
    return View(net, words, (), frozenset(net.places.index[net.places["role"] != ""]), table, columns)


def route_map(network: Network, origins: Words = None, destinations: Words = None, *, title: str = "") -> View:
    """Return a map of the best routes of all pairs, or of one pair.

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used.
    origins, destinations
        As in `mobility.routes`; default: the places of role origin and destination.
    title
        Default: what the map finds, in words.
    """
    return routes_view(network.profiled(), routes(network, origins, destinations), title)


def routes_view(net: Network, table: pd.DataFrame, title: str = "") -> View:
    """Return the view of a table of `mobility.routes`; `net` is the network it was computed on, under its profile."""
    joined = table[table["state"] == CONNECTED]
    called = net.places["name"]
    if len(table) == 1:
        row = table.iloc[0]
        words = f"{called[row['from']]} – {called[row['to']]}: "
        words += f"{row['time_h']:.1f} h, {row['length_km']:,.0f} km" if len(joined) else f"no route ({row['state']})"
    else:
        origin_count, goal_count = table["from"].nunique(), table["to"].nunique()
        words = f"{origin_count} origins to {goal_count} destinations: {len(joined)} of {len(table)} pairs connected"
        if len(joined):
            words += f", {joined['time_h'].mean():.1f} h on average"
    under = _routes_under(joined["links"], _ROUTES if len(table) > 1 else "best route", style.ROUTE_COLOUR)
    columns = ("from", "to", "state", "time_h", "length_km", "borders", "disjoint_routes")
    return View(net, title or words, (under,), _ends(table), table, columns, goals=frozenset(table["to"]))


def whatif_map(
    before: Network, after: Network, origins: Words = None, destinations: Words = None, *, title: str = ""
) -> View:
    """Return a map of the best routes of all pairs before (grey) and after (yellow) a change.

    Parameters as in `mobility.whatif`; the title defaults to what the change costs or gains.
    """
    return whatif_view(after.profiled(), whatif(before, after, origins, destinations), title)


def whatif_view(after: Network, table: pd.DataFrame, title: str = "") -> View:
    """Return the view of a table of `mobility.whatif`."""
    changes = []
    for part, how in ((table[table["delta_h"] > 0], "slower"), (table[table["delta_h"] < 0], "faster")):
        if len(part):
            changes.append(f"{len(part)} of {len(table)} pairs {how}, {part['delta_h'].abs().mean():.1f} h on average")
    lost = int(table["cut_off"].sum())
    words = "; ".join([*(changes or ["no pair is slower or faster"]), f"{lost or 'none'} cut off"])
    layers = (
        _routes_under(table["links_before"], "best routes before", style.BEFORE_COLOUR),
        _routes_under(table["links_after"], _ROUTES.replace(" (", " after ("), style.ROUTE_COLOUR),
    )
    columns = ("from", "to", "state_after", "time_h_before", "time_h_after", "delta_h")
    return View(after, title or words, layers, _ends(table), changed(table), columns, goals=frozenset(table["to"]))


def interdiction_map(
    network: Network, k: int, origins: Words = None, destinations: Words = None, *, title: str = ""
) -> View:
    """Return a map of the k links whose closure hurts most, and of the best routes before and after it.

    Parameters as in `mobility.interdict`.
    """
    net = network.profiled()
    curve = interdict(net, k, origins=origins, destinations=destinations)
    worst = split(curve["links"].iloc[-1]) if len(curve) else []
    if not title and worst:
        last = curve.iloc[-1]
        title = f"The worst {last['k']} closures: {some(net.links['name'][worst])} – "
        title += f"{last['pairs_cut_off']} pairs cut off, {last['delta_h']:,.1f} h lost in all by the rest"
    view = whatif_map(net, net.close(*(f"link:{link}" for link in worst)), origins, destinations, title=title)
    columns = ("k", "pairs_cut_off", "delta_h", "optimal", "links")
    return replace(view, table=curve, columns=columns)


def bottleneck_map(network: Network, origins: Words = None, destinations: Words = None, *, title: str = "") -> View:
    """Return a map of what the loss of each link costs: the wider, the more hours over all pairs.

    Parameters as in `mobility.bottlenecks`; the title defaults to the worst loss.
    """
    net = network.profiled()
    table = bottlenecks(net, "link", origins, destinations)
    return bottlenecks_view(net, table, _places(net, origins, destinations), title)


def bottlenecks_view(net: Network, table: pd.DataFrame, ends: frozenset[str], title: str = "") -> View:
    """Return the view of a table of `mobility.bottlenecks` by link, between some places."""
    hurt = table[(table["total_delay_h"] > 0) | table["sole_link"]]
    # A link that cuts pairs off is drawn as wide as the widest.
    worst = hurt["total_delay_h"].max() if len(hurt) else 1.0
    values = dict(zip(hurt["link"], hurt["total_delay_h"].where(~hurt["sole_link"], worst), strict=True))
    notes = {
        row["link"]: f"if lost: {row['pairs_delayed']} pairs lose {row['mean_delay_h']:.1f} h on average, "
        f"{row['pairs_cut_off']} cut off"
        for row in hurt.to_dict("records")
    }
    under = Under("hours lost with the link (wider: more)", style.ROUTE_COLOUR, values, notes, "h")
    columns = ("name", "mode", "pairs_using", "pairs_delayed", "pairs_cut_off", "mean_delay_h", "worst_delay_h")
    return View(net, title or loss_words(table), (under,), ends, hurt.head(_WORST), columns)


def redundancy_map(
    network: Network, projects: Words = None, origins: Words = None, destinations: Words = None, *, title: str = ""
) -> View:
    """Return a map of what each project gains: the wider, the more hours off the mean best time.

    Parameters as in `mobility.project_gains`; the title defaults to the largest gain. A link of several
    projects is drawn by the one that gains most.
    """
    net = network.profiled()
    table = project_gains(net, projects, origins, destinations)
    return gains_view(net, table, _places(net, origins, destinations), title)


def gains_view(net: Network, table: pd.DataFrame, ends: frozenset[str], title: str = "") -> View:
    """Return the view of a table of `mobility.project_gains`, between some places."""
    helps = table[table["gain_h"] > 0].sort_values("gain_h")
    values, notes = {}, {}
    for row in helps.to_dict("records"):
        for link in opened_by(net, row["project"]):
            values[link] = row["gain_h"]
            notes[link] = f"{row['name']}: {row['gain_h']:.2f} h off the mean best time of the pairs"
    under = Under("hours gained by its project (wider: more)", style.ROUTE_COLOUR, values, notes, "h")
    columns = ("name", "cost_eur_m", "gain_h", "n1_gain_h", "disjoint_gain", "capacity_gain_vehicles_day")
    return View(net, title or gain_words(table), (under,), ends, table.head(_WORST), columns)


def _places(net: Network, origins: Words, destinations: Words) -> frozenset[str]:
    return frozenset(place for pair in pairs_of(net, origins, destinations) for place in pair)


def _ends(table: pd.DataFrame) -> frozenset[str]:
    return frozenset([*table["from"], *table["to"]])


def _routes_under(cells: Iterable[str], label: str, colour: str) -> Under:
    """Count how many routes use each link."""
    used = Counter(i for cell in cells for i in split(cell))
    what = label.partition(" (")[0].replace("best routes", "best route")
    return Under(label, colour, used, {i: f"{what}: {n} pair{'s' * (n != 1)}" for i, n in used.items()}, "pairs")
