"""Whether a plan keeps every rule: read from its steps and the tables of the network alone, apart from what made it."""

import math
from collections import defaultdict
from itertools import combinations, pairwise

from mobility.model.passage import handled_per_day

H = 3600


def broken(plan):
    """Return the rules that a plan (`mobility.schedule`) breaks, in words; none when it is sound."""
    faults, uses, loads, came = _shares(plan), defaultdict(list), [], {}
    for move in plan.plan.moves:
        net, order = move.field.net, plan.orders.forces[move.column.force]
        steps = list(plan.steps(move))
        there = came.get((order.follows, move.column.number), (None, []))
        came[order.name, move.column.number] = move, steps
        each = [*_own(plan, net, order, move, steps), *_driving(net, [*there[1], *steps])]
        each += _back(order, move, steps, *there) if order.follows else _ends(net, order, steps)
        faults += [f"{move.column.name}: {fault}" for fault in each]
        for step in steps:
            _use(net, move.column.vehicles, step, uses, loads)
    for thing, passages in uses.items():
        faults += [f"{thing}: {fault}" for fault in _following(sorted(passages))]
    for thing, passages in uses.items():
        if thing[0] == "rail" and thing[3]:
            there = uses.get(("rail", thing[1], thing[2][::-1], True), [])
            faults += [
                f"{thing}: trains meet at {a[0]}" for a in passages for b in there
                if a[0] < b[1] + b[3] and b[0] < a[1] + a[3]
            ]  # fmt: skip
    for at, _, _ in loads:
        away = sum(n for begin, end, n in loads if begin <= at < end)
        faults += [f"{away} trains away at {at}"] * (away > plan.placing.trains)
    return faults


def _shares(plan):
    """Return the shares that are not kept: to less than a vehicle at each place, and all vehicles move."""
    faults = []
    for number, order in enumerate(plan.orders.forces):
        own = [(move.column.vehicles, *move.ends) for move in plan.plan.moves if move.column.force == number]
        total, net = plan.placing.fields[number].vehicles, plan.placing.fields[number].net
        faults += [f"{order.name}: {sum(n for n, *_ in own)} of {total} vehicles move"] * (
            sum(n for n, *_ in own) != total
        )
        for at, words, shares in (
            (1, order.origins, order.origin_shares),
            (2, order.destinations, order.destination_shares),
        ):
            for word, share in zip(words, shares, strict=False):
                here = sum(move[0] for move in own if move[at] == net.place_named(word))
                faults += [f"{order.name}: {here} at {word}, {share * total} wanted"] * (abs(here - share * total) >= 1)
    return faults


def _ends(net, order, steps):
    """Iterate over what is wrong with where a column begins and ends."""
    if steps[0]["from"] not in [net.place_named(p) for p in order.origins]:
        yield f"begins at {steps[0]['from']}"
    if steps[-1]["to"] not in [net.place_named(p) for p in order.destinations]:
        yield f"ends at {steps[-1]['to']}"


def _back(order, move, steps, there, came):
    """Iterate over what is wrong with a way back: the same vehicles, from where they were to where they came from."""
    if (steps[0]["from"], steps[-1]["to"]) != (came[-1]["to"], came[0]["from"]):
        yield "goes back elsewhere"
    if there.column.vehicles != move.column.vehicles:
        yield "is another column that goes back"
    if steps[0]["begin"] < there.end + order.stay or any(step["mode"] == "landing" for step in steps[:1]):
        yield "goes back before it was there so long"


def _driving(net, steps):
    """Iterate over the links on which a column drives for too long without a rest."""
    wheel, stopped = 0.0, -math.inf
    day = net.profile.hours_per_day * H
    rest = 24 * H - day
    for step in steps:
        if step["mode"] == "road":
            length = net.links.at[step["link"], "time_h"] * H
            wheel = 0.0 if step["begin"] - stopped >= rest else wheel
            if wheel + length > day + len(steps) and not (wheel == 0 and length > day):
                yield f"drives {(wheel + length) / H:.1f} h without a rest"
            wheel, stopped = wheel + length, step["end"]
            wheel = wheel - day * (math.ceil(wheel / day - 1e-9) - 1) if wheel > day else wheel


