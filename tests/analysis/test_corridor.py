"""Sections of a corridor, worked out by hand on a drawn one."""

from dataclasses import replace

import pandas as pd
import pytest

from drawing import drawn
from mobility.analysis.corridor import sections
from mobility.errors import InputError, UnknownNameError
from mobility.present import findings


@pytest.fixture
def net():
    """A railway a-b-c-d with a link missing between c and d, a road with an old and a new link, and a branch."""
    net = drawn(
        "a -rail 10- b corridors=VIII",
        "c -rail 20- b corridors=VIII status=planned",
        "a -road 30- b corridors=VIII",
        "a -road 25- b corridors=VIII status=under_construction",
        "b -road 5- d corridors=VIII",
        places={p: {"lat": str(40 + i)} for i, p in enumerate("abcd")},
    )
    stops = [("main", "rail", "abcd"), ("main", "road", "ab"), ("east", "road", "bd")]
    rows = [
        {"corridor": "VIII", "branch": branch, "mode": mode, "order": float(i), "place": place}
        for branch, mode, places in stops
        for i, place in reversed(list(enumerate(places)))
    ]
    return replace(net, corridor_stops=pd.DataFrame(rows))


def told(table):
    return table[["mode", "branch", "section", "from", "to", "link"]].to_numpy().tolist()


def test_sections_follow_the_stops(net):
    assert told(sections(net, "viii")) == [
        ["rail", "main", 1, "a", "b", "a--b-rail"],
        ["rail", "main", 2, "b", "c", "c--b-rail"],
        ["rail", "main", 3, "c", "d", ""],
        ["road", "main", 1, "a", "b", "a--b-road"],
        ["road", "main", 1, "a", "b", "a--b-road-2"],
        ["road", "east", 1, "b", "d", "b--d-road"],
    ]
    table = sections(net, "VIII", ["rail"])
    assert table["status"].tolist()[:2] == ["open", "planned"]
    assert table["length_km"].tolist()[:2] == [10, 20]
    assert table.crs == "EPSG:4326"
    nothing = table.iloc[2]
    assert (nothing["status"], nothing["active"], nothing["doubtful"]) == ("", False, False)
    assert pd.isna(nothing["length_km"])


def test_the_link_in_use_comes_first(net):
    new = net.build("a--b-road-2")
    assert sections(new, "VIII", ["road"])["link"].tolist()[:2] == ["a--b-road-2", "a--b-road"]
    assert sections(new.close("a--b-road-2"), "VIII", ["road"])["link"].tolist()[:2] == ["a--b-road", "a--b-road-2"]


def test_words_count_each_section_once(net):
    finding = findings.strip(net, "VIII")
    assert finding.title == "VIII, main branch: 10 of 30 km by rail, 30 of 30 km by road can be used"
    unknown = "Of what the EU asks, by kilometres: 100 % unknown (0 % estimated only), 0 % meet, 0 % fall short."
    assert finding.sentences == (f"{finding.title}.", unknown)


def test_what_is_not_there_is_said(net):
    with pytest.raises(UnknownNameError, match="no corridor is called"):
        sections(net, "nope")
    with pytest.raises(InputError, match="corridor VIII has no stops by sea"):
        sections(net, "VIII", ["sea"])
    with pytest.raises(InputError, match=r"no stops$"):
        sections(replace(net, corridor_stops=net.corridor_stops.iloc[:0]), "VIII")


def test_every_shipped_section_has_its_link(mixed):
    for code in mixed.corridor_stops["corridor"].unique():
        table = sections(mixed, code)
        assert (table["link"] != "").all()
        assert table["length_km"].notna().all()
