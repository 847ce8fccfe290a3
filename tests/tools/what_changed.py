"""Write docs/what-changed.md: the headline findings without and with the relief ways, side by side.

python tests/tools/what_changed.py          after a change to geodata/ or to the rules; takes some minutes
"""

import sys
from pathlib import Path

from mobility import Network, Pairs, findings
from mobility.vocabulary import split

PAGE = Path(__file__).parents[2] / "docs" / "what-changed.md"
VIII = ("set:adriatic", "set:black-sea")
PROJECTS = ("corridor:VIII:rail", "corridor:VIII:road", "corridor:VIII")


def table(heads, rows):
    """Return a table of Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "/") for cell in line) + " |" for line in lines) + "\n"


def hours(value):
    return "–" if value != value else f"{value:.1f}"  # noqa: PLR0124 - NaN


def losses(net):
    """Return the losses by section, and the rank of each link's section."""
    rows = findings.bottlenecks(net).table
    rank = {link: n for n, cell in enumerate(rows["links"], 1) for link in split(cell)}
    return rows, rank


def loss_rows(before, after):
    """Return the ten worst losses before, with what they are after."""
    rows, _ = losses(before)
    now, rank = losses(after)
    found = []
    for n, row in enumerate(rows.head(10).to_dict("records"), 1):
        links = [link for link in split(row["links"]) if link in rank]
        best = min(links, key=rank.get) if links else None
        there = now.iloc[rank[best] - 1] if best else None
        new = ("–", "–", "–") if best is None else (rank[best], there["pairs_delayed"], hours(there["mean_delay_h"]))
        off = f", {row['pairs_cut_off']} cut off" if row["pairs_cut_off"] else ""
        found.append((n, row["name"] + off, row["pairs_delayed"], hours(row["mean_delay_h"]), *new))
    top = [
        (n, r["name"], r["pairs_delayed"], hours(r["mean_delay_h"]), r["pairs_cut_off"])
        for n, r in enumerate(now.head(10).to_dict("records"), 1)
    ]
    totals = [f"{part['total_delay_h'].head(15).sum():,.0f}" for part in (rows, now)]
    return found, top, totals


def gain_rows(before, after):
    """Return what Corridor VIII gains, before and after."""
    rows = []
    gains = [findings.redundancy(net, *VIII, projects=PROJECTS).table.set_index("project") for net in (before, after)]
    what = {
        "gain_h": "h off the mean best time",
        "n1_gain_h": "h off it with the worst link lost",
        "disjoint_gain": "disjoint routes",
        "capacity_gain_vehicles_day": "vehicles a day of min-cut",
    }
    for project in PROJECTS:
        for column, words in what.items():
            rows.append((gains[0].at[project, "name"], words, *(f"{part.at[project, column]:.2f}" for part in gains)))
    return rows


def project_rows(before, after):
    """Return the ten projects that gain most after, with their rank before."""
    tables = [findings.redundancy(net).table for net in (before, after)]
    rank = {project: n for n, project in enumerate(tables[0]["project"], 1)}
    old = tables[0].set_index("project")["gain_h"]
    return [
        (n, row["name"], f"{row['gain_h']:.2f}", rank[row["project"]], f"{old[row['project']]:.2f}")
        for n, row in enumerate(tables[1].head(10).to_dict("records"), 1)
    ]


def rule_rows(net):
    """Return what was said before march days and paces, and what is said now."""
    routes, lost = findings.routes(net).summary, findings.bottlenecks(net).table.iloc[0]
    gains = findings.redundancy(net, *VIII, projects=PROJECTS).table.set_index("project")
    rail, road = (f"{gains.at[project, 'gain_h']:.2f} h" for project in PROJECTS[:2])
    said = f"{routes['mean_time_h']:.1f} h under way, {routes['mean_arrival_h']:.1f} h to arrival"
    force = findings.deploy(net, ["durres"], ["constanta"], vehicles=1000).summary
    return [
        ("mean of all pairs", "35.8 h", said),
        (
            "worst loss",
            "Fetești–Constanța, 75 pairs, 10.2 h",
            f"{lost['name']}, {lost['pairs_delayed']} pairs, {lost['mean_delay_h']:.1f} h",
        ),
        ("Corridor VIII by rail, off the mean best time Adriatic–Black Sea", "4.71 h", rail),
        ("Corridor VIII by road", "0.40 h", road),
        (
            "best route of 1,000 vehicles from Durrës to Constanța, with rest; rounded to steps",
            "40.5 h; 57 h",
            f"{force['route_h']:.1f} h; {force['rounded_h']:g} h",
        ),
    ]


