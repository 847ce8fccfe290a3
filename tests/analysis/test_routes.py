"""Every pair: its best route summed up, against networkx, and what is missing where there is none."""

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings

from drawing import drawn
from mobility.analysis.graph import Graph
from mobility.analysis.pairs import pairs_of
from mobility.analysis.routes import missing_links, routes
from mobility.analysis.routing import best_route, k_best_routes
from mobility.errors import NoRouteError
from oracles import (
    BORDER,
    CHANGE,
    MS,
    exported,
    keys_of,
    networks,
    oracle,
    states_of,
    tree_from,
)


def links(legs):
    return [i for i in legs["link"] if i]


def test_states_of_a_pair():
    """Connected; cut off; and no rail at all at x."""
    net = drawn("a -rail 10- b", "c -rail 10- d", "b -road 10- x").under("plain", modes=["rail"])
    table = routes(net, ["a"], ["b", "c", "x"])
    assert table["state"].tolist() == ["connected", "cut off", "not on this mode"]
    assert table["disjoint_routes"].tolist() == [1, 0, 0]
    assert table["time_h"].isna().tolist() == [False, True, True]
    assert table["length_km"].isna().tolist() == [False, True, True]
    assert np.isfinite(table["time_h"].dropna()).all()


def test_closing_cuts_off_and_planned_is_not_on_the_mode():
    net = drawn("a -rail 10- b", "b -rail 10- c", "c -rail 10- d status=planned")
    assert routes(net.close("a--b-rail"), ["a"], ["b", "c"])["state"].tolist() == ["cut off", "cut off"]
    assert routes(net, ["a"], ["d"])["state"].tolist() == ["not on this mode"]
    assert routes(net.build("c--d-rail"), ["a"], ["d"])["state"].tolist() == ["connected"]


def test_columns_of_a_pair():
    net = drawn(
        "a -road 10- k country=HR corridors=T;U",
        "k -road 20- c country=BA doubtful=yes",
        "c -rail 10- d country=BA",
        places={"k": BORDER, "c": CHANGE},
        borders=[{"place": "k", "mode": "road", "wait_h": 0.5}],
    )
    row = routes(net, ["a"], ["d"]).iloc[0]
    assert round(row["time_h"] * 60, 6) == 130
    assert round(row["driving_h"] * 60, 6) == 40
    assert row["length_km"] == 40
    assert (row["modes"], row["transfers"], row["borders"], row["estimated_transfers"]) == ("road;rail", 1, 1, 1)
    assert (row["corridors"], row["doubtful"], row["crossings"]) == ("T;U", 1, "k")
    assert row["links"].split(";") == ["a--k-road", "k--c-road", "c--d-rail"]
    assert row.geometry.geom_type == "MultiLineString"


LEAD = {"AA": ("2000", "member"), "EU": ("2000", "member"), "NA": ("2000", "candidate"), "NO": ("no", "candidate")}
LEAD |= {"UN": ("", ""), "UE": ("2000", "")}


@pytest.mark.parametrize(
    ("chain", "regime", "expected"),
    [
        ("EU EU", "emers", 0),  # not left: nothing to ask for
        ("EU NA", "emers", "nato"),
        ("NA EU", "emers", "eu"),
        ("NA EU NO", "emers", "other"),
        ("NO EU", "permit-3-days", "eu"),
        ("NO EU", "today", "eu"),
        ("EU UN", "permit-3-days", "other"),  # nothing is known of it: the longest
        ("EU UE", "permit-3-days", "nato"),  # in NATO, and perhaps in the EU
    ],
)
def test_permission_lead_is_the_longest_of_the_countries_entered(chain, regime, expected):
    codes = chain.split()
    lines = [f"p{i} -road 10- p{i + 1} country={code}" for i, code in enumerate(codes)]
    places = {f"p{i}": BORDER | {"country": code} for i, code in enumerate([*codes, codes[-1]])}
    net = drawn(*lines, places=places, borders=[{"place": p, "mode": "road", "wait_h": 1} for p in places])
    facts = net.countries.assign(
        nato=[LEAD[c][0] for c in net.countries["iso2"]], eu=[LEAD[c][1] for c in net.countries["iso2"]]
    )
    hours = {"eu": 5, "nato": 50, "other": 500}
    regimes = {**net.rules.regimes, regime: replace(net.rules.regimes[regime], permission_lead_h=hours)}
    seen = replace(net, countries=facts, rules=replace(net.rules, regimes=regimes)).under("plain", borders=regime)
    row = routes(seen, ["p0"], [f"p{len(codes)}"]).iloc[0]
    assert row["permission_lead_h"] == (hours[expected] if expected else 0)
    assert row["time_h"] == pytest.approx((10 * len(codes) + 60 * (len(set(codes)) - 1)) / 60)


