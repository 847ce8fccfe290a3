"""What is lost becomes damages: which class, one or several, and what is refused."""

import pytest

from drawing import drawn
from mobility.analysis.basis import Basis
from mobility.analysis.damages import MOST, damages_of
from mobility.analysis.pairs import pairs_of
from mobility.errors import InputError, MobilityError, UnknownNameError
from mobility.model.repairs import read_repairs


@pytest.fixture(scope="module")
def net():
    """A road with a tunnel and a long bridge, a railway over the same bridge, a ferry and a border.

    a --road 10-- b --road 10, rail 10-- c --road 5-- d (border) --road 5-- e ~sea 9~ f
    """
    return drawn(
        "a -road 10- b",
        "b -road 10- c",
        "b -rail 10- c",
        "c -road 5- d",
        "d -road 5- e country=BB",
        "e -sea 9- f",
        places={"d": {"kind": "border_crossing", "country": "AA-BB"}},
        borders=[{"place": "d", "countries": "AA-BB", "mode": "road", "wait_h": 1}],
        structures=[
            {"id": "tube", "name": "Tube", "kind": "tunnel", "links": "a--b-road", "lanes_tracks": "2 tubes"},
            {"id": "both", "name": "Both", "kind": "bridge", "links": "b--c-road;b--c-rail", "length_m": 500.0},
            {"id": "short", "name": "Short", "kind": "bridge", "links": "c--d-road", "length_m": 40.0},
            {"id": "hill", "name": "Hill", "kind": "pass", "links": "d--e-road"},
        ],
    )


def found(net, *lost, settings=()):
    basis = Basis(net, pairs_of(net, ["a"], ["e"]))
    return {damage.id: damage for damage in damages_of(basis, lost, settings, read_repairs())}


def test_classes_of_what_is_named(net):
    works = read_repairs()
    damages = found(net, "tube", "both", "short", "hill")
    assert {key: one.kind for key, one in damages.items()} == {
        "tube": "twin-tunnel", "both": "road-bridge", "short": "road-span", "hill": "road-cut"
    }  # fmt: skip
    assert damages["short"].with_set == works["road-span", True]
    assert damages["both"].with_set is None, "a set carries no railway"
    assert damages["both"].plain.hours == max(works[kind, False].hours for kind in ("road-bridge", "rail-bridge"))
    assert damages["both"].closure.links == ("b--c-road", "b--c-rail")


def test_a_link_falls_with_its_worst_structure_and_else_as_a_cut(net):
    damages = found(net, "c--d-road", "link:d--e-road", "b--c-rail")
    assert damages["c--d-road"].kind == "road-span"
    assert damages["b--c-rail"].kind == "rail-bridge", "the railway of the bridge"
    assert damages["d--e-road"].kind == "road-cut"


def test_an_area_is_a_damage_in_each_section_and_names_together_are_one(net):
    whole = found(net, "corridor:T")
    assert sorted(link for damage in whole.values() for link in damage.closure.links) == [
        "a--b-road", "b--c-rail", "b--c-road", "c--d-road", "d--e-road"
    ]  # fmt: skip
    assert len(whole) == 2, "the road in series, and the railway that no pair takes; the sea is not repaired"
    one = found(net, ("link:a--b-road", "link:c--d-road"))
    assert list(one) == ["a--b-road"]
    assert one["a--b-road"].closure.links == ("a--b-road", "c--d-road")
    assert one["a--b-road"].kind == "road-span", "the worst of a twin tunnel (2 days), a span and a cut"


def test_what_is_said_of_a_damage_counts(net):
    damages = found(
        net, "both", "hill", "border:d", settings=["both:length_m=50", "hill:class=rail-tunnel", "border:d:days=2.5"]
    )
    assert damages["both"].kind in {"road-span", "rail-span"}
    assert damages["hill"].kind == "rail-tunnel"
    border = damages["border:d"]
    assert (border.plain, border.kind) == ((60, (60,)), "")
    assert found(net, "b--c-rail", settings=["b--c-rail:length_m=5000"])["b--c-rail"].kind == "rail-washout"


@pytest.mark.parametrize(
    ("lost", "settings", "said"),
    [
        ([], [], "nothing is lost"),
        (["tube"], ["tube:class=castle"], "no class of damage is called 'castle'; there are rail-bridge, "),
        (["tube"], ["tube:days=0"], "days is '0'; it must be a number above 0"),
        (["tube"], ["tube:days=nan"], "days is 'nan'"),
        (["tube"], ["tube:days=1e99"], "days is '1e99'"),
        (["tube"], ["tube:days=soon"], "days is 'soon'"),
        (["tube"], ["tube:length_m=-4"], "length_m is '-4'"),
        (["tube"], ["tube:days=4", "tube:days=5"], "days of 'tube' is 4 already"),
        (["tube"], ["tube:days=4", "tube:class=road-cut"], "give its days, or its class and length, not both"),
        (["tube"], ["tube=4"], "write NAME:class=CLASS"),
        (["tube"], ["tube:colour=red"], "write NAME:class=CLASS"),
        (["tube"], ["hill:days=4"], "'hill' is not lost; there are tube"),
        (["e--f-sea"], [], "nothing of it is repaired by a crew; give --damage e--f-sea:days=DAYS"),
        (["border:d"], [], "how long its repair takes is not known; give --damage border:d:days=DAYS"),
        (["place:c"], [], "give --damage place:c:days=DAYS"),
        (["a--b-road>"], [], "lost in both directions"),
    ],
)
def test_refusals(net, lost, settings, said):
    with pytest.raises(InputError) as error:
        found(net, *lost, settings=settings)
    assert said in str(error.value)


def test_what_is_not_there_or_not_in_use(net):
    with pytest.raises(UnknownNameError):
        found(net, "nowhere")
    with pytest.raises(MobilityError, match="closes nothing"):
        found(drawn("a -road 10- e", "a -road 5- e status=planned id=new"), "link:new")
    many = drawn(*(f"p{i} -road 10- p{i + 1} corridors=T{i}" for i in range(MOST + 1)))
    basis = Basis(many, pairs_of(many, ["p0"], [f"p{MOST + 1}"]))
    with pytest.raises(InputError, match=f"{MOST + 1} damages are too many"):
        damages_of(basis, [f"link:{link}" for link in many.links.index], (), read_repairs())
