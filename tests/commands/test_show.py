"""Maps, strips and exports on the command line."""

import math
import re

import geopandas as gpd
import networkx as nx
import pytest

from console import ask, mobility, refused, table_of, tags, whole


def test_export_csv_holds_the_routable_arcs(run, tmp_path):
    assert run("export -o", tmp_path / "a.csv").exit_code == 0
    columns, rows = table_of((tmp_path / "a.csv").read_text(encoding="utf-8"))
    assert {"tail", "head", "link", "mode", "cost_s"} <= set(columns)
    assert {r["mode"] for r in rows} == {"road", "rail", "sea", "transfer", "crossing"}
    assert all(math.isfinite(float(r["cost_s"])) and float(r["cost_s"]) >= 0 for r in rows)
    assert all(re.fullmatch(r"[^/]+/(road|rail|sea)(/[A-Z]{2})?", r[end]) for r in rows for end in ("tail", "head"))
    assert [r["link"] for r in rows if r["mode"] in {"transfer", "crossing"}] == [""] * 4
    assert {("gate/road/AA", "gate/road/BB"), ("gate/road/BB", "gate/road/AA")} == {
        (r["tail"], r["head"]) for r in rows if r["mode"] == "crossing"
    }
    assert sum(r["tail"] == "alfa/road" and r["head"] == "bravo/road" for r in rows) == 2, "twins are kept"
    run("export -x mode:rail -o", tmp_path / "b.csv")
    assert "rail" not in {r["mode"] for r in table_of((tmp_path / "b.csv").read_text(encoding="utf-8"))[1]}


def test_export_writes_what_others_can_read(small, run, tmp_path):
    for name in ("a.graphml", "a.gpkg", "a.geojson"):
        assert run("export -o", tmp_path / name).exit_code == 0
    arcs = nx.read_graphml(tmp_path / "a.graphml", force_multigraph=True)
    assert arcs.number_of_edges("alfa/road", "bravo/road") == 2
    whole((tmp_path / "a.geojson").read_bytes())
    for name, layer in (("a.gpkg", {"layer": "links"}), ("a.geojson", {})):
        frame = gpd.read_file(tmp_path / name, **layer)
        assert len(frame) == len(ask("links", network=small)["rows"])
        assert frame.crs == "EPSG:4326"


