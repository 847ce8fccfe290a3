"""Networks from elsewhere: OpenStreetMap."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mobility.errors import InputError
from mobility.options import FORMATS, Output, one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from mobility.model.network import Network
    from mobility.sources.extract import Extract, Selection
    from mobility.sources.ways import Ways

    Step = Callable[[str], None]


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


@import_.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--place", metavar="NAME", help="Area: a place by name, as OpenStreetMap knows it.")
@click.option("--bbox", metavar="W,S,E,N", help="Area: a box in degrees, as 19.3,40.6,21.2,41.5.")
@click.option("--polygon", metavar="FILE", help="Area: the polygons of a file (GeoJSON, GeoPackage).")
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
    help="Road classes to take.",
)
@click.option(
    "--rails",
    callback=_words,
    default="main,branch",
    show_default=True,
    metavar="USE,...",
    help="Railways to take; also industrial, military, tourism, service (yards and sidings).",
)
@click.option(
    "-m",
    "--mode",
    "modes",
    multiple=True,
    type=click.Choice(["road", "rail", "sea"], case_sensitive=False),
    help="Take only this mode (repeatable).",
)
@click.option("--country", metavar="XX", help="All of it lies in this country; default: by OSM's national borders.")
@click.option(
    "--snap",
    multiple=True,
    metavar="WHAT",
    help='Tie places to it: a kind (port, city, base ...), set:NAME, a place, "all", or FILE.csv (repeatable).',
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
@click.option("-f", "--format", "fmt", type=click.Choice(FORMATS), help="With --refresh; default: table.")
@click.option("-o", "--output", metavar="FILE.gpkg", help="GeoPackage to write (with --refresh: FILE in any format).")
@click.option("-q", "--quiet", is_flag=True, help="No notes on stderr.")
@click.pass_context
def osm(ctx: click.Context, /, file: Path | None, **options: Any) -> None:  # noqa: ANN401
    """Import roads, railways and ferries from OpenStreetMap: a FILE (.osm, .osm.gz, .osm.bz2, .pbf), or Overpass.

    The result is a GeoPackage that every command takes with --network.
    © OpenStreetMap contributors, Open Database Licence (ODbL).
    """
    from mobility.model.network import Network
    from mobility.model.scenario import Scenario
    from mobility.sources.extract import Selection
    from mobility.sources.ways import parse

    refresh = options["refresh"]
    out = Output(ctx, Scenario(), {k: options[k] for k in ("fmt", "output", "quiet")}, FORMATS if refresh else ())
    if not refresh:
        out.choose([".gpkg"])
    home = cache(lambda: Network.load(ctx.obj))  # only when the data can be read
    country = _country(options["country"]) or ("any" if refresh else "")  # lengths have no country
    modes = options["modes"] or ("road", "rail", "sea")
    selection = Selection(options["roads"], options["rails"], modes, borders=not country)
    ways = parse(_read(file, home, selection, options, _progress(out)), home().places, out.note, country)
    if refresh:
        _compare(out, home(), ways, options["max_snap"], options["buffer"])
    else:
        _write(out, home(), ways, options)


def _country(word: str | None) -> str:
    code = (word or "").strip().upper()
    if code and not (len(code) == 2 and code.isascii() and code.isalpha()):  # noqa: PLR2004 - ISO 3166-1 alpha-2
        raise InputError(f"--country {word!r}: write the two letters of its code, as AL")
    return code


def _read(
    file: Path | None, home: Callable[[], Network], selection: Selection, options: dict[str, Any], step: Step
) -> Extract:
    """Read the file, or ask Overpass for the area."""
    from mobility.model.closures import read_area
    from mobility.sources import area, files, overpass

    folder = options["cache"]
    areas: dict[str, Callable[[str], Any]] = {
        "place": lambda word: overpass.place(word, url=options["nominatim"] or overpass.NOMINATIM, cache=folder),
        "bbox": area.bounding_box,
        "polygon": read_area,
        "along": lambda word: area.along(home(), word, options["buffer"]),
    }
    shapes = [find(options[name]) for name, find in areas.items() if options[name]]
    if len(shapes) > 1:
        raise InputError("give one area: --place, --bbox, --polygon or --along")
    if file is None and not shapes:
        raise InputError("say what to import: a FILE, or for Overpass an area (--place, --bbox, --polygon or --along)")
    if file is None:
        extract = overpass.read(shapes[0], selection, url=options["overpass"] or overpass.URL, cache=folder, step=step)
    else:
        extract = files.read(file, selection, step)
    step("")
    return extract.within(shapes[0]) if shapes else extract


def _write(out: Output, home: Network, ways: Ways, options: dict[str, Any]) -> None:
    """Write the network of some ways."""
    from mobility.present.exchange import geopackage
    from mobility.sources.osm import ATTRIBUTION, network
    from mobility.sources.snap import snap

    snapped = snap(ways, home, options["snap"], out.note, options["max_snap"])
    net = network(ways, home, out.note, snapped=snapped, tolerance_m=options["simplify"])
    out.save(geopackage(net))
    km = net.links.groupby("mode")["length_km"]
    counts = ", ".join(f"{len(part):,} {mode} links ({part.sum():,.1f} km)" for mode, part in km)
    out.note(f"{len(net.places):,} places, {counts}. {ATTRIBUTION}, data of {ways.extract.date or 'unknown date'}")


def _compare(out: Output, home: Network, ways: Ways, max_km: float, belt_km: float) -> None:
    """Print old lengths against new."""
    from mobility.sources import refresh

    frame = refresh.refresh(home, ways, max_km=max_km, belt_km=belt_km)
    states = frame["state"].value_counts().to_dict()
    rows = frame[frame["state"] != refresh.OUTSIDE]
    out.rows(home.identity, rows, refresh.COLUMNS.split(), {"states": states})
    out.note("; ".join(f"{state}: {count}" for state, count in states.items()) + ". Nothing was changed")


def _progress(out: Output) -> Step:
    """Return what shows a word of progress, on a terminal only."""
    if out.quiet or not sys.stderr.isatty():
        return lambda _: None
    return lambda text: click.echo(f"\r\033[K{one_line(text)}", nl=False, err=True)
