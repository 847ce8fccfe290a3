"""Lists of what can be named, and the check of the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mobility.errors import InputError
from mobility.options import FORMATS, Output, scenario_options

if TYPE_CHECKING:
    from mobility.model.scenario import Scenario

LINK_COLUMNS = (
    "id name from to mode corridors country length_km time_h driving_h speed speed_basis capacity status opens built "
    "active reason restriction doubtful ref structure road_class lanes tracks electrified gauge_mm usage line_class "
    "max_speed_kmh max_axle_t max_gross_t max_width_m max_height_m "
    "length_confidence attr_confidence source note"
).split()
PLACE_COLUMNS = (
    "id name name_en alt_names country kind lat lon accuracy_km role sets transfer active confidence source note"
).split()


@click.command()
@click.option("--kind", metavar="KIND", help="Only this kind (port, city, base, border_crossing ...).")
@click.option("--country", metavar="XX", help="Only this country.")
@click.option("--corridor", metavar="CODE", help="Only places on this corridor.")
@scenario_options()
def places(given: Scenario, out: Output, kind: str | None, country: str | None, corridor: str | None) -> None:
    """List the places that can be named."""
    from mobility.model.closures import corridor_code, country_code

    net = out.load()
    frame = net.places
    if kind:
        known = sorted(set(frame["kind"]))
        if kind not in known:
            raise InputError(f"no kind is called {kind!r}; there are {', '.join(known)}")
        frame = frame[frame["kind"] == kind]
    if country:
        code = country_code(net, country)
        frame = frame[[code in c.split("-") for c in frame["country"]]]
    if corridor or given.mode:
        links = net.links
        if corridor:
            code = corridor_code(net, corridor)
            links = links[[code in c.split(";") for c in links["corridors"]]]
        if given.mode:
            links = links[links["mode"].isin(given.mode)]
        frame = frame[frame.index.isin([*links["from"], *links["to"]])]
    columns = "id name country kind role transfer".split()
    out.rows(net.identity, frame[[*PLACE_COLUMNS, "geometry"]], columns, {"places": len(frame)})


@click.command()
@click.option("--kind", metavar="CLASS", help="Only this road class (motorway, primary ...) or line class (D4 ...).")
@click.option("--country", metavar="XX", help="Only this country.")
@click.option("--corridor", metavar="CODE", help="Only this corridor.")
@scenario_options()
def links(given: Scenario, out: Output, kind: str | None, country: str | None, corridor: str | None) -> None:
    """List the links: what they are, whether they are active, and why not."""
    from mobility.model.closures import corridor_code, country_code

    net = out.load()
    frame = net.links
    if kind:
        known = sorted({*frame["road_class"], *frame["line_class"]} - {""})
        if kind not in known:
            raise InputError(f"no road or line class is called {kind!r}; there are {', '.join(known)}")
        frame = frame[(frame["road_class"] == kind) | (frame["line_class"] == kind)]
    if given.mode:
        frame = frame[frame["mode"].isin(given.mode)]
    if country:
        code = country_code(net, country)
        frame = frame[[code in c.split("-") for c in frame["country"]]]
    if corridor:
        code = corridor_code(net, corridor)
        frame = frame[[code in c.split(";") for c in frame["corridors"]]]
    columns = "id mode corridors length_km time_h status reason length_confidence".split()
    summary = {"links": len(frame), "active": int(frame["active"].sum()), "length_km": float(frame["length_km"].sum())}
    out.rows(net.identity, frame[[*LINK_COLUMNS, "geometry"]], columns, summary)


@click.command()
@scenario_options()
def projects(given: Scenario, out: Output) -> None:
    """List the projects that --build takes."""
    del given
    net = out.load()
    columns = "id name country status target_year cost_eur_m".split()
    frame = net.projects.astype({"target_year": "Int64"})
    out.rows(net.identity, frame, columns, {"projects": len(frame)})


@click.command()
@click.option("--forces", is_flag=True, help="Instead, the force packages that `deploy --force` takes.")
@scenario_options()
def profiles(given: Scenario, out: Output, *, forces: bool) -> None:
    """List the movement profiles, or the force packages, and what they rest on."""
    from dataclasses import asdict

    import pandas as pd

    del given
    net = out.load()
    if forces:
        frame = pd.DataFrame([asdict(force) for force in net.rules.forces.values()]).astype({"trains": "Int64"})
        out.rows(net.identity, frame, "name vehicles trains sources description".split(), {"forces": len(frame)})
        return
    rows = []
    for profile in net.rules.profiles.values():
        row = asdict(profile)
        row["modes"] = ";".join(profile.modes)
        for key in ("speed_kmh", "handling_h", "sources", "refuse"):
            row |= {f"{key}.{k}": v for k, v in row.pop(key).items()}
        rows.append(row)
    columns = "name modes hours_per_day gross_t axle_t speed_kmh.motorway rail_kmh".split()
    out.rows(net.identity, pd.DataFrame(rows), columns, {"profiles": len(rows)})


@click.command()
@click.argument("path", required=False, type=click.Path())
@click.option(
    "-f", "--format", "fmt", type=click.Choice(FORMATS), help="Output format; default: table (FILE:LINE: message)."
)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE (- = stdout).")
@click.option("-q", "--quiet", is_flag=True, help="No notes on stderr.")
@click.pass_context
def check(ctx: click.Context, path: str | None, fmt: str | None, output: str | None, quiet: bool) -> None:
    """Check the tables of a network: all faults at once, as FILE:LINE: message."""
    from pathlib import Path

    import pandas as pd

    from mobility.model.checks import check_tables
    from mobility.model.network import Identity, default_folder, read, rules_at
    from mobility.model.scenario import Scenario
    from mobility.model.tables import Fault

    home = Path(path or ctx.obj or default_folder())
    schema, raw = read(home)
    found = check_tables(raw, schema)
    try:
        rules_at(home)
    except InputError as error:
        where, _, message = str(error).partition(":1: ")
        found.append(Fault(where, 1, message))
    faults = [f for f in found if f.severity == "fault"]
    out = Output(ctx, Scenario(), {"fmt": fmt, "output": output, "quiet": quiet})
    counts = {name: len(table) for name, table in raw.items() if len(table)}
    if out.fmt == "table":
        out.text("".join(f"{'notice: ' if f.severity == 'notice' else ''}{f}\n" for f in found))
    else:
        frame = pd.DataFrame([vars(f) for f in found], columns=["file", "line", "severity", "message"])
        out.rows(
            Identity.of(home),
            frame,
            list(frame.columns),
            {"faults": len(faults), "notices": len(found) - len(faults), **counts},
        )
    read_in = ", ".join(f"{counts.get(name, 0)} {name}" for name in ("places", "links", "projects"))
    out.note(f"{home}: {read_in}; faults: {len(faults)}, notices: {len(found) - len(faults)}")
    if faults:
        ctx.exit(1)
