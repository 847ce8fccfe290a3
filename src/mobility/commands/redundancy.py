"""What pairs have in reserve, and what new links would buy."""

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
@sweep_options(draws_only=False)
@scenario_options(pictures=True)
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
    uncertain: int | None,
    seed: int,
) -> None:
    """Show what pairs have in reserve, and what projects, sets of them or a new link would buy.

    -o FILE.png, .svg or .pdf draws the gains of the projects as a chart.
    """
    del given
    from mobility.analysis.newlinks import candidates
    from mobility.analysis.portfolio import portfolio
    from mobility.analysis.redundancy import pair_redundancy, project_gains, synergy
    from mobility.present.words import data_words, profile_words

    what = what or ("projects" if budget is None else "portfolio")
    if what == "portfolio" and budget is None:
        raise InputError("a portfolio needs --budget EUR_M (million EUR)")
    if out.draws and what != "projects":
        raise InputError(f"--table {what} has no chart, projects has one; give -o FILE.csv, .json or .md")
    if uncertain and what != "projects":
        raise InputError(f"--uncertain asks about --table projects, not {what}")
    net = out.load()
    starts, ends, asked = ends_of(net, from_, to_)
    chosen = list(projects_) or None
    if what == "synergy" and chosen is None:
        raise InputError("synergy needs the projects to pair: --project NAME, at least twice")
    run = out.sweep(net)
    frame = {
        "projects": lambda: project_gains(net, chosen, starts, ends, run=run),
        "pairs": lambda: pair_redundancy(net, starts, ends),
        "synergy": lambda: synergy(net, chosen or [], starts, ends, run=run),
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
    summary: dict[str, Any] = {"pairs": asked, "rows": len(frame)}
    lines: list[str] = []
    if uncertain:
        from mobility.analysis.uncertainty import uncertain_gains
        from mobility.present.draw_words import gains_words, uncertain_summary

        found = uncertain_gains(net, uncertain, seed, chosen, starts, ends, run=run)
        frame = frame.merge(found.table, on="project")
        summary["uncertain"] = uncertain_summary(found)
        columns = "project gain_h gain_h_p5 gain_h_p95 gain_h_common_p5 gain_h_common_p95 rank_p5 rank_p95".split()
        columns += ["best3_share", "best3_common_share"]
        lines.append(gains_words(found, dict(zip(frame["project"], frame["name"], strict=True))))
    if out.draws:
        from mobility.present.charts import gains_chart

        about = " ".join([profile_words(net), *lines])
        out.draw(gains_chart(frame, subtitle=about, footnote=data_words(net)))
        return
    out.rows(net.identity, frame, [c for c in columns if c in frame.columns], summary)
    out.words(lines)
