"""The recipes of docs/embedding.md: notebooks, pandoc, MkDocs and frames show the map, and hostile names stay text."""

import json
import os
import re
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pypandoc
import pytest
from pages import AT, HOSTILE, LINKS

import mobility
from drawing import drawn
from mobility.model.scenario import Scenario
from mobility.present import report_file as brief
from mobility.present.report import report

pytestmark = pytest.mark.xdist_group("embedding")

PANDOC = pypandoc.get_pandoc_path()
SEEN = "[document.querySelector('.mob-title h1').textContent, document.querySelectorAll('path.mob-route').length]"
NOTEBOOK = """
from drawing import drawn
from mobility import route_map
route_map(drawn("a -road 10- b", places={"a": {"lat": "41"}, "b": {"lat": "42"}}), ["a"], ["b"])
"""


class Tags(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def hostile():
    """A network whose names are hostile."""
    return drawn(*LINKS, places={p: row | {"name": HOSTILE + p} for p, row in AT.items()})


def run(folder, *words):
    """Run a program in a folder, able to import what the tests can."""
    paths = [Path(mobility.__file__).parents[1], Path(__file__).parents[1]]
    path = f"{Path(PANDOC).parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "PYTHONPATH": os.pathsep.join(map(str, paths))}
    done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A hostile brief as Markdown, its pictures beside it, under a name with a blank."""
    folder = tmp_path_factory.mktemp("brief")
    net, url = hostile(), "https://x.example/><script>hit=1</script>"
    sources = pd.DataFrame([dict.fromkeys(net.sources.columns, HOSTILE) | {"id": "estimate: drawn", "url": url}])
    made = report(net, net, ["a"], ["d"], scenario=Scenario(title=HOSTILE), command=HOSTILE)
    text, pictures = brief.to_markdown(replace(made, sources=sources), "my brief")
    (folder / "my brief.md").write_text(text, encoding="utf-8")
    for name, picture in pictures.items():
        (folder / name).write_bytes(picture)
    assert len(pictures) >= 3
    return folder, len(pictures)


@pytest.mark.browser
def test_frames_show_their_maps_and_nothing_leaves_them(show):
    net = hostile()
    frames = [mobility.embed(mobility.route_map(net, ["a"], ["d"], title=HOSTILE + str(n)), 300) for n in (1, 2)]
    frames.append(mobility.embed(mobility.whatif_page(net, ["a"], ["d"], title=HOSTILE)))
    tab = show("<!doctype html><html lang=en><title>t</title>" + "".join(frames))
    assert tab.run("[typeof hit, document.images.length, document.scripts.length]") == ["undefined", 0, 0]
    boxes = tab.run("Array.from(document.querySelectorAll('iframe')).map(f => [f.title, f.offsetHeight])")
    assert boxes == [[f"Map: {HOSTILE}1", 300], [f"Map: {HOSTILE}2", 300], [f"Map: {HOSTILE}", 540]]
    late = time.monotonic() + 60
    while tab.pixels("#FFE14D") <= 500 and time.monotonic() < late:  # a frame is drawn after the page around it
        time.sleep(0.1)
    assert tab.pixels("#FFE14D") > 500
    inside = show(Tags(frames[1]).tags[0][1]["srcdoc"])
    assert inside.run(f"[...{SEEN}, typeof hit]") == [f"{HOSTILE}2", 3, "undefined"]
    assert not tab.run("(() => { try { return !!frames[0].document } catch { return false } })()")


@pytest.mark.slow
@pytest.mark.browser
def test_a_notebook_gives_a_page_and_a_picture(tmp_path, show):
    cell = {"cell_type": "code", "source": NOTEBOOK, "id": "a", "metadata": {}, "outputs": [], "execution_count": None}
    book = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    (tmp_path / "n.ipynb").write_text(json.dumps(book))
    convert = (sys.executable, "-m", "nbconvert", "--log-level=ERROR")
    run(tmp_path, *convert, "--execute", "--to", "notebook", "--output", "run", "n.ipynb")
    run(tmp_path, *convert, "--to", "html", "run.ipynb")
    run(tmp_path, *convert, "--to", "latex", "run.ipynb")
    frames = [a for tag, a in Tags((tmp_path / "run.html").read_text(encoding="utf-8")).tags if tag == "iframe"]
    assert len(frames) == 1
    assert show(frames[0]["srcdoc"]).run(SEEN) == ["a – b: 0.2 h, 10 km", 1]
    (picture,) = re.findall(r"\{(run_files/\w+\.png)\}", (tmp_path / "run.tex").read_text())
    assert (tmp_path / picture).read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("suffix", ["docx", "tex", "html"])
def test_pandoc_takes_a_brief_with_its_pictures(written, suffix):
    folder, count = written
    run(folder, PANDOC, "--fail-if-warnings", "my brief.md", "-s", "--metadata=pagetitle=b", "-o", f"b.{suffix}")
    if suffix == "docx":
        names = zipfile.ZipFile(folder / "b.docx").namelist()
        assert sum(name.startswith("word/media/") for name in names) == count
    else:
        assert (folder / f"b.{suffix}").read_text(encoding="utf-8").count("brief-") >= count


@pytest.mark.parametrize("dialect", ["markdown-smart", "gfm", "commonmark_x-smart"])
def test_hostile_names_are_text_in_what_pandoc_makes(written, dialect):
    folder, count = written
    run(folder, PANDOC, "my brief.md", "-f", dialect, "--wrap=none", "-o", "text.html")
    page = Tags((folder / "text.html").read_text(encoding="utf-8"))
    assert_harmless(page, count)
    assert page.text.startswith(HOSTILE)
    assert not [a for _, a in page.tags if "data-hit" in a]


@pytest.mark.slow
def test_mkdocs_shows_brief_and_frame(written, tmp_path):
    folder, count = written
    docs = tmp_path / "docs"
    docs.mkdir()
    for file in (*folder.glob("*.md"), *folder.glob("*.png")):
        (docs / file.name).write_bytes(file.read_bytes())
    guide = (Path(__file__).parents[2] / "docs" / "embedding.md").read_text(encoding="utf-8")
    frame = re.search(r"## MkDocs.*?```html\n(.*?)\n```", guide, re.DOTALL)[1]
    (docs / "index.md").write_text(f"# Maps\n\n{frame}\n")
    mobility.route_map(hostile(), ["a"], ["d"]).save(docs / "routes.html")
    (tmp_path / "mkdocs.yml").write_text("site_name: s\n")
    run(tmp_path, sys.executable, "-m", "mkdocs", "build", "--strict", "-q")
    assert frame in (tmp_path / "site/index.html").read_text(encoding="utf-8")
    assert (tmp_path / "site/routes.html").read_bytes() == (docs / "routes.html").read_bytes()
    html = (tmp_path / "site/my brief/index.html").read_text(encoding="utf-8")
    assert_harmless(Tags(html[html.index('role="main"') : html.index("<footer")]), count)


def assert_harmless(page, count):
    """Check that a brief holds its pictures, and nothing that its names would have it hold."""
    pictures = [a["src"] for tag, a in page.tags if tag == "img"]
    assert len(pictures) == count
    assert all("brief-" in source for source in pictures)
    assert "script" not in {tag for tag, _ in page.tags}
    assert not [a for _, a in page.tags if any(key.startswith("on") for key in a)]


def test_python_of_the_guide_runs(tmp_path, monkeypatch):
    guide = (Path(__file__).parents[2] / "docs" / "embedding.md").read_text(encoding="utf-8")
    code = re.search(r"## A page of your own.*?```python\n(.*?)```", guide, re.DOTALL)[1]
    monkeypatch.chdir(tmp_path)
    exec(code, {})  # noqa: S102 - our own page
    assert Path("page.html").read_text(encoding="utf-8").count("<iframe") == 2
