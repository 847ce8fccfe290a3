"""Maps for print as a reader meets them: as bytes, as pixels, and as XML."""

import io
import os
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from drawings import LINKS, PLACES
from figures import HOSTILE, HOSTILE_NAME, boxes, read
from matplotlib.collections import PathCollection
from pages import meet
from PIL import Image
from pyproj import Transformer
from shapely.geometry import Point

from drawing import drawn
from mobility.present import maps, style
from mobility.present.print import map as figures
from mobility.present.print import sheet
from mobility.present.print.pens import CROSS

pytestmark = pytest.mark.xdist_group("figures")

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def whole(mixed):
    """The busiest of the shipped maps."""
    return maps.route_map(mixed)


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def count(image, colour):
    return int((image == list(bytes.fromhex(colour[1:]))).all(axis=2).sum())


CLOSED = {"network", "pair", "whatif", "interdict", "nothing"}


@pytest.mark.parametrize(
    "kind", "network routes pair whatif bottlenecks interdict protect redundancy deploy nothing".split()
)
def test_every_view_is_a_figure_that_says_what_it_shows(every, file_of, kind):
    view = every[kind]
    tree, words = read(file_of(kind, ".svg"))
    said = " ".join(words)
    assert tree.find(f"{SVG}title").text == view.title
    for text in (view.title, view.subtitle, style.KOSOVO_NOTE, style.ATTRIBUTION, "b*", "EPSG:3035"):
        assert text in said, text
    assert ("closed here" in words) is (kind in CLOSED)
    assert any(word.startswith("Ä–port") for word in words) is (kind != "redundancy"), "an end is named"
    assert not [node for node in tree.iter() if node.tag in {f"{SVG}script", f"{SVG}image"}]
    assert not [value for node in tree.iter() for key, value in node.items() if "href" in key and value[0] != "#"]


@pytest.mark.parametrize("kind", ["no ends", "only sea"])
def test_little_is_no_reason_to_fail(every, kind):
    assert every[kind].encoded(".svg").startswith(b"<?xml")


def test_lines_and_route_are_seen(file_of, whole):
    seen, bare = pixels(file_of("routes", ".png")), pixels(file_of("network", ".png"))
    assert count(seen, style.ROUTE_COLOUR) + count(seen, style.GROUP_COLOURS["VIII"]) > 5000
    assert count(bare, style.ROUTE_COLOUR) == 0
    for colour in (style.LAND, style.WATER, "#FFFFFF", *(style.GROUP_COLOURS[g] for g in ("VIII", "X", "R10", "IV"))):
        assert count(bare, colour) > 300, colour
    busy = pixels(whole.encoded(".png"))
    for colour in (style.GROUP_COLOURS["X"], style.GROUP_COLOURS["VIII"], style.RIVER, style.WATER):
        assert count(busy, colour) > 2000, colour
    assert count(pixels(file_of("whatif", ".png")), style.LOST_COLOUR) > 1000


def test_names_stand_apart_and_on_the_map(whole):
    figure = whole.figure()
    ax = figure.axes[0]
    frame = ax.get_window_extent().extents / figure.dpi * 72
    names = {text.get_text(): box for text, box in boxes(figure).items() if text.axes is ax}
    for (one, box), (other, second) in combinations(names.items(), 2):
        assert not meet(box, second, 0.6), (one, other)
    for name, box in names.items():
        assert frame[0] <= box[0] and frame[1] <= box[1] and box[2] <= frame[2] and box[3] <= frame[3], name  # noqa: PT018
    ends = whole.labels()
    ends = set(ends.loc[ends["role"] != "", "label"])
    assert len(ends & set(names)) > 0.85 * len(ends)
    assert len(set(names) - ends) >= 8


@pytest.mark.parametrize("kind", ["routes", "whatif"])
def test_nothing_covers_the_map_and_nothing_is_cut(every, whole, kind):
    figure = (whole if kind == "routes" else every[kind]).figure()
    ax, found = figure.axes[0], boxes(figure)
    wide, high = figure.get_size_inches() * 72
    frame = ax.get_window_extent().extents / figure.dpi * 72
    for text, box in found.items():
        assert box[0] >= 0 and box[1] >= 0 and box[2] <= wide and box[3] <= high, text.get_text()  # noqa: PT018
        assert text.axes is ax or not meet(box, frame, 0.6), text.get_text()
        assert text.get_fontsize() >= 6
    for (one, box), (other, second) in combinations(found.items(), 2):
        assert not meet(box, second, 1.5), (one.get_text(), other.get_text())


def test_places_are_where_epsg_3035_has_them(featured):
    """One metre is as long everywhere on the paper and in every direction, as in EPSG:3035 itself."""
    view = maps.route_map(featured)
    figure = figures.figure_of(view)
    window = figures.Window.around(view.framed(), figure.axes[0].get_window_extent().size / figure.dpi * 72)
    to_3035 = Transformer.from_crs("EPSG:4326", "EPSG:3035", always_xy=True).transform
    drawn_at = {tuple(at) for marks in figure.axes[0].collections for at in np.round(marks.get_offsets(), 6).tolist()}
    ends = {"a", "d"}
    assert {
        p for p in PLACES if tuple(np.round(window.points(featured.places.geometry)[p].coords[0], 6)) in drawn_at
    } >= ends
    paper = {p: window.points(featured.places.geometry)[p] for p in PLACES}
    plane = {p: Point(to_3035(float(PLACES[p]["lon"]), float(PLACES[p]["lat"]))) for p in PLACES}
    for one, other in combinations(PLACES, 2):
        true = plane[one].distance(plane[other])
        assert paper[one].distance(paper[other]) * window.m_per_pt == pytest.approx(true, rel=1e-9)
    scale = float(figure.axes[0].get_xlim()[1]) / (figure.axes[0].get_window_extent().width / figure.dpi * 72)
    assert scale == pytest.approx(1)


