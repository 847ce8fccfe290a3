"""Hotspots in words and on the map: the share unknown leads, then what falls short; links say what is known."""

import pytest

from drawing import drawn
from mobility.errors import InputError
from mobility.present import findings, style

BINDS = (
    "The acts bind Member States ({} km) on lines of the TEN-T, which the tables do not mark: to fall short of a "
    "value is no breach."
)


@pytest.fixture
def net():
    return drawn(
        "a -rail 60- b source=x max_axle_t=22.5 gauge_mm=1435",
        "b -rail 30- c source=x max_axle_t=20 country=BB",
        "c -rail 10- d source=x max_axle_t=22.5 attr_confidence=low country=BB",
        "a -road 100- d source=x",
        structures=[{"id": "s", "name": "Bridge", "kind": "bridge", "links": "a--d-road", "source": "x"}],
        places={place: {"lat": str(40 + i), "lon": "20"} for i, place in enumerate("abcd")},
    )


def test_the_title_is_the_share_unknown_and_row_1(net):
    finding = findings.hotspots(net, requirements=["rail_axle", "tent_axle", "road_gross"])
    # Of 200 km, each asked one thing once: 60 meet, 30 fall short, 10 are estimated, 100 state nothing.
    assert finding.title == (
        "55 % unknown of what the EU asks of 200 km of railway and road; 1 section falls short, "
        "first b–d (rail): axle load 20 of 22.5 t"
    )
    assert finding.sentences == (
        "Of what the EU asks, by kilometres: 55 % unknown (5 % estimated only), 30 % meet, 15 % fall short.",
        "Not one kilometre states: road: gross mass 130 t.",
        "Stated to fall short: 30 km of axle load 22.5 t.",
        "A mass is stated of 0 of 1 bridges listed.",
        BINDS.format(200),
    )
    row, summary = finding.table.iloc[0], finding.summary
    assert (row["name"], row["failed"], row["fails_km"]) == ("b–d, 2 links", "axle load 20 of 22.5 t", 30)
    assert {key: summary[key] for key in ("meets_share", "fails_share", "unknown_share", "estimated_share")} == {
        "meets_share": pytest.approx(0.3),
        "fails_share": pytest.approx(0.15),
        "unknown_share": pytest.approx(0.55),
        "estimated_share": pytest.approx(0.05),
    }
    assert (summary["hotspots"], summary["hotspots_km"], summary["requirements_counted"]) == (1, 30, 2)
    assert [row["requirement"] for row in summary["requirements"]] == ["rail_axle", "tent_axle", "road_gross"]


def test_rows_by_link_and_by_requirement(net):
    assert findings.hotspots(net, by="link").table["link"].iloc[0] == "b--c-rail"
    by = findings.hotspots(net, by="requirement", requirements=["tent_ertms", "rail_axle"])
    assert by.table["requirement"].tolist() == ["tent_ertms", "rail_axle"]
    assert "Not judged, for no column of the tables says it: rail: equipped with ERTMS." in by.sentences
    assert by.title == findings.hotspots(net, requirements=["tent_ertms", "rail_axle"]).title


def test_nothing_falls_short_and_nothing_is_judged(net):
    gauge = findings.hotspots(net, requirements=["rail_gauge"])
    assert gauge.title == "40 % unknown of what the EU asks of 100 km of railway; none of it is stated to fall short"
    none = findings.hotspots(net, requirements=["tent_ertms"])
    assert none.title == "None of these requirements can be held against a column of the tables"
    assert none.summary["unknown_share"] is None
    with pytest.raises(InputError):
        findings.hotspots(net, by="place")


def test_the_map_draws_each_link_once_by_what_is_known(net):
    view = findings.hotspots(net, requirements=["rail_axle", "rail_gauge", "road_gross"]).view
    drawn_as = {layer.label: set(layer.values) for layer in view.layers}
    assert drawn_as == {
        "unknown in all that is asked": {"c--d-rail", "a--d-road"},
        "meets all that is asked": {"a--b-rail"},
        "falls short of something asked": {"b--c-rail"},
    }
    colours = {layer.label: layer.colour for layer in view.layers}
    assert len(set(colours.values())) == 3
    assert colours["falls short of something asked"] == style.LOST_COLOUR
    notes = {link: note for layer in view.layers for link, note in layer.notes.items()}
    assert notes["b--c-rail"] == "axle load 20 of 22.5 t; 1 unknown"
    assert notes["a--b-rail"] == "meets axle load, track gauge"
    assert [(row.mark, row.links, row.places) for row in view.ranked] == [("1", ("b--c-rail",), ("b", "c"))]
    partly = findings.hotspots(net, requirements=["rail_axle", "rail_train"]).view.layers
    assert {layer.label: set(layer.values) for layer in partly}["meets where known, the rest is unknown"] == {
        "a--b-rail"
    }
