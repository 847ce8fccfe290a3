"""The command line: parse, call the library once, print."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mobility import __version__
from mobility.errors import InputError, NoRouteError
from mobility.options import FORMATS, Group, Output, pair_options, scenario_options

if TYPE_CHECKING:
    from mobility.model.network import Network
    from mobility.model.scenario import Scenario

LINK_COLUMNS = (
    "id name from to mode corridors country length_km time_h driving_h speed speed_basis capacity status opens built "
    "active reason restriction doubtful road_class tracks electrified line_class max_speed_kmh max_axle_t max_gross_t "
    "length_confidence attr_confidence source note"
).split()
PLACE_COLUMNS = (
    "id name name_en alt_names country kind lat lon accuracy_km role sets transfer active confidence source note"
).split()


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="mobility")
@click.option(
    "--network",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Folder like geodata/, or a GeoPackage; default: the shipped network.",
)
@click.pass_context
def cli(ctx: click.Context, network: Path | None) -> None:
    """Routes, closures, bottlenecks and redundancy of military-mobility corridors to the Black Sea."""
    ctx.obj = network


def main() -> None:
    """Run the command line; what is piped is UTF-8, and no letter that a console lacks stops it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
    cli(prog_name="mobility")


@cli.command()
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


@cli.command()
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


@cli.command()
@scenario_options()
def projects(given: Scenario, out: Output) -> None:
    """List the projects that --build takes."""
    del given
    net = out.load()
    columns = "id name country status target_year cost_eur_m".split()
    frame = net.projects.astype({"target_year": "Int64"})
    out.rows(net.identity, frame, columns, {"projects": len(frame)})


@cli.command()
@scenario_options()
def profiles(given: Scenario, out: Output) -> None:
    """List the movement profiles and what they rest on."""
    from dataclasses import asdict

    import pandas as pd

    del given
    net = out.load()
    rows = []
    for profile in net.rules.profiles.values():
        row = asdict(profile)
        row["modes"] = ";".join(profile.modes)
        for key in ("speed_kmh", "handling_h", "sources"):
            row |= {f"{key}.{k}": v for k, v in row.pop(key).items()}
        rows.append(row)
    columns = "name modes hours_per_day gross_t axle_t speed_kmh.motorway rail_kmh".split()
    out.rows(net.identity, pd.DataFrame(rows), columns, {"profiles": len(rows)})


@cli.command()
@click.argument("origin", metavar="FROM")
@click.argument("destination", metavar="TO")
@click.option("-k", "count", type=click.IntRange(1, 100), help="Number of routes; default: 1, with --diverse 3.")
@click.option("--diverse", is_flag=True, help="Routes that share little, instead of the k best.")
@click.option("--via", multiple=True, metavar="PLACE", help="Pass this place (repeatable, in order).")
@scenario_options()
def route(
    given: Scenario, out: Output, origin: str, destination: str, count: int, diverse: bool, via: tuple[str, ...]
) -> None:
    """Show the legs of the best route from FROM to TO (places, or set:NAME)."""
    del given
    from mobility.analysis import routing
    from mobility.present.words import route_summary, route_words

    net = out.load()
    starts, ends, stops = net.places_named(origin), net.places_named(destination), net.places_named(via)
    k = count or (3 if diverse else 1)
    several = diverse or k > 1
    if several and (len(starts) > 1 or len(ends) > 1 or stops):
        raise InputError("-k and --diverse take one FROM and one TO, without --via")
    columns = "leg from to mode length_km time_h cumulative_h link".split()
    if several:
        columns = ["route", *columns]
    try:
        if several:
            find = routing.diverse_routes if diverse else routing.k_best_routes
            legs = find(net, starts[0], ends[0], k)
        else:
            legs = routing.best_route(net, starts, ends, stops)
    except NoRouteError:
        missing = _tell_missing(out, net, starts, ends)
        if out.fmt in {"json", "csv", "geojson"}:
            out.rows(net.identity, routing.no_legs(), columns, {"connected": False, "missing_links": missing})
        raise
    out.rows(net.identity, legs, columns, route_summary(legs))
    if out.fmt == "table":
        for line in route_words(legs):
            out.note(line)


