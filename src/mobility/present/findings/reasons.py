"""Why this route: the best against the next ones, what is refused, and how much may change before another is best."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from mobility.analysis import routing
from mobility.analysis.refused import refused_ways
from mobility.analysis.tolerance import tolerances
from mobility.model.names import some
from mobility.present import style
from mobility.present.finding import Finding
from mobility.present.findings.legs import earlier
from mobility.present.findings.pairs import routes_under
from mobility.present.phrases import named, underway
from mobility.present.tables import rows_of
from mobility.present.views import View
from mobility.vocabulary import MODES, split

if TYPE_CHECKING:
    from mobility.model.network import Network

_COLUMNS = tuple("what name on_route change hours tolerance_h speed_kmh speed_then_kmh factor time_then_h over".split())
KINDS = {**dict.fromkeys(MODES, ""), "crossing": "borders", "transfer": "changes of mode"}  # what a person calls them
_FEWEST = 12  # rows of a kind that a person reads
_SEEN = 0.05  # hours from which on they are printed as more than nothing


def why(network: Network, origin: str, destination: str, *, k: int = 3, diverse: bool = False) -> Finding:
    """Return why the best route is the best.

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used.
    origin, destination
        A place (id or name) or lat,lon.
    k, diverse
        The best is set against the k - 1 next, with `diverse` against ones that share little.

    Returns
    -------
    Finding
        The table is that of `mobility.tolerances`, and below it one row per limit that refuses a quicker way (what
        "refused", as `mobility.refused_ways`). The sentences say what each route takes, by kind of hours, and what
        is refused. `summary["routes"]` has these hours, `summary["refused"]` the limits.

    Raises
    ------
    NoRouteError, InputError
        When the two are not connected, or the same place.
    """
    net = network.profiled()
    find = routing.diverse_routes if diverse else routing.k_best_routes
    legs = find(net, origin, destination, k=k)
    routes = [_route(part) for _, part in legs.groupby("route")]
    table, refused = tolerances(net, origin, destination), refused_ways(net, origin, destination)
    below = refused.assign(
        what="refused", thing=refused["limit"], name=refused["limit"], on_route=False, change="lifted",
        over=[some([_called(net, way) for way in split(cell)], 2) for cell in refused["ways"]],
    )  # fmt: skip
    found = pd.concat([table, below[[c for c in below if c in table]]], ignore_index=True) if len(below) else table
    called = net.places["name"]
    title = f"{called[legs['from'].iloc[0]]} – {called[legs['to'].iloc[-1]]}: {underway(routes[0])}"
    title += f", {routes[0]['length_km']:,.0f} km; {_nearest(table)}"
    sooner = earlier(net, routing.best_route(net, origin, destination, by="arrival"), routes[0])
    summary = {"connected": True, "routes": routes, "refused": rows_of(refused), "inputs": len(table)}
    return Finding(
        "route", net, found, _COLUMNS, summary, title, (*_words(net, routes), *sooner, *_refused(net, refused)),
        read=_read(found), drawn=_view,
    )  # fmt: skip


def hours_by_kind(legs: pd.DataFrame) -> dict[str, float]:
    """Return the hours of a route by what they go to: road_h, rail_h, sea_h, crossing_h (waits), transfer_h, rest_h."""
    spent = legs.groupby("mode")["time_h"].sum()
    time, arrival = float(legs["time_h"].sum()), float(legs["arrival_h"].iloc[-1])
    return {f"{kind}_h": float(spent.get(kind, 0.0)) for kind in KINDS} | {"rest_h": arrival - time}


def told(hours: dict[str, float], *, signed: bool = False) -> str:
    """Return hours by kind in words, without those of nothing."""
    sign, called = "+" if signed else "", {kind: words or kind for kind, words in KINDS.items()}
    parts = [(words, hours[f"{kind}_h"]) for kind, words in (*called.items(), ("rest", "rest to arrival"))]
    return ", ".join(f"{words} {value:{sign}.1f}" for words, value in parts if abs(value) >= _SEEN) or "nothing"


def _route(legs: pd.DataFrame) -> dict[str, Any]:
    """Return what a route takes, by kind of hours, with its links."""
    return {
        "route": int(legs["route"].iloc[0]),
        "time_h": float(legs["cumulative_h"].iloc[-1]),
        "arrival_h": float(legs["arrival_h"].iloc[-1]),
        "length_km": float(legs["length_km"].sum()),
        **hours_by_kind(legs),
        "places": [legs["from"].iloc[0], *legs["to"]],
        "links": ";".join(link for link in legs["link"] if link),
    }


def _words(net: Network, routes: list[dict[str, Any]]) -> list[str]:
    best, *others = routes
    lines = [f"the best: {underway(best)}, {best['length_km']:,.0f} km; hours: {told(best)}"]
    for other in others:
        hours = {kind: other[kind] - best[kind] for kind in best if kind.endswith("_h")}
        away, back = _parted(best["places"], other["places"])
        where = f"leaves the best at {net.places.at[away, 'name']}, is back at {net.places.at[back, 'name']}"
        over = _longest(net, best, other)
        line = f"route {other['route']}: {hours['time_h']:+.2f} h, {other['length_km'] - best['length_km']:+,.0f} km, "
        lines.append(f"{line}{where}{over}; hours: {told(hours, signed=True)}")
    return lines


def _parted(best: list[str], other: list[str]) -> tuple[str, str]:
    """Return where a route leaves another, and where it is back on it for good."""
    near, far = _alike(best, other), _alike(best[::-1], other[::-1])
    return best[max(near, 1) - 1], best[-max(far, 1)]


def _alike(one: list[str], other: list[str]) -> int:
    """Return how many places two routes have in common at their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))


