"""Maps of findings in one call: each is what the finding shows, under a title of one's own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mobility.present.findings import changes, deployment, gains, interdiction, inventory, losses, pairs, protection

if TYPE_CHECKING:
    from mobility.analysis.pairs import Ends
    from mobility.model.network import Network
    from mobility.present.finding import Finding
    from mobility.present.views import View
    from mobility.vocabulary import Words


def _titled(finding: Finding, title: str) -> View:
    view = finding.view
    return replace(view, title=title) if title else view


def network_map(network: Network, *, title: str = "") -> View:
    """Return a map of the whole network: corridors by colour, modes and status by line."""
    return _titled(inventory.network(network), title)


def route_map(network: Network, origins: Ends = None, destinations: Words = None, *, title: str = "") -> View:
    """Return a map of the best routes of all pairs, or of one pair.

    Parameters
    ----------
    network
        With a profile applied, else `mixed` is used.
    origins, destinations
        As in `mobility.routes`; default: the places of role origin and destination.
    title
        Default: what the map finds, in words.
    """
    return _titled(pairs.routes(network, origins, destinations), title)


def whatif_map(
    before: Network, after: Network, origins: Ends = None, destinations: Words = None, *, title: str = ""
) -> View:
    """Return a map of the best routes of all pairs before (grey) and after (yellow) a change.

    Parameters as in `mobility.whatif`; the title defaults to what the change costs or gains.
    """
    return _titled(changes.whatif(before, after, origins, destinations), title)


def interdiction_map(
    network: Network, origins: Ends = None, destinations: Words = None, *, k: int, title: str = ""
) -> View:
    """Return a map of the k links whose closure hurts most, and of the best routes before and after it.

    Parameters as in `mobility.interdict`.
    """
    return _titled(interdiction.interdict(network, origins, destinations, k=k), title)


def protection_map(
    network: Network, origins: Ends = None, destinations: Words = None, *, f: int, k: int, title: str = ""
) -> View:
    """Return a map of the f sections to protect, and of the best routes before and after the worst k of the rest go.

    Parameters as in `mobility.protect`.
    """
    return _titled(protection.protect(network, origins, destinations, f=f, k=k), title)


def bottleneck_map(network: Network, origins: Ends = None, destinations: Words = None, *, title: str = "") -> View:
    """Return a map of what the loss of each link costs: the wider, the more hours over all pairs.

    Parameters as in `mobility.bottlenecks`; the title defaults to the worst loss.
    """
    return _titled(losses.bottlenecks(network, origins, destinations), title)


def redundancy_map(
    network: Network, origins: Ends = None, destinations: Words = None, *, projects: Words = None, title: str = ""
) -> View:
    """Return a map of what each project gains: the wider, the more hours off the mean best time.

    Parameters as in `mobility.project_gains`; the title defaults to the largest gain. A link of several
    projects is drawn by the one that gains most.
    """
    return _titled(gains.redundancy(network, origins, destinations, projects=projects), title)


def deploy_map(
    network: Network,
    origins: Ends | str = None,
    destinations: Words | str = None,
    *,
    title: str = "",
    **options: Any,  # noqa: ANN401 - of `deploy`
) -> View:
    """Return a map of how a force moves: the wider, the more vehicles; what binds has a ring, or another colour.

    Parameters as in `mobility.deploy`; the title defaults to when the force is complete.
    """
    return _titled(deployment.deploy(network, origins, destinations, **options), title)
