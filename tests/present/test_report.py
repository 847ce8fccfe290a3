"""A brief: every number is that of the commands, it opens anywhere, and nothing in it is run."""

import json
import os
import re
import subprocess
import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from briefs import ASKED, AT, LINKS
from click.testing import CliRunner

from drawing import drawn
from mobility.cli import cli
from mobility.model.scenario import Scenario
from mobility.present import report_file as brief
from mobility.present.findings import changes, gains, losses, pairs, protection, weakness
from mobility.present.report import report
from mobility.present.tables import cells
from mobility.present.web import page
from mobility.vocabulary import split

pytestmark = pytest.mark.xdist_group("brief")


class Reader(HTMLParser):
    """Headings with their paragraphs, and tables by caption as lists of rows."""

    def __init__(self, text):
        super().__init__()
        self.said, self.tables, self.heading, self.inside, self.piece = {}, {}, "", [], ""
        self.feed(text[text.index("<main>") :])

    def handle_starttag(self, tag, attrs):  # noqa: ARG002 - the parser's signature
        self.inside.append(tag)
        if tag != "code":
            self.piece = ""
        if tag == "table":
            self.rows = []
        elif tag == "tr":
            self.rows.append([])

    def handle_data(self, data):
        self.piece += data

    def handle_endtag(self, tag):
        if tag == "h2":
            self.heading = self.piece
        elif tag in {"p", "li"} and "script" not in self.inside:
            self.said.setdefault(self.heading, []).append(self.piece)
        elif tag == "figcaption":
            self.caption = self.piece
        elif tag in {"td", "th"}:
            self.rows[-1].append(self.piece)
        elif tag == "table":
            self.tables[self.caption] = self.rows
        if tag != "code":
            self.piece = ""


@cache
def answer(*arguments):
    done = CliRunner().invoke(cli, [*arguments, *ASKED, "-f", "json"])
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def read(brief_page):
    """Read the page as one does whose browser runs scripts."""
    return Reader(re.sub(r"(?s)<noscript>.*?</noscript>", "", brief_page.read_text(encoding="utf-8")))


@pytest.mark.slow
def test_every_table_holds_the_rows_of_the_commands(read, shipped):
    name = shipped.places["name"].to_dict()
    best, lost, change, gained = answer("routes"), answer("bottlenecks"), answer("whatif"), answer("redundancy")
    for what, column in (("Least time under way", "time_h"), ("Arrival", "arrival_h")):
        grid = read.tables.pop(f"{what} of every pair, hours (empty: no route)")
        hours = {(name[r["from"]], f"{name[r['to']]} h"): r[column] for r in best["rows"]}
        found = {(row[0], goal): cell for row in grid[1:] for goal, cell in zip(grid[0][1:], row[1:], strict=True)}
        assert found == {pair: "" if h is None else f"{h:.1f}" for pair, h in hours.items()}

    named = [row | {"from": name[row["from"]], "to": name[row["to"]]} for row in change["rows"]]
    changed = [r for r in named if abs(r["delta_h"] or 0) > 1 / 120 or r["cut_off"] or r["newly_connected"]]
    changed.sort(key=lambda r: (r["cut_off"], r["newly_connected"], abs(r["delta_h"] or 0)), reverse=True)
    by = {k: [r for r in answer("bottlenecks", "--by", k)["rows"] if r["pairs_using"]] for k in ("structure", "border")}
    loss = ["name", "mode", "pairs_using", "pairs_delayed", "pairs_cut_off", "mean_delay_h", "worst_delay_h"]
    short = [c for c in loss if c != "mode"]
    gain = "name cost_eur_m gain_h n1_gain_h disjoint_gain capacity_gain_vehicles_day gain_h_per_bn".split()
    delta = "from to state_after time_h_before time_h_after delta_h arrival_h_before arrival_h_after".split()
    for caption, rows, columns in (
        ("The sections whose loss costs most", lost["rows"][:15], loss),
        ("Bridges and tunnels", by["structure"][:5], short),
        ("Border crossings", by["border"][:5], short),
        ("The pairs that change most", changed[:15], delta),
        ("The projects that gain most, each alone", gained["rows"][:15], gain),
    ):
        heading, lines, _ = cells(pd.DataFrame(rows).astype(object), columns)
        assert read.tables.pop(caption) == [heading, *lines], caption
    safe = answer("protect", "-F", "3", "-k", "3", "--by", "bridge")["rows"]
    heading, lines, _ = cells(pd.DataFrame(safe).astype(object), protection.COLUMNS)
    assert read.tables.pop("The bridges to protect, and the worst closures of the rest") == [heading, *lines]
    rows = read.tables.pop("The worst closures with nothing protected, and what each repair brings back")
    assert {row[1] for row in rows[2:]} == {cell.strip() for cell in split(safe[0]["attacked_names"])}
    assert rows[1][-1] == f"{safe[0]['delta_h']:.1f}"
    assert list(read.tables) == [
        "The same under every profile and pace of trains",
        "Links of the best routes by confidence of their length",
    ]


