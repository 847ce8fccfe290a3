"""The network as osmnx has it, and back."""

import networkx as nx
import osmnx
import pandas as pd
import pytest
import shapely

from drawing import drawn
from mobility.analysis.routing import best_route
from mobility.errors import InputError
from mobility.sources.osmnx_graph import from_osmnx, to_osmnx

FACTS = ["name", "from", "to", "mode", "corridors", "country", "length_km", "status", "oneway", "road_class", "source"]


def same(a, b):
    pd.testing.assert_frame_equal(a.links[FACTS].sort_index(), b.links[FACTS].sort_index())
    assert a.links.geometry.sort_index().geom_equals(b.links.geometry.sort_index()).all()
    pd.testing.assert_frame_equal(a.places.drop(columns="active"), b.places.drop(columns="active"))


def test_there_and_back(twin):
    graph = to_osmnx(twin)
    assert graph.graph["crs"] == "epsg:4326"
    assert [graph.nodes[n]["id"] for n in (0, 1, 2)] == ["a", "b", "c"]
    arcs = [(0, 1, k) for k in range(3)] + [(1, 0, k) for k in range(3)] + [(1, 2, 0), (2, 1, 0)]
    assert sorted(graph.edges(keys=True)) == sorted(arcs)
    back = from_osmnx(graph, like=twin)
    same(twin, back)
    assert sorted(to_osmnx(back).edges(keys=True)) == sorted(arcs)


def test_the_shipped_network_there_and_back(shipped):
    graph = to_osmnx(shipped)
    active = shipped.links[shipped.links["active"]]
    assert len(graph.edges) == 2 * len(active) - active["oneway"].sum()
    back = from_osmnx(graph, like=shipped)
    assert set(back.links.index) == set(active.index)
    one, other = (best_route(net.under("mixed"), "durres", "constanta") for net in (shipped, back))
    pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other))


def test_osmnx_works_with_it():
    net = drawn("a -road> 10- b", "b -road 10- c", "a -road 15- c", places={"b": {"lat": "0.1"}, "c": {"lon": "0.1"}})
    graph = to_osmnx(net)
    assert osmnx.routing.shortest_path(graph, 0, 2, weight="travel_time") == [0, 2]
    assert osmnx.routing.shortest_path(graph, 2, 1, weight="length") == [2, 1]
    assert not graph.has_edge(1, 0)
    nodes, edges = osmnx.convert.graph_to_gdfs(graph)
    assert nodes.loc[1, "y"] == 0.1
    assert edges["length"].tolist() == [10000, 15000, 10000, 10000, 15000]
    assert [shapely.get_point(line, 0).coords[0] for line in edges.loc[[2]].geometry] == [(0.1, 0), (0.1, 0)]


@pytest.fixture
def foreign():
    """A graph of osmnx's own: simplified, so that some values are lists."""
    graph = nx.MultiDiGraph(crs="epsg:4326")
    for node, x, y in ((1, 20.0, 41.0), (2, 20.1, 41.0), (3, 20.2, 41.0)):
        graph.add_node(node, x=x, y=y, street_count=1)
    two_way = {"highway": "primary", "maxspeed": ["50", "80"], "lanes": "2", "oneway": False, "length": 9000.0}
    graph.add_edge(1, 2, osmid=[7, 8], reversed=[True, False], **two_way)
    graph.add_edge(2, 1, osmid=[8, 7], reversed=[False, True], **two_way)
    graph.add_edge(2, 3, osmid=9, highway="motorway", maxspeed="130", oneway=True, reversed=False, length=9500.0)
    graph.add_edge(2, 3, osmid=10, railway="rail", oneway=False, reversed=False, length=9100.0)
    graph.add_edge(3, 2, osmid=10, railway="rail", oneway=False, reversed=True, length=9100.0)
    graph.add_edge(3, 3, osmid=11, highway="primary", oneway=False, reversed=False, length=100.0)
    return graph


def test_a_graph_of_osmnx_itself(foreign):
    net = from_osmnx(foreign, country="AL")
    rows = net.links[["from", "to", "mode", "oneway", "max_speed_kmh", "lanes", "length_km"]].fillna(0)
    assert rows.to_numpy().tolist() == [
        ["n1", "n2", "road", False, 0, 2, 9],  # a list of speeds is no speed
        ["n2", "n3", "road", True, 130, 0, 9.5],
        ["n2", "n3", "rail", False, 0, 0, 9.1],
    ]
    assert best_route(net.under("wheeled"), "n1", "n3")["link"].tolist() == ["e1", "e2"]


def test_a_projected_graph_comes_back_in_degrees(foreign):
    net = from_osmnx(osmnx.project_graph(foreign), country="AL")
    assert net.places.loc["n3", ["lon", "lat"]].tolist() == pytest.approx([20.2, 41.0], abs=1e-6)
    assert net.links.geometry.iloc[0].coords[0] == pytest.approx((20.0, 41.0), abs=1e-6)


def test_graphs_that_are_no_network(foreign):
    with pytest.raises(InputError, match="say which country"):
        from_osmnx(foreign)
    with pytest.raises(InputError, match="no `crs`"):
        from_osmnx(nx.MultiDiGraph())
    for u, v, key in list(foreign.edges(keys=True)):
        foreign.edges[u, v, key].pop("highway", None), foreign.edges[u, v, key].pop("railway", None)
    with pytest.raises(InputError, match="no edge that is a road"):
        from_osmnx(foreign, country="AL")


def test_an_edge_may_be_several_things_and_what_is_forbidden_is_left_out():
    graph = nx.MultiDiGraph(crs="epsg:4326")
    for node in (1, 2, 3):
        graph.add_node(node, x=20 + node / 10, y=41.0)
    common = {"oneway": False, "reversed": False, "length": 8400.0}
    graph.add_edge(1, 2, osmid=5, highway="primary", railway="rail", gauge="1435", **common)
    graph.add_edge(2, 3, osmid=6, highway="primary", access="private", **common)
    graph.add_edge(2, 3, osmid=[6, 8], highway="primary", motor_vehicle=["yes", "no"], **common)
    graph.add_edge(1, 3, osmid=7, route="ferry", motorcar="yes", duration="00:30", **common)
    net = from_osmnx(graph, country="AL")
    assert net.links["mode"].tolist() == ["road", "rail", "road"]
    assert net.links["gauge_mm"].tolist()[1] == 1435
    assert net.links["speed_kmh"].tolist()[2] == pytest.approx(16.8)
