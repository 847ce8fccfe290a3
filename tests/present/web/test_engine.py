"""The engine in the browser against the library: hours, km, links and worst next closure, equal to the millisecond."""

import functools
import json
import random
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given as drawing
from hypothesis import settings

from drawing import drawn
from mobility.analysis.graph import CROSSING, PASS, TRANSFER, Graph, milliseconds
from mobility.analysis.march import schedule
from mobility.analysis.replacement import losses
from mobility.analysis.routing import _least_by, diverse_routes
from mobility.errors import InputError
from mobility.model import changes, closures
from mobility.model.scenario import Scenario
from mobility.present.web.scripts import called, joined
from mobility.present.web.whatif_data import engine_data
from oracles import networks

pytestmark = pytest.mark.browser
ENGINE = "whatif/engine.js"
# Where the page starts: each with options that hold for all of it, and some that can be undone on it.
STARTS = (
    Scenario(),
    Scenario(transit="nato+partners", set=("karavanke:wait=2", "tabanovce:open=0", "durres-shkozet-rail:speed=9")),
    Scenario(borders="schengen", include_access=True, exclude_doubtful=True, close=("corridor:X", "border:karavanke")),
    Scenario(build=("corridor:VIII:rail", "rila-motorway"), close=("around:skopje:30km",), mode=("road", "rail")),
    Scenario(transit="no-RS,BA", profile="heavy", close=("country:MK",), build=("all",)),
    Scenario(exclude_relief=True, pace="best", build=("all",)),
    Scenario(detrain=True, pace="best"),
)
# What is chosen on the page beside profile, pair and changes.
MORE = (
    {"pace": "best", "transit": "nato", "regime": "schengen"},
    {"pace": "observed", "transit": "no-RS", "regime": "emers"},
)


def asked(show, jobs):
    """Return the browser's answers to (what the engine takes, questions), all in one page."""
    script = """JOBS.map(function (job) {
      const engine = ENGINE.whatIfEngine(job[0]), ids = job[0].links.id, places = job[0].places;
      function place(state) { return places[job[0].states.place[state]]; }
      return job[1].map(function (ask) {
        const found = engine.route(ask), worst = engine.worst(found);
        const legs = found.legs.map(function (leg) {
          return [leg.kind === "link" ? ids[leg.link] : leg.kind, place(leg.tail), place(leg.head)];
        });
        const [alone] = engine.times(ask, [[ask.from, ask.to]]);
        if (!ask.via.length && alone !== found.ms) {
          throw new Error(`the same pair in a table: ${alone}, not ${found.ms}`);
        }
        return [found.ms, found.arrival, Math.round(found.km * 1000), legs, worst && [ids[worst.link], worst.ms]];
      });
    })"""
    data = []
    for own, questions in jobs:
        row, profiles = {p: i for i, p in enumerate(own["places"])}, [p["name"] for p in own["profiles"]]
        named = {key: {one["name"]: i for i, one in enumerate(own[f"{key}s"])} for key in ("pace", "transit", "regime")}
        asks = [
            own["start"]
            | {"profile": profiles.index(name), "from": row[a], "to": row[b], "closed": shut, "built": built}
            | {key: named[key][word] for key, word in more.items() if key != "via"}
            | {"via": [row[place] for place in more.get("via", ())]}
            for name, a, b, shut, built, more in questions
        ]
        data.append([own, asks])
    page = f"<!doctype html><meta charset=utf-8><script>{joined(ENGINE)}</script>"
    return show(page).run(f"((ENGINE, JOBS) => {script})({called(ENGINE)}, {json.dumps(data)})")


def searched(graph, pair, rows):
    """Iterate over the rows of a route's links with the milliseconds without each, by a search for each."""
    here, targets = graph.states([pair[0]]), graph.states([pair[1]])
    for r in rows:
        yield r, milliseconds(graph.rank_to(targets, graph.without(links=[r]))[here].min())


def swept(graph, pair, rows):
    """The same by the sweep, which other tests compare with searches."""
    found = next(losses(graph, [pair]))
    assert found.links.tolist() == rows
    return zip(rows, found.after, strict=True)


