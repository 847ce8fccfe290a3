"""How protection grows with F, K and links, routes at random with K: `python tests/benchmarks/protection.py`.

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
from mobility.analysis.randomised import random_routes

TEXT = """\
# Protection and routes at random

Processor time, as so many times what `python -c "import geopandas"` takes ({unit:.1f} s); each row starts with nothing
found and tells 0 to F protected. "apart" is how far the bounds of the last row are, of hours (pairs cut off are alike).

{table}
"""
SECONDS = 300.0  # that a search takes at most


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


def table(one):
    """Return the table of all questions."""
    rows = []

    def row(question, network, call):
        start = time.process_time()
        found = call()
        rows.append([question, network, f"{(time.process_time() - start) / one:,.1f}", found])
        print(rows[-1], file=sys.stderr, flush=True)  # noqa: T201 - it takes a while

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
    return tabulate(rows, ["question", "network", "times", "apart"], "pipe", disable_numparse=True)


def both_sides(mixed):
    """Tell how far the values of both sides are apart."""
    return f"{mixed.value_h - mixed.attacker_h:.0e} h"


if __name__ == "__main__":
    least = unit()
    text = TEXT.format(unit=least, table=table(least))
    (Path(__file__).parent / "protection.md").write_text(text, encoding="utf-8")