def _own(plan, net, order, move, steps):  # noqa: C901, PLR0912 - a rule after another
    """Iterate over what one column breaks by itself."""
    now, here = order.ready, steps[0]["from"]
    fixed = dict(plan.orders.fixed)
    at = fixed.get(move.column.name, fixed.get(order.name) if move.column.number == 1 else None)
    if at is not None and steps[0]["begin"] < at:
        yield "leaves before it is fixed"
    for step in steps:
        if step["mode"] == "trains":
            continue
        if step["from"] != here:
            yield f"jumps from {here} to {step['from']}"
        here = step["to"]
        if step["begin"] < now:
            yield f"begins {step['mode']} at {step['begin']} before {now}"
        now = step["end"]
        if step["mode"] == "crossing":
            waits = net.borders.loc[(net.borders["place"] == here), "wait_h"]
            if (step["end"] - step["begin"]) / H < waits.min() - 1e-9:
                yield f"crosses {here} too soon"
        if not step["link"]:
            continue
        link = net.links.loc[step["link"]]
        ways = [(link["from"], link["to"])] + [(link["to"], link["from"])] * (not link["oneway"])
        if (step["from"], step["to"]) not in ways or not link["active"] or link["mode"] != step["mode"]:
            yield f"cannot use {step['link']}"
        length = link["time_h"] * H
        if step["end"] - step["begin"] < length - 1e-6:
            yield f"is too quick on {step['link']}"
        if any(_shut(plan, net, step, t) for t in _moments(step["begin"], step["end"])):
            yield f"is on {step['link']} while it is shut"
    if move.end < now or not {net.place_named(p) for p in order.via} <= {s["from"] for s in steps}:
        yield "is not there when it says, or left a place out"
    if now < order.earliest:
        yield "is there before its earliest moment"


def _use(net, vehicles, step, uses, loads):
    """Note what a step uses: per thing (begin, end, least time to the next, time from head to tail)."""
    deploy, profile = net.rules.deploy, net.profile
    handled = handled_per_day(net.places, net.rules)
    if step["link"] and step["mode"] != "sea":
        link = net.links.loc[step["link"]]
        if step["mode"] == "road":
            packets = math.ceil(vehicles / profile.packet)
            tail = vehicles / profile.spacing_veh_km / link["speed"] * H + (packets - 1) * profile.packet_gap_min * 60
        else:
            tail = profile.train_length_m / 1000 / link["speed"] * H
        apart = vehicles / link["capacity"] * 24 * H if net.counted[net.links.index.get_loc(link.name)] else 0
        single = step["mode"] == "rail" and link["tracks"] != "2"
        thing = step["mode"], step["link"], (step["from"], step["to"]), single
        uses[thing].append((step["begin"], step["end"], max(apart, tail), tail))
    rate = {
        "landing": handled.get(step["from"]), "loading": handled.get(step["from"]),
        "railhead": deploy["railhead_trains_day"] * profile.vehicles_per_train,
    }.get(step["mode"])  # fmt: skip
    if step["mode"] == "trains":
        number = math.ceil(vehicles / profile.vehicles_per_train)
        loads.append((step["begin"], step["begin"] + deploy["turnaround_h"] * H, number))
    elif rate:
        uses[step["mode"], step["from"]].append((step["begin"], step["end"], vehicles / rate * 24 * H, 0))


def _following(passages):
    for first, second in pairwise(passages):
        if second[0] < first[0] + first[2] - 1:
            yield f"{second[0]} follows {first[0]} too soon"
    for first, second in combinations(passages, 2):
        if second[1] < first[1] + first[3] - 1:  # heads leave in the order in which they entered, tails between them
            yield f"{second[0]} overtakes {first[0]}"


def _moments(begin, end):
    """Every full quarter of an hour within, and the first moment."""
    yield begin
    at = math.floor(begin / 900 + 1) * 900
    while at < end:
        yield at
        at += 900


def _shut(plan, net, step, at):
    clock = plan.orders.clock
    for timed in net.timed:
        if step["link"] not in timed.closure.links and (step["link"], step["from"]) not in timed.leaving:
            continue
        window, since = timed.window, clock.second + at
        for day, of_day in ((since // (24 * H), since % (24 * H)), (since // (24 * H) - 1, since % (24 * H) + 24 * H)):
            if window.days and not window.days[0] <= day + 1 <= window.days[1]:
                continue
            if window.weekdays and (clock.weekday + day) % 7 not in window.weekdays:
                continue
            if window.begins <= of_day < window.ends:
                return True
    return False
