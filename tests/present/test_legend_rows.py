"""What a legend says of the widths of lines."""

from dataclasses import replace

import pytest
from pages import AT, LINKS

from drawing import drawn
from mobility.present import maps
from mobility.present.legend_rows import layer_rows
from mobility.present.scene import Under


@pytest.mark.parametrize(
    ("unit", "values", "texts"),
    [
        ("pairs", [130, 33, 1, 5, 7], ["Best routes (wider: more)", "130 pairs", "33 pairs", "7 pairs"]),
        ("pairs", [4, 1], ["Best routes (wider: more)", "4 pairs", "1 pair"]),
        ("h", [1710.4, 0.001], ["Best routes (wider: more)", "1,710 h", "< 0.01 h"]),
        ("h", [0.56, 0.022, 2], ["Best routes (wider: more)", "2 h", "0.56 h", "0.022 h"]),
        ("pairs", [3, 3], ["best routes"]),
        ("pairs", [], ["best routes"]),
    ],
)
def test_legend_says_what_widths_mean(unit, values, texts):
    layer = Under("best routes", "#FFFFFF", dict(enumerate(values)), {}, unit, "more")
    lower = replace(layer, label="routes before", values={0: 1})
    view = replace(maps.route_map(drawn(*LINKS, places=AT), ["a"], ["d"]), layers=(lower, layer))
    assert [row.text for row in layer_rows(view, last=True)] == ["routes before", *texts]
