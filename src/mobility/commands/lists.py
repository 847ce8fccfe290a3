"""Lists of what can be named, and the check of the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mobility.commands.options import SAFE, TRUST, TRUST_HELP, Command, question
from mobility.commands.sink import Sink
from mobility.commands.waiting import silence
from mobility.errors import InputError
from mobility.vocabulary import FORMATS, MODES, TRUSTS, dashed, split

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from mobility.commands.run import Run
    from mobility.model.network import Network

LINK_COLUMNS = (
    "id name from to mode corridors country length_km time_h driving_h speed speed_basis capacity status opens built "
    "active reason restriction doubtful ref structure road_class lanes tracks electrified gauge_mm usage line_class "
    "max_speed_kmh max_axle_t max_gross_t max_width_m max_height_m "
    "length_confidence attr_confidence source note"
).split()
PLACE_COLUMNS = (
    "id name name_en alt_names country kind lat lon accuracy_km role sets transfer active confidence source note"
).split()


_COUNTRY = click.option("--country", metavar="XX", help="Only this country.")


@click.command(cls=Command)
@click.option("--kind", metavar="KIND", help="Only this kind (port, city, base, border_crossing ...).")
@_COUNTRY
@click.option("--corridor", metavar="CODE", help="Only places on this corridor.")
@question()
def places(run: Run, kind: str | None, country: str | None, corridor: str | None) -> None:
    """List the places that can be named."""
    net = run.network
    frame = _of_kind(net.places, kind, ["kind"], "kind")
    frame = frame[_listed(net, frame["country"], country)]
    if corridor or run.given.mode:
        links = _along(net, corridor, run.given.mode)
        frame = frame[frame.index.isin([*links["from"], *links["to"]])]
    columns = "id name country kind role transfer".split()
    run.rows(net, frame[[*PLACE_COLUMNS, "geometry"]], columns, {"places": len(frame)})


@click.command(cls=Command)
@click.option("--kind", metavar="CLASS", help="Only this road class (motorway, primary ...) or line class (D4 ...).")
@_COUNTRY
@click.option("--corridor", metavar="CODE", help="Only this corridor.")
@question()
def links(run: Run, kind: str | None, country: str | None, corridor: str | None) -> None:
    """List the links: what they are, whether they are active, and why not."""
    net = run.network
    frame = _of_kind(_along(net, corridor, run.given.mode), kind, ["road_class", "line_class"], "road or line class")
    frame = frame[_listed(net, frame["country"], country)]
    columns = "id mode corridors length_km time_h status reason length_confidence".split()
    summary = {"links": len(frame), "active": int(frame["active"].sum()), "length_km": float(frame["length_km"].sum())}
    run.rows(net, frame[[*LINK_COLUMNS, "geometry"]], columns, summary)


def _of_kind(frame: pd.DataFrame, kind: str | None, columns: list[str], what: str) -> pd.DataFrame:
    """Return the rows of which one of some columns says the kind; raises InputError listing the kinds."""
    known = sorted({value for column in columns for value in frame[column].unique()} - {""})
    if kind and kind not in known:
        raise InputError(f"no {what} is called {kind!r}; there are {', '.join(known)}")
    return frame[(frame[columns] == kind).any(axis=1)] if kind else frame


def _listed(net: Network, cells: pd.Series, country: str | None) -> pd.Series:
    """Return which country cells name a country (all when none is asked for)."""
    from mobility.model.closures import country_code

    code = country_code(net, country) if country else ""
    return cells.isin([cell for cell in cells.unique() if not code or code in dashed(cell)])


def _along(net: Network, corridor: str | None, modes: tuple[str, ...]) -> pd.DataFrame:
    """Return the links of a corridor and some modes (of all when none is asked for)."""
    from mobility.model.closures import corridor_code, corridor_codes

    links, codes = net.links, corridor_codes(net, corridor_code(net, corridor)) if corridor else set()
    kept = [cell for cell in links["corridors"].unique() if not codes or not codes.isdisjoint(split(cell))]
    return links[links["corridors"].isin(kept) & links["mode"].isin(modes or MODES)]


@click.command(cls=Command)
@question()
def projects(run: Run) -> None:
    """List the projects that --build takes."""
    net = run.network
    columns = "id name country status target_year cost_eur_m".split()
    frame = net.projects.astype({"target_year": "Int64"})
    run.rows(net, frame, columns, {"projects": len(frame)})


@click.command(cls=Command)
@question()
def sets(run: Run) -> None:
    """List the sets of places (set:NAME) and who is in them."""
    import pandas as pd

    net = run.network
    members: dict[str, list[str]] = {}
    for place, cell in zip(net.places.index, net.places["sets"], strict=True):
        for name in split(cell):
            members.setdefault(name, []).append(place)
    frame = pd.DataFrame(
        [(name, len(members[name]), ";".join(members[name])) for name in sorted(members)],
        columns=["set", "places", "members"],
    )
    run.rows(net, frame, ["set", "places", "members"], {"sets": len(frame)})


@click.command(cls=Command)
@click.option("--forces", is_flag=True, help="Instead, the force packages that `deploy --force` takes.")
@click.option("--ships", is_flag=True, help="Instead, the kinds of ship that --ship of deploy takes.")
@click.option("--cargo", is_flag=True, help="Instead, the supplies that --cargo of deploy takes.")
@question()
def profiles(run: Run, *, forces: bool, ships: bool, cargo: bool) -> None:
    """List the movement profiles, or the force packages, ships or supplies, and what they rest on."""
    from dataclasses import asdict

    import pandas as pd

    net = run.network
    if forces + ships + cargo > 1:
        raise InputError("give one of --forces, --ships and --cargo")
    if forces:
        frame = pd.DataFrame([asdict(force) for force in net.rules.forces.values()]).astype({"trains": "Int64"})
        run.rows(net, frame, "name vehicles trains sources description".split(), {"forces": len(frame)})
        return
    if ships:
        frame = pd.DataFrame([asdict(ship) for ship in net.rules.ships.values()])
        run.rows(net, frame, "name draught_m sources description".split(), {"ships": len(frame)})
        return
    if cargo:
        frame = pd.DataFrame([asdict(one) for one in net.rules.cargoes.values()])
        for at, end in enumerate(("low", "high")):
            frame[f"t_per_train_{end}"] = [span[at] for span in frame["t_per_train_range"]]
        columns = "name t_per_lorry t_per_train t_per_train_low t_per_train_high sources description".split()
        run.rows(net, frame[columns], columns, {"cargoes": len(frame)})
        return
    rows = []
    for profile in net.rules.profiles.values():
        row = asdict(profile)
        row["modes"] = ";".join(profile.modes)
        for key in ("speed_kmh", "handling_h", "sources", "refuse"):
            row |= {f"{key}.{k}": v for k, v in row.pop(key).items()}
        rows.append(row)
    columns = "name modes hours_per_day gross_t axle_t speed_kmh.motorway rail_kmh".split()
    run.rows(net, pd.DataFrame(rows), columns, {"profiles": len(rows)})


@click.command(cls=Command)
@click.argument("path", required=False, type=click.Path())
@click.option(
    "--ground",
    metavar="[GROUND]",
    is_flag=False,
    flag_value="",
    help="Instead, audit the relief: for which links is the loss overstated, because a way of GROUND (a network that "
    "`import osm` made, or a folder like geodata/ground, the default of the shipped network) is not in the tables?",
)
@click.option("--trust", type=click.Choice(TRUSTS), help=TRUST_HELP)
@click.option(
    "-f", "--format", "fmt", type=click.Choice(FORMATS), help="Output format; default: table (FILE:LINE: message)."
)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE (- = stdout).")
@click.option("-q", "--quiet", is_flag=True, help="No notes on stderr.")
@click.option("--safe-csv", "safe", is_flag=True, help=SAFE)
@click.pass_context
def check(ctx: click.Context, /, path: str | None, ground: str | None, trust: str | None, **to: Any) -> None:  # noqa: ANN401
    """Check the tables of a network: all faults at once, as FILE:LINE: message."""
    from pathlib import Path

    from mobility.model import files

    silence(to["quiet"])
    home = Path(path or ctx.obj or files.default_folder())
    trust = trust or ctx.meta.get(TRUST)
    out = Sink(ctx.info_name or "", to["fmt"], to["output"], to["quiet"], keep=[home], safe=to["safe"])
    found = files.check(home, trust=trust)
    counts, faults = found.attrs["rows"], int((found["severity"] == "fault").sum())
    if ground is not None and not faults:
        _audit(out, home, Path(ground) if ground else None, trust)
        return
    if out.fmt == "table":
        kinds = found["severity"].map({"notice": "notice: ", "fault": ""})
        out.text(
            "".join(
                f"{kind}{file}:{line}: {message}\n"
                for kind, file, line, message in zip(kinds, found["file"], found["line"], found["message"], strict=True)
            )
        )
    else:
        summary = {"faults": faults, "notices": len(found) - faults, **counts}
        out.rows(files.Identity.of(home), {}, found, files.CHECKED, summary)
    read_in = ", ".join(f"{counts.get(name, 0)} {name}" for name in ("places", "links", "projects"))
    out.note(f"{home}: {read_in}; faults: {faults}, notices: {len(found) - faults}")
    if faults:
        ctx.exit(1)


def _audit(out: Sink, home: Path, ground: Path | None, trust: str | None) -> None:
    """Print the relief audit: as a table the links whose loss is overstated, in other formats all that were judged."""
    from mobility.model.files import Identity
    from mobility.sources.relief_audit import audit_folder, shares

    table = audit_folder(home, ground, trust)
    found = shares(table)
    rows = table[table["overstated"]] if out.fmt == "table" else table
    columns = "link mode km ground_km extra_km ground_extra_km missing".split()
    out.rows(Identity.of(home), {}, rows, columns, found)
    words = [f"{s['overstated']} of {s['comparable']} by {m} ({s['share']:.1%})" for m, s in found.items()]
    out.note(f"{home}: the loss is overstated for {', '.join(words) or 'none: no link lies on this ground'}")
