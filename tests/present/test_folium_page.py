"""The recipes of docs/howto/folium.md run, and their maps open with the network cut."""

import re
from pathlib import Path

import folium
import pytest
from pages import until

from drawing import drawn

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "folium.md"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


NET = drawn(
    "durres -road 200- skopje corridors=VIII country=AL",
    "skopje -road 100- deve-bair corridors=VIII country=MK",
    "deve-bair -road 550- varna corridors=VIII country=BG",
    "skopje -road 900- varna corridors=X country=MK",
    places={
        "durres": {"lat": "41.3", "lon": "19.5", "role": "origin", "kind": "port"},
        "skopje": {"lat": "42.0", "lon": "21.4"},
        "deve-bair": {"lat": "42.2", "lon": "22.5", "kind": "border_crossing", "country": "BG-MK"},
        "varna": {"lat": "43.2", "lon": "27.9", "role": "destination", "kind": "port"},
    },
    borders=[{"place": "deve-bair", "countries": "BG-MK", "mode": "road", "wait_h": "1"}],
)


def test_what_the_recipes_name_is_in_the_shipped_network(shipped):
    assert {"durres", "varna"} <= set(shipped.places.index)
    assert "deve-bair" in set(shipped.borders["place"])


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """What the blocks leave behind, run on a drawn network that has the places they name, and where they wrote."""
    folder, said = tmp_path_factory.mktemp("recipes"), []
    names = {"print": said.append}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr("mobility.Network.load", lambda: NET)
        for block in BLOCKS:
            exec(block, names)  # noqa: S102 - our own page
    return folder, names, said


def test_each_block_does_what_it_says(ran):
    folder, names, (error,) = ran
    assert len(BLOCKS) == 7
    written = {path.name for path in folder.iterdir()}
    assert written == {"own.html", "depots.html", "camps.html", "losses.html", "map.html", "map.js", "map.css"}
    groups = [c.layer_name for c in names["m"]._children.values() if isinstance(c, folium.FeatureGroup)]
    assert groups[0] == "Today: Network"
    assert "Without the border: Closed" in groups
    assert "leaflet@1.9.3" in (folder / "own.html").read_text(encoding="utf-8")
    assert str(error).startswith("HeatMap needs https://")


@pytest.mark.browser
def test_the_maps_show_what_was_added(ran, show):
    folder, _, _ = ran
    depots = show(folder / "depots.html")
    for what in ("i.glyphicon-wrench", ".leaflet-control-measure", ".fullscreen-icon", "path.mob-route"):
        assert depots.run(f"document.querySelectorAll('{what}').length"), what
    depots.run("document.querySelector('img.leaflet-marker-icon').click()")
    assert until(depots, "document.querySelector('.leaflet-popup-content b')?.textContent") == "200"
    camps = show(folder / "camps.html")
    for what in ("leaflet-draw", "leaflet-control-minimap", "leaflet-control-mouseposition", "leaflet-control-search"):
        assert camps.run(f"document.querySelectorAll('.{what}').length"), what
    assert camps.run("document.querySelectorAll('img.leaflet-marker-icon').length") == 2
    losses = show(folder / "losses.html")
    assert losses.run("document.querySelectorAll('.mob-plain summary').length") == 1
