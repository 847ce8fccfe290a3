"""Run the real movements through the model: `python tests/tools/validation.py`.

It writes what the model makes of each movement into geodata/cases.csv, and docs/validation.md with every timing of
geodata/timings.csv against the model, per pace and profile. Run `python tests/tools/data_dictionary.py` after it.
"""

import csv
import sys
from functools import cache
from math import log
from pathlib import Path

import numpy as np

from mobility import Network, best_route, deploy
from mobility.errors import NoRouteError
from mobility.vocabulary import PACES, split

if __name__ == "__main__":
    from data_dictionary import GEODATA, rows, table
else:
    from tools.data_dictionary import GEODATA, rows, table

PAGE = Path(__file__).resolve().parents[2] / "docs" / "validation.md"
PROFILES = ("wheeled", "mixed", "heavy", "peacetime")
JUDGING = ("military", "service")  # kinds of timing that a pace or profile is judged by
# A time of at least a third of the real one is believed: the published hours hold more than the way.
FAST, WITHIN_KM = 1 / 3, 0.1


def answer(net, case):
    """Return what the model says of a case, as its cell holds it: hours, km, countries or border places passed."""
    seen = net.under(case["profile"], modes=split(case["modes"]))
    if case["vehicles"]:
        return f"{deploy(seen, case['from'], case['to'], vehicles=int(case['vehicles'])).complete_h:.1f}"
    legs = best_route(seen, case["from"], case["to"], by="arrival" if case["unit"] == "h" else "time")
    if case["unit"] == "h":
        return f"{legs['arrival_h'].iloc[-1]:.1f}"
    if case["unit"] == "km":
        return f"{legs['length_km'].sum():.0f}"
    if case["unit"] == "country":
        return ";".join(dict.fromkeys(country for country in legs["country"] if country))
    return ";".join(legs.loc[legs["mode"] == "crossing", "from"])


def verdict(case):
    """Judge a case by its kind; a bound (a window with training in it) can only show that the model is slower."""
    if case["kind"] == "choice":
        return "holds" if case["published"] in split(case["model"]) else "wrong choice"
    ratio = float(case["model"]) / float(case["published"])
    if case["kind"] == "distance":
        return "holds" if abs(ratio - 1) <= WITHIN_KM else "wrong length"
    if ratio > 1:
        return "too slow"
    return "bound only" if case["kind"] == "bound" else "too fast" if ratio < FAST else "holds"


@cache
def _under(net, profile, pace, mode):
    return net.under(profile, pace=pace, modes=[mode])


def hours(net, row, profile, pace):
    """Return the hours to arrival of a timing in the model; NaN where the profile is refused."""
    try:
        legs = best_route(_under(net, profile, pace, row["mode"]), row["from"], row["to"], by="arrival")
    except NoRouteError:
        return np.nan
    return float(legs["arrival_h"].iloc[-1])


def ratios(net, timings):
    """Return model / published per timing: trains by pace, road by profile and sea as it is."""
    found = {}
    for row in timings:
        ways = {
            "rail": [(row["profile"], pace, pace) for pace in PACES],
            "road": [(profile, PACES[1], profile) for profile in PROFILES],
            "sea": [(row["profile"], PACES[1], "sea")],
        }[row["mode"]]
        real = float(row["published_h"])
        found[row["id"]] = {name: hours(net, row, profile, pace) / real for profile, pace, name in ways}
    return found


def default_ratios(timings, found):
    """Return the ratios that count, at the default pace and the profile nearest to each movement."""
    usual = {"rail": PACES[1], "sea": "sea"}
    return [found[r["id"]][usual.get(r["mode"], r["profile"])] for r in timings if r["kind"] in JUDGING]


def summed(timings, found, mode):
    """Return per pace or profile the number, median and middle half of the ratios that count."""
    held = [found[row["id"]] for row in timings if row["mode"] == mode and row["kind"] in JUDGING]
    columns = {name: np.array([r[name] for r in held]) for name in held[0]}
    return {
        name: (int(np.isfinite(column).sum()), *np.nanquantile(column, (0.5, 0.25, 0.75)))
        for name, column in columns.items()
    }


