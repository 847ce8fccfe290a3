"""Maps as files: their bytes, what they carry, how large they are.

Renew the golden map after a wanted change, and look at the difference before it goes in:
`RENEW_GOLDEN=1 python -m pytest tests/present/web/test_data.py -k golden`.
"""

import io
import json
import os
import re
import subprocess
import sys
from html import escape as html_escape
from pathlib import Path

import folium
import pytest
from branca.element import Figure
from browser import Browser
from click.testing import CliRunner
from pages import AT, LINKS

from drawing import drawn
from mobility.cli import cli
from mobility.errors import InputError
from mobility.model.files import default_folder
from mobility.present import maps, tables
from mobility.present.web import data as mapdata
from mobility.present.web import map as web_map
from mobility.present.web import page

pytestmark = pytest.mark.xdist_group("maps")

GOLDEN = Path(__file__).parents[2] / "data" / "golden_map.html"
SHOWN = {
    "network": maps.network_map,
    "routes": maps.route_map,
    "pair": lambda net: maps.route_map(net.build("corridor:VIII"), ["durres"], ["varna"]),
    "whatif": lambda net: maps.whatif_map(net, net.close("corridor:X").build("corridor:VIII")),
    "bottlenecks": maps.bottleneck_map,
    "deploy": lambda net: maps.deploy_map(net, ["durres", "thessaloniki"], ["constanta"], vehicles=300),
}


@pytest.fixture(scope="module")
def made(mixed):
    return {name: draw(mixed) for name, draw in SHOWN.items()}


@pytest.mark.parametrize("name", SHOWN)
def test_a_map_is_small(made, name):
    assert len(made[name].page().html().encode()) <= (700 if name == "network" else 750) * 1024


def test_maps_in_one_page_share_what_they_have_in_common(made):
    """Leaflet, our code, the land and the network stand there once, whatever is closed; what is built may differ."""
    figure = Figure()
    for view in made.values():
        figure.add_child(view.page())
    html = page.stable(figure.render())
    assert len(html.encode()) <= 1.5 * 1024**2
    assert html.count("Leaflet 1.9.3, a JS library") == html.count("function drawNetwork(") == 1
    assert len(re.findall(r"\.drawNetwork\(map_\w+, mobility_\w+, ", html)) == len(made)
    shut = maps.network_map(made["network"].network.close("corridor:X", "country:RS"))
    bases = [mapdata.base(v.network) for v in (made["network"], made["bottlenecks"], shut)]
    assert bases[0] == bases[1] == bases[2]
    assert html.count('"disputed":[') <= 2


@pytest.mark.parametrize("char", ["\u202e", "\u2066", "\n", "\0"])
def test_title_drops_what_turns_or_breaks_a_line(char):
    html = maps.route_map(drawn(*LINKS, places=AT), ["a"], ["d"], title=f"x{char}y").page().html()
    kept = "x y" if char.isspace() else "xy"
    assert f"<title>{kept}</title>" in html
    assert f'"title":"{kept}"' in html
    assert f"<caption>{kept}</caption>" in html


def test_same_bytes_every_time(made, tmp_path):
    drawing = made["pair"].page()
    first = drawing.html()
    assert drawing.html() == first == made["pair"].page().html()
    drawing._repr_html_()
    stream = io.BytesIO()
    drawing.save(stream)
    drawing.save(str(tmp_path / "a.html"))
    assert stream.getvalue() == (tmp_path / "a.html").read_bytes() == first.encode()
    script = "from mobility import *; import sys; route_map(Network.load().under('mixed')).save(sys.argv[1])"
    env = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(Path(web_map.__file__).parents[3])}
    subprocess.run([sys.executable, "-c", script, tmp_path / "b.html"], check=True, env=env)
    assert (tmp_path / "b.html").read_bytes() == made["routes"].page().html().encode()


TILES = "https://{s}.tile.openstreetmap.org/{z}/{x}/{y}{r}.png"


