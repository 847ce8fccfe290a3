"""A release: what it holds is the network again, its checksums are true, QGIS finds a style for every link."""

import hashlib
import re
import sqlite3
import zipfile
from contextlib import closing

import pytest

from console import Tags
from mobility import InputError, Network, data_changes, release, routes
from mobility.present import style
from mobility.present.releasing import links_style, places_style


@pytest.fixture(scope="module")
def made(small, tmp_path_factory):
    folder = tmp_path_factory.mktemp("release") / "r"
    release(Network.load(small), folder)
    return folder


def unpacked(made, tmp_path):
    (file,) = made.glob("*.parquet.zip")
    with zipfile.ZipFile(file) as archive:
        archive.extractall(tmp_path)
    return tmp_path / file.name.removesuffix(".zip")


def test_each_artefact_is_the_same_network_to_the_millisecond(made, small, tmp_path):
    before = Network.load(small)
    for path in (*made.glob("*.gpkg"), unpacked(made, tmp_path)):
        after = Network.load(path)
        assert data_changes(before, after).empty
        was, now = (net.under("mixed") for net in (before, after))
        assert was.links["time_h"].equals(now.links["time_h"])
        assert routes(was).drop(columns="geometry").equals(routes(now).drop(columns="geometry"))


def test_names_have_the_version_and_checksums_are_true(made, small):
    sums = dict(line.split("  ")[::-1] for line in (made / "SHA256SUMS").read_text(encoding="utf-8").splitlines())
    name = f"{small.name}-{Network.load(small).identity.sha256[:8]}"
    assert set(sums) == {f"{name}.gpkg", f"{name}.parquet.zip"} == {p.name for p in made.iterdir()} - {"SHA256SUMS"}
    for file, told in sums.items():
        assert hashlib.sha256((made / file).read_bytes()).hexdigest() == told


def test_the_same_network_makes_the_same_bytes(made, small, tmp_path):
    release(Network.load(small), tmp_path / "again")
    assert (tmp_path / "again" / "SHA256SUMS").read_bytes() == (made / "SHA256SUMS").read_bytes()


def test_a_folder_that_holds_something_is_left_alone(small, tmp_path):
    (tmp_path / "x").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="choose a new name"):
        release(Network.load(small), tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["x"]


def test_the_styles_stand_where_qgis_looks_for_them(made):
    (file,) = made.glob("*.gpkg")
    with closing(sqlite3.connect(file)) as base:
        rows = base.execute("SELECT f_table_name, f_geometry_column, styleQML, useAsDefault FROM layer_styles")
        found = {table: (column, qml, default) for table, column, qml, default in rows}
        listed = dict(base.execute("SELECT table_name, data_type FROM gpkg_contents"))
        drawn_in = dict(base.execute("SELECT table_name, column_name FROM gpkg_geometry_columns"))
    assert listed["layer_styles"] == "attributes", "GDAL leaves out what is not listed"
    assert found == {
        "links": (drawn_in["links"], links_style(), 1),
        "places": (drawn_in["places"], places_style(), 1),
    }


def classes(qml):
    """Return the expression of a style, and the options of the symbol of each class."""
    read = Tags()
    read.feed(qml)
    found, symbols = {}, {}
    for tag, of in read.found:
        if tag == "renderer-v2":
            expression = of["attr"]
        elif tag == "category":
            found[of["value"]] = of["symbol"]
        elif tag == "symbol":
            options = symbols.setdefault(of["name"], {})
        elif tag == "option" and "name" in of:
            options[of["name"]] = of["value"]
    return expression, {value: symbols[number] for value, number in found.items()}


def test_every_link_has_a_class_of_the_colours_of_the_maps(shipped):
    """The expression is QGIS's; its patterns are tried here on the links, against the colour groups of the maps."""
    of, found = classes(links_style())
    patterns = [(re.compile(p), g) for p, g in re.findall(r"\"corridors\", '(.*?)'\) THEN '(\w+)'", of)]
    for cell in shipped.links["corridors"].unique():
        group = next((g for pattern, g in patterns if pattern.search(cell)), "other")
        assert group == style.group_of(cell), cell
    groups, modes = style.GROUP_COLOURS, style.MODES
    assert set(found) == {f"{g} {m}" for g in groups for m in modes} | {"not open"}
    assert found["VIII road"]["line_color"] == "0,114,178,255", "#0072B2"
    assert "customdash" not in found["VIII road"]
    assert "customdash" in found["VIII rail"]


def test_places_are_origins_destinations_and_others():
    assert set(classes(places_style())[1]) == {"origin", "destination", "other"}