class Library:
    """The same questions put to the library; a network is prepared once per profile."""

    def __init__(self, net, start, without_each=searched):
        self.net, self.without_each = net, without_each
        self.profiles = [name for name, p in net.rules.profiles.items() if set(start.mode) <= set(p.modes)]
        bare = replace(start, close=(), build=())
        self.base = functools.cache(lambda name, **more: replace(bare, profile=name, **more).apply(net))
        self.today = functools.cache(lambda name: Graph.of(self.base(name)))

    def answer(self, profile, origin, goal, shut, built, more):
        """Return milliseconds, those to arrival, metres, legs and the worst next closure (by way of places: none)."""
        words = {"regime": "borders"}
        via = more.get("via", ())
        base = self.base(profile, **{words.get(key, key): word for key, word in more.items() if key != "via"})
        found = [closures.resolve(base, word) for word in shut]
        parts = (tuple(x for what in found for x in getattr(what, kind)) for kind in ("links", "places", "borders"))
        net = changes.shut(base.build(*built), closures.Closure("closed", *parts))
        graph = Graph.of(net.lifting({*net.countries_of(origin), *net.countries_of(goal)}))
        _, _, arcs, before = route_on(graph, origin, goal, via)
        if not arcs:
            return [None, 0, 0, [], None]
        rows, ids, places = graph.link[arcs], net.links.index, net.places.index
        words = {TRANSFER: "transfer", CROSSING: "crossing"}
        ends = (graph.place[graph.tail[arcs]], graph.place[graph.head[arcs]])
        taken = [leg for leg in zip(rows.tolist(), *ends, strict=True) if leg[0] != PASS]
        legs = [[words.get(r, ids[r]), places[a], places[b]] for r, a, b in taken]
        worst, most = None, before
        for r, ms in () if via else self.without_each(graph, (origin, goal), rows[rows >= 0].tolist()):
            if ms > most and (net.links["corridors"].iloc[r] != "access" or net.include_access):
                worst, most = [ids[r], ms if np.isfinite(ms) else None], ms
        km = net.links["length_km"].to_numpy()[rows[rows >= 0]].sum()
        return [before, schedule(graph, arcs).arrival, round(km * 1000), legs, worst]


def route_on(graph, origin, goal, via=()):
    """Return the states of both ends, the arcs of the best route (none: no route) and its milliseconds."""
    here, targets = graph.states([origin]), graph.states([goal])
    if via:
        arcs = _least_by(graph, [origin], list(via), [goal]) or []
        return here, targets, arcs, milliseconds(graph.rank[arcs].sum())
    remaining = graph.rank_to(targets)
    least = milliseconds(remaining[here].min(initial=np.inf))
    return here, targets, graph.walk(here, remaining) if np.isfinite(least) else [], least


def questions_on(net, own, library, count, seed):
    """Random pairs, profiles, builds, and closures of which half lie on or near the route of today."""
    dice, start = random.Random(seed), own["start"]  # noqa: S311
    ends, everything = list(net.places.index[net.places["role"] != ""]), list(net.places.index)
    planned = [f"link:{i}" for i in net.links.index[net.links["status"] != "open"]]
    planned += [f"project:{p}" for p in net.projects["id"]] + start["built"] * 10
    far = [f"link:{i}" for i in net.links.index] + [f"place:{i}" for i in everything] + start["closed"] * 90
    far += [item["word"] for item in own["closures"]] * 3 + [f"border:{p}" for p in net.borders["place"]]
    found = []
    for _ in range(count):
        a, b = dice.sample(ends if dice.random() < 0.6 else everything, 2)
        profile = dice.choice(library.profiles)
        graph = library.today(profile)
        arcs = route_on(graph, a, b)[2]
        near = [f"link:{net.links.index[graph.link[k]]}" for k in arcs if graph.link[k] >= 0]
        near += [f"place:{net.places.index[graph.place[graph.tail[k]]]}" for k in arcs]
        shut = [dice.choice(near or far) for _ in range(dice.choice([0, 1, 2, 3]))]
        shut += [dice.choice(far) for _ in range(dice.choice([0, 1, 2, 40]))]
        built = [dice.choice(planned) for _ in range(dice.choice([0, 0, 1, 3, 9]))]
        more = dice.choice([{}, {}, {}, *MORE])
        if dice.random() < 0.2:
            more = more | {"via": dice.sample(sorted({*everything} - {a, b}), 2)}
        found.append((profile, a, b, list(dict.fromkeys(shut)), list(dict.fromkeys(built)), more))
    return found


