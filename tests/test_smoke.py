from mobility.analysis.pairs import routes
from mobility.analysis.routing import best_route, k_best_routes


def test_line(line):
    legs = best_route(line, "a", "d")
    assert legs["link"].tolist() == ["a--b-road", "b--c-road", "c--d-road"]
    assert legs["cumulative_h"].iloc[-1] == 1.0


def test_twin(twin):
    assert len(k_best_routes(twin, "a", "b", 5)) == 3
    assert routes(twin, ["a"], ["b"])["disjoint_routes"].tolist() == [3]
