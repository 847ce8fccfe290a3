"""A corridor in words: how much of each mode can be used, each section counted once."""

from dataclasses import replace

import pandas as pd
import pytest

from drawing import drawn
from mobility.errors import UnknownNameError
from mobility.present import findings


def test_a_section_with_two_links_counts_once():
    links = ("a -road 30- b", "a -road 25- b status=planned", "b -road 5- c")
    net = drawn(*(f"{link} corridors=VIII" for link in links))
    stops = [("VIII", "main", "road", float(i), place) for i, place in enumerate("abc")]
    net = replace(net, corridor_stops=pd.DataFrame(stops, columns="corridor branch mode order place".split()))
    finding = findings.strip(net, "viii")
    assert finding.title == "VIII, main branch: 35 of 35 km by road can be used"
    said = "Of what the EU asks, by kilometres: 100 % unknown (0 % estimated only), 0 % meet, 0 % fall short."
    assert finding.sentences == (f"{finding.title}.", said)
    assert finding.summary["unknown_share"] == 1
    assert finding.summary["finding"] == finding.title
    assert findings.strip(net.close("b--c-road"), "VIII").title == "VIII, main branch: 30 of 35 km by road can be used"
    with pytest.raises(UnknownNameError):
        findings.strip(net, "IX")
