"""Pure functions behind `Network.close`, `build`, `set` and `under`: each returns a new network."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mobility.errors import InputError, sure
from mobility.model import areas, closures, passage
from mobility.model.names import some
from mobility.model.profiles import denied_countries
from mobility.vocabulary import RELIEF, dashed, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mobility.model.closures import Closure
    from mobility.model.network import Network
    from mobility.model.profiles import Cargo

NOT_SKELETON = "relief way: not in the corridor skeleton"
ABSENT = "does not exist, as asked: --set exists=0"
ASKED = "as asked: --set"  # source of a value that `set` gave
SHUT = "shut as asked: --set open=0"  # closure of a crossing that `set` shut: no build opens it
# Attribute of `set`: its column, and what it may be.
SETTABLE = {
    "speed": ("speed_kmh", 1, 1000),
    "limit": ("max_gross_t", 0, 1000),
    "capacity": ("capacity_stated", 0, 1_000_000),
    "failure": ("failure_stated", 0, 1),
    "exists": ("exists_stated", 0, 1),
    "wait": ("wait_h", 0, 1000),
    "open": ("active", 0, 1),
}


def under(
    network: Network, profile: str, pace: str, modes: Iterable[str], borders: str, transit: str, **flags: bool
) -> Network:
    """Return the network as a profile sees it, as `Network.under` says; `flags` are its yes-or-no options."""
    chosen, asked = network.rules.profile(profile), tuple(modes)
    for mode in asked:
        if mode not in chosen.modes:
            raise InputError(f"profile {chosen.name} has no mode {mode!r}; it has {', '.join(chosen.modes)}")
    trains = network.rules.pace(pace).name
    words = {"profile": chosen.name, "pace": trains, "mode": asked, "transit": transit, "borders": borders, **flags}
    seen = replace(
        network,
        profile=replace(chosen, modes=tuple(m for m in chosen.modes if m in (asked or chosen.modes))),
        pace=trains,
        regime=network.rules.regime(borders),
        denied=denied_countries(transit, network.countries, network.rules.partners),
        exclude_doubtful=flags["exclude_doubtful"],
        exclude_relief=flags["exclude_relief"],
        include_access=flags["include_access"],
        detrain=flags["detrain"],
        applied=network.applied | words,
    )
    return derive(seen)


def moving(network: Network, profile: str, pace: str) -> Network:
    """Return the network under another profile and pace; what was asked of it stays, closures and builds too."""
    if network.profile is not None and (network.profile.name, network.pace) == (profile, pace):
        return network
    names = "exclude_doubtful", "exclude_relief", "include_access", "detrain"
    flags = {name: getattr(network, name) for name in names}
    usual = {"mode": (), "borders": "today", "transit": "any"}
    modes, borders, transit = (network.applied.get(word, value) for word, value in usual.items())
    return under(network, profile, pace, modes, borders, transit, **flags)


def loaded(network: Network, cargo: Cargo) -> Network:
    """Return the network as lorries with a cargo see it: a train takes as many loads as it carries tonnes of it."""
    profile = sure(network.profile, "the profile")
    loads = cargo.t_per_train / cargo.t_per_lorry
    if profile.vehicles_per_train == loads:  # deriving would undo a draw
        return network
    return derive(replace(network, profile=replace(profile, vehicles_per_train=loads)))


def unlimited(network: Network) -> Network:
    """Return the network as a force of no mass and size would see it under the same profile."""
    nothing = dict.fromkeys("gross_t axle_t rail_axle_t rail_t_per_m width_m height_m".split(), 0.0)
    light = replace(sure(network.profile, "the profile"), loading_gauge="G1", refuse={}, **nothing)  # type: ignore[arg-type]
    return derive(replace(network, profile=light))


def close(
    network: Network, names: Sequence[str], *, allow_empty: bool = False, width: float = areas.WIDTH_M
) -> Network:
    """Return the network with what the names mean closed; all are matched on the network as it is before."""
    areas.check_width(width)
    if not names:
        return network
    found = network
    for name in names:
        closure = closures.resolve(network, name, width)
        if not allow_empty:
            refuse_idle(network, name, closure)
        found = shut(found, closure)
    words: dict[str, Any] = {"close": tuple(names)} | ({"allow_empty": True} if allow_empty else {})
    words |= {"width": width} if width != areas.WIDTH_M else {}
    return replace(found, base=network.base or network, applied=_noted(network, **words))


def shut(network: Network, what: Closure) -> Network:
    """Return the network without what a closure takes out."""
    links, places, borders = network.links.copy(), network.places.copy(), network.borders.copy()
    fresh = links.index.isin(what.links) & (links["closure"] == "")
    links.loc[fresh, ["closure", "reason"]] = what.reason  # no other reason comes before it (see `derive`)
    links.loc[fresh, "active"] = False
    places.loc[places.index.isin(what.places), "active"] = False
    borders.loc[borders["place"].isin(what.borders), ["active", "closure"]] = [False, what.reason]
    for key in what.one_way:
        if not links.at[key, "oneway"]:  # else it is so already, or its one direction is left
            ends = links.loc[key, ["to", "from"]].to_list()
            links.loc[key, ["from", "to"]] = ends
            links.loc[[key], "geometry"] = links.loc[[key]].geometry.reverse()
            links.loc[key, "oneway"] = True
    return replace(network, links=links, places=places, borders=borders, closed=(*network.closed, what))


def refuse_idle(network: Network, name: str, closure: Closure) -> None:
    """Raise InputError when a closure closes nothing that is in use or closed by another."""
    if why := _idle(network, closure):
        raise InputError(f"-x {name} closes nothing: {why}; --allow-empty takes it all the same")


def _idle(network: Network, what: Closure) -> str:
    """Return why a closure closes nothing, "" when something of it is in use or is closed by another.

    What transit is denied on is in use by pairs whose own ends lift the denial.
    """
    links = network.links.loc[[*what.links, *what.one_way], ["active", "closure", "reason"]]
    borders = network.borders[network.borders["place"].isin(what.borders)]
    if any((table["active"] | (table["closure"] != "")).any() for table in (links, borders)):
        return ""
    ends = network.links.loc[network.links["active"], ["from", "to"]]
    if links["reason"].str.startswith("transit denied: ").any() or ends.isin(what.places).any(axis=None):
        return ""
    if len(borders):
        return "the border is shut"
    reasons = sorted(set(links["reason"])) or [what.astray or "no link is there"]
    return f"none of its {len(links)} links is in use ({some(reasons, 3)})" if len(links) else reasons[0]


def build(network: Network, names: Sequence[str]) -> Network:
    """Return the network with projects or planned links built."""
    if not names:
        return network
    opened: list[str] = []
    changes = network.upgrades.iloc[0:0]
    for name in names:
        links, upgrades = closures.resolve_build(network, name)
        opened += links
        changes = pd.concat([changes, upgrades])
    links, borders = as_built(network.links, opened, changes), network.borders.copy()
    borders["active"] |= crossings_met(borders, links)
    words = _noted(network, build=tuple(names))
    return derive(replace(network, links=links, borders=borders, base=network.base or network, applied=words))


def as_built(links: pd.DataFrame, opened: Iterable[str], changes: pd.DataFrame) -> Any:  # noqa: ANN401 - as `links`
    """Return links as a build leaves them: some opened, rows of upgrades.csv applied; what follows is `derive`'s."""
    links = links.copy()
    for link, attribute, after in zip(changes["link"], changes["attribute"], changes["after"], strict=True):
        links.loc[link, attribute] = _typed(after, links[attribute])
    links["built"] |= links.index.isin(opened)
    links.loc[links["built"], "doubtful"] = False
    return links