@pytest.mark.parametrize(
    ("each", "seed", "without_each"), [(20, 0, searched), pytest.param(180, 5, swept, marks=pytest.mark.slow)]
)
def test_the_shipped_network(shipped, show, monkeypatch, each, seed, without_each):
    """1,000 random sets of closures and builds in all (in the quick tests 100)."""
    for name in ("resolve", "resolve_build"):  # looking names up takes longer than all the rest
        monkeypatch.setattr(closures, name, functools.cache(getattr(closures, name)))
    libraries = [Library(shipped, start, without_each) for start in STARTS]
    data = [engine_data(shipped, start) for start in STARTS]
    both = enumerate(zip(data, libraries, strict=True))
    asks = [questions_on(shipped, own, library, each, seed + i) for i, (own, library) in both]
    answers = (asked(show, [job])[0] for job in zip(data, asks, strict=True))  # each within the browser's patience
    routes, losses = 0, 0
    for library, questions, replies in zip(libraries, asks, answers, strict=True):
        for question, reply in zip(questions, replies, strict=True):
            wanted = library.answer(*question)
            if question[-1].get("via"):
                reply[4] = None
            assert reply == wanted, question
            routes += reply[0] is not None
            losses += reply[4] is not None
    assert len(STARTS) * each > routes >= losses > 2 * each  # there is something to agree on


@pytest.mark.parametrize("part", [slice(12), pytest.param(slice(12, 60), marks=pytest.mark.slow)], ids=str)
def test_small_networks_with_ties(show, part):
    """Ties, zero waits, one-way and parallel links, crossings that only a built link opens; a loss is a closure."""
    specs = []
    settings(max_examples=60)(drawing(networks(planned=True, access=True))(lambda spec: specs.append(spec)))()  # noqa: PLW0108
    jobs, libraries, start = [], [], Scenario(profile="plain")
    for i, spec in enumerate(specs := specs[part]):
        borders = [
            border | {"usable": "no" if (i + j) % 3 == 0 else "yes", "barred": "shut" if (i + j) % 4 == 0 else ""}
            for j, border in enumerate(spec.borders)
        ]
        net, dice = spec._replace(borders=borders).net, random.Random(i)  # noqa: S311
        words = [f"link:{k}" for k in net.links.index]
        planned = [f"link:{k}" for k in net.links.index[net.links["status"] != "open"]]
        questions = []
        for pair in dice.sample(list(permutations(net.places.index, 2)), 3):
            shut = dice.sample([*words, *(f"place:{p}" for p in net.places.index)], dice.choice([0, 0, 1, 2]))
            more = {"via": [dice.choice(net.places.index)]} if dice.random() < 0.3 else {}
            questions.append(("plain", *pair, shut, dice.sample(planned, dice.randint(0, len(planned))), more))
        jobs.append((engine_data(net, start), questions))
        libraries.append(Library(net, start))
    losses = 0
    for spec, (_, questions), library, replies in zip(specs, jobs, libraries, asked(show, jobs), strict=True):
        links = library.net.links
        for question, reply in zip(questions, replies, strict=True):
            wanted = library.answer(*question)
            assert reply[:4] == wanted[:4], (spec, question)
            worst, most = None, wanted[0]
            for link in dict.fromkeys(leg[0] for leg in wanted[3] if leg[0] in links.index):
                profile, a, b, shut, built, more = question
                ms = library.answer(profile, a, b, [*shut, f"link:{link}"], built, more)[0]
                if links.at[link, "corridors"] != "access" and (ms or np.inf) > most:
                    worst, most = [link, ms], ms or np.inf
            assert reply[4] == worst, (spec, question)
            losses += worst is not None
    assert losses > len(specs) / 4


