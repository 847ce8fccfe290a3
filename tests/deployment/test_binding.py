"""What binds a deployment, in which order, and what its capacity rests on."""

import pytest

from drawing import drawn
from forces import PORT, ruled
from mobility.deployment.deploy import deploy
from oracles import CHANGE


def test_what_relief_gains():
    """100 vehicles by 100 a day in port, 300 a day by road: twice the port gains 12 h, no limit in port 16 h."""
    force = deploy(ruled(drawn("a -road 60- b", places={"a": PORT}), port=100), "a", "b", vehicles=100)
    columns = ["order", "kind", "id", "capacity_vehicles_day", "complete_h", "gain_doubled_h", "gain_removed_h"]
    assert force.binding[columns].to_numpy().tolist() == [
        [1, "port", "a", 100, 25, 12, 16],
        [2, "link", "a--b-road", 300, 9, 4, 7],
    ]
    assert force.binding["share"].tolist() == pytest.approx([1, 1])


COLUMNS = ["order", "id", "capacity_vehicles_day", "complete_h", "gain_doubled_h", "gain_removed_h"]


def test_three_limits_one_behind_the_other():
    """100 vehicles over a port of 4 an hour, then two roads of an hour each that take 8 and 12 an hour.

    The port: 25 h + 2. Twice of it, or no limit there, leaves the first road: 12.5, so 13 h + 2 = 15. Twice of that
    leaves the second: 8.3, so 9 h + 2 = 11. Twice of that, 24 an hour: 5 h + 2 = 7; without limit 1 h + 2 = 3.
    """
    net = ruled(drawn("a -road 60- b", "b -road 60- c", places={"a": PORT}), port=4 * 24)
    net = net.set("link:a--b-road", "capacity", 8 * 24).set("link:b--c-road", "capacity", 12 * 24)
    found = deploy(net, "a", "c", vehicles=100).binding
    assert found[COLUMNS].to_numpy().tolist() == [
        [1, "a", 96, 27, 12, 12],
        [2, "a--b-road", 192, 15, 4, 4],
        [3, "b--c-road", 288, 11, 4, 8],
    ]


def test_two_limits_side_by_side():
    """100 vehicles over two ports of 2 an hour, each with a road of an hour that takes 10.

    Together 4 an hour: 25 h + 1. One of them doubled, 6 an hour: 17 h + 1; without limit its road counts, 12 an
    hour: 9 h + 1. Without limit in both, 20 an hour: 5 h + 1; with one road doubled, 30 an hour: 4 h + 1, without
    limit 1 h + 1. Then only the distance is left.
    """
    net = ruled(drawn("a -road 60- b", "c -road 60- b", places={"a": PORT, "c": PORT}), port=2 * 24)
    for link in net.links.index:
        net = net.set(f"link:{link}", "capacity", 10 * 24)
    found = deploy(net, ["a", "c"], "b", vehicles=100).binding
    rows = found.sort_values(["order", "id"])[COLUMNS].to_numpy().tolist()
    assert rows == [
        *([1, port, 48, 26, 8, 16] for port in "ac"),
        *([2, f"{port}--b-road", 240, 6, 1, 4] for port in "ac"),
    ]
    assert found["share"].tolist() == pytest.approx([0.5] * 4)


@pytest.mark.parametrize(
    ("links", "change", "rules", "basis"),
    [
        (
            ["a -road 60- b"],
            {},
            {"port": 9},
            "estimate: rule roro_berth_vehicles_day, berths: number not known, 1 taken",
        ),
        (["a -road 60- b"], {"capacity_day": "9", "capacity_source": "paper"}, {}, "paper"),
        (["a -road 60- b"], {"kind": "airport"}, {}, "estimate: rule airport_vehicles_day"),
        (["a -road 60- b"], {"kind": "city"}, {}, "estimate: rule road_limit_vehicles_day"),
        (["a -road 1- b speed_kmh=1"], {"kind": "city"}, {}, "packet_gap_min, spacing_veh_km"),
        (["a -rail 60- b tracks=1"], {}, {}, "estimate: rule rail_practical_single"),
        (["a -rail 60- b tracks=2"], {}, {}, "estimate: rule rail_practical_double"),
        (["a -rail 60- b capacity_trains_day=20"], {}, {}, "rail_practical_share of the published trains a day"),
        (["a -road 60- c", "c -rail 60- b"], {}, {"railhead_trains_day": 0.1}, "estimate: rule railhead_trains_day"),
        (["a -road 60- c", "c -rail 60- b"], {}, {"trains_pool": 0.1}, "estimate: trains as given, rule turnaround_h"),
        (["a -road 60- c", "c -road 60- b country=BB"], {}, {"border_vehicles_day": 1}, "rule border_vehicles_day"),
    ],
)
def test_what_a_capacity_rests_on(links, change, rules, basis):
    border = "BB" in links[-1]
    places = {"a": PORT | change, "c": CHANGE | {"kind": "border_crossing"} if border else CHANGE}
    borders = [{"place": "c", "countries": "AA-BB", "mode": "road", "wait_h": 0}] if border else []
    net = ruled(drawn(*links, places=places, borders=borders), **rules)
    assert deploy(net, "a", "b", vehicles=200, horizon_days=300).limiting[0].basis.endswith(basis)
