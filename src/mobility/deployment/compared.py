"""Deployments side by side: from each origin alone and from all, and with the transit that a state refuses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from mobility.deployment.asked import ends_asked
from mobility.deployment.deploy import Deployment, deploy
from mobility.errors import NoRouteError, TooLateError
from mobility.model.changes import derive
from mobility.model.profiles import TRANSIT, denied_countries
from mobility.vocabulary import dashed

if TYPE_CHECKING:
    from mobility.analysis.pairs import Ends
    from mobility.model.network import Network
    from mobility.vocabulary import Words

COMPLETE, NO_ROUTE, TOO_LATE = "complete", "no route", "too late"
ORIGIN_COLUMNS = "scenario from state complete_h first_h binding".split()
REFUSAL_COLUMNS = "refusal name state complete_h lost_h binding".split()


class Answer(NamedTuple):
    """A deployment, None where the state ("no route", "too late") says why there is none."""

    state: str
    found: Deployment | None

    def row(self) -> dict[str, Any]:
        """Return state, complete_h (None: never) and the names of what binds."""
        there = self.found
        hours, binding = (None, "") if there is None else (there.complete_h, ";".join(there.limits))
        return {"state": self.state, "complete_h": hours, "binding": binding}


def answer(network: Network, **options: Any) -> Answer:  # noqa: ANN401 - of `deploy`
    """Return a deployment, or why there is none; wrong input raises as `deploy` does."""
    try:
        return Answer(COMPLETE, deploy(network, **options))
    except NoRouteError:
        return Answer(NO_ROUTE, None)
    except TooLateError:
        return Answer(TOO_LATE, None)


def outcome(network: Network, **asked: Any) -> tuple[float, list[list[str]]]:  # noqa: ANN401 - of `deploy`
    """Return when a force is complete (inf: never, or not within the horizon), and kind, id and name of what binds."""
    found = answer(network, **asked).found
    if found is None:
        return np.inf, []
    return found.complete_h, [[limit.kind, limit.id, limit.name] for limit in found.limiting]


def from_each(
    network: Network,
    origins: Ends = None,
    destinations: Words = None,
    **options: Any,  # noqa: ANN401
) -> dict[str, Answer]:
    """Return the answer from every origin alone, and from all together.

    Parameters as in `deploy`; shares hold for all together.

    Returns
    -------
    dict
        By origin (id); that for all by their ids joined by ";".
    """
    net = network.profiled()
    starts, goals = ends_asked(net, origins, destinations)
    alone = options | {"shares": None, "destinations": goals}
    found = {start: answer(net, origins=[start], **alone) for start in starts}
    if len(starts) > 1:
        found[";".join(starts)] = answer(net, origins=starts, destinations=goals, **options)
    return found


def origins_table(found: dict[str, dict[str, Answer]]) -> pd.DataFrame:
    """Return one row per answer of `from_each`, by scenario: scenario, from, state, complete_h, first_h, binding."""
    rows = [
        {"scenario": scenario, "from": origin, "first_h": one.found and one.found.first_h} | one.row()
        for scenario, answers in found.items()
        for origin, one in answers.items()
    ]
    return pd.DataFrame(rows, columns=ORIGIN_COLUMNS)


def refusals(asked: Deployment, **options: Any) -> pd.DataFrame:  # noqa: ANN401
    """Return what it costs a deployment when a state refuses transit.

    Parameters
    ----------
    asked
        The deployment; what its network denies stays denied.
    **options
        As `deploy` was given them.

    Returns
    -------
    DataFrame
        First the answer as asked (refusal "none"), then one row per country that its plan passes, ends apart
        (``no-RS``), and per transit rule (nato, nato+partners, eu, recognises-kosovo). Columns: refusal, name (of
        the country, or of those passed that the rule refuses), state ("complete", "no route", "too late"),
        complete_h, lost_h (against the first row), binding (names).
    """
    net = asked.network
    used = net.links.loc[asked.links["link"].unique()]
    ends = {c for place in (*asked.origins, *asked.destinations) for c in net.countries_of(place)}
    passed = sorted({c for cell in used["country"] for c in dashed(cell)} - ends)
    called = dict(zip(net.countries["iso2"], net.countries["name"], strict=True))
    called |= {"XK": f"{called['XK']}*"} if "XK" in called else {}  # with its mark, as everywhere in print
    there = {c for cell in {*net.links["country"], *net.borders["countries"]} for c in dashed(cell)}
    found: dict[frozenset[str], Answer] = {}  # rules that deny the same countries here have one answer
    rows = [{"refusal": "none", "name": ""} | Answer(COMPLETE, asked).row() | {"lost_h": 0.0}]
    for rule in [*(f"no-{code}" for code in passed), *TRANSIT[1:]]:
        denied = denied_countries(rule, net.countries, net.rules.partners)
        hit = [code for code in passed if code in denied]
        one, shut = Answer(COMPLETE, asked), frozenset(denied & there)
        if hit:  # else the plan stays as it is, and the best: closing only takes away
            if shut not in found:
                found[shut] = answer(derive(replace(net, denied=net.denied | denied)), **options)
            one = found[shut]
        lost = None if one.found is None else one.found.complete_h - asked.complete_h
        rows.append({"refusal": rule, "name": ";".join(called[c] for c in hit)} | one.row() | {"lost_h": lost})
    return pd.DataFrame(rows, columns=REFUSAL_COLUMNS)
