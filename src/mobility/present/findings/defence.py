"""What a brief says of defence: which bridges to protect, and what is repaired first after the worst attack on them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mobility.analysis.closable import kind_closed
from mobility.analysis.interdiction import closable
from mobility.analysis.pairs import pairs_of
from mobility.present.findings.protection import protect
from mobility.present.findings.recovery import recover
from mobility.vocabulary import split

if TYPE_CHECKING:
    from mobility.analysis.pairs import Pairs
    from mobility.model.network import Network
    from mobility.present.finding import Finding

_SAFE, _CLOSED, _SECONDS = 3, 3, 20.0
_BY = "bridge"


def defence(network: Network, pairs: Pairs) -> list[Finding]:
    """Return what to protect, and what is repaired first where nothing is: of up to three bridges, by one crew.

    Nothing where no bridge carries a link that the pairs can use; no repairs where no loss does any harm.
    """
    net = network.profiled()
    fields = closable(net, pairs_of(net, pairs, None), _BY, ()).fields
    able = set().union(*(where.all() for where, _ in fields))
    if not able:
        return []
    found = protect(net, pairs, f=_SAFE, k=min(_CLOSED, len(able)), by=_BY, seconds=_SECONDS)
    if found.table.empty:
        return []
    before, best, *more = found.sentences
    found = replace(found, sentences=(best, before, *more))
    attacked = split(found.table["attacked"].iloc[0])
    lost = [f"{kind_closed(_BY)}:{key}" for key in attacked]
    return [found, recover(net, pairs, lost=lost, seconds=_SECONDS)] if lost else [found]
