"""Results of RA2CE 1.2.2 (and of GOSTnets, AequilibraE and networkx) on one schematic network: data/ra2ce/README.md."""

import ast
import csv
from pathlib import Path

import pytest

from drawing import drawn
from mobility.analysis.routing import best_route
from mobility.errors import NoRouteError

pytestmark = pytest.mark.xdist_group("ra2ce")

DATA = Path(__file__).parents[1] / "data" / "ra2ce"
PACE = 3.6  # km/h: a metre a second, so that seconds are metres
SCENARIO = ["link:e3", "link:e10", "link:e13", "link:e16", "link:e32"]


def table(name):
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def network(weight):
    """The schematic network; places n1 ..., links e1 ...; weight "time", or "length" (all at walking pace)."""
    places = {f"n{r['node_id']}": {"lon": r["lon"], "lat": r["lat"], "name": r["name"]} for r in table("nodes")}
    links = [
        f"n{r['u']} -road {float(r['length_m']) / 1000!r}- n{r['v']} "
        f"id=e{r['edge_id']} speed_kmh={PACE if weight == 'length' else r['speed_kmh']}"
        for r in table("edges")
    ]
    return drawn(*links, places=places)


@pytest.fixture(scope="module")
def by():
    """The network by weight, whole and with the links of the scenario closed."""
    nets = {weight: network(weight) for weight in ("time", "length")}
    return nets | {f"{weight} closed": net.close(*SCENARIO) for weight, net in nets.items()}


def legs_or_none(net, a, b):
    try:
        return best_route(net, f"n{a}", f"n{b}")
    except NoRouteError:
        return None


def seconds(legs):
    return legs["time_h"].sum() * 3600


def passed(legs):
    return [int(p[1:]) for p in [legs["from"].iloc[0], *legs["to"]]]


def taken(legs):
    return [int(i[1:]) for i in legs["link"]]


def test_the_files_are_whole():
    assert [r["edge_id"] for r in table("edges") if r["closed_in_scenario"] == "1"] == [x[6:] for x in SCENARIO]
    assert len(table("edges")) == 45
    assert len(table("od_time_three_tools")) == 20


@pytest.mark.parametrize("tool", ["ra2ce_s", "gostnets_s", "aequilibrae_s", "networkx_s"])
def test_times_of_the_twenty_pairs(by, tool):
    off = {
        (r["o"], r["d"]): seconds(legs_or_none(by["time"], r["o"], r["d"])) - float(r[tool])
        for r in table("od_time_three_tools")
    }
    assert {pair: s for pair, s in off.items() if abs(s) > (0.15 if tool == "ra2ce_s" else 0.01)} == {}


@pytest.mark.parametrize("weight", ["length", "time"])
def test_single_link_redundancy(by, weight):
    """One link lost, the shortest way between its own two ends; the difference to three decimals (metres, hours)."""
    rows = table(f"ra2ce_single_link_redundancy_{weight}")
    assert len(rows) == 45
    for row in rows:
        check_alternative(by[weight].close(f"link:e{row['rfid']}"), row, weight, found=row["detour"] == "1")


@pytest.mark.parametrize("weight", ["length", "time"])
def test_multi_link_redundancy(by, weight):
    """All links of the scenario lost together."""
    rows = [r for r in table(f"ra2ce_multi_link_redundancy_{weight}") if r["connected"] not in {"", "nan"}]
    assert sorted(f"link:e{r['rfid']}" for r in rows) == sorted(SCENARIO)
    for row in rows:
        check_alternative(by[f"{weight} closed"], row, weight, found=row["connected"] == "1")


def check_alternative(net, row, weight, *, found):
    legs = legs_or_none(net, row["node_A"], row["node_B"])
    assert (legs is not None) == found, row
    if found:
        nodes = ast.literal_eval(row["alt_nodes"])
        assert passed(legs) in (nodes, nodes[::-1]), row
        if weight == "length":
            own = float(row.get("length_x", row.get("length")))
            assert round(seconds(legs)) == float(row["alt_length"]), row
            assert round(seconds(legs)) - own == float(row["diff_length"]), row
            assert legs["length_km"].sum() * 1000 == pytest.approx(float(row["alt_length"]), abs=1e-6)
        else:
            assert seconds(legs) / 3600 == pytest.approx(float(row["alt_time"]), abs=2e-6), row
            assert seconds(legs) / 3600 - float(row["time"]) == pytest.approx(float(row["diff_time"]), abs=0.0005001)


@pytest.mark.parametrize(
    ("name", "net", "off"),
    [
        ("optimal_route_od_length", "length", 0.001),
        ("multi_link_od_length", "length closed", 0.001),
        ("optimal_route_od_seconds_as_length", "time", 0.15),  # RA2CE summed seconds rounded per link
        ("multi_link_od_seconds_as_length", "time closed", 0.15),
    ],
)
def test_origin_destination_routes(by, name, net, off):
    rows = table(f"ra2ce_{name}")
    assert len(rows) == 20
    for row in rows:
        legs = legs_or_none(by[net], row["o_node"], row["d_node"])
        assert seconds(legs) == pytest.approx(float(row["length"]), abs=off), row
        assert passed(legs) == ast.literal_eval(row["opt_path"]), row
        assert taken(legs) == ast.literal_eval(row["match_ids"]), row


@pytest.mark.parametrize(("name", "weight", "off"), [("length", "length", 0.001), ("seconds_as_length", "time", 0.3)])
def test_impact_of_the_scenario(by, name, weight, off):
    rows = table(f"ra2ce_multi_link_od_{name}_impact")
    assert len(rows) == 20
    for row in rows:
        before, after = (
            seconds(legs_or_none(by[n], row["o_node"], row["d_node"])) for n in (weight, f"{weight} closed")
        )
        assert after - before == pytest.approx(float(row["diff_length_EV1_ma"]), abs=off), row
        assert 100 * (after / before - 1) == pytest.approx(float(row["diff_length_EV1_ma_pc"]), abs=0.005), row
