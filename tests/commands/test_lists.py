"""Lists of what can be named, and the check of the tables."""

from console import ask, mobility, refused


def test_lists_are_filtered(small):
    def ids(line):
        return {r["id"] for r in ask(line, network=small)["rows"]}

    assert ids("places --country bb") == {"gate", "railgate", "delta", "echo", "foxtrot"}
    assert ids("places --corridor u") == {"bravo", "gate", "delta"}
    assert ids("places --kind border_crossing") == {"gate"}
    assert ids("places -m sea") == {"bravo", "echo"}
    assert ids("links -m sea") == {"bravo--echo-sea"}
    assert ids("links --corridor U --country BB") == {"gate--delta-road"}
    assert ids("projects") == {"border-rail", "foxtrot-road"}
    strict = ask("links --exclude-doubtful", network=small)["rows"]
    assert [r["id"] for r in strict if "doubtful" in r["reason"]] == ["alfa--bravo-road-2"]


def test_a_corridor_made_up_of_others_is_listed_with_their_links():
    tagged = {r["id"]: set(r["corridors"].split(";")) for r in ask("links -q")["rows"]}
    members = {"VIII", "X", "Xb", "Xc", "Vc", "R10", "R4", "R6", "R7", "AI"}
    assert {r["id"] for r in ask("links --corridor wbem -q")["rows"]} == {i for i, c in tagged.items() if c & members}
    refused(mobility("strip WBEM"), "corridor WBEM has no stops; it is made up of AI, ")


def test_check_of_the_shipped_network_is_clean():
    result = mobility("check")
    assert result.exit_code == 0
    assert all(line.startswith("notice: ") for line in result.stdout.splitlines())


def test_sets_and_their_members(small):
    rows = {r["set"]: r for r in ask("sets", network=small)["rows"]}
    assert rows["west"]["members"] == "alfa;bravo"
    assert rows["east"]["places"] == 2
    coast, forward = (row["members"] for row in ask("sets")["rows"] if row["set"] in {"black-sea", "forward"})
    assert {"constanta", "varna", "burgas"} <= set(coast.split(";"))
    assert {"cincu", "novo-selo", "smardan"} <= set(forward.split(";"))


def test_ships_are_listed():
    rows = ask("profiles --ships")["rows"]
    assert [row["draught_m"] for row in rows] == sorted(row["draught_m"] for row in rows)
    assert mobility("profiles --ships --forces").exit_code == 2
