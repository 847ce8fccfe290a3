"""What must hold on any network: small random ones with twins, one-way links, transfers, borders and exact ties."""

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mobility.analysis.routes import routes
from mobility.analysis.routing import k_best_routes
from oracles import MS, key, keys_of, networks, simple_routes, times


@settings(max_examples=20)
@given(networks(), st.data())
def test_closing_more_never_shortens_and_the_order_does_not_matter(spec, data):
    net = spec.net
    first, second = data.draw(st.permutations(list(net.links.index)))[:2]
    place = data.draw(st.sampled_from(sorted(set(net.places.index) - {"a"})))
    before, closed = times(net), times(net.close(f"link:{first}"))
    both, swapped = net.close(f"link:{first}", f"link:{second}"), net.close(f"link:{second}", f"link:{first}")
    assert all(closed[pair] >= before[pair] for pair in before)
    assert times(both) == times(swapped)
    assert all(m >= closed[pair] for pair, m in times(both).items())
    assert all(m >= before[pair] for pair, m in times(net.close(f"place:{place}", allow_empty=True)).items())


@settings(max_examples=20)
@given(networks(planned=True), st.data())
def test_building_never_lengthens_and_a_closure_beats_it(spec, data):
    net = spec.net
    planned = list(net.links.index[net.links["status"] == "planned"])
    assume(planned)
    chosen = data.draw(st.lists(st.sampled_from(planned), min_size=1, unique=True))
    before, built = times(net), times(net.build(*chosen))
    assert all(built[pair] <= before[pair] for pair in before)
    assert all(m <= built[pair] for pair, m in times(net.build(*planned)).items())
    closed = [f"link:{i}" for i in chosen]
    assert times(net.build(*chosen).close(*closed)) == before
    assert times(net.close(*closed, allow_empty=True).build(*chosen)) == before


@settings(max_examples=20)
@given(networks(oneway=False))
def test_there_costs_what_back_costs(spec):
    net = spec.net
    table = routes(net, net.places.index, net.places.index).set_index(["from", "to"])
    for a, b in table.index:
        there, back = table.loc[(a, b)], table.loc[(b, a)]
        assert there["state"] == back["state"]
        assert there["disjoint_routes"] == back["disjoint_routes"]
        if there["state"] == "connected":
            assert round(there["time_h"] * MS) == round(back["time_h"] * MS)
            assert (there["transfers"], len(there["links"].split(";"))) == (
                back["transfers"],
                len(back["links"].split(";")),
            )


@settings(max_examples=20)
@given(networks(most=6))
def test_one_disjoint_route_means_a_sole_link(spec):
    """Without access links: exactly one disjoint route if and only if one closure cuts the pair off."""
    net = spec.net
    table = routes(net, ["a"], net.places.index)
    without = [times(net.close(f"link:{i}")) for i in net.links.index]
    for pair, state, count in zip(
        zip(table["from"], table["to"], strict=True), table["state"], table["disjoint_routes"], strict=True
    ):
        assert (count > 0) == (state == "connected")
        sole = any(cut[pair] == float("inf") for cut in without)
        assert (count == 1) == (state == "connected" and sole)


@settings(max_examples=20)
@given(networks(), st.data())
def test_without_its_best_route_a_pair_takes_its_best_route_without_that_link(spec, data):
    """Closing a link of the best route leaves the best of the routes that do not use it."""
    net = spec.net
    pairs = [("a", b) for b in net.places.index if b != "a" and simple_routes(net, "a", b)]
    assume(pairs)
    a, b = data.draw(st.sampled_from(pairs))
    link = data.draw(st.sampled_from(keys_of(k_best_routes(net, a, b, k=1))[0][3]))
    left = [key(p) for p in simple_routes(net, a, b) if link not in key(p)[3]]
    assert times(net.close(f"link:{link}"))[a, b] == min(left, default=[float("inf")])[0]