def test_alternatives_are_the_librarys(shipped, show):
    start = Scenario(close=("border:kalotina",))
    own, net = engine_data(shipped, start), start.apply(shipped)
    row = {p: i for i, p in enumerate(own["places"])}
    pairs = [("thessaloniki", "constanta"), ("durres", "varna"), ("rijeka", "cincu")]
    asks = [own["start"] | {"from": row[a], "to": row[b]} for a, b in pairs]
    page = f"<!doctype html><meta charset=utf-8><script>{joined(ENGINE)}</script>"
    script = """((ENGINE, net, asks) => {
      const engine = ENGINE.whatIfEngine(net);
      return asks.map(ask => engine.alternatives(ask, engine.route(ask), 3).map(other =>
        [other.legs.flatMap(leg => leg.link < 0 ? [] : net.links.id[leg.link]), other.ms, other.common]));
    })"""
    answers = show(page).run(f"{script}({called(ENGINE)}, {json.dumps(own)}, {json.dumps(asks)})")
    for pair, routes in zip(pairs, answers, strict=True):
        wanted = [legs for _, legs in diverse_routes(net, *pair, k=3).groupby("route")]
        assert [ids for ids, _, _ in routes] == [[x for x in legs["link"] if x] for legs in wanted]
        for (_, ms, common), legs in zip(routes, wanted, strict=True):
            assert ms == pytest.approx(legs["time_h"].sum() * 3.6e6, abs=1)
            assert common == pytest.approx(legs["overlap"].iloc[0])


def test_ties_go_to_the_smallest_id(show):
    """Two ways of equal time: fewer legs, then the smallest id by code point, whatever the order of rows."""
    links = "a -road 10- b id=z", "a -road 10- b id=B", "a -road 5- c id=1", "c -road 5- b id=2", "b -road 1- d id=é"
    questions = [("plain", "a", "d", shut, [], {}) for shut in ([], ["link:B"], ["link:B", "link:z"])]
    (answers,) = asked(show, [(engine_data(drawn(*links), Scenario(profile="plain")), questions)])
    assert [[leg[0] for leg in answer[3]] for answer in answers] == [["B", "é"], ["z", "é"], ["1", "2", "é"]]
    assert [answer[4] for answer in answers] == [["é", None], ["é", None], ["1", None]]


GATE = {"x": {"kind": "border_crossing", "country": "AA-BB", "transfer": "road-rail", "transfer_source": "estimate: d"}}
RAIL_GATE = {"place": "x", "mode": "rail", "countries": "AA-BB", "wait_h": 0}
CHANGE = {"c": {"transfer": "road-rail", "transfer_source": "estimate: drawn"}}


@pytest.mark.parametrize(
    ("links", "more", "shut", "built", "route"),
    [
        # 80 min by four roads or by two legs and an hour of handling: transfers count before legs.
        (["a -road 10- c", "c -rail 10- b", *(f"{p} -road 20- {q}" for p, q in ("ad", "de", "ef", "fb"))],
         {"places": CHANGE}, [], [], ["a--d-road", "d--e-road", "e--f-road", "f--b-road"]),
        # Only from a railway of its own country does a train cross: without one there is none to change to.
        (["a -road 10- x", "x -rail 10- b country=BB", "x -rail 10- c"], {"places": GATE, "borders": [RAIL_GATE]},
         [], [], ["a--x-road", "transfer", "crossing", "x--b-rail"]),
        (["a -road 10- x", "x -rail 10- b country=BB", "x -rail 10- c status=planned"],
         {"places": GATE, "borders": [RAIL_GATE]}, [], [], []),
        # A closed one will do: the train is made up there.
        (["a -road 10- x", "x -rail 10- b country=BB", "x -rail 10- c"], {"places": GATE, "borders": [RAIL_GATE]},
         ["link:x--c-rail"], [], ["a--x-road", "transfer", "crossing", "x--b-rail"]),
        # A built link opens a crossing that nobody uses today, but none that is barred.
        (["a -rail 10- x", "x -rail 10- b country=BB status=planned"],
         {"places": GATE, "borders": [RAIL_GATE | {"usable": "no"}]}, [], ["link:x--b-rail"],
         ["a--x-rail", "crossing", "x--b-rail"]),
        (["a -rail 10- x", "x -rail 10- b country=BB status=planned"],
         {"places": GATE, "borders": [RAIL_GATE | {"usable": "no", "barred": "shut"}]}, [], ["link:x--b-rail"], []),
    ],
)  # fmt: skip
def test_worked_by_hand(show, links, more, shut, built, route):
    net, start = drawn(*links, **more), Scenario(profile="plain")
    question = ("plain", "a", "b", shut, built, {})
    ((answer,),) = asked(show, [(engine_data(net, start), [question])])
    assert [leg[0] for leg in answer[3]] == route
    assert answer == Library(net, start).answer(*question)


