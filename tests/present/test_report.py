"""A brief: every number is that of the commands, it opens anywhere, and nothing in it is run."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from drawing import drawn
from mobility.cli import cli
from mobility.model.scenario import Scenario
from mobility.present import brief, page, words
from mobility.present.draw_words import changes_words, hours_words
from mobility.present.report import report
from mobility.present.tables import cells

ASKED = [
    "-x",
    "border:tabanovce",
    "-x",
    "country:RS",
    "--from",
    "durres",
    "--from",
    "thessaloniki",
    "--to",
    "set:black-sea",
]
HOSTILE = "</script ><script>hit=1</script ><img src=x onerror=hit=1>`${hit=1}`{{7*7}}{%x%}\"'|*_[x](y)\\&lt;שלום\u202e"
AT = {"a": {"role": "origin", "kind": "port"}, "d": {"role": "destination", "lat": "1", "lon": "1"}}
LINKS = (
    "a -road 10- b",
    "b -rail 20- c",
    "b -road 30- c",
    "c -road 40- d",
    "a -road 900- d",
    "b -road 5- d status=planned",
)
PROJECTS = [
    {"id": "p", "name": "p", "status": "planned", "country": "AA", "links": "b--d-road", "source": "estimate: drawn"}
]


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


def answer(*arguments):
    done = CliRunner().invoke(cli, [*arguments, *ASKED, "-f", "json"])
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The brief as the command writes it."""
    target = tmp_path_factory.mktemp("brief") / "brief.html"
    done = CliRunner().invoke(cli, ["report", *ASKED, "-o", str(target)])
    assert done.exit_code == 0, done.stderr
    return target


@pytest.fixture(scope="module")
def read(made):
    return Reader(made.read_text(encoding="utf-8"))


@pytest.mark.slow
def test_every_table_holds_the_rows_of_the_commands(read, shipped):
    name = shipped.places["name"].to_dict()
    pairs, losses, change, gains = answer("routes"), answer("bottlenecks"), answer("whatif"), answer("redundancy")
    grid = read.tables.pop("Best time of every pair, hours (empty: no route)")
    hours = {(name[r["from"]], f"{name[r['to']]} h"): r["time_h"] for r in pairs["rows"]}
    found = {(row[0], goal): cell for row in grid[1:] for goal, cell in zip(grid[0][1:], row[1:], strict=True)}
    assert found == {pair: "" if h is None else f"{h:.1f}" for pair, h in hours.items()}

    for row in change["rows"]:
        row |= {"from": name[row["from"]], "to": name[row["to"]]}
    changed = [r for r in change["rows"] if abs(r["delta_h"] or 0) > 1 / 120 or r["cut_off"] or r["newly_connected"]]
    changed.sort(key=lambda r: (r["cut_off"], r["newly_connected"], abs(r["delta_h"] or 0)), reverse=True)
    by = {k: [r for r in answer("bottlenecks", "--by", k)["rows"] if r["pairs_using"]] for k in ("structure", "border")}
    loss = ["name", "mode", "pairs_using", "pairs_delayed", "pairs_cut_off", "mean_delay_h", "worst_delay_h"]
    short = [c for c in loss if c != "mode"]
    gain = "name cost_eur_m gain_h n1_gain_h disjoint_gain capacity_gain_vehicles_day gain_h_per_bn".split()
    delta = ["from", "to", "state_after", "time_h_before", "time_h_after", "delta_h"]
    for caption, rows, columns in (
        ("The links whose loss costs most", losses["rows"][:15], loss),
        ("Bridges and tunnels", by["structure"][:5], short),
        ("Border crossings", by["border"][:5], short),
        ("The pairs that change most", changed[:15], delta),
        ("The projects that gain most, each alone", gains["rows"][:15], gain),
    ):
        heading, lines, _ = cells(pd.DataFrame(rows).astype(object), columns)
        assert read.tables.pop(caption) == [heading, *lines], caption
    assert list(read.tables) == ["Links of the best routes by confidence of their length"]


