"""Routes on the command line: legs, pairs, why there is none and what is missing."""

from itertools import pairwise

import pytest

from console import ask, mobility, refused, whole


def test_route_rows_add_up_to_the_summary(small):
    one = ask("route alfa delta -k 3", network=small)
    assert len(one["summary"]["routes"]) == 3
    for route in one["summary"]["routes"]:
        legs = [r for r in one["rows"] if r["route"] == route["route"]]
        assert [r["leg"] for r in legs] == list(range(1, len(legs) + 1))
        assert (legs[0]["from"], legs[-1]["to"]) == ("alfa", "delta")
        assert all(a["to"] == b["from"] for a, b in pairwise(legs))
        assert legs[-1]["cumulative_h"] == pytest.approx(sum(r["time_h"] for r in legs)) == route["time_h"]
        assert route["length_km"] == pytest.approx(sum(r["length_km"] for r in legs))
        assert {r["link"] == "" for r in legs if r["mode"] in {"transfer", "crossing"}} <= {True}


def test_route_and_routes_agree(small):
    legs = ask("route alfa delta", network=small)
    (pair,) = ask("routes --from alfa --to delta", network=small)["rows"]
    assert pair["time_h"] == pytest.approx(legs["summary"]["time_h"])
    assert pair["links"] == ";".join(r["link"] for r in legs["rows"] if r["link"])


def test_more_routes_asked_than_there_are(small):
    found = [r["time_h"] for r in ask("route alfa echo -k 100", network=small)["summary"]["routes"]]
    assert 3 <= len(found) < 100
    assert found == sorted(found)


def test_via_passes_the_places_in_order(small, run):
    legs = ask("route alfa delta --via echo --via bravo", network=small)["rows"]
    passed = [legs[0]["from"], *(r["to"] for r in legs)]
    assert passed.index("echo") < len(passed) - 1 - passed[::-1].index("bravo")
    assert passed[-1] == "delta"
    assert run("route alfa delta --via alfa --via delta").stdout == run("route alfa delta").stdout


def test_no_route_says_why_and_what_is_missing(small, run):
    result = run("route alfa foxtrot")
    assert result.exit_code == 1
    assert "Error: no route from alfa to foxtrot" in result.stderr
    for words in ("smallest set of unopened links", "delta–foxtrot", "project Foxtrot road"):
        assert words in result.stderr
    missing = ask("route alfa foxtrot", network=small)["summary"]["missing_links"]
    assert {m["link"] for m in missing} == {"delta--foxtrot-road"}
    by_rail = ask("route bravo delta -m rail", network=small)["summary"]["missing_links"]
    assert [m["link"] for m in by_rail if m["along"] == "any line"] == ["bravo--railgate-rail", "railgate--delta-rail"]


@pytest.mark.parametrize("closure", ["alfa", "country:AA", "country:BB"])
def test_a_closed_end_is_the_reason(run, closure):
    """With -q only the error line is left: it must say that an end is closed."""
    result = run("route alfa delta -q -x", closure)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "closed" in result.stderr


def test_pairs_closed_or_cut_off(small):
    one = ask("routes -x delta", network=small)
    assert [(r["from"], r["to"]) for r in one["rows"]] == [("alfa", "echo")]
    assert one["summary"]["pairs_excluded"] == 1
    one = ask("routes -x mode:road -x mode:rail -x mode:sea", network=small)
    assert one["summary"]["connected"] == 0
    assert {(r["state"], r["time_h"]) for r in one["rows"]} == {("cut off", None)}


def test_durres_to_the_black_sea_by_rail():
    """Issue 2, point 6: not connected today; the smallest set, and separately the set along Corridor VIII."""
    result = mobility("route durres burgas -m rail -f json")
    assert result.exit_code == 1
    assert "no route from durres to burgas" in result.stderr
    missing = whole(result.stdout)["summary"]["missing_links"]
    by_way = {m["along"]: [n["link"] for n in missing if n["along"] == m["along"]] for m in missing}
    assert {"any line", "VIII"} <= set(by_way)
    assert len(by_way["any line"]) <= min(map(len, by_way.values()))
    for links in (by_way["any line"], by_way["VIII"]):
        built = [word for link in links for word in ("-b", f"link:{link}")]
        assert mobility("route durres burgas -m rail -q", *built).exit_code == 0
        assert mobility("route durres burgas -m rail -q", *built[2:]).exit_code == 1


def test_why_the_obvious_way_was_refused():
    """The Danube bridge at Ruse carries 60 t while it is repaired."""
    said = mobility("route ruse bucuresti -p heavy -m road").stderr
    assert "refused is a way that takes" in said
    assert "108 t above the limit of 60.0 t" in said
    assert "refused" not in mobility("route ruse bucuresti -p wheeled -m road").stderr


