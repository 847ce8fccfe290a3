"""What a legend says, row by row, as data: the page and the printed map draw the same rows, each in its own way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mobility.present import style
from mobility.present.language import say
from mobility.present.scene import link_states

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd

    from mobility.present.scene import Scene

_NAMED = 8.0  # px: a line that names its layer
ROLES = {"origin": "origin: port of entry, base", "destination": "destination"}


@dataclass(frozen=True)
class Row:
    """One row of a legend.

    Attributes
    ----------
    text : str
        What it says.
    shows : str
        What its swatch stands for: a "group" of corridors, a "mode", a "state", a "layer", a "role", what "binds",
        or a disputed "boundary"; "" for a heading, which has none.
    key : str
        Which group, mode, state or role; of a layer its colour.
    width : float
        Of a layer's line, in px.
    alone : bool
        Whether the row is all that is said of a layer.
    dash, casing, when : str
        Of a layer, as `Under` has them.
    """

    text: str
    shows: str = ""
    key: str = ""
    width: float = 0
    alone: bool = False
    dash: str = ""
    casing: str = style.ROUTE_CASING
    when: str = ""


def line_rows(view: Scene, links: pd.DataFrame, later: Iterable[str] = ()) -> Iterator[Row]:
    """Yield what colours and lines of `links` mean; of the states also those that links may come into `later`."""
    coloured = links
    if view.quiet:  # corridors have colours only where a layer takes them
        coloured = links.loc[
            [k for layer in view.layers if not layer.colour for k in layer.values if k in links.index]  # noqa: PD011
        ]
    groups, modes = {style.group_of(cell) for cell in coloured["corridors"]}, set(links["mode"])
    states = {*link_states(links), *later}
    states |= {"closed"} if (view.network.borders["closure"] != "").any() else set()
    if groups:
        yield Row(say("Colour: corridor"))
    yield from (Row(say(style.GROUP_NAMES[key]), "group", key) for key in style.GROUP_COLOURS if key in groups)
    yield Row(say("Line: mode and state"))
    yield from (Row(say(line.label), "mode", key) for key, line in style.MODES.items() if key in modes)
    yield from (Row(say(line.label), "state", key) for key, line in style.STATUS.items() if key in states)


def layer_rows(view: Scene, *, last: bool) -> Iterator[Row]:
    """Yield what the widths of broad lines mean, by some values of each layer.

    With `last` only by those of the last layer, for all are drawn by one measure; of the others the name alone.
    """
    measured = {layer.when: layer for layer in view.layers if not layer.fixed and layer.values}  # noqa: PD011
    for layer in view.layers:
        steps = layer.steps()
        look: dict[str, Any] = {"dash": layer.dash, "casing": layer.casing, "when": layer.when}
        colour = layer.colour or style.ROUTE_CASING
        if len(steps) > 1 and not layer.fixed and (layer is measured[layer.when] or not last):
            yield Row(layer.heading, when=layer.when)
            yield from (Row(words, "layer", colour, view.breadth(layer, value), **look) for value, words in steps)
        else:
            width = view.breadth(layer, steps[0][0]) if steps and steps[0][0] < view.most else layer.fixed or _NAMED
            yield Row(layer.label, "layer", colour, width, alone=True, **look)


def place_rows(view: Scene, roles: Iterable[str]) -> Iterator[Row]:
    """Yield what the marks of places mean."""
    found = set(roles)
    yield from (Row(say(text), "role", role) for role, text in ROLES.items() if role in found)
    if view.marked:
        yield Row(say(style.BINDS), "binds")