@pytest.mark.slow
def test_every_sentence_is_made_of_the_totals_of_the_commands(read, shipped):
    change = Scenario(close=("border:tabanovce", "country:MK")).changes()
    assert read.said["What if"] == list(changes._words(shipped, change, answer("whatif")["summary"]))
    assert read.said["Routes"] == [pairs._words(answer("routes")["summary"]) + "."]
    lost, gained = answer("bottlenecks"), answer("redundancy")
    told = losses._words(shipped, pd.DataFrame(lost["rows"]), "section", lost["summary"])
    assert read.said["Bottlenecks"] == list(told)
    assert read.said["What new links would buy"] == [gains._words(pd.DataFrame(gained["rows"]))]
    assert any(said.startswith("Best to protect, of up to 3: ") for said in read.said["In short"])
    assert read.said["What to repair first"][1].startswith("Repaired first (1 crew, 0 bridge sets): ")
    weak = answer("bottlenecks", "--weakest")["summary"]
    assert weakness._words(weak) in read.said["How sure"]
    hours, delta = (answer(command, "--uncertain", "500")["summary"] for command in ("routes", "whatif"))
    drawn, changed = read.said["How sure"][:2]
    assert drawn.endswith(". " + " ".join(pairs.interval_words(hours["uncertain"])))
    assert changed == changes.interval_words(delta["uncertain"])
    assert set(read.said["In short"]) <= {text for key, part in read.said.items() if key != "In short" for text in part}


@pytest.mark.slow
def test_it_says_how_to_make_it_again_and_from_what(brief_page, read, tmp_path):
    (command,) = read.said["To make this brief again"]
    html = brief_page.read_text(encoding="utf-8")
    sha = answer("routes")["network"]["sha256"]
    assert sha in html
    assert str(Path.home()) not in html.replace("/root", "") or Path.home() == Path("/")
    script = f"import sys; sys.argv = {command.split()!r}; from mobility.cli import main; main()"
    env = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(Path(page.__file__).parents[3])}
    subprocess.run([sys.executable, "-c", script], check=True, env=env, cwd=tmp_path)
    assert (tmp_path / "brief.html").read_bytes() == brief_page.read_bytes()


def test_nothing_to_compare_has_no_what_if_and_nothing_connected_is_said():
    net = drawn(*LINKS, places=AT)
    plain = report(net, net, ["a"], ["d"], scenario=Scenario())
    assert "What if" not in [s.heading for s in plain.sections]
    assert "To make this brief again" not in brief.to_html(plain)
    cut = report(net, net.close("d"), ["a"], ["b", "d"], scenario=Scenario(close=("d",)))
    assert [t.rows.shape for t in next(s for s in cut.sections if s.heading == "Routes").tables] == [(1, 2)] * 2


def test_bridges_to_protect_and_repairs_have_rows_and_charts():
    """Two bridges one after the other on the best way: only both are worth protecting, and one is lost."""
    bridge = {"kind": "bridge", "length_m": 300.0}
    structures = [
        {"id": "s", "name": "S", "links": "a--b-road"} | bridge,
        {"id": "t", "name": "T", "links": "c--d-road"} | bridge,
    ]
    net = drawn(*LINKS, places=AT, structures=structures)
    made = {s.heading: s for s in report(net, net, ["a"], ["d"], scenario=Scenario()).sections}
    safe, order = made["What to protect"], made["What to repair first"]
    assert safe.tables[0].rows["protected"].tolist() == ["", "", "s;t", "s;t"]
    assert order.tables[0].rows["repaired"].tolist() in (["", "s"], ["", "t"])
    assert safe.sentences[0] in made["In short"].sentences
    html = brief.to_html(report(net, net, ["a"], ["d"], scenario=Scenario()))
    assert html.count('<img alt="') == 2
    assert 'src="data:image/png;base64,' in html
    shut = net.close("a--b-road")
    bare = report(shut, shut, ["a"], ["d"], scenario=Scenario())
    assert "What to repair first" not in [s.heading for s in bare.sections], "no bridge does any harm"