@pytest.mark.parametrize(("value", "route"), [(1, ["a--x-rail", "crossing", "x--b-rail"]), (0, [])])
def test_no_build_on_the_page_opens_a_border_that_was_set_shut(show, value, route):
    net = drawn(
        "a -rail 10- x", "x -rail 10- b country=BB status=planned",
        places=GATE, borders=[RAIL_GATE | {"usable": "no"}],
    )  # fmt: skip
    start = Scenario(profile="plain", set=(f"x:open={value}",))
    question = ("plain", "a", "b", [], ["link:x--b-rail"], {})
    ((answer,),) = asked(show, [(engine_data(net, start), [question])])
    assert [leg[0] for leg in answer[3]] == route
    assert answer == Library(net, start).answer(*question)


def test_the_page_is_told_which_crossings_no_build_opens():
    gates = [RAIL_GATE | {"usable": "no", "barred": barred} for barred in ("", "shut")]
    for border, wishes, opens in ((gates[0], (), True), (gates[0], ("x:open=0",), False), (gates[1], (), False)):
        net = drawn("a -rail 10- x", "x -rail 10- b country=BB", places=GATE, borders=[border])
        (row,) = engine_data(net, Scenario(profile="plain", set=wishes))["borders"]
        assert (row["active"], row["opens"]) == (False, opens)


@pytest.mark.parametrize("attribute", ["oneway", "max_speed_kmh"])
def test_a_build_that_cannot_be_undone_alone_is_refused(attribute):
    """Two projects change one link, or a project turns its direction: the page would have to show a wrong number."""
    changes = [
        {"project": p, "link": "a--b-road", "attribute": attribute, "after": "yes" if attribute == "oneway" else "90"}
        for p in ("p", "q")[: 1 + (attribute != "oneway")]
    ]
    projects = [{"id": p, "upgrades": "a--b-road"} for p in ("p", "q")[: len(changes)]]
    net = drawn("a -road 10- b", projects=projects, upgrades=changes)
    assert engine_data(net, Scenario(profile="plain"))["builds"] == []
    with pytest.raises(InputError, match="cannot undo -b p: more than hours change on a--b-road"):
        engine_data(net, Scenario(profile="plain", build=("p",)))


def test_words_that_mean_the_same_are_one(shipped, tmp_path):
    """A click undoes what the command line gave by another name; two files of one name are refused."""
    net = drawn("a -road 10- b", "b -road 10- c status=planned", projects=[{"id": "p", "links": "b--c-road"}])
    given = Scenario(profile="plain", close=("a–b", "a", "place:a"), build=("p", "link:b--c-road"))
    start = engine_data(net, given)["start"]
    assert [start[key] for key in ("profile", "closed", "built")] == [
        4,
        ["link:a--b-road", "place:a"],
        ["link:b--c-road"],
    ]
    shapes = []
    for west in (20, 22):
        ring = [[west, 41], [west + 1, 41], [west + 1, 42], [west, 41]]
        (tmp_path / str(west)).mkdir()
        shapes.append(f"area:{tmp_path / str(west) / 'flood.geojson'}")
        text = json.dumps({"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}})
        (tmp_path / str(west) / "flood.geojson").write_text(text, encoding="utf-8")
    assert engine_data(shipped, Scenario(close=tuple(shapes[:1])))["start"]["closed"] == ["area:flood.geojson"]
    with pytest.raises(InputError, match="two closures are called area:flood"):
        engine_data(shipped, Scenario(close=tuple(shapes)))
