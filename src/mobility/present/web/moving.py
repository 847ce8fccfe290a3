"""The page of a schedule: columns that move over a map, with a slider over time, by js/moving."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

from branca.element import Figure, MacroElement

from mobility.present.web.map import page_of
from mobility.present.web.page import Raw, script_json
from mobility.present.web.scripts import MAP, MOVING, called, joined

if TYPE_CHECKING:
    from mobility.present.scene import Scene
    from mobility.present.web.page import OfflineMap


class MovingColumns(MacroElement):
    """Columns on a map and the panel that moves them; to be added after the network."""

    def __init__(self, moves: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "MovingColumns"
        self.moves = script_json(moves)

    def render(self, **kwargs: Any) -> None:  # type: ignore[override]  # noqa: ANN401, ARG002 - branca's signature
        """Put script and style sheet into the page's head, and the call into its script."""
        figure, parent = self.get_root(), self._parent
        assert isinstance(figure, Figure) and parent is not None  # noqa: S101, PT018 - only ever drawn on a map
        look = files("mobility.present.web").joinpath("moving.css").read_text(encoding="utf-8")
        figure.header.add_child(Raw(f"<style>{look}</style>"), name="moving_css")
        figure.header.add_child(Raw(f"<script>{joined(MOVING, after=MAP)}</script>"), name="moving_js")
        call = f"{called(MOVING)}.showMoves({parent.get_name()}, {self.moves});"
        figure.script.add_child(Raw(call), name=self.get_name())


def moving_page(view: Scene, moves: dict[str, Any]) -> OfflineMap:
    """Return a view with columns that move over it; `moves` is `Moves` of js/contract.d.ts."""
    page = page_of(view)
    page.add_child(MovingColumns(moves))
    return page
