"""A march hour by hour, written apart from the search by labels: what stands and moves, and when it may."""

from collections import defaultdict


def arrival(net, start, end, clock, day, horizon=400):
    """Return the first whole hour at which a column can be at `end`, None within the horizon.

    Everything takes whole hours. In an hour a column stands, changes its mode, rides or drives; what is shut in an hour
    has nothing on it. Whoever has driven `day` hours stands until it has stood, ridden or changed for 24 - `day` hours
    in a row.
    """
    rest = 24 - day
    moves = _moves(net)
    there = {(start, mode, None, 0, 0, 0) for place, mode in moves if place == start}
    for hour in range(horizon):
        if any(place == end and arc is None for place, _, arc, *_ in there):
            return hour
        after = set()
        for place, mode, arc, left, wheel, idle in there:
            stood = min(idle + 1, rest)
            fresh = 0 if stood >= rest else wheel
            if arc is None:
                after.add((place, mode, None, 0, fresh, stood))
            begun = [(arc, left)] if arc else [(move, move[3]) for move in moves[place, mode]]
            for move, remain in begun:
                link, tail, to, _, way = move
                if shut(net, link, tail, clock, hour):
                    continue
                goal = (*to, None) if remain == 1 else (place, mode, move)
                if way == "road" and wheel < day:
                    after.add((*goal, remain - 1, wheel + 1, 0))
                if way != "road":
                    after.add((*goal, remain - 1, fresh, stood))
                if way == "road":
                    after.add((place, mode, move, remain, fresh, stood))
        there = after
    return None


def _moves(net):
    moves = defaultdict(list)
    for link, row in net.links[net.links["active"]].iterrows():
        for a, b in [(row["from"], row["to"])] + [(row["to"], row["from"])] * (not row["oneway"]):
            hours = round(row["time_h"])
            moves[a, row["mode"]].append((link, a, (b, row["mode"]), hours, row["mode"]))
            moves.setdefault((b, row["mode"]), [])
    for place in net.places.index[net.places["transfer"] != ""]:
        if (place, "road") in moves and (place, "rail") in moves:
            hours = round(net.profile.handling_h["road-rail"])
            for a, b in (("road", "rail"), ("rail", "road")):
                moves[place, a].append((None, place, (place, b), hours, "transfer"))
    return moves


def shut(net, link, tail, clock, hour):
    """Tell whether a link is shut in an hour of the march: by the words of its windows, an hour of a day at a time."""
    for timed in net.timed:
        if link not in timed.closure.links and (link, tail) not in timed.leaving:
            continue
        window, since = timed.window, clock.second // 3600 + hour
        for day, of_day in (
            (since // 24, since % 24),
            (since // 24 - 1, since % 24 + 24),
        ):  # it may begin the day before
            if window.days and not window.days[0] <= day + 1 <= window.days[1]:
                continue
            if window.weekdays and (clock.weekday + day) % 7 not in window.weekdays:
                continue
            if window.begins < (of_day + 1) * 3600 and of_day * 3600 < window.ends:
                return True
    return False