def _cell(ratio, published):
    return "refused" if np.isnan(ratio) else f"{ratio * published:.1f} ({ratio:.2f})"


def page(net, timings):
    """Return docs/validation.md."""
    found, called = ratios(net, timings), net.places["name"]
    parts = []
    for mode, what in (("rail", "By rail, per pace"), ("road", "By road, per profile"), ("sea", "By sea")):
        total = summed(timings, found, mode)
        best = min(total, key=lambda name: abs(log(total[name][1])))
        lines = [(name, n, f"{mid:.2f}", f"{low:.2f} to {high:.2f}") for name, (n, mid, low, high) in total.items()]
        body = [
            (
                f"{called[r['from']]} – {called[r['to']]}, {r['date'] or 'undated'}",
                r["movement"], r["kind"], r["profile"],
                "–".join(dict.fromkeys((f"{float(r['low_h']):g}", f"{float(r['high_h']):g}"))),
                f"{float(r['published_h']):g}",
                *(_cell(ratio, float(r["published_h"])) for ratio in found[r["id"]].values()),
                r["source"],
            )
            for r in timings if r["mode"] == mode
        ]  # fmt: skip
        names = list(total)
        heads = ("way", "movement", "kind", "nearest profile", "range h", "published h", *names, "source")
        fit = f"The model fits best at `{best}`." if mode != "sea" else ""
        summary = table(("model / published", "timings", "median", "middle half"), lines)
        parts += [f"## {what}", *[fit] * bool(fit), summary, table(heads, body, left=4)]
    every = default_ratios(timings, found)
    low, middle, high = np.quantile(every, (0.25, 0.5, 0.75))
    counted = {kind: sum(r["kind"] == kind for r in timings) for kind in dict.fromkeys(r["kind"] for r in timings)}
    told = ", ".join(f"{n} {kind}" for kind, n in counted.items())
    top = f"""# The model against what really happened

{len(timings)} timings are published for movements whose two ends are in the network ({told}; `geodata/timings.csv` has
what each of them holds). The model's hours are those to arrival, with march days, at the profile nearest to the
movement; a cell has the hours and, in brackets, model / published. Test runs and promises are shown, and no pace is
judged by them. Of the {len(every)} that count, at the default pace and the nearest profile, model / published is
{middle:.2f} in the middle, half of them between {low:.2f} and {high:.2f}.

The paces `planning` and `observed` were fitted to the civil trains below: their medians say how well two numbers fit,
not how well they predict. Published hours hold stops that no model knows (waiting for a path, a crew, an escort), so
that a model that plans should be somewhat below 1. Trains in Romania are slower by a rule of their own.

Windows of weeks with training in them are no timings: they are in the table of movements of
[geodata/README.md](../geodata/README.md), as bounds that prove nothing, with the choices of route. Real closures and
their detours are in the same file.

This page is written by `python tests/tools/validation.py` and tested."""
    return "\n\n".join([top, *parts]) + "\n"


def main():
    """Write what the model says into geodata/cases.csv and docs/validation.md."""
    net = Network.load(GEODATA)
    cases = rows(GEODATA / "cases.csv")
    for case in cases:
        if case["kind"] != "drawn":
            case["model"] = answer(net, case)
            case["verdict"] = verdict(case)
    with (GEODATA / "cases.csv").open("w", encoding="utf-8", newline="") as out:
        lines = csv.DictWriter(out, list(cases[0]), lineterminator="\n")
        lines.writeheader()
        lines.writerows(cases)
    PAGE.write_text(page(net, rows(GEODATA / "timings.csv")), encoding="utf-8")
    sys.stdout.write(f"{PAGE.name}: written\n")


if __name__ == "__main__":
    main()
