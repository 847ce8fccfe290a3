"""One object answers a question: command, map, chart, notebook and report show a finding and say nothing else.

Every function of `findings` is put behind a mark: another title, other sentences and totals, other numbers in its rows.
What is shown must then be exactly what the marked finding gives.
"""

import ast
import json
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

import mobility
from console import mobility as asked
from console import refused
from mobility.errors import InputError
from mobility.model.network import Network
from mobility.model.scenario import Scenario
from mobility.present import maps, report_file, tables
from mobility.present.finding import Finding
from mobility.present.findings.pairs import slowest_first
from mobility.present.print.sheet import picture
from mobility.present.report import report

SRC = Path(mobility.__file__).parent
# Per question its function, the command that asks it, the --show that draws it, and whether the command has a chart.
QUESTIONS = {
    "routes": ("pairs.routes", "routes", "routes", False),
    "route": ("legs.route", "route alfa delta -k 2", None, False),
    "whatif": ("changes.whatif", "whatif -x border:gate", "whatif -x border:gate", False),
    "bottlenecks": ("losses.bottlenecks", "bottlenecks", "bottlenecks", True),
    "sections lost": ("losses.bottlenecks", "bottlenecks --by section", None, True),
    "places lost": ("losses.bottlenecks", "bottlenecks --by place", None, True),
    "structures lost": ("losses.bottlenecks", "bottlenecks --by structure", None, True),
    "borders lost": ("losses.bottlenecks", "bottlenecks --by border", None, True),
    "countries lost": ("losses.bottlenecks", "bottlenecks --by country", None, True),
    "weakest": ("weakness.weakest", "bottlenecks --weakest", None, False),
    "failures": ("losses.failures", "bottlenecks --failures 3", None, False),
    "interdict": ("interdiction.answer", "interdict -k 2", "interdict -k 2", False),
    "protect": ("protection.answer", "protect -F 1 -k 1", "protect -F 1 -k 1", True),
    "recover": ("recovery.recover", "recover -x old-bridge -x bravo–gate", "recover -x old-bridge -x bravo–gate", True),
    "redundancy": ("gains.redundancy", "redundancy", "redundancy", True),
    "reserve": ("gains.reserve", "redundancy --table pairs", None, False),
    "portfolio": ("gains.portfolio", "redundancy --budget 500", None, False),
    "deploy": ("deployment.deploy", "deploy --vehicles 40", "deploy --vehicles 40", True),
    "origins": ("deployment.origins", "deploy --vehicles 40 --table origins", None, True),
    "strip": ("corridor.strip", "strip VIII", None, True),
    "network": ("inventory.network", None, "network", False),
}
MARKS = ("Marked sentence, the first.", "What binds: a mark.", "Capacities there: a mark.")


def shifted(table):
    """Another table of the same shape: its hours and kilometres are none that an analysis finds."""
    if table is None:
        return None
    numbers = [c for c in table.columns if table[c].dtype == np.float64]
    return table.assign(**{c: table[c] + 1000.25 for c in numbers})


def marked(finding):
    return replace(
        finding,
        title=f"Marked title of {finding.question}",
        sentences=MARKS,
        summary=finding.summary | {"mark": 1000.25},
        table=shifted(finding.table),
        read=shifted(finding.read),
    )


@pytest.fixture
def mark(monkeypatch):
    """Put functions of `findings` behind a mark; return the findings that they have made since."""
    made = []

    def put(name):
        room, _, function = name.partition(".")
        module = import_module(f"mobility.present.findings.{room}")
        real = getattr(module, function)

        def instead(*args, **options):
            made.append(marked(real(*args, **options)))
            return made[-1]

        monkeypatch.setattr(module, function, instead)
        return made

    return put


def home(question, small):
    """The network to ask: drawn corridors have no stops."""
    return None if question == "strip" else small


def answered(question, small, *more):
    done = asked(QUESTIONS[question][1], *more, network=home(question, small))
    assert done.exit_code == 0, done.stderr
    return done


def said(done):
    """What stands on stderr beside what was closed and where the answer went."""
    return [line for line in done.stderr.splitlines() if not line.startswith(("closed: ", "wrote "))]


@pytest.mark.parametrize("question", [q for q, (_, command, _, _) in QUESTIONS.items() if command])
def test_the_command_prints_the_finding(question, small, mark):
    made = mark(QUESTIONS[question][0])
    whole = json.loads(answered(question, small, "-f", "json").stdout)
    finding = made[-1]
    assert isinstance(finding, Finding)
    assert whole["command"] == finding.question
    data = json.loads(tables.write("json", finding.table, {"summary": finding.summary}, finding.columns))
    assert (whole["summary"], whole["rows"]) == (data["summary"], data["rows"])
    assert whole["summary"]["mark"] == 1000.25
    if question in {"interdict", "protect"}:
        return  # their rows are read before the finding is whole: commands/test_losses.py
    rows = answered(question, small, "-f", "csv")
    assert rows.stdout == tables.write("csv", made[-1].table, {}, made[-1].columns)
    read = answered(question, small)
    shown = slowest_first(made[-1]) if question == "routes" else made[-1]
    table = tables.write("table", shown.rows, {}, shown.columns)
    if question in {"whatif", "routes"}:  # they say first what it means
        assert (read.stdout, said(read)) == ("\n".join(shown.sentences) + "\n\n" + table, [])
    else:
        assert (read.stdout, said(read), said(rows)) == (table, list(MARKS), list(MARKS))
    assert len(made) == 3, "one finding an answer"


