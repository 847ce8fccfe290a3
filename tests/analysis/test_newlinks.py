"""Links nobody has planned: by hand, and against a rebuild."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from drawing import drawn
from mobility.analysis.newlinks import candidates
from mobility.analysis.pairs import pairs_of
from mobility.model.changes import derive
from mobility.model.network import CRS
from oracles import MS, n1_by_closing


def with_link(net, row):
    """Return the network with one more link, as a rebuild: a like link of the table, made what the row says."""
    cells = {c: row[c] for c in ("from", "to", "country", "length_km", "mode", "geometry")} | {"id": "one-more"}
    cells |= {"road_class": "primary" if row["mode"] == "road" else "", "closure": "", "status": "open"}
    cells |= dict.fromkeys((c for c in net.links if c.startswith("max_") or c == "speed_kmh"), np.nan)
    cells |= {"max_speed_kmh": np.nan if row["mode"] == "road" else 100.0, "doubtful": False, "oneway": False}
    like = net.links[net.links["mode"] == row["mode"]].iloc[:1]
    more = gpd.GeoDataFrame(like.assign(**{c: [v] for c, v in cells.items()}).set_index("id", drop=False), crs=CRS)
    return derive(replace(net, links=pd.concat([net.links, more])))


def check_rebuilt(net, row, pairs):
    """The closed form against a rebuild, in whole milliseconds."""
    first, then = (n1_by_closing(n, pairs, []) for n in (net, with_link(net, row)))
    gained = [first[p] - then[p] for p in pairs if first[p] < np.inf]
    assert round(row["total_gain_h"] * MS) == sum(gained)
    assert row["pairs_gaining"] == sum(ms > 0 for ms in gained)
    assert row["pairs_connected_gain"] == sum(first[p] == np.inf > then[p] for p in pairs)


def test_a_new_link_worked_by_hand():
    """Three places half a degree (55.6 km) apart; a and c are 600 min apart by road, and the middle has no road."""
    at = {"a": {"lon": 0}, "b": {"lon": 0.5}, "c": {"lon": 1}, "d": {"lon": 1, "country": "BB"}}
    lines = ["a -road 200- x", "x -road 400- c", "a -rail 60- b", "x -road 1- d"]
    net = drawn(*lines, places=at | {"x": {"lon": 9}})
    table = candidates(net, ["a"], ["c"], max_km=120, mode="road", top=9)
    assert table[["from", "to"]].to_numpy().tolist() == [["a", "c"]], "b has no road, d is abroad, x far off"
    row = table.iloc[0]
    assert row["length_km"] == pytest.approx(1.2 * 111.195, rel=1e-4)
    assert row["speed_kmh"] == 55
    assert row["total_gain_h"] == pytest.approx(10 - row["length_km"] / 55)
    assert "primary road" in row["assumption"]
    check_rebuilt(net, row, [("a", "c")])
    assert candidates(net, max_km=120, mode="rail").empty
    assert candidates(net.under("plain", modes=["rail"]), max_km=120, mode="road").empty


def test_places_on_one_spot_and_links_that_are_there_are_no_candidates():
    at = {"a": {"lon": 0}, "b": {"lon": 0}, "c": {"lon": 0.5}}
    net = drawn("a -road 200- c", "b -road 200- c", "c -road 300- b", places=at)
    assert candidates(net, ["a"], ["b"], max_km=120, mode="road", top=9).empty


@pytest.mark.parametrize("mode", ["road", "rail"])
def test_new_links_equal_a_rebuild_on_the_shipped_network(mixed, mode):
    table = candidates(mixed, max_km=90, mode=mode, top=100_000)
    assert not table.duplicated(["from", "to"]).any()
    assert table["total_gain_h"].is_monotonic_decreasing
    for row in [*table.head(4).to_dict("records"), *table.sample(6, random_state=1).to_dict("records")]:
        check_rebuilt(mixed, row, pairs_of(mixed))
