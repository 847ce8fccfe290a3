"""Run the real closures of geodata/closures.csv through the model: `python tests/tools/closures.py`.

It writes what the model makes of each closure into the table (the columns of MODEL) and drops the reason of a verdict
that changed, so that somebody has to find the new one. Run `python tests/tools/data_dictionary.py` after it.
"""

import csv
import math
import sys
from dataclasses import replace

import shapely

from mobility import Network, best_route
from mobility.errors import MobilityError, NoRouteError, UnknownNameError
from mobility.vocabulary import split

if __name__ == "__main__":
    from data_dictionary import GEODATA, rows
else:
    from tools.data_dictionary import GEODATA, rows

MODEL = ("model_km", "model_h", "missed", "route", "verdict")  # what this script writes
# A detour is recognised within the size of a town; a closed point is exact, but the lines are simplified.
PASSED_KM, SHUT_KM = 5, 2
# The bars: extra kilometres, extra hours by road. Hours by rail hold path, locomotive and border, and are shown only.
LENGTH, HOURS = 0.2, 2


def km_from(lat, lon, line):
    """Return how far a line passes from a point, in km; plane, good for short distances."""
    scale = (111.32 * math.cos(math.radians(lat)), 110.57)
    return shapely.transform(line, lambda xy: (xy - (lon, lat)) * scale).distance(shapely.Point(0, 0))


def civil(net):
    """Return the network as civil traffic meets it: crossings barred to military traffic alone are open."""
    borders = net.borders
    return replace(net, borders=borders.assign(active=borders["usable"] & (borders["closure"] == "")))


def shut(net, names):
    """Close what -x takes; a name `LAT,LON` closes every link that passes within SHUT_KM of the point."""
    for name in names:
        lat, comma, lon = name.partition(",")
        if comma:
            lines = net.links.loc[net.links["active"]].geometry.dropna()
            near = [i for i, line in lines.items() if km_from(float(lat), float(lon), line) < SHUT_KM]
            net = net.close(*(f"link:{i}" for i in near), allow_empty=True)
        else:
            net = net.close(name, allow_empty=True)  # a road that is barred today counts as not used
    return net


def where(net, place):
    """Return name, latitude and longitude of a place of the network, or of `NAME@LAT,LON`."""
    name, at, point = place.partition("@")
    if at:
        return name, *map(float, point.split(","))
    return place, net.places.at[place, "lat"], net.places.at[place, "lon"]


def missed(net, legs, via):
    """Return the places of the published way that the route does not pass; of several ways, of the nearest one."""
    line = shapely.union_all(legs.geometry.dropna().to_numpy())
    ways = [[where(net, place) for place in split(way)] for way in via.split("|")]
    left = [[name for name, lat, lon in way if km_from(lat, lon, line) > PASSED_KM] for way in ways]
    return min(left, key=len)


def route(net, row):
    """Return the legs of the best route, or nothing when there is none."""
    try:
        return best_route(net, row["from"], row["to"])
    except NoRouteError:
        return None


def said(net, row):
    """Return what the model says of a closure: extra km and hours, places missed, route right or wrong, verdict."""
    told = dict.fromkeys(MODEL, "")
    open_net = civil(net.under("mixed", modes=[row["mode"]]))
    try:
        before, after = route(open_net, row), route(shut(open_net, split(row["close"])), row)
    except UnknownNameError:
        return told | {"route": "wrong", "verdict": "no place"}
    if before is None:
        return told | {"route": "wrong", "verdict": "no place"}
    if after is None:
        right = row["detour"] == "none"
        return told | {"route": "right" if right else "wrong", "verdict": "holds" if right else "false cut-off"}
    km = after["length_km"].sum() - before["length_km"].sum()
    hours = after["time_h"].sum() - before["time_h"].sum()  # without the rest of a march, as published hours are meant
    told |= {"model_km": f"{km:.0f}", "model_h": f"{hours:.1f}"}
    if row["detour"] == "none":
        return told | {"route": "wrong", "verdict": "missed cut-off"}
    left = missed(net, after, row["via"])
    told |= {"missed": ";".join(left), "route": "wrong" if left else "right"}
    unused = list(before["link"]) == list(after["link"])
    return told | {"verdict": verdict(row, km, hours, wrong=bool(left), unused=unused)}


def verdict(row, km, hours, *, wrong, unused):
    """Judge a closure with a way round; what the model never used cannot show what its loss costs."""
    if unused:
        return "not used"
    if wrong:
        return "wrong way"
    if row["extra_km"] and abs(km / float(row["extra_km"]) - 1) > LENGTH:
        return "wrong length"
    low, high = (float(row[name] or 0) for name in ("extra_h_low", "extra_h_high"))
    if row["mode"] == "road" and high and not low / HOURS <= hours <= high * HOURS:
        return "wrong time"
    return "holds"


def judged(net, row):
    """Return the row as the model sees it today; the reason of a verdict that changed is gone."""
    new = row | said(net, row)
    return new if new["verdict"] == row["verdict"] else new | {"reason": ""}


def main():
    """Write what the model says into geodata/closures.csv."""
    net = Network.load(GEODATA)
    table = [judged(net, row) for row in rows(GEODATA / "closures.csv")]
    with (GEODATA / "closures.csv").open("w", encoding="utf-8", newline="") as out:
        lines = csv.DictWriter(out, list(table[0]), lineterminator="\n")
        lines.writeheader()
        lines.writerows(table)
    right = sum(row["route"] == "right" for row in table)
    sys.stdout.write(f"closures.csv: the route is right in {right} of {len(table)}\n")
    for row in table:
        if row["verdict"] != "holds" and not row["reason"]:
            sys.stdout.write(f"  {row['id']}: {row['verdict']}; say why in the column reason\n")


if __name__ == "__main__":
    try:
        main()
    except MobilityError as error:
        sys.exit(str(error))
