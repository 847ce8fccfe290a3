"""The page of a schedule: columns that move over a map, with a slider over time, by js/moving."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mobility.present.schemes import painted
from mobility.present.web.map import page_of
from mobility.present.web.page import Behaviour
from mobility.present.web.scripts import MOVING

if TYPE_CHECKING:
    from mobility.present.scene import Scene
    from mobility.present.web.page import OfflineMap


def moving_page(view: Scene, moves: dict[str, Any]) -> OfflineMap:
    """Return a view with columns that move over it; `moves` is `Moves` of js/contract.d.ts."""
    page = page_of(view)
    forces = [force | {"colour": painted(force["colour"])} for force in moves["forces"]]
    page.add_child(Behaviour(MOVING, "showMoves", "moving.css", moves | {"forces": forces}))
    return page