def test_waters_ask_for_no_permission_and_the_landfall_does():
    net = drawn(
        "a -sea 10- b country=XX-YY", "b -sea 10- c country=XX", places={"b": {"country": "YY"}, "c": {"country": "ZZ"}}
    )
    lead = max(net.regime.permission_lead_h.values())
    assert routes(net, ["a"], ["b", "c"])["permission_lead_h"].tolist() == [lead, lead]
    own = drawn("a -sea 10- b country=XX-YY")
    assert routes(own, ["a"], ["b"])["permission_lead_h"].tolist() == [0]


def test_a_journey_to_a_border_enters_the_country_it_comes_through_only():
    """Nobody asks the far side for leave to arrive at the crossing."""
    net = drawn(
        "a -road 10- m country=NA", "m -road 10- k country=EU", "k -road 10- b country=NO",
        places={"m": BORDER | {"country": "NA-EU"}, "k": BORDER | {"country": "EU-NO"}, "a": {"country": "NA"}},
        borders=[{"place": p, "mode": "road", "wait_h": 1} for p in "mk"],
    )  # fmt: skip
    facts = net.countries.assign(
        nato=[LEAD[c][0] for c in net.countries["iso2"]], eu=[LEAD[c][1] for c in net.countries["iso2"]]
    )
    lead = net.rules.regimes["emers"].permission_lead_h
    found = routes(replace(net, countries=facts).under("plain", borders="emers"), ["a"], ["m", "k", "b"])
    assert found["permission_lead_h"].tolist() == [0, lead["eu"], lead["other"]]


def test_how_much_of_a_route_rests_on_unknown_load_limits():
    net = drawn("a -road 10- b max_gross_t=60", "b -road 20- c", "c -rail 40- d", "d -rail 80- e line_class=D4",
                "e -sea 160- f", places=dict.fromkeys("ce", CHANGE) | {"e": {"transfer": "rail-sea"}})  # fmt: skip
    assert routes(net, ["a"], ["b", "f"])["unknown_km"].tolist() == [0, 60]
    legs = best_route(net, "a", "f")
    assert legs.loc[legs["load_unknown"], "link"].tolist() == ["b--c-road", "c--d-rail"]


def transit_net():
    """a (AA) to d (AA): 20 minutes through BB, 60 around; b lies in BB."""
    return drawn(
        "a -road 10- b country=BB", "b -road 10- d country=BB", "a -road 60- d", places={"b": {"country": "BB"}}
    )


def test_transit_keeps_out_of_a_country_unless_the_pair_ends_there():
    net = transit_net().under("plain", transit="no-BB")
    table = routes(net, ["a", "b"], ["b", "d"]).set_index(["from", "to"])["links"]
    assert table.to_dict() == {("a", "b"): "a--b-road", ("a", "d"): "a--d-road", ("b", "d"): "b--d-road"}
    assert links(best_route(net, "a", "d")) == ["a--d-road"]
    assert links(best_route(net, "a", "b")) == ["a--b-road"]
    assert [k[3] for k in keys_of(k_best_routes(net, "a", "d", k=5))] == [["a--d-road"]]
    shut = routes(transit_net().close("country:BB"), ["a", "b"], ["b", "d"])
    assert shut[["from", "to", "links"]].to_numpy().tolist() == [["a", "d", "a--d-road"]], "no exception"


