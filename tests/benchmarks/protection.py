"""How protection, routes at random and repairs grow with what is asked: `python tests/benchmarks/protection.py`.

It writes protection.md, in processor time as so many times what `python -c "import geopandas"` takes. Every row starts
with nothing found.
"""

import resource
import subprocess
import sys
import time
from pathlib import Path

from scale import country
from tabulate import tabulate

from mobility import Network
from mobility.analysis.protection import protect
from mobility.analysis.protection_recovery import protect_recovery
from mobility.analysis.randomised import random_routes
from mobility.analysis.recovery import recover

TEXT = """\
# Protection and routes at random

Processor time, as so many times what `python -c "import geopandas"` takes ({unit:.1f} s); each row starts with nothing
found and tells 0 to F protected. "apart" is how far the bounds of the last row are, of hours (pairs cut off are alike).

{table}

# Repairs

Orders of repairs of the first bridges of the table, and protection until all is repaired (`--harm recovery`). "apart"
is the certified gap, or how far the bounds of the last row are.

{repairs}
"""
SECONDS = 300.0  # that a search takes at most
SHORT = 60.0  # the same of repairs


def unit():
    """Return the processor seconds of an import that everything here needs, the least of three."""
    spent = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        subprocess.run([sys.executable, "-c", "import geopandas"], check=True)
        spent.append(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before)
    return min(spent)


def apart(row):
    """Tell how far the bounds of a row are apart."""
    if row["least_pairs_cut_off"] != row["most_pairs_cut_off"]:
        return f"{row['least_pairs_cut_off']} to {row['most_pairs_cut_off']} pairs cut off"
    return f"{100 * (1 - row['least_h'] / row['most_h']):.0f} %" if row["most_h"] else "0 %"


class Rows(list):
    """Rows of a table: a question, a network, processor time in units, and what was found."""

    def __init__(self, one):
        super().__init__()
        self.one = one

    def add(self, question, network, call):
        """Measure a call."""
        start = time.process_time()
        found = call()
        self.append([question, network, f"{(time.process_time() - start) / self.one:,.1f}", found])
        print(self[-1], file=sys.stderr, flush=True)  # noqa: T201 - it takes a while

    def table(self):
        """Return them as Markdown."""
        return tabulate(self, ["question", "network", "times", "apart"], "pipe", disable_numparse=True)


def repairs(one):
    """Return the table of repairs: growth in damages, crews and sets, and in F, K and links."""
    rows, net = Rows(one), Network.load().under("mixed")
    used = net.structures[(net.structures["kind"] == "bridge") & (net.structures["links"] != "")]["id"].tolist()
    everything, black_sea = f"shipped, {len(net.links):,} links, 275 pairs", ("set:adriatic", "set:black-sea")
    ends = dict(zip(("origins", "destinations"), black_sea, strict=True))
    for damages, crews, sets in ((5, 1, 0), (8, 1, 0), (10, 1, 0), (10, 2, 2), (10, 4, 2), (14, 2, 2), (20, 2, 2)):
        rows.add(
            f"recover, {damages} damages, {crews} crews, {sets} sets",
            everything,
            lambda n=damages, c=crews, s=sets: gap(
                recover(net, lost=used[:n], crews=c, sets=s, seconds=SHORT, allow_empty=True)
            ),
        )
    for f, k, by in ((1, 1, "section"), (3, 1, "section"), (3, 2, "section"), (3, 2, "bridge"), (3, 3, "bridge")):
        rows.add(
            f"protect -F {f} -k {k} --by {by} --harm recovery",
            everything,
            lambda f=f, k=k, by=by: apart_lasting(protect_recovery(net, f=f, k=k, by=by, seconds=SHORT).iloc[-1]),
        )
    for k in (2, 3):
        rows.add(
            f"protect -F 3 -k {k} --by section --harm recovery",
            "shipped, Adriatic–Black Sea, 55 pairs",
            lambda k=k: apart_lasting(protect_recovery(net, **ends, f=3, k=k, seconds=SHORT).iloc[-1]),
        )
    for links in (1_000, 10_000):
        drawn = country(links).under("mixed")
        ends = [drawn.places.index[drawn.places["role"] == role].tolist()[:2] for role in ("origin", "destination")]
        rows.add(
            "protect -F 2 -k 2 --by section --harm recovery",
            f"drawn, {len(drawn.links):,} links, 4 pairs",
            lambda net=drawn, ends=ends: apart_lasting(protect_recovery(net, *ends, f=2, k=2, seconds=SHORT).iloc[-1]),
        )
    return rows.table()


def gap(found):
    """Tell the certified gap of an order of repairs."""
    return f"{100 * found.gap:.1f} %"


def apart_lasting(row):
    """Tell how far the bounds of a row are apart, in pair-days cut off or in hours."""
    if row["least_cut_off_pair_days"] != row["most_cut_off_pair_days"]:
        return f"{row['least_cut_off_pair_days']:,.0f} to {row['most_cut_off_pair_days']:,.0f} pair-days cut off"
    least, most = row["least_lost_pair_hour_days"], row["most_lost_pair_hour_days"]
    return f"{100 * (1 - least / most):.0f} %" if most else "0 %"


def table(one):
    """Return the table of all questions of protection and of routes at random."""
    rows = Rows(one)
    row = rows.add

    def ask(net, name, f, k, by, **pairs):
        what = f"protect -F {f} -k {k} --by {by}"
        row(what, name, lambda: apart(protect(net, f=f, k=k, by=by, seconds=SECONDS, **pairs).iloc[-1]))

    net = Network.load().under("mixed")
    everything = f"shipped, {len(net.links):,} links, 275 pairs"
    for f, k in ((1, 1), (3, 1), (10, 1), (1, 2), (3, 2), (6, 2), (1, 3), (3, 3)):
        ask(net, everything, f, k, "section")
    ask(net, everything, 3, 3, "bridge")
    for f, k in ((3, 3), (5, 5)):
        ask(net, "shipped, Durrës–Varna", f, k, "section", origins="durres", destinations="varna")
    for k in (1, 2, 3):
        for a, b in (("durres", "varna"), ("thessaloniki", "constanta")):
            row(
                f"route --random {k}",
                f"shipped, {a}–{b}",
                lambda a=a, b=b, k=k: both_sides(random_routes(net, a, b, k=k)),
            )
    for links in (1_000, 10_000, 100_000):
        drawn = country(links).under("mixed")
        ends = [drawn.places.index[drawn.places["role"] == role].tolist()[:2] for role in ("origin", "destination")]
        ask(
            drawn, f"drawn, {len(drawn.links):,} links, 4 pairs", 2, 2, "section", origins=ends[0], destinations=ends[1]
        )
    return rows.table()


def both_sides(mixed):
    """Tell how far the values of both sides are apart."""
    return f"{mixed.value_h - mixed.attacker_h:.0e} h"


if __name__ == "__main__":
    least = unit()
    text = TEXT.format(unit=least, table=table(least), repairs=repairs(least))
    (Path(__file__).parent / "protection.md").write_text(text, encoding="utf-8")
