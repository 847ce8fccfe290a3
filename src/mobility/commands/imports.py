"""Networks from elsewhere: OpenStreetMap."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mobility.commands.options import SAFE, TRUST, Command
from mobility.commands.sink import Sink
from mobility.commands.waiting import say, silence
from mobility.errors import InputError
from mobility.vocabulary import FORMATS, MODES

if TYPE_CHECKING:
    from collections.abc import Callable

    from mobility.model.network import Network


@click.group(name="import")
def import_() -> None:
    """Bring a network from elsewhere."""


def _words(_ctx: click.Context, param: click.Parameter, value: str) -> tuple[str, ...]:
    words = tuple(word for part in value.split(",") if (word := part.strip().casefold()))
    if not words:
        raise InputError(f"--{param.name}: name at least one, with commas between several")
    return words


def _km(_ctx: click.Context, param: click.Parameter, value: str) -> float:
    try:
        km = float(value.strip().casefold().removesuffix("km"))
    except ValueError:
        km = -1
    if not 0 < km <= 1000:  # noqa: PLR2004 - a belt, not a continent
        raise InputError(f"--{param.name}: write a distance up to 1000 km, as 20km")
    return km


@import_.command(cls=Command)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--place", metavar="NAME", help="Area: a place by name, as OpenStreetMap knows it.")
@click.option("--bbox", metavar="W,S,E,N", help="Area: a box in degrees, as 19.3,40.6,21.2,41.5.")
@click.option("--polygon", metavar="FILE", help="Area: the polygons of a file (GeoJSON, GeoPackage, KML ...).")
@click.option("--along", metavar="NAME", help="Area: a belt along corridor:VIII, a link ... of the network.")
@click.option(
    "--buffer",
    callback=_km,
    default="20km",
    show_default=True,
    metavar="KM",
    help="Half the width of that belt; with --refresh, of the belt along each link in which its way is sought.",
)
@click.option(
    "--roads",
    callback=_words,
    default="motorway,trunk,primary,secondary",
    show_default=True,
    metavar="CLASS,...",
    help="Road classes to take; also tertiary, unclassified.",
)
@click.option(
    "--rails",
    callback=_words,
    default="main,branch,freight",
    show_default=True,
    metavar="USE,...",
    help="Railways to take; also industrial, military, tourism, service (yards and sidings).",
)
@click.option(
    "-m",
    "--mode",
    "modes",
    multiple=True,
    type=click.Choice(MODES, case_sensitive=False),
    help="Take only this mode (repeatable).",
)
@click.option(
    "--allow-restricted",
    is_flag=True,
    help="Take what is forbidden to lorries, barred or out of use too, marked as doubtful.",
)
@click.option("--country", metavar="XX", help="All of it lies in this country; default: by OSM's national borders.")
@click.option(
    "--snap",
    multiple=True,
    metavar="WHAT",
    help='Tie places to it: a kind (port, city, base ...), set:NAME, a place, "all", or FILE.csv (repeatable).',
)
@click.option(
    "--places",
    callback=lambda ctx, param, value: () if value is None else _words(ctx, param, value),
    metavar="WHAT,...",
    help="Tie places of FILE to it in the same way: ports, bases, airfields, or all.",
)
@click.option(
    "--max-snap", callback=_km, default="5km", show_default=True, metavar="KM", help="Farthest straight line to snap."
)
@click.option(
    "--simplify",
    type=click.FloatRange(0, 1000),
    default=5,
    show_default=True,
    metavar="M",
    help="Metres by which drawn lines may be simplified.",
)
@click.option(
    "--onto",
    metavar="NETWORK",
    type=click.Path(path_type=Path),
    help="Add to this curated network the ways it lacks, and list them; -o COPY is a folder, or a GeoPackage.",
)
@click.option("--refresh", is_flag=True, help="Print lengths of the network's own links, old and new; write nothing.")
@click.option("--overpass", metavar="URL", help="Overpass endpoint; default: https://overpass-api.de/api.")
@click.option("--nominatim", metavar="URL", help="Nominatim endpoint for --place.")
@click.option(
    "--cache",
    type=click.Path(path_type=Path),
    default="cache",
    show_default=True,
    help="Folder of Overpass answers; asking again after an interruption resumes.",
)
@click.option("-f", "--format", "fmt", type=click.Choice(FORMATS), help="With --refresh or --onto; default: table.")
@click.option("-o", "--output", metavar="FILE.gpkg", help="GeoPackage to write (with --refresh: FILE in any format).")
@click.option("-q", "--quiet", is_flag=True, help="No notes on stderr.")
@click.option("--safe-csv", is_flag=True, help=SAFE)
@click.pass_context
def osm(ctx: click.Context, /, file: Path | None, **options: Any) -> None:  # noqa: ANN401
    """Import roads, railways and ferries from OpenStreetMap: a FILE (.osm, .osm.gz, .osm.bz2, .pbf), or Overpass.

    The result is a GeoPackage that every command takes with --network.
    © OpenStreetMap contributors, Open Database Licence (ODbL).
    """
    from mobility.model.network import Network
    from mobility.sources.importing import from_osm

    refresh, onto = options["refresh"], options["onto"]
    silence(options["quiet"])
    formats, safe = FORMATS if refresh else (), options["safe_csv"] and refresh
    to = options["fmt"], options["output"], options["quiet"], formats
    out = Sink(ctx.info_name or "", *to, keep=[ctx.obj, *[onto] * bool(onto)], safe=safe)
    if onto and (refresh or out.target is None):
        raise InputError("--onto writes a copy: give -o COPY (a new folder, or FILE.gpkg), and no --refresh")
    if (options["fmt"] or options["safe_csv"]) and not (refresh or onto):
        raise InputError("-f and --safe-csv go with --refresh or --onto; a new network is written to -o FILE.gpkg")
    if options["places"] and (refresh or onto):
        raise InputError("--places goes with a new network, not with --onto or --refresh")
    asked: dict[str, Any] = {name: options[name] or "" for name in ("overpass", "nominatim", "along")} | {
        "area": _area(options),
        "modes": options["modes"] or MODES,
        "buffer_km": options["buffer"],
        "max_snap_km": options["max_snap"],
        **{name: options[name] for name in ("roads", "rails", "cache", "allow_restricted")},
    }
    said: dict[str, Any] = {"tell": out.note, "step": say}
    trust = ctx.meta.get(TRUST)
    like = Network.load(ctx.obj, trust=trust, tell=out.note) if trust else None
    if refresh:
        _compare(out, like or Network.load(ctx.obj), file, country=options["country"] or "any", **asked, **said)
        return
    own: dict[str, Any] = {"country": options["country"] or "", "simplify_m": options["simplify"]}
    own |= {name: options[name] for name in ("snap", "places")}
    if onto:
        _add(
            out,
            onto,
            from_osm(file, like=onto, **asked, **own | {"snap": (), "places": None}, **said),
            options["fmt"],
            safe=options["safe_csv"],
        )
        return
    out.choose([".gpkg"])
    _write(out, from_osm(file, like=like or ctx.obj, **asked, **own, **said))


def _area(options: dict[str, Any]) -> Any:  # noqa: ANN401 - a geometry, or a place by name
    """Return the area asked for, of which there is one at most."""
    from mobility.sources.area import bounding_box

    readers: dict[str, Callable[[str], Any]] = {"bbox": bounding_box, "polygon": Path, "place": str}
    found = [read(options[name]) for name, read in readers.items() if options[name]]
    if len(found) + bool(options["along"]) > 1:
        raise InputError("give one area: --place, --bbox, --polygon or --along")
    return found[0] if found else None


def _write(out: Sink, net: Network) -> None:
    """Write an imported network, and say what is in it."""
    from mobility.model.files import as_geopackage
    from mobility.sources.osm import ATTRIBUTION, SOURCE

    out.save(as_geopackage(net))
    km = net.links.groupby("mode")["length_km"]
    counts = ", ".join(f"{len(part):,} {mode} links ({part.sum():,.1f} km)" for mode, part in km)
    date = net.sources.loc[net.sources["id"] == SOURCE, "date"].iloc[0]
    out.note(f"{len(net.places):,} places, {counts}. {ATTRIBUTION}, data of {date or 'unknown date'}")


def _add(out: Sink, home: Path, imported: Network, fmt: str | None, *, safe: bool) -> None:
    """Write a copy of a curated network with the ways that it lacks (conflation), and list them."""
    from mobility.model.files import Identity, as_geopackage
    from mobility.sources import copies, onto
    from mobility.sources.osm import ATTRIBUTION

    copy, added = onto.add(home, imported)
    if out.file.suffix.casefold() == ".gpkg":
        out.save(as_geopackage(copies.network_of(copy, home)))
    else:
        copies.write_folder(copy, home, out.file)
    counts = added["kind"].value_counts().to_dict()
    listed = Sink(out.command, fmt, None, out.quiet, safe=safe)
    listed.rows(Identity.of(home), {}, added, onto.ADDED, counts)
    listed.note("; ".join(f"{kind}: {count}" for kind, count in counts.items()) + f". {ATTRIBUTION}")


def _compare(out: Sink, home: Network, file: Path | None, **asked: Any) -> None:  # noqa: ANN401 - of `osm_lengths`
    """Print old lengths against new."""
    from mobility.sources.importing import osm_lengths
    from mobility.sources.refresh import COLUMNS, OUTSIDE

    frame = osm_lengths(home, file, **asked)
    states = frame["state"].value_counts().to_dict()
    out.rows(home.identity, {}, frame[frame["state"] != OUTSIDE], COLUMNS.split(), {"states": states})
    out.note("; ".join(f"{state}: {count}" for state, count in states.items()) + ". Nothing was changed")