def _ends(net: Network, from_: tuple[str, ...], to_: tuple[str, ...]) -> tuple[list[str] | None, list[str] | None, int]:
    """Return the places asked about (None: by role) and the number of pairs; raises when there is none."""
    from mobility.analysis.pairs import pairs_of

    starts, ends = net.places_named(from_) or None, net.places_named(to_) or None
    asked = len(pairs_of(net, starts, ends, closed=True))
    if not asked:
        raise InputError("no pair to ask about: an origin and a destination that differ are needed (--from, --to)")
    return starts, ends, asked


def _tell_missing(out: Output, net: Network, starts: list[str], ends: list[str]) -> list[dict[str, Any]]:
    """Say which unopened links would connect what is not connected."""
    from mobility.analysis.pairs import missing_links
    from mobility.present.tables import rows_of

    missing = missing_links(net, starts, ends)
    for along, part in missing.groupby("along", sort=False):
        words = [
            f"{n} ({s.replace('_', ' ')}{', project ' + p if p else ''})"
            for n, s, p in zip(part["name"], part["status"], part["project"], strict=True)
        ]
        where = (
            "smallest set of unopened links that would connect them"
            if along == "any line"
            else f"along corridor {along}"
        )
        out.note(f"{where}: {'; '.join(words)}")
    return rows_of(missing)


@cli.command()
@pair_options
@scenario_options()
def routes(given: Scenario, out: Output, from_: tuple[str, ...], to_: tuple[str, ...]) -> None:
    """Show every pair of origin and destination: hours, km, borders, disjoint routes."""
    del given
    from mobility.analysis import pairs, routing
    from mobility.present.words import pairs_words

    net = out.load()
    starts, ends, asked = _ends(net, from_, to_)
    frame = pairs.routes(net, starts, ends)
    state = frame["state"].value_counts()
    joined = frame[frame["state"] == pairs.CONNECTED]
    doubtful = {i for cell in joined["links"] for i in cell.split(";") if i and net.links.at[i, "doubtful"]}
    summary = {
        "pairs": len(frame),
        "connected": int(state.get(pairs.CONNECTED, 0)),
        "cut_off": int(state.get(pairs.CUT_OFF, 0)),
        "not_on_this_mode": int(state.get(pairs.NOT_ON_MODE, 0)),
        "pairs_excluded": asked - len(frame),
        "mean_time_h": joined["time_h"].mean() if len(joined) else None,
        "routes_on_estimated_transfers": int((joined["estimated_transfers"] > 0).sum()),
        "doubtful_links": sorted(doubtful),
        "missing_links": [],
    }
    if len(frame) and not len(joined):
        out.note(f"no pair is connected{routing.by_modes(net)}")
        summary["missing_links"] = _tell_missing(out, net, *(list(dict.fromkeys(frame[c])) for c in ("from", "to")))
    columns = "from to time_h driving_h length_km modes transfers borders disjoint_routes doubtful state".split()
    if summary["connected"] == len(frame):
        columns.remove("state")
    out.rows(net.identity, frame, columns, summary)
    if out.fmt == "table":
        out.note(pairs_words(summary))


@cli.command()
@click.option(
    "--against",
    metavar="FILE|today",
    default="today",
    show_default=True,
    help="Baseline: a scenario file, or the network as it is.",
)
@pair_options
@scenario_options()
def whatif(given: Scenario, out: Output, against: str, from_: tuple[str, ...], to_: tuple[str, ...]) -> None:
    """Compare every pair before and after closures, builds and other changes (at least one is needed)."""
    from mobility.analysis.whatif import shifted_load, whatif
    from mobility.present.words import whatif_summary, whatif_words

    before, after = out.baseline(against), out.load()
    starts, ends, asked = _ends(after, from_, to_)
    frame = whatif(before, after, starts, ends)
    shifted = shifted_load(after, frame)
    summary = whatif_summary(frame, shifted, asked)
    if out.fmt in {"table", "md"}:
        out.head = "\n".join(whatif_words(after, given, summary)) + "\n\n"
        changed = (frame["delta_h"].abs() > 1 / 120) | frame["cut_off"] | frame["newly_connected"]
        frame = frame[changed].sort_values(["cut_off", "delta_h"], ascending=False)
    columns = "from to time_h_before time_h_after delta_h length_km_before length_km_after state_after".split()
    out.rows(after.identity, frame, columns, summary)