def test_a_link_in_two_countries_needs_both():
    net = drawn("a -road 10- b country=AA-BB", "a -road 90- b").under("plain", transit="no-BB")
    assert links(best_route(net, "a", "b")) == ["a--b-road-2"]


def busiest(net, count):
    """The links that most pairs use: closing them matters."""
    return routes(net)["links"].str.split(";").explode().value_counts().index[:count].map("link:{}".format).tolist()


SCENARIOS = {
    "mixed": lambda net: net.under("mixed"), "wheeled": lambda net: net.under("wheeled"),
    "heavy": lambda net: net.under("heavy"), "road": lambda net: net.under("mixed", modes=["road"]),
    "rail": lambda net: net.under("mixed", modes=["rail"]),
    "rail and sea": lambda net: net.under("heavy", modes=["rail", "sea"]),
    "schengen, verified links": lambda net: net.under("mixed", borders="schengen", exclude_doubtful=True),
    "one link closed": lambda net: net.under("mixed").close(*busiest(net.under("mixed"), 1)),
    "busy links closed": lambda net: net.under("mixed").close(*busiest(net.under("mixed"), 8)),
    "country and mode closed": lambda net: net.under("wheeled").close("country:RS", "mode:sea"),
    "corridor closed": lambda net: net.under("mixed").close("corridor:X"),
    "all built": lambda net: net.under("mixed").build("all"),
    "rail with VIII built": lambda net: net.under("mixed", modes=["rail"]).build("corridor:VIII"),
    "built and closed": lambda net: net.under("heavy").build("all").close(*busiest(net.under("heavy"), 4)),
}  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_time_equals_networkx_on_the_export(shipped, scenario):
    net = SCENARIOS[scenario](shipped)
    table = routes(net)
    pairs = list(zip(table["from"], table["to"], strict=True))
    assert pairs == pairs_of(net)
    ms = table["time_h"].astype(float) * MS
    assert np.allclose(ms.dropna(), ms.dropna().round(), rtol=0, atol=1e-3)
    found = {p: None if np.isnan(m) else round(m) for p, m in zip(pairs, ms, strict=True)}
    assert found == oracle(net, pairs)
    assert ((table["state"] == "connected") == ms.notna()).all()
    assert ((table["disjoint_routes"] >= 1) == ms.notna()).all()


