"""Questions of a movement planner, put on the shipped network as one types them: answered, or refused in a line."""

import pytest

from console import mobility, refused

PAIR = "--from durres --to constanta"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"whatif -x 'Danube Bridge 1' {PAIR}", ["closed: Danube Bridge 1", "4 links"]),
        (f"whatif -x border:BG-RO {PAIR}", ["closed: every crossing BG-RO (11 borders"]),
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
    ],
)
def test_answered(line, said):
    result = mobility(line)
    assert result.exit_code == 0, result.stderr
    for words in said:
        assert words in result.stdout + result.stderr


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"whatif -x 'durres->vore' {PAIR}", "one direction of a link"),
        (f"whatif -x durres-shkozet-rail@d2-d5 {PAIR}", "holds all the time"),
        (f"whatif -x country:RS,country:RO {PAIR}", "no country is called"),
        (f"whatif --set durres:capacity=20 {PAIR}", "nothing to compare"),
        (f"deploy --force battlegroup --force brigade-light {PAIR}", "one force moves at a time"),
        (f"deploy --vehicles 100 --force battlegroup {PAIR}", "give one of"),
        (f"deploy --vehicles 100 --latest 'day 5' {PAIR}", "No such option"),
    ],
)
def test_refused(line, said):
    refused(mobility(line), said)
