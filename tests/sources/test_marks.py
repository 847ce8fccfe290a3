"""What is kept beside the ways: the newest of each relation and point, and no more points than are needed."""

from mobility.sources.extract import Node, Selection
from mobility.sources.marks import BORDER, OUTLINE, Marks, Relation, site, site_role

NATIONAL = {"type": "boundary", "boundary": "administrative", "admin_level": "2"}


def marks(*relations, points=(), **selection):
    found = Marks(Selection(sites=True, **selection))
    found.read(relations)
    for point in points:
        found.point(point)
    return found


def test_ways_of_borders_and_of_sites_are_outlines():
    border = Relation(1, NATIONAL, [("w", 10, "outer"), ("w", 11, "inner"), ("r", 5, "subarea"), ("n", 7, "label")])
    base = Relation(2, {"military": "base"}, [("w", 11, "outer")])
    county = Relation(3, NATIONAL | {"admin_level": "6"}, [("w", 12, "outer")])
    found = marks(border, base, county)
    assert found.outline == {10: BORDER, 11: BORDER | OUTLINE}
    assert [relation.id for relation in found.relations] == [1, 2]
    assert border.ways() == {10: "outer", 11: "inner"}
    assert marks(border, base, borders=False).outline == {11: OUTLINE}


def test_the_newest_relation_stands_whatever_the_order():
    old, new = Relation(1, NATIONAL, [("w", 10, "outer")], 1), Relation(1, NATIONAL, [("w", 11, "outer")], 2)
    gone = Relation(1, {}, [], 3, gone=True)
    other = Relation(1, {"type": "route"}, [("w", 12, "")], 3)
    assert [*marks(old, new).outline] == [*marks(new, old).outline] == [11]
    assert marks(old, new, gone).outline == marks(old, other).outline == {}


def test_the_newest_point_stands_whatever_the_order():
    old, new = (Node(1, 20.0, 40.0, {"place": "town", "name": name}, v) for v, name in ((1, "Old"), (2, "New")))
    for points in ([old, new], [new, old]):
        assert [node.tags["name"] for node in marks(points=points).points] == ["New"]
    assert marks(points=[old, new._replace(gone=True)]).points == ()
    assert marks(points=[old, new._replace(tags={})]).points[0].tags == {}


def test_points_that_say_nothing_or_are_nowhere_are_left_out():
    town = {"place": "town", "name": "Town"}
    points = [
        Node(1, 20.0, 40.0, {"highway": "crossing"}),
        Node(2, 20.0, 40.0, {"place": "hamlet", "name": "Hamlet"}),
        Node(3, 20.0, 95.0, town),
        Node(4, float("nan"), float("nan"), town),
        Node(5, 20.0, 40.0, {"barrier": "border_control"}),
        Node(6, 20.0, 40.0, town | {"highway": "x"}),
    ]
    assert [(node.id, node.tags) for node in marks(points=points).points] == [(6, town)]


def test_of_addresses_one_is_enough_in_each_tenth_of_a_degree():
    """A file has millions of them."""
    at = [(20.01, "PL"), (20.02, "PL"), (20.03, "LT"), (20.21, "PL")]
    points = [Node(n, lon, 40.0, {"addr:country": code, "addr:street": "S"}) for n, (lon, code) in enumerate(at)]
    assert [node.id for node in marks(points=points).points] == [0, 2, 3]


def test_what_a_relation_names_is_kept_though_it_says_nothing():
    border = Relation(1, NATIONAL, [("n", 7, "label")])
    assert [node.id for node in marks(border, points=[Node(7, 20.0, 40.0), Node(8, 20.0, 40.0)]).points] == [7]


def test_a_ferry_terminal_for_vehicles_is_a_port():
    terminal = {"amenity": "ferry_terminal"}
    found = {
        cargo: site(terminal | {"cargo": cargo}) for cargo in ("passengers;vehicle;hgv", "passengers;bicycle", "no")
    }
    assert found == {"passengers;vehicle;hgv": "ferry_port", "passengers;bicycle": "", "no": ""}


def test_what_is_kept_of_a_site():
    tags = {"military": "base", "name": "Camp\u0007 A", "icao": "XXXX", "landuse": "military"}
    assert site_role(tags) == {"site": "base", "name": "Camp A", "icao": "XXXX"}
    assert site_role({"highway": "primary"}) == {}