def test_tiles_are_named_and_nothing_else_is():
    view = maps.route_map(drawn(*LINKS, places=AT), ["a"], ["d"])
    html = web_map.page_of(view, TILES).html()
    assert f'"tiles":"{TILES}"' in html
    assert "Tiles: tile.openstreetmap.org © OpenStreetMap contributors." in html
    assert '"tiles":""' in web_map.page_of(view).html()
    assert "Tiles:" not in web_map.page_of(view).html().partition("<body>")[2]


@pytest.mark.parametrize(
    "url",
    [
        "tiles",
        "https://host/{z}/{x}.png",
        "https://host/{z}/{x}/{y}/{key}.png",
        "ftp://host/{z}/{x}/{y}.png",
        "javascript:hit=1//{z}{x}{y}",
        "file:///tiles/{z}/{x}/{y}.png",
        "https:///{z}/{x}/{y}.png",
        'https://host/{z}/{x}/{y}"onload=hit=1',
        "https://host/{z}/{x}/{y}<script>",
        "https://host/ {z}/{x}/{y}",
        "https://host/{z}/{x}/{y}\u202e",
        "https://[host/{z}/{x}/{y}",
        "https://user:secret@host/{z}/{x}/{y}",
    ],
)
def test_other_addresses_are_refused(url):
    with pytest.raises(InputError, match="no address of map tiles"):
        web_map.page_of(maps.network_map(drawn(*LINKS, places=AT)), url)


def test_the_command_refuses_them_in_one_line_and_writes_nothing(tmp_path):
    target = tmp_path / "map.html"
    done = CliRunner().invoke(cli, ["map", "--show", "network", "--tiles", "https://host/{q}", "-o", str(target)])
    assert (done.exit_code, done.stderr.count("\n"), target.exists()) == (2, 1, False)
    assert "no address of map tiles: 'https://host/{q}'" in done.stderr


def test_the_table_below_is_the_views(made):
    """For those who cannot see the map: the rows of the view, places by name, numbers as everywhere."""
    view = made["routes"]
    text = view.page().html().partition('<details class="mob-table">')[2].partition("</details>")[0]
    found = [re.findall(r"<t[hd][^>]*>([^<]*)", row) for row in text.split("<tr>")[1:]]
    heads, rows, _ = tables.cells(view.table, view.columns)
    called = view.network.places["name"]
    assert found == [heads, *([html_escape(called[a]), html_escape(called[b]), *rest] for a, b, *rest in rows)]
    assert text.startswith(f"<summary>Table: {len(rows)} rows</summary>")
    assert text.count("<th scope=col") == len(heads)
    assert "<caption>" + html_escape(view.title) in text


def test_folium_itself_stays_as_it_was():
    linked = dict(folium.Map.default_js)
    page.OfflineMap().html()
    assert linked == dict(folium.Map.default_js)
    html = folium.Map().get_root().render()
    assert linked["leaflet"] in html
    assert "mob-title" not in html
    assert page.OfflineMap.default_js == page.OfflineMap.default_css == []