def crossings_met(borders: pd.DataFrame, links: pd.DataFrame) -> np.ndarray[Any, Any]:
    """Tell which crossings those of the links that were built meet and open: all but the closed and the barred."""
    met = links["built"].to_numpy()
    ends = {pair for end in ("from", "to") for pair in zip(links[end][met], links["mode"][met], strict=True)}
    touched = np.array([pair in ends for pair in zip(borders["place"], borders["mode"], strict=True)], dtype=bool)
    touched &= ((borders["closure"] == "") & (borders["barred"] == "")).to_numpy(bool)
    return touched


def _typed(cell: str, column: pd.Series) -> Any:  # noqa: ANN401
    if column.dtype == bool:
        return cell == "yes"
    return (float(cell) if cell else np.nan) if column.dtype == float else cell


def set_value(network: Network, name: str, attribute: str, value: float) -> Network:
    """Return the network with one value changed, as `Network.set` says."""
    if attribute not in SETTABLE:
        raise InputError(f"cannot set {attribute!r}; there are {', '.join(SETTABLE)}")
    column, least, most = SETTABLE[attribute]
    if not least <= value <= most:
        raise InputError(f"{name}:{attribute}={value:g} is not between {least:,} and {most:,}")
    base = None if network.base is None else set_value(network.base, name, attribute, value)
    noted = replace(network, base=base, applied=_noted(network, set=(f"{name}:{attribute}={value!r}",)))
    if attribute in {"wait", "open"}:
        place = network.names.one(name, ("border",)).id
        return replace(noted, borders=_crossing_set(network.borders, network.borders["place"] == place, column, value))
    rows, at = set_on(network, name, attribute)
    links, places = network.links.copy(), network.places.copy()
    links.loc[rows, column] = value
    places.loc[at, ["capacity_day", "capacity_source"]] = [value, ASKED]
    return derive(replace(noted, links=links, places=places))