@cli.command()
@click.option(
    "--by",
    type=click.Choice(["link", "place", "structure", "border", "country"]),
    default="link",
    show_default=True,
    help="What is lost.",
)
@click.option(
    "--top", type=click.IntRange(min=1), metavar="N", help="Only the N worst; default: in a table 20, else all."
)
@pair_options
@scenario_options()
def bottlenecks(
    given: Scenario, out: Output, by: str, top: int | None, from_: tuple[str, ...], to_: tuple[str, ...]
) -> None:
    """Show what the loss of each link, place, structure, border or country costs (N-1), and the min-cut."""
    del given
    from mobility.analysis.bottlenecks import bottlenecks
    from mobility.analysis.flows import min_cut
    from mobility.analysis.pairs import pairs_of
    from mobility.present.words import bottleneck_words

    net = out.load()
    starts, ends, asked = _ends(net, from_, to_)
    frame = bottlenecks(net, by, starts, ends)
    cut = min_cut(net, pairs_of(net, starts, ends))
    summary = {
        "pairs": asked,
        "things": len(frame),
        "used": int((frame["pairs_using"] > 0).sum()),
        "sole": frame.loc[frame["sole_link"], by].tolist(),
        "min_cut_vehicles_day": cut.vehicles_day,
        "min_cut": cut.things,
    }
    shown = frame.head(top or (20 if out.fmt in {"table", "md"} else len(frame)))
    name = [] if by in {"link", "place"} else ["name"]
    columns = [by, *name, *"pairs_using pairs_delayed pairs_cut_off mean_delay_h worst_delay_h in_min_cut".split()]
    out.rows(net.identity, shown, columns, summary)
    if out.fmt == "table":
        for line in bottleneck_words(frame, by, summary):
            out.note(line)


@cli.command()
@click.option(
    "-k",
    "k",
    type=click.IntRange(min=1),
    required=True,
    metavar="N",
    help="Number of closures; the curve 1 to N is shown.",
)
@click.option("--by", type=click.Choice(["link", "place"]), default="link", show_default=True, help="What is closed.")
@click.option("--spare", multiple=True, metavar="NAME", help="A link (or place) that cannot be closed (repeatable).")
@pair_options
@scenario_options()
def interdict(
    given: Scenario, out: Output, k: int, by: str, spare: tuple[str, ...], from_: tuple[str, ...], to_: tuple[str, ...]
) -> None:
    """Find the N closures that together hurt most: pairs cut off first, then hours."""
    del given
    from mobility.analysis.interdiction import interdict
    from mobility.present.words import interdict_words

    net = out.load()
    starts, ends, asked = _ends(net, from_, to_)
    frame = interdict(net, k, by=by, spare=spare, origins=starts, destinations=ends)
    summary = {"pairs": asked, "rows": len(frame), "proven": bool(frame["optimal"].all())}
    columns = ["k", "pairs_cut_off", "delta_h", "optimal", "separates", f"{by}s"]
    out.rows(net.identity, frame, columns, summary)
    if out.fmt == "table":
        for line in interdict_words(net, frame, by, asked, k):
            out.note(line)