def old_road_rows(net):
    """Return what was said before the old roads beside motorways were entered, and what is said now."""
    rows = []
    for _, row in findings.bottlenecks(net).table.head(1).iterrows():
        rows.append(("worst loss", "Pirot–Bozhurishte south-east, 71 pairs, 4.9 h",
                     f"{row['name']}, {row['pairs_delayed']} pairs, {row['mean_delay_h']:.1f} h"))  # fmt: skip
    for name, closed, built, then in (
        ("losing Corridor X, Adriatic–Black Sea", ("corridor:X",), (), "5.8 h; 11.3 h"),
        ("the same with Corridor VIII built", ("corridor:X",), ("corridor:VIII",), "6.3 h; 11.6 h"),
    ):
        before = net.build(*built)
        told = findings.whatif(before, before.close(*closed), Pairs.of(net, *VIII)).summary
        lost = (told[f"mean_{what}_h_after"] - told[f"mean_{what}_h_before"] for what in ("time", "arrival"))
        rows.append((f"{name}: under way; to arrival", then, "; ".join(f"{value:.1f} h" for value in lost)))
    return rows


def worst_three(net):
    """Return the three sections whose loss together does most, proven, and what it does."""
    row = findings.protect(net, f=0, k=3, by="section", seconds=None).table.iloc[0]
    assert row["optimal"]
    return f"{row['attacked_names']}: {row['pairs_cut_off']} pairs cut off, {row['delta_h']:.1f} h lost by the others"


def page():
    """Return the page."""
    loaded = Network.load()
    before, after = (loaded.under(exclude_relief=left_out) for left_out in (True, False))
    lost, top, totals = loss_rows(before, after)
    worst = [worst_three(net) for net in (before, after)]
    means = [findings.routes(net).summary["mean_time_h"] for net in (before, after)]
    counts = [int((net.links["status"] == "open").sum()) for net in (before, after)]
    relief = int((loaded.links["corridors"] == "relief").sum())
    links = len(loaded.links)
    return f"""# What changed in the headline findings

Three things were wrong with what the first version said: ways that exist were missing, rest stretched every road hour,
and trains ran at a best case. This page puts then and now side by side. It is made by
`python tests/tools/what_changed.py`; profile `mixed`, all pairs by role unless it says otherwise.

## March days and the pace of trains

Until November 2026 every hour by road counted 24/12, and trains ran at 0.6 of the line speed. Now hours under way have
no rest, arrival has the halts of march days, and trains run at the pace `planning` (0.3, at most 40 km/h), which fits
what was published ([validation.md](validation.md)). Both columns have the relief ways.

{table(("what was said", "then", "now"), rule_rows(after))}
So the claim that Corridor VIII saves most by rail has fallen: at the pace of real trains its railway saves nothing off
the mean time under way. What holds under every profile and pace is in [Gains](howto/gains.md).

# What the old roads beside motorways changed

Most old main roads beside a motorway are secondary roads in OpenStreetMap, and the extract behind the relief ways stops
at primary ones. Since 29 November 2026 they are in the network (how:
[geodata/README.md](../geodata/README.md#old-roads-beside-motorways)). So that losing Corridor X costs twice as much
as it does now was a finding about the tables.

{table(("what was said", "then", "now"), old_road_rows(after))}
# What the relief ways changed

The network was a skeleton of corridors: of many links it left out the way round that exists on the ground, so that
losses were findings about the tables. {relief:,} of its {links:,} links are now relief: the other railways in use and
main roads of the theatre (how they were chosen, and how sure they are: [geodata/README.md](../geodata/README.md)). This
part puts the headline findings without them (`--exclude-relief`) beside those with them, both by the rules of today.

Mean best time of the pairs: {means[0]:.1f} h without, {means[1]:.1f} h with relief. Hours lost by the 15 worst
sections, all pairs together: {totals[0]} without, {totals[1]} with. ({counts[1]:,} links are open.)

## The ten worst losses, then and now

{table(("rank then", "section then", "pairs delayed", "mean +h", "rank now", "pairs delayed now", "mean +h now"), lost)}
## The ten worst losses now

{table(("rank", "section", "pairs delayed", "mean +h", "pairs cut off"), top)}
## The worst three sections together

- Then: {worst[0]}
- Now: {worst[1]}

## What Corridor VIII buys, Adriatic to Black Sea

{table(("project", "gain", "then", "now"), gain_rows(before, after))}
## The ten projects that gain most now

{table(("rank now", "project", "h off the mean best time", "rank then", "h then"), project_rows(before, after))}"""


if __name__ == "__main__":
    text = page()
    if "--check" in sys.argv:
        sys.exit(text != PAGE.read_text(encoding="utf-8"))
    PAGE.write_text(text, encoding="utf-8")
