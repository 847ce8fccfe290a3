"""Gains in words: the title states row 1; the sentence which project gains most, and per what."""

from mobility.present import findings


def test_title_and_sentence_name_the_project(planned):
    finding = findings.redundancy(planned)
    first = finding.table.iloc[0]
    said = f"by-pass takes {first['gain_h']:.2f} h off the mean best time"
    assert finding.title == f"{said}, the most of 4 projects"
    start = "Of 4 projects, each built alone, most time off the mean best route: by-pass ("
    assert finding.sentences[0].startswith(start)
    assert findings.redundancy(planned, projects=["p3"]).title == said


def test_nothing_gained_is_said(planned):
    finding = findings.redundancy(planned, projects=["p1", "p4"])
    assert finding.title == "No project shortens the mean best time"
    assert finding.sentences == ("None of 2 projects alone shortens the mean best time.",)


def test_a_link_is_as_wide_as_its_project_gains(planned):
    finding = findings.redundancy(planned)
    (under,) = finding.view.layers
    gain = dict(zip(finding.table["project"], finding.table["gain_h"], strict=True))
    assert under.values == {"new": gain["p3"], "a--n-road": 0, "n--b-road": 0, "c--b-road": 0}
    marks = {row.name: row.mark for row in finding.view.ranked}
    assert marks == {row.name: f"{row.gain_h:.2f} h" for row in finding.table.itertuples()}, "a gain of nothing too"
    assert under.notes["new"].startswith("by-pass: ")


def test_other_tables_have_no_map(planned):
    pairs = findings.reserve(planned)
    assert (pairs.question, len(pairs.table), pairs.drawn, pairs.charted) == ("redundancy", 1, None, None)
    both = findings.synergy(planned, projects=["p1", "p2"])
    assert both.table["gain_h_synergy"].iloc[0] > 0
    chosen = findings.portfolio(planned, budget_eur_m=100)
    assert chosen.table["cost_eur_m"].sum() >= 100
    assert findings.candidates(planned, max_km=500).columns[0] == "from"