def _longest(net: Network, best: dict[str, Any], other: dict[str, Any]) -> str:
    own = set(split(best["links"]))
    new = [link for link in split(other["links"]) if link not in own]
    if not new:
        return ""
    link = max(new, key=lambda key: net.links.at[key, "time_h"])
    return f", over {named(net, [link])[0]}"


def _refused(net: Network, refused: pd.DataFrame) -> list[str]:
    lines = []
    for row in refused.to_dict("records"):
        pairs = zip(split(row["ways"]), row["reasons"].split(";"), strict=True)
        ways = some([f"{_called(net, way)}: {reason}" for way, reason in pairs], 3)
        saved = "would make a way" if pd.isna(row["saved_h"]) else f"costs {row['saved_h']:.1f} h"
        lines.append(f"refused, {row['limit']}: {saved} ({row['time_then_h']:.1f} h without it; {ways})")
    return lines or ["no limit, closure or denial refuses a quicker way"]


def _called(net: Network, way: str) -> str:
    """Return the name of a link; of the border at a place."""
    if way in net.links.index:
        return named(net, [way])[0]
    return str(net.borders.loc[net.borders["place"] == way, "name"].iloc[0])


def _nearest(table: pd.DataFrame) -> str:
    """Return what turns the route over first, of the things on it."""
    own = table[table["on_route"] & table["tolerance_ms"].notna() & (table["change"] == "rise")]
    if own.empty:
        return "nothing on it that took longer would turn it over"
    first = own.loc[own["tolerance_ms"].idxmin()]
    return f"another is best once {first['name']} takes more than {60 * first['tolerance_h']:,.1f} min longer"


def _read(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that a person reads: nearest to turning over first; what turns over together is one row."""
    single = table["what"].isin(["link", "border"])
    own = _joined(table[single & table["on_route"]]).sort_values("tolerance_h", kind="stable")
    rest = _joined(table[single & ~table["on_route"]])
    parts = [own.head(_FEWEST), rest.head(_FEWEST), table[~single]]
    return pd.concat([part for part in parts if len(part)], ignore_index=True)


def _joined(table: pd.DataFrame) -> pd.DataFrame:
    """Return one row for things in a row that may change by the same and give way to the same route."""
    rows: list[dict[str, Any]] = []
    for _, part in table.groupby(["tolerance_ms", "links_then"], sort=False, dropna=False):
        first = part.iloc[0].to_dict()
        if len(part) > 1:
            first |= {"name": f"{first['name']} and {len(part) - 1} more", "hours": part["hours"].sum()}
            first |= {"speed_kmh": float("nan"), "speed_then_kmh": float("nan")}
        rows.append(first)
    return pd.DataFrame(rows, columns=table.columns)


def _view(finding: Finding) -> View:
    """Return the best route (yellow) and the next ones (grey)."""
    best, *others = finding.summary["routes"]
    layers = (
        routes_under(pd.Series([one["links"] for one in others], dtype=object), "next routes", style.BEFORE_COLOUR),
        routes_under(pd.Series([best["links"]]), "best route", style.ROUTE_COLOUR),
    )
    ends = best["places"][0], best["places"][-1]
    return View(
        finding.network, finding.title, layers, frozenset(ends), finding.rows, _COLUMNS, goals=frozenset(ends[1:])
    )