@cli.command()
@click.option(
    "--table",
    "what",
    type=click.Choice(["projects", "pairs", "portfolio", "candidates", "synergy"]),
    help="What is asked; default: projects, with --budget portfolio.",
)
@click.option("--budget", type=float, metavar="EUR_M", help="Million EUR: the best set of projects it buys.")
@click.option(
    "--project", "projects_", multiple=True, metavar="NAME", help="Only these projects (repeatable); default: all."
)
@click.option(
    "--max-km", type=click.FloatRange(1, 1000), default=150, show_default=True, help="Candidates: largest distance."
)
@click.option(
    "--by",
    "new",
    type=click.Choice(["road", "rail"]),
    default="road",
    show_default=True,
    help="Candidates: mode of the new link.",
)
@click.option(
    "--top", type=click.IntRange(min=1), default=20, show_default=True, metavar="N", help="Candidates: how many."
)
@pair_options
@scenario_options()
def redundancy(  # noqa: PLR0913, PLR0917 - one option each
    given: Scenario,
    out: Output,
    what: str | None,
    budget: float | None,
    projects_: tuple[str, ...],
    max_km: float,
    new: str,
    top: int,
    from_: tuple[str, ...],
    to_: tuple[str, ...],
) -> None:
    """Show what pairs have in reserve, and what projects, sets of them or a new link would buy."""
    del given
    from mobility.analysis.newlinks import candidates
    from mobility.analysis.portfolio import portfolio
    from mobility.analysis.redundancy import pair_redundancy, project_gains, synergy

    what = what or ("projects" if budget is None else "portfolio")
    if what == "portfolio" and budget is None:
        raise InputError("a portfolio needs --budget EUR_M (million EUR)")
    net = out.load()
    starts, ends, asked = _ends(net, from_, to_)
    chosen = list(projects_) or None
    if what == "synergy" and chosen is None:
        raise InputError("synergy needs the projects to pair: --project NAME, at least twice")
    frame = {
        "projects": lambda: project_gains(net, chosen, starts, ends),
        "pairs": lambda: pair_redundancy(net, starts, ends),
        "synergy": lambda: synergy(net, chosen or [], starts, ends),
        "portfolio": lambda: portfolio(net, budget or 0.0, chosen, origins=starts, destinations=ends),
        "candidates": lambda: candidates(net, max_km, new, top, starts, ends),
    }[what]()
    gains = "gain_h n1_gain_h worst_n1_gain_h disjoint_gain capacity_gain_vehicles_day pairs_connected_gain"
    columns = {
        "projects": f"project cost_eur_m {gains} gain_h_per_bn",
        "pairs": "from to time_h disjoint_routes place_disjoint_routes n1_detour_h worst_link sole_links",
        "synergy": "project other gain_h gain_h_synergy n1_gain_h n1_gain_h_synergy",
        "portfolio": "project cost_eur_m state gain_h portfolio_cost_eur_m portfolio_gain_h",
        "candidates": "from to length_km speed_kmh total_gain_h pairs_gaining assumption",
    }[what].split()
    out.rows(net.identity, frame, [c for c in columns if c in frame.columns], {"pairs": asked, "rows": len(frame)})


@cli.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option(
    "-f", "--format", "fmt", type=click.Choice(FORMATS), help="Output format; default: table (FILE:LINE: message)."
)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE (- = stdout).")
@click.option("-q", "--quiet", is_flag=True, help="No notes on stderr.")
@click.pass_context
def check(ctx: click.Context, path: Path | None, fmt: str | None, output: str | None, quiet: bool) -> None:
    """Check the tables of a network: all faults at once, as FILE:LINE: message."""
    import pandas as pd

    from mobility.model.checks import check_tables
    from mobility.model.network import Identity, default_folder, read, rules_at
    from mobility.model.scenario import Scenario
    from mobility.model.tables import Fault

    home = path or ctx.obj or default_folder()
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


@cli.command()
@scenario_options(formats=False)
def export(given: Scenario, out: Output) -> None:
    """Write the network: -o FILE.csv (routable arcs), .graphml, .gpkg (all tables) or .geojson (links)."""
    del given
    from mobility.present import exchange

    suffix = out.choose(exchange.WRITERS)
    net = out.load()
    out.save(exchange.WRITERS[suffix](net))


@cli.command(name="map")
@pair_options
@click.option(
    "--show",
    type=click.Choice(["network", "routes", "whatif", "bottlenecks"]),
    default="routes",
    show_default=True,
    help="What to draw.",
)
@click.option("--against", metavar="FILE|today", default="today", help="Baseline of --show whatif; default: today.")
@click.option("--title", metavar="TEXT", help="Title of the page; default: what the map finds.")
@scenario_options(formats=False)
def map_(
    given: Scenario,
    out: Output,
    from_: tuple[str, ...],
    to_: tuple[str, ...],
    show: str,
    against: str,
    title: str | None,
) -> None:
    """Draw a map into one HTML file that opens with no network: -o FILE.html."""
    from mobility.present import maps

    out.choose([".html", ".htm"])
    net = out.load()
    title = title or given.title
    if show == "network":
        page = maps.network_map(net, title=title)
    else:
        starts, ends, _ = _ends(net, from_, to_)
        if show == "whatif":
            page = maps.whatif_map(out.baseline(against), net, starts, ends, title=title)
        else:
            page = {"routes": maps.route_map, "bottlenecks": maps.bottleneck_map}[show](net, starts, ends, title=title)
    out.save(page.html().encode())


if __name__ == "__main__":
    sys.exit(main())  # type: ignore[func-returns-value]
