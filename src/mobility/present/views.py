"""A map: what it shows, as a page, a picture or in a notebook."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mobility.model.files import write_whole
from mobility.present.scene import Scene

if TYPE_CHECKING:
    import folium
    from matplotlib.figure import Figure

    from mobility.present.web.page import OfflineMap


@dataclass(frozen=True, eq=False)
class View(Scene):
    """A map: save it as a page or a picture, or let a notebook show it."""

    def page(self) -> OfflineMap:
        """Return the map as a folium Map, to which folium's own layers can be added."""
        from mobility.present.web.map import page_of

        return page_of(self)

    def add_to(self, folium_map: folium.Map, name: str = "") -> View:
        """Put the map into a folium Map, as named groups with tooltips and a legend, and return it.

        A `LayerControl` lists the groups, whether it is there already or added later.

        Parameters
        ----------
        folium_map
            A map of folium's own or an `OfflineMap`; what it shows of the world and its other layers stay as they are.
        name
            Stands before the names of the groups, so that two findings in one map are told apart.
        """
        from mobility.present.web.groups import add_groups

        add_groups(self, folium_map, name)
        return self

    def figure(self) -> Figure:
        """Return the map for print as a matplotlib Figure."""
        from mobility.present.print.map import figure_of

        return figure_of(self)

    def encoded(self, suffix: str, *, svg_text: bool = False) -> bytes:
        """Return the map as a file: .html (opens with no network), .png, .svg (`svg_text`: words are text) or .pdf."""
        if suffix.casefold() in {".html", ".htm"}:
            return self.page().html().encode()
        from mobility.present.print.sheet import picture

        return picture(self.figure(), suffix, svg_text=svg_text)

    def save(self, path: str | Path) -> None:
        """Write the map as a file; the suffix says which: .html (opens with no network), .png, .svg or .pdf."""
        write_whole(Path(path), self.encoded(Path(path).suffix))

    def __repr__(self) -> str:
        """Return the title in one line."""
        return f"<View {self.title}>"

    def _repr_html_(self) -> str:
        """Return the map for a notebook."""
        return str(self.page()._repr_html_())

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Return the map for a notebook as page and as picture: what shows it chooses (a PDF takes the picture)."""
        del include, exclude
        png = b64encode(self.encoded(".png")).decode()
        return {"text/html": self._repr_html_(), "image/png": png, "text/plain": f"{self.title}. {self.subtitle}"}
