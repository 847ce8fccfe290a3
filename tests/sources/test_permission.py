"""What keeps lorries and trains off a way: words of access, barriers at points, what is out of use."""

import pytest

from mobility.sources.permission import AT_POINT, DOUBTFUL_POINT, aboard, at_point, doubt, forbidden


def tags(text):
    return dict(tag.split("=") for tag in text.split())


@pytest.mark.parametrize(
    "text",
    "access=no access=private motor_vehicle=no motor_vehicle=agricultural motor_vehicle=agricultural;forestry "
    "vehicle=forestry hgv=no hgv=delivery access=customers access=residents access=military access=permit "
    "motor_vehicle=Private smoothness=impassable disused=yes abandoned=yes construction=yes "
    "proposed=yes dismantled=yes destroyed:bridge=yes".split(),
)
def test_forbidden(text):
    assert forbidden(tags(text), "road").casefold() == text.casefold()


@pytest.mark.parametrize(
    "text",
    [
        "access=no hgv=yes",
        "vehicle=no motor_vehicle=permissive",
        "access=unknown",
        "hgv=designated",
        "motorcar=no",  # of cars, not of lorries
        "goods=no",
        "access=private;yes",  # of a list the mildest counts
        "disused=no",
        "construction=minor",
        "",
    ],
)
def test_not_forbidden(text):
    assert forbidden(tags(text), "road") == ""
    assert doubt(tags(text), None) == ""


@pytest.mark.parametrize("text", ["access=no", "motor_vehicle=no", "hgv=no", "vehicle=private"])
def test_keys_of_roads_say_nothing_of_trains(text):
    assert forbidden(tags(text), "rail") == ""


@pytest.mark.parametrize("text", ["disused=yes", "abandoned=yes", "construction=rail", "proposed=yes"])
def test_no_train_runs_on_what_is_out_of_use(text):
    assert forbidden(tags(text), "rail") == text


@pytest.mark.parametrize(
    ("text", "length_m"),
    [
        ("hgv=destination", None),
        ("access=perhaps", None),
        ("ford=yes", None),
        ("ice_road=yes", None),
        ("seasonal=summer", None),
        ("smoothness=very_horrible", None),
        ("maxlength=8", 8),
    ],
)
def test_in_doubt(text, length_m):
    assert doubt(tags(text), length_m) == text
    assert forbidden(tags(text), "road") == ""


def test_a_length_that_long_lorries_have_is_in_no_doubt():
    assert doubt({"maxlength": "22"}, 22) == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("barrier=block", {AT_POINT: "barrier=block"}),
        ("barrier=bollard", {AT_POINT: "barrier=bollard"}),
        ("barrier=jersey_barrier", {AT_POINT: "barrier=jersey_barrier"}),
        ("barrier=gate access=private", {AT_POINT: "barrier=gate, access=private"}),
        ("barrier=gate locked=yes", {AT_POINT: "barrier=gate"}),
        ("access=no", {AT_POINT: "access=no at a point"}),
        ("barrier=bollard hgv=yes", {}),
        ("barrier=gate", {}),
        ("barrier=border_control", {}),
        ("barrier=toll_booth", {}),
        ("barrier=height_restrictor maxheight=2.2", {"maxheight": "2.2"}),
        ("barrier=height_restrictor", {DOUBTFUL_POINT: "barrier=height_restrictor"}),
        ("barrier=hippopotamus", {DOUBTFUL_POINT: "barrier=hippopotamus"}),
        ("maxweight=3.5", {"maxweight": "3.5"}),
        ("barrier=height_restrictor maxheight:physical=2.2", {"maxheight:physical": "2.2"}),
        ("ford=yes", {"ford": "yes"}),
        ("highway=traffic_signals", {}),
    ],
)
def test_at_a_point(text, said):
    assert at_point(tags(text)) == said


def test_what_stands_at_a_point_bars_its_roads():
    assert forbidden(at_point({"barrier": "block"}), "road") == "barrier=block"
    assert doubt(at_point({"barrier": "height_restrictor"}), None) == "barrier=height_restrictor"


@pytest.mark.parametrize(
    ("text", "takes"),
    [("", None), ("foot=yes", None), ("motorcar=yes", True), ("motorcar=no", False), ("goods=yes access=no", True)],
)
def test_what_a_ferry_says_of_vehicles(text, takes):
    assert aboard(tags(text)) is takes
