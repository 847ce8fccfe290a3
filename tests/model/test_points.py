"""Places by coordinates."""

import pytest

from drawing import drawn
from mobility.errors import InputError
from mobility.model.points import coordinates, nearest, off_the_line

AT = {name: {"lat": str(lat), "lon": str(lon)} for name, lat, lon in (("a", 0, 0), ("b", 0, 0.05), ("c", 0, 0.1))}


@pytest.mark.parametrize(
    ("word", "expected"),
    [("60.17,24.94", (60.17, 24.94)), (" -33.9 , 18 ", (-33.9, 18.0)), ("tirana", None), ("60.17;24.94", None)],
)
def test_what_is_a_point(word, expected):
    assert coordinates(word) == expected


@pytest.mark.parametrize("word", ["91,0", "0,181", "-91,0"])
def test_what_is_not_on_the_globe(word):
    with pytest.raises(InputError, match=r"write latitude,longitude in degrees"):
        coordinates(word)


def test_the_nearest_place_in_use():
    net = drawn("a -road 10- b", "b -road 10- c", places=AT)
    assert nearest(net, 0.01, 0.049) == ("b", pytest.approx(1.12, abs=0.01))
    assert net.places_named(["0.01,0.049", "a"]) == ["b", "a"]
    assert nearest(net.close("link:a--b-road"), 0, 0)[0] == "a"  # what a point means does not hang on closures
    assert nearest(net.close("a"), 0, 0)[0] == "a"


def test_roads_come_before_railways():
    net = drawn("a -rail 10- b", "b -road 10- c", places=AT)
    assert nearest(net, 0, 0)[0] == "b"
    assert nearest(net.under("plain", modes=["rail"]), 0, 0)[0] == "a"


def test_a_place_that_one_cannot_leave_is_not_meant():
    net = drawn("a -road> 10- b", "b -road 10- c", places=AT)
    assert nearest(net, 0, 0)[0] == "b"


def test_too_far_says_what_is_nearest(line):
    with pytest.raises(InputError, match=r"no place in use within 20 km of 60,24.*the nearest is .* km away"):
        line.place_named("60,24")
    with pytest.raises(InputError, match=r"within 20 km"):
        line.under("plain", modes=["rail"]).place_named("0,0")


# A road along the equator from a to e (33 km), and a town t 9 km north of its middle with no road to it from there.
LONG = {name: {"lat": str(lat), "lon": str(lon)} for name, lat, lon in (("a", 0, 0), ("e", 0, 0.3), ("t", 0.08, 0.14))}


def test_the_end_of_the_line_beside_a_point_goes_before_a_nearer_place():
    net = drawn("a -road 33- e", "t -road 100- e", places=LONG)
    assert nearest(net, 0.002, 0.13) == ("a", pytest.approx(14.46, abs=0.01))  # t is 8.7 km away
    assert nearest(net, 0.07, 0.14)[0] == "t"
    assert off_the_line(net, 0.002, 0.13) == ("a--e-road", pytest.approx(0.22, abs=0.01))
    assert off_the_line(net, 30, 30)[0] == ""


def test_a_one_way_line_leads_to_its_end():
    net = drawn("a -road> 33- e", "e -road 10- t", "t -road 50- a", places=LONG)
    assert nearest(net, 0.001, 0.13)[0] == "e"