def test_a_setting_that_cannot_matter_says_so():
    words = "--from ruse --to bucuresti --set durres:capacity=20"
    assert "--set durres:capacity=20 changes no hours" in mobility(f"routes {words}").stderr
    assert "changes no hours" in mobility(f"whatif {words} -s ruse-giurgiu-lost").stderr
    assert (
        "changes no hours"
        not in mobility("deploy --vehicles 20 --from ruse --to bucuresti --set ruse:capacity=20").stderr
    )


def test_legs_by_day_and_by_arrival(small):
    rows = ask("route alfa delta --start 'Mon 06:00'", network=small)["rows"]
    assert [row["when"].removeprefix("Mon day 1, ") for row in rows] == [
        "06:00-06:20", "06:20-06:40", "06:40-07:40", "07:40-08:00",
    ]  # fmt: skip
    assert "when" not in ask("route alfa delta", network=small)["rows"][0]
    for wrong in ("Xyz 06:00", "06", "25:00", "Mon"):
        assert f"no start: '{wrong}'" in mobility(f"route durres varna --start '{wrong}'").stderr
    by = {way: ask(f"route durres varna --by {way}")["summary"] for way in ("time", "arrival")}
    assert by["time"]["time_h"] < by["arrival"]["time_h"]
    assert by["arrival"]["arrival_h"] < by["time"]["arrival_h"]
    assert "leave out --by" in mobility("route durres varna -k 2 --by arrival").stderr


def test_routes_at_random(small, tmp_path):
    found = ask("route alfa delta --random 1 --hit-hours 8", network=small)
    assert sum(row["probability"] for row in found["rows"]) == pytest.approx(1)
    assert found["summary"]["value_h"] == pytest.approx(found["summary"]["attacker_value_h"], abs=1e-5)
    assert 0 < found["summary"]["value_h"] <= 8
    page = tmp_path / "random.html"
    done = mobility(f"map --show random -k 1 --from alfa --to delta -o {page}", network=small)
    assert done.exit_code == 0, done.stderr
    assert "at random" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--hit-hours 3", "--hit-hours goes with --random K"),
        ("--random 1 -k 2", "leave out -k, --diverse"),
        ("--random 1 --by arrival", "leave out -k, --diverse"),
        ("--random 0", "--random"),
        ("--random 1 --hit-hours 0", "--hit-hours"),
        ("--random 1 --hit-hours nan", "hours"),
    ],
)
def test_routes_at_random_refuse(small, words, said):
    done = mobility(f"route alfa delta {words}", network=small)
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_way_that_may_not_exist_counts_in_draws_and_at_once_where_it_is_out(small):
    """alfa to delta goes by alfa--bravo-road (10 km); its twin has 12."""
    words = "routes --from alfa --to delta -m road --set alfa--bravo-road:exists="
    said = mobility(f"{words}0.5", network=small).stderr
    assert "--set alfa--bravo-road:exists=0.5 changes no hours: a probability of a way counts with --uncertain" in said
    (half,), (out,), (drawn,) = (
        ask(f"{words}{more}", network=small)["rows"] for more in ("0.5", "0", "0.5 --uncertain 60")
    )
    assert out["time_h"] > half["time_h"] == drawn["time_h"]
    assert drawn["same_route_share"] == pytest.approx(0.5, abs=0.2)
    assert drawn["connected_share"] == 1
    assert "changes no hours" not in mobility(f"{words}0", network=small).stderr
    refused(mobility(f"{words}1.5", network=small), "alfa--bravo-road:exists=1.5 is not between 0 and 1")


def test_routes_put_the_finding_first_and_all_pairs_into_data(run):
    """The same words in the same order on a terminal, in a file and with -q; json and csv as the analysis has them."""
    words = "routes --from novo-1 --from alfa --to echo --to delta -b foxtrot-road"
    shown = run(words).stdout
    said, legend, gap, head, _, first, *_ = shown.splitlines()
    assert said.startswith("2 of 4 pairs connected")
    assert legend.startswith("Columns: hours: ")
    assert gap == ""
    assert head.split() == ("from to hours arrival h km modes changes borders disjoint doubtful state".split())
    assert first.split()[:2] == ["novo-1", "echo"], "pairs without a route first"
    assert run(words, "-q").stdout == shown
    assert "pairs connected" not in run(words).stderr
    rows = ask(words, network=run.keywords["network"])["rows"]
    assert [(r["from"], r["to"]) for r in rows] == [(a, b) for a in ("novo-1", "alfa") for b in ("echo", "delta")]
    assert run(words, "-f", "csv").stderr.count("pairs connected") == 1
