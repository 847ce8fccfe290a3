"""The weakest attribute along a route: worked by hand, and what the shipped network knows."""

import numpy as np
import pytest

from drawing import drawn
from mobility.analysis.routing import best_route
from mobility.analysis.weakest import COLUMNS, weakest, wire_ends

CHANGE = {"b": {"transfer": "road-rail", "transfer_source": "estimate: drawn"}}
MIXED = (
    "a -road 10- b max_gross_t=90",
    "b -rail 20- c tracks=1 electrified=yes max_axle_t=25 max_gradient_permille=12",
    "c -rail 30- d tracks=1-2 electrified=partly max_axle_t=23",
    "d -rail 40- e tracks=2 electrified=no max_axle_t=23 max_gradient_permille=25 max_train_length_m=600",
    "e -sea 50- f",
)


def test_worked_by_hand():
    sea = {"e": {"transfer": "rail-sea", "transfer_source": "estimate: drawn"}}
    row = weakest(drawn(*MIXED, places=CHANGE | sea), ["a"], ["f"]).iloc[0]
    assert row[["road_km", "rail_km", "single_track_km", "not_electrified_km"]].tolist() == [10, 90, 50, 70]
    limits = [c for c in COLUMNS if c.startswith("max_") and not c.endswith(("_link", "_unknown_km"))]
    assert row[limits].tolist() == [23, 90, 600, 25]
    assert row[[f"{c}_link" for c in limits]].tolist() == ["c--d-rail", "a--b-road", "d--e-rail", "d--e-rail"]
    assert row[[f"{c}_unknown_km" for c in limits]].tolist() == [10, 0, 50, 30]


@pytest.mark.parametrize(
    ("legs", "before"),
    [
        ("rail:yes rail:no rail:no rail:yes", [1, 3]),
        ("rail:yes rail: rail:partly rail:yes", []),
        ("rail:no rail: rail:yes", [2]),
        ("rail:yes crossing: rail:no", [2]),
        ("rail:yes transfer: road: transfer: rail:no", []),
        ("rail:yes sea: rail:no", []),
        ("", []),
    ],
)
def test_where_the_overhead_line_begins_or_ends(legs, before):
    """Stated only: what is not known, or there in part, goes on as it was; another train is another locomotive."""
    modes, wires = zip(*(leg.split(":") for leg in legs.split()), strict=True) if legs else ((), ())
    assert wire_ends(modes, wires) == before


@pytest.mark.parametrize("end", ["b", "z"])
def test_nothing_known_stays_unknown(end):
    """A road without limits, and a pair with no route."""
    row = weakest(drawn("a -road 10- b", "y -road 1- z"), ["a"], [end]).iloc[0]
    assert np.isnan([row["max_axle_t"], row["max_gross_t"], row["max_gradient_permille"]]).all()
    assert row["max_gross_t_link"] == "" and row["max_gross_t_unknown_km"] == (10 if end == "b" else 0)  # noqa: PT018


def test_shipped_routes_are_described_link_by_link(mixed):
    table = weakest(mixed.under("mixed", pace="best"), ["bar", "thessaloniki"], ["constanta"])
    assert (table["rail_km"] > 0).any()
    for row in table.to_dict("records"):
        links = mixed.links.loc[
            [i for i in best_route(mixed.under("mixed", pace="best"), row["from"], row["to"])["link"] if i]
        ]
        rail = links[links["mode"] == "rail"]
        assert row["rail_km"] == pytest.approx(rail["length_km"].sum())
        assert row["single_track_km"] == pytest.approx(rail.loc[rail["tracks"] != "2", "length_km"].sum())
        axle = links.loc[links["mode"] != "sea", "max_axle_t"].min()
        assert row["max_axle_t"] == pytest.approx(axle, nan_ok=True)
