"""Many questions of one network: every answer of `prepare` is that of a network changed and asked anew."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mobility import prepare
from mobility.analysis.pairs import graph_for, pairs_of
from mobility.analysis.prepared import HOUR_COLUMNS
from mobility.analysis.replacement import losses
from mobility.analysis.whatif import whatif
from mobility.errors import InputError, MobilityError, UnknownNameError
from oracles import BETTER, WORSE, builds


def same(found, before, after, *ends):
    """Equal to the what-if of two networks, in all that it says."""
    table = pd.DataFrame(whatif(before, after, *ends))[HOUR_COLUMNS]
    pd.testing.assert_frame_equal(found.table(), table, check_dtype=False)


@st.composite
def asked(draw):
    """A network, and changes of it in some order: (method, arguments)."""
    net, lists = draw(builds([*BETTER, *WORSE]))
    ways = [f"link:{link}" for link in net.links.index]
    crossings = [f"border:{place}" for place in net.borders["place"]]
    names = [*ways, *(f"{way[5:]}>" for way in ways), *(f"place:{place}" for place in net.places.index), *crossings]
    one = st.one_of(
        st.tuples(st.just("close"), st.lists(st.sampled_from(names), min_size=1, max_size=3)),
        st.tuples(st.just("build"), st.sampled_from(lists or [[]])),
        st.tuples(st.just("set"), st.sampled_from([[way, "speed", 40.0] for way in ways])),
        st.tuples(
            st.just("set"),
            st.sampled_from([[c, "open", v] for c in crossings for v in (0, 1)] or [[ways[0], "limit", 1]]),
        ),
    )
    return net, draw(st.lists(one, max_size=4)), [[key] for key in net.projects["id"]]


@settings(max_examples=40)
@given(case=asked(), laid=st.booleans())
def test_changes_in_any_order_are_those_of_a_network(case, laid):
    net, asked, alone = case
    ends = net.places.index, net.places.index
    base = found = prepare(net, *ends, builds=alone if laid else ())
    after = net
    for name, words in asked:
        more = {"allow_empty": True} if name == "close" else {}
        found, after = getattr(found, name)(*words, **more), getattr(after, name)(*words, **more)
    same(found, net, after, *ends)
    assert found.base is base
    same(base, net, net, *ends)  # nothing was changed in place


@pytest.mark.parametrize(("profile", "transit"), [("mixed", "any"), ("heavy", "nato"), ("wheeled", "eu")])
def test_the_shipped_network(shipped, profile, transit):
    net = shipped.under(profile, transit=transit)
    base = prepare(net)

    def anew(found, after):
        fresh = prepare(after)
        there = dict(zip(fresh.pairs, fresh.ms, strict=True))
        assert found.ms.tolist() == [there.get(pair, np.inf) for pair in base.pairs]

    used = sorted({link for loss in losses(graph_for(net, []), pairs_of(net)) for link in net.links.index[loss.links]})
    for link in np.random.default_rng(15).choice(used, 6, replace=False):
        anew(base.close(link), net.close(link))
    for words in (["nis", "border:tabanovce"], ["corridor:X"], ["country:RS"], ["mode:rail"], ["durres"]):
        anew(base.close(*words, allow_empty=True), net.close(*words, allow_empty=True))
    project = net.projects["id"].iloc[4]
    anew(base.build(project).close("skopje"), net.build(project).close("skopje"))


def test_a_what_if_of_the_shipped_network(mixed):
    same(prepare(mixed).close("durres", "nis"), mixed, mixed.close("durres", "nis"))


def test_the_numbers_of_a_change_are_those_of_its_table(mixed):
    after = prepare(mixed).close("nis", "durres")
    table, told = after.table(), after.summary()
    assert told["pairs_slower"] == (table["delta_h"] > 1 / 120).sum() > 0
    assert told["pairs_cut_off"] == table["cut_off"].sum()
    assert told["pairs_lost_end"] == table["lost_end"].sum() > 0
    assert told["total_delta_h"] == pytest.approx(table["delta_h"].sum())
    assert told["mean_delta_h"] == pytest.approx(table["delta_h"].mean())
    worst = table.loc[table["delta_h"].idxmax()]
    assert told["worst_delta_h"] == pytest.approx(worst["delta_h"])
    of_pair = table.set_index(["from", "to"])["delta_h"]
    assert of_pair[told["worst_from"], told["worst_to"]] == pytest.approx(worst["delta_h"])  # several may lose as much


def test_details_when_asked_for(ladder):
    after = prepare(ladder, ["a"], ["d"]).close("a--b-road")
    pd.testing.assert_frame_equal(
        pd.DataFrame(after.whatif()), pd.DataFrame(whatif(ladder, ladder.close("a--b-road"), ["a"], ["d"]))
    )
    assert after.time_h.tolist() == [26 / 60]
    assert after.delta_h == pytest.approx([0.1])
    assert repr(after) == "<Prepared: 1 pairs; closed: a–b>"


@pytest.mark.parametrize("words", [["nowhere"], ["a--b-road", "nowhere"], ["corridor:XX"], ["around:a:-1km"]])
def test_what_a_network_refuses_is_refused(ladder, words):
    with pytest.raises(MobilityError) as by_network:
        ladder.close(*words)
    with pytest.raises(type(by_network.value)) as found:
        prepare(ladder, ["a"], ["d"]).close(*words)
    assert str(found.value) == str(by_network.value)


def test_a_closure_that_closes_nothing_is_refused(planned):
    link = planned.links.index[~planned.links["active"]][0]
    with pytest.raises(InputError, match="closes nothing") as by_network:
        planned.close(link)
    with pytest.raises(InputError) as found:
        prepare(planned).close(link)
    assert str(found.value) == str(by_network.value)
    assert prepare(planned).close(link, allow_empty=True).summary()["pairs_slower"] == 0
    with pytest.raises(UnknownNameError):
        prepare(planned).build("nothing of that name")


def test_no_pairs_and_no_changes(ladder):
    none = prepare(ladder, ["a"], ["a"])
    assert none.table().empty
    assert none.close("a--b-road").summary()["mean_delta_h"] is None
    assert prepare(ladder, ["a"], ["d"]).close().delta_h.tolist() == [0]
