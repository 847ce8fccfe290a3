"""Questions of a movement planner, put on the shipped network as one types them: answered, or refused in a line.

docs/planner-questions.md lists them; what it says of a command is asked here.
"""

import json
import re
import shlex
from pathlib import Path

import pytest

from console import mobility, refused

PAGE = Path(__file__).parents[1] / "docs" / "planner-questions.md"
PAIR = "--from durres --to constanta"
VALLEY = {
    "type": "Polygon",
    "coordinates": [[[22.0, 42.0], [22.8, 42.0], [22.8, 42.4], [22.0, 42.4], [22.0, 42.0]]],
}
ANSWERED = [
    (f"whatif -x 'Danube Bridge 1' {PAIR}", ["closed: Danube Bridge 1", "4 links"]),
    (f"whatif -x border:deve-bair {PAIR}", ["closed: border Deve Bair"]),
    (f"whatif -x area:valley.geojson {PAIR}", ["valley.geojson"]),
    (f"whatif -s x-lost {PAIR}", ["1 pair"]),
    ("whatif -x durres --from durres --from bar --to constanta", ["1 pair loses an end", "1 origin reaches"]),
    ("whatif -x bari-durres-sea --from bari --to constanta", ["1 of 1 pairs lose"]),
    (f"whatif --set-after kyustendil-radomir-road:speed=10 {PAIR}", ["1 of 1 pairs lose"]),
    ("route durres constanta --start 'Mon 06:00'", ["Mon day 1, 06:00"]),
    (
        f"deploy --vehicles 100 {PAIR} --start 'Mon 06:00' -x durres-shkozet-rail@d2-d5",
        ["Shut at times: ", "complete no"],
    ),
    ("schedule there-and-back --table columns", ["cincu", "constanta", "2 forces there and back"]),
    ("schedule there-and-back --table forces", ["Group back", "Engineers: "]),
    ("deploy --vehicles 100 --from constanta --to durres", ["complete at Durrës"]),
    (f"deploy --vehicles 100 {PAIR}", ["What binds"]),
    ("route ruse bucuresti -p heavy -m road --why", ["refused, gross mass", "108 t above the limit of 60.0 t"]),
    ("route durres constanta --why", ["the best: ", "route 2: ", "all hours by road"]),
    ("route durres constanta --flip border:deve-bair:wait=0..24", ["turns the best route over at 1.99 h"]),
    ("reach durres --hours 12", ["within 12 h under way"]),
    (f"whatif -x border:BG-RO {PAIR}", ["closed: every crossing BG-RO ("]),
    (f"whatif -x corridor:VIII:rail {PAIR}", ["corridor VIII"]),
    (f"whatif -x corridor:X:only {PAIR}", ["corridor X, without what other corridors share"]),
    (f"whatif -x corridor:WBEM:road {PAIR}", ["corridor WBEM"]),
    (f"whatif -x around:nis:30km {PAIR}", ["30 km around"]),
    (f"whatif -x around:42.7,23.3:20km {PAIR}", ["20 km around 42.7,23.3"]),
    (f"whatif -x durres {PAIR}", ["1 pair loses an end"]),
    ("whatif -x Serbia --from bar --to constanta", ["country RS"]),
    (f"whatif -x 'Durrës–Shkozet jct>' {PAIR}", ["from Durrës to Shkozet", "1 link"]),
    (f"whatif --set-after danube-bridge-1:limit=40 {PAIR}", ["Set danube-bridge-1:limit=40"]),
    (f"whatif --set-after durres:capacity=20 {PAIR}", ["capacity"]),
    ("route ruse bucuresti -p heavy -m road", ["refused is a way", "108 t above the limit of 60.0 t"]),
    (f"routes --transit sdp {PAIR}", ["1 of 1 pairs connected"]),
    (f"routes --transit pesco {PAIR}", ["1 of 1 pairs connected"]),
    (f"routes --detrain {PAIR}", ["1 of 1 pairs connected"]),
    ("sets", ["black-sea", "forward"]),
    (f"deploy --tonnes 500 --cargo fuel {PAIR}", ["500 t"]),
    (f"deploy --vehicles 100 --ship deep-roro {PAIR}", ["over the shore"]),
    ("deploy --vehicles 100 --from durres --from bar --share durres=0.3 --share bar=0.7 --to constanta", ["Bar"]),
]


@pytest.mark.parametrize(("line", "said"), ANSWERED)
def test_answered(line, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("valley.geojson").write_text(json.dumps(VALLEY), encoding="utf-8")
    result = mobility(line)
    assert result.exit_code == 0, result.stderr
    for words in said:
        assert words in result.stdout + result.stderr


REFUSED = [
    (f"whatif -x 'durres->vore' {PAIR}", "one direction of a link"),
    (f"whatif -x durres-shkozet-rail@d2-d5 {PAIR}", "holds all the time"),
    (f"deploy --vehicles 100 {PAIR} --to varna --share constanta=0.5", "among the origins"),
    (f"whatif -x country:RS,country:RO {PAIR}", "no country is called"),
    (f"whatif --set durres:capacity=20 {PAIR}", "nothing to compare"),
    (f"deploy --force battlegroup --force brigade-light {PAIR}", "one force moves at a time"),
    (f"deploy --vehicles 100 --force battlegroup {PAIR}", "give one of"),
    (f"deploy --vehicles 100 --latest 'day 5' {PAIR}", "No such option"),
]


@pytest.mark.parametrize(("line", "said"), REFUSED)
def test_refused(line, said):
    refused(mobility(line), said)


def test_the_page_lists_what_is_asked_here():
    """Each of the 23 questions has a command, told as answered or refused; each command is one of those above."""
    rows = [re.split(r"(?<!\\) \| ", line.strip("| ")) for line in PAGE.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row[0].isdigit()]
    assert [int(row[0]) for row in rows] == list(range(1, len(rows) + 1))
    assert len(rows) >= 23
    known = {name: {tuple(shlex.split(line)) for line, _ in lines} for name, lines in
             (("answered", ANSWERED), ("refused", REFUSED))}  # fmt: skip
    for _, _, state, cell, *_ in rows:
        for command in re.findall(r"`mobility ([^`]*)`", cell):
            assert tuple(shlex.split(command)) in known[state], command
        assert "`mobility " in cell
