"""What losses and changes cost: what-if, bottlenecks, interdiction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mobility.errors import InputError
from mobility.options import ends_of, pair_options, scenario_options, sweep_options

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
@sweep_options()
@scenario_options()
def whatif(
    given: Scenario,
    out: Output,
    against: str,
    from_: tuple[str, ...],
    to_: tuple[str, ...],
    uncertain: int | None,
    seed: int,
) -> None:
    """Compare every pair before and after closures, builds and other changes (at least one is needed)."""
    from mobility.analysis.whatif import changed, shifted_load, whatif
    from mobility.present.words import whatif_summary, whatif_words

    before, after = out.baseline(against), out.load()
    starts, ends, asked = ends_of(after, from_, to_)
    frame = whatif(before, after, starts, ends)
    shifted = shifted_load(after, frame)
    summary = whatif_summary(frame, shifted, asked)
    lines = whatif_words(after, given, summary)
    columns = "from to time_h_before time_h_after delta_h length_km_before length_km_after state_after".split()
    if uncertain:
        from mobility.analysis.uncertainty import uncertain_changes
        from mobility.present.draw_words import changes_words, uncertain_summary

        found = uncertain_changes(before, after, uncertain, seed, starts, ends, run=out.sweep(before, after))
        frame = frame.merge(found.table, on=["from", "to"])
        summary["uncertain"] = uncertain_summary(found)
        lines.append(changes_words(summary["uncertain"]))
        columns[5:] = "delta_h_p5 delta_h_p95 delta_h_common_p5 delta_h_common_p95 slower_share state_after".split()
    if out.fmt in {"table", "md"}:
        out.head = "\n".join(lines) + "\n\n"
        frame = changed(frame)
    out.rows(after.identity, frame, columns, summary)
    if not out.head:
        out.words(lines)


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
@sweep_options(failures=True)
@scenario_options(pictures=True)
def bottlenecks(  # noqa: PLR0913, PLR0917 - one option each
    given: Scenario,
    out: Output,
    by: str,
    top: int | None,
    weak: bool,
    from_: tuple[str, ...],
    to_: tuple[str, ...],
    uncertain: int | None,
    failures: int | None,
    seed: int,
) -> None:
    """Show what the loss of each link, place, structure, border or country costs (N-1), and the min-cut.

    -o FILE.png, .svg or .pdf draws the worst losses as a chart.
    """
    del given
    from mobility.analysis.bottlenecks import bottlenecks
    from mobility.analysis.failures import link_failures
    from mobility.analysis.flows import min_cut
    from mobility.analysis.pairs import pairs_of
    from mobility.analysis.uncertainty import uncertain_losses
    from mobility.analysis.weakest import weakest
    from mobility.present import draw_words, style, words

    if (weak or uncertain or failures) and out.draws:
        raise InputError("only the losses themselves have a chart; give -o FILE.csv, .json or .md")
    if (uncertain or failures) and (weak or by != "link"):
        raise InputError("--uncertain and --failures ask about links: not with --weakest or another --by")
    net = out.load()
    starts, ends, asked = ends_of(net, from_, to_)
    most = top or (20 if out.fmt in {"table", "md"} else None)
    summary: dict[str, Any]
    if weak:
        frame, most = weakest(net, starts, ends), None
        shown = "from to rail_km single_track_km not_electrified_km max_axle_t max_gross_t max_gradient_permille"
        summary = words.weakest_summary(frame)
        lines = [words.weakest_words(summary)]
    elif failures:
        frame = link_failures(net, failures, seed, starts, ends, run=out.sweep(net))
        shown = "link probability days_shut delay_h cut_off expected_delay_h expected_cut_off"
        summary = {"pairs": asked, "days": failures, "seed": seed}
        lines = [draw_words.link_failure_words(frame, failures)]
    else:
        frame = bottlenecks(net, by, starts, ends)
        if out.draws:
            from mobility.present.charts import bottleneck_chart

            about = {"subtitle": words.profile_words(net), "footnote": words.data_words(net)}
            out.draw(bottleneck_chart(frame, **about, top=top or 20))
            return
        if by == "country":
            called = zip(frame["country"], frame["name"], strict=True)
            frame["name"] = [style.country_name(code, name) for code, name in called]
        name = "" if by in {"link", "place"} else "name"
        shown = f"{by} {name} pairs_using pairs_delayed pairs_cut_off mean_delay_h worst_delay_h in_min_cut"
        summary = words.bottleneck_summary(frame, by, min_cut(net, pairs_of(net, starts, ends)), asked)
        lines = words.bottleneck_words(frame, by, summary)
        if uncertain:
            found = uncertain_losses(net, uncertain, seed, starts, ends, run=out.sweep(net))
            frame = frame.merge(found.table, on="link")
            summary["uncertain"] = draw_words.uncertain_summary(found)
            shown = "link pairs_using pairs_cut_off total_delay_h total_delay_h_p5 total_delay_h_p95 rank_p5 rank_p95 "
            shown += "worst10_share worst10_common_share"
            lines.append(draw_words.losses_words(found, dict(zip(frame["link"], frame["name"], strict=True))))
    out.rows(net.identity, frame.iloc[:most], shown.split(), summary)
    out.words(lines)


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
    out.words(interdict_words(net, frame, by, asked, k))
