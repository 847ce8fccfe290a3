"""What lies behind the maps: the waters that matter, in their places, and names that take no side."""

import pytest
from shapely.geometry import MultiLineString, MultiPolygon, Point, box

from mobility.present.backdrop import basemap, names, waters


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


def test_country_names_stand_on_land_and_seas_on_water():
    land = MultiPolygon([(rings[0], rings[1:]) for rings in basemap()["land"]])
    for name in names():
        if name.kind in {"country", "sea"}:
            assert land.contains(Point(name.at[0])) is (name.kind == "country"), name.text
