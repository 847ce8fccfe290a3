"""What losses and changes cost: what-if, bottlenecks, interdiction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mobility.errors import InputError
from mobility.options import ends_of, pair_options, scenario_options

if TYPE_CHECKING:
    from mobility.model.scenario import Scenario
    from mobility.options import Output


@click.command()
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
    from mobility.analysis.whatif import changed, shifted_load, whatif
    from mobility.present.words import whatif_summary, whatif_words

    before, after = out.baseline(against), out.load()
    starts, ends, asked = ends_of(after, from_, to_)
    frame = whatif(before, after, starts, ends)
    shifted = shifted_load(after, frame)
    summary = whatif_summary(frame, shifted, asked)
    if out.fmt in {"table", "md"}:
        out.head = "\n".join(whatif_words(after, given, summary)) + "\n\n"
        frame = changed(frame)
    columns = "from to time_h_before time_h_after delta_h length_km_before length_km_after state_after".split()
    out.rows(after.identity, frame, columns, summary)


@click.command()
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
@click.option("--weakest", "weak", is_flag=True, help="Instead, the weakest attributes along each best route.")
@pair_options
@scenario_options(pictures=True)
def bottlenecks(
    given: Scenario,
    out: Output,
    by: str,
    top: int | None,
    weak: bool,
    from_: tuple[str, ...],
    to_: tuple[str, ...],
) -> None:
    """Show what the loss of each link, place, structure, border or country costs (N-1), and the min-cut.

    -o FILE.png, .svg or .pdf draws the worst losses as a chart.
    """
    del given
    from mobility.analysis.bottlenecks import bottlenecks
    from mobility.analysis.flows import min_cut
    from mobility.analysis.pairs import pairs_of
    from mobility.analysis.weakest import weakest
    from mobility.present.words import (
        bottleneck_summary,
        bottleneck_words,
        data_words,
        profile_words,
        weakest_summary,
        weakest_words,
    )

    net = out.load()
    starts, ends, asked = ends_of(net, from_, to_)
    if weak and out.draws:
        raise InputError("--weakest has no chart; give -o FILE.csv, .json or .md")
    if weak:
        frame = weakest(net, starts, ends)
        shown = "from to rail_km single_track_km not_electrified_km max_axle_t max_gross_t max_gradient_permille"
        out.rows(net.identity, frame, shown.split(), weakest_summary(frame))
        if out.fmt == "table":
            out.note(weakest_words(weakest_summary(frame)))
        return
    frame = bottlenecks(net, by, starts, ends)
    if out.draws:
        from mobility.present.charts import bottleneck_chart

        out.draw(bottleneck_chart(frame, subtitle=profile_words(net), footnote=data_words(net), top=top or 20))
        return
    summary = bottleneck_summary(frame, by, min_cut(net, pairs_of(net, starts, ends)), asked)
    worst = frame.head(top or (20 if out.fmt in {"table", "md"} else len(frame)))
    name = [] if by in {"link", "place"} else ["name"]
    columns = [by, *name, *"pairs_using pairs_delayed pairs_cut_off mean_delay_h worst_delay_h in_min_cut".split()]
    out.rows(net.identity, worst, columns, summary)
    if out.fmt == "table":
        for line in bottleneck_words(frame, by, summary):
            out.note(line)


@click.command()
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
    starts, ends, asked = ends_of(net, from_, to_)
    frame = interdict(net, k, by=by, spare=spare, origins=starts, destinations=ends)
    summary = {"pairs": asked, "rows": len(frame), "proven": bool(frame["optimal"].all())}
    columns = ["k", "pairs_cut_off", "delta_h", "optimal", "separates", f"{by}s"]
    out.rows(net.identity, frame, columns, summary)
    if out.fmt == "table":
        for line in interdict_words(net, frame, by, asked, k):
            out.note(line)
