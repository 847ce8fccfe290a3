"""Sections: links in series fail as one, and no two rows of `bottlenecks` are the same loss."""

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing import drawn
from mobility.analysis.bottlenecks import bottlenecks
from mobility.analysis.interdiction import interdict
from mobility.analysis.pairs import Pairs
from mobility.analysis.routes import routes
from mobility.errors import UnknownNameError
from mobility.model.network import Network
from oracles import networks

LOST = "pairs_using pairs_delayed pairs_cut_off mean_delay_h worst_delay_h total_delay_h".split()

# a - b - c - d, and round it a - x - d; the dead end b - e leads nowhere.
CHAIN = ("a -road 10- b", "b -road 10- c", "c -road 10- d", "b -road 5- e", "a -road 50- x", "x -road 50- d")


def sections(net, origins, destinations):
    return bottlenecks(net, origins, destinations).set_index("section")


def test_a_chain_is_one_section_and_a_dead_end_does_not_part_it():
    table = sections(drawn(*CHAIN), ["a"], ["d"])
    first = table.iloc[0]
    assert first["links"] == "a--b-road;b--c-road;c--d-road"
    assert first["name"] == "a–d, 3 links"
    assert first.name == "a--b-road"
    assert first["mean_delay_h"] * 60 == pytest.approx(70)
    assert table.loc["a--x-road", "links"] == "a--x-road;x--d-road"
    assert table.loc["b--e-road", "pairs_using"] == 0


def test_a_pair_that_ends_on_the_way_parts_it():
    table = sections(drawn(*CHAIN), ["a"], ["d", "c"])
    assert table.loc["a--b-road", "links"] == "a--b-road;b--c-road"
    assert table.loc["c--d-road", "links"] == "c--d-road"


def test_a_junction_that_a_way_round_turns_at_parts_it():
    net = drawn(*CHAIN, "c -road 20- x")
    assert sections(net, ["a"], ["d"]).loc["a--b-road", "links"] == "a--b-road;b--c-road"


def test_a_junction_that_no_way_round_turns_at_does_not():
    """Between b and c lies j, where a long road leaves that no loss makes worth while."""
    net = drawn(*CHAIN[:1], "b -road 5- j", "j -road 5- c", *CHAIN[2:], "j -road 900- x")
    assert sections(net, ["a"], ["d"]).loc["a--b-road", "links"] == "a--b-road;b--j-road;j--c-road;c--d-road"


def test_equal_losses_that_are_not_one_stay_two():
    """Each half has a way round of its own, just as long: lost together they cost twice as much."""
    net = drawn("a -road 10- j", "j -road 10- b", "a -road 30- k", "k -road 30- j", "j -road 30- m", "m -road 30- b")
    table = sections(net, ["a"], ["b"])
    assert table.loc["a--j-road", "total_delay_h"] == table.loc["j--b-road", "total_delay_h"] > 0
    assert table.loc["a--j-road", "links"] == "a--j-road"


def hours(net, pairs):
    return routes(net, pairs).set_index(["from", "to"])["time_h"]


def check(net, pairs):
    """Closing all links of a section costs what its row says, and what closing any one of its links does."""
    before, table = hours(net, pairs), bottlenecks(net, pairs)
    by_link = bottlenecks(net, pairs, by="link").set_index("link")
    for row in table.to_dict("records"):
        links = row["links"].split(";")
        after = hours(net.close(*(f"link:{link}" for link in links)), pairs)
        lost = (after - before)[before.notna()]
        assert row["pairs_cut_off"] == int((before.notna() & after.isna()).sum())
        assert row["total_delay_h"] == pytest.approx(lost.sum(), abs=1e-6)
        for link in links:
            assert by_link.loc[link, LOST[2:]].tolist() == pytest.approx([row[c] for c in LOST[2:]], nan_ok=True)
    assert sorted(link for cell in table["links"] for link in cell.split(";")) == sorted(by_link.index)


@given(spec=networks(most=9), data=st.data())
@settings(max_examples=40)
def test_a_section_is_all_its_links(spec, data):
    net = spec.net
    ends = st.lists(st.sampled_from(list(net.places.index)), min_size=1, max_size=2, unique=True)
    check(net, Pairs.of(net, data.draw(ends), data.draw(ends)))


def test_sections_of_the_shipped_network_are_all_their_links():
    """Against networkx: the hours of every pair without the links of each of the 12 worst sections."""
    net = Network.load().under()
    pairs = Pairs.of(net, ["durres", "thessaloniki", "ploce"], ["constanta", "varna"])
    table = bottlenecks(net, pairs)
    used = table[table["pairs_using"] > 0]
    assert len(used.drop_duplicates(LOST)) == len(used)
    from mobility.analysis.graph import Graph

    graph = Graph.of(net)
    arcs = graph.to_frame()
    states = {place: [graph.label(s) for s in graph.states([place])] for place in (*pairs.origins, *pairs.destinations)}

    def seconds(closed):
        whole = nx.DiGraph()
        for arc in arcs.sort_values("cost_s", ascending=False).itertuples():
            if arc.link not in closed:
                whole.add_edge(arc.tail, arc.head, weight=arc.cost_s)
        found = {}
        for start in pairs.origins:
            far = nx.multi_source_dijkstra_path_length(whole, set(states[start]) & set(whole))
            for goal in pairs.destinations:
                found[start, goal] = min((far[s] for s in states[goal] if s in far), default=None)
        return found

    before = seconds(())
    for row in table.head(12).to_dict("records"):
        after = seconds(set(row["links"].split(";")))
        cut = [pair for pair in before if before[pair] is not None and after[pair] is None]
        lost = sum(after[p] - before[p] for p in before if before[p] is not None and p not in cut)
        assert row["pairs_cut_off"] == len(cut)
        assert row["total_delay_h"] * 3600 == pytest.approx(lost, abs=0.01)


def test_interdiction_of_sections_and_structures_is_enumeration():
    net = drawn(*CHAIN, "c -road 20- x", structures=[{"id": "s", "name": "S", "links": "b--c-road;a--x-road"}])
    table = interdict(net, ["a"], ["d"], k=1, by="section")
    worst = bottlenecks(net, ["a"], ["d"]).iloc[0]
    assert table["sections"].iloc[0] == worst["section"]
    assert table["names"].iloc[0] == worst["name"]
    assert table["delta_h"].iloc[0] == pytest.approx(worst["total_delay_h"])
    both = interdict(net, ["a"], ["d"], k=2, by="section").iloc[-1]
    assert both["separates"]
    assert interdict(net, ["a"], ["d"], k=1, by="structure")["pairs_cut_off"].iloc[0] == 1


def test_spared_by_name_of_the_section_or_of_a_link():
    net = drawn(*CHAIN)
    for name in ("a–d, 3 links", "b–c", "a--b-road"):
        assert interdict(net, ["a"], ["d"], k=1, by="section", spare=[name])["delta_h"].iloc[0] == 0
    with pytest.raises(UnknownNameError):
        interdict(net, ["a"], ["d"], k=1, by="section", spare=["nowhere"])
