"""Phrases that sentences and titles of all findings share: shares, counts, names, the profile, the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mobility.errors import sure
from mobility.present.language import number, say
from mobility.present.style import country_name
from mobility.vocabulary import NOTICEABLE_H

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mobility.model.network import Network


def percent(share: float) -> str:
    """Return a share in words, as 5 %."""
    return number(100 * share, ".0f") + " %"


def hedged(share: float) -> str:
    """Return a share in words that is never all or nothing where it is not: "> 99 %", "< 1 %"."""
    words = percent(share)
    if (words == "0 %" and share > 0) or (words == "100 %" and share < 1):
        return "< 1 %" if share < 0.5 else "> 99 %"  # noqa: PLR2004
    return words


def underway(of: Mapping[str, Any]) -> str:
    """Return the hours of a route: under way (`time_h`), and to arrival where march days make that later."""
    if of["arrival_h"] - of["time_h"] >= NOTICEABLE_H:
        return say(
            "{hours:.1f} h under way, arrival after {arrival:.1f} h", hours=of["time_h"], arrival=of["arrival_h"]
        )
    return say("{hours:.1f} h", hours=of["time_h"])


def both_hours(time_h: str, arrival_h: str) -> str:
    """Return hours under way and to arrival, as written, once where they are the same."""
    return f"{time_h} h" if time_h == arrival_h else f"{time_h} h under way, {arrival_h} h to arrival"


def many(count: int, what: str, more: str = "") -> str:
    """Return a count with its noun, as "1 pair" or "3 pairs" (`more` is the plural where it is not what + s)."""
    return f"{number(count, ',')} {say(what if count == 1 else more or what + 's')}"


def are(count: int) -> str:
    """Return how many pairs, with the verb."""
    return f"{many(count, 'pair')} {'is' if count == 1 else 'are'}"


def change(net: Network) -> str:
    """Return how much is closed, built or upgraded, "" if nothing."""
    links, borders = net.links, net.borders
    counts = (
        (int((links["closure"] != "").sum()), "link closed", "links closed"),
        (borders.loc[borders["closure"] != "", "place"].nunique(), "border closed", "borders closed"),
        (int(links["built"].sum()), "link built or upgraded", "links built or upgraded"),
    )
    return "; ".join(many(n, one, more) for n, one, more in counts if n)


def profile_words(net: Network) -> str:
    """Return the profile, the pace of trains, and how much is closed, built or upgraded, as a sentence."""
    profile = sure(net.profile, "the profile")
    trains = say("trains at the pace {pace}", pace=say(net.pace)) if "rail" in profile.modes else ""
    ramps = say("trains unloaded wherever a road meets a railway") if net.detrain else ""
    modes = ", ".join(map(say, profile.modes))
    parts = [say("Profile {name}, by {modes}", name=say(profile.name), modes=modes), trains, ramps, change(net)]
    return "; ".join(filter(None, parts)) + "."


def data_words(net: Network) -> str:
    """Return on which data a figure rests: the network, its checksum, and the date of the youngest source."""
    about, date = f"{net.identity.name} {net.identity.sha256[:8]}".strip(), max(net.sources["date"], default="")
    if date:
        return say("Data: {about}, sources to {date}.", about=about, date=date)
    return say("Data: {about}.", about=about)


def named(net: Network, ids: Iterable[str]) -> list[str]:
    """Return what people call links, places, structures or countries; of links that share a name their mode too.

    An id that names nothing is left as it is.
    """
    links, places = net.links["name"], net.places["name"]
    twice = links.duplicated(keep=False)
    other = dict(zip(net.structures["id"], net.structures["name"], strict=True))
    codes = zip(net.countries["iso2"], net.countries["name"], strict=True)
    other |= {code: country_name(code, name) for code, name in codes}
    found = []
    for key in ids:
        if key in links.index:
            found.append(f"{links[key]} ({net.links.at[key, 'mode']})" if twice[key] else links[key])
        else:
            found.append(places[key] if key in places.index else other.get(key, key))
    return found