@pytest.mark.parametrize("question", [q for q, (_, _, show, _) in QUESTIONS.items() if show])
@pytest.mark.parametrize("suffix", [".html", ".svg"])
def test_the_map_draws_the_finding(question, suffix, small, mark, tmp_path):
    made, file = mark(QUESTIONS[question][0]), tmp_path / f"map{suffix}"
    done = asked(f"map --show {QUESTIONS[question][2]} -o", file, network=small)
    assert done.exit_code == 0, done.stderr
    assert file.read_bytes() == made[-1].view.encoded(suffix)
    assert made[-1].title == made[-1].view.title
    assert made[-1].title in file.read_text(encoding="utf-8")
    assert said(done) == []


@pytest.mark.parametrize("question", [q for q, (_, _, _, chart) in QUESTIONS.items() if chart])
def test_the_chart_draws_the_finding(question, small, mark, tmp_path):
    made, file = mark(QUESTIONS[question][0]), tmp_path / "chart.svg"
    done = answered(question, small, "-o", file)
    assert file.read_bytes() == picture(made[-1].chart, ".svg")
    assert made[-1].title in file.read_text(encoding="utf-8")
    assert said(done) == []


MAPS = {
    "pairs.routes": maps.route_map,
    "changes.whatif": lambda net: maps.whatif_map(net, net.close("border:gate")),
    "losses.bottlenecks": maps.bottleneck_map,
    "interdiction.interdict": lambda net: maps.interdiction_map(net, k=1),
    "protection.protect": lambda net: maps.protection_map(net, f=1, k=1),
    "gains.redundancy": maps.redundancy_map,
    "deployment.deploy": lambda net: maps.deploy_map(net, vehicles=40),
    "inventory.network": maps.network_map,
}


@pytest.mark.parametrize("function", MAPS)
def test_the_library_and_a_notebook_show_the_finding(function, small, mark):
    made = mark(function)
    view = MAPS[function](Network.load(small).under("mixed"))
    (finding,) = [one for one in made if one.view.title == view.title]
    assert view.page().html() == finding.view.page().html()
    shown = finding._repr_html_()
    assert all(text in shown for text in (finding.title, *MARKS))
    assert repr(finding) == f"<Finding {finding.question}: {finding.title}; {len(finding.table)} rows>"


def test_the_report_says_what_the_findings_say(small, mark):
    for name in dict.fromkeys(name for name, *_ in QUESTIONS.values()):
        made = mark(name)
    net = Network.load(small).under("mixed")
    given = Scenario(close=("border:gate",))
    brief = report(net, given.apply(Network.load(small)), scenario=given)
    found = {}
    for finding in made:
        found.setdefault(finding.question, finding)  # of the losses those of links come first
    sections = {section.heading: section for section in brief.sections}
    html = report_file.to_html(brief)
    for heading, question in {
        "The network": "network",
        "Routes": "routes",
        "Bottlenecks": "bottlenecks",
        "What if": "whatif",
        "What new links would buy": "redundancy",
    }.items():
        section, finding = sections[heading], found[question]
        assert section.sentences == MARKS, heading
        assert section.view.title == finding.title
        assert finding.title in html
        numbers = [value for table in section.tables for value in table.rows.select_dtypes("float").to_numpy().ravel()]
        assert all(np.isnan(value) or value > 1000 for value in numbers), heading
        assert numbers or heading == "The network"
    assert set(MARKS) <= set(sections["How sure"].sentences), "the weakest attributes"
    beside = sections["Profiles and paces"].sentences
    assert sections["In short"].sentences == (
        *[MARKS[0]] * 2, beside[0], *[MARKS[0]] * 2, sections["How sure"].sentences[0],
    )  # fmt: skip


def test_what_has_no_map_or_chart_says_so(small):
    finding = mobility.findings.routes(Network.load(small))
    with pytest.raises(InputError, match="routes: this answer has no chart"):
        _ = finding.chart
    with pytest.raises(InputError, match="strip: this answer has no map"):
        _ = replace(finding, question="strip", drawn=None).view
    assert "leaflet" not in replace(finding, drawn=None)._repr_html_()
    refused(asked("routes -o a.png", network=small), "csv")


def imported(file):
    """Return what a file imports at run time, wherever in it, as module.name."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    typing = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    return {
        f"{node.module}.{name.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and id(node) not in typing
        for name in node.names
    }


ROOMS = ("mobility.analysis", "mobility.deployment", "mobility.doubt")
# Who is asked about and who draws are no answers.
ALLOWED = {"pairs.Pairs", "sweeps.sweep", "sweeps.Journal", "sweeps.checksum"}


def test_nobody_but_findings_asks_an_analysis():
    shows = [
        *(SRC / "commands").glob("*.py"),
        *(SRC / "present" / f"{n}.py" for n in ("report", "report_file", "maps")),
    ]
    assert len(shows) > 10
    for file in shows:
        names = {name for name in imported(file) if name.startswith(ROOMS)}
        assert {name.removeprefix("mobility.analysis.") for name in names} <= ALLOWED, file
    asking = [
        file for file in (SRC / "present" / "findings").glob("*.py") if any(n.startswith(ROOMS) for n in imported(file))
    ]
    assert len(asking) > 8, "the search finds what it is to find"


def test_findings_are_made_in_one_room():
    made = {
        file.relative_to(SRC).parts[:2]
        for file in SRC.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Finding"
    }
    assert made == {("present", "findings")}