@pytest.mark.slow
def test_every_sentence_is_made_of_the_totals_of_the_commands(read, shipped):
    given = Scenario(close=("border:tabanovce", "country:RS"))
    assert read.said["What if"] == words.whatif_words(shipped, given, answer("whatif")["summary"])
    assert read.said["Routes"] == [words.pairs_words(answer("routes")["summary"]) + "."]
    losses, gains = answer("bottlenecks"), answer("redundancy")
    assert read.said["Bottlenecks"] == words.bottleneck_words(pd.DataFrame(losses["rows"]), "link", losses["summary"])
    assert read.said["What new links would buy"] == [words.gains_words(pd.DataFrame(gains["rows"]))]
    weak = answer("bottlenecks", "--weakest")["summary"]
    assert words.weakest_words(weak) in read.said["How sure"]
    hours, change = (answer(command, "--uncertain", "500")["summary"] for command in ("routes", "whatif"))
    drawn, changes = read.said["How sure"][:2]
    assert drawn.endswith(". " + " ".join(hours_words(hours["uncertain"], hours["mean_time_h"])))
    assert changes == changes_words(change["uncertain"])
    assert set(read.said["In short"]) <= {text for key, part in read.said.items() if key != "In short" for text in part}


@pytest.mark.slow
def test_it_says_how_to_make_it_again_and_from_what(made, read, tmp_path):
    (command,) = read.said["To make this brief again"]
    html = made.read_text(encoding="utf-8")
    sha = answer("routes")["network"]["sha256"]
    assert sha in html
    assert str(Path.home()) not in html.replace("/root", "") or Path.home() == Path("/")
    script = f"import sys; sys.argv = {command.split()!r}; from mobility.cli import main; main()"
    env = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(Path(page.__file__).parents[2])}
    subprocess.run([sys.executable, "-c", script], check=True, env=env, cwd=tmp_path)
    assert (tmp_path / "brief.html").read_bytes() == made.read_bytes()


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_it_opens_with_the_network_cut(made, show, size):
    tab = show(made, size)
    assert tab.run("document.querySelectorAll('.mob-frame .leaflet-container').length") == 5
    assert tab.run("document.documentElement.scrollWidth <= innerWidth + 1")
    assert tab.run("[document.documentElement.lang, document.title]")[0] == "en"
    assert made.read_text(encoding="utf-8").count("Leaflet 1.9.3, a JS library") == 1


def hostile():
    """A brief on a network whose every name is hostile."""
    net = drawn(*LINKS, places={p: row | {"name": HOSTILE + p} for p, row in AT.items()}, projects=PROJECTS)
    net = net.close("a--d-road")
    links = net.links.assign(name=HOSTILE, source=HOSTILE)
    sources = pd.DataFrame([dict.fromkeys(net.sources.columns, HOSTILE) | {"url": "javascript:hit=1"}])
    net = replace(net, links=links, sources=sources)
    return report(net, net, Scenario(title=HOSTILE, close=(HOSTILE,)), ["a"], ["d"], command=HOSTILE)


@pytest.mark.browser
def test_hostile_names_are_text_in_the_page(show):
    html = brief.to_html(hostile())
    tab = show(html)
    assert tab.run("[typeof hit, document.images.length, document.querySelectorAll('a[href^=javascript]').length]") == [
        "undefined", 0, 0,
    ]  # fmt: skip
    assert tab.run("document.querySelector('h1').textContent") == HOSTILE.replace("\u202e", "")
    assert "49" not in tab.run("document.querySelector('main').textContent").replace(HOSTILE, "")


def test_nothing_to_compare_has_no_what_if_and_nothing_connected_is_said():
    net = drawn(*LINKS, places=AT)
    plain = report(net, net, Scenario(), ["a"], ["d"])
    assert "What if" not in [s.heading for s in plain.sections]
    assert "To make this brief again" not in brief.to_html(plain)
    cut = report(net, net.close("d"), Scenario(close=("d",)), ["a"], ["b", "d"])
    assert [t.rows.shape for t in next(s for s in cut.sections if s.heading == "Routes").tables] == [(1, 2)]


@pytest.mark.parametrize(("words_", "message"), [
    (["-o", "x.docx"], "suffixes .html, .htm, .md"),
    ([], "suffixes .html, .htm, .md"),
    (["-o", "x.html", "--from", "durres", "--to", "durres"], "no pair to ask about"),
    (["-o", "no/such/folder/x.html", "--from", "durres", "--to", "tirana"], "cannot write"),
    (["-o", "x.html", "--against", "nothing-there"], "cannot be read"),
])  # fmt: skip
def test_what_cannot_be_done_is_one_line(words_, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    more = ["-x", "tirana-bllate-road"] if "--against" in words_ else []
    done = CliRunner().invoke(cli, ["report", *words_, *more])
    assert (done.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert message in done.stderr
    assert re.fullmatch(r"(closed: .*\n)?(Usage: .*\n(Try .*\n)?\n)?Error: .*\n", done.stderr)
