"""What a picture shows, before anything draws it."""

from dataclasses import replace

from mobility.present import maps
from mobility.present.scene import Under


def test_ends_are_drawn_as_they_were_asked(featured):
    """Whatever places.csv says of their roles: from d to b."""
    for view in (
        maps.route_map(featured, ["d"], ["b"]),
        maps.whatif_map(featured, featured.close("link:b--c-rail"), ["d"], ["b"]),
    ):
        roles = view.labels()["role"]
        assert roles[roles != ""].to_dict() == {"d": "origin", "b": "destination"}


def test_a_map_with_nothing_to_show_frames_the_whole_network(featured):
    """As when all that was asked about is closed: a frame without extent is none."""
    view = maps.network_map(featured)
    empty = replace(view, layers=(Under("lost", "#000000", {}, {}),), ends=frozenset())
    assert empty.framed().total_bounds.tolist() == view.framed().total_bounds.tolist()
    assert empty.encoded(".svg").startswith(b"<?xml")
