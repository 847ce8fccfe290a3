"""The other tools' answers, each in an interpreter of its own: `python peers.py TOOL FOLDER`, then a question a line.

The folder holds the arcs (arcs.npz). Questions: "tree" (costs from the first origin to all nodes), "od" (origins x
destinations) and "losses" (that for each link of the sample closed, as many as fit into a turn). The answer is saved in
the folder, its seconds are printed; those of losses per link.
"""

import json
import os
import sys
import time
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import numpy as np

TURN_S = 15  # a turn closes no further link after that


def timed(call, least=0.2):
    """Return the processor seconds of a call (the mean of as many as fit into `least`), and what it returned."""
    calls, start = 0, time.process_time()
    while True:
        answer = call()
        calls += 1
        passed = time.process_time() - start
        if passed >= least:
            return passed / calls, answer


def scipy(arcs):
    """Search a matrix of the cheapest arc between each two nodes, made anew for each closure."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    order = np.lexsort((arcs.cost, arcs.head, arcs.tail))
    tail, head, cost, link = arcs.tail[order], arcs.head[order], arcs.cost[order], arcs.link[order]

    def cheapest(lost=None):
        kept = np.arange(len(link)) if lost is None else np.flatnonzero(link != lost)
        t, h = tail[kept], head[kept]
        kept = kept[np.r_[True, (t[1:] != t[:-1]) | (h[1:] != h[:-1])]]
        return csr_matrix((cost[kept], (tail[kept], head[kept])), shape=(len(arcs.x), len(arcs.x)))

    whole = cheapest()

    def od(matrix=whole):
        return dijkstra(matrix, indices=arcs.origins)[:, arcs.destinations]

    return {
        "tree": lambda: dijkstra(whole, indices=arcs.origins[0]),
        "od": od,
        "losses": each_loss(arcs, lambda link: od(cheapest(link))),
    }


def igraph(arcs):
    """Ask for distances; a closed link weighs inf."""
    import igraph as ig

    graph = ig.Graph(len(arcs.x), list(zip(arcs.tail.tolist(), arcs.head.tolist(), strict=True)), directed=True)
    weights, origins, destinations = arcs.cost.tolist(), arcs.origins.tolist(), arcs.destinations.tolist()
    arcs_of = {link: np.flatnonzero(arcs.link == link).tolist() for link in arcs.sample.tolist()}

    def od():
        return graph.distances(origins, destinations, weights)

    def without(link):
        for arc in arcs_of[link]:
            weights[arc] = np.inf
        answer = od()
        for arc in arcs_of[link]:
            weights[arc] = float(arcs.cost[arc])
        return answer

    tree = lambda: graph.distances(origins[:1], None, weights)[0]  # noqa: E731
    return {"tree": tree, "od": od, "losses": each_loss(arcs, without)}


def networkx(arcs):
    """Search once from each origin."""
    import networkx as nx

    graph = multigraph(arcs, "cost", arcs.cost)

    def tree(origin):
        return nx.single_source_dijkstra_path_length(graph, origin, weight="cost")

    def od():
        trees = [tree(origin) for origin in arcs.origins.tolist()]
        return [[found.get(d, np.inf) for d in arcs.destinations.tolist()] for found in trees]

    def all_nodes():
        found = tree(int(arcs.origins[0]))
        return [found.get(node, np.inf) for node in range(len(arcs.x))]

    return {"tree": all_nodes, "od": od, "losses": each_loss(arcs, removing(graph, arcs, od))}


def gostnets(arcs):
    """Ask its `calculate_OD`, which refuses arcs that cost nothing: they cost a microsecond."""
    from GOSTnets import calculate_OD

    graph = multigraph(arcs, "time", np.maximum(arcs.cost, 1e-3))
    ends = arcs.origins.tolist(), arcs.destinations.tolist()

    def od():
        return calculate_OD(graph, *ends, fail_value=np.inf, weight="time", one_way_roads_exist=True)

    return {"od": od, "losses": each_loss(arcs, removing(graph, arcs, od))}


def ra2ce(arcs):
    """Execute its analysis "optimal route origin destination", on seconds given as its lengths."""
    import geopandas as gpd
    from ra2ce.analysis.analysis_config_data.analysis_config_data import AnalysisSectionLosses
    from ra2ce.analysis.analysis_config_data.enums.analysis_losses_enum import AnalysisLossesEnum
    from ra2ce.analysis.analysis_config_data.enums.weighing_enum import WeighingEnum
    from ra2ce.analysis.analysis_input_wrapper import AnalysisInputWrapper
    from ra2ce.analysis.losses.optimal_route_origin_destination import OptimalRouteOriginDestination
    from ra2ce.network.graph_files.graph_file import GraphFile

    graph = multigraph(arcs, "length", arcs.cost / 1000)
    points = gpd.points_from_xy(arcs.x, arcs.y)
    for node, point in enumerate(points):
        graph.nodes[node]["geometry"] = point
    ends = np.r_[arcs.origins, arcs.destinations].tolist()
    o_id = [f"O_{node}" if node in arcs.origins else None for node in ends]
    d_id = [f"D_{node}" if node in arcs.destinations else None for node in ends]
    for node, origin, destination in zip(ends, o_id, d_id, strict=True):
        graph.nodes[node]["od_id"] = origin or destination
    folder = arcs.folder
    (folder / "output_graph").mkdir(exist_ok=True)
    table = gpd.GeoDataFrame({"o_id": o_id, "d_id": d_id}, geometry=points[ends], crs="EPSG:4326")
    table.to_feather(folder / "output_graph" / "origin_destination_table.feather")
    kind = AnalysisLossesEnum.OPTIMAL_ROUTE_ORIGIN_DESTINATION
    section = AnalysisSectionLosses(name="od", analysis=kind, weighing=WeighingEnum.LENGTH)
    given = AnalysisInputWrapper(section, GraphFile(graph=graph), None, folder, folder, folder, None, None, None)
    row = {node: i for i, node in enumerate(arcs.origins.tolist())}
    column = {node: i for i, node in enumerate(arcs.destinations.tolist())}

    def od():
        found = OptimalRouteOriginDestination(given).execute().get_single_result()
        answer = np.full((len(row), len(column)), np.inf)
        answer[found["o_node"].map(row), found["d_node"].map(column)] = found["length"] * 1000
        return answer

    return {"losses": each_loss(arcs, removing(graph, arcs, od))}  # an "od" is one loss


def multigraph(arcs, weight, costs):
    """Return the arcs as a directed networkx graph; RA2CE and GOSTnets work on such graphs too."""
    import networkx as nx

    graph = nx.MultiDiGraph()
    graph.add_nodes_from(
        (n, {"x": x, "y": y}) for n, (x, y) in enumerate(zip(arcs.x.tolist(), arcs.y.tolist(), strict=True))
    )
    rows = zip(arcs.tail.tolist(), arcs.head.tolist(), costs.tolist(), arcs.link.tolist(), strict=True)
    graph.add_edges_from((tail, head, {weight: cost, "rfid": link}) for tail, head, cost, link in rows)
    return graph


def removing(graph, arcs, od):
    """Return a function that takes a link out of a networkx graph, asks, and puts it back."""
    edges = {link: [] for link in arcs.sample.tolist()}
    for edge in graph.edges(keys=True, data=True):
        if edge[3]["rfid"] in edges:
            edges[edge[3]["rfid"]].append(edge)

    def without(link):
        graph.remove_edges_from(edges[link])
        answer = od()
        graph.add_edges_from(edges[link])
        return answer

    return without


def each_loss(arcs, without):
    """Return a function that closes links of the sample, one after the other, until the turn is over."""

    def losses():
        answers, start = [], time.process_time()
        for link in arcs.sample.tolist():
            answers.append(without(link))
            if time.process_time() - start > TURN_S:
                break
        return answers

    return losses


TOOLS = {tool.__name__: tool for tool in (ra2ce, gostnets, networkx, igraph, scipy)}


def main(tool, folder):
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what the tools print must not stand among the answers
    with np.load(Path(folder) / "arcs.npz") as arrays:
        arcs = SimpleNamespace(**arrays, folder=Path(folder))
    questions = TOOLS[tool](arcs)
    print(json.dumps([version(tool), list(questions)]), file=answers)
    for question in map(str.strip, sys.stdin):
        seconds, answer = timed(questions[question])
        np.save(arcs.folder / f"{tool}-{question}.npy", np.array(answer, float))
        print(json.dumps(seconds / len(answer) if question == "losses" else seconds), file=answers)


if __name__ == "__main__":
    main(*sys.argv[1:])