@pytest.mark.parametrize("words", [[], ["-o", "-"], ["-o", ""], ["-o", "a"], ["-o", "a.xlsx"], ["-o", ".csv"]])
@pytest.mark.parametrize("command", ["export", "map"])
def test_export_and_map_need_a_file_they_know(run, tmp_path, monkeypatch, command, words):
    monkeypatch.chdir(tmp_path)
    refused(run([command, *words]), ".html" if command == "map" else ".gpkg")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [
    "", "--show network", "-x mode:road -x mode:sea", "--from alfa --to foxtrot", "-b all -x gate",
])  # fmt: skip
def test_map_is_one_file_that_fetches_nothing_and_does_not_differ_between_runs(run, tmp_path, words):
    for name in ("m.html", "n.html"):
        result = run(f"map {words} -o", tmp_path / name)
        assert (result.exit_code, result.stdout) == (0, "")
    page = (tmp_path / "m.html").read_text(encoding="utf-8")
    assert not [a for a in tags(page) if a[0] in {"link", "iframe", "img", "script"} and {"src", "href"} & set(a[1])]
    assert "NaN" not in page.split("drawNetwork(")[-1]
    assert page == (tmp_path / "n.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("line", ["map", "map --show bottlenecks", "bottlenecks --top 2", "redundancy"])
def test_pictures_are_chosen_by_suffix(run, tmp_path, line):
    for name, start in (("a.png", b"\x89PNG"), ("a.SVG", b"<?xml"), ("a.pdf", b"%PDF")):
        result = run(f"{line} -o", tmp_path / name)
        assert (result.exit_code, result.stdout) == (0, "")
        assert (tmp_path / name).read_bytes().startswith(start)


def test_words_of_an_svg_are_text_where_asked(run, tmp_path):
    for more, words in (("", False), ("--svg-text", True)):
        assert run(f"map --show network {more} -o", tmp_path / "m.svg").exit_code == 0
        found = re.findall(r"<text[^>]*>([^<]+)</text>", (tmp_path / "m.svg").read_text(encoding="utf-8"))
        assert ("Natural Earth" in " ".join(found)) is words
    refused(run("map --svg-text -o", tmp_path / "m.png"), "--svg-text goes with -o FILE.svg")


@pytest.mark.parametrize("line", ["routes", "bottlenecks --weakest", "redundancy --table pairs", "links"])
def test_what_has_no_picture_says_so(run, tmp_path, line):
    refused(run(f"{line} -o", tmp_path / "a.png"), "csv")
    assert list(tmp_path.iterdir()) == []


def test_a_map_of_a_what_if_takes_what_is_set_after(run, tmp_path):
    words = "--show whatif --from alfa --to delta -m road --set gate:wait=2 --set-after gate:wait=5 -o"
    run(f"map {words}", tmp_path / "m.svg")
    assert "1 of 1 pairs slower, 3.0 h on average; none cut off" in (tmp_path / "m.svg").read_text(encoding="utf-8")


def test_a_page_starts_where_a_file_sets_its_values_after(run, tmp_path):
    for key in ("set", "set-after"):
        (tmp_path / f"{key}.toml").write_text(f'{key} = "gate:wait=5"\n', encoding="utf-8")
        run("map --interactive -s", tmp_path / f"{key}.toml", "-o", tmp_path / f"{key}.html")
    assert (tmp_path / "set.html").read_bytes() == (tmp_path / "set-after.html").read_bytes()


def test_strip_shows_a_corridor_stop_by_stop(tmp_path):
    rows = ask("strip viii -m rail")["rows"]
    assert (rows[0]["from"], rows[0]["to"], rows[0]["mode"]) == ("durres", "shkozet", "rail")
    assert {"open", "planned", "disused", "under_construction"} == {row["status"] for row in rows}
    assert mobility("strip VIII -m rail -o", tmp_path / "a.svg").exit_code == 0
    assert b"<!-- Railway Durr" in (tmp_path / "a.svg").read_bytes()
    refused(mobility("strip ix"), "no corridor is called 'ix'")
    refused(mobility("strip R6 -m rail"), "no stops by rail")


@pytest.mark.parametrize("words", ["--from alfa --to alfa", "--from nowhere", "--show nope", "--title"])
def test_map_refuses_what_routes_refuses(run, tmp_path, words):
    refused(run("map -o", tmp_path / "m.html", *words.split()))
    assert list(tmp_path.iterdir()) == []


def test_split_writes_a_page_its_script_and_its_styles(run, tmp_path):
    result = run("map --split", tmp_path / "site")
    assert (result.exit_code, result.stdout) == (0, "")
    assert sorted(path.name for path in (tmp_path / "site").iterdir()) == ["map.css", "map.html", "map.js"]
    page = (tmp_path / "site" / "map.html").read_text(encoding="utf-8")
    assert [found for tag, found in tags(page) if tag == "script"] == [{"src": "map.js"}]
    assert run("map --interactive --split", tmp_path / "site").exit_code == 0  # written over
    assert "whatIfPage(" in (tmp_path / "site" / "map.js").read_text(encoding="utf-8")


def test_split_needs_a_folder_of_its_own(run, small, tmp_path):
    (tmp_path / "file").write_text("x")
    refused(run("map --split", tmp_path / "file"), "it is a file, not a folder")
    refused(run("map --split", tmp_path / "no" / "site"), "there is no folder")
    refused(run("map -o m.html --split", tmp_path), "not both")
    refused(run("map --split", small), "belongs to the network being read")
    assert [path.name for path in tmp_path.iterdir() if path.name != "file"] == []
