"""A page in three files runs where a site allows no script inside pages; without scripts a page has a picture."""

import functools
import re
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import folium
import pytest
from browser import SIZES, Browser
from folium import plugins
from pages import AT, HOSTILE, LINKS, MAP, until

import mobility
from console import tags
from drawing import drawn
from mobility.errors import InputError
from mobility.present.report import Report, Section
from mobility.present.report_file import to_html
from mobility.present.web.page import OfflineMap
from mobility.present.web.splitting import split

pytestmark = pytest.mark.xdist_group("split")

SCRIPTS = "script-src 'self'"
STRICT = f"default-src 'none'; {SCRIPTS}; style-src 'self'; img-src 'self' data:; font-src data:"


def test_nothing_of_code_is_left_inside():
    page = "<html><head><style>a{}</style><script>const a = 1;</script></head><body><script>b(a)</script></body></html>"
    files = split(page, "m")
    assert list(files) == ["m.js", "m.css", "m.html"]  # what needs the others comes last
    assert files["m.js"] == b"const a = 1;\n;\nb(a)"
    assert files["m.css"] == b"a{}"
    html = files["m.html"].decode()
    assert '<link rel="stylesheet" href="m.css">\n</head>' in html
    assert html.endswith('<script src="m.js"></script>\n</html>')


def test_what_makes_code_out_of_text_is_refused():
    plugins.MeasureControl().add_to(page := OfflineMap())
    assert "leaflet-measure" in page.html()
    with pytest.raises(InputError, match="MeasureControl") as error:
        page.files("map")
    assert "\n" not in str(error.value)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Three pages of a network whose names are hostile, each in three files."""
    folder = tmp_path_factory.mktemp("site")
    net = drawn(*LINKS, places={p: row | {"name": HOSTILE + p} for p, row in AT.items()})
    own = OfflineMap()
    folium.Marker((42, 21), popup="camp", icon=folium.Icon()).add_to(own)
    for plugin in (plugins.Draw(), plugins.Fullscreen(), plugins.MiniMap(), plugins.MousePosition()):
        plugin.add_to(own)
    mobility.findings.routes(net, ["a"], ["d"]).add_to(own)
    folium.LayerControl().add_to(own)
    pages = {"map": mobility.route_map(net, ["a"], ["d"]).page(), "whatif": mobility.whatif_page(net, ["a"], ["d"])}
    for name, page in (pages | {"own": own}).items():
        for file, data in page.files(name).items():
            (folder / file).write_bytes(data)
    return folder


@pytest.mark.parametrize("name", ["map", "whatif", "own"])
def test_no_script_style_or_handler_stands_in_the_page(folder, name):
    found = tags((folder / f"{name}.html").read_text(encoding="utf-8"))
    assert [attrs for tag, attrs in found if tag == "script"] == [{"src": f"{name}.js"}]
    assert not [tag for tag, attrs in found if tag == "style" or any(k == "style" or k.startswith("on") for k in attrs)]


@pytest.mark.browser
def test_pages_run_under_a_strict_policy(folder):
    class Strict(SimpleHTTPRequestHandler):
        def end_headers(self):
            self.send_header("Content-Security-Policy", SCRIPTS if "own" in self.path else STRICT)
            super().end_headers()

        def log_message(self, *words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Strict, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    chromium = Browser(reached="127.0.0.1")
    try:
        for name, sign in (("map", "path.mob-route"), ("whatif", "path.mob-route"), ("own", ".leaflet-draw")):
            site = f"http://127.0.0.1:{server.server_port}/{name}"
            tab = chromium.open(f"{site}.html", SIZES["wide"])
            until(tab, f"document.querySelectorAll('{sign}').length")
            asked = [url for url in tab.requests() if "favicon" not in url]
            assert asked == [f"{site}.css", f"{site}.js"]
            assert [said for said in tab.errors() if "favicon" not in str(said)] == []
            assert tab.run("typeof hit") == "undefined"
        tab.run(f"void Object.values({MAP}._layers).find(l => l.getPopup && l.getPopup()).openPopup()")
        assert until(tab, "document.querySelector('.leaflet-popup-content')?.textContent.trim()") == "camp"
        inline = (
            "const s = document.createElement('script'); s.textContent = 'window.inline = 1'; document.head.append(s)"
        )
        assert tab.run(f"(() => {{ {inline}; return typeof inline }})()") == "undefined"  # the policy is in force
    finally:
        chromium.close()
        server.shutdown()
        server.server_close()


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["routes", "network", "nothing"])
def test_without_scripts_a_picture_and_a_sentence_stand_there(browser, file_of, tmp_path, kind):
    page = file_of(kind, ".html").decode()
    (noscript,) = re.findall(r"<noscript>(.*?)</noscript>", page, re.DOTALL)
    assert re.search(r"<p>[^<]+ This page draws its map with scripts, which are off here; this picture", noscript)
    assert "<svg viewBox=" in noscript
    bare = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    path = tmp_path / "bare.html"
    path.write_text(bare.replace("<noscript>", "").replace("</noscript>", ""), encoding="utf-8")
    tab = browser.open(path, SIZES["wide"])
    assert tab.run(
        "(b => b.width > 500 && b.height > 100)(document.querySelector('.mob-still svg').getBoundingClientRect())"
    )
    assert tab.pixels("#F6F4EE") > 5000
    tab.close()


def test_every_page_has_its_noscript(every):
    net = drawn(*LINKS, places=AT)
    for page in (mobility.whatif_page(net, ["a"], ["d"]).html(), OfflineMap().html(), every["deploy"].page().html()):
        assert page.count("<noscript>") == 1
    section = Section("Routes", ("s",), view=every["routes"])
    brief = to_html(Report("t", (section, section), net.sources.iloc[:0], "", "f", {}))
    assert brief.count("<noscript>") == brief.count("drawNetwork(map_") == 2
