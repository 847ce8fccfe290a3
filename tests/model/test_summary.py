"""What a notebook shows of a network: one line, or a small table."""

from html.parser import HTMLParser

import pytest

import mobility
from drawing import drawn


class Cells(HTMLParser):
    """The cells of a table as rows of text."""

    def __init__(self, html):
        super().__init__()
        self.rows, self.tags = [], set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):  # noqa: ARG002 - the parser's signature
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.rows[-1].append("")

    def handle_data(self, data):
        self.rows[-1][-1] += data


def test_one_line(shipped, line):
    size = f"{len(shipped.places)} places, {len(shipped.links)} links"
    assert repr(shipped) == f"<Network geodata {mobility.__version__}: {size}; no profile>"
    assert repr(line) == "<Network network: 4 places, 3 links; plain>"
    assert repr(line.close("b")) == "<Network network: 4 places, 3 links; plain; 2 closed>"
    planned = drawn("a -road 1- b", "a -road 2- b status=planned id=new").build("new")
    assert repr(planned) == "<Network network: 2 places, 2 links; plain; 1 built>"


def test_a_table_for_people():
    bad = "<script>x</script>"
    net = drawn("a -road 10- b", "b -rail 5- c", "a -road 30- c status=planned id=new", places={"a": {"name": bad}})
    shown = Cells(net.build("new").close("a")._repr_html_())
    assert "script" not in shown.tags
    assert shown.rows == [
        ["network", "network (no checksum)"],
        ["places", "3: 3 city"],
        ["links, road", "2 (0 in use), 40 km"],
        ["links, rail", "1 (1 in use), 5 km"],
        ["profile", "plain"],
        ["closed", bad],
        ["built", "new"],
    ]


def test_the_shipped_network_is_told_by_its_identity(shipped):
    rows = dict(Cells(shipped._repr_html_()).rows)
    assert rows["network"] == f"geodata {mobility.__version__} ({shipped.identity.sha256[:12]})"
    assert rows["profile"] == "none applied"
    assert int(rows["places"].split(":")[0].replace(",", "")) == len(shipped.places)
    assert "border crossing" in rows["places"]
    assert rows["projects"] == f"{len(shipped.projects)}"


@pytest.mark.parametrize(
    "make",
    [
        lambda net: mobility.route_map(net, ["a"], ["d"]),
        mobility.Graph.of,
        lambda net: mobility.deploy(net, ["a"], ["d"], vehicles=10),
        lambda net: mobility.uncertain_hours(net, ["a"], ["d"], draws=3),
        lambda net: mobility.findings.routes(net, ["a"], ["d"]),
        lambda net: mobility.report(net, net, ["a"], ["d"]),
        lambda net: mobility.Scenario.of(net.close("b")),
        lambda net: net.rules,
    ],
)
def test_nothing_floods_a_cell(line, make):
    text = repr(make(line))
    assert "\n" not in text
    assert len(text) < 120
