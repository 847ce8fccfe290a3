"""What lies behind the maps: the waters that matter, in their places, and names that take no side."""

import pytest
from shapely.geometry import MultiLineString, MultiPolygon, Point, box

from drawing import drawn
from mobility.present import maps
from mobility.present.backdrop import basemap, names, waters
from mobility.present.web.data import base


def river(name):
    (lines,) = [found["lines"] for found in waters("river") if found["name"] == name]
    return MultiLineString(lines)


# Towns on the banks, from GeoNames as in places.csv, by hand.
BANKS = {
    "Danube": [(20.46, 44.82), (22.87, 43.99), (25.97, 43.86), (28.05, 45.43)],
    "Sava": [(20.44, 44.82), (19.61, 44.97), (16.0, 45.78)],
    "Drina": [(19.10, 44.39)],
    "Drin": [(19.52, 42.03)],
    "Vardar": [(21.43, 42.0), (21.78, 41.71)],
    "Struma": [(23.06, 42.02)],
    "Maritsa": [(24.75, 42.15), (26.2, 41.77)],
    "Olt": [(24.37, 45.1)],
}


@pytest.mark.parametrize("name", BANKS)
def test_a_river_runs_by_its_towns(name):
    for bank in BANKS[name]:
        assert river(name).distance(Point(bank)) < 0.1, bank


def test_great_rivers_are_named_first_and_on_their_course():
    kinds = [name.kind for name in names()]
    assert kinds.index("river") > kinds.index("sea") > kinds.index("country")
    great = [name for name in names() if name.kind == "river" and name.rank == 1]
    assert {"Danube", "Sava", "Drina", "Drin", "Vardar", "Struma", "Maritsa", "Olt"} <= {name.text for name in great}
    for name in great:
        assert all(river(name.text).distance(Point(spot)) < 0.02 for spot in name.at), name.text


def test_names_take_no_side():
    called = {name.text: name for name in names()}
    assert {"Kosovo*", "North Macedonia", "Türkiye"} <= set(called)
    assert not {"Kosovo", "Macedonia", "Turkey", "Czech Republic"} & set(called)
    crimea = box(32.4, 44.3, 36.7, 46.2)
    assert not [n.text for n in names() if n.kind == "country" and any(crimea.contains(Point(p)) for p in n.at)]


def test_a_network_beyond_the_land_is_shown_and_said():
    """As one of Japan: no edge of ours keeps the page from it, and its credits are its own."""
    far = {"a": {"lat": "35.6", "lon": "139.7", "country": "JP"}, "b": {"lat": "34.7", "lon": "135.5", "country": "JP"}}
    net = drawn("a -road 500- b country=JP", places=far)
    view = maps.network_map(net)
    (south, west), (north, east) = base(net)["world"]
    assert west < 135.5
    assert east > 139.7
    assert south < 34.7
    assert north > 35.6
    assert "Land and names are drawn from 14° W to 58° E and 22° to 63° N only" in view.footnote
    for word in ("UNSCR", "GeoNames", "OurAirports"):
        assert word not in view.footnote
    near = {"a": {"lat": "41", "lon": "20"}, "b": {"lat": "42", "lon": "21"}}
    assert "only; this network" not in maps.network_map(drawn("a -road 10- b", places=near)).footnote


def test_country_names_stand_on_land_and_seas_on_water():
    land = MultiPolygon([(rings[0], rings[1:]) for rings in basemap()["land"]])
    for name in names():
        if name.kind in {"country", "sea"}:
            assert land.contains(Point(name.at[0])) is (name.kind == "country"), name.text
