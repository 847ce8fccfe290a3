"""A corridor as a strip: every section and every gap, in the order of the table."""

from dataclasses import replace

import pandas as pd
import pytest
from figures import check
from matplotlib.colors import to_hex

from drawing import drawn
from mobility.errors import UnknownNameError
from mobility.present import findings, style


@pytest.fixture
def corridor():
    """A railway with every state a section can have, and a road beside it."""
    net = drawn(
        "a -rail 10- b corridors=VIII tracks=2 electrified=yes max_speed_kmh=160",
        "b -rail 20- c corridors=VIII status=under_construction",
        "c -rail 30- d corridors=VIII",
        "d -rail 5- e corridors=VIII doubtful=yes",
        "a -road 12- b corridors=VIII lanes=4",
        "a -road 11- b corridors=VIII status=planned",
        "x -sea 90- a corridors=VIII country=AA",
        places={p: {"lat": str(40 + i), "country": "XK" if p == "c" else "AA"} for i, p in enumerate("abcdefx")},
    )
    rows = [("main", "rail", "abcdef"), ("main", "road", "ab"), ("ferry", "sea", "xa")]
    stops = [("VIII", b, m, float(i), p) for b, m, places in rows for i, p in enumerate(places)]
    return replace(net, corridor_stops=pd.DataFrame(stops, columns="corridor branch mode order place".split()))


def test_strip_shows_every_section_and_every_gap(corridor):
    words = check(findings.strip(corridor.close("link:c--d-rail"), "viii").chart)
    for word in (
        "Railway a – f",
        "Road a – b",
        "Sea x – a",
        "in building",
        "closed",
        "doubtful",
        "no link",
        "+ planned",
    ):
        assert word in words, word
    assert {"c*", "160", "2", "yes", "10", "30", "60", "65", "axle t", "gauge", "‰", "country"} <= set(words)
    assert "VIII, main branch: 15 of 65 km by rail, 12 of 12 km by road can be used" in words
    assert style.KOSOVO_NOTE[:40] in " ".join(words)
    assert "100 % unknown" in " ".join(words), "of what the EU asks"
    assert "Road a – b" not in check(findings.strip(corridor, "VIII", ["rail"]).chart)
    with pytest.raises(UnknownNameError):
        findings.strip(corridor, "nope")


def test_what_is_not_known_is_hatched_and_what_is_on_it_named(corridor):
    structure = {"id": "s", "name": "Long bridge", "kind": "bridge", "links": "a--b-rail", "source": "x"}
    facts = {"gauge_mm": 1435.0, "max_axle_t": 22.5, "max_gradient_permille": 25.0, "country": "RS-XK"}
    links = corridor.links.copy()
    links.loc["a--b-rail", list(facts)] = list(facts.values())
    links.loc["a--b-rail", ["line_class", "source"]] = "D4", "x"
    bridges = pd.DataFrame([structure]).reindex(columns=corridor.structures.columns)
    figure = findings.strip(replace(corridor, links=links, structures=bridges), "VIII", ["rail"]).chart
    assert {"1435", "22.5", "25", "D4", "RS–XK*", "Long bridge"} <= set(check(figure))
    patches = [patch for ax in figure.axes for patch in ax.patches]
    known = [patch for patch in patches if patch.get_width() < 3.5]
    assert [to_hex(patch.get_facecolor()).upper() for patch in known] == [style.GAINED_COLOUR] * 3, "gauge, axle, wire"
    hatched = [patch for patch in patches if patch.get_hatch() and patch.get_width() > 4]
    asked = 7  # of a railway, what two acts ask alike once
    assert len([patch for patch in patches if patch.get_hatch() and patch.get_width() == 4]) == 4 * asked - 3
    unknown = 0
    for link in ("b--c-rail", "c--d-rail", "d--e-rail"):
        row = links.loc[link]
        unknown += sum(not row[c] or row[c] != row[c] for c in ("max_speed_kmh", "tracks", "electrified", "line_class"))
        unknown += sum(
            not row[c] or row[c] != row[c] for c in ("max_axle_t", "gauge_mm", "max_gradient_permille", "country")
        )
    assert len(hatched) == unknown > 5


@pytest.mark.parametrize("code", ["VIII", "X", "BSAX"])
def test_the_longest_corridors_fit_a_page(mixed, code):
    words = check(findings.strip(mixed, code).chart)
    stops = mixed.corridor_stops
    named = mixed.places.loc[stops.loc[stops["corridor"] == code, "place"].unique(), "name"]
    starts = tuple(word.rstrip("*…") for word in words if word.rstrip("*…"))
    assert [name for name in named if not any(name.startswith(start) for start in starts)] == []