def test_scale_bar_is_as_long_as_it_says(every):
    figure = every["routes"].figure()
    (bar,) = figure.axes[1].lines
    (text,) = (t.get_text() for t in figure.axes[1].texts if t.get_text().endswith(" km"))
    size = figure.axes[0].get_window_extent().size / figure.dpi * 72
    window = figures.Window.around(every["routes"].framed(), size)
    assert np.ptp(bar.get_xdata()) * window.m_per_pt == pytest.approx(float(text.split()[0]) * 1000)


def test_railway_on_its_road_is_moved_beside_it(featured):
    window = figures.Window.around(maps.network_map(featured).framed(), (500, 400))
    lines = figures._lines(featured, window)
    rail, road = lines["b--c-rail"], lines["b--c-road"]
    assert rail.distance(road) == pytest.approx(2, abs=0.1)
    assert lines["a--b-road"].equals_exact(window.points(featured.links.geometry)["a--b-road"], 0)


def test_closed_links_have_dots_and_a_cross_each(every):
    """Nothing rests on colour alone."""
    figure = every["network"].figure()
    drawings = figure.axes[0].collections
    marks = [c for c in drawings if isinstance(c, PathCollection) and c.get_sizes()[0] == pytest.approx(CROSS**2)]
    assert [len(c.get_offsets()) for c in marks] == [1]
    dashes = {tuple(c.get_linestyle()[0][1] or ()) for c in drawings if c.get_zorder() == figures._LINKS}
    assert len(dashes) == 5  # road (and rail below), rail above, sea, planned, closed


def test_lines_of_a_what_if_are_compared_by_one_measure(mixed):
    view = maps.whatif_map(mixed, mixed.close("country:RS"), ["durres", "bar"], ["varna", "burgas"])
    widths = {v: view.breadth(layer, v) for layer in view.layers if not layer.fixed for v in layer.values.values()}
    assert [widths[v] for v in sorted(widths)] == sorted(widths.values())
    assert max(widths.values()) == pytest.approx(13)


def test_hostile_names_are_text():
    net = drawn(*LINKS, places={p: row | {"name": HOSTILE_NAME + p} for p, row in PLACES.items()})
    view = maps.route_map(net, ["a"], ["d"], title=HOSTILE * 3)
    tree, words = read(view.encoded(".svg"))
    assert not [node for node in tree.iter() if "script" in str(node.tag)]
    assert "".join("".join(words).split()).count("$\\frac{1}{0}$%d{{7*7}}") >= 4  # title and names, as they are
    assert tree.find(f"{SVG}title").text == sheet.shown(HOSTILE * 3)
    for kind in (".png", ".pdf"):
        assert len(view.encoded(kind)) > 10_000
    shown = sheet.shown(HOSTILE)
    assert "\u202e" not in shown and "\x1b" not in shown and "\ud800" not in shown  # noqa: PT018
    assert shown.count("\ufffd") == 1, "the skull is not in the font"


@pytest.mark.slow
def test_same_bytes_whatever_the_hash_seed_and_the_users_settings(tmp_path):
    """And no figure touches pyplot, whose state a notebook shares."""
    (tmp_path / "matplotlibrc").write_text(
        "font.family: serif\nsvg.fonttype: none\nfigure.dpi: 50\nlines.dashed_pattern: 9, 9\naxes.grid: True\n"
        "savefig.bbox: tight\nsavefig.transparent: True\npatch.linewidth: 7\nxtick.bottom: False\n"
    )
    script = """if True:
        import hashlib, sys
        from drawings import LINKS, PLACES, PROJECT
        from drawing import drawn
        from mobility.present import maps
        view = maps.whatif_map(net := drawn(*LINKS, places=PLACES, projects=[PROJECT]), net.close("link:a--b-road"))
        before = set(sys.modules)
        print([hashlib.sha256(view.encoded(kind)).hexdigest() for kind in (".png", ".svg", ".pdf")])
        print("matplotlib.pyplot" in set(sys.modules) - before)"""
    here = Path(__file__).parents[1]
    path = os.pathsep.join(map(str, (here, here.parent, here.parents[1] / "src")))
    said = [
        subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"PYTHONPATH": path, "PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": seed} | more,
            cwd=tmp_path if more else here,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, more in (("1", {}), ("77", {"MATPLOTLIBRC": str(tmp_path / "matplotlibrc")}))
    ]
    assert said[0] == said[1]
    assert said[0].endswith("False\n")


@pytest.mark.parametrize("kind", [".png", ".svg", ".pdf"])
def test_files_name_no_machine_and_no_date(file_of, kind):
    data = file_of("routes", kind)
    for word in (b"CreationDate", b"dc:date", b"/home", str(Path(__file__).parents[3]).encode(), b"Software"):
        assert word not in data
    if kind == ".pdf":
        assert b"/Type3" not in data.replace(b" ", b"")