def test_a_brief_tells_a_change_of_a_value_from_a_correction(run, tmp_path):
    words = "--from alfa --to delta -m road --set gate:wait=2"
    for name, more in (("both.md", ""), ("after.md", "--set-after gate:wait=5")):
        assert run(f"report {words} {more} -o", tmp_path / name).exit_code == 0
    both, after = ((tmp_path / name).read_text(encoding="utf-8") for name in ("both.md", "after.md"))
    assert "## What if" not in both
    assert "1 of 1 pairs lose 3.0 h on average" in after
    assert "--set gate:wait=2 --set-after gate:wait=5" in after


def test_against_an_older_brief_says_what_changed_since(run, tmp_path):
    """The gate waits two hours longer: both pairs by it are slower by that."""
    old = tmp_path / "old.html"
    assert run("report -m road -o", old).exit_code == 0
    words = ["report", "-m", "road", "--set", "gate:wait=3", "--against", str(old)]
    assert run([*words, "-o", str(tmp_path / "new.html")]).exit_code == 0
    page = (tmp_path / "new.html").read_text(encoding="utf-8")
    read = Reader(page)
    first, loss, same = read.said["Since the last brief"]
    assert first.startswith("Since the last brief: mean of 2 pairs connected in both: ")
    assert "; 2 slower, 0 faster, most Älfa – " in first
    assert "(+2.0 h)." in first
    assert loss.startswith("Worst loss as before: ")
    assert same.endswith("; the tables are the same.")
    assert first in read.said["In short"], "it is the first thing told"
    rows = {row[0]: row[1:] for row in read.tables["Headline figures then and now"][1:]}
    assert rows["Mean under way, h"][2] == "2.00"
    assert len(read.tables["The pairs that changed most"]) == 3
    assert "--against old.html" in page
    assert "What if" not in read.said, "an older brief is no baseline"


def test_what_is_no_older_brief_is_refused(run, tmp_path):
    page, kept = tmp_path / "old.html", '<script type="application/json" id="mobility-record">'
    for text, told in (
        ("<html></html>", "keeps no findings"),
        (f"{kept}{{", "keeps no findings"),
        (f"{kept}{'[' * 100_000}</script>", "keeps no findings"),
        (f"{kept}NaN</script>", "keeps no findings"),
        (f"{kept}{{}}</script>", "is not what a brief of mobility keeps"),
    ):
        page.write_text(text, encoding="utf-8")
        done = run(["report", "--against", str(page), "-o", str(tmp_path / "x.html")])
        assert (done.exit_code, told in done.stderr) == (2, True), (text[:80], done.stderr)
    done = run(["report", "--against", str(tmp_path / "none.html"), "-o", str(tmp_path / "x.html")])
    assert (done.exit_code, "cannot read" in done.stderr) == (2, True)
    assert not (tmp_path / "x.html").exists()


@pytest.mark.parametrize(("words_", "message"), [
    (["-o", "x.docx"], "suffixes .html, .htm, .md"),
    ([], "suffixes .html, .htm, .md"),
    (["-o", "x.html", "--from", "durres", "--to", "durres"], "no pair to ask about"),
    (["-o", "no/such/folder/x.html", "--from", "durres", "--to", "tirana"], "cannot write"),
    (["-o", "x.html", "--against", "nothing-there"], "cannot be read"),
])  # fmt: skip
def test_what_cannot_be_done_is_one_line(words_, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    more = ["-x", "tirana-bulqize-road"] if "--against" in words_ else []
    done = CliRunner().invoke(cli, ["report", *words_, *more])
    assert (done.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert message in done.stderr
    assert re.fullmatch(r"(closed: .*\n)?(Usage: .*\n(Try .*\n)?\n)?Error: .*\n", done.stderr)
