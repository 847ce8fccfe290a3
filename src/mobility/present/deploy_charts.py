"""Arrival curves of deployments, with what binds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from mobility.errors import NoRouteError
from mobility.present.charts import arrival_chart
from mobility.present.deploy_words import deploy_summary, deploy_words, origins_title, origins_words
from mobility.present.words import data_words, profile_words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from mobility.analysis.compared import Answer
    from mobility.analysis.deployment import Deployment
    from mobility.model.network import Network


def deployment_chart(found: Deployment) -> Figure:
    """Return the arrivals of one deployment hour by hour; the title says when it is complete, below it what binds."""
    title, binds, *more = deploy_words(found.network, deploy_summary(found))
    return arrival_chart(
        found.curve,
        title=title.removesuffix("."),
        subtitle=f"{binds} {profile_words(found.network)}",
        footnote=" ".join([*more, data_words(found.network)]),
    )


def origins_chart(net: Network, found: dict[str, dict[str, Answer]]) -> Figure:
    """Return the arrivals from each origin and from all hour by hour (`from_each`, by scenario).

    Raises NoRouteError when no force arrives.
    """
    curves, none = [], []
    for dash, (scenario, answers) in enumerate(found.items()):
        for colour, (origin, one) in enumerate(answers.items()):
            who = "all together" if ";" in origin else str(net.places.at[origin, "name"])
            who += f", {scenario}" if len(found) > 1 else ""
            if one.found is None:
                none.append(f"From {who}: {one.state}.")
            else:
                binds = ", ".join(one.found.limits) or "the distance alone"
                curve = one.found.curve.assign(scenario=f"{who}; binds: {binds}")
                curves.append(curve.assign(colour=colour, dash=dash) if len(found) > 1 else curve)
    if not curves:
        raise NoRouteError("no force arrives, so there is no curve to draw")
    return arrival_chart(
        pd.concat(curves),
        title=origins_title(net, found),
        subtitle=f"Beside each curve its origin, and what binds. {profile_words(net)}",
        footnote=" ".join([*none, *origins_words(found), data_words(net)]),
    )
