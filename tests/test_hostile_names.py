"""Hostile names in the data steer no terminal, put no tag anywhere, and come back as they were."""

import csv
import shutil
import xml.etree.ElementTree as ET

import networkx as nx
import pytest

from console import ask, mobility, table_of, tags, whole, write_table
from mobility.model.files import default_folder

HOSTILE = (
    "=1+1</script><script>alert(1)</script>`${alert(2)}`{{7*7}}{% raw %}<img src=x onerror=alert(1)>"
    "\"' \u202egnp.exe\x1b[31m\x07|\\|\r\nsecond line</title></style><!-- &lt;b&gt;"
)


@pytest.fixture(scope="session")
def hostile(tmp_path_factory):
    """The shipped tables with a hostile end to every free text: names, notes, sources, projects, corridors."""
    folder = tmp_path_factory.mktemp("hostile") / "geodata"
    folder.mkdir()
    for file in default_folder().iterdir():
        if file.is_file():
            shutil.copyfile(file, folder / file.name)
    texts = {
        "places": "name note", "links": "name note restriction", "projects": "name note", "structures": "name",
        "sources": "title", "corridors": "name description", "countries": "facts", "upgrades": "today after",
    }  # fmt: skip
    for table, columns in texts.items():
        header, rows = table_of((folder / f"{table}.csv").read_text(encoding="utf-8"))
        for row in rows:  # `today` has to equal the restriction of its link
            if table != "upgrades" or row["attribute"] == "restriction":
                row |= {column: row[column] + HOSTILE for column in columns.split()}
        write_table(folder / f"{table}.csv", header, rows)
    return folder


def steering(text):
    """Characters that steer a terminal or turn the direction of writing."""
    return {c for c in text if not c.isprintable() and c != "\n"}


@pytest.mark.parametrize("asked", ["places", "projects", "route durres vore", "routes --from durres", "check"])
def test_hostile_names_cannot_steer_a_terminal(hostile, asked):
    """`color=True` is a terminal: click strips escape sequences only when there is none."""
    count = len(ask(asked, network=hostile)["rows"])
    for fmt in ("table", "md"):
        result = mobility(asked, "-f", fmt, network=hostile, color=True)
        assert result.exit_code == 0
        assert not steering(result.stdout)
        assert not steering(result.stderr)
        head = 3 if asked.startswith("routes") else 0  # its sentence and legend
        assert len(result.stdout.splitlines()) == head + count + (0 if (asked, fmt) == ("check", "table") else 2)


@pytest.mark.parametrize("asked", [
    "route durres vore -x durres-vore-road", "route duress vore", "route durres burgas -m rail",
    "route durres vore -x vore", "route durres vore -x structure:danube-bridge-1", "route durres vore -b tirana-durres",
    "routes --from durres -x around:vore:3km",
])  # fmt: skip
def test_hostile_names_cannot_steer_a_terminal_through_notes(hostile, asked):
    result = mobility(asked, network=hostile, color=True)
    assert not steering(result.stderr), result.stderr
    assert "\nsecond line" not in result.stderr, "a note is one line"


@pytest.mark.parametrize("fmt", ["json", "csv", "geojson"])
def test_hostile_names_come_back_as_they_were(hostile, tmp_path, fmt):
    """Data formats keep every character, on stdout as in a file."""
    with (hostile / "places.csv").open(newline="", encoding="utf-8") as file:
        truth = {r["id"]: r["name"].strip() for r in csv.DictReader(file)}
    mobility("places -o", tmp_path / "out", "-f", fmt, network=hostile)
    stdout = mobility("places", "-f", fmt, network=hostile).stdout_bytes.decode()
    for text in ((tmp_path / "out").read_bytes().decode(), stdout):
        rows = table_of(text)[1] if fmt == "csv" else whole(text)["features" if fmt == "geojson" else "rows"]
        rows = [r["properties"] for r in rows] if fmt == "geojson" else rows
        assert {r["id"]: r["name"] for r in rows} == truth


@pytest.mark.parametrize("words", ["--show network", "--from durres -x vore -b tirana-durres-rail"])
def test_hostile_names_put_no_tag_into_a_map(hostile, tmp_path, words):
    clean, evil = tmp_path / "clean.html", tmp_path / "evil.html"
    assert mobility(f"map -q {words} -o", clean).exit_code == 0
    assert mobility(f"map -q {words} -o", evil, "--title", HOSTILE, network=hostile).exit_code == 0
    page = evil.read_text(encoding="utf-8")
    assert "alert(1)" in page, "the names did reach the page"
    told = {"aria-label": ""}  # holds a name, as one attribute
    evils, cleans = ([(tag, words | told) for tag, words in tags(text)] for text in (page, clean.read_text("utf-8")))
    assert evils == cleans, "the same tags as with harmless names"
    assert "{{7*7}}" in page, "no template ran"
    for raw in ("<script>alert", "<img src=x", "\x1b"):
        assert raw not in page
    data = page.split("drawNetwork(")[-1]
    assert "</" not in data[: data.rindex("});")]


@pytest.mark.parametrize(
    "line", ["map --from durres -x vore", "strip VIII -m rail", "bottlenecks --from durres --to varna"]
)
def test_hostile_names_put_no_tag_into_a_picture(hostile, tmp_path, line):
    title = ["--title", HOSTILE] if line.startswith("map") else []
    assert mobility(f"{line} -q -o", tmp_path / "evil.svg", *title, network=hostile).exit_code == 0
    found = {node.tag.rpartition("}")[2] for node in ET.parse(tmp_path / "evil.svg").iter()}  # noqa: S314 - our own
    assert found <= {"svg", "title", "metadata", "RDF", "Work", "type", "format", "defs", "style", "g", "path", "use",
                     "clipPath", "pattern", "rect"}  # fmt: skip


@pytest.mark.parametrize("suffix", ["csv", "gpkg", "geojson", "graphml"])
def test_hostile_names_survive_export(hostile, tmp_path, suffix):
    """XML has no way to write an escape character: either it is left out, or one line says so."""
    result = mobility("export -o", tmp_path / f"a.{suffix}", network=hostile)
    assert result.exit_code == 0 or suffix == "graphml"
    if suffix == "graphml" and result.exit_code == 0:
        assert nx.read_graphml(tmp_path / "a.graphml").number_of_nodes()