def test_a_missing_browser_is_said(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("CHROMIUM", "")
    with pytest.raises(RuntimeError, match="install Chromium"):
        Browser()


def test_leaflet_is_the_version_folium_links():
    linked = re.search(r"leaflet@([\d.]+)/", dict(folium.Map.default_js)["leaflet"])[1]
    assert f"Leaflet {linked}, a JS library" in page.OfflineMap().html()


def test_golden_map():
    net = drawn(*LINKS, "c -road 5- d corridors=IV", places=AT).close("c--d-road-2")
    text = maps.route_map(net, ["a"], ["d"]).page().html()
    for part in page._head().values():
        text = text.replace(part, "")
    data = mapdata.base(net)
    for key in ("land", "borders", "disputed", "rivers", "lakes", "names", "world"):
        cut = page.script_json(data[key])
        assert cut in text
        text = text.replace(cut, "null")
    text = re.sub(r"mobility_[0-9a-f]{12}", "mobility_base", text)
    text = re.sub(r'\},(?=\{)|\],(?=")|\},(?=")', lambda m: m[0] + "\n", text)  # lines that a diff can show
    if os.environ.get("RENEW_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text.encode() == GOLDEN.read_bytes(), "a wanted change? RENEW_GOLDEN=1 python -m pytest -k golden"
    assert len(text.encode()) < 20_000


def decoded(text):
    """Read an encoded polyline, written apart from columns.js from Google's description: groups of five bits."""
    numbers, group = [], []
    for char in text:
        group.append(ord(char) - 63)
        if group[-1] < 0x20:
            value = int("".join(f"{g & 0x1F:05b}" for g in reversed(group)), 2)
            numbers.append(-(value + 1) // 2 if value % 2 else value // 2)
            group = []
    assert not group
    lat = lon = 0
    points = []
    for i in range(0, len(numbers), 2):
        lat, lon = lat + numbers[i], lon + numbers[i + 1]
        points.append((lat, lon))
    return points


def test_lines_survive_encoding(shipped):
    assert decoded("_p~iF~ps|U_ulLnnqC_mqNvxq`@") == [(3850000, -12020000), (4070000, -12095000), (4325200, -12645300)]
    data = mapdata.base(shipped)
    for line, shape in zip(data["links"]["line"], shipped.links.geometry, strict=True):
        assert decoded(line) == [(round(y * 1e4), round(x * 1e4)) for x, y in shape.coords]
    land = json.loads((default_folder() / "basemap.geojson").read_text(encoding="utf-8"))["features"]
    for key, kind in (("land", "land"), ("borders", "border"), ("disputed", "border_disputed")):
        (shape,) = (f["geometry"]["coordinates"] for f in land if f["properties"]["kind"] == kind)
        lines = [line for part in shape for line in (part if kind == "land" else [part])]
        texts = [text for part in data[key] for text in (part if kind == "land" else [part])]
        assert [decoded(t) for t in texts] == [[(round(y * 1e3), round(x * 1e3)) for x, y in line] for line in lines]


def columns(table, size):
    """Read columns back, apart from columns.js."""
    whole = {
        name: [c["words"][i] for i in c["rows"] or [0] * size] if isinstance(c, dict) else c
        for name, c in table.items()
    }
    assert {len(column) for column in whole.values()} == {size}
    return whole


def test_columns_say_what_the_tables_say(mixed):
    net = mixed.close("corridor:Vc").build("corridor:VIII")
    view = maps.network_map(net)
    base, state = mapdata.base(net), mapdata.state(view)
    links, used = (columns(table["links"], len(net.links)) for table in (base, state))
    places, ends = (columns(table["places"], len(net.places)) for table in (base, state))
    sources = base["sources"]
    assert len(set(sources)) == len(sources)
    called = net.places["name"]
    for i, row in enumerate(net.links.to_dict("records")):
        assert places["name"][links["from"][i]] == called[row["from"]]
        assert (links["name"][i] or f"{called[row['from']]}–{called[row['to']]}") == row["name"]
        assert (links["mode"][i], used["km"][i], used["confidence"][i]) == (
            row["mode"], round(row["length_km"], 1), row["length_confidence"],
        )  # fmt: skip
        assert used["hours"][i] == round(row["time_h"], 1)
        assert len(links["sources"][i]) == len(row["source"].split(";"))
        assert ("not used" in used["words"][i]) is not row["active"]
        assert (used["state"][i] == "") is row["active"]
        assert (used["state"][i] == "closed") is (row["closure"] != "")
    assert [not label or label == f"{name}*" for label, name in zip(places["label"], places["name"], strict=True)]
    assert [label.endswith("*") for label in places["label"]] == (net.places["country"] == "XK").tolist()
    assert set(ends["role"]) == {"origin", "destination", ""}


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (["Durrës", "Durres", "Durazzo;Durrës port;Port of Durres"], ("Durazzo",)),
        (["Beograd", "Belgrade", "Београд;Београд / Beograd"], ("Belgrade", "Београд")),
        (["Vlorë", "Vlore", ""], ()),
    ],
)
def test_only_names_that_find_more_are_carried(cells, found):
    assert mapdata._other_names(cells) == found
