"""Links held against requirements: worked by hand on a drawn network, and against a reckoning link by link."""

import math

import networkx as nx
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing import drawn
from mobility import hotspots
from mobility.analysis.hotspots import in_line, totals
from mobility.analysis.judging import bridges, judge
from mobility.errors import InputError, UnknownNameError
from mobility.model.requirements import read_requirements

BRIDGE = {"id": "s", "name": "Bridge", "kind": "bridge", "links": "b--e-road", "max_gross_t": "60", "source": "x"}
AXLE = [row for row in read_requirements() if row.id == "rail_axle"]


@pytest.fixture
def net():
    """A railway a-b-c-d and a road a-b-e, on which lies a bridge; a ferry, a side road, a siding, a line unbuilt."""
    return drawn(
        "a -rail 10- b source=x max_axle_t=22.5 gauge_mm=1435 electrified=yes max_train_length_m=750",
        "b -rail 20- c source=x line_class=C3 electrified=no loading_gauge=GB",
        "c -rail 40- d source=x max_axle_t=25 electrified=yes attr_confidence=low loading_gauge=P400",
        "a -road 80- b source=x max_gross_t=130 max_axle_t=8.2",
        "b -road 5- e source=x country=BB",
        "a -sea 100- e source=x",
        "a -road 200- f source=x corridors=relief max_gross_t=12",
        "e -rail 3- f source=x corridors=access max_axle_t=16",
        "d -rail 400- e source=x status=planned max_axle_t=16",
        structures=[BRIDGE, BRIDGE | {"id": "t", "links": "b--e-road;a--b-road", "max_gross_t": "140"}],
    )


def km(net, **asked):
    table = hotspots(net, by="requirement", **asked).set_index("requirement")
    return {key: tuple(row) for key, row in table[["meets_km", "fails_km", "unknown_km", "estimated_km"]].iterrows()}


def test_kilometres_by_hand(net):
    found = km(net)
    assert found["rail_axle"] == found["tent_axle"] == (10, 20, 40, 40), "C3 is 20 t; 25 t is an estimate"
    assert found["tent_wire"] == (10, 20, 40, 40)
    assert found["rail_gauge"] == (10, 0, 60, 0)
    assert found["rail_train"] == (10, 0, 60, 0)
    assert found["tent_train"] == (0, 0, 70, 0), "750 m does not say that there are paths"
    assert found["rail_loading_gauge"] == (0, 0, 70, 40), "GB does not say that P400 is refused; P400 is an estimate"
    assert found["road_gross"] == (80, 0, 5, 0)
    assert found["road_axle"] == (0, 80, 5, 0)
    assert found["bridge_gross"] == (80, 5, 0, 0), "as the road bears 130 t its bridges do; the other bridge does not"
    assert all(math.isnan(value) for value in found["tent_ertms"])
    table = hotspots(net, by="requirement").set_index("requirement")
    assert not table.at["tent_ertms", "judged"]
    assert table.at["rail_axle", "unknown_share"] == pytest.approx(40 / 70)
    assert table.at["rail_axle", "asked_km"] == table.at["rail_axle", "member_states_km"] == 70
    assert bridges(net, net.links) == (2, 2)


def test_links_and_sections(net):
    links = hotspots(net, by="link").set_index("link")
    assert list(links.index) == ["b--c-rail", "a--b-road", "b--e-road", "c--d-rail", "a--b-rail"]
    assert links.at["b--c-rail", "failed"] == "axle load 20 of 22.5 t; fully electrified: no"
    assert links.loc["b--c-rail", ["meets", "fails", "unknown"]].tolist() == [0, 2, 5]
    assert links.at["b--e-road", "failed"] == "mass on bridges 60 of 130 t"
    assert links.at["b--c-rail", "road_gross"] == ""
    sections = hotspots(net).set_index("section")
    assert sections["links"].to_dict() == {
        "a--b-rail": "a--b-rail;b--c-rail;c--d-rail",
        "a--b-road": "a--b-road",
        "b--e-road": "b--e-road",
    }
    row = sections.loc["a--b-rail"]
    assert (row["length_km"], row["fails_km"], row["fails"], row["rail_gauge"]) == (70, 20, 2, "unknown")
    assert (row["mode"], row["country"], row["name"]) == ("rail", "AA", "a–d, 3 links")
    assert sections.crs.to_epsg() == 4326


