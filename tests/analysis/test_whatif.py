"""Before and after: hand-worked on drawn networks; the shipped scenarios apply and say where they come from."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from drawing import drawn
from mobility.analysis.bottlenecks import bottlenecks
from mobility.analysis.whatif import shifted_load, whatif
from mobility.cli import cli
from mobility.model.files import default_folder
from mobility.model.scenario import Scenario
from mobility.vocabulary import split

SCENARIOS = sorted((default_folder() / "scenarios").glob("*.toml"))


def run(*words):
    return CliRunner().invoke(cli, [*words], catch_exceptions=False)


def test_a_detour_costs_what_it_takes_longer(ladder):
    """By b 20 km; with a-b closed by c and the rung 26 km: six minutes more at 60 km/h."""
    row = whatif(ladder, ladder.close("a--b-road"), ["a"], ["d"]).iloc[0]
    assert (row["time_h_before"], row["time_h_after"]) == (20 / 60, 26 / 60)
    assert row["delta_h"] == pytest.approx(0.1)
    assert (row["length_km_before"], row["length_km_after"]) == (20, 26)
    assert (row["links_before"], row["links_after"]) == ("a--b-road;b--d-road", "a--c-road;b--c-road;b--d-road")
    assert (row["disjoint_routes_before"], row["disjoint_routes_after"]) == (2, 1)
    assert not row["cut_off"]


def test_cut_off_newly_connected_and_left_out(line):
    cut = whatif(line, line.close("b--c-road"), ["a"], ["b", "d"]).set_index("to")
    assert cut["cut_off"].to_dict() == {"b": False, "d": True}
    assert cut["delta_h"].isna().to_dict() == {"b": False, "d": True}
    back = whatif(line.close("b--c-road"), line, ["a"], ["d"])
    assert back["newly_connected"].tolist() == [True]
    assert back.geometry.iloc[0].length == 0  # drawn places all lie at one point; the route after is shown
    gone = whatif(line, line.close("place:d"), ["a"], ["b", "d"]).set_index("to")
    assert gone["state_after"].to_dict() == {"b": "connected", "d": "lost an end"}
    assert gone["lost_end"].to_dict() == {"b": False, "d": True}
    assert not gone["cut_off"].any()
    assert gone["delta_h"].isna().to_dict() == {"b": False, "d": True}
    assert whatif(line.close("place:d"), line, ["a"], ["b", "d"])["to"].tolist() == ["b"]


def test_a_place_or_country_that_is_lost_takes_the_pairs_that_end_there(line):
    lost = bottlenecks(line, ["a"], ["c", "d"], by="place").set_index("place")
    assert lost["pairs_lost_end"].to_dict() == {"a": 2, "b": 0, "c": 1, "d": 1}
    assert lost.at["b", "pairs_cut_off"] == 2
    assert "pairs_lost_end" not in bottlenecks(line, ["a"], ["c", "d"])


def test_the_load_shifts(ladder):
    after = ladder.close("a--b-road")
    shifted = shifted_load(after, whatif(ladder, after, ["a"], ["d"])).set_index("link")
    assert shifted["change"].to_dict() == {"a--c-road": 1, "b--c-road": 1, "a--b-road": -1}


def test_nothing_changes_nothing(ladder):
    table = whatif(ladder, ladder, ["a", "b"], ["c", "d"])
    assert (table["delta_h"] == 0).all()
    assert shifted_load(ladder, table).empty


def test_a_build_is_faster():
    net = drawn("a -road 30- b", "a -road 10- b id=short status=planned", projects=[{"id": "p", "links": "short"}])
    assert whatif(net, net.build("p"), ["a"], ["b"])["delta_h"].tolist() == [pytest.approx(-20 / 60)]


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda p: p.stem)
def test_shipped_scenarios_apply_and_are_sourced(path, shipped):
    given = Scenario.read(path)
    assert given.title
    assert all(w.startswith("estimate: ") or w in set(shipped.sources["id"]) for w in split(given.source))
    for pace in ("planning", "best"):  # at the first the railway of Corridor VIII gains room, but no hours
        asked = replace(given, pace=pace)
        change = whatif(asked.unchanged().apply(shipped), asked.apply(shipped))
        if (change["delta_h"] != 0).any():
            return
    pytest.fail("the scenario changes the hours of no pair")


def test_2030_builds_what_is_under_construction(shipped):
    building = shipped.projects.loc[shipped.projects["status"] == "under_construction", "id"]
    assert set(Scenario.read(default_folder() / "scenarios" / "2030.toml").build) == set(building)


def test_the_first_lines_are_a_sentence_each():
    lines = run("whatif", "--close", "corridor:X").stdout.splitlines()
    assert lines[0].startswith("Closed corridor:X: ")
    assert " h under way, " in lines[0]
    assert " pairs lose " in lines[1]
    assert "cut off" in lines[2]
    assert lines[3].startswith("The load shifts to ")


def test_whatif_json_agrees_with_routes():
    """The times after are those of `routes` under the same options, those before those of `routes` without."""
    pair = ["--from", "thessaloniki", "--to", "cincu", "-f", "json"]
    row = json.loads(run("whatif", "-x", "country:BG", *pair).stdout)["rows"][0]
    after = json.loads(run("routes", "-x", "country:BG", *pair).stdout)["rows"][0]
    before = json.loads(run("routes", *pair).stdout)["rows"][0]
    assert (row["time_h_before"], row["time_h_after"]) == (before["time_h"], after["time_h"])


def test_the_baseline_can_be_chosen():
    """With rail of Corridor VIII built, the question is what a loss costs then (at the pace at which trains pay)."""
    words = [
        "-s",
        "viii-rail-built",
        "-x",
        "beljakovce-kriva-palanka-rail-new",
        "--from",
        "durres",
        "--to",
        "burgas",
        "--pace",
        "best",
    ]
    against = json.loads(run("whatif", *words, "--against", "viii-rail-built", "-f", "json").stdout)["rows"][0]
    today = json.loads(run("whatif", *words, "-f", "json").stdout)["rows"][0]
    assert against["time_h_before"] < today["time_h_before"]
    assert against["time_h_after"] == today["time_h_after"]
    assert against["delta_h"] > 0


@pytest.mark.parametrize("words", [[], ["-p", "heavy"], ["-m", "road"], ["--against", "today"]])
def test_something_must_change(words):
    result = run("whatif", *words)
    assert result.exit_code == 2
    assert "nothing to compare" in result.stderr
    assert not result.stdout


def test_bottlenecks_on_the_command_line():
    whole = json.loads(run("bottlenecks", "--by", "structure", "-f", "json").stdout)
    assert {"structure", "pairs_using", "mean_delay_h", "sole_link", "in_min_cut"} <= set(whole["rows"][0])
    assert whole["summary"]["min_cut_vehicles_day"] > 0
    table = run("bottlenecks", "--top", "3")
    assert len(table.stdout.splitlines()) == 5
    assert "Min-cut" in table.stderr
