"""What Python and the pages both do, each its own way: on the same things they must come to the same."""

import json

import numpy as np
import pytest
from pages import AT, LINKS, MAP

from drawing import drawn
from mobility.analysis.routing import best_route
from mobility.errors import InputError
from mobility.model.names import LETTERS, fold
from mobility.model.scenario import Scenario
from mobility.present import maps
from mobility.present.scene import Scene, Under
from mobility.present.views import View
from mobility.present.web.scripts import called
from mobility.present.web.whatif import whatif_page
from mobility.vocabulary import split

pytestmark = pytest.mark.browser
NAMES = [
    "Ł ł Đ đ İ ı Ø ß ẞ Æ œ Ð ð",
    "Αλεξανδρούπολη",
    "Београд / Beograd",
    "ﬁ x² Å ñ_ö--é",
    "  Çanakkale BOĞAZI ",
    "-",
]


def test_names_are_folded_alike(show, mixed):
    """Search finds by the rule that the command line finds by; where that joins words by a dash, here is a blank."""
    tab = show(maps.network_map(mixed).page().html())
    names = [*NAMES, *mixed.links["name"], *mixed.places["name"], *mixed.places["name_en"]]
    names += [word for cell in mixed.places["alt_names"] for word in split(cell)]
    found = tab.run(f"{json.dumps(names)}.map(n => {called('map/finder.js')}.fold(n, {json.dumps(LETTERS)}))")
    wanted = [fold(name).replace("-", " ") for name in names]
    assert [pair for pair in zip(names, found, wanted, strict=True) if pair[1] != pair[2]] == []
    assert len(set(found)) > 1000


def test_numbers_are_printed_as_the_library_prints_them(show):
    values = [0, 0.05, 0.25, 0.35, 0.75, 1.25, 2.5, 3.5, 12.45, 999.95, 1000.5, 1234567.75, 20.25, 1e-9, 36.05]
    tab = show(maps.network_map(drawn(*LINKS, places=AT)).page().html())
    for digits in (0, 1):
        shown = tab.run(f"{values}.map(v => {called('numbers.js')}.fixed(v, {digits}))")
        assert shown == [f"{value:,.{digits}f}" for value in values]


def test_costs_too_large_to_be_exact_are_refused_alike(show):
    places = {"a": AT["a"], "b": AT["d"]}
    net = drawn("a -road 10- b", "a -road 150000- b id=long", places=places)
    with pytest.raises(InputError) as refused:
        best_route(net.close("a--b-road").under("plain"), "a", "b")
    tab = show(whatif_page(net, ["a"], ["b"], given=Scenario(profile="plain")).html())
    tab.run("location.hash = 'close=link:a--b-road'")
    tab.settle()
    assert tab.run("document.querySelector('.mob-title h1').textContent") == f"a – b: {refused.value}"


def test_broad_lines_are_as_wide_as_the_scene_says(show):
    """In the legend and on paper the width is Python's, on the page the script's."""
    net = drawn(*LINKS, places=AT)
    low = Under("low", "#123456", {"a--b-road": 3.0, "b--c-rail": 50.0}, {})
    high = Under("high", "#654321", {"a--d-sea": 80.0, "c--d-road": 0.01}, {})
    scene = Scene(net, "t", (low, high), frozenset("ad"), net.projects, ())
    tab = show(View(**vars(scene)).page().html())
    for n, layer in enumerate((low, high)):
        drawn_ = tab.run(f"Object.entries({MAP}.drawing.layers[{n}].paths).map(([i, p]) => [i, p[1].options.weight])")
        found = {net.links.index[int(i)]: width for i, width in drawn_}
        assert found == pytest.approx({link: scene.breadth(layer, value) for link, value in layer.values.items()})


@pytest.mark.parametrize("draw", [maps.route_map, maps.bottleneck_map, maps.network_map])
def test_labels_say_and_rank_what_the_scene_says(show, mixed, draw):
    view = draw(mixed)
    labels = view.labels()
    tab = show(view.page().html())
    words, rank = (f"{called('map/labels.js')}.{name}(p)" for name in ("wordsOf", "rankOf"))
    found = tab.run(f"{MAP}.drawing.places.map(p => [{words}, p.role, {rank}])")
    assert found == [[r["label"], r["role"], r["rank"]] for r in labels.to_dict("records")]
    seen = tab.run(f"{MAP}.drawing.places.filter(p => p.node).map(p => [p.node.textContent === {words}, "
                   f"p.node.className === 'mob-label mob-rank' + {rank}])")  # fmt: skip
    assert len(seen) > 10
    assert all(map(all, seen))
    assert len(np.unique(labels["rank"])) == 6