def test_what_is_asked_about(net):
    def of(net, **more):
        return set(hotspots(net, by="link", **more)["link"])

    assert of(net, corridor="relief") == {"a--f-road"}
    assert of(net, country="BB") == {"b--e-road"}
    assert of(net.under("plain", modes=["road"])) == {"a--b-road", "b--e-road"}
    assert of(net.under("plain", include_access=True)) == of(net) | {"e--f-rail"}
    assert of(net.close("b--c-rail")) == of(net) - {"b--c-rail"}
    assert set(km(net, requirements=["road_gross"])) == {"road_gross"}
    assert of(net, requirements=["road_gross"]) == {"a--b-road", "b--e-road"}
    heavy = net.under("heavy")
    assert not heavy.links.at["a--b-road", "active"]
    assert of(heavy) == of(net), "what a profile refuses is what the list is about"


def test_a_requirement_without_a_column_leaves_rows_without_a_count(net):
    table = hotspots(net, requirements=["road_length"])
    assert table[["meets", "fails", "unknown"]].to_numpy().tolist() == [[0, 0, 0]] * 2


@pytest.mark.parametrize(
    ("error", "asked"),
    [
        (InputError, {"by": "place"}),
        (UnknownNameError, {"requirements": ["mlc"]}),
        (UnknownNameError, {"corridor": "IX"}),
        (UnknownNameError, {"country": "ZZ"}),
    ],
)
def test_what_is_not_there(net, error, asked):
    with pytest.raises(error):
        hotspots(net, **asked)


def test_nothing_to_ask_about(net):
    with pytest.raises(InputError, match="no road or railway"):
        hotspots(net.under("plain", modes=["sea"]))
    with pytest.raises(InputError, match="none of these requirements"):
        hotspots(net.under("plain", modes=["rail"]), requirements=["road_gross"])


CHAIN = drawn(*(f"p{i} -rail 10- p{i + 1} source=x" for i in range(6)))


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([math.nan, 20.0, 22.5, 25.0]), st.sampled_from(["", "C3", "D4", "CM3"]), st.booleans()
        ),
        min_size=1,
        max_size=6,
    )
)
def test_known_and_unknown_make_up_all(values):
    """A stated axle load counts before the category, an estimate never; nothing stated is unknown."""
    axles, categories, low = zip(*values, strict=True)
    grades = ["low" if one else "high" for one in low]
    links = CHAIN.links.iloc[: len(values)].assign(max_axle_t=axles, line_class=categories, attr_confidence=grades)
    by_category = {"C3": 20.0, "D4": 22.5}
    loads = [by_category.get(category, 0) if axle != axle else axle for axle, category, _ in values]  # noqa: PLR0124
    found = judge(CHAIN, AXLE, links)
    assert found.states["rail_axle"].tolist() == [
        "unknown" if guess or not load else "meets" if load >= 22.5 else "fails"
        for load, guess in zip(loads, low, strict=True)
    ]
    assert found.estimated["rail_axle"].tolist() == [bool(a and b) for a, b in zip(low, loads, strict=True)]
    row = totals(CHAIN, found, AXLE).set_index("requirement").loc["rail_axle"]
    assert row["meets_km"] + row["fails_km"] + row["unknown_km"] == row["asked_km"] == 10 * len(values)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.sampled_from(["AA", "BB"])), min_size=1, max_size=8))
def test_sections_are_the_chains_of_a_graph(ends):
    """Against networkx: links are one section where a place of degree 2 in their mode joins two of one country."""
    ends = [(a, b, c) for a, b, c in ends if a != b]
    links = pd.DataFrame(ends, columns=["from", "to", "country"]).assign(mode="road")
    graph, line = nx.MultiGraph(), nx.Graph()
    line.add_nodes_from(range(len(ends)))
    for i, (a, b, _) in enumerate(ends):
        graph.add_edge(a, b, key=i)
    for place in graph:
        met = [key for *_, key in graph.edges(place, keys=True)]
        if len(met) == 2 and ends[met[0]][2] == ends[met[1]][2]:
            line.add_edge(*met)
    label = in_line(links) if ends else []
    assert {frozenset(part) for part in nx.connected_components(line)} == {
        frozenset(i for i, one in enumerate(label) if one == chain) for chain in label
    }
