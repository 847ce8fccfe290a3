"""The shipped network against the ground: losses are not overstated, routes no longer than what exists."""

import re

import networkx as nx
import numpy as np
import pytest
from scipy.sparse.csgraph import dijkstra

from mobility import bottlenecks
from mobility.model.files import default_folder
from mobility.model.sphere import on_sphere
from mobility.sources.ground import default_ground, least, read_ground, read_towns
from mobility.sources.relief_audit import REACH_KM, audit, shares

MOST_OVERSTATED = {"rail": 0.03, "road": 0.05}
LEAST_JUDGED = {"rail": 250, "road": 700}
LONGER, OF_PAIRS, APART_KM = 1.07, 0.9, 60
WORST, ROUND, ROUND_KM = 60, 1.6, 15  # a motorway has another road beside it: so much longer, and so many km
README = (default_folder() / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def grounds():
    return read_ground(default_ground(default_folder()))


@pytest.fixture(scope="module")
def audited(shipped, grounds):
    return audit(shipped, grounds, read_towns(default_ground(default_folder())))


@pytest.mark.slow
def test_few_losses_are_overstated(audited):
    for mode, found in shares(audited).items():
        assert found["comparable"] >= LEAST_JUDGED[mode]
        assert found["share"] <= MOST_OVERSTATED[mode], audited.loc[audited["overstated"], "link"].tolist()


@pytest.mark.slow
def test_each_overstated_loss_is_explained(audited):
    part = README.split("### Losses that are overstated")[1].split("\n## ")[0]
    listed = {word for word in part.split("`") if re.fullmatch(r"[a-z0-9-]+-(road|rail)(-[a-z]+)?", word)}
    assert set(audited.loc[audited["overstated"], "link"]) == listed


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["rail", "road"])
def test_routes_are_as_short_as_on_the_ground(shipped, grounds, mode):
    """Pairs of places more than 60 km apart: at most 7 % longer for nine in ten of those that the ground connects."""
    links = shipped.links[(shipped.links["mode"] == mode) & (shipped.links["status"] == "open")]
    ids = list(dict.fromkeys([*links["from"], *links["to"]]))
    number = {place: i for i, place in enumerate(ids)}
    ends = (links[end].map(number).to_numpy() for end in ("from", "to"))
    matrix = least(*ends, links["length_km"].to_numpy(), len(ids))
    places, ground = shipped.places.loc[ids], grounds[mode]
    at = on_sphere(places["lon"], places["lat"])
    point, far = ground.snap(places["lat"], places["lon"])
    known = np.flatnonzero(far <= REACH_KM)
    starts = np.random.default_rng(12).choice(known, 60, replace=False)
    here = dijkstra(matrix, directed=False, indices=starts)[:, known]
    there = dijkstra(ground.matrix(), directed=False, indices=point[starts])[:, point[known]]
    apart = np.linalg.norm(at[starts][:, None] - at[known][None], axis=2)
    asked = (apart > APART_KM) & np.isfinite(there)
    assert asked.sum() > 10_000
    assert (here[asked] <= LONGER * there[asked]).mean() >= OF_PAIRS


def way_round(links, key):
    """Return the shortest way between the ends of a link by other links, in km."""
    graph = nx.Graph()
    rest = links.drop(key).sort_values("length_km", ascending=False)  # of parallel links the shortest stays
    graph.add_weighted_edges_from(zip(rest["from"], rest["to"], rest["length_km"], strict=True))
    a, b = links.loc[key, ["from", "to"]]
    return nx.dijkstra_path_length(graph, a, b) if {a, b} <= {*graph} and nx.has_path(graph, a, b) else np.inf


@pytest.mark.slow
def test_a_motorway_that_costs_much_has_an_old_road_beside_it_or_a_reason(shipped):
    """Else its loss says more of the tables than of the country. A reason stands in geodata/README.md."""
    part = README.split("### Old roads beside motorways")[1].split("\n###")[0]
    listed = {word for word in part.split("`") if re.fullmatch(r"[a-z0-9-]+-road", word)}
    links = shipped.links[(shipped.links["mode"] == "road") & (shipped.links["status"] == "open")]
    fast = links.index[links["road_class"].isin(["motorway", "expressway"])]
    nets = [shipped.under(profile, modes=["road"]) for profile in ("mixed", "wheeled", "heavy")]
    worst = {key for net in nets for cell in bottlenecks(net)["links"].head(WORST) for key in cell.split(";")}
    assert len(worst & {*fast}) > WORST
    alone = {k for k in (worst & {*fast}) | listed if way_round(links, k) > ROUND * links.at[k, "length_km"] + ROUND_KM}
    assert alone == listed


def test_relief_can_be_left_out(shipped, mixed):
    """The skeleton is given back: no relief link is used, and every other link is as before."""
    relief = shipped.links["corridors"] == "relief"
    assert relief.sum() > 1000
    skeleton = shipped.under("mixed", exclude_relief=True).links
    assert not skeleton.loc[relief, "active"].any()
    assert (skeleton.loc[~relief, "active"] == mixed.links.loc[~relief, "active"]).all()
    assert set(skeleton.loc[relief & mixed.links["active"], "reason"]) == {"relief way: not in the corridor skeleton"}


def test_relief_says_that_it_is_known_by_rule(shipped):
    """Limits are stated only with a source that is not the extract; the extract knows no class."""
    relief = shipped.links[shipped.links["corridors"] == "relief"]
    drawn = relief[relief["source"].str.startswith("openstreetmap-scgraph; estimate:")]
    assert len(drawn) > 1000
    assert (
        drawn[["max_axle_t", "max_gross_t", "max_width_m", "max_speed_kmh", "tracks"]]
        .replace("", np.nan)
        .isna()
        .all(axis=None)
    )
    assert set(drawn["attr_confidence"]) == {"low"}
    assert set(drawn["length_confidence"]) <= {"medium", "low"}


def test_a_crossing_of_a_relief_way_is_usable_only_with_a_source(shipped):
    borders = shipped.borders
    unknown = borders["source"] == "openstreetmap-scgraph"
    assert unknown.sum() > 10
    assert not borders.loc[unknown, "usable"].any()