def set_on(network: Network, name: str, attribute: str) -> tuple[list[str], list[str]]:
    """Return the links and the places that a value of theirs is set on by a name."""
    kinds = ("link", "place", "structure") if attribute == "capacity" else ("link", "structure")
    hits = network.names.find(name, kinds)
    bridges = {hit.id for hit in hits if hit.kind == "structure"}
    carried = network.structures.loc[network.structures["id"].isin(bridges), "links"]
    rows = [hit.id for hit in hits if hit.kind == "link"] + [link for cell in carried for link in split(cell)]
    if bridges and not rows:
        raise InputError(f"structure {name!r} carries no link of the network; nothing to set")
    return rows, [hit.id for hit in hits if hit.kind == "place"]


def _crossing_set(borders: pd.DataFrame, at: pd.Series, column: str, value: float) -> pd.DataFrame:
    """Return the crossings with a wish, which stands above the regime (a wait) and above builds (open=0)."""
    borders = borders.copy()
    if column == "active":
        borders.loc[at, column] = bool(value)
        ours = at & borders["closure"].isin(["", SHUT])
        borders.loc[ours, "closure"] = "" if value else SHUT
    else:
        borders.loc[at, [column, "wait_asked"]] = [value, True]
    return borders


def lifting(network: Network, countries: Iterable[str]) -> Network:
    """Return the network as a pair sees it whose own ends lie in `countries`: transit there is allowed."""
    denied = network.denied - set(countries)
    return network if denied == network.denied else derive(replace(network, denied=denied))


def exempting(network: Network, countries: Iterable[str]) -> Network:
    """Return the network with the links of some denied countries open, and marked: not to everybody."""
    own = network.denied & set(countries)
    return replace(lifting(network, own), exempt=network.exempt | own) if own else network


def crossing_wait_h(network: Network) -> pd.Series:
    """Return hours lost per crossing (index as `borders`) under the network's regime; a wait that was set stays."""
    waits = network.borders["wait_h"].astype(float)
    if network.regime is not None and network.regime.internal_wait_h is not None:
        internal = np.minimum(waits, network.borders["mode"].map(network.regime.internal_wait_h))
        waits = waits.where(network.borders["wait_asked"], internal)
    return waits


def derive(network: Network) -> Network:
    """Return the network with what follows from its tables and profile: reason, active, times, capacity."""
    links = network.links
    new: dict[str, Any] = {}
    reason = np.full(len(links), "", dtype=object)  # of several the last written stands
    if network.denied:
        codes = {c: ";".join(sorted(network.denied & set(dashed(c)))) for c in links["country"].unique()}
        refused = links["country"].map(codes)
        reason[refused != ""] = "transit denied: " + refused[refused != ""]
    if network.exclude_doubtful:
        reason[links["doubtful"]] = "doubtful: status not verified"
    if network.exclude_relief:
        reason[links["corridors"] == RELIEF] = NOT_SKELETON
    if network.profile is not None:
        refusal = passage.refusals(links, network.profile, network.rules)
        reason[refusal != ""] = refusal[refusal != ""]
        new["load_unknown"] = passage.load_unknown(links, network.rules)
        planning, new["speed_basis"] = passage.planning_speed(links, network.rules, network.pace)
        new["speed"] = passage.driven_speed(links, planning, network.profile)
        new["time_h"] = new["driving_h"] = links["length_km"] / new["speed"]
        capacity = passage.vehicles_per_day(links, network.profile, network.rules, planning)
        new["capacity"] = links["capacity_stated"].fillna(capacity)
    reason[links["exists_stated"] == 0] = ABSENT
    unopened = (links["status"] != "open") & ~links["built"]
    reason[unopened] = links["status"][unopened].str.replace("_", " ")
    new["usable"] = reason == ""
    closed = links["closure"] != ""
    reason[closed] = links["closure"][closed]
    new["reason"], new["active"] = reason, reason == ""
    return replace(network, links=links.assign(**new))


def _noted(network: Network, **words: Any) -> dict[str, Any]:  # noqa: ANN401 - as in a Scenario
    """Return the words applied so far and new ones: lists grow, single words replace."""
    return network.applied | {
        key: (*network.applied.get(key, ()), *value) if isinstance(value, tuple) else value
        for key, value in words.items()
    }