def test_one_place_in_twelve_to_every_third_equals_networkx(mixed):
    graph = Graph.of(mixed)
    pairs = [(a, b) for a in mixed.places.index[::12] for b in mixed.places.index[::3] if a != b]
    expected = oracle(mixed, pairs)
    for b in mixed.places.index[::3]:
        remaining = graph.rank_to(graph.states([b]))
        for a in mixed.places.index[::12]:
            least = remaining[graph.states([a])].min(initial=np.inf) if a != b else None
            if least is not None:
                assert (int(least // 2**20) if np.isfinite(least) else None) == expected[a, b]


@pytest.mark.parametrize("profile", ["mixed", "wheeled"])
@pytest.mark.parametrize("transit", ["nato", "nato+partners"])
def test_transit_equals_networkx_with_the_pairs_own_countries_lifted(shipped, profile, transit):
    """The lifting is written out here as a `no-XX` rule less the countries of the two ends."""
    net = shipped.under(profile, transit=transit)
    table = routes(net).set_index(["from", "to"])
    groups = {}
    for pair in table.index:
        own = {c for p in pair for c in shipped.places.at[p, "country"].split("-")}
        groups.setdefault(tuple(sorted(net.denied - own)), []).append(pair)
    for denied, pairs in groups.items():
        expected = oracle(shipped.under(profile, transit=f"no-{','.join(denied)}" if denied else "any"), pairs)
        found = {p: None if np.isnan(h) else round(h * MS) for p, h in table.loc[pairs, "time_h"].astype(float).items()}
        assert found == expected


def test_the_rows_of_the_shipped_pairs_are_their_best_routes(mixed):
    table = routes(mixed)
    for row in table.iloc[::13].itertuples():
        legs = best_route(mixed, table.at[row.Index, "from"], row.to)
        assert row.links.split(";") == links(legs)
        assert round(row.time_h * MS) == round(legs["cumulative_h"].iloc[-1] * MS)
        assert row.transfers == (legs["mode"] == "transfer").sum()
        assert row.borders == (legs["mode"] == "crossing").sum()
        assert row.length_km == pytest.approx(legs["length_km"].sum())
        assert row.driving_h == pytest.approx(legs["driving_h"].sum())
        assert row.doubtful == legs["doubtful"].sum()
        assert row.time_h >= row.driving_h - 1e-9


def missing(net, a, b):
    table = missing_links(net, a, b)
    assert table.columns.tolist() == ["along", "link", "name", "status", "project"]
    return {along: part["link"].tolist() for along, part in table.groupby("along", sort=False)}


def corridor_net(**more):
    """VV runs a-b-c-d with two stretches missing; one missing short cut b-d does as well, off the corridor.

    a --VV-- b ..VV.. c ..VV.. d      b ..XX.. d
    """
    return drawn(
        "a -rail 10- b corridors=VV",
        "b -rail 10- c corridors=VV status=planned",
        "c -rail 10- d corridors=VV status=under_construction",
        "b -rail 90- d corridors=XX status=disused",
        **more,
    )


def test_missing_links_by_hand(line, island):
    project = {"id": "p1", "name": "P1", "links": "b--c-rail", "upgrades": "c--d-rail"}
    net = corridor_net(projects=[project])
    assert missing(net, "a", "d") == {"any line": ["b--d-rail"], "VV": ["b--c-rail", "c--d-rail"]}
    table = missing_links(net, "a", "d").set_index("link")
    assert table["project"].to_dict() == {"b--d-rail": "", "b--c-rail": "p1", "c--d-rail": "p1"}
    assert table["status"].to_dict() == {
        "b--d-rail": "disused",
        "b--c-rail": "planned",
        "c--d-rail": "under_construction",
    }
    assert missing(net, ["a"], ["c", "d"])["any line"] in (["b--c-rail"], ["b--d-rail"])
    shut = net.close("link:b--d-rail", allow_empty=True)  # a closure stands; the other planned way is named
    assert missing(shut, "a", "d")["any line"] == ["b--c-rail", "c--d-rail"]
    assert missing_links(line, "a", "d").empty
    assert missing_links(island, "a", "c").empty


def test_a_corridor_set_keeps_to_the_corridor_and_uses_open_lines_of_others_where_it_ends():
    """VV ends at c; an open line goes on to d. A second missing way off VV is shorter, but not VV's."""
    net = drawn(
        "a -rail 10- b corridors=VV",
        "b -rail 50- c corridors=VV status=planned",
        "c -rail 10- d corridors=XX",
        "b -rail 1- d corridors=XX status=planned",
    )
    assert missing(net, "a", "d") == {"any line": ["b--d-rail"], "VV": ["b--c-rail"]}


def test_missing_links_open_the_border_crossing_with_the_line():
    net = drawn(
        "a -rail 10- k country=AA",
        "k -rail 10- d country=BB status=planned",
        places={"k": BORDER},
        borders=[{"place": "k", "mode": "rail", "wait_h": 1, "usable": "no"}],
    )
    assert missing(net, "a", "d")["any line"] == ["k--d-rail"]
    assert routes(net.build("k--d-rail"), ["a"], ["d"])["state"].tolist() == ["connected"]


@pytest.mark.parametrize("last", ["y -road 1- z corridors=VV", "y -road 1- z corridors=XX"])
def test_the_set_along_a_corridor_does_not_depend_on_other_links_of_the_table(last):
    """A wait at the corridor's own border is no time off the corridor, whatever the last rows of links.csv are."""
    net = drawn(
        "a -rail 10- k corridors=VV country=AA",
        "k -rail 10- c corridors=VV country=BB status=planned",
        "c -rail 10- d corridors=VV country=BB status=planned",
        "a -rail 30- c corridors=XX country=AA",
        last,
        last + " id=last",
        places={"k": BORDER},
        borders=[{"place": "k", "mode": "rail", "wait_h": 2}],
    )
    assert missing(net, "a", "d")["VV"] == ["k--c-rail", "c--d-rail"]


def test_missing_links_allow_transit_in_the_pairs_own_countries():
    """As for routes: the origin's own country is not denied to it."""
    net = drawn(
        "b -rail 10- m country=BB", "m -rail 10- d country=AA status=planned", places={"b": {"country": "BB"}}
    ).under("plain", transit="no-BB")
    assert routes(net.build("m--d-rail"), ["b"], ["d"])["state"].tolist() == ["connected"]
    assert missing(net, "b", "d")["any line"] == ["m--d-rail"]


@settings(max_examples=30)
@given(networks(planned=True, modes=("road", "rail")))
def test_the_smallest_set_is_smallest(spec):
    """Building it connects; no smaller set does (0-1 shortest path over everything built)."""
    net = spec.net
    if routes(net, ["a"], ["b"])["state"][0] == "connected":
        return
    planned = list(net.links.index[net.links["status"] == "planned"])
    graph = exported(net.build(*planned) if planned else net)
    for *_, arc in graph.edges(data=True):
        arc["ms"] = int(arc["link"] in planned)
    tree = tree_from(graph, states_of(graph, "a"))
    fewest = min((tree[t] for t in states_of(graph, "b") if t in tree), default=None)
    table = missing_links(net, "a", "b")
    found = table.loc[table["along"] == "any line", "link"].tolist()
    assert len(found) == (fewest or 0)
    if fewest:
        assert routes(net.build(*found), ["a"], ["b"])["state"][0] == "connected"


def test_by_rail_durres_reaches_no_black_sea_place_and_the_tool_says_what_is_missing(shipped):
    net = shipped.under("mixed", modes=["rail"])
    sea = net.places_named("set:black-sea")
    assert "connected" not in set(routes(net, ["durres"], sea)["state"])
    with pytest.raises(NoRouteError, match="by rail"):
        best_route(net, "durres", sea)
    sets = missing(net, "durres", sea)
    for along in ("any line", "VIII"):
        ids = sets[along]
        assert (net.links.loc[ids, "mode"] == "rail").all()
        assert (net.links.loc[ids, "status"] != "open").all()
        assert "connected" in set(routes(net.build(*ids), ["durres"], sea)["state"])
        for one in ids:
            rest = [i for i in ids if i != one]
            opened = net.build(*rest) if rest else net
            if along == "any line":
                assert "connected" not in set(routes(opened, ["durres"], sea)["state"])
    assert len(sets["any line"]) <= len(sets["VIII"])
    viii = net.links.loc[sets["VIII"]]
    assert all("VIII" in cell.split(";") for cell in viii["corridors"])
    graph = nx.Graph(list(zip(viii["from"], viii["to"], strict=True)))
    gaps = "elbasan lin, lin kicevo, beljakovce kriva-palanka, kriva-palanka gyueshevo"
    assert all(nx.has_path(graph, *gap.split()) for gap in gaps.split(", "))


def test_coordinates_mean_the_same_place_whatever_is_closed():
    places = {name: {"lat": "0", "lon": str(lon)} for name, lon in (("a", 0), ("b", 0.1), ("c", 0.2))}
    net = drawn("a -road 11- b", "b -road 11- c", places=places)
    assert routes(net, ["0,0.01"], ["c"])["state"].tolist() == ["connected"]
    shut = routes(net.close("a--b-road"), ["0,0.01"], ["c"])
    assert shut[["from", "state"]].to_numpy().tolist() == [["a", "cut off"]]
    assert routes(net.close("a"), ["0,0.01"], ["c"]).empty  # its end is closed: left out
