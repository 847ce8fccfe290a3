"""The picture for readers without scripts: small, safe, and of the same finding as the map."""

import re

import pytest
import shapely
from pages import AT, HOSTILE, LINKS

from drawing import drawn
from mobility.present import maps, style
from mobility.present.schemes import painted, var
from mobility.present.web.still import spot, still


@pytest.mark.parametrize(
    "kind", ["network", "routes", "pair", "whatif", "bottlenecks", "deploy", "nothing", "only sea"]
)
def test_a_picture_says_what_the_map_says(every, kind):
    view = every[kind]
    text = still(view, below=True)
    assert text.startswith(f'<noscript><div class="mob-still"><p>{view.title.split("<")[0].split("&")[0][:12]}')
    assert "The table below has the numbers." in text
    assert f'fill="{var("water")}"' in text
    for layer in view.opening:
        assert not layer.values or not layer.colour or f'stroke="{painted(layer.colour)}"' in text
    assert len(re.findall(r' d="M[-\d]', text)) == text.count(" d=")  # no path is empty
    assert "NaN" not in text


def test_names_are_text():
    net = drawn(*LINKS, places={p: row | {"name": HOSTILE + p} for p, row in AT.items()})
    text = still(maps.route_map(net, ["a"], ["d"], title=HOSTILE), below=False)
    assert "<script" not in text
    assert "<img" not in text
    assert "table below" not in text


def test_a_closed_link_is_in_the_picture():
    net = drawn(*LINKS, places=AT).close("link:a--b-road")
    for view in (maps.network_map(net), maps.route_map(net, ["a"], ["d"])):
        assert f'stroke="{painted(style.CLOSED_COLOUR)}"' in still(view, below=False)


def test_marks_keep_off_each_other_where_there_is_room():
    lines = [shapely.LineString([(x, 0), (x + 10, 0)]) for x in (0, 10, 20)]
    taken = []
    for _ in range(3):
        taken.append(spot(lines, taken, apart=5))
    assert [at.x for at in taken] == [15, 5, 25]
    assert spot(lines, taken, apart=5).x == 15  # no room is left
