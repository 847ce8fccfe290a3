"""Who moves when: several forces without conflict in time, in words, tables and charts."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from mobility.deployment import schedule as planning
from mobility.deployment.conflicts import because, fixed
from mobility.present import style
from mobility.present.finding import Finding
from mobility.present.phrases import many
from mobility.present.tables import rows_of
from mobility.vocabulary import VERSION

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from mobility.deployment.moves import Conflict
    from mobility.deployment.schedule import Schedule
    from mobility.model.network import Network
    from mobility.model.orders import Orders
    from mobility.present.views import View

TABLES = ("legs", "columns", "forces", "march", "waits")
COLUMNS = {
    "legs": planning.LEG_COLUMNS,
    "columns": planning.COLUMN_COLUMNS,
    "forces": planning.FORCE_COLUMNS,
    "march": planning.MARCH_COLUMNS,
    "waits": planning.WAIT_COLUMNS,
}
_BLANK = ("load_class", "route_to_start_point", "route_from_release_point")  # the layout has them; not known


def schedule(network: Network, orders: Orders, *, table: str = "legs", **options: Any) -> Finding:  # noqa: ANN401
    """Return who moves when: as `mobility.schedule`, in words and charts.

    Parameters
    ----------
    network, orders, **options
        As in `mobility.schedule`; raises what it raises.
    table
        Which rows: one of `TABLES`.
    """
    found = planning.schedule(network, orders, **options)
    columns = [c for c in COLUMNS[table] if c not in _BLANK]
    summary = _summary(found)
    title, *more = _words(found, summary)
    return Finding(
        "schedule", found.network, getattr(found, table), tuple(columns), summary, title, (f"{title}.", *more),
        charted=lambda finding: _chart(finding, found, graph=table == "march"),
        drawn=lambda finding: _view(finding, found),
        files={"ics": lambda _: calendar(found), "html": lambda finding: _page(finding, found)},
    )  # fmt: skip


def calendar(found: Schedule) -> bytes:
    """Return the columns of a plan as a calendar (iCalendar, RFC 5545), one event each from start to end."""
    from icalendar import Calendar, Event

    name, start = found.network.places["name"], found.orders.start
    book = Calendar({"prodid": f"-//mobility {VERSION}//", "version": "2.0"})
    for move, row in zip(found.plan.moves, rows_of(found.columns), strict=True):
        words = f"{many(row['vehicles'], 'vehicle')}, {name[row['from']]} to {name[row['to']]}"
        waits = f"; waits {row['waited_h']:.1f} h, longest for {row['waited_for']}" if row["waited_for"] else ""
        event = Event(
            {
                "uid": f"{move.column.name} {start.isoformat()}@mobility",
                "summary": f"{move.column.name}: {words}{waits}",
            }
        )
        event.add("dtstamp", start if start.tzinfo else start.replace(tzinfo=dt.UTC))
        for word in ("start", "end"):
            event.add(f"dt{word}", dt.datetime.fromisoformat(row[word]).replace(tzinfo=start.tzinfo))
        book.add_component(event)
    book.add_missing_timezones()
    return bytes(book.to_ical())


def _summary(found: Schedule) -> dict[str, Any]:
    """Return the totals of a plan."""
    return {
        "start": found.orders.start.isoformat(timespec="minutes"),
        "forces": rows_of(found.forces),
        "columns": len(found.plan.moves),
        "vehicles": sum(move.column.vehicles for move in found.plan.moves if not move.column.after),
        "complete": found.moment(found.plan.score.last),
        "complete_h": found.complete_h,
        "bound_h": found.bound_h,
        "gap_h": max(found.complete_h - found.bound_h, 0.0),
        "missed": sum(found.plan.score.missed),
        "missed_at_least": sum(found.least.missed),
        "conflicts": [
            {"forces": _names(found, one), "place": one.place, "because": because(found.placing, one)}
            for one in found.placing.conflicts
        ],
        "not_as_fixed": [{"columns": [*one.columns], "because": [*one.because]} for one in fixed(found.placing)],
        "optimal": found.optimal,
        "tries": found.tries,
        "interrupted": found.interrupted,
        "trains": found.placing.trains,
        "fixed": [f"{name}={found.moment(at)}" for name, at in found.orders.fixed],
    }


def _words(found: Schedule, summary: dict[str, Any]) -> list[str]:
    """Return the title and sentences."""
    there = sum(not order.follows for order in found.orders.forces)
    forces, columns = (many(n, what) for n, what in ((there, "force"), (summary["columns"], "column")))
    forces += " there and back" * (there < len(found.orders.forces))
    complete = f"complete {_clock(summary['complete'])}, {summary['complete_h']:.1f} h after the start"
    lines = [f"{forces} in {columns}: {complete}"]
    if found.optimal:
        lines.append("optimal = yes: no plan misses fewer deadlines or, with as few, ends sooner.")
    else:
        gap = f"no plan ends before {_clock(found.moment(found.least.last))} ({summary['gap_h']:.1f} h less)"
        if found.plan.score.missed != found.least.missed:
            gap += f" or misses fewer than {many(summary['missed_at_least'], 'deadline')}"
        lines.append(f"optimal = no: {gap}; better plans than this may exist.")
    if found.interrupted:
        lines.append("The search was broken off: this is the best plan found so far.")
    for row in rows_of(found.forces):
        deadline = ""
        if row["latest"]:
            kept = f"{row['late_h']:.1f} h late" if row["missed"] else "kept"
            never = row["missed"] and row["not_before"] > row["latest"]
            deadline = f"; deadline {_clock(row['latest'])} {kept}{', which no plan can keep' if never else ''}"
        when = f"{_clock(row['start'])} to {_clock(row['end'])}"
        lines.append(f"{row['force']}: {when} in {many(row['columns'], 'column')}{deadline}.")
    for conflict in summary["conflicts"]:
        alone = "" if conflict["place"] else ": the way is too long"
        why = f"; ruled out by {' with '.join(conflict['because'])}" if conflict["because"] else alone
        names = " and ".join(conflict["forces"])
        if conflict["place"]:
            lines.append(f"No plan keeps the deadlines of {names}: {_meet(found.network, conflict['place'])}{why}.")
        else:
            lines.append(f"No plan keeps the deadline of {names}{why}.")
    for one in summary["not_as_fixed"]:
        names = " and ".join(one["columns"])
        why = f": ruled out by {' with '.join(one['because'])}" if one["because"] else ", where they would meet"
        lines.append(
            f"No plan lets {names} leave when {'it is' if len(one['columns']) == 1 else 'they are'} fixed to{why}."
        )
    waits = [f"{row['waited_for']} {row['waited_h']:.0f} h" for row in rows_of(found.waits.head(4))]
    lines += [f"Waited for most: {', '.join(waits)}."] if waits else []
    shut = [timed.text for timed in found.network.timed]
    lines += [f"Shut at times: {', '.join(shut)}."] if shut else []
    return lines


def _meet(net: Network, place: str) -> str:
    """Return where forces meet whose deadlines no plan keeps together."""
    if place.startswith("link:"):
        name = net.links.at[place.removeprefix("link:"), "name"]
        return f"all pass {name}, which none can go round, and the last there is late"
    return f"all land in {net.places.at[place, 'name']}, and the last ashore is late"


def _clock(moment: str) -> str:
    """Return a moment as people write it: the day, then the hour."""
    return moment.replace("T", " ")


def _names(found: Schedule, conflict: Conflict) -> list[str]:
    return [found.orders.forces[number].name for number in conflict.forces]


def _view(finding: Finding, found: Schedule) -> View:
    """Return how many columns use each link, on a quiet map."""
    from mobility.present.scene import Under
    from mobility.present.views import View

    used = Counter(link for link in found.legs["link"] if link)
    notes = {link: many(count, "column") for link, count in used.items()}
    layer = Under("columns of the plan", style.ROUTE_COLOUR, used, notes, "columns", "more columns")
    starts, goals = ({p for field in found.placing.fields for p in getattr(field, end)} for end in ("starts", "goals"))
    table = found.columns.rename(columns={"column": "number"})
    columns = tuple(table.columns.drop("waited_for"))
    return View(
        found.network, finding.title, (layer,), frozenset(starts | goals), table, columns,
        goals=frozenset(goals), quiet=True,
    )  # fmt: skip


def _page(finding: Finding, found: Schedule) -> bytes:
    """Return a page on which the columns move."""
    from mobility.present.web.moving import moving_page

    return moving_page(finding.view, moves(found)).html().encode()


def moves(found: Schedule) -> dict[str, Any]:
    """Return where each column is when, as the page takes it: `Moves` of js/contract.d.ts."""
    net = found.network
    row, place = ({key: i for i, key in enumerate(table.index)} for table in (net.links, net.places))
    starts, colours = net.links["from"].to_dict(), [*style.GROUP_COLOURS.values()]
    columns = []
    for move in found.plan.moves:
        steps = []
        for step in found.steps(move):
            times = [round(step["begin"] / 60, 1), round(step["end"] / 60, 1)]
            if step["link"]:
                steps.append([*times, row[step["link"]], int(starts[step["link"]] != step["from"])])
            elif step["from"]:
                steps.append([*times, -1, place[step["from"]]])
        end = float(np.ceil(move.end / 60))
        columns.append({"name": move.column.name, "force": move.column.force, "end": end, "steps": steps})
    minutes = int(np.ceil(found.plan.score.last / 600) * 10)
    return {
        "minutes": minutes,
        "clock": [found.moment(hour * 3600)[:13].replace("T", " ") for hour in range(minutes // 60 + 1)],
        "forces": [
            {"name": order.name, "colour": colours[i % len(colours)]} for i, order in enumerate(found.orders.forces)
        ],
        "columns": columns,
    }


def _chart(finding: Finding, found: Schedule, *, graph: bool) -> Figure:
    from mobility.present.print.movement import gantt_chart, movement_graph

    return movement_graph(finding, _lines(found)) if graph else gantt_chart(finding, _bars(found))


def _lines(found: Schedule) -> dict[str, list[list[tuple[float, float]]]]:
    """Return per force the paths of its columns over time and distance."""
    lines: dict[str, list[list[tuple[float, float]]]] = {}
    for move in found.plan.moves:
        lines.setdefault(found.orders.forces[move.column.force].name, []).append(found.line(move))
    return lines


def _bars(found: Schedule) -> dict[str, list[list[tuple[str, float, float]]]]:
    """Return per force what its columns do: mode, from and to in hours after the start."""
    bars: dict[str, list[list[tuple[str, float, float]]]] = {}
    for move in found.plan.moves:
        own = [(step["mode"], step["begin"] / 3600, step["end"] / 3600) for step in found.steps(move)]
        bars.setdefault(found.orders.forces[move.column.force].name, []).append(own)
    return bars
